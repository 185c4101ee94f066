//! Penalty cases ask the organ's benchmarks: the step and why, what is refused outside it, and like cases.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::county::{County, form, on_both};
use crate::penalised::{Case, LARGE, MATTER, SMALL, enter, whys, with_registers};
use app::Deal;

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
    let fact =
        [("item", "noise"), ("fact", "情节"), ("kind", "category"), ("options", "初次、再次、三次以上")];
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
        case.act("pay", &[("amount", "1900"), ("owed", "1900")]).unwrap();
        case.act("close_case", &[("file_index", "目录")]).unwrap();
        let view = || county.platform.case_view(&county.officer, &case.id).unwrap();
        assert!(view().is_closed() && view().must.is_empty());
        let part = case.act("pay_part", &[("amount", "1"), ("total", "1")]);
        assert!(whys(part).contains("本案已经办结"));
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
