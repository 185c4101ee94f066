//! Pages over HTTP with many cases: how long the server works at one, and how many it gives to two hundred connections
//! beside a bare page of the same size from the same stack.

mod acting;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use app::{CaseFilter, Origin, Platform};
use packs::{Files, Rules};
use store::account;
use web::Edge;

use self::acting::Acts;
use super::acts::Folder;
use super::desk::reopened;
use super::filling::{Mix, pattern};
use super::lists::is_filled;
use super::{BenchArgs, Row};
use crate::platform::{failed, store_fault, wrong};

/// How many cases there are where nobody says how many, and how many of a hundred went through a whole life.
const CASES: usize = 20_000;
const LIVES: usize = 10;
/// How many requests of each kind are timed, and how many of the first are not.
const ROUNDS: usize = 400;
const UNTIMED: usize = 20;
/// The most that a page may take, in milliseconds.
const MILLIS: f64 = 10.0;
/// Connections at once, and for how long they ask.
const CONNECTIONS: usize = 200;
const ASKING: Duration = Duration::from_secs(5);
/// How many officers ask in turn, and how many of each one's cases.
const OFFICERS: usize = 20;
const CASES_OF_EACH: usize = 20;
/// What the officers of the made county sign in with.
const PASSWORD: &str = "Bench-Of-Pages-2026";
/// What is looked for on the portal.
const WORDS: [&str; 6] = ["复议", "行政处罚", "公开", "决定", "规范性文件", "没有这样的词"];

pub fn run(rules: &Rules, args: &BenchArgs, files: &Files) -> Result<Vec<Row>, ExitCode> {
    if let Some(dir) = args.filled.as_ref().filter(|dir| is_filled(dir)) {
        return measure(rules, dir);
    }
    let mix = Mix { cases: args.cases.unwrap_or(CASES), lives: args.lives.unwrap_or(LIVES).min(100) };
    let own = Folder::new("web");
    let dir = args.filled.clone().unwrap_or_else(|| own.0.clone());
    let (events, seconds) = pattern(rules, files)?.fill(rules, &dir, mix)?;
    eprintln!("写入{}件、{events}次办理，用时{seconds:.1}秒", mix.cases);
    // A process of its own: what filling took must not count as what serving takes.
    let mut again = Command::new(std::env::current_exe().unwrap_or_else(|_| PathBuf::from("yifa")));
    match again.args(["bench", "web", "--filled"]).arg(&dir).status() {
        Ok(status) if status.success() => Ok(Vec::new()),
        _ => Err(ExitCode::FAILURE),
    }
}

fn measure(rules: &Rules, dir: &Path) -> Result<Vec<Row>, ExitCode> {
    let platform = reopened(rules, dir)?;
    let officers = officers(&platform)?;
    // Whole pages are timed where each is made anew; how many there are a second, as they are served.
    let made = served(&platform, &Edge { kept_bytes: 0, ..Edge::default() })?;
    let mut rows = Vec::new();
    for kind in KINDS {
        rows.extend(timed(made, kind, &officers).map_err(|fault| broken(&fault))?);
    }
    let site = served(&platform, &Edge::default())?;
    let officer = officers.first();
    let asked = |[name, busy]: [&'static str; 2], path: &str, session: Option<&str>| {
        let quiet = rate(site, name, path, session, None).map_err(|fault| broken(&fault))?;
        let acts = acting::Acts::of(&platform)?;
        let busy = rate(site, busy, path, session, Some(&acts)).map_err(|fault| broken(&fault))?;
        Ok::<_, ExitCode>([quiet, busy])
    };
    for (names, path, session) in [
        (["门户首页，每秒", "门户首页，每秒（同时每秒办理50件）"], "/", None),
        (["公开信息，每秒", "公开信息，每秒（同时每秒办理50件）"], "/published", None),
        (
            ["工作台，每秒", "工作台，每秒（同时每秒办理50件）"],
            "/desk",
            officer.map(|one| one.session.as_str()),
        ),
    ] {
        rows.extend(asked(names, path, session)?);
    }
    if let Some(officer) = officer {
        rows.push(sign_in(site, officer).map_err(|fault| broken(&fault))?);
    }
    Ok(rows)
}

/// Serves a platform on an address of this machine.
pub fn served(platform: &Platform, edge: &Edge) -> Result<SocketAddr, ExitCode> {
    let (kept, edge) = (platform.clone(), Edge { limit_times: 100_000, read_times: 0, ..edge.clone() });
    let served = free_address().and_then(|address| {
        thread::spawn(move || web::serve(kept, &address.to_string(), &edge));
        opened(address)
    });
    served.map_err(|fault| wrong(format!("启动不了网站：{fault}"), "再试一次。"))
}

fn broken(fault: &std::io::Error) -> ExitCode {
    wrong(format!("网页没有答上来：{fault}"), "看服务的输出；机器太忙的，等一等再试。")
}

/// Somebody who asks: the name, the session, and cases of theirs.
struct Officer {
    login: String,
    session: String,
    cases: Vec<String>,
}

fn officers(platform: &Platform) -> Result<Vec<Officer>, ExitCode> {
    let accounts = platform.store().read(|reader| account::page(reader, "", 100_000));
    let accounts = accounts.map_err(|fault| store_fault(&fault))?;
    let mut made = Vec::new();
    for account in accounts.iter().filter(|account| account.organ.is_some()) {
        if made.len() == OFFICERS {
            break;
        }
        let actor = platform.actor_of(&account.login).map_err(|fault| failed(&fault))?;
        let list = platform.case_list(&actor, &CaseFilter::default(), None);
        let (lines, _) = list.map_err(|fault| failed(&fault))?;
        if lines.is_empty() {
            continue;
        }
        platform.set_password(&account.login, PASSWORD).map_err(|fault| failed(&fault))?;
        let session = platform.sign_in(&account.login, PASSWORD, &Origin::default());
        let cases = lines.into_iter().take(CASES_OF_EACH).map(|line| line.case).collect();
        made.push(Officer {
            login: account.login.clone(),
            session: session.map_err(|fault| failed(&fault))?,
            cases,
        });
    }
    eprintln!("{}名有案件的工作人员轮流查看", made.len());
    Ok(made)
}

/// An address of this machine that nobody listens on just now.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Waits until somebody listens.
fn opened(address: SocketAddr) -> std::io::Result<SocketAddr> {
    let began = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(_) => return Ok(address),
            Err(fault) if began.elapsed() > Duration::from_secs(30) => return Err(fault),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// A connection that asks one page after another.
pub struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream: BufReader::with_capacity(64 << 10, stream), line: String::new(), body: Vec::new() })
    }

    /// Asks for a page; how many bytes it has.
    pub fn get(&mut self, path: &str, session: Option<&str>) -> std::io::Result<usize> {
        let cookie = session
            .map_or_else(|| format!("yifa_visit={VISIT}"), |session| format!("yifa_session={session}"));
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n"), " 200 ")
    }

    /// Sends a form as a visitor who has not signed in; the answer must lead elsewhere.
    fn post(&mut self, path: &str, fields: &str) -> std::io::Result<usize> {
        // A mask of noughts, and the token under it.
        let form = format!("csrf={:064}{VISIT}&{fields}", 0);
        let asked = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nCookie: yifa_visit={VISIT}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        self.ask(&asked, " 303 ")
    }

    fn ask(&mut self, asked: &str, expected: &str) -> std::io::Result<usize> {
        self.stream.get_mut().write_all(asked.as_bytes())?;
        let mut length = None;
        let mut status = String::new();
        loop {
            self.line.clear();
            if self.stream.read_line(&mut self.line)? == 0 {
                return Err(std::io::Error::other("连接断了"));
            }
            let line = self.line.trim_end();
            if status.is_empty() {
                line.clone_into(&mut status);
            }
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse::<usize>().ok();
            }
        }
        if !status.contains(expected) {
            let line = asked.lines().next().unwrap_or_default();
            return Err(std::io::Error::other(format!("{line}：{status}")));
        }
        let length = length.ok_or_else(|| std::io::Error::other("没有写明长度"))?;
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(length)
    }
}

/// The token of the visitor who has not signed in.
const VISIT: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// What is asked for.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Desk,
    OwnDesk,
    Case,
    Search,
    Home,
    Published,
}

const KINDS: [Kind; 6] = [Kind::Desk, Kind::OwnDesk, Kind::Case, Kind::Search, Kind::Home, Kind::Published];

impl Kind {
    const fn names(self) -> [&'static str; 2] {
        match self {
            Self::Desk => ["网页：工作台，处理器时间p99", "网页：工作台，时钟p99"],
            Self::OwnDesk => ["网页：工作台（我承办的），处理器时间p99", "网页：工作台（我承办的），时钟p99"],
            Self::Case => ["网页：案件页，处理器时间p99", "网页：案件页，时钟p99"],
            Self::Search => ["网页：门户搜索，处理器时间p99", "网页：门户搜索，时钟p99"],
            Self::Home => ["网页：门户首页，处理器时间p99", "网页：门户首页，时钟p99"],
            Self::Published => ["网页：公开信息，处理器时间p99", "网页：公开信息，时钟p99"],
        }
    }

    fn path(self, officer: &Officer, round: usize) -> String {
        let word = || WORDS.get(round % WORDS.len()).copied().unwrap_or_default();
        match self {
            Self::Desk => "/desk".to_owned(),
            Self::OwnDesk => "/desk?whose=mine".to_owned(),
            Self::Case => {
                let case = officer.cases.get(round / OFFICERS % officer.cases.len().max(1));
                format!("/cases/{}", case.map_or("", String::as_str))
            }
            Self::Search => format!("/search?q={}", escaped(word())),
            Self::Home => "/".to_owned(),
            Self::Published => "/published".to_owned(),
        }
    }

    const fn is_signed_in(self) -> bool {
        matches!(self, Self::Desk | Self::OwnDesk | Self::Case)
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// How long pages of a kind take, one after another, each for another officer: by the processor and by the clock.
fn timed(site: SocketAddr, kind: Kind, officers: &[Officer]) -> std::io::Result<Vec<Row>> {
    let mut connection = Connection::open(site)?;
    let (mut worked, mut waited, mut bytes) = (Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let Some(officer) = officers.get(round % officers.len().max(1)) else { break };
        let path = kind.path(officer, round);
        let session = kind.is_signed_in().then_some(officer.session.as_str());
        let (before, began) = (worked_by_others(), Instant::now());
        bytes = connection.get(&path, session)?;
        let clock = began.elapsed().as_secs_f64() * 1000.0;
        // What a thread did is told when it leaves the processor.
        thread::sleep(Duration::from_micros(200));
        if round >= UNTIMED {
            worked.push((worked_by_others() - before).max(0.0) * 1000.0);
            waited.push(clock);
        }
    }
    let [by_processor, by_clock] = kind.names();
    eprintln!(
        "{}：{bytes}字节，处理器时间p50 {:.2}毫秒，时钟p50 {:.2}毫秒",
        by_clock.trim_end_matches("，时钟p99"),
        share(&mut worked, 50),
        share(&mut waited, 50)
    );
    let row = |name, all: &mut Vec<f64>| {
        let value = share(all, 99);
        Row { name, value, unit: "毫秒", limit: MILLIS, limit_is: "上限", ratio: value / MILLIS }
    };
    Ok(vec![row(by_processor, &mut worked), row(by_clock, &mut waited)])
}

/// The value below which so many of a hundred lie.
fn share(all: &mut [f64], hundredths: usize) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get((all.len() * hundredths / 100).min(all.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// The seconds that all threads of this process but this one have had a processor. Nothing where the system does not tell.
fn worked_by_others() -> f64 {
    let own = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    let own = own.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().filter_map(Result::ok);
    let others = tasks.filter(|task| task.file_name().to_string_lossy() != own.as_str());
    let told = others.filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    told.filter_map(|text| text.split_whitespace().next()?.parse::<f64>().ok()).sum::<f64>() / 1e9
}

/// Pages a second under many connections, beside a bare page of as many bytes from the same stack, in turn; while somebody
/// acts, where that is asked for.
fn rate(
    site: SocketAddr,
    name: &'static str,
    path: &str,
    session: Option<&str>,
    acts: Option<&Acts>,
) -> std::io::Result<Row> {
    let bytes = Connection::open(site)?.get(path, session)?;
    let address = free_address()?;
    thread::spawn(move || web::serve_bare(&address.to_string(), vec![b'x'; bytes]));
    let bare = opened(address)?;
    let (mut own, mut limit) = (0.0f64, 0.0f64);
    for _ in 0..2 {
        limit = limit.max(asked(bare, "/", None)?);
        own = own.max(match acts {
            None => asked(site, path, session)?,
            Some(acts) => acts.during(name, || asked(site, path, session))?,
        });
    }
    Ok(Row {
        name,
        value: own,
        unit: "页/秒",
        limit,
        limit_is: "同样大小的空白页，同一个HTTP栈，200个连接",
        ratio: own / limit,
    })
}

fn asked(address: SocketAddr, path: &str, session: Option<&str>) -> std::io::Result<f64> {
    let (count, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut threads = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(address)?;
        let (count, end) = (Arc::clone(&count), Arc::clone(&end));
        let (path, session) = (path.to_owned(), session.map(str::to_owned));
        let work = move || -> std::io::Result<()> {
            while !end.load(Ordering::Relaxed) {
                connection.get(&path, session.as_deref())?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        threads.push(thread::Builder::new().stack_size(256 << 10).spawn(work)?);
    }
    let began = Instant::now();
    thread::sleep(ASKING);
    let (done, seconds) = (count.load(Ordering::Relaxed), began.elapsed().as_secs_f64());
    end.store(true, Ordering::Relaxed);
    for one in threads {
        one.join().map_err(|_| std::io::Error::other("连接的线程出错"))??;
    }
    Ok(done as f64 / seconds)
}

/// How often somebody signs in.
const SIGN_INS: usize = 40;

/// Signing in by its form, beside argon2id alone over the same password with the same parameters, in turn.
fn sign_in(site: SocketAddr, officer: &Officer) -> std::io::Result<Row> {
    let mut connection = Connection::open(site)?;
    let (mut whole, mut alone) = (Vec::new(), Vec::new());
    let fields = format!("login={}&password={}", escaped(&officer.login), escaped(PASSWORD));
    for _ in 0..SIGN_INS {
        let began = Instant::now();
        connection.post("/sign-in", &fields)?;
        whole.push(began.elapsed().as_secs_f64() * 1000.0);
        let began = Instant::now();
        std::hint::black_box(app::argon2id_once(PASSWORD));
        alone.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let (value, limit) = (share(&mut whole, 50), share(&mut alone, 50));
    let limit_is = "只算argon2id，同样的参数";
    Ok(Row { name: "登录一次，p50", value, unit: "毫秒", limit, limit_is, ratio: value / limit })
}
