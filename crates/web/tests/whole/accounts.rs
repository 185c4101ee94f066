//! Accounts, one's own and others', and what the administrators do.

use app::{NewAccount, Origin, Reach, Scope};
use store::account::Rank;

use super::Whole;
use crate::browse::PASSWORD;
use crate::scene::{Scene, login_of};
use crate::totp::code;

fn origin() -> Origin {
    Origin::default()
}

pub async fn whole(scene: &mut Scene, path: &'static str, variant: &str, who: &'static str) -> Option<Whole> {
    Some(match path {
        "/account/second" | "/account/second/recovery" | "/account/second/leave" | "/sign-in/code" => {
            second(scene, path, who).await
        }
        "/account/password" => {
            let new = scene.fresh("Another-good-one-");
            Whole::shown("", path).with(&[("old", PASSWORD), ("password", &new), ("again", &new)])
        }
        "/account/programs/agree" => Whole::to(path).with(&[("program", &program(scene, false))]),
        "/account/programs/end" => Whole::to(path).with(&[("program", &program(scene, true))]),
        "/account/sessions/end" => Whole::to(path).with(&[("session", &session(scene, "officer"))]),
        "/account/sessions/end-others" => {
            if who != "nobody" {
                session(scene, login_of(who));
            }
            Whole::to(path)
        }
        "/account/unbind" => {
            bind(scene, who);
            Whole::to(path)
        }
        "/sign-in" => {
            let login = if who == "nobody" { "second" } else { login_of(who) };
            Whole::shown("", path).with(&[("login", login), ("password", PASSWORD)]).fresh()
        }
        "/sign-out" => Whole::to(path),
        path => return administration(scene, path, variant),
    })
}

/// The four steps of the second factor, in their order.
async fn second(scene: &mut Scene, path: &'static str, who: &'static str) -> Whole {
    if who == "nobody" {
        return Whole::to(path).with(&[("code", "123456")]);
    }
    if path == "/account/second" {
        let page = scene.browser_of(who).get(path).await;
        let secret = page.text.split_once("<code class=\"hash\">").unwrap().1.split_once('<').unwrap().0;
        let right = code(secret, scene.site.platform.now());
        scene.secrets.insert(who, secret.to_owned());
        return Whole::on(page, path).with(&[("code", &right)]);
    }
    // A code is good once.
    (0..30).for_each(|_| scene.site.clock.tick());
    let right = code(&scene.secrets[who], scene.site.platform.now());
    let whole = Whole::to(path).with(&[("code", &right)]);
    if path == "/sign-in/code" { whole.fresh().with(&[("login", login_of(who))]) } else { whole }
}

/// A program in the officer's name.
fn program(scene: &Scene, is_agreed: bool) -> String {
    let add = |platform: &app::Platform, security: &app::Actor| {
        platform.add_client(security, "演示程序", "officer", &Scope::all(Reach::Write), &origin()).unwrap().0
    };
    let id = scene.as_one("security", add);
    if is_agreed {
        scene.as_one("officer", |platform, officer| platform.agree_client(officer, &id, &origin())).unwrap();
    }
    id
}

/// Another session of a login, by which it can be ended.
fn session(scene: &Scene, login: &str) -> String {
    scene.site.with(|platform| {
        let token = platform.sign_in(login, PASSWORD, &origin()).unwrap();
        let sessions = platform.sessions(&token).unwrap();
        sessions.into_iter().find(|one| one.is_own).unwrap().id
    })
}

/// Somebody's account is bound to an identity elsewhere.
fn bind(scene: &Scene, who: &'static str) {
    if who == "nobody" {
        return;
    }
    let (subject, now) = (scene.fresh("subject-"), scene.site.platform.now());
    scene.as_one(login_of(who), |platform, actor| {
        let account = actor.account.clone();
        let bound = platform
            .store()
            .write(move |tx| store::identity::bind(tx, "https://id.example.org", &subject, &account, now));
        bound.unwrap().unwrap();
    });
}

fn new_account(scene: &Scene, is_granted: bool) -> String {
    let login = scene.fresh("new-");
    let new = NewAccount {
        login: login.clone(),
        name: "演示新人".to_owned(),
        password: if is_granted { PASSWORD.to_owned() } else { String::new() },
        organ: Some("county".to_owned()),
        rank: Rank::Staff,
    };
    scene.as_one("system", |platform, system| {
        if is_granted {
            platform.add_account(new).unwrap();
        } else {
            platform.admin_add_account(system, new, &origin()).unwrap();
        }
    });
    login
}

fn administration(scene: &mut Scene, path: &str, variant: &str) -> Option<Whole> {
    Some(match path {
        "/admin/accounts/new" => Whole::shown("system", path).with(&[
            ("login", &scene.fresh("made-")),
            ("name", "演示新人"),
            ("organ", "county"),
            ("rank", "staff"),
        ]),
        "/admin/accounts/{login}" => account(scene, variant),
        "/admin/organs" => Whole::shown("system", path).with(&[
            ("id", &scene.fresh("organ")),
            ("name", &scene.fresh("演示单位")),
            ("short", "演"),
            ("division", "350526"),
        ]),
        "/admin/organs/sheet" => {
            let sheet = scene.as_one("system", |platform, system| platform.organ_sheet(system).unwrap());
            Whole::shown("system", "/admin/organs").sent_to(path).file("sheet", "机关.xlsx", sheet.bytes)
        }
        "/admin/jobs" => Whole::shown("system", path).with(&[("what", variant)]),
        "/admin/messages" => Whole::to(path).with(&[("channel", "sms"), ("to", "13900001111")]),
        "/admin/clients" if variant == "end" => Whole::to(path).with(&[("end", &program(scene, false))]),
        "/admin/clients" => {
            Whole::shown("security", path).with(&[("name", "演示程序"), ("login", "officer")])
        }
        "/admin/security" => Whole::shown("security", path),
        "/admin/audit/clean" => {
            Whole::shown("audit", "/admin/audit").sent_to(path).with(&[("before", "2024-06-01")])
        }
        "/admin/audit/export" => Whole::to(path).with(&[("as", "json")]),
        _ => return None,
    })
}

/// What is done to an account, each time to another one.
fn account(scene: &Scene, variant: &str) -> Whole {
    let login = new_account(scene, variant != "grant");
    if variant == "reopen" {
        scene.as_one("system", |platform, system| {
            platform.close_account(system, &login, "调离", &origin()).unwrap();
        });
    }
    if variant == "unlock" {
        for _ in 0..5 {
            scene.site.with(|platform| platform.sign_in(&login, "Wrong-guess-11", &origin())).unwrap_err();
        }
    }
    if matches!(variant, "agree" | "refuse") {
        // Without a second factor a password is reset by two.
        scene.as_one("security", |platform, security| {
            platform.ask_reset(security, &login, app::ResetWhat::Password, "忘记密码", &origin()).unwrap();
        });
    }
    let path = format!("/admin/accounts/{login}");
    Whole::to(&path).with(&[("act", variant), ("reason", "依据任职文件"), ("rank", "staff")])
}
