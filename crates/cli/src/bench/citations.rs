//! The web of ten thousand documents: built, and asked what must be looked at, beside one look through all citations.

use std::hint::black_box;
use std::process::ExitCode;

use ::citations::{Change, Document, How, State, Target, Web};
use base::Diagnostic;
use calendar::Day;
use law::Library;
use packs::Rules;

use super::verify::Spent;
use super::{BenchArgs, Row};
use crate::output::{self, MACHINE};

const DOCUMENTS: usize = 10_000;
/// The web of so many documents may take so many seconds.
const MOST_SECONDS: f64 = 20.0;
/// Clauses of a document; every third cites something.
const CLAUSES: usize = 36;

pub fn run(rules: &Rules, _: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let made = library(&rules.laws);
    let letters: usize = made.iter().map(|document| document.text.chars().count()).sum();
    let began = Spent::now();
    let web = Web::of(&rules.laws, made);
    let built = began.since();
    let cited = web.citations().len();
    eprintln!("文件{DOCUMENTS}个，{letters}字，引用{cited}处");
    if web.citations().iter().any(|cited| cited.target().is_none()) || cited < DOCUMENTS * CLAUSES / 3 {
        return Err(output::fail(&[Diagnostic::error("bench", "引用没有全部找到去向")], MACHINE));
    }
    let Some(on) = Day::from_ymd(2026, 1, 1) else { return Ok(Vec::new()) };
    let targets: Vec<Target> = (0..rules.laws.laws().len()).map(Target::Law).collect();
    let began = Spent::now();
    for target in &targets {
        let change = Change { target: *target, article: None, how: How::Changed, on };
        black_box(web.affected(&change).len());
    }
    let asked = began.since();
    let began = Spent::now();
    for target in &targets {
        black_box(web.citations().iter().filter(|cited| cited.target() == Some(*target)).count());
    }
    let scanned = began.since();
    let row = |name, value: f64, limit: f64, limit_is| Row {
        name,
        value,
        unit: "秒",
        limit,
        limit_is,
        ratio: value / limit,
    };
    Ok(vec![
        row("由一万个文件织成引用网", built.clock, MOST_SECONDS, "上限"),
        row(
            "由一万个文件织成引用网",
            built.processor,
            MOST_SECONDS,
            "上限，按处理器时间，机器忙时只有它可比",
        ),
        row(
            "每部法律变动时要看的文件，连同经由其他文件的",
            asked.processor,
            scanned.processor,
            "逐处翻看引用，只找直接的",
        ),
    ])
}

/// Documents made of a seed: each rests on a law and mostly on an older document, and cites others in its clauses.
fn library(laws: &Library) -> Vec<Document> {
    let mut dice = Dice(20_260_101);
    let names: Vec<&str> = laws.laws().iter().map(|law| law.title.as_str()).collect();
    (0..DOCUMENTS).map(|at| document(at, &names, &mut dice)).collect()
}

fn number(at: usize) -> String {
    format!("丁政规〔{}〕{}号", 2006 + at / 500, at % 500 + 1)
}

fn title(at: usize) -> String {
    format!("丁县第{at}号事项管理办法")
}

fn document(at: usize, names: &[&str], dice: &mut Dice) -> Document {
    let law = |dice: &mut Dice| names.get(dice.below(names.len())).copied().unwrap_or_default();
    let mut text = format!("{}\n{}\n第一条　为规范管理，根据《{}》", title(at), number(at), law(dice));
    if at > 0 {
        let older = dice.below(at);
        text.push_str(&format!("和《{}》（{}）", title(older), number(older)));
    }
    text.push_str("等规定，结合本县实际，制定本办法。\n");
    for clause in 2..CLAUSES + 2 {
        text.push_str(&format!("第{}条　", law::numeral(u32::try_from(clause).unwrap_or(2))));
        let article = law::numeral(u32::try_from(dice.below(20) + 1).unwrap_or(1));
        match clause % 6 {
            0 => text.push_str(&format!("违反前款规定的，依照《{}》第{article}条处理。", law(dice))),
            3 if at > 0 => {
                let older = dice.below(at);
                text.push_str(&format!("与{}第{article}条不一致的，以本办法为准。", number(older)));
            }
            3 => text.push_str(&format!("未尽事宜，适用《{}》第{article}条。", law(dice))),
            _ => {}
        }
        text.push_str(
            "有关部门应当在职责范围内做好登记、核查、公示、建档等工作，接受社会监督，按季度报告县人民政府。",
        );
        text.push_str("工作人员玩忽职守、滥用职权的，依法给予处分；构成犯罪的，依法追究刑事责任。\n");
    }
    let year = i32::try_from(2006 + at / 500).unwrap_or(2006);
    let from = Day::from_ymd(year, 6, 1);
    let number = Some(number(at));
    let organ = "丁县人民政府".to_owned();
    Document {
        id: format!("{at}.txt"),
        number,
        title: title(at),
        organ,
        from,
        until: None,
        state: State::InForce,
        text,
    }
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % most.max(1)
    }
}
