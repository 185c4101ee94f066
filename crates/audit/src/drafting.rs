//! What a draft must look like: numbers in their row, references that lead somewhere, titles, a day from which it is in
//! force. Each check looks at the whole draft; which checks there are, on what they rest and what they ask stands in the
//! rules of screening. (起草技术)

use std::collections::{BTreeMap, BTreeSet};

use law::{Rank, read_numeral};

use crate::chars::Chars;
use crate::text::{Paragraph, Text};

/// A check that words in a row cannot express. (起草检查)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Articles twice, left out or out of row.
    ArticleRow,
    /// Chapters likewise.
    ChapterRow,
    /// Items （一）（二） likewise.
    ItemRow,
    /// 第12条 instead of 第十二条.
    ArabicNumber,
    /// A rule that calls itself 条例.
    RuleTitle,
    /// A rule that is divided into chapters.
    Chapters,
    /// No day from which it is in force.
    EffectMissing,
    /// 本办法第五十条 in a draft of thirty articles.
    ReferenceLost,
    /// A law cited without 《》.
    Untitled,
    /// A law cited without 中华人民共和国.
    ShortTitle,
    /// 以下简称 something that never comes again, or twice.
    Abbreviation,
    /// 但 for 但是.
    But,
    /// 同时废止 without saying what.
    RepealUntitled,
}

impl Check {
    const ALL: [(&'static str, Self); 13] = [
        ("article_row", Self::ArticleRow),
        ("chapter_row", Self::ChapterRow),
        ("item_row", Self::ItemRow),
        ("arabic_number", Self::ArabicNumber),
        ("rule_title", Self::RuleTitle),
        ("chapters", Self::Chapters),
        ("effect_missing", Self::EffectMissing),
        ("reference_lost", Self::ReferenceLost),
        ("untitled", Self::Untitled),
        ("short_title", Self::ShortTitle),
        ("abbreviation", Self::Abbreviation),
        ("but", Self::But),
        ("repeal_untitled", Self::RepealUntitled),
    ];

    /// The check of a word of the rules.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == id).map(|(_, check)| *check)
    }

    /// The words of all checks.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(id, _)| *id)
    }
}

/// A place of a draft, as characters. (位置)
pub type Place = (usize, usize);

/// A draft with what its checks look at. (草案)
pub struct Draft<'t> {
    text: &'t Text,
    chars: &'t Chars,
    /// The first paragraph that is not empty.
    title: Place,
    articles: Vec<Numbered>,
    chapters: Vec<Numbered>,
    /// Names that 以下简称 gives, with the place of each.
    names: Vec<(String, Place)>,
    short: BTreeSet<String>,
}

/// 第十二条 or 第三章 at the head of a paragraph.
struct Numbered {
    number: Option<u32>,
    arabic: bool,
    place: Place,
}

/// What a document calls itself: 本办法, 本规定, …
const OWN: [&str; 9] = ["办法", "规定", "细则", "条例", "规则", "意见", "通知", "方案", "决定"];

impl<'t> Draft<'t> {
    #[must_use]
    pub fn new(text: &'t Text) -> Self {
        let chars = &text.chars;
        let own = |paragraph: &&Paragraph| !is_empty(filled(chars, (paragraph.start, paragraph.end)));
        let title =
            text.paragraphs.iter().find(own).map_or((0, 0), |one| filled(chars, (one.start, one.end)));
        let headed =
            |unit| text.paragraphs.iter().filter_map(move |one| numbered(chars, one, unit)).collect();
        let names = names(text);
        let short = names.iter().map(|(name, _)| name.clone()).collect();
        Self { text, chars, title, articles: headed('条'), chapters: headed('章'), names, short }
    }

    /// The places at which a check asks, in the order of the text.
    #[must_use]
    pub fn run(&self, check: Check, rank: Rank) -> Vec<Place> {
        let is_rule = matches!(rank, Rank::LocalRule | Rank::DepartmentRule);
        match check {
            Check::ArticleRow => out_of_row(&self.articles),
            Check::ChapterRow => out_of_row(&self.chapters),
            Check::ItemRow => self.items(),
            Check::ArabicNumber => {
                let both = self.articles.iter().chain(&self.chapters);
                both.filter(|one| one.arabic).map(|one| one.place).collect()
            }
            Check::RuleTitle if is_rule => self.calls_itself("条例"),
            Check::Chapters if is_rule => self.chapters.first().map(|one| one.place).into_iter().collect(),
            Check::RuleTitle | Check::Chapters => Vec::new(),
            Check::EffectMissing => self.effect_missing(),
            Check::ReferenceLost => self.lost_references(),
            Check::Untitled => self.untitled(),
            Check::ShortTitle => self.short_titles(),
            Check::Abbreviation => self.abbreviations(),
            Check::But => self.single_but(),
            Check::RepealUntitled => self.repeal_untitled(),
        }
    }

    fn calls_itself(&self, word: &str) -> Vec<Place> {
        let (start, end) = self.title;
        let end = self.chars.find(start, end, "(").unwrap_or(end);
        let is = end > start && self.chars.text(start, end).trim_end().ends_with(word);
        if is { vec![(start, end)] } else { Vec::new() }
    }

    /// Items count from （一） on; a new article, or a paragraph that leads a new list, begins anew.
    fn items(&self) -> Vec<Place> {
        let mut found = Vec::new();
        let mut last = 0;
        for paragraph in &self.text.paragraphs {
            if let Some(mark) = paragraph.mark.filter(|mark| mark.level == 2) {
                if mark.number != last + 1 && mark.number != 1 {
                    found.push((paragraph.start, mark.end));
                }
                last = mark.number;
            } else if numbered(self.chars, paragraph, '条').is_some()
                || paragraph.mark.is_some_and(|m| m.level < 2)
            {
                last = 0;
            }
        }
        found
    }

    /// Somewhere it must say 自……起施行, or the day in other words.
    fn effect_missing(&self) -> Vec<Place> {
        let length = self.chars.len();
        let words = [
            "起施行",
            "起实施",
            "起生效",
            "起执行",
            "起试行",
            "日施行",
            "起正式施行",
            "日后施行",
            "日后实施",
            "日后生效",
        ];
        let says = words.iter().any(|word| self.chars.find(0, length, word).is_some());
        if says || is_empty(self.title) { Vec::new() } else { vec![self.title] }
    }

    /// 本办法第…条 of an article that the draft does not have.
    fn lost_references(&self) -> Vec<Place> {
        let known: BTreeSet<u32> = self.articles.iter().filter_map(|one| one.number).collect();
        if known.is_empty() {
            return Vec::new();
        }
        let lost = self.cited_articles().filter(|(start, end)| {
            let own = OWN.iter().any(|word| self.chars.ends(*start, &format!("本{word}")));
            own && !reading(self.chars, (*start, *end)).is_some_and(|number| known.contains(&number))
        });
        lost.collect()
    }

    /// Every 第…条 outside quotations that does not head a paragraph.
    fn cited_articles(&self) -> impl Iterator<Item = Place> {
        let heads: BTreeSet<usize> = self.articles.iter().map(|one| one.place.0).collect();
        let places =
            (0..self.chars.len()).filter(|at| self.chars.at(*at) == '第' && !self.text.is_inside(*at));
        places.filter(move |at| !heads.contains(at)).filter_map(|at| {
            let end = at + 1 + numeral_length(self.chars, at + 1);
            (end > at + 1 && self.chars.at(end) == '条').then_some((at, end + 1))
        })
    }

    /// 依照行政处罚法第十条: the title stands without 《》.
    fn untitled(&self) -> Vec<Place> {
        let mut found = Vec::new();
        for (at, end) in self.cited_articles() {
            let start = self.name_before(at);
            let name = self.chars.text(start, at);
            let is_title =
                ["法", "条例", "办法", "规定", "细则", "规则"].iter().any(|word| name.ends_with(word));
            let own = ["本", "该", "此", "上述", "前述", "有关", "相关", "其"];
            let kinds = ["法", "条例", "办法", "规定", "细则", "规则"];
            let is_own =
                own.iter().any(|own| kinds.iter().any(|kind| name.ends_with(&format!("{own}{kind}"))));
            let is_plain = ["办法", "规定", "条例", "细则", "规则"].contains(&name.as_str());
            let is_short = self.short.iter().any(|short| name.ends_with(short));
            if is_title && !is_own && !is_plain && !is_short && name.chars().count() > 2 {
                found.push((start, end));
            }
        }
        found
    }

    /// Where the name begins that ends before a place: after the last mark or word that leads a citation.
    fn name_before(&self, at: usize) -> usize {
        const LEADS: [&str; 9] = ["依照", "按照", "根据", "依据", "违反", "适用", "参照", "执行", "符合"];
        let floor = at.saturating_sub(30);
        let mut start = at;
        while start > floor {
            let stops = !crate::chars::is_han(self.chars.at(start - 1))
                || LEADS.iter().any(|word| self.chars.ends(start, word));
            if stops {
                break;
            }
            start -= 1;
        }
        start
    }

    /// 《行政处罚法》 where it is cited first and no short name was given.
    fn short_titles(&self) -> Vec<Place> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for start in (0..self.chars.len()).filter(|at| self.chars.at(*at) == '《') {
            let Some(end) = self.chars.find(start, (start + 60).min(self.chars.len()), "》") else {
                continue;
            };
            let title = self.chars.text(start + 1, end);
            let is_law = title == "民法典"
                || (title.ends_with('法')
                    && !["办法", "方法", "做法", "宪法"].iter().any(|word| title.ends_with(word)));
            let is_full = title.starts_with("中华人民共和国") || title == "反分裂国家法";
            let is_name = self.names.iter().any(|(short, place)| *short == title && place.0 < start);
            if is_law && !is_full && !is_name && seen.insert(title) {
                found.push((start, end + 1));
            }
        }
        found
    }

    /// Short names that are given twice, or never used.
    fn abbreviations(&self) -> Vec<Place> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (name, place) in &self.names {
            let again = first.insert(name, place.0).is_some();
            if again || self.chars.find(place.1, self.chars.len(), name).is_none() {
                found.push(*place);
            }
        }
        found
    }

    fn single_but(&self) -> Vec<Place> {
        let own = |at: &usize| {
            let (before, next) = (self.chars.before(*at), self.chars.at(at + 1));
            self.chars.at(*at) == '但' && matches!(before, ',' | ';' | '。') && !"是书凡愿当".contains(next)
        };
        let places = (0..self.chars.len()).filter(own).filter(|at| !self.text.is_inside(*at));
        places.map(|at| (at, at + 1)).collect()
    }

    /// 同时废止 in a sentence that names nothing in 《》.
    fn repeal_untitled(&self) -> Vec<Place> {
        let mut found = Vec::new();
        for sentence in &self.text.sentences {
            let Some(at) = self.chars.find(sentence.start, sentence.end, "同时废止") else { continue };
            if !self.chars.slice(sentence.start, sentence.end).contains(&'《') {
                found.push((at, at + 4));
            }
        }
        found
    }
}

/// Numbers that do not follow the one before.
fn out_of_row(all: &[Numbered]) -> Vec<Place> {
    let mut found = Vec::new();
    let mut last = 0;
    for one in all {
        let Some(number) = one.number else { continue };
        // An annex may count from one again.
        if number != last + 1 && (number != 1 || last < 2) {
            found.push(one.place);
        }
        last = number;
    }
    found
}

/// 第…条 or 第…章 at the head of a paragraph, with a space, the end or its text after it.
fn numbered(chars: &Chars, paragraph: &Paragraph, unit: char) -> Option<Numbered> {
    let start =
        (paragraph.start..paragraph.end).find(|at| !matches!(chars.at(*at), ' ' | '#' | '*' | '\t'))?;
    let end = start + 1 + numeral_length(chars, start + 1);
    if chars.at(start) != '第' || end == start + 1 || chars.at(end) != unit {
        return None;
    }
    // 第三条第一款规定的…… begins a sentence, not an article; nor does 第三条所称……
    if matches!(chars.at(end + 1), '第' | '所' | '规' | '的' | '、' | '和' | '至' | '中') {
        return None;
    }
    let place = (start, end + 1);
    Some(Numbered { number: reading(chars, place), arabic: chars.at(start + 1).is_ascii_digit(), place })
}

fn numeral_length(chars: &Chars, from: usize) -> usize {
    (from..from + 8).take_while(|at| "0123456789零〇一二三四五六七八九十百千".contains(chars.at(*at))).count()
}

/// The number of 第…条.
fn reading(chars: &Chars, (start, end): Place) -> Option<u32> {
    let written = chars.text(start + 1, end.saturating_sub(1));
    written.parse().ok().or_else(|| read_numeral(&written))
}

/// The names that 以下简称 gives: to the end of the bracket, without marks.
fn names(text: &Text) -> Vec<(String, Place)> {
    let chars = &text.chars;
    let mut made: BTreeMap<usize, (String, Place)> = BTreeMap::new();
    for word in ["以下简称", "以下统称", "下称"] {
        let mut from = 0;
        while let Some(at) = chars.find(from, chars.len(), word) {
            from = at + word.chars().count();
            let begin = from
                + (from..chars.len())
                    .take_while(|at| matches!(chars.at(*at), '“' | '"' | '《' | '为'))
                    .count();
            let end = (begin..chars.len().min(begin + 24))
                .find(|at| matches!(chars.at(*at), ')' | ',' | '。' | '”' | '"' | '》' | ';' | '、' | '\n'));
            let Some(end) = end.filter(|end| *end > begin) else { continue };
            made.insert(begin, (chars.text(begin, end), (begin, end)));
        }
    }
    made.into_values().collect()
}

fn filled(chars: &Chars, (start, end): Place) -> Place {
    let blank = |at: &usize| matches!(chars.at(*at), ' ' | '\t' | '\n' | '#' | '*');
    let first = (start..end).find(|at| !blank(at)).unwrap_or(end);
    let last = (first..end).rev().find(|at| !blank(at)).map_or(first, |at| at + 1);
    (first, last)
}

fn is_empty(place: Place) -> bool {
    place.0 >= place.1
}
