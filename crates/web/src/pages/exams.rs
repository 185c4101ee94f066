//! Examinations of qualification: which were announced, one's own sittings, a paper that is answered here, and what came of it.

use app::{ExamAnswer, ExamLine, ExamPage, ExamState, Ids, Question, QuestionKind, SittingLine};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::design::shown::{self, Tone};
use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::routes::{Row, Who, form, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const ROOT: &str = "/exams";
const TITLE: &str = "执法资格考试";

pub(crate) fn rows() -> Vec<Row> {
    vec![page("/exams", list), form("/exams/{case}", one, sit).who(Who::Account)]
}

async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let actor = visitor.actor().ok();
    let (exams, own, stale) = site
        .ask(move |platform| {
            let exams = platform.exams()?;
            let own = actor.as_ref().map(|actor| platform.own_sittings(actor)).transpose()?;
            let stale = actor.as_ref().map(|actor| platform.stale_questions(actor)).transpose()?;
            Ok((exams, own.unwrap_or_default(), stale.unwrap_or_default()))
        })
        .await?;
    Ok(visitor.page(TITLE, listed(&visitor, &exams, &own, &stale)))
}

fn listed(visitor: &Visitor, exams: &[ExamLine], own: &[SittingLine], stale: &[(String, String)]) -> Markup {
    html! {
        (shown::crumbs(&[("/registers", "名册和清单"), ("/training-hours", "年度学时"), ("", TITLE)]))
        h1 { (TITLE) }
        p { "每份试卷从题库里单独抽取。公告时公布题库杂凑值和试卷秘密的承诺，考试结束以后公布秘密，任何一份试卷都可以重新抽出来核对。" }
        @if !stale.is_empty() {
            div.notice.warn {
                p { strong { "题库里有" (stale.len()) "题的依据已经变动，改好以前不能公告考试：" } }
                ul { @for (number, why) in stale { li { "第" (number) "题：" (why) } } }
            }
        }
        @if !own.is_empty() { h2 { "我的考试" } (sittings(own)) }
        h2 { "考试公告" }
        @if exams.is_empty() { (shown::empty("还没有公告过考试。", None)) }
        @for exam in exams { (announced(visitor, exam)) }
    }
}

fn sittings(own: &[SittingLine]) -> Markup {
    let rows = html! {
        @for one in own {
            tr {
                td { a href=(format!("{ROOT}/{}", one.case)) { (one.number) } }
                td { (one.notice) }
                td { (one.phase) }
                td { @if let (Some(points), Some(passed)) = (&one.points, one.passed) { (points) "分 " (result(passed)) } }
            }
        }
    };
    parts::table("我的考试", &["编号", "考试公告", "进度", "成绩"], &rows)
}

fn result(passed: bool) -> Markup {
    if passed { shown::tag(Tone::Good, "合格") } else { shown::tag(Tone::Warn, "不合格") }
}

fn announced(visitor: &Visitor, exam: &ExamLine) -> Markup {
    let facts = [
        ("编号", html! { (exam.number) }),
        ("机关", html! { (exam.organ) }),
        ("执法领域", html! { (exam.field) }),
        (
            "时间",
            html! { (parts::day(exam.opens_on)) "至" (parts::day(exam.closes_on)) "，答题" (exam.minutes) "分钟，每人" (exam.attempts) "次" },
        ),
        ("题数和合格线", html! { (exam.questions) "道，" (exam.pass) "分合格" }),
        ("题库杂凑值", html! { code.hash { (exam.bank_hash) } }),
        ("试卷秘密的承诺", html! { code.hash { (exam.commitment) } }),
        (
            "试卷秘密",
            html! { @if let Some(secret) = &exam.secret { code.hash { (secret) } } @else { "考试结束以后公布" } },
        ),
    ];
    html! {
        section.sheet {
            h3 { (exam.title) }
            (shown::facts(&facts))
            @if exam.is_open && visitor.is_officer() {
                p.actions { a.button href=(parts::query("/cases/new/certificate_exam", &[("act", "enter"), ("notice", &exam.number)])) { "报名" } }
            }
        }
    }
}

async fn one(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let page = site.ask(move |platform| platform.exam_page(&actor, &case)).await?;
    Ok(visitor.page(&page.exam.title, shown_page(&visitor, &page, &html! {})))
}

async fn sit(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let (asker, id) = (actor.clone(), case.clone());
    let page = site.ask(move |platform| platform.exam_page(&asker, &id)).await?;
    let Some(act) = page.act.clone() else {
        return Ok(Redirect::to(&format!("{ROOT}/{case}")).into_response());
    };
    let given = match &page.state {
        ExamState::Sitting { paper, .. } => paper
            .iter()
            .map(|one| {
                (
                    one.number.clone(),
                    posted.all(&format!("answer-{}", one.number)).collect::<Vec<_>>().concat(),
                )
            })
            .collect(),
        _ => Vec::new(),
    };
    let (key, id) = (posted.get("key").to_owned(), case.clone());
    match site.ask(move |platform| platform.sit_exam(&actor, (key, &id), &act, &given)).await {
        Ok(_) => Ok(Redirect::to(&format!("{ROOT}/{case}")).into_response()),
        Err(error) => {
            let found = html! { div.notice.bad role="alert" { (parts::findings(&told(&error))) } };
            let status = status_of(&error);
            let content = shown_page(&visitor, &page, &found);
            Ok(visitor.page_with(status, &page.exam.title, content))
        }
    }
}

fn shown_page(visitor: &Visitor, page: &ExamPage, found: &Markup) -> Markup {
    let facts = [
        ("编号", html! { (page.line.number) }),
        ("考试公告", html! { (page.exam.number) }),
        (
            "题数和合格线",
            html! { (page.exam.questions) "道，" (page.exam.pass) "分合格，答题" (page.exam.minutes) "分钟" },
        ),
    ];
    html! {
        (shown::crumbs(&[(ROOT, TITLE), ("", &page.exam.title)]))
        h1 { (page.exam.title) }
        (found)
        (shown::facts(&facts))
        @match &page.state {
            ExamState::Entered => {
                p { "一开始就计时，不能暂停；中途离开的，时间照算。" }
                (posting(visitor, page, &html! { p.actions { button type="submit" { "开始答题" } } }))
            }
            ExamState::Sitting { until, paper } => { (answering(visitor, page, until, paper)) }
            ExamState::Done { points, passed, right, answers } => {
                (shown::numbers(&[("得分".to_owned(), points.clone(), String::new()), ("答对（道）".to_owned(), right.clone(), String::new())]))
                p { (result(*passed)) " " a href=(format!("/cases/{}", page.line.case)) { "办理情况" } @if *passed { "：请登记合格成绩。" } }
                @match answers {
                    Some(answers) => { (reviewed(answers)) }
                    None => { p { "考试结束、公布试卷秘密以后，可以看每题的正确答案和依据。" } }
                }
            }
            ExamState::Over => { p { "没有按时交卷。" a href=(ROOT) { "还有次数的，可以再考一次" } } }
        }
    }
}

fn posting(visitor: &Visitor, page: &ExamPage, inside: &Markup) -> Markup {
    html! {
        form.sheet method="post" action=(format!("{ROOT}/{}", page.line.case)) enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="key" value=(Ids::token());
            (inside)
        }
    }
}

fn answering(visitor: &Visitor, page: &ExamPage, until: &str, paper: &[Question]) -> Markup {
    let until = until.strip_suffix("+08:00").unwrap_or(until).replace('T', " ");
    let inside = html! {
        @for (at, one) in paper.iter().enumerate() {
            fieldset.field {
                legend { (at + 1) ". （" (one.kind.label()) "）" (one.text) }
                @let kind = if one.kind == QuestionKind::Multiple { "checkbox" } else { "radio" };
                div.choices {
                    @for (value, text) in one.choices() {
                        label.choice { input type=(kind) name=(format!("answer-{}", one.number)) value=(value); " " (text) }
                    }
                }
            }
        }
        p.actions { button type="submit" { "交卷" } }
    };
    html! {
        div.notice.warn role="status" { p { "请在" strong { (until) } "以前交卷，迟交的不收。没有答的题不计分。" } }
        (posting(visitor, page, &inside))
    }
}

fn reviewed(answers: &[ExamAnswer]) -> Markup {
    html! {
        h2 { "每题的答案和依据" }
        ol {
            @for one in answers {
                li {
                    p { (one.question.text) }
                    p.sub {
                        (shown::tag(if one.is_right { Tone::Good } else { Tone::Bad }, if one.is_right { "答对" } else { "答错" }))
                        " 您的答案：" (if one.given.is_empty() { "没有答" } else { &one.given }) "；正确答案：" (one.right) "；依据：" (one.cited)
                        @if let Some(why) = &one.changed { "（" (why) "）" }
                    }
                }
            }
        }
    }
}
