//! The migrations: numbered SQL files, each applied once, each in a transaction of its own. One text serves both
//! databases; what differs stands in comments that the other one passes over.

/// A numbered SQL file.
pub(crate) struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub text: &'static str,
}

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "start", text: include_str!("../migrations/0001_start.sql") },
    Migration { version: 2, name: "kept_audit", text: include_str!("../migrations/0002_kept_audit.sql") },
    Migration { version: 3, name: "shared", text: include_str!("../migrations/0003_shared.sql") },
    Migration { version: 4, name: "signed_roots", text: include_str!("../migrations/0004_signed_roots.sql") },
    Migration { version: 5, name: "outbox", text: include_str!("../migrations/0005_outbox.sql") },
    Migration {
        version: 6,
        name: "witnessed_and_lost_roots",
        text: include_str!("../migrations/0006_witnessed_and_lost_roots.sql"),
    },
    Migration { version: 7, name: "persons", text: include_str!("../migrations/0007_persons.sql") },
    Migration { version: 8, name: "lists", text: include_str!("../migrations/0008_lists.sql") },
    Migration { version: 10, name: "register", text: include_str!("../migrations/0010_register.sql") },
    Migration { version: 11, name: "accounts", text: include_str!("../migrations/0011_accounts.sql") },
    Migration { version: 12, name: "programs", text: include_str!("../migrations/0012_programs.sql") },
    Migration { version: 13, name: "desk", text: include_str!("../migrations/0013_desk.sql") },
    Migration { version: 14, name: "messages", text: include_str!("../migrations/0014_messages.sql") },
    Migration { version: 20, name: "entry_basis", text: include_str!("../migrations/0020_entry_basis.sql") },
    Migration {
        version: 15,
        name: "report_drafts",
        text: include_str!("../migrations/0015_report_drafts.sql"),
    },
    Migration {
        version: 21,
        name: "program_consent",
        text: include_str!("../migrations/0021_program_consent.sql"),
    },
    Migration { version: 22, name: "tally_year", text: include_str!("../migrations/0022_tally_year.sql") },
    Migration {
        version: 25,
        name: "case_enterprise",
        text: include_str!("../migrations/0025_case_enterprise.sql"),
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
