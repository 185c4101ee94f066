//! The threads of a server that make messages and send them out: one holds the lease and follows the journal, one for each
//! channel sends.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use app::{Channel, Channels, Job, MESSAGES_FILE, MESSAGES_LEASE, Platform, channel_name};
use base::Diagnostic;

use crate::Common;
use crate::leased::{HOLD, LOOK, Leased, Round, Shared, Work, say, settings};
use crate::output::{self, WRONG_INPUT};

/// The channels of the file that a call names, or of the usual one beside the data; none where there is no file.
pub fn channels(common: &Common, named: Option<&Path>) -> Result<Channels, ExitCode> {
    let Some(path) = settings(common, named, MESSAGES_FILE) else { return Ok(Channels::default()) };
    Channels::read_file(&path).map_err(|found| output::fail(&found, WRONG_INPUT))
}

/// Begins to make messages, and to send them by the channels that the platform has.
///
/// # Errors
/// A thread cannot be started; there is no random number.
pub fn start(platform: &Platform) -> Result<Leased, Diagnostic> {
    Leased::start(platform, MESSAGES_LEASE, "消息的发送", |shared| {
        let mut works: Vec<(String, Work)> = Vec::new();
        for channel in platform.channels().list.clone() {
            let shared = shared.clone();
            works.push(("push".to_owned(), Box::new(move || push(&shared, &channel))));
        }
        let shared = shared.clone();
        works.push(("tell".to_owned(), Box::new(move || tell(&shared))));
        works
    })
}

/// Holds the lease on, and makes the messages that there are to be made.
fn tell(shared: &Shared) {
    let mut held_at: Option<Instant> = None;
    while !shared.is_stopped() {
        if held_at.is_none_or(|at| at.elapsed() >= HOLD) {
            shared.hold();
            held_at = Some(Instant::now());
        }
        if !shared.is_going() {
            shared.rest(LOOK);
            continue;
        }
        let round = shared.platform.tell_round(&shared.lease);
        shared.platform.note_job(Job::Messages, &round, |_| String::new());
        match round {
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
    let round = || {
        let pushed = shared.platform.push_round(channel, &shared.lease, &|| shared.is_going())?;
        Ok(Round { unreached: pushed.unreached, more: pushed.more })
    };
    shared
        .send(round, |why| eprintln!("消息发不出去（{}）：{why}。会一直再试。", channel_name(&channel.name)));
}
