//! Files of benchmarks: what is wrong is told whole, with its place; what is written is read again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{examples, statutes};
use discretion::{File, Source, read, write::write};

const HEAD: &str = "[edition]\norgan = \"示例局\"\ndocument = \"示例\"\nfrom = 2024-01-01\nexample = true\n";

fn found(text: &str) -> Vec<String> {
    let (_, found) = read(&Source::new("t.toml", format!("{HEAD}{text}")));
    found.iter().map(|one| format!("{}:{}", one.place.as_ref().unwrap().line, one.code)).collect()
}

/// A table with a field of each type; `step` is what is tried.
fn table(step: &str) -> String {
    format!(
        "[[table]]\nid = \"a\"\nact = \"甲\"\nbasis = [\"乙\"]\nframe = \"100元以上1000元以下\"\n[table.fields]\n\
         \"材积\" = {{ type = \"amount\", unit = \"立方米\" }}\n\"初次\" = {{ type = \"yes_no\" }}\n\
         \"场所\" = {{ type = \"kind\", options = [\"学校\", \"其他\"] }}\n[[table.step]]\n{step}\n"
    )
}

#[test]
fn what_is_written_is_read_again() {
    for file in [examples(), statutes()] {
        let of_items = file.items.iter().map(|one| &one.edition);
        let mut editions: Vec<_> = of_items.chain(file.tables.iter().map(|one| &one.edition)).collect();
        editions.dedup();
        for edition in editions {
            let own = File {
                tables: file.tables.iter().filter(|one| one.edition == *edition).cloned().collect(),
                items: file.items.iter().filter(|one| one.edition == *edition).cloned().collect(),
            };
            let text = write(edition, &own);
            let (again, found) = read(&Source::new("again.toml", text.clone()));
            assert_eq!(found, [], "{text}");
            assert_eq!(bare(again), bare(own), "{text}");
        }
    }
}

/// Without places and the wording of conditions, which the writer may complete.
fn bare(mut file: File) -> File {
    let place = base::Place::default();
    for table in &mut file.tables {
        table.place = place.clone();
        for step in &mut table.steps {
            step.place = place.clone();
            step.when.iter_mut().flatten().for_each(|one| one.text.clear());
        }
        table.never.iter_mut().flatten().for_each(|one| one.text.clear());
    }
    for item in &mut file.items {
        item.place = place.clone();
        item.when.iter_mut().chain(&mut item.unless).flatten().for_each(|one| one.text.clear());
    }
    file
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let text = "nothing = 1\n[[table]]\nid = \"a\"\nact = \"甲\"\nframe = \"很多\"\ntakes = \"onyl\"\n[table.fields]\n\
                \"材积\" = { type = \"amount\" }\n\"高\" = { type = \"amuont\" }\n\"场所\" = { type = \"kind\", options = [\"一\"] }\n\
                [[table.step]]\nname = \"中间\"\nwhen = \"场合为一\"\npenalty = \"处理\"\n[[table.step]]\nname = \"甲档\"\n";
    assert_eq!(
        found(text),
        [
            "6:unknown_key",
            "7:missing_key",
            "10:bad_frame",
            "11:unknown_choice",
            "13:missing_key",
            "14:unknown_type",
            "15:no_options",
            "18:unknown_condition",
            "19:unknown_penalty",
            "20:missing_key",
            "20:missing_key",
            "20:missing_key"
        ]
    );
}

#[test]
fn conditions_that_cannot_be_meant_are_told() {
    let step =
        |when: &str| found(&table(&format!("name = \"一般\"\nwhen = \"{when}\"\npenalty = \"500元罚款\"")));
    let first = |when: &str| step(when).first().cloned().unwrap_or_default();
    assert_eq!(first("材积5立方米以上；材积不满5立方米"), "17:never_true");
    assert_eq!(first("材积5公斤以上"), "17:wrong_unit");
    assert_eq!(first("材积0.0001立方米以上"), "17:too_many_digits");
    assert_eq!(first("场所：医院"), "17:wrong_fact");
    assert_eq!(first("体积5立方米以上"), "17:unknown_condition");
    assert_eq!(first("场所学校"), "17:unknown_condition");
    assert_eq!(first("场所5立方米以上"), "17:not_a_number");
    assert_eq!(first("5件以上"), "17:unknown_condition");
    assert_eq!(first(""), "17:no_condition");
    assert_eq!(step("5立方米以上或者材积不满5立方米"), Vec::<String>::new(), "one field has that unit");
    assert_eq!(step("材积不是5立方米；初次"), ["6:gap", "6:gap"]);
}

#[test]
fn fines_that_the_statute_does_not_allow_are_told() {
    let step = |name: &str, penalty: &str| {
        found(&table(&format!("name = \"{name}\"\nwhen = \"其他情形\"\npenalty = \"{penalty}\"")))
    };
    assert_eq!(step("一般", "100元以上1000元以下罚款"), Vec::<String>::new());
    assert_eq!(step("一般", "99.99元以上500元以下罚款"), ["15:outside_frame"]);
    assert_eq!(step("一般", "500元以上1000.01元以下罚款"), ["15:outside_frame"]);
    assert_eq!(step("减轻", "50元以上不满100元罚款"), Vec::<String>::new());
    assert_eq!(step("减轻", "50元以上100元以下罚款"), ["15:not_less"]);
    assert_eq!(step("减轻", "50元以上1001元以下罚款"), ["15:outside_frame", "15:not_less"]);
    assert_eq!(step("不予处罚", "警告"), ["15:none_with_penalty"]);
    assert_eq!(step("从重", "责令改正"), ["15:no_penalty"]);
}

#[test]
fn steps_are_named_once_and_rise() {
    let two = |first: &str, second: &str| {
        found(&table(&format!(
            "name = \"一般\"\nwhen = \"材积不满5立方米\"\npenalty = \"{first}\"\n[[table.step]]\nname = \"{second}\"\n\
             when = \"材积5立方米以上\"\npenalty = \"200元以上500元以下罚款\""
        )))
    };
    assert_eq!(two("100元以上200元以下罚款", "严重"), Vec::<String>::new());
    assert_eq!(two("100元以上600元以下罚款", "严重"), ["19:not_rising"]);
    assert_eq!(two("100元以上200元以下罚款", "较轻"), ["19:not_rising"]);
    assert_eq!(two("100元以上200元以下罚款", "一般"), ["19:step_twice"]);
}

#[test]
fn a_period_that_ends_before_it_begins_is_told() {
    let text = "[edition]\norgan = \"示例局\"\ndocument = \"示例\"\nfrom = 2024-01-02\nuntil = 2024-01-01\n";
    let (_, found) = read(&Source::new("t.toml", text));
    assert_eq!(common::codes(&found), ["turned_period"]);
    assert_eq!(common::codes(&read(&Source::new("t.toml", "")).1), ["missing_key"]);
    assert_eq!(common::codes(&read(&Source::new("t.toml", "[edition")).1), ["syntax"]);
}
