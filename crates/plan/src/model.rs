//! A plan in our own words, and the catalogue of concrete systems that it and the yearly reports name.

use std::fmt;

use calendar::Day;

/// An implementation plan of law-based government (法治政府建设实施方案).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub id: String,
    pub name: String,
    /// The number of the document (发文字号).
    pub document: String,
    pub issued_by: String,
    pub issued_on: Day,
    pub first_year: i32,
    pub last_year: i32,
    pub systems: Vec<System>,
    pub heads: Vec<Head>,
    pub measures: Vec<Measure>,
    pub organisation_heads: Vec<Head>,
    pub organisation: Vec<Measure>,
    pub goals: Vec<Goal>,
}

impl Plan {
    #[must_use]
    pub fn system(&self, number: u32) -> Option<&System> {
        self.systems.iter().find(|system| system.number == number)
    }

    #[must_use]
    pub fn measure(&self, wanted: MeasureRef) -> Option<&Measure> {
        self.all_measures().find(|measure| measure.reference == wanted)
    }

    /// The measures of the systems, then those of organisation.
    pub fn all_measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures.iter().chain(&self.organisation)
    }

    /// The head under which a measure stands.
    #[must_use]
    pub fn head_of(&self, measure: &Measure) -> Option<&Head> {
        let heads = match measure.part {
            Part::System(_) => &self.heads,
            Part::Organisation => &self.organisation_heads,
        };
        heads.iter().find(|head| head.number == measure.head)
    }
}

/// One of the systems into which a plan divides its measures (体系).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    pub number: u32,
    pub name: String,
    /// The folder of `packs/` with the procedures and registers of this system.
    pub folder: String,
}

/// A heading under which measures stand (目).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub number: u32,
    pub part: Part,
    pub title: String,
}

/// One numbered measure of a plan (措施).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    pub reference: MeasureRef,
    pub part: Part,
    /// The number of its head.
    pub head: u32,
    pub title: String,
    /// What the bodies have to do.
    pub duty: String,
    pub targets: Vec<Target>,
}

/// Where something of a plan belongs: to one of its systems, or to its safeguards (所属部分).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    System(u32),
    Organisation,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(number) => write!(f, "{number}"),
            Self::Organisation => f.write_str("organisation"),
        }
    }
}

/// The number of a measure: 12, or O4 for the fourth of organisation (措施编号).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeasureRef {
    Measure(u32),
    Organisation(u32),
}

impl MeasureRef {
    /// Reads `12` or `O4`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            let plain = digits.chars().all(|c| c.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten().filter(|number| *number > 0)
        };
        match text.strip_prefix('O') {
            Some(digits) => number(digits).map(Self::Organisation),
            None => number(text).map(Self::Measure),
        }
    }

    /// As people say it.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Measure(number) => format!("措施（{number}）"),
            Self::Organisation(number) => format!("组织保障第{number}条"),
        }
    }
}

impl fmt::Display for MeasureRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measure(number) => write!(f, "{number}"),
            Self::Organisation(number) => write!(f, "O{number}"),
        }
    }
}

/// A figure or a day that a measure sets (指标).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    pub due: Option<Due>,
    pub amount: Option<Amount>,
    /// How the document's words were understood, where they allow more than one reading.
    pub note: Option<String>,
}

/// By when a target must be met (完成时限).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// On or before this day.
    By(Day),
    /// Every year on or before this day.
    EachYear { month: u8, day: u8 },
}

impl Due {
    /// The last day in a year; none where the target belongs to another year.
    #[must_use]
    pub fn in_year(self, year: i32) -> Option<Day> {
        match self {
            Self::By(day) => (day.year() == year).then_some(day),
            Self::EachYear { month, day } => Day::from_ymd(year, month, day),
        }
    }
}

/// How much a target asks for (数量要求).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    pub bound: Bound,
    pub number: u32,
    pub unit: String,
    /// For each of what, such as 每人每年; empty where it is asked once.
    pub per: String,
}

/// Whether a number is the least or the most that is allowed (上下限).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    AtLeast,
    AtMost,
}

/// What the plan as a whole wants to have reached by a day (总体目标).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    pub name: String,
    pub by: Day,
}

/// The catalogue of the concrete systems that a plan and the reports about it name (系统清单).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// The id of the plan.
    pub plan: String,
    pub mechanisms: Vec<Mechanism>,
}

impl Catalogue {
    #[must_use]
    pub fn mechanism(&self, id: &str) -> Option<&Mechanism> {
        self.mechanisms.iter().find(|mechanism| mechanism.id == id)
    }
}

/// One concrete system: a list, a procedure, a mechanism that the plan or a report names (系统、机制).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanism {
    /// S001 and on.
    pub id: String,
    pub name: String,
    pub part: Part,
    /// The measures that it carries out; none where only a report names it.
    pub measures: Vec<MeasureRef>,
    pub kind: MechanismKind,
    pub tier: Tier,
}

/// What kind of thing a concrete system is (系统种类).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MechanismKind {
    Register,
    CaseFlow,
    Procedure,
    Algorithm,
    Report,
    Exchange,
    Training,
    Portal,
    Integration,
    Search,
}

impl MechanismKind {
    pub const ALL: [Self; 10] = [
        Self::Register,
        Self::CaseFlow,
        Self::Procedure,
        Self::Algorithm,
        Self::Report,
        Self::Exchange,
        Self::Training,
        Self::Portal,
        Self::Integration,
        Self::Search,
    ];

    /// The word of the files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::CaseFlow => "case_flow",
            Self::Procedure => "procedure",
            Self::Algorithm => "algorithm",
            Self::Report => "report",
            Self::Exchange => "exchange",
            Self::Training => "training",
            Self::Portal => "portal",
            Self::Integration => "integration",
            Self::Search => "search",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Register => "台账清单",
            Self::CaseFlow => "案件办理",
            Self::Procedure => "工作程序",
            Self::Algorithm => "规则计算",
            Self::Report => "统计报告",
            Self::Exchange => "协同交换",
            Self::Training => "培训教育",
            Self::Portal => "服务门户",
            Self::Integration => "系统对接",
            Self::Search => "检索查询",
        }
    }
}

/// How early a concrete system is worth building, A first (优先级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    A,
    B,
    C,
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}
