//! Opening the store; its reading and its writing.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::copy::UNFINISHED;
use crate::files::Files;
use crate::pool::{Lendable, Opener, Pool, Reader};
use crate::postgres::{self, Address, PostgresWriter};
use crate::schema::{Found, known_version};
use crate::sqlite::{self, SqliteWriter};
use crate::state::{State, Watch, Writers};
use crate::trace::Trace;
use crate::writer::{self, Job, Queue, Sequencer, Tx};
use crate::{Result, StoreError, meta};

/// The database's name in its folder.
pub(crate) const DATABASE: &str = "yifa.db";
pub(crate) const LOCK: &str = "yifa.lock";
pub(crate) const FILES: &str = "files";

/// Where a store is. 数据所在
#[derive(Clone, Debug)]
pub enum Place {
    /// In a folder: a SQLite database and the attachments beside it.
    Folder(PathBuf),
    /// In a PostgreSQL database; the attachments in a folder that all processes share.
    Database { address: Address, files: PathBuf },
}

impl Place {
    /// The database of an address with the attachments in a folder, or, without an address, the folder.
    ///
    /// # Errors
    /// The address is none.
    pub fn new(address: Option<&str>, folder: &Path) -> Result<Self> {
        Ok(match address {
            None => Self::Folder(folder.to_owned()),
            Some(address) => Self::Database { address: Address::parse(address)?, files: folder.to_owned() },
        })
    }

    /// The folder of the database or of the attachments.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Database { files, .. } => files,
        }
    }

    /// What people are told: the folder, or the address without its password.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Database { address, .. } => address.shown().to_owned(),
        }
    }
}

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
    place: Place,
    files: Files,
    pool: Pool,
    /// Nothing when opened for reading.
    queue: Option<Queue>,
    writer: Option<JoinHandle<()>>,
    /// Whether each group is forced to the disk before it is answered.
    durable: Arc<AtomicBool>,
    watch: Watch,
    /// Held as long as the store is open.
    _lock: Option<File>,
}

/// What opening a database gives.
struct Opened {
    lock: Option<File>,
    readers: Opener,
    sequencer: Option<Box<dyn Sequencer>>,
}

impl Store {
    /// Opens the store in a folder, or makes one there. Newer data are refused untouched; older are
    /// brought up to date; a second writer is refused.
    pub fn open(dir: impl AsRef<Path>, options: &Options) -> Result<Self> {
        Self::open_at(&Place::Folder(dir.as_ref().to_owned()), options)
    }

    /// The same for a store anywhere. Any number of processes may have one database open.
    ///
    /// # Errors
    /// The database cannot be reached, or is not ours.
    pub fn open_at(place: &Place, options: &Options) -> Result<Self> {
        let opened = match place {
            Place::Folder(dir) => open_folder(dir, options)?,
            Place::Database { address, .. } => open_database(address, options)?,
        };
        let files = place.folder().join(FILES);
        if !options.read_only {
            std::fs::create_dir_all(&files).map_err(|e| StoreError::unwritable(&files, &e))?;
        }
        let durable = Arc::new(AtomicBool::new(true));
        let watch = Watch::new(match place {
            Place::Folder(_) if options.read_only => Writers::Unknown,
            Place::Folder(_) => Writers::Here,
            Place::Database { .. } => Writers::Many,
        });
        let (queue, writer) = match opened.sequencer {
            None => (None, None),
            Some(it) => start_writer(it, options, Arc::clone(&durable), watch.moved())
                .map(|(queue, it)| (Some(queue), Some(it)))?,
        };
        let files = Files::new(files, options.largest_file);
        let (place, pool) = (place.clone(), Pool::new(options.readers, opened.readers)?);
        let store = Self { place, files, pool, queue, writer, durable, watch, _lock: opened.lock };
        match store.read(|reader| meta::get(reader, UNFINISHED))? {
            None => Ok(store),
            Some(_) => Err(StoreError::Unfinished { place: store.place.shown() }),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The folder it is in, or that of its attachments.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.place.folder()
    }

    /// Whether it was opened for reading.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.queue.is_none()
    }

    /// The clock that all processes over one database share, in microseconds since the epoch; nothing where only one
    /// process writes, whose own clock counts.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn shared_clock(&self) -> Result<Option<i64>> {
        match &self.place {
            Place::Folder(_) => Ok(None),
            Place::Database { address, .. } => address.connect_reader()?.now().map(Some),
        }
    }

    /// Whether commands are forced to the disk before they are answered, as they are from the start. Without it a loss of
    /// power may leave no store at all: only for one that is being made and can be made anew. The first command after it is
    /// set again makes everything durable.
    pub fn set_durable(&self, durable: bool) {
        self.durable.store(durable, Ordering::SeqCst);
    }

    /// The state of the data as far as it is known without asking the database: what this process wrote is in it, what
    /// others wrote as of the last look.
    #[must_use]
    pub fn state(&self) -> State {
        self.watch.state()
    }

    /// The same where the last look is not older than that; nothing where it is, or where nobody would tell.
    #[must_use]
    pub fn state_within(&self, age: Duration) -> Option<State> {
        self.watch.state_within(age)
    }

    /// Looks whether others wrote since the last look. It asks the database, where other processes write there.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn look(&self) -> Result<State> {
        self.watch.look(|| self.pool.seen())
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
    /// when it gives `Err` or panics; the outer error says that nothing was saved. `work` may be run several
    /// times, of which the last one counts: a group of commands may have to begin anew.
    pub fn write<T, E, W>(&self, work: W) -> Outcome<T, E>
    where
        W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        self.write_under(None, work)
    }

    /// The same for work that does [`crate::command::once`] under this key: said in advance, the database is asked once
    /// for the keys of a whole group.
    pub fn write_once<T, E, W>(&self, key: &str, work: W) -> Outcome<T, E>
    where
        W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        self.write_under(Some(key.to_owned()), work)
    }

    fn write_under<T, E, W>(&self, key: Option<String>, work: W) -> Outcome<T, E>
    where
        W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        if self.writer.as_ref().is_some_and(|writer| writer.thread().id() == thread::current().id()) {
            return Err(StoreError::Internal { detail: "写入之中又等待写入".to_owned() });
        }
        let (sender, receiver) = sync_channel(1);
        self.enqueue(key, work, move |outcome| drop(sender.send(outcome)))?;
        Pending(receiver).wait()
    }

    /// Queues a command; [`Pending::wait`] gives its answer.
    pub fn write_later<T, E, W>(&self, work: W) -> Result<Pending<T, E>>
    where
        W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
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
        W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        A: FnOnce(Outcome<T, E>) + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        self.enqueue(None, work, answer)
    }

    fn enqueue<T, E, W, A>(&self, key: Option<String>, work: W, answer: A) -> Result<()>
    where
        W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        A: FnOnce(Outcome<T, E>) + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let queue = self.queue.as_ref().ok_or(StoreError::ReadOnly)?;
        let job = Job { key, work, answer, outcome: None };
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

/// Takes what was erased out of the unused places of the file too, by writing it anew. It needs as much room again, and the
/// folder to itself. PostgreSQL clears such places by its own `VACUUM`, in its own time.
///
/// # Errors
/// Somebody has the folder open; the file cannot be written.
pub fn rewrite(place: &Place) -> Result<()> {
    match place {
        Place::Database { .. } => Ok(()),
        Place::Folder(dir) => {
            let _lock = take_lock(dir)?;
            sqlite::rewrite(&dir.join(DATABASE))
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

fn open_folder(dir: &Path, options: &Options) -> Result<Opened> {
    let path = dir.join(DATABASE);
    let readers = options.readers.max(1);
    // Half of the cache is the writer's.
    let reader_cache = options.cache_kib / 2 / readers;
    let (lock, sequencer) = if options.read_only {
        sqlite::examine_read_only(&path, reader_cache)?;
        (None, None)
    } else {
        std::fs::create_dir_all(dir).map_err(|e| StoreError::unwritable(dir, &e))?;
        let lock = take_lock(dir)?;
        let writer = SqliteWriter::open(&path, options)?;
        (Some(lock), Some(Box::new(writer) as Box<dyn Sequencer>))
    };
    let one = move || sqlite::open_reader(&path, reader_cache).map(|it| Box::new(it) as Lendable);
    Ok(Opened { lock, readers: Box::new(one), sequencer })
}

fn open_database(address: &Address, options: &Options) -> Result<Opened> {
    let shown = address.shown();
    let sequencer = if options.read_only {
        let known = known_version();
        match postgres::schema::examine(&address.connect_reader()?, shown)? {
            Found::Empty => return Err(StoreError::Absent { path: shown.into() }),
            Found::Version(found) if found < known => return Err(StoreError::OlderVersion { found, known }),
            Found::Version(_) => None,
        }
    } else {
        let db = address.connect()?;
        postgres::schema::migrate(&db, shown)?;
        Some(Box::new(PostgresWriter::new(address.clone(), db)?) as Box<dyn Sequencer>)
    };
    let address = address.clone();
    let one = move || address.connect_reader().map(|it| Box::new(it) as Lendable);
    Ok(Opened { lock: None, readers: Box::new(one), sequencer })
}

fn start_writer(
    sequencer: Box<dyn Sequencer>,
    options: &Options,
    durable: Arc<AtomicBool>,
    moved: Arc<AtomicU64>,
) -> Result<(Queue, JoinHandle<()>)> {
    let (sender, receiver) = writer::queue(options.queue);
    let trace = options.trace.clone();
    let writer = thread::Builder::new().name("store-writer".to_owned());
    let writer = writer.spawn(move || {
        writer::serve(sequencer, &receiver, trace.as_ref(), (&durable, &moved));
    });
    let writer = writer.map_err(|e| StoreError::Unwritable { detail: e.to_string() })?;
    Ok((sender, writer))
}
