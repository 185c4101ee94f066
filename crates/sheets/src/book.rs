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
    /// A number of the smallest parts, and how many digits of it stand behind the point: 1250 and 2 are 12.50.
    Decimal(i64, u32),
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
            Self::Decimal(number, digits) => {
                let sign = if *number < 0 { "-" } else { "" };
                let parts = 10u64.saturating_pow(*digits);
                let width = usize::try_from(*digits).unwrap_or_default();
                format!("{sign}{}.{:0width$}", number.unsigned_abs() / parts, number.unsigned_abs() % parts)
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
                    (Cell::Decimal(_, digits), Ok(number)) => {
                        let zeros = "0".repeat(usize::try_from(*digits).unwrap_or_default());
                        let form = Format::new().set_num_format(format!("0.{zeros}"));
                        sheet.write_number_with_format(line, column, number, &form)?
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
