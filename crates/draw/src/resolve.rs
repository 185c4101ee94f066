//! A list with its names looked up: numbers in place of ids.

use crate::list::{Certificate, Inspector, List};
use crate::select::drawn_of;

/// Where each id stands: an open table of places, found by a hash of the id. It is only asked, never walked through, so
/// its order is nobody's.
pub struct Index<'l> {
    ids: Vec<&'l str>,
    /// Part of the hash, and the place plus one; nothing where that is 0.
    table: Vec<(u32, u32)>,
    twice: Vec<&'l str>,
}

/// A hash for the table alone: what it scatters badly is found slowly, and found all the same.
fn hash_of(id: &str) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, part: u64| (hash ^ part).wrapping_mul(ODD).rotate_left(29);
    let (chunks, rest) = id.as_bytes().as_chunks::<8>();
    let hash = chunks.iter().fold(ODD, |hash, chunk| mix(hash, u64::from_le_bytes(*chunk)));
    let last = rest.iter().fold(1, |last, byte| last << 8 | u64::from(*byte));
    let hash = mix(hash, last);
    (hash ^ hash >> 32).wrapping_mul(ODD)
}

/// Where in a table of a power of two to begin, and the part of the hash that is kept.
fn split(hash: u64, size: usize) -> (usize, u32) {
    let mask = u64::try_from(size).unwrap_or(u64::MAX).saturating_sub(1);
    let tag = u32::try_from(hash >> 32).unwrap_or(0);
    (usize::try_from(hash & mask).unwrap_or(0), tag)
}

impl<'l> Index<'l> {
    pub fn new(ids: impl Iterator<Item = &'l str>) -> Self {
        let ids: Vec<&str> = ids.collect();
        let size = ids.len().saturating_mul(2).next_power_of_two();
        let mut made = Self { ids: Vec::new(), table: vec![(0, 0); size], twice: Vec::new() };
        // All hashes first: then the processor fetches the places of several ids at once.
        let hashes: Vec<u64> = ids.iter().map(|id| hash_of(id)).collect();
        for ((number, id), hash) in (1_u32..).zip(&ids).zip(hashes) {
            let (mut at, tag) = split(hash, size);
            loop {
                match made.table.get_mut(at) {
                    Some(free @ (_, 0)) => {
                        *free = (tag, number);
                        break;
                    }
                    Some((own, other)) => {
                        let other =
                            usize::try_from(*other).ok().and_then(|other| ids.get(other.wrapping_sub(1)));
                        if *own == tag && other == Some(id) {
                            made.twice.push(id);
                            break;
                        }
                        at = (at + 1) % size;
                    }
                    None => break,
                }
            }
        }
        made.twice.sort_unstable();
        made.twice.dedup();
        made.ids = ids;
        made
    }

    pub fn ids(&self) -> &[&'l str] {
        &self.ids
    }

    pub fn id(&self, at: u32) -> &'l str {
        usize::try_from(at).ok().and_then(|at| self.ids.get(at)).copied().unwrap_or_default()
    }

    pub fn find(&self, id: &str) -> Option<u32> {
        let size = self.table.len();
        let (mut at, tag) = split(hash_of(id), size);
        loop {
            let (own, number) = *self.table.get(at)?;
            let place = number.checked_sub(1)?;
            if own == tag && self.id(place) == id {
                return Some(place);
            }
            at = (at + 1) % size;
        }
    }

    /// The ids that stand more than once.
    pub fn twice(&self) -> &[&'l str] {
        &self.twice
    }
}

/// A list that is in order, as the draw needs it.
pub struct Resolved<'l> {
    pub list: &'l List<'l>,
    pub objects: Index<'l>,
    /// For each object whether it is excluded, for each inspector too.
    pub excluded_objects: Vec<bool>,
    pub excluded_inspectors: Vec<bool>,
    /// Objects with the inspectors who do not inspect them, in order.
    pub recusals: Vec<(u32, u32)>,
    pub fields: Vec<&'l str>,
    /// The fields of each stratum.
    pub fields_of: Vec<Vec<usize>>,
    /// For each field the inspectors who hold it, in the order of the list.
    pub holders: Vec<Vec<u32>>,
}

/// Of those who have a certificate of a field, why how many cannot serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Who has a certificate of the field at all.
    pub all: usize,
    pub excluded: usize,
    /// Whose certificate is not valid throughout.
    pub lapsed: usize,
    /// Whose limit is nothing.
    pub idle: usize,
}

impl Held {
    pub fn able(self) -> usize {
        self.all.saturating_sub(self.excluded + self.lapsed + self.idle)
    }
}

impl<'l> Resolved<'l> {
    /// The parts that follow from the list alone; exclusions and recusals are marked by who looks them up.
    pub fn new(list: &'l List<'l>, objects: Index<'l>) -> Self {
        let mut fields: Vec<&str> = Vec::new();
        let mut fields_of = Vec::new();
        for stratum in &list.strata {
            let mut own = Vec::new();
            for field in &stratum.fields {
                let known = fields.iter().position(|known| known == field);
                own.push(known.unwrap_or(fields.len()));
                if known.is_none() {
                    fields.push(field);
                }
            }
            fields_of.push(own);
        }
        Self {
            list,
            excluded_objects: vec![false; objects.ids().len()],
            excluded_inspectors: vec![false; list.inspectors.len()],
            objects,
            recusals: Vec::new(),
            fields,
            fields_of,
            holders: Vec::new(),
        }
    }

    /// Notes who holds what, when it is known who is excluded.
    pub fn note_holders(&mut self) {
        let mut made: Vec<Vec<u32>> = vec![Vec::new(); self.fields.len()];
        for (at, (inspector, excluded)) in
            (0_u32..).zip(self.list.inspectors.iter().zip(&self.excluded_inspectors))
        {
            if *excluded {
                continue;
            }
            let valid = inspector.certificates.iter().filter(|own| self.is_valid(own));
            for own in valid {
                let field = self.fields.iter().position(|field| **field == *own.field);
                let Some(holders) = field.and_then(|field| made.get_mut(field)) else { continue };
                if holders.last() != Some(&at) {
                    holders.push(at);
                }
            }
        }
        self.holders = made;
    }

    fn is_valid(&self, certificate: &Certificate<'_>) -> bool {
        *certificate.from <= *self.list.inspect_from && *certificate.to >= *self.list.inspect_to
    }

    pub fn is_excluded(&self, object: u32) -> bool {
        usize::try_from(object).ok().and_then(|at| self.excluded_objects.get(at)).copied().unwrap_or(false)
    }

    pub fn is_recused(&self, object: u32, inspector: u32) -> bool {
        self.recusals.binary_search(&(object, inspector)).is_ok()
    }

    /// The inspectors recused from an object.
    pub fn recused(&self, object: u32) -> impl Iterator<Item = u32> {
        let from = self.recusals.partition_point(|(own, _)| *own < object);
        self.recusals.iter().skip(from).take_while(move |(own, _)| *own == object).map(|(_, who)| *who)
    }

    pub fn inspector(&self, at: u32) -> Option<&'l Inspector<'l>> {
        usize::try_from(at).ok().and_then(|at| self.list.inspectors.get(at))
    }

    pub fn limit(&self, at: u32) -> u32 {
        self.inspector(at).map_or(0, |inspector| inspector.limit)
    }

    /// How many objects of each stratum are listed, and how many of them are excluded.
    pub fn counts(&self) -> Vec<(usize, usize)> {
        let mut rest = self.excluded_objects.as_slice();
        let of = |stratum: &crate::list::Stratum<'_>| {
            let listed = stratum.objects.len();
            let (own, after) = rest.split_at_checked(listed).unwrap_or((rest, &[]));
            rest = after;
            (listed, own.iter().filter(|excluded| **excluded).count())
        };
        self.list.strata.iter().map(of).collect()
    }

    /// Whether at least one object of each stratum is drawn.
    pub fn is_drawn_from(&self) -> Vec<bool> {
        let counts = self.counts();
        let some = |((listed, excluded), stratum): (&(usize, usize), &crate::list::Stratum<'_>)| {
            drawn_of(listed - excluded, stratum.ratio) > 0
        };
        counts.iter().zip(&self.list.strata).map(some).collect()
    }

    /// Who has a certificate of a field, and why they cannot serve.
    pub fn held(&self, field: usize) -> Held {
        let mut held = Held::default();
        let Some(name) = self.fields.get(field) else { return held };
        for (inspector, excluded) in self.list.inspectors.iter().zip(&self.excluded_inspectors) {
            let mut own = inspector.certificates.iter().filter(|own| own.field == *name).peekable();
            if own.peek().is_none() {
                continue;
            }
            held.all += 1;
            if *excluded {
                held.excluded += 1;
            } else if !own.any(|own| self.is_valid(own)) {
                held.lapsed += 1;
            } else if inspector.limit == 0 {
                held.idle += 1;
            }
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_found_and_the_rest_by_name() {
        let ids: Vec<String> = (0..5_000).map(|at| format!("91350{at:013}")).collect();
        let more = ids.iter().chain(&ids[17..19]).chain(&ids[17..18]).map(String::as_str);
        let index = Index::new(more);
        assert_eq!(index.twice(), [ids[17].as_str(), ids[18].as_str()]);
        for (at, id) in (0..).zip(&ids) {
            assert_eq!(index.find(id), Some(at));
        }
        assert_eq!(index.find("91350"), None);
        assert_eq!(index.find(""), None);
        let empty = Index::new(std::iter::empty());
        assert_eq!((empty.find("x"), empty.twice().len()), (None, 0));
        // The end of a text counts, also where it is zeros.
        let index = Index::new(["a", "a\0", "a\0\0", "aaaaaaaa", "aaaaaaaa\0", ""].into_iter());
        assert!(index.twice().is_empty());
        assert_eq!(
            (index.find("a\0"), index.find("aaaaaaaa\0"), index.find("")),
            (Some(1), Some(4), Some(5))
        );
    }
}
