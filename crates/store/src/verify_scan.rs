//! One reading of everything in the order in which it lies: each event's hash from its content, the tree over the hashes, and
//! two balances: of the hashes that chains give and take, and of digests with the personal fields that meet them.
//!
//! Nothing is looked up: an event names the hash before it, whether or not that is one; when every hash named is one that
//! is there and the other way round, every chain is whole (see [`Found`]). Which case is broken and how is found by
//! walking the chains of the buckets that are not even.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::thread;

use ledger::{Batch, Hash, Tree};

use crate::balance::{Balance, Begun, Keys, Link, Suspects};
use crate::form::Names;
use crate::tally::{Counted, Sum};
use crate::tree_head::TreeHead;
use crate::verify_personal::{Check, Counts, Pages};
use crate::{
    Keyring, Place, Problem, Query, Result, Store, StoreError, cases, events, personal, tally, tally_year,
    tree, tree_head,
};

/// The level of the tree that a page of events is: 2^12 of them.
pub(crate) const PAGE_LEVEL: u32 = 12;
const PAGE: i64 = 1 << PAGE_LEVEL;

/// So many bytes are hashed together: they stay in the cache, and long records do not fill the memory.
pub(crate) const HASHED_TOGETHER: usize = 256 * 1024;

/// What one page of events came to.
pub(crate) struct Page {
    /// The place before its first event.
    pub after: i64,
    /// Whether every place has an event.
    pub whole: bool,
    /// The subtree over it, if it is a full one.
    pub top: Option<Hash>,
    /// The roots that end in it: what of it they cover, as complete subtrees.
    pub heads: Vec<(TreeHead, Vec<(u32, Hash)>)>,
    /// Kept subtrees that are not those of the events.
    pub faults: Vec<Problem>,
}

/// What was read.
///
/// `chain` is given, for each case, its genesis (a sign stands for it) as number 1 and each event's hash as the number after it, and it
/// takes each event's link as its own number, and the case's head as the number after its version; all with case and
/// division. When it is even, the numbers are 1, 2, 3 up to the version, each once, each event follows the one before it,
/// and no event is without its case. `digests` is given the digest of each event and takes the one that its parts have.
pub(crate) struct Found {
    pub events: i64,
    /// How many events there were to begin with.
    pub last: i64,
    pub cases: u64,
    pub pages: Vec<Page>,
    /// Where chains or contents are not in order.
    pub broken: Suspects,
    /// Where personal fields are missing or changed.
    pub astray: Suspects,
    /// How the personal fields stand, in each bucket.
    pub personal: Vec<Counts>,
    /// Whether some tally is not the sum of the records behind it.
    pub tallies_differ: bool,
    /// Whether some tally of a year is not the sum of its days.
    pub years_differ: bool,
    /// The last day of a tally is after the one that is kept.
    pub beyond_reach: bool,
    pub heads: Vec<TreeHead>,
}

impl Found {
    /// Personal fields in the buckets that need no second look.
    pub fn personal_in_order(&self) -> Counts {
        let in_order = |(at, _): &(usize, &Counts)| !self.broken.has(*at) && !self.astray.has(*at);
        let mut all = Counts::default();
        self.personal.iter().enumerate().filter(in_order).for_each(|(_, counts)| all.add(*counts));
        all
    }

    /// Whether a case's bucket needs a second look.
    pub fn suspects(&self, case: &str) -> bool {
        self.broken.has_case(case) || self.astray.has_case(case)
    }

    pub fn any(&self) -> bool {
        self.broken.any() || self.astray.any()
    }

    /// Whether the journal has the places 1 to the last, and no others.
    pub fn is_gapless(&self) -> bool {
        self.events == self.last && self.pages.iter().all(|page| page.whole)
    }
}

/// What the readers have in common.
struct Plan<'a> {
    keys: Keys,
    keyring: Option<&'a Keyring>,
    in_one_file: bool,
    last: i64,
    heads: Vec<TreeHead>,
    /// The next table that is read in one piece, and the place before the next page of events.
    next_table: AtomicU32,
    next: AtomicI64,
    next_personal: Pages,
}

/// Reads everything, with two readers.
pub(crate) fn scan(store: &Store, keyring: Option<&Keyring>) -> Result<Found> {
    let in_one_file = matches!(store.place(), Place::Folder(_));
    let plan = store.read(|db| -> Result<_> {
        let last = events::last_seq(db)?;
        let keys = Keys::draw(u64::try_from(last).unwrap_or(0));
        let heads = tree_head::list(db)?;
        let (next_table, next) = (AtomicU32::new(0), AtomicI64::new(0));
        let next_personal = Pages::new();
        Ok(Plan { keys, keyring, in_one_file, last, heads, next_table, next, next_personal })
    })?;
    let share = || {
        store.read(|db| -> Result<_> {
            let mut part = Part::new(&plan);
            // The largest pieces first: the last ones end for both readers at about the same time.
            while part.next_table(db)? {}
            let names = Names::read(db)?;
            while part.next_page(db, &names)? {}
            while part.next_personal(db)? {}
            Ok(part)
        })
    };
    let (mut part, other) = thread::scope(|scope| -> Result<_> {
        let other = scope.spawn(share);
        let part = share()?;
        Ok((part, other.join().map_err(|_| StoreError::Panicked)??))
    })?;
    part.join(other);
    Ok(part.found())
}

/// Puts a sum on a side of the balance of years.
fn weigh(years: &mut Balance, key: &Begun, sum: Sum, side: i64) {
    years.give_times(0, key, 'n', sum.n.wrapping_mul(side));
    years.give_times(0, key, 't', sum.total.wrapping_mul(side));
}

/// One reader's share.
struct Part<'a> {
    plan: &'a Plan<'a>,
    batch: Batch,
    chain: Balance,
    digests: Balance,
    tallies: Balance,
    years: Balance,
    beyond_reach: bool,
    changed: Suspects,
    astray: Suspects,
    events: i64,
    cases: u64,
    personal: Vec<Counts>,
    pages: Vec<Page>,
}

impl<'a> Part<'a> {
    fn new(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            batch: Batch::new(),
            chain: Balance::new(&plan.keys),
            digests: Balance::new(&plan.keys),
            tallies: Balance::one(),
            years: Balance::one(),
            beyond_reach: false,
            changed: Suspects::new(&plan.keys),
            astray: Suspects::new(&plan.keys),
            events: 0,
            cases: 0,
            personal: plan.keys.each_bucket(Counts::default()),
            pages: Vec::new(),
        }
    }

    fn join(&mut self, other: Self) {
        self.chain.join(&other.chain);
        self.digests.join(&other.digests);
        self.tallies.join(&other.tallies);
        self.years.join(&other.years);
        self.beyond_reach |= other.beyond_reach;
        self.changed.join(&other.changed);
        self.astray.join(&other.astray);
        self.events += other.events;
        self.cases += other.cases;
        self.personal.iter_mut().zip(&other.personal).for_each(|(counts, more)| counts.add(*more));
        self.pages.extend(other.pages);
    }

    fn found(mut self) -> Found {
        self.chain.uneven().for_each(|bucket| self.changed.mark(bucket));
        self.digests.uneven().for_each(|bucket| self.astray.mark(bucket));
        self.pages.sort_by_key(|page| page.after);
        Found {
            events: self.events,
            last: self.plan.last,
            cases: self.cases,
            pages: self.pages,
            broken: self.changed,
            astray: self.astray,
            personal: self.personal,
            tallies_differ: self.tallies.uneven().next().is_some(),
            years_differ: self.years.uneven().next().is_some(),
            beyond_reach: self.beyond_reach,
            heads: self.plan.heads.clone(),
        }
    }

    /// The next table that nobody has taken; whether there was one.
    fn next_table(&mut self, db: &dyn Query) -> Result<bool> {
        match self.plan.next_table.fetch_add(1, Ordering::Relaxed) {
            0 => self.tallies(db)?,
            1 => self.cases(db)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Every case: where its chain begins and where it must end.
    fn cases(&mut self, db: &dyn Query) -> Result<()> {
        let Self { plan, chain, cases, .. } = self;
        cases::each_tip(db, &mut |tip| {
            *cases += 1;
            let (bucket, case) = plan.keys.of(tip.id);
            chain.take(bucket, &case, Link::new(u64::from(tip.version) + 1, &tip.head, tip.division));
            chain.give(bucket, &case, Link::new(1, &Hash::default(), tip.division));
            Ok(())
        })
    }

    /// The personal fields of the next page of cases that nobody has taken; whether there was one.
    fn next_personal(&mut self, db: &dyn Query) -> Result<bool> {
        let Some((after, until)) = self.plan.next_personal.next(db)? else { return Ok(false) };
        let Self { plan, batch, digests, astray, personal, .. } = self;
        let mut check = Check::new(&plan.keys, batch, digests, astray, personal);
        personal::each_part(db, plan.in_one_file, (&after, &until), &mut |part, last| {
            check.part(part, plan.keyring, last);
        })?;
        check.settle();
        Ok(true)
    }

    /// All tallies, and the records behind them added up. All that is kept at a time are the sums of one figure on one day.
    fn tallies(&mut self, db: &dyn Query) -> Result<()> {
        let Self { plan, tallies, years, beyond_reach, .. } = self;
        let item = |figure: &str, day: i32| plan.keys.begin((figure, day));
        let mut of = (String::new(), 0);
        let mut sums = DaySums::default();
        let mut settle = |of: &(String, i32), sums: &mut DaySums| {
            let begun = item(&of.0, of.1);
            for (key, sum) in sums.take() {
                tallies.give(0, &begun, (key.organ, key.division, key.recorded_day, sum.n, sum.total));
            }
        };
        tally::each_contribution(db, &mut |one| {
            if of.1 != one.legal_day || of.0 != one.figure {
                settle(&of, &mut sums);
                of = (one.figure.to_owned(), one.legal_day);
            }
            sums.add(one);
            Ok(())
        })?;
        settle(&of, &mut sums);
        let mut last: Option<i32> = None;
        tally::each_tally(db, &mut |one| {
            let begun = item(one.figure, one.legal_day);
            let rest = (one.organ, one.division, one.recorded_day, one.sum.n, one.sum.total);
            tallies.take(0, &begun, rest);
            tally_year::keys(one).for_each(|key| weigh(years, &plan.keys.begin(key), one.sum, 1));
            last = last.max(Some(one.legal_day.max(one.recorded_day)));
            Ok(())
        })?;
        *beyond_reach = !tally_year::reaches(db, last)?;
        tally_year::each(db, &mut |key, sum| {
            weigh(years, &plan.keys.begin(key), sum, -1);
            Ok(())
        })
    }

    /// The next page of events that nobody has taken; whether there was one.
    fn next_page(&mut self, db: &dyn Query, names: &Names) -> Result<bool> {
        let after = self.plan.next.fetch_add(PAGE, Ordering::Relaxed);
        if after > self.plan.last || (after == self.plan.last && after > 0) {
            return Ok(false);
        }
        let until = self.plan.last.min(after + PAGE);
        let (hashes, whole) = self.read_events(db, names, (after, until))?;
        let page = self.subtrees(db, after, whole, &hashes)?;
        self.pages.push(page);
        Ok(true)
    }

    /// The hashes of the events from after a place up to another, and whether every place has one.
    fn read_events(
        &mut self,
        db: &dyn Query,
        names: &Names,
        (after, until): (i64, i64),
    ) -> Result<(Vec<Hash>, bool)> {
        let Self { plan, batch, chain, digests, changed, events, .. } = self;
        let mut hashes: Vec<Hash> = Vec::new();
        let mut waiting: Vec<(usize, Hash)> = Vec::new();
        let mut settle = |batch: &mut Batch, waiting: &mut Vec<(usize, Hash)>| {
            for (found, (bucket, hash)) in batch.digests().iter().zip(waiting.drain(..)) {
                if *found != hash {
                    changed.mark(bucket);
                }
            }
        };
        let (mut expected, mut whole) = (after + 1, true);
        // No place is below 1; whoever wrote one there is found by the balance.
        let from = if after == 0 { i64::MIN } else { after };
        events::each_between(db, names, (from, until), &mut |entry| {
            let (event, division) = (&entry.event, entry.division);
            let ((bucket, case), number) = (plan.keys.of(event.case), u64::from(event.number));
            match &entry.prev {
                Some(prev) => {
                    chain.take(bucket, &case, Link::new(number, prev, division));
                    batch.add_link(prev, event);
                }
                // The genesis of the case itself: whatever it is, it is the same on both sides.
                None => {
                    chain.take(bucket, &case, Link::new(number, &Hash::default(), division));
                    batch.add_first_link(event);
                }
            }
            chain.give(bucket, &case, Link::new(number + 1, &entry.hash, division));
            if let Some(digest) = &event.personal_digest {
                digests.give(bucket, &case, Link::new(number, digest, division));
            }
            waiting.push((bucket, entry.hash));
            hashes.push(entry.hash);
            whole &= entry.seq == expected;
            expected += 1;
            *events += 1;
            if batch.bytes() > HASHED_TOGETHER {
                settle(batch, &mut waiting);
            }
            Ok(())
        })?;
        settle(batch, &mut waiting);
        Ok((hashes, whole && expected == until + 1))
    }

    /// The tree over a page: what the roots need of it, and whether the subtrees that are kept are its own.
    fn subtrees(&mut self, db: &dyn Query, after: i64, whole: bool, hashes: &[Hash]) -> Result<Page> {
        let made = Tree::of(hashes, &mut self.batch);
        let until = self.plan.last.min(after + PAGE);
        let ends_here = |head: &&TreeHead| head.size > after && head.size <= until;
        let heads = self.plan.heads.iter().filter(ends_here).map(|head| {
            let covered = usize::try_from(head.size - after).unwrap_or(usize::MAX);
            (head.clone(), made.subtrees(covered))
        });
        let mut page = Page {
            after,
            whole,
            top: made.level(PAGE_LEVEL).first().copied(),
            heads: heads.collect(),
            faults: Vec::new(),
        };
        let mut differ = Vec::new();
        for level in tree::LOWEST..=PAGE_LEVEL {
            for (place, hash) in (after >> level..).zip(made.level(level)) {
                if tree::kept(db, level, place)?.is_some_and(|kept| kept != *hash) {
                    differ.push(((place + 1) << level, level, place));
                }
            }
        }
        differ.sort_unstable();
        page.faults.extend(differ.into_iter().map(|(_, level, place)| Problem::Node { level, place }));
        Ok(page)
    }
}

/// Whose count of a day, and from which day on it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DayKey {
    organ: String,
    division: String,
    recorded_day: i32,
}

/// The sums of one figure on one day.
#[derive(Default)]
struct DaySums {
    sums: BTreeMap<DayKey, Sum>,
    /// The sum that was added to last: mostly the next one belongs to it too.
    last: Option<(DayKey, Sum)>,
}

impl DaySums {
    fn add(&mut self, one: &Counted<'_>) {
        let is_same = self.last.as_ref().is_some_and(|(key, _)| {
            key.recorded_day == one.recorded_day && key.organ == one.organ && key.division == one.division
        });
        if !is_same {
            self.keep_last();
            let (organ, division) = (one.organ.to_owned(), one.division.to_owned());
            self.last = Some((DayKey { organ, division, recorded_day: one.recorded_day }, Sum::default()));
        }
        if let Some((_, sum)) = &mut self.last {
            sum.n = sum.n.wrapping_add(one.sum.n);
            sum.total = sum.total.wrapping_add(one.sum.total);
        }
    }

    fn keep_last(&mut self) {
        if let Some((key, more)) = self.last.take() {
            let sum = self.sums.entry(key).or_default();
            sum.n = sum.n.wrapping_add(more.n);
            sum.total = sum.total.wrapping_add(more.total);
        }
    }

    /// All sums; none are left.
    fn take(&mut self) -> BTreeMap<DayKey, Sum> {
        self.keep_last();
        std::mem::take(&mut self.sums)
    }
}
