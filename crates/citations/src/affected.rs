//! What must be looked at when a law or document changes, directly and through others.

use std::collections::BTreeMap;

use calendar::Day;

use crate::document::State;
use crate::mention::{Part, Role};
use crate::web::{Change, Cited, How, Target, Web};

/// What a change means for a document, the gravest first. 影响
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Nothing that it says it was made on is in force any more.
    LosesBasis,
    /// One of the things that it was made on is no longer in force.
    BasisEnds,
    /// What it was made on is changed.
    BasisChanges,
    /// It names something that is no longer in force.
    CitedEnds,
    /// It names something that is changed.
    CitedChanges,
    /// It was made on a document that must be looked at itself.
    Through,
}

impl Consequence {
    pub const ALL: [Self; 6] = [
        Self::LosesBasis,
        Self::BasisEnds,
        Self::BasisChanges,
        Self::CitedEnds,
        Self::CitedChanges,
        Self::Through,
    ];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::LosesBasis => "loses_basis",
            Self::BasisEnds => "basis_ends",
            Self::BasisChanges => "basis_changes",
            Self::CitedEnds => "cited_ends",
            Self::CitedChanges => "cited_changes",
            Self::Through => "through",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::LosesBasis => "依据全部不再有效",
            Self::BasisEnds => "依据之一不再有效",
            Self::BasisChanges => "依据有修改",
            Self::CitedEnds => "引用的不再有效",
            Self::CitedChanges => "引用的有修改",
            Self::Through => "所依据的文件要看",
        }
    }

    /// Whether what was made on the document must be looked at too.
    fn goes_on(self) -> bool {
        !matches!(self, Self::CitedEnds | Self::CitedChanges)
    }
}

/// A document that must be looked at, and the citations that say why. 受影响的文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    pub document: usize,
    pub consequence: Consequence,
    /// The shortest chain, as places among all citations: from this document to what changed.
    pub chain: Vec<usize>,
}

/// A citation of something that is otherwise by a day than when the document was made. 已经变动的引用
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// Place among all citations.
    pub citation: usize,
    pub how: How,
    /// The first day on which it is otherwise.
    pub on: Day,
}

impl Web<'_> {
    /// What a document cites that has changed or ended by a day: of what it was made on changes too, since its first day
    /// in force; of the rest only ends. What it ends itself does not count.
    #[must_use]
    pub fn outdated(&self, document: usize, day: Day) -> Vec<Outdated> {
        let first = self.documents().get(document).and_then(|one| one.from);
        let mut made = Vec::new();
        for (at, cited) in self.cites_with_places(document) {
            let (role, Some(target)) = (cited.mention.role, cited.target()) else { continue };
            if role == Role::Repeals {
                continue;
            }
            let found = match target {
                Target::Law(law) => self.law_changed(law, first.filter(|_| role == Role::Basis), day),
                Target::Document(own) => self.document_ended(own, day),
            };
            made.extend(found.map(|(how, on)| Outdated { citation: at, how, on }));
        }
        made
    }

    /// How a law last changed after one day, up to another; where no first day is known, only whether it ended.
    fn law_changed(&self, law: usize, after: Option<Day>, until: Day) -> Option<(How, Day)> {
        let law = self.library().laws().get(law)?;
        if let Some(last) = law.versions.last().and_then(|version| version.until)
            && last < until
        {
            return Some((How::Repealed, last.next()));
        }
        let after = after?;
        let newer = law.versions.iter().map(|version| version.from);
        newer.filter(|from| *from > after && *from <= until).max().map(|from| (How::Changed, from))
    }

    fn document_ended(&self, document: usize, day: Day) -> Option<(How, Day)> {
        let document = self.documents().get(document).filter(|document| document.has_ended(day))?;
        let how = if document.state == State::Repealed { How::Repealed } else { How::Lapsed };
        Some((how, document.until.map_or(day, Day::next)))
    }

    /// The documents in force on the day of a change that must be looked at: nearest first, the gravest first.
    ///
    /// A document that ends the changed one, or is ended, is not. One that cites the changed one goes no further unless
    /// it was made on it: whoever was made on that is looked at through it.
    #[must_use]
    pub fn affected(&self, change: &Change) -> Vec<Affected> {
        let mut best: BTreeMap<usize, Affected> = BTreeMap::new();
        for (at, cited) in self.those(self.citing(change.target), change) {
            let Some(consequence) = self.direct(cited, change) else { continue };
            let one = Affected { document: cited.from, consequence, chain: vec![at] };
            match best.get_mut(&cited.from) {
                Some(known) if known.consequence <= consequence => {}
                Some(known) => *known = one,
                None => drop(best.insert(cited.from, one)),
            }
        }
        let mut made: Vec<Affected> = best.values().cloned().collect();
        made.sort_by_key(|one| (one.consequence, one.document));
        let mut seen: std::collections::BTreeSet<usize> = best.into_keys().collect();
        seen.extend(match change.target {
            Target::Document(own) => Some(own),
            Target::Law(_) => None,
        });
        let mut next = 0;
        while let Some(one) = made.get(next).cloned() {
            next += 1;
            if !one.consequence.goes_on() {
                continue;
            }
            for (at, cited) in self.those(self.citing(Target::Document(one.document)), change) {
                if cited.mention.role == Role::Basis && seen.insert(cited.from) {
                    let chain = std::iter::once(at).chain(one.chain.iter().copied()).collect();
                    made.push(Affected { document: cited.from, consequence: Consequence::Through, chain });
                }
            }
        }
        made
    }

    /// Citations at those places, of documents in force on the day.
    fn those<'w>(&'w self, places: &'w [usize], change: &Change) -> impl Iterator<Item = (usize, &'w Cited)> {
        let day = change.on;
        let known = places.iter().filter_map(|at| Some((*at, self.citations().get(*at)?)));
        known.filter(move |(_, cited)| {
            self.documents().get(cited.from).is_some_and(|document| document.is_in_force(day))
        })
    }

    /// What a change means for a document by one citation of what changes.
    fn direct(&self, cited: &Cited, change: &Change) -> Option<Consequence> {
        let part = cited.mention.part;
        let touched = change.article.is_none_or(|article| part.touches(article));
        match (cited.mention.role, change.how.ends()) {
            (Role::Repeals, _) => None,
            _ if !touched => None,
            (Role::Basis, true) if change.article.is_none() && self.all_end(cited.from, change) => {
                Some(Consequence::LosesBasis)
            }
            (Role::Basis, true) => Some(Consequence::BasisEnds),
            (Role::Basis, false) => Some(Consequence::BasisChanges),
            // Who names the whole says nothing of one article.
            (Role::Mention, _) if change.article.is_some() && part == Part::Whole => None,
            (Role::Mention, true) => Some(Consequence::CitedEnds),
            (Role::Mention, false) => Some(Consequence::CitedChanges),
        }
    }

    /// Whether everything that a document was made on is over on the day of a change. What is not known is not over.
    fn all_end(&self, document: usize, change: &Change) -> bool {
        let bases = self.cites(document).iter().filter(|cited| cited.mention.role == Role::Basis);
        bases.map(Cited::target).all(|target| {
            target.is_some_and(|target| target == change.target || self.has_ended(target, change.on))
        })
    }
}
