//! `yifa demo`: makes a demonstration county in the store if there is none, then serves it.

use std::process::ExitCode;
use std::time::Instant;

use app::{Clock, Ids, Platform, SystemClock};
use base::Diagnostic;
use clap::{Args, ValueEnum};
use store::Options;

use crate::messaging::channels;
use crate::output::{self, WRONG_INPUT};
use crate::platform::{clock, failed, open_store, store_fault, wrong};
use crate::sending::receivers;
use crate::serve::{ServeArgs, serve};
use crate::{Common, data};

#[derive(Args)]
pub struct DemoArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// 种子：同一种子做出同样的案件
    #[arg(long, value_name = "文字", default_value = "yifa", hide_default_value = true)]
    seed: String,
    /// 规模：reduced为案件很多的程序只办一部分，full为全部
    #[arg(long, value_enum, value_name = "规模", default_value = "reduced", hide_possible_values = true)]
    volume: Volume,
    /// 只做数据，不启动服务
    #[arg(long)]
    no_serve: bool,
}

/// How much is played of procedures that have very many cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Volume {
    Reduced,
    Full,
}

pub fn run(common: &Common, args: &DemoArgs) -> ExitCode {
    let read = receivers(common, args.serve.deliver.as_deref())
        .and_then(|receivers| Ok((receivers, channels(common, args.serve.messages.as_deref())?)));
    let prepared = read.and_then(|(receivers, channels)| {
        let platform = prepare(common, args)?;
        platform.use_channels(channels);
        Ok((platform, receivers))
    });
    match prepared {
        Ok((platform, _)) if args.no_serve => {
            drop(platform);
            ExitCode::SUCCESS
        }
        Ok((platform, receivers)) => serve(common, platform, &args.serve, receivers),
        Err(status) => status,
    }
}

fn prepare(common: &Common, args: &DemoArgs) -> Result<Platform, ExitCode> {
    let rules = data::rules(common).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let store = open_store(common, &Options::default())?;
    let has = |name: &str| store.read(|reader| store::meta::get(reader, name));
    let (begun, complete) = (has(::demo::MARK), has(::demo::COMPLETE));
    let (begun, complete) =
        (begun.map_err(|fault| store_fault(&fault))?, complete.map_err(|fault| store_fault(&fault))?);
    if complete.is_some() {
        let clock = clock(&store)?;
        let platform = Platform::new(store, rules, clock, Ids::System);
        let platform = platform.map_err(|fault| failed(&fault))?;
        output::say("演示数据已经在了；演示账号换了新密码：");
        renew_passwords(&platform)?;
        return Ok(platform);
    }
    if begun.is_some() {
        let message = format!("{}里的演示数据上次没有做完", store.place().shown());
        return Err(wrong(message, "请清空后再运行，或者用 --data、--database 另指一个。"));
    }
    let files = crate::check::files(common, None).map_err(|fault| output::fail(&[fault], WRONG_INPUT))?;
    output::say("正在做演示数据：一个县一年的办件，逐件经引擎办理……");
    let began = Instant::now();
    let volume = match args.volume {
        Volume::Reduced => ::demo::Volume::Reduced,
        Volume::Full => ::demo::Volume::Full,
    };
    let options = ::demo::Options { seed: args.seed.clone(), today: SystemClock.today(), times: 1, volume };
    let made = ::demo::build(store, rules, &files, &options);
    let made =
        made.map_err(|fault| output::fail(&[Diagnostic::error("demo", fault.to_string())], WRONG_INPUT))?;
    tell(&made.summary, began.elapsed().as_secs());
    let clock = clock(made.platform.store())?;
    made.platform.with_clock(clock, Ids::System).map_err(|fault| failed(&fault))
}

fn tell(summary: &::demo::Summary, seconds: u64) {
    output::say(&format!(
        "{}{}年：名册和清单{}条，案件{}件，办理{}次，期限届满{}次，用时{seconds}秒。以下数据和人员都是演示用的，不是真的。",
        summary.government.1, summary.year, summary.entries, summary.cases, summary.acts, summary.lapses
    ));
    if let Some(reduced) = &summary.reduced {
        output::say(&format!("{reduced}；加 --volume full 办全部。"));
    }
    output::say("演示账号（密码随机生成，只显示这一次）：");
    for account in &summary.accounts {
        let organ = account.organ.as_ref().map_or("申请人", |(_, name)| name.as_str());
        output::say(&format!("  {}　密码 {}　{organ} {}", account.login, account.password, account.name));
    }
}

/// New random passwords for all accounts of the demonstration, told once.
fn renew_passwords(platform: &Platform) -> Result<(), ExitCode> {
    let mut after = String::new();
    loop {
        let page = platform.store().read(|reader| store::account::page(reader, &after, 100));
        let page = page.map_err(|fault| store_fault(&fault))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.login.clone();
        for account in &page {
            let password = Ids::password();
            platform.set_password(&account.login, &password).map_err(|fault| failed(&fault))?;
            let actor = platform.actor_of(&account.login).map_err(|fault| failed(&fault))?;
            let whose = actor.organ.map_or(actor.rank.name().to_owned(), |(_, name)| name);
            output::say(&format!("  {}　密码 {password}　{whose} {}", account.login, account.name));
        }
    }
}
