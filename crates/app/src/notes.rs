//! What officers say to each other about a case, and who deals with it. A note is no act: it stands outside the chain and
//! is no part of the file, is read only by officers who may read the case, and is logged. Handing a case over changes who
//! answers for it: that is an event.

use authority::Matter;
use ledger::EventKind;
use serde_json::json;
use store::account::Rank;
use store::desk::{self, Note};
use store::events::NewEvent;
use store::{account, cases};

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::authority::person_of;
use crate::case::CaseFile;
use crate::clock::{day_of, local_time};
use crate::derive;
use crate::error::{AppError, Result};
use crate::kept_own::{opened, sealed};
use crate::platform::Platform;
use crate::visible::Viewer;

/// The word of an event by which a case gets another handler.
pub(crate) const HAND_OVER: &str = "hand_over";
/// The longest note, in characters.
const LONGEST: usize = 1_000;
const MOST: u32 = 200;

/// A note or a reminder as officers see it. 留言、提醒
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLine {
    pub id: String,
    pub case: String,
    /// The number of the case.
    pub number: String,
    pub by: String,
    /// Whom it reminds.
    pub to: Option<String>,
    pub text: String,
    pub at: String,
    pub is_done: bool,
    /// It reminds the reader and is not done.
    pub is_mine: bool,
}

impl Platform {
    /// The notes in a case, in their order.
    ///
    /// # Errors
    /// The account is no officer's; the case is not theirs to read.
    pub fn notes(&self, actor: &Actor, case: &str) -> Result<Vec<NoteLine>> {
        crate::desk::officer_organ(actor)?;
        self.readable(actor, case, |reader, file| {
            let rows = desk::notes(reader, &file.row.id, "", MOST)?;
            rows.into_iter().map(|row| self.note_line(reader, actor, &file.row, row)).collect()
        })
    }

    /// The reminders that wait for an officer, as far as the cases are theirs to see.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn reminders(&self, actor: &Actor) -> Result<Vec<NoteLine>> {
        let visible = self.visible(Viewer::Account(actor))?;
        self.store().read(|reader| {
            let mut made = Vec::new();
            for row in desk::waiting(reader, &actor.account, "", MOST)? {
                let case = cases::get(reader, &row.case)?.filter(|case| visible.sees(case));
                if let Some(case) = case {
                    made.push(self.note_line(reader, actor, &case, row)?);
                }
            }
            Ok(made)
        })
    }

    fn note_line(
        &self,
        db: &dyn store::Query,
        actor: &Actor,
        case: &cases::Case,
        row: Note,
    ) -> Result<NoteLine> {
        let name = |id: &str| -> Result<String> {
            Ok(account::get(db, id)?.map_or_else(|| id.to_owned(), |account| account.name))
        };
        let held = self.inner().held();
        let text = opened(held.ready(), &["note", &row.case, &row.id], &row.text);
        Ok(NoteLine {
            by: name(&row.account)?,
            to: row.to.as_deref().map(name).transpose()?,
            text: text.unwrap_or_else(|| "（这条留言是用另一把密钥封存的，读不出来）".to_owned()),
            at: local_time(row.made_at),
            is_done: row.done_at.is_some(),
            is_mine: row.done_at.is_none() && row.to.as_deref() == Some(actor.account.as_str()),
            number: case.number.clone().unwrap_or_default(),
            case: row.case,
            id: row.id,
        })
    }

    /// Writes a note in a case; with `to` it is a reminder, which stands on that officer's desk.
    ///
    /// # Errors
    /// It is empty or too long; the case is not theirs, or not that officer's, to read; the store cannot be written.
    pub fn write_note(
        &self,
        actor: &Actor,
        case: &str,
        text: &str,
        to: Option<&str>,
        origin: &Origin,
    ) -> Result<()> {
        crate::desk::officer_organ(actor)?;
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(AppError::field("text", "留言", format!("应当填写，不超过{LONGEST}个字")));
        }
        let division = self.readable(actor, case, |_, file| Ok(file.row.division.clone()))?;
        if let Some(to) = to {
            let known = self.colleagues(actor, case)?;
            if known.iter().all(|(id, _)| id != to) {
                return Err(AppError::field("to", "提醒谁", "不能查阅本案，或者没有这个账号"));
            }
        }
        let now = self.now();
        let id = self.inner().ids.id(now);
        let keys = self.inner().held().needed()?;
        let note = Note {
            division,
            case: case.to_owned(),
            account: actor.account.clone(),
            to: to.map(str::to_owned),
            text: sealed(&keys, &["note", case, &id], text)?,
            made_at: now,
            done_at: None,
            id,
        };
        let origin = origin.clone();
        self.store().write(move |tx| -> store::Result<()> {
            desk::add_note(tx, &note)?;
            let what = if note.to.is_some() { "case_reminded" } else { "case_noted" };
            origin.note_done(tx, now, &note.account, what, &note.case)
        })??;
        Ok(())
    }

    /// Takes a reminder off the desk of whom it is for.
    ///
    /// # Errors
    /// It is not theirs, or not there any more; the store cannot be written.
    pub fn end_reminder(&self, actor: &Actor, case: &str, id: &str) -> Result<()> {
        self.readable(actor, case, |_, _| Ok(()))?;
        let (account, case, id, now) = (actor.account.clone(), case.to_owned(), id.to_owned(), self.now());
        let done = self.store().write(move |tx| desk::note_done(tx, &case, &id, &account, now))??;
        if done { Ok(()) } else { Err(AppError::not_found("这条提醒")) }
    }

    /// The officers, but oneself, who may read a case and are of the organ that holds it or of one's own: id and name.
    ///
    /// # Errors
    /// The case is not theirs to read.
    pub fn colleagues(&self, actor: &Actor, case: &str) -> Result<Vec<(String, String)>> {
        let own = crate::desk::officer_organ(actor)?.to_owned();
        let (rows, file) = self.readable(actor, case, |reader, file: &CaseFile| {
            let mut rows = account::of_organ(reader, &file.row.organ)?;
            if file.row.organ != own {
                rows.extend(account::of_organ(reader, &own)?);
            }
            Ok((rows, file.clone()))
        })?;
        let mut made = Vec::new();
        for row in rows.into_iter().filter(|row| row.disabled_at.is_none() && row.granted_at.is_some()) {
            let other = self.actor(&row)?;
            if row.id != actor.account && other.is_officer() && self.may_read(&other, &file, self.today())? {
                made.push((row.id, row.name));
            }
        }
        Ok(made)
    }

    /// Whether an officer may hand a case over, by the rules.
    #[must_use]
    pub fn may_hand_over(&self, actor: &Actor, organ: &str, handler: Option<&str>) -> bool {
        let matter = Matter { holder: organ, handler, ..Matter::default() };
        self.inner().policies.may_hand_over(&person_of(actor), &matter).is_allowed()
    }

    fn must_hand_over(&self, actor: &Actor, row: &cases::Case) -> Result<()> {
        if self.may_hand_over(actor, &row.organ, row.handler.as_deref()) {
            return Ok(());
        }
        let why = "移交案件由承办人或者本机关负责人办理".to_owned();
        Err(AppError::Forbidden { why, help: "请联系本案的承办人。".to_owned() })
    }

    /// Gives a case another handler of the organ that holds it.
    ///
    /// # Errors
    /// It is not theirs to hand over; whom it is for is no officer of the organ, or deals with it already; no reason is
    /// given; the case is closed; the store cannot be written.
    pub fn hand_over(&self, actor: &Actor, case: &str, to: &str, reason: &str) -> Result<()> {
        let reason = reason.trim();
        let (row, receiver) =
            self.readable(actor, case, |reader, file| Ok((file.row.clone(), account::get(reader, to)?)))?;
        self.must_hand_over(actor, &row)?;
        if reason.is_empty() || reason.chars().count() > LONGEST {
            return Err(AppError::field("reason", "理由", format!("应当填写，不超过{LONGEST}个字")));
        }
        let is_able = |one: &account::Account| {
            one.organ.as_deref() == Some(row.organ.as_str())
                && one.disabled_at.is_none()
                && one.granted_at.is_some()
        };
        let receiver = receiver.filter(is_able).filter(|one| matches!(one.rank, Rank::Staff | Rank::Head));
        let receiver =
            receiver.ok_or_else(|| AppError::field("to", "移交给", "不是承办机关可以办案的人员"))?;
        if row.handler.as_deref() == Some(to) {
            return Err(AppError::field("to", "移交给", "已经是本案的承办人"));
        }
        if row.closed_on.is_some() {
            return Err(AppError::wrong("closed", "本案已经结案", "不需要移交。"));
        }
        let (now, by, case) = (self.now(), actor.clone(), case.to_owned());
        let (platform, reason) = (self.clone(), reason.to_owned());
        self.store().write(move |tx| -> Result<()> {
            let mut file = platform.inner().reload(tx, &case)?;
            platform.must_hand_over(&by, &file.row)?;
            let to = platform.actor(&receiver)?;
            if platform.is_recused(&to, &file, day_of(now))? {
                return Err(AppError::field("to", "移交给", "在本案已经回避"));
            }
            let before = file.row.handler.as_deref().map(|id| account::get(tx, id)).transpose()?.flatten();
            file.row.handler = Some(receiver.id.clone());
            derive::handed_over(tx, &file)?;
            let from = before.map(|account| account.name);
            let record =
                json!({ "from": from, "to": receiver.name, "account": receiver.id, "reason": reason });
            let event = NewEvent {
                case: case.clone(),
                legal_day: day_of(now).number(),
                recorded_at: now,
                actor: by.account.clone(),
                kind: EventKind::Note,
                act: HAND_OVER.to_owned(),
                corrects: None,
                record: record.to_string(),
                personal: None,
            };
            store::events::append(tx, event)?;
            Ok(())
        })?
    }
}

/// What a page shows of an event by which a case got another handler.
pub(crate) fn handed(record: &str) -> Vec<(String, String)> {
    let json: serde_json::Value = serde_json::from_str(record).unwrap_or_default();
    let text =
        |name: &str| json.get(name).and_then(serde_json::Value::as_str).unwrap_or("（没有）").to_owned();
    vec![
        ("原承办人".to_owned(), text("from")),
        ("新承办人".to_owned(), text("to")),
        ("理由".to_owned(), text("reason")),
    ]
}
