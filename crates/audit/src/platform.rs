//! Numbers of the report against the figures that the platform computes from its records. (与平台数据比较)
//!
//! The figures come in as plain values. A number is compared only where its words are those of a figure, and nothing in
//! its sentence says that it is of another body or another time. Where a text links a number to a figure, the link says which.

mod address;
mod judge;
mod labels;
mod linked;
mod period;
mod phrases;
mod said;
mod tables;

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::links::Link;
use crate::profile::Profile;
use crate::quantities::{Day, Kind, Quantity};
use crate::text::Text;
use address::Address;
use labels::Reader;
use phrases::Phrases;

pub use linked::NOTHING;

/// What the platform knows of an organ's year. (平台数据)
#[derive(Clone, Debug, Default)]
pub struct Platform {
    pub figures: Vec<KnownFigure>,
    /// Words by which the report names the organ's own area: 全县, 我县, 县政府.
    pub scopes: Vec<String>,
    /// Organ, period and state of knowledge in words, for the computation.
    pub asked: String,
}

/// A figure with its value over the report's year. (平台指标)
#[derive(Clone, Debug)]
pub struct KnownFigure {
    pub id: String,
    pub name: String,
    /// What it counts, in words.
    pub definition: String,
    /// How reports state it: the words of the number, before them, each with `…` after it, the words that the topic has.
    pub phrases: Vec<String>,
    /// Its unit, and others under which reports state it.
    pub units: Vec<String>,
    /// `None` where there is nothing to divide by.
    pub value: Option<KnownValue>,
    /// The page that opens to its records.
    pub link: String,
    /// The command that lists its records.
    pub command: String,
}

/// An exact value: a fraction, so that any number of printed digits can be compared. (指标值)
#[derive(Clone, Debug)]
pub struct KnownValue {
    pub numerator: Decimal,
    /// Greater than nought.
    pub denominator: Decimal,
    /// As people read it, with its unit.
    pub shown: String,
    /// How it comes about, where it is a quotient: 19÷65.
    pub quotient: Option<String>,
}

/// A number of the report that was compared with a figure. (比较)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub start: usize,
    pub end: usize,
    pub figure: String,
    pub verdict: Verdict,
    pub link: String,
    /// Its own link says which figure it states.
    pub by_link: bool,
}

/// The day until which the report says that records were counted: 截至…登记. (统计截止日)
#[must_use]
pub fn counted_until(text: &Text, quantities: &[Quantity]) -> Option<(u32, u32, u32)> {
    quantities.iter().take(64).find_map(|q| match q.kind {
        Kind::Date(Day { year: Some(year), month: Some(month), day: Some(day) })
            if text.chars.ends(q.start, "截至") && text.chars.starts(q.end, "登记") =>
        {
            Some((year, month, day))
        }
        _ => None,
    })
}

/// The day of knowledge that all links to figures name: 2025-02-20. (链接的截止之日)
#[must_use]
pub fn linked_as_of(links: &[Link]) -> Option<&str> {
    let mut days = links.iter().filter_map(|link| Address::read(&link.target)).map(|address| address.as_of());
    let first = days.next().flatten()?;
    days.all(|day| day == Some(first)).then_some(first)
}

/// Compares all numbers that state a figure: those with a link to one by the link, the others by their words.
pub fn check(context: &mut Context, profile: &Profile, platform: &Platform, links: &[Link]) -> Vec<Compared> {
    let Some(year) = profile.year else { return Vec::new() };
    let phrases = Phrases::new(platform);
    let (mut made, followed) = linked::check(context, platform, &phrases, year, links);
    let is_linked = |q: &Quantity| {
        let next = followed.partition_point(|(start, _)| *start < q.end);
        next.checked_sub(1).and_then(|at| followed.get(at)).is_some_and(|(_, end)| q.start < *end)
    };
    let stated = Reader::new(context, platform, &phrases, year).read();
    let in_tables = tables::read(context, platform, &phrases, year);
    let all = stated.into_iter().map(|(q, figure)| (*q, figure)).chain(in_tables);
    for (quantity, figure) in all.filter(|(quantity, _)| !is_linked(quantity)) {
        let Some(figure) = platform.figures.get(figure) else { continue };
        made.push(compare(context, platform, &quantity, figure, false));
    }
    made.sort_by_key(|one| one.start);
    made
}

fn compare(
    context: &mut Context,
    platform: &Platform,
    quantity: &Quantity,
    figure: &KnownFigure,
    by_link: bool,
) -> Compared {
    // Words alone may mean something else than a figure that has no value; a link means that figure.
    let nothing = if by_link { Verdict::Differs } else { Verdict::NotCheckable };
    let verdict = figure.value.as_ref().map_or(nothing, |v| judge::judge(quantity, v));
    let computation = computation(context, platform, (quantity.start, quantity.end), figure);
    context.relate(RelationKind::Platform, verdict, quantity, &[], computation);
    if verdict == Verdict::Differs {
        differs(context, platform, (quantity.start, quantity.end), figure);
    }
    Compared {
        start: quantity.start,
        end: quantity.end,
        figure: figure.id.clone(),
        verdict,
        link: figure.link.clone(),
        by_link,
    }
}

fn shown(figure: &KnownFigure) -> &str {
    figure.value.as_ref().map_or("没有可比的记录", |v| v.shown.as_str())
}

/// How the figure comes about, and what the report prints in a range.
fn computation(
    context: &Context,
    platform: &Platform,
    (start, end): (usize, usize),
    figure: &KnownFigure,
) -> String {
    let quotient = figure.value.as_ref().and_then(|v| v.quotient.as_ref());
    let quotient = quotient.map_or_else(String::new, |q| format!("（{q}）"));
    format!(
        "平台指标“{}”（{}，{}）按记录为{}{quotient}，报告写作{}；{}",
        figure.name,
        figure.id,
        in_short(&figure.definition),
        shown(figure),
        context.text.original(start, end),
        platform.asked
    )
}

/// Reports that what stands in a range is not what the records say.
fn differs(context: &mut Context, platform: &Platform, (start, end): (usize, usize), figure: &KnownFigure) {
    let printed = context.text.original(start, end);
    let message = format!("与平台数据不符：报告写作{printed}，平台按记录为{}", shown(figure));
    let help = format!("核对口径和数字；用“{}”列出背后的记录", figure.command);
    let computation = computation(context, platform, (start, end), figure);
    let words = Words::new(message).computed(computation).help(help).link(&figure.link);
    context.report("figure_differs", start, end, words);
}

/// A definition that lists many acts is cut: the page of the records has it whole.
fn in_short(definition: &str) -> String {
    const LONGEST: usize = 80;
    if definition.chars().count() <= LONGEST {
        return definition.to_owned();
    }
    let head: String = definition.chars().take(LONGEST).collect();
    format!("{head}……")
}
