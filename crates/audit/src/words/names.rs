//! One programme under two names, one project in two states. (名称与状态不一)

use std::collections::BTreeMap;

use crate::context::{Context, Words};
use crate::spans::SpanKind;
use crate::text::Clause;

/// Checks names within paragraphs.
pub fn check(context: &mut Context) {
    one_each(context);
    turned(context);
    states(context);
}

/// “一镇一品牌” and “一地区一品牌” in one paragraph.
fn one_each(context: &mut Context) {
    let text = context.text;
    let mut seen: BTreeMap<(usize, String), String> = BTreeMap::new();
    for span in text.spans.iter().filter(|s| s.kind == SpanKind::Quote && s.end - s.start <= 12) {
        let name = context.chars.text(span.start + 1, span.end);
        let Some((who, what)) = name.strip_prefix('一').and_then(|rest| rest.split_once('一')) else {
            continue;
        };
        if who.is_empty() || what.is_empty() || what.contains('一') || who.chars().count() > 3 {
            continue;
        }
        let paragraph = text.paragraphs.partition_point(|p| p.start <= span.start);
        let known = seen.entry((paragraph, what.to_owned())).or_insert_with(|| who.to_owned()).clone();
        if known != who {
            let message = format!("同一段里既写“一{known}一{what}”，又写“{name}”");
            let words = Words::new(message).help("指同一件事的，统一名称；不是的，分别写明");
            context.report("name_variant", span.start, span.end + 1, words);
        }
    }
}

/// “综合查一次” and “综合一次查”: two names in quotes of the same characters in another order.
fn turned(context: &mut Context) {
    let text = context.text;
    let mut seen: BTreeMap<Vec<char>, String> = BTreeMap::new();
    for span in text.spans.iter().filter(|s| s.kind == SpanKind::Quote) {
        if !(6..=16).contains(&(span.end - span.start)) {
            continue;
        }
        let name = context.chars.text(span.start + 1, span.end);
        let mut sorted: Vec<char> = name.chars().collect();
        sorted.sort_unstable();
        let known = seen.entry(sorted).or_insert_with(|| name.clone());
        if *known != name {
            let message = format!("既写“{known}”，又写“{name}”，字同而次序不同");
            let words = Words::new(message).help("是同一件事，统一名称");
            context.report("name_variant", span.start, span.end + 1, words);
        }
    }
}

const REACHED: &[&str] =
    &["获批创建", "获批建设", "获批设立", "获批成立", "获批", "正式揭牌", "揭牌成立", "建成投用", "建成"];

/// "推进甲建设" and, in the same paragraph, "获批创建……甲".
fn states(context: &mut Context) {
    let text = context.text;
    for clause in &text.clauses {
        already(context, clause);
        // 并已成功获批, 我县获批: a few characters may stand before.
        let reach = clause.end.min(clause.start + 12);
        let found =
            REACHED.iter().filter_map(|w| context.chars.find(clause.start, reach, w).map(|at| (at, *w)));
        let Some((begins, word)) = found.min_by_key(|(at, w)| (*at, std::cmp::Reverse(w.len()))) else {
            continue;
        };
        let name = (begins + word.chars().count(), clause.end);
        if name.1.saturating_sub(name.0) < 10 || name.1 - name.0 > 40 {
            continue;
        }
        let tail = context.chars.text(name.1 - 8, name.1) + "建设";
        let Some(sentence) = text.sentences.get(clause.sentence) else { continue };
        let Some(paragraph) = text.paragraphs.get(sentence.paragraph) else { continue };
        let from = paragraph.start.max(clause.start.saturating_sub(1500));
        let Some(at) = context.chars.rfind(from, clause.start, &tail) else { continue };
        let end = at + tail.chars().count();
        let start =
            text.clauses.partition_point(|c| c.start <= at).checked_sub(1).and_then(|i| text.clauses.get(i));
        let Some(earlier) =
            start.filter(|c| context.chars.has_any(c.start, at, ["推进", "加快", "筹建", "申报"]))
        else {
            continue;
        };
        let shown = context.chars.text(name.0, name.1);
        let first = context.chars.text(earlier.start.max(at.saturating_sub(24)), end);
        let message = format!("前面写“{first}”，同一段后面又写“{word}{shown}”");
        let words = Words::new(message)
            .help("核对是不是同一个项目：是的，统一用批复的名称，并写明到年底是获批、在建还是建成");
        context.report("state_conflict", earlier.start, end, words);
    }
}

/// "推进甲建设" and, in the same paragraph, "甲已于11月建成投用".
fn already(context: &mut Context, clause: &Clause) {
    let reach = clause.end.min(clause.start + 40);
    let Some(at) = context.chars.find(clause.start, reach, "已") else { return };
    let name = context.chars.text(clause.start, at);
    let done = context.chars.has_any(at, clause.end.min(at + 20), ["建成", "投用", "揭牌", "获批", "竣工"]);
    if !done || !(6..=30).contains(&name.chars().count()) {
        return;
    }
    let text = context.text;
    let Some(sentence) = text.sentences.get(clause.sentence) else { return };
    let Some(paragraph) = text.paragraphs.get(sentence.paragraph) else { return };
    let from = paragraph.start.max(clause.start.saturating_sub(1500));
    let Some(found) = context.chars.rfind(from, clause.start, &name) else { return };
    let named = found + name.chars().count();
    let Some(built) = context.chars.find(named, named + 6, "建设") else { return };
    let start = found.saturating_sub(6).max(from);
    if context.chars.has_any(start, found, ["推进", "加快", "筹建", "申报"]) {
        let message = format!("前面说正在推进建设，同一段后面又说“{name}”已经建成，状态不一");
        let words = Words::new(message).help("按截止日的实际状态统一改写");
        context.report("state_conflict", found, built + 2, words);
    }
}
