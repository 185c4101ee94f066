//! Roots, receipts and what is told of a journal that somebody changed, from the command line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::{Value, json};

fn yifa(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yifa")).args(args).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A demonstration with a signed root, which is kept as a file, and a receipt.
struct Made {
    data: PathBuf,
    root: PathBuf,
    receipt: Value,
    fingerprint: String,
    /// How many roots the demonstration had made.
    sealed: usize,
}

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        // Tests may run each in a process of its own: each process has its own data.
        let folder = demonstration::own_folder("proofs");
        let (data, root) = (folder.join("data"), folder.join("root.json"));
        let of_data = ["--data", data.to_str().unwrap()];
        let run = |args: &[&str]| {
            let output = yifa(&[args, &of_data].concat());
            assert!(output.status.success(), "{args:?}: {}", text(&output));
            String::from_utf8(output.stdout).unwrap()
        };
        demonstration::copy(&data);
        // The reports of the demonstration were sealed, each with a root: the key is there, as are their roots.
        let (key, aside) = (data.join("root-key"), data.join("aside"));
        fs::rename(&key, &aside).unwrap();
        assert!(run(&["key", "show"]).contains("还没有签名密钥"));
        fs::rename(&aside, &key).unwrap();
        let sealed = roots_of(&run(&["verify"]));
        assert!(run(&["root", "--save", root.to_str().unwrap()]).contains("已作出新的根"));
        assert!(run(&["root"]).contains("日志没有增加"));
        let keys: Value = serde_json::from_str(&run(&["--format", "json", "key", "show"])).unwrap();
        let fingerprint = keys["fingerprint"].as_str().unwrap().to_owned();
        let receipt = serde_json::from_str(&run(&["case", "receipt", &first_case(&run)])).unwrap();
        Made { data, root, receipt, fingerprint, sealed }
    })
}

/// How many roots were verified.
fn roots_of(told: &str) -> usize {
    let told = told.split_once("，根").unwrap().1;
    told.split_once('个').unwrap().0.parse().unwrap()
}

fn first_case(run: &dyn Fn(&[&str]) -> String) -> String {
    let root: Value = serde_json::from_str(&run(&["--format", "json", "root"])).unwrap();
    assert!(root["root"]["size"].as_u64().unwrap() > 100);
    let figures: Value = serde_json::from_str(&run(&[
        "--format",
        "json",
        "figures",
        "reconsideration_received",
        "--organ",
        "county",
        "--from",
        "2024-01-01",
        "--to",
        "2024-12-31",
        "--records",
    ]))
    .unwrap();
    let records = figures.pointer("/figures/0/records").unwrap().to_string();
    records.split_once("\"case\":\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

/// Checks a file without any store.
fn offline(name: &str, file: &Value, more: &[&str]) -> (Option<i32>, String) {
    let path = made().root.with_file_name(name);
    fs::write(&path, file.to_string()).unwrap();
    let nowhere = ["verify", "--data", "/nowhere", "--receipt", path.to_str().unwrap()];
    let output = yifa(&[&nowhere[..], more].concat());
    (output.status.code(), text(&output))
}

#[test]
fn a_receipt_is_checked_without_a_store() {
    let made = made();
    let (status, told) = offline("whole.json", &made.receipt, &["--key", &made.fingerprint]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("核验通过") && !told.contains("没有指定公钥"), "{told}");
    let (status, told) = offline("whole.json", &made.receipt, &["--key", made.root.to_str().unwrap()]);
    assert_eq!(status, Some(0), "{told}");
    let (status, told) = offline("whole.json", &made.receipt, &[]);
    assert!(status == Some(0) && told.contains("没有指定公钥"), "{told}");
}

#[test]
fn each_way_of_failing_is_told() {
    let made = made();
    let changed = |pointer: &str, value: Value| {
        let mut receipt = made.receipt.clone();
        *receipt.pointer_mut(&format!("/{pointer}")).unwrap() = value;
        receipt
    };
    let zeros = json!("0".repeat(64));
    let content = made.receipt.pointer("/events/0/content").unwrap().as_str().unwrap();
    let other = content.replacen(&content[60..62], if &content[60..62] == "31" { "32" } else { "31" }, 1);
    let size = made.receipt["root"]["size"].as_u64().unwrap();
    let cases = [
        (changed("events/0/content", json!(other)), "内容与它的杂凑值不一致"),
        (changed("events/0/hash", zeros.clone()), "内容与它的杂凑值不一致"),
        (changed("events/0/previous", zeros.clone()), "没有接在前一号事项之后"),
        (changed("events/0/path/0", zeros.clone()), "证明路径算不到根"),
        (changed("events/0/place", json!(2_000_000)), "证明路径算不到根"),
        (changed("root/root", zeros), "SM2签名不符"),
        (changed("root/size", json!(size + 1)), "SM2签名不符"),
        (changed("root/made_at", json!(0)), "SM2签名不符"),
        (changed("root/ed25519_signature", json!("0".repeat(128))), "Ed25519签名不符"),
    ];
    for (at, (receipt, expected)) in cases.iter().enumerate() {
        let (status, told) = offline(&format!("changed-{at}.json"), receipt, &[]);
        assert_eq!(status, Some(1), "{expected}: {told}");
        assert!(told.contains(expected) && told.contains("核验不通过"), "{expected}: {told}");
    }
    let (status, told) = offline("whole.json", &made.receipt, &["--key", &"ab".repeat(32)]);
    assert!(status == Some(1) && told.contains("不是您指定的公钥"), "{told}");
    for (name, broken) in [("kind.json", json!({ "format_version": 1, "kind": "x" })), ("no.json", json!([]))]
    {
        let (status, told) = offline(name, &broken, &[]);
        assert!(status == Some(2) && told.contains("这不是本平台的凭证"), "{told}");
    }
}

#[test]
fn the_key_is_beside_the_database_for_its_owner_alone() {
    let made = made();
    let key = made.data.join("root-key");
    let secret = fs::read_to_string(&key).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let hex = secret.lines().nth(1).unwrap().strip_prefix("sm2 ").unwrap();
    let raw: Vec<u8> =
        (0..64).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    let database = fs::read(made.data.join("yifa.db")).unwrap();
    assert!(!database.windows(32).any(|window| window == raw));
    assert!(!database.windows(64).any(|window| window == hex.as_bytes()));
}

#[test]
fn a_journal_that_is_whole_holds_from_what_was_kept() {
    let made = made();
    let of_data = ["--data", made.data.to_str().unwrap()];
    let since = ["verify", "--since", made.root.to_str().unwrap(), "--key", &made.fingerprint];
    let output = yifa(&[&since[..], &of_data].concat());
    assert!(output.status.success(), "{}", text(&output));
    let whole = format!("根{}个，留存的文件1份。日志完整。", made.sealed + 1);
    assert!(text(&output).contains(&whole), "{}", text(&output));
    let mut other: Value = serde_json::from_str(&fs::read_to_string(&made.root).unwrap()).unwrap();
    other["root"]["root"] = json!("0".repeat(64));
    let path = made.root.with_file_name("other.json");
    fs::write(&path, other.to_string()).unwrap();
    let output = yifa(&[&["verify", "--since", path.to_str().unwrap()][..], &of_data].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("算不出所留存的根"), "{}", text(&output));
}
