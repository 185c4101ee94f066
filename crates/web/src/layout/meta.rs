//! What the head of a page says to programs that collect government sites: the site, its column, the article.

use calendar::Day;
use maud::{Markup, html};

use crate::edge::SiteFacts;

/// The columns of the site: where they begin, their name, their kind.
const COLUMNS: [(&str, &str, &str); 8] = [
    ("/published", "公开信息", "政务公开"),
    ("/registers", "名册和清单", "政务公开"),
    ("/figures", "统计数据", "政务公开"),
    ("/plan", "方案落实", "政务公开"),
    ("/journal", "办理日志的根", "政务公开"),
    ("/procedures", "办事指南", "办事服务"),
    ("/apply", "网上申请", "办事服务"),
    ("/follow", "查办件", "办事服务"),
];

/// The site and the column that a path belongs to. Without the operator's word nothing is said.
pub(super) fn of_site(facts: &SiteFacts, path: &str) -> Markup {
    let path = path.split('?').next().unwrap_or(path);
    let column = COLUMNS.iter().find(|(start, ..)| {
        path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let name = facts.name.as_deref().or(facts.host.as_deref()).filter(|_| facts.code.is_some());
    html! {
        @if let Some(name) = name {
            meta name="SiteName" content=(name);
            @if let Some(domain) = &facts.domain { meta name="SiteDomain" content=(domain); }
            @if let Some(code) = &facts.code { meta name="SiteIDCode" content=(code); }
            @if let Some((_, name, kind)) = column {
                meta name="ColumnName" content=(name);
                meta name="ColumnType" content=(kind);
            }
        }
        @if let Some(words) = &facts.keywords { meta name="Keywords" content=(words); }
        @if let Some(text) = &facts.description { meta name="Description" content=(text); }
    }
}

/// What is published: its title, its day, whose it is, where it stands.
pub(crate) fn of_article(facts: &SiteFacts, title: &str, on: Day, source: &str, path: &str) -> Markup {
    html! {
        @if facts.code.is_some() {
            meta name="ArticleTitle" content=(title);
            meta name="PubDate" content=(on.to_string());
            meta name="ContentSource" content=(source);
            @if let Some(domain) = &facts.domain { meta name="Url" content=(format!("https://{domain}{path}")); }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_with_a_number_says_what_it_is() {
        let facts = SiteFacts {
            host: Some("德化县人民政府".to_owned()),
            code: Some("3505260001".to_owned()),
            domain: Some("www.example.gov.cn".to_owned()),
            ..SiteFacts::default()
        };
        let made = of_site(&facts, "/published?after=3").into_string();
        for piece in [
            r#"name="SiteName" content="德化县人民政府""#,
            r#"name="SiteIDCode" content="3505260001""#,
            r#"name="ColumnName" content="公开信息""#,
        ] {
            assert!(made.contains(piece), "{piece} in {made}");
        }
        assert!(!of_site(&facts, "/publishedelsewhere").into_string().contains("ColumnName"));
        let day = Day::parse("2026-03-01").unwrap();
        let made = of_article(&facts, "决定", day, "德化县公安局", "/published/1").into_string();
        assert!(
            made.contains(r#"name="PubDate" content="2026-03-01""#)
                && made.contains("https://www.example.gov.cn/published/1")
        );
    }

    #[test]
    fn without_a_number_nothing_is_said() {
        assert!(of_site(&SiteFacts::default(), "/published").into_string().is_empty());
        let day = Day::parse("2026-03-01").unwrap();
        assert!(of_article(&SiteFacts::default(), "决定", day, "", "/").into_string().is_empty());
    }
}
