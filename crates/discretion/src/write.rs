//! Benchmarks and lists as TOML, so that what came from a sheet can be kept, compared and mended by hand.

use std::fmt::Write as _;

use crate::bounds::plain;
use crate::deviation::shown_span;
use crate::model::{All, Edition, Field, FieldKind, Item, Range, Step, Table, Takes};
use crate::read::File;
use crate::span::MOST;
use crate::unit::decimal;

/// A file of one edition: what `read` reads again.
#[must_use]
pub fn write(edition: &Edition, file: &File) -> String {
    let mut out = String::from("[edition]\n");
    pair(&mut out, "organ", &edition.organ);
    pair(&mut out, "document", &edition.document);
    if !edition.version.is_empty() {
        pair(&mut out, "version", &edition.version);
    }
    let _ = writeln!(out, "from = {}", edition.from);
    if let Some(until) = edition.until {
        let _ = writeln!(out, "until = {until}");
    }
    for (key, flag) in [("example", edition.example), ("unverified", edition.unverified)] {
        if flag {
            let _ = writeln!(out, "{key} = true");
        }
    }
    file.tables.iter().for_each(|one| table(&mut out, one));
    file.items.iter().for_each(|one| item(&mut out, one));
    out
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut made = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\t' => made.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(made, "\\u{:04X}", u32::from(c));
            }
            c => made.push(c),
        }
    }
    made.push('"');
    made
}

fn pair(out: &mut String, key: &str, text: &str) {
    let _ = writeln!(out, "{key} = {}", quoted(text));
}

fn list(out: &mut String, key: &str, texts: &[String]) {
    if !texts.is_empty() {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        let _ = writeln!(out, "{key} = [{}]", texts.join(", "));
    }
}

fn table(out: &mut String, table: &Table) {
    out.push_str("\n[[table]]\n");
    pair(out, "id", &table.id);
    pair(out, "act", &table.act);
    list(out, "violates", &table.violates);
    list(out, "basis", &table.basis);
    if let Some(frame) = &table.frame {
        pair(out, "frame", &range(frame));
    }
    match table.takes {
        Takes::Only => {}
        Takes::Lightest => pair(out, "takes", "lightest"),
        Takes::Heaviest => pair(out, "takes", "heaviest"),
    }
    list(out, "never", &alternatives(&table.never, &table.fields));
    if !table.note.is_empty() {
        pair(out, "note", &table.note);
    }
    fields(out, "table.fields", &table.fields);
    table.steps.iter().for_each(|one| step(out, one, &table.fields));
}

fn step(out: &mut String, step: &Step, fields: &[Field]) {
    out.push_str("  [[table.step]]\n");
    pair(out, "  name", &step.name);
    pair(out, "  level", step.level.id());
    if step.otherwise {
        pair(out, "  when", "其他情形");
    } else {
        list(out, "  when", &alternatives(&step.when, fields));
    }
    let penalties: Vec<&str> = step.penalties.iter().map(|one| one.text.as_str()).collect();
    pair(
        out,
        "  penalty",
        if penalties.is_empty() { "不予处罚".to_owned() } else { penalties.join("，") }.as_str(),
    );
    if !step.circumstances.is_empty() {
        pair(out, "  circumstances", &step.circumstances);
    }
}

fn item(out: &mut String, item: &Item) {
    out.push_str("\n[[item]]\n");
    pair(out, "id", &item.id);
    pair(out, "title", &item.title);
    if let Some(act) = &item.act {
        pair(out, "act", act);
    }
    list(out, "lists", &item.lists.iter().map(|list| list.id().to_owned()).collect::<Vec<_>>());
    if item.must {
        out.push_str("must = true\n");
    }
    list(out, "basis", &item.basis);
    list(out, "when", &alternatives(&item.when, &item.fields));
    list(out, "unless", &alternatives(&item.unless, &item.fields));
    if !item.measure.is_empty() {
        pair(out, "measure", &item.measure);
    }
    fields(out, "item.fields", &item.fields);
}

fn fields(out: &mut String, heading: &str, fields: &[Field]) {
    if fields.is_empty() {
        return;
    }
    let _ = writeln!(out, "  [{heading}]");
    for field in fields {
        let own = match &field.kind {
            FieldKind::Amount { unit, decimals } => {
                let bound = |value| quoted(&format!("{}{}", decimal(value, *decimals), unit.name));
                let mut own =
                    format!("type = \"amount\", unit = {}, decimals = {decimals}", quoted(&unit.name));
                if field.domain.low != 0 {
                    let _ = write!(own, ", least = {}", bound(field.domain.low));
                }
                if field.domain.high < MOST {
                    let _ = write!(own, ", most = {}", bound(field.domain.high));
                }
                own
            }
            FieldKind::YesNo { yes, no } => {
                format!("type = \"yes_no\", yes = {}, no = {}", quoted(yes), quoted(no))
            }
            FieldKind::Kind(options) => {
                let options: Vec<String> = options.iter().map(|option| quoted(option)).collect();
                format!("type = \"kind\", options = [{}]", options.join(", "))
            }
        };
        let _ = writeln!(out, "  {} = {{ {own} }}", quoted(&field.name));
    }
}

/// Each alternative as one text, every condition with the name of its field.
fn alternatives(when: &[All], fields: &[Field]) -> Vec<String> {
    let one = |all: &All| {
        let texts = all.iter().filter_map(|condition| {
            let field = fields.get(condition.field)?;
            let own = match &field.kind {
                FieldKind::Amount { .. } if !plain(&condition.text).starts_with(&plain(&field.name)) => {
                    format!("{}{}", field.name, condition.text)
                }
                FieldKind::Amount { .. } => condition.text.clone(),
                _ => field.shown(&condition.set),
            };
            Some(own)
        });
        texts.collect::<Vec<_>>().join("；")
    };
    when.iter().map(one).collect()
}

/// A range as it is read again.
#[must_use]
pub fn range(range: &Range) -> String {
    match range {
        Range::Money(span) => {
            let shown = shown_span(*span);
            match shown.split_once('至') {
                Some((low, high)) => format!("{low}以上{high}以下"),
                None => shown,
            }
        }
        Range::Multiple { of, low, low_open, high, high_open } => {
            let number = |value: &i64| format!("{}倍", decimal(*value, 4));
            let from =
                if *low_open { format!("超过{}", number(low)) } else { format!("{}以上", number(low)) };
            let upto = if *high_open {
                format!("不满{}", number(high))
            } else {
                format!("{}以下", number(high))
            };
            match (*low > 0 || *low_open, *high < MOST) {
                _ if low == high => format!("{of}{}", number(low)),
                (true, true) => format!("{of}{from}{upto}"),
                (true, false) => format!("{of}{from}"),
                _ => format!("{of}{upto}"),
            }
        }
        Range::Time { unit, span } => format!("{}{}以上{}{}以下", span.low, unit.name, span.high, unit.name),
    }
}
