//! Reads the cases that stand beside a register.

use base::Diagnostic;
use calendar::Day;
use registers::Register;
use registers::cases::{Case, Refused, Try};

use crate::procedures::cases::{need_day, record_of};
use crate::procedures::{day, unknown};
use crate::source::{Doc, Source, Table};

/// Reads one file of cases.
#[must_use]
pub fn read(source: &Source, register: &Register) -> (Vec<Case>, Vec<Diagnostic>) {
    let (made, found) = Doc::read(source, |root| {
        let tables = root.tables("case", |at| format!("第{at}个案例"));
        Some(tables.iter().filter_map(|table| case(table, register)).collect::<Vec<_>>())
    });
    (made.unwrap_or_default(), found)
}

fn case(table: &Table<'_>, register: &Register) -> Option<Case> {
    let title = table.need_text("title").map_or(String::new(), |at| at.value);
    let systems = table.texts("systems").into_iter().map(|at| at.value).collect();
    let asof = need_day(table, "asof");
    let enters = table.tables("enters", |at| format!("案例“{title}”的第{at}个条目"));
    let enters = enters.iter().filter_map(|one| {
        let made = attempt(one, register);
        one.finish();
        made
    });
    let enters: Vec<Try> = enters.collect();
    let holds = table.has("holds").then(|| table.texts("holds").into_iter().map(|at| at.value).collect());
    let refused = table.tables("refused", |at| format!("案例“{title}”的第{at}个 refused"));
    let refused = refused.iter().filter_map(|one| {
        let by = one.need_text("by");
        let entry = attempt(one, register);
        one.finish();
        Some(Refused { entry: entry?, by: by?.value })
    });
    let refused: Vec<Refused> = refused.collect();
    let counts = counts(table, register, &title);
    let since = day(table, "since");
    if holds.is_none() && refused.is_empty() && counts.is_empty() {
        table.missing("holds");
    }
    table.finish();
    let asof = asof?;
    let since = since.or_else(|| Day::from_ymd(asof.year(), 1, 1)).unwrap_or(asof);
    Some(Case { title, place: table.place(), systems, enters, asof, holds, refused, counts, since })
}

/// What figures of the register are to come to, as people read them.
fn counts(table: &Table<'_>, register: &Register, title: &str) -> Vec<(String, String)> {
    let Some(listed) = table.table("counts", format!("案例“{title}”的 counts")) else {
        return Vec::new();
    };
    let mut made = Vec::new();
    for (id, _) in listed.values() {
        if !register.figures.iter().any(|figure| figure.id == id.value) {
            let known = register.figures.iter().map(|figure| figure.id.as_str());
            unknown(&listed, "unknown_figure", "指标", &id, known);
        }
        made.extend(listed.text(&id.value).map(|value| (id.value.clone(), value)));
    }
    listed.finish();
    made
}

fn attempt(table: &Table<'_>, register: &Register) -> Option<Try> {
    let from = need_day(table, "from");
    let until = day(table, "until");
    let record = record_of(table, &register.fields);
    Some(Try { from: from?, until, record })
}
