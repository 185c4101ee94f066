//! Accounts: passwords, sessions, second factors, the three administrators and what the log says of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use crate::county::{County, day};
use app::{
    AccountRules, AccountState, AccountsAsked, Actor, AppError, Ids, LogAsked, Need, NewAccount, Origin,
    PERSONAL_KEY, Platform, ResetDone, ResetWhat, SetClock,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use store::account::Rank;
use store::{Options, Store};

const PASSWORD: &str = "Correct-horse-battery";

fn from_office() -> Origin {
    Origin { address: Some("10.0.0.7".to_owned()), agent: "Firefox".to_owned() }
}

fn message(fault: &AppError) -> String {
    fault.diagnostics().iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("；")
}

impl County {
    fn sign_in(&self, login: &str, password: &str) -> app::Result<String> {
        self.platform.sign_in(login, password, &from_office())
    }

    fn need(&self, token: &str) -> Option<Need> {
        self.platform.session(token).unwrap().unwrap().need
    }

    fn is_in(&self, token: &str) -> bool {
        self.platform.session(token).unwrap().is_some()
    }

    fn admin(&self, rank: Rank) -> Actor {
        let login = rank.id();
        let new = NewAccount {
            login: login.to_owned(),
            name: rank.name().to_owned(),
            password: PASSWORD.to_owned(),
            organ: None,
            rank,
        };
        self.platform.add_account(new).unwrap();
        self.platform.actor_of(login).unwrap()
    }
}

fn seconds(clock: &SetClock, count: u32) {
    (0..count).for_each(|_| clock.tick());
}

/// The code that an authenticator program shows, reckoned here a second time.
fn code(secret: &str, now: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String =
        secret.chars().filter(|c| *c != ' ').map(|c| format!("{:05b}", letters.find(c).unwrap())).collect();
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(now / 30_000_000).to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let number = u32::from_be_bytes(sum[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[test]
fn a_handed_out_password_is_good_for_nothing_but_another_one() {
    let county = County::new("2024-10-08");
    county.platform.hand_out_password("officer", "Handed-out-2024x").unwrap();
    let token = county.sign_in("officer", "Handed-out-2024x").unwrap();
    assert_eq!(county.need(&token), Some(Need::NewPassword));
    let change = |new: &str| county.platform.change_password(&token, "Handed-out-2024x", new, &from_office());
    assert!(message(&change("short").unwrap_err()).contains("10至128个字符"));
    assert!(message(&change("Handed-out-2024x").unwrap_err()).contains("最近五次"));
    assert!(message(&change(PASSWORD).unwrap_err()).contains("最近五次"), "the one before");
    let fresh = change("Another-good-one-7").unwrap();
    assert_eq!(county.need(&fresh), None);
    assert!(!county.is_in(&token), "the old session ended");
    county.sign_in("officer", "Handed-out-2024x").unwrap_err();
    county.sign_in("officer", "Another-good-one-7").unwrap();
}

#[test]
fn the_last_five_passwords_do_not_come_back_and_the_sixth_does() {
    let county = County::new("2024-10-08");
    let mut token = county.sign_in("officer", PASSWORD).unwrap();
    let names = ["One-Mountain-1", "Two-Rivers-22", "Three-Lakes-33", "Four-Winds-444", "Five-Roads-555"];
    let mut old = PASSWORD;
    for new in names {
        token = county.platform.change_password(&token, old, new, &from_office()).unwrap();
        old = new;
    }
    for used in names {
        let fault = county.platform.change_password(&token, old, used, &from_office()).unwrap_err();
        assert!(message(&fault).contains("最近五次"), "{used}");
    }
    county.platform.change_password(&token, old, PASSWORD, &from_office()).unwrap();
}

#[test]
fn old_passwords_of_officers_must_be_changed() {
    let county = County::new("2024-10-08");
    let rules = AccountRules { password_days: 30, ..AccountRules::demonstration() };
    county.platform.set_account_rules(&rules).unwrap();
    let token = county.sign_in("officer", PASSWORD).unwrap();
    assert_eq!(county.need(&token), None);
    county.clock.set(day("2024-11-08"), 9);
    let token = county.sign_in("officer", PASSWORD).unwrap();
    assert_eq!(county.need(&token), Some(Need::NewPassword));
}

#[test]
fn guesses_side_by_side_lock_the_account_and_tell_nothing() {
    let county = County::new("2024-10-08");
    let platform = Arc::new(county.platform.clone());
    let guesses: Vec<_> = (0..12)
        .map(|at| {
            let platform = Arc::clone(&platform);
            std::thread::spawn(move || {
                let told = platform.sign_in("officer", &format!("Wrong-guess-{at}x"), &from_office());
                message(&told.unwrap_err())
            })
        })
        .collect();
    let told: Vec<String> = guesses.into_iter().map(|guess| guess.join().unwrap()).collect();
    let right = message(&county.sign_in("officer", PASSWORD).unwrap_err());
    let unknown = message(&county.sign_in("nobody", PASSWORD).unwrap_err());
    assert!(told.iter().all(|one| *one == right), "a locked account is not told from a wrong password");
    assert_eq!(right, unknown);
    seconds(&county.clock, 15 * 60 + 1);
    county.sign_in("officer", PASSWORD).unwrap();
}

#[test]
fn five_wrong_passwords_while_changing_it_end_the_session() {
    let county = County::new("2024-10-08");
    let token = county.sign_in("officer", PASSWORD).unwrap();
    for _ in 0..4 {
        let fault = county.platform.change_password(&token, "x", "Another-good-one-7", &from_office());
        assert!(message(&fault.unwrap_err()).contains("不对"));
        assert!(county.is_in(&token));
    }
    let fault = county.platform.change_password(&token, "x", "Another-good-one-7", &from_office());
    assert!(message(&fault.unwrap_err()).contains("已锁定"));
    assert!(!county.is_in(&token));
}

#[test]
fn a_session_ends_when_idle_and_at_its_end_however_it_is_used() {
    let county = County::new("2024-10-08");
    let rules = AccountRules { idle_minutes: 10, session_hours: 1, ..AccountRules::demonstration() };
    county.platform.set_account_rules(&rules).unwrap();
    let idle = county.sign_in("officer", PASSWORD).unwrap();
    let used = county.sign_in("officer", PASSWORD).unwrap();
    assert_ne!(idle, used);
    for minutes in 1..60 {
        seconds(&county.clock, 60);
        assert!(minutes != 10 || !county.is_in(&idle), "ten minutes idle");
        if minutes % 5 == 0 {
            assert!(county.is_in(&used), "{minutes}");
        }
    }
    seconds(&county.clock, 60);
    assert!(!county.is_in(&used), "an hour is over");
}

#[test]
fn everybody_sees_and_ends_their_own_sessions_and_no_others() {
    let county = County::new("2024-10-08");
    let mine = county.sign_in("officer", PASSWORD).unwrap();
    let other = county.sign_in("officer", PASSWORD).unwrap();
    let heads = county.sign_in("head", PASSWORD).unwrap();
    let lines = county.platform.sessions(&mine).unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines.iter().filter(|line| line.is_own).count(), 1);
    assert!(lines.iter().all(|line| line.address.as_deref() == Some("10.0.0.7")));
    let foreign = county.platform.sessions(&heads).unwrap()[0].id.clone();
    county.platform.end_session(&mine, &foreign, &from_office()).unwrap_err();
    assert!(county.is_in(&heads));
    assert!(!county.is_in(&foreign), "an id opens nothing");
    let second = lines.iter().find(|line| !line.is_own).unwrap();
    county.platform.end_session(&mine, &second.id, &from_office()).unwrap();
    assert!(county.is_in(&mine) && !county.is_in(&other));
    let third = county.sign_in("officer", PASSWORD).unwrap();
    county.platform.end_other_sessions(&mine, &from_office()).unwrap();
    assert!(county.is_in(&mine) && !county.is_in(&third) && county.is_in(&heads));
}

/// Enrols the head; the secret, a signed-in token and the recovery codes.
fn enrolled(county: &County) -> (String, String, Vec<String>) {
    let token = county.sign_in("head", PASSWORD).unwrap();
    let made = county.platform.begin_enrolment(&token).unwrap();
    assert_eq!(county.platform.begin_enrolment(&token).unwrap(), made, "the same until it is confirmed");
    assert!(made.uri.contains(&format!("secret={}", made.secret.replace(' ', ""))));
    county.platform.confirm_enrolment(&token, "000000", &from_office()).unwrap_err();
    let right = code(&made.secret, county.platform.now());
    let (fresh, codes) = county.platform.confirm_enrolment(&token, &right, &from_office()).unwrap();
    assert!(!county.is_in(&token));
    assert_eq!(county.need(&fresh), None);
    (made.secret, fresh, codes)
}

#[test]
fn a_second_factor_is_shown_once_a_code_and_at_every_sign_in() {
    let county = County::new("2024-10-08");
    let rules = AccountRules { second_factor: vec![Rank::Head], ..AccountRules::demonstration() };
    county.platform.set_account_rules(&rules).unwrap();
    let token = county.sign_in("head", PASSWORD).unwrap();
    assert_eq!(county.need(&token), Some(Need::Enrolment));
    let (secret, _, codes) = enrolled(&county);
    let token = county.sign_in("head", PASSWORD).unwrap();
    assert_eq!(county.need(&token), Some(Need::SecondFactor));
    county.platform.sessions(&token).unwrap_err();
    county.platform.begin_enrolment(&token).unwrap_err();
    county.platform.change_password(&token, PASSWORD, "Another-good-one-7", &from_office()).unwrap_err();
    let used = code(&secret, county.platform.now());
    let pass = |token: &str, code: &str| county.platform.pass_second_factor(token, code, &from_office());
    assert!(message(&pass(&token, &used).unwrap_err()).contains("已经用过"));
    seconds(&county.clock, 30);
    let right = code(&secret, county.platform.now());
    let fresh = pass(&token, &format!("{} {}", &right[..3], &right[3..])).unwrap();
    assert!(!county.is_in(&token), "the token is new");
    assert_eq!(county.need(&fresh), None);
    let token = county.sign_in("head", PASSWORD).unwrap();
    pass(&token, &right).unwrap_err();
    let fresh = pass(&token, &codes[3].to_lowercase()).unwrap();
    assert_eq!(county.platform.second_factor(&fresh).unwrap().codes_left, 9);
    let token = county.sign_in("head", PASSWORD).unwrap();
    pass(&token, &codes[3]).unwrap_err();
    seconds(&county.clock, 30);
    let right = code(&secret, county.platform.now());
    let anew = county.platform.renew_recovery_codes(&fresh, &right, &from_office()).unwrap();
    pass(&token, &codes[4]).unwrap_err();
    pass(&token, &anew[0]).unwrap();
}

#[test]
fn five_wrong_codes_lock_the_account_whatever_the_password() {
    let county = County::new("2024-10-08");
    let (secret, _, _) = enrolled(&county);
    seconds(&county.clock, 30);
    for at in 0..5 {
        // Signing in anew does not begin the count anew.
        let token = county.sign_in("head", PASSWORD).unwrap();
        let fault = county.platform.pass_second_factor(&token, "123456", &from_office()).unwrap_err();
        assert_eq!(message(&fault).contains("已锁定"), at == 4, "{at}");
        assert_eq!(county.is_in(&token), at < 4);
    }
    county.sign_in("head", PASSWORD).unwrap_err();
    seconds(&county.clock, 15 * 60 + 1);
    let token = county.sign_in("head", PASSWORD).unwrap();
    let right = code(&secret, county.platform.now());
    county.platform.pass_second_factor(&token, &right, &from_office()).unwrap();
}

#[test]
fn leaving_the_second_factor_takes_a_code_and_ends_the_sessions() {
    let county = County::new("2024-10-08");
    let (secret, token, codes) = enrolled(&county);
    county.platform.leave_second_factor(&token, "000000", &from_office()).unwrap_err();
    seconds(&county.clock, 30);
    let right = code(&secret, county.platform.now());
    county.platform.leave_second_factor(&token, &right, &from_office()).unwrap();
    assert!(!county.is_in(&token));
    let token = county.sign_in("head", PASSWORD).unwrap();
    assert_eq!(county.need(&token), None);
    let made = county.platform.begin_enrolment(&token).unwrap();
    assert_ne!(made.secret, secret);
    county.platform.pass_second_factor(&token, &codes[0], &from_office()).unwrap_err();
}

/// The platform over the same folder again, as after a new start.
fn again(folder: &std::path::Path, clock: &Arc<SetClock>) -> Platform {
    let store = Store::open(folder, &Options::default()).unwrap();
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    Platform::new(store, rules, Arc::clone(clock) as _, Ids::System).unwrap()
}

fn kept_secret(platform: &Platform) -> String {
    let row = platform.store().read(|reader| store::account::by_login(reader, "head")).unwrap();
    row.unwrap().totp.unwrap()
}

#[test]
fn the_secret_of_a_second_factor_is_sealed_under_the_operators_key() {
    let folder = std::env::temp_dir().join(format!("yifa-accounts-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    let county = County::in_store(Store::open(&folder, &Options::default()).unwrap(), "2024-10-08");
    let clock = Arc::clone(&county.clock);
    let (secret, _, codes) = enrolled(&county);
    let before = kept_secret(&county.platform);
    assert!(!before.contains(&secret.replace(' ', "")), "{before}");
    drop(county);
    let sign_in = |platform: &Platform| platform.sign_in("head", PASSWORD, &from_office()).unwrap();
    let pass = |platform: &Platform, code: &str| {
        platform.pass_second_factor(&sign_in(platform), code, &from_office())
    };
    let platform = again(&folder, &clock);
    assert_eq!(platform.rotate_personal_keys().unwrap().left, 0);
    let after = kept_secret(&platform);
    assert_ne!(after.split_once(' ').unwrap().0, before.split_once(' ').unwrap().0, "under the new key");
    drop(platform);
    let platform = again(&folder, &clock);
    seconds(&clock, 30);
    pass(&platform, &code(&secret, platform.now())).unwrap();
    drop(platform);
    // Without the key no code can be told right from wrong, which is nobody's guess; a recovery code still serves.
    std::fs::remove_file(folder.join(PERSONAL_KEY)).unwrap();
    let platform = again(&folder, &clock);
    seconds(&clock, 30);
    for _ in 0..6 {
        let fault = pass(&platform, &code(&secret, platform.now())).unwrap_err();
        assert_eq!(fault.diagnostics()[0].code, "store_personal_key");
    }
    pass(&platform, &codes[0]).unwrap();
    // Under other keys it stays closed until it is set anew.
    platform.new_personal_keys().unwrap();
    let fault = pass(&platform, &code(&secret, platform.now())).unwrap_err();
    assert!(message(&fault).contains("可以用恢复码登录"), "{fault:?}");
    let fresh = pass(&platform, &codes[1]).unwrap();
    platform.leave_second_factor(&fresh, &codes[2], &from_office()).unwrap();
    let token = sign_in(&platform);
    let made = platform.begin_enrolment(&token).unwrap();
    let right = code(&made.secret, platform.now());
    platform.confirm_enrolment(&token, &right, &from_office()).unwrap();
    drop(platform);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn newcomer() -> NewAccount {
    NewAccount {
        login: "Newcomer".to_owned(),
        name: "新来的".to_owned(),
        password: String::new(),
        organ: Some("county".to_owned()),
        rank: Rank::Staff,
    }
}

#[test]
fn one_administrator_makes_an_account_and_another_grants_it() {
    let county = County::new("2024-10-08");
    let platform = &county.platform;
    let (system, security) = (county.admin(Rank::SystemAdmin), county.admin(Rank::SecurityAdmin));
    for other in [&security, &county.head, &county.officer] {
        assert!(matches!(
            platform.admin_add_account(other, newcomer(), &from_office()),
            Err(AppError::Forbidden { .. })
        ));
    }
    let of_admin = NewAccount { rank: Rank::SecurityAdmin, organ: None, ..newcomer() };
    platform.admin_add_account(&system, of_admin, &from_office()).unwrap_err();
    let password = platform.admin_add_account(&system, newcomer(), &from_office()).unwrap();
    assert!(message(&county.sign_in("newcomer", &password).unwrap_err()).contains("没有授权"));
    assert!(message(&county.sign_in("newcomer", "Wrong-guess-1").unwrap_err()).contains("密码不对"));
    let (waiting, _) = platform.accounts(&security, AccountsAsked::Waiting, "").unwrap();
    assert_eq!(waiting.iter().map(|one| one.login.as_str()).collect::<Vec<_>>(), ["newcomer"]);
    platform.grant_account(&system, "newcomer", Rank::Head, &from_office()).unwrap_err();
    platform.grant_account(&security, "newcomer", Rank::AuditAdmin, &from_office()).unwrap_err();
    platform.grant_account(&security, "newcomer", Rank::Head, &from_office()).unwrap();
    let token = county.sign_in("newcomer", &password).unwrap();
    assert_eq!(county.need(&token), Some(Need::NewPassword));
    assert_eq!(platform.actor_of("newcomer").unwrap().rank, Rank::Head);
    let again = platform.admin_add_account(&system, newcomer(), &from_office()).unwrap_err();
    assert!(message(&again).contains("已经有人使用"));

    platform.close_account(&system, "newcomer", " ", &from_office()).unwrap_err();
    platform.close_account(&system, "newcomer", "调离", &from_office()).unwrap();
    assert!(!county.is_in(&token));
    assert!(message(&county.sign_in("newcomer", &password).unwrap_err()).contains("已停用"));
    platform.reopen_account(&system, "newcomer", "调回", &from_office()).unwrap();
    assert_eq!(platform.account_line(&security, "newcomer").unwrap().state, AccountState::Waiting);
}

#[test]
fn the_security_administrator_helps_others_and_not_themselves_nor_administrators() {
    let county = County::new("2024-10-08");
    let platform = &county.platform;
    let (system, security) = (county.admin(Rank::SystemAdmin), county.admin(Rank::SecurityAdmin));
    let (_, token, _) = enrolled(&county);
    let reset = |by: &Actor, login: &str, what: ResetWhat, reason: &str| {
        platform.ask_reset(by, login, what, reason, &from_office())
    };
    reset(&system, "head", ResetWhat::SecondFactor, "手机丢失").unwrap_err();
    reset(&security, "head", ResetWhat::SecondFactor, "").unwrap_err();
    // The password is still the owner's alone: one administrator is enough.
    let done = reset(&security, "head", ResetWhat::SecondFactor, "手机丢失").unwrap();
    assert_eq!(done, ResetDone::Done(None));
    assert!(!county.is_in(&token));
    let token = county.sign_in("head", PASSWORD).unwrap();
    assert_eq!(county.need(&token), Some(Need::Enrolment), "nothing is done before there is another one");
    for login in ["system_admin", "security_admin"] {
        for fault in [
            reset(&security, login, ResetWhat::SecondFactor, "试试").unwrap_err(),
            reset(&security, login, ResetWhat::Password, "试试").unwrap_err(),
            platform.grant_account(&security, login, Rank::Citizen, &from_office()).unwrap_err(),
        ] {
            assert!(matches!(fault, AppError::Forbidden { .. } | AppError::Invalid(_)), "{login}: {fault:?}");
        }
    }
    (0..5).for_each(|_| drop(county.sign_in("head", "Wrong-guess-1")));
    county.sign_in("head", PASSWORD).unwrap_err();
    assert_eq!(platform.account_line(&system, "head").unwrap().state, AccountState::Locked);
    platform.unlock_account(&security, "head", &from_office()).unwrap();
    county.sign_in("head", PASSWORD).unwrap();
    let rules = AccountRules { idle_minutes: 20, ..AccountRules::demonstration() };
    platform.change_account_rules(&system, &rules, &from_office()).unwrap_err();
    platform.change_account_rules(&security, &rules, &from_office()).unwrap();
    assert_eq!(platform.account_rules().unwrap(), rules);
}

#[test]
fn nobody_alone_resets_both_what_is_known_and_what_is_had() {
    let county = County::new("2024-10-08");
    let platform = &county.platform;
    let (system, security) = (county.admin(Rank::SystemAdmin), county.admin(Rank::SecurityAdmin));
    let owner = platform.actor_of("officer").unwrap();
    let ask = |what: ResetWhat| platform.ask_reset(&security, "officer", what, "忘记", &from_office());
    // Without a second factor the password alone would let the administrator in.
    let ResetDone::Waiting(Some(first)) = ask(ResetWhat::Password).unwrap() else { panic!("it takes two") };
    county.sign_in("officer", PASSWORD).unwrap();
    county.sign_in("officer", &first).unwrap_err();
    assert!(matches!(ask(ResetWhat::Password), Err(AppError::Wrong { code: "reset_waiting", .. })));
    let waiting = platform.resets_waiting(&system).unwrap();
    assert_eq!(
        (waiting.len(), waiting[0].login.as_str(), waiting[0].what),
        (1, "officer", ResetWhat::Password)
    );
    platform.resets_waiting(&security).unwrap_err();
    platform.decide_reset(&security, "officer", true, &from_office()).unwrap_err();
    let second = platform.decide_reset(&system, "officer", true, &from_office()).unwrap().unwrap();
    for half in [&first, &second, &format!("{second}-{first}")] {
        county.sign_in("officer", half).unwrap_err();
    }
    let token = county.sign_in("officer", &format!("{first}-{second}")).unwrap();
    assert_eq!(county.need(&token), Some(Need::NewPassword), "nothing is done before it is the owner's own");
    assert!(platform.decide_reset(&system, "officer", true, &from_office()).is_err(), "decided once");
    // The owner sees it, and is told.
    let own = platform.own_resets(&owner).unwrap();
    assert_eq!((own.len(), own[0].outcome), (1, "已重设"));
    assert_eq!(own[0].decided_by.as_deref(), Some(system.name.as_str()));
    let (told, _) = platform.messages(&owner, "").unwrap();
    assert!(told.iter().any(|one| one.text.contains("重设了您账号的密码")), "{told:?}");
    // The password was handed out and not changed since: the second factor takes two as well.
    let ResetDone::Waiting(None) = ask(ResetWhat::SecondFactor).unwrap() else { panic!("it takes two") };
    assert_eq!(platform.decide_reset(&system, "officer", false, &from_office()).unwrap(), None);
    assert_eq!(platform.own_resets(&owner).unwrap()[0].outcome, "没有同意");
    assert!(matches!(ask(ResetWhat::Identities), Ok(ResetDone::Done(None))));
}

#[test]
fn with_a_second_factor_of_their_own_one_administrator_resets_the_password_but_not_both() {
    let county = County::new("2024-10-08");
    let platform = &county.platform;
    let security = county.admin(Rank::SecurityAdmin);
    let (_, token, _) = enrolled(&county);
    let ask = |what: ResetWhat| platform.ask_reset(&security, "head", what, "忘记", &from_office());
    let ResetDone::Done(Some(password)) = ask(ResetWhat::Password).unwrap() else { panic!("one is enough") };
    assert!(!county.is_in(&token));
    let token = county.sign_in("head", &password).unwrap();
    assert_eq!(county.need(&token), Some(Need::SecondFactor), "what the owner has is still asked for");
    assert!(matches!(ask(ResetWhat::SecondFactor).unwrap(), ResetDone::Waiting(None)));
}

#[test]
fn no_administrator_acts_in_cases() {
    let county = County::new("2024-10-08");
    for rank in [Rank::SystemAdmin, Rank::SecurityAdmin, Rank::AuditAdmin] {
        let admin = county.admin(rank);
        let fault = county.platform.open(&admin, county.application(rank.id(), "2024-10-08")).unwrap_err();
        assert!(matches!(fault, AppError::Unauthorised(_)), "{rank:?}: {fault:?}");
        county.platform.desk(&admin, false, None).unwrap_err();
    }
}

#[test]
fn the_log_says_who_when_from_where_what_and_whether() {
    let county = County::new("2024-10-08");
    let platform = &county.platform;
    let (system, audit) = (county.admin(Rank::SystemAdmin), county.admin(Rank::AuditAdmin));
    county.sign_in("officer", PASSWORD).unwrap();
    county.sign_in("officer", "Wrong-guess-1").unwrap_err();
    county.sign_in("Secret-typed-here-1", "x").unwrap_err();
    platform.close_account(&system, "head", "退休", &from_office()).unwrap();
    let all = LogAsked::default();
    for other in [&system, &county.officer] {
        platform.operation_log(other, &all, &from_office()).unwrap_err();
        platform.export_log(other, &all, &from_office()).unwrap_err();
    }
    let page = platform.operation_log(&audit, &all, &from_office()).unwrap();
    let closed = page.lines.iter().find(|line| line.what == "account_closed").unwrap();
    assert_eq!(closed.who, "system_admin 系统管理员");
    assert_eq!((closed.detail.as_str(), closed.address.as_str()), ("head head 退休", "10.0.0.7"));
    assert_eq!((closed.at, closed.ok), (platform.now(), true));
    let failed: Vec<_> = page.lines.iter().filter(|line| !line.ok).collect();
    assert_eq!(failed.len(), 2);
    assert_eq!((failed[0].who.as_str(), failed[0].detail.as_str()), ("", "se…（19个字符）"));
    assert_eq!(failed[1].who, "officer 演示承办人");
    let own = LogAsked { login: "officer".to_owned(), what: "signed_in".to_owned(), before: None };
    let file = platform.export_log(&audit, &own, &from_office()).unwrap();
    assert_eq!(file.lines.len(), 1);
    let page = platform.operation_log(&audit, &all, &from_office()).unwrap();
    assert_eq!(page.lines[0].what, "audit_log_exported", "reading and taking away are noted");
    assert_eq!(platform.verify(false).unwrap().journal.faults, []);
}

#[test]
fn the_log_is_kept_for_six_months_at_least() {
    let county = County::new("2024-10-08");
    let audit = county.admin(Rank::AuditAdmin);
    let clean = |before: &str| county.platform.clean_log(&audit, day(before), &from_office());
    assert!(message(&clean("2024-10-01").unwrap_err()).contains("至少保存六个月"));
    assert!(matches!(
        county.platform.clean_log(&county.head, day("2020-01-01"), &from_office()),
        Err(AppError::Forbidden { .. })
    ));
    county.clock.set(day("2025-06-02"), 9);
    county.sign_in("officer", PASSWORD).unwrap();
    assert!(clean("2024-11-30").unwrap() >= 3);
    let page = county.platform.operation_log(&audit, &LogAsked::default(), &from_office()).unwrap();
    assert_eq!(
        page.lines.iter().map(|line| line.what.as_str()).collect::<Vec<_>>(),
        ["audit_log_cleaned", "signed_in"]
    );
    assert_eq!(county.platform.verify(false).unwrap().journal.faults, []);
}

fn close_stale(platform: &Platform) -> usize {
    platform.close_stale().unwrap()
}

#[test]
fn accounts_that_nobody_uses_are_listed_and_then_closed() {
    let county = County::new("2024-10-08");
    let system = county.admin(Rank::SystemAdmin);
    let rules = AccountRules { stale_days: 90, ..AccountRules::demonstration() };
    county.platform.set_account_rules(&rules).unwrap();
    assert_eq!(county.platform.stale_soon().unwrap().count, 0);
    county.clock.set(day("2024-12-28"), 9);
    county.sign_in("officer", PASSWORD).unwrap();
    let soon = || -> Vec<String> {
        let (lines, _) = county.platform.accounts(&system, AccountsAsked::Idle, "").unwrap();
        lines.into_iter().map(|line| line.login).collect()
    };
    assert_eq!(soon(), ["head", "system_admin"]);
    assert_eq!(county.platform.stale_soon().unwrap().count, 2);
    assert_eq!(close_stale(&county.platform), 0);
    county.clock.set(day("2025-01-07"), 9);
    assert_eq!(close_stale(&county.platform), 2);
    assert_eq!(close_stale(&county.platform), 0);
    assert!(message(&county.sign_in("head", PASSWORD).unwrap_err()).contains("已停用"));
    county.sign_in("officer", PASSWORD).unwrap();
    county.platform.open_account("head").unwrap();
    county.sign_in("head", PASSWORD).unwrap();
    assert_eq!(close_stale(&county.platform), 0);
}
