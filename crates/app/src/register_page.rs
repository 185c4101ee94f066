//! A register as somebody may read it: all columns for those who keep it, the public ones for everybody else.

use std::sync::Arc;

use calendar::Day;
use norms::{Field, Record};
use registers::{Change, Entry, Register, difference};
use store::entry;

use crate::actor::Actor;
use crate::authority::person_of;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record;
use crate::registers::{from_row, kept};

/// Which entries of a register are asked for. 名册查询
#[derive(Clone, Copy, Debug)]
pub struct EntriesAsked<'a> {
    pub on: Day,
    /// The key after which the page begins.
    pub after: Option<&'a str>,
    /// Words that an entry must have, in whichever columns the reader may see; none for all entries.
    pub words: &'a str,
    /// All entries, not a page of them.
    pub all: bool,
}

impl EntriesAsked<'_> {
    /// The first page of a day, or everything.
    #[must_use]
    pub fn on(on: Day, all: bool) -> Self {
        Self { on, after: None, words: "", all }
    }
}

/// A page of an organ's register on a day. 名册页
#[derive(Clone, Debug)]
pub struct RegisterPage {
    pub register: Arc<Register>,
    pub organ: crate::Organ,
    pub on: Day,
    /// Ids and names of the columns that the reader may see.
    pub columns: Vec<(String, String)>,
    pub rows: Vec<RegisterRow>,
    /// The key after which the next page begins.
    pub next: Option<String>,
    /// Whether the reader may enter and change.
    pub is_keeper: bool,
    /// Whether only the public columns are shown.
    pub is_public_view: bool,
}

/// An entry as it is shown. 名册行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    pub key: String,
    pub from: Day,
    pub until: Option<Day>,
    /// A text for each column.
    pub texts: Vec<String>,
    /// The case that wrote it: its id, and its number with that of the event.
    pub basis: Option<(String, String)>,
}

/// What is different between two days. 名册变动
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterChange {
    pub key: String,
    /// Before and after; nothing where the entry was not there.
    pub before: Option<RegisterRow>,
    pub after: Option<RegisterRow>,
}

impl RegisterChange {
    /// 新增, 终止 or 变更.
    #[must_use]
    pub fn how(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "新增",
            (_, None) => "终止",
            _ => "变更",
        }
    }
}

const PAGE: usize = 50;
/// How many entries are read together where many are looked through.
const PIECE: usize = 1000;

impl Platform {
    /// A page of an organ's register as it was on a day.
    ///
    /// # Errors
    /// There is no such register or organ, or it is not the reader's to read.
    pub fn register_page(
        &self,
        reader: Option<&Actor>,
        register: &str,
        organ: &str,
        asked: EntriesAsked<'_>,
    ) -> Result<RegisterPage> {
        let (register, organ, places) = self.consulted(reader, register, organ)?;
        let on = asked.on;
        let (rows, next) = self.rows_of(&register, &organ, &places, asked)?;
        let fields = places.iter().filter_map(|at| register.fields.get(*at));
        let columns = fields.map(|field| (field.id.clone(), field.name.clone())).collect();
        let is_keeper = reader.is_some_and(|actor| {
            self.inner().policies.may_keep(&person_of(actor), kept(&register, &organ)).is_allowed()
        });
        let is_public_view = places.len() < register.fields.len();
        Ok(RegisterPage { register, organ, on, columns, rows, next, is_keeper, is_public_view })
    }

    /// The rows of a page, and the key after which the next one begins. What is read is a piece of the organ's own, not the
    /// register: a city lists a million enterprises in one.
    fn rows_of(
        &self,
        register: &Register,
        organ: &crate::Organ,
        places: &[usize],
        asked: EntriesAsked<'_>,
    ) -> Result<(Vec<RegisterRow>, Option<String>)> {
        let words: Vec<&str> = asked.words.split_whitespace().collect();
        let most = if asked.all { usize::MAX } else { PAGE };
        let piece = if asked.all || !words.is_empty() { PIECE } else { PAGE + 1 };
        let (limit, day) = (u32::try_from(piece).unwrap_or(u32::MAX), asked.on.number());
        self.store().read(|reader| -> Result<_> {
            let mut made: Vec<RegisterRow> = Vec::new();
            let mut after = asked.after.unwrap_or_default().to_owned();
            loop {
                let read = entry::page(reader, &register.id, &organ.id, day, &after, limit)?;
                let is_last = read.len() < piece;
                for stored in read {
                    after.clone_from(&stored.key);
                    let Some(one) = from_row(register, &stored) else { continue };
                    let mut shown = row(register, &one, places);
                    if !has_all(&words, &shown.texts) {
                        continue;
                    }
                    if made.len() == most {
                        let next = made.last().map(|row| row.key.clone());
                        return Ok((made, next));
                    }
                    shown.basis = basis(register, stored);
                    made.push(shown);
                }
                if is_last {
                    return Ok((made, None));
                }
            }
        })
    }

    /// What is different in an organ's register between two days.
    ///
    /// # Errors
    /// There is no such register or organ, or it is not the reader's to read.
    pub fn register_changes(
        &self,
        reader: Option<&Actor>,
        register: &str,
        organ: &str,
        before: Day,
        after: Day,
    ) -> Result<Vec<RegisterChange>> {
        let (register, organ, places) = self.consulted(reader, register, organ)?;
        let days = (before.number(), after.number());
        let own = self.store().read(|reader| entry::changed(reader, &register.id, &organ.id, days))?;
        let own: Vec<Entry> = own.iter().filter_map(|one| from_row(&register, one)).collect();
        let shown = |one: &Entry| row(&register, one, &places);
        let made = difference(&own, before, after).into_iter().map(|change| match change {
            Change::Added(new) => {
                RegisterChange { key: new.key.clone(), before: None, after: Some(shown(new)) }
            }
            Change::Ended(old) => {
                RegisterChange { key: old.key.clone(), before: Some(shown(old)), after: None }
            }
            Change::Changed(old, new) => {
                RegisterChange { key: new.key.clone(), before: Some(shown(old)), after: Some(shown(new)) }
            }
        });
        Ok(made.filter(|change| change.before != change.after).collect())
    }

    /// The register and organ with the places of the columns that the reader may see.
    fn consulted(
        &self,
        reader: Option<&Actor>,
        register: &str,
        organ: &str,
    ) -> Result<(Arc<Register>, crate::Organ, Vec<usize>)> {
        let register = Arc::clone(self.register(register)?);
        let organ = self.organ(organ)?;
        let person = reader.map(person_of).unwrap_or_default();
        let verdict = self.inner().policies.may_consult(&person, kept(&register, &organ));
        if !verdict.is_allowed() {
            let why = format!("{}的“{}”不公开，您不能查看", organ.name, register.name);
            let help = "请用本机关的账号登录后查看；需要其中信息的，可以依法申请政府信息公开。".to_owned();
            return Err(AppError::Forbidden { why, help });
        }
        let whole = verdict.permits.iter().any(|ground| ground.rule != "public");
        let shown = |field: &Field| whole || field.public;
        let places = register.fields.iter().enumerate().filter(|(_, field)| shown(field)).map(|(at, _)| at);
        let places = places.collect();
        Ok((register, organ, places))
    }
}

/// The case that wrote an entry of a register that changes by a procedure.
fn basis(register: &Register, stored: entry::Entry) -> Option<(String, String)> {
    let case = stored.case.filter(|_| register.changed_by.is_some())?;
    Some((case, stored.reason))
}

/// Whether each word stands in one of the texts.
fn has_all(words: &[&str], texts: &[String]) -> bool {
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

fn row(register: &Register, entry: &Entry, places: &[usize]) -> RegisterRow {
    let texts = places.iter().map(|at| text(register, &entry.record, *at));
    let texts = texts.collect();
    RegisterRow { key: entry.key.clone(), from: entry.from, until: entry.until, texts, basis: None }
}

fn text(register: &Register, record: &Record, at: usize) -> String {
    let value = u16::try_from(at).ok().and_then(|at| record.get(at));
    register
        .fields
        .get(at)
        .zip(value)
        .map_or(String::new(), |(field, value)| record::shown(field, value, false))
}
