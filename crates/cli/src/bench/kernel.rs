//! The engine's decision, and the exploration of a procedure.

use std::hint::black_box;
use std::time::Instant;

use norms::{Act, ActId, ActSet, Basis, Condition, Deed, Duty, Engine, Form, History, Index, Norm, Record};
use packs::Rules;

use super::Row;

const ROUNDS: u32 = 2_000_000;

/// One decision (may, must, must not for all acts) in the middle of a reconsideration case.
pub fn decide(rules: &Rules) -> Vec<Row> {
    let Some(pack) = rules.packs.iter().find(|pack| pack.file.procedure.id == "reconsideration") else {
        return Vec::new();
    };
    let engine = pack.engine(&rules.calendar);
    let Some(day) = calendar::Day::from_ymd(2024, 9, 27) else { return Vec::new() };
    let history = walked(&engine, day);
    let mut seen = 0;
    let began = Instant::now();
    for _ in 0..ROUNDS {
        let decision = engine.decide(black_box(&history.marking), black_box(day));
        seen ^= decision.may.0;
    }
    let nanos = began.elapsed().as_nanos() as f64 / f64::from(ROUNDS);
    black_box(seen);
    let limit = 300.0;
    vec![Row {
        name: "引擎判断一次（行政复议，办到一半）",
        value: nanos,
        unit: "纳秒",
        limit,
        limit_is: "上限",
        ratio: nanos / limit,
    }]
}

/// A case half-way: every act that may be done without a record is tried once, in the order of the file.
fn walked(engine: &Engine<'_>, day: calendar::Day) -> History {
    let mut history = History::new(engine);
    let ends = engine.procedure.acts_where(|act| act.ends_case);
    let acts = (0..engine.procedure.acts.len()).filter_map(ActId::new).filter(|act| !ends.has(*act));
    for (number, act) in (1..).zip(acts.take(40)) {
        drop(history.add(engine, Deed { number, act, on: day, record: Record::default(), lapse: None }));
    }
    history
}

/// The exploration of a procedure of 25 acts, and of those that are built in.
pub fn explore(rules: &Rules) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(pack) = rules.packs.first() {
        let small = twenty_five(&pack.file.procedure);
        let began = Instant::now();
        let (explored, _) = norms::check::prove(&small);
        let seconds = began.elapsed().as_secs_f64();
        black_box(explored);
        rows.push(Row {
            name: "推演25个事项的程序",
            value: seconds * 1000.0,
            unit: "毫秒",
            limit: 1000.0,
            limit_is: "上限",
            ratio: seconds,
        });
    }
    let began = Instant::now();
    let whole = rules.packs.iter().all(|pack| norms::check::prove(&pack.file.procedure).0.whole);
    let seconds = began.elapsed().as_secs_f64();
    rows.push(Row {
        name: if whole {
            "推演全部内置程序（全部推演完）"
        } else {
            "推演全部内置程序（有的没有推演完）"
        },
        value: seconds,
        unit: "秒",
        limit: 10.0,
        limit_is: "上限",
        ratio: seconds / 10.0,
    });
    rows
}

/// A procedure of 25 acts with a duty, a condition or a closing for each: eight stages of three acts and an end.
fn twenty_five(like: &norms::Procedure) -> norms::Procedure {
    let mut made =
        norms::Procedure { acts: Vec::new(), norms: Vec::new(), guards: Vec::new(), ..like.clone() };
    let Some(model) = like.acts.first() else { return made };
    for at in 0..25u8 {
        made.acts.push(Act {
            id: format!("a{at}"),
            name: format!("事项{at}"),
            opens_case: at == 0,
            ends_case: at == 24,
            repeats: at % 3 == 2,
            closed_at_start: false,
            anybody: false,
            bulk: false,
            fields: Vec::new(),
            document: None,
            publish: None,
            ..model.clone()
        });
    }
    let one = |at: u8| ActSet::one(ActId(at));
    let limit = calendar::Limit::parse("5 working days").ok().map(norms::Amount::Fixed);
    for stage in 0..8u8 {
        let (first, second, next) = (stage * 3, stage * 3 + 1, stage * 3 + 3);
        let duty = Duty {
            when: one(first),
            must: one(second) | one(next.min(24)),
            within: limit,
            from: Vec::new(),
            pauses: Vec::new(),
            extends: Vec::new(),
            lapse: None,
            warn: None,
            rolls: true,
        };
        let need =
            Condition { before: one(next.min(24)), need: one(first), any: false, lead: None, with: None };
        for form in [Form::Duty(duty), Form::Condition(need)] {
            made.norms.push(Norm { basis: Basis::default(), guard: None, form, place: like.place.clone() });
        }
    }
    drop(Index::of(&made));
    made
}
