//! A store moved into another database: every row of every table, and proof that nothing was lost or changed.

use std::sync::LazyLock;

use ledger::{Hash, HashFunction as _, Sm3};

use crate::backup::copy_file;
use crate::compact::{self, As, CaseText};
use crate::value::{Kept, Value, first};
use crate::{Query, Result, Row, Statement, Store, StoreError, attachment, meta, sql};

/// A table as it is copied.
struct Table {
    name: &'static str,
    ways: Vec<As>,
    read: Statement,
    add: Statement,
}

/// What tells that a store is still being filled.
pub(crate) const UNFINISHED: &str = "copy_unfinished";

/// Each table with its columns, the key first, and how many columns are the key.
const COLUMNS: &[(&str, usize, &[&str])] = &[
    ("meta", 1, &["name", "value"]),
    ("pack", 1, &["hash", "procedure", "source", "added_at"]),
    (
        "organ",
        2,
        &["id", "valid_from", "name", "short", "kind", "division", "credit_code", "parent", "valid_until"],
    ),
    (
        "account",
        1,
        &[
            "id",
            "login",
            "name",
            "password_hash",
            "organ",
            "rank",
            "number_masked",
            "failed",
            "locked_until",
            "disabled_at",
            "created_at",
            "password_at",
            "must_change",
            "signed_in_at",
            "granted_at",
            "totp",
            "totp_at",
            "totp_step",
            "code_failed",
        ],
    ),
    ("old_password", 2, &["account", "place", "hash"]),
    ("recovery_code", 2, &["account", "hash", "used_at"]),
    (
        "client",
        1,
        &[
            "id",
            "name",
            "account",
            "secret",
            "scope",
            "made_at",
            "made_by",
            "used_at",
            "ended_at",
            "agreed_at",
        ],
    ),
    ("client_token", 1, &["hash", "client", "scope", "made_at", "ends_at"]),
    ("outside_identity", 2, &["issuer", "subject", "account", "bound_at"]),
    ("sign_on", 1, &["state", "provider", "nonce", "verifier", "visit", "next", "binds", "ends_at"]),
    ("message", 4, &["account", "kind", "case_id", "about", "id", "on_day", "words", "made_at", "read_at"]),
    (
        "message_sending",
        2,
        &["message", "channel", "account", "made_at", "next_at", "attempts", "state", "fault", "ended_at"],
    ),
    (
        "message_address",
        2,
        &[
            "account",
            "channel",
            "address",
            "confirmed_at",
            "pending",
            "pending_until",
            "tries",
            "asked_on",
            "asked",
        ],
    ),
    ("message_quiet", 1, &["account", "quiet_from", "quiet_until"]),
    ("message_channel", 1, &["name", "fault", "fault_since"]),
    (
        "session",
        1,
        &[
            "token_hash",
            "account",
            "csrf",
            "created_at",
            "seen_at",
            "expires_at",
            "ends_at",
            "passed",
            "address",
            "agent",
        ],
    ),
    (
        "cases",
        1,
        &[
            "id",
            "division",
            "organ",
            "procedure",
            "pack",
            "number",
            "title",
            "opened_on",
            "phase",
            "version",
            "closed_on",
            "handler",
            "party",
            "receipt_hash",
            "head",
            "named",
        ],
    ),
    ("case_named", 3, &["name", "opened_on", "case_id", "division"]),
    ("case_enterprise", 2, &["case_id", "code"]),
    ("case_count", 4, &["organ", "procedure", "phase", "division", "n", "open"]),
    ("due_count", 4, &["organ", "division", "last_day", "warn_on", "n"]),
    ("actor", 1, &["number", "id"]),
    ("act_form", 1, &["number", "procedure", "kind", "act", "serial", "record"]),
    (
        "event",
        1,
        &[
            "seq",
            "case_id",
            "number",
            "division",
            "legal_day",
            "recorded_at",
            "actor",
            "form",
            "corrects",
            "record",
            "personal_digest",
            "prev",
            "hash",
        ],
    ),
    ("person", 1, &["id", "lookup", "wrapped", "operator", "created_at", "erased_at"]),
    ("personal", 3, &["case_id", "number", "part", "division", "person", "digest", "salt", "data"]),
    ("tree_head", 1, &["size", "root", "made_at", "signature", "keys"]),
    ("lost_root", 1, &["root", "size", "log", "made_at", "signature", "keys", "lost_at", "note"]),
    ("witness", 2, &["size", "keys", "name", "signed_at", "signature"]),
    ("tree_node", 2, &["level", "place", "hash"]),
    ("due", 3, &["case_id", "norm", "acts", "last_day", "warn_on", "organ", "division", "handler", "lapses"]),
    ("tally", 5, &["figure", "organ", "division", "legal_day", "recorded_day", "n", "total"]),
    ("tally_year", 5, &["figure", "year", "organ", "division", "known_from", "n", "total"]),
    ("tally_reach", 1, &["day"]),
    (
        "contribution",
        7,
        &["figure", "organ", "division", "legal_day", "case_id", "number", "recorded_day", "n", "total"],
    ),
    (
        "publication",
        3,
        &[
            "case_id",
            "number",
            "act",
            "procedure",
            "organ",
            "division",
            "published_on",
            "title",
            "withdrawn_on",
            "shown_until",
        ],
    ),
    ("document", 3, &["case_id", "number", "kind", "doc_number", "issued_on", "division"]),
    ("outbox", 1, &["id", "topic", "case_id", "payload", "created_at", "division"]),
    ("receiver", 1, &["name", "position", "fault", "fault_since"]),
    (
        "held_message",
        2,
        &["receiver", "id", "division", "case_id", "attempts", "next_at", "fault", "held_at", "set_aside_at"],
    ),
    ("command", 1, &["key", "digest", "result", "done_at"]),
    ("counter", 3, &["organ", "kind", "year", "last"]),
    (
        "account_reset",
        2,
        &[
            "account",
            "asked_at",
            "what",
            "asked_by",
            "reason",
            "key_mark",
            "sealed",
            "outcome",
            "decided_by",
            "decided_at",
        ],
    ),
    (
        "attachment",
        4,
        &[
            "case_id",
            "number",
            "hash",
            "name",
            "media_type",
            "size",
            "added_at",
            "added_by",
            "division",
            "stored",
            "person",
            "sealed",
        ],
    ),
    (
        "entry",
        5,
        &[
            "register",
            "organ",
            "key",
            "valid_from",
            "number",
            "division",
            "valid_until",
            "record",
            "withdrawn",
            "entered_at",
            "entered_by",
            "reason",
            "case_id",
            "event",
        ],
    ),
    ("audit_log", 1, &["id", "at", "account", "what", "detail", "address", "ok", "prev", "hash"]),
    (
        "kept_audit",
        1,
        &["id", "organ", "account", "name", "content", "result", "errors", "warnings", "notes", "kept_at"],
    ),
    ("saved_view", 2, &["account", "name", "link", "saved_at"]),
    ("draft", 2, &["account", "place", "title", "key_mark", "sealed", "saved_at"]),
    (
        "case_note",
        2,
        &["case_id", "id", "division", "account", "to_account", "key_mark", "sealed", "made_at", "done_at"],
    ),
    ("feed", 1, &["account", "token_hash", "made_at"]),
    ("report_draft", 1, &["case_id", "organ", "year", "as_of", "account", "begun_at"]),
    (
        "report_text",
        3,
        &["case_id", "section", "number", "base", "aside", "account", "key_mark", "sealed", "saved_at"],
    ),
    (
        "report_comment",
        2,
        &[
            "case_id",
            "id",
            "section",
            "version",
            "answers",
            "account",
            "key_mark",
            "sealed",
            "made_at",
            "closed_at",
            "closed_by",
        ],
    ),
    ("report_accepted", 2, &["case_id", "mark", "section", "account", "key_mark", "sealed", "accepted_at"]),
    (
        "report_edition",
        2,
        &["case_id", "number", "as_of", "account", "made_at", "hash", "key_mark", "sealed"],
    ),
    ("report_file", 3, &["case_id", "edition", "name", "hash", "size", "made_at"]),
    (
        "report_public",
        3,
        &[
            "organ",
            "year",
            "case_id",
            "kind",
            "edition",
            "title",
            "doc_number",
            "number",
            "published_on",
            "content",
        ],
    ),
];

/// The statements are made once, and last as long as the program.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let one = |(name, key, columns): &(&'static str, usize, &[&str])| {
        let listed = columns.join(", ");
        let order = columns.get(..*key).unwrap_or_default().join(", ");
        let only = if *name == "meta" { format!(" WHERE name <> '{UNFINISHED}'") } else { String::new() };
        let read = format!("SELECT {listed} FROM {name}{only} ORDER BY {order}");
        let values: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
        let add = format!("INSERT INTO {name} ({listed}) VALUES ({})", values.join(", "));
        let named = |what: &str| -> &'static str { format!("{name}_{what}").leak() };
        Table {
            name,
            ways: columns.iter().map(|column| compact::way(name, column)).collect(),
            read: Statement::new(named("copied_from"), read.leak()),
            add: Statement::new(named("copied_to"), add.leak()),
        }
    };
    COLUMNS.iter().map(one).collect()
});

/// A table that was copied. 已搬移的表
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub table: &'static str,
    pub rows: u64,
    /// What the SM3 hashes of all its rows come to, in whatever order the rows come: the same in both databases.
    pub digest: Hash,
}

/// How many rows are written together.
const CHUNK: usize = 500;

/// Copies everything of one store into another, which must be empty, and compares both row by row. The contents of
/// attachments are copied too, unless both stores keep them in one folder. Until it has succeeded the new store cannot
/// be opened. Nobody may write to the first one meanwhile: what is copied is as it was at the beginning.
///
/// # Errors
/// The second store is not empty; one of them cannot be read or written; they differ in the end.
pub fn copy(from: &Store, to: &Store) -> Result<Vec<Copied>> {
    for table in &*TABLES {
        if to.read(|reader| is_filled(reader, table))? {
            return Err(StoreError::NotEmpty { place: to.place().shown() });
        }
    }
    to.write(|tx| meta::set(tx, UNFINISHED, "copy"))??;
    to.set_durable(false);
    let read = from.read(|reader| {
        copy_files(reader, from, to)?;
        TABLES.iter().map(|table| copy_table(reader, table, to)).collect::<Result<Vec<_>>>()
    })?;
    to.set_durable(true);
    let written =
        to.read(|reader| TABLES.iter().map(|table| digest(reader, table)).collect::<Result<Vec<_>>>())?;
    for (one, other) in read.iter().zip(&written) {
        if one != other {
            let detail = format!("表 {} 搬移前后不一致：{} 行和 {} 行", one.table, one.rows, other.rows);
            return Err(StoreError::Internal { detail });
        }
    }
    to.write(|tx| tx.execute(&sql::META_DROP, &[UNFINISHED.into()]).map(drop))??;
    Ok(read)
}

fn is_filled(db: &dyn Query, table: &'static Table) -> Result<bool> {
    Ok(first(db, &table.read, &[], |_| Ok(()))?.is_some())
}

/// What a row says, however its database keeps it.
pub(crate) fn read_row(row: &mut Row<'_>, ways: &[As]) -> Result<Vec<Kept>> {
    let text = |text: Option<&str>| text.map_or(Kept::Null, |text| Kept::Text(text.to_owned()));
    let one = |way: &As| match way {
        As::Plain => row.kept(),
        As::Case => Ok(text(row.opt_case_here()?.as_ref().map(CaseText::as_str))),
        As::Name => Ok(text(row.opt_name_here()?.as_deref())),
        As::NamedHash => row.kept_hash(),
        As::Names => row.names().map(Kept::Text),
    };
    ways.iter().map(one).collect()
}

/// Hands over the values of a row as the database that they go to is to keep them.
pub(crate) fn with_values<T>(row: &[Kept], ways: &[As], work: impl FnOnce(&[Value<'_>]) -> T) -> T {
    let hash_of = |(kept, way): (&Kept, &As)| match (kept, way) {
        (Kept::Bytes(bytes), As::NamedHash) => Hash::from_bytes(bytes),
        _ => None,
    };
    let hashes: Vec<Option<Hash>> = row.iter().zip(ways).map(hash_of).collect();
    let values: Vec<Value<'_>> = row
        .iter()
        .zip(ways)
        .zip(&hashes)
        .map(|((kept, way), hash)| match (kept, way, hash) {
            (Kept::Text(text), As::Case, _) => Value::Case(text),
            (Kept::Text(text), As::Name, _) => Value::Name(text),
            (Kept::Text(text), As::Names, _) => Value::Names(text),
            (_, _, Some(hash)) => Value::NamedHash(hash),
            (kept, _, None) => kept.value(),
        })
        .collect();
    work(&values)
}

fn copy_table(db: &dyn Query, table: &'static Table, to: &Store) -> Result<Copied> {
    let mut digest = Digest::default();
    let mut chunk: Vec<Vec<Kept>> = Vec::with_capacity(CHUNK);
    db.query(&table.read, &[], &mut |row| {
        let values = read_row(row, &table.ways)?;
        digest.add(&values);
        chunk.push(values);
        if chunk.len() == CHUNK {
            write(to, table, std::mem::take(&mut chunk))?;
        }
        Ok(true)
    })?;
    write(to, table, chunk)?;
    Ok(digest.finish(table.name))
}

fn write(to: &Store, table: &'static Table, rows: Vec<Vec<Kept>>) -> Result<()> {
    to.write(move |tx| {
        rows.iter().try_for_each(|row| with_values(row, &table.ways, |values| tx.put(&table.add, values)))
    })?
}

fn digest(db: &dyn Query, table: &'static Table) -> Result<Copied> {
    let mut digest = Digest::default();
    db.query(&table.read, &[], &mut |row| {
        digest.add(&read_row(row, &table.ways)?);
        Ok(true)
    })?;
    Ok(digest.finish(table.name))
}

fn copy_files(db: &dyn Query, from: &Store, to: &Store) -> Result<()> {
    let mut after = Hash::default();
    loop {
        let hashes = attachment::hashes(db, &after, 1000)?;
        let Some(last) = hashes.last() else { return Ok(()) };
        after = *last;
        for hash in hashes.iter().filter(|hash| !to.files().is_whole(hash)) {
            copy_file(&from.files().path(hash), &to.files().path(hash))?;
        }
    }
}

/// The hashes of rows, added up as two numbers each: names have no order that both databases share. Of a row, each value is
/// hashed with its kind and its length.
#[derive(Default)]
struct Digest {
    sums: [u128; 2],
    rows: u64,
}

impl Digest {
    fn add(&mut self, row: &[Kept]) {
        self.rows += 1;
        let mut stream = Sm3::stream();
        for value in row {
            let (kind, bytes): (u8, &[u8]) = match value {
                Kept::Null => (0, &[]),
                Kept::Int(it) => {
                    stream.update(&[1]);
                    stream.update(&it.to_be_bytes());
                    continue;
                }
                Kept::Text(it) => (2, it.as_bytes()),
                Kept::Bytes(it) => (3, it),
            };
            stream.update(&[kind]);
            stream.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            stream.update(bytes);
        }
        let hash = stream.finish();
        for (sum, half) in self.sums.iter_mut().zip(hash.as_bytes().as_chunks().0) {
            *sum = sum.wrapping_add(u128::from_be_bytes(*half));
        }
    }

    fn finish(self, table: &'static str) -> Copied {
        let [first, second] = self.sums.map(u128::to_be_bytes);
        Copied { table, rows: self.rows, digest: Sm3::digest(&[&first, &second]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::in_memory;

    /// A table or a column that is new must be copied too.
    #[test]
    fn every_column_of_every_table_is_copied() {
        let db = in_memory();
        let list = |text: &str| -> Vec<String> {
            let mut prepared = db.0.prepare(text).unwrap();
            let rows = prepared.query_map([], |row| row.get::<_, String>(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let mut there = list("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        // What belongs to the database and to its processes stays behind.
        there.retain(|name| name != "migration" && name != "lease" && name != "word");
        let mut copied: Vec<&str> = COLUMNS.iter().map(|(name, _, _)| *name).collect();
        copied.sort_unstable();
        assert_eq!(there, copied);
        for (name, _, columns) in COLUMNS {
            let there = list(&format!("SELECT name FROM pragma_table_info('{name}') ORDER BY name"));
            let mut columns = columns.to_vec();
            columns.sort_unstable();
            assert_eq!(there, columns, "{name}");
        }
    }
}
