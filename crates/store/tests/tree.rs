//! Roots and proofs from kept subtrees, against the tree in memory; and erased personal data.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common::{Folder, assert_whole, grow};
use ledger::{Sm3, Tree, verify_consistency, verify_inclusion};
use proptest::prelude::*;
use store::{Store, events, personal, tree};

fn in_memory(store: &Store) -> Tree {
    let mut made = Tree::new();
    let hashes = store.read(|reader| events::hashes_after(reader, 0, u32::MAX)).unwrap();
    hashes.iter().for_each(|(_, hash)| made.append(hash.as_bytes()));
    made
}

fn number(size: usize) -> u64 {
    u64::try_from(size).unwrap()
}

#[track_caller]
fn assert_proofs(store: &Store, sizes: &[usize], places: &[usize]) {
    let expected = in_memory(store);
    store
        .read(|reader| {
            for size in sizes {
                assert_eq!(tree::root(reader, number(*size))?, expected.root_at(*size).unwrap());
                for place in places.iter().filter(|place| *place <= size) {
                    let path = tree::inclusion(reader, number(*place), number(*size))?;
                    assert_eq!(Some(path), expected.inclusion_proof(place - 1, *size));
                }
                for old in sizes.iter().filter(|old| *old <= size) {
                    let path = tree::consistency(reader, number(*old), number(*size))?;
                    assert_eq!(Some(path), expected.consistency_proof(*old, *size));
                }
            }
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
}

#[test]
fn proofs_are_those_of_the_tree_whether_subtrees_are_kept_or_not() {
    let folder = Folder::new("proofs");
    let store = folder.open();
    store.write(|tx| grow(tx, "a", 700)).unwrap().unwrap();
    let sizes = [0, 1, 2, 63, 64, 65, 127, 128, 129, 300, 512, 640, 699, 700];
    let places = [1, 2, 63, 64, 65, 128, 129, 513, 640, 641, 700];
    assert_proofs(&store, &sizes, &places);
    assert!(!store.write(|tx| tree::extend(tx, 3)).unwrap().unwrap());
    assert_proofs(&store, &sizes, &places);
    assert!(!store.write(|tx| tree::extend(tx, 6)).unwrap().unwrap());
    assert!(store.write(|tx| tree::extend(tx, 6)).unwrap().unwrap());
    assert_proofs(&store, &sizes, &places);
    store.read(|reader| tree::inclusion(reader, 0, 700)).unwrap_err();
    store.read(|reader| tree::inclusion(reader, 701, 700)).unwrap_err();
    store.read(|reader| tree::root(reader, 701)).unwrap_err();
    assert_whole(&store);
}

#[test]
fn erasing_personal_data_leaves_roots_and_proofs_as_they_were() {
    let folder = Folder::new("erased");
    let store = folder.open();
    for id in ["a", "b", "c"] {
        store.write(move |tx| grow(tx, id, 40)).unwrap().unwrap();
    }
    assert!(store.write(|tx| tree::extend(tx, 100)).unwrap().unwrap());
    let look = |store: &Store| {
        store
            .read(|reader| {
                let event = events::get(reader, "b", 1)?.unwrap();
                let path = tree::inclusion(reader, 41, 120)?;
                Ok::<_, store::StoreError>((tree::root(reader, 120)?, event.chained.hash, path))
            })
            .unwrap()
    };
    let before = look(&store);
    for id in ["a", "b", "c"] {
        assert_eq!(store.write(move |tx| personal::erase_case(tx, id)), Ok(Ok(1)));
    }
    let after = look(&store);
    assert_eq!(before, after);
    let (root, hash, path) = after;
    assert!(verify_inclusion::<Sm3>(hash.as_bytes(), 40, 120, &path, &root));
    let report = store.verify().unwrap();
    assert_eq!((report.personal, report.erased, report.faults), (0, 3, vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn growth_in_pieces_keeps_what_growth_at_once_does(pieces in prop::collection::vec(1..90_u32, 1..8)) {
        let folder = Folder::new("pieces");
        let store = folder.open();
        let mut sizes = Vec::new();
        for (at, length) in pieces.iter().enumerate() {
            let id = format!("case-{at}");
            let length = *length;
            store.write(move |tx| grow(tx, &id, length).and_then(|()| tree::extend(tx, 2))).unwrap().unwrap();
            sizes.push(store.read(|reader| events::last_seq(reader)).unwrap());
        }
        let tree = in_memory(&store);
        let last = *sizes.last().unwrap();
        store.read(|reader| {
            for size in &sizes {
                let (old, new) = (u64::try_from(*size).unwrap(), u64::try_from(last).unwrap());
                let path = tree::consistency(reader, old, new)?;
                let (old_root, new_root) = (tree::root(reader, old)?, tree::root(reader, new)?);
                assert_eq!(old_root, tree.root_at(usize::try_from(*size).unwrap()).unwrap());
                assert!(verify_consistency::<Sm3>(old, new, &path, &old_root, &new_root));
            }
            Ok::<_, store::StoreError>(())
        }).unwrap();
        assert_whole(&store);
    }
}

#[test]
fn the_keys_are_in_no_backup_and_stay_at_a_restore() {
    let folder = Folder::new("keys");
    let store = folder.open();
    store.write(|tx| grow(tx, "a", 3)).unwrap().unwrap();
    let (data, backup) = (folder.join("data"), folder.join("backup"));
    let keys = ["root-key", "personal-key"];
    keys.iter().for_each(|name| std::fs::write(data.join(name), format!("secret {name}")).unwrap());
    store.backup(&backup).unwrap();
    drop(store);
    assert!(keys.iter().all(|name| !backup.join(name).exists()));
    assert!(store::restore(&backup, &data).unwrap().is_some());
    for name in keys {
        assert_eq!(std::fs::read_to_string(data.join(name)).unwrap(), format!("secret {name}"));
    }
    assert_whole(&folder.open());
}
