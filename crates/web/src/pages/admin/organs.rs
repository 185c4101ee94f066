//! The register of organs, and a new one.

use app::{AppError, Organ};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use norms::{ORGAN_KINDS, organ_kind};

use crate::design::field::Field;
use crate::fault::{status_of, told};
use crate::pages::registers;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    page(&site, &visitor, &blank(), None).await
}

fn blank() -> Organ {
    let text = String::new;
    Organ {
        id: text(),
        name: text(),
        short: text(),
        kind: "department".to_owned(),
        division: text(),
        credit_code: None,
        parent: None,
    }
}

async fn page(site: &Site, visitor: &Visitor, typed: &Organ, error: Option<&AppError>) -> Answer {
    let organs = site.ask(app::Platform::organs).await?;
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, "机关", render(visitor, &organs, typed, error)))
}

pub(super) async fn enter(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let text = |name: &str| posted.get(name).trim().to_owned();
    let given = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let organ = Organ {
        id: text("id"),
        name: text("name"),
        short: text("short"),
        kind: text("kind"),
        division: text("division"),
        credit_code: given("credit_code"),
        parent: given("parent"),
    };
    let typed = organ.clone();
    match site.ask(move |platform| platform.admin_enter_organ(&actor, organ, &origin)).await {
        Ok(()) => Ok(Redirect::to("/admin/organs").into_response()),
        Err(error @ AppError::Invalid(_)) => page(&site, &visitor, &typed, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// All organs as a sheet.
pub(super) async fn sheet(State(site): State<Site>, visitor: Visitor) -> Answer {
    let actor = visitor.actor()?;
    let sheet = site.ask(move |platform| platform.organ_sheet(&actor)).await?;
    Ok(registers::as_file(sheet))
}

/// A sheet that was filled in.
pub(super) async fn enter_sheet(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let content = posted.take_files("sheet").into_iter().next().map(|file| file.content).unwrap_or_default();
    match site.ask(move |platform| platform.enter_organ_sheet(&actor, &content, &origin)).await {
        Ok(_) => Ok(Redirect::to("/admin/organs").into_response()),
        Err(error @ AppError::Unfit(_)) => page(&site, &visitor, &blank(), Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

fn render(visitor: &Visitor, organs: &[Organ], typed: &Organ, error: Option<&AppError>) -> Markup {
    let name_of =
        |id: &str| organs.iter().find(|one| one.id == id).map_or(id.to_owned(), |one| one.name.clone());
    let rows = html! {
        @for one in organs {
            tr {
                td.some { (one.id) }
                td.wide { (one.name) }
                td.standing { (one.short) }
                td.some { (organ_kind(&one.kind)) }
                td { (one.division) }
                td.wide { (one.parent.as_deref().map(name_of).unwrap_or_default()) }
            }
        }
    };
    html! {
        h1 { "机关" }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        (parts::table("机关", &["标识", "名称", "简称", "性质", "区划", "上级"], &rows))
        p.actions { a.button.second href="/admin/organs/sheet" { "导出表格（XLSX）" } }
        form.sheet.act method="post" action="/admin/organs/sheet" enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            h2 { "用表格登记" }
            p { "先导出，在表里添加、修改后交回；有一处不对，全部不登记，并逐行说明。改名、改隶属的，另写一行，标识不变，起始日期写改变的那一天，原来的一条到前一天止；撤销的，写终止日期。" }
            div.field { label for="sheet" { "表格文件（XLSX）" } input id="sheet" name="sheet" type="file" accept=".xlsx" required; }
            p.actions { button type="submit" { "核对并登记" } }
        }
        form.sheet.act method="post" action="/admin/organs" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            h2 { "登记机关" }
            p { "从今天起生效。登记以后，标识不能再改。" }
            (input("id", "标识（小写字母、数字和 _）", &typed.id, true))
            (input("name", "名称", &typed.name, true))
            (input("short", "文号中的简称，如“德司”", &typed.short, true))
            div.field {
                label for="kind" { "性质" }
                select id="kind" name="kind" {
                    @for (kind, name) in ORGAN_KINDS { option value=(kind) selected[kind == typed.kind] { (name) } }
                }
            }
            (input("division", "区划代码", &typed.division, true))
            (input("credit_code", "统一社会信用代码（可以不填）", typed.credit_code.as_deref().unwrap_or_default(), false))
            div.field {
                label for="parent" { "上级" }
                select id="parent" name="parent" {
                    option value="" { "没有" }
                    @for one in organs {
                        option value=(one.id) selected[typed.parent.as_deref() == Some(one.id.as_str())] { (one.name) }
                    }
                }
            }
            p.actions { button type="submit" { "登记" } }
        }
    }
}

fn input(id: &str, label: &str, value: &str, required: bool) -> Markup {
    let field = Field::new(id, label);
    if required { field.required().line(id, value) } else { field.line(id, value) }
}
