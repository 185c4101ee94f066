//! Sending the outbox: each message to each receiver that wants its topic, at least once, in the order of its case.
//!
//! A receiver is worked at in rounds. A round reads what is to be tried, tries it outside any transaction, and notes in
//! one transaction what came of it, if this process still holds the lease. Whoever dies in between leaves a round that is
//! sent again, under the same ids.

mod receivers;
mod told;
mod ways;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use store::lease::Lease;
use store::outbox::{self, Held, Item, NEVER};
use store::{LOG_ID, Query, Tx, meta};

use crate::clock::day_of;
use crate::error::Result;
use crate::ids::Ids;
use crate::platform::Platform;

pub use receivers::{RECEIVERS_FILE, Receiver, TOPICS};
pub use told::{HeldMessage, ReceiverState, Waits};
use ways::Message;
pub(crate) use ways::{Undelivered, signature, undelivered};

/// The name of the lease under which the outbox is sent.
pub const OUTBOX_LEASE: &str = "outbox";

/// How many messages a round takes at most.
const ROUND: u32 = 100;
/// How long a round goes on before what it did is noted.
const ROUND_TIME: Duration = Duration::from_secs(2);
/// How many messages of a receiver are tried again at most before no new ones are begun.
const TRYING_MOST: i64 = 200;
/// The pause after the first refusal; each is twice as long as the one before, up to the longest. Microseconds.
const FIRST_PAUSE: i64 = 5_000_000;
const LONGEST_PAUSE: i64 = 3_600_000_000;
/// How long messages are kept that all receivers have, in microseconds: 30 days.
const KEPT: i64 = 30 * 86_400_000_000;

/// What came of a round. 一轮发送
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many messages were taken.
    pub delivered: usize,
    /// How many were refused.
    pub refused: usize,
    /// Those that were set aside, as people are told.
    pub set_aside: Vec<String>,
    /// Why the receiver could not be reached.
    pub unreached: Option<String>,
    /// Whether there is more to be done at once.
    pub more: bool,
}

/// What a round is to do with one message.
struct Task {
    item: Item,
    /// Held before, or new.
    held: Option<Held>,
    /// To be handed over; nothing for a message that is passed over or stands behind another.
    message: Option<Result<Message>>,
    /// Whether the receiver wants it at all.
    is_wanted: bool,
}

/// What is to be done, as it was at one moment.
struct Plan {
    receiver: outbox::Receiver,
    tasks: Vec<Task>,
    /// The cases of which something is held.
    cases: BTreeSet<String>,
    is_full: bool,
}

/// What a round did, to be noted.
#[derive(Clone, Debug, Default)]
struct Notes {
    receiver: outbox::Receiver,
    delivered: Vec<Held>,
    /// With how often it had been tried before.
    refused: Vec<(Held, u32)>,
    held: Vec<Held>,
}

impl Platform {
    /// Works a round at a receiver under a lease that this process holds, as long as `going` says so.
    ///
    /// # Errors
    /// The store cannot be read or written; what was sent meanwhile is sent again.
    pub fn send_round(
        &self,
        receiver: &Receiver,
        lease: &Arc<Lease>,
        going: &dyn Fn() -> bool,
    ) -> Result<Round> {
        let now = self.now();
        let store_id = self.store_id()?;
        let plan = self.store().read(|reader| self.plan(reader, receiver, &store_id, now))?;
        let mut round = Round { more: plan.is_full, ..Round::default() };
        let before = plan.receiver.clone();
        let mut notes = Notes { receiver: plan.receiver, ..Notes::default() };
        let mut cases = plan.cases;
        let began = Instant::now();
        for task in plan.tasks {
            if !going() || began.elapsed() > ROUND_TIME {
                round.more = true;
                break;
            }
            if let Err(why) = self.work(receiver, task, &mut cases, &mut notes, &mut round) {
                round.unreached = Some(why);
                break;
            }
        }
        // Whoever stood behind a message that was taken now may be next.
        round.more |= !notes.delivered.is_empty();
        match &round.unreached {
            Some(why) if notes.receiver.fault.is_none() => notes.receiver.fault = Some((why.clone(), now)),
            Some(_) => (),
            None if round.delivered + round.refused > 0 => notes.receiver.fault = None,
            None => (),
        }
        if notes.receiver != before || round.delivered + round.refused > 0 {
            self.note(lease, notes, now)?;
        }
        Ok(round)
    }

    /// By which receivers tell this store's messages from those of others.
    fn store_id(&self) -> Result<String> {
        let known = self.store().read(|reader| meta::get(reader, LOG_ID))?;
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            return Ok(known);
        }
        let fresh: String = Ids::token().chars().take(32).collect();
        Ok(self.store().write(move |tx| -> store::Result<String> {
            match meta::get(tx, LOG_ID)? {
                Some(known) if !known.is_empty() => Ok(known),
                _ => meta::set(tx, LOG_ID, &fresh).map(|()| fresh.clone()),
            }
        })??)
    }

    fn plan(&self, db: &dyn Query, receiver: &Receiver, store_id: &str, now: i64) -> Result<Plan> {
        let name = receiver.name.as_str();
        let own = outbox::receiver(db, name)?;
        let own = own.unwrap_or_else(|| outbox::Receiver { name: name.to_owned(), ..Default::default() });
        let mut tasks = Vec::new();
        for held in outbox::due(db, name, now, ROUND)? {
            let Some(item) = outbox::get(db, held.id)? else { continue };
            let message = Some(self.message(db, &item, store_id));
            tasks.push(Task { item, held: Some(held), message, is_wanted: true });
        }
        let (trying, ..) = outbox::held_counts(db, name)?;
        let fresh = if trying < TRYING_MOST { outbox::after(db, own.position, ROUND)? } else { Vec::new() };
        let is_full = fresh.len() + tasks.len() >= usize::try_from(ROUND).unwrap_or(usize::MAX);
        let mut cases = BTreeSet::new();
        for item in fresh {
            let is_wanted = receiver.topics.contains(&item.topic)
                && receiver.since.is_none_or(|since| day_of(item.created_at) >= since);
            if let Some(case) = item.case.as_ref().filter(|case| is_wanted && !cases.contains(*case))
                && outbox::first_held(db, name, case)?.is_some()
            {
                cases.insert(case.clone());
            }
            let is_behind = item.case.as_ref().is_some_and(|case| cases.contains(case));
            let message = (is_wanted && !is_behind).then(|| self.message(db, &item, store_id));
            tasks.push(Task { item, held: None, message, is_wanted });
        }
        Ok(Plan { receiver: own, tasks, cases, is_full })
    }

    /// Hands one message over and remembers what came of it.
    ///
    /// # Errors
    /// The receiver cannot be reached: this message and those after it are as they were.
    fn work(
        &self,
        receiver: &Receiver,
        task: Task,
        cases: &mut BTreeSet<String>,
        notes: &mut Notes,
        round: &mut Round,
    ) -> std::result::Result<(), String> {
        let now = self.now();
        let new = Held {
            receiver: receiver.name.clone(),
            id: task.item.id,
            division: task.item.division.clone(),
            case: task.item.case.clone(),
            attempts: 0,
            next_at: NEVER,
            fault: String::new(),
            held_at: now,
            set_aside_at: None,
        };
        let is_new = task.held.is_none();
        let is_behind = is_new && task.item.case.as_ref().is_some_and(|case| cases.contains(case));
        let outcome = match task.message {
            Some(message) if !is_behind => match message {
                Ok(message) => receiver.way.deliver(&message, now),
                // What cannot be said is set aside as what is not taken.
                Err(fault) => {
                    let told = fault.diagnostics().into_iter().map(|one| one.message).collect::<Vec<_>>();
                    Err(Undelivered::Refused(told.join("；")))
                }
            },
            _ => {
                if task.is_wanted {
                    notes.held.push(new);
                }
                notes.receiver.position = task.item.id;
                return Ok(());
            }
        };
        match outcome {
            Ok(()) => {
                round.delivered += 1;
                notes.delivered.extend(task.held);
            }
            Err(Undelivered::Unreached(why)) => return Err(why),
            Err(Undelivered::Refused(why)) => {
                round.refused += 1;
                let before = task.held.unwrap_or(new);
                let after = refused(&before, receiver.attempts, why, now);
                if after.set_aside_at.is_some() {
                    round.set_aside.push(format!("第{}件送{}：{}", after.id, receiver.name, after.fault));
                }
                cases.extend(after.case.clone());
                if is_new { notes.held.push(after) } else { notes.refused.push((after, before.attempts)) }
            }
        }
        if is_new {
            notes.receiver.position = task.item.id;
        }
        Ok(())
    }

    /// Notes what a round did, unless the lease went to another process, which does it again.
    fn note(&self, lease: &Arc<Lease>, notes: Notes, now: i64) -> Result<()> {
        let (platform, lease) = (self.clone(), Arc::clone(lease));
        self.store().write(move |tx| -> store::Result<()> {
            if !lease.is_held(tx, platform.store().place())? {
                return Ok(());
            }
            notes.delivered.iter().try_for_each(|one| outbox::release(tx, one, now).map(drop))?;
            notes.refused.iter().try_for_each(|(one, before)| outbox::refused(tx, one, *before).map(drop))?;
            notes.held.iter().try_for_each(|one| hold(tx, one, now))?;
            outbox::put_receiver(tx, &notes.receiver)
        })??;
        Ok(())
    }

    /// Removes messages that all these receivers have had for a month; how many.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn clean_outbox(&self, receivers: &[Receiver], lease: &Arc<Lease>) -> Result<u64> {
        let known = self.store().read(|reader| outbox::receivers(reader))?;
        let position =
            |one: &Receiver| known.iter().find(|it| it.name == one.name).map_or(0, |it| it.position);
        let until = receivers.iter().map(position).min().unwrap_or(0);
        let (before, lease, platform) = (self.now() - KEPT, Arc::clone(lease), self.clone());
        Ok(self.store().write(move |tx| -> store::Result<u64> {
            if lease.is_held(tx, platform.store().place())? {
                outbox::clean(tx, until, before)
            } else {
                Ok(0)
            }
        })??)
    }
}

/// Holds a message. What was behind another one when the round began may be the first of its case by now.
fn hold(tx: &mut Tx<'_>, one: &Held, now: i64) -> store::Result<()> {
    let is_first = match &one.case {
        Some(case) if one.attempts == 0 => outbox::first_held(tx, &one.receiver, case)?.is_none(),
        _ => false,
    };
    let next_at = if is_first { now } else { one.next_at };
    outbox::hold(tx, &Held { next_at, ..one.clone() })
}

/// A message that was refused once more: tried again after a pause, or set aside.
fn refused(before: &Held, most: u32, why: String, now: i64) -> Held {
    let attempts = before.attempts.saturating_add(1);
    let is_last = attempts >= most;
    Held {
        attempts,
        next_at: if is_last { NEVER } else { now.saturating_add(pause(attempts)) },
        fault: why,
        set_aside_at: is_last.then_some(now),
        ..before.clone()
    }
}

/// How long to wait after so many refusals, in microseconds.
fn pause(attempts: u32) -> i64 {
    let doubled = 1_i64.checked_shl(attempts.saturating_sub(1).min(40)).unwrap_or(i64::MAX);
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let seconds: Vec<i64> = (1..=12).map(|n| pause(n) / 1_000_000).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
