//! What the audit returns: findings, and the relations that it tried with their verdicts.

use base::Severity;

/// Something in the text that does not hold. (问题)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it, an id of the catalogue.
    pub rule: &'static str,
    pub severity: Severity,
    /// The characters that it is about.
    pub start: usize,
    pub end: usize,
    /// What is wrong, in plain Chinese.
    pub message: String,
    /// The computation, where there is one.
    pub computation: Option<String>,
    /// What to do now.
    pub help: Option<String>,
    /// The article that it rests on.
    pub basis: Option<String>,
    /// The page that opens to the records behind it.
    pub link: Option<String>,
}

/// The kind of a relation between numbers. (数字关系)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationKind {
    /// A rate and its numerator and denominator. (比率)
    Rate,
    /// Parts and their whole. (分项与合计)
    Parts,
    /// A change against an earlier value. (增减)
    Growth,
    /// A list and the number after it. (列举与数目)
    List,
    /// The same quantity stated twice. (前后重复)
    Repeat,
    /// An average. (平均)
    Average,
    /// Carried in + new = done + carried on. (结转)
    Stock,
    /// Received and done. (递减)
    Funnel,
    /// Sums of a table's rows and columns. (表内合计)
    Table,
    /// A number of the text and a cell of a table. (正文与表)
    TextTable,
    /// A statutory day. (法定时限)
    StatutoryDay,
    /// A figure that the platform computes. (平台数据)
    Platform,
}

impl RelationKind {
    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Parts => "parts",
            Self::Growth => "growth",
            Self::List => "list",
            Self::Repeat => "repeat",
            Self::Average => "average",
            Self::Stock => "stock",
            Self::Funnel => "funnel",
            Self::Table => "table",
            Self::TextTable => "text_table",
            Self::StatutoryDay => "statutory_day",
            Self::Platform => "platform",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Rate => "比率",
            Self::Parts => "分项与合计",
            Self::Growth => "增减",
            Self::List => "列举与数目",
            Self::Repeat => "前后重复",
            Self::Average => "平均",
            Self::Stock => "结转",
            Self::Funnel => "先后环节",
            Self::Table => "表内合计",
            Self::TextTable => "正文与表",
            Self::StatutoryDay => "法定时限",
            Self::Platform => "平台数据",
        }
    }
}

/// What came of checking a relation. (判定)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// 相符.
    Agrees,
    /// 不符.
    Differs,
    /// 无法核对: the text does not give what the check needs.
    NotCheckable,
}

impl Verdict {
    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::NotCheckable => "not_checkable",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Agrees => "相符",
            Self::Differs => "不符",
            Self::NotCheckable => "无法核对",
        }
    }
}

/// A relation that was tried. (核算)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub kind: RelationKind,
    pub verdict: Verdict,
    /// The characters of the number that was checked.
    pub start: usize,
    pub end: usize,
    /// The other numbers in it, as ranges of characters.
    pub with: Vec<(usize, usize)>,
    pub computation: String,
}
