//! Yearly reports as a browser without scripts sees them: from nothing to a published report that anybody can check.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use crate::browse;
use crate::browse::{Browser, Page, Site, apply, day};
use axum::http::StatusCode;

/// A town that got an application last year, and an officer of this January.
async fn scene() -> (Site, Browser) {
    let site = Site::new("2024-12-20");
    let mut citizen = site.signed_in("citizen").await;
    let more =
        [("f.submitted_on", "2024-12-20"), ("f.learned_on", "2024-12-02"), ("f.counts_from", "2024-12-02")];
    apply(&mut citizen, &more, &[]).await.is(StatusCode::OK);
    site.clock.set(day("2025-01-06"), 9);
    let officer = site.signed_in("officer").await;
    (site, officer)
}

/// The officer starts the report's case from the list of reports and begins its draft; the address of the draft.
async fn begun(officer: &mut Browser) -> String {
    let list = officer.get("/reports").await;
    list.says("还没有公开的年度报告");
    list.says("href=\"/cases/new/annual_report\"");
    let form = officer.get("/cases/new/annual_report").await;
    let fields = [
        ("organ", "county"),
        ("on", "2025-01-06"),
        ("f.kind", "county_government"),
        ("f.year", "2024"),
        ("f.year_end", "2024-12-31"),
        ("f.demonstration", "no"),
    ];
    let opened = officer.send(&form, "/cases/new/annual_report", &fields, &[]).await;
    opened.is(StatusCode::OK);
    let list = officer.get("/reports").await;
    list.says("报告稿还没有建立");
    let place = list.text.split_once("href=\"/reports/drafts/").unwrap().1.split('"').next().unwrap();
    let place = format!("/reports/drafts/{place}");
    let page = officer.get(&place).await;
    page.says("开始起草");
    officer.send(&page, &place, &[], &[]).await.is(StatusCode::SEE_OTHER);
    place
}

/// The versions that the form of a section carries.
fn base(page: &Page) -> String {
    page.hidden("base").unwrap()
}

async fn write(browser: &mut Browser, place: &str, section: &str, text: &str) -> Page {
    let path = format!("{place}/sections/{section}");
    let page = browser.get(&path).await;
    page.is(StatusCode::OK);
    let base = base(&page);
    browser.send(&page, &path, &[("base", &base), ("text", text)], &[]).await
}

/// Does an act that takes over the draft, from its form on the draft's page.
async fn take(browser: &mut Browser, place: &str, act: &str, fields: &[(&str, &str)], on: &str) -> Page {
    let path = format!("{place}/acts/{act}");
    let form = browser.get(&path).await;
    form.is(StatusCode::OK);
    let mut all: Vec<(&str, &str)> = vec![("on", on)];
    all.extend(fields);
    browser.send(&form, &path, &all, &[]).await
}

const SENT: [(&str, &str); 6] = [
    ("f.party", "yes"),
    ("f.congress", "yes"),
    ("f.government", "no"),
    ("f.upper", "yes"),
    ("f.upper_department", "no"),
    ("f.inspector", "yes"),
];

#[tokio::test]
async fn a_new_officer_goes_from_draft_to_published_verifiable_report() {
    let (site, mut officer) = scene().await;
    let place = begun(&mut officer).await;
    let case = place.rsplit('/').next().unwrap().to_owned();
    // The first text already names the figures.
    let draft = officer.get(&place).await;
    draft.says("必写，还没有写");
    draft.says("引用平台指标");
    officer.get(&format!("/cases/{case}")).await.says("打开报告稿");
    let read = officer.get(&format!("{place}/read")).await;
    read.says("行政复议。全年收到行政复议申请");
    read.says(">1件</a>");
    // Sending it too early tells all that is missing.
    let early = take(&mut officer, &place, "draft", &[("f.changes", "初稿")], "2025-01-06").await;
    early.is(StatusCode::UNPROCESSABLE_ENTITY);
    early.says("第一责任人");
    early.says("主要安排");
    // A number without a source is flagged as one writes, and put right.
    let person = format!("{place}/sections/first_responsible_person");
    let page = officer.get(&person).await;
    let fields = [("base", "0"), ("text", "主持召开专题会议4次。"), ("check", "1")];
    let checked = officer.send(&page, &person, &fields, &[]).await;
    checked.is(StatusCode::OK);
    checked.says("已核对，还没有保存");
    checked.says("来源未注明的数字");
    officer.get(&person).await.says("还没有文字");
    let stated = "主持召开专题会议{{stated:4次|县政府办公室|会议纪要}}。";
    let saved = write(&mut officer, &place, "first_responsible_person", stated).await;
    saved.is(StatusCode::SEE_OTHER);
    officer.get(saved.location()).await.says("已保存，现在是第1稿");
    let page = officer.get(&person).await;
    assert!(!page.text.contains("来源未注明的数字"));
    page.says("［自报］");
    write(&mut officer, &place, "shortcomings", "培训还不够经常。").await.is(StatusCode::SEE_OTHER);
    write(&mut officer, &place, "next_year", "修订制度35项。").await.is(StatusCode::SEE_OTHER);
    let refused = take(&mut officer, &place, "draft", &[("f.changes", "初稿")], "2025-01-06").await;
    refused.says("35项");
    // It is a plan, not a figure: accepted with the reason.
    let next = officer.get(&format!("{place}/sections/next_year")).await;
    let mark = next.hidden("mark").unwrap();
    let fields = [("mark", mark.as_str()), ("reason", "是下一年的计划数")];
    officer.send(&next, &format!("{place}/accept"), &fields, &[]).await.is(StatusCode::SEE_OTHER);
    officer.get(&format!("{place}/sections/next_year")).await.says("接受的理由：是下一年的计划数");
    let sent =
        take(&mut officer, &place, "draft", &[("f.changes", "初稿，数字取自平台")], "2025-01-06").await;
    sent.is(StatusCode::SEE_OTHER);
    officer.get(&place).await.says("第1稿");
    // The usual address of the act leads to the draft.
    let usual = officer.get(&format!("/cases/{case}/acts/settle")).await;
    assert_eq!(usual.location(), format!("{place}/acts/settle"));
    let mut head = site.signed_in("head").await;
    let vetted = [
        ("complete", "yes"),
        ("figures", "yes"),
        ("secrets", "yes"),
        ("passed", "yes"),
        ("opinion", "数字已核对"),
    ];
    head.does(&case, "vet", &vetted, &[]).await;
    take(&mut head, &place, "settle", &[], "2025-01-06").await.is(StatusCode::SEE_OTHER);
    officer.get(&place).await.says("报告已经审定");
    take(&mut officer, &place, "submit", &SENT, "2025-01-06").await.is(StatusCode::SEE_OTHER);
    site.browser().get("/reports/county/2024").await.is(StatusCode::NOT_FOUND);
    let published = [("f.where", "website")];
    take(&mut officer, &place, "publish", &published, "2025-01-06").await.is(StatusCode::SEE_OTHER);
    public(&site).await;
}

/// What anybody sees and can check.
async fn public(site: &Site) {
    let mut anybody = site.browser();
    let list = anybody.get("/reports").await;
    list.says("href=\"/reports/county/2024/annual_report\"");
    assert!(!list.text.contains("/reports/drafts/"));
    let page = anybody.get("/reports/county/2024/annual_report").await;
    page.is(StatusCode::OK);
    page.says("德化县人民政府2024年法治政府建设年度报告");
    page.says("<a href=\"#figure-reconsideration_received\">1件</a>");
    page.says("id=\"figure-reconsideration_received\"");
    page.says("修订制度35项");
    let link = page.text.split_once("href=\"/figures/reconsideration_received").unwrap().1;
    let link =
        format!("/figures/reconsideration_received{}", link.split('"').next().unwrap().replace("&amp;", "&"));
    let figure = anybody.get(&link).await;
    figure.is(StatusCode::OK);
    figure.says("所数的记录");
    for file in ["report.md", "report.html", "report.docx", "bundle.zip"] {
        anybody.get(&format!("/reports/county/2024/annual_report/{file}")).await.is(StatusCode::OK);
    }
    anybody.get("/reports/county/2024/annual_report/other.zip").await.is(StatusCode::NOT_FOUND);
    let bundle = site.with(|platform| {
        platform.public_report_file(("annual_report", "county", 2024), "bundle.zip").unwrap()
    });
    let unsealed = app::unseal(&bundle.bytes, None);
    assert_eq!(unsealed.faults, Vec::<String>::new());
    assert!(unsealed.events > 0);
    // One changed byte, and it does not hold.
    let mut spoilt = bundle.bytes;
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 1;
    assert!(!app::unseal(&spoilt, None).faults.is_empty());
}

#[tokio::test]
async fn two_who_write_at_once_see_both_texts_and_lose_none() {
    let (site, mut officer) = scene().await;
    let place = begun(&mut officer).await;
    let path = format!("{place}/sections/other");
    let mut second = site.signed_in("second").await;
    let (mine, theirs) = (officer.get(&path).await, second.get(&path).await);
    let text = [("base", "0"), ("text", "先写的一段。")];
    second.send(&theirs, &path, &text, &[]).await.is(StatusCode::SEE_OTHER);
    let text = [("base", "0"), ("text", "后写的一段。")];
    let conflict = officer.send(&mine, &path, &text, &[]).await;
    conflict.is(StatusCode::CONFLICT);
    conflict.says("演示协办人已经保存了第1稿");
    conflict.says("先写的一段。");
    conflict.says("后写的一段。");
    assert_eq!((base(&conflict), conflict.hidden("takes").unwrap()), ("1".to_owned(), "2".to_owned()));
    // Whoever closes the page now has lost nothing.
    let later = second.get(&path).await;
    later.says("并列的文稿，等人处理");
    later.says("后写的一段。");
    second.get(&format!("{path}?take=2")).await.says("编辑框里是并列的那份文稿");
    let merged = [("base", "1"), ("takes", "2"), ("text", "先写的一段，后写的一段。")];
    officer.send(&conflict, &path, &merged, &[]).await.is(StatusCode::SEE_OTHER);
    let page = second.get(&path).await;
    assert!(!page.text.contains("等人处理"));
    let versions = second.get(&format!("{path}/versions?from=1&to=3")).await;
    versions.says("<ins>");
    versions.says("第2稿（并列）");
}

#[tokio::test]
async fn remarks_are_answered_and_closed_and_strangers_see_nothing() {
    let (site, mut officer) = scene().await;
    let place = begun(&mut officer).await;
    let path = format!("{place}/sections/other");
    let mut head = site.signed_in("head").await;
    let page = head.get(&path).await;
    let text = [("text", "请写<培训>的情况")];
    head.send(&page, &format!("{path}/comments"), &text, &[]).await.is(StatusCode::SEE_OTHER);
    let page = officer.get(&path).await;
    page.says("请写&lt;培训&gt;的情况");
    let id = page.hidden("answers").unwrap();
    let answer = [("answers", id.as_str()), ("text", "已写")];
    officer.send(&page, &format!("{path}/comments"), &answer, &[]).await.is(StatusCode::SEE_OTHER);
    officer.get(&place).await.says("1条没有办结");
    let page = head.get(&path).await;
    page.says("答：已写");
    head.send(&page, &format!("{place}/comments/{id}/close"), &[], &[]).await.is(StatusCode::SEE_OTHER);
    officer.get(&path).await.says("已经办结的批注");
    let mut stranger = site.signed_in("police").await;
    stranger.get(&place).await.is(StatusCode::NOT_FOUND);
    stranger.get(&path).await.is(StatusCode::NOT_FOUND);
    let own = stranger.get("/reports").await;
    assert!(!own.text.contains(&place));
    let mut citizen = site.signed_in("citizen").await;
    citizen.get(&place).await.is(StatusCode::FORBIDDEN);
    assert_eq!(site.browser().get(&place).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_was_written_when_the_session_ended_is_there_again() {
    let (site, mut officer) = scene().await;
    let place = begun(&mut officer).await;
    let path = format!("{place}/sections/other");
    let page = officer.get(&path).await;
    officer.cookies.clear();
    let text = [("base", "0"), ("text", "写了很久的一段。")];
    let lapsed = officer.send(&page, &path, &text, &[]).await;
    lapsed.says("写了很久的一段。");
    let kept = lapsed.hidden("kept").unwrap().replace("&quot;", "\"").replace("&amp;", "&");
    let fields = [("login", "officer"), ("password", browse::PASSWORD), ("kept", kept.as_str())];
    let next = officer.send(&lapsed, "/sign-in", &fields, &[]).await;
    assert_eq!(next.location(), path, "{}", next.text);
    let page = officer.get(&path).await;
    page.says("没有保存成的文字");
    page.says("写了很久的一段。");
    drop(site);
}
