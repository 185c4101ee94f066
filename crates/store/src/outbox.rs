//! What is to be passed on after a transaction, and how far each receiver has got with it.
//!
//! Messages are in the order of their ids. A receiver's position moves over what was delivered; what the receiver did not
//! take is held apart, together with the later messages of the same case, so that the others can go on. A message that is
//! neither held nor after the position was delivered.

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, cases, sql};

/// When a message is tried again that is not to be tried.
pub const NEVER: i64 = i64::MAX;

/// Something to be passed on. 待发事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its place in the order of sending.
    pub id: i64,
    pub topic: String,
    pub case: Option<String>,
    pub payload: String,
    pub created_at: i64,
    /// The division of its case, `""` where it has none.
    pub division: String,
}

/// How far a receiver has got. 接收方进度
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receiver {
    pub name: String,
    /// The last message that is done with: delivered or held.
    pub position: i64,
    /// Why it cannot be reached, and since when.
    pub fault: Option<(String, i64)>,
}

/// A message that a receiver did not take, or that stands behind one of the same case. 未送达事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub receiver: String,
    pub id: i64,
    pub division: String,
    pub case: Option<String>,
    /// How often the receiver refused it, 0 for one that stands behind another.
    pub attempts: u32,
    /// When it is tried again, [`NEVER`] where it is not.
    pub next_at: i64,
    /// What the receiver said last.
    pub fault: String,
    pub held_at: i64,
    pub set_aside_at: Option<i64>,
}

/// Puts something in; its id.
pub fn add(tx: &mut Tx<'_>, topic: &str, case: Option<&str>, payload: &str, created_at: i64) -> Result<i64> {
    let mut serials = tx.serials();
    let last = match serials.outbox {
        Some(last) => last,
        None => last(tx)?,
    };
    let id = last + 1;
    let division = case.map_or(Ok(String::new()), |case| cases::division_of(tx, case))?;
    let values =
        [id.into(), topic.into(), case.into(), payload.into(), created_at.into(), (&division).into()];
    tx.put(&sql::OUTBOX_ADD, &values)?;
    serials.outbox = Some(id);
    tx.note_serials(serials);
    Ok(id)
}

/// The id of the last message, 0 when there is none.
pub fn last(db: &dyn Query) -> Result<i64> {
    Ok(first(db, &sql::OUTBOX_LAST, &[], |row| row.int())?.unwrap_or(0))
}

fn read_item(row: &mut Row<'_>) -> Result<Item> {
    Ok(Item {
        id: row.int()?,
        topic: row.text()?,
        case: row.opt_text()?,
        payload: row.text()?,
        created_at: row.int()?,
        division: row.text()?,
    })
}

/// Messages in order, after an id (0 for the first page).
pub fn after(db: &dyn Query, id: i64, limit: u32) -> Result<Vec<Item>> {
    all(db, &sql::OUTBOX_AFTER, &[id.into(), limit.into()], read_item)
}

/// One message, unless it was removed.
pub fn get(db: &dyn Query, id: i64) -> Result<Option<Item>> {
    first(db, &sql::OUTBOX_GET, &[id.into()], read_item)
}

/// How many messages there are after an id.
pub fn count_after(db: &dyn Query, id: i64) -> Result<i64> {
    Ok(first(db, &sql::OUTBOX_COUNT, &[id.into()], |row| row.int())?.unwrap_or(0))
}

fn read_receiver(row: &mut Row<'_>) -> Result<Receiver> {
    let (name, position) = (row.text()?, row.int()?);
    let (fault, since) = (row.opt_text()?, row.opt_int()?);
    Ok(Receiver { name, position, fault: fault.zip(since) })
}

/// How far a receiver has got; nothing for one that was never sent anything.
pub fn receiver(db: &dyn Query, name: &str) -> Result<Option<Receiver>> {
    first(db, &sql::RECEIVER_GET, &[name.into()], read_receiver)
}

/// All receivers that were ever sent something, by name.
pub fn receivers(db: &dyn Query) -> Result<Vec<Receiver>> {
    all(db, &sql::RECEIVERS_ALL, &[], read_receiver)
}

/// Notes how far a receiver has got.
pub fn put_receiver(tx: &mut Tx<'_>, one: &Receiver) -> Result<()> {
    let (fault, since) = one.fault.as_ref().map_or((None, None), |(why, at)| (Some(why.as_str()), Some(*at)));
    tx.put(&sql::RECEIVER_PUT, &[(&one.name).into(), one.position.into(), fault.into(), since.into()])
}

fn read_held(row: &mut Row<'_>) -> Result<Held> {
    Ok(Held {
        receiver: row.text()?,
        id: row.int()?,
        division: row.text()?,
        case: row.opt_text()?,
        attempts: row.number()?,
        next_at: row.int()?,
        fault: row.text()?,
        held_at: row.int()?,
        set_aside_at: row.opt_int()?,
    })
}

/// What is held for a receiver, in order, after an id (0 for the first page).
pub fn held(db: &dyn Query, receiver: &str, after: i64, limit: u32) -> Result<Vec<Held>> {
    all(db, &sql::HELD_OF, &[receiver.into(), after.into(), limit.into()], read_held)
}

/// What is to be tried again by an instant, what has waited longest first.
pub fn due(db: &dyn Query, receiver: &str, now: i64, limit: u32) -> Result<Vec<Held>> {
    all(db, &sql::HELD_DUE, &[receiver.into(), now.into(), limit.into()], read_held)
}

/// How many held messages of a receiver are tried again, are set aside, or stand behind one of the two.
pub fn held_counts(db: &dyn Query, receiver: &str) -> Result<(i64, i64, i64)> {
    let counts =
        first(db, &sql::HELD_COUNTS, &[receiver.into()], |row| Ok((row.int()?, row.int()?, row.int()?)))?;
    Ok(counts.unwrap_or_default())
}

/// The first message that is held of a case.
pub fn first_held(db: &dyn Query, receiver: &str, case: &str) -> Result<Option<Held>> {
    first(db, &sql::HELD_FIRST, &[receiver.into(), case.into()], read_held)
}

/// Holds a message for a receiver.
pub fn hold(tx: &mut Tx<'_>, one: &Held) -> Result<()> {
    let values = [
        (&one.receiver).into(),
        one.id.into(),
        (&one.division).into(),
        (&one.case).into(),
        one.attempts.into(),
        one.next_at.into(),
        (&one.fault).into(),
        one.held_at.into(),
        one.set_aside_at.into(),
    ];
    tx.put(&sql::HELD_ADD, &values)
}

/// Changes what is known of a held message that was tried `before` times; whether it was still so.
pub fn refused(tx: &mut Tx<'_>, one: &Held, before: u32) -> Result<bool> {
    let values = [
        (&one.receiver).into(),
        one.id.into(),
        (&one.division).into(),
        one.attempts.into(),
        one.next_at.into(),
        (&one.fault).into(),
        one.set_aside_at.into(),
        before.into(),
    ];
    tx.execute(&sql::HELD_CHANGE, &values).map(|changed| changed == 1)
}

/// Takes a message away that was delivered or given up, and lets the next one of its case be tried; whether it was
/// still held.
pub fn release(tx: &mut Tx<'_>, one: &Held, now: i64) -> Result<bool> {
    let values = [(&one.receiver).into(), one.id.into(), (&one.division).into()];
    let was_held = tx.execute(&sql::HELD_DROP, &values)? == 1;
    let next = match &one.case {
        Some(case) if was_held => first_held(tx, &one.receiver, case)?,
        _ => None,
    };
    if let Some(next) = next.filter(|next| next.attempts == 0 && next.id > one.id) {
        refused(tx, &Held { next_at: now, ..next }, 0)?;
    }
    Ok(was_held)
}

/// Lets a held message be tried again as if it had never been refused; whether one was held that had been tried.
pub fn retry(tx: &mut Tx<'_>, receiver: &str, id: i64, now: i64) -> Result<bool> {
    tx.execute(&sql::HELD_RETRY, &[receiver.into(), id.into(), now.into()]).map(|changed| changed == 1)
}

/// Removes messages that were put in before an instant, up to an id, unless they are held; how many. At most a
/// thousand at once. The last message stays, for the next one is numbered after it.
pub fn clean(tx: &mut Tx<'_>, until: i64, before: i64) -> Result<u64> {
    tx.execute(&sql::OUTBOX_CLEAN, &[until.into(), before.into()])
}
