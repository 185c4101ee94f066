//! In which state the data are: whoever keeps what was made of them asks whether it still holds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Result;

/// A state of the data. Two that are equal show the same to every reader. 数据状态
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// How many groups this process has committed.
    own: u64,
    /// How many times a look has found that somebody wrote.
    seen: u64,
}

impl State {
    /// Whether all that was written in `other` is in this one too.
    #[must_use]
    pub const fn is_not_before(&self, other: &Self) -> bool {
        self.own >= other.own && self.seen >= other.seen
    }
}

/// Who writes into the data. 写入者
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writers {
    /// This process alone.
    Here,
    /// Others too, of whom the database tells.
    Many,
    /// Another process, of which nobody tells.
    Unknown,
}

/// What is known of the state.
pub(crate) struct Watch {
    writers: Writers,
    moved: Arc<AtomicU64>,
    last: Mutex<Looked>,
}

/// What the last look found.
#[derive(Default)]
struct Looked {
    /// When it began.
    at: Option<Instant>,
    found: Option<String>,
    times: u64,
}

impl Watch {
    pub fn new(writers: Writers) -> Self {
        Self { writers, moved: Arc::default(), last: Mutex::default() }
    }

    /// The number of groups that this process's writer has committed, for the writer.
    pub fn moved(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.moved)
    }

    pub fn state(&self) -> State {
        let seen = match self.writers {
            Writers::Here => 0,
            _ => self.last.lock().unwrap_or_else(PoisonError::into_inner).times,
        };
        State { own: self.moved.load(Ordering::SeqCst), seen }
    }

    pub fn state_within(&self, age: Duration) -> Option<State> {
        match self.writers {
            Writers::Here => Some(self.state()),
            Writers::Unknown => None,
            Writers::Many => {
                let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
                let seen = last.at.filter(|at| at.elapsed() < age).map(|_| last.times)?;
                Some(State { own: self.moved.load(Ordering::SeqCst), seen })
            }
        }
    }

    /// Looks anew. `ask` gives the transactions that can be seen: it is asked before they are compared, so that what it tells
    /// is never newer than what is noted.
    pub fn look(&self, ask: impl FnOnce() -> Result<Option<String>>) -> Result<State> {
        if self.writers == Writers::Here {
            return Ok(self.state());
        }
        let began = Instant::now();
        let found = if self.writers == Writers::Many { ask()? } else { None };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // Of two looks at once the later one counts.
        if last.at.is_none_or(|at| at <= began) {
            if found.is_none() || last.found != found {
                last.times += 1;
            }
            (last.at, last.found) = (Some(began), found);
        }
        Ok(State { own: self.moved.load(Ordering::SeqCst), seen: last.times })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_writer_tells_by_itself() {
        let watch = Watch::new(Writers::Here);
        let before = watch.state_within(Duration::ZERO).unwrap();
        assert_eq!(watch.look(|| unreachable!("nobody is asked")).unwrap(), before);
        watch.moved().fetch_add(1, Ordering::SeqCst);
        let after = watch.state();
        assert!(after != before && after.is_not_before(&before) && !before.is_not_before(&after));
    }

    #[test]
    fn others_are_seen_by_looking() {
        let watch = Watch::new(Writers::Many);
        assert_eq!(watch.state_within(Duration::from_secs(60)), None, "nobody looked yet");
        let look = |text: &str| watch.look(|| Ok(Some(text.to_owned()))).unwrap();
        let first = look("7:7:");
        assert_eq!(watch.state_within(Duration::from_secs(60)), Some(first));
        assert_eq!(watch.state_within(Duration::ZERO), None, "too long ago");
        assert_eq!(look("7:7:"), first);
        assert!(look("7:8:") != first);
    }

    #[test]
    fn where_nobody_tells_nothing_is_known() {
        let watch = Watch::new(Writers::Unknown);
        let first = watch.look(|| Ok(None)).unwrap();
        assert_eq!(watch.state_within(Duration::from_secs(60)), None);
        assert!(watch.look(|| Ok(None)).unwrap() != first);
    }
}
