//! Pages as lists of what stands where, before they become a file. Lengths are thousandths of a point from the left upper edge.

use crate::sheet::{AREA_MM, CELL, FOLIO, FOLIO_MM, LEFT_MM, Role, TOP_MM, mm};

/// A glyph with the width that the line gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    pub character: char,
    pub glyph: u16,
    /// That of the face, in thousandths of the size.
    pub natural: i32,
    pub width: i32,
}

/// Glyphs of one face on one base line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub x: i32,
    /// Of the base line.
    pub y: i32,
    pub face: usize,
    pub size: i32,
    pub is_red: bool,
    pub glyphs: Vec<Glyph>,
}

/// A rectangle: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area(pub i32, pub i32, pub i32, pub i32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub area: Area,
    pub is_red: bool,
}

/// A page of a document. 版面
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub runs: Vec<Run>,
    pub rules: Vec<Rule>,
    pub links: Vec<(Area, crate::Target)>,
}

/// Where the type area begins and how large it is.
pub(crate) const LEFT: i32 = mm(LEFT_MM);
pub(crate) const TOP: i32 = mm(TOP_MM);
pub(crate) const WIDTH: i32 = mm(AREA_MM.0);
pub(crate) const HEIGHT: i32 = mm(AREA_MM.1);

/// Where the base line of a character lies below its upper edge.
pub(crate) const fn base_line(size: i32) -> i32 {
    size * 88 / 100
}

/// Puts the number on a page: the dashes 7 mm below the type area, on odd pages set in from the right, on even from the left.
pub(crate) fn folio(page: &mut Page, number: usize, measure: &mut crate::face::Measure<'_>) {
    let text = format!("—{number}—");
    let gap = FOLIO / 4;
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    for character in text.chars() {
        let (face, glyph, width) = measure.glyph(Role::Folio, character);
        let advance = width * FOLIO / 1000;
        if character == '—' && x > 0 {
            x += gap;
        }
        let glyphs = vec![Glyph { character, glyph, natural: width, width: advance }];
        runs.push(Run { x, y: 0, face, size: FOLIO, is_red: false, glyphs });
        x += advance + if character == '—' { gap } else { 0 };
    }
    let wide = x - gap;
    let left = if number % 2 == 1 { LEFT + WIDTH - CELL - wide } else { LEFT + CELL };
    // A dash stands in the middle of its character.
    let base = TOP + HEIGHT + mm(FOLIO_MM) + FOLIO * 38 / 100;
    for run in &mut runs {
        run.x += left;
        run.y = base;
    }
    page.runs.extend(runs);
}
