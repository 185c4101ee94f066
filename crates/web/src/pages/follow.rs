//! Following one's case with the number and the code of its receipt.

use app::{AppError, CaseView, Covered};
use axum::extract::State;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::edge::{Limit, whose};
use crate::fault::{Fault, status_of, told};
use crate::pages::{case_panels, receipt};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn form(visitor: Visitor) -> Answer {
    let content = html! {
        h1 { "查办件" }
        p.lead { "编号和查询码写在提交申请时给您的回执上。" }
        (inputs(&visitor, "", ""))
        p { "手里有凭证、决定书，想知道是不是真的：" a href="/verify" { "核验凭证和文件" } }
    };
    Ok(visitor.page("查办件", content))
}

/// The code travels in the body, so that it stays out of addresses and their histories.
pub(crate) async fn follow(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (number, code) = (posted.get("number").trim().to_owned(), posted.get("code").to_owned());
    site.limits().take(Limit::Number, &number).map_err(Fault::TooMany)?;
    let (asked, secret) = (number.clone(), code.clone());
    let found = site
        .ask(move |platform| {
            Ok((platform.case_by_receipt(&asked, &secret)?, platform.receipt_by_code(&asked, &secret)))
        })
        .await;
    match found {
        Ok((view, covered)) => {
            right(&site, &visitor, &number);
            let buttons = receipt::buttons(&visitor, &number, &code);
            Ok(visitor.page(&view.number, render(&view, &covered, &buttons)))
        }
        Err(error @ AppError::Wrong { .. }) => {
            let content = html! {
                h1 { "查办件" }
                (parts::findings(&told(&error)))
                (inputs(&visitor, &number, &code))
            };
            Ok(visitor.page_with(status_of(&error), "查办件", content))
        }
        Err(error) => Err(error.into()),
    }
}

/// A right code counts for nothing: only guesses are few.
pub(crate) fn right(site: &Site, visitor: &Visitor, number: &str) {
    site.limits().give_back(Limit::Number, number);
    site.limits().give_back(Limit::Follow, &whose(visitor.address));
}

/// The two inputs of a receipt.
pub(crate) fn inputs(visitor: &Visitor, number: &str, code: &str) -> Markup {
    html! {
        form.follow method="post" action="/follow" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (Field::new("number", "编号").required().line("number", number))
            (Field::new("code", "查询码").required().line("code", code))
            button type="submit" { "查询" }
        }
    }
}

fn render(view: &CaseView, covered: &app::Result<Covered>, buttons: &Markup) -> Markup {
    html! {
        h1 { (view.number) }
        p.sub { (view.procedure) "　" (view.organ) "　" (parts::day(view.opened_on)) "提出" }
        (case_panels::phases(view))
        section aria-labelledby="owed" {
            h2 id="owed" { "机关应当办什么、哪天以前" }
            @if view.must.is_empty() { (shown::empty("现在没有应当办理的事项。", None)) }
            @for owed in &view.must { (case_panels::owed(owed, None)) }
        }
        (case_panels::links(view))
        (case_panels::documents(view, false))
        (case_panels::public(view))
        (case_panels::timeline(view, false))
        @match covered {
            Ok(covered) => (receipt::section(covered, buttons)),
            Err(why) => (receipt::refused(why)),
        }
        p.hint { "姓名、证件号码等个人信息已经隐去。" }
    }
}
