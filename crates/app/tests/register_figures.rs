//! Figures of registers: as of a day, for an organ or an area, and what of the entries behind them somebody may see.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::county;
use crate::county::{County, day, form};
use app::{FigureAsked, NewEntry, Viewer};

fn entry(from: &str, until: Option<&str>, fields: &[(&str, &str)]) -> NewEntry {
    NewEntry { from: day(from), until: until.map(day), form: form(fields), line: 0 }
}

fn mediator<'a>(number: &'a str, grade: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("number", number),
        ("name", "演示调解员"),
        ("committee", "演示调解委员会"),
        ("service", "full_time"),
        ("grade", grade),
        ("kinds", "neighbours"),
        ("place", "浔中镇"),
    ]
}

fn asked(from: &str, to: &str, as_of: &str) -> FigureAsked {
    FigureAsked {
        organ: String::new(),
        division: String::new(),
        from: day(from),
        to: day(to),
        as_of: day(as_of),
    }
}

fn shown(county: &County, id: &str, asked: &FigureAsked) -> String {
    county.platform.figures(Some(id), asked).unwrap()[0].shown()
}

#[test]
fn entries_are_counted_as_they_had_been_entered_by_a_day() {
    county::on_both("register_figures", "2025-01-10", |county, _folder, _database| {
        let platform = &county.platform;
        let enter = |rows| platform.enter(&county.head, "mediators", "county", rows, "登记").unwrap();
        enter(vec![
            entry("2025-01-01", None, &mediator("调001", "third")),
            entry("2025-01-01", None, &mediator("调002", "none")),
        ]);
        county.clock.set(day("2025-07-10"), 9);
        // One is graded from July on, and the other was never there.
        enter(vec![
            entry("2025-01-01", Some("2025-06-30"), &mediator("调001", "third")),
            entry("2025-07-01", None, &mediator("调001", "second")),
        ]);
        let back = platform.withdraw_entry(
            &county.head,
            "mediators",
            "county",
            "调002",
            day("2025-01-01"),
            "登记错误",
        );
        back.unwrap();
        let now = asked("2025-01-01", "2025-12-31", "2025-07-10");
        assert_eq!(shown(&county, "mediators_listed", &now), "1人");
        assert_eq!(shown(&county, "mediators_graded", &now), "1人");
        // A new grade makes no new mediator.
        assert_eq!(shown(&county, "mediators_new", &now), "1人");
        assert_eq!(shown(&county, "mediators_full_time_share", &now), "100%");
        let then = asked("2025-01-01", "2025-12-31", "2025-03-01");
        assert_eq!(shown(&county, "mediators_listed", &then), "2人");
        assert_eq!(shown(&county, "mediators_graded", &then), "1人");
        let before = asked("2025-01-01", "2025-12-31", "2025-01-09");
        assert_eq!(shown(&county, "mediators_listed", &before), "0人");
        assert_eq!(shown(&county, "mediators_full_time_share", &before), "—");
    });
}

#[test]
fn an_organ_and_an_area_have_their_own_entries() {
    let county = County::new("2025-03-01");
    let rows = vec![entry("2025-01-01", None, &mediator("调001", "third"))];
    county.platform.enter(&county.head, "mediators", "county", rows, "登记").unwrap();
    let of = |organ: &str, division: &str| FigureAsked {
        organ: organ.to_owned(),
        division: division.to_owned(),
        ..asked("2025-01-01", "2025-12-31", "2025-03-01")
    };
    for (organ, division, value) in [
        ("", "", "1人"),
        ("county", "", "1人"),
        ("police", "", "0人"),
        ("", "3505", "1人"),
        ("", "3506", "0人"),
    ] {
        assert_eq!(shown(&county, "mediators_listed", &of(organ, division)), value, "{organ} {division}");
    }
}

#[test]
fn records_add_up_to_the_figure_and_name_the_entry_to_those_who_may_read_it() {
    let county = County::new("2025-03-01");
    let talent = |number: &str| {
        let fields = [
            ("number", number),
            ("name", "演示人员"),
            ("unit", "县司法局"),
            ("pool", "filing"),
            ("qualified", "yes"),
            ("specialty", "规范性文件"),
            ("training", "none"),
        ];
        entry("2025-01-01", None, &fields)
    };
    let rows = vec![talent("才001"), talent("才002")];
    county.platform.enter(&county.head, "talent_pool", "county", rows, "登记").unwrap();
    let now = asked("2025-01-01", "2025-12-31", "2025-03-01");
    let line = &county.platform.figures(Some("talents_listed"), &now).unwrap()[0];
    assert!(line.is_of_register);
    let records = |viewer| county.platform.figure_records(viewer, "talents_listed", &now, None).unwrap().0;
    let own = records(Viewer::Account(&county.officer));
    assert_eq!(own.iter().map(|one| one.n).sum::<i64>(), line.records);
    let keys: Vec<&str> =
        own.iter().filter_map(|one| one.entry.as_ref()).map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["才001", "才002"]);
    assert!(own.iter().all(|one| one.recorded_on == day("2025-03-01")));
    let public = records(Viewer::Public);
    assert_eq!(public.len(), 2);
    assert!(public.iter().all(|one| one.entry.is_none()), "{public:?}");
    let days = county.platform.figure_by_day("talents_listed", &now).unwrap();
    assert_eq!(days, [(day("2025-01-31"), 2), (day("2025-02-28"), 2), (day("2025-03-01"), 2)]);
}

#[test]
fn the_report_tells_what_registers_come_to() {
    let county = County::new("2025-03-01");
    let rows = vec![entry("2025-01-01", None, &mediator("调001", "third"))];
    county.platform.enter(&county.head, "mediators", "county", rows, "登记").unwrap();
    let known = county.platform.known_year("county", 2025, day("2025-03-01"), "今天").unwrap();
    let figure = known.platform.figures.iter().find(|one| one.id == "mediators_graded").unwrap();
    assert_eq!(figure.value.as_ref().map(|value| value.shown.as_str()), Some("1人"));
    assert!(figure.definition.contains("在册"), "{}", figure.definition);
    // A register that has no entry is not told to be a procedure without a record.
    assert!(known.unused.iter().all(|name| name != "法治人才库"), "{:?}", known.unused);
}
