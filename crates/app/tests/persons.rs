//! Personal data from the form to the erasing: whose they are, who may, what stays.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::path::Path;
use std::sync::Arc;

use crate::county::{County, day, form};
use app::{Actor, AppError, Deal, ErasePerson, Ids, NewAccount, PERSONAL_KEY, Platform, SetClock, Upload};
use store::account::Rank;
use store::{Options, Store};

const CODE: &str = "11010519491231002X";
const OTHER: &str = "91350100M000100Y43";

fn admin(county: &County) -> Actor {
    let account = NewAccount {
        login: "admin".to_owned(),
        name: "演示管理员".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: None,
        rank: Rank::SystemAdmin,
    };
    county.platform.add_account(account).unwrap();
    county.platform.actor_of("admin").unwrap()
}

fn asked(key: &str, code: &str) -> ErasePerson {
    ErasePerson {
        key: key.to_owned(),
        code: code.to_owned(),
        reason: "本人请求删除，保存期限已满".to_owned(),
        basis: "本单位文件材料归档范围和保管期限表".to_owned(),
    }
}

/// Who acts for the applicant: an act with two parties and a file.
fn entrust(county: &County, case: &str, code: &str) -> app::Result<app::Done> {
    let deal = Deal {
        key: format!("entrust-{case}-{code}"),
        case: case.to_owned(),
        version: None,
        act: "appoint_agent".to_owned(),
        on: county.platform.today(),
        form: form(&[
            ("principal", "演示申请人"),
            ("principal.code", CODE),
            ("agent", "演示代理公司"),
            ("agent.code", code),
            ("kind", "other"),
            ("scope", "代为陈述"),
        ]),
        files: vec![Upload {
            field: "power".to_owned(),
            name: "授权委托书.pdf".to_owned(),
            content: b"%PDF-1.4\n%%EOF\n".to_vec(),
        }],
    };
    county.platform.act(&county.officer, deal)
}

fn assert_whole(platform: &Platform) {
    let verified = platform.verify(true).unwrap();
    assert_eq!(verified.journal.faults, []);
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
}

/// All that a case shows, as one text.
fn shown(county: &County, case: &str) -> String {
    let view = county.platform.case_in_full(&county.officer, case).unwrap();
    let lines = view.events.iter().flat_map(|event| {
        let fields = event.fields.iter().map(|(label, text)| format!("{label}：{text}"));
        std::iter::once(event.act.clone()).chain(fields)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn contains(folder: &Path, text: &str) -> bool {
    let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
    let all = [bytes("yifa.db"), bytes("yifa.db-wal")].concat();
    all.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn nothing_personal_stands_open_in_the_database() {
    if std::env::var(store::testing::ON).is_ok_and(|on| on == "postgres") {
        println!("skipped: this looks into SQLite's file");
        return;
    }
    let county = County::new("2024-09-27");
    county.apply("k1", "2024-09-27").unwrap();
    let folder = county.platform.store().dir().to_owned();
    assert!(contains(&folder, "撤销该处罚决定"), "what is not personal is there");
    for secret in ["演示申请人", CODE] {
        assert!(!contains(&folder, secret), "{secret}");
    }
    let key = folder.join(PERSONAL_KEY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let backup = folder.with_extension("backup");
    drop(std::fs::remove_dir_all(&backup));
    county.platform.store().backup(&backup).unwrap();
    assert!(!backup.join(PERSONAL_KEY).exists());
    std::fs::remove_dir_all(&backup).unwrap();
}

#[test]
fn a_person_is_found_in_all_cases_and_erased_from_them() {
    let county = County::new("2024-09-27");
    let admin = admin(&county);
    let first = county.apply("k1", "2024-09-27").unwrap();
    let second = county.apply("k2", "2024-09-27").unwrap();
    assert!(shown(&county, &first.case).contains("申请人：演示申请人"));
    let fault = county.platform.find_person(&county.officer, CODE).unwrap_err();
    assert!(matches!(fault, AppError::Forbidden { .. }), "{fault:?}");
    let found = county.platform.find_person(&admin, "11010519491231002x").unwrap().unwrap();
    let mut cases: Vec<&str> = found.cases.iter().map(|(id, _)| id.as_str()).collect();
    cases.sort_unstable();
    let mut expected = [first.case.as_str(), &second.case];
    expected.sort_unstable();
    assert_eq!(cases, expected);
    assert_eq!(county.platform.find_person(&admin, OTHER).unwrap(), None);
    let figures = |county: &County| {
        let asked = app::FigureAsked {
            organ: String::new(),
            division: String::new(),
            from: day("2024-01-01"),
            to: day("2024-12-31"),
            as_of: day("2030-01-01"),
        };
        let lines = county.platform.figures(None, &asked).unwrap();
        lines.iter().map(app::FigureLine::shown).collect::<Vec<_>>()
    };
    let before = figures(&county);

    let erased = county.platform.erase_person(&admin, asked("e1", CODE)).unwrap();
    assert_eq!((erased.id.as_str(), erased.cases.len()), (found.id.as_str(), 2));
    let again = county.platform.erase_person(&admin, asked("e1", CODE)).unwrap();
    assert_eq!(again, erased, "the same request is done once");
    let gone = county.platform.erase_person(&admin, asked("e2", CODE)).unwrap_err();
    assert!(matches!(gone, AppError::NotFound { .. }), "{gone:?}");
    assert_eq!(county.platform.find_person(&admin, CODE).unwrap(), None);
    for case in [&first.case, &second.case] {
        let text = shown(&county, case);
        assert!(text.contains("申请人：已删除") && !text.contains("演示申请人"), "{text}");
        assert!(text.contains("删除个人信息\n理由：本人请求删除"), "{text}");
        assert!(text.contains("依据：本单位文件材料归档范围"), "{text}");
    }
    let title = county.platform.case_view(&county.officer, &first.case).unwrap().title;
    assert!(!title.contains('演'), "{title}");
    assert_eq!(figures(&county), before);
    assert_whole(&county.platform);
    let verified = county.platform.verify(false).unwrap().journal;
    assert_eq!((verified.personal, verified.erased, verified.unopened), (0, 2, 0));
    // Whoever comes again is somebody new.
    let third = county.apply("k3", "2024-09-27").unwrap();
    let found = county.platform.find_person(&admin, CODE).unwrap().unwrap();
    assert_ne!(found.id, erased.id);
    assert_eq!(found.cases.len(), 1);
    assert_eq!(found.cases[0].0, third.case);
}

#[test]
fn erasing_one_party_leaves_the_other() {
    let county = County::new("2024-09-27");
    let admin = admin(&county);
    let done = county.apply("k1", "2024-09-27").unwrap();
    entrust(&county, &done.case, OTHER).unwrap();
    county.platform.erase_person(&admin, asked("e1", OTHER)).unwrap();
    let text = shown(&county, &done.case);
    assert!(text.contains("代理人：已删除") && !text.contains("演示代理公司"), "{text}");
    assert!(text.contains("委托人：演示申请人"), "{text}");
    assert_whole(&county.platform);
    county.platform.erase_person(&admin, asked("e2", CODE)).unwrap();
    assert!(!shown(&county, &done.case).contains("演示申请人"));
    assert_whole(&county.platform);
}

/// The files of a case's event that appoints an agent: hash and what they are called.
fn power(county: &County, actor: &Actor, case: &str) -> (String, String) {
    let view = county.platform.case_view(actor, case).unwrap();
    let event = view.events.iter().find(|event| event.act_id == "appoint_agent").unwrap();
    event.files[0].clone()
}

fn noted(county: &County) -> Vec<(String, String)> {
    let lines =
        county.platform.store().read(|reader| store::audit_log::after_line(reader, 0, 1_000)).unwrap();
    let of = |what: &str| matches!(what, "case_read" | "personal_revealed");
    lines.into_iter().filter(|line| of(&line.what)).map(|line| (line.what, line.detail)).collect()
}

#[test]
fn a_paper_that_may_tell_of_persons_is_opened_for_a_reason() {
    let county = County::new("2024-09-27");
    let done = county.apply("k1", "2024-09-27").unwrap();
    entrust(&county, &done.case, OTHER).unwrap();
    let (hash, name) = power(&county, &county.head, &done.case);
    assert!(
        name.starts_with("授权委托书和双方身份证明-") && name.ends_with(".pdf"),
        "what it is, not what it was called: {name}"
    );
    let origin = app::Origin::default();
    let open = |actor: &Actor, reason: Option<&str>| {
        county.platform.attachment(actor, &done.case, &hash, reason, &origin)
    };
    for reason in [None, Some(""), Some(" 好 ")] {
        let fault = open(&county.head, reason).unwrap_err();
        assert!(matches!(fault, AppError::Invalid(_)), "{reason:?}: {fault:?}");
    }
    assert_eq!(noted(&county), [], "nothing was shown");
    let content = open(&county.head, Some("核对身份")).unwrap();
    assert_eq!(
        (content.name.as_str(), content.bytes.as_slice()),
        ("授权委托书.pdf", &b"%PDF-1.4\n%%EOF\n"[..])
    );
    let told = format!("{}：附件{}；核对身份", done.case, &hash[..12]);
    assert_eq!(noted(&county), [("personal_revealed".to_owned(), told)]);
    // The officer who deals with the case says why once: by dealing with it. It is noted all the same.
    let view = county.platform.case_view(&county.officer, &done.case).unwrap();
    assert_eq!(view.handler.map(|(id, _)| id), Some(county.officer.account.clone()));
    open(&county.officer, None).unwrap();
    assert_eq!(noted(&county)[1].0, "case_read");
    // Nothing of it lies in the open, and the journal keeps what it was.
    let platform = &county.platform;
    let own = platform.store().read(|reader| store::attachment::of_case(reader, &done.case)).unwrap();
    assert!(own.iter().all(|one| one.person.is_some() && one.stored != Some(one.hash)));
    let records = platform.store().read(|reader| store::events::of_case(reader, &done.case, 0)).unwrap();
    assert!(
        records.iter().any(|entry| entry.event().record.contains(&hash)) || {
            let keys = platform.personal_keyring();
            let fields =
                platform.store().read(|reader| store::personal::of_case(reader, keys.as_deref(), &done.case));
            fields
                .unwrap()
                .iter()
                .any(|one| one.data.contains(&hash) && !one.data.contains("授权委托书.pdf|"))
        }
    );
    assert_whole(platform);
}

#[test]
fn erasing_a_person_takes_their_papers_and_no_others() {
    let county = County::new("2024-09-27");
    let admin = admin(&county);
    let first = county.apply("k1", "2024-09-27").unwrap();
    let second = county.apply("k2", "2024-09-27").unwrap();
    entrust(&county, &first.case, OTHER).unwrap();
    entrust(&county, &second.case, "91110000600037341L").unwrap();
    let found = county.platform.find_person(&admin, OTHER).unwrap().unwrap();
    assert_eq!((found.cases.len(), found.attachments), (1, 1), "the power stands after the agent");
    let (hash, _) = power(&county, &county.officer, &first.case);
    let erased = county.platform.erase_person(&admin, asked("e1", OTHER)).unwrap();
    assert_eq!(erased.cases.iter().map(|one| one.files).collect::<Vec<_>>(), [1]);
    let (same, name) = power(&county, &county.officer, &first.case);
    assert!(same == hash && name.ends_with("（已删除）"), "{name}");
    let origin = app::Origin::default();
    let gone = county.platform.attachment(&county.officer, &first.case, &hash, None, &origin).unwrap_err();
    assert!(matches!(gone, AppError::Wrong { code: "erased", .. }), "{gone:?}");
    // The other case has the same paper of somebody else.
    let content = county.platform.attachment(&county.officer, &second.case, &hash, None, &origin).unwrap();
    assert_eq!(content.bytes, b"%PDF-1.4\n%%EOF\n");
    assert_whole(&county.platform);
}

#[test]
fn what_an_older_program_left_open_is_sealed() {
    let county = County::new("2024-09-27");
    let done = county.apply("k1", "2024-09-27").unwrap();
    entrust(&county, &done.case, OTHER).unwrap();
    let (store, case) = (county.platform.store(), done.case.clone());
    let own = store.read(|reader| store::attachment::of_case(reader, &case)).unwrap().remove(0);
    // As the program before wrote it: the content open, the name beside the event.
    let plain = store.files().put("张三的委托书.pdf", b"%PDF-1.4\n%%EOF\n").unwrap();
    let open = store::attachment::Attachment::new(&plain, &case, own.number, own.added_at, &own.added_by);
    let work = move |tx: &mut store::Tx<'_>| -> store::Result<()> {
        store::attachment::add(tx, &open)?;
        store::meta::set(tx, "attachments_unsealed", "")
    };
    store.write(work).unwrap().unwrap();
    assert!(store.files().path(&plain.hash).exists());
    assert_eq!(county.platform.seal_attachments().unwrap(), 1);
    assert_eq!(county.platform.seal_attachments().unwrap(), 0);
    assert!(!store.files().path(&plain.hash).exists(), "the open bytes are gone");
    let keys = county.platform.personal_keyring();
    let all = store.read(|reader| store::attachment::of_case(reader, &case)).unwrap();
    let names: Vec<String> = all.iter().map(|one| one.own_name(keys.as_deref())).collect();
    assert!(names.contains(&"张三的委托书.pdf".to_owned()), "{names:?}");
    assert!(all.iter().all(|one| one.name.starts_with("授权委托书和双方身份证明-")), "{all:?}");
    assert_eq!(all[0].person, all[1].person, "the agent's, by the field that it stands in");
    assert_whole(&county.platform);
}

#[test]
fn an_erasing_says_why_and_rests_on_something() {
    let county = County::new("2024-09-27");
    let admin = admin(&county);
    county.apply("k1", "2024-09-27").unwrap();
    for (reason, basis) in [("", "表"), ("请求", "  ")] {
        let asked = ErasePerson { reason: reason.to_owned(), basis: basis.to_owned(), ..asked("e", CODE) };
        let fault = county.platform.erase_person(&admin, asked).unwrap_err();
        assert!(matches!(fault, AppError::Invalid(_)), "{fault:?}");
    }
    let fault = county.platform.erase_person(&admin, asked("e", "123")).unwrap_err();
    assert!(matches!(fault, AppError::Invalid(_)), "{fault:?}");
    let fault = county.platform.erase_person(&county.head, asked("e", CODE)).unwrap_err();
    assert!(matches!(fault, AppError::Forbidden { .. }), "{fault:?}");
    assert!(county.platform.find_person(&admin, CODE).unwrap().is_some());
}

/// The platform over the same data again, as after a new start.
fn again(folder: &Path) -> Platform {
    let store = Store::open(folder, &Options::default()).unwrap();
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    let clock = Arc::new(SetClock::at(day("2024-09-27"), 10));
    Platform::new(store, rules, clock as _, Ids::System).unwrap()
}

/// A folder whose county is closed: the folder stays until the test has ended.
fn closed(name: &str) -> (std::path::PathBuf, String) {
    let folder = std::env::temp_dir().join(format!("yifa-persons-{}-{name}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    let county = County::in_store(Store::open(&folder, &Options::default()).unwrap(), "2024-09-27");
    let done = county.apply("k1", "2024-09-27").unwrap();
    admin(&county);
    (folder, done.case)
}

/// Another application like that of the county's.
fn apply(platform: &Platform, key: &str) -> app::Result<app::Done> {
    let officer = platform.actor_of("officer").unwrap();
    platform.open(&officer, County::new("2024-09-27").application(key, "2024-09-27"))
}

fn applicant(platform: &Platform, case: &str) -> String {
    let officer = platform.actor_of("officer").unwrap();
    let view = platform.case_in_full(&officer, case).unwrap();
    let fields = &view.events[0].fields;
    let found = fields.iter().rfind(|(label, _)| label == "申请人");
    found.map_or(String::new(), |(_, text)| text.clone())
}

#[test]
fn without_the_keys_the_data_stay_closed_and_the_proofs_whole() {
    let (folder, case) = closed("lost");
    let (key, kept) = (folder.join(PERSONAL_KEY), folder.join("kept"));
    std::fs::rename(&key, &kept).unwrap();
    let platform = again(&folder);
    assert!(!key.exists(), "nobody makes others by accident");
    assert!(platform.personal_keys_missing().unwrap().contains("没有密钥文件"));
    assert!(applicant(&platform, &case).starts_with("读不出来"));
    assert_whole(&platform);
    let verified = platform.verify(false).unwrap().journal;
    assert_eq!((verified.personal, verified.erased, verified.unopened), (0, 0, 1));
    let officer = platform.actor_of("officer").unwrap();
    let found = platform.search_cases(&officer, "演示申请人", None, &app::Origin::default()).unwrap();
    assert!(found.lines.is_empty(), "a name that is not opened is not found, and the search is no fault");
    let fault = apply(&platform, "k2").unwrap_err();
    assert_eq!(fault.diagnostics()[0].code, "store_personal_key");
    drop(platform);
    // Keys of other data are not taken for these.
    let other = format!("yifa personal key 1\nlookup {}\nkey {}\n", "5".repeat(64), "6".repeat(32));
    std::fs::write(&key, other).unwrap();
    let platform = again(&folder);
    assert!(platform.personal_keys_missing().unwrap().contains("不是这份数据的"));
    drop(platform);
    // With the right ones everything is there again.
    std::fs::rename(&kept, &key).unwrap();
    let platform = again(&folder);
    assert!(applicant(&platform, &case).contains("演示申请人"));
    // Lost for good: new ones for what comes.
    drop(platform);
    std::fs::remove_file(&key).unwrap();
    let platform = again(&folder);
    platform.new_personal_keys().unwrap();
    assert!(platform.new_personal_keys().is_err(), "they are there now");
    assert!(applicant(&platform, &case).starts_with("读不出来"));
    let done = apply(&platform, "k3").unwrap();
    assert!(applicant(&platform, &done.case).contains("演示申请人"));
    assert_whole(&platform);
    assert_eq!(platform.rotate_personal_keys().unwrap().left, 1);
    drop(platform);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_keys_are_changed_and_the_old_ones_open_nothing() {
    let (folder, case) = closed("rotated");
    let key = folder.join(PERSONAL_KEY);
    let old = std::fs::read_to_string(&key).unwrap();
    let platform = again(&folder);
    assert_eq!(platform.rotate_personal_keys().unwrap().left, 0);
    assert!(applicant(&platform, &case).contains("演示申请人"), "in the process that changed them");
    drop(platform);
    let new = std::fs::read_to_string(&key).unwrap();
    assert_ne!(new, old);
    assert_eq!(new.lines().count(), 3, "the old key is no longer in the file");
    let platform = again(&folder);
    assert!(applicant(&platform, &case).contains("演示申请人"));
    let admin = platform.actor_of("admin").unwrap();
    assert!(platform.find_person(&admin, CODE).unwrap().is_some(), "found by the same secret");
    drop(platform);
    std::fs::write(&key, &old).unwrap();
    let platform = again(&folder);
    assert!(applicant(&platform, &case).starts_with("读不出来"));
    assert_whole(&platform);
    drop(platform);
    // A change that broke off after its file was written goes on with that file.
    let (head, last) = new.split_at(new.rfind("key ").unwrap());
    let third = format!("{head}key {}\n{last}", "7".repeat(32));
    std::fs::write(&key, third).unwrap();
    let platform = again(&folder);
    assert!(applicant(&platform, &case).contains("演示申请人"));
    assert_eq!(platform.rotate_personal_keys().unwrap().left, 0);
    drop(platform);
    let last = std::fs::read_to_string(&key).unwrap();
    assert!(last.ends_with(&format!("key {}\n", "7".repeat(32))), "{last}");
    assert!(applicant(&again(&folder), &case).contains("演示申请人"));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// An application of somebody with a passport alone, as a form gives it.
fn with_passport(county: &County, key: &str, born: &str) -> app::Result<app::Done> {
    let mut open = county.application(key, "2024-09-27");
    open.form.extend(form(&[
        ("applicant", "John Smith"),
        ("applicant.code", "c0123 4567"),
        ("applicant.document", "passport"),
        ("applicant.nation", "美国"),
        ("applicant.born", born),
    ]));
    county.platform.open(&county.officer, open)
}

#[test]
fn somebody_with_a_passport_alone_is_a_party() {
    let county = County::new("2024-09-27");
    let admin = admin(&county);
    let fault = with_passport(&county, "k0", "1990-13-06").unwrap_err();
    let AppError::Invalid(faults) = fault else { panic!("{fault:?}") };
    assert!(
        faults.iter().any(|one| one.field == "applicant" && one.message.contains("不是出生日期")),
        "{faults:?}"
    );
    let fault = with_passport(&county, "k0", "2024-09-28").unwrap_err();
    assert!(matches!(&fault, AppError::Invalid(found) if found[0].message.contains("身份证件")), "{fault:?}");
    let done = with_passport(&county, "k1", "1990-05-06").unwrap();
    // Masked for the officer, but for the end of the number in papers; whole for whoever says why.
    let view = county.platform.case_view(&county.officer, &done.case).unwrap();
    let told = |view: &app::CaseView| format!("{:?}", view.events[0].fields);
    assert!(told(&view).contains("J某") && !told(&view).contains("Smith") && !told(&view).contains("567"));
    let full = shown(&county, &done.case);
    assert!(full.contains("申请人：John Smith（美国护照******567）"), "{full}");
    let whole =
        county.platform.reveal(&county.officer, &done.case, 1, "核对身份", &app::Origin::default()).unwrap();
    assert!(
        format!("{:?}", whole.fields).contains("美国护照C01234567，1990年5月6日出生"),
        "{:?}",
        whole.fields
    );
    // A correction shows what would give it again.
    let recorded = county.platform.recorded(&county.officer, &done.case, 1).unwrap();
    for (key, text) in [
        ("applicant", "John Smith"),
        ("applicant.code", "C01234567"),
        ("applicant.document", "passport"),
        ("applicant.nation", "USA"),
        ("applicant.born", "1990-05-06"),
    ] {
        assert_eq!(recorded.form[key], [text], "{key}");
    }
    // The same person by the same document, whatever day of birth was written; erased like anybody.
    let again = with_passport(&county, "k2", "1990-06-05").unwrap();
    let code = "护照/USA/C01234567/1990-05-06";
    let found = county.platform.find_person(&admin, code).unwrap().unwrap();
    let mut cases: Vec<&str> = found.cases.iter().map(|(id, _)| id.as_str()).collect();
    cases.sort_unstable();
    let mut expected = [done.case.as_str(), &again.case];
    expected.sort_unstable();
    assert_eq!(cases, expected);
    county.platform.erase_person(&admin, asked("e1", code)).unwrap();
    assert!(!shown(&county, &done.case).contains("Smith"));
    assert_whole(&county.platform);
}

#[test]
fn a_minor_is_known_by_the_day_of_birth_beside_the_passport() {
    let county = County::new("2024-09-27");
    let grown = with_passport(&county, "k1", "2006-09-27").unwrap();
    let minor = with_passport(&county, "k2", "2006-09-28").unwrap();
    let withheld = |case: &str| county.platform.case_view(&county.officer, case).unwrap().withheld;
    assert_eq!(withheld(&grown.case).map(|one| one.because), None);
    assert!(withheld(&minor.case).is_some());
}
