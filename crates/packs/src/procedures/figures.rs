//! Figures that a procedure's file defines.

use ::figures::{Figure, Measure};
use base::Diagnostic;
use norms::FieldType;

use super::{Draft, choose, unknown};
use crate::source::{At, Table};

pub(super) fn read(root: &Table<'_>, draft: &mut Draft) -> Vec<Figure> {
    let home = draft.procedure.id.clone();
    let mut made = Vec::new();
    for table in root.tables("figure", |at| format!("第{at}个指标")) {
        let guard = draft.guard(&table, "if");
        let measure = measure(draft, &table);
        let figure = figure(&table, &home, measure, guard, &made);
        let split = figure.as_ref().map_or_else(Vec::new, |figure| by_option(draft, &table, figure));
        table.finish();
        made.extend(figure);
        made.extend(split);
    }
    check_shares(root, &made);
    made
}

/// The same figure once for each option of a field (`by = "apply.kind"`): its id with the option's behind it, its name with the
/// option's. Reports state the whole, so the parts have no phrases of their own.
fn by_option(draft: &mut Draft, table: &Table<'_>, figure: &Figure) -> Vec<Figure> {
    let Some(at) = table.text_at("by") else { return Vec::new() };
    if !matches!(figure.measure, Measure::Count { .. } | Measure::Sum { .. }) {
        let message = format!("{}：只有 count 和 sum 可以用 by 分开数", table.what);
        table.say(Diagnostic::error("by_measure", message).at(at.place));
        return Vec::new();
    }
    let found = at.value.split_once('.').and_then(|(act, field)| {
        let act = draft.procedure.act_of(draft.procedure.act_named(act)?)?;
        act.fields.iter().find(|one| one.id == field && one.kind == FieldType::Choice)
    });
    let Some(options) = found.map(|field| field.options.clone()) else {
        let known = draft.procedure.acts.iter().map(|act| act.id.as_str());
        unknown(table, "unknown_field", "单选字段（写作 \"事项.字段\"）", &at, known);
        return Vec::new();
    };
    let own = table.text("if");
    let one = |(id, name): &(String, String)| {
        let option = format!("record.{} == \"{id}\"", at.value);
        let text = own.as_ref().map_or_else(|| option.clone(), |own| format!("({own}) && {option}"));
        Figure {
            id: format!("{}_{id}", figure.id),
            name: format!("{}：{name}", figure.name),
            guard: draft.guard_of(table, At { value: text, place: at.place.clone() }),
            stated_as: Vec::new(),
            stated_units: Vec::new(),
            ..figure.clone()
        }
    };
    options.iter().map(one).collect()
}

/// A figure of a procedure's or a register's file, of what it measures; `before` are those that the file has before it.
pub(crate) fn figure(
    table: &Table<'_>,
    home: &str,
    measure: Option<Measure>,
    guard: Option<u8>,
    before: &[Figure],
) -> Option<Figure> {
    let (id, name, unit) = (table.need_text("id"), table.need_text("name"), table.need_text("unit"));
    let systems = table.texts("systems").into_iter().map(|at| at.value).collect();
    let measures = table.integers("measures").into_iter().map(|at| at.value.to_string()).collect();
    let (basis, weakness) = (table.text("basis"), table.text("weakness"));
    let stated_as = stated_as(table, before);
    let stated_units = table.texts("stated_units").into_iter().map(|at| at.value).collect();
    Some(Figure {
        id: id?.value,
        name: name?.value,
        unit: unit?.value,
        procedure: home.to_owned(),
        measure: measure?,
        guard,
        systems,
        measures,
        basis,
        weakness,
        stated_as,
        stated_units,
    })
}

/// The phrases of a figure: each has words at its end, and no other figure of the file has it.
fn stated_as(table: &Table<'_>, before: &[Figure]) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    for at in table.texts("stated_as") {
        let words = at.value.rsplit('…').next().unwrap_or_default();
        if words.chars().count() < 2 {
            let message = format!("{}的“{}”至少要有两个字说明数的是什么", table.what, at.value);
            table.say(Diagnostic::error("vague_phrase", message).at(at.place.clone()));
        }
        let other = before.iter().find(|one| one.name == at.value || one.stated_as.contains(&at.value));
        if let Some(other) = other {
            let message = format!("{}的“{}”已经是指标“{}”的说法", table.what, at.value, other.name);
            let help = "同一说法只能指一个指标；在前面加上话题和“…”来区分。";
            table.say(Diagnostic::error("phrase_twice", message).at(at.place.clone()).help(help));
        }
        made.push(at.value);
    }
    made
}

/// The two sides of a share must be figures of the same file, and no shares themselves.
pub(crate) fn check_shares(root: &Table<'_>, figures: &[Figure]) {
    for table in root.tables("figure", |at| format!("第{at}个指标")) {
        let own = table.text("id").and_then(|id| figures.iter().find(|figure| figure.id == id));
        let Some((figure, Measure::Share { part, whole })) = own.map(|own| (own, &own.measure)) else {
            continue;
        };
        for side in [part, whole] {
            let found = figures.iter().find(|other| other.id == *side);
            if found.is_none_or(|other| matches!(other.measure, Measure::Share { .. })) {
                let message = format!("指标“{}”的比例要由本文件的计数或合计组成，没有“{side}”", figure.name);
                table.say(Diagnostic::error("unknown_figure", message).at(table.place_of("share")));
            }
        }
        let adds =
            |id: &String| figures.iter().find(|other| other.id == *id).map(|other| other.measure.adds());
        if let (Some(part), Some(whole)) = (adds(part), adds(whole))
            && part != whole
        {
            let message = format!("指标“{}”的比例，两边要都是计数，或者都是合计", figure.name);
            table.say(Diagnostic::error("unknown_figure", message).at(table.place_of("share")));
        }
    }
}

fn measure(draft: &Draft, table: &Table<'_>) -> Option<Measure> {
    let keys = ["count", "sum", "share", "duration", "counts"];
    let found: Vec<&str> = keys.into_iter().filter(|key| table.has(key)).collect();
    let [key] = found.as_slice() else {
        let message = "一个指标要写 count、sum、share、duration、counts 之一";
        table.say(Diagnostic::error("no_measure", message).at(table.place()));
        return None;
    };
    match *key {
        "count" => Some(Measure::Count { acts: draft.act_set(table, "count") }),
        "sum" => sum(draft, table),
        "share" => share(table),
        "duration" => {
            let duration = table.table("duration", format!("{}的 duration", table.what))?;
            let working = choose(&duration, "unit", &[("days", false), ("working days", true)]);
            let (from, to) = (draft.act_set(&duration, "from"), draft.act_set(&duration, "to"));
            duration.finish();
            Some(Measure::Duration { from, to, working: working.unwrap_or(false) })
        }
        _ => {
            let late = choose(table, "counts", &[("in_time", false), ("late", true)])?;
            if !table.has("duty") {
                table.missing("duty");
            }
            Some(Measure::Punctual { duty: draft.act_set(table, "duty"), late })
        }
    }
}

/// Part and whole of a share.
pub(crate) fn share(table: &Table<'_>) -> Option<Measure> {
    let share = table.table("share", format!("{}的 share", table.what))?;
    let (part, whole) = (share.need_text("part"), share.need_text("whole"));
    share.finish();
    Some(Measure::Share { part: part?.value, whole: whole?.value })
}

fn sum(draft: &Draft, table: &Table<'_>) -> Option<Measure> {
    let at = table.text_at("sum")?;
    let parts: Vec<&str> = at.value.split('.').collect();
    let [act, field] = parts.as_slice() else {
        let message = format!("{}的“sum”写作 \"事项.字段\"", table.what);
        table.say(Diagnostic::error("wrong_type", message).at(at.place));
        return None;
    };
    let act = draft.procedure.act_named(act).and_then(|act| {
        let field = draft.procedure.field_named(act, field)?;
        let kind = draft.procedure.act_of(act)?.fields.get(usize::from(field))?.kind;
        matches!(kind, FieldType::Number | FieldType::Money).then_some((act, field))
    });
    if act.is_none() {
        let known = draft.procedure.acts.iter().map(|act| act.id.as_str());
        unknown(table, "unknown_field", "数或金额字段", &at, known);
    }
    act.map(|(act, field)| Measure::Sum { act, field })
}
