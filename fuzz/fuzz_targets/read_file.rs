//! Any bytes are read or refused without a panic, whatever the name says.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.html", "a.docx", "a.pdf"] {
        if let Ok(reading) = reading::read(name, bytes) {
            let place = reading.place(reading.text.chars.len());
            assert!(place.line >= 1 && place.column >= 1);
        }
    }
});
