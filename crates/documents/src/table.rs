//! Tables on pages: lines of half the pitch, the head again on each page, rows that go on overleaf.

use crate::heading::HeadCell;
use crate::layout::{Setter, Style};
use crate::lines::{Line, broken};
use crate::model::{Inline, Row, Table};
use crate::page::{Area, HEIGHT, LEFT, Rule, TOP, WIDTH};
use crate::sheet::{PITCH, Role, TABLE, TABLE_PITCH};

/// Between the rule and the text.
const PAD: i32 = 3_000;
/// 0.25 mm, as of the inner rules of the standard's record of printing.
const THIN: i32 = 709;
/// 0.35 mm, as of the outer ones.
const THICK: i32 = 992;

const PLAIN: Style = Style::plain(Role::Body, TABLE);
const BOLD: Style = Style::plain(Role::Black, TABLE);

struct Cell<'a> {
    left: i32,
    lines: Vec<Line>,
    inlines: &'a [Inline],
}

/// A cell of the head with where it stands in it.
struct HeadPart<'a> {
    cell: Cell<'a>,
    width: i32,
    of: HeadCell,
    is_second: bool,
}

/// The head as it is set on every page.
struct Head<'a> {
    parts: Vec<HeadPart<'a>>,
    /// How tall its rows are; the second is nought where there is one row.
    tall: (i32, i32),
}

impl Head<'_> {
    fn height(&self) -> i32 {
        self.tall.0 + self.tall.1
    }
}

impl Setter<'_, '_> {
    pub(crate) fn table(&mut self, table: &Table) {
        let rows = table.head();
        let titles: Vec<Vec<Inline>> =
            rows.iter().flatten().map(|cell| vec![Inline::Text(cell.title.clone())]).collect();
        let widths: Vec<i32> =
            table.columns.iter().map(|column| WIDTH / 1000 * i32::from(column.width)).collect();
        let numbers: Vec<bool> = table.columns.iter().map(|column| column.is_number).collect();
        let head = self.head_of(rows, &titles, &widths, &numbers);
        if HEIGHT - self.y < head.height() + 2 * PITCH {
            self.new_page();
        }
        self.table_head(&head);
        for row in &table.rows {
            self.body_row(row, &widths, &numbers, &head);
        }
        self.rule(THICK);
        self.y += PAD;
        self.snap();
    }

    fn head_of<'c>(
        &mut self,
        rows: Vec<Vec<HeadCell>>,
        titles: &'c [Vec<Inline>],
        widths: &[i32],
        numbers: &[bool],
    ) -> Head<'c> {
        let second = rows.first().map_or(0, Vec::len);
        let mut parts = Vec::new();
        for (at, (of, title)) in rows.into_iter().flatten().zip(titles).enumerate() {
            let left = widths.iter().take(of.column).sum();
            let width: i32 = widths.iter().skip(of.column).take(of.across).sum();
            let is_number = numbers.get(of.column).copied().unwrap_or(false);
            let mut cell = self.cell(title, (left, width), is_number, BOLD);
            if of.is_over {
                let room = width - 2 * PAD;
                cell.lines.iter_mut().for_each(|line| line.indent = (room - line.width()).max(0) / 2);
            }
            parts.push(HeadPart { cell, width, of, is_second: at >= second });
        }
        let tallest = |parts: &[HeadPart<'_>], is_second: bool, down: usize| {
            let own = parts.iter().filter(|part| part.is_second == is_second && part.of.down == down);
            own.map(|part| height(std::slice::from_ref(&part.cell))).max().unwrap_or(0)
        };
        let first = tallest(&parts, false, 1);
        let second = tallest(&parts, true, 1).max(tallest(&parts, false, 2) - first);
        Head { parts, tall: (first, second.max(0)) }
    }

    fn table_head(&mut self, head: &Head<'_>) {
        self.rule(THICK);
        let top = self.y;
        for part in &head.parts {
            self.y = if part.is_second { top + head.tall.0 } else { top };
            self.texts(&part.cell, BOLD);
            let tall = match (part.is_second, part.of.down) {
                (true, _) => head.tall.1,
                (false, 1) => head.tall.0,
                (false, _) => head.height(),
            };
            // Readers of the file know columns by the lines between them.
            if part.of.column > 0 {
                self.upright(part.cell.left - PAD, tall);
            }
            if part.of.is_over {
                self.y = top + head.tall.0;
                self.rule_over(part.cell.left - PAD, part.width, THIN);
            }
        }
        self.y = top + head.height();
        self.rule(THIN);
    }

    fn body_row(&mut self, row: &Row, widths: &[i32], numbers: &[bool], head: &Head<'_>) {
        let cells = self.cells(&row.cells, widths, numbers, PLAIN);
        let most = (HEIGHT - head.height()) / TABLE_PITCH - 2;
        let lines = count(&cells);
        let mut from = 0;
        while from == 0 || from < lines {
            let part: Vec<Cell<'_>> = cells.iter().map(|cell| part(cell, from, from + most)).collect();
            if self.y + height(&part) > HEIGHT {
                self.rule(THICK);
                self.new_page();
                self.table_head(head);
            }
            if let Some(anchor) = row.anchor.as_ref().filter(|_| from == 0) {
                self.anchor(anchor, self.y);
            }
            self.row(&part, PLAIN);
            self.rule(THIN);
            from += most;
        }
    }

    fn cells<'c>(
        &mut self,
        texts: &'c [Vec<Inline>],
        widths: &[i32],
        numbers: &[bool],
        style: Style,
    ) -> Vec<Cell<'c>> {
        let mut left = 0;
        let mut made = Vec::new();
        for (at, (inlines, width)) in texts.iter().zip(widths).enumerate() {
            let is_number = numbers.get(at).copied().unwrap_or(false);
            made.push(self.cell(inlines, (left, *width), is_number, style));
            left += width;
        }
        made
    }

    fn cell<'c>(
        &mut self,
        inlines: &'c [Inline],
        (left, width): (i32, i32),
        is_number: bool,
        style: Style,
    ) -> Cell<'c> {
        let room = width - 2 * PAD;
        let pieces = self.pieces(inlines, style);
        let mut lines = broken(&pieces, room, 0, 0);
        if is_number {
            for line in &mut lines {
                line.indent = (room - line.width()).max(0);
            }
        }
        Cell { left: left + PAD, lines, inlines }
    }

    fn texts(&mut self, cell: &Cell<'_>, style: Style) {
        let mut y = self.y + PAD + (TABLE_PITCH - TABLE) / 2;
        for line in &cell.lines {
            self.put(line, cell.left, y, style, cell.inlines);
            y += TABLE_PITCH;
        }
    }

    fn row(&mut self, cells: &[Cell<'_>], style: Style) {
        for cell in cells {
            self.texts(cell, style);
        }
        let tall = height(cells);
        // Readers of the file know columns by the lines between them.
        for cell in cells.iter().skip(1) {
            self.upright(cell.left - PAD, tall);
        }
        self.y += tall;
    }

    fn upright(&mut self, left: i32, tall: i32) {
        let area = Area(LEFT + left - THIN / 2, TOP + self.y, THIN, tall);
        if let Some(page) = self.pages.last_mut() {
            page.rules.push(Rule { area, is_red: false });
        }
    }

    fn rule(&mut self, thick: i32) {
        self.rule_over(0, WIDTH, thick);
    }

    fn rule_over(&mut self, left: i32, width: i32, thick: i32) {
        let area = Area(LEFT + left, TOP + self.y - thick / 2, width, thick);
        if let Some(page) = self.pages.last_mut() {
            page.rules.push(Rule { area, is_red: false });
        }
    }
}

fn count(cells: &[Cell<'_>]) -> i32 {
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    i32::try_from(most).unwrap_or(i32::MAX / PITCH).max(1)
}

fn height(cells: &[Cell<'_>]) -> i32 {
    count(cells) * TABLE_PITCH + 2 * PAD
}

fn part<'c>(cell: &Cell<'c>, from: i32, until: i32) -> Cell<'c> {
    let at = |number: i32| usize::try_from(number).unwrap_or(0).min(cell.lines.len());
    let lines = cell.lines.get(at(from)..at(until)).unwrap_or_default().to_vec();
    Cell { left: cell.left, lines, inlines: cell.inlines }
}
