//! What stands in the registers before the year begins: read from data, entered by the keepers through the platform.

use std::collections::BTreeMap;

use app::{Actor, NewEntry, Platform};
use calendar::Day;
use serde::Deserialize;
use store::account::Rank;

use crate::county::credit_code;
use crate::fault::{Fault, Result, fault};
use crate::play::Cast;
use crate::script::{Values, several};

/// Why the entries are made, as the journal of the registers says.
const REASON: &str = "演示：年初登记";

/// What `demo/registers.toml` says. 演示名册
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registers {
    entry: Vec<EntryData>,
}

/// An entry, or one of the same kind for each of several organs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryData {
    register: String,
    organs: Vec<String>,
    /// The account that enters it; without one, the first head of the organ.
    by: Option<String>,
    from: toml::value::Datetime,
    until: Option<toml::value::Datetime>,
    /// So many entries, numbered from `first`, each with `{n}` and a credit code `{code}` of its own.
    times: Option<usize>,
    first: Option<usize>,
    fields: Values,
}

impl Registers {
    pub fn read(path: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Fault::unreadable(path, &error))
    }

    /// Enters everything, the rows of one register, organ and keeper at once. How many there were.
    pub fn enter(&self, platform: &Platform, cast: &Cast) -> Result<usize> {
        let mut batches: BTreeMap<(&str, &str, Option<&str>), Vec<NewEntry>> = BTreeMap::new();
        for entry in &self.entry {
            for organ in &entry.organs {
                let rows = batches.entry((&entry.register, organ, entry.by.as_deref())).or_default();
                for at in 0..entry.times.unwrap_or(1) {
                    rows.push(entry.row(cast, organ, entry.first.unwrap_or(1) + at, rows.len() + 1)?);
                }
            }
        }
        let mut count = 0;
        for ((register, organ, by), rows) in batches {
            let place = format!("名册“{register}”（{organ}）");
            let keeper = keeper(cast, organ, by).map_err(|fault| fault.within(&place))?;
            let entered = platform.enter(keeper, register, organ, rows, REASON);
            count += entered.map_err(|error| Fault::from(error).within(&place))?;
        }
        Ok(count)
    }
}

impl EntryData {
    fn row(&self, cast: &Cast, organ: &str, number: usize, line: usize) -> Result<NewEntry> {
        let code =
            credit_code("91", "350526", "DEMD", number).ok_or_else(|| fault("演示用的号码推算不出来"))?;
        let filled = |text: &str| {
            let own = text.replace("{n}", &number.to_string()).replace("{code}", &code);
            fill(&own, cast, organ)
        };
        let mut form = BTreeMap::new();
        for (field, value) in &self.fields {
            let texts = several(value)?.iter().map(|text| filled(text)).collect::<Result<Vec<_>>>()?;
            form.insert(field.clone(), texts);
        }
        Ok(NewEntry { from: day(&self.from)?, until: self.until.as_ref().map(day).transpose()?, form, line })
    }
}

fn day(written: &toml::value::Datetime) -> Result<Day> {
    Day::parse(&written.to_string()).map_err(|_| fault(format!("“{written}”不是日期")))
}

fn keeper<'c>(cast: &'c Cast, organ: &str, by: Option<&str>) -> Result<&'c Actor> {
    let found = match by {
        Some(login) => cast.actors.get(login),
        None => cast.first(organ, Rank::Head),
    };
    found.ok_or_else(|| fault("没有可以登记的账号"))
}

/// Fills `{organ}`, `{organ_name}`, `{staff}`, `{staff_name}`, `{head}` and `{head_name}` in.
fn fill(text: &str, cast: &Cast, organ: &str) -> Result<String> {
    if !text.contains('{') {
        return Ok(text.to_owned());
    }
    let name = cast.organs.iter().find(|(_, id)| *id == organ).map_or("", |(name, _)| name.as_str());
    let mut made = text.replace("{organ}", organ).replace("{organ_name}", name);
    for (role, rank) in [("staff", Rank::Staff), ("head", Rank::Head)] {
        let Some((login, actor)) = cast.first_login(organ, rank) else { continue };
        made = made.replace(&format!("{{{role}}}"), login);
        made = made.replace(&format!("{{{role}_name}}"), &actor.name);
    }
    if made.contains('{') {
        return Err(fault(format!("“{text}”里有填不了的空：{organ}没有这样的账号，或者没有这个名字")));
    }
    Ok(made)
}
