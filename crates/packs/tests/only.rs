//! Some procedures and registers are checked by themselves.
#![expect(clippy::expect_used, reason = "shared steps of tests fail loudly")]

use packs::{Checked, Files, check_only};

fn check(files: &Files, names: &[&str]) -> Checked {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    check_only(files, &names).expect("known names")
}

fn ids(checked: &Checked) -> Vec<&str> {
    checked.explored.iter().map(|(id, ..)| id.as_str()).collect()
}

#[test]
fn a_procedure_is_found_by_each_of_its_names() {
    let files = Files::built_in();
    for name in [
        "mediation",
        "packs/disputes/mediation.toml",
        "./packs/disputes/mediation.toml",
        "packs/disputes/mediation",
        "packs/disputes/mediation.cases.toml",
    ] {
        let checked = check(&files, &[name]);
        assert_eq!(ids(&checked), ["mediation"], "{name}");
        assert_eq!((checked.procedures, checked.registers), (1, 0), "{name}");
        assert!(checked.cases > 0, "{name}");
        assert!(checked.findings.is_empty(), "{name}: {:?}", checked.findings);
    }
}

#[test]
fn a_register_is_run_without_proofs_and_names_add_up() {
    let files = Files::built_in();
    let register = check(&files, &["mediators"]);
    assert_eq!((register.procedures, register.registers), (0, 1));
    assert!(register.cases > 0 && register.explored.is_empty());
    let both = check(&files, &["mediators", "mediation", "packs/disputes/mediation.toml"]);
    assert_eq!((both.procedures, both.registers), (1, 1));
    assert_eq!(both.cases, register.cases + check(&files, &["mediation"]).cases);
}

#[test]
fn a_folder_is_all_that_stands_in_it() {
    let mut files = Files::default();
    let built_in = Files::built_in();
    for (path, text) in built_in.under("laws").chain(built_in.under("calendars")) {
        files.put(path, text);
    }
    let text = built_in.get("packs/disputes/mediation.toml").expect("a procedure");
    files.put("packs/disputes/mediation.toml", text);
    files.put("packs/other/mediation2.toml", text.replace("\"mediation\"", "\"mediation2\""));
    assert_eq!(check(&files, &["disputes"]).procedures, 1);
    assert_eq!(check(&files, &["packs/disputes/"]).procedures, 1);
    assert_eq!(check(&files, &["packs"]).procedures, 2);
}

#[test]
fn what_is_wrong_elsewhere_is_not_told() {
    let mut files = Files::built_in();
    files.put("packs/disputes/petition.toml", "procedure = 1\n");
    assert!(check(&files, &["mediation"]).findings.is_empty());
    let own = check(&files, &["packs/disputes/petition.toml"]);
    assert_eq!(own.procedures, 0);
    assert!(
        own.findings.iter().any(base::Diagnostic::is_error),
        "a file that cannot be read is told by its path"
    );
}

#[test]
fn a_name_that_names_nothing_is_an_error_with_the_nearest() {
    let names = ["mediation".to_owned(), "mediatoin".to_owned()];
    let unknown = check_only(&Files::built_in(), &names).expect_err("no such name");
    assert_eq!((unknown.name.as_str(), unknown.near.as_deref()), ("mediatoin", Some("mediation")));
}
