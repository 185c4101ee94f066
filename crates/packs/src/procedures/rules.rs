//! Norms: the five forms.

use base::Diagnostic;
use calendar::Limit;
use norms::{
    ActId, ActSet, Amount, Basis, Condition, Duty, Extend, FieldType, Form, Lapse, LapseDay, Norm, PauseRule,
    Withhold,
};

use super::{Draft, choose, unknown};
use crate::source::{At, Table};

pub(super) fn read(root: &Table<'_>, draft: &mut Draft) {
    for table in root.tables("norm", |at| format!("第{at}条规范")) {
        let guard = draft.guard(&table, "if");
        let basis = basis(draft, &table);
        let form = form(draft, &table);
        table.finish();
        if let Some(form) = form {
            draft.procedure.norms.push(Norm { basis, guard, form, place: table.place() });
        }
    }
    if draft.procedure.norms.is_empty() {
        root.missing("norm");
    }
}

/// When nothing of a case is public.
pub(super) fn withholds(root: &Table<'_>, draft: &mut Draft) {
    for table in root.tables("withhold", |at| format!("第{at}个不公开的情形")) {
        if !table.has("if") {
            table.missing("if");
        }
        let guard = draft.guard(&table, "if");
        let because = table.need_text("because").map_or(String::new(), |at| at.value);
        let basis = basis(draft, &table);
        table.finish();
        if let Some(guard) = guard {
            draft.procedure.withholds.push(Withhold { guard, because, basis, place: table.place() });
        }
    }
}

/// The article that a norm (or a publication) rests on. What is missing is left to the checker.
pub(super) fn basis(draft: &Draft, table: &Table<'_>) -> Basis {
    let law = table.text("law").unwrap_or_else(|| draft.procedure.law.clone());
    let article = table.text("article").unwrap_or_default();
    let cited = table.text("basis").unwrap_or_default();
    Basis { law, article, cited, unverified: table.flag("unverified"), note: table.text("note") }
}

fn form(draft: &mut Draft, table: &Table<'_>) -> Option<Form> {
    let keys = ["must", "before", "while", "close", "open"];
    let found: Vec<&str> = keys.into_iter().filter(|key| table.has(key)).collect();
    let [key] = found.as_slice() else {
        let message = if found.is_empty() {
            "一条规范要写 must、before、while、close、open 之一".to_owned()
        } else {
            format!("一条规范只能是一种形式，不能同时写{}", found.join("、"))
        };
        table.say(Diagnostic::error("no_form", message).at(table.place()));
        return None;
    };
    let need = |draft: &Draft, key: &str| {
        if !table.has(key) {
            table.missing(key);
        }
        draft.act_set(table, key)
    };
    Some(match *key {
        "must" => Form::Duty(duty(draft, table)),
        "before" => Form::Condition(condition(draft, table)),
        "while" => Form::While { owed: draft.act_set(table, "while"), not: need(draft, "not") },
        "close" => Form::Closing { when: need(draft, "when"), close: draft.act_set(table, "close") },
        _ => Form::Opening { when: need(draft, "when"), open: draft.act_set(table, "open") },
    })
}

fn condition(draft: &mut Draft, table: &Table<'_>) -> Condition {
    let any = table.has("need_any");
    if any == table.has("need") {
        let message = "条件要写 need（全部）或者 need_any（其一），只写一个";
        table.say(Diagnostic::error("no_need", message).at(table.place()));
    }
    let need = draft.act_set(table, if any { "need_any" } else { "need" });
    Condition {
        before: draft.act_set(table, "before"),
        need,
        any,
        lead: amount(draft, table, "lead"),
        with: draft.guard(table, "with"),
    }
}

fn duty(draft: &Draft, table: &Table<'_>) -> Duty {
    if !table.has("when") {
        table.missing("when");
    }
    let when = draft.act_set(table, "when");
    let within = amount(draft, table, "within");
    let pauses = table.tables("pause", |at| format!("{}的第{at}个 pause", table.what));
    let extends = table.tables("extend", |at| format!("{}的第{at}个 extend", table.what));
    let rules = pauses.iter().map(|one| {
        let rule = PauseRule { from: draft.act_set(one, "from"), until: draft.act_set(one, "until") };
        one.finish();
        rule
    });
    Duty {
        when,
        must: draft.act_set(table, "must"),
        from: fields(draft, table, "from", when, FieldType::Date),
        pauses: rules.collect(),
        extends: extends.iter().filter_map(|one| extend(draft, one)).collect(),
        lapse: table.table("lapse", format!("{}的 lapse", table.what)).and_then(|one| lapse(draft, &one)),
        warn: limit(table, "warn"),
        rolls: table.flag_at("rolls").is_none_or(|at| at.value),
        within,
    }
}

fn extend(draft: &Draft, table: &Table<'_>) -> Option<Extend> {
    let by = draft.act_set(table, "by");
    if !table.has("by") {
        table.missing("by");
    }
    let add = amount(draft, table, "add");
    if add.is_none() && !table.has("add") {
        table.missing("add");
    }
    let times = table.integer("times").map_or(1, |at| usize::try_from(at.value).unwrap_or(0));
    let days = fields(draft, table, "days", by, FieldType::Number);
    table.finish();
    Some(Extend { by, add: add?, times, days })
}

fn lapse(draft: &Draft, table: &Table<'_>) -> Option<Lapse> {
    if !table.has("act") {
        table.missing("act");
    }
    let act = table.text_at("act").and_then(|at| draft.act(table, &at));
    let days = [("last day", LapseDay::Last), ("first day", LapseDay::First), ("next day", LapseDay::Next)];
    if !table.has("on") {
        table.missing("on");
    }
    let on = choose(table, "on", &days);
    table.finish();
    Some(Lapse { act: act?, on: on? })
}

fn limit(table: &Table<'_>, key: &str) -> Option<Limit> {
    let at = table.text_at(key)?;
    match Limit::parse(&at.value) {
        Ok(limit) => Some(limit),
        Err(fault) => {
            let mut fault = *fault;
            fault.place = Some(at.place);
            table.say(fault);
            None
        }
    }
}

/// A limit written out, or `$name` of a parameter.
fn amount(draft: &Draft, table: &Table<'_>, key: &str) -> Option<Amount> {
    let at = table.text_at(key)?;
    let Some(name) = at.value.strip_prefix('$') else { return limit(table, key).map(Amount::Fixed) };
    let found = draft.procedure.parameters.iter().position(|parameter| parameter.name == name);
    if found.is_none() {
        let known = draft.procedure.parameters.iter().map(|parameter| parameter.name.as_str());
        let at = At { value: name.to_owned(), place: at.place };
        unknown(table, "unknown_parameter", "参数", &at, known);
    }
    found.map(Amount::Parameter)
}

/// A field of each of the acts, by its name; an act without it, or with another type, is a finding.
fn fields(draft: &Draft, table: &Table<'_>, key: &str, acts: ActSet, kind: FieldType) -> Vec<(ActId, u16)> {
    let Some(at) = table.text_at(key) else { return Vec::new() };
    let mut made = Vec::new();
    for act in acts.iter() {
        let Some(field) = draft.procedure.field_named(act, &at.value) else {
            let known = draft.procedure.act_of(act).into_iter().flat_map(|act| &act.fields);
            let what = format!("字段（事项“{}”里）", draft.procedure.name_of(act));
            unknown(table, "unknown_field", &what, &at, known.map(|field| field.id.as_str()));
            continue;
        };
        let found = draft.procedure.act_of(act).and_then(|act| act.fields.get(usize::from(field)));
        if found.is_some_and(|found| found.kind != kind) {
            let message = format!("{}的“{key}”要用{}类型的字段", table.what, kind.label());
            table.say(Diagnostic::error("wrong_type", message).at(at.place.clone()));
        }
        made.push((act, field));
    }
    made
}
