//! Figures over whole years and what is left of days, against adding up everything that was ever contributed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use crate::common::{Folder, On};
use proptest::prelude::*;
use proptest::sample::select;
use store::tally::{self, Contribution, Range, Sum};
use store::{Problem, Store, StoreError, Tx};

on_both! {
    a_year_that_was_changed_by_hand_is_found,
    a_store_of_before_gets_its_years,
}

const FIGURES: [&str; 3] = ["f", "g", "h"];
const ORGANS: [&str; 4] = ["court", "justice", "police", ""];
const DIVISIONS: [&str; 4] = ["350526", "350583", "360100", "350526101"];

/// 2023-12-31, 2024-12-31 and 2025-12-31: what is asked for and entered around them goes into one year or another.
const ENDS: [i32; 3] = [19_722, 20_088, 20_453];

fn days() -> impl Strategy<Value = i32> {
    let near = (select(&ENDS[..]), -2..4_i32).prop_map(|(end, by)| end + by);
    prop_oneof![3 => near, 1 => 19_300..20_600_i32, 1 => select(vec![i32::MIN, -800_000, i32::MAX])]
}

prop_compose! {
    fn contribution()(
        figure in select(&FIGURES[..]), organ in select(&ORGANS[..]), division in select(&DIVISIONS[..]),
        legal_day in days(), late in -1..400_i32, case in 0..3_u8, n in -3..5_i64, total in -900..900_i64,
    ) -> Contribution {
        Contribution {
            figure: figure.to_owned(),
            legal_day,
            case: format!("c{case}"),
            number: 1,
            organ: organ.to_owned(),
            division: division.to_owned(),
            recorded_day: legal_day.saturating_add(if late % 3 == 0 { 0 } else { late }),
            n,
            total,
        }
    }
}

/// What is asked for: days and place.
#[derive(Clone, Debug)]
struct Question {
    from: i32,
    until: i32,
    as_of: i32,
    division: &'static str,
    organ: &'static str,
}

prop_compose! {
    fn question()(
        from in days(), until in days(), as_of in days(), whole in any::<(bool, bool)>(),
        division in select(vec!["", "35", "3505", "350526", "36"]), organ in select(&ORGANS[..]),
    ) -> Question {
        let from = if whole.0 { ENDS[0] + 1 } else { from };
        let until = if whole.1 { ENDS[2] } else { until };
        Question { from, until, as_of, division, organ }
    }
}

impl Question {
    fn range<'a>(&'a self, figure: &'a str) -> Range<'a> {
        let &Self { from, until, as_of, division, organ } = self;
        Range { figure, from, until, as_of, division, organ }
    }

    /// What it comes to: each contribution looked at.
    fn counted<'a>(&self, all: &'a [Contribution], figure: &str) -> Vec<&'a Contribution> {
        let fits = |one: &&Contribution| {
            one.figure == figure
                && (self.from..=self.until).contains(&one.legal_day)
                && one.recorded_day <= self.as_of
                && one.division.starts_with(self.division)
        };
        all.iter().filter(fits).collect()
    }
}

fn total<'a>(ones: impl IntoIterator<Item = &'a Contribution>) -> Sum {
    ones.into_iter().fold(Sum::default(), |sum, one| Sum { n: sum.n + one.n, total: sum.total + one.total })
}

fn write(store: &Store, added: Vec<Contribution>, keep: bool) {
    let done = store.write(move |tx: &mut Tx<'_>| {
        added.iter().try_for_each(|one| tally::contribute(tx, one))?;
        if keep { Ok(()) } else { Err(StoreError::NullCharacter) }
    });
    assert_eq!(done.unwrap().is_ok(), keep);
}

fn answers_as_expected(store: &Store, all: &[Contribution], asked: &Question) -> Result<(), TestCaseError> {
    let sums = store.read(|r| tally::sums(r, &asked.range(""), &FIGURES)).unwrap();
    for figure in FIGURES {
        let range = asked.range(figure);
        let counted = asked.counted(all, figure);
        let own = counted.iter().copied().filter(|one| asked.organ.is_empty() || one.organ == asked.organ);
        let expected = total(own);
        prop_assert_eq!(store.read(|r| tally::sum(r, &range)).unwrap(), expected, "{:?}", asked);
        prop_assert_eq!(sums.get(figure).copied().unwrap_or_default(), expected, "{:?}", asked);
        let mut by_organ: BTreeMap<String, Sum> = BTreeMap::new();
        // Nobody's acts stand in no organ's row, but count in the whole.
        for organ in ORGANS.iter().filter(|organ| !organ.is_empty()) {
            let sum = total(counted.iter().copied().filter(|one| one.organ == *organ));
            by_organ.insert((*organ).to_owned(), sum);
        }
        let found: BTreeMap<String, Sum> =
            store.read(|r| tally::by_organ(r, &range)).unwrap().into_iter().collect();
        for (organ, sum) in by_organ {
            prop_assert_eq!(found.get(&organ).copied().unwrap_or_default(), sum, "{}: {:?}", organ, asked);
        }
    }
    Ok(())
}

fn counts_like_adding_up(
    on: On,
    groups: Vec<(Vec<Contribution>, bool)>,
    questions: &[Question],
) -> Result<(), TestCaseError> {
    let Some(folder) = Folder::on(on, "years") else { return Ok(()) };
    let store = folder.open();
    let mut all = Vec::new();
    for (added, keep) in groups {
        write(&store, added.clone(), keep);
        all.extend(keep.then_some(added).into_iter().flatten());
        questions.iter().try_for_each(|asked| answers_as_expected(&store, &all, asked))?;
    }
    prop_assert_eq!(store.verify().unwrap().faults, []);
    tally_is_forgotten(&store, &all, questions)
}

/// A figure that is counted anew leaves nothing behind.
fn tally_is_forgotten(
    store: &Store,
    all: &[Contribution],
    questions: &[Question],
) -> Result<(), TestCaseError> {
    store.write(|tx| tally::clear(tx, "f")).unwrap().unwrap();
    let left: Vec<Contribution> = all.iter().filter(|one| one.figure != "f").cloned().collect();
    questions.iter().try_for_each(|asked| answers_as_expected(store, &left, asked))?;
    prop_assert_eq!(store.verify().unwrap().faults, []);
    Ok(())
}

fn groups() -> impl Strategy<Value = Vec<(Vec<Contribution>, bool)>> {
    let group = (prop::collection::vec(contribution(), 1..12), prop::bool::weighted(0.8));
    prop::collection::vec(group, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_counts_like_adding_up(
        groups in groups(), questions in prop::collection::vec(question(), 1..16)
    ) {
        counts_like_adding_up(On::Sqlite, groups, &questions)?;
    }

    #[test]
    fn postgres_counts_like_adding_up(
        groups in groups(), questions in prop::collection::vec(question(), 1..16)
    ) {
        counts_like_adding_up(On::Postgres, groups, &questions)?;
    }
}

/// Acts of three years, one of them taken back a year later.
fn some() -> Vec<Contribution> {
    let one = |figure: &str, organ: &str, legal_day, recorded_day, n| Contribution {
        figure: figure.to_owned(),
        legal_day,
        case: "c".to_owned(),
        number: 1,
        organ: organ.to_owned(),
        division: "350526".to_owned(),
        recorded_day,
        n,
        total: n * 100,
    };
    vec![
        one("f", "justice", ENDS[0], ENDS[0], 4),
        one("f", "justice", ENDS[0] + 1, ENDS[0] + 1, 5),
        one("f", "police", ENDS[0] + 9, ENDS[0] + 20, 6),
        one("f", "police", ENDS[0] + 9, ENDS[1] + 20, -6),
        one("g", "", ENDS[2] + 1, ENDS[2] + 3, 7),
        one("g", "police", -400, -400, 8),
    ]
}

fn a_year_that_was_changed_by_hand_is_found(folder: &Folder) {
    let store = folder.open();
    write(&store, some(), true);
    let faults = |text: &str| {
        folder.tamper(text);
        store.verify().unwrap().faults
    };
    assert_eq!(faults("SELECT 1"), []);
    let of = |organ: &str| {
        format!("WHERE figure = {} AND organ = {} AND year = 2023", folder.name("f"), folder.name(organ))
    };
    let wrong =
        |organ: &str, year| Problem::TallyYear { figure: "f".to_owned(), organ: organ.to_owned(), year };
    assert_eq!(
        faults(&format!("UPDATE tally_year SET n = n + 1 {}", of("justice"))),
        [wrong("justice", 2023)]
    );
    assert_eq!(faults(&format!("UPDATE tally_year SET n = n - 1 {}", of("justice"))), []);
    // What was known later is put among what was known then.
    assert_eq!(
        faults(&format!("UPDATE tally_year SET known_from = known_from + 1 {}", of(""))),
        [wrong("", 2023), wrong("", 2023)]
    );
    assert!(wrong("", 2023).to_string().contains("各机关合计"));
    assert_eq!(faults(&format!("UPDATE tally_year SET known_from = known_from - 1 {}", of(""))), []);
    assert_eq!(faults("UPDATE tally_reach SET day = day - 1 WHERE day = 20456"), [Problem::TallyReach]);
}

/// The years of a store that had none are those that writing makes.
fn a_store_of_before_gets_its_years(folder: &Folder) {
    let store = folder.open();
    write(&store, some(), true);
    drop(store);
    folder.before_names();
    folder.tamper("DROP TABLE tally_year; DROP TABLE tally_reach; DELETE FROM migration WHERE version = 22");
    let store = folder.open();
    assert_eq!(store.verify().unwrap().faults, []);
    let year = |organ, as_of| {
        let (from, until) = (ENDS[0] + 1, ENDS[1]);
        let range = Range { figure: "f", from, until, as_of, division: "3505", organ };
        store.read(|r| tally::sum(r, &range)).unwrap().n
    };
    assert_eq!((year("", ENDS[1]), year("", ENDS[2]), year("police", ENDS[1])), (11, 5, 6));
    // And it goes on.
    write(&store, some(), true);
    assert_eq!(store.verify().unwrap().faults, []);
    assert_eq!(year("", ENDS[2]), 10);
}
