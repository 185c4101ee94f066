//! Figures of a procedure counted over the cases beside it: those of settlement over what was concluded, the pass rate of food over
//! batches by their last test (a share of two sums is of what they add up to).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use figures::{Measure, Tally, contributions, value_of};
use norms::cases::Case;
use norms::{Deed, History, Procedure};
use packs::source::Source;
use packs::{Files, load, procedures};

/// What a figure comes to, as it is told, and how many cases were counted.
struct Counted {
    values: BTreeMap<String, String>,
    cases: usize,
}

impl Counted {
    /// Those cases of a file that are wanted, played by the engine.
    fn of(procedure: &str, path: &str, is_wanted: impl Fn(&Procedure, &Case) -> bool) -> Self {
        let files = Files::built_in();
        let rules = load(&files).unwrap_or_else(|found| panic!("{found:?}"));
        let pack = rules.packs.iter().find(|pack| pack.file.procedure.id == procedure).unwrap();
        let engine = pack.engine(&rules.calendar);
        let source = Source::new(path, files.get(path).unwrap());
        let (cases, found) = procedures::cases::read(&source, &pack.file.procedure);
        assert!(found.is_empty(), "{found:?}");
        let wanted: Vec<&Case> = cases.iter().filter(|case| is_wanted(&pack.file.procedure, case)).collect();
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for case in &wanted {
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
        let of = |id: &str| tallies.get(id).copied().unwrap_or_default();
        let told = |figure: &figures::Figure| {
            let (part, whole) = match &figure.measure {
                Measure::Share { part, whole } => (of(part), of(whole)),
                _ => (Tally::default(), Tally::default()),
            };
            value_of(figure, of(&figure.id), part, whole).map(|value| (figure.id.clone(), value.text()))
        };
        Self { values: pack.file.figures.iter().filter_map(told).collect(), cases: wanted.len() }
    }

    fn is(&self, figure: &str, value: &str) {
        assert_eq!(self.values.get(figure).map(String::as_str), Some(value), "{figure}");
    }
}

#[test]
fn cases_that_ended_by_mediation_or_withdrawal_are_counted_over_those_concluded() {
    let path = "packs/disputes/reconsideration.endings.cases.toml";
    let shows = |_: &Procedure, case: &Case| case.systems.iter().any(|system| system == "S277");
    let counted = Counted::of("reconsideration", path, shows);
    // Three cases: one mediated, one withdrawn, one decided with an order to perform.
    counted.is("reconsideration_concluded", "3");
    counted.is("reconsideration_mediated", "1");
    counted.is("reconsideration_withdrawn", "1");
    counted.is("reconsideration_settled", "2");
    counted.is("reconsideration_settled_rate", "66.67");
    counted.is("reconsideration_corrected", "1");
    counted.is("reconsideration_correction_rate", "33.33");
}

#[test]
fn batches_that_passed_in_the_end_are_counted_over_those_tested() {
    let is_closed = |procedure: &Procedure, case: &Case| {
        let closing = procedure.act_named("close_case").unwrap();
        case.does.iter().any(|one| one.act == closing)
    };
    let counted = Counted::of("food_sampling", "packs/enforcement/food_sampling.cases.toml", is_closed);
    // Three batches each: all passed; one failed and nobody asked again; one failed and passed the second time.
    assert_eq!(counted.cases, 3);
    counted.is("food_batches_tested", "9");
    counted.is("food_batches_passed", "8");
    counted.is("food_pass_rate", "88.89");
}
