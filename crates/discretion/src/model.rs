//! Benchmarks and lists as data: editions, tables, fields, steps, penalties, items.

use base::Place;
use calendar::Day;

use crate::span::{LEAST, MOST, Set, Span};
use crate::unit::{Unit, decimal};

/// What was published together: one document of one organ. 版本
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The organ that made it.
    pub organ: String,
    /// The number under which it was published.
    pub document: String,
    pub version: String,
    pub from: Day,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// An example of ours: nobody has published it.
    pub example: bool,
    /// Known at second hand.
    pub unverified: bool,
}

impl Edition {
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// What a case is asked for. 裁量要素
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    /// The values that can occur.
    pub domain: Span,
}

/// The type of a field. 要素类型
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A number with its unit, in whole `decimals`-th parts of it.
    Amount { unit: Unit, decimals: u32 },
    /// Whether something is so, in the words for both.
    YesNo { yes: String, no: String },
    /// One of several.
    Kind(Vec<String>),
}

impl Field {
    #[must_use]
    pub fn amount(name: &str, unit: Unit, decimals: u32) -> Self {
        let kind = FieldKind::Amount { unit, decimals };
        Self { name: name.to_owned(), kind, domain: Span { low: 0, high: MOST } }
    }

    #[must_use]
    pub fn yes_no(name: &str, yes: &str, no: &str) -> Self {
        let kind = FieldKind::YesNo { yes: yes.to_owned(), no: no.to_owned() };
        Self { name: name.to_owned(), kind, domain: Span { low: 0, high: 1 } }
    }

    #[must_use]
    pub fn kinds(name: &str, options: Vec<String>) -> Self {
        let high = i64::try_from(options.len()).unwrap_or(MOST).saturating_sub(1);
        Self { name: name.to_owned(), kind: FieldKind::Kind(options), domain: Span { low: 0, high } }
    }

    /// A set of its values as people say it.
    #[must_use]
    pub fn shown(&self, set: &Set) -> String {
        let parts: Vec<String> = match &self.kind {
            FieldKind::Amount { unit, decimals } => {
                set.spans().iter().map(|span| self.range(*span, unit, *decimals)).collect()
            }
            _ => set.spans().iter().flat_map(|span| span.low..=span.high).map(|at| self.value(at)).collect(),
        };
        match &self.kind {
            FieldKind::YesNo { .. } => parts.join("或者"),
            _ => format!("{}：{}", self.name, parts.join("、")),
        }
    }

    fn range(&self, span: Span, unit: &Unit, decimals: u32) -> String {
        let number = |value| decimal(value, decimals);
        let from = span.low > self.domain.low || self.domain.low > 0;
        match (from && span.low > LEAST, span.high < MOST && span.high < self.domain.high) {
            _ if span.low == span.high => format!("{}{}", number(span.low), unit.name),
            (true, true) => format!("{}至{}{}", number(span.low), number(span.high), unit.name),
            (true, false) => format!("{}{}以上", number(span.low), unit.name),
            (false, true) => format!("{}{}以下", number(span.high), unit.name),
            (false, false) => "任何数".to_owned(),
        }
    }

    /// One of its values as people say it.
    #[must_use]
    pub fn value(&self, value: i64) -> String {
        match &self.kind {
            FieldKind::Amount { unit, decimals } => format!("{}{}", decimal(value, *decimals), unit.name),
            FieldKind::YesNo { yes, no } => if value == 1 { yes } else { no }.clone(),
            FieldKind::Kind(options) => {
                usize::try_from(value).ok().and_then(|at| options.get(at)).cloned().unwrap_or_default()
            }
        }
    }
}

/// A field has one of these values. 条件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The place of its field.
    pub field: usize,
    pub set: Set,
    /// As it is written.
    pub text: String,
}

/// Conditions that must all hold.
pub type All = Vec<Condition>;

/// How heavy a step is. 裁量阶次
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    None,
    Less,
    Light,
    Normal,
    Heavy,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::None, Self::Less, Self::Light, Self::Normal, Self::Heavy];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Less => "less",
            Self::Light => "light",
            Self::Normal => "normal",
            Self::Heavy => "heavy",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "不予处罚",
            Self::Less => "减轻",
            Self::Light => "从轻",
            Self::Normal => "一般",
            Self::Heavy => "从重",
        }
    }

    /// The level that a department's name of a step means.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let any = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if any(&["不予", "免予", "免于", "不罚"]) {
            Some(Self::None)
        } else if any(&["减轻"]) {
            Some(Self::Less)
        } else if any(&["从轻", "较轻", "轻微", "较低"]) {
            Some(Self::Light)
        } else if any(&["从重", "较重", "严重", "较高"]) {
            Some(Self::Heavy)
        } else if any(&["一般", "中等", "适中", "中间"]) {
            Some(Self::Normal)
        } else {
            None
        }
    }
}

/// A step: when it applies, and what it allows. 阶次
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub level: Level,
    /// Any of these; none at all where the step takes what no other takes.
    pub when: Vec<All>,
    pub otherwise: bool,
    pub penalties: Vec<Penalty>,
    /// The circumstances in the department's words.
    pub circumstances: String,
    /// The line of its file or sheet.
    pub place: Place,
}

/// The kinds of penalty (Penalty Law art. 9), and the order to correct, which is none. 处罚种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PenaltyKind {
    Warning,
    Criticism,
    Fine,
    ConfiscateIncome,
    ConfiscateGoods,
    SuspendLicence,
    LowerGrade,
    RevokeLicence,
    RestrictBusiness,
    SuspendBusiness,
    CloseDown,
    BarFromTrade,
    Detention,
    Other,
    Correction,
}

impl PenaltyKind {
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Warning, "警告"),
        (Self::Criticism, "通报批评"),
        (Self::Fine, "罚款"),
        (Self::ConfiscateIncome, "没收违法所得"),
        (Self::ConfiscateGoods, "没收非法财物"),
        (Self::SuspendLicence, "暂扣许可证件"),
        (Self::LowerGrade, "降低资质等级"),
        (Self::RevokeLicence, "吊销许可证件"),
        (Self::RestrictBusiness, "限制开展生产经营活动"),
        (Self::SuspendBusiness, "责令停产停业"),
        (Self::CloseDown, "责令关闭"),
        (Self::BarFromTrade, "限制从业"),
        (Self::Detention, "行政拘留"),
        (Self::Other, "其他"),
        (Self::Correction, "责令改正"),
    ];

    #[must_use]
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|own| own.0 == self).map_or("", |own| own.1)
    }
}

/// What a step lays down of one kind of penalty. 处罚
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Penalty {
    pub kind: PenaltyKind,
    pub range: Option<Range>,
    /// It may be given or not.
    pub may: bool,
    /// As it is written.
    pub text: String,
}

/// How much. 处罚幅度
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range {
    /// Fen, from and to, both included.
    Money(Span),
    /// Ten-thousandths of a sum that the facts name.
    Multiple { of: String, low: i64, low_open: bool, high: i64, high_open: bool },
    /// A time in whole units.
    Time { unit: Unit, span: Span },
}

/// Which step counts where several apply. 命中规则
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// There may be one only: an overlap is a fault of the table.
    Only,
    /// The lightest of them.
    Lightest,
    /// The heaviest of them.
    Heaviest,
}

/// A benchmark for one unlawful act. 裁量权基准
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub id: String,
    pub edition: Edition,
    /// The unlawful act.
    pub act: String,
    pub violates: Vec<String>,
    pub basis: Vec<String>,
    pub fields: Vec<Field>,
    /// In the order of the document, the lightest first.
    pub steps: Vec<Step>,
    /// The fine that the statute itself allows, where it is one.
    pub frame: Option<Range>,
    pub takes: Takes,
    /// What cannot occur together, with its reason.
    pub never: Vec<All>,
    pub note: String,
    pub place: Place,
}

/// The four lists of leniency. 四张清单
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    None,
    Lighter,
    Less,
    NoCompulsion,
}

impl List {
    pub const ALL: [Self; 4] = [Self::None, Self::Lighter, Self::Less, Self::NoCompulsion];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lighter => "lighter",
            Self::Less => "less",
            Self::NoCompulsion => "no_compulsion",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "不予行政处罚",
            Self::Lighter => "从轻行政处罚",
            Self::Less => "减轻行政处罚",
            Self::NoCompulsion => "不予行政强制措施",
        }
    }
}

/// An item of the lists: an act, all its conditions, what bars it. 清单条目
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub edition: Edition,
    /// A statute may leave the choice between two lists.
    pub lists: Vec<List>,
    /// The unlawful act; every act where there is none.
    pub act: Option<String>,
    pub title: String,
    pub basis: Vec<String>,
    /// It must be applied (应当), not only may (可以).
    pub must: bool,
    pub fields: Vec<Field>,
    /// Any of these, each with all its conditions.
    pub when: Vec<All>,
    /// Any of these bars it.
    pub unless: Vec<All>,
    /// What goes with it.
    pub measure: String,
    pub place: Place,
}
