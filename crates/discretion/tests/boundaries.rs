//! Every boundary of the example tables: by a list written by hand, and by all combinations of edges.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod common;

use std::collections::BTreeSet;

use common::{codes, examples, facts, fixture};
use discretion::gaps::{analyse, shown};
use discretion::model::{FieldKind, Takes};
use discretion::unit::{Amount, decimal};
use discretion::{Fact, Facts, Outcome, Table, TableDecision, Truth};

fn step<'t>(table: &'t Table, facts: &Facts) -> &'t str {
    let made = TableDecision::of(table, facts).unwrap();
    let Outcome::Step(at) = made.outcome else { panic!("{}: {facts:?}: {:?}", table.id, made.outcome) };
    &table.steps[at].name
}

#[test]
fn every_boundary_of_the_list_falls_where_it_says() {
    let examples = examples();
    let rows = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/boundaries.tsv"))
        .unwrap();
    let mut seen = 0;
    for row in rows.lines() {
        let cells: Vec<&str> = row.split('\t').collect();
        let table = examples.tables.iter().find(|table| table.id == cells[0]).unwrap();
        assert_eq!(step(table, &facts(cells[1])), cells[2], "{row}");
        seen += 1;
    }
    assert!(seen >= 38, "{seen} rows");
}

/// The edges of each field in all steps, with their neighbours.
fn edges(table: &Table, field: usize) -> Vec<i64> {
    let domain = table.fields[field].domain;
    let conditions = table.steps.iter().flat_map(|step| step.when.iter().flatten());
    let mut values = BTreeSet::from([domain.low, domain.low + 1, domain.high.min(10_000_000)]);
    for span in conditions.filter(|one| one.field == field).flat_map(|one| one.set.spans()) {
        values.extend([span.low - 1, span.low, span.low + 1]);
        values.extend([span.high.saturating_sub(1), span.high, span.high.saturating_add(1)]);
    }
    values
        .into_iter()
        .filter(|value| *value >= domain.low && *value <= domain.high.min(1_000_000_000))
        .collect()
}

fn fact(table: &Table, field: usize, value: i64) -> Fact {
    match &table.fields[field].kind {
        FieldKind::Amount { unit, decimals } => {
            let text = format!("{}{}", decimal(value, *decimals), unit.name);
            let direct = Fact::Amount(Amount { digits: value, scale: *decimals, unit: unit.clone() });
            assert_eq!(
                table.fields[field].take(&Fact::parse(&text)),
                table.fields[field].take(&direct),
                "{text}"
            );
            direct
        }
        FieldKind::YesNo { .. } => Fact::Flag(value == 1),
        FieldKind::Kind(options) => Fact::Word(options[usize::try_from(value).unwrap()].clone()),
    }
}

#[test]
fn every_combination_of_edges_falls_in_exactly_one_step() {
    for table in &examples().tables {
        let mut vectors: Vec<Vec<i64>> = vec![Vec::new()];
        for field in 0..table.fields.len() {
            let own = edges(table, field);
            vectors = vectors
                .iter()
                .flat_map(|vector| own.iter().map(|value| [vector.as_slice(), &[*value]].concat()))
                .collect();
        }
        assert!(vectors.len() >= 20, "{}: {}", table.id, vectors.len());
        for vector in &vectors {
            let facts: Facts = vector
                .iter()
                .enumerate()
                .map(|(at, value)| (table.fields[at].name.clone(), fact(table, at, *value)))
                .collect();
            let never = table.never.iter().any(|all| all.iter().all(|one| one.set.has(vector[one.field])));
            let made = TableDecision::of(table, &facts).unwrap();
            let met = made.steps.iter().filter(|step| step.truth == Truth::Met).count();
            match table.takes {
                Takes::Only if !never => assert_eq!(met, 1, "{}: {facts:?}", table.id),
                Takes::Only => {}
                _ => assert!(met >= 1, "{}: {facts:?}", table.id),
            }
            assert!(matches!(made.outcome, Outcome::Step(_)), "{}: {facts:?}", table.id);
        }
    }
}

#[test]
fn gaps_and_overlaps_are_told_by_their_values() {
    let (file, found) = fixture("broken.toml");
    assert_eq!(codes(&found), ["gap", "gap", "overlap", "overlap", "overlap"]);
    let messages: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "“示例：空档”有空档：材积：1.999立方米以下，且罚款基数：1000.01至1000.99元，不落在任何阶次",
            "“示例：空档”有空档：材积：2立方米，不落在任何阶次",
            "“示例：重叠”有重叠：次数：3次，同时落在“较轻”和“一般”",
            "“示例：重叠”有重叠：次数：2次，且场所：学校，同时落在“较轻”和“一般”",
            "“示例：重叠”有重叠：次数：5次，同时落在“一般”和“较重”",
        ]
    );
    let lines: Vec<usize> = found.iter().map(|one| one.place.as_ref().unwrap().line).collect();
    assert_eq!(lines, [8, 8, 35, 35, 39]);
    let holes = analyse(&file.tables[0]);
    assert_eq!((holes.gaps.len(), holes.overlaps.len(), holes.unfinished), (2, 0, false));
    assert_eq!(shown(&holes.gaps[1], &file.tables[0].fields), "材积：2立方米");
}

#[test]
fn facts_in_a_gap_or_an_overlap_are_told_and_not_guessed() {
    let (file, _) = fixture("broken.toml");
    let outcome = |at: usize, text: &str| TableDecision::of(&file.tables[at], &facts(text)).unwrap().outcome;
    assert_eq!(outcome(0, "材积=2立方米 罚款基数=5元"), Outcome::Nowhere);
    assert_eq!(outcome(0, "材积=1立方米 罚款基数=1000.50元"), Outcome::Nowhere);
    assert_eq!(outcome(1, "次数=5次 场所=其他"), Outcome::Several(vec![1, 2]));
    assert_eq!(outcome(1, "次数=1次 场所=学校"), Outcome::Step(0));
}

#[test]
fn units_are_converted_exactly_or_refused() {
    let examples = examples();
    let table = examples.tables.iter().find(|table| table.id == "timber").unwrap();
    let wrong = |text: &str| codes(&TableDecision::of(table, &facts(text)).unwrap_err());
    assert_eq!(wrong("材积=3吨 株数=3件"), ["wrong_unit", "wrong_unit"], "both at once");
    assert_eq!(wrong("材积=3"), ["wrong_fact"], "a number without a unit has no meaning");
    assert_eq!(wrong("材积=0.0005立方米"), ["too_many_digits"]);
    assert_eq!(wrong("株数=0.5株"), ["too_many_digits"]);
    assert_eq!(wrong("株数=99999999999999株 材积=9999999999999999立方米"), ["too_large_number"]);
    let late = examples.tables.iter().find(|table| table.id == "late").unwrap();
    let wrong = |text: &str| codes(&TableDecision::of(late, &facts(text)).unwrap_err());
    assert_eq!(wrong("逾期=3日"), ["wrong_unit"], "working days are no days");
    assert_eq!(wrong("逾期=0工作日"), ["impossible_fact"]);
    let noise = examples.tables.iter().find(|table| table.id == "noise").unwrap();
    let found = TableDecision::of(noise, &facts("场所=住宅区")).unwrap_err();
    assert_eq!(found[0].message, "“场所”写的是“住宅区”，应当是其中之一：学校、医院、住宅、其他");
    assert_eq!(found[0].help.as_deref(), Some("是不是“住宅”？"));
}
