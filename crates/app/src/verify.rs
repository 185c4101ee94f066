//! Proving the store: the journal whole, and every figure what the journal says.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use base::Diagnostic;
use store::events::Entry;
use store::tally::Contribution;
use store::{Query, VerifyReport, cases, events, personal, tally};

use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::{Inner, Platform};

/// What verifying came to. 核验结果
#[derive(Clone, Debug)]
pub struct Verified {
    pub journal: VerifyReport,
    /// Cases whose state or figures were recomputed.
    pub recomputed: u64,
    pub faults: Vec<Diagnostic>,
}

/// How many cases are read together.
const PAGE: u32 = 200;

impl Platform {
    /// Recomputes every hash of the journal; with `figures`, replays every case and compares its state and all that
    /// it adds to figures with what the store keeps.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn verify(&self, figures: bool) -> Result<Verified> {
        let journal = self.store().verify_with(self.inner().held().ready())?;
        let (recomputed, faults) = if figures { self.replay()? } else { (0, Vec::new()) };
        Ok(Verified { journal, recomputed, faults })
    }

    /// Replays every case from its events, and compares its state and all that it adds to figures with what the store
    /// keeps: how many cases, and what differs, in the order of the cases' ids. Two readers share the work.
    ///
    /// # Errors
    /// The store cannot be read, or the events of a case make none.
    pub fn replay(&self) -> Result<(u64, Vec<Diagnostic>)> {
        let cursor = Mutex::new(Cursor::default());
        let (mut share, other) = thread::scope(|scope| {
            let other = scope.spawn(|| self.replay_share(&cursor));
            (self.replay_share(&cursor), other.join())
        });
        let other = other.map_err(|_| AppError::from(store::StoreError::Panicked))?;
        share.faults.extend(other.faults);
        share.faults.sort_by_key(|(page, _)| *page);
        let failed = [share.failed, other.failed].into_iter().flatten();
        match failed.min_by_key(|(page, _)| *page) {
            Some((_, fault)) => Err(fault),
            None => {
                Ok((share.count + other.count, share.faults.into_iter().map(|(_, fault)| fault).collect()))
            }
        }
    }

    /// Pages until there are none left, or one cannot be replayed.
    fn replay_share(&self, cursor: &Mutex<Cursor>) -> Share {
        let mut share = Share::default();
        loop {
            let mut number = 0;
            let page = self.store().read(|db| -> Result<_> {
                let Some((page, after, rows)) = next_page(db, cursor)? else { return Ok(None) };
                number = page;
                self.inner().replay_page(db, &after, rows).map(Some)
            });
            match page {
                Ok(Some((count, faults))) => {
                    share.count += count;
                    share.faults.extend(faults.into_iter().map(|fault| (number, fault)));
                }
                Ok(None) => return share,
                Err(fault) => {
                    share.failed = Some((number, fault));
                    return share;
                }
            }
        }
    }

    /// The canonical bytes of every event, for measuring what hashing them takes at least.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn canonical_journal(&self) -> Result<Vec<Vec<u8>>> {
        let all = self.store().read(|reader| store::events::after(reader, 0, u32::MAX))?;
        Ok(all.iter().map(|entry| entry.event().canonical()).collect())
    }
}

/// What one reader came to, each with the number of its page.
#[derive(Default)]
struct Share {
    count: u64,
    faults: Vec<(u64, Diagnostic)>,
    failed: Option<(u64, AppError)>,
}

/// After which case the next page begins, and how many pages there were.
#[derive(Default)]
struct Cursor {
    after: String,
    pages: u64,
}

/// The number of a page, the id after which it begins, its cases.
type Page = (u64, String, Vec<cases::Case>);

fn next_page(db: &dyn Query, cursor: &Mutex<Cursor>) -> Result<Option<Page>> {
    let mut cursor = cursor.lock().map_err(|_| store::StoreError::Panicked)?;
    let rows = cases::after(db, &cursor.after, PAGE)?;
    let Some(last) = rows.last() else { return Ok(None) };
    let after = std::mem::replace(&mut cursor.after, last.id.clone());
    cursor.pages += 1;
    Ok(Some((cursor.pages, after, rows)))
}

/// The rows of the next case, in an order by case.
fn take_of<'a, T>(rows: &mut &'a [T], case: &str, case_of: impl Fn(&T) -> &str) -> &'a [T] {
    let own = rows.iter().take_while(|row| case_of(row) == case).count();
    let (found, rest) = rows.split_at(own);
    *rows = rest;
    found
}

impl Inner {
    /// Replays a page of cases: how many, and what differs.
    fn replay_page(
        &self,
        db: &dyn Query,
        after: &str,
        rows: Vec<cases::Case>,
    ) -> Result<(u64, Vec<Diagnostic>)> {
        let until = rows.last().map_or("", |row| row.id.as_str());
        let entries = events::of_cases(db, after, until)?;
        let personal = personal::of_cases(db, self.held().ready(), after, until)?;
        let kept = tally::of_cases(db, after, until)?;
        let (mut entries, mut personal, mut kept) = (&entries[..], &personal[..], &kept[..]);
        let (mut count, mut faults) = (0, Vec::new());
        for row in rows {
            let own: &[Entry] = take_of(&mut entries, &row.id, |entry| &entry.chained.event.case);
            let personal = take_of(&mut personal, &row.id, |(case, _)| case).iter();
            let personal = personal.map(|(_, one)| (one.number, one.data.clone())).collect();
            let kept = take_of(&mut kept, &row.id, |one: &Contribution| &one.case);
            let pack = self.pack(db, &row.pack)?;
            let file = self.replay(row, pack, own, &personal)?;
            faults.extend(differs(&file, kept));
            count += 1;
        }
        Ok((count, faults))
    }
}

/// What of a case's row or of its part in figures is not what its events say.
fn differs(file: &CaseFile, kept: &[Contribution]) -> Option<Diagnostic> {
    let row = &file.row;
    let number = row.number.as_deref().unwrap_or(&row.id);
    let mut sums: BTreeMap<(&str, u32, i32), (i64, i64)> = BTreeMap::new();
    for one in kept {
        let sum = sums.entry((one.figure.as_str(), one.number, one.legal_day)).or_default();
        *sum = (sum.0 + one.n, sum.1 + one.total);
    }
    for one in &file.counted {
        let Some(figure) = file.pack.file.figures.get(one.figure) else { continue };
        let sum = sums.entry((figure.id.as_str(), one.number, one.on.number())).or_default();
        *sum = (sum.0 - one.n, sum.1 - one.total);
    }
    sums.retain(|_, sum| *sum != (0, 0));
    if let Some(((figure, event, _), _)) = sums.into_iter().next() {
        let why = format!("案件{number}第{event}号事项对指标“{figure}”的计数与日志重算的不一致");
        let help = "统计数可以由日志重算；请联系管理员重建统计。";
        return Some(Diagnostic::error("figure_differs", why).help(help));
    }
    let phase = file.history.marking.phase.and_then(|at| file.pack.file.procedure.phases.get(at));
    let closed = file.history.marking.closed_on.map(calendar::Day::number);
    if phase.map_or("", String::as_str) != row.phase || closed != row.closed_on {
        let why = format!("案件{number}登记的阶段或者结案日期与日志重算的不一致");
        return Some(Diagnostic::error("state_differs", why).help("请联系管理员，由日志重建案件状态。"));
    }
    None
}

/// SM3 over each, one after the other on each of so many threads, and nothing else; all digests folded into one, so that
/// none is left out.
#[must_use]
pub fn sm3_of_each(texts: &[Vec<u8>], threads: usize) -> [u8; 32] {
    let fold = |folded: [u8; 32], hash: [u8; 32]| {
        let mut folded = folded;
        folded.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
        folded
    };
    let share =
        |texts: &[Vec<u8>]| texts.iter().fold([0; 32], |folded, text| fold(folded, crate::ids::sm3(text).0));
    thread::scope(|scope| {
        let shares = texts.chunks(texts.len().div_ceil(threads.max(1)).max(1));
        let shares: Vec<_> = shares.map(|texts| scope.spawn(move || share(texts))).collect();
        shares.into_iter().filter_map(|share| share.join().ok()).fold([0; 32], fold)
    })
}
