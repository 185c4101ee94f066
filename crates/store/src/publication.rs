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
    /// The last day on which it is shown, where its showing ends by itself.
    pub shown_until: Option<i32>,
}

impl Publication {
    /// Whether its time of showing is over on a day.
    #[must_use]
    pub fn has_ended(&self, on: i32) -> bool {
        self.shown_until.is_some_and(|last| last < on)
    }

    /// Whether anybody may see it on a day.
    #[must_use]
    pub fn is_shown(&self, on: i32) -> bool {
        self.published_on <= on && self.withdrawn_on.is_none_or(|gone| gone > on) && !self.has_ended(on)
    }
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
        shown_until: row.opt_day()?,
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
        publication.shown_until.into(),
    ];
    tx.put(&sql::PUBLICATION_ADD, &values)
}

/// Says until when an act is shown; without a day until it is withdrawn.
pub fn show_until(tx: &mut Tx<'_>, case: &str, number: u32, act: &str, until: Option<i32>) -> Result<()> {
    let values = [Value::Case(case), number.into(), act.into(), until.into()];
    tx.execute(&sql::PUBLICATION_SHOWN, &values).map(drop)
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    pub procedure: &'a str,
    /// The beginning of the divisions' codes.
    pub division: &'a str,
    /// The day on which one looks: what is shown no more on it is left out.
    pub on: i32,
}

impl Scope<'static> {
    /// Everything that is shown on a day.
    #[must_use]
    pub const fn all(on: i32) -> Self {
        Self { procedure: "", division: "", on }
    }
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
    values.extend_from_slice(&[limit.into(), scope.division.into(), scope.on.into()]);
    let statement = if !scope.procedure.is_empty() {
        values.push(scope.procedure.into());
        &sql::PUBLICATIONS_OF_PROCEDURE
    } else {
        &sql::PUBLICATIONS
    };
    all(db, statement, &values, read)
}
