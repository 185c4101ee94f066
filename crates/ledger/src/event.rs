//! An event and its canonical bytes.

use std::fmt;
use std::string::FromUtf8Error;

use crate::Hash;

/// The version of the canonical form, its first byte. A change of the form is a new version; old
/// events keep theirs.
pub const CANONICAL_VERSION: u8 = 1;

/// What sort of thing an event tells. 事项类别
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// An act that somebody did. 办理
    Act,
    /// An act that the lapse of time did. 期限届满
    Lapse,
    /// A correction of an earlier event of the case. 更正
    Correction,
    /// A remark without legal effect. 附记
    Note,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Act, Self::Lapse, Self::Correction, Self::Note];

    /// The byte of the canonical form.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Act => 1,
            Self::Lapse => 2,
            Self::Correction => 3,
            Self::Note => 4,
        }
    }

    /// The word of the store and of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Lapse => "lapse",
            Self::Correction => "correction",
            Self::Note => "note",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Act => "办理",
            Self::Lapse => "期限届满",
            Self::Correction => "更正",
            Self::Note => "附记",
        }
    }

    /// The kind of a word of [`EventKind::id`].
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// One entry of the journal: an act and its record, which are one. 事项记录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The case it belongs to.
    pub case: String,
    /// Its number in the case: 1, 2, 3 and on, without a gap.
    pub number: u32,
    /// The day it was done in law, in days since 1970-01-01.
    pub legal_day: i32,
    /// When it was entered, in microseconds since 1970-01-01 in UTC.
    pub recorded_at: i64,
    /// The account or the role that did it.
    pub actor: String,
    pub kind: EventKind,
    /// The id of the act in the procedure.
    pub act: String,
    /// The number of the event that it corrects.
    pub corrects: Option<u32>,
    /// The record as canonical JSON, without the personal fields.
    pub record: String,
    /// The salted digest of the personal fields, which stand outside the hash: [`crate::parts_digest`], in events of
    /// stores before version 7 [`crate::personal_digest`].
    pub personal_digest: Option<Hash>,
}

/// An event whose texts stand elsewhere, such as in a row that is being read. 事项记录
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRef<'a> {
    pub case: &'a str,
    pub number: u32,
    pub legal_day: i32,
    pub recorded_at: i64,
    pub actor: &'a str,
    pub kind: EventKind,
    pub act: &'a str,
    pub corrects: Option<u32>,
    /// UTF-8, or else no event that was ever entered: nobody looks before it is hashed.
    pub record: &'a [u8],
    pub personal_digest: Option<Hash>,
}

/// Bytes that are not an event's canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("这段数据不是本平台事项记录的规范格式，无法读取；请核对来源文件是否完整")
    }
}

impl Event {
    /// The canonical bytes, version 1. Numbers are big-endian and signed ones two's complement;
    /// a *text* is its length in bytes (4 bytes) and its UTF-8 bytes.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 1 | the version, `01` |
    /// | text | `case` |
    /// | 4 | `number` |
    /// | 4 | `legal_day` |
    /// | 8 | `recorded_at` |
    /// | text | `actor` |
    /// | 1 | `kind`: `01` act, `02` lapse, `03` correction, `04` note |
    /// | text | `act` |
    /// | 4 | the number that it corrects, `00000000` for none |
    /// | text | `record` |
    /// | 1 or 33 | `00` for no personal data, or `01` and the 32 bytes of their digest |
    ///
    /// No two events share their bytes: every part has a fixed length or says its own.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let texts = self.case.len() + self.actor.len() + self.act.len() + self.record.len();
        let mut out = Vec::with_capacity(texts + 16 + 4 + 4 + 8 + 1 + 4 + 1 + 33);
        self.borrowed().write_canonical(&mut out);
        out
    }

    /// The same event, its texts where they are.
    #[must_use]
    pub fn borrowed(&self) -> EventRef<'_> {
        EventRef {
            case: &self.case,
            number: self.number,
            legal_day: self.legal_day,
            recorded_at: self.recorded_at,
            actor: &self.actor,
            kind: self.kind,
            act: &self.act,
            corrects: self.corrects,
            record: self.record.as_bytes(),
            personal_digest: self.personal_digest,
        }
    }

    /// Reads canonical bytes back, all of them.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Bytes(bytes);
        if rest.byte()? != CANONICAL_VERSION {
            return Err(Malformed);
        }
        let event = Self {
            case: rest.text()?,
            number: u32::from_be_bytes(rest.take()?),
            legal_day: i32::from_be_bytes(rest.take()?),
            recorded_at: i64::from_be_bytes(rest.take()?),
            actor: rest.text()?,
            kind: {
                let code = rest.byte()?;
                EventKind::ALL.into_iter().find(|kind| kind.code() == code).ok_or(Malformed)?
            },
            act: rest.text()?,
            corrects: Some(u32::from_be_bytes(rest.take()?)).filter(|number| *number != 0),
            record: rest.text()?,
            personal_digest: match rest.byte()? {
                0 => None,
                1 => Some(Hash(rest.take()?)),
                _ => return Err(Malformed),
            },
        };
        if rest.0.is_empty() { Ok(event) } else { Err(Malformed) }
    }
}

impl EventRef<'_> {
    /// Puts the canonical bytes, which [`Event::canonical`] describes, at the end of `out`.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        out.push(CANONICAL_VERSION);
        put_text(out, self.case.as_bytes());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.legal_day.to_be_bytes());
        out.extend_from_slice(&self.recorded_at.to_be_bytes());
        put_text(out, self.actor.as_bytes());
        out.push(self.kind.code());
        put_text(out, self.act.as_bytes());
        out.extend_from_slice(&self.corrects.unwrap_or(0).to_be_bytes());
        put_text(out, self.record);
        match &self.personal_digest {
            None => out.push(0),
            Some(digest) => {
                out.push(1);
                out.extend_from_slice(digest.as_bytes());
            }
        }
    }

    /// The event with texts of its own.
    ///
    /// # Errors
    /// The record is not UTF-8.
    pub fn owned(&self) -> Result<Event, FromUtf8Error> {
        Ok(Event {
            case: self.case.to_owned(),
            number: self.number,
            legal_day: self.legal_day,
            recorded_at: self.recorded_at,
            actor: self.actor.to_owned(),
            kind: self.kind,
            act: self.act.to_owned(),
            corrects: self.corrects,
            record: String::from_utf8(self.record.to_vec())?,
            personal_digest: self.personal_digest,
        })
    }
}

/// Texts of four gibibytes do not occur: no record comes near it, and the store refuses far smaller ones.
fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text);
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, tail) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = tail;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn text(&mut self) -> Result<String, Malformed> {
        let length = usize::try_from(u32::from_be_bytes(self.take()?)).map_err(|_| Malformed)?;
        let (head, tail) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = tail;
        String::from_utf8(head.to_vec()).map_err(|_| Malformed)
    }
}
