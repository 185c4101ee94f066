//! Messages: who is told what and how often, what leaves the platform when and by which channel. On both databases where
//! one is given.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::county::day;
use crate::told::*;
use app::{Actor, Ids, NewAccount, Origin, Platform, Pushed, SendingsAsked};
use calendar::Day;
use store::account::Rank;
use store::message::State;
use store::{Options, Place, Store};

#[test]
fn parties_and_officers_are_told_once_and_nothing_names_anybody() {
    on_both("told", "2024-03-04", |town| {
        let case = town.request("1", &town.citizen);
        assert_eq!(town.tell(), 1, "nobody is told of what they did themselves");
        let arrived = "政府信息公开申请（德政依申请〔2024〕1号）";
        let texts = town.texts(&town.county.head);
        assert_eq!(texts.len(), 1, "without anybody appointed, the head of the organ");
        assert!(
            texts[0].contains("德政依申请〔2024〕1号") && texts[0].contains("还没有承办人"),
            "{texts:?} {arrived}"
        );
        town.act(
            &town.county.officer,
            &case,
            "ask_correction",
            &[("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-20")],
        );
        town.tell();
        assert_eq!(town.tell(), 0, "once");
        let own = town.texts(&town.citizen);
        assert_eq!(own.len(), 1);
        for part in ["德政依申请〔2024〕1号", "一次性告知补正", "最后一天：2024年3月21日"]
        {
            assert!(own[0].contains(part), "{part} in {own:?}");
        }
        town.county.clock.tick();
        town.act(&town.citizen, &case, "correct", &[("corrected", "某路施工许可")]);
        town.tell();
        let officers = town.texts(&town.county.officer);
        assert!(
            officers.iter().any(|text| text.contains("应当办理")),
            "the handler owes something now: {officers:?}"
        );
        for one in [&town.citizen, &town.county.officer, &town.county.head] {
            for text in town.texts(one) {
                assert!(PERSONAL.iter().all(|personal| !text.contains(personal)), "{text}");
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
        let other = &town.county.officer;
        let id = town.messages(&town.citizen)[0].id.clone();
        town.platform().read_message(other, &id).unwrap();
        assert_eq!(
            town.platform().unread_messages(&town.citizen.account).unwrap(),
            1,
            "not another's to read"
        );
        town.platform().read_message(&town.citizen, &id).unwrap();
        assert_eq!(town.platform().unread_messages(&town.citizen.account).unwrap(), 0);
    });
}

#[test]
fn a_duty_is_told_once_when_it_turns_amber_red_and_overdue() {
    on_both("colours", "2024-03-04", |town| {
        let case = town.request("1", &town.county.officer);
        town.tell();
        let kinds = |of: &Actor| -> Vec<String> {
            town.messages(of).into_iter().rev().map(|one| one.title).collect()
        };
        let view = town.platform().case_view(&town.county.officer, &case).unwrap();
        let mut told: Vec<(Day, Vec<String>)> = Vec::new();
        let mut seen = kinds(&town.county.officer).len();
        let mut today = day("2024-03-04");
        while today < day("2024-04-20") {
            today = today.next();
            town.county.clock.set(today, 9);
            // However often the clock looks.
            town.tell();
            town.tell();
            let now = kinds(&town.county.officer);
            if now.len() > seen {
                told.push((today, now[seen..].to_vec()));
                seen = now.len();
            }
        }
        // Every duty with a last day that an officer owes: as the case says it, counted apart.
        let mut expected: Vec<(Day, &str)> = Vec::new();
        for owed in view.must.iter().filter(|owed| owed.last_day.is_some()) {
            let last = owed.last_day.unwrap();
            expected.push((last, "应办事项今天到期"));
            expected.push((last.next(), "应办事项已经逾期"));
        }
        assert!(!expected.is_empty());
        for (on, title) in &expected {
            let count = told
                .iter()
                .filter(|(day, titles)| day == on && titles.iter().any(|one| one == title))
                .count();
            assert_eq!(count, 1, "{title} on {on}: {told:?}");
        }
        let all: Vec<String> = told.iter().flat_map(|(_, titles)| titles.clone()).collect();
        let count = |title: &str| all.iter().filter(|one| *one == title).count();
        let dated = expected.len() / 2;
        assert_eq!(count("应办事项今天到期"), dated);
        assert_eq!(count("应办事项已经逾期"), dated);
        assert!((1..=dated).contains(&count("应办事项临近期限")), "{all:?}");
    });
}

#[test]
fn two_processes_tell_a_duty_once() {
    on_both("two", "2024-03-04", |town| {
        for key in 0..20 {
            town.request(&format!("{key}"), &town.citizen);
        }
        let other = town.platform().clone();
        // In a folder there is one process; in PostgreSQL the second has a store of its own.
        let second = match town.platform().store().place() {
            Place::Folder(_) => other,
            place => {
                let store = Store::open_at(place, &Options::default()).unwrap();
                let rules = packs::load(&packs::Files::built_in()).unwrap();
                Platform::new(store, rules, Arc::clone(&town.county.clock) as _, Ids::System).unwrap()
            }
        };
        let stop = Arc::new(AtomicBool::new(false));
        let work = |platform: Platform, stop: Arc<AtomicBool>| {
            thread::spawn(move || {
                let lease = lease();
                let mut made = 0;
                while !stop.load(Ordering::SeqCst) {
                    // Even where both believe that they hold it.
                    drop(lease.hold(platform.store()));
                    made += platform.tell_round(&lease).unwrap().made;
                    thread::sleep(Duration::from_millis(5));
                }
                made
            })
        };
        drop(town.lease.give_back(town.platform().store()));
        let threads = [work(town.platform().clone(), Arc::clone(&stop)), work(second, Arc::clone(&stop))];
        thread::sleep(Duration::from_secs(2));
        town.county.clock.set(day("2024-05-06"), 9);
        thread::sleep(Duration::from_secs(3));
        stop.store(true, Ordering::SeqCst);
        let made: usize = threads.into_iter().map(|one| one.join().unwrap()).sum();
        let all = town.messages(&town.county.head);
        assert_eq!(made, all.len() + town.messages(&town.citizen).len(), "what each made is there");
        let mut of_duties: Vec<(String, String, String)> = all
            .iter()
            .map(|one| (one.case.clone().unwrap_or_default(), one.title.clone(), one.text.clone()))
            .collect();
        let count = of_duties.len();
        of_duties.sort();
        of_duties.dedup();
        assert_eq!(of_duties.len(), count, "none twice");
        assert!(of_duties.iter().filter(|(_, title, _)| title == "新收到一件").count() == 20);
        assert!(of_duties.iter().any(|(_, title, _)| title == "应办事项已经逾期"));
    });
}

#[test]
fn an_address_is_used_only_after_its_code() {
    on_both("code", "2024-03-04", |town| {
        let gateway = Gateway::new();
        town.channels(&gateway.file(""), SECRET);
        let origin = Origin::default();
        let wrong = town.platform().ask_address(&town.citizen, "sms", "139123456\r\n8", &origin);
        assert!(wrong.is_err());
        assert!(town.platform().ask_address(&town.citizen, "mail", "a@b.cn", &origin).is_err(), "not set up");
        town.platform().ask_address(&town.citizen, "sms", "13912345678", &origin).unwrap();
        town.request("1", &town.county.officer);
        town.tell();
        assert_eq!(town.push("sms").sent, 1, "the code alone");
        let code = gateway.codes().pop().unwrap();
        let other = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
        assert!(town.platform().confirm_address(&town.citizen, "sms", &other, &origin).is_err());
        let stranger = &town.county.officer;
        assert!(town.platform().confirm_address(stranger, "sms", &code, &origin).is_err(), "another's code");
        town.platform().confirm_address(&town.citizen, "sms", &code, &origin).unwrap();
        let shown = town.platform().message_settings(&town.citizen).unwrap();
        assert_eq!(shown.addresses[1].address.as_deref(), Some("139****5678"));
        assert!(town.platform().confirm_address(&town.citizen, "sms", &code, &origin).is_err(), "used up");
        // Five wrong ones use a code up.
        town.platform().ask_address(&town.citizen, "sms", "13912345679", &origin).unwrap();
        town.push("sms");
        let code = gateway.codes().pop().unwrap();
        let other = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
        for _ in 0..5 {
            assert!(town.platform().confirm_address(&town.citizen, "sms", &other, &origin).is_err());
        }
        assert!(town.platform().confirm_address(&town.citizen, "sms", &code, &origin).is_err());
        for _ in 0..3 {
            town.platform().ask_address(&town.citizen, "sms", "13912345679", &origin).unwrap();
        }
        assert!(
            town.platform().ask_address(&town.citizen, "sms", "13912345679", &origin).is_err(),
            "five a day"
        );
        // Nothing of an address stands open in the store.
        let place = town.platform().store().place().clone();
        if let Place::Folder(path) = &place {
            let bytes = std::fs::read(path.join("yifa.db")).unwrap();
            assert!(!bytes.windows(11).any(|part| part == b"13912345678"), "sealed");
        }
    });
}

#[test]
fn what_goes_out_is_signed_and_waits_in_quiet_hours_and_over_the_days_most() {
    on_both("quiet", "2024-03-04", |town| {
        let gateway = Gateway::new();
        town.channels(&gateway.file("daily_most = 2"), SECRET);
        town.with_phone(&gateway);
        let case = town.request("1", &town.citizen);
        town.county.clock.set(day("2024-03-04"), 22);
        let asked = [("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-20")];
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.tell();
        let before = gateway.got().len();
        assert_eq!(
            town.push("sms"),
            Pushed { waiting: 1, ..Pushed::default() },
            "nine in the evening is over"
        );
        town.county.clock.set(day("2024-03-05"), 7);
        assert_eq!(town.push("sms"), Pushed::default(), "not tried before the time");
        town.county.clock.set(day("2024-03-05"), 8);
        assert_eq!(town.push("sms").sent, 1);
        assert_eq!(town.push("sms"), Pushed::default(), "once");
        let got = gateway.got()[before..].to_vec();
        assert_eq!(got.len(), 1);
        let told = &got[0];
        assert_eq!(told.body["mobile"], "13912345678");
        let text = told.body["content"].as_str().unwrap();
        assert!(text.starts_with("【德化】") && text.contains("德政依申请〔2024〕1号"), "{text}");
        assert!(text.ends_with(&format!("http://127.0.0.1:8350/cases/{case}")), "{text}");
        assert!(PERSONAL.iter().all(|personal| !text.contains(personal)), "{text}");
        let signature = format!("hmac-sm3={}", hmac(told.header("yifa-timestamp"), &told.text));
        assert_eq!(told.header("yifa-signature"), signature);
        assert_eq!(told.header("idempotency-key"), told.body["id"].as_str().unwrap());
        // Three more on one day: the second is the last of this day, the others come on the next.
        for key in ["2", "3", "4"] {
            let case = town.request(key, &town.citizen);
            town.act(&town.county.officer, &case, "ask_correction", &asked);
        }
        town.tell();
        let pushed = town.push("sms");
        assert_eq!((pushed.sent, pushed.waiting), (1, 2));
        town.county.clock.set(day("2024-03-05"), 20);
        assert_eq!(town.push("sms"), Pushed::default());
        town.county.clock.set(day("2024-03-06"), 8);
        assert_eq!(town.push("sms").sent, 2, "nothing is lost");
        // What was read on the platform is not sent as well.
        let case = town.request("5", &town.citizen);
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.county.clock.set(day("2024-03-07"), 9);
        town.tell();
        let id = town.messages(&town.citizen)[0].id.clone();
        town.platform().read_message(&town.citizen, &id).unwrap();
        let before = gateway.got().len();
        assert_eq!(town.push("sms"), Pushed::default());
        assert_eq!(gateway.got().len(), before);
        assert_eq!(town.log()[0].1, State::Seen);
    });
}

/// HMAC-SM3, by its definition.
fn hmac(seconds: &str, body: &str) -> String {
    use ledger::{HashFunction as _, Sm3};
    let mut key = SECRET[0].1.trim().as_bytes().to_vec();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sm3::digest(&[&pad(0x36), seconds.as_bytes(), b".", body.as_bytes()]);
    Sm3::digest(&[&pad(0x5c), inner.as_bytes()]).to_string()
}

#[test]
fn what_is_not_taken_is_tried_again_and_then_given_up_in_plain_words() {
    on_both("again", "2024-03-04", |town| {
        let gateway = Gateway::new();
        town.channels(&gateway.file(""), SECRET);
        town.with_phone(&gateway);
        let case = town.request("1", &town.citizen);
        let asked = [("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-20")];
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.tell();
        gateway.answers(500, "{}");
        let before = gateway.got().len();
        let mut seconds = 0_u32;
        while town.log()[0].1 == State::Waiting {
            town.push("sms");
            (0..60).for_each(|_| town.county.clock.tick());
            seconds += 60;
            assert!(seconds < 6 * 3600, "given up some time");
        }
        assert_eq!(gateway.got().len() - before, 8, "eight times");
        assert!(seconds > 3600, "with pauses that grow");
        let keys: Vec<String> =
            gateway.got()[before..].iter().map(|got| got.header("idempotency-key").to_owned()).collect();
        assert!(keys.iter().all(|key| *key == keys[0]), "the same message each time");
        assert_eq!(town.log()[0], ("sms".to_owned(), State::Failed, "短信网关回答500".to_owned()));
        // The administrator lets it be tried again.
        gateway.answers(200, "{}");
        let line = town.platform().sendings_of_all(&SendingsAsked::default()).unwrap().0.remove(0);
        let admin = admin(town);
        assert!(
            town.platform().send_again(&town.citizen, &line.message, "sms").is_err(),
            "not a citizen's to do"
        );
        town.platform().send_again(&admin, &line.message, "sms").unwrap();
        assert_eq!(town.push("sms").sent, 1);
        // What is refused for good is not tried again; a gateway that is not there costs no attempts.
        gateway.answers(404, "{}");
        let case = town.request("2", &town.citizen);
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.tell();
        assert_eq!(town.push("sms").failed, 1);
        let gone = gateway.file("").replace(&gateway.url, "http://127.0.0.1:9");
        town.channels(&gone, SECRET);
        let case = town.request("3", &town.citizen);
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.tell();
        for _ in 0..10 {
            assert!(town.push("sms").unreached.is_some());
        }
        assert_eq!(town.log()[0].1, State::Waiting);
        let state = town.platform().channel_states().unwrap().remove(0);
        assert!(state.fault.is_some(), "{state:?}");
        town.channels(&gateway.file(""), SECRET);
        gateway.answers(200, "{}");
        assert_eq!(town.push("sms").sent, 1);
        assert_eq!(town.platform().channel_states().unwrap().remove(0).fault, None);
    });
}

fn admin(town: &Town) -> Actor {
    let admin = NewAccount {
        login: "sysadmin".to_owned(),
        name: "演示管理员".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: None,
        rank: Rank::SystemAdmin,
    };
    town.platform().add_account(admin).unwrap();
    town.platform().actor_of("sysadmin").unwrap()
}

#[test]
fn groups_of_an_organ_are_told_what_its_officers_are_told_once() {
    on_both("groups", "2024-03-04", |town| {
        let gateway = Gateway::new();
        let text = "site = \"http://127.0.0.1:8350\"\n\
            [[group]]\nname = \"县政府\"\nkind = \"wecom\"\norgan = \"county\"\nurl_file = \"wecom\"\n\
            [[group]]\nname = \"办案\"\nkind = \"dingtalk\"\norgan = \"county\"\nurl_file = \"ding\"\nsecret_file = \"secret\"\n\
            [[group]]\nname = \"公安\"\nkind = \"wecom\"\norgan = \"police\"\nurl_file = \"wecom\"\n";
        let (wecom, ding) = (
            format!("{}/cgi-bin/webhook/send?key=k", gateway.url),
            format!("{}/robot/send?access_token=t", gateway.url),
        );
        town.channels(text, &[("wecom", &wecom), ("ding", &ding), SECRET[0]]);
        town.request("1", &town.citizen);
        town.tell();
        assert_eq!(town.push("group:公安").sent, 0, "another organ's");
        assert_eq!(town.push("group:县政府").sent, 1);
        assert_eq!(town.push("group:办案").sent, 1);
        assert_eq!(town.push("group:县政府").sent, 0, "once");
        let got = gateway.got();
        assert_eq!(got[0].path, "/cgi-bin/webhook/send?key=k");
        assert_eq!(got[0].body["msgtype"], "text");
        let content = got[0].body["text"]["content"].as_str().unwrap();
        assert!(
            content.starts_with("新收到一件\n") && content.contains("德政依申请〔2024〕1号"),
            "{content}"
        );
        assert!(PERSONAL.iter().all(|personal| !content.contains(personal)), "{content}");
        let (path, sign) = got[1].path.split_once("&sign=").unwrap();
        let millis = town.platform().now() / 1000;
        assert_eq!(path, format!("/robot/send?access_token=t&timestamp={millis}"));
        assert!(!sign.is_empty() && !sign.contains(['+', '/', '=']), "escaped: {sign}");
        // A robot that says no says it with 200.
        gateway.answers(200, r#"{"errcode":310000,"errmsg":"sign not match"}"#);
        town.request("2", &town.citizen);
        town.tell();
        assert_eq!(town.push("group:办案"), Pushed { waiting: 1, ..Pushed::default() });
        let refused = town.platform().send_test("group:办案", "").unwrap_err();
        let told = refused.diagnostics().remove(0).message;
        assert!(told.contains("310000") && told.contains("加签"), "{told}");
        assert!(
            !format!("{refused:?}{:?}", town.log()).contains("access_token"),
            "no secret in what is told"
        );
    });
}

#[test]
fn nothing_of_a_case_of_a_minor_leaves_the_platform() {
    on_both("minor", "2024-03-04", |town| {
        let gateway = Gateway::new();
        let wecom = format!("{}/cgi-bin/webhook/send?key=k", gateway.url);
        let group =
            "[[group]]\nname = \"县政府\"\nkind = \"wecom\"\norgan = \"county\"\nurl_file = \"wecom\"\n";
        town.channels(&format!("{}{group}", gateway.file("")), &[SECRET[0], ("wecom", &wecom)]);
        town.with_phone(&gateway);
        let before = gateway.got().len();
        let case = town.request_of("1", &town.citizen, "110105201504010012");
        assert!(town.tell() >= 1, "officers are told of what arrived");
        let asked = [("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-20")];
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        assert!(town.tell() >= 1);
        assert_eq!(town.messages(&town.citizen).len(), 1, "told on the platform");
        assert_eq!(town.push("sms"), Pushed::default());
        assert_eq!(town.push("group:县政府"), Pushed::default());
        assert_eq!(gateway.got().len(), before);
        // The same of somebody of age.
        let case = town.request("2", &town.citizen);
        town.tell();
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.tell();
        assert_eq!(town.push("sms").sent, 1);
        assert!(town.push("group:县政府").sent >= 1);
    });
}

/// The mail that a real mail server took, its text decoded.
fn mails(folder: &Path) -> Vec<(String, String)> {
    use base64::Engine as _;
    let Ok(read) = std::fs::read_dir(folder.join("mail/new")) else { return Vec::new() };
    read.map(|one| {
        let whole = std::fs::read_to_string(one.unwrap().path()).unwrap();
        let (head, body) = whole.split_once("\n\n").unwrap();
        let plain: String = body.split_whitespace().collect();
        let text = base64::engine::general_purpose::STANDARD.decode(plain).unwrap();
        (head.to_owned(), String::from_utf8(text).unwrap())
    })
    .collect()
}

fn mail_settings(port: &str, ca: &str) -> String {
    format!(
        "site = \"http://127.0.0.1:8350\"\n[mail]\nhost = \"localhost\"\nport = {port}\nsecurity = \"starttls\"\n\
         user = \"yifa\"\npassword_file = \"password\"\nfrom = \"yifa@county.example\"\nca_file = \"{ca}\"\n"
    )
}

#[test]
fn a_real_mail_server_takes_what_is_told() {
    // bin/test starts one and says where; without it there is nothing to ask.
    let Some(server) = std::env::var_os("YIFA_TEST_MAIL").map(PathBuf::from) else {
        eprintln!("YIFA_TEST_MAIL is not set: no mail server to test against");
        return;
    };
    let port = std::fs::read_to_string(server.join("port")).unwrap();
    let ca = server.join("tls/ca.crt").display().to_string();
    on_both("mail", "2024-03-04", |town| {
        let set_up = |password: &str, ca: &str| {
            town.channels(&mail_settings(port.trim(), ca), &[("password", password)]);
        };
        set_up("correct horse", &ca);
        let own = format!("citizen{}@county.example", Ids::token().get(..8).unwrap());
        let origin = Origin::default();
        town.platform().ask_address(&town.citizen, "mail", &own, &origin).unwrap();
        let pushed = town.push("mail");
        assert_eq!((pushed.sent, pushed.unreached), (1, None));
        let of = |own: &str| -> Vec<(String, String)> {
            let mark = format!("To: <{own}>");
            mails(&server).into_iter().filter(|(head, _)| head.contains(&mark)).collect()
        };
        let wait = |count: usize| {
            for _ in 0..100 {
                if of(&own).len() >= count {
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
            of(&own)
        };
        let (head, text) = wait(1).remove(0);
        assert!(head.contains("esmtpsa"), "over TLS, signed in: {head}");
        assert!(head.contains("Auto-Submitted: auto-generated"));
        let code = text.split_once("验证码是").unwrap().1.get(..6).unwrap().to_owned();
        town.platform().confirm_address(&town.citizen, "mail", &code, &origin).unwrap();
        let case = town.request("1", &town.citizen);
        let asked = [("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-03-20")];
        town.act(&town.county.officer, &case, "ask_correction", &asked);
        town.tell();
        assert_eq!(town.push("mail").sent, 1);
        let told = wait(2);
        assert_eq!(told.len(), 2);
        let (head, text) = told.into_iter().find(|(_, text)| text.contains("最后一天")).unwrap();
        assert!(text.contains("德政依申请〔2024〕1号") && text.contains(&format!("/cases/{case}")), "{text}");
        assert!(
            PERSONAL.iter().all(|personal| !text.contains(personal) && !head.contains(personal)),
            "{head}{text}"
        );
        // What a server refuses for good, and for now, and in what words; its own words, which hold the address, are nowhere.
        let refused = |to: &str| {
            let fault = town.platform().send_test("mail", to).unwrap_err();
            fault.diagnostics().remove(0).message
        };
        assert!(
            refused("nobody@county.example").contains("没有这个邮箱"),
            "{}",
            refused("nobody@county.example")
        );
        assert!(refused("later@county.example").contains("暂时不收"));
        assert!(refused("a@elsewhere.example").contains("对方不收"));
        assert!(town.log().iter().all(|(_, _, fault)| !fault.contains('@')), "{:?}", town.log());
        town.platform().send_test("mail", &own).unwrap();
        assert_eq!(wait(3).len(), 3);
        set_up("wrong horse", &ca);
        assert!(refused(&own).contains("不让登录"));
        // A certificate of nobody we know: nothing is said, the password least of all.
        set_up("correct horse", &server.join("tls/other.crt").display().to_string());
        assert!(refused(&own).contains("证书核对不上"), "{}", refused(&own));
        assert_eq!(of(&own).len(), 3);
    });
}
