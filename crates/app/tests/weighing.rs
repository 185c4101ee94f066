//! Penalty cases ask the organ's benchmarks: the step and why, what is refused outside it, and like cases.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod county;

use app::{Actor, Deal, Done, NewAccount, NewEntry, Open};
use county::{County, day, form, on_both};
use store::account::Rank;

const MATTER: &str = "示例：滥伐林木";
const PARTY: &str = "11010519491231002X";

fn enter(county: &County, register: &str, from: &str, until: Option<&str>, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day(from), until: until.map(day), form: form(fields), line: 0 };
    county.platform.enter(&county.head, register, "county", vec![row], "试验").unwrap();
}

fn step(county: &County, step: &str, when: &str, money: (&str, &str), from: &str, until: Option<&str>) {
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
fn with_registers(county: &County) -> Actor {
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

struct Case<'a> {
    county: &'a County,
    id: String,
    name: String,
    count: std::cell::Cell<u32>,
}

impl<'a> Case<'a> {
    /// A case that is concluded; the act ended on a day.
    fn concluded(county: &'a County, name: &str, ended: &str) -> Self {
        Self::concluded_against(county, name, ended, ("演示王小明", PARTY))
    }

    /// The same against somebody else: name and number.
    fn concluded_against(county: &'a County, name: &str, ended: &str, party: (&str, &str)) -> Self {
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

    fn by(&self, actor: &Actor, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
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

    fn act(&self, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
        self.by(&self.county.officer, act, fields)
    }

    fn notice(&self, fine: &str, more: &[(&str, &str)]) -> app::Result<Done> {
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

    fn waive(&self) {
        self.act("waive_defence", &[]).unwrap();
        self.act("waive_hearing", &[]).unwrap();
    }

    fn decide(&self, fine: &str, more: &[(&str, &str)]) -> app::Result<Done> {
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

    fn field(&self, act: &str, name: &str) -> String {
        let view = self.county.platform.case_view(&self.county.officer, &self.id).unwrap();
        let event = view.events.iter().rev().find(|event| event.act_id == act).unwrap();
        let found = event.fields.iter().find(|(label, _)| label == name);
        found.map_or(String::new(), |(_, text)| text.clone())
    }
}

fn whys(outcome: app::Result<Done>) -> String {
    let told = outcome.unwrap_err().diagnostics();
    let one = |one: &base::Diagnostic| {
        let (article, help) = (one.article.clone().unwrap_or_default(), one.help.clone().unwrap_or_default());
        format!("{}｜{article}｜{help}\n", one.message)
    };
    told.iter().map(one).collect()
}

const SMALL: (&str, &str) = ("facts_asked", "材积｜1.9立方米");
const LARGE: (&str, &str) = ("facts_asked", "材积｜2立方米");

#[test]
fn a_fine_inside_its_step_is_decided_and_the_record_says_why() {
    on_both("weighing", "2025-03-03", |county, _folder, _database| {
        with_registers(&county);
        let case = Case::concluded(&county, "one", "2025-01-01");
        assert!(whys(case.notice("2000", &[])).contains("还不知道材积"), "without facts nothing is known");
        case.notice("2000", &[SMALL]).unwrap();
        case.waive();
        // The facts are those of the notice.
        case.decide("2000", &[]).unwrap();
        assert_eq!(case.field("decide", "裁量阶次"), "从轻");
        let found = case.field("decide", "裁量核对");
        assert!(found.contains("1.9立方米") && found.contains("示例〔2024〕1号"), "{found}");
        assert!(county.platform.verify(true).unwrap().faults.is_empty());
    });
}

#[test]
fn outside_the_step_only_with_a_reason_and_a_review_of_it() {
    let county = County::new("2025-03-03");
    let reviewer = with_registers(&county);
    let case = Case::concluded(&county, "one", "2025-03-01");
    let told = whys(case.notice("2999.99", &[LARGE]));
    assert!(
        told.contains("不在“从重”阶次的3000元至5000元以内") && told.contains("国办发〔2022〕27号（未核实）"),
        "{told}"
    );
    let reason = ("reason_apart", "主动补种，当地困难");
    case.notice("2500", &[LARGE, reason]).unwrap();
    case.waive();
    assert!(whys(case.decide("2500", &[])).contains("不在“从重”阶次"), "no reason");
    assert!(whys(case.decide("2500", &[reason])).contains("还没有经法制审核同意"), "no review");
    let review = [("passed", "yes"), ("qualified", "yes"), ("opinion", "适当")];
    case.by(&reviewer, "legal_review", &review).unwrap();
    assert!(
        whys(case.decide("2500", &[reason])).contains("还没有经法制审核同意"),
        "a review that did not see it"
    );
    case.by(&reviewer, "legal_review", &[review.as_slice(), &[("apart", "yes")]].concat()).unwrap();
    assert!(whys(case.decide("2500", &[])).contains("不在“从重”阶次"), "the reason stands in the decision");
    // Below the statute's frame no reason heals it.
    assert!(whys(case.decide("999", &[reason])).contains("低于法定幅度"), "outside the law");
    case.decide("2500", &[reason]).unwrap();
    assert!(case.field("decide", "裁量核对").contains("超出阶次"));
}

#[test]
fn what_a_benchmark_asks_is_declared_and_it_has_as_many_steps_as_departments_have() {
    const NOISE: &str = "示例：噪声扰民";
    let county = County::new("2025-03-03");
    with_registers(&county);
    for (step, when, low, high) in [
        ("slight", "情节：初次", "200", "400"),
        ("heavier", "情节：再次", "400", "1000"),
        ("grave", "情节：三次以上", "1000", "2000"),
    ] {
        let fields = [
            ("item", "noise"),
            ("step", step),
            ("act", NOISE),
            ("basis", "示例条款"),
            ("circumstances", when),
            ("lowest", low),
            ("highest", high),
            ("frame", "200元以上2000元以下"),
            ("document", "示例〔2024〕3号"),
        ];
        enter(&county, "discretion_benchmarks", "2024-01-01", None, &fields);
    }
    let fact = [("item", "noise"), ("fact", "情节"), ("kind", "category"), ("options", "初次、再次、三次以上")];
    enter(&county, "discretion_facts", "2024-01-01", None, &fact);
    let case = Case::concluded(&county, "noise", "2025-03-01");
    let told = |how: &str| {
        let rows = format!("情节｜{how}");
        case.act(
            "give_notice",
            &[
                ("facts", "查明"),
                ("basis", "示例条款"),
                ("penalty", "罚款"),
                ("kind", "fine"),
                ("fine", "300"),
                ("confiscated", "0"),
                ("way", "direct"),
                ("violation", NOISE),
                ("for_arguing", "no"),
                ("facts_asked", &rows),
            ],
        )
    };
    assert!(whys(told("再次")).contains("不在“较重”阶次"), "the heavier step");
    told("初次").unwrap();
    assert_eq!(case.field("give_notice", "裁量阶次"), "轻微");
}

#[test]
fn the_benchmark_is_that_of_the_day_of_the_act() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let last = Case::concluded(&county, "last", "2024-12-31");
    last.notice("1500", &[LARGE]).unwrap();
    assert!(whys(last.notice("1499.99", &[LARGE])).contains("1500元至5000元"));
    let first = Case::concluded(&county, "first", "2025-01-01");
    assert!(whys(first.notice("1500", &[LARGE])).contains("3000元至5000元"));
}

#[test]
fn what_the_lists_spare_is_not_fined() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let case = Case::concluded(&county, "one", "2025-03-01");
    let facts = |volume: &str| {
        let mut all =
            form(&[("facts", "查明"), ("basis", "示例条款"), ("penalty", "罚款"), ("fine", "1000")]);
        all.extend(form(&[("violation", MATTER), ("for_arguing", "no")]));
        all.extend(form(&[("kind", "fine"), ("confiscated", "0"), ("way", "direct")]));
        let rows = [format!("材积｜{volume}"), "初次违法｜是".to_owned(), "及时改正｜是".to_owned()];
        all.insert("facts_asked".to_owned(), rows.to_vec());
        Deal {
            key: format!("spared-{volume}"),
            case: case.id.clone(),
            version: None,
            act: "give_notice".to_owned(),
            on: county.platform.today(),
            form: all,
            files: Vec::new(),
        }
    };
    let told = whys(county.platform.act(&county.officer, facts("0.4立方米")));
    assert!(told.contains("应当不予处罚，却拟给予处罚"), "{told}");
    let rows = facts("0.4立方米").form.remove("facts_asked").unwrap();
    let mut spared =
        form(&[("ground", "minor"), ("reasons", "轻微"), ("violation", MATTER), ("relief", "1000")]);
    spared.insert("facts_asked".to_owned(), rows);
    let deal = Deal { act: "decide_no_penalty".to_owned(), form: spared, ..facts("x") };
    county.platform.act(&county.head, deal).unwrap();
    assert_eq!(case.field("decide_no_penalty", "适用的清单"), "不予处罚");
    let other = Case::concluded(&county, "two", "2025-03-01");
    let deal = Deal { case: other.id.clone(), ..facts("0.5立方米") };
    county.platform.act(&county.officer, deal).unwrap();
}

#[test]
fn an_act_without_a_benchmark_says_so_where_the_organ_has_some() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let case = Case::concluded(&county, "one", "2025-03-01");
    let own = [
        ("facts", "查明"),
        ("basis", "示例条款"),
        ("penalty", "罚款"),
        ("fine", "100"),
        ("violation", "示例：滥伐树木"),
        ("for_arguing", "no"),
        ("kind", "fine"),
        ("confiscated", "0"),
        ("way", "direct"),
    ];
    let told = whys(case.act("give_notice", &own));
    assert!(told.contains("没有“示例：滥伐树木”的裁量权基准；是不是“示例：滥伐林木”？"), "{told}");
    case.act("give_notice", &[own.as_slice(), &[("reason_apart", "没有这一行为的基准")]].concat()).unwrap();
    // A notice that names no act of a benchmark is as it was before.
    case.act("give_notice", &own[..4].iter().chain(&own[5..]).copied().collect::<Vec<_>>()).unwrap();
}

#[test]
fn like_cases_are_those_of_the_same_act_and_step_that_stand() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let mut last = None;
    for (name, fine) in [("one", "1000"), ("two", "1200"), ("three", "1400")] {
        let case = Case::concluded(&county, name, "2025-03-01");
        case.notice(fine, &[SMALL]).unwrap();
        case.waive();
        last = Some(case.decide(fine, &[]).unwrap());
    }
    let large = Case::concluded(&county, "large", "2025-03-01");
    large.notice("4000", &[LARGE]).unwrap();
    large.waive();
    large.decide("4000", &[]).unwrap();
    let case = Case::concluded(&county, "four", "2025-03-01");
    case.notice("1300", &[SMALL]).unwrap();
    let found = case.field("give_notice", "裁量核对");
    assert!(found.contains("同一阶次3件，罚款1000元至1400元") && found.contains("比它低的2件"), "{found}");
    // One that is taken back counts no more.
    let last = last.unwrap();
    let correct = app::Correct {
        key: "correct-last".to_owned(),
        case: last.case,
        version: None,
        number: last.number,
        reason: "录错".to_owned(),
        instead: None,
    };
    county.platform.correct(&county.head, correct).unwrap();
    let next = Case::concluded(&county, "five", "2025-03-01");
    next.notice("1300", &[SMALL]).unwrap();
    assert!(next.field("give_notice", "裁量核对").contains("同一阶次2件"));
}

#[test]
fn the_form_shows_what_is_asked_and_what_follows() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let case = Case::concluded(&county, "one", "2025-03-01");
    let empty =
        county.platform.advice(&county.officer, &case.id, "give_notice", &form(&[])).unwrap().unwrap();
    assert_eq!(empty.known, [MATTER]);
    assert!(empty.facts.is_empty());
    let typed = form(&[("violation", MATTER), SMALL, ("fine", "3000")]);
    let told = county.platform.advice(&county.officer, &case.id, "give_notice", &typed).unwrap().unwrap();
    let own: Vec<&str> = told.facts.iter().filter(|one| one.is_own).map(|one| one.name.as_str()).collect();
    assert_eq!(own[0], "材积");
    assert_eq!((told.facts[0].unit.as_deref(), told.facts[0].answer.as_str()), (Some("立方米"), "1.9立方米"));
    assert!(told.found.iter().any(|line| line.contains("阶次：从轻")), "{:?}", told.found);
    assert!(told.found.iter().any(|line| line.contains("超出阶次")), "{:?}", told.found);
    let nothing = county.platform.advice(&county.officer, &case.id, "investigate", &form(&[])).unwrap();
    assert_eq!(nothing, None);
}

#[test]
fn what_is_annulled_after_the_file_was_closed_opens_the_case_again() {
    on_both("annulled", "2025-03-03", |county, _folder, _database| {
        with_registers(&county);
        let case = Case::concluded(&county, "annulled", "2025-01-01");
        case.notice("1900", &[SMALL]).unwrap();
        case.waive();
        case.decide("1900", &[("social_effect", "yes")]).unwrap();
        case.act("serve", &[("way", "direct")]).unwrap();
        case.act("publish_decision", &[("facts", "已经隐去个人信息")]).unwrap();
        case.act("pay", &[("amount", "1900")]).unwrap();
        case.act("close_case", &[("file_index", "目录")]).unwrap();
        let view = || county.platform.case_view(&county.officer, &case.id).unwrap();
        assert!(view().is_closed() && view().must.is_empty());
        assert!(whys(case.act("pay_part", &[("amount", "1")])).contains("本案已经办结"));
        let may: Vec<String> = view().may.iter().map(|act| act.name.clone()).collect();
        assert_eq!(may, ["决定被变更、撤销、确认违法或者确认无效"]);
        let annulled = [("way", "annulled"), ("by_whom", "示例法院〔2025〕1号")];
        case.act("decision_changed", &annulled).unwrap();
        assert!(!view().is_closed());
        let mut owed: Vec<String> =
            view().must.iter().flat_map(|one| one.must.iter().map(|(_, name)| name.clone())).collect();
        owed.sort();
        assert_eq!(owed, ["撤回公开的决定信息并公开说明理由", "退还已经缴纳的罚款和没收的款项"]);
        case.act("withdraw_publication", &[("reason", "已被撤销")]).unwrap();
        case.act("refund", &[("amount", "1900")]).unwrap();
        assert!(view().is_closed());
    });
}

#[test]
fn a_fine_far_from_the_middle_is_warned_of() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let rule = [("kind", "fines"), ("limit", "1.5"), ("basis", "县执法监督办法（示例）")];
    enter(&county, "warning_rules", "2025-01-01", None, &rule);
    let found = || -> Vec<String> {
        let rules = county.platform.warnings(&county.officer).unwrap();
        rules.into_iter().flat_map(|rule| rule.found).map(|one| one.what).collect()
    };
    for number in 0..8 {
        let fine = if number == 7 { "1500" } else { "1000" };
        let case = Case::concluded(&county, &format!("fine-{number}"), "2025-03-01");
        case.notice(fine, &[SMALL]).unwrap();
        case.waive();
        case.decide(fine, &[]).unwrap();
        if number < 7 {
            assert!(found().is_empty(), "too few to say what is usual");
        }
    }
    let told = found();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("罚款1500元，明显高于同类8件的中位数1000元"), "{told:?}");
}

#[test]
fn classes_of_credit_risk_come_from_the_records_and_go_into_the_list_that_draws_use() {
    let county = County::new("2025-03-03");
    with_registers(&county);
    let code = "91350526MA00DEM013";
    let object = [("code", code), ("name", "演示林业公司"), ("trade", "林业"), ("class", "a")];
    enter(&county, "inspection_objects", "2025-01-01", None, &object);
    assert_eq!(county.platform.credit_changes(&county.officer).unwrap(), None, "no rules, no class");
    let fine = [
        ("kind", "penalty"),
        ("points", "20"),
        ("half_from", "12"),
        ("none_from", "36"),
        ("basis", "办法一"),
    ];
    enter(&county, "credit_kinds", "2025-01-01", None, &fine);
    let serious =
        [("kind", "serious"), ("points", "5"), ("at_least", "d"), ("repaired", "0"), ("basis", "办法二")];
    enter(&county, "credit_kinds", "2025-01-01", None, &serious);
    let told = whys_of(county.platform.credit_changes(&county.officer));
    assert!(told.contains("没有登记全"), "{told}");
    for (class, most) in [("a", "10"), ("b", "30"), ("c", "60")] {
        enter(
            &county,
            "credit_bounds",
            "2025-01-01",
            None,
            &[("class", class), ("most", most), ("basis", "办法")],
        );
    }
    assert_eq!(county.platform.credit_changes(&county.officer).unwrap().unwrap(), [], "no record: A");
    let case = Case::concluded_against(&county, "firm", "2025-03-01", ("演示林业公司", code));
    case.notice("1000", &[SMALL]).unwrap();
    case.waive();
    case.decide("1000", &[]).unwrap();
    let changes = county.platform.credit_changes(&county.officer).unwrap().unwrap();
    assert_eq!((changes.len(), changes[0].after.class.as_str()), (1, "b"));
    let why = &changes[0].after.why;
    assert!(why.contains("B类（信用风险一般），20分") && why.contains("全计；办法一"), "{why}");
    // Whoever may not keep the list may not write it.
    county.platform.take_credit_over(&county.officer).unwrap_err();
    assert_eq!(county.platform.take_credit_over(&county.head).unwrap(), 1);
    assert_eq!(county.platform.credit_changes(&county.officer).unwrap().unwrap(), []);
    let page = |on: &str| {
        let asked = app::EntriesAsked::on(day(on), true);
        let page = county.platform.register_page(None, "inspection_objects", "county", asked).unwrap();
        page.rows[0].texts.join("｜")
    };
    assert!(
        page("2025-03-02").contains("A类") && page("2025-03-03").contains("B类"),
        "{}",
        page("2025-03-03")
    );
    assert!(page("2025-03-03").contains("20分"), "the enterprise reads why");
    // On the list of the untrustworthy it is D; taken off, only the fine is left, and that fades.
    let list = [
        ("list", "serious"),
        ("code", code),
        ("name", "演示林业公司"),
        ("reason", "事由"),
        ("decision", "决定1号"),
    ];
    enter(&county, "credit_list", "2025-03-01", Some("2025-09-30"), &list);
    let class = || {
        let file = county.platform.enterprise(&county.officer, code).unwrap();
        file.computed.map(|own| (own.class, own.why)).unwrap()
    };
    assert!(class().0 == "d" && class().1.contains("因记录决定1号，直接列入这一类"), "{:?}", class());
    county.clock.set(day("2025-10-01"), 9);
    assert_eq!(class().0, "b");
    county.clock.set(day("2026-03-03"), 9);
    assert!(class().0 == "a" && class().1.contains("满12个月，按50%计"), "{:?}", class());
}

fn whys_of<T: std::fmt::Debug>(outcome: app::Result<T>) -> String {
    outcome.unwrap_err().diagnostics().into_iter().map(|one| one.message).collect()
}
