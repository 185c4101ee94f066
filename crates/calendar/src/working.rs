//! Which days are worked, and how many lie between two days.

use base::Diagnostic;

use crate::Day;
use crate::schedule::{Notice, ScheduleMistake, YearSchedule, mistakes};

/// What a day is in the calendar of working days. 日期性质
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Monday to Friday, and no holiday (工作日).
    Workday,
    /// A weekend day worked in exchange, with the holiday's name (调休上班日).
    MakeupWorkday(&'a str),
    /// Saturday or Sunday, and no holiday (周末).
    Weekend,
    /// A day of a holiday, with its name (节假日).
    Holiday(&'a str),
}

impl DayKind<'_> {
    #[must_use]
    pub fn is_working_day(self) -> bool {
        matches!(self, Self::Workday | Self::MakeupWorkday(_))
    }
}

/// The calendar of working days: weekends, and what the yearly notices change of them. 工作日历
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Sorted by year.
    schedules: Vec<YearSchedule>,
    /// Sorted by day.
    specials: Vec<Special>,
}

/// A day that a notice names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Special {
    day: Day,
    rests: bool,
    name: String,
    /// The year whose notice names it.
    year: i32,
    /// Working days up to and including this day, counted from the same origin as `weekdays_through`.
    worked: i64,
}

impl Calendar {
    /// The calendar of the given years. Every other year is counted by weekends alone.
    ///
    /// # Errors
    /// All mistakes at once: a year twice, overlapping days, a make-up day that is no weekend, days far outside
    /// their year.
    pub fn new(schedules: impl IntoIterator<Item = YearSchedule>) -> Result<Self, Vec<Diagnostic>> {
        let mut schedules: Vec<_> = schedules.into_iter().collect();
        schedules.sort_by_key(|schedule| schedule.year);
        let found = mistakes(&schedules);
        if !found.is_empty() {
            return Err(found.into_iter().map(|mistake| mistake.diagnostic).collect());
        }
        let mut specials: Vec<_> = schedules.iter().flat_map(specials_of).collect();
        specials.sort_by_key(|special| special.day);
        let mut change = 0;
        for special in &mut specials {
            match (special.rests, special.day.weekday().is_weekend()) {
                (true, false) => change -= 1,
                (false, true) => change += 1,
                _ => {}
            }
            special.worked = weekdays_through(special.day) + change;
        }
        Ok(Self { schedules, specials })
    }

    /// What `new` would refuse, with the year and the day of each mistake.
    #[must_use]
    pub fn check(schedules: &[YearSchedule]) -> Vec<ScheduleMistake> {
        mistakes(schedules)
    }

    /// The schedules, by year.
    #[must_use]
    pub fn schedules(&self) -> &[YearSchedule] {
        &self.schedules
    }

    /// Whether the notice of that year is there. Without it the year is counted by weekends alone.
    #[must_use]
    pub fn is_known(&self, year: i32) -> bool {
        self.schedule(year).is_some()
    }

    /// Whether every year from that of `from` to that of `to` is known.
    #[must_use]
    pub(crate) fn knows(&self, from: Day, to: Day) -> bool {
        let (first, last) = (from.year(), to.year());
        let start = self.schedules.partition_point(|schedule| schedule.year < first);
        let end = self.schedules.partition_point(|schedule| schedule.year <= last);
        i64::try_from(end.saturating_sub(start)).is_ok_and(|known| known == i64::from(last - first) + 1)
    }

    /// The notice that made this day what it is, if one did.
    #[must_use]
    pub fn notice(&self, day: Day) -> Option<&Notice> {
        let year = self.special(day)?.year;
        self.schedule(year).map(|schedule| &schedule.notice)
    }

    /// What the day is.
    #[must_use]
    pub fn kind(&self, day: Day) -> DayKind<'_> {
        match self.special(day) {
            Some(special) if special.rests => DayKind::Holiday(&special.name),
            Some(special) => DayKind::MakeupWorkday(&special.name),
            None if day.weekday().is_weekend() => DayKind::Weekend,
            None => DayKind::Workday,
        }
    }

    #[must_use]
    pub fn is_working_day(&self, day: Day) -> bool {
        self.kind(day).is_working_day()
    }

    /// Working days after `after`, up to and including `through`; 0 when `through` is not later.
    #[must_use]
    pub fn working_days(&self, after: Day, through: Day) -> u32 {
        let count = self.worked_through(through) - self.worked_through(after);
        u32::try_from(count).unwrap_or(0)
    }

    /// The `count`th working day after `after`, which itself does not count; `after` itself for 0. Beyond the
    /// year 9999 the last day of that year.
    #[must_use]
    pub fn nth_working_day_after(&self, after: Day, count: u32) -> Day {
        if count == 0 {
            return after;
        }
        let wanted = self.worked_through(after) + i64::from(count);
        // The last day named by a notice before the wanted one, and the first from it on.
        let place = self.specials.partition_point(|special| special.worked < wanted);
        let change = place
            .checked_sub(1)
            .and_then(|before| self.specials.get(before))
            .map_or(0, |before| before.worked - weekdays_through(before.day));
        let plain = nth_weekday(wanted - change);
        match self.specials.get(place) {
            // A worked weekend day stands between the weekday counted before it and the next one.
            Some(next) if !next.rests && next.day < plain => next.day,
            _ => plain,
        }
    }

    /// This day, or the next working day when it is a rest day.
    #[must_use]
    pub fn working_day_from(&self, day: Day) -> Day {
        if self.is_working_day(day) { day } else { self.nth_working_day_after(day, 1) }
    }

    fn schedule(&self, year: i32) -> Option<&YearSchedule> {
        let place = self.schedules.binary_search_by_key(&year, |schedule| schedule.year).ok()?;
        self.schedules.get(place)
    }

    fn special(&self, day: Day) -> Option<&Special> {
        let place = self.specials.binary_search_by_key(&day, |special| special.day).ok()?;
        self.specials.get(place)
    }

    /// Working days up to and including `day`.
    fn worked_through(&self, day: Day) -> i64 {
        let place = self.specials.partition_point(|special| special.day <= day);
        let change = place
            .checked_sub(1)
            .and_then(|before| self.specials.get(before))
            .map_or(0, |before| before.worked - weekdays_through(before.day));
        weekdays_through(day) + change
    }
}

fn specials_of(schedule: &YearSchedule) -> Vec<Special> {
    let mut specials = Vec::new();
    let mut add = |day: Day, rests: bool, name: &str| {
        specials.push(Special { day, rests, name: name.to_owned(), year: schedule.year, worked: 0 });
    };
    for range in &schedule.rest {
        for offset in 0..=range.to.days_since(range.from) {
            add(range.from.plus_days(offset), true, &range.name);
        }
    }
    for makeup in &schedule.makeup {
        add(makeup.on, false, &makeup.name);
    }
    specials
}

/// Days from Monday to Friday up to and including `day`, counted from Monday 1969-12-29.
fn weekdays_through(day: Day) -> i64 {
    let since_monday = i64::from(day.number()) + 3;
    since_monday.div_euclid(7) * 5 + (since_monday.rem_euclid(7) + 1).min(5)
}

/// The day from Monday to Friday through which `weekdays_through` first reaches `count`.
fn nth_weekday(count: i64) -> Day {
    Day::saturating((count - 1).div_euclid(5) * 7 + (count - 1).rem_euclid(5) - 3)
}
