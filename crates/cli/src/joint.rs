//! `yifa joint`: joint inspection, the fewest visits that carry all departments' checks. `docs/joint.md` specifies it.

mod read;
mod tables;
mod told;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::joint::{Change, Plan, State};
use base::{Diagnostic, Severity};
use calendar::Day;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::TEMPLATE;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};
use crate::{Common, data};

#[derive(Args)]
pub struct JointArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 排计划：合并检查，排日期和人员；写明下界和没有排上的理由
    #[command(help_template = TEMPLATE)]
    Plan(PlanArgs),
    /// 核验计划：上限、安静日、间隔、场景、人员，重新计算下界
    #[command(help_template = TEMPLATE)]
    Check(FileArgs),
    /// 比较两份计划：改了哪些，已告知的有没有动
    #[command(help_template = TEMPLATE)]
    Compare(CompareArgs),
    /// 查看一个企业合并前后的检查
    #[command(help_template = TEMPLATE)]
    Show(ShowArgs),
}

#[derive(Args)]
struct PlanArgs {
    /// XLSX 文件，或者放着 CSV 文件的文件夹；表和表头见 docs/joint.md
    #[arg(value_name = "数据")]
    input: PathBuf,
    /// 计划写到这个文件
    #[arg(long, value_name = "文件")]
    save: PathBuf,
    /// 计划的表格也写到这个 XLSX 文件：检查、合并前后、没有排上的
    #[arg(long, value_name = "文件")]
    xlsx: Option<PathBuf>,
    /// 重排：以前的计划；已告知、已检查的不动，其余的能不动就不动
    #[arg(long, value_name = "文件")]
    after: Option<PathBuf>,
    /// 重排时：以前的计划里到这一天为止的检查都算已经告知
    #[arg(long, value_name = "日期", requires = "after")]
    told_until: Option<String>,
}

#[derive(Args)]
struct FileArgs {
    /// 计划文件
    #[arg(value_name = "文件")]
    file: PathBuf,
}

#[derive(Args)]
struct CompareArgs {
    /// 以前的计划
    #[arg(value_name = "以前")]
    before: PathBuf,
    /// 现在的计划
    #[arg(value_name = "现在")]
    after: PathBuf,
}

#[derive(Args)]
struct ShowArgs {
    /// 计划文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 企业的编号；不写的，列出减少次数最多的二十个
    #[arg(long, value_name = "编号")]
    enterprise: Option<String>,
}

pub fn run(common: &Common, args: &JointArgs) -> ExitCode {
    let ran = match &args.command {
        Command::Plan(args) => plan(common, args),
        Command::Check(args) => check(common.format, args),
        Command::Compare(args) => compare(common.format, args),
        Command::Show(args) => show(common.format, args),
    };
    ran.unwrap_or_else(|status| status)
}

type Ran = Result<ExitCode, ExitCode>;

fn refused(found: &[Diagnostic]) -> ExitCode {
    output::fail(found, WRONG_INPUT)
}

fn open(path: &Path) -> Result<Plan, ExitCode> {
    let text = fs::read_to_string(path).map_err(|fault| {
        let message = format!("读不了{}：{}", path.display(), output::why(&fault));
        refused(&[Diagnostic::error("unreadable", message).help("核对路径和权限")])
    })?;
    Plan::parse(&text).map_err(|mut found| {
        match &mut found.place {
            Some(place) => place.file = path.display().to_string(),
            None => found.message = format!("{}：{}", path.display(), found.message),
        }
        refused(&[found])
    })
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), ExitCode> {
    fs::write(path, bytes).map_err(|fault| {
        let message = format!("写不了{}：{}", path.display(), output::why(&fault));
        output::fail(&[Diagnostic::error("unwritable", message).help("核对路径、权限和磁盘空间。")], MACHINE)
    })
}

/// The plan before, with what was told by a day.
fn before(args: &PlanArgs) -> Result<Option<Plan>, ExitCode> {
    let Some(path) = &args.after else { return Ok(None) };
    let mut plan = open(path)?;
    let told = args.told_until.as_deref().map(Day::parse).transpose();
    if let Some(until) = told.map_err(|found| refused(&[*found]))? {
        for visit in plan.visits.iter_mut().filter(|own| own.day <= until && own.state == State::Planned) {
            visit.state = State::Told;
            plan.problem.fixed.push(visit.clone());
        }
    }
    Ok(Some(plan))
}

fn plan(common: &Common, args: &PlanArgs) -> Ran {
    let calendar = data::calendar(common).map_err(|found| refused(&found))?;
    let before = before(args)?;
    let tables = tables::Tables::open(&args.input).map_err(|found| refused(&found))?;
    let problem = read::problem(&tables, &calendar, before.as_ref()).map_err(|found| refused(&found))?;
    let provisional = problem.days.iter().find(|day| !calendar.is_known(day.year())).map(|day| day.year());
    let made = match &before {
        Some(before) => ::joint::replan(problem, before),
        None => ::joint::plan(problem),
    };
    let made = made.map_err(|found| refused(&found))?;
    save(&args.save, made.text().as_bytes())?;
    if let Some(path) = &args.xlsx {
        let bytes = sheets::write_book(&app::joint_words::pages(&made))
            .map_err(|found| output::fail(&[found], MACHINE))?;
        save(path, &bytes)?;
    }
    match common.format {
        Format::Json => output::json(told::totals_json(&made)),
        Format::Text => {
            told::totals(&made);
            if let Some(year) = provisional {
                output::say(&format!("{year}年的放假通知没有收入，工作日按周末推算，是暂定的。"));
            }
            if let Some(before) = &before {
                output::say(&told::difference(&::joint::compare(before, &made)));
            }
        }
    }
    Ok(if made.unplaced.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn check(format: Format, args: &FileArgs) -> Ran {
    let plan = open(&args.file)?;
    let found = ::joint::check(&plan);
    let is_wrong = found.iter().any(Diagnostic::is_error);
    match format {
        Format::Json => {
            let mut made = told::totals_json(&plan);
            if let Value::Object(made) = &mut made {
                made.insert("holds".to_owned(), json!(!is_wrong));
                made.insert(
                    "findings".to_owned(),
                    json!(found.iter().map(output::finding).collect::<Vec<_>>()),
                );
            }
            output::json(made);
        }
        Format::Text => {
            for one in &found {
                output::say(&output::tinted(&one.to_string(), Some(one.severity)));
            }
            told::totals(&plan);
            let warned = found.iter().filter(|one| one.severity == Severity::Warning).count();
            output::say(&match (is_wrong, warned) {
                (true, _) => "核验不通过。".to_owned(),
                (false, 0) => {
                    "核验通过：每一次检查都合上限、安静日、间隔、场景、人员，下界重新算过。".to_owned()
                }
                (false, _) => format!("核验通过；{warned}处已经定了的安排与现在的条件不符，要人处理。"),
            });
        }
    }
    Ok(if is_wrong { ExitCode::from(FALLS_SHORT) } else { ExitCode::SUCCESS })
}

fn compare(format: Format, args: &CompareArgs) -> Ran {
    let (before, after) = (open(&args.before)?, open(&args.after)?);
    let made = ::joint::compare(&before, &after);
    match format {
        Format::Text => output::say(&told::difference(&made)),
        Format::Json => {
            let one = |change: &Change| match change {
                Change::Added(visit) => json!({ "kind": "added", "after": visit.id }),
                Change::Dropped(visit) => json!({ "kind": "dropped", "before": visit.id }),
                Change::Changed(old, _) => json!({ "kind": "changed", "before": old.id }),
                Change::Staffed(old, _) => json!({ "kind": "staffed", "before": old.id }),
                Change::Fixed(old, _) => json!({ "kind": "fixed", "before": old.id }),
            };
            output::json(json!({
                "same": made.same,
                "changes": made.changes.iter().map(one).collect::<Vec<_>>(),
                "newly_left_out": made.newly_out.len(),
                "newly_placed": made.newly_in.len(),
                "broken": made.broken.iter().map(|visit| visit.id.clone()).collect::<Vec<_>>(),
            }));
        }
    }
    Ok(if made.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn show(format: Format, args: &ShowArgs) -> Ran {
    let plan = open(&args.file)?;
    let found = ::joint::validate(&plan.problem);
    if !found.is_empty() {
        return Err(refused(&found));
    }
    let mut shares = plan.shares();
    match &args.enterprise {
        Some(id) => {
            shares.retain(|share| share.enterprise == *id);
            let Some(share) = shares.first() else {
                let message = format!("计划里没有编号为“{id}”的企业");
                return Err(refused(&[Diagnostic::error("joint_unknown", message).help("核对编号。")]));
            };
            told::enterprise(format, &plan, share);
        }
        None => {
            shares.sort_by_key(|own| {
                (std::cmp::Reverse(own.separate.saturating_sub(own.visits)), own.enterprise.clone())
            });
            shares.truncate(20);
            told::shares(format, &plan, &shares);
        }
    }
    Ok(ExitCode::SUCCESS)
}
