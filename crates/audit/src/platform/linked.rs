//! Numbers that carry a link to the page of a figure: the link says which figure they state.

use super::address::Address;
use super::labels::has_unit;
use super::phrases::Phrases;
use super::said::{self, Said};
use super::{Compared, KnownFigure, Platform, compare, period};
use crate::context::{Context, Words};
use crate::finding::Verdict;
use crate::links::Link;
use crate::quantities::{self, Kind, Quantity};
use crate::tables::Cell;
use crate::text::Text;

/// How a figure without anything to divide by is printed. (无可比记录)
pub const NOTHING: &str = "无可比记录";
/// So much of a paragraph before a number is looked at: the work stays linear.
const BACK: usize = 400;
/// So many characters right before a number may be its words.
const LONGEST: usize = 80;

/// The cells of all tables, each with the first one of its row.
struct Rows(Vec<(Cell, Cell)>);

impl Rows {
    fn of(context: &Context) -> Self {
        let rows = context.text.tables.iter().flat_map(|table| &table.rows);
        let mut cells: Vec<(Cell, Cell)> = rows
            .filter_map(|row| row.first().map(|first| (row, *first)))
            .flat_map(|(row, first)| row.iter().map(move |cell| (*cell, first)))
            .collect();
        cells.sort_by_key(|(cell, _)| (cell.start, cell.end));
        Self(cells)
    }

    /// The first cell of the row in which a character stands.
    fn name(&self, at: usize) -> Option<Cell> {
        let next = self.0.partition_point(|(cell, _)| cell.start <= at);
        let (cell, first) = self.0.get(next.checked_sub(1)?)?;
        (at < cell.end && cell.start != first.start).then_some(*first)
    }
}

/// A link to a figure with the place where the words of its number may begin.
struct Linked<'l> {
    link: &'l Link,
    address: Address<'l>,
    from: usize,
}

/// Compares every number that has a link to a figure, and says where links and words do not fit. The ranges of the links
/// that were followed: what stands in them is not read by its words any more.
pub fn check(
    context: &mut Context,
    platform: &Platform,
    phrases: &Phrases,
    year: u32,
    links: &[Link],
) -> (Vec<Compared>, Vec<(usize, usize)>) {
    let mut made = Vec::new();
    let mut followed = Vec::new();
    let own = platform.figures.first().and_then(|figure| Address::read(&figure.link));
    let Some(own) = own else { return (made, followed) };
    let rows = Rows::of(context);
    let mut from = 0;
    for link in links {
        let Some(address) = Address::read(&link.target) else { continue };
        let linked = Linked { link, address, from };
        from = link.end;
        let Some(printed) = printed(context, link) else { continue };
        if !asks_the_same(context, platform, &linked, &own, printed.as_ref(), year) {
            continue;
        }
        followed.push((link.start, link.end));
        let found = platform.figures.iter().enumerate().find(|(_, f)| f.id == linked.address.figure);
        match found {
            Some((figure, known)) => {
                let words = words(context, phrases, &rows, &linked, figure, known);
                tell(context, platform, link, known, words, printed.as_ref());
                made.push(judge(context, platform, link, known, printed.as_ref()));
            }
            None => unknown(context, link, linked.address.figure),
        }
    }
    (made, followed)
}

/// The number that a link prints, `Some(None)` where it prints that there is none; `None` where it prints something else.
fn printed(context: &Context, link: &Link) -> Option<Option<Quantity>> {
    let text = Text::new(context.text.original(link.start, link.end));
    let found = quantities::find(&text);
    let mut counted = found.iter().filter(|q| !matches!(q.kind, Kind::Date(_)));
    let own = counted.next().map(|one| Quantity {
        start: one.start + link.start,
        number_end: one.number_end + link.start,
        end: one.end + link.start,
        before: one.before + link.start,
        after: one.after + link.start,
        ..*one
    });
    // A number may begin before its link or end after it, and words such as 近 and 余 stand outside.
    let near = context.between(link.start.saturating_sub(24), link.end);
    let whole = near.iter().rfind(|q| q.end > link.start && !matches!(q.kind, Kind::Date(_)));
    match (own, whole) {
        (Some(own), Some(whole)) if whole.start <= own.start && whole.number_end >= own.number_end => {
            Some(Some(*whole))
        }
        (Some(own), _) => Some(Some(own)),
        (None, _) => text.source().contains(NOTHING).then_some(None),
    }
}

/// Whether a link asks over the report's own time, body and knowledge. Where it does not and the words speak of the report's
/// own year and body, that is a finding; the number is then read by its words.
fn asks_the_same(
    context: &mut Context,
    platform: &Platform,
    linked: &Linked,
    own: &Address,
    printed: Option<&Quantity>,
    year: u32,
) -> bool {
    let differs = linked.address.differs_from(own);
    if differs.is_empty() {
        return true;
    }
    let elsewhere = printed.is_some_and(|quantity| {
        !period::is_of_year(context, quantity, year)
            || period::is_of_another_body(context, quantity, quantity.before, &platform.scopes)
    });
    if !elsewhere {
        let link = linked.link;
        let words = Words::new("链接打开的不是这份报告所写的期间、机关或者截止之日的指标")
            .computed(differs.join("；"))
            .help("把链接改为本报告期间、机关、截止之日的指标；确是引用别的期间或者机关的，在文字里写明")
            .link(&link.target);
        context.report("figure_link", link.start, link.end, words);
    }
    false
}

/// What the words of a linked number say of the figure: the first cell of its row, or what stands before it.
fn words(
    context: &Context,
    phrases: &Phrases,
    rows: &Rows,
    linked: &Linked,
    figure: usize,
    known: &KnownFigure,
) -> (String, Said) {
    let (chars, start) = (context.chars, linked.link.start);
    let paragraphs = &context.text.paragraphs;
    let at = paragraphs.partition_point(|p| p.start <= start).saturating_sub(1);
    let Some(paragraph) = paragraphs.get(at) else { return (String::new(), Said::Free) };
    if paragraph.in_table {
        let Some(name) = rows.name(start) else { return (String::new(), Said::Free) };
        let name = chars.text(name.start, name.end);
        let said = said::read(phrases, figure, known, &name, "");
        return (name, said);
    }
    let sentences = context.text.sentences_of(paragraph);
    let next = sentences.partition_point(|s| s.start <= start);
    let sentence = next.checked_sub(1).and_then(|at| sentences.get(at)).map_or(paragraph.start, |s| s.start);
    let from = linked.from.max(sentence).max(start.saturating_sub(LONGEST));
    let before = chars.text(paragraph.start.max(start.saturating_sub(BACK)), from);
    let words = chars.text(from, start);
    let said = said::read(phrases, figure, known, &words, &before);
    (words, said)
}

/// Says where the words, or the unit, are not the figure's.
fn tell(
    context: &mut Context,
    platform: &Platform,
    link: &Link,
    known: &KnownFigure,
    (words, said): (String, Said),
    printed: Option<&Quantity>,
) {
    let words = words.trim_matches(|c: char| ",。;、: ".contains(c));
    let why = match said {
        Said::Others(others) => {
            let names = others.iter().filter_map(|at| platform.figures.get(*at));
            let names: Vec<String> = names.map(|f| format!("“{}”（{}）", f.name, f.id)).collect();
            Some(format!("“{words}”说的是指标{}", names.join("、")))
        }
        Said::Denied => Some(format!("“{words}”的意思与指标相反")),
        Said::Unrelated => Some(format!("“{words}”与指标的名称和算法没有相同的词")),
        Said::Linked | Said::Free => unit(context, link, known, printed),
    };
    let Some(why) = why else { return };
    let message = format!("链接打开的是指标“{}”，与所写的文字不符", known.name);
    let computation = format!("{why}；链接打开的是“{}”（{}）", known.name, known.id);
    let words = Words::new(message).computed(computation).help("改正链接，或者改正文字").link(&link.target);
    context.report("figure_link", link.start, link.end, words);
}

/// What is wrong with the unit of a number, if anything is.
fn unit(context: &Context, link: &Link, known: &KnownFigure, printed: Option<&Quantity>) -> Option<String> {
    let quantity = printed?;
    let written = context.chars.text(quantity.number_end, link.end.max(quantity.end));
    let written = written.trim();
    let fits = has_unit(quantity, &known.units) || known.units.iter().any(|unit| unit == written);
    (!fits).then(|| format!("指标以“{}”计，所写的是“{written}”", known.units.join("、")))
}

fn judge(
    context: &mut Context,
    platform: &Platform,
    link: &Link,
    known: &KnownFigure,
    printed: Option<&Quantity>,
) -> Compared {
    match printed {
        Some(quantity) => Compared { by_link: true, ..compare(context, platform, quantity, known, true) },
        None => {
            let verdict = if known.value.is_none() { Verdict::Agrees } else { Verdict::Differs };
            if verdict == Verdict::Differs {
                super::differs(context, platform, (link.start, link.end), known);
            }
            Compared {
                start: link.start,
                end: link.end,
                figure: known.id.clone(),
                verdict,
                link: known.link.clone(),
                by_link: true,
            }
        }
    }
}

fn unknown(context: &mut Context, link: &Link, figure: &str) {
    let words = Words::new(format!("链接打开的指标“{figure}”，平台这一年没有"))
        .help("改正链接；这个指标所在的程序这一年没有办理记录的，不能引用")
        .link(&link.target);
    context.report("figure_link", link.start, link.end, words);
}
