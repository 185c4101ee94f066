//! The only transactions: the journal, what is derived from it, accounts, files. It knows nothing of
//! what a norm means.
//!
//! Reading goes through [`Store::read`], writing through [`Store::write`]; inside them, each table has a
//! module with its plain struct and its functions: those that read take `&dyn Query` (a [`Reader`] or a
//! [`Tx`]), those that write take `&mut Tx`. Days are days since 1970-01-01, instants microseconds since
//! then in UTC.

pub mod account;
pub mod attachment;
pub mod audit_log;
mod backup;
mod balance;
pub mod cases;
pub mod client;
pub mod command;
mod compact;
mod copy;
pub mod counter;
pub mod desk;
pub mod document;
pub mod due;
pub mod enterprise;
pub mod entry;
mod error;
pub mod events;
mod files;
#[doc(hidden)]
pub mod fill;
mod form;
mod gcm;
pub mod identity;
pub mod kept_audit;
mod keyring;
pub mod lease;
pub mod lost_root;
pub mod message;
pub mod meta;
mod notes;
mod numbered;
pub mod organ;
pub mod outbox;
pub mod pack;
pub mod person;
pub mod personal;
mod pool;
mod postgres;
pub mod publication;
pub mod report_draft;
pub mod reset;
mod schema;
mod sealed_file;
pub mod session;
mod shape;
mod sm4_wide;
mod smaller;
pub mod sql;
mod sqlite;
mod state;
mod store;
pub mod tally;
mod tally_year;
#[doc(hidden)]
pub mod testing;
mod trace;
pub mod tree;
pub mod tree_head;
mod value;
mod verify;
mod verify_personal;
mod verify_scan;
mod verify_tree;
pub mod witness;
mod writer;

pub use backup::{restore, restore_into};
pub use copy::{Copied, copy};
pub use error::{Result, StoreError};
pub use files::{Files, MediaType, StoredFile, safe_name};
pub use keyring::{KEY, Keyring};
pub use notes::Notes;
pub use pool::Reader;
pub use postgres::Address;
pub use schema::known_version;
pub use sealed_file::FileKey;
pub use state::State;
pub use store::{Options, Outcome, Pending, Place, Store, rewrite};
pub use trace::Trace;
pub use value::{Columns, Connection, EachRow, Kept, Query, Row, Statement, Value};
pub use verify::{Problem, VerifyReport};
pub use verify_tree::{KeptRoot, LOG_ID, verify_since};
pub use writer::Tx;
