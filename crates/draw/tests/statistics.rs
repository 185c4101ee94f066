//! How draws scatter over thousands of seeds. The seeds are fixed beforehand, so a run tells the same each time; the
//! bounds are those that an even result misses once in a thousand times above, and once in a thousand below.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a test may panic and measure"
)]

mod common;

use std::collections::BTreeMap;

use common::*;
use draw::{Announced, Drawn, Generator, draw_with_seed};

/// Where the chi-square distribution has one part in a thousand below, and one above (Wilson and Hilferty).
fn bounds(freedom: usize) -> (f64, f64) {
    let n = freedom as f64;
    let at = |z: f64| n * (1.0 - 2.0 / (9.0 * n) + z * (2.0 / (9.0 * n)).sqrt()).powi(3);
    (at(-3.0902), at(3.0902))
}

fn even(what: &str, statistic: f64, freedom: usize) {
    let (least, most) = bounds(freedom);
    println!("{what}: {statistic:.1} with {freedom} degrees of freedom, {least:.1} to {most:.1}");
    assert!((least..most).contains(&statistic), "{what}: {statistic} is not in {least} to {most}");
}

/// Chi-square of counts that should all be the same.
fn of_counts(counts: &[usize]) -> f64 {
    let mean = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    counts.iter().map(|count| (*count as f64 - mean).powi(2) / mean).sum()
}

/// Chi-square of a table whose rows and columns should be independent, from its own margins.
fn of_table(table: &[Vec<usize>]) -> f64 {
    let total = table.iter().flatten().sum::<usize>() as f64;
    let rows: Vec<f64> = table.iter().map(|row| row.iter().sum::<usize>() as f64).collect();
    let columns: Vec<f64> =
        (0..table[0].len()).map(|at| table.iter().map(|row| row[at]).sum::<usize>() as f64).collect();
    let mut sum = 0.0;
    for (row, own) in table.iter().zip(&rows) {
        for (count, column) in row.iter().zip(&columns) {
            let expected = own * column / total;
            sum += (*count as f64 - expected).powi(2) / expected;
        }
    }
    sum
}

fn place(id: &str) -> usize {
    id[1..].parse::<usize>().unwrap() - 1
}

fn drawn_in<'d>(drawn: &'d Drawn<'_>, stratum: &str) -> Vec<&'d str> {
    let own = drawn.outcome.drawn.iter().filter(|one| one.stratum == stratum);
    own.map(|one| &*one.object).collect()
}

fn each_seed<'l>(announced: &'l Announced<'l>, seeds: u32) -> impl Iterator<Item = Drawn<'l>> {
    (0..seeds).map(|number| draw_with_seed(announced, seed(number)))
}

fn people(count: usize, limit: u32) -> Vec<draw::Inspector<'static>> {
    (1..=count).map(|at| inspector(&format!("P{at:05}"), &["甲"], limit)).collect()
}

#[test]
fn every_object_is_drawn_equally_often() {
    const SEEDS: u32 = 6_000;
    let list = list(vec![stratum("A", 700, &["甲"], 100)], people(4, 100));
    let announced = announced(&list);
    let mut counts = vec![0_usize; 100];
    for drawn in each_seed(&announced, SEEDS) {
        let own = drawn_in(&drawn, "A");
        assert_eq!(own.len(), 7);
        own.iter().for_each(|id| counts[place(id)] += 1);
    }
    // Drawn without putting back: the counts of one draw hang together, and vary by so much less.
    let (n, share) = (100.0, 0.07);
    let statistic = of_counts(&counts) / (1.0 - share) * (n - 1.0) / n;
    even("each of 100 objects", statistic, 99);
}

#[test]
fn every_set_is_drawn_equally_often() {
    // Two of seven: 21 sets.
    let list = list(vec![stratum("A", 2_500, &["甲"], 7)], people(4, 100));
    let announced = announced(&list);
    let mut sets: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for drawn in each_seed(&announced, 8_000) {
        let mut own: Vec<usize> = drawn_in(&drawn, "A").into_iter().map(place).collect();
        own.sort_unstable();
        *sets.entry(own).or_default() += 1;
    }
    assert_eq!(sets.len(), 21);
    let counts: Vec<usize> = sets.into_values().collect();
    even("each set of 2 of 7", of_counts(&counts), 20);
}

#[test]
fn strata_do_not_influence_each_other() {
    let strata = vec![stratum("A", 1, &["甲"], 8), stratum("B", 1, &["甲"], 9)];
    let list = list(strata, people(4, 100));
    let announced = announced(&list);
    let mut table = vec![vec![0_usize; 9]; 8];
    let mut orders = [0_usize; 2];
    for drawn in each_seed(&announced, 10_000) {
        let (a, b) = (drawn_in(&drawn, "A"), drawn_in(&drawn, "B"));
        table[place(a[0])][place(b[0])] += 1;
        orders[usize::from(drawn.outcome.drawn[0].stratum == "B")] += 1;
    }
    even("objects of two strata", of_table(&table), 56);
    // 1 of 8 keys is the smallest of 8, and so on: which stratum comes first is not even, and not asked. Both do come.
    assert!(orders.iter().all(|count| *count > 4_000), "{orders:?}");
}

#[test]
fn neighbours_in_the_list_are_no_nearer_to_each_other() {
    // Ids that differ in the last digit only, two of ten: the distance between those drawn is that of chance.
    let list = list(vec![stratum("A", 2_000, &["甲"], 10)], people(4, 100));
    let announced = announced(&list);
    let mut distances = [0_usize; 9];
    for drawn in each_seed(&announced, 9_000) {
        let own: Vec<usize> = drawn_in(&drawn, "A").into_iter().map(place).collect();
        distances[own[0].abs_diff(own[1]) - 1] += 1;
    }
    // Of 45 pairs 9 are neighbours, 8 one further, and so on.
    let statistic: f64 = (1_u32..=9)
        .zip(distances)
        .map(|(distance, count)| {
            let expected = 9_000.0 * f64::from(10 - distance) / 45.0;
            (count as f64 - expected).powi(2) / expected
        })
        .sum();
    even("distances in the list", statistic, 8);
}

#[test]
fn every_pair_of_inspectors_is_drawn_equally_often_whatever_the_object() {
    let list = list(vec![stratum("A", 1, &["甲"], 5)], people(8, 1));
    let announced = announced(&list);
    let mut pairs: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut table = vec![vec![0_usize; 8]; 5];
    for drawn in each_seed(&announced, 12_000) {
        let one = &drawn.outcome.drawn[0];
        let own: Vec<usize> = one.assigned[0].inspectors.iter().map(|id| place(id)).collect();
        *pairs.entry((own[0].min(own[1]), own[0].max(own[1]))).or_default() += 1;
        table[place(&one.object)][own[0]] += 1;
    }
    assert_eq!(pairs.len(), 28);
    let counts: Vec<usize> = pairs.into_values().collect();
    even("each pair of 8 inspectors", of_counts(&counts), 27);
    even("objects and their first inspector", of_table(&table), 28);
}

#[test]
fn the_work_falls_on_everybody_alike() {
    // Thirty slots, twelve people who may be in as many as they like: how often each is in one.
    let list = list(vec![stratum("A", 10_000, &["甲"], 30)], people(12, 100));
    let announced = announced(&list);
    let mut counts = vec![0_usize; 12];
    for drawn in each_seed(&announced, 1_500) {
        for one in &drawn.outcome.drawn {
            one.assigned[0].inspectors.iter().for_each(|id| counts[place(id)] += 1);
        }
    }
    // Two of twelve for each slot, without putting back.
    let statistic = of_counts(&counts) / (1.0 - 2.0 / 12.0) * 11.0 / 12.0;
    even("work of 12 inspectors", statistic, 11);
}

#[test]
fn recusal_shifts_nothing_to_a_particular_one() {
    // P00001 is recused from A00001: the other seven share his places there alike.
    let mut list = list(vec![stratum("A", 10_000, &["甲"], 1)], people(8, 1));
    list.recusals.push(recusal("P00001", "A00001"));
    let announced = announced(&list);
    let mut counts = [0_usize; 8];
    for drawn in each_seed(&announced, 7_000) {
        drawn.outcome.drawn[0].assigned[0].inspectors.iter().for_each(|id| counts[place(id)] += 1);
    }
    assert_eq!(counts[0], 0);
    let statistic = of_counts(&counts[1..]) / (1.0 - 2.0 / 7.0) * 6.0 / 7.0;
    even("the seven others", statistic, 6);
}

#[test]
fn numbers_are_even_below_any_bound() {
    for bound in [2_usize, 3, 7, 10, 97, 1_000] {
        let mut generator = Generator::new(seed(u32::try_from(bound).unwrap()));
        let mut counts = vec![0_usize; bound];
        let mut pairs = vec![vec![0_usize; bound.min(10)]; bound.min(10)];
        let mut before = 0;
        for _ in 0..60_000 {
            let number = generator.below(bound);
            counts[number] += 1;
            pairs[before * bound.min(10) / bound][number * bound.min(10) / bound] += 1;
            before = number;
        }
        even(&format!("numbers below {bound}"), of_counts(&counts), bound - 1);
        even(
            &format!("numbers below {bound} one after the other"),
            of_table(&pairs),
            (bound.min(10) - 1).pow(2),
        );
    }
}

#[test]
fn a_single_bit_of_the_seed_changes_the_draw() {
    let list = list(vec![stratum("A", 5_000, &["甲"], 40)], people(12, 100));
    let announced = announced(&list);
    let own = draw_with_seed(&announced, seed(0));
    let first: Vec<&str> = drawn_in(&own, "A");
    let mut common = 0;
    for bit in 0..256 {
        let mut other = seed(0);
        other.0.0[bit / 8] ^= 1 << (bit % 8);
        let drawn = draw_with_seed(&announced, other);
        common += drawn_in(&drawn, "A").iter().filter(|id| first.contains(id)).count();
    }
    // Of 20 drawn 10 are expected in common, give or take 1.6; over 256 draws the mean is within 0.1 in one of a thousand… twice that.
    let mean = f64::from(u32::try_from(common).unwrap()) / 256.0;
    assert!((9.6..10.4).contains(&mean), "{mean}");
}
