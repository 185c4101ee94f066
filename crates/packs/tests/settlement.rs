//! The figures of settlement count what the cases that show S277 did, over the cases that were concluded.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use figures::{Measure, Tally, contributions, value_of};
use norms::{Deed, History};
use packs::source::Source;
use packs::{Files, load, procedures};

const CASES: &str = "packs/disputes/reconsideration.endings.cases.toml";

#[test]
fn cases_that_ended_by_mediation_or_withdrawal_are_counted_over_those_concluded() {
    let files = Files::built_in();
    let rules = load(&files).unwrap_or_else(|found| panic!("{found:?}"));
    let pack = rules.packs.iter().find(|pack| pack.file.procedure.id == "reconsideration").unwrap();
    let engine = pack.engine(&rules.calendar);
    let source = Source::new(CASES, files.get(CASES).unwrap());
    let (cases, found) = procedures::cases::read(&source, &pack.file.procedure);
    assert!(found.is_empty(), "{found:?}");
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.systems.iter().any(|system| system == "S277")) {
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
    // Three cases: one mediated, one withdrawn, one decided with an order to perform.
    assert_eq!(value("reconsideration_concluded"), "3");
    assert_eq!(
        (value("reconsideration_mediated"), value("reconsideration_withdrawn")),
        ("1".into(), "1".into())
    );
    assert_eq!(value("reconsideration_settled"), "2");
    assert_eq!(value("reconsideration_settled_rate"), "66.67");
    assert_eq!(value("reconsideration_corrected"), "1");
    assert_eq!(value("reconsideration_correction_rate"), "33.33");
}
