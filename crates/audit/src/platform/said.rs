//! Whether the words of a number are those of the figure that its link leads to.

use std::collections::BTreeSet;

use super::KnownFigure;
use super::phrases::Phrases;
use crate::chars::fold;

/// Words right before those of a figure that turn them round.
const NOT: &[&str] = &["不", "不予", "未", "未予", "未能", "没有", "非", "免予"];

/// What the words of a linked number say. (文字所指)
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// They name the linked figure.
    Linked,
    /// They name other figures, by their places.
    Others(Vec<usize>),
    /// They deny what the figure counts.
    Denied,
    /// They and the sentences before them have nothing in common with the figure.
    Unrelated,
    /// They name no figure, and speak of the same things.
    Free,
}

/// Reads the words right before a number; `before` is what its paragraph says before them.
pub fn read(phrases: &Phrases, figure: usize, known: &KnownFigure, words: &str, before: &str) -> Said {
    let words = phrases.stripped(words, true);
    let mut denied = false;
    for (key, figures) in phrases.ending(&words, before) {
        if !figures.contains(&figure) {
            return Said::Others(figures);
        }
        let rest = words.strip_suffix(key).unwrap_or_default();
        if !NOT.iter().any(|not| rest.ends_with(not)) {
            return Said::Linked;
        }
        denied = true;
    }
    if denied {
        return Said::Denied;
    }
    let said = pairs(&format!("{before}\n{words}"));
    let names = known.phrases.iter().chain([&known.name, &known.definition]);
    if names.into_iter().any(|name| !pairs(name).is_disjoint(&said)) { Said::Free } else { Said::Unrelated }
}

/// The pairs of ideographs that stand side by side.
fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let folded: Vec<char> = text.chars().map(fold).collect();
    let both = folded.iter().zip(folded.iter().skip(1));
    both.filter(|(a, b)| crate::chars::is_han(**a) && crate::chars::is_han(**b))
        .map(|(a, b)| (*a, *b))
        .collect()
}
