//! Wrong words from the list, and names that should not be mixed. (易错词与混用)

use aho_corasick::AhoCorasick;

use crate::context::{Context, Words};
use crate::rule::{Confusion, Mixed, machine};
use crate::spans::SpanKind;

/// Finds all words of a list. Each hit: the number of the word, its first and last character.
pub fn find(context: &Context, machine: Option<&AhoCorasick>) -> Vec<(usize, usize, usize)> {
    let Some(machine) = machine else { return Vec::new() };
    machine
        .find_iter(context.text.source())
        .map(|hit| {
            let start = context.chars.index_of(hit.start());
            (hit.pattern().as_usize(), start, context.chars.index_of(hit.end()))
        })
        .collect()
}

/// Whether a place is within a title in 《》.
pub fn in_title(context: &Context, at: usize) -> bool {
    let next = context.text.spans.partition_point(|s| s.start <= at);
    let near = context.text.spans.get(next.saturating_sub(8)..next).unwrap_or(&[]);
    near.iter().any(|s| s.kind == SpanKind::Title && s.start < at && at < s.end)
}

/// Checks wrong words and mixed names.
pub fn check(context: &mut Context) {
    let rules = context.rules;
    let wrong = rules
        .machines
        .confusions
        .get_or_init(|| machine(&rules.confusions.iter().map(|c| c.wrong.as_str()).collect::<Vec<_>>()));
    for (number, start, end) in find(context, wrong.as_ref()) {
        if let Some(confusion) = rules.confusions.get(number)
            && is_wrong(context, confusion, start, end)
        {
            let bare = |word: &str| word.trim_matches(['“', '”']).to_owned();
            let right = bare(&confusion.right);
            let lost = confusion.why.contains("加号");
            let wrong = bare(&confusion.wrong);
            let message = if lost {
                format!("“{wrong}”疑漏加号，通常写作“{right}”")
            } else {
                format!("“{wrong}”应为“{right}”")
            };
            let help = format!("改为“{right}”（{}）", confusion.why);
            context.report("confusion", start, end, Words::new(message).help(help));
        }
    }
    let names = rules.machines.mixed.get_or_init(|| {
        machine(&rules.mixed.iter().flat_map(|m| m.names.iter().map(String::as_str)).collect::<Vec<_>>())
    });
    let owners: Vec<usize> =
        rules.mixed.iter().enumerate().flat_map(|(i, m)| m.names.iter().map(move |_| i)).collect();
    let hits = find(context, names.as_ref());
    for (number, mixed) in rules.mixed.iter().enumerate() {
        let own: Vec<(usize, usize)> = hits
            .iter()
            .filter(|(_, start, _)| !in_title(context, *start))
            .filter_map(|(name, start, end)| {
                if owners.get(*name) == Some(&number) {
                    return Some((*start, *end));
                }
                // A longer name of another set may begin with a name of this one.
                let hit = context.chars.text(*start, *end);
                let held = mixed.names.iter().find(|n| hit.starts_with(n.as_str()));
                held.map(|n| (*start, *start + n.chars().count()))
            })
            .collect();
        mixture(context, mixed, &own);
    }
}

fn is_wrong(context: &Context, confusion: &Confusion, start: usize, end: usize) -> bool {
    let after = confusion.not_after.iter().any(|w| context.chars.ends(start, w));
    let before = confusion.not_before.iter().any(|w| context.chars.starts(end, w));
    if after || before || in_title(context, start) {
        return false;
    }
    let clause = context.text.clauses.partition_point(|c| c.start <= start).checked_sub(1);
    let from = clause
        .and_then(|i| context.text.clauses.get(i))
        .map_or(start, |c| c.start.max(start.saturating_sub(30)));
    !context.chars.has_any(from, start, confusion.unless.iter().map(String::as_str))
}

/// The scope that two names must share to be mixed.
fn scope(context: &Context, within: &str, at: usize) -> usize {
    match within {
        "sentence" => context.text.sentences.partition_point(|s| s.start <= at),
        "paragraph" => context.text.paragraphs.partition_point(|p| p.start <= at),
        _ => 0,
    }
}

fn mixture(context: &mut Context, mixed: &Mixed, hits: &[(usize, usize)]) {
    let mut first: Option<(usize, String)> = None;
    let mut told: Option<usize> = None;
    for (start, end) in hits {
        let here = scope(context, &mixed.within, *start);
        let name = context.chars.text(*start, *end);
        match &first {
            Some((place, known)) if *place == here => {
                if *known != name && told != Some(here) {
                    told = Some(here);
                    let id = if mixed.rule == "name_variant" { "name_variant" } else { "mixed_terms" };
                    let message = format!("“{known}”与“{name}”混用");
                    context.report(id, *start, *end, Words::new(message).help(mixed.why.clone()));
                }
            }
            _ => first = Some((here, name)),
        }
    }
}
