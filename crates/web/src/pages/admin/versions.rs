//! The procedures in force, the texts of each that cases followed, and what is different between two of them. 程序文本

use std::collections::BTreeSet;

use app::{PackVersion, local_time};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use norms::{Force, Procedure};
use picture::sentence;

use crate::design::field::Field;
use crate::design::shown::{self, Tone, tag};
use crate::fault::Fault;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// The hashes of the two texts that are compared; the newest two where none are named.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
}

pub(super) async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let today = site.platform().today();
    let rules = site.platform().rules();
    let rows = html! {
        @for pack in &rules.packs {
            @let procedure = &pack.file.procedure;
            tr {
                td.wide { a href=(format!("/admin/procedures/{}", procedure.id)) { (procedure.name) } span.sub { (procedure.id) } }
                td.standing { @if procedure.in_force.covers(today) { (tag(Tone::Good, "施行")) } @else { (tag(Tone::Plain, "不在施行期间")) } }
                td.some { (force(&procedure.in_force)) }
                td.value { (procedure.acts.len()) }
                td.value { (procedure.norms.len()) }
                td.value { (pack.file.figures.len()) }
            }
        }
    };
    let content = html! {
        h1 { "程序和版本" }
        p { "新案件按开案之日施行的文本办理，办到结案不变；旧文本留在数据里，旧案件照旧。点名称看有过哪些文本、有什么不同。" }
        (parts::table("程序", &["程序", "状态", "施行期间", "事项", "规范", "指标"], &rows))
    };
    Ok(visitor.page("程序和版本", content))
}

fn force(force: &Force) -> String {
    match force.until {
        Some(until) => format!("{}至{}", force.from.chinese(), until.chinese()),
        None => format!("{}起", force.from.chinese()),
    }
}

pub(super) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let versions = site.ask(move |platform| platform.pack_versions(&id)).await?;
    let Some(newest) = versions.first() else { return Err(Fault::missing("这个程序")) };
    let title = format!("{}：程序文本", newest.pack.file.procedure.name);
    Ok(visitor.page(&title, render(&versions, newest, &asked)))
}

fn render(versions: &[PackVersion], newest: &PackVersion, asked: &Asked) -> Markup {
    let procedure = &newest.pack.file.procedure;
    let named = |hash: &str| versions.iter().find(|one| one.hash == hash);
    let after = named(&asked.after).unwrap_or(newest);
    let before = named(&asked.before).or_else(|| versions.iter().find(|one| one.hash != after.hash));
    let rows = html! {
        @for one in versions {
            tr {
                td.some { code title=(one.hash) { (short(&one.hash)) } }
                td.standing { @if one.is_current { (tag(Tone::Good, "现行")) } @else { (tag(Tone::Plain, "旧案件沿用")) } }
                td.some { (force(&one.pack.file.procedure.in_force)) }
                td.day { (local_time(one.added_at)) }
                td.value { (one.pack.file.procedure.norms.len()) }
            }
        }
    };
    html! {
        (shown::crumbs(&[("/admin/procedures", "程序和版本"), ("", &procedure.name)]))
        h1 { (procedure.name) "：程序文本" }
        (parts::table("程序文本", &["校验值", "状态", "施行期间", "装入平台", "规范"], &rows))
        @if let Some(before) = before {
            section aria-labelledby="difference" {
                h2 id="difference" { "两个文本的不同" }
                (choice(versions, before, after))
                (differences(&before.pack.file.procedure, &after.pack.file.procedure))
            }
        } @else { (shown::empty("只有一个文本，没有可以比较的。", None)) }
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn choice(versions: &[PackVersion], before: &PackVersion, after: &PackVersion) -> Markup {
    let name =
        |one: &PackVersion| format!("{}　{}", force(&one.pack.file.procedure.in_force), short(&one.hash));
    let options: Vec<(String, String)> = versions.iter().map(|one| (one.hash.clone(), name(one))).collect();
    html! {
        form.filters method="get" {
            (Field::new("before", "从").choice("before", "", &options, &before.hash))
            (Field::new("after", "到").choice("after", "", &options, &after.hash))
            button.second type="submit" { "比较" }
        }
    }
}

/// What people read of a procedure, by kind: what is in one text and not in the other is a difference.
fn told(procedure: &Procedure) -> [(&'static str, BTreeSet<String>); 3] {
    let acts = procedure.acts.iter().map(|act| {
        let fields: Vec<String> = act
            .fields
            .iter()
            .map(|field| format!("{}{}", field.name, if field.required { "（必填）" } else { "" }))
            .collect();
        format!("{}：{}", act.name, if fields.is_empty() { "不填内容".to_owned() } else { fields.join("、") })
    });
    let parameters = procedure.parameters.iter().flat_map(|one| {
        let own = |value: &norms::ParameterValue| {
            format!(
                "{}：{}起{}（{}）",
                one.name,
                value.from.chinese(),
                sentence::setting(value.amount),
                value.basis
            )
        };
        one.values.iter().map(own).collect::<Vec<_>>()
    });
    [
        ("规范", sentence::norms(procedure)),
        ("事项和填写的内容", acts.collect()),
        ("本地参数", parameters.collect()),
    ]
}

fn differences(before: &Procedure, after: &Procedure) -> Markup {
    let pairs: Vec<_> = told(before).into_iter().zip(told(after)).collect();
    let is_same = pairs.iter().all(|((_, old), (_, new))| old == new);
    html! {
        @if is_same { p { "规范、事项和参数没有不同；不同的只是说明、指标或者排列。" } }
        @for ((title, old), (_, new)) in &pairs {
            @if old != new {
                h3 { (title) }
                (lines("新增或者改成", "added", new.difference(old)))
                (lines("不再有", "gone", old.difference(new)))
            }
        }
    }
}

fn lines<'a>(title: &str, class: &str, lines: impl Iterator<Item = &'a String>) -> Markup {
    let lines: Vec<&String> = lines.collect();
    html! {
        @if !lines.is_empty() {
            p { strong { (title) } "（" (lines.len()) "）" }
            ul class=(format!("differs {class}")) { @for line in lines { li { (line) } } }
        }
    }
}
