//! The first sheet of an XLSX file as lines of texts. What strangers hand in is looked at before it is unpacked: how
//! large it becomes, whether it is such a file at all.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use base::Diagnostic;
use calamine::{Data, Reader as _, Xlsx};
use calendar::Day;

/// The largest file, and the largest that it may become unpacked, in bytes.
pub const LARGEST: usize = 20 << 20;
const LARGEST_UNPACKED: u64 = 200 << 20;
/// The most rows and columns that are read.
const MOST_ROWS: usize = 100_000;
const MOST_COLUMNS: usize = 200;

/// A sheet. 工作表
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sheet {
    pub name: String,
    /// The lines that are not empty.
    pub lines: Vec<Line>,
}

/// A line of a sheet. 行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number as people see it, from 1.
    pub number: usize,
    pub cells: Vec<String>,
}

/// Opens a file and reads its first sheet.
///
/// # Errors
/// It is no XLSX file, too large, or damaged.
pub fn open(bytes: &[u8]) -> Result<Sheet, Diagnostic> {
    let mut book = book(bytes)?;
    let name = book.sheet_names().first().cloned().ok_or_else(not_xlsx)?;
    sheet(&mut book, name)
}

/// Opens a file and reads all its sheets.
///
/// # Errors
/// It is no XLSX file, too large, or damaged.
pub fn open_all(bytes: &[u8]) -> Result<Vec<Sheet>, Diagnostic> {
    let mut book = book(bytes)?;
    book.sheet_names().into_iter().map(|name| sheet(&mut book, name)).collect()
}

fn book(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, Diagnostic> {
    if bytes.len() > LARGEST {
        let message = format!("文件有{}兆，超过上限{}兆", bytes.len() >> 20, LARGEST >> 20);
        return Err(Diagnostic::error("too_large", message).help("请分成几个文件。"));
    }
    weigh(bytes)?;
    Xlsx::new(Cursor::new(bytes)).map_err(|_| not_xlsx())
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: String) -> Result<Sheet, Diagnostic> {
    // Cell by cell: as a whole, a sheet with two cells in opposite corners would take all memory.
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| not_xlsx())?;
    let mut found: BTreeMap<usize, BTreeMap<usize, String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(|_| not_xlsx())? {
        let (row, column) = cell.get_position();
        let text = text(&Data::from(cell.get_value().clone()));
        if text.is_empty() {
            continue;
        }
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let (row, column) = (place(row), place(column));
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(too_far(row, column));
        }
        found.entry(row).or_default().insert(column, text);
    }
    let lines = found.into_iter().map(|(row, mut texts)| {
        let width = texts.last_key_value().map_or(0, |(last, _)| last + 1);
        let cells = (0..width).map(|at| texts.remove(&at).unwrap_or_default()).collect();
        Line { number: row + 1, cells }
    });
    Ok(Sheet { name, lines: lines.collect() })
}

fn too_far(row: usize, column: usize) -> Diagnostic {
    let message = format!(
        "第{}行第{}列还有内容，最多读{MOST_ROWS}行{MOST_COLUMNS}列",
        row.saturating_add(1),
        column.saturating_add(1)
    );
    Diagnostic::error("too_large", message).help("请删去表格以外的内容，或者分成几个文件。")
}

fn not_xlsx() -> Diagnostic {
    Diagnostic::error("not_xlsx", "不是能读的 XLSX 文件")
        .help("请用表格软件另存为“Excel 工作簿（*.xlsx）”后再试。")
}

/// Unpacks everything once, counting and keeping nothing: what a file says of its own size is not believed.
fn weigh(bytes: &[u8]) -> Result<(), Diagnostic> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| not_xlsx())?;
    let mut left = LARGEST_UNPACKED;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|_| not_xlsx())?;
        let mut limited = (&mut part).take(left + 1);
        let size = std::io::copy(&mut limited, &mut std::io::sink()).map_err(|_| not_xlsx())?;
        left = left.checked_sub(size).ok_or_else(|| {
            let message = format!("文件解开以后超过{}兆，没有读", LARGEST_UNPACKED >> 20);
            Diagnostic::error("too_large", message).help("请分成几个文件，或者删除其中的图片和空白格式。")
        })?;
    }
    Ok(())
}

/// A cell as text: days as 2024-09-27, whole numbers without a point.
fn text(cell: &Data) -> String {
    match cell {
        Data::String(text) => text.trim().to_owned(),
        Data::Float(number) => decimal(*number),
        Data::Int(number) => number.to_string(),
        Data::Bool(flag) => if *flag { "是" } else { "否" }.to_owned(),
        Data::DateTime(moment) => day(moment.as_f64()).unwrap_or_else(|| decimal(moment.as_f64())),
        Data::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        Data::DurationIso(text) => text.clone(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// Excel counts days so that 25569 is 1970-01-01.
fn day(serial: f64) -> Option<String> {
    let whole = decimal(serial.trunc());
    let number: i32 = whole.parse().ok()?;
    Day::from_number(number.checked_sub(25_569)?).map(|day| day.to_string())
}

/// Without a needless point: Rust writes the shortest digits that give the same number.
fn decimal(number: f64) -> String {
    number.to_string()
}
