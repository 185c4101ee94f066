//! The audit: one report, a large body of text, hostile text.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use ::audit::{Beside, Options, Text, audit};
use packs::Rules;

use super::{BenchArgs, Row};
use crate::output::{self, MACHINE};

/// A report of this many characters is audited in at most [`MOST_MILLIS`].
const REPORT: usize = 10_000;
const MOST_MILLIS: f64 = 5.0;
/// Megabytes of text that are audited in a second on one core, at least.
const LEAST_MEGABYTES: f64 = 10.0;

pub fn run(_: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let rules = audit_report::load(&audit_report::BUILT_IN).map_err(|found| output::fail(&found, MACHINE))?;
    let one = |text: &Text| audit(text, &rules, &Options::default(), &Beside::default());
    let mut rows = vec![report(&one)];
    let texts = args.corpus.as_deref().map_or_else(made, read);
    rows.push(throughput(&one, &texts, args.corpus.is_some()));
    for (name, piece) in [
        ("审核一兆字没有句号的文本", "推进法治建设"),
        ("审核一兆字全是数的文本", "受理5件,办结3件,办结率60%,"),
    ] {
        rows.push(hostile(&one, name, piece));
    }
    Ok(rows)
}

/// Sentences as reports have them, with numbers that differ.
fn paragraph(number: usize) -> String {
    let (came, done) = (number * 7 + 120, number * 7 + 115);
    let rate = done * 1000 / came;
    format!(
        "（{}）依法办理第{number}类事项。全年受理申请{came}件，办结{done}件，办结率{}.{}%，同比增长{}%；其中线上{}件、线下{}件。\
         组织培训{}期，培训执法人员{}人次，发放资料1.2万余份，持续推进“综合查一次”改革，落实《重大行政决策程序暂行条例》。\n",
        ["一", "二", "三", "四", "五"].get(number % 5).unwrap_or(&"一"),
        rate / 10,
        rate % 10,
        number % 17,
        done / 3,
        came - done / 3,
        number % 9 + 2,
        number * 3 + 40
    )
}

fn report(one: &dyn Fn(&Text) -> ::audit::Report) -> Row {
    let mut source = String::from("某县2024年法治政府建设情况报告\n一、主要做法\n");
    let mut number = 0;
    while source.chars().count() < REPORT {
        source.push_str(&paragraph(number));
        number += 1;
    }
    let mut millis = f64::MAX;
    for _ in 0..20 {
        let text = Text::new(source.clone());
        let began = Instant::now();
        black_box(one(&text));
        millis = millis.min(began.elapsed().as_secs_f64() * 1000.0);
    }
    Row {
        name: "审核一篇一万字的报告（读入之后）",
        value: millis,
        unit: "毫秒",
        limit: MOST_MILLIS,
        limit_is: "上限",
        ratio: millis / MOST_MILLIS,
    }
}

/// Thirty-two megabytes of made text in reports of some hundred kilobytes.
fn made() -> Vec<String> {
    let body: String = (0..400).map(paragraph).collect();
    vec![body.clone(); (32 << 20) / body.len()]
}

/// All texts of a folder; what is no UTF-8 is left out.
fn read(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "txt") {
                texts.extend(fs::read_to_string(&path));
            }
        }
    }
    texts
}

fn throughput(one: &dyn Fn(&Text) -> ::audit::Report, texts: &[String], given: bool) -> Row {
    let bytes: usize = texts.iter().map(String::len).sum();
    let began = Instant::now();
    for text in texts {
        black_box(one(&Text::new(text.as_str())));
    }
    let speed = bytes as f64 / 1e6 / began.elapsed().as_secs_f64();
    Row {
        name: if given {
            "审核给出的文本，一核"
        } else {
            "审核三十二兆自拟的报告，一核"
        },
        value: speed,
        unit: "MB/秒",
        limit: LEAST_MEGABYTES,
        limit_is: "下限",
        ratio: speed / LEAST_MEGABYTES,
    }
}

/// A megabyte of text without a stop: four times the text should take four times as long.
fn hostile(one: &dyn Fn(&Text) -> ::audit::Report, name: &'static str, piece: &str) -> Row {
    let spent = |characters: usize| {
        let source = piece.repeat(characters / piece.chars().count());
        let began = Instant::now();
        black_box(one(&Text::new(source)));
        began.elapsed().as_secs_f64()
    };
    let quarter = spent(1 << 18);
    let whole = spent(1 << 20);
    Row {
        name,
        value: whole,
        unit: "秒",
        limit: quarter * 4.0,
        limit_is: "四分之一的文本所用时间的四倍",
        ratio: whole / (quarter * 4.0),
    }
}
