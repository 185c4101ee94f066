//! Each table's functions, where the model does not reach.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common;
use crate::common::{Folder, case, event, grow, hash};
use store::account::{self, Account, Rank};
use store::cases::{self, Scope};
use store::document::{self, Document};
use store::kept_audit::{self, Body, KeptAudit};
use store::organ::{self, Organ};
use store::pack::{self, Pack};
use store::session::{self, Session};
use store::{
    Reader, Store, StoreError, Tx, audit_log, client, command, counter, desk, due, events, identity, meta,
    outbox, personal,
};

on_both! {
    accounts_have_one_login_each,
    sessions_end_by_themselves,
    a_null_character_is_kept_nowhere,
    organs_are_dated_and_never_overlap,
    cases_are_found_by_what_people_cite,
    the_journal_is_read_by_case_and_in_order,
    a_key_is_done_once,
    documents_packs_notices_and_lines_are_kept,
    accounts_wait_and_grow_stale,
    old_passwords_and_recovery_codes_are_kept_while_they_count,
    a_token_opens_for_its_program_until_either_ends,
    a_sign_on_is_good_for_once_and_an_identity_has_one_account,
    a_message_that_was_not_taken_holds_those_of_its_case,
    due_counts_tell_overdue_from_warned,
    a_reader_sees_one_moment,
    views_and_drafts_are_their_owners,
    a_reminder_waits_until_it_is_done,
    a_calendar_has_one_address,
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write(work).and_then(|it| it)
}

fn read<T>(store: &Store, work: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError>) -> T {
    store.read(work).unwrap()
}

fn account(id: &str, organ: Option<&str>) -> Account {
    Account {
        id: id.to_owned(),
        login: format!("login-{id}"),
        name: "林某".to_owned(),
        password_hash: "$argon2id$…".to_owned(),
        organ: organ.map(str::to_owned),
        rank: Rank::Staff,
        number_masked: Some("350583********1234".to_owned()),
        failed: 0,
        locked_until: None,
        disabled_at: None,
        created_at: 1,
        password_at: 2,
        must_change: true,
        signed_in_at: None,
        granted_at: Some(3),
        totp: Some("wrapped".to_owned()),
        totp_at: Some(4),
        totp_step: 5,
        code_failed: 1,
    }
}

fn accounts_have_one_login_each(folder: &Folder) {
    let store = folder.open();
    let (one, mut two) = (account("1", Some("justice")), account("2", Some("justice")));
    write(&store, {
        let (one, two) = (one.clone(), two.clone());
        move |tx| {
            account::add(tx, &one)?;
            account::add(tx, &two)?;
            account::add(tx, &account("3", None))
        }
    })
    .unwrap();
    let error = write(&store, |tx| account::add(tx, &Account { id: "4".to_owned(), ..account("1", None) }));
    assert_eq!(error, Err(StoreError::Conflict { what: "account.login".to_owned() }));
    assert_eq!(read(&store, |r| account::by_login(r, "login-1")), Some(one.clone()));
    two.rank = Rank::Head;
    two.failed = 5;
    two.locked_until = Some(99);
    let changed = two.clone();
    assert_eq!(write(&store, move |tx| account::update(tx, &changed)), Ok(true));
    assert_eq!(read(&store, |r| account::get(r, "2")), Some(two.clone()));
    assert_eq!(write(&store, |tx| account::update(tx, &account("9", None))), Ok(false));
    assert_eq!(read(&store, |r| account::of_organ(r, "justice")), [one, two]);
    assert_eq!(read(&store, |r| account::page(r, "login-1", 1)).len(), 1);
    assert_eq!(read(&store, |r| account::page(r, "login-3", 9)), []);
    for rank in Rank::ALL {
        assert_eq!(Rank::parse(rank.id()), Some(rank));
    }
}

fn a_null_character_is_kept_nowhere(folder: &Folder) {
    let store = folder.open();
    assert_eq!(write(&store, |tx| meta::set(tx, "a", "x\0y")), Err(StoreError::NullCharacter));
    assert_eq!(write(&store, |tx| meta::set(tx, "a", "y")), Ok(()));
    assert_eq!(read(&store, |r| meta::get(r, "a\0")), None);
}

fn sessions_end_by_themselves(folder: &Folder) {
    let store = folder.open();
    let session = |token: &str, expires_at: i64| Session {
        token_hash: hash(token),
        account: "1".to_owned(),
        csrf: "x".to_owned(),
        created_at: 0,
        seen_at: 0,
        expires_at,
        ends_at: 500,
        passed: true,
        address: Some("10.0.0.1".to_owned()),
        agent: "Firefox".to_owned(),
    };
    let (short, long) = (session("short", 10), session("long", 100));
    let kept = long.clone();
    write(&store, move |tx| session::add(tx, &short).and_then(|()| session::add(tx, &kept))).unwrap();
    assert!(read(&store, |r| session::get(r, &hash("short"), 9)).is_some());
    assert_eq!(read(&store, |r| session::get(r, &hash("short"), 10)), None);
    assert_eq!(write(&store, |tx| session::expire(tx, 10)), Ok(1));
    write(&store, |tx| session::seen(tx, &hash("long"), 50, 200)).unwrap();
    let found = read(&store, |r| session::get(r, &hash("long"), 150)).unwrap();
    assert_eq!(found, Session { seen_at: 50, expires_at: 200, ..long });
    assert_eq!(read(&store, |r| session::of_account(r, "1", 150, 9)).len(), 1);
    assert_eq!(read(&store, |r| session::of_account(r, "1", 250, 9)), []);
    assert_eq!(write(&store, |tx| session::end_of(tx, &hash("long"), "2")), Ok(false));
    write(&store, |tx| session::end(tx, &hash("long"))).unwrap();
    assert_eq!(write(&store, |tx| session::end_all(tx, "1")), Ok(0));
}

fn organs_are_dated_and_never_overlap(folder: &Folder) {
    let store = folder.open();
    let organ = |from: i32, until: Option<i32>, name: &str| Organ {
        id: "justice".to_owned(),
        name: name.to_owned(),
        short: "司".to_owned(),
        kind: "department".to_owned(),
        division: "350583".to_owned(),
        credit_code: None,
        parent: Some("government".to_owned()),
        valid_from: from,
        valid_until: until,
    };
    let (old, new) = (organ(100, Some(199), "法制办"), organ(200, None, "司法局"));
    let both = (old.clone(), new.clone());
    write(&store, move |tx| organ::put(tx, &both.0).and_then(|()| organ::put(tx, &both.1))).unwrap();
    assert_eq!(read(&store, |r| organ::get(r, "justice", 99)), None);
    assert_eq!(read(&store, |r| organ::get(r, "justice", 199)), Some(old.clone()));
    assert_eq!(read(&store, |r| organ::list(r, 200)), std::slice::from_ref(&new));
    assert_eq!(read(&store, organ_history), [old, new]);
    for (from, until) in [(150, Some(160)), (0, Some(100)), (0, None), (300, None)] {
        let outcome = write(&store, move |tx| organ::put(tx, &organ(from, until, "另一个")));
        assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{from} {until:?}");
    }
    let ended = organ(200, Some(299), "司法局");
    assert_eq!(write(&store, move |tx| organ::put(tx, &ended)), Ok(()));
    assert_eq!(write(&store, move |tx| organ::put(tx, &organ(300, None, "司法局"))), Ok(()));
}

fn organ_history(r: &mut Reader<'_>) -> Result<Vec<Organ>, StoreError> {
    organ::history(r)
}

fn cases_are_found_by_what_people_cite(folder: &Folder) {
    let store = folder.open();
    write(&store, |tx| {
        let mut new = case("a");
        new.number = Some("南政复〔2026〕1号".to_owned());
        new.receipt_hash = Some(hash("receipt"));
        new.party = Some("citizen".to_owned());
        cases::add(tx, &new)?;
        grow(tx, "b", 1)
    })
    .unwrap();
    assert_eq!(read(&store, |r| cases::by_number(r, "南政复〔2026〕1号")).unwrap().id, "a");
    assert_eq!(read(&store, |r| cases::by_receipt(r, &hash("receipt"))).unwrap().id, "a");
    assert_eq!(read(&store, |r| cases::by_receipt(r, &hash("other"))), None);
    let party = Scope::Party { party: "citizen" };
    assert_eq!(read(&store, |r| cases::page(r, party, "", None, 9)).len(), 1);
    let twice = write(&store, |tx| {
        let mut again = cases::get(tx, "b")?.unwrap();
        again.number = Some("南政复〔2026〕1号".to_owned());
        cases::update(tx, &again)
    });
    assert_eq!(twice, Err(StoreError::Conflict { what: "cases.number".to_owned() }));
    let nowhere = Err(StoreError::NoCase { case: "z".to_owned() });
    assert_eq!(write(&store, |tx| cases::update(tx, &case("z"))), nowhere);
    assert_eq!(write(&store, |tx| events::append(tx, event("z", "accept")).map(drop)), nowhere);
    let counts = read(&store, |r| cases::counts(r, "", "3505"));
    assert_eq!(counts.iter().map(|it| (it.all, it.open)).collect::<Vec<_>>(), [(2, 2)]);
    assert_eq!(read(&store, |r| cases::counts(r, "other", "")), []);
}

fn the_journal_is_read_by_case_and_in_order(folder: &Folder) {
    let store = folder.open();
    write(&store, |tx| grow(tx, "a", 2).and_then(|()| grow(tx, "b", 3))).unwrap();
    let all = read(&store, |r| events::after(r, 0, 100));
    assert_eq!(all.iter().map(|it| it.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(read(&store, |r| events::of_case(r, "b", 1)), all[3..]);
    assert_eq!(read(&store, |r| events::get(r, "a", 2)).as_ref(), all.get(1));
    let hashes = read(&store, |r| events::hashes_after(r, 3, 1));
    assert_eq!(hashes, [(4, all[3].chained.hash)]);
    let keys = common::keys();
    let found = read(&store, move |r| personal::get(r, Some(&keys), "b", 1)).unwrap();
    assert_eq!(found.data, "{\"applicant\":\"张三\"}");
    let mut later = event("a", "fix");
    later.corrects = Some(3);
    assert!(matches!(
        write(&store, move |tx| events::append(tx, later.clone())),
        Err(StoreError::Internal { .. })
    ));
}

fn a_key_is_done_once(folder: &Folder) {
    let store = folder.open();
    let once = |key: &'static str, request: &'static str| {
        write(&store, move |tx| {
            command::once(tx, key, &hash(request), 5, |tx| {
                counter::next_number(tx, "justice", "decision", 2026).map(|it| it.to_string())
            })
        })
    };
    assert_eq!(once("k1", "a"), Ok("1".to_owned()));
    assert_eq!(once("k1", "a"), Ok("1".to_owned()));
    assert_eq!(once("k2", "a"), Ok("2".to_owned()));
    assert_eq!(once("k1", "b"), Err(StoreError::KeyReused { key: "k1".to_owned() }));
    assert_eq!(write(&store, |tx| command::clean(tx, 6)), Ok(2));
    assert_eq!(once("k1", "b"), Ok("3".to_owned()));
}

fn documents_packs_notices_and_lines_are_kept(folder: &Folder) {
    let store = folder.open();
    let document = |case: &str| Document {
        case: case.to_owned(),
        number: 1,
        kind: "decision".to_owned(),
        doc_number: "南政复决〔2026〕1号".to_owned(),
        issued_on: 20_000,
    };
    write(&store, move |tx| {
        cases::add(tx, &case("a"))?;
        cases::add(tx, &case("b"))?;
        document::add(tx, &document("a"))
    })
    .unwrap();
    let twice = write(&store, move |tx| document::add(tx, &document("b")));
    assert!(matches!(twice, Err(StoreError::Conflict { .. })));
    assert_eq!(read(&store, |r| document::of_case(r, "a")), [document("a")]);
    assert_eq!(read(&store, |r| document::by_number(r, "南政复决〔2026〕1号")), [document("a")]);

    let pack = |text: &str, added_at: i64| Pack {
        hash: hash(text),
        procedure: "p".to_owned(),
        source: text.to_owned(),
        added_at,
    };
    write(&store, move |tx| pack::add(tx, &pack("old", 1)).and_then(|()| pack::add(tx, &pack("new", 2))))
        .unwrap();
    write(&store, move |tx| pack::add(tx, &pack("old", 3))).unwrap();
    assert_eq!(read(&store, |r| pack::of_procedure(r, "p")), [pack("new", 2), pack("old", 1)]);
    assert_eq!(read(&store, |r| pack::get(r, &hash("old"))), Some(pack("old", 1)));
    assert_eq!(read(&store, |r| pack::list(r)).len(), 2);

    let ids = write(&store, |tx| {
        Ok([outbox::add(tx, "notify", None, "{}", 1)?, outbox::add(tx, "index", Some("a"), "{}", 1)?])
    });
    assert_eq!(ids, Ok([1, 2]));
    assert_eq!(read(&store, |r| outbox::after(r, 1, 9)).iter().map(|it| it.id).collect::<Vec<_>>(), [2]);
    assert_eq!(write(&store, |tx| outbox::clean(tx, 2, 1)), Ok(0), "it is not old enough");
    assert_eq!(write(&store, |tx| outbox::clean(tx, 2, 2)), Ok(1), "the last one stays");
    assert_eq!(write(&store, |tx| outbox::add(tx, "notify", None, "{}", 1)), Ok(3));

    write(&store, |tx| (1..=3).try_for_each(|at| audit_log::add(tx, at, Some("1"), "登录", ""))).unwrap();
    write(&store, |tx| audit_log::add(tx, 4, None, "启动", "")).unwrap();
    let all = audit_log::Asked::default();
    let page = read(&store, |r| audit_log::page(r, &all, 2));
    assert_eq!(page.iter().map(|line| line.id).collect::<Vec<_>>(), [4, 3]);
    let own = audit_log::Asked { account: Some("1"), before: Some(3), ..all };
    let of_one = read(&store, |r| audit_log::page(r, &own, 9));
    assert_eq!(of_one.iter().map(|line| line.at).collect::<Vec<_>>(), [2, 1]);
    let of_kind = audit_log::Asked { what: "启动", ..all };
    assert_eq!(read(&store, |r| audit_log::page(r, &of_kind, 9)).len(), 1);
}

fn accounts_wait_and_grow_stale(folder: &Folder) {
    let store = folder.open();
    write(&store, |tx| {
        let one = account("1", None);
        account::add(tx, &Account { granted_at: None, ..one.clone() })?;
        account::add(tx, &Account { signed_in_at: Some(90), ..account("2", None) })?;
        account::add(tx, &Account { rank: Rank::Citizen, ..account("3", None) })?;
        account::add(tx, &Account { rank: Rank::AuditAdmin, granted_at: Some(90), ..account("4", None) })?;
        account::add(tx, &account("5", None))
    })
    .unwrap();
    let ids = |found: Vec<Account>| found.into_iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(read(&store, |r| account::waiting(r, "", 9))), ["1"]);
    assert_eq!(ids(read(&store, |r| account::idle(r, 50, "", 9))), ["1", "5"]);
    assert_eq!(ids(read(&store, |r| account::idle(r, 50, "login-1", 9))), ["5"]);
    assert_eq!(ids(read(&store, |r| account::of_rank(r, Rank::AuditAdmin, "", 9))), ["4"]);
}

fn old_passwords_and_recovery_codes_are_kept_while_they_count(folder: &Folder) {
    let store = folder.open();
    for old in ["a", "b", "c"] {
        write(&store, move |tx| account::add_old_password(tx, "1", old, 2)).unwrap();
    }
    assert_eq!(read(&store, |r| account::old_passwords(r, "1", 9)), ["c", "b"]);
    assert_eq!(read(&store, |r| account::old_passwords(r, "2", 9)), Vec::<String>::new());
    let codes = [hash("one"), hash("two")];
    write(&store, move |tx| account::set_recovery_codes(tx, "1", &codes)).unwrap();
    assert_eq!(write(&store, |tx| account::use_recovery_code(tx, "2", &hash("one"), 5)), Ok(false));
    assert_eq!(write(&store, |tx| account::use_recovery_code(tx, "1", &hash("one"), 5)), Ok(true));
    assert_eq!(write(&store, |tx| account::use_recovery_code(tx, "1", &hash("one"), 6)), Ok(false));
    assert_eq!(read(&store, |r| account::recovery_codes_left(r, "1")), 1);
    write(&store, |tx| account::set_recovery_codes(tx, "1", &[])).unwrap();
    assert_eq!(write(&store, |tx| account::use_recovery_code(tx, "1", &hash("two"), 7)), Ok(false));
}

fn a_token_opens_for_its_program_until_either_ends(folder: &Folder) {
    let store = folder.open();
    let one = client::Client {
        id: "exchange".to_owned(),
        name: "市共享平台".to_owned(),
        account: "1".to_owned(),
        secret: hash("secret"),
        scope: "write".to_owned(),
        made_at: 1,
        made_by: "2".to_owned(),
        used_at: None,
        ended_at: None,
        agreed_at: None,
    };
    let made = one.clone();
    write(&store, move |tx| client::add(tx, &made)).unwrap();
    write(&store, |tx| client::add_token(tx, &hash("t"), "exchange", "read", 5, 10)).unwrap();
    assert_eq!(write(&store, |tx| client::agree(tx, "exchange", "3", 4)), Ok(false), "not theirs");
    assert_eq!(write(&store, |tx| client::agree(tx, "exchange", "1", 4)), Ok(true));
    assert_eq!(write(&store, |tx| client::agree(tx, "exchange", "1", 5)), Ok(false), "only once");
    let used = client::Client { used_at: Some(5), agreed_at: Some(4), ..one };
    assert_eq!(read(&store, |r| client::of_account(r, "1")), std::slice::from_ref(&used));
    assert_eq!(read(&store, |r| client::of_account(r, "3")), []);
    assert_eq!(read(&store, |r| client::get(r, "exchange")), Some(used.clone()));
    assert_eq!(read(&store, |r| client::page(r, "", 9)), std::slice::from_ref(&used));
    assert_eq!(read(&store, |r| client::by_token(r, &hash("t"), 9)), Some((used, "read".to_owned())));
    assert_eq!(read(&store, |r| client::by_token(r, &hash("t"), 10)), None);
    assert_eq!(read(&store, |r| client::by_token(r, &hash("other"), 9)), None);
    assert_eq!(write(&store, |tx| client::end(tx, "exchange", 6)), Ok(true));
    assert_eq!(write(&store, |tx| client::end(tx, "exchange", 7)), Ok(false));
    assert_eq!(read(&store, |r| client::by_token(r, &hash("t"), 9)), None);
}

fn a_sign_on_is_good_for_once_and_an_identity_has_one_account(folder: &Folder) {
    let store = folder.open();
    let begun = identity::SignOn {
        provider: "province".to_owned(),
        nonce: "n".to_owned(),
        verifier: "v".to_owned(),
        visit: hash("visit"),
        next: "/desk".to_owned(),
        binds: None,
        ends_at: 10,
    };
    let kept = begun.clone();
    write(&store, move |tx| identity::begin(tx, &hash("s"), &kept, 1)).unwrap();
    assert_eq!(write(&store, |tx| identity::take(tx, &hash("other"), 2)), Ok(None));
    assert_eq!(write(&store, |tx| identity::take(tx, &hash("s"), 2)), Ok(Some(begun.clone())));
    assert_eq!(write(&store, |tx| identity::take(tx, &hash("s"), 2)), Ok(None));
    write(&store, move |tx| identity::begin(tx, &hash("s"), &begun, 1)).unwrap();
    assert_eq!(write(&store, |tx| identity::take(tx, &hash("s"), 10)), Ok(None), "too late");
    write(&store, |tx| identity::bind(tx, "https://id", "7", "1", 1)).unwrap();
    assert_eq!(read(&store, |r| identity::account_of(r, "https://id", "7")), Some("1".to_owned()));
    assert_eq!(read(&store, |r| identity::account_of(r, "https://id", "8")), None);
    write(&store, |tx| identity::bind(tx, "https://id", "7", "2", 2)).unwrap();
    assert_eq!(read(&store, |r| identity::of_account(r, "1")), []);
    assert_eq!(read(&store, |r| identity::of_account(r, "2")), [("https://id".to_owned(), "7".to_owned())]);
    assert_eq!(write(&store, |tx| identity::unbind_all(tx, "2")), Ok(1));
}

fn a_message_that_was_not_taken_holds_those_of_its_case(folder: &Folder) {
    let store = folder.open();
    let held = |id: i64, attempts: u32, next_at: i64| outbox::Held {
        receiver: "exchange".to_owned(),
        id,
        division: "350583".to_owned(),
        case: Some("a".to_owned()),
        attempts,
        next_at,
        fault: "500".to_owned(),
        held_at: 1,
        set_aside_at: None,
    };
    let due = |now: i64| read(&store, |r| outbox::due(r, "exchange", now, 9));
    let mut one = case("a");
    one.division = "350583".to_owned();
    write(&store, move |tx| cases::add(tx, &one)).unwrap();
    write(&store, |tx| (1..=4).try_for_each(|_| outbox::add(tx, "notify", Some("a"), "{}", 1).map(drop)))
        .unwrap();
    write(&store, move |tx| {
        outbox::hold(tx, &held(1, 1, 10))?;
        outbox::hold(tx, &held(2, 0, outbox::NEVER))?;
        outbox::hold(tx, &held(3, 0, outbox::NEVER))
    })
    .unwrap();
    assert_eq!((due(9), due(10)), (Vec::new(), vec![held(1, 1, 10)]));
    assert_eq!(read(&store, |r| outbox::held_counts(r, "exchange")), (1, 0, 2));
    assert_eq!(write(&store, |tx| outbox::clean(tx, 4, 2)), Ok(0), "what is held stays");
    // It was tried meanwhile: what is known of it is not overwritten.
    assert_eq!(write(&store, move |tx| outbox::refused(tx, &held(1, 3, 30), 2)), Ok(false));
    let aside = outbox::Held { set_aside_at: Some(20), ..held(1, 2, outbox::NEVER) };
    write(&store, move |tx| outbox::refused(tx, &aside, 1)).unwrap();
    assert_eq!(due(outbox::NEVER - 1), []);
    assert_eq!(read(&store, |r| outbox::held_counts(r, "exchange")), (0, 1, 2));
    assert_eq!(
        write(&store, |tx| outbox::retry(tx, "exchange", 2, 30)),
        Ok(false),
        "it is behind another one"
    );
    assert_eq!(write(&store, |tx| outbox::retry(tx, "exchange", 1, 30)), Ok(true));
    assert_eq!(due(30), [held(1, 0, 30)]);
    assert_eq!(write(&store, move |tx| outbox::release(tx, &held(1, 0, 30), 40)), Ok(true));
    assert_eq!(due(40), [held(2, 0, 40)]);
    assert_eq!(write(&store, move |tx| outbox::release(tx, &held(1, 0, 30), 50)), Ok(false), "only once");
    let kept =
        outbox::Receiver { name: "exchange".to_owned(), position: 3, fault: Some(("x".to_owned(), 1)) };
    let put = kept.clone();
    write(&store, move |tx| outbox::put_receiver(tx, &put)).unwrap();
    assert_eq!(read(&store, |r| outbox::receivers(r)), [kept]);
    assert_eq!(write(&store, |tx| outbox::clean(tx, 4, 2)), Ok(1), "the first of the four");
}

fn due_counts_tell_overdue_from_warned(folder: &Folder) {
    let store = folder.open();
    let owed = |norm: &str, last_day: Option<i32>| due::Due {
        case: "a".to_owned(),
        norm: norm.to_owned(),
        acts: "decide".to_owned(),
        last_day,
        warn_on: last_day.map(|day| day - 5),
        organ: "justice".to_owned(),
        division: "350583".to_owned(),
        handler: None,
        lapses: false,
    };
    write(&store, move |tx| {
        cases::add(tx, &case("a"))?;
        due::replace(
            tx,
            "a",
            &[owed("1", Some(99)), owed("2", Some(100)), owed("3", Some(200)), owed("4", None)],
        )
    })
    .unwrap();
    let counts = read(&store, |r| due::counts(r, 100, "", ""));
    assert_eq!(counts.iter().map(|it| (it.all, it.overdue, it.warned)).collect::<Vec<_>>(), [(4, 1, 1)]);
    let urgent = read(&store, |r| due::most_urgent(r, due::Desk::Organ("justice"))).unwrap();
    assert_eq!(urgent.norm, "1");
    assert_eq!(read(&store, |r| due::of_case(r, "a")).len(), 4);
    write(&store, |tx| due::replace(tx, "a", &[])).unwrap();
    assert_eq!(read(&store, |r| due::of_case(r, "a")), []);
}

fn a_reader_sees_one_moment(folder: &Folder) {
    let store = folder.open();
    write(&store, |tx| meta::set(tx, "k", "before")).unwrap();
    let seen = read(&store, |r| {
        let first = meta::get(r, "k")?;
        write(&store, |tx| meta::set(tx, "k", "after"))?;
        Ok((first, meta::get(r, "k")?))
    });
    assert_eq!(seen, (Some("before".to_owned()), Some("before".to_owned())));
    assert_eq!(read(&store, |r| meta::get(r, "k")), Some("after".to_owned()));
}

#[test]
fn errors_are_diagnostics_too() {
    let error = StoreError::NoCase { case: "a".to_owned() };
    let told = error.diagnostic();
    assert_eq!((told.code, told.message.as_str()), ("store_no_case", "没有编号为 a 的案件"));
    assert_eq!(told.help.as_deref(), Some("请核对案件编号"));
    assert_eq!(error.to_string(), "没有编号为 a 的案件。请核对案件编号");
}

#[test]
fn kept_audits_are_their_organ_s_and_go_when_told() {
    let folder = Folder::new("kept-audits");
    let store = folder.open();
    let one = |id: &str, organ: &str, kept_at: i64| KeptAudit {
        id: id.to_owned(),
        organ: organ.to_owned(),
        account: "1".to_owned(),
        name: "年度报告".to_owned(),
        errors: 3,
        warnings: 2,
        notes: 15,
        kept_at,
    };
    let body = Body { content: "受理5件".to_owned(), result: "{}".to_owned() };
    let all = [one("a", "justice", 1), one("b", "justice", 2), one("c", "justice", 2), one("d", "police", 3)];
    let (rows, text) = (all.clone(), body.clone());
    write(&store, move |tx| rows.iter().try_for_each(|row| kept_audit::add(tx, row, &text))).unwrap();
    let ids = |rows: Vec<KeptAudit>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(read(&store, |r| kept_audit::page(r, "justice", None, 2))), ["c", "b"]);
    assert_eq!(ids(read(&store, |r| kept_audit::page(r, "justice", Some((2, "b")), 2))), ["a"]);
    assert_eq!(read(&store, |r| kept_audit::get(r, "justice", "a")), Some((all[0].clone(), body)));
    assert_eq!(read(&store, |r| kept_audit::get(r, "police", "a")), None);
    assert_eq!(write(&store, |tx| kept_audit::delete(tx, "police", "a")), Ok(false));
    assert_eq!(write(&store, |tx| kept_audit::delete(tx, "justice", "a")), Ok(true));
    assert_eq!(read(&store, |r| kept_audit::get(r, "justice", "a")), None);
}

fn views_and_drafts_are_their_owners(folder: &Folder) {
    let store = folder.open();
    let view = |name: &str, link: &str| desk::SavedView {
        name: name.to_owned(),
        link: link.to_owned(),
        saved_at: 1,
    };
    let draft = |place: &str, at: i64| desk::Draft {
        place: place.to_owned(),
        title: "受理".to_owned(),
        content: desk::Sealed { key_mark: "k".to_owned(), bytes: vec![0, 255, 7] },
        saved_at: at,
    };
    write(&store, move |tx| {
        desk::save_view(tx, "1", &view("急件", "/desk?days=3"))?;
        desk::save_view(tx, "1", &view("急件", "/desk?days=5"))?;
        desk::save_view(tx, "2", &view("我的", "/desk?whose=mine"))?;
        desk::save_draft(tx, "1", &draft("/a", 10))?;
        desk::save_draft(tx, "1", &draft("/a", 20))?;
        desk::save_draft(tx, "1", &draft("/b", 5))
    })
    .unwrap();
    assert_eq!(read(&store, |r| desk::views(r, "1")), [view("急件", "/desk?days=5")]);
    assert_eq!(write(&store, |tx| desk::drop_view(tx, "2", "急件")), Ok(false));
    assert_eq!(write(&store, |tx| desk::drop_view(tx, "1", "急件")), Ok(true));
    assert_eq!(read(&store, |r| desk::views(r, "1")), []);
    assert_eq!(read(&store, |r| desk::draft(r, "1", "/a")), Some(draft("/a", 20)));
    assert_eq!(read(&store, |r| desk::draft(r, "2", "/a")), None);
    assert_eq!(read(&store, |r| desk::drafts(r, "1", 9)).len(), 2);
    assert_eq!(write(&store, |tx| desk::clean_drafts(tx, 10)), Ok(1));
    assert_eq!(write(&store, |tx| desk::drop_draft(tx, "1", "/a")), Ok(true));
    assert_eq!(read(&store, |r| desk::drafts(r, "1", 9)), []);
}

fn a_reminder_waits_until_it_is_done(folder: &Folder) {
    let store = folder.open();
    let note = |id: &str, to: Option<&str>| desk::Note {
        division: "350526".to_owned(),
        case: "c".to_owned(),
        id: id.to_owned(),
        account: "1".to_owned(),
        to: to.map(str::to_owned),
        text: desk::Sealed { key_mark: "k".to_owned(), bytes: vec![1] },
        made_at: 3,
        done_at: None,
    };
    write(&store, move |tx| {
        cases::add(tx, &case("c"))?;
        desk::add_note(tx, &desk::Note { division: case("c").division, ..note("1", None) })?;
        desk::add_note(tx, &desk::Note { division: case("c").division, ..note("2", Some("2")) })
    })
    .unwrap();
    let ids = |notes: Vec<desk::Note>| notes.into_iter().map(|note| note.id).collect::<Vec<_>>();
    assert_eq!(ids(read(&store, |r| desk::notes(r, "c", "", 9))), ["1", "2"]);
    assert_eq!(ids(read(&store, |r| desk::notes(r, "c", "1", 9))), ["2"]);
    assert_eq!(ids(read(&store, |r| desk::waiting(r, "2", "", 9))), ["2"]);
    assert_eq!(ids(read(&store, |r| desk::waiting(r, "1", "", 9))), [""; 0]);
    // Only whom it is for takes it off the desk, and once.
    assert_eq!(write(&store, |tx| desk::note_done(tx, "c", "2", "1", 9)), Ok(false));
    assert_eq!(write(&store, |tx| desk::note_done(tx, "c", "2", "2", 9)), Ok(true));
    assert_eq!(write(&store, |tx| desk::note_done(tx, "c", "2", "2", 10)), Ok(false));
    assert_eq!(ids(read(&store, |r| desk::waiting(r, "2", "", 9))), [""; 0]);
    assert_eq!(read(&store, |r| desk::notes(r, "c", "1", 9))[0].done_at, Some(9));
}

fn a_calendar_has_one_address(folder: &Folder) {
    let store = folder.open();
    write(&store, |tx| desk::put_feed(tx, "1", &hash("a"), 1)).unwrap();
    write(&store, |tx| desk::put_feed(tx, "1", &hash("b"), 2)).unwrap();
    assert_eq!(read(&store, |r| desk::feed_account(r, &hash("a"))), None);
    assert_eq!(read(&store, |r| desk::feed_account(r, &hash("b"))), Some("1".to_owned()));
    assert_eq!(read(&store, |r| desk::feed_since(r, "1")), Some(2));
    assert_eq!(write(&store, |tx| desk::drop_feed(tx, "1")), Ok(true));
    assert_eq!(read(&store, |r| desk::feed_account(r, &hash("b"))), None);
}
