//! Points of every kind of scoring at their boundaries, and what a total is made of.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod common;

use assessment::{
    Assessment, Bound, Entry, Kind, Ratio, Scoring, Sheet, Stated, Status, Step, Way, Why, assess, check,
    check_sheet, lifts, mark, rank,
};
use common::{between, entry, facts, fired, place, proved, ratio, scheme, sheet};

fn points(scoring: &Scoring, value: &str, maximum: &str) -> String {
    scoring.points(ratio(value), ratio(maximum)).unwrap().text(4)
}

#[test]
fn every_scoring_at_its_boundaries() {
    let rising = between("60%", "100%");
    let told =
        ["0%", "60%", "60.01%", "80%", "99.99%", "100%", "120%"].map(|value| points(&rising, value, "20"));
    assert_eq!(told, ["0", "0", "0.01", "10", "20", "20", "20"], "rounded half up to two digits");
    let falling = between("20%", "0%");
    let told = ["0%", "5%", "19.99%", "20%", "50%"].map(|value| points(&falling, value, "10"));
    assert_eq!(told, ["10", "7.5", "0.01", "0", "0"]);
    let trend = between("5%", "0%");
    let told = ["-3%", "0%", "2.5%", "5%"].map(|value| points(&trend, value, "1"));
    assert_eq!(told, ["1", "1", "0.5", "0"]);
    let least = Scoring::Pass(Bound::AtLeast(ratio("95%")));
    assert_eq!(["94.9999999%", "95%", "96%"].map(|value| points(&least, value, "3")), ["0", "3", "3"]);
    let most = Scoring::Pass(Bound::AtMost(ratio("0")));
    assert_eq!(["0", "1"].map(|value| points(&most, value, "3")), ["3", "0"]);
    let each = Scoring::Each(ratio("1.5"));
    assert_eq!(
        ["0", "1", "4", "5", "-1"].map(|value| points(&each, value, "6")),
        ["0", "1.5", "6", "6", "0"]
    );
    let own = Scoring::Points;
    assert_eq!(
        ["-1", "0", "2.345", "3", "3.01"].map(|value| points(&own, value, "3")),
        ["0", "0", "2.35", "3", "3"]
    );
    let step = |bound, points: &str| Step { bound, points: ratio(points) };
    let high = |limit: &str, points| step(Bound::AtLeast(ratio(limit)), points);
    let steps = Scoring::Steps(vec![high("95%", "10"), high("80%", "6"), high("60%", "2")]);
    let told =
        ["59.9%", "60%", "79.9%", "80%", "94.9%", "95%", "100%"].map(|value| points(&steps, value, "10"));
    assert_eq!(told, ["0", "2", "2", "6", "6", "10", "10"]);
    let low = |limit: &str, points| step(Bound::AtMost(ratio(limit)), points);
    let steps = Scoring::Steps(vec![low("0", "5"), low("2", "3")]);
    assert_eq!(["0", "1", "2", "3"].map(|value| points(&steps, value, "5")), ["5", "3", "3", "0"]);
}

fn full_facts() -> assessment::Facts {
    let known = [("rate", "100%"), ("a", "4"), ("b", "4"), ("loss", "0"), ("faults", "0"), ("prizes", "0")];
    facts(&[&known[..], &[("deaths", "0")]].concat())
}

fn full_sheet() -> Sheet {
    let entries =
        vec![proved("1.1.3", "10"), fired("1.1.4", false), proved("2.1.3", "5"), proved("3.1.2", "0")];
    let stated = Stated {
        input: "stated".to_owned(),
        value: ratio("96%"),
        by: "经办人".to_owned(),
        proof: vec!["统计表".to_owned()],
        place: place(30),
    };
    Sheet { stated: vec![stated], ..sheet(entries) }
}

fn done(facts: &assessment::Facts, sheet: &Sheet) -> Assessment {
    let scheme = scheme();
    assert_eq!(check_sheet(&scheme, sheet), []);
    assess(&scheme, "甲县", 2025, facts, sheet).unwrap()
}

fn total(facts: &assessment::Facts, sheet: &Sheet) -> String {
    done(facts, sheet).total.points.text()
}

fn with(mut sheet: Sheet, entry: Entry) -> Sheet {
    sheet.entries.retain(|one| one.criterion != entry.criterion);
    sheet.entries.push(entry);
    sheet
}

#[test]
fn the_scheme_of_the_tests_is_sound() {
    let known = common::FIGURES.map(|id| assessment::KnownFigure { id: id.to_owned(), name: id.to_owned() });
    assert_eq!(check(&scheme(), &known), []);
}

#[test]
fn who_fulfils_everything_has_all_points_and_nobody_more_than_all_and_the_cap() {
    assert_eq!(total(&full_facts(), &full_sheet()), "100");
    let mut facts = full_facts();
    facts.now.insert("prizes".to_owned(), ratio("3"));
    let sheet = with(full_sheet(), proved("3.1.3", "3"));
    assert_eq!(total(&facts, &sheet), "104", "3 and 3 are capped at 4");
}

#[test]
fn weights_share_out_the_parent() {
    let mut facts = full_facts();
    facts.now.insert("a".to_owned(), ratio("1"));
    facts.now.insert("loss".to_owned(), ratio("10%"));
    // 60 × (50% × 1/4 + 30% × 1/2 + 20%) = 28.5 instead of 60.
    assert_eq!(total(&facts, &full_sheet()), "68.5");
}

#[test]
fn deductions_are_capped_together_and_never_go_below_nought() {
    let mut facts = full_facts();
    facts.now.insert("faults".to_owned(), ratio("9"));
    assert_eq!(total(&facts, &full_sheet()), "94", "its own maximum is 6");
    assert_eq!(total(&facts, &with(full_sheet(), proved("3.1.2", "5"))), "92", "together at most 8");
    let none = [
        ("rate", "0"),
        ("a", "0"),
        ("b", "4"),
        ("loss", "1"),
        ("faults", "9"),
        ("prizes", "0"),
        ("deaths", "0"),
    ];
    let mut sheet = with(with(full_sheet(), proved("1.1.3", "0")), proved("2.1.3", "0"));
    sheet.stated[0].value = Ratio::ZERO;
    assert_eq!(total(&common::facts(&none), &sheet), "0");
}

#[test]
fn vetoes_make_nought_of_their_area_or_of_the_whole_and_open_ones_are_told() {
    let made = done(&full_facts(), &with(full_sheet(), fired("1.1.4", true)));
    assert_eq!((made.total.points.text().as_str(), made.total.areas[0].is_vetoed), ("60", true));
    let mut facts = full_facts();
    facts.now.insert("deaths".to_owned(), Ratio::ONE);
    assert_eq!(total(&facts, &full_sheet()), "0");
    facts.now.remove("deaths");
    let mut sheet = full_sheet();
    sheet.entries.retain(|one| one.criterion != "1.1.4");
    let made = done(&facts, &sheet);
    assert_eq!(made.total.points.text(), "100");
    assert_eq!(
        (made.total.open.as_slice(), made.total.floor),
        (&["1.1.4".into(), "3.1.5".into()][..], Ratio::ZERO)
    );
}

#[test]
fn what_does_not_apply_leaves_the_denominator() {
    let away = Entry { not_applicable: Some("本县没有该项职权".to_owned()), ..entry("1.1.3") };
    let made = done(&full_facts(), &with(full_sheet(), away.clone()));
    assert_eq!((made.total.points.text().as_str(), made.total.applicable.text(2).as_str()), ("100", "90"));
    let mut facts = full_facts();
    facts.now.insert("rate".to_owned(), ratio("60%"));
    assert_eq!(total(&facts, &with(full_sheet(), away)), "77.78", "70 of 90");
}

#[test]
fn the_unproved_is_an_interval_with_its_reason_and_never_nought() {
    let scheme = scheme();
    let of = |id: &str, sheet: &Sheet| mark(&scheme, scheme.criterion(id).unwrap(), &facts(&[]), sheet);
    let told = |id: &str, sheet: &Sheet| {
        let mark = of(id, sheet);
        (mark.status, mark.points.text())
    };
    let empty = sheet(vec![]);
    assert_eq!(told("1.1.1", &empty), (Status::Unproved, "0～20".to_owned()), "no figure");
    assert_eq!(told("1.1.3", &empty), (Status::Unproved, "0～10".to_owned()), "nothing entered");
    let claim = Entry { self_score: Some(ratio("9")), ..entry("1.1.3") };
    let claimed = of("1.1.3", &sheet(vec![claim]));
    assert_eq!((claimed.status, claimed.why), (Status::Unproved, Some(Why::NoProof)));
    assert_eq!(
        told("3.1.2", &empty),
        (Status::Unproved, "0～5".to_owned()),
        "a deduction that nobody looked at"
    );
    assert_eq!(told("3.1.3", &empty), (Status::NotClaimed, "0".to_owned()), "a bonus that nobody claims");
    let made = assess(&scheme, "甲县", 2025, &facts(&[]), &empty).unwrap();
    assert_eq!(made.total.points.text(), "0～103", "the figure of a bonus is unknown too");
    let mut facts = full_facts();
    facts.now.insert("b".to_owned(), Ratio::ZERO);
    let mark = mark(&scheme, scheme.criterion("2.1.1").unwrap(), &facts, &empty);
    assert_eq!(mark.why.unwrap().told(&|id| id.to_owned()), "分母“b”为0，无从计算");
}

#[test]
fn a_stated_number_without_proof_is_none_and_what_is_needed_must_be_on_record() {
    let mut sheet = full_sheet();
    sheet.stated[0].proof.clear();
    assert_eq!(total(&full_facts(), &sheet), "90～100");
    let mut scheme = scheme();
    if let assessment::Rule::Formula { needs, .. } = &mut scheme.areas[2].groups[0].criteria[0].rule {
        needs.push("b".to_owned());
    }
    let mut facts = full_facts();
    let criterion = scheme.criterion("3.1.1").unwrap();
    assert_eq!(mark(&scheme, criterion, &facts, &sheet).status, Status::Computed);
    facts.now.insert("b".to_owned(), Ratio::ZERO);
    let why = mark(&scheme, criterion, &facts, &sheet).why.unwrap();
    assert_eq!(why.told(&|id| id.to_owned()), "“b”为0，没有可评的记录");
}

#[test]
fn the_final_score_goes_before_the_checked_the_computed_and_the_stated() {
    let scheme = scheme();
    let of = |entry: Entry, id: &str| {
        let mark = mark(&scheme, scheme.criterion(id).unwrap(), &full_facts(), &sheet(vec![entry]));
        (mark.status, mark.points.text())
    };
    let reason = Some("抽查不符".to_owned());
    let own = proved("1.1.3", "9");
    assert_eq!(of(own.clone(), "1.1.3"), (Status::SelfScored, "9".to_owned()));
    let checked = Entry { checked: Some(ratio("7")), reason: reason.clone(), ..own };
    assert_eq!(of(checked.clone(), "1.1.3"), (Status::Checked, "7".to_owned()));
    let last = Entry { final_score: Some(ratio("6")), ..checked };
    assert_eq!(of(last, "1.1.3"), (Status::Final, "6".to_owned()));
    assert_eq!(
        of(proved("1.1.1", "5"), "1.1.1"),
        (Status::Computed, "20".to_owned()),
        "figures go before words"
    );
    let over = Entry { checked: Some(ratio("15")), reason, ..entry("1.1.1") };
    assert_eq!(of(over, "1.1.1"), (Status::Checked, "15".to_owned()));
}

#[test]
fn every_mistake_of_a_sheet_is_told() {
    let scheme = scheme();
    let codes = |entry: Entry| -> Vec<&str> {
        check_sheet(&scheme, &sheet(vec![entry])).iter().map(|one| one.code).collect()
    };
    assert_eq!(codes(entry("1.1.9")), ["unknown_id"]);
    assert_eq!(codes(proved("1.1.3", "10.01")), ["out_of_bounds"]);
    assert_eq!(codes(proved("1.1.3", "-1")), ["out_of_bounds"]);
    assert_eq!(codes(proved("1.1.3", "1.005")), ["too_fine"]);
    assert_eq!(codes(proved("1.1.4", "0")), ["veto_with_points"]);
    assert_eq!(codes(fired("1.1.3", true)), ["no_veto"]);
    assert_eq!(codes(Entry { fired: Some(false), ..entry("1.1.4") }), ["score_without_proof"]);
    assert_eq!(codes(Entry { final_score: Some(Ratio::ZERO), ..entry("1.1.3") }), ["score_without_proof"]);
    let changed = Entry { checked: Some(ratio("5")), ..proved("1.1.3", "6") };
    assert_eq!(codes(changed.clone()), ["no_reason"]);
    assert_eq!(codes(Entry { reason: Some("抽查不符".to_owned()), ..changed }), [""; 0]);
    let away = Entry { not_applicable: Some(" ".to_owned()), ..proved("1.1.3", "6") };
    assert_eq!(codes(away), ["not_applicable", "no_reason"]);
    assert_eq!(
        codes(Entry { not_applicable: Some("没有".to_owned()), ..entry("3.1.1") }),
        ["not_applicable"]
    );
    let twice = check_sheet(&scheme, &sheet(vec![entry("1.1.3"), entry("1.1.3")]));
    assert_eq!(twice[0].code, "twice");
    let other = Sheet { scheme: "t@2".to_owned(), ..sheet(vec![entry("9")]) };
    assert_eq!(check_sheet(&scheme, &other)[0].code, "other_scheme");
    let late = Sheet { year: 2027, ..sheet(vec![]) };
    assert_eq!(check_sheet(&scheme, &late)[0].code, "year_not_covered");
    let stated = |input: &str| Stated { input: input.to_owned(), ..full_sheet().stated[0].clone() };
    let sheet = Sheet { stated: vec![stated("rate"), stated("stated"), stated("stated")], ..sheet(vec![]) };
    let told: Vec<&str> = check_sheet(&scheme, &sheet).iter().map(|one| one.code).collect();
    assert_eq!(told, ["unknown_id", "twice"], "a figure of the platform cannot be stated");
}

#[test]
fn what_lifts_most_comes_first_with_its_way() {
    let scheme = scheme();
    let mut facts = full_facts();
    facts.now.insert("rate".to_owned(), ratio("70%"));
    facts.now.insert("faults".to_owned(), ratio("2"));
    let mut sheet = full_sheet();
    sheet.entries.retain(|one| one.criterion != "2.1.3");
    let made = done(&facts, &sheet);
    let told: Vec<(String, String, Way)> = lifts(&scheme, &made)
        .unwrap()
        .into_iter()
        .map(|one| (one.criterion, one.gain.text(2), one.way))
        .collect();
    let of = |id: &str, gain: &str, way| (id.to_owned(), gain.to_owned(), way);
    assert_eq!(
        told,
        [
            of("1.1.1", "15", Way::Improve),
            of("2.1.3", "12", Way::Prove),
            of("3.1.1", "3", Way::Avoid),
            of("3.1.3", "3", Way::Claim),
            of("3.1.4", "3", Way::Claim),
        ]
    );
    let vetoed = done(&full_facts(), &with(full_sheet(), fired("1.1.4", true)));
    let first = lifts(&scheme, &vetoed).unwrap().remove(0);
    assert_eq!(
        (first.criterion.as_str(), first.gain.text(2).as_str(), first.way),
        ("1.1.4", "40", Way::Lift)
    );
}

#[test]
fn ranks_are_intervals_and_the_rows_of_a_difference_add_up() {
    let scheme = scheme();
    let of = |name: &str, facts: &assessment::Facts, sheet: &Sheet| {
        assess(&scheme, name, 2025, facts, sheet).unwrap()
    };
    let mut low = full_facts();
    low.now.insert("rate".to_owned(), ratio("80%"));
    low.now.insert("faults".to_owned(), ratio("2"));
    let mut open = full_sheet();
    open.entries.retain(|one| one.criterion != "2.1.3");
    let all = [
        of("甲", &low, &full_sheet()),
        of("乙", &full_facts(), &full_sheet()),
        of("丙", &full_facts(), &open),
    ];
    let made = rank(&scheme, &all).unwrap();
    let rows: Vec<(&str, usize, usize)> =
        made.rows.iter().map(|row| (row.subject.as_str(), row.best, row.worst)).collect();
    // 乙 100, 丙 88 to 100, 甲 87.
    assert_eq!(rows, [("乙", 1, 1), ("丙", 1, 2), ("甲", 3, 3)]);
    let second = &made.differences[1];
    let told: Vec<(&str, String, bool)> =
        second.rows.iter().map(|row| (row.criterion.as_str(), row.points.text(2), row.is_open)).collect();
    let of = |id, points: &str, open| (id, points.to_owned(), open);
    assert_eq!(told, [of("2.1.3", "-12", true), of("1.1.1", "10", false), of("3.1.1", "3", false)]);
    assert_eq!((second.points.text(2), second.adjusted), ("1".to_owned(), Ratio::ZERO));
    let mut other = all[0].clone();
    other.year = 2024;
    let told = rank(&scheme, &[all[1].clone(), other]).unwrap_err().told();
    assert_eq!(told, "甲评的是2024年，与其他的不是同一年，不能排名");
    let mut other = all[0].clone();
    other.scheme = "t@2".to_owned();
    assert!(rank(&scheme, &[all[1].clone(), other]).unwrap_err().told().contains("不是同一方案"));
}

#[test]
fn a_kind_has_its_word() {
    assert_eq!((Kind::Positive.id(), Kind::Negative.label()), ("positive", "扣分"));
}
