//! Everybody who comes to the site, by their place in the county: the one stage of the tables of who may do what.
#![allow(dead_code, reason = "each user of the stage uses another part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what sets the stage may stop the show"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use app::{Actor, NewAccount, Open, Organ, Origin, Platform};
use store::account::Rank;

use crate::browse::{Browser, PASSWORD, Site, apply, day, own_case};

/// Those who come, by the words of the table's head.
pub const WHO: [&str; 11] = [
    "nobody", "party", "stranger", "officer", "head", "named", "above", "below", "system", "security",
    "audit",
];

/// The account of one of them; nobody has none.
pub fn login_of(who: &'static str) -> &'static str {
    match who {
        "party" => "citizen",
        "named" => "police",
        who => who,
    }
}

pub struct Scene {
    pub site: Site,
    pub case: String,
    pub file: String,
    /// A document of the library that anybody may read.
    pub document: String,
    browsers: BTreeMap<&'static str, Browser>,
    /// How many stages were set.
    pub at: usize,
    /// What the text messages said that went out.
    pub told: Arc<Mutex<Vec<String>>>,
    /// What an authenticator program of a login would hold.
    pub secrets: BTreeMap<&'static str, String>,
}

impl Scene {
    /// A case with an attachment, whose record names the police; an organ above and one below.
    pub async fn new() -> Self {
        let edge = web::Edge { limit_times: 100_000, ..web::Edge::default() };
        // What was long ago is in the log of operations, so that there is something to clean.
        let site = Site::on("2024-01-03", &edge);
        settle(&site);
        site.with(|platform| {
            let system = platform.actor_of("system").unwrap();
            platform.note_refused(&system, "GET /admin/audit", &Origin::default()).unwrap();
        });
        site.clock.set(day("2025-03-03"), 9);
        let mut citizen = site.signed_in("citizen").await;
        let pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
        apply(&mut citizen, &[], &[("f.application", "application.pdf", pdf)]).await;
        let case = own_case(&mut citizen).await;
        let page = citizen.get(&format!("/cases/{case}")).await;
        let link = format!("/cases/{case}/files/");
        let file =
            page.text.split_once(&link).map_or("none", |(_, rest)| rest.split(['"', '?']).next().unwrap());
        site.with(|platform| platform.make_root().map(drop)).unwrap();
        let document = site.with(rule_in_force);
        let file = file.to_owned();
        let mut scene = Self {
            site,
            case,
            file,
            document,
            browsers: BTreeMap::new(),
            at: 0,
            told: Arc::default(),
            secrets: BTreeMap::new(),
        };
        for (at, who) in WHO.iter().enumerate() {
            // Each at an address of its own: limits of frequency are no matter here.
            let mut own = scene.site.browser_at(&format!("10.{at}.0.1"));
            if *who != "nobody" {
                own.cookies = scene.site.signed_in(login_of(who)).await.cookies;
            }
            scene.browsers.insert(login_of(who), own);
        }
        scene
    }

    /// Another window of somebody's browser.
    pub fn browser_of(&self, who: &'static str) -> Browser {
        self.browsers[login_of(who)].again()
    }

    /// What somebody's browser came back with; whoever was signed out by what they did signs in again.
    pub async fn came_back(&mut self, who: &'static str, mut browser: Browser) {
        if who != "nobody" && !browser.cookies.contains_key("yifa_session") {
            browser.cookies = self.site.signed_in(login_of(who)).await.cookies;
        }
        self.browsers.insert(login_of(who), browser);
    }

    /// Asks the platform as an account.
    pub fn as_one<T: Send>(&self, login: &str, work: impl FnOnce(&Platform, &Actor) -> T + Send) -> T {
        self.site.with(|platform| work(platform, &platform.actor_of(login).unwrap()))
    }

    /// A text that no stage before had.
    pub fn fresh(&self, of: &str) -> String {
        format!("{of}{:05}", self.at)
    }
}

fn settle(site: &Site) {
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
}

/// A rule that is in force, as anybody may read it.
fn rule_in_force(platform: &Platform) -> String {
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
}
