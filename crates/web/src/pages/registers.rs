//! Registers: which there are, one of an organ as of a day, its sheet in and out.

use app::{EntriesAsked, Organ, Platform, RegisterPage, RegisterSheet};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base::Diagnostic;
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::pages::register_changes;
use crate::parts::{self, query, quoted};
use crate::posted::Posted;
use crate::routes::{Row, form, page, takes};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/registers", list).kept(),
        form("/registers/{id}", show, enter),
        page("/registers/{id}/sheet", sheet).taken_away(),
        page("/registers/{id}/changes", register_changes::show),
        page("/registers/{id}/changes/sheet", register_changes::sheet).taken_away(),
        takes("/registers/{id}/withdraw", withdraw),
    ]
}

/// Which organ's register is asked for, as of which day, from where on.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    after: String,
    /// Words that an entry must have.
    #[serde(default)]
    q: String,
    #[serde(default)]
    done: String,
}

impl Asked {
    fn day(&self, today: Day) -> Day {
        Day::parse(&self.on).unwrap_or(today)
    }

    /// What was just done, in our own words: the link only says how many.
    fn told(&self) -> Option<String> {
        match self.done.as_str() {
            "withdrawn" => Some("已撤回。".to_owned()),
            count => count.parse().ok().map(|count: u32| format!("已登记{count}条。")),
        }
    }
}

async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let signed_in = visitor.signed_in.is_some();
    let rules = site.platform().rules();
    let shown = rules.registers.iter().filter(|one| one.public || signed_in);
    let content = html! {
        h1 { "名册和清单" }
        p { "按日期查看任何一天的样子，以及两日之间的变动。公开的清单，任何人都可以查看公开的栏目。规章、规范性文件见" a href="/documents" { "文件库" } "，由名册算出的执法人员学时见" a href="/training-hours" { "年度学时" } "。" }
        @for (system, registers) in rules.by_system(shown.collect(), |one| one.system.as_str()) {
            h2 { (system) }
            ul.lines {
                @for one in registers {
                    li {
                        a href=(format!("/registers/{}", one.id)) { (one.name) }
                        span.sub {
                            (if one.public { "公开" } else { "不公开" })
                            @if let Some(basis) = &one.basis { "　" (parts::cited(&basis.cited, basis.unverified)) }
                        }
                    }
                }
            }
        }
    };
    Ok(visitor.page("名册和清单", content))
}

async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    shown(&site, &visitor, StatusCode::OK, id, asked, Vec::new()).await
}

/// The page, with what was wrong with a sheet that was handed in.
async fn shown(
    site: &Site,
    visitor: &Visitor,
    status: StatusCode,
    id: String,
    asked: Asked,
    faults: Vec<Diagnostic>,
) -> Answer {
    let reader = visitor.signed_in.as_ref().map(|one| one.actor.clone());
    let own = visitor.organ().map(str::to_owned);
    let wanted = asked.clone();
    let (page, organs, procedure) = site
        .ask(move |platform| {
            let register = platform.register(&id)?;
            let keeps = |organ: &Organ| register.kept_by.contains(&organ.kind);
            let organs: Vec<Organ> = platform.organs()?.into_iter().filter(keeps).collect();
            let first = own.filter(|own| organs.iter().any(|organ| organ.id == *own));
            let on = wanted.day(platform.today());
            let organ = match (wanted.organ.is_empty(), first) {
                (false, _) => wanted.organ.clone(),
                (true, Some(own)) => own,
                (true, None) => usual(platform, reader.as_ref(), (&id, &organs), on),
            };
            let after = Some(wanted.after.as_str()).filter(|after| !after.is_empty());
            let by = register.changed_by.as_ref().and_then(|by| platform.rules().name_of(&by.procedure));
            let procedure = by.unwrap_or_default().to_owned();
            let asked = EntriesAsked { on, after, words: &wanted.q, all: false };
            Ok((platform.register_page(reader.as_ref(), &id, &organ, asked)?, organs, procedure))
        })
        .await?;
    let title = page.register.name.clone();
    Ok(visitor.page_with(status, &title, render(visitor, &page, (&organs, &procedure), &asked, &faults)))
}

fn render(
    visitor: &Visitor,
    page: &RegisterPage,
    (organs, procedure): (&[Organ], &str),
    asked: &Asked,
    faults: &[Diagnostic],
) -> Markup {
    let path = format!("/registers/{}", page.register.id);
    let on = page.on.to_string();
    let choices: Vec<(String, String)> =
        organs.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
    let link = |after: &str| {
        query(&path, &[("organ", &page.organ.id), ("on", &on), ("q", &asked.q), ("after", after)])
    };
    html! {
        (shown::crumbs(&[("/registers", "名册和清单")]))
        h1 { (page.register.name) }
        @if let Some(done) = asked.told() { (shown::done(&html! { p { (done) } })) }
        @if !faults.is_empty() {
            h2 { "没有登记" }
            (parts::findings(faults))
        }
        @if let Some(basis) = &page.register.basis { p { "依据：" (parts::cited(&basis.cited, basis.unverified)) } }
        form.filters method="get" action=(path) {
            (Field::new("organ", "机关").choice("organ", "", &choices, &page.organ.id))
            (Field::new("on", "哪一天的样子").day("on", &on))
            (Field::new("q", "含有的词").hint("几个词用空格隔开，都要有").longest(100).line("q", &asked.q))
            button.second type="submit" { "查看" }
        }
        @if page.is_public_view { p.sub { "这里只列出公开的栏目。" } }
        @if page.rows.is_empty() {
            @let what = if asked.q.trim().is_empty() { "没有条目" } else { "没有含有这些词的条目" };
            (shown::empty(&format!("{}在这一天{what}。", page.organ.name), None))
        } @else { (table(page)) }
        (parts::next_page(page.next.as_deref().map(link).as_deref()))
        p.actions {
            a.button.second href=(query(&format!("{path}/sheet"), &[("organ", &page.organ.id), ("on", &on)])) { "导出表格（XLSX）" }
            " " a.button.second href=(query(&format!("{path}/changes"), &[("organ", &page.organ.id), ("to", &on)])) { "两日之间的变动" }
        }
        (figures(page))
        @if let Some(by) = &page.register.changed_by { (changed_by(&by.procedure, procedure)) }
        @if page.is_keeper && !is_written(page) { (keeping(visitor, page, &path)) }
    }
}

/// Whether cases wrote what is shown: from then on no keeper enters anything.
fn is_written(page: &RegisterPage) -> bool {
    page.rows.iter().any(|row| row.basis.is_some())
}

/// What its entries are counted for.
fn figures(page: &RegisterPage) -> Markup {
    let year = page.on.year().to_string();
    let (organ, until) = (page.organ.id.as_str(), page.on.to_string());
    html! {
        @if !page.register.figures.is_empty() {
            section aria-labelledby="figures" {
                h2 id="figures" { "由它算出的数" }
                ul.lines {
                    @for one in &page.register.figures {
                        li { a href=(query(&format!("/figures/{}", one.id), &[("organ", organ), ("year", &year), ("to", &until)])) { (one.name) } }
                    }
                }
            }
        }
    }
}

/// That it changes by a procedure, and where that begins.
fn changed_by(id: &str, name: &str) -> Markup {
    html! {
        section aria-labelledby="changes" {
            h2 id="changes" { "怎样变动" }
            p { "这份清单只依“" a href=(format!("/procedures/{id}")) { (name) } "”程序变动：提出、审核、批准、公布后，条目由那个程序写入，不直接登记。" }
        }
    }
}

fn table(page: &RegisterPage) -> Markup {
    let mut head: Vec<&str> = page.columns.iter().map(|(_, name)| name.as_str()).collect();
    head.extend(["起", "止"]);
    // The case may be read by officers; everybody else is told its number.
    let is_written = is_written(page);
    head.extend(is_written.then_some("变动的依据"));
    let rows = html! {
        @for row in &page.rows {
            tr {
                @for text in &row.texts { td { (text) } }
                td.day { (parts::day(row.from)) }
                td.day { @if let Some(day) = row.until { (parts::day(day)) } }
                @if is_written {
                    td { @if let Some((case, told)) = &row.basis {
                        @if page.is_public_view { (told) } @else { a href=(format!("/cases/{case}")) { (told) } }
                    } }
                }
            }
        }
    };
    parts::table(&page.register.name, &head, &rows)
}

/// What only those who keep it see: handing a sheet in, taking an entry back.
fn keeping(visitor: &Visitor, page: &RegisterPage, path: &str) -> Markup {
    html! {
        section aria-labelledby="enter" {
            h2 id="enter" { "登记" }
            p { "先导出表格，填写后交回。全部核对无误才登记；有一处不对，全部不登记，并逐格说明。同一主键、同一起始日期的，以新的为准；要终止的，填写终止日期。" }
            @if let Some(help) = &page.register.help { p { (help) } }
            form.sheet method="post" action=(path) enctype="multipart/form-data" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="organ" value=(page.organ.id);
                div.field { label for="sheet" { "表格文件（XLSX）" } input id="sheet" name="sheet" type="file" accept=".xlsx" required; }
                (Field::new("reason", "理由或者文号").longest(200).line("reason", ""))
                button type="submit" { "核对并登记" }
            }
        }
        @if !page.rows.is_empty() {
            section aria-labelledby="withdraw" {
                h2 id="withdraw" { "撤回登记错误的条目" }
                form.sheet method="post" action=(format!("{path}/withdraw")) {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    input type="hidden" name="organ" value=(page.organ.id);
                    div.field {
                        label for="entry" { "条目" }
                        select id="entry" name="entry" {
                            @for row in &page.rows { option value=(format!("{}|{}", row.from, row.key)) { (row.key) "（" (row.from.to_string()) "起）" } }
                        }
                    }
                    (Field::new("why", "理由").longest(200).required().line("reason", ""))
                    button.second type="submit" { "撤回" }
                }
            }
        }
    }
}

async fn sheet(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let reader = visitor.signed_in.as_ref().map(|one| one.actor.clone());
    let sheet = site
        .ask(move |platform| {
            let on = asked.day(platform.today());
            platform.register_sheet(reader.as_ref(), &id, &asked.organ, on)
        })
        .await?;
    Ok(as_file(sheet))
}

/// A sheet to keep.
pub(crate) fn as_file(sheet: RegisterSheet) -> axum::response::Response {
    file_of(&sheet.name, sheet.bytes)
}

/// A file of a spreadsheet (XLSX) to keep.
pub(crate) fn file_of(name: &str, bytes: Vec<u8>) -> axum::response::Response {
    let headers = [
        (header::CONTENT_TYPE, XLSX.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", quoted(name))),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

async fn enter(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    mut posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (organ, reason) = (posted.get("organ").to_owned(), posted.get("reason").to_owned());
    let asked = Asked { organ: organ.clone(), ..Asked::default() };
    let Some(file) = posted.take_files("sheet").into_iter().next() else {
        let fault = Diagnostic::error("no_file", "没有选表格文件").help("请选一个 XLSX 文件。");
        return shown(&site, &visitor, StatusCode::UNPROCESSABLE_ENTITY, id, asked, vec![fault]).await;
    };
    let register = id.clone();
    let entered = site
        .ask(move |platform| match platform.enter_sheet(&actor, &register, &organ, &file.content, &reason) {
            Ok(count) => Ok(Ok(count)),
            // What is not theirs is refused and noted like everything that is not.
            Err(
                fault @ (app::AppError::Store(_)
                | app::AppError::Unauthorised(_)
                | app::AppError::Forbidden { .. }
                | app::AppError::NotFound { .. }),
            ) => Err(fault),
            Err(fault) => Ok(Err(fault.diagnostics())),
        })
        .await?;
    match entered {
        Ok(count) => Ok(back(&id, &asked.organ, &count.to_string())),
        Err(found) => shown(&site, &visitor, StatusCode::UNPROCESSABLE_ENTITY, id, asked, found).await,
    }
}

async fn withdraw(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (organ, reason) = (posted.get("organ").to_owned(), posted.get("reason").to_owned());
    let (from, key) = posted.get("entry").split_once('|').unwrap_or_default();
    let from = Day::parse(from).map_err(|_| crate::fault::Fault::missing("这个条目"))?;
    let (register, own, key) = (id.clone(), organ.clone(), key.to_owned());
    site.ask(move |platform| platform.withdraw_entry(&actor, &register, &own, &key, from, &reason)).await?;
    Ok(back(&id, &organ, "withdrawn"))
}

/// Whose list somebody from outside looks for: a government's, and of several the first that has something to show.
fn usual(
    platform: &Platform,
    reader: Option<&app::Actor>,
    (id, organs): (&str, &[Organ]),
    on: Day,
) -> String {
    let asked = || EntriesAsked { on, after: None, words: "", all: false };
    let has_rows = |organ: &&Organ| {
        platform.register_page(reader, id, &organ.id, asked()).is_ok_and(|page| !page.rows.is_empty())
    };
    let governments = || organs.iter().filter(|organ| organ.kind == "government").take(20);
    let one = governments().find(has_rows).or_else(|| governments().next()).or(organs.first());
    one.map(|organ| organ.id.clone()).unwrap_or_default()
}

fn back(id: &str, organ: &str, done: &str) -> axum::response::Response {
    let path = format!("/registers/{id}");
    axum::response::Redirect::to(&query(&path, &[("organ", organ), ("done", done)])).into_response()
}
