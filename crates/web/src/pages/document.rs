//! A document of a case as a page to print.

use app::{CaseView, DocumentView, EventView, Read};
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::fault::Fault;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, number)): Path<(String, u32)>,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let view = site
        .ask(move |platform| {
            let view = platform.case_in_full(&actor, &case)?;
            platform.note_reading(&actor, &case, Read::Document(number), &origin)?;
            Ok(view)
        })
        .await?;
    let document = view.documents.iter().find(|one| one.number == number);
    let event = view.events.iter().find(|one| one.number == number);
    let (document, event) = document.zip(event).ok_or_else(|| Fault::missing("这份文书"))?;
    Ok(visitor.page(&document.name, render(&view, document, event)))
}

fn render(view: &CaseView, document: &DocumentView, event: &EventView) -> Markup {
    html! {
        p.unprinted { a href=(format!("/cases/{}", view.id)) { "返回案件 " (view.number) } }
        article.paper.official {
            p.organ { (view.organ) }
            h1 { (document.name) }
            p.docnumber { (document.doc_number) }
            @if event.is_superseded { div.notice.warn { p { "本文书所依的事项已被更正，以更正后的为准。" } } }
            dl.record { @for (label, text) in &event.fields { div { dt { (label) } dd.text { (text) } } } }
            div.seal { p { (view.organ) } p { (parts::day(document.issued_on)) } }
        }
        p.hint.unprinted { "用浏览器的打印功能可以打印或者存为 PDF。" }
    }
}
