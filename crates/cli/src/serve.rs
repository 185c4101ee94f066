//! `yifa serve`: desk, portal and API; and the clock that does what the law deems done and makes roots.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use app::Platform;
use base::Diagnostic;
use clap::Args;

use crate::Common;
use crate::output::{self, MACHINE};
use crate::platform::open;

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

/// Serves until told to stop. The clock runs beside: at once, and then every minute.
pub fn serve(platform: Platform, listen: &str) -> ExitCode {
    let clock = platform.clone();
    let ticking = thread::Builder::new().name("clock".to_owned()).spawn(move || {
        loop {
            let done = [clock.run_lapses().map(drop), clock.make_root_if_due(app::ROOT_MINUTES).map(drop)];
            for one in done.into_iter().filter_map(Result::err).flat_map(|fault| fault.diagnostics()) {
                eprintln!("{one}");
            }
            thread::sleep(Duration::from_secs(60));
        }
    });
    if let Err(fault) = ticking {
        let one = Diagnostic::error("no_thread", format!("不能启动期限时钟：{fault}"));
        return output::fail(&[one], MACHINE);
    }
    output::say(&format!("平台已启动：http://{listen}/　（按 Ctrl-C 停止）"));
    match web::serve(platform, listen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let one = Diagnostic::error("cannot_listen", format!("不能在{listen}提供服务：{fault}"));
            output::fail(
                &[one.help("换一个地址（--listen 127.0.0.1:端口），或者停下占用它的程序。")],
                MACHINE,
            )
        }
    }
}
