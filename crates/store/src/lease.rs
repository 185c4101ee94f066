//! Who of several processes does what is to be done once: the clock of lapsed duties, the sending of the outbox.
//!
//! No clock is compared, for those of several machines differ. Whoever holds a lease counts it on; whoever wants it
//! watches, and takes it when it has stood still for long enough by the watcher's own clock.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::value::first;
use crate::{Place, Query, Result, Store, StoreError, Tx, sql};

/// How long a lease may stand still before another process takes it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A lease as this process sees it. 轮值
#[derive(Debug)]
pub struct Lease {
    name: &'static str,
    /// This process.
    holder: String,
    patience: Duration,
    /// What was seen last, and since when.
    seen: Mutex<Option<(Held, Instant)>>,
}

/// Who holds it, and how far it was counted.
type Held = (String, i64);

impl Lease {
    /// The lease of a name for this process, not yet held.
    ///
    /// # Errors
    /// There is no random number for the process's name.
    pub fn new(name: &'static str, patience: Duration) -> Result<Self> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes)
            .map_err(|error| StoreError::Internal { detail: format!("取不到随机数：{error}") })?;
        let holder = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name, holder, patience, seen: Mutex::new(None) })
    }

    /// Holds the lease on, or takes it if it is free or its holder is gone; whether this process has it. A store in
    /// a folder has one process, which holds everything. Call it several times within the patience.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn hold(&self, store: &Store) -> Result<bool> {
        if matches!(store.place(), Place::Folder(_)) {
            return Ok(true);
        }
        let found = store.read(|reader| held(reader, self.name))?;
        if let Some(found) = found.as_ref().filter(|found| !self.may_take(found)) {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.as_ref().is_none_or(|(before, _)| before != found) {
                *seen = Some((found.clone(), Instant::now()));
            }
            return Ok(false);
        }
        let (name, holder) = (self.name, self.holder.clone());
        store.write(move |tx| {
            if held(tx, name)? != found {
                return Ok(false);
            }
            let epoch = found.as_ref().map_or(0, |(_, epoch)| *epoch) + 1;
            put(tx, name, &holder, epoch).map(|()| true)
        })?
    }

    fn may_take(&self, found: &Held) -> bool {
        if found.0 == self.holder || found.0.is_empty() {
            return true;
        }
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().is_some_and(|(before, since)| before == found && since.elapsed() >= self.patience)
    }

    /// Whether this process still holds it, inside the transaction that does what it is for.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_held(&self, tx: &Tx<'_>, place: &Place) -> Result<bool> {
        Ok(matches!(place, Place::Folder(_))
            || held(tx, self.name)?.is_some_and(|(holder, _)| holder == self.holder))
    }

    /// Gives it back, so that nobody has to wait.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn give_back(&self, store: &Store) -> Result<()> {
        let (name, own) = (self.name, self.holder.clone());
        store.write(move |tx| match held(tx, name)? {
            Some((holder, epoch)) if holder == own => put(tx, name, "", epoch + 1),
            _ => Ok(()),
        })?
    }
}

fn held(db: &dyn Query, name: &str) -> Result<Option<Held>> {
    first(db, &sql::LEASE_GET, &[name.into()], |row| Ok((row.text()?, row.int()?)))
}

fn put(tx: &mut Tx<'_>, name: &str, holder: &str, epoch: i64) -> Result<()> {
    tx.put(&sql::LEASE_PUT, &[name.into(), holder.into(), epoch.into()])
}
