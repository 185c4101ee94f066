//! What the server does by itself and when it did so last; verifying, backing up; the receivers of what is told to other
//! systems, and what they refused. 后台工作

use app::{AppError, HeldMessage, Job, JobState, ReceiverState, Waits, local_time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::design::shown::{self, Tone, tag};
use crate::fault::{Fault, status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

struct Shown {
    jobs: Vec<JobState>,
    receivers: Vec<ReceiverState>,
    held: Vec<HeldMessage>,
    backups: String,
    made: Vec<String>,
}

pub(super) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    page(&site, &visitor, None).await
}

async fn page(site: &Site, visitor: &Visitor, error: Option<&AppError>) -> Answer {
    let shown = site
        .ask(|platform| {
            let receivers = platform.receiver_states(&[])?;
            let mut held = Vec::new();
            for one in &receivers {
                held.extend(platform.held_messages(&one.name, 0)?.0);
            }
            let folder = platform.backups();
            let entries = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            let mut made: Vec<String> =
                entries.map(|one| one.file_name().to_string_lossy().into_owned()).collect();
            made.retain(|name| !name.starts_with('.'));
            made.sort_by(|one, other| other.cmp(one));
            let backups = folder.display().to_string();
            Ok(Shown { jobs: platform.job_states()?, receivers, held, backups, made })
        })
        .await?;
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, "后台工作", render(visitor, &shown, error)))
}

/// Begins what the administrator asks for; what takes long goes on by itself, and the page tells how it ended.
pub(super) async fn begin(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let done = match posted.get("what") {
        "verify" => started(&site, move |platform| platform.verify_now(&actor, &origin)).await,
        "backup" => started(&site, move |platform| platform.backup_now(&actor, &origin).map(drop)).await,
        what @ ("retry" | "give_up") => {
            let give_up = what == "give_up";
            let (id, receiver) = (posted.get("id").parse().unwrap_or(0), posted.get("receiver").to_owned());
            site.ask(move |platform| platform.decide_delivery(&actor, (id, &receiver), give_up, &origin))
                .await
        }
        _ => return Err(Fault::of_status(StatusCode::BAD_REQUEST)),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/admin/jobs").into_response()),
        Err(error @ (AppError::Wrong { .. } | AppError::NotFound { .. })) => {
            page(&site, &visitor, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// How long a page waits for what it began: what is done by then shows at once.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

async fn started(
    site: &Site,
    work: impl FnOnce(&app::Platform) -> app::Result<()> + Send + 'static,
) -> app::Result<()> {
    let site = site.clone();
    let working = tokio::spawn(async move { site.ask(work).await });
    match tokio::time::timeout(PATIENCE, working).await {
        Ok(Ok(done)) => done,
        // It goes on, or the machinery fell: its line on the page says how it ends.
        Ok(Err(_)) | Err(_) => Ok(()),
    }
}

fn render(visitor: &Visitor, shown: &Shown, error: Option<&AppError>) -> Markup {
    html! {
        h1 { "后台工作" }
        p { "服务器自己做的事，上一次什么时候做的，结果怎样。做不成的会一直再试。" }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        (jobs(&shown.jobs))
        (at_hand(visitor, shown))
        (receivers(&shown.receivers))
        @if !shown.held.is_empty() { (held(visitor, &shown.held)) }
    }
}

fn standing(one: &JobState) -> Markup {
    match &one.outcome {
        _ if one.is_running => tag(Tone::Blue, "正在进行"),
        None => tag(Tone::Plain, "还没有做过"),
        Some(outcome) if outcome.ok => tag(Tone::Good, "正常"),
        Some(_) => tag(Tone::Bad, "没有做成"),
    }
}

fn jobs(jobs: &[JobState]) -> Markup {
    let rows = html! {
        @for one in jobs {
            tr {
                td.some { strong { (one.job.name()) } span.sub { (one.job.what()) } }
                td.standing { (standing(one)) }
                td.day { (one.at.map_or("—".to_owned(), local_time)) }
                td.wide {
                    @match &one.outcome {
                        Some(outcome) if !outcome.ok => { (outcome.told) },
                        _ => { @if let Some((at, told)) = &one.last_told { (told) span.sub { (local_time(*at)) } } },
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="jobs" {
            h2 id="jobs" { "各项工作" }
            (parts::table("后台工作", &["工作", "状态", "上一次", "上一次有结果的"], &rows))
        }
    }
}

fn button(visitor: &Visitor, what: &str, name: &str) -> Markup {
    html! {
        form.inline method="post" action="/admin/jobs" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            button.second type="submit" name="what" value=(what) { (name) }
        }
    }
}

/// What an administrator has done now, and how to have it done every night.
fn at_hand(visitor: &Visitor, shown: &Shown) -> Markup {
    let last = |job: Job| shown.jobs.iter().find(|one| one.job == job).and_then(|one| one.last_told.clone());
    html! {
        section aria-labelledby="verify" {
            h2 id="verify" { "核验日志" }
            p {
                @match last(Job::Verify) { Some((at, told)) => { "上一次：" (local_time(at)) "，" (told) "。" }, None => { "还没有在这里核验过。" } }
                "核验只读不写，办理照常；事项很多时要几分钟，离开本页不影响。连同指标一起重算，在服务器上用 " code { "yifa verify --figures" } "。"
            }
            p.actions { (button(visitor, "verify", "现在核验")) }
        }
        section aria-labelledby="backup" {
            h2 id="backup" { "备份" }
            p {
                @match last(Job::Backup) { Some((at, told)) => { "上一次：" (local_time(at)) "，" (told) "。" }, None => { "还没有在这里备份过。" } }
                "备份时办理照常。备份在服务器的 " code { (shown.backups) } "，请按规定再抄到别的机器上。"
            }
            p.actions { (button(visitor, "backup", "现在备份")) }
            @if !shown.made.is_empty() {
                (shown::fold("已有的备份", &format!("{}份", shown.made.len()), false, &html! { ul { @for name in &shown.made { li { code { (name) } } } } }))
            }
            ul {
                li { "每天自动备份：让系统的定时任务运行 " code { "yifa backup 文件夹" } "，平台不用停；那样做的不列在这里。" }
                li { "恢复：停下平台，运行 " code { "yifa restore 文件夹" } "，它先核对备份是否完整。" }
                li { "签名和个人信息的密钥不在备份里，要另外保管；没有密钥，备份里的个人信息打不开。" }
            }
        }
    }
}

fn receivers(receivers: &[ReceiverState]) -> Markup {
    let rows = html! {
        @for one in receivers {
            tr {
                td.some { (one.name) }
                td.standing {
                    @if let Some((why, since)) = &one.fault {
                        (tag(Tone::Bad, "联系不上")) span.sub { "自" (local_time(*since)) "起：" (why) }
                    } @else { (tag(Tone::Good, "正常")) }
                }
                td.value { (one.waiting) }
                td.value { (one.trying) }
                td.value { (one.behind) }
                td.value { (one.set_aside) }
            }
        }
    };
    html! {
        section aria-labelledby="receivers" {
            h2 id="receivers" { "接收方" }
            p { "办理的事项按 " code { "deliver.toml" } " 送给别的系统。联系不上的一直再试；一件被拒收多次的搁置，排在它后面同一案件的等着它。改了 " code { "deliver.toml" } " 以后重新启动。" }
            @if receivers.is_empty() { (shown::empty("还没有送过接收方。", None)) } @else {
                (parts::table("接收方", &["接收方", "状态", "等候", "再试", "排在后面", "搁置"], &rows))
            }
        }
    }
}

fn waits(waits: Waits) -> String {
    match waits {
        Waits::Until(at) => format!("{}再试", local_time(at)),
        Waits::Behind => "排在同一案件的前一件后面".to_owned(),
        Waits::SetAside(at) => format!("{}搁置", local_time(at)),
    }
}

fn held(visitor: &Visitor, held: &[HeldMessage]) -> Markup {
    let rows = html! {
        @for one in held {
            tr {
                td.some { (one.receiver) }
                td.some { (one.case_number) span.sub { (one.act) } }
                td.value { (one.attempts) }
                td.wide { (one.fault) span.sub { (waits(one.waits)) } }
                td.some {
                    @if !matches!(one.waits, Waits::Behind) {
                        form.inline method="post" action="/admin/jobs" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            input type="hidden" name="id" value=(one.id);
                            input type="hidden" name="receiver" value=(one.receiver);
                            button.second type="submit" name="what" value="retry" aria-label=(format!("马上再送：{}第{}件", one.receiver, one.id)) { "马上再送" }
                            " " button.link type="submit" name="what" value="give_up" aria-label=(format!("放弃：{}第{}件", one.receiver, one.id)) { "放弃" }
                        }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="held" {
            h2 id="held" { "没有送到的" }
            (parts::table("没有送到的", &["接收方", "案件和事项", "次数", "接收方怎么说", "处理"], &rows))
        }
    }
}
