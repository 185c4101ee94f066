//! What is different in a register between two days: added, ended, changed, each with what stood there before.

use app::{EntriesAsked, Organ, RegisterChange};
use axum::extract::{Path, Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::pages::registers::file_of;
use crate::parts::{self, query};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Whose register, between which days.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Asked {
    /// A year up to today, where nothing else is asked.
    fn days(&self, today: Day) -> (Day, Day) {
        let to = Day::parse(&self.to).unwrap_or(today);
        let year = Day::from_ymd(to.year() - 1, to.month(), to.day().min(28)).unwrap_or(to);
        (Day::parse(&self.from).unwrap_or(year), to)
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let reader = visitor.signed_in.as_ref().map(|one| one.actor.clone());
    let (register, wanted) = (id.clone(), asked.clone());
    let (name, organs, columns, days, changes) = site
        .ask(move |platform| {
            let known = platform.register(&register)?;
            let organs: Vec<Organ> =
                platform.organs()?.into_iter().filter(|organ| known.kept_by.contains(&organ.kind)).collect();
            let days = wanted.days(platform.today());
            let page = platform.register_page(
                reader.as_ref(),
                &register,
                &wanted.organ,
                EntriesAsked::on(days.1, false),
            )?;
            let changes =
                platform.register_changes(reader.as_ref(), &register, &wanted.organ, days.0, days.1)?;
            Ok((known.name.clone(), organs, page.columns, days, changes))
        })
        .await?;
    let content = render(&id, &name, &asked, &organs, &columns, days, &changes);
    Ok(visitor.page(&format!("{name}的变动"), content))
}

fn render(
    id: &str,
    name: &str,
    asked: &Asked,
    organs: &[Organ],
    columns: &[(String, String)],
    (from, to): (Day, Day),
    changes: &[RegisterChange],
) -> Markup {
    let path = format!("/registers/{id}");
    let choices: Vec<(String, String)> =
        organs.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
    let (first, last) = (from.to_string(), to.to_string());
    let count = |test: fn(&RegisterChange) -> bool| changes.iter().filter(|one| test(one)).count();
    let rows = html! { @for one in changes { (row(one, columns)) } };
    let pairs = [("organ", asked.organ.as_str()), ("from", &first), ("to", &last)];
    html! {
        (shown::crumbs(&[("/registers", "名册和清单"), (&query(&path, &[("organ", &asked.organ)]), name)]))
        h1 { (name) "的变动" }
        form.filters method="get" action=(format!("{path}/changes")) {
            (Field::new("organ", "机关").choice("organ", "", &choices, &asked.organ))
            (Field::new("from", "从哪一天的样子").day("from", &first))
            (Field::new("to", "到哪一天的样子").day("to", &last))
            button.second type="submit" { "比较" }
        }
        p {
            "新增" (count(|one| one.before.is_none())) "条，终止" (count(|one| one.after.is_none())) "条，变更"
            (count(|one| one.before.is_some() && one.after.is_some())) "条。"
        }
        @if changes.is_empty() { (shown::empty("这两天的样子没有不同。", None)) }
        @else { (parts::table("变动", &["条目", "变动", "内容"], &rows)) }
        p.actions { a.button.second href=(query(&format!("{path}/changes/sheet"), &pairs)) { "导出表格（XLSX）" } }
    }
}

fn row(one: &RegisterChange, columns: &[(String, String)]) -> Markup {
    let none = Vec::new();
    let before = one.before.as_ref().map_or(&none, |row| &row.texts);
    let after = one.after.as_ref().map_or(&none, |row| &row.texts);
    let text = |texts: &[String], at: usize| texts.get(at).cloned().unwrap_or_default();
    html! {
        tr {
            td { (one.key) }
            td { (one.how()) }
            td.wide {
                @for (at, (_, name)) in columns.iter().enumerate() {
                    @let (old, new) = (text(before, at), text(after, at));
                    @if one.before.is_some() && one.after.is_some() {
                        @if old != new { div { (name) "：" del { (old) } " " ins { (new) } } }
                    } @else if !(old.is_empty() && new.is_empty()) {
                        div { (name) "：" (old) (new) }
                    }
                }
            }
        }
    }
}

pub(super) async fn sheet(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let reader = visitor.signed_in.as_ref().map(|one| one.actor.clone());
    let (name, bytes) = site
        .ask(move |platform| {
            let (from, to) = asked.days(platform.today());
            platform.register_changes_sheet(reader.as_ref(), &id, &asked.organ, from, to)
        })
        .await?;
    Ok(file_of(&name, bytes))
}
