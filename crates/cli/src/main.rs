//! `yifa`: the terminal's edge. Each command is a module that parses, calls one use case and prints.
//!
//! Exit status: 0 well, 1 what was checked falls short, 2 the call or the input is wrong, 3 the machine failed.

mod account;
mod against;
mod assess;
mod audit;
mod bench;
mod calendar;
mod case;
mod check;
mod clock;
mod codes;
mod compare;
mod data;
mod demo;
mod discretion;
mod doctor;
mod documents;
mod double_publication;
mod draw;
mod figures;
mod joint;
mod keeping;
mod key;
mod leased;
mod message;
mod messaging;
mod migrate;
mod new;
mod organ;
mod outbox;
mod output;
mod person;
mod plan;
mod platform;
mod procedure;
mod proof;
mod reference;
mod register;
mod report;
mod review_sheet;
mod screen;
mod sending;
mod serve;
mod survey;
mod training_hours;
mod tsv;
mod usage;
mod witness;
mod year_tables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgAction, Args, Parser, Subcommand};

/// Every act makes thousands of small allocations on many threads: with this allocator a sixth more acts are done.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

/// 依法行政平台
#[derive(Parser)]
#[command(name = "yifa", version, about = "依法：法治政府建设平台", disable_help_subcommand = true)]
#[command(disable_help_flag = true, disable_version_flag = true, help_template = TEMPLATE)]
#[command(subcommand_value_name = "命令", subcommand_help_heading = "命令", next_help_heading = "通用选项")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
    /// 显示版本
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: (),
}

/// What every command understands.
#[derive(Args)]
pub struct Common {
    /// 输出格式：text 给人看，json 给程序看
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "格式")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    format: output::Format,
    /// 数据所在的文件夹，默认为 yifa-data
    #[arg(long, global = true, value_name = "文件夹")]
    data: Option<PathBuf>,
    /// PostgreSQL 数据库的地址：postgres://用户:口令@主机:端口/数据库；附件仍在 --data 所指的文件夹
    #[arg(long, global = true, value_name = "地址")]
    database: Option<String>,
    /// 个人信息的密钥文件，默认为数据文件夹中的 personal-key
    #[arg(long, global = true, value_name = "文件")]
    keys: Option<PathBuf>,
    /// 本地程序包的文件夹，覆盖内置的
    #[arg(long, global = true, value_name = "文件夹")]
    packs: Option<PathBuf>,
    /// 显示用法
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: (),
}

impl Common {
    /// The folder of the data: the one that the call names, else the usual one.
    fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new("yifa-data"))
    }
}

#[derive(Subcommand)]
#[command(help_template = TEMPLATE)]
enum Command {
    /// 检查全部程序、法律、日历，推演每个程序，运行全部案例
    #[command(help_template = TEMPLATE)]
    Check(check::CheckArgs),
    /// 审核法治政府建设年度报告等文稿：数字、文字、法条、时限
    #[command(help_template = TEMPLATE)]
    Audit(audit::AuditArgs),
    /// 审查文件草案：标出可能有法律问题的条款、依据和要问的话
    #[command(help_template = TEMPLATE)]
    Screen(screen::ScreenArgs),
    /// 计算期限届满日，或者最早可以办理之日，并逐步说明
    #[command(help_template = TEMPLATE)]
    Clock(clock::ClockArgs),
    /// 查询工作日、放假和调休安排
    #[command(help_template = TEMPLATE)]
    Calendar(calendar::CalendarArgs),
    /// 核对统一社会信用代码、身份号码、文号等
    #[command(help_template = TEMPLATE)]
    Codes(codes::CodesArgs),
    /// 实施方案：读入、查看、由什么承载
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Plan(plan::PlanArgs),
    /// 程序：列出、查看、逐条说明、导出图
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Procedure(procedure::ProcedureArgs),
    /// 读入印发的案卷评查标准（XLSX）
    #[command(help_template = TEMPLATE)]
    ReviewSheet(review_sheet::ReviewSheetArgs),
    /// 裁量权基准：检查、读入、查看、由案件事实得出阶次
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Discretion(discretion::DiscretionArgs),
    /// 文件库：文件之间、文件与法律之间的引用，变动时要看哪些文件
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Documents(documents::DocumentsArgs),
    /// 演示：没有数据时做一个演示县，然后启动服务
    #[command(help_template = TEMPLATE)]
    Demo(demo::DemoArgs),
    /// 启动服务：工作台、门户
    #[command(help_template = TEMPLATE)]
    Serve(serve::ServeArgs),
    /// 账号：新建、重设密码
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Account(account::AccountArgs),
    /// 案件：立案、办理、查看、列出
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Case(case::CaseArgs),
    /// 机关：某一天登记的机关
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Organ(organ::OrganArgs),
    /// 指标和背后的记录
    #[command(help_template = TEMPLATE)]
    Figures(figures::FiguresArgs),
    /// 考核评估：按方案评分，未证明的写明，排名、提升空间、比较
    #[command(help_template = TEMPLATE)]
    Assess(assess::AssessArgs),
    /// 满意度调查：抽样，结果及其误差
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Survey(survey::SurveyArgs),
    /// 年度报告：由指标生成，每个数都连到背后的记录
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Report(report::ReportArgs),
    /// 待发事项：送给其他系统的，和没有送到的
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Outbox(outbox::OutboxArgs),
    /// 消息：发到邮箱、短信、群的，没有送出的，测试
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Message(message::MessageArgs),
    /// 名册和清单：查看、变动、导出、登记
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Register(register::RegisterArgs),
    /// 双随机抽取：锁定名单、承诺、公布、抽取，任何人都可以核验
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Draw(draw::DrawArgs),
    /// 综合查一次：合并各部门的检查计划，排期，核验，比较
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Joint(joint::JointArgs),
    /// 核验日志、证明和指标
    #[command(help_template = TEMPLATE)]
    Verify(keeping::VerifyArgs),
    /// 日志的根：作一个、导出、登记见证、公告不再成立的
    #[command(help_template = TEMPLATE)]
    Root(proof::RootArgs),
    /// 见证别人的根：核对它由上次见证的根只增得来，然后签名
    #[command(help_template = TEMPLATE)]
    Witness(witness::WitnessArgs),
    /// 密钥：显示签名的公钥和指纹、另做一副；更换个人信息的密钥
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Key(key::KeyArgs),
    /// 个人信息：查找一个人的信息在哪些案件里、删除
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    Person(person::PersonArgs),
    /// 备份，服务期间也可以
    #[command(help_template = TEMPLATE)]
    Backup(keeping::FileArgs),
    /// 恢复备份，先核验后替换
    #[command(help_template = TEMPLATE)]
    Restore(keeping::RestoreArgs),
    /// 搬移：在文件夹和 PostgreSQL 数据库之间，逐行核对
    #[command(help_template = TEMPLATE)]
    Migrate(migrate::MigrateArgs),
    /// 性能测试：每一项旁边是它的上限或者对照
    #[command(help_template = TEMPLATE)]
    Bench(bench::BenchArgs),
    /// 新建：写出最小的程序文件和案例文件
    #[command(help_template = TEMPLATE, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
    New(new::NewArgs),
    /// 检查这台机器缺什么
    #[command(help_template = TEMPLATE)]
    Doctor(doctor::DoctorArgs),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::end(&error),
    };
    match &cli.command {
        Command::Check(args) => check::run(&cli.common, args),
        Command::Audit(args) => audit::run(&cli.common, args),
        Command::Screen(args) => screen::run(&cli.common, args),
        Command::Clock(args) => clock::run(&cli.common, args),
        Command::Calendar(args) => calendar::run(&cli.common, args),
        Command::Codes(args) => codes::run(&cli.common, args),
        Command::Plan(args) => plan::run(&cli.common, args),
        Command::Procedure(args) => procedure::run(&cli.common, args),
        Command::ReviewSheet(args) => review_sheet::run(&cli.common, args),
        Command::Discretion(args) => discretion::run(&cli.common, args),
        Command::Documents(args) => documents::run(&cli.common, args),
        Command::Demo(args) => demo::run(&cli.common, args),
        Command::Serve(args) => serve::run(&cli.common, args),
        Command::Account(args) => account::run(&cli.common, args),
        Command::Case(args) => case::run(&cli.common, args),
        Command::Organ(args) => organ::run(&cli.common, args),
        Command::Figures(args) => figures::run(&cli.common, args),
        Command::Assess(args) => assess::run(&cli.common, args),
        Command::Survey(args) => survey::run(&cli.common, args),
        Command::Report(args) => report::run(&cli.common, args),
        Command::Outbox(args) => outbox::run(&cli.common, args),
        Command::Message(args) => message::run(&cli.common, args),
        Command::Register(args) => register::run(&cli.common, args),
        Command::Draw(args) => draw::run(&cli.common, args),
        Command::Joint(args) => joint::run(&cli.common, args),
        Command::Verify(args) => keeping::verify(&cli.common, args),
        Command::Root(args) => proof::root(&cli.common, args),
        Command::Witness(args) => witness::run(&cli.common, args),
        Command::Key(args) => key::run(&cli.common, args),
        Command::Person(args) => person::run(&cli.common, args),
        Command::Backup(args) => keeping::backup(&cli.common, args),
        Command::Restore(args) => keeping::restore(&cli.common, args),
        Command::Migrate(args) => migrate::run(&cli.common, args),
        Command::Bench(args) => bench::run(&cli.common, args),
        Command::New(args) => new::run(args),
        Command::Doctor(args) => doctor::run(&cli.common, args),
    }
}
