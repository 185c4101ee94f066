//! What stands beside a paragraph: its findings with their rules, and what was computed in it.

use audit::{Finding, Relation, Rules, Verdict};
use maud::{Markup, html};

use super::marked::sign;
use crate::reference::sure;
use crate::shown::Shown;

/// A finding with the number by which it is cited.
pub(super) type Numbered<'a> = (usize, &'a Finding);

pub(super) fn title<'a>(rules: &'a Rules, finding: &'a Finding) -> &'a str {
    rules.rule(finding.rule).map_or(finding.rule, |rule| rule.title.as_str())
}

/// Where a character stands in the original, in words.
pub(super) fn place(shown: &Shown, at: usize) -> String {
    let spot = (shown.place)(at);
    match spot.page {
        Some(page) => format!("第{page}页第{}行", spot.line),
        None => format!("第{}行第{}字", spot.line, spot.column),
    }
}

/// All that is said of one paragraph or table.
pub(super) fn notes(shown: &Shown, rules: &Rules, findings: &[Numbered], sums: &[&Relation]) -> Markup {
    html! {
        div.beside {
            @for (number, finding) in findings { (card(shown, rules, *number, finding)) }
            @if !sums.is_empty() { (computed(shown, sums)) }
        }
    }
}

fn card(shown: &Shown, rules: &Rules, number: usize, finding: &Finding) -> Markup {
    let facts = [("核算", &finding.computation), ("怎么改", &finding.help), ("依据", &finding.basis)];
    html! {
        section.finding.(finding.severity.id()) id=(format!("finding-{number}")) {
            h3 {
                a href=(format!("#place-{number}")) {
                    span.sign { (sign(finding.severity, number)) }
                    span { (title(rules, finding)) " " span.where { (place(shown, finding.start)) } }
                }
            }
            p { (finding.message) "。" }
            dl {
                @for (name, value) in facts {
                    @if let Some(value) = value { div { dt { (name) } dd { (value) } } }
                }
                @if let Some(link) = &finding.link { div { dt { "记录" } dd { a href=(link) { (link) } } } }
            }
            (rule(rules, finding))
        }
    }
}

/// The rule: what and why, a bad and a good example, how sure it is.
fn rule(rules: &Rules, finding: &Finding) -> Markup {
    html! {
        @if let Some(rule) = rules.rule(finding.rule) {
            details {
                summary { "规则说明" }
                p { (rule.explanation) }
                dl {
                    div { dt { "不要写" } dd { (rule.bad) } }
                    div { dt { "要写" } dd { (rule.good) } }
                    @if let Some(basis) = &rule.basis { div { dt { "依据" } dd { (basis) } } }
                    div { dt { "把握" } dd { (sure(&rule.sure)) "。规则 " code { (rule.id) } } }
                }
            }
        }
    }
}

pub(super) const VERDICTS: [Verdict; 3] = [Verdict::Differs, Verdict::Agrees, Verdict::NotCheckable];

/// How many of each verdict, as far as there are any: “相符2处、无法核对1处”.
fn tally(sums: &[&Relation]) -> String {
    let count = |verdict| sums.iter().filter(|one| one.verdict == verdict).count();
    let told = VERDICTS.into_iter().map(|verdict| (verdict, count(verdict))).filter(|(_, count)| *count > 0);
    told.map(|(verdict, count)| format!("{}{count}处", verdict.label())).collect::<Vec<_>>().join("、")
}

/// What was computed here.
fn computed(shown: &Shown, sums: &[&Relation]) -> Markup {
    html! {
        details.sums {
            summary { "核算：" (tally(sums)) }
            ul {
                @for one in sums {
                    li {
                        u.(one.verdict.id()) { (shown.quote(one.start, one.end)) }
                        "（" (one.kind.label()) "，" (one.verdict.label()) "）" (one.computation)
                    }
                }
            }
        }
    }
}
