//! The place of a rule in a law: article, paragraph, item.

use std::fmt;

use base::Diagnostic;

use crate::numeral::{numeral, read_numeral};

/// A place in a law. 条款项
///
/// Written `30`, `30.1` (paragraph), `30.1.2` (item), `30..2` (an item of an article whose paragraph is not named),
/// `30之一` (an article put in later).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Article {
    /// 条
    pub article: u16,
    /// The number after 之; 0 for an ordinary article.
    pub inserted: u16,
    /// 款
    pub paragraph: Option<u16>,
    /// 项
    pub item: Option<u16>,
}

impl Article {
    /// A whole article.
    #[must_use]
    pub fn whole(article: u16) -> Self {
        Self { article, inserted: 0, paragraph: None, item: None }
    }

    /// Reads `30`, `30.1`, `30.1.2`, `30..2`, `30之一`, `30之一.2`.
    ///
    /// # Errors
    /// Says what was expected when the text has another form.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        read(text.trim()).ok_or_else(|| {
            let message = format!("条款“{text}”的写法不对");
            let help = "请写成“30”（第三十条）、“30.1”（第一款）、“30.1.2”（第（二）项）或者“30之一”";
            Box::new(Diagnostic::error("article_format", message).help(help))
        })
    }

    /// The form that packs write, such as `30.1.2`.
    #[must_use]
    pub fn id(self) -> String {
        let mut text = self.article.to_string();
        if self.inserted > 0 {
            text.push('之');
            text.push_str(&numeral(u32::from(self.inserted)));
        }
        match (self.paragraph, self.item) {
            (None, None) => {}
            (Some(paragraph), None) => text.push_str(&format!(".{paragraph}")),
            (None, Some(item)) => text.push_str(&format!("..{item}")),
            (Some(paragraph), Some(item)) => text.push_str(&format!(".{paragraph}.{item}")),
        }
        text
    }

    /// Whether `other` is this place or lies within it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        let same = (self.article, self.inserted) == (other.article, other.inserted);
        let paragraph = self.paragraph.is_none() || self.paragraph == other.paragraph;
        let item = self.item.is_none() || self.item == other.item;
        same && paragraph && item
    }
}

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第{}条", numeral(u32::from(self.article)))?;
        if self.inserted > 0 {
            write!(f, "之{}", numeral(u32::from(self.inserted)))?;
        }
        if let Some(paragraph) = self.paragraph {
            write!(f, "第{}款", numeral(u32::from(paragraph)))?;
        }
        if let Some(item) = self.item {
            write!(f, "第（{}）项", numeral(u32::from(item)))?;
        }
        Ok(())
    }
}

fn read(text: &str) -> Option<Article> {
    let mut parts = text.split('.');
    let (article, paragraph, item) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (article, inserted) = match article.split_once('之') {
        Some((article, inserted)) => (article, u16::try_from(read_numeral(inserted)?).ok()?),
        None => (article, 0),
    };
    let paragraph = match (paragraph, item) {
        (None, _) => None,
        (Some(""), Some(_)) => None,
        (Some(paragraph), _) => Some(number(paragraph)?),
    };
    let item = item.map_or(Some(None), |item| number(item).map(Some))?;
    Some(Article { article: number(article)?, inserted, paragraph, item })
}

/// A number from 1 in ASCII digits.
fn number(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().filter(|number| (1..=9999).contains(number))
}
