//! Tables: given by a reader, or seen in rows of tabs, bars or wide gaps. (表)

use crate::chars::Chars;

/// A cell as a range of characters. (单元格)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub start: usize,
    pub end: usize,
}

/// Rows of cells. (表)
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    #[must_use]
    pub fn start(&self) -> Option<usize> {
        self.rows.iter().flatten().map(|c| c.start).min()
    }

    #[must_use]
    pub fn end(&self) -> Option<usize> {
        self.rows.iter().flatten().map(|c| c.end).max()
    }
}

/// Tables that a reader found, from bytes to characters.
#[must_use]
pub fn known(chars: &Chars, tables: &[Vec<Vec<(usize, usize)>>]) -> Vec<Table> {
    let cell = |&(start, end): &(usize, usize)| trimmed(chars, chars.index_of(start), chars.index_of(end));
    tables
        .iter()
        .map(|rows| Table { rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect() })
        .collect()
}

fn trimmed(chars: &Chars, mut start: usize, mut end: usize) -> Cell {
    while start < end && chars.at(start).is_whitespace() {
        start += 1;
    }
    while end > start && chars.before(end).is_whitespace() {
        end -= 1;
    }
    Cell { start, end }
}

/// Tables seen in the text: at least two neighbouring lines with the same kind of gaps and at least one number.
#[must_use]
pub fn detect(chars: &Chars, lines: &[(usize, usize)]) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for &(start, end) in lines {
        let cells = cells_of(chars, start, end);
        if cells.len() >= 2 {
            if !is_rule(chars, &cells) {
                rows.push(cells);
            }
            continue;
        }
        finish(chars, &mut rows, &mut tables);
    }
    finish(chars, &mut rows, &mut tables);
    tables
}

fn finish(chars: &Chars, rows: &mut Vec<Vec<Cell>>, tables: &mut Vec<Table>) {
    let rows = std::mem::take(rows);
    let numbers = |row: &Vec<Cell>| row.iter().any(|c| chars.at(c.start).is_ascii_digit());
    if rows.len() >= 2 && rows.iter().filter(|r| numbers(r)).count() >= 1 {
        tables.push(Table { rows });
    }
}

/// Whether a row is the line under a Markdown head.
fn is_rule(chars: &Chars, cells: &[Cell]) -> bool {
    cells.iter().all(|c| chars.slice(c.start, c.end).iter().all(|c| matches!(c, '-' | ':' | ' ' | '─' | '=')))
}

fn cells_of(chars: &Chars, start: usize, end: usize) -> Vec<Cell> {
    let line = chars.slice(start, end);
    if line.contains(&'\t') {
        return split(chars, start, end, |at| chars.at(at) == '\t');
    }
    let bars = line.iter().filter(|c| **c == '|').count();
    if bars >= 2 {
        let bare = trimmed(chars, start, end);
        let from = if chars.at(bare.start) == '|' { bare.start + 1 } else { bare.start };
        let to = if chars.before(bare.end) == '|' { bare.end - 1 } else { bare.end };
        return split(chars, from, to.max(from), |at| chars.at(at) == '|');
    }
    gapped(chars, start, end)
}

fn split(chars: &Chars, start: usize, end: usize, cuts: impl Fn(usize) -> bool) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut from = start;
    for at in start..=end {
        if at == end || cuts(at) {
            cells.push(trimmed(chars, from, at));
            from = at + 1;
        }
    }
    cells
}

/// Columns that two or more blanks part. A line of prose is not taken for a row.
fn gapped(chars: &Chars, start: usize, end: usize) -> Vec<Cell> {
    let Cell { start, end } = trimmed(chars, start, end);
    let mut cells = Vec::new();
    let mut from = start;
    let mut at = start;
    while at < end {
        if chars.at(at) == ' ' && chars.at(at + 1) == ' ' {
            cells.push(trimmed(chars, from, at));
            while at < end && chars.at(at) == ' ' {
                at += 1;
            }
            from = at;
        } else {
            at += 1;
        }
    }
    cells.push(trimmed(chars, from, end));
    let prose = cells.iter().any(|c| c.end - c.start > 40 || chars.slice(c.start, c.end).contains(&'。'));
    if prose || cells.len() < 3 { Vec::new() } else { cells }
}

#[cfg(test)]
mod tests {
    fn shape(source: &str) -> Vec<Vec<usize>> {
        let text = crate::Text::new(source);
        text.tables.iter().map(|t| t.rows.iter().map(Vec::len).collect()).collect()
    }

    #[test]
    fn sees_tabs_bars_and_gaps() {
        assert_eq!(shape("项目\t件数\n甲\t3\n乙\t4\n"), [vec![2, 2, 2]]);
        assert_eq!(shape("| 项目 | 件数 |\n|---|---|\n| 甲 | 3 |"), [vec![2, 2]]);
        assert_eq!(shape("项目   一季度   合计\n甲   3   3"), [vec![3, 3]]);
        assert_eq!(
            shape("2024-02-21 07:00:00   来源:某市   评论:0 点击:\n\n正文。"),
            Vec::<Vec<usize>>::new()
        );
    }
}
