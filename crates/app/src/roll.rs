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
    officers: Table,
    certificates: Table,
    posts: Table,
    powers: Table,
    entrustments: Table,
    /// Ids of accounts by login.
    accounts: BTreeMap<String, String>,
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
        let is_fresh = kept.as_ref().is_some_and(|kept| kept.since.elapsed() < FRESH);
        let turn = if is_fresh { None } else { self.inner().making_roll.try_lock().ok() };
        if let Some(kept) = kept.filter(|_| turn.is_none()) {
            return Ok(kept);
        }
        let made = Arc::new(self.make_roll()?);
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

    fn make_roll(&self) -> Result<Roll> {
        let since = Instant::now();
        let table = |id: &str| self.table(id);
        let (officers, posts) = (table("officers")?, table("posts")?);
        let mut accounts = BTreeMap::new();
        let logins = officers.entries.iter().map(|one| officers.text(one, "account"));
        let logins = logins.chain(posts.entries.iter().map(|one| posts.text(one, "account")));
        let logins: std::collections::BTreeSet<String> =
            logins.filter(|login| !login.is_empty()).map(str::to_lowercase).collect();
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
            certificates: table("certificates")?,
            posts,
            powers: table("powers")?,
            entrustments: table("entrustments")?,
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
    pub fn named<'a>(&'a self, organ: &'a str, name: &'a str, day: Day) -> impl Iterator<Item = Officer<'a>> {
        let found = self.officers.on(day).filter(move |one| one.organ == organ);
        found.filter(move |one| self.officers.text(one, "name") == name).map(|one| self.officer(one))
    }

    /// Fields in which an officer of the roll holds a certificate, on a day.
    pub fn fields_of<'a>(
        &'a self,
        officer: &Officer<'a>,
        day: Day,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let (organ, number) = (officer.organ, officer.number);
        let held = self.certificates.on(day).filter(move |one| one.organ == organ);
        let held = held.filter(move |one| self.certificates.text(one, "officer") == number);
        held.map(|one| self.certificates.text(one, "field"))
    }

    /// Fields in which an account holds a certificate, on a day.
    pub fn certificates(&self, account: &str, day: Day) -> Vec<&str> {
        let own = self.officers.on(day).map(|one| self.officer(one));
        let own = own.filter(|one| one.account == Some(account));
        own.flat_map(|one| self.fields_of(&one, day)).collect()
    }

    /// Role and account of everybody whom an organ has appointed for a procedure, on a day.
    pub fn posts<'a>(
        &'a self,
        organ: &'a str,
        procedure: &'a str,
        day: Day,
    ) -> Vec<(&'a str, Option<&'a str>)> {
        let own = self.posts.on(day).filter(|one| one.organ == organ);
        let own = own.filter(|one| self.posts.text(one, "procedure") == procedure);
        own.map(|one| (self.posts.text(one, "role"), self.account(self.posts.text(one, "account")))).collect()
    }

    /// Organ and procedure of every appointment of an account, on a day.
    pub fn posted(&self, account: &str, day: Day) -> Vec<(String, String)> {
        let own =
            self.posts.on(day).filter(|one| self.account(self.posts.text(one, "account")) == Some(account));
        own.map(|one| (one.organ.clone(), self.posts.text(one, "procedure").to_owned())).collect()
    }

    /// Organ, power and area of everything that an organ is entrusted with, on a day.
    pub fn entrusted(&self, name: &str, day: Day) -> Vec<(&str, &str, &str)> {
        let own = self.entrustments.on(day).filter(|one| {
            self.entrustments.text(one, "kind") == "entrust"
                && self.entrustments.text(one, "to") == name
                && self.entrustments.day(one, "published").is_some_and(|on| on <= day)
        });
        let text = |one, field| self.entrustments.text(one, field);
        own.map(|one| (one.organ.as_str(), text(one, "power"), text(one, "area"))).collect()
    }

    /// The powers of an organ on a day: of its own list, and conferred on it where that was published.
    pub fn powers(&self, organ: (&str, &str), division: &str, day: Day) -> Vec<&str> {
        let (id, name) = organ;
        let own = self.powers.on(day).filter(|one| one.organ == id);
        let mut all: Vec<&str> = own.map(|one| self.powers.text(one, "power")).collect();
        let conferred = self.given("confer", division, day).into_iter();
        let conferred = conferred.filter(|one| self.entrustments.text(one, "to") == name);
        all.extend(conferred.map(|one| self.entrustments.text(one, "power")));
        all
    }

    /// Names of the organs that an organ has entrusted with a power, on a day.
    pub fn agents(&self, organ: &str, power: &str, division: &str, day: Day) -> Vec<&str> {
        let own = self.given("entrust", division, day).into_iter().filter(|one| one.organ == organ);
        let own = own.filter(|one| self.entrustments.text(one, "power") == power);
        own.map(|one| self.entrustments.text(one, "to")).collect()
    }

    /// What was given in one of the two ways, published by that day, for a division.
    fn given(&self, kind: &str, division: &str, day: Day) -> Vec<&Entry> {
        let is_given = |one: &&Entry| {
            let published = self.entrustments.day(one, "published").is_some_and(|on| on <= day);
            published
                && self.entrustments.text(one, "kind") == kind
                && division.starts_with(self.entrustments.text(one, "area"))
        };
        self.entrustments.on(day).filter(is_given).collect()
    }
}
