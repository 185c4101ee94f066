//! Registers: what stands in them on a day, and entering it. Every row of a sheet is checked before any is entered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use authority::Kept;
use calendar::Day;
use norms::FieldType;
use registers::{Entry, Register, overlaps};
use store::{audit_log, entry};

use crate::actor::Actor;
use crate::authority::{person_of, refused};
use crate::error::{AppError, FieldFault, Result};
use crate::platform::Platform;
use crate::record::{self, Form};

/// A row that is to be entered. 待登记条目
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub from: Day,
    pub until: Option<Day>,
    pub form: Form,
    /// The line of the sheet that it stands in, for messages; 0 where there is none.
    pub line: usize,
}

/// How old entries at hand may be where other processes may enter some too.
const FRESH: Duration = Duration::from_secs(1);

/// Registers at hand: they change seldom, and every act asks some of them.
#[derive(Debug, Default)]
pub(crate) struct AtHand(BTreeMap<String, (Instant, Arc<Vec<Entry>>)>);

impl AtHand {
    /// Since when each is at hand.
    pub(crate) fn since(&self) -> Vec<Instant> {
        self.0.values().map(|(since, _)| *since).collect()
    }
}

impl Platform {
    /// The register of an id.
    ///
    /// # Errors
    /// There is none.
    pub fn register(&self, id: &str) -> Result<&Arc<Register>> {
        self.rules().register(id).ok_or_else(|| {
            let known = self.rules().registers.iter().map(|one| one.id.as_str());
            let near = base::closest(id, known);
            let near = near.map_or(String::new(), |near| format!("（是不是“{near}”？）"));
            AppError::not_found(format!("名册或者清单“{id}”{near}"))
        })
    }

    /// Everything that stands in a register, of all organs and of all times.
    ///
    /// # Errors
    /// There is no such register; the store cannot be read.
    pub fn entries(&self, register: &str) -> Result<Arc<Vec<Entry>>> {
        let known = Arc::clone(self.register(register)?);
        let alone = matches!(self.store().place(), store::Place::Folder(_));
        if let Ok(at_hand) = self.inner().registers.lock()
            && let Some((since, entries)) = at_hand.0.get(register)
            && (alone || since.elapsed() < FRESH)
        {
            return Ok(Arc::clone(entries));
        }
        let since = Instant::now();
        let rows = self.store().read(|reader| entry::all_of(reader, register))?;
        let entries: Vec<Entry> = rows.iter().filter_map(|row| from_row(&known, row)).collect();
        let entries = Arc::new(entries);
        if let Ok(mut at_hand) = self.inner().registers.lock() {
            at_hand.0.insert(register.to_owned(), (since, Arc::clone(&entries)));
        }
        Ok(entries)
    }

    /// Enters rows in an organ's register: all of them or none. A row with the key and the first day of an entry takes
    /// that one's place. How many were entered.
    ///
    /// # Errors
    /// Not the actor's to keep; every field of every row that is wrong, and every two entries of one key that would
    /// hold on the same day.
    pub fn enter(
        &self,
        actor: &Actor,
        register: &str,
        organ: &str,
        rows: Vec<NewEntry>,
        reason: &str,
    ) -> Result<usize> {
        let known = Arc::clone(self.register(register)?);
        let organ = self.organ(organ)?;
        self.may_keep(actor, &known, &organ)?;
        self.may_enter(&known, &organ, &rows)?;
        let fresh = self.checked(&known, &organ.id, &rows)?;
        let count = fresh.len();
        let stored = fresh.into_iter().map(|one| self.row(&known, &organ.division, one, actor, reason));
        let stored: Vec<entry::Entry> = stored.collect();
        let (now, account, what) = (self.now(), actor.account.clone(), "register_entered");
        let detail = format!("{}/{}：{count}条；{reason}", known.id, organ.id);
        let register = Arc::clone(&known);
        self.store().write(move |tx| -> Result<()> {
            for row in &stored {
                entry::put(tx, row)?;
            }
            still_apart(tx, &register, &stored)?;
            Ok(audit_log::add(tx, now, Some(&account), what, &detail)?)
        })??;
        self.forget(&known.id);
        Ok(count)
    }

    /// Whether rows could be entered, without entering them.
    ///
    /// # Errors
    /// The same as [`Platform::enter`].
    pub(crate) fn check_entries(
        &self,
        actor: &Actor,
        register: &str,
        organ: &str,
        rows: &[NewEntry],
    ) -> Result<()> {
        let known = Arc::clone(self.register(register)?);
        let organ = self.organ(organ)?;
        self.may_keep(actor, &known, &organ)?;
        self.may_enter(&known, &organ, rows)?;
        self.checked(&known, &organ.id, rows).map(drop)
    }

    /// Takes an entry back that should never have been there.
    ///
    /// # Errors
    /// Not the actor's to keep; there is no such entry; no reason.
    pub fn withdraw_entry(
        &self,
        actor: &Actor,
        register: &str,
        organ: &str,
        key: &str,
        from: Day,
        reason: &str,
    ) -> Result<()> {
        let known = Arc::clone(self.register(register)?);
        let organ = self.organ(organ)?;
        self.may_keep(actor, &known, &organ)?;
        if reason.trim().is_empty() {
            return Err(AppError::field("reason", "撤回理由", "必须填写"));
        }
        self.may_withdraw(&known, &organ)?;
        let (id, organ, key) = (known.id.clone(), organ.id, key.to_owned());
        let (now, account, reason) = (self.now(), actor.account.clone(), reason.trim().to_owned());
        self.store().write(move |tx| -> Result<()> {
            let found = entry::of_key(tx, &id, &organ, &key)?;
            let found = found.into_iter().find(|one| one.valid_from == from.number());
            let found =
                found.ok_or_else(|| AppError::not_found(format!("“{key}”自{}起的条目", from.chinese())))?;
            let taken = entry::Entry {
                withdrawn: true,
                entered_at: now,
                entered_by: account.clone(),
                reason: reason.clone(),
                case: None,
                event: None,
                ..found
            };
            entry::put(tx, &taken)?;
            let detail = format!("{id}/{organ}/{key}：{reason}");
            Ok(audit_log::add(tx, now, Some(&account), "register_withdrawn", &detail)?)
        })??;
        self.forget(&known.id);
        Ok(())
    }

    fn may_keep(&self, actor: &Actor, register: &Register, organ: &crate::Organ) -> Result<()> {
        let kept = kept(register, organ);
        let verdict = self.inner().policies.may_keep(&person_of(actor), kept);
        let names = [("organ", organ.name.as_str()), ("register", register.name.as_str())];
        let nobody = || {
            let why = format!("“{}”由{}的负责人或者系统管理员维护，您不能改", register.name, organ.name);
            base::Diagnostic::error("forbidden", why).help("请把材料交给他们登记。")
        };
        refused(&verdict, &names, &[], nobody).map_or(Ok(()), Err)
    }

    /// Reads every row and lays it beside what is there; all that is wrong.
    fn checked(&self, register: &Register, organ: &str, rows: &[NewEntry]) -> Result<Vec<Entry>> {
        let asks = register.fields.iter().any(|field| field.kind == FieldType::Organ);
        let organs = if asks { self.organ_names()? } else { Arc::default() };
        let (mut fresh, mut faults) = (Vec::new(), Vec::new());
        for (at, row) in rows.iter().enumerate() {
            let line = line_of(rows, at);
            let told = |field: &str, name: &str, message: String| FieldFault {
                field: format!("{line}.{field}"),
                name: format!("第{line}行“{name}”"),
                message,
            };
            if row.until.is_some_and(|until| until < row.from) {
                faults.push(told("until", "终止日期", "早于起始日期".to_owned()));
            }
            match record::read_fields(&register.fields, &row.form, &organs) {
                Err(found) => {
                    faults.extend(found.into_iter().map(|one| told(&one.field, &one.name, one.message)));
                }
                Ok(record) => match register.key_of(&record) {
                    Some(key) => {
                        let (from, until) = (row.from, row.until);
                        fresh.push(Entry { organ: organ.to_owned(), key, from, until, record });
                    }
                    None => faults.push(told("key", "主键", "没有填全".to_owned())),
                },
            }
        }
        if faults.is_empty() {
            faults.extend(self.clashes(register, &fresh, rows)?);
        }
        if faults.is_empty() { Ok(fresh) } else { Err(AppError::Invalid(faults)) }
    }

    /// Entries of one key that would hold on the same day: two new ones, or a new one and one that stays.
    fn clashes(&self, register: &Register, fresh: &[Entry], rows: &[NewEntry]) -> Result<Vec<FieldFault>> {
        let old = self.stored(register, fresh)?;
        let place = |one: &Entry| (one.key.clone(), one.from);
        let replaced: BTreeSet<(String, Day)> = fresh.iter().map(place).collect();
        let mut all: Vec<Entry> = fresh.to_vec();
        all.extend(old.into_iter().filter(|one| !replaced.contains(&place(one))));
        let told = overlaps(&all).into_iter().filter_map(|pair| {
            let (new, other) = (fresh.get(pair.first)?, all.get(pair.second)?);
            let until = other.until.map_or("今".to_owned(), Day::chinese);
            let whose =
                if pair.second < fresh.len() { "同一张表里的另一行" } else { "已有的条目" };
            let message = format!("“{}”与{whose}（{}至{until}）的期间重叠", new.key, other.from.chinese());
            let line = line_of(rows, pair.first);
            Some(FieldFault {
                field: format!("{line}.from"), name: format!("第{line}行“起止日期”"), message
            })
        });
        Ok(told.collect())
    }

    /// What stands under the keys of an organ's new entries.
    fn stored(&self, register: &Register, fresh: &[Entry]) -> Result<Vec<Entry>> {
        let keys: BTreeSet<(&str, &str)> =
            fresh.iter().map(|new| (new.organ.as_str(), new.key.as_str())).collect();
        self.store().read(|reader| -> Result<_> {
            let mut all = Vec::new();
            for (organ, key) in keys {
                let rows = entry::of_key(reader, &register.id, organ, key)?;
                all.extend(rows.iter().filter_map(|row| from_row(register, row)));
            }
            Ok(all)
        })
    }

    fn row(
        &self,
        register: &Register,
        division: &str,
        one: Entry,
        actor: &Actor,
        reason: &str,
    ) -> entry::Entry {
        let plain = record::fields_json(&register.fields, &one.record);
        entry::Entry {
            register: register.id.clone(),
            organ: one.organ,
            division: division.to_owned(),
            key: one.key,
            valid_from: one.from.number(),
            valid_until: one.until.map(Day::number),
            record: plain,
            withdrawn: false,
            entered_at: self.now(),
            entered_by: actor.account.clone(),
            reason: reason.trim().to_owned(),
            number: 0,
            case: None,
            event: None,
        }
    }

    pub(crate) fn forget(&self, register: &str) {
        if let Ok(mut at_hand) = self.inner().registers.lock() {
            at_hand.0.remove(register);
        }
        if let Ok(mut roll) = self.inner().roll.lock() {
            *roll = None;
        }
    }
}

/// The line that a row's messages name.
fn line_of(rows: &[NewEntry], at: usize) -> usize {
    rows.get(at).map_or(0, |row| row.line).max(if rows.iter().all(|row| row.line == 0) { at + 1 } else { 0 })
}

pub(crate) fn kept<'a>(register: &Register, organ: &'a crate::Organ) -> Kept<'a> {
    Kept {
        keeper: &organ.id,
        kept: register.kept_by.contains(&organ.kind),
        public: register.public,
        secret: register.secret,
    }
}

/// Somebody else may have entered the same key since the rows were checked.
pub(crate) fn still_apart(tx: &store::Tx<'_>, register: &Register, stored: &[entry::Entry]) -> Result<()> {
    for row in stored {
        let all = entry::of_key(tx, &row.register, &row.organ, &row.key)?;
        let all: Vec<Entry> = all.iter().filter_map(|one| from_row(register, one)).collect();
        if !overlaps(&all).is_empty() {
            let why = format!("“{}”的条目刚刚被别人登记过，期间重叠，这一次没有登记", row.key);
            return Err(AppError::wrong("overlap", why, "请刷新后核对起止日期，再登记。"));
        }
    }
    Ok(())
}

/// An entry of the store; one that an older form of the register wrote keeps what the present form still knows.
pub(crate) fn from_row(register: &Register, row: &entry::Entry) -> Option<Entry> {
    Some(Entry {
        organ: row.organ.clone(),
        key: row.key.clone(),
        from: Day::from_number(row.valid_from)?,
        until: row.valid_until.and_then(Day::from_number),
        record: record::fields_from_json(&register.fields, &row.record, None),
    })
}
