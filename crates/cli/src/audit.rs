//! `yifa audit`: reads reports and says what in them does not hold.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ::audit::{Beside, Options, Report, Rules, audit};
use audit_report::{Accepted, Look, Shown, Spot};
use base::{Diagnostic, closest};
use clap::{Args, ValueEnum};
use reading::Reading;
use serde_json::json;

use crate::Common;
use crate::against::{Against, Known};
use crate::data::sources;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};

/// Forms of output beside text and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For editors and code review.
    Sarif,
    /// A page to read and print.
    Html,
}

#[derive(Args)]
pub struct AuditArgs {
    /// 要审核的报告：txt、md、html、docx、pdf；“-”为标准输入
    #[arg(value_name = "文件", required_unless_present_any = ["explain", "rules"])]
    files: Vec<PathBuf>,
    /// 上年的报告，用来比较同样的数
    #[arg(long, value_name = "文件")]
    previous: Option<PathBuf>,
    /// 报告的年度；不写则从标题和正文读出
    #[arg(long, value_name = "年")]
    year: Option<u32>,
    /// 公开的日期，如2025-03-20；不写则从网页的发布时间读出
    #[arg(long, value_name = "日期")]
    published: Option<String>,
    /// 报告机关的标识，与 --data 同用；不写则从标题和落款读出
    #[arg(long, value_name = "机关", requires = "data")]
    organ: Option<String>,
    /// 关掉一条规则，可以写多次
    #[arg(long, value_name = "规则")]
    off: Vec<String>,
    /// 也列出核算相符的数和无法核对的数
    #[arg(long)]
    all: bool,
    /// 另一种输出：sarif给编辑器，html可以阅读和打印
    #[arg(long, value_enum, value_name = "形式", hide_possible_values = true)]
    form: Option<Form>,
    /// 解释一条规则
    #[arg(long, value_name = "规则", conflicts_with = "files")]
    explain: Option<String>,
    /// 列出全部规则
    #[arg(long, conflicts_with = "files")]
    rules: bool,
}

/// What all files of a call are audited with.
struct Call<'a> {
    rules: &'a Rules,
    options: &'a Options,
    beside: &'a Beside<'a>,
    against: Option<&'a Against>,
}

/// A file that was audited.
struct Audited {
    name: String,
    reading: Reading,
    report: Report,
    accepted: Vec<Accepted>,
    notes: Vec<String>,
}

impl Audited {
    /// Calls with the file as every form of output shows it.
    fn shown<T>(&self, use_it: impl FnOnce(&Shown) -> T) -> T {
        let place = |index: usize| {
            let place = self.reading.place(index);
            Spot { page: place.page, line: place.line, column: place.column }
        };
        use_it(&Shown {
            file: &self.name,
            text: &self.reading.text,
            report: &self.report,
            accepted: &self.accepted,
            notes: &self.notes,
            place: &place,
        })
    }

    fn is_clean(&self) -> bool {
        self.shown(|s| s.open().next().is_none())
    }
}

pub fn run(common: &Common, args: &AuditArgs) -> ExitCode {
    let rules = match audit_report::load(&audit_report::BUILT_IN) {
        Ok(rules) => rules,
        Err(found) => return output::fail(&found, MACHINE),
    };
    if args.rules {
        output::say(audit_report::rule_pages(&rules).trim_end());
        return ExitCode::SUCCESS;
    }
    if let Some(id) = &args.explain {
        return explain(&rules, id);
    }
    let options = match options(&rules, args) {
        Ok(options) => options,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let library = match laws(common) {
        Ok(library) => library,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let previous = match args.previous.as_deref().map(read).transpose() {
        Ok(previous) => previous,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let against = match Against::open(common, args.organ.as_deref()) {
        Ok(against) => against,
        Err(status) => return status,
    };
    let previous = previous.as_ref().map(|p| &p.text);
    let beside = Beside { library: library.as_ref(), previous, ..Beside::default() };
    let call = Call { rules: &rules, options: &options, beside: &beside, against: against.as_ref() };
    let (audited, faults) = all(&args.files, &call);
    print(common, args, &rules, &audited);
    if !faults.is_empty() {
        return output::fail(&faults, WRONG_INPUT);
    }
    let clean = audited.iter().all(Audited::is_clean);
    if clean { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) }
}

fn explain(rules: &Rules, id: &str) -> ExitCode {
    let titled = rules.catalogue.iter().find(|r| r.title == id);
    let Some(rule) = rules.rule(id).or(titled) else {
        return output::fail(&[unknown(rules, id)], WRONG_INPUT);
    };
    let one = Rules { catalogue: vec![rule.clone()], ..Rules::default() };
    let page = audit_report::rule_pages(&one);
    let body = page.split_once("\n## ").map_or(page.as_str(), |(_, body)| body);
    output::say(body.trim_end());
    ExitCode::SUCCESS
}

fn unknown(rules: &Rules, id: &str) -> Diagnostic {
    let known = rules.catalogue.iter().map(|r| r.id.as_str());
    let help = closest(id, known).map_or_else(
        || "用 yifa audit --rules 列出全部规则".to_owned(),
        |near| format!("是不是想写“{near}”？"),
    );
    Diagnostic::error("unknown_rule", format!("没有名为“{id}”的审核规则")).help(help)
}

/// What the call asks for, with all its mistakes at once.
fn options(rules: &Rules, args: &AuditArgs) -> Result<Options, Vec<Diagnostic>> {
    let mut found: Vec<Diagnostic> =
        args.off.iter().filter(|id| rules.rule(id).is_none()).map(|id| unknown(rules, id)).collect();
    let published_on = args.published.as_deref().and_then(|text| {
        let day = calendar::Day::parse(text).map_err(|d| found.push(*d)).ok()?;
        Some((u32::try_from(day.year()).ok()?, u32::from(day.month()), u32::from(day.day())))
    });
    if let Some(year) = args.year.filter(|year| !(1949..=2199).contains(year)) {
        let message = format!("“{year}”不是年度");
        found.push(Diagnostic::error("wrong_year", message).help("写四位数字，如 --year 2024"));
    }
    if found.is_empty() {
        Ok(Options { off: args.off.iter().cloned().collect(), year: args.year, published_on })
    } else {
        Err(found)
    }
}

/// The laws that citations are checked against.
pub(crate) fn laws(common: &Common) -> Result<Option<law::Library>, Vec<Diagnostic>> {
    let files = crate::check::files(common, None).map_err(|fault| vec![fault])?;
    let (library, mut found) = packs::laws::read(&sources(&files, "laws"));
    found.retain(Diagnostic::is_error);
    if found.is_empty() { Ok(library) } else { Err(found) }
}

/// Reads one file; "-" is standard input.
pub(crate) fn read(path: &Path) -> Result<Reading, Vec<Diagnostic>> {
    let name = path.display().to_string();
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let bytes = bytes.map_err(|fault| {
        vec![
            Diagnostic::error("unreadable", format!("读不了{name}：{}", output::why(&fault)))
                .help("核对路径和权限"),
        ]
    })?;
    reading::read(&name, &bytes)
        .map_err(|why| vec![Diagnostic::error("unreadable", format!("读不了{name}：{why}"))])
}

/// What was accepted in the file beside a report: `报告.docx.accept.toml`.
fn accepted(path: &Path) -> Result<Vec<Accepted>, Vec<Diagnostic>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".accept.toml");
    let Ok(source) = fs::read_to_string(Path::new(&name)) else { return Ok(Vec::new()) };
    audit_report::accepted(&Path::new(&name).display().to_string(), &source)
}

fn one(path: &Path, call: &Call) -> Result<Audited, Vec<Diagnostic>> {
    let reading = read(path)?;
    let accepted = accepted(path)?;
    let known = call.against.map(|against| against.know(&reading, call.options)).transpose()?;
    let platform = known.as_ref().and_then(Known::platform);
    let beside = Beside { platform, links: &reading.links, ..*call.beside };
    let report = audit(&reading.text, call.rules, call.options, &beside);
    let mut notes = known.map(|known| known.notes(&report)).unwrap_or_default();
    notes.extend(reading.not_read());
    notes.extend(report.not_checked());
    let name = if path.as_os_str() == "-" { "标准输入".to_owned() } else { path.display().to_string() };
    Ok(Audited { name, reading, report, accepted, notes })
}

/// All files, in parallel, in the order of the call.
fn all(files: &[PathBuf], call: &Call) -> (Vec<Audited>, Vec<Diagnostic>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from).min(files.len().max(1));
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, path)) = claim(&next, files) {
                    let result = one(path, call);
                    if let Ok(mut done) = done.lock() {
                        done.push((index, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    let mut audited = Vec::new();
    let mut faults = Vec::new();
    for (_, result) in done {
        match result {
            Ok(one) => audited.push(one),
            Err(found) => faults.extend(found),
        }
    }
    (audited, faults)
}

fn claim<'f>(next: &AtomicUsize, files: &'f [PathBuf]) -> Option<(usize, &'f PathBuf)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    files.get(index).map(|path| (index, path))
}

fn print(common: &Common, args: &AuditArgs, rules: &Rules, audited: &[Audited]) {
    match (args.form, common.format) {
        (Some(Form::Html), _) => {
            for one in audited {
                output::say(one.shown(|s| audit_report::html(s, rules)).trim_end());
            }
        }
        (Some(Form::Sarif), _) => {
            let logs: Vec<_> = audited.iter().map(|one| one.shown(audit_report::sarif_results)).collect();
            let log = audit_report::sarif(logs.into_iter().flatten().collect(), rules);
            output::say(&serde_json::to_string_pretty(&log).unwrap_or_default());
        }
        (None, Format::Json) => {
            let files: Vec<_> = audited.iter().map(|one| one.shown(audit_report::json)).collect();
            output::json(json!({ "files": files }));
        }
        (None, Format::Text) => {
            let look = Look { colour: io::stdout().is_terminal(), all: args.all };
            for one in audited {
                output::say(one.shown(|s| audit_report::text(s, look)).trim_end());
            }
        }
    }
}
