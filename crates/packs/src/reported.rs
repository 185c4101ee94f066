//! What the forms of reports name outside their own files: figures, procedures and yearly tables.

use std::collections::BTreeSet;

use base::{Diagnostic, closest};
use figures::Measure;

use crate::Rules;
use crate::procedures::ReportForm;
use crate::procedures::report_form::TableForm;
use crate::source::At;

/// Everything that is wrong with what the reports of all procedures name.
#[must_use]
pub(crate) fn check(rules: &Rules) -> Vec<Diagnostic> {
    let figures: BTreeSet<&str> = rules.figures().map(|figure| figure.id.as_str()).collect();
    let tables: BTreeSet<&str> = rules.year_tables.iter().map(|table| table.id.as_str()).collect();
    let procedures: BTreeSet<&str> = rules.packs.iter().map(|pack| pack.file.procedure.id.as_str()).collect();
    let mut found = Vec::new();
    for pack in &rules.packs {
        let Some(acts) = &pack.file.report else { continue };
        let form = &acts.form;
        for at in named(form).iter().filter(|at| !figures.contains(at.value.as_str())) {
            found.push(missing("unknown_figure", "指标", at, &figures));
        }
        for (_, table) in form.tables() {
            found.extend(table.figures().iter().filter_map(|at| not_added(rules, at)));
            if let TableForm::Yearly(at) = &table.form
                && !tables.contains(at.value.as_str())
            {
                found.push(missing("unknown_table", "年度统计表", at, &tables));
            }
        }
        let of_procedures = form.said.iter().map(|said| &said.procedure);
        for at in of_procedures.filter(|at| !procedures.contains(at.value.as_str())) {
            found.push(missing("unknown_procedure", "程序", at, &procedures));
        }
    }
    found
}

/// Every figure that a form names: in its tables, and between braces in its sentences.
fn named(form: &ReportForm) -> Vec<At<String>> {
    let of_said = form.said.iter().flat_map(|said| &said.says);
    let says = form.sections.iter().flat_map(|section| &section.says).chain(of_said);
    let mut made: Vec<At<String>> = form.tables().flat_map(|(_, table)| table.figures()).collect();
    for at in says {
        let inside = at.value.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        made.extend(inside.map(|(id, _)| At { value: id.to_owned(), place: at.place.clone() }));
    }
    made
}

/// A share or a mean in a cell: such figures do not add up.
fn not_added(rules: &Rules, at: &At<String>) -> Option<Diagnostic> {
    let own = rules.figures().find(|figure| figure.id == at.value)?;
    let adds = !matches!(own.measure, Measure::Share { .. } | Measure::Duration { .. });
    let message = format!("表格里的指标“{}”是比率或者平均数，不能相加", own.name);
    let found = Diagnostic::error("cell_figure", message).at(at.place.clone());
    (!adds).then(|| found.help("用计数或者合计的指标。"))
}

fn missing(code: &'static str, what: &str, at: &At<String>, known: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("报告用到的{what}“{}”不存在", at.value);
    let found = Diagnostic::error(code, message).at(at.place.clone());
    match closest(&at.value, known.iter().copied()) {
        Some(near) => found.help(format!("是不是“{near}”？")),
        None => found.help(format!("核对{what}的标识。")),
    }
}
