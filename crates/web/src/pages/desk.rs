//! The desk: what is due, the most urgent first; what waits for others; reminders, drafts, and views under a name.

use app::{Actor, Desk, DeskFilter, DeskLine, MessageLine, NoteLine, Platform, SavedView, local_time};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use calendar::Day;
use maud::{Markup, html};

use crate::parts::{self, Standing};
use crate::posted::Posted;
use crate::secure::local_path;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What the desk is narrowed to, and which page of it.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    organ: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    phase: String,
    /// Within how many days from today it is due.
    #[serde(default)]
    days: String,
    /// `ours` or `others`.
    #[serde(default)]
    waits: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn filter(&self, today: Day) -> DeskFilter {
        let given = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        DeskFilter {
            mine: self.whose == "mine",
            organ: given(&self.organ),
            procedure: given(&self.procedure),
            phase: given(&self.phase).filter(|_| !self.procedure.is_empty()),
            until: self
                .days
                .parse()
                .ok()
                .filter(|days| (0..=3_660).contains(days))
                .map(|days| today.plus_days(days)),
            waits: match self.waits.as_str() {
                "ours" => Some(false),
                "others" => Some(true),
                _ => None,
            },
        }
    }

    fn link(&self, whose: &str, after: &str) -> String {
        let pairs = [
            ("whose", whose),
            ("organ", self.organ.as_str()),
            ("procedure", &self.procedure),
            ("phase", &self.phase),
            ("days", &self.days),
            ("waits", &self.waits),
            ("after", after),
        ];
        parts::query("/desk", &pairs)
    }
}

/// What a desk shows.
struct Shown {
    desk: Desk,
    reminders: Vec<NoteLine>,
    /// The latest messages that were not read.
    told: Vec<MessageLine>,
    views: Vec<SavedView>,
    /// Address, title, when.
    drafts: Vec<(String, String, i64)>,
    organs: Vec<(String, String)>,
    procedures: Vec<(String, String, Vec<String>)>,
}

fn shown(platform: &Platform, actor: &Actor, filter: &DeskFilter, after: &str) -> app::Result<Shown> {
    let packs = platform.rules().in_force(platform.today()).map(|pack| &pack.file.procedure);
    let mut told = if after.is_empty() { platform.messages(actor, "")?.0 } else { Vec::new() };
    told.retain(|one| one.is_unread);
    told.truncate(SHOWN);
    Ok(Shown {
        told,
        desk: platform.desk_of(actor, filter, Some(after).filter(|after| !after.is_empty()))?,
        reminders: platform.reminders(actor)?,
        views: platform.saved_views(actor)?,
        drafts: platform.drafts(actor)?,
        organs: platform.other_organs(actor)?,
        procedures: packs.map(|one| (one.id.clone(), one.name.clone(), one.phases.clone())).collect(),
    })
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let (filter, after) = (asked.filter(site.platform().today()), asked.after.clone());
    let shown = site.ask(move |platform| shown(platform, &actor, &filter, &after)).await?;
    Ok(visitor.page("工作台", render(&visitor, &shown, &asked)))
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

/// Keeps the view under a name.
pub(crate) async fn save_view(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let (name, link) = (posted.get("name").to_owned(), posted.get("link").to_owned());
    let back = local_path(&link).unwrap_or("/desk").to_owned();
    site.ask(move |platform| platform.save_view(&actor, &name, &link)).await?;
    Ok(Redirect::to(&back).into_response())
}

pub(crate) async fn drop_view(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let name = posted.get("name").to_owned();
    site.ask(move |platform| platform.drop_view(&actor, &name)).await?;
    Ok(Redirect::to("/desk").into_response())
}

pub(crate) async fn drop_draft(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let place = posted.get("place").to_owned();
    site.ask(move |platform| platform.drop_draft(&actor, &place)).await?;
    let home = if visitor.is_officer() { "/desk" } else { "/cases" };
    Ok(Redirect::to(home).into_response())
}

fn render(visitor: &Visitor, shown: &Shown, asked: &Asked) -> Markup {
    let desk = &shown.desk;
    let mine = asked.whose == "mine";
    let next = desk.next.as_ref().map(|next| asked.link(&asked.whose, next));
    html! {
        div.row {
            h1 { "工作台" }
            p.row-actions { a.button.second href="/calendar" { "期限日历" } " " a.button href="/cases/new" { "新办案件" } }
        }
        dl.counts aria-label="本机关应办事项" {
            div { dt { "应办" } dd { (desk.all) } }
            div.amber { dt { "临近期限" } dd { (desk.warned) } }
            div.red { dt { "已经逾期" } dd { (desk.overdue) } }
        }
        (messages(visitor, &shown.told))
        (reminders(visitor, &shown.reminders))
        nav.tabs aria-label="范围" {
            ul {
                li { a href=(asked.link("", "")) aria-current=[(!mine).then_some("page")] { "本机关" } }
                li { a href=(asked.link("mine", "")) aria-current=[mine.then_some("page")] { "我承办的" } }
                @for view in &shown.views { li { a href=(view.link) aria-current=[(view.link == visitor.path).then_some("page")] { (view.name) } } }
            }
        }
        (filters(asked, shown))
        (views(visitor, &shown.views))
        div.aside {
            section aria-labelledby="due" {
                h2 id="due" { "应当办理，最急的在前" }
                @if desk.lines.is_empty() {
                    p { @if next.is_some() { "这一页没有，请翻到下一页继续。" } @else { "没有符合条件的应办事项。" } }
                } @else { (lines(&desk.lines)) }
                (parts::next_page(next.as_deref()))
            }
            section aria-labelledby="open" {
                (drafts(visitor, &shown.drafts))
                h2 id="open" { "在办案件" }
                (open(desk))
            }
        }
    }
}

fn reminders(visitor: &Visitor, reminders: &[NoteLine]) -> Markup {
    html! {
        @if !reminders.is_empty() {
            section aria-labelledby="reminders" {
                h2 id="reminders" { "提醒我的（" (reminders.len()) "）" }
                ul.notes {
                    @for note in reminders {
                        li {
                            p { a href=(format!("/cases/{}#notes", note.case)) { (note.number) } "　" (note.text) }
                            p.sub { (note.by) "　" (note.at) }
                            form method="post" action=(format!("/cases/{}/notes/{}/done", note.case, note.id)) {
                                input type="hidden" name="csrf" value=(visitor.csrf);
                                button.link type="submit" aria-label=(format!("办结提醒：{}", note.number)) { "已经处理" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn filters(asked: &Asked, shown: &Shown) -> Markup {
    let phases = shown.procedures.iter().find(|(id, ..)| *id == asked.procedure).map(|(_, _, phases)| phases);
    let days = [
        ("", "不限"),
        ("0", "今天到期和已经逾期"),
        ("3", "三天以内"),
        ("7", "七天以内"),
        ("30", "三十天以内"),
    ];
    let waits = [("", "全部"), ("ours", "要我们办的"), ("others", "等别人办的")];
    html! {
        form.filters method="get" action="/desk" {
            @if !asked.whose.is_empty() { input type="hidden" name="whose" value=(asked.whose); }
            @if !shown.organs.is_empty() {
                div.field {
                    label for="organ" { "承办机关" }
                    select id="organ" name="organ" {
                        option value="" { "本机关" }
                        @for (id, name) in &shown.organs { option value=(id) selected[*id == asked.organ] { (name) } }
                    }
                }
            }
            div.field {
                label for="procedure" { "程序" }
                select id="procedure" name="procedure" {
                    option value="" { "全部" }
                    @for (id, name, _) in &shown.procedures { option value=(id) selected[*id == asked.procedure] { (name) } }
                }
            }
            @if let Some(phases) = phases {
                div.field {
                    label for="phase" { "阶段" }
                    select id="phase" name="phase" {
                        option value="" { "全部" }
                        @for phase in phases { option value=(phase) selected[*phase == asked.phase] { (phase) } }
                    }
                }
            }
            (choice("days", "最后一日", &days, &asked.days))
            (choice("waits", "轮到谁", &waits, &asked.waits))
            button.second type="submit" { "筛选" }
        }
    }
}

fn choice(name: &str, label: &str, options: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) { @for (value, text) in options { option value=(value) selected[*value == chosen] { (text) } } }
        }
    }
}

/// Keeping the view as it is, and forgetting others.
fn views(visitor: &Visitor, views: &[SavedView]) -> Markup {
    let link = visitor.path.as_str();
    html! {
        details.views {
            summary { "保存这个筛选，或者删除保存的筛选" }
            form.filters method="post" action="/desk/views" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="link" value=(link);
                div.field { label for="view-name" { "名称" } input id="view-name" name="name" type="text" maxlength="40" required; }
                button.second type="submit" { "保存" }
            }
            ul.lines {
                @for view in views {
                    li {
                        a href=(view.link) { (view.name) } " "
                        form.inline method="post" action="/desk/views/drop" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            input type="hidden" name="name" value=(view.name);
                            button.link type="submit" aria-label=(format!("删除筛选“{}”", view.name)) { "删除" }
                        }
                    }
                }
            }
        }
    }
}

/// The forms that are not sent yet.
pub(crate) fn drafts(visitor: &Visitor, drafts: &[(String, String, i64)]) -> Markup {
    html! {
        @if !drafts.is_empty() {
            h2 { "草稿" }
            ul.lines {
                @for (place, title, at) in drafts {
                    li {
                        a href=(place) { (title) }
                        span.sub { "存于 " (local_time(*at)) }
                        form.inline method="post" action="/drafts/drop" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            input type="hidden" name="place" value=(place);
                            button.link type="submit" aria-label=(format!("删除草稿“{title}”")) { "删除" }
                        }
                    }
                }
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
                    span.sub { (line.procedure) @if line.title != line.procedure { "　" (line.title) } }
                }
                td.wide {
                    (owed(line))
                    @if let Some(who) = &line.waits_for { " " span.badge { "等" (who) } }
                    span.sub { (line.cited) }
                    @if let Some(handler) = &line.handler { span.sub { "承办人：" (handler) } }
                }
            }
        }
    };
    parts::table("应当办理的事项", &["期限", "案件", "应当办"], &rows)
}

/// The acts any one of which is owed: the first few, and how many there are.
pub(crate) fn owed(line: &DeskLine) -> String {
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
