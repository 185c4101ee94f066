//! Figures that a register's file defines.

use ::figures::{Counted, Figure, Measure, Which};
use base::Diagnostic;
use norms::guard::Guard;
use norms::{Field, FieldType};
use registers::entry_act;

use crate::procedures::figures::{check_shares, figure, share};
use crate::procedures::{choose, guard, unknown};
use crate::source::Table;

/// Reads the figures, with the guards that they have; `entry` is the act over whose record guards speak.
pub(super) fn read(root: &Table<'_>, home: &str, fields: &[Field]) -> (Vec<Figure>, Vec<Guard>) {
    let (mut made, mut guards) = (Vec::new(), Vec::new());
    let acts = [entry_act(fields, root.place())];
    for table in root.tables("figure", |at| format!("第{at}个指标")) {
        let guard = guard(&table, "if", (&acts, &[]), &mut guards);
        let measure = measure(&table, fields);
        let figure = figure(&table, home, measure, guard, &made);
        table.finish();
        made.extend(figure);
    }
    check_shares(root, &made);
    (made, guards)
}

fn measure(table: &Table<'_>, fields: &[Field]) -> Option<Measure> {
    if table.has("share") == table.has("entries") {
        let message = "台账的指标要写 entries、share 之一";
        table.say(Diagnostic::error("no_measure", message).at(table.place()));
        return None;
    }
    if table.has("share") {
        return share(table);
    }
    let which = choose(table, "entries", &WHICH)?;
    let which = match which {
        Asked::InForce => Which::InForce,
        Asked::Entered => Which::Entered,
        Asked::Ended => Which::Ended,
        Asked::Dated => {
            if !table.has("on") {
                table.missing("on");
            }
            Which::Dated(field(table, "on", fields, "日期字段", &[FieldType::Date])?)
        }
    };
    let counted = if table.has("sum") {
        Counted::Sum(field(table, "sum", fields, "数或金额字段", &[FieldType::Number, FieldType::Money])?)
    } else if table.has("different") {
        Counted::Different(field(table, "different", fields, "字段", &DIFFERENT)?)
    } else {
        Counted::Entries
    };
    Some(Measure::Entries { which, counted })
}

#[derive(Clone, Copy)]
enum Asked {
    InForce,
    Entered,
    Ended,
    Dated,
}

const WHICH: [(&str, Asked); 4] = [
    ("in_force", Asked::InForce),
    ("entered", Asked::Entered),
    ("ended", Asked::Ended),
    ("dated", Asked::Dated),
];

/// Types whose values can be told apart.
const DIFFERENT: [FieldType; 8] = [
    FieldType::Words,
    FieldType::Date,
    FieldType::Number,
    FieldType::Choice,
    FieldType::Organ,
    FieldType::Officer,
    FieldType::Place,
    FieldType::Entry,
];

/// The place of the field that a key names, of one of these types.
fn field(table: &Table<'_>, key: &str, fields: &[Field], what: &str, kinds: &[FieldType]) -> Option<u16> {
    let at = table.text_at(key)?;
    let fits = |field: &Field| kinds.contains(&field.kind);
    let place = fields.iter().position(|field| field.id == at.value && fits(field));
    if place.is_none() {
        let known = fields.iter().filter(|field| fits(field)).map(|field| field.id.as_str());
        unknown(table, "unknown_field", what, &at, known);
    }
    place.and_then(|place| u16::try_from(place).ok())
}
