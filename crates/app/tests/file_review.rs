//! A review of case files from the draw to the published result: what the case shows by itself, what two reviewers score, what is
//! settled, who may look at the file, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::county::{County, day, form, on_both};
use app::{Actor, AppError, Deal, Done, FilePage, ItemState, NewAccount, NewEntry, Open, Organ, Platform};
use ledger::Hash;
use store::account::Rank;

const LOCKED: &str = "2026-03-02";
const KNOWN: &str = "2026-03-03";

fn enter(county: &County, register: &str, organ: &str, by: &Actor, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day("2025-01-01"), until: None, form: form(fields), line: 0 };
    county.platform.enter(by, register, organ, vec![row], "试验").unwrap();
}

/// The organ that reviews, with a head and three reviewers; two certified officers in the county's own organ.
struct Reviewing {
    head: Actor,
    people: Vec<Actor>,
}

fn justice_office(county: &County) -> Reviewing {
    let organ = Organ {
        id: "justice".to_owned(),
        name: "德化县司法局".to_owned(),
        short: "德司".to_owned(),
        kind: "department".to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: None,
    };
    county.platform.enter_organs(vec![organ], day("2020-01-01")).unwrap();
    let account = |login: &str, name: &str, rank: Rank| {
        let new = NewAccount {
            login: login.to_owned(),
            name: name.to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("justice".to_owned()),
            rank,
        };
        county.platform.add_account(new).unwrap();
        county.platform.actor_of(login).unwrap()
    };
    let head = account("jhead", "演示司法负责人", Rank::Head);
    let mut people = Vec::new();
    for (at, name) in ["评查甲", "评查乙", "评查丙"].iter().enumerate() {
        let (login, number) = (format!("reviewer{at}"), format!("评{at}"));
        people.push(account(&login, name, Rank::Staff));
        let fields = [("number", number.as_str()), ("name", name), ("account", &login), ("kind", "officer")];
        enter(county, "officers", "justice", &head, &fields);
    }
    for (number, name, login) in [("1", "演示承办人", "officer"), ("2", "演示承办人乙", "")] {
        let fields = [("number", number), ("name", name), ("account", login), ("kind", "officer")];
        enter(county, "officers", "county", &county.head, &fields);
        let paper = format!("证{number}");
        let fields =
            [("number", paper.as_str()), ("officer", number), ("holder", name), ("field", "行政执法")];
        enter(county, "certificates", "county", &county.head, &fields);
    }
    let power = [("power", "行政处罚"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")];
    enter(county, "powers", "county", &county.head, &power);
    Reviewing { head, people }
}

fn deal(county: &County, actor: &Actor, case: &str, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
    let deal = Deal {
        key: format!(
            "{case}-{act}-{}-{}",
            actor.account,
            county.platform.case_view(actor, case).map_or(0, |view| view.version)
        ),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: county.platform.today(),
        form: form(fields),
        files: Vec::new(),
    };
    county.platform.act(actor, deal)
}

/// A penalty case that ends without a penalty, because the facts do not stand; with a third name among its officers if told.
fn closed_case(county: &County, at: usize, second: &str) -> String {
    let open = Open {
        key: format!("closed-{at}"),
        procedure: "penalty".to_owned(),
        organ: "county".to_owned(),
        act: "register_clue".to_owned(),
        on: county.platform.today(),
        form: form(&[
            ("field", "general"),
            ("source", "patrol"),
            ("content", "巡查发现"),
            ("ended_on", "2026-01-20"),
            ("found_on", "2026-02-02"),
            ("grave", "no"),
        ]),
        files: Vec::new(),
    };
    let case = county.platform.open(&county.officer, open).unwrap().case;
    let party = [
        ("party", "演示王小明"),
        ("party.code", "11010519491231002X"),
        ("subject", "示例"),
        ("basis", "示例条款"),
    ];
    deal(county, &county.head, &case, "open_case", &party).unwrap();
    let looked = [
        ("first", "演示承办人"),
        ("second", second),
        ("certificate_shown", "yes"),
        ("way", "site"),
        ("result", "现场笔录"),
    ];
    deal(county, &county.officer, &case, "investigate", &looked).unwrap();
    let concluded = [
        ("facts", "查明"),
        ("proposal", "no_facts"),
        ("proven", "no"),
        ("ended_on", "2026-01-20"),
        ("hearing_right", "no"),
        ("needs_review", "no"),
        ("grave", "no"),
        ("already_fined", "no"),
        ("corrected", "无"),
    ];
    deal(county, &county.officer, &case, "conclude", &concluded).unwrap();
    let spared = [("ground", "no_facts"), ("reasons", "违法事实不能成立")];
    deal(county, &county.head, &case, "decide_no_penalty", &spared).unwrap();
    deal(county, &county.officer, &case, "close_case", &[("file_index", "目录")]).unwrap();
    assert!(county.platform.case_view(&county.officer, &case).unwrap().closed_on.is_some());
    case
}

const LIST: [(&str, &str); 12] = [
    ("title", "2026年案卷评查"),
    ("sheet", "penalty_files@2026"),
    ("organs", "德化县人民政府"),
    ("closed_from", "2026-01-01"),
    ("closed_to", "2026-02-28"),
    ("limit", "20"),
    ("inspect_from", "2026-03-04"),
    ("inspect_to", "2026-04-30"),
    ("source", "某期开奖号码，照公告的次序写"),
    ("not_before_day", KNOWN),
    ("not_before_time", "10:00"),
    ("not_after_day", KNOWN),
];
const MORE: [(&str, &str); 3] =
    [("each", "2"), ("reviewers", "评查甲、评查乙、评查丙"), ("not_after_time", "20:00")];

/// From the approval to the result of the draw.
fn drawn(county: &County, justice: &Reviewing) -> String {
    county.clock.set(day(LOCKED), 9);
    let open = Open {
        key: "review-plan".to_owned(),
        procedure: "file_review".to_owned(),
        organ: "justice".to_owned(),
        act: "plan".to_owned(),
        on: day(LOCKED),
        form: form(&[("special", "regular"), ("scope", "行政处罚案卷")]),
        files: Vec::new(),
    };
    let case = county.platform.open(&justice.head, open).unwrap().case;
    let staff = &justice.people[0];
    deal(county, staff, &case, "lock_list", &[LIST.as_slice(), &MORE].concat()).unwrap();
    let list = county.platform.draw_page(&case).unwrap().rounds[0].list_hash.clone();
    for (party, digit) in [("评查机关", "1"), ("人大代表", "2")] {
        let nonce = Hash::parse(&digit.repeat(64)).unwrap();
        let made = draw::commitment(Hash::parse(&list).unwrap(), party, nonce).hex();
        deal(county, staff, &case, "commit", &[("party", party), ("commitment", &made)]).unwrap();
    }
    deal(county, staff, &case, "announce", &[]).unwrap();
    county.clock.set(day(KNOWN), 12);
    let value = [("value", "03 11 17"), ("known_day", KNOWN), ("known_time", "11:00")];
    deal(county, staff, &case, "name_value", &value).unwrap();
    for (party, digit) in [("评查机关", "1"), ("人大代表", "2")] {
        deal(county, staff, &case, "reveal", &[("party", party), ("nonce", &digit.repeat(64))]).unwrap();
    }
    deal(county, staff, &case, "draw", &[]).unwrap();
    case
}

/// Full marks for what a reviewer scores, but what is told otherwise.
fn marks(page: &FilePage, but: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    let open = page.items.iter().filter(|one| one.state == ItemState::Open);
    let one = |line: &app::ItemLine| {
        let item = &line.item;
        let full = if item.points == 0 { "符合".to_owned() } else { item.points.to_string() };
        let told = but.iter().find(|(id, _, _)| *id == item.id);
        let (points, remark) = told.map_or((full, ""), |(_, points, remark)| ((*points).to_owned(), *remark));
        (item.id.clone(), points, remark.to_owned())
    };
    open.map(one).collect()
}

fn score(platform: &Platform, actor: &Actor, case: &str, but: &[(&str, &str, &str)]) -> app::Result<Done> {
    let page = platform.file_review(actor, case)?;
    let act = page.asks.as_ref().map_or("score", |asks| asks.act.as_str()).to_owned();
    let key = format!("score-{case}-{}-{act}", actor.account);
    platform.score_file(actor, (key, case, Some(page.version)), &act, &marks(&page, but))
}

fn text(error: &AppError) -> String {
    format!("{error:?}")
}

/// One drawn file: who may read it, what is wrong with scores, and how differing scores are settled.
fn scored_and_settled(county: &County, justice: &Reviewing, (at, number, sheet): (usize, &str, &str)) {
    let (platform, officer, staff) = (&county.platform, &county.officer, &justice.people[0]);
    let names: Vec<String> =
        platform.file_review(staff, sheet).unwrap().people.into_iter().map(|(name, _)| name).collect();
    let (own, other): (Vec<&Actor>, Vec<&Actor>) =
        justice.people.iter().partition(|actor| names.contains(&actor.name));
    let drawn = platform.find_case(number).unwrap();
    // The file is theirs to read from its sheet, and nobody else's of that organ.
    assert_eq!(platform.reviewed_file(own[0], sheet).unwrap().id, drawn);
    assert!(platform.case_view(own[0], &drawn).is_err());
    assert!(platform.reviewed_file(other[0], sheet).is_err());
    assert!(platform.file_review(officer, sheet).is_ok(), "the organ reviewed sees the sheet");
    let error = score(platform, other[0], sheet, &[]).unwrap_err();
    assert!(text(&error).contains("抽中的评查人员是"), "{error:?}");
    // All that is wrong at once: points beyond the item, a deduction without a reason, an item left out.
    let page = platform.file_review(own[0], sheet).unwrap();
    let mut rows = marks(&page, &[("minutes", "12", ""), ("evidence", "7", "")]);
    rows.retain(|(item, _, _)| item != "papers");
    let error =
        platform.score_file(own[0], ("bad".to_owned() + sheet, sheet, None), "score", &rows).unwrap_err();
    let AppError::Invalid(faults) = &error else { panic!("{error:?}") };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["marks-minutes", "marks-evidence", "marks-papers"]);

    score(platform, own[0], sheet, &[("minutes", "8", "没有写明时间")]).unwrap();
    assert!(platform.file_review(own[0], sheet).unwrap().asks.is_none(), "nobody scores twice");
    let fatal = [("facts", "不符合", "证据不足")];
    let second: &[(&str, &str, &str)] =
        if at == 0 { &[("minutes", "8", "没有写明时间")] } else { &fatal };
    score(platform, own[1], sheet, second).unwrap();
    let page = platform.file_review(&justice.head, sheet).unwrap();
    assert!(page.asks.as_ref().unwrap().settles);
    if at == 0 {
        score(platform, &justice.head, sheet, &[]).unwrap_err();
        platform.score_file(&justice.head, (format!("end-{sheet}"), sheet, None), "conclude", &[]).unwrap();
        return;
    }
    let error = platform
        .score_file(&justice.head, (format!("no-{sheet}"), sheet, None), "conclude", &[])
        .unwrap_err();
    let AppError::Invalid(faults) = &error else { panic!("{error:?}") };
    assert_eq!(faults.len(), 2, "{error:?}");
    let settled = [
        ("minutes".to_owned(), "10".to_owned(), "两人核对，已经写明".to_owned()),
        ("facts".to_owned(), "不符合".to_owned(), "证据不足，应当一票否决".to_owned()),
    ];
    platform.score_file(&justice.head, (format!("end-{sheet}"), sheet, None), "conclude", &settled).unwrap();
}

fn results_are_ranked(county: &County, justice: &Reviewing, case: &str) {
    let platform = &county.platform;
    deal(county, &justice.head, case, "publish_results", &[("remarks", "无")]).unwrap();
    let view = platform.case_view(&justice.head, case).unwrap();
    let event = view.events.iter().find(|event| event.act_id == "publish_results").unwrap();
    let field = |name: &str| event.fields.iter().find(|(label, _)| label == name).unwrap().1.clone();
    assert_eq!(field("评查的案卷（卷）"), "2");
    assert_eq!(field("平均分"), "49");
    assert_eq!(field("一票否决（卷）"), "1");
    assert_eq!(field("各机关的平均分和名次"), "1. 德化县人民政府：平均49分（2卷，不合格1卷）");
}

#[test]
fn files_are_drawn_scored_by_two_and_ranked() {
    on_both("file_review", "2026-02-03", |county, _folder, _database| {
        let justice = justice_office(&county);
        let cases: Vec<String> = (0..3).map(|at| closed_case(&county, at, "演示承办人乙")).collect();
        let case = drawn(&county, &justice);
        let platform = &county.platform;
        let page = platform.draw_page(&case).unwrap();
        let round = &page.rounds[0];
        assert_eq!((round.strata[0].listed, round.drawn.len(), round.is_files), (3, 2, true));
        // Anybody computes it again.
        let file = platform.draw_file(&case, round.number).unwrap();
        assert!(platform.check_draw(&file.text).unwrap().faults.is_empty());
        let numbers: Vec<String> = round.drawn.iter().map(|one| one.id.clone()).collect();
        let left = cases.iter().map(|id| platform.case_view(&county.officer, id).unwrap().number);
        let left = left.into_iter().find(|number| !numbers.contains(number)).unwrap();
        let staff = &justice.people[0];
        let error = deal(&county, staff, &case, "open_sheet", &[("file", &left)]).unwrap_err();
        assert!(text(&error).contains("没有抽中"), "{error:?}");
        let mut sheets = Vec::new();
        for number in &numbers {
            let done = deal(&county, staff, &case, "open_sheet", &[("file", number)]).unwrap();
            sheets.push(done.started[0].case.clone());
        }
        let error = deal(&county, staff, &case, "open_sheet", &[("file", &numbers[0])]).unwrap_err();
        assert!(text(&error).contains("已经开始"), "{error:?}");
        let error = deal(&county, &justice.head, &case, "publish_results", &[("remarks", "无")]).unwrap_err();
        assert!(text(&error).contains("还有2卷"), "{error:?}");

        for (at, (number, sheet)) in numbers.iter().zip(&sheets).enumerate() {
            scored_and_settled(&county, &justice, (at, number, sheet));
        }
        let first = platform.file_review(staff, &sheets[0]).unwrap();
        assert_eq!(first.line.result, Some(("98".to_owned(), "优秀".to_owned())));
        let state = |id: &str| first.items.iter().find(|one| one.item.id == id).unwrap();
        assert_eq!(state("officers").state, ItemState::Met);
        assert!(state("officers").proof.contains("演示承办人、演示承办人乙，当日都持有执法证件"));
        assert_eq!(state("in_time").state, ItemState::Met);
        assert_eq!(state("served").state, ItemState::Apart);
        let second = platform.file_review(staff, &sheets[1]).unwrap();
        assert_eq!(second.line.result, Some(("0".to_owned(), "不合格".to_owned())));

        results_are_ranked(&county, &justice, &case);
    });
}

#[test]
fn whoever_handled_a_case_does_not_review_its_file() {
    let county = County::new("2026-02-03");
    let justice = justice_office(&county);
    // One reviewer went along to the first case, so that its file is for the two others.
    let fields = [("number", "3"), ("name", "评查甲"), ("kind", "officer")];
    enter(&county, "officers", "county", &county.head, &fields);
    let paper = [("number", "证3"), ("officer", "3"), ("holder", "评查甲"), ("field", "行政执法")];
    enter(&county, "certificates", "county", &county.head, &paper);
    let own = closed_case(&county, 0, "评查甲");
    closed_case(&county, 1, "演示承办人乙");
    let case = drawn(&county, &justice);
    let round = county.platform.draw_page(&case).unwrap().rounds.remove(0);
    assert_eq!(round.recusals, 1);
    let number = county.platform.case_view(&county.officer, &own).unwrap().number;
    let object = round.drawn.iter().find(|one| one.id == number).unwrap();
    let people = &object.inspectors[0].1;
    assert!(people.contains("评查乙") && people.contains("评查丙"), "{people}");
}

#[test]
fn a_list_that_cannot_be_made_tells_all_that_is_wrong() {
    let county = County::new("2026-02-03");
    let justice = justice_office(&county);
    county.clock.set(day(LOCKED), 9);
    let open = Open {
        key: "review-bad".to_owned(),
        procedure: "file_review".to_owned(),
        organ: "justice".to_owned(),
        act: "plan".to_owned(),
        on: day(LOCKED),
        form: form(&[("special", "regular"), ("scope", "无")]),
        files: Vec::new(),
    };
    let case = county.platform.open(&justice.head, open).unwrap().case;
    let mut list = [LIST.as_slice(), &MORE].concat();
    list.retain(|(name, _)| !["sheet", "organs", "reviewers", "each"].contains(name));
    list.extend([
        ("sheet", "penalty_file@2026"),
        ("organs", "德化县公安厅"),
        ("reviewers", "评查甲、评查丁"),
        ("each", "0"),
    ]);
    let error = deal(&county, &justice.people[0], &case, "lock_list", &list).unwrap_err();
    let AppError::Unfit(found) = &error else { panic!("{error:?}") };
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["sheet", "unknown_organ", "reviewer", "each"]);
    let help: Vec<&str> = found.iter().filter_map(|one| one.help.as_deref()).collect();
    assert!(help[0].contains("penalty_files@2026"), "{help:?}");
}
