//! Ranks of subjects, as intervals too, and what makes the difference between neighbours.

use crate::total::{End, TotalFault, sum};
use crate::{Assessment, Ratio, Scheme, Status};

/// Subjects in the order of what they have proved. 排名
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    pub rows: Vec<Ranked>,
    /// Between each and the next.
    pub differences: Vec<Difference>,
}

/// A subject's place: certain where best and worst are the same. 名次
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Place in the list that was given.
    pub at: usize,
    pub subject: String,
    pub best: usize,
    pub worst: usize,
}

/// What makes the difference between a subject and the next. 差距
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub upper: String,
    pub lower: String,
    /// Proved points of the upper less those of the lower: the sum of all rows and `adjusted`.
    pub points: Ratio,
    /// The largest first; rows without a difference are left out.
    pub rows: Vec<DifferenceRow>,
    /// What caps and vetoes of the whole change.
    pub adjusted: Ratio,
}

/// One criterion's part in it. 差距构成
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceRow {
    pub criterion: String,
    /// In points of the total.
    pub points: Ratio,
    /// Whether one side is only unproved: proof may change it.
    pub is_open: bool,
}

/// Why subjects cannot be ranked. 不能排名的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unranked {
    OtherScheme { subject: String, scheme: String },
    OtherYear { subject: String, year: i32 },
    Total(TotalFault),
}

impl Unranked {
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::OtherScheme { subject, scheme } => {
                format!("{subject}按方案“{scheme}”评估，与其他的不是同一方案、同一版本，不能排名")
            }
            Self::OtherYear { subject, year } => {
                format!("{subject}评的是{year}年，与其他的不是同一年，不能排名")
            }
            Self::Total(fault) => fault.told().to_owned(),
        }
    }
}

/// Ranks assessments by one scheme of one year. Equal totals share a place.
///
/// # Errors
/// They are of different schemes, editions or years.
pub fn rank(scheme: &Scheme, all: &[Assessment]) -> Result<Ranking, Unranked> {
    let key = scheme.key();
    if let Some(other) = all.iter().find(|one| one.scheme != key) {
        let (subject, scheme) = (other.subject.clone(), other.scheme.clone());
        return Err(Unranked::OtherScheme { subject, scheme });
    }
    let year = all.first().map(|one| one.year);
    if let Some(other) = all.iter().find(|one| Some(one.year) != year) {
        return Err(Unranked::OtherYear { subject: other.subject.clone(), year: other.year });
    }
    let mut order: Vec<(usize, &Assessment)> = all.iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| {
        let (a, b) = (a.total.points, b.total.points);
        b.low.cmp(&a.low).then(b.high.cmp(&a.high))
    });
    // An open veto may still bring a total down.
    let lowest = |one: &Assessment| one.total.floor;
    let row = |(at, one): &(usize, &Assessment)| Ranked {
        at: *at,
        subject: one.subject.clone(),
        best: 1 + all.iter().filter(|other| lowest(other) > one.total.points.high).count(),
        worst: 1 + all
            .iter()
            .enumerate()
            .filter(|(other, rival)| other != at && rival.total.points.high > lowest(one))
            .count(),
    };
    let rows = order.iter().map(row).collect();
    let neighbours = order.iter().zip(order.iter().skip(1));
    let differences = neighbours.map(|((_, upper), (_, lower))| difference(scheme, upper, lower));
    Ok(Ranking { rows, differences: differences.collect::<Result<_, _>>().map_err(Unranked::Total)? })
}

fn difference(scheme: &Scheme, upper: &Assessment, lower: &Assessment) -> Result<Difference, TotalFault> {
    let big = TotalFault::TooLarge;
    let own = sum(scheme, &upper.marks, End::Low, false)?;
    let theirs = sum(scheme, &lower.marks, End::Low, false)?;
    let mut rows = Vec::new();
    let parts = own.parts.iter().zip(&theirs.parts).zip(upper.marks.iter().zip(&lower.marks));
    for ((own, theirs), (mark, other)) in parts {
        let points = own.minus(*theirs).ok_or(big)?;
        if !points.is_zero() {
            let is_open = [mark, other].iter().any(|one| one.status == Status::Unproved);
            rows.push(DifferenceRow { criterion: mark.criterion.clone(), points, is_open });
        }
    }
    let size = |row: &DifferenceRow| row.points.max(Ratio::ZERO.minus(row.points).unwrap_or(Ratio::ZERO));
    rows.sort_by_key(|row| std::cmp::Reverse(size(row)));
    Ok(Difference {
        upper: upper.subject.clone(),
        lower: lower.subject.clone(),
        points: own.total.minus(theirs.total).ok_or(big)?,
        rows,
        adjusted: own.adjusted.minus(theirs.adjusted).ok_or(big)?,
    })
}
