//! What a file keeps in fewer bytes than it is said in. Ids of cases stand in some ten rows and indexes of each event, and so do
//! the names of organs, divisions, procedures, figures and officers: there the former are kept as the thirteen bytes that
//! their letters stand for, in the same order, and the latter as numbers of the table `word`. PostgreSQL keeps both as texts.
//!
//! Statements do not change: who binds a value says which it is ([`crate::Value::Case`], [`crate::Value::Name`]), and so does
//! who reads a column. Numbers have no order that means anything: what is to stand in the order of names is sorted after
//! reading. The columns take whatever is put into them, and a text in them is read as it stands.

use std::borrow::Cow;

/// The letters of an id, in their order as bytes.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many letters an id has that the platform made: five bits each.
const LENGTH: usize = 20;
/// How many bytes they come to; the last four bits are nothing.
const BYTES: usize = 13;

/// What comes after all ids, as texts and as bytes.
pub(crate) const AFTER_ALL: &str = "\u{10ffff}";

/// How the id of a case is kept in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseKept<'a> {
    Bytes([u8; BYTES]),
    Text(&'a str),
}

/// The id as it is kept: in bytes where it has the form of those that the platform makes.
pub(crate) fn kept(id: &str) -> CaseKept<'_> {
    if id == AFTER_ALL {
        return CaseKept::Bytes([0xff; BYTES]);
    }
    packed(id).map_or(CaseKept::Text(id), CaseKept::Bytes)
}

const fn values() -> [u8; 256] {
    let mut made = [0xff; 256];
    let mut at: u8 = 0;
    while at < 32 {
        #[expect(
            clippy::indexing_slicing,
            reason = "both are constants of that length; it is made when the program is built"
        )]
        {
            made[LETTERS[at as usize] as usize] = at;
        }
        at += 1;
    }
    made
}
static VALUES: [u8; 256] = values();

fn packed(id: &str) -> Option<[u8; BYTES]> {
    if id.len() != LENGTH {
        return None;
    }
    let mut bits: u128 = 0;
    for letter in id.bytes() {
        let value = VALUES.get(usize::from(letter)).copied().filter(|value| *value < 32)?;
        bits = (bits << 5) | u128::from(value);
    }
    let bytes = (bits << 28).to_be_bytes();
    bytes.first_chunk().copied()
}

/// The id of a case in a row: as it stands there, or made of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseText<'a> {
    Here(&'a str),
    Made([u8; LENGTH]),
}

impl CaseText<'_> {
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut whole = [0; 16];
        whole
            .first_chunk_mut::<BYTES>()?
            .copy_from_slice(bytes.first_chunk::<BYTES>().filter(|_| bytes.len() == BYTES)?);
        let bits = u128::from_be_bytes(whole) >> 28;
        let mut made = [0; LENGTH];
        for (place, letter) in (0_u32..).zip(made.iter_mut().rev()) {
            let value = (bits >> (5 * place)) & 31;
            *letter = usize::try_from(value).ok().and_then(|value| LETTERS.get(value)).copied()?;
        }
        Some(Self::Made(made))
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Here(text) => text,
            // They are letters and digits.
            Self::Made(made) => std::str::from_utf8(made).unwrap_or_default(),
        }
    }
}

/// How a column is kept in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum As {
    Plain,
    Case,
    Name,
    NamedHash,
    /// Names, a line each, as numbers.
    Names,
}

/// The columns that a file keeps in another way, by table: ids of cases, and names.
const KEPT: &[(&str, &[&str], &[&str])] = &[
    ("cases", &["id"], &["division", "organ", "procedure", "phase", "handler"]),
    ("case_named", &["case_id"], &["name", "division"]),
    ("case_enterprise", &["case_id"], &[]),
    ("case_count", &[], &["organ", "procedure", "phase", "division"]),
    ("due", &["case_id"], &["norm", "acts", "organ", "division", "handler"]),
    ("due_count", &[], &["organ", "division"]),
    ("event", &["case_id"], &["division"]),
    ("personal", &["case_id"], &["division"]),
    ("person", &[], &["operator"]),
    ("contribution", &["case_id"], &["figure", "organ", "division"]),
    ("publication", &["case_id"], &["division"]),
    ("document", &["case_id"], &["kind", "division"]),
    ("counter", &[], &["organ", "kind"]),
    ("attachment", &["case_id"], &["division"]),
    ("case_note", &["case_id"], &["division"]),
    ("tally", &[], &["figure", "organ", "division"]),
    ("tally_year", &[], &["figure", "organ", "division"]),
];

/// Those of them that came with version 29, and with version 39 only.
const TALLIES: &[&str] = &["tally", "tally_year"];
const SERIES: &str = "counter";

/// How a file keeps a column.
pub(crate) fn way(table: &str, column: &str) -> As {
    match (table, column) {
        ("cases", "pack") => return As::NamedHash,
        ("cases", "named") => return As::Names,
        _ => {}
    }
    let Some((_, cases, names)) = KEPT.iter().find(|(name, ..)| *name == table) else { return As::Plain };
    match (cases.contains(&column), names.contains(&column)) {
        (true, _) => As::Case,
        (false, true) => As::Name,
        (false, false) => As::Plain,
    }
}

/// The tables that got such columns with version 28.
pub(crate) fn tables() -> impl Iterator<Item = &'static str> {
    KEPT.iter().map(|(name, ..)| *name).filter(|name| !TALLIES.contains(name) && *name != SERIES)
}

/// Those that got them with version 29.
pub(crate) fn tallies() -> impl Iterator<Item = &'static str> {
    TALLIES.iter().copied()
}

/// Those that got them, or more of them, with version 39.
pub(crate) fn documents() -> impl Iterator<Item = &'static str> {
    ["document", SERIES].into_iter()
}

/// A statement as a file has it, where it looks into a name: for the beginning of a division.
pub(crate) fn in_one_file(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for number in 1..=9 {
        let begins = format!("substr(division, 1, length(${number})) = ${number}");
        if text.contains(&begins) {
            let among = format!(
                "division IN (SELECT number FROM word WHERE text >= ${number} AND text < ${number} || char(1114111))"
            );
            text = Cow::Owned(text.replace(&begins, &among));
        }
    }
    for (from, before) in [(4, 5), (5, 6)] {
        let between = format!("division >= ${from} AND division < ${before}");
        if text.contains(&between) {
            let among = format!(
                "(${from} = '' OR division IN (SELECT number FROM word WHERE text >= ${from} AND text < ${before}))"
            );
            text = Cow::Owned(text.replace(&between, &among));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(id: &str) {
        match kept(id) {
            CaseKept::Text(text) => assert_eq!(text, id),
            CaseKept::Bytes(bytes) => assert_eq!(CaseText::unpack(&bytes).unwrap().as_str(), id),
        }
    }

    #[test]
    fn ids_of_the_platform_take_thirteen_bytes_and_all_others_stay() {
        assert_eq!(kept("0000000000000000000Z"), CaseKept::Bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xf0]));
        assert!(matches!(kept("01KXYZ00000000000000"), CaseKept::Bytes(_)));
        for other in [
            "",
            "a",
            "01kxyz00000000000000",
            "01KXYZ0000000000000",
            "01KXYZ000000000000000",
            "0I000000000000000000",
        ] {
            assert_eq!(kept(other), CaseKept::Text(other), "{other}");
        }
        assert_eq!(CaseText::unpack(&[1; 12]), None);
        assert_eq!(CaseText::unpack(&[1; 14]), None);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_the_texts(one in "[0-9A-HJKMNP-TV-Z]{20}", other in "[0-9A-HJKMNP-TV-Z]{20}") {
            there_and_back(&one);
            let (CaseKept::Bytes(a), CaseKept::Bytes(b)) = (kept(&one), kept(&other)) else { panic!("{one} {other}") };
            prop_assert_eq!(a.cmp(&b), one.cmp(&other));
            let CaseKept::Bytes(after) = kept(AFTER_ALL) else { panic!("no bytes") };
            prop_assert!(a < after);
        }

        #[test]
        fn any_text_comes_back(text in ".{0,24}") {
            if text != AFTER_ALL {
                there_and_back(&text);
            }
        }
    }
}
