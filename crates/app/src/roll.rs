//! What the registers say of officers and organs on a day: certificates, appointments, powers, entrustments.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use calendar::Day;
use norms::Value;
use registers::{Entry, Register};

use crate::error::Result;
use crate::platform::Platform;

/// How old a roll may be: accounts are made elsewhere, and other processes enter too.
const FRESH: Duration = Duration::from_secs(1);

/// The registers that authority looks at, with what their logins mean. 权限所依的名册
#[derive(Debug)]
pub(crate) struct Roll {
    since: Instant,
    /// By organ and name, and by login.
    officers: Indexed,
    /// By organ and officer.
    certificates: Indexed,
    /// By organ and procedure, and by login.
    posts: Indexed,
    /// By organ, and by organ and power.
    powers: Indexed,
    /// By the way in which it was given and to whom, by that and by whom which power was given.
    entrustments: Indexed,
    /// Ids of accounts by login.
    accounts: BTreeMap<String, String>,
    /// Logins by ids of accounts.
    logins: BTreeMap<String, String>,
}

/// What stands in some fields of entries, and at which places of the list they are.
type Index = BTreeMap<String, Vec<usize>>;

/// A register whose entries are found by what stands in some of their fields: a question looks at the entries that it is
/// about, however long the list is.
#[derive(Debug)]
struct Indexed {
    table: Table,
    by: Arc<Vec<Index>>,
}

/// What stands for the organ in whose list an entry is, among the fields of an index.
const ORGAN: &str = "@organ";

/// Which fields of the registers are looked by, in the order of the indexes.
const OFFICERS: &[&[&str]] = &[&[ORGAN, "name"], &["account"]];
const CERTIFICATES: &[&[&str]] = &[&[ORGAN, "officer"]];
const POSTS: &[&[&str]] = &[&[ORGAN, "procedure"], &["account"]];
const POWERS: &[&[&str]] = &[&[ORGAN], &[ORGAN, "power"]];
const ENTRUSTMENTS: &[&[&str]] = &[&["kind", "to"], &["kind", ORGAN, "power"], &["kind", "to", "power"]];

fn key(parts: &[&str]) -> String {
    parts.join("\u{1f}")
}

impl Indexed {
    /// Indexes a register; the indexes of the roll before serve where its entries are still the same.
    fn new(table: Table, fields: &[&[&str]], before: Option<&Self>) -> Self {
        if let Some(before) = before.filter(|before| Arc::ptr_eq(&before.table.entries, &table.entries)) {
            return Self { table, by: Arc::clone(&before.by) };
        }
        let mut by = vec![Index::new(); fields.len()];
        for (place, entry) in table.entries.iter().enumerate() {
            for (index, fields) in by.iter_mut().zip(fields) {
                let part = |field: &&str| match *field {
                    ORGAN => entry.organ.clone(),
                    // Logins are looked up however they are written.
                    "account" => table.text(entry, "account").to_lowercase(),
                    field => table.text(entry, field).to_owned(),
                };
                let parts: Vec<String> = fields.iter().map(part).collect();
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                index.entry(key(&parts)).or_default().push(place);
            }
        }
        Self { table, by: Arc::new(by) }
    }

    /// The entries of a day with these values in the fields of an index.
    fn find<'a>(
        &'a self,
        index: usize,
        parts: &[&str],
        day: Day,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let places = self.by.get(index).and_then(|index| index.get(&key(parts)));
        let found = places.into_iter().flatten().filter_map(|place| self.table.entries.get(*place));
        found.filter(move |one| one.is_in_force(day))
    }

    fn text<'a>(&self, entry: &'a Entry, field: &str) -> &'a str {
        self.table.text(entry, field)
    }
}

/// A register at hand, read by the names of its fields. 名册
#[derive(Debug)]
pub(crate) struct Table {
    register: Arc<Register>,
    entries: Arc<Vec<Entry>>,
}

/// An officer whom a record names. 在册人员
pub(crate) struct Officer<'a> {
    pub number: &'a str,
    pub organ: &'a str,
    pub account: Option<&'a str>,
}

impl Platform {
    /// The roll at hand, or a new one. While one thread makes a new one, the others go on with that at hand: they need
    /// not all make it, and none waits for another.
    pub(crate) fn roll(&self) -> Result<Arc<Roll>> {
        let kept = self.inner().roll.lock().ok().and_then(|kept| kept.clone());
        let before = kept.clone();
        let is_fresh = kept.as_ref().is_some_and(|kept| kept.since.elapsed() < FRESH);
        let turn = if is_fresh { None } else { self.inner().making_roll.try_lock().ok() };
        if let Some(kept) = kept.filter(|_| turn.is_none()) {
            return Ok(kept);
        }
        let made = Arc::new(self.make_roll(before.as_deref())?);
        if let Ok(mut kept) = self.inner().roll.lock() {
            *kept = Some(Arc::clone(&made));
        }
        drop(turn);
        Ok(made)
    }

    /// A register with all its entries.
    pub(crate) fn table(&self, id: &str) -> Result<Table> {
        Ok(Table { register: Arc::clone(self.register(id)?), entries: self.entries(id)? })
    }

    fn make_roll(&self, before: Option<&Roll>) -> Result<Roll> {
        let since = Instant::now();
        let made = |id: &str, fields: &[&[&str]], before: Option<&Indexed>| -> Result<Indexed> {
            Ok(Indexed::new(self.table(id)?, fields, before))
        };
        let officers = made("officers", OFFICERS, before.map(|roll| &roll.officers))?;
        let posts = made("posts", POSTS, before.map(|roll| &roll.posts))?;
        let mut accounts = BTreeMap::new();
        let logins = [&officers, &posts].into_iter().filter_map(|register| register.by.get(1));
        let logins: std::collections::BTreeSet<String> =
            logins.flat_map(Index::keys).filter(|login| !login.is_empty()).cloned().collect();
        self.store().read(|reader| -> Result<()> {
            for login in logins {
                if let Some(account) = store::account::by_login(reader, &login)? {
                    accounts.insert(login, account.id);
                }
            }
            Ok(())
        })?;
        Ok(Roll {
            since,
            officers,
            certificates: made("certificates", CERTIFICATES, before.map(|roll| &roll.certificates))?,
            posts,
            powers: made("powers", POWERS, before.map(|roll| &roll.powers))?,
            entrustments: made("entrustments", ENTRUSTMENTS, before.map(|roll| &roll.entrustments))?,
            logins: accounts.iter().map(|(login, id)| (id.clone(), login.clone())).collect(),
            accounts,
        })
    }
}

impl Table {
    pub(crate) fn value<'a>(&self, entry: &'a Entry, field: &str) -> Option<&'a Value> {
        self.register.field(field).and_then(|at| entry.record.get(at))
    }

    /// The words that people read for the option of a choice.
    pub(crate) fn label(&self, entry: &Entry, field: &str) -> String {
        let own = self.register.fields.iter().find(|own| own.id == field);
        let shown = own.zip(self.value(entry, field));
        shown.map_or(String::new(), |(field, value)| crate::record::shown(field, value, false))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn text<'a>(&self, entry: &'a Entry, field: &str) -> &'a str {
        match self.register.field(field).and_then(|at| entry.record.get(at)) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn day(&self, entry: &Entry, field: &str) -> Option<Day> {
        match self.register.field(field).and_then(|at| entry.record.get(at)) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub(crate) fn on(&self, day: Day) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |one| one.is_in_force(day))
    }
}

impl Roll {
    pub(crate) const fn since(&self) -> Instant {
        self.since
    }

    fn account(&self, login: &str) -> Option<&str> {
        self.accounts.get(&login.to_lowercase()).map(String::as_str)
    }

    fn officer<'a>(&'a self, entry: &'a Entry) -> Officer<'a> {
        let account = self.account(self.officers.text(entry, "account"));
        Officer { number: self.officers.text(entry, "number"), organ: &entry.organ, account }
    }

    /// The officers of an organ with a name, on a day.
    pub fn named<'a>(
        &'a self,
        organ: &str,
        name: &str,
        day: Day,
    ) -> impl Iterator<Item = Officer<'a>> + use<'a> {
        self.officers.find(0, &[organ, name], day).map(|one| self.officer(one))
    }

    /// Fields in which an officer of the roll holds a certificate, on a day.
    pub fn fields_of<'a>(
        &'a self,
        officer: &Officer<'a>,
        day: Day,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let held = self.certificates.find(0, &[officer.organ, officer.number], day);
        held.map(|one| self.certificates.text(one, "field"))
    }

    /// Fields in which an account holds a certificate, on a day.
    pub fn certificates(&self, account: &str, day: Day) -> Vec<&str> {
        let Some(login) = self.logins.get(account) else { return Vec::new() };
        let own = self.officers.find(1, &[login], day).map(|one| self.officer(one));
        own.flat_map(|one| self.fields_of(&one, day)).collect()
    }

    /// Role and account of everybody whom an organ has appointed for a procedure, on a day.
    pub fn posts(&self, organ: &str, procedure: &str, day: Day) -> Vec<(&str, Option<&str>)> {
        let own = self.posts.find(0, &[organ, procedure], day);
        own.map(|one| (self.posts.text(one, "role"), self.account(self.posts.text(one, "account")))).collect()
    }

    /// Organ and procedure of every appointment of an account, on a day.
    pub fn posted(&self, account: &str, day: Day) -> Vec<(String, String)> {
        let Some(login) = self.logins.get(account) else { return Vec::new() };
        let own = self.posts.find(1, &[login], day);
        own.map(|one| (one.organ.clone(), self.posts.text(one, "procedure").to_owned())).collect()
    }

    /// Organ, power and area of everything that an organ is entrusted with, on a day.
    pub fn entrusted(&self, name: &str, day: Day) -> Vec<(&str, &str, &str)> {
        let own = self.entrustments.find(0, &["entrust", name], day);
        let own = own.filter(|one| self.is_published(one, day));
        let text = |one, field| self.entrustments.text(one, field);
        own.map(|one| (one.organ.as_str(), text(one, "power"), text(one, "area"))).collect()
    }

    /// The powers of an organ on a day: of its own list, and conferred on it where that was published.
    pub fn powers(&self, organ: (&str, &str), division: &str, day: Day) -> Vec<&str> {
        let (id, name) = organ;
        let own = self.powers.find(0, &[id], day);
        let mut all: Vec<&str> = own.map(|one| self.powers.text(one, "power")).collect();
        let conferred = self.entrustments.find(0, &["confer", name], day);
        let conferred = conferred.filter(|one| self.is_given(one, division, day));
        all.extend(conferred.map(|one| self.entrustments.text(one, "power")));
        all
    }

    /// Whether an organ has a power on a day, of its own list or conferred on it.
    pub fn has_power(&self, organ: (&str, &str), power: &str, division: &str, day: Day) -> bool {
        let (id, name) = organ;
        let mut conferred = self.entrustments.find(2, &["confer", name, power], day);
        self.powers.find(1, &[id, power], day).next().is_some()
            || conferred.any(|one| self.is_given(one, division, day))
    }

    /// Names of the organs that an organ has entrusted with a power, on a day.
    pub fn agents(&self, organ: &str, power: &str, division: &str, day: Day) -> Vec<&str> {
        let own = self.entrustments.find(1, &["entrust", organ, power], day);
        let own = own.filter(|one| self.is_given(one, division, day));
        own.map(|one| self.entrustments.text(one, "to")).collect()
    }

    /// Whether what was given was published by a day, and is for a division.
    fn is_given(&self, one: &Entry, division: &str, day: Day) -> bool {
        self.is_published(one, day) && division.starts_with(self.entrustments.text(one, "area"))
    }

    fn is_published(&self, one: &Entry, day: Day) -> bool {
        self.entrustments.table.day(one, "published").is_some_and(|on| on <= day)
    }
}
