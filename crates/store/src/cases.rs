//! The cases: where each one stands, derived from its events.

use ledger::Hash;

use crate::value::{Value, all, first};
use crate::{Query, Result, Row, StoreError, Tx, sql};

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
    /// The state of its norms, as the kernel packs it.
    pub marking: Vec<u8>,
}

fn read(row: &mut Row<'_>) -> Result<Case> {
    Ok(Case {
        id: row.text()?,
        division: row.text()?,
        organ: row.text()?,
        procedure: row.text()?,
        pack: row.hash()?,
        number: row.opt_text()?,
        title: row.text()?,
        opened_on: row.day()?,
        phase: row.text()?,
        version: row.number()?,
        closed_on: row.opt_day()?,
        handler: row.opt_text()?,
        party: row.opt_text()?,
        receipt_hash: row.opt_hash()?,
        head: row.hash()?,
        marking: row.bytes()?,
    })
}

/// Makes a case without events: its version is 0 and its head the case's genesis, whatever `case` says.
pub fn add(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let head = ledger::genesis(&case.id);
    let values = [
        (&case.id).into(),
        (&case.division).into(),
        (&case.organ).into(),
        (&case.procedure).into(),
        (&case.pack).into(),
        (&case.number).into(),
        (&case.title).into(),
        case.opened_on.into(),
        (&case.phase).into(),
        case.closed_on.into(),
        (&case.handler).into(),
        (&case.party).into(),
        case.receipt_hash.as_ref().into(),
        (&head).into(),
        (&case.marking).into(),
    ];
    tx.put(&sql::CASE_ADD, &values)?;
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
    db.query(&sql::CASE_TIPS, &[], &mut |row| {
        let (id, division) = (row.text_here()?, row.text_here()?);
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
    Marking,
    Phase,
    Whole,
}

impl Case {
    /// What `new` changes, but for version and head.
    fn changed(&self, new: &Self) -> Changed {
        #[rustfmt::skip]
        let Self {
            id, division, organ, procedure, pack, number, title, opened_on, phase, version: _,
            closed_on, handler, party, receipt_hash, head: _, marking,
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
            && *receipt_hash == new.receipt_hash;
        match (same, *phase == new.phase, *marking == new.marking) {
            (false, _, _) => Changed::Whole,
            (true, false, _) => Changed::Phase,
            (true, true, false) => Changed::Marking,
            (true, true, true) => Changed::Nothing,
        }
    }
}

/// Changes all of a case but its version and head. What an index has is written only where it changed: most acts
/// change the marking and the phase, and nothing else.
pub fn update(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let tell = |old: &Case| (old.division == case.division, old.changed(case), old.version, old.head);
    let Some((stays, changed, version, head)) = known(tx, &case.id, tell)? else {
        return Err(StoreError::NoCase { case: case.id.clone() });
    };
    if !stays {
        let detail = format!("案件 {} 的区划不能改变：数据按区划存放", case.id);
        return Err(StoreError::Internal { detail });
    }
    let (id, marking, division) = ((&case.id).into(), (&case.marking).into(), (&case.division).into());
    match changed {
        Changed::Nothing => return Ok(()),
        Changed::Whole => update_whole(tx, case)?,
        Changed::Phase => tx.put_one(&sql::CASE_SET_PHASE, &[id, (&case.phase).into(), marking, division])?,
        Changed::Marking => tx.put_one(&sql::CASE_SET_MARKING, &[id, marking, division])?,
    }
    let new = Case { version, head, ..case.clone() };
    tx.notes_of().cases.borrow_mut().insert(case.id.clone(), new);
    Ok(())
}

fn update_whole(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let values = [
        (&case.id).into(),
        (&case.division).into(),
        (&case.organ).into(),
        (&case.procedure).into(),
        (&case.pack).into(),
        (&case.number).into(),
        (&case.title).into(),
        case.opened_on.into(),
        (&case.phase).into(),
        case.closed_on.into(),
        (&case.handler).into(),
        (&case.party).into(),
        case.receipt_hash.as_ref().into(),
        (&case.marking).into(),
    ];
    tx.put_one(&sql::CASE_UPDATE, &values)
}

/// The case with an id.
pub fn get(db: &dyn Query, id: &str) -> Result<Option<Case>> {
    let noted = db.notes().and_then(|notes| notes.cases.borrow().get(id).cloned());
    if noted.is_some() {
        return Ok(noted);
    }
    let found = first(db, &sql::CASE_GET, &[id.into()], read)?;
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
    all(db, &sql::CASES_BY_ID, &[id.into(), limit.into()], read)
}

/// Which cases a list shows. 案件范围
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    All,
    Organ { organ: &'a str, open_only: bool },
    Handler { handler: &'a str, open_only: bool },
    Party { party: &'a str },
    Procedure { procedure: &'a str, phase: Option<&'a str>, organ: Option<&'a str> },
}

/// Where a page begins: after this case. 翻页位置
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// A page of cases, the newest first; `division` is the beginning of the divisions' codes, `""` for all.
pub fn page(
    db: &dyn Query,
    scope: Scope<'_>,
    division: &str,
    after: Option<&Key>,
    limit: u32,
) -> Result<Vec<Case>> {
    let (day, id) = after.map_or((i64::MAX, ""), |key| (key.opened_on.into(), key.id.as_str()));
    let mut values: Vec<Value<'_>> = vec![day.into(), id.into(), limit.into(), division.into()];
    let statement = match scope {
        Scope::All => &sql::CASES_PAGE,
        Scope::Organ { organ, open_only } => {
            values.push(organ.into());
            if open_only { &sql::CASES_OF_ORGAN_OPEN } else { &sql::CASES_OF_ORGAN }
        }
        Scope::Handler { handler, open_only } => {
            values.push(handler.into());
            if open_only { &sql::CASES_OF_HANDLER_OPEN } else { &sql::CASES_OF_HANDLER }
        }
        Scope::Party { party } => {
            values.push(party.into());
            &sql::CASES_OF_PARTY
        }
        Scope::Procedure { procedure, phase, organ } => {
            values.extend_from_slice(&[procedure.into(), organ.unwrap_or("").into()]);
            match phase {
                Some(phase) => {
                    values.push(phase.into());
                    &sql::CASES_OF_PHASE
                }
                None => &sql::CASES_OF_PROCEDURE,
            }
        }
    };
    all(db, statement, &values, read)
}

/// How many cases of a procedure stand in a phase. 案件数
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub procedure: String,
    pub phase: String,
    pub all: i64,
    pub open: i64,
}

/// The cases by procedure and phase, of an organ and of divisions (`""` for all).
pub fn counts(db: &dyn Query, organ: &str, division: &str) -> Result<Vec<Count>> {
    all(db, &sql::CASE_COUNTS, &[organ.into(), division.into()], |row| {
        Ok(Count { procedure: row.text()?, phase: row.text()?, all: row.int()?, open: row.int()? })
    })
}
