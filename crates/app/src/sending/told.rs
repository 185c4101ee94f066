//! What receivers are told of a message, and what people are told of the outbox.

use base::closest;
use ledger::EventKind;
use serde_json::{Value as Json, json};
use store::outbox::{self, Held, Item, NEVER};
use store::{Query, cases, events};

use super::ways::Message;
use crate::clock::local_instant;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// The version of what receivers are told.
const FORMAT: u32 = 1;

/// How far a receiver has got, for people. 接收方情况
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverState {
    pub name: String,
    /// The last message that is done with.
    pub position: i64,
    /// How many come after it.
    pub waiting: i64,
    /// How many are tried again, and how many stand behind them or behind those set aside.
    pub trying: i64,
    pub behind: i64,
    pub set_aside: i64,
    /// Why it cannot be reached, and since when (microseconds since the epoch).
    pub fault: Option<(String, i64)>,
}

/// Why a message is held. 未送达原因
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Tried again at this instant, in microseconds since the epoch.
    Until(i64),
    /// An earlier one of its case has not been taken.
    Behind,
    /// Refused so often that it is not tried again by itself, since this instant.
    SetAside(i64),
}

/// A message that was not taken, for people. 未送达事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMessage {
    pub receiver: String,
    pub id: i64,
    pub case_number: String,
    /// The name of the act that is told.
    pub act: String,
    pub attempts: u32,
    /// What the receiver said last.
    pub fault: String,
    pub waits: Waits,
}

impl Platform {
    /// A message as every receiver gets it. It is made from what never changes, so it is the same each time.
    pub(super) fn message(&self, db: &dyn Query, item: &Item, store_id: &str) -> Result<Message> {
        let case_id = item.case.as_deref().unwrap_or_default();
        // A store put back from a backup gives out ids anew: the digest tells its messages from those that were lost.
        let made_of = format!("{}\u{1f}{case_id}\u{1f}{}\u{1f}{}", item.topic, item.payload, item.created_at);
        let id = format!("{store_id}-{}-{}", item.id, crate::ids::sm3(made_of.as_bytes()).short());
        let payload: Json = serde_json::from_str(&item.payload).unwrap_or_default();
        let mut told = json!({ "format": FORMAT, "id": id, "topic": item.topic });
        let about = match item.case.as_deref().zip(payload.get("number").and_then(Json::as_u64)) {
            Some((case, number)) => self.about(db, case, number, &payload)?,
            None => json!({ "data": payload }),
        };
        if let (Some(told), Json::Object(about)) = (told.as_object_mut(), about) {
            told.extend(about);
        }
        Ok(Message { id, body: format!("{told}\n") })
    }

    /// What is told of an act in a case: nothing of its record.
    fn about(&self, db: &dyn Query, case: &str, number: u64, payload: &Json) -> Result<Json> {
        let missing = || AppError::not_found(format!("案件{case}第{number}号事项"));
        let row = cases::get(db, case)?.ok_or_else(missing)?;
        let number = u32::try_from(number).map_err(|_| missing())?;
        let entry = events::get(db, case, number)?.ok_or_else(missing)?;
        let event = entry.event();
        let pack = self.inner().pack(db, &row.pack)?;
        let procedure = &pack.file.procedure;
        let act = procedure.act_named(&event.act).map_or("", |act| procedure.name_of(act));
        let role = payload.get("role").and_then(Json::as_str).unwrap_or_default();
        let role_name = procedure.roles.iter().find(|one| one.id == role).map_or("", |one| &one.name);
        let kind = match event.kind {
            EventKind::Act => "act",
            EventKind::Lapse => "lapse",
            EventKind::Correction => "correction",
            EventKind::Note => "note",
        };
        let on = calendar::Day::from_number(event.legal_day).ok_or_else(missing)?;
        Ok(json!({
            "case_number": row.number, "procedure": procedure.id, "procedure_name": procedure.name,
            "organ": row.organ, "event": event.number, "kind": kind, "corrects": event.corrects,
            "act": event.act, "act_name": act, "role": role, "role_name": role_name,
            "on": on.to_string(), "recorded_at": local_instant(event.recorded_at),
        }))
    }

    /// How far each receiver has got: those of these names, and every other one that was ever sent something.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn receiver_states(&self, names: &[String]) -> Result<Vec<ReceiverState>> {
        self.store().read(|reader| states(reader, names)).map_err(AppError::from)
    }

    /// A page of what is held for a receiver, in the order of sending; the id after which the next page begins.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn held_messages(&self, receiver: &str, after: i64) -> Result<(Vec<HeldMessage>, Option<i64>)> {
        const PAGE: u32 = 200;
        self.store().read(|reader| {
            let rows = outbox::held(reader, receiver, after, PAGE)?;
            let full = u32::try_from(rows.len()).unwrap_or(PAGE) == PAGE;
            let next = rows.last().filter(|_| full).map(|row| row.id);
            let made: Result<Vec<_>> = rows.into_iter().map(|row| self.held_message(reader, row)).collect();
            Ok((made?, next))
        })
    }

    fn held_message(&self, db: &dyn Query, row: Held) -> Result<HeldMessage> {
        let case = row.case.as_deref().map_or(Ok(None), |case| cases::get(db, case))?;
        let item = outbox::get(db, row.id)?;
        let payload: Json =
            item.and_then(|item| serde_json::from_str(&item.payload).ok()).unwrap_or_default();
        let act = payload.get("act").and_then(Json::as_str).unwrap_or_default();
        let name = match &case {
            None => act.to_owned(),
            Some(case) => {
                let pack = self.inner().pack(db, &case.pack)?;
                let procedure = &pack.file.procedure;
                procedure.act_named(act).map_or(act, |act| procedure.name_of(act)).to_owned()
            }
        };
        let waits = match (row.set_aside_at, row.next_at) {
            (Some(at), _) => Waits::SetAside(at),
            (None, NEVER) => Waits::Behind,
            (None, at) => Waits::Until(at),
        };
        Ok(HeldMessage {
            receiver: row.receiver,
            id: row.id,
            case_number: case.and_then(|case| case.number).unwrap_or_default(),
            act: name,
            attempts: row.attempts,
            fault: row.fault,
            waits,
        })
    }

    /// Lets a message be tried again at once, as if it had never been refused: for one receiver, or for every one that
    /// refused it. How many it is tried for.
    ///
    /// # Errors
    /// It is held for nobody, or only behind an earlier one; there is no such receiver.
    pub fn retry_message(&self, id: i64, receiver: Option<&str>) -> Result<usize> {
        let (names, now) = (self.receivers_of(receiver)?, self.now());
        let tried = self.store().write(move |tx| -> store::Result<usize> {
            let mut count = 0;
            for name in &names {
                count += usize::from(outbox::retry(tx, name, id, now)?);
            }
            Ok(count)
        })??;
        if tried == 0 { Err(not_held(id)) } else { Ok(tried) }
    }

    /// Gives a message up: for one receiver, or for every one that it is held for. Those behind it go on. How many it
    /// was given up for.
    ///
    /// # Errors
    /// It is held for nobody; there is no such receiver.
    pub fn give_message_up(&self, id: i64, receiver: Option<&str>) -> Result<usize> {
        let (names, now) = (self.receivers_of(receiver)?, self.now());
        let given_up = self.store().write(move |tx| -> store::Result<usize> {
            let mut count = 0;
            for name in &names {
                let held = outbox::held(tx, name, id - 1, 1)?;
                let Some(held) = held.first().filter(|held| held.id == id && held.attempts > 0) else {
                    continue;
                };
                count += usize::from(outbox::release(tx, held, now)?);
            }
            Ok(count)
        })??;
        if given_up == 0 { Err(not_held(id)) } else { Ok(given_up) }
    }

    fn receivers_of(&self, named: Option<&str>) -> Result<Vec<String>> {
        let known = self.store().read(|reader| outbox::receivers(reader))?;
        let names: Vec<String> = known.into_iter().map(|one| one.name).collect();
        match named {
            None => Ok(names),
            Some(named) if names.iter().any(|name| name == named) => Ok(vec![named.to_owned()]),
            Some(named) => {
                let near = closest(named, names.iter().map(String::as_str));
                let help = near.map_or(String::new(), |near| format!("（是不是“{near}”？）"));
                Err(AppError::not_found(format!("接收方“{named}”{help}")))
            }
        }
    }
}

fn not_held(id: i64) -> AppError {
    AppError::wrong(
        "not_held",
        format!("第{id}件没有被接收方拒收过，或者已经送到"),
        "用 yifa outbox list 查看没有送到的；排在前一件后面的，先处理前一件。",
    )
}

fn states(db: &dyn Query, names: &[String]) -> store::Result<Vec<ReceiverState>> {
    let mut all = outbox::receivers(db)?;
    for name in names {
        if all.iter().all(|one| one.name != *name) {
            all.push(outbox::Receiver { name: name.clone(), ..Default::default() });
        }
    }
    let one = |receiver: outbox::Receiver| {
        let (trying, set_aside, behind) = outbox::held_counts(db, &receiver.name)?;
        let waiting = outbox::count_after(db, receiver.position)?;
        Ok(ReceiverState {
            name: receiver.name,
            position: receiver.position,
            waiting,
            trying,
            behind,
            set_aside,
            fault: receiver.fault,
        })
    };
    all.into_iter().map(one).collect()
}
