//! Ruled lines: drawn as lines, or as rectangles so thin that they are lines.

use crate::pdf::matrix::{Matrix, hundredths};
use crate::pdf::walk::Rule;

/// No page has more lines than this that matter.
const MOST: usize = 20_000;
/// What is thinner is a line, and what is shorter is none.
const THIN: i32 = 300;
const SHORT: i32 = 600;

/// A path that is being drawn: its straight pieces and the box around each part of it.
#[derive(Debug, Default)]
pub struct Path {
    pieces: Vec<[(i32, i32); 2]>,
    boxes: Vec<[(i32, i32); 2]>,
    start: (i32, i32),
    last: (i32, i32),
}

impl Path {
    pub fn add(&mut self, word: &[u8], numbers: &[f32], place: Matrix) {
        let point = |x: &f32, y: &f32| {
            let (x, y) = place.point(*x, *y);
            (hundredths(x), hundredths(y))
        };
        match (word, numbers) {
            (b"m", [x, y]) => {
                self.start = point(x, y);
                self.last = self.start;
                self.boxes.push([self.start, self.start]);
            }
            (b"l", [x, y]) => self.line(point(x, y)),
            (b"c", [.., x, y]) | (b"v", [.., x, y]) | (b"y", [.., x, y]) => {
                self.last = point(x, y);
                self.widen(self.last);
            }
            (b"re", [x, y, width, height]) => {
                let near = point(x, y);
                let (x, y) = place.moved(*x, *y).point(*width, *height);
                let far = (hundredths(x), hundredths(y));
                self.start = near;
                self.last = near;
                self.boxes.push([near, near]);
                for corner in [(far.0, near.1), far, (near.0, far.1), near] {
                    self.line(corner);
                }
            }
            (b"h", _) => self.line(self.start),
            _ => {}
        }
        if self.pieces.len() > MOST || self.boxes.len() > MOST {
            self.clear();
        }
    }

    fn line(&mut self, to: (i32, i32)) {
        self.pieces.push([self.last, to]);
        self.last = to;
        self.widen(to);
    }

    fn widen(&mut self, to: (i32, i32)) {
        if let Some([low, high]) = self.boxes.last_mut() {
            *low = (low.0.min(to.0), low.1.min(to.1));
            *high = (high.0.max(to.0), high.1.max(to.1));
        }
    }

    pub fn clear(&mut self) {
        self.pieces.clear();
        self.boxes.clear();
    }

    /// The path is drawn: its pieces when it is stroked, else the parts of it that are thin.
    pub fn paint(&mut self, stroked: bool, rules: &mut Vec<Rule>) {
        let drawn = if stroked { &self.pieces } else { &self.boxes };
        for [a, b] in drawn {
            if rules.len() < MOST {
                rules.extend(rule(*a, *b));
            }
        }
        self.clear();
    }
}

fn rule(a: (i32, i32), b: (i32, i32)) -> Option<Rule> {
    let (wide, high) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
    if wide < THIN && high > SHORT {
        let at = i32::midpoint(a.0, b.0);
        return Some(Rule { upright: true, at, from: a.1.min(b.1), to: a.1.max(b.1) });
    }
    let level = high < THIN && wide > SHORT;
    level.then(|| Rule { upright: false, at: i32::midpoint(a.1, b.1), from: a.0.min(b.0), to: a.0.max(b.0) })
}
