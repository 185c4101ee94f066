//! Prints what the audit says of the files named in AUDIT_FILES, for looking at.

use crate::common;
use audit::{Beside, Options, Text, audit};

#[test]
fn prints_the_audit_of_named_files() {
    let Ok(files) = std::env::var("AUDIT_FILES") else { return };
    let rules = common::rules();
    for file in files.split(':') {
        let source = std::fs::read_to_string(file).expect("a text file");
        let text = Text::new(source);
        let report = audit(&text, &rules, &Options::default(), &Beside::default());
        println!("## {file}\n{:?}", report.profile);
        for r in &report.relations {
            let (line, _) = text.line_column(r.start);
            println!(
                "  {line}: {} {} [{}] {}",
                r.kind.id(),
                r.verdict.id(),
                text.original(r.start, r.end),
                r.computation
            );
        }
        for f in &report.findings {
            let (line, column) = text.line_column(f.start);
            let note = f.computation.clone().unwrap_or_default();
            println!("! {line}:{column} {} [{}] {} {note}", f.rule, text.original(f.start, f.end), f.message);
        }
    }
}
