//! Walks through the text number by number: the words of each, and the topics that are spoken of.

use super::Platform;
use super::period::{is_of_another_body, is_of_year};
use super::phrases::Phrases;
use crate::context::Context;
use crate::quantities::{Day, Kind, Quantity};
use crate::text::{Clause, Paragraph};

/// Words after a number and its unit that add nothing to what it counts.
const AFTER: &[&str] = &[
    "同比", "比", "较", "增长", "上升", "增加", "下降", "减少", "降低", "左右", "上下", "以上", "以内", "余",
    "多", "其中", "占",
];
/// Words of a number that only compares; the topic stays.
const COMPARES: &[&str] =
    &["同比", "比上年", "较上年", "比去年", "较去年", "增长", "下降", "上升", "增加", "减少", "占"];
/// Words that join two topics, so that neither is spoken of alone.
const JOINS: &[&str] = &["与", "和", "及", "、", "诉", "信访", "仲裁"];
/// A clause of so many characters more than the topic is still on the topic alone.
const BESIDE_TOPIC: usize = 7;
/// Words longer than this are no phrase: the work stays linear.
const LONGEST: usize = 60;

pub struct Reader<'c, 'a> {
    context: &'c Context<'a>,
    platform: &'c Platform,
    phrases: &'c Phrases,
    year: u32,
    /// Topics spoken of, the last one last.
    topics: Vec<usize>,
    found: Vec<(&'a Quantity, usize)>,
}

impl<'c, 'a> Reader<'c, 'a> {
    pub fn new(context: &'c Context<'a>, platform: &'c Platform, phrases: &'c Phrases, year: u32) -> Self {
        Self { context, platform, phrases, year, topics: Vec::new(), found: Vec::new() }
    }

    /// The numbers that state a figure.
    pub fn read(mut self) -> Vec<(&'a Quantity, usize)> {
        let text = self.context.text;
        let mut elsewhere = false;
        for paragraph in &text.paragraphs {
            if paragraph.mark.is_some_and(|m| m.level == 1) || self.is_heading(paragraph) {
                elsewhere = self.names_another_year(paragraph);
            }
            if paragraph.in_table || elsewhere {
                continue;
            }
            self.topics.clear();
            for sentence in text.sentences_of(paragraph) {
                self.sentence(text.clauses_of(sentence));
            }
        }
        self.found
    }

    fn is_heading(&self, paragraph: &Paragraph) -> bool {
        self.context.chars.starts(paragraph.start, "## ")
    }

    /// Whether a heading is on another year: 2025年工作思路.
    fn names_another_year(&self, paragraph: &Paragraph) -> bool {
        let numbers = self.context.quantities;
        let first = numbers.partition_point(|q| q.start < paragraph.start);
        let own = numbers.iter().skip(first).take_while(|q| q.start < paragraph.end);
        let years = own.filter_map(|q| match q.kind {
            Kind::Date(Day { year: Some(year), .. }) => Some(year),
            _ => None,
        });
        let next = ["下一年", "下一步", "明年", "下步"];
        self.context.chars.has_any(paragraph.start, paragraph.end, next.iter().copied())
            || years.last().is_some_and(|year| year != self.year)
    }

    fn sentence(&mut self, clauses: &[Clause]) {
        // Where words joined by 、 began, as long as no number has stood among them.
        let mut joined = None;
        for clause in clauses {
            let numbers = self.context.between(clause.start, clause.end);
            let counts = |q: &&Quantity| !matches!(q.kind, Kind::Date(_));
            let start = joined.take().unwrap_or(clause.start);
            if !numbers.iter().any(|q| counts(&q)) {
                if clause.separator == '、' {
                    joined = Some(start);
                } else {
                    let after = numbers.last().map_or(start, |q| q.end);
                    self.bare(after, clause.end);
                }
                continue;
            }
            for quantity in numbers.iter().filter(counts) {
                let own = if quantity.before == clause.start { start } else { quantity.before };
                self.number(quantity, clause, own);
            }
        }
    }

    /// A clause without a number: it names a topic, says nothing, or leaves the topic.
    fn bare(&mut self, start: usize, end: usize) {
        if end.saturating_sub(start) > LONGEST {
            return self.topics.clear();
        }
        let words = self.phrases.stripped(&self.context.chars.text(start, end), true);
        if words.is_empty() {
            return;
        }
        let topics = self.phrases.topics_in(&words);
        let is_all = |topic: &usize| self.phrases.topic_length(*topic) == words.chars().count();
        if !topics.iter().any(is_all) {
            self.topics.clear();
        }
        self.take_up(&words, topics);
    }

    fn take_up(&mut self, words: &str, topics: Vec<usize>) {
        let length = words.chars().count();
        for topic in topics {
            let alone = length <= self.phrases.topic_length(topic) + BESIDE_TOPIC;
            if alone && !JOINS.iter().any(|j| words.contains(j)) {
                self.topics.retain(|known| *known != topic);
                self.topics.push(topic);
            }
        }
    }

    /// Whether a bracket says that more or less than the figure is counted: 66件(含上年结转3件).
    fn is_wider(&self, quantity: &Quantity, clause: &Clause) -> bool {
        let words = ["含", "包括", "包含", "不含", "不包括"];
        let chars = self.context.chars;
        let bracket =
            if clause.separator == '(' && quantity.after == clause.end { clause.end } else { quantity.end };
        chars.at(bracket) == '(' && words.iter().any(|w| chars.starts(bracket + 1, w))
    }

    fn number(&mut self, quantity: &'a Quantity, clause: &Clause, start: usize) {
        let chars = self.context.chars;
        if quantity.start - start > LONGEST {
            return self.topics.clear();
        }
        let early = self.context.between(clause.start, quantity.start.min(clause.start + LONGEST));
        let dated = early.iter().any(
            |q| matches!(q.kind, Kind::Date(Day { year: Some(year), month: None, .. }) if year == self.year),
        );
        let before = chars.text(start, quantity.start);
        let after = chars.text(quantity.end, quantity.after.min(quantity.end + LONGEST));
        let both = self.phrases.stripped(&format!("{before}{after}"), dated);
        let words = self.phrases.stripped(&before, dated);
        let plain = after.trim().is_empty()
            || after.starts_with('(')
            || AFTER.iter().any(|w| after.trim().starts_with(w));
        let found = self.phrases.find(&both, &self.topics).map(|f| (f, &both));
        let found = found.or_else(|| {
            let own = self.phrases.find(&words, &self.topics).filter(|_| plain);
            own.map(|f| (f, &words))
        });
        let Some((figures, words)) = found else {
            let compares = COMPARES.iter().any(|w| words.contains(w));
            if !compares && !words.is_empty() {
                self.topics.clear();
                self.take_up(&words, self.phrases.topics_in(&words));
            }
            return;
        };
        if figures.is_empty() {
            self.topics.clear();
        }
        self.take_up(words, self.phrases.topics_in(words));
        let fits = |at: &usize| self.platform.figures.get(*at).is_some_and(|f| has_unit(quantity, &f.units));
        let fitting: Vec<usize> = figures.into_iter().filter(fits).collect();
        // Words that two figures have say neither.
        let [figure] = fitting.as_slice() else { return };
        let ours = !self.is_wider(quantity, clause)
            && is_of_year(self.context, quantity, self.year)
            && !is_of_another_body(self.context, quantity, start, &self.platform.scopes);
        if ours {
            self.found.push((quantity, *figure));
        }
    }
}

/// Whether a number is of a kind and unit that the figure is stated in.
pub fn has_unit(quantity: &Quantity, units: &[String]) -> bool {
    let family = match quantity.kind {
        Kind::Percent => "%",
        Kind::Count => quantity.family(),
        _ => return false,
    };
    let family = if family == "日" { "天" } else { family };
    units.iter().any(|unit| unit == family || (unit == "日" && family == "天"))
}
