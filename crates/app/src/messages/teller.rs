//! Follows the journal and the days, and makes messages of them: in one process, which holds the lease. Where it is
//! interrupted it does the same again, and what is there already is not made twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Diagnostic;
use calendar::Day;
use store::lease::Lease;
use store::message::{self, Message, Sending, State};
use store::{due, events, meta};

use super::channels::Channels;
use super::drafts::{Draft, Matter};
use crate::error::Result;
use crate::platform::Platform;

/// The name of the lease under which messages are made and sent.
pub const MESSAGES_LEASE: &str = "messages";

/// How far the journal was followed, and up to which day duties were looked at.
const FOLLOWED: &str = "messages_followed";
const LOOKED: &str = "messages_looked";
/// How many events, and how many duties, a round takes at most.
const ROUND: u32 = 200;

/// What came of a round. 一轮生成
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many messages were made.
    pub made: usize,
    /// Whether there is more to be done at once.
    pub more: bool,
    /// Cases of which nothing could be told.
    pub faults: Vec<Diagnostic>,
}

impl Platform {
    /// Makes the messages that follow from the next events of the journal and, once a day, from the duties whose colour
    /// changed. A platform that never made any begins with what happens from now on.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn tell_round(&self, lease: &Arc<Lease>) -> Result<Told> {
        let (followed, looked, last) = self.store().read(|reader| -> store::Result<_> {
            let number =
                |name| meta::get(reader, name).map(|text| text.and_then(|text| text.parse::<i64>().ok()));
            Ok((number(FOLLOWED)?, number(LOOKED)?, events::last_seq(reader)?))
        })?;
        let today = self.today();
        let Some(followed) = followed else {
            self.enter_messages(lease, Vec::new(), (FOLLOWED, None, last))?;
            return Ok(Told { more: true, ..Told::default() });
        };
        // Those of today are told even on the first day.
        let from = looked.and_then(|day| i32::try_from(day).ok()).unwrap_or(today.number() - 1);
        if from < today.number() {
            return self.look(lease, from, looked, today);
        }
        self.follow(lease, followed)
    }

    fn follow(&self, lease: &Arc<Lease>, followed: i64) -> Result<Told> {
        let (roll, today) = (self.roll()?, self.today());
        let mut told = Told::default();
        let (drafts, last) = self.store().read(|reader| -> Result<_> {
            let entries = events::after(reader, followed, ROUND)?;
            told.more = u32::try_from(entries.len()).unwrap_or(ROUND) == ROUND;
            let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok((Vec::new(), None)) };
            let mut cases: BTreeMap<&str, Vec<&ledger::Event>> = BTreeMap::new();
            for entry in &entries {
                cases.entry(&entry.event().case).or_default().push(entry.event());
            }
            let mut drafts = Vec::new();
            for (case, events) in cases {
                let made = self.inner().load(reader, case).and_then(|file| {
                    let roll = Arc::clone(&roll);
                    let matter = Matter { platform: self, db: reader, file: &file, roll, today };
                    let mut made = Vec::new();
                    for event in &events {
                        made.extend(matter.of_event(event)?);
                    }
                    let by = events.last().map_or("", |event| event.actor.as_str());
                    made.extend(matter.of_colours(by)?);
                    Ok(made)
                });
                match made {
                    Ok(made) => drafts.extend(made),
                    Err(fault) => told.faults.extend(fault.diagnostics()),
                }
            }
            Ok((drafts, Some(last)))
        })?;
        if let Some(last) = last {
            told.made = self.enter_messages(lease, drafts, (FOLLOWED, Some(followed), last))?;
        }
        Ok(told)
    }

    /// Looks at the duties whose colour changed after a day and by today.
    fn look(&self, lease: &Arc<Lease>, from: i32, looked: Option<i64>, today: Day) -> Result<Told> {
        let roll = self.roll()?;
        let mut told = Told { more: true, ..Told::default() };
        let mut after: Option<due::Due> = None;
        loop {
            let (drafts, last) = self.store().read(|reader| -> Result<_> {
                let rows = due::turning(reader, after.as_ref(), from, today.number(), ROUND)?;
                let mut drafts = Vec::new();
                let mut before: Option<&str> = None;
                for row in &rows {
                    // The duties of a case stand together, and all of them are looked at with the first.
                    if before.replace(&row.case) == Some(&row.case) {
                        continue;
                    }
                    let made = self.inner().load(reader, &row.case).and_then(|file| {
                        let roll = Arc::clone(&roll);
                        Matter { platform: self, db: reader, file: &file, roll, today }.of_colours("")
                    });
                    match made {
                        Ok(made) => drafts.extend(made),
                        Err(fault) => told.faults.extend(fault.diagnostics()),
                    }
                }
                Ok((drafts, rows.last().cloned()))
            })?;
            let Some(last) = last else { break };
            told.made += self.enter_messages(lease, drafts, (LOOKED, looked, looked.unwrap_or(-1)))?;
            after = Some(last);
        }
        self.enter_messages(lease, Vec::new(), (LOOKED, looked, i64::from(today.number())))?;
        Ok(told)
    }

    /// Enters messages, each with its sendings, and how far this was: what, from where and to where. Nothing where the
    /// lease or the place is another process's by now. How many messages are new.
    fn enter_messages(
        &self,
        lease: &Arc<Lease>,
        drafts: Vec<Draft>,
        place: (&'static str, Option<i64>, i64),
    ) -> Result<usize> {
        let channels = self.channels();
        let now = self.now();
        let messages: Vec<(Message, bool)> =
            drafts.into_iter().flat_map(|draft| self.addressed(draft, &channels, now)).collect();
        let configured: Vec<String> = channels.list.iter().map(|one| one.name.clone()).collect();
        let (platform, lease) = (self.clone(), Arc::clone(lease));
        let (name, from, to) = place;
        Ok(self.store().write(move |tx| -> store::Result<usize> {
            let found = meta::get(tx, name)?.and_then(|text| text.parse::<i64>().ok());
            if found != from || !lease.is_held(tx, platform.store().place())? {
                return Ok(0);
            }
            let mut count = 0;
            for (one, stays) in &messages {
                count += usize::from(add(tx, one, if *stays { &[] } else { &configured })?);
            }
            if to >= 0 {
                meta::set(tx, name, &to.to_string())?;
            }
            Ok(count)
        })??)
    }

    /// The message of a draft, and one for each group of its organ; with each whether it stays on the platform.
    fn addressed(&self, draft: Draft, channels: &Channels, now: i64) -> Vec<(Message, bool)> {
        let one = |account: String| Message {
            account,
            kind: draft.kind.to_owned(),
            case: draft.case.clone(),
            about: draft.about.clone(),
            id: self.inner().ids.id(now),
            on_day: draft.on.number(),
            words: draft.words.to_string(),
            made_at: now,
            read_at: None,
        };
        let mut made = vec![one(draft.recipient.clone())];
        let organ = draft.organ.as_deref().filter(|_| !draft.stays);
        let groups = organ.into_iter().flat_map(|organ| channels.groups(organ));
        made.extend(groups.map(|group| one(group.name.clone())));
        made.into_iter().map(|message| (message, draft.stays)).collect()
    }
}

/// Enters a message and sets it on its way by the channels that its receiver has; whether it is new.
pub(super) fn add(tx: &mut store::Tx<'_>, one: &Message, configured: &[String]) -> store::Result<bool> {
    if !message::add(tx, one)? {
        return Ok(false);
    }
    let by: Vec<String> = if one.account.contains(':') {
        vec![one.account.clone()]
    } else {
        let own = message::addresses(tx, &one.account)?;
        own.into_iter().filter(|own| own.address.is_some()).map(|own| own.channel).collect()
    };
    for channel in by.into_iter().filter(|channel| configured.contains(channel)) {
        message::send(tx, &waiting(one, channel))?;
    }
    Ok(true)
}

/// A message that is to be sent at once.
pub(super) fn waiting(one: &Message, channel: String) -> Sending {
    Sending {
        message: one.id.clone(),
        channel,
        account: one.account.clone(),
        made_at: one.made_at,
        next_at: one.made_at,
        attempts: 0,
        state: State::Waiting,
        fault: String::new(),
        ended_at: None,
    }
}
