//! `yifa witness`: somebody else's root, checked against the one that was seen before, and signed.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{AppError, Clock as _, SystemClock, Witnessed, countersign};
use clap::Args;

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format};
use crate::platform::failed;
use crate::proof;

#[derive(Args)]
pub struct WitnessArgs {
    /// 根文件（第一次），或者从上次见证的根到最新的根的只增证明
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 上次见证时的文件
    #[arg(long, value_name = "文件")]
    previous: Option<PathBuf>,
    /// 见证者自己的密钥文件，没有的产生一副
    #[arg(long, value_name = "文件")]
    key: PathBuf,
    /// 见证者的名称
    #[arg(long, value_name = "名称")]
    name: String,
    /// 见证写到这个文件，交回机关
    #[arg(long, value_name = "文件")]
    save: PathBuf,
    /// 只认机关的这些公钥：指纹，或者公布的公钥文件；不写的认上次见证时的
    #[arg(long, value_name = "公钥")]
    trust: Vec<String>,
}

pub fn run(common: &Common, args: &WitnessArgs) -> ExitCode {
    witnessed(common, args).unwrap_or_else(|status| status)
}

fn witnessed(common: &Common, args: &WitnessArgs) -> Result<ExitCode, ExitCode> {
    let trusted = proof::trusted(&args.trust)?;
    let files = proof::read(std::slice::from_ref(&args.file))?;
    let previous = args.previous.as_ref().map(|path| proof::read(std::slice::from_ref(path))).transpose()?;
    let previous = previous.as_ref().and_then(|read| read.first()).map(|read| &read.proof);
    let Some(file) = files.first() else { return Ok(ExitCode::SUCCESS) };
    let now = SystemClock.now();
    let done = countersign(&file.proof, previous, trusted.as_deref(), &args.key, &args.name, now).map_err(
        |fault| match &fault {
            // What was looked at does not hold; everything else is a wrong call.
            AppError::Wrong { code: "not_witnessed", .. } => output::fail(&fault.diagnostics(), FALLS_SHORT),
            _ => failed(&fault),
        },
    )?;
    let made = done.countersigned.file();
    proof::save(&args.save, &made)?;
    match common.format {
        Format::Json => output::json(made),
        Format::Text => told(args, &done, trusted.is_some()),
    }
    Ok(ExitCode::SUCCESS)
}

fn told(args: &WitnessArgs, done: &Witnessed, is_key_checked: bool) {
    let size = done.root.size();
    match done.before {
        Some(before) => output::say(&format!("已核对：日志由{before}条增加到{size}条，原有的没有改动。")),
        None => output::say("第一次见证：以前的事项没有可以核对的。"),
    }
    proof::print_root(&done.root);
    if done.before.is_none() && !is_key_checked {
        output::say("请把上面的指纹与机关公布的比对，不符的不要交回见证。");
    }
    if done.is_new_key {
        output::say(&format!("已产生见证密钥{}，请妥善保管，只有自己可以读。", args.key.display()));
    }
    output::say(&format!("见证者指纹：{}", done.countersigned.witness.keys().grouped()));
    output::say(&format!(
        "见证已写到{}，请交回机关，由其用 yifa root --add-witness 登记。",
        args.save.display()
    ));
    output::say(&format!("请保管{}：下次见证时用 --previous 写它。", args.file.display()));
}
