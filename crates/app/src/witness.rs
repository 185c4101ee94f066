//! Witnesses: others who saw that a root grew from the one that they saw before, and signed it.
//!
//! What is signed is, byte for byte, the message of C2SP's `cosignature/v1` for a checkpoint of this log; see
//! [`ledger::Head::cosigned_text`].

use std::path::Path;

use ledger::{PublicKeys, Signatures, WrongSignature};
use store::{Query, tree_head};

use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::proofs::Proof;
use crate::root_key::{RootKey, RootKeys};
use crate::roots::{SignedRoot, log_id};

/// The longest name of a witness, in characters.
pub(crate) const LONGEST_NAME: usize = 60;

/// Who else signed a root. 见证
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What it calls itself; nobody vouches for it but the keys.
    pub name: String,
    /// When it signed, in seconds since 1970-01-01 in UTC.
    pub(crate) time: i64,
    pub(crate) signatures: Signatures,
    pub(crate) keys: RootKeys,
}

impl Witness {
    /// When it signed, in microseconds since 1970-01-01 in UTC.
    #[must_use]
    pub fn signed_at(&self) -> i64 {
        self.time.saturating_mul(1_000_000)
    }

    #[must_use]
    pub fn keys(&self) -> RootKeys {
        self.keys
    }

    pub(crate) fn check(&self, root: &SignedRoot) -> Result<(), WrongSignature> {
        let text = root.head.cosigned_text(self.time);
        self.keys.0.check(text.as_bytes(), &self.signatures)
    }

    fn kept(&self, size: i64) -> store::witness::Witness {
        store::witness::Witness {
            size,
            keys: self.keys.0.to_bytes(),
            name: self.name.clone(),
            signed_at: self.signed_at(),
            signature: self.signatures.to_bytes(),
        }
    }

    fn of(kept: &store::witness::Witness) -> Option<Self> {
        Some(Self {
            name: kept.name.clone(),
            time: kept.signed_at.div_euclid(1_000_000),
            signatures: Signatures::from_bytes(&kept.signature)?,
            keys: RootKeys(PublicKeys::from_bytes(&kept.keys)?),
        })
    }
}

/// A root as a witness gives it back, with its own signatures. 见证文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countersigned {
    pub log: String,
    pub size: u64,
    pub root: String,
    pub witness: Witness,
}

/// What a witness looked at and signed.
#[derive(Clone, Debug)]
pub struct Witnessed {
    pub countersigned: Countersigned,
    /// The root that was signed.
    pub root: SignedRoot,
    /// How many events it had when the witness saw it last; nothing at the first time.
    pub before: Option<u64>,
    /// Whether the witness's keys were made for this.
    pub is_new_key: bool,
}

fn refused(code: &'static str, why: impl Into<String>, help: &'static str) -> AppError {
    AppError::wrong(code, why, help)
}

/// Signs a root as a witness, if it grew from the one that this witness saw last. `key` is the file of the witness's own
/// keys, made if it is not there; `now` is the machine's clock in microseconds.
///
/// # Errors
/// The file does not hold, does not begin with what was seen before, or is of other keys than before; the keys cannot be
/// read or written.
pub fn countersign(
    file: &Proof,
    previous: Option<&Proof>,
    trusted: Option<&[String]>,
    key: &Path,
    name: &str,
    now: i64,
) -> Result<Witnessed> {
    let name = name_of(name)?;
    let help = "没有签名。请从原处重新下载；仍然不符的，保留两份文件，向机关和监督机关反映。";
    // Whoever signed what was seen before signs on, unless the call says otherwise.
    let before: Option<Vec<String>> = previous.map(|previous| vec![previous.newest().keys.fingerprint()]);
    let faults = file.faults(trusted.or(before.as_deref()));
    if let Some(fault) = faults.first() {
        return Err(refused("not_witnessed", fault.to_string(), help));
    }
    let root = file.newest();
    match (file, previous) {
        (Proof::Growth(_), None) => {
            let why = "这是只增证明，要和上次见证的根核对";
            return Err(refused(
                "witness_call",
                why,
                "用 --previous 写上次见证时的文件；第一次见证的，用根文件。",
            ));
        }
        (_, Some(previous)) => {
            let (old, new) = (&previous.newest().head, &root.head);
            let same = old.log == new.log && old.size == new.size && old.root == new.root;
            if let Some(fault) = file.begins_with(previous) {
                return Err(refused("not_witnessed", fault.to_string(), help));
            }
            if !same && !matches!(file, Proof::Growth(_)) {
                let why = format!(
                    "上次见证的根覆盖{}条事项，这个根覆盖{}条，要有两者之间的只增证明",
                    old.size, new.size
                );
                let help = "从 /journal/proof?from=上次的条数&to=最新的条数 下载，或者请机关用 yifa root --save 文件 --from 条数 导出。";
                return Err(refused("witness_call", why, help));
            }
        }
        (_, None) => {}
    }
    let keys = RootKey::at(key);
    let (secret, is_new_key) = match keys.read()? {
        Some(secret) => (secret, false),
        None => (keys.make()?, true),
    };
    if root.keys.0 == secret.public() {
        let why = "这是作根的机关自己的密钥";
        return Err(refused("witness_call", why, "见证的人要用自己的密钥：--key 写自己的密钥文件。"));
    }
    let time = now.div_euclid(1_000_000);
    let refused = || refused("root_key", "签名密钥签不了名", "请核对密钥文件。");
    let signatures = secret.sign(root.head.cosigned_text(time).as_bytes()).ok_or_else(refused)?;
    let witness = Witness { name, time, signatures, keys: RootKeys(secret.public()) };
    Ok(Witnessed {
        countersigned: Countersigned {
            log: root.log().to_owned(),
            size: root.size(),
            root: root.root(),
            witness,
        },
        root: root.clone(),
        before: previous.map(|previous| previous.newest().size()),
        is_new_key,
    })
}

fn name_of(name: &str) -> Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.chars().any(char::is_control) {
        let why = format!("见证者的名称应当有1至{LONGEST_NAME}个字");
        return Err(refused("witness_name", why, "用 --name 写单位名称，例如“某某县人大常委会办公室”。"));
    }
    Ok(name.to_owned())
}

impl Platform {
    /// Enters the signature of a witness beside the root that it is of.
    ///
    /// # Errors
    /// It is not of a root of this journal, or is not right; the store cannot be written.
    pub fn add_witness(&self, given: &Countersigned) -> Result<Witness> {
        let help = "请核对是不是见证者交回的原文件，是不是为本平台的根签的。";
        let name = name_of(&given.witness.name)?;
        let size = i64::try_from(given.size).unwrap_or(i64::MAX);
        let root = self.store().read(|reader| -> Result<_> {
            let log = log_id(reader)?;
            let head = tree_head::covering(reader, size)?.filter(|head| head.size == size);
            Ok(head.and_then(|head| SignedRoot::of(&log, &head)))
        })?;
        let root = root.filter(|root| root.log() == given.log && root.root() == given.root);
        let Some(root) = root else {
            let why = format!("日志里没有这个覆盖{}条事项的根", given.size);
            return Err(refused("witness", why, help));
        };
        given.witness.check(&root).map_err(|wrong| refused("witness", format!("见证的{wrong}"), help))?;
        if given.witness.keys == root.keys {
            return Err(refused("witness", "这是本平台自己的密钥签的，不是见证", help));
        }
        let kept = Witness { name, ..given.witness.clone() }.kept(size);
        self.store().write(move |tx| store::witness::add(tx, &kept))??;
        Ok(given.witness.clone())
    }
}

/// The witnesses of a root as they are kept.
pub(crate) fn kept_witnesses(root: &SignedRoot) -> Vec<store::witness::Witness> {
    let size = i64::try_from(root.head.size).unwrap_or(i64::MAX);
    root.witnesses.iter().map(|one| one.kept(size)).collect()
}

/// Puts the witnesses beside roots, which go by size in either direction.
pub(crate) fn with_witnesses(db: &dyn Query, roots: &mut [SignedRoot]) -> Result<()> {
    let sizes = || roots.iter().map(|root| i64::try_from(root.head.size).unwrap_or(i64::MAX));
    let (Some(from), Some(to)) = (sizes().min(), sizes().max()) else { return Ok(()) };
    for one in store::witness::between(db, from, to)? {
        let Some(witness) = Witness::of(&one) else { continue };
        let of_size = |root: &&mut SignedRoot| i64::try_from(root.head.size) == Ok(one.size);
        if let Some(root) = roots.iter_mut().find(of_size) {
            root.witnesses.push(witness);
        }
    }
    Ok(())
}
