//! Asking the rules.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression as Expression,
};

use crate::facts::{Acting, Kept, Matter, Person, only};
use crate::memory;
use crate::policies::{Policies, Rules};

/// The kinds of things that the rules speak of, as parsed once.
#[derive(Clone, Debug)]
pub(crate) struct Kinds {
    account: EntityTypeName,
    organ: EntityTypeName,
    case: EntityTypeName,
    register: EntityTypeName,
    action: EntityTypeName,
}

impl Kinds {
    pub fn new() -> Result<Self, String> {
        let kind = |name: &str| EntityTypeName::from_str(name).map_err(|error| error.to_string());
        Ok(Self {
            account: kind("Account")?,
            organ: kind("Organ")?,
            case: kind("Case")?,
            register: kind("Register")?,
            action: kind("Action")?,
        })
    }
}

/// A rule that decided. 裁断所依的规则
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Its name in `policies/`.
    pub rule: String,
    /// What it says, with places in braces for the facts.
    pub what: String,
    /// What to do and whom to ask; empty where it says nothing.
    pub help: String,
    /// The article that it rests on, where it rests on one by itself.
    pub basis: String,
}

/// What the rules say. 裁断
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The rules by which it would be theirs; none: it is nobody of their kind's.
    pub permits: Vec<Ground>,
    /// The rules that forbid it.
    pub forbids: Vec<Ground>,
    /// A rule could not be evaluated; then nothing is allowed.
    pub broken: Option<String>,
}

impl Verdict {
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.broken.is_none() && self.forbids.is_empty() && !self.permits.is_empty()
    }
}

impl Policies {
    /// Whether somebody may do an act in a case.
    #[must_use]
    pub fn may_act(&self, person: &Person<'_>, matter: &Matter<'_>, acting: &Acting<'_>) -> Arc<Verdict> {
        let apart_from = only(&acting.apart_from, &[person.account]);
        let (matter, person) = (matter.bearing_on(person, acting), person.bearing_on(acting));
        let acting = Acting { apart_from, ..acting.clone() };
        let key = memory::key("act", &person, &matter, &acting);
        self.memory.recall(key, || self.act(&person, &matter, &acting))
    }

    fn act(&self, person: &Person<'_>, matter: &Matter<'_>, acting: &Acting<'_>) -> Verdict {
        let mut context = vec![
            ("party", Expression::new_bool(acting.party)),
            ("organ", Expression::new_bool(acting.organ)),
            ("outside", Expression::new_bool(acting.outside)),
            ("officer_roles", texts(&acting.officer_roles)),
            ("head_roles", texts(&acting.head_roles)),
            ("officers_needed", Expression::new_long(acting.officers_needed)),
            ("officers", Expression::new_long(acting.officers)),
            ("uncertified", texts(&acting.uncertified)),
            ("unknown", texts(&acting.unknown)),
            ("recused_others", texts(&acting.recused_others)),
            ("apart_others", texts(&acting.apart_others)),
            ("apart_from", uids(&self.kinds.account, &acting.apart_from)),
        ];
        context.extend(acting.certificate.map(|field| ("certificate", text(field))));
        context.extend(acting.power.map(|power| ("power", text(power))));
        let resource = self.kinds.case_of(matter);
        self.ask(&self.act, "act", person, resource, context)
    }

    /// Whether somebody may read a case.
    #[must_use]
    pub fn may_read(&self, person: &Person<'_>, matter: &Matter<'_>) -> Arc<Verdict> {
        let key = memory::key("read", person, matter, &Acting::default());
        let ask = || self.ask(&self.read, "read", person, self.kinds.case_of(matter), Vec::new());
        self.memory.recall(key, ask)
    }

    /// Whether somebody may see the personal data of a case unmasked.
    #[must_use]
    pub fn may_reveal(&self, person: &Person<'_>, matter: &Matter<'_>) -> Arc<Verdict> {
        let key = memory::key("reveal", person, matter, &Acting::default());
        let ask = || self.ask(&self.reveal, "reveal", person, self.kinds.case_of(matter), Vec::new());
        self.memory.recall(key, ask)
    }

    /// Whether somebody may correct what the lapse of time has done in a case.
    #[must_use]
    pub fn may_correct(&self, person: &Person<'_>, matter: &Matter<'_>) -> Arc<Verdict> {
        let key = memory::key("correct", person, matter, &Acting::default());
        let ask = || self.ask(&self.correct, "correct", person, self.kinds.case_of(matter), Vec::new());
        self.memory.recall(key, ask)
    }

    /// Whether somebody may give a case to another officer.
    #[must_use]
    pub fn may_hand_over(&self, person: &Person<'_>, matter: &Matter<'_>) -> Arc<Verdict> {
        let key = memory::key("hand_over", person, matter, &Acting::default());
        let ask = || self.ask(&self.hand_over, "hand_over", person, self.kinds.case_of(matter), Vec::new());
        self.memory.recall(key, ask)
    }

    /// Whether somebody may enter and change what stands in a register.
    #[must_use]
    pub fn may_keep(&self, person: &Person<'_>, kept: Kept<'_>) -> Verdict {
        self.ask(&self.keep, "keep", person, self.kinds.register_of(kept), Vec::new())
    }

    /// Whether somebody may read what stands in a register, and by which rules: by that for everybody alone, only its
    /// public columns.
    #[must_use]
    pub fn may_consult(&self, person: &Person<'_>, kept: Kept<'_>) -> Verdict {
        self.ask(&self.consult, "consult", person, self.kinds.register_of(kept), Vec::new())
    }

    fn ask(
        &self,
        rules: &Rules,
        action: &str,
        person: &Person<'_>,
        resource: Resource,
        context: Pairs,
    ) -> Verdict {
        match prepared(&self.kinds, action, person, resource, context) {
            Ok((request, entities)) => {
                let mut verdict = Verdict::default();
                verdict.permits = decided(rules, &rules.permits, &request, &entities, &mut verdict.broken);
                verdict.forbids = decided(rules, &rules.forbids, &request, &entities, &mut verdict.broken);
                verdict
            }
            Err(broken) => Verdict { broken: Some(broken), ..Verdict::default() },
        }
    }
}

impl Kinds {
    fn case_of(&self, matter: &Matter<'_>) -> Resource {
        let mut its = vec![
            ("holder", Expression::new_entity_uid(uid(&self.organ, matter.holder))),
            ("named", uids(&self.organ, &matter.named)),
            ("agents", uids(&self.organ, &matter.agents)),
            ("powers", texts(&matter.powers)),
            ("manned", texts(&matter.manned)),
            ("recused", uids(&self.account, &matter.recused)),
            ("reviewers", uids(&self.account, &matter.reviewers)),
        ];
        let one = |name, account: Option<&str>| {
            account.map(|account| (name, Expression::new_entity_uid(uid(&self.account, account))))
        };
        its.extend(one("party", matter.party));
        its.extend(one("handler", matter.handler));
        (uid(&self.case, "this"), its)
    }

    fn register_of(&self, kept: Kept<'_>) -> Resource {
        let its = vec![
            ("keeper", Expression::new_entity_uid(uid(&self.organ, kept.keeper))),
            ("kept", Expression::new_bool(kept.kept)),
            ("public", Expression::new_bool(kept.public)),
            ("secret", Expression::new_bool(kept.secret)),
        ];
        (uid(&self.register, "this"), its)
    }
}

/// What is asked about, with what is known of it.
type Resource = (EntityUid, Pairs);

type Pairs = Vec<(&'static str, Expression)>;

fn prepared(
    kinds: &Kinds,
    action: &str,
    person: &Person<'_>,
    resource: Resource,
    context: Pairs,
) -> Result<(Request, Entities), String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let principal = uid(&kinds.account, person.account);
    let (resource, its) = resource;
    let context = Context::from_pairs(context.into_iter().map(|(key, value)| (key.to_owned(), value)));
    let context = context.map_err(|error| told(&error))?;
    let request =
        Request::new(principal.clone(), uid(&kinds.action, action), resource.clone(), context, None);
    let request = request.map_err(|error| told(&error))?;
    let of_person = [
        ("rank", text(person.rank.id())),
        ("posts", texts(&person.posts)),
        ("certificates", texts(&person.certificates)),
    ];
    let parents: HashSet<EntityUid> =
        person.organ.map(|organ| uid(&kinds.organ, organ)).into_iter().collect();
    let entities = [
        Entity::new(principal, attributes(of_person), parents).map_err(|error| told(&error))?,
        Entity::new(resource, attributes(its), HashSet::new()).map_err(|error| told(&error))?,
    ];
    let entities = Entities::from_entities(entities, None).map_err(|error| told(&error))?;
    Ok((request, entities))
}

fn decided(
    rules: &Rules,
    set: &PolicySet,
    request: &Request,
    entities: &Entities,
    broken: &mut Option<String>,
) -> Vec<Ground> {
    let answer = Authorizer::new().is_authorized(request, set, entities);
    if let Some(error) = answer.diagnostics().errors().next() {
        broken.get_or_insert_with(|| error.to_string());
    }
    let named = answer.diagnostics().reason().filter_map(|id| rules.grounds.get(id));
    let mut grounds: Vec<Ground> = named.cloned().collect();
    grounds.sort_by(|a, b| a.rule.cmp(&b.rule));
    grounds
}

fn attributes(pairs: impl IntoIterator<Item = (&'static str, Expression)>) -> HashMap<String, Expression> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn text(text: &str) -> Expression {
    Expression::new_string(text.to_owned())
}

fn texts(all: &[&str]) -> Expression {
    Expression::new_set(all.iter().map(|one| text(one)))
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn uids(kind: &EntityTypeName, all: &[&str]) -> Expression {
    Expression::new_set(all.iter().map(|one| Expression::new_entity_uid(uid(kind, one))))
}
