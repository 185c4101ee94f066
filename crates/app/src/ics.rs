//! A calendar for programs after RFC 5545: a day for each duty, with the case's number and the duty's name and nothing
//! about anybody.

use calendar::Day;

use crate::ids::sm3;
use crate::kept_own::Feed;

/// How many bytes a line has at most, its end aside.
const FOLD: usize = 75;
const MICROS: i64 = 1_000_000;

/// The calendar's text. `site` is the address of the platform, for links; empty where it is not known.
#[must_use]
pub fn feed_text(feed: &Feed, site: &str) -> String {
    let stamp = stamp(feed.now);
    let mut out = String::new();
    for fixed in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//yifa//duties//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        line(&mut out, fixed);
    }
    for one in &feed.lines {
        let Some(last) = one.last_day else { continue };
        let any = if one.must.len() > 1 { "之一" } else { "" };
        let uid = sm3(format!("{}\n{}\n{}", one.case, one.cited, one.acts.join(",")).as_bytes()).to_string();
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{uid}@yifa"));
        line(&mut out, &format!("DTSTAMP:{stamp}"));
        line(&mut out, &format!("DTSTART;VALUE=DATE:{}", date(last)));
        line(
            &mut out,
            &format!("SUMMARY:{}", escaped(&format!("{} {}{any}", one.number, one.must.join("、")))),
        );
        if !one.cited.is_empty() {
            line(&mut out, &format!("DESCRIPTION:{}", escaped(&format!("最后一日。依据：{}", one.cited))));
        }
        if !site.is_empty() {
            line(&mut out, &format!("URL:{site}/cases/{}", one.case));
        }
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

/// A line, folded where it is too long: never within a character.
fn line(out: &mut String, text: &str) {
    let mut room = FOLD;
    for one in text.chars() {
        if one.len_utf8() > room {
            out.push_str("\r\n ");
            room = FOLD - 1;
        }
        out.push(one);
        room -= one.len_utf8();
    }
    out.push_str("\r\n");
}

/// A text as a value: commas, semicolons, backslashes and ends of lines are escaped, other control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for one in text.chars() {
        match one {
            '\\' | ';' | ',' => out.extend(['\\', one]),
            '\n' => out.push_str("\\n"),
            one if one.is_control() => {}
            one => out.push(one),
        }
    }
    out
}

fn date(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// `20250303T010203Z`
fn stamp(now: i64) -> String {
    let seconds = now.div_euclid(MICROS);
    let day = i32::try_from(seconds.div_euclid(86_400)).ok().and_then(Day::from_number);
    let rest = seconds.rem_euclid(86_400);
    let time = format!("{:02}{:02}{:02}", rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{}T{time}Z", day.map_or(String::new(), date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::DeskLine;

    /// The lines unfolded, each as name, parameters and value; what is not after the standard stops the test.
    fn parsed(text: &str) -> Vec<(String, String, String)> {
        assert!(text.ends_with("\r\n"));
        let mut lines: Vec<String> = Vec::new();
        for raw in text.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(!raw.contains(['\r', '\n']), "a bare end of line: {raw:?}");
            assert!(raw.len() <= FOLD, "{} bytes: {raw}", raw.len());
            match raw.strip_prefix(' ') {
                Some(rest) => lines.last_mut().unwrap().push_str(rest),
                None => lines.push(raw.to_owned()),
            }
        }
        let one = |line: String| {
            let (head, value) = line.split_once(':').unwrap();
            let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
            assert!(name.chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{name}");
            (name.to_owned(), parameters.to_owned(), value.to_owned())
        };
        lines.into_iter().map(one).collect()
    }

    fn unescaped(value: &str) -> String {
        let mut out = String::new();
        let mut chars = value.chars();
        while let Some(one) = chars.next() {
            match one {
                '\\' => match chars.next().unwrap() {
                    'n' | 'N' => out.push('\n'),
                    other @ ('\\' | ';' | ',') => out.push(other),
                    other => panic!("\\{other}"),
                },
                ';' | ',' => panic!("{one} is not escaped"),
                other => out.push(other),
            }
        }
        out
    }

    fn duty(name: &str) -> DeskLine {
        DeskLine {
            case: "c1".to_owned(),
            number: "德政复〔2025〕1号".to_owned(),
            title: "林某不服行政处罚".to_owned(),
            procedure: "行政复议".to_owned(),
            phase: "受理".to_owned(),
            handler: None,
            must: vec![name.to_owned()],
            acts: vec!["accept".to_owned()],
            waits_for: None,
            last_day: Some(Day::parse("2025-03-07").unwrap()),
            days_left: None,
            is_overdue: false,
            is_amber: false,
            cited: "《行政复议法》第三十条".to_owned(),
        }
    }

    #[test]
    fn a_calendar_is_after_the_standard() {
        let name = format!("受理；告知, 送达;\\一\n二{}", "很长的事项".repeat(20));
        let feed = Feed {
            lines: vec![duty(&name), DeskLine { last_day: None, ..duty("无期限") }],
            now: 1_740_963_723_000_000,
        };
        let lines = parsed(&feed_text(&feed, "https://yifa.example"));
        let value = |name: &str| {
            lines.iter().find(|(own, ..)| own == name).map(|(_, _, value)| value.clone()).unwrap()
        };
        assert_eq!(lines[0], ("BEGIN".to_owned(), String::new(), "VCALENDAR".to_owned()));
        assert_eq!(lines.last().unwrap().2, "VCALENDAR");
        assert_eq!(lines.iter().filter(|line| line.2 == "VEVENT").count(), 2);
        assert_eq!(value("DTSTAMP"), "20250303T010203Z");
        let start = lines.iter().find(|(name, ..)| name == "DTSTART").unwrap();
        assert_eq!((start.1.as_str(), start.2.as_str()), ("VALUE=DATE", "20250307"));
        assert_eq!(unescaped(&value("SUMMARY")), format!("德政复〔2025〕1号 {name}"));
        assert_eq!(value("URL"), "https://yifa.example/cases/c1");
        assert!(value("UID").ends_with("@yifa"));
        // Nobody's name is in it.
        assert!(!feed_text(&feed, "").contains("林某"));
    }
}
