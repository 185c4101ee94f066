//! Results of surveys with their margin, or why there is none.

use crate::Ratio;

/// What came back from one stratum; a survey without strata has one. 一层的答卷
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StratumAnswers {
    pub id: String,
    /// How many people there are.
    pub population: u32,
    /// How many were asked.
    pub asked: u32,
    /// One for each sheet that came back; none where the question was left open.
    pub answers: Vec<Option<i64>>,
}

/// What came back. 答卷
pub type Answers = [StratumAnswers];

/// What a result wants before it may be stated. 发布要求
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    pub least_answers: u32,
    /// Of those who were asked.
    pub least_response: Ratio,
    /// In each stratum.
    pub least_in_stratum: u32,
    /// The smallest and the largest answer that there is.
    pub scale: (i64, i64),
}

impl Demand {
    /// Thirty answers, half of those asked, two in each stratum: our own floor, no law's.
    #[must_use]
    pub fn usual(scale: (i64, i64)) -> Self {
        let half = Ratio::new(1, 2).unwrap_or(Ratio::ONE);
        Self { least_answers: 30, least_response: half, least_in_stratum: 2, scale }
    }
}

/// How many were asked and answered. 回收情况
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseRate {
    pub asked: u32,
    pub returned: u32,
    /// This question.
    pub answered: u32,
}

impl ResponseRate {
    #[must_use]
    pub fn rate(self) -> Ratio {
        Ratio::new(i128::from(self.answered), i128::from(self.asked)).unwrap_or(Ratio::ZERO)
    }
}

/// Between which values the truth lies with a confidence of 95 %, rounded outwards to six digits. 误差范围
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin {
    pub low: Ratio,
    pub high: Ratio,
}

/// The share of those who answered so. 比例
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub value: Ratio,
    /// Wilson's interval; of strata with the size of a simple sample that is as exact, never more than there are answers.
    pub margin: Margin,
    pub good: u32,
    pub response: ResponseRate,
    /// The share if everybody who was asked and did not answer had answered otherwise, and so.
    pub extremes: Margin,
}

/// The mean of scores. 平均分
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mean {
    pub value: Ratio,
    /// Normal interval from the variance of the answers.
    pub margin: Margin,
    pub response: ResponseRate,
    /// The mean if everybody who did not answer had given the lowest, and the highest score.
    pub extremes: Margin,
}

/// Why no result may be stated. 不得发布的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    TooFewAnswers { answered: u32, wanted: u32 },
    LowResponse { rate: Ratio, wanted: Ratio },
    ThinStratum { id: String, answered: u32, wanted: u32 },
    MoreThanAsked { id: String },
    MoreThanThereAre { id: String },
    OutOfScale { id: String, answer: i64 },
    TooLarge,
}

impl Refused {
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::TooFewAnswers { answered, wanted } => {
                format!("有效答卷{answered}份，不到{wanted}份，不能得出结果")
            }
            Self::LowResponse { rate, wanted } => {
                format!("回收率{}，不到{}，不能得出结果", rate.percent(2), wanted.percent(2))
            }
            Self::ThinStratum { id, answered, wanted } => {
                format!("层“{id}”只有{answered}份有效答卷，不到{wanted}份，分层结果无从推算")
            }
            Self::MoreThanAsked { id } => format!("层“{id}”收回的答卷多于发出的"),
            Self::MoreThanThereAre { id } => format!("层“{id}”发出的问卷多于总人数"),
            Self::OutOfScale { id, answer } => format!("层“{id}”有答案{answer}，不在量表里"),
            Self::TooLarge => "数太大，算不出".to_owned(),
        }
    }
}

/// Digits of a result over several strata.
const FINE: u32 = 9;
/// Digits of each stratum's part in it.
const FINEST: u32 = 12;
/// Digits of margins.
const COARSE: u32 = 6;

/// A number of people.
fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

fn ratio(top: u32, bottom: u32) -> Option<Ratio> {
    Ratio::new(i128::from(top), i128::from(bottom))
}

/// The response, or every reason why nothing may be stated.
fn response(answers: &Answers, demand: &Demand) -> Result<ResponseRate, Vec<Refused>> {
    let mut refused = Vec::new();
    let mut all = ResponseRate { asked: 0, returned: 0, answered: 0 };
    for one in answers {
        let (returned, answered) = (count(one.answers.len()), count(one.answers.iter().flatten().count()));
        all.asked = all.asked.saturating_add(one.asked);
        all.returned = all.returned.saturating_add(returned);
        all.answered = all.answered.saturating_add(answered);
        let id = one.id.clone();
        if returned > one.asked {
            refused.push(Refused::MoreThanAsked { id: id.clone() });
        }
        if one.asked > one.population {
            refused.push(Refused::MoreThanThereAre { id: id.clone() });
        }
        let (least, most) = demand.scale;
        if let Some(answer) = one.answers.iter().flatten().find(|answer| !(least..=most).contains(answer)) {
            refused.push(Refused::OutOfScale { id: id.clone(), answer: *answer });
        }
        if answers.len() > 1 && answered < demand.least_in_stratum.max(2) {
            refused.push(Refused::ThinStratum { id, answered, wanted: demand.least_in_stratum.max(2) });
        }
    }
    let wanted = demand.least_answers.max(2);
    if all.answered < wanted {
        refused.push(Refused::TooFewAnswers { answered: all.answered, wanted });
    }
    if all.asked > 0 && all.rate() < demand.least_response {
        refused.push(Refused::LowResponse { rate: all.rate(), wanted: demand.least_response });
    }
    if refused.is_empty() { Ok(all) } else { Err(refused) }
}

/// The sum over strata of what is asked of each, times its part of the population (to a power). Of one stratum it is exact.
fn over_strata(
    answers: &Answers,
    of: &dyn Fn(&StratumAnswers) -> Option<Ratio>,
    power: u32,
) -> Option<Ratio> {
    if let [one] = answers {
        return of(one);
    }
    let population = answers.iter().try_fold(0u32, |sum, one| sum.checked_add(one.population))?;
    let mut sum = Ratio::ZERO;
    for one in answers {
        let weight = ratio(one.population, population)?;
        let part = if power == 1 {
            weight.times(of(one)?)?
        } else {
            weight.times(weight)?.rounded(FINEST)?.times(of(one)?.rounded(FINEST)?)?
        };
        sum = sum.plus(part.rounded(FINEST)?)?;
    }
    if power == 1 { sum.rounded(FINE) } else { Some(sum) }
}

/// The share of the answers that are good, with its margin.
///
/// # Errors
/// Too few answered, or the numbers do not fit together: every reason.
pub fn share(
    answers: &Answers,
    is_good: &dyn Fn(i64) -> bool,
    demand: &Demand,
) -> Result<Share, Vec<Refused>> {
    let response = response(answers, demand)?;
    let made = || {
        let good =
            |one: &StratumAnswers| count(one.answers.iter().flatten().filter(|one| is_good(**one)).count());
        let answered = |one: &StratumAnswers| count(one.answers.iter().flatten().count());
        let value = over_strata(answers, &|one| ratio(good(one), answered(one)), 1)?;
        let least = over_strata(answers, &|one| ratio(good(one), one.asked), 1)?;
        let most = over_strata(answers, &|one| ratio(good(one) + one.asked - answered(one), one.asked), 1)?;
        let size = Ratio::whole(i64::from(response.answered));
        let size = if answers.len() > 1 { effective(answers, &good, &answered)?.min(size) } else { size };
        Some(Share {
            value,
            margin: wilson(value, size)?,
            good: answers.iter().map(good).sum(),
            response,
            extremes: Margin { low: least, high: most },
        })
    };
    made().ok_or_else(|| vec![Refused::TooLarge])
}

/// The size of a simple sample that is as exact as the strata: from shares with one answer more on each side, so that strata
/// of one mind are not taken to be certain.
fn effective(
    answers: &Answers,
    good: &dyn Fn(&StratumAnswers) -> u32,
    answered: &dyn Fn(&StratumAnswers) -> u32,
) -> Option<Ratio> {
    let soft = |one: &StratumAnswers| ratio(good(one) + 1, answered(one) + 2)?.rounded(FINE);
    let variance = over_strata(
        answers,
        &|one| soft(one)?.times(Ratio::ONE.minus(soft(one)?)?)?.over(Ratio::whole(i64::from(answered(one)))),
        2,
    )?;
    let share = over_strata(answers, &soft, 1)?.rounded(FINE)?;
    share.times(Ratio::ONE.minus(share)?)?.over(variance)?.floor(3)
}

/// Wilson's interval of a share in a sample: the ends are (2np + z² ∓ √(z⁴ + 4z²np(1−p))) / 2(n + z²).
fn wilson(share: Ratio, size: Ratio) -> Option<Margin> {
    let z2 = Ratio::new(2401, 625)?;
    let p = share.rounded(FINE)?;
    let doubled = size.times(p)?.times(Ratio::whole(2))?.plus(z2)?;
    let spread = size.times(p.times(Ratio::ONE.minus(p)?)?)?.times(z2)?.times(Ratio::whole(4))?;
    let root = root_above(spread.plus(z2.times(z2)?)?)?;
    let bottom = size.plus(z2)?.times(Ratio::whole(2))?;
    let low = doubled.minus(root)?.over(bottom)?.floor(COARSE)?;
    let high = doubled.plus(root)?.over(bottom)?.ceiling(COARSE)?;
    Some(Margin { low: low.max(Ratio::ZERO), high: high.min(Ratio::ONE) })
}

/// The mean of the answers, with its margin.
///
/// # Errors
/// Too few answered, or the numbers do not fit together: every reason.
pub fn mean(answers: &Answers, demand: &Demand) -> Result<Mean, Vec<Refused>> {
    let response = response(answers, demand)?;
    let made = || {
        let sums = |one: &StratumAnswers| {
            let all = one.answers.iter().flatten().map(|answer| i128::from(*answer));
            let (mut many, mut sum, mut squares) = (0i128, 0i128, 0i128);
            for answer in all {
                many += 1;
                sum = sum.checked_add(answer)?;
                squares = squares.checked_add(answer.checked_mul(answer)?)?;
            }
            Some((many, sum, squares))
        };
        let value = over_strata(answers, &|one| sums(one).and_then(|(n, sum, _)| Ratio::new(sum, n)), 1)?;
        let variance = |one: &StratumAnswers| {
            let (n, sum, squares) = sums(one)?;
            // n·Σx² − (Σx)², over n²(n − 1).
            let top = n.checked_mul(squares)?.checked_sub(sum.checked_mul(sum)?)?;
            Ratio::new(top, n.checked_mul(n)?.checked_mul(n.checked_sub(1)?)?)
        };
        let variance = over_strata(answers, &variance, 2)?;
        let z = Ratio::new(49, 25)?;
        let half = z.times(root_above(variance)?)?;
        let extreme = |score: i64| {
            over_strata(
                answers,
                &|one| {
                    let (n, sum, _) = sums(one)?;
                    let missing = i128::from(one.asked).checked_sub(n)?;
                    Ratio::new(
                        missing.checked_mul(i128::from(score))?.checked_add(sum)?,
                        i128::from(one.asked),
                    )
                },
                1,
            )
        };
        let (least, most) = demand.scale;
        let ends = (Ratio::whole(least), Ratio::whole(most));
        let low = value.minus(half)?.floor(COARSE)?.within(ends.0, ends.1);
        let high = value.plus(half)?.ceiling(COARSE)?.within(ends.0, ends.1);
        let extremes = Margin { low: extreme(least)?, high: extreme(most)? };
        Some(Mean { value, margin: Margin { low, high }, response, extremes })
    };
    made().ok_or_else(|| vec![Refused::TooLarge])
}

/// A root, rounded up in its ninth digit; nought of nought.
fn root_above(value: Ratio) -> Option<Ratio> {
    let factor = 10i128.checked_pow(2 * FINE)?;
    let scaled = value.ceiling(FINEST)?.times(Ratio::new(factor, 1)?)?;
    let square = u128::try_from(scaled.numerator()).ok()?;
    let root = square.isqrt();
    let is_exact = root.checked_mul(root)? == square;
    Ratio::new(i128::try_from(root).ok()? + i128::from(!is_exact), 10i128.checked_pow(FINE)?)
}
