//! Checking a sealed bundle by itself: no store, no network.

use std::collections::BTreeMap;

use figures::{Tally, ValueOf, share_of};
use ledger::{Hash, HashFunction, Signatures, Sm3, cover_root};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::bundle::{BUNDLE_FORMAT, Kind, pretty, seal_json, seal_text};
use super::container;
use crate::proof_json::keys;
use crate::proofs::Proof;
use crate::root_key::{hex, unhex};
use crate::roots::SignedRoot;

/// What a bundle says and what does not hold in it. 封存包核验结果
#[derive(Clone, Debug)]
pub struct Unsealed {
    pub title: String,
    pub as_of: String,
    /// Names of its files.
    pub files: Vec<String>,
    pub figures: usize,
    /// How many of the figures are of registers: what they come to is told, and not proved by the journal.
    pub told: usize,
    /// How many records stand behind the figures.
    pub events: usize,
    pub root: Option<SignedRoot>,
    /// Of a case: how many papers are with it; of a report none.
    pub papers: Option<usize>,
    pub faults: Vec<String>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// Reads a bundle and checks all that it claims; with `trusted` fingerprints, its keys must be among them.
#[must_use]
pub fn unseal(bytes: &[u8], trusted: Option<&[String]>) -> Unsealed {
    let mut made = Unsealed {
        title: String::new(),
        as_of: String::new(),
        files: Vec::new(),
        figures: 0,
        told: 0,
        events: 0,
        root: None,
        papers: None,
        faults: Vec::new(),
    };
    let Some(listed) = container::unpacked(bytes) else {
        made.faults.push("封存包的字节不是原来的：文件损坏、不完整，或者不是封存包".to_owned());
        return made;
    };
    made.files = listed.iter().map(|(name, _)| name.clone()).collect();
    let files: Files = listed.iter().cloned().collect();
    if files.len() != listed.len() {
        made.faults.push("封存包中有同名的文件".to_owned());
    }
    check_root(&files, trusted, &mut made);
    let kind = kind_of(&files);
    check_manifest(&files, kind, &mut made);
    check_seal(&files, kind, trusted, &mut made);
    match kind {
        Kind::Report => check_figures(&files, &mut made),
        Kind::Case => check_case(&files, &mut made),
    }
    made
}

/// What a bundle says that it is; all that follows is checked by it.
fn kind_of(files: &Files) -> Kind {
    let manifest = files.get("manifest.json").and_then(|bytes| serde_json::from_slice::<Json>(bytes).ok());
    let says = manifest.as_ref().and_then(|value| value.get("kind")).and_then(Json::as_str);
    if says == Some(Kind::Case.manifest()) { Kind::Case } else { Kind::Report }
}

/// The receipt proves all records of the case under the root, and every paper that a record names is there.
fn check_case(files: &Files, made: &mut Unsealed) {
    let text = files.get("receipt.json").and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(Proof::Receipt(receipt)) = text.and_then(|text| Proof::parse(text).ok()) else {
        made.faults.push("缺少凭证，或者凭证的格式不对".to_owned());
        return;
    };
    let proof = Proof::Receipt(receipt.clone());
    made.faults.extend(proof.faults(None).iter().map(ToString::to_string));
    if made
        .root
        .as_ref()
        .is_none_or(|root| root.root() != receipt.root.root() || root.size() != receipt.root.size())
    {
        made.faults.push("凭证的根不是封存包的根".to_owned());
    }
    let manifest: Json =
        files.get("manifest.json").and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
    made.events = receipt.events.len();
    let whole = receipt.events.iter().zip(1u32..).all(|(event, number)| event.number == number);
    let told = manifest.get("events").and_then(Json::as_u64);
    if !whole
        || told != u64::try_from(made.events).ok()
        || manifest.get("case").and_then(Json::as_str) != Some(&receipt.case)
    {
        made.faults.push("凭证没有包括本案的全部事项".to_owned());
    }
    let papers: Vec<&str> = files.keys().filter_map(|name| name.strip_prefix("papers/")).collect();
    made.papers = Some(papers.len());
    for event in &receipt.events {
        let number = event.number;
        for hash in event.papers() {
            let name =
                papers.iter().find(|name| name.starts_with(&hash)).map(|name| format!("papers/{name}"));
            let same = name
                .and_then(|name| files.get(&name))
                .is_some_and(|bytes| Sm3::digest(&[bytes]).hex() == hash);
            if !same {
                made.faults.push(format!("第{number}号事项的材料（SM3 {hash}）不在封存包里，或者不是原件"));
            }
        }
    }
}

/// A file of the bundle as JSON, of its kind and in the one form that it is written in.
fn file(files: &Files, name: &str, kind: &str, faults: &mut Vec<String>) -> Option<Json> {
    let Some(bytes) = files.get(name) else {
        faults.push(format!("缺少{name}"));
        return None;
    };
    let value: Option<Json> = serde_json::from_slice(bytes).ok();
    let value = value.filter(|value| {
        let version = value.get("format_version").and_then(Json::as_u64);
        let is_kind = value.get("kind").and_then(Json::as_str) == Some(kind);
        is_kind && version == Some(u64::from(BUNDLE_FORMAT)) && pretty(value) == *bytes
    });
    if value.is_none() {
        faults.push(format!("{name}的内容或者写法不是原来的"));
    }
    value
}

fn check_root(files: &Files, trusted: Option<&[String]>, made: &mut Unsealed) {
    let text = files.get("root.json").and_then(|bytes| std::str::from_utf8(bytes).ok());
    let proof = text.and_then(|text| Proof::parse(text).ok());
    let Some(Proof::Root(root)) = proof else {
        made.faults.push("缺少根，或者根的格式不对".to_owned());
        return;
    };
    made.faults.extend(Proof::Root(root.clone()).faults(trusted).iter().map(ToString::to_string));
    made.root = Some(root);
}

/// Every file is in the manifest with its hashes, and nothing else is there.
fn check_manifest(files: &Files, kind: Kind, made: &mut Unsealed) {
    let Some(manifest) = file(files, "manifest.json", kind.manifest(), &mut made.faults) else { return };
    let text =
        |value: &Json, name: &str| value.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    made.title = text(&manifest, "title");
    made.as_of = text(&manifest, "as_of");
    let listed = manifest.get("files").and_then(Json::as_array).cloned().unwrap_or_default();
    let names: Vec<String> = listed.iter().map(|one| text(one, "name")).collect();
    for one in &listed {
        let name = text(one, "name");
        let Some(bytes) = files.get(&name) else {
            made.faults.push(format!("清单中的{name}不在封存包里"));
            continue;
        };
        let same = text(one, "sm3") == Sm3::digest(&[bytes]).hex()
            && text(one, "sha256") == hex(&Sha256::digest(bytes))
            && one.get("bytes").and_then(Json::as_u64) == u64::try_from(bytes.len()).ok();
        if !same {
            made.faults.push(format!("{name}的内容与清单所记的杂凑值不符：文件被改动"));
        }
    }
    for name in files.keys().filter(|name| *name != "manifest.json" && *name != "seal.json") {
        if !names.contains(name) {
            made.faults.push(format!("{name}不在清单里"));
        }
    }
}

/// The manifest is the one that was signed.
fn check_seal(files: &Files, kind: Kind, trusted: Option<&[String]>, made: &mut Unsealed) {
    let Some(seal) = file(files, "seal.json", kind.seal(), &mut made.faults) else { return };
    let (Some(manifest), Some(root)) = (files.get("manifest.json"), &made.root) else { return };
    let text = |name: &str| seal.get(name).and_then(Json::as_str).unwrap_or_default();
    let signature = |name: &str| -> Option<[u8; 64]> { unhex(text(name))?.try_into().ok() };
    let read = || {
        let keys = keys(seal.get("keys")?)?;
        let signatures =
            Signatures { sm2: signature("sm2_signature")?, ed25519: signature("ed25519_signature")? };
        Some((keys, signatures))
    };
    let Some((keys, signatures)) = read() else {
        made.faults.push("封签的格式不对".to_owned());
        return;
    };
    let sealed = seal_text(kind, root, &Sm3::digest(&[manifest]));
    if let Err(wrong) = keys.0.check(sealed.as_bytes(), &signatures) {
        made.faults.push(format!("封签的{wrong}：清单、根或者封签被改动，或者不是这把公钥签的"));
    }
    let again = seal_json(kind, &keys, text("sm2_signature"), text("ed25519_signature"), manifest);
    if again != seal {
        made.faults.push("封签所记与清单不符".to_owned());
    }
    if trusted.is_some_and(|trusted| !trusted.contains(&keys.fingerprint())) {
        made.faults.push(format!("封签所用的公钥不是您指定的公钥，指纹为{}", keys.fingerprint()));
    }
}

/// The records lead to the root, and the figures are what their records add up to.
fn check_figures(files: &Files, made: &mut Unsealed) {
    let proof = file(files, "proof.json", "yifa_report_proof", &mut made.faults);
    let figures = file(files, "figures.json", "yifa_report_figures", &mut made.faults);
    let (Some(proof), Some(figures), Some(root)) = (proof, figures, made.root.clone()) else { return };
    let events = events_of(&proof);
    let rest: Option<Vec<Hash>> = proof
        .get("rest")
        .and_then(Json::as_array)
        .and_then(|all| all.iter().map(|hash| Hash::parse(hash.as_str()?)).collect());
    let (Some(events), Some(rest)) = (events, rest) else {
        made.faults.push("记录的证明格式不对".to_owned());
        return;
    };
    let hashes: Vec<(u64, Hash)> = events.iter().map(|(place, hash)| (place - 1, *hash)).collect();
    if cover_root(&hashes, root.size(), &rest).map(|hash| hash.hex()) != Some(root.root()) {
        made.faults.push("指标所依的记录算不到根：至少有一条不在这个根覆盖的日志里".to_owned());
    }
    made.events = events.len();
    let empty = Vec::new();
    let all = figures.get("figures").and_then(Json::as_array).unwrap_or(&empty);
    made.figures = all.len();
    made.told = all.iter().filter(|one| is_of_register(one)).count();
    let sums: BTreeMap<&str, (i64, i64)> =
        all.iter().filter_map(|one| Some((id(one)?, sums(one, &events)?))).collect();
    for one in all {
        let name = one.get("name").and_then(Json::as_str).unwrap_or_default();
        if holds(one, &sums).is_none() {
            made.faults.push(format!("指标“{name}”的数值不是由所列的记录得来"));
        }
    }
}

fn events_of(proof: &Json) -> Option<BTreeMap<u64, Hash>> {
    let one = |value: &Json| {
        let place = value.get(0)?.as_u64().filter(|place| *place > 0)?;
        Some((place, Hash::parse(value.get(1)?.as_str()?)?))
    };
    proof.get("events")?.as_array()?.iter().map(one).collect()
}

fn id(figure: &Json) -> Option<&str> {
    figure.get("id")?.as_str()
}

/// Whether a figure is of a register: what it comes to is told, and rests on no event of the journal.
fn is_of_register(figure: &Json) -> bool {
    figure.get("register").is_some_and(|register| !register.is_null())
}

/// What the records of a figure add up to; none where one of them is not proved.
fn sums(figure: &Json, events: &BTreeMap<u64, Hash>) -> Option<(i64, i64)> {
    if is_of_register(figure) {
        let tally = figure.get("tally")?;
        return Some((tally.get(0)?.as_i64()?, tally.get(1)?.as_i64()?));
    }
    let (mut n, mut total) = (0i64, 0i64);
    let all = figure.get("contributions")?.as_array()?;
    for one in all {
        events.get(&one.get(0)?.as_u64()?)?;
        n = n.checked_add(one.get(1)?.as_i64()?)?;
        total = total.checked_add(one.get(2)?.as_i64()?)?;
    }
    let told = figure.get("records")?.as_u64();
    (told == u64::try_from(all.len()).ok()).then_some((n, total))
}

/// Part and whole of a share. In older files the entries of a register that are counted add up to nothing.
fn share(part: (i64, i64), whole: (i64, i64)) -> (i64, i64) {
    let tally = |(n, total)| Tally { n, total };
    if whole.1 == 0 { (part.0, whole.0) } else { share_of(tally(part), tally(whole)) }
}

/// Whether a figure's value follows from the sums.
fn holds(figure: &Json, sums: &BTreeMap<&str, (i64, i64)>) -> Option<()> {
    let own = *sums.get(id(figure)?)?;
    let of = |name: &str| -> Option<(i64, i64)> { sums.get(figure.get(name)?.as_str()?).copied() };
    let number = |name: &str| figure.get(name)?.as_i64();
    let kind = figure.get("counts")?.as_str()?;
    if figure.get("value")?.is_null() {
        let divisor = if kind == "share" { of("whole")?.1 } else { own.0 };
        return ((kind == "share" || kind == "duration") && divisor == 0).then_some(());
    }
    let (numerator, denominator) = match kind {
        "count" => (own.0, 1),
        "sum" => (own.1, number("denominator")?),
        "duration" => (own.1, own.0),
        "share" => share(of("part")?, of("whole")?),
        _ => return None,
    };
    let value = ValueOf {
        numerator: number("numerator")?,
        denominator: number("denominator")?,
        digits: u32::try_from(number("digits")?).ok().filter(|digits| *digits <= 6)?,
        scale: number("scale")?,
    };
    let same = value.numerator == numerator && value.denominator == denominator;
    (same && figure.get("value")?.as_str()? == value.text()).then_some(())
}
