//! Roots, receipts and proofs of growth as JSON files, written and read.

use ledger::{Hash, Head, PublicKeys, Signatures};
use serde_json::{Value as Json, json};

use crate::error::{AppError, Result};
use crate::lost_roots::LostRoot;
use crate::proofs::{Proof, Receipt, ReceiptEvent};
use crate::root_key::{RootKeys, hex, unhex};
use crate::roots::{Growth, SignedRoot};
use crate::witness::{Countersigned, LONGEST_NAME, Witness};

/// The version of these files.
pub const PROOF_FORMAT: u32 = 1;

fn whole(kind: &str, mut parts: Json) -> Json {
    let mut made = json!({ "format_version": PROOF_FORMAT, "kind": kind });
    if let (Some(made), Some(parts)) = (made.as_object_mut(), parts.as_object_mut()) {
        made.append(parts);
    }
    made
}

impl RootKeys {
    #[must_use]
    pub fn json(&self) -> Json {
        json!({ "fingerprint": self.fingerprint(), "sm2": self.sm2(), "ed25519": self.ed25519() })
    }
}

impl SignedRoot {
    /// The root, its signatures and its keys.
    #[must_use]
    pub fn json(&self) -> Json {
        let mut made = json!({
            "log": self.log(), "size": self.size(), "root": self.root(), "made_at": self.made_at(),
            "sm2_signature": self.sm2(), "ed25519_signature": self.ed25519(), "keys": self.keys().json(),
        });
        if let Some(object) = made.as_object_mut().filter(|_| !self.witnesses.is_empty()) {
            let witnesses = self.witnesses.iter().map(Witness::json).collect::<Vec<_>>();
            object.insert("witnesses".to_owned(), Json::Array(witnesses));
        }
        made
    }

    /// The root as a file to keep.
    #[must_use]
    pub fn file(&self) -> Json {
        whole("yifa_root", json!({ "root": self.json() }))
    }
}

impl Witness {
    fn json(&self) -> Json {
        json!({
            "name": self.name, "time": self.time, "keys": self.keys().json(),
            "sm2_signature": hex(&self.signatures.sm2), "ed25519_signature": hex(&self.signatures.ed25519),
        })
    }
}

impl Countersigned {
    /// What a witness gives back.
    #[must_use]
    pub fn file(&self) -> Json {
        let parts = json!({
            "log": self.log, "size": self.size, "root": self.root, "witness": self.witness.json(),
        });
        whole("yifa_witness", parts)
    }
}

impl LostRoot {
    /// The root with when and why it no longer holds.
    #[must_use]
    pub fn json(&self) -> Json {
        json!({ "root": self.root.json(), "lost_at": self.lost_at, "note": self.note })
    }

    /// The root as a file, as those have it who kept it, with what is announced of it.
    #[must_use]
    pub fn file(&self) -> Json {
        let lost = json!({ "lost_at": self.lost_at, "note": self.note });
        whole("yifa_root", json!({ "root": self.root.json(), "lost": lost }))
    }
}

/// What a witness gave back.
///
/// # Errors
/// It is no such file.
pub fn countersigned_of(text_of_file: &str) -> Result<Countersigned> {
    let value = versioned(text_of_file)?;
    let read = || {
        if text(&value, "kind")? != "yifa_witness" {
            return None;
        }
        Some(Countersigned {
            log: text(&value, "log")?.to_owned(),
            size: value.get("size")?.as_u64()?,
            root: hash(value.get("root")?)?.hex(),
            witness: witness(value.get("witness")?)?,
        })
    };
    read().ok_or_else(|| unreadable("不是见证者交回的文件"))
}

/// All roots of a file: the published list, or what a proof is about.
///
/// # Errors
/// It is no such file.
pub fn published_in(text_of_file: &str) -> Result<Vec<SignedRoot>> {
    let value = versioned(text_of_file)?;
    if text(&value, "kind") != Some("yifa_roots") {
        return Ok(vec![Proof::parse(text_of_file)?.newest().clone()]);
    }
    let listed = value.get("roots").and_then(Json::as_array);
    let roots: Option<Vec<SignedRoot>> = listed.and_then(|all| all.iter().map(root).collect());
    roots.ok_or_else(|| unreadable("缺少内容或者内容的格式不对"))
}

/// The object of a file of this version.
fn versioned(text: &str) -> Result<Json> {
    let value: Json = serde_json::from_str(text).map_err(|_| unreadable("不是JSON"))?;
    match value.get("format_version").and_then(Json::as_u64) {
        Some(version) if version == u64::from(PROOF_FORMAT) => Ok(value),
        Some(_) => Err(unreadable("由更新版本的程序写成")),
        None => Err(unreadable("没有format_version")),
    }
}

/// All published roots as one object, the newest first.
#[must_use]
pub fn roots_file(roots: &[SignedRoot], keys: &[RootKeys], lost: &[LostRoot]) -> Json {
    let roots: Vec<Json> = roots.iter().map(SignedRoot::json).collect();
    let keys: Vec<Json> = keys.iter().map(RootKeys::json).collect();
    let lost: Vec<Json> = lost.iter().map(LostRoot::json).collect();
    whole("yifa_roots", json!({ "keys": keys, "roots": roots, "lost": lost }))
}

impl Growth {
    #[must_use]
    pub fn file(&self) -> Json {
        let parts = json!({ "from": self.from.json(), "to": self.to.json(), "path": hashes(&self.path) });
        whole("yifa_growth", parts)
    }
}

impl Receipt {
    #[must_use]
    pub fn file(&self) -> Json {
        let one = |event: &ReceiptEvent| {
            json!({
                "number": event.number, "act": event.act, "place": event.place, "hash": event.hash.hex(),
                "previous": event.previous.hex(), "content": hex(&event.content), "path": hashes(&event.path),
            })
        };
        let events: Vec<Json> = self.events.iter().map(one).collect();
        let parts = json!({
            "case_number": self.case_number, "case": self.case, "events": events, "root": self.root.json(),
        });
        whole("yifa_receipt", parts)
    }
}

fn hashes(path: &[Hash]) -> Vec<String> {
    path.iter().map(Hash::hex).collect()
}

impl Proof {
    /// Reads a file that this program wrote.
    ///
    /// # Errors
    /// It is none, or of a newer version.
    pub fn parse(text: &str) -> Result<Self> {
        let value = versioned(text)?;
        let kind = value.get("kind").and_then(Json::as_str).unwrap_or_default();
        let read = match kind {
            "yifa_root" => value.get("root").and_then(root).map(Self::Root),
            "yifa_receipt" => receipt(&value).map(Self::Receipt),
            "yifa_growth" => growth(&value).map(|it| Self::Growth(Box::new(it))),
            // The newest of the published list.
            "yifa_roots" => {
                value.get("roots").and_then(Json::as_array).and_then(|all| root(all.first()?)).map(Self::Root)
            }
            _ => return Err(unreadable("种类不认识")),
        };
        read.ok_or_else(|| unreadable("缺少内容或者内容的格式不对"))
    }
}

/// The fingerprints of keys that somebody trusts: a fingerprint itself, or a file with keys in it.
///
/// # Errors
/// There is no key in it.
pub fn trusted_keys(text: &str) -> Result<Vec<String>> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(hash) = Hash::parse(&plain) {
        return Ok(vec![hash.hex()]);
    }
    let value: Json = serde_json::from_str(text).map_err(|_| no_key())?;
    let mut found = Vec::new();
    let listed = value.get("keys").and_then(Json::as_array).cloned().unwrap_or_default();
    let own = [Some(&value), value.get("keys"), value.get("root").and_then(|root| root.get("keys"))];
    for one in own.into_iter().flatten().chain(&listed) {
        found.extend(keys(one).map(|keys| keys.fingerprint()));
    }
    if found.is_empty() { Err(no_key()) } else { Ok(found) }
}

fn no_key() -> AppError {
    AppError::wrong(
        "no_key",
        "其中没有公钥",
        "写64位的指纹，或者公布的公钥文件（/journal/keys.json 或者 yifa key show --format json 的输出）。",
    )
}

fn unreadable(why: &str) -> AppError {
    AppError::wrong(
        "not_a_proof",
        format!("这不是本平台的凭证、根或者只增证明：{why}"),
        "请核对文件是否完整，是不是从“日志的根”或者办件页面下载的原文件。",
    )
}

fn text<'a>(value: &'a Json, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn hash(value: &Json) -> Option<Hash> {
    Hash::parse(value.as_str()?)
}

fn path(value: &Json) -> Option<Vec<Hash>> {
    // No tree of 2^64 entries has longer paths.
    let path = value.get("path")?.as_array().filter(|path| path.len() <= 128)?;
    path.iter().map(hash).collect()
}

pub(crate) fn keys(value: &Json) -> Option<RootKeys> {
    let (sm2, ed25519) = (unhex(text(value, "sm2")?)?, unhex(text(value, "ed25519")?)?);
    let keys = PublicKeys { sm2: sm2.try_into().ok()?, ed25519: ed25519.try_into().ok()? };
    Some(RootKeys(keys))
}

fn root(value: &Json) -> Option<SignedRoot> {
    let log = text(value, "log").filter(|log| log.len() == 32 && unhex(log).is_some())?;
    let head = Head {
        log: log.to_owned(),
        size: value.get("size")?.as_u64()?,
        root: hash(value.get("root")?)?,
        made_at: value.get("made_at")?.as_i64()?,
    };
    let (sm2, ed25519) = (text(value, "sm2_signature")?, text(value, "ed25519_signature")?);
    let signatures =
        Signatures { sm2: unhex(sm2)?.try_into().ok()?, ed25519: unhex(ed25519)?.try_into().ok()? };
    let witnesses = match value.get("witnesses") {
        None => Vec::new(),
        Some(all) => {
            all.as_array().filter(|all| all.len() <= 100)?.iter().map(witness).collect::<Option<_>>()?
        }
    };
    Some(SignedRoot { head, signatures, keys: keys(value.get("keys")?)?, witnesses })
}

fn witness(value: &Json) -> Option<Witness> {
    let (sm2, ed25519) = (text(value, "sm2_signature")?, text(value, "ed25519_signature")?);
    Some(Witness {
        name: text(value, "name").filter(|name| name.chars().count() <= LONGEST_NAME)?.to_owned(),
        time: value.get("time")?.as_i64()?,
        signatures: Signatures {
            sm2: unhex(sm2)?.try_into().ok()?,
            ed25519: unhex(ed25519)?.try_into().ok()?,
        },
        keys: keys(value.get("keys")?)?,
    })
}

fn growth(value: &Json) -> Option<Growth> {
    Some(Growth { from: root(value.get("from")?)?, to: root(value.get("to")?)?, path: path(value)? })
}

fn receipt(value: &Json) -> Option<Receipt> {
    let one = |value: &Json| {
        Some(ReceiptEvent {
            number: u32::try_from(value.get("number")?.as_u64()?).ok()?,
            act: text(value, "act")?.to_owned(),
            place: value.get("place")?.as_u64()?,
            hash: hash(value.get("hash")?)?,
            previous: hash(value.get("previous")?)?,
            content: unhex(text(value, "content")?)?,
            path: path(value)?,
        })
    };
    let events: Vec<ReceiptEvent> =
        value.get("events")?.as_array()?.iter().map(one).collect::<Option<_>>()?;
    // A receipt without an event proves nothing.
    (!events.is_empty()).then_some(())?;
    Some(Receipt {
        case_number: text(value, "case_number")?.to_owned(),
        case: text(value, "case")?.to_owned(),
        root: root(value.get("root")?)?,
        events,
    })
}
