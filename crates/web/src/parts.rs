//! Small pieces that many pages show.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::Diagnostic;
use calendar::Day;
use maud::{Markup, PreEscaped, html};
use std::fmt::Write as _;

use crate::design::shown::{Tone, tag};

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
        let (tone, text) = match self.days_left {
            _ if self.is_paused => (Tone::Paused, "暂停计时".to_owned()),
            None => (Tone::Plain, "没有期限".to_owned()),
            Some(left) if self.is_overdue => (Tone::Bad, format!("已逾期 {} 天", left.abs())),
            Some(0) => (Tone::Warn, "今天到期".to_owned()),
            Some(left) if self.is_amber => (Tone::Warn, format!("临近，还有 {left} 天")),
            Some(left) => (Tone::Good, format!("还有 {left} 天")),
        };
        tag(tone, &text)
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

/// A table that scrolls sideways where it must, also by keyboard; on a narrow screen each row is a card.
pub(crate) fn table(label: &str, head: &[&str], rows: &Markup) -> Markup {
    let bands = app::head_rows(head.iter().map(|name| (*name, None)));
    headed_table(label, head, &bands, rows)
}

/// With more columns than that a table stands closer, so that the last of them is still in sight.
const MANY: usize = 6;

/// The same with a head of its own; `head` are the whole names of the columns, for the cards.
pub(crate) fn headed_table(
    label: &str,
    head: &[&str],
    bands: &[Vec<app::HeadCell>],
    rows: &Markup,
) -> Markup {
    let numeric = numeric(&rows.0);
    let scope = |cell: &app::HeadCell| if cell.is_over { "colgroup" } else { "col" };
    let is_value = |cell: &app::HeadCell| !cell.is_over && numeric.contains(&cell.column);
    let several = |count: usize| (count > 1).then_some(count);
    html! {
        div.scroll.stacks.many[head.len() > MANY] role="region" aria-label=(format!("表格：{label}")) tabindex="0" {
            table.stack {
                caption.unseen { (label) }
                thead {
                    @for band in bands {
                        tr {
                            @for cell in band {
                                th scope=(scope(cell)) colspan=[several(cell.across)] rowspan=[several(cell.down)]
                                    class=[is_value(cell).then_some("value")] { (cell.title) }
                            }
                        }
                    }
                }
                tbody { (PreEscaped(labelled(head, &rows.0))) }
            }
        }
    }
}

/// The columns that hold numbers: their headings stand over the numbers, at the right.
fn numeric(rows: &str) -> Vec<usize> {
    let first = rows.split("</tr>").next().unwrap_or_default();
    let cells = first
        .split("<t")
        .filter(|cell| cell.starts_with("d>") || cell.starts_with("d ") || cell.starts_with("h "));
    let is_number = |cell: &str| cell.split('>').next().is_some_and(|tag| tag.contains("class=\"value\""));
    cells.enumerate().filter(|(_, cell)| is_number(cell)).map(|(at, _)| at).collect()
}

/// The rows with the heading of each cell written at the cell, for the cards.
fn labelled(head: &[&str], rows: &str) -> String {
    let mut made = String::with_capacity(rows.len() * 2);
    let (mut rest, mut column) = (rows, 0);
    while let Some((before, after)) = rest.split_once("<t") {
        made += before;
        made += "<t";
        let is_tag = |name: char| {
            after.starts_with(name) && after.get(1..2).is_some_and(|next| next == " " || next == ">")
        };
        if is_tag('r') {
            column = 0;
        } else if is_tag('h') {
            column += 1;
        } else if is_tag('d') {
            if let Some(name) = head.get(column) {
                made += "d data-label=\"";
                maud::Escaper::new(&mut made).write_str(name).unwrap_or_default();
                made.push('"');
                rest = after.get(1..).unwrap_or_default();
                column += 1;
                continue;
            }
            column += 1;
        }
        rest = after;
    }
    made + rest
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
    fn each_cell_knows_its_heading() {
        let rows = html! { tr { th scope="row" { "3月" } td.value { "12" } } tr { th scope="row" { "<td>" } td { "0" } } };
        let made = table("各月", &["年月", "记录“数”"], &rows).into_string();
        assert_eq!(made.matches("<td data-label=\"记录“数”\"").count(), 2, "{made}");
        assert!(made.contains(r#"<th scope="col" class="value">记录"#), "{made}");
        assert!(
            made.contains("&lt;td&gt;") && made.contains("<td data-label=\"记录“数”\" class=\"value\">12"),
            "{made}"
        );
    }

    #[test]
    fn queries_are_escaped() {
        assert_eq!(query("/cases", &[("phase", "审理"), ("after", "")]), "/cases?phase=%E5%AE%A1%E7%90%86");
        assert_eq!(query("/cases", &[]), "/cases");
        assert_eq!(quoted("a&b=c/d"), "a%26b%3Dc%2Fd");
    }
}
