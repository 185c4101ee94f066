//! Lists as tables for other programs: the same rows through the same filter.

use std::fmt::Write as _;

use crate::actor::Actor;
use crate::desk::CaseLine;
use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, FigureRecord};
use crate::platform::Platform;
use crate::visible::{CaseFilter, Viewer};

/// How many rows one table has at most; the command line writes longer ones.
const MOST_ROWS: usize = 50_000;

/// How the cells of a line are set apart. 表格格式
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Comma-separated, as RFC 4180 has it, for spreadsheets.
    Csv,
    /// Tab-separated; tabs and line breaks within a cell become spaces.
    Tsv,
}

impl Table {
    /// What stands before the first line: spreadsheets take a CSV without a byte order mark for another encoding.
    #[must_use]
    pub fn start(self) -> &'static str {
        match self {
            Self::Csv => "\u{feff}",
            Self::Tsv => "",
        }
    }

    /// One line with its end.
    #[must_use]
    pub fn line<T: AsRef<str>>(self, cells: &[T]) -> String {
        let mut made = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let cell = cell.as_ref();
            if at > 0 {
                made.push(if self == Self::Csv { ',' } else { '\t' });
            }
            // A spreadsheet must not take what somebody wrote for a formula.
            let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<i64>().is_err()
            {
                "'"
            } else {
                ""
            };
            match self {
                Self::Csv if cell.contains(['"', ',', '\n', '\r']) => {
                    // Writing into a text cannot fail.
                    let _ = write!(made, "\"{guard}{}\"", cell.replace('"', "\"\""));
                }
                Self::Csv => {
                    made.push_str(guard);
                    made.push_str(cell);
                }
                Self::Tsv => {
                    made.push_str(guard);
                    made.push_str(&cell.replace(['\t', '\n', '\r'], " "));
                }
            }
        }
        made.push_str(if self == Self::Csv { "\r\n" } else { "\n" });
        made
    }
}

impl CaseLine {
    /// The heads of its cells.
    pub const HEAD: [&'static str; 6] = ["编号", "当事人和事由", "程序", "阶段", "立案", "结案"];

    /// Its cells; days as machines read them.
    #[must_use]
    pub fn cells(&self) -> [String; 6] {
        let closed = self.closed_on.map_or(String::new(), |day| day.to_string());
        let (number, title) = (self.number.clone(), self.title.clone());
        [number, title, self.procedure.clone(), self.phase.clone(), self.opened_on.to_string(), closed]
    }
}

impl FigureRecord {
    /// The heads of its cells.
    pub const HEAD: [&'static str; 8] =
        ["日期", "机关", "编号", "当事人和事由", "事项序号", "记录日", "计数", "合计"];

    /// Its cells; what may not be seen is empty.
    #[must_use]
    pub fn cells(&self) -> [String; 8] {
        let seen = self.seen.as_ref();
        // An entry of a register is known by its key and has no event.
        let key = self.entry.as_ref().map_or(String::new(), |entry| entry.key.clone());
        let number = if self.number == 0 { String::new() } else { self.number.to_string() };
        [
            self.on.to_string(),
            self.organ.clone(),
            seen.map_or(String::new(), |seen| seen.case_number.clone()),
            seen.map_or(key, |seen| seen.title.clone()),
            number,
            self.recorded_on.to_string(),
            self.n.to_string(),
            self.total.to_string(),
        ]
    }
}

impl Platform {
    /// All cases of a list as a table.
    ///
    /// # Errors
    /// There are more than one table holds; the store cannot be read.
    pub fn case_table(&self, actor: &Actor, filter: &CaseFilter, table: Table) -> Result<String> {
        let lines = whole(|after| self.case_list(actor, filter, after))?;
        Ok(text(table, &CaseLine::HEAD, lines.iter().map(CaseLine::cells)))
    }

    /// The same as a file of a spreadsheet (XLSX).
    ///
    /// # Errors
    /// As for [`Platform::case_table`]; the file cannot be made.
    pub fn case_sheet(&self, actor: &Actor, filter: &CaseFilter) -> Result<Vec<u8>> {
        let lines = whole(|after| self.case_list(actor, filter, after))?;
        sheet("案件", &CaseLine::HEAD, lines.iter().map(CaseLine::cells))
    }

    /// All records behind a figure as a table; of a share, those of its whole.
    ///
    /// # Errors
    /// There are more than one table holds; the store cannot be read.
    pub fn record_table(
        &self,
        viewer: Viewer<'_>,
        id: &str,
        asked: &FigureAsked,
        table: Table,
    ) -> Result<String> {
        let rows = whole(|after| self.figure_records(viewer, id, asked, after))?;
        Ok(text(table, &FigureRecord::HEAD, rows.iter().map(FigureRecord::cells)))
    }

    /// The same as a file of a spreadsheet (XLSX).
    ///
    /// # Errors
    /// As for [`Platform::record_table`]; the file cannot be made.
    pub fn record_sheet(&self, viewer: Viewer<'_>, id: &str, asked: &FigureAsked) -> Result<Vec<u8>> {
        let rows = whole(|after| self.figure_records(viewer, id, asked, after))?;
        sheet("明细", &FigureRecord::HEAD, rows.iter().map(FigureRecord::cells))
    }
}

/// Every cell is a text, so that none is a formula.
fn sheet<const N: usize>(
    name: &str,
    head: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<Vec<u8>> {
    let page = sheets::Page {
        name: name.to_owned(),
        headings: head.map(str::to_owned).to_vec(),
        rows: rows.map(|row| row.map(sheets::Cell::Text).to_vec()).collect(),
        ..sheets::Page::default()
    };
    sheets::write_book(&[page]).map_err(|fault| AppError::Unfit(vec![fault]))
}

fn text<const N: usize>(table: Table, head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut made = format!("{}{}", table.start(), table.line(head));
    made.extend(rows.map(|row| table.line(&row)));
    made
}

/// All rows of a list, page after page, up to as many as one table holds.
fn whole<T>(page: impl Fn(Option<&str>) -> Result<(Vec<T>, Option<String>)>) -> Result<Vec<T>> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (rows, next) = page(after.as_deref())?;
        all.extend(rows);
        if all.len() > MOST_ROWS {
            let why = format!("一次最多导出{MOST_ROWS}行，所选的不止这些");
            let help = "请先筛选，分几次导出；或者请管理员在服务器上用命令导出，命令不限行数。";
            return Err(AppError::wrong("too_many_rows", why, help));
        }
        if next.is_none() {
            return Ok(all);
        }
        after = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_set_apart_and_no_formula_runs() {
        assert_eq!(Table::Csv.line(&["a", "b,c", "d\"e", "-3"]), "a,\"b,c\",\"d\"\"e\",-3\r\n");
        assert_eq!(Table::Csv.line(&["=1+2", "@x"]), "'=1+2,'@x\r\n");
        assert_eq!(Table::Tsv.line(&["a\tb", "+c"]), "a b\t'+c\n");
    }
}
