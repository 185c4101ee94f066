//! One page: its characters with their places, and the ruled lines of its tables.
#![expect(
    clippy::float_arithmetic,
    reason = "places on a page are measured in fractions; nothing legal is computed here"
)]

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::{DecompressError, Dictionary, Document, Object, ObjectId};

use crate::Unreadable;
use crate::normal::{Normal, normal};
use crate::pdf::font::Font;
use crate::pdf::matrix::{Matrix, UNIT, hundredths};
use crate::pdf::path::Path;
use crate::pdf::syntax::{Token, Tokens};

/// More unpacked content than this is not read from one page or form.
const LARGEST: usize = 64 * 1024 * 1024;
/// More characters than this are not read from one page.
const MOST: usize = 1_000_000;
/// Forms hold forms no deeper than this.
const DEEPEST: usize = 8;
/// So many fonts are kept; beyond them they are read anew.
const FONTS: usize = 64;
/// Operands of one operator, and of one array of text.
const OPERANDS: usize = 100_000;

/// A character on a page. Measures are hundredths of a point; y grows upwards.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    pub c: char,
    pub left: i32,
    pub right: i32,
    pub y: i32,
    pub size: i32,
}

/// A ruled line.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub upright: bool,
    /// x of an upright line, y of a level one.
    pub at: i32,
    pub from: i32,
    pub to: i32,
}

/// What a page shows.
#[derive(Debug, Default)]
pub struct Sheet {
    pub spots: Vec<Spot>,
    pub rules: Vec<Rule>,
    /// Characters that the font does not name.
    pub unmapped: usize,
    pub pictures: usize,
    /// How many characters would be level if the page were turned.
    turned: BTreeMap<i64, usize>,
}

/// Reads pages, with what they have in common.
pub struct Walker<'d> {
    document: &'d Document,
    fonts: BTreeMap<ObjectId, Rc<Font>>,
    /// How many bytes may still be unpacked.
    left: usize,
}

#[derive(Clone)]
struct State {
    place: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    leading: f32,
    spacing: f32,
    word_spacing: f32,
    stretch: f32,
    rise: f32,
}

impl State {
    const fn at(place: Matrix) -> Self {
        let (size, stretch) = (12.0, 1.0);
        Self { place, font: None, size, leading: 0.0, spacing: 0.0, word_spacing: 0.0, stretch, rise: 0.0 }
    }
}

/// A character in its ordinary form.
fn ordinary(c: char) -> Vec<char> {
    match normal(c) {
        Normal::Same(c) => vec![c],
        Normal::Other(words) => words.chars().collect(),
    }
}

/// What an operator works on.
enum Operand<'t> {
    Number(f32),
    Name(&'t [u8]),
    Text(Vec<u8>),
}

/// One stream of content under way.
struct Run<'t> {
    state: State,
    saved: Vec<State>,
    line: Matrix,
    text: Matrix,
    operands: Vec<Operand<'t>>,
    path: Path,
}

impl<'d> Walker<'d> {
    pub const fn new(document: &'d Document, left: usize) -> Self {
        Self { document, fonts: BTreeMap::new(), left }
    }

    pub fn page(&mut self, id: ObjectId) -> Result<Sheet, Unreadable> {
        let mut sheet = Sheet::default();
        let Ok(page) = self.document.get_dictionary(id) else { return Ok(sheet) };
        let content = match self.document.get_page_content_with_limit(id, LARGEST) {
            Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                return Err(Unreadable::TooMuch);
            }
            content => content.unwrap_or_default(),
        };
        let turn = self.inherited(page, b"Rotate").and_then(|o| o.as_i64().ok()).unwrap_or(0);
        let resources = self.inherited(page, b"Resources").and_then(|o| o.as_dict().ok());
        self.run(&content, resources, State::at(Matrix::turned(turn)), 0, &mut sheet)?;
        let most = sheet.turned.iter().max_by_key(|(_, count)| **count);
        let Some((degrees, _)) = most.filter(|(_, count)| **count > sheet.spots.len()) else {
            return Ok(sheet);
        };
        // A wide table stands upright on the page: the page is read as one turns it.
        let mut turned = Sheet::default();
        self.run(
            &content,
            resources,
            State::at(Matrix::turned(turn.saturating_add(*degrees))),
            0,
            &mut turned,
        )?;
        Ok(turned)
    }

    /// An entry of a page or of the nearest node above it.
    fn inherited(&self, page: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
        let mut node = page;
        for _ in 0..50 {
            if let Ok(found) = node.get_deref(key, self.document) {
                return Some(found);
            }
            node = node.get_deref(b"Parent", self.document).ok()?.as_dict().ok()?;
        }
        None
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.left = self.left.checked_sub(bytes + 4096).ok_or(Unreadable::TooMuch)?;
        Ok(())
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: Option<&'d Dictionary>,
        state: State,
        depth: usize,
        sheet: &mut Sheet,
    ) -> Result<(), Unreadable> {
        self.spend(content.len())?;
        let path = Path::default();
        let mut run = Run { state, saved: Vec::new(), line: UNIT, text: UNIT, operands: Vec::new(), path };
        let mut tokens = Tokens::new(content);
        let mut nested = 0_usize;
        while let Some(token) = tokens.next() {
            match token {
                Token::OpenDictionary => nested += 1,
                Token::CloseDictionary => nested = nested.saturating_sub(1),
                _ if nested > 0 => {}
                Token::OpenArray | Token::CloseArray => {}
                Token::Word(b"ID") => {
                    sheet.pictures += 1;
                    tokens.skip_picture();
                }
                Token::Word(word) => {
                    self.operator(word, &mut run, resources, depth, sheet)?;
                    run.operands.clear();
                }
                _ if run.operands.len() > OPERANDS => {}
                Token::Number(number) => run.operands.push(Operand::Number(number)),
                Token::Name(name) => run.operands.push(Operand::Name(name)),
                Token::Text(text) => run.operands.push(Operand::Text(text)),
            }
            if sheet.spots.len() > MOST {
                return Err(Unreadable::TooMuch);
            }
        }
        Ok(())
    }

    fn operator(
        &mut self,
        word: &[u8],
        run: &mut Run,
        resources: Option<&'d Dictionary>,
        depth: usize,
        sheet: &mut Sheet,
    ) -> Result<(), Unreadable> {
        match word {
            b"Tf" => self.choose(run, resources)?,
            b"Tj" | b"TJ" => run.show(sheet),
            b"'" | b"\"" => {
                run.next_line();
                run.show(sheet);
            }
            b"Do" if depth < DEEPEST => self.form(run, resources, depth, sheet)?,
            b"m" | b"l" | b"c" | b"v" | b"y" | b"re" | b"h" => {
                let numbers = run.numbers();
                run.path.add(word, &numbers, run.state.place);
            }
            b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => run.path.paint(true, &mut sheet.rules),
            b"f" | b"F" | b"f*" => run.path.paint(false, &mut sheet.rules),
            b"n" => run.path.clear(),
            _ => run.set(word),
        }
        Ok(())
    }

    /// An entry of a kind of resources, with its number if it has one.
    fn resource(
        &self,
        resources: Option<&'d Dictionary>,
        kind: &[u8],
        name: &[u8],
    ) -> Option<(Option<ObjectId>, &'d Object)> {
        let entries = resources?.get_deref(kind, self.document).ok()?.as_dict().ok()?;
        self.document.dereference(entries.get(name).ok()?).ok()
    }

    fn choose(&mut self, run: &mut Run, resources: Option<&'d Dictionary>) -> Result<(), Unreadable> {
        let [Operand::Name(name), Operand::Number(size)] = run.operands.as_slice() else { return Ok(()) };
        run.state.size = *size;
        let found = self.resource(resources, b"Font", name);
        let known = found.and_then(|(id, _)| self.fonts.get(&id?)).cloned();
        if known.is_some() {
            run.state.font = known;
            return Ok(());
        }
        let Some((id, Ok(dictionary))) = found.map(|(id, o)| (id, o.as_dict())) else {
            run.state.font = None;
            return Ok(());
        };
        let font = Rc::new(Font::read(self.document, dictionary));
        self.spend(font.cost)?;
        if let Some(id) = id {
            if self.fonts.len() >= FONTS {
                self.fonts.clear();
            }
            self.fonts.insert(id, Rc::clone(&font));
        }
        run.state.font = Some(font);
        Ok(())
    }

    fn form(
        &mut self,
        run: &mut Run,
        resources: Option<&'d Dictionary>,
        depth: usize,
        sheet: &mut Sheet,
    ) -> Result<(), Unreadable> {
        let Some(Operand::Name(name)) = run.operands.first() else { return Ok(()) };
        let Some((_, object)) = self.resource(resources, b"XObject", name) else { return Ok(()) };
        let Ok(stream) = object.as_stream() else { return Ok(()) };
        let kind = stream.dict.get_deref(b"Subtype", self.document).and_then(Object::as_name);
        if kind.ok() != Some(b"Form") {
            sheet.pictures += 1;
            return Ok(());
        }
        let content = stream.get_plain_content_with_limit(LARGEST).unwrap_or_default();
        let own = stream.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let matrix = stream.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array).ok();
        let numbers: Vec<f32> = matrix.into_iter().flatten().map(|o| o.as_float().unwrap_or(0.0)).collect();
        let matrix = Matrix::of(&numbers).unwrap_or(UNIT);
        let state = State { place: matrix.then(run.state.place), ..run.state.clone() };
        self.run(&content, own.or(resources), state, depth + 1, sheet)
    }
}

impl Run<'_> {
    fn numbers(&self) -> Vec<f32> {
        let number = |o: &Operand| if let Operand::Number(n) = o { Some(*n) } else { None };
        self.operands.iter().filter_map(number).collect()
    }

    /// Operators that change the state.
    fn set(&mut self, word: &[u8]) {
        let numbers = self.numbers();
        let first = numbers.first().copied();
        let state = &mut self.state;
        match word {
            b"q" if self.saved.len() < 512 => self.saved.push(state.clone()),
            b"Q" => *state = self.saved.pop().unwrap_or_else(|| state.clone()),
            b"cm" => state.place = Matrix::of(&numbers).map_or(state.place, |m| m.then(state.place)),
            b"BT" => (self.line, self.text) = (UNIT, UNIT),
            b"Tm" => {
                self.line = Matrix::of(&numbers).unwrap_or(self.line);
                self.text = self.line;
            }
            b"Td" | b"TD" => {
                if let [x, y] = numbers.as_slice() {
                    if word == b"TD" {
                        state.leading = -y;
                    }
                    self.line = self.line.moved(*x, *y);
                    self.text = self.line;
                }
            }
            b"T*" => self.next_line(),
            b"TL" => state.leading = first.unwrap_or(state.leading),
            b"Tc" => state.spacing = first.unwrap_or(state.spacing),
            b"Tw" => state.word_spacing = first.unwrap_or(state.word_spacing),
            b"Tz" => state.stretch = first.map_or(state.stretch, |s| s / 100.0),
            b"Ts" => state.rise = first.unwrap_or(state.rise),
            _ => {}
        }
    }

    fn next_line(&mut self) {
        self.line = self.line.moved(0.0, -self.state.leading);
        self.text = self.line;
    }

    fn show(&mut self, sheet: &mut Sheet) {
        let Some(font) = self.state.font.clone() else { return };
        for operand in std::mem::take(&mut self.operands) {
            match operand {
                Operand::Number(gap) => self.advance(-gap / 1000.0 * self.state.size, font.vertical),
                Operand::Text(bytes) => font.glyphs(&bytes, |glyph| {
                    let extra = if glyph.blank { self.state.word_spacing } else { 0.0 };
                    let width = glyph.width / 1000.0 * self.state.size;
                    self.spot(glyph.text.as_deref(), width, sheet);
                    let along = if font.vertical { -self.state.size } else { width };
                    self.advance(along + self.state.spacing + extra, font.vertical);
                }),
                Operand::Name(_) => {}
            }
        }
    }

    fn advance(&mut self, by: f32, vertical: bool) {
        self.text =
            if vertical { self.text.moved(0.0, by) } else { self.text.moved(by * self.state.stretch, 0.0) };
    }

    /// A character of a font as those of a page.
    fn spot(&self, text: Option<&str>, width: f32, sheet: &mut Sheet) {
        let place = self.text.then(self.state.place);
        if text.is_none() {
            sheet.unmapped += 1;
        }
        match place.slant() {
            Some(0) if sheet.spots.len() <= MOST => {}
            Some(degrees) => {
                *sheet.turned.entry(degrees).or_default() += 1;
                return;
            }
            None => return,
        }
        let (left, y) = place.point(0.0, self.state.rise);
        let (right, _) = place.point(width * self.state.stretch, self.state.rise);
        let size = hundredths((self.state.size * place.d).abs()).max(1);
        let (left, right, y) = (hundredths(left), hundredths(right), hundredths(y));
        let mut push = |c: char, left: i32, right: i32| sheet.spots.push(Spot { c, left, right, y, size });
        let text = text.unwrap_or("\u{fffd}");
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && let Normal::Same(c) = normal(c)
        {
            push(c, left, right);
            return;
        }
        // A ligature is as several characters side by side.
        let plain: Vec<char> = text.chars().take(16).flat_map(ordinary).collect();
        let count = i32::try_from(plain.len()).unwrap_or(1).max(1);
        for (part, c) in (0..).zip(plain) {
            let at = |n: i32| left + (right - left) / count * n;
            push(c, at(part), at(part + 1));
        }
    }
}
