//! `yifa key`: the keys that sign roots, and those of personal data.

use std::process::ExitCode;

use app::{Platform, RootKeys};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::Common;
use crate::output::{self, Format};
use crate::platform::{failed, open, open_to_read};

#[derive(Args)]
pub struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// 显示公钥和指纹
    Show,
    /// 另做一副签名密钥（原来的已经移走或者丢失的）
    New,
    /// 更换个人信息的密钥：每个人的密钥改由新的管理者密钥封存；中断了再运行一次，接着做
    RotatePersonal,
    /// 封存旧版本没有加密的附件：服务在后台自己做，没有运行服务时用这个命令；中断了再运行一次，接着做
    SealAttachments,
    /// 另做个人信息的密钥（原来的已经丢失的）：以前的个人信息不能再读出来
    NewPersonal,
}

pub fn run(common: &Common, args: &KeyArgs) -> ExitCode {
    let done = match args.command {
        KeyCommand::Show => open_to_read(common).and_then(|platform| shown(common, &platform)),
        KeyCommand::New => open(common, false).and_then(|platform| {
            let keys = platform.make_root_keys().map_err(|fault| failed(&fault))?;
            print_keys(common, keys);
            Ok(ExitCode::SUCCESS)
        }),
        KeyCommand::RotatePersonal => open(common, false).and_then(|platform| rotated(common, &platform)),
        KeyCommand::SealAttachments => open(common, false).and_then(|platform| sealed(common, &platform)),
        KeyCommand::NewPersonal => open(common, false).and_then(|platform| {
            platform.new_personal_keys().map_err(|fault| failed(&fault))?;
            output::say("已另做个人信息的密钥。以前的个人信息读不出来；日志、凭证、指标不受影响。请立即另外保管一份副本。");
            Ok(ExitCode::SUCCESS)
        }),
    };
    done.unwrap_or_else(|status| status)
}

fn shown(common: &Common, platform: &Platform) -> Result<ExitCode, ExitCode> {
    match platform.root_keys().map_err(|fault| failed(&fault))? {
        Some(keys) => print_keys(common, keys),
        None => output::say("还没有签名密钥：第一次作根时自动产生，也可以用 yifa key new 产生。"),
    }
    Ok(ExitCode::SUCCESS)
}

fn print_keys(common: &Common, keys: RootKeys) {
    if common.format == Format::Json {
        return output::json(keys.json());
    }
    output::say(&format!("SM2公钥：{}", keys.sm2()));
    output::say(&format!("Ed25519公钥：{}", keys.ed25519()));
    output::say(&format!("指纹：{}", keys.grouped()));
}

fn sealed(common: &Common, platform: &Platform) -> Result<ExitCode, ExitCode> {
    let count = platform.seal_attachments().map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Json => output::json(json!({ "sealed": count })),
        Format::Text if count == 0 => output::say("没有需要封存的附件。"),
        Format::Text => {
            output::say(&format!(
                "已封存{count}个附件，没有加密的原件已经覆盖、删除。以前的备份里还有，请重新备份。"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn rotated(common: &Common, platform: &Platform) -> Result<ExitCode, ExitCode> {
    let done = platform.rotate_personal_keys().map_err(|fault| failed(&fault))?;
    if common.format == Format::Json {
        output::json(json!({ "left": done.left }));
        return Ok(ExitCode::SUCCESS);
    }
    output::say("个人信息的密钥已经更换。请把新的密钥文件放到每个服务，另外保管一份副本，重新备份数据。");
    output::say("旧的密钥文件还能打开以前的备份：要使以前的备份中的个人信息不能再读出来，销毁它的全部副本。");
    if done.left > 0 {
        output::say(&format!("另有{}人的密钥是用已经丢失的密钥封存的，没有变动。", done.left));
    }
    Ok(ExitCode::SUCCESS)
}
