//! From marks to the total: an interval where something is unproved.

use crate::score::{Status, mark};
use crate::{Area, Criterion, Facts, Group, Kind, Mark, Ratio, Scheme, Sheet, VetoScope};

/// From and to; the same where everything is known. 区间
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub low: Ratio,
    pub high: Ratio,
}

impl Span {
    #[must_use]
    pub fn of(points: Ratio) -> Self {
        Self { low: points, high: points }
    }

    #[must_use]
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }

    /// `72.5` or `72.5～90`.
    #[must_use]
    pub fn text(self) -> String {
        let (low, high) = (self.low.text(crate::DIGITS), self.high.text(crate::DIGITS));
        if self.is_exact() { low } else { format!("{low}～{high}") }
    }
}

/// The assessment of one subject in one year. 评估结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Id and edition of the scheme.
    pub scheme: String,
    pub year: i32,
    pub subject: String,
    /// In the order of the scheme.
    pub marks: Vec<Mark>,
    pub total: Total,
}

/// The total. 总分
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Where no open veto falls.
    pub points: Span,
    pub full: Ratio,
    /// The points that can be had by who is assessed: without what does not apply.
    pub applicable: Ratio,
    /// Positive points, before scaling up what does not apply.
    pub earned: Span,
    pub deducted: Span,
    pub bonus: Span,
    /// Vetoes that fell.
    pub fired: Vec<String>,
    /// Vetoes of which nobody knows.
    pub open: Vec<String>,
    /// The lowest total if every open veto fell.
    pub floor: Ratio,
    pub unproved: usize,
    /// Points of what is counted on a self-score that nobody checked.
    pub unchecked: Ratio,
    pub areas: Vec<AreaScore>,
}

/// The points of an area, before scaling. 一级指标得分
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaScore {
    pub id: String,
    pub name: String,
    pub points: Span,
    /// In points of the whole.
    pub maximum: Ratio,
    pub applicable: Ratio,
    pub is_vetoed: bool,
}

/// Why there is no total. 无总分的原因
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotalFault {
    NothingApplicable,
    TooLarge,
}

impl TotalFault {
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::NothingApplicable => "没有一项得分指标适用，无从计算总分",
            Self::TooLarge => "方案的分值和权重太细，总分算不出",
        }
    }
}

/// The lower or the upper end of the interval.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Low,
    High,
}

/// How much a point of a criterion is worth in the whole.
pub(crate) fn worth(scheme: &Scheme, area: &Area, group: &Group, criterion: &Criterion) -> Option<Ratio> {
    let step = |whole: Ratio, weight: Option<Ratio>, own: Ratio| match weight {
        None => Some(Ratio::ONE),
        Some(weight) => whole.times(weight)?.over(own),
    };
    step(group.maximum, criterion.weight, criterion.maximum)?
        .times(step(area.maximum, group.weight, group.maximum)?)?
        .times(step(scheme.full, area.weight, area.maximum)?)
}

/// What each criterion adds to the total, and what caps and vetoes of the whole change: the sum of all is the total.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    pub parts: Vec<Ratio>,
    pub adjusted: Ratio,
    pub total: Ratio,
    pub earned: Ratio,
    pub deducted: Ratio,
    pub bonus: Ratio,
    pub applicable: Ratio,
    pub areas: Vec<(Ratio, Ratio, bool)>,
}

/// Adds up one end of the interval. `open_fall` says whether vetoes of which nobody knows are taken to fall.
pub(crate) fn sum(scheme: &Scheme, marks: &[Mark], end: End, open_fall: bool) -> Result<Sum, TotalFault> {
    let falls = |mark: &Mark| mark.kind.is_veto() && mark.fired.unwrap_or(open_fall);
    let big = TotalFault::TooLarge;
    let (mut earned, mut applicable) = (Ratio::ZERO, Ratio::ZERO);
    let (mut deducted, mut bonus) = (Ratio::ZERO, Ratio::ZERO);
    let (mut parts, mut areas, mut is_whole_vetoed) = (Vec::new(), Vec::new(), false);
    let mut at = 0;
    for area in &scheme.areas {
        let many = area.groups.iter().map(|group| group.criteria.len()).sum::<usize>();
        let own = marks.get(at..at + many).unwrap_or_default();
        at += many;
        is_whole_vetoed |= own.iter().any(|mark| mark.kind == Kind::Veto(VetoScope::Whole) && falls(mark));
        let is_vetoed = own.iter().any(|mark| mark.kind == Kind::Veto(VetoScope::Area) && falls(mark));
        let (mut of_area, mut could) = (Ratio::ZERO, Ratio::ZERO);
        let criteria =
            area.groups.iter().flat_map(|group| group.criteria.iter().map(move |one| (group, one)));
        for ((group, criterion), mark) in criteria.zip(own) {
            let (low, high) = (mark.points.low, mark.points.high);
            let (best, worst) = if end == End::Low { (low, high) } else { (high, low) };
            let part = match mark.kind {
                Kind::Positive if mark.status == Status::NotApplicable => Ratio::ZERO,
                Kind::Positive => {
                    let worth = worth(scheme, area, group, criterion).ok_or(big)?;
                    could = could.plus(criterion.maximum.times(worth).ok_or(big)?).ok_or(big)?;
                    let part = if is_vetoed { Ratio::ZERO } else { best.times(worth).ok_or(big)? };
                    of_area = of_area.plus(part).ok_or(big)?;
                    part
                }
                Kind::Negative => {
                    deducted = deducted.plus(worst).ok_or(big)?;
                    Ratio::ZERO.minus(worst).ok_or(big)?
                }
                Kind::Bonus => {
                    bonus = bonus.plus(best).ok_or(big)?;
                    best
                }
                Kind::Veto(_) => Ratio::ZERO,
            };
            parts.push(part);
        }
        earned = earned.plus(of_area).ok_or(big)?;
        applicable = applicable.plus(could).ok_or(big)?;
        areas.push((of_area, could, is_vetoed));
    }
    let made =
        Sum { parts, adjusted: Ratio::ZERO, total: Ratio::ZERO, earned, deducted, bonus, applicable, areas };
    capped(scheme, marks, made, is_whole_vetoed)
}

/// Scales up what does not apply, and puts the caps on.
fn capped(scheme: &Scheme, marks: &[Mark], mut made: Sum, is_vetoed: bool) -> Result<Sum, TotalFault> {
    let big = TotalFault::TooLarge;
    if made.applicable.is_zero() {
        return Err(TotalFault::NothingApplicable);
    }
    let scale = scheme.full.over(made.applicable).ok_or(big)?;
    for (part, mark) in made.parts.iter_mut().zip(marks) {
        if mark.kind == Kind::Positive {
            *part = part.times(scale).ok_or(big)?;
        }
    }
    made.deducted = scheme.deduction_cap.map_or(made.deducted, |cap| cap.min(made.deducted));
    made.bonus = made.bonus.min(scheme.bonus_cap);
    let base = made.earned.times(scale).ok_or(big)?.minus(made.deducted).ok_or(big)?.max(Ratio::ZERO);
    made.total = if is_vetoed { Ratio::ZERO } else { base.plus(made.bonus).ok_or(big)? };
    let parts = made.parts.iter().try_fold(Ratio::ZERO, |sum, part| sum.plus(*part)).ok_or(big)?;
    made.adjusted = made.total.minus(parts).ok_or(big)?;
    Ok(made)
}

/// Assesses one subject.
///
/// # Errors
/// Nothing applies, so that there is nothing to divide by; the numbers grow too large.
pub fn assess(
    scheme: &Scheme,
    subject: &str,
    year: i32,
    facts: &Facts,
    sheet: &Sheet,
) -> Result<Assessment, TotalFault> {
    let marks: Vec<Mark> =
        scheme.criteria().map(|(_, _, criterion)| mark(scheme, criterion, facts, sheet)).collect();
    let total = total(scheme, &marks)?;
    Ok(Assessment { scheme: scheme.key(), year, subject: subject.to_owned(), marks, total })
}

pub(crate) fn total(scheme: &Scheme, marks: &[Mark]) -> Result<Total, TotalFault> {
    let (low, high) = (sum(scheme, marks, End::Low, false)?, sum(scheme, marks, End::High, false)?);
    let floor = sum(scheme, marks, End::Low, true)?.total;
    let of = |fits: &dyn Fn(&&Mark) -> bool| {
        marks.iter().filter(fits).map(|mark| mark.criterion.clone()).collect::<Vec<_>>()
    };
    let areas = scheme.areas.iter().zip(low.areas.iter().zip(&high.areas));
    let areas = areas.map(|(area, (low, high))| AreaScore {
        id: area.id.clone(),
        name: area.name.clone(),
        points: Span { low: low.0, high: high.0 },
        maximum: area.weight.and_then(|weight| weight.times(scheme.full)).unwrap_or(area.maximum),
        applicable: low.1,
        is_vetoed: low.2,
    });
    let unchecked = |(mark, _): &(&Mark, &Ratio)| {
        mark.status == Status::SelfScored && matches!(mark.kind, Kind::Positive | Kind::Bonus)
    };
    let mut unchecked = marks.iter().zip(&low.parts).filter(unchecked);
    let unchecked = unchecked.try_fold(Ratio::ZERO, |sum, (_, part)| sum.plus(*part));
    Ok(Total {
        points: Span { low: low.total, high: high.total },
        full: scheme.full,
        applicable: low.applicable,
        earned: Span { low: low.earned, high: high.earned },
        deducted: Span { low: high.deducted, high: low.deducted },
        bonus: Span { low: low.bonus, high: high.bonus },
        fired: of(&|mark| mark.fired == Some(true)),
        open: of(&|mark| mark.kind.is_veto() && mark.fired.is_none()),
        floor,
        unproved: marks.iter().filter(|mark| mark.status == Status::Unproved).count(),
        unchecked: unchecked.ok_or(TotalFault::TooLarge)?,
        areas: areas.collect(),
    })
}
