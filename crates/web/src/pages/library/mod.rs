//! The library of documents: lists with what must be looked at, a document, a law, what changes in a quarter, and cleaning up
//! from there.

mod one;

use app::{
    Actor, CampaignLine, DocumentStanding, Ids, LibraryAsked, LibraryLine, LibraryPage, ListInto, Platform,
    ReviewNeed, Viewer,
};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::pages::registers::file_of;
use crate::parts::{self, query};
use crate::posted::Posted;
use crate::routes::{Row, page, takes};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) const ROOT: &str = "/documents";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/documents", list),
        page("/documents/export", export).taken_away(),
        page("/documents/changes", one::changes),
        takes("/documents/clean-up", clean_up),
        page("/documents/laws/{id}", one::law).kept(),
        page("/documents/{id}", one::document),
    ]
}

/// What is asked of a list.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    organ: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    need: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn filter(&self) -> LibraryAsked {
        LibraryAsked {
            find: self.find.chars().take(60).collect(),
            organ: self.organ.clone(),
            standing: DocumentStanding::read(&self.standing).unwrap_or_default(),
            need: ReviewNeed::read(&self.need),
            on: Day::parse(&self.on).ok(),
        }
    }

    fn link(&self, path: &str, after: &str) -> String {
        let pairs = [
            ("find", self.find.as_str()),
            ("organ", &self.organ),
            ("standing", &self.standing),
            ("need", &self.need),
            ("on", &self.on),
            ("after", after),
        ];
        let said: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        query(path, &said)
    }
}

/// Who reads, for a use case.
pub(crate) fn reader(visitor: &Visitor) -> Option<Actor> {
    visitor.signed_in.as_ref().map(|one| one.actor.clone())
}

pub(crate) fn viewer(reader: Option<&Actor>) -> Viewer<'_> {
    reader.map_or(Viewer::Public, Viewer::Account)
}

/// While the library is read after a start.
pub(crate) fn not_yet() -> Markup {
    html! {
        h1 { "文件库" }
        (shown::empty("文件库正在读入，稍后刷新本页即可。", None))
    }
}

async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (who, wanted) = (reader(&visitor), asked.clone());
    let found = site
        .ask(move |platform: &Platform| {
            let after = Some(wanted.after.as_str()).filter(|after| !after.is_empty());
            let page = platform.library(viewer(who.as_ref()), &wanted.filter(), after)?;
            let campaigns = who.as_ref().map_or(Ok(Vec::new()), |actor| platform.campaigns(actor))?;
            Ok(page.map(|page| (page, campaigns)))
        })
        .await?;
    let content = found.map_or_else(not_yet, |(page, campaigns)| render(&visitor, &asked, &page, &campaigns));
    Ok(visitor.page("文件库", content))
}

fn render(visitor: &Visitor, asked: &Asked, page: &LibraryPage, campaigns: &[CampaignLine]) -> Markup {
    let filter = asked.filter();
    let standings: Vec<(String, String)> =
        DocumentStanding::ALL.map(|one| (one.id().to_owned(), one.label().to_owned())).to_vec();
    let needs: Vec<(String, String)> =
        ReviewNeed::ALL.map(|one| (one.id().to_owned(), one.label().to_owned())).to_vec();
    html! {
        h1 { "文件库" }
        p { "规章和行政规范性文件：依据什么制定，引用什么，谁引用它；法律变动、文件到期以后要看哪些。"
            a href="/documents/changes" { "本季度的变动" } }
        div.tiles {
            @for (need, count) in &page.needs {
                a.tile href=(query(ROOT, &[("organ", &asked.organ), ("need", need.id()), ("on", &asked.on)])) {
                    span.big { (count) }
                    span { "现行有效，" (need.label()) }
                }
            }
        }
        form.filters method="get" action=(ROOT) {
            (Field::new("find", "名称或者文号").longest(60).line("find", &asked.find))
            (Field::new("organ", "制定机关").choice("organ", "全部", &page.organs, &asked.organ))
            (Field::new("standing", "效力").choice("standing", "", &standings, filter.standing.id()))
            (Field::new("need", "要看的").choice("need", "不限", &needs, filter.need.map_or("", ReviewNeed::id)))
            (Field::new("on", "截至哪一天").day("on", &page.on.to_string()))
            button.second type="submit" { "查看" }
        }
        p.sub { "共" (page.count) "个。程序只指出要看的和理由，不认定哪个文件无效；怎样处理由制定机关清理时决定。" }
        @if page.lines.is_empty() { (shown::empty("没有符合条件的文件。", None)) } @else { (table(&page.lines)) }
        (parts::next_page(page.next.as_deref().map(|next| asked.link(ROOT, next)).as_deref()))
        p.actions { a.button.second href=(asked.link("/documents/export", "")) { "导出表格（XLSX）" } }
        @if visitor.is_officer() { (listing(visitor, asked, &filter, campaigns)) }
    }
}

/// A document in a table.
fn table(lines: &[LibraryLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.wide {
                    a href=(format!("{ROOT}/{}", line.id)) { (line.title) }
                    @if let Some(number) = &line.number { span.sub { (number) } }
                }
                td { (line.organ) }
                td.day { @if let Some(day) = line.from { (parts::day(day)) } }
                td.day { @if let Some(day) = line.until { (parts::day(day)) } }
                td { (line.standing) @if !line.is_public { span.sub { "未公布" } } }
                td.wide { (why(line)) }
            }
        }
    };
    parts::table("文件", &["文件", "制定机关", "施行日", "有效期至", "效力", "要看的"], &rows)
}

/// Why a document must be looked at.
pub(super) fn why(line: &LibraryLine) -> Markup {
    html! {
        @if let Some(day) = line.lapses_on { div { (parts::day(day)) "到期" } }
        @for told in &line.basis_changed { div { "依据：" (told) } }
        @for told in line.cites_ended.iter().filter(|told| !line.basis_changed.contains(told)) { div { "引用：" (told) } }
        @if let Some(fault) = &line.fault { div.sub { (fault) } }
    }
}

/// What only officers see: the list goes into a campaign.
fn listing(visitor: &Visitor, asked: &Asked, filter: &LibraryAsked, campaigns: &[CampaignLine]) -> Markup {
    let choices: Vec<(String, String)> =
        campaigns.iter().map(|one| (one.case.clone(), one.name.clone())).collect();
    html! {
        section aria-labelledby="listing" {
            h2 id="listing" { "列入清理" }
            @if choices.is_empty() {
                p { "本机关现在没有可以列入文件的清理。" a href="/cases/new/clean_up" { "启动清理" } "以后，可以把上面筛选出的本机关文件一次列入。" }
            } @else {
                p { "把上面筛选出的、本机关制定的文件列入一个清理案件：件数和目录（表格）登记为“确定清理范围目录”。" }
                form.sheet method="post" action="/documents/clean-up" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    input type="hidden" name="key" value=(Ids::token());
                    @for (name, value) in [("find", filter.find.as_str()), ("standing", filter.standing.id()), ("need", filter.need.map_or("", ReviewNeed::id)), ("on", &asked.on)] {
                        input type="hidden" name=(name) value=(value);
                    }
                    (Field::new("case", "清理案件").choice("case", "", &choices, ""))
                    button type="submit" { "列入" }
                }
            }
        }
    }
}

async fn export(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let who = reader(&visitor);
    let (bytes, _) =
        site.ask(move |platform| platform.library_sheet(viewer(who.as_ref()), &asked.filter())).await?;
    Ok(file_of("文件库.xlsx", bytes))
}

async fn clean_up(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let text = |name: &str| posted.get(name).to_owned();
    let asked = Asked {
        find: text("find"),
        standing: text("standing"),
        need: text("need"),
        on: text("on"),
        ..Asked::default()
    };
    let key = if (8..=100).contains(&posted.get("key").len()) { text("key") } else { Ids::token() };
    let into = ListInto { key, case: text("case"), asked: asked.filter() };
    let done = site.ask(move |platform| platform.list_into(&actor, into)).await?;
    Ok(Redirect::to(&format!("/cases/{}", done.case)).into_response())
}
