//! The log of operations: to look at, to take away, to remove what is old.

use app::{AppError, LogAsked, LogLine, LogPage, local_time, operation_name, operations};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use calendar::Day;
use maud::{Markup, html};
use serde_json::json;

use crate::fault::{status_of, told};
use crate::pages::journal::as_json;
use crate::parts::{self, quoted};
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which lines, and from where on.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    login: String,
    #[serde(default)]
    what: String,
    before: Option<i64>,
}

pub(super) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let asked = LogAsked { login: asked.login, what: asked.what, before: asked.before };
    let kept = asked.clone();
    let found = site.ask(move |platform| platform.operation_log(&actor, &asked, &origin)).await;
    match found {
        Ok(page) => Ok(visitor.page("操作日志", render(&visitor, &kept, &page, None))),
        Err(error @ AppError::NotFound { .. }) => {
            let none = LogPage { lines: Vec::new(), next: None };
            let content = render(&visitor, &kept, &none, Some(&error));
            Ok(visitor.page_with(status_of(&error), "操作日志", content))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn export(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let asked = LogAsked {
        login: posted.get("login").to_owned(),
        what: posted.get("what").to_owned(),
        before: posted.get("before").parse().ok(),
    };
    let page = site.ask(move |platform| platform.export_log(&actor, &asked, &origin)).await?;
    let name = format!("操作日志-{}", page.lines.first().map_or(0, |line| line.id));
    if posted.get("as") == "json" {
        let lines: Vec<_> = page.lines.iter().map(as_value).collect();
        let value =
            json!({ "format_version": 1, "kind": "yifa_operation_log", "lines": lines, "next": page.next });
        return Ok(as_json(&value, Some(&format!("{name}.json"))));
    }
    Ok(as_csv(&page.lines, &format!("{name}.csv")))
}

fn as_value(line: &LogLine) -> serde_json::Value {
    json!({ "id": line.id, "at": local_time(line.at), "microseconds": line.at, "who": line.who, "what": line.what,
            "name": operation_name(&line.what), "detail": line.detail, "address": line.address,
            "ok": line.ok, "hash": line.hash })
}

/// With a mark at the beginning, so that spreadsheets read it as UTF-8.
fn as_csv(lines: &[LogLine], name: &str) -> Response {
    let mut text = String::from("\u{feff}序号,时间,账号,操作,结果,地址,内容,杂凑值\r\n");
    for line in lines {
        let cells = [
            line.id.to_string(),
            local_time(line.at),
            line.who.clone(),
            operation_name(&line.what).to_owned(),
            outcome(line.ok).to_owned(),
            line.address.clone(),
            line.detail.clone(),
            line.hash.clone(),
        ];
        text.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
        text.push_str("\r\n");
    }
    let disposition = format!("attachment; filename*=UTF-8''{}", quoted(name));
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
    let kept = (header::CACHE_CONTROL, "no-store".to_owned());
    ([kind, kept, (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}

/// A cell that no spreadsheet takes for a formula.
fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

pub(super) async fn clean(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let Ok(before) = Day::parse(posted.get("before").trim()) else {
        return Err(crate::fault::Fault::of_status(StatusCode::BAD_REQUEST));
    };
    let removed = site.ask(move |platform| platform.clean_log(&actor, before, &origin)).await?;
    let content = html! {
        h1 { "操作日志" }
        div.notice { p { "已经清理" (before.chinese()) "以前的操作日志" (removed) "条；清理本身记在日志里。" } }
        p.actions { a.button href="/admin/audit" { "回操作日志" } }
    };
    Ok(visitor.page("操作日志", content))
}

fn outcome(ok: bool) -> &'static str {
    if ok { "成功" } else { "失败" }
}

fn render(visitor: &Visitor, asked: &LogAsked, page: &LogPage, error: Option<&AppError>) -> Markup {
    let rows = html! {
        @for line in &page.lines {
            tr {
                td.value { (line.id) }
                td.day { (local_time(line.at)) }
                td.some { @if line.who.is_empty() { "没有登录的人" } @else { (line.who) } }
                td.some { (operation_name(&line.what)) }
                td.standing { @if line.ok { "成功" } @else { span.badge.red { "失败" } } }
                td.standing { @if line.address.is_empty() { "—" } @else { (line.address) } }
                td.wide { (line.detail) }
            }
        }
    };
    let before = page.next.map(|next| next.to_string()).unwrap_or_default();
    let next =
        parts::query("/admin/audit", &[("login", &asked.login), ("what", &asked.what), ("before", &before)]);
    html! {
        h1 { "操作日志" }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        form.filters method="get" action="/admin/audit" {
            div.field {
                label for="login" { "登录名" }
                input id="login" name="login" type="text" value=(asked.login) autocomplete="off";
            }
            div.field {
                label for="what" { "操作" }
                select id="what" name="what" {
                    option value="" { "全部" }
                    @for (id, name) in operations() { option value=(id) selected[*id == asked.what] { (name) } }
                }
            }
            button type="submit" { "筛选" }
        }
        @if page.lines.is_empty() { p { "没有这样的记录。" } } @else {
            (parts::table("操作日志", &["序号", "时间", "账号", "操作", "结果", "地址", "内容"], &rows))
            @if let Some(last) = page.lines.first().filter(|_| asked.before.is_none()) {
                p.hint { "第" (last.id) "条的杂凑值：" code.hash { (last.hash) } "。每一条都与前一条相连，" code { "yifa verify" } " 核验；请定期抄录这一个值，以后可以证明它以前的没有改动。地址为“—”的，在服务器上办理或者没有记录。" }
            }
        }
        (parts::next_page(page.next.map(|_| next.as_str())))
        (tools(visitor, asked))
    }
}

fn tools(visitor: &Visitor, asked: &LogAsked) -> Markup {
    html! {
        form.sheet.act method="post" action="/admin/audit/export" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="login" value=(asked.login);
            input type="hidden" name="what" value=(asked.what);
            input type="hidden" name="before" value=(asked.before.map(|it| it.to_string()).unwrap_or_default());
            h2 { "导出" }
            p { "按现在的筛选，从这一页开始往前，每份至多5000条。" }
            p.actions {
                button type="submit" name="as" value="csv" { "表格（CSV）" }
                button.second type="submit" name="as" value="json" { "数据（JSON）" }
            }
        }
        form.sheet.act method="post" action="/admin/audit/clean" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            h2 { "清理" }
            p { "操作日志至少保存六个月（《网络安全法》）；请先导出存档。" }
            div.field {
                label for="before" { "清理这一天以前的" }
                input id="before" name="before" type="date" required;
            }
            p.actions { button.second type="submit" { "清理" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn cells_are_no_formulas() {
        assert_eq!(csv_cell("=1+1"), "\"'=1+1\"");
        assert_eq!(csv_cell("say \"so\""), "\"say \"\"so\"\"\"");
        assert_eq!(csv_cell("德化, 县"), "\"德化, 县\"");
    }
}
