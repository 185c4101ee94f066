//! The same rows written again by PostgreSQL alone: the limits that the benchmarks compare with.

use std::time::{Duration, Instant};

use super::held::{Write, flush};
use super::{Address, schema};
use crate::trace::{Step, Steps};
use crate::value::{Connection, Value};
use crate::{Result, StoreError};

/// In the same groups, many rows a statement, over one connection.
pub(crate) fn in_groups(address: &Address, trace: &Steps) -> Result<Duration> {
    let db = address.connect()?;
    schema::migrate(&db, address.shown())?;
    let mut values = Vec::new();
    let began = Instant::now();
    for group in trace.all().split(|step| matches!(step, Step::Commit)) {
        let mut writes: Vec<Write> = group
            .iter()
            .filter_map(|step| match step {
                Step::Write(statement, at) => {
                    trace.values(at, &mut values);
                    Some(Write::new(statement, &values, false))
                }
                _ => None,
            })
            .collect();
        db.batch("BEGIN")?;
        flush(&db, &mut writes)?;
        db.batch("COMMIT")?;
    }
    Ok(began.elapsed())
}

/// Each command a transaction of its own, statement by statement, over several connections at once.
pub(crate) fn one_by_one(address: &Address, trace: &Steps, connections: usize) -> Result<Duration> {
    schema::migrate(&address.connect()?, address.shown())?;
    let plain: Vec<&Step> = trace.all().iter().filter(|step| !matches!(step, Step::Commit)).collect();
    let commands: Vec<&[&Step]> = plain.split(|step| matches!(step, Step::Kept)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let dbs = (0..connections.max(1)).map(|_| address.connect()).collect::<Result<Vec<_>>>()?;
    let began = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = dbs
            .into_iter()
            .map(|db| {
                let (commands, next) = (&commands, &next);
                scope.spawn(move || {
                    while let Some(command) =
                        commands.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                    {
                        until_done(&db, trace, command)?;
                    }
                    Ok::<(), StoreError>(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err(StoreError::Panicked)))
    })?;
    Ok(began.elapsed())
}

/// Two that wait for each other's rows: one of them begins anew.
fn until_done(db: &super::Postgres, trace: &Steps, command: &[&Step]) -> Result<()> {
    let mut values: Vec<Value<'_>> = Vec::new();
    loop {
        let outcome = db.batch("BEGIN").and_then(|()| {
            command.iter().try_for_each(|step| match step {
                Step::Write(statement, at) => {
                    trace.values(at, &mut values);
                    db.execute(statement, &values).map(drop)
                }
                _ => Ok(()),
            })
        });
        match outcome.and_then(|()| db.batch("COMMIT")) {
            Err(StoreError::Busy { .. }) => db.batch("ROLLBACK")?,
            other => return other,
        }
    }
}
