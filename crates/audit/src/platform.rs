//! Numbers of the report against the figures that the platform computes from its records. (与平台数据比较)
//!
//! The figures come in as plain values. A number is compared only where its words are those of a figure, and nothing in
//! its sentence says that it is of another body or another time.

mod judge;
mod labels;
mod period;
mod phrases;
mod tables;

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::profile::Profile;
use crate::quantities::{Day, Kind, Quantity};
use crate::text::Text;
use labels::Reader;
use phrases::Phrases;

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

/// Compares all numbers that state a figure.
pub fn check(context: &mut Context, profile: &Profile, platform: &Platform) -> Vec<Compared> {
    let Some(year) = profile.year else { return Vec::new() };
    let phrases = Phrases::new(platform);
    let stated = Reader::new(context, platform, &phrases, year).read();
    let mut made = Vec::new();
    let in_tables = tables::read(context, platform, &phrases, year);
    for (quantity, figure) in stated.into_iter().map(|(q, figure)| (*q, figure)).chain(in_tables) {
        let Some(figure) = platform.figures.get(figure) else { continue };
        made.push(compare(context, platform, &quantity, figure));
    }
    made
}

fn compare(
    context: &mut Context,
    platform: &Platform,
    quantity: &Quantity,
    figure: &KnownFigure,
) -> Compared {
    let verdict = figure.value.as_ref().map_or(Verdict::NotCheckable, |v| judge::judge(quantity, v));
    let shown = figure.value.as_ref().map_or("没有可比的记录", |v| v.shown.as_str());
    let printed = context.printed(quantity);
    let quotient = figure.value.as_ref().and_then(|v| v.quotient.as_ref());
    let quotient = quotient.map_or_else(String::new, |q| format!("（{q}）"));
    let computation = format!(
        "平台指标“{}”（{}，{}）按记录为{shown}{quotient}，报告写作{printed}；{}",
        figure.name,
        figure.id,
        in_short(&figure.definition),
        platform.asked
    );
    context.relate(RelationKind::Platform, verdict, quantity, &[], computation.clone());
    if verdict == Verdict::Differs {
        let message = format!("与平台数据不符：报告写作{printed}，平台按记录为{shown}");
        let help = format!("核对口径和数字；用“{}”列出背后的记录", figure.command);
        let words = Words::new(message).computed(computation).help(help).link(&figure.link);
        context.report("figure_differs", quantity.start, quantity.end, words);
    }
    Compared {
        start: quantity.start,
        end: quantity.end,
        figure: figure.id.clone(),
        verdict,
        link: figure.link.clone(),
    }
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
