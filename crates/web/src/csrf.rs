//! What every form carries. Each page writes it in another way: a page that is packed gets longer or shorter with what
//! it repeats, and whoever watches the lengths must not learn a token from them (BREACH).

use app::Ids;
use maud::Render;
use subtle::ConstantTimeEq as _;

/// How long it is as a page has it.
pub(crate) const WRITTEN: usize = 128;

/// The token of a visitor's forms. 防伪标记
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Csrf {
    token: String,
    /// A text that stands for it in a page that is kept without it; no form is taken by it.
    marker: bool,
}

impl std::fmt::Debug for Csrf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Csrf(…)")
    }
}

impl Csrf {
    pub fn new(token: String) -> Self {
        Self { token, marker: false }
    }

    /// What stands in a page in the place of any visitor's token.
    pub fn marked(marker: String) -> Self {
        Self { token: marker, marker: true }
    }

    /// The token itself, for the cookie that keeps it.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// As it is written into a page: a mask, and the token under it.
    pub fn written(&self) -> String {
        if self.marker {
            return self.token.clone();
        }
        let mask = Ids::token();
        format!("{mask}{}", mixed(&mask, &self.token).unwrap_or_default())
    }

    /// Whether a form brought it.
    pub fn is_in(&self, text: &str) -> bool {
        let halves = text.split_at_checked(self.token.len()).filter(|_| !self.marker);
        let found = halves.and_then(|(mask, under)| mixed(mask, under));
        found.is_some_and(|found| bool::from(found.as_bytes().ct_eq(self.token.as_bytes())))
    }
}

impl Render for Csrf {
    fn render_to(&self, buffer: &mut String) {
        buffer.push_str(&self.written());
    }
}

/// Two texts of hexadecimal digits of one length, digit by digit.
fn mixed(mask: &str, text: &str) -> Option<String> {
    if mask.len() != text.len() {
        return None;
    }
    let value = |byte: u8| char::from(byte).to_digit(16);
    let digit = |(one, other): (u8, u8)| char::from_digit(value(one)? ^ value(other)?, 16);
    let mut made = String::with_capacity(mask.len());
    for pair in mask.bytes().zip(text.bytes()) {
        made.push(digit(pair)?);
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_writes_it_in_another_way_and_every_form_is_known() {
        let csrf = Csrf::new(Ids::token());
        let (one, other) = (csrf.written(), csrf.written());
        assert_ne!(one, other);
        assert!(!one.contains(csrf.token()));
        assert!(csrf.is_in(&one) && csrf.is_in(&other));
    }

    #[test]
    fn nothing_else_is_taken() {
        let csrf = Csrf::new(Ids::token());
        let zeros = "0".repeat(128);
        for wrong in ["", "0", csrf.token(), &zeros, &Csrf::new(Ids::token()).written(), &"文".repeat(43)] {
            assert!(!csrf.is_in(wrong), "{wrong}");
        }
        let marked = Csrf::marked(zeros.clone());
        assert!(!marked.is_in(&zeros) && !marked.is_in(&marked.written()), "no form is taken by a marker");
        assert_eq!(csrf.written().len(), WRITTEN);
    }
}
