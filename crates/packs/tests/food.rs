//! The pass rate of food is one of batches by their last test, not of tests: a share of two sums is of what they add up to.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use figures::{Measure, Tally, contributions, value_of};
use norms::{Deed, History};
use packs::source::Source;
use packs::{Files, load, procedures};

const CASES: &str = "packs/enforcement/food_sampling.cases.toml";

#[test]
fn batches_that_passed_in_the_end_are_counted_over_those_tested() {
    let files = Files::built_in();
    let rules = load(&files).unwrap_or_else(|found| panic!("{found:?}"));
    let pack = rules.packs.iter().find(|pack| pack.file.procedure.id == "food_sampling").unwrap();
    let engine = pack.engine(&rules.calendar);
    let source = Source::new(CASES, files.get(CASES).unwrap());
    let (cases, found) = procedures::cases::read(&source, &pack.file.procedure);
    assert!(found.is_empty(), "{found:?}");
    let closing = pack.file.procedure.act_named("close_case").unwrap();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let closed = cases.iter().filter(|case| case.does.iter().any(|one| one.act == closing));
    let mut number_of = 0;
    for case in closed {
        number_of += 1;
        let mut history = History::new(&engine);
        for (number, one) in (1..).zip(&case.does) {
            let deed = Deed { number, act: one.act, on: one.on, record: one.record.clone(), lapse: None };
            history.add(&engine, deed).unwrap_or_else(|fault| panic!("{}: {fault:?}", case.title));
        }
        for added in contributions(&engine, &pack.file.figures, &history) {
            let figure = pack.file.figures.get(added.figure).unwrap();
            let tally = tallies.entry(figure.id.as_str()).or_default();
            tally.n += added.n;
            tally.total += added.total;
        }
    }
    let value = |id: &str| {
        let figure = pack.file.figures.iter().find(|figure| figure.id == id).unwrap();
        let of = |id: &str| tallies.get(id).copied().unwrap_or_default();
        let (part, whole) = match &figure.measure {
            Measure::Share { part, whole } => (of(part), of(whole)),
            _ => (Tally::default(), Tally::default()),
        };
        value_of(figure, of(id), part, whole).unwrap().text()
    };
    // Three batches each: all passed; one failed and nobody asked again; one failed and passed the second time.
    assert_eq!(number_of, 3);
    assert_eq!((value("food_batches_tested"), value("food_batches_passed")), ("9".into(), "8".into()));
    assert_eq!(value("food_pass_rate"), "88.89");
}
