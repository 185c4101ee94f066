//! Opening the store; its reading and its writing.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::OpenFlags;

use crate::files::Files;
use crate::pool::{Pool, Reader};
use crate::schema::{self, Found};
use crate::sqlite::{Sqlite, fault};
use crate::trace::Trace;
use crate::writer::{self, Job, Queue, Tx};
use crate::{Result, StoreError};

/// The database's name in its folder.
pub(crate) const DATABASE: &str = "yifa.db";
const LOCK: &str = "yifa.lock";
pub(crate) const FILES: &str = "files";

/// How the store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Opens an existing store beside a running one, without writing.
    pub read_only: bool,
    /// How many readers work at the same time.
    pub readers: u32,
    /// The page caches of all connections together, in KiB.
    pub cache_kib: u32,
    /// How many commands may wait before callers are held.
    pub queue: usize,
    /// The largest attachment, in bytes.
    pub largest_file: u64,
    /// The largest database, in pages of 4 KiB; without it only the disk is the limit.
    pub max_pages: Option<u32>,
    /// Keeps what is written, for benchmarks.
    pub trace: Option<Trace>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            read_only: false,
            readers: 4,
            cache_kib: 32 * 1024,
            queue: 4096,
            largest_file: 50 * 1024 * 1024,
            max_pages: None,
            trace: None,
        }
    }
}

/// What a command comes to: the store's trouble, or the work's own answer.
pub type Outcome<T, E> = Result<std::result::Result<T, E>>;

/// A command whose answer has not been taken yet.
#[derive(Debug)]
pub struct Pending<T, E>(Receiver<Outcome<T, E>>);

impl<T, E> Pending<T, E> {
    /// Waits until the command is durable or has failed.
    pub fn wait(self) -> Outcome<T, E> {
        self.0.recv().unwrap_or(Err(StoreError::Closed))
    }
}

/// The store: the journal, what is derived from it, accounts and files. 存储
pub struct Store {
    dir: PathBuf,
    files: Files,
    pool: Pool,
    /// Nothing when opened for reading.
    queue: Option<Queue>,
    writer: Option<JoinHandle<()>>,
    /// Whether each group is forced to the disk before it is answered.
    durable: Arc<AtomicBool>,
    /// Held as long as the store is open.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store in a folder, or makes one there. Newer data are refused untouched; older are
    /// brought up to date; a second writer is refused.
    pub fn open(dir: impl AsRef<Path>, options: &Options) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        let path = dir.join(DATABASE);
        let readers = options.readers.max(1);
        // Half of the cache is the writer's.
        let reader_cache = options.cache_kib / 2 / readers;
        let (lock, writing) = if options.read_only {
            open_read_only(&path, reader_cache)?;
            (None, None)
        } else {
            std::fs::create_dir_all(&dir).map_err(|e| StoreError::unwritable(&dir, &e))?;
            let lock = take_lock(&dir)?;
            let db = open_writer(&path, options)?;
            std::fs::create_dir_all(dir.join(FILES)).map_err(|e| StoreError::unwritable(&dir, &e))?;
            (Some(lock), Some(db))
        };
        let connections = (0..readers).map(|_| open_reader(&path, reader_cache)).collect::<Result<_>>()?;
        let durable = Arc::new(AtomicBool::new(true));
        let (queue, writer) = match writing {
            None => (None, None),
            Some(db) => start_writer(db, options.queue, options.trace.clone(), Arc::clone(&durable))
                .map(|(queue, it)| (Some(queue), Some(it)))?,
        };
        let files = Files::new(dir.join(FILES), options.largest_file);
        Ok(Self { dir, files, pool: Pool::new(connections), queue, writer, durable, _lock: lock })
    }

    /// The folder it is in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether commands are forced to the disk before they are answered, as they are from the start. Without it a loss of
    /// power may leave no store at all: only for one that is being made and can be made anew. The first command after it is
    /// set again makes everything durable.
    pub fn set_durable(&self, durable: bool) {
        self.durable.store(durable, Ordering::SeqCst);
    }

    /// The attachments' contents.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Reads. All that `work` sees is of one moment. A reader inside a reader takes a second connection: do not.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.pool.read(work)
    }

    /// Writes, and waits until it is durable. What `work` wrote is kept when it gives `Ok` and undone
    /// when it gives `Err` or panics; the outer error says that nothing was saved.
    pub fn write<T, E, W>(&self, work: W) -> Outcome<T, E>
    where
        W: FnOnce(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        if self.writer.as_ref().is_some_and(|writer| writer.thread().id() == thread::current().id()) {
            return Err(StoreError::Internal { detail: "写入之中又等待写入".to_owned() });
        }
        self.write_later(work)?.wait()
    }

    /// Queues a command; [`Pending::wait`] gives its answer.
    pub fn write_later<T, E, W>(&self, work: W) -> Result<Pending<T, E>>
    where
        W: FnOnce(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let (sender, receiver) = sync_channel(1);
        // Nobody may be waiting any more; the command is done all the same.
        self.write_with(work, move |outcome| drop(sender.send(outcome)))?;
        Ok(Pending(receiver))
    }

    /// Queues a command; `answer` is called on the writer's thread and must be quick.
    pub fn write_with<T, E, W, A>(&self, work: W, answer: A) -> Result<()>
    where
        W: FnOnce(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        A: FnOnce(Outcome<T, E>) + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let queue = self.queue.as_ref().ok_or(StoreError::ReadOnly)?;
        let job = Job { work: Some(work), answer, outcome: None };
        queue.send(Box::new(job)).map_err(|_| StoreError::Closed)
    }
}

impl Drop for Store {
    /// Finishes what is queued, then closes.
    fn drop(&mut self) {
        self.queue = None;
        self.pool.close();
        if let Some(writer) = self.writer.take()
            && writer.thread().id() != thread::current().id()
        {
            // The writer catches panics; there is nothing to pass on.
            let _ = writer.join();
        }
    }
}

pub(crate) fn take_lock(dir: &Path) -> Result<File> {
    let path = dir.join(LOCK);
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(|e| StoreError::unwritable(&path, &e))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse { path: dir.to_owned() }),
        Err(std::fs::TryLockError::Error(error)) => Err(StoreError::unwritable(&path, &error)),
    }
}

/// A look at a store that this opening must not change.
fn open_read_only(path: &Path, cache_kib: u32) -> Result<()> {
    if !path.exists() {
        return Err(StoreError::Absent { path: path.to_owned() });
    }
    let known = schema::known_version();
    match schema::examine(&open_reader(path, cache_kib)?, path)? {
        Found::Empty => Err(StoreError::Absent { path: path.to_owned() }),
        Found::Version(found) if found < known => Err(StoreError::OlderVersion { found, known }),
        Found::Version(_) => Ok(()),
    }
}

pub(crate) fn open_reader(path: &Path, cache_kib: u32) -> Result<Sqlite> {
    schema::examine_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(fault)?;
    Sqlite::prepare_connection(connection, cache_kib)
}

pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Sqlite> {
    schema::examine_file(path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(fault)?;
    let db = Sqlite::prepare_connection(connection, options.cache_kib / 2)?;
    let found = schema::examine(&db, path)?;
    // Erased personal data must not stay behind in free space.
    db.0.pragma_update(None, "secure_delete", true).map_err(fault)?;
    db.0.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
        .map_err(fault)?;
    db.0.pragma_update(None, "synchronous", "FULL").map_err(fault)?;
    // A page that many groups change goes to the database once in 32 MiB of log, not once in 4.
    db.0.pragma_update(None, "wal_autocheckpoint", 8192).map_err(fault)?;
    db.0.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024).map_err(fault)?;
    schema::migrate(&db, found)?;
    if let Some(pages) = options.max_pages {
        db.0.pragma_update(None, "max_page_count", pages).map_err(fault)?;
    }
    Ok(db)
}

fn start_writer(
    db: Sqlite,
    length: usize,
    trace: Option<Trace>,
    durable: Arc<AtomicBool>,
) -> Result<(Queue, JoinHandle<()>)> {
    let (sender, receiver) = writer::queue(length);
    let writer = thread::Builder::new().name("store-writer".to_owned());
    let writer = writer.spawn(move || writer::serve(&db, &receiver, trace.as_ref(), &durable));
    let writer = writer.map_err(|e| StoreError::Unwritable { detail: e.to_string() })?;
    Ok((sender, writer))
}
