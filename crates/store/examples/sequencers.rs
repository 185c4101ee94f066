//! Would a sequencer for each division write faster than one for the whole database? `cargo run --release -p store
//! --example sequencers -- <folder> [seconds] [rounds]`, with `YIFA_TEST_POSTGRES` and `YIFA_TEST_POSTGRES_TLS` as
//! `bin/test` sets them.
//!
//! Two divisions in two schemas share nothing but the server: their sequencers never wait for each other's turn, and their
//! journals have an order each. That is the most that one database could give with a sequencer for each division. Beside it
//! stand one writer and two writers that take turns, with the same number of clients. A connection of some delay stands
//! for servers on other machines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement, not part of the product")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use ledger::{EventKind, Hash, HashFunction as _, Sm3};
use store::cases::Case;
use store::due::Due;
use store::events::NewEvent;
use store::person::Whose;
use store::personal::{NewPart, NewPersonal};
use store::tally::Contribution;
use store::testing::Database;
use store::{Keyring, Options, Place, Store, StoreError, Tx, cases, command, due, events, outbox, tally};

const CLIENTS: u32 = 128;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().unwrap_or_else(|| "sequencers.tmp".to_owned());
    let seconds = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(4);
    let rounds = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(3);
    std::fs::create_dir_all(&dir).unwrap();
    for delay in [None, Some(Duration::from_micros(250)), Some(Duration::from_millis(1))] {
        println!("{}", delay.map_or("over a socket".to_owned(), |it| format!("{it:?} each way")));
        for _ in 0..rounds {
            let ways = [("one writer", 1, 1), ("two that take turns", 2, 1), ("two sequencers", 2, 2)];
            let told = ways.map(|(name, writers, schemas)| {
                let time = Duration::from_secs(seconds);
                let (rate, own, theirs) = measure(Path::new(&dir), delay, writers, schemas, time);
                format!("{name} {rate} acts/s, {own}+{theirs} µs of processor an act")
            });
            println!("  {}", told.join("; "));
        }
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

/// The processor's time in microseconds that this process, and the database of the test, have used.
fn used() -> (u64, u64) {
    let folder = std::env::var("YIFA_TEST_POSTGRES_TLS").unwrap();
    let pid = std::fs::read_to_string(Path::new(&folder).join("../data/postmaster.pid")).unwrap();
    let postmaster = pid.lines().next().unwrap().to_owned();
    let (mut own, mut theirs) = (0, 0);
    for process in std::fs::read_dir("/proc").unwrap().map_while(Result::ok) {
        let Ok(stat) = std::fs::read_to_string(process.path().join("stat")) else { continue };
        let name = process.file_name().display().to_string();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let sum = |from: usize, to: usize| -> u64 {
            fields[from..to].iter().map(|it| it.parse::<u64>().unwrap() * 10_000).sum()
        };
        if name == std::process::id().to_string() {
            own += sum(11, 13);
        } else if name == postmaster {
            // With those that have ended.
            theirs += sum(11, 15);
        } else if fields[1] == postmaster {
            theirs += sum(11, 13);
        }
    }
    (own, theirs)
}

/// How many acts a second all clients together do, and the processor's time for an act here and in the database.
fn measure(
    dir: &Path,
    delay: Option<Duration>,
    writers: usize,
    schemas: usize,
    time: Duration,
) -> (u64, u64, u64) {
    let databases: Vec<Database> =
        (0..schemas).map(|_| Database::new("sequencers").unwrap().unwrap()).collect();
    let open = |at: usize| {
        let own = &databases[at % schemas].address;
        let address = delay.map_or(own.clone(), |delay| delayed(own, delay));
        Arc::new(Store::open_at(&Place::new(Some(&address), dir).unwrap(), &Options::default()).unwrap())
    };
    let stores: Vec<Arc<Store>> = (0..writers).map(open).collect();
    let before = used();
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let begun = Instant::now();
    let threads: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let store = Arc::clone(&stores[usize::try_from(client).unwrap() % writers]);
            let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
            std::thread::spawn(move || {
                let mut turn = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    store.write(move |tx| act(tx, client, turn)).unwrap().unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                    turn += 1;
                }
            })
        })
        .collect();
    std::thread::sleep(time);
    let (count, spent) = (done.load(Ordering::Relaxed), begun.elapsed());
    stop.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let after = used();
    let all = u64::from(done.load(Ordering::Relaxed)).max(1);
    let rate = u64::from(count) * 1_000_000 / u64::try_from(spent.as_micros()).unwrap().max(1);
    (rate, (after.0 - before.0) / all, (after.1 - before.1) / all)
}

/// The same database through a connection on which each message takes so long.
fn delayed(address: &str, delay: Duration) -> String {
    let folder = std::env::var("YIFA_TEST_POSTGRES_TLS").unwrap();
    let port = std::fs::read_to_string(Path::new(&folder).join("port")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    let port = port.trim().to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
            for one in [&client, &server] {
                one.set_nodelay(true).unwrap();
            }
            let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || pass(from, to, delay));
            std::thread::spawn(move || pass(server, client, delay));
        }
    });
    let schema = address.split_once("options=").unwrap().1;
    format!("postgres://yifa@127.0.0.1:{own}/postgres?sslmode=disable&options={schema}")
}

fn pass(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let mut bytes = vec![0; 256 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        std::thread::sleep(delay);
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    drop(to.shutdown(std::net::Shutdown::Both));
}

/// Five acts make a case.
fn act(tx: &mut Tx<'_>, client: u32, turn: u32) -> Result<(), StoreError> {
    let id = format!("{client:08x}-{:08x}", turn / 5);
    let key = format!("{client}-{turn}");
    command::once(tx, &key, &Sm3::digest(&[key.as_bytes()]), 0, |tx| {
        let organ = format!("organ-{}", client % 40);
        let mut case = match cases::get(tx, &id)? {
            Some(case) => case,
            None => open(tx, &id, &organ)?,
        };
        let entry = events::append(tx, event(&id, turn))?;
        let number = entry.event().number;
        case.phase = format!("phase-{number}");
        cases::update(tx, &case)?;
        due::replace(tx, &id, &[owed(&case, "1", number), owed(&case, "2", number)])?;
        for figure in ["acts", "reconsideration_accepted"] {
            tally::contribute(tx, &contribution(&case, figure, number))?;
        }
        outbox::add(tx, "index", Some(&id), "{}", 0)?;
        Ok::<_, StoreError>(number.to_string())
    })
    .map(drop)
}
fn open(tx: &mut Tx<'_>, id: &str, organ: &str) -> Result<Case, StoreError> {
    let case = Case {
        id: id.to_owned(),
        division: "350583".to_owned(),
        organ: organ.to_owned(),
        procedure: "reconsideration".to_owned(),
        pack: Hash::default(),
        number: None,
        title: "不服行政处罚决定申请行政复议".to_owned(),
        opened_on: 20_000,
        phase: "申请".to_owned(),
        version: 0,
        closed_on: None,
        handler: Some("u-1".to_owned()),
        party: None,
        receipt_hash: None,
        head: Hash::default(),
        named: Vec::new(),
    };
    cases::add(tx, &case).map(|()| case)
}

fn event(case: &str, turn: u32) -> NewEvent {
    NewEvent {
        case: case.to_owned(),
        legal_day: 20_001,
        recorded_at: i64::from(turn),
        actor: "u-1".to_owned(),
        kind: EventKind::Act,
        act: "accept".to_owned(),
        corrects: None,
        record: format!("{{\"request\":\"{}\"}}", "请求撤销行政处罚决定".repeat(14)),
        personal: Some(applicant(turn)),
    }
}

/// One of five hundred persons, whose key is there after the first time.
fn applicant(turn: u32) -> NewPersonal {
    static KEYS: LazyLock<Arc<Keyring>> =
        LazyLock::new(|| Arc::new(Keyring::new(&[[1; 16]], &[7; 32]).unwrap()));
    let number = format!("350583199003{:06}", turn % 500);
    let data = format!("{{\"applicant\":\"张三\\u001f{number}\"}}");
    let part = NewPart { name: "applicant".to_owned(), whose: Whose::Number(number), data };
    NewPersonal { keys: Arc::clone(&KEYS), parts: vec![part] }
}

fn owed(case: &Case, norm: &str, number: u32) -> Due {
    Due {
        case: case.id.clone(),
        norm: norm.to_owned(),
        acts: "decide,terminate".to_owned(),
        last_day: i32::try_from(20_060 + number).ok(),
        warn_on: Some(20_050),
        organ: case.organ.clone(),
        division: case.division.clone(),
        handler: case.handler.clone(),
        lapses: false,
    }
}

fn contribution(case: &Case, figure: &str, number: u32) -> Contribution {
    Contribution {
        figure: figure.to_owned(),
        legal_day: 20_001,
        case: case.id.clone(),
        number,
        organ: case.organ.clone(),
        division: case.division.clone(),
        recorded_day: 20_001,
        n: 1,
        total: 0,
    }
}
