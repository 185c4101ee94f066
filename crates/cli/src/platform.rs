//! Opens the platform over the store that a command names.

use std::process::ExitCode;
use std::sync::Arc;

use app::{AppError, Clock, Ids, Platform, SharedClock, SystemClock};
use base::Diagnostic;
use store::{Options, Place, Store, StoreError};

use crate::output::{self, MACHINE, WRONG_INPUT};
use crate::{Common, data};

/// Opens the platform for writing, or only for reading beside a running server.
pub fn open(common: &Common, read_only: bool) -> Result<Platform, ExitCode> {
    let rules = data::rules(common).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let store = open_store(common, &Options { read_only, ..Options::default() })?;
    let clock = clock(&store)?;
    let platform = Platform::with_keys(store, rules, clock, Ids::System, common.keys.clone());
    let platform = platform.map_err(|fault| failed(&fault))?;
    if let Some(why) = platform.personal_keys_missing().filter(|_| !read_only) {
        let fault = StoreError::PersonalKey { why };
        eprintln!("{}", fault.diagnostic());
    }
    Ok(platform)
}

/// Opens the platform for writing; where a running server has the data, only for reading beside it, which the second value
/// tells.
pub fn open_or_beside(common: &Common) -> Result<(Platform, bool), ExitCode> {
    let place = Place::new(common.database.as_deref(), common.data()).map_err(|fault| store_fault(&fault))?;
    let opened = |read_only: bool| Store::open_at(&place, &Options { read_only, ..Options::default() });
    let (store, is_beside) = match opened(false) {
        Err(StoreError::InUse { .. }) => (opened(true), true),
        other => (other, false),
    };
    let store = store.map_err(|fault| store_fault(&fault))?;
    let rules = data::rules(common).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let clock = clock(&store)?;
    let platform = Platform::new(store, rules, clock, Ids::System).map_err(|fault| failed(&fault))?;
    Ok((platform, is_beside))
}

/// The store that a command names: the database of `--database`, or the folder of `--data`.
pub fn open_store(common: &Common, options: &Options) -> Result<Store, ExitCode> {
    let place = Place::new(common.database.as_deref(), common.data());
    place.and_then(|place| Store::open_at(&place, options)).map_err(|fault| store_fault(&fault))
}

/// The clock of whoever works in a store: the machine's, or the one that several machines share.
pub fn clock(store: &Store) -> Result<Arc<dyn Clock>, ExitCode> {
    let shared = store.shared_clock().map_err(|fault| store_fault(&fault))?;
    Ok(match shared {
        None => Arc::new(SystemClock),
        Some(shared) => Arc::new(SharedClock::at(shared)),
    })
}

/// For commands that read: beside a running server if there is one.
pub fn open_to_read(common: &Common) -> Result<Platform, ExitCode> {
    open(common, true)
}

/// What the store says, with the exit status that belongs to it.
pub fn store_fault(fault: &StoreError) -> ExitCode {
    let status = match fault {
        StoreError::Unwritable { .. }
        | StoreError::Unreadable { .. }
        | StoreError::Unreachable { .. }
        | StoreError::NotTrusted { .. }
        | StoreError::Busy { .. }
        | StoreError::Unsure { .. }
        | StoreError::Internal { .. } => MACHINE,
        _ => WRONG_INPUT,
    };
    output::fail(&[fault.diagnostic()], status)
}

/// What a use case says, with the exit status that belongs to it.
pub fn failed(fault: &AppError) -> ExitCode {
    match fault {
        AppError::Store(fault) => store_fault(fault),
        other => output::fail(&other.diagnostics(), WRONG_INPUT),
    }
}

/// A finding for a wrong call.
pub fn wrong(message: impl Into<String>, help: &str) -> ExitCode {
    output::fail(&[Diagnostic::error("usage", message).help(help)], WRONG_INPUT)
}
