//! The code that is scanned before anybody comes in: on the officer's page as a picture, and what the enterprise sees of it.

use app::{EntryShown, EntryState};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use maud::{Markup, html};

use crate::design::shown::{self, Tone};
use crate::pages::calendar::base;
use crate::parts;
use crate::qr;
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![page("/cases/{id}/entry", code), page("/entry/{code}", show)]
}

/// The officer's page: the picture, and where the arrival is recorded.
async fn code(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    let actor = visitor.actor()?;
    let own = site.ask(move |platform| platform.entry_code(&actor, &id)).await?;
    let path = format!("/entry/{}", own.code);
    let address = format!("{}{path}", base(&visitor, &headers));
    let case = format!("/cases/{}", own.shown.case);
    let content = html! {
        (shown::crumbs(&[(&case, &own.shown.number)]))
        h1 { "入企检查码" }
        p { "请企业用手机扫这个码，不用账号，在自己的手机上核对检查机关、人员、事项和期间，再登记入企。" }
        @match qr::picture(&address, "入企检查码") {
            Some(picture) => { (picture) }
            None => { p { "网址太长，请把下面的链接交给企业。" } }
        }
        p { a href=(path) { "企业看到的页面" } }
        (facts(&own.shown))
        p.actions {
            @if own.shown.state.is_good() && !own.arrives.is_empty() {
                a.button href=(format!("{case}/acts/{}", own.arrives)) { "企业核对过了，登记入企" } " "
            }
            a.button.second href=(case) { "返回案件" }
        }
    };
    Ok(visitor.page("入企检查码", content))
}

/// What whoever scanned it sees.
async fn show(State(site): State<Site>, visitor: Visitor, Path(code): Path<String>) -> Answer {
    let told = site.ask(move |platform| platform.entry(&code)).await?;
    let content = html! {
        h1 { "核对入企检查" }
        (facts(&told))
        p { "请看对方的执法证件：姓名、证件编号应当与这里一致，应当不少于两人，还应当有检查通知书。不一致的，可以拒绝检查，并向检查机关反映。"
            a href="/registers/certificates" { "核对执法证件" } }
        p.sub { "这一页由检查机关的办理日志随时算出，签名已经核对。" }
    };
    Ok(visitor.page("核对入企检查", content))
}

fn facts(told: &EntryShown) -> Markup {
    let tone = match told.state {
        EntryState::Good => Tone::Good,
        EntryState::Early(_) | EntryState::Done(_) => Tone::Warn,
        EntryState::Late(_) | EntryState::Withdrawn => Tone::Bad,
    };
    let period = html! {
        (parts::day(told.from)) @if told.until != told.from { "至" (parts::day(told.until)) }
    };
    let officers = html! {
        @if told.officers.is_empty() { "批准时没有写明，请核对对方的执法证件" }
        @for one in &told.officers {
            div {
                (one.name) "　"
                @if one.certificates.is_empty() { (shown::tag(Tone::Bad, "没有查到有效的执法证件")) }
                @else { "执法证件 " (one.certificates.join("、")) }
            }
        }
    };
    let approved = html! {
        (parts::day(told.approved_on)) @if !told.paper.is_empty() { "　" (told.paper) }
    };
    html! {
        (shown::notice(tone, &html! { p { strong { (told.state.text()) } } }))
        (shown::facts(&[
            ("检查机关", html! { (told.organ) }),
            ("被检查单位", html! { (told.enterprise) }),
            ("检查事项", html! { (told.item) }),
            ("批准的期间", period),
            ("批准", approved),
            ("执法人员", officers),
            ("案号", html! { (told.number) }),
        ]))
    }
}
