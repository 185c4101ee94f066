//! Every command by every account: what each gets who is an officer of the organ, its head, an officer elsewhere, above,
//! below, a citizen or an administrator. The commands come from the program's own help; what is expected stands in
//! `matrix.tsv`, written anew by `YIFA_UPDATE=1`: every call is whole and stands on a stage of its own, so that it is done,
//! told, or refused for who asks and for nothing else; what is refused leaves the store as it was. A command that asks for no account belongs to whoever holds the
//! machine and the data, and is listed as such. A command that is not in the table fails.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
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
        demonstration::copy(&machine.folder.join("data"));
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

/// A case at the county's counter whose request waits to be registered, opened anew.
fn fresh_case(machine: &Machine, at: usize) -> String {
    let text = format!("information=第{at}份危房改造名单");
    let mut call = vec!["case", "open"];
    call.extend(&OPENING[..OPENING.len() - 1]);
    call.extend([text.as_str(), "--as", "fuyi1", "--format", "json"]);
    let told: Value = serde_json::from_str(&machine.must(&call)).unwrap();
    told["case"].as_str().unwrap().to_owned()
}

/// A sheet of one officer whom nobody knows yet, as a file in the machine's folder.
fn fresh_sheet(machine: &Machine, at: usize) -> String {
    let number = format!("n{at}");
    let cells = [
        ("人员编号", number.as_str()),
        ("姓名", "演示某人"),
        ("人员类别", "在编人员"),
        ("起始日期", "2024-01-01"),
    ];
    let blank = "blank.xlsx";
    machine.must(&["register", "export", "officers", "--to", blank, "--organ", "county", "--as", "fuyi0"]);
    let read = sheets::open(&fs::read(machine.folder.join(blank)).unwrap()).unwrap();
    let headings = read.lines.first().unwrap().cells.clone();
    let cell = |heading: &String| {
        let own = cells.iter().find(|(own, _)| *own == heading.trim_end_matches('*'));
        sheets::Cell::from(own.map_or("", |(_, text)| text).to_owned())
    };
    let rows = vec![headings.iter().map(cell).collect()];
    let page = sheets::Page { name: "名册".to_owned(), headings, rows, ..sheets::Page::default() };
    let name = format!("sheet-{at}.xlsx");
    fs::write(machine.folder.join(&name), sheets::write_book(&[page]).unwrap()).unwrap();
    drop(fs::remove_file(machine.folder.join(blank)));
    name
}

/// How a command that asks for an account is called, without the account: whole, and on a stage that is set anew.
fn call(machine: &Machine, command: &str, case: &str, at: usize) -> Vec<String> {
    let more: Vec<String> = match command {
        "case open" => OPENING.iter().map(|word| (*word).to_owned()).collect(),
        "case do" => words(&[&fresh_case(machine, at), "admit", "--set", "handled_by=办公室"]),
        "case show" | "case receipt" => words(&[case]),
        "case bundle" => words(&[case, "--save", &format!("case-{at}.zip"), "--reason", "核对身份"]),
        "case list" => Vec::new(),
        "figures" => {
            words(&["reconsideration_received", "--records", "--from", "2024-01-01", "--to", "2024-12-31"])
        }
        "register show" => words(&["officers", "--organ", "county"]),
        "register changes" => {
            words(&["officers", "--organ", "county", "--from", "2024-01-01", "--to", "2024-12-31"])
        }
        "register export" => words(&["officers", "--to", &format!("out-{at}.xlsx"), "--organ", "county"]),
        "register hours" => words(&["--year", "2024"]),
        "register import" => words(&["officers", &fresh_sheet(machine, at), "--organ", "county"]),
        "register withdraw" => {
            let sheet = fresh_sheet(machine, at);
            machine.must(&["register", "import", "officers", &sheet, "--organ", "county", "--as", "fuyi0"]);
            let number = format!("n{at}");
            words(&["officers", &number, "--organ", "county", "--from", "2024-01-01", "--reason", "误登"])
        }
        "person find" => words(&["--code", "11010519491231002X"]),
        "person erase" => {
            words(&["--code", "11010519491231002X", "--reason", "本人请求", "--basis", "保管期限表"])
        }
        other => panic!("say how “{other}” is called"),
    };
    command.split(' ').map(str::to_owned).chain(more).collect()
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}

/// Commands that only tell something.
const TELLS: [&str; 10] = [
    "case show",
    "case list",
    "case receipt",
    "case bundle",
    "figures",
    "register show",
    "register changes",
    "register export",
    "register hours",
    "person find",
];

/// What a call came to: done, told, or why not with the article.
fn told(output: &Output, is_changed: bool) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let code = said.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(code, _)| code);
    let article = said.split_once('《').map_or("", |(_, rest)| rest);
    let article: String =
        article.chars().take_while(|c| !c.is_whitespace() && !"，。；）".contains(*c)).collect();
    let article = if article.contains('第') { format!("《{article}") } else { String::new() };
    match output.status.code() {
        Some(0) if is_changed => "done".to_owned(),
        Some(0) => "shown".to_owned(),
        status => format!("refused:{} {code}{article}", status.unwrap_or(-1)),
    }
}

/// What the store holds, but for the log of operations, in which reading and refusing are noted.
fn held(machine: &Machine) -> std::collections::BTreeMap<String, Vec<String>> {
    // What is derived of an act lies in large tables; the command itself is a row of its own.
    let derived = [
        "event",
        "contribution",
        "tally",
        "tally_year",
        "outbox",
        "personal",
        "act_form",
        "due_count",
        "document",
    ];
    let beside = [derived.as_slice(), &["audit_log", "session", "pack", "meta"]].concat();
    store::testing::tables_of_file(&machine.folder.join("data/yifa.db"), &beside).unwrap()
}

/// One row: what comes of a command by every account.
fn row(machine: &Machine, command: &str, case: &str, at: &mut usize) -> Vec<String> {
    let mut cells = Vec::new();
    for (who, account) in WHO {
        *at += 1;
        let mut call = call(machine, command, case, *at);
        call.extend(["--as".to_owned(), account.to_owned()]);
        let before = held(machine);
        let output = machine.run(&call.iter().map(String::as_str).collect::<Vec<_>>());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_ne!(output.status.code(), Some(3), "{call:?}: {said}");
        let now = held(machine);
        let cell = told(&output, now != before);
        let other: Vec<&String> = now.keys().filter(|name| now.get(*name) != before.get(*name)).collect();
        let is_quiet = other.is_empty() || output.status.success();
        assert!(is_quiet, "{command} by {who}: {cell}, and yet {other:?} changed: {said}");
        assert!(other.is_empty() || !TELLS.contains(&command), "{command} by {who} changed {other:?}");
        cells.push(cell);
    }
    cells
}

#[test]
fn every_command_answers_every_account_as_the_table_says() {
    let machine = Machine::new();
    let case = machine.case();
    let mut commands = Vec::new();
    leaves(&[], &mut commands);
    assert!(commands.len() > 40, "{commands:?}");
    let mut at = 0;
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
            let cells = row(&machine, command, &case, &mut at);
            let good = if TELLS.contains(&command.as_str()) { "shown" } else { "done" };
            assert!(cells.iter().any(|cell| cell == good), "{command}: its call is not whole: {cells:?}");
            write!(table, "\t{}", cells.join("\t")).unwrap();
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
