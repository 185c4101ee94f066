//! Results of surveys against a naive reading in floating point, and their refusals.
#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "a test may compute as it likes"
)]

use assessment::Ratio;
use assessment::survey::{Demand, Refused, StratumAnswers, mean, share};
use proptest::prelude::*;

fn stratum(id: &str, population: u32, asked: u32, answers: Vec<Option<i64>>) -> StratumAnswers {
    StratumAnswers { id: id.to_owned(), population, asked, answers }
}

/// So many good (5), bad (1) and open ones.
fn answers(good: usize, bad: usize, open: usize) -> Vec<Option<i64>> {
    [vec![Some(5); good], vec![Some(1); bad], vec![None; open]].concat()
}

fn is_good(answer: i64) -> bool {
    answer >= 3
}

fn demand() -> Demand {
    Demand::usual((1, 5))
}

fn float(ratio: Ratio) -> f64 {
    ratio.numerator() as f64 / ratio.denominator() as f64
}

#[test]
fn a_known_interval_of_wilson() {
    // 81 of 263: 0.2553 to 0.3662, the example of Newcombe (1998).
    let all = [stratum("", 5000, 300, answers(81, 182, 0))];
    let made = share(&all, &is_good, &demand()).unwrap();
    assert_eq!((made.margin.low.text(4), made.margin.high.text(4)), ("0.2553".into(), "0.3662".into()));
    assert_eq!((made.value, made.good), (Ratio::new(81, 263).unwrap(), 81));
    assert_eq!(made.response.rate(), Ratio::new(263, 300).unwrap());
    // The 37 who did not answer: all dissatisfied, or all satisfied.
    assert_eq!(made.extremes.low, Ratio::new(81, 300).unwrap());
    assert_eq!(made.extremes.high, Ratio::new(118, 300).unwrap());
}

#[test]
fn nobody_and_everybody_have_a_margin_on_one_side() {
    let none = share(&[stratum("", 100, 40, answers(0, 40, 0))], &is_good, &demand()).unwrap();
    assert_eq!(none.margin.low, Ratio::ZERO);
    assert_eq!(none.margin.high.text(4), "0.0876");
    let all = share(&[stratum("", 100, 40, answers(40, 0, 0))], &is_good, &demand()).unwrap();
    assert_eq!(all.margin.high, Ratio::ONE);
    assert_eq!(all.margin.low.text(4), "0.9124");
}

#[test]
fn strata_count_by_their_people_not_by_their_answers() {
    let all = [stratum("城", 9000, 50, answers(45, 5, 0)), stratum("乡", 1000, 50, answers(25, 25, 0))];
    let made = share(&all, &is_good, &demand()).unwrap();
    assert_eq!(made.value, Ratio::new(86, 100).unwrap(), "90% × 0.9 + 10% × 0.5");
    assert!(made.margin.low < made.value && made.value < made.margin.high);
    let simple = share(&[stratum("", 10_000, 100, answers(86, 14, 0))], &is_good, &demand()).unwrap();
    assert!(
        made.margin.low <= simple.margin.low,
        "the towns are asked too little to be surer than a simple sample"
    );
    let same = [stratum("甲", 500, 50, answers(50, 0, 0)), stratum("乙", 500, 50, answers(0, 50, 0))];
    let made = share(&same, &is_good, &demand()).unwrap();
    assert!(made.margin.low < made.value, "strata of one mind are not certain");
}

#[test]
fn means_with_their_margin() {
    let scores = [vec![Some(5); 20], vec![Some(4); 10], vec![Some(2); 10], vec![None; 5]].concat();
    let made = mean(&[stratum("", 1000, 50, scores)], &demand()).unwrap();
    assert_eq!(made.value, Ratio::new(160 + 20 - 20, 40).unwrap());
    // s² = (20·1 + 10·0 + 10·4)/39, half = 1.96·√(s²/40).
    let half = 1.96 * ((20.0 + 40.0) / 39.0 / 40.0f64).sqrt();
    assert!((float(made.margin.low) - (4.0 - half)).abs() < 2e-6, "{}", made.margin.low.text(6));
    assert!((float(made.margin.high) - (4.0 + half)).abs() < 2e-6);
    assert_eq!(made.extremes.low, Ratio::new(170, 50).unwrap());
    assert_eq!(made.extremes.high, Ratio::new(210, 50).unwrap());
    assert_eq!((made.response.returned, made.response.answered), (45, 40));
    let same = mean(&[stratum("", 1000, 50, vec![Some(4); 40])], &demand()).unwrap();
    assert_eq!((same.margin.low, same.margin.high), (Ratio::whole(4), Ratio::whole(4)));
}

#[test]
fn too_few_answers_give_no_result_and_every_reason_is_told() {
    let told = |all: &[StratumAnswers]| -> Vec<String> {
        share(all, &is_good, &demand()).unwrap_err().iter().map(Refused::told).collect()
    };
    assert!(
        share(&[stratum("", 500, 60, answers(30, 0, 0))], &is_good, &demand()).is_ok(),
        "thirty of sixty"
    );
    assert_eq!(told(&[stratum("", 500, 58, answers(29, 0, 1))]), ["有效答卷29份，不到30份，不能得出结果"]);
    assert_eq!(told(&[stratum("", 500, 61, answers(30, 0, 5))]), ["回收率49.18%，不到50%，不能得出结果"]);
    let thin = [stratum("城", 500, 50, answers(40, 0, 0)), stratum("乡", 500, 50, answers(1, 0, 9))];
    assert_eq!(
        told(&thin),
        ["层“乡”只有1份有效答卷，不到2份，分层结果无从推算", "回收率41%，不到50%，不能得出结果"]
    );
    assert_eq!(told(&[stratum("全", 500, 30, answers(31, 0, 0))]), ["层“全”收回的答卷多于发出的"]);
    assert_eq!(told(&[stratum("全", 20, 30, answers(30, 0, 0))]), ["层“全”发出的问卷多于总人数"]);
    let odd = [answers(30, 0, 0), vec![Some(6)]].concat();
    assert_eq!(told(&[stratum("全", 500, 40, odd)]), ["层“全”有答案6，不在量表里"]);
    assert_eq!(told(&[]), ["有效答卷0份，不到30份，不能得出结果"]);
}

proptest! {
    #[test]
    fn wilson_agrees_with_floating_point(n in 30usize..2000, part in 0usize..=1000) {
        let good = n * part / 1000;
        let asked = u32::try_from(n).unwrap();
        let made = share(&[stratum("", 10_000, asked, answers(good, n - good, 0))], &is_good, &demand()).unwrap();
        let (n, p, z) = (n as f64, good as f64 / n as f64, 1.96f64);
        let middle = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let bottom = 1.0 + z * z / n;
        prop_assert!((float(made.margin.low) - ((middle - spread) / bottom).max(0.0)).abs() < 2e-6);
        prop_assert!((float(made.margin.high) - ((middle + spread) / bottom).min(1.0)).abs() < 2e-6);
        prop_assert!(made.margin.low <= made.value && made.value <= made.margin.high);
    }

    #[test]
    fn results_of_strata_hold_together(
        strata in proptest::collection::vec((100u32..50_000, 2usize..60, 2usize..60, 0usize..20), 2..19),
    ) {
        let all: Vec<StratumAnswers> = strata
            .iter()
            .enumerate()
            .map(|(at, (population, good, bad, open))| {
                let asked = u32::try_from(good + bad + open).unwrap();
                stratum(&at.to_string(), (*population).max(asked), asked, answers(*good, *bad, *open))
            })
            .collect();
        let demand = Demand { least_answers: 2, ..demand() };
        let made = share(&all, &is_good, &demand).unwrap();
        prop_assert!(Ratio::ZERO <= made.margin.low && made.margin.low < made.value);
        prop_assert!(made.value < made.margin.high && made.margin.high <= Ratio::ONE);
        prop_assert!(made.extremes.low <= made.value && made.value <= made.extremes.high);
        let people: f64 = all.iter().map(|one| f64::from(one.population)).sum();
        let naive: f64 = all.iter().zip(&strata)
            .map(|(one, (_, good, bad, _))| f64::from(one.population) / people * *good as f64 / (good + bad) as f64)
            .sum();
        prop_assert!((float(made.value) - naive).abs() < 1e-9);
        let scores = mean(&all, &demand).unwrap();
        prop_assert!((float(scores.value) - (1.0 + 4.0 * naive)).abs() < 1e-8);
        prop_assert!(scores.margin.low < scores.value && scores.value < scores.margin.high);
    }
}
