//! A case as it was known on a day: told as the past, with nothing to be done from it.

use crate::browse;
use crate::browse::{Site, apply, own_case};
use axum::http::StatusCode;

const PAPER: &[u8] = b"%PDF-1.4 a paper";

#[tokio::test]
async fn the_past_of_a_case_is_shown_as_such() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let files = [
        ("f.application", "申请书.pdf", PAPER),
        ("f.oral_record", "申请书.pdf", PAPER),
        ("f.evidence.0.copy", "照片.pdf", PAPER),
    ];
    let rows = [("f.evidence.0.title", "现场照片"), ("f.evidence.0.proves", "不在现场")];
    apply(&mut citizen, &rows, &files).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    site.clock.set(browse::day("2025-03-05"), 9);
    let mut officer = site.signed_in("officer").await;
    officer.does(&case, "examine", &[("conclusion", "meets")], &[]).await;

    let now = officer.get(&format!("/cases/{case}")).await;
    now.is(StatusCode::OK).says("按日期查看");
    now.says("id=\"event-2\"");
    now.says("/acts/accept");
    assert!(!now.text.contains("这是截至"));

    let past = officer.get(&format!("/cases/{case}?as_of=2025-03-04")).await;
    past.is(StatusCode::OK).says("这是截至");
    past.says("不能据此办理");
    past.says("id=\"event-1\"");
    past.says(&format!("href=\"/cases/{case}\""));
    for gone in ["id=\"event-2\"", "/acts/", "/correct/", "/documents/", "/receipt"] {
        assert!(!past.text.contains(gone), "{gone}");
    }

    for (day, told) in
        [("2025-03-02", "还没有登记过任何事项"), ("2025-03-06", "还没有到"), ("2025-02-30", "不是日期")]
    {
        let page = officer.get(&format!("/cases/{case}?as_of={day}")).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says(told);
        page.says("看现在的情况");
    }
    let mut stranger = site.signed_in("stranger").await;
    stranger.get(&format!("/cases/{case}?as_of=2025-03-04")).await.is(StatusCode::NOT_FOUND);
}
