//! The figures' tallies, and the records behind each figure.

use std::collections::BTreeMap;

use crate::tally_year::{self, Piece};
use crate::value::{LastName, Statement, Value, all, first};
use crate::{Query, Result, Row, Tx, sql};

/// What one event adds to one figure: a number of cases or acts, and a total of fen, days or the like. 统计来源
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    pub figure: String,
    /// The day it counts for.
    pub legal_day: i32,
    pub case: String,
    /// The event's number in the case.
    pub number: u32,
    pub organ: String,
    pub division: String,
    /// The day from which it is known.
    pub recorded_day: i32,
    /// How many it adds; a correction takes away.
    pub n: i64,
    pub total: i64,
}

/// A figure's value. 统计数
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sum {
    pub n: i64,
    pub total: i64,
}

impl Sum {
    fn add(&mut self, more: Self) {
        self.n = self.n.saturating_add(more.n);
        self.total = self.total.saturating_add(more.total);
    }
}

/// What a figure is asked for. 统计口径
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<'a> {
    pub figure: &'a str,
    /// The first legal day.
    pub from: i32,
    /// The last legal day.
    pub until: i32,
    /// Only what was known by that day.
    pub as_of: i32,
    /// The beginning of the divisions' codes, `""` for all.
    pub division: &'a str,
    /// The organ, `""` for all.
    pub organ: &'a str,
}

impl<'a> Range<'a> {
    fn values(&self) -> Vec<Value<'a>> {
        vec![
            Value::Name(self.figure),
            self.from.into(),
            self.until.into(),
            self.as_of.into(),
            self.division.into(),
            Value::Name(self.organ),
        ]
    }

    /// The values without the organ.
    fn of_all_organs(&self) -> Vec<Value<'a>> {
        let mut values = self.values();
        values.pop();
        values
    }
}

/// Counts what an event adds, and keeps that it did.
pub fn contribute(tx: &mut Tx<'_>, one: &Contribution) -> Result<()> {
    let tally = [
        Value::Name(&one.figure),
        Value::Name(&one.organ),
        Value::Name(&one.division),
        one.legal_day.into(),
        one.recorded_day.into(),
        one.n.into(),
        one.total.into(),
    ];
    tx.put(&sql::TALLY_ADD, &tally)?;
    tally_year::add(tx, one)?;
    let contribution = [
        Value::Name(&one.figure),
        one.legal_day.into(),
        Value::Case(&one.case),
        one.number.into(),
        Value::Name(&one.organ),
        Value::Name(&one.division),
        one.recorded_day.into(),
        one.n.into(),
        one.total.into(),
    ];
    tx.put(&sql::CONTRIBUTION_ADD, &contribution)
}

/// Forgets a figure's tallies and contributions, to count them anew from the journal.
pub fn clear(tx: &mut Tx<'_>, figure: &str) -> Result<()> {
    tx.execute(&sql::TALLY_CLEAR, &[Value::Name(figure)])?;
    tx.execute(&sql::TALLY_YEAR_CLEAR, &[Value::Name(figure)])?;
    tx.execute(&sql::CONTRIBUTION_CLEAR, &[Value::Name(figure)]).map(drop)
}

pub(crate) fn read_sum(row: &mut Row<'_>) -> Result<Sum> {
    Ok(Sum { n: row.int()?, total: row.int()? })
}

/// The figure's value.
pub fn sum(db: &dyn Query, range: &Range<'_>) -> Result<Sum> {
    let mut made = Sum::default();
    for piece in tally_year::pieces(db, range)? {
        made.add(match piece {
            Piece::Years(years) => tally_year::sum(db, range, years)?,
            Piece::Days(from, until) => sum_of_days(db, &Range { from, until, ..*range })?,
        });
    }
    Ok(made)
}

fn sum_of_days(db: &dyn Query, range: &Range<'_>) -> Result<Sum> {
    let found = match (range.organ, range.division) {
        ("", "") => first(db, &sql::TALLY_SUM, &range.of_all_organs(), read_sum)?,
        ("", _) => return tally_year::sum_of_days(db, range),
        _ => first(db, &sql::TALLY_SUM_OF_ORGAN, &range.values(), read_sum)?,
    };
    Ok(found.unwrap_or_default())
}

/// The values of several figures at once, those that have any; the range's own figure is not asked for.
pub fn sums(db: &dyn Query, range: &Range<'_>, figures: &[&str]) -> Result<BTreeMap<String, Sum>> {
    let mut made: BTreeMap<String, Sum> = BTreeMap::new();
    for piece in tally_year::pieces(db, range)? {
        match piece {
            Piece::Years(years) => merge(&mut made, tally_year::sums(db, range, years)?),
            Piece::Days(from, until) => {
                for figure in figures {
                    let sum = sum_of_days(db, &Range { figure, from, until, ..*range })?;
                    merge(&mut made, [((*figure).to_owned(), sum)]);
                }
            }
        }
    }
    Ok(made)
}

fn merge(made: &mut BTreeMap<String, Sum>, more: impl IntoIterator<Item = (String, Sum)>) {
    more.into_iter().for_each(|(key, sum)| made.entry(key).or_default().add(sum));
}

/// The figure's value in each organ; the range's own organ is not asked for.
pub fn by_organ(db: &dyn Query, range: &Range<'_>) -> Result<Vec<(String, Sum)>> {
    let mut made = BTreeMap::new();
    for piece in tally_year::pieces(db, range)? {
        let found = match piece {
            Piece::Years(years) => tally_year::by_organ(db, range, years)?,
            Piece::Days(from, until) => {
                let values = Range { from, until, ..*range };
                all(db, &sql::TALLY_BY_ORGAN, &values.of_all_organs(), |row| {
                    Ok((row.name()?, read_sum(row)?))
                })?
            }
        };
        merge(&mut made, found);
    }
    Ok(made.into_iter().collect())
}

/// The figure's value for each legal day that has one.
pub fn by_day(db: &dyn Query, range: &Range<'_>) -> Result<Vec<(i32, Sum)>> {
    let read = |row: &mut Row<'_>| Ok((row.day()?, read_sum(row)?));
    if range.organ.is_empty() {
        return all(db, &sql::TALLY_BY_DAY, &range.of_all_organs(), read);
    }
    all(db, &sql::TALLY_BY_DAY_OF_ORGAN, &range.values(), read)
}

fn read(row: &mut Row<'_>) -> Result<Contribution> {
    Ok(Contribution {
        figure: row.name()?,
        organ: row.name()?,
        division: row.name()?,
        legal_day: row.day()?,
        case: row.case()?,
        number: row.number()?,
        recorded_day: row.day()?,
        n: row.int()?,
        total: row.int()?,
    })
}

/// A page of the records behind a figure, organ by organ and by legal day within each; the page begins after `after`.
pub fn contributions(
    db: &dyn Query,
    range: &Range<'_>,
    after: Option<&Contribution>,
    limit: u32,
) -> Result<Vec<Contribution>> {
    let mut found: Vec<Contribution> = Vec::new();
    let mut place = match after {
        Some(after) => Some((after.organ.clone(), after.division.clone())),
        None => next_place(db, range, None)?,
    };
    let mut key = after;
    while let Some((organ, division)) = place {
        let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        if division.starts_with(range.division) {
            found.extend(of_place(db, range, (&organ, &division), key, left)?);
        }
        key = None;
        place = next_place(db, range, Some((&organ, &division)))?;
    }
    Ok(found)
}

/// The organ and division after one that has records of the figure.
fn next_place(
    db: &dyn Query,
    range: &Range<'_>,
    after: Option<(&str, &str)>,
) -> Result<Option<(String, String)>> {
    let read = |row: &mut Row<'_>| Ok((row.name()?, row.name()?));
    let figure = Value::Name(range.figure);
    let of = |organ| [figure, Value::Name(organ)];
    // Column by column: SQLite goes through all records of a place to come to what follows both together.
    let (organ, here) = match after {
        Some((organ, division)) => {
            let values = [figure, Value::Name(organ), Value::Name(division)];
            (organ, first(db, &sql::CONTRIBUTION_DIVISIONS, &values, read)?)
        }
        None if range.organ.is_empty() => ("", None),
        None => (range.organ, first(db, &sql::CONTRIBUTION_DIVISION, &of(range.organ), read)?),
    };
    if here.is_some() || !range.organ.is_empty() {
        return Ok(here);
    }
    first(db, &sql::CONTRIBUTION_PLACES, &of(organ), read)
}

fn of_place(
    db: &dyn Query,
    range: &Range<'_>,
    (organ, division): (&str, &str),
    after: Option<&Contribution>,
    limit: u32,
) -> Result<Vec<Contribution>> {
    // The key alone says where the page begins, so that a deep one is found as fast as the first.
    let from = after.map_or((range.from, "", 0, i64::MIN), |key| {
        (key.legal_day, key.case.as_str(), key.number, i64::from(key.recorded_day))
    });
    let values = [
        Value::Name(range.figure),
        Value::Name(organ),
        Value::Name(division),
        range.until.into(),
        range.as_of.into(),
        from.0.into(),
        Value::Case(from.1),
        from.2.into(),
        from.3.into(),
        limit.into(),
    ];
    all(db, &sql::CONTRIBUTIONS, &values, read)
}

/// What an event adds to a figure, with all that corrections took away since.
pub fn of_event(db: &dyn Query, one: &Contribution) -> Result<Sum> {
    let values = [
        Value::Name(&one.figure),
        Value::Name(&one.organ),
        Value::Name(&one.division),
        one.legal_day.into(),
        Value::Case(&one.case),
        one.number.into(),
    ];
    Ok(first(db, &sql::CONTRIBUTION_SUM, &values, read_sum)?.unwrap_or_default())
}

/// For how many figures, days and events something is added in the end.
pub fn events_counted(db: &dyn Query) -> Result<i64> {
    Ok(first(db, &sql::CONTRIBUTION_GROUPS, &[], |row| row.int())?.unwrap_or(0))
}

/// All contributions in the order of their key, after one.
pub fn every(db: &dyn Query, after: Option<&Contribution>, limit: u32) -> Result<Vec<Contribution>> {
    let mut values: Vec<Value<'_>> = match after {
        Some(key) => vec![
            Value::Name(&key.figure),
            Value::Name(&key.organ),
            Value::Name(&key.division),
            key.legal_day.into(),
            Value::Case(&key.case),
            key.number.into(),
            key.recorded_day.into(),
        ],
        None => {
            let first = Value::Name("");
            vec![first, first, first, i64::MIN.into(), Value::Case(""), 0_i64.into(), i64::MIN.into()]
        }
    };
    values.push(limit.into());
    all(db, &sql::CONTRIBUTIONS_ALL, &values, read)
}

/// A figure's count for an organ and a day, as known from a day on: a row of tallies in the row that is being read.
pub(crate) struct Counted<'a> {
    pub figure: &'a str,
    pub legal_day: i32,
    pub organ: &'a str,
    pub division: &'a str,
    pub recorded_day: i32,
    pub sum: Sum,
}

/// Hands over what events added, all of a figure and a legal day together.
pub(crate) fn each_contribution(
    db: &dyn Query,
    each: &mut dyn FnMut(&Counted<'_>) -> Result<()>,
) -> Result<()> {
    each_counted(db, &sql::CONTRIBUTIONS_COUNTED, each)
}

/// Hands over the tallies, in whatever order the database has them.
pub(crate) fn each_tally(db: &dyn Query, each: &mut dyn FnMut(&Counted<'_>) -> Result<()>) -> Result<()> {
    each_counted(db, &sql::TALLY_ALL, each)
}

fn each_counted(
    db: &dyn Query,
    which: &'static Statement,
    each: &mut dyn FnMut(&Counted<'_>) -> Result<()>,
) -> Result<()> {
    let [mut figure, mut organ, mut division] = [(); 3].map(|()| LastName::default());
    db.query(which, &[], &mut |row| {
        row.name_again(&mut figure)?;
        let legal_day = row.day()?;
        row.name_again(&mut organ)?;
        row.name_again(&mut division)?;
        let (figure, organ, division) = (&*figure, &*organ, &*division);
        let (recorded_day, sum) = (row.day()?, read_sum(row)?);
        each(&Counted { figure, legal_day, organ, division, recorded_day, sum }).map(|()| true)
    })
}

/// By its tally, and by the records behind it.
type Both = (Option<Sum>, Option<Sum>);

/// What is said of a figure, an organ, a legal day, a division and the day from which it is known: by its tally, and by the
/// records behind it.
type Said = BTreeMap<(String, String, i32, String, i32), Both>;

/// The first figures, organs and days whose tally is not the sum of the records behind it, and then those whose records have
/// another tally or none.
pub(crate) fn differing(db: &dyn Query, most: usize) -> Result<Vec<(String, String, i32)>> {
    fn place<'a>(said: &'a mut Said, one: &Counted<'_>) -> &'a mut Both {
        let (figure, organ) = (one.figure.to_owned(), one.organ.to_owned());
        said.entry((figure, organ, one.legal_day, one.division.to_owned(), one.recorded_day)).or_default()
    }
    let mut said = Said::new();
    each_tally(db, &mut |one| {
        place(&mut said, one).0.get_or_insert_default().add(one.sum);
        Ok(())
    })?;
    each_contribution(db, &mut |one| {
        place(&mut said, one).1.get_or_insert_default().add(one.sum);
        Ok(())
    })?;
    let wrong = |side: fn(&Both) -> Option<Sum>| {
        let wrong = said.iter().filter(move |(_, both)| side(both).is_some() && both.0 != both.1);
        wrong.map(|((figure, organ, day, ..), _)| (figure.clone(), organ.clone(), *day)).take(most)
    };
    Ok(wrong(|both| both.0).chain(wrong(|both| both.1)).collect())
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use crate::sql;
    use crate::sqlite::in_memory;

    /// What comes after a place is found without going through the records of that place.
    #[test]
    fn the_next_place_is_found_past_any_number_of_records() {
        let db = in_memory();
        db.batch(
            "WITH RECURSIVE row(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM row WHERE at < 5000)
             INSERT INTO contribution (figure, organ, division, legal_day, case_id, number, recorded_day, n, total)
             SELECT 1, organ, division, 1, at, 1, 1, 1, 0 FROM row, (SELECT 7 AS organ, 3 AS division UNION SELECT 7, 4 UNION SELECT 9, 3)",
        )
        .unwrap();
        let steps = |statement: &'static crate::Statement, values: &[i64]| {
            let mut prepared = db.0.prepare(statement.question_marks()).unwrap();
            for (at, value) in (1..).zip(values) {
                prepared.raw_bind_parameter(at, value).unwrap();
            }
            let mut rows = prepared.raw_query();
            let found = rows.next().unwrap().map(|row| (row.get(0).unwrap(), row.get(1).unwrap()));
            drop(rows);
            (found, prepared.get_status(StatementStatus::VmStep))
        };
        for (statement, values, next) in [
            (&sql::CONTRIBUTION_DIVISION, &[1, 7][..], Some((7_i64, 3_i64))),
            (&sql::CONTRIBUTION_DIVISIONS, &[1, 7, 3], Some((7, 4))),
            (&sql::CONTRIBUTION_DIVISIONS, &[1, 7, 4], None),
            (&sql::CONTRIBUTION_PLACES, &[1, 7], Some((9, 3))),
            (&sql::CONTRIBUTION_PLACES, &[1, 9], None),
        ] {
            let (found, steps) = steps(statement, values);
            assert_eq!(found, next, "{}", statement.name);
            assert!(steps < 100, "{}: {steps} steps", statement.name);
        }
    }
}
