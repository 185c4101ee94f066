//! Entries of a register in time.

use calendar::Day;
use norms::Record;

/// An entry: what holds from a day until a day, both inclusive. 条目
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Id of the organ whose register it is in.
    pub organ: String,
    pub key: String,
    pub from: Day,
    pub until: Option<Day>,
    pub record: Record,
}

impl Entry {
    #[must_use]
    pub fn is_in_force(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    fn is_of(&self, other: &Self) -> bool {
        self.organ == other.organ && self.key == other.key
    }

    fn meets(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from <= until)
            && other.until.is_none_or(|until| self.from <= until)
    }
}

/// Two entries of one key that hold on the same day. 条目重叠
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Their places among the entries that were looked at.
    pub first: usize,
    pub second: usize,
}

/// All pairs of entries of one key that hold on the same day.
#[must_use]
pub fn overlaps(entries: &[Entry]) -> Vec<Overlap> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let sort_key = |at: &usize| entries.get(*at).map(|it| (it.organ.as_str(), it.key.as_str(), it.from));
    order.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    let mut found = Vec::new();
    for (at, first) in order.iter().enumerate() {
        let Some(one) = entries.get(*first) else { continue };
        for second in order.iter().skip(at + 1) {
            let Some(other) = entries.get(*second).filter(|other| one.is_of(other)) else { break };
            if one.until.is_some_and(|until| until < other.from) {
                break;
            }
            if one.meets(other) {
                found.push(Overlap { first: *first.min(second), second: *first.max(second) });
            }
        }
    }
    found.sort_by_key(|it| (it.first, it.second));
    found
}

/// The entries in force on a day, in the order in which they were given.
pub fn as_of(entries: &[Entry], day: Day) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(move |entry| entry.is_in_force(day))
}

/// What is different between a register of one day and of another. 变动
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    Added(&'a Entry),
    Ended(&'a Entry),
    /// The same key with another record: before and after.
    Changed(&'a Entry, &'a Entry),
}

/// What is different between two days, by organ and key.
#[must_use]
pub fn difference(entries: &[Entry], before: Day, after: Day) -> Vec<Change<'_>> {
    let of = |day| {
        let mut all: Vec<&Entry> = as_of(entries, day).collect();
        all.sort_by(|a, b| (&a.organ, &a.key).cmp(&(&b.organ, &b.key)));
        all
    };
    let (old, new) = (of(before), of(after));
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    let mut found = Vec::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) => (&a.organ, &a.key).cmp(&(&b.organ, &b.key)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return found,
        };
        match order {
            std::cmp::Ordering::Less => found.extend(old.next().map(Change::Ended)),
            std::cmp::Ordering::Greater => found.extend(new.next().map(Change::Added)),
            std::cmp::Ordering::Equal => {
                if let (Some(a), Some(b)) = (old.next(), new.next())
                    && a.record != b.record
                {
                    found.push(Change::Changed(a, b));
                }
            }
        }
    }
}
