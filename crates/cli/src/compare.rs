//! `yifa report compare`: figures over years and side by side, with what each is over and what cannot be compared.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{CompareAsked, ComparedFigure, OtherReport, Platform, Subject};
use assessment::Ratio;
use calendar::Day;
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, Format, WRONG_INPUT};
use crate::platform::{failed, open_to_read, wrong};

#[derive(Args)]
pub struct CompareArgs {
    /// 指标的标识，可以写几个；yifa figures 列出指标
    #[arg(long, value_name = "指标", required = true)]
    figure: Vec<String>,
    /// 年度，可以写几个
    #[arg(long, value_name = "年度", required = true)]
    year: Vec<i32>,
    /// 机关的标识，可以写几个：比该机关办理的案件
    #[arg(long, value_name = "机关")]
    organ: Vec<String>,
    /// 区划代码的开头，可以写几个：比该区划各机关的案件
    #[arg(long, value_name = "区划")]
    division: Vec<String>,
    /// 数量以哪个指标为基数，如案件总数
    #[arg(long, value_name = "指标", conflicts_with = "stated_base")]
    base: Option<String>,
    /// 数量以平台以外的什么为基数，如“常住人口（万人）”；各地的数用 --of 写
    #[arg(long, value_name = "名称", requires = "of")]
    stated_base: Option<String>,
    /// 某地的基数，写作“机关或者区划=数”，可以写几个
    #[arg(long, value_name = "谁=数", requires = "stated_base")]
    of: Vec<String>,
    /// 他处的年度报告（审核后取其中的数），可以写几个文件
    #[arg(long, value_name = "文件")]
    report: Vec<PathBuf>,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
}

pub fn run(common: &Common, args: &CompareArgs) -> Result<ExitCode, ExitCode> {
    let organs = args.organ.iter().map(|id| Subject::Organ(id.clone()));
    let divisions = args.division.iter().map(|code| Subject::Division(code.clone()));
    let mut values = Vec::new();
    for text in &args.of {
        let parts =
            text.split_once('=').and_then(|(who, number)| Some((who.to_owned(), Ratio::parse(number)?)));
        values.push(parts.ok_or_else(|| wrong(format!("“{text}”不是“谁=数”"), "写作 county=32.1"))?);
    }
    let platform = open_to_read(common)?;
    let as_of = match &args.as_of {
        Some(text) => Day::parse(text).map_err(|fault| output::fail(&[*fault], WRONG_INPUT))?,
        None => platform.today(),
    };
    let asked = CompareAsked {
        figures: args.figure.clone(),
        subjects: organs.chain(divisions).collect(),
        years: args.year.clone(),
        as_of,
        base: args.base.clone(),
        stated_base: args.stated_base.clone().map(|name| (name, values)),
        reports: reports(&platform, &args.report)?,
    };
    let compared = platform.compare_figures(&asked).map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Text => compared.iter().for_each(say),
        Format::Json => output::json(json!({ "figures": compared.iter().map(json_of).collect::<Vec<_>>() })),
    }
    Ok(ExitCode::SUCCESS)
}

/// The reports of others, audited; or every one that cannot be read.
fn reports(platform: &Platform, paths: &[PathBuf]) -> Result<Vec<OtherReport>, ExitCode> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let rules = audit_report::load(&audit_report::BUILT_IN);
    let rules = rules.map_err(|found| output::fail(&found, output::MACHINE))?;
    let (mut made, mut found) = (Vec::new(), Vec::new());
    for path in paths {
        match crate::audit::read(path) {
            Ok(reading) => {
                let name =
                    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                made.push(platform.read_report(&rules, &name, &reading.text, None));
            }
            Err(faults) => found.extend(faults),
        }
    }
    if found.is_empty() { Ok(made) } else { Err(output::fail(&found, WRONG_INPUT)) }
}

fn say(one: &ComparedFigure) {
    output::say(&format!("{}（{}）", one.line.name, one.definition));
    for line in one.lines() {
        let over = if line.over.is_empty() { String::new() } else { format!("　分母{}", line.over) };
        let small = if line.is_small { "　数量少，易受偶然影响" } else { "" };
        let source = if line.is_reported { format!("　{}", line.source) } else { String::new() };
        output::say(&format!("  {}　{}年　{}{over}{source}{small}", line.who, line.year, line.value));
    }
    for step in one.steps() {
        output::say(&format!("  {step}"));
    }
    for (who, year, why) in one.refused() {
        output::say(&format!("  {who}　{year}年　不比较：{why}"));
    }
}

fn json_of(one: &ComparedFigure) -> Value {
    let lines = one.lines().into_iter().map(|line| {
        json!({ "name": line.who, "year": line.year, "value": line.value, "over": line.over, "small": line.is_small, "source": line.source })
    });
    let refused =
        one.refused().into_iter().map(|(who, year, why)| json!({ "name": who, "year": year, "why": why }));
    json!({
        "figure": one.line.id, "name": one.line.name, "definition": one.definition, "unit": one.line.unit,
        "base": one.compared.base, "lines": lines.collect::<Vec<_>>(), "steps": one.steps(),
        "refused": refused.collect::<Vec<_>>(),
    })
}
