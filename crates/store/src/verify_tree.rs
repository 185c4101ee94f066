//! Do the roots still hold: those in the store, and those that others kept?

use ledger::{Frontier, Hash, Head, PublicKeys, Signatures, Sm3};

use crate::tree_head::TreeHead;
use crate::{Problem, Query, Result, VerifyReport, events, meta, tree, tree_head};

/// The setting with the log's own id.
pub const LOG_ID: &str = "log_id";

/// What somebody kept of the journal outside of the store. 留存的根
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct KeptRoot {
    pub size: i64,
    pub root: Hash,
    /// Places and hashes of single events.
    pub events: Vec<(i64, Hash)>,
}

/// How many hashes are read at a time.
const PAGE: u32 = 4096;

/// Every root that was ever made must still be the root of what stands there, signed as it was; and every
/// subtree that is kept that of its events.
pub(crate) fn verify_roots(db: &dyn Query, report: &mut VerifyReport) -> Result<()> {
    let heads = tree_head::list(db)?;
    report.roots = u64::try_from(heads.len()).unwrap_or(u64::MAX);
    let log = meta::get(db, LOG_ID)?.unwrap_or_default();
    let unsigned = heads.iter().filter(|head| !is_signed(&log, head));
    report.faults.extend(unsigned.map(|head| Problem::Signature { size: head.size }));
    let mut due = heads.iter().filter(|head| head.size > 0).peekable();
    let mut frontier = Frontier::<Sm3>::new();
    let mut after = 0;
    loop {
        let page = events::hashes_after(db, after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        let mut completed = Vec::new();
        for (seq, hash) in &page {
            frontier.append_with(hash.as_bytes(), &mut |level, place, hash| {
                if level >= tree::LOWEST {
                    completed.push((level, place, hash));
                }
            });
            while let Some(head) = due.next_if(|head| head.size <= *seq) {
                if head.size != *seq || head.root != frontier.root() {
                    report.faults.push(Problem::Root { size: head.size });
                }
            }
        }
        for (level, place, hash) in completed {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            if tree::kept(db, level, place)?.is_some_and(|kept| kept != hash) {
                report.faults.push(Problem::Node { level, place });
            }
        }
    }
    report.faults.extend(due.map(|head| Problem::Root { size: head.size }));
    Ok(())
}

/// Whether a root's signatures are right. Roots without any are of a time before there were keys.
fn is_signed(log: &str, head: &TreeHead) -> bool {
    let (Some(signature), Some(keys)) = (&head.signature, &head.keys) else {
        return head.signature.is_none() && head.keys.is_none();
    };
    let Some((signatures, keys)) = Signatures::from_bytes(signature).zip(PublicKeys::from_bytes(keys)) else {
        return false;
    };
    let size = u64::try_from(head.size).unwrap_or_default();
    let text = Head { log: log.to_owned(), size, root: head.root, made_at: head.made_at }.text();
    keys.check(text.as_bytes(), &signatures).is_ok()
}

/// Whether the journal still begins with what somebody kept. Everything is computed anew from the events' hashes, whatever
/// the store says of its own roots; that the hashes are those of the events is what [`crate::Store::verify`] finds.
pub fn verify_since(db: &dyn Query, kept: &[KeptRoot]) -> Result<Vec<Problem>> {
    let mut faults = Vec::new();
    let longest = kept.iter().map(|one| one.size).max().unwrap_or(0);
    let mut roots: Vec<&KeptRoot> = kept.iter().filter(|one| one.size > 0).collect();
    roots.sort_by_key(|one| one.size);
    let mut due = roots.into_iter().peekable();
    let mut single: Vec<(i64, Hash)> = kept.iter().flat_map(|one| one.events.iter().copied()).collect();
    single.sort_unstable();
    single.dedup();
    let mut single = single.into_iter().peekable();
    let mut frontier = Frontier::<Sm3>::new();
    let mut after = 0;
    while after < longest {
        let page = events::hashes_after(db, after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (seq, hash) in &page {
            frontier.append(hash.as_bytes());
            while let Some((place, was)) = single.next_if(|(place, _)| place <= seq) {
                if place != *seq || was != *hash {
                    faults.push(Problem::KeptEvent { place });
                }
            }
            while let Some(one) = due.next_if(|one| one.size <= *seq) {
                if one.size != *seq || one.root != frontier.root() {
                    faults.push(Problem::KeptRoot { size: one.size });
                }
            }
        }
    }
    let has = events::last_seq(db)?;
    faults.extend(due.map(|one| Problem::Shorter { size: one.size, has }));
    faults.extend(single.map(|(place, _)| Problem::KeptEvent { place }));
    Ok(faults)
}
