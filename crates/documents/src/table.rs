//! Tables on pages: lines of half the pitch, the head again on each page, rows that go on overleaf.

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

impl Setter<'_, '_> {
    pub(crate) fn table(&mut self, table: &Table) {
        let titles: Vec<Vec<Inline>> =
            table.columns.iter().map(|column| vec![Inline::Text(column.title.clone())]).collect();
        let widths: Vec<i32> =
            table.columns.iter().map(|column| WIDTH / 1000 * i32::from(column.width)).collect();
        let numbers: Vec<bool> = table.columns.iter().map(|column| column.is_number).collect();
        let head = self.cells(&titles, &widths, &numbers, BOLD);
        if HEIGHT - self.y < height(&head) + 2 * PITCH {
            self.new_page();
        }
        self.rule(THICK);
        self.row(&head, BOLD);
        self.rule(THIN);
        for row in &table.rows {
            self.body_row(row, &widths, &numbers, &head);
        }
        self.rule(THICK);
        self.y += PAD;
        self.snap();
    }

    fn body_row(&mut self, row: &Row, widths: &[i32], numbers: &[bool], head: &[Cell<'_>]) {
        let cells = self.cells(&row.cells, widths, numbers, PLAIN);
        let most = (HEIGHT - height(head)) / TABLE_PITCH - 2;
        let lines = count(&cells);
        let mut from = 0;
        while from == 0 || from < lines {
            let part: Vec<Cell<'_>> = cells.iter().map(|cell| part(cell, from, from + most)).collect();
            if self.y + height(&part) > HEIGHT {
                self.rule(THICK);
                self.new_page();
                self.rule(THICK);
                self.row(head, BOLD);
                self.rule(THIN);
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
            let room = width - 2 * PAD;
            let pieces = self.pieces(inlines, style);
            let mut lines = broken(&pieces, room, 0, 0);
            if numbers.get(at).copied().unwrap_or(false) {
                for line in &mut lines {
                    line.indent = (room - line.width()).max(0);
                }
            }
            made.push(Cell { left: left + PAD, lines, inlines });
            left += width;
        }
        made
    }

    fn row(&mut self, cells: &[Cell<'_>], style: Style) {
        for cell in cells {
            let mut y = self.y + PAD + (TABLE_PITCH - TABLE) / 2;
            for line in &cell.lines {
                self.put(line, cell.left, y, style, cell.inlines);
                y += TABLE_PITCH;
            }
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
        let area = Area(LEFT, TOP + self.y - thick / 2, WIDTH, thick);
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
