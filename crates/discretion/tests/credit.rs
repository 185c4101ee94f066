//! Classes of credit risk: every threshold, every fading day, caps, repair, and broken rules.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{codes, day};
use discretion::Source;
use discretion::credit::{Record, Scheme, classify, read, records, shown};

const RULES: &str = include_str!("fixtures/credit.toml");

fn scheme() -> Scheme {
    let (made, found) = read(&Source::new("credit.toml", RULES));
    assert_eq!(found, []);
    made.unwrap()
}

fn record(kind: &str, on: &str) -> Record {
    Record { kind: kind.to_owned(), number: format!("{kind}{on}"), on: day(on), repaired_on: None }
}

/// The class and the hundredths of points.
fn class(own: &[Record], on: &str) -> (String, i64) {
    let scheme = scheme();
    let made = classify(&scheme, own, day(on)).unwrap();
    (scheme.classes[made.class].id.clone(), made.points)
}

#[test]
fn a_record_fades_on_the_day_its_months_are_full() {
    let one = [record("fine", "2024-02-29")];
    assert_eq!(class(&one, "2024-02-28"), ("A".to_owned(), 0), "not yet");
    assert_eq!(class(&one, "2024-02-29"), ("B".to_owned(), 1_500));
    assert_eq!(class(&one, "2025-02-27"), ("B".to_owned(), 1_500));
    assert_eq!(
        class(&one, "2025-02-28"),
        ("A".to_owned(), 750),
        "twelve months, to the last day of the month"
    );
    assert_eq!(class(&one, "2027-02-27"), ("A".to_owned(), 750));
    assert_eq!(class(&one, "2027-02-28"), ("A".to_owned(), 0));
}

#[test]
fn every_threshold_belongs_to_the_better_class() {
    let mut own = scheme();
    own.kinds[0].most = None;
    own.kinds[0].fades.clear();
    own.kinds[0].points = 1;
    let at = |count: usize| {
        let all = vec![record("fine", "2024-01-01"); count];
        own.classes[classify(&own, &all, day("2024-01-01")).unwrap().class].id.clone()
    };
    let classes = [0, 10, 11, 30, 31, 60, 61].map(at);
    assert_eq!(classes, ["A", "A", "B", "B", "C", "C", "D"]);
}

#[test]
fn a_kind_counts_for_so_much_at_most_on_either_side() {
    let mut all = vec![record("fine", "2024-01-01"); 4];
    assert_eq!(class(&all, "2024-01-01"), ("C".to_owned(), 4_500));
    let scheme = scheme();
    assert_eq!(classify(&scheme, &all, day("2024-01-01")).unwrap().capped, [(0, 1_500)]);
    all.extend(vec![record("honour", "2024-01-01"); 3]);
    assert_eq!(class(&all, "2024-01-01"), ("C".to_owned(), 3_500), "three honours count as two");
}

#[test]
fn what_holds_the_class_down_does_so_while_it_counts() {
    let mut one = record("serious_list", "2024-01-01");
    let own = [one.clone()];
    assert_eq!(class(&own, "2024-01-01"), ("D".to_owned(), 4_000));
    assert_eq!(class(&own, "2026-12-31"), ("D".to_owned(), 4_000));
    assert_eq!(class(&own, "2027-01-01"), ("A".to_owned(), 0));
    one.repaired_on = Some(day("2025-05-01"));
    assert_eq!(class(&[one.clone()], "2025-04-30"), ("D".to_owned(), 4_000));
    assert_eq!(class(&[one.clone()], "2025-05-01"), ("A".to_owned(), 0));
    let scheme = scheme();
    let made = classify(&scheme, &own, day("2024-06-01")).unwrap();
    let text = shown(&scheme, &own, &made);
    assert_eq!(
        text,
        "D类（信用风险高），40分\n  2024-01-01　列入严重违法失信名单　serious_list2024-01-01：40分（全计；示例规则二）\n  \
         因记录serious_list2024-01-01，直接列入这一类"
    );
}

#[test]
fn repair_never_counts_more_than_age_has_left() {
    let mut one = record("fine", "2024-01-01");
    one.repaired_on = Some(day("2024-03-01"));
    assert_eq!(class(&[one.clone()], "2024-03-01").1, 300);
    assert_eq!(class(&[one], "2027-01-01").1, 0, "what is over stays over");
}

#[test]
fn unknown_kinds_and_broken_rules_are_told_at_once() {
    let own = [record("fien", "2024-01-01"), record("nothing", "2024-01-01")];
    let found = classify(&scheme(), &own, day("2024-01-01")).unwrap_err();
    assert_eq!(codes(&found), ["unknown_kind", "unknown_kind"]);
    assert_eq!(found[0].help.as_deref(), Some("是不是“fine”？"));
    let wrong = |from: &str, to: &str| {
        assert!(RULES.contains(from), "{from}");
        codes(&read(&Source::new("t", RULES.replacen(from, to, 1))).1)
    };
    assert_eq!(wrong("most  = 30", "most  = 10"), ["bad_classes"]);
    assert_eq!(wrong("most  = 60\n", ""), ["bad_classes"]);
    assert_eq!(wrong("ratio = 30", "ratio = 30\nmost = 99"), ["bad_classes"]);
    assert_eq!(wrong("share = 50", "share = 150"), ["bad_share"]);
    assert_eq!(wrong("after_months = 12, ", ""), ["bad_fade"]);
    assert_eq!(wrong("after_months = 12", "after_months = 48"), ["bad_share"]);
    assert_eq!(wrong("ratio = 3\n", "ratio = 101\n"), ["bad_share"]);
    assert_eq!(wrong("at_least = \"D\"", "at_least = \"E\""), ["unknown_class"]);
    assert_eq!(wrong("id       = \"honour\"", "id = \"fine\""), ["id_twice"]);
    assert_eq!(wrong("points   = 15\n", ""), ["missing_key"]);
}

#[test]
fn a_list_of_records_is_read_by_whose_they_are() {
    let text = "subject\tkind\tnumber\ton\trepaired_on\n甲\tfine\t1\t2024-01-01\t\n乙\tfine\t2\t2024-01-02\t2024-02-01\n甲\tfine\t3\t2024-01-03\t\n";
    let (made, found) = records("t", text);
    assert_eq!((made.len(), made["甲"].len(), found.len()), (2, 2, 0));
    assert_eq!(made["乙"][0].repaired_on, Some(day("2024-02-01")));
    let (_, found) = records("t", "subject\tkind\tnumber\ton\trepaired_on\n\tfine\t1\t2024-13-01\t去年\n");
    assert_eq!(codes(&found), ["day_missing", "day_format", "empty_cell"]);
}
