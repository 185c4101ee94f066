//! The plan of Quanzhou and the catalogue of systems as they stand in `plans/`, against the published text where it is
//! at hand, and every mistake that such files may hold.
#![expect(clippy::expect_used, reason = "shared steps of tests fail loudly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use packs::plans::{self, Plans};
use packs::source::Source;
use plan::{Carrier, CarrierKind, Measure, MeasureRef, Part};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn source(name: &str) -> Source {
    let text = std::fs::read_to_string(root().join(name)).expect(name);
    Source::new(name, text)
}

fn ours() -> Plans {
    let sources = [source("plans/quanzhou-2021-2025.toml"), source("plans/systems.toml")];
    let (made, found) = plans::read(&sources);
    assert!(found.is_empty(), "{}", found.iter().map(|d| format!("{d}\n")).collect::<String>());
    made.expect("the plans are whole")
}

/// The published text; none where the folder of real documents is absent.
fn published() -> Option<String> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/plan_quanzhou_2021-2025.txt");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("跳过：没有 {}", path.display());
    }
    text
}

#[test]
fn the_plan_is_whole() {
    let made = ours();
    let plan = made.plan().expect("the catalogue names its plan");
    let counts = (plan.systems.len(), plan.heads.len(), plan.measures.len(), plan.organisation.len());
    assert_eq!(counts, (8, 27, 76, 8));
    for measure in plan.all_measures() {
        let length = measure.title.chars().count();
        assert!((6..=20).contains(&length), "{}：{}", measure.reference, measure.title);
        assert!(measure.duty.ends_with('。') && measure.duty.matches('。').count() == 1, "{}", measure.duty);
        assert!(plan.head_of(measure).is_some());
    }
    let titles: BTreeSet<&str> = plan.all_measures().map(|m| m.title.as_str()).collect();
    assert_eq!(titles.len(), 84);
    let targets = |reference| plan.measure(reference).map_or(0, |m: &Measure| m.targets.len());
    let with_targets: Vec<String> = plan
        .all_measures()
        .filter(|m| !m.targets.is_empty())
        .map(|m| format!("{}:{}", m.reference, targets(m.reference)))
        .collect();
    assert_eq!(with_targets, ["12:1", "46:1", "60:1", "74:1", "O3:1", "O4:2", "O6:4"]);
}

#[test]
fn the_catalogue_has_398_systems() {
    let made = ours();
    let mechanisms = &made.catalogue.mechanisms;
    assert_eq!(mechanisms.len(), 398);
    for (mechanism, number) in mechanisms.iter().zip(1..) {
        assert_eq!(mechanism.id, format!("S{number:03}"));
        assert!((2..=16).contains(&mechanism.name.chars().count()), "{}", mechanism.name);
    }
    let of = |part| mechanisms.iter().filter(|m| m.part == part).count();
    let each: Vec<usize> = (1..=8).map(|n| of(Part::System(n))).chain([of(Part::Organisation)]).collect();
    assert_eq!(each, [97, 34, 20, 51, 29, 78, 31, 26, 32]);
    let tiers = plan::Tier::ALL.map(|tier| mechanisms.iter().filter(|m| m.tier == tier).count());
    assert_eq!(tiers, [152, 163, 83]);
}

#[test]
fn every_measure_is_carried_once_every_system_is() {
    let made = ours();
    let plan = made.plan().expect("a plan");
    let systems: Vec<String> = made.catalogue.mechanisms.iter().map(|m| m.id.clone()).collect();
    let all = Carrier {
        kind: CarrierKind::Engine,
        id: "all".into(),
        file: "all".into(),
        systems,
        measures: vec![],
    };
    let coverage = plan::coverage(plan, &made.catalogue, &[all], &[]);
    assert_eq!((coverage.systems_carried(), coverage.measures_carried()), (398, 84));
    assert!(coverage.findings.is_empty());
}

#[test]
fn the_published_text_has_the_same_measures_under_the_same_headings() {
    let Some(text) = published() else { return };
    let (made, imported) = (ours(), plan::import(&text));
    let plan = made.plan().expect("a plan");
    let system_of = |measure: &Measure| match measure.part {
        Part::System(number) => Some(number),
        Part::Organisation => None,
    };
    let ours = |measure: &Measure| (measure.reference, system_of(measure), Some(measure.head));
    let theirs = imported.measures.iter().map(|m| (MeasureRef::Measure(m.number), m.system, m.head));
    assert!(plan.measures.iter().map(ours).eq(theirs));
    let theirs = imported.organisation.iter().map(|m| (MeasureRef::Organisation(m.number), m.system, m.head));
    assert!(plan.organisation.iter().map(ours).eq(theirs));
    let heads = imported.heads.iter().map(|h| (h.number, h.system.map(Part::System)));
    assert!(plan.heads.iter().map(|h| (h.number, Some(h.part))).eq(heads));
    assert_eq!(plan.systems.len(), imported.systems.len());
    assert_eq!(imported.document.as_deref(), Some(plan.document.as_str()));
}

/// A text without punctuation and white space.
fn bare(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn the_words_are_our_own() {
    const LONGEST: usize = 12;
    let Some(text) = published() else { return };
    let text = bare(&text);
    let known: BTreeSet<&[char]> = text.windows(LONGEST).collect();
    let made = ours();
    let plan = made.plan().expect("a plan");
    let mut own: Vec<String> = plan.all_measures().flat_map(|m| [m.title.clone(), m.duty.clone()]).collect();
    own.extend(plan.heads.iter().chain(&plan.organisation_heads).map(|h| h.title.clone()));
    own.extend(plan.goals.iter().map(|g| g.name.clone()));
    own.extend(plan.all_measures().flat_map(|m| m.targets.iter().map(|t| t.name.clone())));
    own.extend(made.catalogue.mechanisms.iter().map(|m| m.name.clone()));
    let mut copied = Vec::new();
    for words in &own {
        let letters = bare(words);
        let runs = letters.windows(LONGEST).filter(|run| known.contains(run));
        copied.extend(runs.map(|run| format!("{}（{words}）", run.iter().collect::<String>())));
    }
    assert!(copied.is_empty(), "{}", copied.join("\n"));
}

fn findings(plan: &str, systems: &str) -> Vec<(usize, &'static str)> {
    let sources = [Source::new("plans/p.toml", plan), Source::new("plans/systems.toml", systems)];
    let (made, found) = plans::read(&sources);
    assert_eq!(made.is_none(), !found.is_empty());
    found.iter().map(|d| (d.place.as_ref().map_or(0, |place| place.line), d.code)).collect()
}

const PLAN: &str = "\
plan = \"p\"
name = \"某方案\"
document = \"某〔2022〕1号\"
issued_by = \"某委\"
issued_on = 2022-07-15
years = { from = 2021, to = 2025 }
systems = [{ id = 1, folder = \"functions\", name = \"职能\" }]
heads = [{ number = 1, system = 1, title = \"机构\" }]
organisation_heads = [{ number = 1, title = \"领导\" }]
[[measure]]
number = 1
head = 1
title = \"理清职责\"
duty = \"各部门理清职责。\"
targets = [{ name = \"清单公布\", each_year_by = \"03-01\" }]
[[organisation]]
number = 1
head = 1
title = \"加强领导\"
duty = \"定期研究。\"
";

const SYSTEMS: &str = "\
plan = \"p\"
systems = [
  { id = \"S001\", system = 1, measures = [1, \"O1\"], kind = \"register\", tier = \"A\", name = \"清单\" },
  { id = \"S002\", system = \"organisation\", measures = [], kind = \"report\", tier = \"C\", name = \"报告\" },
]
";

#[test]
fn each_mistake_has_its_place() {
    assert_eq!(findings(PLAN, SYSTEMS), []);
    for (old, new, line, code) in [
        ("plan = \"p\"", "plan = \"q\"", 1, "name_differs"),
        ("document = \"某〔2022〕1号\"", "documents = 1", 1, "missing_key"),
        ("2022-07-15", "2022-02-30", 5, "syntax"),
        ("from = 2021", "from = 2026", 6, "years_reversed"),
        ("{ id = 1,", "{ id = 2,", 7, "number_out_of_row"),
        ("system = 1, title", "system = 3, title", 8, "unknown_system"),
        ("number = 1\nhead = 1\ntitle = \"理", "number = 2\nhead = 1\ntitle = \"理", 11, "number_out_of_row"),
        ("number = 1\nhead = 1\ntitle = \"理", "number = 1\nhead = 4\ntitle = \"理", 12, "unknown_head"),
        ("\"03-01\"", "\"3月1日\"", 15, "bad_yearly_day"),
        ("each_year_by = \"03-01\"", "at_least = 0", 15, "bad_number"),
        ("each_year_by = \"03-01\"", "at_least = 3", 15, "missing_key"),
        ("each_year_by = \"03-01\"", "at_least = 3, at_most = 4, unit = \"次\"", 15, "two_bounds"),
        (", each_year_by = \"03-01\"", "", 15, "empty_target"),
    ] {
        let found = findings(&PLAN.replacen(old, new, 1), SYSTEMS);
        assert!(found.contains(&(line, code)), "{new}: {found:?}");
    }
    for (old, new, line, code) in [
        ("plan = \"p\"", "plan = \"pp\"", 1, "unknown_plan"),
        ("\"S001\"", "\"T1\"", 3, "bad_id"),
        ("\"S002\"", "\"S001\"", 4, "twice"),
        ("\"报告\"", "\"清单\"", 4, "twice"),
        ("system = 1", "system = 9", 3, "unknown_system"),
        ("[1, \"O1\"]", "[1, \"O2\"]", 3, "unknown_measure"),
        ("[1, \"O1\"]", "[7]", 3, "unknown_measure"),
        ("[1, \"O1\"]", "[1, 1]", 3, "twice"),
        ("[1, \"O1\"]", "1", 3, "wrong_type"),
        ("\"register\"", "\"registers\"", 3, "unknown_word"),
        ("tier = \"A\"", "tier = \"D\"", 3, "unknown_word"),
    ] {
        let found = findings(PLAN, &SYSTEMS.replacen(old, new, 1));
        assert!(found.contains(&(line, code)), "{new}: {found:?}");
    }
}

#[test]
fn all_mistakes_of_both_files_at_once() {
    let plan = PLAN.replace("{ id = 1,", "{ id = 2,").replace("\"03-01\"", "\"13-01\"");
    let systems = SYSTEMS.replace("\"S001\"", "\"1\"").replace("tier = \"C\"", "tier = \"c\"");
    let codes: Vec<&str> = findings(&plan, &systems).into_iter().map(|(_, code)| code).collect();
    let expected =
        ["number_out_of_row", "unknown_system", "unknown_head", "bad_yearly_day", "bad_id", "unknown_system"];
    for code in expected {
        assert!(codes.contains(&code), "{code} not in {codes:?}");
    }
    let missing = plans::read(&[Source::new("plans/p.toml", PLAN)]).1;
    match missing.as_slice() {
        [only] => assert_eq!(only.code, "no_catalogue"),
        other => panic!("{other:?}"),
    }
}
