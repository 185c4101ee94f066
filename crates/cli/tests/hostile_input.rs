//! The targets of `fuzz/` on the plain compiler: each gets its seeds and what becomes of them by a few hundred changes that
//! are the same every time. A long search stays cargo-fuzz's (CONTRIBUTING.md).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

// The targets name libFuzzer's macro: it stands at the end, so that they find it by that name alone.
extern crate self as libfuzzer_sys;

macro_rules! targets {
    ($($name:ident, $file:literal, $seeds:literal, $times:literal;)*) => {
        $(
            #[path = $file]
            #[allow(unused_attributes, reason = "a target says that it has no main")]
            mod $name;

            #[test]
            fn $name() {
                withstands($name::run, $seeds, $times);
            }
        )*
    };
}

targets! {
    audit_text, "../../../fuzz/fuzz_targets/audit_text.rs", "fuzz/seeds/audit_text", 150;
    docx_parts, "../../../fuzz/fuzz_targets/docx_parts.rs", "fuzz/seeds/docx_parts", 60;
    draw_file, "../../../fuzz/fuzz_targets/draw_file.rs", "fuzz/seeds/draw_file", 200;
    form_record, "../../../fuzz/fuzz_targets/form_record.rs", "fuzz/seeds/form_record", 300;
    pdf_content, "../../../fuzz/fuzz_targets/pdf_content.rs", "fuzz/seeds/pdf_content", 60;
    proof_file, "../../../fuzz/fuzz_targets/proof_file.rs", "fuzz/seeds/proof_file", 200;
    read_file, "../../../fuzz/fuzz_targets/read_file.rs", "crates/reading/tests/files", 20;
    sheet_cells, "../../../fuzz/fuzz_targets/sheet_cells.rs", "fuzz/seeds/sheet_cells", 200;
}

/// Each seed as it is, and changed so many times.
fn withstands(target: fn(&[u8]), seeds: &str, times: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(seeds);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(!seeds.is_empty(), "there are seeds");
    let mut chance = Chance(0x005E_ED0F_591F_A001);
    for seed in &seeds {
        target(seed);
        for _ in 0..times {
            let mut bytes = seed.clone();
            for _ in 0..=chance.below(3) {
                change(&mut bytes, &seeds, &mut chance);
            }
            target(&bytes);
        }
    }
}

/// Words that parsers trip over.
const WORDS: [&str; 12] =
    ["\0", "9999999999999999999999", "-1", "\"", "{", "]", "</", "\u{feff}", "第", "\u{1}", "1e308", "%"];

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    let until = (at + chance.below(40)).min(bytes.len());
    match chance.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..until)),
        2 => {
            let again = bytes[at..until].to_vec();
            bytes.splice(at..at, again);
        }
        3 => {
            let word = WORDS[chance.below(WORDS.len())];
            bytes.splice(at..until, word.bytes());
        }
        4 => {
            let other = &seeds[chance.below(seeds.len())];
            let from = chance.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
    }
}

/// The same numbers every time: xorshift with 64 bits.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// Makes a function of a target.
#[macro_export]
macro_rules! fuzz_target {
    (|$source:ident: &str| $body:block) => {
        pub fn run(bytes: &[u8]) {
            if let Ok($source) = std::str::from_utf8(bytes) $body
        }
    };
    (|$source:ident: &[u8]| $body:block) => {
        pub fn run($source: &[u8]) $body
    };
}
