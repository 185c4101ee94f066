//! The yearly tables on pages: who may read them, each number with its rule and its records, the year before, the sheet.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::browse::{Page, Site, day};
use app::Organ;
use axum::http::StatusCode;
use store::tally::{Contribution, contribute};

/// So many acts of a figure, or so much money, of an organ of the county on a day.
fn counted(site: &Site, figure: &str, organ: &str, on: &str, n: i64, total: i64) {
    let one = Contribution {
        figure: figure.to_owned(),
        legal_day: day(on).number(),
        case: format!("{figure}-{organ}-{on}"),
        number: 1,
        organ: organ.to_owned(),
        division: "350526".to_owned(),
        recorded_day: day(on).number(),
        n,
        total,
    };
    site.with(|platform| platform.store().write(move |tx| contribute(tx, &one))).unwrap().unwrap();
}

fn says(page: &Page, words: &[&str]) {
    words.iter().for_each(|word| page.says(word));
}

fn town() -> Site {
    let site = Site::new("2025-03-03");
    for (figure, organ, on, n, total) in [
        ("penalties_fine", "police", "2024-05-06", 4, 0),
        ("summary_fined", "police", "2024-05-06", 3, 0),
        ("penalties_revoked", "county", "2024-12-31", 1, 0),
        ("penalties_decided", "police", "2024-05-06", 4, 0),
        ("penalties_decided", "county", "2024-12-31", 1, 0),
        ("summary_penalties", "police", "2024-05-06", 2, 0),
        ("penalty_fines", "police", "2024-05-06", 4, 12_345_678),
        ("penalties_fine", "police", "2023-05-06", 9, 0),
    ] {
        counted(&site, figure, organ, on, n, total);
    }
    site
}

#[tokio::test]
async fn anybody_reads_a_table_by_column_and_by_organ_and_comes_to_the_records() {
    let site = town();
    let mut nobody = site.browser();
    let list = nobody.get("/tables?year=2024").await;
    says(list.is(StatusCode::OK), &["行政处罚实施情况统计表", "行政许可实施情况统计表", "未核实"]);
    let page = nobody.get("/tables/penalties?year=2024&organ=county&as_of=2025-03-03").await;
    page.is(StatusCode::OK);
    // Seven fines of two procedures against nine the year before, each procedure's with its records.
    says(&page, &["<td data-label=\"增减\" class=\"value\">-2</td>", "12.345678"]);
    let own =
        "/figures/penalties_fine?from=2024-01-01&amp;to=2024-12-31&amp;division=350526&amp;as_of=2025-03-03";
    says(&page, &[own, "/figures/penalties_revoked?from=2023-01-01", "的次数（条件："]);
    assert!(!page.text.contains("record.decide"), "conditions are told in words");
    says(&page, &["不平衡：", "统计口径", "简易程序＋普通程序是6"]);
    // The records behind a link are those that were counted.
    let link = own.replace("&amp;", "&");
    nobody.get(&link).await.is(StatusCode::OK).says("4宗");
    let row = nobody.get("/tables/penalties?year=2024&organ=county&row=county").await;
    says(row.is(StatusCode::OK), &["其中：德化县人民政府", "organ=county&amp;as_of"]);
    let sheet = nobody.get("/tables/penalties/sheet?year=2024&organ=county").await;
    assert_eq!(sheet.status, StatusCode::OK);
}

#[tokio::test]
async fn an_unfinished_year_is_said_to_be_one_and_what_is_not_there_is_missing() {
    let site = town();
    let mut nobody = site.browser();
    let page = nobody.get("/tables/penalties?year=2025&organ=police").await;
    says(page.is(StatusCode::OK), &["2025年到这一天还没有结束", "本机关办理的事项"]);
    for missing in ["/tables/none", "/tables/penalties?organ=none", "/tables/penalties?year=2021"] {
        nobody.get(missing).await.is(StatusCode::NOT_FOUND);
    }
    // The first year of a form has none before it.
    let page = nobody.get("/tables/penalties?year=2022&organ=county").await;
    says(page.is(StatusCode::OK), &["<td data-label=\"2021年\" class=\"value\">—</td>"]);
}

#[tokio::test]
async fn the_daily_board_counts_each_township_and_shows_those_without_a_case() {
    let site = Site::new("2025-03-03");
    let township = |id: &str, name: &str, division: &str| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: id.to_owned(),
        kind: "township".to_owned(),
        division: division.to_owned(),
        credit_code: None,
        parent: Some("county".to_owned()),
    };
    for (id, name, division) in
        [("north", "北溪镇人民政府", "350526101000"), ("south", "南埕镇人民政府", "350526102000")]
    {
        let organs = vec![township(id, name, division)];
        site.with(|platform| platform.enter_organs(organs, day("2020-01-01"))).unwrap();
    }
    for (figure, organ, on, n) in [
        ("penalty_cases_opened", "north", "2025-03-03", 2),
        ("penalty_cases_opened", "north", "2025-01-01", 3),
        ("penalty_cases_opened", "north", "2024-12-31", 40),
        ("penalty_cases_opened", "north", "2025-03-04", 50),
        ("penalties_decided", "north", "2025-02-28", 1),
        ("summary_penalties", "north", "2025-03-03", 6),
        ("penalty_cases_opened", "police", "2025-03-03", 70),
    ] {
        counted(&site, figure, organ, on, n, 0);
    }
    let board = site.with(|platform| platform.daily_board(day("2025-03-03"))).unwrap();
    let ids: Vec<&str> = board.columns.iter().map(|column| column.figure.as_str()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    let of = |organ: &str, figure: &str| {
        let at = ids.iter().position(|id| *id == figure).unwrap();
        let row = board.rows.iter().find(|row| row.organ == organ).unwrap();
        (row.numbers[at].on_day, row.numbers[at].in_year)
    };
    assert_eq!(of("north", "penalty_cases_opened"), (2, 5));
    assert_eq!(of("north", "penalties_decided"), (0, 1));
    assert_eq!(of("north", "summary_penalties"), (6, 6));
    assert_eq!(of("south", "penalty_cases_opened"), (0, 0));
    assert!(board.rows.iter().all(|row| row.organ != "police"), "a department is no township");

    let mut nobody = site.browser();
    let page = nobody.get("/board").await;
    says(page.is(StatusCode::OK), &["北溪镇人民政府", "南埕镇人民政府", "1个乡镇、街道本年还没有案件"]);
    let link = "/figures/penalty_cases_opened?from=2025-03-03&to=2025-03-03&organ=north";
    page.says(&link.replace('&', "&amp;"));
    nobody.get(link).await.is(StatusCode::OK).says("2件");
    let before = nobody.get("/board?day=2024-12-31").await;
    before.is(StatusCode::OK).says("40件");
    nobody.get("/board?day=2025-03-09").await.is(StatusCode::OK).says("还没有到");
    nobody.get("/board?day=soon").await.is(StatusCode::OK).says("不是一个日期");
}
