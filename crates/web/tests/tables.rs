//! The yearly tables on pages: who may read them, each number with its rule and its records, the year before, the sheet.

#![allow(clippy::unwrap_used, reason = "tests")]

mod browse;

use axum::http::StatusCode;
use browse::{Page, Site, day};
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
