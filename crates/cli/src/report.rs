//! `yifa report build`: the annual report on law-based government, from the figures.

use std::path::PathBuf;
use std::process::ExitCode;

use base::Diagnostic;
use calendar::Day;
use clap::{Args, Subcommand, ValueEnum};

use crate::output::{self, MACHINE};
use crate::platform::{failed, open_to_read};
use crate::{Common, data};

#[derive(Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    command: ReportCommand,
}

#[derive(Subcommand)]
enum ReportCommand {
    /// 生成一个机关一年的法治政府建设年度报告
    Build(BuildArgs),
}

#[derive(Args)]
struct BuildArgs {
    /// 机关的标识
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 报告年度
    #[arg(long, value_name = "年度")]
    year: i32,
    /// 写成什么：md、json
    #[arg(long, value_enum, default_value = "md", value_name = "格式")]
    to: To,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 写到哪个文件，默认为标准输出
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    Md,
    Json,
}

pub fn run(common: &Common, args: &ReportArgs) -> ExitCode {
    let ReportCommand::Build(args) = &args.command;
    build(common, args).unwrap_or_else(|status| status)
}

fn build(common: &Common, args: &BuildArgs) -> Result<ExitCode, ExitCode> {
    let platform = open_to_read(common)?;
    let as_of = match &args.as_of {
        Some(text) => Day::parse(text).map_err(|fault| output::fail(&[*fault], output::WRONG_INPUT))?,
        None => platform.today(),
    };
    let files =
        crate::check::files(common, None).map_err(|fault| output::fail(&[fault], output::WRONG_INPUT))?;
    let (plans, found) = packs::plans::read(&data::sources(&files, "plans"));
    let plans = plans.ok_or_else(|| output::fail(&found, output::WRONG_INPUT))?;
    let report = platform.report(&plans, &args.organ, args.year, as_of).map_err(|fault| failed(&fault))?;
    let text = match args.to {
        To::Md => report.to_markdown(),
        To::Json => {
            let mut value = report.to_json();
            if let Some(object) = value.as_object_mut() {
                object.insert("format_version".to_owned(), output::FORMAT_VERSION.into());
            }
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
    };
    match &args.out {
        None => output::say(text.trim_end()),
        Some(path) => {
            let written = std::fs::write(path, text);
            written.map_err(|fault| {
                let one = Diagnostic::error("unwritable", format!("写不了{}：{fault}", path.display()));
                output::fail(&[one.help("核对路径和权限。")], MACHINE)
            })?;
            output::say(&format!("已写到{}。", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}
