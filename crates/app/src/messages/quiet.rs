//! Quiet hours: when a message that leaves the platform waits, and until when.

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// China is eight hours ahead all year.
const AHEAD: i64 = 8 * 60 * MINUTE;

/// Minutes of the day from which and until which nothing goes out; the two may lie on either side of midnight. Where
/// they are the same there are no quiet hours. 免打扰时段
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub from: u32,
    pub until: u32,
}

impl Quiet {
    /// From nine in the evening until eight in the morning.
    pub const USUAL: Self = Self { from: 21 * 60, until: 8 * 60 };

    /// `21:00` as minutes of the day.
    #[must_use]
    pub fn minutes(text: &str) -> Option<u32> {
        let (hour, minute) = text.trim().split_once([':', '：'])?;
        let plain = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let (hour, minute) = (
            plain(hour).then(|| hour.parse::<u32>().ok())??,
            plain(minute).then(|| minute.parse::<u32>().ok())??,
        );
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    }

    /// Minutes of the day as `21:00`.
    #[must_use]
    pub fn shown(minutes: u32) -> String {
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// When what is ready at an instant may go out: then, or when the quiet hours around it are over.
    #[must_use]
    pub fn after(self, instant: i64) -> i64 {
        let (from, until) = (i64::from(self.from) * MINUTE, i64::from(self.until) * MINUTE);
        let midnight = day_start(instant);
        let passed = instant - midnight;
        match (from < until, from == until) {
            (_, true) => instant,
            (true, _) if passed >= from && passed < until => midnight + until,
            (false, _) if passed >= from => midnight + DAY + until,
            (false, _) if passed < until => midnight + until,
            _ => instant,
        }
    }
}

/// The instant at which the civil day of an instant began in China.
pub(crate) fn day_start(instant: i64) -> i64 {
    instant - (instant + AHEAD).rem_euclid(DAY)
}

/// The instant at which the next civil day begins.
pub(crate) fn next_day(instant: i64) -> i64 {
    day_start(instant) + DAY
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::{day_of, local_time};

    /// Whether the clock on the wall, read as text, shows a quiet minute: another reading of the same rule.
    fn is_quiet(quiet: Quiet, instant: i64) -> bool {
        let wall = local_time(instant);
        let minute = Quiet::minutes(&wall[11..]).unwrap();
        let mut at = quiet.from;
        while at != quiet.until {
            if at == minute {
                return true;
            }
            at = (at + 1) % (24 * 60);
        }
        false
    }

    proptest! {
        #[test]
        fn nothing_goes_out_in_quiet_hours_and_all_goes_out_when_they_are_over(
            from in 0_u32..1440, until in 0_u32..1440, instant in 1_700_000_000_000_000_i64..1_900_000_000_000_000_i64,
        ) {
            let quiet = Quiet { from, until };
            let goes = quiet.after(instant);
            prop_assert!(goes >= instant && goes - instant <= DAY);
            prop_assert!(!is_quiet(quiet, goes), "goes out at {}", local_time(goes));
            prop_assert_eq!(goes == instant, !is_quiet(quiet, instant));
            if goes > instant {
                // Not a minute later than needed.
                prop_assert!(is_quiet(quiet, goes - 1));
            }
        }

        #[test]
        fn days_begin_at_midnight_in_china(instant in 1_700_000_000_000_000_i64..1_900_000_000_000_000_i64) {
            let start = day_start(instant);
            prop_assert_eq!(day_of(start), day_of(instant));
            prop_assert_eq!(day_of(start - 1), day_of(instant).previous());
            prop_assert_eq!(day_of(next_day(instant) - 1), day_of(instant));
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(Quiet::minutes("21:00"), Some(1260));
        assert_eq!(Quiet::minutes(" 8：05 "), Some(485));
        for wrong in ["24:00", "8", "8:60", "-1:00", "a:b", "+8:00", ""] {
            assert_eq!(Quiet::minutes(wrong), None, "{wrong}");
        }
        assert_eq!(Quiet::shown(485), "08:05");
    }
}
