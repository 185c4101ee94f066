//! What is compared with, and its index.

use calendar::Day;

use crate::name::Name;
use crate::parts::{Kind, Parts, least_matter};
use crate::terms::{Terms, place, wide};
use crate::{Dispute, Number, NumberKind, Side, text};

/// A party of an entry.
#[derive(Debug)]
pub(crate) struct KeptParty {
    pub(crate) side: Side,
    pub(crate) name: u32,
    pub(crate) numbers: Vec<(NumberKind, u32)>,
}

/// An entry as it is compared: the text itself is not kept.
#[derive(Debug)]
pub(crate) struct Entry {
    id: String,
    pub(crate) organ: String,
    pub(crate) day: Day,
    pub(crate) parties: Vec<KeptParty>,
    pub(crate) places: Vec<u32>,
    pub(crate) place_weight: u64,
    pub(crate) pairs: Vec<u32>,
    pub(crate) pair_weight: u64,
}

/// A party that is asked about; what no entry has is none.
pub(crate) struct AskedParty {
    pub(crate) side: Side,
    pub(crate) name: Name,
    pub(crate) name_id: Option<u32>,
    pub(crate) numbers: Vec<(NumberKind, Option<u32>)>,
}

/// A dispute that is asked about, prepared once.
pub(crate) struct Asked {
    pub(crate) organ: String,
    pub(crate) day: Day,
    pub(crate) parties: Vec<AskedParty>,
    pub(crate) places: Vec<u32>,
    pub(crate) place_weight: u64,
    pairs: Vec<u32>,
    pub(crate) pair_count: usize,
    pub(crate) pair_weight: u64,
}

/// Disputes that a new one is compared with. 比对库
#[derive(Debug)]
pub struct Book {
    entries: Vec<Entry>,
    pub(crate) numbers: Terms<Number>,
    pub(crate) names: Terms<String>,
    known_names: Vec<Name>,
    pub(crate) places: Terms<String>,
    place_words: Vec<String>,
    pairs: Terms<u64>,
}

/// What is asked of a comparison. 比对条件
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least score of a hit, per mille.
    pub threshold: u32,
    /// Hits given at most, the likest first.
    pub most: usize,
    /// A number or a name that more entries than these have is common and tells little.
    pub common_from: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { threshold: 350, most: 20, common_from: 500 }
    }
}

/// An entry that is like what was asked about. 相近
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub id: String,
    pub organ: String,
    pub day: Day,
    pub kind: Kind,
    pub parts: Parts,
    /// The words of the place that both have.
    pub places: Vec<String>,
}

/// The hits, the likest first. 比对结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// How many there are, those left out too.
    pub all: usize,
    /// How many entries were compared in full.
    pub compared: usize,
}

impl Book {
    /// A book of these disputes. How rare a word is, is counted now; entries of `add` do not change it.
    #[must_use]
    pub fn of(disputes: &[Dispute]) -> Self {
        let mut made = Self {
            entries: Vec::new(),
            numbers: Terms::new(),
            names: Terms::new(),
            known_names: Vec::new(),
            places: Terms::new(),
            place_words: Vec::new(),
            pairs: Terms::new(),
        };
        for one in disputes {
            made.add(one);
        }
        let count = made.entries.len();
        made.pairs.weigh(count);
        made.places.weigh(count);
        for entry in &mut made.entries {
            entry.pair_weight = made.pairs.sum(&entry.pairs);
            entry.place_weight = made.places.sum(&entry.places);
        }
        made
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Enters one more.
    pub fn add(&mut self, one: &Dispute) {
        let at = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let mut parties = Vec::with_capacity(one.parties.len());
        for party in &one.parties {
            let name = Name::of(&party.name);
            let id = self.names.enter(name.text.clone(), at);
            if self.known_names.len() < self.names.len() {
                self.known_names.push(name);
            }
            let numbers = party.numbers.iter().map(|own| (own.kind, self.numbers.enter(*own, at))).collect();
            parties.push(KeptParty { side: party.side, name: id, numbers });
        }
        let mut places = Vec::new();
        for word in words(&one.places) {
            places.push(self.places.enter(word.clone(), at));
            if self.place_words.len() < self.places.len() {
                self.place_words.push(word);
            }
        }
        places.sort_unstable();
        let pairs: Vec<u32> =
            text::pairs(&one.matter).into_iter().map(|pair| self.pairs.enter(pair, at)).collect();
        self.entries.push(Entry {
            id: one.id.clone(),
            organ: one.organ.clone(),
            day: one.day,
            parties,
            place_weight: self.places.sum(&places),
            places,
            pair_weight: self.pairs.sum(&pairs),
            pairs,
        });
    }

    pub(crate) fn name(&self, id: u32) -> Option<&Name> {
        self.known_names.get(place(id))
    }

    /// The entries that are like a dispute, by the index: all that `scan` finds.
    #[must_use]
    pub fn find(&self, dispute: &Dispute, limits: &Limits) -> Found {
        let asked = self.ask(dispute);
        let least = least_matter(limits.threshold, asked.parties.len(), !asked.places.is_empty());
        if least == 0 {
            return self.compare_all(&dispute.id, &asked, limits);
        }
        let (mut picked, shared) = self.by_matter(&asked, least);
        picked.extend(self.by_party(&asked, limits.common_from));
        picked.sort_unstable();
        picked.dedup();
        let weight = |at: u32| shared.get(place(at)).copied().unwrap_or_default();
        let picked =
            picked.iter().filter_map(|at| Some((self.entries.get(place(*at))?, u64::from(weight(*at)))));
        self.best(&dispute.id, &asked, limits, picked)
    }

    /// The same by comparing with every entry.
    #[must_use]
    pub fn scan(&self, dispute: &Dispute, limits: &Limits) -> Found {
        self.compare_all(&dispute.id, &self.ask(dispute), limits)
    }

    fn compare_all(&self, id: &str, asked: &Asked, limits: &Limits) -> Found {
        // For each pair of the book its weight, where it is asked about, or else 0.
        let mut weights = vec![0; self.pairs.len()];
        for id in &asked.pairs {
            if let Some(weight) = weights.get_mut(place(*id)) {
                *weight = self.pairs.weight(*id);
            }
        }
        let weight = |id: &u32| u64::from(weights.get(place(*id)).copied().unwrap_or_default());
        let all = self.entries.iter().map(|entry| (entry, entry.pairs.iter().map(weight).sum()));
        self.best(id, asked, limits, all)
    }

    fn ask(&self, dispute: &Dispute) -> Asked {
        let parties = dispute.parties.iter().map(|party| {
            let name = Name::of(&party.name);
            let numbers = party.numbers.iter().map(|own| (own.kind, self.numbers.id(own))).collect();
            AskedParty { side: party.side, name_id: self.names.id(&name.text), name, numbers }
        });
        let (mut places, mut unseen_places) = (Vec::new(), 0_u64);
        for word in words(&dispute.places) {
            match self.places.id(&word) {
                Some(id) => places.push(id),
                None => unseen_places += u64::from(self.places.unseen()),
            }
        }
        let all = text::pairs(&dispute.matter);
        let pairs: Vec<u32> = all.iter().filter_map(|pair| self.pairs.id(pair)).collect();
        let unseen = wide(all.len() - pairs.len()) * u64::from(self.pairs.unseen());
        Asked {
            organ: dispute.organ.clone(),
            day: dispute.day,
            parties: parties.collect(),
            place_weight: self.places.sum(&places) + unseen_places,
            places,
            pair_count: all.len(),
            pair_weight: self.pairs.sum(&pairs) + unseen,
            pairs,
        }
    }

    /// Entries that share a number or a whole name that is not common: the only ones whose party is surely the same.
    fn by_party(&self, asked: &Asked, common_from: usize) -> Vec<u32> {
        let numbers = asked.parties.iter().flat_map(|party| party.numbers.iter().filter_map(|(_, id)| *id));
        let names = asked.parties.iter().filter_map(|party| party.name_id);
        let lists = numbers.map(|id| self.numbers.entries(id)).chain(names.map(|id| self.names.entries(id)));
        lists.filter(|list| list.len() <= common_from).flatten().copied().collect()
    }

    /// Entries whose matter is like it by so much, per mille, and for every entry the weight of the pairs that it shares.
    ///
    /// The weight of what two texts share is less than `least` of the asked one's where the likeness is less. So pairs are
    /// taken from the rarest on; once those left weigh too little, an entry that was not met by then cannot reach it.
    fn by_matter(&self, asked: &Asked, least: u64) -> (Vec<u32>, Vec<u32>) {
        let mut pairs = asked.pairs.clone();
        pairs.sort_unstable_by_key(|id| (std::cmp::Reverse(self.pairs.weight(*id)), *id));
        let mut left: u64 = self.pairs.sum(&pairs);
        let (mut shared, mut met) = (vec![0_u32; self.entries.len()], Vec::new());
        for id in pairs {
            let weight = self.pairs.weight(id);
            let new = left * 1000 >= least * asked.pair_weight;
            for at in self.pairs.entries(id) {
                if let Some(sum) = shared.get_mut(place(*at)) {
                    if new && *sum == 0 {
                        met.push(*at);
                    }
                    *sum += weight;
                }
            }
            left -= u64::from(weight);
        }
        met.retain(|at| {
            let sum = shared.get(place(*at)).copied().map_or(0, u64::from);
            let own = self.entries.get(place(*at)).map_or(0, |entry| entry.pair_weight);
            sum * 1000 >= least * (asked.pair_weight + own).saturating_sub(sum)
        });
        (met, shared)
    }

    /// The likest of these, each with the weight of the pairs that it shares.
    fn best<'a>(
        &'a self,
        id: &str,
        asked: &Asked,
        limits: &Limits,
        picked: impl Iterator<Item = (&'a Entry, u64)>,
    ) -> Found {
        let (mut above, mut compared) = (Vec::new(), 0);
        for (entry, shared) in picked.filter(|(entry, _)| entry.id != id) {
            compared += 1;
            let parts = Parts::of(self, asked, entry, shared, limits.common_from);
            if parts.score >= limits.threshold {
                above.push((parts, entry));
            }
        }
        let order =
            |parts: &Parts, entry: &Entry| (std::cmp::Reverse(parts.score), std::cmp::Reverse(entry.day));
        above.sort_by(|(parts, entry), (next, other)| {
            order(parts, entry).cmp(&order(next, other)).then_with(|| entry.id.cmp(&other.id))
        });
        let all = above.len();
        let hits = above.into_iter().take(limits.most).map(|(parts, entry)| self.hit(asked, parts, entry));
        Found { hits: hits.collect(), all, compared }
    }

    fn hit(&self, asked: &Asked, parts: Parts, entry: &Entry) -> Hit {
        let shared = asked.places.iter().filter(|id| entry.places.binary_search(id).is_ok());
        Hit {
            id: entry.id.clone(),
            organ: entry.organ.clone(),
            day: entry.day,
            kind: parts.kind(),
            parts,
            places: shared.filter_map(|id| self.place_words.get(place(*id)).cloned()).collect(),
        }
    }
}

/// The different words of a place, in the order in which they stand.
fn words(places: &[String]) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    for word in places.iter().map(|word| text::word(word)).filter(|word| !word.is_empty()) {
        if !made.contains(&word) {
            made.push(word);
        }
    }
    made
}
