//! A time of day on a civil day, for limits in hours.

use std::fmt;

use base::Diagnostic;

use crate::{Day, Limit, Unit};

/// A minute of a civil day. 时刻
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    day: Day,
    /// Minutes since midnight, 0 to 1439.
    minute: u16,
}

const MINUTES_A_DAY: u16 = 1440;

impl Moment {
    /// The moment `minute` minutes after the midnight that begins `day`; `None` from 1440 on.
    #[must_use]
    pub fn new(day: Day, minute: u16) -> Option<Self> {
        (minute < MINUTES_A_DAY).then_some(Self { day, minute })
    }

    /// Reads `2024-09-27 14:30` or `2024-09-27T14:30`.
    ///
    /// # Errors
    /// Says what was expected when the text has another form.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let wrong = || {
            Box::new(
                Diagnostic::error("moment_format", format!("时刻“{text}”的写法不对"))
                    .help("请写成“2024-09-27 14:30”"),
            )
        };
        let (day, time) = text.trim().split_once([' ', 'T']).ok_or_else(wrong)?;
        let day = Day::parse(day)?;
        let (hour, minute) = time.split_once(':').ok_or_else(wrong)?;
        let number = |part: &str| {
            let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten()
        };
        match (number(hour), number(minute)) {
            (Some(hour @ 0..=23), Some(minute @ 0..=59)) => Ok(Self { day, minute: hour * 60 + minute }),
            _ => Err(wrong()),
        }
    }

    #[must_use]
    pub fn day(self) -> Day {
        self.day
    }

    /// Minutes since midnight, 0 to 1439.
    #[must_use]
    pub fn minute(self) -> u16 {
        self.minute
    }

    /// The moment at which a limit in hours that runs from this one ends: hours are counted from the instant
    /// (Civil Code art. 201) and do not roll. `None` when the limit is in another unit.
    #[must_use]
    pub fn after(self, limit: Limit) -> Option<Self> {
        if limit.unit != Unit::Hours {
            return None;
        }
        let minutes = i64::from(self.minute) + i64::from(limit.length) * 60;
        let day = Day::saturating(i64::from(self.day.number()) + minutes.div_euclid(1440));
        let minute = u16::try_from(minutes.rem_euclid(1440)).unwrap_or(0);
        Some(Self { day, minute })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:02}:{:02}", self.day, self.minute / 60, self.minute % 60)
    }
}
