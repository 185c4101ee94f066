//! What the figures of a procedure count, and over what.

use ::figures::{Figure, Measure};
use norms::Procedure;
use packs::Pack;

use super::Page;
use picture::sentence;

pub(super) fn tell(page: &mut Page, pack: &Pack) {
    if pack.file.figures.is_empty() {
        return;
    }
    page.head("指标");
    page.line("都从办理记录算出，每个数都能点开看到计入的记录；更正过的按更正后的算。\n");
    for figure in &pack.file.figures {
        page.line(&format!("* **{}**（`{}`），单位：{}", figure.name, figure.id, figure.unit));
        page.line(&format!("  * 口径：{}", definition(pack, figure)));
        if let Some(basis) = &figure.basis {
            page.line(&format!("  * 依据：{basis}"));
        }
        if let Some(weakness) = &figure.weakness {
            page.line(&format!("  * 局限：{weakness}"));
        }
        if !figure.systems.is_empty() {
            page.line(&format!("  * 承载：{}", figure.systems.join("、")));
        }
        if !figure.stated_as.is_empty() {
            page.line(&format!("  * 报告里的说法：{}", figure.stated_as.join("，")));
        }
    }
}

fn definition(pack: &Pack, figure: &Figure) -> String {
    let procedure = &pack.file.procedure;
    let told = match &figure.measure {
        Measure::Count { acts } => format!("期间内办理{}的次数", procedure.names_of(*acts)),
        Measure::Sum { act, field } => {
            format!("期间内各次办理时{}的合计", sentence::field_name(procedure, *act, *field))
        }
        Measure::Share { part, whole } => {
            format!("分子是{}，分母是{}；分母为零时没有数", named(pack, part), named(pack, whole))
        }
        Measure::Duration { from, to, working } => {
            let days = if *working { "工作日" } else { "自然日" };
            let (from, to) = (procedure.names_of(*from), procedure.names_of(*to));
            format!("期间内每次办理{to}时，距此前最近一次办理{from}的{days}数，取平均（除以计入的次数）")
        }
        Measure::Punctual { duty, late: false } => {
            format!(
                "期间内办理{}而如期履行了有期限的义务的次数；一次只计一次，法律视为办理的不计",
                one_of(procedure, *duty)
            )
        }
        Measure::Punctual { duty, late: true } => {
            format!(
                "期间内办理{}时已经超过期限的次数；一次只计一次，法律视为办理的不计",
                one_of(procedure, *duty)
            )
        }
    };
    match figure.guard {
        Some(at) => format!("{told}；只计：{}", sentence::guard(procedure, at)),
        None => told,
    }
}

fn one_of(procedure: &Procedure, acts: norms::ActSet) -> String {
    let names = procedure.names_of(acts);
    if acts.len() > 1 { format!("{names}之一") } else { names }
}

fn named(pack: &Pack, id: &str) -> String {
    let figure = pack.file.figures.iter().find(|one| one.id == id);
    figure.map_or_else(|| id.to_owned(), |one| format!("“{}”", one.name))
}
