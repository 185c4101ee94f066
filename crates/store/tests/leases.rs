//! Leases of several processes over one database against a model: who asks when, and who then has it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use crate::common::{Folder, On};
use proptest::prelude::*;
use store::lease::Lease;
use store::{StoreError, counter};

/// What one of three processes does.
#[derive(Clone, Copy, Debug)]
enum Op {
    Hold(usize),
    GiveBack(usize),
    IsHeld(usize),
    /// A command of somebody else comes between, and one that is undone after it had written.
    Meanwhile,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => (0..3_usize).prop_map(Op::Hold),
        1 => (0..3_usize).prop_map(Op::GiveBack),
        2 => (0..3_usize).prop_map(Op::IsHeld),
        1 => Just(Op::Meanwhile),
    ]
}

/// The holder and how far it was counted, and what each process saw last.
#[derive(Default)]
struct Model {
    held: Option<(usize, u32)>,
    free_at: u32,
    seen: [Option<(usize, u32)>; 3],
}

impl Model {
    /// Whoever saw the lease stand still since it last looked takes it, for nobody here has any patience.
    fn hold(&mut self, who: usize) -> bool {
        match self.held {
            Some(found) if found.0 != who && self.seen[who] != Some(found) => {
                self.seen[who] = Some(found);
                false
            }
            found => {
                self.held = Some((who, found.map_or(self.free_at, |it| it.1) + 1));
                true
            }
        }
    }

    fn give_back(&mut self, who: usize) {
        if let Some((holder, epoch)) = self.held
            && holder == who
        {
            self.free_at = epoch + 1;
            self.held = None;
        }
    }
}

fn does_what_the_model_does(on: On, ops: &[Op]) -> Result<(), TestCaseError> {
    let Some(folder) = Folder::on(on, "leases") else { return Ok(()) };
    // On PostgreSQL each process has a store of its own.
    let stores: Vec<_> = (0..if on == On::Postgres { 3 } else { 1 }).map(|_| folder.open()).collect();
    let leases: Vec<_> =
        (0..3).map(|_| std::sync::Arc::new(Lease::new("clock", Duration::ZERO).unwrap())).collect();
    let mut model = Model::default();
    for op in ops {
        match *op {
            Op::Hold(who) => {
                let store = &stores[who % stores.len()];
                // A store in a folder has one process, which has every lease.
                let expected = model.hold(who) || on == On::Sqlite;
                prop_assert_eq!(leases[who].hold(store).unwrap(), expected, "{:?}", op);
            }
            Op::GiveBack(who) => {
                leases[who].give_back(&stores[who % stores.len()]).unwrap();
                model.give_back(who);
            }
            Op::IsHeld(who) => {
                let store = &stores[who % stores.len()];
                let (lease, place) = (std::sync::Arc::clone(&leases[who]), store.place().clone());
                let found = store.write(move |tx| lease.is_held(tx, &place)).unwrap().unwrap();
                let expected = model.held.is_some_and(|(holder, _)| holder == who) || on == On::Sqlite;
                prop_assert_eq!(found, expected, "{:?}", op);
            }
            Op::Meanwhile => {
                let undone = stores[0].write(|tx| {
                    counter::next_number(tx, "justice", "decision", 2026)?;
                    Err::<(), _>(StoreError::Closed)
                });
                prop_assert_eq!(undone, Ok(Err(StoreError::Closed)));
                stores[0].write(|tx| counter::next_number(tx, "justice", "decision", 2026)).unwrap().unwrap();
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_does_what_the_model_does(ops in prop::collection::vec(op(), 1..25)) {
        does_what_the_model_does(On::Sqlite, &ops)?;
    }

    #[test]
    fn postgres_does_what_the_model_does(ops in prop::collection::vec(op(), 1..25)) {
        does_what_the_model_does(On::Postgres, &ops)?;
    }
}
