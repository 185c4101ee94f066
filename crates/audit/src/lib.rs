//! Chinese government text: outline, numbers, claims, relations; findings. Text in, findings out.
//! The crate knows no file, no clock and no network, and not where the text came from.

mod chars;
mod citations;
mod context;
mod decimal;
pub mod drafting;
mod finding;
mod lines;
mod links;
mod numbers;
pub mod platform;
mod previous;
mod profile;
pub mod quantities;
mod ratio;
mod relations;
mod rule;
pub mod screening;
mod spans;
mod statutory;
mod tables;
pub mod text;
mod units;
mod words;

use std::collections::BTreeSet;

pub use decimal::Decimal;
pub use finding::{Finding, Relation, RelationKind, Verdict};
pub use links::Link;
pub use profile::{Profile, Stamp};
pub use quantities::{Bound, Day, Kind, Quantity};
pub use rule::{Confusion, Machines, Mixed, RateRule, Rule, Rules};
pub use tables::{Cell, Table};
pub use text::Text;

/// What the user asks of an audit. (选项)
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Rules that are switched off, by id.
    pub off: BTreeSet<String>,
    /// The year that the report is on, when the user says it.
    pub year: Option<u32>,
    /// The day it was made public, when the user says it.
    pub published_on: Option<(u32, u32, u32)>,
}

/// What is at hand beside the text. (旁证)
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The laws that citations are checked against.
    pub library: Option<&'a law::Library>,
    /// Last year's report.
    pub previous: Option<&'a Text>,
    /// What the platform knows of the year that the report is on.
    pub platform: Option<&'a platform::Platform>,
    /// The text's own links: those to figures say which one a number states.
    pub links: &'a [Link],
}

/// What an audit returns. (审核结果)
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub profile: Profile,
    pub figures: Vec<Quantity>,
    pub relations: Vec<Relation>,
    pub findings: Vec<Finding>,
    /// The numbers that were compared with the platform's figures.
    pub compared: Vec<platform::Compared>,
    /// Laws and regulations that the text cites and the library does not know: whether they are in force was not checked.
    pub unknown_laws: BTreeSet<String>,
}

impl Report {
    /// The laws that were not checked, in words for people.
    #[must_use]
    pub fn not_checked(&self) -> Option<String> {
        let titles: Vec<String> = self.unknown_laws.iter().map(|title| format!("《{title}》")).collect();
        (!titles.is_empty())
            .then(|| format!("所引的{}不在数据中，没有核对是否有效，请自行核实。", titles.concat()))
    }
}

/// What a document says of itself, and until which day it says that records were counted.
#[must_use]
pub fn profile(text: &Text, options: &Options) -> (Profile, Option<(u32, u32, u32)>) {
    let figures = quantities::find(text);
    (profile::read(text, &figures, options), platform::counted_until(text, &figures))
}

/// Audits a text by the rules. The findings come in the order of the text.
#[must_use]
pub fn audit(text: &Text, rules: &Rules, options: &Options, beside: &Beside) -> Report {
    let figures = quantities::find(text);
    let profile = profile::read(text, &figures, options);
    let mut context = context::Context {
        text,
        chars: &text.chars,
        rules,
        options,
        quantities: &figures,
        changes: Vec::new(),
        findings: Vec::new(),
        relations: Vec::new(),
    };
    let mut unknown_laws = BTreeSet::new();
    relations::check(&mut context, &profile);
    statutory::check(&mut context, &profile);
    words::check(&mut context, &profile);
    if let Some(library) = beside.library {
        unknown_laws = citations::check(&mut context, &profile, library);
    }
    if let Some(previous) = beside.previous {
        previous::check(&mut context, previous);
    }
    let compared = beside
        .platform
        .map(|known| platform::check(&mut context, &profile, known, beside.links))
        .unwrap_or_default();
    let mut findings = context.findings;
    let mut relations = context.relations;
    findings.sort_by(|a, b| (a.start, a.end, a.rule).cmp(&(b.start, b.end, b.rule)));
    findings.dedup_by(|a, b| (a.start, a.end, a.rule) == (b.start, b.end, b.rule));
    relations.sort_by_key(|a| (a.start, a.kind, a.verdict));
    relations.dedup_by(|a, b| (a.start, a.kind) == (b.start, b.kind));
    Report { profile, figures, relations, findings, compared, unknown_laws }
}
