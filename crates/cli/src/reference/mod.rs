//! `yifa procedure reference`: a page for each procedure and each register, written from the rules themselves, and pages
//! that list them by the plan's parts and by its concrete systems.

mod change;
mod clocks;
mod figures;
mod index;
mod procedure;
mod register;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use ::plan::coverage::Shown;
use ::plan::{Catalogue, MeasureRef};
use ::registers::Register;
use norms::Field;
use packs::{Beside, Files, Pack, Rules};

/// What the pages are written from.
pub struct Sources<'a> {
    pub files: &'a Files,
    pub rules: &'a Rules,
    pub catalogue: Option<&'a Catalogue>,
    pub shown: Vec<Shown>,
}

/// A page that is being written. Writing into a text cannot fail.
#[derive(Default)]
struct Page(String);

impl Page {
    fn titled(title: &str) -> Self {
        Self(format!("# {title}\n\n"))
    }

    fn line(&mut self, told: &str) {
        let _ = writeln!(self.0, "{told}");
    }

    fn head(&mut self, title: &str) {
        let _ = writeln!(self.0, "\n## {title}\n");
    }

    fn small_head(&mut self, title: &str) {
        let _ = writeln!(self.0, "\n### {title}\n");
    }

    fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> =
            cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        let _ = writeln!(self.0, "| {} |", cells.join(" | "));
    }

    fn table(&mut self, heads: &[&str]) {
        self.row(heads);
        let _ = writeln!(self.0, "|{}", "---|".repeat(heads.len()));
    }
}

/// The pages by their path within the folder.
pub fn pages(sources: &Sources<'_>) -> BTreeMap<String, String> {
    let mut made = BTreeMap::new();
    for pack in &sources.rules.packs {
        made.insert(place(pack), procedure::page(sources, pack));
    }
    for register in &sources.rules.registers {
        made.insert(register_place(register), register::page(sources, register));
    }
    made.insert("README.md".to_owned(), index::contents(sources));
    made.insert("systems.md".to_owned(), index::systems(sources));
    made.insert("engines.md".to_owned(), index::engines(sources));
    made
}

/// Writes the pages into a folder, and takes those away that are no more; how many there are.
///
/// # Errors
/// The folder cannot be read or written.
pub fn write(pages: &BTreeMap<String, String>, folder: &Path) -> io::Result<usize> {
    for (path, text) in pages {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        if fs::read_to_string(&file).ok().as_ref() != Some(text) {
            fs::write(&file, text)?;
        }
    }
    // Only the folders of pages are looked through: nothing else that stands in the folder is touched.
    let own: BTreeSet<&str> =
        pages.keys().filter_map(|path| path.split_once('/')).map(|(own, _)| own).collect();
    for name in own {
        for page in fs::read_dir(folder.join(name))? {
            let page = page?.path();
            let path = page.strip_prefix(folder).ok().and_then(Path::to_str).unwrap_or_default();
            let is_page = page.extension().is_some_and(|ending| ending == "md");
            if is_page && !pages.contains_key(&path.replace('\\', "/")) {
                fs::remove_file(page)?;
            }
        }
    }
    Ok(pages.len())
}

/// Where a page stands: as its file in `packs/`, for two versions of a procedure have one id.
fn page_of(file: &str) -> String {
    let path = file.strip_prefix("packs/").unwrap_or(file);
    format!("{}.md", path.strip_suffix(".toml").unwrap_or(path))
}

fn place(pack: &Pack) -> String {
    page_of(&pack.path)
}

fn register_place(register: &Register) -> String {
    page_of(&register.place.file)
}

/// A link from a page in a folder to another page.
fn link(name: &str, place: &str) -> String {
    format!("[{name}](../{place})")
}

/// Which parts of the plan a procedure or register of an id carries, each with its name.
fn carried(page: &mut Page, sources: &Sources<'_>, by: &str, systems: &[String], measures: &[String]) {
    for id in systems {
        let name = sources.catalogue.and_then(|all| all.mechanism(id)).map_or("", |one| one.name.as_str());
        let many = sources.shown.iter().filter(|one| one.system == *id && one.by == by).count();
        let proof = if many > 0 { format!("（案例{many}个为证）") } else { String::new() };
        page.line(&format!("* {id} {name}{proof}"));
    }
    let plan = sources.rules.plan.as_ref();
    for written in measures {
        let measure = MeasureRef::parse(written).and_then(|wanted| plan?.measure(wanted));
        if let Some(measure) = measure {
            page.line(&format!("* {}：{}。{}", measure.reference.label(), measure.title, measure.duty));
        }
    }
    if systems.is_empty() && measures.is_empty() {
        page.line("没有写明承载方案的哪一项。");
    } else {
        page.line("\n别的程序、名册也承载同一系统的，见[按系统查](../systems.md)。");
    }
}

/// The fields of a record as a table.
fn fields(page: &mut Page, sources: &Sources<'_>, fields: &[Field]) {
    page.table(&["栏目", "填什么", "要求", "说明"]);
    for field in fields {
        let marks = [(field.required, "必填"), (field.personal, "个人信息"), (field.public, "公开")];
        let marks: Vec<&str> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        page.row(&[&field.name, field.kind.label(), &marks.join("，"), &remarks(sources, field)]);
    }
}

/// What there is to choose from, how much fits in, where an entry comes from, and the help.
fn remarks(sources: &Sources<'_>, field: &Field) -> String {
    let mut told = Vec::new();
    if !field.options.is_empty() {
        let labels = field.options.iter().map(|(_, label)| label.as_str());
        told.push(format!("可选：{}", labels.collect::<Vec<_>>().join("、")));
    }
    if let Some(register) = field.register.as_ref().and_then(|id| sources.rules.register(id)) {
        told.push(format!("取自{}", link(&register.name, &register_place(register))));
    }
    if !field.columns.is_empty() {
        let columns = field.columns.iter().map(|one| format!("{}（{}）", one.name, one.kind.label()));
        told.push(format!("各列：{}", columns.collect::<Vec<_>>().join("、")));
    }
    if let Some(max) = field.max {
        let is_text = matches!(field.kind, norms::FieldType::Text | norms::FieldType::Words);
        told.push(if is_text { format!("最多{max}字") } else { format!("最大{max}") });
    }
    told.extend(field.help.clone());
    told.join("；")
}

/// How many cases prove a file of rules.
fn proofs(page: &mut Page, beside: &Beside) {
    page.head("案例");
    if beside.cases == 0 {
        page.line("旁边没有案例。");
        return;
    }
    let refused = match beside.refusals {
        0 => String::new(),
        many => format!("，试办而被拒绝的共{many}处"),
    };
    page.line(&format!(
        "由{}个案例证明{refused}；`yifa check` 每次都逐个运行，不符的就报错。\n",
        beside.cases
    ));
    for file in &beside.files {
        page.line(&format!("* [{file}](../../../{file})"));
    }
}
