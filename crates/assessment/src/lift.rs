//! What lifts the total most: for each criterion the points still to be had.

use crate::score::Status;
use crate::total::{End, Span, TotalFault, sum};
use crate::{Assessment, Kind, Mark, Ratio, Scheme};

/// A way to more points. 提升空间
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lift {
    pub criterion: String,
    /// What the proved total gains if this criterion alone were at its best, caps and vetoes counted.
    pub gain: Ratio,
    pub way: Way,
}

/// What has to be done. 怎样提升
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Only proof is missing.
    Prove,
    /// The work itself has to be better.
    Improve,
    /// A deduction can be avoided.
    Avoid,
    /// A bonus can be claimed.
    Claim,
    /// A veto has to be lifted.
    Lift,
}

impl Way {
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Prove => "prove",
            Self::Improve => "improve",
            Self::Avoid => "avoid",
            Self::Claim => "claim",
            Self::Lift => "lift",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Prove => "补上证明",
            Self::Improve => "改进工作",
            Self::Avoid => "消除扣分",
            Self::Claim => "申报加分",
            Self::Lift => "消除否决情形",
        }
    }
}

/// The points still to be had, the most first; where several gain the same, what only wants proof comes first.
///
/// # Errors
/// The numbers grow too large.
pub fn lifts(scheme: &Scheme, assessment: &Assessment) -> Result<Vec<Lift>, TotalFault> {
    let marks = &assessment.marks;
    let now = sum(scheme, marks, End::Low, false)?.total;
    let mut made = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let Some(best) = best(mark) else { continue };
        let mut other = marks.clone();
        if let Some(place) = other.get_mut(at) {
            *place = best;
        }
        let then = sum(scheme, &other, End::Low, false)?.total;
        let gain = then.minus(now).ok_or(TotalFault::TooLarge)?;
        if gain > Ratio::ZERO {
            made.push(Lift { criterion: mark.criterion.clone(), gain, way: way(mark) });
        }
    }
    made.sort_by(|a, b| b.gain.cmp(&a.gain).then(a.way.cmp(&b.way)));
    Ok(made)
}

/// The mark at its best; none where it is so already.
fn best(mark: &Mark) -> Option<Mark> {
    let (points, fired) = match mark.kind {
        _ if mark.status == Status::NotApplicable => return None,
        Kind::Positive | Kind::Bonus => (Span::of(mark.maximum), None),
        Kind::Negative => (Span::of(Ratio::ZERO), None),
        Kind::Veto(_) if mark.fired == Some(true) => (mark.points, Some(false)),
        Kind::Veto(_) => return None,
    };
    let changed = points != mark.points || fired != mark.fired;
    changed.then(|| Mark { points, fired, status: Status::Final, ..mark.clone() })
}

fn way(mark: &Mark) -> Way {
    match (mark.kind, mark.status) {
        (Kind::Veto(_), _) => Way::Lift,
        (_, Status::Unproved) => Way::Prove,
        (Kind::Positive, _) => Way::Improve,
        (Kind::Negative, _) => Way::Avoid,
        (Kind::Bonus, _) => Way::Claim,
    }
}
