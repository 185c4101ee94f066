//! Loads everything that the platform runs on: all of it, or nothing and all the reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::figures::Figure;
use ::registers::Register;
use base::{Diagnostic, Place, closest};
use calendar::{Calendar, Day};
use law::Library;
use norms::{Field, Index, check};

use crate::engines::{Engine, is_engines};
use crate::exports::Export;
use crate::procedures::{self, ProcedureFile};
use crate::review_sheets::ReviewSheet;
use crate::source::Source;
use crate::tables::YearTable;
use crate::{Files, Templates, calendars, laws, registers, templates};

/// A procedure ready to be run. 程序包
#[derive(Clone, Debug)]
pub struct Pack {
    pub file: ProcedureFile,
    pub index: Index,
    /// The text of its file, which its cases are pinned to.
    pub source: String,
    pub path: String,
}

impl Pack {
    #[must_use]
    pub fn engine<'a>(&'a self, calendar: &'a Calendar) -> norms::Engine<'a> {
        norms::Engine { procedure: &self.file.procedure, index: &self.index, calendar }
    }
}

/// All rules that the platform runs on. 规则库
#[derive(Clone, Debug)]
pub struct Rules {
    pub calendar: Arc<Calendar>,
    pub laws: Arc<Library>,
    pub packs: Vec<Arc<Pack>>,
    pub registers: Vec<Arc<Register>>,
    /// What carries systems of the plan by computing.
    pub engines: Vec<Engine>,
    /// The plan's systems in its order: the folder of `packs/`, and what it is called.
    pub systems: Vec<(String, String)>,
    /// The plan; none where its file cannot be read, which is told where plans are checked.
    pub plan: Option<plan::Plan>,
    /// What carries each measure of the plan.
    pub measures: Vec<plan::Covered<plan::MeasureRef>>,
    /// The words of the messages that people are told.
    pub templates: Arc<Templates>,
    /// Schemes of assessment that can be read; what is wrong with others is told where schemes are checked.
    pub schemes: Vec<assessment::Scheme>,
    /// The forms of yearly tables that can be read; what is wrong with others is told where tables are checked.
    pub year_tables: Vec<YearTable>,
    /// The sheets by which case files are reviewed; what is wrong with others is told where sheets are checked.
    pub review_sheets: Vec<ReviewSheet>,
    /// The columns in which decisions are handed to others; what is wrong with them is told where they are checked.
    pub exports: Vec<Export>,
}

impl Rules {
    /// The version of a procedure for cases opened on a day.
    #[must_use]
    pub fn pack_on(&self, procedure: &str, day: Day) -> Option<&Arc<Pack>> {
        self.packs.iter().find(|pack| {
            let own = &pack.file.procedure;
            own.id == procedure && own.in_force.covers(day)
        })
    }

    /// The scheme of assessment of an id with its edition, `own@2024`.
    #[must_use]
    pub fn scheme(&self, key: &str) -> Option<&assessment::Scheme> {
        self.schemes.iter().find(|scheme| scheme.key() == key)
    }

    /// The sheet of a file review of an id with its edition, `penalty_files@2026`.
    #[must_use]
    pub fn review_sheet(&self, key: &str) -> Option<&ReviewSheet> {
        self.review_sheets.iter().find(|sheet| sheet.key() == key)
    }

    /// The register of an id.
    #[must_use]
    pub fn register(&self, id: &str) -> Option<&Arc<Register>> {
        self.registers.iter().find(|register| register.id == id)
    }

    /// Things under the plan's systems in its order, each with its name; what belongs to none comes last.
    pub fn by_system<T>(&self, things: Vec<T>, folder: impl Fn(&T) -> &str) -> Vec<(String, Vec<T>)> {
        let place = |thing: &T| self.systems.iter().position(|(own, _)| own == folder(thing));
        let mut groups: Vec<(String, Vec<T>)> =
            self.systems.iter().map(|(_, name)| (name.clone(), Vec::new())).collect();
        groups.push(("其他".to_owned(), Vec::new()));
        for thing in things {
            let at = place(&thing).unwrap_or(self.systems.len());
            if let Some((_, group)) = groups.get_mut(at) {
                group.push(thing);
            }
        }
        groups.retain(|(_, group)| !group.is_empty());
        groups
    }

    /// What a procedure is called.
    #[must_use]
    pub fn name_of(&self, procedure: &str) -> Option<&str> {
        let own = self.packs.iter().map(|pack| &pack.file.procedure).find(|own| own.id == procedure);
        own.map(|own| own.name.as_str())
    }

    /// All figures: those of procedures, then those of registers. Two versions of a procedure may both have one.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        let of_packs = self.packs.iter().flat_map(|pack| &pack.file.figures);
        of_packs.chain(self.registers.iter().flat_map(|register| &register.figures))
    }

    /// The engine of an id.
    #[must_use]
    pub fn engine(&self, id: &str) -> Option<&Engine> {
        self.engines.iter().find(|engine| engine.id == id)
    }

    /// The procedures in force on a day.
    pub fn in_force(&self, day: Day) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.iter().filter(move |pack| pack.file.procedure.in_force.covers(day))
    }
}

/// Reads all rules.
///
/// # Errors
/// Every mistake of every file; nothing is loaded then.
pub fn load(files: &Files) -> Result<Rules, Vec<Diagnostic>> {
    let (rules, mut found) = read(files);
    found.retain(Diagnostic::is_error);
    match rules {
        Some(rules) if found.is_empty() => Ok(rules),
        _ => Err(found),
    }
}

/// Reads all rules as far as they can be read, with everything that was found.
#[must_use]
pub fn read(files: &Files) -> (Option<Rules>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let (calendar, faults) = calendars::read(&sources(files, "calendars"));
    found.extend(faults);
    let (library, faults) = laws::read(&sources(files, "laws"));
    found.extend(faults);
    let mut packs = Vec::new();
    let mut lists: Vec<Arc<Register>> = Vec::new();
    for (path, text) in files.under("packs").filter(|(path, _)| !is_cases(path)) {
        if registers::is_register(text) {
            let (register, faults) =
                registers::read(&Source::new(path, text), system(path), library.as_ref());
            found.extend(faults);
            lists.extend(register.map(Arc::new));
            continue;
        }
        let (pack, faults) = read_pack(path, text, library.as_ref());
        found.extend(faults);
        packs.extend(pack.map(Arc::new));
    }
    let mut engines = Vec::new();
    for source in sources(files, "plans").iter().filter(|source| is_engines(source)) {
        let (made, faults) = crate::engines::read(source);
        engines.extend(made);
        found.extend(faults);
    }
    found.extend(overlaps(&packs));
    found.extend(figures_twice(&packs, &lists));
    found.extend(crate::handed::check(&packs));
    found.extend(crate::changed::check(&packs, &lists));
    found.extend(registers_twice(&lists));
    found.extend(unknown_registers(&packs, &lists));
    let (words, faults) = templates::read(&own_or_built_in(files));
    found.extend(faults);
    let rules = calendar.zip(library).map(|(calendar, library)| {
        let mut rules = Rules {
            calendar: Arc::new(calendar),
            laws: Arc::new(library),
            packs,
            registers: lists,
            engines,
            systems: Vec::new(),
            plan: None,
            measures: Vec::new(),
            templates: Arc::new(words),
            schemes: Vec::new(),
            year_tables: Vec::new(),
            review_sheets: Vec::new(),
            exports: Vec::new(),
        };
        rules.follow_plan(files);
        let known = crate::schemes::known_figures(&rules);
        rules.schemes = crate::schemes::read_all(&sources(files, "schemes"), &known).0;
        rules.year_tables = crate::tables::read_all(&sources(files, "tables"), &rules).0;
        rules.review_sheets = crate::review_sheets::read_all(&sources(files, "review_sheets"), &rules).0;
        found.extend(crate::reported::check(&rules));
        rules.exports = crate::exports::read_all(&sources(files, "exports"), &rules).0;
        rules
    });
    (rules, found)
}

/// The templates of these files; of files without any, those that were built in.
fn own_or_built_in(files: &Files) -> Vec<Source> {
    let own = sources(files, "templates");
    if own.is_empty() { sources(&Files::built_in(), "templates") } else { own }
}

/// Reads one procedure's file against the laws.
#[must_use]
pub fn read_pack(path: &str, text: &str, library: Option<&Library>) -> (Option<Pack>, Vec<Diagnostic>) {
    let source = Source::new(path, text);
    let (file, mut found) = procedures::read(&source, system(path));
    let made = file.map(|mut file| {
        if let Some(library) = library {
            check::resolve(&mut file.procedure, library);
            found.extend(check::lawful(&file.procedure, library));
        }
        let index = Index::of(&file.procedure);
        Pack { file, index, source: text.to_owned(), path: path.to_owned() }
    });
    (made, found)
}

pub(crate) fn is_cases(path: &str) -> bool {
    path.ends_with("cases.toml")
}

impl Rules {
    /// Takes in the plan: its systems, and what carries its measures.
    fn follow_plan(&mut self, files: &Files) {
        let (plans, _) = crate::plans::read(&sources(files, "plans"));
        let Some(plans) = plans else { return };
        let Some(plan) = plans.plan() else { return };
        self.systems = plan.systems.iter().map(|one| (one.folder.clone(), one.name.clone())).collect();
        if !plan.organisation.is_empty() {
            self.systems.push((plan::Part::Organisation.to_string(), "组织保障".to_owned()));
        }
        let carriers = crate::plans::carriers(self);
        self.measures = plan::coverage(plan, &plans.catalogue, &carriers, &[]).measures;
        self.plan = Some(plan.clone());
    }
}

/// The folder of `packs/` that a file stands in.
fn system(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// A field of type `entry` names a register that there is.
fn unknown_registers(packs: &[Arc<Pack>], lists: &[Arc<Register>]) -> Vec<Diagnostic> {
    let known = || lists.iter().map(|one| one.id.as_str());
    let mut found = Vec::new();
    let mut look = |fields: &[Field], whose: &str, place: &Place| {
        let columns = fields.iter().flat_map(|field| &field.columns);
        for (field, register) in
            fields.iter().chain(columns).filter_map(|field| Some((field, field.register.as_deref()?)))
        {
            if known().any(|id| id == register) {
                continue;
            }
            let message = format!("{whose}的字段“{}”引用的台账“{register}”不存在", field.name);
            let near = closest(register, known());
            let help =
                near.map_or("先写这份台账的文件。".to_owned(), |near| format!("是不是“{near}”？"));
            found.push(Diagnostic::error("unknown_register", message).at(place.clone()).help(help));
        }
    };
    for pack in packs {
        let procedure = &pack.file.procedure;
        for act in &procedure.acts {
            look(&act.fields, &format!("事项“{}”", act.name), &act.place);
        }
    }
    for list in lists {
        look(&list.fields, &format!("台账“{}”", list.name), &list.place);
    }
    found
}

/// A register has one home.
fn registers_twice(lists: &[Arc<Register>]) -> Vec<Diagnostic> {
    let twice =
        lists.iter().enumerate().filter(|(at, one)| lists.iter().take(*at).any(|other| other.id == one.id));
    let told = |(_, one): (usize, &Arc<Register>)| {
        let message = format!("清单“{}”在别的文件里已经有了", one.id);
        Diagnostic::error("register_twice", message).at(one.place.clone())
    };
    twice.map(told).collect()
}

pub(crate) fn sources(files: &Files, folder: &str) -> Vec<Source> {
    files.under(folder).map(|(path, text)| Source::new(path, text)).collect()
}

/// Two files of one procedure must not be in force on the same day.
fn overlaps(packs: &[Arc<Pack>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, pack) in packs.iter().enumerate() {
        let own = &pack.file.procedure;
        for other in packs.iter().skip(at + 1) {
            let theirs = &other.file.procedure;
            let meet = own.in_force.covers(theirs.in_force.from) || theirs.in_force.covers(own.in_force.from);
            if own.id == theirs.id && meet {
                let message = format!("程序“{}”有两份文件在同一天施行：{}", own.name, pack.path);
                let fault = Diagnostic::error("overlap", message).at(theirs.place.clone());
                found.push(fault.help("给先施行的一份写上 until。"));
            }
        }
    }
    found
}

/// What has figures: a version of a procedure, or a register.
#[derive(Clone, Copy)]
struct Home<'a> {
    id: &'a str,
    figures: &'a [Figure],
    path: &'a str,
    place: &'a Place,
}

/// Figures and the words that reports state them under have one home.
fn figures_twice(packs: &[Arc<Pack>], lists: &[Arc<Register>]) -> Vec<Diagnostic> {
    let of_packs = packs.iter().map(|pack| {
        let own = &pack.file.procedure;
        Home { id: &own.id, figures: &pack.file.figures, path: &pack.path, place: &own.place }
    });
    let of_lists = lists.iter().map(|list| Home {
        id: &list.id,
        figures: &list.figures,
        path: &list.place.file,
        place: &list.place,
    });
    let mut known: BTreeMap<&str, Vec<Home<'_>>> = BTreeMap::new();
    let mut said: BTreeMap<&str, Vec<(Home<'_>, &Figure)>> = BTreeMap::new();
    let mut found = Vec::new();
    for home in of_packs.chain(of_lists) {
        for figure in home.figures {
            for other in known.get(figure.id.as_str()).into_iter().flatten().filter(|one| one.id != home.id) {
                let message = format!("指标标识“{}”在{}里已经用过", figure.id, other.path);
                found.push(Diagnostic::error("figure_twice", message).at(home.place.clone()));
            }
            for phrase in &figure.stated_as {
                let others = said.get(phrase.as_str()).into_iter().flatten();
                for (other, mine) in others.filter(|(one, mine)| one.id != home.id && mine.id != figure.id) {
                    let (name, path, mine) = (&figure.name, other.path, &mine.name);
                    let message = format!("指标“{name}”的说法“{phrase}”在{path}里已经是指标“{mine}”的");
                    found.push(Diagnostic::error("phrase_twice", message).at(home.place.clone()));
                }
            }
        }
        for figure in home.figures {
            known.entry(&figure.id).or_default().push(home);
            figure.stated_as.iter().for_each(|phrase| said.entry(phrase).or_default().push((home, figure)));
        }
    }
    found
}
