//! Stores of many cases for measuring lists: a demonstration county played through the engine, and its cases written
//! again for many counties under names of their own.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use app::{Form, Ids, NewEntry, Open, Organ, Platform, SetClock, SystemClock};
use base::Diagnostic;
use calendar::Day;
use packs::{Files, Rules};
use store::account::{Account, Rank};
use store::fill::{self, Names, Sample};
use store::{Options, Store, StoreError, account};

use super::acts::{Folder, application};
use crate::output::{self, WRONG_INPUT};
use crate::platform::{failed, store_fault};

/// How many counties there are, each with all organs and officers of the demonstration.
pub const COUNTIES: usize = 20;
/// How many cases are written in one command.
const BATCH: usize = 200;
/// How many commands wait at most.
const WAITING: usize = 8;
/// The register that gets entries, and how many cases there are to one of them.
pub const REGISTER: &str = "inspection_objects";
const CASES_AN_ENTRY: usize = 10;
/// How many of them are entered in one command.
const ENTRIES: usize = 5_000;
/// The page caches while a store is filled, in KiB.
const CACHE: u32 = 1_000_000;

/// What cases a store gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    pub cases: usize,
    /// How many of a hundred went through a whole life; the others have one act.
    pub lives: usize,
}

/// What is written again, and for whom.
pub struct Pattern {
    source: Platform,
    lives: Vec<Arc<Sample>>,
    single: Vec<Arc<Sample>>,
    organs: Vec<Organ>,
    accounts: Vec<Account>,
    /// Goes away with it.
    _folder: Folder,
}

fn store_read<T>(
    store: &Store,
    work: impl FnOnce(&dyn store::Query) -> store::Result<T>,
) -> Result<T, ExitCode> {
    store.read(|reader| work(reader)).map_err(|fault: StoreError| store_fault(&fault))
}

/// Plays the demonstration, and opens cases of the last days that nothing followed yet.
pub fn pattern(rules: &Rules, files: &Files) -> Result<Pattern, ExitCode> {
    let folder = Folder::new("pattern");
    let store = Store::open(&folder.0, &Options::default()).map_err(|fault| store_fault(&fault))?;
    let today = app::Clock::today(&SystemClock);
    let options =
        ::demo::Options { seed: "yifa".to_owned(), today, times: 1, volume: ::demo::Volume::Reduced };
    let made = ::demo::build(store, rules.clone(), files, &options);
    let made =
        made.map_err(|fault| output::fail(&[Diagnostic::error("demo", fault.to_string())], WRONG_INPUT))?;
    let keys = made.platform.personal_keyring();
    let lives = store_read(made.platform.store(), |db| fill::samples(db, keys.as_deref()))?;
    let mut platform = made.platform;
    for back in [3, 2, 1, 0] {
        let day = today.plus_days(-back);
        let clock = Arc::new(SetClock::at(day, 10));
        platform = platform.with_clock(clock, Ids::System).map_err(|fault| failed(&fault))?;
        platform.store().set_durable(false);
        open_one(&platform, day)?;
    }
    let known: Vec<String> = lives.iter().map(|sample| sample.case.id.clone()).collect();
    let all = store_read(platform.store(), |db| fill::samples(db, keys.as_deref()))?;
    let single = all.into_iter().filter(|sample| !known.contains(&sample.case.id)).map(Arc::new).collect();
    let organs = platform.organs().map_err(|fault| failed(&fault))?;
    let accounts = store_read(platform.store(), |db| account::page(db, "", 10_000))?;
    let lives = lives.into_iter().map(Arc::new).collect();
    Ok(Pattern { source: platform, lives, single, organs, accounts, _folder: folder })
}

fn open_one(platform: &Platform, day: Day) -> Result<(), ExitCode> {
    let actor = platform.actor_of("fuyi1").map_err(|fault| failed(&fault))?;
    let mut form: Form = application(day);
    form.insert("respondent".to_owned(), vec!["德化县公安局".to_owned()]);
    form.insert("applicant".to_owned(), vec!["演示申请人001".to_owned()]);
    let open = Open {
        key: Ids::token(),
        procedure: "reconsideration".to_owned(),
        organ: "county".to_owned(),
        act: "apply".to_owned(),
        on: day,
        form,
        files: Vec::new(),
    };
    platform.open(&actor, open).map(drop).map_err(|fault| failed(&fault))
}

/// The name of an organ of a county.
fn renamed(text: &str, county: usize) -> String {
    text.replace("德化", &format!("德化{county}"))
}

impl Pattern {
    /// Fills an empty folder; how many events that were and how many seconds it took.
    pub fn fill(&self, rules: &Rules, dir: &Path, mix: Mix) -> Result<(usize, f64), ExitCode> {
        let options = Options { cache_kib: CACHE, ..Options::default() };
        let store = Store::open(dir, &options).map_err(|fault| store_fault(&fault))?;
        store.set_durable(false);
        let platform = Platform::new(store, rules.clone(), Arc::new(SystemClock), Ids::System);
        let platform = platform.map_err(|fault| failed(&fault))?;
        self.people(&platform)?;
        let samples = self.lives.iter().chain(&self.single);
        let samples: Vec<Sample> = samples.map(|sample| sample.as_ref().clone()).collect();
        let own = self.source.personal_keyring();
        let copied = fill::copy_files(&samples, own.as_deref(), self.source.store(), platform.store());
        copied.map_err(|fault| store_fault(&fault))?;
        let began = Instant::now();
        let keys = platform.personal_keyring();
        let keys = keys.ok_or_else(|| {
            let help = "换一个空的文件夹再试。";
            crate::platform::wrong("没有个人信息的密钥", help)
        })?;
        let events = self.copies(platform.store(), mix, &keys)?;
        self.entries(&platform, mix.cases / CASES_AN_ENTRY)?;
        platform.store().set_durable(true);
        let marked = platform.store().write(|tx| store::meta::set(tx, super::lists::FILLED, "1"));
        marked.and_then(|done| done).map_err(|fault| store_fault(&fault))?;
        Ok((events, began.elapsed().as_secs_f64()))
    }

    /// Organs and officers of every county.
    fn people(&self, platform: &Platform) -> Result<(), ExitCode> {
        let mut organs = Vec::new();
        let mut accounts = Vec::new();
        for county in 0..COUNTIES {
            organs.extend(self.organs.iter().map(|organ| Organ {
                id: format!("{}-{county}", organ.id),
                name: renamed(&organ.name, county),
                short: format!("{county}{}", organ.short),
                credit_code: None,
                parent: organ.parent.as_ref().map(|id| format!("{id}-{county}")),
                ..organ.clone()
            }));
            accounts.extend(self.accounts.iter().map(|one| Account {
                id: format!("{}{county}", one.id),
                login: format!("{}-{county}", one.login),
                organ: one.organ.as_ref().map(|id| format!("{id}-{county}")),
                ..one.clone()
            }));
        }
        let from = Day::from_ymd(2020, 1, 1).unwrap_or_else(|| platform.today());
        platform.enter_organs(organs, from).map_err(|fault| failed(&fault))?;
        let added =
            platform.store().write(move |tx| accounts.iter().try_for_each(|one| account::add(tx, one)));
        added.and_then(|done| done).map_err(|fault| store_fault(&fault))
    }

    /// Enterprises that each county's government lists for inspection.
    fn entries(&self, platform: &Platform, all: usize) -> Result<(), ExitCode> {
        let keeps = |one: &&Account| one.rank == Rank::Head && one.organ.as_deref() == Some("county");
        let Some(keeper) = self.accounts.iter().find(keeps) else { return Ok(()) };
        let from = Day::from_ymd(2024, 1, 1).unwrap_or_else(|| platform.today());
        for county in 0..COUNTIES {
            let actor = platform.actor_of(&format!("{}-{county}", keeper.login));
            let actor = actor.map_err(|fault| failed(&fault))?;
            let organ = format!("county-{county}");
            let own = all / COUNTIES;
            for start in (0..own).step_by(ENTRIES) {
                let rows = (start..own.min(start + ENTRIES)).map(|number| listed(number, from)).collect();
                let done = platform.enter(&actor, REGISTER, &organ, rows, "性能测试");
                done.map_err(|fault| failed(&fault))?;
            }
        }
        Ok(())
    }

    /// How many cases of whole lives have so many events, at least.
    pub fn cases_of(&self, events: usize) -> usize {
        let own: usize = self.lives.iter().map(|sample| sample.events()).sum();
        (events * self.lives.len()).div_ceil(own.max(1)) + self.lives.len()
    }

    fn copies(&self, store: &Store, mix: Mix, keys: &Arc<store::Keyring>) -> Result<usize, ExitCode> {
        let lives = mix.cases * mix.lives / 100;
        let shares = [(&self.lives, lives), (&self.single, mix.cases - lives)];
        let accounts: Vec<BTreeMap<String, String>> = (0..COUNTIES)
            .map(|county| {
                self.accounts.iter().map(|one| (one.id.clone(), format!("{}{county}", one.id))).collect()
            })
            .collect();
        let accounts = Arc::new(accounts);
        let mut waiting = std::collections::VecDeque::new();
        let (mut written, mut serial, mut events) = (0, 0, 0);
        let wait = |pending: store::Pending<usize, StoreError>| {
            pending.wait().and_then(|done| done).map_err(|fault| store_fault(&fault))
        };
        for (samples, count) in shares {
            for (at, sample) in samples.iter().enumerate() {
                let (from, until) = (count * at / samples.len(), count * (at + 1) / samples.len());
                for start in (from..until).step_by(BATCH) {
                    let size = BATCH.min(until - start);
                    let (sample, accounts, first) = (Arc::clone(sample), Arc::clone(&accounts), serial);
                    let keys = Arc::clone(keys);
                    let work = move |tx: &mut store::Tx<'_>| -> store::Result<usize> {
                        (first..first + size)
                            .map(|n| fill::write(tx, &sample, &names(&sample, &accounts, n), &keys))
                            .sum()
                    };
                    waiting.push_back(store.write_later(work).map_err(|fault| store_fault(&fault))?);
                    serial += size;
                    written += size;
                    if waiting.len() >= WAITING
                        && let Some(first) = waiting.pop_front()
                    {
                        events += wait(first)?;
                    }
                    if written % 200_000 < BATCH && mix.cases > 200_000 {
                        eprintln!("已写{written}件");
                    }
                }
            }
        }
        for pending in waiting {
            events += wait(pending)?;
        }
        Ok(events)
    }
}

/// An enterprise as a county lists it.
fn listed(number: usize, from: Day) -> NewEntry {
    let name = format!("演示{number}号商贸有限公司");
    let class = ["a", "b", "c", "d"].get(number % 4).copied().unwrap_or("a");
    let fields = [
        ("code", format!("91350526MA{number:08}")),
        ("name", name),
        ("trade", format!("行业{}", number % 60)),
        ("class", class.to_owned()),
        ("address", format!("演示路{}号", number % 2_000)),
        ("district", format!("演示{}镇", number % 18)),
    ];
    let form = fields.into_iter().map(|(id, text)| (id.to_owned(), vec![text])).collect();
    NewEntry { from, until: None, form, line: 0 }
}

/// The names of the copy with a serial number.
fn names(sample: &Sample, accounts: &[BTreeMap<String, String>], serial: usize) -> Names {
    let county = serial % COUNTIES;
    let texts = [
        ("德化", format!("德化{county}")),
        ("演示申请人", format!("申请人{serial}-")),
        ("演示企业", format!("企业{serial}-")),
    ];
    Names {
        id: id(&sample.case.id, serial),
        organ: format!("{}-{county}", sample.case.organ),
        prefix: county.to_string(),
        texts: texts.into_iter().map(|(from, to)| (from.to_owned(), to)).collect(),
        accounts: accounts.get(county).cloned().unwrap_or_default(),
    }
}

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An id like those that the platform makes: ten letters of milliseconds, those of the sample and on, and ten of chance.
fn id(sample: &str, serial: usize) -> String {
    let value = |letter: u8| LETTERS.iter().position(|own| *own == letter).unwrap_or(0);
    let time = sample.bytes().take(10).fold(0, |time, letter| (time << 5) | value(letter)) + serial % 100_000;
    let mut mixed = u64::try_from(serial).unwrap_or(0).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let chance = usize::try_from(mixed >> 1).unwrap_or(0);
    let letters = |number: usize| {
        (0..10u32)
            .rev()
            .map(move |place| LETTERS.get((number >> (place * 5)) & 31).map_or('0', |it| char::from(*it)))
    };
    letters(time).chain(letters(chance)).collect()
}
