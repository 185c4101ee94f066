//! The organs and the accounts of the demonstration: read from data, with codes that are made up.

use std::collections::BTreeMap;

use app::{Ids, NewAccount, Organ};
use calendar::Day;
use serde::Deserialize;
use store::account::Rank;

use crate::fault::{Fault, Result, fault};

/// What `demo/county.toml` says. 演示县
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct County {
    /// Id of the organ whose year is shown.
    pub government: String,
    /// The day from which the organs are entered.
    pub organs_from: toml::value::Datetime,
    organ: Vec<OrganEntry>,
    account: Vec<AccountEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganEntry {
    id: String,
    name: String,
    short: String,
    kind: String,
    /// Twelve digits (统计用区划代码).
    division: String,
    parent: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountEntry {
    login: String,
    name: String,
    /// `citizen`, `staff` or `head`.
    rank: String,
    organ: Option<String>,
}

/// An account of the demonstration with its password, which is told once. 演示账号
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    pub login: String,
    pub password: String,
    pub name: String,
    /// Id and name of the organ of an officer.
    pub organ: Option<(String, String)>,
    pub rank: Rank,
}

impl County {
    pub fn read(path: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Fault::unreadable(path, &error))
    }

    /// The organs, each with a credit code that is formally valid and visibly made up.
    pub fn organs(&self) -> Result<Vec<Organ>> {
        let mut made = Vec::with_capacity(self.organ.len());
        for (at, entry) in self.organ.iter().enumerate() {
            let division = codes::division::check(&entry.division)
                .map_err(|_| fault(format!("机关“{}”的区划代码“{}”不对", entry.name, entry.division)))?;
            let code = credit_code("11", division.as_str(), "DEMA", at + 1);
            made.push(Organ {
                id: entry.id.clone(),
                name: entry.name.clone(),
                short: entry.short.clone(),
                kind: entry.kind.clone(),
                division: entry.division.clone(),
                credit_code: Some(code.ok_or_else(|| fault("演示用的统一社会信用代码推算不出来"))?),
                parent: entry.parent.clone(),
            });
        }
        Ok(made)
    }

    pub fn organs_from(&self) -> Result<Day> {
        Day::parse(&self.organs_from.to_string()).map_err(|_| fault("机关名录的起始日期不对"))
    }

    /// The accounts to be made, each with a new password.
    pub fn accounts(&self, organs: &BTreeMap<String, String>) -> Result<Vec<DemoAccount>> {
        let one = |entry: &AccountEntry| {
            let rank = match entry.rank.as_str() {
                "citizen" => Rank::Citizen,
                "staff" => Rank::Staff,
                "head" => Rank::Head,
                other => return Err(fault(format!("账号“{}”的职级“{other}”不认识", entry.login))),
            };
            let organ = match &entry.organ {
                None => None,
                Some(id) => {
                    let name = organs.get(id);
                    let name = name
                        .ok_or_else(|| fault(format!("账号“{}”的单位“{id}”不在机关名录里", entry.login)))?;
                    Some((id.clone(), name.clone()))
                }
            };
            let (login, name) = (entry.login.clone(), entry.name.clone());
            Ok(DemoAccount { login, password: Ids::password(), name, organ, rank })
        };
        self.account.iter().map(one).collect()
    }
}

impl DemoAccount {
    pub(crate) fn to_new(&self) -> NewAccount {
        NewAccount {
            login: self.login.clone(),
            name: self.name.clone(),
            password: self.password.clone(),
            organ: self.organ.as_ref().map(|(id, _)| id.clone()),
            rank: self.rank,
        }
    }
}

/// A unified social credit code whose subject is a word and a number: valid in form (GB 32100), issued to nobody.
pub(crate) fn credit_code(kind: &str, division: &str, word: &str, number: usize) -> Option<String> {
    let subject: Vec<char> = format!("{word}{number:04}").chars().collect();
    let inner = codes::uscc::inner_check_letter(&subject)?;
    let mut body: Vec<char> = kind.chars().chain(division.chars().take(6)).chain(subject).collect();
    body.push(inner);
    let last = codes::uscc::check_letter(&body)?;
    body.push(last);
    Some(body.into_iter().collect())
}

/// A resident identity number born in November 1911, as nobody who applies today is: valid in form (GB 11643). A thousand are born
/// on a day, from the eleventh on; after twenty thousand they repeat.
pub(crate) fn resident_id(number: usize) -> Option<String> {
    let (day, serial) = (11 + number / 1000 % 20, number % 1000);
    let mut body: Vec<char> = format!("350526191111{day:02}{serial:03}").chars().collect();
    let last = codes::resident::check_letter(&body)?;
    body.push(last);
    Some(body.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_codes_are_valid_in_form() {
        for number in (1..200).chain(9_900..10_000) {
            let code = credit_code("11", "350526000000", "DEMA", number).unwrap();
            let checked = codes::check(codes::Kind::Uscc, &code);
            assert!(checked.is_valid() && checked.faults.is_empty(), "{code}: {}", checked.reason());
        }
        for number in (1..200).chain(19_900..20_100) {
            let person = resident_id(number).unwrap();
            let checked = codes::check(codes::Kind::ResidentId, &person);
            assert!(checked.is_valid() && checked.faults.is_empty(), "{person}: {}", checked.reason());
        }
    }
}
