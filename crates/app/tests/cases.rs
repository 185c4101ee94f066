//! A case from the application to the figures, as officers and citizens deal with it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::county::{County, day, form};
use app::{AppError, Deal, FigureAsked, Open, Viewer};

fn asked(from: &str, to: &str) -> FigureAsked {
    FigureAsked {
        organ: String::new(),
        division: String::new(),
        from: day(from),
        to: day(to),
        as_of: day("2030-01-01"),
    }
}

#[test]
fn an_application_becomes_a_case_with_duties_and_a_figure() {
    let county = County::new("2024-09-27");
    let done = county.apply("k1", "2024-09-27").unwrap();
    assert_eq!(done.case_number.as_deref(), Some("德政复〔2024〕1号"));
    assert!(done.receipt.is_some());
    let view = county.platform.case_view(&county.officer, &done.case).unwrap();
    let owed: Vec<_> = view.must.iter().filter_map(|owed| owed.last_day).collect();
    assert!(owed.contains(&day("2024-10-10")), "five working days over the holiday: {owed:?}");
    assert!(view.must.iter().any(|owed| owed.cited.contains("第三十条")));
    assert!(
        view.must_not.iter().any(|barred| !barred.why.is_empty() && barred.name == "作出行政复议决定")
            || view.must_not.iter().any(|barred| barred.id == "decide")
    );
    let lines = county
        .platform
        .figures(Some("reconsideration_received"), &asked("2024-01-01", "2024-12-31"))
        .unwrap();
    assert_eq!(lines[0].shown(), "1件");
    let (records, _) = county
        .platform
        .figure_records(Viewer::Keeper, "reconsideration_received", &asked("2024-01-01", "2024-12-31"), None)
        .unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].seen.as_ref().unwrap().case, done.case);
    let verified = county.platform.verify(true).unwrap();
    assert!(verified.journal.is_whole() && verified.faults.is_empty(), "{:?}", verified.faults);
}

#[test]
fn a_barred_act_is_refused_with_its_article_and_nothing_is_written() {
    let county = County::new("2024-09-27");
    let done = county.apply("k1", "2024-09-27").unwrap();
    let before = county.platform.case_view(&county.officer, &done.case).unwrap();
    let deal = Deal {
        key: "k2".to_owned(),
        case: done.case.clone(),
        version: Some(1),
        act: "archive".to_owned(),
        on: day("2024-09-27"),
        form: form(&[]),
        files: Vec::new(),
    };
    let fault = county.platform.act(&county.officer, deal).unwrap_err();
    match &fault {
        AppError::Refused(refusal) => assert!(!refusal.reasons.is_empty()),
        AppError::Invalid(_) | AppError::Forbidden { .. } => {}
        other => panic!("{other:?}"),
    }
    let after = county.platform.case_view(&county.officer, &done.case).unwrap();
    assert_eq!(before.version, after.version);
    assert_eq!(before.events.len(), after.events.len());
}

#[test]
fn silence_for_five_working_days_is_acceptance() {
    let county = County::new("2024-09-27");
    let done = county.apply("k1", "2024-09-27").unwrap();
    county.clock.set(day("2024-10-10"), 9);
    assert_eq!(county.platform.run_lapses().unwrap(), 0);
    county.clock.set(day("2024-10-11"), 1);
    assert_eq!(county.platform.run_lapses().unwrap(), 1);
    assert_eq!(county.platform.run_lapses().unwrap(), 0);
    let view = county.platform.case_view(&county.officer, &done.case).unwrap();
    let last = view.events.last().unwrap();
    assert_eq!((last.act_id.as_str(), last.on), ("accept", day("2024-10-10")));
    assert_eq!(last.actor, "期限届满");
    assert!(view.must.iter().any(|owed| owed.last_day == Some(day("2024-12-09"))));
    assert!(county.platform.verify(true).unwrap().journal.is_whole());
}

#[test]
fn bad_inputs_are_told_in_plain_words() {
    let county = County::new("2024-09-27");
    let told =
        |fault: &AppError| fault.diagnostics().iter().map(|one| one.message.clone()).collect::<String>();
    let future = county.apply("k1", "2024-09-28").unwrap_err();
    assert!(told(&future).contains("不能填将来的日期"), "{}", told(&future));
    let mut open = county.application("k2", "2024-09-27");
    open.form.insert("applicant.code".to_owned(), vec!["11010519491231002Y".to_owned()]);
    open.form.remove("channel");
    let wrong = county.platform.open(&county.officer, open).unwrap_err();
    assert!(told(&wrong).contains("不是有效的居民身份证号或统一社会信用代码"), "{}", told(&wrong));
    assert!(told(&wrong).contains("提出方式：必须填写"), "all mistakes at once: {}", told(&wrong));
    let mut open = county.application("k3", "2024-09-27");
    open.form.insert("applicant.code".to_owned(), Vec::new());
    let wrong = county.platform.open(&county.officer, open).unwrap_err();
    assert!(told(&wrong).contains("没有写居民身份证号或统一社会信用代码"), "{}", told(&wrong));
    let mut open = county.application("k3", "2024-09-27");
    open.form.insert("applicant.code".to_owned(), vec!["110105209912310029".to_owned()]);
    let unborn = county.platform.open(&county.officer, open).unwrap_err();
    assert!(told(&unborn).contains("出生日期2099年12月31日在2024年9月27日之后"), "{}", told(&unborn));
    let done = county.apply("k4", "2024-09-20").unwrap();
    let early = Deal {
        key: "k5".to_owned(),
        case: done.case,
        version: Some(1),
        act: "accept".to_owned(),
        on: day("2024-09-19"),
        form: county.acceptance(),
        files: Vec::new(),
    };
    let fault = county.platform.act(&county.officer, early).unwrap_err();
    assert!(told(&fault).contains("早于本案开始之日"), "{}", told(&fault));
}

#[test]
fn the_same_key_is_done_once_and_two_officers_do_not_cross() {
    let county = County::new("2024-09-27");
    let first = county.apply("k1", "2024-09-27").unwrap();
    let again = county.apply("k1", "2024-09-27").unwrap();
    assert_eq!(first, again);
    let examine = |key: &str, version| Deal {
        key: key.to_owned(),
        case: first.case.clone(),
        version: Some(version),
        act: "examine".to_owned(),
        on: day("2024-09-27"),
        form: form(&[("conclusion", "meets")]),
        files: Vec::new(),
    };
    county.platform.act(&county.officer, examine("k2", 1)).unwrap();
    let fault = county.platform.act(&county.head, examine("k3", 1)).unwrap_err();
    assert!(matches!(fault, AppError::Changed { .. }), "{fault:?}");
    let text = fault.diagnostics()[0].message.clone();
    assert!(text.contains("演示承办人"), "{text}");
    let other = Open { procedure: "disclosure_request".to_owned(), ..county.application("k1", "2024-09-27") };
    assert!(county.platform.open(&county.officer, other).is_err(), "a key is not used for something else");
}

/// More cases than are read together; what differs is told by case, whichever reader found it.
#[test]
fn replaying_finds_a_state_and_a_count_that_the_journal_does_not_give() {
    let county = County::new("2024-09-27");
    let mut ids: Vec<String> =
        (0..230).map(|at| county.apply(&format!("k{at}"), "2024-09-27").unwrap().case).collect();
    ids.sort();
    let (count, faults) = county.platform.replay().unwrap();
    assert_eq!((count, faults.len()), (230, 0), "{faults:?}");
    let (last, first) = (ids[229].clone(), ids[0].clone());
    let change = move |tx: &mut store::Tx<'_>| -> store::Result<()> {
        let row = store::cases::get(tx, &last)?.unwrap();
        store::cases::update(tx, &store::cases::Case { closed_on: Some(20_000), ..row })?;
        let every = store::tally::every(tx, None, u32::MAX)?;
        store::tally::contribute(tx, every.iter().find(|one| one.case == first).unwrap())
    };
    county.platform.store().write(change).unwrap().unwrap();
    let (count, faults) = county.platform.replay().unwrap();
    assert_eq!(count, 230);
    let rules: Vec<_> = faults.iter().map(|one| one.code.to_string()).collect();
    assert_eq!(rules, ["figure_differs", "state_differs"]);
    // The tallies are the sums of the records behind them still.
    assert!(county.platform.verify(false).unwrap().journal.is_whole());
}

#[test]
fn what_was_decided_in_advance_gives_way_to_what_was_done_in_between() {
    let county = County::new("2024-09-27");
    let deal = |case: &str, key: String, act: &str, form| Deal {
        key,
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: day("2024-09-27"),
        form,
        files: Vec::new(),
    };
    let mut cases = Vec::new();
    for n in 0..4 {
        let case = county.apply(&format!("apply/{n}"), "2024-09-27").unwrap().case;
        let meets = form(&[("conclusion", "meets")]);
        county.platform.act(&county.officer, deal(&case, format!("examine/{n}"), "examine", meets)).unwrap();
        cases.push(case);
    }
    // While the writer is held, all decide upon the same event; one of them may be right.
    let (hold, wait) = std::sync::mpsc::channel::<()>();
    let holding =
        county.platform.store().write_later(move |_| wait.recv().map_err(|_| store::StoreError::Closed));
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let county = &county;
        let accept = |n: usize, case: &String| {
            let deal = deal(case, format!("accept/{case}/{n}"), "accept", county.acceptance());
            scope.spawn(move || county.platform.act(&county.officer, deal))
        };
        let sent: Vec<_> = cases
            .iter()
            .flat_map(|case| (0..3).map(move |n| (n, case)))
            .map(|(n, case)| accept(n, case))
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(200));
        hold.send(()).unwrap();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    holding.unwrap().wait().unwrap().unwrap();
    for of_case in outcomes.chunks(3) {
        assert_eq!(of_case.iter().filter(|it| it.is_ok()).count(), 1, "{of_case:?}");
        let refused = |it: &app::Result<app::Done>| matches!(it, Err(AppError::Refused(_)));
        assert_eq!(of_case.iter().filter(|it| refused(it)).count(), 2, "{of_case:?}");
    }
    let verified = county.platform.verify(true).unwrap();
    assert!(verified.journal.is_whole() && verified.faults.is_empty(), "{:?}", verified.faults);
    assert_eq!(verified.journal.events, 12);
}
