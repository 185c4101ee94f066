//! An examination from the bank to the certificate: what keeps it from being announced, papers that follow from a secret, marking,
//! time and attempts, what is told when it is over, and the certificate that asks for the result and the hours.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::county::{County, day, form, on_both};
use app::{Actor, AppError, Deal, Done, ExamState, NewEntry, Open};
use ledger::{HashFunction as _, Sm3};

fn enter(county: &County, register: &str, from: &str, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day(from), until: None, form: form(fields), line: 0 };
    county.platform.enter(&county.head, register, "county", vec![row], "试验").unwrap();
}

fn question(county: &County, number: &str, kind: &str, answer: &str, basis: (&str, &str)) {
    let text = format!("第{number}题");
    let own = [("number", number), ("kind", kind), ("field", "公共"), ("text", &text), ("answer", answer)];
    let basis = [("law", basis.0), ("article", basis.1)];
    let options = [("a", "甲"), ("b", "乙"), ("c", "丙")];
    let options = if kind == "judge" { &options[..0] } else { &options[..] };
    enter(county, "exam_questions", "2025-01-01", &[own.as_slice(), &basis, options].concat());
}

fn with_bank(county: &County) {
    for at in 0..6 {
        question(county, &format!("单{at}"), "single", "B", ("penalty_law@2021", "60"));
        question(county, &format!("判{at}"), "judge", "错", ("penalty_law@2021", "45.2"));
    }
    question(county, "多0", "multiple", "AC", ("penalty_law@2021", "58.1"));
    question(county, "多1", "multiple", "AC", ("penalty_law@2021", "63.1"));
    let own = [("number", "1"), ("name", "演示承办人"), ("account", "officer"), ("kind", "officer")];
    enter(county, "officers", "2025-01-01", &own);
}

fn open(
    county: &County,
    actor: &Actor,
    procedure: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> app::Result<Done> {
    let on = county.platform.today();
    let key = format!("{procedure}-{on}-{}", fields.iter().map(|(_, text)| *text).collect::<String>());
    county.platform.open(
        actor,
        Open {
            key: key.chars().take(90).collect(),
            procedure: procedure.to_owned(),
            organ: "county".to_owned(),
            act: act.to_owned(),
            on,
            form: form(fields),
            files: Vec::new(),
        },
    )
}

fn deal(county: &County, actor: &Actor, case: &str, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
    let version = county.platform.case_view(actor, case).map_or(0, |view| view.version);
    county.platform.act(
        actor,
        Deal {
            key: format!("{case}-{act}-{version}"),
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: county.platform.today(),
            form: form(fields),
            files: Vec::new(),
        },
    )
}

const EXAM: [(&str, &str); 10] = [
    ("title", "2026年执法资格考试"),
    ("field", "行政执法"),
    ("single", "3"),
    ("multiple", "1"),
    ("judge", "4"),
    ("pass", "60"),
    ("minutes", "30"),
    ("attempts", "2"),
    ("opens_on", "2026-05-11"),
    ("closes_on", "2026-05-20"),
];

/// Case and number of an examination that was announced.
fn announced(county: &County) -> (String, String) {
    county.clock.set(day("2026-05-06"), 9);
    let case =
        open(county, &county.head, "exam_notice", "plan", &[("scope", "本机关执法人员")]).unwrap().case;
    deal(county, &county.officer, &case, "announce", &EXAM).unwrap();
    let number = county.platform.case_view(&county.officer, &case).unwrap().number;
    (case, number)
}

/// What the sheet of one sitting is answered with: right for the first so many.
fn answers(county: &County, case: &str, right: usize) -> Vec<(String, String)> {
    let page = county.platform.exam_page(&county.officer, case).unwrap();
    let ExamState::Sitting { paper, .. } = page.state else { panic!("{:?}", page.state) };
    let key = |number: &str| match number.chars().next().unwrap() {
        '单' => "B",
        '多' => "CA",
        _ => "错",
    };
    let one = |(at, number): (usize, &str)| {
        (number.to_owned(), if at < right { key(number) } else { "A" }.to_owned())
    };
    paper.iter().map(|one| one.number.as_str()).enumerate().map(one).collect()
}

fn sit(county: &County, number: &str, right: usize, key: &str) -> (String, app::Result<Done>) {
    let officer = &county.officer;
    let entry = [("notice", number), ("officer", "1")];
    let on = county.platform.today();
    let opened = county.platform.open(
        officer,
        Open {
            key: format!("enter-{key}"),
            procedure: "certificate_exam".to_owned(),
            organ: "county".to_owned(),
            act: "enter".to_owned(),
            on,
            form: form(&entry),
            files: Vec::new(),
        },
    );
    let case = opened.unwrap().case;
    if let Err(error) = county.platform.sit_exam(officer, (format!("begin-{key}"), &case), "begin", &[]) {
        return (case, Err(error));
    }
    let given = answers(county, &case, right);
    let done = county.platform.sit_exam(officer, (format!("hand-{key}"), &case), "hand_in", &given);
    (case, done)
}

#[test]
fn an_examination_is_sat_marked_and_told_when_it_is_over() {
    on_both("exams", "2026-05-06", |county, _folder, _database| {
        with_bank(&county);
        let platform = &county.platform;
        let (notice, number) = announced(&county);
        let exam = &platform.exams().unwrap()[0];
        assert_eq!((exam.questions, exam.is_open, exam.secret.as_deref()), (8, false, None));
        // Not before it opens.
        let (_, error) = sit(&county, &number, 8, "early");
        assert!(format!("{:?}", error.unwrap_err()).contains("考试的时间是"));
        county.clock.set(day("2026-05-11"), 9);
        let (failed, done) = sit(&county, &number, 4, "one");
        done.unwrap();
        let page = platform.exam_page(&county.officer, &failed).unwrap();
        let ExamState::Done { points, passed, right, answers: told } = &page.state else { panic!() };
        assert_eq!((points.as_str(), *passed, right.as_str()), ("50", false, "4"));
        assert!(told.is_none(), "nobody sees answers before the end");
        let error = deal(&county, &county.officer, &failed, "register_result", &[]).unwrap_err();
        assert!(matches!(error, AppError::Refused(_)), "{error:?}");
        // Somebody else's sitting is nobody's to look at or to sit.
        assert!(platform.exam_page(&county.head, &failed).is_err());
        let (passed_case, done) = sit(&county, &number, 7, "two");
        done.unwrap();
        deal(&county, &county.officer, &passed_case, "register_result", &[]).unwrap();
        let results = platform.entries("exam_results").unwrap();
        assert_eq!((results.len(), results[0].key.as_str()), (1, "1 · 行政执法"));
        // Twice is all.
        let (_, error) = sit(&county, &number, 8, "three");
        assert!(format!("{:?}", error.unwrap_err()).contains("已经考满"));

        let error = deal(&county, &county.officer, &notice, "close_exam", &[]).unwrap_err();
        assert!(matches!(error, AppError::Refused(_)), "{error:?}");
        county.clock.set(day("2026-05-21"), 9);
        deal(&county, &county.officer, &notice, "close_exam", &[]).unwrap();
        let exam = platform.exams().unwrap().remove(0);
        let secret = exam.secret.unwrap();
        // What was committed to is what was published.
        let text = format!("yifa exam commitment 1\n{}\n{secret}\n", exam.bank_hash);
        assert_eq!(Sm3::digest(&[text.as_bytes()]).hex(), exam.commitment);
        let page = platform.exam_page(&county.officer, &passed_case).unwrap();
        let ExamState::Done { answers: Some(told), points, .. } = &page.state else { panic!() };
        assert_eq!(
            (points.as_str(), told.len(), told.iter().filter(|one| one.is_right).count()),
            ("87.5", 8, 7)
        );
        assert!(told.iter().all(|one| one.cited.starts_with("《行政处罚法》") && one.changed.is_none()));
    });
}

#[test]
fn what_is_late_is_not_taken() {
    let county = County::new("2026-05-06");
    with_bank(&county);
    let (_, number) = announced(&county);
    county.clock.set(day("2026-05-11"), 9);
    let officer = &county.officer;
    let case = open(&county, officer, "certificate_exam", "enter", &[("notice", &number), ("officer", "1")])
        .unwrap()
        .case;
    county.platform.sit_exam(officer, ("begin-late".to_owned(), &case), "begin", &[]).unwrap();
    let given = answers(&county, &case, 8);
    county.clock.set(day("2026-05-11"), 10);
    let error =
        county.platform.sit_exam(officer, ("hand-late".to_owned(), &case), "hand_in", &given).unwrap_err();
    assert!(format!("{error:?}").contains("交卷的时间到"), "{error:?}");
    let page = county.platform.exam_page(officer, &case).unwrap();
    assert!(matches!(page.state, ExamState::Over), "{:?}", page.state);
}

#[test]
fn a_bank_with_faults_is_not_announced_and_all_are_told() {
    let county = County::new("2026-05-06");
    with_bank(&county);
    question(&county, "坏1", "single", "D", ("penalty_law@2021", "60"));
    question(&county, "坏2", "judge", "是", ("penalty_law@2021", "60"));
    question(&county, "坏3", "judge", "对", ("penalty_law@2021", "999"));
    question(&county, "坏4", "judge", "对", ("reconsideration_law@2017", "17"));
    let case = open(&county, &county.head, "exam_notice", "plan", &[("scope", "无")]).unwrap().case;
    let mut exam = EXAM.to_vec();
    exam[3] = ("multiple", "3");
    let error = deal(&county, &county.officer, &case, "announce", &exam).unwrap_err();
    let AppError::Unfit(found) = &error else { panic!("{error:?}") };
    let told: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told[3].contains("第坏4题的依据已经修改"), "{told:?}");
    assert!(told[4].contains("多项选择题要3道，题库里只有2道"), "{told:?}");
    // Whoever keeps the bank is told beforehand; a colleague may not even read it.
    assert_eq!(county.platform.stale_questions(&county.head).unwrap().len(), 2);
    assert!(county.platform.stale_questions(&county.officer).unwrap().is_empty());
}

#[test]
fn a_first_certificate_asks_for_a_result_and_a_renewal_for_hours() {
    let county = County::new("2026-05-06");
    with_bank(&county);
    let officer = &county.officer;
    let vetter = app::NewAccount {
        login: "vetter".to_owned(),
        name: "演示审核人".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: Some("county".to_owned()),
        rank: store::account::Rank::Staff,
    };
    county.platform.add_account(vetter).unwrap();
    let vetter = county.platform.actor_of("vetter").unwrap();
    let propose = |change: &str, number: &str| {
        let own = [
            ("change", change),
            ("removed", "no"),
            ("number", number),
            ("officer", "1"),
            ("holder", "演示承办人"),
            ("field", "行政执法"),
            ("starts_on", "2026-12-10"),
            ("ends_on", "2030-12-09"),
            ("reason", "从事执法工作"),
        ];
        open(&county, officer, "certificate_change", "propose", &own).unwrap().case
    };
    let told = [("result", "passed"), ("opinion", "同意")];
    county.clock.set(day("2026-12-01"), 9);
    let early = propose("issue", "证1");
    deal(&county, &vetter, &early, "vet", &told).unwrap();
    let error = deal(&county, &county.head, &early, "approve", &[]).unwrap_err();
    assert!(format!("{error:?}").contains("第四十二条"), "no result, no certificate: {error:?}");
    // Nobody types in what the registers say.
    let error = deal(&county, &vetter, &early, "vet", &[told.as_slice(), &[("exam_passed", "yes")]].concat())
        .unwrap_err();
    assert!(matches!(error, AppError::Invalid(_)), "{error:?}");

    let result = [
        ("officer", "1"),
        ("holder", "演示承办人"),
        ("field", "行政执法"),
        ("exam", "以前的考试"),
        ("points", "88"),
    ];
    enter(&county, "exam_results", "2025-06-01", &result);
    deal(&county, &vetter, &early, "vet", &told).unwrap();
    deal(&county, &county.head, &early, "approve", &[]).unwrap();
    deal(&county, officer, &early, "issue", &[]).unwrap();
    let papers = county.platform.entries("certificates").unwrap();
    assert_eq!(
        (papers.len(), papers[0].from, papers[0].until),
        (1, day("2026-12-10"), Some(day("2030-12-09")))
    );
    // The register changes by the procedure alone from then on.
    let row = NewEntry {
        from: day("2026-01-01"),
        until: None,
        form: form(&[("number", "证9"), ("officer", "1"), ("holder", "演示承办人"), ("field", "行政执法")]),
        line: 0,
    };
    let error = county.platform.enter(&county.head, "certificates", "county", vec![row], "试验").unwrap_err();
    assert!(format!("{error:?}").contains("只依"), "{error:?}");
}
