//! What people are told of their cases and duties: on the platform always, and by the channels that they chose.
//!
//! Messages follow from the journal and the days ([`Platform::tell_round`]), and go out in rounds
//! ([`Platform::push_round`]); both in one process of several, which holds the lease [`MESSAGES_LEASE`].

mod addresses;
mod channels;
mod drafts;
mod log;
mod mail;
mod posts;
mod pushing;
mod quiet;
mod teller;

use std::sync::{Arc, PoisonError};

use calendar::Day;
use store::message;

use crate::actor::Actor;
use crate::error::Result;
use crate::platform::Platform;

pub(crate) use addresses::rewrap;
pub use addresses::{AddressView, MessageSettings};
pub use channels::{Channel, Channels, MESSAGES_FILE, channel_name};
pub use log::{ChannelState, SendingLine, SendingsAsked, state_name};
pub use pushing::Pushed;
pub use quiet::Quiet;
pub use teller::{MESSAGES_LEASE, Told};

/// A message as its receiver reads it. 消息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    pub id: String,
    pub title: String,
    pub text: String,
    /// The case that it is about.
    pub case: Option<String>,
    pub on: Option<Day>,
    pub made_at: i64,
    pub is_unread: bool,
}

/// How many messages a page has.
const PAGE: u32 = 50;
/// Up to how many unread messages are counted.
const MOST_COUNTED: u32 = 100;

/// Enters a message that follows from no event of the journal, and sets it on its way by these of its receiver's channels.
pub(crate) fn told_now(
    tx: &mut store::Tx<'_>,
    told: &message::Message,
    channels: &[String],
) -> store::Result<()> {
    teller::add(tx, told, channels).map(drop)
}

impl Platform {
    /// The ways on which messages leave the platform.
    #[must_use]
    pub fn channels(&self) -> Arc<Channels> {
        Arc::clone(&self.inner().channels.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the channels of the operator's file into use.
    pub fn use_channels(&self, channels: Channels) {
        *self.inner().channels.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(channels);
    }

    /// A page of an account's messages, the newest first, and where the next one begins.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn messages(&self, actor: &Actor, before: &str) -> Result<(Vec<MessageLine>, Option<String>)> {
        let place = before.split_once('.').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id)));
        let rows = self.store().read(|reader| message::of_account(reader, &actor.account, place, PAGE))?;
        let full = u32::try_from(rows.len()).unwrap_or(PAGE) == PAGE;
        let next = rows.last().filter(|_| full).map(|row| format!("{}.{}", row.made_at, row.id));
        let line = |row: message::Message| {
            let (title, text) = self.message_words(&row, None)?;
            Some(MessageLine {
                title,
                text,
                on: Day::from_number(row.on_day),
                made_at: row.made_at,
                is_unread: row.read_at.is_none(),
                case: Some(row.case).filter(|case| !case.is_empty()),
                id: row.id,
            })
        };
        Ok((rows.into_iter().filter_map(line).collect(), next))
    }

    /// How many messages an account has not read, counted up to a hundred.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn unread_messages(&self, account: &str) -> Result<i64> {
        Ok(self.store().read(|reader| message::unread(reader, account, MOST_COUNTED))?)
    }

    /// Marks one of an account's messages as read; another's stay as they are.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn read_message(&self, actor: &Actor, id: &str) -> Result<()> {
        let (account, id, now) = (actor.account.clone(), id.to_owned(), self.now());
        self.store().write(move |tx| message::mark_read(tx, &account, &id, now))??;
        Ok(())
    }

    /// Marks all of an account's messages as read that were there at an instant, which its page knows.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn read_all_messages(&self, actor: &Actor, until: i64) -> Result<()> {
        let (account, now) = (actor.account.clone(), self.now());
        self.store().write(move |tx| message::mark_all_read(tx, &account, now, until.min(now)))??;
        Ok(())
    }
}
