//! The lines of one PDF page: text in the order of the page, a new line where the place on the page goes up or down.
#![expect(
    clippy::float_arithmetic,
    reason = "places on a page are measured in fractions; nothing legal is computed here"
)]

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Document, Encoding, Object, ObjectId};

/// More unpacked content than this is not read.
const LARGEST: usize = 64 * 1024 * 1024;

/// A change of coordinates: x' = ax + cy + e, y' = bx + dy + f.
#[derive(Clone, Copy)]
struct Matrix {
    a: f32,
    b: f32,
    c: f32,
    d: f32,
    e: f32,
    f: f32,
}

const UNIT: Matrix = Matrix { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

impl Matrix {
    fn then(self, next: Self) -> Self {
        Self {
            a: self.a * next.a + self.b * next.c,
            b: self.a * next.b + self.b * next.d,
            c: self.c * next.a + self.d * next.c,
            d: self.c * next.b + self.d * next.d,
            e: self.e * next.a + self.f * next.c + next.e,
            f: self.e * next.b + self.f * next.d + next.f,
        }
    }

    fn moved(self, x: f32, y: f32) -> Self {
        Matrix { e: x, f: y, ..UNIT }.then(self)
    }
}

fn numbers(operands: &[Object]) -> Vec<f32> {
    operands.iter().map(|o| o.as_float().unwrap_or(0.0)).collect()
}

fn matrix(operands: &[Object]) -> Option<Matrix> {
    match numbers(operands).as_slice() {
        [a, b, c, d, e, f] => Some(Matrix { a: *a, b: *b, c: *c, d: *d, e: *e, f: *f }),
        _ => None,
    }
}

/// The lines of a page.
pub fn lines(document: &Document, page: ObjectId) -> Vec<String> {
    let fonts = document.get_page_fonts(page).unwrap_or_default();
    let encodings: BTreeMap<Vec<u8>, Encoding> = fonts
        .into_iter()
        .filter_map(|(name, font)| {
            font.get_font_encoding_with_limit(document, LARGEST).ok().map(|e| (name, e))
        })
        .collect();
    let content = document.get_page_content_with_limit(page, LARGEST).unwrap_or_default();
    let Ok(content) = Content::decode(&content) else { return Vec::new() };
    let mut walker = Walker {
        encodings: &encodings,
        font: None,
        size: 12.0,
        leading: 0.0,
        place: UNIT,
        saved: Vec::new(),
        line: UNIT,
        last: None,
        lines: vec![String::new()],
    };
    for operation in &content.operations {
        walker.step(operation);
    }
    walker.lines
}

struct Walker<'d> {
    encodings: &'d BTreeMap<Vec<u8>, Encoding<'d>>,
    font: Option<&'d Encoding<'d>>,
    size: f32,
    leading: f32,
    /// The page's own coordinates.
    place: Matrix,
    saved: Vec<Matrix>,
    /// Where the line of text begins.
    line: Matrix,
    /// The height of the text written last.
    last: Option<f32>,
    lines: Vec<String>,
}

impl Walker<'_> {
    fn step(&mut self, operation: &Operation) {
        let operands = &operation.operands;
        let values = numbers(operands);
        match operation.operator.as_str() {
            "q" if self.saved.len() < 256 => self.saved.push(self.place),
            "Q" => self.place = self.saved.pop().unwrap_or(self.place),
            "cm" => self.place = matrix(operands).map_or(self.place, |m| m.then(self.place)),
            "BT" => self.line = UNIT,
            "Tm" => self.line = matrix(operands).unwrap_or(self.line),
            "Td" | "TD" => {
                if let [x, y] = values.as_slice() {
                    self.line = self.line.moved(*x, *y);
                    if operation.operator == "TD" {
                        self.leading = -y;
                    }
                }
            }
            "TL" => self.leading = values.first().copied().unwrap_or(self.leading),
            "T*" => self.line = self.line.moved(0.0, -self.leading),
            "Tf" => self.choose(operands, &values),
            "Tj" | "TJ" => self.show(operands),
            "'" | "\"" => {
                self.line = self.line.moved(0.0, -self.leading);
                self.show(operands.last().map_or(&[][..], std::slice::from_ref));
            }
            _ => {}
        }
    }

    fn choose(&mut self, operands: &[Object], values: &[f32]) {
        let name = operands.first().and_then(|o| o.as_name().ok());
        self.font = name.and_then(|n| self.encodings.get(n));
        self.size = values.get(1).copied().unwrap_or(self.size);
    }

    fn show(&mut self, operands: &[Object]) {
        let mut piece = String::new();
        for operand in operands {
            self.decode(operand, &mut piece);
        }
        if piece.is_empty() {
            return;
        }
        let at = self.line.then(self.place);
        let height = (self.size * at.d).abs().max((self.size * at.b).abs()).max(1.0);
        let moved = self.last.is_some_and(|last| (last - at.f).abs() > height * 0.5);
        if moved {
            self.lines.push(String::new());
        }
        self.last = Some(at.f);
        if let Some(line) = self.lines.last_mut() {
            line.push_str(&piece);
        }
    }

    fn decode(&self, operand: &Object, piece: &mut String) {
        match operand {
            Object::String(bytes, _) => {
                if let Some(text) = self.font.and_then(|f| Document::decode_text(f, bytes).ok()) {
                    piece.push_str(&text);
                }
            }
            Object::Array(items) => items.iter().for_each(|item| self.decode(item, piece)),
            // A wide gap within a run parts words of Latin letters.
            Object::Integer(gap) if *gap < -200 => piece.push(' '),
            Object::Real(gap) if *gap < -200.0 => piece.push(' '),
            _ => {}
        }
    }
}
