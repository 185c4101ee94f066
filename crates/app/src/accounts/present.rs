//! Who is there, without asking the store again for every page: sessions at hand.
//!
//! What is at hand holds for one state of the store: whatever is written, a signing out, a lock, a change of post, is
//! followed by asking anew. Only reading goes by it; whoever writes is asked after in the store, and again in the
//! transaction.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ledger::Hash;
use store::State;

use super::MINUTE;
use super::signing::{SignedIn, token_hash};
use crate::error::Result;
use crate::platform::Platform;

/// How old it may be besides: registers and organs may be a second old too.
const FRESH: Duration = Duration::from_secs(1);
/// How many sessions are at hand at most.
const MOST: usize = 10_000;

/// Somebody who has signed in, with what every page tells them. 在线的人
#[derive(Clone, Debug)]
pub struct Present {
    pub signed_in: SignedIn,
    /// How many messages they have not read, counted up to a hundred; none where something is still to be done first.
    pub unread: i64,
}

/// A session at hand.
#[derive(Debug)]
struct AtHand {
    state: State,
    since: Instant,
    /// The platform's clock may be set forth.
    now: i64,
    seen_at: i64,
    expires_at: i64,
    present: Present,
}

/// Sessions by the hash of their token.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<BTreeMap<Hash, AtHand>>);

impl Platform {
    /// Who a token belongs to, where that is at hand and as it is in a state of the store or a later one.
    #[must_use]
    pub fn present_at_hand(&self, token: &str, state: &State) -> Option<Present> {
        let now = self.now();
        let sessions = self.inner().sessions.0.lock().ok()?;
        let found = sessions.get(&token_hash(token))?;
        let is_good = found.state.is_not_before(state)
            && found.since.elapsed() < FRESH
            && (found.now..found.expires_at.min(found.seen_at + MINUTE)).contains(&now);
        is_good.then(|| found.present.clone())
    }

    /// Who a token belongs to, asked of the store; it is at hand then.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn present(&self, token: &str) -> Result<Option<Present>> {
        let (state, since, now) = (self.store().state(), Instant::now(), self.now());
        let Some((signed_in, session)) = self.session_of(token)? else { return Ok(None) };
        let unread = match signed_in.need {
            None => self.unread_messages(&signed_in.actor.account)?,
            Some(_) => 0,
        };
        let present = Present { signed_in, unread };
        let kept = AtHand {
            state,
            since,
            now,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
            present: present.clone(),
        };
        if let Ok(mut sessions) = self.inner().sessions.0.lock() {
            if sessions.len() >= MOST {
                sessions.retain(|_, one| one.since.elapsed() < FRESH);
            }
            if sessions.len() >= MOST {
                sessions.clear();
            }
            sessions.insert(session.token_hash, kept);
        }
        Ok(Some(present))
    }

    /// Since when the oldest is kept of what this process keeps of registers and organs beside the store, as far as it would
    /// still be used: what is made of it now is as old.
    #[must_use]
    pub fn at_hand_since(&self) -> Instant {
        let now = Instant::now();
        let inner = self.inner();
        let roll = inner.roll.lock().ok().and_then(|kept| kept.as_ref().map(|roll| roll.since()));
        let organs =
            inner.organs.lock().ok().and_then(|kept| kept.as_ref().map(crate::organs::AtHand::since));
        let registers = inner.registers.lock().map(|kept| kept.since()).unwrap_or_default();
        let all = registers.into_iter().chain(roll).chain(organs);
        all.filter(|since| now.duration_since(*since) < FRESH).min().unwrap_or(now)
    }
}
