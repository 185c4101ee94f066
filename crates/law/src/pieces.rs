//! Reads a run of articles: 第三十条第一款第（二）、（三）项和第二款、第三十一条至第三十五条.

use crate::Article;
use crate::scan::Text;

/// One article of a run.
pub(crate) struct Piece {
    pub article: Article,
    pub from: usize,
    pub to: usize,
    pub ends_range: bool,
}

/// Numbers that may share one 条, 款 or 项.
const MOST_SHARED: usize = 20;

/// A number of a list such as 第一、二款, with the place of its first character and the one after it.
struct Number {
    value: u16,
    from: usize,
    to: usize,
    ends_range: bool,
}

struct Run<'r, 't> {
    text: &'r Text<'t>,
    pieces: Vec<Piece>,
    article: Article,
    /// Where the piece being read begins.
    from: usize,
    ends_range: bool,
}

/// The articles of the run that begins at `place`, and the place after it.
pub(crate) fn pieces(text: &Text<'_>, place: usize) -> Option<(Vec<Piece>, usize)> {
    let article = Article::whole(0);
    let mut run = Run { text, pieces: Vec::new(), article, from: place, ends_range: false };
    let mut next = run.articles(place)?;
    loop {
        next = run.deeper(next);
        run.close(next);
        let bare = run.article.item.and_then(|_| item(text, next)).map(|_| (next, false));
        let Some((start, range)) = separator(text, next).or(bare) else { break };
        (run.from, run.ends_range) = (start, range);
        let Some(after) = run.following(start) else { break };
        next = after;
    }
    Some((run.pieces, next))
}

impl Run<'_, '_> {
    /// Ends the piece being read.
    fn close(&mut self, to: usize) {
        let (article, from, ends_range) = (self.article, self.from, self.ends_range);
        self.pieces.push(Piece { article, from, to, ends_range });
        self.ends_range = false;
    }

    /// Sets the numbers of a list one by one, each but the last a piece of its own; the place after the list.
    fn set(&mut self, numbers: Vec<Number>, change: impl Fn(&mut Article, u16)) -> Option<usize> {
        let mut next = None;
        let last = numbers.len().saturating_sub(1);
        for (place, number) in numbers.into_iter().enumerate() {
            if place > 0 {
                self.from = number.from;
                self.ends_range = number.ends_range;
            }
            change(&mut self.article, number.value);
            if place < last {
                self.close(number.to);
            }
            next = Some(number.to);
        }
        next
    }

    /// 第三十条, 第三十条之一, 第三十、三十一条.
    fn articles(&mut self, place: usize) -> Option<usize> {
        let numbers = numbers(self.text, place, "条")?;
        let next = self.set(numbers, |article, value| *article = Article::whole(value))?;
        let inserted = self.text.word(next, "之").and_then(|start| self.text.numeral(start));
        let Some((number, after)) = inserted else { return Some(next) };
        self.article.inserted = number;
        Some(after)
    }

    fn paragraphs(&mut self, place: usize) -> Option<usize> {
        let numbers = numbers(self.text, place, "款")?;
        self.set(numbers, |article, value| (article.paragraph, article.item) = (Some(value), None))
    }

    /// 第（二）项, （二）项, 第二项; of a list 第（一）、（二）项 the first alone.
    fn items(&mut self, place: usize) -> Option<usize> {
        if let Some(numbers) = numbers(self.text, place, "项") {
            return self.set(numbers, |article, value| article.item = Some(value));
        }
        let (number, next) = item(self.text, place)?;
        self.article.item = Some(number);
        Some(next)
    }

    /// 款 and 项 behind an article, as far as they go.
    fn deeper(&mut self, place: usize) -> usize {
        let mut next = place;
        if self.article.paragraph.is_none() && self.article.item.is_none() {
            next = self.paragraphs(self.text.space(next)).unwrap_or(next);
        }
        if self.article.item.is_none() {
            next = self.items(self.text.space(next)).unwrap_or(next);
        }
        next
    }

    /// What follows a separator: another article, another paragraph or another item.
    fn following(&mut self, place: usize) -> Option<usize> {
        if let Some(next) = self.articles(place).or_else(|| self.paragraphs(place)) {
            return Some(next);
        }
        self.article.item?;
        self.items(place)
    }
}

/// 第三十条, or 第三十、三十一条 where several numbers share one unit.
fn numbers(text: &Text<'_>, place: usize, unit: &str) -> Option<Vec<Number>> {
    let mut from = place;
    let mut start = text.space(text.word(place, "第")?);
    let mut found = Vec::new();
    let mut ends_range = false;
    while found.len() < MOST_SHARED {
        let (value, next) = text.numeral(start)?;
        let after = text.space(next);
        if let Some(to) = text.word(after, unit) {
            found.push(Number { value, from, to, ends_range });
            return Some(found);
        }
        found.push(Number { value, from, to: next, ends_range });
        (start, ends_range) = separator(text, next)?;
        from = start;
    }
    None
}

/// 第（二）项 or （二）项. In a list 第（一）、（二）项 the first has no 项 of its own.
fn item(text: &Text<'_>, place: usize) -> Option<(u16, usize)> {
    let start = text.word(place, "第").map_or(place, |start| text.space(start));
    let (number, next) = text.bracketed(start)?;
    if let Some(end) = text.word(text.space(next), "项") {
        return Some((number, end));
    }
    let mut after = next;
    for _ in 0..MOST_SHARED {
        after = separator(text, after).map_or(after, |(after, _)| after);
        let (_, end) = text.bracketed(after)?;
        if text.word(text.space(end), "项").is_some() {
            return Some((number, next));
        }
        after = end;
    }
    None
}

/// The place after a sign or word that joins articles, and whether it makes a range.
fn separator(text: &Text<'_>, place: usize) -> Option<(usize, bool)> {
    const JOINS: [&str; 11] = ["、", "，", ",", "以及", "和", "及", "与", "或者", "或", "并", "；"];
    const RANGES: [&str; 7] = ["至", "到", "—", "-", "－", "~", "～"];
    let start = text.space(place);
    if let Some(next) = text.any(start, &RANGES) {
        return Some((text.space(next), true));
    }
    let next = text.any(start, &JOINS)?;
    Some((text.space(next), false))
}
