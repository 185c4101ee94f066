//! The plan's picture: its colours come from records, and each measure opens to what carries it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::browse;
use crate::browse::{Site, apply};
use app::MeasureState;
use axum::http::StatusCode;

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

/// That a page says all of these and none of those.
#[track_caller]
fn has(page: &browse::Page, says: &[&str], lacks: &[&str]) {
    says.iter().for_each(|text| page.says(text));
    for text in lacks {
        assert!(!page.text.contains(text), "“{text}” is in the page");
    }
}

/// A plan of another form than the built-in one.
const TEXT: &str = include_str!("../../plan/tests/plans/second_county.txt");

#[tokio::test]
async fn a_plan_is_read_beside_its_text_corrected_and_taken_over() {
    let site = Site::new("2025-03-03");
    let mut nobody = site.browser();
    nobody.get("/plan/import").await.is(StatusCode::SEE_OTHER);
    let mut citizen = site.signed_in("citizen").await;
    citizen.get("/plan/import").await.is(StatusCode::FORBIDDEN);
    let mut head = site.signed_in("head").await;
    let ask = head.get("/plan/import").await;
    ask.is(StatusCode::OK).says("读入方案文本");
    let empty = head.send(&ask, "/plan/import", &[("text", "没有编号的文字。")], &[]).await;
    empty.is(StatusCode::UNPROCESSABLE_ENTITY).says("没有读到措施");
    let page = head.send(&ask, "/plan/import", &[("text", TEXT)], &[]).await;
    page.is(StatusCode::OK);
    has(&page, &["重大决策公众参与", "未读入", "name=\"title-4\""], &[]);

    let mut fields: Vec<(String, String)> = vec![
        ("rows".to_owned(), "8".to_owned()),
        ("text".to_owned(), TEXT.to_owned()),
        ("name".to_owned(), "乙县法治政府建设实施方案".to_owned()),
        ("issued_by".to_owned(), "乙县人民政府办公室".to_owned()),
        ("issued_on".to_owned(), "2024-03-01".to_owned()),
        ("first_year".to_owned(), "2024".to_owned()),
        ("last_year".to_owned(), "2026".to_owned()),
    ];
    for (at, number, title) in
        [(0, "1", "重大决策公众参与"), (1, "2", "改过的审核"), (2, "3", "执法公示"), (5, "O1", "补充的保障")]
    {
        fields.push((format!("number-{at}"), number.to_owned()));
        fields.push((format!("title-{at}"), title.to_owned()));
    }
    fields.push(("drop-2".to_owned(), "1".to_owned()));
    let sent: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // What is missing is told, and what was typed stands there again.
    let again = head.send(&page, "/plan/adopt", &sent, &[]).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY);
    has(&again, &["标识", "改过的审核", "补充的保障"], &[]);
    let whole = [&sent[..], &[("code", "yixian-2024")]].concat();
    head.send(&again, "/plan/adopt", &whole, &[]).await.is(StatusCode::SEE_OTHER);
    let page = head.get("/plan?plan=yixian-2024&year=2025").await;
    page.is(StatusCode::OK);
    has(&page, &["改过的审核", "补充的保障"], &["执法公示"]);
    let page = head.get("/plan/2?plan=yixian-2024&year=2025").await;
    page.is(StatusCode::OK);
    has(&page, &["下达任务", "/cases/new/measure_task?plan=yixian-2024"], &[]);
    // The form opens with what the link proposes.
    let form = head.get("/cases/new/measure_task?plan=yixian-2024&measure=2&year=2025").await;
    form.is(StatusCode::OK).says("value=\"yixian-2024\"");
    head.get("/plan?plan=no_such").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn officers_see_the_tasks_and_everybody_their_number() {
    let site = Site::new("2025-03-03");
    site.with(|platform| {
        let actor = platform.actor_of("officer")?;
        let fields = [
            ("plan", "quanzhou-2021-2025"),
            ("measure", "61"),
            ("year", "2025"),
            ("title", "提高办案质效的任务"),
            ("lead", "德化县公安局"),
            ("due", "2025-02-28"),
            ("deliverable", "情况通报"),
            ("proof", "document"),
            ("document", "德公〔2025〕9号"),
        ];
        let form = fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()])).collect();
        platform.open(
            &actor,
            app::Open {
                key: "task-web-0001".to_owned(),
                procedure: "measure_task".to_owned(),
                organ: "county".to_owned(),
                act: "assign".to_owned(),
                on: calendar::Day::parse("2025-01-06").unwrap(),
                form,
                files: Vec::new(),
            },
        )
    })
    .unwrap();
    let mut browser = site.browser();
    let page = browser.get("/plan?year=2025").await;
    page.is(StatusCode::OK);
    has(&page, &["任务1项", "逾期未完成"], &[]);
    let page = browser.get("/plan/61?year=2025").await;
    page.is(StatusCode::OK);
    has(&page, &["任务共1项"], &["提高办案质效的任务"]);
    let page = browser.get("/plan/points?year=2025").await;
    page.is(StatusCode::OK);
    has(&page, &["2025年工作要点"], &["提高办案质效的任务"]);
    browser.get("/plan/points/sheet?year=2025").await.is(StatusCode::SEE_OTHER);
    let mut police = site.signed_in("police").await;
    let page = police.get("/plan/61?year=2025").await;
    page.is(StatusCode::OK);
    has(&page, &["提高办案质效的任务", "德公〔2025〕9号"], &[]);
    police.get("/plan/points?year=2025").await.is(StatusCode::OK).says("提高办案质效的任务");
    let sheet = police.get("/plan/points/sheet?year=2025").await;
    sheet.is(StatusCode::OK);
    let mut citizen = site.signed_in("citizen").await;
    citizen.get("/plan/points/sheet?year=2025").await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn figures_are_compared_on_a_page() {
    let site = Site::new("2025-03-03");
    let mut browser = site.browser();
    browser.get("/figures/compare").await.is(StatusCode::OK).says("比较指标");
    let query = "/figures/compare?figure=reconsideration_received&organ=county&organ=police&year=2024";
    let page = browser.get(query).await;
    page.is(StatusCode::OK);
    has(&page, &["不比较的", "基数"], &[]);
    let nothing = browser.get("/figures/compare?figure=no_such").await;
    nothing.is(StatusCode::UNPROCESSABLE_ENTITY);
    has(&nothing, &["没有指标", "没有选机关"], &[]);
    // The link of a figure's page has chosen the figure and asks nothing yet.
    let begun = browser.get("/figures/compare?begin=reconsideration_received&year=2024").await;
    begun.is(StatusCode::OK).says("reconsideration_received\" selected");
    has(&begun, &["比较指标"], &["没有比较"]);
}
