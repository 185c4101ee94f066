//! Draws as everybody may see them: the list of all that were locked, each with what was announced and what came of it,
//! its file, and computing any file again.

use app::{AppError, DrawCheck, DrawInspection, DrawLine, DrawPage, DrawRound, FieldFault};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::design::field::{self, Field};
use crate::design::shown;
use crate::edge::Limit;
use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::routes::{self, Row};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        routes::page("/draws", list).kept(),
        routes::form("/draws/check", ask, check).limit(Limit::Audit),
        routes::page("/draws/{case}", one),
        routes::page("/draws/{case}/{number}/file", file).taken_away(),
    ]
}

async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let lines = site.ask(app::Platform::draws).await?;
    Ok(visitor.page("双随机抽取", listed(&lines)))
}

fn listed(lines: &[DrawLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td { a href=(format!("/draws/{}", line.case)) { (line.number) } }
                td { (line.title) }
                td { (line.organ) }
                td { (parts::day(line.locked_on)) }
                td { (line.state) @if line.rounds > 1 { "（第" (line.rounds) "轮）" } }
                td { (line.drawn.map_or(String::new(), |drawn| drawn.to_string())) }
            }
        }
    };
    let heads = ["编号", "名称", "机关", "锁定日期", "进度", "抽中（个）"];
    html! {
        h1 { "双随机抽取" }
        p { "检查谁、由谁检查，由名单、各方的秘密数和公共数值算出，谁都不能挑，谁都可以重算。名单一锁定就列在这里，没有抽成的、作废的也在。" }
        p { a href="/draws/check" { "核验一份抽取文件" } }
        @if lines.is_empty() {
            (shown::empty("还没有锁定过名单。", None))
        } @else {
            (parts::table("双随机抽取", &heads, &rows))
        }
    }
}

/// Whether a round is to be computed again.
#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    check: Option<u32>,
}

async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (page, checked) = site
        .ask(move |platform| {
            let page = platform.draw_page(&case)?;
            let checked = match asked.check {
                Some(number) => {
                    let file = platform.draw_file(&case, number)?;
                    Some((number, platform.check_draw(&file.text)?))
                }
                None => None,
            };
            Ok((page, checked))
        })
        .await?;
    Ok(visitor.page(&page.line.title, shown_page(&page, checked.as_ref())))
}

fn shown_page(page: &DrawPage, checked: Option<&(u32, DrawCheck)>) -> Markup {
    let line = &page.line;
    let facts = [
        ("编号", html! { (line.number) }),
        ("机关", html! { (line.organ) }),
        ("进度", html! { (line.state) }),
    ];
    let many = page.rounds.len();
    html! {
        (shown::crumbs(&[("/draws", "双随机抽取"), ("", &line.title)]))
        h1 { (line.title) }
        (shown::facts(&facts))
        @for (at, round) in page.rounds.iter().enumerate() {
            @let own = checked.filter(|(number, _)| *number == round.number).map(|(_, checked)| checked);
            section {
                h2 id=(format!("round-{}", round.number)) {
                    @if many > 1 { "第" (many - at) "轮：" } (round.title)
                }
                (shown_round(&line.case, round, own))
            }
        }
        (offline())
    }
}

fn shown_round(case: &str, round: &DrawRound, checked: Option<&DrawCheck>) -> Markup {
    let again = format!("/draws/{case}?check={}#check-{}", round.number, round.number);
    html! {
        @if let Some(reason) = &round.annulled { div.notice.warn { p { "本轮已作废：" (reason) } } }
        @for warning in &round.inverted {
            div.notice.warn {
                p { "风险高的抽得反而少：" (warning) "。" @if !round.inverted_reason.is_empty() { "理由：" (round.inverted_reason) } }
            }
        }
        (locked(round))
        p.actions {
            a.button href=(format!("/draws/{case}/{}/file", round.number)) download { "下载抽取文件" }
            " " a.button.second href=(again) { "重新计算" }
        }
        div id=(format!("check-{}", round.number)) { @if let Some(checked) = checked { (result(checked)) } }
        (committed(round))
        @if !round.drawn.is_empty() { (drawn(round)) }
    }
}

fn locked(round: &DrawRound) -> Markup {
    let facts = [
        ("检查期间", html! { (round.inspect.0) "至" (round.inspect.1) }),
        ("锁定时间", html! { (moment(&round.locked_at)) }),
        (
            "公共数值",
            html! { (round.source) "（" (moment(&round.not_before)) "至" (moment(&round.not_after)) "）" },
        ),
        ("检查人员", html! { (round.inspectors) "人，回避" (round.recusals) "项" }),
        ("名单杂凑值", html! { code.hash { (round.list_hash) } }),
    ];
    let rows = html! {
        @for one in &round.strata {
            tr {
                td { (one.name) } td { (one.listed) } td { (one.excluded) } td { (one.ratio) }
                td { (one.drawn.map_or(String::new(), |drawn| drawn.to_string())) }
            }
        }
    };
    let excluded = html! {
        ul { @for (name, kind, reason) in &round.exclusions { li { (kind) " " (name) "：" (reason) } } }
    };
    html! {
        @for reason in &round.earlier { p.sub { "以前作废一轮，理由：" (reason) } }
        (shown::facts(&facts))
        h3 { "分组" }
        (parts::table("分组", &["分组", "名单（个）", "排除（个）", "比例", "抽中（个）"], &rows))
        @if !round.exclusions.is_empty() {
            (shown::fold("排除的对象和人员", &round.exclusions.len().to_string(), false, &excluded))
        }
    }
}

/// An instant of a file as people read it; the file itself has the zone.
fn moment(text: &str) -> String {
    text.strip_suffix("+08:00").unwrap_or(text).replace('T', " ")
}

fn committed(round: &DrawRound) -> Markup {
    let rows = html! {
        @for (party, commitment, at, secret) in &round.commitments {
            tr {
                td { (party) } td { (moment(at)) } td { code.hash { (commitment) } }
                td { @if let Some(secret) = secret { code.hash { (secret) } } }
            }
        }
    };
    html! {
        h3 { "承诺" }
        @if round.commitments.is_empty() { p { "还没有收到承诺。" } } @else {
            (parts::table("承诺", &["承诺方", "收到时间", "承诺", "秘密数"], &rows))
        }
        @if let Some(hash) = &round.announcement_hash { p { "公布杂凑值：" code.hash { (hash) } "，请留存，以后据此核对没有换过。" } }
        @if let Some((value, at)) = &round.value { p { "公共数值：" strong { (value) } "（" (moment(at)) "产生）" } }
        @if let Some(hash) = &round.outcome_hash { p { "结果杂凑值：" code.hash { (hash) } } }
    }
}

/// How many drawn objects stand on the page; the file has all.
const SHOWN: usize = 200;

fn drawn(round: &DrawRound) -> Markup {
    let rows = html! {
        @for (at, one) in round.drawn.iter().take(SHOWN).enumerate() {
            tr {
                td { (at + 1) } td { (one.name) } td { (one.stratum) }
                td { @for (field, people) in &one.inspectors { div { (field) "：" (people) } } }
                @if !round.is_files {
                    td.wide { @if let Some(own) = &one.inspection { (inspected(own)) } @else { "还没有开始" } }
                }
            }
        }
    };
    let heads: &[&str] = if round.is_files {
        &["次序", "案卷", "分组", "评查人员"]
    } else {
        &["次序", "对象", "分组", "检查人员", "检查和结果"]
    };
    html! {
        h3 { "抽中的对象和检查人员（" (round.drawn.len()) "个）" }
        @for short in &round.short { div.notice.warn { p { "人手不够：" (short) } } }
        (parts::table("抽中的对象", heads, &rows))
        @if round.drawn.len() > SHOWN { p { "只列出前" (SHOWN) "个，其余见抽取文件。" } }
    }
}

/// The case in which an object is inspected, and what came of it.
fn inspected(own: &DrawInspection) -> Markup {
    html! {
        (own.number) "："
        @if let Some(on) = own.on { (parts::day(on)) "检查" } @else { "已经提出，还没有去" }
        @for (case, number, act) in &own.published {
            "，" a href=(format!("/published/{case}/{number}/{act}")) { "公开的结果" }
        }
    }
}

fn result(checked: &DrawCheck) -> Markup {
    html! {
        @if checked.faults.is_empty() {
            div.notice role="status" {
                p { strong { "核验通过。" } "这份文件到“" (checked.stage) "”这一步，全部杂凑值"
                    @if let Some(drawn) = checked.drawn { "和抽中的" (drawn) "个对象" } "都与重新计算的一致。" }
                @for (name, hash) in &checked.hashes { p { (name) "：" code.hash { (hash) } } }
            }
        } @else {
            div.notice.bad role="alert" {
                p { strong { "核验不通过。" } }
                (parts::findings(&checked.faults))
            }
        }
        @match &checked.known {
            Some((case, number)) => { p { "本站公布过这份名单：" a href=(format!("/draws/{case}")) { (number) } } }
            None => { p { "本站没有公布过这样的名单或者承诺：文件自身算得通，不等于就是公布过的那一份。" } }
        }
    }
}

fn offline() -> Markup {
    html! {
        h2 { "怎样自己核验" }
        p { "下载抽取文件，用 " code { "yifa draw --check 文件 --published 公布杂凑值" } " 核验，不需要联网，也不需要本站配合。"
            "不放心本站的程序的，用 " code { "crates/draw/tests/check.py" } "，它由另一种语言写成。" }
        p { "核验证明结果由名单、秘密数和公共数值唯一地算出；不证明名单完整、真实，所以名单全部公开，请您来看。" }
    }
}

async fn file(State(site): State<Site>, Path((case, number)): Path<(String, u32)>) -> Answer {
    let file = site.ask(move |platform| platform.draw_file(&case, number)).await?;
    let disposition = format!("attachment; filename*=UTF-8''{}", parts::quoted(&file.name));
    let heads = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((heads, file.text).into_response())
}

async fn ask(visitor: Visitor) -> Answer {
    Ok(visitor.page("核验抽取文件", form(&visitor, &[], &html! {})))
}

fn form(visitor: &Visitor, faults: &[FieldFault], found: &Markup) -> Markup {
    let input = html! {
        input id="f-file" name="file" type="file" accept=".json,.txt" required;
    };
    html! {
        (shown::crumbs(&[("/draws", "双随机抽取"), ("", "核验抽取文件")]))
        h1 { "核验抽取文件" }
        @if !faults.is_empty() { (field::errors("没有核验", faults)) }
        (found)
        form.sheet method="post" action="/draws/check" enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (Field::new("f-file", "抽取文件").hint("从本站下载的，或者别处得到的；只算一遍，不保存。").among(faults).around(&input))
            p.actions { button type="submit" { "核验" } }
        }
        (offline())
    }
}

async fn check(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let file = posted.take_files("file").into_iter().next();
    let text = file.and_then(|file| String::from_utf8(file.content).ok()).filter(|text| !text.is_empty());
    let Some(text) = text else {
        let fault = FieldFault {
            field: "file".to_owned(),
            name: "抽取文件".to_owned(),
            message: "没有选择文件，或者不是文本文件".to_owned(),
        };
        return Ok(refused(&visitor, StatusCode::UNPROCESSABLE_ENTITY, &[fault], &html! {}));
    };
    match site.ask(move |platform| platform.check_draw(&text)).await {
        Ok(checked) => {
            let found = html! { h2 { (checked.title) "（" (checked.organ) "）" } (result(&checked)) };
            Ok(visitor.page("核验结果", form(&visitor, &[], &found)))
        }
        Err(error @ (AppError::Unfit(_) | AppError::Wrong { .. })) => {
            let found = html! { div.notice.bad role="alert" { (parts::findings(&told(&error))) } };
            Ok(refused(&visitor, status_of(&error), &[], &found))
        }
        Err(error) => Err(error.into()),
    }
}

fn refused(visitor: &Visitor, status: StatusCode, faults: &[FieldFault], found: &Markup) -> Response {
    visitor.page_with(status, "有误：核验抽取文件", form(visitor, faults, found))
}
