//! How far a task of a plan is: from what is on record, and apart from it what its lead says.

use calendar::Day;

/// How far a task is, by what is on record. 任务进展
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// Its day is over and what proves it is not on record.
    Overdue,
    /// Said to be done, and what proves it is not on record.
    Unproved,
    /// Nothing of it is on record.
    NotBegun,
    OnTheWay,
    /// What proves it is on record.
    Done,
}

impl Progress {
    pub const ALL: [Self; 5] = [Self::Done, Self::OnTheWay, Self::NotBegun, Self::Unproved, Self::Overdue];

    /// As people say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overdue => "逾期未完成",
            Self::Unproved => "报完成、未证明",
            Self::NotBegun => "未启动",
            Self::OnTheWay => "推进中",
            Self::Done => "已完成",
        }
    }

    /// The word of machine-readable forms and of the style sheet.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Unproved => "unproved",
            Self::NotBegun => "not_begun",
            Self::OnTheWay => "on_the_way",
            Self::Done => "done",
        }
    }
}

/// What the lead, and who looked at it, say of a task. 自报和核验
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    pub is_begun: bool,
    /// Reported as done, and not sent back since.
    pub is_done: bool,
}

/// What the records say of that which is to prove a task. 证明情况
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is there.
    Whole,
    /// Something of it is there: a figure below its target, a case that is still open.
    Partly,
    /// Nothing of it is there.
    Nothing,
    /// It can be told only when the time is over: a figure that may not be exceeded.
    Later,
}

/// How far a task is on a day. Proof outweighs what is said, and what is said to be done without proof is never done.
#[must_use]
pub fn progress(due: Day, today: Day, stated: Stated, shown: Shown) -> Progress {
    match shown {
        Shown::Whole => Progress::Done,
        _ if stated.is_done => Progress::Unproved,
        _ if due < today => Progress::Overdue,
        Shown::Partly => Progress::OnTheWay,
        _ if stated.is_begun => Progress::OnTheWay,
        _ => Progress::NotBegun,
    }
}

/// How many tasks stand at each progress. 任务汇总
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tasks([usize; 5]);

impl Tasks {
    #[must_use]
    pub fn of(all: impl Iterator<Item = Progress>) -> Self {
        let mut made = Self::default();
        for one in all {
            if let Some(at) = Progress::ALL.iter().position(|known| *known == one)
                && let Some(count) = made.0.get_mut(at)
            {
                *count += 1;
            }
        }
        made
    }

    #[must_use]
    pub fn count(&self, progress: Progress) -> usize {
        let at = Progress::ALL.iter().position(|known| *known == progress);
        at.and_then(|at| self.0.get(at)).copied().unwrap_or(0)
    }

    #[must_use]
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// The one by which the whole is coloured: what is worst; none where there are no tasks.
    #[must_use]
    pub fn worst(&self) -> Option<Progress> {
        let there = |one: &Progress| self.count(*one) > 0;
        if there(&Progress::OnTheWay) && !there(&Progress::Overdue) && !there(&Progress::Unproved) {
            return Some(Progress::OnTheWay);
        }
        // Some done and the others not begun: on the way.
        if there(&Progress::Done)
            && there(&Progress::NotBegun)
            && !there(&Progress::Overdue)
            && !there(&Progress::Unproved)
        {
            return Some(Progress::OnTheWay);
        }
        Progress::ALL.iter().rev().copied().find(there)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn at(today: &str, is_begun: bool, is_done: bool, shown: Shown) -> Progress {
        progress(day("2025-06-30"), day(today), Stated { is_begun, is_done }, shown)
    }

    #[test]
    fn what_is_said_is_never_proof() {
        assert_eq!(at("2025-06-30", false, false, Shown::Nothing), Progress::NotBegun);
        assert_eq!(at("2025-06-30", true, false, Shown::Nothing), Progress::OnTheWay);
        assert_eq!(at("2025-06-30", false, false, Shown::Partly), Progress::OnTheWay);
        assert_eq!(at("2025-06-30", true, true, Shown::Partly), Progress::Unproved);
        assert_eq!(at("2025-06-30", false, false, Shown::Whole), Progress::Done);
    }

    #[test]
    fn the_last_day_is_still_in_time() {
        assert_eq!(at("2025-07-01", true, false, Shown::Partly), Progress::Overdue);
        assert_eq!(at("2025-07-01", true, true, Shown::Nothing), Progress::Unproved);
        assert_eq!(at("2026-01-01", false, false, Shown::Whole), Progress::Done);
    }

    #[test]
    fn the_worst_colours_the_whole() {
        let of = |all: &[Progress]| Tasks::of(all.iter().copied()).worst();
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[Progress::Done, Progress::Done]), Some(Progress::Done));
        assert_eq!(of(&[Progress::Done, Progress::NotBegun]), Some(Progress::OnTheWay));
        assert_eq!(of(&[Progress::NotBegun]), Some(Progress::NotBegun));
        assert_eq!(of(&[Progress::NotBegun, Progress::OnTheWay]), Some(Progress::OnTheWay));
        assert_eq!(of(&[Progress::Done, Progress::Unproved, Progress::OnTheWay]), Some(Progress::Unproved));
        assert_eq!(of(&[Progress::Overdue, Progress::Unproved]), Some(Progress::Overdue));
    }
}
