//! Minors: nothing of a case that a person under eighteen is party to becomes public, whatever the procedure publishes.
//! 未成年人保护法第一百零三条；民法典第十七条（不满十八周岁）

use calendar::Day;
use norms::{FieldType, Value};

use crate::case::CaseFile;
use crate::record::party_code;

/// On which article nothing is published.
pub const MINORS_BASIS: &str = "《未成年人保护法》第一百零三条";

const OF_AGE: u16 = 18;

/// Whether a record of the case names a person who is not yet eighteen on a day.
pub(crate) fn names_a_minor(file: &CaseFile, on: Day) -> bool {
    let procedure = &file.pack.file.procedure;
    file.history.deeds.iter().any(|deed| {
        let Some(act) = procedure.act_of(deed.act) else { return false };
        let values = act.fields.iter().zip(deed.record.values());
        let mut parties = values.filter(|(field, _)| field.kind == FieldType::Party);
        parties.any(|(_, value)| match value {
            Some(Value::Text(text)) => party_code(text).is_some_and(|code| is_minor(code, on)),
            _ => false,
        })
    })
}

/// Whether a resident identity number is that of a person who is not yet eighteen on a day.
fn is_minor(code: &str, on: Day) -> bool {
    let Ok(id) = codes::resident::check(code) else { return false };
    let born = id.born_on();
    let birthday = (i32::from(born.year + OF_AGE), born.month, born.day);
    (on.year(), on.month(), on.day()) < birthday
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn one_is_a_minor_until_the_eighteenth_birthday() {
        // Born on 31 December 1949.
        let code = "11010519491231002X";
        assert!(is_minor(code, day("1967-12-30")));
        assert!(!is_minor(code, day("1967-12-31")));
        assert!(!is_minor("91350526DEMA000172", day("1950-01-01")), "an enterprise is none");
        assert!(!is_minor("", day("2025-01-01")));
    }
}
