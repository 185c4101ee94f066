//! The tables that a plan is made from: the sheets of one XLSX file, or the CSV files of a folder, by their names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base::{Diagnostic, closest};
use sheets::Line;

use crate::output;

/// A table with its headings. 表
pub struct Table {
    pub name: String,
    headings: Vec<String>,
    lines: Vec<Line>,
}

/// One line of a table; what is asked for and wrong is noted.
pub struct Row<'t> {
    table: &'t Table,
    line: &'t Line,
}

impl Row<'_> {
    pub fn cell(&self, heading: &str) -> &str {
        let place = self.table.headings.iter().position(|own| own == heading);
        place.and_then(|at| self.line.cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// The parts of a cell, set apart by 、 or ；.
    pub fn parts(&self, heading: &str) -> Vec<String> {
        let parts = self.cell(heading).split(['、', '；', ';', '，']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub fn place(&self, heading: &str) -> String {
        format!("表“{}”第{}行“{heading}”", self.table.name, self.line.number)
    }
}

/// All tables of a call. 数据表
pub struct Tables(BTreeMap<String, Table>);

impl Tables {
    pub fn open(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let sheets =
            if path.is_dir() { folder(path)? } else { workbook(path).map_err(|found| vec![found])? };
        let mut made = BTreeMap::new();
        for (name, lines) in sheets {
            let mut lines = lines.into_iter();
            let headings = lines.next().map(|line| line.cells).unwrap_or_default();
            let headings = headings.iter().map(|cell| cell.trim_end_matches('*').trim().to_owned()).collect();
            made.insert(name.clone(), Table { name, headings, lines: lines.collect() });
        }
        Ok(Self(made))
    }

    /// The rows of a table, where it has all these headings and none besides these and those that may be.
    pub fn rows<'t>(
        &'t self,
        name: &str,
        (must, may): (&[&str], &[&str]),
        is_needed: bool,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<Row<'t>> {
        let Some(table) = self.0.get(name) else {
            if is_needed {
                let own: Vec<&str> = self.0.keys().map(String::as_str).collect();
                let message = format!("没有表“{name}”；现有的是：{}", own.join("、"));
                let help = format!("加上这个表，表头是：{}", [must, may].concat().join("、"));
                found.push(Diagnostic::error("joint_table", message).help(help));
            }
            return Vec::new();
        };
        let known = [must, may].concat();
        for heading in table.headings.iter().filter(|own| !own.is_empty() && !known.contains(&own.as_str())) {
            let near = closest(heading, known.iter().copied()).map(|near| format!("是不是“{near}”？"));
            let help = near.unwrap_or_else(|| format!("可用的表头：{}", known.join("、")));
            let message = format!("表“{name}”的表头里有不认识的“{heading}”");
            found.push(Diagnostic::error("joint_heading", message).help(help));
        }
        for heading in must.iter().filter(|own| !table.headings.iter().any(|there| there == *own)) {
            let message = format!("表“{name}”的表头里没有“{heading}”");
            found.push(Diagnostic::error("joint_heading", message).help("补上这一列。"));
        }
        table.lines.iter().map(|line| Row { table, line }).collect()
    }
}

type Named = Vec<(String, Vec<Line>)>;

fn unreadable(path: &Path, fault: &std::io::Error) -> Diagnostic {
    let message = format!("读不了{}：{}", path.display(), output::why(fault));
    Diagnostic::error("unreadable", message).help("核对路径和权限")
}

fn workbook(path: &Path) -> Result<Named, Diagnostic> {
    let bytes = fs::read(path).map_err(|fault| unreadable(path, &fault))?;
    Ok(sheets::open_all(&bytes)?.into_iter().map(|sheet| (sheet.name, sheet.lines)).collect())
}

fn folder(path: &Path) -> Result<Named, Vec<Diagnostic>> {
    let entries = fs::read_dir(path)
        .and_then(|all| all.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(|fault| vec![unreadable(path, &fault)])?;
    let (mut made, mut found) = (Vec::new(), Vec::new());
    let is_table = |own: &Path| own.extension().is_some_and(|own| own.eq_ignore_ascii_case("csv"));
    for own in entries.into_iter().filter(|own| is_table(own)) {
        let name = own.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        match fs::read_to_string(&own) {
            Ok(text) => made.push((name, csv(&text))),
            Err(fault) => found.push(unreadable(&own, &fault)),
        }
    }
    if found.is_empty() { Ok(made) } else { Err(found) }
}

/// The lines of a CSV text (RFC 4180) that are not empty.
fn csv(text: &str) -> Vec<Line> {
    let mut made = Vec::new();
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let (mut number, mut at) = (1, 1);
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    let mut end = |cells: &mut Vec<String>, number: usize| {
        let cells = std::mem::take(cells);
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            made.push(Line { number, cells });
        }
    };
    while let Some(c) = rest.next() {
        if c == '\n' {
            at += 1;
        }
        match c {
            '"' if is_quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' if is_quoted || cell.is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                cells.push(std::mem::take(&mut cell));
                end(&mut cells, number);
                number = at;
            }
            '\r' if !is_quoted => {}
            _ => cell.push(c),
        }
    }
    cells.push(cell);
    end(&mut cells, number);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_read_as_spreadsheets_write_it() {
        let read = csv("\u{feff}编号,名称\r\n1,\"甲,\"\"乙\"\"\n丙\"\r\n\r\n2,丁");
        let cells: Vec<_> = read.iter().map(|line| (line.number, line.cells.join("|"))).collect();
        let expected = [(1, "编号|名称"), (2, "1|甲,\"乙\"\n丙"), (5, "2|丁")];
        assert_eq!(cells, expected.map(|(at, text)| (at, text.to_owned())));
    }
}
