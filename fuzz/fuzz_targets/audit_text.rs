//! Any text is audited without a panic, and every place lies within it.
#![no_main]

use std::sync::OnceLock;

use audit::{Beside, Options, Rules, Text, audit};
use libfuzzer_sys::fuzz_target;

static RULES: OnceLock<Rules> = OnceLock::new();

fuzz_target!(|source: &str| {
    let rules = RULES.get_or_init(|| audit_report::load(&audit_report::BUILT_IN).expect("whole rules"));
    let text = Text::new(source);
    let report = audit(&text, rules, &Options::default(), &Beside::default());
    let length = source.chars().count();
    assert!(report.findings.iter().all(|f| f.start < f.end && f.start <= length));
});
