//! The handbook (`docs/handbook`, and how to run the service), as it stands in this very version.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::fault::Fault;
use crate::visitor::{Answer, Visitor};

/// One page: its address under `/help`, the file's own name in links, its text.
struct Page {
    address: &'static str,
    file: &'static str,
    text: &'static str,
}

const PAGES: [Page; 7] = [
    Page { address: "", file: "README.md", text: include_str!("../../../../docs/handbook/README.md") },
    Page {
        address: "citizen",
        file: "citizen.md",
        text: include_str!("../../../../docs/handbook/citizen.md"),
    },
    Page {
        address: "officer",
        file: "officer.md",
        text: include_str!("../../../../docs/handbook/officer.md"),
    },
    Page { address: "head", file: "head.md", text: include_str!("../../../../docs/handbook/head.md") },
    Page {
        address: "administrator",
        file: "administrator.md",
        text: include_str!("../../../../docs/handbook/administrator.md"),
    },
    Page {
        address: "auditor",
        file: "auditor.md",
        text: include_str!("../../../../docs/handbook/auditor.md"),
    },
    Page {
        address: "operations",
        file: "../operations.md",
        text: include_str!("../../../../docs/operations.md"),
    },
];

/// The pictures of the handbook; the tests in the browser make them.
const PICTURES: [(&str, &[u8]); 7] = [
    ("case.png", include_bytes!("../../../../docs/handbook/pictures/case.png")),
    ("desk.png", include_bytes!("../../../../docs/handbook/pictures/desk.png")),
    ("figure.png", include_bytes!("../../../../docs/handbook/pictures/figure.png")),
    ("follow.png", include_bytes!("../../../../docs/handbook/pictures/follow.png")),
    ("log.png", include_bytes!("../../../../docs/handbook/pictures/log.png")),
    ("plan.png", include_bytes!("../../../../docs/handbook/pictures/plan.png")),
    ("receipt.png", include_bytes!("../../../../docs/handbook/pictures/receipt.png")),
];

pub(crate) async fn contents(visitor: Visitor) -> Answer {
    show(&visitor, "")
}

pub(crate) async fn one(visitor: Visitor, Path(page): Path<String>) -> Answer {
    show(&visitor, &page)
}

pub(crate) async fn picture(Path(name): Path<String>) -> Answer {
    let found = PICTURES.iter().find(|(own, _)| *own == name);
    let (_, bytes) = found.ok_or_else(|| Fault::missing("这幅图"))?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, *bytes).into_response())
}

fn show(visitor: &Visitor, address: &str) -> Answer {
    let found = PAGES.iter().find(|page| page.address == address);
    let page = found.ok_or_else(|| Fault::missing("手册的这一页"))?;
    let title = title(page.text);
    let content = html! {
        article.handbook { (html_of(page.text)) }
        @if !address.is_empty() { p.actions { a href="/help" { "回到手册目录" } } }
    };
    Ok(visitor.page(title, content))
}

fn title(text: &str) -> &str {
    text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("使用手册")
}

/// The page's HTML: links between its files become addresses of this site, raw HTML is shown as text, and a picture that
/// is not there is left out.
fn html_of(text: &str) -> Markup {
    let mut events = Vec::new();
    let mut left_out = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let name = dest_url.strip_prefix("pictures/").unwrap_or_default();
                left_out = !PICTURES.iter().any(|(own, _)| *own == name);
                if !left_out {
                    let dest_url = CowStr::from(format!("/help/pictures/{name}"));
                    events.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
                }
            }
            Event::End(TagEnd::Image) if left_out => left_out = false,
            _ if left_out => {}
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = address_of(&dest_url).map_or(dest_url, CowStr::from);
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Html(raw) | Event::InlineHtml(raw) => events.push(Event::Text(raw)),
            other => events.push(other),
        }
    }
    let mut made = String::new();
    pulldown_cmark::html::push_html(&mut made, events.into_iter());
    PreEscaped(made)
}

/// Where a link to a file of the handbook leads on this site.
fn address_of(file: &str) -> Option<String> {
    let page = PAGES.iter().find(|page| page.file == file)?;
    Some(if page.address.is_empty() { "/help".to_owned() } else { format!("/help/{}", page.address) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn links_lead_to_pages_of_this_site_and_no_html_goes_through() {
        let made =
            html_of("# 题\n\n[承办人](officer.md)、[运行](../operations.md)<script>alert(1)</script>").0;
        assert!(
            made.contains("href=\"/help/officer\"") && made.contains("href=\"/help/operations\""),
            "{made}"
        );
        assert!(made.contains("&lt;script&gt;") && !made.contains("<script"), "{made}");
    }

    #[test]
    fn every_link_and_picture_of_the_handbook_is_there() {
        for page in PAGES.iter().filter(|page| page.address != "operations") {
            for event in Parser::new_ext(page.text, Options::ENABLE_TABLES) {
                match event {
                    Event::Start(Tag::Link { dest_url, .. }) => {
                        assert!(address_of(&dest_url).is_some(), "{}：{dest_url}", page.file);
                    }
                    Event::Start(Tag::Image { dest_url, .. }) => {
                        let name = dest_url.strip_prefix("pictures/").unwrap();
                        assert!(PICTURES.iter().any(|(own, _)| *own == name), "{}：{name}", page.file);
                    }
                    _ => {}
                }
            }
        }
    }
}
