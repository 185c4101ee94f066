//! The pages of accounts and of the three administrators, as they are used.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::browse::{Browser, PASSWORD, Page, Site};
use crate::totp::code;
use app::AccountRules;
use axum::http::{StatusCode, header};
use store::account::Rank;

fn half_a_minute(site: &Site) {
    (0..30).for_each(|_| site.clock.tick());
}

async fn signs_in(browser: &mut Browser, login: &str, password: &str, next: &str) -> Page {
    let page = browser.get(&format!("/sign-in?next={next}")).await;
    browser.send(&page, "/sign-in", &[("login", login), ("password", password)], &[]).await
}

#[tokio::test]
async fn a_handed_out_password_leads_to_one_page_until_it_is_changed() {
    let site = Site::new("2025-03-03");
    site.with(|platform| platform.hand_out_password("officer", "Handed-out-2025x")).unwrap();
    let mut officer = site.browser();
    let page = signs_in(&mut officer, "officer", "Handed-out-2025x", "/").await;
    assert_eq!(page.is(StatusCode::SEE_OTHER).location(), "/account/password");
    for path in ["/account", "/account/second"] {
        assert_eq!(officer.get(path).await.location(), "/account/password", "{path}");
    }
    assert_eq!(officer.get("/desk").await.location(), "/sign-in?next=%2Fdesk");
    assert_eq!(officer.get("/sign-in?next=/desk").await.location(), "/account/password?next=%2Fdesk");
    officer.get("/published").await.is(StatusCode::OK).says("登录还没有完成");
    let page = officer.get("/account/password").await;
    page.is(StatusCode::OK).says("现在的密码是别人发给您的");
    let send = |old: &str, new: &str, again: &str| {
        [("old", old.to_owned()), ("password", new.to_owned()), ("again", again.to_owned())]
    };
    for (fields, why) in [
        (send("Handed-out-2025x", "Good-new-one-7", "Good-new-one-8"), "两次输入的新密码不一样"),
        (send("Handed-out-2025x", "officer-2025-X", "officer-2025-X"), "不能含有登录名"),
        (send("wrong", "Good-new-one-7", "Good-new-one-7"), "现在的密码：不对"),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
        officer
            .send(&page, "/account/password", &fields, &[])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(why);
    }
    let old = officer.cookies["yifa_session"].clone();
    let fields = [("old", "Handed-out-2025x"), ("password", "Good-new-one-7"), ("again", "Good-new-one-7")];
    let done = officer.send(&page, "/account/password", &fields, &[]).await;
    assert_eq!(done.is(StatusCode::SEE_OTHER).location(), "/account");
    assert_ne!(officer.cookies["yifa_session"], old);
    officer.get("/desk").await.is(StatusCode::OK);
}

/// Binds the program on the page; its secret and the recovery codes.
async fn enrol(site: &Site, browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.get("/account/second").await;
    page.is(StatusCode::OK).says("<svg class=\"qr\"");
    let secret =
        page.text.split_once("<code class=\"hash\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let wrong = browser.send(&page, "/account/second", &[("code", "000000")], &[]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).says("验证码不对");
    wrong.says(&secret);
    let right = code(&secret, site.platform.now());
    let page = browser.send(&page, "/account/second", &[("code", &right)], &[]).await;
    page.is(StatusCode::OK).says("只显示这一次");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    let codes = page.text.split("<li><code>").skip(1).map(|rest| rest[..19].to_owned()).collect::<Vec<_>>();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

#[tokio::test]
async fn a_demanded_second_factor_is_bound_first_and_asked_for_afterwards() {
    let site = Site::new("2025-03-03");
    let rules = AccountRules { second_factor: vec![Rank::Head], ..AccountRules::demonstration() };
    site.with(|platform| platform.set_account_rules(&rules)).unwrap();
    let mut head = site.browser();
    let page = signs_in(&mut head, "head", PASSWORD, "/cases").await;
    assert_eq!(page.location(), "/account/second");
    assert_eq!(head.get("/account").await.location(), "/account/second");
    let (secret, codes) = enrol(&site, &mut head).await;
    head.get("/desk").await.is(StatusCode::OK);

    let mut head = site.browser();
    let page = signs_in(&mut head, "head", PASSWORD, "/cases").await;
    assert_eq!(page.location(), "/sign-in/code?next=%2Fcases");
    assert_eq!(head.get("/desk").await.location(), "/sign-in?next=%2Fdesk");
    assert_eq!(head.get("/account").await.location(), "/sign-in/code");
    let form = head.get("/sign-in/code?next=/cases").await;
    let used = code(&secret, site.platform.now());
    let page = head.send(&form, "/sign-in/code", &[("code", &used)], &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("已经用过");
    half_a_minute(&site);
    let right = code(&secret, site.platform.now());
    let page = head.send(&form, "/sign-in/code", &[("code", &right)], &[]).await;
    assert_eq!(page.is(StatusCode::SEE_OTHER).location(), "/cases");
    head.get("/desk").await.is(StatusCode::OK);
    head.get("/account").await.is(StatusCode::OK).says("恢复码还有10个");

    let mut lost = site.browser();
    signs_in(&mut lost, "head", PASSWORD, "/").await;
    let form = lost.get("/sign-in/code").await;
    let page = lost.send(&form, "/sign-in/code", &[("code", &codes[0])], &[]).await;
    assert_eq!(page.is(StatusCode::SEE_OTHER).location(), "/desk");
    let page = lost.get("/account/second").await;
    page.says("恢复码还有9个");
    let page = lost.send(&page, "/account/second/leave", &[("code", &codes[1])], &[]).await;
    assert_eq!(page.location(), "/sign-in");
    head.get("/desk").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_looks_at_a_code_page_without_a_password() {
    let site = Site::new("2025-03-03");
    let mut stranger = site.browser();
    assert_eq!(stranger.get("/sign-in/code").await.location(), "/sign-in");
    let page = stranger.get("/sign-in").await;
    let answer = stranger.send(&page, "/sign-in/code", &[("code", "123456")], &[]).await;
    assert_eq!(answer.location(), "/sign-in");
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_their_owner() {
    let site = Site::new("2025-03-03");
    let (mut one, mut two) = (site.signed_in("officer").await, site.signed_in("officer").await);
    let page = one.get("/account").await;
    page.is(StatusCode::OK).says("我的登录");
    page.says("这一次");
    let id = page.hidden("session").unwrap();
    one.send(&page, "/account/sessions/end", &[("session", &id)], &[]).await.is(StatusCode::SEE_OTHER);
    two.get("/desk").await.is(StatusCode::SEE_OTHER);
    one.get("/desk").await.is(StatusCode::OK);
    let mut three = site.signed_in("officer").await;
    let page = one.get("/account").await;
    one.send(&page, "/account/sessions/end-others", &[], &[]).await.is(StatusCode::SEE_OTHER);
    three.get("/desk").await.is(StatusCode::SEE_OTHER);
    one.get("/desk").await.is(StatusCode::OK);
}

#[tokio::test]
async fn an_account_is_made_granted_locked_reset_and_closed_by_two_administrators() {
    let site = Site::new("2025-03-03");
    let mut system = site.signed_in(site.admin(Rank::SystemAdmin)).await;
    let mut security = site.signed_in(site.admin(Rank::SecurityAdmin)).await;
    let form = system.get("/admin/accounts/new").await;
    let bad = [("login", "a b"), ("name", "新人"), ("organ", "county"), ("rank", "staff")];
    let page = system.send(&form, "/admin/accounts/new", &bad, &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("不能有空格");
    page.says("value=\"新人\"");
    let fields = [("login", "newcomer"), ("name", "新人"), ("organ", "county"), ("rank", "staff")];
    let page = system.send(&form, "/admin/accounts/new", &fields, &[]).await;
    let password =
        page.text.split_once("<code class=\"big\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let page = signs_in(&mut site.browser(), "newcomer", &password, "/").await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("还没有授权");
    page.says("安全管理员");

    security.get("/admin/accounts?show=waiting").await.says("newcomer");
    let page = security.get("/admin/accounts/newcomer").await;
    let grant = [("act", "grant"), ("rank", "head")];
    security.send(&page, "/admin/accounts/newcomer", &grant, &[]).await.is(StatusCode::SEE_OTHER);
    let page = signs_in(&mut site.browser(), "newcomer", &password, "/").await;
    assert_eq!(page.location(), "/account/password");
    for _ in 0..5 {
        signs_in(&mut site.browser(), "newcomer", "Wrong-guess-1", "/").await;
    }
    let page = security.get("/admin/accounts/newcomer").await;
    page.says("锁定中");
    let unlock = [("act", "unlock")];
    security.send(&page, "/admin/accounts/newcomer", &unlock, &[]).await.is(StatusCode::SEE_OTHER);
    signs_in(&mut site.browser(), "newcomer", &password, "/").await.is(StatusCode::SEE_OTHER);

    let bare = [("act", "reset_password"), ("reason", "")];
    let answer = security.send(&page, "/admin/accounts/newcomer", &bare, &[]).await;
    answer.is(StatusCode::UNPROCESSABLE_ENTITY).says("理由");
    let reset = [("act", "reset_password"), ("reason", "忘记密码")];
    let asked = security.send(&page, "/admin/accounts/newcomer", &reset, &[]).await;
    asked.is(StatusCode::OK).says("密码的前一半只显示这一次");
    signs_in(&mut site.browser(), "newcomer", &password, "/").await.is(StatusCode::SEE_OTHER);
    system.get("/admin/accounts").await.says("有重设等待您同意");
    let own = system.get("/admin/accounts/newcomer").await;
    own.says("等待您同意");
    let agreed = system.send(&own, "/admin/accounts/newcomer", &[("act", "agree")], &[]).await;
    agreed.is(StatusCode::OK).says("密码的后一半只显示这一次");
    signs_in(&mut site.browser(), "newcomer", &password, "/").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let half =
        |text: &str| text.split_once("class=\"big\">").unwrap().1.split('<').next().unwrap().to_owned();
    let whole = format!("{}-{}", half(&asked.text), half(&agreed.text));
    signs_in(&mut site.browser(), "newcomer", &whole, "/").await.is(StatusCode::SEE_OTHER);
    // Each has buttons of their own only, and the other's are refused when pressed all the same.
    assert!(!page.text.contains("value=\"close\""));
    let close = [("act", "close"), ("reason", "调离")];
    security.send(&page, "/admin/accounts/newcomer", &close, &[]).await.is(StatusCode::FORBIDDEN);
    let page = system.get("/admin/accounts/newcomer").await;
    assert!(!page.text.contains("value=\"grant\""));
    system.send(&page, "/admin/accounts/newcomer", &grant, &[]).await.is(StatusCode::FORBIDDEN);
    system.send(&page, "/admin/accounts/newcomer", &close, &[]).await.is(StatusCode::SEE_OTHER);
    system.get("/admin/accounts").await.is(StatusCode::OK).says("已停用");
}

#[tokio::test]
async fn the_rules_are_changed_by_the_security_administrator_and_hold_at_once() {
    let site = Site::new("2025-03-03");
    let mut security = site.signed_in(site.admin(Rank::SecurityAdmin)).await;
    let page = security.get("/admin/security").await;
    let numbers =
        [("password_days", "60"), ("stale_days", "90"), ("idle_minutes", "20"), ("session_hours", "8")];
    for (name, wrong) in [("idle_minutes", "0"), ("session_hours", "99"), ("stale_days", "很多")] {
        let fields: Vec<(&str, &str)> =
            numbers.iter().map(|(own, value)| (*own, if *own == name { wrong } else { value })).collect();
        let page = security.send(&page, "/admin/security", &fields, &[]).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says("之间");
    }
    let fields = [&numbers[..], &[("second_factor", "staff"), ("second_factor", "nonsense")]].concat();
    security.send(&page, "/admin/security", &fields, &[]).await.is(StatusCode::SEE_OTHER);
    let rules = site.with(|platform| platform.account_rules()).unwrap();
    assert_eq!((rules.password_days, rules.idle_minutes, rules.session_hours), (60, 20, 8));
    assert_eq!(rules.second_factor, [Rank::Staff]);
    let page = signs_in(&mut site.browser(), "officer", PASSWORD, "/").await;
    assert_eq!(page.location(), "/account/second");
}

#[tokio::test]
async fn the_audit_administrator_reads_filters_takes_away_and_cleans() {
    let site = Site::new("2025-03-03");
    let mut audit = site.signed_in(site.admin(Rank::AuditAdmin)).await;
    for at in 0..60 {
        let line = move |tx: &mut store::Tx<'_>| store::audit_log::add(tx, at, None, "signed_out", "=1+1");
        site.with(|platform| platform.store().write(line)).unwrap().unwrap();
    }
    signs_in(&mut site.browser_at("192.0.2.7"), "officer", "Wrong-guess-1", "/").await;
    let page = audit.get("/admin/audit").await;
    page.is(StatusCode::OK).says("192.0.2.7");
    page.says("失败");
    let next = page.text.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1;
    let next = next.split_once('"').unwrap().0.replace("&amp;", "&");
    audit.get(&next).await.is(StatusCode::OK).says("新建账号");
    let one = audit.get("/admin/audit?login=officer&what=sign_in").await;
    one.is(StatusCode::OK).says("officer 演示承办人");
    assert_eq!(one.text.matches("<tr>").count(), 2, "the head and one line");
    audit.get("/admin/audit?login=nobody").await.is(StatusCode::NOT_FOUND).says("没有找到账号");
    let csv = audit.send(&page, "/admin/audit/export", &[("as", "csv")], &[]).await;
    assert!(csv.is(StatusCode::OK).text.starts_with("\u{feff}序号,时间,账号,操作,结果,地址,内容,杂凑值\r\n"));
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    csv.says("\"'=1+1\"");
    let json = audit.send(&page, "/admin/audit/export", &[("as", "json"), ("what", "sign_in")], &[]).await;
    let value: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(value["lines"][0]["address"], "192.0.2.7");
    assert_eq!(value["lines"][0]["ok"], false);
    let young = audit.send(&page, "/admin/audit/clean", &[("before", "2025-03-01")], &[]).await;
    young.is(StatusCode::UNPROCESSABLE_ENTITY).says("至少保存六个月");
    assert!(site.with(|platform| platform.verify(false)).unwrap().faults.is_empty());
}

#[tokio::test]
async fn the_system_administrator_enters_an_organ() {
    let site = Site::new("2025-03-03");
    let mut system = site.signed_in(site.admin(Rank::SystemAdmin)).await;
    let page = system.get("/admin/organs").await;
    page.is(StatusCode::OK).says("德化县公安局");
    let fields = [
        ("id", "police"),
        ("name", "德化县公安局"),
        ("short", ""),
        ("kind", "ministry"),
        ("division", "35052x"),
        ("parent", "nowhere"),
    ];
    let wrong = system.send(&page, "/admin/organs", &fields, &[]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).says("已经有这个标识的机关");
    for why in
        ["已经有这个名称的机关", "文号中的简称：", "请从所列的里面选", "不是有效的区划代码", "没有这个机关"]
    {
        wrong.says(why);
    }
    let mut fields = vec![
        ("id", "justice"),
        ("name", "德化县司法局"),
        ("short", "德司"),
        ("kind", "department"),
        ("division", "350526"),
        ("parent", "county"),
        ("credit_code", "91350526X"),
    ];
    let wrong = system.send(&page, "/admin/organs", &fields, &[]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).says("统一社会信用代码");
    fields.pop();
    system.send(&page, "/admin/organs", &fields, &[]).await.is(StatusCode::SEE_OTHER);
    system.get("/admin/organs").await.says("德化县司法局");
    assert_eq!(site.with(|platform| platform.organ("justice")).unwrap().parent.as_deref(), Some("county"));
}
