//! `yifa serve`: desk, portal and API; and the clock that does what the law deems done and makes roots.

use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use app::Platform;
use base::Diagnostic;
use clap::Args;
use store::lease::Lease;

use crate::Common;
use crate::output::{self, MACHINE};
use crate::platform::{open, store_fault};

#[derive(Args)]
pub struct ServeArgs {
    /// 监听的地址
    #[arg(long, value_name = "地址", default_value = "127.0.0.1:8350", hide_default_value = true)]
    pub listen: String,
}

pub fn run(common: &Common, args: &ServeArgs) -> ExitCode {
    match open(common, false) {
        Ok(platform) => serve(platform, &args.listen),
        Err(status) => status,
    }
}

/// How often the clock looks whether time has done something. Several servers over one database watch each other's
/// lease that often.
const TICK: Duration = Duration::from_secs(10);
/// How often what was kept for its time is forgotten.
const TIDY: Duration = Duration::from_secs(3600);

/// Serves until told to stop. The clock runs beside, in one of several servers.
pub fn serve(platform: Platform, listen: &str) -> ExitCode {
    let lease = match Lease::new("clock", store::lease::PATIENCE) {
        Ok(lease) => Arc::new(lease),
        Err(fault) => return store_fault(&fault),
    };
    let (clock, held) = (platform.clone(), Arc::clone(&lease));
    let ticking = thread::Builder::new().name("clock".to_owned()).spawn(move || {
        let mut tidied: Option<Instant> = None;
        loop {
            let mut done =
                vec![clock.tick(&held).map(drop), clock.make_root_if_due(app::ROOT_MINUTES).map(drop)];
            if tidied.is_none_or(|at| at.elapsed() > TIDY) {
                tidied = Some(Instant::now());
                done.push(clock.tidy().map(drop));
            }
            for one in done.into_iter().filter_map(Result::err).flat_map(|fault| fault.diagnostics()) {
                eprintln!("{one}");
            }
            thread::sleep(TICK);
        }
    });
    if let Err(fault) = ticking {
        let one = Diagnostic::error("no_thread", format!("不能启动期限时钟：{fault}"));
        return output::fail(&[one], MACHINE);
    }
    output::say(&format!("平台已启动：http://{listen}/　（按 Ctrl-C 停止）"));
    let kept = platform.clone();
    match web::serve(platform, listen) {
        Ok(()) => {
            // Where this fails, the others wait until it has stood still for long enough.
            drop(lease.give_back(kept.store()));
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
