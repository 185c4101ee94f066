//! Copies of a store that is being served, and putting one back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};

use crate::files::Files;
use crate::schema::Found;
use crate::sqlite::{Sqlite, fault, open_reader, schema};
use crate::store::{DATABASE, FILES, LOCK, Options, Place, Store};
use crate::verify::verify;
use crate::{Copied, Keyring, Problem, Result, StoreError, VerifyReport, attachment, copy};
use ledger::Hash;

/// The page cache for the work here, in KiB.
const CACHE: u32 = 8 * 1024;

impl Store {
    /// Copies the store into a new folder while it goes on serving: the database as it is at one moment, in SQLite's
    /// form whatever it is in, and every content that it names. The folder appears whole or not at all.
    pub fn backup(&self, into: &Path) -> Result<()> {
        let failed = |error: std::io::Error| StoreError::unwritable(into, &error);
        if into.exists() {
            let why = "目标已经存在，备份不覆盖已有的文件";
            return Err(StoreError::Unwritable { detail: format!("{}：{why}", into.display()) });
        }
        let beside = beside(into);
        let _ = fs::remove_dir_all(&beside);
        fs::create_dir_all(beside.join(FILES)).map_err(failed)?;
        let copied = self.copy_into(&beside);
        if copied.is_err() {
            // The trouble that is told is that of the copy.
            let _ = fs::remove_dir_all(&beside);
        }
        copied?;
        fs::rename(&beside, into).map_err(failed)?;
        sync_above(into).map_err(failed)
    }

    fn copy_into(&self, beside: &Path) -> Result<()> {
        if matches!(self.place(), Place::Database { .. }) {
            let target = Self::open(beside, &Options { readers: 1, ..Options::default() })?;
            copy(self, &target)?;
            drop(target);
            let _ = fs::remove_file(beside.join(LOCK));
            let database = beside.join(DATABASE);
            // One file, as a backup of a folder is.
            let db = rusqlite::Connection::open(&database).map_err(fault)?;
            db.pragma_update(None, "journal_mode", "DELETE").map_err(fault)?;
            db.close().map_err(|(_, error)| fault(error))?;
            return sync_database(&database);
        }
        let database = beside.join(DATABASE);
        let source = open_reader(&self.dir().join(DATABASE), CACHE)?;
        copy_database(&source, &database)?;
        let copy = open_reader(&database, CACHE)?;
        let mut after = Hash::default();
        let target = Files::new(beside.join(FILES), u64::MAX);
        loop {
            let hashes = attachment::hashes(&copy, &after, 1000)?;
            let Some(last) = hashes.last() else { break };
            after = *last;
            for hash in &hashes {
                copy_file(&self.files().path(hash), &target.path(hash))?;
            }
        }
        drop(copy);
        sync_database(&database)
    }

    /// Removes contents that no event names and that are older than `age`; how many. Keep the age above the
    /// time that a form may lie open.
    pub fn sweep(&self, age: Duration) -> Result<u64> {
        self.files()
            .sweep(age, |hash| self.read(|r| attachment::by_stored(r, hash).map(|named| !named.is_empty())))
    }

    /// Checks everything: every chain, the order of entry, the roots, the figures' records, the attachments.
    /// Personal fields are not opened: [`Self::verify_with`] does that too.
    pub fn verify(&self) -> Result<VerifyReport> {
        verify(self, None)
    }

    /// Checks everything, and opens the personal fields for which these keys have the key.
    pub fn verify_with(&self, keys: Option<&Keyring>) -> Result<VerifyReport> {
        verify(self, keys)
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn copy_database(source: &Sqlite, into: &Path) -> Result<()> {
    let mut target = rusqlite::Connection::open(into).map_err(fault)?;
    {
        let backup = Backup::new(&source.0, &mut target).map_err(fault)?;
        // All pages in one step: the copy is of one moment, and in WAL mode nobody waits for it.
        if backup.step(-1).map_err(fault)? != StepResult::Done {
            return Err(StoreError::Unwritable {
                detail: "数据库正忙，没有复制完，请稍后再备份".to_owned()
            });
        }
    }
    target.pragma_update(None, "journal_mode", "DELETE").map_err(fault)?;
    target.close().map_err(|(_, error)| fault(error))
}

pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(to);
    let copied = fs::create_dir_all(folder)
        .and_then(|()| fs::copy(from, to))
        .and_then(|_| File::open(to)?.sync_all())
        .and_then(|()| File::open(folder)?.sync_all());
    copied.map_err(|error| StoreError::unwritable(to, &error))
}

fn sync_database(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|file| file.sync_all()).and_then(|()| sync_above(path));
    synced.map_err(|error| StoreError::unwritable(path, &error))
}

fn sync_above(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(above) if above != Path::new("") => File::open(above)?.sync_all(),
        _ => Ok(()),
    }
}

/// Puts a backup in the place of a store that nobody serves: checks the backup's database, version and
/// every chain, copies it beside, and swaps only when all is whole. The store that was there is kept
/// beside, and its folder is given back, if there was one.
pub fn restore(from: &Path, dir: &Path) -> Result<Option<PathBuf>> {
    let failed = |error: std::io::Error| StoreError::unwritable(dir, &error);
    let source = from.join(DATABASE);
    if !source.exists() {
        return Err(StoreError::Absent { path: from.to_owned() });
    }
    // Nobody may serve it while it is swapped.
    let lock = if dir.exists() { Some(crate::store::take_lock(dir)?) } else { None };
    let beside = beside(dir);
    let _ = fs::remove_dir_all(&beside);
    fs::create_dir_all(beside.join(FILES)).map_err(failed)?;
    let checked = copy_and_check(from, &beside);
    if checked.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    checked?;
    let mut kept = None;
    if dir.exists() {
        for own in own_files(dir).map_err(failed)? {
            copy_file(&dir.join(&own), &beside.join(&own))?;
        }
        let old = free_name(dir);
        fs::rename(dir, &old).map_err(failed)?;
        kept = Some(old);
    }
    fs::rename(&beside, dir).map_err(failed)?;
    drop(lock);
    sync_above(dir).map_err(failed)?;
    Ok(kept)
}

/// The files in a store's folder that are not the store's and in no backup: the keys that sign roots and those of personal data, the receivers of the
/// outbox and their secrets. They belong to this place and stay.
fn own_files(dir: &Path) -> std::io::Result<Vec<std::ffi::OsString>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let is_stores = entry.file_name().to_string_lossy().starts_with(DATABASE);
        if entry.file_type()?.is_file() && !is_stores && entry.file_name() != LOCK {
            found.push(entry.file_name());
        }
    }
    Ok(found)
}

/// Puts a backup into an empty database, after the same checks.
///
/// # Errors
/// The backup is not whole; the database is not empty or cannot be reached.
pub fn restore_into(from: &Path, to: &Store) -> Result<Vec<Copied>> {
    let source = Store::open(from, &Options { read_only: true, readers: 2, ..Options::default() })?;
    let report = source.verify()?;
    if let Some(problem) = report.faults.first() {
        return Err(not_whole(report.faults.len(), problem));
    }
    copy(&source, to)
}

fn not_whole(count: usize, problem: &Problem) -> StoreError {
    StoreError::Unreadable {
        detail: format!("备份中有 {count} 处问题，没有恢复；第一处：{problem}")
    }
}

fn free_name(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().display().to_string();
    let mut serial = 1_u32;
    loop {
        let path = dir.with_file_name(format!("{name}.before-restore-{serial}"));
        if !path.exists() {
            return path;
        }
        serial += 1;
    }
}

fn copy_and_check(from: &Path, beside: &Path) -> Result<()> {
    let database = beside.join(DATABASE);
    {
        let source = open_reader(&from.join(DATABASE), CACHE)?;
        match schema::examine(&source, from)? {
            Found::Empty => return Err(StoreError::Absent { path: from.to_owned() }),
            Found::Version(_) => copy_database(&source, &database)?,
        }
    }
    let copy = open_reader(&database, CACHE)?;
    let told: String = copy.0.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(fault)?;
    if told != "ok" {
        return Err(StoreError::Unreadable { detail: format!("备份的数据库不完整：{told}") });
    }
    drop(copy);
    let files = Files::new(beside.join(FILES), u64::MAX);
    let source_files = Files::new(from.join(FILES), u64::MAX);
    // An older backup is brought up to date before its tables are read.
    let store = Store::open(beside, &Options { readers: 1, ..Options::default() })?;
    store.read(|r| {
        let mut after = Hash::default();
        loop {
            let hashes = attachment::hashes(r, &after, 1000)?;
            let Some(last) = hashes.last() else { return Ok::<_, StoreError>(()) };
            after = *last;
            for hash in hashes.iter().filter(|hash| source_files.path(hash).exists()) {
                copy_file(&source_files.path(hash), &files.path(hash))?;
            }
        }
    })?;
    let report = store.verify()?;
    drop(store);
    sync_database(&database)?;
    match report.faults.first() {
        None => Ok(()),
        Some(problem) => Err(not_whole(report.faults.len(), problem)),
    }
}
