//! The library of documents: what of a case makes it one of them, and the acts that are about them.

use norms::{Concerns, Field, FieldType, Lists, OnRecord, Shelf};

use super::{Draft, unknown};
use crate::source::{At, Table};

/// `[library]` of a procedure.
pub(super) fn read(root: &Table<'_>, draft: &Draft) -> Option<Shelf> {
    let table = root.table("library", "library")?;
    let places = |key: &str, kinds: &[FieldType], or_act: bool| -> Vec<OnRecord> {
        table.texts(key).iter().filter_map(|at| on_record(draft, &table, at, kinds, or_act)).collect()
    };
    let texts = [FieldType::Words, FieldType::Text];
    let published = table.text_at("published").and_then(|at| draft.act(&table, &at));
    let made = Shelf {
        title: places("title", &texts, false),
        number: places("number", &texts, true),
        text: places("text", &[FieldType::File], false),
        from: places("from", &[FieldType::Date], false),
        until: places("until", &[FieldType::Date], false),
        repealed: places("repealed", &[FieldType::Date], true),
        lapsed: places("lapsed", &[FieldType::Date], true),
        published,
        always_public: table.flag("always_public"),
        reviews: table.texts("reviews").iter().filter_map(|at| draft.act(&table, at)).collect(),
    };
    for key in ["title", "from"] {
        if !table.has(key) {
            table.missing(key);
        }
    }
    table.finish();
    Some(made)
}

/// `act.field`, or `act` alone where that says something.
fn on_record(
    draft: &Draft,
    table: &Table<'_>,
    at: &At<String>,
    kinds: &[FieldType],
    or_act: bool,
) -> Option<OnRecord> {
    let (act, field) = match at.value.split_once('.') {
        Some((act, field)) => (act.to_owned(), Some(field.to_owned())),
        None => (at.value.clone(), None),
    };
    let act = draft.act(table, &At { value: act, place: at.place.clone() })?;
    let spec = draft.procedure.act_of(act)?;
    let Some(field) = field else {
        if !or_act {
            unknown(table, "unknown_field", "字段", at, of_kinds(&spec.fields, kinds));
            return None;
        }
        return Some(OnRecord { act, field: None });
    };
    let field = named(table, &At { value: field, place: at.place.clone() }, &spec.fields, kinds)?;
    Some(OnRecord { act, field: Some(field) })
}

fn of_kinds<'f>(fields: &'f [Field], kinds: &'f [FieldType]) -> impl Iterator<Item = &'f str> {
    fields.iter().filter(|field| kinds.contains(&field.kind)).map(|field| field.id.as_str())
}

/// The place of a field of one of these types; another name is a finding.
fn named(table: &Table<'_>, at: &At<String>, fields: &[Field], kinds: &[FieldType]) -> Option<u16> {
    let found = fields.iter().position(|field| field.id == at.value && kinds.contains(&field.kind));
    if found.is_none() {
        unknown(table, "unknown_field", "字段", at, of_kinds(fields, kinds));
    }
    found.and_then(|place| u16::try_from(place).ok())
}

/// The field that a key names, which must be there.
fn needed(table: &Table<'_>, key: &str, fields: &[Field], kinds: &[FieldType]) -> Option<u16> {
    let Some(at) = table.text_at(key) else {
        table.missing(key);
        return None;
    };
    named(table, &at, fields, kinds)
}

/// `[acts.X.concerns]`
pub(super) fn concerns(table: &Table<'_>, fields: &[Field]) -> Option<Concerns> {
    let title = needed(table, "title", fields, &[FieldType::Words]);
    let number = needed(table, "number", fields, &[FieldType::Words]);
    table.finish();
    Some(Concerns { title: title?, number: number? })
}

/// `[acts.X.lists]`
pub(super) fn lists(table: &Table<'_>, fields: &[Field]) -> Option<Lists> {
    let total = needed(table, "total", fields, &[FieldType::Number]);
    let list = needed(table, "list", fields, &[FieldType::File]);
    table.finish();
    Some(Lists { total: total?, list: list? })
}
