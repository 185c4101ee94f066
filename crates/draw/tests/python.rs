//! The second program, written from the specification in another language, agrees with this one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::*;
use draw::{Bundle, List};

fn python() -> Option<&'static str> {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: python3 is not installed, so the second program of the draw was not run");
    }
    found.then_some("python3")
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("draw-{name}.json"));
    std::fs::write(&path, text).unwrap();
    path
}

fn run(args: &[&str]) -> Output {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check.py");
    Command::new("python3").arg(program).args(args).output().unwrap()
}

/// Both programs compute the same hashes from the same file.
fn agree(name: &str, bundle: &Bundle<'_>, more: &[&str]) {
    let path = file(name, &bundle.canonical());
    let output = run(&[&[path.to_str().unwrap()], more].concat());
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{name}: {told}{}", String::from_utf8_lossy(&output.stderr));
    let hashes = [
        Some(&bundle.list_hash),
        bundle.announcement_hash.as_ref(),
        bundle.seed.as_ref(),
        bundle.outcome_hash.as_ref(),
    ];
    let names = ["list_hash", "announcement_hash", "seed", "outcome_hash"];
    let expected = names.iter().zip(hashes).filter_map(|(name, hash)| Some(format!("{name} {}\n", hash?)));
    assert_eq!(told, expected.collect::<String>() + "ok\n");
}

#[test]
fn the_second_program_computes_the_same() {
    if python().is_none() {
        return;
    }
    let list = sample();
    let drawn = bundle(&list, "03 08 17 21 26 30 11");
    agree("sample", &drawn, &[]);
    agree("own-sm3", &drawn, &["--own-sm3"]);
    agree("published", &drawn, &["--published", drawn.announcement_hash.as_deref().unwrap()]);
    // Names with everything that JSON escapes, and characters beyond the first plane.
    let mut odd = sample();
    odd.strata[3].objects[0].name = "“甲\"乙\\丙/𠮷\u{2028}é".into();
    odd.title = "引号\"与反斜线\\".to_owned();
    agree("escapes", &bundle(&odd, "\"\\"), &["--own-sm3"]);
    // More text than one piece, and more than are hashed side by side.
    let mut long = sample();
    long.strata[0].objects = objects("A", 9_000);
    agree("long", &bundle(&long, "7"), &[]);
}

#[test]
fn the_second_program_mends_as_this_one_does() {
    if python().is_none() {
        return;
    }
    // Everybody is wanted: the last slots are only filled when others take over.
    let mut mended = 0;
    for number in 0..12 {
        let list = scarce(number);
        let drawn = bundle(&list, &number.to_string());
        let outcome = drawn.outcome.as_ref().unwrap();
        let places: usize =
            outcome.drawn.iter().flat_map(|one| &one.assigned).map(|own| own.inspectors.len()).sum();
        mended += usize::from(places == 2 * outcome.drawn.len());
        agree(&format!("scarce-{number}"), &drawn, &[]);
    }
    assert!((1..12).contains(&mended), "of 12 lists {mended} had people enough");
}

/// Two fields, people who hold one or both, not many more places than are wanted.
fn scarce(number: u32) -> List<'static> {
    let strata = vec![stratum("A", 10_000, &["甲"], 10), stratum("B", 10_000, &["乙"], 10)];
    let mut people: Vec<_> = (0..4).map(|at| inspector(&format!("甲{at}"), &["甲"], 3)).collect();
    people.extend((0..4).map(|at| inspector(&format!("乙{at}"), &["乙"], 3)));
    people.extend((0..5).map(|at| inspector(&format!("两{at}"), &["甲", "乙"], 3 + number % 3)));
    let mut list = list(strata, people);
    for at in 0..number.min(10) {
        list.recusals.push(recusal(&format!("两{}", at % 5), &format!("A{:05}", at * 3 % 10 + 1)));
    }
    list
}

#[test]
fn the_second_program_refuses_what_this_one_refuses() {
    if python().is_none() {
        return;
    }
    let list = sample();
    let text = bundle(&list, "7").canonical();
    let changes = [
        ("ratio", "\"ratio\":500", "\"ratio\":501"),
        ("out of range", "\"ratio\":10000", "\"ratio\":10001"),
        ("name", "B企业7\"", "B企业8\""),
        ("value", "\"text\":\"7\"", "\"text\":\"8\""),
        ("late", "\"known_at\":\"2026-12-01", "\"known_at\":\"2026-12-03"),
        ("limit", "\"limit\":3", "\"limit\":4"),
        ("reason", "近亲属任职", "无"),
        ("unknown", "\"object\":\"C00003\"", "\"object\":\"C00993\""),
    ];
    for (name, from, to) in changes {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{name}");
        let path = file("changed", &changed);
        let output = run(&[path.to_str().unwrap()]);
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {told}");
        assert!(told.contains("wrong: "), "{name}: {told}");
        let read = Bundle::parse(&changed).unwrap();
        assert!(!draw::check(&read).faults.is_empty(), "{name}");
    }
}

#[test]
fn the_second_program_follows_the_history() {
    if python().is_none() {
        return;
    }
    let first_list = sample();
    let first = bundle(&first_list, "7");
    let mut second_list = sample();
    second_list.history = first.earlier("名单更正");
    let second = bundle(&second_list, "7");
    let path = file("first", &first.canonical());
    agree("second", &second, &["--previous", path.to_str().unwrap()]);
    let wrong = run(&[path.to_str().unwrap(), "--previous", path.to_str().unwrap()]);
    assert_eq!(wrong.status.code(), Some(1));
}
