//! A form of the portal: the input is lines of a field's name and its text, parted by `=`; each act of each procedure reads it, and
//! what it reads stands the same after it was kept.
#![no_main]

use std::sync::LazyLock;

use app::{Form, record};
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<packs::Rules> =
    LazyLock::new(|| packs::load(&packs::Files::built_in()).expect("the rules are sound"));

fuzz_target!(|source: &str| {
    let mut lines = source.lines();
    let pick = |text: &str, among: usize| text.parse::<usize>().unwrap_or(0) % among.max(1);
    let pack = &RULES.packs[pick(lines.next().unwrap_or_default(), RULES.packs.len())];
    let acts = &pack.file.procedure.acts;
    let act = &acts[pick(lines.next().unwrap_or_default(), acts.len())];
    let mut form = Form::new();
    for line in lines {
        let (name, text) = line.split_once('=').unwrap_or((line, ""));
        form.entry(name.to_owned()).or_default().push(text.to_owned());
    }
    match record::read(act, &form, &["德化县人民政府".to_owned()]) {
        Ok(read) => {
            let plain = record::to_json(act, &read);
            let _again = record::from_json(act, &plain, None);
            for (field, value) in act.fields.iter().zip(read.values()) {
                if let Some(value) = value {
                    let _shown = (record::shown(field, value, true), record::shown(field, value, false));
                }
            }
        }
        Err(faults) => assert!(!faults.is_empty(), "a refusal says what is wrong"),
    }
});
