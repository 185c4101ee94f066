//! Taking a plan over from its text: what was read stands beside the lines it was read from, what was not read with why, and
//! an officer corrects it before it is entered.

use app::{AppError, DraftMeasure, DraftPlan, FieldFault};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use plan::Imported;

use crate::design::field::{self, Field, Need};
use crate::design::shown;
use crate::fault::status_of;
use crate::held::{Held, LONGEST};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many empty lines there are for measures that were not read.
const SPARE: usize = 3;
const KINDS: &str = ".txt,.md,.html,.htm,.docx,.pdf";

fn officer(visitor: &Visitor) -> Result<(), crate::fault::Fault> {
    let actor = visitor.actor()?;
    if actor.is_officer() {
        return Ok(());
    }
    Err(AppError::Forbidden {
        why: "接收方案供机关工作人员使用".to_owned(),
        help: "请由牵头抓总的机关接收。".to_owned(),
    }
    .into())
}

pub(super) async fn form(State(_): State<Site>, visitor: Visitor) -> Answer {
    officer(&visitor)?;
    Ok(visitor.page("读入方案文本", ask(&visitor, "", &[])))
}

fn ask(visitor: &Visitor, text: &str, faults: &[FieldFault]) -> Markup {
    let file = Field::new("f-file", "方案文本（选文件或者粘贴文字）")
        .hint("TXT、MD、HTML、DOCX、PDF都可以。扫描的PDF没有文字，读不了。")
        .among(faults);
    let ties = file.ties();
    let input = html! { input id=(ties.id) name="file" type="file" accept=(KINDS) aria-describedby=[ties.about] aria-invalid=[ties.wrong]; };
    html! {
        (shown::crumbs(&[("/plan", "方案落实")]))
        h1 { "读入方案文本" }
        p { "读一份法治政府建设实施方案，按“一、（一）1.（1）”分出体系、目和措施。读到的和没有读到的逐行并排列出，改好以后由本机关接收，就可以分解任务。" }
        (field::errors("没有读入", faults))
        form.sheet method="post" action="/plan/import" enctype="multipart/form-data" novalidate {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (file.around(&input))
            (Field::new("f-text", "或者粘贴文字").text("text", text, 8))
            p.actions { button type="submit" { "读入" } }
        }
    }
}

pub(super) async fn read(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    officer(&visitor)?;
    let again = |message: String, text: &str| {
        let faults = [FieldFault { field: "file".to_owned(), name: "方案文本".to_owned(), message }];
        visitor.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            "有误：读入方案文本",
            ask(&visitor, text, &faults),
        )
    };
    let typed = posted.get("text").to_owned();
    let text = match posted.take_files("file").into_iter().find(|file| !file.content.is_empty()) {
        Some(file) => {
            // Reading a file takes long: not where other requests wait.
            let read = site.ask(move |_| Ok(Held::read(&file.name, &file.content))).await?;
            match read {
                Ok(held) => held.reading.text.source().to_owned(),
                Err(why) => return Ok(again(format!("读不了这个文件：{why}"), &typed)),
            }
        }
        None => typed.clone(),
    };
    if text.trim().is_empty() {
        return Ok(again("没有选文件，也没有粘贴文字".to_owned(), ""));
    }
    if text.chars().count() > LONGEST {
        return Ok(again(format!("文字太长，最多{}万字", LONGEST / 10_000), ""));
    }
    let (made, draft, text) = site
        .ask(move |platform| {
            let made = plan::import(&text);
            let draft = platform.draft_plan(&made);
            Ok((made, draft, text))
        })
        .await?;
    if draft.measures.is_empty() {
        return Ok(again("没有读到措施：文中没有按“一、（一）1.（1）”编号的任务".to_owned(), &text));
    }
    Ok(visitor.page("核对读入的方案", review(&visitor, &text, &made, &draft, &[], &[])))
}

/// What a run of lines was read as. 原文段落
enum Run {
    Measure(usize),
    /// A heading, or words under one.
    Words(String),
    NotRead(String),
}

/// The text in runs of lines: each with its lines and what became of them.
fn runs(text: &str, made: &Imported) -> Vec<(usize, Vec<String>, Run)> {
    let mut all: Vec<(usize, Vec<String>, Run)> = Vec::new();
    for (line, number) in text.lines().zip(1usize..) {
        let started = starts(made, number);
        let aside = made.notes.iter().find(|note| {
            ["not_read", "preface"].contains(&note.code)
                && (note.first_line..=note.last_line).contains(&number)
        });
        let run = match (started, aside) {
            (Some(run), _) => Some(run),
            (None, Some(note)) => Some(Run::NotRead(note.message.clone())),
            (None, None) => None,
        };
        match (run, all.last_mut()) {
            (Some(Run::NotRead(why)), Some((_, lines, Run::NotRead(known)))) if *known == why => {
                lines.push(line.to_owned())
            }
            (None, Some((_, lines, Run::Measure(_) | Run::Words(_)))) => lines.push(line.to_owned()),
            (Some(run), _) => all.push((number, vec![line.to_owned()], run)),
            (None, _) => all.push((number, vec![line.to_owned()], Run::Words("说明".to_owned()))),
        }
    }
    all
}

fn starts(made: &Imported, line: usize) -> Option<Run> {
    let all = made.measures.iter().chain(&made.organisation);
    if let Some(at) = all.into_iter().position(|one| one.line == line) {
        return Some(Run::Measure(at));
    }
    let system = made.systems.iter().find(|one| one.line == line);
    if let Some(system) = system {
        return Some(Run::Words(format!("体系{}：{}", system.number, system.title)));
    }
    let head = made.heads.iter().chain(&made.organisation_heads).find(|one| one.line == line);
    head.map(|head| Run::Words(format!("目{}：{}", head.number, head.title)))
}

/// The page on which the reading is corrected; `dropped` are the lines that are not to be taken over.
fn review(
    visitor: &Visitor,
    text: &str,
    made: &Imported,
    draft: &DraftPlan,
    dropped: &[usize],
    faults: &[FieldFault],
) -> Markup {
    let is_note = |code: &str| !["not_read", "preface"].contains(&code);
    let runs = runs(text, made);
    let rows = made.measures.len() + made.organisation.len();
    html! {
        (shown::crumbs(&[("/plan", "方案落实"), ("/plan/import", "读入方案文本")]))
        h1 { "核对读入的方案" }
        (field::errors("没有接收", faults))
        ul.lines { @for note in made.notes.iter().filter(|note| is_note(note.code)) { li { (note.message) } } }
        p.hint { "左边是原文，右边是读到的。改右边；不要的勾“不接收”；没有读到的，在最后补充。原文要大改的，改文字后重新读入。" }
        form.sheet.plain method="post" action="/plan/adopt" enctype="multipart/form-data" novalidate {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="rows" value=(rows + SPARE);
            (head_fields(draft, faults))
            @for (line, lines, run) in &runs {
                @match run {
                    Run::Measure(at) => (pair(*line, lines, &measure_fields(*at, draft.measures.get(*at), dropped.contains(at), faults))),
                    Run::Words(what) => (pair(*line, lines, &html! { p { strong { (what) } } })),
                    Run::NotRead(why) => (pair(*line, lines, &html! { p { span class="badge unverified" { "未读入" } " " (why) } })),
                }
            }
            h2 { "补充没有读到的措施" }
            @for at in rows..rows + SPARE { (measure_fields(at, draft.measures.get(at), false, faults)) }
            details.fold {
                summary { "改原文" span.count { "改好以后点“重新读入”，右边的修改不保留" } }
                (Field::new("f-text", "方案文本").text("text", text, 20))
                p.actions { button.second type="submit" formaction="/plan/import" { "重新读入" } }
            }
            p.actions { button type="submit" { "由本机关接收" } }
        }
    }
}

fn pair(line: usize, lines: &[String], right: &Markup) -> Markup {
    html! {
        div.two.read {
            div.paper { span.sub { "第" (line) "行起" } @for one in lines { p { (one) } } }
            div { (right) }
        }
    }
}

fn head_fields(draft: &DraftPlan, faults: &[FieldFault]) -> Markup {
    let hint = "小写字母、数字和连字符，如 county-2021-2025；任务和链接用它。";
    html! {
        div.pair {
            (Field::new("f-name", "方案名称").longest(160).need(Need::Needed).among(faults).line("name", &draft.name))
            (Field::new("f-code", "标识").hint(hint).longest(60).need(Need::Needed).among(faults).line("code", &draft.code))
        }
        div.pair {
            (Field::new("f-issued_by", "印发机关").longest(120).need(Need::Needed).among(faults).line("issued_by", &draft.issued_by))
            (Field::new("f-document", "文号").longest(80).need(Need::Optional).among(faults).line("document", &draft.document))
        }
        div.pair {
            (Field::new("f-issued_on", "印发日期").need(Need::Needed).among(faults).day("issued_on", &draft.issued_on))
            (Field::new("f-first_year", "起始年份").need(Need::Needed).among(faults).line("first_year", &draft.first_year))
            (Field::new("f-last_year", "终止年份").need(Need::Needed).among(faults).line("last_year", &draft.last_year))
        }
    }
}

fn measure_fields(at: usize, one: Option<&DraftMeasure>, dropped: bool, faults: &[FieldFault]) -> Markup {
    let blank = DraftMeasure::default();
    let one = one.unwrap_or(&blank);
    let field = |name: &str, label: &str, value: &str, longest: u32| {
        let id = format!("f-{name}-{at}");
        Field::new(&id, label).longest(longest).among(faults).line(&format!("{name}-{at}"), value)
    };
    let duty = format!("f-duty-{at}");
    let drop = format!("f-drop-{at}");
    html! {
        div.pair { (field("number", "编号", &one.number, 20)) (field("same_as", "对应的内置方案措施", &one.same_as, 20)) }
        (field("title", "措施", &one.title, 160))
        (Field::new(&duty, "内容").among(faults).text(&format!("duty-{at}"), &one.duty, 3))
        div.pair { (field("system", "体系", &one.system, 80)) (field("head", "目", &one.head, 120)) }
        p.choice { input id=(drop) type="checkbox" name=(format!("drop-{at}")) value="1" checked[dropped]; " " label for=(drop) { "不接收" } }
    }
}

/// A plan as it was sent, with the place in the form of each measure that is to be taken over.
fn sent(posted: &Posted) -> (DraftPlan, DraftPlan, Vec<usize>, Vec<usize>) {
    let of = |name: &str| posted.get(name).trim().to_owned();
    let rows = of("rows").parse::<usize>().unwrap_or(0).min(600);
    let mut whole = DraftPlan {
        code: of("code"),
        name: of("name"),
        document: of("document"),
        issued_by: of("issued_by"),
        issued_on: of("issued_on"),
        first_year: of("first_year"),
        last_year: of("last_year"),
        measures: Vec::new(),
    };
    let mut taken = whole.clone();
    let (mut places, mut dropped) = (Vec::new(), Vec::new());
    for at in 0..rows {
        let own = |name: &str| of(&format!("{name}-{at}"));
        let one = DraftMeasure {
            number: own("number").to_uppercase(),
            system: own("system"),
            head: own("head"),
            title: own("title"),
            duty: own("duty"),
            same_as: own("same_as").to_uppercase(),
        };
        if own("drop") == "1" {
            dropped.push(at);
        } else if one.number.is_empty() && one.title.is_empty() && one.duty.is_empty() {
            // A line of those that were left empty.
        } else {
            places.push(at);
            taken.measures.push(one.clone());
        }
        whole.measures.push(one);
    }
    (whole, taken, places, dropped)
}

pub(super) async fn adopt(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    officer(&visitor)?;
    let actor = visitor.actor()?;
    let (whole, taken, places, dropped) = sent(&posted);
    let (text, code) = (posted.get("text").to_owned(), taken.code.clone());
    let adopted = site.ask(move |platform| Ok(platform.adopt_plan(&actor, &taken))).await?;
    let error = match adopted {
        Ok(_) => return Ok(Redirect::to(&parts::query("/plan", &[("plan", &code)])).into_response()),
        Err(error) => error,
    };
    let faults = match &error {
        AppError::Invalid(faults) => faults.iter().map(|fault| placed(fault, &places)).collect(),
        other => {
            let told = other.diagnostics().into_iter().map(|one| FieldFault {
                field: "code".to_owned(),
                name: "接收".to_owned(),
                message: one.message,
            });
            told.collect::<Vec<_>>()
        }
    };
    let made = site
        .ask({
            let text = text.clone();
            move |_| Ok(plan::import(&text))
        })
        .await?;
    let content = review(&visitor, &text, &made, &whole, &dropped, &faults);
    Ok(visitor.page_with(status_of(&error), "有误：核对读入的方案", content))
}

/// A fault with its field as the form names it: the lines that are not taken over shift the others.
fn placed(fault: &FieldFault, places: &[usize]) -> FieldFault {
    let by_line = fault
        .field
        .split_once('.')
        .and_then(|(line, name)| Some((name, line.parse::<usize>().ok()?.checked_sub(1)?)));
    let by_place =
        fault.field.rsplit_once('-').and_then(|(name, at)| Some((name, at.parse::<usize>().ok()?)));
    let Some((name, at)) = by_line.or(by_place) else { return fault.clone() };
    let Some(place) = places.get(at) else { return fault.clone() };
    FieldFault { field: format!("{name}-{place}"), ..fault.clone() }
}
