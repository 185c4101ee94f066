//! The server is killed right after a receiver took a message, before that was noted. After the restart the receiver gets
//! it again under the same id with the same bytes, nothing is missing, and each case's acts came in their order. On
//! PostgreSQL two servers run, and the one that sends is killed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

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

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn serve(&self) -> Child {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let mut command = self.command(&["serve", "--listen", &listen]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn outbox(&self) -> serde_json::Value {
        let told = self.run(&["outbox", "list", "--format", "json"]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        serde_json::from_slice(&told.stdout).unwrap()
    }
}

/// What the receiver took, key and body in the order of arrival, and the servers to be killed when so much was taken.
#[derive(Default)]
struct Taken {
    messages: Vec<(String, String)>,
    kill_at: Vec<usize>,
    servers: Vec<Child>,
}

fn receive(stream: TcpStream, taken: &Mutex<Taken>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut input = BufReader::new(stream);
    loop {
        let (mut key, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap_or_default();
            match name.to_lowercase().as_str() {
                "idempotency-key" => key = value.trim().to_owned(),
                "content-length" => length = value.trim().parse().unwrap(),
                _ => (),
            }
        }
        let mut body = vec![0; length];
        input.read_exact(&mut body).ok()?;
        let mut taken = taken.lock().unwrap();
        taken.messages.push((key, String::from_utf8(body).unwrap()));
        if taken.kill_at.first() == Some(&taken.messages.len()) {
            taken.kill_at.remove(0);
            // It answers, and nobody is there any more to note it.
            let mut server = taken.servers.remove(0);
            server.kill().unwrap();
            server.wait().unwrap();
        }
        drop(taken);
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok()?;
    }
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(900), "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_was_taken_when_the_server_was_killed_is_sent_again_under_its_id() {
    lose_nothing(None, vec![30, 171, 400, 901]);
}

#[test]
fn another_server_goes_on_when_the_one_that_sends_is_killed() {
    if let Some(database) = store::testing::Database::new("sending").unwrap() {
        lose_nothing(Some(&database.address), vec![250]);
    }
}

fn lose_nothing(database: Option<&str>, kill_at: Vec<usize>) {
    let folder = tempfile::tempdir().unwrap();
    let data = Data { folder: folder.path(), database };
    if database.is_some() {
        let made = data.run(&["demo", "--no-serve"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    } else {
        demonstration::copy(folder.path());
    }
    let made = data.outbox()["kept"].as_u64().unwrap();
    assert!(made > 1000, "only {made} messages");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let (kills, taken) = (kill_at.len(), Arc::new(Mutex::new(Taken { kill_at, ..Taken::default() })));
    let own = Arc::clone(&taken);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let own = Arc::clone(&own);
            thread::spawn(move || receive(stream, &own));
        }
    });
    let out = folder.path().join("out");
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(folder.path().join("secret"), "0123456789abcdef").unwrap();
    let text = format!(
        "[[receiver]]\nname = \"portal\"\nkind = \"http\"\nurl = \"{url}\"\nsecret_file = \"secret\"\n\
         [[receiver]]\nname = \"exchange\"\nkind = \"folder\"\nfolder = \"out\"\n"
    );
    std::fs::write(folder.path().join("deliver.toml"), text).unwrap();
    if database.is_some() {
        // The first one has the lease when the second one comes.
        taken.lock().unwrap().servers.push(data.serve());
        until("the first server sends", || !taken.lock().unwrap().messages.is_empty());
    }
    for _ in 0..kills {
        let server = data.serve();
        taken.lock().unwrap().servers.push(server);
        let left = usize::from(database.is_some());
        until("a server is killed", || taken.lock().unwrap().servers.len() == left);
    }
    if database.is_none() {
        let server = data.serve();
        taken.lock().unwrap().servers.push(server);
    }
    // A server that tidies up keeps fewer, and one whose clock does what lapsed makes more: the place reached counts.
    let is_done = || {
        let told = data.outbox();
        let receivers = told["receivers"].as_array().unwrap();
        receivers.len() == 2
            && receivers.iter().all(|one| one["waiting"] == 0 && one["position"].as_u64().unwrap() >= made)
            && receivers[0]["position"] == receivers[1]["position"]
    };
    until("all is sent", is_done);
    let kept = data.outbox()["receivers"][0]["position"].as_u64().unwrap();
    for mut server in taken.lock().unwrap().servers.drain(..) {
        server.kill().unwrap();
        server.wait().unwrap();
    }
    check(&taken.lock().unwrap().messages, kept, kills, &out);
}

fn check(messages: &[(String, String)], kept: u64, kills: usize, out: &Path) {
    let mut once: BTreeMap<&str, &str> = BTreeMap::new();
    let mut events: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (key, body) in messages {
        if let Some(before) = once.insert(key, body) {
            assert_eq!(before, body, "the same bytes again");
            continue;
        }
        let told: serde_json::Value = serde_json::from_str(body).unwrap();
        let case = told["case_number"].as_str().unwrap().to_owned();
        events.entry(case).or_default().push(told["event"].as_u64().unwrap());
    }
    assert_eq!(once.len(), usize::try_from(kept).unwrap(), "each one came");
    let doubles = messages.len() - once.len();
    assert!((kills..=kills * 100).contains(&doubles), "{doubles} doubles after {kills} kills");
    for (case, events) in events {
        assert!(events.is_sorted(), "{case}: {events:?}");
    }
    let files: BTreeMap<String, String> = std::fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    let whole = files.iter().filter_map(|(name, body)| Some((name.strip_suffix(".json")?, body.as_str())));
    assert_eq!(whole.collect::<BTreeMap<_, _>>(), once, "the folder has the same");
    println!("{} messages, {kills} kills, {doubles} doubles", once.len());
}
