//! Does the journal still say what was written?

use std::fmt;
use std::sync::Mutex;
use std::thread;

use ledger::{Chained, Fault, Hash, verify_chain};

use crate::personal::Standing;
use crate::value::{Value, all, first};
use crate::verify_scan::{Found, scan};
use crate::verify_tree::verify_roots;
use crate::{
    Files, Keyring, Query, Result, Row, Store, StoreError, attachment, events, personal, sql, tally,
    tally_year,
};

/// What a check of the whole store found. 核验报告
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct VerifyReport {
    pub events: u64,
    pub cases: u64,
    /// Events whose personal fields, as far as they were not erased, are there and meet their digest.
    pub personal: u64,
    /// Events of whose personal fields some or all were erased.
    pub erased: u64,
    /// Events with personal fields that could not be opened, because the key is not at hand: their digest alone was checked.
    pub unopened: u64,
    /// Roots of the Merkle tree that were recomputed.
    pub roots: u64,
    /// Contents of attachments that were read.
    pub files: u64,
    /// Lines of the log of operations.
    pub log_lines: u64,
    pub faults: Vec<Problem>,
}

impl VerifyReport {
    /// Adds what walking a page of cases found.
    fn add(&mut self, page: Self) {
        self.personal += page.personal;
        self.erased += page.erased;
        self.unopened += page.unopened;
        self.faults.extend(page.faults);
    }

    /// Whether everything is as it was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

/// What is wrong. 核验问题
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A case's chain is broken.
    Chain(Fault),
    /// The chain ends before or after the case's own last event: events were cut off or put on.
    Version { case: String, case_has: u32, chain_has: u32 },
    /// The chain ends in another hash than the case.
    Head { case: String },
    /// An event's division is not its case's.
    Division { case: String, number: u32 },
    /// Events whose case is gone.
    NoCase { case: String },
    /// A place in the journal is empty: events were taken out.
    Gap { before: i64 },
    /// The journal no longer has the root that was made over its first events.
    Root { size: i64 },
    /// A root's signatures are not of this root by its keys.
    Signature { size: i64 },
    /// A subtree that is kept is not that of its events.
    Node { level: u32, place: i64 },
    /// The journal does not begin with the events over which somebody kept the root.
    KeptRoot { size: i64 },
    /// The event at a place is not the one of a receipt that somebody kept.
    KeptEvent { place: i64 },
    /// The journal has fewer events than the root that somebody kept.
    Shorter { size: i64, has: i64 },
    /// A figure's tally is not the sum of the records behind it.
    Tally { figure: String, organ: String, legal_day: i32 },
    /// A figure's tally of a year is not the sum of its days; without an organ, that of all organs of a division.
    TallyYear { figure: String, organ: String, year: i32 },
    /// The last day of the tallies is not the one that is kept.
    TallyReach,
    /// Personal fields that do not meet the digest of their event.
    Personal { case: String, number: u32 },
    /// Personal fields that are gone without having been erased.
    PersonalGone { case: String, number: u32 },
    /// A line of the log of operations is not as it was written, or one before it is gone.
    LogLine { id: i64 },
    /// A content is missing or changed.
    File { hash: Hash, case: String, number: u32, name: String },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain(fault) => fault.fmt(f),
            Self::Version { case, case_has, chain_has } => {
                write!(f, "案件 {case} 应有 {case_has} 条事项，现有 {chain_has} 条：末尾的事项被删去或添加")
            }
            Self::Head { case } => write!(f, "案件 {case} 最后一条事项的杂凑值与案件所记的不一致"),
            Self::Division { case, number } => {
                write!(f, "案件 {case} 的第 {number} 号事项所记的区划与案件的不一致")
            }
            Self::NoCase { case } => write!(f, "案件 {case} 的事项还在，案件本身不见了"),
            Self::Gap { before } => write!(f, "全部事项的登记次序在第 {before} 条之前不连续：有事项被删去"),
            Self::Root { size } => {
                write!(f, "前 {size} 条事项的树根与当时留存的不一致：事项被改动、增删或调换")
            }
            Self::Signature { size } => write!(f, "前 {size} 条事项的树根的签名不符：根或者签名被改动"),
            Self::Node { level, place } => {
                write!(f, "日志树第 {level} 层第 {place} 个节点与事项不一致：节点被改动")
            }
            Self::KeptRoot { size } => write!(
                f,
                "现有日志的前 {size} 条事项算不出所留存的根：根作出以后，其中有事项被改动、删去、插入或者调换次序"
            ),
            Self::KeptEvent { place } => {
                write!(
                    f,
                    "日志第 {place} 条不是凭证所记的事项：该事项被改动、删去，或者前面有事项被删去、插入"
                )
            }
            Self::Shorter { size, has } => {
                write!(f, "所留存的根覆盖 {size} 条事项，现有日志只有 {has} 条：末尾的事项被删去")
            }
            Self::Tally { figure, organ, legal_day } => {
                write!(
                    f,
                    "统计指标 {figure} 中机关 {organ} 第 {legal_day} 日（自 1970-01-01 起算）的数与来源记录之和不一致"
                )
            }
            Self::TallyYear { figure, organ, year } => {
                let organ = if organ.is_empty() { "各机关合计" } else { organ };
                write!(f, "统计指标 {figure} 中 {organ} {year} 年的年度数与逐日数之和不一致")
            }
            Self::TallyReach => write!(f, "登记的统计数最后一日，早于统计数中实有的最后一日"),
            Self::Personal { case, number } => {
                write!(f, "案件 {case} 的第 {number} 号事项的个人信息与登记时的摘要不一致")
            }
            Self::LogLine { id } => {
                write!(f, "操作日志第 {id} 条与写入时不一致，或者它前面的被删去、插入")
            }
            Self::PersonalGone { case, number } => {
                write!(f, "案件 {case} 的第 {number} 号事项的个人信息连同摘要不见了：不是依程序删除的")
            }
            Self::File { hash, case, number, name } => {
                write!(f, "案件 {case} 的第 {number} 号事项的附件“{name}”（{}）缺失或被改动", hash.short())
            }
        }
    }
}

/// Reads everything and checks it: each case's chain against its version and head, the order of entry, the roots, the
/// personal fields, the attachments. Everything is read once in the order in which it lies; only where something is
/// not in order are the cases walked one by one, which says what it is. Two readers share the
/// work, and each may see a moment of its own: a case in which somebody acted in between is walked too.
pub(crate) fn verify(store: &Store, keys: Option<&Keyring>) -> Result<VerifyReport> {
    let found = scan(store, keys)?;
    let in_order = found.personal_in_order();
    let mut report = VerifyReport {
        events: u64::try_from(found.events).unwrap_or(0),
        cases: found.cases,
        personal: in_order.opened,
        erased: in_order.erased,
        unopened: in_order.unopened,
        ..VerifyReport::default()
    };
    if found.any() {
        walk(store, keys, &found, &mut report)?;
    }
    store.read(|db| {
        if found.broken.any() {
            for case in all(db, &sql::EVENTS_WITHOUT_CASE, &[], |row| row.case())? {
                report.faults.push(Problem::NoCase { case });
            }
            report.faults.extend(all(db, &sql::EVENTS_ASTRAY, &[], |row| {
                Ok(Problem::Division { case: row.case()?, number: row.number()? })
            })?);
        }
        if !found.is_gapless() {
            verify_order(db, &mut report)?;
        }
        verify_roots(db, &found, &mut report)?;
        if found.tallies_differ {
            let wrong = tally::differing(db, 10)?.into_iter();
            report.faults.extend(wrong.map(|(figure, organ, legal_day)| Problem::Tally {
                figure,
                organ,
                legal_day,
            }));
        }
        // Years are compared with the days: where those are wrong, there is nothing to compare with.
        if found.years_differ && !found.tallies_differ {
            let wrong = tally_year::differing(db, 10)?.into_iter();
            report.faults.extend(wrong.map(|(figure, organ, year)| Problem::TallyYear {
                figure,
                organ,
                year,
            }));
        }
        let beyond = found.beyond_reach && !found.tallies_differ;
        report.faults.extend(beyond.then_some(Problem::TallyReach));
        crate::audit_log::verify(db, &mut report)?;
        verify_files(db, store.files(), keys, &mut report)
    })?;
    Ok(report)
}

/// Walks the cases that need a second look, with two readers.
fn walk(store: &Store, keys: Option<&Keyring>, found: &Found, report: &mut VerifyReport) -> Result<()> {
    let cursor = Mutex::new(Cursor::default());
    let mut pages = thread::scope(|scope| -> Result<_> {
        let other = scope.spawn(|| share(store, keys, &cursor, found));
        let mut pages = share(store, keys, &cursor, found)?;
        pages.extend(other.join().map_err(|_| StoreError::Panicked)??);
        Ok(pages)
    })?;
    pages.sort_by_key(|(page, _)| *page);
    pages.into_iter().for_each(|(_, page)| report.add(page));
    Ok(())
}

/// Where the next page of cases begins, and its number.
#[derive(Default)]
struct Cursor {
    after: String,
    page: u64,
}

type Pages = Vec<(u64, VerifyReport)>;

/// One reader's share: pages of cases until there are none.
fn share(store: &Store, keys: Option<&Keyring>, cursor: &Mutex<Cursor>, found: &Found) -> Result<Pages> {
    store.read(|db| {
        let mut pages = Vec::new();
        while let Some((page, tips)) = next_page(db, cursor)? {
            let mut report = VerifyReport::default();
            let mut suspects = tips.iter().filter(|tip| found.suspects(&tip.case));
            suspects.try_for_each(|tip| verify_case(db, keys, tip, &mut report))?;
            if report != VerifyReport::default() {
                pages.push((page, report));
            }
        }
        Ok(pages)
    })
}

fn next_page(db: &dyn Query, cursor: &Mutex<Cursor>) -> Result<Option<(u64, Vec<Tip>)>> {
    let mut cursor = cursor.lock().map_err(|_| StoreError::Panicked)?;
    let tips = all(db, &sql::CASE_IDS, &[Value::Case(&cursor.after), PAGE.into()], read_tip)?;
    let Some(last) = tips.last() else { return Ok(None) };
    cursor.after.clone_from(&last.case);
    cursor.page += 1;
    Ok(Some((cursor.page, tips)))
}

/// How many cases are looked up at a time.
const PAGE: u32 = 1000;

struct Tip {
    case: String,
    version: u32,
    head: Hash,
}

fn read_tip(row: &mut Row<'_>) -> Result<Tip> {
    Ok(Tip { case: row.case()?, version: row.number()?, head: row.hash()? })
}

fn verify_case(db: &dyn Query, keys: Option<&Keyring>, tip: &Tip, report: &mut VerifyReport) -> Result<()> {
    let Tip { case, version, head } = tip;
    let entries = events::of_case(db, case, 0)?;
    let chain: Vec<Chained> = entries.into_iter().map(|entry| entry.chained).collect();
    let chain_has = chain.last().map_or(0, |last| last.event.number);
    match verify_chain(case, &chain) {
        Err(fault) => report.faults.push(Problem::Chain(fault)),
        Ok(_) if chain_has != *version => {
            report.faults.push(Problem::Version { case: case.clone(), case_has: *version, chain_has });
        }
        Ok(found) if found != *head => report.faults.push(Problem::Head { case: case.clone() }),
        Ok(_) => {}
    }
    verify_personal(case, &chain, &personal::standing(db, keys, case)?, report);
    Ok(())
}

fn verify_personal(case: &str, chain: &[Chained], kept: &[Standing], report: &mut VerifyReport) {
    let digest_of = |number| {
        let found = chain.iter().find(|it| it.event.number == number);
        found.and_then(|it| it.event.personal_digest)
    };
    for found in kept {
        if found.broken > 0 || digest_of(found.number) != Some(found.digest) {
            report.faults.push(Problem::Personal { case: case.to_owned(), number: found.number });
            continue;
        }
        report.personal += u64::from(found.opened > 0 && found.unopened == 0);
        report.erased += u64::from(found.erased > 0);
        report.unopened += u64::from(found.unopened > 0);
    }
    let with_digest = chain.iter().filter(|it| it.event.personal_digest.is_some());
    let gone = with_digest.filter(|it| kept.iter().all(|found| found.number != it.event.number));
    report
        .faults
        .extend(gone.map(|it| Problem::PersonalGone { case: case.to_owned(), number: it.event.number }));
}

fn verify_order(db: &dyn Query, report: &mut VerifyReport) -> Result<()> {
    let count = first(db, &sql::EVENT_COUNT, &[], |row| Ok((row.int()?, row.int()?)))?;
    if count.is_some_and(|(count, last)| count != last) {
        for before in all(db, &sql::EVENT_SEQ_GAP, &[], |row| row.int())? {
            report.faults.push(Problem::Gap { before });
        }
    }
    Ok(())
}

fn verify_files(
    db: &dyn Query,
    files: &Files,
    keys: Option<&Keyring>,
    report: &mut VerifyReport,
) -> Result<()> {
    let mut after = Hash::default();
    loop {
        let hashes = attachment::hashes(db, &after, PAGE)?;
        let Some(last) = hashes.last() else { return Ok(()) };
        after = *last;
        for hash in &hashes {
            report.files += 1;
            let is_whole = files.is_whole(hash);
            for it in attachment::by_stored(db, hash)? {
                if is_whole && files.opens(keys, &it) {
                    continue;
                }
                let (hash, name) = (it.hash, it.name);
                report.faults.push(Problem::File { hash, case: it.case, number: it.number, name });
            }
        }
    }
}
