//! Writes that are held back: they go to the database when something asks for what they wrote, and at the end of the
//! group, many rows in one statement.

use std::collections::{BTreeMap, BTreeSet};

use super::Postgres;
use crate::Result;
use crate::shape::{Kind, Merge};
use crate::value::{Connection, Kept, Statement, Value, not_one};

/// A write that was not done yet.
pub(crate) struct Write {
    statement: &'static Statement,
    values: Vec<Kept>,
    /// Whether it must change one row.
    one: bool,
}

impl Write {
    pub fn new(statement: &'static Statement, values: &[Value<'_>], one: bool) -> Self {
        Self { statement, values: values.iter().map(Kept::from).collect(), one }
    }

    fn subject(&self) -> Option<Kept> {
        self.statement.shape().subject.and_then(|at| self.values.get(at).cloned())
    }

    fn table(&self) -> &'static str {
        self.statement.shape().tables.first().copied().unwrap_or_default()
    }
}

/// Which rows the writes that are held back concern.
#[derive(Default)]
pub(crate) struct Touched(BTreeMap<&'static str, BTreeSet<Option<Kept>>>);

impl Touched {
    pub fn note(&mut self, write: &Write) {
        self.0.entry(write.table()).or_default().insert(write.subject());
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether a statement asks for what is held back.
    pub fn concerns(&self, statement: &'static Statement, values: &[Value<'_>]) -> bool {
        let shape = statement.shape();
        let subject = shape.subject.and_then(|at| values.get(at)).map(Kept::from);
        shape
            .tables
            .iter()
            .filter_map(|table| self.0.get(table))
            .any(|held| subject.is_none() || held.contains(&None) || held.contains(&subject))
    }
}

/// Does the writes, those of a kind together, and leaves none.
pub(crate) fn flush(db: &Postgres, writes: &mut Vec<Write>) -> Result<()> {
    if writes.is_empty() {
        return Ok(());
    }
    let writes = merged(std::mem::take(writes));
    for batch in batches(&writes) {
        let Some(first) = batch.first() else { continue };
        let changed = if batch.len() == 1 {
            let values: Vec<Value<'_>> = first.values.iter().map(Kept::value).collect();
            db.execute(first.statement, &values)?
        } else {
            let rows: Vec<&[Kept]> = batch.iter().map(|write| write.values.as_slice()).collect();
            db.execute_many(first.statement, &rows)?
        };
        let wanted = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        if first.one && changed != wanted {
            return Err(not_one(first.statement, changed));
        }
    }
    Ok(())
}

/// Writes of the same row that are one.
fn merged(writes: Vec<Write>) -> Vec<Write> {
    let mut kept: Vec<Write> = Vec::with_capacity(writes.len());
    let mut places: BTreeMap<(&'static str, Vec<Kept>), usize> = BTreeMap::new();
    for write in writes {
        let merge = &write.statement.shape().merge;
        let (Merge::Add { key, .. } | Merge::Last { key }) = merge else {
            kept.push(write);
            continue;
        };
        let key: Vec<Kept> = key.iter().filter_map(|at| write.values.get(*at).cloned()).collect();
        let place = *places.entry((write.statement.name, key)).or_insert(kept.len());
        match (kept.get_mut(place), merge) {
            (None, _) => kept.push(write),
            (Some(old), Merge::Add { sums, .. }) => sums.iter().for_each(|at| add(old, &write, *at)),
            (Some(old), _) => old.values = write.values,
        }
    }
    kept
}

fn add(old: &mut Write, new: &Write, at: usize) {
    if let (Some(Kept::Int(sum)), Some(Kept::Int(more))) = (old.values.get_mut(at), new.values.get(at)) {
        *sum += more;
    }
}

/// The writes in batches of one statement each. Writes of the same rows stay in their order; all others may pass each
/// other, for no table looks at another one.
fn batches(writes: &[Write]) -> Vec<Vec<&Write>> {
    let mut last: BTreeMap<(&'static str, Option<Kept>), (&'static str, usize)> = BTreeMap::new();
    let mut order: BTreeMap<(usize, usize), Vec<&Write>> = BTreeMap::new();
    let mut places: BTreeMap<(usize, &'static str), usize> = BTreeMap::new();
    for write in writes {
        let name = write.statement.name;
        let level = match last.get(&(write.table(), write.subject())) {
            None => 0,
            Some((before, level)) => {
                // Rows that are added or removed, several of one subject, do not meet.
                let meets = *before != name || write.statement.shape().kind == Kind::Change;
                level + usize::from(meets)
            }
        };
        last.insert((write.table(), write.subject()), (name, level));
        let next = places.len();
        let place = *places.entry((level, name)).or_insert(next);
        order.entry((level, place)).or_default().push(write);
    }
    order.into_values().collect()
}
