//! What was done to the system itself: sign-ins, rights, views of personal data, settings. The lines are a chain: each
//! holds the SM3 hash of the one before, so that a line that is changed, taken out or put in is found.

use ledger::{Hash, Sm3};

use crate::value::{all, first};
use crate::{Problem, Query, Result, Row, StoreError, Tx, VerifyReport, sql};

/// A line of the log. 操作日志
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: i64,
    pub at: i64,
    /// Who did it, or whom it befell where nobody had signed in.
    pub account: Option<String>,
    pub what: String,
    pub detail: String,
    /// From which address; nothing where it was done on the machine itself.
    pub address: Option<String>,
    /// Whether it succeeded.
    pub ok: bool,
    pub prev: Hash,
    pub hash: Hash,
}

/// What is to be written. 待记的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewLine<'a> {
    pub at: i64,
    pub account: Option<&'a str>,
    pub what: &'a str,
    pub detail: &'a str,
    pub address: Option<&'a str>,
    pub ok: bool,
}

impl NewLine<'_> {
    /// The hash of the line at a place after another line. Each text goes in with its length, so that none can pass
    /// for the beginning of the next.
    fn hash(&self, id: i64, prev: &Hash) -> Hash {
        let mut stream = Sm3::stream();
        stream.update(b"yifa audit log 1");
        stream.update(prev.as_bytes());
        stream.update(&id.to_be_bytes());
        stream.update(&self.at.to_be_bytes());
        stream.update(&[u8::from(self.ok)]);
        for text in [self.account, Some(self.what), Some(self.detail), self.address] {
            match text {
                None => stream.update(&[0]),
                Some(text) => {
                    stream.update(&[1]);
                    stream.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
                    stream.update(text.as_bytes());
                }
            }
        }
        stream.finish()
    }
}

/// A line as it stands in the table: one from before the chain has no hashes.
struct Found {
    line: Line,
    is_chained: bool,
}

fn read_found(row: &mut Row<'_>) -> Result<Found> {
    let mut line = Line {
        id: row.int()?,
        at: row.int()?,
        account: row.opt_text()?,
        what: row.text()?,
        detail: row.text()?,
        address: row.opt_text()?,
        ok: row.flag()?,
        prev: Hash::default(),
        hash: Hash::default(),
    };
    let (prev, hash) = (row.opt_hash()?, row.opt_hash()?);
    line.prev = prev.unwrap_or_default();
    line.hash = hash.unwrap_or_default();
    Ok(Found { line, is_chained: prev.is_some() && hash.is_some() })
}

fn read(row: &mut Row<'_>) -> Result<Line> {
    read_found(row).map(|found| found.line)
}

impl Line {
    fn as_new(&self) -> NewLine<'_> {
        NewLine {
            at: self.at,
            account: self.account.as_deref(),
            what: &self.what,
            detail: &self.detail,
            address: self.address.as_deref(),
            ok: self.ok,
        }
    }

    /// Whether its hash is that of what it says after the line before.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.as_new().hash(self.id, &self.prev) == self.hash
    }
}

/// Writes a line of what succeeded, done on the machine itself.
pub fn add(tx: &mut Tx<'_>, at: i64, account: Option<&str>, what: &str, detail: &str) -> Result<()> {
    add_line(tx, &NewLine { at, account, what, detail, address: None, ok: true })
}

/// Writes a line.
pub fn add_line(tx: &mut Tx<'_>, new: &NewLine<'_>) -> Result<()> {
    let mut serials = tx.serials();
    let (last, prev) = match serials.audit_log {
        Some(last) => last,
        None => last_of(tx)?,
    };
    let id = last + 1;
    let hash = new.hash(id, &prev);
    let values = [
        id.into(),
        new.at.into(),
        new.account.into(),
        new.what.into(),
        new.detail.into(),
        new.address.into(),
        new.ok.into(),
        (&prev).into(),
        (&hash).into(),
    ];
    tx.put(&sql::AUDIT_LOG_ADD, &values)?;
    serials.audit_log = Some((id, hash));
    tx.note_serials(serials);
    Ok(())
}

/// Chains the lines from before there was a chain, if there are any.
pub fn chain(tx: &mut Tx<'_>) -> Result<()> {
    last_of(tx).map(drop)
}

/// Whether there are lines that are not chained.
pub fn is_unchained(db: &dyn Query) -> Result<bool> {
    Ok(first(db, &sql::AUDIT_LOG_LAST, &[], read_found)?.is_some_and(|last| !last.is_chained))
}

/// The last line's number and hash. Lines from before there was a chain are chained first.
fn last_of(tx: &mut Tx<'_>) -> Result<(i64, Hash)> {
    let Some(last) = first(tx, &sql::AUDIT_LOG_LAST, &[], read_found)? else {
        return Ok((0, Hash::default()));
    };
    if last.is_chained { Ok((last.line.id, last.line.hash)) } else { chain_all(tx) }
}

fn chain_all(tx: &mut Tx<'_>) -> Result<(i64, Hash)> {
    let (mut after, mut prev) = (0, Hash::default());
    loop {
        let page = after_line(tx, after, PAGE)?;
        if page.is_empty() {
            return Ok((after, prev));
        }
        for line in &page {
            let hash = line.as_new().hash(line.id, &prev);
            tx.put(&sql::AUDIT_LOG_CHAIN, &[line.id.into(), (&prev).into(), (&hash).into()])?;
            (after, prev) = (line.id, hash);
        }
    }
}

/// How many lines are read at a time.
const PAGE: u32 = 1000;

/// The lines after a line, in their order.
pub fn after_line(db: &dyn Query, after: i64, limit: u32) -> Result<Vec<Line>> {
    all(db, &sql::AUDIT_LOG_AFTER, &[after.into(), limit.into()], read)
}

/// Which lines a page shows. 操作日志筛选
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Of one account, or of all.
    pub account: Option<&'a str>,
    /// Of one kind; empty for all.
    pub what: &'a str,
    /// Before this line; nothing for the first page.
    pub before: Option<i64>,
}

/// A page of lines, the newest first.
pub fn page(db: &dyn Query, asked: &Asked<'_>, limit: u32) -> Result<Vec<Line>> {
    let mut values = vec![asked.before.unwrap_or(i64::MAX).into(), limit.into(), asked.what.into()];
    values.extend(asked.account.map(crate::Value::from));
    let statement = if asked.account.is_some() { &sql::AUDIT_LOG_OF } else { &sql::AUDIT_LOG_PAGE };
    all(db, statement, &values, read)
}

/// The first line at or after an instant, if there is one.
pub fn since(db: &dyn Query, at: i64) -> Result<Option<i64>> {
    first(db, &sql::AUDIT_LOG_SINCE, &[at.into()], |row| row.int())
}

/// The shortest time that lines are kept: six months, as the Cybersecurity Law asks of network logs, in microseconds.
pub const KEPT_AT_LEAST: i64 = 184 * 86_400_000_000;

/// Removes the lines before an instant, and leaves a line that says up to where and with which hash, so that the
/// chain can still be proved. How many.
///
/// # Errors
/// The instant is less than six months before `now`.
pub fn clean(
    tx: &mut Tx<'_>,
    before: i64,
    now: i64,
    account: Option<&str>,
    address: Option<&str>,
) -> Result<u64> {
    if before > now - KEPT_AT_LEAST {
        let detail = "操作日志至少保存六个月（《网络安全法》），不能清理更近的".to_owned();
        return Err(StoreError::Internal { detail });
    }
    // Whatever is not chained yet is chained now.
    let (head, _) = last_of(tx)?;
    let keep_from = since(tx, before)?.unwrap_or(head + 1);
    let last = all(tx, &sql::AUDIT_LOG_PAGE, &[keep_from.into(), 1_u32.into(), "".into()], read)?;
    let Some(last) = last.first() else { return Ok(0) };
    let cut = cut_text(last.id, &last.hash);
    add_line(tx, &NewLine { at: now, account, what: CLEANED, detail: &cut, address, ok: true })?;
    tx.execute(&sql::AUDIT_LOG_DROP, &[last.id.into()])
}

/// What the line is called that tells of a removal.
const CLEANED: &str = "audit_log_cleaned";

fn cut_text(id: i64, hash: &Hash) -> String {
    format!("{id} {hash}")
}

/// Checks the chain: the numbers without a gap, each hash, and that whatever is missing at the beginning was removed
/// by [`clean`].
pub(crate) fn verify(db: &dyn Query, report: &mut VerifyReport) -> Result<()> {
    let (mut after, mut before): (i64, Option<Line>) = (0, None);
    loop {
        let page = all(db, &sql::AUDIT_LOG_AFTER, &[after.into(), PAGE.into()], read_found)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.line.id;
        for found in page {
            report.log_lines += 1;
            let Found { line, is_chained } = found;
            if !is_chained || !follows(db, before.as_ref(), &line)? || !line.is_whole() {
                report.faults.push(Problem::LogLine { id: line.id });
            }
            before = Some(line);
        }
    }
}

fn follows(db: &dyn Query, before: Option<&Line>, line: &Line) -> Result<bool> {
    match before {
        Some(before) => Ok(line.id == before.id + 1 && line.prev == before.hash),
        None if line.id == 1 => Ok(line.prev == Hash::default()),
        None => {
            let cut = cut_text(line.id - 1, &line.prev);
            let told = first(db, &sql::AUDIT_LOG_CUT, &[(&cut).into()], |row| row.int())?;
            Ok(told.is_some_and(|told| told > 0))
        }
    }
}
