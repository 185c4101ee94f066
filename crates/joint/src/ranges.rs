//! Days as people write them: “2027-03-01”, “2027-03-01~2027-03-10”, “每月1日至20日”.

use calendar::Day;

use crate::model::Range;

/// The days that one such text means; those of each month between two days, both counted. `parse` reads a single day.
/// None where the text says no days.
#[must_use]
pub fn ranges(text: &str, (from, to): (Day, Day), parse: impl Fn(&str) -> Option<Day>) -> Option<Vec<Range>> {
    if let Some(monthly) = text.strip_prefix("每月") {
        return of_months(monthly, from, to);
    }
    let (first, last) = text.split_once(['~', '～', '至']).unwrap_or((text, text));
    let (first, last) = (parse(first.trim())?, parse(last.trim())?);
    (first <= last).then(|| vec![Range { from: first, to: last }])
}

fn of_months(text: &str, from: Day, to: Day) -> Option<Vec<Range>> {
    let plain = text.replace('日', "");
    let (first, last) = plain.split_once(['至', '-', '~']).unwrap_or((&plain, &plain));
    let (first, last): (u8, u8) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    if first == 0 || first > last || last > 31 {
        return None;
    }
    let mut made = Vec::new();
    let mut month = Day::from_ymd(from.year(), from.month(), 1)?;
    while month <= to {
        let end = month.plus_months(1).previous();
        let at = |number: u8| month.plus_days(i32::from(number) - 1);
        if at(first) <= end {
            made.push(Range { from: at(first), to: at(last).min(end) });
        }
        month = month.plus_months(1);
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn read(text: &str) -> Option<Vec<String>> {
        let parse = |text: &str| Day::parse(text).ok();
        let made = ranges(text, (day("2027-01-15"), day("2027-03-02")), parse)?;
        Some(made.iter().map(|own| format!("{}~{}", own.from, own.to)).collect())
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let told = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(read("2027-02-01"), told(&["2027-02-01~2027-02-01"]));
        assert_eq!(read("2027-02-01~2027-02-03"), told(&["2027-02-01~2027-02-03"]));
        let months = ["2027-01-29~2027-01-31", "2027-03-29~2027-03-31"];
        assert_eq!(read("每月29日至31日"), told(&months), "February has no 29th");
        for wrong in
            ["2027-02-03~2027-02-01", "每月20日至1日", "每月0日至3日", "每月1日至32日", "春节前后", ""]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
