//! What was sent when by which channel, and a test of each channel.

use app::{AppError, ChannelState, SendingLine, SendingsAsked, channel_name, local_time, state_name};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use store::message::State as Sent;

use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which lines, and from where on.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    before: String,
    /// The channel whose test went well.
    #[serde(default)]
    tested: String,
}

pub(super) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    page(&site, &visitor, asked, None).await
}

async fn page(site: &Site, visitor: &Visitor, asked: Asked, error: Option<&AppError>) -> Answer {
    let actor = visitor.actor()?;
    let wanted = SendingsAsked {
        state: asked.state.clone(),
        channel: asked.channel.clone(),
        before: asked.before.clone(),
    };
    let (states, (lines, next)) = site
        .ask(move |platform| Ok((platform.channel_states()?, platform.sendings(&actor, &wanted)?)))
        .await?;
    let next = next.map(|next| {
        parts::query(
            "/admin/messages",
            &[("state", &asked.state), ("channel", &asked.channel), ("before", &next)],
        )
    });
    let content = html! {
        h1 { "消息发送" }
        p { "站内的消息不在这里；这里是发到平台以外的。渠道写在数据文件夹的 " code { "messages.toml" } " 里，格式见运行手册；改了以后重新启动。" }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        @if !asked.tested.is_empty() { div.good { p { (channel_name(&asked.tested)) "的测试消息已经送出。" } } }
        (channels(visitor, &states))
        (log(visitor, &asked, &states, &lines))
        (parts::next_page(next.as_deref()))
    };
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, "消息发送", content))
}

/// Sends a test message, or lets one that was given up be sent again.
pub(super) async fn change(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (channel, to) = (posted.get("channel").to_owned(), posted.get("to").to_owned());
    let message = posted.get("again").to_owned();
    let (own, is_test) = (channel.clone(), message.is_empty());
    let done = site.ask(move |platform| {
        if message.is_empty() {
            platform.test_channel(&actor, &own, &to, &origin)
        } else {
            platform.send_again(&actor, &message, &own)
        }
    });
    match done.await {
        Ok(()) => {
            let tested = if is_test { channel.as_str() } else { "" };
            let back = parts::query("/admin/messages", &[("tested", tested)]);
            Ok(Redirect::to(&back).into_response())
        }
        Err(error @ AppError::Wrong { .. }) => page(&site, &visitor, Asked::default(), Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

fn channels(visitor: &Visitor, states: &[ChannelState]) -> Markup {
    let rows = html! {
        @for one in states {
            tr {
                td.some { (channel_name(&one.name)) span.sub { (one.shown) } }
                td.standing {
                    @if let Some((why, since)) = &one.fault {
                        span.badge.red { "联系不上" } span.sub { "自" (local_time(*since)) "起：" (why) }
                    } @else if one.is_configured { span.badge.green { "正常" } } @else { span.badge { "没有配置" } }
                }
                td.value { (one.waiting) }
                td.value { (one.sent) }
                td.value { (one.failed) }
                td.some { @if one.is_configured { (test(visitor, one)) } }
            }
        }
    };
    html! {
        section aria-labelledby="channels" {
            h2 id="channels" { "渠道" }
            @if states.is_empty() { p { "还没有配置渠道：消息只在站内看得到。" } } @else {
                (parts::table("渠道", &["渠道", "状态", "等候", "送出", "没有送出", "测试"], &rows))
            }
        }
    }
}

fn test(visitor: &Visitor, one: &ChannelState) -> Markup {
    let label = match one.name.as_str() {
        "mail" => Some("测试用的邮箱"),
        "sms" => Some("测试用的手机号码"),
        _ => None,
    };
    html! {
        form.line method="post" action="/admin/messages" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="channel" value=(one.name);
            @if let Some(label) = label { input name="to" type="text" aria-label=(label) placeholder=(label) maxlength="254" required; }
            button.second type="submit" { "发一条" }
        }
    }
}

fn log(visitor: &Visitor, asked: &Asked, states: &[ChannelState], lines: &[SendingLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.day { (local_time(line.made_at)) }
                td.some { (channel_name(&line.channel)) span.sub { (line.login) } }
                td.wide { (line.title) span.sub { (line.case_number) } }
                td.wide { (standing(line)) }
                td {
                    @if line.state == Sent::Failed && !line.login.is_empty() {
                        form method="post" action="/admin/messages" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            input type="hidden" name="channel" value=(line.channel);
                            button.second type="submit" name="again" value=(line.message) { "再送" }
                        }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="log" {
            h2 id="log" { "发送记录" }
            form.filters method="get" action="/admin/messages" {
                div.field {
                    label for="state" { "状态" }
                    select id="state" name="state" {
                        option value="" { "全部" }
                        @for one in Sent::ALL { option value=(one.id()) selected[one.id() == asked.state] { (state_name(one)) } }
                    }
                }
                div.field {
                    label for="channel" { "渠道" }
                    select id="channel" name="channel" {
                        option value="" { "全部" }
                        @for one in states { option value=(one.name) selected[one.name == asked.channel] { (channel_name(&one.name)) } }
                    }
                }
                button type="submit" { "筛选" }
            }
            @if lines.is_empty() { p { "没有这样的记录。" } } @else {
                (parts::table("发送记录", &["时间", "渠道和收件账号", "消息", "结果", "操作"], &rows))
            }
        }
    }
}

fn standing(line: &SendingLine) -> Markup {
    let class = match line.state {
        Sent::Sent => "badge green",
        Sent::Failed => "badge red",
        Sent::Waiting => "badge amber",
        Sent::Seen | Sent::Stale => "badge",
    };
    html! {
        span class=(class) { (state_name(line.state)) }
        @if let Some(ended) = line.ended_at { " " (local_time(ended)) }
        @if !line.fault.is_empty() && line.state != Sent::Seen { span.sub { (line.fault) } }
        @if let Some(next) = line.next_at.filter(|_| line.attempts > 0 || !line.fault.is_empty()) {
            span.sub { "试过" (line.attempts) "次，" (local_time(next)) "再送" }
        }
    }
}
