//! What is kept of the person who has signed in, to read and to take along.

use app::{OwnCase, OwnData};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use maud::{Markup, html};

use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let data = asked(&site, &visitor).await?;
    Ok(visitor.page("我的个人信息", render(&data)))
}

/// The same as a file.
pub(super) async fn file(State(site): State<Site>, visitor: Visitor) -> Answer {
    let data = asked(&site, &visitor).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"own-data.json\""),
    ];
    Ok((headers, data.json()).into_response())
}

async fn asked(site: &Site, visitor: &Visitor) -> Result<OwnData, crate::fault::Fault> {
    let (token, actor) = (visitor.session()?, visitor.actor()?);
    Ok(site.ask(move |platform| platform.own_data(&token, &actor)).await?)
}

fn render(data: &OwnData) -> Markup {
    let operations = html! {
        @for (at, what, address) in &data.operations {
            tr { td.some { (at) } td.wide { (what) } td.some { (address) } }
        }
    };
    html! {
        h1 { "我的个人信息" }
        p { "这里是本系统保存的、与您有关的个人信息。案件里的，只有您和办理机关看得到；别的人看到的是遮盖后的。" }
        p.actions { a.button.second href="/account/data/file" download { "下载一份（JSON）" } }
        dl.facts {
            @for (label, text) in &data.account { div { dt { (label) } dd { (text) } } }
        }
        @if !data.kept.is_empty() {
            h2 { "账号下保存的其他内容" }
            dl.facts {
                @for (label, text) in &data.kept { div { dt { (label) } dd { (text) } } }
            }
        }
        @if !data.cases.is_empty() {
            h2 { "案件中的个人信息" }
            @for one in &data.cases { (case(one)) }
        }
        h2 { "更正和删除" }
        p { "案件里的信息写错的，请向办理机关提出，由经办人更正；更正会留下记录。账号里的姓名写错的，请向安全管理员提出。" }
        p {
            "处理目的已经实现、保存期限已经届满等情形，可以要求删除。档案依法必须保存的，在保存期限内不能删除。"
            (parts::cited("《个人信息保护法》第四十六条、第四十七条", false))
        }
        h2 { "用这个账号做过什么" }
        (parts::table("用这个账号做过什么", &["时间", "事项", "地址"], &operations))
        p.hint { "最近的100项。不是您自己做的，请立即修改密码，并告诉安全管理员。" }
    }
}

fn case(one: &OwnCase) -> Markup {
    html! {
        h3 { a href=(format!("/cases/{}", one.line.case)) { (one.line.number) } " " (one.line.procedure) }
        @if one.entries.is_empty() { p { "没有个人信息。" } }
        @for entry in &one.entries {
            p { strong { (entry.on.chinese()) " " (entry.act) } }
            dl.facts {
                @for (label, text) in &entry.fields { div { dt { (label) } dd { (text) } } }
                @if !entry.files.is_empty() { div { dt { "附件" } dd { (entry.files.join("、")) } } }
            }
        }
    }
}
