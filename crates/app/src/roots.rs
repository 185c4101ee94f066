//! Signed roots of the journal: made on demand and on a schedule, and what is published of them.

use std::thread;

use ledger::{Hash, Head, PublicKeys, SecretKeys, Signatures, verify_consistency};
use store::tree_head::TreeHead;
use store::{LOG_ID, Query, StoreError, Tx, events, lost_root, meta, tree, tree_head};

use crate::clock::{day_of, local_time};
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::platform::Platform;
use crate::root_key::{RootKey, RootKeys};
use crate::witness::{Witness, with_witnesses};

/// How many blocks of 64 events enter the tree in one transaction: nobody waits long for it.
const BLOCKS: u32 = 64;

/// A root as it is published. 已签名的根
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRoot {
    pub(crate) head: Head,
    pub(crate) signatures: Signatures,
    pub(crate) keys: RootKeys,
    pub(crate) witnesses: Vec<Witness>,
}

impl SignedRoot {
    #[must_use]
    pub fn log(&self) -> &str {
        &self.head.log
    }

    #[must_use]
    pub fn size(&self) -> u64 {
        self.head.size
    }

    #[must_use]
    pub fn root(&self) -> String {
        self.head.root.hex()
    }

    /// Microseconds since 1970-01-01 in UTC.
    #[must_use]
    pub fn made_at(&self) -> i64 {
        self.head.made_at
    }

    #[must_use]
    pub fn sm2(&self) -> String {
        crate::root_key::hex(&self.signatures.sm2)
    }

    #[must_use]
    pub fn ed25519(&self) -> String {
        crate::root_key::hex(&self.signatures.ed25519)
    }

    #[must_use]
    pub fn keys(&self) -> RootKeys {
        self.keys
    }

    /// Who else signed it.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    pub(crate) fn of(log: &str, kept: &TreeHead) -> Option<Self> {
        let signatures = Signatures::from_bytes(kept.signature.as_deref()?)?;
        let keys = RootKeys(PublicKeys::from_bytes(kept.keys.as_deref()?)?);
        let size = u64::try_from(kept.size).ok()?;
        let head = Head { log: log.to_owned(), size, root: kept.root, made_at: kept.made_at };
        Some(Self { head, signatures, keys, witnesses: Vec::new() })
    }
}

/// That one root grew from another. 只增证明
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    pub from: SignedRoot,
    pub to: SignedRoot,
    pub(crate) path: Vec<Hash>,
}

pub(crate) fn log_id(db: &dyn Query) -> Result<String> {
    Ok(meta::get(db, LOG_ID)?.unwrap_or_default())
}

/// When a root is to be made.
#[derive(Clone, Copy, Debug)]
enum When {
    /// Whenever the journal grew.
    Grown,
    /// When it grew and a day or so many microseconds have passed since the last root.
    Due { every: i64 },
}

impl Platform {
    /// The public keys that sign, if there are any yet.
    ///
    /// # Errors
    /// The file of the keys cannot be read.
    pub fn root_keys(&self) -> Result<Option<RootKeys>> {
        let keys = RootKey::of(self.store().dir()).read()?;
        Ok(keys.map(|keys| RootKeys(keys.public())))
    }

    /// Makes the keys of a data folder that has none.
    ///
    /// # Errors
    /// There are keys already; the file cannot be written.
    pub fn make_root_keys(&self) -> Result<RootKeys> {
        if self.root_keys()?.is_some() {
            return Err(AppError::wrong(
                "root_key_there",
                "已经有签名密钥",
                "要换密钥的，先把数据文件夹中的 root-key 移到安全的地方，再做新的；旧公钥签过的根仍然有效。",
            ));
        }
        Ok(RootKeys(RootKey::of(self.store().dir()).make()?.public()))
    }

    /// Makes a root over all events now; nothing when the last root covers them, or there are none.
    ///
    /// # Errors
    /// The store or the keys cannot be read or written.
    pub fn make_root(&self) -> Result<Option<SignedRoot>> {
        self.root_when(When::Grown)
    }

    /// Makes a root if the journal grew and either a new legal day has begun or that many minutes have
    /// passed since the last one. Any number of processes may ask: the last root's size and instant, read
    /// in the transaction that writes, decide.
    ///
    /// # Errors
    /// The store or the keys cannot be read or written.
    pub fn make_root_if_due(&self, minutes: u32) -> Result<Option<SignedRoot>> {
        self.root_when(When::Due { every: i64::from(minutes) * 60_000_000 })
    }

    fn root_when(&self, when: When) -> Result<Option<SignedRoot>> {
        let now = self.now();
        if !self.store().read(|reader| is_due(reader, when, now))? {
            return Ok(None);
        }
        let keys = self.signing_keys()?;
        while !self.store().write(|tx| tree::extend(tx, BLOCKS))?? {
            // Acts that wait come first.
            thread::yield_now();
        }
        let id = Ids::token().chars().take(32).collect::<String>();
        let work = move |tx: &mut Tx<'_>| -> Result<Option<SignedRoot>> {
            if !is_due(tx, when, now)? {
                return Ok(None);
            }
            sign(tx, &keys, id.clone(), now).map(Some)
        };
        self.store().write(work)?
    }

    /// The keys of this folder. They are made at the first root; where roots by other keys are there and these are lost,
    /// nobody makes new ones by accident.
    pub(crate) fn signing_keys(&self) -> Result<SecretKeys> {
        let file = RootKey::of(self.store().dir());
        if let Some(keys) = file.read()? {
            return Ok(keys);
        }
        let last = self.store().read(|reader| tree_head::last(reader))?;
        if last.is_some_and(|last| last.keys.is_some()) {
            return Err(AppError::wrong(
                "root_key_lost",
                "以前的根已经签名，但是数据文件夹中没有签名密钥文件 root-key",
                "请从保管的副本放回；确实丢失的，用 yifa key new 另做一副，并把新的指纹公布出去。",
            ));
        }
        file.make()
    }

    /// Signed roots below a size, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn roots(&self, below: Option<u64>, limit: u32) -> Result<Vec<SignedRoot>> {
        let below = below.and_then(|size| i64::try_from(size).ok()).unwrap_or(i64::MAX);
        self.store().read(|reader| {
            let log = log_id(reader)?;
            let heads = tree_head::page(reader, below, limit)?;
            let mut roots: Vec<_> = heads.iter().filter_map(|head| SignedRoot::of(&log, head)).collect();
            with_witnesses(reader, &mut roots)?;
            Ok(roots)
        })
    }

    /// The proof that the root of a size grew from the root of a smaller one.
    ///
    /// # Errors
    /// There is no root of that size.
    pub fn growth(&self, from: u64, to: u64) -> Result<Growth> {
        self.store().read(|reader| {
            let log = log_id(reader)?;
            let found = |size: u64| -> Result<SignedRoot> {
                let at = i64::try_from(size).unwrap_or(i64::MAX);
                let head = tree_head::covering(reader, at)?.filter(|head| head.size == at);
                let mut root = head.and_then(|head| SignedRoot::of(&log, &head));
                with_witnesses(reader, root.as_mut_slice())?;
                match root {
                    Some(root) => Ok(root),
                    None => Err(absent(reader, at)?),
                }
            };
            let (from, to) = (found(from.min(to))?, found(to.max(from))?);
            let path = tree::consistency(reader, from.size(), to.size())?;
            // What does not hold is not handed out: the journal or the kept subtrees were changed.
            let (old, new) = (&from.head, &to.head);
            if !verify_consistency::<ledger::Sm3>(old.size, new.size, &path, &old.root, &new.root) {
                return Err(damaged());
            }
            Ok(Growth { from, to, path })
        })
    }
}

/// Why there is no root of a size: it was announced as lost, or never was.
fn absent(db: &dyn Query, size: i64) -> Result<AppError> {
    let lost = lost_root::list(db)?.into_iter().find(|one| one.head.size == size);
    Ok(match lost {
        None => AppError::not_found(format!("覆盖{size}条事项的根")),
        Some(one) => AppError::wrong(
            "root_lost",
            format!("覆盖{size}条事项的根已于{}公告不再成立，理由是：{}", local_time(one.lost_at), one.note),
            "现有日志给不出它的只增证明；说明见“办理日志的根”。",
        ),
    })
}

/// The journal does not give the proof that it should.
pub(crate) fn damaged() -> AppError {
    StoreError::Unreadable {
        detail: "现有日志算不出已经公布的根，请管理员立即用 yifa verify 核验".to_owned(),
    }
    .into()
}

fn is_due(db: &dyn Query, when: When, now: i64) -> Result<bool> {
    let length = events::last_seq(db)?;
    let Some(last) = tree_head::last(db)? else { return Ok(length > 0) };
    if last.size >= length {
        return Ok(false);
    }
    Ok(match when {
        When::Grown => true,
        When::Due { every } => now - last.made_at >= every || day_of(now) > day_of(last.made_at),
    })
}

fn sign(tx: &mut Tx<'_>, keys: &SecretKeys, new_id: String, now: i64) -> Result<SignedRoot> {
    let mut log = log_id(tx)?;
    if log.is_empty() {
        log = new_id;
        meta::set(tx, LOG_ID, &log)?;
    }
    let length = events::last_seq(tx)?;
    let size = u64::try_from(length).unwrap_or(0);
    let root = tree::root(tx, size)?;
    // Nothing is signed over a journal that no longer begins with what was signed before.
    if let Some(last) = tree_head::last(tx)?
        && tree::root(tx, u64::try_from(last.size).unwrap_or(0))? != last.root
    {
        return Err(damaged());
    }
    let head = Head { log: log.clone(), size, root, made_at: now };
    let refused = || AppError::wrong("root_key", "签名密钥签不了名", "请核对数据文件夹中的 root-key。");
    let signatures = keys.sign(head.text().as_bytes()).ok_or_else(refused)?;
    let public = keys.public();
    let kept = TreeHead {
        size: length,
        root,
        made_at: now,
        signature: Some(signatures.to_bytes()),
        keys: Some(public.to_bytes()),
    };
    tree_head::add(tx, &kept)?;
    Ok(SignedRoot { head, signatures, keys: RootKeys(public), witnesses: Vec::new() })
}
