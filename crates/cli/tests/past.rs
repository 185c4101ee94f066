//! A case as it was known on a day, and the organs of a day, from the terminal.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_yifa")).args(args).arg("--data").arg(self.0.path()).output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let out = self.run(&[args, &["--format", "json"]].concat());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }
}

#[test]
fn cases_and_organs_are_told_as_of_a_day() {
    let folder = Folder(tempfile::tempdir().unwrap());
    demonstration::copy(folder.0.path());
    let cases = folder.json(&["case", "list", "--as", "fuyi1", "--procedure", "reconsideration"]);
    let case = cases["cases"].as_array().unwrap().iter().find(|case| case["closed_on"].is_string()).unwrap();
    let (id, opened) = (case["case"].as_str().unwrap(), case["opened_on"].as_str().unwrap());
    let show = ["case", "show", id, "--as", "fuyi1"];
    let now = folder.json(&show);
    assert_eq!((&now["as_of"], now["closed_on"].is_string()), (&Value::Null, true));
    let past = folder.json(&[&show[..], &["--as-of", opened]].concat());
    assert_eq!((past["as_of"].as_str(), &past["closed_on"]), (Some(opened), &Value::Null));
    let done = |view: &Value| view["done"].as_array().unwrap().len();
    assert!((1..done(&now)).contains(&done(&past)));
    let told = folder.run(&[&show[..], &["--as-of", opened]].concat());
    assert!(String::from_utf8(told.stdout).unwrap().starts_with("以下是截至"));
    let early = folder.run(&[&show[..], &["--as-of", "1999-01-01"]].concat());
    assert_eq!(early.status.code(), Some(2));
    assert!(String::from_utf8(early.stderr).unwrap().contains("还没有登记过任何事项"));

    assert!(!folder.json(&["organ", "list"])["organs"].as_array().unwrap().is_empty());
    let before = folder.json(&["organ", "list", "--as-of", "1949-01-01"]);
    assert_eq!(
        (before["organs"].as_array().unwrap().len(), before["as_of"].as_str()),
        (0, Some("1949-01-01"))
    );
}
