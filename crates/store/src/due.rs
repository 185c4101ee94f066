//! What is owed in open cases, and until when.

use std::collections::BTreeMap;

use crate::value::{all, first};
use crate::{Query, Result, Row, Statement, Tx, Value, sql};

/// An open duty of a case. 应办事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub case: String,
    /// The norm that it rests on, as the pack names it.
    pub norm: String,
    /// The acts any one of which discharges it, joined by commas.
    pub acts: String,
    /// The last day; nothing while it is paused or where the law sets none.
    pub last_day: Option<i32>,
    /// The first day on which it shows amber.
    pub warn_on: Option<i32>,
    pub organ: String,
    pub division: String,
    pub handler: Option<String>,
    /// Whether the law deems something done when the last day is over.
    pub lapses: bool,
}

fn read(row: &mut Row<'_>) -> Result<Due> {
    Ok(Due {
        case: row.case()?,
        norm: row.name()?,
        acts: row.name()?,
        last_day: row.opt_day()?,
        warn_on: row.opt_day()?,
        organ: row.name()?,
        division: row.name()?,
        handler: row.opt_name()?,
        lapses: row.flag()?,
    })
}

/// The duties of a case.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<Due>> {
    let mut dues = all(db, &sql::DUE_OF_CASE, &[Value::Case(case)], read)?;
    dues.sort_by(|a, b| (&a.norm, &a.acts).cmp(&(&b.norm, &b.acts)));
    Ok(dues)
}

/// Makes `dues` the duties of the case, all of them; what stays as it was is not written. No two may share norm and acts.
pub fn replace(tx: &mut Tx<'_>, case: &str, dues: &[Due]) -> Result<()> {
    let known = tx.notes_of().dues.borrow().get(case).cloned();
    let before = match known {
        Some(known) => known,
        None => of_case(tx, case)?,
    };
    count(tx, &before, dues)?;
    for old in &before {
        if !dues.contains(old) {
            let names = [&old.norm, &old.acts, &old.division].map(|name| Value::Name(name));
            let [norm, acts, division] = names;
            let key = [Value::Case(case), norm, acts, division];
            tx.put(&sql::DUE_DROP, &key)?;
        }
    }
    for due in dues.iter().filter(|due| !before.contains(due)) {
        let values = [
            Value::Case(case),
            Value::Name(&due.norm),
            Value::Name(&due.acts),
            due.last_day.into(),
            due.warn_on.into(),
            Value::Name(&due.organ),
            Value::Name(&due.division),
            Value::opt_name(due.handler.as_deref()),
            due.lapses.into(),
        ];
        tx.put(&sql::DUE_ADD, &values)?;
    }
    tx.notes_of().dues.borrow_mut().insert(case.to_owned(), dues.to_vec());
    Ok(())
}

/// The day of what has none, among the counts.
const NEVER: i32 = i32::MAX;

/// Brings the counts from what was owed to what is.
fn count(tx: &mut Tx<'_>, before: &[Due], after: &[Due]) -> Result<()> {
    let mut moved: BTreeMap<(&str, &str, i32, i32), i64> = BTreeMap::new();
    for (dues, sign) in [(before, -1), (after, 1)] {
        for due in dues {
            let days = (due.last_day.unwrap_or(NEVER), due.warn_on.unwrap_or(NEVER));
            *moved.entry((&due.organ, &due.division, days.0, days.1)).or_default() += sign;
        }
    }
    for ((organ, division, last, warn), n) in moved.into_iter().filter(|(_, n)| *n != 0) {
        let values = [Value::Name(organ), Value::Name(division), last.into(), warn.into(), n.into()];
        tx.put(&sql::DUE_COUNT_ADD, &values)?;
    }
    Ok(())
}

/// Whose duties a desk shows. 应办范围
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk<'a> {
    Organ(&'a str),
    Handler(&'a str),
}

impl<'a> Desk<'a> {
    fn whose(self) -> &'a str {
        match self {
            Self::Organ(id) | Self::Handler(id) => id,
        }
    }

    fn statements(self) -> (&'static Statement, &'static Statement) {
        match self {
            Self::Organ(_) => (&sql::DUE_OF_ORGAN, &sql::DUE_OF_ORGAN_UNDATED),
            Self::Handler(_) => (&sql::DUE_OF_HANDLER, &sql::DUE_OF_HANDLER_UNDATED),
        }
    }
}

/// A page of a desk, the most urgent first, those without a last day at the end. The page begins after
/// `after`; with `until`, only what must be done by that day is shown.
pub fn desk(
    db: &dyn Query,
    desk: Desk<'_>,
    until: Option<i32>,
    after: Option<&Due>,
    limit: u32,
) -> Result<Vec<Due>> {
    let (dated, undated) = desk.statements();
    let (case, norm, acts) =
        after.map_or(("", "", ""), |due| (due.case.as_str(), due.norm.as_str(), due.acts.as_str()));
    let whose = Value::Name(desk.whose());
    let (case, norm, acts) = (Value::Case(case), Value::Name(norm), Value::Name(acts));
    let first = (Value::Case(""), Value::Name(""), Value::Name(""));
    let mut page = Vec::new();
    let mut key = [whose, case, norm, acts, limit.into()];
    if after.is_none_or(|due| due.last_day.is_some()) {
        let from = after.and_then(|due| due.last_day).map_or(i64::MIN, i64::from);
        let until = until.unwrap_or(i32::MAX);
        let values = [whose, from.into(), case, norm, acts, limit.into(), until.into()];
        page = all(db, dated, &values, read)?;
        let left = limit.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        key = [whose, first.0, first.1, first.2, left.into()];
        if left == 0 {
            return Ok(page);
        }
    }
    if until.is_none() {
        page.extend(all(db, undated, &key, read)?);
    }
    Ok(page)
}

/// Duties that the law deems done because their last day lies before `today`, the oldest first.
pub fn lapsed(db: &dyn Query, today: i32, limit: u32) -> Result<Vec<Due>> {
    all(db, &sql::DUE_LAPSED, &[today.into(), limit.into()], read)
}

/// Duties, after one of them (none for the first page), whose colour changes between two days: the warning begins after
/// `from` and by `today`, or the last day is between the two.
pub fn turning(db: &dyn Query, after: Option<&Due>, from: i32, today: i32, limit: u32) -> Result<Vec<Due>> {
    let (case, norm, acts) =
        after.map_or(("", "", ""), |due| (due.case.as_str(), due.norm.as_str(), due.acts.as_str()));
    let (case, norm, acts) = (Value::Case(case), Value::Name(norm), Value::Name(acts));
    let values = [case, norm, acts, from.into(), today.into(), limit.into()];
    all(db, &sql::DUE_TURNING, &values, read)
}

/// How many duties an organ owes. 应办件数
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub organ: String,
    pub all: i64,
    /// Those whose last day is over.
    pub overdue: i64,
    /// Those that show amber.
    pub warned: i64,
}

/// The duties by organ as of a day, of an organ and of divisions (`""` for all), as they are counted with each act.
pub fn counts(db: &dyn Query, today: i32, organ: &str, division: &str) -> Result<Vec<Count>> {
    let mut values = vec![today.into(), division.into()];
    let statement = if organ.is_empty() {
        &sql::DUE_COUNTS
    } else {
        values.push(Value::Name(organ));
        &sql::DUE_COUNTS_OF_ORGAN
    };
    let mut counts = all(db, statement, &values, |row| {
        Ok(Count { organ: row.name()?, all: row.int()?, overdue: row.int()?, warned: row.int()? })
    })?;
    counts.sort_by(|a, b| a.organ.cmp(&b.organ));
    Ok(counts)
}

/// The first organs whose counts are not those of the duties.
pub fn miscounted(db: &dyn Query) -> Result<Vec<String>> {
    let mut found = all(db, &sql::DUE_COUNTS_NOT_BACKED, &[], |row| row.name())?;
    found.extend(all(db, &sql::DUE_COUNTS_LACKING, &[], |row| row.name())?);
    found.dedup();
    Ok(found)
}

/// Forgets the days on which nothing is owed any more.
pub fn clean_counts(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(&sql::DUE_COUNT_CLEAN, &[])
}

/// The most urgent duty of a desk that has a last day.
pub fn most_urgent(db: &dyn Query, desk: Desk<'_>) -> Result<Option<Due>> {
    let values = [
        Value::Name(desk.whose()),
        i64::MIN.into(),
        Value::Case(""),
        Value::Name(""),
        Value::Name(""),
        1_i64.into(),
        i32::MAX.into(),
    ];
    first(db, desk.statements().0, &values, read)
}
