//! The page of a draft: where its procedure stands, its sections, what the auditor finds, its editions.

use app::{Checked, DraftSection, DraftView, ReportStep};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use calendar::Day;
use maud::{Markup, html};

use super::{counted, findings, public, with_rules};
use crate::design::field::Field;
use crate::design::shown;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn show(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let (view, checked) = with_rules(&site, move |platform, rules| {
        let view = platform.report_draft(&actor, &case)?;
        let checked = match &view.begun {
            Some(_) => platform.check_report(&actor, &case, rules, None)?,
            None => Checked::default(),
        };
        Ok((view, checked))
    })
    .await?;
    Ok(visitor.page(&view.title, render(&visitor, &view, &checked)))
}

/// Begins the draft.
pub(super) async fn begin(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    _: Posted,
) -> Answer {
    let (actor, origin, id) = (visitor.actor()?, visitor.origin(), case.clone());
    site.ask(move |platform| platform.begin_report(&actor, &id, &origin)).await?;
    Ok(Redirect::to(&format!("/reports/drafts/{case}")).into_response())
}

/// Chooses the last day whose records are counted.
pub(super) async fn until(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    posted: Posted,
) -> Answer {
    let (actor, id) = (visitor.actor()?, case.clone());
    let text = posted.get("as_of").trim().to_owned();
    let day = (!text.is_empty() && posted.get("always") != "1").then(|| Day::parse(&text));
    let wrong = |_| app::AppError::Wrong {
        code: "day",
        why: format!("“{text}”不是日期"),
        help: "写成 2025-02-20 的样子。".to_owned(),
    };
    let day = day.transpose().map_err(wrong)?;
    site.ask(move |platform| platform.count_report_until(&actor, &id, day)).await?;
    Ok(Redirect::to(&format!("/reports/drafts/{case}")).into_response())
}

/// The whole draft as it reads now.
pub(super) async fn read(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let (actor, id) = (visitor.actor()?, case.clone());
    let (title, sections) = site.ask(move |platform| platform.report_reading(&actor, &id)).await?;
    let content = html! {
        (shown::crumbs(&[("/reports", "年度报告"), (&format!("/reports/drafts/{case}"), "报告稿"), ("", "通读")]))
        article.paper {
            h1 { (title) }
            p.sub { "还是文稿，没有审定。" }
            (public::body(&sections, None))
        }
    };
    Ok(visitor.page(&format!("通读：{title}"), content))
}

fn render(visitor: &Visitor, view: &DraftView, checked: &Checked) -> Markup {
    let case = view.case.as_str();
    html! {
        (shown::crumbs(&[("/reports", "年度报告"), ("", "报告稿")]))
        h1 { (view.title) }
        p.sub { "报告稿　案件 " a href=(format!("/cases/{case}")) { (view.number) } "　" (view.organ.1) }
        @match &view.begun {
            None => { (to_begin(visitor, view)) },
            Some(begun) => {
                @if view.is_settled { (shown::notice(shown::Tone::Good, &html! { p { "报告已经审定，文稿不再修改。" } })) }
                (steps(view))
                section aria-labelledby="sections" {
                    div.row {
                        h2 id="sections" { "章节" }
                        a.button.second href=(format!("/reports/drafts/{case}/read")) { "通读全文" }
                    }
                    (sections(case, &begun.sections, checked))
                    (tally(checked))
                }
                section id="findings" aria-labelledby="whole" {
                    h2 id="whole" { "不属于哪一章节的问题" }
                    (findings::of_section(visitor, case, "", checked, view.may_write && !view.is_settled))
                }
                section aria-labelledby="day" {
                    h2 id="day" { "数据截止之日" }
                    p { "指标算到" strong { (parts::day(begun.as_of)) } "为止登记的记录"
                        @if !begun.is_chosen { "（一直是昨天）" } "。统计范围：" (begun.scope) "。" }
                    @if view.may_write && !view.is_settled { (day_form(visitor, case, begun.as_of)) }
                }
                @if !begun.editions.is_empty() {
                    section aria-labelledby="editions" {
                        h2 id="editions" { "送审稿" }
                        ul.lines {
                            @for one in &begun.editions {
                                li {
                                    "第" (one.number) "稿　" (one.by) "于" (one.at) "送审，数据截至" (parts::day(one.as_of))
                                    span.sub.hash { "SM3 " (one.hash) }
                                }
                            }
                        }
                        p.hint { "送审稿的文档在案件页的办理经过里。" }
                    }
                }
            },
        }
    }
}

fn to_begin(visitor: &Visitor, view: &DraftView) -> Markup {
    html! {
        p { "报告稿还没有建立。建立以后，各章节和表格按规定的格式（" (view.basis) "）列好，平台上有办理记录的，先按指标写成句子，供接着写。" }
        @if view.may_write {
            form method="post" action=(format!("/reports/drafts/{}", view.case)) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                p.actions { button type="submit" { "开始起草" } }
            }
        } @else { p.hint { "由本案的起草人建立。" } }
    }
}

/// The acts of the procedure, what was done, and what comes next.
fn steps(view: &DraftView) -> Markup {
    let place = |step: &ReportStep| {
        let base = if step.takes { "/reports/drafts" } else { "/cases" };
        format!("{base}/{}/acts/{}", view.case, step.act)
    };
    let shown =
        |step: &&ReportStep| step.done_on.is_some() || step.is_open || step.last_day.is_some() || step.takes;
    let rows = html! {
        @for step in view.steps.iter().filter(shown) {
            tr {
                th scope="row" { (step.name) }
                td { @if let Some(day) = step.done_on { (parts::day(day)) } @else { "没有" } }
                td { @if let Some(day) = step.last_day { (parts::day(day)) } @else { "—" } }
                td {
                    @if step.is_open && step.is_mine { a href=(place(step)) { "办理" } }
                    @else if step.is_open { "由别人办理" }
                    @else if let Some(why) = &step.barred { span.sub { (why) } }
                    @else { "—" }
                }
            }
        }
    };
    html! {
        section aria-labelledby="steps" {
            h2 id="steps" { "办到哪一步" }
            (parts::table("办理步骤", &["事项", "办理之日", "最后一日", "现在"], &rows))
        }
    }
}

fn sections(case: &str, all: &[DraftSection], checked: &Checked) -> Markup {
    let rows = html! {
        @for one in all {
            tr {
                th scope="row" {
                    @if one.is_heading { (one.heading) } @else {
                        a href=(format!("/reports/drafts/{case}/sections/{}", one.id)) { (one.heading) }
                    }
                }
                td {
                    @if one.is_heading { "—" }
                    @else if let Some(text) = &one.text { "第" (text.number) "稿　" (text.by) span.sub { (text.at) } }
                    @else if !one.tables.is_empty() { "只有表格" }
                    @else if one.is_required { (shown::tag(shown::Tone::Warn, "必写，还没有写")) }
                    @else { "还没有写" }
                    @if !one.aside.is_empty() { " " (shown::tag(shown::Tone::Bad, &format!("并列文稿{}份", one.aside.len()))) }
                }
                td {
                    @for table in &one.tables {
                        a href=(format!("/reports/drafts/{case}/tables/{}", table.id)) { (table.name) }
                        span.sub { @if table.missing() > 0 { (table.missing()) "格未提供" } @else { "各格都有数" } }
                    }
                    @if one.tables.is_empty() { "—" }
                }
                td { @if let Some(told) = counted(checked, Some(&one.id)) { (told) } @else { "—" } }
                td { @if one.open_comments > 0 { (one.open_comments) "条没有办结" } @else { "—" } }
            }
        }
    };
    parts::table("章节", &["章节", "文稿", "表格", "问题", "批注"], &rows)
}

fn tally(checked: &Checked) -> Markup {
    html! {
        p { "引用平台指标" (checked.by_reference) "处，自报数字" (checked.stated) "处；与平台数据比较" (checked.compared) "处。"
            @if let Some(told) = counted(checked, None) { "还有：" (told) "。" } @else { "没有发现问题。" } }
        @for note in &checked.notes { p.hint { (note) } }
    }
}

fn day_form(visitor: &Visitor, case: &str, day: Day) -> Markup {
    html! {
        form.filters method="post" action=(format!("/reports/drafts/{case}/until")) {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (Field::new("as_of", "算到哪一天").day("as_of", &day.to_string()))
            button.second type="submit" { "按这一天" }
            button.second type="submit" name="always" value="1" { "一直算到昨天" }
        }
    }
}
