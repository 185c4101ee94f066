//! Looks at everything after a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use app::{Platform, Proof};
use ledger::EventKind;
use store::lease::Lease;
use store::{
    Keyring, Place, Reader, StoreError, attachment, cases, counter, document, events, outbox, personal,
};

use crate::load::{ORGANS, clock_of, platform};
use crate::server::Told;

/// What was found to be right, counted. 核对的数量
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub acknowledged: usize,
    pub events: usize,
    pub lapses: usize,
    pub cases: usize,
    pub documents: usize,
    /// Series of numbers, each of an organ, a kind and a year.
    pub series: usize,
    pub notices: usize,
    pub files: usize,
    /// Roots in the store that were recomputed, and those kept outside that the journal still begins with.
    pub roots: usize,
    pub kept_roots: usize,
    pub sessions: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} acts acknowledged, {} events ({} by the clock), {} cases, {} documents, {} series, {} notices, {} files, \
             {} roots, {} kept roots, {} sessions",
            self.acknowledged,
            self.events,
            self.lapses,
            self.cases,
            self.documents,
            self.series,
            self.notices,
            self.files,
            self.roots,
            self.kept_roots,
            self.sessions
        )
    }
}

impl AddAssign for Found {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.events += other.events;
        self.lapses += other.lapses;
        self.cases += other.cases;
        self.documents += other.documents;
        self.series += other.series;
        self.notices += other.notices;
        self.files += other.files;
        self.roots += other.roots;
        self.kept_roots += other.kept_roots;
        self.sessions += other.sessions;
    }
}

/// A case with all that hangs on it, read once.
struct Whole {
    row: cases::Case,
    documents: Vec<document::Document>,
    files: usize,
    /// The personal fields by the number of their event.
    personal: BTreeMap<u32, String>,
}

type Wholes = BTreeMap<String, Whole>;

fn wholes(reader: &Reader<'_>, secrets: &Keyring) -> Result<Wholes, StoreError> {
    let (mut all, mut after) = (Wholes::new(), None);
    loop {
        let page = cases::page(reader, cases::Scope::All, "", after.as_ref(), 500)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.key());
        for row in page {
            let files = attachment::of_case(reader, &row.id)?;
            let astray = files.iter().find(|file| file.number > row.version);
            assert!(astray.is_none(), "a file of an event that is not there: {astray:?}");
            let whole = Whole {
                documents: document::of_case(reader, &row.id)?,
                files: files.len(),
                personal: personal::of_case(reader, Some(secrets), &row.id)?
                    .into_iter()
                    .map(|it| (it.number, it.data))
                    .collect(),
                row,
            };
            all.insert(whole.row.id.clone(), whole);
        }
    }
}

/// The state of a store after a fault against what was acknowledged. `read_only` opens it as a visitor would.
pub fn check(place: &Place, round: u32, read_only: bool, told: &Told) -> Found {
    let platform = platform(place, read_only, clock_of(round, 0));
    let mut found = verified(&platform);
    let secrets = platform.personal_keyring().unwrap();
    platform
        .store()
        .read(|reader| {
            let wholes = wholes(reader, &secrets)?;
            found.cases = wholes.len();
            found.files = wholes.values().map(|whole| whole.files).sum();
            acts(reader, &wholes, told, &mut found)?;
            numbers(reader, &wholes, &mut found)?;
            what_follows(&platform, reader, &wholes, &mut found)
        })
        .unwrap();
    roots(&platform, told, &mut found);
    for token in &told.sessions {
        let signed_in = platform.session(token).unwrap();
        assert!(signed_in.is_some(), "somebody had signed in and is signed out: {token}");
    }
    found.sessions = told.sessions.len();
    found
}

/// That everything can be read while nothing can be written.
pub fn can_be_read(place: &Place, round: u32) {
    let found = verified(&platform(place, true, clock_of(round, 0)));
    assert!(found.events > 0);
}

fn verified(platform: &Platform) -> Found {
    let verified = platform.verify(true).unwrap();
    assert_eq!(verified.journal.faults, []);
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    Found {
        events: usize::try_from(verified.journal.events).unwrap(),
        roots: usize::try_from(verified.journal.roots).unwrap(),
        ..Found::default()
    }
}

/// Each acknowledged act is there once, and no other one is there twice.
fn acts(reader: &Reader<'_>, wholes: &Wholes, told: &Told, found: &mut Found) -> Result<(), StoreError> {
    let keys = keys(reader, wholes, found)?;
    for (key, case, number) in &told.acts {
        let there = keys.get(key).unwrap_or_else(|| panic!("{key} was acknowledged and is gone"));
        assert_eq!(there.as_slice(), [(case.clone(), *number)], "{key}");
    }
    let twice = keys.iter().find(|(_, places)| places.len() != 1);
    assert!(twice.is_none(), "{twice:?}");
    found.acknowledged = told.acts.len();
    Ok(())
}

/// The case and the number of each event that a key made.
type Keys = BTreeMap<String, Vec<(String, u32)>>;

fn each_event(
    reader: &Reader<'_>,
    mut each: impl FnMut(&ledger::Event) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut seq = 0;
    loop {
        let page = events::after(reader, seq, 1000)?;
        let Some(last) = page.last() else { return Ok(()) };
        seq = last.seq;
        page.iter().try_for_each(|entry| each(entry.event()))?;
    }
}

/// Where each key of a request occurs in the journal; what the clock does it does once in a case.
fn keys(reader: &Reader<'_>, wholes: &Wholes, found: &mut Found) -> Result<Keys, StoreError> {
    let mut keys = Keys::new();
    let mut lapsed = BTreeSet::new();
    each_event(reader, |event| {
        if event.kind == EventKind::Lapse {
            let once = lapsed.insert((event.case.clone(), event.act.clone()));
            assert!(once, "{} lapsed twice in {}", event.act, event.case);
            return Ok(());
        }
        let apart = wholes[&event.case].personal.get(&event.number);
        let text = format!("{}{}", event.record, apart.map_or("", String::as_str));
        let at = text.find("key=").unwrap_or_else(|| panic!("an event without its key: {text}"));
        let key = text[at..].split_inclusive(';').next().unwrap().to_owned();
        keys.entry(key).or_default().push((event.case.clone(), event.number));
        Ok(())
    })?;
    found.lapses = lapsed.len();
    Ok(keys)
}

/// The numbers of cases and documents, of each organ, kind and year, run from 1 without a gap, and the counter stands at
/// the last one.
fn numbers(reader: &Reader<'_>, wholes: &Wholes, found: &mut Found) -> Result<(), StoreError> {
    let mut series: BTreeMap<(String, String, i32), Vec<i64>> = BTreeMap::new();
    for Whole { row, documents, .. } in wholes.values() {
        let case = (format!("case:{}", row.procedure), row.number.as_deref().unwrap());
        let issued = documents.iter().map(|it| (format!("document:{}", it.kind), it.doc_number.as_str()));
        for (kind, number) in issued.chain([case]) {
            let (year, serial) = parts(number);
            series.entry((row.organ.clone(), kind, year)).or_default().push(serial);
        }
        found.documents += documents.len();
    }
    for ((organ, kind, year), numbers) in &series {
        let once: BTreeSet<i64> = numbers.iter().copied().collect();
        let count = i64::try_from(numbers.len()).unwrap();
        assert_eq!(once, (1..=count).collect(), "{organ} {kind} {year}");
        assert_eq!(counter::last_number(reader, organ, kind, *year)?, count, "{organ} {kind} {year}");
        assert!(ORGANS.contains(&organ.as_str()));
    }
    found.series = series.len();
    Ok(())
}

/// The year and the serial number in `德政依申请〔2024〕5号`.
fn parts(number: &str) -> (i32, i64) {
    let (year, serial) = number.split_once('〔').and_then(|(_, rest)| rest.split_once('〕')).expect(number);
    (year.parse().expect(number), serial.trim_end_matches('号').parse().expect(number))
}

/// What is derived from each event is there with it and not without it: its document, and a notice for each role that is to
/// be told. The notices are numbered without a gap.
fn what_follows(
    platform: &Platform,
    reader: &Reader<'_>,
    wholes: &Wholes,
    found: &mut Found,
) -> Result<(), StoreError> {
    let mut notices: BTreeMap<(String, u64), usize> = BTreeMap::new();
    let mut last = 0;
    loop {
        let page = outbox::after(reader, last, 1000)?;
        if page.is_empty() {
            break;
        }
        for item in page {
            assert_eq!(item.id, last + 1, "a gap before notice {}", item.id);
            last = item.id;
            let payload: serde_json::Value = serde_json::from_str(&item.payload).unwrap();
            *notices.entry((item.case.unwrap(), payload["number"].as_u64().unwrap())).or_default() += 1;
            found.notices += 1;
        }
    }
    let issued = wholes.values().flat_map(|whole| &whole.documents);
    let mut documents: BTreeSet<(String, u32, String)> =
        issued.map(|it| (it.case.clone(), it.number, it.kind.clone())).collect();
    each_event(reader, |event| {
        let row = &wholes[&event.case].row;
        let pack =
            platform.rules().packs.iter().find(|pack| pack.file.procedure.id == row.procedure).unwrap();
        let spec = pack.file.procedure.acts.iter().find(|act| act.id == event.act);
        let told = notices.remove(&(event.case.clone(), event.number.into())).unwrap_or(0);
        assert_eq!(
            told,
            spec.map_or(0, |act| act.notify.len()),
            "notices of {} {}",
            event.case,
            event.number
        );
        // A correction is told to whoever was told of the act, and issues nothing itself.
        let spec = spec.filter(|_| event.kind != EventKind::Correction);
        if let Some(kind) = spec.and_then(|act| act.document.clone()) {
            let issued = documents.remove(&(event.case.clone(), event.number, kind));
            assert!(issued, "{} {} issued nothing", event.case, event.number);
        }
        Ok(())
    })?;
    assert!(notices.is_empty(), "notices without an event: {notices:?}");
    assert!(documents.is_empty(), "documents without an event: {documents:?}");
    Ok(())
}

/// The roots that were acknowledged, kept outside of the store, still hold: their signatures by themselves, the journal begins
/// with them, and the newest one grew from them.
fn roots(platform: &Platform, told: &Told, found: &mut Found) {
    // The first, the last, and some in between.
    let step = (told.roots.len() / 8).max(1);
    let mut kept: Vec<Proof> =
        told.roots.iter().step_by(step).map(|text| Proof::parse(text).unwrap()).collect();
    kept.extend(told.roots.last().map(|text| Proof::parse(text).unwrap()));
    assert!(kept.iter().all(|proof| proof.faults(None).is_empty()));
    assert_eq!(platform.verify_since(&kept, None).unwrap(), Vec::<String>::new());
    found.kept_roots = kept.len();
    let Some(newest) = platform.roots(None, 1).unwrap().pop() else {
        assert!(kept.is_empty(), "a root was acknowledged and is gone");
        return;
    };
    for proof in &kept {
        let from = proof.newest();
        if from.size() < newest.size() {
            let growth = platform.growth(from.size(), newest.size()).unwrap();
            let grown = Proof::parse(&growth.file().to_string()).unwrap();
            assert_eq!((grown.faults(None), grown.begins_with(proof)), (Vec::new(), None));
        } else {
            assert_eq!((from.size(), from.root()), (newest.size(), newest.root()));
        }
    }
}

/// At the end of a store's life a day comes at which every request that nobody admitted has been admitted by the lapse of
/// time, and every one whose correction never came is given up: once, whoever's clock it was. Gives
/// what was found before, with what is so at the end.
pub fn check_lapses(place: &Place, told: &Told, before: Found) -> Found {
    let far = platform(place, false, clock_of(60, 0));
    let lease = Arc::new(Lease::new("clock", Duration::from_millis(50)).unwrap());
    let began = std::time::Instant::now();
    while far.tick(&lease).unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(10), "nobody gives the clock's lease back");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(far.tick(&lease).unwrap(), Some(0), "something lapsed a second time");
    drop(far);
    let platform = platform(place, true, clock_of(60, 0));
    let mut found = verified(&platform);
    let mut ways: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let secrets = platform.personal_keyring().unwrap();
    platform
        .store()
        .read(|reader| {
            let wholes = wholes(reader, &secrets)?;
            acts(reader, &wholes, told, &mut found)?;
            each_event(reader, |event| {
                if event.kind != EventKind::Correction && event.act != "search" && event.act != "apply" {
                    ways.entry(event.case.clone()).or_default().push(event.act.clone());
                }
                Ok(())
            })?;
            for id in wholes.keys() {
                let way: Vec<&str> = ways.get(id).into_iter().flatten().map(String::as_str).collect();
                assert!(
                    way == ["admit"] || way == ["ask_correction", "deem_abandoned"],
                    "{id} went its way twice or not at all: {way:?}"
                );
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    Found { events: found.events, lapses: found.lapses, ..before }
}
