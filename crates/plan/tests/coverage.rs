//! What carries a plan, and texts that nobody wrote.
#![expect(clippy::unwrap_used, reason = "shared steps of tests fail loudly")]

use base::Place;
use calendar::Day;
use plan::coverage::{CarriedBy, Shown};
use plan::{
    Carrier, CarrierKind, Catalogue, Due, Measure, MeasureRef, Mechanism, MechanismKind, Part, Plan, Tier,
    coverage,
};
use proptest::prelude::*;

fn measure(reference: MeasureRef, part: Part) -> Measure {
    Measure { reference, part, head: 1, title: "标题".into(), duty: "职责。".into(), targets: vec![] }
}

fn plan() -> Plan {
    let day = Day::from_ymd(2022, 7, 15).unwrap();
    Plan {
        id: "p".into(),
        name: "某方案".into(),
        document: "某〔2022〕1号".into(),
        issued_by: "某委".into(),
        issued_on: day,
        first_year: 2021,
        last_year: 2025,
        systems: vec![],
        heads: vec![],
        measures: (1..=3).map(|n| measure(MeasureRef::Measure(n), Part::System(1))).collect(),
        organisation_heads: vec![],
        organisation: vec![measure(MeasureRef::Organisation(1), Part::Organisation)],
        goals: vec![],
    }
}

fn mechanism(id: &str, measures: &[MeasureRef]) -> Mechanism {
    Mechanism {
        id: id.into(),
        name: "系统".into(),
        part: Part::System(1),
        measures: measures.to_vec(),
        kind: MechanismKind::Register,
        tier: Tier::A,
    }
}

fn catalogue() -> Catalogue {
    let measures = [MeasureRef::Measure(1), MeasureRef::Measure(2)];
    let second = [MeasureRef::Measure(2), MeasureRef::Organisation(1)];
    Catalogue {
        plan: "p".into(),
        mechanisms: vec![mechanism("S001", &measures), mechanism("S002", &second), mechanism("S003", &[])],
    }
}

fn carrier(kind: CarrierKind, id: &str, systems: &[&str], measures: &[u32]) -> Carrier {
    Carrier {
        kind,
        id: id.into(),
        file: id.into(),
        systems: systems.iter().map(ToString::to_string).collect(),
        measures: measures.iter().copied().map(MeasureRef::Measure).collect(),
    }
}

fn by(kind: CarrierKind, id: &str, through: &[&str]) -> CarriedBy {
    CarriedBy { kind, id: id.into(), through: through.iter().map(ToString::to_string).collect() }
}

#[test]
fn a_system_carries_its_measures() {
    let carriers = [
        carrier(CarrierKind::Register, "list", &["S002", "S001"], &[]),
        carrier(CarrierKind::Procedure, "penalty", &["S001"], &[2]),
        carrier(CarrierKind::Figure, "count", &[], &[2]),
    ];
    let made = coverage(&plan(), &catalogue(), &carriers, &[]);
    let of = |id: MeasureRef| made.measures.iter().find(|m| m.id == id).unwrap().carried_by.clone();
    let (procedure, register) = (CarrierKind::Procedure, CarrierKind::Register);
    assert_eq!(
        of(MeasureRef::Measure(1)),
        [by(procedure, "penalty", &["S001"]), by(register, "list", &["S001"])]
    );
    assert_eq!(
        of(MeasureRef::Measure(2)),
        [
            by(procedure, "penalty", &[]),
            by(register, "list", &["S001", "S002"]),
            by(CarrierKind::Figure, "count", &[])
        ]
    );
    assert_eq!(of(MeasureRef::Measure(3)), []);
    assert_eq!(of(MeasureRef::Organisation(1)), [by(register, "list", &["S002"])]);
    assert_eq!((made.systems_carried(), made.measures_carried()), (2, 3));
    assert_eq!(made.systems[2].carried_by, []);
    assert!(made.findings.is_empty());
}

#[test]
fn what_there_is_not_is_a_finding() {
    let made = coverage(&plan(), &catalogue(), &[carrier(CarrierKind::Engine, "draw", &["S004"], &[9])], &[]);
    let messages: Vec<&str> = made.findings.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        ["引擎“draw”所列的系统“S004”不在系统清单里", "引擎“draw”所列的措施（9）不在《某方案》里"]
    );
    assert_eq!(made.systems_carried() + made.measures_carried(), 0);
}

#[test]
fn a_case_shows_what_its_own_file_carries_and_nothing_else() {
    let carriers = [
        carrier(CarrierKind::Register, "list", &["S001"], &[]),
        carrier(CarrierKind::Procedure, "penalty", &["S002"], &[]),
    ];
    let shown = |system: &str, by: &str| Shown {
        system: system.into(),
        by: by.into(),
        title: "一例".into(),
        place: Place { file: "f".into(), line: 3, column: 1 },
    };
    let cases = [shown("S001", "list"), shown("S001", "penalty"), shown("S009", "list")];
    let made = coverage(&plan(), &catalogue(), &carriers, &cases);
    let messages: Vec<&str> = made.findings.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        ["案例“一例”所示的系统“S001”，“penalty”并未承载", "案例“一例”所示的系统“S009”，“list”并未承载"]
    );
    assert_eq!(made.systems_shown(), 1);
}

#[test]
fn references_are_read_and_written() {
    for (text, reference) in [
        ("12", Some(MeasureRef::Measure(12))),
        ("O4", Some(MeasureRef::Organisation(4))),
        ("0", None),
        ("O", None),
    ] {
        assert_eq!(MeasureRef::parse(text), reference);
        if let Some(reference) = reference {
            assert_eq!(reference.to_string(), text);
        }
    }
    assert_eq!(MeasureRef::parse("+1"), None);
}

#[test]
fn a_yearly_day_falls_in_every_year() {
    let yearly = Due::EachYear { month: 3, day: 1 };
    assert_eq!(yearly.in_year(2024), Day::from_ymd(2024, 3, 1));
    let once = Due::By(Day::from_ymd(2022, 12, 31).unwrap());
    assert_eq!((once.in_year(2022), once.in_year(2023)), (Day::from_ymd(2022, 12, 31), None));
}

proptest! {
    #[test]
    fn no_text_breaks_the_import(lines in proptest::collection::vec(
        ("(一、|（二）|(3)|4\\.|①|第一章 |主要任务|三、组织保障|附件：|— 3 —)?", "\\PC{0,50}"), 0..40)) {
        let text: Vec<String> = lines.iter().map(|(marker, rest)| format!("{marker}{rest}")).collect();
        let made = plan::import(&text.join("\n"));
        for measure in made.measures.iter().chain(&made.organisation) {
            prop_assert!((1..=text.len()).contains(&measure.line));
        }
        prop_assert!(!made.notes.is_empty());
    }
}
