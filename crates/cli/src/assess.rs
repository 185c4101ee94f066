//! `yifa assess`: assessments by a scheme, ranks, what lifts most, years and places side by side.

mod as_application;
mod as_json;
mod as_text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Assessed, Platform, Subject};
use assessment::{Compared, Lift, Observation, Ranking, Scheme, Sheet};
use base::Diagnostic;
use calendar::Day;
use clap::Args;
use packs::schemes;
use packs::source::Source;

use crate::output::{self, Format, WRONG_INPUT};
use crate::platform::{failed, open_to_read, wrong};
use crate::{Common, data};

#[derive(Args)]
pub struct AssessArgs {
    /// 考核方案：方案文件，或者内置方案的标识；默认为平台自编的参考方案 own
    #[arg(long, value_name = "方案", default_value = "own", hide_default_value = true)]
    scheme: String,
    /// 评估年度，可以写几个；不写则只列出方案
    #[arg(long, value_name = "年度")]
    year: Vec<i32>,
    /// 机关的标识，可以写几个：评该机关办理的案件
    #[arg(long, value_name = "机关", requires = "year")]
    organ: Vec<String>,
    /// 区划代码的开头，可以写几个：评该区划各机关的案件
    #[arg(long, value_name = "区划", requires = "year")]
    division: Vec<String>,
    /// 自评表文件：证明、自评分、核查分、最终分，可以写几个
    #[arg(long, value_name = "文件", requires = "year")]
    sheet: Vec<PathBuf>,
    /// 用平台上登记的自评、核查、审定（每个机关的考核案件）；另写了 --sheet 的机关用文件
    #[arg(long, requires = "year")]
    recorded: bool,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 列出提升空间：每项还能得多少分，多的在前
    #[arg(long, requires = "year")]
    lift: bool,
    /// 写出示范创建申报的自评表（Markdown）：每项的得分和佐证，还要补的证明
    #[arg(long, requires = "year")]
    application: bool,
    /// 比较各年、各地的指标，写明分母；不可比的说明原因
    #[arg(long, requires = "year")]
    compare: bool,
}

/// What a call came to.
struct Answer<'a> {
    scheme: &'a Scheme,
    all: Vec<Assessed>,
    /// By subject and year; empty where they were not asked for.
    lifts: Vec<Vec<Lift>>,
    /// One for each year, where there are several subjects.
    rankings: Vec<(i32, Ranking)>,
    compared: Vec<(Vec<Observation>, Compared)>,
}

pub fn run(common: &Common, args: &AssessArgs) -> ExitCode {
    ask(common, args).unwrap_or_else(|status| status)
}

fn ask(common: &Common, args: &AssessArgs) -> Result<ExitCode, ExitCode> {
    if args.year.is_empty() {
        let rules = data::rules(common).map_err(|found| output::fail(&found, WRONG_INPUT))?;
        let scheme = scheme(common, &args.scheme, &schemes::known_figures(&rules))?;
        match common.format {
            Format::Text => as_text::scheme(&scheme),
            Format::Json => output::json(as_json::scheme(&scheme)),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let organs = args.organ.iter().map(|id| Subject::Organ(id.clone()));
    let subjects: Vec<Subject> =
        organs.chain(args.division.iter().map(|code| Subject::Division(code.clone()))).collect();
    if subjects.is_empty() {
        return Err(wrong(
            "没有写评谁",
            "用 --organ 写机关，或者用 --division 写区划；yifa organ list 列出机关。",
        ));
    }
    let platform = open_to_read(common)?;
    let scheme = scheme(common, &args.scheme, &schemes::known_figures(platform.rules()))?;
    let sheets = sheets(&scheme, &args.sheet)?;
    let as_of = match &args.as_of {
        Some(text) => Day::parse(text).map_err(|fault| output::fail(&[*fault], WRONG_INPUT))?,
        None => platform.today(),
    };
    let answer = answer(&platform, &scheme, args, &subjects, &sheets, as_of)?;
    match common.format {
        Format::Text if args.application => as_application::print(&answer),
        Format::Text => as_text::print(&answer),
        Format::Json => output::json(as_json::answer(&answer)),
    }
    Ok(ExitCode::SUCCESS)
}

fn answer<'a>(
    platform: &Platform,
    scheme: &'a Scheme,
    args: &AssessArgs,
    subjects: &[Subject],
    sheets: &[(PathBuf, Sheet)],
    as_of: Day,
) -> Result<Answer<'a>, ExitCode> {
    let asked = |sheet: &Sheet| {
        subjects.iter().any(|one| one.id() == sheet.subject) && args.year.contains(&sheet.year)
    };
    if let Some((path, sheet)) = sheets.iter().find(|(_, sheet)| !asked(sheet)) {
        let message = format!("{}是{}{}年的自评表，这次没有评它", path.display(), sheet.subject, sheet.year);
        return Err(wrong(message, "核对自评表的 subject 和 year，以及命令里的机关和年度。"));
    }
    let empty = Sheet::default();
    let mut all = Vec::new();
    for year in &args.year {
        for subject in subjects {
            let own: Vec<&Sheet> = sheets
                .iter()
                .map(|(_, sheet)| sheet)
                .filter(|sheet| sheet.subject == subject.id() && sheet.year == *year)
                .collect();
            if own.len() > 1 {
                let message = format!("{}{year}年有{}份自评表", subject.id(), own.len());
                return Err(wrong(message, "合成一份。"));
            }
            let on_record = match own.first() {
                None if args.recorded => platform.recorded_sheet(scheme, subject, *year),
                _ => Ok(None),
            };
            let on_record = on_record.map_err(|fault| failed(&fault))?;
            let sheet = own.first().copied().or(on_record.as_ref()).unwrap_or(&empty);
            let assessed = platform.assess(scheme, subject, *year, as_of, sheet);
            all.push(assessed.map_err(|fault| failed(&fault))?);
        }
    }
    let total = |fault: assessment::TotalFault| wrong(fault.told(), "核对方案。");
    let mut lifts = Vec::new();
    for one in all.iter().filter(|_| args.lift) {
        lifts.push(assessment::lifts(scheme, &one.assessment).map_err(total)?);
    }
    let mut rankings = Vec::new();
    for year in args.year.iter().filter(|_| subjects.len() > 1) {
        let own = all.iter().filter(|one| one.year == *year).map(|one| one.assessment.clone());
        let ranking = assessment::rank(scheme, &own.collect::<Vec<_>>());
        rankings.push((*year, ranking.map_err(|fault| wrong(fault.told(), "分开评估。"))?));
    }
    let observed = if args.compare { platform.observations(scheme, &all) } else { Vec::new() };
    let compared = observed.into_iter().map(|own| {
        let compared = assessment::compare(&own);
        (own, compared)
    });
    Ok(Answer { scheme, lifts, rankings, compared: compared.collect(), all })
}

fn unreadable(path: &Path, fault: &std::io::Error) -> ExitCode {
    let message = format!("读不了{}：{}", path.display(), output::why(fault));
    output::fail(&[Diagnostic::error("unreadable", message).help("核对路径和读取权限。")], WRONG_INPUT)
}

/// The scheme of a file, or the built-in one of an id (with its newest years), or of an id with its edition.
fn scheme(common: &Common, named: &str, figures: &[assessment::KnownFigure]) -> Result<Scheme, ExitCode> {
    if named.ends_with(".toml") || named.contains('/') {
        let path = Path::new(named);
        let text = std::fs::read_to_string(path).map_err(|fault| unreadable(path, &fault))?;
        let (made, found) = schemes::read(&Source::new(named, text), figures);
        return made.ok_or_else(|| output::fail(&found, WRONG_INPUT));
    }
    let files = crate::check::files(common, None).map_err(|fault| output::fail(&[fault], WRONG_INPUT))?;
    let (all, found) = schemes::read_all(&data::sources(&files, "schemes"), figures);
    if !found.is_empty() {
        return Err(output::fail(&found, WRONG_INPUT));
    }
    let keys: Vec<String> = all.iter().map(Scheme::key).collect();
    let fits = |one: &Scheme| one.key() == named || one.id == named;
    let newest = all.into_iter().filter(fits).max_by_key(|one| one.first_year);
    newest.ok_or_else(|| {
        wrong(
            format!("没有考核方案“{named}”"),
            &format!("可用的有：{}；或者写方案文件的路径。", keys.join("、")),
        )
    })
}

/// All sheets, or every mistake of every one.
fn sheets(scheme: &Scheme, paths: &[PathBuf]) -> Result<Vec<(PathBuf, Sheet)>, ExitCode> {
    let (mut made, mut found) = (Vec::new(), Vec::new());
    for path in paths {
        let text = std::fs::read_to_string(path).map_err(|fault| unreadable(path, &fault))?;
        let (sheet, faults) = schemes::read_sheet(&Source::new(path.display().to_string(), text));
        found.extend(faults);
        if let Some(sheet) = sheet {
            found.extend(assessment::check_sheet(scheme, &sheet));
            made.push((path.clone(), sheet));
        }
    }
    if found.is_empty() { Ok(made) } else { Err(output::fail(&found, WRONG_INPUT)) }
}
