//! A joint plan as part of the platform: made from the registers as of the day, its file in the journal, made anew when a
//! yearly plan changes; and what is refused. Its result is looked at by the checker that makes no plans, and by the
//! second program in another language.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use std::path::Path;
use std::process::Command;

use crate::county::{County, day, form, on_both};
use app::{Actor, AppError, Correct, Deal, Done, NewAccount, NewEntry, Open, Upload, Viewer};
use joint::{Plan, State};
use store::account::Rank;

const TODAY: &str = "2025-03-03";

fn enter_as(county: &County, by: &Actor, register: &str, organ: &str, from: &str, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day(from), until: None, form: form(fields), line: 0 };
    county.platform.enter(by, register, organ, vec![row], "试验").unwrap();
}

fn enter(county: &County, register: &str, fields: &[(&str, &str)]) {
    enter_as(county, &county.head, register, "county", "2025-01-01", fields);
}

/// The same of the other department, by its head.
fn enter_police(county: &County, register: &str, fields: &[(&str, &str)]) {
    let head = county.platform.actor_of("police_head").unwrap_or_else(|_| {
        let new = NewAccount {
            login: "police_head".to_owned(),
            name: "演示公安负责人".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: Rank::Head,
        };
        county.platform.add_account(new).unwrap();
        county.platform.actor_of("police_head").unwrap()
    });
    enter_as(county, &head, register, "police", "2025-01-01", fields);
}

fn code(number: usize) -> String {
    format!("91350526MA{number:08}")
}

fn plan_of(organ: &str, item: &str, field: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = [
        ("organ", organ),
        ("year", "2025"),
        ("plan", item),
        ("kind", "joint"),
        ("objects", "名录内企业"),
        ("inspections", "12"),
        ("approved_by", "德化县人民政府"),
        ("item", item),
        ("field", field),
    ];
    own.iter().chain(more).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

type Enters = fn(&County, &str, &[(&str, &str)]);

/// An item of a department with its yearly plan.
fn enter_plan(
    county: &County,
    enters: Enters,
    (item, name, cap): (&str, &str, &str),
    field: &str,
    more: &[(&str, &str)],
) {
    let organ = if field == "治安" { "德化县公安局" } else { "德化县人民政府" };
    let listed = [
        ("item", item),
        ("name", name),
        ("organ", organ),
        ("objects", "企业"),
        ("basis", "试验依据"),
        ("method", "site"),
        ("cap", cap),
        ("reviewed", "试验文号"),
    ];
    enters(county, "inspection_items", &listed);
    let own = plan_of(organ, item, field, more);
    let fields: Vec<(&str, &str)> = own.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    enters(county, "inspection_plans", &fields);
}

/// Three items of two departments in one scene, twelve enterprises of two trades of which the other department knows six,
/// two officers each, quiet days at the beginning of each month.
fn with_registers(county: &County) {
    let own: [(Enters, _, _, &[(&str, &str)]); 3] = [
        (enter, ("fire", "消防安全检查", "2"), "消防", &[("times", "2"), ("gap", "60")]),
        (enter_police, ("labels", "治安防范检查", "2"), "治安", &[("trades", "餐饮")]),
        (enter, ("stairs", "疏散通道检查", "2"), "消防", &[("not_after", "2025-06-30")]),
    ];
    for (enters, item, field, more) in own {
        enter_plan(county, enters, item, field, more);
    }
    let scene = [
        ("scene", "餐饮一次查"),
        ("lead", "德化县人民政府"),
        ("partners", "德化县公安局"),
        ("items", "fire、labels、stairs"),
        ("objects", "餐饮"),
    ];
    enter(county, "inspection_scenes", &scene);
    for number in 0..12 {
        let (id, name) = (code(number), format!("演示企业{number}"));
        let trade = if number < 6 { "餐饮" } else { "陶瓷" };
        let own = [
            ("code", id.as_str()),
            ("name", &name),
            ("trade", trade),
            ("class", "a"),
            ("district", "浔中镇"),
        ];
        let own = [own.as_slice(), &[("most_visits", "3")]].concat();
        enter(county, "inspection_objects", &own);
        if number < 6 {
            enter_police(county, "inspection_objects", &own);
        }
    }
    for number in 1..=4 {
        let (id, name, paper) = (format!("人{number}"), format!("演示检查员{number}"), format!("证{number}"));
        let (enters, field): (Enters, _) =
            if number <= 2 { (enter, "消防") } else { (enter_police, "治安") };
        enters(county, "officers", &[("number", &id), ("name", &name), ("kind", "officer")]);
        let paper = [("number", paper.as_str()), ("officer", &id), ("holder", &name), ("field", field)];
        enters(county, "certificates", &paper);
    }
    let quiet = [
        ("days", "每月1日至10日"),
        ("first", "1"),
        ("last", "10"),
        ("scope", "all"),
        ("area", "全县企业"),
        ("exceptions", "投诉举报"),
        ("document", "试验文号"),
    ];
    enter(county, "quiet_days", &quiet);
}

struct Planning<'a> {
    county: &'a County,
    case: String,
    count: std::cell::Cell<u32>,
}

impl<'a> Planning<'a> {
    fn new(county: &'a County) -> Self {
        let open = Open {
            key: "joint-open".to_owned(),
            procedure: "joint_plan".to_owned(),
            organ: "county".to_owned(),
            act: "propose".to_owned(),
            on: county.platform.today(),
            form: form(&[("year", "2025")]),
            files: Vec::new(),
        };
        let case = county.platform.open(&county.officer, open).unwrap().case;
        Self { county, case, count: std::cell::Cell::new(0) }
    }

    fn act(
        &self,
        actor: &Actor,
        act: &str,
        fields: &[(&str, &str)],
        files: Vec<Upload>,
    ) -> app::Result<Done> {
        self.count.set(self.count.get() + 1);
        let deal = Deal {
            key: format!("joint-{}", self.count.get()),
            case: self.case.clone(),
            version: None,
            act: act.to_owned(),
            on: self.county.platform.today(),
            form: form(fields),
            files,
        };
        self.county.platform.act(actor, deal)
    }

    fn schedule(&self, more: &[(&str, &str)]) -> app::Result<Done> {
        let own =
            [("title", "2025年综合查一次"), ("from", "2025-03-10"), ("to", "2025-12-31"), ("daily", "2")];
        self.act(&self.county.officer, "schedule", &[own.as_slice(), more].concat(), Vec::new())
    }

    fn page(&self) -> app::JointPage {
        self.county.platform.joint_page(Viewer::Account(&self.county.officer), &self.case).unwrap()
    }

    /// The newest plan as its file says it, found by the hash that the journal has.
    fn plan(&self) -> Plan {
        let hash = ledger::Hash::parse(&self.page().rounds[0].hash).unwrap();
        let bytes = self.county.platform.store().files().get(&hash).unwrap();
        Plan::parse(&String::from_utf8(bytes).unwrap()).unwrap()
    }
}

/// The second program, which was written from the specification, agrees.
fn agrees(name: &str, plan: &Plan) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("joint-{name}.json"));
    std::fs::write(&path, plan.text()).unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../joint/tests/check.py");
    let Ok(output) = Command::new("python3").arg(program).arg(path).output() else { return };
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.ends_with("ok\n"), "{name}: {told}");
}

#[test]
fn a_plan_is_made_from_the_registers_and_stands_in_the_journal() {
    on_both("joint_made", TODAY, |county, _, _| {
        with_registers(&county);
        let planning = Planning::new(&county);
        planning.schedule(&[]).unwrap();
        let (page, plan) = (planning.page(), planning.plan());
        assert!(joint::check(&plan).is_empty() && page.found.is_empty(), "{:?}", page.found);
        agrees("made", &plan);
        // Twelve are checked twice for fire and once for the stairs, the six of one trade for labels too.
        let round = &page.rounds[0];
        assert_eq!((round.enterprises, round.checks), (12, 42));
        assert_eq!(round.visits + round.left_out, plan.bound, "{round:?}");
        assert!(round.visits < round.separate, "{round:?}");
        assert!(page.visits.iter().all(|visit| visit.day.day() > 10), "quiet days");
        assert_eq!(plan.problem.items.iter().map(|item| item.times).sum::<u32>(), 4);
        let one =
            county.platform.joint_enterprise(Viewer::Account(&county.officer), &planning.case, &code(0));
        let one = one.unwrap();
        assert_eq!((one.share.checks, one.visits.len()), (4, usize::try_from(one.share.visits).unwrap()));
        assert!(one.visits.iter().any(|visit| visit.scene == "餐饮一次查"));
        // Who does not see the case does not see the plan; nor does the public.
        let told = county.platform.joint_page(Viewer::Public, &planning.case).unwrap_err();
        assert!(matches!(told, AppError::NotFound { .. }), "{told:?}");
        assert_eq!(county.platform.joint_plans(Viewer::Account(&county.officer)).unwrap().len(), 1);
    });
}

#[test]
fn a_changed_yearly_plan_makes_another_that_leaves_what_was_told() {
    let county = County::new(TODAY);
    with_registers(&county);
    let planning = Planning::new(&county);
    planning.schedule(&[]).unwrap();
    let first = planning.plan();
    planning.act(&county.head, "approve", &[], Vec::new()).unwrap();
    // Something is inspected once more this year; one of the officers is away; what was planned until May was told.
    county.clock.set(day("2025-05-12"), 9);
    enter_plan(&county, enter, ("boiler", "特种设备检查", "1"), "消防", &[]);
    let refused = planning.schedule(&[("told_until", "2025-05-12")]).unwrap_err();
    let AppError::Invalid(faults) = &refused else { panic!("{refused:?}") };
    assert!(faults.iter().any(|fault| fault.field == "reason"), "{faults:?}");
    let again = [
        ("told_until", "2025-05-12"),
        ("reason", "增加特种设备检查"),
        ("away", "证1｜2025-06-01｜2025-06-05"),
    ];
    planning.schedule(&again).unwrap();
    let second = planning.plan();
    assert!(joint::check(&second).iter().all(|found| !found.is_error()), "{:?}", joint::check(&second));
    agrees("again", &second);
    let told: Vec<_> = first.visits.iter().filter(|visit| visit.day <= day("2025-05-12")).collect();
    assert!(!told.is_empty());
    for visit in told {
        let now = second.visits.iter().find(|own| own.id == visit.id).unwrap();
        assert_eq!((now.day, &now.inspectors, &now.checks), (visit.day, &visit.inspectors, &visit.checks));
        assert_eq!(now.state, State::Told);
    }
    assert!(joint::compare(&first, &second).broken.is_empty());
    let page = planning.page();
    assert_eq!(page.rounds.len(), 2);
    assert!(page.rounds[0].changes.as_ref().is_some_and(|changes| !changes.is_empty()));
    assert!(page.shares.iter().all(|share| share.earlier.is_some()));
    assert_eq!(page.rounds[0].checks, page.rounds[1].checks + 12);
    // Both stand in the journal, and what is made is not corrected.
    let correct = Correct {
        key: "joint-correct".to_owned(),
        case: planning.case.clone(),
        version: None,
        number: page.rounds[0].number,
        reason: "试验".to_owned(),
        instead: None,
    };
    let told = county.platform.correct(&county.officer, correct).unwrap_err();
    assert!(matches!(told, AppError::Wrong { code: "joint_step", .. }), "{told:?}");
}

#[test]
fn what_is_wrong_with_the_registers_is_told_all_at_once() {
    let county = County::new(TODAY);
    let planning = Planning::new(&county);
    let codes = |error: &AppError| {
        let AppError::Unfit(found) = error else { panic!("{error:?}") };
        found.iter().map(|one| one.code).collect::<Vec<_>>()
    };
    assert!(codes(&planning.schedule(&[]).unwrap_err()).contains(&"joint_nothing"));
    with_registers(&county);
    enter_plan(&county, enter, ("often", "频次过多的检查", "1"), "消防", &[("times", "3")]);
    let odd = [
        ("days", "月末"),
        ("first", "20"),
        ("last", "10"),
        ("scope", "all"),
        ("area", "全县"),
        ("exceptions", "无"),
        ("document", "试验文号"),
    ];
    enter(&county, "quiet_days", &odd);
    let told = codes(&planning.schedule(&[]).unwrap_err());
    for code in ["joint_cap", "joint_quiet"] {
        assert!(told.contains(&code), "{code}: {told:?}");
    }
    // Numbers and the file are the platform's.
    let sent = planning.schedule(&[("visits", "1")]).unwrap_err();
    assert!(!matches!(sent, AppError::Forbidden { .. }));
    let file = Upload { field: "file".to_owned(), name: "计划.json".to_owned(), content: b"{}".to_vec() };
    let own = [("title", "甲"), ("from", "2025-03-10"), ("to", "2025-12-31"), ("daily", "2")];
    let told = planning.act(&county.officer, "schedule", &own, vec![file]).unwrap_err();
    assert!(matches!(&told, AppError::Invalid(faults) if faults[0].field == "file"), "{told:?}");
}
