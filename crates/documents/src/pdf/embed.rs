//! A face in a PDF: the glyphs that are used, their widths, and which characters they show.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::Tag;

use super::{Numbers, packed, points};
use crate::face::Face;
use crate::page::Page;

/// What is used of a face: the glyphs' numbers in the file, and a character for each.
#[derive(Default)]
pub(super) struct Used {
    mapper: GlyphRemapper,
    characters: BTreeMap<u16, char>,
}

impl Used {
    pub fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// The number that a glyph has in the file.
    pub fn number(&self, glyph: u16) -> u16 {
        self.mapper.get(glyph).unwrap_or(0)
    }
}

/// What pages use of each face.
pub(super) fn used(pages: &[Page], faces: usize) -> Vec<Used> {
    let mut made: Vec<Used> = (0..faces).map(|_| Used::default()).collect();
    for run in pages.iter().flat_map(|page| &page.runs) {
        let Some(own) = made.get_mut(run.face) else { continue };
        for glyph in &run.glyphs {
            let number = own.mapper.remap(glyph.glyph);
            own.characters.entry(number).or_insert(glyph.character);
        }
    }
    made
}

/// Puts a face into the file; its number there.
pub(super) fn embed(pdf: &mut Pdf, numbers: &mut Numbers, face: &Face, used: &Used) -> Result<Ref, String> {
    let parsed = face.parsed().ok_or_else(|| format!("读不了字体{}", face.name))?;
    let subset = subsetter::subset(&face.data, face.index, &used.mapper);
    let subset = subset.map_err(|fault| format!("字体{}不能嵌入：{fault}", face.name))?;
    // Outlines of PostScript stand in a table of their own; the rest of the file is not wanted.
    let cff = ttf_parser::RawFace::parse(&subset, 0).ok().and_then(|raw| raw.table(Tag::from_bytes(b"CFF ")));
    let plain: String = face.name.chars().filter(char::is_ascii_alphanumeric).collect();
    let base = format!("YIFAAA+{}", if plain.is_empty() { "Face" } else { &plain });
    let whole = i32::from(parsed.units_per_em()).max(1);
    let em = |units: i32| points(units * 1000 / whole * 1000);
    let (font, cid, descriptor, cmap, file) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next(), numbers.next());
    let encoded = if cff.is_some() { format!("{base}-Identity-H") } else { base.clone() };
    pdf.type0_font(font)
        .base_font(Name(encoded.as_bytes()))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(cmap);
    let info = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    let mut one = pdf.cid_font(cid);
    one.subtype(if cff.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
    one.base_font(Name(base.as_bytes())).system_info(info).font_descriptor(descriptor).default_width(1000.0);
    if cff.is_none() {
        one.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = one.widths();
    for (number, glyph) in (0u16..).zip(used.mapper.remapped_gids()) {
        let advance = parsed.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(1000);
        widths.consecutive(number, [points(i32::from(advance) * 1000 / whole * 1000)]);
    }
    widths.finish();
    one.finish();
    let bbox = parsed.global_bounding_box();
    let [left, low, right, high] =
        [bbox.x_min, bbox.y_min, bbox.x_max, bbox.y_max].map(|it| em(i32::from(it)));
    let mut told = pdf.font_descriptor(descriptor);
    told.name(Name(base.as_bytes())).flags(FontFlags::SYMBOLIC).bbox(Rect::new(left, low, right, high));
    told.italic_angle(0.0).ascent(em(parsed.ascender().into())).descent(em(parsed.descender().into()));
    told.cap_height(em(parsed.capital_height().unwrap_or_else(|| parsed.ascender()).into())).stem_v(90.0);
    if cff.is_some() {
        told.font_file3(file);
    } else {
        told.font_file2(file);
    }
    told.finish();
    let mut map = UnicodeCmap::new(Name(b"Yifa"), info);
    for (number, character) in &used.characters {
        map.pair(*number, *character);
    }
    pdf.cmap(cmap, &packed(&map.finish())).filter(Filter::FlateDecode);
    let bytes = packed(cff.unwrap_or(&subset));
    let mut stream = pdf.stream(file, &bytes);
    stream.filter(Filter::FlateDecode);
    if cff.is_some() {
        stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    }
    stream.finish();
    Ok(font)
}
