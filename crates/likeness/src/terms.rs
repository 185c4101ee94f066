//! Keys with the entries that have them, and how rare each is.

use std::collections::BTreeMap;

/// What a key weighs that every entry has, and what each halving of its share adds.
const LEAST: u32 = 24;
const OF_A_HALVING: u32 = 8;

/// The weight of a key that so many of all entries have: the rarer, the more it tells. Between powers of two in
/// proportion, so that no logarithm is needed.
pub(crate) fn rarity(entries: usize, having: usize) -> u32 {
    let (entries, having) = (wide(entries).max(1), wide(having).max(1));
    let share = (entries.saturating_mul(256) / having).max(256);
    let halvings = share.ilog2();
    let part = ((share - (1_u64 << halvings)) * u64::from(OF_A_HALVING)) >> halvings;
    LEAST + (halvings - 8) * OF_A_HALVING + u32::try_from(part).unwrap_or_default()
}

pub(crate) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

pub(crate) fn place(id: u32) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

/// An inverted index of one kind of key. 倒排索引
#[derive(Debug)]
pub(crate) struct Terms<K> {
    ids: BTreeMap<K, u32>,
    entries: Vec<Vec<u32>>,
    weights: Vec<u32>,
    /// The number of entries by which rarity was counted last.
    counted: usize,
}

impl<K: Ord> Terms<K> {
    pub(crate) fn new() -> Self {
        Self { ids: BTreeMap::new(), entries: Vec::new(), weights: Vec::new(), counted: 0 }
    }

    /// Notes that an entry has a key. Entries come in ascending order.
    pub(crate) fn enter(&mut self, key: K, entry: u32) -> u32 {
        let next = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.entries.push(Vec::new());
            self.weights.push(rarity(self.counted, 1));
        }
        if let Some(list) = self.entries.get_mut(place(id))
            && list.last() != Some(&entry)
        {
            list.push(entry);
        }
        id
    }

    /// Counts rarity anew over so many entries.
    pub(crate) fn weigh(&mut self, entries: usize) {
        self.counted = entries;
        self.weights = self.entries.iter().map(|list| rarity(entries, list.len())).collect();
    }

    pub(crate) fn id(&self, key: &K) -> Option<u32> {
        self.ids.get(key).copied()
    }

    pub(crate) fn entries(&self, id: u32) -> &[u32] {
        self.entries.get(place(id)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn weight(&self, id: u32) -> u32 {
        self.weights.get(place(id)).copied().unwrap_or_default()
    }

    /// The weight of a key that no entry has.
    pub(crate) fn unseen(&self) -> u32 {
        rarity(self.counted, 1)
    }

    pub(crate) fn sum(&self, ids: &[u32]) -> u64 {
        ids.iter().map(|id| u64::from(self.weight(*id))).sum()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarer_the_heavier() {
        assert_eq!(rarity(100_000, 100_000), 24);
        assert_eq!(rarity(1024, 1), 24 + 80);
        assert_eq!(rarity(1024, 512), 32);
        assert_eq!((rarity(0, 0), rarity(1, 5)), (24, 24));
        let weights: Vec<u32> = (1..5000).map(|having| rarity(5000, having)).collect();
        assert!(weights.is_sorted_by(|one, next| one >= next));
    }

    #[test]
    fn a_list_names_each_entry_once() {
        let mut made = Terms::new();
        for (key, entry) in [("a", 0), ("a", 0), ("b", 1), ("a", 2)] {
            made.enter(key, entry);
        }
        made.weigh(4);
        let a = made.id(&"a").unwrap();
        assert_eq!((made.entries(a), made.weight(a)), (&[0, 2][..], rarity(4, 2)));
        assert_eq!((made.id(&"c"), made.unseen(), made.len()), (None, rarity(4, 1), 2));
        made.enter("c", 3);
        assert_eq!(made.weight(2), rarity(4, 1));
    }
}
