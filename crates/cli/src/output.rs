//! How answers are printed: text for people, JSON for programs.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use base::{Diagnostic, Severity};
use serde_json::{Value, json};

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// The version of every JSON object that is printed.
pub const FORMAT_VERSION: u32 = 1;

/// Exit statuses of the command line's contract.
pub const FALLS_SHORT: u8 = 1;
pub const WRONG_INPUT: u8 = 2;
pub const MACHINE: u8 = 3;

/// Prints a line to standard output; a closed pipe is no fault of ours.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{text}"));
}

/// Prints a JSON object with its format version.
pub fn json(mut value: Value) {
    if let Value::Object(object) = &mut value {
        object.insert("format_version".to_owned(), json!(FORMAT_VERSION));
    }
    say(&serde_json::to_string_pretty(&value).unwrap_or_default());
}

/// Prints what went wrong to standard error and gives the exit status.
pub fn fail(found: &[Diagnostic], status: u8) -> ExitCode {
    let mut err = io::stderr().lock();
    for one in found {
        drop(writeln!(err, "{one}"));
    }
    ExitCode::from(status)
}

/// Why reading or writing failed, in Chinese.
pub fn why(fault: &io::Error) -> String {
    match fault.kind() {
        io::ErrorKind::NotFound => "没有这个文件或者文件夹".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是文件夹，不是文件".to_owned(),
        io::ErrorKind::NotADirectory => "路径中有一段不是文件夹".to_owned(),
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "磁盘只读".to_owned(),
        io::ErrorKind::InvalidData => "不是UTF-8编码的文字".to_owned(),
        // Said by ourselves, in words.
        io::ErrorKind::Other if fault.get_ref().is_some() => fault.to_string(),
        _ => format!("系统返回“{fault}”"),
    }
}

/// A finding as JSON.
pub fn finding(one: &Diagnostic) -> Value {
    let place = one.place.clone().unwrap_or_default();
    json!({
        "code": one.code,
        "severity": one.severity.id(),
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "message": one.message,
        "article": one.article,
        "help": one.help,
    })
}

/// A text in the colour of its severity (green where there is none), on a terminal only.
pub fn tinted(text: &str, severity: Option<Severity>) -> String {
    if !io::stdout().is_terminal() {
        return text.to_owned();
    }
    let colour = match severity {
        None => 32,
        Some(Severity::Error) => 31,
        Some(Severity::Warning) => 33,
        Some(Severity::Note) => 36,
    };
    format!("\u{1b}[{colour}m{text}\u{1b}[0m")
}
