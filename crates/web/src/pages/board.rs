//! The daily board of townships and streets: cases of enforcement on a day and since the year began, each number with the
//! way to its records. 日晾晒

use app::{Board, BoardColumn, BoardNumber};
use axum::extract::{Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::parts;
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![page("/board", show).kept()]
}

#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    /// Today where it is left out; a day that cannot be read is told.
    #[serde(default)]
    day: String,
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let today = site.platform().today();
    let read = if asked.day.is_empty() { Some(today) } else { Day::parse(&asked.day).ok() };
    let wrong = match read {
        None => Some(format!("“{}”不是一个日期，这里列的是今天的。写作2025-03-03。", asked.day)),
        Some(day) if day > today => Some("那一天还没有到，这里列的是今天的。".to_owned()),
        Some(_) => None,
    };
    let day = read.filter(|day| *day <= today).unwrap_or(today);
    let board = site.ask(move |platform| platform.daily_board(day)).await?;
    Ok(visitor.page("镇街执法案件日公布", render(&board, wrong.as_deref(), today)))
}

fn render(board: &Board, wrong: Option<&str>, today: Day) -> Markup {
    let without = board.rows.iter().filter(|row| row.is_empty()).count();
    html! {
        (shown::crumbs(&[("/figures", "统计数据"), ("", "镇街执法案件日公布")]))
        h1 { "镇街执法案件日公布" }
        p { "各乡镇、街道当日和本年以来办理的行政执法案件，由办理日志计算，随办随变；点数字看所数的案件。本年从" (parts::day(board.since)) "起算。" }
        @if let Some(wrong) = wrong { p.notice role="status" { (wrong) } }
        form.filters method="get" action="/board" {
            (Field::new("day", "哪一天").day("day", &board.day.to_string()))
            button.second type="submit" { "查看" }
        }
        p.row-actions {
            a href=(link(board.day.plus_days(-1))) { "前一天" }
            @if board.day < today { " " a href=(link(board.day.plus_days(1))) { "后一天" } }
        }
        h2 { (parts::day(board.day)) }
        @if board.rows.is_empty() {
            (shown::empty("还没有登记乡镇、街道。", None))
        } @else {
            @if without > 0 { p { (without) "个乡镇、街道本年还没有案件。" } }
            (table(board))
        }
    }
}

fn link(day: Day) -> String {
    parts::query("/board", &[("day", &day.to_string())])
}

fn table(board: &Board) -> Markup {
    let mut head = vec!["乡镇、街道"];
    head.extend(board.columns.iter().map(|column| column.name.as_str()));
    let rows = html! {
        @for row in &board.rows {
            tr {
                td { (row.name) }
                @for (column, number) in board.columns.iter().zip(&row.numbers) {
                    td { (both(board, column, &row.organ, *number)) }
                }
            }
        }
        tr {
            td { "合计" }
            @for (at, column) in board.columns.iter().enumerate() {
                @let total = board.total(at);
                td { "当日" (total.on_day) (column.unit) "，本年" (total.in_year) (column.unit) }
            }
        }
    };
    parts::table("各乡镇、街道的案件", &head, &rows)
}

/// The two numbers of a figure; nought has no records to lead to.
fn both(board: &Board, column: &BoardColumn, organ: &str, number: BoardNumber) -> Markup {
    let one = |name: &str, count: i64, from: Day| {
        let pairs = [("from", &*from.to_string()), ("to", &*board.day.to_string()), ("organ", organ)];
        let to = parts::query(&format!("/figures/{}", column.figure), &pairs);
        html! { (name) @if count == 0 { "0" (column.unit) } @else { a href=(to) { (count) (column.unit) } } }
    };
    html! { (one("当日", number.on_day, board.day)) "，" (one("本年", number.in_year, board.since)) }
}
