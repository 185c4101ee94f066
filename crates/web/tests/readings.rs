//! Who read a case stands in the chained log before the case is shown; the party's own readings do not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

mod browse;

use axum::http::StatusCode;
use browse::{Browser, Site, apply, own_case};
use store::account::Rank;

/// What was noted of readings so far: who, and what.
fn readings(site: &Site) -> Vec<(String, String)> {
    let read = |platform: &app::Platform| {
        platform.store().read(|reader| -> store::Result<_> {
            let lines = store::audit_log::after_line(reader, 0, 9999)?;
            let mut told = Vec::new();
            for line in lines.into_iter().filter(|line| line.what == "case_read") {
                let account = store::account::get(reader, line.account.as_deref().unwrap())?;
                told.push((account.unwrap().login, line.detail));
            }
            Ok(told)
        })
    };
    site.with(read).unwrap()
}

#[tokio::test]
async fn every_reading_by_an_officer_is_noted_and_shown_to_the_audit_administrator() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    apply(&mut citizen, &[], &[("f.application", "application.pdf", pdf)]).await;
    let case = own_case(&mut citizen).await;
    let path = format!("/cases/{case}");
    let page = citizen.get(&path).await;
    let file =
        page.text.split_once(&format!("{path}/files/")).unwrap().1.split('"').next().unwrap().to_owned();
    citizen.get(&format!("{path}/files/{file}")).await.is(StatusCode::OK);
    assert!(readings(&site).is_empty(), "a party reads its own case");

    let mut officer = site.signed_in("officer").await;
    let mut police = site.signed_in("police").await;
    officer.get(&path).await.is(StatusCode::OK);
    officer.get(&format!("{path}/files/{file}")).await.is(StatusCode::OK);
    police.get(&format!("{path}?as_of=2025-03-03")).await.is(StatusCode::OK);
    let own = |login: &str, what: &str| (login.to_owned(), format!("{case}：{what}"));
    assert_eq!(
        readings(&site),
        [
            own("officer", "案卷"),
            own("officer", &format!("附件{}", &file[..12])),
            own("police", "2025-03-03的案卷"),
        ]
    );
    // Who may not read it learns nothing, and nothing was read.
    site.signed_in("stranger").await.get(&path).await.is(StatusCode::NOT_FOUND);
    assert_eq!(readings(&site).len(), 3);

    let mut audit: Browser = site.signed_in(site.admin(Rank::AuditAdmin)).await;
    let log = audit.get("/admin/audit?login=police&what=case_read").await;
    log.is(StatusCode::OK);
    log.says("查阅案卷");
    log.says(&format!("{case}：2025-03-03的案卷"));
}
