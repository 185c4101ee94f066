//! One proof for many entries, against the tree itself.

use ledger::{Frontier, Hash, Sm3, cover_ranges, cover_root};
use proptest::prelude::*;

fn entry(place: u64) -> Hash {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(place.to_be_bytes()) {
        *to = from ^ 0x5a;
    }
    Hash(bytes)
}

fn root(range: std::ops::Range<u64>) -> Hash {
    let mut tree = Frontier::<Sm3>::new();
    range.for_each(|place| tree.append(entry(place).as_bytes()));
    tree.root()
}

proptest! {
    #[test]
    fn any_entries_give_the_root_and_nothing_else_does(
        size in 1u64..70,
        picked in proptest::collection::btree_set(0u64..70, 0..30),
        other in 0usize..30,
    ) {
        let places: Vec<u64> = picked.into_iter().filter(|place| *place < size).collect();
        let ranges = cover_ranges(&places, size).unwrap();
        let rest: Vec<Hash> = ranges.iter().cloned().map(root).collect();
        let entries: Vec<(u64, Hash)> = places.iter().map(|place| (*place, entry(*place))).collect();
        prop_assert_eq!(cover_root(&entries, size, &rest), Some(root(0..size)));
        if !entries.is_empty() {
            let mut changed = entries.clone();
            let at = other % changed.len();
            changed.get_mut(at).unwrap().1.0[7] ^= 1;
            prop_assert_ne!(cover_root(&changed, size, &rest), Some(root(0..size)));
        }
        if !rest.is_empty() {
            let mut changed = rest.clone();
            let at = other % changed.len();
            changed.get_mut(at).unwrap().0[0] ^= 1;
            prop_assert_ne!(cover_root(&entries, size, &changed), Some(root(0..size)));
            prop_assert_eq!(cover_root(&entries, size, rest.get(1..).unwrap()), None);
        }
    }
}

#[test]
fn disorder_and_places_outside_are_refused() {
    assert!(cover_ranges(&[3, 2], 8).is_none());
    assert!(cover_ranges(&[2, 2], 8).is_none());
    assert!(cover_ranges(&[8], 8).is_none());
    assert_eq!(cover_root(&[], 0, &[]), None);
}
