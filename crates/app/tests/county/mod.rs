//! A small county for the tests: an organ, two officers, a citizen, a clock that is set.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, reason = "each test file uses some of it")]

use std::sync::Arc;

use app::{AccountRules, Actor, Form, Ids, NewAccount, Open, Organ, Platform, SetClock, Upload};
use calendar::Day;
use store::account::Rank;
use store::testing::Database;
use store::{Options, Place, Store};

pub struct County {
    pub platform: Platform,
    pub clock: Arc<SetClock>,
    pub officer: Actor,
    pub head: Actor,
    _dir: Option<tempfile::TempDir>,
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn form(fields: &[(&str, &str)]) -> Form {
    fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()])).collect()
}

/// Runs a test over a county in a folder, and over one in a PostgreSQL where one is given.
pub fn on_both(name: &str, today: &str, test: impl Fn(County, tempfile::TempDir, Option<Database>)) {
    for is_given in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let database = if is_given { Database::new(name).unwrap() } else { None };
        if is_given && database.is_none() {
            return;
        }
        let address = database.as_ref().map(|it| it.address.as_str());
        let place = Place::new(address, &folder.path().join("data")).unwrap();
        let store = Store::open_at(&place, &Options::default()).unwrap();
        test(County::in_store(store, today), folder, database);
    }
}

impl County {
    pub fn new(today: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = store::testing::open(&dir.path().join("data"), &Options::default()).unwrap();
        Self { _dir: Some(dir), ..Self::in_store(store, today) }
    }

    /// The same in a store that is given.
    pub fn in_store(store: Store, today: &str) -> Self {
        let rules = packs::load(&packs::Files::built_in()).unwrap();
        let clock = Arc::new(SetClock::at(day(today), 9));
        let platform = Platform::new(store, rules, Arc::clone(&clock) as _, Ids::seeded("county")).unwrap();
        let organ = |id: &str, name: &str, short: &str, kind: &str| Organ {
            id: id.to_owned(),
            name: name.to_owned(),
            short: short.to_owned(),
            kind: kind.to_owned(),
            division: "350526".to_owned(),
            credit_code: None,
            parent: None,
        };
        let organs = vec![
            organ("county", "德化县人民政府", "德政", "government"),
            organ("police", "德化县公安局", "德公", "department"),
        ];
        platform.set_account_rules(&AccountRules::demonstration()).unwrap();
        platform.enter_organs(organs, day("2020-01-01")).unwrap();
        let account = |login: &str, name: &str, rank: Rank| NewAccount {
            login: login.to_owned(),
            name: name.to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("county".to_owned()),
            rank,
        };
        platform.add_account(account("officer", "演示承办人", Rank::Staff)).unwrap();
        platform.add_account(account("head", "演示负责人", Rank::Head)).unwrap();
        let (officer, head) = (platform.actor_of("officer").unwrap(), platform.actor_of("head").unwrap());
        Self { platform, clock, officer, head, _dir: None }
    }

    /// An application for reconsideration at the counter.
    pub fn application(&self, key: &str, on: &str) -> Open {
        Open {
            key: key.to_owned(),
            procedure: "reconsideration".to_owned(),
            organ: "county".to_owned(),
            act: "apply".to_owned(),
            on: day(on),
            form: form(&[
                ("applicant", "演示申请人"),
                ("applicant.code", "11010519491231002X"),
                ("applicant_kind", "citizen"),
                ("respondent", "德化县公安局"),
                ("channel", "in_person"),
                ("submitted_on", on),
                ("act_title", "行政处罚决定"),
                ("act_kind", "penalty"),
                ("learned_on", "2024-09-01"),
                ("told_rights", "yes"),
                ("counts_from", "2024-09-01"),
                ("real_property", "no"),
                ("request", "撤销该处罚决定"),
                ("facts", "当日并未到过现场"),
                ("reasons", "认定事实不清"),
            ]),
            files: Vec::new(),
        }
    }

    pub fn apply(&self, key: &str, on: &str) -> app::Result<app::Done> {
        self.platform.open(&self.officer, self.application(key, on))
    }

    /// What the act of acceptance records.
    pub fn acceptance(&self) -> Form {
        form(&[("self_review", "no")])
    }
}

impl County {
    /// Enters a rule of 2019 with its text; the case.
    pub fn enter_rule(&self, key: &str, text: &str) -> String {
        let open = Open {
            key: key.to_owned(),
            procedure: "rule_in_force".to_owned(),
            organ: "county".to_owned(),
            act: "enter".to_owned(),
            on: day("2025-01-06"),
            form: form(&[
                ("title", "德化县罚没财物管理规定"),
                ("order", "县政府令第3号"),
                ("effective_on", "2019-03-01"),
                ("interim", "no"),
            ]),
            files: vec![Upload {
                field: "text".to_owned(),
                name: "规定.txt".to_owned(),
                content: text.into(),
            }],
        };
        self.platform.open(&self.officer, open).unwrap().case
    }
}
