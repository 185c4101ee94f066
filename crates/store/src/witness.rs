//! Who else signed the roots of the journal.

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// The signature of somebody else under a root. 见证
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// How many events the root covers.
    pub size: i64,
    /// The public keys of the witness, SM2's first.
    pub keys: Vec<u8>,
    pub name: String,
    pub signed_at: i64,
    /// Both signatures, SM2's first.
    pub signature: Vec<u8>,
}

fn read(row: &mut Row<'_>) -> Result<Witness> {
    Ok(Witness {
        size: row.int()?,
        keys: row.bytes()?,
        name: row.text()?,
        signed_at: row.int()?,
        signature: row.bytes()?,
    })
}

/// Keeps one; the first of each witness under each root stays.
pub fn add(tx: &mut Tx<'_>, one: &Witness) -> Result<()> {
    let Witness { size, keys, name, signed_at, signature } = one;
    let values = [(*size).into(), keys.into(), name.into(), (*signed_at).into(), signature.into()];
    tx.execute(&sql::WITNESS_ADD, &values).map(drop)
}

/// Those of roots from one size to another, by size.
pub fn between(db: &dyn Query, from: i64, to: i64) -> Result<Vec<Witness>> {
    all(db, &sql::WITNESSES, &[from.into(), to.into()], read)
}

/// The size of the largest root that a witness signed.
pub fn last_size(db: &dyn Query) -> Result<Option<i64>> {
    first(db, &sql::WITNESS_LAST, &[], |row| row.int())
}
