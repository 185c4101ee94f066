//! What acts make public, how long it is shown, and what ends that: `publish`, `ends_showing`, `takes_down`.

use base::Diagnostic;
use norms::{Act, ActId, ActSet, Basis, Field, FieldType, Publish, Setting, Shown};

use super::rules::basis;
use super::{Draft, unknown};
use crate::source::{At, Table};

/// The keys that say how long.
const KEYS: [&str; 4] = ["until", "class", "periods", "most"];

/// `publish = { of = …, article = …, until = …, class = …, periods = { … }, most = … }`
pub(super) fn publish(draft: &Draft, own: usize, table: &Table<'_>) -> Option<Publish> {
    let of = match table.text_at("of") {
        Some(at) => draft.act(table, &at)?,
        None => ActId::new(own)?,
    };
    let basis: Basis = basis(draft, table);
    let asked = KEYS.iter().any(|key| table.has(key));
    let shown = draft.procedure.act_of(of).filter(|_| asked).map(|act| shown(draft, act, table));
    Some(Publish { of, basis, shown })
}

/// How long the record of an act is shown.
fn shown(draft: &Draft, act: &Act, table: &Table<'_>) -> Shown {
    let until = table.text_at("until").and_then(|at| field(table, act, &at, FieldType::Date));
    let class = table.text_at("class").and_then(|at| field(table, act, &at, FieldType::Choice));
    let periods = table.table("periods", format!("{} 的 periods", table.what));
    let mut made = Vec::new();
    if let Some(periods) = &periods {
        let field = class.and_then(|at| act.fields.get(usize::from(at)));
        let options: &[(String, String)] = field.map_or(&[], |field: &Field| &field.options);
        for (id, _) in options {
            match periods.text_at(id) {
                Some(at) if at.value == "never" => made.push((id.clone(), None)),
                Some(at) => made.extend(limit(draft, periods, &at).map(|name| (id.clone(), Some(name)))),
                None => periods.missing(id),
            }
        }
        periods.finish();
    }
    if periods.is_some() != table.has("class") {
        let message = format!("{}：class 和 periods 要一起写", table.what);
        let help = "class 是决定自己的单选字段，periods 给每个选项一个参数，例如 minor = \"$shown_minor\"；不公示的写 \"never\"。";
        table.say(Diagnostic::error("shown", message).at(table.place()).help(help));
    }
    let most = table.text_at("most").and_then(|at| limit(draft, table, &at));
    Shown { until, class, periods: made, most }
}

fn field(table: &Table<'_>, act: &Act, at: &At<String>, kind: FieldType) -> Option<u16> {
    let found = act.fields.iter().position(|field| field.id == at.value && field.kind == kind);
    if found.is_none() {
        let known = act.fields.iter().filter(|field| field.kind == kind).map(|field| field.id.as_str());
        unknown(table, "unknown_field", "字段", at, known);
    }
    found.and_then(|place| u16::try_from(place).ok())
}

/// `"$name"`: a parameter that is always a length of time.
fn limit(draft: &Draft, table: &Table<'_>, at: &At<String>) -> Option<String> {
    let is_limit =
        |one: &norms::Parameter| one.values.iter().all(|value| matches!(value.amount, Setting::Limit(_)));
    let name = at.value.strip_prefix('$').unwrap_or("");
    let found = draft.procedure.parameters.iter().find(|one| one.name == name && is_limit(one));
    if found.is_none() {
        let message = format!("{}：“{}”不是期限的参数", table.what, at.value);
        let help = "公示的期限会随规定变动，写成带日期的参数（[[parameter]]，value = \"3 months\"），这里写 \"$参数名\"。";
        table.say(Diagnostic::error("shown", message).at(at.place.clone()).help(help));
    }
    found.map(|one| one.name.clone())
}

/// `ends_showing` and `takes_down` of all acts, read when it is known what is public.
pub(super) fn endings(draft: &mut Draft, entries: &[(At<String>, Table<'_>)]) {
    for (index, (_, table)) in entries.iter().enumerate() {
        let (ends, takes) = (named(draft, table, "ends_showing"), named(draft, table, "takes_down"));
        if let Some(act) = draft.procedure.acts.get_mut(index) {
            (act.ends_showing, act.takes_down) = (ends, takes);
        }
    }
}

fn named(draft: &Draft, table: &Table<'_>, key: &str) -> ActSet {
    let is_public = |act: ActId| {
        draft.procedure.acts.iter().any(|one| one.publish.as_ref().is_some_and(|publish| publish.of == act))
    };
    for at in table.texts(key) {
        if draft.procedure.act_named(&at.value).is_some_and(|act| !is_public(act)) {
            let message = format!("{} 的 {key}：事项 {} 没有公开，不能撤下", table.what, at.value);
            let help = "写由 publish 公开其记录的事项（publish 的 of）。";
            table.say(Diagnostic::error("shown", message).at(at.place).help(help));
        }
    }
    draft.act_set(table, key)
}
