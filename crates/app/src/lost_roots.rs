//! Roots that were published and that the journal no longer gives, and why.

use store::tree_head::TreeHead;
use store::{Store, StoreError, lost_root, tree_head};

use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::roots::{SignedRoot, log_id};
use crate::witness::{kept_witnesses, with_witnesses};

/// A published root that no longer holds, as it is announced. 丢失的根
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRoot {
    pub root: SignedRoot,
    /// When the loss was entered, in microseconds since 1970-01-01 in UTC.
    pub lost_at: i64,
    /// Why, in the operator's words.
    pub note: String,
}

impl LostRoot {
    fn of(kept: &lost_root::LostRoot) -> Option<Self> {
        let root = SignedRoot::of(&kept.log, &kept.head)?;
        Some(Self { root, lost_at: kept.lost_at, note: kept.note.clone() })
    }

    fn kept(&self) -> lost_root::LostRoot {
        let root = &self.root;
        lost_root::LostRoot {
            head: TreeHead {
                size: i64::try_from(root.head.size).unwrap_or(i64::MAX),
                root: root.head.root,
                made_at: root.head.made_at,
                signature: Some(root.signatures.to_bytes()),
                keys: Some(root.keys.0.to_bytes()),
            },
            log: root.head.log.clone(),
            lost_at: self.lost_at,
            note: self.note.clone(),
        }
    }
}

/// What a store that is being replaced has published: its roots, and those that it announced as lost.
///
/// # Errors
/// The store cannot be read.
pub fn published_of(replaced: &Store) -> Result<(Vec<SignedRoot>, Vec<LostRoot>)> {
    replaced.read(|reader| {
        let log = log_id(reader)?;
        let mut roots: Vec<SignedRoot> =
            tree_head::list(reader)?.iter().filter_map(|head| SignedRoot::of(&log, head)).collect();
        with_witnesses(reader, &mut roots)?;
        let lost = lost_root::list(reader)?.iter().filter_map(LostRoot::of).collect();
        Ok((roots, lost))
    })
}

impl Platform {
    /// The published roots that no longer hold, the latest loss first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn lost_roots(&self) -> Result<Vec<LostRoot>> {
        self.store().read(|reader| Ok(lost_root::list(reader)?.iter().filter_map(LostRoot::of).collect()))
    }

    /// Enters roots that were published, after a restore: those that the journal still gives count among its own; the
    /// others are announced as lost, for the operator's reason. What was announced before keeps its own reason. Gives
    /// what was newly announced.
    ///
    /// # Errors
    /// A root is not signed as it should be, or is of another journal; the note is empty; the store cannot be written.
    pub fn enter_published(
        &self,
        roots: &[SignedRoot],
        earlier: &[LostRoot],
        note: &str,
    ) -> Result<Vec<LostRoot>> {
        let note = note.trim();
        if note.is_empty() || note.chars().count() > 500 {
            let help = "用 --note 写明原因，最多500字，例如“2026年11月28日磁盘损坏，恢复到前一日的备份”。";
            return Err(AppError::wrong("lost_root_note", "没有写明根为什么不再成立", help));
        }
        self.check_published(roots)?;
        let lost_at = self.now();
        let fresh = roots.iter().map(|root| LostRoot { root: root.clone(), lost_at, note: note.to_owned() });
        let kept: Vec<lost_root::LostRoot> =
            fresh.chain(earlier.iter().cloned()).map(|one| one.kept()).collect();
        // A witness is kept by the size of its root: only those of roots that hold are taken over.
        let witnessed: Vec<_> = roots.iter().map(|root| (root.head.root, kept_witnesses(root))).collect();
        let gone = self.store().write(move |tx| {
            let gone = lost_root::take_over(tx, &kept)?;
            for (root, witnesses) in &witnessed {
                for one in witnesses {
                    let own = tree_head::covering(tx, one.size)?;
                    if own.is_some_and(|own| own.size == one.size && own.root == *root) {
                        store::witness::add(tx, one)?;
                    }
                }
            }
            Ok::<_, StoreError>(gone)
        })??;
        Ok(gone.iter().filter_map(LostRoot::of).collect())
    }

    fn check_published(&self, roots: &[SignedRoot]) -> Result<()> {
        let help = "请核对文件是不是从本平台的 /journal/roots.json 下载的原文件。";
        let log = self.store().read(|reader| log_id(reader))?;
        for root in roots {
            if let Some(fault) = root.faults().first() {
                return Err(AppError::wrong("lost_root", fault.to_string(), help));
            }
            if !log.is_empty() && root.log() != log {
                let why = format!("覆盖{}条事项的根是另一份日志的，日志编号不同", root.size());
                return Err(AppError::wrong("lost_root", why, help));
            }
        }
        Ok(())
    }
}
