//! A document as its register has it.

use calendar::Day;

/// What the register says of a document's force. 效力状态
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    #[default]
    InForce,
    /// 废止
    Repealed,
    /// 失效
    Lapsed,
}

impl State {
    pub const ALL: [Self; 3] = [Self::InForce, Self::Repealed, Self::Lapsed];

    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Repealed => "repealed",
            Self::Lapsed => "lapsed",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InForce => "有效",
            Self::Repealed => "废止",
            Self::Lapsed => "失效",
        }
    }

    /// The state of a word of either kind.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == word || state.label() == word)
    }
}

/// A document of the library. 文件
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is called by whoever asks, such as the name of its file.
    pub id: String,
    /// 发文字号
    pub number: Option<String>,
    pub title: String,
    /// The organ that issued it.
    pub organ: String,
    /// First day in force, where it is known.
    pub from: Option<Day>,
    /// Last day in force; none while it has no end, or where the end is not known.
    pub until: Option<Day>,
    pub state: State,
    pub text: String,
}

impl Document {
    /// Whether it is in force on a day. One that has ended without a known last day is not, on any day.
    #[must_use]
    pub fn is_in_force(&self, day: Day) -> bool {
        let ended = match self.until {
            Some(until) => until < day,
            None => self.state != State::InForce,
        };
        !ended && self.from.is_none_or(|from| from <= day)
    }

    /// Whether its force is over on a day.
    #[must_use]
    pub fn has_ended(&self, day: Day) -> bool {
        self.until.map_or(self.state != State::InForce, |until| until < day)
    }

    /// `《标题》（发文字号）`; a title within the title stands in 〈〉.
    #[must_use]
    pub fn called(&self) -> String {
        let title = self.title.replace('《', "〈").replace('》', "〉");
        match &self.number {
            Some(number) => format!("《{title}》（{number}）"),
            None => format!("《{title}》"),
        }
    }
}
