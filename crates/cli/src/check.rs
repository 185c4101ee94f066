//! `yifa check`: everything is read, proved and run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base::{Diagnostic, Place};
use clap::Args;
use packs::{Checked, Files, UnknownName, check_all, check_only};
use serde_json::json;

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};

#[derive(Args)]
pub struct CheckArgs {
    /// 只检查这些程序和台账：标识，或者packs/下的文件、文件夹；规划的覆盖、考核方案不核对
    #[arg(value_name = "名称")]
    names: Vec<String>,
    /// 把案例里预期的日子改成算出来的（只改 --root 下的文件；提交时说明为什么变）
    #[arg(long)]
    update: bool,
    /// 源文件的根目录：检查这里的文件，而不是内置的
    #[arg(long, value_name = "文件夹", value_name = "文件夹")]
    root: Option<PathBuf>,
}

pub fn run(common: &Common, args: &CheckArgs) -> ExitCode {
    let files = match files(common, args.root.as_deref()) {
        Ok(files) => files,
        Err(fault) => return output::fail(&[fault], WRONG_INPUT),
    };
    let checked = match args.names.as_slice() {
        [] => check_all(&files),
        names => match check_only(&files, names) {
            Ok(checked) => checked,
            Err(unknown) => return output::fail(&[no_such(&unknown)], WRONG_INPUT),
        },
    };
    if args.update {
        return match update(args.root.as_deref().unwrap_or(Path::new(".")), &checked.updates) {
            Ok(count) => {
                output::say(&format!("改写了{count}处预期。请在提交说明里写明为什么变。"));
                ExitCode::SUCCESS
            }
            Err(fault) => output::fail(&[fault], MACHINE),
        };
    }
    match common.format {
        Format::Json => print_json(&checked),
        Format::Text => print_text(&checked),
    }
    let falls_short = checked.findings.iter().any(|one| one.severity != base::Severity::Note);
    if falls_short { ExitCode::from(FALLS_SHORT) } else { ExitCode::SUCCESS }
}

fn no_such(unknown: &UnknownName) -> Diagnostic {
    let message = format!("没有名为“{}”的程序、台账或文件", unknown.name);
    let help = match &unknown.near {
        Some(near) => format!("是不是“{near}”？"),
        None => "写程序或台账的标识，或者packs/下的文件、文件夹。".to_owned(),
    };
    Diagnostic::error("unknown_name", message).help(help)
}

/// The built-in data, or those under a root, with the overlay of `--packs`.
pub fn files(common: &Common, root: Option<&Path>) -> Result<Files, Diagnostic> {
    let wrong = |path: &Path, fault: &std::io::Error| {
        Diagnostic::error("unreadable", format!("读不了{}：{}", path.display(), output::why(fault)))
            .help("核对路径和读取权限。")
    };
    let mut files = Files::built_in();
    if let Some(root) = root {
        files = Files::default();
        for folder in ["packs", "laws", "calendars", "plans", "schemes", "review_sheets", "tables", "exports"]
        {
            let path = root.join(folder);
            if path.is_dir() {
                files.overlay_at(&path, folder).map_err(|fault| wrong(&path, &fault))?;
            }
        }
    }
    if let Some(overlay) = &common.packs {
        files.overlay(overlay).map_err(|fault| wrong(overlay, &fault))?;
    }
    Ok(files)
}

fn print_json(checked: &Checked) {
    let explored = checked.explored.iter();
    let explored =
        explored.map(|(id, states, whole)| json!({ "procedure": id, "states": states, "whole": whole }));
    output::json(json!({
        "procedures": checked.procedures,
        "registers": checked.registers,
        "figures": checked.figures,
        "laws": checked.laws,
        "cases": checked.cases,
        "explored": explored.collect::<Vec<_>>(),
        "findings": checked.findings.iter().map(output::finding).collect::<Vec<_>>(),
    }));
}

fn print_text(checked: &Checked) {
    for one in &checked.findings {
        output::say(&format!("{one}\n"));
    }
    for (id, states, whole) in &checked.explored {
        let how = if *whole { "全部推演" } else { "没有推演完" };
        output::say(&format!("{id}：{states}种状态，{how}"));
    }
    let count = |severity| checked.findings.iter().filter(|one| one.severity == severity).count();
    output::say(&format!(
        "程序{}个，台账{}个，指标{}个，法律{}部，案例{}个；错误{}处，警告{}处。",
        checked.procedures,
        checked.registers,
        checked.figures,
        checked.laws,
        checked.cases,
        count(base::Severity::Error),
        count(base::Severity::Warning),
    ));
}

/// Writes the days that came out into the files: each replaces the value that stands at its place.
fn update(root: &Path, updates: &[(Place, String)]) -> Result<usize, Diagnostic> {
    let mut by_file: BTreeMap<&str, Vec<(&Place, &str)>> = BTreeMap::new();
    for (place, value) in updates {
        by_file.entry(&place.file).or_default().push((place, value));
    }
    let mut count = 0;
    for (file, mut places) in by_file {
        places.sort_by_key(|(place, _)| (place.line, place.column));
        let path = root.join(file);
        let fault = |fault: std::io::Error| {
            Diagnostic::error("unwritable", format!("{}：{}", path.display(), output::why(&fault)))
        };
        let text = std::fs::read_to_string(&path).map_err(fault)?;
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        for (place, value) in places.iter().rev() {
            if let Some(line) = lines.get_mut(place.line.saturating_sub(1)) {
                *line = replaced(line, place.column, value);
                count += 1;
            }
        }
        std::fs::write(&path, lines.join("\n")).map_err(fault)?;
    }
    Ok(count)
}

/// The line with the value at a column (a date, or a quoted text) replaced.
fn replaced(line: &str, column: usize, value: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let (before, rest) = chars.split_at(column.saturating_sub(1).min(chars.len()));
    let length = if rest.first() == Some(&'"') {
        rest.iter().skip(1).position(|c| *c == '"').map_or(rest.len(), |end| end + 2)
    } else {
        rest.iter().position(|c| !c.is_ascii_digit() && *c != '-').unwrap_or(rest.len())
    };
    let after = rest.iter().skip(length);
    before.iter().copied().chain(value.chars()).chain(after.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn an_expected_day_is_replaced_in_its_place() {
        let line = r#"expect.owed = [ { act = "decide", by = 2024-12-09 } ]"#;
        let column = line.find("2024").unwrap() + 1;
        let new = replaced(line, column, "2024-12-10");
        assert_eq!(new, r#"expect.owed = [ { act = "decide", by = 2024-12-10 } ]"#);
        let line = r#"refused = { article = "49" }"#;
        assert_eq!(replaced(line, 23, "\"50\""), r#"refused = { article = "50" }"#);
    }
}
