//! What every form carries. Each page writes it in another way: a page that is packed gets longer or shorter with what
//! it repeats, and whoever watches the lengths must not learn a token from them (BREACH).

use app::Ids;
use maud::Render;
use subtle::ConstantTimeEq as _;

/// The token of a visitor's forms. 防伪标记
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Csrf(String);

impl std::fmt::Debug for Csrf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Csrf(…)")
    }
}

impl Csrf {
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token itself, for the cookie that keeps it.
    pub fn token(&self) -> &str {
        &self.0
    }

    /// As it is written into a page: a mask, and the token under it.
    pub fn written(&self) -> String {
        let mask = Ids::token();
        format!("{mask}{}", mixed(&mask, &self.0).unwrap_or_default())
    }

    /// Whether a form brought it.
    pub fn is_in(&self, text: &str) -> bool {
        let halves = text.split_at_checked(self.0.len());
        let found = halves.and_then(|(mask, under)| mixed(mask, under));
        found.is_some_and(|found| bool::from(found.as_bytes().ct_eq(self.0.as_bytes())))
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
    let digit = |(one, other): (char, char)| char::from_digit(one.to_digit(16)? ^ other.to_digit(16)?, 16);
    mask.chars().zip(text.chars()).map(digit).collect()
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
    }
}
