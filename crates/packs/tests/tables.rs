//! Every mistake of a yearly table is told, with its place, all of a file at once.

use packs::Files;

const WRONG: &str = r#"table = "t"
name  = "试验表"
basis = "试验"

[[column]]
id      = "a"
name    = "甲"
unit    = "宗"
figures = ["seizures"]
sum     = ["a"]

[[column]]
id      = "b"
name    = "乙"
unit    = "宗"
figures = ["seizures"]

[[column]]
id      = "b"
name    = "丙"
unit    = "宗"
sum     = ["nowhere"]

[[equal]]
left  = ["b"]
right = ["elsewhere"]
"#;

#[test]
fn all_mistakes_of_a_table_are_told_at_once() {
    let mut files = Files::built_in();
    files.put("tables/t.toml", WRONG);
    let rules = packs::load(&Files::built_in()).expect("the rules are sound");
    let found = packs::tables::check(&files, &rules);
    let told: Vec<(usize, &str)> =
        found.iter().map(|one| (one.place.as_ref().map_or(0, |place| place.line), one.code)).collect();
    for expected in [
        (1, "missing"),
        (5, "column_of"),
        (18, "column_twice"),
        (22, "unknown_column"),
        (26, "unknown_column"),
    ] {
        assert!(told.contains(&expected), "{expected:?} not in {told:?}");
    }
    assert!(found.iter().all(|one| one.is_error() && one.help.is_some()), "{found:?}");
}

#[test]
fn the_tables_of_the_platform_are_right() {
    let files = Files::built_in();
    let rules = packs::load(&files).expect("the rules are sound");
    assert_eq!(packs::tables::check(&files, &rules), []);
}
