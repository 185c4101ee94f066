//! `yifa bench`: the benchmarks of docs/performance.md, each beside its limit in the same run.

#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measurements are no law")]

mod acts;
mod audit;
mod authority;
mod citations;
mod desk;
mod discretion;
mod draw;
mod draw_list;
mod filling;
mod joint;
mod kernel;
mod likeness;
mod lists;
mod plan;
mod replay;
mod report;
mod tables;
mod verify;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use packs::Rules;
use serde_json::json;

use crate::output::{self, Format, WRONG_INPUT};
use crate::{Common, data};

#[derive(Args)]
pub struct BenchArgs {
    /// 只跑一项：decide、explore、authority、discretion、likeness、citations、acts、desk、lists、plan、verify、replay、audit、draw、joint、tables、report、web
    #[arg(value_name = "测试")]
    name: Option<String>,
    /// 办理速度测试的并发数
    #[arg(long, default_value_t = 256, value_name = "数", hide_default_value = true)]
    clients: usize,
    /// 办理速度测试中，一个 PostgreSQL 数据库上同时有几个服务
    #[arg(long, default_value_t = 1, value_name = "数", hide_default_value = true)]
    servers: usize,
    /// 办理速度测试办几件事
    #[arg(long, default_value_t = 40_000, value_name = "数", hide_default_value = true)]
    acts: usize,
    /// 办理速度测试中，每个案件办几件事：1只申请，2再审查，3再受理
    #[arg(long, default_value_t = 1, value_name = "数", hide_default_value = true,
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=3))]
    steps: usize,
    /// 办理速度、核验测试中，申请人有多少个，轮流申请
    #[arg(long, default_value_t = 1, value_name = "数", hide_default_value = true,
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    persons: usize,
    /// 工作台、列表、网页、核验测试的案件数
    #[arg(long, value_name = "数")]
    cases: Option<usize>,
    /// 列表、网页测试中，每百件里有几件办过一生，其余只办过一次
    #[arg(long, value_name = "数")]
    lives: Option<usize>,
    /// 列表、网页测试所用的数据：已经做好的文件夹；还没有的就做在那里，留着
    #[arg(long, value_name = "文件夹")]
    filled: Option<PathBuf>,
    /// 重算测试的事项数：不少于这么多，造数不落盘
    #[arg(long, default_value_t = 20_000, value_name = "数", hide_default_value = true)]
    events: u32,
    /// 审核速度测试所用的文本：文件夹中的.txt；不写则自拟
    #[arg(long, value_name = "文件夹")]
    corpus: Option<PathBuf>,
}

impl BenchArgs {
    fn cases(&self) -> usize {
        self.cases.unwrap_or(100_000)
    }
}

/// One measurement. 测量结果
pub struct Row {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
    /// What it is compared with: a promise, or the physical limit measured in the same run.
    pub limit: f64,
    pub limit_is: &'static str,
    /// The part of the limit that is reached or used.
    pub ratio: f64,
}

/// The benchmarks by name.
const KNOWN: [&str; 18] = [
    "decide",
    "explore",
    "authority",
    "discretion",
    "likeness",
    "citations",
    "acts",
    "desk",
    "lists",
    "plan",
    "verify",
    "replay",
    "audit",
    "draw",
    "joint",
    "tables",
    "report",
    "web",
];

pub fn run(common: &Common, args: &BenchArgs) -> ExitCode {
    let rules = match data::rules(common) {
        Ok(rules) => rules,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    if let Some(name) = args.name.as_deref().filter(|name| !KNOWN.contains(name)) {
        return crate::platform::wrong(
            format!("没有名为“{name}”的测试"),
            &format!("可用：{}", KNOWN.join("、")),
        );
    }
    let wanted = |name: &str| args.name.as_deref().is_none_or(|only| only == name);
    let mut rows = Vec::new();
    if wanted("decide") {
        rows.extend(kernel::decide(&rules));
    }
    if wanted("explore") {
        rows.extend(kernel::explore(&rules));
    }
    let acts = |rules: &Rules, args: &BenchArgs| acts::run(rules, args, common.database.as_deref());
    let files = || crate::check::files(common, None).map_err(|fault| output::fail(&[fault], WRONG_INPUT));
    let lists = |rules: &Rules, args: &BenchArgs| lists::run(rules, args, &files()?);
    let tables = |rules: &Rules, _: &BenchArgs| tables::run(rules, &files()?, common.database.as_deref());
    let report = |rules: &Rules, _: &BenchArgs| report::run(rules, &files()?, common.database.as_deref());
    let replay = |rules: &Rules, args: &BenchArgs| replay::run(rules, args, &files()?);
    let pages = |rules: &Rules, args: &BenchArgs| web::run(rules, args, &files()?);
    let benches: [(&str, Bench<'_>); 16] = [
        ("authority", &authority::run),
        ("discretion", &discretion::run),
        ("likeness", &likeness::run),
        ("citations", &citations::run),
        ("acts", &acts),
        ("desk", &desk::run),
        ("lists", &lists),
        ("plan", &plan::run),
        ("verify", &verify::run),
        ("replay", &replay),
        ("audit", &audit::run),
        ("draw", &draw::run),
        ("joint", &joint::run),
        ("tables", &tables),
        ("report", &report),
        ("web", &pages),
    ];
    for (name, bench) in benches {
        if wanted(name) {
            match bench(&rules, args) {
                Ok(more) => rows.extend(more),
                Err(status) => return status,
            }
        }
    }
    print(common, &rows);
    ExitCode::SUCCESS
}

type Bench<'a> = &'a dyn Fn(&Rules, &BenchArgs) -> Result<Vec<Row>, ExitCode>;

fn print(common: &Common, rows: &[Row]) {
    if common.format == Format::Json {
        let one = |row: &Row| {
            json!({ "name": row.name, "value": row.value, "unit": row.unit, "limit": row.limit,
                "limit_is": row.limit_is, "ratio": row.ratio })
        };
        output::json(json!({ "rows": rows.iter().map(one).collect::<Vec<_>>() }));
        return;
    }
    for row in rows {
        output::say(&format!(
            "{}：{:.3}{}　对照：{:.3}{}（{}）　比值{:.3}",
            row.name, row.value, row.unit, row.limit, row.unit, row.limit_is, row.ratio
        ));
    }
}
