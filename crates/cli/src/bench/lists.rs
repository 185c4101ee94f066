//! Lists with millions of cases: each use case in a mix of officers and pages, what the store weighs, what stays resident.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use app::{Actor, CaseFilter, EntriesAsked, FigureAsked, Origin, Platform, Viewer, Whose};
use calendar::Day;
use packs::{Files, Rules};
use store::cases::{self, Scope};
use store::{Options, Store, account, fill, meta};

use super::acts::Folder;
use super::desk::{reopened, resident_mebibytes};
use super::filling::{COUNTIES, Mix, Pattern, REGISTER, pattern};
use super::{BenchArgs, Row};
use crate::platform::{failed, store_fault};

/// The setting of a store that was filled to its end.
pub const FILLED: &str = "bench_filled";

/// How many cases there are where nobody says how many.
const CASES: usize = 20_000;
/// How many of a hundred went through a whole life where nobody says.
const LIVES: usize = 10;
/// How many requests of each kind are measured, mixed.
const ROUNDS: usize = 300;
/// The most that a list may take, in milliseconds.
const MILLIS: f64 = 10.0;
/// The most that a store may weigh, as a multiple of its canonical events.
const WEIGHT: f64 = 2.5;
/// The most that may stay resident, in MiB.
const RESIDENT: f64 = 300.0;
/// The most that a list of what one may see may take, as a multiple of a list of everything.
const FILTERED: f64 = 1.3;

pub fn run(rules: &Rules, args: &BenchArgs, files: &Files) -> Result<Vec<Row>, ExitCode> {
    if let Some(dir) = args.filled.as_ref().filter(|dir| is_filled(dir)) {
        return measure(rules, dir);
    }
    let mix = Mix { cases: args.cases.unwrap_or(CASES), lives: args.lives.unwrap_or(LIVES).min(100) };
    let pattern = pattern(rules, files)?;
    let own = Folder::new("lists");
    let dir = args.filled.clone().unwrap_or_else(|| own.0.clone());
    let mut rows = Vec::new();
    for (name, lives) in [("数据大小：办过一生的案件", 100), ("数据大小：只办过一次的案件", 0)]
    {
        rows.push(weight_of(rules, &pattern, name, lives)?);
    }
    let (events, seconds) = pattern.fill(rules, &dir, mix)?;
    drop(pattern);
    eprintln!(
        "写入{}件、{events}次办理，用时{seconds:.1}秒，每秒{:.0}件",
        mix.cases,
        mix.cases as f64 / seconds
    );
    // A process of its own: what filling took must not count as what serving takes.
    let mut again = Command::new(std::env::current_exe().unwrap_or_else(|_| PathBuf::from("yifa")));
    let status = again.args(["bench", "lists", "--filled"]).arg(&dir).status();
    match status {
        Ok(status) if status.success() => Ok(rows),
        _ => Err(ExitCode::FAILURE),
    }
}

pub fn is_filled(dir: &Path) -> bool {
    let store = Store::open(dir, &Options { read_only: true, ..Options::default() });
    store.is_ok_and(|store| {
        let found: store::Result<_> = store.read(|reader| meta::get(reader, FILLED));
        found.is_ok_and(|found| found.is_some())
    })
}

/// What a store of ten thousand cases of one kind weighs.
fn weight_of(rules: &Rules, pattern: &Pattern, name: &'static str, lives: usize) -> Result<Row, ExitCode> {
    let folder = Folder::new("weight");
    pattern.fill(rules, &folder.0, Mix { cases: 10_000, lives })?;
    let platform = reopened(rules, &folder.0)?;
    weight(&platform, name)
}

/// The bytes of all tables and indexes beside those of the canonical events.
fn weight(platform: &Platform, name: &'static str) -> Result<Row, ExitCode> {
    let read = platform
        .store()
        .read(|reader| -> store::Result<_> { Ok((fill::sizes(reader)?, fill::canonical_bytes(reader)?)) });
    let (sizes, (events, canonical)) = read.map_err(|fault| store_fault(&fault))?;
    let all: i64 = sizes.iter().map(|(_, bytes)| bytes).sum();
    let each = |bytes: i64| bytes as f64 / events.max(1) as f64;
    eprintln!("{name}：{events}次办理，规范格式每次{:.0}字节，其中（每次办理的字节）：", each(canonical));
    for (table, bytes) in sizes.iter().filter(|(_, bytes)| bytes * 100 > all) {
        eprintln!("  {table}　{:.1}", each(*bytes));
    }
    let value = all as f64 / canonical.max(1) as f64;
    let (limit, limit_is) = (WEIGHT, "规范格式事项的字节数的倍数，上限");
    Ok(Row { name, value, unit: "倍", limit, limit_is, ratio: value / limit })
}

fn measure(rules: &Rules, dir: &Path) -> Result<Vec<Row>, ExitCode> {
    let platform = reopened(rules, dir)?;
    let mut load = Load::new(&platform)?;
    load.run()?;
    let mut rows = load.rows();
    if let Some(resident) = resident_mebibytes() {
        let (limit, ratio) = (RESIDENT, resident / RESIDENT);
        rows.push(Row {
            name: "混合查询之后的常驻内存",
            value: resident,
            unit: "MiB",
            limit,
            limit_is: "上限",
            ratio,
        });
    }
    rows.push(weight(&platform, "数据大小：全部")?);
    Ok(rows)
}

/// How long this thread has waited, in seconds, while others had the processor: on a busy machine that would be most of
/// what is measured. Nothing where the system does not tell.
pub(super) fn waited_for_processor() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().nth(1).and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// What is asked, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    DeskOfOrgan,
    DeskOfOfficer,
    Cases,
    Unfiltered,
    OfProcedure,
    OfPhase,
    Named,
    Count,
    SearchNumber,
    SearchTitle,
    Figure,
    FigureOfOrgan,
    Organs,
    Register,
}

impl Kind {
    const ALL: [(Self, &'static str); 14] = [
        (Self::DeskOfOrgan, "工作台，本机关"),
        (Self::DeskOfOfficer, "工作台，我承办的"),
        (Self::Cases, "案件列表"),
        (Self::Unfiltered, "案件列表，一个机关的，不按权限筛选"),
        (Self::OfProcedure, "案件列表，按程序"),
        (Self::OfPhase, "案件列表，按程序和阶段"),
        (Self::Named, "案件列表，涉及本机关的"),
        (Self::Count, "案件计数"),
        (Self::SearchNumber, "按编号查找"),
        (Self::SearchTitle, "按当事人查找"),
        (Self::Figure, "指标明细"),
        (Self::FigureOfOrgan, "指标明细，一个机关"),
        (Self::Organs, "机关名录"),
        (Self::Register, "名册，一个机关的"),
    ];
}

struct Load<'a> {
    platform: &'a Platform,
    actors: Vec<Actor>,
    chance: u64,
    /// Where each officer's list goes on.
    next: BTreeMap<(Kind, usize), String>,
    took: BTreeMap<Kind, Vec<f64>>,
    /// Those of them whose page was full.
    full: BTreeMap<Kind, Vec<f64>>,
    lines: usize,
    /// How many entries the register of one organ has.
    listed: usize,
}

const PROCEDURES: [&str; 3] = ["reconsideration", "disclosure_request", "normative_document"];
const PHASES: [&str; 4] = ["归档", "受理", "审理", "办结"];
const FIGURES: [&str; 3] = ["reconsideration_received", "disclosure_requests_received", "disclosure_replies"];

impl<'a> Load<'a> {
    fn new(platform: &'a Platform) -> Result<Self, ExitCode> {
        let accounts = platform.store().read(|reader| account::page(reader, "", 100_000));
        let accounts = accounts.map_err(|fault| store_fault(&fault))?;
        let mut actors = Vec::new();
        for account in accounts.iter().filter(|account| account.organ.is_some()) {
            let actor = platform.actor_of(&account.login).map_err(|fault| failed(&fault))?;
            // Empty lists are no measure.
            let (lines, _) =
                platform.case_list(&actor, &CaseFilter::default(), None).map_err(|fault| failed(&fault))?;
            if !lines.is_empty() {
                actors.push(actor);
            }
        }
        let today = platform.today().number();
        let counted = platform.store().read(|reader| store::entry::counts(reader, today));
        let counted = counted.map_err(|fault| store_fault(&fault))?;
        let listed = usize::try_from(counted.get(REGISTER).copied().unwrap_or(0)).unwrap_or(0) / COUNTIES;
        eprintln!("{}名有案件的工作人员轮流查看；每个县的名册{listed}条", actors.len());
        Ok(Self {
            platform,
            actors,
            chance: 7,
            next: BTreeMap::new(),
            took: BTreeMap::new(),
            full: BTreeMap::new(),
            lines: 0,
            listed,
        })
    }

    fn dice(&mut self, sides: usize) -> usize {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^= mixed >> 27;
        usize::try_from(mixed >> 8).unwrap_or(0) % sides.max(1)
    }

    /// All kinds in turn, each for another officer; half of the pages go on where one ended, a quarter begin somewhere
    /// deep, a quarter at the beginning.
    fn run(&mut self) -> Result<(), ExitCode> {
        for round in 0..ROUNDS {
            for (kind, _) in Kind::ALL {
                let who = self.dice(self.actors.len());
                let Some(actor) = self.actors.get(who).cloned() else { return Ok(()) };
                let after = match self.dice(4) {
                    0 => None,
                    1 => self.deep(kind),
                    _ => self.next.get(&(kind, who)).cloned(),
                };
                let picked = self.dice(1000);
                let (began, waited) = (Instant::now(), waited_for_processor());
                let asked = ask(self.platform, kind, &actor, after.as_deref(), picked);
                let waited = waited_for_processor() - waited;
                let millis = (began.elapsed().as_secs_f64() - waited).max(0.0) * 1000.0;
                let (lines, next) = asked.map_err(|fault| failed(&fault))?;
                self.lines += lines;
                // The first round opens files and prepares statements.
                if round > 0 {
                    self.took.entry(kind).or_default().push(millis);
                    if lines >= 100 {
                        self.full.entry(kind).or_default().push(millis);
                    }
                }
                match next {
                    Some(next) => self.next.insert((kind, who), next),
                    None => self.next.remove(&(kind, who)),
                };
            }
        }
        Ok(())
    }

    /// A place somewhere in a list.
    fn deep(&mut self, kind: Kind) -> Option<String> {
        let back = i32::try_from(self.dice(700)).unwrap_or(0);
        let day = self.platform.today().plus_days(-back).number();
        match kind {
            Kind::DeskOfOrgan | Kind::DeskOfOfficer => Some(format!("{}|01K|1|x", day + 690)),
            Kind::Cases | Kind::Unfiltered | Kind::OfProcedure | Kind::OfPhase | Kind::Named => {
                Some(format!("{day}.01K"))
            }
            Kind::Register => {
                let most = self.listed;
                Some(format!("91350526MA{:08}", self.dice(most)))
            }
            _ => None,
        }
    }

    fn rows(mut self) -> Vec<Row> {
        eprintln!(
            "混合查询共得{}行，每页100行，指标明细200行，名册50行；用时不含等待处理器的时间",
            self.lines
        );
        let mut rows = Vec::new();
        for (kind, name) in Kind::ALL {
            let mut took = self.took.remove(&kind).unwrap_or_default();
            took.sort_by(f64::total_cmp);
            let at = |share: usize| took.get((took.len() * share / 100).min(took.len().saturating_sub(1)));
            let (half, most) = (at(50).copied().unwrap_or(0.0), at(99).copied().unwrap_or(0.0));
            eprintln!("{name}：p50 {half:.2}毫秒，p99 {most:.2}毫秒，{}次", took.len());
            rows.push(Row {
                name,
                value: most,
                unit: "毫秒",
                limit: MILLIS,
                limit_is: "p99的上限",
                ratio: most / MILLIS,
            });
        }
        let mut half = |kind| {
            let took = self.full.get_mut(&kind)?;
            took.sort_by(f64::total_cmp);
            took.get(took.len() / 2).copied()
        };
        if let (Some(own), Some(all)) = (half(Kind::Cases), half(Kind::Unfiltered)) {
            let (value, limit) = (own / all, FILTERED);
            let (name, limit_is) = ("按权限筛选的案件列表，满页", "不按权限筛选的满页用时的倍数，p50，上限");
            rows.push(Row { name, value, unit: "倍", limit, limit_is, ratio: value / limit });
        }
        rows
    }
}

/// The same page of an organ's cases out of the store, without asking what else may be seen and by whom.
fn of_organ(platform: &Platform, actor: &Actor, after: Option<&str>) -> Asked {
    let organ = actor.organ.as_ref().map_or("", |(id, _)| id.as_str());
    let after = after.and_then(|text| text.split_once('.'));
    let after =
        after.and_then(|(day, id)| Some(cases::Key { opened_on: day.parse().ok()?, id: id.to_owned() }));
    let read = |reader: &dyn store::Query| -> store::Result<_> {
        cases::page(reader, Scope::Organ { organ }, "", after.as_ref(), 101)
    };
    let rows = platform.store().read(|reader| read(reader))?;
    let next = rows.get(99).map(|row| format!("{}.{}", row.opened_on, row.id));
    Ok((black_box(rows).len().min(100), next))
}

type Asked = app::Result<(usize, Option<String>)>;

fn ask(platform: &Platform, kind: Kind, actor: &Actor, after: Option<&str>, picked: usize) -> Asked {
    let pick = |from: &[&str]| from.get(picked % from.len()).map(|one| (*one).to_owned());
    let mut filter = CaseFilter::default();
    match kind {
        Kind::DeskOfOrgan | Kind::DeskOfOfficer => {
            let desk = platform.desk(actor, kind == Kind::DeskOfOfficer, after)?;
            return Ok((desk.lines.len(), desk.next));
        }
        Kind::Cases => {}
        Kind::Unfiltered => return of_organ(platform, actor, after),
        Kind::OfProcedure | Kind::OfPhase | Kind::Count => {
            filter.whose = if picked.is_multiple_of(2) { Whose::Held } else { Whose::All };
            filter.procedure = pick(&PROCEDURES);
            filter.phase = if kind == Kind::OfProcedure { None } else { pick(&PHASES) };
        }
        Kind::Named => filter.whose = Whose::Named,
        Kind::SearchNumber | Kind::SearchTitle => {
            let text = if kind == Kind::SearchNumber {
                format!("{}德政复〔2024〕{}", picked % 20, picked % 90)
            } else {
                format!("申请人{picked}")
            };
            let found = platform.search_cases(actor, &text, None, &Origin::default())?;
            return Ok((found.lines.len(), None));
        }
        Kind::Figure | Kind::FigureOfOrgan => {
            let organ =
                actor.organ.as_ref().filter(|_| kind == Kind::FigureOfOrgan).map(|(id, _)| id.clone());
            let to = platform.today();
            let from = Day::from_ymd(2024, 1, 1).unwrap_or(to);
            let asked = FigureAsked {
                organ: organ.unwrap_or_default(),
                division: String::new(),
                from,
                to,
                as_of: to,
            };
            let figure = pick(&FIGURES).unwrap_or_default();
            let (rows, next) = platform.figure_records(Viewer::Account(actor), &figure, &asked, after)?;
            return Ok((rows.len(), next));
        }
        Kind::Register => {
            let own = actor.organ.as_ref().and_then(|(id, _)| id.rsplit_once('-'));
            let organ = format!("county-{}", own.map_or("0", |(_, county)| county));
            let asked = EntriesAsked { on: platform.today(), after, words: "", all: false };
            let page = platform.register_page(Some(actor), REGISTER, &organ, asked)?;
            return Ok((page.rows.len(), page.next));
        }
        Kind::Organs => return Ok((platform.organs()?.len(), None)),
    }
    if kind == Kind::Count {
        platform.case_count(actor, &filter)?;
        return Ok((1, None));
    }
    let (lines, next) = platform.case_list(actor, &filter, after)?;
    Ok((lines.len(), next))
}
