//! Verifying while others act: nothing that is whole is reported.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::county::{County, day, form};
use app::{Deal, Open};

/// A case that is admitted between the page of cases and its own figures is not reported as damaged.
#[test]
fn what_is_acted_in_meanwhile_is_no_damage() {
    let county = County::new("2024-09-27");
    let request = |key: &str| Open {
        key: key.to_owned(),
        procedure: "disclosure_request".to_owned(),
        organ: "county".to_owned(),
        act: "apply".to_owned(),
        on: day("2024-09-27"),
        form: form(&[
            ("applicant", "演示申请人"),
            ("applicant.code", "11010519491231002X"),
            ("applicant_kind", "natural_person"),
            ("contact", "13800001234"),
            ("channel", "in_person"),
            ("information", "某路施工许可"),
        ]),
        files: Vec::new(),
    };
    let open = |n: u32| county.platform.open(&county.officer, request(&format!("a{n}"))).unwrap().case;
    let cases: Vec<String> = (0..60).map(open).collect();
    std::thread::scope(|scope| {
        let acting = scope.spawn(|| {
            // The verifier goes through the newest first.
            for case in &cases {
                let deal = Deal {
                    key: format!("admit {case}"),
                    case: case.clone(),
                    version: None,
                    act: "admit".to_owned(),
                    on: day("2024-09-27"),
                    form: form(&[]),
                    files: Vec::new(),
                };
                county.platform.act(&county.officer, deal).unwrap();
            }
        });
        while !acting.is_finished() {
            let verified = county.platform.verify(true).unwrap();
            assert!(verified.journal.is_whole() && verified.faults.is_empty(), "{verified:?}");
        }
    });
}
