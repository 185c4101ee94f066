//! One filter beside the lists of cases: what is shown of registers, drafts of reports, tasks, documents, joint plans,
//! assessments, enterprises, messages, calendars and spreadsheets is what may be opened one by one, for everybody, in
//! counties by chance; on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::county::{County, day, form};
use app::{
    Actor, AppError, CaseFilter, EntriesAsked, LibraryAsked, MESSAGES_LEASE, NewAccount, NewEntry, Open,
    Organ, Origin, Platform, Supposed, Viewer,
};
use store::account::Rank;
use store::lease::Lease;

/// A sequence of numbers that looks like chance and is always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// The organs that hold cases and registers, with their names.
const ORGANS: [(&str, &str, &str); 4] = [
    ("county", "德化县人民政府", "government"),
    ("second", "安溪县人民政府", "government"),
    ("justice", "德化县司法局", "department"),
    ("town", "浔中镇人民政府", "township"),
];
const CODES: [&str; 2] = ["91350526MA00DEM013", "91350526MA00DEM021"];

/// An officer and a head of each organ, two citizens and an administrator.
fn people(platform: &Platform) -> Vec<Actor> {
    let organ = |(id, name, kind): &(&str, &str, &str)| Organ {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
        short: format!("{id}号"),
        kind: (*kind).to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: None,
    };
    platform.enter_organs(ORGANS[1..].iter().map(organ).collect(), day("2020-01-01")).unwrap();
    let mut made = Vec::new();
    let mut add = |login: String, organ: Option<&str>, rank: Rank| {
        let new = NewAccount {
            name: login.clone(),
            login: login.clone(),
            password: "Correct-horse-battery".to_owned(),
            organ: organ.map(str::to_owned),
            rank,
        };
        platform.add_account(new).unwrap();
        made.push(platform.actor_of(&login).unwrap());
    };
    for (id, ..) in &ORGANS[1..] {
        add(format!("{id}-staff"), Some(id), Rank::Staff);
        add(format!("{id}-head"), Some(id), Rank::Head);
    }
    add("police-staff".to_owned(), Some("police"), Rank::Staff);
    add("citizen1".to_owned(), None, Rank::Citizen);
    add("citizen2".to_owned(), None, Rank::Citizen);
    add("admin".to_owned(), None, Rank::SystemAdmin);
    made
}

/// What is opened by chance: a procedure, the act, and what it records.
fn chance(dice: &mut Dice, at: usize) -> (&'static str, &'static str, Vec<(&'static str, String)>) {
    let own = |fields: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        fields.iter().map(|(name, text)| (*name, (*text).to_owned())).collect()
    };
    match dice.below(5) {
        0 => {
            let named = *dice.of(&["德化县公安局", "德化县司法局"]);
            let mut fields = own(&[
                ("applicant_kind", "citizen"),
                ("channel", "in_person"),
                ("submitted_on", "2025-03-03"),
                ("act_title", "行政处罚决定"),
                ("act_kind", "penalty"),
                ("learned_on", "2025-02-20"),
                ("told_rights", "yes"),
                ("counts_from", "2025-02-20"),
                ("real_property", "no"),
                ("request", "撤销"),
                ("reasons", "认定事实不清"),
            ]);
            fields.push(("applicant", format!("申请人{}", dice.below(4))));
            fields.push(("applicant.code", "11010519491231002X".to_owned()));
            fields.push(("respondent", named.to_owned()));
            fields.push(("facts", format!("第{at}件")));
            ("reconsideration", "apply", fields)
        }
        1 => {
            let fields = [("year", "2024"), ("year_end", "2024-12-31"), ("demonstration", "no")];
            let mut fields = own(&fields);
            fields.push(("kind", "county_government".to_owned()));
            ("annual_report", "begin", fields)
        }
        2 => {
            let mut fields = own(&[
                ("plan", "quanzhou-2021-2025"),
                ("measure", "61"),
                ("year", "2025"),
                ("due", "2025-06-30"),
                ("deliverable", "通报"),
                ("proof", "document"),
                ("document", "德政〔2025〕1号"),
            ]);
            fields.push(("title", format!("任务{at}")));
            fields.push(("lead", dice.of(&ORGANS).1.to_owned()));
            ("measure_task", "assign", fields)
        }
        3 => {
            let mut fields = own(&[("effective_on", "2024-03-01"), ("interim", "no")]);
            fields.push(("title", format!("演示规定之{at}")));
            fields.push(("order", format!("第{at}号")));
            ("rule_in_force", "enter", fields)
        }
        _ => ("joint_plan", "propose", own(&[("year", "2025")])),
    }
}

/// Cases by chance: who opened what where; those that were let in.
fn filled(county: &County, actors: &[&Actor], dice: &mut Dice, cases: usize) -> Vec<String> {
    let mut made = Vec::new();
    for at in 0..cases {
        let (procedure, act, fields) = chance(dice, at);
        let organ = dice.of(&ORGANS).0;
        let open = Open {
            key: format!("chance-{at:05}"),
            procedure: procedure.to_owned(),
            organ: organ.to_owned(),
            act: act.to_owned(),
            on: day("2025-03-03"),
            form: fields.into_iter().map(|(name, text)| (name.to_owned(), vec![text])).collect(),
            files: Vec::new(),
        };
        // Whoever may not is refused: there is always somebody who may.
        let done = actors.iter().find_map(|actor| county.platform.open(actor, open.clone()).ok());
        if let Some(done) = done {
            if procedure == "annual_report" && dice.below(2) == 0 {
                let begins = |actor: &&&Actor| {
                    county.platform.begin_report(actor, &done.case, &Origin::default()).is_ok()
                };
                actors.iter().find(begins).unwrap();
            }
            made.push(done.case);
        }
        county.clock.tick();
    }
    made
}

/// Entries of registers by chance, each organ's by its head.
fn listed(county: &County, actors: &[&Actor], dice: &mut Dice) {
    for at in 0..40 {
        let (id, ..) = *dice.of(&ORGANS);
        let keeper = actors
            .iter()
            .find(|one| one.rank == Rank::Head && one.organ.as_ref().is_some_and(|(organ, _)| organ == id));
        let number = format!("n{at:03}");
        let code = *dice.of(&CODES);
        let (register, fields) = match dice.below(3) {
            0 => ("officers", vec![("number", number.as_str()), ("name", "演示某人"), ("kind", "officer")]),
            1 => (
                "training_hours",
                vec![
                    ("number", number.as_str()),
                    ("officer", "演示某人"),
                    ("hours", "8"),
                    ("content", "法律"),
                ],
            ),
            _ => (
                "inspection_objects",
                vec![("code", code), ("name", "演示店"), ("trade", "餐饮"), ("class", "a")],
            ),
        };
        let until = (dice.below(3) == 0).then(|| day("2025-01-31"));
        let row = NewEntry { from: day("2025-01-01"), until, form: form(&fields), line: 0 };
        // What a register does not take is told; what it takes is there for all of the following.
        drop(county.platform.enter(keeper.unwrap(), register, id, vec![row], "试验"));
    }
}

/// All pages of a register, and its sheet: both or neither, and the same entries.
fn registers_agree(platform: &Platform, reader: Option<&Actor>) -> usize {
    let mut shown = 0;
    for register in ["officers", "training_hours", "inspection_objects", "posts", "powers"] {
        for (organ, ..) in ORGANS {
            let on = day("2025-03-03");
            let mut keys = Vec::new();
            let mut after: Option<String> = None;
            let page = loop {
                let asked = EntriesAsked { on, after: after.as_deref(), words: "", all: false };
                match platform.register_page(reader, register, organ, asked) {
                    Ok(page) => {
                        keys.extend(page.rows.iter().map(|row| (row.key.clone(), row.from)));
                        after = page.next.clone();
                        if after.is_none() {
                            break Ok(page);
                        }
                    }
                    Err(fault) => break Err(fault),
                }
            };
            let sheet = platform.register_sheet(reader, register, organ, on);
            assert_eq!(page.is_ok(), sheet.is_ok(), "{register} {organ}");
            let Ok(page) = page else {
                assert!(matches!(sheet, Err(AppError::Forbidden { .. } | AppError::NotFound { .. })));
                continue;
            };
            let sheet = sheet.unwrap();
            let distinct: BTreeSet<_> = keys.iter().cloned().collect();
            assert_eq!((distinct.len(), sheet.entries), (keys.len(), keys.len()), "{register} {organ}");
            // One by one: each key is found by its own words, and what is not shown is not found.
            for (key, _) in &keys {
                let asked = EntriesAsked { on, after: None, words: key, all: false };
                let found = platform.register_page(reader, register, organ, asked).unwrap();
                assert!(
                    found.rows.iter().any(|row| row.key == *key) || page.is_public_view,
                    "{register} {key}"
                );
            }
            shown += keys.len();
        }
    }
    shown
}

/// The reports' drafts, tasks, documents and joint plans that somebody is shown are those that open one by one.
fn special_lists_agree(platform: &Platform, actor: &Actor, ids: &[String]) {
    let viewer = Viewer::Account(actor);
    let opens = |id: &&String| platform.case_view(actor, id).is_ok();
    if let Ok(drafts) = platform.report_drafts(actor) {
        let listed: BTreeSet<String> = drafts.into_iter().map(|line| line.case).collect();
        let one_by_one: BTreeSet<String> =
            ids.iter().filter(|id| platform.report_draft(actor, id).is_ok()).cloned().collect();
        assert_eq!(listed, one_by_one, "drafts of {}", actor.name);
        assert!(listed.iter().all(|id| opens(&id)), "whoever has the draft may open its case");
    } else {
        assert!(!actor.is_officer());
        assert!(ids.iter().all(|id| platform.report_draft(actor, id).is_err()), "{}", actor.name);
    }
    let plans: BTreeSet<String> =
        platform.joint_plans(viewer).unwrap().into_iter().map(|line| line.case).collect();
    for id in ids {
        let has_page = platform.joint_page(viewer, id).is_ok();
        assert_eq!(has_page, platform.joint_book(viewer, id).is_ok(), "{id}");
        assert!(!has_page || plans.contains(id), "{id} is open and not listed");
    }
    let rounds = platform.assessments(viewer).unwrap();
    assert!(rounds.is_empty(), "nobody assessed anybody here");
    let board = platform.tasks(viewer, "quanzhou-2021-2025", Some(2025)).unwrap();
    let tasks: BTreeSet<String> = board.lines.iter().map(|line| line.case.clone()).collect();
    assert_eq!(tasks.len(), board.lines.len(), "a task stands once");
    match platform.task_sheet(actor, "quanzhou-2021-2025", 2025, "") {
        Ok(sheet) => assert_eq!(sheet.entries, tasks.len(), "{}", actor.name),
        Err(_) => assert!(!actor.is_officer()),
    }
    let asked = LibraryAsked::default();
    let mut documents = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = platform.library(viewer, &asked, after.as_deref()).unwrap().unwrap();
        documents.extend(page.lines.iter().map(|line| line.id.clone()));
        after = page.next;
        if after.is_none() {
            assert_eq!(page.count, documents.len(), "{}", actor.name);
            break;
        }
    }
    assert_eq!(platform.library_sheet(viewer, &asked).unwrap().1, documents.len());
    for id in ids {
        let one = platform.library_document(viewer, id, &Supposed::default());
        assert_eq!(matches!(one, Ok(Some(_))), documents.contains(id), "{} {id}", actor.name);
    }
}

/// What comes by other ways than lists names no case that its reader may not open.
fn nothing_else_is_told(platform: &Platform, actor: &Actor, opened: &BTreeSet<String>) -> usize {
    let (mut told, mut before) = (0, String::new());
    loop {
        let (lines, next) = platform.messages(actor, &before).unwrap();
        for case in lines.iter().filter_map(|line| line.case.as_ref()) {
            assert!(opened.contains(case), "{} is told of {case}", actor.name);
            told += 1;
        }
        let Some(next) = next else { break };
        before = next;
    }
    if let Ok((lines, _)) = platform.desk_between(actor, false, day("2025-01-01"), day("2026-12-31")) {
        assert!(lines.iter().all(|line| opened.contains(&line.case)), "the calendar of {}", actor.name);
    }
    for code in CODES {
        let Ok(file) = platform.enterprise(actor, code, None) else { continue };
        let cases = file.others.iter().map(|line| &line.case);
        assert!(cases.into_iter().all(|case| opened.contains(case)), "{} {code}", actor.name);
    }
    told
}

fn agrees_in(seed: u64, cases: usize) -> (usize, usize) {
    let county = County::new("2025-03-03");
    let platform = &county.platform;
    let mut dice = Dice(seed);
    let made = people(platform);
    let lease = Arc::new(Lease::new(MESSAGES_LEASE, Duration::from_secs(30)).unwrap());
    assert!(lease.hold(platform.store()).unwrap());
    while platform.tell_round(&lease).unwrap().more {}
    let actors: Vec<&Actor> = made.iter().chain([&county.officer, &county.head]).collect();
    let ids = filled(&county, &actors, &mut dice, cases);
    assert!(ids.len() * 2 > cases, "{} of {cases}", ids.len());
    listed(&county, &actors, &mut dice);
    county.clock.set(day("2025-03-03"), 12);
    while platform.tell_round(&lease).unwrap().more {}
    let (mut shown, mut told) = (registers_agree(platform, None), 0);
    for actor in actors {
        let opened: BTreeSet<String> =
            ids.iter().filter(|id| platform.case_view(actor, id).is_ok()).cloned().collect();
        let sheet = sheets::open(&platform.case_sheet(actor, &CaseFilter::default()).unwrap()).unwrap();
        let rows = sheet.lines.iter().filter(|line| line.cells.iter().any(|cell| !cell.is_empty())).count();
        assert_eq!(rows, opened.len() + 1, "the spreadsheet of {}", actor.name);
        shown += registers_agree(platform, Some(actor));
        special_lists_agree(platform, actor, &ids);
        told += nothing_else_is_told(platform, actor, &opened);
    }
    (shown, told)
}

#[test]
fn what_is_shown_beside_cases_is_what_may_be_opened_one_by_one() {
    for seed in [3, 2026, 41] {
        let (shown, told) = agrees_in(seed, 60);
        assert!(shown > 40 && told > 5, "there was something to compare: {shown} {told}");
    }
}
