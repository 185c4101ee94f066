//! Writing a section: its text, how it reads, what the auditor finds, what others say, and its versions.

use app::{
    Actor, Checked, CommentLine, Conflict, Piece, Platform, Saved, SectionPage, TextVersion, VersionsPage,
};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{changes, counted, findings, with_rules};
use crate::design::field::{Field, Need};
use crate::design::shown;
use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many figures are offered at most.
const OFFERED: usize = 40;

/// What a page of a section is asked for.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    /// Words in the names of figures.
    #[serde(default)]
    find: String,
    /// The version that was just saved.
    #[serde(default)]
    saved: String,
    /// A text that stands aside, to be taken into the form.
    #[serde(default)]
    take: Option<i64>,
}

/// What stands in the form.
struct Typed {
    text: String,
    base: i64,
    /// The text that stood aside and is being taken in.
    takes: Option<i64>,
}

/// The page with all that it shows.
struct Page {
    case: String,
    number: String,
    asked: Asked,
    typed: Typed,
    page: SectionPage,
    checked: Checked,
    may_write: bool,
    /// What to say first.
    first: Markup,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, section)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let actor = visitor.actor()?;
    let place = place(&case, &section);
    let page = with_rules(&site, move |platform, rules| {
        let page = platform.report_section(&actor, &case, &section, None)?;
        let mut typed = standing(&page);
        let mut first = html! {};
        // What was being written when the session ended.
        let kept = platform.draft(&actor, &place)?.and_then(|draft| Posted::from_written(&draft.content));
        if let Some(kept) = kept {
            typed = of_posted(&kept);
            let words = html! { p { "这里是您上次没有保存成的文字，请核对后保存。" } };
            first = shown::notice(shown::Tone::Warn, &words);
        } else if let Some(take) = asked.take {
            let aside = page.section.aside.iter().find(|one| one.number == take);
            if let Some(text) = aside.and_then(|one| one.text.clone()) {
                typed = Typed { text, takes: Some(take), ..typed };
                let words = html! { p { "编辑框里是并列的那份文稿；保存以后，它就算并入了。" } };
                first = shown::notice(shown::Tone::Warn, &words);
            }
        }
        if let Ok(number) = asked.saved.parse::<i64>() {
            first = shown::done(&html! { p { "已保存，现在是第" (number) "稿。" } });
        }
        let written = typed.text.clone();
        let checked = platform.check_report(&actor, &case, rules, Some((&section, &written)))?;
        gather(platform, &actor, (case, asked), page, typed, checked, first)
    })
    .await?;
    Ok(visitor.page(&page.page.section.heading, render(&visitor, &page)))
}

/// Saves what was written; with `check` it is only looked at.
pub(super) async fn save(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, section)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (actor, typed) = (visitor.actor()?, of_posted(&posted));
    let only_check = posted.get("check") == "1";
    let own = place(&case, &section);
    let done = with_rules(&site, move |platform, rules| {
        let saved = if only_check {
            None
        } else {
            let takes: Vec<i64> = typed.takes.into_iter().collect();
            Some(platform.save_section(&actor, &case, &section, typed.base, &typed.text, &takes))
        };
        let (status, first, typed) = match saved {
            Some(Ok(Saved::Kept(number) | Saved::Same(number))) => {
                platform.drop_draft(&actor, &own)?;
                return Ok(Err(format!("{own}?saved={number}")));
            }
            Some(Ok(Saved::Conflict(conflict))) => {
                platform.drop_draft(&actor, &own)?;
                let typed = Typed { base: conflict.standing.number, takes: Some(conflict.own), ..typed };
                (StatusCode::CONFLICT, two_texts(&conflict), typed)
            }
            Some(Err(error)) => {
                let lines = parts::findings(&told(&error));
                (status_of(&error), html! { div role="alert" { (lines) } }, typed)
            }
            None => {
                let words = html! { p { "已核对，还没有保存。" } };
                (StatusCode::OK, shown::notice(shown::Tone::Plain, &words), typed)
            }
        };
        let page = platform.report_section(&actor, &case, &section, Some(&typed.text))?;
        let checked = platform.check_report(&actor, &case, rules, Some((&section, &typed.text)))?;
        let page = gather(platform, &actor, (case, Asked::default()), page, typed, checked, first)?;
        Ok(Ok((status, page)))
    })
    .await?;
    match done {
        Ok((status, page)) => {
            Ok(visitor.page_with(status, &page.page.section.heading, render(&visitor, &page)))
        }
        Err(place) => Ok(Redirect::to(&place).into_response()),
    }
}

/// Which two versions are compared.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Between {
    from: Option<i64>,
    to: Option<i64>,
}

pub(super) async fn versions(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, section)): Path<(String, String)>,
    Query(between): Query<Between>,
) -> Answer {
    let (actor, own) = (visitor.actor()?, place(&case, &section));
    let two = (between.from, between.to);
    let page = site.ask(move |platform| platform.section_versions(&actor, &case, &section, two)).await?;
    Ok(visitor.page(&format!("历次文稿：{}", page.heading), compared(&own, &page)))
}

pub(super) async fn comment(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, section)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (actor, own) = (visitor.actor()?, place(&case, &section));
    let (text, answers) = (posted.get("text").to_owned(), posted.get("answers").to_owned());
    site.ask(move |platform| {
        let answers = Some(answers.as_str()).filter(|id| !id.is_empty());
        platform.comment_on_report(&actor, &case, &section, &text, answers)
    })
    .await?;
    Ok(Redirect::to(&format!("{own}#comments")).into_response())
}

pub(super) async fn close_comment(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, comment)): Path<(String, String)>,
    _: Posted,
) -> Answer {
    let (actor, id) = (visitor.actor()?, case.clone());
    let section = site.ask(move |platform| platform.close_report_comment(&actor, &id, &comment)).await?;
    Ok(Redirect::to(&format!("{}#comments", place(&case, &section))).into_response())
}

/// A text that stood aside is not taken in.
pub(super) async fn drop_aside(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, section)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (actor, origin, own) = (visitor.actor()?, visitor.origin(), place(&case, &section));
    let number = posted.get("number").parse().unwrap_or(0);
    site.ask(move |platform| platform.drop_aside(&actor, &case, &section, number, &origin)).await?;
    Ok(Redirect::to(&own).into_response())
}

fn place(case: &str, section: &str) -> String {
    format!("/reports/drafts/{case}/sections/{section}")
}

fn standing(page: &SectionPage) -> Typed {
    let text = page.section.text.as_ref();
    Typed {
        text: text.and_then(|text| text.text.clone()).unwrap_or_default(),
        base: text.map_or(0, |text| text.number),
        takes: None,
    }
}

fn of_posted(posted: &Posted) -> Typed {
    Typed {
        text: posted.get("text").replace("\r\n", "\n"),
        base: posted.get("base").parse().unwrap_or(0),
        takes: posted.get("takes").parse().ok(),
    }
}

fn gather(
    platform: &Platform,
    actor: &Actor,
    (case, asked): (String, Asked),
    page: SectionPage,
    typed: Typed,
    checked: Checked,
    first: Markup,
) -> app::Result<Page> {
    let view = platform.report_draft(actor, &case)?;
    let may_write = view.may_write && !view.is_settled;
    Ok(Page { case, number: view.number, asked, typed, page, checked, may_write, first })
}

fn render(visitor: &Visitor, page: &Page) -> Markup {
    let (case, section) = (page.case.as_str(), page.page.section.id.as_str());
    let back = format!("/reports/drafts/{case}");
    html! {
        (shown::crumbs(&[("/reports", "年度报告"), (&back, &format!("报告稿 {}", page.number)), ("", "章节")]))
        h1 { (page.page.section.heading) }
        (page.first)
        @for words in &page.page.asked_for { p.hint { (words) } }
        @if page.may_write { (writing(visitor, page)) (references(page)) }
        section aria-labelledby="reads" {
            h2 id="reads" { "读起来是这样" }
            @if page.page.shown.is_empty() { p.hint { "还没有文字。" } } @else { div.article { @for one in &page.page.shown { p { (pieces(page, one)) } } } }
        }
        @for table in &page.page.section.tables { (super::table::reads(case, table, page.may_write)) }
        section aria-labelledby="findings" {
            h2 id="findings" { "核对的结果" @if let Some(told) = counted(&page.checked, Some(section)) { "：" (told) } }
            (findings::of_section(visitor, case, section, &page.checked, page.may_write))
        }
        (asides(visitor, page))
        (comments(visitor, page))
        p { a href=(format!("{}/versions", place(case, section))) { "历次文稿和修改之处" } }
        nav.pages aria-label="前后章节" {
            @if let Some((id, name)) = &page.page.before { a.button.second href=(place(case, id)) rel="prev" { "上一章节：" (name) } }
            @if let Some((id, name)) = &page.page.after { a.button.second href=(place(case, id)) rel="next" { "下一章节：" (name) } }
        }
    }
}

fn writing(visitor: &Visitor, page: &Page) -> Markup {
    let hint = "数字用引用写：平台上有的写 {{figure:指标}}，没有的写 {{stated:数字|谁提供的|来源和理由}}。一行一段。";
    html! {
        form.sheet method="post" action=(place(&page.case, &page.page.section.id)) {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="base" value=(page.typed.base);
            @if let Some(takes) = page.typed.takes { input type="hidden" name="takes" value=(takes); }
            (Field::new("text", "正文").hint(hint).text("text", &page.typed.text, 14))
            @if let Some(text) = &page.page.section.text {
                p.sub { "现在是第" (text.number) "稿，" (text.by) "于" (text.at) "保存" }
            }
            p.actions {
                button type="submit" { "保存" } " "
                button.second type="submit" name="check" value="1" { "核对" }
            }
        }
    }
}

/// What a text may name, and how.
fn references(page: &Page) -> Markup {
    let find = page.asked.find.trim();
    let fits = |one: &&app::FigureChoice| {
        if find.is_empty() { one.is_near } else { one.name.contains(find) || one.id.contains(find) }
    };
    let found: Vec<&app::FigureChoice> = page.page.figures.iter().filter(fits).collect();
    let rows = html! {
        @for one in found.iter().take(OFFERED) {
            tr { th scope="row" { (one.name) } td.value { (one.shown) } td { code { "{{figure:" (one.id) "}}" } } }
        }
    };
    let content = html! {
        p { "加上“比上年”，写出与上年的比较：" code { "{{figure:指标 比上年}}" } "；只要上年的，写 " code { "{{figure:指标 上年}}" } "；要统计期间，写 " code { "{{figure:指标 期间}}" } "。" }
        form.filters method="get" action=(place(&page.case, &page.page.section.id)) role="search" {
            (Field::new("find", "按名称找指标（先保存正文）").line("find", find))
            button.second type="submit" { "查找" }
        }
        @if found.is_empty() { p.hint { "没有找到；输入名称里的几个字再找。" } } @else { (parts::table("可以引用的指标", &["指标", "现在的数值", "写法"], &rows)) }
        @if found.len() > OFFERED { p.hint { "还有" (found.len() - OFFERED) "项没有列出，请把名称写得长一些。" } }
    };
    shown::fold("可以引用的指标", &format!("{}项", found.len()), !find.is_empty(), &content)
}

fn pieces(page: &Page, all: &[Piece]) -> Markup {
    html! {
        @for one in all {
            @match one {
                Piece::Words(words) | Piece::Derived(words) | Piece::Value(_, words) => { (words) },
                Piece::Figure(id) => {
                    @if let Some((_, shown, link)) = page.page.values.iter().find(|(own, ..)| own == id) { a href=(link) { (shown) } }
                },
                Piece::Linked(shown, link) => { a href=(link) { (shown) } },
                Piece::Stated(stated) => { (stated.number) span.stated title=(format!("{}：{}", stated.who, stated.why)) { "［自报］" } },
            }
        }
    }
}

/// Both texts, when somebody was quicker.
fn two_texts(conflict: &Conflict) -> Markup {
    let standing = &conflict.standing;
    html! {
        div.notice.warn role="alert" {
            p { strong { "您写的时候，" (standing.by) "已经保存了第" (standing.number) "稿。" }
                "您的文字没有丢：已存为并列的第" (conflict.own) "稿，也还在下面的编辑框里。请对照着并成一稿，再保存。" }
        }
        section aria-labelledby="theirs" {
            h2 id="theirs" { "现在的第" (standing.number) "稿（" (standing.by) "，" (standing.at) "）" }
            p.text { (standing.text.as_deref().unwrap_or_default()) }
        }
        section aria-labelledby="apart" {
            h2 id="apart" { "从这一稿到您写的，有这些不同" }
            (changes(&conflict.changes))
        }
    }
}

/// The texts that stand aside and wait.
fn asides(visitor: &Visitor, page: &Page) -> Markup {
    let section = &page.page.section;
    let waiting: Vec<&TextVersion> =
        section.aside.iter().filter(|one| page.typed.takes != Some(one.number)).collect();
    let own = place(&page.case, &section.id);
    html! {
        @if !waiting.is_empty() {
            section aria-labelledby="aside" {
                h2 id="aside" { "并列的文稿，等人处理" }
                @for one in waiting {
                    div.notice.warn {
                        p { (one.by) "于" (one.at) "写的第" (one.number) "稿，写时依据的是第" (one.base) "稿，还没有并入。" }
                        p.text { (one.text.as_deref().unwrap_or("（读不出来）")) }
                        @if page.may_write {
                            form method="post" action=(format!("{own}/drop")) {
                                input type="hidden" name="csrf" value=(visitor.csrf);
                                input type="hidden" name="number" value=(one.number);
                                p.actions {
                                    a.button.second href=(format!("{own}?take={}", one.number)) { "放进编辑框" } " "
                                    button.second type="submit" { "不采用" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn comments(visitor: &Visitor, page: &Page) -> Markup {
    let own = place(&page.case, &page.page.section.id);
    let (closed, open): (Vec<&CommentLine>, Vec<_>) =
        page.page.comments.iter().partition(|one| one.closed.is_some());
    html! {
        section aria-labelledby="comments" {
            h2 id="comments" { "批注" }
            ul.notes {
                @for one in open {
                    li {
                        (remark(one))
                        details {
                            summary { "答复或者办结" }
                            form method="post" action=(format!("{own}/comments")) {
                                input type="hidden" name="csrf" value=(visitor.csrf);
                                input type="hidden" name="answers" value=(one.id);
                                (Field::new(&format!("a-{}", one.id), "答复").need(Need::Needed).text("text", "", 2))
                                p.actions { button.second type="submit" { "答复" } }
                            }
                            form method="post" action=(format!("/reports/drafts/{}/comments/{}/close", page.case, one.id)) {
                                input type="hidden" name="csrf" value=(visitor.csrf);
                                p.actions { button.second type="submit" { "办结这条批注" } }
                            }
                        }
                    }
                }
            }
            @if !closed.is_empty() {
                (shown::fold("已经办结的批注", &format!("{}条", closed.len()), false, &html! {
                    ul.notes { @for one in &closed { li { (remark(one)) } } }
                }))
            }
            form.sheet method="post" action=(format!("{own}/comments")) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                (Field::new("comment", "写一条批注").hint("不进报告，也不进案卷；写的是现在这一稿。").text("text", "", 2))
                p.actions { button.second type="submit" { "批注" } }
            }
        }
    }
}

fn remark(one: &CommentLine) -> Markup {
    html! {
        p { (one.text) }
        p.sub { (one.by) "　" (one.at) "　写的是第" (one.version) "稿" }
        @for answer in &one.answers { p { "答：" (answer.text) } p.sub { (answer.by) "　" (answer.at) } }
        @if let Some((by, at)) = &one.closed { p.sub { (by) "于" (at) "办结" } }
    }
}

fn compared(own: &str, page: &VersionsPage) -> Markup {
    let options: Vec<(String, String)> = page
        .versions
        .iter()
        .map(|one| {
            let aside = if one.is_aside { "（并列）" } else { "" };
            (one.number.to_string(), format!("第{}稿{aside}　{}　{}", one.number, one.by, one.at))
        })
        .collect();
    let chosen = |one: &Option<TextVersion>| one.as_ref().map_or(String::new(), |one| one.number.to_string());
    html! {
        (shown::crumbs(&[("/reports", "年度报告"), (own, &page.heading), ("", "历次文稿")]))
        h1 { "历次文稿：" (page.heading) }
        @if options.is_empty() { (shown::empty("这一章节还没有文稿。", Some((own, "去撰写")))) } @else {
            form.filters method="get" action=(format!("{own}/versions")) {
                (Field::new("from", "从").choice("from", "空白", &options, &chosen(&page.from)))
                (Field::new("to", "到").choice("to", "", &options, &chosen(&page.to)))
                button.second type="submit" { "比较" }
            }
            section aria-labelledby="apart" {
                h2 id="apart" { "修改之处" }
                p.hint { "划去的是删去的，下划线的是新写的。" }
                (changes(&page.changes))
            }
        }
    }
}
