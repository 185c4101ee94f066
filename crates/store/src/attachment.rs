//! Which files belong to which events, and whose they are. Their contents are in [`crate::Files`].

use ledger::Hash;
use zeroize::Zeroizing;

use crate::keyring::{Keyring, Sealing};
use crate::person::{self, NoKey, Whose};
use crate::sealed_file::FileKey;
use crate::value::{all, first};
use crate::{Query, Result, Row, StoreError, StoredFile, Tx, Value, cases, meta, sql};

/// What says that files of an older program wait to be sealed; its value is the case up to which they were.
const UNSEALED: &str = "attachments_unsealed";
/// The bytes of a file's own key.
const KEY: usize = crate::keyring::KEY;

/// A file that belongs to an event. 附件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The SM3 hash of its plain content, as the journal has it.
    pub hash: Hash,
    pub case: String,
    /// The event's number in the case.
    pub number: u32,
    /// A safe file name; of a sealed one what kind of paper it is, which tells of nobody.
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    pub added_at: i64,
    pub added_by: String,
    /// The hash under which its bytes lie in the folder; nothing when they were erased.
    pub stored: Option<Hash>,
    /// Whose paper it is, if it is sealed or was.
    pub person: Option<String>,
    sealed: Option<Vec<u8>>,
    /// The person's wrapped key with the mark of the operator's.
    wrapped: Option<(Vec<u8>, String)>,
}

/// What can be had of an attachment. 附件的现状
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paper {
    /// It is not sealed.
    Open,
    /// Its own name, and the key of its content.
    Sealed {
        name: String,
        key: FileKey,
    },
    Erased,
    /// The key is not at hand.
    Unopened,
    /// It does not open under its person's key.
    Broken,
}

impl Attachment {
    /// A stored file as the open attachment of an event.
    #[must_use]
    pub fn new(file: &StoredFile, case: &str, number: u32, added_at: i64, added_by: &str) -> Self {
        Self {
            hash: file.hash,
            case: case.to_owned(),
            number,
            name: file.name.clone(),
            media_type: file.media_type.mime().to_owned(),
            size: i64::try_from(file.size).unwrap_or(i64::MAX),
            added_at,
            added_by: added_by.to_owned(),
            stored: Some(file.stored),
            person: None,
            sealed: None,
            wrapped: None,
        }
    }

    fn part(&self) -> String {
        format!("attachment {} {}", self.hash.hex(), self.name)
    }

    /// What can be had of it with these keys.
    #[must_use]
    pub fn paper(&self, keys: Option<&Keyring>) -> Paper {
        let Some(person) = self.person.as_deref() else { return Paper::Open };
        let Some(sealed) = &self.sealed else { return Paper::Erased };
        let Some(keys) = keys else { return Paper::Unopened };
        let wrapped = self.wrapped.as_ref().map(|(key, operator)| (key.as_slice(), operator.as_str()));
        let key = match person::key_of(keys, person, wrapped) {
            Ok(key) => key,
            Err(NoKey::Elsewhere) => return Paper::Unopened,
            Err(NoKey::Gone) => return Paper::Broken,
        };
        let part = self.part();
        let place = Sealing { case: &self.case, number: self.number, part: &part, person };
        let opened = place.open(&key, sealed);
        let read = opened.as_deref().and_then(|plain| {
            let (key, name) = plain.split_at_checked(KEY)?;
            Some(Paper::Sealed { name: String::from_utf8(name.to_vec()).ok()?, key: FileKey::parse(key)? })
        });
        read.unwrap_or(Paper::Broken)
    }

    /// Its own name, as far as it can be had: for whoever may see personal data.
    #[must_use]
    pub fn own_name(&self, keys: Option<&Keyring>) -> String {
        match self.paper(keys) {
            Paper::Open | Paper::Unopened | Paper::Broken => self.name.clone(),
            Paper::Sealed { name, .. } => name,
            Paper::Erased => self.shown_name(),
        }
    }

    /// The name that tells of nobody: whether it was erased stands with it.
    #[must_use]
    pub fn shown_name(&self) -> String {
        if self.is_erased() { format!("{}（已删除）", self.name) } else { self.name.clone() }
    }

    /// The same as the attachment of another event.
    #[must_use]
    pub fn handed_to(&self, case: &str, number: u32, added_at: i64, added_by: &str) -> Self {
        let (case, added_by) = (case.to_owned(), added_by.to_owned());
        Self { case, number, added_at, added_by, ..self.clone() }
    }

    /// The same as if it had never been sealed.
    pub(crate) fn opened(&self) -> Self {
        Self { stored: Some(self.hash), person: None, sealed: None, wrapped: None, ..self.clone() }
    }

    /// Whether it was sealed and erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.person.is_some() && self.sealed.is_none()
    }

    /// Puts it under a person's key; its name tells from then on what it is (`kind`) and not more.
    fn seal(
        &mut self,
        tx: &mut Tx<'_>,
        keys: &Keyring,
        (name, key): (&str, &FileKey),
        (kind, whose): (&str, &Whose),
    ) -> Result<()> {
        let (person, person_key) = person::key_for(tx, keys, whose, (0, self.added_at))?;
        let ending = self.name.rsplit_once('.').map_or("", |(_, ending)| ending);
        // The first letters of the sealed bytes' hash are by chance: they tell papers of one kind apart.
        let apart = self.stored.map_or_else(String::new, |stored| stored.short());
        self.name = format!("{kind}-{apart}.{ending}");
        let plain = Zeroizing::new([key.bytes(), name.as_bytes()].concat());
        let part = self.part();
        let place = Sealing { case: &self.case, number: self.number, part: &part, person: &person };
        self.sealed = Some(place.seal(&person_key, &plain)?);
        self.person = Some(person);
        Ok(())
    }
}

fn read(row: &mut Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        hash: row.hash()?,
        case: row.case()?,
        number: row.number()?,
        name: row.text()?,
        media_type: row.text()?,
        size: row.int()?,
        added_at: row.int()?,
        added_by: row.text()?,
        stored: row.opt_hash()?,
        person: row.opt_text()?,
        sealed: row.opt_bytes()?,
        wrapped: row.opt_bytes()?.zip(row.opt_name()?),
    })
}

/// Names a file in an event. The file must have been stored before.
pub fn add(tx: &mut Tx<'_>, attachment: &Attachment) -> Result<()> {
    let division = cases::division_of(tx, &attachment.case)?;
    let values = [
        (&attachment.hash).into(),
        Value::Case(&attachment.case),
        attachment.number.into(),
        (&attachment.name).into(),
        (&attachment.media_type).into(),
        attachment.size.into(),
        attachment.added_at.into(),
        (&attachment.added_by).into(),
        Value::Name(&division),
        attachment.stored.as_ref().map_or(Value::Null, Into::into),
        attachment.person.as_deref().map_or(Value::Null, Into::into),
        attachment.sealed.as_deref().map_or(Value::Null, Value::Bytes),
    ];
    tx.put(&sql::ATTACHMENT_ADD, &values)
}

/// Names a file in an event, sealed under the key of the person whose paper it is. `kind` is what everybody may be told of
/// it. The file must have been stored with [`crate::Files::put_sealed`].
///
/// # Errors
/// The file was stored open; the person's key is not at hand.
pub fn add_sealed(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    mut attachment: Attachment,
    key: &FileKey,
    (kind, whose): (&str, &Whose),
) -> Result<()> {
    let name = attachment.name.clone();
    attachment.seal(tx, keys, (&name, key), (kind, whose))?;
    add(tx, &attachment)
}

/// Names a file of one event in another case's too: its bytes are kept once, its key is sealed for each. What was erased or
/// does not open is not handed on.
pub fn hand_on(
    tx: &mut Tx<'_>,
    keys: Option<&Keyring>,
    mut one: Attachment,
    own: &Attachment,
    whose: &Whose,
) -> Result<()> {
    match own.paper(keys) {
        Paper::Open => add(tx, &one),
        Paper::Sealed { name, key } => {
            let Some(keys) = keys else { return Ok(()) };
            let kind = own.name.rsplit_once('-').map_or("附件", |(kind, _)| kind).to_owned();
            one.seal(tx, keys, (&name, &key), (&kind, whose))?;
            add(tx, &one)
        }
        Paper::Erased | Paper::Unopened | Paper::Broken => Ok(()),
    }
}

/// The files of a case.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<Attachment>> {
    all(db, &sql::ATTACHMENTS_OF_CASE, &[Value::Case(case)], read)
}

/// Every event that a content belongs to, by the hash of the plain content.
pub fn by_hash(db: &dyn Query, hash: &Hash) -> Result<Vec<Attachment>> {
    all(db, &sql::ATTACHMENT_BY_HASH, &[hash.into()], read)
}

/// Every event to which the bytes belong that lie under a hash.
pub fn by_stored(db: &dyn Query, stored: &Hash) -> Result<Vec<Attachment>> {
    all(db, &sql::ATTACHMENT_BY_STORED, &[stored.into()], read)
}

/// A person's papers that were not erased.
pub fn of_person(db: &dyn Query, person: &str) -> Result<Vec<Attachment>> {
    all(db, &sql::ATTACHMENT_OF_PERSON, &[person.into()], read)
}

/// A page of the hashes under which bytes lie, after one (`Hash::default()` for the first page).
pub fn hashes(db: &dyn Query, after: &Hash, limit: u32) -> Result<Vec<Hash>> {
    all(db, &sql::ATTACHMENT_STORED, &[after.into(), limit.into()], |row| row.hash())
}

/// Erases a person's papers: first overwritten, then emptied. Gives the case of each, and under which hash the bytes lie that
/// belong to nothing any more: whoever erases takes them away afterwards ([`crate::Files::discard`]).
pub(crate) fn erase_of(tx: &mut Tx<'_>, person: &str) -> Result<(Vec<String>, Vec<Hash>)> {
    let (mut cases, mut loose) = (Vec::new(), Vec::new());
    for one in of_person(tx, person)? {
        let nothing = vec![0; one.sealed.as_ref().map_or(0, Vec::len)];
        let place = [Value::Case(&one.case), one.number.into(), (&one.hash).into(), (&one.name).into()];
        let [a, b, c, d] = place;
        tx.execute(&sql::ATTACHMENT_OVERWRITE, &[a, b, c, d, Value::Bytes(&nothing)])?;
        tx.execute(&sql::ATTACHMENT_ERASE, &place)?;
        if let Some(stored) = one.stored
            && by_stored(tx, &stored)?.is_empty()
        {
            loose.push(stored);
        }
        cases.push(one.case);
    }
    Ok((cases, loose))
}

/// Whether files of an older program wait to be sealed: then the case up to which they were.
pub fn unsealed_after(db: &dyn Query) -> Result<Option<String>> {
    meta::get(db, UNSEALED)
}

/// The cases with files that wait to be sealed, after one.
pub fn unsealed(db: &dyn Query, after: &str, limit: u32) -> Result<Vec<String>> {
    all(db, &sql::ATTACHMENT_CASES, &[Value::Case(after), limit.into()], |row| row.case())
}

/// Notes up to which case the files of an older program are sealed; nothing when all are.
pub fn note_sealed(tx: &mut Tx<'_>, up_to: Option<&str>) -> Result<()> {
    match up_to {
        Some(case) => meta::set(tx, UNSEALED, case),
        None => meta::drop(tx, UNSEALED),
    }
}

/// Seals an open attachment of an older program, whose content was stored sealed ([`crate::Files::put_sealed`]). Whether it
/// was still there and open; then the hash of the open bytes, if nothing else needs them.
///
/// # Errors
/// The file has no key; the person's key is not at hand.
pub fn seal_before(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    old: &Attachment,
    file: &StoredFile,
    (kind, whose): (&str, &Whose),
) -> Result<Option<Hash>> {
    let missing = || StoreError::Internal { detail: "文件没有密钥".to_owned() };
    let key = file.key.as_ref().ok_or_else(missing)?;
    let mut new = Attachment { stored: Some(file.stored), ..old.clone() };
    new.seal(tx, keys, (&old.name, key), (kind, whose))?;
    let values = [
        Value::Case(&old.case),
        old.number.into(),
        (&old.hash).into(),
        (&old.name).into(),
        (&new.name).into(),
        new.stored.as_ref().map_or(Value::Null, Into::into),
        new.person.as_deref().map_or(Value::Null, Into::into),
        new.sealed.as_deref().map_or(Value::Null, Value::Bytes),
    ];
    if tx.execute(&sql::ATTACHMENT_SEAL, &values)? == 0 {
        return Ok(None);
    }
    Ok(first(tx, &sql::ATTACHMENT_BY_STORED, &[(&old.hash).into()], read)?.is_none().then_some(old.hash))
}
