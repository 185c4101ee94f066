//! What acts ask of the platform's engines: a step of a draw, a joint plan, the benchmarks of discretion.

use base::{Diagnostic, Place};
use norms::{
    Act, ActId, Discretion, DrawStep, ExamStep, Field, FieldType, JOINT_ASKED, JOINT_FILLED, QUALIFY_FILLED,
    ReviewStep,
};

use super::{Draft, unknown};
use crate::source::{At, Table};

/// `draw = "list"`: the step, when the record has its fields.
pub(super) fn draw(table: &Table<'_>, fields: &[Field]) -> Option<DrawStep> {
    let at = table.text_at("draw")?;
    let Some(step) = DrawStep::parse(&at.value) else {
        unknown(table, "unknown_step", "抽取步骤", &at, DrawStep::ALL.iter().map(|(id, _)| *id));
        return None;
    };
    let what = format!("draw = \"{}\" ", at.value);
    lacking(table, &what, &at.place, fields, step.asked().iter().chain(step.filled()));
    let is_list = matches!(step, DrawStep::List | DrawStep::Files);
    let rows = fields.iter().find(|field| field.id == "exclusions" && is_list);
    if rows.is_some_and(|rows| rows.columns.len() != 3) {
        let message = "字段 exclusions 要有三列：排除对象还是人员、编号、理由";
        table.say(Diagnostic::error("draw_field", message).at(at.place));
    }
    Some(step)
}

/// `review = "score"`: the step, when the record has its fields.
pub(super) fn review(table: &Table<'_>, fields: &[Field]) -> Option<ReviewStep> {
    let at = table.text_at("review")?;
    let Some(step) = ReviewStep::parse(&at.value) else {
        unknown(table, "unknown_step", "评查步骤", &at, ReviewStep::ALL.iter().map(|(id, _)| *id));
        return None;
    };
    let what = format!("review = \"{}\" ", at.value);
    lacking(table, &what, &at.place, fields, step.asked().iter().chain(step.filled()));
    let rows = fields.iter().find(|field| field.id == "marks" && field.kind == FieldType::Rows);
    if rows.is_some_and(|rows| rows.columns.len() != 3) {
        let message = "字段 marks 要有三列：评查项、得分、理由";
        table.say(Diagnostic::error("draw_field", message).at(at.place));
    }
    Some(step)
}

/// `exam = "begin"`: the step, when the record has its fields.
pub(super) fn exam(table: &Table<'_>, fields: &[Field]) -> Option<ExamStep> {
    let at = table.text_at("exam")?;
    let Some(step) = ExamStep::parse(&at.value) else {
        unknown(table, "unknown_step", "考试步骤", &at, ExamStep::ALL.iter().map(|(id, _)| *id));
        return None;
    };
    let what = format!("exam = \"{}\" ", at.value);
    lacking(table, &what, &at.place, fields, step.asked().iter().chain(step.filled()));
    Some(step)
}

/// `qualifies = true`: the record has the fields that the registers fill in.
pub(super) fn qualifies(table: &Table<'_>, fields: &[Field]) -> bool {
    if !table.flag("qualifies") {
        return false;
    }
    lacking(table, "qualifies = true ", &table.place_of("qualifies"), fields, QUALIFY_FILLED.iter());
    true
}

/// Says which fields an engine's record lacks.
fn lacking<'f>(
    table: &Table<'_>,
    what: &str,
    place: &Place,
    fields: &[Field],
    needed: impl Iterator<Item = &'f (&'static str, FieldType)>,
) {
    for (id, kind) in needed {
        if !fields.iter().any(|field| field.id == *id && field.kind == *kind) {
            let kind = FieldType::ALL.iter().find(|(_, own, _)| own == kind).map_or("", |(name, ..)| name);
            let message = format!("{what}的记录要有字段 {id}，类型 {kind}");
            table.say(Diagnostic::error("draw_field", message).at(place.clone()));
        }
    }
}

/// `joint = true`: the record has the fields of a joint plan.
pub(super) fn joint(table: &Table<'_>, fields: &[Field]) -> bool {
    if !table.flag("joint") {
        return false;
    }
    let place = table.place_of("joint");
    lacking(table, "joint = true ", &place, fields, JOINT_ASKED.iter().chain(JOINT_FILLED));
    let rows = fields.iter().find(|field| field.id == "away");
    if rows.is_some_and(|rows| rows.columns.len() != 3) {
        let message = "字段 away 要有三列：人员编号、自哪天、至哪天";
        table.say(Diagnostic::error("draw_field", message).at(place));
    }
    true
}

/// `[acts.X.discretion]`, read when all acts are known, with its guard `undone`.
pub(super) fn discretion(
    draft: &Draft,
    own: &Act,
    table: &Table<'_>,
    undone: Option<u8>,
) -> Option<Discretion> {
    let field = |key: &str, kinds: &[FieldType]| -> Option<u16> {
        let at = table.text_at(key)?;
        place(table, own, &at, kinds)
    };
    let text = [FieldType::Words, FieldType::Text];
    let (matter, facts) = (field("matter", &text[..1]), field("facts", &[FieldType::Rows]));
    let (reason, step) = (field("reason", &text), field("step", &text[..1]));
    let (found, fine) = (field("found", &text[1..]), field("fine", &[FieldType::Money]));
    let list = field("list", &[FieldType::Choice]);
    for key in ["matter", "facts", "reason", "step", "found"].into_iter().filter(|key| !table.has(key)) {
        table.missing(key);
    }
    let changed = table.text_at("changed").and_then(|at| elsewhere(draft, table, &at, FieldType::Money));
    let proposes = table.flag("proposes");
    stands(draft, own, table, (undone, changed, fine.is_some() && !proposes));
    let two = facts.and_then(|at| own.fields.get(usize::from(at)));
    if two.is_some_and(|rows| rows.columns.len() != 2) {
        let message = format!("{} 的 facts 要有两列：要素和内容", table.what);
        table.say(Diagnostic::error("wrong_type", message).at(table.place_of("facts")));
    }
    let lists = list.and_then(|at| own.fields.get(usize::from(at)));
    if let Some(field) = lists {
        for id in ["none", "lighter", "less", "no_compulsion"] {
            if !field.options.iter().any(|(own, _)| own == id) {
                let message = format!("{} 的 list 要有选项 {id}", table.what);
                table.say(Diagnostic::error("unknown_field", message).at(table.place_of("list")));
            }
        }
    }
    let on = table.texts("on");
    let on = on.iter().filter_map(|at| elsewhere(draft, table, at, FieldType::Date)).collect();
    let review = table.text_at("review").and_then(|at| elsewhere(draft, table, &at, FieldType::YesNo));
    table.finish();
    Some(Discretion {
        matter: matter?,
        facts: facts?,
        fine,
        reason: reason?,
        step: step?,
        found: found?,
        list,
        on,
        review,
        proposes,
        undone,
        changed,
    })
}

/// Whoever fines says when the fine stands no more: a fine that was annulled is held against nobody.
fn stands(
    draft: &Draft,
    own: &Act,
    table: &Table<'_>,
    (undone, changed, fines): (Option<u8>, Option<(ActId, u16)>, bool),
) {
    let say = |key: &str, message: String, help: &str| {
        let place = if table.has(key) { table.place_of(key) } else { table.place() };
        table.say(Diagnostic::error("undone", message).at(place).help(help));
    };
    let other = "undone、changed 说的是罚款决定以后的事：写决定被撤销、变更的事项。";
    if fines && !table.has("undone") {
        let message = format!("{} 决定罚款，没有写决定在什么时候不再算数", table.what);
        say("undone", message, "写 undone = '…'：决定被撤销、确认无效等的条件，例如 'done.decision_gone'。");
    }
    for key in ["undone", "changed"].into_iter().filter(|key| !fines && table.has(key)) {
        say(key, format!("{} 不决定罚款，写了 {key}", table.what), other);
    }
    let itself = |act: ActId| draft.procedure.act_of(act).is_some_and(|act| act.id == own.id);
    let guard = undone.and_then(|at| draft.procedure.guards.get(usize::from(at)));
    let speaks = guard.is_some_and(|guard| guard.mentions().iter().any(|act| !itself(act)));
    if guard.is_some() && !speaks {
        say("undone", format!("{} 的 undone 没有说到决定以外的事项", table.what), other);
    }
    if changed.is_some_and(|(act, _)| itself(act)) {
        say("changed", format!("{} 的 changed 是决定自己的字段", table.what), other);
    }
}

fn place(table: &Table<'_>, act: &Act, at: &At<String>, kinds: &[FieldType]) -> Option<u16> {
    let of_kind = |field: &&Field| kinds.contains(&field.kind);
    let found = act.fields.iter().position(|field| field.id == at.value && kinds.contains(&field.kind));
    if found.is_none() {
        let known = act.fields.iter().filter(of_kind).map(|field| field.id.as_str());
        unknown(table, "unknown_field", "字段", at, known);
    }
    found.and_then(|place| u16::try_from(place).ok())
}

/// `act.field`
fn elsewhere(draft: &Draft, table: &Table<'_>, at: &At<String>, kind: FieldType) -> Option<(ActId, u16)> {
    let (act, field) = at.value.split_once('.').unwrap_or((&at.value, ""));
    let named = |text: &str| At { value: text.to_owned(), place: at.place.clone() };
    let id = draft.act(table, &named(act))?;
    let spec = draft.procedure.act_of(id)?;
    Some((id, place(table, spec, &named(field), &[kind])?))
}
