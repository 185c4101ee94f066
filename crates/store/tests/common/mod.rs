//! What the store's tests share: a folder that goes away, and plain values.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use ledger::{Chained, EventKind, Hash, HashFunction as _, Sm3};
use store::cases::Case;
use store::events::NewEvent;
use store::person::Whose;
use store::personal::{NewPart, NewPersonal};
use store::testing::Database;
use store::{Keyring, Options, Place, Store, StoreError, Tx, cases, events};

/// The database that a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Each of these tests on both databases: `fn name(folder: &Folder)`.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $name() {
                super::$name(&$crate::common::Folder::new(stringify!($name)));
            })*
        }
        mod on_postgres {
            $(#[test]
            fn $name() {
                if let Some(folder) = $crate::common::Folder::on_postgres(stringify!($name)) {
                    super::$name(&folder);
                }
            })*
        }
    };
}

/// A folder of its own for a test, removed at the end, and the database, if it is not in the folder.
pub struct Folder {
    path: PathBuf,
    pub database: Option<Database>,
}

impl Folder {
    /// Whether the store is in PostgreSQL; a test's folder, if there is such a database.
    pub fn on(on: On, name: &str) -> Option<Self> {
        match on {
            On::Sqlite => Some(Self::new(name)),
            On::Postgres => Self::on_postgres(name),
        }
    }

    pub fn on_postgres(name: &str) -> Option<Self> {
        let database = Database::new(name).unwrap()?;
        let mut folder = Self::new(name);
        folder.database = Some(database);
        Some(folder)
    }

    pub fn new(name: &str) -> Self {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let unique = format!("{name}-{}-{serial}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self { path, database: None }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub fn place(&self) -> Place {
        let data = self.join("data");
        self.database.as_ref().map_or_else(|| Place::Folder(data.clone()), |it| it.place(&data).unwrap())
    }

    pub fn open(&self) -> Store {
        self.open_with(&Options::default())
    }

    pub fn open_with(&self, options: &Options) -> Store {
        Store::open_at(&self.place(), options).unwrap()
    }

    /// Bytes as a statement says them.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.database.is_some() { format!("decode('{hex}', 'hex')") } else { format!("x'{hex}'") }
    }

    /// Makes of a store what the program before version 23 wrote: events with all that they say, packs in the open.
    pub fn before_forms(&self, store: Store) {
        let on_postgres = self.database.is_some();
        let mut text = BEFORE_FORMS.replace("/*here: ", "").replace(" :here*/", "");
        if on_postgres {
            text = BEFORE_FORMS.replace("INTEGER", "BIGINT").replace("BLOB", "BYTEA");
            text = text.replace("PRIMARY KEY NOT NULL", "NOT NULL")
                + "CREATE UNIQUE INDEX event_seq ON event (seq, division); ";
            text += "ALTER TABLE event ADD PRIMARY KEY (division, case_id, number); ALTER TABLE pack ADD PRIMARY KEY (hash); ";
        }
        let (entries, packs) = store
            .read(|db| Ok::<_, StoreError>((events::after(db, i64::MIN, u32::MAX)?, store::pack::list(db)?)))
            .unwrap();
        drop(store);
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        self.before_names();
        for entry in &entries {
            let Chained { event, prev, hash } = &entry.chained;
            let digest = event.personal_digest.map_or("NULL".to_owned(), |it| self.bytes(it.as_bytes()));
            let corrects = event.corrects.map_or("NULL".to_owned(), |it| it.to_string());
            text += &format!(
                "INSERT INTO event VALUES ({}, {}, {}, {}, {}, {}, {}, '{}', {}, {corrects}, {}, {digest}, {}, {}); ",
                entry.seq,
                quoted(&event.case),
                event.number,
                quoted(&entry.division),
                event.legal_day,
                event.recorded_at,
                quoted(&event.actor),
                event.kind.id(),
                quoted(&event.act),
                quoted(&event.record),
                self.bytes(prev.as_bytes()),
                self.bytes(hash.as_bytes()),
            );
        }
        for pack in &packs {
            let (hash, procedure, source) =
                (self.bytes(pack.hash.as_bytes()), quoted(&pack.procedure), quoted(&pack.source));
            text += &format!("INSERT INTO pack VALUES ({hash}, {procedure}, {source}, {}); ", pack.added_at);
        }
        self.tamper(&text);
    }

    /// Makes of a file's store one that keeps names as texts.
    pub fn before_names(&self) {
        self.tamper(BEFORE_PAPERS);
        if self.database.is_none() {
            self.tamper(&(names_as_texts() + "DELETE FROM migration WHERE version IN (28, 29, 39); "));
        }
    }

    /// A name as a statement says it.
    pub fn name(&self, name: &str) -> String {
        match (&self.database, name) {
            (Some(_), _) => format!("'{name}'"),
            (None, "") => "0".to_owned(),
            (None, _) => format!("(SELECT number FROM word WHERE text = '{name}')"),
        }
    }

    /// Changes something behind the store's back.
    pub fn tamper(&self, text: &str) {
        match &self.database {
            Some(database) => database.run(text).unwrap(),
            None => {
                let db = rusqlite::Connection::open(self.join("data/yifa.db")).unwrap();
                db.execute_batch(text).unwrap();
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

pub fn hash(text: &str) -> Hash {
    Sm3::digest(&[text.as_bytes()])
}

pub fn case(id: &str) -> Case {
    Case {
        id: id.to_owned(),
        division: "350583".to_owned(),
        organ: "justice".to_owned(),
        procedure: "reconsideration".to_owned(),
        pack: hash("pack"),
        number: None,
        title: "不服行政处罚".to_owned(),
        opened_on: 20_000,
        phase: "申请".to_owned(),
        version: 0,
        closed_on: None,
        handler: None,
        party: None,
        receipt_hash: None,
        head: ledger::genesis(id),
        named: vec!["南安市公安局".to_owned()],
    }
}

pub fn event(case: &str, act: &str) -> NewEvent {
    NewEvent {
        case: case.to_owned(),
        legal_day: 20_001,
        recorded_at: 1_728_000_000_000_000,
        actor: "u-1".to_owned(),
        kind: EventKind::Act,
        act: act.to_owned(),
        corrects: None,
        record: "{\"request\":\"撤销\"}".to_owned(),
        personal: None,
    }
}

/// The keys under which the tests' personal fields are.
pub fn keys() -> Arc<Keyring> {
    static KEYS: LazyLock<Arc<Keyring>> = LazyLock::new(|| Arc::new(fresh_keys()));
    Arc::clone(&KEYS)
}

/// The same keys, with nothing at hand.
pub fn fresh_keys() -> Keyring {
    Keyring::new(&[[1; 16]], &[7; 32]).unwrap()
}

/// Personal fields of somebody unknown, or of the person with a number.
pub fn apart(case: &str, number: Option<&str>, data: &str) -> Option<NewPersonal> {
    let unknown = || Whose::Unknown { case: case.to_owned(), group: "applicant".to_owned() };
    let whose = number.map_or_else(unknown, |number| Whose::Number(number.to_owned()));
    let part = NewPart { name: "applicant".to_owned(), whose, data: data.to_owned() };
    Some(NewPersonal { keys: keys(), parts: vec![part] })
}

/// A case with that many events, the first with personal fields.
pub fn grow(tx: &mut Tx<'_>, id: &str, length: u32) -> Result<(), StoreError> {
    cases::add(tx, &case(id))?;
    for number in 1..=length {
        let mut new = event(id, "accept");
        new.personal = apart(id, None, "{\"applicant\":\"张三\"}").filter(|_| number == 1);
        events::append(tx, new)?;
    }
    Ok(())
}

/// A new case with one event, waited for.
pub fn open_case(store: &Store, id: &str) {
    let id = id.to_owned();
    store.write(move |tx| grow(tx, &id, 1)).unwrap().unwrap();
}

#[track_caller]
pub fn assert_whole(store: &Store) {
    let report = store.verify_with(Some(&fresh_keys())).unwrap();
    assert!(report.is_whole(), "{:?}", report.faults);
}

/// Takes back versions 28, 29 and 39: a file's names by number become texts. Ids of the tests' cases are texts already.
fn names_as_texts() -> String {
    const NAMES: &[(&str, &[&str])] = &[
        ("cases", &["division", "organ", "procedure", "phase", "handler"]),
        ("case_named", &["name", "division"]),
        ("case_count", &["organ", "procedure", "phase", "division"]),
        ("due", &["norm", "acts", "organ", "division", "handler"]),
        ("due_count", &["organ", "division"]),
        ("event", &["division"]),
        ("personal", &["division"]),
        ("person", &["operator"]),
        ("contribution", &["figure", "organ", "division"]),
        ("publication", &["division"]),
        ("document", &["kind", "division"]),
        ("counter", &["organ", "kind"]),
        ("attachment", &["division"]),
        ("case_note", &["division"]),
        ("tally", &["figure", "organ", "division"]),
        ("tally_year", &["figure", "organ", "division"]),
    ];
    let word = |column: &str| {
        format!("CASE {column} WHEN 0 THEN '' ELSE (SELECT text FROM word WHERE number = {column}) END")
    };
    let mut text = format!("UPDATE cases SET pack = unhex({}); ", word("pack"));
    // The tests' cases name one or none.
    text += "UPDATE cases SET named = (SELECT text FROM word WHERE number = named) WHERE named <> ''; ";
    for (table, columns) in NAMES {
        for column in *columns {
            text += &format!(
                "UPDATE {table} SET {column} = {} WHERE typeof({column}) = 'integer'; ",
                word(column)
            );
        }
    }
    text + "DELETE FROM word; "
}

/// Takes back every version after the seventh, in words that both databases read.
const BEFORE_FORMS: &str = "DROP TABLE event; DROP TABLE actor; DROP TABLE act_form; DROP TABLE pack; \
     DELETE FROM migration WHERE version = 23; \
     CREATE TABLE event (seq INTEGER PRIMARY KEY NOT NULL, case_id TEXT NOT NULL, number INTEGER NOT NULL, \
     division TEXT NOT NULL, legal_day INTEGER NOT NULL, recorded_at INTEGER NOT NULL, actor TEXT NOT NULL, \
     kind TEXT NOT NULL, act TEXT NOT NULL, corrects INTEGER, record TEXT NOT NULL, personal_digest BLOB, \
     prev BLOB NOT NULL, hash BLOB NOT NULL /*here: , UNIQUE (case_id, number) :here*/); \
     CREATE TABLE pack (hash BLOB PRIMARY KEY NOT NULL, procedure TEXT NOT NULL, source TEXT NOT NULL, \
     added_at INTEGER NOT NULL); CREATE INDEX pack_procedure ON pack (procedure, added_at); ";

/// Takes back versions 31 and 33.
const BEFORE_PAPERS: &str = "ALTER TABLE publication DROP COLUMN shown_until; DROP TABLE account_reset; DROP INDEX attachment_stored; DROP INDEX attachment_person; \
     ALTER TABLE attachment DROP COLUMN stored; ALTER TABLE attachment DROP COLUMN person; \
     ALTER TABLE attachment DROP COLUMN sealed; DELETE FROM migration WHERE version IN (31, 33); ";

/// What makes a store one of version 7; [`Folder::before_forms`] comes first.
pub const BEFORE_LISTS: &str = "DROP TABLE tally_year; DROP TABLE tally_reach; DROP TABLE case_enterprise; DROP TABLE case_named; DROP TABLE case_count; DROP TABLE due_count; DROP INDEX cases_phase; \
     DROP INDEX cases_title; DROP INDEX due_lapses; ALTER TABLE cases DROP COLUMN named; \
     ALTER TABLE cases ADD COLUMN marking BLOB NOT NULL DEFAULT x''; \
     CREATE INDEX cases_page ON cases (opened_on, id); CREATE INDEX cases_organ_open ON cases (organ, opened_on, id); \
     CREATE INDEX cases_handler ON cases (handler, opened_on, id); \
     CREATE INDEX cases_handler_open ON cases (handler, opened_on, id); \
     CREATE INDEX cases_procedure ON cases (procedure, opened_on, id); \
     CREATE INDEX cases_phase ON cases (procedure, phase, opened_on, id); \
     CREATE INDEX due_lapses ON due (lapses, last_day, case_id); \
     CREATE INDEX publication_organ ON publication (organ, published_on, case_id, number, act); \
     DROP TABLE report_draft; DROP TABLE report_text; DROP TABLE report_comment; DROP TABLE report_accepted; \
     DROP TABLE report_edition; DROP TABLE report_file; DROP TABLE report_public; \
     DROP TABLE saved_view; DROP TABLE draft; DROP TABLE case_note; DROP TABLE feed; DROP TABLE message; DROP TABLE message_sending; DROP TABLE message_address; DROP TABLE message_quiet; \
     DROP TABLE message_channel; DROP INDEX client_account; DROP TABLE client; DROP TABLE client_token; DROP TABLE outside_identity; DROP TABLE sign_on; \
     DROP TABLE old_password; DROP TABLE recovery_code; DROP INDEX audit_log_at; ALTER TABLE session DROP \
     COLUMN ends_at; ALTER TABLE session DROP COLUMN passed; ALTER TABLE session DROP COLUMN address; \
     ALTER TABLE session DROP COLUMN agent; ALTER TABLE audit_log DROP COLUMN address; ALTER TABLE \
     audit_log DROP COLUMN ok; ALTER TABLE audit_log DROP COLUMN prev; ALTER TABLE audit_log DROP COLUMN \
     hash; ALTER TABLE account DROP COLUMN password_at; ALTER TABLE account DROP COLUMN must_change; \
     ALTER TABLE account DROP COLUMN signed_in_at; ALTER TABLE account DROP COLUMN granted_at; ALTER \
     TABLE account DROP COLUMN totp; ALTER TABLE account DROP COLUMN totp_at; ALTER TABLE account DROP \
     COLUMN totp_step; ALTER TABLE account DROP COLUMN code_failed; \
     DROP TABLE entry; DELETE FROM migration WHERE version > 7;";
