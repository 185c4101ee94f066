//! What several tests share.

use audit::Rules;

pub fn rules() -> Rules {
    audit_report::load(&audit_report::BUILT_IN).expect("the built-in rules are whole")
}
