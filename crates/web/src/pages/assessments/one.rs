//! One organ's sheet: every criterion with its mark, its proof and what was said of it; what lifts most; what would be if.

use app::{AssessmentPage, ProofLine, ScoreLine};
use assessment::{Criterion, Kind, Mark, Rule, Status};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};

use super::{round, span, two, viewer};
use crate::design::field::Field;
use crate::design::shown::{self, Tone, tag};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// So many ways to more points are offered.
const OFFERED: usize = 12;

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer {
    let best = pairs.into_iter().filter(|(name, _)| name == "best").map(|(_, id)| id);
    let best: Vec<String> = best.take(100).collect();
    let (who, own) = (visitor.clone(), best.clone());
    let page = site.ask(move |platform| platform.assessment_page(viewer(&who), &case, &own)).await?;
    let title = format!("{}{}年考核", page.head.assessed, page.head.year);
    Ok(visitor.page(&title, render(&page, &title, &best)))
}

fn render(page: &AssessmentPage, title: &str, best: &[String]) -> Markup {
    let head = &page.head;
    html! {
        (shown::crumbs(&[("/assessments", "考核评估"), (&round::link(head), "排名")]))
        h1 { (title) }
        (facts(page))
        (sums(page))
        @for fault in &page.faults { p.hint { "填报还不完整：" (fault) "。" } }
        (actions(page))
        (lifts(page, best))
        @for area in &page.scheme.areas {
            section {
                h2 { (area.id) " " (area.name) }
                @if let Some(score) = page.assessed.assessment.total.areas.iter().find(|one| one.id == area.id) {
                    p.sub { "得" (span(score.points)) "，满分" (two(score.maximum)) "分" @if score.is_vetoed { "；被否决，为0分" } }
                }
                @for group in &area.groups {
                    h3 { (group.id) " " (group.name) }
                    (criteria(page, &group.criteria))
                }
            }
        }
        (quantities(page))
    }
}

fn facts(page: &AssessmentPage) -> Markup {
    let (head, scheme) = (&page.head, &page.scheme);
    html! {
        dl.facts {
            div { dt { "谁来评" } dd { (head.holder.1) } }
            div { dt { "案号" } dd { @if page.acts.is_empty() { (head.number) } @else { a href=(format!("/cases/{}", head.case)) { (head.number) } } } }
            div { dt { "方案" } dd { (scheme.name) "（" (scheme.key()) "）" @if !scheme.is_official { span.sub { "不是有权机关发布的" } } } }
            div { dt { "数据算到" } dd { (page.assessed.as_of.chinese()) } }
            div { dt { "到哪一步" } dd { @if head.is_dropped { "不再评估" } @else { (head.phase) } @if head.is_public { "，结果已公布" } } }
            @if let Some((low, high, unproved, on)) = head.concluded {
                div { dt { "审定的总分" } dd { (span(assessment::Span { low, high })) "，未证明" (unproved) "项，" (on.chinese()) } }
            }
        }
    }
}

fn sums(page: &AssessmentPage) -> Markup {
    let total = &page.assessed.assessment.total;
    html! {
        div.tiles {
            div.tile { span.big { (two(total.points.low)) } span { "已证明的总分，满分" (two(total.full)) } }
            div.tile { span.big { (two(total.points.high)) } span { "全部证明时至多" } }
            div.tile { span.big { (total.unproved) } span { "未证明的项数，不算0分" } }
            div.tile { span.big { (two(total.unchecked)) } span { "自评有证明、还没有核查的分" } }
        }
        @if !total.fired.is_empty() { p { "成立的否决项：" (total.fired.join("、")) "。" } }
        @if !total.open.is_empty() { p.hint { "还没有核查的否决项：" (total.open.join("、")) "；都成立的话，总分是" (two(total.floor)) "分。" } }
    }
}

/// What the reader may do with the whole.
fn actions(page: &AssessmentPage) -> Markup {
    let total = &page.assessed.assessment.total;
    let (low, high, unproved) = (two(total.points.low), two(total.points.high), total.unproved.to_string());
    let sums = [("low", low.as_str()), ("high", high.as_str()), ("unproved", unproved.as_str())];
    html! {
        p.actions {
            @if let Some(act) = page.acts.get("concludes") { a.button href=(link(page, act, &sums)) { "审定结果" } " " }
            @if let Some(act) = page.acts.get("publishes").filter(|_| page.head.concluded.is_some() && !page.head.is_public) {
                @let title = format!("{}{}年法治建设考核结果", page.head.assessed, page.head.year);
                a.button href=(link(page, act, &[("title", &title)])) { "公布结果" } " "
            }
            @if !page.acts.is_empty() { a.button.second href=(format!("/cases/{}", page.head.case)) { "案件页：报送、退回、归档" } }
        }
    }
}

/// The form of an act with what is known of it; it leads back here.
fn link(page: &AssessmentPage, act: &str, known: &[(&str, &str)]) -> String {
    let back = format!("/assessments/{}", page.head.case);
    let mut pairs = known.to_vec();
    pairs.push(("back", &back));
    parts::query(&format!("/cases/{}/acts/{act}", page.head.case), &pairs)
}

fn lifts(page: &AssessmentPage, best: &[String]) -> Markup {
    let name = |id: &str| page.scheme.criterion(id).map_or_else(|| id.to_owned(), |one| one.name.clone());
    let offered = page.lifts.iter().take(OFFERED);
    html! {
        section {
            h2 { "怎样提升" }
            @if let Some(supposed) = &page.supposed {
                @let (now, then) = (&page.assessed.assessment.total, &supposed.assessment.total);
                div.notice role="status" {
                    p { "如果" (best.iter().map(|id| format!("{id} {}", name(id))).collect::<Vec<_>>().join("、")) "都做到最好，已证明的总分从" (two(now.points.low)) "分到" (two(then.points.low)) "分，至多" (two(then.points.high)) "分。这只是假设，没有存下来。" }
                }
            }
            @if page.lifts.is_empty() { p { "已经是最好。" } } @else {
                form.sheet method="get" action=(format!("/assessments/{}", page.head.case)) {
                    (Field::new("f-best", "单独做到最好，总分增加多少；选几项看合起来怎样").group(&html! {
                        div.choices {
                            @for lift in offered {
                                label.choice {
                                    input type="checkbox" name="best" value=(lift.criterion) checked[best.contains(&lift.criterion)];
                                    " " (lift.criterion) " " (name(&lift.criterion)) "：加" (two(lift.gain)) "分，" (lift.way.label())
                                }
                            }
                        }
                    }))
                    p.actions { button.second type="submit" { "看合起来怎样" } }
                }
            }
        }
    }
}

fn criteria(page: &AssessmentPage, all: &[Criterion]) -> Markup {
    let may = ["scores", "checks", "excludes", "settles"].iter().any(|what| page.acts.contains_key(what));
    let rows = html! {
        @for one in all {
            @if let Some(mark) = page.mark(&one.id) {
                tr {
                    td.wide { (one.id) " " (one.name) span.sub { (one.kind.label()) @if !one.kind.is_veto() { "，满分" (two(one.maximum)) "分" } @if !one.evidence.is_empty() { "；凭" (one.evidence) } } }
                    td { (state(mark)) }
                    td.value { (points(mark)) }
                    td.wide { (grounds(page, one, mark)) }
                    @if may { td { (deeds(page, one, mark)) } }
                }
            }
        }
    };
    let mut head = vec!["指标", "认定", "得分", "凭什么"];
    if may {
        head.push("办理");
    }
    parts::table("指标", &head, &rows)
}

fn state(mark: &Mark) -> Markup {
    let tone = match mark.status {
        Status::Unproved => Tone::Warn,
        Status::Checked | Status::Final | Status::Computed => Tone::Good,
        _ => Tone::Plain,
    };
    tag(tone, mark.status.label())
}

fn points(mark: &Mark) -> String {
    match (mark.kind, mark.fired) {
        (Kind::Veto(_), Some(true)) => "成立".to_owned(),
        (Kind::Veto(_), Some(false)) => "不成立".to_owned(),
        (Kind::Veto(_), None) => "未核查".to_owned(),
        _ if mark.status == Status::NotApplicable => "—".to_owned(),
        _ => span(mark.points),
    }
}

/// Why it has these points: the computation, the proofs, what was said.
fn grounds(page: &AssessmentPage, criterion: &Criterion, mark: &Mark) -> Markup {
    let none: Vec<ProofLine> = Vec::new();
    let silent: Vec<ScoreLine> = Vec::new();
    let proofs = page.proofs.get(&criterion.id).unwrap_or(&none);
    let words = page.words.get(&criterion.id).unwrap_or(&silent);
    html! {
        @if let Some(why) = &mark.why { (why.told(&|id| page.named(id))) "。" }
        @if let Rule::Formula { formula, .. } = &criterion.rule {
            @for name in formula.names() {
                @if let Some(line) = page.assessed.figures.iter().find(|line| line.id == name.id) {
                    span.sub { a href=(parts::query(&format!("/figures/{}", line.id), &[("year", page.head.year.to_string().as_str()), ("organ", page.assessed.subject.id())])) { (line.name) } @if name.is_previous { "（上年）" } @else { " " (line.shown()) } }
                }
            }
            @if let Some(computed) = mark.computed { span.sub { "算得" (two(computed)) "分" } }
        }
        @for proof in proofs {
            span.sub { "证明：" @match &proof.link { Some(link) => a href=(link) { (proof.words) }, None => { (proof.words) } } }
        }
        @for line in words { span.sub { (parts::day(line.on)) " " (line.act) "：" (line.words) } }
    }
}

fn deeds(page: &AssessmentPage, criterion: &Criterion, mark: &Mark) -> Markup {
    let with = |what: &str, label: &str, more: &[(&str, &str)]| {
        let act = page.acts.get(what)?;
        let mut known = vec![("criterion", criterion.id.as_str())];
        known.extend(more);
        let told = format!("{label}：{}", criterion.id);
        Some(html! { a href=(link(page, act, &known)) aria-label=(told) { (label) } " " })
    };
    let own = mark.self_score.map(two).unwrap_or_default();
    let is_veto = criterion.kind.is_veto();
    html! {
        @if !is_veto { (with("scores", "自评", &[]).unwrap_or_default()) }
        (with("checks", "核查", &[("score", &own)]).unwrap_or_default())
        @if criterion.kind == Kind::Positive { (with("excludes", "不适用", &[]).unwrap_or_default()) }
        @if !is_veto { (with("settles", "审定", &[]).unwrap_or_default()) }
    }
}

/// What no figure gives and is stated by hand.
fn quantities(page: &AssessmentPage) -> Markup {
    let none: Vec<ProofLine> = Vec::new();
    html! {
        @if !page.scheme.inputs.is_empty() {
            section {
                h2 { "自报的数" }
                ul.lines {
                    @for input in &page.scheme.inputs {
                        @let proofs = page.proofs.get(&input.id).unwrap_or(&none);
                        li {
                            (input.name)
                            @match page.stated.iter().find(|one| one.input == input.id) {
                                Some(one) => {
                                    "：" @if input.unit == "%" { (one.value.percent(2)) } @else { (two(one.value)) (input.unit) }
                                    "，" (one.by)
                                    @if proofs.is_empty() { span.sub { "没有证明，不用来计分" } }
                                }
                                None => "：没有自报",
                            }
                            @for proof in proofs { span.sub { "证明：" @match &proof.link { Some(link) => a href=(link) { (proof.words) }, None => { (proof.words) } } } }
                            @if let Some(act) = page.acts.get("states") { " " a href=(link(page, act, &[("quantity", &input.id)])) aria-label=(format!("自报{}", input.name)) { "自报" } }
                        }
                    }
                }
            }
        }
    }
}
