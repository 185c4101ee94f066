//! Tables of any kind as a workbook: one sheet each, headings above.

use base::Diagnostic;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use crate::write::sheet_name;

/// What stands in a cell. 单元格
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// Written as a number, so that a spreadsheet can add it up.
    Number(i64),
    /// A number of hundredths: 12.50.
    Hundredths(i64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl Cell {
    /// As text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Hundredths(number) => {
                let sign = if *number < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", number.unsigned_abs() / 100, number.unsigned_abs() % 100)
            }
        }
    }
}

/// A sheet to be written. 工作表
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Page {
    pub name: String,
    /// Lines above the headings: a title, what was counted.
    pub above: Vec<String>,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Lines below: the rules of counting.
    pub below: Vec<String>,
}

/// Writes a workbook.
///
/// # Errors
/// The file cannot be made.
pub fn write_book(pages: &[Page]) -> Result<Vec<u8>, Diagnostic> {
    made(pages).map_err(|error| {
        Diagnostic::error("not_written", format!("表格没有做成：{error}")).help("请减少行数后再试。")
    })
}

fn made(pages: &[Page]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_align(FormatAlign::Center);
    let money = Format::new().set_num_format("0.00");
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&page.name))?;
        let mut line = 0u32;
        for text in &page.above {
            sheet.write_string(line, 0, text)?;
            line += 1;
        }
        for (column, heading) in (0u16..).zip(&page.headings) {
            sheet.write_string_with_format(line, column, heading, &bold)?;
            sheet.set_column_width(column, 16)?;
        }
        line += 1;
        sheet.set_freeze_panes(line, 1)?;
        for row in &page.rows {
            for (column, cell) in (0u16..).zip(row) {
                match (cell, cell.text().parse::<f64>()) {
                    (Cell::Number(_), Ok(number)) => sheet.write_number(line, column, number)?,
                    (Cell::Hundredths(_), Ok(number)) => {
                        sheet.write_number_with_format(line, column, number, &money)?
                    }
                    _ => sheet.write_string(line, column, cell.text())?,
                };
            }
            line += 1;
        }
        for text in &page.below {
            sheet.write_string(line, 0, text)?;
            line += 1;
        }
    }
    book.save_to_buffer()
}
