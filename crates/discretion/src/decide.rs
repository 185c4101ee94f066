//! A case's facts against a table and the lists: what applies, and why, condition by condition.

use std::collections::{BTreeMap, BTreeSet};

use base::Diagnostic;

use crate::facts::Facts;
use crate::model::{All, Condition, Field, Item, Step, Table, Takes};

/// Met, not met, or not known yet. 真假未知
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    Met,
    NotMet,
    Unknown,
}

impl Truth {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Met => "符合",
            Self::NotMet => "不符合",
            Self::Unknown => "不明",
        }
    }

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Unknown => "unknown",
        }
    }

    /// All of them.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Met,
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Met, _) | (_, Self::Met) => Self::Met,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::NotMet,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::NotMet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// One condition held against the facts. 条件判断
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<'b> {
    pub condition: &'b Condition,
    pub field: &'b Field,
    pub truth: Truth,
    /// The fact, as the field counts it.
    pub value: Option<i64>,
}

/// A whole of alternatives held against the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged<'b> {
    pub truth: Truth,
    pub alternatives: Vec<(Truth, Vec<Seen<'b>>)>,
}

/// Which step a table's facts lead to. 阶次判断
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Step(usize),
    /// What is known does not say: these are possible.
    Open(Vec<usize>),
    /// The facts fall in no step.
    Nowhere,
    /// They fall in several, and the table does not say which counts.
    Several(Vec<usize>),
}

/// A table held against the facts. 裁量判断
#[derive(Clone, Debug)]
pub struct TableDecision<'b> {
    pub table: &'b Table,
    /// For each step in order.
    pub steps: Vec<Judged<'b>>,
    pub outcome: Outcome,
    values: Vec<Option<i64>>,
}

/// An item of the lists held against the facts. 条目判断
#[derive(Clone, Debug)]
pub struct ItemDecision<'b> {
    pub item: &'b Item,
    pub when: Judged<'b>,
    pub unless: Judged<'b>,
    /// Met and not barred.
    pub truth: Truth,
}

impl<'b> TableDecision<'b> {
    /// # Errors
    /// Facts that do not fit the table's fields, all of them.
    pub fn of(table: &'b Table, facts: &Facts) -> Result<Self, Vec<Diagnostic>> {
        let values = values(&table.fields, facts)?;
        let mut steps: Vec<Judged<'b>> =
            table.steps.iter().map(|step| judged(&step.when, &table.fields, &values)).collect();
        let none = steps.iter().zip(&table.steps).filter(|(_, step)| !step.otherwise);
        let rest = none.fold(Truth::NotMet, |any, (judged, _)| any.or(judged.truth)).not();
        for (judged, _) in steps.iter_mut().zip(&table.steps).filter(|(_, step)| step.otherwise) {
            judged.truth = rest;
        }
        let outcome = outcome(table.takes, &steps);
        Ok(Self { table, steps, outcome, values })
    }

    /// The step that applies.
    #[must_use]
    pub fn step(&self) -> Option<&'b Step> {
        match self.outcome {
            Outcome::Step(at) => self.table.steps.get(at),
            _ => None,
        }
    }

    /// The fields that would have to be known to say which step applies.
    #[must_use]
    pub fn missing(&self) -> Vec<&'b str> {
        let Outcome::Open(possible) = &self.outcome else { return Vec::new() };
        let otherwise =
            possible.iter().any(|at| self.table.steps.get(*at).is_some_and(|step| step.otherwise));
        let judged = self.steps.iter().enumerate().filter(|(at, _)| otherwise || possible.contains(at));
        unknown(judged.map(|(_, judged)| judged))
    }

    /// What is known of the fields, in their order.
    #[must_use]
    pub fn values(&self) -> &[Option<i64>] {
        &self.values
    }
}

impl<'b> ItemDecision<'b> {
    /// # Errors
    /// Facts that do not fit the item's fields, all of them.
    pub fn of(item: &'b Item, facts: &Facts) -> Result<Self, Vec<Diagnostic>> {
        let values = values(&item.fields, facts)?;
        let when = judged(&item.when, &item.fields, &values);
        let unless = judged(&item.unless, &item.fields, &values);
        let truth = when.truth.and(unless.truth.not());
        Ok(Self { item, when, unless, truth })
    }

    /// The fields that would have to be known.
    #[must_use]
    pub fn missing(&self) -> Vec<&'b str> {
        if self.truth == Truth::Unknown {
            unknown([&self.when, &self.unless].into_iter())
        } else {
            Vec::new()
        }
    }
}

/// The facts as numbers of each field; all that do not fit at once.
fn values(fields: &[Field], facts: &Facts) -> Result<Vec<Option<i64>>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut made = Vec::with_capacity(fields.len());
    for field in fields {
        match facts.get(&field.name).map(|fact| field.take(fact)) {
            Some(Err(found)) => wrong.push(found),
            Some(Ok(value)) => made.push(Some(value)),
            None => made.push(None),
        }
    }
    if wrong.is_empty() { Ok(made) } else { Err(wrong) }
}

fn judged<'b>(when: &'b [All], fields: &'b [Field], values: &[Option<i64>]) -> Judged<'b> {
    let mut truth = Truth::NotMet;
    let mut alternatives = Vec::with_capacity(when.len());
    for all in when {
        let mut own = Truth::Met;
        let mut seen = Vec::with_capacity(all.len());
        for condition in all {
            let Some(field) = fields.get(condition.field) else { continue };
            let value = values.get(condition.field).copied().flatten();
            let is = match value {
                None => Truth::Unknown,
                Some(value) if condition.set.has(value) => Truth::Met,
                Some(_) => Truth::NotMet,
            };
            own = own.and(is);
            seen.push(Seen { condition, field, truth: is, value });
        }
        truth = truth.or(own);
        alternatives.push((own, seen));
    }
    Judged { truth, alternatives }
}

fn outcome(takes: Takes, steps: &[Judged<'_>]) -> Outcome {
    let of = |truth: Truth| -> Vec<usize> {
        steps.iter().enumerate().filter(|(_, step)| step.truth == truth).map(|(at, _)| at).collect()
    };
    let (met, open) = (of(Truth::Met), of(Truth::Unknown));
    // Of several that are met one counts, and whatever is open beyond it on its own side.
    let (first, last) = (met.first().copied(), met.last().copied());
    match (takes, first, last) {
        (Takes::Only, Some(first), Some(last)) if first != last => Outcome::Several(met),
        (Takes::Lightest, Some(first), _) if open.iter().all(|at| *at > first) => Outcome::Step(first),
        (Takes::Heaviest, _, Some(last)) if open.iter().all(|at| *at < last) => Outcome::Step(last),
        // In a table without overlaps the others cannot be met any more.
        (Takes::Only, Some(first), _) => Outcome::Step(first),
        (_, None, _) if open.is_empty() => Outcome::Nowhere,
        _ => {
            let counts = match takes {
                Takes::Only => Vec::new(),
                Takes::Lightest => met.iter().take(1).copied().collect(),
                Takes::Heaviest => met.iter().rev().take(1).copied().collect::<Vec<_>>(),
            };
            let beyond = |at: &usize| match (takes, counts.first()) {
                (Takes::Lightest, Some(own)) => at < own,
                (Takes::Heaviest, Some(own)) => at > own,
                _ => true,
            };
            let mut all: Vec<usize> =
                open.iter().filter(|at| beyond(at)).copied().chain(counts.clone()).collect();
            all.sort_unstable();
            Outcome::Open(all)
        }
    }
}

fn unknown<'a, 'b: 'a>(judged: impl Iterator<Item = &'a Judged<'b>>) -> Vec<&'b str> {
    let mut seen = BTreeSet::new();
    let mut made = Vec::new();
    for (truth, all) in judged.flat_map(|judged| &judged.alternatives) {
        if *truth != Truth::Unknown {
            continue;
        }
        for one in all.iter().filter(|one| one.truth == Truth::Unknown) {
            if seen.insert(one.condition.field) {
                made.push(one.field.name.as_str());
            }
        }
    }
    let mut names: BTreeMap<&str, ()> = BTreeMap::new();
    made.retain(|name| names.insert(name, ()).is_none());
    made
}
