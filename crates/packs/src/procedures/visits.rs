//! What a procedure's file says of visits to enterprises: where its record names the enterprise and what is looked at there,
//! what the platform computes of it, which acts are a visit and which are held against the cap and the quiet days again.

use norms::{ActId, ActSet, FieldType};

use super::tasks::field;
use super::{Draft, unknown};
use crate::source::Table;

/// The acts and fields of a procedure whose cases are visits to enterprises. 涉企检查程序
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visits {
    /// The act that opens the case; the fields are its own.
    pub plans: ActId,
    pub enterprise: u16,
    /// What is looked at: the key or the name of an entry of `items`.
    pub item: u16,
    /// The day on which somebody means to go.
    pub on: u16,
    /// The last day on which somebody may come, where that is another one.
    pub until: Option<u16>,
    /// Who is to go.
    pub officers: Vec<u16>,
    /// Why; and the options for which neither cap nor quiet days bar a visit.
    pub trigger: u16,
    pub excepted: Vec<String>,
    /// Computed: whether the item is published, how often the enterprise was visited for it this year, how often it may be,
    /// whether the day is quiet.
    pub listed: u16,
    pub done: u16,
    pub cap: u16,
    pub quiet: u16,
    /// Acts that are a visit.
    pub counts: ActSet,
    /// Acts before which cap and quiet days are looked at once more.
    pub guards: ActSet,
    /// Acts after which nobody goes any more: refused, called off.
    pub ends: ActSet,
    /// The act that lets somebody go, and the one that records the arrival.
    pub approves: ActId,
    pub arrives: ActId,
    /// Registers of what may be looked at, and of quiet days.
    pub items: String,
    pub quiet_days: String,
    pub basis: String,
    pub unverified: bool,
}

pub(super) fn read(root: &Table<'_>, draft: &mut Draft) -> Option<Visits> {
    let table = root.table("visits", "涉企检查")?;
    let act = |key: &str| table.need_text(key).and_then(|at| draft.act(&table, &at));
    let (plans, approves, arrives) = (act("plans"), act("approves"), act("arrives"));
    let field = |key: &str, kind: FieldType| {
        let at = table.need_text(key)?;
        field(draft, &table, plans?, &at, kind)
    };
    let enterprise = field("enterprise", FieldType::Party);
    let (item, on) = (field("item", FieldType::Words), field("on", FieldType::Date));
    let until = table.has("until").then(|| field("until", FieldType::Date)).flatten();
    let officers = table.texts("officers");
    let officers =
        officers.iter().filter_map(|at| super::tasks::field(draft, &table, plans?, at, FieldType::Officer));
    let officers: Vec<u16> = officers.collect();
    let trigger = field("trigger", FieldType::Choice);
    let (listed, quiet) = (field("listed", FieldType::YesNo), field("quiet", FieldType::YesNo));
    let (done, cap) = (field("done", FieldType::Number), field("cap", FieldType::Number));
    let excepted = table.texts("excepted");
    if let Some(spec) = plans.and_then(|act| draft.procedure.act_of(act))
        && let Some(own) = trigger.and_then(|at| spec.fields.get(usize::from(at)))
    {
        for at in excepted.iter().filter(|at| own.options.iter().all(|(id, _)| *id != at.value)) {
            unknown(&table, "unknown_field", "选项", at, own.options.iter().map(|(id, _)| id.as_str()));
        }
    }
    let (counts, guards) = (draft.act_set(&table, "counts"), draft.act_set(&table, "guards"));
    let ends = draft.act_set(&table, "ends");
    for key in ["counts", "guards", "ends"].into_iter().filter(|key| !table.has(key)) {
        table.missing(key);
    }
    let (items, quiet_days) = (table.need_text("items"), table.need_text("quiet_days"));
    let (basis, unverified) = (table.need_text("basis"), table.flag("unverified"));
    table.finish();
    let made = Visits {
        plans: plans?,
        enterprise: enterprise?,
        item: item?,
        on: on?,
        until,
        officers,
        trigger: trigger?,
        excepted: excepted.into_iter().map(|at| at.value).collect(),
        listed: listed?,
        done: done?,
        cap: cap?,
        quiet: quiet?,
        counts,
        guards,
        ends,
        approves: approves?,
        arrives: arrives?,
        items: items?.value,
        quiet_days: quiet_days?.value,
        basis: basis?.value,
        unverified,
    };
    let computed = vec![made.listed, made.done, made.cap, made.quiet];
    if let Some(spec) = draft.procedure.acts.get_mut(made.plans.index()) {
        spec.computed = computed;
    }
    Some(made)
}
