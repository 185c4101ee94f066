//! A register as a sheet: one line of headings, one line an entry, and a second sheet that says what to fill in.

use base::Diagnostic;
use calendar::Day;
use norms::{Field, FieldType};
use registers::Register;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::{FROM, UNTIL};

/// A line to be written: days, and a text for each field in order. 导出行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    pub from: Day,
    pub until: Option<Day>,
    pub texts: Vec<String>,
}

/// Writes a register's rows; without rows, the empty sheet that people fill in.
///
/// # Errors
/// The file cannot be made.
pub fn write(register: &Register, rows: &[SheetRow]) -> Result<Vec<u8>, Diagnostic> {
    made(register, rows).map_err(|error| {
        Diagnostic::error("not_written", format!("表格没有做成：{error}")).help("请减少行数后再试。")
    })
}

fn made(register: &Register, rows: &[SheetRow]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_align(FormatAlign::Center);
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&register.name))?;
    let marked = |field: &Field| if field.required { format!("{}*", field.name) } else { field.name.clone() };
    let headings =
        [format!("{FROM}*"), UNTIL.to_owned()].into_iter().chain(register.fields.iter().map(marked));
    for (column, heading) in (0u16..).zip(headings) {
        sheet.write_string_with_format(0, column, &heading, &bold)?;
        sheet.set_column_width(column, 18)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (line, row) in (1u32..).zip(rows) {
        sheet.write_string(line, 0, row.from.to_string())?;
        sheet.write_string(line, 1, row.until.map_or(String::new(), |day| day.to_string()))?;
        for (column, text) in (2u16..).zip(&row.texts) {
            sheet.write_string(line, column, text)?;
        }
    }
    explain(register, book.add_worksheet())?;
    book.save_to_buffer()
}

/// What each column means.
fn explain(register: &Register, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("填写说明")?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 90)?;
    let days = [(FROM, "必填，写作 2024-09-27"), (UNTIL, "不填为一直有效；填写的，当日仍然有效")];
    let mut lines: Vec<(String, String)> = days.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    lines.extend(register.fields.iter().map(|field| (field.name.clone(), meaning(field))));
    lines.extend(register.help.clone().map(|help| ("说明".to_owned(), help)));
    for (line, (name, text)) in (0u32..).zip(&lines) {
        sheet.write_string(line, 0, name)?;
        sheet.write_string(line, 1, text)?;
    }
    Ok(())
}

fn meaning(field: &Field) -> String {
    let mut parts = Vec::new();
    if field.required {
        parts.push("必填".to_owned());
    }
    parts.push(match field.kind {
        FieldType::Choice | FieldType::Choices => {
            let labels: Vec<&str> = field.options.iter().map(|(_, label)| label.as_str()).collect();
            format!("从中选填：{}", labels.join("、"))
        }
        FieldType::Date => "日期，写作 2024-09-27".to_owned(),
        FieldType::YesNo => "填“是”或者“否”".to_owned(),
        FieldType::Number => "数".to_owned(),
        FieldType::Money => "金额，以元为单位".to_owned(),
        FieldType::Organ => "机关全称，与机关名录一致".to_owned(),
        _ => "文字".to_owned(),
    });
    parts.extend(field.help.clone());
    parts.join("；")
}

/// Names of sheets have at most 31 characters and none of these.
pub(crate) fn sheet_name(name: &str) -> String {
    name.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(31).collect()
}
