//! Settings of the whole store, by name.

use crate::value::first;
use crate::{Query, Result, Tx, sql};

/// The value of a setting.
pub fn get(db: &dyn Query, name: &str) -> Result<Option<String>> {
    first(db, &sql::META_GET, &[name.into()], |row| row.text())
}

/// Sets a setting.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.put(&sql::META_SET, &[name.into(), value.into()])
}

/// Forgets a setting.
pub fn drop(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    tx.execute(&sql::META_DROP, &[name.into()]).map(|_| ())
}
