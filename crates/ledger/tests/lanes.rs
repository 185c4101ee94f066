//! Many hashes at once against the hashes one by one.
#![allow(clippy::unwrap_used, reason = "tests")]

use ledger::{Batch, Hash, HashFunction as _, Sm3, Tree};
use proptest::prelude::*;

fn together(messages: &[Vec<u8>]) -> Vec<Hash> {
    let mut batch = Batch::new();
    for message in messages {
        batch.add(|out| out.extend_from_slice(message));
    }
    assert_eq!(batch.len(), messages.len());
    let made = batch.digests().to_vec();
    assert!(batch.is_empty() && batch.bytes() == 0);
    made
}

fn apart(messages: &[Vec<u8>]) -> Vec<Hash> {
    messages.iter().map(|message| Sm3::digest(&[message])).collect()
}

/// Every length around the ends of blocks, all in one batch and each alone.
#[test]
fn every_length_up_to_four_blocks() {
    let messages: Vec<Vec<u8>> =
        (0..=260_u16).map(|length| (0..length).map(|at| at.to_le_bytes()[0]).collect()).collect();
    assert_eq!(together(&messages), apart(&messages));
    for message in &messages {
        let same = vec![message.clone(); 8];
        assert_eq!(together(&same), apart(&same));
    }
}

proptest! {
    #[test]
    fn digests_are_those_of_the_messages_one_by_one(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..40)
    ) {
        prop_assert_eq!(together(&messages), apart(&messages));
    }

    #[test]
    fn a_tree_made_at_once_is_the_one_that_grew(
        entries in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..200)
    ) {
        let mut grown = Tree::<Sm3>::new();
        entries.iter().for_each(|entry| grown.append(entry.as_bytes()));
        let made = Tree::of(&entries, &mut Batch::new());
        for size in 0..=entries.len() {
            prop_assert_eq!(made.root_at(size), grown.root_at(size));
        }
        for (index, size) in [(0, entries.len()), (entries.len() / 2, entries.len())] {
            prop_assert_eq!(made.inclusion_proof(index, size), grown.inclusion_proof(index, size));
        }
    }
}
