//! The characters of a page as lines in the order in which they are read: column by column, rows of tables as rows.

use crate::pdf::grid;
use crate::pdf::walk::{Sheet, Spot};
use crate::pdf::words::{Segment, is_wide, segments};

/// Columns within columns no deeper than this.
const DEEPEST: usize = 3;
/// So many places are tried for the gap between columns.
const TRIED: usize = 64;

/// A line of a page, or a row of a table.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub text: String,
    /// The cells of a row; none in a line of text.
    pub cells: Vec<String>,
    pub left: i32,
    pub right: i32,
    pub y: i32,
    pub size: i32,
    pub note: bool,
    /// Which column of the page it stands in.
    pub flow: usize,
}

/// What stands at one height.
type Band = Vec<Segment>;

/// Characters by their height, from top to bottom; in each band from left to right.
pub fn bands(mut spots: Vec<Spot>) -> Vec<Vec<Spot>> {
    spots.sort_by_key(|s| (std::cmp::Reverse(s.y), s.left));
    let mut out: Vec<Vec<Spot>> = Vec::new();
    let mut head: Option<Spot> = None;
    for spot in spots {
        let same = head.is_some_and(|h| h.y - spot.y <= reach(h.size, spot.size));
        match out.last_mut().filter(|_| same) {
            Some(band) => band.push(spot),
            None => {
                head = Some(spot);
                out.push(vec![spot]);
            }
        }
    }
    for band in &mut out {
        band.sort_by_key(|s| s.left);
    }
    out
}

/// How far apart characters of one line may stand: the raised number of a note stands higher than any other.
fn reach(a: i32, b: i32) -> i32 {
    let (small, large) = (a.min(b), a.max(b));
    if small * 4 < large * 3 { large * 13 / 20 } else { large * 9 / 20 }
}

/// The lines of a page.
pub fn lines(sheet: Sheet) -> Vec<Line> {
    let mut grids = grid::find(&sheet.rules);
    let mut free = Vec::new();
    for spot in sheet.spots {
        if !grids.iter_mut().any(|grid| grid.takes(&spot)) {
            free.push(spot);
        }
    }
    let mut out = Vec::new();
    let mut flow = 0;
    let mut rest: Vec<Band> = bands(free).iter().map(|band| segments(band, is_wide)).collect();
    rest.retain(|band| !band.is_empty());
    for grid in grids {
        // What stands above a table is read before it.
        let top = grid.top();
        let above = rest.partition_point(|band| band.first().is_some_and(|s| s.y >= top));
        let below = rest.split_off(above);
        columns(std::mem::replace(&mut rest, below), 0, &mut flow, &mut out);
        out.extend(grid.rows().into_iter().map(|row| Line {
            text: row.cells.join("\t"),
            cells: row.cells,
            y: row.y,
            size: row.size,
            flow,
            ..Line::default()
        }));
    }
    columns(rest, 0, &mut flow, &mut out);
    out
}

/// Reads bands; where they stand in two columns, first the left one.
fn columns(bands: Vec<Band>, depth: usize, flow: &mut usize, out: &mut Vec<Line>) {
    let gutter = gutter(&bands).filter(|_| depth < DEEPEST);
    let Some(gutter) = gutter else {
        plain(&bands, *flow, out);
        return;
    };
    let mut whole: Vec<Band> = Vec::new();
    let mut open: Vec<Band> = Vec::new();
    for mut block in blocks(bands, gutter) {
        let least = if open.is_empty() { 4 } else { 1 };
        if are_columns(&block, gutter, least) {
            let titles = if open.is_empty() { headings(&block, gutter) } else { 0 };
            whole.extend(block.drain(..titles));
            plain(&std::mem::take(&mut whole), *flow, out);
            open.append(&mut block);
        } else {
            side_by_side(std::mem::take(&mut open), gutter, depth, flow, out);
            whole.append(&mut block);
        }
    }
    plain(&whole, *flow, out);
    side_by_side(open, gutter, depth, flow, out);
}

/// Bands as blocks: in each all or none reach over the gap, and none stands far from the next.
fn blocks(bands: Vec<Band>, gutter: i32) -> Vec<Vec<Band>> {
    let crossing = |band: &Band| band.iter().any(|s| s.left < gutter && s.right > gutter);
    let mut out: Vec<Vec<Band>> = Vec::new();
    for band in bands {
        let goes_on = out.last().and_then(|block| block.last()).is_some_and(|last| {
            let (above, below) = (last.first().map_or(0, |s| s.y), band.first().map_or(0, |s| s.y));
            let size = last.iter().chain(&band).map(|s| s.size).max().unwrap_or(0);
            crossing(last) == crossing(&band) && above - below <= size * 2
        });
        match out.last_mut().filter(|_| goes_on) {
            Some(block) => block.push(band),
            None => out.push(vec![band]),
        }
    }
    out
}

/// Reads the left column, then the right one.
fn side_by_side(bands: Vec<Band>, gutter: i32, depth: usize, flow: &mut usize, out: &mut Vec<Line>) {
    if bands.is_empty() {
        return;
    }
    for left in [true, false] {
        let of = |b: &Band| b.iter().filter(|s| (s.right <= gutter) == left).cloned().collect::<Band>();
        *flow += 1;
        columns(bands.iter().map(of).filter(|b| !b.is_empty()).collect(), depth + 1, flow, out);
    }
    *flow += 1;
}

/// The place of the gap that most bands have in common.
fn gutter(bands: &[Band]) -> Option<i32> {
    let gaps: Vec<(i32, i32)> = bands
        .iter()
        .flat_map(|band| band.windows(2).filter_map(|w| Some((w.first()?.right, w.last()?.left))))
        .collect();
    if gaps.len() < 4 {
        return None;
    }
    let step = gaps.len().div_ceil(TRIED);
    let middles = gaps.iter().step_by(step).map(|(a, b)| i32::midpoint(*a, *b));
    let common = |x: i32| gaps.iter().filter(|(a, b)| *a < x && x < *b).count();
    middles.map(|x| (common(x), x)).max().filter(|(count, _)| *count >= 4).map(|(_, x)| x)
}

/// How many bands above columns stand on one side only and are set apart: a title that is not wide.
fn headings(bands: &[Band], gutter: i32) -> usize {
    let both = |b: &Band| b.iter().any(|s| s.right <= gutter) && b.iter().any(|s| s.left >= gutter);
    let count = bands.iter().take(3).take_while(|b| !both(b)).count();
    let apart = |at: usize| {
        let (Some(above), Some(below)) =
            (bands.get(at).and_then(|b| b.first()), bands.get(at + 1).and_then(|b| b.first()))
        else {
            return false;
        };
        above.y - below.y > above.size * 9 / 5 || above.size * 10 > below.size * 12
    };
    (0..count).take_while(|at| apart(*at)).count()
}

/// Whether what stands left and right of a gap are columns of prose, not cells of a table.
fn are_columns(bands: &[Band], gutter: i32, least: usize) -> bool {
    let sides = |left: bool| bands.iter().flatten().filter(move |s| (s.right <= gutter) == left);
    let both =
        bands.iter().filter(|b| b.iter().any(|s| s.right <= gutter) && b.iter().any(|s| s.left >= gutter));
    let fits = |left: bool| {
        let from = sides(left).map(|s| s.left).min().unwrap_or(0);
        let to = sides(left).map(|s| s.right).max().unwrap_or(0);
        let size = sides(left).map(|s| s.size).max().unwrap_or(0);
        // Prose fills the width of its column, or of several columns side by side; cells do not.
        let filled = |band: &&Band| {
            let of = band.iter().filter(|s| (s.right <= gutter) == left);
            of.map(|s| s.right - s.left).sum::<i32>() * 10 >= (to - from) * 7
        };
        let count = bands.iter().filter(|b| b.iter().any(|s| (s.right <= gutter) == left)).count();
        let full = bands.iter().filter(filled).count();
        to - from >= size * 8 && full * 2 >= count
    };
    both.count() >= least && fits(true) && fits(false)
}

/// Bands of one column: lines, and rows where neighbouring bands have the same columns.
fn plain(bands: &[Band], flow: usize, out: &mut Vec<Line>) {
    let mut rest = bands;
    while let Some(first) = rest.first() {
        let rows = 1 + rest.windows(2).take_while(|w| matches!(w, [a, b] if are_rows(a, b))).count();
        if rows >= 2 {
            let (table, after) = rest.split_at(rows.min(rest.len()));
            table_rows(table, flow, out);
            rest = after;
            continue;
        }
        out.push(line(first, flow));
        rest = rest.get(1..).unwrap_or(&[]);
    }
}

/// Whether two bands are rows of one table: as many cells, or each of the shorter stands over or under one of the other.
fn are_rows(a: &Band, b: &Band) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let prose = |s: &Segment| s.text.chars().count() > 40 || s.text.contains('。');
    short.len() >= 2
        && !a.iter().chain(b).any(prose)
        && (a.len() == b.len() && a.len() >= 3 || over(short, long))
}

/// Whether each cell stands over or under just one of the other row.
fn over(short: &Band, long: &Band) -> bool {
    short.iter().all(|s| long.iter().filter(|l| l.left < s.right && s.left < l.right).count() == 1)
}

fn table_rows(bands: &[Band], flow: usize, out: &mut Vec<Line>) {
    let mut columns: Vec<(i32, i32)> = bands.iter().flatten().map(|s| (s.left, s.right)).collect();
    columns.sort_unstable();
    columns.dedup_by(|next, kept| {
        let over = next.0 < kept.1;
        if over {
            kept.1 = kept.1.max(next.1);
        }
        over
    });
    let even = bands.first().is_some_and(|first| bands.iter().all(|b| b.len() == first.len()));
    for band in bands {
        if even {
            let cells: Vec<String> = band.iter().map(|s| s.text.clone()).collect();
            out.push(Line { text: cells.join("\t"), cells, ..line(band, flow) });
            continue;
        }
        let mut cells = vec![String::new(); columns.len()];
        for segment in band {
            let at = columns.partition_point(|c| c.0 <= segment.left).saturating_sub(1);
            if let Some(cell) = cells.get_mut(at) {
                cell.push_str(&segment.text);
            }
        }
        let single = columns.len() < 2;
        out.push(Line {
            text: cells.join("\t"),
            cells: if single { Vec::new() } else { cells },
            ..line(band, flow)
        });
    }
}

fn line(band: &Band, flow: usize) -> Line {
    let mut text = String::new();
    for segment in band {
        if text.ends_with(|c: char| c.is_ascii()) && segment.text.starts_with(|c: char| c.is_ascii()) {
            text.push(' ');
        }
        text.push_str(&segment.text);
    }
    Line {
        text,
        cells: Vec::new(),
        left: band.first().map_or(0, |s| s.left),
        right: band.iter().map(|s| s.right).max().unwrap_or(0),
        y: band.first().map_or(0, |s| s.y),
        size: band.iter().max_by_key(|s| s.text.len()).map_or(1, |s| s.size),
        note: band.first().is_some_and(|s| s.note),
        flow,
    }
}
