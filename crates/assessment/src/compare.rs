//! Comparison: the same subject over years, several side by side. Denominators are said; what cannot be compared is refused.

use crate::{Ratio, Span};

/// A number of a subject and a year, with what one has to know to compare it. 可比数据
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    pub who: String,
    pub year: i32,
    pub period: Period,
    /// What it is called and what it counts, over what: two are of one kind where both agree.
    pub name: String,
    pub definition: String,
    pub unit: String,
    pub kind: Measured,
    /// None where nothing was counted.
    pub value: Option<Span>,
    /// Of a share or mean: how many it is over.
    pub denominator: Option<Ratio>,
    /// Of a count: what it is put in relation to when others stand beside it.
    pub base: Option<Base>,
    pub source: Source,
}

/// What kind of number it is. 数的种类
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    Count,
    Share,
    Mean,
    /// Points of a scheme, whose key and edition are the definition.
    Points,
}

/// What a count is put in relation to: population, cases. 基数
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    pub name: String,
    pub value: Ratio,
}

/// Over which part of the year. 统计期间
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Whole,
    /// To the end of this month and day.
    Until(u8, u8),
}

/// Where a number is from. 数据来源
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Platform,
    /// A report of others, whose number the audit could compute again.
    AuditedReport,
    /// A report or statement that nothing confirms.
    Stated,
}

/// One line of a comparison. 可比的一行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub who: String,
    pub year: i32,
    /// The number; of a count beside others, over its base.
    pub value: Span,
    pub denominator: Option<Ratio>,
    pub source: Source,
    /// Fewer than thirty stand behind it: it moves by chance.
    pub is_small: bool,
}

/// From one year to the next of the same subject. 变化
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub who: String,
    pub from: i32,
    pub to: i32,
    /// The difference: of shares in hundredths of the whole.
    pub change: Span,
    /// Whether the two intervals lie apart.
    pub is_certain: bool,
}

/// What was compared. 比较结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub lines: Vec<Line>,
    pub steps: Vec<Step>,
    /// What was not, and why: by place in the list.
    pub refused: Vec<(usize, Refusal)>,
    /// What counts were put in relation to.
    pub base: Option<String>,
}

/// Why a number is not compared with the first. 不可比的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoValue,
    OtherUnit(String),
    OtherDefinition(String),
    OtherKind,
    OtherPeriod,
    NoDenominator,
    NoBase,
    OtherBase(String),
    Twice,
    TooLarge,
}

/// Fewer than so many are few.
const FEW: i64 = 30;

impl Refusal {
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::NoValue => "没有数（没有记录不等于0）".to_owned(),
            Self::OtherUnit(unit) => format!("单位是“{unit}”，与第一个不同"),
            Self::OtherDefinition(definition) => format!("口径是“{definition}”，与第一个不同"),
            Self::OtherKind => "一个是数量、一个是比率，不是同一种数".to_owned(),
            Self::OtherPeriod => "统计期间与第一个不同（一个是全年，一个不是，或者截止日不同）".to_owned(),
            Self::NoDenominator => "没有写明分母，比率无从比较".to_owned(),
            Self::NoBase => "不同地方的数量要有基数（如常住人口、案件总数）才能比".to_owned(),
            Self::OtherBase(base) => format!("基数是“{base}”，与第一个不同，或者为0"),
            Self::Twice => "同一地方同一年有两个数".to_owned(),
            Self::TooLarge => "数太大，算不出".to_owned(),
        }
    }
}

/// Compares observations with the first that has a value, in their order.
#[must_use]
pub fn compare(all: &[Observation]) -> Compared {
    let mut made = Compared { lines: Vec::new(), steps: Vec::new(), refused: Vec::new(), base: None };
    let Some(first) = all.iter().find(|one| refused_alone(one).is_none()) else {
        made.refused =
            all.iter().enumerate().filter_map(|(at, one)| Some((at, refused_alone(one)?))).collect();
        return made;
    };
    let is_beside = first.kind == Measured::Count && all.iter().any(|one| one.who != first.who);
    if is_beside {
        made.base = first.base.as_ref().map(|base| base.name.clone());
    }
    for (at, one) in all.iter().enumerate() {
        let twice = made.lines.iter().any(|line| line.who == one.who && line.year == one.year);
        let refusal = refused_alone(one)
            .or_else(|| refused_beside(first, one, is_beside))
            .or_else(|| twice.then_some(Refusal::Twice));
        let line = refusal.map_or_else(|| line(one, is_beside).ok_or(Refusal::TooLarge), Err);
        match line {
            Ok(line) => made.lines.push(line),
            Err(refusal) => made.refused.push((at, refusal)),
        }
    }
    made.steps = steps(&made.lines);
    made
}

fn refused_alone(one: &Observation) -> Option<Refusal> {
    let wants = matches!(one.kind, Measured::Share | Measured::Mean);
    match (one.value, one.denominator) {
        (None, _) => Some(Refusal::NoValue),
        (_, Some(denominator)) if wants && denominator <= Ratio::ZERO => Some(Refusal::NoDenominator),
        (_, None) if wants => Some(Refusal::NoDenominator),
        _ => None,
    }
}

fn refused_beside(first: &Observation, one: &Observation, is_beside: bool) -> Option<Refusal> {
    if one.kind != first.kind {
        return Some(Refusal::OtherKind);
    }
    if one.unit != first.unit {
        return Some(Refusal::OtherUnit(one.unit.clone()));
    }
    if one.name != first.name || one.definition != first.definition {
        return Some(Refusal::OtherDefinition(one.definition.clone()));
    }
    if one.period != first.period {
        return Some(Refusal::OtherPeriod);
    }
    if !is_beside {
        return None;
    }
    match (&one.base, &first.base) {
        (None, _) | (_, None) => Some(Refusal::NoBase),
        (Some(own), Some(theirs)) if own.name != theirs.name || own.value <= Ratio::ZERO => {
            Some(Refusal::OtherBase(own.name.clone()))
        }
        _ => None,
    }
}

fn line(one: &Observation, is_beside: bool) -> Option<Line> {
    let value = one.value?;
    let (value, denominator) = match one.base.as_ref().filter(|_| is_beside) {
        Some(base) => {
            (Span { low: value.low.over(base.value)?, high: value.high.over(base.value)? }, Some(base.value))
        }
        None => (value, one.denominator),
    };
    let behind = if one.kind == Measured::Count { one.value.map(|value| value.low) } else { one.denominator };
    let is_small = one.kind != Measured::Points && behind.is_some_and(|many| many < Ratio::whole(FEW));
    Some(Line { who: one.who.clone(), year: one.year, value, denominator, source: one.source, is_small })
}

/// From each year to the next that is there, of each subject.
fn steps(lines: &[Line]) -> Vec<Step> {
    let mut order: Vec<&Line> = lines.iter().collect();
    let first = |who: &str| lines.iter().position(|line| line.who == who);
    order.sort_by_key(|line| (first(&line.who), line.year));
    let pairs = order.iter().zip(order.iter().skip(1)).filter(|(from, to)| from.who == to.who);
    let step = |(from, to): (&&Line, &&Line)| {
        let (low, high) = (to.value.low.minus(from.value.high)?, to.value.high.minus(from.value.low)?);
        let is_certain = !low.is_negative() && high > Ratio::ZERO || high.is_negative() || low == high;
        Some(Step {
            who: to.who.clone(),
            from: from.year,
            to: to.year,
            change: Span { low, high },
            is_certain,
        })
    };
    pairs.filter_map(step).collect()
}
