//! The organs of one assessment beside each other: places that are certain or not, and what makes the difference.

use app::{AssessmentHead, AssessmentRound};
use assessment::{Difference, Ranked};
use axum::extract::{Path, State};
use maud::{Markup, html};

use super::{settled, span, two, viewer};
use crate::design::shown;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// So many criteria of a difference are shown.
const SHOWN: usize = 5;

pub(super) fn link(head: &AssessmentHead) -> String {
    format!("/assessments/{}/{}/{}", head.holder.0, head.scheme, head.year)
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organ, scheme, year)): Path<(String, String, String)>,
) -> Answer {
    let who = visitor.clone();
    let round = site
        .ask(move |platform| {
            let year = year.parse().unwrap_or(0);
            platform.assessment_round(viewer(&who), &organ, &scheme, year)
        })
        .await?;
    let title = format!("{}年考核排名", round.year);
    Ok(visitor.page(&title, render(&round, &title)))
}

fn render(round: &AssessmentRound, title: &str) -> Markup {
    let scheme = &round.scheme;
    html! {
        (shown::crumbs(&[("/assessments", "考核评估")]))
        h1 { (title) }
        p { (round.holder.1) "按“" (scheme.name) "”（" (scheme.key()) "）评，满分" (two(scheme.full)) "分。" @if !scheme.is_official { "这份方案不是有权机关发布的。" } }
        @for note in &round.notes { p.hint { (note) "。" } }
        @if let Some(ranking) = &round.ranking {
            (places(round, &ranking.rows))
            p.hint { "名次写成几到几的，是有项目还没有证明，或者否决项还没有核查；证明以后才能确定。" }
            @if !ranking.differences.is_empty() {
                h2 { "差在哪里" }
                @for difference in &ranking.differences { (between(round, difference)) }
            }
        }
    }
}

fn places(round: &AssessmentRound, rows: &[Ranked]) -> Markup {
    let rows = html! {
        @for row in rows {
            @if let Some((head, one)) = round.all.get(row.at) {
                @let total = &one.assessment.total;
                tr {
                    td.value { @if row.best == row.worst { (row.best) } @else { (row.best) "到" (row.worst) } }
                    td.wide { a href=(format!("/assessments/{}", head.case)) { (head.assessed) } }
                    td.value { (two(total.points.low)) }
                    td.value { (two(total.points.high)) }
                    td.value { (total.unproved) }
                    td.value { (settled(head)) }
                }
            }
        }
    };
    parts::table("名次", &["名次", "单位", "已证明", "全部证明时至多", "未证明项数", "审定的总分"], &rows)
}

fn between(round: &AssessmentRound, difference: &Difference) -> Markup {
    let name = |id: &str| round.scheme.criterion(id).map_or_else(|| id.to_owned(), |one| one.name.clone());
    html! {
        h3 { (difference.upper) "比" (difference.lower) "多" (span(assessment::Span::of(difference.points))) }
        ul.lines {
            @for row in difference.rows.iter().take(SHOWN) {
                li { (row.criterion) " " (name(&row.criterion)) "：" (two(row.points)) "分" @if row.is_open { span.sub { "有一方还没有证明" } } }
            }
            @if difference.rows.len() > SHOWN { li { "其余" (difference.rows.len() - SHOWN) "项" } }
            @if !difference.adjusted.is_zero() { li { "封顶、折算和否决：" (two(difference.adjusted)) "分" } }
        }
    }
}
