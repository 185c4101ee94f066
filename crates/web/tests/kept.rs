//! Pages that are kept: whoever asks is shown, byte for byte but for the tokens of their forms, what a site shows that makes
//! every page anew; whatever was done just before.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::browse;
use std::io::Read as _;
use std::time::Duration;

use crate::browse::{Browser, Page, Site, apply, day, own_case};
use app::{ErasePerson, NewEntry, Origin};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use store::account::{self, Rank};
use tower::ServiceExt as _;
use web::Edge;

const PAPER: &[u8] = b"%PDF-1.4 a paper";

/// A site that keeps pages, one over the same platform that keeps none, and everybody who looks at both.
struct Sites {
    site: Site,
    anew: Router,
    people: Vec<(&'static str, Browser)>,
    /// The place of a published act.
    published: String,
}

/// What stands for the variables of an address that is kept, and what else is asked of it.
const ASKED: [(&str, &str); 30] = [
    ("/", "/"),
    ("/desk", "/desk"),
    ("/desk", "/desk?whose=mine"),
    ("/desk", "/desk?organ=county&procedure=reconsideration"),
    ("/figures", "/figures"),
    ("/figures", "/figures?procedure=reconsideration"),
    ("/figures/{id}", "/figures/reconsideration_received?year=2025"),
    ("/figures/{id}", "/figures/nope"),
    ("/apply", "/apply"),
    ("/published", "/published"),
    ("/published", "/published?procedure=reconsideration"),
    ("/published/{case}/{number}/{act}", "/published/nope/1/apply"),
    ("/comment", "/comment"),
    ("/search", "/search?q=%E5%A4%8D%E8%AE%AE"),
    ("/search", "/search?q=%22%3E%3Cscript%3E"),
    ("/procedures", "/procedures"),
    ("/procedures/{id}", "/procedures/reconsideration"),
    ("/procedures/{id}", "/procedures/nope"),
    ("/about", "/about"),
    ("/help", "/help"),
    ("/help/{page}", "/help/officers"),
    ("/registers", "/registers"),
    ("/journal", "/journal"),
    ("/draws", "/draws"),
    ("/reports/{organ}/{year}", "/reports/county/2024"),
    ("/reports/{organ}/{year}/{kind}", "/reports/county/2024/annual_report"),
    ("/documents/laws/{id}", "/documents/laws/reconsideration_law"),
    ("/board", "/board?day=2025-03-03"),
    ("/file-review/sheets", "/file-review/sheets"),
    ("/file-review/sheets/{sheet}", "/file-review/sheets/penalty_files@2026"),
];

impl Sites {
    async fn new() -> Self {
        // Only the state of the store says here that a page holds no more, not its age.
        let kept = Edge { kept_for: Duration::from_secs(600), read_times: 0, ..Edge::default() };
        let site = Site::on("2025-03-03", &kept);
        let anew =
            web::router_on(site.platform.clone(), &Edge { kept_bytes: 0, read_times: 0, ..Edge::default() });
        let mut people = Vec::new();
        for login in ["officer", "second", "head", "police", "citizen", "stranger"] {
            people.push((login, site.signed_in(login).await));
        }
        people.push(("admin", site.signed_in(site.admin(Rank::SystemAdmin)).await));
        for (name, look) in [("nobody", ""), ("large", "large"), ("dark", "large-dark")] {
            let mut browser = site.browser();
            browser.get("/about").await.is(StatusCode::OK);
            browser.cookies.insert("yifa_display".to_owned(), look.to_owned());
            people.push((name, browser));
        }
        let mut large = people[0].1.again();
        large.cookies.insert("yifa_display".to_owned(), "large".to_owned());
        people.push(("officer, large", large));
        Self { site, anew, people, published: String::new() }
    }

    fn browser(&mut self, name: &str) -> &mut Browser {
        &mut self.people.iter_mut().find(|(own, _)| *own == name).unwrap().1
    }

    /// Everybody looks at everything and sees what is made anew, now and where it is kept.
    async fn agree(&mut self, after: &str) {
        let all: Vec<&str> = ASKED.iter().map(|(_, path)| *path).collect();
        self.agree_on(&all, after).await;
    }

    /// The same of what changes with what is done.
    async fn agree_at_once(&mut self, after: &str) {
        self.agree_on(&CHANGING, after).await;
    }

    async fn agree_on(&mut self, paths: &[&str], after: &str) {
        let published = Some(self.published.as_str()).filter(|path| !path.is_empty());
        for (name, browser) in &mut self.people {
            for path in paths.iter().copied().chain(published) {
                let fresh = of(&self.anew, browser, path, false).await;
                for is_packed in [false, true] {
                    let kept = of(&self.site.router, browser, path, is_packed).await;
                    same(&kept, &fresh, &format!("{path} for {name} after {after}"));
                }
            }
        }
    }
}

/// What changes with what is done.
const CHANGING: [&str; 6] = [
    "/",
    "/desk",
    "/desk?whose=mine",
    "/desk?organ=county&procedure=reconsideration",
    "/figures/reconsideration_received?year=2025",
    "/published",
];

/// What a router answers to the cookies of a browser; unpacked where it was packed.
async fn of(router: &Router, browser: &Browser, path: &str, is_packed: bool) -> Page {
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut request = Request::get(path).header(header::COOKIE, cookies.join("; "));
    if is_packed {
        request = request.header(header::ACCEPT_ENCODING, "gzip, br");
    }
    let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let text = if headers.remove(header::CONTENT_ENCODING).is_some() {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        text
    } else {
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    for gone in [header::CONTENT_LENGTH, header::ETAG, header::SET_COOKIE] {
        headers.remove(gone);
    }
    Page { status, headers, text }
}

/// A page without its tokens, and what these tokens are.
fn told(text: &str) -> (String, Vec<String>) {
    let (mut rest, mut plain, mut tokens) = (text, String::new(), Vec::new());
    while let Some((before, after)) = rest.split_once("name=\"csrf\" value=\"") {
        let (written, after) = after.split_once('"').unwrap();
        let digit = |at: usize| u8::from_str_radix(&written[at..=at], 16).unwrap();
        assert_eq!(written.len(), 128, "{written}");
        tokens.push((0..64).map(|at| format!("{:x}", digit(at) ^ digit(at + 64))).collect());
        plain.push_str(before);
        plain.push('…');
        rest = after;
    }
    plain.push_str(rest);
    // The figures of the first page are a second old at most, whoever writes.
    if let Some((before, after)) = plain.split_once("<section aria-labelledby=\"figures\">") {
        plain = format!("{before}{}", after.split_once("</section>").unwrap().1);
    }
    (plain, tokens)
}

#[track_caller]
fn same(kept: &Page, fresh: &Page, of: &str) {
    let ((kept_text, kept_tokens), (fresh_text, fresh_tokens)) = (told(&kept.text), told(&fresh.text));
    assert_eq!(kept.status, fresh.status, "{of}");
    assert_eq!(kept.headers, fresh.headers, "{of}");
    assert_eq!(kept_tokens, fresh_tokens, "the tokens of {of}");
    if kept_text != fresh_text {
        let both = kept_text.split('>').zip(fresh_text.split('>'));
        let first = both.into_iter().find(|(one, other)| one != other);
        assert_eq!(first, None, "{of}");
        assert_eq!(kept_text.len(), fresh_text.len(), "{of}");
    }
}

#[test]
fn every_address_that_is_kept_is_asked_for() {
    let kept: Vec<&str> =
        web::routes().into_iter().filter(|route| route.is_kept).map(|route| route.path).collect();
    let missing: Vec<&&str> = kept.iter().filter(|path| ASKED.iter().all(|(own, _)| own != *path)).collect();
    assert!(missing.is_empty(), "write into ASKED: {missing:?}");
    assert!(ASKED.iter().all(|(own, _)| kept.contains(own)));
}

/// What registers say of officers is at most a second old, and so are the figures of the first page.
async fn a_second() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_a_page_made_anew_shows() {
    let mut all = Sites::new().await;
    all.agree("nothing").await;

    apply(all.browser("citizen"), &[], &[]).await.is(StatusCode::OK);
    all.agree_at_once("an application").await;
    let case = own_case(all.browser("citizen")).await;

    // An act, a note that reminds, a case that is handed over: each at once.
    all.browser("officer").does(&case, "examine", &[("conclusion", "meets")], &[]).await;
    all.browser("officer").get("/desk").await.says(&case);
    all.agree_at_once("an act").await;
    all.site.with(|platform| {
        let (from, to) = (platform.actor_of("officer").unwrap(), platform.actor_of("head").unwrap());
        platform.write_note(&from, &case, "请看第一页", Some(&to.account), &Origin::default()).unwrap();
    });
    all.browser("head").get("/desk").await.says("请看第一页");
    assert!(!all.browser("officer").get("/desk").await.text.contains("请看第一页"));
    all.agree_at_once("a note").await;
    all.browser("officer").does(&case, "accept", &[("self_review", "no")], &[]).await;
    all.agree_at_once("another act").await;

    let path = format!("/cases/{case}/correct/3");
    let form = all.browser("officer").get(&path).await;
    let back = [("how", "withdraw"), ("reason", "误点"), ("on", "2025-03-03")];
    all.browser("officer").send(&form, &path, &back, &[]).await.is(StatusCode::SEE_OTHER);
    all.agree_at_once("a correction").await;

    all.site.with(|platform| {
        let asked = ErasePerson {
            key: "erase".to_owned(),
            code: "11010519491231002X".to_owned(),
            reason: "本人请求删除，保存期限已满".to_owned(),
            basis: "本单位文件材料归档范围和保管期限表".to_owned(),
        };
        platform.erase_person(&platform.actor_of(Rank::SystemAdmin.id()).unwrap(), asked).unwrap();
    });
    all.agree_at_once("erasing").await;

    all.site.clock.set(day("2025-03-04"), 9);
    all.agree("a day").await;
    all.site.clock.set(day("2025-06-04"), 9);
    all.agree_at_once("all sessions have run out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_seen_at_once_and_by_all() {
    let mut all = Sites::new().await;
    let mut nobody = all.site.browser();
    assert!(!nobody.get("/published").await.text.contains("行政复议决定书"));
    apply(all.browser("citizen"), &[], &[("f.application", "申请书.pdf", PAPER)]).await.is(StatusCode::OK);
    let case = own_case(all.browser("citizen")).await;
    for (who, act, fields) in DECIDED {
        let files: &[browse::File<'_>] =
            if act == "answer" { &[("f.paper", "答复书.pdf", PAPER)] } else { &[] };
        all.browser(who).does(&case, act, fields, files).await;
    }
    let list = nobody.get("/published").await;
    list.says("行政复议决定书");
    nobody.get("/").await.says("行政复议决定书");
    let path = list.text.split_once("href=\"/published/").unwrap().1.split_once('"').unwrap().0.to_owned();
    all.published = format!("/published/{path}");
    all.agree("a publication").await;
    // Its time of showing is over: the day is written as if its procedure had one. Nothing is done at midnight.
    let key: Vec<String> = path.split('/').map(str::to_owned).collect();
    let (number, last) = (key[1].parse().unwrap(), day("2025-03-04").number());
    let write = move |tx: &mut store::Tx<'_>| {
        store::publication::show_until(tx, &key[0], number, &key[2], Some(last))
    };
    all.site.with(|platform| platform.store().write(write)).unwrap().unwrap();
    for (on, is_shown) in [("2025-03-04", true), ("2025-03-05", false)] {
        all.site.clock.set(day(on), 9);
        let case = path.split('/').next().unwrap();
        for place in ["/published", "/", "/search?q=%E5%86%B3%E5%AE%9A%E4%B9%A6", "/api/v1/published"] {
            let page = nobody.get(place).await;
            assert_eq!(page.text.contains(case), is_shown, "{place} on {on}");
        }
        let expected = if is_shown { StatusCode::OK } else { StatusCode::NOT_FOUND };
        nobody.get(&format!("/published/{path}")).await.is(expected);
    }
}

/// Who does which act, with what filled in.
type Dealt = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const DECIDED: [Dealt; 12] = [
    ("officer", "examine", &[("conclusion", "meets")]),
    ("officer", "accept", &[("self_review", "no")]),
    ("head", "assign_handlers", &[("first", "演示承办人"), ("second", "演示协办人")]),
    (
        "officer",
        "use_simplified",
        &[("accepted_on", "2025-03-03"), ("ground", "on_the_spot"), ("reason", "当场作出，争议不大")],
    ),
    ("officer", "send_copy", &[("kind", "copy")]),
    ("officer", "copy_received", &[]),
    (
        "officer",
        "answer",
        &[
            ("opinion", "处罚正确"),
            ("evidence.0.title", "执法记录"),
            ("evidence.0.proves", "违法事实"),
            ("basis", "治安管理处罚法"),
        ],
    ),
    (
        "officer",
        "draft_decision",
        &[("outcome", "annul"), ("findings", "查明"), ("reasons", "理由"), ("on_transcript", "no")],
    ),
    ("head", "approve_decision", &[("opinion", "同意")]),
    (
        "officer",
        "decide",
        &[
            ("outcome", "annul"),
            ("respondent", "德化县公安局"),
            ("applicant", "演示申请人"),
            ("applicant.code", "11010519491231002X"),
            ("facts", "当日不在现场"),
            ("reasons", "主要事实不清"),
            ("basis", "《中华人民共和国行政复议法》第六十四条"),
            ("result", "撤销处罚决定"),
            ("worse", "no"),
            ("compensation", "none"),
            ("remedy", "十五日内可以起诉"),
        ],
    ),
    (
        "officer",
        "serve_decision",
        &[("needs_performance", "no"), ("own_department", "yes"), ("means", "direct")],
    ),
    ("officer", "publish_decision", &[]),
];

/// Changes an account behind the use cases' back.
fn changed(site: &Site, login: &'static str, change: fn(&mut account::Account)) {
    site.with(|platform| {
        let done = platform.store().write(move |tx| {
            let mut row = account::by_login(tx, login)?.unwrap();
            change(&mut row);
            account::update(tx, &row)
        });
        done.unwrap().unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_longer_who_they_were_is_not_shown_what_they_were_shown() {
    let mut all = Sites::new().await;
    apply(all.browser("citizen"), &[], &[]).await.is(StatusCode::OK);
    let case = own_case(all.browser("citizen")).await;
    let link = format!("/cases/{case}\"");
    all.agree_at_once("an application").await;
    for name in ["officer", "second", "head", "police"] {
        let shows = all.browser(name).get("/desk").await.text.contains(&link);
        assert_eq!(shows, name != "police", "{name}");
    }

    // Signing out ends one session and not the other windows of another.
    let mut gone = all.browser("officer").again();
    let mut other = all.site.signed_in("officer").await;
    other.get("/desk").await.is(StatusCode::OK).says(&link);
    let page = gone.get("/desk").await;
    let mut kept = gone.again();
    gone.send(&page, "/sign-out", &[], &[]).await.is(StatusCode::SEE_OTHER);
    assert!(kept.get("/desk").await.location().starts_with("/sign-in"), "with the old cookie");
    other.get("/desk").await.is(StatusCode::OK).says(&link);
    all.people.push(("signed out", kept));
    all.people.push(("officer again", other));
    all.agree_at_once("signing out").await;

    // Another name, another rank, another organ, each at once.
    changed(&all.site, "second", |row| row.name = "演示改名人".to_owned());
    all.browser("second").get("/desk").await.says("演示改名人");
    all.agree_at_once("another name").await;
    changed(&all.site, "second", |row| row.organ = Some("police".to_owned()));
    assert!(!all.browser("second").get("/desk").await.text.contains(&link));
    all.agree_at_once("another organ").await;
    changed(&all.site, "second", |row| (row.organ, row.rank) = (None, Rank::Citizen));
    assert_ne!(all.browser("second").get("/desk").await.status, StatusCode::OK);
    all.agree_at_once("another rank").await;

    // A post in another organ, after the second that what registers say may be old.
    all.site.with(|platform| {
        let fields = [("procedure", "reconsideration"), ("role", "second_handler"), ("account", "police")];
        let form = fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()]));
        let entry = NewEntry { from: day("2025-01-01"), until: None, form: form.collect(), line: 0 };
        let admin = platform.actor_of(Rank::SystemAdmin.id()).unwrap();
        platform.enter(&admin, "posts", "county", vec![entry], "指定").unwrap();
    });
    a_second().await;
    all.agree_at_once("a post").await;
    all.browser("police").get("/desk?organ=county").await.says(&link);

    // A message that was read, an account that is closed.
    changed(&all.site, "head", |row| row.disabled_at = Some(1));
    assert!(all.browser("head").get("/desk").await.location().starts_with("/sign-in"));
    changed(&all.site, "stranger", |row| row.must_change = true);
    all.agree_at_once("closing").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_has_the_page_is_told_so_until_it_is_another() {
    let site = Site::new("2025-03-03");
    let mut nobody = site.browser();
    nobody.get("/").await.is(StatusCode::OK);
    let first = nobody.get("/").await;
    let tag = first.headers[header::ETAG].clone();
    let again = |path: &str| {
        Request::get(path).header(header::IF_NONE_MATCH, tag.clone()).body(Body::empty()).unwrap()
    };
    let page = nobody.ask(again("/")).await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(page.headers[header::CACHE_CONTROL], "private, no-cache");
    // Somebody else's forms have another token, and another look is another page.
    let mut other = site.browser();
    other.get("/about").await.is(StatusCode::OK);
    other.ask(again("/")).await.is(StatusCode::OK);
    let mut large = nobody.again();
    large.cookies.insert("yifa_display".to_owned(), "large".to_owned());
    large.ask(again("/")).await.is(StatusCode::OK);
    nobody.ask(again("/published")).await.is(StatusCode::OK);
    // Who has signed in is told nothing that a browser might keep.
    let mut officer = site.signed_in("officer").await;
    let desk = officer.get("/desk").await;
    assert!(!desk.headers.contains_key(header::ETAG));
    assert_eq!(desk.headers[header::CACHE_CONTROL], "no-store");
    // The form of a page that was not sent again is still one's own.
    let fields = [("number", "1"), ("code", "2")];
    nobody.send(&first, "/follow", &fields, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    other.send(&first, "/follow", &fields, &[]).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_of_the_first_page_are_a_second_old_at_most() {
    let site = Site::new("2025-03-03");
    let mut nobody = site.browser();
    assert!(!nobody.get("/").await.text.contains("/figures/reconsideration_received"));
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    a_second().await;
    nobody.get("/").await.says("/figures/reconsideration_received");
}

/// Two servers over one database: what one writes the other shows a moment later.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_server_writes_is_seen_a_moment_later() {
    if std::env::var("YIFA_TEST_ON").unwrap_or_default() != "postgres" {
        return;
    }
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    officer.get("/desk").await.is(StatusCode::OK);
    let other = site.with(|platform| {
        let store = store::Store::open_at(platform.store().place(), &store::Options::default()).unwrap();
        let rules = packs::load(&packs::Files::built_in()).unwrap();
        app::Platform::new(store, rules, std::sync::Arc::clone(&site.clock) as _, app::Ids::System).unwrap()
    });
    let elsewhere = site.by(other);
    for round in 0..5 {
        officer.get("/desk").await.is(StatusCode::OK);
        let mut citizen = elsewhere.signed_in("citizen").await;
        apply(&mut citizen, &[("f.act_title", &format!("第{round}号决定"))], &[]).await.is(StatusCode::OK);
        tokio::time::sleep(Duration::from_millis(150)).await;
        officer.get("/desk").await.says(&format!("德政复〔2025〕{}号", round + 1));
    }
    let mut there = elsewhere.browser();
    there.cookies.clone_from(&officer.cookies);
    let desk = there.get("/desk").await;
    there.send(&desk, "/sign-out", &[], &[]).await.is(StatusCode::SEE_OTHER);
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(officer.get("/desk").await.location().starts_with("/sign-in"));
}
