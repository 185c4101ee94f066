//! The checker against a naive exploration that lists states one by one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a naive explorer fails loudly"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use calendar::{Calendar, Day};
use common::{act, add_guard, day, field, norm, procedure};
use norms::check::explore;
use norms::guard::Scene;
use norms::{
    ActId, ActSet, Condition, Duty, FieldType, Form, Lapse, LapseDay, Procedure, Record, Records, Value,
};
use proptest::prelude::*;

/// A state written out: what is open, done and owed, and what every record says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    open: ActSet,
    done: ActSet,
    owed: BTreeSet<usize>,
    records: Vec<Option<Vec<Option<Value>>>>,
}

struct Naive<'a> {
    procedure: &'a Procedure,
    calendar: Calendar,
    day: Day,
}

impl Naive<'_> {
    fn all(&self) -> ActSet {
        ActSet::first(self.procedure.acts.len())
    }

    fn start(&self) -> State {
        let open = self.procedure.acts_where(|act| !act.closed_at_start);
        let records = vec![None; self.procedure.acts.len()];
        State { open, done: ActSet::NONE, owed: BTreeSet::new(), records }
    }

    fn is_closed(&self, state: &State) -> bool {
        state.done.meets(self.procedure.acts_where(|act| act.ends_case)) && state.owed.is_empty()
    }

    fn guard(&self, state: &State, guard: Option<u8>) -> Option<bool> {
        let Some(guard) = guard else { return Some(true) };
        let mut records = Records::default();
        for (at, record) in state.records.iter().enumerate() {
            let record = record.clone().map(|values| (self.day, Record::new(values)));
            records.put(ActId::new(at).unwrap(), record);
        }
        let scene = Scene { calendar: &self.calendar, records: &records, parameters: &[], day: self.day };
        self.procedure.guards[usize::from(guard)].truth(&scene)
    }

    /// All records that an act may have.
    fn records(&self, act: ActId) -> Vec<Vec<Option<Value>>> {
        let mut made = vec![Vec::new()];
        for field in &self.procedure.act_of(act).unwrap().fields {
            let mut values: Vec<Option<Value>> = match field.kind {
                FieldType::YesNo => vec![Some(Value::Flag(true)), Some(Value::Flag(false))],
                // The proof does not know that a required table has rows.
                FieldType::Rows => {
                    vec![Some(Value::List(vec!["3".to_owned()])), Some(Value::List(Vec::new()))]
                }
                _ => field.options.iter().map(|(id, _)| Some(Value::Text(id.clone()))).collect(),
            };
            if !field.required {
                values.push(None);
            }
            let longer = |record: &Vec<Option<Value>>| {
                let add = |value: &Option<Value>| [record.clone(), vec![value.clone()]].concat();
                values.iter().map(add).collect::<Vec<_>>()
            };
            made = made.iter().flat_map(longer).collect();
        }
        made
    }

    fn is_candidate(&self, state: &State, act: ActId) -> bool {
        let spec = self.procedure.act_of(act).unwrap();
        let started = state.done.meets(self.procedure.acts_where(|act| act.opens_case));
        let turn = if spec.opens_case { !started || spec.repeats && state.done.has(act) } else { started };
        let spent = state.done.has(act) && !spec.repeats;
        turn && !spent && state.open.has(act) && (spec.after_end || !self.is_closed(state))
    }

    /// Whether an act whose record is already in the state is barred by a norm.
    fn is_barred(&self, state: &State, act: ActId) -> bool {
        self.procedure.norms.iter().any(|norm| {
            if self.guard(state, norm.guard) == Some(false) {
                return false;
            }
            match &norm.form {
                Form::Condition(condition) => condition.before.has(act) && self.lacks(state, condition),
                Form::While { owed, not } => not.has(act) && self.owed_acts(state).meets(*owed),
                _ => false,
            }
        })
    }

    fn lacks(&self, state: &State, condition: &Condition) -> bool {
        let asked = (condition.need & state.open) | (condition.need & state.done);
        if asked.is_empty() {
            return false;
        }
        let missing = if condition.any {
            !condition.need.meets(state.done)
        } else {
            !asked.without(state.done).is_empty()
        };
        let failed = condition.need.meets(state.done)
            && condition.with.is_some()
            && self.guard(state, condition.with) != Some(true);
        missing || failed
    }

    fn duty(&self, at: usize) -> &Duty {
        match &self.procedure.norms[at].form {
            Form::Duty(duty) => duty,
            _ => panic!("not a duty"),
        }
    }

    fn owed_acts(&self, state: &State) -> ActSet {
        let all = state.owed.iter().fold(ActSet::NONE, |set, at| set | self.duty(*at).must);
        all & state.open
    }

    fn done(&self, state: &State, act: ActId, lapsed: Option<usize>) -> State {
        let mut after = state.clone();
        after.done = after.done.with(act);
        after.owed.retain(|at| !self.duty(*at).must.has(act) && lapsed != Some(*at));
        let holds = |guard| {
            let mut seen = state.clone();
            seen.done = after.done;
            self.guard(&seen, guard) == Some(true)
        };
        let (mut close, mut open) = (ActSet::NONE, ActSet::NONE);
        for (at, norm) in self.procedure.norms.iter().enumerate() {
            match &norm.form {
                Form::Closing { when, close: acts } if when.has(act) && holds(norm.guard) => close |= *acts,
                Form::Opening { when, open: acts } if when.has(act) && holds(norm.guard) => open |= *acts,
                Form::Duty(duty) if duty.when.has(act) && holds(norm.guard) => {
                    after.owed.insert(at);
                }
                _ => {}
            }
        }
        after.open = after.open.without(close) | open;
        let open = after.open;
        after.owed.retain(|at| self.duty(*at).must.meets(open));
        after
    }

    fn next(&self, state: &State) -> Vec<(ActId, State)> {
        let mut made = Vec::new();
        for act in self.all().iter().filter(|act| self.is_candidate(state, *act)) {
            for record in self.records(act) {
                let mut recorded = state.clone();
                recorded.records[act.index()] = Some(record);
                if !self.is_barred(&recorded, act) {
                    made.push((act, self.done(&recorded, act, None)));
                }
            }
        }
        for at in &state.owed {
            let Some(lapse) = self.duty(*at).lapse else { continue };
            let mut recorded = state.clone();
            let empty = vec![None; self.procedure.act_of(lapse.act).unwrap().fields.len()];
            recorded.records[lapse.act.index()] = Some(empty);
            made.push((lapse.act, self.done(&recorded, lapse.act, Some(*at))));
        }
        made
    }

    /// Dead acts, whether there is a stuck state, the duties that are owed for ever in one, and how many states there are.
    fn verdict(&self) -> Option<(ActSet, bool, BTreeSet<usize>, usize)> {
        let mut numbers = BTreeMap::from([(self.start(), 0usize)]);
        let mut states = vec![self.start()];
        let (mut before, mut alive, mut at) = (vec![Vec::new()], ActSet::NONE, 0);
        while at < states.len() {
            if states.len() > 4000 {
                return None;
            }
            for (act, state) in self.next(&states[at].clone()) {
                alive = alive.with(act);
                let number = *numbers.entry(state.clone()).or_insert_with(|| {
                    states.push(state);
                    before.push(Vec::new());
                    states.len() - 1
                });
                before[number].push(at);
            }
            at += 1;
        }
        let from = |goal: Vec<usize>| {
            let mut good: BTreeSet<usize> = goal.iter().copied().collect();
            let mut left = goal;
            while let Some(at) = left.pop() {
                left.extend(before[at].iter().filter(|before| good.insert(**before)));
            }
            good
        };
        let those =
            |test: &dyn Fn(&State) -> bool| (0..states.len()).filter(|at| test(&states[*at])).collect();
        let closes = from(those(&|state| self.is_closed(state)));
        let stuck: Vec<usize> = (0..states.len()).filter(|at| !closes.contains(at)).collect();
        let mut for_ever = BTreeSet::new();
        for duty in (0..self.procedure.norms.len())
            .filter(|at| matches!(self.procedure.norms[*at].form, Form::Duty(_)))
        {
            let free = from(those(&|state| !state.owed.contains(&duty)));
            if stuck.iter().any(|at| states[*at].owed.contains(&duty) && !free.contains(at)) {
                for_ever.insert(duty);
            }
        }
        Some((self.all().without(alive), !stuck.is_empty(), for_ever, states.len()))
    }
}

/// Guards that speak of the first three acts' records.
const GUARDS: [&str; 13] = [
    "record.a.yes",
    "!record.a.yes",
    "record.b.pick == \"a\"",
    "record.b.pick in [\"a\", \"b\"]",
    "record.b.pick != \"c\"",
    "record.c.maybe",
    "has(record.c.maybe) && record.c.maybe",
    "has(record.b.pick)",
    "done.d && !done.c",
    "record.a.yes || record.c.maybe == false",
    "lines(record.d.table) > 0",
    "lines(record.d.table) > 0 && record.c.maybe",
    "done.b",
];

fn acts_strategy() -> impl Strategy<Value = Vec<norms::Act>> {
    prop::collection::vec((0u8..4, 0u8..5, any::<bool>(), any::<bool>(), 0u8..4), 5).prop_map(|flags| {
        let mut acts = Vec::new();
        for (at, (waits, ends, repeats, required, late)) in flags.into_iter().enumerate() {
            let mut one = act(["a", "b", "c", "d", "e"][at]);
            one.opens_case = at == 0;
            one.closed_at_start = at > 0 && waits == 0;
            one.ends_case = at == 4 || at > 0 && ends == 0;
            one.repeats = repeats;
            one.after_end = at > 0 && late == 0;
            match at {
                0 => one.fields.push(field("yes", FieldType::YesNo, required)),
                1 => one.fields.push(field("pick", FieldType::Choice, required)),
                2 => one.fields.push(field("maybe", FieldType::YesNo, required)),
                3 => one.fields.push(field("table", FieldType::Rows, required)),
                _ => {}
            }
            acts.push(one);
        }
        acts
    })
}

type Draft = (u8, u8, u8, Option<usize>, Option<usize>, bool);

fn norm_strategy() -> impl Strategy<Value = Draft> {
    let guard = || prop::option::weighted(0.5, 0..GUARDS.len());
    (0u8..8, 1u8..32, 1u8..32, guard(), guard(), any::<bool>())
}

fn add(procedure: &mut Procedure, draft: Draft) {
    let (form, first, second, guard, with, any) = draft;
    let (first, second) = (ActSet(u128::from(first)), ActSet(u128::from(second)));
    let made = match form {
        0..=2 => {
            let mut duty = common::duty(procedure, "a", "b", Some("5 days"));
            (duty.when, duty.must) = (few(first), few(second));
            let act = second.iter().last().unwrap();
            duty.lapse = any.then_some(Lapse { act, on: LapseDay::Last }).filter(|_| form == 0);
            Form::Duty(duty)
        }
        3..=4 => {
            let with = with.map(|at| add_guard(procedure, GUARDS[at]));
            Form::Condition(Condition { before: few(first), need: few(second), any, lead: None, with })
        }
        5 => Form::While { owed: few(first), not: few(second) },
        6 => Form::Closing { when: few(first), close: few(second) },
        _ => Form::Opening { when: few(first), open: few(second) },
    };
    norm(procedure, guard.map(|at| GUARDS[at]), made);
}

/// At most two acts of a set.
fn few(acts: ActSet) -> ActSet {
    acts.iter().take(2).collect()
}

fn compare(procedure: &Procedure) -> Result<bool, TestCaseError> {
    let naive = Naive { procedure, calendar: common::calendar(), day: day("2024-01-01") };
    let Some((dead, stuck, for_ever, states)) = naive.verdict() else { return Ok(false) };
    let (explored, found) = explore(procedure);
    prop_assert!(explored.whole);
    // What nothing asks for is left out of the sets' states, so they may be fewer; never more, and never none.
    prop_assert!((1..=states as u64).contains(&explored.states), "{} of {states} states", explored.states);
    let named = |id: &str| {
        found.iter().any(|one| one.code == "dead_act" && one.message.contains(&format!("（{id}）")))
    };
    let found_dead = procedure.acts.iter().enumerate().filter(|(_, act)| named(&act.id));
    let found_dead: ActSet = found_dead.filter_map(|(at, _)| ActId::new(at)).collect();
    prop_assert_eq!(found_dead, dead, "dead acts");
    prop_assert_eq!(found.iter().any(|one| one.code == "stuck"), stuck, "stuck");
    let lines = found.iter().filter(|one| one.code == "owed_for_ever");
    let lines: BTreeSet<usize> = lines.map(|one| one.place.as_ref().unwrap().line).collect();
    prop_assert_eq!(lines, for_ever, "owed for ever");
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn sets_find_what_listing_finds(acts in acts_strategy(), drafts in prop::collection::vec(norm_strategy(), 0..9)) {
        let mut made = procedure(acts);
        for draft in drafts {
            add(&mut made, draft);
        }
        for (at, norm) in made.norms.iter_mut().enumerate() {
            norm.place.line = at;
        }
        compare(&made)?;
    }
}
