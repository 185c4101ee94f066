//! Numbers of the running text against the cells of the tables beside it. (正文与表)

use std::collections::BTreeSet;

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::profile::Profile;
use crate::quantities::Quantity;
use crate::ratio::Interval;
use crate::relations::tables::{Grid, bare, is_total, read};
use crate::units;

/// The text that speaks of a table stands at most this many lines from it.
const NEAR: usize = 12;
/// Rows, columns and numbers beyond these are not compared: the work stays in proportion to the text.
const ROWS: usize = 64;
const COLUMNS: usize = 16;
const NUMBERS: usize = 64;
/// Words of the text that stand for a row or column of totals.
const ALL: &[&str] = &["全县", "全市", "全区", "全镇", "全省", "全乡", "全旗", "全年", "共", "合计", "总"];
/// Heads that say nothing of what is counted.
const PLAIN: &[&str] =
    &["数量", "件数", "数", "个数", "本年", "本年数", "数值", "金额", "次数", "人数", "总数"];
/// The sentence speaks of another time or of a change.
const OTHERWISE: &[&str] = &["上年", "去年", "同期", "同比", "增加", "减少", "以来", "目标", "计划"];

/// A number of a table with the words that say what it is. (表中的数)
struct Entry {
    row: String,
    head: String,
    value: Decimal,
    /// The family of the unit in the head or the caption; empty where none stands.
    family: &'static str,
    start: usize,
    end: usize,
}

/// A table with what stands above it.
struct Side {
    entries: Vec<Entry>,
    caption: String,
    year: Option<u32>,
    /// First and last paragraph.
    lines: (usize, usize),
    columns: usize,
}

/// Compares the numbers near each table with its cells.
pub fn check(context: &mut Context, profile: &Profile) {
    let text = context.text;
    for table in &text.tables {
        let grid = read(context.chars, table);
        let Some(side) = side(context, &grid) else { continue };
        let first = side.lines.0.saturating_sub(NEAR);
        let from = context.quantities.partition_point(|q| q.paragraph < first);
        let near = context.quantities.iter().skip(from);
        let near = near.take_while(|q| q.paragraph <= side.lines.1 + NEAR).take(NUMBERS);
        for quantity in near.filter(|q| q.is_count() && q.is_exact() && !q.hanzi) {
            one(context, &side, quantity, profile.year);
        }
    }
}

fn line_of(context: &Context, at: usize) -> usize {
    context.text.paragraphs.partition_point(|p| p.start <= at).saturating_sub(1)
}

fn side(context: &Context, grid: &Grid) -> Option<Side> {
    let (start, end) = (grid.table.start()?, grid.table.end()?);
    let lines = (line_of(context, start), line_of(context, end));
    let above = lines.0.saturating_sub(3)..lines.0;
    let above: Vec<String> = above
        .filter_map(|i| context.text.paragraphs.get(i))
        .filter(|p| !p.in_table && p.end > p.start && p.end - p.start <= 40)
        .filter(|p| {
            let points = context.chars.has_any(p.start, p.end, ["如下", "下表", "单位:"]);
            points || context.chars.before(p.end) != '。'
        })
        .map(|p| context.chars.text(p.start, p.end))
        .collect();
    let caption = above.concat();
    let unit = above.iter().rev().find_map(|line| line.split_once("单位:").map(|(_, unit)| unit.trim()));
    let unit = unit.map(|u| u.trim_end_matches([')', '。', ':']).to_owned());
    let entries: Vec<Entry> =
        (0..grid.values.len().min(ROWS)).flat_map(|row| entries(grid, row, unit.as_deref())).collect();
    let columns = (0..grid.width().min(COLUMNS))
        .filter(|c| (0..grid.values.len().min(ROWS)).any(|r| grid.at(r, *c).is_some()) && !grid.is_serial(*c))
        .count();
    (!entries.is_empty() && columns > 0).then(|| Side {
        year: year_in(&caption),
        entries,
        caption,
        lines,
        columns,
    })
}

/// The year of a caption or a head, such as 2024年.
fn year_in(words: &str) -> Option<u32> {
    let at = words.find('年')?;
    let digits: String = words.get(..at)?.chars().rev().take(4).collect();
    let year: u32 = digits.chars().rev().collect::<String>().parse().ok()?;
    (1980..2100).contains(&year).then_some(year)
}

fn entries(grid: &Grid, row: usize, unit: Option<&str>) -> Vec<Entry> {
    let label = grid
        .label(row)
        .trim_start_matches(|c: char| c.is_ascii_digit() || ".、()一二三四五六七八九十".contains(c));
    // "三、本年度办理结果（一）予以公开": what stands after the last bracket names the row.
    let label = label
        .rsplit_once(')')
        .map_or(label, |(_, last)| if last.chars().count() >= 2 { last } else { label });
    let label = label.strip_prefix("本年").unwrap_or(label);
    let label = ["数量", "件数", "情况"].iter().fold(label, |l, w| l.strip_suffix(w).unwrap_or(l));
    let mut found = Vec::new();
    for column in (0..grid.width().min(COLUMNS)).filter(|c| !grid.is_serial(*c)) {
        let (Some(value), Some(cell)) = (grid.at(row, column), grid.cell(row, column)) else { continue };
        let head = grid.heads.get(column).map_or("", String::as_str);
        let own = head.split_once('(').map(|(_, unit)| unit.trim_end_matches(')'));
        let (power, family) = own.or(unit).map_or((0, ""), measure);
        let Some(value) = value.shifted(power) else { continue };
        let head = bare(head);
        let core = ["家数", "件数", "人数", "次数", "宗数", "户数", "数量", "金额", "数"].iter();
        let core = core.filter_map(|w| head.strip_suffix(w)).find(|core| core.chars().count() >= 2);
        let (row, head) = (label.to_owned(), core.unwrap_or(head).to_owned());
        found.push(Entry { row, head, value, family, start: cell.start, end: cell.end });
    }
    found
}

/// A unit as a head writes it: the power of ten and the family.
fn measure(words: &str) -> (u32, &'static str) {
    match words {
        "万元" => return (4, "元"),
        "亿元" => return (8, "元"),
        _ => {}
    }
    let (power, rest) = words.strip_prefix('万').map_or((0, words), |rest| (4, rest));
    let chars = crate::chars::Chars::new(rest);
    units::unit_at(&chars, 0).map_or((power, ""), |(_, unit)| (power, units::family(unit)))
}

/// How well a cell's words fit a number of the text; `None` when they do not. The name that stands last before
/// the number decides, then the longer words.
fn fits(side: &Side, entry: &Entry, said: &Said) -> Option<(usize, usize)> {
    if !entry.family.is_empty() && entry.family != said.family {
        return None;
    }
    let row = part(&entry.row, side, said)?;
    let head = if entry.head.is_empty() || PLAIN.contains(&entry.head.as_str()) {
        let enough = row.beside && row.length >= 4 && side.columns == 1;
        enough.then_some(Part { at: 0, length: 0, beside: false })?
    } else {
        part(&entry.head, side, said)?
    };
    // The total of all totals is named by the caption's words.
    if is_total(&entry.row) && is_total(&entry.head) {
        return shares(side, said).then_some((0, 0));
    }
    // What is counted stands beside the number, who or when it was may stand before.
    (row.beside || head.beside).then(|| {
        let name = if row.beside && head.beside { row.at.max(head.at) } else { row.at.min(head.at) };
        (name, row.length + head.length)
    })
}

/// Where the words of a row or a head stand in the sentence.
#[derive(Clone, Copy)]
struct Part {
    /// The byte where they begin, the last time.
    at: usize,
    length: usize,
    /// Among the words that name the number.
    beside: bool,
}

/// What the sentence says of its number.
struct Said {
    /// The words that name it.
    beside: String,
    /// The sentence up to it.
    before: String,
    family: &'static str,
    year: Option<u32>,
}

fn part(words: &str, side: &Side, said: &Said) -> Option<Part> {
    let length = words.chars().count();
    if is_total(words) {
        let all = ALL.iter().filter_map(|w| said.before.rfind(w)).max();
        // Where the sentence names none of the columns, it speaks of all of them together.
        let none =
            || !side.entries.iter().any(|e| !is_total(&e.head) && said.before.contains(e.head.as_str()));
        let at = all.or_else(|| none().then_some(0))?;
        return Some(Part { at, length: 0, beside: false });
    }
    if let Some(year) = year_in(words) {
        return (said.year == Some(year)).then_some(Part { at: 0, length: 4, beside: false });
    }
    let at = said.before.rfind(words).filter(|_| length >= 2);
    let beside = length >= 2 && said.beside.contains(words);
    (beside || at.is_some()).then(|| Part { at: at.unwrap_or(said.before.len()), length, beside })
}

fn one(context: &mut Context, side: &Side, quantity: &Quantity, year: Option<u32>) {
    let Some(sentence) = context.sentence(quantity.sentence) else { return };
    let (from, to) = context.label(quantity);
    let said = Said {
        beside: context.chars.text(from, to),
        before: context.chars.text(sentence.start.max(quantity.start.saturating_sub(120)), quantity.end),
        family: quantity.family(),
        year: quantity.year.or(year),
    };
    let other_year = side.year.is_some() && said.year.is_some() && side.year != said.year;
    let clause = context.text.clauses.get(quantity.clause).map_or(quantity.start, |c| c.start);
    if other_year || context.chars.has_any(clause, quantity.end, OTHERWISE.iter().copied()) {
        return;
    }
    let scored: Vec<((usize, usize), &Entry)> =
        side.entries.iter().filter_map(|e| fits(side, e, &said).map(|score| (score, e))).collect();
    let Some(best) = scored.iter().map(|(score, _)| *score).max() else { return };
    let top: Vec<&Entry> = scored.iter().filter(|(score, _)| *score == best).map(|(_, e)| *e).collect();
    let Some(interval) = Interval::of(quantity) else { return };
    // "予以公开和部分公开的合计26件" is of several rows.
    let rows: BTreeSet<&str> = side
        .entries
        .iter()
        .map(|e| e.row.as_str())
        .filter(|row| row.chars().count() >= 2 && !is_total(row) && said.beside.contains(row))
        .collect();
    if rows.iter().filter(|row| !rows.iter().any(|other| other != *row && other.contains(*row))).count() >= 2
    {
        return;
    }
    let within = |e: &&&Entry| !interval.low.exceeds(e.value) && !e.value.exceeds(interval.high);
    let whole = column_total(side, &said, &scored, quantity);
    if let Some(entry) = top.iter().chain(&whole).find(within) {
        let shown = context.text.original(entry.start, entry.end);
        let computation = format!("与表中{}的{shown}一致", named(entry));
        let (start, end) = (entry.start, entry.end);
        relate(context, Verdict::Agrees, quantity, (start, end), computation);
    } else if let Some(entry) = whole {
        differs(context, quantity, entry);
    } else if let ([entry], true) = (top.as_slice(), is_of_table(side, &said, &top)) {
        // What is three times as much is another thing.
        let three = Decimal::integer(3);
        let alike = |a: Decimal, b: Decimal| b.times(three).is_some_and(|t| !a.exceeds(t));
        if alike(quantity.value, entry.value) && alike(entry.value, quantity.value) {
            differs(context, quantity, entry);
        }
    }
}

/// "评查甲168卷、乙95卷，优秀79卷": after several rows a column alone is of all of them, when no row has as many.
fn column_total<'s>(
    side: &'s Side,
    said: &Said,
    scored: &[((usize, usize), &'s Entry)],
    quantity: &Quantity,
) -> Option<&'s Entry> {
    let plain = |e: &&Entry| e.row.chars().count() >= 2 && !is_total(&e.row);
    let named: BTreeSet<&str> = side
        .entries
        .iter()
        .filter(plain)
        .map(|e| e.row.as_str())
        .filter(|r| said.before.contains(r))
        .collect();
    let (_, total) =
        scored.iter().find(|(_, e)| is_total(&e.row) && said.beside.contains(e.head.as_str()))?;
    let column = side.entries.iter().filter(|e| e.head == total.head).filter(plain);
    let more = column.map(|e| e.value).all(|value| quantity.value.exceeds(value));
    let more = more || quantity.value.equals(total.value);
    (named.len() >= 2 && more && !named.iter().any(|r| said.beside.contains(r))).then_some(*total)
}

fn named(entry: &Entry) -> String {
    match (entry.row.is_empty(), entry.head.is_empty()) {
        (false, false) => format!("“{}”行“{}”栏", entry.row, entry.head),
        (true, _) => format!("“{}”栏", entry.head),
        (_, true) => format!("“{}”行", entry.row),
    }
}

/// Whether the words that name a number share three characters in a row with the caption.
fn shares(side: &Side, said: &Said) -> bool {
    let words: Vec<char> = said.beside.chars().filter(|c| crate::chars::is_han(*c)).collect();
    words.windows(3).any(|w| side.caption.contains(&w.iter().collect::<String>()))
}

/// Whether the sentence surely speaks of the table: it names a row of its own, points to a table, or shares the caption's words.
fn is_of_table(side: &Side, said: &Said, top: &[&Entry]) -> bool {
    let total = top.iter().any(|e| is_total(&e.row) || is_total(&e.head));
    let points = ["下表", "上表", "见表", "附表", "表1", "表一"].iter().any(|w| said.before.contains(w));
    let own_row =
        |e: &&Entry| !is_total(&e.row) && e.row.chars().count() >= 4 && said.beside.contains(e.row.as_str());
    points || shares(side, said) || !total || top.iter().all(own_row)
}

fn relate(
    context: &mut Context,
    verdict: Verdict,
    quantity: &Quantity,
    cell: (usize, usize),
    computation: String,
) {
    context.relations.push(crate::Relation {
        kind: RelationKind::TextTable,
        verdict,
        start: quantity.start,
        end: quantity.end,
        with: vec![cell],
        computation,
    });
}

fn differs(context: &mut Context, quantity: &Quantity, entry: &Entry) {
    let printed = context.printed(quantity);
    let line = context.text.line_column(entry.start).0;
    let shown = context.text.original(entry.start, entry.end).to_owned();
    let computation = format!("文件第{line}行的表中，{}为{shown}；正文写作{printed}", named(entry));
    relate(context, Verdict::Differs, quantity, (entry.start, entry.end), computation.clone());
    let message = format!("正文写作{printed}，表中{}是{shown}", named(entry));
    context.report(
        "text_table",
        quantity.start,
        quantity.end,
        Words::new(message)
            .computed(computation)
            .help("核对正文和表，改正错的一个；口径不同的，在正文里写明"),
    );
}
