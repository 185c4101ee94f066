//! `yifa review-sheet`: a standard for reviewing case files that was issued as an XLSX sheet, read into a file of `review_sheets/`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use base::{Diagnostic, Place, closest};
use clap::Args;
use packs::source::Source;
use serde_json::{Value, json};

use crate::Common;
use crate::data;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};

#[derive(Args)]
pub struct ReviewSheetArgs {
    /// XLSX 文件：第一行是栏名，以后一行一项
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 抬头文件（TOML）：标识、版本、名称、来源、施行期间、适用程序、满分、等次
    #[arg(long, value_name = "文件")]
    head: PathBuf,
    /// 写到哪里；不写的，打印出来
    #[arg(long, value_name = "文件")]
    to: Option<PathBuf>,
}

/// What a column holds. 栏
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    List,
}

/// Headings, with the keys of an item.
const COLUMNS: [(&str, &str, Kind); 13] = [
    ("标识", "id", Kind::Text),
    ("类别", "group", Kind::Text),
    ("评查项", "text", Kind::Text),
    ("分值", "points", Kind::Number),
    ("一票否决", "fatal", Kind::Flag),
    ("法律", "law", Kind::Text),
    ("条款", "article", Kind::Text),
    ("依据", "basis", Kind::Text),
    ("适用程序", "procedures", Kind::List),
    ("适用条件", "applies", Kind::Text),
    ("核查条件", "check", Kind::Text),
    ("期限事项", "in_time", Kind::List),
    ("持证事项", "certified", Kind::List),
];
/// Without these no sheet is read.
const NEEDED: [&str; 2] = ["类别", "评查项"];

/// The text of a sheet's items, and which row of the sheet each line of it comes from.
#[derive(Default)]
struct Items {
    text: String,
    rows: Vec<usize>,
    found: Vec<Diagnostic>,
}

pub fn run(common: &Common, args: &ReviewSheetArgs) -> ExitCode {
    match read(common, args) {
        Ok(code) | Err(code) => code,
    }
}

fn read(common: &Common, args: &ReviewSheetArgs) -> Result<ExitCode, ExitCode> {
    let rules = data::rules(common).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let mut wrong = Vec::new();
    let mut unreadable = |path: &PathBuf, fault: &std::io::Error| {
        let message = format!("读不了{}：{}", path.display(), output::why(fault));
        wrong.push(Diagnostic::error("unreadable", message).help("核对路径和读取权限。"));
    };
    let bytes = fs::read(&args.file).map_err(|fault| unreadable(&args.file, &fault));
    let head = fs::read_to_string(&args.head).map_err(|fault| unreadable(&args.head, &fault));
    let (Ok(bytes), Ok(head)) = (bytes, head) else { return Err(output::fail(&wrong, WRONG_INPUT)) };
    let sheet = sheets::open(&bytes).map_err(|found| output::fail(&[found], WRONG_INPUT))?;
    let name = args.file.display().to_string();
    let items = items(&name, &sheet);
    let head = head.trim_end().to_owned() + "\n";
    let text = head.clone() + &items.text;
    let to = args.to.as_ref().map_or_else(|| args.head.display().to_string(), |to| to.display().to_string());
    let (made, more) = packs::review_sheets::read(&Source::new(to, text.as_str()), &rules);
    let before = head.lines().count();
    let mut found = items.found;
    found.extend(more.into_iter().map(|one| in_sheet(one, before, &items.rows, &name)));
    let is_whole = made.is_some() && !found.iter().any(Diagnostic::is_error);
    let count = made.map_or(0, |made| made.items.len());
    if is_whole && let Some(to) = &args.to {
        fs::write(to, &text).map_err(|fault| {
            let message = format!("写不了{}：{}", to.display(), output::why(&fault));
            let told = Diagnostic::error("unwritable", message).help("核对路径、权限和磁盘空间。");
            output::fail(&[told], MACHINE)
        })?;
    }
    if common.format == Format::Json {
        let findings: Vec<Value> = found.iter().map(output::finding).collect();
        let toml = (is_whole && args.to.is_none()).then_some(text);
        output::json(json!({ "items": count, "findings": findings, "toml": toml }));
    } else {
        output::fail(&found, 0);
        match (&args.to, is_whole) {
            (_, false) => output::say("有错误，没有写出；改正后再读入。"),
            (Some(to), true) => output::say(&format!("写到{}：{count}项", to.display())),
            (None, true) => output::say(text.trim_end()),
        }
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

/// A finding about an item, with the row of the sheet that it comes from.
fn in_sheet(mut found: Diagnostic, before: usize, rows: &[usize], name: &str) -> Diagnostic {
    let line = found.place.as_ref().map_or(0, |place| place.line);
    let row = line.checked_sub(before + 1).and_then(|at| rows.get(at));
    if let (Some(row), Some(place)) = (row, &found.place) {
        found.place = Some(Place { file: name.to_owned(), line: *row, ..place.clone() });
    }
    found
}

fn items(name: &str, sheet: &sheets::Sheet) -> Items {
    let mut made = Items::default();
    let Some((heads, lines)) = sheet.lines.split_first() else {
        made.found.push(Diagnostic::error("empty", format!("{name}里没有内容")).help("第一行写栏名。"));
        return made;
    };
    let mut columns = Vec::new();
    for cell in &heads.cells {
        let known = COLUMNS.iter().find(|(heading, _, _)| heading == cell);
        if known.is_none() && !cell.is_empty() {
            let near = closest(cell, COLUMNS.iter().map(|(heading, _, _)| *heading));
            let help = near.map_or_else(
                || format!("可用的栏名：{}。", COLUMNS.map(|(heading, _, _)| heading).join("、")),
                |near| format!("是不是“{near}”？"),
            );
            made.found.push(Diagnostic::error("unknown_column", format!("不认识栏名“{cell}”")).help(help));
        }
        columns.push(known);
    }
    for needed in NEEDED.iter().filter(|needed| !heads.cells.iter().any(|cell| cell == *needed)) {
        let help = format!("第一行补上“{needed}”。");
        made.found.push(Diagnostic::error("no_column", format!("没有“{needed}”一栏")).help(help));
    }
    for line in lines {
        item(&mut made, line, &columns);
    }
    made
}

fn item(made: &mut Items, line: &sheets::Line, columns: &[Option<&(&str, &str, Kind)>]) {
    let mut text = String::from("\n[[item]]\n");
    let cells = columns.iter().zip(&line.cells).filter_map(|(column, cell)| Some(((*column)?, cell.trim())));
    let (mut has_id, mut has_law) = (false, false);
    let mut has_basis = false;
    for ((heading, key, kind), cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        has_id |= *key == "id";
        has_law |= *key == "law";
        has_basis |= *key == "basis";
        let value = match kind {
            Kind::Text => quoted(cell),
            Kind::List => {
                let all = cell.split(['、', '，', ',', ' ']).filter(|one| !one.is_empty());
                format!("[{}]", all.map(quoted).collect::<Vec<_>>().join(", "))
            }
            Kind::Flag if ["是", "✓", "√"].contains(&cell) => "true".to_owned(),
            Kind::Flag if cell == "否" => continue,
            Kind::Number if cell.parse::<u32>().is_ok() => cell.to_owned(),
            Kind::Flag | Kind::Number => {
                let wanted = if *kind == Kind::Flag { "写“是”或者“否”" } else { "写整数" };
                let message = format!("第{}行“{heading}”写的是“{cell}”，应当{wanted}", line.number);
                made.found.push(Diagnostic::error("bad_cell", message));
                continue;
            }
        };
        let _ = writeln!(text, "{key} = {value}");
    }
    if !has_id {
        let _ = writeln!(text, "id = \"item_{}\"", line.number);
    }
    // What is cited by name alone was not looked up.
    if has_basis && !has_law {
        text.push_str("unverified = true\n");
    }
    made.rows.extend(text.lines().map(|_| line.number));
    made.text.push_str(&text);
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r', '\t'], " ");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    fn line(number: usize, cells: &[&str]) -> sheets::Line {
        sheets::Line { number, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[test]
    fn rows_become_items_and_every_wrong_cell_is_told() {
        let lines = vec![
            line(1, &["类别", "评查项", "分值", "一票否决", "依据", "备考"]),
            line(2, &["程序", "告知“权利”", "六", "也许", "", ""]),
            line(3, &["归档", "装订", "4", "否", "省里的规定", ""]),
        ];
        let made = items("标准.xlsx", &sheets::Sheet { name: String::new(), lines });
        let codes: Vec<&str> = made.found.iter().map(|one| one.code).collect();
        assert_eq!(codes, ["unknown_column", "bad_cell", "bad_cell"]);
        assert!(made.text.contains("id = \"item_3\"\n") || made.text.contains("id = \"item_3\""));
        assert!(made.text.contains("points = 4\nbasis = \"省里的规定\"\n"), "{}", made.text);
        assert_eq!(made.rows.len(), made.text.lines().count());
    }
}
