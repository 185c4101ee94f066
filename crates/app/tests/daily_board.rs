//! The daily board of townships: how many cases each opened on a day, by the day on which they were opened and not entered.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use crate::county::{County, day, form};
use app::{Actor, Deal, FigureAsked, NewAccount, NewEntry, Open, Organ};
use store::account::Rank;

const TOWNSHIPS: [(&str, &str, &str); 2] =
    [("xunzhong", "浔中镇人民政府", "350526100000"), ("longxun", "龙浔镇人民政府", "350526101000")];

/// The officer and the head of a township that has the power to punish.
fn township(county: &County, id: &str) -> (Actor, Actor) {
    let account = |login: String, rank: Rank| NewAccount {
        name: format!("演示{login}"),
        login,
        password: "Correct-horse-battery".to_owned(),
        organ: Some(id.to_owned()),
        rank,
    };
    let (officer, head) = (format!("{id}1"), format!("{id}0"));
    county.platform.add_account(account(officer.clone(), Rank::Staff)).unwrap();
    county.platform.add_account(account(head.clone(), Rank::Head)).unwrap();
    let head = county.platform.actor_of(&head).unwrap();
    let fields = [("power", "行政处罚"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")];
    let row = NewEntry { from: day("2024-01-01"), until: None, form: form(&fields), line: 0 };
    county.platform.enter(&head, "powers", id, vec![row], "试验").unwrap();
    (county.platform.actor_of(&officer).unwrap(), head)
}

/// A case that a township opened: the clue by its officer, the opening by its head.
fn opened(county: &County, (officer, head): &(Actor, Actor), organ: &str, key: &str, on: &str) {
    let clue = Open {
        key: format!("{key}-clue"),
        procedure: "penalty".to_owned(),
        organ: organ.to_owned(),
        act: "register_clue".to_owned(),
        on: day(on),
        form: form(&[
            ("field", "general"),
            ("source", "patrol"),
            ("content", "巡查发现"),
            ("ended_on", on),
            ("found_on", on),
            ("grave", "no"),
        ]),
        files: Vec::new(),
    };
    let case = county.platform.open(officer, clue).unwrap().case;
    let deal = Deal {
        key: format!("{key}-open"),
        case,
        version: None,
        act: "open_case".to_owned(),
        on: day(on),
        form: form(&[
            ("party", "演示王小明"),
            ("party.code", "11010519491231002X"),
            ("subject", "占道经营"),
            ("basis", "示例条款"),
        ]),
        files: Vec::new(),
    };
    county.platform.act(head, deal).unwrap();
}

/// What the board shows for some days, as it was known on another: township and cases, those with the most first.
fn board(county: &County, from: &str, to: &str, as_of: &str) -> Vec<(String, i64)> {
    let asked = FigureAsked {
        from: day(from),
        to: day(to),
        as_of: day(as_of),
        organ: String::new(),
        division: "350526".to_owned(),
    };
    let beside = county.platform.figure_by_organ("penalty_cases_opened", &asked).unwrap();
    beside.rows.into_iter().map(|row| (row.name, row.records)).collect()
}

#[test]
fn each_day_shows_each_townships_cases() {
    let county = County::new("2025-03-03");
    let organs = TOWNSHIPS.map(|(id, name, division)| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: id.to_owned(),
        kind: "township".to_owned(),
        division: division.to_owned(),
        credit_code: None,
        parent: Some("county".to_owned()),
    });
    county.platform.enter_organs(organs.to_vec(), day("2024-01-01")).unwrap();
    let (xunzhong, longxun) = (township(&county, "xunzhong"), township(&county, "longxun"));
    opened(&county, &xunzhong, "xunzhong", "a", "2025-03-03");
    county.clock.set(day("2025-03-04"), 9);
    opened(&county, &longxun, "longxun", "b", "2025-03-04");
    opened(&county, &longxun, "longxun", "c", "2025-03-04");
    opened(&county, &xunzhong, "xunzhong", "d", "2025-03-04");
    // Opened on the 3rd and entered on the 4th: it belongs to the 3rd, and the board of the 3rd did not know of it yet.
    opened(&county, &longxun, "longxun", "e", "2025-03-03");
    let one = |name: &str, n: i64| (name.to_owned(), n);
    let (first, second) = (TOWNSHIPS[0].1, TOWNSHIPS[1].1);
    assert_eq!(board(&county, "2025-03-04", "2025-03-04", "2025-03-04"), [one(second, 2), one(first, 1)]);
    assert_eq!(board(&county, "2025-03-03", "2025-03-03", "2025-03-03"), [one(first, 1)]);
    let mut both = board(&county, "2025-03-03", "2025-03-03", "2025-03-04");
    both.sort();
    let mut expected = vec![one(first, 1), one(second, 1)];
    expected.sort();
    assert_eq!(both, expected);
    assert_eq!(board(&county, "2025-03-05", "2025-03-05", "2025-03-05"), []);
    assert_eq!(board(&county, "2025-03-01", "2025-03-31", "2025-03-31"), [one(second, 3), one(first, 2)]);
}
