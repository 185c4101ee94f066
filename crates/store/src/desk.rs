//! What officers keep for themselves and say to each other: saved views, drafts, notes in cases, calendars. What is
//! sealed, the caller sealed.

use ledger::Hash;

use crate::value::{Value, all, first};
use crate::{Query, Result, Row, Tx, sql};

/// A view of the desk that its owner named. 保存的筛选
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub name: String,
    pub link: String,
    pub saved_at: i64,
}

/// Keeps a view; one of the same name is replaced.
pub fn save_view(tx: &mut Tx<'_>, account: &str, view: &SavedView) -> Result<()> {
    let values = [account.into(), (&view.name).into(), (&view.link).into(), view.saved_at.into()];
    tx.execute(&sql::SAVED_VIEW_PUT, &values).map(drop)
}

/// The views of an account by name.
pub fn views(db: &dyn Query, account: &str) -> Result<Vec<SavedView>> {
    all(db, &sql::SAVED_VIEWS_OF, &[account.into()], |row| {
        Ok(SavedView { name: row.text()?, link: row.text()?, saved_at: row.int()? })
    })
}

/// Forgets a view; whether there was one.
pub fn drop_view(tx: &mut Tx<'_>, account: &str, name: &str) -> Result<bool> {
    tx.execute(&sql::SAVED_VIEW_DROP, &[account.into(), name.into()]).map(|gone| gone == 1)
}

/// A text as it is kept: under which key, and what is sealed. 封存的文字
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub key_mark: String,
    pub bytes: Vec<u8>,
}

/// A form that is not sent yet. 草稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The address of the form.
    pub place: String,
    pub title: String,
    pub content: Sealed,
    pub saved_at: i64,
}

/// Keeps a draft; the one before it of the same form is replaced.
pub fn save_draft(tx: &mut Tx<'_>, account: &str, draft: &Draft) -> Result<()> {
    let values = [
        account.into(),
        (&draft.place).into(),
        (&draft.title).into(),
        (&draft.content.key_mark).into(),
        draft.content.bytes.as_slice().into(),
        draft.saved_at.into(),
    ];
    tx.execute(&sql::DRAFT_PUT, &values).map(drop)
}

/// The draft of a form.
pub fn draft(db: &dyn Query, account: &str, place: &str) -> Result<Option<Draft>> {
    first(db, &sql::DRAFT_GET, &[account.into(), place.into()], |row| {
        let title = row.text()?;
        let content = Sealed { key_mark: row.text()?, bytes: row.bytes()? };
        Ok(Draft { place: place.to_owned(), title, content, saved_at: row.int()? })
    })
}

/// The drafts of an account by address: address, title, when.
pub fn drafts(db: &dyn Query, account: &str, limit: u32) -> Result<Vec<(String, String, i64)>> {
    all(db, &sql::DRAFTS_OF, &[account.into(), limit.into()], |row| {
        Ok((row.text()?, row.text()?, row.int()?))
    })
}

/// Forgets a draft; whether there was one.
pub fn drop_draft(tx: &mut Tx<'_>, account: &str, place: &str) -> Result<bool> {
    tx.execute(&sql::DRAFT_DROP, &[account.into(), place.into()]).map(|gone| gone == 1)
}

/// Forgets the drafts from before an instant.
pub fn clean_drafts(tx: &mut Tx<'_>, before: i64) -> Result<u64> {
    tx.execute(&sql::DRAFTS_CLEAN, &[before.into()])
}

/// A note between officers in a case, or a reminder to one of them. 留言、提醒
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub division: String,
    pub case: String,
    pub id: String,
    /// Who wrote it.
    pub account: String,
    /// Whom it reminds.
    pub to: Option<String>,
    pub text: Sealed,
    pub made_at: i64,
    /// When whom it reminds had done with it.
    pub done_at: Option<i64>,
}

fn read(row: &mut Row<'_>) -> Result<Note> {
    Ok(Note {
        division: row.name()?,
        case: row.case()?,
        id: row.text()?,
        account: row.text()?,
        to: row.opt_text()?,
        text: Sealed { key_mark: row.text()?, bytes: row.bytes()? },
        made_at: row.int()?,
        done_at: row.opt_int()?,
    })
}

/// Writes a note.
pub fn add_note(tx: &mut Tx<'_>, note: &Note) -> Result<()> {
    let values = [
        Value::Name(&note.division),
        Value::Case(&note.case),
        (&note.id).into(),
        (&note.account).into(),
        (&note.to).into(),
        (&note.text.key_mark).into(),
        note.text.bytes.as_slice().into(),
        note.made_at.into(),
        note.done_at.into(),
    ];
    tx.execute(&sql::NOTE_ADD, &values).map(drop)
}

/// The notes of a case in their order, after an id (`""` for the first page).
pub fn notes(db: &dyn Query, case: &str, after: &str, limit: u32) -> Result<Vec<Note>> {
    all(db, &sql::NOTES_OF_CASE, &[Value::Case(case), after.into(), limit.into()], read)
}

/// The reminders that wait for an account.
pub fn waiting(db: &dyn Query, account: &str, after: &str, limit: u32) -> Result<Vec<Note>> {
    all(db, &sql::NOTES_WAITING, &[account.into(), after.into(), limit.into()], read)
}

/// Takes a reminder off the desk of whom it is for; whether it was there.
pub fn note_done(tx: &mut Tx<'_>, case: &str, id: &str, account: &str, at: i64) -> Result<bool> {
    let values = [Value::Case(case), id.into(), account.into(), at.into()];
    tx.execute(&sql::NOTE_DONE, &values).map(|changed| changed == 1)
}

/// Gives an account's calendar an address; the one before it is gone.
pub fn put_feed(tx: &mut Tx<'_>, account: &str, token_hash: &Hash, made_at: i64) -> Result<()> {
    tx.execute(&sql::FEED_PUT, &[account.into(), token_hash.into(), made_at.into()]).map(drop)
}

/// Whose calendar a token opens.
pub fn feed_account(db: &dyn Query, token_hash: &Hash) -> Result<Option<String>> {
    first(db, &sql::FEED_BY_TOKEN, &[token_hash.into()], |row| row.text())
}

/// Since when an account's calendar has its address.
pub fn feed_since(db: &dyn Query, account: &str) -> Result<Option<i64>> {
    first(db, &sql::FEED_OF, &[account.into()], |row| row.int())
}

/// Takes the address of an account's calendar away; whether it had one.
pub fn drop_feed(tx: &mut Tx<'_>, account: &str) -> Result<bool> {
    tx.execute(&sql::FEED_DROP, &[account.into()]).map(|gone| gone == 1)
}
