//! Small pieces that many pages show.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::Diagnostic;
use calendar::Day;
use maud::{Markup, html};

/// A day as people write it, readable by machines too.
pub(crate) fn day(day: Day) -> Markup {
    html! { time datetime=(day.to_string()) { (day.chinese()) } }
}

/// Findings: what, on which article, what to do.
pub(crate) fn findings(lines: &[Diagnostic]) -> Markup {
    html! {
        div.notice.bad role="alert" {
            @for line in lines {
                p {
                    strong { (line.message) "。" }
                    @if let Some(article) = &line.article { " 依据：" (article) "。" }
                }
                @if let Some(help) = line.help.as_ref().filter(|help| !help.is_empty()) { p { (help) } }
            }
        }
    }
}

/// The article that something rests on, with the mark of what nobody has verified.
pub(crate) fn cited(article: &str, unverified: bool) -> Markup {
    html! {
        @if !article.is_empty() { span.article { (article) } }
        @if unverified { " " span.badge.unverified { "未核实" } }
    }
}

/// How a clock stands, in words as well as in colour.
pub(crate) struct Standing {
    pub days_left: Option<i32>,
    pub is_overdue: bool,
    pub is_amber: bool,
    pub is_paused: bool,
}

impl Standing {
    pub fn badge(&self) -> Markup {
        let (class, text) = match self.days_left {
            _ if self.is_paused => ("badge paused", "暂停计时".to_owned()),
            None => ("badge", "没有期限".to_owned()),
            Some(left) if self.is_overdue => ("badge red", format!("已逾期 {} 天", left.abs())),
            Some(0) => ("badge amber", "今天到期".to_owned()),
            Some(left) if self.is_amber => ("badge amber", format!("临近，还有 {left} 天")),
            Some(left) => ("badge green", format!("还有 {left} 天")),
        };
        html! { span class=(class) { (text) } }
    }
}

/// The link to the next page of a list.
pub(crate) fn next_page(href: Option<&str>) -> Markup {
    html! {
        @if let Some(href) = href {
            nav.pages aria-label="翻页" { a.button.second href=(href) rel="next" { "下一页" } }
        }
    }
}

/// A table that scrolls sideways on a narrow screen, also by keyboard.
pub(crate) fn table(label: &str, head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll role="region" aria-label=(format!("表格：{label}")) tabindex="0" {
            table {
                caption.unseen { (label) }
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                tbody { (rows) }
            }
        }
    }
}

/// A table to be opened by a spreadsheet.
pub(crate) fn spreadsheet(name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}.csv", quoted(name))),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}

/// A text as part of a query: everything but letters and digits is escaped.
pub(crate) fn quoted(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

/// A link's query from its parts, without the empty ones.
pub(crate) fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    let texts: Vec<String> = given.map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    if texts.is_empty() { path.to_owned() } else { format!("{path}?{}", texts.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_escaped() {
        assert_eq!(query("/cases", &[("phase", "审理"), ("after", "")]), "/cases?phase=%E5%AE%A1%E7%90%86");
        assert_eq!(query("/cases", &[]), "/cases");
        assert_eq!(quoted("a&b=c/d"), "a%26b%3Dc%2Fd");
    }
}
