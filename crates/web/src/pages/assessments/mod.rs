//! Assessments: which there are, how the organs of one stand beside each other, and each organ's own sheet.

mod one;
mod round;

use app::{AssessmentHead, Viewer};
use assessment::{Ratio, Span};
use axum::extract::State;
use maud::{Markup, html};

use crate::design::shown;
use crate::parts;
use crate::routes::{self, Row};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        routes::page("/assessments", list),
        routes::page("/assessments/{case}", one::show),
        routes::page("/assessments/{organ}/{scheme}/{year}", round::show),
    ]
}

fn viewer(visitor: &Visitor) -> Viewer<'_> {
    visitor.signed_in.as_ref().map_or(Viewer::Public, |one| Viewer::Account(&one.actor))
}

async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let who = visitor.clone();
    let (heads, procedure) = site
        .ask(move |platform| {
            let heads = platform.assessments(viewer(&who))?;
            let mut packs = platform.rules().in_force(platform.today());
            let pack = packs.find(|pack| pack.file.assessment.is_some());
            let procedure = pack.map(|pack| pack.file.procedure.id.clone());
            Ok((heads, procedure.filter(|_| who.is_officer())))
        })
        .await?;
    Ok(visitor.page("考核评估", render(&heads, procedure.as_deref())))
}

fn render(heads: &[AssessmentHead], procedure: Option<&str>) -> Markup {
    let rows = html! {
        @for head in heads {
            tr {
                td.value { (head.year) }
                td.wide { a href=(format!("/assessments/{}", head.case)) { (head.assessed) } span.sub { (head.number) } }
                td.some { (head.scheme_name) }
                td.some { (head.holder.1) }
                td { @if head.is_dropped { "不再评估" } @else { (head.phase) } }
                td.value { (settled(head)) }
                td { @if !head.is_dropped { a href=(round::link(head)) aria-label=(format!("{}{}年的排名", head.holder.1, head.year)) { "排名" } } }
            }
        }
    };
    let head = ["年度", "被评估单位", "方案", "谁来评", "到哪一步", "审定的总分", "并列"];
    html! {
        h1 { "考核评估" }
        p { "能由数据算的由数据算，其余凭证明；没有证明的写“未证明”，不算0分，也不算满分。" }
        @if let Some(procedure) = procedure {
            p.actions { a.button href=(format!("/cases/new/{procedure}")) { "开展评估" } }
        }
        @if heads.is_empty() { (shown::empty("还没有您能看的考核。", None)) } @else {
            (parts::table("考核", &head, &rows))
        }
    }
}

/// The total as it was settled.
fn settled(head: &AssessmentHead) -> String {
    head.concluded.map_or_else(|| "还没有审定".to_owned(), |(low, high, _, _)| span(Span { low, high }))
}

/// “86.5分”, “70分至92分”.
fn span(points: Span) -> String {
    let (low, high) = (two(points.low), two(points.high));
    if low == high { format!("{low}分") } else { format!("{low}分至{high}分") }
}

fn two(ratio: Ratio) -> String {
    ratio.text(2)
}
