//! Reads `exports/*.toml`: the columns in which decisions are handed to others (双公示), and where each comes from. Every field
//! that is named must be there, in every text of its procedure.

use std::collections::BTreeMap;

use base::{Diagnostic, Place, closest};
use calendar::Limit;
use norms::{Basis, Field, FieldType, Procedure};

use crate::Rules;
use crate::source::{At, Doc, Source, Table};

/// A set of columns. 报送表式
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub id: String,
    pub name: String,
    pub basis: String,
    pub unverified: bool,
    /// In what time a decision is to be public, and on what that rests.
    pub within: Limit,
    pub within_basis: String,
    /// What is hidden of persons, in words.
    pub masking: String,
    pub sources: Vec<ExportSource>,
    pub excluded: Vec<Excluded>,
    pub columns: Vec<ExportColumn>,
    pub place: Place,
}

/// A kind of decision that is handed over. 报送的决定
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportSource {
    pub procedure: String,
    pub act: String,
    /// The figure that counts these decisions: it says which there are.
    pub figure: String,
}

/// A kind of decision that is never handed over. 不报送的决定
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    pub procedure: String,
    pub because: String,
    pub basis: Basis,
}

/// A column. 栏
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportColumn {
    /// The national code.
    pub code: String,
    pub name: String,
    pub required: bool,
    /// In characters.
    pub longest: Option<usize>,
    pub of: ColumnOf,
    /// What stands for each option or state; without it, its label.
    pub map: BTreeMap<String, String>,
}

/// Where the text of a column comes from. 栏的来源
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnOf {
    /// Fields by procedure, act and id.
    Fields(Vec<[String; 3]>, Shape),
    Told(Told),
    Constant(String),
    /// The platform does not hold it, and why.
    Absent(String),
}

/// How a field is written. 写法
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// The name of a party, a natural person's masked.
    PartyName,
    /// Its credit code; nothing for a natural person.
    PartyCode,
    PartyKind,
    /// The kind of a natural person's paper, and its number, masked.
    PartyPaper,
    PartyMasked,
    /// Money in ten thousand yuan.
    TenThousand,
}

/// What the case itself says. 案件本身
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    DocumentNumber,
    DocumentName,
    DecidedOn,
    ShownUntil,
    OrganName,
    OrganCode,
    /// `stands` or `ended`.
    State,
    Note,
}

const SHAPES: [(&str, Shape); 7] = [
    ("text", Shape::Text),
    ("party_name", Shape::PartyName),
    ("party_code", Shape::PartyCode),
    ("party_kind", Shape::PartyKind),
    ("party_paper", Shape::PartyPaper),
    ("party_masked", Shape::PartyMasked),
    ("ten_thousand", Shape::TenThousand),
];
const TOLD: [(&str, Told); 8] = [
    ("document_number", Told::DocumentNumber),
    ("document_name", Told::DocumentName),
    ("decided_on", Told::DecidedOn),
    ("shown_until", Told::ShownUntil),
    ("organ_name", Told::OrganName),
    ("organ_code", Told::OrganCode),
    ("state", Told::State),
    ("note", Told::Note),
];

/// Reads all sets of columns and looks for what they name.
#[must_use]
pub fn read_all(sources: &[Source], rules: &Rules) -> (Vec<Export>, Vec<Diagnostic>) {
    let (mut made, mut found): (Vec<Export>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources {
        let (export, findings) = Doc::read(source, |root| export(root, rules));
        found.extend(findings);
        let Some(export) = export else { continue };
        if made.iter().any(|other| other.id == export.id) {
            let message = format!("报送表式“{}”写了两次", export.id);
            let found_twice = Diagnostic::error("export_twice", message).at(export.place.clone());
            found.push(found_twice.help("改一个标识。"));
        }
        made.push(export);
    }
    (made, found)
}

/// Every finding about the exports of a set of files.
#[must_use]
pub fn check(files: &crate::Files, rules: &Rules) -> Vec<Diagnostic> {
    read_all(&crate::load::sources(files, "exports"), rules).1
}

fn export(root: &Table<'_>, rules: &Rules) -> Option<Export> {
    let texts = ["export", "name", "basis", "within_basis", "masking"].map(|key| root.need_text(key));
    let unverified = root.flag("unverified");
    let within = root.need_text("within").and_then(|at| match Limit::parse(&at.value) {
        Ok(limit) => Some(limit),
        Err(fault) => {
            root.say(fault.at(at.place));
            None
        }
    });
    let sources = sources(root, rules);
    let excluded = excluded(root, rules);
    let columns = columns(root, rules);
    let [Some(id), Some(name), Some(basis), Some(within_basis), Some(masking)] = texts else { return None };
    let [id, name, basis, within_basis, masking] =
        [id, name, basis, within_basis, masking].map(|at| at.value);
    Some(Export {
        id,
        name,
        basis,
        unverified,
        within: within?,
        within_basis,
        masking,
        sources,
        excluded,
        columns,
        place: root.place(),
    })
}

/// Every text of a procedure.
fn texts_of<'a>(rules: &'a Rules, id: &'a str) -> impl Iterator<Item = &'a Procedure> {
    rules.packs.iter().map(|pack| &pack.file.procedure).filter(move |one| one.id == id)
}

fn known_procedure(table: &Table<'_>, rules: &Rules, at: &At<String>) {
    if texts_of(rules, &at.value).next().is_none() {
        let ids = rules.packs.iter().map(|pack| pack.file.procedure.id.as_str());
        unknown(
            table,
            "unknown_procedure",
            format!("没有程序“{}”", at.value),
            &at.place,
            closest(&at.value, ids),
        );
    }
}

fn unknown(table: &Table<'_>, code: &'static str, message: String, place: &Place, near: Option<&str>) {
    let help = near.map_or("核对标识。".to_owned(), |near| format!("是不是“{near}”？"));
    table.say(Diagnostic::error(code, message).at(place.clone()).help(help));
}

fn sources(root: &Table<'_>, rules: &Rules) -> Vec<ExportSource> {
    let mut made = Vec::new();
    for own in root.tables("source", |number| format!("第{number}种决定")) {
        let [procedure, act, figure] = ["procedure", "act", "figure"].map(|key| own.need_text(key));
        own.finish();
        let (Some(procedure), Some(act), Some(figure)) = (procedure, act, figure) else { continue };
        known_procedure(&own, rules, &procedure);
        for text in texts_of(rules, &procedure.value) {
            if text.act_named(&act.value).is_none() {
                let near = closest(&act.value, text.acts.iter().map(|act| act.id.as_str()));
                let message = format!("“{}”没有事项“{}”", text.name, act.value);
                unknown(&own, "unknown_act", message, &act.place, near);
            }
        }
        let ids = || {
            let packs = rules.packs.iter().filter(|pack| pack.file.procedure.id == procedure.value);
            packs.flat_map(|pack| &pack.file.figures).map(|figure| figure.id.as_str())
        };
        if !ids().any(|id| id == figure.value) {
            let message = format!("“{}”没有指标“{}”", procedure.value, figure.value);
            unknown(&own, "unknown_figure", message, &figure.place, closest(&figure.value, ids()));
        }
        made.push(ExportSource { procedure: procedure.value, act: act.value, figure: figure.value });
    }
    if made.is_empty() {
        root.missing("source");
    }
    made
}

fn excluded(root: &Table<'_>, rules: &Rules) -> Vec<Excluded> {
    let mut made = Vec::new();
    for own in root.tables("excluded", |number| format!("第{number}种不报送的决定")) {
        let (procedure, because) = (own.need_text("procedure"), own.need_text("because"));
        let basis = crate::registers::basis(&own, Some(&rules.laws));
        if basis.is_none() {
            own.missing("law");
        }
        own.finish();
        let (Some(procedure), Some(because), Some(basis)) = (procedure, because, basis) else { continue };
        known_procedure(&own, rules, &procedure);
        made.push(Excluded { procedure: procedure.value, because: because.value, basis });
    }
    made
}

fn columns(root: &Table<'_>, rules: &Rules) -> Vec<ExportColumn> {
    let mut made: Vec<ExportColumn> = Vec::new();
    for own in root.tables("column", |number| format!("第{number}栏")) {
        let (code, name) = (own.need_text("code"), own.need_text("name"));
        let required = own.flag("required");
        let longest = own.integer("longest").and_then(|at| usize::try_from(at.value).ok());
        let of = column_of(&own, rules);
        let map = map(&own, rules, of.as_ref());
        own.finish();
        let (Some(code), Some(name), Some(of)) = (code, name, of) else { continue };
        if made.iter().any(|other| other.code == code.value) {
            let message = format!("栏“{}”写了两次", code.value);
            own.say(Diagnostic::error("column_twice", message).at(code.place).help("改一个代码。"));
        }
        let (code, name) = (code.value, name.value);
        made.push(ExportColumn { code, name, required, longest, of, map });
    }
    if made.is_empty() {
        root.missing("column");
    }
    made
}

fn column_of(own: &Table<'_>, rules: &Rules) -> Option<ColumnOf> {
    let shape = own.text_at("as").map(|at| named(own, &at, "写法", &SHAPES));
    let shape = shape.unwrap_or(Some(Shape::Text))?;
    let (fields, told) = (own.texts("fields"), own.text_at("told"));
    let (constant, absent) = (own.text("constant"), own.text("absent"));
    let ways = [!fields.is_empty(), told.is_some(), constant.is_some(), absent.is_some()];
    if ways.into_iter().filter(|is_there| *is_there).count() != 1 {
        let message = format!("{}要写 fields、told、constant、absent 中的一个", own.what);
        let help = "fields 列各程序的字段（程序.事项.字段），told 是案件本身的，constant 是固定的内容，absent 写明为什么没有。";
        own.say(Diagnostic::error("column_of", message).at(own.place()).help(help));
        return None;
    }
    if let Some(at) = told {
        return named(own, &at, "内容", &TOLD).map(ColumnOf::Told);
    }
    if let Some(text) = constant {
        return Some(ColumnOf::Constant(text));
    }
    if let Some(why) = absent {
        return Some(ColumnOf::Absent(why));
    }
    let read = |at: &At<String>| field(own, rules, shape, at);
    Some(ColumnOf::Fields(fields.iter().filter_map(read).collect(), shape))
}

fn named<T: Copy>(own: &Table<'_>, at: &At<String>, what: &str, all: &[(&'static str, T)]) -> Option<T> {
    let found = all.iter().find(|(id, _)| *id == at.value).map(|(_, made)| *made);
    if found.is_none() {
        let near = closest(&at.value, all.iter().map(|(id, _)| *id));
        unknown(own, "unknown_shape", format!("{}没有{what}“{}”", own.what, at.value), &at.place, near);
    }
    found
}

/// `procedure.act.field`, of a kind that can be written so.
fn field(own: &Table<'_>, rules: &Rules, shape: Shape, at: &At<String>) -> Option<[String; 3]> {
    let parts: Vec<&str> = at.value.split('.').collect();
    let [procedure, act, id] = parts.as_slice() else {
        let message = format!("{}：字段写作“程序.事项.字段”", own.what);
        own.say(Diagnostic::error("unknown_field", message).at(at.place.clone()));
        return None;
    };
    known_procedure(own, rules, &At { value: (*procedure).to_owned(), place: at.place.clone() });
    for text in texts_of(rules, procedure) {
        match found_in(text, act, id) {
            None => {
                let message = format!("{}：“{}”的“{act}”没有字段“{id}”", own.what, text.name);
                unknown(own, "unknown_field", message, &at.place, None);
            }
            Some(field) if !fits(shape, field.kind) => {
                let message = format!("{}：“{}”是{}，不能这样写", own.what, field.name, field.kind.label());
                own.say(Diagnostic::error("wrong_type", message).at(at.place.clone()));
            }
            Some(_) => {}
        }
    }
    Some([(*procedure).to_owned(), (*act).to_owned(), (*id).to_owned()])
}

fn found_in<'a>(procedure: &'a Procedure, act: &str, field: &str) -> Option<&'a Field> {
    let spec = procedure.acts.iter().find(|one| one.id == act)?;
    spec.fields.iter().find(|one| one.id == field)
}

fn fits(shape: Shape, kind: FieldType) -> bool {
    match shape {
        Shape::Text => kind != FieldType::Rows && kind != FieldType::File && kind != FieldType::Party,
        Shape::TenThousand => kind == FieldType::Money,
        Shape::PartyName | Shape::PartyCode | Shape::PartyKind | Shape::PartyPaper | Shape::PartyMasked => {
            kind == FieldType::Party
        }
    }
}

/// `map`: something for every option of its fields.
fn map(own: &Table<'_>, rules: &Rules, of: Option<&ColumnOf>) -> BTreeMap<String, String> {
    let Some(table) = own.table("map", format!("{}的 map", own.what)) else { return BTreeMap::new() };
    let ids: Vec<String> = match of {
        Some(ColumnOf::Fields(fields, _)) => {
            let one = |[procedure, act, id]: &[String; 3]| {
                let field = texts_of(rules, procedure).find_map(|text| found_in(text, act, id));
                field.map_or_else(Vec::new, |field| field.options.iter().map(|(id, _)| id.clone()).collect())
            };
            fields.iter().flat_map(one).collect()
        }
        Some(ColumnOf::Told(Told::State)) => vec!["stands".to_owned(), "ended".to_owned()],
        _ => Vec::new(),
    };
    let mut made = BTreeMap::new();
    for id in ids {
        match table.text(&id) {
            Some(text) => drop(made.insert(id, text)),
            None if !made.contains_key(&id) => table.missing(&id),
            None => {}
        }
    }
    table.finish();
    made
}
