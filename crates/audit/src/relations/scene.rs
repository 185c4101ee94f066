//! The numbers that a rate or a share may be made of, and whether their words name them. (周围的数)

use crate::chars::is_han;
use crate::context::Context;
use crate::quantities::Quantity;

/// So many numbers before a rate are looked at: the work stays linear.
const BEFORE: usize = 40;
/// And so many after it, in its own sentence.
const AFTER: usize = 2;

/// The numbers around a printed rate, in the order of the text. (周围的数)
pub struct Scene<'a> {
    /// Exact counts that can be seen from the rate: of its paragraph, and of the one before it.
    pub counts: Vec<&'a Quantity>,
    /// Exact counts of the same sentence that stand in brackets of their own.
    pub nested: Vec<&'a Quantity>,
}

impl<'a> Scene<'a> {
    pub fn around(context: &Context<'a>, printed: &Quantity) -> Self {
        let at = context.quantities.partition_point(|q| q.start < printed.start);
        let before = context.quantities.get(at.saturating_sub(BEFORE)..at).unwrap_or(&[]);
        let after = context.quantities.get(at + 1..).unwrap_or(&[]);
        let own = |q: &&Quantity| {
            q.sentence == printed.sentence && context.segment_start(q.clause) <= printed.clause
        };
        let after = after.iter().take(AFTER).filter(own);
        let near = |q: &&Quantity| printed.paragraph - q.paragraph <= 1;
        let explains = |q: &Quantity| q.bracket == printed.end + 1;
        let days = |q: &Quantity| q.unit == "天" && context.labelled(q, ["天数", "监测"]);
        let is_count = |q: &Quantity| (q.is_count() || days(q)) && q.is_exact();
        let hidden = |q: &&Quantity| {
            q.sentence == printed.sentence && is_count(q) && !q.is_seen_from(printed) && !explains(q)
        };
        let nested = before.iter().filter(hidden).collect();
        let counts = before
            .iter()
            .filter(near)
            .chain(after)
            .filter(|q| is_count(q) && (q.is_seen_from(printed) || explains(q)))
            .collect();
        Self { counts, nested }
    }

    /// The counts of the rate's own sentence, up to the rate.
    pub fn of_sentence(&self, printed: &Quantity) -> Vec<&'a Quantity> {
        let own = |q: &&&Quantity| q.sentence == printed.sentence && q.start < printed.start;
        self.counts.iter().filter(own).copied().collect()
    }

    /// The counts of the bracket that follows the rate: "满意率96.3%（回访3100人次，满意2985人次）".
    pub fn of_bracket(&self, printed: &Quantity) -> Vec<&'a Quantity> {
        self.counts.iter().filter(|q| q.bracket == printed.end + 1).copied().collect()
    }

    /// The counts of its paragraph within so many sentences before it.
    pub fn within(&self, printed: &Quantity, sentences: usize) -> Vec<&'a Quantity> {
        let near =
            |q: &&&Quantity| q.paragraph == printed.paragraph && printed.sentence - q.sentence <= sentences;
        self.counts.iter().filter(near).copied().collect()
    }
}

/// Whether words name a thing: they hold its name, or its characters in order with little between them.
pub fn names(words: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().filter(|c| is_han(*c)).collect();
    if name.len() < 2 {
        return false;
    }
    let plain: String = name.iter().collect();
    if words.contains(&plain) {
        return true;
    }
    let chars: Vec<char> = words.chars().collect();
    let reach = name.len() + 6;
    (0..chars.len()).filter(|start| chars.get(*start) == name.first()).any(|start| {
        let mut wanted = name.iter().peekable();
        for c in chars.iter().skip(start).take(reach) {
            if wanted.peek() == Some(&c) {
                wanted.next();
            }
        }
        wanted.peek().is_none()
    })
}

/// The words on both sides of a number: those after it only where no other number follows them.
fn sides(context: &Context, quantity: &Quantity) -> (usize, usize) {
    // 抽取2020年办结的案卷36卷: the words before a date belong to the number too.
    let begins = context.date_before(quantity).map_or(quantity.before, |date| date.before);
    let before = quantity.start.saturating_sub(40).max(begins);
    let clause = context.text.clauses.get(quantity.clause).map_or(quantity.end, |c| c.end);
    let after = if quantity.after >= clause { clause.min(quantity.end + 16) } else { quantity.end };
    (before, after)
}

/// The words on both sides of a number, with a bar between them.
pub fn around(context: &Context, quantity: &Quantity) -> String {
    let (before, after) = sides(context, quantity);
    context.chars.text(before, quantity.start) + "|" + &context.chars.text(quantity.end, after)
}

/// Whether the words on either side of a number hold one of some words.
pub fn says<'w>(
    context: &Context,
    quantity: &Quantity,
    words: impl Iterator<Item = &'w str> + Clone,
) -> bool {
    let (before, after) = sides(context, quantity);
    context.chars.has_any(before, quantity.start, words.clone())
        || after > quantity.end && context.chars.has_any(quantity.end, after, words)
}

/// A name of a whole without the words that only say "all of it": 受理总数 is what was received.
pub fn bare_whole(phrase: &str) -> String {
    const IDLE: &[&str] =
        &["总数", "总量", "总额", "总人数", "总件数", "全部", "所有", "数量", "人数", "件数", "的"];
    let mut name = phrase.trim().to_owned();
    for word in IDLE {
        name = name.replace(word, "");
    }
    let name = name.trim_end_matches(['数', '量']);
    ["案件", "件", "宗", "起"]
        .iter()
        .find_map(|w| name.strip_suffix(w).filter(|n| n.chars().count() >= 2))
        .unwrap_or(name)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_words_within() {
        assert!(names("现有专职人民调解员", "专职调解员"));
        assert!(names("其中可网上办理", "可办"));
        assert!(!names("行政许可", "行政处罚"));
        assert!(!names("", "受理"));
        assert_eq!(bare_whole("受理总数的"), "受理");
    }
}
