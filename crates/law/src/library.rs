//! All laws, found by id, by title and by day.

use std::collections::BTreeMap;

use base::{Diagnostic, closest};
use calendar::Day;

use crate::checks::{LawMistake, mistakes};
use crate::{Law, Version};

/// The laws that the packs rest on and that citations are checked against. 法律库
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Library {
    /// Sorted by id.
    laws: Vec<Law>,
    /// Every title and short title, to a place in `laws`.
    titles: BTreeMap<String, usize>,
}

/// Whether a law is in force on a day. 效力状态
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// In force in this version.
    InForce(&'a Law, &'a Version),
    /// In force, or it was, in a version that the library does not hold.
    OtherVersion(&'a Law),
    /// Not yet in force; from this day on.
    NotYet(&'a Law, Day),
    /// No longer; the last day in force.
    Ended(&'a Law, Day),
    /// The library has no law of that title.
    Unknown,
}

impl Library {
    /// # Errors
    /// All mistakes at once: ids or titles given twice, versions that overlap or leave a gap, articles that a version
    /// does not have.
    pub fn new(laws: impl IntoIterator<Item = Law>) -> Result<Self, Vec<Diagnostic>> {
        let mut laws: Vec<_> = laws.into_iter().collect();
        laws.sort_by(|left, right| left.id.cmp(&right.id));
        let found = mistakes(&laws);
        if !found.is_empty() {
            return Err(found.into_iter().map(|mistake| mistake.diagnostic).collect());
        }
        let mut titles = BTreeMap::new();
        for (place, law) in laws.iter().enumerate() {
            let all = law.short_titles.iter().map(String::as_str).chain([law.title.as_str(), law.name()]);
            titles.extend(all.map(|title| (plain(title), place)));
        }
        Ok(Self { laws, titles })
    }

    /// What `new` would refuse, with the law and the version of each mistake.
    #[must_use]
    pub fn check(laws: &[Law]) -> Vec<LawMistake> {
        let mut laws = laws.to_vec();
        laws.sort_by(|left, right| left.id.cmp(&right.id));
        mistakes(&laws)
    }

    /// All laws, by id.
    #[must_use]
    pub fn laws(&self) -> &[Law] {
        &self.laws
    }

    /// The law of an id such as `reconsideration_law`.
    #[must_use]
    pub fn law(&self, id: &str) -> Option<&Law> {
        let place = self.laws.binary_search_by(|law| law.id.as_str().cmp(id)).ok()?;
        self.laws.get(place)
    }

    /// The version of a key such as `reconsideration_law@2023`.
    #[must_use]
    pub fn version(&self, key: &str) -> Option<(&Law, &Version)> {
        let (id, version) = key.split_once('@')?;
        let law = self.law(id)?;
        law.version(version).map(|version| (law, version))
    }

    /// The key nearest to one that is not there, for a suggestion.
    #[must_use]
    pub fn nearest_key(&self, key: &str) -> Option<String> {
        let keys: Vec<_> = self
            .laws
            .iter()
            .flat_map(|law| law.versions.iter().map(move |version| format!("{}@{}", law.id, version.id)))
            .collect();
        let law = key.split('@').next();
        let newest = keys.iter().rfind(|known| known.split('@').next() == law);
        newest.cloned().or_else(|| closest(key, keys.iter().map(String::as_str)).map(str::to_owned))
    }

    /// The law of a title, with or without 《》 and 中华人民共和国, or of a short title.
    #[must_use]
    pub fn by_title(&self, title: &str) -> Option<&Law> {
        let title = plain(title);
        let place = self.titles.get(&title).or_else(|| {
            let name = title.strip_prefix("中华人民共和国")?;
            self.titles.get(name)
        })?;
        self.laws.get(*place)
    }

    /// Whether the law of a title is in force on a day, and in which version.
    #[must_use]
    pub fn in_force_on(&self, title: &str, day: Day) -> Standing<'_> {
        let Some(law) = self.by_title(title) else { return Standing::Unknown };
        standing(law, day)
    }
}

fn standing(law: &Law, day: Day) -> Standing<'_> {
    if let Some(version) = law.version_on(day) {
        return Standing::InForce(law, version);
    }
    let first = law.versions.first().map(|version| version.from);
    let last = law.versions.last().and_then(|version| version.until);
    match (law.since.or(first), last) {
        (Some(since), _) if day < since => Standing::NotYet(law, since),
        (_, Some(last)) if last < day => Standing::Ended(law, last),
        _ => Standing::OtherVersion(law),
    }
}

/// A title without 《》 and white space, with full-width brackets.
fn plain(title: &str) -> String {
    let title = title.trim().trim_start_matches('《').trim_end_matches('》');
    let mut text = String::with_capacity(title.len());
    for letter in title.chars().filter(|letter| !letter.is_whitespace()) {
        text.push(match letter {
            '(' => '（',
            ')' => '）',
            '〈' | '<' => '《',
            '〉' | '>' => '》',
            other => other,
        });
    }
    text
}
