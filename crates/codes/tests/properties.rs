//! What check letters must catch, and what must not matter.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "shared steps of tests fail loudly")]

use codes::{Kind, check};
use proptest::prelude::*;

fn credit_code(body: &str) -> String {
    let letters: Vec<char> = body.chars().collect();
    format!("{body}{}", codes::uscc::check_letter(&letters).unwrap())
}

fn resident_number(body: &str) -> String {
    let letters: Vec<char> = body.chars().collect();
    format!("{body}{}", codes::resident::check_letter(&letters).unwrap())
}

fn credit_codes() -> impl Strategy<Value = String> {
    "[1-9ANY][1-9](11|35|37)[0-9]{4}[0-9A-HJ-NPQRTUWXY]{9}".prop_map(|body| credit_code(&body))
}

fn resident_numbers() -> impl Strategy<Value = String> {
    "(35|37|11)[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}"
        .prop_map(|body| resident_number(&body))
}

/// Every value that differs in one character.
fn substitutions(code: &str, alphabet: &str) -> Vec<String> {
    let letters: Vec<char> = code.chars().collect();
    let mut made = Vec::new();
    for index in 0..letters.len() {
        for other in alphabet.chars().filter(|c| *c != letters[index]) {
            let mut changed = letters.clone();
            changed[index] = other;
            made.push(changed.into_iter().collect());
        }
    }
    made
}

/// Every value with two different neighbours swapped.
fn swaps(code: &str) -> Vec<String> {
    let letters: Vec<char> = code.chars().collect();
    let mut made = Vec::new();
    for index in 1..letters.len() {
        let mut changed = letters.clone();
        changed.swap(index - 1, index);
        if changed != letters {
            made.push(changed.into_iter().collect());
        }
    }
    made
}

fn refused(kind: Kind, changed: &[String]) -> Result<(), TestCaseError> {
    for value in changed {
        prop_assert!(!check(kind, value).is_valid(), "{value}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_credit_code_with_one_slip_is_refused(code in credit_codes()) {
        prop_assert!(check(Kind::Uscc, &code).is_valid());
        refused(Kind::Uscc, &substitutions(&code, codes::uscc::ALPHABET))?;
        refused(Kind::Uscc, &swaps(&code))?;
    }

    #[test]
    fn a_resident_number_with_one_slip_is_refused(number in resident_numbers()) {
        prop_assert!(check(Kind::ResidentId, &number).is_valid());
        refused(Kind::ResidentId, &substitutions(&number, "0123456789X"))?;
        refused(Kind::ResidentId, &swaps(&number))?;
    }

    #[test]
    fn spaces_around_and_small_letters_do_not_matter(code in credit_codes(), number in resident_numbers(),
                                                     before in "[ \t\u{3000}\u{a0}]{0,3}", after in "[ \r\n\u{2003}]{0,3}") {
        for (kind, value) in [(Kind::Uscc, code), (Kind::ResidentId, number)] {
            let typed = format!("{before}{}{after}", value.to_lowercase());
            let checked = check(kind, &typed);
            prop_assert_eq!(checked.canonical.as_deref(), Some(value.as_str()));
        }
    }

    #[test]
    fn a_certificate_with_one_wrong_character_is_refused(serial in "[0-9A-Z]{1,20}", version in 1u16..999) {
        let body = format!("11100000000013338W032.11220000013544541J.{serial}.{version:03}");
        let last = codes::elicence::check_letter(&body.replace('.', "")).unwrap();
        let id = format!("1.2.156.3005.2.{body}.{last}");
        prop_assert!(check(Kind::ElicenceId, &id).is_valid());
        refused(Kind::ElicenceId, &substitutions(&id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))?;
    }

    #[test]
    fn a_mask_hides_the_middle(number in resident_numbers()) {
        let masked = codes::mask(Kind::ResidentId, &number);
        prop_assert_eq!(&masked[..6], &number[..6]);
        prop_assert_eq!(&masked[6..14], "********");
        prop_assert_eq!(&masked[14..], &number[14..]);
    }
}

#[test]
fn masks_show_only_what_may_be_shown() {
    use codes::mask;
    assert_eq!(mask(Kind::ResidentId, "11010519491231002x"), "110105********002X");
    assert_eq!(mask(Kind::ResidentId, "1101051949123"), "*************");
    assert_eq!(mask(Kind::Uscc, "11100000000013338W"), "11100000000013338W");
    assert_eq!(
        mask(Kind::ElicenceId, "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F"),
        "1.2.156.3005.2.11100000000013338W032.11220000013544541J.*******.001.F"
    );
    assert_eq!(mask::phone("13812341234"), "138****1234");
    assert_eq!(mask::phone("22345678"), "********");
    assert_eq!(mask::name("张三丰"), "张某");
    assert_eq!(mask::account("6222020200112230005"), "***************0005");
}

#[test]
fn every_kind_is_found_by_its_id() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_id(kind.id()), Some(kind));
        assert!(!kind.label().is_empty());
    }
    assert_eq!(Kind::from_id("phone"), None);
}
