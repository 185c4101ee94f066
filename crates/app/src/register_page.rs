//! A register as somebody may read it: all columns for those who keep it, the public ones for everybody else.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use norms::{Field, Record};
use registers::{Change, Entry, Register, as_of, difference};

use crate::actor::Actor;
use crate::authority::person_of;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record;
use crate::registers::kept;

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
        let EntriesAsked { on, after, words, all } = asked;
        let (register, organ, places) = self.consulted(reader, register, organ)?;
        let entries = self.entries(&register.id)?;
        let own = as_of(&entries, on).filter(|one| one.organ == organ.id);
        let mut own: Vec<&Entry> =
            own.filter(|one| after.is_none_or(|after| one.key.as_str() > after)).collect();
        let words: Vec<&str> = words.split_whitespace().collect();
        own.retain(|one| words.is_empty() || has_all(&words, &row(&register, one, &places).texts));
        own.sort_by(|a, b| a.key.cmp(&b.key));
        let next = own.get(PAGE).and(own.get(PAGE - 1)).filter(|_| !all).map(|one| one.key.clone());
        let rows = own.into_iter().take(if all { usize::MAX } else { PAGE });
        let written = self.written(&register)?;
        let rows = rows.map(|one| RegisterRow {
            basis: written.get(&place(one)).cloned(),
            ..row(&register, one, &places)
        });
        let rows = rows.collect();
        let fields = places.iter().filter_map(|at| register.fields.get(*at));
        let columns = fields.map(|field| (field.id.clone(), field.name.clone())).collect();
        let is_keeper = reader.is_some_and(|actor| {
            self.inner().policies.may_keep(&person_of(actor), kept(&register, &organ)).is_allowed()
        });
        let is_public_view = places.len() < register.fields.len();
        Ok(RegisterPage { register, organ, on, columns, rows, next, is_keeper, is_public_view })
    }

    /// The cases that wrote entries of a register that changes by a procedure.
    fn written(&self, register: &Register) -> Result<BTreeMap<EntryPlace, (String, String)>> {
        if register.changed_by.is_none() {
            return Ok(BTreeMap::new());
        }
        let rows = self.store().read(|reader| store::entry::all_of(reader, &register.id))?;
        let one =
            |row: store::entry::Entry| Some(((row.organ, row.key, row.valid_from), (row.case?, row.reason)));
        Ok(rows.into_iter().filter_map(one).collect())
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
        let entries = self.entries(&register.id)?;
        let own: Vec<Entry> = entries.iter().filter(|one| one.organ == organ.id).cloned().collect();
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

/// Organ, key and first day.
type EntryPlace = (String, String, i32);

/// Whether each word stands in one of the texts.
fn has_all(words: &[&str], texts: &[String]) -> bool {
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

fn place(entry: &Entry) -> EntryPlace {
    (entry.organ.clone(), entry.key.clone(), entry.from.number())
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
