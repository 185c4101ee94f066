//! What can be asked of the library of documents.

use calendar::Day;

/// What of the library is asked for. 文件库筛选
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryAsked {
    /// Part of a title or number.
    pub find: String,
    /// Id of the organ whose documents they are; empty for all.
    pub organ: String,
    pub standing: Standing,
    pub need: Option<Need>,
    /// As of which day; today where none is given.
    pub on: Option<Day>,
}

/// Whether a document is in force on the day. 效力
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    #[default]
    InForce,
    /// Its first day is still to come, or not known.
    NotYet,
    Ended,
    All,
}

/// Why somebody must look at a document that is in force. 需要清理的原因
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It lapses in the quarter of the day.
    Lapses,
    /// What it was made on changed since, or is over.
    BasisChanged,
    /// It cites what is over.
    CitesEnded,
    /// Any of these.
    Any,
}

impl Need {
    pub const ALL: [Self; 4] = [Self::Any, Self::Lapses, Self::BasisChanged, Self::CitesEnded];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Lapses => "lapses",
            Self::BasisChanged => "basis_changed",
            Self::CitesEnded => "cites_ended",
            Self::Any => "any",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Lapses => "本季度到期",
            Self::BasisChanged => "依据有变动",
            Self::CitesEnded => "引用了不再有效的",
            Self::Any => "需要看的全部",
        }
    }

    #[must_use]
    pub fn read(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|need| need.id() == id)
    }
}

impl Standing {
    pub const ALL: [Self; 4] = [Self::InForce, Self::NotYet, Self::Ended, Self::All];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::NotYet => "not_yet",
            Self::Ended => "ended",
            Self::All => "all",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InForce => "现行有效",
            Self::NotYet => "尚未施行",
            Self::Ended => "不再有效",
            Self::All => "全部",
        }
    }

    #[must_use]
    pub fn read(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.id() == id)
    }
}
