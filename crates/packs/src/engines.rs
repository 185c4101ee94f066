//! Reads `plans/engines.toml`: what of the platform carries a concrete system of the plan by computing, without being a
//! procedure, a register or a figure; each with the tests that show it.

use std::collections::BTreeSet;

use base::{Diagnostic, Place};

use crate::source::{Doc, Source, Table};

/// The file's name within `plans/`.
pub const ENGINES: &str = "engines.toml";

/// A part of the program that carries systems of the plan. 引擎
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    pub id: String,
    pub name: String,
    /// What it does, in a sentence.
    pub does: String,
    /// The commands and pages where it is used.
    pub used_at: Vec<String>,
    /// The document that tells of it.
    pub docs: String,
    /// Ids of the catalogue, such as S109.
    pub systems: Vec<String>,
    pub tests: Vec<EngineTest>,
    pub place: Place,
}

/// A test of the repository that shows an engine carrying a system. 引擎的测试
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineTest {
    pub system: String,
    /// `crates/audit/tests/drafting.rs`
    pub file: String,
    /// The function's name.
    pub name: String,
    pub place: Place,
}

/// Whether a file of `plans/` is this one.
#[must_use]
pub fn is_engines(source: &Source) -> bool {
    source.name.rsplit('/').next() == Some(ENGINES)
}

/// Reads the engines, with every finding.
#[must_use]
pub fn read(source: &Source) -> (Vec<Engine>, Vec<Diagnostic>) {
    let (made, found) = Doc::read(source, |root| {
        let mut seen = BTreeSet::new();
        let tables = root.tables("engine", |at| format!("第{at}个引擎"));
        let mut made = Vec::new();
        for table in &tables {
            let engine = engine(table);
            if let Some(at) = table.text_at("id").filter(|at| !seen.insert(at.value.clone())) {
                let message = format!("引擎“{}”写了两次", at.value);
                table.say(Diagnostic::error("twice", message).at(at.place));
            }
            table.finish();
            made.extend(engine);
        }
        Some(made)
    });
    (made.unwrap_or_default(), found)
}

fn engine(table: &Table<'_>) -> Option<Engine> {
    let [id, name, does, docs] = ["id", "name", "does", "docs"].map(|key| table.need_text(key));
    let used_at: Vec<String> = table.texts("where").into_iter().map(|at| at.value).collect();
    let systems: Vec<String> = table.texts("systems").into_iter().map(|at| at.value).collect();
    for (key, is_missing) in [("where", used_at.is_empty()), ("systems", systems.is_empty())] {
        if is_missing {
            table.missing(key);
        }
    }
    let tests = table.tables("tests", |at| format!("{}的第{at}个测试", table.what));
    let tests: Vec<EngineTest> = tests
        .iter()
        .filter_map(|one| {
            let made = test(one);
            one.finish();
            made
        })
        .collect();
    for system in systems.iter().filter(|system| !tests.iter().any(|one| one.system == **system)) {
        let message = format!("{}承载的{system}没有测试为证", table.what);
        let found = Diagnostic::error("engine_untested", message).at(table.place());
        table.say(found.help("在 [[engine.tests]] 里写上 system 和 test。"));
    }
    let (id, name, does, docs) = (id?.value, name?.value, does?.value, docs?.value);
    Some(Engine { id, name, does, used_at, docs, systems, tests, place: table.place() })
}

fn test(table: &Table<'_>) -> Option<EngineTest> {
    let (system, test) = (table.need_text("system"), table.need_text("test"));
    let at = test?;
    let Some((file, name)) = at.value.split_once("::") else {
        let message = format!("{}的“test”写作“文件::函数名”", table.what);
        table.say(Diagnostic::error("bad_test", message).at(at.place));
        return None;
    };
    let (file, name) = (file.to_owned(), name.to_owned());
    Some(EngineTest { system: system?.value, file, name, place: table.place() })
}
