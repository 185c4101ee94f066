//! The migrations: numbered SQL files, each applied once, each in a transaction of its own. One text serves both
//! databases; what differs stands in comments that the other one passes over.

use crate::value::Connection;
use crate::{Result, numbered, smaller};

/// A numbered SQL file.
pub(crate) struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub text: &'static str,
    /// What the program itself does after it, in the same transaction.
    pub rewrite: Option<fn(&dyn Connection) -> Result<()>>,
    /// What follows that.
    pub after: &'static str,
}

impl Migration {
    const fn new(version: i64, name: &'static str, text: &'static str) -> Self {
        Self { version, name, text, rewrite: None, after: "" }
    }
}

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new(1, "start", include_str!("../migrations/0001_start.sql")),
    Migration::new(2, "kept_audit", include_str!("../migrations/0002_kept_audit.sql")),
    Migration::new(3, "shared", include_str!("../migrations/0003_shared.sql")),
    Migration::new(4, "signed_roots", include_str!("../migrations/0004_signed_roots.sql")),
    Migration::new(5, "outbox", include_str!("../migrations/0005_outbox.sql")),
    Migration::new(
        6,
        "witnessed_and_lost_roots",
        include_str!("../migrations/0006_witnessed_and_lost_roots.sql"),
    ),
    Migration::new(7, "persons", include_str!("../migrations/0007_persons.sql")),
    Migration::new(8, "lists", include_str!("../migrations/0008_lists.sql")),
    Migration::new(10, "register", include_str!("../migrations/0010_register.sql")),
    Migration::new(11, "accounts", include_str!("../migrations/0011_accounts.sql")),
    Migration::new(12, "programs", include_str!("../migrations/0012_programs.sql")),
    Migration::new(13, "desk", include_str!("../migrations/0013_desk.sql")),
    Migration::new(14, "messages", include_str!("../migrations/0014_messages.sql")),
    Migration::new(20, "entry_basis", include_str!("../migrations/0020_entry_basis.sql")),
    Migration::new(15, "report_drafts", include_str!("../migrations/0015_report_drafts.sql")),
    Migration::new(21, "program_consent", include_str!("../migrations/0021_program_consent.sql")),
    Migration::new(22, "tally_year", include_str!("../migrations/0022_tally_year.sql")),
    Migration {
        rewrite: Some(smaller::rewrite),
        ..Migration::new(23, "smaller", include_str!("../migrations/0023_smaller.sql"))
    },
    Migration::new(25, "case_enterprise", include_str!("../migrations/0025_case_enterprise.sql")),
    Migration::new(26, "report_kinds", include_str!("../migrations/0026_report_kinds.sql")),
    Migration {
        rewrite: Some(numbered::rewrite),
        after: include_str!("../migrations/0028_names_after.sql"),
        ..Migration::new(28, "names", include_str!("../migrations/0028_names.sql"))
    },
    Migration {
        rewrite: Some(numbered::rewrite_tallies),
        after: include_str!("../migrations/0029_tally_names_after.sql"),
        ..Migration::new(29, "tally_names", include_str!("../migrations/0029_tally_names.sql"))
    },
    Migration::new(31, "shown_until", include_str!("../migrations/0031_shown_until.sql")),
    Migration::new(33, "sealed_attachments", include_str!("../migrations/0033_sealed_attachments.sql")),
    Migration::new(35, "program_scope", include_str!("../migrations/0035_program_scope.sql")),
    Migration {
        rewrite: Some(numbered::rewrite_documents),
        after: include_str!("../migrations/0039_document_kinds_after.sql"),
        ..Migration::new(39, "document_kinds", include_str!("../migrations/0039_document_kinds.sql"))
    },
];

/// The version that this program writes. 数据版本
#[must_use]
pub fn known_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// What a database is, found without changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Empty,
    Version(i64),
}

impl Found {
    /// What a database is that had these changes. Changes come from several hands, and a later number may have come first:
    /// then the version is the one before the first that it lacks.
    pub fn of(applied: &[i64]) -> Self {
        let lacking =
            MIGRATIONS.iter().map(|it| it.version).filter(|version| !applied.contains(version)).min();
        let last = applied.iter().max().copied().unwrap_or(0);
        Self::Version(lacking.map_or(last, |lacking| last.min(lacking - 1)))
    }

    /// The migrations that it lacks.
    pub fn lacks(self) -> impl Iterator<Item = &'static Migration> {
        let from = match self {
            Self::Empty => 0,
            Self::Version(version) => version,
        };
        MIGRATIONS.iter().filter(move |migration| migration.version > from)
    }
}

/// The migration in SQLite's words.
pub(crate) fn for_sqlite(text: &str) -> String {
    unwrapped(&text.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB"), "/*sqlite:")
}

/// The migration in PostgreSQL's words. Texts are compared byte by byte, as SQLite does.
pub(crate) fn for_postgres(text: &str) -> String {
    unwrapped(text, "/*postgres:").replace(" TEXT", " TEXT COLLATE \"C\"")
}

/// The text with what stands in such comments.
fn unwrapped(text: &str, mark: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split(mark).enumerate() {
        match part.split_once("*/") {
            Some((ours, rest)) if index > 0 => {
                out.push_str(ours);
                out.push_str(rest);
            }
            _ => out.push_str(part),
        }
    }
    out
}
