//! `yifa person`: where a person's data are, and erasing them.

use std::process::ExitCode;

use app::{ErasePerson, Ids, PersonErased, PersonFound};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::Common;
use crate::output::{self, Format};
use crate::platform::{failed, open, open_to_read};

#[derive(Args)]
pub struct PersonArgs {
    #[command(subcommand)]
    command: PersonCommand,
}

#[derive(Subcommand)]
enum PersonCommand {
    /// 查找一个人的个人信息在哪些案件里
    Find(FindArgs),
    /// 删除一个人在全部案件中的个人信息，不能恢复；日志、凭证、指标不变
    Erase(EraseArgs),
}

#[derive(Args)]
struct FindArgs {
    /// 居民身份证号或者统一社会信用代码；护照等证件写作 种类/国籍/号码/出生日期，例如 passport/USA/C01234567/1990-05-06
    #[arg(long, value_name = "号码")]
    code: String,
    /// 以哪个账号办理，须是系统管理员
    #[arg(long = "as", value_name = "账号")]
    account: String,
}

#[derive(Args)]
struct EraseArgs {
    #[command(flatten)]
    find: FindArgs,
    /// 理由，写入每个有关案件的日志；不要写姓名等个人信息
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 依据：法律条款、档案保管期限等，由您核实
    #[arg(long, value_name = "依据")]
    basis: String,
    /// 请求编号：同一编号只办一次
    #[arg(long, value_name = "编号")]
    key: Option<String>,
}

pub fn run(common: &Common, args: &PersonArgs) -> ExitCode {
    let done = match &args.command {
        PersonCommand::Find(args) => find(common, args),
        PersonCommand::Erase(args) => erase(common, args),
    };
    done.unwrap_or_else(|status| status)
}

fn find(common: &Common, args: &FindArgs) -> Result<ExitCode, ExitCode> {
    let platform = open_to_read(common)?;
    let actor = platform.actor_of(&args.account).map_err(|fault| failed(&fault))?;
    let found = platform.find_person(&actor, &args.code).map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Json => output::json(json!({
            "person": found.as_ref().map(|found| &found.id),
            "cases": found.iter().flat_map(|found| &found.cases).map(|(id, number)| json!({
                "id": id, "number": number,
            })).collect::<Vec<_>>(),
            "attachments": found.as_ref().map_or(0, |found| found.attachments),
        })),
        Format::Text => match found {
            None => output::say("没有这个号码的人的个人信息，或者已经删除。"),
            Some(found) => tell(&found),
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(found: &PersonFound) {
    output::say(&format!("在{}个案件里：", found.cases.len()));
    found.cases.iter().for_each(|(_, number)| output::say(&format!("  {number}")));
    if found.attachments > 0 {
        output::say(&format!("其中有{}个附件是这个人的材料，删除个人信息时一并删除。", found.attachments));
    }
}

fn erase(common: &Common, args: &EraseArgs) -> Result<ExitCode, ExitCode> {
    let platform = open(common, false)?;
    let actor = platform.actor_of(&args.find.account).map_err(|fault| failed(&fault))?;
    let key = args.key.clone().unwrap_or_else(Ids::token);
    let asked = ErasePerson {
        key: key.clone(),
        code: args.find.code.clone(),
        reason: args.reason.clone(),
        basis: args.basis.clone(),
    };
    let done: PersonErased = platform.erase_person(&actor, asked).map_err(|fault| failed(&fault))?;
    let place = platform.store().place().clone();
    drop(platform);
    let rewritten = store::rewrite(&place);
    match common.format {
        Format::Json => output::json(json!({
            "person": done.id,
            "cases": done.cases.iter().map(|one| json!({
                "number": one.number, "parts": one.parts, "files": one.files,
            })).collect::<Vec<_>>(),
        })),
        Format::Text => {
            output::say(&format!("已删除，涉及{}个案件：", done.cases.len()));
            for one in &done.cases {
                output::say(&format!("  {}　{}处，附件{}个", one.number, one.parts, one.files));
            }
            output::say(
                "以前的备份里还有这些信息，见运行手册“个人信息的密钥”。其他人提交的材料里提到这个人的，不在其内，请另行查看。",
            );
        }
    }
    if let Err(fault) = rewritten {
        let mut one = fault.diagnostic();
        one.message =
            format!("个人信息已经删除，但是数据文件没有能够重写，空闲处可能还有残留：{}", one.message);
        let help = "腾出与 yifa.db 同样大的空间，停止其他程序，再运行同样的命令，并加上";
        one.help = Some(format!("{help} --key {key}。"));
        return Err(output::fail(&[one], output::MACHINE));
    }
    Ok(ExitCode::SUCCESS)
}
