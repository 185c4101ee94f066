//! The texts of a procedure that cases followed, and what is different between two of them. 程序文本

use std::sync::Arc;

use ledger::Hash;
use packs::Pack;

use crate::error::{AppError, Result};
use crate::platform::Platform;

/// A text of a procedure, as it was or is followed. 程序的一个文本
#[derive(Clone, Debug)]
pub struct PackVersion {
    /// The hash that cases are pinned to.
    pub hash: String,
    pub pack: Arc<Pack>,
    /// When this platform saw it first, in microseconds since 1970-01-01 in UTC.
    pub added_at: i64,
    /// Whether new cases follow it, on the days for which it is in force.
    pub is_current: bool,
}

impl Platform {
    /// Every text of a procedure that this platform has had, the newest first by the day from which it is in force.
    ///
    /// # Errors
    /// There is no such procedure; the store or a text cannot be read.
    pub fn pack_versions(&self, procedure: &str) -> Result<Vec<PackVersion>> {
        let own: Vec<Hash> = self
            .rules()
            .packs
            .iter()
            .filter(|pack| pack.file.procedure.id == procedure)
            .map(|pack| self.inner().pin(pack))
            .collect();
        let mut made = self.store().read(|reader| -> Result<Vec<PackVersion>> {
            let kept = store::pack::of_procedure(reader, procedure)?;
            let one = |kept: store::pack::Pack| -> Result<PackVersion> {
                Ok(PackVersion {
                    pack: self.inner().pack(reader, &kept.hash)?,
                    is_current: own.contains(&kept.hash),
                    hash: kept.hash.hex(),
                    added_at: kept.added_at,
                })
            };
            kept.into_iter().map(one).collect()
        })?;
        if made.is_empty() {
            return Err(AppError::not_found(format!("程序“{procedure}”")));
        }
        made.sort_by_key(|one| std::cmp::Reverse((one.pack.file.procedure.in_force.from, one.added_at)));
        Ok(made)
    }
}
