//! The reference page of all rules, in Markdown.

use std::fmt::Write;

use audit::Rules;
use base::Severity;

/// The reference page of all rules, in Markdown.
#[must_use]
pub fn rule_pages(rules: &Rules) -> String {
    let mut out = String::from("# 审核规则\n\n本页由 `rules/catalogue.toml` 生成。\n\n");
    out.push_str("| 规则 | 名称 | 程度 | 把握 |\n|---|---|---|---|\n");
    for rule in &rules.catalogue {
        let row = format!(
            "| [`{0}`](#{0}) | {1} | {2} | {3} |\n",
            rule.id,
            rule.title,
            rule.severity.label(),
            sure(&rule.sure)
        );
        out.push_str(&row);
    }
    for rule in &rules.catalogue {
        let _ = write!(
            out,
            "\n## {}\n\n**{}**（{}，{}）\n\n{}\n\n",
            rule.id,
            rule.title,
            rule.severity.label(),
            sure(&rule.sure),
            rule.explanation
        );
        let _ = writeln!(out, "* 不要：{}\n* 要：{}", rule.bad, rule.good);
        if let Some(basis) = &rule.basis {
            let _ = writeln!(out, "* 依据：{basis}");
        }
        if rule.severity == Severity::Note {
            out.push_str("* 只作提示，不影响大意\n");
        }
    }
    out
}

/// How sure a finding of a rule is, as people read it.
pub(crate) fn sure(word: &str) -> &'static str {
    match word {
        "certain" => "确定",
        "likely" => "很可能",
        _ => "可能",
    }
}
