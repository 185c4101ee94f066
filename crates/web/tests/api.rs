//! The API as a program of another organ uses it: tokens, cases, refusals with their article, and who is let in to what.
//! What every operation answers everybody stands in `api.tsv`, written anew by `YIFA_UPDATE=1`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::fmt::Write as _;

use crate::browse::{APPLICATION, PASSWORD, Page, Site, apply, day, expect_table, own_case};
use app::{Deal, NewAccount, Open, Organ, Origin, Reach, Scope};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use store::account::Rank;

/// A program in the name of an account: its id and its secret.
fn client(site: &Site, login: &str, may_write: bool) -> (String, String) {
    let reach = if may_write { Reach::Write } else { Reach::Read };
    client_of(site, login, &Scope::all(reach))
}

/// A program that reaches so far.
fn client_of(site: &Site, login: &str, scope: &Scope) -> (String, String) {
    site.with(|platform| {
        let security = platform.actor_of("security_admin").unwrap();
        let made = platform.add_client(&security, "市共享平台", login, scope, &Origin::default()).unwrap();
        let owner = platform.actor_of(login).unwrap();
        platform.agree_client(&owner, &made.0, &Origin::default()).unwrap();
        made
    })
}

async fn ask(site: &Site, request: Request<Body>) -> Page {
    site.browser().ask(request).await
}

async fn token_of(site: &Site, (id, secret): &(String, String), scope: &str) -> Page {
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}");
    let request = Request::post("/api/v1/token").header("content-type", "application/x-www-form-urlencoded");
    ask(site, request.body(Body::from(body)).unwrap()).await
}

async fn token(site: &Site, login: &str, may_write: bool) -> String {
    let page = token_of(site, &client(site, login, may_write), "").await;
    page.is(StatusCode::OK);
    let told: Value = serde_json::from_str(&page.text).unwrap();
    told["access_token"].as_str().unwrap().to_owned()
}

async fn get(site: &Site, token: &str, path: &str) -> Page {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    ask(site, request.body(Body::empty()).unwrap()).await
}

/// The type of an answer and its bytes.
async fn bytes(site: &Site, token: &str, path: &str) -> (String, Vec<u8>) {
    use tower::ServiceExt as _;
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = site.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    (kind, axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec())
}

async fn post(site: &Site, token: &str, path: &str, key: &str, body: &Value) -> Page {
    post_if(site, token, path, key, None, body).await
}

async fn post_if(site: &Site, token: &str, path: &str, key: &str, tag: Option<&str>, body: &Value) -> Page {
    let mut request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    if let Some(tag) = tag {
        request = request.header(header::IF_MATCH, tag);
    }
    ask(site, request.body(Body::from(body.to_string())).unwrap()).await
}

fn told(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

/// The application for reconsideration as a program sends it.
fn application() -> Value {
    let record =
        APPLICATION.iter().map(|(name, value)| (name.trim_start_matches("f.").to_owned(), json!(value)));
    json!({
        "procedure": "reconsideration", "organ": "county", "act": "apply", "on": "2025-03-03",
        "record": Value::Object(record.collect()),
        "files": [{ "field": "application", "name": "申请书.pdf", "content": "JVBERi0xLjQKJSVFT0YK" }],
    })
}

fn site() -> Site {
    let site = Site::new("2025-03-03");
    site.admin(Rank::SecurityAdmin);
    site
}

#[tokio::test]
async fn a_program_gets_a_token_for_its_secret_and_for_no_other() {
    let site = site();
    let own = client(&site, "officer", true);
    let page = token_of(&site, &own, "").await;
    page.is(StatusCode::OK);
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(told(&page)["scope"], "read write");
    for wrong in [(own.0.clone(), "x".repeat(64)), ("nobody".to_owned(), own.1.clone())] {
        let page = token_of(&site, &wrong, "").await;
        page.is(StatusCode::UNAUTHORIZED);
        assert_eq!(told(&page)["error"], "invalid_client");
    }
    assert_eq!(told(&token_of(&site, &own, "admin").await)["error"], "invalid_scope");
    // The same by the header.
    let basic = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", own.0, own.1))
    };
    let request = Request::post("/api/v1/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, format!("Basic {basic}"));
    let page =
        ask(&site, request.body(Body::from("grant_type=client_credentials&scope=read")).unwrap()).await;
    let token = told(&page)["access_token"].as_str().unwrap().to_owned();
    get(&site, &token, "/api/v1/cases").await.is(StatusCode::OK);
    let page = post(&site, &token, "/api/v1/cases", "key-00001", &application()).await;
    page.is(StatusCode::FORBIDDEN);
    assert_eq!(told(&page)["type"], "urn:yifa:problem:read_only");
    // A session of the pages opens nothing here.
    let mut officer = site.signed_in("officer").await;
    officer.get("/api/v1/cases").await.is(StatusCode::UNAUTHORIZED);
    // Ended at once, whatever tokens it holds.
    site.with(|platform| {
        let security = platform.actor_of("security_admin").unwrap();
        platform.end_client(&security, &own.0, &Origin::default()).unwrap();
    });
    get(&site, &token, "/api/v1/cases").await.is(StatusCode::UNAUTHORIZED);
    token_of(&site, &own, "").await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_ends_after_an_hour_and_with_its_account() {
    let site = site();
    let own = token(&site, "officer", true).await;
    let other = token(&site, "head", true).await;
    site.clock.set(day("2025-03-03"), 11);
    get(&site, &own, "/api/v1/desk").await.is(StatusCode::UNAUTHORIZED);
    let fresh = token(&site, "second", false).await;
    get(&site, &fresh, "/api/v1/desk").await.is(StatusCode::OK);
    site.admin(Rank::SystemAdmin);
    site.with(|platform| {
        let system = platform.actor_of("system_admin").unwrap();
        platform.close_account(&system, "second", "调离", &Origin::default()).unwrap();
    });
    get(&site, &fresh, "/api/v1/desk").await.is(StatusCode::UNAUTHORIZED);
    drop(other);
}

/// The same lists as files of a spreadsheet: what comes back is one, and holds the same rows.
async fn as_spreadsheets(site: &Site, own: &str) {
    for (path, cell) in [
        ("/api/v1/cases.xlsx", "行政处罚决定"),
        (
            "/api/v1/figures/reconsideration_received/records.xlsx?from=2025-01-01&to=2025-12-31",
            "行政处罚决定",
        ),
        ("/api/v1/registers/officers/entries.xlsx?organ=county", "起始日期*"),
    ] {
        let (kind, bytes) = bytes(site, own, path).await;
        assert_eq!(kind, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "{path}");
        let sheet = sheets::open(&bytes).unwrap();
        let cells = || sheet.lines.iter().flat_map(|line| &line.cells);
        assert!(cells().any(|text| text.contains(cell)), "{path}: {sheet:?}");
    }
    get(site, own, "/api/v1/figures/nothing/records.xlsx").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_case_is_opened_dealt_with_and_refused_with_its_article() {
    let site = site();
    let own = token(&site, "officer", true).await;
    let mut open = application();
    open["record"]["request"] = json!("确认该处罚决定违法");
    // Nothing half done: a wrong field is told by its id.
    let mut wrong = open.clone();
    wrong["record"]["learned_on"] = json!("昨天");
    wrong["record"]["unheard_of"] = json!("1");
    let page = post(&site, &own, "/api/v1/cases", "key-00001", &wrong).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.headers[header::CONTENT_TYPE], "application/problem+json");
    let errors = told(&page)["errors"].as_array().unwrap().clone();
    let fields: Vec<&str> = errors.iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"learned_on") && fields.contains(&"unheard_of"), "{fields:?}");

    let citizen = token(&site, "citizen", true).await;
    let page = post(&site, &citizen, "/api/v1/cases", "key-00001", &application()).await;
    page.is(StatusCode::CREATED);
    let done = told(&page);
    let case = done["case"].as_str().unwrap().to_owned();
    assert!(done["receipt"].is_string(), "{done}");
    assert_eq!(page.location(), format!("/api/v1/cases/{case}"));
    // The same key does it once, another content under it is refused.
    let again = post(&site, &citizen, "/api/v1/cases", "key-00001", &application()).await;
    assert_eq!(told(&again), done);
    post(&site, &citizen, "/api/v1/cases", "key-00001", &open).await.is(StatusCode::CONFLICT);
    post(&site, &citizen, "/api/v1/cases", "short", &open).await.is(StatusCode::BAD_REQUEST);

    let path = format!("/api/v1/cases/{case}");
    let page = get(&site, &own, &path).await;
    page.is(StatusCode::OK);
    let tag = page.headers[header::ETAG].to_str().unwrap().to_owned();
    let view = told(&page);
    assert_eq!(view["version"], 1);
    assert!(view["must"].as_array().unwrap().iter().any(|one| one["last_day"] == "2025-03-10"), "{view}");
    let request = Request::get(&path)
        .header(header::AUTHORIZATION, format!("Bearer {own}"))
        .header(header::IF_NONE_MATCH, &tag);
    ask(&site, request.body(Body::empty()).unwrap()).await.is(StatusCode::NOT_MODIFIED);
    // Somebody else's program is told that there is no such case.
    let stranger = token(&site, "stranger", true).await;
    get(&site, &stranger, &path).await.is(StatusCode::NOT_FOUND);

    // What is barred says why, and what to do first.
    let barred =
        view["must_not"].as_array().unwrap().iter().find(|one| one["act"]["id"] == "decide").unwrap();
    assert_eq!(barred["help"], "办理“受理”之后方可办理。");

    // What the law forbids is refused with its article: nothing is accepted that was not examined.
    let (accept, body) = (format!("{path}/acts/accept"), json!({ "record": { "self_review": false } }));
    let page = post_if(&site, &own, &accept, "key-00002", Some(&tag), &body).await;
    page.is(StatusCode::CONFLICT);
    assert_eq!(told(&page)["type"], "urn:yifa:problem:refused");
    assert_eq!(told(&page)["errors"][0]["article"], "《行政复议法》第三十条第一款");
    let examine = json!({ "record": { "conclusion": "meets" } });
    let page = post_if(&site, &own, &format!("{path}/acts/examine"), "key-00003", Some(&tag), &examine).await;
    page.is(StatusCode::CREATED);
    assert_eq!(told(&page)["number"], 2);
    // Who saw an older version is told so.
    let page = post_if(&site, &own, &accept, "key-00004", Some(&tag), &body).await;
    page.is(StatusCode::CONFLICT);
    assert_eq!(told(&page)["type"], "urn:yifa:problem:changed");

    let list = told(&get(&site, &own, "/api/v1/cases?whose=held").await);
    assert_eq!(list["items"][0]["id"], case.as_str());
    let desk = told(&get(&site, &own, "/api/v1/desk").await);
    assert_eq!(desk["items"][0]["case"], case.as_str());
    get(&site, &own, "/api/v1/cases?whose=nobody").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    get(&site, &own, "/api/v1/cases?unheard=1").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let csv = get(&site, &own, "/api/v1/cases.csv").await;
    csv.says("行政处罚决定");
    as_spreadsheets(&site, &own).await;
    let file = view["events"][0]["files"][0]["hash"].as_str().unwrap();
    let reason = "%E6%A0%B8%E5%AF%B9%E8%BA%AB%E4%BB%BD";
    get(&site, &own, &format!("{path}/files/{file}?reason={reason}")).await.says("%PDF");
    get(&site, &own, &format!("{path}/files/{file}?why=x")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    get(&site, &own, &format!("{path}/receipt")).await.is(StatusCode::NOT_FOUND);
    site.with(|platform| platform.make_root().map(drop)).unwrap();
    let receipt = get(&site, &own, &format!("{path}/receipt")).await;
    receipt.is(StatusCode::OK);
    assert!(told(&get(&site, "", "/api/v1/roots").await)["roots"].is_array());
}

#[tokio::test]
async fn figures_registers_and_procedures_are_told_as_the_pages_tell_them() {
    let site = site();
    let mut citizen = site.signed_in("citizen").await;
    let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    apply(&mut citizen, &[], &[("f.application", "application.pdf", pdf)]).await;
    let figures = told(&get(&site, "", "/api/v1/figures?from=2025-01-01&to=2025-12-31").await);
    let received = figures["items"].as_array().unwrap().iter();
    let received = received.clone().find(|one| one["id"] == "reconsideration_received").unwrap();
    assert_eq!(received["value"], "1");
    get(&site, "", "/api/v1/figures?from=2025-02-30").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let own = token(&site, "officer", true).await;
    let records = told(&get(&site, &own, "/api/v1/figures/reconsideration_received/records").await);
    assert_eq!(records["items"][0]["on"], "2025-03-03");
    let stranger = token(&site, "stranger", false).await;
    let hidden = told(&get(&site, &stranger, "/api/v1/figures/reconsideration_received/records").await);
    assert_eq!(hidden["items"][0]["case"], Value::Null);
    get(&site, &own, "/api/v1/figures/unheard/records").await.is(StatusCode::NOT_FOUND);

    let head = token(&site, "head", true).await;
    // What the sheet of a register would be told, the API tells too: which field of which entry.
    let entry = json!({ "organ": "county", "reason": "任职文件", "entries": [
        { "from": "2025-01-01", "record": { "unheard_of": "1" } } ] });
    let page = post(&site, &head, "/api/v1/registers/officers/entries", "key-00001", &entry).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("没有这个字段");
    let listed = told(&get(&site, &head, "/api/v1/registers/officers/entries?organ=county").await);
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
    let one = told(&get(&site, "", "/api/v1/procedures/reconsideration").await);
    assert!(one["acts"].as_array().unwrap().iter().any(|act| act["id"] == "apply"));
    let organs = told(&get(&site, &own, "/api/v1/organs").await);
    assert_eq!(organs["items"].as_array().unwrap().len(), 2);
}

/// Callers of the table: who, the login, how far the program reaches, and in which procedure alone.
const CALLERS: [(&str, &str, Reach, Option<&str>); 13] = [
    ("party", "citizen", Reach::Write, None),
    ("stranger", "stranger", Reach::Write, None),
    ("lists", "officer", Reach::Lists, None),
    ("reading", "officer", Reach::Read, None),
    ("submits", "officer", Reach::Submit, None),
    ("bound", "officer", Reach::Write, Some("reconsideration")),
    ("elsewhere", "officer", Reach::Write, Some("penalty")),
    ("officer", "officer", Reach::Write, None),
    ("head", "head", Reach::Write, None),
    ("named", "police", Reach::Write, None),
    ("above", "above", Reach::Write, None),
    ("below", "below", Reach::Write, None),
    ("ended", "second", Reach::Write, None),
];

/// A site with an organ above and one below, and the security administrator who lets programs in.
fn county() -> Site {
    let edge = web::Edge { limit_times: 1000, ..web::Edge::default() };
    let site = Site::on("2025-03-03", &edge);
    site.admin(Rank::SecurityAdmin);
    let organ = |id: &str, name: &str, kind: &str, division: &str| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: id.to_owned(),
        kind: kind.to_owned(),
        division: division.to_owned(),
        credit_code: None,
        parent: None,
    };
    site.with(|platform| {
        let organs = vec![
            organ("city", "泉州市人民政府", "government", "350500"),
            organ("below", "浔中镇人民政府", "township", "350526100"),
        ];
        platform.enter_organs(organs, day("2020-01-01")).unwrap();
        for (login, organ) in [("above", "city"), ("below", "below")] {
            let (login, organ) = (login.to_owned(), Some(organ.to_owned()));
            let name = "演示其他机关人".to_owned();
            let new = NewAccount { login, name, password: PASSWORD.to_owned(), organ, rank: Rank::Head };
            platform.add_account(new).unwrap();
        }
    });
    site
}

fn form(fields: &[(&str, &str)]) -> app::Form {
    let plain =
        |(name, text): &(&str, &str)| (name.trim_start_matches("f.").to_owned(), vec![(*text).to_owned()]);
    fields.iter().map(plain).collect()
}

/// An application of the party's, and where it asks, examined by the officer; the case.
fn case_of(site: &Site, at: usize, is_examined: bool) -> String {
    site.with(|platform| {
        let open = Open {
            key: format!("stage-open-{at}"),
            procedure: "reconsideration".to_owned(),
            organ: "county".to_owned(),
            act: "apply".to_owned(),
            on: day("2025-03-03"),
            form: form(&APPLICATION),
            files: Vec::new(),
        };
        let case = platform.open(&platform.actor_of("citizen").unwrap(), open).unwrap().case;
        if is_examined {
            let deal = Deal {
                key: format!("stage-examine-{at}"),
                case: case.clone(),
                version: None,
                act: "examine".to_owned(),
                on: day("2025-03-03"),
                form: form(&[("conclusion", "meets")]),
                files: Vec::new(),
            };
            platform.act(&platform.actor_of("officer").unwrap(), deal).unwrap();
        }
        case
    })
}

/// A whole request of an operation that writes, on a stage of its own: the address and what is sent there.
fn whole(site: &Site, path: &str, at: usize) -> (String, Value) {
    match path {
        "/api/v1/cases" => {
            let mut open = application();
            open["record"]["facts"] = json!(format!("第{at}次，当日并未到过现场"));
            (path.to_owned(), open)
        }
        "/api/v1/cases/{id}/acts/{act}" => {
            let case = case_of(site, at, false);
            (format!("/api/v1/cases/{case}/acts/examine"), json!({ "record": { "conclusion": "meets" } }))
        }
        "/api/v1/cases/{id}/corrections/{number}" => {
            let case = case_of(site, at, true);
            (format!("/api/v1/cases/{case}/corrections/2"), json!({ "reason": "登记有误" }))
        }
        "/api/v1/registers/{id}/entries" => {
            let record = json!({ "number": format!("n{at}"), "name": "演示某人", "kind": "officer" });
            let entries = json!([{ "from": "2025-01-01", "record": record }]);
            let body = json!({ "organ": "county", "reason": "任职文件", "entries": entries });
            ("/api/v1/registers/officers/entries".to_owned(), body)
        }
        other => panic!("{other}: say what a whole request is"),
    }
}

/// What there is that an operation could have written.
fn held(site: &Site) -> std::collections::BTreeMap<String, Vec<String>> {
    let beside = ["audit_log", "session", "client", "client_token", "pack", "meta", "lease"];
    site.with(|platform| store::testing::tables(platform.store(), &beside).unwrap())
}

/// What a whole request comes to: done, or why not, and then nothing is other than before.
async fn sent(site: &Site, token: &str, path: &str, at: usize) -> String {
    let (place, body) = whole(site, path, at);
    let before = held(site);
    let page = post(site, token, &place, &format!("key-{at:06}"), &body).await;
    let is_same = held(site) == before;
    if page.status == StatusCode::CREATED || page.status == StatusCode::OK {
        assert!(!is_same, "{path}: {}", page.text);
        return "done".to_owned();
    }
    assert!(is_same && page.status.is_client_error(), "{path}: {} {}", page.status, page.text);
    let problem = told(&page);
    let kind = problem["type"].as_str().unwrap().trim_start_matches("urn:yifa:problem:").to_owned();
    let article = problem["errors"][0]["article"].as_str().unwrap_or_default();
    format!("refused:{} {kind}{article}", page.status.as_u16())
}

#[tokio::test]
async fn every_operation_answers_everybody_as_the_table_says() {
    let site = county();
    let mut citizen = site.signed_in("citizen").await;
    let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    apply(&mut citizen, &[], &[("f.application", "application.pdf", pdf)]).await;
    let case = own_case(&mut citizen).await;
    site.with(|platform| platform.make_root().map(drop)).unwrap();
    let mut tokens = vec![String::new(), "0".repeat(64)];
    for (who, login, reach, procedure) in CALLERS {
        let own = client_of(&site, login, &Scope { reach, procedure: procedure.map(str::to_owned) });
        let page = token_of(&site, &own, "").await;
        tokens.push(told(&page)["access_token"].as_str().unwrap().to_owned());
        if who == "ended" {
            site.with(|platform| {
                let security = platform.actor_of("security_admin").unwrap();
                platform.end_client(&security, &own.0, &Origin::default()).unwrap();
            });
        }
    }
    let names: Vec<&str> = CALLERS.iter().map(|(who, ..)| *who).collect();
    let mut table = format!("method\tpath\tnobody\twrong\t{}\n", names.join("\t"));
    let mut at = 0;
    for (method, path) in web::api_operations() {
        if path == "/api/v1/token" {
            // Whoever has the secret, and nobody else: tested by itself.
            continue;
        }
        write!(table, "{method}\t{path}").unwrap();
        let filled = fill(&path, &case);
        for token in &tokens {
            at += 1;
            if method == "GET" {
                let page = get(&site, token, &filled).await;
                assert!(!page.status.is_server_error(), "{path}: {}", page.text);
                write!(table, "\t{}", page.status.as_u16()).unwrap();
            } else {
                write!(table, "\t{}", sent(&site, token, &path, at).await).unwrap();
            }
        }
        table.push('\n');
    }
    expect_table("api.tsv", &table);
}

#[tokio::test]
async fn a_scope_is_what_its_owner_agreed_to_and_no_token_is_wider() {
    let site = site();
    for (reach, asked, given) in [
        (Reach::Read, "lists", Some("lists")),
        (Reach::Read, "read", Some("read")),
        (Reach::Read, "read write", None),
        (Reach::Read, "submit", None),
        (Reach::Lists, "read", None),
        (Reach::Submit, "", Some("submit")),
        (Reach::Submit, "read", None),
        (Reach::Write, "submit", Some("submit")),
    ] {
        let page = token_of(&site, &client_of(&site, "officer", &Scope::all(reach)), asked).await;
        let told = told(&page);
        match given {
            Some(given) => assert_eq!(told["scope"], given, "{reach:?} {asked}"),
            None => assert_eq!(told["error"], "invalid_scope", "{reach:?} {asked}"),
        }
    }
    // Bound to one procedure: another's cases are not there, a list says which, nothing beside cases is given.
    let bound = |procedure: &str| Scope { reach: Reach::Write, procedure: Some(procedure.to_owned()) };
    let token_for = async |scope: &Scope| {
        let page = token_of(&site, &client_of(&site, "officer", scope), "").await;
        told(&page)["access_token"].as_str().unwrap().to_owned()
    };
    let (own, other) = (token_for(&bound("reconsideration")).await, token_for(&bound("penalty")).await);
    let case = case_of(&site, 1, false);
    get(&site, &own, &format!("/api/v1/cases/{case}")).await.is(StatusCode::OK);
    get(&site, &other, &format!("/api/v1/cases/{case}")).await.is(StatusCode::NOT_FOUND);
    for (token, count) in [(&own, 1), (&other, 0)] {
        for path in ["/api/v1/cases", "/api/v1/desk"] {
            let list = told(&get(&site, token, path).await);
            assert_eq!(list["items"].as_array().unwrap().len(), count, "{path}");
        }
        let table = get(&site, token, "/api/v1/cases.csv").await;
        assert_eq!(table.text.contains("行政处罚决定"), count == 1);
    }
    for path in ["/api/v1/cases?procedure=reconsideration", "/api/v1/cases?find=%E5%BE%B7", "/api/v1/organs"]
    {
        let page = get(&site, &other, path).await;
        page.is(StatusCode::FORBIDDEN);
        assert_eq!(told(&page)["type"], "urn:yifa:problem:out_of_scope", "{path}");
        page.says("限于程序 penalty");
    }
    let page = post(&site, &other, "/api/v1/cases", "key-00009", &application()).await;
    page.is(StatusCode::FORBIDDEN);
    // The owner reads it before agreeing, and ends it.
    let made = site.with(|platform| {
        let security = platform.actor_of("security_admin").unwrap();
        let scope = Scope { reach: Reach::Submit, procedure: Some("reconsideration".to_owned()) };
        let wrong = Scope { procedure: Some("no_such".to_owned()), ..scope.clone() };
        platform.add_client(&security, "某系统", "officer", &wrong, &Origin::default()).unwrap_err();
        platform.add_client(&security, "某系统", "officer", &scope, &Origin::default()).unwrap()
    });
    let mut officer = site.signed_in("officer").await;
    let page = officer.get("/account").await;
    page.says("只能提交，限于行政复议");
    token_of(&site, &made, "").await.is(StatusCode::UNAUTHORIZED);
    officer.send(&page, "/account/programs/agree", &[("program", &made.0)], &[]).await;
    token_of(&site, &made, "").await.is(StatusCode::OK).says("submit procedure:reconsideration");
    officer.send(&page, "/account/programs/end", &[("program", &made.0)], &[]).await;
    token_of(&site, &made, "").await.is(StatusCode::UNAUTHORIZED);
}

/// A path with what there is in the place of its variables.
fn fill(path: &str, case: &str) -> String {
    let filled = path
        .replace("/cases/{id}", &format!("/cases/{case}"))
        .replace("{case}", case)
        .replace("/figures/{id}", "/figures/reconsideration_received")
        .replace("/procedures/{id}", "/procedures/reconsideration")
        .replace("/registers/{id}", "/registers/officers")
        .replace("/documents/{id}", "/documents/none")
        .replace("{act}", "examine")
        .replace("{number}", "1")
        .replace("{hash}", &"0".repeat(64));
    assert!(!filled.contains('{'), "{path}: say what stands for its variables");
    if filled.contains("/officers/entries") { format!("{filled}?organ=county") } else { filled }
}

#[tokio::test]
async fn the_description_names_every_operation_and_what_is_wrong_is_told_in_one_form() {
    let site = site();
    let page = get(&site, "", "/api/v1/openapi.json").await;
    let api = told(&page);
    assert_eq!(api["openapi"], "3.1.0");
    let operations = web::api_operations();
    assert!(operations.len() > 15);
    for (method, path) in operations {
        let own = path.strip_prefix("/api/v1").unwrap();
        let operation = &api["paths"][own][method.to_lowercase()];
        assert!(operation["summary"].is_string(), "{method} {path}");
        assert!(operation["responses"]["401"]["description"].is_string(), "{method} {path}");
    }
    for (path, status) in [("/api/v1/unheard", 404), ("/api/v1/published/a/b/c", 404)] {
        let page = get(&site, "", path).await;
        assert_eq!(page.status.as_u16(), status);
        assert_eq!(page.headers[header::CONTENT_TYPE], "application/problem+json", "{path}");
    }
    let request = Request::delete("/api/v1/cases").body(Body::empty()).unwrap();
    let page = ask(&site, request).await;
    page.is(StatusCode::METHOD_NOT_ALLOWED);
    assert!(page.headers.contains_key(header::ALLOW));
    assert_eq!(told(&page)["status"], 405);
    let shown = site.browser().get("/api/v1").await;
    shown.is(StatusCode::OK);
    shown.says("/api/v1/cases/{id}/acts/{act}");
}
