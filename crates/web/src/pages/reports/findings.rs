//! What the auditor finds in a draft, each finding with its computation and the form by which it is accepted.

use app::{Checked, DraftFinding};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use base::Severity;
use maud::{Markup, html};

use super::with_rules;
use crate::design::field::{Field, Need};
use crate::design::shown;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Keeps why a finding is accepted.
pub(super) async fn accept(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    posted: Posted,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (mark, reason, id) = (posted.get("mark").to_owned(), posted.get("reason").to_owned(), case.clone());
    let section = with_rules(&site, move |platform, rules| {
        platform.accept_report_finding(&actor, &id, rules, (&mark, &reason), &origin)
    })
    .await?;
    let place = if section.is_empty() {
        format!("/reports/drafts/{case}#findings")
    } else {
        format!("/reports/drafts/{case}/sections/{section}#findings")
    };
    Ok(Redirect::to(&place).into_response())
}

/// The findings of a section: those that count, then those that were accepted.
pub(super) fn of_section(
    visitor: &Visitor,
    case: &str,
    section: &str,
    checked: &Checked,
    accepts: bool,
) -> Markup {
    let own: Vec<&DraftFinding> = checked.findings.iter().filter(|one| one.section == section).collect();
    let (accepted, open): (Vec<_>, Vec<_>) = own.into_iter().partition(|one| one.accepted.is_some());
    html! {
        @if open.is_empty() { p { "没有发现问题。" } } @else {
            ul.notes {
                @for one in open {
                    li {
                        p { (mark(one.severity)) " " @if !one.quote.is_empty() { "“" (one.quote) "”：" } (one.message) }
                        @if let Some(computation) = &one.computation { p.sub { "计算：" (computation) } }
                        @if let Some(basis) = &one.basis { p.sub { "依据：" (basis) } }
                        @if let Some(help) = &one.help { p.sub { "怎么办：" (help) } }
                        @if let Some(link) = one.link.as_ref().filter(|link| link.starts_with('/')) { p.sub { a href=(link) { "看平台上的记录" } } }
                        @if accepts && one.may_be_accepted { (acceptance(visitor, case, one)) }
                    }
                }
            }
        }
        @if !accepted.is_empty() {
            (shown::fold("已经接受的问题", &format!("{}处", accepted.len()), false, &html! {
                ul.notes {
                    @for one in &accepted {
                        li {
                            p { "“" (one.quote) "”：" (one.message) }
                            @if let Some((reason, by, at)) = &one.accepted { p.sub { "接受的理由：" (reason) "　" (by) "　" (at) } }
                        }
                    }
                }
            }))
        }
    }
}

fn mark(severity: Severity) -> Markup {
    let tone = match severity {
        Severity::Error => shown::Tone::Bad,
        Severity::Warning => shown::Tone::Warn,
        Severity::Note => shown::Tone::Plain,
    };
    shown::tag(tone, severity.label())
}

fn acceptance(visitor: &Visitor, case: &str, one: &DraftFinding) -> Markup {
    let id = format!("r-{}", one.mark.get(..12).unwrap_or_default());
    html! {
        details {
            summary { "写明理由，接受" }
            form method="post" action=(format!("/reports/drafts/{case}/accept")) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="mark" value=(one.mark);
                (Field::new(&id, "接受的理由").need(Need::Needed).longest(500).line("reason", ""))
                p.actions { button.second type="submit" { "接受" } }
            }
        }
    }
}
