//! Pages of a register and what changed in it, against a plain reading of all its entries.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::county::{County, day, on_both};
use app::{EntriesAsked, Form, NewEntry};
use calendar::Day;
use registers::{Change, Entry, as_of, difference};

const REGISTER: &str = "inspection_objects";

/// The entry of an enterprise: its trade says whether it is one of a few.
fn entry(number: usize, class: &str, from: Day, until: Option<Day>) -> NewEntry {
    let trade = if number.is_multiple_of(97) { "林业" } else { "零售" };
    let (code, name) = (format!("91350526MA{number:06}X"), format!("演示企业{number}"));
    let fields = [("code", code.as_str()), ("name", &name), ("trade", trade), ("class", class)];
    let form: Form = fields.iter().map(|(id, text)| ((*id).to_owned(), vec![(*text).to_owned()])).collect();
    NewEntry { from, until, form, line: 0 }
}

/// Two and a half thousand enterprises; every third was in another class before, every seventh has left, every fiftieth comes
/// later, and what was entered of every hundredth was taken back.
fn filled(county: &County) {
    let (first, second) = (day("2024-01-01"), day("2024-07-01"));
    let mut rows = Vec::new();
    for number in 0..2_500_usize {
        let ends = number.is_multiple_of(7).then(|| day("2024-09-30"));
        if number.is_multiple_of(50) {
            rows.push(entry(number, "a", day("2024-11-01"), None));
        } else if number.is_multiple_of(3) {
            rows.push(entry(number, "a", first, Some(second.previous())));
            rows.push(entry(number, "b", second, ends));
        } else {
            rows.push(entry(number, "a", first, ends));
        }
    }
    county.platform.enter(&county.head, REGISTER, "county", rows, "试验").unwrap();
    for number in (0..2_500).step_by(100) {
        let key = format!("91350526MA{number:06}X");
        county
            .platform
            .withdraw_entry(&county.head, REGISTER, "county", &key, day("2024-11-01"), "登记错了")
            .unwrap();
    }
}

/// All pages of a day, one after the other.
fn walked(county: &County, on: Day, words: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let asked = EntriesAsked { on, after: after.as_deref(), words, all: false };
        let page = county.platform.register_page(Some(&county.head), REGISTER, "county", asked).unwrap();
        pages.push(page.rows.into_iter().map(|row| row.key).collect());
        match page.next {
            Some(next) => after = Some(next),
            None => return pages,
        }
    }
}

fn plain(entries: &[Entry], on: Day, holds: impl Fn(&Entry) -> bool) -> Vec<String> {
    let mut keys: Vec<String> =
        as_of(entries, on).filter(|one| holds(one)).map(|one| one.key.clone()).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn pages_meet_and_miss_nothing() {
    on_both("register_pages", "2024-12-31", |county, _folder, _database| {
        filled(&county);
        let entries = county.platform.entries(REGISTER).unwrap();
        for on in ["2023-12-31", "2024-06-30", "2024-07-01", "2024-10-01", "2024-12-31"].map(day) {
            let pages = walked(&county, on, "");
            let last = pages.len() - 1;
            assert!(pages[..last].iter().all(|page| page.len() == 50), "{on:?}");
            assert_eq!(pages.concat(), plain(&entries, on, |_| true), "{on:?}");
            let asked = EntriesAsked::on(on, true);
            let whole = county.platform.register_page(None, REGISTER, "county", asked).unwrap();
            let whole: Vec<String> = whole.rows.into_iter().map(|row| row.key).collect();
            assert_eq!(whole, pages.concat(), "{on:?}");
        }
        let few = walked(&county, day("2024-12-31"), "林业 B类").concat();
        let number = |key: &str| key[10..16].parse::<usize>().unwrap();
        let is_asked = |number: usize| number.is_multiple_of(97) && number.is_multiple_of(3);
        let expected = plain(&entries, day("2024-12-31"), |one| is_asked(number(&one.key)));
        assert!(few == expected && !few.is_empty(), "{few:?}");
        let none = walked(&county, day("2024-12-31"), "没有这样的企业");
        assert_eq!(none, [Vec::<String>::new()]);
    });
}

#[test]
fn what_changed_between_two_days_is_what_a_plain_reading_finds() {
    on_both("register_changes", "2024-12-31", |county, _folder, _database| {
        filled(&county);
        let entries = county.platform.entries(REGISTER).unwrap();
        let days = ["2023-12-31", "2024-06-30", "2024-07-01", "2024-10-01", "2024-12-31"].map(day);
        for (before, after) in days.iter().flat_map(|before| days.map(|after| (*before, after))) {
            let made = county.platform.register_changes(None, REGISTER, "county", before, after).unwrap();
            let made: Vec<(&str, String)> = made.iter().map(|one| (one.how(), one.key.clone())).collect();
            let expected: Vec<(&str, String)> = difference(&entries, before, after)
                .into_iter()
                .map(|change| match change {
                    Change::Added(one) => ("新增", one.key.clone()),
                    Change::Ended(one) => ("终止", one.key.clone()),
                    Change::Changed(one, _) => ("变更", one.key.clone()),
                })
                .collect();
            assert_eq!(made, expected, "{before:?} {after:?}");
            assert!(before == after || !made.is_empty() || (before, after) == (days[2], days[2]));
        }
    });
}

#[test]
fn a_sheet_of_many_rows_is_held_against_what_stands_already() {
    let county = County::new("2024-12-31");
    filled(&county);
    // One takes another's place, one meets what stands, two meet each other, one is new.
    let (first, later) = (day("2024-01-01"), day("2024-12-01"));
    let rows = vec![
        entry(1, "c", first, None),
        entry(2, "c", later, None),
        entry(9_001, "a", first, None),
        entry(9_001, "b", later, None),
        entry(9_002, "a", first, None),
    ];
    let told = county.platform.enter(&county.head, REGISTER, "county", rows, "试验").unwrap_err();
    let told: Vec<String> = told.diagnostics().iter().map(|one| one.message.clone()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("000002X”与已有的条目"), "{told:?}");
    assert!(told[1].contains("009001X”与同一张表里的另一行"), "{told:?}");
}

/// More entries than are taken into memory for figures, written straight into the store: every other of another organ, every
/// fourth ended, every fifth in class B, every tenth entered a day later.
fn long(county: &County) -> usize {
    const MANY: usize = 20_400;
    let at = |on: Day, number: usize| {
        let later = i64::from(number.is_multiple_of(10));
        (i64::from(on.number()) + later) * 86_400_000_000
    };
    let (entered, from) = (day("2024-12-29"), day("2024-03-01"));
    let written = county.platform.store().write(move |tx| -> store::Result<()> {
        for number in 0..MANY {
            let class = if number.is_multiple_of(5) { "b" } else { "a" };
            let code = format!("91350526MA{number:06}X");
            let record =
                format!(r#"{{"class":"{class}","code":"{code}","name":"演示企业{number}","trade":"零售"}}"#);
            store::entry::put(
                tx,
                &store::entry::Entry {
                    register: REGISTER.to_owned(),
                    organ: if number.is_multiple_of(2) { "county" } else { "police" }.to_owned(),
                    division: "350526".to_owned(),
                    key: code,
                    valid_from: from.number(),
                    valid_until: number.is_multiple_of(4).then(|| day("2024-08-31").number()),
                    record,
                    withdrawn: false,
                    entered_at: at(entered, number),
                    entered_by: "试验".to_owned(),
                    reason: "试验".to_owned(),
                    number: 0,
                    case: None,
                    event: None,
                },
            )?;
        }
        Ok(())
    });
    written.unwrap().unwrap();
    MANY
}

#[test]
fn a_long_register_is_counted_key_by_key() {
    on_both("long_register", "2024-12-31", |county, _folder, _database| {
        let many = long(&county);
        let value = |id: &str, organ: &str, to: &str, as_of: &str| {
            let (from, to, as_of) = (day("2024-01-01"), day(to), day(as_of));
            let (organ, division) = (organ.to_owned(), String::new());
            let asked = app::FigureAsked { organ, division, from, to, as_of };
            let shown = county.platform.figures(Some(id), &asked).unwrap()[0].shown();
            shown.trim_end_matches('户').replace(',', "").parse::<usize>().unwrap()
        };
        let of = |holds: &dyn Fn(usize) -> bool| (0..many).filter(|number| holds(*number)).count();
        let (b, even) = (|number: usize| number.is_multiple_of(5), |number: usize| number.is_multiple_of(2));
        let stays = |number: usize| !number.is_multiple_of(4);
        let (listed, class_b, new) =
            ("inspection_objects_listed", "inspection_objects_class_b", "inspection_objects_new");
        let (end, known) = ("2024-12-31", "2024-12-31");
        assert_eq!(value(listed, "", end, known), of(&stays));
        assert_eq!(value(listed, "", "2024-06-30", known), many);
        assert_eq!(value(class_b, "", end, known), of(&|number| b(number) && stays(number)));
        assert_eq!(value(listed, "county", end, known), of(&|number| even(number) && stays(number)));
        assert_eq!(value(new, "police", end, known), of(&|number| !even(number)));
        // As it was known before the last tenth was entered, and before any was.
        assert_eq!(value(new, "", "2024-12-29", "2024-12-29"), of(&|number| !number.is_multiple_of(10)));
        assert_eq!(value(new, "", "2024-12-28", "2024-12-28"), 0);
    });
}
