//! Which files belong to which events. Their contents are in [`crate::Files`].

use ledger::Hash;

use crate::value::all;
use crate::{Query, Result, Row, StoredFile, Tx, cases, sql};

/// A file that belongs to an event. 附件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The SM3 hash of its content.
    pub hash: Hash,
    pub case: String,
    /// The event's number in the case.
    pub number: u32,
    /// A safe file name.
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    pub added_at: i64,
    pub added_by: String,
}

impl Attachment {
    /// A stored file as the attachment of an event.
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
        }
    }
}

fn read(row: &mut Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        hash: row.hash()?,
        case: row.text()?,
        number: row.number()?,
        name: row.text()?,
        media_type: row.text()?,
        size: row.int()?,
        added_at: row.int()?,
        added_by: row.text()?,
    })
}

/// Names a file in an event. The file must have been stored before.
pub fn add(tx: &mut Tx<'_>, attachment: &Attachment) -> Result<()> {
    let division = cases::division_of(tx, &attachment.case)?;
    let values = [
        (&attachment.hash).into(),
        (&attachment.case).into(),
        attachment.number.into(),
        (&attachment.name).into(),
        (&attachment.media_type).into(),
        attachment.size.into(),
        attachment.added_at.into(),
        (&attachment.added_by).into(),
        (&division).into(),
    ];
    tx.put(&sql::ATTACHMENT_ADD, &values)
}

/// The files of a case.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<Attachment>> {
    all(db, &sql::ATTACHMENTS_OF_CASE, &[case.into()], read)
}

/// Every event that a content belongs to.
pub fn by_hash(db: &dyn Query, hash: &Hash) -> Result<Vec<Attachment>> {
    all(db, &sql::ATTACHMENT_BY_HASH, &[hash.into()], read)
}

/// A page of all contents that are named, after a hash (`Hash::default()` for the first page).
pub fn hashes(db: &dyn Query, after: &Hash, limit: u32) -> Result<Vec<Hash>> {
    all(db, &sql::ATTACHMENT_HASHES, &[after.into(), limit.into()], |row| row.hash())
}
