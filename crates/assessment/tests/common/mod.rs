//! A small scheme with every kind of criterion, and sheets for it.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by several tests")]

use assessment::{
    Area, Bound, Criterion, Entry, Facts, Formula, Group, Input, Kind, Ratio, Rule, Scheme, Scoring, Sheet,
    Step, VetoScope,
};
use base::Place;

pub fn ratio(text: &str) -> Ratio {
    Ratio::parse(text).unwrap()
}

pub fn place(line: usize) -> Place {
    Place { file: "s.toml".to_owned(), line, column: 1 }
}

pub fn criterion(id: &str, kind: Kind, maximum: &str, rule: Rule) -> Criterion {
    Criterion {
        id: id.to_owned(),
        name: format!("指标{id}"),
        kind,
        maximum: ratio(maximum),
        weight: None,
        rule,
        evidence: "台账".to_owned(),
        basis: None,
        is_unverified: false,
        place: place(10),
    }
}

pub fn formula(text: &str, scoring: Scoring) -> Rule {
    Rule::Formula { formula: Formula::parse(text).unwrap(), scoring, needs: Vec::new() }
}

pub fn between(zero: &str, full: &str) -> Scoring {
    Scoring::Between { zero: ratio(zero), full: ratio(full) }
}

pub fn group(id: &str, maximum: &str, criteria: Vec<Criterion>) -> Group {
    Group {
        id: id.to_owned(),
        name: id.to_owned(),
        maximum: ratio(maximum),
        weight: None,
        criteria,
        place: place(5),
    }
}

pub fn area(id: &str, maximum: &str, groups: Vec<Group>) -> Area {
    Area {
        id: id.to_owned(),
        name: id.to_owned(),
        maximum: ratio(maximum),
        weight: None,
        groups,
        place: place(3),
    }
}

/// Area 1: a rate (20), steps (10), by evidence (10). Area 2: weighted thirds of 60, one lower-is-better. Area 3: what adds,
/// takes and makes nought.
pub fn scheme() -> Scheme {
    let steps = ["95%:10", "80%:6", "60%:2"].map(|one| {
        let (bound, points) = one.split_once(':').unwrap();
        Step { bound: Bound::AtLeast(ratio(bound)), points: ratio(points) }
    });
    let mut weighted = vec![
        criterion("2.1.1", Kind::Positive, "100", formula("a / b", between("0", "1"))),
        criterion("2.1.2", Kind::Positive, "10", formula("loss", between("20%", "0%"))),
        criterion("2.1.3", Kind::Positive, "5", Rule::Evidence),
    ];
    for (one, weight) in weighted.iter_mut().zip(["50%", "30%", "20%"]) {
        one.weight = Some(ratio(weight));
    }
    Scheme {
        id: "t".to_owned(),
        edition: "1".to_owned(),
        name: "试".to_owned(),
        is_official: false,
        source: "自编".to_owned(),
        first_year: 2024,
        last_year: Some(2026),
        full: ratio("100"),
        bonus_cap: ratio("4"),
        deduction_cap: Some(ratio("8")),
        inputs: vec![Input {
            id: "stated".to_owned(),
            name: "自报".to_owned(),
            unit: "%".to_owned(),
            place: place(2),
        }],
        areas: vec![
            area(
                "1",
                "40",
                vec![group(
                    "1.1",
                    "40",
                    vec![
                        criterion("1.1.1", Kind::Positive, "20", formula("rate", between("60%", "100%"))),
                        criterion(
                            "1.1.2",
                            Kind::Positive,
                            "10",
                            formula("stated", Scoring::Steps(steps.to_vec())),
                        ),
                        criterion("1.1.3", Kind::Positive, "10", Rule::Evidence),
                        criterion("1.1.4", Kind::Veto(VetoScope::Area), "0", Rule::Evidence),
                    ],
                )],
            ),
            area("2", "60", vec![group("2.1", "60", weighted)]),
            third_area(),
        ],
        place: place(1),
    }
}

/// What takes, what adds, and what makes the whole nought.
fn third_area() -> Area {
    let fires = Scoring::Pass(Bound::AtLeast(Ratio::ONE));
    let faults = formula("faults", Scoring::Each(ratio("1.5")));
    let criteria = vec![
        criterion("3.1.1", Kind::Negative, "6", faults),
        criterion("3.1.2", Kind::Negative, "5", Rule::Evidence),
        criterion("3.1.3", Kind::Bonus, "3", Rule::Evidence),
        criterion("3.1.4", Kind::Bonus, "3", formula("prizes", Scoring::Points)),
        criterion("3.1.5", Kind::Veto(VetoScope::Whole), "0", formula("deaths", fires)),
    ];
    area("3", "0", vec![group("3.1", "0", criteria)])
}

pub const FIGURES: [&str; 7] = ["rate", "a", "b", "loss", "faults", "prizes", "deaths"];

pub fn facts(pairs: &[(&str, &str)]) -> Facts {
    let now = pairs.iter().map(|(id, value)| ((*id).to_owned(), ratio(value))).collect();
    Facts { now, ..Facts::default() }
}

pub fn entry(criterion: &str) -> Entry {
    Entry { criterion: criterion.to_owned(), place: place(20), ..Entry::default() }
}

/// With proof, and a self-score.
pub fn proved(criterion: &str, score: &str) -> Entry {
    Entry { self_score: Some(ratio(score)), proof: vec!["台账第3号".to_owned()], ..entry(criterion) }
}

pub fn fired(criterion: &str, fired: bool) -> Entry {
    Entry { fired: Some(fired), proof: vec!["核查报告".to_owned()], ..entry(criterion) }
}

pub fn sheet(entries: Vec<Entry>) -> Sheet {
    Sheet { scheme: "t@1".to_owned(), subject: "x".to_owned(), year: 2025, entries, ..Sheet::default() }
}
