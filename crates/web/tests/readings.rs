//! Who read a case stands in the chained log before the case is shown; the party's own readings do not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::browse::{Browser, Site, apply, own_case};
use axum::http::StatusCode;
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

/// What was noted of personal data that was shown for a reason.
fn revealed(site: &Site) -> Vec<String> {
    let read = |platform: &app::Platform| {
        platform.store().read(|reader| -> store::Result<_> {
            let lines = store::audit_log::after_line(reader, 0, 9999)?.into_iter();
            Ok(lines.filter(|line| line.what == "personal_revealed").map(|line| line.detail).collect())
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
    // A paper that may tell of persons opens for a reason, which is noted with it.
    let paper = format!("{path}/files/{file}");
    let asked = officer.get(&paper).await;
    asked.is(StatusCode::OK).says("请说明理由");
    assert!(!asked.text.contains("%PDF"));
    let bare = officer.send(&asked, &paper, &[("reason", ""), ("other", "")], &[]).await;
    bare.is(StatusCode::UNPROCESSABLE_ENTITY).says("必须填写");
    assert!(revealed(&site).is_empty());
    let opened = officer.send(&asked, &paper, &[("reason", "核对身份")], &[]).await;
    assert_eq!(opened.is(StatusCode::OK).text.as_bytes(), pdf);
    assert_eq!(revealed(&site), [format!("{case}：附件{}；核对身份", &file[..12])]);
    let page = officer.get(&path).await;
    assert!(!page.text.contains("application.pdf"), "what it was called may name somebody");
    page.says("附件：");
    police.get(&format!("{path}?as_of=2025-03-03")).await.is(StatusCode::OK);
    let own = |login: &str, what: &str| (login.to_owned(), format!("{case}：{what}"));
    assert_eq!(
        readings(&site),
        [own("officer", "案卷"), own("officer", "案卷"), own("police", "2025-03-03的案卷"),]
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

#[tokio::test]
async fn personal_data_is_masked_until_somebody_says_why() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await;
    let case = own_case(&mut citizen).await;
    let path = format!("/cases/{case}");
    // The party sees what they wrote themselves.
    citizen.get(&path).await.says("演示申请人");
    let mut officer = site.signed_in("officer").await;
    let page = officer.get(&path).await;
    assert!(!page.text.contains("11010519491231002X"), "the number is masked");
    page.says("演某");
    page.says(&format!("{path}/reveal/1"));
    let form = officer.get(&format!("{path}/reveal/1")).await;
    form.is(StatusCode::OK);
    assert!(!form.text.contains("11010519491231002X"));
    // Without a reason nothing is shown, and nothing is noted.
    let revealed = |site: &Site| {
        let noted = |platform: &app::Platform| {
            platform.store().read(|reader| store::audit_log::after_line(reader, 0, 9999)).unwrap()
        };
        site.with(noted)
            .into_iter()
            .filter(|line| line.what == "personal_revealed")
            .map(|line| line.detail)
            .collect::<Vec<_>>()
    };
    let page =
        officer.send(&form, &format!("{path}/reveal/1"), &[("reason", ""), ("other", "　")], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(revealed(&site).is_empty());
    let page = officer.send(&form, &format!("{path}/reveal/1"), &[("reason", "送达文书")], &[]).await;
    page.is(StatusCode::OK).says("11010519491231002X");
    assert_eq!(revealed(&site), [format!("{case}：第1号事项；送达文书")]);
    let other = [("reason", "办理本案"), ("other", "当事人来电核对")];
    officer.send(&form, &format!("{path}/reveal/1"), &other, &[]).await.says("演示申请人");
    assert_eq!(revealed(&site)[1], format!("{case}：第1号事项；当事人来电核对"));
    // Whoever may not read the case learns nothing of it, and no event that is not there is shown.
    let mut stranger = site.signed_in("stranger").await;
    stranger.get(&format!("{path}/reveal/1")).await.is(StatusCode::NOT_FOUND);
    let token = stranger.get("/about").await;
    let page = stranger.send(&token, &format!("{path}/reveal/1"), &[("reason", "办理本案")], &[]).await;
    page.is(StatusCode::NOT_FOUND);
    officer.get(&format!("{path}/reveal/9")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(revealed(&site).len(), 2);
}

#[tokio::test]
async fn people_see_and_take_along_what_is_kept_of_them() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    apply(&mut citizen, &[], &[("f.application", "申请书.pdf", pdf)]).await;
    let case = own_case(&mut citizen).await;
    site.with(|platform| {
        let own = platform.actor_of("citizen").unwrap();
        platform
            .save_draft(&own.account, "/apply/disclosure_request", "一份没有交的申请", "f.what=x")
            .unwrap();
    });
    let page = citizen.get("/account/data").await;
    page.is(StatusCode::OK).says("11010519491231002X");
    page.says("一份没有交的申请");
    page.says("申请书.pdf");
    page.says(&format!("href=\"/cases/{case}\""));
    page.says("第四十六条");
    let file = citizen.get("/account/data/file").await;
    let json: serde_json::Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(json["cases"][0]["id"], case.as_str());
    let told = json["cases"][0]["entries"][0]["personal"].as_array().unwrap();
    assert!(told.iter().any(|one| one["value"].as_str().unwrap().contains("11010519491231002X")), "{told:?}");
    assert_eq!(json["operations"][0]["what"], "登录");
    assert!(json["kept"][0]["value"].as_str().unwrap().starts_with("一份没有交的申请"), "{}", json["kept"]);
    assert!(readings(&site).is_empty(), "a party reads its own data");

    // Others see theirs alone; an officer's cases are no data of the officer.
    for login in ["stranger", "officer"] {
        let mut other = site.signed_in(login).await;
        let page = other.get("/account/data").await;
        page.is(StatusCode::OK).says("登录名");
        assert!(!page.text.contains("11010519491231002X") && !page.text.contains(&case), "{login}");
    }
    assert_eq!(site.browser().get("/account/data/file").await.status, StatusCode::SEE_OTHER);
}
