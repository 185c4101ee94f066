//! The journal: events, their hash chain, the Merkle tree over them and its proofs.
//!
//! Nothing here knows what an event means, reads a clock or touches a file: events come in as plain
//! values, days as days since 1970-01-01 (`i32`), instants as microseconds since then in UTC (`i64`).
//!
//! Every hash starts with one byte that says what is hashed, so that no hash can pass for another:
//! `00` a leaf of the tree, `01` a node of the tree, `02` an event, `03` the start of a case's chain,
//! `04` personal data, `05` the digests of several parts of them.

mod chain;
mod cover;
mod event;
mod hash;
mod lanes;
mod merkle;
mod paths;
mod signing;

pub use chain::{Chained, Fault, FaultKind, genesis, link, parts_digest, personal_digest, verify_chain};
pub use cover::{cover_ranges, cover_root};
pub use event::{CANONICAL_VERSION, Event, EventKind, EventRef, Malformed};
pub use hash::{Hash, HashFunction, Sm3, Stream};
pub use lanes::Batch;
pub use merkle::{Frontier, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion};
pub use paths::{consistency_ranges, inclusion_ranges, subtree_hash};
pub use signing::{HEAD_VERSION, Head, PublicKeys, SecretKeys, Signatures, WrongSignature};
