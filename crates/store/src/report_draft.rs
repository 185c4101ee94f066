//! Drafts of yearly reports: sections in versions, comments, accepted findings, the editions that went to vetting, the files
//! that were made of them, and what is public. What is sealed, the caller sealed.

use ledger::Hash;

use crate::desk::Sealed;
use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// The draft that belongs to a case. 报告稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportDraft {
    pub case: String,
    pub organ: String,
    pub year: i64,
    /// The last day whose records are counted, where one was chosen.
    pub as_of: Option<i32>,
    /// Who began it.
    pub account: String,
    pub begun_at: i64,
}

/// How a version stands to the others of its section. 稿次状态
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// One of the section's versions.
    No,
    /// Written upon a version that was not the last any more.
    Waiting,
    /// The same, and somebody has dealt with it.
    Dealt,
}

impl Aside {
    fn number(self) -> i64 {
        match self {
            Self::No => 0,
            Self::Waiting => 1,
            Self::Dealt => 2,
        }
    }

    fn of(number: i64) -> Self {
        match number {
            0 => Self::No,
            1 => Self::Waiting,
            _ => Self::Dealt,
        }
    }
}

/// A version of a section. 章节稿次
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionText {
    pub section: String,
    pub number: i64,
    /// The version that its writer had before them; 0 for none.
    pub base: i64,
    pub aside: Aside,
    pub account: String,
    pub text: Sealed,
    pub saved_at: i64,
}

/// What somebody says of a section. 批注
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub id: String,
    pub section: String,
    pub version: i64,
    /// The comment that it answers.
    pub answers: Option<String>,
    pub account: String,
    pub text: Sealed,
    pub made_at: i64,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
}

/// A finding that somebody accepted. 接受的问题
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedFinding {
    pub mark: String,
    pub section: String,
    pub account: String,
    /// Rule, words and reason, as the caller writes them.
    pub content: Sealed,
    pub accepted_at: i64,
}

/// The draft as it went to vetting. 送审稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub number: i64,
    pub as_of: i32,
    pub account: String,
    pub made_at: i64,
    pub hash: Hash,
    pub content: Sealed,
}

/// A form in which an edition was made. 报告文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    pub name: String,
    pub hash: Hash,
    pub size: i64,
    pub made_at: i64,
}

/// A report that is public. 已公开的报告
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicReport {
    pub organ: String,
    pub year: i64,
    /// What report it is: of an organ and a year several may be public. Id of the procedure.
    pub kind: String,
    pub case: String,
    pub edition: i64,
    pub title: String,
    pub doc_number: Option<String>,
    /// The event that made it public.
    pub number: i64,
    pub published_on: i32,
    /// As the caller writes it.
    pub content: String,
}

fn read_draft(row: &mut Row<'_>) -> Result<ReportDraft> {
    Ok(ReportDraft {
        case: row.text()?,
        organ: row.text()?,
        year: row.int()?,
        as_of: row.opt_day()?,
        account: row.text()?,
        begun_at: row.int()?,
    })
}

fn read_text(row: &mut Row<'_>) -> Result<SectionText> {
    Ok(SectionText {
        section: row.text()?,
        number: row.int()?,
        base: row.int()?,
        aside: Aside::of(row.int()?),
        account: row.text()?,
        text: Sealed { key_mark: row.text()?, bytes: row.bytes()? },
        saved_at: row.int()?,
    })
}

fn read_edition(row: &mut Row<'_>) -> Result<Edition> {
    Ok(Edition {
        number: row.int()?,
        as_of: row.day()?,
        account: row.text()?,
        made_at: row.int()?,
        hash: row.hash()?,
        content: Sealed { key_mark: row.text()?, bytes: row.bytes()? },
    })
}

fn read_public(row: &mut Row<'_>) -> Result<PublicReport> {
    Ok(PublicReport {
        organ: row.text()?,
        year: row.int()?,
        kind: row.text()?,
        case: row.text()?,
        edition: row.int()?,
        title: row.text()?,
        doc_number: row.opt_text()?,
        number: row.int()?,
        published_on: row.day()?,
        content: row.text()?,
    })
}

/// Begins a draft; whether there was none yet.
pub fn begin(tx: &mut Tx<'_>, draft: &ReportDraft) -> Result<bool> {
    let values = [
        (&draft.case).into(),
        (&draft.organ).into(),
        draft.year.into(),
        draft.as_of.into(),
        (&draft.account).into(),
        draft.begun_at.into(),
    ];
    tx.execute(&sql::REPORT_DRAFT_ADD, &values).map(|changed| changed == 1)
}

/// The draft of a case.
pub fn get(db: &dyn Query, case: &str) -> Result<Option<ReportDraft>> {
    first(db, &sql::REPORT_DRAFT_GET, &[case.into()], read_draft)
}

/// Chooses the last day whose records are counted.
pub fn count_until(tx: &mut Tx<'_>, case: &str, day: Option<i32>) -> Result<()> {
    tx.execute(&sql::REPORT_DRAFT_DAY, &[case.into(), day.into()]).map(drop)
}

/// Adds a version of a section; its number was the next one.
pub fn add_text(tx: &mut Tx<'_>, case: &str, text: &SectionText) -> Result<()> {
    let values = [
        case.into(),
        (&text.section).into(),
        text.number.into(),
        text.base.into(),
        text.aside.number().into(),
        (&text.account).into(),
        (&text.text.key_mark).into(),
        text.text.bytes.as_slice().into(),
        text.saved_at.into(),
    ];
    tx.execute(&sql::REPORT_TEXT_ADD, &values).map(drop)
}

/// The version of a section that stands.
pub fn last_text(db: &dyn Query, case: &str, section: &str) -> Result<Option<SectionText>> {
    first(db, &sql::REPORT_TEXT_LAST, &[case.into(), section.into()], read_text)
}

/// The highest number of a section's versions, those aside among them; 0 for none.
pub fn highest(db: &dyn Query, case: &str, section: &str) -> Result<i64> {
    let found = first(db, &sql::REPORT_TEXT_HIGHEST, &[case.into(), section.into()], |row| row.int())?;
    Ok(found.unwrap_or(0))
}

/// A version of a section.
pub fn text(db: &dyn Query, case: &str, section: &str, number: i64) -> Result<Option<SectionText>> {
    first(db, &sql::REPORT_TEXT_GET, &[case.into(), section.into(), number.into()], read_text)
}

/// The versions of a section below a number, the newest first.
pub fn texts(
    db: &dyn Query,
    case: &str,
    section: &str,
    below: Option<i64>,
    limit: u32,
) -> Result<Vec<SectionText>> {
    let below = below.unwrap_or(i64::MAX);
    all(db, &sql::REPORT_TEXTS_OF, &[case.into(), section.into(), below.into(), limit.into()], read_text)
}

/// The version that stands of each section.
pub fn texts_now(db: &dyn Query, case: &str) -> Result<Vec<SectionText>> {
    all(db, &sql::REPORT_TEXTS_NOW, &[case.into()], read_text)
}

/// The versions that stand aside and wait.
pub fn texts_aside(db: &dyn Query, case: &str, limit: u32) -> Result<Vec<SectionText>> {
    all(db, &sql::REPORT_TEXTS_ASIDE, &[case.into(), limit.into()], read_text)
}

/// Notes that somebody has dealt with a version that stood aside; whether it waited.
pub fn dealt_with(tx: &mut Tx<'_>, case: &str, section: &str, number: i64) -> Result<bool> {
    let values = [case.into(), section.into(), number.into()];
    tx.execute(&sql::REPORT_TEXT_DEALT, &values).map(|changed| changed == 1)
}

/// Adds a comment.
pub fn add_comment(tx: &mut Tx<'_>, case: &str, comment: &Comment) -> Result<()> {
    let values = [
        case.into(),
        (&comment.id).into(),
        (&comment.section).into(),
        comment.version.into(),
        (&comment.answers).into(),
        (&comment.account).into(),
        (&comment.text.key_mark).into(),
        comment.text.bytes.as_slice().into(),
        comment.made_at.into(),
    ];
    tx.execute(&sql::REPORT_COMMENT_ADD, &values).map(drop)
}

/// The comments on a draft in their order, after an id (`""` for the first page).
pub fn comments(db: &dyn Query, case: &str, after: &str, limit: u32) -> Result<Vec<Comment>> {
    all(db, &sql::REPORT_COMMENTS_OF, &[case.into(), after.into(), limit.into()], |row| {
        Ok(Comment {
            id: row.text()?,
            section: row.text()?,
            version: row.int()?,
            answers: row.opt_text()?,
            account: row.text()?,
            text: Sealed { key_mark: row.text()?, bytes: row.bytes()? },
            made_at: row.int()?,
            closed_at: row.opt_int()?,
            closed_by: row.opt_text()?,
        })
    })
}

/// Closes a comment; whether it was open.
pub fn close_comment(tx: &mut Tx<'_>, case: &str, id: &str, by: &str, at: i64) -> Result<bool> {
    let values = [case.into(), id.into(), at.into(), by.into()];
    tx.execute(&sql::REPORT_COMMENT_CLOSE, &values).map(|changed| changed == 1)
}

/// Keeps why a finding was accepted; whether it was not accepted yet.
pub fn accept(tx: &mut Tx<'_>, case: &str, one: &AcceptedFinding) -> Result<bool> {
    let values = [
        case.into(),
        (&one.mark).into(),
        (&one.section).into(),
        (&one.account).into(),
        (&one.content.key_mark).into(),
        one.content.bytes.as_slice().into(),
        one.accepted_at.into(),
    ];
    tx.execute(&sql::REPORT_ACCEPTED_ADD, &values).map(|changed| changed == 1)
}

/// The findings of a draft that were accepted, by their mark.
pub fn accepted(db: &dyn Query, case: &str) -> Result<Vec<AcceptedFinding>> {
    all(db, &sql::REPORT_ACCEPTED_OF, &[case.into()], |row| {
        Ok(AcceptedFinding {
            mark: row.text()?,
            section: row.text()?,
            account: row.text()?,
            content: Sealed { key_mark: row.text()?, bytes: row.bytes()? },
            accepted_at: row.int()?,
        })
    })
}

/// Keeps an edition; its number was the next one.
pub fn add_edition(tx: &mut Tx<'_>, case: &str, edition: &Edition) -> Result<()> {
    let values = [
        case.into(),
        edition.number.into(),
        edition.as_of.into(),
        (&edition.account).into(),
        edition.made_at.into(),
        (&edition.hash).into(),
        (&edition.content.key_mark).into(),
        edition.content.bytes.as_slice().into(),
    ];
    tx.execute(&sql::REPORT_EDITION_ADD, &values).map(drop)
}

/// The editions of a draft, the newest first.
pub fn editions(db: &dyn Query, case: &str, limit: u32) -> Result<Vec<Edition>> {
    all(db, &sql::REPORT_EDITIONS_OF, &[case.into(), limit.into()], read_edition)
}

/// Keeps by which hash a form of an edition is found; the first one that was made stays.
pub fn add_file(tx: &mut Tx<'_>, case: &str, edition: i64, file: &ReportFile) -> Result<()> {
    let values = [
        case.into(),
        edition.into(),
        (&file.name).into(),
        (&file.hash).into(),
        file.size.into(),
        file.made_at.into(),
    ];
    tx.execute(&sql::REPORT_FILE_ADD, &values).map(drop)
}

/// The forms of an edition by name.
pub fn files(db: &dyn Query, case: &str, edition: i64) -> Result<Vec<ReportFile>> {
    all(db, &sql::REPORT_FILES_OF, &[case.into(), edition.into()], |row| {
        Ok(ReportFile { name: row.text()?, hash: row.hash()?, size: row.int()?, made_at: row.int()? })
    })
}

/// Makes a report public; the first of a case stays.
pub fn publish(tx: &mut Tx<'_>, one: &PublicReport) -> Result<()> {
    let values = [
        (&one.organ).into(),
        one.year.into(),
        (&one.kind).into(),
        (&one.case).into(),
        one.edition.into(),
        (&one.title).into(),
        (&one.doc_number).into(),
        one.number.into(),
        one.published_on.into(),
        (&one.content).into(),
    ];
    tx.execute(&sql::REPORT_PUBLIC_ADD, &values).map(drop)
}

/// The accounts that wrote a version of a section or stated a cell of a table in a draft; what only stood aside does not count.
pub fn writers(db: &dyn Query, case: &str) -> Result<Vec<String>> {
    all(db, &sql::REPORT_WRITERS, &[case.into()], |row| row.text())
}

/// The public report of a kind, of an organ on a year; of several the one of the latest case.
pub fn public(db: &dyn Query, organ: &str, year: i64, kind: &str) -> Result<Option<PublicReport>> {
    first(db, &sql::REPORT_PUBLIC_OF, &[organ.into(), year.into(), kind.into()], read_public)
}

/// The public reports of an organ on a year, of every kind, those of later cases first.
pub fn public_of_year(db: &dyn Query, organ: &str, year: i64, limit: u32) -> Result<Vec<PublicReport>> {
    all(db, &sql::REPORT_PUBLIC_OF_YEAR, &[organ.into(), year.into(), limit.into()], read_public)
}

/// A page of the public reports, the latest year first, after a key (`None` for the first page).
pub fn public_page(
    db: &dyn Query,
    after: Option<(i64, &str, &str)>,
    limit: u32,
) -> Result<Vec<PublicReport>> {
    let (year, organ, case) = after.unwrap_or((i64::MAX, "", ""));
    all(db, &sql::REPORT_PUBLIC_PAGE, &[year.into(), organ.into(), case.into(), limit.into()], read_public)
}
