//! The desk, the calendar, notes in a case, handing over, drafts, and pictures of procedures, as a browser sees them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use crate::browse;
use crate::browse::{Browser, Site, apply, own_case};
use axum::http::StatusCode;

/// A case that a citizen began, and an officer who has opened its page.
async fn scene() -> (Site, Browser, String) {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await;
    let case = own_case(&mut citizen).await;
    let officer = site.signed_in("officer").await;
    (site, officer, case)
}

#[tokio::test]
async fn guides_and_cases_show_the_procedure_as_a_picture_and_in_words() {
    let (_site, mut officer, case) = scene().await;
    let guide = officer.get("/procedures/petition").await;
    guide.says("<h2 id=\"picture\">程序图</h2>");
    assert!(guide.text.matches("<svg xmlns").count() == 1);
    guide.says("60日内应当办");
    let page = officer.get(&format!("/cases/{case}")).await;
    page.says("程序图：本案走到哪里");
    page.says("已办，2025年3月3日");
    page.says("应当办，最后一日");
    page.says("现在不得办");
    page.says("逐日看");
    page.says("<span class=\"told\">起算</span>");
    page.says("<span class=\"told\">5 届满</span>");
}

#[tokio::test]
async fn the_desk_is_narrowed_and_a_view_is_kept_for_its_owner_alone() {
    let (site, mut officer, case) = scene().await;
    let link = format!("/cases/{case}\"");
    officer.get("/desk?procedure=reconsideration").await.says(&link);
    for other in ["/desk?procedure=penalty", "/desk?waits=others&days=0", "/desk?whose=mine", "/desk?days=0"]
    {
        let page = officer.get(other).await;
        page.is(StatusCode::OK);
        assert!(!page.text.contains(&link), "{other}");
    }
    officer.get("/desk?days=30").await.says(&link);
    let page = officer.get("/desk?procedure=reconsideration&days=7").await;
    let kept = page.hidden("link").unwrap().replace("&amp;", "&");
    let fields = [("link", kept.as_str()), ("name", "本周复议")];
    officer.send(&page, "/desk/views", &fields, &[]).await.is(StatusCode::SEE_OTHER);
    let page = officer.get("/desk").await;
    page.says("本周复议");
    assert!(!site.signed_in("head").await.get("/desk").await.text.contains("本周复议"));
    let bad = [("link", "https://evil.example/desk"), ("name", "坏")];
    officer.send(&page, "/desk/views", &bad, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    officer.send(&page, "/desk/views/drop", &[("name", "本周复议")], &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!officer.get("/desk").await.text.contains("本周复议"));
}

#[tokio::test]
async fn a_note_is_for_officers_of_the_case_and_a_reminder_stands_on_its_desk() {
    let (site, mut officer, case) = scene().await;
    let events = site.events();
    let page = officer.get(&format!("/cases/{case}")).await;
    let head =
        option(&page.text, "note-to", "演示负责人").unwrap_or_else(|| first_option(&page.text, "note-to"));
    let path = format!("/cases/{case}/notes");
    let fields = [("text", "材料里少一页，<b>请看</b>"), ("to", head.as_str())];
    officer.send(&page, &path, &fields, &[]).await.is(StatusCode::SEE_OTHER);
    officer.get(&format!("/cases/{case}")).await.says("材料里少一页，&lt;b&gt;请看&lt;/b&gt;");
    // Neither the journal nor the party has it.
    assert_eq!(site.events(), events);
    let mut citizen = site.signed_in("citizen").await;
    let own = citizen.get(&format!("/cases/{case}")).await;
    own.is(StatusCode::OK);
    assert!(!own.text.contains("材料里少一页"));
    citizen.send(&own, &path, &fields, &[]).await.is(StatusCode::FORBIDDEN);
    assert!(!officer.get("/desk").await.text.contains("材料里少一页"), "it reminds somebody else");
    let mut head = site.signed_in("head").await;
    let desk = head.get("/desk").await;
    desk.says("材料里少一页");
    let done = desk.text.split("action=\"").find(|part| part.contains("/done\"")).unwrap();
    let done = done.split('"').next().unwrap().to_owned();
    let page = officer.get("/desk").await;
    officer.send(&page, &done, &[], &[]).await.is(StatusCode::NOT_FOUND);
    head.send(&desk, &done, &[], &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!head.get("/desk").await.text.contains("材料里少一页"));
    let stranger = site.signed_in("stranger").await.get(&path).await;
    assert_ne!(stranger.status, StatusCode::OK);
}

/// The value of an option of a select by its text.
fn option(text: &str, select: &str, name: &str) -> Option<String> {
    let rest = text.split_once(&format!("id=\"{select}\""))?.1.split_once("</select>")?.0;
    let one = rest.split("<option").find(|one| one.contains(&format!(">{name}<")))?;
    one.split_once("value=\"")?.1.split_once('"').map(|(value, _)| value.to_owned())
}

fn first_option(text: &str, select: &str) -> String {
    let rest = text.split_once(&format!("id=\"{select}\"")).unwrap().1.split_once("</select>").unwrap().0;
    let mut values = rest.split("value=\"").skip(1).map(|part| part.split('"').next().unwrap().to_owned());
    values.find(|value| !value.is_empty()).unwrap()
}

#[tokio::test]
async fn a_case_is_handed_over_by_an_event() {
    let (site, _, case) = scene().await;
    let events = site.events();
    let mut head = site.signed_in("head").await;
    let page = head.get(&format!("/cases/{case}")).await;
    let to = first_option(&page.text, "hand-to");
    let path = format!("/cases/{case}/hand-over");
    head.send(&page, &path, &[("to", &to), ("reason", "")], &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    head.send(&page, &path, &[("to", &to), ("reason", "原承办人休假")], &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(site.events(), events + 1);
    let page = head.get(&format!("/cases/{case}")).await;
    page.says("变更承办人");
    page.says("原承办人休假");
    head.send(&page, &path, &[("to", &to), ("reason", "再来一次")], &[])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    // It stands on the desk of whoever deals with it now, and only there.
    let link = format!("/cases/{case}\"");
    let mut seen = 0;
    for login in ["officer", "head"] {
        seen += usize::from(site.signed_in(login).await.get("/desk?whose=mine").await.text.contains(&link));
    }
    assert_eq!(seen, 1);
    let mut police = site.signed_in("police").await;
    let page = police.get("/desk").await;
    let refused = police.send(&page, &path, &[("to", &to), ("reason", "别处")], &[]).await;
    assert!(refused.status == StatusCode::NOT_FOUND || refused.status == StatusCode::FORBIDDEN);
    let verified = site.with(|platform| platform.verify(true).unwrap());
    assert!(verified.journal.faults.is_empty() && verified.faults.is_empty());
}

#[tokio::test]
async fn a_calendar_has_a_secret_address_that_can_be_taken_away() {
    let (site, mut officer, case) = scene().await;
    let page = officer.get("/calendar?month=2025-03&whose=organ").await;
    page.says("2025年3月");
    page.says(&format!("/cases/{case}\""));
    officer.get("/calendar?week=2025-03-05&whose=organ").await.says("2025年3月3日至2025年3月9日");
    officer.get("/calendar?month=2025-10").await.says("国庆节");
    officer.get("/calendar?month=x").await.is(StatusCode::OK);
    let made = officer.send(&page, "/calendar/feed", &[], &[]).await;
    let address = feed_path(&made.text);
    let mut program = site.browser();
    let feed = program.get(&address).await;
    feed.is(StatusCode::OK);
    assert_eq!(feed.headers["content-type"], "text/calendar; charset=utf-8");
    assert!(feed.text.starts_with("BEGIN:VCALENDAR\r\n") && feed.text.ends_with("END:VCALENDAR\r\n"));
    let again = officer.send(&page, "/calendar/feed", &[], &[]).await;
    program.get(&address).await.is(StatusCode::NOT_FOUND);
    let address = feed_path(&again.text);
    program.get(&address).await.is(StatusCode::OK);
    officer.send(&page, "/calendar/feed/revoke", &[], &[]).await.is(StatusCode::OK);
    program.get(&address).await.is(StatusCode::NOT_FOUND);
    let mut citizen = site.signed_in("citizen").await;
    let page = citizen.get("/about").await;
    citizen.send(&page, "/calendar/feed", &[], &[]).await.is(StatusCode::FORBIDDEN);
}

fn feed_path(text: &str) -> String {
    let (_, rest) = text.split_once("/calendar/feed/").unwrap();
    format!("/calendar/feed/{}", rest.split('<').next().unwrap())
}

#[tokio::test]
async fn a_form_is_kept_unsent_and_survives_the_end_of_its_session() {
    let (site, mut officer, case) = scene().await;
    let path = format!("/cases/{case}/acts/refuse");
    let form = officer.get(&path).await;
    let area = form.text.split_once("<textarea").unwrap().1;
    let field = area.split_once("name=\"f.").unwrap().1.split('"').next().unwrap().to_owned();
    let name = format!("f.{field}");
    let kept = [(name.as_str(), "写到一半的理由"), ("draft", "1")];
    officer.send(&form, &path, &kept, &[]).await.is(StatusCode::SEE_OTHER);
    let again = officer.get(&path).await;
    again.says("写到一半的理由");
    again.says("这里是您的草稿");
    let desk = officer.get("/desk").await;
    desk.says("草稿");
    assert!(!site.signed_in("head").await.get(&path).await.text.contains("写到一半的理由"));
    officer.send(&desk, "/drafts/drop", &[("place", &path)], &[]).await.is(StatusCode::SEE_OTHER);
    let form = officer.get(&path).await;
    assert!(!form.text.contains("写到一半的理由"));
    // The session ends while the form is filled in.
    let events = site.events();
    officer.cookies.clear();
    let lapsed = officer.send(&form, &path, &[(name.as_str(), "过期以后才提交的理由")], &[]).await;
    lapsed.is(StatusCode::FORBIDDEN);
    lapsed.says("登录已经过期");
    let hidden = |name: &str| lapsed.hidden(name).unwrap().replace("&quot;", "\"").replace("&amp;", "&");
    let (next, kept) = (hidden("next"), hidden("kept"));
    assert_eq!(next, path);
    let fields = [("login", "officer"), ("password", browse::PASSWORD), ("next", &next), ("kept", &kept)];
    let signed_in = officer.send(&lapsed, "/sign-in", &fields, &[]).await;
    assert_eq!(signed_in.location(), path);
    officer.get(&path).await.says("过期以后才提交的理由");
    assert_eq!(site.events(), events);
}

#[tokio::test]
async fn an_act_is_done_in_several_cases_and_one_that_cannot_fails_alone() {
    let (site, mut officer, first) = scene().await;
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await;
    let list = citizen.get("/cases").await;
    let ids =
        list.text.split("href=\"/cases/").skip(1).map(|part| part.split('"').next().unwrap().to_owned());
    let second = ids.into_iter().find(|id| id.len() > 12 && *id != first).unwrap();
    for case in [&first, &second] {
        let paper = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
        citizen
            .does(case, "withdraw_early", &[("reason", "不再申请")], &[("f.paper", "撤回.pdf", paper)])
            .await;
    }
    officer.get("/cases?procedure=reconsideration").await.says("/cases/bulk/reconsideration/archive");
    officer.get("/cases/bulk/reconsideration/accept").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let path = "/cases/bulk/reconsideration/archive";
    let form = officer.get(path).await;
    form.says(&first);
    form.says(&second);
    let fields = [("case", first.as_str()), ("case", &second), ("case", "nothing"), ("on", "2025-03-03")];
    // Somebody archives the first one meanwhile.
    officer.again().does(&first, "archive", &[], &[]).await;
    let events = site.events();
    let came = officer.send(&form, path, &fields, &[]).await;
    came.is(StatusCode::OK);
    came.says("选了 3 件，办理 1 件，没有办理 2 件");
    assert_eq!(site.events(), events + 1);
    // The same form again does nothing twice.
    let again = officer.send(&form, path, &fields, &[]).await;
    again.is(StatusCode::OK);
    assert_eq!(site.events(), events + 1);
    let mut citizen = site.signed_in("citizen").await;
    citizen.get(path).await.is(StatusCode::FORBIDDEN);
}
