//! The threads of a server that make messages and send them out: one holds the lease and follows the journal, one for each
//! channel sends.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use app::{AppError, Channel, Channels, MESSAGES_FILE, MESSAGES_LEASE, Platform, channel_name};
use base::Diagnostic;
use store::StoreError;
use store::lease::{Lease, PATIENCE};

use crate::Common;
use crate::output::{self, WRONG_INPUT};

/// How often the lease is held on: well within its patience.
const HOLD: Duration = Duration::from_secs(5);
/// How often it is looked whether there is something new.
const LOOK: Duration = Duration::from_secs(1);
/// The longest pause after which a channel that is not there is looked for again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The channels of the file that a call names, or of the usual one beside the data; none where there is no file.
pub fn channels(common: &Common, named: Option<&Path>) -> Result<Channels, ExitCode> {
    let usual = common.data().join(MESSAGES_FILE);
    let path: PathBuf = match named {
        Some(named) => named.to_owned(),
        None if usual.exists() => usual,
        None => return Ok(Channels::default()),
    };
    Channels::read_file(&path).map_err(|found| output::fail(&found, WRONG_INPUT))
}

/// The making and sending of messages of a server, until it is stopped.
pub struct Messaging {
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

impl Messaging {
    /// Begins to make messages, and to send them by the channels that the platform has.
    ///
    /// # Errors
    /// A thread cannot be started; there is no random number.
    pub fn start(platform: &Platform) -> Result<Self, Diagnostic> {
        let lease = Lease::new(MESSAGES_LEASE, PATIENCE).map_err(|fault: StoreError| fault.diagnostic())?;
        let (lease, stop) = (Arc::new(lease), Arc::new(AtomicBool::new(false)));
        let shared = Shared {
            platform: platform.clone(),
            lease: Arc::clone(&lease),
            held: Arc::default(),
            stop: Arc::clone(&stop),
        };
        let mut threads = Vec::new();
        for channel in platform.channels().list.clone() {
            let shared = shared.clone();
            threads.push(spawn("push".to_owned(), move || push(&shared, &channel)));
        }
        threads.push(spawn("tell".to_owned(), move || tell(&shared)));
        let threads: io::Result<Vec<_>> = threads.into_iter().collect();
        let threads = threads
            .map_err(|fault| Diagnostic::error("no_thread", format!("不能启动消息的发送：{fault}")))?;
        Ok(Self { platform: platform.clone(), lease, stop, threads })
    }

    /// Finishes what is under way and gives the lease back, so that another server goes on at once.
    pub fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads {
            drop(thread.join());
        }
        // Where this fails, the others wait until it has stood still for long enough.
        drop(self.lease.give_back(self.platform.store()));
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name).spawn(work)
}

fn say(fault: &AppError) {
    fault.diagnostics().iter().for_each(|one| eprintln!("{one}"));
}

/// Holds the lease on, and makes the messages that there are to be made.
fn tell(shared: &Shared) {
    let mut held_at: Option<Instant> = None;
    while !shared.stop.load(Ordering::SeqCst) {
        if held_at.is_none_or(|at| at.elapsed() >= HOLD) {
            let held = shared.lease.hold(shared.platform.store());
            shared.held.store(matches!(held, Ok(true)), Ordering::SeqCst);
            held_at = Some(Instant::now());
            if let Err(fault) = held {
                say(&fault.into());
            }
        }
        if !shared.is_going() {
            shared.rest(LOOK);
            continue;
        }
        match shared.platform.tell_round(&shared.lease) {
            Ok(told) => {
                told.faults.iter().for_each(|one| eprintln!("{one}"));
                if !told.more {
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

/// Sends by one channel.
fn push(shared: &Shared, channel: &Channel) {
    let mut pause = LOOK;
    let mut told = false;
    while !shared.stop.load(Ordering::SeqCst) {
        if !shared.is_going() {
            shared.rest(LOOK);
            continue;
        }
        match shared.platform.push_round(channel, &shared.lease, &|| shared.is_going()) {
            Ok(pushed) => {
                if let Some(why) = pushed.unreached {
                    if !told {
                        let name = channel_name(&channel.name);
                        eprintln!("消息发不出去（{name}）：{why}。会一直再试。");
                    }
                    told = true;
                    shared.rest(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
                (told, pause) = (false, LOOK);
                if !pushed.more {
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
