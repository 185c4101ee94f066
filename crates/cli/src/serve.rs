//! `yifa serve`: desk, portal and API; the clock that does what the law deems done and makes roots; the sending of the
//! outbox.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use app::{Platform, Receiver};
use base::Diagnostic;
use clap::Args;
use store::lease::Lease;

use crate::Common;
use crate::output::{self, MACHINE};
use crate::platform::{open, store_fault};
use crate::sending::{Sending, receivers};

#[derive(Args)]
pub struct ServeArgs {
    /// 监听的地址
    #[arg(long, value_name = "地址", default_value = "127.0.0.1:8350", hide_default_value = true)]
    pub listen: String,
    /// 接收方文件：办理的事项送给谁，默认为数据文件夹中的 deliver.toml
    #[arg(long, value_name = "文件")]
    pub deliver: Option<PathBuf>,
}

pub fn run(common: &Common, args: &ServeArgs) -> ExitCode {
    // What is wrong with the call is told before the store is opened.
    let opened = receivers(common, args.deliver.as_deref())
        .and_then(|receivers| open(common, false).map(|platform| (platform, receivers)));
    match opened {
        Ok((platform, receivers)) => serve(platform, &args.listen, receivers),
        Err(status) => status,
    }
}

/// How often the clock looks whether time has done something. Several servers over one database watch each other's
/// lease that often.
const TICK: Duration = Duration::from_secs(10);

/// How often the server looks whether a command beside it asks for something.
const LOOK: Duration = Duration::from_millis(500);

fn tell<T>(done: app::Result<T>) {
    for one in done.err().iter().flat_map(app::AppError::diagnostics) {
        eprintln!("{one}");
    }
}

/// Serves until told to stop. The clock runs beside, and the sending of the outbox, each in one of several servers.
pub fn serve(platform: Platform, listen: &str, receivers: Vec<Receiver>) -> ExitCode {
    let lease = match Lease::new("clock", store::lease::PATIENCE) {
        Ok(lease) => Arc::new(lease),
        Err(fault) => return store_fault(&fault),
    };
    let (clock, held) = (platform.clone(), Arc::clone(&lease));
    let ticking = thread::Builder::new().name("clock".to_owned()).spawn(move || {
        loop {
            tell(clock.tick(&held));
            tell(clock.make_root_if_due(app::ROOT_MINUTES));
            let ticked = Instant::now();
            while ticked.elapsed() < TICK {
                thread::sleep(LOOK);
                tell(clock.answer_request());
            }
        }
    });
    if let Err(fault) = ticking {
        let one = Diagnostic::error("no_thread", format!("不能启动期限时钟：{fault}"));
        return output::fail(&[one], MACHINE);
    }
    let sending = match Sending::start(&platform, receivers) {
        Ok(sending) => sending,
        Err(fault) => return output::fail(&[fault], MACHINE),
    };
    output::say(&format!("平台已启动：http://{listen}/　（按 Ctrl-C 停止）"));
    let kept = platform.clone();
    match web::serve(platform, listen) {
        Ok(()) => {
            // Where this fails, the others wait until it has stood still for long enough.
            drop(lease.give_back(kept.store()));
            sending.stop();
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
