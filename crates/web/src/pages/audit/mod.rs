//! Auditing a report: one drops a file or pastes a text and sees what does not hold. Nothing is kept unless an officer
//! asks for it: what a later request needs travels in the page.

mod asked;
mod form;
mod kept;
mod outcome;

use app::FieldFault;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use crate::auditing::{Auditing, Unfinished};
use crate::csrf::Csrf;
use crate::edge::Limit;
use crate::layout::{self, marked_name};
use crate::posted::{Bounds, Posted};
use crate::routes::{self, Row};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};
use asked::Asked;
use form::Form;

/// The largest file, in bytes.
const LARGEST_FILE: usize = 20 << 20;
/// The largest text: a report of the greatest length, as a page carries it.
const LARGEST_TEXT: usize = 8 << 20;

/// What lets files be dropped; the form works without.
pub(crate) const SCRIPT: &str = include_str!("../../drop.js");
/// As for all pages, but for the script of this site.
const POLICY: &str = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

pub(crate) fn style_name() -> String {
    marked_name("audit", "css", audit_report::STYLE)
}

pub(crate) fn script_name() -> String {
    marked_name("drop", "js", SCRIPT)
}

/// The text of a report that an organ keeps, from how it is kept.
pub(crate) fn kept_text(content: &str) -> Option<String> {
    kept::text(content)
}

/// A report that an organ keeps as it was read, and the year that was said of it.
pub(crate) fn kept_reading(content: &str) -> Option<(::audit::Text, Option<u32>)> {
    kept::reading(content)
}

pub(crate) fn rows() -> Vec<Row> {
    let rows = [
        routes::form("/audit", show, audit).limit(Limit::Audit),
        routes::takes("/audit/result", outcome::download).limit(Limit::Audit),
        routes::takes("/audit/kept", kept::keep).limit(Limit::Audit),
        routes::page("/audit/kept/{id}", kept::show),
        routes::page("/audit/kept/{id}/then", kept::then),
        routes::takes("/audit/kept/{id}/delete", kept::delete),
    ];
    let bounds = Bounds { file: LARGEST_FILE, text: LARGEST_TEXT };
    rows.into_iter().map(|row| row.bounds(bounds)).collect()
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(from): Query<kept::From>) -> Answer {
    let kept = kept::list(&site, &visitor, &from).await?;
    Ok(page(&visitor, StatusCode::OK, "审核报告", &form::page(&visitor, &Form::default(), &kept)))
}

async fn audit(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let asked = Asked::of(&mut posted, site.platform().today());
    let typed = asked.typed();
    let carried = Carried::of(&visitor);
    let done = Auditing::run(&site, visitor.signed_in.is_some(), move |rules, packs| {
        let task = asked.task()?;
        let report = task.audit(rules, packs);
        Ok::<_, Box<Form>>((task.report.name.clone(), outcome::page(&carried, &task, &report, rules)))
    });
    match done.await {
        Ok(Ok((name, content))) => Ok(page(&visitor, StatusCode::OK, &format!("审核结果：{name}"), &content)),
        Ok(Err(form)) => again(&site, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &form).await,
        Err(unfinished) => {
            let form = Form { faults: vec![told(unfinished)], ..typed };
            again(&site, &visitor, StatusCode::SERVICE_UNAVAILABLE, &form).await
        }
    }
}

/// The form again, with what was typed and with what is wrong.
async fn again(site: &Site, visitor: &Visitor, status: StatusCode, form: &Form) -> Answer {
    let kept = kept::list(site, visitor, &kept::From::default()).await?;
    Ok(page(visitor, status, "有误：审核报告", &form::page(visitor, form, &kept)))
}

fn told(unfinished: Unfinished) -> FieldFault {
    FieldFault {
        field: "report".to_owned(),
        name: "要审核的报告".to_owned(),
        message: unfinished.message().to_owned(),
    }
}

/// What of a visitor a page needs that is made elsewhere.
#[derive(Clone, Debug)]
struct Carried {
    csrf: Csrf,
    /// Names the command to keep it, which is done once.
    key: String,
    is_officer: bool,
}

impl Carried {
    fn of(visitor: &Visitor) -> Self {
        Self { csrf: visitor.csrf.clone(), key: app::Ids::token(), is_officer: visitor.is_officer() }
    }
}

/// A page of this part of the site: drafts are nobody else's, so no cache keeps it.
fn page(visitor: &Visitor, status: StatusCode, title: &str, content: &Markup) -> Response {
    let links = html! {
        link rel="stylesheet" href=(format!("/assets/{}", style_name()));
        script src=(format!("/assets/{}", script_name())) defer {}
    };
    let mut answer = layout::response(visitor, status, title, &links, content);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
