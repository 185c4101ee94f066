//! What holds of every draw, over lists that are made at random; and beside a slow second reading of who can be served.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::*;
use draw::{Bundle, List, check, draw_with_seed, drawn_of, lock};
use proptest::prelude::*;
use serde_json::Value;

const FIELDS: [&str; 3] = ["甲", "乙", "丙"];

/// Which fields a number names, at least one.
fn fields_of(mask: u8) -> Vec<&'static str> {
    (0..3).filter(|bit| (mask % 7 + 1) >> bit & 1 == 1).map(|bit| FIELDS[bit]).collect()
}

prop_compose! {
    fn lists()(
        strata in prop::collection::vec((0_u32..=10_000, any::<u8>(), 0_usize..9), 1..5),
        people in prop::collection::vec((any::<u8>(), 0_u32..5, 0_u8..12), 2..12),
        recusals in prop::collection::btree_set((0_usize..12, 0_usize..30), 0..12),
        exclusions in prop::collection::btree_set(0_usize..30, 0..4),
    ) -> Option<List<'static>> {
        let letter = |at: usize| ["A", "B", "C", "D"][at];
        let strata = strata.iter().enumerate()
            .map(|(at, (ratio, mask, count))| stratum(letter(at), *ratio, &fields_of(*mask), *count));
        let people = people.iter().enumerate().map(|(at, (mask, limit, lapse))| {
            let mut one = inspector(&format!("P{at}"), &fields_of(*mask), *limit);
            if *lapse == 0 {
                one.certificates[0].to = "2026-12-30".into();
            }
            one
        });
        let mut list = list(strata.collect(), people.collect());
        let ids: Vec<String> = list.objects().map(|object| object.id.to_string()).collect();
        let people: Vec<String> = list.inspectors.iter().map(|one| one.id.to_string()).collect();
        let pairs = recusals.iter().filter_map(|(who, what)| Some(recusal(people.get(*who)?, ids.get(*what)?)));
        list.recusals = pairs.collect();
        list.exclusions =
            exclusions.iter().filter_map(|what| Some(exclusion("object", ids.get(*what)?))).collect();
        // What is refused outright has tests of its own.
        lock(&list).is_ok().then_some(list)
    }
}

/// Who may inspect: by the words of the list, not by what the crate has looked up.
fn may(list: &List<'_>, who: &str, object: &str, field: &str) -> bool {
    let one = list.inspectors.iter().find(|one| one.id == who).unwrap();
    one.certificates
        .iter()
        .any(|own| own.field == field && *own.from <= *list.inspect_from && *own.to >= *list.inspect_to)
        && !list.recusals.iter().any(|own| own.inspector == who && own.object == object)
        && !list.exclusions.iter().any(|own| own.kind == "inspector" && own.id == who)
}

/// How many places of slots can be filled at most: a maximum flow, by paths of increase found depth first.
fn most_places(list: &List<'_>, slots: &[(String, String)]) -> usize {
    struct Flow<'f> {
        list: &'f List<'f>,
        slots: &'f [(String, String)],
        pairs: Vec<BTreeSet<usize>>,
        load: Vec<usize>,
    }
    impl Flow<'_> {
        fn widen(&mut self, slot: usize, seen: &mut BTreeSet<usize>) -> bool {
            for who in 0..self.list.inspectors.len() {
                let (object, field) = &self.slots[slot];
                let one = &self.list.inspectors[who];
                if self.pairs[slot].contains(&who)
                    || !may(self.list, &one.id, object, field)
                    || !seen.insert(who)
                {
                    continue;
                }
                if self.load[who] < usize::try_from(one.limit).unwrap() {
                    self.load[who] += 1;
                    return self.pairs[slot].insert(who);
                }
                for other in (0..self.slots.len()).filter(|other| *other != slot) {
                    if self.pairs[other].contains(&who) && self.widen(other, seen) {
                        self.pairs[other].remove(&who);
                        return self.pairs[slot].insert(who);
                    }
                }
            }
            false
        }
    }
    let pairs = vec![BTreeSet::new(); slots.len()];
    let mut flow = Flow { list, slots, pairs, load: vec![0; list.inspectors.len()] };
    (0..slots.len())
        .flat_map(|slot| [slot, slot])
        .filter(|slot| flow.widen(*slot, &mut BTreeSet::new()))
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_draw_keeps_every_rule(made in lists(), number in any::<u32>()) {
        let Some(list) = made else { return Ok(()) };
        let announced = announced(&list);
        let drawn = draw_with_seed(&announced, seed(number));
        let excluded: BTreeSet<&str> = list.exclusions.iter().map(|own| &*own.id).collect();
        let mut load: BTreeMap<&str, u32> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let (mut places, mut slots) = (0, Vec::new());
        for one in &drawn.outcome.drawn {
            prop_assert!(seen.insert(&*one.object) && !excluded.contains(&*one.object));
            let stratum = list.strata.iter().find(|own| own.id == one.stratum).unwrap();
            prop_assert!(stratum.objects.iter().any(|own| own.id == one.object));
            let fields: Vec<&str> = one.assigned.iter().map(|own| &*own.field).collect();
            prop_assert_eq!(&fields, &stratum.fields);
            for own in &one.assigned {
                let people: BTreeSet<&str> = own.inspectors.iter().map(|who| &**who).collect();
                prop_assert!(people.len() == own.inspectors.len() && people.len() <= 2);
                for who in people {
                    prop_assert!(may(&list, who, &one.object, &own.field));
                    *load.entry(list.inspectors.iter().find(|own| own.id == who).map(|own| &*own.id).unwrap()).or_default() += 1;
                }
                places += own.inspectors.len();
                slots.push((one.object.to_string(), own.field.to_string()));
            }
        }
        for (who, load) in load {
            prop_assert!(load <= list.inspectors.iter().find(|own| own.id == who).unwrap().limit);
        }
        for (tally, stratum) in drawn.outcome.strata.iter().zip(&list.strata) {
            let left = stratum.objects.iter().filter(|own| !excluded.contains(&*own.id)).count();
            prop_assert_eq!(tally.listed, stratum.objects.len());
            prop_assert_eq!(tally.excluded, tally.listed - left);
            prop_assert_eq!(tally.drawn, drawn_of(left, stratum.ratio));
            prop_assert_eq!(tally.drawn, drawn.outcome.drawn.iter().filter(|one| one.stratum == tally.id).count());
        }
        // As many places are filled as can be, and each that is not is told.
        prop_assert_eq!(places, most_places(&list, &slots));
        prop_assert_eq!(drawn.shortages.iter().map(|own| own.lacking).sum::<usize>(), 2 * slots.len() - places);
        // The first slots are served first: those before the first shortage could be served whole.
        let short = drawn.outcome.drawn.iter().flat_map(|one| &one.assigned).position(|own| own.inspectors.len() < 2);
        if let Some(short) = short {
            prop_assert_eq!(most_places(&list, &slots[..short]), 2 * short);
            prop_assert!(most_places(&list, &slots[..=short]) < 2 * short + 2);
        }
    }

    #[test]
    fn a_file_that_was_drawn_checks_and_reads_back(made in lists(), text in "[0-9 ]{0,8}[0-9]") {
        let Some(list) = made else { return Ok(()) };
        let text = text.trim().to_owned();
        let own = bundle(&list, &text);
        let written = own.canonical();
        let read = Bundle::parse(&written).unwrap();
        prop_assert_eq!(&read, &own);
        prop_assert!(check(&read).faults.is_empty());
    }
}

/// Every value in a file, by its path.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(own) => {
            own.iter().for_each(|(name, value)| leaves(value, &format!("{path}/{name}"), found))
        }
        Value::Array(own) => {
            own.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{path}/{at}"), found));
        }
        _ => found.push(path.to_owned()),
    }
}

/// Another value of the same kind and form.
fn other(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_u64().unwrap() + 1),
        Value::String(text) => {
            let last = text.chars().last();
            let changed = match last {
                None => "0".repeat(64),
                Some('0') => format!("{}1", &text[..text.len() - 1]),
                Some(last) if last.is_ascii_hexdigit() => format!("{}0", &text[..text.len() - 1]),
                Some(_) => format!("{text}0"),
            };
            Value::from(changed)
        }
        other => panic!("{other}"),
    }
}

#[test]
fn every_change_of_a_value_is_found() {
    let first = sample();
    let first = bundle(&first, "6");
    let mut list = sample();
    list.strata.iter_mut().for_each(|stratum| stratum.objects.truncate(7));
    list.history = first.earlier("名单更正");
    let text = bundle(&list, "7").canonical();
    let value: Value = serde_json::from_str(&text).unwrap();
    let mut paths = Vec::new();
    leaves(&value, "", &mut paths);
    assert!(paths.len() > 200, "{}", paths.len());
    for path in paths {
        let mut changed = value.clone();
        let leaf = changed.pointer_mut(&path).unwrap();
        *leaf = other(leaf);
        let changed = serde_json::to_string(&changed).unwrap();
        if let Ok(read) = Bundle::parse(&changed) {
            assert!(!check(&read).faults.is_empty(), "{path}");
        }
    }
}
