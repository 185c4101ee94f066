//! The personal fields of events, apart from the journal: in parts, each sealed under the key of the person whose they
//! are, so that they can be erased. The event holds a digest of all; a part's own digest stays when the part is erased,
//! and the other parts can still be proved.

use std::sync::Arc;

use ledger::{Hash, parts_digest, personal_digest};
use zeroize::Zeroizing;

use crate::compact::CaseText;
use crate::keyring::{Keyring, PersonCipher, PersonKey, Sealing, random};
use crate::person::{self, NoKey, Whose};
use crate::value::{LastName, all};
use crate::{Query, Result, Row, Statement, StoreError, Tx, Value, meta, sql};

/// What says that rows of an older program wait to be sealed.
const UNSEALED: &str = "personal_unsealed";
/// The bytes of a salt, which is sealed with the fields: with it alone, numbers could be guessed from the digest. A row says
/// by an empty `salt` that its own has so many.
const SALT: usize = 16;
/// The bytes of the salts of older programs.
const LONG_SALT: usize = 32;
/// The part that is the whole of an event of an older program.
const WHOLE: &str = "";

/// Personal fields to be kept. 待保存的个人信息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPersonal {
    pub keys: Arc<Keyring>,
    /// Each with a name of its own that is not empty.
    pub parts: Vec<NewPart>,
}

/// The fields of one person in an event. 个人信息的一部分
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPart {
    /// What it is called in the event, such as the field that names the person.
    pub name: String,
    pub whose: Whose,
    /// The fields as canonical JSON, an object.
    pub data: String,
}

/// The personal fields of an event as they can be read. 个人信息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// The event's number in its case.
    pub number: u32,
    /// The fields of all parts that could be opened, as one JSON object.
    pub data: String,
    /// The names of the parts that were erased.
    pub erased: Vec<String>,
    /// The names of the parts for which the key is not at hand, or that were changed.
    pub unopened: Vec<String>,
}

/// A part in the row that is being read, with its person's key still wrapped. 个人信息的一部分
pub(crate) struct Part<'a> {
    case: CaseText<'a>,
    pub number: u32,
    pub name: &'a str,
    person: Option<&'a str>,
    pub digest: Hash,
    salt: Option<&'a [u8]>,
    data: Option<&'a [u8]>,
    pub division: Arc<str>,
    /// The wrapped key with the mark of the operator's.
    wrapped: Option<(&'a [u8], Arc<str>)>,
}

impl<'a> Part<'a> {
    /// The part in a row; the key of a person for whom there is a cipher already is not read.
    fn read(row: &mut Row<'a>, last: &LastPerson, division: &mut LastName) -> Result<Self> {
        let mut part = Self {
            case: row.case_here()?,
            number: row.number()?,
            name: row.text_here()?,
            person: row.opt_text_here()?,
            // What is no hash meets nothing: verifying tells it, and nobody is kept from reading the rest.
            digest: Hash::from_bytes(row.bytes_here()?).unwrap_or_default(),
            salt: row.opt_bytes_here()?,
            data: row.opt_bytes_here()?,
            division: {
                row.name_again(division)?;
                Arc::clone(&division.text)
            },
            wrapped: None,
        };
        let known = last.as_ref().map(|(person, _)| person.as_str());
        if known.is_none() || known != part.person {
            part.wrapped = row.opt_bytes_here()?.zip(row.opt_name_here()?);
        }
        Ok(part)
    }

    /// The id of its case.
    pub fn case(&self) -> &str {
        self.case.as_str()
    }

    /// Whether it is the whole of an event of an older program: its digest is the event's.
    pub fn is_whole(&self) -> bool {
        self.name == WHOLE
    }

    /// Opens it; whether the fields are those of its digest is not looked at.
    pub fn open(&self, keys: Option<&Keyring>) -> State {
        self.open_by(|person, wrapped, place, data| {
            let Some(keys) = keys else { return Err(NoKey::Elsewhere) };
            person::key_of(keys, person, wrapped).map(|key| place.open(&key, data))
        })
    }

    /// The same for who reads the parts of all persons in a row; `last` is the cipher of the person whose part came last.
    pub fn open_in_turn(&self, keys: Option<&Keyring>, last: &mut LastPerson) -> State {
        self.open_by(|person, wrapped, place, data| {
            let Some(keys) = keys else { return Err(NoKey::Elsewhere) };
            if let Some((known, cipher)) = last
                && known == person
            {
                return Ok(place.open_by(cipher, data));
            }
            let cipher = PersonCipher::new(&person::key_apart(keys, person, wrapped)?);
            let (_, cipher) = last.insert((person.to_owned(), cipher));
            Ok(place.open_by(cipher, data))
        })
    }

    fn open_by(
        &self,
        open: impl FnOnce(&str, Wrapped<'_>, &Sealing<'_>, &[u8]) -> std::result::Result<Opened, NoKey>,
    ) -> State {
        let Some(data) = self.data else { return State::Erased };
        let plain = match self.person {
            None => Zeroizing::new([self.salt.unwrap_or_default(), data].concat()),
            Some(person) => {
                let wrapped = self.wrapped.as_ref().map(|(wrapped, operator)| (*wrapped, operator.as_ref()));
                let place = Sealing { case: self.case(), number: self.number, part: self.name, person };
                match open(person, wrapped, &place, data) {
                    Err(NoKey::Elsewhere) => return State::Unopened,
                    Err(NoKey::Gone) | Ok(None) => return State::Broken,
                    Ok(Some(plain)) => plain,
                }
            }
        };
        let salt = if self.person.is_some() && self.salt.is_some() { SALT } else { LONG_SALT };
        if plain.len() < salt { State::Broken } else { State::Opened(Plain { plain, salt }) }
    }

    /// The same, and the fields are those of its digest.
    fn state(&self, keys: Option<&Keyring>) -> State {
        match self.open(keys) {
            State::Opened(plain) if personal_digest(plain.parts().0, plain.parts().1) != self.digest => {
                State::Broken
            }
            other => other,
        }
    }
}

/// A person's key as its row has it, with the mark of the operator's.
type Wrapped<'a> = Option<(&'a [u8], &'a str)>;
/// What a sealed part holds; nothing where it does not open.
type Opened = Option<Zeroizing<Vec<u8>>>;
/// A person with the cipher under its key.
pub(crate) type LastPerson = Option<(String, PersonCipher)>;

/// What a part is, opened or not.
pub(crate) enum State {
    Opened(Plain),
    Erased,
    /// The key is not at hand.
    Unopened,
    /// It does not open under its person's key, or not to its digest.
    Broken,
}

/// Salt and fields, overwritten when they are let go.
pub(crate) struct Plain {
    plain: Zeroizing<Vec<u8>>,
    salt: usize,
}

impl Plain {
    pub fn parts(&self) -> (&[u8], &[u8]) {
        self.plain.split_at_checked(self.salt).unwrap_or_default()
    }
}

/// A part as it is kept, for changing it.
struct Kept {
    number: u32,
    name: String,
    person: Option<String>,
    salt: Option<Vec<u8>>,
    data: Option<Vec<u8>>,
}

impl Kept {
    fn read(row: &mut Row<'_>) -> Result<Self> {
        let part = Part::read(row, &None, &mut LastName::default())?;
        Ok(Self {
            number: part.number,
            name: part.name.to_owned(),
            person: part.person.map(str::to_owned),
            salt: part.salt.map(<[u8]>::to_vec),
            data: part.data.map(<[u8]>::to_vec),
        })
    }
}

/// The event whose fields are to be kept.
pub(crate) struct Place<'a> {
    pub seq: i64,
    pub division: &'a str,
    pub case: &'a str,
    pub number: u32,
}

/// Seals and keeps the personal fields of an event; the digest that the event must have.
pub(crate) fn add(tx: &mut Tx<'_>, event: &Place<'_>, now: i64, new: &NewPersonal) -> Result<Hash> {
    let &Place { seq, division, case, number } = event;
    let mut parts: Vec<&NewPart> = new.parts.iter().collect();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    let mut digests = Vec::with_capacity(parts.len());
    for part in parts {
        if part.name == WHOLE {
            return Err(StoreError::Internal { detail: "个人信息的一部分没有名称".to_owned() });
        }
        let (person, key) = person::key_for(tx, &new.keys, &part.whose, (seq, now))?;
        let salt = Zeroizing::new(random::<SALT>()?);
        let fields = part.data.as_bytes();
        let digest = personal_digest(salt.as_slice(), fields);
        let place = Sealing { case, number, part: &part.name, person: &person };
        let sealed = seal(&place, &key, salt.as_slice(), fields)?;
        let values = [
            Value::Case(case),
            number.into(),
            (&part.name).into(),
            Value::Name(division),
            (&person).into(),
            (&digest).into(),
            Value::Bytes(&[]),
            (&sealed).into(),
        ];
        tx.put(&sql::PERSONAL_ADD, &values)?;
        digests.push((part.name.as_str(), digest));
    }
    Ok(parts_digest(&digests))
}

fn seal(place: &Sealing<'_>, key: &PersonKey, salt: &[u8], fields: &[u8]) -> Result<Vec<u8>> {
    place.seal(key, &Zeroizing::new([salt, fields].concat()))
}

/// The personal fields of an event; nothing when it never had any.
pub fn get(db: &dyn Query, keys: Option<&Keyring>, case: &str, number: u32) -> Result<Option<Personal>> {
    let mut found = opened(db, keys, &sql::PERSONAL_GET, &[Value::Case(case), number.into()])?;
    Ok(found.pop().map(|(_, one)| one))
}

/// The personal fields of all events of a case, by number.
pub fn of_case(db: &dyn Query, keys: Option<&Keyring>, case: &str) -> Result<Vec<Personal>> {
    let found = opened(db, keys, &sql::PERSONAL_OF_CASE, &[Value::Case(case)])?;
    Ok(found.into_iter().map(|(_, one)| one).collect())
}

/// The personal fields of the cases from after an id up to another, each with its case, by case and number.
pub fn of_cases(
    db: &dyn Query,
    keys: Option<&Keyring>,
    after: &str,
    until: &str,
) -> Result<Vec<(String, Personal)>> {
    opened(db, keys, &sql::PERSONAL_OF_CASES, &[Value::Case(after), Value::Case(until)])
}

/// Hands over the parts of the cases from after an id up to another, by case, number and name, and keeps the cipher of the person
/// whose part came last. One file has them lie in this order, without a look at the cases; where they lie by division,
/// each case is asked for its own first.
pub(crate) fn each_part(
    db: &dyn Query,
    in_one_file: bool,
    (after, until): (&str, &str),
    each: &mut dyn FnMut(&Part<'_>, &mut LastPerson),
) -> Result<()> {
    let which = if in_one_file { &sql::PERSONAL_BETWEEN } else { &sql::PERSONAL_OF_CASES };
    let (mut last, mut division) = (None, LastName::default());
    db.query(which, &[Value::Case(after), Value::Case(until)], &mut |row| {
        let part = Part::read(row, &last, &mut division)?;
        each(&part, &mut last);
        Ok(true)
    })
}

fn opened(
    db: &dyn Query,
    keys: Option<&Keyring>,
    which: &'static Statement,
    values: &[Value<'_>],
) -> Result<Vec<(String, Personal)>> {
    let mut made: Vec<(String, Personal)> = Vec::new();
    db.query(which, values, &mut |row| {
        let part = Part::read(row, &None, &mut LastName::default())?;
        if made.last().is_none_or(|(case, one)| one.number != part.number || case != part.case()) {
            let data = String::new();
            let one = Personal { number: part.number, data, erased: Vec::new(), unopened: Vec::new() };
            made.push((part.case().to_owned(), one));
        }
        let Some((_, one)) = made.last_mut() else { return Ok(true) };
        match part.state(keys) {
            State::Erased => one.erased.push(part.name.to_owned()),
            State::Unopened | State::Broken => one.unopened.push(part.name.to_owned()),
            State::Opened(plain) => join(&mut one.data, plain.parts().1),
        }
        Ok(true)
    })?;
    for (_, one) in &mut made {
        one.data = format!("{{{}}}", one.data);
    }
    Ok(made)
}

/// Adds the fields of an object to those of others. Objects in canonical JSON are joined by their texts.
fn join(to: &mut String, object: &[u8]) {
    let Ok(text) = std::str::from_utf8(object) else { return };
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
    if !to.is_empty() && !inner.is_empty() {
        to.push(',');
    }
    to.push_str(inner);
}

/// How the personal fields of an event stand against their digests. 个人信息的现状
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub number: u32,
    /// The digest that the event must have, by the digests that are kept of its parts.
    pub digest: Hash,
    /// How many parts were opened and meet their digest.
    pub opened: u32,
    pub erased: u32,
    /// How many parts there is no key for at hand.
    pub unopened: u32,
    /// How many parts do not open, or not to their digest.
    pub broken: u32,
}

/// How the personal fields of a case's events stand, by number.
pub(crate) fn standing(db: &dyn Query, keys: Option<&Keyring>, case: &str) -> Result<Vec<Standing>> {
    let mut made: Vec<Standing> = Vec::new();
    let mut digests: Vec<Vec<(String, Hash)>> = Vec::new();
    db.query(&sql::PERSONAL_OF_CASE, &[Value::Case(case)], &mut |row| {
        let part = Part::read(row, &None, &mut LastName::default())?;
        if made.last().is_none_or(|one| one.number != part.number) {
            let number = part.number;
            made.push(Standing {
                number,
                digest: Hash::default(),
                opened: 0,
                erased: 0,
                unopened: 0,
                broken: 0,
            });
            digests.push(Vec::new());
        }
        if let (Some(one), Some(digests)) = (made.last_mut(), digests.last_mut()) {
            digests.push((part.name.to_owned(), part.digest));
            match part.state(keys) {
                State::Opened(_) => one.opened += 1,
                State::Erased => one.erased += 1,
                State::Unopened => one.unopened += 1,
                State::Broken => one.broken += 1,
            }
        }
        Ok(true)
    })?;
    for (one, digests) in made.iter_mut().zip(&digests) {
        let digests: Vec<(&str, Hash)> =
            digests.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
        one.digest = match digests.as_slice() {
            [(WHOLE, digest)] => *digest,
            several => parts_digest(several),
        };
    }
    Ok(made)
}

/// Erases the personal fields of an event, whoever's they are; whether there were any. The chain stays whole.
pub fn erase(tx: &mut Tx<'_>, case: &str, number: u32) -> Result<bool> {
    let kept = all(tx, &sql::PERSONAL_GET, &[Value::Case(case), number.into()], Kept::read)?;
    erase_parts(tx, case, kept.iter()).map(|gone| gone > 0)
}

/// Erases the personal fields of all events of a case; of how many parts.
pub fn erase_case(tx: &mut Tx<'_>, case: &str) -> Result<u64> {
    let kept = all(tx, &sql::PERSONAL_OF_CASE, &[Value::Case(case)], Kept::read)?;
    erase_parts(tx, case, kept.iter())
}

/// Erases a person's fields in a case; how many parts that were.
pub(crate) fn erase_of(tx: &mut Tx<'_>, case: &str, person: &str) -> Result<u64> {
    let kept = all(tx, &sql::PERSONAL_OF_CASE, &[Value::Case(case)], Kept::read)?;
    erase_parts(tx, case, kept.iter().filter(|part| part.person.as_deref() == Some(person)))
}

/// Each is overwritten in its place with as many zeros, and then emptied: a page keeps what a shorter row leaves.
fn erase_parts<'a>(tx: &mut Tx<'_>, case: &str, parts: impl Iterator<Item = &'a Kept>) -> Result<u64> {
    let mut gone = 0;
    for part in parts {
        let Some(data) = &part.data else { continue };
        let (salt, data) = (part.salt.as_ref().map(|it| vec![0; it.len()]), vec![0; data.len()]);
        let place = [Value::Case(case), part.number.into(), (&part.name).into()];
        let [a, b, c] = place;
        let salt = salt.as_ref().map_or(Value::Null, |it| it.into());
        tx.execute(&sql::PERSONAL_OVERWRITE, &[a, b, c, salt, (&data).into()])?;
        gone += tx.execute(&sql::PERSONAL_ERASE, &place)?;
    }
    Ok(gone)
}

/// Whether rows of an older program wait to be sealed.
pub fn is_unsealed(db: &dyn Query) -> Result<bool> {
    Ok(meta::get(db, UNSEALED)?.is_some())
}

/// Seals the rows of an older program of some cases after a case; the last of them, or nothing when all are done. `whose` says from an
/// event's fields whose they are: they cannot be parted any more, because their digest is over all of them.
pub fn seal_before(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    after: &str,
    now: i64,
    whose: impl Fn(&str) -> Option<Whose>,
) -> Result<Option<String>> {
    let cases = all(tx, &sql::PERSONAL_UNSEALED, &[Value::Case(after)], |row| row.case())?;
    cases.iter().try_for_each(|case| seal_case(tx, keys, case, now, &whose))?;
    if cases.is_empty() {
        meta::drop(tx, UNSEALED)?;
    }
    Ok(cases.into_iter().next_back())
}

fn seal_case(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    case: &str,
    now: i64,
    whose: impl Fn(&str) -> Option<Whose>,
) -> Result<()> {
    for part in all(tx, &sql::PERSONAL_OF_CASE, &[Value::Case(case)], Kept::read)? {
        let (None, Some(salt), Some(data)) = (&part.person, &part.salt, &part.data) else { continue };
        let found = std::str::from_utf8(data).ok().and_then(&whose);
        let found = found.unwrap_or_else(|| Whose::Unknown { case: case.to_owned(), group: String::new() });
        let (person, key) = person::key_for(tx, keys, &found, (0, now))?;
        let place = Sealing { case, number: part.number, part: &part.name, person: &person };
        let sealed = seal(&place, &key, salt, data)?;
        let values =
            [Value::Case(case), part.number.into(), (&part.name).into(), (&person).into(), (&sealed).into()];
        tx.execute(&sql::PERSONAL_SEAL, &values)?;
    }
    Ok(())
}
