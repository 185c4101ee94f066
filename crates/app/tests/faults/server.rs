//! The servers that are started and killed, and what they acknowledged.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use crate::Shim;

/// What the servers of one store acknowledged.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The key, the case and the number of each act.
    pub acts: Vec<(String, String, u32)>,
    /// The tokens of those who signed in with the first server of the last round.
    pub sessions: Vec<String>,
    /// Signed roots, as files.
    pub roots: Vec<String>,
    /// How often an act was not acknowledged for the disk or the database, by kind.
    pub refused: std::collections::BTreeMap<String, usize>,
    /// Who held the clock's lease last.
    pub holder: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub struct Acknowledged(Arc<Mutex<Told>>);

impl Acknowledged {
    pub fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap()
    }

    fn enter(&self, line: &str, who: u32) {
        // The kill may have torn the last line.
        let Some(line) = line.strip_suffix(" .") else { return };
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut told = self.lock();
        match what {
            "done" => {
                let parts: Vec<&str> = rest.split(' ').collect();
                let [key, case, number] = parts.as_slice() else { panic!("{line}") };
                told.acts.push(((*key).to_owned(), (*case).to_owned(), number.parse().unwrap()));
            }
            "refused" => *told.refused.entry(rest.to_owned()).or_default() += 1,
            "session" if who == 0 => told.sessions.push(rest.to_owned()),
            "session" => {}
            "root" => told.roots.push(rest.to_owned()),
            "lease" => told.holder = Some(who),
            _ => panic!("{line}"),
        }
    }
}

pub struct Server {
    pub who: u32,
    child: Child,
    reading: Option<thread::JoinHandle<()>>,
}

pub fn start(
    folder: &Path,
    address: &str,
    round: u32,
    who: u32,
    shim: Option<&Shim>,
    acknowledged: &Acknowledged,
) -> Server {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["work-until-killed", &folder.display().to_string(), address])
        .args([round.to_string(), who.to_string()])
        .stdout(Stdio::piped());
    if let Some(shim) = shim {
        shim.put_under(&mut command);
    }
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let acknowledged = acknowledged.clone();
    let reading =
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| acknowledged.enter(&line, who)));
    Server { who, child, reading: Some(reading) }
}

impl Server {
    /// Kills it without warning, and reads what it had still said.
    pub fn kill(mut self) {
        self.end();
        self.reading.take().unwrap().join().unwrap();
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    /// Where a round breaks off.
    fn drop(&mut self) {
        if self.reading.is_some() {
            self.end();
        }
    }
}

/// Waits until something is so, while all servers live.
pub fn wait_until(servers: &mut [Server], what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        for server in servers.iter_mut() {
            assert!(server.child.try_wait().unwrap().is_none(), "{what}: a server ended by itself");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until so many more acts were acknowledged.
pub fn wait_for(acknowledged: &Acknowledged, more: usize, servers: &mut [Server]) {
    let wanted = acknowledged.lock().acts.len() + more;
    wait_until(servers, "more acts", || acknowledged.lock().acts.len() >= wanted);
}

/// Random numbers from a seed: SplitMix64.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = usize::try_from(self.below(at as u64 + 1)).unwrap();
            all.swap(at, other);
        }
    }
}
