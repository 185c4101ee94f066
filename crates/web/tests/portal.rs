//! What anybody finds, checks and reads on the portal, and what the system administrator sees of the server's own work.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::browse::{Site, apply, own_case, receipt};
use axum::http::StatusCode;
use store::account::Rank;

const PAPER: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF a paper of this case\n";

#[tokio::test]
async fn a_file_is_checked_and_told_in_words() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let page = apply(&mut citizen, &[], &[("f.application", "application.pdf", PAPER)]).await;
    let (number, _) = receipt(&page);
    let case = own_case(&mut citizen).await;
    site.with(|platform| platform.make_root().map(drop)).unwrap();
    let kept = citizen.get(&format!("/cases/{case}/receipt")).await.is(StatusCode::OK).text.clone();

    let mut anybody = site.browser();
    let form = anybody.get("/verify").await;
    let mut check = async |name: &str, content: &[u8]| {
        anybody.send(&form, "/verify", &[], &[("file", name, content)]).await
    };
    let page = check("凭证.json", kept.as_bytes()).await;
    page.is(StatusCode::OK).says("核验通过");
    page.says(&number);
    page.says("提出申请");
    assert!(!page.text.contains("11010519491231002X"));
    // A letter of a hash is another.
    let at = kept.find("\"path\"").or_else(|| kept.find("\"hash\"")).unwrap();
    let (head, tail) = kept.split_at(at + 12);
    let other = if tail.starts_with('0') { '1' } else { '0' };
    let changed: String = head.chars().chain([other]).chain(tail.chars().skip(1)).collect();
    let page = check("凭证.json", changed.as_bytes()).await;
    assert!(!page.text.contains("核验通过"), "{}", page.text);

    let page = check("申请书.pdf", PAPER).await;
    page.is(StatusCode::OK).says("找到同一份文件");
    page.says("德化县人民政府");
    assert!(!page.text.contains(&number), "whose file it is in is not told");
    check("别的.pdf", b"%PDF-1.4 another").await.is(StatusCode::OK).says("没有找到");
    check("空的.pdf", b"").await.is(StatusCode::UNPROCESSABLE_ENTITY).says("没有选择，或者是空的");
    check("别的.json", b"{\"kind\": \"other\"}").await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_offered_is_found_by_its_words() {
    let site = Site::new("2025-03-03");
    let mut anybody = site.browser();
    let page = anybody.get("/search?q=%E5%A4%8D%E8%AE%AE").await;
    page.is(StatusCode::OK).says("href=\"/apply/reconsideration\"");
    page.says("href=\"/figures/reconsideration_received\"");
    // The name of an act leads to its procedure.
    anybody.get("/search?q=%E8%A1%A5%E6%AD%A3").await.says("href=\"/procedures/reconsideration\"");
    anybody.get("/search?q=zzz").await.says("没有找到“zzz”");
    anybody.get("/search").await.is(StatusCode::OK).says("写一两个词");
    anybody.get("/").await.says("action=\"/search\"");
}

#[tokio::test]
async fn figures_are_few_at_first_whole_by_procedure_and_large_on_the_wall() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let mut anybody = site.browser();
    let all = anybody.get("/figures").await;
    all.is(StatusCode::OK).says("/figures?procedure=reconsideration");
    let own = anybody.get("/figures?procedure=reconsideration").await;
    own.is(StatusCode::OK).says("/figures/reconsideration_received");
    anybody.get("/figures?procedure=nope").await.is(StatusCode::NOT_FOUND);
    let figure = anybody.get("/figures/reconsideration_received?year=2025").await;
    figure.says("近五年");
    figure.says("25年1季");
    figure.says("from=2025-01-01&amp;to=2025-03-31");
    let wall = anybody.get("/wall").await;
    wall.is(StatusCode::OK).says("/plan/61?year=2025");
    assert_eq!(wall.headers["refresh"], "60");
    assert!(!wall.text.contains("<nav"));
    assert!(!anybody.get("/wall?still=1").await.headers.contains_key("refresh"));
}

#[tokio::test]
async fn the_system_administrator_sees_the_servers_work() {
    let site = Site::new("2025-03-03");
    let mut admin = site.signed_in(site.admin(Rank::SystemAdmin)).await;
    let page = admin.get("/admin/jobs").await;
    page.is(StatusCode::OK).says("还没有做过");
    let done = admin.send(&page, "/admin/jobs", &[("what", "verify")], &[]).await;
    done.is(StatusCode::SEE_OTHER);
    let mut page = admin.get("/admin/jobs").await;
    for _ in 0..100 {
        if !page.text.contains("正在进行") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        page = admin.get("/admin/jobs").await;
    }
    page.says("日志完整：核验事项");
    admin
        .send(&page, "/admin/jobs", &[("what", "retry"), ("id", "7"), ("receiver", "nobody")], &[])
        .await
        .says("nobody");
    let texts = admin.get("/admin/procedures/reconsideration").await;
    texts.is(StatusCode::OK).says("现行");
    admin.get("/admin/procedures").await.says("/admin/procedures/reconsideration");
    admin.get("/admin/procedures/nope").await.is(StatusCode::NOT_FOUND);
    let mut auditor = site.signed_in(site.admin(Rank::AuditAdmin)).await;
    auditor.get("/admin/audit?what=journal_verified").await.says("核验日志");
}
