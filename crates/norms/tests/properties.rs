//! What holds for every procedure and every run: the order of norms, replay, refusals that change nothing.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "steps of tests fail loudly")]

mod common;

use std::collections::BTreeMap;

use calendar::Day;
use common::{Bench, act, day, duty, field, limit, needs, norm, procedure};
use norms::{
    ActId, ActSet, Deed, Extend, FieldType, Form, History, Lapse, LapseDay, PauseRule, Procedure, Record,
    Value,
};
use proptest::prelude::*;

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const GUARDS: [&str; 4] = ["record.a.yes", "!record.a.yes", "done.b", "on.c > on.b"];

type Draft = (u8, u8, u8, Option<usize>, u32, bool);

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let guard = prop::option::weighted(0.3, 0..GUARDS.len());
    prop::collection::vec((0u8..8, 1u8..64, 1u8..64, guard, 1u32..12, any::<bool>()), 1..9)
}

/// Runs, most of which open the case: an act, how many days after the first day, what its record says.
fn runs() -> impl Strategy<Value = Vec<(usize, i32, Option<bool>)>> {
    let others = prop::collection::vec((0usize..6, 0i32..40, any::<Option<bool>>()), 1..14);
    (any::<Option<bool>>(), others).prop_map(|(yes, others)| [vec![(0, 0, yes)], others].concat())
}

fn made(drafts: &[Draft]) -> Procedure {
    let acts = IDS.map(|id| {
        let mut one = act(id);
        one.opens_case = id == "a";
        one.ends_case = id == "f";
        one.repeats = matches!(id, "b" | "c" | "d");
        one.fields = if id == "a" { vec![field("yes", FieldType::YesNo, false)] } else { Vec::new() };
        one
    });
    let mut made = procedure(acts.to_vec());
    for draft in drafts {
        add(&mut made, draft);
    }
    made
}

fn few(bits: u8) -> ActSet {
    ActSet(u128::from(bits)).iter().take(2).collect()
}

fn add(procedure: &mut Procedure, (form, first, second, guard, length, flag): &Draft) {
    let (first, second) = (few(*first), few(*second));
    let form = match form {
        0..=2 => {
            let mut duty = duty(procedure, "a", "b", Some(&format!("{length} days")));
            (duty.when, duty.must) = (first, second);
            match form {
                0 => duty.pauses = vec![PauseRule { from: first, until: second }],
                1 => {
                    let by = ActSet::one(ActId(3));
                    duty.extends = vec![Extend { by, add: limit("3 days"), times: 1, days: Vec::new() }];
                }
                _ => {
                    let act = second.iter().last().unwrap();
                    duty.lapse = flag.then_some(Lapse { act, on: LapseDay::Last });
                }
            }
            Form::Duty(duty)
        }
        3 | 4 => {
            let mut condition = needs(procedure, "b", "a");
            (condition.before, condition.need, condition.any) = (first, second, *flag);
            condition.lead = (form == &4).then(|| limit("2 days"));
            Form::Condition(condition)
        }
        5 => Form::While { owed: first, not: second },
        6 => Form::Closing { when: first, close: second },
        _ => Form::Opening { when: first, open: second },
    };
    norm(procedure, guard.map(|at| GUARDS[at]), form);
}

fn first_day() -> Day {
    day("2024-03-01")
}

fn deed(number: usize, (act, after, yes): &(usize, i32, Option<bool>)) -> Deed {
    let record = if *act == 0 { Record::new(vec![yes.map(Value::Flag)]) } else { Record::default() };
    let number = u32::try_from(number).unwrap() + 1;
    let on = first_day().plus_days(*after);
    Deed { number, act: ActId(u8::try_from(*act).unwrap()), on, record, lapse: None }
}

/// Does what can be done, in the order given; what is refused must change nothing.
fn played(bench: &Bench, run: &[(usize, i32, Option<bool>)]) -> History {
    let engine = bench.engine();
    let mut history = History::new(&engine);
    for (number, one) in run.iter().enumerate() {
        let before = history.clone();
        if history.add(&engine, deed(number, one)).is_err() {
            assert_eq!(history, before, "a refusal has changed something");
        }
    }
    history
}

type Told = (Vec<Deed>, ActSet, ActSet, BTreeMap<String, Option<Day>>, Option<Day>);

/// What a history says, with each duty known by the article of its norm.
fn told(bench: &Bench, history: &History) -> Told {
    let marking = &history.marking;
    let article = |norm: u16| bench.procedure.norms[usize::from(norm)].basis.article.clone();
    let owed = marking.owed.iter().map(|owed| (article(owed.norm), owed.last_day)).collect();
    (history.deeds.clone(), marking.open, marking.done, owed, marking.closed_on)
}

fn may(bench: &Bench, history: &History) -> [ActSet; 3] {
    let decision = bench.engine().decide(&history.marking, first_day().plus_days(40));
    [decision.may, decision.may_depending, decision.must]
}

proptest! {
    #[test]
    fn the_order_of_the_norms_changes_no_outcome(
        drafts in drafts(),
        run in runs(),
        keys in prop::collection::vec(any::<u32>(), 9),
    ) {
        let mut run = run;
        run.sort_by_key(|(_, after, _)| *after);
        let one = Bench::new(made(&drafts));
        let mut shuffled = one.procedure.clone();
        let mut norms: Vec<_> = keys.into_iter().zip(shuffled.norms).collect();
        norms.sort_by_key(|(key, _)| *key);
        shuffled.norms = norms.into_iter().map(|(_, norm)| norm).collect();
        let other = Bench::new(shuffled);
        let (first, second) = (played(&one, &run), played(&other, &run));
        prop_assert_eq!(told(&one, &first), told(&other, &second));
        prop_assert_eq!(may(&one, &first), may(&other, &second));
    }

    #[test]
    fn the_same_deeds_give_the_same_history(drafts in drafts(), run in runs()) {
        let bench = Bench::new(made(&drafts));
        let history = played(&bench, &run);
        let again = History::replay(&bench.engine(), history.deeds.clone());
        prop_assert_eq!(again.unwrap(), history);
    }

    #[test]
    fn a_backdated_deed_stands_where_its_day_puts_it(drafts in drafts(), run in runs(), late in (1usize..6, 0i32..40)) {
        let bench = Bench::new(made(&drafts));
        let mut run = run;
        run.sort_by_key(|(_, after, _)| *after);
        let mut history = played(&bench, &run);
        let deed = deed(run.len(), &(late.0, late.1, None));
        let mut deeds = history.deeds.clone();
        let added = history.add(&bench.engine(), deed.clone());
        let at = deeds.partition_point(|other| other.on <= deed.on);
        deeds.insert(at, deed);
        match History::replay(&bench.engine(), deeds) {
            Ok(whole) if added.is_ok() => prop_assert_eq!(whole, history),
            Err(_) => prop_assert!(added.is_err()),
            Ok(_) => prop_assert!(added.is_ok()),
        }
    }
}
