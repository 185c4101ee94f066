//! Double publication: the decisions of an organ and a period in the national columns, what each lacks, whether it was public
//! in time, and the sheets to hand over.

use app::{Actor, DoublePublication, ExportRow, Platform, Timeliness};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::pages::registers::file_of;
use crate::parts;
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many decisions a page lists; the sheets hold all.
const MOST: usize = 100;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/double-publication", show),
        page("/double-publication/{export}/sheet", sheet),
        page("/double-publication/{export}/csv", csv),
    ]
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    export: String,
    #[serde(default)]
    organ: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Asked {
    /// With what is meant where nothing was said: penalties, the officer's own organ, this month so far.
    fn filled(mut self, platform: &Platform, actor: &Actor) -> Self {
        let today = platform.today();
        if self.export.is_empty() {
            self.export = platform.exports().into_iter().next_back().map_or(String::new(), |(id, _)| id);
        }
        if self.organ.is_empty() {
            self.organ = actor.organ.as_ref().map_or(String::new(), |(id, _)| id.clone());
        }
        if Day::parse(&self.to).is_err() {
            self.to = today.to_string();
        }
        if Day::parse(&self.from).is_err() {
            let to = Day::parse(&self.to).unwrap_or(today);
            self.from = Day::from_ymd(to.year(), to.month(), 1).unwrap_or(to).to_string();
        }
        self
    }

    fn link(&self, file: &str) -> String {
        let pairs = [("organ", self.organ.as_str()), ("from", &self.from), ("to", &self.to)];
        parts::query(&format!("/double-publication/{}/{file}", self.export), &pairs)
    }

    fn made(&self, platform: &Platform, actor: &Actor) -> app::Result<DoublePublication> {
        let today = platform.today();
        let day = |text: &str| Day::parse(text).unwrap_or(today);
        platform.double_publication_for(actor, &self.export, &self.organ, (day(&self.from), day(&self.to)))
    }
}

/// Whom the form asks about.
struct Choices {
    exports: Vec<(String, String)>,
    organs: Vec<(String, String)>,
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let (asked, made, choices) = site
        .ask(move |platform| {
            let asked = asked.filled(platform, &actor);
            let made = asked.made(platform, &actor)?;
            let organs = platform.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect();
            Ok((asked, made, Choices { exports: platform.exports(), organs }))
        })
        .await?;
    Ok(visitor.page("双公示", render(&asked, &made, &choices)))
}

async fn sheet(
    State(site): State<Site>,
    visitor: Visitor,
    Path(export): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let actor = visitor.actor()?;
    let asked = Asked { export, ..asked };
    let (name, bytes) = site
        .ask(move |platform| {
            let made = asked.filled(platform, &actor).made(platform, &actor)?;
            Ok((name_of(&made), platform.double_publication_book(&made)?))
        })
        .await?;
    Ok(file_of(&format!("{name}.xlsx"), bytes))
}

async fn csv(
    State(site): State<Site>,
    visitor: Visitor,
    Path(export): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let actor = visitor.actor()?;
    let asked = Asked { export, ..asked };
    let made = site.ask(move |platform| asked.filled(platform, &actor).made(platform, &actor)).await?;
    Ok(csv_of(&format!("{}.csv", name_of(&made)), made.csv().into_bytes()))
}

fn name_of(made: &DoublePublication) -> String {
    format!("{}{}至{}", made.export.name, made.from, made.to)
}

/// A download of comma-separated values.
fn csv_of(name: &str, bytes: Vec<u8>) -> Response {
    let mut answer = file_of(name, bytes);
    let kind = header::HeaderValue::from_static("text/csv; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer.into_response()
}

fn render(asked: &Asked, made: &DoublePublication, choices: &Choices) -> Markup {
    html! {
        (shown::crumbs(&[("/figures", "统计数据"), ("", "双公示")]))
        div.row {
            h1 { "双公示：" (made.export.name) }
            p.row-actions {
                a.button.second href=(asked.link("sheet")) download { "下载表格（XLSX）" } " "
                a.button.second href=(asked.link("csv")) download { "下载 CSV" }
            }
        }
        p { (made.scope) "，" (parts::day(made.from)) "至" (parts::day(made.to)) "作出的决定，按国家标准的栏目由案卷得出。" (made.export.masking) }
        p.sub { "依据：" (parts::cited(&made.export.basis, made.export.unverified)) }
        form.filters method="get" action="/double-publication" {
            (Field::new("export", "报送什么").choice("export", "", &choices.exports, &asked.export))
            (Field::new("organ", "机关").choice("organ", "", &choices.organs, &asked.organ))
            (Field::new("from", "决定日期从").day("from", &asked.from))
            (Field::new("to", "到").day("to", &asked.to))
            button.second type="submit" { "查看" }
        }
        h2 { "是否及时" }
        p { "作出决定后" (made.export.within.to_string()) "内公示的及时率：" strong { (made.timely_text()) } "。" span.sub { "依据：" (parts::cited(&made.export.within_basis, true)) } }
        p { "及时" (made.count(Timeliness::Timely)) "件，逾期" (made.count(Timeliness::Late)) "件；期限内还没有公示的" (made.count(Timeliness::Waiting))
            "件、不在本平台公示的" (made.count(Timeliness::Unknown)) "件不计入。" }
        h2 { "各件决定" }
        (decisions(made))
        h2 { "不报送的" }
        (apart(made))
        section { h2 { "没有的栏" } (absent(made)) }
    }
}

fn decisions(made: &DoublePublication) -> Markup {
    // What lacks something or came late is what somebody must look at.
    let mut all: Vec<&ExportRow> = made.rows.iter().collect();
    all.sort_by_key(|row| (row.missing.is_empty(), row.timeliness != Timeliness::Late));
    let rows = html! {
        @for row in all.iter().take(MOST) {
            tr {
                td { a href=(format!("/cases/{}", row.case)) { (row.number) } }
                td.day { (parts::day(row.decided_on)) }
                td.day { @if let Some(day) = row.published_on { (parts::day(day)) } @else { "—" } }
                td { (row.timeliness.name()) }
                td.wide { @if row.missing.is_empty() { "齐全" } @else { "缺：" (made.lacks(row).join("、")) } }
            }
        }
    };
    html! {
        @if made.rows.is_empty() { (shown::empty("这段时间没有作出过要报送的决定。", None)) }
        @else {
            p { "共" (made.rows.len()) "件，缺必填内容的" (made.rows.iter().filter(|row| !row.missing.is_empty()).count()) "件。缺的在案件里补，下载的表里是空的。"
                @if made.rows.len() > MOST { "这里列出缺内容的、逾期的在前的" (MOST) "件，全部见下载的表格。" } }
            (parts::table("各件决定", &["案号", "决定日期", "公示日期", "是否及时", "内容"], &rows))
        }
    }
}

fn apart(made: &DoublePublication) -> Markup {
    html! {
        ul.lines {
            @for (why, count) in &made.left_out { li { (count) "件：" (why) } }
            @for (name, because, cited) in &made.excluded { li { (name) "：" (because) span.sub { "依据：" (cited) } } }
            @if made.left_out.is_empty() && made.excluded.is_empty() { li { "没有。" } }
        }
    }
}

fn absent(made: &DoublePublication) -> Markup {
    html! {
        ul.lines {
            @for (name, why) in made.absent() { li { (name) "：" (why) } }
        }
    }
}
