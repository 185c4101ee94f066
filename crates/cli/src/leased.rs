//! Threads of a server that work only while the process holds a lease: of all processes over one store, one does the work.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use app::{AppError, Platform};
use base::Diagnostic;
use store::StoreError;
use store::lease::{Lease, PATIENCE};

use crate::Common;

/// How often the lease is held on: well within its patience.
pub const HOLD: Duration = Duration::from_secs(5);
/// How often it is looked whether there is something new.
pub const LOOK: Duration = Duration::from_secs(1);
/// The longest pause after which somebody who is not there is looked for again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The settings file that a call names, or the usual one beside the data where there is one.
pub fn settings(common: &Common, named: Option<&Path>, usual: &str) -> Option<PathBuf> {
    let usual = common.data().join(usual);
    named.map(Path::to_owned).or_else(|| usual.exists().then_some(usual))
}

/// What the threads share.
#[derive(Clone)]
pub struct Shared {
    pub platform: Platform,
    pub lease: Arc<Lease>,
    /// Whether this process has the lease, as it was seen last.
    held: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

/// What one round of sending came to.
pub struct Round {
    /// Why whoever is sent to was not reached.
    pub unreached: Option<String>,
    /// There is more to send.
    pub more: bool,
}

impl Shared {
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub fn is_going(&self) -> bool {
        self.held.load(Ordering::SeqCst) && !self.is_stopped()
    }

    /// Sleeps, unless told to stop.
    pub fn rest(&self, time: Duration) {
        let began = Instant::now();
        while began.elapsed() < time && !self.is_stopped() {
            thread::sleep(Duration::from_millis(50).min(time));
        }
    }

    /// Holds the lease on; whether this process has it.
    pub fn hold(&self) -> bool {
        let held = self.lease.hold(self.platform.store());
        let has = matches!(held, Ok(true));
        self.held.store(has, Ordering::SeqCst);
        if let Err(fault) = held {
            say(&fault.into());
        }
        has
    }

    /// Sends round after round. Whoever cannot be reached is told of once, and looked for again after longer and longer pauses.
    pub fn send(&self, mut round: impl FnMut() -> app::Result<Round>, tell: impl Fn(&str)) {
        let mut pause = LOOK;
        let mut told = false;
        while !self.is_stopped() {
            if !self.is_going() {
                self.rest(LOOK);
                continue;
            }
            match round() {
                Ok(Round { unreached: Some(why), .. }) => {
                    if !told {
                        tell(&why);
                    }
                    told = true;
                    self.rest(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Ok(Round { more, .. }) => {
                    (told, pause) = (false, LOOK);
                    if !more {
                        self.rest(LOOK);
                    }
                }
                Err(fault) => {
                    say(&fault);
                    self.rest(HOLD);
                }
            }
        }
    }
}

pub fn say(fault: &AppError) {
    fault.diagnostics().iter().for_each(|one| eprintln!("{one}"));
}

/// A thread's work.
pub type Work = Box<dyn FnOnce() + Send>;

/// Threads under one lease, until they are stopped.
pub struct Leased {
    shared: Shared,
    threads: Vec<JoinHandle<()>>,
}

impl Leased {
    /// Begins the works that are made for what they share, each on a thread of its name. `what` is what is begun.
    ///
    /// # Errors
    /// A thread cannot be started; there is no random number.
    pub fn start(
        platform: &Platform,
        lease: &'static str,
        what: &str,
        works: impl FnOnce(&Shared) -> Vec<(String, Work)>,
    ) -> Result<Self, Diagnostic> {
        let lease = Lease::new(lease, PATIENCE).map_err(|fault: StoreError| fault.diagnostic())?;
        let shared = Shared {
            platform: platform.clone(),
            lease: Arc::new(lease),
            held: Arc::default(),
            stop: Arc::default(),
        };
        let spawn = |(name, work): (String, Work)| thread::Builder::new().name(name).spawn(work);
        let threads: io::Result<Vec<_>> = works(&shared).into_iter().map(spawn).collect();
        let threads =
            threads.map_err(|fault| Diagnostic::error("no_thread", format!("不能启动{what}：{fault}")))?;
        Ok(Self { shared, threads })
    }

    /// Finishes what is under way and gives the lease back, so that another server goes on at once.
    pub fn stop(self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        let is_working = !self.threads.is_empty();
        for thread in self.threads {
            drop(thread.join());
        }
        if is_working {
            // Where this fails, the others wait until it has stood still for long enough.
            drop(self.shared.lease.give_back(self.shared.platform.store()));
        }
    }
}
