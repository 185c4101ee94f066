//! Counting a time limit through: its last day, and the earliest day after a lead.

use base::Diagnostic;

use crate::{Calendar, Day, Limit, Unit};

/// Time that does not count: the days after `from`, up to and including `until`; without `until` it is still open.
/// 中止期间
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pause {
    /// Legal day of the pausing act. It still counts.
    pub from: Day,
    /// Legal day of the resuming act. It does not count.
    pub until: Option<Day>,
}

impl Pause {
    /// Reads `2024-03-01..2024-03-11`, or `2024-03-01..` for one that is still open.
    ///
    /// # Errors
    /// Another form, a day that does not exist, or an end before the beginning.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let help = "请写成“中止之日..恢复之日”，如“2024-03-01..2024-03-11”；尚未恢复的写“2024-03-01..”";
        let Some((from, until)) = text.trim().split_once("..") else {
            let message = format!("中止期间“{text}”的写法不对");
            return Err(Box::new(Diagnostic::error("pause_format", message).help(help)));
        };
        let from = Day::parse(from)?;
        let until = if until.trim().is_empty() { None } else { Some(Day::parse(until)?) };
        if until.is_some_and(|until| until < from) {
            let message = format!("中止期间“{text}”的恢复之日早于中止之日");
            return Err(Box::new(Diagnostic::error("pause_reversed", message).help(help)));
        }
        Ok(Self { from, until })
    }

    /// Reads several, split by `;`; an empty text is none.
    ///
    /// # Errors
    /// That of the first one that is wrong.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, Box<Diagnostic>> {
        parts(text).map(Self::parse).collect()
    }
}

/// The pieces of a list split by `;` of either width.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；']).map(str::trim).filter(|part| !part.is_empty())
}

/// A time limit to be counted. 期限的计算
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count<'a> {
    /// The day that the limit runs from; it does not count (Civil Code art. 201).
    pub from: Day,
    pub limit: Limit,
    /// In any order; they may overlap.
    pub pauses: &'a [Pause],
    /// In the order in which they were made.
    pub extensions: &'a [Limit],
    /// Whether a last day on a rest day moves to the next working day (Civil Code art. 203).
    pub rolls: bool,
}

impl Count<'_> {
    /// A limit that rolls, without pauses and extensions.
    #[must_use]
    pub fn plain(from: Day, limit: Limit) -> Self {
        Self { from, limit, pauses: &[], extensions: &[], rolls: true }
    }
}

/// What counting a limit gives. 计算结果
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The last day of the limit; none while a pause is open.
    pub last_day: Option<Day>,
    /// The last day before it moves past rest days: the desk warns from it.
    pub unrolled: Option<Day>,
    /// A year whose notice is missing had a part in it.
    pub provisional: bool,
}

/// One stretch of the count: the limit with what lengthens it, or an extension in another unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub from: Day,
    pub limit: Limit,
    /// None while a pause is open.
    pub end: Option<Day>,
}

impl Calendar {
    /// The last day of a limit.
    ///
    /// Extensions in the limit's own unit lengthen it; those in other units are counted on, in their order, from the
    /// unrolled last day, and the last of them decides whether the whole rolls. A limit in hours has no time of day
    /// here: each begun day of it counts as one (see `Moment::after` for the minute).
    #[must_use]
    pub fn last_day(&self, count: &Count<'_>) -> Counted {
        let mut unrolled = Some(count.from);
        let mut unit = count.limit.unit;
        let mut provisional = false;
        for stretch in self.stretches(count) {
            unrolled = stretch.end;
            unit = stretch.limit.unit;
            provisional |= unit == Unit::WorkingDays && !self.knows_working(&stretch);
        }
        let Some(end) = unrolled else { return Counted { last_day: None, unrolled: None, provisional } };
        let rolls = count.rolls && rolls_in(unit);
        let last_day = if rolls { self.working_day_from(end) } else { end };
        provisional |= rolls && !self.knows(end, last_day);
        Counted { last_day: Some(last_day), unrolled, provisional }
    }

    /// The earliest day on which an act may be done that must leave at least `lead` after `from`: the day after the
    /// lead's last day. A lead does not roll. The second value tells whether a year without a notice had a part in it.
    #[must_use]
    pub fn earliest(&self, from: Day, lead: Limit) -> (Day, bool) {
        let count = Count { rolls: false, ..Count::plain(from, lead) };
        let counted = self.last_day(&count);
        (counted.last_day.unwrap_or(from).next(), counted.provisional)
    }

    /// The stretches of a count in their order; none follows one that an open pause keeps from ending.
    pub(crate) fn stretches<'a>(&'a self, count: &'a Count<'a>) -> impl Iterator<Item = Stretch> + 'a {
        let own = count.limit.unit;
        let added = count.extensions.iter().filter(move |extension| extension.unit == own);
        let length = added.fold(count.limit.length, |sum, extension| sum.saturating_add(extension.length));
        let others = count.extensions.iter().filter(move |extension| extension.unit != own);
        let limits = std::iter::once(Limit::new(length, own)).chain(others.copied());
        limits.scan(Some(count.from), |start, limit| {
            let from = (*start)?;
            let end = self.count_through(from, limit, count.pauses);
            *start = end;
            Some(Stretch { from, limit, end })
        })
    }

    /// The unrolled last day of one stretch; `None` when an open pause is reached before it.
    fn count_through(&self, from: Day, limit: Limit, pauses: &[Pause]) -> Option<Day> {
        let (mut left, working) = match limit.unit {
            Unit::WorkingDays => (limit.length, true),
            Unit::Days => (limit.length, false),
            Unit::Hours => (limit.length.div_ceil(24), false),
            Unit::Months => (days_between(from, from.plus_months(limit.length)), false),
            Unit::Years => (days_between(from, from.plus_months(limit.length.saturating_mul(12))), false),
        };
        let mut cursor = from;
        while left > 0 {
            if let Some(pause) = pauses.iter().find(|pause| covers(pause, cursor)) {
                cursor = pause.until?;
                continue;
            }
            let end = if working { self.nth_working_day_after(cursor, left) } else { plus(cursor, left) };
            let later = pauses.iter().filter(|pause| pause.from > cursor && !is_empty(pause));
            let Some(next) = later.map(|pause| pause.from).min().filter(|next| *next < end) else {
                return Some(end);
            };
            let counted = if working { self.working_days(cursor, next) } else { days_between(cursor, next) };
            left = left.saturating_sub(counted);
            cursor = next;
        }
        Some(cursor)
    }

    /// Whether the notices of all years are there in which a stretch counted working days.
    fn knows_working(&self, stretch: &Stretch) -> bool {
        let end = stretch.end.unwrap_or(stretch.from);
        end <= stretch.from || self.knows(stretch.from.next(), end)
    }
}

/// Whether a limit that ends in this unit moves past rest days. Working days cannot need it, hours do not.
pub(crate) fn rolls_in(unit: Unit) -> bool {
    matches!(unit, Unit::Days | Unit::Months | Unit::Years)
}

/// Whether the day after `day` is taken out by the pause.
fn covers(pause: &Pause, day: Day) -> bool {
    pause.from <= day && pause.until.is_none_or(|until| day < until)
}

fn is_empty(pause: &Pause) -> bool {
    pause.until.is_some_and(|until| until <= pause.from)
}

fn days_between(from: Day, to: Day) -> u32 {
    u32::try_from(to.days_since(from)).unwrap_or(0)
}

fn plus(day: Day, days: u32) -> Day {
    Day::saturating(i64::from(day.number()) + i64::from(days))
}
