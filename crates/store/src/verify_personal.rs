//! The personal fields against the digests of their events, a page of cases at a time: the parts are opened, and what they hold
//! is hashed together with other parts.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use ledger::{Batch, Hash};

use crate::balance::{Balance, Begun, Keys, Link, Suspects};
use crate::compact::AFTER_ALL;
use crate::personal::{LastPerson, Part, State};
use crate::value::{Value, first};
use crate::verify_scan::HASHED_TOGETHER;
use crate::{Keyring, Query, Result, StoreError, sql};

/// How many cases are read together.
const PAGE: u32 = 500;

/// After which case the next page begins; nothing when the last was handed out.
pub(crate) struct Pages(Mutex<Option<String>>);

impl Pages {
    pub fn new() -> Self {
        Self(Mutex::new(Some(String::new())))
    }

    /// After which case the next page begins and with which it ends; nothing when there are no more cases.
    pub fn next(&self, db: &dyn Query) -> Result<Option<(String, String)>> {
        let mut begins = self.0.lock().map_err(|_| StoreError::Panicked)?;
        let Some(after) = begins.take() else { return Ok(None) };
        *begins =
            first(db, &sql::CASE_PAGE_END, &[Value::Case(&after), (PAGE - 1).into()], |row| row.case())?;
        let until = begins.clone().unwrap_or_else(|| AFTER_ALL.to_owned());
        Ok(Some((after, until)))
    }
}

/// How many events stand how with their personal fields. 个人信息的现状
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Those whose parts, as far as they were not erased, were all opened.
    pub opened: u64,
    /// Those of which some or all parts were erased.
    pub erased: u64,
    /// Those of which some or all parts could not be opened, because the key is not at hand.
    pub unopened: u64,
}

impl Counts {
    pub fn add(&mut self, more: Self) {
        self.opened += more.opened;
        self.erased += more.erased;
        self.unopened += more.unopened;
    }
}

/// The parts of one event so far.
struct OneEvent {
    number: u32,
    division: Arc<str>,
    bucket: usize,
    begun: Begun,
    is_whole: bool,
    opened: u32,
    erased: u32,
    unopened: u32,
}

/// What a message that waits to be hashed must come to.
enum Wanted {
    /// The digest that is kept of a part in this bucket.
    Part(usize, Hash),
    /// That of an event, which the balance knows.
    Event(usize, Begun, Arc<str>, u32),
}

/// Takes parts by case, number and name, and what they come to from the digests of the events.
pub(crate) struct Check<'a> {
    keys: &'a Keys,
    batch: &'a mut Batch,
    digests: &'a mut Balance,
    /// Where parts do not open, or not to the digest that is kept of them.
    astray: &'a mut Suspects,
    counts: &'a mut [Counts],
    event: Option<OneEvent>,
    /// The case of the event.
    case: String,
    /// The names of its parts, end to end.
    names: String,
    /// Its parts: where the name stands, and the digest that is kept of each.
    parts: Vec<(Range<usize>, Hash)>,
    wanted: Vec<Wanted>,
}

impl<'a> Check<'a> {
    pub fn new(
        keys: &'a Keys,
        batch: &'a mut Batch,
        digests: &'a mut Balance,
        astray: &'a mut Suspects,
        counts: &'a mut [Counts],
    ) -> Self {
        let (case, names, parts, wanted) = (String::new(), String::new(), Vec::new(), Vec::new());
        Self { keys, batch, digests, astray, counts, event: None, case, names, parts, wanted }
    }

    /// The next part; `last` is the cipher of the person whose part came before, and then of this part's.
    pub fn part(&mut self, part: &Part<'_>, keyring: Option<&Keyring>, last: &mut LastPerson) {
        if self.event.as_ref().is_none_or(|one| {
            one.number != part.number || self.case != part.case() || one.division != part.division
        }) {
            self.end_event();
            if self.batch.bytes() > HASHED_TOGETHER {
                self.hash();
            }
        }
        let Self { keys, event, case, names, parts, .. } = self;
        let one = event.get_or_insert_with(|| {
            part.case().clone_into(case);
            let (bucket, begun) = keys.of(part.case());
            let (number, division) = (part.number, Arc::clone(&part.division));
            OneEvent { number, division, bucket, begun, is_whole: true, opened: 0, erased: 0, unopened: 0 }
        });
        one.is_whole &= part.is_whole();
        let from = names.len();
        names.push_str(part.name);
        parts.push((from..names.len(), part.digest));
        match part.open_in_turn(keyring, last) {
            State::Opened(plain) => {
                let (salt, fields) = plain.parts();
                self.batch.add_personal(salt, fields);
                self.wanted.push(Wanted::Part(one.bucket, part.digest));
                one.opened += 1;
            }
            State::Erased => one.erased += 1,
            State::Unopened => one.unopened += 1,
            State::Broken => self.astray.mark(one.bucket),
        }
    }

    /// All parts of an event have been handed over.
    fn end_event(&mut self) {
        let Some(one) = self.event.take() else { return };
        if let Some(counts) = self.counts.get_mut(one.bucket) {
            counts.add(Counts {
                opened: u64::from(one.opened > 0 && one.unopened == 0),
                erased: u64::from(one.erased > 0),
                unopened: u64::from(one.unopened > 0),
            });
        }
        match self.parts.as_slice() {
            [(_, digest)] if one.is_whole => {
                self.digests.take(
                    one.bucket,
                    &one.begun,
                    Link::new(one.number.into(), digest, &one.division),
                );
            }
            several => {
                let name = |at: &Range<usize>| self.names.get(at.clone()).unwrap_or_default();
                self.batch.add_parts(several.iter().map(|(at, digest)| (name(at), digest)));
                self.wanted.push(Wanted::Event(one.bucket, one.begun, one.division, one.number));
            }
        }
        self.names.clear();
        self.parts.clear();
    }

    /// Hashes what waits.
    fn hash(&mut self) {
        for (digest, wanted) in self.batch.digests().iter().zip(self.wanted.drain(..)) {
            match wanted {
                Wanted::Part(bucket, kept) if *digest != kept => self.astray.mark(bucket),
                Wanted::Part(..) => {}
                Wanted::Event(bucket, begun, division, number) => {
                    self.digests.take(bucket, &begun, Link::new(number.into(), digest, &division));
                }
            }
        }
    }

    /// All parts have been handed over.
    pub fn settle(mut self) {
        self.end_event();
        self.hash();
    }
}
