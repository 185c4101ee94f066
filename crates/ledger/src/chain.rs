//! The chain of a case's events.

use std::collections::BTreeSet;
use std::fmt;

use crate::{Batch, Event, EventRef, Hash, HashFunction as _, Sm3};

const EVENT: &[u8] = &[2];
const GENESIS: &[u8] = &[3];
const PERSONAL: &[u8] = &[4];
const PARTS: &[u8] = &[5];

/// What the first event of a case follows: `SM3(03 ‖ case id in UTF-8)`.
#[must_use]
pub fn genesis(case: &str) -> Hash {
    Sm3::digest(&[GENESIS, case.as_bytes()])
}

/// The hash of an event that follows `previous`: `SM3(02 ‖ previous ‖ canonical bytes)`.
#[must_use]
pub fn link(previous: &Hash, event: &Event) -> Hash {
    Sm3::digest(&[EVENT, previous.as_bytes(), &event.canonical()])
}

/// The digest that stands in the event for its personal fields: `SM3(04 ‖ salt's length in 4 bytes ‖ salt ‖ data)`.
/// Data and salt are kept elsewhere. When both are erased, nothing can be guessed back from the
/// digest, and the chain stays whole.
#[must_use]
pub fn personal_digest(salt: &[u8], data: &[u8]) -> Hash {
    let length = u32::try_from(salt.len()).unwrap_or(u32::MAX).to_be_bytes();
    Sm3::digest(&[PERSONAL, &length, salt, data])
}

/// The digest that stands in an event whose personal fields are kept in parts, each with a name and a [`personal_digest`]
/// of its own: `SM3(05 ‖ their number in 4 bytes ‖ for each: the name's length in 4 bytes ‖ name ‖ digest)`, in the order
/// given, which is that of the names. A part can be erased: its digest stays, and the others can still be proved. Which of
/// the two a digest is need not stand in the event: their first bytes differ, so none can be opened as the other.
#[must_use]
pub fn parts_digest(parts: &[(&str, Hash)]) -> Hash {
    let mut text = Vec::new();
    write_parts(&mut text, parts.iter().map(|(name, digest)| (*name, digest)));
    Sm3::digest(&[&text])
}

fn write_parts<'a>(out: &mut Vec<u8>, parts: impl ExactSizeIterator<Item = (&'a str, &'a Hash)>) {
    out.extend_from_slice(PARTS);
    out.extend_from_slice(&u32::try_from(parts.len()).unwrap_or(u32::MAX).to_be_bytes());
    for (name, digest) in parts {
        out.extend_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(digest.as_bytes());
    }
}

fn write_genesis(out: &mut Vec<u8>, case: &str) {
    out.extend_from_slice(GENESIS);
    out.extend_from_slice(case.as_bytes());
}

impl Batch {
    /// Adds what [`genesis`] hashes.
    pub fn add_genesis(&mut self, case: &str) {
        self.add(|out| write_genesis(out, case));
    }

    /// Adds what [`link`] hashes.
    pub fn add_link(&mut self, previous: &Hash, event: &EventRef<'_>) {
        self.add(|out| {
            out.extend_from_slice(EVENT);
            out.extend_from_slice(previous.as_bytes());
            event.write_canonical(out);
        });
    }

    /// Adds what [`link`] hashes for an event that follows its case's [`genesis`].
    pub fn add_first_link(&mut self, event: &EventRef<'_>) {
        let of = |out: &mut Vec<u8>| write_genesis(out, event.case);
        self.add_owing(EVENT.len(), of, |out| {
            out.extend_from_slice(EVENT);
            out.extend_from_slice(Hash::default().as_bytes());
            event.write_canonical(out);
        });
    }

    /// Adds what [`personal_digest`] hashes.
    pub fn add_personal(&mut self, salt: &[u8], data: &[u8]) {
        let length = u32::try_from(salt.len()).unwrap_or(u32::MAX).to_be_bytes();
        self.add(|out| {
            [PERSONAL, &length, salt, data].into_iter().for_each(|part| out.extend_from_slice(part))
        });
    }

    /// Adds what [`parts_digest`] hashes.
    pub fn add_parts<'a>(&mut self, parts: impl ExactSizeIterator<Item = (&'a str, &'a Hash)>) {
        self.add(|out| write_parts(out, parts));
    }
}

/// An event as the journal keeps it. 链上事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chained {
    pub event: Event,
    /// The hash of the event before, or the case's [`genesis`].
    pub prev: Hash,
    /// What [`link`] gave when it was entered.
    pub hash: Hash,
}

/// What is wrong with a chain. 链上问题
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The event's content does not give its hash.
    Changed,
    /// The event before it is not the one that it was linked to: that one was swapped for another.
    Replaced,
    /// The number does not occur.
    Missing,
    /// The number occurs twice, is zero, or the event is of another case.
    Inserted,
    /// All numbers occur, in another order.
    Reordered,
}

/// Where and how a case's chain is broken. 链上问题说明
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub case: String,
    /// The number of the event that is at fault.
    pub number: u32,
    pub kind: FaultKind,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, number, kind } = self;
        write!(f, "案件 {case} 的第 {number} 号事项")?;
        f.write_str(match kind {
            FaultKind::Changed => "内容被改动：按现有内容计算的杂凑值与登记时的不一致",
            FaultKind::Replaced => "被替换：后一号事项登记时衔接的不是它",
            FaultKind::Missing => "缺失：前后编号不连续",
            FaultKind::Inserted => "是后来插入的：编号重复，或者不属于本案",
            FaultKind::Reordered => "次序被调换：没有排在它应在的位置",
        })?;
        f.write_str("。请停止使用该案数据，保留现场，并从最近一次核验无误的备份核对恢复")
    }
}

/// Checks a case's whole chain, events in the order in which they are kept, and gives its head.
/// An event cut off at the end leaves a whole chain: compare the head with the one kept elsewhere.
pub fn verify_chain(case: &str, events: &[Chained]) -> Result<Hash, Fault> {
    verify_numbers(case, events)?;
    let mut head = genesis(case);
    for Chained { event, prev, hash } in events {
        if link(prev, event) != *hash {
            return Err(fault(case, event.number, FaultKind::Changed));
        }
        if *prev != head {
            // The event is as it was written, but not after what stands before it now. The first
            // event has nothing before it: it must itself come from elsewhere.
            let at_fault = if event.number == 1 { 1 } else { event.number - 1 };
            return Err(fault(case, at_fault, FaultKind::Replaced));
        }
        head = *hash;
    }
    Ok(head)
}

fn fault(case: &str, number: u32, kind: FaultKind) -> Fault {
    Fault { case: case.to_owned(), number, kind }
}

/// Numbers must be 1, 2, 3 and on, all of this case.
fn verify_numbers(case: &str, events: &[Chained]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for Chained { event, .. } in events {
        if event.case != case || event.number == 0 || !seen.insert(event.number) {
            return Err(fault(case, event.number, FaultKind::Inserted));
        }
    }
    if let Some((missing, _)) = (1..).zip(&seen).find(|(expected, number)| expected != *number) {
        return Err(fault(case, missing, FaultKind::Missing));
    }
    match (1..).zip(events).find(|(expected, chained)| *expected != chained.event.number) {
        Some((_, chained)) => Err(fault(case, chained.event.number, FaultKind::Reordered)),
        None => Ok(()),
    }
}
