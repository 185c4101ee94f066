//! Who may see which case: the one filter of pages, lists, counts, search, exports and the records behind figures.
//!
//! A case may be read by the officers of the organ that holds it, by those of an organ that its records name in a role
//! (a respondent, say), and by the account of its party. The names stand in the case's row, so that the row alone says
//! who may see it; lists of them are kept beside.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use norms::{ActId, FieldType, Procedure, Records, RoleKind, Value};
use store::Query;
use store::cases::{self, Case, Key, Scope};

use crate::actor::Actor;
use crate::error::Result;
use crate::platform::Platform;

/// Who asks for something that several may ask for. 查看人
#[derive(Clone, Copy, Debug)]
pub enum Viewer<'a> {
    /// Somebody without an account.
    Public,
    Account(&'a Actor),
    /// Who holds the data themselves, on the machine.
    Keeper,
}

/// The cases that somebody may see. 可见范围
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visible {
    /// Id and name of an officer's organ.
    organ: Option<(String, String)>,
    account: Option<String>,
    /// Ids of other organs and of their procedures in which the account is appointed or the organ is entrusted.
    also: Vec<(String, String)>,
    all: bool,
}

/// Whose cases a list shows, among those that may be seen. 案件归属
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// All that may be seen.
    #[default]
    All,
    /// Those that the officer's own organ holds.
    Held,
    /// Those of others whose records name the officer's organ.
    Named,
}

/// What a list of cases is narrowed to. 案件筛选
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    pub whose: Whose,
    pub procedure: Option<String>,
    /// A phase of the procedure; without one it does not count.
    pub phase: Option<String>,
}

impl CaseFilter {
    fn fits(&self, case: &Case) -> bool {
        let phase = || self.phase.as_ref().is_none_or(|phase| *phase == case.phase);
        self.procedure.as_ref().is_none_or(|own| *own == case.procedure && phase())
    }
}

/// How many of those who are named or are a party are read at a time: they are picked from one list.
pub(crate) const SCAN: u32 = 500;
/// How many times a page reads on when it picked too few.
const ROUNDS: usize = 2;

impl Visible {
    fn of(viewer: Viewer<'_>) -> Self {
        match viewer {
            Viewer::Public => Self { organ: None, account: None, also: Vec::new(), all: false },
            Viewer::Keeper => Self { organ: None, account: None, also: Vec::new(), all: true },
            Viewer::Account(actor) => Self {
                organ: actor.organ.clone().filter(|_| actor.is_officer()),
                account: Some(actor.account.clone()),
                also: Vec::new(),
                all: false,
            },
        }
    }

    /// Whether a case may be seen.
    pub fn sees(&self, case: &Case) -> bool {
        self.all || self.holds(case) || self.is_named(case) || self.is_party(case) || self.is_also(case)
    }

    fn is_also(&self, case: &Case) -> bool {
        self.also.iter().any(|(organ, procedure)| *organ == case.organ && *procedure == case.procedure)
    }

    fn holds(&self, case: &Case) -> bool {
        self.organ.as_ref().is_some_and(|(id, _)| *id == case.organ)
    }

    fn is_named(&self, case: &Case) -> bool {
        self.organ.as_ref().is_some_and(|(_, name)| case.named.contains(name))
    }

    fn is_party(&self, case: &Case) -> bool {
        self.account.is_some() && case.party == self.account
    }

    /// Ids of the other organs some of whose cases may be seen.
    pub fn other_organs(&self) -> Vec<String> {
        self.also
            .iter()
            .map(|(organ, _)| organ.clone())
            .filter(|id| Some(id.as_str()) != self.organ())
            .collect()
    }

    /// Id of an officer's organ.
    pub fn organ(&self) -> Option<&str> {
        self.organ.as_ref().map(|(id, _)| id.as_str())
    }

    fn belongs(&self, case: &Case, filter: &CaseFilter) -> bool {
        let whose = match filter.whose {
            Whose::All => true,
            Whose::Held => self.holds(case),
            Whose::Named => !self.holds(case),
        };
        whose && self.sees(case) && filter.fits(case)
    }

    /// A page of the cases that may be seen, the newest first, and where the next one begins. What is read for one page is
    /// bounded: it may be shorter than asked for and yet not the last.
    pub fn page(
        &self,
        db: &dyn Query,
        filter: &CaseFilter,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<(Vec<Case>, Option<Key>)> {
        let size = usize::try_from(limit).unwrap_or(usize::MAX);
        let scopes = self.scopes(db, filter)?;
        if scopes.len() > 1 && scopes.iter().all(|(_, exact)| *exact) {
            return merged(db, &scopes, after, size);
        }
        let mut found: BTreeMap<Reverse<Key>, Case> = BTreeMap::new();
        let mut from = after.cloned();
        for _ in 0..ROUNDS {
            // Down to here everything was read.
            let mut edge: Option<Key> = None;
            for (scope, exact) in &scopes {
                let batch = if *exact { limit.saturating_add(1) } else { SCAN };
                let rows = cases::page(db, scope.lent(), "", from.as_ref(), batch)?;
                if u32::try_from(rows.len()).unwrap_or(u32::MAX) == batch {
                    edge = edge.max(rows.last().map(Case::key));
                }
                let mine = rows.into_iter().filter(|row| self.belongs(row, filter));
                found.extend(mine.map(|row| (Reverse(row.key()), row)));
            }
            if let Some(edge) = &edge {
                found.retain(|key, _| key.0 >= *edge);
            }
            from = edge;
            if from.is_none() || found.len() >= size {
                break;
            }
        }
        let more = found.len() > size;
        let rows: Vec<Case> = found.into_values().take(size).collect();
        let next = if more { rows.last().map(Case::key) } else { from };
        Ok((rows, next))
    }

    /// The lists that hold what may be seen, and whether all in one of them fits the filter.
    fn scopes(&self, db: &dyn Query, filter: &CaseFilter) -> Result<Vec<(Listed, bool)>> {
        let mut made = Vec::new();
        let plain = filter.procedure.is_none();
        if let Some((organ, name)) = &self.organ {
            match (filter.whose, &filter.procedure) {
                (Whose::Named, _) => {}
                (_, None) => made.push((Listed::Organ(organ.clone()), true)),
                (_, Some(procedure)) => made.extend(phases(db, organ, procedure, filter)?),
            }
            if filter.whose != Whose::Held {
                made.push((Listed::Named(name.clone()), plain && filter.whose == Whose::All));
            }
        }
        for (organ, procedure) in self.also.iter().filter(|_| filter.whose != Whose::Held) {
            if filter.procedure.as_ref().is_none_or(|own| own == procedure) {
                made.extend(phases(db, organ, procedure, filter)?);
            }
        }
        if let Some(account) = self.account.as_ref().filter(|_| filter.whose != Whose::Held) {
            made.push((Listed::Party(account.clone()), plain && filter.whose == Whose::All));
        }
        Ok(made)
    }

    /// How many cases a filter gives; nothing where those of others are more than `most`, or too many were to be read to
    /// count them one by one.
    pub fn count(&self, db: &dyn Query, filter: &CaseFilter, most: u32) -> Result<Option<i64>> {
        let mut all = 0;
        if let (Some(organ), false) = (self.organ(), filter.whose == Whose::Named) {
            let fits = |count: &cases::Count| {
                let phase = || filter.phase.as_ref().is_none_or(|phase| *phase == count.phase);
                filter.procedure.as_ref().is_none_or(|own| *own == count.procedure && phase())
            };
            let counts = cases::counts(db, organ, "")?;
            all += counts.iter().filter(|count| fits(count)).map(|count| count.all).sum::<i64>();
        }
        if filter.whose == Whose::Held {
            return Ok(Some(all));
        }
        let others = CaseFilter { whose: Whose::Named, ..filter.clone() };
        // One page: what is read for it is bounded, however few of them fit the filter.
        let (rows, next) = self.page(db, &others, None, most)?;
        let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Ok(next.is_none().then_some(all + found))
    }
}

/// A page of several lists as one, in which all may be seen and fits: the keys of each first, for they lie in an index, and of
/// the rows only those that come onto the page.
fn merged(
    db: &dyn Query,
    scopes: &[(Listed, bool)],
    after: Option<&Key>,
    size: usize,
) -> Result<(Vec<Case>, Option<Key>)> {
    let most = size.saturating_add(1);
    let batch = u32::try_from(most).unwrap_or(u32::MAX);
    // Each key with the list that it is taken from and how many rows of that list lead to it. Sorting finds the lists in order
    // already and merges them; the same key in two lists is taken from the first.
    let mut places: Vec<(Key, usize, u32)> = Vec::new();
    for (at, (scope, _)) in scopes.iter().enumerate() {
        let keys = cases::keys(db, scope.lent(), after, batch)?.unwrap_or_default();
        places.extend(keys.into_iter().zip(1..).map(|(key, rank)| (key, at, rank)));
    }
    places.sort_by(|a, b| b.0.cmp(&a.0));
    places.dedup_by(|later, first| later.0 == first.0);
    let more = places.len() > size;
    places.truncate(size);
    let mut lengths = vec![0; scopes.len()];
    for (_, at, rank) in &places {
        if let Some(length) = lengths.get_mut(*at) {
            *length = (*rank).max(*length);
        }
    }
    let mut rows: Vec<Case> = Vec::with_capacity(size);
    for ((scope, _), length) in scopes.iter().zip(lengths).filter(|(_, length)| *length > 0) {
        rows.extend(cases::page(db, scope.lent(), "", after, length)?);
    }
    rows.sort_by(|a, b| (b.opened_on, &b.id).cmp(&(a.opened_on, &a.id)));
    rows.dedup_by(|later, first| later.id == first.id);
    rows.truncate(size);
    let next = if more { rows.last().map(Case::key) } else { None };
    Ok((rows, next))
}

/// The lists of an organ's cases of a procedure, one for each phase that the filter wants.
fn phases(db: &dyn Query, organ: &str, procedure: &str, filter: &CaseFilter) -> Result<Vec<(Listed, bool)>> {
    let counts = cases::counts(db, organ, "")?.into_iter();
    let phases = counts.filter(|count| count.procedure == procedure).map(|count| count.phase);
    let wanted = phases.filter(|phase| filter.phase.as_ref().is_none_or(|own| own == phase));
    Ok(wanted.map(|phase| (Listed::Phase(organ.to_owned(), procedure.to_owned(), phase), true)).collect())
}

/// A scope of its own.
enum Listed {
    Organ(String),
    Phase(String, String, String),
    Named(String),
    Party(String),
}

impl Listed {
    fn lent(&self) -> Scope<'_> {
        match self {
            Self::Organ(organ) => Scope::Organ { organ },
            Self::Phase(organ, procedure, phase) => Scope::Phase { organ, procedure, phase },
            Self::Named(name) => Scope::Named { name },
            Self::Party(party) => Scope::Party { party },
        }
    }
}

/// The organs that a case's records name in a role, by which they may read it.
pub(crate) fn names(procedure: &Procedure, records: &Records) -> Vec<String> {
    let mut made = Vec::new();
    let roles = procedure.roles.iter().filter(|role| role.kind == RoleKind::Organ);
    for role in roles {
        for (at, act) in procedure.acts.iter().enumerate() {
            let Some(id) = ActId::new(at) else { continue };
            for (place, field) in (0u16..).zip(&act.fields) {
                if field.kind == FieldType::Organ
                    && field.id == role.id
                    && let Some(Value::Text(name)) = records.value(id, place)
                    && !name.is_empty()
                {
                    made.push(name.clone());
                }
            }
        }
    }
    // An organ that a case was handed to reads what it was handed.
    for (at, act) in procedure.acts.iter().enumerate() {
        let fields = act.starts.iter().filter_map(|start| start.organ);
        let named = fields.filter_map(|field| records.value(ActId::new(at)?, field));
        made.extend(named.filter_map(|value| match value {
            Value::Text(name) if !name.is_empty() => Some(name.clone()),
            _ => None,
        }));
    }
    made.sort_unstable();
    made.dedup();
    made
}

/// The setting that says that every case's row names the organs of its records.
const NAMED: &str = "cases_named";

impl Platform {
    /// The cases that somebody may see, today: what the rules of `policies/reading.cedar` come to, as lists.
    pub(crate) fn visible(&self, viewer: Viewer<'_>) -> Result<Visible> {
        let mut made = Visible::of(viewer);
        if let Viewer::Account(actor) = viewer
            && actor.is_officer()
        {
            let (roll, today) = (self.roll()?, self.today());
            made.also = roll.posted(&actor.account, today);
            if let Some((_, name)) = &actor.organ {
                let procedures = || self.rules().packs.iter().map(|pack| &pack.file.procedure);
                for (organ, power, area) in roll.entrusted(name, today) {
                    if !self.organ(organ).is_ok_and(|organ| organ.division.starts_with(area)) {
                        continue;
                    }
                    let uses = |procedure: &&Procedure| {
                        procedure.acts.iter().any(|act| act.power.as_deref() == Some(power))
                    };
                    made.also.extend(procedures().filter(uses).map(|one| (organ.to_owned(), one.id.clone())));
                }
            }
            made.also.sort_unstable();
            made.also.dedup();
        }
        Ok(made)
    }

    /// Names the organs in the rows of cases that an older version wrote.
    pub(crate) fn name_older_cases(&self) -> Result<()> {
        self.over_older_cases(NAMED, |_, tx, file| {
            file.row.named = names(&file.pack.file.procedure, &file.history.records);
            Ok(cases::update(tx, &file.row)?)
        })
    }
}
