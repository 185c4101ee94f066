//! What an act asks of the platform's own engines: a step of a draw, a joint plan, the benchmarks of discretion. 事项所用的引擎

use crate::sets::ActId;
use crate::value::FieldType;

/// A step of a draw of objects and inspectors (`docs/draw.md`). 抽取的步骤
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawStep {
    /// The lists are made from the registers and locked.
    List,
    /// The list is made from closed cases, whose files are to be reviewed, and locked.
    Files,
    /// A party hands in its commitment.
    Commit,
    /// The commitments are closed and published.
    Announce,
    /// The public value is there.
    Value,
    /// A party hands over its secret.
    Reveal,
    /// The result is computed.
    Result,
    /// An object that was drawn is inspected: its case is opened.
    Inspect,
    /// The file of a case that was drawn is reviewed: the case of its sheet is opened.
    Sheet,
    /// The round is void; another may begin.
    Annul,
}

/// Fields by their ids.
type Ids = &'static [(&'static str, FieldType)];

impl DrawStep {
    pub const ALL: [(&'static str, Self); 10] = [
        ("list", Self::List),
        ("files", Self::Files),
        ("commit", Self::Commit),
        ("announce", Self::Announce),
        ("value", Self::Value),
        ("reveal", Self::Reveal),
        ("result", Self::Result),
        ("inspect", Self::Inspect),
        ("sheet", Self::Sheet),
        ("annul", Self::Annul),
    ];

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(id, _)| *id == text).map(|(_, step)| step)
    }

    /// The fields that the record of such an act must have for people to fill in.
    #[must_use]
    pub fn asked(self) -> Ids {
        match self {
            Self::List => &[
                ("title", FieldType::Words),
                ("fields", FieldType::Words),
                ("trades", FieldType::Words),
                ("partners", FieldType::Words),
                ("inspect_from", FieldType::Date),
                ("inspect_to", FieldType::Date),
                ("limit", FieldType::Number),
                ("source", FieldType::Words),
                ("not_before_day", FieldType::Date),
                ("not_before_time", FieldType::Time),
                ("not_after_day", FieldType::Date),
                ("not_after_time", FieldType::Time),
                ("exclusions", FieldType::Rows),
                ("inverted_reason", FieldType::Text),
            ],
            Self::Files => &[
                ("title", FieldType::Words),
                ("sheet", FieldType::Words),
                ("organs", FieldType::Text),
                ("closed_from", FieldType::Date),
                ("closed_to", FieldType::Date),
                ("each", FieldType::Number),
                ("reviewers", FieldType::Text),
                ("limit", FieldType::Number),
                ("inspect_from", FieldType::Date),
                ("inspect_to", FieldType::Date),
                ("source", FieldType::Words),
                ("not_before_day", FieldType::Date),
                ("not_before_time", FieldType::Time),
                ("not_after_day", FieldType::Date),
                ("not_after_time", FieldType::Time),
                ("exclusions", FieldType::Rows),
            ],
            Self::Commit => &[("party", FieldType::Words), ("commitment", FieldType::Words)],
            Self::Value => &[
                ("value", FieldType::Words),
                ("known_day", FieldType::Date),
                ("known_time", FieldType::Time),
            ],
            Self::Reveal => &[("party", FieldType::Words), ("nonce", FieldType::Words)],
            Self::Inspect => &[("enterprise", FieldType::Party)],
            Self::Sheet => &[("file", FieldType::Words)],
            Self::Annul => &[("reason", FieldType::Text)],
            Self::Announce | Self::Result => &[],
        }
    }

    /// The fields that the platform fills in.
    #[must_use]
    pub fn filled(self) -> Ids {
        match self {
            Self::List | Self::Files => &[("list_hash", FieldType::Words), ("file", FieldType::File)],
            Self::Sheet => &[
                ("reviewed", FieldType::Organ),
                ("drawn", FieldType::Words),
                ("sheet", FieldType::Words),
                ("first", FieldType::Officer),
                ("second", FieldType::Officer),
            ],
            Self::Commit => &[("committed_at", FieldType::Words)],
            Self::Announce => &[("announcement_hash", FieldType::Words), ("file", FieldType::File)],
            Self::Result => {
                &[("outcome_hash", FieldType::Words), ("drawn", FieldType::Number), ("file", FieldType::File)]
            }
            Self::Value | Self::Reveal | Self::Inspect | Self::Annul => &[],
        }
    }
}

/// What the platform carries out in an examination (`crates/app/src/exams`). 考试步骤
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExamStep {
    /// The bank is looked at and the platform commits to a secret.
    Announce,
    /// The examination is over: the secret is published.
    Close,
    /// An officer begins: the paper is drawn, the time runs.
    Begin,
    /// The answers are marked.
    Mark,
    /// What reached the line goes into the register of results.
    Register,
}

impl ExamStep {
    pub const ALL: [(&'static str, Self); 5] = [
        ("announce", Self::Announce),
        ("close", Self::Close),
        ("begin", Self::Begin),
        ("mark", Self::Mark),
        ("register", Self::Register),
    ];

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(id, _)| *id == text).map(|(_, step)| step)
    }

    /// The fields that the record of such an act must have for people to fill in.
    #[must_use]
    pub fn asked(self) -> Ids {
        match self {
            Self::Announce => &[
                ("title", FieldType::Words),
                ("field", FieldType::Words),
                ("single", FieldType::Number),
                ("multiple", FieldType::Number),
                ("judge", FieldType::Number),
                ("pass", FieldType::Number),
                ("minutes", FieldType::Number),
                ("attempts", FieldType::Number),
                ("opens_on", FieldType::Date),
                ("closes_on", FieldType::Date),
            ],
            Self::Mark => &[("answers", FieldType::Rows)],
            Self::Close | Self::Begin | Self::Register => &[],
        }
    }

    /// The fields that the platform fills in.
    #[must_use]
    pub fn filled(self) -> Ids {
        match self {
            Self::Announce => &[
                ("bank", FieldType::Number),
                ("bank_hash", FieldType::Words),
                ("commitment", FieldType::Words),
            ],
            Self::Close => {
                &[("secret", FieldType::Words), ("sat", FieldType::Number), ("passed", FieldType::Number)]
            }
            Self::Begin => {
                &[("began_at", FieldType::Words), ("until_at", FieldType::Words), ("paper", FieldType::Words)]
            }
            Self::Mark => &[
                ("handed_at", FieldType::Words),
                ("right", FieldType::Number),
                ("points", FieldType::Number),
                ("passed", FieldType::YesNo),
            ],
            Self::Register => &[
                ("officer", FieldType::Words),
                ("holder", FieldType::Words),
                ("field", FieldType::Words),
                ("exam", FieldType::Words),
                ("points", FieldType::Number),
            ],
        }
    }
}

/// The fields that the platform fills in where an act asks whether an officer is qualified: by results and hours.
pub const QUALIFY_FILLED: Ids = &[
    ("exam", FieldType::Words),
    ("exam_passed", FieldType::YesNo),
    ("hours", FieldType::Text),
    ("hours_met", FieldType::YesNo),
];

/// What the platform carries out in a review of case files (`docs/file-review.md`). 评查步骤
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewStep {
    /// A reviewer scores the items of the sheet that the case does not show by itself.
    Score,
    /// What both reviewers scored, and what was settled where they differ, comes to points and a grade.
    Conclude,
    /// What all files of a draw came to, by organ.
    Results,
}

impl ReviewStep {
    pub const ALL: [(&'static str, Self); 3] =
        [("score", Self::Score), ("conclude", Self::Conclude), ("results", Self::Results)];

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(id, _)| *id == text).map(|(_, step)| step)
    }

    /// The fields that the record of such an act must have for people to fill in: rows of an item, its points and why.
    #[must_use]
    pub fn asked(self) -> Ids {
        match self {
            Self::Score | Self::Conclude => &[("marks", FieldType::Rows)],
            Self::Results => &[],
        }
    }

    /// The fields that the platform fills in.
    #[must_use]
    pub fn filled(self) -> Ids {
        match self {
            Self::Score => &[
                ("reviewer", FieldType::Officer),
                ("points", FieldType::Number),
                ("failed", FieldType::Number),
                ("computed", FieldType::Text),
            ],
            Self::Conclude => &[
                ("points", FieldType::Number),
                ("failed", FieldType::Number),
                ("problems", FieldType::Number),
                ("grade", FieldType::Words),
                ("passed", FieldType::YesNo),
                ("result", FieldType::Text),
            ],
            Self::Results => &[
                ("files", FieldType::Number),
                ("mean", FieldType::Number),
                ("lowest", FieldType::Number),
                ("passed", FieldType::Number),
                ("fatal", FieldType::Number),
                ("problems", FieldType::Number),
                ("ranking", FieldType::Text),
            ],
        }
    }
}

/// The fields that the record of an act that makes a joint plan must have for people to fill in (`docs/joint.md`).
pub const JOINT_ASKED: Ids = &[
    ("title", FieldType::Words),
    ("from", FieldType::Date),
    ("to", FieldType::Date),
    ("daily", FieldType::Number),
    ("away", FieldType::Rows),
    ("told_until", FieldType::Date),
    ("reason", FieldType::Text),
];

/// The fields of such a record that the platform fills in.
pub const JOINT_FILLED: Ids = &[
    ("enterprises", FieldType::Number),
    ("checks", FieldType::Number),
    ("separate", FieldType::Number),
    ("visits", FieldType::Number),
    ("shared", FieldType::Number),
    ("left_out", FieldType::Number),
    ("bound", FieldType::Number),
    ("changed", FieldType::Number),
    ("file", FieldType::File),
];

/// Fields by which an act's penalty is held against the benchmarks (`docs/discretion.md`). 裁量核对
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discretion {
    /// The unlawful act, in the words of the benchmark.
    pub matter: u16,
    /// The facts: rows of two columns, what is asked and the answer.
    pub facts: u16,
    /// The fine; without it nothing is decided here, only shown.
    pub fine: Option<u16>,
    /// Why the penalty leaves the step.
    pub reason: u16,
    /// Filled in: the step, and what was found and why.
    pub step: u16,
    pub found: u16,
    /// Filled in: the list of leniency that applies.
    pub list: Option<u16>,
    /// The day of the unlawful act: a field of type `date` of the first of these acts that has it.
    pub on: Vec<(ActId, u16)>,
    /// Who must have reviewed what leaves the step: a yes-or-no field of another act; without it nothing may leave.
    pub review: Option<(ActId, u16)>,
    /// Whether this is the proposal only: its reason is enough, the review comes after it.
    pub proposes: bool,
    /// When a decision stands no more: place in `Procedure::guards`.
    pub undone: Option<u8>,
    /// What the fine was changed to: a field of type `money` of another act.
    pub changed: Option<(ActId, u16)>,
}

impl Discretion {
    /// Places of the fields that the platform fills in.
    pub(crate) fn filled(&self) -> impl Iterator<Item = u16> + use<> {
        [self.step, self.found].into_iter().chain(self.list)
    }
}
