//! The server is killed in the middle of a stream of acts, many times; after each restart every acknowledged act is
//! there once, and the journal is whole. On PostgreSQL two servers take the acts, one signed in for both, and one is
//! killed before the other.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: usize = 6;

/// Where the store is.
struct Data<'a> {
    folder: &'a Path,
    database: Option<&'a str>,
}

impl Data<'_> {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        command.args(args).arg("--data").arg(self.folder);
        if let Some(database) = self.database {
            command.args(["--database", database]);
        }
        command
    }
}

fn yifa(data: &Data<'_>, args: &[&str]) -> Output {
    data.command(args).output().unwrap()
}

fn serve(data: &Data<'_>) -> (Child, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let child = data
        .command(&["serve", "--limit-times", "100000", "--listen", &address])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while ask(&address, "GET /healthz", "", "").is_none() {
        assert!(began.elapsed() < Duration::from_secs(60), "the server does not come up");
        thread::sleep(Duration::from_millis(20));
    }
    (child, address)
}

/// One request on a connection of its own; the whole answer, if it came whole.
fn ask(address: &str, line: &str, cookie: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let kind = "application/x-www-form-urlencoded";
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (length == Some(rest.len())).then_some(text)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

/// Applies at one server after the other until one is gone; the numbers of the cases that were acknowledged.
fn apply(addresses: &[String], name: &str, stop: &AtomicBool, acknowledged: &Mutex<Vec<String>>) {
    let Some(page) = ask(&addresses[0], "GET /apply/disclosure_request", "", "") else { return };
    let Some(cookie) = between(&page, "set-cookie: ", ";") else { return };
    let Some(csrf) = between(&page, "name=\"csrf\" value=\"", "\"") else { return };
    for at in 0..100_000 {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let body = format!(
            "csrf={csrf}&key={name}-{at}&act=apply&organ=county&f.applicant=x&f.applicant.code=11010519491231002X\
             &f.applicant_kind=natural_person&f.contact=13800001234&f.channel=internet&f.information=y\
             &f.form=paper&f.route=mail"
        );
        let address = &addresses[at % addresses.len()];
        let Some(answer) = ask(address, "POST /apply/disclosure_request", cookie, &body) else { return };
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let start = answer.find("〔").unwrap_or_else(|| panic!("no number in {answer}"));
        let from = answer[..start].rfind(|c: char| c == '>' || c.is_whitespace()).unwrap();
        let number = answer[from + 1..].trim_start_matches('>');
        let number = number.split_inclusive('号').next().unwrap();
        acknowledged.lock().unwrap().push(number.to_owned());
    }
}

fn numbers(data: &Data<'_>) -> Vec<String> {
    let listed =
        ["case", "list", "--as", "gongkai1", "--procedure", "disclosure_request", "--format", "json"];
    let out = yifa(data, &listed);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let cases = value["cases"].as_array().unwrap().iter();
    cases.map(|case| case["number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_killed_server_loses_no_acknowledged_act() {
    lose_nothing(None, 20, 1);
}

#[test]
fn servers_that_share_a_database_lose_no_acknowledged_act() {
    if let Some(database) = store::testing::Database::new("killed").unwrap() {
        lose_nothing(Some(&database.address), 5, 2);
    }
}

fn lose_nothing(database: Option<&str>, rounds: u64, servers: usize) {
    let folder = tempfile::tempdir().unwrap();
    let data = &Data { folder: folder.path(), database };
    if database.is_some() {
        let made = yifa(data, &["demo", "--no-serve"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    } else {
        demonstration::copy(folder.path());
    }
    let before = numbers(data).len();
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..rounds {
        let running: Vec<(Child, String)> = (0..servers).map(|_| serve(data)).collect();
        let addresses: Vec<String> = running.iter().map(|(_, address)| address.clone()).collect();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (addresses, stop, acknowledged) = (&addresses, &stop, &acknowledged);
                scope.spawn(move || apply(addresses, &format!("r{round}c{client}"), stop, acknowledged));
            }
            for (mut child, _) in running {
                thread::sleep(Duration::from_millis(150 + round * 37 % 400));
                child.kill().unwrap();
                child.wait().unwrap();
            }
            stop.store(true, Ordering::SeqCst);
        });
        let proved = yifa(data, &["verify", "--figures"]);
        assert!(proved.status.success(), "round {round}: {}", String::from_utf8_lossy(&proved.stdout));
        let there = numbers(data);
        let once: BTreeSet<&String> = there.iter().collect();
        assert_eq!(once.len(), there.len(), "a number twice");
        for number in acknowledged.lock().unwrap().iter() {
            assert!(once.contains(number), "round {round}: {number} was acknowledged and is gone");
        }
    }
    let count = acknowledged.lock().unwrap().len();
    assert!(count > usize::try_from(rounds).unwrap(), "only {count} acts were acknowledged");
    assert!(numbers(data).len() >= before + count);
}
