//! Every mistake of a set of columns is told, with its place, all of a file at once.

use packs::Files;
use packs::exports::ColumnOf;

const WRONG: &str = r#"export = "penalties"
name   = "试验表式"
basis  = "试验"
within = "7 lightyears"
within_basis = "试验"
masking = "试验"

[[source]]
procedure = "penalty"
act       = "dicide"
figure    = "penalties_dicided"

[[excluded]]
procedure = "security_penal"
because   = "封存"
law       = "public_security_penalty_law@2025"
article   = "999"

[[column]]
code   = "A"
name   = "甲"
fields = ["penalty.decide.nothing"]
told   = "decided_on"

[[column]]
code   = "B"
name   = "乙"
fields = ["penalty.decide.nothing", "penalty.decide"]

[[column]]
code   = "B"
name   = "丙"
fields = ["penalty.decide.violation"]
as     = "ten_thousand"

[[column]]
code   = "D"
name   = "丁"
fields = ["penalty.decide.party_kind"]
map    = { organisation = "1", person = "2" }

[[column]]
code = "E"
name = "戊"
told = "decided_when"
"#;

#[test]
fn all_mistakes_of_an_export_are_told_at_once() {
    let mut files = Files::built_in();
    files.put("exports/t.toml", WRONG);
    let rules = packs::load(&Files::built_in()).expect("the rules are sound");
    let found = packs::exports::check(&files, &rules);
    let told: Vec<(usize, &str)> =
        found.iter().map(|one| (one.place.as_ref().map_or(0, |place| place.line), one.code)).collect();
    for expected in [
        (4, "limit_unit"),
        (10, "unknown_act"),
        (11, "unknown_figure"),
        (14, "unknown_procedure"),
        (16, "no_article"),
        (19, "column_of"),
        (28, "unknown_field"),
        (31, "column_twice"),
        (33, "wrong_type"),
        (40, "missing_key"),
        (45, "unknown_shape"),
    ] {
        assert!(told.contains(&expected), "{expected:?} not in {told:?}");
    }
    assert!(found.iter().all(base::Diagnostic::is_error), "{found:?}");
}

#[test]
fn the_exports_of_the_platform_are_right_and_leave_no_public_security_case_in() {
    let files = Files::built_in();
    let rules = packs::load(&files).expect("the rules are sound");
    assert_eq!(packs::exports::check(&files, &rules), []);
    let ids: Vec<&str> = rules.exports.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["licences", "penalties"]);
    for export in &rules.exports {
        let named = export.columns.iter().flat_map(|column| match &column.of {
            ColumnOf::Fields(fields, _) => fields.iter().map(|[procedure, ..]| procedure.as_str()).collect(),
            _ => Vec::new(),
        });
        let sources = export.sources.iter().map(|one| one.procedure.as_str());
        let out: Vec<&str> = export.excluded.iter().map(|one| one.procedure.as_str()).collect();
        assert!(named.chain(sources).all(|procedure| !out.contains(&procedure)), "{}", export.id);
    }
    let penalties = rules.exports.iter().find(|one| one.id == "penalties").expect("penalties");
    let why = penalties.excluded.first().map(|one| one.basis.cited.as_str());
    assert_eq!(why, Some("《治安管理处罚法》第一百三十六条"));
    assert_eq!(penalties.columns.len(), 30);
}
