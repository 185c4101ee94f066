//! What the benchmarks of discretion say, on the form of an act: the facts that are asked for as inputs, the step that they
//! lead to and why. Works without scripts: a button sends the form to be looked at and not to be done.

use app::{Advice, AskedFact};
use maud::{Markup, html};

use crate::design::shown;

/// The name of the button that asks.
pub(crate) const ASKS: &str = "weigh";

/// What the benchmarks say so far.
pub(crate) fn told(advice: &Advice) -> Markup {
    html! {
        section.notice id="advice" role="status" {
            h2 { "裁量建议" }
            @if advice.matter.is_empty() {
                p { "填写违法行为以后，按“查看裁量建议”。" }
                @if !advice.known.is_empty() { p { "本机关有基准的：" (advice.known.join("、")) "。" } }
            } @else {
                @if advice.is_wrong { p { strong { "还得不出建议：" } } }
                @for line in &advice.found { p { (indented(line)) } }
                p.sub { "由本机关登记的裁量权基准、清单和法律规定按所填的事实得出；决定由人作出。" }
            }
        }
    }
}

/// At the top of the page after asking: nothing was done, the answer stands below.
pub(crate) fn above() -> Markup {
    html! { div.notice role="status" { p { "还没有办理。" a href="#advice" { "裁量建议在表单下面" } "；要素要补填的，填了再查看。" } } }
}

/// Lines of an explanation keep their depth.
fn indented(line: &str) -> String {
    let plain = line.trim_start_matches(' ');
    let depth = (line.len() - plain.len()) / 2;
    "　".repeat(depth) + plain
}

/// The inputs of the facts, in the place of a table of rows.
pub(crate) fn facts(advice: &Advice) -> Markup {
    let all = || advice.facts.iter().enumerate();
    let more = html! { @for (at, one) in all().filter(|(_, one)| !one.is_own) { (fact(advice, at, one)) } };
    let answered = advice.facts.iter().any(|one| !one.is_own && !one.answer.is_empty());
    let count = advice.facts.iter().filter(|one| !one.is_own).count().to_string();
    html! {
        @for (at, one) in all().filter(|(_, one)| one.is_own) { (fact(advice, at, one)) }
        (shown::fold("法律规定的从轻、减轻、不予处罚情形", &count, answered, &more))
    }
}

fn fact(advice: &Advice, at: usize, one: &AskedFact) -> Markup {
    let (id, field) = (format!("f-fact-{at}"), &advice.facts_field);
    let name = |column: &str| format!("f.{field}.{at}.{column}");
    let hint = one.unit.as_ref().map(|unit| format!("写数和单位，例如“3{unit}”。"));
    let about = hint.as_ref().map(|_| format!("{id}-hint"));
    html! {
        div.field {
            label for=(id) { (one.name) }
            @if let Some(hint) = &hint { p.hint id=(format!("{id}-hint")) { (hint) } }
            input type="hidden" name=(name(&advice.columns.0)) value=(one.name);
            @if one.options.is_empty() {
                input id=(id) name=(name(&advice.columns.1)) type="text" value=(one.answer)
                    aria-describedby=[about.as_deref()];
            } @else {
                select id=(id) name=(name(&advice.columns.1)) {
                    option value="" { "不知道" }
                    @for option in &one.options { option value=(option) selected[*option == one.answer] { (option) } }
                }
            }
        }
    }
}

/// The button beside the one that does the act.
pub(crate) fn button() -> Markup {
    html! { " " button.second type="submit" name=(ASKS) value="1" { "查看裁量建议" } }
}
