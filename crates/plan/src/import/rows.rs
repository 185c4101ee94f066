//! Systems, heads and measures out of the sections of a plan.

use base::Severity;

use super::marker::Style;
use super::numbers::{self, Slip, Written};
use super::outline::{Item, Outline};
use super::sections::Sections;
use super::{Imported, Note, ReadHead, ReadMeasure, ReadSystem};

/// Longer texts of headings are cut for a title.
const LONGEST_TITLE: usize = 40;

/// A measure before it has its number.
struct Entry {
    index: usize,
    /// Positions in the rows of systems and heads.
    system: Option<usize>,
    head: Option<usize>,
    numbered: bool,
}

/// Fills the result from the sections.
pub fn fill(outline: &Outline, sections: &Sections, made: &mut Imported) {
    let systems = &sections.systems;
    let (heads, entries) = gather(outline, systems, &mut made.notes);
    made.systems = read_systems(outline, systems, &mut made.notes);
    let system_number = |at: Option<usize>| at.and_then(|at| made.systems.get(at)).map(|s| s.number);
    let (numbers, slips) = number_heads(outline, &heads);
    note_slips(slips, "目", &mut made.notes);
    made.heads = heads
        .iter()
        .zip(numbers)
        .filter_map(|((index, system), number)| {
            let mut head = read_head(outline.item(*index)?, number);
            head.system = system_number(Some(*system));
            Some(head)
        })
        .collect();
    let mut measures = read_measures(outline, &entries, "措施", &mut made.notes);
    for (measure, entry) in measures.iter_mut().zip(&entries) {
        measure.system = system_number(entry.system);
        measure.head = entry.head.and_then(|at| made.heads.get(at)).map(|head| head.number);
    }
    made.measures = measures;
    fill_organisation(outline, &sections.organisation, made);
}

fn fill_organisation(outline: &Outline, sections: &[usize], made: &mut Imported) {
    let (heads, entries) = gather(outline, sections, &mut made.notes);
    let (numbers, slips) = number_heads(outline, &heads);
    note_slips(slips, "组织保障的目", &mut made.notes);
    made.organisation_heads = heads
        .iter()
        .zip(numbers)
        .filter_map(|((index, _), number)| Some(read_head(outline.item(*index)?, number)))
        .collect();
    let mut measures = read_measures(outline, &entries, "组织保障措施", &mut made.notes);
    for (measure, entry) in measures.iter_mut().zip(&entries) {
        measure.head = entry.head.and_then(|at| made.organisation_heads.get(at)).map(|head| head.number);
    }
    made.organisation = measures;
}

/// The heads (with the position of their section) and the measures below some sections.
fn gather(outline: &Outline, sections: &[usize], notes: &mut Vec<Note>) -> (Vec<(usize, usize)>, Vec<Entry>) {
    let style = head_style(outline, sections);
    let (mut heads, mut entries) = (Vec::new(), Vec::new());
    for (position, section) in sections.iter().enumerate() {
        let system = Some(position);
        for (index, item) in outline.children(*section) {
            if style != Some(item.style) {
                if style.is_some() {
                    let message = format!("第{}行的措施前面没有所属的目", item.line);
                    notes.push(Note::new("no_head", Severity::Warning, item.line, message));
                }
                entries.push(Entry { index, system, head: None, numbered: true });
                continue;
            }
            let head = Some(heads.len());
            heads.push((index, position));
            for (below, _) in outline.children(index) {
                entries.push(Entry { index: below, system, head, numbered: true });
            }
            if item.children.is_empty() {
                let message = format!("第{}行的目下没有编号的措施，整段作为一条读入", item.line);
                notes.push(Note::new("no_measures", Severity::Warning, item.line, message));
                entries.push(Entry { index, system, head, numbered: false });
            }
        }
        if let Some(item) = outline.item(*section)
            && item.children.is_empty()
        {
            let message = format!("第{}行的部分下没有编号的措施，整段作为一条读入", item.line);
            notes.push(Note::new("no_measures", Severity::Warning, item.line, message));
            entries.push(Entry { index: *section, system, head: None, numbered: false });
        }
    }
    (heads, entries)
}

/// The style of the headings between sections and measures; none where the sections hold the measures themselves:
/// where few items have items below them, or those that have are sentences of their own.
fn head_style(outline: &Outline, sections: &[usize]) -> Option<Style> {
    let items: Vec<&Item> =
        sections.iter().flat_map(|section| outline.children(*section).map(|(_, item)| item)).collect();
    let outermost = items.iter().map(|item| item.style).min()?;
    let items: Vec<&&Item> = items.iter().filter(|item| item.style == outermost).collect();
    let parents = items.iter().filter(|item| !item.children.is_empty()).count();
    let is_long = |item: &&&&Item| {
        let text = item.own_text();
        text.chars().count() > 60 && text.contains('。')
    };
    let long = items.iter().filter(|item| !item.children.is_empty()).filter(is_long).count();
    (parents > 0 && parents * 2 >= items.len() && long * 2 <= parents).then_some(outermost)
}

fn read_systems(outline: &Outline, systems: &[usize], notes: &mut Vec<Note>) -> Vec<ReadSystem> {
    let items: Vec<&Item> = systems.iter().filter_map(|index| outline.item(*index)).collect();
    let offset = match items.first() {
        Some(first) if first.parent.is_none() => first.number.saturating_sub(1),
        _ => 0,
    };
    let row: Vec<Written> = items
        .iter()
        .map(|item| Written { number: item.number.checked_sub(offset).filter(|n| *n > 0), line: item.line })
        .collect();
    let numbered = numbers::number(&row);
    note_slips(numbered.slips, "体系", notes);
    let made = items.iter().zip(numbered.numbers).map(|(item, number)| {
        let (title, rest) = split_title(&item.head);
        let body = item.body.iter().map(|line| line.text.as_str());
        let goal: Vec<&str> = std::iter::once(rest).chain(body).filter(|text| !text.is_empty()).collect();
        let goal = goal.join("\n");
        let goal = ["工作目标", "目标"].iter().find_map(|word| goal.strip_prefix(word)).unwrap_or(&goal);
        ReadSystem {
            number,
            written: Some(item.number),
            title,
            goal: goal.trim_start_matches(['：', ':']).trim().to_owned(),
            line: item.line,
        }
    });
    made.collect()
}

fn read_head(item: &Item, number: u32) -> ReadHead {
    ReadHead {
        number,
        written: Some(item.number),
        system: None,
        title: split_title(&item.head).0,
        line: item.line,
    }
}

fn number_heads(outline: &Outline, heads: &[(usize, usize)]) -> (Vec<u32>, Vec<Slip>) {
    let row: Vec<Written> = heads
        .iter()
        .filter_map(|(index, _)| outline.item(*index))
        .map(|item| Written { number: Some(item.number), line: item.line })
        .collect();
    let by_section: Vec<usize> = heads.iter().map(|(_, section)| *section).collect();
    best_numbers(&row, &[by_section])
}

fn read_measures(
    outline: &Outline,
    entries: &[Entry],
    what: &str,
    notes: &mut Vec<Note>,
) -> Vec<ReadMeasure> {
    let items: Vec<(&Entry, &Item)> =
        entries.iter().filter_map(|entry| outline.item(entry.index).map(|item| (entry, item))).collect();
    let written = |(entry, item): &(&Entry, &Item)| entry.numbered.then_some(item.number);
    let row: Vec<Written> =
        items.iter().map(|pair| Written { number: written(pair), line: pair.1.line }).collect();
    let by_system = entries.iter().map(|entry| entry.system.unwrap_or(usize::MAX)).collect();
    let by_head = entries.iter().map(|entry| entry.head.unwrap_or(usize::MAX)).collect();
    let (numbers, mut slips) = best_numbers(&row, &[by_system, by_head]);
    if let Some((_, first)) = items.first() {
        slips.retain(|slip| !is_numbered_before(outline, first, slip));
    }
    note_slips(slips, what, notes);
    let read = |(pair, number): (&(&Entry, &Item), u32)| {
        let text = outline.full_text(pair.0.index);
        ReadMeasure {
            number,
            written: written(pair),
            system: None,
            head: None,
            title: split_title(&text).0,
            text,
            line: pair.1.line,
        }
    };
    items.iter().zip(numbers).map(read).collect()
}

/// Whether the numbers that seem to be left out at the beginning are those of a section before.
fn is_numbered_before(outline: &Outline, first: &Item, slip: &Slip) -> bool {
    let Slip::Skipped { from: 1, to, .. } = slip else { return false };
    let before = outline.items.iter().filter(|item| item.line < first.line && item.style == first.style);
    before.map(|item| item.number).max() == Some(*to)
}

/// Numbers a row: through the whole plan, or anew in each group of that grouping which leaves the fewest slips. Where the
/// text begins anew, the items are counted through.
fn best_numbers(row: &[Written], groupings: &[Vec<usize>]) -> (Vec<u32>, Vec<Slip>) {
    let through = numbers::number(row);
    let mut best = (through.numbers, through.slips);
    for grouping in groupings {
        let mut slips = Vec::new();
        let pairs: Vec<(usize, Written)> = grouping.iter().copied().zip(row.iter().copied()).collect();
        for group in pairs.chunk_by(|left, right| left.0 == right.0) {
            let group: Vec<Written> = group.iter().map(|(_, written)| *written).collect();
            slips.extend(numbers::number(&group).slips);
        }
        if slips.len() < best.1.len() {
            best = ((1..).take(row.len()).collect(), slips);
        }
    }
    best
}

fn note_slips(slips: Vec<Slip>, what: &str, notes: &mut Vec<Note>) {
    for slip in slips {
        let line = slip.line();
        let (code, message) = match slip {
            Slip::Wrong { written, meant, .. } => {
                ("number_wrong", format!("第{line}行{what}的序号写作{written}，按前后顺序应为{meant}"))
            }
            Slip::Repeated { written, .. } => {
                ("number_repeated", format!("第{line}行{what}的序号{written}与前面的重复"))
            }
            Slip::Skipped { from, to, .. } if from == to => {
                ("number_skipped", format!("第{line}行之前缺少{what}{from}"))
            }
            Slip::Skipped { from, to, .. } => {
                ("number_skipped", format!("第{line}行之前缺少{what}{from}至{to}"))
            }
            Slip::Unnumbered { .. } => ("number_missing", format!("第{line}行{what}没有序号")),
        };
        notes.push(Note::new(code, Severity::Warning, line, message));
    }
}

/// The title at the start of a text, and what follows it: the first sentence, or its beginning where that is long.
fn split_title(text: &str) -> (String, &str) {
    let end = text.find(['。', '\n']).unwrap_or(text.len());
    let (first, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let rest = rest.trim_start_matches(['。', '\n']);
    let first = first.trim();
    if first.chars().count() <= LONGEST_TITLE {
        return (first.to_owned(), rest);
    }
    let comma = first.find(['，', ',', '；']).and_then(|at| first.get(..at));
    let short = comma.filter(|short| (4..=LONGEST_TITLE).contains(&short.chars().count()));
    let cut = || first.chars().take(LONGEST_TITLE - 1).chain(['…']).collect();
    (short.map_or_else(cut, str::to_owned), rest)
}
