//! Reviews of case files: the draws and the files under review, a file's sheet that a reviewer fills in, the file itself for the two
//! who were drawn, and the sheets by which files are reviewed.

use app::{
    AppError, FieldFault, FilePage, Ids, ItemLine, ItemState, Platform, Read, ReviewCampaign, ReviewLine,
    ScoreAsked,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use packs::review_sheets::{ItemRule, ReviewItem, ReviewSheet};

use crate::design::field::{self, Field};
use crate::design::shown::{self, Tone};
use crate::fault::{status_of, told};
use crate::pages::files::sent;
use crate::parts;
use crate::posted::Posted;
use crate::routes::{Row, Who, form, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const ROOT: &str = "/file-review";
const TITLE: &str = "案卷评查";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/file-review", list).who(Who::Account),
        page("/file-review/sheets", sheets).kept(),
        page("/file-review/sheets/{sheet}", sheet).kept(),
        form("/file-review/{case}", one, score).who(Who::Account),
        page("/file-review/{case}/file", file).who(Who::Account),
        page("/file-review/{case}/file/{hash}", attachment).who(Who::Account),
    ]
}

async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let actor = visitor.actor()?;
    let (campaigns, lines) = site.ask(move |platform| platform.file_reviews(&actor)).await?;
    Ok(visitor.page(TITLE, listed(&visitor, &campaigns, &lines)))
}

fn listed(visitor: &Visitor, campaigns: &[ReviewCampaign], lines: &[ReviewLine]) -> Markup {
    html! {
        h1 { (TITLE) }
        p { "评查哪些案卷、由谁评查，由抽取产生，谁都可以重算。能从案件记录核查的项由平台核查，其余的由抽中的两名评查人员各自评分；得分和等次由平台算出。"
            a href="/file-review/sheets" { "评查标准" } }
        h2 { "评查" }
        @if campaigns.is_empty() { (shown::empty("还没有锁定过案卷名单。", Some(("/cases/new", "新办“行政执法案卷评查”")))) }
        @for one in campaigns { (campaign(visitor, one)) }
        h2 { "案卷" }
        @if lines.is_empty() { (shown::empty("没有您可以查看的评查案卷。", None)) } @else { (files(lines)) }
    }
}

fn campaign(visitor: &Visitor, one: &ReviewCampaign) -> Markup {
    let facts = [
        ("机关", html! { (one.organ) }),
        ("锁定名单", html! { (parts::day(one.on)) }),
        ("进度", html! { (one.phase) "；抽中" (one.drawn) "卷，已评出" (one.concluded) "卷" }),
    ];
    html! {
        section.sheet {
            h3 { a href=(format!("/cases/{}", one.case)) { (one.number) } "　" (one.title) }
            (shown::facts(&facts))
            p { a href=(format!("/draws/{}", one.case)) { "抽取的公开页面" } }
            @if let (Some((act, version)), false) = (&one.begins, one.waiting.is_empty()) {
                ul.lines {
                    @for number in &one.waiting {
                        li {
                            form method="post" action=(format!("/cases/{}/acts/{act}", one.case)) enctype="multipart/form-data" {
                                input type="hidden" name="csrf" value=(visitor.csrf);
                                input type="hidden" name="key" value=(Ids::token());
                                input type="hidden" name="version" value=(version);
                                input type="hidden" name="on" value=(visitor.today);
                                input type="hidden" name="f.file" value=(number);
                                (number) " "
                                button.second type="submit" aria-label=(format!("开始评查{number}")) { "开始评查" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn files(lines: &[ReviewLine]) -> Markup {
    let rows = html! {
        @for one in lines {
            tr {
                td { a href=(format!("{ROOT}/{}", one.case)) { (one.number) } span.sub { "案卷 " (one.file) } }
                td { (one.reviewed) }
                td { (one.people) }
                td { (one.state) @if one.is_mine { " " (shown::tag(Tone::Warn, "请您评分")) } }
                td { @if let Some((points, grade)) = &one.result { (points) "分，" (grade) } }
            }
        }
    };
    parts::table("评查案卷", &["编号", "被评查机关", "评查人员", "进度", "结果"], &rows)
}

async fn one(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let page = site.ask(move |platform| platform.file_review(&actor, &case)).await?;
    Ok(visitor.page(&page.line.number, shown_sheet(&visitor, &page, &Filled::default())))
}

/// What was filled in and what is wrong with it.
#[derive(Default)]
struct Filled {
    rows: Vec<(String, String, String)>,
    faults: Vec<FieldFault>,
    /// What is wrong beyond the fields.
    other: Markup,
    key: String,
}

impl Filled {
    fn of(&self, item: &str) -> (&str, &str) {
        let own = self.rows.iter().find(|(id, _, _)| id == item);
        own.map_or(("", ""), |(_, points, remark)| (points.as_str(), remark.as_str()))
    }
}

async fn score(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (asker, id) = (actor.clone(), case.clone());
    let page = site.ask(move |platform| platform.file_review(&asker, &id)).await?;
    let row = |one: &ItemLine| {
        let text = |name: &str| posted.get(&format!("{name}-{}", one.item.id)).trim().to_owned();
        (one.item.id.clone(), text("points"), text("remark"))
    };
    let rows: Vec<(String, String, String)> = page.items.iter().map(row).collect();
    let (key, version) = (posted.get("key").to_owned(), posted.get("version").parse().ok());
    let act = page.asks.as_ref().map_or(String::new(), |asks| asks.act.clone());
    let (filled, id, own) = (rows.clone(), case.clone(), key.clone());
    let done =
        site.ask(move |platform| platform.score_file(&actor, (own, &id, version), &act, &filled)).await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{ROOT}/{case}")).into_response()),
        Err(error) => Ok(again(&visitor, &page, &error, Filled { rows, key, ..Filled::default() })),
    }
}

fn again(visitor: &Visitor, page: &FilePage, error: &AppError, mut filled: Filled) -> Response {
    match error {
        AppError::Invalid(faults) => filled.faults.clone_from(faults),
        other => filled.other = html! { div.notice.bad role="alert" { (parts::findings(&told(other))) } },
    }
    let status = match error {
        AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        other => status_of(other),
    };
    visitor.page_with(status, "有误：案卷评查", shown_sheet(visitor, page, &filled))
}

fn shown_sheet(visitor: &Visitor, page: &FilePage, filled: &Filled) -> Markup {
    let line = &page.line;
    let facts = [
        ("案卷", html! { (line.file) }),
        ("被评查机关", html! { (line.reviewed) }),
        (
            "评查标准",
            html! { (page.sheet) "，满分" (page.full) @if !page.is_official { "；" (page.source) } },
        ),
        (
            "评查人员",
            html! { @for (at, (name, done)) in page.people.iter().enumerate() { @if at > 0 { "、" } (name) @if *done { "（已评）" } } },
        ),
        ("进度", html! { (line.state) }),
    ];
    html! {
        (shown::crumbs(&[(ROOT, TITLE), ("", &line.number)]))
        h1 { (line.number) }
        @if !filled.faults.is_empty() { (field::errors("没有提交", &filled.faults)) }
        (filled.other)
        (shown::facts(&facts))
        @if let Some((points, grade)) = &line.result {
            (shown::numbers(&[("得分".to_owned(), points.clone(), String::new()), ("等次".to_owned(), grade.clone(), String::new())]))
        }
        p.actions {
            @if page.reads_file { a.button href=(format!("{ROOT}/{}/file", line.case)) { "查看案卷" } " " }
            a.button.second href=(format!("/cases/{}", line.case)) { "办理情况" }
        }
        @if let Some(asks) = &page.asks { (asked(visitor, page, asks, filled)) } @else { (scored(page)) }
    }
}

/// The form of a reviewer, or of whoever settles.
fn asked(visitor: &Visitor, page: &FilePage, asks: &ScoreAsked, filled: &Filled) -> Markup {
    let key = if filled.key.is_empty() { Ids::token() } else { filled.key.clone() };
    let is_open = |one: &&ItemLine| if asks.settles { one.is_disputed } else { one.state == ItemState::Open };
    let open: Vec<&ItemLine> = page.items.iter().filter(is_open).collect();
    let rest: Vec<&ItemLine> = page.items.iter().filter(|one| !is_open(one)).collect();
    html! {
        h2 { (asks.name) }
        @if asks.settles {
            p { "两人评的一样的不用再定。" @if open.is_empty() { "两人没有评得不一样的，可以直接汇总。" } @else { "下面各项两人评的不一样，请写明定多少分和理由。" } }
        }
        form.sheet method="post" action=(format!("{ROOT}/{}", page.line.case)) enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="key" value=(key);
            input type="hidden" name="version" value=(page.version);
            @for one in &open { (item_form(one, filled, true)) }
            @if asks.settles && !rest.is_empty() {
                @let more = html! { @for one in &rest { (item_form(one, filled, false)) } };
                (shown::fold("其他各项（需要改定的才填，要写理由）", &rest.len().to_string(), false, &more))
            }
            p.actions { button type="submit" { (asks.name) } }
        }
        @if !asks.settles {
            h2 { "由平台按案件记录核查的项" }
            (items_table(&rest))
        }
    }
}

fn item_form(one: &ItemLine, filled: &Filled, is_needed: bool) -> Markup {
    let item = &one.item;
    let (points, remark) = filled.of(&item.id);
    let (id, name) = (format!("f-marks-{}", item.id), format!("points-{}", item.id));
    let remark_id = format!("f-remark-{}", item.id);
    let label = format!("{}：{}", item.group, item.text);
    let hint = hint(item);
    let own = Field::new(&id, &label).hint(&hint).among(&filled.faults);
    let ties = own.ties();
    let (met, failed) = Platform::review_words();
    let inputs = html! {
        @if !one.marks.is_empty() {
            p.sub { @for (at, (got, why)) in one.marks.iter().enumerate() {
                @if at > 0 { "；" } "评查人员" (at + 1) "：" (got) @if !why.is_empty() { "（" (why) "）" } } }
        }
        @if item.points == 0 {
            div.choices {
                @for word in [met, failed] {
                    label.choice { input type="radio" name=(name) value=(word) checked[points == word] required[is_needed]; " " (word) }
                }
            }
        } @else {
            label for=(format!("p-{}", item.id)) { "得分（0至" (item.points) "）" }
            input id=(format!("p-{}", item.id)) name=(name) value=(points) inputmode="decimal" required[is_needed] aria-invalid=[ties.wrong];
        }
        label for=(remark_id) { "理由" @if item.points > 0 { "（扣分的必填）" } @else { "（不符合的必填）" } }
        textarea id=(remark_id) name=(format!("remark-{}", item.id)) rows="2" maxlength="300" { (remark) }
    };
    own.group(&inputs)
}

fn hint(item: &ReviewItem) -> String {
    let mark = if item.basis.unverified { "（未核实）" } else { "" };
    let fatal = if item.is_fatal { "一票否决；" } else { "" };
    format!("{fatal}依据：{}{mark}", item.basis.cited)
}

/// All items with what they came to.
fn scored(page: &FilePage) -> Markup {
    let all: Vec<&ItemLine> = page.items.iter().collect();
    html! {
        h2 { "各项" }
        (items_table(&all))
        @if !page.result.is_empty() {
            h2 { "逐项结果" }
            ul { @for line in &page.result { li { (line) } } }
        }
    }
}

fn items_table(items: &[&ItemLine]) -> Markup {
    let tone = |state: ItemState| match state {
        ItemState::Met => Tone::Good,
        ItemState::Failed => Tone::Bad,
        ItemState::Apart | ItemState::Open => Tone::Plain,
    };
    let rows = html! {
        @for one in items {
            tr {
                td { (one.item.text) span.sub { (one.item.group) "；" (hint(&one.item)) } }
                td.value { @if one.item.points > 0 { (one.item.points) } @else { "—" } }
                td {
                    (shown::tag(tone(one.state), one.state.text()))
                    @if !one.proof.is_empty() { span.sub { (one.proof) } }
                    @for (at, (got, why)) in one.marks.iter().enumerate() {
                        span.sub { "评查人员" (at + 1) "：" (got) @if !why.is_empty() { "（" (why) "）" } }
                    }
                    @if let Some((got, why)) = &one.settled { span.sub { "定为" (got) "：" (why) } }
                }
            }
        }
    };
    parts::table("评查项", &["评查项", "分值", "核查和评定"], &rows)
}

async fn file(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let (actor, origin, id) = (visitor.actor()?, visitor.origin(), case.clone());
    let view = site
        .ask(move |platform| {
            let view = platform.reviewed_file(&actor, &id)?;
            platform.note_reading(&actor, &view.id, Read::Case, &origin)?;
            Ok(view)
        })
        .await?;
    let content = html! {
        (shown::crumbs(&[(ROOT, TITLE), (&format!("{ROOT}/{case}"), "评查表"), ("", &view.number)]))
        h1 { "案卷 " (view.number) }
        p { (view.procedure) "　" (view.organ) "。个人信息已遮盖；谁在什么时候看过，记入操作日志。" }
        ol.timeline {
            @for event in &view.events {
                li class=[event.is_superseded.then_some("superseded")] {
                    h2 { span.number { (event.number) } (event.act) @if event.is_superseded { " " span.badge.amber { "已被更正" } } }
                    p.sub { (parts::day(event.on)) "　" (event.actor) "　记录于 " (event.recorded_at) }
                    @if !event.fields.is_empty() {
                        dl.record { @for (label, text) in &event.fields { div { dt { (label) } dd.text { (text) } } } }
                    }
                    @if !event.files.is_empty() {
                        ul.files { @for (hash, name) in &event.files { li { "附件：" a href=(format!("{ROOT}/{case}/file/{hash}")) { (name) } } } }
                    }
                }
            }
        }
    };
    Ok(visitor.page(&view.number, content))
}

async fn attachment(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, hash)): Path<(String, String)>,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let content = site
        .ask(move |platform| {
            let (drawn, content) = platform.reviewed_attachment(&actor, &case, &hash)?;
            platform.note_reading(&actor, &drawn, Read::File(&hash), &origin)?;
            Ok(content)
        })
        .await?;
    Ok(sent(content))
}

async fn sheets(State(site): State<Site>, visitor: Visitor) -> Answer {
    let all = &site.platform().rules().review_sheets;
    let rows = html! {
        @for one in all {
            tr {
                td { a href=(format!("{ROOT}/sheets/{}", one.key())) { (one.name) } }
                td { (one.items.len()) }
                td { (parts::day(one.in_force.from)) @if let Some(until) = one.in_force.until { "至" (parts::day(until)) } @else { "起" } }
                td { @if one.is_official { "印发的标准" } @else { "自编" } }
            }
        }
    };
    let content = html! {
        (shown::crumbs(&[(ROOT, TITLE), ("", "评查标准")]))
        h1 { "评查标准" }
        p { "每一版标准有自己的施行日期，锁定案卷名单时写明用哪一版。印发的标准由系统管理员装入；自编的只供没有印发的标准时使用。" }
        @if all.is_empty() { (shown::empty("还没有装入评查标准。", None)) } @else {
            (parts::table("评查标准", &["标准", "项数", "施行", "来源"], &rows))
        }
    };
    Ok(visitor.page("评查标准", content))
}

async fn sheet(State(site): State<Site>, visitor: Visitor, Path(key): Path<String>) -> Answer {
    let found = site.platform().rules().review_sheet(&key);
    let own = found.ok_or_else(|| crate::fault::Fault::missing("这一版评查标准"))?;
    Ok(visitor.page(&own.name, whole_sheet(own)))
}

fn whole_sheet(own: &ReviewSheet) -> Markup {
    let how = |item: &ReviewItem| match &item.rule {
        None => "评查人员评定",
        Some(ItemRule::Guard(_)) => "平台按案件记录核查",
        Some(ItemRule::InTime(_)) => "平台按期限的履行核查",
        Some(ItemRule::Certified(_)) => "平台按人员名册和执法证件核查",
    };
    let grades: Vec<String> =
        own.grades.iter().map(|one| format!("{}：{}分以上", one.name, one.from)).collect();
    let rows = html! {
        @for item in &own.items {
            tr {
                td { (item.group) }
                td { (item.text) span.sub { (hint(item)) } }
                td.value { @if item.points > 0 { (item.points) } @else { "—" } }
                td { (how(item)) @if item.applies.is_some() { span.sub { "案件没有涉及的，不扣分" } } }
            }
        }
    };
    html! {
        (shown::crumbs(&[(ROOT, TITLE), ("/file-review/sheets", "评查标准"), ("", &own.name)]))
        h1 { (own.name) }
        p { (own.source) "。" }
        p { "满分" (own.full) "。" (grades.join("，")) "；有一项一票否决的，不合格，计0分。" (parts::cited(&own.basis, own.unverified)) }
        (parts::table("评查项", &["类别", "评查项", "分值", "怎样评"], &rows))
    }
}
