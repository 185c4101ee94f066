//! `yifa discretion credit`: the class of credit risk of each who has records, with the reasons.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::discretion::Source;
use ::discretion::credit::{Classified, Record, Scheme, classify, read, records, shown};
use app::{Clock as _, SystemClock};
use base::Diagnostic;
use calendar::Day;
use clap::Args;
use serde_json::{Value, json};

use super::{Ran, unreadable};
use crate::Common;
use crate::output::{self, Format, WRONG_INPUT};

#[derive(Args)]
pub struct CreditArgs {
    /// 分类规则（.toml）：各种记录的分值、折扣，四个等级的界限
    #[arg(long, value_name = "文件")]
    rules: PathBuf,
    /// 记录的表：制表符分隔，列为 subject kind number on repaired_on
    #[arg(long, value_name = "文件")]
    records: PathBuf,
    /// 算到哪一天，默认为今天
    #[arg(long, value_name = "日期")]
    on: Option<String>,
}

fn text(path: &Path, wrong: &mut Vec<Diagnostic>) -> String {
    fs::read_to_string(path).map_err(|fault| wrong.push(unreadable(path, &fault))).unwrap_or_default()
}

pub fn run(common: &Common, args: &CreditArgs) -> Ran {
    let mut wrong = Vec::new();
    let on = match args.on.as_deref().map(Day::parse) {
        None => SystemClock.today(),
        Some(Ok(day)) => day,
        Some(Err(found)) => return Err(output::fail(&[*found], WRONG_INPUT)),
    };
    let (rules, rows) = (text(&args.rules, &mut wrong), text(&args.records, &mut wrong));
    if !wrong.is_empty() {
        return Err(output::fail(&wrong, WRONG_INPUT));
    }
    let (scheme, found) = read(&Source::new(args.rules.display().to_string(), rules));
    wrong.extend(found);
    let (all, found) = records(&args.records.display().to_string(), &rows);
    wrong.extend(found);
    let Some(scheme) = scheme.filter(|_| wrong.is_empty()) else {
        return Err(output::fail(&wrong, WRONG_INPUT));
    };
    if !scheme.edition.holds_on(on) {
        let message = format!("{}在{on}不在有效期内", scheme.edition.document);
        let found = Diagnostic::error("not_in_force", message).help("请用当日有效的规则，或者改 --on。");
        return Err(output::fail(&[found], WRONG_INPUT));
    }
    let mut made: Vec<(&str, &[Record], Classified)> = Vec::new();
    for (subject, own) in &all {
        match classify(&scheme, own, on) {
            Ok(one) => made.push((subject, own, one)),
            Err(found) => wrong.extend(found),
        }
    }
    if !wrong.is_empty() {
        return Err(output::fail(&wrong, WRONG_INPUT));
    }
    if common.format == Format::Json {
        let subjects: Vec<Value> =
            made.iter().map(|(who, own, one)| answer(&scheme, who, own, one)).collect();
        output::json(
            json!({ "on": on.to_string(), "document": scheme.edition.document, "subjects": subjects }),
        );
    } else {
        output::say(&format!("{}，算到{on}", ::discretion::shown::edition(&scheme.edition)));
        for (subject, own, one) in &made {
            output::say(&format!("{subject}：{}", shown(&scheme, own, one)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(scheme: &Scheme, subject: &str, own: &[Record], made: &Classified) -> Value {
    let class = scheme.classes.get(made.class);
    let reasons = made.reasons.iter().map(|reason| {
        let (record, kind) = (own.get(reason.record), scheme.kinds.get(reason.kind));
        json!({ "number": record.map(|one| &one.number), "on": record.map(|one| one.on.to_string()),
            "kind": kind.map(|one| &one.id), "basis": kind.map(|one| &one.basis),
            "points_hundredths": reason.counted, "why": reason.why })
    });
    json!({ "subject": subject, "class": class.map(|one| &one.id), "name": class.map(|one| &one.name),
        "ratio": class.and_then(|one| one.ratio), "points_hundredths": made.points,
        "held_by": made.held_by.and_then(|at| own.get(at)).map(|one| &one.number),
        "reasons": reasons.collect::<Vec<_>>() })
}
