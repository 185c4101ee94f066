//! The desk: what is due, the most urgent first.

use app::{Desk, DeskLine, MessageLine};
use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::parts::{self, Standing};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Whose desk, and which page of it.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    after: String,
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let mine = asked.whose == "mine";
    let (desk, mut told) = site
        .ask(move |platform| {
            let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
            let desk = platform.desk(&actor, mine, after)?;
            let told = if after.is_none() { platform.messages(&actor, "")?.0 } else { Vec::new() };
            Ok((desk, told))
        })
        .await?;
    told.retain(|one| one.is_unread);
    told.truncate(SHOWN);
    Ok(visitor.page("工作台", render(&desk, mine, &messages(&visitor, &told))))
}

/// How many unread messages the desk shows.
const SHOWN: usize = 3;

/// The latest messages that were not read.
fn messages(visitor: &Visitor, told: &[MessageLine]) -> Markup {
    html! {
        @if !told.is_empty() {
            section aria-labelledby="told" {
                h2 id="told" { "没有看的消息" }
                (super::messages::shown(visitor, told, "desk"))
                p { a href="/messages" { "全部消息" } }
            }
        }
    }
}

fn render(desk: &Desk, mine: bool, told: &Markup) -> Markup {
    let whose = if mine { "mine" } else { "" };
    let next = desk.next.as_ref().map(|next| parts::query("/desk", &[("whose", whose), ("after", next)]));
    html! {
        div.row {
            h1 { "工作台" }
            a.button href="/cases/new" { "新办案件" }
        }
        dl.counts aria-label="本机关应办事项" {
            div { dt { "应办" } dd { (desk.all) } }
            div.amber { dt { "临近期限" } dd { (desk.warned) } }
            div.red { dt { "已经逾期" } dd { (desk.overdue) } }
        }
        (told)
        nav.tabs aria-label="范围" {
            ul {
                li { a href="/desk" aria-current=[(!mine).then_some("page")] { "本机关" } }
                li { a href="/desk?whose=mine" aria-current=[mine.then_some("page")] { "我承办的" } }
            }
        }
        div.aside {
            section aria-labelledby="due" {
                h2 id="due" { "应当办理，最急的在前" }
                @if desk.lines.is_empty() { p { "现在没有应当办理的事项。" } } @else { (lines(&desk.lines)) }
                (parts::next_page(next.as_deref()))
            }
            section aria-labelledby="open" {
                h2 id="open" { "在办案件" }
                (open(desk))
            }
        }
    }
}

fn lines(lines: &[DeskLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.standing {
                    (Standing { days_left: line.days_left, is_overdue: line.is_overdue, is_amber: line.is_amber, is_paused: false }.badge())
                    @if let Some(last) = line.last_day { span.sub { (parts::day(last)) } }
                }
                td.wide {
                    a href=(format!("/cases/{}", line.case)) { (line.number) }
                    span.sub { (line.procedure) "　" (line.title) }
                }
                td.wide { (owed(line)) span.sub { (line.cited) } }
            }
        }
    };
    parts::table("应当办理的事项", &["期限", "案件", "应当办"], &rows)
}

/// The acts any one of which is owed: the first few, and how many there are.
fn owed(line: &DeskLine) -> String {
    let few = line.must.iter().take(3).cloned().collect::<Vec<_>>().join("、");
    match line.must.len() {
        0..=1 => few,
        2..=3 => format!("{few}之一"),
        all => format!("{few}等 {all} 项之一"),
    }
}

fn open(desk: &Desk) -> Markup {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for (id, name, ..) in &desk.open {
        if !names.contains(&(id.as_str(), name.as_str())) {
            names.push((id, name));
        }
    }
    html! {
        @if names.is_empty() { p { "没有在办的案件。" } }
        @for (id, name) in names {
            h3 { a href=(parts::query("/cases", &[("whose", "held"), ("procedure", id)])) { (name) } }
            ul.tally {
                @for (_, _, phase, count) in desk.open.iter().filter(|(own, ..)| own == id) {
                    li { a href=(parts::query("/cases", &[("whose", "held"), ("procedure", id), ("phase", phase)])) { (phase) } span { (count) } }
                }
            }
        }
    }
}
