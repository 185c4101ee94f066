//! Every address by everybody: what each gets who has no session, is the party, somebody else, an officer of the organ
//! that holds the case, of the one that its record names, of one above, of one below, or one of the administrators.
//! The addresses come from the table of routes; what is expected stands in `matrix.tsv`, written anew by
//! `YIFA_UPDATE=1`. An address that is not in it fails.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod browse;

use std::fmt::Write as _;

use app::{NewAccount, Open, Organ};
use axum::body::Body;
use axum::http::Request;
use browse::{Browser, PASSWORD, Page, Site, apply, day, expect_table, own_case};
use store::account::Rank;

/// Those who come, by the words of the table's head.
const WHO: [&str; 11] = [
    "nobody", "party", "stranger", "officer", "head", "named", "above", "below", "system", "security",
    "audit",
];

struct Scene {
    site: Site,
    case: String,
    file: String,
    /// A document of the library that anybody may read.
    document: String,
}

/// A case with an attachment, whose record names the police; an organ above and one below.
async fn scene() -> Scene {
    let edge = web::Edge { limit_times: 100, ..web::Edge::default() };
    let site = Site::on("2025-03-03", &edge);
    let organ = |id: &str, name: &str, kind: &str, division: &str| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: id.to_owned(),
        kind: kind.to_owned(),
        division: division.to_owned(),
        credit_code: None,
        parent: None,
    };
    let organs = vec![
        organ("city", "泉州市人民政府", "government", "350500"),
        organ("below", "浔中镇人民政府", "township", "350526100"),
    ];
    site.with(|platform| {
        platform.enter_organs(organs, day("2020-01-01")).unwrap();
        for (login, name, organ, rank) in [
            ("above", "演示市里人", Some("city"), Rank::Head),
            ("below", "演示镇里人", Some("below"), Rank::Head),
            ("system", "演示系统管理员", None, Rank::SystemAdmin),
            ("security", "演示安全管理员", None, Rank::SecurityAdmin),
            ("audit", "演示审计管理员", None, Rank::AuditAdmin),
        ] {
            let organ = organ.map(str::to_owned);
            let (login, name, password) = (login.to_owned(), name.to_owned(), PASSWORD.to_owned());
            platform.add_account(NewAccount { login, name, password, organ, rank }).unwrap();
        }
    });
    let mut citizen = site.signed_in("citizen").await;
    let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    apply(&mut citizen, &[], &[("f.application", "application.pdf", pdf)]).await;
    let case = own_case(&mut citizen).await;
    let page = citizen.get(&format!("/cases/{case}")).await;
    let link = format!("/cases/{case}/files/");
    let file = page.text.split_once(&link).map_or("none", |(_, rest)| rest.split(['"', '?']).next().unwrap());
    site.with(|platform| platform.make_root().map(drop)).unwrap();
    let document = site.with(|platform| {
        let officer = platform.actor_of("officer").unwrap();
        let fields =
            [("title", "演示规定"), ("order", "第3号"), ("effective_on", "2024-03-01"), ("interim", "no")];
        let form = fields.iter().map(|(id, text)| ((*id).to_owned(), vec![(*text).to_owned()]));
        let open = Open {
            key: "library-rule".to_owned(),
            procedure: "rule_in_force".to_owned(),
            organ: "county".to_owned(),
            act: "enter".to_owned(),
            on: day("2025-03-03"),
            form: form.collect(),
            files: Vec::new(),
        };
        platform.open(&officer, open).unwrap().case
    });
    Scene { case, file: file.to_owned(), document, site }
}

impl Scene {
    /// The browser of one of `WHO`, each at an address of its own: limits of frequency are no matter here.
    async fn browser(&self, at: usize, who: &str) -> Browser {
        let login = match who {
            "nobody" => return self.site.browser_at("10.99.0.1"),
            "party" => "citizen",
            "named" => "police",
            login => login,
        };
        let mut own = self.site.browser_at(&format!("10.{at}.0.1"));
        own.cookies = self.site.signed_in(login).await.cookies;
        own
    }

    /// A path of the table with what there is in the place of its variables.
    fn filled(&self, path: &str) -> String {
        let parts = path.split('/').map(|part| {
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                return part.to_owned();
            };
            let value = match (name, path) {
                ("id", path) if path.starts_with("/cases/") => &self.case,
                ("id", path) if path.starts_with("/figures/") => "reconsideration_received",
                ("id", path)
                    if path.starts_with("/procedures/") || path.starts_with("/admin/procedures/") =>
                {
                    "reconsideration"
                }
                ("id", path) if path.starts_with("/registers/") => "officers",
                ("id", path) if path.starts_with("/documents/laws/") => "penalty_law",
                ("id", path) if path.starts_with("/documents/") => &self.document,
                ("id", path) if path.starts_with("/audit/kept/") => "0000",
                ("case", _) => &self.case,
                ("scheme", _) => "own@2024",
                ("code", path) if path.starts_with("/entry/") => "0000",
                ("code", _) => "91350526MA00000001",
                ("table", _) => "penalties",
                ("organ", _) => "county",
                ("year", _) => "2024",
                ("file", _) => "bundle.zip",
                ("section", _) => "other",
                ("procedure", _) => "reconsideration",
                ("act", _) => "examine",
                ("number" | "size", _) => "1",
                ("hash", _) => &self.file,
                ("root" | "token" | "note" | "comment", _) => "0000",
                ("login", _) => "officer",
                ("mode", _) => "large",
                ("page", _) => "officer",
                ("reference", _) => "61",
                ("provider", _) => "province",
                ("name", _) => "icon.svg",
                (name, path) => panic!("{path}: say what stands for {{{name}}}"),
            };
            value.to_owned()
        });
        let asks = ["/registers/{id}/sheet", "/registers/{id}/changes", "/registers/{id}/changes/sheet"];
        let query = if asks.contains(&path) { "?organ=county" } else { "" };
        parts.collect::<Vec<_>>().join("/") + query
    }
}

/// What an answer comes to: its number; that it asks for signing in.
fn told(page: &Page) -> String {
    if page.location().starts_with("/sign-in") {
        return "sign-in".to_owned();
    }
    page.status.as_u16().to_string()
}

/// A form with the token of the browser's own page and nothing else in it.
async fn empty_form(browser: &mut Browser, path: &str) -> Page {
    let csrf = browser.get("/sign-in").await.hidden("csrf");
    let csrf = match csrf {
        Some(csrf) => csrf,
        None => browser.get("/about").await.hidden("csrf").unwrap_or_default(),
    };
    let body = format!("csrf={csrf}");
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    browser.ask(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn every_address_answers_everybody_as_the_table_says() {
    let scene = scene().await;
    let mut browsers = Vec::new();
    for (at, who) in WHO.iter().enumerate() {
        browsers.push(scene.browser(at, who).await);
    }
    let mut routes = web::routes();
    // Signing out comes last: it ends what the others need.
    routes.sort_by_key(|route| (route.path == "/sign-out", route.path));
    let mut table = format!("method\tpath\t{}\n", WHO.join("\t"));
    for takes in [false, true] {
        for route in routes.iter().filter(|route| if takes { route.takes } else { route.shows }) {
            let path = scene.filled(route.path);
            write!(table, "{}\t{}", if takes { "POST" } else { "GET" }, route.path).unwrap();
            for browser in &mut browsers {
                let page = if takes { empty_form(browser, &path).await } else { browser.get(&path).await };
                assert!(!page.status.is_server_error(), "{path}: {}", page.text);
                write!(table, "\t{}", told(&page)).unwrap();
            }
            table.push('\n');
        }
    }
    expect_table("matrix.tsv", &table);
}
