//! The limits of a procedure's duties, and how the laws that they rest on count their days.

use std::collections::BTreeSet;

use norms::{Duty, Form, LapseDay, Norm, Procedure};

use super::{Page, Sources};
use picture::sentence;

pub(super) fn tell(page: &mut Page, sources: &Sources<'_>, procedure: &Procedure) {
    let limited: Vec<(usize, &Norm, &Duty)> = (1..)
        .zip(&procedure.norms)
        .filter_map(|(at, norm)| match &norm.form {
            Form::Duty(duty) if duty.within.is_some() => Some((at, norm, duty)),
            _ => None,
        })
        .collect();
    page.head("期限");
    if limited.is_empty() {
        page.line("没有写明日数的期限；应当办的事没有办完，案件不能结。");
        return;
    }
    page.table(&["多长", "从什么起算", "应当办", "另有", "依据", "规范"]);
    for (at, norm, duty) in &limited {
        let length = duty.within.map_or(String::new(), |limit| sentence::amount(procedure, limit));
        let number = format!("[{at}](#n{at})");
        let row = [length, start(procedure, duty), procedure.names_of(duty.must), besides(procedure, duty)];
        let basis = sentence::basis(&norm.basis);
        let cells: Vec<&str> =
            row.iter().map(String::as_str).chain([basis.as_str(), number.as_str()]).collect();
        page.row(&cells);
    }
    page.line("\n起算的当日不计。逾期的继续显示为逾期，仍然应当办；写明视为办理的，期满由系统记录。");
    let laws: BTreeSet<&str> = limited.iter().map(|(_, norm, _)| norm.basis.law.as_str()).collect();
    for (law, version) in laws.into_iter().filter_map(|key| sources.rules.laws.version(key)) {
        let basis = version.counting.basis.map_or(String::new(), |article| format!("（{article}）"));
        let rolls = if version.counting.rolls { "" } else { "；末日是休息日的不顺延" };
        page.line(&format!("\n《{}》：{}{basis}{rolls}。", law.name(), version.counting.sentence()));
    }
}

fn start(procedure: &Procedure, duty: &Duty) -> String {
    if duty.from.is_empty() {
        return format!("办理{}之日", procedure.names_of(duty.when));
    }
    let fields = duty.from.iter().map(|(act, field)| sentence::field_name(procedure, *act, *field));
    fields.collect::<Vec<_>>().join("、")
}

/// Pauses, extensions, what is deemed done, the warning and whether the last day moves.
fn besides(procedure: &Procedure, duty: &Duty) -> String {
    let mut told = Vec::new();
    for pause in &duty.pauses {
        let (from, until) = (procedure.names_of(pause.from), procedure.names_of(pause.until));
        told.push(format!("自{from}至{until}不计入"));
    }
    for extend in &duty.extends {
        let (by, add) = (procedure.names_of(extend.by), sentence::amount(procedure, extend.add));
        told.push(format!("经{by}可以延长{add}，{}次", extend.times));
    }
    if let Some(lapse) = duty.lapse {
        let on = match lapse.on {
            LapseDay::Last => "最后一日",
            LapseDay::First => "起算之日",
            LapseDay::Next => "期满次日",
        };
        told.push(format!("期满视为{on}办了“{}”", procedure.name_of(lapse.act)));
    }
    if let Some(warn) = duty.warn {
        told.push(format!("剩{warn}时预警"));
    }
    if !duty.rolls {
        told.push("末日是休息日也不顺延".to_owned());
    }
    told.join("；")
}
