//! The benchmarks and lists of an organ as its registers hold them on a day, as decision tables.

use base::Diagnostic;
use calendar::Day;
use discretion::{Book, Edition, STATUTES, Source};
use norms::Value;
use registers::Entry;
use sheets::{Line, Sheet};

use crate::error::Result;
use crate::platform::Platform;
use crate::roll::Table;

const TABLE: [&str; 8] =
    ["违法行为", "编码", "违反条款", "处罚依据", "裁量阶次", "适用条件", "具体标准", "法定幅度"];
const LISTS: [&str; 8] =
    ["违法行为", "编码", "法律依据", "适用条件", "不适用的情形", "处理", "配套监管措施", "清单"];
const FACTS: [&str; 7] = ["要素", "类型", "单位", "小数位", "最小", "最大", "选项"];
/// Steps from the lightest to the heaviest.
const STEPS: [&str; 8] = ["none", "less", "slight", "light", "normal", "heavier", "heavy", "grave"];

/// What an organ has for one unlawful act on a day.
pub(super) struct Own {
    pub book: Book,
    /// What of it cannot be read; an entry with an error is not in the book.
    pub faults: Vec<Diagnostic>,
    /// The unlawful acts for which the organ has a benchmark that day.
    pub known: Vec<String>,
}

impl Platform {
    /// The tables and lists for an unlawful act, in the organ's registers on a day, with what the statutes lay down.
    pub(super) fn benchmarks(&self, organ: (&str, &str), matter: &str, on: Day) -> Result<Own> {
        let (tables, lists) = (self.table("discretion_benchmarks")?, self.table("leniency_lists")?);
        let asked = self.table("discretion_facts")?;
        let own = |table: &Table| -> Vec<Entry> {
            table.on(on).filter(|one| one.organ == organ.0).cloned().collect()
        };
        let mut rows = own(&tables);
        let mut known: Vec<String> = rows.iter().map(|one| tables.text(one, "act").to_owned()).collect();
        known.sort();
        known.dedup();
        rows.retain(|one| tables.text(one, "act") == matter);
        let place = |one: &Entry| STEPS.iter().position(|step| *step == tables.text(one, "step"));
        rows.sort_by_key(|one| (tables.text(one, "item").to_owned(), place(one)));
        let mut facts = own(&asked);
        facts.retain(|one| rows.iter().any(|row| tables.text(row, "item") == asked.text(one, "item")));
        let facts = facts.iter().map(|one| fact_line(&asked, one)).collect();
        let mut items = own(&lists);
        items.retain(|one| lists.text(one, "act") == matter);
        let (mut all, mut faults) = (discretion::read::File::default(), Vec::new());
        if let Some(first) = rows.first() {
            let lines = rows.iter().map(|one| step_line(&tables, one)).collect();
            let edition = edition(organ.1, &rows, tables.text(first, "document"));
            take("裁量权基准", (&TABLE, lines), facts, &edition, (&mut all, &mut faults));
        }
        if let Some(first) = items.first() {
            let lines = items.iter().map(|one| item_line(&lists, one)).collect();
            let edition = edition(organ.1, &items, lists.text(first, "version"));
            take("四张清单", (&LISTS, lines), Vec::new(), &edition, (&mut all, &mut faults));
        }
        for (path, text) in STATUTES {
            let source = Source::new(path, text);
            all.items.extend(discretion::read(&source).0.items);
        }
        let (book, twice) = Book::new(all.tables, all.items);
        faults.extend(twice);
        faults.retain(|one| one.is_error() || one.severity == base::Severity::Warning);
        Ok(Own { book, faults, known })
    }
}

type Taken<'a> = (&'a mut discretion::read::File, &'a mut Vec<Diagnostic>);

/// Headings and the lines below them.
type Lines<'a> = (&'a [&'a str], Vec<Vec<String>>);

/// Reads lines as the sheet of a department's workbook, beside the sheet that declares its fields, if there are any.
fn take(name: &str, lines: Lines<'_>, facts: Vec<Vec<String>>, edition: &Edition, into: Taken<'_>) {
    let mut all = Vec::new();
    if !facts.is_empty() {
        all.push(sheet(discretion::import::FIELDS, (&FACTS, facts)));
    }
    // The sheet's name must not say which list its rows are of.
    all.push(sheet("条目", lines));
    let (made, found) = discretion::import::import(name, &all, edition);
    into.0.tables.extend(made.tables);
    into.0.items.extend(made.items);
    into.1.extend(found);
}

fn sheet(name: &str, (headings, rows): Lines<'_>) -> Sheet {
    let head = Line { number: 1, cells: headings.iter().map(|one| (*one).to_owned()).collect() };
    let lines = (2..).zip(rows).map(|(number, cells)| Line { number, cells });
    Sheet { name: name.to_owned(), lines: std::iter::once(head).chain(lines).collect() }
}

/// What stands together: from the latest first day to the earliest last one.
fn edition(organ: &str, rows: &[Entry], document: &str) -> Edition {
    let from = rows.iter().map(|one| one.from).max();
    Edition {
        organ: organ.to_owned(),
        document: document.to_owned(),
        version: String::new(),
        from: from.unwrap_or_else(|| Day::from_number(0).unwrap_or_else(|| unreachable!("day 0 exists"))),
        until: rows.iter().filter_map(|one| one.until).min(),
        example: false,
        unverified: false,
    }
}

fn step_line(table: &Table, one: &Entry) -> Vec<String> {
    let text = |id: &str| table.text(one, id).to_owned();
    vec![
        text("act"),
        text("item"),
        text("violates"),
        text("basis"),
        table.label(one, "step"),
        text("circumstances"),
        standard(table, one),
        text("frame"),
    ]
}

fn fact_line(table: &Table, one: &Entry) -> Vec<String> {
    let text = |id: &str| table.text(one, id).to_owned();
    let (kind, decimals) = (table.label(one, "kind"), table.label(one, "decimals"));
    vec![text("fact"), kind, text("unit"), decimals, text("least"), text("most"), text("options")]
}

/// What the step allows, in the words that departments use.
fn standard(table: &Table, one: &Entry) -> String {
    let own = table.text(one, "standard");
    if !own.is_empty() {
        return own.to_owned();
    }
    let money = |id: &str| match table.value(one, id) {
        Some(Value::Money(fen)) => Some(discretion::unit::yuan(*fen)),
        _ => None,
    };
    let fine = match (money("lowest"), money("highest")) {
        (Some(low), Some(high)) if low == high => format!("{low}罚款"),
        (Some(low), Some(high)) => format!("{low}以上{high}以下罚款"),
        (Some(low), None) => format!("{low}以上罚款"),
        (None, Some(high)) => format!("{high}以下罚款"),
        (None, None) => String::new(),
    };
    let parts = [table.text(one, "other"), fine.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "不予处罚".to_owned() } else { parts.join("，") }
}

fn item_line(table: &Table, one: &Entry) -> Vec<String> {
    let text = |id: &str| table.text(one, id).to_owned();
    let must = matches!(table.value(one, "must"), Some(Value::Flag(true)));
    vec![
        text("act"),
        text("item"),
        text("basis"),
        text("conditions"),
        text("excluded"),
        if must { "应当" } else { "可以" }.to_owned(),
        text("measure"),
        table.label(one, "list"),
    ]
}
