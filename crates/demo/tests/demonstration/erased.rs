//! A whole county from which everybody's data are erased: cases, figures and proofs stay as they were.

use crate::common::{made, today};
use store::{cases, person};

#[test]
fn whoever_is_erased_the_cases_stand_as_they_stood() {
    let demo = made("yifa", today());
    let platform = &demo.platform;
    let keys = platform.personal_keyring().unwrap();
    let all =
        platform.store().read(|reader| cases::page(reader, cases::Scope::All, "", None, 10_000)).unwrap();
    let before = platform.verify(true).unwrap();
    assert!(before.journal.personal > 100, "{:?}", before.journal);
    assert_eq!((before.journal.erased, before.journal.unopened), (0, 0));
    let mut erased = 0;
    for case in &all {
        let (id, keys) = (case.id.clone(), keys.clone());
        let gone = platform.store().write(move |tx| -> store::Result<u64> {
            let mut gone = 0;
            for person in person::of_case(tx, &id)? {
                gone += person::erase(tx, &keys, &person, 1)?
                    .map_or(0, |erased| u64::try_from(erased.cases.len()).unwrap());
            }
            Ok(gone)
        });
        erased += gone.unwrap().unwrap();
    }
    assert!(erased > 100, "{erased}");
    let after = platform.verify(true).unwrap();
    assert_eq!(after.journal.faults, []);
    assert!(after.faults.is_empty(), "{:?}", after.faults);
    assert_eq!((after.journal.personal, after.journal.erased), (0, before.journal.personal));
    assert_eq!(after.recomputed, before.recomputed);
}
