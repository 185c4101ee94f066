//! Messages: what one is told, and where else one wants to be told.

use app::{AppError, MessageLine, MessageSettings, Quiet, local_time};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::routes::{Row, Who, page, takes};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    let rows = [
        page("/messages", list),
        takes("/messages/read", read),
        page("/messages/settings", settings),
        takes("/messages/settings/address", address),
        takes("/messages/settings/quiet", quiet),
    ];
    rows.into_iter().map(|row| row.who(Who::Account)).collect()
}

/// Where the list goes on.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    before: String,
}

async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let (lines, next) = site.ask(move |platform| platform.messages(&actor, &asked.before)).await?;
    let next = next.map(|next| parts::query("/messages", &[("before", &next)]));
    let content = html! {
        div.row {
            h1 { "消息" }
            a.button.second href="/messages/settings" { "设置" }
        }
        @if lines.is_empty() {
            p { "还没有消息。" @if visitor.is_officer() { "您的应办事项临近期限、到期、逾期，或者有新收到的，会在这里告诉您。" } @else { "您的办件有新的进展、要您补正、作出文书时，会在这里告诉您。" } }
        } @else {
            @if lines.iter().any(|line| line.is_unread) { (all_read(&visitor, &lines)) }
            h2 { "从新到旧" }
            (shown(&visitor, &lines, ""))
        }
        (parts::next_page(next.as_deref()))
    };
    Ok(visitor.page("消息", content))
}

fn all_read(visitor: &Visitor, lines: &[MessageLine]) -> Markup {
    let latest = lines.iter().map(|line| line.made_at).max().unwrap_or(0);
    html! {
        form method="post" action="/messages/read" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="until" value=(latest);
            p { button.second type="submit" { "全部标为看过" } }
        }
    }
}

/// Messages as a list, each with the way to its case.
pub(crate) fn shown(visitor: &Visitor, lines: &[MessageLine], back: &str) -> Markup {
    html! {
        ul.messages {
            @for line in lines {
                li.unread[line.is_unread] {
                    h3 { @if line.is_unread { span.badge.blue { "未看" } " " } (line.title) }
                    p { (line.text) }
                    div.foot {
                        span.sub { (local_time(line.made_at)) }
                        @if let Some(case) = &line.case { a href=(format!("/cases/{case}")) { "查看办件" } }
                        @if line.is_unread {
                            form method="post" action="/messages/read" {
                                input type="hidden" name="csrf" value=(visitor.csrf);
                                input type="hidden" name="message" value=(line.id);
                                input type="hidden" name="back" value=(back);
                                button.link type="submit" aria-label=(format!("标为看过：{}", line.text)) { "标为看过" }
                            }
                        }
                    }
                }
            }
        }
    }
}

async fn read(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let (message, until) = (posted.get("message").to_owned(), posted.get("until").parse::<i64>().ok());
    let back = if posted.get("back") == "desk" { "/desk" } else { "/messages" };
    site.ask(move |platform| match until {
        Some(until) => platform.read_all_messages(&actor, until),
        None => platform.read_message(&actor, &message),
    })
    .await?;
    Ok(Redirect::to(back).into_response())
}

async fn settings(State(site): State<Site>, visitor: Visitor) -> Answer {
    settings_page(&site, &visitor, "", None).await
}

async fn settings_page(site: &Site, visitor: &Visitor, of: &str, error: Option<&AppError>) -> Answer {
    let actor = visitor.actor()?;
    let found = site.ask(move |platform| platform.message_settings(&actor)).await?;
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, "消息设置", settings_form(visitor, &found, of, error)))
}

/// Asks for a code, takes it, or gives an address up.
async fn address(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let channel = posted.get("channel").to_owned();
    let (step, text) = (posted.get("step").to_owned(), posted.get("text").to_owned());
    let own = channel.clone();
    let done = site.ask(move |platform| match step.as_str() {
        "confirm" => platform.confirm_address(&actor, &own, &text, &origin),
        "drop" => platform.drop_address(&actor, &own, &origin),
        _ => platform.ask_address(&actor, &own, &text, &origin),
    });
    match done.await {
        Ok(()) => Ok(Redirect::to("/messages/settings").into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Wrong { .. } | AppError::NotFound { .. })) => {
            settings_page(&site, &visitor, &channel, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn quiet(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let usual = !posted.get("usual").is_empty();
    let text = |name: &str| if usual { String::new() } else { posted.get(name).to_owned() };
    let (from, until) = (text("from"), text("until"));
    match site.ask(move |platform| platform.set_quiet(&actor, &from, &until)).await {
        Ok(()) => Ok(Redirect::to("/messages/settings").into_response()),
        Err(error @ AppError::Invalid(_)) => settings_page(&site, &visitor, "quiet", Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

fn settings_form(visitor: &Visitor, found: &MessageSettings, of: &str, error: Option<&AppError>) -> Markup {
    let fault = |name: &str| {
        error.filter(|_| of == name).map_or_else(|| html! {}, |error| parts::findings(&told(error)))
    };
    html! {
        p { a href="/messages" { "回消息" } }
        h1 { "消息设置" }
        p { "站内的消息总会有。还可以发到您的邮箱和手机：里面只写案号、什么事、到哪一天，不写姓名和案情。" }
        @for one in &found.addresses {
            section.sheet.act aria-labelledby=(one.channel) {
                h2 id=(one.channel) { (one.name) }
                (fault(one.channel))
                @if let Some(address) = &one.address {
                    form.line method="post" action="/messages/settings/address" {
                        (hidden(visitor, one.channel, "drop"))
                        span { "发到 " strong { (address) } }
                        button.second type="submit" { "不再发送" }
                    }
                }
                @if let Some(pending) = &one.pending {
                    form method="post" action="/messages/settings/address" {
                        (hidden(visitor, one.channel, "confirm"))
                        p { "验证码已经发到 " strong { (pending) } "，30分钟以内有效。没有收到的，过一两分钟再看，或者重新取。" }
                        div.field {
                            label for=(format!("{}-code", one.channel)) { "验证码" }
                            input id=(format!("{}-code", one.channel)) name="text" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required;
                        }
                        p.actions { button type="submit" { "确认" } }
                    }
                }
                @if one.is_offered { (ask(visitor, one.channel, one.address.is_some() || one.pending.is_some())) } @else {
                    p.hint { "本平台还没有开通" (one.name) "。" }
                }
            }
        }
        (quiet_form(visitor, found, &fault("quiet")))
    }
}

fn hidden(visitor: &Visitor, channel: &str, step: &str) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visitor.csrf);
        input type="hidden" name="channel" value=(channel);
        input type="hidden" name="step" value=(step);
    }
}

fn ask(visitor: &Visitor, channel: &str, is_other: bool) -> Markup {
    let (label, kind, autocomplete) = match channel {
        "sms" => ("手机号码", "tel", "tel"),
        _ => ("邮箱", "email", "email"),
    };
    html! {
        form method="post" action="/messages/settings/address" {
            (hidden(visitor, channel, "ask"))
            div.field {
                label for=(format!("{channel}-text")) { @if is_other { "换一个" } (label) }
                input id=(format!("{channel}-text")) name="text" type=(kind) autocomplete=(autocomplete) maxlength="254" required;
            }
            p.actions { button.second[is_other] type="submit" { "取验证码" } }
        }
    }
}

fn quiet_form(visitor: &Visitor, found: &MessageSettings, fault: &Markup) -> Markup {
    html! {
        section.sheet.act aria-labelledby="quiet" {
            h2 id="quiet" { "免打扰时段" }
            (fault)
            p { "这段时间里不往外发，过后再发，不会少。" @if found.is_usual { "现在用的是平台统一的时段。" } "两个时间相同的，不设免打扰。" }
            form method="post" action="/messages/settings/quiet" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                div.pair.times {
                    label { "从" input name="from" type="time" value=(Quiet::shown(found.quiet.from)) required; }
                    label { "到" input name="until" type="time" value=(Quiet::shown(found.quiet.until)) required; }
                }
                p.actions {
                    button type="submit" { "保存" }
                    @if !found.is_usual { button.second type="submit" name="usual" value="1" { "改回统一的时段" } }
                }
            }
        }
    }
}
