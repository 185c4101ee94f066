//! The four steps of a draw from the command line, by the clock of the machine; then checks, and a draw that replaces it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::fs;
use std::process::Command;
use std::time::Duration;

use app::{Clock as _, SystemClock, local_instant};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The public value may come so many seconds after the list was written: the steps before it take a moment.
const SECONDS: i64 = 15;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The exit status and all that was said.
    fn tried(&self, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        let output = command.arg("draw").args(args).current_dir(self.0.path()).output().unwrap();
        let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
        (output.status.code().unwrap(), text)
    }

    fn done(&self, args: &[&str]) -> String {
        let (status, told) = self.tried(args);
        assert_eq!(status, 0, "{args:?}: {told}");
        told
    }

    fn refused(&self, args: &[&str], code: &str) {
        let (status, told) = self.tried(args);
        assert!(status == 2 && told.contains(&format!("[{code}]")), "{args:?}: {status} {told}");
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[args, &["--format", "json"]].concat())).unwrap()
    }

    fn list(&self, name: &str, from: i64, until: i64) {
        let object = |at: usize| json!({ "id": format!("91350500MA{at:08}"), "name": format!("某店{at}") });
        let certificate = json!({ "field": "市场监管", "from": "2024-01-01", "to": "9999-12-31" });
        let person = |at: usize| {
            json!({ "id": format!("35{at:06}"), "name": format!("人员{at}"), "organ": "某局", "limit": 5,
                "certificates": [certificate] })
        };
        let day = local_instant(until);
        let list = json!({
            "title": "餐饮店抽查", "organ": "某局", "inspect_from": day[..10], "inspect_to": "9999-12-31",
            "source": { "name": "某处公布的号码", "not_before": local_instant(from), "not_after": local_instant(until) },
            "strata": [{ "id": "A", "name": "餐饮A类", "ratio": 1000, "fields": ["市场监管"],
                "objects": (0..30).map(object).collect::<Vec<_>>() }],
            "inspectors": (0..4).map(person).collect::<Vec<_>>(),
        });
        fs::write(self.0.path().join(name), list.to_string()).unwrap();
    }
}

#[test]
fn a_draw_is_locked_announced_drawn_checked_and_replaced() {
    let folder = Folder::new();
    let from = SystemClock.now() + SECONDS * 1_000_000;
    let until = from + 3_600_000_000;
    folder.list("list.json", from, until);
    let locked = folder.json(&["lock", "list.json", "--save", "locked.json"]);
    assert_eq!((&locked["objects"], &locked["times"]), (&json!(30), &json!(1)));
    let commit = |party: &str, secret: &str| {
        let made = folder.json(&["commit", "locked.json", "--party", party, "--secret", secret]);
        assert_eq!(made["list_hash"], locked["list_hash"]);
        format!("{party}={}", made["commitment"].as_str().unwrap())
    };
    let (first, second) = (commit("某局", "a.secret"), commit("某人大办", "b.secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.0.path().join("a.secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    folder
        .refused(&["commit", "locked.json", "--party", "某局", "--secret", "a.secret"], "draw_secret_exists");
    folder.refused(&["announce", "locked.json", "--commitment", &first, "--save", "x.json"], "draw_parties");
    let announce = [
        "announce",
        "locked.json",
        "--commitment",
        &first,
        "--commitment",
        &second,
        "--save",
        "announced.json",
    ];
    let announced = folder.json(&announce);
    let published = announced["commitment"].as_str().unwrap();
    assert!(folder.done(&["--check", "announced.json"]).contains("还没有抽取"));
    let run = |value: &str, known_at: &str, reveals: &[&str]| -> Vec<String> {
        let mut call =
            vec!["run", "announced.json", "--value", value, "--known-at", known_at, "--save", "drawn.json"];
        call.extend(reveals.iter().flat_map(|file| ["--reveal", *file]));
        call.into_iter().map(str::to_owned).collect()
    };
    let refused = |call: Vec<String>, code: &str| {
        folder.refused(&call.iter().map(String::as_str).collect::<Vec<_>>(), code);
    };
    let both = ["b.secret", "a.secret"];
    refused(run("7", &local_instant(until + 1_000_000), &both), "draw_value_future");
    refused(run("7", &local_instant(from - 1_000_000 * SECONDS), &both), "draw_value_early");
    while SystemClock.now() < from + 1_000_000 {
        std::thread::sleep(Duration::from_millis(200));
    }
    let known_at = local_instant(from);
    refused(run("7", &known_at, &["a.secret"]), "draw_reveal_missing");
    let call = run("03 08 17", &known_at, &both);
    let drawn = folder.json(&call.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(drawn["commitment"], announced["commitment"]);
    assert_eq!(drawn["drawn"].as_array().unwrap().len(), 3);
    let told = folder.done(&["--check", "drawn.json", "--published", published]);
    assert!(told.contains("核验通过") && told.contains("分组A：30个，排除0个，抽中3个"), "{told}");
    let checked = folder.json(&["--check", "drawn.json"]);
    assert_eq!((&checked["seed"], &checked["drawn"]), (&drawn["seed"], &drawn["drawn"]));
    changed_and_replaced(&folder, until);
}

fn changed_and_replaced(folder: &Folder, until: i64) {
    let text = fs::read_to_string(folder.0.path().join("drawn.json")).unwrap();
    fs::write(folder.0.path().join("changed.json"), text.replacen("03 08 17", "03 08 18", 1)).unwrap();
    let (status, told) = folder.tried(&["--check", "changed.json"]);
    assert!(status == 1 && told.contains("draw_seed_wrong") && told.contains("核验不通过"), "{told}");
    folder.refused(
        &["run", "drawn.json", "--value", "7", "--known-at", "x", "--reveal", "a.secret", "--save", "y"],
        "draw_not_announced",
    );
    folder.list("again.json", until, until + 3_600_000_000);
    let again =
        ["lock", "again.json", "--after", "drawn.json", "--reason", "名单更正", "--save", "second.json"];
    assert_eq!(folder.json(&again)["times"], json!(2));
    let told = folder.done(&["--check", "second.json", "--previous", "drawn.json"]);
    assert!(told.contains("这是第2次抽取") && told.contains("有结果）：名单更正"), "{told}");
    let (status, told) = folder.tried(&["--check", "second.json", "--previous", "announced.json"]);
    assert!(status == 1 && told.contains("draw_history_wrong"), "{told}");
    // A draw that does not hold cannot be the one that is replaced.
    let again =
        ["lock", "again.json", "--after", "changed.json", "--reason", "名单更正", "--save", "third.json"];
    folder.refused(&again, "draw_seed_wrong");
}
