//! The server that is to be killed: a mixed load, and what it acknowledged, a line each on its output. A line ends in
//! ` .`, so that one that the kill tore is known.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use app::{Actor, AppError, Clock, Correct, Deal, Done, Form, Ids, Open, Platform, SystemClock, Upload};
use store::lease::Lease;
use store::{Options, Place, Store, StoreError, cases};

use crate::county::{County, day, form};

/// How many faults one store lives through before a new one begins. Its days go over the end of a year.
pub const LIFE: u32 = 20;
const CLIENTS: usize = 3;
const PROCEDURE: &str = "disclosure_request";
/// The day before the first round.
const BEGINNING: &str = "2024-12-10";
pub const ORGANS: [&str; 2] = ["county", "police"];
const PASSWORD: &str = "Correct-horse-battery";

/// A clock that is off by so much.
pub struct Skewed(i64);

impl Clock for Skewed {
    fn now(&self) -> i64 {
        SystemClock.now() + self.0
    }
}

const DAY: i64 = 86_400_000_000;

/// The clock of a server in a round: each round is two days later, and the second server a day and a bit behind.
pub fn clock_of(round: u32, who: u32) -> Skewed {
    let target = i64::from(day(BEGINNING).number()) + 2 + i64::from(round) * 2 - i64::from(who);
    Skewed((target - i64::from(SystemClock.today().number())) * DAY - i64::from(who) * 37_000_000)
}

pub fn place(folder: &Path, address: Option<&str>) -> Place {
    Place::new(address, folder).unwrap()
}

pub fn platform(place: &Place, read_only: bool, clock: Skewed) -> Platform {
    let store = Store::open_at(place, &Options { read_only, ..Options::default() }).unwrap();
    static RULES: OnceLock<packs::Rules> = OnceLock::new();
    let rules = RULES.get_or_init(|| packs::load(&packs::Files::built_in()).unwrap()).clone();
    Platform::new(store, rules, Arc::new(clock), Ids::System).unwrap()
}

/// Organs, officers, and the case that all share, already admitted.
pub fn begin(place: &Place) {
    let store = Store::open_at(place, &Options::default()).unwrap();
    let county = County::in_store(store, BEGINNING);
    county
        .platform
        .add_account(app::NewAccount {
            login: ORGANS[1].to_owned(),
            name: "演示民警".to_owned(),
            password: PASSWORD.to_owned(),
            organ: Some(ORGANS[1].to_owned()),
            rank: store::account::Rank::Staff,
        })
        .unwrap();
    let open = request("key=shared;", ORGANS[0], day(BEGINNING));
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

/// One line of what is acknowledged.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line} .").and_then(|()| out.flush()).unwrap();
}

/// Whether a fault is the disk's or the database's: the same is asked for again, with the same key.
fn is_of_the_machine(fault: &StoreError) -> bool {
    matches!(
        fault,
        StoreError::Unsure { .. }
            | StoreError::Unwritable { .. }
            | StoreError::Unreadable { .. }
            | StoreError::Unreachable { .. }
    )
}

/// One client: its own cases one after another, and now and then the case that all share.
struct Client<'a> {
    platform: &'a Platform,
    officers: &'a [Actor; 2],
    name: String,
    serial: u32,
    turns: usize,
}

impl Client<'_> {
    fn key(&mut self) -> String {
        self.serial += 1;
        format!("key={}-{};", self.name, self.serial)
    }

    /// Asks until it is acknowledged or refused, and tells what was acknowledged. Every seventh time the same is asked for
    /// again, and the answer must be the same.
    fn told(&self, key: &str, ask: impl Fn(&Platform) -> app::Result<Done>) -> Option<Done> {
        loop {
            match ask(self.platform) {
                Ok(done) => {
                    tell(&format!("done {key} {} {}", done.case, done.number));
                    if self.serial.is_multiple_of(7) {
                        match ask(self.platform) {
                            Ok(again) => assert_eq!(again, done),
                            Err(AppError::Store(fault)) if is_of_the_machine(&fault) => {}
                            Err(fault) => panic!("{:?}", fault.diagnostics()),
                        }
                    }
                    return Some(done);
                }
                Err(AppError::Store(fault)) if is_of_the_machine(&fault) => {
                    tell(&format!("refused {}", fault.code()));
                    thread::sleep(Duration::from_millis(10));
                }
                Err(AppError::Store(fault)) => panic!("{fault}"),
                // Right where another server's clock was ahead.
                Err(_) => return None,
            }
        }
    }

    fn act(&mut self, officer: &Actor, case: &str, act: &str, fill: impl Fn(&str) -> Form) -> Option<Done> {
        let key = self.key();
        let upload = |content: &str| Upload {
            field: "evidence".to_owned(),
            name: "检索记录.txt".to_owned(),
            content: content.as_bytes().to_vec(),
        };
        let deal = Deal {
            key: key.clone(),
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: self.platform.today(),
            form: fill(&key),
            // A content of its own, and one that many share.
            files: match (act, self.serial % 4) {
                ("search", 0) => vec![upload(&key)],
                ("search", 1) => vec![upload("没有检索到的，也要附上检索记录。")],
                _ => Vec::new(),
            },
        };
        self.told(&key, |platform| platform.act(officer, deal.clone()))
    }

    fn turn(&mut self, shared: &str) {
        self.turns += 1;
        let at = self.turns / 2 % 2;
        let (first, officer) = (&self.officers[0], &self.officers[at]);
        let key = self.key();
        let open = request(&key, ORGANS[at], self.platform.today());
        let Some(opened) = self.told(&key, |platform| platform.open(officer, open.clone())) else { return };
        self.act(first, shared, "search", searched);
        match self.turns % 5 {
            // Left alone, so that the clock has something to do.
            0 => return,
            1 => {
                let by = self.platform.today().plus_days(3);
                self.act(officer, &opened.case, "ask_correction", |key| {
                    form(&[("matters", key), ("guidance", "写明文号"), ("correct_by", &by.to_string())])
                });
                return;
            }
            _ => {}
        }
        if self.act(officer, &opened.case, "admit", |key| form(&[("handled_by", key)])).is_none() {
            return;
        }
        let Some(search) = self.act(officer, &opened.case, "search", searched) else { return };
        let key = self.key();
        let correct = Correct {
            key: key.clone(),
            case: opened.case,
            version: None,
            number: search.number,
            reason: "检索途径记错".to_owned(),
            instead: Some((self.platform.today(), searched(&key))),
        };
        self.told(&key, |platform| platform.correct(officer, correct.clone()));
    }
}

fn request(key: &str, organ: &str, on: calendar::Day) -> Open {
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
        organ: organ.to_owned(),
        act: "apply".to_owned(),
        on,
        form: form(&fields),
        files: Vec::new(),
    }
}

fn searched(key: &str) -> Form {
    form(&[("places", key), ("found", "yes")])
}

pub fn work_until_killed(place: &Place, round: u32, who: u32) {
    // One thread that panics is the end of the server, and of the round.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        std::process::exit(101);
    }));
    let platform = platform(place, false, clock_of(round, who));
    let shared = first_case(&platform).unwrap();
    let officers = ["officer", ORGANS[1]].map(|login| platform.actor_of(login).unwrap());
    let lease = Arc::new(Lease::new("clock", Duration::from_millis(300)).unwrap());
    thread::scope(|scope| {
        let (platform, shared, officers, lease) = (&platform, &shared, &officers, &lease);
        scope.spawn(move || watch_the_clock(platform, lease));
        scope.spawn(move || sign_roots(platform));
        scope.spawn(move || sign_in(platform));
        for client in 0..CLIENTS {
            scope.spawn(move || {
                let mut client = Client {
                    platform,
                    officers,
                    name: format!("{round}-{who}-{client}"),
                    serial: 0,
                    turns: client,
                };
                loop {
                    client.turn(shared);
                }
            });
        }
    });
}

fn watch_the_clock(platform: &Platform, lease: &Arc<Lease>) {
    loop {
        match platform.tick(lease) {
            Ok(Some(_)) => tell("lease"),
            Ok(None) => {}
            Err(AppError::Store(fault)) if is_of_the_machine(&fault) => {}
            Err(fault) => panic!("the clock: {:?}", fault.diagnostics()),
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Signed roots are acknowledged like acts.
fn sign_roots(platform: &Platform) {
    loop {
        match platform.make_root() {
            Ok(Some(root)) => tell(&format!("root {}", root.file())),
            Ok(None) => {}
            Err(AppError::Store(fault)) if is_of_the_machine(&fault) => {}
            // Two servers that begin together make the keys at the same time: one of them finds the other's. The file of the
            // keys is not of the store, so a disk that fails is told by its own words.
            Err(fault) if fault.diagnostics()[0].code == "root_key" => {}
            Err(fault) => panic!("the root: {:?}", fault.diagnostics()),
        }
        thread::sleep(Duration::from_millis(40));
    }
}

/// So are sessions.
fn sign_in(platform: &Platform) {
    loop {
        match platform.sign_in("officer", PASSWORD, &app::Origin::default()) {
            Ok(token) => tell(&format!("session {token}")),
            Err(AppError::Store(fault)) if is_of_the_machine(&fault) => {}
            Err(fault) => panic!("signing in: {:?}", fault.diagnostics()),
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// The oldest case: the one that all share.
pub fn first_case(platform: &Platform) -> app::Result<String> {
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
