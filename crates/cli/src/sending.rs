//! The threads of a server that send the outbox: one holds the lease, one for each receiver works at it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use app::{AppError, OUTBOX_LEASE, Platform, RECEIVERS_FILE, Receiver};
use base::Diagnostic;
use store::StoreError;
use store::lease::{Lease, PATIENCE};

use crate::Common;
use crate::output::{self, WRONG_INPUT};

/// How often the lease is held on: well within its patience.
const HOLD: Duration = Duration::from_secs(5);
/// How often it is looked whether there is something new.
const LOOK: Duration = Duration::from_secs(1);
/// The longest pause after which a receiver that is not there is looked for again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often what is old is removed.
const CLEAN: Duration = Duration::from_secs(3600);

/// The receivers of the file that a call names, or of the usual one beside the data; none where there is no file.
pub fn receivers(common: &Common, named: Option<&Path>) -> Result<Vec<Receiver>, ExitCode> {
    let usual = common.data().join(RECEIVERS_FILE);
    let path: PathBuf = match named {
        Some(named) => named.to_owned(),
        None if usual.exists() => usual,
        None => return Ok(Vec::new()),
    };
    Receiver::read_file(&path).map_err(|found| output::fail(&found, WRONG_INPUT))
}

/// The sending of a server, until it is stopped.
pub struct Sending {
    platform: Platform,
    lease: Arc<Lease>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// What all threads share.
#[derive(Clone)]
struct Shared {
    platform: Platform,
    lease: Arc<Lease>,
    /// Whether this process has the lease, as it was seen last.
    held: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Shared {
    fn is_going(&self) -> bool {
        self.held.load(Ordering::SeqCst) && !self.stop.load(Ordering::SeqCst)
    }

    /// Sleeps, unless told to stop.
    fn rest(&self, time: Duration) {
        let began = Instant::now();
        while began.elapsed() < time && !self.stop.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(50).min(time));
        }
    }
}

impl Sending {
    /// Begins to send to receivers; with none there is nothing to do, and what is to be sent waits.
    ///
    /// # Errors
    /// A thread cannot be started; there is no random number.
    pub fn start(platform: &Platform, receivers: Vec<Receiver>) -> Result<Self, Diagnostic> {
        let lease = Lease::new(OUTBOX_LEASE, PATIENCE).map_err(|fault: StoreError| fault.diagnostic())?;
        let (lease, stop) = (Arc::new(lease), Arc::new(AtomicBool::new(false)));
        let shared = Shared {
            platform: platform.clone(),
            lease: Arc::clone(&lease),
            held: Arc::default(),
            stop: Arc::clone(&stop),
        };
        let mut threads = Vec::new();
        for receiver in &receivers {
            let (shared, receiver) = (shared.clone(), receiver.clone());
            threads.push(spawn(format!("send-{}", receiver.name), move || work(&shared, &receiver)));
        }
        if !receivers.is_empty() {
            threads.push(spawn("send".to_owned(), move || hold(&shared, &receivers)));
        }
        let threads: io::Result<Vec<_>> = threads.into_iter().collect();
        let threads = threads
            .map_err(|fault| Diagnostic::error("no_thread", format!("不能启动待发事项的发送：{fault}")))?;
        Ok(Self { platform: platform.clone(), lease, stop, threads })
    }

    /// Finishes what is under way and gives the lease back, so that another server goes on at once.
    pub fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        let is_sending = !self.threads.is_empty();
        for thread in self.threads {
            drop(thread.join());
        }
        if is_sending {
            // Where this fails, the others wait until it has stood still for long enough.
            drop(self.lease.give_back(self.platform.store()));
        }
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name).spawn(work)
}

fn say(fault: &AppError) {
    fault.diagnostics().iter().for_each(|one| eprintln!("{one}"));
}

/// Holds the lease on, and now and then removes what all receivers have had.
fn hold(shared: &Shared, receivers: &[Receiver]) {
    let mut cleaned: Option<Instant> = None;
    while !shared.stop.load(Ordering::SeqCst) {
        let held = shared.lease.hold(shared.platform.store());
        shared.held.store(matches!(held, Ok(true)), Ordering::SeqCst);
        match held {
            Err(fault) => say(&fault.into()),
            Ok(true) if cleaned.is_none_or(|at| at.elapsed() > CLEAN) => {
                match shared.platform.clean_outbox(receivers, &shared.lease) {
                    // A thousand at a time: there may be more.
                    Ok(removed) if removed > 0 => cleaned = None,
                    Ok(_) => cleaned = Some(Instant::now()),
                    Err(fault) => say(&fault),
                }
            }
            Ok(_) => (),
        }
        shared.rest(HOLD);
    }
}

/// Works at one receiver.
fn work(shared: &Shared, receiver: &Receiver) {
    let mut pause = LOOK;
    let mut told = false;
    while !shared.stop.load(Ordering::SeqCst) {
        if !shared.is_going() {
            shared.rest(LOOK);
            continue;
        }
        match shared.platform.send_round(receiver, &shared.lease, &|| shared.is_going()) {
            Ok(round) => {
                for one in &round.set_aside {
                    eprintln!("待发事项搁置：{one}。用 yifa outbox list 查看。");
                }
                match round.unreached {
                    Some(why) => {
                        if !told {
                            eprintln!(
                                "联系不上接收方{}（{}）：{why}。会一直再试。",
                                receiver.name,
                                receiver.shown()
                            );
                        }
                        told = true;
                        shared.rest(pause);
                        pause = (pause * 2).min(LONGEST_PAUSE);
                        continue;
                    }
                    None => (told, pause) = (false, LOOK),
                }
                if !round.more {
                    shared.rest(LOOK);
                }
            }
            Err(fault) => {
                say(&fault);
                shared.rest(HOLD);
            }
        }
    }
}
