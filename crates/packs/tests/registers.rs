//! The registers that are built in, and what is said of broken ones.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use packs::source::Source;
use packs::{Files, load, registers};

#[test]
fn the_registers_that_are_built_in_load() {
    let rules = load(&Files::built_in()).unwrap_or_else(|found| panic!("{found:?}"));
    let ids: Vec<&str> = rules.registers.iter().map(|one| one.id.as_str()).collect();
    for id in ["officers", "certificates", "posts", "trainings", "powers", "entrustments"] {
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
    let certificates = rules.register("certificates").unwrap();
    let cited = certificates.basis.as_ref().map(|basis| basis.cited.clone());
    assert_eq!(cited.as_deref(), Some("《行政处罚法》第四十二条第一款"));
}

#[test]
fn every_mistake_of_a_register_is_told_at_once() {
    let text = "register = \"x\"\nkey = [\"nmae\", \"title\"]\npublic = true\nwrong = 1\n[fields]\n\
                name = { name = \"姓名\", type = \"words\", required = true }\ntitle = { name = \"职务\", type = \"wrods\" }\n";
    let (made, found) = registers::read(&Source::new("packs/x/x.toml", text), "x", None);
    assert!(made.is_none());
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    for code in ["missing_key", "unknown_field", "bad_key", "unknown_type", "unknown_key"] {
        assert!(codes.contains(&code), "{code}: {found:#?}");
    }
}

#[test]
fn a_number_in_a_key_is_written_as_people_write_it() {
    let text = "register = \"x\"\nname = \"试验\"\nkept_by = [\"government\"]\nkey = [\"year\"]\n[fields]\n\
                year = { name = \"年度\", type = \"number\", required = true }\n";
    let (made, found) = registers::read(&Source::new("packs/x/x.toml", text), "x", None);
    let register = made.unwrap_or_else(|| panic!("{found:#?}"));
    for (parts, written) in [
        (20_240_000, "2024"),
        (15_000, "1.5"),
        (0, "0"),
        (-5_000, "-0.5"),
        (-25_000, "-2.5"),
        (10_001, "1.0001"),
    ] {
        let record = norms::Record::new(vec![Some(norms::Value::Number(parts))]);
        assert_eq!(register.key_of(&record).as_deref(), Some(written));
    }
}

#[test]
fn an_overlay_is_a_folder_of_folders_or_of_packs_and_never_nothing() {
    let root =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("overlay-{}", std::process::id()));
    let inside = root.join("packs/disputes");
    std::fs::create_dir_all(&inside).unwrap();
    std::fs::write(inside.join("own.toml"), "register = \"own\"\n").unwrap();
    for folder in [root.clone(), root.join("packs")] {
        let mut files = Files::built_in();
        files.overlay(&folder).unwrap();
        assert!(files.get("packs/disputes/own.toml").is_some(), "{}", folder.display());
    }
    std::fs::create_dir_all(root.join("empty")).unwrap();
    let error = Files::built_in().overlay(&root.join("empty")).unwrap_err();
    assert!(error.to_string().contains("没有规则文件"), "{error}");
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn every_procedure_and_register_stands_under_a_system_of_the_plan() {
    let rules = load(&Files::built_in()).unwrap_or_else(|found| panic!("{found:?}"));
    let registers = rules.by_system(rules.registers.iter().collect(), |one| one.system.as_str());
    assert_eq!(registers[0].0, "政府机构职能体系");
    assert_eq!(registers.iter().map(|(_, group)| group.len()).sum::<usize>(), rules.registers.len());
    assert!(registers.iter().all(|(name, _)| name != "其他"));
    let packs = rules.by_system(rules.packs.iter().collect(), |one| one.file.procedure.system.as_str());
    assert!(packs.iter().any(|(name, group)| name == "行政执法工作体系" && group.len() >= 14));
    let strange = rules.by_system(vec!["nowhere", "disputes"], |one| one);
    assert_eq!(strange.last().map(|(name, group)| (name.as_str(), group[0])), Some(("其他", "nowhere")));
}
