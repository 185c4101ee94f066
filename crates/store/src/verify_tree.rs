//! Do the roots still hold: those in the store, and those that others kept?

use ledger::{Frontier, Hash, Head, PublicKeys, Signatures, Sm3};

use crate::tree_head::TreeHead;
use crate::verify_scan::{Found, PAGE_LEVEL};
use crate::{Problem, Query, Result, VerifyReport, events, meta, tree};

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
pub(crate) fn verify_roots(db: &dyn Query, found: &Found, report: &mut VerifyReport) -> Result<()> {
    report.roots = u64::try_from(found.heads.len()).unwrap_or(u64::MAX);
    let log = meta::get(db, LOG_ID)?.unwrap_or_default();
    let unsigned = found.heads.iter().filter(|head| !is_signed(&log, head));
    report.faults.extend(unsigned.map(|head| Problem::Signature { size: head.size }));
    if found.is_gapless() { from_pages(db, found, report) } else { event_by_event(db, &found.heads, report) }
}

/// From the subtrees of the pages that were read.
fn from_pages(db: &dyn Query, found: &Found, report: &mut VerifyReport) -> Result<()> {
    let mut frontier = Frontier::<Sm3>::new();
    for page in &found.pages {
        for (head, covered) in &page.heads {
            let mut then = frontier.clone();
            covered.iter().for_each(|(level, hash)| then.append_subtree(*level, *hash, &mut |_, _, _| ()));
            if then.root() != head.root {
                report.faults.push(Problem::Root { size: head.size });
            }
        }
        report.faults.extend(page.faults.iter().cloned());
        let Some(top) = page.top else { break };
        let mut completed = Vec::new();
        frontier
            .append_subtree(PAGE_LEVEL, top, &mut |level, place, hash| completed.push((level, place, hash)));
        differing(db, completed, report)?;
    }
    let beyond = found.heads.iter().filter(|head| head.size > found.last);
    report.faults.extend(beyond.map(|head| Problem::Root { size: head.size }));
    Ok(())
}

/// In a journal with holes, where no place of the tree is what it was.
fn event_by_event(db: &dyn Query, heads: &[TreeHead], report: &mut VerifyReport) -> Result<()> {
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
        differing(db, completed, report)?;
    }
    report.faults.extend(due.map(|head| Problem::Root { size: head.size }));
    Ok(())
}

/// Subtrees that are kept otherwise.
fn differing(db: &dyn Query, completed: Vec<(u32, u64, Hash)>, report: &mut VerifyReport) -> Result<()> {
    for (level, place, hash) in completed {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        if tree::kept(db, level, place)?.is_some_and(|kept| kept != hash) {
            report.faults.push(Problem::Node { level, place });
        }
    }
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
