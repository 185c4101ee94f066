//! Commands whose answer hangs on the repository's data or on the machine: what must hold of them whatever it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn answer(args: &[&str]) -> (Option<i32>, Value) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_yifa")).args(["--format", "json"]).args(args).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{args:?} printed {text}"));
    (output.status.code(), value)
}

fn printed(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_yifa")).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_procedure_is_listed_told_and_drawn() {
    let (status, listed) = answer(&["procedure", "list"]);
    assert_eq!(status, Some(0));
    let procedures = listed["procedures"].as_array().unwrap();
    assert!(!procedures.is_empty());
    for procedure in procedures {
        let id = procedure["id"].as_str().unwrap();
        let norms = procedure["norms"].as_array().unwrap();
        for norm in norms {
            assert!(!norm["text"].as_str().unwrap().is_empty(), "{id}: {norm}");
            assert!(!norm["cited"].as_str().unwrap().is_empty(), "{id}: {norm}");
        }
        // Several versions may have one id: each is asked for by its first day.
        let from = procedure["in_force"]["from"].as_str().unwrap();
        let told = printed(&["procedure", "explain", id, "--on", from]);
        assert_eq!(told.matches("   依据：").count(), norms.len(), "{id}");
        let shown = printed(&["procedure", "show", id, "--on", from]);
        let dot = printed(&["procedure", "export", id, "--on", from, "--to", "dot"]);
        let svg = printed(&["procedure", "export", id, "--on", from, "--to", "svg"]);
        for act in procedure["acts"].as_array().unwrap() {
            let (act, name) = (act["id"].as_str().unwrap(), act["name"].as_str().unwrap());
            assert!(shown.contains(&format!("{name}（{act}）")), "{id}.{act}");
            assert!(dot.contains(&format!("\"{act}\" [label=")), "{id}.{act}");
            assert!(svg.contains(&format!("<title>{}</title>", name.replace('&', "&amp;"))), "{id}.{act}");
        }
        assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count(), "{id}");
        assert!(svg.len() < 400_000, "{id}: {} bytes", svg.len());
    }
}

#[test]
fn coverage_agrees_with_itself() {
    let (status, answer) = answer(&["plan", "coverage"]);
    assert_eq!(status, Some(0));
    for (list, total) in [("systems", "systems_carried"), ("measures", "measures_carried")] {
        let rows = answer[list].as_array().unwrap();
        let carried = rows.iter().filter(|row| !row["carried_by"].as_array().unwrap().is_empty());
        assert_eq!(carried.count(), usize::try_from(answer[total].as_u64().unwrap()).unwrap());
    }
    assert_eq!(answer["parts"].as_array().unwrap().len(), 8);
    assert_eq!(answer["measures"].as_array().unwrap().len(), 84);
    let system = answer["systems"].as_array().unwrap().iter().find(|row| row["id"] == "S269").unwrap();
    let by = system["carried_by"].as_array().unwrap();
    assert!(by.iter().any(|by| by["kind"] == "procedure" && by["id"] == "reconsideration"), "{system}");
}

#[test]
fn the_plan_is_shown_with_every_measure() {
    let text = printed(&["plan", "show"]);
    let (_, answer) = answer(&["plan", "show"]);
    for measure in answer["measures"].as_array().unwrap() {
        assert!(text.contains(measure["title"].as_str().unwrap()), "{measure}");
    }
}

#[test]
fn the_real_plan_is_imported_whole() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/plan_quanzhou_2021-2025.txt");
    if !file.exists() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let (status, answer) = answer(&["plan", "import", file.to_str().unwrap()]);
    assert_eq!(status, Some(0));
    let count = |list: &str| answer[list].as_array().unwrap().len();
    assert_eq!((count("systems"), count("heads"), count("measures"), count("organisation")), (8, 27, 76, 8));
}

#[test]
fn the_doctor_tells_a_data_folder_that_is_a_file() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("not-a-folder");
    fs::write(&file, "").unwrap();
    let (status, answer) = answer(&["doctor", "--data", file.to_str().unwrap()]);
    assert_eq!(status, Some(1));
    let looks = answer["looks"].as_array().unwrap();
    let look = |id: &str| looks.iter().find(|look| look["id"] == id).unwrap();
    assert_eq!(
        (&look("data")["well"], &look("data")["severity"]),
        (&Value::Bool(false), &Value::from("error"))
    );
    for id in ["clock", "calendar", "fonts", "disk"] {
        assert!(!look(id)["state"].as_str().unwrap().is_empty());
    }
    for look in looks {
        assert_eq!(look["well"] == true, look["help"].is_null(), "{look}");
    }
}

#[test]
fn the_doctor_leaves_no_trace() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("doctor");
    fs::create_dir_all(&folder).unwrap();
    let data = folder.join("data");
    let (_, answer) = answer(&["doctor", "--data", data.to_str().unwrap()]);
    assert!(
        answer["looks"].as_array().unwrap().iter().any(|look| look["id"] == "data" && look["well"] == true)
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn the_help_is_chinese() {
    let help = printed(&["--help"]);
    let commands = ["check", "clock", "calendar", "codes", "plan", "procedure", "new", "doctor"];
    for command in commands {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "{help}");
        let own = printed(&[command, "--help"]);
        for word in ["Usage", "Options", "OPTIONS", "Arguments", "Commands", "Print", "possible values"] {
            assert!(!own.contains(word), "{command}: {word}: {own}");
        }
    }
}

/// Rows of the catalogue that are carried whole, from and to: supervision of enforcement (I), rulemaking and decisions
/// (II, III), enforcement (IV), disputes (VI), organisation (VIII). Only ever add to it.
const WHOLE: [(u32, u32); 5] = [(28, 32), (98, 151), (152, 202), (232, 309), (367, 398)];

#[test]
fn each_row_of_the_finished_systems_is_carried_and_shown_by_a_case() {
    let (status, coverage) = answer(&["plan", "coverage"]);
    assert_eq!(status, Some(0));
    let rows = coverage["systems"].as_array().unwrap();
    let missing: Vec<String> = WHOLE
        .iter()
        .flat_map(|&(from, to)| from..=to)
        .map(|number| format!("S{number:03}"))
        .filter(|id| {
            let row = rows.iter().find(|row| row["id"] == id.as_str()).unwrap();
            row["carried_by"].as_array().unwrap().is_empty() || row["shown_by"].as_array().unwrap().is_empty()
        })
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
