//! Which inspectors: for each slot two, at random among those who fit; where the last ones are bound elsewhere, they are
//! freed by others who take over.

use std::collections::VecDeque;

use base::{Diagnostic, Severity};

use crate::random::Generator;
use crate::resolve::Resolved;

/// How many inspectors a slot wants.
pub const PAIR: usize = 2;

/// An object and a field in which it is inspected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub object: u32,
    pub field: usize,
    pub pair: Vec<u32>,
}

/// A slot that could not be filled, and what became of those with a certificate of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage<'l> {
    pub object: &'l str,
    pub field: &'l str,
    /// How many inspectors it lacks.
    pub lacking: usize,
    /// How many have a certificate of the field at all.
    pub held: usize,
    /// Of them: not valid throughout, excluded, recused from this object, in as many pairs as they may be.
    pub lapsed: usize,
    pub excluded: usize,
    pub recused: usize,
    pub full: usize,
}

/// The work on all slots.
struct Assignment<'r, 'l> {
    resolved: &'r Resolved<'l>,
    slots: Vec<Slot>,
    pools: Vec<Vec<u32>>,
    /// For each inspector the slots that he is in, in their order.
    served: Vec<Vec<usize>>,
    search: Search,
}

/// What a search has reached; kept from one to the next, so that it need not be made anew.
struct Search {
    number: u32,
    /// The search that reached an inspector last.
    reached: Vec<u32>,
    /// From which slot.
    from: Vec<usize>,
    /// The search in which a slot came into the queue last, and by way of whom.
    queued: Vec<u32>,
    way: Vec<u32>,
    /// Who was reached by a search that failed: nobody who is free can be reached from there, now or later.
    dead: Vec<bool>,
}

fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Fills the slots in their order.
pub fn assign(resolved: &Resolved<'_>, slots: Vec<Slot>, generator: &mut Generator) -> Vec<Slot> {
    let people = resolved.list.inspectors.len();
    let search = Search {
        number: 0,
        reached: vec![0; people],
        from: vec![0; people],
        queued: vec![0; slots.len()],
        way: vec![0; slots.len()],
        dead: vec![false; people],
    };
    let pools = resolved.holders.clone();
    let mut work = Assignment { resolved, slots, pools, served: vec![Vec::new(); people], search };
    for slot in 0..work.slots.len() {
        for _ in 0..PAIR {
            match work.pick(slot, generator) {
                Some(who) => work.put(slot, who),
                None => work.mend(slot),
            }
        }
    }
    work.slots
}

impl Assignment<'_, '_> {
    fn is_full(&self, who: u32) -> bool {
        self.served.get(at(who)).is_none_or(|own| own.len() >= at(self.resolved.limit(who)))
    }

    /// Whether somebody who holds the slot's field may be in it.
    fn fits(&self, slot: usize, who: u32) -> bool {
        self.slots
            .get(slot)
            .is_some_and(|slot| !slot.pair.contains(&who) && !self.resolved.is_recused(slot.object, who))
    }

    fn note(&mut self, slot: usize, who: u32) {
        if let Some(own) = self.served.get_mut(at(who))
            && let Err(place) = own.binary_search(&slot)
        {
            own.insert(place, slot);
        }
    }

    fn put(&mut self, slot: usize, who: u32) {
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.pair.push(who);
        }
        self.note(slot, who);
    }

    /// Somebody at random who fits and is not full.
    fn pick(&mut self, slot: usize, generator: &mut Generator) -> Option<u32> {
        let field = self.slots.get(slot)?.field;
        let mut pool = std::mem::take(self.pools.get_mut(field)?);
        let mut aside = Vec::new();
        let mut chosen = None;
        while !pool.is_empty() && chosen.is_none() {
            let who = pool.swap_remove(generator.below(pool.len()));
            if self.is_full(who) {
                continue;
            }
            if self.fits(slot, who) {
                chosen = Some(who);
                pool.push(who);
            } else {
                aside.push(who);
            }
        }
        pool.extend(aside);
        if let Some(own) = self.pools.get_mut(field) {
            *own = pool;
        }
        chosen
    }

    /// Frees somebody for the slot whose place another can take; where nobody can be freed, nothing changes.
    fn mend(&mut self, start: usize) {
        self.search.number += 1;
        let number = self.search.number;
        let mut open: Vec<Option<Vec<u32>>> = vec![None; self.resolved.fields.len()];
        let mut queue = VecDeque::from([start]);
        let mut reached = Vec::new();
        mark(&mut self.search.queued, start, number);
        while let Some(slot) = queue.pop_front() {
            let Some(field) = self.slots.get(slot).map(|slot| slot.field) else { continue };
            let holders = self.resolved.holders.get(field);
            let waiting = open.get_mut(field).and_then(Option::take);
            let waiting = waiting.unwrap_or_else(|| holders.cloned().unwrap_or_default());
            let mut left = Vec::new();
            for who in waiting {
                let is_dead = self.search.dead.get(at(who)).copied().unwrap_or(true);
                if is_dead || self.search.reached.get(at(who)) == Some(&number) {
                    continue;
                }
                if !self.fits(slot, who) {
                    left.push(who);
                    continue;
                }
                mark(&mut self.search.reached, at(who), number);
                mark(&mut self.search.from, at(who), slot);
                reached.push(who);
                if !self.is_full(who) {
                    return self.take_over(start, who);
                }
                for other in self.served.get(at(who)).into_iter().flatten() {
                    if self.search.queued.get(*other) != Some(&number) {
                        mark(&mut self.search.queued, *other, number);
                        mark(&mut self.search.way, *other, who);
                        queue.push_back(*other);
                    }
                }
            }
            if let Some(open) = open.get_mut(field) {
                *open = Some(left);
            }
        }
        for who in reached {
            mark(&mut self.search.dead, at(who), true);
        }
    }

    /// Each takes the place of the one by way of whom the slot was found, back to the slot of the beginning.
    fn take_over(&mut self, start: usize, free: u32) {
        let mut who = free;
        loop {
            let Some(slot) = self.search.from.get(at(who)).copied() else { return };
            if slot == start {
                return self.put(start, who);
            }
            let Some(bound) = self.search.way.get(slot).copied() else { return };
            let pair = self.slots.get_mut(slot).map(|slot| &mut slot.pair);
            if let Some(place) = pair.into_iter().flatten().find(|place| **place == bound) {
                *place = who;
            }
            self.note(slot, who);
            if let Some(own) = self.served.get_mut(at(bound)) {
                own.retain(|own| *own != slot);
            }
            who = bound;
        }
    }
}

fn mark<T>(marks: &mut [T], place: usize, with: T) {
    if let Some(mark) = marks.get_mut(place) {
        *mark = with;
    }
}

/// The slots that were not filled.
pub fn shortages<'l>(resolved: &Resolved<'l>, slots: &[Slot]) -> Vec<Shortage<'l>> {
    let mut held = vec![None; resolved.fields.len()];
    let short = slots.iter().filter(|slot| slot.pair.len() < PAIR);
    let one = |slot: &Slot| {
        let own = held.get_mut(slot.field)?;
        let own = *own.get_or_insert_with(|| resolved.held(slot.field));
        let holders = resolved.holders.get(slot.field)?;
        let recused = resolved.recused(slot.object);
        let recused =
            recused.filter(|who| resolved.limit(*who) > 0 && holders.binary_search(who).is_ok()).count();
        Some(Shortage {
            object: resolved.objects.id(slot.object),
            field: resolved.fields.get(slot.field)?,
            lacking: PAIR - slot.pair.len(),
            held: own.all,
            lapsed: own.lapsed,
            excluded: own.excluded,
            recused,
            full: (own.able() + own.idle).saturating_sub(recused + slot.pair.len()),
        })
    };
    short.filter_map(one).collect()
}

impl Shortage<'_> {
    /// What is lacking, why, and what to do.
    #[must_use]
    pub fn told(&self) -> Diagnostic {
        let message = format!(
            "对象“{}”的领域“{}”还缺{}名人员：登记了该领域证件的{}名中，被排除的{}名，证件期限不覆盖检查期间的{}名，\
             应当回避的{}名，已经排满的{}名",
            self.object,
            self.field,
            self.lacking,
            self.held,
            self.excluded,
            self.lapsed,
            self.recused,
            self.full
        );
        let help = "对象照样算抽中。补上人员，把缺人的对象单列一组、比例写10000，用 yifa draw lock --after \
             再抽一次人员，理由写明补派。";
        Diagnostic::new("draw_short", Severity::Warning, message).help(help)
    }
}
