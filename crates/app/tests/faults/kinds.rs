//! The kinds of faults, each at a moment of a mixed load.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use store::testing::Database;

use crate::Shim;
use crate::server::{Acknowledged, Dice, Server, wait_for, wait_until};

/// What happens in a round. Every round ends with all servers killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// All servers are killed at the same moment.
    Killed,
    /// Forcing to the disk fails once.
    ForceFailsOnce,
    /// Forcing to the disk fails for a while.
    ForceFails,
    /// The servers are killed while forcing fails.
    ForceFailsKilled,
    /// Every write fails for lack of room for a while.
    Full,
    /// Files cannot become longer for a while.
    NoGrowth,
    /// The servers are killed while the disk is full.
    FullKilled,
    /// The attachments' disk is full for a while.
    FilesFull,
    /// Forcing attachments fails for a while.
    FilesForceFails,
    /// All connections to the database are cut.
    Cut,
    /// The database is stopped without warning and started.
    Restarted,
    /// One server is killed, the other goes on.
    OneKilled,
    /// The one that holds the clock's lease is killed; the other takes it over.
    HolderKilled,
    /// The database cannot force its log.
    LogForceFails,
    /// The database cannot force its tables at a checkpoint.
    TablesForceFails,
    /// The database's log has no room.
    LogFull,
    /// The database's tables cannot become longer.
    TablesFull,
}

const ON_SQLITE: [Kind; 6] = [
    Kind::ForceFailsOnce,
    Kind::ForceFails,
    Kind::ForceFailsKilled,
    Kind::Full,
    Kind::NoGrowth,
    Kind::FullKilled,
];
const ON_POSTGRES: [Kind; 5] =
    [Kind::Cut, Kind::OneKilled, Kind::HolderKilled, Kind::FilesFull, Kind::FilesForceFails];
/// These need a PostgreSQL that belongs to the test alone, on the failing disk.
const ALONE: [Kind; 5] =
    [Kind::Restarted, Kind::LogForceFails, Kind::TablesForceFails, Kind::LogFull, Kind::TablesFull];

/// The PostgreSQL that belongs to the test alone: its folder and the program that stops and starts it.
pub struct Control {
    pub data: String,
    pub program: String,
}

impl Control {
    pub fn given() -> Option<Self> {
        std::env::var_os("YIFA_FAULTS_ALONE")?;
        let of = |name| std::env::var(name).ok();
        Some(Self { data: of("YIFA_TEST_POSTGRES_DATA")?, program: of("YIFA_TEST_POSTGRES_CTL")? })
    }

    fn run(&self, arguments: &[&str]) -> bool {
        Command::new(&self.program).args(arguments).status().unwrap().success()
    }
}

/// The kinds that can be tried besides the killing.
pub fn kinds(on_postgres: bool, has_shim: bool, alone: bool) -> Vec<Kind> {
    let mut made = Vec::new();
    if on_postgres {
        made.extend(ON_POSTGRES);
        if alone {
            made.extend(ALONE);
        }
    } else {
        made.extend(ON_SQLITE);
    }
    let needs_shim =
        |kind: &Kind| !matches!(kind, Kind::Cut | Kind::Restarted | Kind::OneKilled | Kind::HolderKilled);
    made.retain(|kind| has_shim || !needs_shim(kind));
    made
}

/// What a fault happens to.
pub struct Scene<'a> {
    pub folder: &'a Path,
    pub database: Option<&'a Database>,
    pub control: Option<&'a Control>,
    pub shim: Option<&'a Shim>,
    pub acknowledged: &'a Acknowledged,
    /// Whether everything can be read, asked while the disk is full.
    pub read: &'a dyn Fn(),
}

impl Scene<'_> {
    /// The fault; the servers that still live go on afterwards, or are killed by the caller. How long it lasted is told.
    pub fn happen(&self, kind: Kind, dice: &mut Dice, servers: &mut Vec<Server>) -> String {
        let under = |what: &str, inside: &str| vec![format!("{what} {}{inside}", self.folder.display())];
        match kind {
            Kind::Killed => return "at once".to_owned(),
            Kind::ForceFailsOnce => return self.once(&under("fsync", ""), servers),
            Kind::ForceFails => return self.disk(&under("fsync", ""), dice, servers, false),
            Kind::ForceFailsKilled => return self.disk(&under("fsync", ""), dice, servers, true),
            Kind::Full => return self.disk(&under("full", ""), dice, servers, false),
            Kind::NoGrowth => return self.disk(&under("grow", ""), dice, servers, false),
            Kind::FullKilled => return self.disk(&under("full", ""), dice, servers, true),
            Kind::FilesFull => return self.disk(&under("full", "/files"), dice, servers, false),
            Kind::FilesForceFails => return self.disk(&under("fsync", "/files"), dice, servers, false),
            Kind::Cut => self.database.unwrap().cut().unwrap(),
            Kind::OneKilled => {
                let at = usize::try_from(dice.below(servers.len() as u64)).unwrap();
                servers.remove(at).kill();
            }
            Kind::HolderKilled => return self.kill_holder(servers),
            Kind::Restarted => {
                let control = self.control.unwrap();
                assert!(control.run(&["-m", "immediate", "stop"]));
                thread::sleep(Duration::from_millis(dice.below(200)));
                assert!(control.run(&["start"]));
            }
            Kind::LogForceFails => return self.of_database("fsync", "pg_wal", dice, servers),
            Kind::TablesForceFails => return self.of_database("fsync", "base", dice, servers),
            Kind::LogFull => return self.of_database("full", "pg_wal", dice, servers),
            Kind::TablesFull => return self.of_database("grow", "base", dice, servers),
        }
        wait_for(self.acknowledged, 5, servers);
        "went on".to_owned()
    }

    fn once(&self, rules: &[String], servers: &mut [Server]) -> String {
        let shim = self.shim.unwrap();
        let before = shim.failed();
        shim.fail_once(rules);
        wait_until(servers, "the disk fails once", || shim.failed() > before);
        wait_for(self.acknowledged, 5, servers);
        "went on".to_owned()
    }

    /// The servers' own disk fails for a while. What was acknowledged can be read meanwhile.
    fn disk(&self, rules: &[String], dice: &mut Dice, servers: &mut [Server], kill: bool) -> String {
        let shim = self.shim.unwrap();
        let before = shim.failed();
        let refused = |told: &crate::server::Told| told.refused.values().sum::<usize>();
        let told = refused(&self.acknowledged.lock());
        shim.fail(rules);
        wait_until(servers, "the disk fails", || shim.failed() > before);
        wait_until(servers, "an act is refused", || refused(&self.acknowledged.lock()) > told);
        let codes: Vec<String> = self.acknowledged.lock().refused.keys().cloned().collect();
        let right = ["store_unwritable", "store_unsure"];
        assert!(codes.iter().all(|code| right.contains(&code.as_str())), "{codes:?}");
        (self.read)();
        let millis = dice.below(60);
        thread::sleep(Duration::from_millis(millis));
        if kill {
            return format!("{millis} ms, killed meanwhile");
        }
        shim.heal();
        wait_for(self.acknowledged, 5, servers);
        format!("{millis} ms, went on without a restart")
    }

    fn kill_holder(&self, servers: &mut Vec<Server>) -> String {
        wait_until(servers, "somebody holds the lease", || self.acknowledged.lock().holder.is_some());
        let holder = self.acknowledged.lock().holder.take().unwrap();
        let at = servers.iter().position(|server| server.who == holder).unwrap();
        servers.remove(at).kill();
        // What it still had said of the lease was read until its end.
        self.acknowledged.lock().holder = None;
        wait_until(servers, "the other takes the lease over", || self.acknowledged.lock().holder.is_some());
        wait_for(self.acknowledged, 5, servers);
        format!("server {holder} held the lease, the other took it over")
    }

    /// The database's disk fails for a while. Where that stops it, whoever is in charge starts it again.
    fn of_database(&self, what: &str, part: &str, dice: &mut Dice, servers: &mut [Server]) -> String {
        let (shim, control) = (self.shim.unwrap(), self.control.unwrap());
        let before = shim.failed();
        shim.fail(&[format!("{what} {}/{part}/", control.data)]);
        if part == "base" && what == "fsync" {
            // It fails, and with it the database.
            let asked = self.database.unwrap().run("CHECKPOINT");
            assert!(asked.is_err(), "a checkpoint that could not be forced was told as done");
        }
        wait_until(servers, "the database's disk fails", || shim.failed() > before);
        if what == "grow" {
            // In words that say what to do: it is the disk, and not a mistake of the program.
            wait_until(servers, "an act is refused for the disk", || {
                self.acknowledged.lock().refused.contains_key("store_unwritable")
            });
            (self.read)();
        }
        let millis = dice.below(150);
        thread::sleep(Duration::from_millis(millis));
        shim.heal();
        let restarts = self.bring_back();
        wait_for(self.acknowledged, 5, servers);
        let way = match (what, restarts) {
            ("grow", 0) => "went on",
            (_, 0) => "came back by itself",
            _ => "started again by hand",
        };
        format!("{millis} ms, the database {way}")
    }

    /// Waits until the database takes connections; starts it where it gave up. How often it was started.
    fn bring_back(&self) -> u32 {
        let control = self.control.unwrap();
        let (began, mut restarts) = (Instant::now(), 0);
        loop {
            if self.database.unwrap().run("SELECT 1").is_ok() {
                return restarts;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "the database does not come back");
            if !control.run(&["status"]) {
                control.run(&["start"]);
                restarts += 1;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
