//! `yifa message`: what was sent out of the platform, what was not, and a test of each channel.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{ChannelState, SendingLine, SendingsAsked, channel_name, local_instant, local_time, state_name};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::message::State;

use crate::Common;
use crate::messaging;
use crate::output::{self, FALLS_SHORT, Format};
use crate::platform::{failed, open, open_to_read};

#[derive(Args)]
pub struct MessageArgs {
    #[command(subcommand)]
    command: MessageCommand,
    /// 消息渠道文件，默认为数据文件夹中的 messages.toml
    #[arg(long, global = true, value_name = "文件")]
    messages: Option<PathBuf>,
}

#[derive(Subcommand)]
enum MessageCommand {
    /// 列出每个渠道的状态和最近的发送记录；联系不上或者有没有送出的，退出码为 1
    List {
        /// 只列这种状态：waiting 等候、sent 送出、failed 没有送出、seen 站内已看、stale 过了时间
        #[arg(long, value_name = "状态", value_parser = ["waiting", "sent", "failed", "seen", "stale"])]
        #[arg(hide_possible_values = true)]
        state: Option<String>,
        /// 只列这个渠道
        #[arg(long, value_name = "渠道")]
        channel: Option<String>,
    },
    /// 立即发一条测试消息；数据在文件夹里的，先停止服务，或者在网页“消息发送”里测试
    Test {
        /// 渠道：mail、sms，或者“group:群的名称”
        #[arg(value_name = "渠道")]
        channel: String,
        /// 邮箱或者手机号码；群不用写
        #[arg(long, value_name = "地址", default_value = "", hide_default_value = true)]
        to: String,
    },
}

pub fn run(common: &Common, args: &MessageArgs) -> ExitCode {
    let channels = match messaging::channels(common, args.messages.as_deref()) {
        Ok(channels) => channels,
        Err(status) => return status,
    };
    let done = match &args.command {
        MessageCommand::List { state, channel } => open_to_read(common).and_then(|platform| {
            platform.use_channels(channels);
            let text = |given: &Option<String>| given.clone().unwrap_or_default();
            let asked = SendingsAsked { state: text(state), channel: text(channel), before: String::new() };
            let states = platform.channel_states().map_err(|fault| failed(&fault))?;
            let (lines, _) = platform.sendings_of_all(&asked).map_err(|fault| failed(&fault))?;
            Ok(list(common, &states, &lines))
        }),
        MessageCommand::Test { channel, to } => open(common, false).and_then(|platform| {
            platform.use_channels(channels);
            platform.send_test(channel, to).map_err(|fault| failed(&fault))?;
            match common.format {
                Format::Json => output::json(json!({ "channel": channel, "sent": true })),
                Format::Text => output::say(&format!("{}：测试消息已经送出。", channel_name(channel))),
            }
            Ok(ExitCode::SUCCESS)
        }),
    };
    done.unwrap_or_else(|status| status)
}

/// Falls short where a channel cannot be reached or something was given up: somebody must look at it.
fn list(common: &Common, states: &[ChannelState], lines: &[SendingLine]) -> ExitCode {
    match common.format {
        Format::Json => output::json(json!({
            "channels": states.iter().map(state_json).collect::<Vec<_>>(),
            "sendings": lines.iter().map(line_json).collect::<Vec<_>>(),
        })),
        Format::Text if states.is_empty() => {
            output::say(
                "还没有渠道，消息只在站内看得到。渠道写在数据文件夹的 messages.toml 里，格式见 docs/operations.md。",
            );
        }
        Format::Text => {
            states.iter().for_each(print_state);
            lines.iter().for_each(print_line);
        }
    }
    let is_well = states.iter().all(|one| one.fault.is_none() && one.failed == 0);
    if is_well { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) }
}

fn state_json(one: &ChannelState) -> Value {
    let fault = one.fault.as_ref().map(|(why, since)| json!({ "why": why, "since": local_instant(*since) }));
    json!({ "name": one.name, "configured": one.is_configured, "waiting": one.waiting, "sent": one.sent,
            "failed": one.failed, "unreached": fault })
}

fn line_json(one: &SendingLine) -> Value {
    json!({ "message": one.message, "channel": one.channel, "made_at": local_instant(one.made_at), "login": one.login,
            "title": one.title, "case_number": one.case_number, "state": one.state.id(), "attempts": one.attempts,
            "next_at": one.next_at.map(local_instant), "ended_at": one.ended_at.map(local_instant), "fault": one.fault })
}

fn print_state(one: &ChannelState) {
    let gone = if one.is_configured { "" } else { "（不在渠道文件里）" };
    output::say(&format!(
        "{}{gone}：等候{}条，送出{}条，没有送出{}条",
        channel_name(&one.name),
        one.waiting,
        one.sent,
        one.failed
    ));
    if let Some((why, since)) = &one.fault {
        output::say(&format!("  自{}起联系不上：{why}", local_time(*since)));
    }
}

fn print_line(one: &SendingLine) {
    let next = one.next_at.filter(|_| one.state == State::Waiting && one.attempts > 0);
    let again = next.map_or(String::new(), |at| format!("，{}再送", local_time(at)));
    let why = if one.fault.is_empty() { String::new() } else { format!("：{}", one.fault) };
    output::say(&format!(
        "  {}　{}　{}　{}　{}　{}{why}{again}",
        local_time(one.made_at),
        channel_name(&one.channel),
        one.login,
        one.title,
        one.case_number,
        state_name(one.state)
    ));
}
