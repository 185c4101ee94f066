//! What is wrong with a table that could be read: gaps, overlaps, fines that do not fit.

use base::Diagnostic;

use crate::gaps::{Region, analyse, shown};
use crate::model::{Level, PenaltyKind, Range, Step, Table};
use crate::span::Span;

/// The most gaps or overlaps that are told one by one.
const MOST_TOLD: usize = 12;

/// Looks through a table. What lies outside the statute is an error; gaps and overlaps are warnings, since the organ
/// that made the table must mend them and until then the table holds.
#[must_use]
pub fn table(table: &Table) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, step) in table.steps.iter().enumerate() {
        if table.steps.iter().take(at).any(|own| own.name == step.name) {
            let message = format!("“{}”有两个“{}”阶次", table.act, step.name);
            let help = "请合并，或者改成不同的名称；同一阶次的几种情形写成几个条件。";
            found.push(Diagnostic::error("step_twice", message).at(step.place.clone()).help(help));
        }
        found.extend(of_step(table, step));
    }
    let otherwise: Vec<&Step> = table.steps.iter().filter(|step| step.otherwise).collect();
    if let [_, second, ..] = otherwise.as_slice() {
        let message = format!("“{}”有两个阶次都写“其他情形”", table.act);
        found.push(
            Diagnostic::error("otherwise_twice", message)
                .at(second.place.clone())
                .help("只能有一个，请写明另一个的条件。"),
        );
    }
    for pair in table.steps.windows(2) {
        if let [lighter, heavier] = pair {
            found.extend(rising(table, lighter, heavier));
        }
    }
    if found.iter().any(Diagnostic::is_error) {
        return found;
    }
    found.extend(covered(table));
    found
}

fn covered(table: &Table) -> Vec<Diagnostic> {
    let analysis = analyse(table);
    let mut found = Vec::new();
    for gap in analysis.gaps.iter().take(MOST_TOLD) {
        let message = format!("“{}”有空档：{}，不落在任何阶次", table.act, shown(gap, &table.fields));
        let help =
            "请由制定机关补上这些情形的阶次；确实不会发生的，写进 never（表格写进备注“不会发生：……”）。";
        found.push(Diagnostic::warning("gap", message).at(table.place.clone()).help(help));
    }
    found.extend(more(table, "gap", "空档", &analysis.gaps, MOST_TOLD));
    for (one, other, regions) in &analysis.overlaps {
        let name = |at: &usize| table.steps.get(*at).map_or("", |step| step.name.as_str());
        let place = table.steps.get(*other).map_or(&table.place, |step| &step.place);
        for region in regions.iter().take(MOST_TOLD) {
            let (one, other) = (name(one), name(other));
            let message = format!(
                "“{}”有重叠：{}，同时落在“{one}”和“{other}”",
                table.act,
                shown(region, &table.fields)
            );
            let help =
                "请改上下限（以上、以下含本数，不满、超过不含），使每种情形只落在一个阶次；或者写明 takes。";
            found.push(Diagnostic::warning("overlap", message).at(place.clone()).help(help));
        }
        found.extend(more(table, "overlap", "重叠", regions, MOST_TOLD));
    }
    if analysis.unfinished {
        let message = format!("“{}”的条件太多太交错，空档和重叠没有查完", table.act);
        let help = "请减少互相独立的要素，或者把它们写成一个类别要素。";
        found.push(Diagnostic::warning("not_finished", message).at(table.place.clone()).help(help));
    }
    found
}

fn more(
    table: &Table,
    code: &'static str,
    name: &str,
    regions: &[Region],
    told: usize,
) -> Option<Diagnostic> {
    let left = regions.len().checked_sub(told).filter(|left| *left > 0)?;
    let message = format!("“{}”还有至少{left}处{name}没有列出", table.act);
    Some(Diagnostic::warning(code, message).at(table.place.clone()).help("请先改正列出的，再查一遍。"))
}

fn of_step(table: &Table, step: &Step) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let punishes = step.penalties.iter().any(|one| one.kind != PenaltyKind::Correction);
    if step.level == Level::None && punishes {
        let message = format!("“{}”的“{}”阶次不予处罚，却写了处罚", table.act, step.name);
        found.push(Diagnostic::error("none_with_penalty", message).help("请删去处罚，或者改阶次。"));
    }
    if step.level != Level::None && !punishes {
        let message = format!("“{}”的“{}”阶次没有处罚", table.act, step.name);
        found.push(
            Diagnostic::error("no_penalty", message).help("请写明处罚和幅度；不罚的，阶次写“不予处罚”。"),
        );
    }
    if let (Some(frame), Some(fine)) = (&table.frame, fine_of(step))
        && let Some((frame, own)) = comparable(frame, fine)
    {
        let cited = || table.basis.join("；");
        if own.high > frame.high {
            let message = format!("“{}”的“{}”阶次超过法定幅度的上限", table.act, step.name);
            found.push(
                Diagnostic::error("outside_frame", message)
                    .on(cited())
                    .help("基准不得超出法定幅度，请改正。"),
            );
        }
        if own.low < frame.low && step.level != Level::Less {
            let message = format!("“{}”的“{}”阶次低于法定幅度的下限，又不是减轻", table.act, step.name);
            let help = "低于下限的是减轻处罚：请改阶次，或者改幅度。";
            found.push(Diagnostic::error("outside_frame", message).on(cited()).help(help));
        }
        if step.level == Level::Less && own.high >= frame.low {
            let message = format!("“{}”的“{}”阶次是减轻，幅度却没有在法定下限以下", table.act, step.name);
            found.push(
                Diagnostic::warning("not_less", message)
                    .on(cited())
                    .help("减轻处罚是在法定下限以下处罚，请核对。"),
            );
        }
    }
    found.into_iter().map(|one| one.at(step.place.clone())).collect()
}

fn fine_of(step: &Step) -> Option<&Range> {
    step.penalties.iter().find(|one| one.kind == PenaltyKind::Fine).and_then(|one| one.range.as_ref())
}

/// Two ranges as spans of the same measure; none where they have different ones.
fn comparable(a: &Range, b: &Range) -> Option<(Span, Span)> {
    match (a, b) {
        (Range::Money(a), Range::Money(b)) => Some((*a, *b)),
        (
            Range::Multiple { of: a, low, high, .. },
            Range::Multiple { of: b, low: other_low, high: other_high, .. },
        ) if a == b => Some((Span { low: *low, high: *high }, Span { low: *other_low, high: *other_high })),
        _ => None,
    }
}

/// A later step is not lighter than the one before it.
fn rising(table: &Table, lighter: &Step, heavier: &Step) -> Option<Diagnostic> {
    let falls = heavier.level < lighter.level
        || match (fine_of(lighter), fine_of(heavier)) {
            (Some(a), Some(b)) => comparable(a, b).is_some_and(|(a, b)| b.low < a.low || b.high < a.high),
            _ => false,
        };
    falls.then(|| {
        let message = format!("“{}”的“{}”排在“{}”之后，却更轻", table.act, heavier.name, lighter.name);
        Diagnostic::warning("not_rising", message)
            .at(heavier.place.clone())
            .help("请按由轻到重排列，并核对幅度。")
    })
}
