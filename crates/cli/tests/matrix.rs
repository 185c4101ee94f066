//! Every command by every account: what each gets who is an officer of the organ, its head, an officer elsewhere, above,
//! below, a citizen or an administrator. The commands come from the program's own help; what is expected stands in
//! `matrix.tsv`, written anew by `YIFA_UPDATE=1`. A command that asks for no account belongs to whoever holds the
//! machine and the data, and is listed as such. A command that is not in the table fails.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The columns, and the account of each.
const WHO: [(&str, &str); 9] = [
    ("officer", "fuyi1"),
    ("head", "fuyi0"),
    ("elsewhere", "weijian1"),
    ("above", "above1"),
    ("below", "xunzhong1"),
    ("citizen", "citizen1"),
    ("system", "system1"),
    ("security", "security1"),
    ("audit", "audit1"),
];

/// What opens a case at the county's counter.
const OPENING: [&str; 15] = [
    "disclosure_request",
    "--organ",
    "county",
    "--set",
    "applicant=演示张三",
    "--set",
    "applicant.code=11010519491231002X",
    "--set",
    "applicant_kind=natural_person",
    "--set",
    "contact=13800000000",
    "--set",
    "channel=in_person",
    "--set",
    "information=2024年危房改造名单",
];

struct Machine {
    folder: PathBuf,
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Machine {
    fn new() -> Self {
        let name = format!("matrix-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        let machine = Self { folder };
        machine.must(&["demo", "--no-serve"]);
        for (login, rank, organ) in [
            ("above1", "staff", Some("city")),
            ("citizen1", "citizen", None),
            ("system1", "system-admin", None),
            ("security1", "security-admin", None),
            ("audit1", "audit-admin", None),
        ] {
            let mut call = vec!["account", "add", login, "--name", "演示人员", "--rank", rank];
            call.extend(organ.iter().flat_map(|organ| ["--organ", organ]));
            machine.must(&call);
        }
        machine.must(&["root"]);
        machine
    }

    fn run(&self, args: &[&str]) -> Output {
        let data = self.folder.join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        command.current_dir(&self.folder).args(args).arg("--data").arg(&data).stdin(Stdio::null());
        command.output().unwrap()
    }

    fn must(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The id of a case of the county that waits for its examination.
    fn case(&self) -> String {
        let list = self.must(&["case", "list", "--as", "fuyi1", "--format", "json"]);
        let list: Value = serde_json::from_str(&list).unwrap();
        let open = list["cases"].as_array().unwrap().iter().find(|case| {
            case["closed_on"].is_null() && case["procedure"] == "行政复议" && case["phase"] == "申请"
        });
        open.unwrap()["case"].as_str().unwrap().to_owned()
    }
}

fn help(command: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_yifa")).args(command).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// All commands that do something, as their words.
fn leaves(command: &[&str], found: &mut Vec<String>) {
    let text = help(command);
    let listed = text.split_once("\n命令:\n").map(|(_, rest)| rest);
    let Some(listed) = listed else { return found.push(command.join(" ")) };
    let names = listed.lines().take_while(|line| !line.trim().is_empty());
    for line in names.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let own = line.split_whitespace().next().unwrap();
        leaves(&[command, &[own]].concat(), found);
    }
}

/// How a command that asks for an account is called, without the account.
fn call<'a>(command: &'a str, case: &'a str) -> Vec<&'a str> {
    let more: &[&str] = match command {
        "case open" => &OPENING,
        "case do" => &[case, "examine", "--set", "conclusion=meets"],
        "case show" | "case receipt" => &[case],
        "case bundle" => &[case, "--save", "case.zip"],
        "case list" => &[],
        "figures" => &["reconsideration_received", "--records", "--from", "2024-01-01", "--to", "2024-12-31"],
        "register show" => &["officers", "--organ", "county"],
        "register changes" => {
            &["officers", "--organ", "county", "--from", "2024-01-01", "--to", "2024-12-31"]
        }
        "register export" => &["officers", "--to", "sheet.xlsx", "--organ", "county"],
        "register hours" => &["--year", "2024"],
        "register import" => &["officers", "sheet.xlsx", "--organ", "county"],
        "register withdraw" => {
            &["officers", "01", "--organ", "county", "--from", "2024-01-01", "--reason", "误登"]
        }
        "person find" => &["--code", "11010519491231002X"],
        "person erase" => &["--code", "11010519491231002X", "--reason", "本人请求", "--basis", "保管期限表"],
        other => panic!("say how “{other}” is called"),
    };
    [command.split(' ').collect::<Vec<_>>().as_slice(), more].concat()
}

/// What a call came to: its status, and whether it was the account that was refused.
fn told(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let code = said.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(code, _)| code);
    match output.status.code() {
        Some(0) => "0".to_owned(),
        status => format!("{}:{code}", status.unwrap_or(-1)),
    }
}

#[test]
fn every_command_answers_every_account_as_the_table_says() {
    let machine = Machine::new();
    let case = machine.case();
    let mut commands = Vec::new();
    leaves(&[], &mut commands);
    assert!(commands.len() > 40, "{commands:?}");
    let mut table = format!("command\t{}\n", WHO.map(|(who, _)| who).join("\t"));
    for command in &commands {
        let words: Vec<&str> = command.split(' ').collect();
        let about = help(&words);
        let named = |line: &&str| {
            line.split('<').skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
        };
        let english = about.lines().find(|line| line.contains("Usage:") || named(line));
        assert!(english.is_none(), "{command}: the help has English words: {english:?}");
        write!(table, "{command}").unwrap();
        if about.contains("--as <") {
            for (_, account) in WHO {
                let mut call = call(command, &case);
                call.extend(["--as", account]);
                let output = machine.run(&call);
                assert_ne!(
                    output.status.code(),
                    Some(3),
                    "{call:?}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                write!(table, "\t{}", told(&output)).unwrap();
            }
        } else {
            table.push_str("\tholder of the machine");
        }
        table.push('\n');
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.tsv");
    if std::env::var_os("YIFA_UPDATE").is_some() {
        fs::write(&file, &table).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    let differing: Vec<&str> =
        table.lines().filter(|line| !expected.lines().any(|own| own == *line)).collect();
    assert!(differing.is_empty(), "matrix.tsv says otherwise of:\n{}", differing.join("\n"));
    assert_eq!(expected.lines().count(), table.lines().count(), "matrix.tsv names commands that are gone");
}
