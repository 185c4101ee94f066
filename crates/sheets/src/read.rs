//! A sheet against a register's fields: headings are matched to fields, lines become rows.

use std::collections::BTreeMap;

use base::{Diagnostic, closest};
use calendar::Day;
use norms::FieldType;
use registers::Register;

use crate::{FROM, Line, Sheet, UNTIL};

/// A line of a sheet, ready to be entered. 填报行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledRow {
    /// The line's number as people see it.
    pub line: usize,
    pub from: Day,
    pub until: Option<Day>,
    /// The texts of each field.
    pub form: BTreeMap<String, Vec<String>>,
    /// Its days can be read, and so can every cell. Else `from` stands for nothing, and the other cells can still be looked at.
    pub sound: bool,
}

enum Column {
    From,
    Until,
    Field(usize),
}

/// Reads the rows of a register: those that can be read, and all that is wrong with the others and with the headings
/// (unknown, missing or twice; days that are none). The first line with the first heading is the line of headings; what
/// stands above it is passed over.
#[must_use]
pub fn read(register: &Register, sheet: &Sheet) -> (Vec<FilledRow>, Vec<Diagnostic>) {
    let (mut rows, found) = read_all(register, sheet);
    rows.retain(|row| row.sound);
    (rows, found)
}

/// The same with the rows whose days cannot be read, so that all that is wrong with them is told at once.
#[must_use]
pub fn read_all(register: &Register, sheet: &Sheet) -> (Vec<FilledRow>, Vec<Diagnostic>) {
    let is_heading = |line: &&Line| line.cells.iter().any(|cell| cell.trim_end_matches('*').trim() == FROM);
    let Some(heading) = sheet.lines.iter().find(is_heading) else {
        let message = format!("没有找到表头：表头的一行要有“{FROM}”一列");
        return (Vec::new(), vec![Diagnostic::error("no_heading", message).help("请用导出的空表填写。")]);
    };
    let mut found = Vec::new();
    let columns = columns(register, heading, &mut found);
    let mut rows = Vec::new();
    for line in sheet.lines.iter().filter(|line| line.number > heading.number) {
        rows.extend(row(register, line, &columns, &mut found));
    }
    (rows, found)
}

fn columns(register: &Register, heading: &Line, found: &mut Vec<Diagnostic>) -> Vec<Option<Column>> {
    let names = || register.fields.iter().map(|field| field.name.as_str());
    let mut seen: Vec<&str> = Vec::new();
    let mut made = Vec::new();
    for (at, cell) in heading.cells.iter().enumerate() {
        let name = cell.trim_end_matches('*').trim();
        if name.is_empty() {
            made.push(None);
            continue;
        }
        if seen.contains(&name) {
            let message = format!("表头{}：“{name}”有两列", address(heading.number, at));
            found.push(Diagnostic::error("heading_twice", message).help("请删去一列。"));
        }
        seen.push(name);
        made.push(match name {
            FROM => Some(Column::From),
            UNTIL => Some(Column::Until),
            _ => {
                let place = register.fields.iter().position(|field| field.name == name || field.id == name);
                if place.is_none() {
                    let message =
                        format!("表头{}：“{}”没有“{name}”这一栏", address(heading.number, at), register.name);
                    let near = closest(name, names()).map(|near| format!("是不是“{near}”？"));
                    let help = near
                        .unwrap_or_else(|| format!("可用的栏目：{}", names().collect::<Vec<_>>().join("、")));
                    found.push(Diagnostic::error("unknown_heading", message).help(help));
                }
                place.map(Column::Field)
            }
        });
    }
    for (at, field) in register.fields.iter().enumerate().filter(|(_, field)| field.required) {
        if !made.iter().any(|column| matches!(column, Some(Column::Field(place)) if *place == at)) {
            let message = format!("表头缺“{}”一栏，这一栏必须填写", field.name);
            found.push(Diagnostic::error("missing_heading", message).help("请用导出的空表填写。"));
        }
    }
    made
}

fn row(
    register: &Register,
    line: &Line,
    columns: &[Option<Column>],
    found: &mut Vec<Diagnostic>,
) -> Option<FilledRow> {
    let (mut from, mut until) = (None, None);
    let mut form = BTreeMap::new();
    let mut sound = true;
    for (at, (cell, column)) in line.cells.iter().zip(columns).enumerate() {
        if cell.is_empty() {
            continue;
        }
        let mut read_day = |heading: &str| {
            let read = parse_day(cell);
            if read.is_none() {
                let message = format!("{}：{heading}“{cell}”不是日期", address(line.number, at));
                found.push(Diagnostic::error("bad_day", message).help("写作 2024-09-27。"));
                sound = false;
            }
            read
        };
        match column {
            Some(Column::From) => from = read_day(FROM),
            Some(Column::Until) => until = read_day(UNTIL),
            Some(Column::Field(place)) => {
                let Some(field) = register.fields.get(*place) else { continue };
                let texts = match field.kind {
                    FieldType::Choices => {
                        cell.split(['、', '；', ';']).map(|text| text.trim().to_owned()).collect()
                    }
                    FieldType::Date => {
                        vec![parse_day(cell).map_or_else(|| cell.clone(), |day| day.to_string())]
                    }
                    _ => vec![cell.clone()],
                };
                form.insert(field.id.clone(), texts);
            }
            None => {
                let message = format!("{}：这一列没有表头", address(line.number, at));
                found.push(Diagnostic::error("no_heading", message).help("请给这一列写上表头，或者清空。"));
                sound = false;
            }
        }
    }
    if from.is_none() && sound {
        let message = format!("第{}行：没有填“{FROM}”", line.number);
        found.push(Diagnostic::error("bad_day", message).help("写作 2024-09-27。"));
    }
    let sound = sound && from.is_some();
    let from = from.or_else(|| Day::from_number(0))?;
    Some(FilledRow { line: line.number, from, until, form, sound })
}

/// A day as people write it in sheets: 2024-09-27, 2024/9/27, 2024.9.27, 2024年9月27日.
#[must_use]
pub fn parse_day(text: &str) -> Option<Day> {
    let plain = text.trim().trim_end_matches('日').replace(['/', '.', '年', '月'], "-");
    let mut parts = plain.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some() {
        return None;
    }
    Day::from_ymd(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// A cell as people name it: “B3”; the column counts from 0.
#[must_use]
pub fn address(line: usize, column: usize) -> String {
    let mut name = String::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or_default();
        name.insert(0, char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    format!("{name}{line}")
}
