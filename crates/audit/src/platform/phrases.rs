//! The phrases under which reports state the figures, by the words that stand at the number.

use std::collections::BTreeMap;

use super::Platform;
use crate::chars::fold;

/// Words of time and order that may stand before what is counted and say nothing of it.
const LEADS: &[&str] = &[
    "其中",
    "共计",
    "总共",
    "合计",
    "共",
    "已经",
    "已",
    "依法",
    "另有",
    "则",
    "并",
    "全部",
    "全年度",
    "全年",
    "本年度",
    "本年",
    "今年",
    "当年",
    "年内",
    "年度",
    "一年来",
    "一是",
    "二是",
    "三是",
    "四是",
    "五是",
    "六是",
    "七是",
    "八是",
    "九是",
    "十是",
];
/// Words between what is counted and its number.
const TAILS: &[&str] = &[
    "共计",
    "总共",
    "合计",
    "总计",
    "共",
    "计",
    "为",
    "是",
    "达到",
    "达",
    "有",
    "大约",
    "约",
    "将近",
    "接近",
    "近",
    "超过",
    "逾",
    "超",
    "不足",
    "不到",
    "仅",
    "了",
    "的",
    "保持在",
    "保持",
    "稳定在",
    "提高到",
    "提高至",
    "提升到",
    "提升至",
    "上升到",
    "上升至",
    "升至",
    "下降到",
    "下降至",
    "降至",
];

/// Marks and spaces that part nothing here.
fn says_nothing(c: char) -> bool {
    c.is_whitespace() || "“”‘’\"#*>:".contains(c)
}

/// A phrase: topics that must be spoken of, and the figure.
#[derive(Debug)]
struct Phrase {
    topics: Vec<usize>,
    figure: usize,
}

/// All phrases, by the words at the number.
#[derive(Debug, Default)]
pub struct Phrases {
    by_words: BTreeMap<String, Vec<Phrase>>,
    topics: Vec<String>,
    scopes: Vec<String>,
}

impl Phrases {
    pub fn new(platform: &Platform) -> Self {
        let scopes = platform.scopes.iter().map(|s| s.chars().map(fold).collect()).collect();
        let mut made = Self { scopes, ..Self::default() };
        for (figure, known) in platform.figures.iter().enumerate() {
            for phrase in &known.phrases {
                made.add(phrase, figure);
            }
        }
        made
    }

    fn add(&mut self, phrase: &str, figure: usize) {
        let folded: String = phrase.chars().map(fold).collect();
        let mut parts: Vec<&str> = folded.split('…').filter(|part| !part.is_empty()).collect();
        let Some(words) = parts.pop() else { return };
        let topics = parts.into_iter().map(|topic| self.topic(topic)).collect();
        let words = self.stripped(words, true);
        if words.chars().count() >= 2 {
            self.by_words.entry(words).or_default().push(Phrase { topics, figure });
        }
    }

    fn topic(&mut self, words: &str) -> usize {
        if let Some(known) = self.topics.iter().position(|t| t == words) {
            return known;
        }
        self.topics.push(words.to_owned());
        self.topics.len() - 1
    }

    /// The words without those that may stand around any of them. 累计 goes only where the year is named with it.
    pub fn stripped(&self, words: &str, dated: bool) -> String {
        let mut rest: String = words.chars().filter(|c| !says_nothing(*c)).collect();
        let cumulative = if dated { &["累计"][..] } else { &[] };
        let scopes = || self.scopes.iter().map(String::as_str);
        loop {
            let leads = LEADS.iter().chain(cumulative).copied().chain(scopes());
            let longest = leads.filter(|w| rest.starts_with(w)).max_by_key(|w| w.len());
            if let Some(cut) = longest.and_then(|w| rest.strip_prefix(w)) {
                rest = cut.to_owned();
                continue;
            }
            let tails = TAILS.iter().chain(cumulative).copied();
            let longest = tails.filter(|w| rest.ends_with(w)).max_by_key(|w| w.len());
            match longest.and_then(|w| rest.strip_suffix(w)) {
                Some(cut) => rest = cut.to_owned(),
                None => return rest,
            }
        }
    }

    /// The topics that words hold.
    pub fn topics_in(&self, words: &str) -> Vec<usize> {
        let all = self.topics.iter().enumerate();
        all.filter(|(_, topic)| words.contains(topic.as_str())).map(|(at, _)| at).collect()
    }

    /// How many characters a topic has.
    pub fn topic_length(&self, topic: usize) -> usize {
        self.topics.get(topic).map_or(0, |t| t.chars().count())
    }

    /// The phrases that words end with, the longest first, each with the figures that it may state: those whose topics are
    /// spoken of before, the last topic deciding.
    pub fn ending<'p>(
        &'p self,
        words: &'p str,
        before: &'p str,
    ) -> impl Iterator<Item = (&'p str, Vec<usize>)> {
        let length = words.chars().count();
        let ends =
            (0..length).filter_map(|skip| words.char_indices().nth(skip).and_then(|(at, _)| words.get(at..)));
        ends.filter_map(|end| self.by_words.get_key_value(end)).filter_map(move |(key, own)| {
            let place = |topic: &usize| {
                let topic = self.topics.get(*topic)?;
                words
                    .strip_suffix(key.as_str())
                    .and_then(|rest| rest.rfind(topic))
                    .map(|at| before.len() + at)
                    .or_else(|| before.rfind(topic.as_str()))
            };
            let nearness = |phrase: &Phrase| {
                let mut nearest = 0;
                for topic in &phrase.topics {
                    nearest = nearest.max(1 + place(topic)?);
                }
                Some((nearest, phrase.figure))
            };
            let fitting: Vec<(usize, usize)> = own.iter().filter_map(nearness).collect();
            let best = fitting.iter().map(|(nearest, _)| *nearest).max()?;
            let figures =
                fitting.into_iter().filter(|(nearest, _)| *nearest == best).map(|(_, figure)| figure);
            Some((key.as_str(), figures.collect()))
        })
    }

    /// The figures that the words at a number may state while these topics are spoken of (the last one last); the nearest
    /// topic decides. `None` when no phrase has these words, an empty list when all of them want another topic.
    pub fn find(&self, words: &str, spoken_of: &[usize]) -> Option<Vec<usize>> {
        let own = self.by_words.get(words)?;
        let nearness = |phrase: &Phrase| -> Option<usize> {
            let mut nearest = 0;
            for topic in &phrase.topics {
                nearest = nearest.max(1 + spoken_of.iter().rposition(|t| t == topic)?);
            }
            Some(nearest)
        };
        let fitting: Vec<(usize, usize)> =
            own.iter().filter_map(|p| nearness(p).map(|n| (n, p.figure))).collect();
        let best = fitting.iter().map(|(n, _)| *n).max();
        let mut figures: Vec<usize> =
            fitting.into_iter().filter(|(n, _)| Some(*n) == best).map(|(_, figure)| figure).collect();
        figures.dedup();
        Some(figures)
    }
}
