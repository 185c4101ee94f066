//! Servers that are killed and connections that are cut in the middle of a mixed load: opening, acting, correcting,
//! numbering, the clock. Two servers work over one PostgreSQL, their clocks a day apart. After each fault every
//! acknowledged act is there once, none is there twice or half, every figure is what the journal says, and the numbers
//! have no gap.
//!
//! `YIFA_KILLS` says how many faults on each database, 5 without it; `bin/faults N` runs it on a PostgreSQL of its own,
//! which is also stopped in the middle and started again. The file has no test harness because it starts itself as the
//! process to be killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod county;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use app::{Actor, AppError, Clock, Correct, Deal, Done, Form, Ids, Open, Platform, SystemClock};
use county::{County, day, form};
use store::lease::Lease;
use store::testing::Database;
use store::{Keyring, Options, Place, Reader, Store, StoreError, cases, counter, document, events, personal};

/// How many faults one store lives through before a new one begins.
const LIFE: u32 = 20;
const CLIENTS: u32 = 3;
const PROCEDURE: &str = "disclosure_request";
/// The day before the first round.
const BEGINNING: &str = "2024-03-03";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, folder, address, round, who] = arguments.as_slice()
        && command == "work-until-killed"
    {
        let place = place(Path::new(folder), Some(address.as_str()).filter(|it| !it.is_empty()));
        return work_until_killed(&place, round.parse().unwrap(), who.parse().unwrap());
    }
    if arguments.iter().any(|it| it == "--list") {
        if !arguments.iter().any(|it| it == "--ignored") {
            println!("acknowledged_acts_survive_every_fault: test");
        }
        return;
    }
    let kills = std::env::var("YIFA_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(5);
    survive("SQLite", kills, 1, || Some((folder(), None)));
    let made =
        survive("PostgreSQL", kills, 2, || Database::new("faults").unwrap().map(|it| (folder(), Some(it))));
    println!("faults: SQLite{}", if made { " and PostgreSQL" } else { " alone" });
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn folder() -> Folder {
    static SERIAL: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let serial = SERIAL.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let path = std::env::temp_dir().join(format!("yifa-faults-{}-{serial}", std::process::id()));
    drop(std::fs::remove_dir_all(&path));
    Folder(path)
}

fn place(folder: &Path, address: Option<&str>) -> Place {
    Place::new(address, folder).unwrap()
}

/// A clock that is off by so much.
struct Skewed(i64);

impl Clock for Skewed {
    fn now(&self) -> i64 {
        SystemClock.now() + self.0
    }
}

const DAY: i64 = 86_400_000_000;

/// The clock of a server in a round: each round is two days later, and the second server a day and a bit behind.
fn clock_of(round: u32, who: u32) -> Skewed {
    let target = i64::from(day(BEGINNING).number()) + 2 + i64::from(round % LIFE) * 2 - i64::from(who);
    Skewed((target - i64::from(SystemClock.today().number())) * DAY - i64::from(who) * 37_000_000)
}

fn platform(place: &Place, read_only: bool, clock: Skewed) -> Platform {
    let store = Store::open_at(place, &Options { read_only, ..Options::default() }).unwrap();
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    Platform::new(store, rules, Arc::new(clock), Ids::System).unwrap()
}

/// One client: its own cases one after another, and now and then the case that all share.
struct Client<'a> {
    platform: &'a Platform,
    officer: &'a Actor,
    name: String,
    serial: u32,
    /// Acts that were refused, as is right where another server's clock was ahead.
    refused: u32,
}

impl Client<'_> {
    fn key(&mut self) -> String {
        self.serial += 1;
        format!("key={}-{};", self.name, self.serial)
    }

    /// Tells what was acknowledged; every seventh time the same is asked for again, and the answer must be the same.
    fn told(&mut self, key: &str, ask: impl Fn(&Platform) -> app::Result<Done>) -> Option<Done> {
        match ask(self.platform) {
            Ok(done) => {
                if self.serial.is_multiple_of(7) {
                    match ask(self.platform) {
                        Ok(again) => assert_eq!(again, done),
                        Err(AppError::Store(fault)) => eprintln!("not told again: {fault}"),
                        Err(fault) => panic!("{:?}", fault.diagnostics()),
                    }
                }
                let mut out = std::io::stdout().lock();
                writeln!(out, "{key} {} {}", done.case, done.number).and_then(|()| out.flush()).unwrap();
                Some(done)
            }
            Err(AppError::Store(fault @ (StoreError::Unsure { .. } | StoreError::Unwritable { .. }))) => {
                eprintln!("not acknowledged: {fault}");
                None
            }
            Err(AppError::Store(fault @ StoreError::Unreachable { .. })) => {
                eprintln!("not acknowledged: {fault}");
                None
            }
            Err(AppError::Store(fault)) => panic!("{fault}"),
            Err(_) => {
                self.refused += 1;
                None
            }
        }
    }

    fn act(&mut self, case: &str, act: &str, fill: impl Fn(&str) -> Form) -> Option<Done> {
        let key = self.key();
        let officer = self.officer.clone();
        let deal = Deal {
            key: key.clone(),
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: self.platform.today(),
            form: fill(&key),
            files: Vec::new(),
        };
        self.told(&key, |platform| platform.act(&officer, deal.clone()))
    }

    fn turn(&mut self, shared: &str) {
        let key = self.key();
        let officer = self.officer.clone();
        let open = request(&key, self.platform.today());
        let Some(opened) = self.told(&key, |platform| platform.open(&officer, open.clone())) else { return };
        self.act(shared, "search", searched);
        if self.serial.is_multiple_of(3) {
            // Left alone, so that the clock has something to do.
            return;
        }
        if self.act(&opened.case, "admit", |key| form(&[("handled_by", key)])).is_none() {
            return;
        }
        let Some(search) = self.act(&opened.case, "search", searched) else { return };
        let key = self.key();
        let correct = Correct {
            key: key.clone(),
            case: opened.case,
            version: None,
            number: search.number,
            reason: "检索途径记错".to_owned(),
            instead: Some((self.platform.today(), searched(&key))),
        };
        self.told(&key, |platform| platform.correct(&officer, correct.clone()));
    }
}

fn request(key: &str, on: calendar::Day) -> Open {
    let fields = [
        ("applicant", key),
        ("applicant.code", "11010519491231002X"),
        ("applicant_kind", "natural_person"),
        ("contact", "13800001234"),
        ("channel", "in_person"),
        ("information", "某路施工许可"),
        ("form", "paper"),
        ("route", "mail"),
    ];
    Open {
        key: key.to_owned(),
        procedure: PROCEDURE.to_owned(),
        organ: "county".to_owned(),
        act: "apply".to_owned(),
        on,
        form: form(&fields),
        files: Vec::new(),
    }
}

fn searched(key: &str) -> Form {
    form(&[("places", key), ("found", "yes")])
}

fn work_until_killed(place: &Place, round: u32, who: u32) {
    let platform = platform(place, false, clock_of(round, who));
    let shared = first_case(&platform).unwrap();
    let officer = platform.actor_of("officer").unwrap();
    let lease = Arc::new(Lease::new("clock", Duration::from_millis(300)).unwrap());
    thread::scope(|scope| {
        let (platform, shared, officer, lease) = (&platform, &shared, &officer, &lease);
        scope.spawn(move || {
            loop {
                match platform.tick(lease) {
                    Ok(_) | Err(AppError::Store(StoreError::Unreachable { .. })) => {}
                    Err(fault) => eprintln!("the clock: {}", fault.diagnostics()[0].message),
                }
                thread::sleep(Duration::from_millis(50));
            }
        });
        for client in 0..CLIENTS {
            scope.spawn(move || {
                let name = format!("{round}-{who}-{client}");
                let mut client = Client { platform, officer, name, serial: 0, refused: 0 };
                loop {
                    client.turn(shared);
                }
            });
        }
    });
}

/// The oldest case: the one that all share.
fn first_case(platform: &Platform) -> app::Result<String> {
    Ok(platform.store().read(|reader| {
        let mut after = None;
        loop {
            let page = cases::page(reader, cases::Scope::All, "", after.as_ref(), 500)?;
            match page.last() {
                Some(last) if page.len() == 500 => after = Some(last.key()),
                last => return Ok::<_, StoreError>(last.map_or(String::new(), |it| it.id.clone())),
            }
        }
    })?)
}

/// A server that was started, and what it acknowledged.
struct Server {
    child: Child,
    reading: thread::JoinHandle<()>,
}

type Acknowledged = Arc<Mutex<Vec<(String, String, u32)>>>;

fn start(folder: &Path, address: &str, round: u32, who: u32, acknowledged: &Acknowledged) -> Server {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["work-until-killed", &folder.display().to_string(), address])
        .args([round.to_string(), who.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let acknowledged = Arc::clone(acknowledged);
    let reading = thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // The last line may be torn by the kill.
            let parts: Vec<&str> = line.split(' ').collect();
            if let [key, case, number] = parts.as_slice()
                && let Ok(number) = number.parse()
                && key.ends_with(';')
                && case.len() == 20
            {
                acknowledged.lock().unwrap().push(((*key).to_owned(), (*case).to_owned(), number));
            }
        }
    });
    Server { child, reading }
}

impl Server {
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reading.join().unwrap();
    }
}

/// Waits until so many more acts were acknowledged.
fn wait_for(acknowledged: &Acknowledged, more: usize, servers: &mut [Server]) {
    let before = acknowledged.lock().unwrap().len();
    let began = std::time::Instant::now();
    while acknowledged.lock().unwrap().len() < before + more {
        assert!(began.elapsed() < Duration::from_secs(90), "nothing is acknowledged any more");
        for server in servers.iter_mut() {
            assert!(server.child.try_wait().unwrap().is_none(), "a server ended by itself");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The program that stops and starts the PostgreSQL, where it is this test's alone.
fn control() -> Option<String> {
    std::env::var_os("YIFA_FAULTS_ALONE")?;
    std::env::var("YIFA_TEST_POSTGRES_CTL").ok()
}

/// Faults on stores of one database; whether there is such a database.
fn survive(
    name: &str,
    kills: u32,
    servers: u32,
    make: impl Fn() -> Option<(Folder, Option<Database>)>,
) -> bool {
    let mut made: Option<(Folder, Option<Database>)> = None;
    let mut acknowledged: Acknowledged = Arc::default();
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut checked = 0;
    for round in 0..kills {
        if round % LIFE == 0 {
            checked += acknowledged.lock().unwrap().len();
            made = make();
            let Some((folder, database)) = &made else { return false };
            begin(&place(&folder.0, database.as_ref().map(|it| it.address.as_str())));
            acknowledged = Arc::default();
        }
        let Some((folder, database)) = &made else { return false };
        let address = database.as_ref().map_or("", |it| it.address.as_str());
        let mut running: Vec<Server> =
            (0..servers).map(|who| start(&folder.0, address, round, who, &acknowledged)).collect();
        wait_for(&acknowledged, 10, &mut running);
        // Not always at the same place of an act.
        thread::sleep(Duration::from_millis(u64::from(round) * 37 % 90));
        *totals.entry(fault(round, database.as_ref(), &acknowledged, &mut running)).or_default() += 1;
        running.into_iter().for_each(Server::kill);
        let place = place(&folder.0, Some(address).filter(|it| !it.is_empty()));
        let acknowledged = acknowledged.lock().unwrap().clone();
        let found = check(&place, round, &acknowledged);
        println!("{name} {:>3}/{kills}: {found}", round + 1);
    }
    checked += acknowledged.lock().unwrap().len();
    println!("{name}: {kills} rounds, {checked} acknowledged acts, all there once; faults: {totals:?}");
    true
}

/// One fault while all servers work; what it was.
fn fault(
    round: u32,
    database: Option<&Database>,
    acknowledged: &Acknowledged,
    running: &mut Vec<Server>,
) -> &'static str {
    let Some(database) = database else { return "killed" };
    match round % 4 {
        1 => {
            database.cut().unwrap();
            wait_for(acknowledged, 10, running);
            "connections cut, then both killed"
        }
        2 if control().is_some() => {
            let control = control().unwrap();
            let run = |arguments: &[&str]| {
                assert!(Command::new(&control).args(arguments).status().unwrap().success())
            };
            run(&["-m", "immediate", "stop"]);
            thread::sleep(Duration::from_millis(200));
            run(&["start"]);
            wait_for(acknowledged, 10, running);
            "database stopped at once and started, then both killed"
        }
        3 => {
            // Whoever holds the clock's lease may be the one; the other one takes it over.
            running.remove(usize::from(round % 8 == 3)).kill();
            wait_for(acknowledged, 10, running);
            thread::sleep(Duration::from_millis(500));
            "one killed, then the other"
        }
        _ => "both killed",
    }
}

/// Organs, officers, and the case that all share, already admitted.
fn begin(place: &Place) {
    let store = Store::open_at(place, &Options::default()).unwrap();
    let county = County::in_store(store, BEGINNING);
    let open = request("key=shared;", day(BEGINNING));
    let done = county.platform.open(&county.officer, open).unwrap();
    let admit = Deal {
        key: "key=admitted;".to_owned(),
        case: done.case,
        version: None,
        act: "admit".to_owned(),
        on: day(BEGINNING),
        form: form(&[("handled_by", "key=admitted;")]),
        files: Vec::new(),
    };
    county.platform.act(&county.officer, admit).unwrap();
}

/// Looks at everything after a fault; what was found, in words.
fn check(place: &Place, round: u32, acknowledged: &[(String, String, u32)]) -> String {
    let platform = platform(place, matches!(place, Place::Database { .. }), clock_of(round, 0));
    let verified = platform.verify(true).unwrap();
    assert_eq!(verified.journal.faults, [], "round {round}");
    assert!(verified.faults.is_empty(), "round {round}: {:?}", verified.faults);
    let secrets = platform.personal_keyring().unwrap();
    let found = platform.store().read(|reader| {
        let keys = keys(reader, &secrets)?;
        for (key, case, number) in acknowledged {
            let there =
                keys.get(key).unwrap_or_else(|| panic!("round {round}: {key} was acknowledged and is gone"));
            assert_eq!(there.0.as_slice(), [(case.clone(), *number)], "round {round}: {key}");
        }
        let twice = keys.iter().find(|(_, (places, _))| places.len() != 1);
        assert!(twice.is_none(), "round {round}: {twice:?}");
        let lapses = keys.values().map(|(_, lapses)| lapses).max().copied().unwrap_or(0);
        let (cases, documents) = numbers(reader, round)?;
        Ok::<_, StoreError>((lapses, cases, documents))
    });
    let (lapses, cases, documents) = found.unwrap();
    format!(
        "{} events in {cases} cases, {lapses} of them by the clock, {} acknowledged, {documents} documents numbered",
        verified.journal.events,
        acknowledged.len()
    )
}

/// The case and the number of each event that a key made, and how many events the clock had made until then.
type Keys = BTreeMap<String, (Vec<(String, u32)>, usize)>;

/// Where each key of a request occurs in the journal.
fn keys(reader: &Reader<'_>, secrets: &Keyring) -> Result<Keys, StoreError> {
    let mut keys = Keys::new();
    let (mut seq, mut lapses) = (0, 0);
    loop {
        let page = events::after(reader, seq, 1000)?;
        let Some(last) = page.last() else { return Ok(keys) };
        seq = last.seq;
        for entry in &page {
            let event = entry.event();
            if event.kind == ledger::EventKind::Lapse {
                lapses += 1;
                continue;
            }
            let apart = personal::get(reader, Some(secrets), &event.case, event.number)?
                .map_or(String::new(), |it| it.data);
            let text = format!("{}{apart}", event.record);
            let at = text.find("key=").unwrap_or_else(|| panic!("an event without its key: {text}"));
            let key = text[at..].split_inclusive(';').next().unwrap().to_owned();
            let there = keys.entry(key).or_default();
            there.0.push((event.case.clone(), event.number));
            there.1 = lapses;
        }
    }
}

/// That the numbers of cases and documents run from 1 without a gap; how many there are of each.
fn numbers(reader: &Reader<'_>, round: u32) -> Result<(usize, usize), StoreError> {
    let mut series: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = cases::page(reader, cases::Scope::All, "", after.as_ref(), 500)?;
        let Some(last) = page.last() else { break };
        after = Some(last.key());
        for case in &page {
            let number = case.number.as_deref().unwrap();
            series.entry(format!("case:{}", case.procedure)).or_default().push(serial(number));
            for document in document::of_case(reader, &case.id)? {
                series
                    .entry(format!("document:{}", document.kind))
                    .or_default()
                    .push(serial(&document.doc_number));
            }
        }
    }
    for (kind, numbers) in &series {
        let once: BTreeSet<i64> = numbers.iter().copied().collect();
        let count = i64::try_from(numbers.len()).unwrap();
        assert_eq!(once, (1..=count).collect(), "round {round}: {kind}");
        assert_eq!(counter::last_number(reader, "county", kind, 2024)?, count, "round {round}: {kind}");
    }
    let count =
        |what: &str| series.iter().filter(|(kind, _)| kind.starts_with(what)).map(|(_, it)| it.len()).sum();
    Ok((count("case:"), count("document:")))
}

fn serial(number: &str) -> i64 {
    let (_, rest) = number.rsplit_once('〕').unwrap_or_else(|| panic!("{number}"));
    rest.trim_end_matches('号').parse().unwrap_or_else(|_| panic!("{number}"))
}
