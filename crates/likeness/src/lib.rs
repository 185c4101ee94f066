//! Likeness of disputes and petitions: whether one was entered before, or its parties have another one elsewhere.
//!
//! A score is the sum of parts that can be told in words: the parties, the matter, the place, the days between. All are
//! whole numbers per mille. Nothing is decided here: whoever registers sees what is like it, and why, and decides.
//! A `Book` holds what is compared with; `Book::find` looks through its index, `Book::scan` through everything, and both
//! give the same hits.

mod book;
mod name;
mod parts;
mod terms;
mod text;
mod told;

use calendar::Day;

pub use book::{Book, Found, Hit, Limits};
pub use parts::{Basis, Kind, Parts, PartyLike};

/// A dispute or a petition, as far as it is compared. 矛盾纠纷
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// What it is called by whoever asks; an entry of the same id is never a hit.
    pub id: String,
    /// The organ where it was entered.
    pub organ: String,
    /// When it was entered or arose, the same for all that are compared.
    pub day: Day,
    pub parties: Vec<Party>,
    /// Words of the place, from county to house, in any order.
    pub places: Vec<String>,
    /// What it is about, in Chinese.
    pub matter: String,
}

/// Who is on one side. 当事人
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub side: Side,
    /// May be masked (张某, 张*明) or empty.
    pub name: String,
    pub numbers: Vec<Number>,
}

/// The side of a party. 申请人、被申请人
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Applicant,
    Respondent,
    Other,
}

impl Side {
    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Applicant => "申请人",
            Self::Respondent => "被申请人",
            Self::Other => "当事人",
        }
    }
}

/// A number of a party, hashed with the caller's key: it is compared and never read. 证件号码
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    pub kind: NumberKind,
    pub hash: [u8; 32],
}

/// What a number is of. 号码种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberKind {
    Resident,
    Organisation,
    Phone,
}

impl NumberKind {
    /// Whether different numbers of this kind are of different parties; one may have several telephones.
    #[must_use]
    pub fn tells_apart(self) -> bool {
        self != Self::Phone
    }
}
