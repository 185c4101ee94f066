//! `yifa serve`: desk, portal and API; the clock that does what the law deems done and makes roots; the sending of the
//! outbox.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use app::{Job, PROVIDERS_FILE, Platform, Provider, Receiver};
use base::Diagnostic;
use clap::Args;
use store::lease::Lease;
use web::{Edge, Net, SITE_FILE, SiteFacts, TlsFiles};

use crate::Common;
use crate::messaging::{self, channels};
use crate::output::{self, MACHINE, WRONG_INPUT};
use crate::platform::{open, store_fault, wrong};
use crate::sending::{self, receivers};

#[derive(Args)]
pub struct ServeArgs {
    /// 监听的地址
    #[arg(long, value_name = "地址", default_value = "127.0.0.1:8350", hide_default_value = true)]
    pub listen: String,
    /// 证书文件（PEM），与 --tls-key 一起给出时用 https 提供服务
    #[arg(long, value_name = "文件", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// 证书的私钥文件（PEM）
    #[arg(long, value_name = "文件", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// 前面的代理的地址或者地址段，只有它说的来访地址才算数；可以写多次
    #[arg(long, value_name = "地址")]
    trust_proxy: Vec<String>,
    /// 频率限制放宽到几倍，用于许多人共用一个出口地址的地方，默认 1
    #[arg(long, value_name = "倍数", default_value_t = 1, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit_times: u32,
    /// 看页面、下载文件的频率限制另外放宽到几倍，默认 1；0 为不限，用于前面的网关已经限制的地方
    #[arg(long, value_name = "倍数", default_value_t = 1, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=100_000))]
    read_limit_times: u32,
    /// 接收方文件：办理的事项送给谁，默认为数据文件夹中的 deliver.toml
    #[arg(long, value_name = "文件")]
    pub deliver: Option<PathBuf>,
    /// 消息渠道文件：消息怎样发到邮箱、短信、群，默认为数据文件夹中的 messages.toml
    #[arg(long, value_name = "文件")]
    pub messages: Option<PathBuf>,
    /// 统一身份认证文件：可以用谁的身份登录，默认为数据文件夹中的 sign_on.toml
    #[arg(long, value_name = "文件")]
    sign_on: Option<PathBuf>,
    /// 网站信息文件：主办单位、网站标识码、备案号等，默认为数据文件夹中的 site.toml
    #[arg(long, value_name = "文件")]
    site: Option<PathBuf>,
}

impl ServeArgs {
    /// How the site stands on the network.
    fn edge(&self, common: &Common) -> Result<Edge, ExitCode> {
        let mut trusted = Vec::new();
        for text in &self.trust_proxy {
            let help = "写成 10.0.0.1 或者 10.0.0.0/8 这样的地址。";
            trusted.push(Net::parse(text).ok_or_else(|| wrong(format!("“{text}”不是地址或者地址段"), help))?);
        }
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        let tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
        let usual = common.data().join(PROVIDERS_FILE);
        let file = self.sign_on.clone().or_else(|| usual.exists().then_some(usual));
        let providers = file.map_or(Ok(Vec::new()), |file| Provider::read_file(&file));
        let providers = providers.map_err(|found| output::fail(&found, WRONG_INPUT))?;
        let usual = common.data().join(SITE_FILE);
        let file = self.site.clone().or_else(|| usual.exists().then_some(usual));
        let facts = file.map_or(Ok(SiteFacts::default()), |file| SiteFacts::read_file(&file));
        let facts = facts.map_err(|found| output::fail(&found, WRONG_INPUT))?;
        let (limit_times, read_times) = (self.limit_times, self.read_limit_times);
        Ok(Edge { trusted, tls, limit_times, read_times, providers, facts, ..Edge::default() })
    }
}

pub fn run(common: &Common, args: &ServeArgs) -> ExitCode {
    // What is wrong with the call is told before the store is opened.
    let read = receivers(common, args.deliver.as_deref())
        .and_then(|receivers| Ok((receivers, channels(common, args.messages.as_deref())?)));
    let opened = read.and_then(|(receivers, channels)| {
        let platform = open(common, false)?;
        platform.use_channels(channels);
        Ok((platform, receivers))
    });
    match opened {
        Ok((platform, receivers)) => serve(common, platform, args, receivers),
        Err(status) => status,
    }
}

/// How often the clock looks whether time has done something. Several servers over one database watch each other's
/// lease that often.
const TICK: Duration = Duration::from_secs(10);
/// How often what was kept for its time is forgotten.
const TIDY: Duration = Duration::from_secs(3600);
/// How often files are taken away that belong to nothing.
const SWEEP: Duration = Duration::from_secs(24 * 3600);

/// How often the server looks whether a command beside it asks for something.
const LOOK: Duration = Duration::from_millis(500);

fn tell<T>(done: app::Result<T>) {
    for one in done.err().iter().flat_map(app::AppError::diagnostics) {
        eprintln!("{one}");
    }
}

/// What the clock came to, in words; nothing where nothing had lapsed.
fn lapsed(done: Option<usize>) -> String {
    done.filter(|count| *count > 0).map_or_else(String::new, |count| format!("记入到期的事项{count}项"))
}

fn cleaned(rows: u64) -> String {
    if rows > 0 { format!("清理{rows}条") } else { String::new() }
}

/// Starts what runs beside the pages: the clock, and the reading of what takes long.
fn beside(platform: &Platform, lease: &Arc<Lease>) -> Result<(), ExitCode> {
    let (clock, held) = (platform.clone(), Arc::clone(lease));
    let ticking = thread::Builder::new().name("clock".to_owned()).spawn(move || {
        let (mut tidied, mut swept): (Option<Instant>, Option<Instant>) = (None, None);
        loop {
            let ticked = clock.tick(&held);
            // Of several servers the one that holds the clock tells.
            if !matches!(ticked, Ok(None)) {
                clock.note_job(Job::Clock, &ticked, |done| lapsed(*done));
            }
            tell(ticked);
            let made = clock.make_root_if_due(app::ROOT_MINUTES);
            clock.note_job(Job::Roots, &made, |root| {
                root.as_ref().map_or_else(String::new, |root| format!("作出覆盖{}条事项的根", root.size()))
            });
            tell(made);
            if tidied.is_none_or(|at| at.elapsed() > TIDY) {
                tidied = Some(Instant::now());
                let done = clock.tidy();
                clock.note_job(Job::Tidying, &done, |rows| cleaned(*rows));
                tell(done);
            }
            if swept.is_none_or(|at| at.elapsed() > SWEEP) {
                swept = Some(Instant::now());
                tell(clock.sweep_files());
            }
            let ticked = Instant::now();
            while ticked.elapsed() < TICK {
                thread::sleep(LOOK);
                tell(clock.answer_request());
            }
        }
    });
    if let Err(fault) = ticking {
        let one = Diagnostic::error("no_thread", format!("不能启动期限时钟：{fault}"));
        return Err(output::fail(&[one], MACHINE));
    }
    // What takes long to read is read before anybody asks for it; where this fails, it is read when it is asked for.
    let reader = platform.clone();
    let reading = thread::Builder::new().name("reading".to_owned());
    drop(reading.spawn(move || {
        let sealed = reader.seal_attachments();
        if let Some(count) = sealed.as_ref().ok().filter(|count| **count > 0) {
            eprintln!("已封存旧版本留下的附件{count}个。");
        }
        tell(sealed);
        tell(reader.prepare_alike());
        tell(reader.prepare_library());
    }));
    Ok(())
}

/// Serves until told to stop. The clock runs beside, and the sending of the outbox, each in one of several servers.
pub fn serve(common: &Common, platform: Platform, args: &ServeArgs, receivers: Vec<Receiver>) -> ExitCode {
    let edge = match args.edge(common) {
        Ok(edge) => edge,
        Err(status) => return status,
    };
    let listen = args.listen.as_str();
    let lease = match Lease::new("clock", store::lease::PATIENCE) {
        Ok(lease) => Arc::new(lease),
        Err(fault) => return store_fault(&fault),
    };
    if let Err(status) = beside(&platform, &lease) {
        return status;
    }
    let sending = match sending::start(&platform, receivers) {
        Ok(sending) => sending,
        Err(fault) => return output::fail(&[fault], MACHINE),
    };
    let messaging = match messaging::start(&platform) {
        Ok(messaging) => messaging,
        Err(fault) => return output::fail(&[fault], MACHINE),
    };
    let scheme = if edge.tls.is_some() { "https" } else { "http" };
    output::say(&format!("平台已启动：{scheme}://{listen}/　（按 Ctrl-C 停止）"));
    if edge.tls.is_none() && edge.trusted.is_empty() && !is_local(listen) {
        output::say(
            "注意：这个地址别的机器也能访问，而传输没有加密。请用 --tls-cert 和 --tls-key，或者放在加密的代理后面并用 --trust-proxy 写明代理。",
        );
    }
    let kept = platform.clone();
    match web::serve(platform, listen, &edge) {
        Ok(()) => {
            // Where this fails, the others wait until it has stood still for long enough.
            drop(lease.give_back(kept.store()));
            sending.stop();
            messaging.stop();
            ExitCode::SUCCESS
        }
        Err(fault) => {
            let one = Diagnostic::error("cannot_listen", format!("不能在{listen}提供服务：{fault}"));
            output::fail(
                &[one.help("换一个地址（--listen 127.0.0.1:端口），或者停下占用它的程序。")],
                MACHINE,
            )
        }
    }
}

/// Whether only this machine can reach an address.
fn is_local(listen: &str) -> bool {
    let host = listen.rsplit_once(':').map_or(listen, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
