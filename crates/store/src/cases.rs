//! The cases: where each one stands, derived from its events.

use ledger::Hash;

use crate::compact::AFTER_ALL;
use crate::value::{LastName, Value, all, first};
use crate::{Query, Result, Row, Statement, StoreError, Tx, sql};

/// A case as its last event left it. 案件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: String,
    /// The division's code, by which the data are shared out.
    pub division: String,
    /// The organ that holds it.
    pub organ: String,
    pub procedure: String,
    /// The hash of the pack's text that it follows.
    pub pack: Hash,
    /// The number that people cite, unique where there is one.
    pub number: Option<String>,
    pub title: String,
    pub opened_on: i32,
    pub phase: String,
    /// The number of its last event. [`crate::events::append`] alone changes it.
    pub version: u32,
    pub closed_on: Option<i32>,
    /// The account of the officer in charge.
    pub handler: Option<String>,
    /// The account of the person who asked for it.
    pub party: Option<String>,
    /// The hash of the code on the receipt, by which it can be looked up without an account.
    pub receipt_hash: Option<Hash>,
    /// The hash of its last event. [`crate::events::append`] alone changes it.
    pub head: Hash,
    /// The other organs that its records name in a role, by which they may read it, as the records write them; in
    /// order, none twice.
    pub named: Vec<String>,
}

/// What stands between names; no name has it.
const BETWEEN: char = '\n';

fn read(row: &mut Row<'_>) -> Result<Case> {
    Ok(Case {
        id: row.case()?,
        division: row.name()?,
        organ: row.name()?,
        procedure: row.name()?,
        pack: row.named_hash()?,
        number: row.opt_text()?,
        title: row.text()?,
        opened_on: row.day()?,
        phase: row.name()?,
        version: row.number()?,
        closed_on: row.opt_day()?,
        handler: row.opt_name()?,
        party: row.opt_text()?,
        receipt_hash: row.opt_hash()?,
        head: row.hash()?,
        named: {
            let names = row.names()?;
            names.split(BETWEEN).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        },
    })
}

/// Makes a case without events: its version is 0 and its head the case's genesis, whatever `case` says.
pub fn add(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let (head, named) = (ledger::genesis(&case.id), joined(&case.named));
    let values = [
        Value::Case(&case.id),
        Value::Name(&case.division),
        Value::Name(&case.organ),
        Value::Name(&case.procedure),
        Value::NamedHash(&case.pack),
        (&case.number).into(),
        (&case.title).into(),
        case.opened_on.into(),
        Value::Name(&case.phase),
        case.closed_on.into(),
        Value::opt_name(case.handler.as_deref()),
        (&case.party).into(),
        case.receipt_hash.as_ref().into(),
        (&head).into(),
        Value::Names(&named),
    ];
    tx.put(&sql::CASE_ADD, &values)?;
    case.named.iter().try_for_each(|name| put_name(tx, &sql::CASE_NAMED_ADD, case, name))?;
    count(tx, case, 1)?;
    let notes = tx.notes_of();
    notes.cases.borrow_mut().insert(case.id.clone(), Case { version: 0, head, ..case.clone() });
    notes.dues.borrow_mut().entry(case.id.clone()).or_default();
    Ok(())
}

/// Where a case's chain ends, in the row that is being read.
pub(crate) struct Tip<'a> {
    pub id: &'a str,
    pub division: &'a str,
    pub version: u32,
    pub head: Hash,
}

/// Hands over where the chains of all cases end, in whatever order the database has them.
pub(crate) fn each_tip(db: &dyn Query, each: &mut dyn FnMut(&Tip<'_>) -> Result<()>) -> Result<()> {
    let mut division = LastName::default();
    db.query(&sql::CASE_TIPS, &[], &mut |row| {
        let id = row.case_here()?;
        row.name_again(&mut division)?;
        let (id, division) = (id.as_str(), &*division);
        each(&Tip { id, division, version: row.number()?, head: row.hash()? }).map(|()| true)
    })
}

/// What the command in hand knows of the case with an id, or nothing where there is none.
pub(crate) fn known<T>(tx: &Tx<'_>, id: &str, tell: impl Fn(&Case) -> T) -> Result<Option<T>> {
    let noted = tx.notes_of().cases.borrow().get(id).map(&tell);
    if noted.is_some() {
        return Ok(noted);
    }
    Ok(get(tx, id)?.as_ref().map(tell))
}

/// The division of a case; nothing where there is no case.
pub(crate) fn division_of(tx: &Tx<'_>, id: &str) -> Result<String> {
    Ok(known(tx, id, |case| case.division.clone())?.unwrap_or_default())
}

/// Notes that the case has a new last event.
pub(crate) fn advanced(tx: &Tx<'_>, id: &str, version: u32, head: Hash) {
    if let Some(case) = tx.notes_of().cases.borrow_mut().get_mut(id) {
        (case.version, case.head) = (version, head);
    }
}

/// What of a case is to be written.
#[derive(PartialEq, Eq)]
enum Changed {
    Nothing,
    Phase,
    Whole,
}

impl Case {
    /// What `new` changes, but for version and head.
    fn changed(&self, new: &Self) -> Changed {
        #[rustfmt::skip]
        let Self {
            id, division, organ, procedure, pack, number, title, opened_on, phase, version: _,
            closed_on, handler, party, receipt_hash, head: _, named,
        } = self;
        let same = *id == new.id
            && *division == new.division
            && *organ == new.organ
            && *procedure == new.procedure
            && *pack == new.pack
            && *number == new.number
            && *title == new.title
            && *opened_on == new.opened_on
            && *closed_on == new.closed_on
            && *handler == new.handler
            && *party == new.party
            && *receipt_hash == new.receipt_hash
            && *named == new.named;
        match (same, *phase == new.phase) {
            (false, _) => Changed::Whole,
            (true, false) => Changed::Phase,
            (true, true) => Changed::Nothing,
        }
    }
}

/// Changes all of a case but its version and head. What an index has is written only where it changed: most acts
/// change the phase, and nothing else.
pub fn update(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let tell = |old: &Case| (old.division == case.division, old.changed(case), old.version, old.head);
    let Some((stays, changed, version, head)) = known(tx, &case.id, tell)? else {
        return Err(StoreError::NoCase { case: case.id.clone() });
    };
    if !stays {
        let detail = format!("案件 {} 的区划不能改变：数据按区划存放", case.id);
        return Err(StoreError::Internal { detail });
    }
    let old = match changed {
        Changed::Nothing => return Ok(()),
        Changed::Phase | Changed::Whole => get(tx, &case.id)?,
    };
    let new = Case { version, head, ..case.clone() };
    if changed == Changed::Whole {
        update_whole(tx, case)?;
    } else {
        let values = [Value::Case(&case.id), Value::Name(&case.phase), Value::Name(&case.division)];
        tx.put_one(&sql::CASE_SET_PHASE, &values)?;
    }
    if let Some(old) = &old {
        rename(tx, old, &new)?;
        if place(old) != place(&new) {
            count(tx, old, -1)?;
            count(tx, &new, 1)?;
        }
    }
    tx.notes_of().cases.borrow_mut().insert(case.id.clone(), new);
    Ok(())
}

fn joined(names: &[String]) -> String {
    names.join(&BETWEEN.to_string())
}

fn put_name(tx: &mut Tx<'_>, statement: &'static Statement, case: &Case, name: &str) -> Result<()> {
    let values =
        [Value::Name(name), case.opened_on.into(), Value::Case(&case.id), Value::Name(&case.division)];
    tx.put(statement, &values)
}

/// Brings the lists of those who are named to what the case says now.
fn rename(tx: &mut Tx<'_>, old: &Case, new: &Case) -> Result<()> {
    let moved = old.opened_on != new.opened_on;
    for name in old.named.iter().filter(|name| moved || !new.named.contains(name)) {
        put_name(tx, &sql::CASE_NAMED_DROP, old, name)?;
    }
    for name in new.named.iter().filter(|name| moved || !old.named.contains(name)) {
        put_name(tx, &sql::CASE_NAMED_ADD, new, name)?;
    }
    Ok(())
}

/// What a case is counted under, and whether it is open.
fn place(case: &Case) -> (&str, &str, &str, bool) {
    (&case.organ, &case.procedure, &case.phase, case.closed_on.is_none())
}

/// Counts a case in or out where it stands.
fn count(tx: &mut Tx<'_>, case: &Case, sign: i64) -> Result<()> {
    let (organ, procedure, phase, is_open) = place(case);
    let open = if is_open { sign } else { 0 };
    let names = [organ, procedure, phase, &case.division].map(Value::Name);
    let [organ, procedure, phase, division] = names;
    let values = [organ, procedure, phase, division, sign.into(), open.into()];
    tx.put(&sql::CASE_COUNT_ADD, &values)
}

fn update_whole(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let named = joined(&case.named);
    let values = [
        Value::Case(&case.id),
        Value::Name(&case.division),
        Value::Name(&case.organ),
        Value::Name(&case.procedure),
        Value::NamedHash(&case.pack),
        (&case.number).into(),
        (&case.title).into(),
        case.opened_on.into(),
        Value::Name(&case.phase),
        case.closed_on.into(),
        Value::opt_name(case.handler.as_deref()),
        (&case.party).into(),
        case.receipt_hash.as_ref().into(),
        Value::Names(&named),
    ];
    tx.put_one(&sql::CASE_UPDATE, &values)
}

/// The case with an id.
pub fn get(db: &dyn Query, id: &str) -> Result<Option<Case>> {
    let noted = db.notes().and_then(|notes| notes.cases.borrow().get(id).cloned());
    if noted.is_some() {
        return Ok(noted);
    }
    let found = first(db, &sql::CASE_GET, &[Value::Case(id)], read)?;
    if let (Some(notes), Some(case)) = (db.notes(), &found) {
        notes.cases.borrow_mut().insert(id.to_owned(), case.clone());
    }
    Ok(found)
}

/// The case with a number.
pub fn by_number(db: &dyn Query, number: &str) -> Result<Option<Case>> {
    first(db, &sql::CASE_BY_NUMBER, &[number.into()], read)
}

/// The case with a receipt.
pub fn by_receipt(db: &dyn Query, receipt_hash: &Hash) -> Result<Option<Case>> {
    first(db, &sql::CASE_BY_RECEIPT, &[receipt_hash.into()], read)
}

/// Cases by id, from after one.
pub fn after(db: &dyn Query, id: &str, limit: u32) -> Result<Vec<Case>> {
    all(db, &sql::CASES_BY_ID, &[Value::Case(id), limit.into()], read)
}

/// Which cases a list shows. 案件范围
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// All, in the order of their ids.
    All,
    Organ {
        organ: &'a str,
    },
    Party {
        party: &'a str,
    },
    Phase {
        organ: &'a str,
        procedure: &'a str,
        phase: &'a str,
    },
    /// Those whose records name an organ.
    Named {
        name: &'a str,
    },
}

/// Where a page begins: after this case. 翻页位置
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub opened_on: i32,
    pub id: String,
}

impl Case {
    /// The key of a page that begins after this case.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { opened_on: self.opened_on, id: self.id.clone() }
    }
}

/// Greater than every text that is kept.
const LAST: &str = AFTER_ALL;

/// A page of cases, the newest first; `division` is the beginning of the divisions' codes, `""` for all (those who
/// are named are not asked for it).
pub fn page(
    db: &dyn Query,
    scope: Scope<'_>,
    division: &str,
    after: Option<&Key>,
    limit: u32,
) -> Result<Vec<Case>> {
    let (day, id) = after.map_or((i64::MAX, ""), |key| (key.opened_on.into(), key.id.as_str()));
    let id = Value::Case(id);
    let mut values: Vec<Value<'_>> = vec![day.into(), id, limit.into(), division.into()];
    let statement = match scope {
        Scope::All => {
            let before = after.map_or(LAST, |key| key.id.as_str());
            values = vec![Value::Case(before), limit.into(), division.into()];
            &sql::CASES_ALL
        }
        Scope::Organ { organ } => {
            values.push(Value::Name(organ));
            &sql::CASES_OF_ORGAN
        }
        Scope::Party { party } => {
            values.push(party.into());
            &sql::CASES_OF_PARTY
        }
        Scope::Phase { organ, procedure, phase } => {
            values.extend([organ, procedure, phase].map(Value::Name));
            &sql::CASES_OF_PHASE
        }
        Scope::Named { name } => {
            values = vec![day.into(), id, limit.into(), Value::Name(name)];
            &sql::CASES_NAMED
        }
    };
    all(db, statement, &values, read)
}

/// The keys of a page alone, out of the list's index; `None` where there is no such index (all cases).
///
/// Whoever shows several lists as one asks each for its keys, and only then for the rows that come onto the page.
pub fn keys(db: &dyn Query, scope: Scope<'_>, after: Option<&Key>, limit: u32) -> Result<Option<Vec<Key>>> {
    let (day, id) = after.map_or((i64::MAX, ""), |key| (key.opened_on.into(), key.id.as_str()));
    let mut values: Vec<Value<'_>> = vec![day.into(), Value::Case(id), limit.into()];
    let statement = match scope {
        Scope::All => return Ok(None),
        Scope::Organ { organ } => {
            values.push(Value::Name(organ));
            &sql::CASES_KEYS_OF_ORGAN
        }
        Scope::Party { party } => {
            values.push(party.into());
            &sql::CASES_KEYS_OF_PARTY
        }
        Scope::Phase { organ, procedure, phase } => {
            values.extend([organ, procedure, phase].map(Value::Name));
            &sql::CASES_KEYS_OF_PHASE
        }
        Scope::Named { name } => {
            values.push(Value::Name(name));
            &sql::CASES_KEYS_NAMED
        }
    };
    let read = |row: &mut Row<'_>| Ok(Key { opened_on: row.day()?, id: row.case()? });
    Ok(Some(all(db, statement, &values, read)?))
}

/// Cases whose number begins with a text, in the order of their numbers, after a number (`""` for the first page).
/// Whoever asks looks at each whether it may be shown.
pub fn by_number_prefix(db: &dyn Query, prefix: &str, after: &str, limit: u32) -> Result<Vec<Case>> {
    // The number that is the text itself comes first; nothing stands right before it.
    let own = if after.is_empty() { by_number(db, prefix)? } else { None };
    let end = format!("{prefix}{LAST}");
    let after = if after.is_empty() { prefix } else { after };
    let left = i64::from(limit) - i64::from(own.is_some());
    let more = all(db, &sql::CASES_BY_NUMBER, &[after.into(), (&end).into(), left.into()], read)?;
    Ok(own.into_iter().chain(more).collect())
}

/// Cases of an organ whose title begins with a text, in the order of their titles, after a title and an id.
pub fn by_title_prefix(
    db: &dyn Query,
    organ: &str,
    prefix: &str,
    after: Option<(&str, &str)>,
    limit: u32,
) -> Result<Vec<Case>> {
    let (title, id) = after.unwrap_or((prefix, ""));
    let end = format!("{prefix}{LAST}");
    let values = [Value::Name(organ), title.into(), Value::Case(id), (&end).into(), limit.into()];
    all(db, &sql::CASES_BY_TITLE, &values, read)
}

/// How many cases of a procedure stand in a phase. 案件数
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub procedure: String,
    pub phase: String,
    pub all: i64,
    pub open: i64,
}

/// The cases by procedure and phase, of an organ and of divisions (`""` for all), as they are counted with each act.
pub fn counts(db: &dyn Query, organ: &str, division: &str) -> Result<Vec<Count>> {
    let read = |row: &mut Row<'_>| {
        Ok(Count { procedure: row.name()?, phase: row.name()?, all: row.int()?, open: row.int()? })
    };
    let mut counts = if organ.is_empty() {
        all(db, &sql::CASE_COUNTS, &[division.into()], read)
    } else {
        all(db, &sql::CASE_COUNTS_OF_ORGAN, &[Value::Name(organ), division.into()], read)
    }?;
    counts.sort_by(|a, b| (&a.procedure, &a.phase).cmp(&(&b.procedure, &b.phase)));
    Ok(counts)
}

/// The first organs, procedures and phases whose counts are not those of the cases.
pub fn miscounted(db: &dyn Query) -> Result<Vec<(String, String, String)>> {
    let mut found = Vec::new();
    for statement in [&sql::CASE_COUNTS_NOT_BACKED, &sql::CASE_COUNTS_LACKING] {
        found.extend(all(db, statement, &[], |row| Ok((row.name()?, row.name()?, row.name()?)))?);
    }
    found.dedup();
    Ok(found)
}

/// Whether a case stands in the list of each organ that it names.
pub fn named_in_lists(db: &dyn Query, case: &Case) -> Result<bool> {
    for name in &case.named {
        let (id, division) = (Value::Case(&case.id), Value::Name(&case.division));
        let key = [Value::Name(name), case.opened_on.into(), id, division];
        if first(db, &sql::CASE_NAMED_GET, &key, |row| row.name())?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first names and cases that stand in such a list although the case does not name them.
pub fn named_astray(db: &dyn Query) -> Result<Vec<(String, String)>> {
    all(db, &sql::CASE_NAMED_ASTRAY, &[], |row| Ok((row.name()?, row.case()?)))
}
