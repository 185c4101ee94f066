//! What the facts of a case lead to: steps, items of the lists, deviations.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{book, codes, day, examples, facts};
use discretion::shown;
use discretion::{
    Book, Degree, Deviation, Excuse, Given, List, Outcome, PenaltyKind, Query, Truth, deviations, may_be_made,
};

const FOOD: &str = "示例：经营超过保质期的食品";

fn query(act: &str) -> Query<'_> {
    Query { act, on: day("2024-05-01"), organ: None }
}

fn fine(fen: i64) -> Given {
    Given { kind: PenaltyKind::Fine, fine_fen: Some(fen), time: None }
}

fn plain(kind: PenaltyKind) -> Given {
    Given { kind, fine_fen: None, time: None }
}

fn found(book: &Book, act: &str, text: &str, given: &[Given]) -> Vec<Deviation> {
    let facts = facts(text);
    deviations(&book.decide(&query(act), &facts).unwrap(), given, &facts)
}

fn degrees(found: &[Deviation]) -> Vec<Degree> {
    found.iter().map(|one| one.degree).collect()
}

#[test]
fn an_item_applies_when_all_its_conditions_do_and_nothing_bars_it() {
    let book = book();
    let truth = |text: &str| {
        let facts = facts(text);
        let made = book.decide(&query(FOOD), &facts).unwrap();
        let own = made.items.iter().find(|one| one.item.id == "food_first").unwrap();
        (own.truth, own.missing().join("、"))
    };
    let whole = "货值金额=50元 初次违法=是 已下架=是 婴幼儿食品=否 造成人身伤害=否";
    assert_eq!(truth(whole), (Truth::Met, String::new()));
    assert_eq!(truth(&whole.replace("50元", "50.01元")).0, Truth::NotMet);
    assert_eq!(truth(&whole.replace("婴幼儿食品=否", "婴幼儿食品=是")).0, Truth::NotMet, "barred");
    assert_eq!(truth(&whole.replace("造成人身伤害=否", "造成人身伤害=是")).0, Truth::NotMet, "barred");
    let left = whole.replace(" 婴幼儿食品=否", "");
    assert_eq!(truth(&left), (Truth::Unknown, "婴幼儿食品".to_owned()), "a bar that is not known is open");
    assert_eq!(truth("初次违法=否").0, Truth::NotMet, "one that fails is enough");
    assert_eq!(truth("初次违法=是").1, "货值金额、已下架、婴幼儿食品、造成人身伤害");
}

#[test]
fn the_statutes_speak_for_every_act() {
    let book = book();
    let applying = |text: &str| -> Vec<String> {
        let facts = facts(text);
        let made = book.decide(&query(FOOD), &facts).unwrap();
        let met = made.items.iter().filter(|one| one.truth == Truth::Met);
        met.map(|one| format!("{}{}", one.item.id, if one.item.must { "!" } else { "" })).collect()
    };
    assert_eq!(applying("当事人类别=自然人 年龄=13周岁"), ["penalty_law_30_none!"]);
    assert_eq!(applying("当事人类别=自然人 年龄=14周岁"), ["penalty_law_30_lighter!"]);
    assert_eq!(applying("当事人类别=自然人 年龄=17周岁"), ["penalty_law_30_lighter!"]);
    assert!(applying("当事人类别=自然人 年龄=18周岁").is_empty());
    assert!(applying("当事人类别=法人 年龄=13周岁").is_empty());
    let minor = "违法行为轻微=是 及时改正=是 危害后果=没有";
    assert_eq!(applying(minor), ["penalty_law_33_1_none!"]);
    assert_eq!(applying("初次违法=是 及时改正=是 危害后果=轻微"), ["penalty_law_33_1_first"], "may only");
    assert_eq!(applying("初次违法=是 及时改正=是 危害后果=没有"), ["penalty_law_33_1_first"], "all the more");
    assert!(applying("初次违法=是 及时改正=是 危害后果=较重").is_empty());
    assert!(applying("初次违法=是 及时改正=否 危害后果=没有").is_empty());
    assert!(applying("违法行为轻微=是 及时改正=是 危害后果=轻微").is_empty(), "only without any harm");
    let blameless = "有证据足以证明没有主观过错=是 法律、行政法规对主观过错另有规定=";
    assert_eq!(applying(&format!("{blameless}否")), ["penalty_law_33_2!"]);
    assert!(applying(&format!("{blameless}是")).is_empty());
    let ill = "当事人类别=自然人 精神病人、智力残疾人=是 行为时的辨认控制能力=";
    assert_eq!(applying(&format!("{ill}不能辨认或控制")), ["penalty_law_31_none!"]);
    assert_eq!(applying(&format!("{ill}尚未完全丧失")), ["penalty_law_31_lighter"]);
    assert!(applying(&format!("{ill}完全")).is_empty(), "in his senses he is punished");
    assert_eq!(applying("主动消除、减轻危害后果=是"), ["penalty_law_32_1!"]);
    assert_eq!(applying("受他人胁迫、诱骗=是"), ["penalty_law_32_2!"]);
    assert_eq!(applying("主动供述尚未掌握的违法行为=是"), ["penalty_law_32_3!"]);
    assert_eq!(applying("配合查处有立功表现=是"), ["penalty_law_32_4!"]);
    assert_eq!(applying("没有明显社会危害=是"), ["compulsion_law_16_2"]);
    assert_eq!(applying("情节显著轻微=是"), ["compulsion_law_16_2"]);
}

#[test]
fn a_fine_is_inside_its_step_to_the_fen() {
    let book = book();
    let noise = "示例：夜间施工噪声扰民";
    let facts = "超标=5分贝 持续=1日 场所=学校";
    let own = |fen: i64| degrees(&found(&book, noise, facts, &[fine(fen)]));
    // 1万元以上不满5万元 of a statute's 1万元以上10万元以下.
    assert_eq!(own(1_000_000), []);
    assert_eq!(own(4_999_999), []);
    assert_eq!(own(5_000_000), [Degree::OutsideStep]);
    assert_eq!(own(10_000_000), [Degree::OutsideStep]);
    assert_eq!(own(10_000_001), [Degree::OutsideStep, Degree::OutsideLaw]);
    assert_eq!(
        own(999_999),
        [Degree::OutsideStep, Degree::OutsideLaw],
        "below the law without a ground to reduce"
    );
    let reduced = format!("{facts} 受他人胁迫、诱骗=是");
    assert_eq!(degrees(&found(&book, noise, &reduced, &[fine(999_999)])), [], "article 32 allows it");
    assert_eq!(degrees(&found(&book, noise, facts, &[])), [Degree::OutsideStep], "the step wants a fine");
    assert_eq!(degrees(&found(&book, noise, facts, &[plain(PenaltyKind::Fine)])), [Degree::Untold]);
    let more = [fine(2_000_000), plain(PenaltyKind::RevokeLicence)];
    let told = found(&book, noise, facts, &more);
    assert_eq!(told[0].message, "“一般”阶次没有吊销许可证件这一种处罚");
    let heavy = "超标=10分贝 持续=1日 场所=学校";
    let both = [fine(5_000_000), plain(PenaltyKind::SuspendBusiness), plain(PenaltyKind::Correction)];
    assert_eq!(degrees(&found(&book, noise, heavy, &both)), []);
    assert_eq!(degrees(&found(&book, noise, heavy, &both[..1])), [], "what may be given may be left");
}

#[test]
fn multiples_are_of_the_sum_in_the_facts_and_times_of_their_unit() {
    let book = book();
    let timber = "示例：滥伐林木";
    let facts = "材积=2立方米 株数=0株 林木价值=333.33元";
    let own = |fen: i64| degrees(&found(&book, timber, facts, &[fine(fen)]));
    // Twice and less than four times 333.33元: 666.66 to 1333.31.
    assert_eq!(own(66_666), []);
    assert_eq!(own(133_331), []);
    assert_eq!(own(133_332), [Degree::OutsideStep], "four times is the next step's");
    assert_eq!(own(66_665), [Degree::OutsideStep, Degree::OutsideLaw]);
    let without = "材积=2立方米 株数=0株";
    let told = found(&book, timber, without, &[fine(1)]);
    assert_eq!(degrees(&told), [Degree::Untold]);
    assert_eq!(told[0].message, "幅度按林木价值的倍数计，案件事实里没有“林木价值”");
    let food = "货值金额=1万元 初次违法=否";
    let suspend = |digits, unit: &str| {
        let unit = discretion::unit::Unit::of(unit);
        let time = Some(discretion::unit::Amount { digits, scale: 0, unit });
        let other = Given { kind: PenaltyKind::SuspendLicence, fine_fen: None, time };
        let all = [plain(PenaltyKind::ConfiscateIncome), fine(10_000_000), other];
        degrees(&found(&book, FOOD, food, &all))
    };
    assert_eq!(suspend(1, "个月"), []);
    assert_eq!(suspend(6, "个月"), []);
    assert_eq!(suspend(7, "个月"), [Degree::OutsideStep]);
    assert_eq!(suspend(1, "年"), [Degree::OutsideStep]);
    assert_eq!(suspend(30, "日"), [Degree::Untold], "a month has no number of days");
}

#[test]
fn who_must_not_be_punished_is_not_and_an_excuse_heals_a_step_alone() {
    let book = book();
    let minor = "货值金额=400元 初次违法=是 违法行为轻微=是 及时改正=是 危害后果=没有";
    let all = [plain(PenaltyKind::ConfiscateIncome), fine(100_000)];
    let told = found(&book, FOOD, minor, &all);
    assert_eq!(degrees(&told), [Degree::OutsideLaw]);
    assert_eq!(told[0].article.as_deref(), Some("《行政处罚法》第三十三条第一款"));
    let excuse = |has_reason, is_reviewed| Excuse { has_reason, is_reviewed };
    assert!(!may_be_made(&told, excuse(true, true)), "no reason heals it");
    assert!(found(&book, FOOD, minor, &[]).is_empty(), "nothing is asked of who is not punished");
    let first = "货值金额=400元 初次违法=是 及时改正=是 危害后果=轻微";
    let told = found(&book, FOOD, first, &all);
    assert_eq!(degrees(&told), [Degree::OutsideStep], "may be spared: a reason is asked for");
    assert!(!may_be_made(&told, excuse(true, false)) && !may_be_made(&told, excuse(false, true)));
    assert!(may_be_made(&told, excuse(true, true)));
    let unknown = found(&book, FOOD, "初次违法=是", &all);
    assert_eq!(degrees(&unknown), [Degree::Untold]);
    assert!(!may_be_made(&unknown, excuse(true, true)), "what is not known is found out first");
}

#[test]
fn the_table_of_the_day_and_the_organ_is_found_or_told() {
    let book = book();
    let facts = facts("货值金额=1元 初次违法=否");
    let at = |act: &str, on: &str, organ: Option<&str>| {
        let query = Query { act, on: day(on), organ };
        book.decide(&query, &facts).map(|made| made.table.unwrap().outcome).map_err(|found| codes(&found))
    };
    assert_eq!(at(FOOD, "2024-01-01", None), Ok(Outcome::Step(1)));
    assert_eq!(at(FOOD, "2025-12-31", None), Ok(Outcome::Step(1)));
    assert_eq!(at(FOOD, "2023-12-31", None), Err(vec!["not_in_force"]));
    assert_eq!(at(FOOD, "2026-01-01", None), Err(vec!["not_in_force"]));
    assert_eq!(at(FOOD, "2024-01-01", Some("别的局")), Err(vec!["no_table"]));
    assert_eq!(at("示例：经营过期的食品", "2024-01-01", None), Err(vec!["unknown_act"]));
    let near = book.decide(&query("示例：经营超过保质期食品"), &facts).unwrap_err();
    assert_eq!(near[0].help.as_deref(), Some("是不是“示例：经营超过保质期的食品”？"));
    assert_eq!(book.of_article("示例条款四", day("2024-01-01")).count(), 1);
    assert_eq!(book.of_article("示例条款四", day("2026-01-01")).count(), 0);
}

#[test]
fn editions_follow_each_other_and_two_at_once_are_told() {
    let old = examples();
    let mut tables = old.tables.clone();
    let mut second = old.tables.clone();
    for table in &mut second {
        table.edition.from = day("2026-01-01");
        table.edition.until = None;
    }
    tables.extend(second.clone());
    let (book, found) = Book::new(tables, Vec::new());
    assert_eq!(found, []);
    let facts = facts("货值金额=1元 初次违法=否");
    for on in ["2025-12-31", "2026-01-01"] {
        assert!(book.decide(&Query { act: FOOD, on: day(on), organ: None }, &facts).is_ok());
    }
    second.iter_mut().for_each(|table| table.edition.from = day("2025-12-31"));
    let (_, found) = Book::new(old.tables.iter().cloned().chain(second.clone()).collect(), Vec::new());
    assert_eq!(codes(&found), ["two_editions"; 4]);
    second.iter_mut().for_each(|table| table.edition.organ = "示例市局".to_owned());
    let (book, found) = Book::new(old.tables.into_iter().chain(second).collect(), Vec::new());
    assert_eq!(found, [], "two organs may");
    let both = Query { act: FOOD, on: day("2025-12-31"), organ: None };
    assert_eq!(codes(&book.decide(&both, &facts).unwrap_err()), ["several_tables"]);
    assert!(book.decide(&Query { organ: Some("示例市局"), ..both }, &facts).is_ok());
}

#[test]
fn facts_that_nothing_asks_for_are_told() {
    let book = book();
    let facts = facts("货值金额=1元 初次违发=否 婴幼儿食品=否");
    assert_eq!(book.decide(&query(FOOD), &facts).unwrap().unused, ["初次违发"]);
    let wrong = common::facts("货值金额=1件 年龄=3日");
    let found = book.decide(&query(FOOD), &wrong).unwrap_err();
    let codes = codes(&found);
    assert!(codes.iter().all(|code| *code == "wrong_unit") && codes.len() >= 2, "{found:?}");
    let mut messages: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    messages.sort_unstable();
    messages.dedup();
    assert_eq!(messages.len(), found.len(), "each once");
}

#[test]
fn an_answer_says_why() {
    let book = book();
    let facts = facts("货值金额=400元 受他人胁迫、诱骗=是");
    let made = book.decide(&query(FOOD), &facts).unwrap();
    assert!(made.applying(List::Less).count() == 1 && made.is_open(List::None));
    let text = shown::decision(&made, &facts);
    for part in [
        "示例，不是正式公布的基准",
        "阶次未定：可能是减轻、从轻；还要查明初次违法",
        "不符合　货值金额1万元以上（本案：400元）",
        "不明　初次违法（本案：不知道）",
        "应当从轻行政处罚或者减轻行政处罚：受他人胁迫或者诱骗实施违法行为（《行政处罚法》第三十二条第（二）项）",
        "还要查明违法行为轻微、及时改正、危害后果",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
