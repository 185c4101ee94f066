//! Figures of registers against the slow way of walking through the days.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use base::Place;
use calendar::{Calendar, Day};
use figures::{Counted, Figure, Measure, Which};
use norms::{Field, FieldType, Record, Value};
use proptest::prelude::*;
use registers::{Counting, Entry, Register, Sums, entry_act, parts, tally};

fn day(number: i32) -> Day {
    Day::from_number(20_000 + number).unwrap()
}

fn field(id: &str, kind: FieldType) -> Field {
    Field {
        id: id.to_owned(),
        name: id.to_owned(),
        kind,
        required: true,
        personal: false,
        public: true,
        help: None,
        options: Vec::new(),
        columns: Vec::new(),
        register: None,
        max: None,
    }
}

/// A register of a name, an amount and a day, with one figure.
fn register(which: Which, counted: Counted, condition: Option<&str>) -> Register {
    let place = Place { file: "x".to_owned(), line: 1, column: 1 };
    let fields = vec![
        field("name", FieldType::Words),
        field("hours", FieldType::Number),
        field("on", FieldType::Date),
    ];
    let acts = [entry_act(&fields, place.clone())];
    let guards = condition.map(|text| norms::guard::compile(text, &acts, &[]).unwrap()).into_iter().collect();
    let figure = Figure {
        id: "f".to_owned(),
        name: "数".to_owned(),
        unit: "个".to_owned(),
        procedure: "x".to_owned(),
        measure: Measure::Entries { which, counted },
        guard: condition.map(|_| 0),
        systems: Vec::new(),
        measures: Vec::new(),
        basis: None,
        weakness: None,
        stated_as: Vec::new(),
        stated_units: Vec::new(),
    };
    Register {
        id: "x".to_owned(),
        name: "册".to_owned(),
        system: "disputes".to_owned(),
        systems: Vec::new(),
        measures: Vec::new(),
        key: vec![0],
        fields,
        kept_by: Vec::new(),
        public: true,
        secret: false,
        basis: None,
        help: None,
        changed_by: None,
        figures: vec![figure],
        guards,
        shelf: None,
        place,
    }
}

fn counted(register: &Register, entries: &[Entry], from: Day, to: Day) -> (i64, i64) {
    let calendar = Calendar::new(Vec::new()).unwrap();
    let counting = Counting { from, to, calendar: &calendar };
    let parts = parts(register, &register.figures[0], entries, &counting);
    let sum = tally(&parts);
    // Key by key it comes to the same, whichever key comes first.
    let mut ordered = entries.to_vec();
    ordered.sort_by(|a, b| (&b.organ, &b.key).cmp(&(&a.organ, &a.key)));
    let mut sums = Sums::new(register, counting);
    ordered.chunk_by(|a, b| (&a.organ, &a.key) == (&b.organ, &b.key)).for_each(|same| sums.add(same));
    let told = sums.told();
    assert_eq!(told[&register.figures[0].id], (sum, i64::try_from(parts.len()).unwrap()));
    (sum.n, sum.total)
}

fn in_force<'a>(entries: &'a [Entry], organ: &str, key: &str, on: Day) -> Option<&'a Entry> {
    entries.iter().find(|one| one.organ == organ && one.key == key && one.is_in_force(on))
}

/// Entries of one key follow each other, with or without days between them.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let version = (0..4_i32, 0..6_i32, 0..3_u8, 0..5_i64, 0..40_i32);
    let of_key = (0..2_u8, 0..3_u8, proptest::collection::vec(version, 0..4), any::<bool>());
    proptest::collection::vec(of_key, 0..5).prop_map(|keys| {
        let mut made: Vec<Entry> = Vec::new();
        for (organ, key, versions, open) in keys {
            let (organ, key) = (organ.to_string(), key.to_string());
            if made.iter().any(|one| one.organ == organ && one.key == key) {
                continue;
            }
            let (mut from, last) = (0, versions.len());
            for (at, (gap, length, name, hours, on)) in versions.into_iter().enumerate() {
                from += gap;
                let until = (!(open && at + 1 == last)).then(|| day(from + length));
                let values = vec![
                    Some(Value::Text(name.to_string())),
                    Some(Value::Number(hours * norms::PARTS)),
                    Some(Value::Day(day(on))),
                ];
                let record = Record::new(values);
                made.push(Entry { organ: organ.clone(), key: key.clone(), from: day(from), until, record });
                from += length + 1;
            }
        }
        made
    })
}

fn keys(entries: &[Entry]) -> BTreeSet<(String, String)> {
    entries.iter().map(|one| (one.organ.clone(), one.key.clone())).collect()
}

proptest! {
    #[test]
    fn figures_are_what_a_walk_through_the_days_counts(
        entries in entries(), from in 0..20_i32, length in 0..20_i32,
    ) {
        let (first, last) = (day(from), day(from + length));
        let held: Vec<&Entry> = keys(&entries)
            .iter()
            .filter_map(|(organ, key)| in_force(&entries, organ, key, last))
            .collect();
        let amount = |one: &Entry| match one.record.get(1) { Some(Value::Number(n)) => *n, _ => 0 };
        let names: BTreeSet<_> = held.iter().map(|one| one.record.get(0).cloned()).collect();
        let count = |which, what| counted(&register(which, what, None), &entries, first, last);
        prop_assert_eq!(count(Which::InForce, Counted::Entries).0, i64::try_from(held.len()).unwrap());
        prop_assert_eq!(count(Which::InForce, Counted::Sum(1)).1, held.iter().map(|one| amount(one)).sum::<i64>());
        prop_assert_eq!(count(Which::InForce, Counted::Different(0)).0, i64::try_from(names.len()).unwrap());

        let (mut came, mut went) = (0, 0);
        for (organ, key) in keys(&entries) {
            for at in from..=from + length {
                let on = |at| in_force(&entries, &organ, &key, day(at)).is_some();
                came += i64::from(on(at) && !on(at - 1));
                went += i64::from(on(at) && !on(at + 1));
            }
        }
        prop_assert_eq!(count(Which::Entered, Counted::Entries).0, came);
        prop_assert_eq!(count(Which::Ended, Counted::Entries).0, went);

        let mut dated = 0;
        for (organ, key) in keys(&entries) {
            let own = entries.iter().filter(|one| one.organ == organ && one.key == key);
            let last_version = own.max_by_key(|one| one.from).unwrap();
            let Some(Value::Day(on)) = last_version.record.get(2) else { continue };
            dated += i64::from(first <= *on && *on <= last);
        }
        prop_assert_eq!(count(Which::Dated(2), Counted::Entries).0, dated);
    }

    #[test]
    fn a_condition_and_its_opposite_share_out_what_is_counted(entries in entries(), on in 0..30_i32) {
        let count = |condition| {
            let register = register(Which::InForce, Counted::Entries, condition);
            counted(&register, &entries, day(0), day(on)).0
        };
        let (few, many) = (count(Some("record.entry.hours < 2")), count(Some("record.entry.hours >= 2")));
        prop_assert_eq!(few + many, count(None));
    }
}
