//! Pages as a PDF: faces embedded by what is used of them, headings as its outline, links inside and outside.

mod embed;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::face::Faces;
use crate::layout::{Laid, laid, place};
use crate::model::{Document, Target};
use crate::page::{Area, Page, Rule, Run};
use crate::sheet::{PAGE_MM, mm};
use embed::Used;

/// A PDF that was made. 排好的PDF
#[derive(Clone, Debug)]
pub struct Made {
    pub bytes: Vec<u8>,
    pub pages: usize,
    /// Which face stands in for which, in words.
    pub substitutes: Vec<String>,
    /// Characters that no face has: a box stands in their place.
    pub missing: String,
}

/// The PDF could not be written. 没有做成PDF
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotMade(String);

impl fmt::Display for NotMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PDF没有做成：{}", self.0)
    }
}

impl std::error::Error for NotMade {}

const HEIGHT: i32 = mm(PAGE_MM.1);

/// Thousandths of a point in the floats that the writer of PDF asks for.
#[expect(clippy::float_arithmetic, reason = "the library's unit; nothing is decided by it")]
fn points(thousandths: i32) -> f32 {
    thousandths as f32 / 1000.0
}

/// From the left lower edge, as PDF counts.
fn rect(area: &Area) -> Rect {
    let Area(left, top, width, height) = *area;
    let bottom = HEIGHT - top - height;
    Rect::new(points(left), points(bottom), points(left + width), points(bottom + height))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Numbers for the objects of a file.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Sets a document and writes it as a PDF.
///
/// # Errors
/// A face cannot be embedded.
pub fn to_pdf(document: &Document, faces: &Faces) -> Result<Made, NotMade> {
    let mut measure = faces.measure();
    let laid = laid(document, &mut measure);
    let missing = measure.missing.clone();
    drop(measure);
    let mut pdf = Pdf::new();
    let mut numbers = Numbers(0);
    let (catalog, tree, info, outline) = (numbers.next(), numbers.next(), numbers.next(), numbers.next());
    let mut used = embed::used(&laid.pages, faces.count());
    let mut fonts = BTreeMap::new();
    for (at, one) in used.iter_mut().enumerate() {
        if !one.is_empty() {
            let face = faces.face(at).ok_or_else(|| NotMade("字体不见了".to_owned()))?;
            fonts.insert(at, embed::embed(&mut pdf, &mut numbers, face, one).map_err(NotMade)?);
        }
    }
    let sheets: Vec<Ref> = laid.pages.iter().map(|_| numbers.next()).collect();
    for (page, sheet) in laid.pages.iter().zip(&sheets) {
        let links = links(&mut pdf, &mut numbers, page, &laid, &sheets);
        let contents = numbers.next();
        pdf.stream(contents, &packed(&drawn(page, &used))).filter(Filter::FlateDecode);
        let mut one = pdf.page(*sheet);
        one.parent(tree).contents(contents);
        one.media_box(Rect::new(0.0, 0.0, points(mm(PAGE_MM.0)), points(HEIGHT)));
        one.annotations(links);
        let mut resources = one.resources();
        let mut listed = resources.fonts();
        for (at, font) in &fonts {
            listed.pair(Name(name_of(*at).as_bytes()), *font);
        }
        listed.finish();
        resources.finish();
        one.finish();
    }
    let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(sheets.iter().copied()).count(count);
    outlined(&mut pdf, &mut numbers, outline, &laid, &sheets);
    let mut root = pdf.catalog(catalog);
    root.pages(tree).outlines(outline).lang(TextStr("zh-CN"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    let substitutes = faces.substitutes();
    let mut told = pdf.document_info(info);
    told.title(TextStr(&document.whole_title()));
    if let Some(signed) = &document.signed {
        told.author(TextStr(&signed.by));
    }
    if !substitutes.is_empty() {
        told.subject(TextStr(&format!("字体代替：{}", substitutes.join("；"))));
    }
    told.finish();
    Ok(Made { bytes: pdf.finish(), pages: laid.pages.len(), substitutes, missing })
}

fn name_of(face: usize) -> String {
    format!("F{face}")
}

fn drawn(page: &Page, used: &[Used]) -> Vec<u8> {
    let mut content = Content::new();
    for rule in &page.rules {
        draw_rule(&mut content, rule);
    }
    for run in &page.runs {
        if let Some(used) = used.get(run.face) {
            draw_run(&mut content, run, used);
        }
    }
    content.finish().to_vec()
}

fn color(content: &mut Content, is_red: bool) {
    if is_red {
        content.set_fill_rgb(0.902, 0.0, 0.071);
    } else {
        content.set_fill_rgb(0.0, 0.0, 0.0);
    }
}

fn draw_rule(content: &mut Content, rule: &Rule) {
    let Area(left, top, width, height) = rule.area;
    color(content, rule.is_red);
    content.rect(points(left), points(HEIGHT - top - height), points(width), points(height));
    content.fill_nonzero();
}

/// Glyphs with what the line gives each beyond the width of the face, in thousandths of the size.
fn draw_run(content: &mut Content, run: &Run, used: &Used) {
    color(content, run.is_red);
    content.begin_text();
    content.set_font(Name(name_of(run.face).as_bytes()), points(run.size));
    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, points(run.x), points(HEIGHT - run.y)]);
    let mut shown = content.show_positioned();
    let mut items = shown.items();
    let mut waiting: Vec<u8> = Vec::new();
    for glyph in &run.glyphs {
        waiting.extend(used.number(glyph.glyph).to_be_bytes());
        let more = (glyph.width - glyph.natural * run.size / 1000) * 1000 / run.size.max(1);
        if more != 0 {
            items.show(Str(&waiting));
            waiting.clear();
            items.adjust(points(-more * 1000));
        }
    }
    if !waiting.is_empty() {
        items.show(Str(&waiting));
    }
    items.finish();
    shown.finish();
    content.end_text();
}

fn links(pdf: &mut Pdf, numbers: &mut Numbers, page: &Page, laid: &Laid, sheets: &[Ref]) -> Vec<Ref> {
    let mut made = Vec::new();
    for (area, target) in &page.links {
        let aim = match target {
            Target::Url(_) => None,
            Target::Anchor(_) => {
                let Some((page, y)) = place(laid, target) else { continue };
                sheets.get(*page).map(|sheet| (*sheet, *y))
            }
        };
        let id = numbers.next();
        let mut link = pdf.annotation(id);
        link.subtype(AnnotationType::Link).rect(rect(area)).border(0.0, 0.0, 0.0, None);
        match (target, aim) {
            (Target::Url(url), _) => {
                link.action().action_type(ActionType::Uri).uri(Str(url.as_bytes()));
            }
            (_, Some((sheet, y))) => {
                let mut action = link.action();
                action.action_type(ActionType::GoTo);
                action.destination().page(sheet).xyz(0.0, points(HEIGHT - y), None);
            }
            _ => {}
        }
        link.finish();
        made.push(id);
    }
    made
}

/// A heading of the outline: its object, and its place among the headings.
type Heading = (Ref, usize);

/// Headings of the first level with those of the second below them.
fn outlined(pdf: &mut Pdf, numbers: &mut Numbers, root: Ref, laid: &Laid, sheets: &[Ref]) {
    let mut tops: Vec<(Ref, usize, Vec<Heading>)> = Vec::new();
    for (at, (level, ..)) in laid.headings.iter().enumerate() {
        let id = numbers.next();
        match tops.last_mut() {
            Some((_, _, below)) if *level > 1 => below.push((id, at)),
            _ => tops.push((id, at, Vec::new())),
        }
    }
    let mut item = |list: &[Heading], place: usize, parent: Ref, below: &[Heading]| {
        let Some((id, at)) = list.get(place) else { return };
        let Some((_, text, page, y)) = laid.headings.get(*at) else { return };
        let mut one = pdf.outline_item(*id);
        one.title(TextStr(text)).parent(parent);
        if let Some((before, _)) = place.checked_sub(1).and_then(|place| list.get(place)) {
            one.prev(*before);
        }
        if let Some((after, _)) = list.get(place + 1) {
            one.next(*after);
        }
        if let ([(first, _), ..], [.., (last, _)]) = (below, below) {
            one.first(*first).last(*last).count(-i32::try_from(below.len()).unwrap_or(0));
        }
        if let Some(sheet) = sheets.get(*page) {
            one.dest().page(*sheet).xyz(0.0, points(HEIGHT - y), None);
        }
        one.finish();
    };
    let list: Vec<Heading> = tops.iter().map(|(id, at, _)| (*id, *at)).collect();
    for (place, (id, _, below)) in tops.iter().enumerate() {
        item(&list, place, root, below);
        for at in 0..below.len() {
            item(below, at, *id, &[]);
        }
    }
    let mut whole = pdf.outline(root);
    if let ([(first, _), ..], [.., (last, _)]) = (list.as_slice(), list.as_slice()) {
        whole.first(*first).last(*last).count(i32::try_from(list.len()).unwrap_or(0));
    }
    whole.finish();
}
