//! What several tests share.
#![expect(clippy::expect_used, reason = "a test may stop on a broken fixture")]

use audit::Rules;

pub fn rules() -> Rules {
    audit_report::load(&audit_report::BUILT_IN).expect("the built-in rules are whole")
}
