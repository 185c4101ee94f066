//! `yifa outbox`: what is still to be sent to other systems, and what they did not take.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{HeldMessage, Platform, ReceiverState, Waits, local_time};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format};
use crate::platform::{failed, open, open_to_read, store_fault};
use crate::sending;

#[derive(Args)]
pub struct OutboxArgs {
    #[command(subcommand)]
    command: OutboxCommand,
}

#[derive(Subcommand)]
enum OutboxCommand {
    /// 列出每个接收方的进度，和没有送到的每一件
    List {
        /// 接收方文件，默认为数据文件夹中的 deliver.toml
        #[arg(long, value_name = "文件")]
        deliver: Option<PathBuf>,
    },
    /// 立即再试一件；数据在文件夹里的，先停止服务
    Retry(OneArgs),
    /// 放弃一件，让同一案件后面的继续；数据在文件夹里的，先停止服务
    Skip(OneArgs),
}

#[derive(Args)]
struct OneArgs {
    /// 件号，见 yifa outbox list
    #[arg(value_name = "件号")]
    id: i64,
    /// 只对这个接收方，默认对每个拒收过的
    #[arg(long, value_name = "接收方")]
    receiver: Option<String>,
}

pub fn run(common: &Common, args: &OutboxArgs) -> ExitCode {
    let done = match &args.command {
        OutboxCommand::List { deliver } => list(common, deliver.as_deref()),
        OutboxCommand::Retry(args) => one(common, args, true),
        OutboxCommand::Skip(args) => one(common, args, false),
    };
    done.unwrap_or_else(|status| status)
}

/// Falls short where something was set aside: somebody must look at it.
fn list(common: &Common, deliver: Option<&std::path::Path>) -> Result<ExitCode, ExitCode> {
    let receivers = sending::receivers(common, deliver)?;
    let names: Vec<String> = receivers.into_iter().map(|one| one.name).collect();
    let platform = open_to_read(common)?;
    let states = platform.receiver_states(&names).map_err(|fault| failed(&fault))?;
    let all = platform.store().read(|reader| store::outbox::count_after(reader, 0));
    let all = all.map_err(|fault| store_fault(&fault))?;
    let mut values = Vec::new();
    for state in &states {
        let held = held(&platform, &state.name)?;
        let is_named = names.contains(&state.name);
        match common.format {
            Format::Json => values.push(state_json(state, is_named, &held)),
            Format::Text => print(state, is_named, &held),
        }
    }
    match common.format {
        Format::Json => output::json(json!({ "receivers": values, "kept": all })),
        Format::Text if states.is_empty() => {
            output::say(&format!(
                "还没有接收方，待发{all}件。接收方写在数据文件夹的 deliver.toml 里，格式见 docs/outbox.md。"
            ));
        }
        Format::Text => (),
    }
    let is_well = states.iter().all(|state| state.set_aside == 0);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn held(platform: &Platform, receiver: &str) -> Result<Vec<HeldMessage>, ExitCode> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = platform.held_messages(receiver, after);
        let (rows, next) = page.map_err(|fault| failed(&fault))?;
        all.extend(rows);
        match next {
            Some(next) => after = next,
            None => return Ok(all),
        }
    }
}

fn state_json(state: &ReceiverState, is_named: bool, held: &[HeldMessage]) -> Value {
    let messages = held.iter().map(|one| {
        let (state, at) = match one.waits {
            Waits::Until(at) => ("retrying", Some(app::local_instant(at))),
            Waits::Behind => ("behind", None),
            Waits::SetAside(at) => ("set_aside", Some(app::local_instant(at))),
        };
        json!({ "id": one.id, "case_number": one.case_number, "act_name": one.act, "attempts": one.attempts,
                "fault": one.fault, "state": state, "at": at })
    });
    let fault =
        state.fault.as_ref().map(|(why, since)| json!({ "why": why, "since": app::local_instant(*since) }));
    json!({ "name": state.name, "configured": is_named, "position": state.position, "waiting": state.waiting,
            "retrying": state.trying, "behind": state.behind, "set_aside": state.set_aside,
            "unreached": fault, "held": messages.collect::<Vec<_>>() })
}

fn print(state: &ReceiverState, is_named: bool, held: &[HeldMessage]) {
    let gone = if is_named { "" } else { "（不在接收方文件里）" };
    output::say(&format!(
        "{}{gone}：处理到第{}件，等候{}件，再试{}件，排在后面{}件，搁置{}件",
        state.name, state.position, state.waiting, state.trying, state.behind, state.set_aside
    ));
    if let Some((why, since)) = &state.fault {
        output::say(&format!("  自{}起联系不上：{why}", local_time(*since)));
    }
    for one in held {
        let waits = match one.waits {
            Waits::Until(at) => format!("{}再试", local_time(at)),
            Waits::Behind => "排在本案前一件后面".to_owned(),
            Waits::SetAside(at) => format!("{}搁置", local_time(at)),
        };
        let tried = if one.attempts == 0 {
            String::new()
        } else {
            format!("　试过{}次，{}", one.attempts, one.fault)
        };
        output::say(&format!("  第{}件　{}　{}　{waits}{tried}", one.id, one.case_number, one.act));
    }
}

fn one(common: &Common, args: &OneArgs, is_retry: bool) -> Result<ExitCode, ExitCode> {
    let platform = open(common, false)?;
    let receiver = args.receiver.as_deref();
    let done = if is_retry {
        platform.retry_message(args.id, receiver)
    } else {
        platform.give_message_up(args.id, receiver)
    };
    let count = done.map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Json => output::json(json!({ "id": args.id, "receivers": count })),
        Format::Text if is_retry => {
            output::say(&format!("第{}件：{count}个接收方，服务会立即再试。", args.id))
        }
        Format::Text => output::say(&format!("第{}件：对{count}个接收方不再送。", args.id)),
    }
    Ok(ExitCode::SUCCESS)
}
