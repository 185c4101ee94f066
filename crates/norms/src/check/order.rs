//! In which order bits stand: those that transitions read and move together stand together, and late acts above.
//!
//! The order decides how large sets become. That of the file is a good beginning, as a file tells a procedure from its
//! beginning to its end; from there every bit goes again and again to the middle of what it is moved with (FORCE; Aloul,
//! Markov and Sakallah). Late acts stand above, because a transition is fired at its first bit: it reads what was
//! done before, so its own bits must come first, and what lies before it is closed when it is fired.

use std::collections::{BTreeMap, BTreeSet};

use super::equal::Classes;
use super::paths::Path;
use super::symbolic::{ActBits, Model};

/// A way to order bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Near what they are moved with.
    Near,
    /// As in the file, from its end.
    File,
}

/// Transitions of more bits than these (the acceptance that opens everything, a decision that closes it) say nothing of
/// what belongs together.
const MOST_LINKED: usize = 16;
const ROUNDS: usize = 200;
/// Weight of a link, shared by its bits but one: divisible by one to fifteen.
const WEIGHT: u64 = 360_360;
/// Places are counted in parts, so that middles can be told apart.
const PARTS: u64 = 1 << 16;

/// The levels of the classes.
pub(super) struct Levels {
    /// By class; class 0, whose bits never move, has none.
    of: Vec<Option<u32>>,
    /// In the order of the file.
    pub in_file: Vec<u32>,
}

impl Levels {
    pub fn of(&self, class: usize) -> Option<u32> {
        self.of.get(class).copied().flatten()
    }

    /// The levels of the classes of a model's bits, in an order.
    pub fn by(order: Order, model: &mut Model<'_>, paths: &[Path], classes: &Classes) -> Self {
        let numbers = classes.numbers();
        let mut listed: Vec<usize> = (0..numbers.iter().flatten().count()).collect();
        let mut in_file = vec![0; listed.len()];
        if order == Order::Near {
            listed = nearest(listed, &links(model, paths, classes, &numbers));
        }
        for (level, number) in (0u32..).zip(listed.into_iter().rev()) {
            in_file.get_mut(number).into_iter().for_each(|place| *place = level);
        }
        let level = |number: Option<usize>| number.and_then(|number| in_file.get(number)).copied();
        Self { of: numbers.into_iter().map(level).collect(), in_file }
    }
}

/// The bits, by their numbers in the order of the file, that transitions read and move together.
fn links(
    model: &mut Model<'_>,
    paths: &[Path],
    classes: &Classes,
    numbers: &[Option<usize>],
) -> BTreeSet<Vec<usize>> {
    let number = |bit: u32| numbers.get(classes.class(bit)).copied().flatten();
    // After the first act nothing asks whether the case was opened.
    let opened = model.index.opens.iter().filter_map(|act| model.acts.get(act.index())?.done);
    let opened: BTreeSet<usize> = opened.filter_map(number).collect();
    let mut made = BTreeSet::new();
    for path in paths {
        let mut own = model.space.support(path.guard);
        own.extend(path.puts.keys());
        own.extend(path.free.keys().filter_map(|variable| model.values.get(*variable)).flatten());
        for duty in &path.lost {
            own.extend(model.owed.get(*duty));
            let must = model.duties.get(*duty).into_iter().flat_map(|(_, duty)| duty.must.iter());
            let acts = must.filter_map(|act| model.acts.get(act.index()));
            own.extend(acts.filter_map(|ActBits { open, .. }| *open));
        }
        let own: BTreeSet<usize> =
            own.into_iter().filter_map(number).filter(|own| !opened.contains(own)).collect();
        if (2..=MOST_LINKED).contains(&own.len()) {
            made.insert(own.into_iter().collect());
        }
    }
    made
}

/// The bits in the order in which linked ones stand nearest.
fn nearest(listed: Vec<usize>, links: &BTreeSet<Vec<usize>>) -> Vec<usize> {
    let (mut listed, mut best) = (listed, None);
    for _ in 0..ROUNDS {
        let places: BTreeMap<usize, u64> =
            listed.iter().copied().zip((0..).map(|place: u64| place * PARTS)).collect();
        let at = |bit: &usize| places.get(bit).copied().unwrap_or(0);
        let mut spans = 0;
        let mut pulls: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
        for link in links {
            let (first, last) = (link.iter().map(at).min(), link.iter().map(at).max());
            spans += (last.unwrap_or(0) - first.unwrap_or(0)) / PARTS;
            let (sum, count) = link.iter().map(at).fold((0, 0), |(sum, count), at| (sum + at, count + 1));
            let weight = WEIGHT / (count - 1).max(1);
            for bit in link {
                let (pull, weights) = pulls.entry(*bit).or_default();
                *pull += sum / count.max(1) * weight;
                *weights += weight;
            }
        }
        if best.as_ref().is_none_or(|(least, _)| spans < *least) {
            best = Some((spans, listed.clone()));
        }
        let wanted = |bit: &usize| pulls.get(bit).map_or(at(bit), |(pull, weights)| pull / weights);
        let mut next: Vec<(u64, usize)> = listed.iter().map(|bit| (wanted(bit), *bit)).collect();
        next.sort_unstable();
        listed = next.into_iter().map(|(_, bit)| bit).collect();
    }
    best.map_or(listed, |(_, listed)| listed)
}
