//! Rows of tables that go on over pages.

use crate::pdf::Placed;

/// Leaves out the head that a table prints anew on each page, and joins what a row has on the next page to the row.
pub fn whole(lines: Vec<Placed>) -> Vec<Placed> {
    let mut out: Vec<Placed> = Vec::with_capacity(lines.len());
    let mut head: Vec<String> = Vec::new();
    for placed in lines {
        let last = out.last();
        if last.is_none_or(|last| last.line.cells.len() != placed.line.cells.len()) {
            head.clone_from(&placed.line.cells);
        } else if !head.is_empty() && head == placed.line.cells && last.is_some_and(|l| l.page < placed.page)
        {
            continue;
        }
        match out.last_mut().filter(|last| is_rest(last, &placed)) {
            Some(last) => {
                for (cell, rest) in last.line.cells.iter_mut().zip(&placed.line.cells) {
                    cell.push_str(rest);
                }
                last.line.text = last.line.cells.join("\t");
            }
            None => out.push(placed),
        }
    }
    out
}

/// Whether a row is the rest of the last one of the page before: one cell of words alone, below one that has words.
fn is_rest(last: &Placed, row: &Placed) -> bool {
    let cells = &row.line.cells;
    let filled: Vec<usize> =
        cells.iter().enumerate().filter(|(_, c)| !c.is_empty()).map(|(index, _)| index).collect();
    let [only] = filled.as_slice() else { return false };
    let words = |c: &String| c.chars().any(|c| c.is_alphabetic());
    row.page == last.page + 1
        && cells.len() == last.line.cells.len()
        && cells.get(*only).is_some_and(words)
        && last.line.cells.get(*only).is_some_and(words)
        && last.line.cells.iter().filter(|c| !c.is_empty()).count() >= 2
}
