//! The result as a page, and as a file to take away.

use audit::{Report, Rules};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use calendar::Day;
use maud::{Markup, html};

use super::asked::Asked;
use super::{Carried, again, told};
use crate::auditing::{Auditing, Task};
use crate::fault::Fault;
use crate::parts::quoted;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// The page of the result.
pub(super) fn page(carried: &Carried, task: &Task, report: &Report, rules: &Rules) -> Markup {
    html! {
        h1 { "审核结果：" (task.report.name) }
        p.unprinted { strong { "没有保存。" } "关掉本页，这份报告和结果在本站就没有了。需要留着的，下载到自己的电脑上，或者打印。" }
        (take_away(carried, task))
        (task.shown(report, |shown| audit_report::result(shown, rules)))
        p.unprinted { a.button.second href="/audit" { "再审核一份" } }
    }
}

/// What to take away or keep: the form carries all that is needed to make the result again.
pub(super) fn take_away(carried: &Carried, task: &Task) -> Markup {
    let day = |day: Day| day.to_string();
    html! {
        form.sheet.take.unprinted method="post" action="/audit/result" enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(carried.csrf);
            input type="hidden" name="key" value=(carried.key);
            input type="hidden" name="year" value=(task.year.map_or(String::new(), |year| year.to_string()));
            input type="hidden" name="published" value=(task.published_on.map_or(String::new(), day));
            input type="hidden" name="held" value=(task.report.written());
            @if let Some(previous) = &task.previous {
                input type="hidden" name="held_previous" value=(previous.written());
            }
            @if carried.is_officer {
                div.field {
                    label for="f-name" { "存下来，名称" }
                    p.hint id="h-name" { "存下来的报告文字和结果，本机关的人都能看到，可以删除。" }
                    input id="f-name" name="name" type="text" value=(task.report.name) maxlength="100" aria-describedby="h-name";
                }
                p { button type="submit" formaction="/audit/kept" { "存下来" } }
            }
            p.downloads {
                span { "下载结果：" }
                button.second type="submit" name="form" value="html" { "网页（可以打印）" }
                button.second type="submit" name="form" value="json" { "JSON" }
                button.second type="submit" name="form" value="sarif" { "SARIF" }
            }
        }
    }
}

/// A form of the result as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Html,
    Json,
    Sarif,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "html" => Self::Html,
            "json" => Self::Json,
            "sarif" => Self::Sarif,
            _ => return None,
        })
    }

    fn mime(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Sarif => "application/sarif+json",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Sarif => "sarif.json",
        }
    }
}

/// The JSON of the result, as the command line writes it.
pub(super) fn json(task: &Task, report: &Report) -> String {
    let file = task.shown(report, audit_report::json);
    serde_json::to_string_pretty(&serde_json::json!({ "files": [file] })).unwrap_or_default()
}

fn written(kind: Kind, task: &Task, report: &Report, rules: &Rules) -> String {
    match kind {
        Kind::Html => task.shown(report, |shown| audit_report::html(shown, rules)),
        Kind::Json => json(task, report),
        Kind::Sarif => {
            let log = audit_report::sarif(task.shown(report, audit_report::sarif_results), rules);
            serde_json::to_string_pretty(&log).unwrap_or_default()
        }
    }
}

/// Makes the result again from what the page carries, and sends it as a file.
pub(super) async fn download(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let kind = Kind::of(posted.get("form")).ok_or_else(|| Fault::of_status(StatusCode::BAD_REQUEST))?;
    let asked = Asked::of(&mut posted, site.platform().today());
    let done = Auditing::run(&site, visitor.signed_in.is_some(), move |rules, packs| {
        let task = asked.task()?;
        let report = task.audit(rules, packs);
        Ok::<_, Box<super::Form>>((task.report.name.clone(), written(kind, &task, &report, rules)))
    });
    match done.await {
        Ok(Ok((name, text))) => Ok(file(&format!("审核结果-{name}.{}", kind.ending()), kind.mime(), text)),
        Ok(Err(form)) => again(&site, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &form).await,
        Err(unfinished) => Err(Fault::busy(&told(unfinished).message)),
    }
}

/// A file that was made here, to take away.
pub(super) fn file(name: &str, mime: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", quoted(name))),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}
