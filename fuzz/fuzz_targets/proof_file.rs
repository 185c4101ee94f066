//! A receipt, a root, a proof of growth, a statement of a witness or a key, as a stranger may hand it in: read, and checked offline.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    if let Ok(proof) = app::Proof::parse(source) {
        // What was read can be written, and reads the same again.
        let again = match &proof {
            app::Proof::Root(root) => root.file(),
            app::Proof::Receipt(receipt) => receipt.file(),
            app::Proof::Growth(growth) => growth.file(),
        };
        assert!(app::Proof::parse(&again.to_string()).is_ok());
        let _faults = proof.faults(None);
    }
    let _keys = app::trusted_keys(source);
    let _witness = app::countersigned_of(source);
    let _published = app::published_in(source);
});
