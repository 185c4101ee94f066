//! The enterprises that cases name, by credit code: so that all cases about one are found without passing over the others.

use crate::value::{Value, all};
use crate::{Query, Result, Tx, sql};

/// Brings the codes of a case to these.
///
/// # Errors
/// The database cannot be read or written.
pub fn set(tx: &mut Tx<'_>, case: &str, codes: &[String]) -> Result<()> {
    let old = of_case(tx, case)?;
    for gone in old.iter().filter(|code| !codes.contains(code)) {
        tx.execute(&sql::CASE_ENTERPRISE_DROP, &[Value::Case(case), gone.into()])?;
    }
    for fresh in codes.iter().filter(|code| !old.contains(code)) {
        tx.execute(&sql::CASE_ENTERPRISE_ADD, &[Value::Case(case), fresh.into()])?;
    }
    Ok(())
}

/// The codes of a case.
///
/// # Errors
/// The database cannot be read.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<String>> {
    all(db, &sql::CASE_ENTERPRISES, &[Value::Case(case)], |row| row.text())
}

/// Ids of so many cases about an enterprise, the newest first, before an id; an empty id for the newest of all.
///
/// # Errors
/// The database cannot be read.
pub fn cases_of(db: &dyn Query, code: &str, before: &str, limit: u32) -> Result<Vec<String>> {
    all(db, &sql::ENTERPRISE_CASES, &[code.into(), Value::Case(before), limit.into()], |row| row.case())
}

/// Enterprises with so many cases or more, those with most first.
///
/// # Errors
/// The database cannot be read.
pub fn crowded(db: &dyn Query, least: u32, limit: u32) -> Result<Vec<(String, i64)>> {
    all(db, &sql::ENTERPRISES_CROWDED, &[least.into(), limit.into()], |row| Ok((row.text()?, row.int()?)))
}
