//! When no demonstration is made: nothing is written then, and the reason is told.

use crate::common::{folder, made, today};
use calendar::Day;
use demo::{Fault, Options};
use packs::Files;
use store::Store;

fn refused(store: Store, files: &Files, today: Day) -> Fault {
    let rules = packs::load(&Files::built_in()).unwrap();
    let options = Options { seed: "yifa".to_owned(), today, times: 1, volume: demo::Volume::Reduced };
    match demo::build(store, rules, files, &options) {
        Ok(_) => panic!("made all the same"),
        Err(fault) => fault,
    }
}

fn empty() -> Store {
    store::testing::open(&folder(), &store::Options::default()).unwrap()
}

#[test]
fn a_store_with_cases_is_left_alone() {
    let dir = {
        let demo = made("yifa", today());
        demo.platform.store().dir().to_owned()
    };
    let store = store::testing::open(&dir, &store::Options::default()).unwrap();
    let fault = refused(store, &Files::built_in(), today());
    assert!(fault.to_string().contains("已经有案件"), "{fault}");
}

#[test]
fn within_the_year_there_is_nothing_to_show_yet() {
    let day = Day::from_ymd(2024, 12, 31).unwrap();
    let fault = refused(empty(), &Files::built_in(), day);
    assert!(fault.to_string().contains("2024年全年"), "{fault}");
}

#[test]
fn missing_and_broken_data_are_named() {
    let fault = refused(empty(), &Files::default(), today());
    assert!(fault.to_string().contains("demo/county.toml"), "{fault}");
    let mut files = Files::built_in();
    files.put("demo/facts.toml", "year = 2024\n");
    let fault = refused(empty(), &files, today());
    assert!(fault.to_string().contains("demo/facts.toml"), "{fault}");
}

#[test]
fn every_script_that_the_law_bars_is_told_with_its_act_and_day() {
    let mut files = Files::built_in();
    files.put("demo/scripts/wrong.toml", WRONG);
    let fault = refused(empty(), &files, today());
    let text = fault.to_string();
    let told: Vec<&str> = fault.0.iter().filter_map(|one| one.message.split('”').next()).collect();
    let scripts: std::collections::BTreeSet<&str> = told.iter().copied().collect();
    assert_eq!(
        scripts.len(),
        2,
        "one act may be barred for several reasons, but two scripts are wrong: {text}"
    );
    assert!(text.contains("剧本“too_early”第2步") && text.contains("剧本“no_clerk”第1步"), "{text}");
    assert!(
        fault.0.iter().any(|one| one.article.as_deref().is_some_and(|article| article.contains("第三十条")))
    );
}

#[test]
fn nobody_punishes_without_a_certificate_and_nobody_enters_what_is_not_his() {
    let registers = Files::built_in().get("demo/registers.toml").unwrap().to_owned();
    // Without the certificates the first penalty on the spot is refused, with the article.
    let mut files = Files::built_in();
    let entries = registers.split("[[entry]]").filter(|entry| !entry.contains("\"certificates\""));
    files.put("demo/registers.toml", entries.collect::<Vec<_>>().join("[[entry]]"));
    let fault = refused(empty(), &files, today());
    let first = fault.0.iter().find(|one| one.message.contains("剧本“summary_paid”第1步"));
    assert!(
        first.unwrap().article.as_deref().is_some_and(|article| article.contains("第四十二条")),
        "{fault}"
    );
    // A department's clerk keeps no register of another organ.
    let mut files = Files::built_in();
    let other = registers.replacen("from     =", "by       = \"sifa1\"\nfrom     =", 1);
    files.put("demo/registers.toml", &other);
    let fault = refused(empty(), &files, today()).to_string();
    assert!(fault.contains("名册“officers”（") && fault.contains("您不能改"), "{fault}");
    let mut files = Files::built_in();
    files.put("demo/registers.toml", registers.replacen("\"{staff_name}\"", "\"{nobody}\"", 1));
    let fault = refused(empty(), &files, today()).to_string();
    assert!(fault.contains("{nobody}") && fault.contains("填不了的空"), "{fault}");
}

const WRONG: &str = r#"
procedure = "reconsideration"
with = { holder = "county" }
matters.fine = { who = "staff" }

[parts]
apply = [{ act = "apply", by = "{who}", record = { applicant = "{person}", applicant_kind = "citizen", respondent = "德化县公安局", channel = "in_person", submitted_on = "{day}", act_title = "罚款（演示）", act_kind = "penalty", learned_on = "{day}", told_rights = true, counts_from = "{day}", real_property = false, request = "撤销。", facts = "（演示）", reasons = "（演示）" } }]

[[script]]
id = "too_early"
cases = 1
matters = ["fine"]
opens = { from = 2024-03-04, until = 2024-03-08 }
steps = [{ part = "apply" }, { act = "accept", record = { self_review = false } }]

[[script]]
id = "no_clerk"
cases = 1
matters = ["fine"]
opens = { from = 2024-03-04, until = 2024-03-08 }
with = { staff = "nobody" }
steps = [{ part = "apply" }]
"#;
