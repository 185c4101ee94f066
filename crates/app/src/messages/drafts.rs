//! Who is told what of a case: computed from its pack, its journal and its state, for no procedure by name.

use std::collections::BTreeSet;
use std::sync::Arc;

use calendar::Day;
use ledger::{Event, EventKind};
use norms::{Act, ActId, FieldType, Owed, Procedure, RoleKind, Value};
use serde_json::{Value as Json, json};
use store::account::{self, Account, Rank};
use store::{Query, document};

use crate::case::CaseFile;
use crate::error::Result;
use crate::platform::Platform;
use crate::roll::Roll;
use crate::withheld::withheld;

/// A message that is to be made. 待生成的消息
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub recipient: String,
    pub kind: &'static str,
    pub case: String,
    pub about: String,
    pub on: Day,
    pub words: Json,
    /// The organ whose groups are told of it too.
    pub organ: Option<String>,
    /// It does not leave the platform: nothing of the case is public.
    pub stays: bool,
}

/// Whose a duty is. 谁应当办
enum Bound {
    Party,
    /// Officers, by organ.
    Officers(Vec<(String, Vec<String>)>),
}

/// A case with what is needed to know who is told.
pub(crate) struct Matter<'a> {
    pub platform: &'a Platform,
    pub db: &'a dyn Query,
    pub file: &'a CaseFile,
    pub roll: Arc<Roll>,
    pub today: Day,
}

impl<'a> Matter<'a> {
    fn procedure(&self) -> &'a Procedure {
        &self.file.pack.file.procedure
    }

    /// What is told of an event: to those whom the pack names, and to those who now owe something.
    pub fn of_event(&self, event: &Event) -> Result<Vec<Draft>> {
        let procedure = self.procedure();
        let Some(act) = procedure.act_named(&event.act) else { return Ok(Vec::new()) };
        let Some(spec) = procedure.act_of(act) else { return Ok(Vec::new()) };
        let on = Day::from_number(event.legal_day).unwrap_or(self.today);
        let mut made = Vec::new();
        match event.kind {
            EventKind::Note => return Ok(made),
            EventKind::Correction => {
                let words = self.words(Some((spec, on)), None, None);
                self.tell_party(&mut made, spec, event, "told_corrected", on, words.clone())?;
                self.tell_officers(&mut made, spec, event, "officer_corrected", on, &words)?;
            }
            EventKind::Act | EventKind::Lapse => {
                let (kind, words) = self.told(spec, act, event, on)?;
                self.tell_party(&mut made, spec, event, kind, on, words)?;
                self.tell_of_duties(&mut made, spec, act, event, on)?;
                let words = self.words(Some((spec, on)), None, None);
                self.tell_officers(&mut made, spec, event, "officer_told", on, &words)?;
            }
        }
        Ok(told_apart(made))
    }

    /// What is told of the duties of the case as they stand today: those that are amber, due today or overdue. `but` is
    /// who need not be told, having just seen it.
    pub fn of_colours(&self, but: &str) -> Result<Vec<Draft>> {
        let mut made = Vec::new();
        let marking = &self.file.history.marking;
        for owed in marking.owed.iter().filter(|owed| owed.must.meets(marking.open)) {
            let Some(last) = owed.last_day else { continue };
            let (officers, own) = match last.days_since(self.today) {
                left if left < 0 => ("duty_overdue", None),
                0 => ("duty_red", Some("own_red")),
                _ if owed.warn_on.is_some_and(|warn| warn <= self.today) => ("duty_amber", Some("own_amber")),
                _ => continue,
            };
            let words = self.words(None, Some(owed), None);
            match self.bound(owed)? {
                Bound::Party => {
                    let party = self.party()?.filter(|party| party != but);
                    let both = party.zip(own);
                    made.extend(both.map(|(party, kind)| {
                        self.draft(party, kind, about_duty(owed), self.today, words.clone(), None)
                    }));
                }
                Bound::Officers(organs) => {
                    for (organ, people) in organs {
                        for one in people.into_iter().filter(|one| one != but) {
                            let about = about_duty(owed);
                            let organ = Some(organ.clone());
                            made.push(self.draft(one, officers, about, self.today, words.clone(), organ));
                        }
                    }
                }
            }
        }
        Ok(told_apart(made))
    }

    fn draft(
        &self,
        recipient: String,
        kind: &'static str,
        about: String,
        on: Day,
        words: Json,
        organ: Option<String>,
    ) -> Draft {
        let stays = withheld(self.file, self.today).is_some();
        Draft { recipient, kind, case: self.file.row.id.clone(), about, on, words, organ, stays }
    }

    /// The kind of message by which a party is told of an act, and its words: what they must do now comes first, then the
    /// document, then the end of the case.
    fn told(&self, spec: &Act, act: ActId, event: &Event, on: Day) -> Result<(&'static str, Json)> {
        let marking = &self.file.history.marking;
        let due = marking.owed.iter().find(|owed| {
            let is_new = owed.by == act && owed.since == on && owed.must.meets(marking.open);
            is_new && owed.last_day.is_some() && self.is_party_duty(owed)
        });
        if let Some(owed) = due {
            return Ok(("told_due", self.words(Some((spec, on)), Some(owed), None)));
        }
        if let Some(kind) = &spec.document {
            let named = self.procedure().documents.iter().find(|one| one.id == *kind);
            let issued = document::of_case(self.db, &self.file.row.id)?;
            let number = issued.iter().find(|one| one.number == event.number).map(|one| &one.doc_number);
            let name = named.map_or(spec.name.as_str(), |one| one.name.as_str());
            let shown = number.map_or(format!("《{name}》"), |number| format!("《{name}》（{number}）"));
            return Ok(("told_document", self.words(Some((spec, on)), None, Some(shown))));
        }
        let is_end = spec.ends_case && self.file.row.closed_on.is_some();
        Ok((if is_end { "told_ended" } else { "told" }, self.words(Some((spec, on)), None, None)))
    }

    fn tell_party(
        &self,
        made: &mut Vec<Draft>,
        spec: &Act,
        event: &Event,
        kind: &'static str,
        on: Day,
        words: Json,
    ) -> Result<()> {
        if !spec.notify.iter().any(|role| self.is_own_role(*role)) {
            return Ok(());
        }
        let party = self.party()?.filter(|party| *party != event.actor);
        made.extend(party.map(|party| self.draft(party, kind, about_event(event), on, words, None)));
        Ok(())
    }

    /// Tells officers whom the pack names, unless they are told already of what they owe because of it.
    fn tell_officers(
        &self,
        made: &mut Vec<Draft>,
        spec: &Act,
        event: &Event,
        kind: &'static str,
        on: Day,
        words: &Json,
    ) -> Result<()> {
        let procedure = self.procedure();
        let mut told: BTreeSet<String> = made.iter().map(|one| one.recipient.clone()).collect();
        told.insert(event.actor.clone());
        for place in &spec.notify {
            let Some(role) = procedure.roles.get(*place) else { continue };
            let holder = &self.file.row.organ;
            let people = match role.kind {
                RoleKind::Officer if role.head => self.may_read(self.heads(holder)?)?,
                RoleKind::Officer => self.responsible()?,
                RoleKind::Organ => {
                    let mut all = Vec::new();
                    for organ in self.named(&role.id)? {
                        all.extend(self.people_of(&organ)?);
                    }
                    all
                }
                RoleKind::Party | RoleKind::Outside | RoleKind::Clock => Vec::new(),
            };
            for one in people {
                if told.insert(one.clone()) {
                    made.push(self.draft(one, kind, about_event(event), on, words.clone(), None));
                }
            }
        }
        Ok(())
    }

    /// Tells officers of the duties that an act of somebody else gave them. A case that has nobody yet who deals with it is
    /// told as a whole.
    fn tell_of_duties(
        &self,
        made: &mut Vec<Draft>,
        spec: &Act,
        act: ActId,
        event: &Event,
        on: Day,
    ) -> Result<()> {
        let marking = &self.file.history.marking;
        let is_arrival = event.number == 1 && self.file.row.handler.is_none();
        let is_fresh = |owed: &&Owed| owed.by == act && owed.since == on && owed.must.meets(marking.open);
        let mut fresh: Vec<&Owed> = marking.owed.iter().filter(is_fresh).collect();
        // What comes first is told of a case that is told as a whole.
        fresh.sort_by_key(|owed| owed.last_day.unwrap_or(Day::MAX));
        for owed in fresh {
            let Bound::Officers(organs) = self.bound(owed)? else { continue };
            for (organ, people) in organs {
                for one in people.into_iter().filter(|one| *one != event.actor) {
                    let words = self.words(Some((spec, on)), Some(owed), None);
                    let own = is_arrival && organ == self.file.row.organ;
                    let (kind, about) = if own {
                        ("case_arrived", about_event(event))
                    } else {
                        ("duty_given", about_duty(owed))
                    };
                    if own && made.iter().any(|old| old.kind == kind && old.recipient == one) {
                        continue;
                    }
                    made.push(self.draft(one, kind, about, on, words, Some(organ.clone())));
                }
            }
        }
        Ok(())
    }

    /// The account of the party who opened the case.
    fn party(&self) -> Result<Option<String>> {
        let Some(party) = self.file.row.party.as_deref() else { return Ok(None) };
        let found = account::get(self.db, party)?;
        Ok(found.filter(|one| one.disabled_at.is_none() && one.rank == Rank::Citizen).map(|one| one.id))
    }

    /// Whether a role is that of the party who opened the case.
    fn is_own_role(&self, role: usize) -> bool {
        let procedure = self.procedure();
        let is_party = procedure.roles.get(role).is_some_and(|one| one.kind == RoleKind::Party);
        let first = self.file.history.deeds.first().and_then(|deed| procedure.act_of(deed.act));
        is_party && first.is_some_and(|first| first.by.contains(&role))
    }

    /// What is owed as acts that a party does: an officer may enter them, but it is not for them to do them.
    fn is_party_duty(&self, owed: &Owed) -> bool {
        self.open_acts(owed).all(|(_, act)| self.kinds(act).contains(&RoleKind::Party))
    }

    fn open_acts(&self, owed: &Owed) -> impl Iterator<Item = (ActId, &'a Act)> + use<'a> {
        let procedure = self.procedure();
        let open = owed.must & self.file.history.marking.open;
        open.iter().filter_map(|id| procedure.act_of(id).map(|act| (id, act))).collect::<Vec<_>>().into_iter()
    }

    fn kinds(&self, act: &Act) -> Vec<RoleKind> {
        act.by.iter().filter_map(|role| self.procedure().roles.get(*role)).map(|role| role.kind).collect()
    }

    fn bound(&self, owed: &Owed) -> Result<Bound> {
        if self.is_party_duty(owed) {
            return Ok(Bound::Party);
        }
        let kinds: Vec<RoleKind> = self.open_acts(owed).flat_map(|(_, act)| self.kinds(act)).collect();
        let roles = self.open_acts(owed).flat_map(|(_, act)| act.by.clone()).collect::<BTreeSet<usize>>();
        if kinds.contains(&RoleKind::Organ) && !kinds.contains(&RoleKind::Officer) {
            let mut organs = Vec::new();
            for role in roles.iter().filter_map(|role| self.procedure().roles.get(*role)) {
                for organ in self.named(&role.id)? {
                    let people = self.people_of(&organ)?;
                    organs.push((organ, people));
                }
            }
            return Ok(Bound::Officers(organs));
        }
        Ok(Bound::Officers(vec![(self.file.row.organ.clone(), self.responsible()?)]))
    }

    /// Who deals with the case: its handler, else whoever the organ appointed for the procedure, else its heads.
    fn responsible(&self) -> Result<Vec<String>> {
        if let Some(handler) = &self.file.row.handler {
            let able = self.may_read(vec![handler.clone()])?;
            if !able.is_empty() {
                return Ok(able);
            }
        }
        self.people_of(&self.file.row.organ)
    }

    /// Who answers for an organ in this procedure: those appointed for it, else its heads.
    fn people_of(&self, organ: &str) -> Result<Vec<String>> {
        let procedure = self.procedure();
        let posts = self.roll.posts(organ, &procedure.id, self.today);
        let is_head = |id: &str| procedure.roles.iter().any(|role| role.id == id && role.head);
        let of = |head: bool| -> Vec<String> {
            let own = posts.iter().filter(|(role, _)| is_head(role) == head);
            own.filter_map(|(_, account)| account.map(str::to_owned)).collect()
        };
        for people in [of(false), of(true), self.heads(organ)?] {
            let able = self.may_read(people)?;
            if !able.is_empty() {
                return Ok(able);
            }
        }
        Ok(Vec::new())
    }

    fn heads(&self, organ: &str) -> Result<Vec<String>> {
        let all = account::of_organ(self.db, organ)?;
        Ok(all.into_iter().filter(|one| one.rank == Rank::Head).map(|one| one.id).collect())
    }

    /// Those of some accounts that are in use and may read this case today.
    fn may_read(&self, accounts: Vec<String>) -> Result<Vec<String>> {
        let mut able: Vec<String> = Vec::new();
        for id in accounts {
            let found: Option<Account> = account::get(self.db, &id)?.filter(|one| one.disabled_at.is_none());
            let Some(one) = found else { continue };
            let actor = self.platform.actor(&one)?;
            if self.platform.may_read(&actor, self.file, self.today)? && !able.contains(&id) {
                able.push(id);
            }
        }
        Ok(able)
    }

    /// The ids of the organs that the records name in a role.
    fn named(&self, role: &str) -> Result<Vec<String>> {
        let procedure = self.procedure();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for (at, act) in procedure.acts.iter().enumerate() {
            let Some(id) = ActId::new(at) else { continue };
            for (place, field) in (0u16..).zip(&act.fields) {
                if field.kind == FieldType::Organ
                    && field.id == role
                    && let Some(Value::Text(name)) = self.file.history.records.value(id, place)
                {
                    names.insert(name);
                }
            }
        }
        let organs = self.platform.organs()?;
        Ok(organs.into_iter().filter(|one| names.contains(one.name.as_str())).map(|one| one.id).collect())
    }

    /// What fills the places of a template. Nothing here is of a record: no name of anybody can come in.
    fn words(&self, act: Option<(&Act, Day)>, owed: Option<&Owed>, document: Option<String>) -> Json {
        let procedure = self.procedure();
        let number = self.file.row.number.clone().unwrap_or_else(|| "尚无案号".to_owned());
        let mut words = json!({ "procedure": procedure.name, "number": number });
        let mut put = |key: &str, text: String| {
            if let Some(words) = words.as_object_mut() {
                words.insert(key.to_owned(), Json::String(text));
            }
        };
        if let Some((act, on)) = act {
            put("act", act.name.clone());
            put("on", on.chinese());
        }
        if let Some(owed) = owed {
            let names: Vec<&str> = self.open_acts(owed).map(|(_, act)| act.name.as_str()).collect();
            put("must", one_of(&names));
            let last = match owed.last_day {
                Some(last) => last.chinese(),
                None if owed.is_paused() => "时间暂停计算，恢复以后再定".to_owned(),
                None => "没有规定".to_owned(),
            };
            put("last_day", last);
        }
        if let Some(document) = document {
            put("document", document);
        }
        words
    }
}

/// Without what would read like one before it: two norms may ask for the same act by the same day.
fn told_apart(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    for one in drafts {
        let is_same =
            |old: &Draft| old.recipient == one.recipient && old.kind == one.kind && old.words == one.words;
        if !kept.iter().any(is_same) {
            kept.push(one);
        }
    }
    kept
}

fn about_event(event: &Event) -> String {
    format!("event {}", event.number)
}

fn about_duty(owed: &Owed) -> String {
    format!("duty {} {}", owed.norm, owed.since)
}

/// Acts any one of which is owed: the first few, and how many there are.
fn one_of(names: &[&str]) -> String {
    let few = names.iter().take(3).copied().collect::<Vec<_>>().join("、");
    match names.len() {
        0 | 1 => few,
        2 | 3 => format!("{few}之一"),
        all => format!("{few}等{all}项之一"),
    }
}
