//! What an act opens: a case of another procedure (`starts`), or of the same in another organ (`hands_to`).

use base::Diagnostic;
use norms::{ActId, FieldType, Given, Start};

use super::{Draft, unknown};
use crate::source::{At, Literal, Table};

/// What stands in the file of what an act opens.
pub(super) enum Opens<'t, 'd> {
    Other(Table<'d>),
    /// The act's table, and the field that names the organ.
    Same(&'t Table<'d>, At<String>),
}

impl Opens<'_, '_> {
    pub(super) fn read(&self, draft: &mut Draft, act: usize) -> Option<Start> {
        match self {
            Self::Other(table) => {
                let made = start(draft, act, table);
                table.finish();
                made
            }
            Self::Same(table, at) => handing(draft, act, table, at),
        }
    }
}

fn start(draft: &mut Draft, act: usize, table: &Table<'_>) -> Option<Start> {
    check_doer(draft, act, table);
    let (procedure, opening) = (table.need_text("procedure"), table.need_text("act"));
    let guard = draft.guard(table, "if");
    if table.has("if") && guard.is_none() {
        return None;
    }
    let organ = table.text_at("organ").map(|at| organ_field(draft, act, table, &at));
    let given = table.table("with", format!("{}的 with", table.what)).map_or_else(Vec::new, |with| {
        let all = with.values().into_iter().filter_map(|(id, value)| given(draft, act, &with, id, &value));
        all.collect()
    });
    let organ = match organ {
        Some(found) => Some(found?),
        None => None,
    };
    let told = table.flag("told");
    let (procedure, act) = (procedure?.value, opening?.value);
    Some(Start { procedure, act, guard, organ, given, told, place: table.place() })
}

/// The file goes whole to another organ: a case of the same procedure there, opened by the act that opened this one.
fn handing(draft: &Draft, act: usize, table: &Table<'_>, at: &At<String>) -> Option<Start> {
    check_doer(draft, act, table);
    let organ = organ_field(draft, act, table, at);
    let own = &draft.procedure;
    let openings: Vec<usize> =
        (0..own.acts.len()).filter(|at| own.acts.get(*at).is_some_and(|act| act.opens_case)).collect();
    let ends = own.acts.get(act).is_some_and(|act| act.ends_case);
    let ([opening], true) = (openings.as_slice(), ends) else {
        let message = format!("{}的 hands_to 要写在结案的事项上，而且本程序只有一个立案的事项", table.what);
        let help = "不是这样的，写 starts：立哪个程序的案、由哪个事项立、移交哪些字段。";
        table.say(Diagnostic::error("start_misplaced", message).at(at.place.clone()).help(help));
        return None;
    };
    let (spec, id) = (own.acts.get(*opening)?, ActId::new(*opening)?);
    let fields = spec.fields.iter().zip(0_u16..);
    let given = fields.map(|(field, at)| (field.id.clone(), Given::Field(id, at))).collect();
    let (procedure, act) = (own.id.clone(), spec.id.clone());
    Some(Start {
        procedure,
        act,
        guard: None,
        organ: Some(organ?),
        given,
        told: true,
        place: at.place.clone(),
    })
}

/// Somebody must answer for what is handed over: what the lapse of time does opens nothing, nor what is done in bulk.
fn check_doer(draft: &Draft, act: usize, table: &Table<'_>) {
    let own = &draft.procedure;
    let Some(spec) = own.acts.get(act) else { return };
    let is_clock = |at: &usize| own.roles.get(*at).is_some_and(|role| role.id == "clock");
    if spec.by.iter().any(is_clock) || spec.bulk {
        let message = format!("“{}”由时间推动或者可以成批办理，不能由它立另一个案件", spec.name);
        table.say(Diagnostic::error("start_misplaced", message).at(table.place()));
    }
}

/// The field of the act's own record that names an organ.
fn organ_field(draft: &Draft, act: usize, table: &Table<'_>, at: &At<String>) -> Option<u16> {
    let fields = draft.procedure.acts.get(act).map_or(&[][..], |act| &act.fields);
    let is_organ = |field: &&norms::Field| field.kind == FieldType::Organ;
    let found = fields.iter().position(|field| field.id == at.value && is_organ(&field));
    if found.is_none() {
        let known = fields.iter().filter(is_organ).map(|field| field.id.as_str());
        unknown(table, "unknown_field", "机关字段", at, known);
    }
    found.and_then(|place| u16::try_from(place).ok())
}

/// What a field of the new case is given: a field of this act, `act.field`, `$number`, `$day`, `$organ`, `=text`, yes or no.
fn given(
    draft: &Draft,
    act: usize,
    table: &Table<'_>,
    id: At<String>,
    value: &Literal,
) -> Option<(String, Given)> {
    let text = match value {
        Literal::Text(text) => text.clone(),
        Literal::Flag(flag) => return Some((id.value, Given::Flag(*flag))),
        _ => {
            let message = format!(
                "{}的“{}”写作 \"字段\"、\"事项.字段\"、\"=文字\" 或者 true、false",
                table.what, id.value
            );
            table.say(Diagnostic::error("wrong_type", message).at(id.place));
            return None;
        }
    };
    let made = match text.as_str() {
        "$number" => Given::Number,
        "$day" => Given::Day,
        "$organ" => Given::Organ,
        _ => match text.strip_prefix('=') {
            Some(words) => Given::Text(words.trim().to_owned()),
            None => field_of(draft, act, table, &At { value: text, place: id.place.clone() })?,
        },
    };
    Some((id.value, made))
}

fn field_of(draft: &Draft, act: usize, table: &Table<'_>, at: &At<String>) -> Option<Given> {
    let own = &draft.procedure;
    let (of, name) = match at.value.split_once('.') {
        Some((of, name)) => (draft.act(table, &At { value: of.to_owned(), place: at.place.clone() })?, name),
        None => (ActId::new(act)?, at.value.as_str()),
    };
    let found = own.field_named(of, name);
    if found.is_none() {
        let known = own.act_of(of).map_or(&[][..], |act| &act.fields).iter().map(|field| field.id.as_str());
        unknown(table, "unknown_field", "字段", at, known);
    }
    found.map(|field| Given::Field(of, field))
}
