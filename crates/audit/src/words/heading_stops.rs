//! A numbered item whose headline runs into the text: the stop between them is missing. (小标题后缺句号)

use crate::chars::is_han;
use crate::context::{Context, Words};
use crate::text::{Clause, Paragraph, Sentence};

/// A headline is at most this long.
const HEADLINE: usize = 34;
/// Words after which a verb does not begin a new sentence.
const CARRY_ON: &[&str] = &[
    "局",
    "办",
    "府",
    "委",
    "院",
    "厅",
    "部",
    "心",
    "室",
    "会",
    "司",
    "镇",
    "乡",
    "道",
    "组",
    "队",
    "所",
    "站",
    "处",
    "科",
    "县",
    "市",
    "区",
    "省",
    "牵头",
    "联合",
    "研究",
    "及时",
    "已",
    "先后",
    "率先",
    "认真",
    "积极",
    "全面",
    "深入",
    "组织",
    "依法",
    "要求",
    "负责",
    "共",
    "并",
    "持续",
    "扎实",
    "大力",
    "加快",
    "进一步",
    "不断",
    "稳步",
    "严格",
    "重点",
    "切实",
    "有效",
    "统筹",
    "协调",
    "推动",
    "指导",
    "督促",
    "参与",
    "支持",
    "继续",
    "探索",
    "创新",
    "鼓励",
    "引导",
    "着力",
    "努力",
    "主动",
    "开始",
    "来",
    "以",
    "、",
    "和",
    "与",
    "及",
    "的",
    "地",
    "为",
    "了",
    "再",
    "将",
    "由",
    "对",
    "等",
    "后",
    "前",
    "中",
    "时",
    "年",
    "月",
    "日",
    "”",
    "》",
    "期间",
];

/// Checks the numbered items against the habit of the document.
pub fn check(context: &mut Context) {
    for level in [2, 3] {
        items(context, level);
    }
}

fn items(context: &mut Context, level: u8) {
    let text = context.text;
    let long = 24;
    let items: Vec<&Paragraph> = text
        .paragraphs
        .iter()
        .filter(|p| !p.in_table && p.mark.is_some_and(|m| m.level == level) && p.end - p.start > long)
        .collect();
    let first = |p: &&Paragraph| text.sentences_of(p).first().copied();
    let headed = items.iter().filter_map(first).filter(is_headline).count();
    if headed * 2 < items.len() || headed < 2 {
        return;
    }
    for sentence in items.iter().filter_map(first).filter(|s| !is_headline(s)) {
        let strict =
            || if headed >= 3 && headed + 1 == items.len() { plain_seam(context, &sentence) } else { None };
        if let Some((at, verb)) = seam(context, &sentence).or_else(strict) {
            let start = at.saturating_sub(8).max(sentence.start);
            let before = context.chars.text(start, at);
            let words = Words::new(format!("小标题“…{before}”与后面的“{verb}”之间缺句号"))
                .help("其他各项的小标题后都有句号，这里补上");
            context.report("missing_heading_stop", start, at + verb.chars().count(), words);
        }
    }
}

fn is_headline(sentence: &Sentence) -> bool {
    sentence.stop == '。' && sentence.end - sentence.start <= HEADLINE
}

/// Where a second verb begins in the first clause, with an object before it and after it. Asked only of the one item
/// without a headline among several that have one.
fn plain_seam(context: &Context, sentence: &Sentence) -> Option<(usize, String)> {
    context.text.clauses_of(sentence).iter().take(2).find_map(|clause| seam_within(context, clause))
}

fn seam_within(context: &Context, clause: &Clause) -> Option<(usize, String)> {
    let times =
        ["全年", "年内", "一年来", "今年以来", "全系统", "全市", "全县", "全区", "全省", "我局", "我县"];
    let timed = (clause.start + 5..clause.end.min(clause.start + 20)).find(|at| {
        let plain = context.chars.slice(clause.start, *at).iter().all(|c| is_han(*c));
        plain
            && times.iter().any(|w| context.chars.starts(*at, w))
            && !CARRY_ON.iter().any(|w| context.chars.ends(*at, w))
    });
    if let Some(at) = timed {
        return Some((at, context.chars.text(at, at + 2)));
    }
    let opens = context.rules.verbs.iter().find(|v| context.chars.starts(clause.start, v))?;
    let from = clause.start + opens.chars().count() + 2;
    for at in from..clause.end.min(clause.start + 24).saturating_sub(4) {
        let Some(verb) = context.rules.verbs.iter().find(|v| context.chars.starts(at, v)) else { continue };
        let carried = CARRY_ON.iter().any(|w| context.chars.ends(at, w)) && !context.chars.ends(at, "行为");
        let noun = matches!(
            context.chars.at(at + verb.chars().count()),
            '化' | '性' | '率' | '度' | '的' | '力' | '者'
        );
        let plain = context.chars.slice(clause.start, at + 4).iter().all(|c| is_han(*c));
        if !carried && !noun && plain {
            return Some((at, verb.clone()));
        }
    }
    None
}

/// Where a verb with a quoted or titled object begins right after the noun that ends a headline.
fn seam(context: &Context, sentence: &Sentence) -> Option<(usize, String)> {
    let opens = context.rules.verbs.iter().any(|v| context.chars.starts(sentence.start, v));
    if !opens {
        return None;
    }
    for clause in context.text.clauses_of(sentence).iter().take(3) {
        for at in clause.start + 6..clause.end.min(clause.start + 40) {
            if matches!(context.chars.at(at), '“' | '《') {
                let Some(verb) = context.rules.verbs.iter().find(|v| context.chars.ends(at, v)) else {
                    break;
                };
                let from = at - verb.chars().count();
                let carried =
                    CARRY_ON.iter().any(|w| context.chars.ends(from, w)) && !context.chars.ends(from, "格局");
                let plain = context.chars.slice(clause.start, from).iter().all(|c| is_han(*c));
                if from >= clause.start + 6 && plain && !carried {
                    return Some((from, verb.clone()));
                }
                break;
            }
        }
    }
    None
}
