//! Every bad input: the message in Chinese, what was typed still there, nothing half-written.

use crate::browse;
use crate::browse::{APPLICATION, Site, apply, own_case};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

#[tokio::test]
async fn signing_in_tells_not_what_was_wrong_and_ends_when_one_signs_out() {
    let site = Site::new("2025-03-03");
    let mut browser = site.browser();
    for login in ["officer", "nobody"] {
        let page = browser.get("/sign-in").await;
        let fields = [("login", login), ("password", "wrong-password")];
        let page = browser.send(&page, "/sign-in", &fields, &[]).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says("账号或者密码不对");
    }
    let to = browser.get("/desk").await;
    assert_eq!((to.status, to.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fdesk"));
    let mut officer = site.signed_in("officer").await;
    let desk = officer.get("/desk").await;
    desk.is(StatusCode::OK).says("演示数据");
    assert_eq!(desk.headers[header::CACHE_CONTROL], "no-store");
    officer.send(&desk, "/sign-out", &[], &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!officer.cookies.contains_key("yifa_session"));
    officer.get("/desk").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_leads_nowhere_else() {
    let site = Site::new("2025-03-03");
    for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let mut browser = site.browser();
        let page = browser.get("/sign-in").await;
        let fields = [("login", "officer"), ("password", browse::PASSWORD), ("next", elsewhere)];
        let page = browser.send(&page, "/sign-in", &fields, &[]).await;
        assert_eq!(page.location(), "/desk", "{elsewhere}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    for csrf in ["", "0000", &"0".repeat(64)] {
        let mut fields: Vec<(&str, &str)> = APPLICATION.to_vec();
        fields.extend([("csrf", csrf), ("organ", "county")]);
        let page = citizen.get("/apply/reconsideration").await;
        let page = citizen.send(&page, "/apply/reconsideration", &fields, &[]).await;
        page.is(StatusCode::FORBIDDEN).says("没有办理");
    }
    let posts = [
        "/sign-in",
        "/sign-out",
        "/follow",
        "/apply/reconsideration",
        "/cases/new/reconsideration",
        "/cases/x/acts/accept",
        "/cases/x/correct/1",
    ];
    for path in posts {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("login=officer"))
            .unwrap();
        citizen.ask(request).await.is(StatusCode::FORBIDDEN).says("不是由本站");
    }
    let request =
        Request::post("/follow").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    citizen.ask(request).await.is(StatusCode::FORBIDDEN);
    assert_eq!(site.events(), 0);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let site = Site::new("2025-03-03");
    let mut browser = site.browser();
    for path in ["/", "/nope", "/figures/nope", "/desk", "/published"] {
        let page = browser.get(path).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'self'"));
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(page.headers[header::REFERRER_POLICY], "same-origin");
    }
    let page = browser.get("/nope").await;
    page.is(StatusCode::NOT_FOUND).says("没有找到您要的页面");
    page.says("<html lang=\"zh-CN\"");
    let cookie = browser.get("/sign-in").await;
    assert!(cookie.headers.get(header::SET_COOKIE).is_none(), "one visit, one cookie");
    let page = site.browser().get("/").await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
}

#[tokio::test]
async fn all_that_is_wrong_with_an_application_is_told_at_once() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let large = vec![b'a'; (25 << 20) + 1];
    let files: [browse::File<'_>; 2] =
        [("f.application", "程序.exe", b"MZ\x90\x00\x03"), ("f.oral_record", "笔录.txt", &large)];
    let wrong = [
        ("f.applicant.code", "110105194912310021"),
        ("f.request", ""),
        ("f.learned_on", "昨天"),
        ("f.respondent", "德化县公安居"),
    ];
    let page = apply(&mut citizen, &wrong, &files).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("笔录.txt”有 26 兆，超过一个附件的上限 25 兆");
    let page = apply(&mut citizen, &wrong, &files[..1]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("不是有效的居民身份证号或统一社会信用代码");
    page.says("改扩展名不起作用");
    page.says("href=\"#f-request\">复议请求：必须填写");
    page.says("“昨天”不是日期");
    page.says("是不是“德化县公安局”");
    page.says("附件没有保留，请重新选择");
    page.says("当日并未到过现场");
    let page = apply(&mut citizen, &[("f.applicant.code", "")], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("没有写居民身份证号或统一社会信用代码");
    let page = apply(&mut citizen, &[("organ", "police")], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("受理机关");
    assert_eq!(site.events(), 0);
}

#[tokio::test]
async fn days_that_cannot_be_and_acts_that_are_barred_are_refused() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    let mut officer = site.signed_in("officer").await;
    let page = officer.act(&case, "accept", &[("self_review", "no"), ("on", "2025-03-04")], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("2025年3月4日还没有到（今天是2025年3月3日）");
    page.says("value=\"2025-03-04\"");
    let page = officer.act(&case, "accept", &[("self_review", "no"), ("on", "2025-02-28")], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("办理日期早于本案开始之日2025年3月3日");
    let page = officer
        .act(
            &case,
            "serve_decision",
            &[("needs_performance", "no"), ("own_department", "no"), ("means", "direct")],
            &[],
        )
        .await;
    page.is(StatusCode::CONFLICT).says("没有办理");
    page.says("怎么办：");
    let page = officer.act(&case, "approve_decision", &[], &[]).await;
    page.is(StatusCode::FORBIDDEN).says("行政复议机关负责人");
    officer.get(&format!("/cases/{case}/acts/nope")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(site.events(), 1);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    let site = Site::new("2025-03-03");
    let mut visitor = site.browser();
    let form = visitor.get("/apply/reconsideration").await;
    let mut fields: Vec<(&str, &str)> = APPLICATION.to_vec();
    fields.push(("organ", "county"));
    let first = visitor.send(&form, "/apply/reconsideration", &fields, &[]).await;
    let again = visitor.send(&form, "/apply/reconsideration", &fields, &[]).await;
    assert_eq!(browse::receipt(first.is(StatusCode::OK)), browse::receipt(again.is(StatusCode::OK)));
    assert_eq!(site.events(), 1);
    fields.retain(|(name, _)| *name != "f.reasons");
    fields.push(("f.reasons", "另一个理由"));
    let other = visitor.send(&form, "/apply/reconsideration", &fields, &[]).await;
    other.is(StatusCode::CONFLICT).says("已经提交并办理过一次");
    other.says("另一个理由");
    assert_eq!(site.events(), 1);
}

#[tokio::test]
async fn two_officers_do_not_cross_and_the_slower_keeps_the_form() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    let (mut one, mut two) = (site.signed_in("officer").await, site.signed_in("second").await);
    let path = format!("/cases/{case}/acts/examine");
    let (mine, theirs) = (one.get(&path).await, two.get(&path).await);
    let fields = [("f.conclusion", "meets"), ("f.note", "材料齐全"), ("on", "2025-03-03")];
    two.send(&theirs, &path, &fields, &[]).await.is(StatusCode::SEE_OTHER);
    let page = one.send(&mine, &path, &fields, &[]).await;
    page.is(StatusCode::CONFLICT).says("演示协办人已经在本案中办理了新的事项");
    page.says("材料齐全");
    assert_eq!(site.events(), 2);
    one.send(&page, &path, &fields, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(site.events(), 3);
}

#[tokio::test]
async fn script_in_any_field_comes_out_as_text() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let texts = [
        "f.applicant",
        "f.address",
        "f.phone",
        "f.other_respondents",
        "f.act_title",
        "f.act_number",
        "f.request",
        "f.facts",
        "f.reasons",
        "f.loss",
        "f.evidence.0.title",
        "f.evidence.1.proves",
    ];
    let fields: Vec<(&str, &str)> = texts.iter().map(|name| (*name, script)).collect();
    let mut shown = Vec::new();
    let all: Vec<(&str, &str)> = fields.iter().copied().filter(|(name, _)| *name != "f.phone").collect();
    shown.push(apply(&mut citizen, &fields, &[]).await);
    shown[0].is(StatusCode::UNPROCESSABLE_ENTITY).says("最多40个字");
    shown.push(apply(&mut citizen, &all, &[]).await);
    shown[1].is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    let mut officer = site.signed_in("officer").await;
    for path in [
        "/desk".to_owned(),
        "/cases".to_owned(),
        format!("/cases/{case}"),
        format!("/cases/{case}/acts/accept"),
        format!("/cases/{case}/correct/1"),
        "/figures/reconsideration_received?year=2025".to_owned(),
    ] {
        shown.push(officer.get(&path).await);
    }
    shown.push(officer.get(&format!("/figures/{script}?x=").replace(['<', '>', '"', ' '], "%3C")).await);
    for page in &shown {
        assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{}", page.text);
    }
    assert!(shown.iter().filter(|page| page.text.contains("&lt;script&gt;")).count() >= 5);
}

/// The portal offers services of every kind of organ: an officer of another kind is told which it is not, by its name.
#[tokio::test]
async fn what_another_kind_of_organ_holds_is_named() {
    let site = Site::new("2024-03-01");
    let mut police = site.signed_in("police").await;
    let page = police.get("/cases/new/reconsideration").await;
    page.is(StatusCode::FORBIDDEN);
    page.says("“行政复议”不由");
    page.says("网上申请");
    let nothing = police.get("/cases/new/no_such").await;
    nothing.is(StatusCode::NOT_FOUND).says("本机关可以办理的这个程序");
}

/// Whoever sends an empty form learns at once of all that is missing, not first of the organ alone.
#[tokio::test]
async fn an_empty_application_is_told_all_that_is_missing_at_once() {
    let site = Site::new("2024-03-01");
    let mut visitor = site.browser();
    let form = visitor.get("/apply/reconsideration").await;
    let page = visitor.send(&form, "/apply/reconsideration", &[("organ", "no_such")], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("受理机关：没有选择");
    page.says("复议请求：必须填写");
    assert_eq!(site.events(), 0);
}
