//! Persons whose data are in events: each has a key of its own, wrapped under the operator's. Who has erased the key has
//! erased everything that it sealed.

use zeroize::Zeroizing;

use crate::keyring::{KEY, Keyring, PersonKey, random};
use crate::value::{all, first};
use crate::{Query, Result, StoreError, Tx, Value, attachment, meta, personal, sql};

/// Where the mark of the keyring stands that the data are under.
const KEYRING: &str = "personal_keyring";

/// What a person is found by: 128 of the bits are enough to tell all apart.
pub(crate) type Lookup = [u8; 16];

/// How the ids of those begin whose number nobody has recorded: no index leads from them to their case.
const UNKNOWN: char = '.';

/// Letters of an id: six bits each.
const LETTERS: &[u8; 64] = b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// Whose fields are. 个人信息主体
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Of the person or the organisation with this number, in its canonical writing. The same in all cases.
    Number(String),
    /// Of somebody whose number nobody has recorded: one for each case and group.
    Unknown { case: String, group: String },
}

impl Whose {
    /// By what the person is found: a value that tells the number to nobody without the operator's secret.
    fn lookup(&self, keys: &Keyring) -> Lookup {
        let whole = match self {
            Self::Number(number) => keys.lookup(&["number", number]),
            Self::Unknown { case, group } => keys.lookup(&["case", case, group]),
        };
        let mut half = Lookup::default();
        half.iter_mut().zip(whole.as_bytes()).for_each(|(to, from)| *to = *from);
        half
    }
}

/// A person with its key still wrapped.
struct Found {
    id: String,
    wrapped: Option<Vec<u8>>,
    operator: String,
}

impl Found {
    fn read(row: &mut crate::Row<'_>) -> Result<Self> {
        Ok(Self { id: row.text()?, wrapped: row.opt_bytes()?, operator: row.name()? })
    }

    fn key(&self, keys: &Keyring) -> Option<PersonKey> {
        keys.unwrap(&self.id, &self.operator, self.wrapped.as_deref()?)
    }
}

/// The id of a person that is known and was not erased.
pub fn find(db: &dyn Query, keys: &Keyring, whose: &Whose) -> Result<Option<String>> {
    let lookup = whose.lookup(keys);
    Ok(first(db, &sql::PERSON_BY_LOOKUP, &[Value::Bytes(&lookup)], Found::read)?.map(|found| found.id))
}

/// The person with its key: known to this command, found by one look, or new.
pub(crate) fn key_for(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    whose: &Whose,
    (seq, now): (i64, i64),
) -> Result<(String, PersonKey)> {
    let lookup = whose.lookup(keys);
    let noted = tx.notes_of().persons.borrow().get(&lookup).cloned();
    if let Some(id) = noted
        && let Some(key) = keys.at_hand(&id)
    {
        return Ok((id, key));
    }
    let found = first(tx, &sql::PERSON_BY_LOOKUP, &[Value::Bytes(&lookup)], Found::read)?;
    let (id, key) = match found {
        Some(found) => {
            let key = found.key(keys).ok_or_else(|| unopened(&found.operator))?;
            (found.id, key)
        }
        None => new(tx, keys, whose, &lookup, (seq, now))?,
    };
    tx.notes_of().persons.borrow_mut().insert(lookup, id.clone());
    Ok((id, key))
}

/// An id of sixteen letters: it stands in each part and each index of parts. The first five are of the event that made the
/// person known, so that persons lie one after the other as they come and pages are full; eleven are 66 bits of chance.
fn new_id(whose: &Whose, seq: i64) -> Result<String> {
    let chance = random::<11>()?;
    let places = (0..5_u32).rev().map(|place| u8::try_from((seq >> (6 * place)) & 63).unwrap_or(0));
    let letters = places.chain(chance).map(|byte| LETTERS.get(usize::from(byte & 63)));
    let letters = letters.map(|letter| char::from(letter.copied().unwrap_or(b'-')));
    let mark = match whose {
        Whose::Number(_) => None,
        Whose::Unknown { .. } => Some(UNKNOWN),
    };
    Ok(mark.into_iter().chain(letters).collect())
}

fn new(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    whose: &Whose,
    lookup: &Lookup,
    (seq, now): (i64, i64),
) -> Result<(String, PersonKey)> {
    let id = new_id(whose, seq)?;
    let key: PersonKey = Zeroizing::new(random::<KEY>()?);
    let wrapped = keys.wrap(&id, &key)?;
    let found_by = Value::Bytes(lookup);
    let values = [(&id).into(), found_by, (&wrapped).into(), Value::Name(keys.operator()), now.into()];
    tx.put(&sql::PERSON_ADD, &values)?;
    Ok((id, key))
}

fn unopened(operator: &str) -> StoreError {
    StoreError::PersonalKey {
        why: format!("这个人的密钥是用另一把管理者密钥（{operator}）封存的")
    }
}

/// A person's key, from what its row has; why there is none otherwise.
pub(crate) fn key_of(keys: &Keyring, id: &str, wrapped: Option<(&[u8], &str)>) -> Result<PersonKey, NoKey> {
    let Some((wrapped, operator)) = wrapped else { return keys.at_hand(id).ok_or(NoKey::Gone) };
    let key = keys.unwrap(id, operator, wrapped);
    key.ok_or_else(|| no_key(keys, operator))
}

/// The same, for who reads the parts of all persons in a row: most persons come once.
pub(crate) fn key_apart(
    keys: &Keyring,
    id: &str,
    wrapped: Option<(&[u8], &str)>,
) -> Result<PersonKey, NoKey> {
    let Some((wrapped, operator)) = wrapped else { return keys.at_hand(id).ok_or(NoKey::Gone) };
    let key = keys.unwrap_apart(id, operator, wrapped);
    key.ok_or_else(|| no_key(keys, operator))
}

fn no_key(keys: &Keyring, operator: &str) -> NoKey {
    if keys.has(operator) { NoKey::Gone } else { NoKey::Elsewhere }
}

/// Why a person's key cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// It is under a key of an operator that is not at hand.
    Elsewhere,
    /// It was destroyed or changed, or the person is gone.
    Gone,
}

/// The cases in which a person's fields are or were, by id. Of a person without a number all parts are looked through.
pub fn cases_of(db: &dyn Query, id: &str) -> Result<Vec<String>> {
    let which = if id.starts_with(UNKNOWN) { &sql::PERSON_CASES_UNKNOWN } else { &sql::PERSON_CASES };
    all(db, which, &[id.into()], |row| row.case())
}

/// The persons whose fields are or were in a case, by id.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<String>> {
    all(db, &sql::PERSONS_OF_CASE, &[Value::Case(case)], |row| row.text())
}

/// Destroys a person's key and everything that it sealed: the key first overwritten, and the rows too, so that the
/// database's own free places hold neither. Nothing when there is no such person, or it was erased before. The chains, the
/// roots and the digests stay as they were.
pub fn erase(tx: &mut Tx<'_>, keys: &Keyring, id: &str, now: i64) -> Result<Option<Erased>> {
    let found = first(tx, &sql::PERSON_GET, &[id.into()], Found::read)?;
    let Some(length) = found.and_then(|found| found.wrapped).map(|wrapped| wrapped.len()) else {
        return Ok(None);
    };
    let nothing = vec![0; length];
    tx.execute(&sql::PERSON_OVERWRITE, &[id.into(), (&nothing).into()])?;
    tx.execute(&sql::PERSON_ERASE, &[id.into(), now.into()])?;
    keys.forget(id);
    tx.notes_of().persons.borrow_mut().retain(|_, known| known != id);
    let (papers, loose) = attachment::erase_of(tx, id)?;
    let mut erased = Erased { cases: Vec::new(), loose };
    let mut cases = cases_of(tx, id)?;
    cases.extend(papers.iter().cloned());
    cases.sort();
    cases.dedup();
    for case in cases {
        let parts = personal::erase_of(tx, &case, id)?;
        let files = papers.iter().filter(|own| **own == case).count();
        erased.cases.push(ErasedIn { case, parts, files: u64::try_from(files).unwrap_or(u64::MAX) });
    }
    Ok(Some(erased))
}

/// What was erased of a person. 删除的范围
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    pub cases: Vec<ErasedIn>,
    /// The hashes under which bytes lie that belong to nothing any more.
    pub loose: Vec<ledger::Hash>,
}

/// How many parts of records and how many attachments were erased in a case. 一案中删除的范围
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasedIn {
    pub case: String,
    pub parts: u64,
    pub files: u64,
}

/// Wraps the keys of so many persons after an id anew under the key in use; the last id, or nothing when all are done.
/// Those that are under a key which is not at hand are passed over: [`under_others`] counts them.
pub fn rewrap(tx: &mut Tx<'_>, keys: &Keyring, after: &str, limit: u32) -> Result<Option<String>> {
    let values = [after.into(), Value::Name(keys.operator()), limit.into()];
    let found = all(tx, &sql::PERSONS_UNDER_OTHERS, &values, Found::read)?;
    for one in &found {
        let Some(key) = one.key(keys) else { continue };
        let wrapped = keys.wrap(&one.id, &key)?;
        let values = [(&one.id).into(), (&wrapped).into(), Value::Name(keys.operator())];
        tx.execute(&sql::PERSON_REWRAP, &values)?;
    }
    Ok(found.last().map(|one| one.id.clone()))
}

/// How many persons there are whose key is not under the one in use.
pub fn under_others(db: &dyn Query, keys: &Keyring) -> Result<u64> {
    let found = first(db, &sql::PERSON_COUNT_OTHERS, &[Value::Name(keys.operator())], |row| row.int())?;
    Ok(found.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}

/// Whether any person has a key: then data are sealed that no new operator's key opens.
pub fn any(db: &dyn Query) -> Result<bool> {
    Ok(first(db, &sql::PERSON_ANY, &[], |row| row.text())?.is_some())
}

/// The mark of the keyring that the data are under, once there is one.
pub fn keyring_of(db: &dyn Query) -> Result<Option<String>> {
    meta::get(db, KEYRING)
}

/// Notes under which keyring the data are from now on.
pub fn set_keyring(tx: &mut Tx<'_>, keys: &Keyring) -> Result<()> {
    meta::set(tx, KEYRING, &keys.mark())
}
