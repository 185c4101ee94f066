//! The parts of a case's page, which the page for the holder of a receipt shares.

use app::{ActView, BarredView, CaseView, EventView, OwedView};
use maud::{Markup, html};

use crate::days;
use crate::design::shown;
use crate::parts::{self, Standing};

/// The phases in their order, with the one the case is in.
pub(crate) fn phases(view: &CaseView) -> Markup {
    let at = view.phases.iter().position(|phase| *phase == view.phase);
    let mut phases: Vec<&str> = view.phases.iter().map(String::as_str).collect();
    if view.is_closed() {
        phases.push("已结案");
    }
    let here = if view.is_closed() { phases.len().checked_sub(1) } else { at };
    shown::steps("阶段", &phases, at.unwrap_or(0), here)
}

/// 可以办
pub(crate) fn may(view: &CaseView) -> Markup {
    let (mine, others): (Vec<&ActView>, Vec<&ActView>) = view.may.iter().partition(|act| act.is_mine);
    html! {
        section.panel.may aria-labelledby="may" {
            h2 id="may" { "可以办" span.count { (view.may.len()) } }
            @if view.as_of.is_some() { p { "当时可以办的事项如下，现在不能从这里办理。" } }
            @else if mine.is_empty() { p { "现在没有您可以办理的事项。" } }
            ul.acts { @for act in mine { (act_line(view, act, true)) } }
            @if view.as_of.is_some() {
                ul.acts { @for act in others { (act_line(view, act, false)) } }
            } @else if !others.is_empty() {
                details {
                    summary { "由其他人办理的（" (others.len()) "）" }
                    ul.acts { @for act in others { (act_line(view, act, false)) } }
                }
            }
        }
    }
}

fn act_line(view: &CaseView, act: &ActView, is_link: bool) -> Markup {
    html! {
        li {
            @if is_link { a href=(format!("/cases/{}/acts/{}", view.id, act.id)) { (act.name) } } @else { (act.name) }
            @if act.is_owed { " " span.badge.blue { "应当办" } }
            @if act.depends.is_some() { " " span.badge { "看填写内容" } }
            span.sub {
                @if !is_link { (act.by.join("、")) "　" }
                (parts::cited(&act.cited, act.unverified))
                @if let Some(depends) = &act.depends { " " (depends) }
            }
        }
    }
}

/// 应当办
pub(crate) fn must(view: &CaseView) -> Markup {
    html! {
        section.panel.must aria-labelledby="must" {
            h2 id="must" { "应当办" span.count { (view.must.len()) } }
            @if view.must.is_empty() { p { @if view.as_of.is_some() { "当时没有应当办理的事项。" } @else { "现在没有应当办理的事项。" } } }
            @for one in &view.must { (owed(one, Some(view))) }
        }
    }
}

/// 关联案件
pub(crate) fn links(view: &CaseView) -> Markup {
    html! {
        @if !view.links.is_empty() {
            section aria-labelledby="links" {
                h2 id="links" { "关联案件" }
                ul.lines {
                    @for one in &view.links {
                        li {
                            @if one.is_from { "由" } @else { "已移送" }
                            (one.organ) "“" (one.procedure) "”"
                            @match &one.case {
                                Some(case) => { a href=(format!("/cases/{case}")) { (one.case_number) } },
                                None => { (one.case_number) },
                            }
                            @if one.is_from { "移来" }
                            span.sub { "第" (one.number) "号事项" @if one.is_taken_back { "，已经更正或者撤回" } }
                        }
                    }
                }
            }
        }
    }
}

/// One duty, with its clock and how it was counted; with the case, its acts are links.
pub(crate) fn owed(owed: &OwedView, view: Option<&CaseView>) -> Markup {
    let standing = Standing {
        days_left: owed.days_left,
        is_overdue: owed.is_overdue,
        is_amber: owed.is_amber,
        is_paused: owed.is_paused,
    };
    let may_do = |id: &str| view.filter(|view| view.may.iter().any(|act| act.id == id && act.is_mine));
    html! {
        div.owed.red[owed.is_overdue].amber[owed.is_amber && !owed.is_overdue] {
            p.what {
                @for (at, (id, name)) in owed.must.iter().enumerate() {
                    @if at > 0 { "，或者" }
                    @if let Some(view) = may_do(id) { a href=(format!("/cases/{}/acts/{id}", view.id)) { (name) } } @else { (name) }
                }
            }
            p {
                (standing.badge()) " "
                @if let Some(last) = owed.last_day { "最后一日 " strong { (parts::day(last)) } }
                @if owed.provisional { " " span.badge.unverified { "放假安排未公布，暂按周末推算" } }
            }
            p.sub { (parts::cited(&owed.cited, owed.unverified)) }
            @if let Some(note) = &owed.note { p.sub { "说明：" (note) } }
            @if let Some(lapse) = &owed.lapse { p.sub { "到期没有办的，依法视为“" (lapse) "”。" } }
            @if !owed.counted.is_empty() {
                details {
                    summary { "这一天是怎样算出来的" }
                    p.sub { "自" (parts::day(owed.since)) "的事项产生" @if let Some(limit) = &owed.limit { "，期限" (limit) } }
                    ol { @for step in &owed.counted { li { (step) } } }
                    (days::counted(&owed.steps, owed.last_day))
                }
            }
        }
    }
}

/// 不得办
pub(crate) fn must_not(view: &CaseView) -> Markup {
    html! {
        section.panel.not aria-labelledby="not" {
            h2 id="not" { "不得办" span.count { (view.must_not.len()) } }
            @if view.must_not.is_empty() { p { "没有。" } } @else {
                div.long role="region" aria-label="不得办的事项" tabindex="0" {
                    ul.acts { @for barred in &view.must_not { (barred_line(barred)) } }
                }
            }
        }
    }
}

fn barred_line(barred: &BarredView) -> Markup {
    html! {
        li {
            strong { (barred.name) }
            span.sub { (barred.why) }
            span.sub { (parts::cited(&barred.cited, barred.unverified)) }
        }
    }
}

pub(crate) fn documents(view: &CaseView, is_linked: bool) -> Markup {
    html! {
        @if !view.documents.is_empty() {
            section aria-labelledby="documents" {
                h2 id="documents" { "文书" }
                ul.lines {
                    @for one in &view.documents {
                        li {
                            @if is_linked { a href=(format!("/cases/{}/documents/{}", view.id, one.number)) { (one.name) } } @else { (one.name) }
                            span.sub { (one.doc_number) "　" (parts::day(one.issued_on)) }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn public(view: &CaseView) -> Markup {
    html! {
        @if let Some(withheld) = &view.withheld {
            div.notice { p { (withheld.because) "，本案的内容一律不公开。" (parts::cited(&withheld.cited, withheld.unverified)) } }
        }
        @if !view.public.is_empty() {
            section aria-labelledby="public" {
                h2 id="public" { "已经公开" }
                ul.lines {
                    @for one in &view.public {
                        li { a href=(format!("/published/{}/{}/{}", view.id, one.number, one.act)) { (one.title) } }
                    }
                }
            }
        }
    }
}

/// All that was done, in its order, with the hashes that chain it.
pub(crate) fn timeline(view: &CaseView, is_officer: bool) -> Markup {
    html! {
        section aria-labelledby="events" {
            h2 id="events" { "办理经过" }
            ol.timeline { @for event in &view.events { (event_line(view, event, is_officer)) } }
        }
    }
}

fn event_line(view: &CaseView, event: &EventView, is_officer: bool) -> Markup {
    let reads_files = is_officer || view.may.iter().any(|act| act.is_mine);
    html! {
        li id=(format!("event-{}", event.number)) class=[event.is_superseded.then_some("superseded")] {
            h3 {
                span.number { (event.number) }
                (event.act)
                @if event.corrects.is_some() || event.kind != "办理" { " " span.badge { (event.kind) } }
                @if let Some(number) = event.corrects { " " a href=(format!("#event-{number}")) { "更正第" (number) "号" } }
                @if event.is_superseded { " " span.badge.amber { "已被更正" } }
            }
            p.sub { (parts::day(event.on)) "　" (event.actor) "　记录于 " (event.recorded_at) }
            @if !event.fields.is_empty() {
                details open[event.fields.len() <= 4] {
                    summary { "记录的内容（" (event.fields.len()) " 项）" }
                    dl.record { @for (label, text) in &event.fields { div { dt { (label) } dd.text { (text) } } } }
                }
            }
            @if is_officer && event.is_masked && view.as_of.is_none() {
                p.sub.unprinted { "个人信息已遮盖。" a href=(format!("/cases/{}/reveal/{}", view.id, event.number)) aria-label=(format!("查看第{}号事项的个人信息", event.number)) { "查看" } }
            }
            @if !event.files.is_empty() {
                ul.files {
                    @for (hash, name) in &event.files {
                        li { "附件：" @if reads_files { a href=(format!("/cases/{}/files/{hash}", view.id)) { (name) } } @else { (name) } }
                    }
                }
            }
            p.hash {
                "校验值 " code title=(event.hash) { (short(&event.hash)) }
                "　前一项 " code title=(event.previous) { (short(&event.previous)) }
                @if is_officer && view.as_of.is_none() && event.corrects.is_none() && !event.is_superseded {
                    "　" a.unprinted href=(format!("/cases/{}/correct/{}", view.id, event.number)) aria-label=(format!("更正第{}号事项", event.number)) { "更正" }
                }
            }
        }
    }
}

/// The beginning of a hash; the whole of it stands in the title.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
