//! The officers whom a record names beside the one who records it: what the law asks of whoever does an act it asks of each
//! of them. Names are looked for on the roll of the organ that holds the case and among its accounts.

use norms::{Act, ActId, ActSet, FieldType, Record, RequirementKind, Value};
use store::Query;

use crate::actor::Actor;
use crate::authority::{Asking, certificate, officers_needed};
use crate::case::CaseFile;
use crate::error::Result;
use crate::roll::Roll;

/// Those who do an act together with the one who records it, and what stands against them, by name. 一同办理的人员
#[derive(Clone, Debug, Default)]
pub(crate) struct Companions {
    /// How many they are.
    pub count: i64,
    /// Without a certificate in force in the field that the act asks for.
    pub uncertified: Vec<String>,
    /// Neither on the roll of the organ nor of its accounts, where the act asks for several officers.
    pub unknown: Vec<String>,
    /// Who withdrew from the case.
    pub recused: Vec<String>,
    /// Who had a part in what this act must be kept apart from.
    pub apart: Vec<String>,
}

impl Companions {
    /// Looks at everybody whom the record names; nobody as long as there is no record.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn gather(roll: &Roll, db: &dyn Query, actor: &Actor, asking: &Asking<'_>) -> Result<Self> {
        let Some(record) = asking.record else { return Ok(Self::default()) };
        let mut others: Vec<&str> = officers_of(asking.act, record).collect();
        others.retain(|name| *name != actor.name);
        others.sort_unstable();
        others.dedup();
        // Whom a case takes out is named too, and need not be an officer who does something.
        if others.is_empty() || asking.act.recuses.is_some() {
            return Ok(Self::default());
        }
        let (organ, on) = (asking.file.row.organ.as_str(), asking.on);
        let mut found =
            Self { count: i64::try_from(others.len()).unwrap_or(i64::MAX - 1), ..Self::default() };
        let withdrawn: Vec<&str> = withdrawn(asking.file).collect();
        let took_part = takers(db, asking)?;
        let several = officers_needed(asking.act) > 1;
        let colleagues = if several { store::account::of_organ(db, organ)? } else { Vec::new() };
        for name in others {
            let on_roll: Vec<_> = roll.named(organ, name, on).collect();
            let is_colleague = colleagues.iter().any(|one| one.name == name && one.disabled_at.is_none());
            let lacks =
                |field: &str| !on_roll.iter().any(|one| roll.fields_of(one, on).any(|own| own == field));
            let mut note = |applies: bool, list: fn(&mut Self) -> &mut Vec<String>| {
                if applies {
                    list(&mut found).push(name.to_owned());
                }
            };
            note(certificate(asking.act).is_some_and(lacks), |it| &mut it.uncertified);
            note(several && on_roll.is_empty() && !is_colleague, |it| &mut it.unknown);
            note(withdrawn.contains(&name), |it| &mut it.recused);
            note(took_part.iter().any(|one| one == name), |it| &mut it.apart);
        }
        Ok(found)
    }
}

/// The officers whom a record names.
fn officers_of<'a>(act: &'a Act, record: &'a Record) -> impl Iterator<Item = &'a str> {
    let values = act.fields.iter().zip(record.values());
    values.filter(|(field, _)| field.kind == FieldType::Officer).filter_map(|(_, value)| match value {
        Some(Value::Text(name)) => Some(name.as_str()),
        _ => None,
    })
}

/// The names of those whom the case's records took out of it.
pub(crate) fn withdrawn(file: &CaseFile) -> impl Iterator<Item = &str> {
    let procedure = &file.pack.file.procedure;
    file.history.deeds.iter().filter_map(|deed| {
        let recusal = procedure.act_of(deed.act)?.recuses?;
        let agreed = recusal.when.is_none_or(|when| deed.record.get(when) == Some(&Value::Flag(true)));
        match deed.record.get(recusal.officer) {
            Some(Value::Text(name)) if agreed => Some(name.as_str()),
            _ => None,
        }
    })
}

/// The acts that this one must be kept apart from.
pub(crate) fn apart_set(act: &Act) -> ActSet {
    let sets = act.requires.iter().filter_map(|asked| match asked.kind {
        RequirementKind::ApartFrom(acts) => Some(acts),
        _ => None,
    });
    sets.fold(ActSet::NONE, |all, acts| all | acts)
}

/// The accounts that had a part in one of the acts that this one must be kept apart from: who recorded it, and whom its
/// record names as an officer. The actor's own account is among them when the actor's name is.
///
/// # Errors
/// The store cannot be read.
pub(crate) fn doers(roll: &Roll, db: &dyn Query, actor: &Actor, asking: &Asking<'_>) -> Result<Vec<String>> {
    let mut accounts = recorders(db, asking)?;
    for name in named_apart(asking) {
        let known: Vec<_> = roll.named(&asking.file.row.organ, name, asking.on).collect();
        accounts.extend(known.iter().filter_map(|one| one.account).map(str::to_owned));
        let is_own = actor.organ.as_ref().is_some_and(|(id, _)| *id == asking.file.row.organ);
        if is_own && actor.name == name && known.iter().all(|one| one.account.is_none()) {
            accounts.push(actor.account.clone());
        }
    }
    Ok(accounts)
}

/// The names of those who had a part in these acts.
fn takers(db: &dyn Query, asking: &Asking<'_>) -> Result<Vec<String>> {
    let mut names: Vec<String> = named_apart(asking).map(str::to_owned).collect();
    for account in recorders(db, asking)? {
        names.extend(store::account::get(db, &account)?.map(|one| one.name));
    }
    Ok(names)
}

fn named_apart<'a>(asking: &'a Asking<'_>) -> impl Iterator<Item = &'a str> {
    let (acts, procedure) = (apart_set(asking.act), &asking.file.pack.file.procedure);
    let deeds = asking.file.history.deeds.iter().filter(move |deed| acts.has(deed.act));
    deeds.filter_map(|deed| Some(officers_of(procedure.act_of(deed.act)?, &deed.record))).flatten()
}

/// The accounts that recorded one of these acts; where one of them takes over a draft, also those that wrote in it.
fn recorders(db: &dyn Query, asking: &Asking<'_>) -> Result<Vec<String>> {
    let acts = apart_set(asking.act);
    let done = |act: ActId| asking.file.history.deeds.iter().any(|deed| deed.act == act);
    let procedure = &asking.file.pack.file.procedure;
    let ids: Vec<&str> = acts
        .iter()
        .filter(|act| done(*act))
        .filter_map(|act| procedure.act_of(act))
        .map(|act| act.id.as_str())
        .collect();
    if ids.is_empty() || asking.file.row.version == 0 {
        return Ok(Vec::new());
    }
    let entries = store::events::of_case(db, &asking.file.row.id, 0)?;
    let own =
        entries.iter().map(store::events::Entry::event).filter(|event| ids.contains(&event.act.as_str()));
    let mut made: Vec<String> = own.map(|event| event.actor.clone()).collect();
    let drafted = asking.file.pack.file.report.as_ref().map(|report| report.drafted.id.as_str());
    if drafted.is_some_and(|drafted| ids.contains(&drafted)) {
        made.extend(store::report_draft::writers(db, &asking.file.row.id)?);
    }
    Ok(made)
}
