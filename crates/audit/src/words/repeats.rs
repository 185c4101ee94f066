//! Phrases and small words typed twice in a row. (重复)

use crate::chars::is_han;
use crate::context::{Context, Words};

/// The longest phrase that is looked for.
const LONGEST: usize = 24;
/// Small words that never stand twice, each with the characters before which the first belongs to another word.
const SMALL: &[(char, &str)] = &[
    ('的', "目标"),
    ('了', "为除"),
    ('和', "总调温中共平缓"),
    ('与', "参给赋授"),
    ('及', "普涉顾危推"),
    ('在', "存实现内所潜"),
    ('对', "应面针核反绝比相"),
    ('于', "由关"),
    ('把', ""),
    ('被', ""),
    ('从', "服听随"),
    ('向', "方面导意转定动"),
    ('为', "作行认成因以视"),
];

/// Characters after which the second of two belongs to the next word: 对对方, 和和平, 在在线.
const NEXT: &[(char, &str)] = &[
    ('的', "确士"),
    ('了', "解如结"),
    ('对', "方外象应策口抗接照比待子手立"),
    ('和', "平谐解睦田气善"),
    ('在', "线职校建岗编场押逃册籍读家乡内"),
    ('与', "会"),
    ('及', "时格"),
    ('把', "关握控"),
    ('被', "告申执害征投诉"),
    ('从', "业事严重快速优宽"),
    ('为', "民主政"),
    ('向', "上前好"),
];

/// Checks each paragraph.
pub fn check(context: &mut Context) {
    for index in 0..context.text.paragraphs.len() {
        let Some(paragraph) = context.text.paragraphs.get(index) else { continue };
        if paragraph.in_table {
            continue;
        }
        let (start, end) = (paragraph.start, paragraph.end);
        small(context, start, end);
        phrases(context, start, end);
    }
}

fn small(context: &mut Context, start: usize, end: usize) {
    for at in start..end.saturating_sub(1) {
        let c = context.chars.at(at);
        if c != context.chars.at(at + 1) {
            continue;
        }
        let Some((_, heads)) = SMALL.iter().find(|(word, _)| *word == c) else { continue };
        let before = if at > start { context.chars.before(at) } else { '\0' };
        let after = context.chars.at(at + 2);
        let part_of_word = heads.contains(before) || before == c || after == c;
        let known = NEXT.iter().any(|(word, tails)| *word == c && tails.contains(after));
        if !part_of_word && !known {
            let message = format!("“{c}”字重复");
            context.report("repeated_char", at, at + 2, Words::new(message).help("删去一个"));
        }
    }
}

/// A block that stands twice or more in a row: for each length one pass over the characters.
fn phrases(context: &mut Context, start: usize, end: usize) {
    let mut hits: Vec<(usize, usize, usize)> = Vec::new();
    let line = context.chars.slice(start, end);
    for period in 2..=LONGEST.min(line.len() / 2) {
        let mut run = 0;
        let pairs = line.iter().zip(line.iter().skip(period));
        for (at, (a, b)) in pairs.enumerate() {
            if a == b {
                run += 1;
                continue;
            }
            if run >= period {
                hits.push((start + at - run, start + at + period, period));
            }
            run = 0;
        }
        if run >= period {
            hits.push((start + line.len() - period - run, start + line.len(), period));
        }
    }
    hits.sort_unstable();
    let mut covered = start;
    for (from, to, period) in hits {
        if from < covered || !is_phrase(context, from, period) {
            continue;
        }
        covered = to;
        let times = (to - from) / period;
        let shown = context.chars.text(from, from + period);
        let message = format!("“{shown}”连写了{times}次");
        context.report(
            "repeated_phrase",
            from,
            from + times * period,
            Words::new(message).help("删去重复的部分"),
        );
    }
}

/// Whether a block is words and not a pattern of marks, digits or good doubling.
fn is_phrase(context: &Context, from: usize, period: usize) -> bool {
    let block = context.chars.slice(from, from + period);
    let han = block.iter().filter(|c| is_han(**c)).count();
    if han < 2 || han * 2 < period || block.iter().any(|c| c.is_ascii_digit() || *c == '\t' || *c == '|') {
        return false;
    }
    let same = block.iter().all(|c| Some(c) == block.first());
    let text: String = block.iter().collect();
    if same || context.rules.doubled.iter().any(|d| *d == text || text.ends_with(d.as_str()) && period == 2) {
        return false;
    }
    if !is_solid(context, from, period, block) {
        return false;
    }
    let counting = period == 2
        && block.iter().any(|c| "一二三四五六七八九十逐每日月年人家户村件项个步层级代".contains(*c));
    let split = block.iter().any(|c| matches!(c, '、' | ',' | ';' | '。')) && han < 4;
    let short = period == 2 && !context.rules.never_doubled.contains(&text);
    !counting && !split && !short
}

/// Blocks with marks within are lists of like things; blocks that begin or end with a particle make "甲的乙的".
fn is_solid(context: &Context, from: usize, period: usize, block: &[char]) -> bool {
    let mark = |c: char| matches!(c, '、' | ',' | ';' | '。' | ':' | '《' | '》' | '-');
    if block.iter().any(|c| mark(*c)) {
        let opens = from == 0 || mark(context.chars.before(from)) || context.chars.before(from) == '\n';
        let closes =
            mark(context.chars.at(from + 2 * period)) || mark(context.chars.before(from + 2 * period));
        return period >= 8 && opens && closes;
    }
    if block.iter().any(|c| matches!(c, '“' | '”' | '‘' | '’')) {
        return false;
    }
    let next = context.chars.at(from + 2 * period);
    let word = matches!(
        (block.last(), next),
        (Some('人'), '民' | '员' | '体' | '大' | '数' | '口' | '均' | '力' | '才' | '工' | '事')
            | (Some('区'), '域')
    );
    if word && period <= 4 {
        return false;
    }
    let particle = |c: Option<&char>| c.is_some_and(|c| "的和与及或在之所第条款项等".contains(*c));
    period > 4 || !(particle(block.first()) || particle(block.last()))
}
