//! What a procedure's file says of tasks of a plan: which of its acts say how far a task is, and where a record speaks of
//! a measure.

use ::figures::{Figure, Measure};
use base::Diagnostic;
use norms::{ActId, ActSet, FieldType};

use super::{Draft, unknown};
use crate::source::{At, Table};

/// The acts of a procedure whose cases are tasks of a plan, by what they say of a task. 任务程序
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskActs {
    /// The figure that counts the opening act: its records are the tasks.
    pub figure: String,
    pub assigns: ActId,
    pub begins: ActSet,
    pub done: ActSet,
    pub returns: ActSet,
    pub confirms: ActSet,
    /// The act that gives more time, and the field with the number of days.
    pub postpones: Option<(ActId, u16)>,
    pub drops: ActSet,
}

/// A record that speaks of a measure: which field has its number, and which says what. 涉及措施的记录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutMeasure {
    pub act: ActId,
    pub measure: u16,
    pub shows: u16,
    /// The figure that counts the act: its records are looked through.
    pub figure: String,
}

/// What the opening act of a task records, and as what. `docs/plan.md` says what each means.
const FIELDS: [(&str, FieldType); 18] = [
    ("plan", FieldType::Words),
    ("measure", FieldType::Words),
    ("year", FieldType::Number),
    ("title", FieldType::Words),
    ("content", FieldType::Text),
    ("lead", FieldType::Organ),
    ("helping", FieldType::Words),
    ("due", FieldType::Date),
    ("deliverable", FieldType::Words),
    ("proof", FieldType::Choice),
    ("figure", FieldType::Words),
    ("bound", FieldType::Choice),
    ("target", FieldType::Number),
    ("scope", FieldType::Choice),
    ("register", FieldType::Words),
    ("entry_key", FieldType::Words),
    ("document", FieldType::Words),
    ("case_number", FieldType::Words),
];

pub(super) fn read(root: &Table<'_>, draft: &Draft, figures: &[Figure]) -> Option<TaskActs> {
    let table = root.table("tasks", "任务表")?;
    let (assigns, figure) = counted(draft, &table, figures)?;
    let postpones = table.table("postpones", "任务表的 postpones").and_then(|one| {
        let act = one.need_text("act").and_then(|at| draft.act(&one, &at));
        let days = one.need_text("days");
        one.finish();
        let (act, days) = (act?, days?);
        Some((act, field(draft, &one, act, &days, FieldType::Number)?))
    });
    let made = TaskActs {
        figure,
        assigns,
        begins: draft.act_set(&table, "begins"),
        done: draft.act_set(&table, "done"),
        returns: draft.act_set(&table, "returns"),
        confirms: draft.act_set(&table, "confirms"),
        postpones,
        drops: draft.act_set(&table, "drops"),
    };
    for key in ["done", "confirms"].into_iter().filter(|key| !table.has(key)) {
        table.missing(key);
    }
    table.finish();
    for (id, kind) in FIELDS {
        let at = At { value: id.to_owned(), place: table.place() };
        field(draft, &table, assigns, &at, kind);
    }
    Some(made)
}

pub(super) fn about(root: &Table<'_>, draft: &Draft, figures: &[Figure]) -> Vec<AboutMeasure> {
    let mut made = Vec::new();
    for table in root.tables("about_measure", |at| format!("第{at}处涉及措施的记录")) {
        let (measure, shows) = (table.need_text("measure"), table.need_text("shows"));
        let found = counted(draft, &table, figures);
        table.finish();
        let (Some((act, figure)), Some(measure), Some(shows)) = (found, measure, shows) else { continue };
        let measure = field(draft, &table, act, &measure, FieldType::Words);
        let shows = field(draft, &table, act, &shows, FieldType::Text);
        if let (Some(measure), Some(shows)) = (measure, shows) {
            made.push(AboutMeasure { act, measure, shows, figure });
        }
    }
    made
}

/// The one act that a figure counts without a condition.
pub(super) fn counted(draft: &Draft, table: &Table<'_>, figures: &[Figure]) -> Option<(ActId, String)> {
    let at = table.need_text("figure")?;
    let Some(figure) = figures.iter().find(|figure| figure.id == at.value) else {
        unknown(table, "unknown_figure", "指标", &at, figures.iter().map(|figure| figure.id.as_str()));
        return None;
    };
    let acts: Vec<ActId> = match (&figure.measure, figure.guard) {
        (Measure::Count { acts }, None) => acts.iter().collect(),
        _ => Vec::new(),
    };
    let [act] = acts.as_slice() else {
        let message = format!("{}的指标“{}”要无条件地计一个事项的次数", table.what, figure.name);
        table.say(Diagnostic::error("wrong_type", message).at(at.place));
        return None;
    };
    draft.procedure.act_of(*act)?;
    Some((*act, at.value))
}

/// The place of a field of an act that must be of a kind.
pub(super) fn field(
    draft: &Draft,
    table: &Table<'_>,
    act: ActId,
    at: &At<String>,
    kind: FieldType,
) -> Option<u16> {
    let fields = draft.procedure.act_of(act).map_or(&[][..], |act| act.fields.as_slice());
    let Some(place) = draft.procedure.field_named(act, &at.value) else {
        let what = format!("字段（事项“{}”里）", draft.procedure.name_of(act));
        unknown(table, "unknown_field", &what, at, fields.iter().map(|field| field.id.as_str()));
        return None;
    };
    let found = fields.get(usize::from(place)).filter(|found| found.kind == kind);
    if found.is_none() {
        let message = format!("{}的字段“{}”要用{}类型", table.what, at.value, kind.label());
        table.say(Diagnostic::error("wrong_type", message).at(at.place.clone()));
    }
    found.map(|_| place)
}
