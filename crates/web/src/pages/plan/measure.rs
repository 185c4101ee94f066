//! A measure: what carries it, its tasks with how far they are, its figures over the years, what inspections found and
//! what reports said.

use app::{AboutLine, MeasureView, Mention, TaskLine, Trend};
use axum::extract::{Path, Query, State};
use calendar::Day;
use maud::{Markup, html};
use plan::{Amount, Bound, CarrierKind, Due, Progress, Target, Tasks};

use super::{Asked, viewer, words};
use crate::chart;
use crate::design::shown::{self, Tone, tag};
use crate::pages::audit;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// All that the page shows.
struct Told {
    view: MeasureView,
    year: i32,
    tasks: Vec<TaskLine>,
    sums: Tasks,
    trends: Vec<Trend>,
    about: Vec<AboutLine>,
    others: usize,
    mentions: Vec<Mention>,
    /// The procedure whose cases are tasks.
    task_procedure: Option<String>,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let year = asked.year(&site);
    let (own, who) = (asked.clone(), visitor.clone());
    let told = site
        .ask(move |platform| {
            let view = platform.measure_view(&own.plan, &reference, year)?;
            let board = platform.tasks(viewer(&who), &view.plan, None)?;
            let measure = view.reference.to_string();
            let sums =
                Tasks::of(board.of(&measure).filter(|line| line.year == year).map(|line| line.progress));
            let tasks = board.lines.into_iter().filter(|line| line.measure == measure).collect();
            let trends = platform.measure_trends(&view.figures, view.years.0)?;
            let (about, others) = platform.about_measure(viewer(&who), &view.plan, view.reference)?;
            let mentions = match who.signed_in.as_ref().filter(|one| one.actor.is_officer()) {
                Some(one) => {
                    platform.report_mentions(&one.actor, &view.plan, view.reference, audit::kept_text)?
                }
                None => Vec::new(),
            };
            let mut packs = platform.rules().in_force(platform.today());
            let pack = packs.find(|pack| pack.file.tasks.is_some());
            let task_procedure = pack.map(|pack| pack.file.procedure.id.clone());
            Ok(Told { view, year, tasks, sums, trends, about, others, mentions, task_procedure })
        })
        .await?;
    Ok(visitor.page(&told.view.title, page(&visitor, &asked, &told)))
}

fn page(visitor: &Visitor, asked: &Asked, told: &Told) -> Markup {
    let (view, year) = (&told.view, told.year);
    html! {
        (shown::crumbs(&[(&asked.link("/plan", year), "方案落实"), ("", &view.part), ("", &view.head)]))
        h1 { (view.reference.label()) "　" (view.title) }
        p.text { (view.duty) }
        p {
            span class=(format!("badge state {}", view.state.id())) { (year) "年：" (view.state.name()) }
            @if let Some(worst) = told.sums.worst() { " " span class=(format!("badge state {}", worst.id())) { (year) "年任务" (told.sums.total()) "项：" (words(&told.sums)) } }
        }
        (targets(visitor, told))
        (tasks(visitor, told))
        (carriers(view, year))
        (figures(view, year))
        (trends(told))
        (findings(visitor, told))
        (mentions(visitor, told))
    }
}

/// What the plan itself sets: by when, how much; each the beginning of a task.
fn targets(visitor: &Visitor, told: &Told) -> Markup {
    html! {
        @if !told.view.targets.is_empty() {
            h2 { "方案写明的要求" }
            ul.lines {
                @for target in &told.view.targets {
                    @let due = target.due.and_then(|due| due.in_year(told.year));
                    li {
                        (target.name)
                        span.sub {
                            (amount(target)) @if let Some(due) = target.due { (by(due)) }
                            @if let Some(note) = &target.note { "　" (note) }
                            @if let Some(link) = assign(told, &target.name, due).filter(|_| visitor.is_officer()) { "　" a href=(link) { "按此下达任务" } }
                        }
                    }
                }
            }
        }
    }
}

fn amount(target: &Target) -> String {
    let words = |amount: &Amount| {
        let bound = if amount.bound == Bound::AtLeast { "不少于" } else { "不多于" };
        format!("{}{bound}{}{}　", amount.per, amount.number, amount.unit)
    };
    target.amount.as_ref().map_or(String::new(), words)
}

fn by(due: Due) -> String {
    match due {
        Due::By(day) => format!("{}以前", day.chinese()),
        Due::EachYear { month, day } => format!("每年{month}月{day}日以前"),
    }
}

/// The form of a task of this measure, with what is known of it.
fn assign(told: &Told, title: &str, due: Option<Day>) -> Option<String> {
    let id = told.task_procedure.as_ref()?;
    let (measure, year) = (told.view.reference.to_string(), told.year.to_string());
    let due = due.map_or(String::new(), |due| due.to_string());
    let pairs = [
        ("plan", told.view.plan.as_str()),
        ("measure", &measure),
        ("year", &year),
        ("title", title),
        ("due", &due),
    ];
    Some(parts::query(&format!("/cases/new/{id}"), &pairs))
}

fn tasks(visitor: &Visitor, told: &Told) -> Markup {
    let link = assign(told, "", None);
    html! {
        h2 { "任务" }
        @if told.tasks.is_empty() {
            (shown::empty("这条措施还没有分解任务。", None))
        } @else if visitor.is_officer() {
            (table(&told.tasks))
        } @else {
            p { "各年任务共" (told.tasks.len()) "项：" (words(&Tasks::of(told.tasks.iter().map(|line| line.progress)))) "。" }
        }
        @if let Some(link) = link.filter(|_| visitor.is_officer()) {
            p.actions { a.button.second href=(link) { "下达任务" } }
        }
    }
}

/// How far a task is, in words as well as in colour.
pub(super) fn progress_tag(progress: Progress) -> Markup {
    let tone = match progress {
        Progress::Done => Tone::Good,
        Progress::OnTheWay => Tone::Plain,
        Progress::NotBegun | Progress::Unproved => Tone::Warn,
        Progress::Overdue => Tone::Bad,
    };
    tag(tone, progress.name())
}

/// Tasks with who leads, by when, how far, what was found and what was said.
pub(super) fn table(lines: &[TaskLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.wide {
                    @if line.is_seen { a href=(format!("/cases/{}", line.case)) { (line.title) } } @else { (line.title) }
                    span.sub { "交付：" (line.deliverable) }
                }
                td.some { (line.lead) @if !line.helping.is_empty() { span.sub { "配合：" (line.helping) } } }
                td.day { (parts::day(line.due)) }
                td { (progress_tag(line.progress)) }
                td.wide {
                    @match line.found.link.as_ref() {
                        Some(link) => a href=(link) { (line.found.words) },
                        None => { (line.found.words) }
                    }
                }
                td.wide { @if let Some((on, said)) = &line.said { (said) span.sub { "自报，" (parts::day(*on)) } } @else { "没有" } }
            }
        }
    };
    parts::table(
        "任务",
        &["任务", "单位", "时限", "进展（按记录计算）", "以什么证明、查到什么", "单位自己怎么说"],
        &rows,
    )
}

fn carriers(view: &MeasureView, year: i32) -> Markup {
    html! {
        h2 { "由什么承载" }
        @if view.carriers.is_empty() { (shown::empty("平台里还没有承载这条措施的程序、名册和功能。", None)) } @else {
            ul.lines {
                @for line in &view.carriers {
                    li {
                        @match line.kind {
                            CarrierKind::Procedure => { a href=(format!("/procedures/{}", line.id)) { (line.name) } span.sub { "程序，" (year) "年记录至少" (line.on_record) "条" } }
                            CarrierKind::Register => { a href=(format!("/registers/{}", line.id)) { (line.name) } span.sub { "名册，登记" (line.on_record) "条" } }
                            _ => { (line.name) span.sub { (line.kind.label()) @if !line.told.is_empty() { "，" (line.told) } } }
                        }
                    }
                }
            }
        }
    }
}

fn figures(view: &MeasureView, year: i32) -> Markup {
    let year = year.to_string();
    let (told, silent): (Vec<_>, Vec<_>) = view.figures.iter().partition(|line| line.records > 0);
    let rows = html! {
        @for line in &told {
            tr {
                td.wide { a href=(parts::query(&format!("/figures/{}", line.id), &[("year", &year)])) { (line.name) } }
                td.some { (line.procedure) }
                td.value { (line.shown()) }
                td.value { (line.records) }
            }
        }
    };
    html! {
        h2 { "指标" }
        @if told.is_empty() { (shown::empty("这一年没有有记录的指标。", None)) } @else {
            (parts::table("指标", &["指标", "程序", "数值", "记录"], &rows))
        }
        @if !silent.is_empty() {
            details.fold {
                summary { "没有记录的指标" span.count { (silent.len()) "项" } }
                ul.lines { @for line in &silent { li { a href=(parts::query(&format!("/figures/{}", line.id), &[("year", &year)])) { (line.name) } span.sub { (line.procedure) } } } }
            }
        }
    }
}

fn trends(told: &Told) -> Markup {
    let years: Vec<i32> =
        told.trends.first().map_or_else(Vec::new, |one| one.years.iter().map(|year| year.year).collect());
    let mut head = vec!["指标".to_owned()];
    head.extend(years.iter().map(|year| format!("{year}年")));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = html! {
        @for trend in &told.trends {
            tr { td.wide { (trend.name) } @for year in &trend.years { td.value { (year.shown) } } }
        }
    };
    html! {
        @if years.len() > 1 {
            h2 { "历年" }
            @for trend in told.trends.iter().filter(|trend| trend.years.iter().filter(|year| year.hundredths.is_some()).count() > 1).take(3) {
                (chart::trend(&format!("{}（{}）", trend.name, trend.unit), &trend.years))
            }
            (parts::table("历年指标", &head, &rows))
            p.hint { "没有记录的年份写“—”，不是0。" }
        }
    }
}

fn findings(visitor: &Visitor, told: &Told) -> Markup {
    html! {
        @if visitor.is_officer() {
            h2 { "督察和评估" }
            @if told.about.is_empty() { (shown::empty("没有您可以查看的、写明涉及这条措施的督察、整改和评估记录。", None)) }
            ul.lines {
                @for line in &told.about {
                    li {
                        a href=(format!("/cases/{}", line.case)) { @if line.number.is_empty() { (line.procedure) } @else { (line.number) } }
                        " " (line.words)
                        span.sub { (line.procedure) "，" (line.act) "，" (parts::day(line.on)) }
                    }
                }
            }
            @if told.others > 0 { p.hint { "另有" (told.others) "条属于您不能查看的案件。" } }
        }
    }
}

fn mentions(visitor: &Visitor, told: &Told) -> Markup {
    html! {
        @if visitor.is_officer() && !told.mentions.is_empty() {
            h2 { "报告里怎么说" }
            ul.lines {
                @for mention in &told.mentions {
                    li { (mention.sentence) span.sub { a href=(format!("/audit/kept/{}", mention.id)) { (mention.report) } } }
                }
            }
            p.hint { "从本机关最近存下来的几次报告审核里，按指标的说法逐句找出；报告中的数是报告自己说的。" }
        }
    }
}
