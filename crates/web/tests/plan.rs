//! The plan's picture: its colours come from records, and each measure opens to what carries it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod browse;

use app::MeasureState;
use axum::http::StatusCode;
use browse::{Site, apply};

/// How many measures stand in each state in a year.
fn counts(site: &Site, year: i32) -> Vec<usize> {
    let picture = site.with(|platform| platform.plan_picture("", year)).unwrap();
    MeasureState::ALL.iter().map(|state| picture.count(*state)).collect()
}

#[tokio::test]
async fn a_measure_is_green_when_something_is_on_record_and_not_before() {
    let site = Site::new("2025-03-03");
    let before = counts(&site, 2025);
    assert_eq!(before.iter().sum::<usize>(), 84, "76 measures and the eight of organisation");
    assert_eq!(before[0], 0, "nothing is on record");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await;
    // The picture at hand is at most a minute old; another year's is another picture.
    assert_eq!(counts(&site, 2024)[0], 0);
    let after = counts(&site, 2025);
    assert!(after[0] > 0, "{after:?}");
    assert_eq!(after.iter().sum::<usize>(), 84);

    let mut browser = site.browser();
    let page = browser.get("/plan?year=2025").await;
    page.is(StatusCode::OK).says("提高复议办案质效");
    page.says("行政权力监督体系");
    let page = browser.get("/plan/61?year=2025").await;
    page.is(StatusCode::OK).says("本年有办理记录");
    page.says("/figures/reconsideration_received?year=2025");
    browser.get("/plan/O4").await.is(StatusCode::OK).says("组织保障第4条");
    for missing in ["/plan/0", "/plan/77", "/plan/O9", "/plan/x"] {
        browser.get(missing).await.is(StatusCode::NOT_FOUND);
    }
    // A year that is none is this one.
    browser.get("/plan?year=abc").await.is(StatusCode::OK).says("value=\"2025\"");
}
