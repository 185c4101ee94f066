//! Proving the store: the journal whole, and every figure what the journal says.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use base::Diagnostic;
use calendar::Calendar;
use store::events::Entry;
use store::tally::{self, Contribution, Sum};
use store::{Query, VerifyReport, cases, due, enterprise, events, personal};

use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::{Inner, Platform};
use crate::{enterprises, showing, visible};

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
        if let Some((_, fault)) = failed.min_by_key(|(page, _)| *page) {
            return Err(fault);
        }
        let mut faults: Vec<Diagnostic> = share.faults.into_iter().map(|(_, fault)| fault).collect();
        faults.extend(self.verify_counts(share.counted + other.counted)?);
        Ok((share.count + other.count, faults))
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
                Ok(Some(Replayed { count, counted, faults })) => {
                    share.count += count;
                    share.counted += counted;
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

    /// What counts beside the cases says: the numbers beside lists, and records of no event.
    fn verify_counts(&self, counted_events: i64) -> Result<Vec<Diagnostic>> {
        let help = "计数可以由案件重算；请联系管理员重建计数。";
        let wrong = |why: String| Diagnostic::error("count_differs", why).help(help);
        let (cases, dues, named, events) = self.store().read(|reader| -> Result<_> {
            let named = cases::named_astray(reader)?;
            let events = tally::events_counted(reader)?;
            Ok((cases::miscounted(reader)?, due::miscounted(reader)?, named, events))
        })?;
        let mut found = Vec::new();
        for (organ, procedure, phase) in cases {
            found.push(wrong(format!("机关{organ}的“{procedure}”在“{phase}”阶段的案件数与案件不一致")));
        }
        found.extend(dues.into_iter().map(|organ| wrong(format!("机关{organ}的应办件数与应办事项不一致"))));
        found.extend(
            named.into_iter().map(|(name, case)| {
                wrong(format!("案件{case}列在“{name}”可以查看的案件里，案件中却没有写明"))
            }),
        );
        // Where somebody acts meanwhile the two may differ without a fault: each record is looked at then.
        if events != counted_events {
            found.extend(self.astray()?);
        }
        Ok(found)
    }

    /// The first records of figures that no event makes.
    fn astray(&self) -> Result<Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut after: Option<Contribution> = None;
        loop {
            let page = self.store().read(|reader| tally::every(reader, after.as_ref(), 1000))?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.clone());
            for one in &page {
                let wrong = self.store().read(|reader| -> Result<bool> {
                    let Ok(file) = self.inner().load(reader, &one.case) else { return Ok(true) };
                    let expected = counted(&file).get(&key_of(one)).copied().unwrap_or_default();
                    Ok(tally::of_event(reader, one)? != expected)
                })?;
                if wrong && found.len() < 10 {
                    let (case, event, figure) = (&one.case, one.number, &one.figure);
                    let why = format!("案件{case}第{event}号事项对指标“{figure}”的计数，日志中没有");
                    let help = "统计数可以由日志重算；请联系管理员重建统计。";
                    found.push(Diagnostic::error("figure_differs", why).help(help));
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
    /// For how many figures, days and events the cases count.
    counted: i64,
    faults: Vec<(u64, Diagnostic)>,
    failed: Option<(u64, AppError)>,
}

/// After which case the next page begins, and how many pages there were.
#[derive(Default)]
struct Cursor {
    after: String,
    pages: u64,
}

/// What replaying a page came to.
struct Replayed {
    count: u64,
    counted: i64,
    faults: Vec<Diagnostic>,
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
    fn replay_page(&self, db: &dyn Query, after: &str, rows: Vec<cases::Case>) -> Result<Replayed> {
        let until = rows.last().map_or("", |row| row.id.as_str());
        let entries = events::of_cases(db, after, until)?;
        let personal = personal::of_cases(db, self.held().ready(), after, until)?;
        let (mut entries, mut personal) = (&entries[..], &personal[..]);
        let mut made = Replayed { count: 0, counted: 0, faults: Vec::new() };
        for row in rows {
            let own: &[Entry] = take_of(&mut entries, &row.id, |entry| &entry.chained.event.case);
            let parts = take_of(&mut personal, &row.id, |(case, _)| case).iter();
            let is_open = parts.clone().all(|(_, one)| one.erased.is_empty() && one.unopened.is_empty());
            let personal = parts.map(|(_, one)| (one.number, one.data.clone())).collect();
            let pack = self.pack(db, &row.pack)?;
            let file = self.replay(row, pack, own, &personal)?;
            let (found, counted) = differs(db, &file)?;
            made.faults.extend(found);
            made.faults.extend(derived_differs(db, &file, &self.rules.calendar, is_open)?);
            made.counted += counted;
            made.count += 1;
        }
        Ok(made)
    }
}

/// What of a case's row or of its part in figures is not what its events say, and for how many figures, days and events it
/// counts.
fn differs(db: &dyn Query, file: &CaseFile) -> Result<(Option<Diagnostic>, i64)> {
    let (row, mut found) = (&file.row, None);
    let number = row.number.as_deref().unwrap_or(&row.id);
    let sums = counted(file);
    for (one, sum) in &sums {
        if tally::of_event(db, one)? != *sum {
            let (event, figure) = (one.number, &one.figure);
            let why = format!("案件{number}第{event}号事项对指标“{figure}”的计数与日志重算的不一致");
            let help = "统计数可以由日志重算；请联系管理员重建统计。";
            found.get_or_insert(Diagnostic::error("figure_differs", why).help(help));
        }
    }
    let procedure = &file.pack.file.procedure;
    let phase = file.history.marking.phase.and_then(|at| procedure.phases.get(at));
    let closed = file.history.marking.closed_on.map(calendar::Day::number);
    let help = "请联系管理员，由日志重建案件状态。";
    if phase.map_or("", String::as_str) != row.phase || closed != row.closed_on {
        let why = format!("案件{number}登记的阶段或者结案日期与日志重算的不一致");
        found.get_or_insert(Diagnostic::error("state_differs", why).help(help));
    }
    let names = visible::names(procedure, &file.history.records);
    if names != row.named || !cases::named_in_lists(db, row)? {
        let why = format!("案件{number}登记的可以查看的机关与日志重算的不一致");
        found.get_or_insert(Diagnostic::error("readers_differ", why).help(help));
    }
    let counted = sums.values().filter(|sum| **sum != Sum::default()).count();
    Ok((found, i64::try_from(counted).unwrap_or(i64::MAX)))
}

/// What is derived of a case beside its row and its figures, and is not what its events say: the enterprises that it names,
/// until when its publications are shown. Of a case some of whose personal data were erased or do not open (`is_open`) the
/// records name fewer.
fn derived_differs(
    db: &dyn Query,
    file: &CaseFile,
    calendar: &Calendar,
    is_open: bool,
) -> Result<Option<Diagnostic>> {
    let number = file.row.number.as_deref().unwrap_or(&file.row.id);
    let procedure = &file.pack.file.procedure;
    if enterprises::names_any(&procedure.acts) {
        let kept = enterprise::of_case(db, &file.row.id)?;
        let named = enterprises::named(procedure, &file.history);
        let lacks = named.keys().any(|code| !kept.contains(code));
        if lacks || (is_open && kept.len() > named.len()) {
            let why = format!("案件{number}登记的所涉企业与日志重算的不一致");
            let help = "企业档案、检查频次按它查找；请联系管理员，由日志重建。";
            return Ok(Some(Diagnostic::error("enterprises_differ", why).help(help)));
        }
    }
    let wrong = showing::astray(db, file, calendar)?;
    Ok(wrong.first().map(|(event, _)| {
        let why = format!("案件{number}第{event}号事项公开的内容，登记的公示截止日与日志重算的不一致");
        Diagnostic::error("shown_differs", why).help("请联系管理员，由日志重建公开信息。")
    }))
}

/// A record without its numbers, as a key.
fn key_of(one: &Contribution) -> Contribution {
    Contribution { recorded_day: 0, n: 0, total: 0, ..one.clone() }
}

/// What a case adds to each figure by its journal.
fn counted(file: &CaseFile) -> BTreeMap<Contribution, Sum> {
    let mut sums: BTreeMap<Contribution, Sum> = BTreeMap::new();
    for one in &file.counted {
        let Some(figure) = file.pack.file.figures.get(one.figure) else { continue };
        let key = Contribution {
            figure: figure.id.clone(),
            legal_day: one.on.number(),
            case: file.row.id.clone(),
            number: one.number,
            organ: file.row.organ.clone(),
            division: file.row.division.clone(),
            recorded_day: 0,
            n: 0,
            total: 0,
        };
        let sum = sums.entry(key).or_default();
        *sum = Sum { n: sum.n + one.n, total: sum.total + one.total };
    }
    sums
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
