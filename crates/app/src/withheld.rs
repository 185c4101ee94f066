//! What keeps a whole case from becoming public, whatever its acts publish: a party under eighteen, in every procedure
//! (未成年人保护法第一百零三条；民法典第十七条), and what the procedure itself names (`[[withhold]]`), such as state secrets.

use calendar::Day;
use norms::{FieldType, Value};

use crate::case::CaseFile;
use crate::record::party_code;

const MINORS_BASIS: &str = "《未成年人保护法》第一百零三条";

const OF_AGE: u16 = 18;

/// Why nothing of a case is public. 不公开的理由
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// What people read: 案卷里有不满十八周岁的人.
    pub because: String,
    /// The article, as people cite it.
    pub cited: String,
    pub unverified: bool,
}

/// Why nothing of the case is public on a day; `None` if nothing stands against it.
pub(crate) fn withheld(file: &CaseFile, on: Day) -> Option<Withheld> {
    if names_a_minor(file, on) {
        let because = "案卷里有不满十八周岁的人".to_owned();
        return Some(Withheld { because, cited: MINORS_BASIS.to_owned(), unverified: false });
    }
    // What was once secret stays so: a later record of the same act does not lift it, a correction does.
    let was = |guard: u8| file.history.truths.iter().any(|truths| truths.get(guard) == Some(true));
    let mut named = file.pack.file.procedure.withholds.iter();
    named.find(|one| was(one.guard)).map(|one| Withheld {
        because: one.because.clone(),
        cited: one.basis.cited.clone(),
        unverified: one.basis.unverified,
    })
}

/// Whether a record of the case names a person who is not yet eighteen on a day.
fn names_a_minor(file: &CaseFile, on: Day) -> bool {
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

/// Whether a resident identity number, or another document with its day of birth, is that of a person who is not yet eighteen on a day.
fn is_minor(code: &str, on: Day) -> bool {
    let born = match (codes::resident::check(code), codes::identity::check(code)) {
        (Ok(id), _) => id.born_on(),
        (_, Ok(document)) => document.born_on(),
        _ => return false,
    };
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
        // A passport tells it by the day of birth that is entered with it.
        assert!(is_minor("passport/USA/C01234567/2010-05-06", day("2028-05-05")));
        assert!(!is_minor("passport/USA/C01234567/2010-05-06", day("2028-05-06")));
    }
}
