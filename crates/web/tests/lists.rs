//! Lists, searches, tables and the records behind figures show a case to those who may open it, and to nobody else.

use crate::browse::{Site, apply, own_case, receipt};
use axum::http::StatusCode;

#[tokio::test]
async fn a_case_is_shown_where_it_may_be_opened() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let (number, _) = receipt(&apply(&mut citizen, &[], &[]).await);
    let case = own_case(&mut citizen).await;
    let records = "/figures/reconsideration_received";
    for (login, sees) in [("officer", true), ("police", true), ("citizen", true), ("stranger", false)] {
        let mut browser = site.signed_in(login).await;
        let opens = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
        browser.get(&format!("/cases/{case}")).await.is(opens);
        let count = if sees { "共 1 件" } else { "共 0 件" };
        browser.get("/cases").await.is(StatusCode::OK).says(count);
        // A part of the number from its beginning; what is looked for stands on the page itself.
        let found = browser.get("/cases?find=%E5%BE%B7%E6%94%BF%E5%A4%8D").await;
        for page in [browser.get("/cases").await, found, browser.get("/cases/export").await] {
            page.is(StatusCode::OK);
            assert_eq!(page.text.contains(&number), sees, "{login}: {}", page.text);
        }
        for path in [records.to_owned(), format!("{records}/export")] {
            let page = browser.get(&path).await;
            page.is(StatusCode::OK).says("德化县人民政府");
            assert_eq!(page.text.contains(&number), sees, "{login}");
        }
    }
    let table = citizen.get("/cases/export").await;
    assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
    assert!(table.text.starts_with("\u{feff}编号,当事人和事由,程序,阶段,立案,结案\r\n"), "{}", table.text);
    assert_eq!(table.text.lines().count(), 2);

    let mut police = site.signed_in("police").await;
    police.get("/cases?whose=held").await.says("共 0 件");
    police.get("/cases?whose=named").await.says(&number);
    let mut anybody = site.browser();
    let page = anybody.get(records).await;
    page.is(StatusCode::OK).says("德化县人民政府");
    assert!(!page.text.contains(&number), "which case it is is not public");
    anybody.get("/cases/export").await.is(StatusCode::SEE_OTHER);
    let wrong = citizen.get(&format!("/cases?find={}", "a".repeat(61))).await;
    wrong.says("不超过60个字");
}
