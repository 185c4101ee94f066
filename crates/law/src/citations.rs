//! Reads citations of laws and articles from Chinese text: 《…》第…条第…款第（…）项.
//!
//! One pass over the text: every piece that is tried has a bounded length, and what was read is not read again.

use std::ops::Range;

use crate::Article;
use crate::pieces::pieces;
use crate::scan::Text;

/// Where the title of a citation comes from. 名称来源
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TitleFrom {
    /// It stands there, in 《》.
    Written,
    /// The last title of that kind named before, by 该条例, 上述规定 and the like; of any kind where there is none.
    Back,
    /// 本法, 本条例: in a law the law itself, elsewhere mostly the last one named. The title is found as for `Back`;
    /// whoever knows whose text it is may put its own title in its place.
    Own,
    /// A short form that the text introduced (以下简称《条例》), with or without 《》.
    Alias,
    /// The article stands alone, in a sentence that has named the title before.
    Bare,
}

/// A citation in a text. 法条引用
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Bytes of the text that it covers: from the title where it is written, else from 第 (or 该条例).
    pub bytes: Range<usize>,
    /// The same in characters.
    pub chars: Range<usize>,
    /// The title as it is written, without 《》 and white space. Empty when 本法 has nothing to point to.
    pub title: String,
    pub title_from: TitleFrom,
    /// What stands in brackets behind the title, such as 国令第752号.
    pub number: Option<String>,
    /// None when only the title is cited.
    pub article: Option<Article>,
    /// The article ends a range (第三条至第五条) that the citation before it begins.
    pub ends_range: bool,
}

/// Longest title that is read, in characters.
const LONGEST_TITLE: usize = 150;
/// Longest text in brackets behind a title.
const LONGEST_NUMBER: usize = 80;
/// Short forms that are remembered.
const MOST_ALIASES: usize = 32;
/// Titles that 该条例 may point back to.
const MOST_TITLES: usize = 16;

/// All citations of a text, in order.
#[must_use]
pub fn citations(text: &str) -> Vec<Citation> {
    let mut reader = Reader {
        text: Text::new(text),
        found: Vec::new(),
        titles: Vec::new(),
        in_sentence: false,
        aliases: Vec::new(),
    };
    reader.read();
    reader.found
}

/// The articles that a text begins with (第三条、第五条至第七条): each with its characters, and whether it ends a range that
/// the one before it begins.
#[must_use]
pub fn leading_articles(text: &str) -> Vec<(Article, Range<usize>, bool)> {
    let text = Text::new(text);
    let joined = text.any(0, &JOINED).unwrap_or(0);
    let found = pieces(&text, text.space(joined)).map_or_else(Vec::new, |(pieces, _)| pieces);
    found.into_iter().map(|piece| (piece.article, piece.from..piece.to, piece.ends_range)).collect()
}

/// Words between a title and its article.
const JOINED: [&str; 4] = ["中的", "之", "的", "中"];

struct Reader<'t> {
    text: Text<'t>,
    found: Vec<Citation>,
    /// The last titles named, the newest at the end.
    titles: Vec<String>,
    /// Whether this sentence has cited an article.
    in_sentence: bool,
    /// Short forms and the titles that they stand for.
    aliases: Vec<(String, String)>,
}

/// A title being cited.
struct Cited {
    start: usize,
    title: String,
    title_from: TitleFrom,
    number: Option<String>,
}

const BACK: [&str; 5] = ["该", "上述", "前述", "同", "此"];
const KINDS: [&str; 10] = ["法", "条例", "办法", "规定", "解释", "细则", "规则", "规范", "决定", "意见"];

impl Reader<'_> {
    fn read(&mut self) {
        let mut place = 0;
        while let Some(letter) = self.text.at(place) {
            place = match letter {
                '《' | '〈' => self.written(place),
                '本' | '该' | '上' | '前' | '同' | '此' => self.pointed(place),
                '第' => self.bare(place),
                _ => {
                    if matches!(letter, '。' | '\n' | '；') {
                        self.in_sentence = false;
                    }
                    place + 1
                }
            };
        }
    }

    /// A title in 《》 with what stands behind it.
    fn written(&mut self, place: usize) -> usize {
        let Some((title, mut next)) = self.text.title(place, LONGEST_TITLE) else { return place + 1 };
        let known = self.aliases.iter().rev().find(|(alias, _)| *alias == title);
        let (title, title_from) = match known {
            Some((_, meant)) => (meant.clone(), TitleFrom::Alias),
            None => (title, TitleFrom::Written),
        };
        let mut number = None;
        while let Some((inner, after)) = self.behind(next) {
            if let Some(alias) = alias_in(&inner) {
                if self.aliases.len() < MOST_ALIASES {
                    self.aliases.push((alias, title.clone()));
                }
            } else if number.is_none() && !inner.is_empty() {
                number = Some(inner);
            }
            next = after;
        }
        if self.titles.len() == MOST_TITLES {
            self.titles.remove(0);
        }
        self.titles.push(title.clone());
        let cited = Cited { start: place, title, title_from, number };
        let joined = self.text.any(next, &JOINED).unwrap_or(next);
        match self.articles(&cited, self.text.space(joined)) {
            Some(after) => after,
            None => {
                self.push(&cited, place, next, None, false);
                next
            }
        }
    }

    /// A text in brackets behind a title that is a number or introduces a short form.
    fn behind(&self, place: usize) -> Option<(String, usize)> {
        let start = self.text.any(self.text.space(place), &["（", "("])?;
        let mut next = start;
        while next - start <= LONGEST_NUMBER {
            let letter = self.text.at(next)?;
            next += 1;
            if matches!(letter, '）' | ')') {
                let inner: String =
                    self.text.slice(start, next - 1).chars().filter(|c| !c.is_whitespace()).collect();
                let number = ["号", "简称", "下称", "修订", "修正", "年", "令", "施行"]
                    .iter()
                    .any(|w| inner.contains(w));
                return number.then_some((inner, next));
            }
            if letter == '。' {
                return None;
            }
        }
        None
    }

    /// 本法第…条, 该条例第…条: only with an article.
    fn pointed(&mut self, place: usize) -> usize {
        let own = self.text.word(place, "本");
        let Some(next) = own.or_else(|| self.text.any(place, &BACK)) else { return place + 1 };
        let kind = KINDS.iter().find_map(|kind| Some((*kind, self.text.word(next, kind)?)));
        let Some((kind, next)) = kind else { return place + 1 };
        let title_from = if own.is_some() { TitleFrom::Own } else { TitleFrom::Back };
        // 该条例 is the last 条例 that was named, not a law named since.
        let same = self.titles.iter().rev().find(|title| title.ends_with(kind));
        let title = same.or(self.titles.last()).cloned();
        if own.is_none() && title.is_none() {
            return next;
        }
        let title = title.unwrap_or_default();
        let cited = Cited { start: place, title, title_from, number: None };
        let joined = self.text.any(next, &JOINED).unwrap_or(next);
        self.articles(&cited, self.text.space(joined)).unwrap_or(next)
    }

    /// 第…条 behind a short form, or alone in a sentence that cited an article before.
    fn bare(&mut self, place: usize) -> usize {
        let before = self.text.slice(place.saturating_sub(20), place);
        let alias = self.aliases.iter().rev().find(|(alias, _)| before.ends_with(alias.as_str()));
        let cited = match (alias, self.titles.last()) {
            (Some((alias, title)), _) => {
                let start = place - alias.chars().count();
                Cited { start, title: title.clone(), title_from: TitleFrom::Alias, number: None }
            }
            (None, Some(title)) if self.in_sentence => {
                Cited { start: place, title: title.clone(), title_from: TitleFrom::Bare, number: None }
            }
            _ => return place + 1,
        };
        self.articles(&cited, place).unwrap_or(place + 1)
    }

    /// The articles at `place`, each a citation; the place after the last. None when there is no article.
    fn articles(&mut self, cited: &Cited, place: usize) -> Option<usize> {
        let (pieces, next) = pieces(&self.text, place)?;
        for (number, piece) in pieces.into_iter().enumerate() {
            let from = if number == 0 { cited.start } else { piece.from };
            self.push(cited, from, piece.to, Some(piece.article), piece.ends_range);
        }
        self.in_sentence = true;
        Some(next)
    }

    fn push(&mut self, cited: &Cited, from: usize, to: usize, article: Option<Article>, ends_range: bool) {
        self.found.push(Citation {
            bytes: self.text.byte(from)..self.text.byte(to),
            chars: from..to.min(self.text.len()),
            title: cited.title.clone(),
            title_from: cited.title_from,
            number: cited.number.clone(),
            article,
            ends_range,
        });
    }
}

/// The short form that a text in brackets introduces: 以下简称《条例》, 以下简称“条例”, 下称条例.
fn alias_in(inner: &str) -> Option<String> {
    let (_, alias) = inner.split_once("简称").or_else(|| inner.split_once("下称"))?;
    let quotes: &[char] = &['：', ':', '为', '《', '》', '“', '”', '"', '‘', '’', '「', '」'];
    let alias = alias.trim_matches(quotes);
    let length = alias.chars().count();
    (1..=20).contains(&length).then(|| alias.to_owned())
}
