//! Where time enters: what day and what instant it is.

use std::sync::atomic::{AtomicI64, Ordering};

use calendar::Day;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Tells the instant, in microseconds since the epoch. 时钟
pub trait Clock: Send + Sync {
    fn now(&self) -> i64;

    /// The legal day: the civil date of China Standard Time (UTC+8, no daylight saving since 1992).
    fn today(&self) -> Day {
        day_of(self.now())
    }

    /// Takes over the instant of a clock that several machines share. A clock that is set stays as it is.
    fn follow(&self, _shared: i64) {}
}

/// The clock of several machines over one database: the database's own, as far as it was looked at, carried on by the
/// machine's. However wrong a machine's clock is, its legal day is that of the others. 共用时钟
#[derive(Debug, Default)]
pub struct SharedClock {
    /// How far the shared clock is ahead of the machine's, in microseconds.
    ahead: AtomicI64,
}

impl SharedClock {
    /// The clock that showed `shared` just now.
    #[must_use]
    pub fn at(shared: i64) -> Self {
        let clock = Self::default();
        clock.follow(shared);
        clock
    }
}

impl Clock for SharedClock {
    fn now(&self) -> i64 {
        SystemClock.now().saturating_add(self.ahead.load(Ordering::SeqCst))
    }

    fn follow(&self, shared: i64) {
        self.ahead.store(shared.saturating_sub(SystemClock.now()), Ordering::SeqCst);
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        Timestamp::now().as_microsecond()
    }
}

/// A clock that is set: for demonstrations and tests.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    #[must_use]
    pub fn at(day: Day, hour: u8) -> Self {
        Self(AtomicI64::new(instant(day, hour)))
    }

    pub fn set(&self, day: Day, hour: u8) {
        self.0.store(instant(day, hour), Ordering::SeqCst);
    }

    /// Lets a second pass.
    pub fn tick(&self) {
        self.0.fetch_add(1_000_000, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

const CHINA: Offset = Offset::constant(8);

/// The civil day of an instant in China.
#[must_use]
pub fn day_of(instant: i64) -> Day {
    let moment = Timestamp::from_microsecond(instant).unwrap_or(Timestamp::UNIX_EPOCH);
    let date = moment.to_zoned(TimeZone::fixed(CHINA)).date();
    civil(date)
}

fn civil(date: Date) -> Day {
    let month = u8::try_from(date.month()).unwrap_or(1);
    let number = u8::try_from(date.day()).unwrap_or(1);
    Day::from_ymd(i32::from(date.year()), month, number).unwrap_or_else(epoch)
}

fn epoch() -> Day {
    Day::from_number(0).unwrap_or_else(|| unreachable!("day 0 exists"))
}

/// The instant of an hour of a civil day in China.
fn instant(day: Day, hour: u8) -> i64 {
    let days = i64::from(day.number());
    (days * 24 + i64::from(hour) - 8) * 3_600_000_000
}

/// `2024-09-27 14:05` in China.
#[must_use]
pub fn local_time(instant: i64) -> String {
    let moment = Timestamp::from_microsecond(instant).unwrap_or(Timestamp::UNIX_EPOCH);
    let local = moment.saturating_add(SignedDuration::from_hours(8)).unwrap_or(moment);
    let text = local.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}

/// `2024-09-27T14:05:00+08:00` in China.
#[must_use]
pub fn local_instant(instant: i64) -> String {
    let moment = Timestamp::from_microsecond(instant).unwrap_or(Timestamp::UNIX_EPOCH);
    let local = moment.saturating_add(SignedDuration::from_hours(8)).unwrap_or(moment);
    let text = local.to_string();
    format!("{}+08:00", text.get(..19).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_clock_is_that_of_the_others() {
        let day = Day::from_ymd(2031, 5, 6).unwrap();
        let others = SetClock::at(day, 12);
        let clock = SharedClock::at(others.now());
        assert_eq!(clock.today(), day);
        assert!((0..1_000_000).contains(&(clock.now() - others.now())));
    }

    #[test]
    fn the_legal_day_is_that_of_china() {
        let day = Day::from_ymd(2024, 9, 27).unwrap();
        let clock = SetClock::at(day, 0);
        assert_eq!(clock.today(), day);
        assert_eq!(local_time(clock.now()), "2024-09-27 00:00");
        assert_eq!(local_instant(clock.now() + 1_500_000), "2024-09-27T00:00:01+08:00");
        assert_eq!(day_of(clock.now() - 1), day.previous());
    }
}
