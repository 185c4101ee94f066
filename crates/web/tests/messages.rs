//! The pages of messages, as they are used: told, counted in the head, read; an address confirmed by its code; the
//! administrator's log and test.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use crate::browse::{Site, apply, own_case};
use crate::gateway::{gateway, use_gateway, work};
use axum::http::StatusCode;
use store::account::Rank;

#[tokio::test]
async fn a_party_is_told_and_reads_it() {
    let site = Site::new("2025-03-03");
    work(&site);
    let mut citizen = site.signed_in("citizen").await;
    let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    apply(&mut citizen, &[], &[("f.application", "application.pdf", pdf)]).await;
    let case = own_case(&mut citizen).await;
    work(&site);
    citizen.get("/messages").await.is(StatusCode::OK).says("还没有消息");
    let mut head = site.signed_in("head").await;
    let desk = head.get("/desk").await;
    desk.is(StatusCode::OK).says("没有看的消息");
    desk.says("新收到一件");
    desk.says("1条未看");
    let mut officer = site.signed_in("officer").await;
    for (act, fields) in [("examine", [("f.conclusion", "meets")]), ("accept", [("f.self_review", "no")])] {
        site.clock.tick();
        let path = format!("/cases/{case}/acts/{act}");
        let page = officer.get(&path).await;
        let all = [fields.as_slice(), &[("on", "2025-03-03")]].concat();
        officer.send(&page, &path, &all, &[]).await.is(StatusCode::SEE_OTHER);
    }
    work(&site);
    let page = citizen.get("/messages").await;
    page.is(StatusCode::OK).says("您的办件有新的文书");
    page.says("行政复议");
    page.says("1条未看");
    page.says(&format!("/cases/{case}"));
    // Another one's message is not theirs to read.
    let message = page.hidden("message").unwrap();
    let own = officer.get("/messages").await;
    officer.send(&own, "/messages/read", &[("message", &message)], &[]).await.is(StatusCode::SEE_OTHER);
    citizen.get("/").await.says("1条未看");
    let back = citizen.send(&page, "/messages/read", &[("message", &message)], &[]).await;
    assert_eq!(back.is(StatusCode::SEE_OTHER).location(), "/messages");
    let page = citizen.get("/messages").await;
    assert!(!page.text.contains("条未看"), "{}", page.text);
    page.says("您的办件有新的文书");
    assert!(site.browser().get("/messages").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn an_address_is_confirmed_and_the_administrator_sees_what_went_out() {
    let site = Site::new("2025-03-03");
    work(&site);
    let mut citizen = site.signed_in("citizen").await;
    citizen.get("/messages/settings").await.is(StatusCode::OK).says("本平台还没有开通短信");
    let (url, got) = gateway();
    use_gateway(&site, &url);
    let page = citizen.get("/messages/settings").await;
    let path = "/messages/settings/address";
    let wrong = [("channel", "sms"), ("step", "ask"), ("text", "123")];
    citizen.send(&page, path, &wrong, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("写11位手机号码");
    let ask = [("channel", "sms"), ("step", "ask"), ("text", "13912345678")];
    citizen.send(&page, path, &ask, &[]).await.is(StatusCode::SEE_OTHER);
    work(&site);
    let code = {
        let got = got.lock().unwrap();
        got[0].split_once("验证码是").unwrap().1.get(..6).unwrap().to_owned()
    };
    let page = citizen.get("/messages/settings").await;
    page.says("139****5678");
    let wrong = [("channel", "sms"), ("step", "confirm"), ("text", "abc")];
    citizen.send(&page, path, &wrong, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("验证码");
    let right = [("channel", "sms"), ("step", "confirm"), ("text", code.as_str())];
    citizen.send(&page, path, &right, &[]).await.is(StatusCode::SEE_OTHER);
    citizen.get("/messages/settings").await.says("不再发送");
    let quiet = [("from", "20:30"), ("until", "07:15")];
    citizen.send(&page, "/messages/settings/quiet", &quiet, &[]).await.is(StatusCode::SEE_OTHER);
    let page = citizen.get("/messages/settings").await;
    page.says("value=\"20:30\"");
    page.says("改回统一的时段");

    let system = site.admin(Rank::SystemAdmin);
    let mut admin = site.signed_in(system).await;
    let page = admin.get("/admin/messages").await;
    page.is(StatusCode::OK).says("验证码");
    page.says("已经送出");
    assert!(!page.text.contains(&code) && !page.text.contains("13912345678"), "neither code nor number");
    let test = [("channel", "sms"), ("to", "13700000000")];
    let back = admin.send(&page, "/admin/messages", &test, &[]).await;
    assert_eq!(back.is(StatusCode::SEE_OTHER).location(), "/admin/messages?tested=sms");
    assert!(got.lock().unwrap().last().unwrap().contains("测试消息"));
    let test = [("channel", "sms"), ("to", "1370000")];
    admin.send(&page, "/admin/messages", &test, &[]).await.says("手机号码写得不对");
    citizen.get("/admin/messages").await.is(StatusCode::FORBIDDEN);
}
