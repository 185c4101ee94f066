//! The parts of a score, each of which can be told in words.

use crate::Side;
use crate::book::{Asked, AskedParty, Book, Entry, KeptParty};
use crate::terms::wide;

/// What each part weighs, per mille of a whole score.
const PARTY: u64 = 450;
const MATTER: u64 = 420;
const PLACE: u64 = 90;
const NEARNESS: u64 = 40;

/// Of the parties' part: how sure it is that one is the same, and how many of all are.
const SURE: u64 = 900;
const EXTENT: u64 = 100;

/// How sure a sign makes it that two parties are one, per mille.
const BY_NUMBER: u64 = 1000;
const BY_NAME: u64 = 700;
const WEAKLY: u64 = 200;
/// Weak signs that count at most.
const WEAK_SIGNS: usize = 2;

/// Days from which on nearness in time tells nothing, and up to which it tells all.
const FAR: u64 = 180;
const NEAR: u64 = 7;

/// Pairs of characters from which on a text says enough to be compared.
const ENOUGH_PAIRS: usize = 8;

/// From how much of the matter on it is the same, per mille.
const SAME_MATTER: u32 = 500;

/// By what two parties are taken for one. 相同的依据
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    Number,
    Name,
    /// What is shown of a masked name agrees.
    MaskedName,
}

/// A party that stands in both. 相同的当事人
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartyLike {
    pub basis: Basis,
    /// So many entries name this party that it tells little: an organ, a bank.
    pub common: bool,
    pub side: Side,
    /// The side in the entry that was found.
    pub found_side: Side,
}

impl PartyLike {
    fn is_weak(&self) -> bool {
        self.common || self.basis == Basis::MaskedName
    }

    fn strength(&self) -> u64 {
        match self.basis {
            _ if self.is_weak() => WEAKLY,
            Basis::Number => BY_NUMBER,
            _ => BY_NAME,
        }
    }
}

/// What a hit is taken for. 相近的种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Same parties and the same matter.
    Duplicate,
    /// Same parties, another matter.
    SameParties,
    /// Like matter, other parties or none that are known.
    LikeMatter,
}

impl Kind {
    /// The words that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Duplicate => "疑似重复登记",
            Self::SameParties => "同一当事人的另一件",
            Self::LikeMatter => "事由相近",
        }
    }
}

/// Why two disputes are like each other. 相近的理由
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// All together, per mille.
    pub score: u32,
    pub parties: Vec<PartyLike>,
    /// The shared part of the matter's text, weighted by rarity, per mille; none where a text is empty.
    pub matter: Option<u32>,
    /// A text of so few characters that its likeness counts less.
    pub brief: bool,
    pub days_apart: u32,
    /// The shared part of the place's words, weighted by rarity, per mille.
    pub place: u32,
    /// Entered at another organ.
    pub elsewhere: bool,
}

impl Parts {
    /// The parts, where the weight of the pairs that both texts have is known.
    pub(crate) fn of(book: &Book, asked: &Asked, entry: &Entry, shared: u64, common_from: usize) -> Self {
        let parties = shared_parties(book, &asked.parties, &entry.parties, common_from);
        let party = party_part(&parties, asked.parties.len(), entry.parties.len());
        let pairs = asked.pair_count.max(entry.pairs.len());
        let known = asked.pair_count > 0 && !entry.pairs.is_empty();
        let matter = known.then(|| share(shared, asked.pair_weight, entry.pair_weight));
        let counted =
            u64::from(matter.unwrap_or_default()) * wide(pairs.min(ENOUGH_PAIRS)) / wide(ENOUGH_PAIRS);
        let days_apart = asked.day.number().abs_diff(entry.day.number());
        let shared = asked.places.iter().filter(|id| entry.places.binary_search(id).is_ok());
        let shared: u64 = shared.map(|id| u64::from(book.places.weight(*id))).sum();
        let larger = asked.place_weight.max(entry.place_weight);
        let place = per_mille(shared, larger);
        Self {
            score: total(party, counted, u64::from(place), nearness(days_apart)),
            parties,
            matter,
            brief: known && pairs < ENOUGH_PAIRS,
            days_apart,
            place,
            elsewhere: asked.organ != entry.organ,
        }
    }

    /// What the parts together look like.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let sure = self.parties.iter().any(|one| !one.is_weak());
        let same_matter = self.matter.is_some_and(|part| part >= SAME_MATTER);
        match (sure, same_matter) {
            (true, true) => Kind::Duplicate,
            (true, false) => Kind::SameParties,
            (false, true) if self.parties.len() >= WEAK_SIGNS => Kind::Duplicate,
            (false, _) => Kind::LikeMatter,
        }
    }
}

/// The least likeness of the matter, per mille, that can lift an entry to a threshold where no party is surely the same:
/// 0 where it needs none.
pub(crate) fn least_matter(threshold: u32, parties: usize, has_places: bool) -> u64 {
    let one =
        PartyLike { basis: Basis::MaskedName, common: true, side: Side::Other, found_side: Side::Other };
    let signs = parties.min(WEAK_SIGNS);
    let party = party_part(&vec![one; signs], signs, signs);
    let place = if has_places { 1000 } else { 0 };
    let without = PARTY * party + PLACE * place + NEARNESS * 1000;
    (u64::from(threshold) * 1000).saturating_sub(without).div_ceil(MATTER)
}

fn total(party: u64, matter: u64, place: u64, nearness: u64) -> u32 {
    let made = (PARTY * party + MATTER * matter + PLACE * place + NEARNESS * nearness) / 1000;
    u32::try_from(made).unwrap_or(1000)
}

fn nearness(days_apart: u32) -> u64 {
    let left = FAR.saturating_sub(u64::from(days_apart).max(NEAR));
    left * 1000 / (FAR - NEAR)
}

/// The shared weight of two sets among that of both together, per mille.
fn share(shared: u64, one: u64, other: u64) -> u32 {
    per_mille(shared, (one + other).saturating_sub(shared))
}

fn per_mille(part: u64, whole: u64) -> u32 {
    (part * 1000).checked_div(whole).map_or(0, |made| u32::try_from(made).unwrap_or(1000))
}

/// Signs that agree make it surer; the extent is twice what is shared among the parties of both.
fn party_part(shared: &[PartyLike], asked: usize, kept: usize) -> u64 {
    let doubt = shared.iter().fold(1000, |doubt, one| doubt * (1000 - one.strength()) / 1000);
    let strengths: u64 = shared.iter().map(PartyLike::strength).sum();
    let extent = (2 * strengths) / wide(asked + kept).max(1);
    (SURE * (1000 - doubt) + EXTENT * extent.min(1000)) / 1000
}

/// Pairs of parties, the surest first, each party once; of weak signs at most two.
fn shared_parties(
    book: &Book,
    asked: &[AskedParty],
    kept: &[KeptParty],
    common_from: usize,
) -> Vec<PartyLike> {
    let mut all = Vec::new();
    for (at, one) in asked.iter().enumerate() {
        for (kept_at, other) in kept.iter().enumerate() {
            if let Some((basis, common)) = sign(book, one, other, common_from) {
                let made = PartyLike { basis, common, side: one.side, found_side: other.side };
                all.push((1000 - made.strength(), made.side != made.found_side, at, kept_at, made));
            }
        }
    }
    all.sort_unstable();
    let (mut made, mut weak): (Vec<(usize, usize, PartyLike)>, usize) = (Vec::new(), 0);
    for (_, _, at, kept_at, one) in all {
        let taken = made.iter().any(|(own, other, _)| *own == at || *other == kept_at);
        if taken || one.is_weak() && weak == WEAK_SIGNS {
            continue;
        }
        weak += usize::from(one.is_weak());
        made.push((at, kept_at, one));
    }
    made.into_iter().map(|(_, _, one)| one).collect()
}

/// The surest sign that two parties are one, and whether it is of a party that very many entries name.
fn sign(book: &Book, one: &AskedParty, other: &KeptParty, common_from: usize) -> Option<(Basis, bool)> {
    let is_common = |entries: &[u32]| entries.len() > common_from;
    let mut number = None;
    for (_, id) in &other.numbers {
        if one.numbers.iter().any(|(_, own)| *own == Some(*id)) {
            let common = is_common(book.numbers.entries(*id));
            number = Some(number.is_none_or(|known| known) && common);
        }
    }
    if number == Some(false) {
        return Some((Basis::Number, false));
    }
    if number.is_none() && contradict(one, other) {
        return None;
    }
    let same_name = one.name_id == Some(other.name) && !one.name.text.is_empty() && !one.name.is_masked();
    let common_name = same_name && is_common(book.names.entries(other.name));
    match (number, same_name) {
        (_, true) if !common_name => Some((Basis::Name, false)),
        (Some(common), _) => Some((Basis::Number, common)),
        (None, true) => Some((Basis::Name, true)),
        (None, false) => {
            let may_be = book.name(other.name).is_some_and(|theirs| one.name.may_be(theirs));
            may_be.then_some((Basis::MaskedName, false))
        }
    }
}

/// Whether both have a number of a kind of which everybody has one; that none is shared was seen before.
fn contradict(one: &AskedParty, other: &KeptParty) -> bool {
    let mut kinds = one.numbers.iter().map(|(kind, _)| *kind).filter(|kind| kind.tells_apart());
    kinds.any(|kind| other.numbers.iter().any(|(theirs, _)| *theirs == kind))
}
