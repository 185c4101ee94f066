//! Every vector of public codes that we know: those that pass and those that must not.
#![expect(clippy::panic, reason = "shared steps of tests fail loudly")]

use codes::{Kind, check};

fn passes(kind: Kind, value: &str) {
    let checked = check(kind, value);
    assert_eq!(checked.canonical.as_deref(), Some(value), "{value}: {}", checked.reason());
}

fn fails(kind: Kind, value: &str, code: &str, position: Option<usize>, says: &str) {
    let checked = check(kind, value);
    assert!(!checked.is_valid(), "{value} should fail");
    let found = checked.faults.iter().find(|f| f.code == code);
    let found = found.unwrap_or_else(|| panic!("{value}: no {code} in {:?}", checked.faults));
    assert_eq!(found.position, position, "{value}: {found}");
    assert!(checked.reason().contains(says), "{value}: {}", checked.reason());
}

#[test]
fn credit_codes_seen_in_public_files_pass() {
    for code in [
        "11620300013909010R",
        "11430000006122244L",
        "11220000013544541J",
        "11330105002500287C",
        "11100000000013338W",
        "11100000MB03271699",
        "91350100M000100Y43",
    ] {
        passes(Kind::Uscc, code);
        assert!(codes::uscc::check(code).unwrap().remarks().is_empty(), "{code}");
    }
    let code = codes::uscc::check("11620300013909010R").unwrap();
    assert!(code.is_organ());
    assert_eq!((code.division(), code.subject()), ("620300", "013909010"));
}

#[test]
fn credit_codes_that_fail_say_what_and_where() {
    fails(Kind::Uscc, "91350100M000100Y4Z", "letter", Some(18), "不用字母I、O、S、V、Z");
    fails(Kind::Uscc, "91350100M000100Y44", "check_letter", Some(18), "末位应为“3”");
    fails(Kind::Uscc, "91350100M000100Y4", "length", None, "少了1位");
    fails(Kind::Uscc, "", "length", None, "是空的");
    fails(Kind::Uscc, "9135O100M000100Y43", "digit_expected", Some(5), "多半应为 91350100M000100Y43");
    fails(Kind::Uscc, "91350100M000100Ｙ43", "full_width", Some(16), "应写半角“Y”");
    fails(Kind::Uscc, "91350100 M000100Y43", "inner_space", Some(9), "多半应为 91350100M000100Y43");
    fails(Kind::Uscc, "91350100M000100Y4中", "letter", Some(18), "不是数字或者大写字母");
}

#[test]
fn an_organisation_code_that_fails_its_own_check_is_a_remark() {
    let body: Vec<char> = "91350100M000100Y5".chars().collect();
    let last = codes::uscc::check_letter(&body).unwrap();
    let code: String = body.iter().chain(&[last]).collect();
    let checked = check(Kind::Uscc, &code);
    assert!(checked.is_valid());
    assert_eq!(checked.faults.first().map(|f| f.code), Some("inner_check_letter"));
}

#[test]
fn resident_numbers() {
    for number in ["11010519491231002X", "440524188001010014"] {
        passes(Kind::ResidentId, number);
    }
    let id = codes::resident::check("11010519491231002X").unwrap();
    assert_eq!(id.born_on().to_string(), "1949年12月31日");
    assert!(!id.is_male());
    assert!(codes::resident::check("440524188001010014").unwrap().is_male());
    fails(Kind::ResidentId, "110105194912310021", "check_letter", Some(18), "应为“X”");
    fails(Kind::ResidentId, "11010519490229002X", "birth_date", Some(13), "1949年2月29日不存在");
    fails(Kind::ResidentId, "11010519491331002X", "birth_date", Some(11), "“13”不存在");
    fails(Kind::ResidentId, "110105174912310021", "birth_date", Some(7), "不合情理");
    fails(Kind::ResidentId, "00010519491231002X", "division", Some(1), "“00”");
    fails(Kind::ResidentId, "11010519491231002", "length", None, "只有17位");
    fails(Kind::ResidentId, "110105491231002", "first_generation", None, "11010519491231002X");
    fails(Kind::ResidentId, "11010519491231002×", "letter", Some(18), "多半应为 11010519491231002X");
    fails(Kind::ResidentId, "１1010519491231002X", "full_width", Some(1), "应写半角“1”");
}

#[test]
fn a_leap_day_is_a_birthday_only_in_a_leap_year() {
    let with_check = |body: &str| {
        let letters: Vec<char> = body.chars().collect();
        format!("{body}{}", codes::resident::check_letter(&letters).unwrap())
    };
    passes(Kind::ResidentId, &with_check("35052620000229001"));
    fails(Kind::ResidentId, &with_check("35052619000229001"), "birth_date", Some(13), "不存在");
}

#[test]
fn a_birthday_is_compared_with_a_given_day() {
    let id = codes::resident::check("11010519491231002X").unwrap();
    let day = |year, month, day| codes::resident::Day { year, month, day };
    assert!(id.check_on(day(1949, 12, 31)).is_ok());
    assert_eq!(id.check_on(day(1949, 12, 30)).unwrap_err().code, "born_later");
    assert_eq!(id.check_on(day(2080, 1, 1)).unwrap_err().code, "too_old");
    // Asked for births to come alone: the standard's own example is of 1880.
    let kind = codes::Kind::ResidentId;
    let unborn = "110105209912310029";
    assert!(codes::check(kind, unborn).is_valid());
    assert!(codes::check_on(kind, "110105188001010025", day(2026, 1, 1)).is_valid());
    let checked = codes::check_on(kind, unborn, day(2099, 12, 30));
    assert_eq!(checked.reason(), "出生日期2099年12月31日在2099年12月30日之后");
    assert!(codes::check_on(kind, unborn, day(2099, 12, 31)).is_valid());
}

#[test]
fn certificate_identifiers() {
    let root = "1.2.156.3005.2.";
    for rest in [
        "11100000000013338W032.11220000013544541J.2430599.001.F",
        "11100000000013338W011.11430000006122244L.20230000403.001.U",
        "11100000MB03271699022.340100.000000016.001.9",
        "11100000000013338W009.11330105002500287C.2025052201.002.0",
    ] {
        passes(Kind::ElicenceId, &format!("{root}{rest}"));
        let lower = format!("{root}{}", rest.to_lowercase());
        assert_eq!(check(Kind::ElicenceId, &lower).canonical, Some(format!("{root}{rest}")));
    }
    let sample = "11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M";
    fails(Kind::ElicenceId, &format!("{root}{sample}"), "check_letter", Some(94), "应为“D”");
    let good = "11100000000013338W032.11220000013544541J.2430599.001.F";
    fails(Kind::ElicenceId, good, "root", Some(1), "1.2.156.3005.2");
    let no_version = "11100000000013338W032.11220000013544541J.2430599.F";
    fails(Kind::ElicenceId, &format!("{root}{no_version}"), "parts", Some(16), "写了4段");
    let zero = "11100000000013338W032.11220000013544541J.2430599.000.F";
    fails(Kind::ElicenceId, &format!("{root}{zero}"), "part", Some(65), "从001起");
    let short = "11100000000013338W03.11220000013544541J.2430599.001.F";
    fails(Kind::ElicenceId, &format!("{root}{short}"), "part", Some(16), "应为21位");
}

#[test]
fn division_codes_have_a_level_and_a_parent() {
    use codes::division::{Level, check};
    let county = check("350526").unwrap();
    assert_eq!(county.level(), Level::County);
    assert_eq!(county.parent().unwrap().as_str(), "350500");
    assert_eq!(county.padded(), "350526000000");
    let village = check("350526100001").unwrap();
    assert_eq!(village.level(), Level::Village);
    let chain: Vec<String> =
        std::iter::successors(village.parent(), codes::Division::parent).map(|d| d.to_string()).collect();
    assert_eq!(chain, ["350526100000", "350526000000", "350500000000", "350000000000"]);
    assert!(county.contains(&village));
    assert!(!check("350505").unwrap().contains(&village));
    assert_eq!(check("441900003").unwrap().parent().unwrap().as_str(), "441900000");
    fails(Kind::Division, "010000", "province", Some(1), "“01”");
    fails(Kind::Division, "350026", "gap", Some(3), "市级");
    fails(Kind::Division, "350526000001", "gap", Some(7), "乡级");
    fails(Kind::Division, "3505", "length", None, "多半应为 350500");
    fails(Kind::Division, "35O526", "digit_expected", Some(3), "多半应为 350526");
}

#[test]
fn court_numbers() {
    for number in [
        "（2023）闽05行终123号",
        "（2023）闽0526行初5号",
        "（2024）最高法行再7号",
        "（2023）闽0526行赔初5号之一",
    ] {
        passes(Kind::CourtNumber, number);
    }
    let number = codes::court::check("（2023）闽0526行初5号").unwrap();
    assert_eq!((number.court(), number.case_type()), ("闽0526", "行初"));
    assert!(number.is_administrative());
    let likely = "多半应为 （2023）闽0526行初5号";
    fails(Kind::CourtNumber, "(2023)闽0526行初5号", "brackets", Some(1), likely);
    fails(Kind::CourtNumber, "（2023）闽0526行初第5号", "ordinal", Some(14), likely);
    fails(Kind::CourtNumber, "（2023）闽0526行初字第5号", "old_form", Some(7), likely);
    fails(Kind::CourtNumber, "（2023）闽0526行初05号", "leading_zero", Some(14), likely);
    fails(Kind::CourtNumber, "闽0526行初5号", "no_year", Some(1), "缺少");
    fails(Kind::CourtNumber, "（2023）闽052行初5号", "court", Some(7), "2位");
    fails(Kind::CourtNumber, "（2023）闽05265号", "court", Some(7), "案件类型代字");
    fails(Kind::CourtNumber, "（2023）闽0526行初5", "no_end", Some(14), "“号”");
    assert!(check(Kind::CourtNumber, "（2014）德行初字第5号").is_valid());
}
