//! The four steps: lock, commit, draw, check.

use std::borrow::Cow;

use base::Diagnostic;
use ledger::{Hash, HashFunction as _, Sm3};
use serde::{Deserialize, Serialize};

use crate::assign::{Shortage, Slot, assign, shortages};
use crate::bundle::Bundle;
use crate::faults::{fault, hash_of, is_instant, is_word, shown};
use crate::list::{Commitment, List, PublicValue, Reveal};
use crate::random::{Generator, Seed};
use crate::resolve::Resolved;
use crate::select::select;
use crate::text::{Pieces, list_hash};
use crate::validate::resolve;

/// How many parties commit at least.
const PARTIES: usize = 2;

/// A list that is in order, with its hash. 已锁定的名单
pub struct Locked<'l> {
    pub hash: Hash,
    /// How long the list text is.
    pub text_bytes: usize,
    resolved: Resolved<'l>,
}

/// A locked list with the commitments of the parties. 已公布的抽取
pub struct Announced<'l> {
    pub locked: Locked<'l>,
    pub commitments: Vec<Commitment>,
    pub hash: Hash,
}

/// How many of a stratum are listed, excluded, drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally<'l> {
    pub drawn: usize,
    pub excluded: usize,
    #[serde(borrow)]
    pub id: Cow<'l, str>,
    pub listed: usize,
}

/// Who inspects in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned<'l> {
    #[serde(borrow)]
    pub field: Cow<'l, str>,
    pub inspectors: Vec<Cow<'l, str>>,
}

/// An object that is drawn and who inspects it. 抽中对象
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnObject<'l> {
    #[serde(borrow)]
    pub assigned: Vec<Assigned<'l>>,
    #[serde(borrow)]
    pub object: Cow<'l, str>,
    #[serde(borrow)]
    pub stratum: Cow<'l, str>,
}

/// What came of a draw. 抽取结果
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome<'l> {
    #[serde(borrow)]
    pub drawn: Vec<DrawnObject<'l>>,
    #[serde(borrow)]
    pub strata: Vec<Tally<'l>>,
}

/// A draw that is done.
pub struct Drawn<'l> {
    pub seed: Seed,
    pub outcome: Outcome<'l>,
    pub hash: Hash,
    pub shortages: Vec<Shortage<'l>>,
}

/// Lays a list down: whether it is in order, and its hash. 锁定
pub fn lock<'l>(list: &'l List<'l>) -> Result<Locked<'l>, Vec<Diagnostic>> {
    let resolved = resolve(list)?;
    let (hash, text_bytes) = list_hash(list);
    Ok(Locked { hash, text_bytes, resolved })
}

/// The commitment of a party to its secret.
#[must_use]
pub fn commitment(list_hash: Hash, party: &str, nonce: Hash) -> Hash {
    let text = format!("yifa draw commitment 1\n{list_hash}\n{party}\n{nonce}\n");
    Sm3::digest(&[text.as_bytes()])
}

/// Takes the commitments in; what comes of it is to be published before the public value exists. 承诺
pub fn commit<'l>(
    locked: Locked<'l>,
    commitments: Vec<Commitment>,
) -> Result<Announced<'l>, Vec<Diagnostic>> {
    let list = locked.resolved.list;
    let mut found = Vec::new();
    if commitments.len() < PARTIES {
        let message =
            format!("只有{}方作了承诺，至少要{PARTIES}方：只有一方的，他自己就能决定种子", commitments.len());
        found.push(fault("draw_parties", message, "请另一方（例如监督机关或者企业代表）也作承诺。"));
    }
    for (at, one) in commitments.iter().enumerate() {
        let party = &one.party;
        if !is_word(party) {
            let message =
                format!("承诺方的名称“{}”不能用：是空的，或者有控制字符，或者首尾有空格", shown(party));
            found.push(fault("draw_text", message, "写全称，去掉首尾的空格。"));
        }
        if commitments.iter().take(at).any(|other| other.party == *party) {
            let message = format!("“{}”作了两次承诺", shown(party));
            found.push(fault("draw_parties", message, "每一方只留一份承诺。"));
        }
        if hash_of(&one.commitment).is_none() {
            let message = format!("“{}”的承诺不是64位小写十六进制数", shown(party));
            found.push(fault("draw_commitment", message, "照他的 yifa draw commit 所显示的抄写。"));
        }
        found.extend(commitment_time(list, one));
    }
    if !found.is_empty() {
        return Err(found);
    }
    let mut text = format!("yifa draw announcement 1\n{}\n", locked.hash);
    for one in &commitments {
        text.extend([&one.party, "\t", &one.commitment, "\t", &one.committed_at, "\n"]);
    }
    Ok(Announced { locked, commitments, hash: Sm3::digest(&[text.as_bytes()]) })
}

fn commitment_time(list: &List<'_>, one: &Commitment) -> Option<Diagnostic> {
    let (party, when) = (shown(&one.party), &one.committed_at);
    if !is_instant(when) {
        let message = format!("“{party}”作出承诺的时间“{}”不是时刻", shown(when));
        return Some(fault("draw_instant", message, "写成北京时间“2026-11-28T09:00:00+08:00”。"));
    }
    if *when < list.locked_at {
        let message = format!("“{party}”在{when}作出承诺，名单{}才锁定", list.locked_at);
        return Some(fault("draw_commitment_early", message, "承诺要在锁定以后作出，请他重新作一份。"));
    }
    if *when >= list.source.not_before {
        let message = format!(
            "“{party}”的承诺{when}才作出，公共数值{}起就可能已经为人所知，秘密数可以照着它来选",
            list.source.not_before
        );
        let help = "这次抽取作废：另选以后才产生的公共数值，用 yifa draw lock --after 重新锁定，写明理由。";
        return Some(fault("draw_commitment_late", message, help));
    }
    None
}

/// Draws. 抽取
pub fn draw<'l>(
    announced: &Announced<'l>,
    reveals: &[Reveal],
    value: &PublicValue,
) -> Result<Drawn<'l>, Vec<Diagnostic>> {
    let mut found = reveal_faults(announced, reveals);
    found.extend(value_faults(announced.locked.resolved.list, value));
    if !found.is_empty() {
        return Err(found);
    }
    let mut text = format!("yifa draw seed 1\n{}\n", announced.hash);
    for one in reveals {
        text.extend([&one.nonce, "\n"]);
    }
    text.extend([&value.text, "\n"]);
    Ok(with_seed(announced, Seed(Sm3::digest(&[text.as_bytes()])), &value.known_at))
}

fn reveal_faults(announced: &Announced<'_>, reveals: &[Reveal]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for one in reveals.iter().filter(|one| !announced.commitments.iter().any(|own| own.party == one.party)) {
        let message = format!("“{}”没有作过承诺，却揭示了秘密数", shown(&one.party));
        found.push(fault("draw_reveal_stranger", message, "只用公布时作过承诺的各方的秘密数。"));
    }
    for own in &announced.commitments {
        let party = shown(&own.party);
        let revealed: Vec<&Reveal> = reveals.iter().filter(|one| one.party == own.party).collect();
        let [one] = revealed.as_slice() else {
            let message = if revealed.is_empty() {
                format!("“{party}”没有揭示秘密数，种子算不出来")
            } else {
                format!("“{party}”揭示了两次")
            };
            let help = "请他交出作承诺时保存的秘密文件；交不出的，这次抽取作废，用 yifa draw lock --after \
                重新抽取，理由里写明是谁没有揭示。";
            found.push(fault("draw_reveal_missing", message, help));
            continue;
        };
        let made = hash_of(&one.nonce).map(|nonce| commitment(announced.locked.hash, &own.party, nonce));
        if made.is_none_or(|made| made.hex() != own.commitment) {
            let message = format!(
                "“{party}”揭示的秘密数与他的承诺不符：承诺是{}…，算出来的是{}",
                own.commitment.get(..8).unwrap_or_default(),
                made.map_or("算不出".to_owned(), |made| format!("{}…", made.short()))
            );
            let help = "核对是不是这次抽取的秘密文件；确实不符的，这次抽取作废，用 yifa draw lock --after 重新抽取。";
            found.push(fault("draw_reveal_wrong", message, help));
        }
    }
    let in_order = || reveals.iter().zip(&announced.commitments).all(|(one, own)| one.party == own.party);
    if found.is_empty() && !in_order() {
        let message = "揭示的次序与承诺的次序不同，种子会不一样";
        found.push(fault("draw_reveal_order", message, "照承诺的次序排列。"));
    }
    found
}

fn value_faults(list: &List<'_>, value: &PublicValue) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let (source, when) = (&list.source, &value.known_at);
    if !is_word(&value.text) {
        let message =
            format!("公共数值“{}”不能用：是空的，或者有控制字符，或者首尾有空格", shown(&value.text));
        found.push(fault("draw_text", message, "照来源公布的原样写成一行，去掉首尾的空格。"));
    }
    if !is_instant(when) {
        let message = format!("公共数值产生的时间“{}”不是时刻", shown(when));
        found.push(fault("draw_instant", message, "写成北京时间“2026-11-28T09:00:00+08:00”。"));
    } else if *when < source.not_before {
        let message = format!(
            "公共数值在{when}就已产生，早于公布的最早时间{}：它可能在锁定名单、作出承诺时已经为人所知",
            source.not_before
        );
        let help = "核对是不是所说的那一次（例如那一期开奖）；是更早的一次的，用说好的那一次。";
        found.push(fault("draw_value_early", message, help));
    } else if *when > source.not_after {
        let message = format!(
            "公共数值在{when}才产生，晚于公布的最晚时间{}：能等下去的人可以挑一个合意的",
            source.not_after
        );
        let help = "这次抽取作废：用 yifa draw lock --after 重新锁定，理由里写明来源为什么迟了。";
        found.push(fault("draw_value_late", message, help));
    }
    found
}

/// What a seed gives. [`draw`] is the way to it; this is for tests of how seeds scatter.
#[must_use]
pub fn draw_with_seed<'l>(announced: &Announced<'l>, seed: Seed) -> Drawn<'l> {
    with_seed(announced, seed, "")
}

fn with_seed<'l>(announced: &Announced<'l>, seed: Seed, known_at: &str) -> Drawn<'l> {
    let resolved = &announced.locked.resolved;
    let picked = select(resolved, seed);
    let fields = |stratum: usize| resolved.fields_of.get(stratum).map_or(&[][..], Vec::as_slice);
    let slots = picked.iter().flat_map(|one| {
        let of = |field: &usize| Slot { object: one.object, field: *field, pair: Vec::with_capacity(2) };
        fields(one.stratum).iter().map(of)
    });
    let slots = assign(resolved, slots.collect(), &mut Generator::new(seed));
    let mut tallies: Vec<Tally<'l>> = resolved
        .counts()
        .iter()
        .zip(&resolved.list.strata)
        .map(|((listed, excluded), stratum)| Tally {
            drawn: 0,
            excluded: *excluded,
            id: Cow::Borrowed(&stratum.id),
            listed: *listed,
        })
        .collect();
    let mut rest = slots.iter();
    let mut drawn = Vec::with_capacity(picked.len());
    for one in &picked {
        if let Some(tally) = tallies.get_mut(one.stratum) {
            tally.drawn += 1;
        }
        let own = rest.by_ref().take(fields(one.stratum).len());
        let stratum = resolved.list.strata.get(one.stratum).map_or("", |stratum| &stratum.id);
        drawn.push(DrawnObject {
            assigned: own.map(|slot| assigned(resolved, slot)).collect(),
            object: Cow::Borrowed(resolved.objects.id(one.object)),
            stratum: Cow::Borrowed(stratum),
        });
    }
    let outcome = Outcome { drawn, strata: tallies };
    let hash = outcome_hash([&announced.hash.hex(), &seed.0.hex(), known_at], &outcome);
    Drawn { seed, outcome, hash, shortages: shortages(resolved, &slots) }
}

fn assigned<'l>(resolved: &Resolved<'l>, slot: &Slot) -> Assigned<'l> {
    let field = resolved.fields.get(slot.field).copied().unwrap_or_default();
    let people = slot.pair.iter().filter_map(|who| resolved.inspector(*who));
    Assigned { field: Cow::Borrowed(field), inspectors: people.map(|one| Cow::Borrowed(&*one.id)).collect() }
}

fn outcome_hash(first: [&str; 3], outcome: &Outcome<'_>) -> Hash {
    let mut text = Pieces::new("yifa draw outcome hash 1\n");
    text.line(["yifa draw outcome 1"]);
    first.iter().for_each(|line| text.line([*line]));
    for one in &outcome.strata {
        let [listed, excluded, drawn] = [one.listed, one.excluded, one.drawn].map(|count| count.to_string());
        text.line(["stratum", &one.id, &listed, &excluded, &drawn]);
    }
    for one in &outcome.drawn {
        text.line(["drawn", &one.object, &one.stratum]);
        for own in &one.assigned {
            text.line(["assigned", &own.field].into_iter().chain(own.inspectors.iter().map(|who| &**who)));
        }
    }
    text.finish().0
}

/// What a check found. 核验
#[derive(Default)]
pub struct Checked<'l> {
    /// What does not hold; nothing where all does.
    pub faults: Vec<Diagnostic>,
    /// The hashes as they were computed, as far as the file goes and holds.
    pub list_hash: Option<Hash>,
    pub announcement_hash: Option<Hash>,
    pub drawn: Option<Drawn<'l>>,
}

/// Computes everything in a file again and compares. 核验
#[must_use]
pub fn check<'l>(bundle: &'l Bundle<'l>) -> Checked<'l> {
    let mut checked = Checked::default();
    if let Err(found) = steps(bundle, &mut checked) {
        checked.faults.extend(found);
    }
    checked
}

fn steps<'l>(bundle: &'l Bundle<'l>, checked: &mut Checked<'l>) -> Result<(), Vec<Diagnostic>> {
    let stage = bundle.stage().map_err(|found| vec![found])?;
    let locked = lock(&bundle.list)?;
    checked.list_hash = Some(locked.hash);
    if bundle.list_hash != locked.hash.hex() {
        let help = "名单在锁定以后被改动。不要采用这份文件的结果，请抽取机关说明，与公布时留存的文件比对。";
        return Err(vec![changed("draw_list_changed", "名单", &bundle.list_hash, locked.hash, help)]);
    }
    if stage < 1 {
        return Ok(());
    }
    let announced = commit(locked, bundle.commitments.clone().unwrap_or_default())?;
    checked.announcement_hash = Some(announced.hash);
    let told = bundle.announcement_hash.as_deref().unwrap_or_default();
    if told != announced.hash.hex() {
        let help = "承诺在公布以后被改动。不要采用这份文件的结果，与公布时留存的公布杂凑值比对。";
        return Err(vec![changed("draw_announcement_changed", "公布内容", told, announced.hash, help)]);
    }
    let (Some(reveals), Some(value), Some(outcome)) =
        (&bundle.reveals, &bundle.public_value, &bundle.outcome)
    else {
        return Ok(());
    };
    let drawn = draw(&announced, reveals, value)?;
    let help = "不要采用文件里的结果；秘密数、公共数值都对得上的，以重算的为准，请抽取机关说明。";
    let told = bundle.seed.as_deref().unwrap_or_default();
    if told != drawn.seed.0.hex() {
        checked.faults.push(changed("draw_seed_wrong", "种子", told, drawn.seed.0, help));
    }
    if let Some(message) = first_difference(outcome, &drawn.outcome) {
        checked.faults.push(fault("draw_outcome_wrong", message, help));
    }
    let told = bundle.outcome_hash.as_deref().unwrap_or_default();
    if told != drawn.hash.hex() {
        checked.faults.push(changed("draw_outcome_hash_wrong", "结果", told, drawn.hash, help));
    }
    checked.drawn = Some(drawn);
    Ok(())
}

fn changed(code: &'static str, what: &str, told: &str, made: Hash, help: &str) -> Diagnostic {
    let told = told.get(..8).unwrap_or(told);
    fault(code, format!("{what}的杂凑值对不上：文件里写的是{told}…，算出来的是{}…", made.short()), help)
}

/// Where an outcome first differs from the one that was computed.
fn first_difference(told: &Outcome<'_>, made: &Outcome<'_>) -> Option<String> {
    if told == made {
        return None;
    }
    let strata = told.strata.iter().zip(&made.strata).find(|(own, right)| own != right);
    if let Some((own, right)) = strata {
        let counts =
            |one: &Tally<'_>| format!("“{}”{}抽{}（排除{}）", one.id, one.listed, one.drawn, one.excluded);
        return Some(format!("分组的数目对不上：文件里写的是{}，重算是{}", counts(own), counts(right)));
    }
    let mut objects = (1..).zip(told.drawn.iter().zip(&made.drawn));
    if let Some((at, (own, right))) = objects.find(|(_, (own, right))| own != right) {
        if own.object != right.object || own.stratum != right.stratum {
            return Some(format!(
                "第{at}个抽中的对象，文件里写的是“{}”，重算是“{}”",
                shown(&own.object),
                right.object
            ));
        }
        let people = |one: &DrawnObject<'_>| {
            let own = one.assigned.iter().map(|own| format!("{}：{}", own.field, own.inspectors.join("、")));
            own.collect::<Vec<_>>().join("；")
        };
        let (own_people, right_people) = (people(own), people(right));
        return Some(format!(
            "第{at}个抽中的对象“{}”的检查人员，文件里写的是“{}”，重算是“{right_people}”",
            right.object,
            shown(&own_people)
        ));
    }
    let numbers = (told.drawn.len(), made.drawn.len(), told.strata.len(), made.strata.len());
    Some(format!(
        "数目对不上：文件里抽中{}个、分组{}个，重算抽中{}个、分组{}个",
        numbers.0, numbers.2, numbers.1, numbers.3
    ))
}
