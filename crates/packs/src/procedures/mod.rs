//! Reads a procedure's file into `norms::Procedure`: names resolved, guards typed, all mistakes at once.

mod acts;
mod asks;
mod assessment;
pub mod cases;
pub(crate) mod figures;
mod report;
pub mod report_form;
mod rules;
mod shelf;
mod showing;
mod starts;
mod tasks;
mod visits;

pub(crate) use acts::fields;
pub use assessment::AssessmentActs;
pub use report::{ReportActs, Taken};
pub use report_form::ReportForm;
pub use tasks::{AboutMeasure, TaskActs};
pub use visits::Visits;

use ::figures::Figure;
use base::{Diagnostic, Place, closest};
use calendar::{Day, Limit};
use norms::guard::Guard;
use norms::{
    Act, ActId, ActSet, DocumentKind, Force, Parameter, ParameterValue, Procedure, Role, RoleKind, Setting,
};

use crate::source::{At, Doc, Literal, Source, Table};

/// A procedure with the figures that its file defines.
#[derive(Clone, Debug)]
pub struct ProcedureFile {
    pub procedure: Procedure,
    pub figures: Vec<Figure>,
    /// Which of its acts take over a report that is drafted on the platform.
    pub report: Option<ReportActs>,
    /// Where its cases are tasks of a plan: which acts say what of a task.
    pub tasks: Option<TaskActs>,
    /// Where its cases are visits to enterprises: which acts say what of one.
    pub visits: Option<Visits>,
    /// Records that speak of a measure of a plan.
    pub about: Vec<AboutMeasure>,
    /// Where its cases are assessments by a scheme: which acts say what of a score.
    pub assessment: Option<AssessmentActs>,
}

/// Reads one file. `system` is the folder that it stands in.
#[must_use]
pub fn read(source: &Source, system: &str) -> (Option<ProcedureFile>, Vec<Diagnostic>) {
    let (made, mut found) = Doc::read(source, |root| head(root, system));
    found.dedup();
    let sound = !found.iter().any(Diagnostic::is_error);
    (made.filter(|_| sound), found)
}

/// What is read so far; norms and guards resolve names against it.
pub(crate) struct Draft {
    pub procedure: Procedure,
}

fn head(root: &Table<'_>, system: &str) -> Option<ProcedureFile> {
    let id = root.need_text("procedure");
    let name = root.need_text("name");
    let law = root.need_text("law");
    let number = root.need_text("number");
    let in_force = force(root);
    let measures = root.integers("measures").into_iter().map(|at| at.value.to_string());
    let mut procedure = Procedure {
        id: id.map_or(String::new(), |at| at.value),
        name: name.map_or(String::new(), |at| at.value),
        system: system.to_owned(),
        measures: measures.collect(),
        systems: root.texts("systems").into_iter().map(|at| at.value).collect(),
        in_force: in_force.unwrap_or(Force { from: Day::from_ymd(1949, 10, 1)?, until: None }),
        law: law.map_or(String::new(), |at| at.value),
        held_by: organ_kinds(root, "held_by"),
        number: number.map_or(String::new(), |at| at.value),
        phases: root.texts("phases").into_iter().map(|at| at.value).collect(),
        roles: Vec::new(),
        acts: Vec::new(),
        norms: Vec::new(),
        guards: Vec::new(),
        parameters: parameters(root),
        documents: Vec::new(),
        withholds: Vec::new(),
        shelf: None,
        place: root.place(),
    };
    if procedure.held_by.is_empty() {
        root.missing("held_by");
    }
    procedure.documents = documents(root);
    procedure.roles = roles(root);
    let mut draft = Draft { procedure };
    acts::read(root, &mut draft);
    rules::read(root, &mut draft);
    rules::withholds(root, &mut draft);
    draft.procedure.shelf = shelf::read(root, &draft);
    let figures = figures::read(root, &mut draft);
    let report = report::read(root, &draft);
    let tasks = tasks::read(root, &draft, &figures);
    let about = tasks::about(root, &draft, &figures);
    let visits = visits::read(root, &mut draft);
    let assessment = assessment::read(root, &draft, &figures);
    Some(ProcedureFile { procedure: draft.procedure, figures, report, tasks, visits, about, assessment })
}

fn force(root: &Table<'_>) -> Option<Force> {
    let Some(table) = root.table("in_force", "in_force") else {
        root.missing("in_force");
        return None;
    };
    let from = day(&table, "from");
    if from.is_none() {
        table.missing("from");
    }
    let until = day(&table, "until");
    table.finish();
    Some(Force { from: from?, until })
}

/// A list of kinds of organ; each must be one that there is.
pub(crate) fn organ_kinds(root: &Table<'_>, key: &str) -> Vec<String> {
    let known = || norms::ORGAN_KINDS.iter().map(|(kind, _)| *kind);
    let listed = root.texts(key);
    for at in listed.iter().filter(|at| !known().any(|kind| kind == at.value)) {
        unknown(root, "unknown_organ_kind", "机关性质", at, known());
    }
    listed.into_iter().map(|at| at.value).collect()
}

/// A date of the file as a civil day; one that does not exist is a finding.
pub(crate) fn day(table: &Table<'_>, key: &str) -> Option<Day> {
    let at = table.date(key)?;
    let (year, month, number) = at.value;
    let made = Day::from_ymd(i32::from(year), month, number);
    if made.is_none() {
        let message = format!("{}的“{key}”不是存在的日期", table.what);
        table.say(Diagnostic::error("bad_date", message).at(at.place));
    }
    made
}

fn documents(root: &Table<'_>) -> Vec<DocumentKind> {
    let Some(table) = root.table("documents", "文书表") else { return Vec::new() };
    let read = |(id, one): (At<String>, Table<'_>)| {
        let name = one.need_text("name").map_or(String::new(), |at| at.value);
        let number = one.text("number").unwrap_or_default();
        one.finish();
        DocumentKind { id: id.value, name, number }
    };
    table.entries(|id| format!("文书 {id}")).into_iter().map(read).collect()
}

fn roles(root: &Table<'_>) -> Vec<Role> {
    let mut made = Vec::new();
    if let Some(table) = root.table("roles", "角色表") {
        for (id, one) in table.entries(|id| format!("角色 {id}")) {
            let name = one.need_text("name").map_or(String::new(), |at| at.value);
            let kind = choose(
                &one,
                "is",
                &[
                    ("party", RoleKind::Party),
                    ("organ", RoleKind::Organ),
                    ("officer", RoleKind::Officer),
                    ("outside", RoleKind::Outside),
                    ("clock", RoleKind::Clock),
                ],
            );
            let head = choose(&one, "rank", &[("staff", false), ("head", true)]).unwrap_or(false);
            one.finish();
            made.push(Role { id: id.value, name, kind: kind.unwrap_or(RoleKind::Officer), head });
        }
    } else {
        root.missing("roles");
    }
    if !made.iter().any(|role| role.id == "clock") {
        let name = "期限届满".to_owned();
        made.push(Role { id: "clock".to_owned(), name, kind: RoleKind::Clock, head: false });
    }
    made
}

/// One of a few words; another is a finding with the nearest.
pub(crate) fn choose<T: Copy>(table: &Table<'_>, key: &str, options: &[(&str, T)]) -> Option<T> {
    let at = table.text_at(key)?;
    let found = options.iter().find(|(word, _)| *word == at.value).map(|(_, value)| *value);
    if found.is_none() {
        let words: Vec<&str> = options.iter().map(|(word, _)| *word).collect();
        let message = format!("{}的“{key}”不能是“{}”", table.what, at.value);
        let near = closest(&at.value, words.iter().copied());
        let help = near
            .map_or_else(|| format!("可用：{}", words.join("、")), |near| format!("是不是想写“{near}”？"));
        table.say(Diagnostic::error("unknown_word", message).at(at.place).help(help));
    }
    found
}

fn parameters(root: &Table<'_>) -> Vec<Parameter> {
    let mut made: Vec<Parameter> = Vec::new();
    for table in root.tables("parameter", |at| format!("第{at}个参数")) {
        let name = table.need_text("name");
        let from = day(&table, "from");
        if from.is_none() && !table.has("from") {
            table.missing("from");
        }
        let amount = setting(&table);
        let basis = table.need_text("basis").map_or(String::new(), |at| at.value);
        let unverified = table.flag("unverified");
        table.text("note");
        table.finish();
        let (Some(name), Some(from), Some(amount)) = (name, from, amount) else { continue };
        let value = ParameterValue { from, amount, basis, unverified };
        match made.iter_mut().find(|parameter| parameter.name == name.value) {
            Some(parameter) => parameter.values.push(value),
            None => made.push(Parameter { name: name.value, values: vec![value] }),
        }
    }
    for parameter in &mut made {
        parameter.values.sort_by_key(|value| value.from);
    }
    made
}

fn setting(table: &Table<'_>) -> Option<Setting> {
    let Some(at) = table.value("value") else {
        table.missing("value");
        return None;
    };
    let made = match &at.value {
        Literal::Integer(number) => number.checked_mul(norms::PARTS).map(Setting::Number),
        Literal::Flag(flag) => Some(Setting::Flag(*flag)),
        Literal::Text(text) => Limit::parse(text)
            .ok()
            .map(Setting::Limit)
            .or_else(|| norms::guard::money(text).map(Setting::Money)),
        _ => None,
    };
    if made.is_none() {
        let message = format!(
            "{}的“value”应当是期限（如 \"15 days\"）、金额（如 \"10_000 yuan\"）、整数或 true、false",
            table.what
        );
        table.say(Diagnostic::error("wrong_type", message).at(at.place));
    }
    made
}

impl Draft {
    /// The acts that a key names; a name that is no act is a finding.
    pub(crate) fn act_set(&self, table: &Table<'_>, key: &str) -> ActSet {
        table.texts(key).iter().filter_map(|at| self.act(table, at)).collect()
    }

    pub(crate) fn act(&self, table: &Table<'_>, at: &At<String>) -> Option<ActId> {
        let found = self.procedure.act_named(&at.value);
        if found.is_none() {
            let known = self.procedure.acts.iter().map(|act| act.id.as_str());
            unknown(table, "unknown_act", "事项", at, known);
        }
        found
    }

    /// Types a guard and keeps it; its place among the guards.
    pub(crate) fn guard(&mut self, table: &Table<'_>, key: &str) -> Option<u8> {
        let Procedure { acts, parameters, guards, .. } = &mut self.procedure;
        guard(table, key, (acts, parameters), guards)
    }

    /// The same of a guard that is made of others.
    pub(crate) fn guard_of(&mut self, table: &Table<'_>, at: At<String>) -> Option<u8> {
        let Procedure { acts, parameters, guards, .. } = &mut self.procedure;
        typed(table, at, (acts, parameters), guards)
    }
}

/// Types a guard over acts and parameters and keeps it; its place among the guards. Equal guards are kept once.
pub(crate) fn guard(
    table: &Table<'_>,
    key: &str,
    (acts, parameters): (&[Act], &[Parameter]),
    guards: &mut Vec<Guard>,
) -> Option<u8> {
    typed(table, table.text_at(key)?, (acts, parameters), guards)
}

fn typed(
    table: &Table<'_>,
    at: At<String>,
    (acts, parameters): (&[Act], &[Parameter]),
    guards: &mut Vec<Guard>,
) -> Option<u8> {
    if let Some(known) = guards.iter().position(|guard| guard.text == at.value) {
        return u8::try_from(known).ok();
    }
    match norms::guard::compile(&at.value, acts, parameters) {
        Ok(guard) => {
            let place = u8::try_from(guards.len()).ok();
            if place.is_none() {
                let message = format!("一个程序最多{}个条件", norms::MOST_GUARDS);
                table.say(Diagnostic::error("too_many", message).at(at.place));
            }
            guards.push(guard);
            place
        }
        Err(fault) => {
            let inside = at.value.get(..fault.offset).map_or(0, |before| before.chars().count());
            let place = Place { column: at.place.column + 1 + inside, ..at.place };
            let mut found = Diagnostic::error("bad_guard", fault.message).at(place);
            found.help = fault.help;
            table.say(found);
            None
        }
    }
}

/// Reports a name that does not exist, with the nearest one.
pub(crate) fn unknown<'a>(
    table: &Table<'_>,
    code: &'static str,
    what: &str,
    at: &At<String>,
    known: impl IntoIterator<Item = &'a str>,
) {
    let mut found = Diagnostic::error(code, format!("{}：没有名为“{}”的{what}", table.what, at.value));
    found.place = Some(at.place.clone());
    found.help = closest(&at.value, known).map(|near| format!("是不是想写“{near}”？"));
    table.say(found);
}
