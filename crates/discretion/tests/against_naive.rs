//! Random tables against a reading that tries every vector of facts.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_wrap,
    reason = "a test may fail by panicking"
)]

mod common;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use discretion::gaps::{Region, analyse};
use discretion::model::{All, Condition, Takes};
use discretion::span::{Set, Span};
use discretion::unit::{Amount, Unit};
use discretion::{Fact, Facts, Field, Level, Outcome, Step, Table, TableDecision, Truth};
use proptest::prelude::*;

/// The values that each field of a random table can have: few enough to try all.
const SIZES: [i64; 3] = [7, 3, 2];

fn fields() -> Vec<Field> {
    let mut amount = Field::amount("数量", Unit::of("件"), 0);
    amount.domain = Span { low: 0, high: SIZES[0] - 1 };
    let kinds = Field::kinds("类别", ["甲", "乙", "丙"].map(str::to_owned).to_vec());
    vec![amount, kinds, Field::yes_no("初次", "初次", "再次")]
}

fn condition() -> impl Strategy<Value = Condition> {
    (0..SIZES.len()).prop_flat_map(|field| {
        let values = proptest::collection::btree_set(0..SIZES[field], 1..=3);
        values.prop_map(move |values| Condition { field, set: Set::of(values), text: String::new() })
    })
}

fn alternatives() -> impl Strategy<Value = Vec<All>> {
    proptest::collection::vec(proptest::collection::vec(condition(), 0..=3), 1..=3)
}

/// A table of the examples, whose fields and steps are replaced.
fn plain_table() -> Table {
    static OWN: OnceLock<Table> = OnceLock::new();
    OWN.get_or_init(|| common::examples().tables.remove(0)).clone()
}

fn steps(whens: Vec<Vec<All>>, otherwise: bool) -> Vec<Step> {
    let step = |(at, when): (usize, Vec<All>)| Step {
        name: format!("第{at}"),
        level: Level::Normal,
        when,
        otherwise: false,
        penalties: Vec::new(),
        circumstances: String::new(),
        place: base::Place::default(),
    };
    let mut made: Vec<Step> = whens.into_iter().enumerate().map(step).collect();
    if otherwise {
        made.push(Step { otherwise: true, ..step((made.len(), Vec::new())) });
    }
    made
}

fn table() -> impl Strategy<Value = Table> {
    let whens = proptest::collection::vec(alternatives(), 1..=4);
    let never = prop_oneof![Just(Vec::new()), alternatives()];
    let takes = prop_oneof![Just(Takes::Only), Just(Takes::Lightest), Just(Takes::Heaviest)];
    (whens, never, takes, any::<bool>()).prop_map(|(whens, never, takes, otherwise)| {
        let mut table = plain_table();
        (table.fields, table.steps) = (fields(), steps(whens, otherwise));
        (table.never, table.takes) = (never, takes);
        table
    })
}

/// Tables that are a partition by their making: the amounts are cut into steps, some cut again by kind.
fn whole_table() -> impl Strategy<Value = Table> {
    let cuts = proptest::collection::btree_set(1..SIZES[0], 0..=3);
    (cuts, proptest::collection::btree_set(0..3_i64, 1..=2)).prop_map(|(cuts, kinds)| {
        let mut low = 0;
        let mut spans = Vec::new();
        for cut in cuts {
            spans.push(Set::span(low, cut - 1));
            low = cut;
        }
        let last = Condition { field: 0, set: Set::span(low, SIZES[0] - 1), text: String::new() };
        let kinds = Set::of(kinds);
        let others = kinds.not_in(Span { low: 0, high: 2 });
        let kind = |set| Condition { field: 1, set, text: String::new() };
        let mut whens: Vec<Vec<All>> = spans
            .into_iter()
            .map(|set| vec![vec![Condition { field: 0, set, text: String::new() }]])
            .collect();
        whens.push(vec![vec![last.clone(), kind(kinds)]]);
        whens.push(vec![vec![last, kind(others)]]);
        let mut table = plain_table();
        (table.fields, table.steps) = (fields(), steps(whens, false));
        (table.never, table.takes) = (Vec::new(), Takes::Only);
        table
    })
}

fn vectors() -> Vec<Vec<i64>> {
    let mut made = vec![Vec::new()];
    for size in SIZES {
        made = made
            .iter()
            .flat_map(|own| (0..size).map(move |value| [own.as_slice(), &[value]].concat()))
            .collect();
    }
    made
}

fn holds(when: &[All], vector: &[i64]) -> bool {
    when.iter().any(|all| all.iter().all(|one| one.set.has(vector[one.field])))
}

/// The steps that a vector meets, read one by one.
fn met(table: &Table, vector: &[i64]) -> Vec<usize> {
    let own = |at: &usize| holds(&table.steps[*at].when, vector);
    let mut made: Vec<usize> = (0..table.steps.len()).filter(own).collect();
    if made.is_empty() {
        made.extend(table.steps.iter().position(|step| step.otherwise));
    }
    made
}

fn facts(fields: &[Field], vector: &[Option<i64>]) -> Facts {
    let mut made = Facts::new();
    for (field, value) in fields.iter().zip(vector) {
        let Some(value) = value else { continue };
        let fact = match field.name.as_str() {
            "数量" => Fact::Amount(Amount { digits: *value, scale: 0, unit: Unit::of("件") }),
            "初次" => Fact::Flag(*value == 1),
            _ => Fact::Word(field.value(*value)),
        };
        made.insert(field.name.clone(), fact);
    }
    made
}

fn inside(region: &Region, vector: &[i64]) -> bool {
    region.iter().zip(vector).all(|(set, value)| set.has(*value))
}

/// What counts of several, by the table's own rule.
fn outcome(table: &Table, met: &[usize]) -> Outcome {
    match (met, table.takes) {
        ([], _) => Outcome::Nowhere,
        ([one], _) => Outcome::Step(*one),
        (all, Takes::Only) => Outcome::Several(all.to_vec()),
        ([first, ..], Takes::Lightest) => Outcome::Step(*first),
        ([.., last], Takes::Heaviest) => Outcome::Step(*last),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn gaps_and_overlaps_are_those_of_trying_everything(table in table()) {
        let made = analyse(&table);
        prop_assert!(!made.unfinished);
        for vector in vectors() {
            let (never, met) = (holds(&table.never, &vector), met(&table, &vector));
            let gaps = made.gaps.iter().filter(|region| inside(region, &vector)).count();
            prop_assert_eq!(gaps, usize::from(met.is_empty() && !never), "gap at {:?}, once", vector);
            let plain: Vec<usize> = met.iter().copied().filter(|at| !table.steps[*at].otherwise).collect();
            for one in 0..table.steps.len() {
                for other in one + 1..table.steps.len() {
                    let told = made.overlaps.iter().filter(|own| (own.0, own.1) == (one, other));
                    let told = told.flat_map(|own| &own.2).filter(|region| inside(region, &vector)).count();
                    let both = plain.contains(&one) && plain.contains(&other);
                    let wanted = both && !never && table.takes == Takes::Only;
                    prop_assert_eq!(told, usize::from(wanted), "overlap of {} and {} at {:?}", one, other, vector);
                }
            }
        }
    }

    #[test]
    fn whole_facts_lead_where_a_plain_reading_leads(table in table()) {
        for vector in vectors() {
            let known: Vec<Option<i64>> = vector.iter().map(|value| Some(*value)).collect();
            let made = TableDecision::of(&table, &facts(&table.fields, &known)).unwrap();
            prop_assert_eq!(&made.outcome, &outcome(&table, &met(&table, &vector)), "{:?}", vector);
            prop_assert!(made.missing().is_empty());
            prop_assert!(made.steps.iter().all(|step| step.truth != Truth::Unknown));
        }
    }

    #[test]
    fn a_table_without_gaps_and_overlaps_takes_each_vector_exactly_once(table in whole_table()) {
        let found = analyse(&table);
        prop_assert!(found.gaps.is_empty() && found.overlaps.is_empty(), "{:?}", found);
        for vector in vectors() {
            let known: Vec<Option<i64>> = vector.iter().map(|value| Some(*value)).collect();
            let made = TableDecision::of(&table, &facts(&table.fields, &known)).unwrap();
            let met = made.steps.iter().filter(|step| step.truth == Truth::Met).count();
            prop_assert_eq!(met, 1, "{:?}", vector);
            prop_assert!(matches!(made.outcome, Outcome::Step(_)));
        }
    }

    #[test]
    fn half_known_facts_never_say_what_more_facts_would_take_back(
        table in table(),
        known in proptest::collection::vec(any::<bool>(), 3),
        vector in (0..SIZES[0], 0..SIZES[1], 0..SIZES[2]),
    ) {
        let vector = [vector.0, vector.1, vector.2];
        let half: Vec<Option<i64>> = vector.iter().zip(&known).map(|(value, known)| known.then_some(*value)).collect();
        let made = TableDecision::of(&table, &facts(&table.fields, &half)).unwrap();
        let fits = |whole: &Vec<i64>| whole.iter().zip(&half).all(|(value, own)| own.is_none_or(|own| own == *value));
        let ends: BTreeSet<Vec<usize>> =
            vectors().iter().filter(|whole| fits(whole)).map(|whole| met(&table, whole)).collect();
        match &made.outcome {
            // Where overlaps are a fault of the table, a step that is met is told as soon as it is.
            Outcome::Step(at) if table.takes == Takes::Only => prop_assert!(ends.iter().all(|met| met.contains(at))),
            Outcome::Step(at) => {
                prop_assert!(ends.iter().all(|met| outcome(&table, met) == Outcome::Step(*at)), "{:?}", ends);
            }
            Outcome::Nowhere => prop_assert!(ends.iter().all(Vec::is_empty)),
            Outcome::Several(all) => prop_assert!(ends.iter().all(|met| all.iter().all(|at| met.contains(at)))),
            Outcome::Open(possible) => {
                prop_assert!(!made.missing().is_empty());
                prop_assert!(known.contains(&false));
                for met in &ends {
                    if let Outcome::Step(at) = outcome(&table, met) {
                        prop_assert!(possible.contains(&at), "{} of {:?}", at, possible);
                    }
                }
            }
        }
    }
}
