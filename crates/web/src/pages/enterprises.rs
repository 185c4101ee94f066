//! What the platform knows of one enterprise, and what the rules of supervision warn of.

use app::{EnterpriseEntry, EnterpriseFile, Warning, WarningRule};
use axum::extract::{Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown::{self, Tone};
use crate::parts::{self, query};
use crate::posted::Posted;
use crate::routes::{Row, form, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![page("/enterprises", show), page("/warnings", warnings), form("/credit", credit, take_over)]
}

/// The address of an enterprise's page.
pub(crate) fn path(code: &str) -> String {
    query("/enterprises", &[("code", code)])
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    code: String,
    /// The day of the class of credit risk; today's without it.
    #[serde(default)]
    on: String,
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let code = asked.code.trim().to_owned();
    if code.is_empty() {
        return Ok(visitor.page("企业档案", ask("")));
    }
    let wanted = code.clone();
    let on = Some(asked.on.trim()).filter(|text| !text.is_empty());
    let on = on.map(|text| Day::parse(text).map_err(|found| app::AppError::Unfit(vec![*found])));
    let on = on.transpose()?;
    let told = site.ask(move |platform| platform.enterprise(&actor, &wanted, on)).await?;
    let title = format!("{}的企业档案", if told.name.is_empty() { &told.code } else { &told.name });
    Ok(visitor.page(&title, render(&told)))
}

fn ask(code: &str) -> Markup {
    html! {
        h1 { "企业档案" }
        p { "一家企业的检查、处罚、信用风险等级、名单和其他案件：检查以前先看，去过几次、上限几次。能看到哪些案件，依您的权限。"
            a href="/warnings" { "执法监督预警" } "　" a href="/credit" { "信用风险等级的变动" } }
        form.filters method="get" action="/enterprises" {
            (Field::new("code", "统一社会信用代码").longest(18).line("code", code))
            button type="submit" { "查看" }
        }
    }
}

fn render(told: &EnterpriseFile) -> Markup {
    html! {
        (shown::crumbs(&[("/enterprises", "企业档案")]))
        h1 { (if told.name.is_empty() { "企业档案" } else { told.name.as_str() }) }
        p.sub { "统一社会信用代码 " (told.code) }
        @if let Some(quiet) = &told.quiet {
            (shown::notice(Tone::Warn, &html! { p { "今天是企业安静日（" (quiet) "）：没有例外情形的，不得入企检查。" } }))
        }
        h2 { (told.year) "年检查频次" }
        (counts(told))
        h2 { "检查" }
        (visits(told))
        @if !told.planned.is_empty() {
            h2 { "综合查一次的安排" }
            (planned(told))
        }
        h2 { "处罚" }
        (penalties(told))
        h2 { "信用风险等级" }
        @if let Some(own) = &told.computed {
            p { "按登记的规则，由平台知道的、" (told.classed_on.chinese()) "还算数的记录算出：" strong { (own.name) } }
            (shown::fold("怎样算出来的", "", false, &lines(&own.why)))
        }
        form.filters method="get" action="/enterprises" {
            input type="hidden" name="code" value=(told.code);
            (Field::new("on", "看哪一天的等级").day("on", &told.classed_on.to_string()))
            button type="submit" { "查看" }
        }
        (entries(&told.classes, "等级", "没有列入检查对象名录。"))
        h2 { "经营异常名录和严重违法失信名单" }
        (entries(&told.lists, "名单", "没有列入。"))
        @if !told.others.is_empty() {
            h2 { "其他案件" }
            ul.lines {
                @for one in &told.others {
                    li { a href=(format!("/cases/{}", one.case)) { (one.number) "　" (one.title) } span.sub { (one.procedure) "　" (one.phase) } }
                }
            }
        }
        @if told.hidden > 0 { p.sub { "还有" (told.hidden) "件写明这家企业的案件不在您的权限内，这里只计入检查频次。" } }
        @if told.is_cut { p.sub { "案件太多，这里只看最新的一部分。" } }
    }
}

fn counts(told: &EnterpriseFile) -> Markup {
    let rows = html! {
        @for one in &told.counts {
            tr {
                td { (one.organ) }
                td { (one.item) }
                td.value { (one.done) }
                td.value { @if let Some(cap) = &one.cap { (cap) } @else { "没有公布" } }
                td { @if one.is_reached { (shown::tag(Tone::Warn, "已达上限")) } @else { "未达上限" } }
            }
        }
    };
    html! {
        @if told.counts.is_empty() { p { "今年各机关都还没有检查过。" } }
        @else { (parts::table("检查频次", &["机关", "检查事项", "已检查", "年度上限", "状态"], &rows)) }
    }
}

fn visits(told: &EnterpriseFile) -> Markup {
    let rows = html! {
        @for one in &told.visits {
            tr {
                td { a href=(format!("/cases/{}", one.case)) { (one.number) } span.sub { (one.organ) } }
                td { (one.item) }
                td { (one.trigger) }
                td.day { @for day in &one.days { (parts::day(*day)) " " } }
                td { (one.state.name()) }
            }
        }
    };
    html! {
        @if told.visits.is_empty() { p { "没有您能看到的检查。" } }
        @else { (parts::table("检查", &["案号", "检查事项", "来由", "日期", "状态"], &rows)) }
    }
}

fn planned(told: &EnterpriseFile) -> Markup {
    let rows = html! {
        @for (case, number, visit) in &told.planned {
            tr {
                td.day { (parts::day(visit.day)) }
                td { (visit.organs) }
                td { (visit.checks) }
                td { (visit.state) }
                td { a href=(format!("/joint/{case}/enterprises/{}", told.code)) { (number) } }
            }
        }
    };
    parts::table("综合查一次的安排", &["日期", "机关", "检查事项", "状态", "计划"], &rows)
}

fn penalties(told: &EnterpriseFile) -> Markup {
    let rows = html! {
        @for one in &told.penalties {
            tr {
                td { a href=(format!("/cases/{}", one.case)) { (one.number) } span.sub { (one.organ) } }
                td { (one.matter) }
                td.value { (format!("{}.{:02}元", one.fine_fen / 100, one.fine_fen % 100)) }
                td.day { (parts::day(one.decided_on)) }
                td { @if let Some(day) = one.undone_on { (parts::day(day)) "起不再算数" } @else { "有效" } }
            }
        }
    };
    html! {
        @if told.penalties.is_empty() { p { "没有您能看到的罚款。" } }
        @else { (parts::table("处罚", &["案号", "违法行为", "罚款", "决定日期", "状态"], &rows)) }
    }
}

fn entries(all: &[EnterpriseEntry], what: &str, nothing: &str) -> Markup {
    let rows = html! {
        @for one in all {
            tr {
                td { (one.what) }
                td { (one.why) }
                td { (one.organ) }
                td.day { (parts::day(one.from)) }
                td.day { @if let Some(day) = one.until { (parts::day(day)) } @else { "有效" } }
                td { (one.removed) }
            }
        }
    };
    html! {
        @if all.is_empty() { p { (nothing) } }
        @else { (parts::table(what, &[what, "行业、事由和文号", "机关", "起", "止", "移出、修复"], &rows)) }
    }
}

/// A text of several lines.
fn lines(text: &str) -> Markup {
    html! { ul.lines { @for line in text.lines() { li { (line.trim()) } } } }
}

async fn credit(State(site): State<Site>, visitor: Visitor) -> Answer {
    let actor = visitor.actor()?;
    let changes = site.ask(move |platform| platform.credit_changes(&actor)).await?;
    let content = html! {
        (shown::crumbs(&[("/enterprises", "企业档案")]))
        h1 { "信用风险等级的变动" }
        p { "按" a href="/registers/credit_kinds" { "计分规则" } "和" a href="/registers/credit_bounds" { "等级上限" } "，由处罚决定和名单算出；下面是与本机关"
            a href="/registers/inspection_objects" { "检查对象名录" } "不同的。写入名录以后，理由在名录里公开，抽取按新的等级分组。" }
        @match &changes {
            None => { (shown::empty("没有登记适用于您单位的信用风险分类规则。", Some(("/registers/credit_kinds", "查看规则")))) }
            Some(changes) if changes.is_empty() => { (shown::empty("名录里的等级与算出的都一样。", None)) }
            Some(changes) => {
                @for one in changes {
                    section.sheet {
                        h2 { a href=(path(&one.code)) { (one.name) } }
                        p { (one.before) " → " strong { (one.after.name) } }
                        (lines(&one.after.why))
                    }
                }
                form method="post" action="/credit" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    button type="submit" { "全部写入名录" }
                    p.sub { "由维护名录的机关负责人办理，自今天起生效，旧的条目到昨天为止。" }
                }
            }
        }
    };
    Ok(visitor.page("信用风险等级的变动", content))
}

async fn take_over(State(site): State<Site>, visitor: Visitor, _posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let count = site.ask(move |platform| platform.take_credit_over(&actor)).await?;
    let content = html! {
        h1 { "信用风险等级的变动" }
        (shown::done(&html! { p { "已写入" (count) "户企业的新等级。" } }))
        p { a href="/registers/inspection_objects" { "检查对象名录" } }
    };
    Ok(visitor.page("信用风险等级的变动", content))
}

async fn warnings(State(site): State<Site>, visitor: Visitor) -> Answer {
    let actor = visitor.actor()?;
    let rules = site.ask(move |platform| platform.warnings(&actor)).await?;
    let content = html! {
        h1 { "执法监督预警" }
        p { "由" a href="/registers/warning_rules" { "预警规则" } "随时从案件和名册算出，今天的样子。预警只说明到哪里去看，是不是有问题由人核实。登记规则的机关看到全部，其他机关看到与自己有关的。"
            a href="/enterprises" { "按企业查看" } }
        @if rules.is_empty() {
            (shown::empty("没有登记适用于您单位的预警规则。", Some(("/registers/warning_rules", "查看预警规则"))))
        }
        @for rule in &rules { (of_rule(rule)) }
    };
    Ok(visitor.page("执法监督预警", content))
}

fn of_rule(rule: &WarningRule) -> Markup {
    let rows = html! {
        @for one in &rule.found { (of_warning(one)) }
    };
    html! {
        h2 { (rule.kind) }
        p.sub { "界限" (rule.limit) "，" (rule.keeper) "登记，依据：" (rule.basis) }
        @if rule.found.is_empty() { p { "没有发现。" } }
        @else { (parts::table(&rule.kind, &["机关", "看什么", "到哪里看"], &rows)) }
        @if rule.is_cut { p.sub { "太多，没有全部列出。" } }
    }
}

fn of_warning(one: &Warning) -> Markup {
    html! {
        tr {
            td { (one.organs.join("、")) }
            td.wide { (one.what) }
            td {
                @if let Some(code) = &one.enterprise { a href=(path(code)) { (code) } }
                @if let Some((case, number)) = &one.case { a href=(format!("/cases/{case}")) { (number) } }
                @if one.enterprise.is_none() && one.case.is_none() { "—" }
            }
        }
    }
}
