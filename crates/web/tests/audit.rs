//! Auditing a report on the web: the way through, every bad input, and that nothing is kept unless asked for.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use crate::browse::{Browser, File, Page, Site};
use app::KeepAudit;
use axum::http::{StatusCode, header};

const REPORT: &str = "某县人民政府2024年度法治政府建设情况报告\n市人民政府：\n一、情况\n\
    受理<b>纠纷</b>2310件，调解成功2254件，调解成功率96.7%。白云岭配备39个公职律师。\n受理案件100件，办结98件，办结率98%。\n二、打算\n继续努力。\n\
    某县人民政府\n2025年2月20日\n";

/// All that the store has on the disk or in its database, byte for byte; the readers' marks on the database are not a part of it.
fn all_kept(site: &Site) -> BTreeMap<PathBuf, Vec<u8>> {
    let rows = site.with(|platform| store::testing::rows(platform.store())).unwrap();
    let mut made: BTreeMap<PathBuf, Vec<u8>> = rows
        .into_iter()
        .enumerate()
        .map(|(at, row)| (format!("row {at}").into(), row.into_bytes()))
        .collect();
    let mut open = vec![site.platform.store().dir().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.to_string_lossy().ends_with("-shm") {
                let content = std::fs::read(&path).unwrap();
                made.insert(path, content);
            }
        }
    }
    made
}

fn holds(site: &Site, text: &str) -> bool {
    all_kept(site).values().any(|content| content.windows(text.len()).any(|part| part == text.as_bytes()))
}

async fn audit(browser: &mut Browser, fields: &[(&str, &str)], files: &[File<'_>]) -> Page {
    let form = browser.get("/audit").await;
    form.is(StatusCode::OK);
    browser.send(&form, "/audit", fields, files).await
}

fn report(content: &str) -> File<'_> {
    ("report", "报告.txt", content.as_bytes())
}

/// Sends what the page of a result carries, with more.
async fn carry(browser: &mut Browser, page: &Page, path: &str, more: &[(&str, &str)]) -> Page {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for name in ["held", "held_previous", "year", "published"] {
        if let Some(value) = page.hidden(name) {
            fields.push((name, plain(&value)));
        }
    }
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend_from_slice(more);
    browser.send(page, path, &all, &[]).await
}

/// An attribute's text without its escapes.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[tokio::test]
async fn anybody_sees_what_does_not_hold_and_nothing_is_kept() {
    let site = Site::new("2025-03-03");
    let before = all_kept(&site);
    let mut browser = site.browser();
    browser.get("/").await.says("href=\"/audit\"");
    let form = browser.get("/audit").await;
    form.is(StatusCode::OK).says("不超过20兆");
    form.says("不保存");
    assert!(!form.text.contains("存下来的审核"), "only officers keep audits");
    let page = audit(&mut browser, &[], &[report(REPORT)]).await;
    page.is(StatusCode::OK).says("审核结果：报告.txt");
    page.says("2254÷2310＝97.5758%");
    page.says("class=\"error\"><u class=\"differs\"");
    page.says("受理&lt;b&gt;纠纷&lt;/b&gt;");
    page.says("规则说明");
    page.says("没有保存");
    assert!(!page.text.contains("<b>") && !page.text.contains("<style") && !page.text.contains("存下来"));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
    let pasted = audit(&mut browser, &[("text", REPORT)], &[]).await;
    pasted.is(StatusCode::OK).says("审核结果：粘贴的文字");
    assert!(all_kept(&site) == before, "something was written");
}

#[tokio::test]
async fn the_result_is_taken_away_in_three_forms() {
    let site = Site::new("2025-03-03");
    let before = all_kept(&site);
    let mut browser = site.browser();
    let last = ("previous", "上年.txt", "2023年受理案件80件。".as_bytes());
    let page =
        audit(&mut browser, &[("year", "2024年"), ("published", "2025-04-20")], &[report(REPORT), last])
            .await;
    page.is(StatusCode::OK).says("应当早于2025年4月1日，写作2025年4月20日");
    let html = carry(&mut browser, &page, "/audit/result", &[("form", "html")]).await;
    html.is(StatusCode::OK).says("<!DOCTYPE html>");
    html.says("2254÷2310＝97.5758%");
    assert!(html.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains(".txt.html"));
    let json = carry(&mut browser, &page, "/audit/result", &[("form", "json")]).await;
    let value: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(value["files"][0]["file"], "报告.txt");
    assert_eq!(value["files"][0]["year"], 2024);
    let rules: Vec<&str> = value["files"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"rate_mismatch") && rules.contains(&"late_publication"), "{rules:?}");
    let sarif = carry(&mut browser, &page, "/audit/result", &[("form", "sarif")]).await;
    let value: serde_json::Value = serde_json::from_str(&sarif.text).unwrap();
    assert_eq!(value["version"], "2.1.0");
    carry(&mut browser, &page, "/audit/result", &[("form", "exe")]).await.is(StatusCode::BAD_REQUEST);
    browser.get("/audit/result").await.is(StatusCode::METHOD_NOT_ALLOWED);
    assert!(all_kept(&site) == before, "something was written");
}

#[tokio::test]
async fn a_docx_is_read_and_its_places_travel_with_it() {
    let mut zip = zip_of(
        "word/document.xml",
        &format!(
            "<w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>",
            REPORT
                .lines()
                .map(|line| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", line.replace('<', "&lt;")))
                .collect::<String>()
        ),
    );
    let site = Site::new("2025-03-03");
    let mut browser = site.browser();
    let page = audit(&mut browser, &[], &[("report", "C:\\文件\\报告.docx", &zip)]).await;
    page.is(StatusCode::OK).says("审核结果：报告.docx");
    page.says("第4行第");
    let json = carry(&mut browser, &page, "/audit/result", &[("form", "json")]).await;
    let value: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    let lines =
        value["files"][0]["findings"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap());
    assert!(lines.into_iter().any(|line| line == 4));
    zip.truncate(zip.len() / 2);
    let page = audit(&mut browser, &[], &[("report", "报告.docx", &zip)]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("“报告.docx”读不了：DOCX文件损坏或者不完整");
}

/// A zip of one stored entry.
fn zip_of(name: &str, text: &str) -> Vec<u8> {
    let mut crc = !0_u32;
    for byte in text.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let (size, length) = (u32::try_from(text.len()).unwrap(), u16::try_from(name.len()).unwrap());
    let mut common = Vec::new();
    common.extend([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    common.extend((!crc).to_le_bytes());
    common.extend(size.to_le_bytes());
    common.extend(size.to_le_bytes());
    common.extend(length.to_le_bytes());
    common.extend([0, 0]);
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(&common);
    write!(zip, "{name}{text}").unwrap();
    let at = u32::try_from(zip.len()).unwrap();
    zip.extend(b"PK\x01\x02\x14\x00");
    zip.extend(&common);
    zip.extend([0; 14]);
    write!(zip, "{name}").unwrap();
    let end = u32::try_from(zip.len()).unwrap();
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend((end - at).to_le_bytes());
    zip.extend(at.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

#[tokio::test]
async fn every_file_that_cannot_be_read_is_told_by_its_name_and_why() {
    let site = Site::new("2025-03-03");
    let before = all_kept(&site);
    let mut browser = site.browser();
    let long = "受理案件。".repeat(70_000);
    let large = vec![b'1'; (20 << 20) + 1];
    let wrong: [(&str, &[u8], &str); 8] = [
        ("无字.html", b"<html><body><div></div></body></html>", "文件是空的"),
        ("空.txt", b" \n", "文件是空的"),
        ("扫描.pdf", b"%PDF-1.4 broken", "PDF文件损坏或者不完整"),
        ("旧.doc", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1], "旧版Word"),
        ("锁.docx", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1], "打开密码"),
        ("图.txt", &[0xff; 64], "编码"),
        ("长.txt", long.as_bytes(), "超过30万字"),
        ("大.txt", &large, "超过20兆"),
    ];
    for (name, content, why) in wrong {
        let page = audit(&mut browser, &[], &[("report", name, content)]).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says(&format!("要审核的报告：“{name}”"));
        page.says(why);
        page.says("href=\"#f-report\"");
    }
    let none = audit(&mut browser, &[("text", "  ")], &[]).await;
    none.is(StatusCode::UNPROCESSABLE_ENTITY).says("还没有选文件，也没有粘贴文字");
    assert!(all_kept(&site) == before, "something was written");
}

#[tokio::test]
async fn all_mistakes_are_told_at_once_and_nothing_is_lost() {
    let site = Site::new("2025-03-03");
    let mut browser = site.browser();
    let fields = [("year", "二〇"), ("published", "2025-13-40")];
    let broken = ("previous", "上年.pdf", &b"%PDF-1.4 broken"[..]);
    let page = audit(&mut browser, &fields, &[report(REPORT), broken]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("没有审核：共 3 处");
    for text in
        ["“二〇”不是年度", "“2025-13-40”不是日期", "“上年.pdf”读不了", "value=\"二〇\"", "已经读入“报告.txt”"]
    {
        page.says(text);
    }
    let again = carry(&mut browser, &page, "/audit", &[("year", "2024")]).await;
    again.is(StatusCode::OK).says("审核结果：报告.txt");
    let both = audit(&mut browser, &[("text", "受理5件。")], &[report(REPORT)]).await;
    both.is(StatusCode::UNPROCESSABLE_ENTITY).says("既选了文件，又粘贴了文字");
    both.says(">\n受理5件。</textarea>");
    let same = audit(&mut browser, &[], &[report(REPORT), ("previous", "上年.txt", REPORT.as_bytes())]).await;
    same.is(StatusCode::UNPROCESSABLE_ENTITY).says("同一份文字");
    let early =
        audit(&mut browser, &[("year", "2024"), ("published", "2023-03-01")], &[report(REPORT)]).await;
    early.is(StatusCode::UNPROCESSABLE_ENTITY).says("2023年3月1日在2024年度开始以前");
    let forged = browser.send(&early, "/audit", &[("held", "{\"name\":1}")], &[]).await;
    forged.is(StatusCode::UNPROCESSABLE_ENTITY).says("还没有选文件");
}

#[tokio::test]
async fn a_form_of_another_site_audits_nothing() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    for path in ["/audit", "/audit/result", "/audit/kept", "/audit/kept/x/delete"] {
        let fields = [("csrf".to_owned(), "0".repeat(64)), ("text".to_owned(), REPORT.to_owned())];
        officer.post(path, &fields, &[]).await.is(StatusCode::FORBIDDEN).says("不是由本站");
    }
}

#[tokio::test]
async fn an_officer_keeps_an_audit_for_the_organ_and_deletes_it() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    let before = all_kept(&site);
    let page = audit(&mut officer, &[], &[report(REPORT)]).await;
    page.is(StatusCode::OK).says("存下来");
    assert!(all_kept(&site) == before, "nothing is kept by looking");
    assert!(!holds(&site, "白云岭"));
    let kept = carry(&mut officer, &page, "/audit/kept", &[("name", "二〇二四年度报告<送审稿>")]).await;
    kept.is(StatusCode::SEE_OTHER);
    assert!(holds(&site, "白云岭"), "what was asked for is kept");
    let path = kept.location().to_owned();
    let again = carry(&mut officer, &page, "/audit/kept", &[("name", "二〇二四年度报告<送审稿>")]).await;
    assert_eq!(again.location(), path, "the same command is done once");
    let shown = officer.get(&path).await;
    shown.is(StatusCode::OK).says("二〇二四年度报告&lt;送审稿&gt;");
    shown.says("2254÷2310＝97.5758%");
    shown.says("演示承办人于2025-03-03");
    assert!(!shown.text.contains("规则在存下来以后有改动"));
    officer.get(&format!("{path}/then")).await.is(StatusCode::OK).says("rate_mismatch");

    let mut second = site.signed_in("second").await;
    second.get("/audit").await.says("二〇二四年度报告&lt;送审稿&gt;");
    let mut police = site.signed_in("police").await;
    assert!(!police.get("/audit").await.text.contains("送审稿"), "another organ sees nothing of it");
    police.get(&path).await.is(StatusCode::NOT_FOUND);
    let form = police.get("/audit").await;
    police.send(&form, &format!("{path}/delete"), &[], &[]).await.is(StatusCode::NOT_FOUND);
    site.browser().get(&path).await.is(StatusCode::SEE_OTHER);
    let mut citizen = site.signed_in("citizen").await;
    let page = audit(&mut citizen, &[], &[report(REPORT)]).await;
    assert!(!page.text.contains("存下来"));
    carry(&mut citizen, &page, "/audit/kept", &[("name", "甲")]).await.is(StatusCode::FORBIDDEN);

    let form = second.get("/audit").await;
    second.send(&form, &format!("{path}/delete"), &[], &[]).await.is(StatusCode::SEE_OTHER);
    officer.get(&path).await.is(StatusCode::NOT_FOUND);
    officer.get("/audit").await.says("还没有存下来的");
}

#[tokio::test]
async fn what_the_rules_of_today_find_otherwise_is_said() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    let page = audit(&mut officer, &[], &[report(REPORT)]).await;
    let kept = carry(&mut officer, &page, "/audit/kept", &[("name", "")]).await;
    let actor = site.with(|platform| platform.actor_of("officer")).unwrap();
    let id = kept.location().rsplit('/').next().unwrap();
    let (line, content, _) = site.with(|platform| platform.kept_audit(&actor, id)).unwrap();
    assert_eq!((line.name.as_str(), line.counts.0), ("报告.txt", 1), "the file's name stands in for none");
    let (name, result) = ("旧稿".to_owned(), "{\"files\":[]}".to_owned());
    let old = KeepAudit { key: "an-older-one".to_owned(), name, content, result, counts: (7, 0, 0) };
    let old = site.with(|platform| platform.keep_audit(&actor, old)).unwrap();
    let shown = officer.get(&format!("/audit/kept/{old}")).await;
    shown.is(StatusCode::OK).says("规则在存下来以后有改动");
    shown.says("错误7处");
    let then = officer.get(&format!("/audit/kept/{old}/then")).await;
    assert_eq!(then.text, "{\"files\":[]}");
    let json = carry(&mut officer, &shown, "/audit/result", &[("form", "json")]).await;
    json.is(StatusCode::OK).says("rate_mismatch");
}

#[tokio::test]
async fn many_at_once_wait_for_their_turn() {
    let site = Site::new("2025-03-03");
    let asking = (0..6).map(|_| {
        let mut browser = site.browser();
        tokio::spawn(async move { audit(&mut browser, &[], &[report(REPORT)]).await.status })
    });
    for one in asking.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), StatusCode::OK);
    }
}
