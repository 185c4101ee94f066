//! Killing a process that writes, thirty times: what it acknowledged is there, whole, afterwards.
//! The file has no test harness because it starts itself as the process to be killed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use common::{Folder, assert_whole, case, event};
use store::tally::{Contribution, Range};
use store::{Options, Store, StoreError, Tx, attachment, cases, counter, events, tally};

const ROUNDS: u32 = 30;
const CLIENTS: u32 = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, dir, round] = arguments.as_slice()
        && command == "write-until-killed"
    {
        return write_until_killed(Path::new(dir), round.parse().unwrap());
    }
    if let [_, command, dir] = arguments.as_slice()
        && command == "try-to-open"
    {
        let refused = Store::open(dir, &Options::default()).err().map(|error| error.to_string());
        return println!("{}", refused.unwrap_or_default());
    }
    if arguments.iter().any(|it| it == "--list") {
        if !arguments.iter().any(|it| it == "--ignored") {
            println!("acknowledged_commands_survive_a_kill: test");
        }
        return;
    }
    two_processes();
    acknowledged_commands_survive_a_kill();
    println!("crash: {ROUNDS} rounds ok");
}

fn itself(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments);
    command
}

fn two_processes() {
    let folder = Folder::new("processes");
    let store = folder.open();
    let data = folder.join("data").display().to_string();
    let told = itself(&["try-to-open", &data]).output().unwrap().stdout;
    assert!(String::from_utf8(told).unwrap().contains("正由另一个程序写入"));
    drop(store);
    let told = itself(&["try-to-open", &data]).output().unwrap().stdout;
    assert_eq!(String::from_utf8(told).unwrap().trim(), "");
}

/// One act of a use case: a case or a further event, its number, its figure, now and then a file.
fn act(tx: &mut Tx<'_>, id: &str, file: Option<&store::StoredFile>) -> Result<u32, StoreError> {
    if cases::get(tx, id)?.is_none() {
        cases::add(tx, &case(id))?;
    }
    counter::next_number(tx, "justice", "decision", 2026)?;
    let mut new = event(id, "accept");
    new.personal = common::apart(id, Some(id), &format!("{{\"applicant\":\"{id}\"}}"));
    let number = events::append(tx, new)?.event().number;
    let contribution = Contribution {
        figure: "accepted".to_owned(),
        legal_day: 20_001,
        case: id.to_owned(),
        number,
        organ: "justice".to_owned(),
        division: "350583".to_owned(),
        recorded_day: 20_001,
        n: 1,
        total: 0,
    };
    tally::contribute(tx, &contribution)?;
    if let Some(file) = file {
        attachment::add(tx, &attachment::Attachment::new(file, id, number, 0, "u-1"))?;
    }
    Ok(number)
}

/// Prints each acknowledgement as `case number`, until it is killed.
fn write_until_killed(dir: &Path, round: u32) {
    let store = Arc::new(Store::open(dir, &Options::default()).unwrap());
    let clients = (0..CLIENTS).map(|client| {
        let store = Arc::clone(&store);
        std::thread::spawn(move || {
            for turn in 0.. {
                let id = format!("r{round}-{client}-{}", turn / 5);
                let text = format!("附件 {id} {turn}");
                let file = (turn % 7 == 0).then(|| store.files().put("a.txt", text.as_bytes()).unwrap());
                let case = id.clone();
                let number = store.write(move |tx| act(tx, &case, file.as_ref())).unwrap().unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "{id} {number}").and_then(|()| out.flush()).unwrap();
            }
        })
    });
    clients.collect::<Vec<_>>().into_iter().for_each(|client| client.join().unwrap());
}

fn acknowledged_commands_survive_a_kill() {
    let folder = Folder::new("crash");
    let data = folder.join("data");
    let mut acknowledged: BTreeMap<String, u32> = BTreeMap::new();
    let mut total: i64 = 0;
    for round in 0..ROUNDS {
        let mut child = itself(&["write-until-killed", &data.display().to_string(), &round.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = read_and_kill(&mut child, round);
        assert!(!lines.is_empty(), "round {round}: nothing was acknowledged");
        for line in &lines {
            let (case, number) = line.split_once(' ').unwrap();
            let last = acknowledged.entry(case.to_owned()).or_default();
            *last = (*last).max(number.parse().unwrap());
        }
        total += i64::try_from(lines.len()).unwrap();
        check(&data, &acknowledged, total);
    }
    println!("crash: {total} acknowledged commands, {} cases", acknowledged.len());
}

/// Reads acknowledgements for a while, kills without warning, and reads what is left in the pipe.
fn read_and_kill(child: &mut Child, round: u32) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut found = vec![lines.next().unwrap().unwrap()];
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(u64::from(20 + 7 * round % 90)));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        // The last line may be torn by the kill.
        found.extend(
            lines
                .map_while(Result::ok)
                .filter(|line| line.split_once(' ').is_some_and(|(_, n)| !n.is_empty())),
        );
    });
    found
}

fn check(data: &Path, acknowledged: &BTreeMap<String, u32>, at_least: i64) {
    let store = Store::open(data, &Options::default()).unwrap();
    assert_whole(&store);
    store
        .read(|r| {
            for (case, number) in acknowledged {
                let found = cases::get(r, case)?.expect(case);
                assert!(found.version >= *number, "{case}: {} of {number}", found.version);
            }
            let events = events::last_seq(r)?;
            assert!(events >= at_least);
            // Everything else of a transaction is there exactly as often as its event.
            assert_eq!(counter::last_number(r, "justice", "decision", 2026)?, events);
            let all = Range {
                figure: "accepted",
                from: 0,
                until: i32::MAX,
                as_of: i32::MAX,
                division: "",
                organ: "",
            };
            assert_eq!(tally::sum(r, &all)?.n, events);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
