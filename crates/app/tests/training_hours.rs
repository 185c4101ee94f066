//! Officers' hours of a year against two floors, from the registers, and what each may see of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::county::{County, day, form, on_both};
use app::{CertificateState, HoursAsked, HoursPage, NewEntry, OfficerHours, Viewer};

const TODAY: &str = "2025-10-09";

fn enter(county: &County, register: &str, from: &str, until: Option<&str>, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day(from), until: until.map(day), form: form(fields), line: 0 };
    county.platform.enter(&county.head, register, "county", vec![row], "试验").unwrap();
}

fn officer(county: &County, number: &str, from: &str, more: &[(&str, &str)]) {
    let name = format!("演示人员{number}");
    let fields = [("number", number), ("name", &name), ("kind", "officer")];
    enter(county, "officers", from, None, &[fields.as_slice(), more].concat());
}

fn certificate(county: &County, number: &str, from: &str, until: Option<&str>) {
    let (paper, holder) = (format!("证{number}{from}"), format!("演示人员{number}"));
    let fields =
        [("number", paper.as_str()), ("officer", number), ("holder", &holder), ("field", "行政执法")];
    enter(county, "certificates", from, until, &fields);
}

fn trained(county: &County, number: &str, on: &str, hours: &str, content: &str) {
    let fields =
        [("officer", number), ("held_on", on), ("subject", "课程"), ("hours", hours), ("content", content)];
    enter(county, "trainings", on, None, &fields);
}

fn floor(county: &County, kind: &str, content: &str, hours: &str) {
    let fields =
        [("kind", kind), ("content", content), ("hours", hours), ("basis", "本地实施方案（未见原文）")];
    enter(county, "training_floors", "2025-01-01", None, &fields);
}

fn asked(county: &County, viewer: Viewer<'_>, year: i32) -> HoursPage {
    county.platform.training_hours(viewer, &HoursAsked { year, organ: String::new() }).unwrap()
}

fn of<'a>(page: &'a HoursPage, number: &str) -> &'a OfficerHours {
    page.officers.iter().find(|one| one.number == number).unwrap()
}

/// Hours, and what is missing, of the floor of law and of that of law and trade.
fn line(one: &OfficerHours) -> [(String, Option<String>); 2] {
    [0, 1].map(|at| {
        let floor = &one.floors[at];
        (floor.hours.to_string(), floor.missing().map(|missing| missing.to_string()))
    })
}

fn told(hours: &str, missing: Option<&str>) -> (String, Option<String>) {
    (hours.to_owned(), missing.map(str::to_owned))
}

fn with_officers(county: &County) {
    officer(county, "1", "2024-01-01", &[]);
    officer(county, "2", "2025-07-01", &[("trained_as", "agriculture")]);
    officer(county, "3", "2024-01-01", &[]);
    officer(county, "4", "2024-01-01", &[]);
    let auxiliary = [("number", "5"), ("name", "演示辅助"), ("kind", "auxiliary")];
    enter(county, "officers", "2024-01-01", None, &auxiliary);
    certificate(county, "1", "2024-01-01", None);
    certificate(county, "2", "2025-07-01", Some("2028-06-30"));
    certificate(county, "3", "2024-01-01", Some("2025-05-31"));
    // One whose certificate was over before the year, and one who may not hold any.
    certificate(county, "4", "2023-01-01", Some("2024-12-31"));
    certificate(county, "5", "2024-01-01", None);
    trained(county, "1", "2025-01-10", "39.5", "law");
    trained(county, "1", "2025-03-10", "20.5", "trade");
    trained(county, "1", "2025-04-10", "30", "political");
    trained(county, "2", "2025-08-01", "40", "law");
    trained(county, "3", "2024-12-31", "100", "law");
    trained(county, "3", "2025-10-09", "8", "law");
}

#[test]
fn two_floors_are_counted_apart_for_each_officer() {
    on_both("hours", TODAY, |county, _folder, _database| {
        with_officers(&county);
        let unset = asked(&county, Viewer::Keeper, 2025);
        assert_eq!(
            line(of(&unset, "1")),
            [told("39.5", None), told("60", None)],
            "no floor: nothing is missing"
        );
        assert_eq!((unset.total.share(0), unset.total.reached[0]), (None, (0, 0)));
        floor(&county, "all", "law", "40");
        floor(&county, "all", "both", "60");
        floor(&county, "agriculture", "both", "70");
        let page = asked(&county, Viewer::Keeper, 2025);
        let listed: Vec<&str> = page.officers.iter().map(|one| one.number.as_str()).collect();
        assert_eq!(
            listed,
            ["3", "2", "1"],
            "whoever lacks most comes first; no auxiliary, nobody without a certificate"
        );
        assert_eq!(line(of(&page, "1")), [told("39.5", Some("0.5")), told("60", Some("0"))]);
        assert_eq!(of(&page, "1").uncounted.to_string(), "30", "political study counts for neither");
        assert_eq!(
            line(of(&page, "2")),
            [told("40", Some("0")), told("40", Some("30"))],
            "a floor of its own"
        );
        assert_eq!(of(&page, "2").since, Some(day("2025-07-01")));
        assert_eq!(
            line(of(&page, "3")),
            [told("8", Some("32")), told("8", Some("52"))],
            "the year's own hours"
        );
        let ended = CertificateState::Ended { number: "证32024-01-01".to_owned(), on: day("2025-05-31") };
        assert_eq!(of(&page, "3").certificate, ended);
        assert_eq!((page.total.officers, page.total.ended), (3, 1));
        assert_eq!(page.total.reached, [(1, 3), (1, 3)]);
        assert_eq!(page.total.share(0), Some(3333));
        // The year before: other hours, other certificates, and no floor that was in force.
        let before = asked(&county, Viewer::Keeper, 2024);
        assert_eq!(before.until, day("2024-12-31"));
        assert_eq!(line(of(&before, "3")), [told("100", None), told("100", None)]);
        assert_eq!(before.officers.len(), 3, "the one whose certificate held until its last day too");
    });
}

#[test]
fn sums_are_for_everybody_and_names_for_those_who_may_read_the_registers() {
    let county = County::new(TODAY);
    with_officers(&county);
    for viewer in [Viewer::Account(&county.officer), Viewer::Keeper] {
        assert_eq!(asked(&county, viewer, 2025).officers.len(), 3);
    }
    county
        .platform
        .add_account(app::NewAccount {
            login: "police".to_owned(),
            name: "演示民警".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: store::account::Rank::Head,
        })
        .unwrap();
    let stranger = county.platform.actor_of("police").unwrap();
    for viewer in [Viewer::Account(&stranger), Viewer::Public] {
        let page = asked(&county, viewer, 2025);
        assert_eq!((page.officers.len(), page.total.officers), (0, 3));
    }
    for (year, why) in [(2026, "2026年还没有到"), (123_456, "四位数")] {
        let asked = HoursAsked { year, organ: String::new() };
        let fault = county.platform.training_hours(Viewer::Public, &asked).unwrap_err();
        assert!(fault.diagnostics()[0].message.contains(why), "{fault:?}");
    }
    let nowhere = HoursAsked { year: 2025, organ: "nowhere".to_owned() };
    county.platform.training_hours(Viewer::Public, &nowhere).unwrap_err();
}

#[test]
fn the_sheet_holds_what_the_page_shows() {
    let county = County::new(TODAY);
    with_officers(&county);
    floor(&county, "all", "law", "40");
    let asked = HoursAsked { year: 2025, organ: "county".to_owned() };
    let sheet = county.platform.training_hours_sheet(Viewer::Account(&county.officer), &asked).unwrap();
    assert_eq!((sheet.name.as_str(), sheet.entries), ("2025年执法人员年度学时.xlsx", 3));
    let pages = sheets::open_all(&sheet.bytes).unwrap();
    let all: Vec<String> =
        pages.iter().flat_map(|page| &page.lines).flat_map(|line| line.cells.clone()).collect();
    for text in ["演示人员3", "没有登记", "39.5", "0.5", "政治理论"] {
        assert!(all.iter().any(|cell| cell.contains(text)), "{text}: {all:?}");
    }
}
