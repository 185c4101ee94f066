//! What is public.

use crate::value::{Value, all, first};
use crate::{Query, Result, Row, Tx, sql};

/// An act that is public. 公开事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    pub case: String,
    /// The event's number in the case.
    pub number: u32,
    pub act: String,
    pub procedure: String,
    pub organ: String,
    pub division: String,
    pub published_on: i32,
    pub title: String,
    pub withdrawn_on: Option<i32>,
}

fn read(row: &mut Row<'_>) -> Result<Publication> {
    Ok(Publication {
        case: row.case()?,
        number: row.number()?,
        act: row.text()?,
        procedure: row.text()?,
        organ: row.text()?,
        division: row.name()?,
        published_on: row.day()?,
        title: row.text()?,
        withdrawn_on: row.opt_day()?,
    })
}

/// Makes an act public.
pub fn add(tx: &mut Tx<'_>, publication: &Publication) -> Result<()> {
    let values = [
        Value::Case(&publication.case),
        publication.number.into(),
        (&publication.act).into(),
        (&publication.procedure).into(),
        (&publication.organ).into(),
        Value::Name(&publication.division),
        publication.published_on.into(),
        (&publication.title).into(),
        publication.withdrawn_on.into(),
    ];
    tx.put(&sql::PUBLICATION_ADD, &values)
}

/// Takes an act back from the public; whether it was public.
pub fn withdraw(tx: &mut Tx<'_>, case: &str, number: u32, act: &str, on: i32) -> Result<bool> {
    let values = [Value::Case(case), number.into(), act.into(), on.into()];
    tx.execute(&sql::PUBLICATION_WITHDRAW, &values).map(|changed| changed == 1)
}

/// One publication, also one withdrawn.
pub fn get(db: &dyn Query, case: &str, number: u32, act: &str) -> Result<Option<Publication>> {
    first(db, &sql::PUBLICATION_GET, &[Value::Case(case), number.into(), act.into()], read)
}

/// The publications of a case, also those withdrawn.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<Publication>> {
    all(db, &sql::PUBLICATIONS_OF_CASE, &[Value::Case(case)], read)
}

/// Which publications a list shows; `""` asks for all. 公开范围
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Scope<'a> {
    pub procedure: &'a str,
    /// The beginning of the divisions' codes.
    pub division: &'a str,
}

/// A page of what is public, the newest first; the page begins after `after`.
pub fn page(
    db: &dyn Query,
    scope: Scope<'_>,
    after: Option<&Publication>,
    limit: u32,
) -> Result<Vec<Publication>> {
    let mut values: Vec<Value<'_>> = match after {
        Some(key) => {
            vec![key.published_on.into(), Value::Case(&key.case), key.number.into(), (&key.act).into()]
        }
        None => vec![i64::MAX.into(), Value::Case(""), 0_i64.into(), "".into()],
    };
    values.extend_from_slice(&[limit.into(), scope.division.into()]);
    let statement = if !scope.procedure.is_empty() {
        values.push(scope.procedure.into());
        &sql::PUBLICATIONS_OF_PROCEDURE
    } else {
        &sql::PUBLICATIONS
    };
    all(db, statement, &values, read)
}
