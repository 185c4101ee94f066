//! Which values fall in no step, and which in two: exact, by the spans of each field.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{All, Condition, Field, Table, Takes};
use crate::span::{Set, Span};

/// Values of all fields: a set for each, in the order of the fields.
pub type Region = Vec<Set>;

/// What a table leaves open or takes twice.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Analysis {
    /// In no step.
    pub gaps: Vec<Region>,
    /// In two steps: their places, and where.
    pub overlaps: Vec<(usize, usize, Vec<Region>)>,
    /// The table was too entangled to be looked through; nothing is said of the rest.
    pub unfinished: bool,
}

/// The most places that are looked at in one question, and the most regions that are told.
const MOST_PLACES: usize = 200_000;
const MOST_REGIONS: usize = 64;

/// Looks through a whole table.
#[must_use]
pub fn analyse(table: &Table) -> Analysis {
    let universe: Vec<Span> = table.fields.iter().map(|field| field.domain).collect();
    let region = |all: &All| region(all, &table.fields);
    let never: Vec<Region> = table.never.iter().map(region).collect();
    let steps: Vec<Vec<Region>> =
        table.steps.iter().map(|step| step.when.iter().map(region).collect()).collect();
    let mut made = Analysis::default();
    if !table.steps.iter().any(|step| step.otherwise) {
        let whole = universe.iter().map(|span| Set::span(span.low, span.high)).collect();
        let all: Vec<&Region> = steps.iter().flatten().chain(&never).collect();
        let (gaps, finished) = left_of(&whole, &universe, &all);
        made.gaps = gaps;
        made.gaps.sort();
        made.unfinished |= !finished;
    }
    if table.takes != Takes::Only {
        return made;
    }
    let never: Vec<&Region> = never.iter().collect();
    for (at, one) in steps.iter().enumerate() {
        for (other, two) in steps.iter().enumerate().skip(at + 1) {
            let mut shared: Vec<Region> =
                one.iter().flat_map(|a| two.iter().filter_map(move |b| both(a, b))).collect();
            // The widest first, so that what lies within another is not told again.
            shared.sort_by_key(|region| {
                region.iter().zip(&universe).filter(|(set, whole)| !set.covers(**whole)).count()
            });
            let mut regions: Vec<Region> = Vec::new();
            for both in shared {
                let others: Vec<&Region> = never.iter().copied().chain(&regions).collect();
                let (left, finished) = left_of(&both, &universe, &others);
                made.unfinished |= !finished;
                regions.extend(left);
            }
            regions.truncate(MOST_REGIONS);
            if !regions.is_empty() {
                made.overlaps.push((at, other, regions));
            }
        }
    }
    made
}

/// What conditions take of each field; a field without one is taken whole.
#[must_use]
pub fn region(all: &[Condition], fields: &[Field]) -> Region {
    let whole = |field: &Field| Set::span(field.domain.low, field.domain.high);
    let of = |(at, field): (usize, &Field)| {
        let own = all.iter().filter(|condition| condition.field == at);
        own.fold(whole(field), |set, condition| set.and(&condition.set))
    };
    fields.iter().enumerate().map(of).collect()
}

fn both(a: &Region, b: &Region) -> Option<Region> {
    let made: Region = a.iter().zip(b).map(|(a, b)| a.and(b)).collect();
    (!made.iter().any(Set::is_empty)).then_some(made)
}

/// What of a region none of the others covers, and whether it was looked through to the end.
fn left_of(region: &Region, universe: &[Span], others: &[&Region]) -> (Vec<Region>, bool) {
    let active: Vec<usize> = others
        .iter()
        .enumerate()
        .filter(|(_, other)| both(region, other).is_some())
        .map(|(at, _)| at)
        .collect();
    let mut walk = Walk {
        region,
        universe,
        others,
        covered: BTreeSet::new(),
        left: MOST_PLACES,
        path: Vec::new(),
        found: Vec::new(),
    };
    let finished = walk.look(0, active);
    (walk.found, finished)
}

struct Walk<'a> {
    region: &'a Region,
    universe: &'a [Span],
    others: &'a [&'a Region],
    /// Places from which nothing is left.
    covered: BTreeSet<(usize, Vec<usize>)>,
    left: usize,
    path: Region,
    found: Vec<Region>,
}

impl Walk<'_> {
    /// Goes into one field after the other with those that still cover; false where the work became too much.
    fn look(&mut self, field: usize, active: Vec<usize>) -> bool {
        if self.found.len() >= MOST_REGIONS || self.left == 0 {
            return self.left > 0;
        }
        self.left -= 1;
        if active.is_empty() {
            let rest = self.region.iter().skip(field).cloned();
            self.found.push(self.path.iter().cloned().chain(rest).collect());
            return true;
        }
        let Some(own) = self.region.get(field) else { return true };
        let whole = |other: &usize| {
            let sets = self.others.get(*other).into_iter().flat_map(|other| other.iter().skip(field));
            sets.zip(self.region.iter().skip(field)).all(|(set, wanted)| set.and(wanted) == *wanted)
        };
        if active.iter().any(whole) || self.covered.contains(&(field, active.clone())) {
            return true;
        }
        let before = self.found.len();
        let mut finished = true;
        for (still, set) in self.parts(field, own, &active) {
            self.path.push(set);
            finished &= self.look(field + 1, still);
            self.path.pop();
        }
        if finished && self.found.len() == before {
            self.covered.insert((field, active));
        }
        finished
    }

    /// The field's values, put together by which of the others take them.
    fn parts(&self, field: usize, own: &Set, active: &[usize]) -> Vec<(Vec<usize>, Set)> {
        let set = |other: usize| self.others.get(other).and_then(|other| other.get(field));
        let mut starts: BTreeSet<i64> = own.spans().iter().map(|span| span.low).collect();
        for span in active.iter().filter_map(|other| set(*other)).flat_map(Set::spans) {
            starts.extend([span.low, span.high.saturating_add(1)]);
        }
        let high = self.universe.get(field).map_or(0, |span| span.high);
        let ends = starts.iter().skip(1).map(|next| next - 1).chain([high]);
        let mut parts: BTreeMap<Vec<usize>, Set> = BTreeMap::new();
        for (low, end) in starts.iter().zip(ends) {
            let part = own.and(&Set::span(*low, end));
            if part.is_empty() {
                continue;
            }
            let takes = |other: &&usize| set(**other).is_some_and(|set| set.has(*low));
            let still = active.iter().filter(takes).copied().collect();
            let known: &mut Set = parts.entry(still).or_default();
            *known = known.or(&part);
        }
        parts.into_iter().collect()
    }
}

/// A region in words: the fields that it does not take whole.
#[must_use]
pub fn shown(region: &Region, fields: &[Field]) -> String {
    let told = region.iter().zip(fields).filter(|(set, field)| !set.covers(field.domain));
    let parts: Vec<String> = told.map(|(set, field)| field.shown(set)).collect();
    if parts.is_empty() { "任何情形".to_owned() } else { parts.join("，且") }
}
