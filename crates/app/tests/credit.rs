//! Classes of credit risk: what counts against an enterprise, what does not, and how long its decisions are shown.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use crate::county;
use crate::county::{County, day, on_both};
use crate::penalised;
use crate::penalised::{Case, SMALL, enter, with_registers};

const CODE: &str = "91350526MA00DEM013";
const FIRM: (&str, &str) = ("演示林业公司", CODE);

/// The firm among the organ's objects, and rules by which a fine costs twenty points.
fn with_rules(county: &County) {
    with_registers(county);
    let object = [("code", CODE), ("name", FIRM.0), ("trade", "林业"), ("class", "a")];
    enter(county, "inspection_objects", "2025-01-01", None, &object);
    let fine = [("kind", "penalty"), ("points", "20"), ("basis", "办法一")];
    enter(county, "credit_kinds", "2025-01-01", None, &fine);
    for (class, most) in [("a", "10"), ("b", "30"), ("c", "60")] {
        let bound = [("class", class), ("most", most), ("basis", "办法")];
        enter(county, "credit_bounds", "2025-01-01", None, &bound);
    }
}

fn fined<'a>(county: &'a County, name: &str, more: &[(&str, &str)]) -> Case<'a> {
    let case = Case::concluded_against(county, name, "2025-03-01", FIRM);
    case.notice("1000", &[SMALL]).unwrap();
    case.waive();
    let firm = [("party", FIRM.0), ("party.code", FIRM.1), ("party_kind", "organisation")];
    case.decide("1000", &[firm.as_slice(), more].concat()).unwrap();
    case
}

/// Class and reasons of the firm on a day.
fn class_on(county: &County, on: &str) -> (String, String) {
    let file = county.platform.enterprise(&county.officer, CODE, Some(day(on))).unwrap();
    file.computed.map(|own| (own.class, own.why)).unwrap()
}

#[test]
fn a_fine_that_was_annulled_is_held_against_nobody_from_that_day_on() {
    on_both("annulled", "2025-03-03", |county, _folder, _database| {
        with_rules(&county);
        let case = fined(&county, "annulled", &[]);
        let (class, why) = class_on(&county, "2025-03-03");
        assert_eq!(class, "b");
        let number = county.platform.case_view(&county.officer, &case.id).unwrap().number;
        assert!(!why.contains(&number) && why.contains("没有公开，案号从略"), "{why}");
        county.clock.set(day("2025-06-02"), 9);
        let annulled = [("way", "annulled"), ("by_whom", "示例法院（2025）1号")];
        case.act("decision_changed", &annulled).unwrap();
        assert_eq!(class_on(&county, "2025-06-02").0, "a");
        assert!(!class_on(&county, "2025-06-02").1.contains("罚款"), "no reason is left");
        // On a day of the past it was still there.
        assert_eq!(class_on(&county, "2025-06-01").0, "b");
        assert_eq!(class_on(&county, "2025-03-02").0, "a");
        let page = county.platform.enterprise(&county.officer, CODE, None).unwrap();
        assert_eq!(page.penalties[0].undone_on, Some(day("2025-06-02")));
        county.platform.enterprise(&county.officer, CODE, Some(day("2025-06-03"))).unwrap_err();
    });
}

#[test]
fn a_lowered_fine_counts_as_lowered_and_one_found_unlawful_not_at_all() {
    let county = County::new("2025-03-03");
    with_rules(&county);
    let (first, second) = (fined(&county, "lowered", &[]), fined(&county, "unlawful", &[]));
    assert!(class_on(&county, "2025-03-03").1.contains("40分"));
    let lowered = [("way", "changed"), ("by_whom", "示例复议1号"), ("fine", "600")];
    first.act("decision_changed", &lowered).unwrap();
    let page = county.platform.enterprise(&county.officer, CODE, None).unwrap();
    let fen = |case: &Case<'_>| page.penalties.iter().find(|one| one.case == case.id).unwrap().fine_fen;
    assert_eq!((fen(&first), fen(&second)), (60_000, 100_000));
    second.act("decision_changed", &[("way", "unlawful"), ("by_whom", "示例法院2号")]).unwrap();
    assert!(class_on(&county, "2025-03-03").1.contains("20分"));
    // Changed to nothing it is no fine.
    let third = fined(&county, "nothing", &[]);
    let nothing = [("way", "changed"), ("by_whom", "示例复议2号"), ("fine", "0")];
    third.act("decision_changed", &nothing).unwrap();
    assert!(class_on(&county, "2025-03-03").1.contains("20分"));
}

#[test]
fn what_was_annulled_is_no_like_case() {
    let county = County::new("2025-03-03");
    with_rules(&county);
    let first = fined(&county, "first", &[]);
    let count = std::cell::Cell::new(0);
    let told = || {
        count.set(count.get() + 1);
        let next = Case::concluded(&county, &format!("next-{}", count.get()), "2025-03-01");
        next.notice("1500", &[SMALL]).unwrap();
        next.field("give_notice", "裁量核对")
    };
    assert!(told().contains("1件"), "{}", told());
    let lowered = [("way", "changed"), ("by_whom", "示例复议1号"), ("fine", "600")];
    first.act("decision_changed", &lowered).unwrap();
    assert!(told().contains("600"), "{}", told());
    let other = fined(&county, "other", &[]);
    other.act("decision_changed", &[("way", "void"), ("by_whom", "示例法院1号")]).unwrap();
    assert!(told().contains("1件"), "{}", told());
}

/// Whether a decision is shown on a day: on its own page, in the list, by search.
fn is_shown(county: &County, case: &Case<'_>, on: &str) -> bool {
    county.clock.set(day(on), 9);
    let (list, _) = county.platform.published("penalty", None).unwrap();
    let listed = list.iter().find(|one| one.case == case.id && one.act == "decide");
    let found = county.platform.find("罚决").unwrap();
    let is_found = found.published.iter().any(|one| one.case == case.id && one.act == "decide");
    let view = county.platform.case_view(&county.officer, &case.id).unwrap();
    let number = view.events.iter().find(|event| event.act_id == "publish_decision").unwrap().number;
    let page = county.platform.published_page(&case.id, number, "decide");
    let page = page.is_ok_and(|page| page.withdrawn_on.is_none());
    assert_eq!((listed.is_some(), is_found), (page, page), "{on}");
    page
}

fn published<'a>(county: &'a County, name: &str, more: &[(&str, &str)]) -> Case<'a> {
    let case = fined(county, name, more);
    let served = [("way", "direct")];
    case.act("serve", &served).unwrap();
    case.act("publish_decision", &[("facts", "滥伐林木")]).unwrap();
    case
}

#[test]
fn a_decision_is_shown_to_its_last_day_and_not_on_the_day_after() {
    on_both("shown", "2025-03-03", |county, _folder, _database| {
        with_rules(&county);
        // The day that was written down; the longest time; and what was written beyond it.
        let written = published(&county, "written", &[("shown_until", "2025-06-30")]);
        let longest = published(&county, "longest", &[]);
        let beyond = published(&county, "beyond", &[("shown_until", "2030-01-01"), ("grade", "general")]);
        // Public, so its number is named among the reasons.
        let number = county.platform.case_view(&county.officer, &written.id).unwrap().number;
        assert!(class_on(&county, "2025-03-03").1.contains(&number));
        assert!(is_shown(&county, &written, "2025-06-30") && !is_shown(&county, &written, "2025-07-01"));
        assert!(!class_on(&county, "2025-07-01").1.contains(&number), "named no more");
        assert!(is_shown(&county, &longest, "2028-03-03") && !is_shown(&county, &longest, "2028-03-04"));
        assert!(is_shown(&county, &beyond, "2028-03-03") && !is_shown(&county, &beyond, "2028-03-04"));
        // The journal keeps it.
        assert!(county.platform.verify(true).unwrap().faults.is_empty());
        assert_eq!(written.field("decide", "公示截止期"), "2025年6月30日");
    });
}

#[test]
fn the_classes_of_2026_shorten_the_showing_and_repair_ends_it() {
    let county = County::new("2026-04-01");
    with_rules(&county);
    let (minor, severe) = (
        published(&county, "minor", &[("grade", "minor")]),
        published(&county, "severe", &[("grade", "severe")]),
    );
    let general = published(&county, "general", &[("grade", "general")]);
    let repair = |case: &Case<'_>| case.act("stop_showing", &[("repair", "修复1号")]);
    let pay = |case: &Case<'_>| case.act("pay", &[("amount", "1000"), ("owed", "1000")]).unwrap();
    pay(&severe);
    let why = penalised::whys(repair(&general));
    assert!(why.contains("停止公示"), "three months are not over: {why}");
    assert!(is_shown(&county, &minor, "2026-07-01") && !is_shown(&county, &minor, "2026-07-02"));
    county.clock.set(day("2026-07-03"), 9);
    assert!(penalised::whys(repair(&general)).contains("停止公示"), "the fine is owed");
    pay(&general);
    repair(&general).unwrap();
    assert!(!is_shown(&county, &general, "2026-07-03"));
    assert!(is_shown(&county, &severe, "2027-04-01"));
    repair(&severe).unwrap_err();
    assert!(is_shown(&county, &severe, "2029-04-01") && !is_shown(&county, &severe, "2029-04-02"));
}

#[test]
fn what_is_annulled_is_taken_down_and_only_the_reason_stays() {
    let county = County::new("2025-03-03");
    with_rules(&county);
    let case = published(&county, "down", &[]);
    case.act("decision_changed", &[("way", "annulled"), ("by_whom", "示例法院1号")]).unwrap();
    assert!(is_shown(&county, &case, "2025-03-03"), "three working days");
    case.act("withdraw_publication", &[("reason", "决定被撤销")]).unwrap();
    assert!(!is_shown(&county, &case, "2025-03-03"));
    let (list, _) = county.platform.published("penalty", None).unwrap();
    assert_eq!(list.iter().map(|one| one.act.as_str()).collect::<Vec<_>>(), ["withdraw_publication"]);
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
    // Before the procedure of credit lists was in force, its keeper entered what held.
    enter(&county, "credit_list", "2023-03-01", Some("2025-09-30"), &list);
    let class = || {
        let file = county.platform.enterprise(&county.officer, code, None).unwrap();
        file.computed.map(|own| (own.class, own.why)).unwrap()
    };
    assert!(class().0 == "d" && class().1.contains("因记录决定1号，直接列入这一类"), "{:?}", class());
    county.clock.set(day("2025-10-01"), 9);
    assert_eq!(class().0, "b");
    county.clock.set(day("2026-03-03"), 9);
    assert!(class().0 == "a" && class().1.contains("满12个月，按50%计"), "{:?}", class());
}

/// A case of a credit list about the firm, told and waived.
fn listing<'a>(county: &'a County, name: &str) -> Case<'a> {
    let open = app::Open {
        key: format!("case-{name}"),
        procedure: "credit_list_case".to_owned(),
        organ: "county".to_owned(),
        act: "propose".to_owned(),
        on: county.platform.today(),
        form: county::form(&[
            ("party", FIRM.0),
            ("party.code", CODE),
            ("list", "abnormal"),
            ("code", CODE),
            ("name", FIRM.0),
            ("reason", "没有年报"),
            ("basis", "示例条款"),
            ("facts", "核查记录"),
        ]),
        files: Vec::new(),
    };
    let id = county.platform.open(&county.officer, open).unwrap().case;
    let case = Case::of(county, name, id);
    case.act("give_notice", &[("content", "拟列入")]).unwrap();
    case.act("waive_defence", &[]).unwrap();
    case
}

/// Whether the firm stands on a list on a day.
fn is_listed(county: &County, on: &str) -> bool {
    let asked = app::EntriesAsked::on(day(on), true);
    let page = county.platform.register_page(None, "credit_list", "county", asked).unwrap();
    page.rows.iter().any(|row| row.texts.join("｜").contains(CODE))
}

#[test]
fn a_credit_list_is_written_and_ended_by_its_cases_alone() {
    on_both("listing", "2026-04-07", |county, _folder, _database| {
        with_rules(&county);
        let fields = [
            ("list", "abnormal"),
            ("code", CODE),
            ("name", FIRM.0),
            ("reason", "没有年报"),
            ("decision", "决定1号"),
        ];
        let row =
            app::NewEntry { from: day("2026-04-01"), until: None, form: county::form(&fields), line: 0 };
        let why =
            county.platform.enter(&county.head, "credit_list", "county", vec![row], "试验").unwrap_err();
        assert!(why.diagnostics()[0].message.contains("只依"), "{why:?}");
        let case = listing(&county, "first");
        let decided = [("grade", "minor"), ("grounds", "查明"), ("remedies", "可以复议")];
        case.by(&county.head, "decide_listing", &decided).unwrap();
        case.act("serve", &[("way", "direct")]).unwrap();
        case.act("list_publicly", &[("decision", "信列1号")]).unwrap();
        assert!(is_listed(&county, "2026-04-07") && !is_listed(&county, "2026-04-06"));
        county.clock.set(day("2026-05-06"), 9);
        let done = [("performed", "yes"), ("proof", "已经补报"), ("promised", "yes")];
        case.act("apply_repair", &done).unwrap();
        case.act("accept_repair", &[]).unwrap();
        case.by(&county.head, "grant_repair", &[("findings", "属实")]).unwrap();
        case.act("take_off", &[("told", "已经通知")]).unwrap();
        assert!(is_listed(&county, "2026-05-05") && !is_listed(&county, "2026-05-06"));
        let (public, _) = county.platform.published("credit_list_case", None).unwrap();
        assert!(public.is_empty(), "no longer shown: {public:?}");
        // Annulled afterwards: as if it had never been listed.
        case.act("listing_annulled", &[("by_whom", "示例法院1号")]).unwrap();
        case.act("take_off", &[("told", "已经通知"), ("off_from", "2026-04-07")]).unwrap();
        assert!(!is_listed(&county, "2026-04-07"));
        assert!(county.platform.verify(true).unwrap().faults.is_empty());
    });
}

/// The cell of a national column.
fn cell<'a>(made: &'a app::DoublePublication, row: &'a app::ExportRow, code: &str) -> &'a str {
    let at = made.export.columns.iter().position(|column| column.code == code).unwrap();
    &row.cells[at]
}

#[test]
fn decisions_go_out_in_the_national_columns_with_what_they_lack_and_whether_they_were_public_in_time() {
    on_both("double", "2025-03-03", |county, _folder, _database| {
        with_rules(&county);
        let timely = published(&county, "timely", &[]);
        let person = Case::concluded(&county, "person", "2025-03-01");
        person.notice("1000", &[SMALL]).unwrap();
        person.waive();
        person.decide("1000", &[]).unwrap();
        let annulled = fined(&county, "annulled", &[]);
        annulled.act("decision_changed", &[("way", "annulled"), ("by_whom", "示例法院1号")]).unwrap();
        // A child of thirteen.
        let child =
            Case::concluded_against(&county, "child", "2025-03-01", ("演示小明", "110105201203010019"));
        child.notice("1000", &[SMALL]).unwrap();
        child.waive();
        child.decide("1000", &[("party", "演示小明"), ("party.code", "110105201203010019")]).unwrap();
        let period = (day("2025-03-01"), day("2025-03-31"));
        let made = county.platform.double_publication("penalties", "county", period).unwrap();
        let row = |case: &Case<'_>| made.rows.iter().find(|row| row.case == case.id).unwrap();
        assert_eq!(made.rows.len(), 2);
        let left: Vec<usize> = made.left_out.iter().map(|(_, count)| *count).collect();
        assert_eq!(left, [1, 1], "{:?}", made.left_out);
        assert_eq!(made.excluded[0].2, "《治安管理处罚法》第一百三十六条");
        let own = row(&timely);
        for (code, text) in [
            ("CF_XDR_MC", "演示林业公司"),
            ("CF_XDR_SHXYM", CODE),
            ("CF_XDR_ZJHM", ""),
            ("CF_NR_FK", "0.100000"),
            ("CF_JDRQ", "2025-03-03"),
            ("CF_GSJZQ", "2028-03-03"),
            ("CF_SY", "滥伐林木"),
            ("CF_CFLB", "罚款"),
        ] {
            assert_eq!(cell(&made, own, code), text, "{code}");
        }
        assert!(cell(&made, own, "CF_WSH").contains("罚决〔2025〕"));
        assert_eq!((own.timeliness, own.due_on), (app::Timeliness::Timely, Some(day("2025-03-12"))));
        let other = row(&person);
        assert!(!other.cells.iter().any(|text| text.contains("王小明") || text.contains(penalised::PARTY)));
        assert_eq!(cell(&made, other, "CF_XDR_LB"), "自然人");
        assert_eq!(other.timeliness, app::Timeliness::Waiting);
        // What was never made public has neither facts nor an end; this county has no credit code.
        let lacks = ["违法事实", "公示截止期", "处罚机关统一社会信用代码", "数据来源单位统一社会信用代码"];
        assert_eq!(made.lacks(other), lacks);
        assert_eq!(made.timely_text(), "100.00%");
        // The day after the seventh working day it is late.
        county.clock.set(day("2025-03-13"), 9);
        let made = county.platform.double_publication("penalties", "county", period).unwrap();
        assert_eq!(made.timely_text(), "50.00%");
        let csv = made.csv();
        assert!(csv.starts_with("\u{feff}\"CF_XDR_MC\",\"CF_XDR_LB\"") && csv.lines().count() == 3, "{csv}");
        // An officer of another organ has nothing to do with them.
        let police = app::NewAccount {
            login: "police".to_owned(),
            name: "演示民警".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: store::account::Rank::Staff,
        };
        county.platform.add_account(police).unwrap();
        let police = county.platform.actor_of("police").unwrap();
        county.platform.double_publication_for(&police, "penalties", "county", period).unwrap_err();
        county.platform.double_publication_for(&county.officer, "penalties", "county", period).unwrap();
        county.platform.double_publication("nothing", "county", period).unwrap_err();
        let back = (day("2025-03-31"), day("2025-03-01"));
        county.platform.double_publication("penalties", "county", back).unwrap_err();
    });
}

fn whys_of<T: std::fmt::Debug>(outcome: app::Result<T>) -> String {
    outcome.unwrap_err().diagnostics().into_iter().map(|one| one.message).collect()
}
