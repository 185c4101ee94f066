//! A demonstration county: a year of its procedures, as far as scripts play them, through the platform act by act.
//!
//! Nothing here is written past the engine: every act is opened, done and lapses as in service, on simulated days.
//! Who is who, how cases go and how many there are is data in `demo/`; every name and code is made up.

mod answers;
mod county;
mod dice;
mod draft;
mod facts;
mod fault;
mod fill;
mod play;
mod registers;
mod script;

use std::collections::BTreeMap;
use std::sync::Arc;

use app::{Ids, Platform, SetClock};
use calendar::Day;
use packs::{Files, Rules};
use store::Store;

pub use county::DemoAccount;
pub use facts::{Bound, Fact};
pub use fault::Fault;
pub use script::Volume;

use county::County;
use facts::Facts;
use fault::{Result, fault};
use play::{Cast, Play};
use registers::Registers;
use script::{ScriptFile, Setting};

/// The setting of the store that says that everything in it is a demonstration.
pub const MARK: &str = "demonstration";
/// The setting that says that the demonstration was made to its end.
pub const COMPLETE: &str = "demonstration_complete";

const COUNTY: &str = "demo/county.toml";
const FACTS: &str = "demo/facts.toml";
const REGISTERS: &str = "demo/registers.toml";
const SCRIPTS: &str = "demo/scripts";

/// How the demonstration is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed gives the same events on the same days; only passwords and salts differ.
    pub seed: String,
    /// The day on which somebody will look: some cases are due around it.
    pub today: Day,
    /// How many times as many cases as the county had; 1 is its year.
    pub times: u32,
    pub volume: Volume,
}

/// A demonstration that was made. 演示
pub struct Demonstration {
    /// Still under the demonstration's clock; put it into service with a clock that runs.
    pub platform: Platform,
    pub summary: Summary,
}

/// What a demonstration came to. 演示概况
#[derive(Clone, Debug)]
pub struct Summary {
    /// Id and name of the organ whose year is shown.
    pub government: (String, String),
    pub year: i32,
    /// Entries of registers.
    pub entries: usize,
    pub cases: usize,
    /// Acts that somebody did.
    pub acts: usize,
    /// Acts that the law deemed done because time had run out.
    pub lapses: usize,
    pub accounts: Vec<DemoAccount>,
    /// Of which procedures there are fewer cases than the year had, in words.
    pub reduced: Option<String>,
    /// The year's figures beside those that it was modelled on.
    pub facts: Vec<Fact>,
}

/// Makes the demonstration in an empty store.
///
/// # Errors
/// The store has cases already; the data are wrong; an act of a script is barred.
pub fn build(store: Store, rules: Rules, files: &Files, options: &Options) -> Result<Demonstration> {
    let text = |path: &str| files.get(path).ok_or_else(|| fault(format!("没有演示数据“{path}”")));
    let county = County::read(COUNTY, text(COUNTY)?)?;
    let facts = Facts::read(FACTS, text(FACTS)?)?;
    let registers = Registers::read(REGISTERS, text(REGISTERS)?)?;
    let scripts = files.under(SCRIPTS).map(|(path, text)| ScriptFile::read(path, text));
    let scripts = scripts.collect::<Result<Vec<_>>>()?;
    check_empty(&store)?;
    let year_end = Day::from_ymd(facts.year, 12, 31).ok_or_else(|| fault("演示年度不对"))?;
    if options.today <= year_end {
        let today = options.today.chinese();
        return Err(fault(format!("演示的是{}年全年，今天（{today}）还没有到年度终了之后", facts.year)));
    }
    mark(&store, MARK, &options.seed)?;
    if let Some(words) = reduced(&scripts, &rules, options.volume) {
        mark(&store, app::DEMONSTRATION_REDUCED, &words)?;
    }
    // What is not made to its end is made anew, so nothing waits for the disk meanwhile.
    store.set_durable(false);
    let from = county.organs_from()?;
    let clock = Arc::new(SetClock::at(from, 9));
    let platform = Platform::new(store, rules, clock.clone(), Ids::seeded(&options.seed))?;
    let (cast, accounts) = cast(&platform, &county, from)?;
    let entries = registers.enter(&platform, &cast)?;
    let mut plans = Vec::new();
    let mut persons = 0;
    for script in &scripts {
        let calendar = &platform.rules().calendar;
        let Options { seed, today, times, volume } = options;
        let setting = Setting { calendar, seed, today: *today, year_end, times: *times, volume: *volume };
        plans.extend(script.cases(&setting, &mut persons)?);
    }
    let play = Play { platform: &platform, clock, cast, until: options.today };
    let played = play.run(plans)?;
    let compared = facts.compare(&platform, options.today, options.volume)?;
    let name = platform.organ(&county.government)?.name;
    platform.store().set_durable(true);
    mark(platform.store(), COMPLETE, &options.seed)?;
    drop(play);
    let summary = Summary {
        government: (county.government, name),
        year: facts.year,
        entries,
        cases: played.cases,
        acts: played.acts,
        lapses: played.lapses,
        accounts,
        reduced: platform.demonstration_reduced().map(str::to_owned),
        facts: compared,
    };
    Ok(Demonstration { platform, summary })
}

/// Which procedures have fewer cases than their year had, in words.
fn reduced(scripts: &[ScriptFile], rules: &Rules, volume: Volume) -> Option<String> {
    let name = |id: &str| {
        let pack = rules.packs.iter().find(|pack| pack.file.procedure.id == id);
        pack.map_or_else(|| id.to_owned(), |pack| pack.file.procedure.name.clone())
    };
    let own = scripts.iter().filter_map(|script| script.reduced(volume));
    let words: Vec<String> =
        own.map(|(id, one_in)| format!("“{}”只办了全年的{one_in}分之一", name(id))).collect();
    (!words.is_empty()).then(|| words.join("，"))
}

fn check_empty(store: &Store) -> Result<()> {
    let found = store.read(|reader| store::cases::page(reader, store::cases::Scope::All, "", None, 1));
    if found?.is_empty() {
        return Ok(());
    }
    Err(fault("数据目录里已经有案件，演示只能建在空的数据目录里"))
}

fn mark(store: &Store, name: &'static str, value: &str) -> Result<()> {
    let value = value.to_owned();
    Ok(store.write(move |tx| store::meta::set(tx, name, &value))??)
}

/// Enters organs and accounts; those who act.
fn cast(platform: &Platform, county: &County, from: Day) -> Result<(Cast, Vec<DemoAccount>)> {
    let organs = county.organs()?;
    let by_id = organs.iter().map(|organ| (organ.id.clone(), organ.name.clone())).collect();
    let by_name = organs.iter().map(|organ| (organ.name.clone(), organ.id.clone())).collect();
    let accounts = county.accounts(&by_id)?;
    platform.set_account_rules(&app::AccountRules::demonstration())?;
    platform.enter_organs(organs, from)?;
    let mut actors = BTreeMap::new();
    for account in &accounts {
        platform.add_account(account.to_new())?;
        actors.insert(account.login.clone(), platform.actor_of(&account.login)?);
    }
    let order = accounts.iter().map(|account| account.login.clone()).collect();
    Ok((Cast { actors, order, organs: by_name }, accounts))
}
