//! `yifa`: the terminal's edge. Each command is a module that parses, calls one use case and prints.
//!
//! Exit status: 0 well, 1 what was checked falls short, 2 the call or the input is wrong, 3 the machine failed.

mod check;
mod output;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// 依法行政平台
#[derive(Parser)]
#[command(name = "yifa", version, about = "依法：法治政府建设平台", disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Args)]
pub struct Common {
    /// 输出格式：text 给人看，json 给程序看
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: output::Format,
    /// 数据所在的文件夹
    #[arg(long, global = true, default_value = "yifa-data")]
    data: PathBuf,
    /// 本地程序包的文件夹，覆盖内置的
    #[arg(long, global = true)]
    packs: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// 检查全部程序、法律、日历，推演每个程序，运行全部案例
    Check(check::CheckArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match &cli.command {
        Command::Check(args) => check::run(&cli.common, args),
    }
}
