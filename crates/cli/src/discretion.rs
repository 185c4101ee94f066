//! `yifa discretion`: benchmarks of discretion: looked through, imported from sheets, asked with the facts of a case.

mod answer;
mod credit;
mod decide;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::discretion::{Book, Edition, File, Source, shown};
use base::{Diagnostic, Severity};
use calendar::Day;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::Common;
use crate::TEMPLATE;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};

#[derive(Args)]
pub struct DiscretionArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 检查裁量权基准和清单：读不懂的、超出法定幅度的、空档和重叠
    #[command(help_template = TEMPLATE)]
    Check(CheckArgs),
    /// 读入部门公布的 XLSX 表格，写成基准文件
    #[command(help_template = TEMPLATE)]
    Import(ImportArgs),
    /// 查看基准
    #[command(help_template = TEMPLATE)]
    Show(ShowArgs),
    /// 由案件事实得出阶次和适用的清单条目；核对拟作的处罚，与类案比较
    #[command(help_template = TEMPLATE)]
    Decide(decide::DecideArgs),
    /// 信用风险分类：由记录得出四个等级，逐条说明理由
    #[command(help_template = TEMPLATE)]
    Credit(credit::CreditArgs),
}

#[derive(Args)]
struct CheckArgs {
    /// 基准文件（.toml、.xlsx）或者放着它们的文件夹
    #[arg(value_name = "文件", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Args)]
struct ImportArgs {
    /// XLSX 文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 制定机关
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 公布的文号
    #[arg(long, value_name = "文号")]
    document: String,
    /// 施行的日期
    #[arg(long, value_name = "日期")]
    from: String,
    /// 有效的最后一日；不写的，一直有效
    #[arg(long, value_name = "日期")]
    until: Option<String>,
    /// 版本
    #[arg(long = "edition", value_name = "版本", default_value = "", hide_default_value = true)]
    version: String,
    /// 写到哪个文件；不写的，写到标准输出
    #[arg(long, value_name = "文件")]
    to: Option<PathBuf>,
}

#[derive(Args)]
struct ShowArgs {
    /// 基准文件（.toml）或者放着它们的文件夹；不写的，只有法律规定的清单
    #[arg(value_name = "文件")]
    files: Vec<PathBuf>,
    /// 只看名称里有这些字的违法行为
    #[arg(long, value_name = "文字")]
    act: Option<String>,
}

pub fn run(common: &Common, args: &DiscretionArgs) -> ExitCode {
    let ran = match &args.command {
        Command::Check(args) => check(common, args),
        Command::Import(args) => import(common, args),
        Command::Show(args) => show(common, args),
        Command::Decide(args) => decide::run(common, args),
        Command::Credit(args) => credit::run(common, args),
    };
    ran.unwrap_or_else(|status| status)
}

type Ran = Result<ExitCode, ExitCode>;

fn unreadable(path: &Path, fault: &std::io::Error) -> Diagnostic {
    let message = format!("读不了{}：{}", path.display(), output::why(fault));
    Diagnostic::error("unreadable", message).help("核对路径和权限")
}

/// The files of a call: folders stand for the files in them, in the order of their names.
fn files(paths: &[PathBuf], endings: &[&str]) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
    let is_wanted = |path: &Path| {
        path.extension().is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
    };
    let (mut made, mut found) = (Vec::new(), Vec::new());
    for path in paths {
        if !path.is_dir() {
            made.push(path.clone());
            continue;
        }
        let inside = fs::read_dir(path).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        });
        match inside {
            Ok(mut inside) => {
                inside.retain(|path| is_wanted(path));
                inside.sort();
                if inside.is_empty() {
                    let message = format!("{}里没有基准文件（{}）", path.display(), endings.join("、"));
                    found.push(Diagnostic::error("no_file", message).help("核对文件夹。"));
                }
                made.extend(inside);
            }
            Err(fault) => found.push(unreadable(path, &fault)),
        }
    }
    if found.is_empty() { Ok(made) } else { Err(found) }
}

/// Whose edition a sheet is looked through as, before anybody says.
fn nobodys() -> Option<Edition> {
    let from = Day::from_ymd(1949, 10, 1)?;
    let (organ, document, version) = (String::new(), String::new(), String::new());
    Some(Edition { organ, document, version, from, until: None, example: false, unverified: false })
}

/// Reads files of either form.
fn read(paths: &[PathBuf]) -> (File, Vec<Diagnostic>) {
    let (mut whole, mut found) = (File::default(), Vec::new());
    for path in paths {
        let name = path.display().to_string();
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(fault) => {
                found.push(unreadable(path, &fault));
                continue;
            }
        };
        let is_sheet = path.extension().is_some_and(|own| own.eq_ignore_ascii_case("xlsx"));
        let (file, wrong) = match (is_sheet, nobodys(), String::from_utf8(bytes)) {
            (true, Some(edition), text) => {
                let bytes = text.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
                ::discretion::import::open(&name, &bytes, &edition)
            }
            (_, _, Ok(text)) => ::discretion::read(&Source::new(name, text)),
            (_, _, Err(_)) => {
                let message = format!("{name}不是UTF-8编码的文字");
                (File::default(), vec![Diagnostic::error("not_utf8", message).help("请另存为UTF-8编码。")])
            }
        };
        whole.tables.extend(file.tables);
        whole.items.extend(file.items);
        found.extend(wrong);
    }
    (whole, found)
}

/// The book of a call, with what the statutes lay down. Only errors stop it.
fn book(paths: &[PathBuf]) -> Result<Book, ExitCode> {
    let paths = files(paths, &["toml"]).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let (mut file, mut found) = read(&paths);
    for (name, text) in ::discretion::STATUTES {
        let (own, wrong) = ::discretion::read(&Source::new(name, text));
        file.items.extend(own.items);
        found.extend(wrong);
    }
    let (book, twice) = Book::new(file.tables, file.items);
    found.extend(twice);
    found.retain(Diagnostic::is_error);
    if found.is_empty() { Ok(book) } else { Err(output::fail(&found, WRONG_INPUT)) }
}

/// 2 where something cannot be read or is unlawful, 1 where a table has gaps or overlaps.
fn status(found: &[Diagnostic]) -> ExitCode {
    match found.iter().map(|one| one.severity).min() {
        Some(Severity::Error) => ExitCode::from(WRONG_INPUT),
        Some(Severity::Warning) => ExitCode::from(FALLS_SHORT),
        _ => ExitCode::SUCCESS,
    }
}

fn check(common: &Common, args: &CheckArgs) -> Ran {
    let paths = files(&args.files, &["toml", "xlsx"]).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let (file, mut found) = read(&paths);
    let (book, twice) = Book::new(file.tables, file.items);
    found.extend(twice);
    let steps: usize = book.tables().iter().map(|table| table.steps.len()).sum();
    if common.format == Format::Json {
        let findings: Vec<Value> = found.iter().map(output::finding).collect();
        output::json(json!({ "tables": book.tables().len(), "steps": steps, "items": book.items().len(),
            "findings": findings }));
    } else {
        for one in &found {
            output::say(&output::tinted(&one.to_string(), Some(one.severity)));
        }
        let (tables, items) = (book.tables().len(), book.items().len());
        output::say(&format!("基准{tables}张，阶次{steps}个，清单条目{items}条，发现{}处", found.len()));
    }
    Ok(status(&found))
}

fn import(common: &Common, args: &ImportArgs) -> Ran {
    let mut wrong = Vec::new();
    let mut day = |text: &str| Day::parse(text).map_err(|found| wrong.push(*found)).ok();
    let (from, until) = (day(&args.from), args.until.as_deref().map(&mut day));
    let bytes = fs::read(&args.file).map_err(|fault| wrong.push(unreadable(&args.file, &fault)));
    let (Some(from), Ok(bytes), true) = (from, bytes, wrong.is_empty()) else {
        return Err(output::fail(&wrong, WRONG_INPUT));
    };
    let edition = Edition {
        organ: args.organ.clone(),
        document: args.document.clone(),
        version: args.version.clone(),
        from,
        until: until.flatten(),
        example: false,
        unverified: false,
    };
    let name = args.file.display().to_string();
    let (file, found) = ::discretion::import::open(&name, &bytes, &edition);
    let is_whole = !found.iter().any(Diagnostic::is_error);
    let text = ::discretion::write::write(&edition, &file);
    if is_whole && let Some(to) = &args.to {
        fs::write(to, &text).map_err(|fault| {
            let message = format!("写不了{}：{}", to.display(), output::why(&fault));
            output::fail(
                &[Diagnostic::error("unwritable", message).help("核对路径、权限和磁盘空间")],
                MACHINE,
            )
        })?;
    }
    let (tables, items) = (file.tables.len(), file.items.len());
    if common.format == Format::Json {
        let findings: Vec<Value> = found.iter().map(output::finding).collect();
        let toml = (is_whole && args.to.is_none()).then_some(text);
        output::json(json!({ "tables": tables, "items": items, "findings": findings, "toml": toml }));
    } else {
        output::fail(&found, 0);
        match (&args.to, is_whole) {
            (_, false) => output::say("有错误，没有写出；改正后再读入。"),
            (Some(to), true) => {
                output::say(&format!("写到{}：基准{tables}张，清单条目{items}条", to.display()));
            }
            (None, true) => output::say(text.trim_end()),
        }
    }
    Ok(status(&found))
}

fn show(common: &Common, args: &ShowArgs) -> Ran {
    let book = book(&args.files)?;
    let is_wanted = |act: &str| args.act.as_deref().is_none_or(|text| act.contains(text));
    let tables = book.tables().iter().filter(|table| is_wanted(&table.act));
    let items = book.items().iter().filter(|item| is_wanted(item.act.as_deref().unwrap_or_default()));
    if common.format == Format::Json {
        output::json(json!({ "tables": tables.map(answer::table).collect::<Vec<_>>(),
            "items": items.map(answer::item).collect::<Vec<_>>() }));
        return Ok(ExitCode::SUCCESS);
    }
    let mut seen = 0;
    for table in tables {
        output::say(&shown::table(table));
        seen += 1;
    }
    for item in items {
        output::say(&shown::item(item));
        seen += 1;
    }
    if seen == 0 {
        output::say("没有这样的基准或者清单条目。");
    }
    Ok(ExitCode::SUCCESS)
}
