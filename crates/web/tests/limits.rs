//! How often pages may be read and files taken away: by address without an account, by account with one.

#![allow(clippy::unwrap_used, reason = "tests")]

use crate::browse::Site;
use axum::http::StatusCode;

#[tokio::test]
async fn a_stranger_reads_so_many_pages_and_is_then_told_to_wait() {
    let site = Site::new("2025-03-03");
    let mut stranger = site.browser_at("192.0.2.7");
    let mut read = 0;
    let refused = loop {
        let page = stranger.get("/about").await;
        if page.status != StatusCode::OK || read > 1_000 {
            break page;
        }
        read += 1;
    };
    assert!((230..400).contains(&read), "{read}");
    refused.is(StatusCode::TOO_MANY_REQUESTS).says("请稍等再打开");
    refused.says("短时间内打开、下载的次数太多");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // What pages draw along is no reading; another address, and whoever has signed in, has a bucket of their own.
    let style = refused.text.split_once("/assets/").unwrap().1.split('"').next().unwrap().to_owned();
    stranger.get(&format!("/assets/{style}")).await.is(StatusCode::OK);
    site.browser_at("192.0.2.8").get("/about").await.is(StatusCode::OK);
    let mut officer = site.signed_in("officer").await;
    for _ in 0..400 {
        officer.get("/about").await.is(StatusCode::OK);
    }
}

#[tokio::test]
async fn lists_and_files_are_given_less_often_than_pages() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    let mut taken = 0;
    while officer.get("/cases/export").await.status == StatusCode::OK && taken < 1_000 {
        taken += 1;
    }
    assert!((240..320).contains(&taken), "{taken}");
    officer.get("/cases").await.is(StatusCode::OK);
    let noted = site.with(|platform| {
        platform.store().read(|reader| store::audit_log::after_line(reader, 0, 9_999)).unwrap()
    });
    let exported = noted.iter().filter(|line| line.what == "cases_exported").count();
    assert_eq!(exported, taken, "each list that was taken away is noted, and none that was refused");
}

#[tokio::test]
async fn an_operator_may_leave_it_to_the_gateway() {
    let site = Site::on("2025-03-03", &web::Edge { read_times: 0, ..web::Edge::default() });
    let mut stranger = site.browser_at("192.0.2.7");
    for _ in 0..600 {
        stranger.get("/about").await.is(StatusCode::OK);
    }
}
