//! Audits of reports that an officer asks to keep: for the officer's organ to look at, and to delete.

use store::{account, audit_log, command, kept_audit};

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;

const PAGE: u32 = 50;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// An audit that is to be kept. 要保存的审核
#[derive(Clone, Debug)]
pub struct KeepAudit {
    /// Of the sender's making; the same key is done once.
    pub key: String,
    pub name: String,
    /// What was read, and what was found: as the edge writes them.
    pub content: String,
    pub result: String,
    /// Errors, warnings, notes.
    pub counts: (usize, usize, usize),
}

/// An audit that an organ keeps. 保存的审核
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAudit {
    pub id: String,
    pub name: String,
    /// Who kept it.
    pub by: String,
    /// Errors, warnings, notes.
    pub counts: (i64, i64, i64),
    pub kept_at: i64,
}

impl Platform {
    /// Keeps an audit for the officer's organ; its id.
    ///
    /// # Errors
    /// The account is no officer's; the name is missing or too long; the store cannot be written.
    pub fn keep_audit(&self, actor: &Actor, keep: KeepAudit) -> Result<String> {
        let organ = keeping_organ(actor)?;
        let name: String = keep.name.trim().chars().filter(|c| !c.is_control()).collect();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(AppError::field("name", "名称", format!("应当填写，不超过{LONGEST_NAME}个字")));
        }
        let now = self.now();
        let size = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let row = kept_audit::KeptAudit {
            id: self.inner().ids.id(now),
            organ: organ.to_owned(),
            account: actor.account.clone(),
            name,
            errors: size(keep.counts.0),
            warnings: size(keep.counts.1),
            notes: size(keep.counts.2),
            kept_at: now,
        };
        let parts = [row.organ.as_str(), &row.account, &row.name, &keep.content];
        let digest = crate::ids::sm3(parts.join("\u{1f}").as_bytes());
        let body = kept_audit::Body { content: keep.content, result: keep.result };
        let key = keep.key;
        Ok(self.store().write(move |tx| {
            command::once(tx, &key, &digest, now, |tx| -> store::Result<String> {
                kept_audit::add(tx, &row, &body)?;
                audit_log::add(tx, now, Some(&row.account), "audit_kept", &row.id)?;
                Ok(row.id.clone())
            })
        })??)
    }

    /// A page of the audits that the officer's organ keeps, the newest first, and where the next begins.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn kept_audits(
        &self,
        actor: &Actor,
        after: Option<&str>,
    ) -> Result<(Vec<KeptAudit>, Option<String>)> {
        let organ = keeping_organ(actor)?;
        let after = after.and_then(|text| text.split_once('.'));
        let after = after.and_then(|(at, id)| Some((at.parse().ok()?, id)));
        let size = usize::try_from(PAGE).unwrap_or(50);
        self.store().read(|reader| {
            let rows = kept_audit::page(reader, organ, after, PAGE + 1)?;
            let last = rows.get(size).and(rows.get(size - 1));
            let next = last.map(|row| format!("{}.{}", row.kept_at, row.id));
            let lines = rows.into_iter().take(size).map(|row| shown(reader, row));
            Ok((lines.collect::<Result<_>>()?, next))
        })
    }

    /// An audit that the officer's organ keeps, what it was of, and what was found then.
    ///
    /// # Errors
    /// The organ keeps none of that id.
    pub fn kept_audit(&self, actor: &Actor, id: &str) -> Result<(KeptAudit, String, String)> {
        let organ = keeping_organ(actor)?;
        self.store().read(|reader| {
            let found = kept_audit::get(reader, organ, id)?;
            let (row, body) = found.ok_or_else(|| AppError::not_found("这份保存的审核"))?;
            Ok((shown(reader, row)?, body.content, body.result))
        })
    }

    /// Deletes an audit that the officer's organ keeps, with all that was kept of it.
    ///
    /// # Errors
    /// The organ keeps none of that id; the store cannot be written.
    pub fn delete_audit(&self, actor: &Actor, id: &str) -> Result<()> {
        let (organ, account) = (keeping_organ(actor)?.to_owned(), actor.account.clone());
        let (id, now) = (id.to_owned(), self.now());
        let was_there = self.store().write(move |tx| -> store::Result<bool> {
            let was_there = kept_audit::delete(tx, &organ, &id)?;
            if was_there {
                audit_log::add(tx, now, Some(&account), "audit_deleted", &id)?;
            }
            Ok(was_there)
        })??;
        if was_there { Ok(()) } else { Err(AppError::not_found("这份保存的审核")) }
    }
}

fn keeping_organ(actor: &Actor) -> Result<&str> {
    let organ = actor.organ.as_ref().filter(|_| actor.is_officer()).map(|(id, _)| id.as_str());
    organ.ok_or_else(|| AppError::Forbidden {
        why: "保存审核结果供机关工作人员使用".to_owned(),
        help: "结果可以下载到自己的电脑上。".to_owned(),
    })
}

fn shown(db: &dyn store::Query, row: kept_audit::KeptAudit) -> Result<KeptAudit> {
    let by = account::get(db, &row.account)?.map_or(row.account, |account| account.name);
    let counts = (row.errors, row.warnings, row.notes);
    Ok(KeptAudit { id: row.id, name: row.name, by, counts, kept_at: row.kept_at })
}
