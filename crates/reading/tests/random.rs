//! Random bytes and broken files are read or refused, never a panic; what is read is audited without one.

use std::sync::OnceLock;

use audit::{Beside, Options, Rules, audit};
use proptest::prelude::*;
use reading::read;

static RULES: OnceLock<Rules> = OnceLock::new();

fn try_all(bytes: &[u8]) {
    let rules = RULES.get_or_init(|| audit_report::load(&audit_report::BUILT_IN).unwrap_or_default());
    for name in ["a.txt", "a.md", "a.html", "a.docx", "a.pdf"] {
        if let Ok(reading) = read(name, bytes) {
            let report = audit(&reading.text, rules, &Options::default(), &Beside::default());
            for finding in &report.findings {
                let place = reading.place(finding.start);
                assert!(place.line >= 1 && place.column >= 1);
            }
        }
    }
}

/// Pieces that meet in real files.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "受理",
        "办结",
        "件",
        "，",
        "。",
        "、",
        "其中",
        "率",
        "占",
        "100%",
        "98.5%",
        "1,234",
        "一百二十",
        "《",
        "》",
        "“",
        "（",
        "）",
        "等",
        "3个部门",
        "增长",
        "由",
        "到",
        "2024年",
        "2月30日",
        "\t",
        "\n",
        "合计",
        "一、",
        "（一）",
        "1.",
        "一是",
        "?",
        "\u{fffd}",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<p>",
        "&nbsp;",
        "&#x4e00;",
        "<!--",
        "-->",
        "<script>",
        "〔2024〕第5号",
        "平均每",
    ]);
    prop::collection::vec(known, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        try_all(&bytes);
    }

    #[test]
    fn any_words(words in pieces()) {
        try_all(words.as_bytes());
        try_all(format!("<html><body>{words}").as_bytes());
    }

    #[test]
    fn any_pdf(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".to_vec();
        bytes.extend(tail);
        try_all(&bytes);
    }

    #[test]
    fn any_zip(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(tail);
        try_all(&bytes);
    }
}
