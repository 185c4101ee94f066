//! Fonts: from the bytes of a string to characters and their widths.
#![expect(
    clippy::float_arithmetic,
    reason = "widths on a page are measured in fractions; nothing legal is computed here"
)]

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_16BE};
use lopdf::{Dictionary, Document, Object};

use crate::pdf::cmap::{CharacterMap, value};
use crate::pdf::gb1;

/// More unpacked data than this is not read from one font.
const LARGEST: usize = 8 * 1024 * 1024;

/// How codes are cut out of a string.
#[derive(Clone, Copy, Debug)]
enum Codes {
    /// One byte each.
    Single,
    /// Two bytes each, whose number is that of the glyph.
    Double,
    /// As the character map of the font says.
    Mapped,
    /// In an encoding of characters.
    Encoded(&'static Encoding),
}

/// A character as it is shown: its text, none when the font does not say, and its width in thousandths of the size.
#[derive(Clone, Debug)]
pub struct Glyph {
    pub text: Option<String>,
    pub width: f32,
    /// A one-byte blank, which word spacing makes wider.
    pub blank: bool,
}

/// A font.
#[derive(Clone, Debug)]
pub struct Font {
    codes: Codes,
    to_unicode: CharacterMap,
    /// The map of a composite font's own encoding.
    own: CharacterMap,
    /// What each byte of a simple font shows.
    simple: Vec<String>,
    widths: BTreeMap<u32, f32>,
    default_width: f32,
    /// Its glyphs are those of a collection whose characters are known.
    gb1: bool,
    pub vertical: bool,
    /// How many bytes were unpacked to read it.
    pub cost: usize,
}

fn stream(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<u8>> {
    let object = dictionary.get_deref(key, document).ok()?;
    object.as_stream().ok()?.get_plain_content_with_limit(LARGEST).ok()
}

fn array<'d>(document: &'d Document, dictionary: &'d Dictionary, key: &[u8]) -> Option<&'d Vec<Object>> {
    dictionary.get_deref(key, document).ok()?.as_array().ok()
}

fn real(document: &Document, object: &Object) -> Option<f32> {
    let object = document.dereference(object).map_or(object, |(_, o)| o);
    object.as_float().ok().filter(|f| f.is_finite())
}

impl Font {
    pub fn read(document: &Document, font: &Dictionary) -> Self {
        let bytes = stream(document, font, b"ToUnicode").unwrap_or_default();
        let to_unicode = CharacterMap::read(&bytes);
        let kind = font.get_deref(b"Subtype", document).and_then(Object::as_name).unwrap_or(b"");
        let font = if kind == b"Type0" {
            Self::composite(document, font, to_unicode)
        } else {
            Self::simple(document, font, to_unicode, kind == b"Type3")
        };
        Self { cost: font.cost + bytes.len() + 4096, ..font }
    }

    fn composite(document: &Document, font: &Dictionary, to_unicode: CharacterMap) -> Self {
        let name = font.get_deref(b"Encoding", document).and_then(Object::as_name).unwrap_or(b"");
        let bytes = stream(document, font, b"Encoding").unwrap_or_default();
        let own = CharacterMap::read(&bytes);
        let codes = match encoding_of(name) {
            Some(encoding) => Codes::Encoded(encoding),
            None if own.has_spaces() => Codes::Mapped,
            None => Codes::Double,
        };
        let descendant = array(document, font, b"DescendantFonts")
            .and_then(|fonts| fonts.first())
            .and_then(|first| document.dereference(first).ok())
            .and_then(|(_, object)| object.as_dict().ok());
        let gb1 = descendant.is_some_and(|d| collection(document, d) == Some(b"GB1"));
        let default_width = descendant
            .and_then(|d| d.get_deref(b"DW", document).ok())
            .and_then(|o| real(document, o))
            .unwrap_or(1000.0);
        // The widths go by glyphs, whose numbers are the codes only here.
        let widths = match (codes, descendant) {
            (Codes::Double, Some(descendant)) => glyph_widths(document, descendant),
            _ => BTreeMap::new(),
        };
        let vertical = name.ends_with(b"-V");
        Self {
            codes,
            to_unicode,
            own,
            simple: Vec::new(),
            widths,
            default_width,
            gb1,
            vertical,
            cost: bytes.len(),
        }
    }

    fn simple(document: &Document, font: &Dictionary, to_unicode: CharacterMap, drawn: bool) -> Self {
        let mut simple = Vec::new();
        let said = font.has(b"Encoding") || !font.has(b"ToUnicode");
        if let Some(encoding) = font.get_font_encoding_with_limit(document, LARGEST).ok().filter(|_| said) {
            simple = (0..=255_u8).map(|byte| encoding.bytes_to_string(&[byte]).unwrap_or_default()).collect();
        }
        let scale = if drawn { drawn_scale(document, font) } else { 1.0 };
        let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
        let first = u32::try_from(first).unwrap_or(0).min(255);
        let widths = array(document, font, b"Widths").into_iter().flatten().take(256);
        let widths =
            (first..).zip(widths).filter_map(|(code, w)| Some((code, real(document, w)? * scale))).collect();
        let codes = Codes::Single;
        let own = CharacterMap::default();
        Self {
            codes,
            to_unicode,
            own,
            simple,
            widths,
            default_width: 500.0,
            gb1: false,
            vertical: false,
            cost: 0,
        }
    }

    /// Cuts a string into characters.
    pub fn glyphs(&self, bytes: &[u8], mut show: impl FnMut(Glyph)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = self.length(rest).clamp(1, rest.len());
            let (code, after) = rest.split_at(length);
            rest = after;
            show(self.glyph(code));
        }
    }

    fn length(&self, rest: &[u8]) -> usize {
        match self.codes {
            Codes::Single => 1,
            Codes::Double => 2,
            Codes::Mapped => self.own.length(rest).unwrap_or(2),
            Codes::Encoded(encoding) => encoded_length(encoding, rest),
        }
    }

    fn glyph(&self, code: &[u8]) -> Glyph {
        let number = value(code);
        let mapped = self.to_unicode.get(number).filter(|t| !t.is_empty() && t != "\0");
        let text = mapped.or_else(|| match self.codes {
            Codes::Single => {
                let byte = usize::from(code.first().copied().unwrap_or(0));
                self.simple.get(byte).filter(|t| !t.is_empty()).cloned()
            }
            Codes::Encoded(encoding) => {
                let (text, broken) = encoding.decode_without_bom_handling(code);
                (!broken).then(|| text.into_owned())
            }
            Codes::Mapped => self.own.get(number),
            Codes::Double if self.gb1 => gb1::character(number).map(String::from),
            Codes::Double => None,
        });
        let narrow = matches!(self.codes, Codes::Encoded(_) | Codes::Mapped)
            && text.as_ref().is_some_and(|t| t.is_ascii());
        let default = if narrow { 500.0 } else { self.default_width };
        let width = self.widths.get(&number).copied().unwrap_or(default);
        Glyph { text, width, blank: code == b" " }
    }
}

/// The character collection of a composite font.
fn collection<'d>(document: &'d Document, descendant: &'d Dictionary) -> Option<&'d [u8]> {
    let system = descendant.get_deref(b"CIDSystemInfo", document).ok()?.as_dict().ok()?;
    system.get_deref(b"Ordering", document).ok()?.as_str().ok()
}

/// Type 3 fonts measure in units of their own.
fn drawn_scale(document: &Document, font: &Dictionary) -> f32 {
    let matrix = array(document, font, b"FontMatrix");
    let scale = matrix.and_then(|m| m.first()).and_then(|o| real(document, o)).unwrap_or(0.001);
    scale.abs() * 1000.0
}

/// The encoding of characters behind a predefined map.
fn encoding_of(name: &[u8]) -> Option<&'static Encoding> {
    let name = std::str::from_utf8(name).ok()?;
    let starts = |words: &[&str]| words.iter().any(|w| name.starts_with(w));
    if starts(&["UniGB-", "UniCNS-", "UniJIS", "UniKS-", "UniHojo"]) {
        (!name.contains("UTF8") && !name.contains("UTF32")).then_some(UTF_16BE)
    } else if starts(&["GB-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K"]) {
        Some(GB18030)
    } else if starts(&["B5pc", "HKscs-B5", "ETen-B5", "ETenms-B5"]) {
        Some(BIG5)
    } else if starts(&["90ms-RKSJ", "90msp-RKSJ", "83pv-RKSJ", "90pv-RKSJ", "Add-RKSJ", "Ext-RKSJ"]) {
        Some(SHIFT_JIS)
    } else if starts(&["EUC-"]) {
        Some(EUC_JP)
    } else if starts(&["KSC-EUC", "KSCms-UHC", "KSCpc-EUC"]) {
        Some(EUC_KR)
    } else {
        None
    }
}

fn encoded_length(encoding: &'static Encoding, rest: &[u8]) -> usize {
    match rest {
        [0xd8..=0xdb, ..] if encoding == UTF_16BE => 4,
        _ if encoding == UTF_16BE => 2,
        [0x81..=0xfe, b'0'..=b'9', ..] if encoding == GB18030 => 4,
        [0xa1..=0xdf, ..] if encoding == SHIFT_JIS => 1,
        [0x81..=0xfe, ..] => 2,
        _ => 1,
    }
}

/// The widths of a composite font: `[first [w w w] first last w …]`.
fn glyph_widths(document: &Document, descendant: &Dictionary) -> BTreeMap<u32, f32> {
    let mut widths = BTreeMap::new();
    let mut pending: Vec<f32> = Vec::new();
    // Ranges may overlap: what they write is bounded, not only what remains.
    let mut left = 200_000_u32;
    for object in array(document, descendant, b"W").into_iter().flatten() {
        let object = document.dereference(object).map_or(object, |(_, o)| o);
        if let (Ok(list), Some(first)) = (object.as_array(), pending.last().copied()) {
            left = left.saturating_sub(u32::try_from(list.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            let values = list.iter().filter_map(|o| real(document, o));
            widths.extend((code(first)..).zip(values));
            pending.clear();
            continue;
        }
        pending.extend(real(document, object));
        if let [first, last, width] = pending.as_slice() {
            let (first, last) = (code(*first), code(*last));
            left = left.saturating_sub(last.saturating_sub(first) + 1);
            if left == 0 {
                break;
            }
            widths.extend((first..=last).map(|c| (c, *width)));
            pending.clear();
        }
    }
    widths
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to the range of glyph numbers"
)]
fn code(value: f32) -> u32 {
    value.clamp(0.0, 65_535.0) as u32
}
