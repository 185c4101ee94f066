//! The whole way of a case through the forms: a citizen applies, officers deal with it, the public reads the decision.

use crate::browse::{Browser, Page, Site, apply, own_case, receipt};
use axum::http::StatusCode;

const PAPER: &[u8] = b"%PDF-1.4 a paper";

/// A citizen applies, with a photograph in evidence: the receipt, the case, and the officer and the head who deal with it.
async fn applied(site: &Site, more: &[(&str, &str)]) -> (Page, String, [Browser; 2]) {
    let mut citizen = site.signed_in("citizen").await;
    let files = [
        ("f.application", "申请书.pdf", PAPER),
        ("f.oral_record", "申请书.pdf", PAPER),
        ("f.evidence.0.copy", "照片.pdf", PAPER),
    ];
    let rows = [("f.evidence.0.title", "现场照片"), ("f.evidence.0.proves", "不在现场")];
    let page = apply(&mut citizen, &[&rows[..], more].concat(), &files).await;
    page.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    (page, case, [site.signed_in("officer").await, site.signed_in("head").await])
}

#[tokio::test]
async fn a_case_goes_from_the_portal_to_the_published_decision() {
    let site = Site::new("2025-03-03");
    let (page, case, [mut officer, mut head]) = applied(&site, &[]).await;
    page.says("申请回执");
    let (number, code) = receipt(&page);
    assert_eq!(number, "德政复〔2025〕1号");

    let desk = officer.get("/desk").await;
    desk.is(StatusCode::OK).says(&number);
    desk.says("第三十条");
    deal(&mut officer, &mut head, &case, "11010519491231002X").await;
    let page = officer.get(&format!("/cases/{case}")).await;
    page.is(StatusCode::OK).says("行政复议决定书");
    page.says("德政复决〔2025〕1号");
    page.says("已经公开");
    page.says("现场照片｜不在现场｜");
    assert!(!page.text.contains("照片.pdf"), "what a sealed file was called stands in no record");

    let mut stranger = site.browser();
    let list = stranger.get("/published").await;
    list.says("行政复议决定书");
    let path = list.text.split_once("href=\"/published/").unwrap().1.split_once('"').unwrap().0;
    let public = stranger.get(&format!("/published/{path}")).await;
    public.is(StatusCode::OK).says("撤销处罚决定");
    public.says("第七十九条");
    assert!(!public.text.contains("11010519491231002X"), "the code of a person is not public");
    assert!(!public.text.contains("演示申请人"), "the name of a person is masked");

    followed(&site, &number, &code).await;
    figures(&site, &mut officer).await;
    assert!(site.with(|platform| platform.verify(true).unwrap().faults.is_empty()));
}

#[tokio::test]
async fn nothing_of_a_minors_case_becomes_public() {
    let site = Site::new("2025-03-03");
    // Born on 15 June 2010.
    let code = "350526201006150010";
    let (_, case, [mut officer, mut head]) = applied(&site, &[("f.applicant.code", code)]).await;
    deal(&mut officer, &mut head, &case, code).await;
    let page = officer.get(&format!("/cases/{case}")).await;
    page.is(StatusCode::OK).says("《未成年人保护法》第一百零三条");
    assert!(!page.text.contains("已经公开"));
    let list = site.browser().get("/published").await;
    assert!(!list.text.contains("行政复议决定书"));
    assert!(site.with(|platform| platform.verify(true).unwrap().faults.is_empty()));
}

#[tokio::test]
async fn nothing_of_a_case_with_a_state_secret_becomes_public() {
    let site = Site::new("2025-03-03");
    let (_, case, [mut officer, mut head]) = applied(&site, &[]).await;
    heard(&mut officer, &mut head, &case).await;
    let wish = [("person", "演示申请人"), ("person.code", "11010519491231002X"), ("materials", "答复书")];
    officer.does(&case, "ask_file_inspection", &wish, &[]).await;
    let refused = [("ground", "state_secret"), ("reason", "卷内有国家秘密")];
    officer.does(&case, "refuse_inspection", &refused, &[]).await;
    decided(&mut officer, &mut head, &case, "11010519491231002X").await;
    let page = officer.get(&format!("/cases/{case}")).await;
    page.is(StatusCode::OK).says("案卷涉及国家秘密，本案的内容一律不公开。");
    page.says("第十四条");
    assert!(!page.text.contains("已经公开"));
    let list = site.browser().get("/published").await;
    assert!(!list.text.contains("行政复议决定书"));
    assert!(site.with(|platform| platform.verify(true).unwrap().faults.is_empty()));
}

/// All acts between the application and the publication, in the simplified procedure.
async fn deal(officer: &mut Browser, head: &mut Browser, case: &str, code: &str) {
    heard(officer, head, case).await;
    decided(officer, head, case, code).await;
}

async fn heard(officer: &mut Browser, head: &mut Browser, case: &str) {
    officer.does(case, "examine", &[("conclusion", "meets")], &[]).await;
    officer.does(case, "accept", &[("self_review", "no")], &[]).await;
    let two = [("first", "演示承办人"), ("second", "演示协办人")];
    head.does(case, "assign_handlers", &two, &[]).await;
    let simplified =
        [("accepted_on", "2025-03-03"), ("ground", "on_the_spot"), ("reason", "当场作出，争议不大")];
    officer.does(case, "use_simplified", &simplified, &[]).await;
    officer.does(case, "send_copy", &[("kind", "copy")], &[]).await;
    officer.does(case, "copy_received", &[], &[]).await;
    let answer = [
        ("opinion", "处罚正确"),
        ("evidence.0.title", "执法记录"),
        ("evidence.0.proves", "违法事实"),
        ("basis", "治安管理处罚法"),
    ];
    officer.does(case, "answer", &answer, &[("f.paper", "答复书.pdf", PAPER)]).await;
}

async fn decided(officer: &mut Browser, head: &mut Browser, case: &str, code: &str) {
    let draft = [("outcome", "annul"), ("findings", "查明"), ("reasons", "理由"), ("on_transcript", "no")];
    officer.does(case, "draft_decision", &draft, &[]).await;
    head.does(case, "approve_decision", &[("opinion", "同意")], &[]).await;
    let decision = [
        ("outcome", "annul"),
        ("respondent", "德化县公安局"),
        ("applicant", "演示申请人"),
        ("applicant.code", code),
        ("facts", "当日不在现场"),
        ("reasons", "主要事实不清"),
        ("basis", "《中华人民共和国行政复议法》第六十四条"),
        ("result", "撤销处罚决定"),
        ("worse", "no"),
        ("compensation", "none"),
        ("remedy", "十五日内可以起诉"),
    ];
    officer.does(case, "decide", &decision, &[]).await;
    let served = [("needs_performance", "no"), ("own_department", "yes"), ("means", "direct")];
    officer.does(case, "serve_decision", &served, &[]).await;
    officer.does(case, "publish_decision", &[], &[]).await;
}

/// The holder of the receipt follows the case without an account.
async fn followed(site: &Site, number: &str, code: &str) {
    let mut visitor = site.browser();
    let form = visitor.get("/follow").await;
    let wrong = visitor.send(&form, "/follow", &[("number", number), ("code", "AAAAA-AAAAA")], &[]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).says("编号和查询码对不上");
    let right = [("number", number), ("code", &code.to_lowercase())];
    let page = visitor.send(&form, "/follow", &right, &[]).await;
    page.is(StatusCode::OK).says("作出复议决定");
    page.says("德政复决〔2025〕1号");
    assert!(!page.text.contains("11010519491231002X"));
    assert!(!page.text.contains("/cases/"), "a receipt opens no case page");
}

/// The figures count it; those who may open the case see which one it is, the public does not.
async fn figures(site: &Site, officer: &mut Browser) {
    let mut public = site.browser();
    let page = public.get("/figures?year=2025").await;
    page.is(StatusCode::OK).says("行政复议收到件数");
    let path = "/figures/reconsideration_received?year=2025";
    let page = public.get(path).await;
    page.is(StatusCode::OK).says("1件");
    page.says("第1号事项");
    assert!(!page.text.contains("行政处罚决定"), "titles name parties");
    assert!(!page.text.contains("德政复〔2025〕1号"), "whose case it is is not told");
    let page = officer.get(path).await;
    page.says("行政处罚决定");
    page.says("德政复〔2025〕1号");
    page.says("<svg class=\"chart\"");
}

#[tokio::test]
async fn a_document_prints_and_a_file_comes_back_for_those_who_may_read() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[("f.application", "../../申请 书.pdf", PAPER)]).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    let page = citizen.get(&format!("/cases/{case}")).await;
    let path = page.text.split_once(&format!("/cases/{case}/files/")).unwrap().1.split_once('"').unwrap().0;
    let path = format!("/cases/{case}/files/{path}");
    let file = citizen.get(&path).await;
    assert_eq!(file.is(StatusCode::OK).text.as_bytes(), PAPER);
    assert_eq!(file.headers["content-type"], "application/pdf");
    let name = "attachment; filename*=UTF-8''%E7%94%B3%E8%AF%B7%20%E4%B9%A6.pdf";
    assert_eq!(file.headers["content-disposition"], name);
    for login in ["stranger", "second", "police"] {
        let mut other = site.signed_in(login).await;
        let allowed = if login == "stranger" { StatusCode::NOT_FOUND } else { StatusCode::OK };
        other.get(&path).await.is(allowed);
        other.get(&format!("/cases/{case}")).await.is(allowed);
    }
    let mut officer = site.signed_in("officer").await;
    officer.does(&case, "examine", &[("conclusion", "meets")], &[]).await;
    officer.does(&case, "accept", &[("self_review", "no")], &[]).await;
    let page = officer.get(&format!("/cases/{case}/documents/3")).await;
    page.is(StatusCode::OK).says("行政复议申请受理通知书");
    page.says("德政复受〔2025〕1号");
    page.says("德化县人民政府");
    officer.get(&format!("/cases/{case}/documents/1")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_correction_takes_back_or_replaces_and_both_stay() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    officer.does(&case, "examine", &[("conclusion", "meets")], &[]).await;
    officer.does(&case, "accept", &[("self_review", "no")], &[]).await;
    let path = format!("/cases/{case}/correct/3");
    let form = officer.get(&path).await;
    form.is(StatusCode::OK).says("更正第3号事项“受理”");
    let bare = [("how", "withdraw"), ("reason", " "), ("on", "2025-03-03")];
    officer.send(&form, &path, &bare, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("更正理由");
    let replace = [
        ("how", "replace"),
        ("reason", "漏填"),
        ("on", "2025-03-03"),
        ("f.self_review", "no"),
        ("f.to_supply", "身份证复印件"),
    ];
    officer.send(&form, &path, &replace, &[]).await.is(StatusCode::SEE_OTHER);
    let page = officer.get(&format!("/cases/{case}")).await;
    page.says("已被更正");
    page.says("漏填");
    let form = officer.get(&path).await;
    let back = [("how", "withdraw"), ("reason", "误点"), ("on", "2025-03-03")];
    officer.send(&form, &path, &back, &[]).await.is(StatusCode::SEE_OTHER);
    let page = officer.get(&format!("/cases/{case}")).await;
    page.says("误点");
    page.says(&format!("/cases/{case}/acts/accept"));
    assert!(site.with(|platform| platform.verify(true).unwrap().faults.is_empty()));
}
