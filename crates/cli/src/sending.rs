//! The threads of a server that send the outbox: one holds the lease, one for each receiver works at it.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use app::{OUTBOX_LEASE, Platform, RECEIVERS_FILE, Receiver};
use base::Diagnostic;

use crate::Common;
use crate::leased::{HOLD, Leased, Round, Shared, Work, say, settings};
use crate::output::{self, WRONG_INPUT};

/// How often what is old is removed.
const CLEAN: Duration = Duration::from_secs(3600);

/// The receivers of the file that a call names, or of the usual one beside the data; none where there is no file.
pub fn receivers(common: &Common, named: Option<&Path>) -> Result<Vec<Receiver>, ExitCode> {
    let Some(path) = settings(common, named, RECEIVERS_FILE) else { return Ok(Vec::new()) };
    Receiver::read_file(&path).map_err(|found| output::fail(&found, WRONG_INPUT))
}

/// Begins to send to receivers; with none there is nothing to do, and what is to be sent waits.
///
/// # Errors
/// A thread cannot be started; there is no random number.
pub fn start(platform: &Platform, receivers: Vec<Receiver>) -> Result<Leased, Diagnostic> {
    Leased::start(platform, OUTBOX_LEASE, "待发事项的发送", |shared| {
        let mut works: Vec<(String, Work)> = Vec::new();
        for receiver in &receivers {
            let (shared, receiver) = (shared.clone(), receiver.clone());
            works.push((format!("send-{}", receiver.name), Box::new(move || work(&shared, &receiver))));
        }
        if !receivers.is_empty() {
            let shared = shared.clone();
            works.push(("send".to_owned(), Box::new(move || hold(&shared, &receivers))));
        }
        works
    })
}

/// Holds the lease on, and now and then removes what all receivers have had.
fn hold(shared: &Shared, receivers: &[Receiver]) {
    let mut cleaned: Option<Instant> = None;
    while !shared.is_stopped() {
        if shared.hold() && cleaned.is_none_or(|at| at.elapsed() > CLEAN) {
            match shared.platform.clean_outbox(receivers, &shared.lease) {
                // A thousand at a time: there may be more.
                Ok(removed) if removed > 0 => cleaned = None,
                Ok(_) => cleaned = Some(Instant::now()),
                Err(fault) => say(&fault),
            }
        }
        shared.rest(HOLD);
    }
}

/// Works at one receiver.
fn work(shared: &Shared, receiver: &Receiver) {
    let round = || {
        let round = shared.platform.send_round(receiver, &shared.lease, &|| shared.is_going())?;
        for one in &round.set_aside {
            eprintln!("待发事项搁置：{one}。用 yifa outbox list 查看。");
        }
        Ok(Round { unreached: round.unreached, more: round.more })
    };
    shared.send(round, |why| {
        eprintln!("联系不上接收方{}（{}）：{why}。会一直再试。", receiver.name, receiver.shown());
    });
}
