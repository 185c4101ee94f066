//! The file of a draw, as a stranger may hand it in: read, and every step computed again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    if let Ok(bundle) = draw::Bundle::parse(source) {
        let checked = draw::check(&bundle);
        assert!(checked.faults.is_empty() || checked.faults.iter().all(|fault| !fault.message.is_empty()));
    }
    if let Ok(list) = draw::List::parse(source) {
        let _locked = draw::lock(&list);
    }
});
