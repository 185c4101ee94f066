//! Faults in the middle of a mixed load: opening, acting, correcting, attaching, numbering, signing in, signing roots, the
//! clock. Servers are killed, connections cut, databases stopped, disks fill up and fail to force what was written. Two
//! servers work over one PostgreSQL, their clocks more than a day apart. After each fault every acknowledged act is
//! there once, none is there twice or half, every figure is what the journal says, the numbers have no gap, signed roots
//! still hold.
//!
//! `YIFA_KILLS` says how many rounds of killing on each database, 3 without it, and a share of the other kinds comes on
//! top; `bin/faults N` runs it on a PostgreSQL of its own, whose disk fails too. `YIFA_FAULTS_SEED` gives the order and the moments,
//! `YIFA_FAULTS_LOG` a file for what is printed. `YIFA_FAULTS_ONLY` names the one kind that is to be
//! tried besides killing. The file has no test harness because it starts itself as the process to be
//! killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod check;
#[path = "../county/mod.rs"]
mod county;
mod kinds;
mod load;
mod log;
mod server;

include!("../../../../tests/faults/shim.rs");

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use check::Found;
use kinds::{Control, Kind, Scene};
use load::LIFE;
use log::Log;
use server::{Acknowledged, Dice, Server, wait_for};
use store::Place;
use store::testing::Database;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, folder, address, round, who] = arguments.as_slice()
        && command == "work-until-killed"
    {
        let place = load::place(Path::new(folder), Some(address.as_str()).filter(|it| !it.is_empty()));
        return load::work_until_killed(&place, round.parse().unwrap(), who.parse().unwrap());
    }
    if arguments.iter().any(|it| it == "--list") {
        if !arguments.iter().any(|it| it == "--ignored") {
            println!("acknowledged_acts_survive_every_fault: test");
        }
        return;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|it| it.parse::<u64>().ok());
    let kills = number("YIFA_KILLS").and_then(|it| u32::try_from(it).ok()).unwrap_or(3);
    let seed = number("YIFA_FAULTS_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let folder = Folder::new();
    let shim = given_shim().or_else(|| Shim::build(&folder.0.join("shim")));
    let mut log = Log::begin(std::env::var_os("YIFA_FAULTS_LOG").map(PathBuf::from), seed);
    if shim.is_none() {
        log.line("no C compiler: nothing is tried with a failing disk");
    }
    let only = std::env::var("YIFA_FAULTS_ONLY").ok();
    let mut trials = Trials { kills, seed, only, shim, log, passed: 0, failed: 0 };
    trials.survive("SQLite", 1);
    if Database::new("faults").unwrap().is_some() {
        trials.survive("PostgreSQL", 2);
    } else {
        trials.log.line("PostgreSQL: not given, nothing tried there");
    }
    let Trials { mut log, passed, failed, .. } = trials;
    log.line(&format!("{passed} passed, {failed} failed"));
    assert_eq!(failed, 0, "see above");
}

/// The failing disk that the given PostgreSQL was started on.
fn given_shim() -> Option<Shim> {
    let of = |name| std::env::var_os(name).map(PathBuf::from);
    Some(Shim::at(&of("YIFA_FAULTS_SHIM")?, &of("YIFA_FAULTS_CONTROL")?))
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static SERIAL: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let serial = SERIAL.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("yifa-faults-{}-{serial}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A store from its beginning through up to [`LIFE`] faults.
struct Life {
    folder: Folder,
    database: Option<Database>,
    acknowledged: Acknowledged,
    rounds: u32,
}

impl Life {
    fn begin(on_postgres: bool) -> Self {
        let database = on_postgres.then(|| Database::new("faults").unwrap().unwrap());
        let life = Self { folder: Folder::new(), database, acknowledged: Acknowledged::default(), rounds: 0 };
        load::begin(&life.place());
        life
    }

    fn address(&self) -> &str {
        self.database.as_ref().map_or("", |it| it.address.as_str())
    }

    fn place(&self) -> Place {
        load::place(&self.folder.0, Some(self.address()).filter(|it| !it.is_empty()))
    }
}

struct Trials {
    kills: u32,
    seed: u64,
    /// The one kind besides killing that is wanted.
    only: Option<String>,
    shim: Option<Shim>,
    log: Log,
    passed: u32,
    failed: u32,
}

impl Trials {
    /// All rounds on one database.
    fn survive(&mut self, name: &str, servers: u32) {
        let on_postgres = servers > 1;
        let control = Control::given().filter(|_| on_postgres);
        let mut dice = Dice(self.seed ^ u64::from(servers));
        let plan = self.plan(on_postgres, control.is_some(), &mut dice);
        let (mut life, mut sum) = (None, Found::default());
        let mut counts: BTreeMap<Kind, u32> = BTreeMap::new();
        for (at, kind) in plan.iter().enumerate() {
            let mut own = life.take().unwrap_or_else(|| Life::begin(on_postgres));
            let seed = dice.roll();
            let mut told = String::new();
            let ran = catch_unwind(AssertUnwindSafe(|| {
                round(&mut own, *kind, servers, control.as_ref(), self.shim.as_ref(), Dice(seed), &mut told)
            }));
            if let Some(shim) = &self.shim {
                shim.heal();
            }
            own.rounds += 1;
            let place = format!("{name} {:>3}/{} seed {seed:016x} {kind:?}: {told}", at + 1, plan.len());
            let over = own.rounds == LIFE || at + 1 == plan.len();
            let ran = ran.and_then(|found| {
                self.log.line(&format!("{place}; {found}"));
                sum.sessions += found.sessions;
                let last = || check::check_lapses(&own.place(), &own.acknowledged.lock(), found);
                over.then(|| catch_unwind(AssertUnwindSafe(last))).transpose()
            });
            match ran {
                Ok(last) => {
                    self.passed += 1;
                    *counts.entry(*kind).or_default() += 1;
                    if let Some(found) = last {
                        self.log.line(&format!("{name}: a store's end, all lapses once; {found}"));
                        sum += Found { sessions: 0, ..found };
                    } else {
                        life = Some(own);
                    }
                }
                Err(_) => {
                    self.failed += 1;
                    self.log.line(&format!("{place}; FAILED, see the message above"));
                }
            }
        }
        self.log.line(&format!("{name}: {counts:?}"));
        self.log.line(&format!("{name}: checked in all at the stores' ends: {sum}"));
    }

    /// The killings, and a fifth as many of the other kinds, each at least once, in an order by chance.
    fn plan(&self, on_postgres: bool, alone: bool, dice: &mut Dice) -> Vec<Kind> {
        let mut others = kinds::kinds(on_postgres, self.shim.is_some(), alone);
        others.retain(|kind| self.only.as_ref().is_none_or(|only| *only == format!("{kind:?}")));
        let share = usize::try_from(self.kills / 5).unwrap().max(others.len());
        let share = if others.is_empty() { 0 } else { share };
        let mut plan: Vec<Kind> = others.iter().copied().cycle().take(share).collect();
        plan.extend((0..self.kills).map(|_| Kind::Killed));
        dice.shuffle(&mut plan);
        plan
    }
}

/// One fault while all servers work, and what was found afterwards.
fn round(
    life: &mut Life,
    kind: Kind,
    servers: u32,
    control: Option<&Control>,
    shim: Option<&Shim>,
    mut dice: Dice,
    told: &mut String,
) -> Found {
    let began = std::time::Instant::now();
    let acknowledged = &life.acknowledged;
    {
        let mut told = acknowledged.lock();
        (told.sessions, told.refused, told.holder) = (Vec::new(), BTreeMap::new(), None);
    }
    let of_servers = shim.filter(|_| kind != Kind::Killed);
    let mut running: Vec<Server> = (0..servers)
        .map(|who| server::start(&life.folder.0, life.address(), life.rounds, who, of_servers, acknowledged))
        .collect();
    let (acts, micros) = (1 + dice.below(25), dice.below(30_000));
    wait_for(acknowledged, usize::try_from(acts).unwrap(), &mut running);
    std::thread::sleep(Duration::from_micros(micros));
    let place = life.place();
    let scene = Scene {
        folder: &life.folder.0,
        database: life.database.as_ref(),
        control,
        shim,
        acknowledged,
        read: &|| check::can_be_read(&place, life.rounds),
    };
    let happened = scene.happen(kind, &mut dice, &mut running);
    running.into_iter().for_each(Server::kill);
    if let Some(shim) = shim {
        shim.heal();
    }
    *told = format!("after {acts} acts and {micros} µs, {happened}");
    let worked = began.elapsed().as_millis();
    let read_only = life.database.is_some() || dice.below(2) == 0;
    let all = acknowledged.lock().clone();
    let found = check::check(&place, life.rounds, read_only, &all);
    let checked = began.elapsed().as_millis() - worked;
    let refused: usize = all.refused.values().sum();
    told.push_str(&format!("; {refused} refused; {worked} ms at work, {checked} ms checking"));
    found
}
