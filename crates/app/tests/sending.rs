//! The outbox and receivers that die in the middle, answer 500, do not answer, or are not there; what they are told,
//! how often, and in which order. On both databases where one is given.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::county;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::county::{County, day, form};
use app::{Correct, Deal, OUTBOX_LEASE, Open, Platform, Receiver, Round, Waits};
use serde_json::Value as Json;
use store::lease::Lease;
use store::testing::Database;
use store::{Options, Place, Store};
use tempfile::TempDir;

/// What a receiver does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Take,
    Status(u16),
    /// Does not answer in time.
    Hang,
    /// Closes the connection instead of answering.
    Die,
}

/// A request as a receiver got it.
#[derive(Clone, Debug)]
struct Got {
    key: String,
    body: String,
    headers: BTreeMap<String, String>,
    answer: Answer,
}

impl Got {
    fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap()
    }

    fn event(&self) -> (String, u64) {
        let told = self.json();
        (told["case_number"].as_str().unwrap().to_owned(), told["event"].as_u64().unwrap())
    }
}

/// What a receiver does with the message that it is told.
type Decide = dyn Fn(&Json) -> Answer + Send + Sync;

/// A receiver behind an address.
struct Fake {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    decide: Arc<Mutex<Box<Decide>>>,
}

impl Fake {
    fn new(decide: impl Fn(&Json) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let decide: Arc<Mutex<Box<Decide>>> = Arc::new(Mutex::new(Box::new(decide)));
        let (kept, deciding) = (Arc::clone(&got), Arc::clone(&decide));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, deciding) = (Arc::clone(&kept), Arc::clone(&deciding));
                thread::spawn(move || serve(stream, &kept, &deciding));
            }
        });
        Self { url, got, decide }
    }

    fn change(&self, decide: impl Fn(&Json) -> Answer + Send + Sync + 'static) {
        *self.decide.lock().unwrap() = Box::new(decide);
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// The keys of what it took, in order.
    fn taken(&self) -> Vec<String> {
        self.got().into_iter().filter(|it| it.answer == Answer::Take).map(|it| it.key).collect()
    }
}

/// Answers the requests of one connection.
fn serve(stream: std::net::TcpStream, kept: &Mutex<Vec<Got>>, decide: &Mutex<Box<Decide>>) {
    let mut out = stream.try_clone().unwrap();
    let mut input = BufReader::new(stream);
    loop {
        let mut headers = BTreeMap::new();
        let mut line = String::new();
        if input.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap();
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length: usize = headers["content-length"].parse().unwrap();
        let mut body = vec![0; length];
        input.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let answer = decide.lock().unwrap()(&serde_json::from_str(&body).unwrap());
        let key = headers["idempotency-key"].clone();
        kept.lock().unwrap().push(Got { key, body, headers, answer });
        let status = match answer {
            Answer::Take => 204,
            Answer::Status(status) => status,
            Answer::Hang => {
                thread::sleep(Duration::from_secs(3));
                return;
            }
            Answer::Die => return,
        };
        if out.write_all(format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n").as_bytes()).is_err() {
            return;
        }
    }
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The receivers of a file: HTTP ones by name and address, each with further lines.
fn receivers(folder: &Path, of: &[(&str, &str, &str)]) -> Vec<Receiver> {
    std::fs::write(folder.join("secret"), SECRET).unwrap();
    let mut text = String::new();
    for (name, url, more) in of {
        text.push_str(&format!(
            "[[receiver]]\nname = \"{name}\"\nkind = \"http\"\nurl = \"{url}\"\nsecret_file = \"secret\"\n\
             timeout_seconds = 1\n{more}\n"
        ));
    }
    let path = folder.join("deliver.toml");
    std::fs::write(&path, text).unwrap();
    Receiver::read_file(&path).unwrap()
}

struct Town {
    county: County,
    lease: Arc<Lease>,
    made: std::cell::Cell<u32>,
    folder: TempDir,
    _database: Option<Database>,
}

impl Town {
    fn request(&self) -> String {
        self.made.set(self.made.get() + 1);
        let on = self.county.platform.today();
        let fields = [
            ("applicant", "林某某"),
            ("applicant.code", "11010519491231002X"),
            ("applicant_kind", "natural_person"),
            ("contact", "13800001234"),
            ("channel", "in_person"),
            ("information", "某路施工许可"),
            ("form", "paper"),
            ("route", "mail"),
        ];
        let open = Open {
            key: format!("open-{}", self.made.get()),
            procedure: "disclosure_request".to_owned(),
            organ: "county".to_owned(),
            act: "apply".to_owned(),
            on,
            form: form(&fields),
            files: Vec::new(),
        };
        self.county.clock.tick();
        self.county.platform.open(&self.county.officer, open).unwrap().case
    }

    fn ask_correction(&self, case: &str) -> u32 {
        let deal = Deal {
            key: format!("ask-{case}"),
            case: case.to_owned(),
            version: None,
            act: "ask_correction".to_owned(),
            on: self.county.platform.today(),
            form: form(&[("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-20")]),
            files: Vec::new(),
        };
        self.county.clock.tick();
        self.county.platform.act(&self.county.officer, deal).unwrap().number
    }

    fn correct(&self, case: &str, number: u32) {
        let correct = Correct {
            key: format!("correct-{case}"),
            case: case.to_owned(),
            version: None,
            number,
            reason: "补正期限写错".to_owned(),
            instead: Some((
                self.county.platform.today(),
                form(&[("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-22")]),
            )),
        };
        self.county.clock.tick();
        self.county.platform.correct(&self.county.officer, correct).unwrap();
    }

    fn round(&self, receiver: &Receiver) -> Round {
        self.county.platform.send_round(receiver, &self.lease, &|| true).unwrap()
    }

    /// Lets seconds pass.
    fn wait(&self, seconds: u32) {
        (0..seconds).for_each(|_| self.county.clock.tick());
    }

    fn state(&self, receiver: &Receiver) -> (i64, i64, i64, i64) {
        let states = self.county.platform.receiver_states(std::slice::from_ref(&receiver.name)).unwrap();
        let own = states.iter().find(|it| it.name == receiver.name).unwrap();
        (own.waiting, own.trying, own.behind, own.set_aside)
    }
}

fn lease() -> Arc<Lease> {
    Arc::new(Lease::new(OUTBOX_LEASE, Duration::from_millis(300)).unwrap())
}

/// Runs a test in a folder, and in a PostgreSQL where one is given.
fn on_both(name: &str, test: impl Fn(&Town)) {
    county::on_both(name, "2024-03-04", |county, folder, database| {
        let lease = lease();
        assert!(lease.hold(county.platform.store()).unwrap());
        test(&Town { county, lease, made: std::cell::Cell::new(0), folder, _database: database });
    });
}

#[test]
fn what_is_told_is_signed_and_names_nobody() {
    on_both("told", |town| {
        let fake = Fake::new(|_| Answer::Take);
        let one = receivers(town.folder.path(), &[("portal", &fake.url, "")]).remove(0);
        let case = town.request();
        let number = town.ask_correction(&case);
        town.correct(&case, number);
        let round = town.round(&one);
        assert_eq!((round.delivered, round.refused), (3, 0));
        assert_eq!(town.round(&one).delivered, 0, "nothing is sent twice");
        let got = fake.got();
        let told: Vec<(String, String, u64)> = got
            .iter()
            .map(Got::json)
            .map(|it| {
                let text = |name: &str| it[name].as_str().unwrap().to_owned();
                (text("kind"), text("act_name"), it["event"].as_u64().unwrap())
            })
            .collect();
        let expected = [
            ("act", "提出政府信息公开申请", 1),
            ("act", "一次性告知补正", 2),
            ("correction", "一次性告知补正", 3),
        ];
        assert_eq!(told, expected.map(|(kind, act, event)| (kind.to_owned(), act.to_owned(), event)));
        let first = got[0].json();
        assert_eq!(first["format"], 1);
        assert_eq!(first["id"].as_str(), Some(got[0].key.as_str()));
        assert_eq!(first["topic"], "notify");
        assert_eq!(first["case_number"], "德政依申请〔2024〕1号");
        assert_eq!((&first["on"], &first["role_name"]), (&"2024-03-04".into(), &"申请人".into()));
        assert_eq!(first["recorded_at"], "2024-03-04T09:00:01+08:00");
        assert_eq!(got[2].json()["corrects"], 2);
        for one in &got {
            assert!(one.key.contains('-') && one.key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
            for personal in ["林某某", "11010519491231002X", "13800001234", "某路施工许可", "写明文号"]
            {
                assert!(!one.body.contains(personal), "{}", one.body);
            }
            let seconds = &one.headers["yifa-timestamp"];
            assert_eq!(one.headers["yifa-signature"], format!("hmac-sm3={}", hmac(seconds, &one.body)));
        }
    });
}

/// A second HMAC-SM3, by its definition.
fn hmac(seconds: &str, body: &str) -> String {
    use ledger::{HashFunction as _, Sm3};
    let mut key = SECRET.as_bytes().to_vec();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sm3::digest(&[&pad(0x36), seconds.as_bytes(), b".", body.as_bytes()]);
    Sm3::digest(&[&pad(0x5c), inner.as_bytes()]).hex()
}

#[test]
fn a_receiver_that_dies_or_hangs_in_the_middle_gets_the_same_again() {
    on_both("dies", |town| {
        for answer in [Answer::Die, Answer::Hang, Answer::Status(500), Answer::Status(302)] {
            let fake = Fake::new(move |_| answer);
            let name = format!("receiver-{}", fake.url.rsplit(':').next().unwrap().trim_end_matches("/in"));
            let one = receivers(town.folder.path(), &[(&name, &fake.url, "")]).remove(0);
            // Receivers that come later get what is still kept.
            let before = town.state(&one).0;
            town.request();
            let one_case = usize::try_from(before).unwrap() + 1;
            let began = Instant::now();
            let mut refused = 0;
            while refused < one_case {
                refused += town.round(&one).refused;
                assert!(began.elapsed() < Duration::from_secs(60));
            }
            assert_eq!(town.state(&one), (0, i64::from(u32::try_from(one_case).unwrap()), 0, 0));
            assert_eq!(town.round(&one).refused, 0, "not before the pause is over");
            fake.change(|_| Answer::Take);
            town.wait(6);
            assert_eq!(town.round(&one).delivered, one_case);
            assert_eq!(town.state(&one), (0, 0, 0, 0));
            let got = fake.got();
            let (first, second) = got.split_at(one_case);
            let mut second = second.to_vec();
            second.sort_by_key(|it| {
                it.json()["id"].as_str().map(|id| id.split('-').nth(1).unwrap().parse::<u64>().unwrap())
            });
            for (first, second) in first.iter().zip(&second) {
                assert_eq!((&first.key, &first.body), (&second.key, &second.body), "{answer:?}");
            }
        }
    });
}

#[test]
fn one_message_that_is_never_taken_holds_up_its_case_alone_and_is_set_aside() {
    on_both("poison", |town| {
        let bad = |told: &Json| told["event"] == 1 && told["case_number"] == "德政依申请〔2024〕1号";
        let fake = Fake::new(move |told| if bad(told) { Answer::Status(400) } else { Answer::Take });
        let other = Fake::new(|_| Answer::Take);
        let more = receivers(
            town.folder.path(),
            &[("strict", &fake.url, "attempts = 3"), ("other", &other.url, "")],
        );
        let (one, two) = (town.request(), town.request());
        for case in [&one, &two] {
            let number = town.ask_correction(case);
            town.correct(case, number);
        }
        let round = town.round(&more[0]);
        assert_eq!((round.delivered, round.refused, round.set_aside.len()), (3, 1, 0));
        assert_eq!(town.state(&more[0]), (0, 1, 2, 0), "the two others of the case stand behind it");
        assert_eq!(town.round(&more[1]).delivered, 6, "the other receiver gets all");
        town.wait(5);
        assert_eq!(town.round(&more[0]).refused, 1);
        town.wait(9);
        assert_eq!(town.round(&more[0]).refused, 0, "the pause has doubled");
        town.wait(1);
        let round = town.round(&more[0]);
        assert_eq!(round.set_aside, ["第1件送strict：对方回答400"]);
        assert_eq!(town.state(&more[0]), (0, 0, 2, 1));
        town.wait(4000);
        assert_eq!(town.round(&more[0]), Round::default(), "it is not tried again by itself");
        let (held, next) = town.county.platform.held_messages("strict", 0).unwrap();
        assert_eq!(next, None);
        let told: Vec<_> = held.iter().map(|it| (it.id, it.attempts, it.act.as_str())).collect();
        assert_eq!(
            told,
            [(1, 3, "提出政府信息公开申请"), (3, 0, "一次性告知补正"), (4, 0, "一次性告知补正")]
        );
        assert!(matches!(held[0].waits, Waits::SetAside(_)) && held[1].waits == Waits::Behind);
        // A new case goes on meanwhile; the next act of the held one stands behind.
        town.request();
        assert_eq!(town.round(&more[0]).delivered, 1);
        let platform = &town.county.platform;
        assert!(platform.retry_message(3, None).is_err(), "it stands behind another");
        assert!(platform.retry_message(1, Some("strikt")).is_err());
        assert_eq!(platform.retry_message(1, None).unwrap(), 1);
        assert_eq!(town.round(&more[0]).refused, 1);
        fake.change(|_| Answer::Take);
        assert_eq!(platform.retry_message(1, Some("strict")).unwrap(), 1);
        let mut delivered = 0;
        while delivered < 3 {
            let round = town.round(&more[0]);
            assert!(round.more, "those behind are next");
            delivered += round.delivered;
        }
        assert_eq!(town.state(&more[0]), (0, 0, 0, 0));
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        for (case, event) in fake.got().iter().filter(|it| it.answer == Answer::Take).map(Got::event) {
            assert!(last.insert(case, event).is_none_or(|before| before < event), "in the order of the case");
        }
    });
}

#[test]
fn a_message_that_is_given_up_lets_the_others_of_its_case_go_on() {
    on_both("skip", |town| {
        let fake = Fake::new(|told| if told["event"] == 1 { Answer::Status(422) } else { Answer::Take });
        let one = receivers(town.folder.path(), &[("strict", &fake.url, "attempts = 1")]).remove(0);
        let case = town.request();
        town.ask_correction(&case);
        assert_eq!(town.round(&one).set_aside.len(), 1);
        assert!(town.county.platform.give_message_up(2, None).is_err(), "it was never refused");
        assert_eq!(town.county.platform.give_message_up(1, None).unwrap(), 1);
        assert!(town.county.platform.give_message_up(1, None).is_err());
        assert_eq!(town.round(&one).delivered, 1);
        assert_eq!(fake.taken().len(), 1);
    });
}

#[test]
fn a_receiver_that_is_not_there_costs_no_message_an_attempt() {
    on_both("absent", |town| {
        let url = {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}/", listener.local_addr().unwrap())
        };
        let one = receivers(town.folder.path(), &[("gone", &url, "attempts = 1")]).remove(0);
        town.request();
        town.request();
        for _ in 0..3 {
            let round = town.round(&one);
            assert_eq!((round.delivered, round.refused, round.unreached.is_some()), (0, 0, true));
        }
        assert_eq!(town.state(&one), (2, 0, 0, 0));
        let states = town.county.platform.receiver_states(&[]).unwrap();
        assert_eq!(states[0].fault.as_ref().unwrap().0, "对方没有开放这个端口");
        let back = Fake::new(|_| Answer::Take);
        let one = receivers(town.folder.path(), &[("gone", &back.url, "")]).remove(0);
        assert_eq!(town.round(&one).delivered, 2);
        assert_eq!(town.county.platform.receiver_states(&[]).unwrap()[0].fault, None);
    });
}

#[test]
fn a_receiver_hears_of_its_topics_since_its_day_and_old_messages_go() {
    on_both("since", |town| {
        let fake = Fake::new(|_| Answer::Take);
        town.request();
        town.county.clock.set(day("2024-03-06"), 9);
        town.request();
        let made = receivers(
            town.folder.path(),
            &[("late", &fake.url, "since = 2024-03-06"), ("all", &fake.url, "")],
        );
        assert_eq!(town.round(&made[0]).delivered, 1);
        assert_eq!(town.state(&made[0]), (0, 0, 0, 0), "what is too old is passed over");
        let clean = || town.county.platform.clean_outbox(&made, &town.lease).unwrap();
        town.county.clock.set(day("2024-05-06"), 9);
        assert_eq!(clean(), 0, "one receiver has not had it yet");
        assert_eq!(town.round(&made[1]).delivered, 2);
        assert_eq!(clean(), 1, "the last one stays");
        town.request();
        assert_eq!(town.round(&made[1]).delivered, 1);
        assert_eq!(fake.got().last().unwrap().json()["event"], 1);
    });
}

/// Works like a server until told to stop, or, as one that died, without a word.
fn server(platform: &Platform, receiver: &Receiver, dead: &AtomicBool, noted: &AtomicBool) {
    let lease = lease();
    while !dead.load(Ordering::SeqCst) {
        if lease.hold(platform.store()).unwrap() {
            noted.store(true, Ordering::SeqCst);
            platform.send_round(receiver, &lease, &|| !dead.load(Ordering::SeqCst)).unwrap();
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn two_servers_over_one_database_send_each_message_once() {
    let Some(database) = Database::new("twice").unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(Some(&database.address), &folder.path().join("data")).unwrap();
    let open = || Store::open_at(&place, &Options::default()).unwrap();
    let county = County::in_store(open(), "2024-03-04");
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    let clock = Arc::clone(&county.clock);
    let second = Platform::new(open(), rules, clock as _, app::Ids::System).unwrap();
    let fake = Fake::new(|_| Answer::Take);
    let one = receivers(folder.path(), &[("portal", &fake.url, "")]).remove(0);
    let (first_dead, second_dead) = (AtomicBool::new(false), AtomicBool::new(false));
    let (first_held, second_held) = (AtomicBool::new(false), AtomicBool::new(false));
    let town = Town { lease: lease(), county, made: std::cell::Cell::new(0), folder, _database: None };
    let until = |count: usize| {
        let began = Instant::now();
        while fake.taken().len() < count {
            assert!(began.elapsed() < Duration::from_secs(60), "{} of {count}", fake.taken().len());
            thread::sleep(Duration::from_millis(10));
        }
    };
    let first = town.county.platform.clone();
    thread::scope(|scope| {
        let own = (&one, &first_dead, &first_held);
        scope.spawn(move || server(&first, own.0, own.1, own.2));
        scope.spawn(|| server(&second, &one, &second_dead, &second_held));
        (0..20).for_each(|_| drop(town.request()));
        until(20);
        // Whoever has the lease dies; the other one goes on with what is left.
        let held = if first_held.load(Ordering::SeqCst) { &first_dead } else { &second_dead };
        held.store(true, Ordering::SeqCst);
        (0..20).for_each(|_| drop(town.request()));
        until(40);
        thread::sleep(Duration::from_millis(200));
        first_dead.store(true, Ordering::SeqCst);
        second_dead.store(true, Ordering::SeqCst);
    });
    assert!(first_held.load(Ordering::SeqCst) && second_held.load(Ordering::SeqCst), "both had the lease");
    let taken = fake.taken();
    let mut once = taken.clone();
    once.sort();
    once.dedup();
    assert_eq!((taken.len(), once.len()), (40, 40), "once in total");
    let numbers: Vec<u64> = taken.iter().map(|key| key.split('-').nth(1).unwrap().parse().unwrap()).collect();
    assert!(numbers.is_sorted(), "in order: {numbers:?}");
}

/// The round of a process whose lease went to another one is not noted.
#[test]
fn who_lost_the_lease_notes_nothing() {
    let Some(database) = Database::new("fenced").unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(Some(&database.address), &folder.path().join("data")).unwrap();
    let county = County::in_store(Store::open_at(&place, &Options::default()).unwrap(), "2024-03-04");
    let (old, new) = (lease(), lease());
    assert!(old.hold(county.platform.store()).unwrap());
    let town = Town { county, lease: old, made: std::cell::Cell::new(0), folder, _database: None };
    town.request();
    assert!(!new.hold(town.county.platform.store()).unwrap());
    thread::sleep(Duration::from_millis(400));
    assert!(new.hold(town.county.platform.store()).unwrap());
    let fake = Fake::new(|_| Answer::Take);
    let one = receivers(town.folder.path(), &[("portal", &fake.url, "")]).remove(0);
    assert_eq!(town.round(&one).delivered, 1);
    assert_eq!(town.state(&one).0, 1, "it still waits");
    let again = town.county.platform.send_round(&one, &new, &|| true).unwrap();
    assert_eq!((again.delivered, town.state(&one).0), (1, 0));
    let taken = fake.taken();
    assert_eq!(taken[0], taken[1], "under the same id");
}
