//! Lists of cases: an officer's organ's, or a citizen's own.

use app::{CaseFilter, CaseLine, Counted, Table, Whose};
use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What the list is narrowed to.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    phase: String,
    /// `held` or `named`; all that may be seen otherwise.
    #[serde(default)]
    whose: String,
    /// What is looked for by number, party or matter.
    #[serde(default)]
    find: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn filter(&self) -> CaseFilter {
        let whose = match self.whose.as_str() {
            "held" => Whose::Held,
            "named" => Whose::Named,
            _ => Whose::All,
        };
        let given = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        CaseFilter { whose, procedure: given(&self.procedure), phase: given(&self.phase) }
    }

    fn link(&self, path: &str, whose: &str, after: &str) -> String {
        let pairs = [
            ("whose", whose),
            ("procedure", self.procedure.as_str()),
            ("phase", &self.phase),
            ("find", &self.find),
            ("after", after),
        ];
        parts::query(path, &pairs)
    }
}

/// What a page of the list shows.
struct Listed {
    lines: Vec<CaseLine>,
    next: Option<String>,
    /// How many there are; none where something is looked for.
    count: Option<Counted>,
}

/// A procedure to choose from: id, name, phases.
type Choice = (String, String, Vec<String>);

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (filter, find, after) = (asked.filter(), asked.find.trim().to_owned(), asked.after.clone());
    let listed = site
        .ask(move |platform| {
            if !find.is_empty() {
                let found = platform.search_cases(&actor, &find, given(&after), &origin)?;
                return Ok(Listed { lines: found.lines, next: found.next, count: None });
            }
            let (lines, next) = platform.case_list(&actor, &filter, given(&after))?;
            Ok(Listed { lines, next, count: Some(platform.case_count(&actor, &filter)?) })
        })
        .await?;
    let platform = site.platform();
    let packs = platform.rules().in_force(platform.today()).map(|pack| &pack.file.procedure);
    let choices: Vec<Choice> =
        packs.map(|one| (one.id.clone(), one.name.clone(), one.phases.clone())).collect();
    let title = if visitor.is_officer() { "案件" } else { "我的办件" };
    let chosen =
        platform.rules().pack_on(&asked.procedure, platform.today()).filter(|_| visitor.is_officer());
    let acts = chosen.map_or(&[][..], |pack| pack.file.procedure.acts.as_slice());
    let content = html! {
        (render(title, visitor.is_officer(), &asked, &choices, &listed))
        (bulk(&asked.procedure, acts))
    };
    Ok(visitor.page(title, content))
}

/// What may be done in several cases of the procedure at once.
fn bulk(procedure: &str, acts: &[norms::Act]) -> Markup {
    html! {
        @if acts.iter().any(|act| act.bulk) {
            p.actions {
                @for act in acts.iter().filter(|act| act.bulk) {
                    a.button.second href=(format!("/cases/bulk/{procedure}/{}", act.id)) { "成批办理“" (act.name) "”" } " "
                }
            }
        }
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The list as a table for a spreadsheet.
pub(crate) async fn export(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    // What was looked for may be a name: that it was a search is enough.
    let found = if asked.find.is_empty() { "" } else { "；按查找内容" };
    let what = format!("范围{}；程序{}；阶段{}{found}", asked.whose, asked.procedure, asked.phase);
    let filter = asked.filter();
    let text = site
        .ask(move |platform| {
            let text = platform.case_table(&actor, &filter, Table::Csv)?;
            platform.note_export(&actor, &what, &origin)?;
            Ok(text)
        })
        .await?;
    Ok(parts::spreadsheet("案件", text))
}

fn render(title: &str, is_officer: bool, asked: &Asked, choices: &[Choice], listed: &Listed) -> Markup {
    let next = listed.next.as_ref().map(|after| asked.link("/cases", &asked.whose, after));
    html! {
        div.row {
            h1 { (title) }
            @if is_officer { p.row-actions { a.button.second href="/enterprises" { "企业档案" } " " a.button.second href="/warnings" { "执法监督预警" } " " a.button.second href="/file-review" { "案卷评查" } " " a.button href="/cases/new" { "新办案件" } } } @else { a.button href="/apply" { "网上申请" } }
        }
        @if is_officer && asked.find.is_empty() { (whose(asked)) }
        (finding(asked))
        @if is_officer && asked.find.is_empty() { (filters(asked, choices)) }
        (summary(asked, listed))
        @if listed.lines.is_empty() {
            (shown::empty(if next.is_some() { "这一页没有，请翻到下一页继续。" } else { "没有符合条件的案件。" }, None))
        } @else { (table(&listed.lines)) }
        (parts::next_page(next.as_deref()))
    }
}

fn whose(asked: &Asked) -> Markup {
    let tabs = [("", "全部"), ("held", "本机关承办"), ("named", "涉及本机关")];
    shown::tabs(
        "范围",
        &tabs.map(|(id, name)| (asked.link("/cases", id, ""), name.to_owned(), asked.whose == id)),
    )
}

fn finding(asked: &Asked) -> Markup {
    html! {
        form.filters method="get" action="/cases" role="search" {
            (Field::new("find", "查找编号或者当事人").longest(60).required().input("find", &asked.find, "search", ""))
            button.second type="submit" { "查找" }
            @if !asked.find.is_empty() { a href="/cases" { "回到全部" } }
        }
    }
}

fn summary(asked: &Asked, listed: &Listed) -> Markup {
    let count = listed.count.map(|count| match count {
        Counted::Exactly(count) => format!("共 {count} 件"),
        Counted::AtLeast(0) => "件数很多，未逐一计数".to_owned(),
        Counted::AtLeast(count) => format!("本机关承办 {count} 件，另有涉及本机关的很多件，未逐一计数"),
    });
    html! {
        @if let Some(count) = count {
            div.row { p { (count) } a.button.second href=(asked.link("/cases/export", &asked.whose, "")) { "导出表格" } }
        }
    }
}

/// Phases belong to a procedure: they can be chosen once one is.
fn filters(asked: &Asked, choices: &[Choice]) -> Markup {
    let procedures: Vec<(String, String)> =
        choices.iter().map(|(id, name, _)| (id.clone(), name.clone())).collect();
    let own = choices.iter().find(|(id, ..)| *id == asked.procedure);
    let phases: Option<Vec<(String, String)>> =
        own.map(|(_, _, phases)| phases.iter().map(|phase| (phase.clone(), phase.clone())).collect());
    html! {
        form.filters method="get" action="/cases" {
            @if !asked.whose.is_empty() { input type="hidden" name="whose" value=(asked.whose); }
            (Field::new("procedure", "程序").choice("procedure", "全部", &procedures, &asked.procedure))
            @if let Some(phases) = &phases { (Field::new("phase", "阶段").choice("phase", "全部", phases, &asked.phase)) }
            button.second type="submit" { "筛选" }
        }
    }
}

fn table(lines: &[CaseLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.day { a href=(format!("/cases/{}", line.case)) { (line.number) } }
                td.wide { (line.title) }
                td.some { (line.procedure) }
                td.day { (line.phase) }
                td.day { (parts::day(line.opened_on)) }
                td.day { @if let Some(day) = line.closed_on { (parts::day(day)) } @else { "在办" } }
            }
        }
    };
    parts::table("案件", &CaseLine::HEAD, &rows)
}
