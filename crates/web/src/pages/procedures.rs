//! The guides to the procedures, made from their files.

use axum::extract::{Path, State};
use maud::{Markup, html};
use norms::Procedure;

use crate::fault::Fault;
use crate::guide;
use crate::pages::apply::open_to_parties;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let platform = site.platform();
    let rules = platform.rules();
    let packs = rules.in_force(platform.today()).map(|pack| &pack.file.procedure);
    let groups = rules.by_system(packs.collect(), |one| one.system.as_str());
    Ok(visitor.page("办事指南", render(&groups)))
}

fn render(groups: &[(String, Vec<&Procedure>)]) -> Markup {
    html! {
        h1 { "办事指南" }
        p { "指南由各程序的规范文件生成，每一条都写明依据。" }
        @for (system, procedures) in groups {
            h2 { (system) }
            ul.cards {
                @for one in procedures {
                    li {
                        h3 { a href=(format!("/procedures/{}", one.id)) { (one.name) } }
                        p { (one.acts.len()) " 个事项，" (one.norms.len()) " 条规范" }
                    }
                }
            }
        }
    }
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let rules = site.platform().rules();
    let today = site.platform().today();
    let newest = || rules.packs.iter().rfind(|pack| pack.file.procedure.id == id);
    let pack = rules.pack_on(&id, today).or_else(newest).ok_or_else(|| Fault::missing("这个程序"))?;
    let procedure = &pack.file.procedure;
    let law = rules.laws.version(&procedure.law).map(|(law, _)| law.title.clone());
    let applies = !visitor.is_officer() && !open_to_parties(procedure).is_empty();
    let content = guide::page(procedure, law.as_deref(), applies, today);
    let content = html! { (content) (starts(rules, procedure)) };
    Ok(visitor.page(&procedure.name, content))
}

/// What its acts open elsewhere.
fn starts(rules: &packs::Rules, procedure: &Procedure) -> Markup {
    let name = |id: &str| rules.name_of(id).unwrap_or(id).to_owned();
    let told = procedure.acts.iter().flat_map(|act| act.starts.iter().map(move |start| (act, start)));
    let told: Vec<String> = told
        .map(|(act, start)| picture::sentence::start(procedure, act, start, &name(&start.procedure)))
        .collect();
    html! {
        @if !told.is_empty() {
            section aria-labelledby="starts" {
                h2 id="starts" { "移送其他程序" }
                ul { @for one in &told { li { (one) "。" } } }
            }
        }
    }
}
