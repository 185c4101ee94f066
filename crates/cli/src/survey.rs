//! `yifa survey`: samples that anyone can draw again, and results with their margin or why there is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use assessment::survey::{Demand, Margin, Mean, Share, Stratum, StratumAnswers, mean, share, stratified};
use base::Diagnostic;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format, WRONG_INPUT};
use crate::platform::wrong;
use crate::tsv::{self, Table};

#[derive(Args)]
pub struct SurveyArgs {
    #[command(subcommand)]
    command: Command,
}

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

#[derive(Subcommand)]
enum Command {
    /// 抽样：按先公布的种子从名单里抽取，谁都可以重算
    #[command(help_template = TEMPLATE)]
    Draw {
        /// 名单：制表符分隔，列 number（编号），分层的再加一列 stratum（层）
        #[arg(value_name = "名单")]
        list: PathBuf,
        /// 先公布的种子
        #[arg(long, value_name = "种子")]
        seed: String,
        /// 抽几个
        #[arg(long, value_name = "个数")]
        wanted: usize,
    },
    /// 结果：满意率或者平均分及其误差、回收率；不能得出结果的写明原因
    #[command(help_template = TEMPLATE)]
    Result {
        /// 发放表：制表符分隔，列 population（总人数）、asked（发出份数），分层的再加一列 stratum（层）
        #[arg(value_name = "发放表")]
        asked: PathBuf,
        /// 答卷：制表符分隔，列 answer（整数，没有回答的写“-”），分层的再加一列 stratum（层）
        #[arg(value_name = "答卷")]
        answers: PathBuf,
        /// 最低的答案
        #[arg(long, value_name = "数", default_value_t = 1)]
        lowest: i64,
        /// 最高的答案
        #[arg(long, value_name = "数", default_value_t = 5)]
        highest: i64,
        /// 从哪个答案起算满意；不写则算平均分
        #[arg(long, value_name = "数")]
        good_from: Option<i64>,
    },
}

pub fn run(common: &Common, args: &SurveyArgs) -> ExitCode {
    let done = match &args.command {
        Command::Draw { list, seed, wanted } => draw(common, list, seed, *wanted),
        Command::Result { asked, answers, lowest, highest, good_from } => {
            result(common, asked, answers, (*lowest, *highest), *good_from)
        }
    };
    done.unwrap_or_else(|status| status)
}

/// The rows of a table: line and the cells of these columns; the first may be missing (it is the stratum).
fn rows(path: &Path, columns: &[&str]) -> Result<Vec<(usize, Vec<String>)>, ExitCode> {
    let fail = |found: Diagnostic| output::fail(&[found], WRONG_INPUT);
    let text = tsv::read_text(path).map_err(fail)?;
    let table = Table::read(&text).map_err(fail)?;
    table.need(columns.get(1..).unwrap_or_default()).map_err(fail)?;
    let places: Vec<Option<usize>> = columns.iter().map(|name| table.column(name)).collect();
    let cells = |row: &tsv::Row<'_>| places.iter().map(|place| row.cell(*place).to_owned()).collect();
    Ok(table.rows().map(|row| (row.line, cells(&row))).collect())
}

fn cell(cells: &[String], at: usize) -> &str {
    cells.get(at).map_or("", String::as_str)
}

fn draw(common: &Common, list: &Path, seed: &str, wanted: usize) -> Result<ExitCode, ExitCode> {
    let mut strata: Vec<Stratum> = Vec::new();
    for (_, cells) in rows(list, &["stratum", "number"])? {
        let (id, member) = (cell(&cells, 0), cell(&cells, 1));
        if member.is_empty() {
            continue;
        }
        match strata.iter_mut().find(|one| one.id == id) {
            Some(one) => one.members.push(member.to_owned()),
            None => strata.push(Stratum { id: id.to_owned(), members: vec![member.to_owned()] }),
        }
    }
    let drawn =
        stratified(seed, &strata, wanted).map_err(|fault| wrong(fault.told(), "核对名单和抽取的个数。"))?;
    match common.format {
        Format::Json => output::json(json!({
            "seed": seed,
            "strata": drawn.iter().map(|one| json!({
                "stratum": one.stratum, "population": one.population, "drawn": one.members,
            })).collect::<Vec<_>>(),
        })),
        Format::Text => {
            for one in &drawn {
                let name = if one.stratum.is_empty() { "全部" } else { &one.stratum };
                output::say(&format!("{name}：{}个中抽{}个", one.population, one.members.len()));
                one.members.iter().for_each(|member| output::say(&format!("  {member}")));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn result(
    common: &Common,
    asked: &Path,
    answers: &Path,
    scale: (i64, i64),
    good_from: Option<i64>,
) -> Result<ExitCode, ExitCode> {
    let all = sheets(asked, answers)?;
    let demand = Demand::usual(scale);
    let refused = |reasons: Vec<assessment::survey::Refused>| {
        let found: Vec<Diagnostic> =
            reasons.iter().map(|reason| Diagnostic::error("no_result", reason.told())).collect();
        output::fail(&found, FALLS_SHORT)
    };
    match good_from {
        Some(from) => {
            let made = share(&all, &|answer| answer >= from, &demand).map_err(refused)?;
            match common.format {
                Format::Text => say_share(&made),
                Format::Json => output::json(share_json(&made)),
            }
        }
        None => {
            let made = mean(&all, &demand).map_err(refused)?;
            match common.format {
                Format::Text => say_mean(&made),
                Format::Json => output::json(mean_json(&made)),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was asked and answered, by stratum; every mistake of both tables at once.
fn sheets(asked: &Path, answers: &Path) -> Result<Vec<StratumAnswers>, ExitCode> {
    let mut found = Vec::new();
    let mut by_id: BTreeMap<String, StratumAnswers> = BTreeMap::new();
    for (line, cells) in rows(asked, &["stratum", "population", "asked"])? {
        let id = cell(&cells, 0).to_owned();
        let (population, sent) = (cell(&cells, 1).parse(), cell(&cells, 2).parse());
        let (Ok(population), Ok(sent)) = (population, sent) else {
            let message = format!("{}第{line}行的 population 和 asked 要写整数", asked.display());
            found.push(Diagnostic::error("bad_number", message));
            continue;
        };
        let one = StratumAnswers { id: id.clone(), population, asked: sent, answers: Vec::new() };
        if by_id.insert(id.clone(), one).is_some() {
            found
                .push(Diagnostic::error("twice", format!("{}第{line}行：层“{id}”写了两次", asked.display())));
        }
    }
    for (line, cells) in rows(answers, &["stratum", "answer"])? {
        let (id, text) = (cell(&cells, 0), cell(&cells, 1));
        let answer = if ["", "-"].contains(&text) { Ok(None) } else { text.parse().map(Some) };
        match (by_id.get_mut(id), answer) {
            (Some(one), Ok(answer)) => one.answers.push(answer),
            (None, _) => {
                let message = format!("{}第{line}行：发放表里没有层“{id}”", answers.display());
                found.push(Diagnostic::error("unknown_stratum", message));
            }
            (_, Err(_)) => {
                let message = format!("{}第{line}行的答案“{text}”不是整数", answers.display());
                found.push(Diagnostic::error("bad_number", message));
            }
        }
    }
    if found.is_empty() { Ok(by_id.into_values().collect()) } else { Err(output::fail(&found, WRONG_INPUT)) }
}

fn say_share(one: &Share) {
    let percent = |margin: &Margin| format!("{}至{}", margin.low.percent(2), margin.high.percent(2));
    output::say(&format!(
        "满意率{}（{}份），把握95%的区间{}",
        one.value.percent(2),
        one.good,
        percent(&one.margin)
    ));
    output::say(&format!(
        "发出{}份，收回{}份，回答本题{}份，回收率{}",
        one.response.asked,
        one.response.returned,
        one.response.answered,
        one.response.rate().percent(2)
    ));
    output::say(&format!("没有回答的全部不满意或者全部满意时：{}", percent(&one.extremes)));
}

fn say_mean(one: &Mean) {
    let plain = |margin: &Margin| format!("{}至{}", margin.low.text(2), margin.high.text(2));
    output::say(&format!("平均分{}，把握95%的区间{}", one.value.text(2), plain(&one.margin)));
    output::say(&format!(
        "发出{}份，收回{}份，回答本题{}份，回收率{}",
        one.response.asked,
        one.response.returned,
        one.response.answered,
        one.response.rate().percent(2)
    ));
    output::say(&format!("没有回答的全部打最低分或者最高分时：{}", plain(&one.extremes)));
}

fn margin_json(margin: &Margin) -> Value {
    json!({ "low": margin.low.text(6), "high": margin.high.text(6) })
}

fn share_json(one: &Share) -> Value {
    json!({
        "share": one.value.text(6), "margin": margin_json(&one.margin), "good": one.good,
        "asked": one.response.asked, "returned": one.response.returned, "answered": one.response.answered,
        "response": one.response.rate().text(6), "extremes": margin_json(&one.extremes),
    })
}

fn mean_json(one: &Mean) -> Value {
    json!({
        "mean": one.value.text(6), "margin": margin_json(&one.margin),
        "asked": one.response.asked, "returned": one.response.returned, "answered": one.response.answered,
        "response": one.response.rate().text(6), "extremes": margin_json(&one.extremes),
    })
}
