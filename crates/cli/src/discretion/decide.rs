//! `yifa discretion decide`: the facts of a case against the benchmarks and the lists.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use ::discretion::{
    Book, Comparison, Decision, Deviation, Excuse, Fact, Facts, Given, Query, compare, deviations,
    may_be_made, shown,
};
use app::{Clock as _, SystemClock};
use base::{Diagnostic, closest};
use calendar::Day;
use clap::Args;
use serde_json::{Value, json};

use super::{Ran, answer, book, unreadable};
use crate::Common;
use crate::output::{self, FALLS_SHORT, Format, WRONG_INPUT};

#[derive(Args)]
pub struct DecideArgs {
    /// 基准文件（.toml）或者放着它们的文件夹，可以写多次；法律规定的清单总是在内
    #[arg(long, value_name = "文件")]
    tables: Vec<PathBuf>,
    /// 违法行为，与基准里的名称一致
    #[arg(long, value_name = "违法行为")]
    act: String,
    /// 违法行为发生的日期，用当时有效的基准；默认为今天
    #[arg(long, value_name = "日期")]
    on: Option<String>,
    /// 用哪个机关的基准
    #[arg(long, value_name = "机关")]
    organ: Option<String>,
    /// 一项事实，可以写多次：要素=内容，如 货值金额=300元、初次违法=是；没有写的是不明
    #[arg(long, value_name = "要素=内容")]
    set: Vec<String>,
    /// 拟作的处罚，如 警告，并处300元罚款；写了就核对是否在阶次以内
    #[arg(long, value_name = "处罚")]
    penalty: Option<String>,
    /// 超出阶次的理由
    #[arg(long, value_name = "理由", requires = "penalty")]
    reason: Option<String>,
    /// 超出阶次已经法制审核和批准
    #[arg(long, requires = "penalty")]
    reviewed: bool,
    /// 已决案件的表，用来比较罚款：制表符分隔，列为 number act step fine decided_on
    #[arg(long, value_name = "文件", requires = "penalty")]
    like: Option<PathBuf>,
}

/// What a call makes of a case.
struct Answer<'b> {
    decision: Decision<'b>,
    facts: Facts,
    deviations: Option<Vec<Deviation>>,
    comparison: Option<(Comparison, i64)>,
    /// Nothing was said against the penalties, or what was said is healed.
    holds: bool,
}

pub fn run(common: &Common, args: &DecideArgs) -> Ran {
    let book = book(&args.tables)?;
    let answer = answered(&book, args).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    if common.format == Format::Json {
        print_json(&answer);
    } else {
        print(&answer);
    }
    let unused: Vec<Diagnostic> = answer.decision.unused.iter().map(|name| unused(&answer, name)).collect();
    output::fail(&unused, 0);
    Ok(if answer.holds { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn answered<'b>(book: &'b Book, args: &DecideArgs) -> Result<Answer<'b>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let on = match args.on.as_deref().map(Day::parse) {
        None => SystemClock.today(),
        Some(Ok(day)) => day,
        Some(Err(found)) => return Err(vec![*found]),
    };
    let facts = facts(&args.set, &mut wrong);
    let given = args.penalty.as_deref().map(Given::parse).transpose().map_err(|found| wrong.extend(found));
    let past = args.like.as_ref().map(|path| match fs::read_to_string(path) {
        Ok(text) => {
            let (past, found) = ::discretion::like::read(&path.display().to_string(), &text);
            wrong.extend(found);
            past
        }
        Err(fault) => {
            wrong.push(unreadable(path, &fault));
            Vec::new()
        }
    });
    let (Ok(given), true) = (given, wrong.is_empty()) else { return Err(wrong) };
    let query = Query { act: &args.act, on, organ: args.organ.as_deref() };
    let decision = book.decide(&query, &facts)?;
    let found = given.as_ref().map(|given| deviations(&decision, given, &facts));
    let has_reason = args.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    let excuse = Excuse { has_reason, is_reviewed: args.reviewed };
    let holds = found.as_ref().is_none_or(|found| may_be_made(found, excuse));
    let fine = given.iter().flatten().find_map(|one| one.fine_fen);
    let step = decision.table.as_ref().and_then(|table| Some((table.table, table.step()?)));
    let comparison = match (past, fine, step) {
        (Some(past), Some(fine), Some((table, step))) => {
            compare(&past, &table.act, &step.name, fine, SystemClock.today()).map(|made| (made, fine))
        }
        _ => None,
    };
    Ok(Answer { decision, facts, deviations: found, comparison, holds })
}

fn facts(set: &[String], wrong: &mut Vec<Diagnostic>) -> Facts {
    let mut made = Facts::new();
    for one in set {
        match one.split_once('=') {
            Some((name, text)) if !name.trim().is_empty() && !text.trim().is_empty() => {
                if made.insert(name.trim().to_owned(), Fact::parse(text)).is_some() {
                    let message = format!("事实“{}”写了两次", name.trim());
                    wrong.push(Diagnostic::error("fact_twice", message).help("请只留一个。"));
                }
            }
            _ => {
                let message = format!("“{one}”不是 要素=内容");
                wrong.push(Diagnostic::error("usage", message).help("例如 --set 货值金额=300元"));
            }
        }
    }
    made
}

/// A fact that no table and no item asks for.
fn unused(answer: &Answer<'_>, name: &str) -> Diagnostic {
    let of_table = answer.decision.table.iter().flat_map(|table| &table.table.fields);
    let of_items = answer.decision.items.iter().flat_map(|one| &one.item.fields);
    let known: Vec<&str> = of_table.chain(of_items).map(|field| field.name.as_str()).collect();
    let near = closest(name, known.iter().copied()).map(|near| format!("是不是“{near}”？"));
    let help = near.unwrap_or_else(|| "与本案的阶次和清单无关的，可以不写。".to_owned());
    Diagnostic::warning("unused_fact", format!("没有哪个条件用到“{name}”")).help(help)
}

fn print(answer: &Answer<'_>) {
    output::say(&shown::decision(&answer.decision, &answer.facts));
    if let Some(found) = &answer.deviations {
        found.iter().for_each(|one| output::say(&shown::deviation(one)));
        match (found.is_empty(), answer.holds) {
            (true, _) => output::say("拟作处罚在阶次以内。"),
            (false, true) => output::say("超出阶次，已有理由并经审核。"),
            (false, false) => {}
        }
    }
    if let Some((comparison, fine)) = &answer.comparison {
        output::say(&shown::comparison(comparison, *fine));
    }
}

fn print_json(answer: &Answer<'_>) {
    let mut value = answer::decision(&answer.decision);
    if let Value::Object(object) = &mut value {
        let deviations = answer.deviations.as_ref();
        let deviations = deviations.map(|found| found.iter().map(answer::deviation).collect::<Vec<_>>());
        object.insert("deviations".to_owned(), json!(deviations));
        object.insert("holds".to_owned(), json!(answer.deviations.as_ref().map(|_| answer.holds)));
        let comparison = answer.comparison.as_ref().map(|(made, _)| answer::comparison(made));
        object.insert("like_cases".to_owned(), json!(comparison));
    }
    output::json(value);
}
