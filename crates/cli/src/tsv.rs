//! Tables of tab-separated values: a batch reads one, and prints the same rows with columns added at the end.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use base::Diagnostic;

use crate::output::{self, MACHINE, WRONG_INPUT};

/// A table as it was read: its header, and the text behind it.
pub struct Table<'t> {
    /// As they stand in the file; cells are compared without surrounding white space.
    header: Vec<&'t str>,
    rest: &'t str,
    /// The line of the header.
    line: usize,
}

/// One row: its line in the file and its cells.
pub struct Row<'t> {
    pub line: usize,
    cells: Vec<&'t str>,
}

impl<'t> Row<'t> {
    /// The cell of a column without surrounding white space; empty where the table or the row lacks it.
    pub fn cell(&self, column: Option<usize>) -> &'t str {
        column.and_then(|at| self.cells.get(at)).map_or("", |cell| cell.trim())
    }
}

/// What is wrong with a row: the column that it is about, and why.
pub struct Fault {
    pub column: &'static str,
    pub found: Diagnostic,
}

impl Fault {
    pub fn new(column: &'static str, found: Diagnostic) -> Self {
        Self { column, found }
    }
}

impl<'t> Table<'t> {
    /// Reads the header; a byte order mark and empty lines before it are passed over.
    pub fn read(text: &'t str) -> Result<Self, Diagnostic> {
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut line = 0;
        while !rest.is_empty() {
            let (first, after) = split_line(rest);
            line += 1;
            rest = after;
            if !first.trim().is_empty() {
                let header: Vec<&str> = first.split('\t').collect();
                return Ok(Self { header, rest, line });
            }
        }
        Err(Diagnostic::error("table_empty", "表里没有内容").help("第一行应当是表头，各列用制表符隔开。"))
    }

    /// The place of a column by its name in the header.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name))
    }

    /// The columns of these names, or all that are missing at once.
    pub fn need(&self, names: &[&str]) -> Result<Vec<usize>, Diagnostic> {
        let missing: Vec<&str> = names.iter().copied().filter(|name| self.column(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(names.iter().filter_map(|name| self.column(name)).collect());
        }
        Err(self.lacks(&missing.join("、")))
    }

    /// The finding that the header lacks something.
    pub fn lacks(&self, what: &str) -> Diagnostic {
        let message =
            format!("表头（第{}行）里没有列：{what}；现有的列是：{}", self.line, self.header.join("、"));
        Diagnostic::error("column_missing", message)
            .help("在表头补上这一列，各列用制表符隔开，列名用小写英文。")
    }

    /// A name that stands twice in the header.
    fn twice(&self, names: &[&str]) -> Option<Diagnostic> {
        let count =
            |name: &str| self.header.iter().filter(|cell| cell.trim().eq_ignore_ascii_case(name)).count();
        let name = names.iter().find(|name| count(name) > 1)?;
        let message = format!("表头（第{}行）里的列“{name}”出现了两次", self.line);
        Some(Diagnostic::error("column_twice", message).help("每一列只留一个。"))
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'t>> {
        let (mut rest, mut line) = (self.rest, self.line);
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let (first, after) = split_line(rest);
                rest = after;
                line += 1;
                if !first.trim().is_empty() {
                    return Some(Row { line, cells: first.split('\t').collect() });
                }
            }
            None
        })
    }
}

/// The first line without its end, and what follows.
fn split_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.strip_suffix('\r').unwrap_or(line), rest)
}

/// The bytes of a file, or of standard input for `-`.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    bytes.map_err(|fault| {
        Diagnostic::error("unreadable", format!("读不了{}：{}", name_of(path), output::why(&fault)))
            .help("核对路径和读取权限。")
    })
}

/// The text of a table.
pub fn read_text(path: &Path) -> Result<String, Diagnostic> {
    let (name, bytes) = (name_of(path), read_bytes(path)?);
    String::from_utf8(bytes).map_err(|fault| {
        let at = fault.utf8_error().valid_up_to();
        let line = fault.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("{name}第{line}行不是UTF-8编码的文字");
        Diagnostic::error("not_utf8", message).help("请另存为UTF-8编码后再试。")
    })
}

/// The name of a file as messages write it.
pub fn name_of(path: &Path) -> String {
    if path == Path::new("-") { "标准输入".to_owned() } else { path.display().to_string() }
}

/// What a batch needs to know: its columns, and the work on each row.
pub struct Batch<'a> {
    pub file: &'a Path,
    /// Columns that it reads; none may stand twice.
    pub reads: &'a [&'a str],
    /// Columns that it adds.
    pub adds: &'a [&'a str],
}

/// What came of one row: the cells added, and what is wrong with it.
#[derive(Default)]
pub struct Outcome {
    pub cells: Vec<String>,
    pub faults: Vec<Fault>,
    /// A year whose rest days are not known had a part in it.
    pub provisional: bool,
}

impl Outcome {
    pub fn of(cells: Vec<String>, provisional: bool) -> Self {
        Self { cells, faults: Vec::new(), provisional }
    }

    pub fn bad(faults: Vec<Fault>) -> Self {
        Self { faults, ..Self::default() }
    }
}

/// What is to be told when all rows are printed.
#[derive(Default)]
struct Told {
    faults: Vec<(usize, Fault)>,
    /// Lines of the rows whose answer is provisional.
    provisional: Vec<usize>,
}

impl Batch<'_> {
    /// Runs a batch: `prepare` looks at the header and gives the work on each row. All rows are printed; then
    /// the faults of the bad ones go to standard error.
    pub fn run<F>(&self, prepare: impl FnOnce(&Table<'_>) -> Result<F, Diagnostic>) -> ExitCode
    where
        F: FnMut(&Row<'_>) -> Outcome,
    {
        let text = match read_text(self.file) {
            Ok(text) => text,
            Err(fault) => return output::fail(&[fault], WRONG_INPUT),
        };
        let table = Table::read(&text).and_then(|table| match table.twice(self.reads) {
            Some(fault) => Err(fault),
            None => Ok(table),
        });
        let ready = table.and_then(|table| prepare(&table).map(|work| (table, work)));
        let (table, mut work) = match ready {
            Ok(ready) => ready,
            Err(mut fault) => {
                fault.message = format!("{}：{}", name_of(self.file), fault.message);
                return output::fail(&[fault], WRONG_INPUT);
            }
        };
        match self.print(&table, &mut work) {
            Ok(told) => self.report(&told),
            Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(fault) => {
                let found = Diagnostic::error("unwritable", format!("写不出结果：{}", output::why(&fault)));
                output::fail(&[found.help("检查磁盘空间后重试。")], MACHINE)
            }
        }
    }

    fn print<F>(&self, table: &Table<'_>, work: &mut F) -> io::Result<Told>
    where
        F: FnMut(&Row<'_>) -> Outcome,
    {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut told = Told::default();
        let header = table.header.iter().chain(self.adds).copied().collect::<Vec<_>>();
        writeln!(out, "{}", header.join("\t"))?;
        for mut row in table.rows() {
            let width = table.header.len();
            while row.cells.len() > width && row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
                row.cells.pop();
            }
            let outcome = if row.cells.len() > width { too_wide(&row, width) } else { work(&row) };
            for at in 0..width.max(row.cells.len()) {
                write!(out, "{}\t", row.cells.get(at).unwrap_or(&""))?;
            }
            let cells = (0..self.adds.len()).map(|at| outcome.cells.get(at).map_or("", String::as_str));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("\t"))?;
            told.faults.extend(outcome.faults.into_iter().map(|fault| (row.line, fault)));
            told.provisional.extend(outcome.provisional.then_some(row.line));
        }
        out.flush()?;
        Ok(told)
    }

    /// One line for each fault, and one for all rows that are provisional.
    fn report(&self, told: &Told) -> ExitCode {
        let mut err = BufWriter::new(io::stderr().lock());
        let name = name_of(self.file);
        for (line, fault) in &told.faults {
            let Diagnostic { message, help, .. } = &fault.found;
            let column =
                if fault.column.is_empty() { String::new() } else { format!("“{}”列", fault.column) };
            let help = help.as_ref().map_or(String::new(), |help| format!("（{help}）"));
            drop(writeln!(err, "{name}第{line}行{column}：{message}{help}"));
        }
        if let Some(first) = told.provisional.first() {
            let count = told.provisional.len();
            let message =
                format!("{name}第{first}行等{count}行算到了放假安排尚未载入的年份，只按周末推算，结果待定");
            drop(writeln!(err, "{message}"));
        }
        drop(err.flush());
        if told.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG_INPUT) }
    }
}

fn too_wide(row: &Row<'_>, width: usize) -> Outcome {
    let message = format!("这一行有{}格，表头只有{width}列", row.cells.len());
    let found = Diagnostic::error("row_too_wide", message).help("去掉多余的制表符，或者在表头补上列名");
    Outcome::bad(vec![Fault::new("", found)])
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn byte_order_mark_line_ends_and_empty_lines_are_no_content() {
        let table = Table::read("\u{feff}\r\n From \tLIMIT\r\n\r\na\tb\r\n\n c").unwrap();
        assert_eq!(table.column("from"), Some(0));
        assert_eq!(table.column("limit"), Some(1));
        assert_eq!(table.column("pauses"), None);
        let rows: Vec<_> = table.rows().map(|row| (row.line, row.cells.join("|"))).collect();
        assert_eq!(rows, [(4, "a|b".to_owned()), (6, " c".to_owned())]);
        assert_eq!(table.rows().next().unwrap().cell(Some(7)), "");
    }

    #[test]
    fn a_table_without_a_line_is_refused() {
        for text in ["", "\u{feff}", "\n \r\n"] {
            assert_eq!(Table::read(text).err().unwrap().code, "table_empty");
        }
    }
}
