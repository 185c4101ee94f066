//! Tables with ruled lines: from the lines to rows and cells.

use crate::pdf::walk::{Rule, Spot};
use crate::pdf::words::{Segment, segments};

/// Lines nearer than this are one.
const NEAR: i32 = 250;
/// A table has no more rows and columns than these.
const ROWS: usize = 400;
const COLUMNS: usize = 60;
/// A table of more rows than this has a line between any two.
const PARTED: usize = 8;

/// A ruled table that is to be filled.
#[derive(Debug)]
pub struct Grid {
    /// From left to right.
    xs: Vec<i32>,
    /// From top to bottom.
    ys: Vec<i32>,
    /// For each cell whether a line parts it from the one on its right, and from the one below.
    right: Vec<Vec<bool>>,
    below: Vec<Vec<bool>>,
    spots: Vec<Vec<Vec<Spot>>>,
}

/// A row as it is read.
#[derive(Clone, Debug)]
pub struct Row {
    pub y: i32,
    pub size: i32,
    pub cells: Vec<String>,
}

/// Finds the tables of a page.
pub fn find(rules: &[Rule]) -> Vec<Grid> {
    let rules = &tied(rules);
    let mut uprights: Vec<&Rule> = rules.iter().filter(|r| r.upright).collect();
    uprights.sort_by_key(|r| std::cmp::Reverse(r.to));
    let mut bands: Vec<(i32, i32)> = Vec::new();
    for rule in &uprights {
        match bands.last_mut() {
            Some((low, _)) if rule.to + NEAR >= *low => *low = (*low).min(rule.from),
            _ => bands.push((rule.from, rule.to)),
        }
    }
    bands.iter().take(40).filter_map(|band| Grid::of(rules, *band)).collect()
}

/// The lines of tables: upright ones whose ends meet a level one. Marks of changes beside the text do not.
fn tied(rules: &[Rule]) -> Vec<Rule> {
    let mut levels: Vec<&Rule> = rules.iter().filter(|r| !r.upright).collect();
    levels.sort_by_key(|r| (r.at, r.from));
    let meets = |x: i32, y: i32| {
        let first = levels.partition_point(|r| r.at < y - NEAR);
        let near = levels.get(first..).unwrap_or(&[]).iter().take(500).take_while(|r| r.at <= y + NEAR);
        near.into_iter().any(|r| (r.from - NEAR..=r.to + NEAR).contains(&x))
    };
    let upright = |r: &&Rule| meets(r.at, r.from) && meets(r.at, r.to);
    let ties = rules.iter().filter(|r| r.upright).filter(upright);
    ties.chain(rules.iter().filter(|r| !r.upright)).copied().collect()
}

/// Places that are apart, in order.
fn distinct(mut places: Vec<i32>) -> Vec<i32> {
    places.sort_unstable();
    places.dedup_by(|next, kept| *next - *kept < NEAR);
    places
}

impl Grid {
    fn of(rules: &[Rule], (low, high): (i32, i32)) -> Option<Self> {
        let within = |y: i32| (low - NEAR..=high + NEAR).contains(&y);
        let levels: Vec<&Rule> = rules.iter().filter(|r| !r.upright && within(r.at)).collect();
        let uprights: Vec<&Rule> =
            rules.iter().filter(|r| r.upright && within(r.from) && within(r.to)).collect();
        let ends = levels.iter().flat_map(|r| [r.from, r.to]);
        let outer = [ends.clone().min()?, ends.max()?];
        let xs = distinct(uprights.iter().map(|r| r.at).chain(outer).collect());
        let mut ys = distinct(levels.iter().map(|r| r.at).chain([low, high]).collect());
        ys.reverse();
        let (rows, columns) = (ys.len().checked_sub(1)?, xs.len().checked_sub(1)?);
        if !(2..=ROWS).contains(&rows) || !(2..=COLUMNS).contains(&columns) {
            return None;
        }
        let none = vec![vec![false; columns]; rows];
        let spots = vec![vec![Vec::new(); columns]; rows];
        let mut grid = Self { xs, ys, right: none.clone(), below: none, spots };
        grid.part(&uprights, &levels);
        Some(grid)
    }

    /// Notes which lines part which cells.
    fn part(&mut self, uprights: &[&Rule], levels: &[&Rule]) {
        let middles = |places: &[i32]| -> Vec<i32> {
            places.windows(2).filter_map(|w| Some(i32::midpoint(*w.first()?, *w.last()?))).collect()
        };
        let (across, down) = (middles(&self.xs), middles(&self.ys));
        for rule in uprights {
            let Some(column) = self.xs.iter().position(|x| (x - rule.at).abs() < NEAR) else { continue };
            let Some(column) = column.checked_sub(1) else { continue };
            for (row, middle) in self.right.iter_mut().zip(&down) {
                if let Some(cell) = row.get_mut(column).filter(|_| (rule.from..=rule.to).contains(middle)) {
                    *cell = true;
                }
            }
        }
        for rule in levels {
            let Some(row) = self.ys.iter().position(|y| (y - rule.at).abs() < NEAR) else { continue };
            let Some(row) = row.checked_sub(1).and_then(|r| self.below.get_mut(r)) else { continue };
            for (cell, middle) in row.iter_mut().zip(&across) {
                *cell |= (rule.from..=rule.to).contains(middle);
            }
        }
    }

    /// Takes a character that stands in the table.
    pub fn takes(&mut self, spot: &Spot) -> bool {
        let (x, y) = (i32::midpoint(spot.left, spot.right), spot.y + spot.size / 3);
        let column = self.xs.partition_point(|edge| *edge <= x).checked_sub(1);
        let row = self.ys.partition_point(|edge| *edge >= y).checked_sub(1);
        let (Some(column), Some(row)) = (column, row) else { return false };
        let (row, column) = self.beginning(row, column);
        let Some(cell) = self.spots.get_mut(row).and_then(|r| r.get_mut(column)) else { return false };
        cell.push(*spot);
        true
    }

    /// The first of the cells that no line parts.
    fn beginning(&self, mut row: usize, mut column: usize) -> (usize, usize) {
        let parted = |lines: &[Vec<bool>], row: usize, column: usize| {
            lines.get(row).and_then(|r| r.get(column)).copied().unwrap_or(true)
        };
        while let Some(before) = column.checked_sub(1).filter(|c| !parted(&self.right, row, *c)) {
            column = before;
        }
        while let Some(before) = row.checked_sub(1).filter(|r| !parted(&self.below, *r, column)) {
            row = before;
        }
        (row, column)
    }

    /// How high the table reaches.
    pub fn top(&self) -> i32 {
        self.ys.first().copied().unwrap_or(0)
    }

    /// The rows from top to bottom.
    pub fn rows(self) -> Vec<Row> {
        let mut out = Vec::new();
        // Where many rows are parted by lines, one that holds several lines of text is one row all the same.
        let is_parted = self.spots.len() > PARTED;
        for (row, top) in self.spots.into_iter().zip(self.ys) {
            let cells: Vec<Vec<Segment>> = row.into_iter().map(lines).collect();
            let most = cells.iter().map(Vec::len).max().unwrap_or(0);
            let filled = |n: usize| cells.iter().filter(|c| c.len() > n).count();
            let size = cells.iter().flatten().map(|l| l.size).max().unwrap_or(1000);
            // Rows that no line parts: every line of text has words in several columns.
            if !is_parted && most >= 3 && cells.len() >= 2 && (0..most).all(|n| filled(n) >= 2) {
                for n in 0..most {
                    let text = |c: &Vec<Segment>| c.get(n).map(|l| l.text.clone()).unwrap_or_default();
                    out.push(Row { y: top, size, cells: cells.iter().map(text).collect() });
                }
                continue;
            }
            let cells: Vec<String> = cells.iter().map(|lines| joined(lines)).collect();
            if cells.iter().any(|c| !c.is_empty()) {
                out.push(Row { y: top, size, cells });
            }
        }
        out
    }
}

/// The lines of a cell from top to bottom.
fn lines(spots: Vec<Spot>) -> Vec<Segment> {
    super::layout::bands(spots).iter().flat_map(|band| segments(band, |_, _| false)).collect()
}

fn joined(lines: &[Segment]) -> String {
    lines.iter().fold(String::new(), |mut out, line| {
        if out.ends_with(|c: char| c.is_ascii_alphanumeric())
            && line.text.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            out.push(' ');
        }
        out.push_str(&line.text);
        out
    })
}
