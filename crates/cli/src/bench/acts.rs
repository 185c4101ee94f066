//! Durable acts through the platform, beside the database alone writing the same rows in the same groups.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use app::{Actor, Deal, Form, Ids, NewAccount, Open, Organ, Platform, SystemClock};
use calendar::Day;
use packs::Rules;
use store::account::Rank;
use store::testing::Database;
use store::{Options, Place, Store, Trace};

use super::{BenchArgs, Row};
use crate::platform::{failed, store_fault};

/// How many connections the store has: the writer's and the readers'.
const CONNECTIONS: usize = 5;

pub fn run(rules: &Rules, args: &BenchArgs, database: Option<&str>) -> Result<Vec<Row>, ExitCode> {
    match database {
        None => in_folder(rules, args),
        Some(given) => in_database(rules, args, given),
    }
}

/// In a schema of its own in the given database, which goes away.
fn in_database(rules: &Rules, args: &BenchArgs, given: &str) -> Result<Vec<Row>, ExitCode> {
    let fault = |fault: store::StoreError| store_fault(&fault);
    let own = |name: &str| Database::at(given, name).map_err(fault);
    let (trace, folder, acts) = (Trace::with_room(args.acts), Folder::new("acts"), own("acts")?);
    let place = acts.place(&folder.0).map_err(fault)?;
    let mut platforms = vec![platform_at(rules, &place, Some(trace.clone()))?];
    for _ in 1..args.servers.max(1) {
        let store = Store::open_at(&place, &Options::default()).map_err(fault)?;
        let more = Platform::new(store, rules.clone(), Arc::new(SystemClock), Ids::System);
        platforms.push(more.map_err(|fault| failed(&fault))?);
    }
    let before = trace.counts();
    let began = Instant::now();
    thread::scope(|scope| {
        let among = platforms.len();
        let load = Load { acts: args.acts / among, clients: args.clients / among, ..Load::of(args) };
        let one = |platform| scope.spawn(move || act_through(platform, load));
        let filling: Vec<_> = platforms.iter().map(one).collect();
        filling.into_iter().try_for_each(|one| one.join().unwrap_or(Err(ExitCode::FAILURE)))
    })?;
    let rate = args.acts as f64 / began.elapsed().as_secs_f64();
    let after = trace.counts();
    drop(platforms);
    let row = |name, seconds: f64, limit_is| {
        let limit = args.acts as f64 / seconds;
        Row { name, value: rate, unit: "件/秒", limit, limit_is, ratio: rate / limit }
    };
    if args.servers > 1 {
        // The trace is of one of them; there is nothing to compare with.
        return Ok(vec![row("几个服务同时持久办理", args.acts as f64 / rate, "自身")]);
    }
    let groups = after.1 - before.1;
    eprintln!(
        "办理{}件，分{groups}组提交，每组平均{:.1}件",
        args.acts,
        args.acts as f64 / groups.max(1) as f64
    );
    let replay = |name: &str, connections| {
        let bare = own(name)?;
        let address = store::Address::parse(&bare.address).map_err(fault)?;
        trace.replay_in(&address, connections).map(|took| took.as_secs_f64()).map_err(fault)
    };
    Ok(vec![
        row("经平台持久办理", replay("single", Some(CONNECTIONS))?, "PostgreSQL逐件提交同样的行，连接数相同"),
        row("经平台持久办理", replay("grouped", None)?, "PostgreSQL单独成批写同样的行、同样分组"),
    ])
}

fn in_folder(rules: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    // Keeping the trace takes time of its own: the speed is that of a run without it, the trace that of a second run.
    let folder = Folder::new("acts");
    let plain = platform(rules, &folder.0, None)?;
    let began = Instant::now();
    act_through(&plain, Load::of(args))?;
    let seconds = began.elapsed().as_secs_f64();
    drop((plain, folder));
    let trace = Trace::with_room(args.acts);
    let folder = Folder::new("traced");
    let traced = platform(rules, &folder.0, Some(trace.clone()))?;
    let before = trace.counts();
    act_through(&traced, Load::of(args))?;
    let after = trace.counts();
    drop(traced);
    let bare = Folder::new("bare");
    let alone = trace.replay(&bare.0).map_err(|fault| store_fault(&fault))?.as_secs_f64();
    let (statements, groups) = (after.0 - before.0, after.1 - before.1);
    let rate = args.acts as f64 / seconds;
    let limit = args.acts as f64 / alone;
    eprintln!(
        "办理{}件，写{statements}条语句，分{groups}组提交，每组平均{:.1}件",
        args.acts,
        args.acts as f64 / groups.max(1) as f64
    );
    Ok(vec![Row {
        name: "经平台持久办理",
        value: rate,
        unit: "件/秒",
        limit,
        limit_is: "SQLite单独写同样的行、同样分组",
        ratio: rate / limit,
    }])
}

/// A folder that goes away.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("yifa-bench-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// An empty platform with one organ and one officer.
pub fn platform(rules: &Rules, dir: &std::path::Path, trace: Option<Trace>) -> Result<Platform, ExitCode> {
    platform_at(rules, &Place::Folder(dir.to_owned()), trace)
}

pub fn platform_at(rules: &Rules, place: &Place, trace: Option<Trace>) -> Result<Platform, ExitCode> {
    let options = Options { trace, ..Options::default() };
    let store = Store::open_at(place, &options).map_err(|fault| store_fault(&fault))?;
    let platform = Platform::new(store, rules.clone(), Arc::new(SystemClock), Ids::System);
    let platform = platform.map_err(|fault| failed(&fault))?;
    let organ = |id: &str, name: &str, kind: &str| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: "测政".to_owned(),
        kind: kind.to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: None,
    };
    let organs =
        vec![organ("county", "测试县人民政府", "government"), organ("police", "测试县公安局", "department")];
    let from = Day::from_ymd(2020, 1, 1).unwrap_or_else(|| platform.today());
    platform.enter_organs(organs, from).map_err(|fault| failed(&fault))?;
    let account = NewAccount {
        login: "officer".to_owned(),
        name: "测试承办人".to_owned(),
        password: Ids::password(),
        organ: Some("county".to_owned()),
        rank: Rank::Staff,
    };
    platform.add_account(account).map_err(|fault| failed(&fault))?;
    Ok(platform)
}

pub fn officer(platform: &Platform) -> Result<Actor, ExitCode> {
    platform.actor_of("officer").map_err(|fault| failed(&fault))
}

/// What is to be done.
#[derive(Clone, Copy)]
pub struct Load {
    /// About so many acts, from so many clients at once, so many in each case: the application, the examination, the acceptance.
    pub acts: usize,
    pub clients: usize,
    pub steps: usize,
    /// So many persons apply, in turn.
    pub persons: usize,
}

impl Load {
    fn of(args: &BenchArgs) -> Self {
        let BenchArgs { acts, clients, steps, persons, .. } = *args;
        Self { acts, clients, steps, persons }
    }
}

/// Opens as many reconsideration cases as the command was asked for.
pub fn fill(platform: &Platform, args: &BenchArgs) -> Result<(), ExitCode> {
    act_through(platform, Load { acts: args.cases(), steps: 1, ..Load::of(args) })
}

fn act_through(platform: &Platform, load: Load) -> Result<(), ExitCode> {
    let Load { acts, clients, steps, persons } = load;
    let actor = officer(platform)?;
    let next = AtomicUsize::new(0);
    let today = platform.today();
    let form = application(today);
    let faults = thread::scope(|scope| {
        let one = || {
            loop {
                let serial = next.fetch_add(steps, Ordering::Relaxed);
                if serial >= acts {
                    break;
                }
                let mut form = form.clone();
                if persons > 1 {
                    let code = resident_id(serial / steps.max(1) % persons);
                    form.insert("applicant.code".to_owned(), code.into_iter().collect());
                }
                let open = Open {
                    key: Ids::token(),
                    procedure: "reconsideration".to_owned(),
                    organ: "county".to_owned(),
                    act: "apply".to_owned(),
                    on: today,
                    form,
                    files: Vec::new(),
                };
                let opened = platform.open(&actor, open)?;
                for (act, field, value) in LATER.iter().take(steps.saturating_sub(1)) {
                    let deal = Deal {
                        key: Ids::token(),
                        case: opened.case.clone(),
                        version: None,
                        act: (*act).to_owned(),
                        on: today,
                        form: Form::from([((*field).to_owned(), vec![(*value).to_owned()])]),
                        files: Vec::new(),
                    };
                    platform.act(&actor, deal)?;
                }
            }
            Ok::<(), app::AppError>(())
        };
        let clients: Vec<_> = (0..clients.max(1)).map(|_| scope.spawn(one)).collect();
        clients.into_iter().filter_map(|client| client.join().ok().and_then(Result::err)).collect::<Vec<_>>()
    });
    faults.first().map_or(Ok(()), |fault| Err(failed(fault)))
}

/// A resident identity number that is valid in form (GB 11643), another for each number: a thousand are born on a day.
fn resident_id(number: usize) -> Option<String> {
    let day = Day::from_ymd(1930, 1, 1)?.plus_days(i32::try_from(number / 1000).ok()?);
    let born = day.to_string().replace('-', "");
    let mut body: Vec<char> = format!("110105{born}{:03}", number % 1000).chars().collect();
    let last = codes::resident::check_letter(&body)?;
    body.push(last);
    Some(body.into_iter().collect())
}

/// What is done in a case after the application: the act, its field, what is filled in.
const LATER: [(&str, &str, &str); 2] = [("examine", "conclusion", "meets"), ("accept", "self_review", "no")];

pub fn application(today: Day) -> Form {
    let learned = today.plus_days(-10).to_string();
    let today = today.to_string();
    let fields = [
        ("applicant", "测试申请人"),
        ("applicant.code", "11010519491231002X"),
        ("applicant_kind", "citizen"),
        ("respondent", "测试县公安局"),
        ("channel", "in_person"),
        ("submitted_on", today.as_str()),
        ("act_title", "行政处罚决定"),
        ("act_kind", "penalty"),
        ("learned_on", learned.as_str()),
        ("told_rights", "yes"),
        ("counts_from", learned.as_str()),
        ("real_property", "no"),
        ("request", "撤销该处罚决定"),
        ("facts", "申请人当日不在现场，处罚决定认定的事实没有证据。"),
        ("reasons", "认定事实不清，适用依据错误。"),
    ];
    fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()])).collect()
}
