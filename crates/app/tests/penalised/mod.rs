//! Penalty cases and the registers that they ask, for the tests of what benchmarks say and of what fines lead to.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use app::{Actor, Deal, Done, NewAccount, NewEntry, Open};
use store::account::Rank;

use crate::county::{County, day, form};

pub const MATTER: &str = "示例：滥伐林木";
pub const PARTY: &str = "11010519491231002X";

pub fn enter(county: &County, register: &str, from: &str, until: Option<&str>, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day(from), until: until.map(day), form: form(fields), line: 0 };
    county.platform.enter(&county.head, register, "county", vec![row], "试验").unwrap();
}

pub fn step(county: &County, step: &str, when: &str, money: (&str, &str), from: &str, until: Option<&str>) {
    let fields = [
        ("item", "timber"),
        ("step", step),
        ("act", MATTER),
        ("basis", "示例条款"),
        ("circumstances", when),
        ("lowest", money.0),
        ("highest", money.1),
        ("frame", "1000元以上5000元以下"),
        ("document", "示例〔2024〕1号"),
    ];
    enter(county, "discretion_benchmarks", from, until, &fields);
}

/// Officers, a reviewer, the power, and a benchmark: milder until the end of 2024.
pub fn with_registers(county: &County) -> Actor {
    let account = NewAccount {
        login: "reviewer".to_owned(),
        name: "演示审核人".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: Some("county".to_owned()),
        rank: Rank::Staff,
    };
    county.platform.add_account(account).unwrap();
    for (number, name, login) in [("1", "演示承办人", "officer"), ("2", "演示承办人乙", "")] {
        let fields = [("number", number), ("name", name), ("account", login), ("kind", "officer")];
        enter(county, "officers", "2024-01-01", None, &fields);
        let paper = format!("证{number}");
        let fields =
            [("number", paper.as_str()), ("officer", number), ("holder", name), ("field", "行政执法")];
        enter(county, "certificates", "2024-01-01", None, &fields);
    }
    let power = [("power", "行政处罚"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")];
    enter(county, "powers", "2024-01-01", None, &power);
    step(county, "light", "材积不足2立方米", ("1000", "1500"), "2024-01-01", Some("2024-12-31"));
    step(county, "heavy", "其他情形", ("1500", "5000"), "2024-01-01", Some("2024-12-31"));
    step(county, "light", "材积不足2立方米", ("1000", "2000"), "2025-01-01", None);
    step(county, "heavy", "其他情形", ("3000", "5000"), "2025-01-01", None);
    let spared = [
        ("list", "none"),
        ("item", "林01"),
        ("act", MATTER),
        ("basis", "示例条款"),
        ("conditions", "材积不足0.5立方米；初次违法；及时改正"),
        ("must", "yes"),
        ("measure", "责令补种"),
        ("version", "示例〔2025〕2号"),
    ];
    enter(county, "leniency_lists", "2025-01-01", None, &spared);
    county.platform.actor_of("reviewer").unwrap()
}

pub struct Case<'a> {
    pub county: &'a County,
    pub id: String,
    name: String,
    count: std::cell::Cell<u32>,
}

impl<'a> Case<'a> {
    /// A case that was opened otherwise.
    pub fn of(county: &'a County, name: &str, id: String) -> Self {
        Self { county, id, name: name.to_owned(), count: std::cell::Cell::new(0) }
    }

    /// A case that is concluded; the act ended on a day.
    pub fn concluded(county: &'a County, name: &str, ended: &str) -> Self {
        Self::concluded_against(county, name, ended, ("演示王小明", PARTY))
    }

    /// The same against somebody else: name and number.
    pub fn concluded_against(county: &'a County, name: &str, ended: &str, party: (&str, &str)) -> Self {
        let open = Open {
            key: format!("case-{name}"),
            procedure: "penalty".to_owned(),
            organ: "county".to_owned(),
            act: "register_clue".to_owned(),
            on: county.platform.today(),
            form: form(&[
                ("field", "general"),
                ("source", "patrol"),
                ("content", "巡查发现"),
                ("ended_on", ended),
                ("found_on", "2025-03-03"),
                ("grave", "no"),
            ]),
            files: Vec::new(),
        };
        let id = county.platform.open(&county.officer, open).unwrap().case;
        let case = Self { county, id, name: name.to_owned(), count: std::cell::Cell::new(0) };
        let opened =
            [("party", party.0), ("party.code", party.1), ("subject", MATTER), ("basis", "示例条款")];
        case.by(&county.head, "open_case", &opened).unwrap();
        let looked = [
            ("first", "演示承办人"),
            ("second", "演示承办人乙"),
            ("certificate_shown", "yes"),
            ("way", "site"),
            ("result", "现场笔录"),
        ];
        case.act("investigate", &looked).unwrap();
        let concluded = [
            ("facts", "查明"),
            ("proposal", "punish"),
            ("proven", "yes"),
            ("ended_on", ended),
            ("hearing_right", "yes"),
            ("needs_review", "no"),
            ("grave", "no"),
            ("already_fined", "no"),
            ("corrected", "已经责令改正"),
        ];
        case.act("conclude", &concluded).unwrap();
        case
    }

    pub fn by(&self, actor: &Actor, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
        self.count.set(self.count.get() + 1);
        let deal = Deal {
            key: format!("case-{}-{}", self.name, self.count.get()),
            case: self.id.clone(),
            version: None,
            act: act.to_owned(),
            on: self.county.platform.today(),
            form: form(fields),
            files: Vec::new(),
        };
        self.county.platform.act(actor, deal)
    }

    pub fn act(&self, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
        self.by(&self.county.officer, act, fields)
    }

    pub fn notice(&self, fine: &str, more: &[(&str, &str)]) -> app::Result<Done> {
        let own = [
            ("facts", "查明"),
            ("basis", "示例条款"),
            ("penalty", "罚款"),
            ("kind", "fine"),
            ("fine", fine),
            ("confiscated", "0"),
            ("way", "direct"),
            ("violation", MATTER),
            ("for_arguing", "no"),
        ];
        self.act("give_notice", &[own.as_slice(), more].concat())
    }

    pub fn waive(&self) {
        self.act("waive_defence", &[]).unwrap();
        self.act("waive_hearing", &[]).unwrap();
    }

    pub fn decide(&self, fine: &str, more: &[(&str, &str)]) -> app::Result<Done> {
        let own = [
            ("party", "演示王小明"),
            ("party.code", PARTY),
            ("party_kind", "person"),
            ("violation", MATTER),
            ("address", "某地"),
            ("facts", "查明"),
            ("heaviest", "fine"),
            ("content", "罚款"),
            ("basis", "示例条款"),
            ("fine", fine),
            ("confiscated", "0"),
            ("performance", "十五日内"),
            ("remedies", "六十日内申请复议"),
            ("heavier", "no"),
            ("social_effect", "no"),
        ];
        self.by(&self.county.head, "decide", &[own.as_slice(), more].concat())
    }

    pub fn field(&self, act: &str, name: &str) -> String {
        let view = self.county.platform.case_view(&self.county.officer, &self.id).unwrap();
        let event = view.events.iter().rev().find(|event| event.act_id == act).unwrap();
        let found = event.fields.iter().find(|(label, _)| label == name);
        found.map_or(String::new(), |(_, text)| text.clone())
    }
}

pub fn whys(outcome: app::Result<Done>) -> String {
    let told = outcome.unwrap_err().diagnostics();
    let one = |one: &base::Diagnostic| {
        let (article, help) = (one.article.clone().unwrap_or_default(), one.help.clone().unwrap_or_default());
        format!("{}｜{article}｜{help}\n", one.message)
    };
    told.iter().map(one).collect()
}

pub const SMALL: (&str, &str) = ("facts_asked", "材积｜1.9立方米");
pub const LARGE: (&str, &str) = ("facts_asked", "材积｜2立方米");
