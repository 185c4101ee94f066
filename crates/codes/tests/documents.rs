//! Document numbers: what is right, and how each usual slip is explained.
#![expect(clippy::panic, reason = "shared steps of tests fail loudly")]

use codes::{Kind, check};
use proptest::prelude::*;

#[test]
fn real_numbers_pass() {
    for number in [
        "泉农规〔2023〕2号",
        "泉海渔规〔2024〕1号",
        "晋农规〔2024〕6号",
        "金政发〔2025〕33号",
        "泉委法〔2022〕1号",
    ] {
        let checked = check(Kind::DocumentNumber, &format!("\u{3000}{number} \t"));
        assert_eq!(checked.canonical.as_deref(), Some(number), "{}", checked.reason());
    }
    let made = codes::document::check("泉农规〔2023〕2号").unwrap();
    assert!(made.is_marked_normative());
    assert_eq!((made.year, made.serial), (2023, 2));
}

fn slip(number: &str, code: &str, position: usize, likely: Option<&str>) {
    let checked = check(Kind::DocumentNumber, number);
    assert!(!checked.is_valid(), "{number}");
    let found = checked.faults.iter().find(|f| f.code == code);
    let found = found.unwrap_or_else(|| panic!("{number}: no {code} in {:?}", checked.faults));
    assert_eq!(found.position, Some(position), "{number}: {found}");
    let told = checked.faults.iter().find_map(|f| f.likely.clone());
    assert_eq!(told.as_deref(), likely, "{number}");
}

#[test]
fn usual_slips_are_explained() {
    let right = Some("泉政规〔2023〕2号");
    slip("泉政规[2023]2号", "brackets", 4, right);
    slip("泉政规（2023）2号", "brackets", 4, right);
    slip("泉政规【2023】2号", "brackets", 4, right);
    slip("泉政规〔2023]2号", "brackets", 4, right);
    slip("泉政规〔2023〕02号", "leading_zero", 10, right);
    slip("泉政规〔2023〕第2号", "ordinal", 10, right);
    slip("泉政规〔2023〕2", "no_end", 11, right);
    slip("泉政规〔２０２３〕2号", "year_form", 5, right);
    slip("泉政规〔2023年〕2号", "year_form", 5, right);
    slip("泉政规〔2023〕２号", "full_width", 10, right);
    slip("泉政 规〔2023〕2号", "organ_letter", 3, right);
    slip("泉政规〔2023〕2号文", "after_end", 12, right);
    slip("泉政规〔23〕2号", "year_length", 5, None);
    slip("泉政规〔1948〕2号", "year_range", 5, None);
    slip("泉政规〔2100〕2号", "year_range", 5, None);
    slip("泉政规〔2023〕二号", "no_serial", 10, None);
    slip("泉政规〔2023〕号", "no_serial", 10, None);
    slip("泉政规〔2023〕0号", "leading_zero", 10, None);
    slip("泉政规〔2023〕123456号", "long_serial", 10, None);
    slip("〔2023〕2号", "no_organ", 1, None);
    slip("泉政规-甲〔2023〕2号", "organ_letter", 4, None);
}

#[test]
fn a_number_without_a_year_says_so() {
    let checked = check(Kind::DocumentNumber, "泉政规2号");
    assert_eq!(checked.faults.first().map(|f| f.code), Some("no_year"));
    assert!(!check(Kind::DocumentNumber, "").is_valid());
}

#[test]
fn all_slips_of_a_number_at_once() {
    let codes: Vec<&str> =
        check(Kind::DocumentNumber, "泉政规[2023]第02号").faults.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["brackets", "ordinal", "leading_zero"]);
}

proptest! {
    #[test]
    fn what_has_the_form_passes(number in "[\u{4e00}-\u{9fa5}A-Za-z（）()]{1,20}〔(19[5-9][0-9]|20[0-9]{2})〕[1-9][0-9]{0,4}号") {
        let checked = check(Kind::DocumentNumber, &number);
        prop_assert_eq!(checked.canonical.as_deref(), Some(number.as_str()), "{}", checked.reason());
    }

    #[test]
    fn no_text_breaks_the_check(text in "\\PC{0,30}") {
        for kind in Kind::ALL {
            let checked = check(kind, &text);
            prop_assert_eq!(checked.is_valid(), checked.faults.iter().all(|f| f.severity != base::Severity::Error));
            let _ = codes::mask(kind, &text);
        }
    }

    #[test]
    fn what_is_likely_passes(head in "[泉政办规]{1,4}", open in "[〔\\[（(【]", close in "[〕\\]）)】]",
                             year in 1990u32..2050, ordinal in "第?0?", serial in 1u32..9999) {
        let number = format!("{head}{open}{year}{close}{ordinal}{serial}号");
        for fault in check(Kind::DocumentNumber, &number).faults {
            if let Some(likely) = fault.likely {
                prop_assert!(check(Kind::DocumentNumber, &likely).is_valid());
                prop_assert_eq!(likely, format!("{head}〔{year}〕{serial}号"));
            }
        }
    }
}
