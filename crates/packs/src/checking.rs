//! Checks everything: proves each procedure, runs all cases, and tells which concrete systems of the plan they show.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::thread;

use ::registers::Register;
use base::{Diagnostic, Place, closest};
use norms::check;
use plan::coverage::Shown;

use crate::Files;
use crate::load::{Pack, Rules, is_cases, read, sources};
use crate::procedures;
use crate::registers;
use crate::source::Source;

/// What checking everything came to. 检查结果
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub procedures: usize,
    pub registers: usize,
    pub figures: usize,
    pub laws: usize,
    pub cases: usize,
    /// The states walked, procedure by procedure: id, how many, all of them or not.
    pub explored: Vec<(String, u64, bool)>,
    pub findings: Vec<Diagnostic>,
    /// Expected days that came out otherwise: path, line, column, and what should stand there.
    pub updates: Vec<(Place, String)>,
}

/// A name that is not that of a procedure, a register or a file of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    pub name: String,
    /// The one most like it.
    pub near: Option<String>,
}

impl Checked {
    fn sort(&mut self) {
        self.findings.sort_by(|a, b| (&a.place, a.severity).cmp(&(&b.place, b.severity)));
    }
}

/// Proves every procedure and runs all cases, on two threads. Files with mistakes are reported and passed over.
#[must_use]
pub fn check_all(files: &Files) -> Checked {
    let (rules, findings) = read(files);
    let mut checked = Checked { findings, ..Checked::default() };
    let Some(rules) = rules else { return checked };
    let packs: Vec<&Pack> = rules.packs.iter().map(|pack| &**pack).collect();
    let mut shown = run_all(files, &rules, &packs, rules.registers.iter(), &mut checked);
    shown.extend(shown_by_engines(&rules));
    checked.findings.extend(check_plans(files, &rules, &shown));
    checked.findings.extend(crate::schemes::check(files, &rules));
    checked.findings.extend(crate::tables::check(files, &rules));
    checked.findings.extend(crate::review_sheets::check(files, &rules));
    checked.findings.extend(crate::exports::check(files, &rules));
    prove_all(&packs, &mut checked);
    checked.findings.extend(orphans(files, &rules));
    checked.sort();
    checked
}

/// The same for some procedures and registers: by id, file, its name without ending, or folder. What only all of them
/// together can show (the plan's systems, schemes, lonely cases) is not looked at.
///
/// # Errors
/// A name that names none.
pub fn check_only(files: &Files, names: &[String]) -> Result<Checked, UnknownName> {
    let (rules, findings) = read(files);
    let chosen = chosen(files, rules.as_ref(), names)?;
    let is_chosen = |path: &str| chosen.contains(path);
    let of_chosen = |found: &Diagnostic| {
        let file = found.place.as_ref().map_or("", |place| place.file.as_str());
        !file.starts_with("packs/") || is_chosen(file) || chosen.iter().any(|home| stands_beside(file, home))
    };
    let findings = findings.into_iter().filter(of_chosen).collect();
    let mut checked = Checked { findings, ..Checked::default() };
    if let Some(rules) = rules {
        let packs = rules.packs.iter().map(|pack| &**pack);
        let packs: Vec<&Pack> = packs.filter(|pack| is_chosen(&pack.path)).collect();
        let registers = rules.registers.iter().filter(|register| is_chosen(&register.place.file));
        run_all(files, &rules, &packs, registers, &mut checked);
        prove_all(&packs, &mut checked);
    }
    checked.sort();
    Ok(checked)
}

/// The files of the procedures and registers that are named.
fn chosen(files: &Files, rules: Option<&Rules>, names: &[String]) -> Result<BTreeSet<String>, UnknownName> {
    let homes: Vec<&str> =
        files.under("packs").map(|(path, _)| path).filter(|path| !is_cases(path)).collect();
    let packs = rules.iter().flat_map(|rules| &rules.packs);
    let packs = packs.map(|pack| (pack.file.procedure.id.as_str(), pack.path.as_str()));
    let registers = rules.iter().flat_map(|rules| &rules.registers);
    let ids = packs.chain(registers.map(|register| (register.id.as_str(), register.place.file.as_str())));
    let ids: Vec<(&str, &str)> = ids.collect();
    let mut chosen = BTreeSet::new();
    for name in names {
        let asked = name.trim_start_matches("./").trim_end_matches('/');
        let by_path = homes.iter().copied().filter(|home| is_named(home, asked));
        let by_id = ids.iter().filter(|(id, _)| *id == asked).map(|(_, home)| *home);
        let found: BTreeSet<String> = by_path.chain(by_id).map(str::to_owned).collect();
        if found.is_empty() {
            let near = closest(asked, ids.iter().map(|(id, _)| *id).chain(homes.iter().copied()));
            return Err(UnknownName { name: name.clone(), near: near.map(str::to_owned) });
        }
        chosen.extend(found);
    }
    Ok(chosen)
}

/// Whether a name is that of a file: its path or its name, with or without ending, one of its cases, or a folder above.
fn is_named(home: &str, name: &str) -> bool {
    let stem = home.trim_end_matches(".toml");
    let inside = |home: &str| home.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    home == name
        || stem == name
        || stem.rsplit('/').next() == Some(name)
        || is_cases(name) && stands_beside(name, home)
        || inside(home)
        || home.strip_prefix("packs/").is_some_and(inside)
}

/// Whether a file of cases stands beside a procedure or register.
fn stands_beside(cases: &str, home: &str) -> bool {
    cases.strip_prefix(home.trim_end_matches(".toml")).is_some_and(|rest| rest.starts_with('.'))
}

/// Runs the cases of procedures and registers.
fn run_all<'a>(
    files: &Files,
    rules: &Rules,
    packs: &[&Pack],
    registers: impl Iterator<Item = &'a Arc<Register>>,
    checked: &mut Checked,
) -> Vec<Shown> {
    let mut shown = Vec::new();
    checked.laws = rules.laws.laws().len();
    for pack in packs {
        checked.procedures += 1;
        checked.figures += pack.file.figures.len();
        shown.extend(run_cases(files, rules, pack, checked));
    }
    for register in registers {
        checked.registers += 1;
        checked.figures += register.figures.len();
        shown.extend(run_register_cases(files, rules, register, checked));
    }
    shown
}

/// Proves all procedures, in their order. Those with most acts begin first, so that no thread waits long for the other.
fn prove_all(packs: &[&Pack], checked: &mut Checked) {
    let mut order: Vec<usize> = (0..packs.len()).collect();
    order.sort_by_key(|at| packs.get(*at).map_or(0, |pack| pack.file.procedure.acts.len()));
    let (waiting, done) = (Mutex::new(order), Mutex::new(Vec::new()));
    let work = || {
        while let Some(at) = waiting.lock().ok().and_then(|mut all| all.pop()) {
            let Some(pack) = packs.get(at) else { continue };
            let (explored, found) = check::prove(&pack.file.procedure);
            let told = (pack.file.procedure.id.clone(), explored.states, explored.whole);
            if let Ok(mut done) = done.lock() {
                done.push((at, (told, found)));
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    for (_, (explored, found)) in done {
        checked.explored.push(explored);
        checked.findings.extend(found);
    }
}

/// The plans, and whether what packs and figures say that they carry is in them, and what their cases say they show.
fn check_plans(files: &Files, rules: &Rules, shown: &[Shown]) -> Vec<Diagnostic> {
    let (plans, mut found) = crate::plans::read(&sources(files, "plans"));
    if let Some((plans, plan)) = plans.as_ref().and_then(|plans| Some((plans, plans.plan()?))) {
        found.extend(plan::coverage(plan, &plans.catalogue, &crate::plans::carriers(rules), shown).findings);
    }
    found
}

/// The cases that stand beside a file of `packs/`. 案例数
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The files that they stand in.
    pub files: Vec<String>,
    pub cases: usize,
    /// Acts or entries that they try and that must be refused.
    pub refusals: usize,
}

/// Counts the cases that stand beside a procedure's or a register's file.
#[must_use]
pub fn beside(files: &Files, rules: &Rules, path: &str) -> Beside {
    let pack = rules.packs.iter().find(|pack| pack.path == path);
    let register = rules.registers.iter().find(|register| register.place.file == path);
    let mut made = Beside::default();
    for (own, text) in cases_of(files, path) {
        let source = Source::new(own, text);
        let refusals: Vec<usize> = match (pack, register) {
            (Some(pack), _) => {
                let (cases, _) = procedures::cases::read(&source, &pack.file.procedure);
                cases.iter().map(|case| case.refused.len()).collect()
            }
            (None, Some(register)) => {
                let (cases, _) = registers::cases::read(&source, register);
                cases.iter().map(|case| case.refused.len()).collect()
            }
            (None, None) => Vec::new(),
        };
        made.files.push(own.to_owned());
        made.cases += refusals.len();
        made.refusals += refusals.iter().sum::<usize>();
    }
    made
}

/// Which concrete systems the cases show being carried.
#[must_use]
pub fn shown(files: &Files, rules: &Rules) -> Vec<Shown> {
    let mut all = Vec::new();
    for pack in &rules.packs {
        for (path, text) in cases_of(files, &pack.path) {
            let (cases, _) = procedures::cases::read(&Source::new(path, text), &pack.file.procedure);
            let of = &pack.file.procedure.id;
            all.extend(cases.into_iter().flat_map(|case| told(of, &case.title, &case.place, case.systems)));
        }
    }
    for register in &rules.registers {
        for (path, text) in cases_of(files, &register.place.file) {
            let (cases, _) = registers::cases::read(&Source::new(path, text), register);
            let of = &register.id;
            all.extend(cases.into_iter().flat_map(|case| told(of, &case.title, &case.place, case.systems)));
        }
    }
    all.extend(shown_by_engines(rules));
    all
}

/// The tests of the engines. What they name is in the repository and not in the data, so it is tested there.
fn shown_by_engines(rules: &Rules) -> impl Iterator<Item = Shown> {
    rules.engines.iter().flat_map(|engine| {
        engine.tests.iter().map(|test| Shown {
            system: test.system.clone(),
            by: engine.id.clone(),
            title: format!("{}::{}", test.file, test.name),
            place: test.place.clone(),
        })
    })
}

fn told(of: &str, title: &str, place: &Place, systems: Vec<String>) -> Vec<Shown> {
    let one = |system| Shown { system, by: of.to_owned(), title: title.to_owned(), place: place.clone() };
    systems.into_iter().map(one).collect()
}

/// The files of cases that stand beside a file of `packs/`.
fn cases_of<'a>(files: &'a Files, path: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let home = path.to_owned();
    files.under("packs").filter(move |(path, _)| is_cases(path) && stands_beside(path, &home))
}

fn run_cases(files: &Files, rules: &Rules, pack: &Pack, checked: &mut Checked) -> Vec<Shown> {
    let mut shown = Vec::new();
    let engine = pack.engine(&rules.calendar);
    let mut outcomes = Vec::new();
    for (path, text) in cases_of(files, &pack.path) {
        let (cases, found) = procedures::cases::read(&Source::new(path, text), &pack.file.procedure);
        checked.findings.extend(found);
        for case in cases {
            checked.cases += 1;
            let mut outcome = norms::cases::run(&engine, &case);
            checked
                .findings
                .extend(outcome.failures.iter().map(|why| case_fails(&case.title, &case.place, why)));
            checked.updates.append(&mut outcome.updates);
            outcomes.push(outcome);
            shown.extend(told(&pack.file.procedure.id, &case.title, &case.place, case.systems));
        }
    }
    checked.findings.extend(check::untested(&engine, &outcomes));
    shown
}

fn run_register_cases(
    files: &Files,
    rules: &Rules,
    register: &Register,
    checked: &mut Checked,
) -> Vec<Shown> {
    let mut shown = Vec::new();
    for (path, text) in cases_of(files, &register.place.file) {
        let (cases, found) = registers::cases::read(&Source::new(path, text), register);
        checked.findings.extend(found);
        for case in cases {
            checked.cases += 1;
            let failures = ::registers::cases::run(register, &case, &rules.calendar);
            checked.findings.extend(failures.iter().map(|why| case_fails(&case.title, &case.place, why)));
            shown.extend(told(&register.id, &case.title, &case.place, case.systems));
        }
    }
    shown
}

fn case_fails(title: &str, place: &Place, why: &impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error("case_fails", format!("案例“{title}”：{why}")).at(place.clone())
}

/// Files of cases that stand beside no procedure and no register.
fn orphans(files: &Files, rules: &Rules) -> Vec<Diagnostic> {
    let packs = rules.packs.iter().map(|pack| pack.path.as_str());
    let registers = rules.registers.iter().map(|register| register.place.file.as_str());
    let stems: Vec<&str> = packs.chain(registers).map(|path| path.trim_end_matches(".toml")).collect();
    let lonely = files
        .under("packs")
        .filter(|(path, _)| is_cases(path))
        .filter(|(path, _)| !stems.iter().any(|stem| stands_beside(path, stem)));
    let one = |(path, _): (&str, &str)| {
        let place = Place { file: path.to_owned(), line: 1, column: 1 };
        let message = format!("案例文件{path}旁边没有可用的程序或台账文件");
        let mut found = Diagnostic::warning("orphan_cases", message).at(place);
        found.help =
            closest(path, stems.iter().copied()).map(|near| format!("是不是想放在{near}.toml旁边？"));
        found
    };
    lonely.map(one).collect()
}
