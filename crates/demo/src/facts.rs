//! What the year was modelled on: figures of a published report, and how the demonstration compares.

use app::{FigureAsked, Platform};
use calendar::Day;
use serde::Deserialize;

use crate::fault::{Fault, Result, fault};
use crate::script::Volume;

/// What `demo/facts.toml` says. 依据
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    pub year: i32,
    /// The beginning of the divisions' codes over which the report counts.
    pub division: String,
    /// The report that the figures are taken from.
    source: String,
    fact: Vec<FactEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactEntry {
    figure: String,
    value: String,
    bound: String,
    note: String,
    /// Holds only where all cases are played.
    #[serde(default)]
    full: bool,
}

/// How certain a figure of the source is. 数据依据
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The source states it.
    Exact,
    /// The source says that it is more, not how much; the value was chosen.
    AtLeast,
    /// The source is silent; the value was chosen.
    Chosen,
}

/// One figure of the year beside what it was modelled on. 对照
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub figure: String,
    pub name: String,
    pub unit: String,
    /// What the demonstration was to come to.
    pub wanted: String,
    /// What the platform counts.
    pub counted: String,
    pub bound: Bound,
    pub source: String,
    pub note: String,
}

impl Fact {
    #[must_use]
    pub fn holds(&self) -> bool {
        self.wanted == self.counted
    }
}

impl Facts {
    pub fn read(path: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Fault::unreadable(path, &error))
    }

    /// Asks the platform for every figure, as of a day.
    pub fn compare(&self, platform: &Platform, as_of: Day, volume: Volume) -> Result<Vec<Fact>> {
        let day = |month, day| Day::from_ymd(self.year, month, day).ok_or_else(|| fault("年份不对"));
        let asked = FigureAsked {
            organ: String::new(),
            division: self.division.clone(),
            from: day(1, 1)?,
            to: day(12, 31)?,
            as_of,
        };
        let mut made = Vec::with_capacity(self.fact.len());
        for entry in self.fact.iter().filter(|entry| !entry.full || volume == Volume::Full) {
            let bound = match entry.bound.as_str() {
                "exact" => Bound::Exact,
                "at_least" => Bound::AtLeast,
                "chosen" => Bound::Chosen,
                other => return Err(fault(format!("不认识的依据种类“{other}”"))),
            };
            for line in platform.figures(Some(&entry.figure), &asked)? {
                made.push(Fact {
                    figure: line.id.clone(),
                    name: line.name.clone(),
                    unit: line.unit.clone(),
                    wanted: entry.value.clone(),
                    counted: line.value.map_or_else(|| "—".to_owned(), |value| value.text()),
                    bound,
                    source: self.source.clone(),
                    note: entry.note.clone(),
                });
            }
        }
        Ok(made)
    }
}
