//! Overlaps and differences against the slow way of looking at every pair and every day.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use calendar::Day;
use norms::{Record, Value};
use proptest::prelude::*;
use registers::{Change, Entry, as_of, difference, overlaps};

fn day(number: i32) -> Day {
    Day::from_number(20_000 + number).unwrap()
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let one = (0..2u8, 0..3u8, 0..30i32, proptest::option::of(0..15i32), 0..2u8).prop_map(
        |(organ, key, from, length, value)| Entry {
            organ: organ.to_string(),
            key: key.to_string(),
            from: day(from),
            until: length.map(|length| day(from + length)),
            record: Record::new(vec![Some(Value::Text(value.to_string()))]),
        },
    );
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn overlaps_are_the_pairs_that_share_a_day(entries in entries()) {
        let mut slow = Vec::new();
        for first in 0..entries.len() {
            for second in first + 1..entries.len() {
                let (a, b) = (&entries[first], &entries[second]);
                let same = a.organ == b.organ && a.key == b.key;
                if same && (0..60).any(|at| a.is_in_force(day(at)) && b.is_in_force(day(at))) {
                    slow.push((first, second));
                }
            }
        }
        let quick: Vec<_> = overlaps(&entries).into_iter().map(|it| (it.first, it.second)).collect();
        prop_assert_eq!(quick, slow);
    }

    #[test]
    fn a_difference_turns_one_day_into_the_other(entries in entries(), before in 0..50i32, after in 0..50i32) {
        // Only registers without overlaps are kept.
        prop_assume!(overlaps(&entries).is_empty());
        let mut rows: Vec<&Entry> = as_of(&entries, day(before)).collect();
        for change in difference(&entries, day(before), day(after)) {
            match change {
                Change::Added(new) => rows.push(new),
                Change::Ended(old) => rows.retain(|row| *row != old),
                Change::Changed(old, new) => {
                    rows.retain(|row| *row != old);
                    rows.push(new);
                }
            }
        }
        let shown = |rows: Vec<&Entry>| {
            let mut shown: Vec<_> = rows.iter().map(|it| (it.organ.clone(), it.key.clone(), it.record.clone())).collect();
            shown.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            shown
        };
        prop_assert_eq!(shown(rows), shown(as_of(&entries, day(after)).collect()));
    }
}
