//! What people are told, what of it goes out by which channel, and where each of them wants to be told.

use crate::value::{all, first};
use crate::{Query, Result, Row, StoreError, Tx, sql};

/// When something is tried again that is not to be tried.
pub const NEVER: i64 = i64::MAX;

/// Something that somebody is told. 消息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub account: String,
    pub kind: String,
    /// `""` for what is about no case.
    pub case: String,
    /// The event or the duty of the case: at most one message of a kind is about it.
    pub about: String,
    pub id: String,
    pub on_day: i32,
    /// What fills the template, as JSON.
    pub words: String,
    pub made_at: i64,
    pub read_at: Option<i64>,
}

/// How a message's sending stands. 发送状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// To be sent, or tried again.
    Waiting,
    Sent,
    /// Given up after many attempts, or refused for good.
    Failed,
    /// Not sent because it was read on the platform first.
    Seen,
    /// Not sent because it grew too old.
    Stale,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Sent, Self::Failed, Self::Seen, Self::Stale];

    /// The word of the store.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Seen => "seen",
            Self::Stale => "stale",
        }
    }

    /// The state of a word of [`State::id`].
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }
}

/// A message on its way by a channel. 消息发送
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    pub message: String,
    pub channel: String,
    pub account: String,
    pub made_at: i64,
    /// When it is tried (again), [`NEVER`] where it is not.
    pub next_at: i64,
    pub attempts: u32,
    pub state: State,
    /// What went wrong last, or why it waits.
    pub fault: String,
    pub ended_at: Option<i64>,
}

/// Where an account wants to be told by a channel. 联系方式
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    pub account: String,
    pub channel: String,
    /// Sealed, as is `pending`.
    pub address: Option<String>,
    pub confirmed_at: Option<i64>,
    /// What is to be confirmed, with its code.
    pub pending: Option<String>,
    pub pending_until: Option<i64>,
    /// Wrong codes for what is pending.
    pub tries: u32,
    /// The day on which a code was asked for last, and how often on that day.
    pub asked_on: i32,
    pub asked: u32,
}

/// Why a channel cannot be reached, and since when. 渠道状态
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub name: String,
    pub fault: Option<(String, i64)>,
}

fn read_message(row: &mut Row<'_>) -> Result<Message> {
    Ok(Message {
        account: row.text()?,
        kind: row.text()?,
        case: row.text()?,
        about: row.text()?,
        id: row.text()?,
        on_day: row.day()?,
        words: row.text()?,
        made_at: row.int()?,
        read_at: row.opt_int()?,
    })
}

/// Enters a message; whether there was none of its kind about the same thing yet.
pub fn add(tx: &mut Tx<'_>, one: &Message) -> Result<bool> {
    let values = [
        (&one.account).into(),
        (&one.kind).into(),
        (&one.case).into(),
        (&one.about).into(),
        (&one.id).into(),
        one.on_day.into(),
        (&one.words).into(),
        one.made_at.into(),
    ];
    tx.execute(&sql::MESSAGE_ADD, &values).map(|added| added == 1)
}

/// The message with an id.
pub fn get(db: &dyn Query, id: &str) -> Result<Option<Message>> {
    first(db, &sql::MESSAGE_GET, &[id.into()], read_message)
}

/// A page of an account's messages, the newest first, from before an instant and id.
pub fn of_account(
    db: &dyn Query,
    account: &str,
    before: Option<(i64, &str)>,
    limit: u32,
) -> Result<Vec<Message>> {
    let (at, id) = before.unwrap_or((i64::MAX, ""));
    all(db, &sql::MESSAGES_OF, &[account.into(), at.into(), id.into(), limit.into()], read_message)
}

/// How many messages an account has not read; they are counted up to `most`.
pub fn unread(db: &dyn Query, account: &str, most: u32) -> Result<i64> {
    let found = first(db, &sql::MESSAGES_UNREAD, &[account.into(), most.into()], |row| row.int())?;
    Ok(found.unwrap_or(0))
}

/// Marks one of an account's messages as read; whether it was unread.
pub fn mark_read(tx: &mut Tx<'_>, account: &str, id: &str, at: i64) -> Result<bool> {
    tx.execute(&sql::MESSAGE_READ, &[account.into(), id.into(), at.into()]).map(|changed| changed == 1)
}

/// Marks all of an account's messages as read that were made by an instant; how many there were.
pub fn mark_all_read(tx: &mut Tx<'_>, account: &str, at: i64, until: i64) -> Result<u64> {
    tx.execute(&sql::MESSAGES_READ, &[account.into(), at.into(), until.into()])
}

/// Takes a message away.
pub fn forget(tx: &mut Tx<'_>, account: &str, id: &str) -> Result<()> {
    tx.execute(&sql::MESSAGE_DROP, &[account.into(), id.into()]).map(drop)
}

/// Removes what was read, or went to no account, and was made before an instant, and what of the sending ended before it; how many.
pub fn clean(tx: &mut Tx<'_>, before: i64) -> Result<u64> {
    let messages = tx.execute(&sql::MESSAGES_CLEAN, &[before.into()])?;
    Ok(messages + tx.execute(&sql::SENDINGS_CLEAN, &[before.into()])?)
}

fn read_sending(row: &mut Row<'_>) -> Result<Sending> {
    Ok(Sending {
        message: row.text()?,
        channel: row.text()?,
        account: row.text()?,
        made_at: row.int()?,
        next_at: row.int()?,
        attempts: row.number()?,
        state: State::parse(&row.text()?)
            .ok_or_else(|| StoreError::Unreadable { detail: "消息的发送状态不认识".to_owned() })?,
        fault: row.text()?,
        ended_at: row.opt_int()?,
    })
}

/// Sets a message on its way.
pub fn send(tx: &mut Tx<'_>, one: &Sending) -> Result<()> {
    let values = [
        (&one.message).into(),
        (&one.channel).into(),
        (&one.account).into(),
        one.made_at.into(),
        one.next_at.into(),
        one.attempts.into(),
        one.state.id().into(),
        (&one.fault).into(),
        one.ended_at.into(),
    ];
    tx.execute(&sql::SENDING_ADD, &values).map(drop)
}

/// What is to be tried by a channel by an instant, what has waited longest first.
pub fn due(db: &dyn Query, channel: &str, now: i64, limit: u32) -> Result<Vec<Sending>> {
    all(db, &sql::SENDING_DUE, &[channel.into(), now.into(), limit.into()], read_sending)
}

/// A page of all sendings, the newest first, from before one of them; of a state and a channel, `""` for all.
pub fn sendings(
    db: &dyn Query,
    before: Option<(i64, &str, &str)>,
    state: &str,
    channel: &str,
    limit: u32,
) -> Result<Vec<Sending>> {
    let (at, message, by) = before.unwrap_or((i64::MAX, "", ""));
    let values = [at.into(), message.into(), by.into(), state.into(), channel.into(), limit.into()];
    all(db, &sql::SENDING_PAGE, &values, read_sending)
}

/// Notes what became of a sending.
pub fn change(tx: &mut Tx<'_>, one: &Sending) -> Result<()> {
    let values = [
        (&one.message).into(),
        (&one.channel).into(),
        one.next_at.into(),
        one.attempts.into(),
        one.state.id().into(),
        (&one.fault).into(),
        one.ended_at.into(),
    ];
    tx.execute(&sql::SENDING_CHANGE, &values).map(drop)
}

/// How many messages went out to an account by a channel since an instant.
pub fn sent_since(db: &dyn Query, account: &str, channel: &str, since: i64) -> Result<i64> {
    let values = [account.into(), channel.into(), since.into()];
    Ok(first(db, &sql::SENDING_SENT, &values, |row| row.int())?.unwrap_or(0))
}

/// How many sendings there are by channel and state.
pub fn counts(db: &dyn Query) -> Result<Vec<(String, String, i64)>> {
    all(db, &sql::SENDING_COUNTS, &[], |row| Ok((row.text()?, row.text()?, row.int()?)))
}

/// Lets a sending that was given up be tried again; whether it was one.
pub fn retry(tx: &mut Tx<'_>, message: &str, channel: &str, now: i64) -> Result<bool> {
    tx.execute(&sql::SENDING_RETRY, &[message.into(), channel.into(), now.into()]).map(|changed| changed == 1)
}

fn read_address(row: &mut Row<'_>) -> Result<Address> {
    Ok(Address {
        account: row.text()?,
        channel: row.text()?,
        address: row.opt_text()?,
        confirmed_at: row.opt_int()?,
        pending: row.opt_text()?,
        pending_until: row.opt_int()?,
        tries: row.number()?,
        asked_on: row.day()?,
        asked: row.number()?,
    })
}

/// Where an account wants to be told by a channel.
pub fn address(db: &dyn Query, account: &str, channel: &str) -> Result<Option<Address>> {
    first(db, &sql::ADDRESS_GET, &[account.into(), channel.into()], read_address)
}

/// Everywhere an account wants to be told.
pub fn addresses(db: &dyn Query, account: &str) -> Result<Vec<Address>> {
    all(db, &sql::ADDRESSES_OF, &[account.into()], read_address)
}

/// A page of all addresses, after one of them.
pub fn address_page(db: &dyn Query, after: (&str, &str), limit: u32) -> Result<Vec<Address>> {
    all(db, &sql::ADDRESSES_PAGE, &[after.0.into(), after.1.into(), limit.into()], read_address)
}

/// Keeps an address.
pub fn put_address(tx: &mut Tx<'_>, one: &Address) -> Result<()> {
    let values = [
        (&one.account).into(),
        (&one.channel).into(),
        (&one.address).into(),
        one.confirmed_at.into(),
        (&one.pending).into(),
        one.pending_until.into(),
        one.tries.into(),
        one.asked_on.into(),
        one.asked.into(),
    ];
    tx.execute(&sql::ADDRESS_PUT, &values).map(drop)
}

/// The minutes of the day between which an account wants to be left alone, where it chose some.
pub fn quiet(db: &dyn Query, account: &str) -> Result<Option<(u32, u32)>> {
    first(db, &sql::QUIET_GET, &[account.into()], |row| Ok((row.number()?, row.number()?)))
}

/// Keeps the minutes of an account's quiet hours; none for what is usual.
pub fn put_quiet(tx: &mut Tx<'_>, account: &str, minutes: Option<(u32, u32)>) -> Result<()> {
    match minutes {
        Some((from, until)) => {
            tx.execute(&sql::QUIET_PUT, &[account.into(), from.into(), until.into()]).map(drop)
        }
        None => tx.execute(&sql::QUIET_DROP, &[account.into()]).map(drop),
    }
}

/// All channels that were ever used.
pub fn channels(db: &dyn Query) -> Result<Vec<Channel>> {
    all(db, &sql::CHANNELS_ALL, &[], |row| {
        let (name, fault, since) = (row.text()?, row.opt_text()?, row.opt_int()?);
        Ok(Channel { name, fault: fault.zip(since) })
    })
}

/// Notes how a channel stands.
pub fn put_channel(tx: &mut Tx<'_>, one: &Channel) -> Result<()> {
    let (fault, since) = one.fault.as_ref().map_or((None, None), |(why, at)| (Some(why.as_str()), Some(*at)));
    tx.execute(&sql::CHANNEL_PUT, &[(&one.name).into(), fault.into(), since.into()]).map(drop)
}
