//! Sending what is on its way by a channel: after the quiet hours, not too much in a day, again where it was not taken.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use store::lease::Lease;
use store::message::{self, Channel as ChannelRow, Message, NEVER, Sending, State};
use store::{Query, StoreError};

use super::addresses::{opened, pending_of};
use super::channels::{Channel, Channels, Note, Undelivered};
use super::quiet::{Quiet, day_start, next_day};
use crate::error::Result;
use crate::platform::Platform;

/// How many messages a round takes at most, and how long it goes on before what it did is noted.
const ROUND: u32 = 50;
const ROUND_TIME: Duration = Duration::from_secs(2);
/// How often a message is tried, and the pauses between: each twice as long as the one before. Microseconds.
const MOST_ATTEMPTS: u32 = 8;
const FIRST_PAUSE: i64 = 60_000_000;
const LONGEST_PAUSE: i64 = 3_600_000_000;
/// After so long a message is not sent any more: it stands on the platform all the while.
const STALE: i64 = 7 * 86_400_000_000;
/// How long a code to confirm an address is good, in microseconds.
pub(super) const CODE_TIME: i64 = 30 * 60_000_000;

/// What came of a round. 一轮外发
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    pub sent: usize,
    /// How many will be tried again, or go out when the quiet hours are over.
    pub waiting: usize,
    /// How many were given up.
    pub failed: usize,
    /// Why the channel cannot be reached.
    pub unreached: Option<String>,
    /// Whether there is more to be done at once.
    pub more: bool,
}

/// What is to be done with a message.
enum Ready {
    Go(Box<Note>),
    /// It waits, until an instant.
    Waits(i64, &'static str),
    /// It is not sent at all.
    Ends(State, &'static str),
}

impl Platform {
    /// Works a round at a channel under a lease that this process holds, as long as `going` says so.
    ///
    /// # Errors
    /// The store cannot be read or written; what was sent meanwhile is sent again.
    pub fn push_round(
        &self,
        channel: &Channel,
        lease: &Arc<Lease>,
        going: &dyn Fn() -> bool,
    ) -> Result<Pushed> {
        let now = self.now();
        let channels = self.channels();
        let rows = self.store().read(|reader| message::due(reader, &channel.name, now, ROUND))?;
        let mut pushed =
            Pushed { more: rows.len() == usize::try_from(ROUND).unwrap_or(50), ..Pushed::default() };
        let mut done: Vec<Sending> = Vec::new();
        let began = Instant::now();
        for row in rows {
            if !going() || began.elapsed() > ROUND_TIME {
                pushed.more = true;
                break;
            }
            // What this round has sent counts for the day though it is not noted yet.
            let sent =
                done.iter().filter(|one| one.account == row.account && one.state == State::Sent).count();
            let sent = i64::try_from(sent).unwrap_or(i64::MAX);
            let ready = self.store().read(|reader| self.ready(reader, &channels, &row, now, sent))?;
            match outcome(row, ready, channel, self.now()) {
                Ok(row) => {
                    match row.state {
                        State::Sent => pushed.sent += 1,
                        State::Waiting => pushed.waiting += 1,
                        State::Failed => pushed.failed += 1,
                        State::Seen | State::Stale => {}
                    }
                    done.push(row);
                }
                Err(why) => {
                    pushed.unreached = Some(why);
                    break;
                }
            }
        }
        let tried = pushed.sent + pushed.failed > 0;
        let fault = pushed.unreached.clone();
        self.note_pushed(channel, lease, done, (fault, tried), now)?;
        Ok(pushed)
    }

    /// What is to be done with a message at an instant.
    fn ready(
        &self,
        db: &dyn Query,
        channels: &Channels,
        row: &Sending,
        now: i64,
        just_sent: i64,
    ) -> Result<Ready> {
        let Some(told) = message::get(db, &row.message)? else {
            return Ok(Ready::Ends(State::Stale, "消息已经清理"));
        };
        let is_prompt = told.kind == "address_code";
        if told.read_at.is_some() {
            return Ok(Ready::Ends(State::Seen, "已经在平台上看过"));
        }
        if now - told.made_at > if is_prompt { CODE_TIME } else { STALE } {
            return Ok(Ready::Ends(State::Stale, "过了时间还没有送出"));
        }
        if !is_prompt {
            let own = message::quiet(db, &row.account)?.map(|(from, until)| Quiet { from, until });
            let quiet = own.unwrap_or(channels.quiet);
            let opens = quiet.after(now);
            if opens > now {
                return Ok(Ready::Waits(opens, "免打扰时段，过后发送"));
            }
            let sent = message::sent_since(db, &row.account, &row.channel, day_start(now))? + just_sent;
            if sent >= channels.daily_most {
                return Ok(Ready::Waits(quiet.after(next_day(now)), "今天发得够多了，明天发送"));
            }
        }
        let Some(to) = self.address_for(db, row, &told)? else {
            return Ok(Ready::Ends(State::Failed, "没有可以用的地址"));
        };
        let code =
            if is_prompt { pending_of(db, &self.inner().held(), &row.account, &row.channel)? } else { None };
        let note = self.outgoing(channels, &told, to, code.map(|(_, code)| code), now);
        Ok(note.map_or(Ready::Ends(State::Failed, "没有这种消息的模板"), |note| {
            Ready::Go(Box::new(note))
        }))
    }

    /// Where a message goes: nowhere in particular for a group.
    fn address_for(&self, db: &dyn Query, row: &Sending, told: &Message) -> Result<Option<String>> {
        if row.channel.starts_with("group:") {
            return Ok(Some(String::new()));
        }
        let held = self.inner().held();
        if told.kind == "address_code" {
            return Ok(pending_of(db, &held, &row.account, &row.channel)?.map(|(address, _)| address));
        }
        let own = message::address(db, &row.account, &row.channel)?;
        Ok(own.map(|own| opened(&held, &own, own.address.as_deref())).transpose()?.flatten())
    }

    /// A message as it leaves the platform.
    pub(super) fn outgoing(
        &self,
        channels: &Channels,
        told: &Message,
        to: String,
        code: Option<String>,
        now: i64,
    ) -> Option<Note> {
        let (title, text) = self.message_words(told, code.as_deref())?;
        let path = if told.case.is_empty() { None } else { Some(format!("/cases/{}", told.case)) };
        let link = path.filter(|_| !channels.site.is_empty()).map(|path| format!("{}{path}", channels.site));
        Some(Note { id: told.id.clone(), to, title, text, link, now })
    }

    /// Title and text of a message.
    pub(super) fn message_words(&self, told: &Message, code: Option<&str>) -> Option<(String, String)> {
        let words: Json = serde_json::from_str(&told.words).unwrap_or_default();
        let minutes = (CODE_TIME / 60_000_000).to_string();
        self.rules().templates.filled(&told.kind, |name| match name {
            "code" => code,
            "minutes" => Some(minutes.as_str()),
            other => words.get(other).and_then(Json::as_str),
        })
    }

    /// Notes what a round did, unless the lease went to another process, which does it again.
    fn note_pushed(
        &self,
        channel: &Channel,
        lease: &Arc<Lease>,
        done: Vec<Sending>,
        outcome: (Option<String>, bool),
        now: i64,
    ) -> Result<()> {
        let (fault, tried) = outcome;
        let known = self.store().read(|reader| message::channels(reader))?;
        let before = known.into_iter().find(|one| one.name == channel.name).and_then(|one| one.fault);
        let after = match (fault, &before) {
            (Some(_), Some(old)) => Some(old.clone()),
            (Some(why), None) => Some((why, now)),
            (None, old) if !tried => old.clone(),
            (None, _) => None,
        };
        if done.is_empty() && after == before {
            return Ok(());
        }
        let state = ChannelRow { name: channel.name.clone(), fault: after };
        let (platform, lease) = (self.clone(), Arc::clone(lease));
        self.store().write(move |tx| -> store::Result<()> {
            if !lease.is_held(tx, platform.store().place())? {
                return Ok(());
            }
            done.iter().try_for_each(|one| message::change(tx, one))?;
            message::put_channel(tx, &state)
        })??;
        Ok(())
    }

    /// Lets a message that was given up be tried again.
    pub(super) fn retry_sending(&self, id: &str, channel: &str) -> Result<bool> {
        let (id, channel, now) = (id.to_owned(), channel.to_owned(), self.now());
        Ok(self
            .store()
            .write(move |tx| -> Result<bool, StoreError> { message::retry(tx, &id, &channel, now) })??)
    }
}

/// Sends what is ready; the row as it is then.
///
/// # Errors
/// The channel cannot be reached: this message and those after it are as they were.
fn outcome(row: Sending, ready: Ready, channel: &Channel, now: i64) -> Result<Sending, String> {
    let ended = |row: Sending, state: State, fault: &str| Sending {
        next_at: NEVER,
        state,
        fault: fault.to_owned(),
        ended_at: Some(now),
        ..row
    };
    let note = match ready {
        Ready::Ends(state, why) => return Ok(ended(row, state, why)),
        Ready::Waits(until, why) => return Ok(Sending { next_at: until, fault: why.to_owned(), ..row }),
        Ready::Go(note) => note,
    };
    let attempts = row.attempts.saturating_add(1);
    match channel.adapter.deliver(&note) {
        Ok(()) => Ok(Sending { attempts, ..ended(row, State::Sent, "") }),
        Err(Undelivered::Never(why)) => Ok(Sending { attempts, ..ended(row, State::Failed, &why) }),
        Err(Undelivered::Refused(why)) if attempts >= MOST_ATTEMPTS => {
            Ok(Sending { attempts, ..ended(row, State::Failed, &why) })
        }
        Err(Undelivered::Refused(why)) => {
            Ok(Sending { attempts, fault: why, next_at: now.saturating_add(pause(attempts)), ..row })
        }
        Err(Undelivered::Unreached(why)) => Err(why),
    }
}

/// How long to wait after so many refusals, in microseconds.
fn pause(attempts: u32) -> i64 {
    let doubled = 1_i64.checked_shl(attempts.saturating_sub(1).min(40)).unwrap_or(i64::MAX);
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}
