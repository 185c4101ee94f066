//! What of a code may be shown to others. Codes of organisations and documents are public; those of persons are not.

use crate::{Kind, elicence, resident};

/// A code as it may be shown in public. What is not well formed is hidden wherever it could be a person's.
#[must_use]
pub fn mask(kind: Kind, value: &str) -> String {
    let value = value.trim();
    match kind {
        Kind::IdentityDocument => {
            crate::identity::check(value).map_or_else(|_| long(value), |one| one.masked())
        }
        Kind::Uscc | Kind::DocumentNumber | Kind::Division | Kind::CourtNumber => value.to_owned(),
        Kind::ResidentId => resident_id(value),
        Kind::ElicenceId => elicence_id(value),
    }
}

/// The first six and the last four characters of a resident identity number (`350526********001X`).
#[must_use]
pub fn resident_id(value: &str) -> String {
    match resident::check(value) {
        Ok(id) => ends(id.as_str(), 6, 4),
        Err(_) => long(value.trim()),
    }
}

/// The identifier of a certificate with its serial number hidden: many systems use a person's number there.
#[must_use]
pub fn elicence_id(value: &str) -> String {
    match elicence::check(value) {
        Ok(id) => id.with_serial(&long(id.serial())),
        Err(_) => long(value.trim()),
    }
}

/// The first three and the last four digits of a mobile number (`138****1234`).
#[must_use]
pub fn phone(value: &str) -> String {
    let value = value.trim();
    if value.chars().count() == 11 { ends(value, 3, 4) } else { long(value) }
}

/// The last three characters of the number of a passport or another document of a person; nothing of a short one.
#[must_use]
pub fn identity_number(value: &str) -> String {
    let count = value.chars().count();
    if count >= 8 { ends(value, 0, 3) } else { stars(count) }
}

/// The first character of a natural person's name, and 某 (张某).
#[must_use]
pub fn name(value: &str) -> String {
    value.trim().chars().next().map_or_else(String::new, |surname| format!("{surname}某"))
}

/// The last four characters of an account (`************1234`).
#[must_use]
pub fn account(value: &str) -> String {
    let value = value.trim();
    if value.chars().count() >= 12 { ends(value, 0, 4) } else { stars(value.chars().count()) }
}

/// The first six and last four of a long value; nothing of a short one.
fn long(value: &str) -> String {
    if value.chars().count() >= 15 { ends(value, 6, 4) } else { stars(value.chars().count()) }
}

fn stars(count: usize) -> String {
    "*".repeat(count)
}

fn ends(value: &str, first: usize, last: usize) -> String {
    let count = value.chars().count();
    let hidden = count.saturating_sub(first + last);
    let shown = |(index, letter): (usize, char)| {
        if index < first || index >= first + hidden { letter } else { '*' }
    };
    value.chars().enumerate().map(shown).collect()
}
