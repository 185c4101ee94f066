//! How a law counts the days of its time limits.

use calendar::{Limit, Unit};

use crate::Article;

/// Which of a law's numbers of days are working days. 日的含义
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkingDays {
    /// Every number of days is one of working days (Licensing Law art. 82).
    All,
    /// These numbers are, the others are not (Penalty Law art. 85, Reconsideration Law art. 88).
    Only(Vec<u32>),
    /// The numbers up to this one are (Compulsion Law art. 69).
    AtMost(u32),
    /// Those of which the text itself says so (Disclosure Regulation).
    Written,
    /// None is.
    None,
}

/// What a law's convention says of one number of days. 应当适用的计算方法
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    WorkingDays,
    Days,
    /// The text of the article decides: the number alone does not tell.
    AsWritten,
}

/// The counting convention of a law. 期限计算规则
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    pub working_days: WorkingDays,
    /// The article that says so; none where the law is silent.
    pub basis: Option<Article>,
    /// Whether a last day on a rest day moves to the next working day. True unless the law says otherwise.
    pub rolls: bool,
    pub note: Option<String>,
}

impl Default for Counting {
    /// A law that is silent: a bare 日 is a calendar day, and the last day rolls as the Civil Code has it.
    fn default() -> Self {
        Self { working_days: WorkingDays::None, basis: None, rolls: true, note: None }
    }
}

impl Counting {
    /// What a number of days is under this convention.
    #[must_use]
    pub fn of_days(&self, length: u32) -> Convention {
        let working = match &self.working_days {
            WorkingDays::All => true,
            WorkingDays::Only(numbers) => numbers.contains(&length),
            WorkingDays::AtMost(most) => length <= *most,
            WorkingDays::Written => return Convention::AsWritten,
            WorkingDays::None => false,
        };
        if working { Convention::WorkingDays } else { Convention::Days }
    }

    /// Whether a limit is counted as the law counts. Months, years and hours have no convention.
    #[must_use]
    pub fn agrees(&self, limit: Limit) -> bool {
        let against = match self.of_days(limit.length) {
            Convention::WorkingDays => limit.unit == Unit::Days,
            Convention::Days => limit.unit == Unit::WorkingDays,
            Convention::AsWritten => false,
        };
        !against
    }

    /// The convention in one Chinese sentence without an end mark.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.working_days {
            WorkingDays::All => "以日计算的期限均为工作日".to_owned(),
            WorkingDays::Only(numbers) => {
                let list: Vec<_> = numbers.iter().map(|number| format!("{number}日")).collect();
                format!("{}为工作日，其余为自然日", list.join("、"))
            }
            WorkingDays::AtMost(most) => format!("{most}日以内的期限为工作日，其余为自然日"),
            WorkingDays::Written => "条文写明工作日的为工作日，其余为自然日".to_owned(),
            WorkingDays::None => "以日计算的期限均为自然日".to_owned(),
        }
    }
}
