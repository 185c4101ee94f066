//! Changes of coordinates on a page.
#![expect(
    clippy::float_arithmetic,
    reason = "places on a page are measured in fractions; nothing legal is computed here"
)]

/// A change of coordinates: x' = ax + cy + e, y' = bx + dy + f.
#[derive(Clone, Copy, Debug)]
pub struct Matrix {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
    pub e: f32,
    pub f: f32,
}

pub const UNIT: Matrix = Matrix { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

impl Matrix {
    pub fn of(numbers: &[f32]) -> Option<Self> {
        match numbers {
            [a, b, c, d, e, f] => Some(Self { a: *a, b: *b, c: *c, d: *d, e: *e, f: *f }),
            _ => None,
        }
    }

    pub fn then(self, next: Self) -> Self {
        Self {
            a: self.a * next.a + self.b * next.c,
            b: self.a * next.b + self.b * next.d,
            c: self.c * next.a + self.d * next.c,
            d: self.c * next.b + self.d * next.d,
            e: self.e * next.a + self.f * next.c + next.e,
            f: self.e * next.b + self.f * next.d + next.f,
        }
    }

    /// Begins at another place of the same coordinates.
    pub fn moved(self, x: f32, y: f32) -> Self {
        Self { e: x, f: y, ..UNIT }.then(self)
    }

    pub fn point(self, x: f32, y: f32) -> (f32, f32) {
        (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)
    }

    /// By how many degrees to turn the page so that text runs from left to right; none for slanted text.
    pub fn slant(self) -> Option<i64> {
        let (along, up) = (self.a.abs(), self.b.abs());
        if up < along * 0.1 {
            Some(if self.a > 0.0 { 0 } else { 180 })
        } else if along < up * 0.1 {
            Some(if self.b > 0.0 { 90 } else { 270 })
        } else {
            None
        }
    }

    /// The page as it is shown when it is turned.
    pub fn turned(degrees: i64) -> Self {
        match degrees.rem_euclid(360) {
            90 => Self { a: 0.0, b: -1.0, c: 1.0, d: 0.0, ..UNIT },
            180 => Self { a: -1.0, d: -1.0, ..UNIT },
            270 => Self { a: 0.0, b: 1.0, c: -1.0, d: 0.0, ..UNIT },
            _ => UNIT,
        }
    }
}

/// A measure in hundredths of a point.
#[expect(clippy::cast_possible_truncation, reason = "cut to the range of whole numbers")]
pub fn hundredths(points: f32) -> i32 {
    (points * 100.0).clamp(-10_000_000.0, 10_000_000.0) as i32
}
