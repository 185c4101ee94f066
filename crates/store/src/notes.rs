//! What the writer knows without asking the database again: it alone writes while a group is in hand.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use ledger::Hash;

use crate::cases::Case;
use crate::due::Due;
use crate::form::Known;

/// What one command read or wrote, by case. 备忘
#[derive(Debug, Default)]
pub struct Notes {
    pub(crate) cases: RefCell<BTreeMap<String, Case>>,
    pub(crate) dues: RefCell<BTreeMap<String, Vec<Due>>>,
    /// Persons by what they are found by.
    pub(crate) persons: RefCell<BTreeMap<crate::person::Lookup, String>>,
}

/// The last places given out and the like, as far as they were asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Serials {
    pub event: Option<i64>,
    pub outbox: Option<i64>,
    /// The last line of the log of operations, and its hash.
    pub audit_log: Option<(i64, Hash)>,
    /// The last day that any tally has.
    pub reach: Option<i32>,
}

/// A command that was done: the digest of its request, and its result.
pub(crate) type Done = (Hash, String);

/// Organ, kind and year of a series of numbers.
pub(crate) type Series = (String, String, i32);

/// What the commands of a group have in common.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub serials: Cell<Serials>,
    pub counters: RefCell<BTreeMap<Series, i64>>,
    /// The keys that were asked for in advance, with what was done under them.
    pub commands: RefCell<BTreeMap<String, Option<Done>>>,
    /// Actors and forms, as far as they were asked for or made.
    pub names: RefCell<Known>,
}

/// What a group knew before a command, to be known again when the command is undone.
#[derive(Debug, Default)]
pub(crate) struct Undo {
    pub serials: Serials,
    pub counters: Vec<(Series, Option<i64>)>,
    pub commands: Vec<String>,
    /// Whether actors or forms became known.
    pub names: bool,
}

impl Group {
    pub fn undo(&self, undo: Undo) {
        self.serials.set(undo.serials);
        if undo.names {
            self.names.take();
        }
        let mut commands = self.commands.borrow_mut();
        commands.extend(undo.commands.into_iter().map(|key| (key, None)));
        let mut counters = self.counters.borrow_mut();
        for (series, last) in undo.counters.into_iter().rev() {
            match last {
                Some(last) => counters.insert(series, last),
                None => counters.remove(&series),
            };
        }
    }
}
