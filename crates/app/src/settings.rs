//! The files beside the data by which an operator sets things up: read whole, with every mistake and its place.

use std::fs;
use std::io;
use std::path::Path;

use base::Diagnostic;
use packs::source::{Doc, Source, Table};

/// Reads a file of settings. `read` gets its tables and the folder that it stands in; `what` is what the file is called, `code` and
/// `manual` belong to the fault of one that cannot be read.
///
/// # Errors
/// Everything that is wrong with the file, with its place.
pub(crate) fn read_file<T>(
    path: &Path,
    (what, code, manual): (&str, &'static str, &str),
    read: impl FnOnce(&Table<'_>, &Path) -> T,
) -> Result<T, Vec<Diagnostic>> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|fault| {
        let told = format!("读不了{what}{name}：{}", why(&fault));
        vec![Diagnostic::error(code, told).help(format!("核对路径和权限；格式见 {manual}。"))]
    })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let source = Source::new(name, text);
    let (made, found) = Doc::read(&source, |root| Some(read(root, folder)));
    match made {
        Some(made) if found.iter().all(|one| !one.is_error()) => Ok(made),
        _ => Err(found),
    }
}

/// A whole number within bounds; one outside is a finding.
pub(crate) fn number(table: &Table<'_>, key: &str, least: i64, most: i64) -> Option<i64> {
    let at = table.integer(key)?;
    if (least..=most).contains(&at.value) {
        return Some(at.value);
    }
    let why = format!("{}的“{key}”应当在{least}到{most}之间", table.what);
    table.say(Diagnostic::error("out_of_range", why).at(at.place));
    None
}

/// Why reading or writing failed, in Chinese.
pub(crate) fn why(fault: &io::Error) -> String {
    match fault.kind() {
        io::ErrorKind::NotFound => "没有这个文件".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "磁盘只读".to_owned(),
        io::ErrorKind::IsADirectory => "这是文件夹，不是文件".to_owned(),
        io::ErrorKind::InvalidData => "不是UTF-8编码的文字".to_owned(),
        _ => format!("系统返回“{fault}”"),
    }
}
