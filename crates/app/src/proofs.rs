//! Proofs that people take with them: receipts of their cases, and that the journal only grew.

use std::fmt;

use ledger::{Event, Hash, Sm3, WrongSignature, link, verify_consistency, verify_inclusion};
use store::tree_head::TreeHead;
use store::{KeptRoot, Query, lost_root, tree, tree_head};

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::clock::{day_of, local_time};
use crate::error::Result;
use crate::persons;
use crate::platform::Platform;
use crate::roots::{Growth, SignedRoot, damaged, log_id};
use crate::witness::with_witnesses;

/// A root is made at most that often while the journal grows, and after each midnight.
pub const ROOT_MINUTES: u32 = 60;

/// What proves that events of a case are in the journal. 凭证
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The number of the case as people know it.
    pub case_number: String,
    /// The case's id in the journal.
    pub case: String,
    pub root: SignedRoot,
    pub events: Vec<ReceiptEvent>,
}

/// One event of a receipt. 凭证所记事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptEvent {
    pub number: u32,
    /// The name of the act, as the platform calls it.
    pub act: String,
    /// Its place in the whole journal, from 1.
    pub place: u64,
    pub(crate) hash: Hash,
    pub(crate) previous: Hash,
    /// The canonical bytes: without personal data, of which they hold a digest.
    pub(crate) content: Vec<u8>,
    pub(crate) path: Vec<Hash>,
}

impl ReceiptEvent {
    #[must_use]
    pub fn hash(&self) -> String {
        self.hash.hex()
    }

    /// The hashes of the papers that its record names: what stands as `hash|name` in it.
    pub(crate) fn papers(&self) -> Vec<String> {
        let event = Event::from_canonical(&self.content).ok();
        let record = event.and_then(|event| serde_json::from_str(&event.record).ok());
        let mut made = Vec::new();
        gather_papers(&record.unwrap_or_default(), &mut made);
        made.sort();
        made.dedup();
        made
    }

    /// How many hashes lead from it to the root.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.path.len()
    }
}

/// A receipt as far as roots cover the case. 凭证现状
#[derive(Clone, Debug)]
pub struct Covered {
    pub receipt: Option<Receipt>,
    /// The numbers of events that no root covers yet.
    pub waiting: Vec<u32>,
    /// About when the next root is made, in microseconds since 1970-01-01 in UTC.
    pub next_root_at: i64,
}

/// A file that proves something. 证明文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    Root(SignedRoot),
    Receipt(Receipt),
    Growth(Box<Growth>),
}

/// What in a proof does not hold. 证明问题
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofFault {
    /// The content of an event does not give its hash, or is of another event than the receipt says.
    Changed {
        number: u32,
    },
    /// Two events that follow each other are not linked.
    Unlinked {
        number: u32,
    },
    /// The path does not lead from the event to the root.
    Path {
        number: u32,
    },
    /// The path does not lead from the one root to the other.
    Growth {
        from: u64,
        to: u64,
    },
    Signature {
        size: u64,
        wrong: WrongSignature,
    },
    UnknownKey {
        fingerprint: String,
    },
    /// The kept root is not the one that the proof begins with.
    OtherBeginning {
        kept: u64,
        begins: u64,
    },
    /// The kept root is of another log.
    OtherLog,
    /// The signature of a witness is wrong.
    Witness {
        name: String,
        wrong: WrongSignature,
    },
}

impl fmt::Display for ProofFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { number } => {
                write!(f, "第{number}号事项的内容与它的杂凑值不一致：事项内容被改动")
            }
            Self::Unlinked { number } => {
                write!(f, "第{number}号事项没有接在前一号事项之后：两者至少有一项被替换")
            }
            Self::Path { number } => {
                write!(f, "第{number}号事项的证明路径算不到根：事项不在这个根覆盖的日志里，或者路径被改动")
            }
            Self::Growth { from, to } => {
                write!(f, "只增证明不成立：覆盖{to}条事项的根不是由覆盖{from}条事项的根只增得来")
            }
            Self::Signature { size, wrong } => {
                write!(f, "覆盖{size}条事项的根，{wrong}：根或者签名被改动，或者不是这把公钥签的")
            }
            Self::UnknownKey { fingerprint } => {
                write!(f, "签名所用的公钥不是您指定的公钥，指纹为{fingerprint}")
            }
            Self::OtherBeginning { kept, begins } => {
                write!(f, "只增证明从覆盖{begins}条事项的根开始，不是您留存的覆盖{kept}条事项的根")
            }
            Self::Witness { name, wrong } => write!(f, "见证者“{name}”的{wrong}：不是他为这个根签的"),
            Self::OtherLog => f.write_str("留存的根是另一份日志的，日志编号不同"),
        }
    }
}

impl Platform {
    /// The receipt of a case for somebody who may read it.
    ///
    /// # Errors
    /// The case is not there, or not for this account; the journal does not give the proof.
    pub fn receipt(&self, actor: &Actor, case: &str) -> Result<Covered> {
        self.readable(actor, case, |reader, file| self.covered(reader, file))
    }

    /// The receipt of a case for who keeps the data themselves.
    ///
    /// # Errors
    /// The case is not there; the journal does not give the proof.
    pub fn receipt_of(&self, case: &str) -> Result<Covered> {
        self.store().read(|reader| {
            let file = self.inner().load(reader, case)?;
            self.covered(reader, &file)
        })
    }

    /// The receipt of a case for whoever has its number and code.
    ///
    /// # Errors
    /// Number and code do not belong together; the journal does not give the proof.
    pub fn receipt_by_code(&self, number: &str, code: &str) -> Result<Covered> {
        self.receipt_of(&self.case_by_receipt(number, code)?.id)
    }

    fn covered(&self, db: &dyn Query, file: &CaseFile) -> Result<Covered> {
        let case = &file.row.id;
        let entries = store::events::of_case(db, case, 0)?;
        let last = tree_head::last(db)?;
        let next_root_at = next_root(last.as_ref().map(|last| last.made_at), self.now());
        let signed = root_for(db, last, entries.last().map_or(0, |entry| entry.seq))?;
        let procedure = &file.pack.file.procedure;
        let (mut events, mut waiting) = (Vec::new(), Vec::new());
        for entry in entries {
            let event = entry.event();
            let place = u64::try_from(entry.seq).unwrap_or(u64::MAX);
            let Some(root) = signed.as_ref().filter(|root| place <= root.size()) else {
                waiting.push(event.number);
                continue;
            };
            let spec = procedure.act_named(&event.act).and_then(|act| procedure.act_of(act));
            events.push(ReceiptEvent {
                number: event.number,
                act: spec.map_or_else(|| persons::act_name(&event.act), |spec| spec.name.clone()),
                place,
                hash: entry.chained.hash,
                previous: entry.chained.prev,
                content: event.canonical(),
                path: tree::inclusion(db, place, root.size())?,
            });
        }
        let case_number = file.row.number.clone().unwrap_or_else(|| case.clone());
        let receipt = signed.filter(|_| !events.is_empty()).map(|root| Receipt {
            case_number,
            case: case.clone(),
            root,
            events,
        });
        // What does not hold is not handed out.
        if receipt.as_ref().is_some_and(|receipt| !receipt.faults().is_empty()) {
            return Err(damaged());
        }
        Ok(Covered { receipt, waiting, next_root_at })
    }

    /// Whether the journal still begins with what was kept: roots and the events of receipts. What is said of a kept file
    /// itself is [`Proof::faults`].
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn verify_since(&self, kept: &[Proof], trusted: Option<&[String]>) -> Result<Vec<String>> {
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let all: Vec<KeptRoot> = kept.iter().map(Proof::kept).collect();
        let (log, heads, lost, found) = self.store().read(|reader| -> Result<_> {
            let lost = lost_root::list(reader)?;
            Ok((log_id(reader)?, tree_head::list(reader)?, lost, store::verify_since(reader, &all)?))
        })?;
        let mut faults = Vec::new();
        if kept.iter().any(|one| one.newest().log() != log) {
            faults.push(ProofFault::OtherLog.to_string());
        }
        // Roots by keys that nobody has: the journal may have been written anew and signed again.
        let mut known: Vec<String> = kept.iter().map(|one| one.newest().keys.fingerprint()).collect();
        known.extend(trusted.unwrap_or_default().iter().cloned());
        let mut strange: Vec<String> = heads
            .iter()
            .filter_map(|head| Some(SignedRoot::of(&log, head)?.keys.fingerprint()))
            .filter(|fingerprint| !known.contains(fingerprint))
            .collect();
        strange.sort();
        strange.dedup();
        faults.extend(strange.into_iter().map(|fingerprint| {
            format!(
                "日志里有另一把公钥签的根，指纹为{fingerprint}；机关公布过换密钥的，用 --key 指定新旧两把公钥再核验"
            )
        }));
        faults.extend(found.iter().map(ToString::to_string));
        // Whoever kept such a root is told what the operator says; that it does not hold remains a fault.
        for one in lost.iter().filter(|one| all.iter().any(|kept| kept.root == one.head.root)) {
            let (size, on, note) = (one.head.size, local_time(one.lost_at), &one.note);
            faults.push(format!("留存的覆盖{size}条事项的根，机关已于{on}公告不再成立，理由是：{note}"));
        }
        Ok(faults)
    }
}

/// Texts that begin with a hash, and what follows it is a name.
fn gather_papers(value: &serde_json::Value, made: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => {
            let named = text.split_once('|').map(|(hash, _)| hash);
            made.extend(named.filter(|hash| Hash::parse(hash).is_some()).map(str::to_owned));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| gather_papers(one, made)),
        serde_json::Value::Object(all) => all.values().for_each(|one| gather_papers(one, made)),
        _ => {}
    }
}

/// The root of a receipt: the last one that others signed too if it covers all, else the last one.
fn root_for(db: &dyn Query, last: Option<TreeHead>, seq: i64) -> Result<Option<SignedRoot>> {
    let witnessed = match store::witness::last_size(db)?.filter(|size| *size >= seq) {
        Some(size) => tree_head::covering(db, size)?.filter(|head| head.size == size),
        None => None,
    };
    let log = log_id(db)?;
    let mut root = witnessed.or(last).and_then(|head| SignedRoot::of(&log, &head));
    with_witnesses(db, root.as_mut_slice())?;
    Ok(root)
}

/// When the next root is due if the journal has grown: an hour after the last, or at midnight, whichever comes first.
fn next_root(last: Option<i64>, now: i64) -> i64 {
    let Some(last) = last else { return now };
    let midnight = (i64::from(day_of(last).number()) * 24 + 16) * 3_600_000_000;
    now.max(midnight.min(last + i64::from(ROOT_MINUTES) * 60_000_000))
}

impl SignedRoot {
    /// Whether the signatures of the log itself are wrong.
    fn fault(&self) -> Option<ProofFault> {
        let checked = self.keys.0.check(self.head.text().as_bytes(), &self.signatures);
        checked.err().map(|wrong| ProofFault::Signature { size: self.size(), wrong })
    }

    /// What is wrong with the signatures, those of witnesses too.
    pub(crate) fn faults(&self) -> Vec<ProofFault> {
        let mut faults: Vec<ProofFault> = self.fault().into_iter().collect();
        for one in &self.witnesses {
            let wrong = one.check(self).err();
            faults.extend(wrong.map(|wrong| ProofFault::Witness { name: one.name.clone(), wrong }));
        }
        faults
    }
}

impl Receipt {
    fn faults(&self) -> Vec<ProofFault> {
        let mut faults = self.root.faults();
        let (size, root) = (self.root.size(), &self.root.head.root);
        let mut before: Option<&ReceiptEvent> = None;
        for one in &self.events {
            let number = one.number;
            let event = Event::from_canonical(&one.content).ok();
            let is_own = |event: &Event| {
                event.case == self.case && event.number == number && link(&one.previous, event) == one.hash
            };
            if !event.as_ref().is_some_and(is_own) {
                faults.push(ProofFault::Changed { number });
            }
            let follows = before.is_none_or(|last| last.number + 1 != number || last.hash == one.previous);
            if !follows || (number == 1 && one.previous != ledger::genesis(&self.case)) {
                faults.push(ProofFault::Unlinked { number });
            }
            let index = one.place.wrapping_sub(1);
            if !verify_inclusion::<Sm3>(one.hash.as_bytes(), index, size, &one.path, root) {
                faults.push(ProofFault::Path { number });
            }
            before = Some(one);
        }
        faults
    }
}

impl Growth {
    fn faults(&self) -> Vec<ProofFault> {
        let mut faults: Vec<ProofFault> =
            [&self.from, &self.to].into_iter().flat_map(SignedRoot::faults).collect();
        let (old, new) = (&self.from.head, &self.to.head);
        if old.log != new.log {
            faults.push(ProofFault::OtherLog);
        }
        if !verify_consistency::<Sm3>(old.size, new.size, &self.path, &old.root, &new.root) {
            faults.push(ProofFault::Growth { from: old.size, to: new.size });
        }
        faults
    }
}

impl Proof {
    /// The root that it is about; of growth, the newer one.
    #[must_use]
    pub fn newest(&self) -> &SignedRoot {
        match self {
            Self::Root(root) => root,
            Self::Receipt(receipt) => &receipt.root,
            Self::Growth(growth) => &growth.to,
        }
    }

    /// All that does not hold in the file itself, computed from nothing but the file. With `trusted` fingerprints, every key
    /// must be one of them.
    #[must_use]
    pub fn faults(&self, trusted: Option<&[String]>) -> Vec<ProofFault> {
        let (mut faults, roots) = match self {
            Self::Root(root) => (root.faults(), vec![root]),
            Self::Receipt(receipt) => (receipt.faults(), vec![&receipt.root]),
            Self::Growth(growth) => (growth.faults(), vec![&growth.from, &growth.to]),
        };
        for root in roots {
            let fingerprint = root.keys.fingerprint();
            let is_known = trusted.is_none_or(|trusted| trusted.contains(&fingerprint));
            let unknown = ProofFault::UnknownKey { fingerprint };
            if !is_known && !faults.contains(&unknown) {
                faults.push(unknown);
            }
        }
        faults
    }

    /// Whether growth begins with the root that somebody kept.
    #[must_use]
    pub fn begins_with(&self, kept: &Self) -> Option<ProofFault> {
        let Self::Growth(growth) = self else { return None };
        let (own, kept) = (&growth.from.head, &kept.newest().head);
        if own.log != kept.log {
            return Some(ProofFault::OtherLog);
        }
        let same = own.size == kept.size && own.root == kept.root;
        (!same).then_some(ProofFault::OtherBeginning { kept: kept.size, begins: own.size })
    }

    fn kept(&self) -> KeptRoot {
        let head = &self.newest().head;
        let events = match self {
            Self::Receipt(receipt) => {
                let place = |one: &ReceiptEvent| (i64::try_from(one.place).unwrap_or(i64::MAX), one.hash);
                receipt.events.iter().map(place).collect()
            }
            Self::Root(_) | Self::Growth(_) => Vec::new(),
        };
        KeptRoot { size: i64::try_from(head.size).unwrap_or(i64::MAX), root: head.root, events }
    }
}
