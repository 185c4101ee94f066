//! Like cases are found before another one is entered: across procedures and organs, as far as whoever asks may see them,
//! and what was erased or corrected is found no more.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::county;
use crate::county::{County, day, form};
use app::{Actor, Alike, AppError, Correct, ErasePerson, NewAccount, Open};
use store::account::Rank;

const CODE: &str = "11010519491231002X";
const FACTS: &str = "楼上住户装修敲掉承重墙，楼下客厅天花板开裂漏水，双方为修复费用争执不下";

fn police(county: &County) -> Actor {
    let account = NewAccount {
        login: "police".to_owned(),
        name: "演示民警".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: Some("police".to_owned()),
        rank: Rank::Staff,
    };
    county.platform.add_account(account).unwrap();
    county.platform.actor_of("police").unwrap()
}

fn dispute(key: &str, organ: &str, first: &str, second: &str, facts: &str) -> Open {
    let mut fields = form(&[
        ("first_name", first),
        ("second", second),
        ("people", "2"),
        ("source", "applied"),
        ("window", "mediation"),
        ("level", "county"),
        ("place", "浔中镇富东社区3号楼"),
        ("kind", "neighbours"),
        ("risk", "low"),
        ("facts", facts),
    ]);
    if first == "演示王小明" {
        fields.extend(form(&[("first", first), ("first.code", CODE)]));
    }
    Open {
        key: key.to_owned(),
        procedure: "dispute".to_owned(),
        organ: organ.to_owned(),
        act: "register".to_owned(),
        on: day("2025-03-03"),
        form: fields,
        files: Vec::new(),
    }
}

fn petition(organ: &str) -> Open {
    Open {
        key: "petition-1".to_owned(),
        procedure: "petition".to_owned(),
        act: "receive".to_owned(),
        form: form(&[
            ("petitioner", "演示王小明"),
            ("petitioner.code", CODE),
            ("matter", "反映邻居装修损坏房屋无人处理"),
        ]),
        ..dispute("", organ, "", "", "")
    }
}

fn whys(alike: &Alike) -> Vec<(&str, &str)> {
    alike.cases.iter().map(|one| (one.kind, one.why.as_str())).collect()
}

#[test]
fn the_same_dispute_is_shown_with_its_reason_and_another_is_not() {
    let county = County::new("2025-03-03");
    let first = dispute("dispute-1", "county", "演示王小明", "演示李小红", FACTS);
    assert!(county.platform.alike(&county.officer, &first).unwrap().is_empty(), "nothing was entered yet");
    let done = county.platform.open(&county.officer, first.clone()).unwrap();
    let again = county
        .platform
        .alike(&county.officer, &dispute("dispute-2", "county", "演示李小红", "演示王小明", FACTS))
        .unwrap();
    assert_eq!(again.cases.len(), 1, "the sides are turned round: {again:?}");
    assert_eq!(again.cases[0].id, done.case);
    assert_eq!((again.cases[0].kind, again.cases[0].organ.as_str()), ("疑似重复登记", "德化县人民政府"));
    for reason in ["双方位置互换", "事由文字相同", "同一天"] {
        assert!(again.cases[0].why.contains(reason), "{}", again.cases[0].why);
    }
    assert_eq!(again.elsewhere, 0);
    let other =
        dispute("dispute-3", "county", "演示赵大伟", "演示钱小方", "拖欠三个月工资，工地停工后老板联系不上");
    assert!(county.platform.alike(&county.officer, &other).unwrap().is_empty());
    // A second one beside the first: what was confirmed before is not what is shown now.
    county
        .platform
        .open(&county.officer, dispute("dispute-4", "county", "演示王小明", "演示李小红", FACTS))
        .unwrap();
    let both = county.platform.alike(&county.officer, &first).unwrap();
    assert_eq!(both.cases.len(), 2);
    assert_ne!(both.stamp, again.stamp);
}

#[test]
fn what_other_organs_hold_is_a_number_alone() {
    let county = County::new("2025-03-03");
    let police = police(&county);
    county
        .platform
        .open(&county.officer, dispute("dispute-1", "county", "演示王小明", "演示李小红", FACTS))
        .unwrap();
    let elsewhere = county.platform.alike(&police, &petition("police")).unwrap();
    assert_eq!(
        (whys(&elsewhere), elsewhere.elsewhere),
        (Vec::new(), 1),
        "the same person, another procedure"
    );
    let own = county.platform.alike(&county.officer, &petition("county")).unwrap();
    assert_eq!((own.cases.len(), own.elsewhere), (1, 0));
    assert_eq!(own.cases[0].kind, "同一当事人的另一件");
    assert!(!own.cases[0].title.contains("王小明"), "the list's title: {}", own.cases[0].title);
    // A procedure that compares nothing finds nothing, whoever it is about.
    let application = county.application("reconsideration-1", "2025-03-03");
    assert!(county.platform.alike(&county.officer, &application).unwrap().is_empty());
}

#[test]
fn what_was_corrected_or_erased_is_found_no_more() {
    let county = County::new("2025-03-03");
    let (first, again) = (
        dispute("dispute-1", "county", "演示王小明", "演示李小红", FACTS),
        dispute("dispute-2", "county", "演示王小明", "演示李小红", FACTS),
    );
    let done = county.platform.open(&county.officer, first).unwrap();
    assert_eq!(county.platform.alike(&county.officer, &again).unwrap().cases.len(), 1);
    let mut instead =
        dispute("", "county", "演示陈小军", "演示吴小兰", "拖欠三个月工资，工地停工后老板联系不上").form;
    instead.insert("place".to_owned(), vec!["龙门滩镇".to_owned()]);
    county
        .platform
        .correct(
            &county.officer,
            Correct {
                key: "correct-1".to_owned(),
                case: done.case,
                version: None,
                number: 1,
                reason: "登记时填错了当事人和事由".to_owned(),
                instead: Some((day("2025-03-03"), instead)),
            },
        )
        .unwrap();
    assert!(
        county.platform.alike(&county.officer, &again).unwrap().is_empty(),
        "corrected to another dispute"
    );
    county
        .platform
        .open(&county.officer, dispute("dispute-3", "county", "演示王小明", "演示李小红", FACTS))
        .unwrap();
    assert_eq!(county.platform.alike(&county.officer, &again).unwrap().cases.len(), 1);
    let admin = NewAccount {
        login: "admin".to_owned(),
        name: "演示管理员".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: None,
        rank: Rank::SystemAdmin,
    };
    county.platform.add_account(admin).unwrap();
    let admin = county.platform.actor_of("admin").unwrap();
    let erase = ErasePerson {
        key: "erase-1".to_owned(),
        code: CODE.to_owned(),
        reason: "本人请求删除，保存期限已满".to_owned(),
        basis: "本单位文件材料归档范围和保管期限表".to_owned(),
    };
    county.platform.erase_person(&admin, erase).unwrap();
    assert!(county.platform.alike(&county.officer, &again).unwrap().is_empty(), "erased");
}

/// The same one is found among many, each time alone. It also prints how long the first question takes, which reads the book, and
/// the following ones: `CASES=1000 cargo test -p app --test all alike:: -- --nocapture`.
#[test]
fn one_is_found_among_many() {
    let county = County::new("2025-03-03");
    let many: u32 = std::env::var("CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let mut opened = Vec::new();
    for at in 0..many {
        let (first, second) = (format!("演示甲{at}"), format!("演示乙{at}"));
        let facts = format!("第{at}号楼的住户为公用水管漏水和{}元维修费争执", at * 7);
        let open = dispute(&format!("dispute-{at:06}"), "county", &first, &second, &facts);
        opened.push(county.platform.open(&county.officer, open).unwrap().case);
    }
    let asked =
        dispute("dispute-x", "county", "演示甲7", "演示乙7", "第7号楼的住户为公用水管漏水和49元维修费争执");
    let mut took = Vec::new();
    for _ in 0..20 {
        let since = std::time::Instant::now();
        let found = county.platform.alike(&county.officer, &asked).unwrap();
        took.push(since.elapsed());
        assert_eq!(found.cases.first().map(|one| &one.id), opened.get(7), "{found:?}");
    }
    let first = took.remove(0);
    took.sort_unstable();
    println!(
        "{many} cases: the first question {first:?}, the following ones {:?} (median), {:?} (slowest)",
        took[9], took[18]
    );
}

fn citizen(county: &County, login: &str, name: &str) -> Actor {
    let account = NewAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: None,
        rank: Rank::Citizen,
    };
    county.platform.add_account(account).unwrap();
    county.platform.actor_of(login).unwrap()
}

#[test]
fn who_goes_on_after_looking_is_kept_in_the_journal() {
    county::on_both("alike_seen", "2025-03-03", |county, _folder, _database| {
        let open = |key: &str| dispute(key, "county", "演示王小明", "演示李小红", FACTS);
        let first = county.platform.open_after_looking(&county.officer, open("dispute-1"), None).unwrap();
        // A retry finds what it did, not something like it.
        let again = county.platform.open_after_looking(&county.officer, open("dispute-1"), None).unwrap();
        assert_eq!(again.case, first.case);
        let told = county.platform.open_after_looking(&county.officer, open("dispute-2"), None);
        let Err(AppError::Alike(alike)) = told else { panic!("{told:?}") };
        assert_eq!(alike.cases.len(), 1);
        let wrong = county.platform.open_after_looking(&county.officer, open("dispute-2"), Some("0000"));
        assert!(matches!(wrong, Err(AppError::Alike(_))), "another stamp does not do: {wrong:?}");
        let second = county
            .platform
            .open_after_looking(&county.officer, open("dispute-2"), Some(&alike.stamp))
            .unwrap();
        let record = |case: &str| {
            let entry = county.platform.store().read(|reader| store::events::get(reader, case, 1)).unwrap();
            entry.unwrap().event().record.clone()
        };
        assert!(record(&second.case).contains(&format!("\"alike\":\"{}\"", alike.stamp)));
        assert!(!record(&first.case).contains("\"alike\""));
        let log =
            county.platform.store().read(|reader| store::audit_log::after_line(reader, 0, 500)).unwrap();
        let line = log.iter().find(|line| line.what == "alike_seen").unwrap();
        assert!(
            line.detail.contains(&first.case) && line.detail.starts_with(&second.case),
            "{}",
            line.detail
        );
        assert!(county.platform.verify(true).unwrap().faults.is_empty(), "the case replays as it is");
        let of = county.platform.alike_of(&county.officer, &second.case).unwrap().unwrap();
        assert_eq!((of.was_shown, of.alike.cases.len()), (true, 1));
        let of = county.platform.alike_of(&county.officer, &first.case).unwrap().unwrap();
        assert_eq!((of.was_shown, of.alike.cases.len()), (false, 1), "the later one is shown on the earlier");
    });
}

#[test]
fn a_citizen_is_told_of_his_own_cases_alone() {
    let county = County::new("2025-03-03");
    let (one, other) =
        (citizen(&county, "citizen1", "演示王小明"), citizen(&county, "citizen2", "演示李小红"));
    let mut asked = petition("county");
    asked.form.extend(form(&[
        ("reachable", "yes"),
        ("source", "direct"),
        ("channel", "online"),
        ("people", "1"),
        ("first", "yes"),
        ("urgent", "no"),
        ("field", "housing"),
    ]));
    let first = county.platform.open_after_looking(&one, asked.clone(), None).unwrap();
    asked.key = "petition-2".to_owned();
    let told = county.platform.open_after_looking(&one, asked.clone(), None);
    let Err(AppError::Alike(alike)) = told else { panic!("{told:?}") };
    assert_eq!((alike.cases.len(), alike.elsewhere), (1, 0));
    assert_eq!(alike.cases[0].id, first.case);
    let opened = county.platform.open_after_looking(&other, asked, None).unwrap();
    assert!(county.platform.alike_of(&other, &opened.case).unwrap().is_none());
    let seen = county.platform.alike_of(&county.officer, &opened.case).unwrap().unwrap();
    assert_eq!((seen.alike.cases.len(), seen.was_shown), (1, false), "the officer who accepts sees it");
}

#[test]
fn the_book_is_prepared_in_the_background() {
    let county = County::new("2025-03-03");
    county
        .platform
        .open(&county.officer, dispute("dispute-1", "county", "演示王小明", "演示李小红", FACTS))
        .unwrap();
    let reader = county.platform.clone();
    std::thread::spawn(move || reader.prepare_alike()).join().unwrap().unwrap();
    let asked = dispute("dispute-2", "county", "演示王小明", "演示李小红", FACTS);
    let found = county.platform.alike(&county.officer, &asked).unwrap();
    assert_eq!((found.cases.len(), found.is_pending), (1, false));
}
