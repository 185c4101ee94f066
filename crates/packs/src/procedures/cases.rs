//! Reads the cases that stand beside a procedure.

use base::Diagnostic;
use calendar::Day;
use norms::cases::{Case, Do, DoneThen, Expect, OwedThen, Refused};
use norms::{ActId, Field, FieldType, PARTS, Procedure, Record, Value};

use super::{day, unknown};
use crate::source::{At, Doc, Literal, Source, Table};

/// Reads one file of cases.
#[must_use]
pub fn read(source: &Source, procedure: &Procedure) -> (Vec<Case>, Vec<Diagnostic>) {
    let (made, found) = Doc::read(source, |root| {
        let tables = root.tables("case", |at| format!("第{at}个案例"));
        Some(tables.iter().filter_map(|table| case(table, procedure)).collect::<Vec<_>>())
    });
    (made.unwrap_or_default(), found)
}

fn case(table: &Table<'_>, procedure: &Procedure) -> Option<Case> {
    let title = table.need_text("title").map_or(String::new(), |at| at.value);
    let systems = table.texts("systems").into_iter().map(|at| at.value).collect();
    let asof = day(table, "asof");
    let does: Vec<Do> = table
        .tables("does", |at| format!("案例“{title}”的第{at}件事"))
        .iter()
        .filter_map(|one| {
            let act = act(one, procedure);
            let on = need_day(one, "on");
            one.text("by");
            let record = act.map(|act| record(one, procedure, act));
            one.finish();
            Some(Do { on: on?, act: act?, record: record?, place: one.place() })
        })
        .collect();
    let last = does.iter().map(|one| one.on).max();
    let expect = table.table("expect", format!("案例“{title}”的 expect"));
    let expect = expect.map_or_else(Expect::default, |one| expectation(&one, procedure));
    let asof = asof.or(last);
    if asof.is_none() {
        table.missing("asof");
    }
    let refused = table.tables("refused", |at| format!("案例“{title}”的第{at}个 refused"));
    let refused = refused.iter().filter_map(|one| refusal(one, procedure, asof)).collect();
    table.finish();
    Some(Case { title, place: table.place(), systems, does, asof: asof?, expect, refused })
}

pub(crate) fn need_day(table: &Table<'_>, key: &str) -> Option<Day> {
    if !table.has(key) {
        table.missing(key);
    }
    day(table, key)
}

fn act(table: &Table<'_>, procedure: &Procedure) -> Option<ActId> {
    named(table, procedure, &table.need_text("act")?)
}

fn named(table: &Table<'_>, procedure: &Procedure, at: &At<String>) -> Option<ActId> {
    let found = procedure.act_named(&at.value);
    if found.is_none() {
        unknown(table, "unknown_act", "事项", at, procedure.acts.iter().map(|act| act.id.as_str()));
    }
    found
}

fn names(table: &Table<'_>, procedure: &Procedure, key: &str) -> Vec<ActId> {
    table.texts(key).iter().filter_map(|at| named(table, procedure, at)).collect()
}

fn refusal(table: &Table<'_>, procedure: &Procedure, asof: Option<Day>) -> Option<Refused> {
    let act = act(table, procedure)?;
    let on = day(table, "on").or(asof);
    let made = Refused {
        act,
        on: on?,
        article: table.text("article"),
        record: record(table, procedure, act),
        place: table.place_of("article"),
    };
    table.text("by");
    table.finish();
    Some(made)
}

fn expectation(table: &Table<'_>, procedure: &Procedure) -> Expect {
    let done = table.tables("done", |at| format!("{}的第{at}个 done", table.what));
    let done = done.iter().filter_map(|one| {
        let act = act(one, procedure);
        let on = need_day(one, "on");
        let by_clock = one.text("by").is_some_and(|by| by == "clock");
        let made = DoneThen { act: act?, on: on?, by_clock, place: one.place_of("on") };
        one.finish();
        Some(made)
    });
    let owed = table.tables("owed", |at| format!("{}的第{at}个 owed", table.what));
    let owed = owed.iter().filter_map(|one| {
        let act = act(one, procedure)?;
        let made = OwedThen { act, by: day(one, "by"), place: one.place_of("by") };
        one.finish();
        Some(made)
    });
    let made = Expect {
        done: done.collect(),
        owed: owed.collect(),
        not_owed: names(table, procedure, "not_owed"),
        may: names(table, procedure, "may"),
        must_not: names(table, procedure, "must_not"),
        phase: table.text("phase"),
        closed: table.flag_at("closed").map(|at| at.value),
        starts: table.has("starts").then(|| table.texts("starts").into_iter().map(|at| at.value).collect()),
    };
    table.finish();
    made
}

fn record(table: &Table<'_>, procedure: &Procedure, act: ActId) -> Record {
    record_of(table, procedure.act_of(act).map_or(&[], |act| &act.fields))
}

/// What stands under `record`, as values of these fields.
pub(crate) fn record_of(table: &Table<'_>, fields: &[Field]) -> Record {
    let mut values = vec![None; fields.len()];
    let Some(written) = table.table("record", format!("{}的 record", table.what)) else {
        return Record::new(values);
    };
    for (at, literal) in written.values() {
        let Some(index) = fields.iter().position(|field| field.id == at.value) else {
            unknown(table, "unknown_field", "字段", &at, fields.iter().map(|field| field.id.as_str()));
            continue;
        };
        let value = fields.get(index).and_then(|field| value(field, &literal));
        if value.is_none() {
            let kind = fields.get(index).map_or("", |field| field.kind.label());
            let message = format!("{}的“{}”应当是{kind}", table.what, at.value);
            table.say(Diagnostic::error("wrong_type", message).at(at.place));
        }
        if let Some(place) = values.get_mut(index) {
            *place = value;
        }
    }
    Record::new(values)
}

/// A literal as a value of a field; money is written in yuan.
fn value(field: &Field, literal: &Literal) -> Option<Value> {
    Some(match (field.kind, literal) {
        (FieldType::Date, Literal::Date(year, month, number)) => {
            Value::Day(Day::from_ymd(i32::from(*year), *month, *number)?)
        }
        (FieldType::Number | FieldType::Share, _) => Value::Number(parts(literal)?),
        (FieldType::Money, _) => Value::Money(parts(literal)? / (PARTS / 100)),
        (FieldType::YesNo, Literal::Flag(flag)) => Value::Flag(*flag),
        (FieldType::Choice, Literal::Text(text)) => {
            field.options.iter().find(|(id, _)| id == text).map(|(id, _)| Value::Text(id.clone()))?
        }
        (FieldType::Choices, Literal::List(items)) => Value::List(texts(items)?),
        (FieldType::Rows, Literal::List(items)) => {
            Value::List(items.iter().map(|item| row(field, item)).collect::<Option<_>>()?)
        }
        (FieldType::File, Literal::List(items)) => Value::List(texts(items)?),
        (
            FieldType::Date | FieldType::YesNo | FieldType::Choice | FieldType::Choices | FieldType::Rows,
            _,
        ) => {
            return None;
        }
        (_, Literal::Text(text)) => Value::Text(text.clone()),
        _ => return None,
    })
}

/// A row of a table as records keep it: its cells in the order of the columns. A row is written as a table of columns, or as
/// its own text.
fn row(field: &Field, literal: &Literal) -> Option<String> {
    let pairs = match literal {
        Literal::Text(text) => return Some(text.clone()),
        Literal::Table(pairs) => pairs,
        _ => return None,
    };
    let is_known = |(id, _): &(String, Literal)| field.columns.iter().any(|column| column.id == *id);
    if !pairs.iter().all(is_known) {
        return None;
    }
    let written = |column: &Field| match pairs.iter().find(|(id, _)| *id == column.id) {
        Some((_, literal)) => cell(column, literal),
        None => Some(String::new()),
    };
    let cells: Option<Vec<String>> = field.columns.iter().map(written).collect();
    cells.map(|cells| cells.join(&norms::COLUMN.to_string()))
}

/// A cell as a form sends it; `None` where the column does not take it.
fn cell(column: &Field, literal: &Literal) -> Option<String> {
    Some(match (column.kind, literal) {
        (FieldType::Date, Literal::Date(year, month, number)) => {
            Day::from_ymd(i32::from(*year), *month, *number)?.to_string()
        }
        (FieldType::YesNo, Literal::Flag(flag)) => if *flag { "yes" } else { "no" }.to_owned(),
        (FieldType::Number | FieldType::Money | FieldType::Share, Literal::Integer(number)) => {
            number.to_string()
        }
        (FieldType::Choice, Literal::Text(text)) => {
            column.options.iter().find(|(id, _)| id == text).map(|(id, _)| id.clone())?
        }
        (FieldType::Date | FieldType::YesNo | FieldType::Choice, _) => return None,
        (_, Literal::Text(text) | Literal::Decimal(text)) => text.clone(),
        _ => return None,
    })
}

fn texts(items: &[Literal]) -> Option<Vec<String>> {
    let one = |item: &Literal| match item {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    };
    items.iter().map(one).collect()
}

/// A whole or decimal number in ten-thousandths.
fn parts(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Integer(number) => number.checked_mul(PARTS),
        Literal::Decimal(text) => norms::guard::parts(text),
        _ => None,
    }
}
