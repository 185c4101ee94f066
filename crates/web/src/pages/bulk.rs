//! The same act in several cases: what is to be done once, the cases to choose from, and what came of each.

use app::{Actor, AppError, CaseLine, Deal, Done, Platform};
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::fault::told;
use crate::parts;
use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What came of a case.
type Came = (CaseLine, app::Result<Done>);

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((procedure, act)): Path<(String, String)>,
) -> Answer {
    let actor = visitor.actor()?;
    let (sheet, _) = site.ask(move |platform| sheet(platform, &actor, &procedure, &act, None)).await?;
    Ok(sheet.page(&visitor))
}

pub(crate) async fn deal(
    State(site): State<Site>,
    visitor: Visitor,
    Path((procedure, act)): Path<(String, String)>,
    mut posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let chosen: Vec<String> = posted.all("case").map(str::to_owned).collect();
    let (asker, name, wanted) = (actor.clone(), act.clone(), chosen.clone());
    let (mut sheet, cases) =
        site.ask(move |platform| sheet(platform, &asker, &procedure, &name, Some(&wanted))).await?;
    let files = sheet.fill(&mut posted);
    let on = match sheet.day() {
        Ok(on) => on,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    let (key, form) = (sheet.key.clone(), sheet.form.clone());
    let deal = move |case: &CaseLine| Deal {
        key: format!("{key}.{}", case.case),
        case: case.case.clone(),
        version: None,
        act: act.clone(),
        on,
        form: form.clone(),
        files: files.clone(),
    };
    let origin = visitor.origin();
    let came: Vec<Came> = site
        .ask(move |platform| {
            let one = |id: String| {
                let known = cases.iter().find(|case| case.case == id).cloned();
                let case = known.unwrap_or_else(|| named(platform, &actor, id));
                let came = platform.bulk_act(&actor, deal(&case));
                if let Err(AppError::Unauthorised(_) | AppError::Forbidden { .. }) = &came {
                    platform.note_refused(&actor, "POST /cases/bulk/{procedure}/{act}", &origin)?;
                }
                Ok((case, came))
            };
            chosen.into_iter().take(MOST).map(one).collect()
        })
        .await?;
    Ok(visitor.page(&sheet.title, results(&sheet.title, &came)))
}

/// How many cases one form may name.
const MOST: usize = 50;

/// A case that is not among those offered any more, as far as it is anybody's to see.
fn named(platform: &Platform, actor: &Actor, id: String) -> CaseLine {
    let view = platform.case_view(actor, &id).ok();
    CaseLine {
        number: view.as_ref().map_or_else(|| "没有这个案件".to_owned(), |view| view.number.clone()),
        title: view.as_ref().map_or_else(String::new, |view| view.title.clone()),
        procedure: view.as_ref().map_or_else(String::new, |view| view.procedure.clone()),
        phase: view.as_ref().map_or_else(String::new, |view| view.phase.clone()),
        opened_on: view.as_ref().map_or_else(|| platform.today(), |view| view.opened_on),
        closed_on: view.and_then(|view| view.closed_on),
        case: id,
    }
}

fn sheet(
    platform: &Platform,
    actor: &Actor,
    procedure: &str,
    act: &str,
    chosen: Option<&[String]>,
) -> app::Result<(Sheet, Vec<CaseLine>)> {
    let (spec, cases) = platform.bulk(actor, procedure, act)?;
    let title = format!("成批办理“{}”", spec.name);
    let mut sheet = Sheet::new(title, spec, format!("/cases/bulk/{procedure}/{act}"), platform.today());
    sheet.offer(platform, true)?;
    sheet.lead = html! { p { "选中的案件各自判断、各自记入办理日志；有一件不能办的，不影响其他的。" } };
    sheet.inside = choice(&cases, chosen);
    Ok((sheet, cases))
}

fn choice(cases: &[CaseLine], chosen: Option<&[String]>) -> Markup {
    html! {
        fieldset.field {
            legend { "在哪些案件里办理" }
            @if cases.is_empty() { p { "现在没有您可以办理这一事项的案件。" } }
            ul.choices {
                @for case in cases {
                    li {
                        label {
                            input type="checkbox" name="case" value=(case.case) checked[chosen.is_none_or(|own| own.contains(&case.case))];
                            " " (case.number) "　" (case.title) " " span.sub { (case.phase) "，" (parts::day(case.opened_on)) "开始" }
                        }
                    }
                }
            }
        }
    }
}

fn results(title: &str, came: &[Came]) -> Markup {
    let done = came.iter().filter(|(_, came)| came.is_ok()).count();
    let rows = html! {
        @for (case, came) in came {
            tr {
                td.day { a href=(format!("/cases/{}", case.case)) { (case.number) } }
                td.wide { (case.title) }
                td.wide {
                    @match came {
                        Ok(_) => { span.badge.green { "已经办理" } },
                        Err(error) => {
                            span.badge.red { "没有办理" }
                            @for line in told(error) {
                                span.sub { (line.message) @if let Some(article) = &line.article { "（" (article) "）" } "。" @if let Some(help) = &line.help { (help) } }
                            }
                        },
                    }
                }
            }
        }
    };
    html! {
        h1 { (title) }
        div.notice role="status" { p { "选了 " (came.len()) " 件，办理 " (done) " 件，没有办理 " (came.len() - done) " 件。" } }
        (parts::table("办理结果", &["案件", "事由", "结果"], &rows))
        p.actions { a.button href="/cases" { "回到案件" } }
    }
}
