//! What acts open in other procedures: that the procedure, its opening act and the fields that it is given are there and fit.

use std::sync::Arc;

use base::{Diagnostic, closest};
use norms::{Act, Field, FieldType, Given, Procedure, Start};

use crate::Pack;

/// Everything that is wrong with what the acts of all procedures open.
#[must_use]
pub(crate) fn check(packs: &[Arc<Pack>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pack in packs {
        let own = &pack.file.procedure;
        for act in &own.acts {
            for start in &act.starts {
                found.extend(one(packs, own, act, start));
            }
        }
    }
    found
}

fn one(packs: &[Arc<Pack>], own: &Procedure, act: &Act, start: &Start) -> Vec<Diagnostic> {
    let say = |code, message: String| Diagnostic::error(code, message).at(start.place.clone());
    let name = &act.name;
    let versions = packs.iter().map(|pack| &pack.file.procedure).filter(|other| other.id == start.procedure);
    let versions: Vec<&Procedure> = versions.collect();
    if versions.is_empty() {
        let near = closest(&start.procedure, packs.iter().map(|pack| pack.file.procedure.id.as_str()));
        let help =
            near.map_or("先写那个程序的文件。".to_owned(), |near| format!("是不是“{near}”？"));
        let message = format!("“{name}”要立案的程序“{}”不存在", start.procedure);
        return vec![say("unknown_procedure", message).help(help)];
    }
    // A case that follows this file may go on after another one has taken its place.
    let is_later = |other: &&&Procedure| other.in_force.until.is_none_or(|until| until >= own.in_force.from);
    let meeting: Vec<&&Procedure> = versions.iter().filter(is_later).collect();
    if meeting.is_empty() {
        let message = format!("“{name}”要立案的程序“{}”在本程序施行以前就停用了", start.procedure);
        return vec![say("unknown_procedure", message)];
    }
    let mut found = Vec::new();
    for other in meeting {
        let Some(opening) = other.acts.iter().find(|act| act.id == start.act) else {
            let near = closest(&start.act, other.acts.iter().map(|act| act.id.as_str()));
            let message = format!("“{name}”：“{}”里没有事项“{}”", other.name, start.act);
            found.push(nearest(say("unknown_act", message), near));
            continue;
        };
        if !opening.opens_case {
            let message = format!("“{name}”：“{}”的“{}”不能立案", other.name, opening.name);
            found.push(say("start_misplaced", message));
        }
        if !opening.starts.is_empty() {
            let message = format!("“{name}”：“{}”的“{}”自己又要立案，不能连着立", other.name, opening.name);
            found.push(say("start_misplaced", message));
        }
        if start.organ.is_none() && own.held_by.iter().any(|kind| !other.held_by.contains(kind)) {
            let message =
                format!("“{name}”没有写由哪个机关立案，而能办“{}”的机关不都能办“{}”", own.name, other.name);
            let help = "写 organ = \"机关字段\"，由办理人填立案的机关。";
            found.push(say("start_wrong_organ", message).help(help));
        }
        found.extend(fields(own, act, other, opening, start));
    }
    found
}

/// A finding with the nearest name, where there is one.
pub(crate) fn nearest(mut found: Diagnostic, near: Option<&str>) -> Diagnostic {
    found.help = near.map(|near| format!("是不是“{near}”？"));
    found
}

/// Whether the opening act is given what it asks for, each of a type that fits.
fn fields(own: &Procedure, act: &Act, other: &Procedure, opening: &Act, start: &Start) -> Vec<Diagnostic> {
    let say = |code, message: String| {
        let message = format!("“{}”立“{}”案：{message}", act.name, other.name);
        Diagnostic::error(code, message).at(start.place.clone())
    };
    let mut found = Vec::new();
    for (id, given) in &start.given {
        let Some(field) = opening.fields.iter().find(|field| field.id == *id) else {
            let near = closest(id, opening.fields.iter().map(|field| field.id.as_str()));
            let fault = say("unknown_field", format!("“{}”没有字段“{id}”", opening.name));
            found.push(nearest(fault, near));
            continue;
        };
        found
            .extend(unfit(own, given, field).map(|why| say("start_unfit", format!("“{}”{why}", field.name))));
    }
    // What the platform computes nobody hands over.
    let is_given = |field: &&Field| {
        start.given.iter().any(|(id, _)| *id == field.id) || opening.filled().any(|id| id == field.id)
    };
    let lacking = opening.fields.iter().filter(|field| field.required && !is_given(field));
    let lacking: Vec<String> = lacking.map(|field| format!("{}（{}）", field.name, field.id)).collect();
    if !lacking.is_empty() {
        let message = format!("没有移交必填的{}", lacking.join("、"));
        found.push(
            say("start_lacks", message).help("在 with 里写明从哪个字段取；没有的，先在本事项加一个字段。"),
        );
    }
    found
}

/// Why what is given does not fit a field.
fn unfit(own: &Procedure, given: &Given, field: &Field) -> Option<String> {
    let Given::Field(act, at) = given else {
        let text = match given {
            Given::Text(text) if field.kind == FieldType::Choice => text,
            _ if given.fits(field.kind) => return None,
            _ => return Some(format!("是{}，不能这样填", field.kind.label())),
        };
        let is_option = field.options.iter().any(|(id, _)| id == text);
        return (!is_option).then(|| format!("没有选项“{text}”"));
    };
    let from = own.act_of(*act)?.fields.get(usize::from(*at))?;
    let same = from.kind == field.kind
        || matches!(
            (from.kind, field.kind),
            // Of a party where a line is asked for, the name alone.
            (FieldType::Words | FieldType::Case | FieldType::Place | FieldType::Organ, FieldType::Text)
                | (FieldType::Case | FieldType::Organ | FieldType::Party, FieldType::Words)
                | (FieldType::Words, FieldType::Place)
        );
    if !same {
        return Some(format!("是{}，移交的“{}”是{}", field.kind.label(), from.name, from.kind.label()));
    }
    if from.personal && !field.personal {
        return Some(format!("不是个人信息字段，而移交的“{}”是：移交以后会不加遮盖", from.name));
    }
    let strange = from.options.iter().find(|(id, _)| !field.options.iter().any(|(own, _)| own == id));
    if let Some((_, label)) = strange {
        return Some(format!("没有移交的“{}”的选项“{label}”", from.name));
    }
    (from.register != field.register || from.columns != field.columns)
        .then(|| format!("与移交的“{}”所用的清单或者列不同", from.name))
}
