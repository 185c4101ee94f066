//! The tallies of whole years: a row for each figure, organ and year instead of one for each day, and one for all organs of
//! a division. What is asked for is taken from them as far as it is whole years; what is left, day by day.

use std::collections::BTreeMap;

use calendar::Day;

use crate::tally::{self, Contribution, Counted, Range, Sum, read_sum};
use crate::value::{Value, all, first};
use crate::{Query, Result, Tx, sql};

/// Stands for all organs of a division.
const ALL_ORGANS: &str = "";

/// What follows every code that begins alike.
const AFTER_ALL: char = char::MAX;

/// Part of what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Years(Years),
    /// The first and the last legal day.
    Days(i32, i32),
}

/// Whole years, the first and the last, with what was known by a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Years {
    from: i32,
    until: i32,
    known_by: i32,
}

/// The year of a day; what no calendar has counts for its first or last year.
fn year_of(day: i32) -> i32 {
    let nearest = if day < 0 { Day::MIN } else { Day::MAX };
    Day::from_number(day).unwrap_or(nearest).year()
}

fn first_day(year: i32) -> i32 {
    if year <= Day::MIN.year() {
        return i32::MIN;
    }
    Day::from_ymd(year, 1, 1).map_or(i32::MAX, Day::number)
}

fn last_day(year: i32) -> i32 {
    if year >= Day::MAX.year() {
        return i32::MAX;
    }
    Day::from_ymd(year, 12, 31).map_or(i32::MIN, Day::number)
}

/// The day from which a record counts in its year's tally: no question about a year that was over asks for less.
fn known_from(year: i32, recorded_day: i32) -> i32 {
    recorded_day.max(last_day(year))
}

/// Takes what is asked for apart into whole years and what is left of days.
///
/// A year is whole when it was over by the day as of which is asked, or when nothing was recorded after that day at all. A
/// range that ends after the last day there is has the year of its end whole too.
pub(crate) fn pieces(db: &dyn Query, range: &Range<'_>) -> Result<Vec<Piece>> {
    let &Range { from, until, as_of, .. } = range;
    if from > until {
        return Ok(Vec::new());
    }
    let last = last_day(year_of(until));
    let reach = if until < last || as_of < last { reach(db)? } else { i32::MAX };
    Ok(pieces_of(reach, from, until, as_of))
}

fn pieces_of(reach: i32, from: i32, until: i32, as_of: i32) -> Vec<Piece> {
    let year = year_of(from);
    let first = if from <= first_day(year) { year } else { year + 1 };
    let year = year_of(until);
    let mut last = if until >= last_day(year).min(reach) { year } else { year - 1 };
    let all_known = as_of >= reach;
    if !all_known {
        let year = year_of(as_of);
        last = last.min(if as_of >= last_day(year) { year } else { year - 1 });
    }
    if first > last {
        return vec![Piece::Days(from, until)];
    }
    let mut made = Vec::with_capacity(3);
    if first > year_of(from) {
        made.push(Piece::Days(from, first_day(first) - 1));
    }
    let known_by = if all_known { i32::MAX } else { as_of };
    made.push(Piece::Years(Years { from: first, until: last, known_by }));
    if until > last_day(last) {
        made.push(Piece::Days(last_day(last) + 1, until));
    }
    made
}

/// The last day that any tally has, legal or of its entering.
fn reach(db: &dyn Query) -> Result<i32> {
    Ok(first(db, &sql::TALLY_REACH, &[], |row| row.day())?.unwrap_or(i32::MIN))
}

/// Under which organs something counts: its own, and all.
fn organs(own: &str) -> impl Iterator<Item = &str> {
    let own = Some(own).filter(|own| *own != ALL_ORGANS);
    own.into_iter().chain([ALL_ORGANS])
}

/// Counts what an event adds, in its organ's year and in that of its division.
pub(crate) fn add(tx: &mut Tx<'_>, one: &Contribution) -> Result<()> {
    let year = year_of(one.legal_day);
    for organ in organs(&one.organ) {
        let values = [
            Value::Name(&one.figure),
            year.into(),
            Value::Name(organ),
            Value::Name(&one.division),
            known_from(year, one.recorded_day).into(),
            one.n.into(),
            one.total.into(),
        ];
        tx.put(&sql::TALLY_YEAR_ADD, &values)?;
    }
    let mut serials = tx.serials();
    let known = serials.reach.map_or_else(|| reach(tx), Ok)?;
    let day = one.legal_day.max(one.recorded_day);
    if day > known {
        tx.put(&sql::TALLY_REACH_ADD, &[day.into()])?;
    }
    serials.reach = Some(known.max(day));
    tx.note_serials(serials);
    Ok(())
}

fn ask<T>(
    range: &Range<'_>,
    years: Years,
    organ: &str,
    figure: Option<&str>,
    ask: impl FnOnce(&[Value<'_>]) -> Result<T>,
) -> Result<T> {
    let after = format!("{}{AFTER_ALL}", range.division);
    let mut values: Vec<Value<'_>> = vec![
        Value::Name(organ),
        years.from.into(),
        years.until.into(),
        range.division.into(),
        after.as_str().into(),
        years.known_by.into(),
    ];
    values.extend(figure.map(Value::Name));
    ask(&values)
}

/// A figure's value over days in an area, by the organs that have years there.
pub(crate) fn sum_of_days(db: &dyn Query, range: &Range<'_>) -> Result<Sum> {
    let after = format!("{}{AFTER_ALL}", range.division);
    let values = [
        Value::Name(range.figure),
        range.from.into(),
        range.until.into(),
        range.as_of.into(),
        range.division.into(),
        after.as_str().into(),
        year_of(range.from).into(),
        year_of(range.until).into(),
    ];
    Ok(first(db, &sql::TALLY_SUM_OF_AREA, &values, read_sum)?.unwrap_or_default())
}

/// A figure's value over whole years.
pub(crate) fn sum(db: &dyn Query, range: &Range<'_>, years: Years) -> Result<Sum> {
    let found = ask(range, years, range.organ, Some(range.figure), |values| {
        first(db, &sql::TALLY_YEAR_SUM, values, read_sum)
    })?;
    Ok(found.unwrap_or_default())
}

/// The values of all figures that have any.
pub(crate) fn sums(db: &dyn Query, range: &Range<'_>, years: Years) -> Result<Vec<(String, Sum)>> {
    ask(range, years, range.organ, None, |values| {
        all(db, &sql::TALLY_YEAR_SUMS, values, |row| Ok((row.name()?, read_sum(row)?)))
    })
}

/// A figure's value in each organ.
pub(crate) fn by_organ(db: &dyn Query, range: &Range<'_>, years: Years) -> Result<Vec<(String, Sum)>> {
    ask(range, years, ALL_ORGANS, Some(range.figure), |values| {
        all(db, &sql::TALLY_YEAR_BY_ORGAN, values, |row| Ok((row.name()?, read_sum(row)?)))
    })
}

/// What a row of tallies of years is kept under: figure, year, organ, division, from when it is known.
pub(crate) type Key<'a> = (&'a str, i32, &'a str, &'a str, i32);

/// Where a tally of a day counts.
pub(crate) fn keys<'a>(one: &Counted<'a>) -> impl Iterator<Item = Key<'a>> {
    let year = year_of(one.legal_day);
    let known = known_from(year, one.recorded_day);
    let (figure, division) = (one.figure, one.division);
    organs(one.organ).map(move |organ| (figure, year, organ, division, known))
}

/// Hands over the tallies of years.
pub(crate) fn each(db: &dyn Query, each: &mut dyn FnMut(Key<'_>, Sum) -> Result<()>) -> Result<()> {
    db.query(&sql::TALLY_YEAR_ALL, &[], &mut |row| {
        let (figure, year) = (row.name_here()?, row.day()?);
        let (organ, division) = (row.name_here()?, row.name_here()?);
        let key = (figure.as_ref(), year, organ.as_ref(), division.as_ref(), row.day()?);
        let sum = read_sum(row)?;
        each(key, sum).map(|()| true)
    })
}

/// Whether the last day that is kept is at least the last one of a tally.
pub(crate) fn reaches(db: &dyn Query, last: Option<i32>) -> Result<bool> {
    Ok(match last {
        Some(last) => reach(db)? >= last,
        None => true,
    })
}

/// The first figures, organs and years whose tally is not the sum of their days.
pub(crate) fn differing(db: &dyn Query, most: usize) -> Result<Vec<(String, String, i32)>> {
    type Sums = BTreeMap<(String, i32, String, String, i32), (i128, i128)>;
    fn add(sums: &mut Sums, key: Key<'_>, n: i128, total: i128) {
        let key = (key.0.to_owned(), key.1, key.2.to_owned(), key.3.to_owned(), key.4);
        let sum = sums.entry(key).or_default();
        *sum = (sum.0 + n, sum.1 + total);
    }
    let mut sums = Sums::new();
    tally::each_tally(db, &mut |one| {
        let (n, total) = (i128::from(one.sum.n), i128::from(one.sum.total));
        keys(one).for_each(|key| add(&mut sums, key, n, total));
        Ok(())
    })?;
    each(db, &mut |key, sum| {
        add(&mut sums, key, -i128::from(sum.n), -i128::from(sum.total));
        Ok(())
    })?;
    let wrong = sums.into_iter().filter(|(_, sum)| *sum != (0, 0));
    Ok(wrong.map(|((figure, year, organ, ..), _)| (figure, organ, year)).take(most).collect())
}
