//! Something made of the whole journal and kept at hand: read once, in the background where a server starts, and following
//! the journal from there. Who asks while it is read in the background is not kept waiting: there is no answer yet.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::error::Result;

/// What is kept, as soon as it was read. 随日志更新的内存数据
#[derive(Debug)]
pub(crate) struct Followed<T> {
    at_hand: RwLock<Option<T>>,
    /// Somebody reads it in the background.
    is_reading: AtomicBool,
}

impl<T> Default for Followed<T> {
    fn default() -> Self {
        Self { at_hand: RwLock::new(None), is_reading: AtomicBool::new(false) }
    }
}

impl<T> Followed<T> {
    /// Reads it without keeping anybody who asks meanwhile.
    pub fn prepare(&self, read: impl FnOnce() -> Result<T>) -> Result<()> {
        if self.is_reading.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let done = read().map(|read| {
            *self.at_hand.write().unwrap_or_else(PoisonError::into_inner) = Some(read);
        });
        self.is_reading.store(false, Ordering::Release);
        done
    }

    /// Asks it as the journal now is; nothing while it is read in the background. Where nobody reads it, it is read now.
    pub fn asked<A>(
        &self,
        is_fresh: impl FnOnce(&T) -> bool,
        read: impl FnOnce() -> Result<T>,
        follow: impl FnOnce(&mut T) -> Result<()>,
        ask: impl FnOnce(&T) -> A,
    ) -> Result<Option<A>> {
        {
            let kept = self.at_hand.read().unwrap_or_else(PoisonError::into_inner);
            match kept.as_ref() {
                Some(kept) if is_fresh(kept) => return Ok(Some(ask(kept))),
                None if self.is_reading.load(Ordering::Acquire) => return Ok(None),
                _ => {}
            }
        }
        let mut kept = self.at_hand.write().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = Some(read()?);
        }
        let Some(kept) = kept.as_mut() else { return Ok(None) };
        follow(kept)?;
        Ok(Some(ask(kept)))
    }
}
