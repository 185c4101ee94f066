//! Every mistake of a sheet for reviewing case files is told, with its place, all of a file at once.

use packs::Files;

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
    let text = own.under("review_sheets").map(|(_, text)| text).next().expect("a sheet");
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
