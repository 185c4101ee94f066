//! Texts of procedures from before reports told their forms are read still: cases are pinned to them.
#![allow(clippy::unwrap_used, reason = "tests")]

use packs::Files;
use packs::procedures::report_form::Shows;

const PATH: &str = "packs/organisation/annual_report.toml";

fn text() -> String {
    let files = Files::built_in();
    let found = files.under("packs").find(|(path, _)| *path == PATH).map(|(_, text)| text.to_owned());
    found.unwrap()
}

#[test]
fn an_older_text_has_the_sections_that_the_report_had() {
    let whole = text();
    let is_of_form = |line: &&str| !line.starts_with("title     =") && !line.starts_with("basis     =");
    let (head, rest) = whole.split_once("[[report.section]]").unwrap();
    let acts = rest.split_once("# ---- acts ----").unwrap().1;
    let older = format!("{}\n{acts}", head.lines().filter(is_of_form).collect::<Vec<_>>().join("\n"));
    let (now, found) = packs::read_pack(PATH, &whole, None);
    assert!(!found.iter().any(base::Diagnostic::is_error), "{found:?}");
    let (then, found) = packs::read_pack(PATH, &older, None);
    assert!(!found.iter().any(base::Diagnostic::is_error), "{found:?}");
    let (now, then) = (now.unwrap().file.report.unwrap(), then.unwrap().file.report.unwrap());
    assert_eq!(then.form.sections, now.form.sections);
    assert_eq!(then.settled, now.settled);
    assert_eq!(then.form.title, now.form.title);
    assert_eq!(then.form.sections.first().unwrap().shows, Shows::Systems);
    assert!(then.form.said.is_empty() && !now.form.said.is_empty());
}
