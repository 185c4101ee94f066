//! Codes and numbers of Chinese administration: is one right, and if not, what is wrong with it and where.
//!
//! Nothing here knows a register: a code that passes is well formed, which does not prove that it was issued.

pub mod court;
pub mod division;
pub mod document;
pub mod elicence;
mod fault;
pub mod identity;
mod letters;
pub mod mask;
pub mod resident;
pub mod uscc;

pub use court::CourtNumber;
pub use division::Division;
pub use document::DocumentNumber;
pub use elicence::ElicenceId;
pub use fault::Fault;
pub use identity::{Identity, IdentityKind};
pub use mask::mask;
pub use resident::ResidentId;
pub use uscc::Uscc;

/// A kind of code (代码种类).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Uscc,
    ResidentId,
    ElicenceId,
    DocumentNumber,
    Division,
    CourtNumber,
    /// Of a person who has no resident number.
    IdentityDocument,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Uscc,
        Self::ResidentId,
        Self::ElicenceId,
        Self::DocumentNumber,
        Self::Division,
        Self::CourtNumber,
        Self::IdentityDocument,
    ];

    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::ResidentId => "resident_id",
            Self::ElicenceId => "elicence_id",
            Self::DocumentNumber => "docnumber",
            Self::Division => "division",
            Self::CourtNumber => "courtnumber",
            Self::IdentityDocument => "identity_document",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Uscc => "统一社会信用代码",
            Self::ResidentId => "公民身份号码",
            Self::ElicenceId => "电子证照标识",
            Self::DocumentNumber => "发文字号",
            Self::Division => "行政区划代码",
            Self::CourtNumber => "法院案号",
            Self::IdentityDocument => "身份证件",
        }
    }

    /// The kind of that id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// What a check found: the code as it should be written where it is right, and every fault and remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub kind: Kind,
    /// The code without surrounding spaces, letters upper-cased; only where no error was found.
    pub canonical: Option<String>,
    /// Errors first, then remarks that do not make the code wrong.
    pub faults: Vec<Fault>,
}

impl Checked {
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.canonical.is_some()
    }

    /// All that was found in one line; empty where there is nothing to say.
    #[must_use]
    pub fn reason(&self) -> String {
        let parts: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
        parts.join("；")
    }
}

/// Checks a value of a kind. One entry for tables of mixed codes.
#[must_use]
pub fn check(kind: Kind, value: &str) -> Checked {
    let made = match kind {
        Kind::Uscc => uscc::check(value).map(|code| (code.to_string(), code.remarks())),
        Kind::ResidentId => resident::check(value).map(|code| (code.to_string(), code.remarks())),
        Kind::ElicenceId => elicence::check(value).map(|code| (code.to_string(), code.remarks())),
        Kind::DocumentNumber => document::check(value).map(|code| (code.to_string(), Vec::new())),
        Kind::Division => division::check(value).map(|code| (code.to_string(), Vec::new())),
        Kind::CourtNumber => court::check(value).map(|code| (code.to_string(), code.remarks())),
        Kind::IdentityDocument => identity::check(value).map(|one| (one.to_string(), Vec::new())),
    };
    match made {
        Ok((canonical, faults)) => Checked { kind, canonical: Some(canonical), faults },
        Err(faults) => Checked { kind, canonical: None, faults },
    }
}

/// The same on a day: whoever would be born after it has no resident number yet.
#[must_use]
pub fn check_on(kind: Kind, value: &str, today: resident::Day) -> Checked {
    if kind == Kind::ResidentId
        && let Ok(id) = resident::check(value)
        && let Err(fault) = id.check_born(today)
    {
        return Checked { kind, canonical: None, faults: vec![fault] };
    }
    if kind == Kind::IdentityDocument
        && let Ok(one) = identity::check(value)
        && let Err(fault) = one.check_born(today)
    {
        return Checked { kind, canonical: None, faults: vec![fault] };
    }
    check(kind, value)
}
