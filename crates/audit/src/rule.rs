//! The rules as data: what each looks for, and the word lists that they read.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use base::Severity;

/// A rule of the catalogue. (规则)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub title: String,
    pub severity: Severity,
    /// How sure a finding is: `certain`, `likely` or `hint`.
    pub sure: String,
    pub explanation: String,
    /// An example that it finds.
    pub bad: String,
    /// The same, mended.
    pub good: String,
    /// The article that it rests on, if any.
    pub basis: Option<String>,
}

/// A wrong word and the right one. (易错词)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    pub wrong: String,
    pub right: String,
    /// Not wrong when one of these stands right before it.
    pub not_after: Vec<String>,
    /// Not wrong when one of these stands right after it.
    pub not_before: Vec<String>,
    /// Not wrong when the clause holds one of these before it.
    pub unless: Vec<String>,
    pub why: String,
}

/// How a rate is made. (率的构成)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateRule {
    pub names: Vec<String>,
    /// Words that mark the numerator.
    pub numerator: Vec<String>,
    /// Sets of words whose numbers make the numerator together: 优秀 and 良好.
    pub sums: Vec<Vec<String>>,
    /// Words that mark the opposite of the numerator.
    pub complement: Vec<String>,
    /// Words that mark the denominator for sure.
    pub base: Vec<String>,
    /// Words that may mark the denominator.
    pub weak_base: Vec<String>,
    /// Whether it can pass 100 %.
    pub can_pass: bool,
    /// Whether places compute it in several ways, so that a difference is no mistake.
    pub varies: bool,
}

/// Ways of naming one thing that should not be mixed. (混用的名称)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mixed {
    /// The ways of naming it.
    pub names: Vec<String>,
    /// `sentence`, `paragraph` or `text`: how near they must stand.
    pub within: String,
    /// `mixed_terms` or `name_variant`.
    pub rule: String,
    pub why: String,
}

/// The tables that the rules read. (规则数据)
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub catalogue: Vec<Rule>,
    pub confusions: Vec<Confusion>,
    pub rates: Vec<RateRule>,
    pub mixed: Vec<Mixed>,
    /// Pieces of a web page that do not belong to a report.
    pub residues: Vec<String>,
    /// Titles of well-known documents.
    pub titles: Vec<String>,
    /// Pairs that together make the whole: 一审/二审.
    pub complements: Vec<Vec<String>>,
    /// Persons who are counted with 名, not 个.
    pub persons: Vec<String>,
    /// Verbs that begin a measure.
    pub verbs: Vec<String>,
    /// The automata over these words, built when first asked for.
    pub machines: Machines,
    /// Words of two characters that are never rightly doubled.
    pub never_doubled: Vec<String>,
    /// Doubled phrases that are good Chinese.
    pub doubled: Vec<String>,
}

/// Automata over the word lists. (词表自动机)
#[derive(Clone, Debug, Default)]
pub struct Machines {
    pub(crate) confusions: OnceLock<Option<AhoCorasick>>,
    pub(crate) mixed: OnceLock<Option<AhoCorasick>>,
    pub(crate) residues: OnceLock<Option<AhoCorasick>>,
}

/// An automaton that finds the words of a list, the longest where several begin at one place.
pub(crate) fn machine(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok()
}

impl Rules {
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.catalogue.iter().find(|r| r.id == id)
    }
}
