//! Registers (名册、清单、目录): what a file of `packs/` with `register = …` says of one, its entries with the days from
//! which and until which they hold, the register as of a day, and what is different between two days.

pub mod cases;
mod entries;
mod entry_act;
mod measured;

use base::Place;
use figures::Figure;
use norms::guard::Guard;
use norms::{Basis, Field, PARTS, Record, Value};

pub use entries::{Change, Entry, Overlap, as_of, difference, overlaps};
pub use entry_act::entry_act;
pub use measured::{Counting, Part, Sums, parts, tally};

/// A register as its file says. 名册、清单
#[derive(Clone, Debug)]
pub struct Register {
    pub id: String,
    pub name: String,
    /// The folder of `packs/` in which it stands.
    pub system: String,
    pub systems: Vec<String>,
    pub measures: Vec<String>,
    /// Places in `fields`: what an entry is known by, one entry at a time in force.
    pub key: Vec<usize>,
    pub fields: Vec<Field>,
    /// Kinds of organ that keep one of their own.
    pub kept_by: Vec<String>,
    /// Whether anybody may read it.
    pub public: bool,
    /// Only the heads of the keeping organ read it.
    pub secret: bool,
    pub basis: Option<Basis>,
    pub help: Option<String>,
    /// The act of a procedure that alone writes its entries; without one, its keepers enter them.
    pub changed_by: Option<ChangedBy>,
    /// What its entries are counted for.
    pub figures: Vec<Figure>,
    /// The conditions of its figures, over an act of the name `entry`.
    pub guards: Vec<Guard>,
    /// What makes an entry a document of the library.
    pub shelf: Option<Shelf>,
    pub place: Place,
}

/// How a register changes by a procedure: which act writes an entry, and from what. 依程序变动
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedBy {
    /// Ids of the procedure and of the act.
    pub procedure: String,
    pub act: String,
    /// The act that records what an entry needs. A field of the entry is what the act's own field of that id says, or
    /// else what any act of the case recorded last under that id.
    pub of: String,
    /// Ids of fields: from when the entry holds (without one, the day of the act), until when, and whether it is taken off.
    pub from: Option<String>,
    pub until: Option<String>,
    pub removes: Option<String>,
    /// Other acts, by id, that take the key off.
    pub ends: Vec<String>,
    pub place: Place,
}

/// Places in `fields` of what an entry is as a document of the library; its days are those in force. 文件库
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    pub title: u16,
    pub number: Option<u16>,
    /// What is read for citations: the basis, or the whole text.
    pub text: Vec<u16>,
    /// The choice of how it ended, and the option that says it was repealed.
    pub repealed: Option<(u16, String)>,
}

impl Register {
    /// The place of a field.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<u16> {
        self.fields.iter().position(|field| field.id == id).and_then(|at| u16::try_from(at).ok())
    }

    /// What an entry with this record is known by: the texts of its key fields; nothing where one is empty.
    #[must_use]
    pub fn key_of(&self, record: &Record) -> Option<String> {
        let text = |at: &usize| {
            let value = record.get(u16::try_from(*at).ok()?)?;
            Some(match value {
                Value::Text(text) => text.clone(),
                Value::Day(day) => day.to_string(),
                Value::Number(number) => number_text(*number),
                Value::List(all) => all.join("、"),
                _ => return None,
            })
        };
        let parts: Option<Vec<String>> = self.key.iter().map(text).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join(" · "))
    }
}

/// A number in ten-thousandths as people write it.
fn number_text(parts: i64) -> String {
    let (whole, rest) = (parts / PARTS, (parts % PARTS).unsigned_abs());
    let sign = if parts < 0 && whole == 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{whole}");
    }
    format!("{sign}{whole}.{rest:04}").trim_end_matches('0').to_owned()
}
