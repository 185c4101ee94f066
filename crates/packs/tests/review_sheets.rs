//! Every mistake of a sheet for reviewing case files is told, with its place, all of a file at once.

#![allow(clippy::expect_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use norms::guard::{Scene, compile};
use norms::{Deed, History, Procedure};
use packs::review_sheets::{ItemRule, ReviewItem};
use packs::source::Source;
use packs::{Files, Rules};

const WRONG: &str = r#"review_sheet = "s"
edition      = "1"
name         = "试验标准"
official     = true
source       = "试验"
in_force     = { from = 2026-02-28 }
procedures   = ["penalty", "penalti"]
full         = 20
basis        = "试验"

[[grade]]
name = "合格"
from = 60

[[grade]]
name = "优秀"
from = 90

[[item]]
id      = "a"
group   = "程序"
text    = "没有依据的"
points  = 10

[[item]]
id      = "a"
group   = "程序"
text    = "条件写错的"
points  = 5
law     = "penalty_law@2021"
article = "999"
check   = "done.decid"

[[item]]
id      = "b"
group   = "程序"
text    = "两种核查"
points  = 5
law     = "penalty_law@2021"
article = "60"
in_time = ["decided"]
check   = "done.decide"

[[item]]
id      = "c"
group   = "程序"
text    = "事项写错的"
fatal   = true
law     = "penalty_law@2021"
article = "60"
certified = ["investigat"]
procedures = ["licensing"]
"#;

#[test]
fn all_mistakes_of_a_sheet_are_told_at_once() {
    let mut files = Files::built_in();
    files.put("review_sheets/s.toml", WRONG);
    let rules = packs::load(&Files::built_in()).expect("the rules are sound");
    let found = packs::review_sheets::check(&files, &rules);
    let told: Vec<(usize, &str)> =
        found.iter().map(|one| (one.place.as_ref().map_or(0, |place| place.line), one.code)).collect();
    for expected in [
        (7, "unknown_procedure"),
        (15, "grade_order"),
        (19, "no_article"),
        (25, "twice"),
        (30, "no_article"),
        (32, "bad_guard"),
        (34, "two_rules"),
        (51, "unknown_act"),
        (52, "unknown_procedure"),
    ] {
        assert!(told.contains(&expected), "{expected:?} not in {told:?}");
    }
}

#[test]
fn points_that_do_not_come_to_the_full_are_told() {
    let own = Files::built_in();
    let text = own.get("review_sheets/penalty_files-2026.toml").expect("the sheet for penalties");
    let mut files = Files::built_in();
    files.put(
        "review_sheets/t.toml",
        text.replace("full         = 100", "full         = 99").replace("penalty_files", "other"),
    );
    let rules = packs::load(&Files::built_in()).expect("the rules are sound");
    let codes: Vec<&str> = packs::review_sheets::check(&files, &rules).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["sum"]);
    files.put("review_sheets/t.toml", text);
    let codes: Vec<&str> = packs::review_sheets::check(&files, &rules).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["twice"]);
}

#[test]
fn the_sheets_of_the_platform_are_right() {
    let files = Files::built_in();
    let rules = packs::load(&files).expect("the rules are sound");
    assert_eq!(packs::review_sheets::check(&files, &rules), []);
    let sheet = rules.review_sheet("penalty_files@2026").expect("the sheet for penalties");
    assert!(!sheet.is_official && sheet.items_of("penalty").filter(|item| item.rule.is_some()).count() >= 12);
}

/// How often an item of a condition was met, failed and left open by the cases beside a procedure, as they may be acted out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    met: usize,
    failed: usize,
    open: usize,
}

fn truth(rules: &Rules, procedure: &Procedure, history: &History, guard: &str) -> Option<bool> {
    let guard = compile(guard, &procedure.acts, &procedure.parameters).expect("a condition that was checked");
    let day = history.deeds.iter().map(|deed| deed.on).max()?;
    let (records, parameters) = (&history.records, procedure.parameters.as_slice());
    guard.truth(&Scene { calendar: &rules.calendar, records, parameters, day })
}

fn seen<'i>(
    rules: &Rules,
    files: &Files,
    id: &str,
    items: &[&'i ReviewItem],
) -> (BTreeMap<&'i str, Seen>, usize) {
    let pack = rules.packs.iter().find(|pack| pack.file.procedure.id == id).expect("a procedure of a sheet");
    let (procedure, engine) = (&pack.file.procedure, pack.engine(&rules.calendar));
    let (mut found, mut played) = (BTreeMap::<&str, Seen>::new(), 0);
    let beside = |path: &str| path.ends_with(".cases.toml") && path.contains(&format!("/{id}."));
    for (path, text) in files.under("packs").filter(|(path, _)| beside(path)) {
        for case in packs::procedures::cases::read(&Source::new(path, text), procedure).0 {
            let mut history = History::new(&engine);
            let deeds = (1..).zip(&case.does);
            let deeds = deeds.map(|(number, one)| Deed {
                number,
                act: one.act,
                on: one.on,
                record: one.record.clone(),
                lapse: None,
            });
            let is_whole = deeds.map(|deed| history.add(&engine, deed)).all(|added| added.is_ok());
            if !is_whole || history.deeds.is_empty() {
                continue;
            }
            played += 1;
            for item in items {
                let Some(ItemRule::Guard(check)) = &item.rule else { continue };
                let asked = |text: &String| truth(rules, procedure, &history, text) == Some(true);
                if !item.applies.as_ref().is_none_or(asked) {
                    continue;
                }
                let seen = found.entry(item.id.as_str()).or_default();
                match truth(rules, procedure, &history, check) {
                    Some(true) => seen.met += 1,
                    Some(false) => seen.failed += 1,
                    None => seen.open += 1,
                }
            }
        }
    }
    (found, played)
}

/// What the rules let happen fails no fatal item and leaves none open, and each procedure's cases meet conditions of its sheet.
#[test]
fn no_fatal_item_fails_in_cases_that_the_rules_allow() {
    let files = Files::built_in();
    let rules = packs::load(&files).expect("the rules are sound");
    for sheet in &rules.review_sheets {
        for id in &sheet.procedures {
            let items: Vec<&ReviewItem> = sheet.items_of(id).collect();
            let (found, played) = seen(&rules, &files, id, &items);
            assert!(played > 3, "{}: {id}: {played} cases", sheet.key());
            let met = found.values().filter(|seen| seen.met > 0).count();
            assert!(met >= 3, "{}: {id}: {met} conditions are met: {found:?}", sheet.key());
            for item in items.iter().filter(|item| item.is_fatal) {
                let Some(seen) = found.get(item.id.as_str()) else { continue };
                let (failed, open) = (seen.failed, seen.open);
                assert_eq!((failed, open), (0, 0), "{}: {id}: {}: {seen:?}", sheet.key(), item.id);
            }
        }
    }
}
