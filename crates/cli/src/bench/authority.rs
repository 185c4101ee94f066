//! One question to the rules of authority: may this account do this act in this case?

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use authority::{Acting, Matter, Person, Policies, Rank};
use packs::Rules;

use super::lists::waited_for_processor;
use super::{BenchArgs, Row};
use crate::output::{self, MACHINE};

const ROUNDS: u32 = 20_000;
/// The most that one question may take, in microseconds.
const MICROS: f64 = 50.0;

/// The kind of question, and who asks it of what.
type Question<'a> = (&'static str, Person<'a>, Matter<'a>, Acting<'a>);

/// Asks each question many times: what most acts are, what asks for everything at once, and what is refused.
pub fn run(_: &Rules, _: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let policies = Policies::built_in().map_err(|flaws| {
        let told = flaws.iter().map(|flaw| base::Diagnostic::error("policies", flaw.to_string()));
        output::fail(&told.collect::<Vec<_>>(), MACHINE)
    })?;
    let mut rows = Vec::new();
    for (name, person, matter, acting) in questions() {
        // Each time by another account, as the same question would be answered from memory.
        let accounts: Vec<String> = (0..ROUNDS).map(|round| format!("a1-{round}")).collect();
        let mut allowed = 0_u32;
        let (began, waited) = (Instant::now(), waited_for_processor());
        for account in &accounts {
            let person = Person { account, ..person.clone() };
            let verdict = policies.may_act(black_box(&person), black_box(&matter), black_box(&acting));
            allowed += u32::from(verdict.is_allowed());
        }
        let seconds = began.elapsed().as_secs_f64() - (waited_for_processor() - waited);
        let micros = seconds * 1e6 / f64::from(ROUNDS);
        black_box(allowed);
        rows.push(row(name, micros));
    }
    let began = Instant::now();
    let (_, person, matter, acting) = &questions()[1];
    for _ in 0..ROUNDS {
        black_box(policies.may_act(black_box(person), black_box(matter), black_box(acting)));
    }
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    rows.push(row("授权判断一次：问过的，同样的事实", micros));
    Ok(rows)
}

fn row(name: &'static str, micros: f64) -> Row {
    Row { name, value: micros, unit: "微秒", limit: MICROS, limit_is: "上限", ratio: micros / MICROS }
}

fn questions() -> [Question<'static>; 3] {
    let plain = Person { account: "a1", organ: Some("o1"), rank: Rank::Staff, ..Person::default() };
    let held = Matter { holder: "o1", party: Some("c1"), ..Matter::default() };
    let handled = Acting { officer_roles: vec!["handler"], ..Acting::default() };
    let posted =
        Person { posts: vec!["handler", "reviewer"], certificates: vec!["market", "food"], ..plain.clone() };
    let manned = Matter {
        named: vec!["o1", "o2", "o3"],
        agents: vec!["o4"],
        powers: vec!["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"],
        manned: vec!["handler", "reviewer", "organ_head"],
        recused: vec!["a2", "a3"],
        ..held.clone()
    };
    let asked = Acting {
        organ: true,
        outside: true,
        officer_roles: vec!["handler", "second_handler"],
        head_roles: vec!["organ_head"],
        certificate: Some("market"),
        power: Some("p8"),
        officers_needed: 2,
        officers: 2,
        apart_from: vec!["a4", "a5"],
        ..Acting::default()
    };
    let stranger = Person { account: "a9", organ: Some("o9"), ..plain.clone() };
    [
        ("授权判断一次：本机关人员办理", plain, held, handled),
        ("授权判断一次：指定专人、持证、两人、职权、回避、分离", posted, manned.clone(), asked.clone()),
        ("授权判断一次：别的机关人员，多条理由拒绝", stranger, manned, asked),
    ]
}
