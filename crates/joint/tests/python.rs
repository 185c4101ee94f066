//! The second program, written from the specification in another language, finds the same of the same plans.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::*;
use joint::made::{Size, county};
use joint::{Plan, State};

fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: python3 is not installed, so the second program of the joint plan was not run");
    }
    found
}

fn run(name: &str, plan: &Plan) -> Output {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("joint-{name}.json"));
    std::fs::write(&path, plan.text()).unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check.py");
    Command::new("python3").arg(program).arg(path).output().unwrap()
}

fn agree(name: &str, plan: &Plan) {
    let output = run(name, plan);
    let told = String::from_utf8(output.stdout).unwrap();
    let expected =
        format!("visits {}\nleft_out {}\nbound {}\nok\n", plan.visits.len(), plan.unplaced.len(), plan.bound);
    assert_eq!(told, expected, "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_second_program_finds_the_same() {
    if !has_python() {
        return;
    }
    agree("sample", &joint::plan(sample()).unwrap());
    for seed in 0..12 {
        agree(&format!("tiny-{seed}"), &joint::plan(tiny(seed)).unwrap());
    }
}

#[test]
fn the_second_program_checks_a_townships_year() {
    if !has_python() {
        return;
    }
    let size = Size { departments: 6, enterprises: 120, checks: 300, inspectors: 12, seed: 5 };
    let plan = joint::plan(county(&size)).unwrap();
    agree("township", &plan);
    // And after everything of the first half year was told and two inspectors have left.
    let mut problem = plan.problem.clone();
    let half = problem.days[problem.days.len() / 2];
    problem.fixed = plan.visits.iter().filter(|visit| visit.day <= half).cloned().collect();
    problem.fixed.iter_mut().for_each(|visit| visit.state = State::Told);
    problem.inspectors.truncate(problem.inspectors.len() - 2);
    agree("replanned", &joint::replan(problem, &plan).unwrap());
}

type Change<'a> = &'a dyn Fn(&mut Plan);

#[test]
fn the_second_program_refuses_what_the_checker_refuses() {
    if !has_python() {
        return;
    }
    let size = Size { departments: 4, enterprises: 20, checks: 60, inspectors: 8, seed: 9 };
    let plan = joint::plan(county(&size)).unwrap();
    assert!(joint::check(&plan).is_empty());
    let shared = plan.visits.iter().position(|visit| !visit.scene.is_empty()).unwrap();
    let changes: [(&str, Change<'_>); 8] = [
        ("team", &|plan| drop(plan.visits[shared].inspectors.pop())),
        ("scene", &|plan| plan.visits[shared].scene.clear()),
        ("day", &|plan| plan.visits[0].day = calendar::Day::parse("2027-01-02").unwrap()),
        ("lost", &|plan| drop(plan.visits.pop())),
        ("twice", &|plan| {
            let again = plan.visits[0].clone();
            plan.visits.push(again);
        }),
        ("quiet", &|plan| {
            let (id, day) = (plan.visits[0].enterprise.clone(), plan.visits[0].day);
            let own = plan.problem.enterprises.iter_mut().find(|own| own.id == id).unwrap();
            own.quiet.push(joint::Range { from: day, to: day });
        }),
        ("cap", &|plan| {
            let id = plan.visits[0].enterprise.clone();
            plan.problem.enterprises.iter_mut().find(|own| own.id == id).unwrap().cap = Some(0);
        }),
        ("bound", &|plan| plan.bound += 1),
    ];
    for (name, change) in changes {
        let mut changed = plan.clone();
        change(&mut changed);
        assert!(joint::check(&changed).iter().any(base::Diagnostic::is_error), "{name}");
        let output = run("changed", &changed);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code() == Some(1) && told.contains("wrong: "), "{name}: {told}");
    }
}
