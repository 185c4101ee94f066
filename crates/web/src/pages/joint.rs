//! Joint inspection: the plans, one of them by day, by enterprise, by officer, what was left out, how it changed; and what
//! one enterprise will see. For officers who may see its case.

use app::{
    JointChange, JointEnterprise, JointLeft, JointLine, JointPage, JointPerson, JointRound, JointShare,
    JointVisit, Viewer,
};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};

use crate::design::shown;
use crate::pages::registers::file_of;
use crate::parts;
use crate::routes::{Row, Who, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/joint", list).who(Who::Account),
        page("/joint/{case}", one).who(Who::Account),
        page("/joint/{case}/sheet", sheet).taken_away().who(Who::Account),
        page("/joint/{case}/enterprises/{code}", enterprise).who(Who::Account),
    ]
}

/// How many rows a page shows; the spreadsheet has all.
const SHOWN: usize = 100;

/// Which side of the plan is shown.
#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    #[serde(default)]
    view: String,
}

const VIEWS: [(&str, &str); 5] = [
    ("days", "按日期"),
    ("enterprises", "按企业"),
    ("people", "按人员"),
    ("left", "没有排上的"),
    ("rounds", "历次排定"),
];

fn account(visitor: &Visitor) -> Option<app::Actor> {
    visitor.signed_in.as_ref().map(|one| one.actor.clone())
}

fn viewer(actor: Option<&app::Actor>) -> Viewer<'_> {
    actor.map_or(Viewer::Public, Viewer::Account)
}

async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let who = account(&visitor);
    let lines = site.ask(move |platform| platform.joint_plans(viewer(who.as_ref()))).await?;
    Ok(visitor.page("综合查一次", listed(&lines)))
}

fn listed(lines: &[JointLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td { a href=(format!("/joint/{}", line.case)) { (line.number) } }
                td { (line.title) }
                td { (line.organ) }
                td { (parts::day(line.made_on)) @if line.rounds > 1 { "（第" (line.rounds) "次排定）" } }
                td.value { (line.separate) }
                td.value { (line.visits) }
            }
        }
    };
    let heads = ["编号", "计划", "机关", "排定日期", "合并前至少（次）", "合并后（次）"];
    html! {
        h1 { "综合查一次" }
        p { "各部门对同一户企业的检查，能合并的合并成一次去。计划由年度检查计划、场景、检查对象名录、人员和证件、安静日排出，守住每户的上限和间隔。" }
        p { a.button href="/cases/new/joint_plan?act=propose" { "提出排期" } }
        @if lines.is_empty() { (shown::empty("还没有排定过计划。", None)) } @else { (parts::table("综合查一次计划", &heads, &rows)) }
    }
}

async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let who = account(&visitor);
    let page = site.ask(move |platform| platform.joint_page(viewer(who.as_ref()), &case)).await?;
    Ok(visitor.page(&page.line.title, shown_page(&page, &asked.view)))
}

async fn sheet(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let who = account(&visitor);
    let (name, bytes) = site.ask(move |platform| platform.joint_book(viewer(who.as_ref()), &case)).await?;
    Ok(file_of(&name, bytes))
}

fn shown_page(page: &JointPage, view: &str) -> Markup {
    let line = &page.line;
    let view = VIEWS.iter().find(|(id, _)| *id == view).map_or("days", |(id, _)| *id);
    let path = format!("/joint/{}", line.case);
    let tabs: Vec<(String, String, bool)> = VIEWS
        .iter()
        .map(|(id, name)| (format!("{path}?view={id}#view"), (*name).to_owned(), *id == view))
        .collect();
    html! {
        (shown::crumbs(&[("/joint", "综合查一次"), ("", &line.title)]))
        div.row {
            h1 { (line.title) }
            p.row-actions {
                a.button.second href=(format!("{path}/sheet")) download { "下载表格（XLSX）" }
                " " a.button.second href=(format!("/cases/{}", line.case)) { "到案件里办理" }
            }
        }
        p { (line.number) "，" (line.organ) "，" (parts::day(line.made_on)) "排定"
            @if line.rounds > 1 { "（第" (line.rounds) "次）" }
            @if let (Some(from), Some(to)) = (page.from, page.to) { "，工作日自" (parts::day(from)) "至" (parts::day(to)) }
            "。" }
        @if let Some(year) = page.provisional { div.notice.warn { p { (year) "年的放假通知没有收入，工作日按周末推算，是暂定的。" } } }
        @for finding in &page.found { div.notice.warn { p { (finding.message) } } }
        @if let Some(round) = page.rounds.first() { (totals(round, page.found.is_empty())) }
        div id="view" { (shown::tabs("计划", &tabs)) }
        @match view {
            "enterprises" => { (shares(line, &page.shares)) }
            "people" => { (people(&page.people)) }
            "left" => { (left(line, &page.left)) }
            "rounds" => { (rounds(line, &page.rounds)) }
            _ => { (visits(line, &page.visits)) }
        }
    }
}

/// Before and after, and how far from what is possible.
fn totals(round: &JointRound, holds: bool) -> Markup {
    let number =
        |name: &str, value: u32, unit: &str| (name.to_owned(), format!("{value}{unit}"), String::new());
    let lines = [
        number("企业", round.enterprises, "户"),
        number("计划检查", round.checks, "项次"),
        number("合并前各部门分别去，至少", round.separate, "次"),
        number("合并后", round.visits, "次"),
        number("其中几个部门一起去", round.shared, "次"),
        number("没有排上", round.left_out, "项次"),
    ];
    html! {
        (shown::numbers(&lines))
        p { "下界：任何计划的检查次数加没有排上的项次都不少于" (round.bound) "；这份计划是" (round.visits + round.left_out) "。"
            @if holds { "平台另用核验程序看过：每一次检查都合上限、安静日、间隔、场景、人员。" } }
        p.sub { "计划文件的杂凑值（写在办理日志里）：" code.hash { (round.hash) } }
    }
}

fn more(all: usize) -> Markup {
    html! { @if all > SHOWN { p { "只列出前" (SHOWN) "行，共" (all) "行，其余见表格。" } } }
}

fn at(line: &JointLine, code: &str) -> String {
    format!("/joint/{}/enterprises/{}", line.case, parts::quoted(code))
}

fn visits(line: &JointLine, visits: &[JointVisit]) -> Markup {
    let rows = html! {
        @for one in visits.iter().take(SHOWN) {
            tr {
                td.day { (parts::day(one.day)) }
                td.some { a href=(at(line, &one.code)) { (one.enterprise) } }
                td.wide { (one.checks) @if !one.scene.is_empty() { span.sub { "场景：" (one.scene) } } }
                td.some { (one.people) }
                td.day { (one.state) }
            }
        }
    };
    html! {
        h2 { "检查安排" }
        @if visits.is_empty() { (shown::empty("没有排上任何检查。", None)) } @else {
            (parts::table("检查安排", &["日期", "企业", "检查事项", "人员", "状态"], &rows))
        }
        (more(visits.len()))
    }
}

fn shares(line: &JointLine, shares: &[JointShare]) -> Markup {
    let rows = html! {
        @for one in shares.iter().take(SHOWN) {
            tr {
                td.some { a href=(at(line, &one.code)) { (one.name) } span.sub { (one.code) } }
                td { (one.district) }
                td.value { (one.checks) }
                td.value { (one.separate) }
                td.value { (one.visits) }
                td.value { (one.earlier.map_or_else(|| "—".to_owned(), |count| count.to_string())) }
                td.value { (one.left_out) }
                td.value { (one.bound) }
            }
        }
    };
    let heads = ["企业", "乡镇、街道", "检查项次", "合并前至少", "合并后", "上一份计划", "没有排上", "下界"];
    html! { h2 { "每户合并前后" } (parts::table("每户合并前后", &heads, &rows)) (more(shares.len())) }
}

fn people(people: &[JointPerson]) -> Markup {
    let rows = html! {
        @for one in people.iter().take(SHOWN) {
            tr {
                td.some { (one.name) span.sub { (one.id) } }
                td { (one.organ) } td.wide { (one.fields) }
                td.value { (one.visits) } td.value { (one.days) }
            }
        }
    };
    let heads = ["人员", "部门", "执法领域", "检查（次）", "出去的天数"];
    html! { h2 { "每人的任务" } (parts::table("每人的任务", &heads, &rows)) (more(people.len())) }
}

fn left(line: &JointLine, left: &[JointLeft]) -> Markup {
    let rows = html! {
        @for one in left.iter().take(SHOWN) {
            tr {
                td.some { a href=(at(line, &one.code)) { (one.enterprise) } }
                td { (one.organ) } td.wide { (one.item) @if one.nth > 1 { "（第" (one.nth) "次）" } }
                td.wide { (one.reason) }
            }
        }
    };
    html! {
        h2 { "没有排上的" }
        @if left.is_empty() { (shown::empty("全部排上了。", None)) } @else {
            (parts::table("没有排上的", &["企业", "部门", "检查事项", "理由"], &rows))
        }
        (more(left.len()))
    }
}

fn rounds(line: &JointLine, rounds: &[JointRound]) -> Markup {
    html! {
        @for (place, round) in rounds.iter().enumerate() {
            section {
                h2 { "第" (rounds.len() - place) "次排定：" (round.on.chinese()) }
                @if !round.reason.is_empty() { p { "理由：" (round.reason) } }
                p { (round.enterprises) "户，" (round.checks) "项次；合并前至少" (round.separate) "次，合并后" (round.visits) "次，没有排上" (round.left_out)
                    "项次，下界" (round.bound) "。" a href=(format!("/cases/{}#event-{}", line.case, round.number)) { "第" (round.number) "号事项" } }
                p.sub { "计划文件的杂凑值：" code.hash { (round.hash) } }
                @if let Some(changes) = &round.changes { (changed(line, changes)) }
            }
        }
    }
}

fn changed(line: &JointLine, changes: &[JointChange]) -> Markup {
    let (fixed, moved): (Vec<&JointChange>, Vec<&JointChange>) = changes.iter().partition(|one| one.is_fixed);
    let rows = html! {
        @for one in moved.iter().take(SHOWN) {
            tr {
                td { (one.what) }
                td.some { a href=(at(line, &one.code)) { (one.enterprise) } }
                td.wide { (one.before.as_deref().unwrap_or("—")) }
                td.wide { (one.after.as_deref().unwrap_or("—")) }
            }
        }
    };
    html! {
        h3 { "与上一份相比" }
        @if !fixed.is_empty() { p { (fixed.len()) "次已经告知或者检查，照上一份不动。" } }
        @if moved.is_empty() { p { "其余没有变动。" } } @else {
            (parts::table("与上一份相比", &["变动", "企业", "以前", "现在"], &rows))
        }
        (more(moved.len()))
    }
}

async fn enterprise(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, code)): Path<(String, String)>,
) -> Answer {
    let who = account(&visitor);
    let page =
        site.ask(move |platform| platform.joint_enterprise(viewer(who.as_ref()), &case, &code)).await?;
    Ok(visitor.page(&format!("{}：检查安排", page.share.name), of_enterprise(&page)))
}

/// What the enterprise will see: a page to be printed and handed over.
fn of_enterprise(page: &JointEnterprise) -> Markup {
    let (line, share) = (&page.line, &page.share);
    let rows = html! {
        @for one in &page.visits {
            tr {
                td.day { (parts::day(one.day)) }
                td.some { (one.organs) }
                td.wide { (one.checks) }
                td.some { (one.people) }
                td.day { (one.state) }
            }
        }
    };
    html! {
        (shown::crumbs(&[("/joint", "综合查一次"), (&format!("/joint/{}", line.case), &line.title), ("", &share.name)]))
        h1 { (share.name) "：检查安排" }
        p { "统一社会信用代码" (share.code) @if !share.district.is_empty() { "，" (share.district) } "。" }
        p { "各部门计划检查" (share.checks) "项次，分别去至少" (share.separate) "次；合并后去" strong { (share.visits) "次" } "。"
            @if let Some(earlier) = share.earlier { "上一份计划是" (earlier) "次。" } }
        @if page.visits.is_empty() { (shown::empty("没有安排检查。", None)) } @else {
            (parts::table("检查安排", &["日期", "部门", "检查事项", "人员", "状态"], &rows))
        }
        @if !page.left.is_empty() {
            h2 { "没有排上的" }
            ul { @for one in &page.left { li { (one.organ) "：" (one.item) "，" (one.reason) } } }
        }
        p { "“拟定”的还可能改动，“已告知”的不再改动。投诉举报、转办交办、企业申请和应急处置的检查不在计划内。" }
    }
}
