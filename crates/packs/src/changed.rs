//! Registers that change by a procedure alone: that the act is there and records what an entry needs.

use std::sync::Arc;

use base::{Diagnostic, closest};
use norms::{Act, Field, FieldType, Procedure};
use registers::{ChangedBy, Register};

use crate::Pack;
use crate::handed::nearest;

/// Everything that is wrong with how registers change.
#[must_use]
pub(crate) fn check(packs: &[Arc<Pack>], lists: &[Arc<Register>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for register in lists {
        let Some(by) = &register.changed_by else { continue };
        let own = packs.iter().map(|pack| &pack.file.procedure).filter(|own| own.id == by.procedure);
        let own: Vec<&Procedure> = own.collect();
        if own.is_empty() {
            let near = closest(&by.procedure, packs.iter().map(|pack| pack.file.procedure.id.as_str()));
            let help =
                near.map_or("先写那个程序的文件。".to_owned(), |near| format!("是不是“{near}”？"));
            let message = format!("“{}”依程序“{}”变动，没有这个程序", register.name, by.procedure);
            found.push(Diagnostic::error("unknown_procedure", message).at(by.place.clone()).help(help));
        }
        for procedure in own {
            found.extend(one(register, by, procedure));
        }
    }
    found
}

fn one(register: &Register, by: &ChangedBy, procedure: &Procedure) -> Vec<Diagnostic> {
    let say = |code, message: String| {
        let message = format!("“{}”依“{}”变动：{message}", register.name, procedure.name);
        Diagnostic::error(code, message).at(by.place.clone())
    };
    let act = |id: &String| procedure.acts.iter().find(|act| act.id == *id);
    let mut found = Vec::new();
    for id in [&by.act, &by.of].into_iter().chain(&by.ends).filter(|id| act(id).is_none()) {
        let near = closest(id, procedure.acts.iter().map(|act| act.id.as_str()));
        found.push(nearest(say("unknown_act", format!("没有事项“{id}”")), near));
    }
    let (Some(writing), Some(of)) = (act(&by.act), act(&by.of)) else { return found };
    let acts = if by.act == by.of {
        format!("“{}”", of.name)
    } else {
        format!("“{}”“{}”", writing.name, of.name)
    };
    let strange = procedure.held_by.iter().filter(|kind| !register.kept_by.contains(kind));
    for kind in strange {
        let message = format!("{}能办这个程序，却不维护这份清单", norms::organ_kind(kind));
        found.push(say("change_unfit", message));
    }
    for (named, kind) in
        [(&by.from, FieldType::Date), (&by.until, FieldType::Date), (&by.removes, FieldType::YesNo)]
    {
        let Some(id) = named else { continue };
        let ending = by.ends.iter().filter_map(act).flat_map(|act| &act.fields).find(|field| field.id == *id);
        if source(writing, of, id).or(ending).is_none_or(|field| field.kind != kind) {
            found.push(say("unknown_field", format!("{acts}里没有{}字段“{id}”", kind.label())));
        }
    }
    for field in &register.fields {
        match source(writing, of, &field.id) {
            None if field.required => {
                let message = format!("{acts}不记“{}”（{}）", field.name, field.id);
                found.push(say("change_lacks", message));
            }
            None => {}
            Some(from) if field.required && !from.required => {
                found.push(say("change_lacks", format!("“{}”必填，程序里却可以不填", field.name)));
            }
            Some(_) => {}
        }
        // Whichever act recorded it last is the one that counts.
        let named = procedure.acts.iter().flat_map(|act| &act.fields).filter(|from| from.id == field.id);
        let mut whys: Vec<String> = named.filter_map(|from| unfit(from, field)).collect();
        whys.dedup();
        found.extend(whys.into_iter().map(|why| say("change_unfit", why)));
    }
    found
}

/// The field of an id in the record of the writing act, or in that of the act that it writes of.
fn source<'a>(writing: &'a Act, of: &'a Act, id: &str) -> Option<&'a Field> {
    writing.fields.iter().chain(&of.fields).find(|field| field.id == id)
}

/// Why what an act records cannot stand in a register.
fn unfit(from: &Field, field: &Field) -> Option<String> {
    let name = &field.name;
    if from.kind != field.kind {
        return Some(format!("“{name}”是{}，程序里记的是{}", field.kind.label(), from.kind.label()));
    }
    if from.personal {
        return Some(format!("“{name}”在程序里是个人信息字段，清单不单独保管个人信息"));
    }
    if from.options.iter().any(|(id, _)| !field.options.iter().any(|(own, _)| own == id)) {
        return Some(format!("“{name}”在程序里有清单没有的选项"));
    }
    (from.register != field.register || from.columns != field.columns)
        .then(|| format!("“{name}”所用的清单或者列不同"))
}
