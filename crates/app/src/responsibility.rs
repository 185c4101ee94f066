//! Who decided what on which papers: one page of a case for whoever asks years later. Acts with the persons and the posts that
//! the registers gave them on the day, the papers with their hashes, what a decision could rest on, and all that was recorded:
//! dissent and reviews too.

use std::collections::BTreeMap;

use calendar::Day;
use norms::{ActId, RoleKind};
use store::{account, events};

use crate::actor::Actor;
use crate::error::Result;
use crate::platform::Platform;
use crate::view::{CaseView, EventView, basis_of};

/// Who decided what in a case. 终身责任
#[derive(Clone, Debug)]
pub struct Responsibility {
    pub view: CaseView,
    pub people: Vec<Responsible>,
    pub steps: Vec<ResponsibleStep>,
}

/// A person with all that he did in the case. 责任人
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsible {
    pub name: String,
    pub organ: String,
    /// What the registers called him on the days on which he acted.
    pub posts: Vec<String>,
    /// Number and name of each act.
    pub acts: Vec<(u32, String)>,
    /// Whether one of them was the head's to do.
    pub decided: bool,
}

/// An act with everything that somebody answers for. 责任事项
#[derive(Clone, Debug)]
pub struct ResponsibleStep {
    pub event: EventView,
    /// Roles whose act it is.
    pub roles: Vec<String>,
    /// The head's to do: 决定.
    pub is_decision: bool,
    pub posts: Vec<String>,
    pub basis: String,
    /// Kind and number of the documents that it issued.
    pub documents: Vec<(String, String)>,
    /// Of a decision: the papers that were on record before it, by the number of their event.
    pub papers: Vec<(u32, String)>,
}

impl Platform {
    /// Who decided what in a case, for whoever may read it.
    ///
    /// # Errors
    /// The case is not there, or not the actor's to read.
    pub fn responsibility(&self, actor: &Actor, case: &str) -> Result<Responsibility> {
        let view = self.case_view(actor, case)?;
        let (actors, pack) = self.readable(actor, case, |reader, file| {
            let mut actors: BTreeMap<u32, Option<account::Account>> = BTreeMap::new();
            for entry in events::of_case(reader, case, 0)? {
                let event = entry.event();
                actors.insert(event.number, account::get(reader, &event.actor)?);
            }
            Ok((actors, std::sync::Arc::clone(&file.pack)))
        })?;
        let procedure = &pack.file.procedure;
        let mut steps = Vec::new();
        let mut people: Vec<Responsible> = Vec::new();
        let mut on_record: Vec<(u32, String)> = Vec::new();
        for event in &view.events {
            let act = procedure.act_named(&event.act_id);
            let spec = act.and_then(|act| procedure.act_of(act));
            let roles: Vec<&norms::Role> = spec
                .map(|spec| spec.by.iter().filter_map(|at| procedure.roles.get(*at)).collect())
                .unwrap_or_default();
            let account = actors.get(&event.number).and_then(Option::as_ref);
            let is_officer = account.is_some_and(|one| one.organ.is_some());
            let by_head = account.is_some_and(|one| one.rank == account::Rank::Head);
            let is_decision = is_officer && by_head && roles.iter().any(|role| role.head);
            let ids: Vec<&str> = roles.iter().map(|role| role.id.as_str()).collect();
            let posts = match account.filter(|_| is_officer) {
                Some(account) => self.posts_of(&account.login, &procedure.id, &ids, event.on)?,
                None => Vec::new(),
            };
            let documents = view.documents.iter().filter(|one| one.number == event.number);
            let documents: Vec<(String, String)> =
                documents.map(|one| (one.name.clone(), one.doc_number.clone())).collect();
            if let Some(account) = account.filter(|_| is_officer) {
                let organ = self.organ_name(account.organ.as_deref());
                note(&mut people, (&event.actor, &organ), event, &posts, is_decision);
            }
            steps.push(ResponsibleStep {
                roles: roles
                    .iter()
                    .filter(|role| role.kind != RoleKind::Clock)
                    .map(|role| role.name.clone())
                    .collect(),
                is_decision,
                posts,
                basis: act.map_or_else(String::new, |act: ActId| cited(procedure, act)),
                papers: if is_decision { on_record.clone() } else { Vec::new() },
                documents: documents.clone(),
                event: event.clone(),
            });
            on_record.extend(event.files.iter().map(|(_, name)| (event.number, name.clone())));
            on_record.extend(
                documents.into_iter().map(|(name, number)| (event.number, format!("{name}（{number}）"))),
            );
        }
        people.sort_by_key(|one| !one.decided);
        Ok(Responsibility { view, people, steps })
    }

    fn organ_name(&self, id: Option<&str>) -> String {
        let id = id.unwrap_or_default();
        self.organ(id).map_or_else(|_| id.to_owned(), |organ| organ.name)
    }

    /// What the registers call an officer on a day: the title in the roll of officers, and appointments to these roles.
    fn posts_of(&self, login: &str, procedure: &str, roles: &[&str], on: Day) -> Result<Vec<String>> {
        let mut made = Vec::new();
        for (register, kind) in [("officers", "title"), ("posts", "document")] {
            let Some(known) = self.rules().register(register) else { continue };
            let entries = self.entries(register)?;
            let text = |entry: &registers::Entry, field: &str| match known
                .field(field)
                .and_then(|at| entry.record.get(at))
            {
                Some(norms::Value::Text(text)) => text.clone(),
                _ => String::new(),
            };
            for entry in entries.iter().filter(|entry| entry.is_in_force(on)) {
                if text(entry, "account").to_lowercase() != login.to_lowercase() {
                    continue;
                }
                let told = text(entry, kind);
                if register == "officers" {
                    made.extend((!told.is_empty()).then_some(told));
                } else if text(entry, "procedure") == procedure
                    && roles.contains(&text(entry, "role").as_str())
                {
                    let by = if told.is_empty() { String::new() } else { format!("（{told}）") };
                    made.push(format!("自{}起指定办理{by}", entry.from.chinese()));
                }
            }
        }
        made.dedup();
        Ok(made)
    }
}

/// The article that speaks of an act.
fn cited(procedure: &norms::Procedure, act: ActId) -> String {
    basis_of(procedure, act).map_or_else(String::new, |basis| {
        let mark = if basis.unverified { "（未核实）" } else { "" };
        format!("{}{mark}", basis.cited)
    })
}

/// Notes an act of somebody.
fn note(
    people: &mut Vec<Responsible>,
    (name, organ): (&str, &str),
    event: &EventView,
    posts: &[String],
    decided: bool,
) {
    let found = people.iter().position(|one| one.name == name && one.organ == organ);
    let at = found.unwrap_or_else(|| {
        people.push(Responsible {
            name: name.to_owned(),
            organ: organ.to_owned(),
            posts: Vec::new(),
            acts: Vec::new(),
            decided: false,
        });
        people.len() - 1
    });
    let Some(one) = people.get_mut(at) else { return };
    one.acts.push((event.number, event.act.clone()));
    one.decided |= decided;
    for post in posts {
        if !one.posts.contains(post) {
            one.posts.push(post.clone());
        }
    }
}
