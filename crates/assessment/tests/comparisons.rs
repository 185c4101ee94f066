//! What is compared, with which denominators, and what is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use assessment::{Base, Compared, Measured, Observation, Period, Ratio, Refusal, Source, Span, compare};

fn ratio(text: &str) -> Ratio {
    Ratio::parse(text).unwrap()
}

fn share(who: &str, year: i32, part: i128, whole: i128) -> Observation {
    Observation {
        who: who.to_owned(),
        year,
        period: Period::Whole,
        name: "败诉率".to_owned(),
        definition: "一审败诉件数 ÷ 一审裁判件数".to_owned(),
        unit: "%".to_owned(),
        kind: Measured::Share,
        value: Ratio::new(part, whole).map(Span::of),
        denominator: Ratio::new(whole, 1),
        base: None,
        source: Source::Platform,
    }
}

fn count(who: &str, year: i32, many: i64) -> Observation {
    Observation {
        name: "行政复议收到件数".to_owned(),
        definition: "行政复议".to_owned(),
        unit: "件".to_owned(),
        kind: Measured::Count,
        value: Some(Span::of(Ratio::whole(many))),
        denominator: None,
        ..share(who, year, 1, 1)
    }
}

fn refused(made: &Compared) -> Vec<(usize, &Refusal)> {
    made.refused.iter().map(|(at, refusal)| (*at, refusal)).collect()
}

#[test]
fn years_of_one_county_with_their_denominators_and_changes() {
    let made = compare(&[share("甲", 2024, 1, 25), share("甲", 2022, 2, 40), share("甲", 2023, 3, 50)]);
    assert_eq!(refused(&made), []);
    let lines: Vec<(i32, Ratio, bool)> =
        made.lines.iter().map(|one| (one.year, one.denominator.unwrap(), one.is_small)).collect();
    let of = |year, many, small| (year, Ratio::whole(many), small);
    assert_eq!(lines, [of(2024, 25, true), of(2022, 40, false), of(2023, 50, false)]);
    let steps: Vec<(i32, i32, String)> =
        made.steps.iter().map(|one| (one.from, one.to, one.change.text())).collect();
    assert_eq!(steps, [(2022, 2023, "0.01".to_owned()), (2023, 2024, "-0.02".to_owned())]);
    let counts = compare(&[count("甲", 2023, 60), count("甲", 2024, 73)]);
    assert_eq!((refused(&counts), counts.steps[0].change.text()), (vec![], "13".to_owned()));
}

#[test]
fn counts_of_several_counties_want_a_base() {
    let made = compare(&[count("甲", 2024, 73), count("乙", 2024, 150)]);
    assert_eq!(refused(&made), [(0, &Refusal::NoBase), (1, &Refusal::NoBase)]);
    let based = |who: &str, many, people: &str, name: &str| Observation {
        base: Some(Base { name: name.to_owned(), value: ratio(people) }),
        ..count(who, 2024, many)
    };
    let all = [based("甲", 73, "33.2", "常住人口（万人）"), based("乙", 150, "110", "常住人口（万人）")];
    let made = compare(&all);
    assert_eq!((refused(&made), made.base.as_deref()), (vec![], Some("常住人口（万人）")));
    let told: Vec<String> = made.lines.iter().map(|one| one.value.text()).collect();
    assert_eq!(told, ["2.2", "1.36"]);
    assert_eq!(made.lines[1].denominator, Some(Ratio::whole(110)));
    let other =
        [all[0].clone(), based("丙", 10, "20", "户籍人口（万人）"), based("丁", 10, "0", "常住人口（万人）")];
    let made = compare(&other);
    let told: Vec<usize> = refused(&made).iter().map(|(at, _)| *at).collect();
    assert_eq!((told, made.lines.len()), (vec![1, 2], 1));
}

#[test]
fn what_is_of_another_kind_is_refused_with_the_reason() {
    let first = share("甲", 2024, 1, 40);
    let other = |change: &dyn Fn(&mut Observation)| {
        let mut one = share("乙", 2024, 1, 40);
        change(&mut one);
        compare(&[first.clone(), one]).refused.pop().map(|(at, refusal)| (at, refusal.told()))
    };
    let told = |text: &str| Some((1, text.to_owned()));
    assert_eq!(other(&|_| {}), None);
    assert_eq!(other(&|one| one.value = None), told("没有数（没有记录不等于0）"));
    assert_eq!(other(&|one| one.unit = "件".to_owned()), told("单位是“件”，与第一个不同"));
    let definition = "败诉件数 ÷ 全部应诉件数";
    let refusal = told("口径是“败诉件数 ÷ 全部应诉件数”，与第一个不同");
    assert_eq!(other(&|one| one.definition = definition.to_owned()), refusal);
    assert_eq!(other(&|one| one.kind = Measured::Points), told("一个是数量、一个是比率，不是同一种数"));
    assert_eq!(other(&|one| one.denominator = None), told("没有写明分母，比率无从比较"));
    assert_eq!(other(&|one| one.denominator = Some(Ratio::ZERO)), told("没有写明分母，比率无从比较"));
    let partial = "统计期间与第一个不同（一个是全年，一个不是，或者截止日不同）";
    assert_eq!(other(&|one| one.period = Period::Until(6, 30)), told(partial));
    assert_eq!(other(&|one| one.who = "甲".to_owned()), told("同一地方同一年有两个数"));
}

#[test]
fn the_first_with_a_value_is_the_measure() {
    let empty = Observation { value: None, unit: "件".to_owned(), ..share("甲", 2023, 1, 40) };
    let made = compare(&[empty.clone(), share("甲", 2024, 1, 40)]);
    assert_eq!((made.lines.len(), refused(&made)), (1, vec![(0, &Refusal::NoValue)]));
    assert_eq!(compare(&[empty]).lines, []);
    assert_eq!(compare(&[]).refused, []);
}

#[test]
fn totals_that_are_intervals_rise_for_certain_only_when_they_lie_apart() {
    let total = |year, low: &str, high: &str| Observation {
        kind: Measured::Points,
        value: Some(Span { low: ratio(low), high: ratio(high) }),
        ..share("甲", year, 1, 1)
    };
    let sure = |first: (&str, &str), second: (&str, &str)| {
        compare(&[total(2023, first.0, first.1), total(2024, second.0, second.1)]).steps[0].is_certain
    };
    assert!(sure(("60", "70"), ("70", "80")));
    assert!(sure(("60", "70"), ("50", "59")));
    assert!(!sure(("60", "70"), ("65", "80")));
    assert!(sure(("70", "70"), ("70", "70")), "the same for certain");
    let edition = Observation { definition: "t@2".to_owned(), ..total(2024, "1", "2") };
    assert!(matches!(compare(&[total(2023, "1", "2"), edition]).refused[0].1, Refusal::OtherDefinition(_)));
}
