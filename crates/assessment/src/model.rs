//! Schemes of assessment as plain values.

use base::Place;

use crate::{Formula, Ratio};

/// Decimal digits of a score.
pub const DIGITS: u32 = 2;

/// A scheme of assessment in one edition. 考核方案
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    pub id: String,
    pub edition: String,
    pub name: String,
    /// Whether an authority issued it; otherwise it is somebody's own.
    pub is_official: bool,
    /// Who issued it and where it is from.
    pub source: String,
    /// The years that may be assessed by it.
    pub first_year: i32,
    pub last_year: Option<i32>,
    /// The points of whoever fulfils everything, without bonus.
    pub full: Ratio,
    /// All bonus points together count at most this.
    pub bonus_cap: Ratio,
    /// All deductions together count at most this.
    pub deduction_cap: Option<Ratio>,
    /// Quantities that no figure of the platform gives: stated by hand, with their proof.
    pub inputs: Vec<Input>,
    pub areas: Vec<Area>,
    pub place: Place,
}

/// A quantity stated by hand. 自报量
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub place: Place,
}

/// A criterion of the first level. 一级指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub id: String,
    pub name: String,
    pub maximum: Ratio,
    pub weight: Option<Ratio>,
    pub groups: Vec<Group>,
    pub place: Place,
}

/// A criterion of the second level. 二级指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub maximum: Ratio,
    pub weight: Option<Ratio>,
    pub criteria: Vec<Criterion>,
    pub place: Place,
}

/// A criterion of the third level: what is scored. 三级指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub id: String,
    pub name: String,
    pub kind: Kind,
    /// The most that it gives (or takes, for a negative one); nought for a veto.
    pub maximum: Ratio,
    /// Its share in its group; all of a group have one, or none has.
    pub weight: Option<Ratio>,
    pub rule: Rule,
    /// What counts as proof, in words.
    pub evidence: String,
    pub basis: Option<String>,
    /// Whether the basis was not seen.
    pub is_unverified: bool,
    pub place: Place,
}

/// What a criterion does to the total. 指标类型
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Earns up to its maximum.
    Positive,
    /// Takes up to its maximum from the total.
    Negative,
    /// Adds up to its maximum, within the cap of all bonuses; who claims none loses nothing.
    Bonus,
    /// Makes nought of its area or of the whole.
    Veto(VetoScope),
}

/// What a veto makes nought of. 否决范围
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VetoScope {
    Area,
    Whole,
}

/// How a criterion is scored. 评分方式
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// By who looks at the proof.
    Evidence,
    /// From a formula over figures. Where one of `needs` is nought or unknown nothing was recorded, and the formula has no
    /// value: a count of nought would else be taken for proof.
    Formula { formula: Formula, scoring: Scoring, needs: Vec<String> },
}

/// How the value of a formula becomes points. 计分
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scoring {
    /// The value is the points.
    Points,
    /// So many points for each unit of the value.
    Each(Ratio),
    /// Nothing at `zero`, everything at `full`, in proportion between; `zero` may be the larger.
    Between { zero: Ratio, full: Ratio },
    /// Everything where it holds, else nothing. Of a veto: whether it falls.
    Pass(Bound),
    /// The points of the first step that holds, else nothing.
    Steps(Vec<Step>),
}

/// A step of a scale. 档
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub bound: Bound,
    pub points: Ratio,
}

/// A bound of a value. 界
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    AtLeast(Ratio),
    AtMost(Ratio),
}

impl Bound {
    #[must_use]
    pub fn holds(self, value: Ratio) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    #[must_use]
    pub fn limit(self) -> Ratio {
        match self {
            Self::AtLeast(limit) | Self::AtMost(limit) => limit,
        }
    }
}

impl Kind {
    /// The word of files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Bonus => "bonus",
            Self::Veto(_) => "veto",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Positive => "得分",
            Self::Negative => "扣分",
            Self::Bonus => "加分",
            Self::Veto(_) => "否决",
        }
    }

    #[must_use]
    pub fn is_veto(self) -> bool {
        matches!(self, Self::Veto(_))
    }
}

impl Scoring {
    /// The points of a value, within nought and the maximum, rounded half up.
    #[must_use]
    pub fn points(&self, value: Ratio, maximum: Ratio) -> Option<Ratio> {
        let raw = match self {
            Self::Points => value,
            Self::Each(points) => value.times(*points)?,
            Self::Between { zero, full } => {
                let part = value.minus(*zero)?.over(full.minus(*zero)?)?;
                part.within(Ratio::ZERO, Ratio::ONE).times(maximum)?
            }
            Self::Pass(bound) if bound.holds(value) => maximum,
            Self::Pass(_) => Ratio::ZERO,
            Self::Steps(steps) => {
                steps.iter().find(|step| step.bound.holds(value)).map_or(Ratio::ZERO, |step| step.points)
            }
        };
        raw.within(Ratio::ZERO, maximum).rounded(DIGITS)
    }
}

impl Scheme {
    /// Id and edition: `own@2024`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.id, self.edition)
    }

    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        year >= self.first_year && self.last_year.is_none_or(|last| year <= last)
    }

    /// All criteria of the third level in their order, with their area and group.
    pub fn criteria(&self) -> impl Iterator<Item = (&Area, &Group, &Criterion)> {
        self.areas.iter().flat_map(|area| {
            area.groups
                .iter()
                .flat_map(move |group| group.criteria.iter().map(move |criterion| (area, group, criterion)))
        })
    }

    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria().map(|(_, _, criterion)| criterion).find(|criterion| criterion.id == id)
    }

    /// The ids of figures and inputs that formulas name, each once, with whether the year before is asked for.
    #[must_use]
    pub fn names(&self) -> Vec<(String, bool)> {
        let mut made: Vec<(String, bool)> = Vec::new();
        for (_, _, criterion) in self.criteria() {
            let Rule::Formula { formula, needs, .. } = &criterion.rule else { continue };
            made.extend(needs.iter().map(|id| (id.clone(), false)));
            made.extend(formula.names().into_iter().map(|name| (name.id.clone(), name.is_previous)));
        }
        made.sort();
        made.dedup();
        made
    }
}
