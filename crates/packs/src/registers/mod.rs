//! Reads a register's file into `registers::Register`.

pub mod cases;
mod figures;

use base::Diagnostic;
use law::Library;
use norms::{Basis, Field, FieldType};
use registers::{ChangedBy, Register, Shelf};

use crate::procedures::{fields, organ_kinds, unknown};
use crate::source::{At, Doc, Source, Table};

/// Whether a file of `packs/` defines a register: its first key says so.
#[must_use]
pub fn is_register(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.split('=').next().is_some_and(|key| key.trim() == "register"))
}

/// Reads one file. `system` is the folder that it stands in.
#[must_use]
pub fn read(source: &Source, system: &str, library: Option<&Library>) -> (Option<Register>, Vec<Diagnostic>) {
    let (made, found) = Doc::read(source, |root| register(root, system, library));
    let sound = !found.iter().any(Diagnostic::is_error);
    (made.filter(|_| sound), found)
}

fn register(root: &Table<'_>, system: &str, library: Option<&Library>) -> Option<Register> {
    let (id, name) = (root.need_text("register"), root.need_text("name"));
    let table = root.table("fields", "字段表");
    if table.is_none() {
        root.missing("fields");
    }
    let fields = table.map_or_else(Vec::new, |table| fields(&table));
    let key = key(root, &fields);
    let shelf = shelf(root, &fields);
    let kept_by = organ_kinds(root, "kept_by");
    if kept_by.is_empty() {
        root.missing("kept_by");
    }
    let measures = root.integers("measures").into_iter().map(|at| at.value.to_string());
    let home = id.as_ref().map_or("", |at| at.value.as_str());
    let (figures, guards) = figures::read(root, home, &fields);
    Some(Register {
        id: id?.value,
        name: name?.value,
        system: system.to_owned(),
        systems: root.texts("systems").into_iter().map(|at| at.value).collect(),
        measures: measures.collect(),
        key,
        fields,
        kept_by,
        public: root.flag("public"),
        secret: root.flag("secret"),
        basis: basis(root, library),
        help: root.text("help"),
        changed_by: changed_by(root),
        figures,
        guards,
        shelf,
        place: root.place(),
    })
}

/// The act of a procedure by which alone it changes.
fn changed_by(root: &Table<'_>) -> Option<ChangedBy> {
    let table = root.table("changed_by", "changed_by")?;
    let (procedure, act) = (table.need_text("procedure"), table.need_text("act"));
    let of = table.text("of");
    let (from, until, removes) = (table.text("from"), table.text("until"), table.text("removes"));
    let ends = table.texts("ends").into_iter().map(|at| at.value).collect();
    let place = table.place();
    table.finish();
    let (procedure, act) = (procedure?.value, act?.value);
    let of = of.unwrap_or_else(|| act.clone());
    Some(ChangedBy { procedure, act, of, from, until, removes, ends, place })
}

/// `[library]`: what of an entry makes it a document of the library.
fn shelf(root: &Table<'_>, fields: &[Field]) -> Option<Shelf> {
    let table = root.table("library", "library")?;
    let place = |at: &At<String>, kinds: &[FieldType]| {
        let found = fields.iter().position(|field| field.id == at.value && kinds.contains(&field.kind));
        if found.is_none() {
            let known = fields.iter().filter(|field| kinds.contains(&field.kind));
            unknown(&table, "unknown_field", "字段", at, known.map(|field| field.id.as_str()));
        }
        found.and_then(|place| u16::try_from(place).ok())
    };
    let words = [FieldType::Words, FieldType::Text];
    if !table.has("title") {
        table.missing("title");
    }
    let title = table.text_at("title").and_then(|at| place(&at, &words));
    let number = table.text_at("number").and_then(|at| place(&at, &words));
    let text = table.texts("text").iter().filter_map(|at| place(at, &words)).collect();
    let ended = table.text_at("ended").and_then(|at| place(&at, &[FieldType::Choice]));
    let repealed = ended.zip(table.text("repealed"));
    table.finish();
    Some(Shelf { title: title?, number, text, repealed })
}

fn key(root: &Table<'_>, fields: &[Field]) -> Vec<usize> {
    let names = root.texts("key");
    if names.is_empty() {
        root.missing("key");
    }
    let mut places = Vec::new();
    for at in &names {
        match fields.iter().position(|field| field.id == at.value) {
            Some(place) if fields.get(place).is_some_and(|field| field.required) => places.push(place),
            Some(_) => {
                let message = format!("“{}”是主键，要写 required = true", at.value);
                root.say(Diagnostic::error("bad_key", message).at(at.place.clone()));
            }
            None => {
                let known = fields.iter().map(|field| field.id.as_str());
                unknown(root, "unknown_field", "字段", at, known);
            }
        }
    }
    places
}

/// What the register rests on, where it says so; the article must be one of a known law.
pub(crate) fn basis(root: &Table<'_>, library: Option<&Library>) -> Option<Basis> {
    let law = root.text_at("law");
    let article = root.text("article").unwrap_or_default();
    let mut basis = Basis {
        law: law.as_ref().map_or(String::new(), |at| at.value.clone()),
        article,
        cited: root.text("basis").unwrap_or_default(),
        unverified: root.flag("unverified"),
        note: root.text("note"),
    };
    let Some(law) = law else { return Some(basis).filter(|basis| !basis.cited.is_empty()) };
    if let Some(library) = library {
        let article = law::Article::parse(&basis.article).ok();
        match (library.version(&basis.law), article) {
            (Some((law, version)), Some(article)) if version.has(article) != Some(false) => {
                basis.cited = law.cite(article);
            }
            _ => {
                let message = format!("没有“{}”的这一条", law.value);
                root.say(Diagnostic::error("no_article", message).at(law.place));
            }
        }
    }
    Some(basis)
}
