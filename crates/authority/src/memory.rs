//! Answers that were given: the same facts have the same answer, and officers ask the same thing all day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::facts::{Acting, Matter, Person};
use crate::request::Verdict;

/// How many answers are kept; when there are more, all are forgotten.
const MOST: usize = 4_096;

/// The answers of one set of rules. 已有的裁断
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<HashMap<Vec<u8>, Arc<Verdict>>>>);

impl Memory {
    /// The answer to what these facts ask, from memory or made now. One with a rule that could not be evaluated is made
    /// anew each time.
    pub fn recall(&self, key: Vec<u8>, make: impl FnOnce() -> Verdict) -> Arc<Verdict> {
        let known = self.0.lock().ok().and_then(|kept| kept.get(&key).cloned());
        if let Some(known) = known {
            return known;
        }
        let made = Arc::new(make());
        if made.broken.is_none()
            && let Ok(mut kept) = self.0.lock()
        {
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(key, Arc::clone(&made));
        }
        made
    }
}

/// All facts of a question, each with its length before it, so that no two questions have one key.
pub(crate) fn key(action: &str, person: &Person<'_>, matter: &Matter<'_>, acting: &Acting<'_>) -> Vec<u8> {
    // Every field is named: a new fact must come into the key.
    let Person { account, organ, rank, posts, certificates } = person;
    let Matter { holder, party, handler, named, agents, powers, manned, recused, reviewers } = matter;
    let Acting {
        party: for_party,
        organ: for_organ,
        outside,
        officer_roles,
        head_roles,
        certificate,
        power,
        officers_needed,
        officers,
        uncertified,
        unknown,
        recused_others,
        apart_others,
        apart_from,
    } = acting;
    let mut key = Key(Vec::with_capacity(256));
    [action, account, rank.id(), holder].into_iter().for_each(|text| key.text(text));
    [*organ, *party, *handler, *certificate, *power].into_iter().for_each(|text| key.maybe(text));
    for all in [
        posts,
        certificates,
        named,
        agents,
        powers,
        manned,
        recused,
        reviewers,
        officer_roles,
        head_roles,
        uncertified,
        unknown,
        recused_others,
        apart_others,
        apart_from,
    ] {
        key.number(i64::try_from(all.len()).unwrap_or(i64::MAX));
        all.iter().for_each(|text| key.text(text));
    }
    [*officers_needed, *officers].into_iter().for_each(|number| key.number(number));
    key.0.extend([for_party, for_organ, outside].map(|flag| u8::from(*flag)));
    key.0
}

struct Key(Vec<u8>);

impl Key {
    fn number(&mut self, number: i64) {
        self.0.extend(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(i64::try_from(text.len()).unwrap_or(i64::MAX));
        self.0.extend(text.as_bytes());
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }
}
