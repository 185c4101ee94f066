//! Drafts of rules and documents: clauses that raise a question of statute, with the article. (审查提示)
//!
//! A pattern is a row of word groups that follow each other in one sentence. What a draft forbids, abolishes or leaves to
//! another text raises no question; nothing here says that a clause is unlawful.

use std::collections::{BTreeMap, BTreeSet};

use law::{Article, Rank};

use crate::chars::{Chars, fold};
use crate::drafting::{Check, Draft};
use crate::text::{Paragraph, Sentence, Text};

/// How far back a word that forbids is looked for, in characters.
const REACH: usize = 80;

/// One group of a pattern: any of its words. (词组)
pub type Group = Vec<Vec<char>>;

/// The place in a law that a question rests on. (依据)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The version of the law, such as `penalty_law@2021`.
    pub version: String,
    pub article: Article,
}

/// A kind of question: 限定交易, 地方保护, … (问题种类)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    pub id: String,
    pub title: String,
}

/// What a rule looks for and what it asks. (审查规则)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    /// The id of its kind.
    pub kind: String,
    pub title: String,
    /// The ranks of drafts that it is for; all when empty.
    pub ranks: Vec<Rank>,
    pub basis: Vec<Basis>,
    /// What it rests on where no text of a law at hand says so; its text was not seen.
    pub source: Option<String>,
    /// What the reviewer should ask.
    pub question: String,
    pub patterns: Vec<Vec<Group>>,
    /// Looks at the whole draft, in place of patterns.
    pub check: Option<Check>,
    /// How many characters may stand between two groups.
    pub within: usize,
    /// No question when the sentence holds one of these.
    pub unless: Vec<Vec<char>>,
    /// Whether a prohibition reaches over commas to the match.
    pub denied_across: bool,
    /// Whether it asks about its words also where they are forbidden: how a draft is worded, not what it says.
    pub always: bool,
}

/// All rules with their common words. (审查规则集)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    pub kinds: Vec<Kind>,
    pub rules: Vec<Rule>,
    /// Words that turn what follows into something forbidden or abolished.
    pub denials: Vec<Vec<char>>,
}

/// A clause that raises a question. (提示)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'r> {
    pub rule: &'r Rule,
    /// The characters that the pattern covers.
    pub start: usize,
    pub end: usize,
    /// The sentence that they stand in.
    pub sentence: (usize, usize),
    /// The article of the draft (第…条), as characters, when its paragraph stands under one.
    pub article: Option<(usize, usize)>,
}

/// The words of a rule, folded as texts are.
#[must_use]
pub fn word(text: &str) -> Vec<char> {
    text.trim().chars().map(fold).collect()
}

impl Screen {
    /// Adds the rules of another set.
    pub fn join(&mut self, other: Self) {
        self.kinds.extend(other.kinds);
        self.rules.extend(other.rules);
        self.denials.extend(other.denials);
    }

    #[must_use]
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }
}

/// A pattern by the first character of its first group: so every place of the text is looked at once.
type Index = BTreeMap<char, BTreeSet<(usize, usize)>>;

fn index(screen: &Screen, rank: Rank) -> Index {
    let mut index = Index::new();
    for (number, rule) in screen.rules.iter().enumerate() {
        if !rule.ranks.is_empty() && !rule.ranks.contains(&rank) {
            continue;
        }
        for (pattern, groups) in rule.patterns.iter().enumerate() {
            let firsts = groups.first().into_iter().flatten().filter_map(|word| word.first());
            for first in firsts {
                index.entry(*first).or_default().insert((number, pattern));
            }
        }
    }
    index
}

/// Screens a draft of a rank. The questions come in the order of the text, one for each rule and sentence.
#[must_use]
pub fn screen<'r>(text: &Text, screen: &'r Screen, rank: Rank) -> Vec<Question<'r>> {
    let index = index(screen, rank);
    let mut found = checked(text, screen, rank);
    let mut article = None;
    let mut lead = Lead::default();
    for paragraph in &text.paragraphs {
        article = article_of(&text.chars, paragraph).or(article);
        lead.enter(text, paragraph, &screen.denials);
        for sentence in text.sentences_of(paragraph) {
            let mut asked = sentence_questions(text, screen, &index, sentence);
            asked.retain(|question| question.rule.always || !lead.denies);
            found.extend(asked.into_iter().map(|question| Question { article, ..question }));
        }
    }
    found.sort_by(|a, b| (a.start, &a.rule.id).cmp(&(b.start, &b.rule.id)));
    found
}

/// What the checks of the whole draft ask.
fn checked<'r>(text: &Text, screen: &'r Screen, rank: Rank) -> Vec<Question<'r>> {
    let mut own = screen.rules.iter().filter(|rule| rule.check.is_some()).peekable();
    if own.peek().is_none() {
        return Vec::new();
    }
    let draft = Draft::new(text);
    let articles: Vec<(usize, usize)> =
        text.paragraphs.iter().filter_map(|one| article_of(&text.chars, one)).collect();
    let mut found = Vec::new();
    for rule in own.filter(|rule| rule.ranks.is_empty() || rule.ranks.contains(&rank)) {
        let places = rule.check.map(|check| draft.run(check, rank)).unwrap_or_default();
        found.extend(places.into_iter().map(|(start, end)| {
            let before = text.sentences.partition_point(|one| one.start <= start);
            let sentence = before.checked_sub(1).and_then(|at| text.sentences.get(at));
            let sentence = sentence.filter(|one| start < one.end.max(one.start + 1));
            let sentence = sentence.map_or((start, end), |one| (one.start, one.end.max(end)));
            let before = articles.partition_point(|(from, _)| *from <= start);
            let article = before.checked_sub(1).and_then(|at| articles.get(at)).copied();
            Question { rule, start, end, sentence, article }
        }));
    }
    found
}

fn sentence_questions<'r>(
    text: &Text,
    screen: &'r Screen,
    index: &Index,
    sentence: &Sentence,
) -> Vec<Question<'r>> {
    let chars = &text.chars;
    let mut asked: BTreeMap<usize, Question<'r>> = BTreeMap::new();
    let mut excused: BTreeMap<usize, bool> = BTreeMap::new();
    let denied = denials(chars, screen, sentence);
    for start in sentence.start..sentence.end {
        let Some(candidates) = index.get(&chars.at(start)) else { continue };
        if text.is_inside(start) {
            continue;
        }
        for (number, pattern) in candidates {
            let Some(rule) = screen.rules.get(*number).filter(|_| !asked.contains_key(number)) else {
                continue;
            };
            let Some(groups) = rule.patterns.get(*pattern) else { continue };
            let mut parts = Vec::new();
            if !follow(chars, groups, (start, start), sentence.end, rule.within, &mut parts) {
                continue;
            }
            if *excused.entry(*number).or_insert_with(|| is_excused(chars, rule, sentence))
                || (!rule.always && is_denied(chars, &denied, rule, sentence.start, &parts))
            {
                continue;
            }
            let end = parts.last().map_or(start, |part| part.1);
            let place = (sentence.start, sentence.end);
            asked.insert(*number, Question { rule, start, end, sentence: place, article: None });
        }
    }
    asked.into_values().collect()
}

/// Whether the groups follow each other, the first beginning between the two places; fills in where each stands.
fn follow(
    chars: &Chars,
    groups: &[Group],
    (from, last): (usize, usize),
    end: usize,
    within: usize,
    parts: &mut Vec<(usize, usize)>,
) -> bool {
    let Some((group, rest)) = groups.split_first() else { return true };
    for at in from..=last.min(end) {
        if at > from && matches!(chars.at(at - 1), ';' | '\n') {
            return false;
        }
        for word in group.iter().filter(|word| at + word.len() <= end && stands(chars, word, at)) {
            let next = at + word.len();
            parts.push((at, next));
            if follow(chars, rest, (next, next + within), end, within, parts) {
                return true;
            }
            parts.pop();
        }
    }
    false
}

fn stands(chars: &Chars, word: &[char], at: usize) -> bool {
    chars.slice(at, at + word.len()) == word
}

/// Where words that forbid stand in a sentence.
fn denials(chars: &Chars, screen: &Screen, sentence: &Sentence) -> Vec<usize> {
    let begins = |at: &usize| screen.denials.iter().any(|word| stands(chars, word, *at));
    (sentence.start..sentence.end).filter(begins).collect()
}

/// Whether a word that forbids stands before the match or in its gaps.
fn is_denied(chars: &Chars, denied: &[usize], rule: &Rule, begin: usize, parts: &[(usize, usize)]) -> bool {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    let stops = |c: char| c == ';' || (c == ',' && !rule.denied_across);
    let from = begin.max(first.0.saturating_sub(REACH));
    let begin = (from..first.0).rev().find(|at| stops(chars.at(*at))).map_or(from, |at| at + 1);
    let in_part = |at: usize| parts.iter().any(|(start, end)| (*start..*end).contains(&at));
    let nearest = denied.partition_point(|at| *at < begin);
    denied.iter().skip(nearest).take_while(|at| **at < last.1).any(|at| !in_part(*at))
}

fn is_excused(chars: &Chars, rule: &Rule, sentence: &Sentence) -> bool {
    (sentence.start..sentence.end).any(|at| rule.unless.iter().any(|word| stands(chars, word, at)))
}

/// A paragraph that ends with a colon speaks for the numbered ones after it. (引导语)
#[derive(Default)]
struct Lead {
    /// Whether the numbered paragraphs that follow are forbidden or abolished.
    denies: bool,
    /// The level of the leading paragraph's own number.
    level: u8,
    open: bool,
}

impl Lead {
    fn enter(&mut self, text: &Text, paragraph: &Paragraph, denials: &[Vec<char>]) {
        let chars = &text.chars;
        let filled = (paragraph.start..paragraph.end).rev().find(|at| chars.at(*at) != ' ');
        let Some(last) = filled else { return };
        let belongs = self.open && paragraph.mark.is_some_and(|mark| mark.level > self.level);
        if belongs {
            return;
        }
        let own = |at: usize| denials.iter().any(|word| stands(chars, word, at));
        let leads = chars.at(last) == ':';
        self.open = leads && (paragraph.start..last).any(own);
        self.level = paragraph.mark.map_or(0, |mark| mark.level);
        self.denies = self.open;
    }
}

/// 第…条 at the head of a paragraph.
fn article_of(chars: &Chars, paragraph: &Paragraph) -> Option<(usize, usize)> {
    let start = (paragraph.start..paragraph.end).find(|at| !matches!(chars.at(*at), ' ' | '#' | '*'))?;
    if chars.at(start) != '第' {
        return None;
    }
    let numeral = |at: &usize| "0123456789零一二三四五六七八九十百".contains(chars.at(*at));
    let end = start + 1 + (start + 1..paragraph.end).take_while(numeral).count();
    (end > start + 1 && chars.at(end) == '条').then_some((start, end + 1))
}
