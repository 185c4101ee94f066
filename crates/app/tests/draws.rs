//! A draw as part of the platform: its list from the registers as of the day, every step in the journal, the result what
//! anybody computes from the file; and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeSet;

use crate::county::{County, day, form, on_both};
use app::{Actor, AppError, Correct, Deal, Done, NewEntry, Open, Platform};
use ledger::Hash;

const LOCKED: &str = "2025-03-03";
const KNOWN: &str = "2025-03-04";

fn enter(county: &County, register: &str, from: &str, until: Option<&str>, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day(from), until: until.map(day), form: form(fields), line: 0 };
    county.platform.enter(&county.head, register, "county", vec![row], "试验").unwrap();
}

/// A credit code that is right in form; the codes are in the order of their numbers.
fn code(number: usize) -> String {
    let subject: Vec<char> = format!("DEMT{number:04}").chars().collect();
    let inner = codes::uscc::inner_check_letter(&subject).unwrap();
    let mut body: Vec<char> = "91350526".chars().chain(subject).collect();
    body.push(inner);
    let last = codes::uscc::check_letter(&body).unwrap();
    body.into_iter().chain([last]).collect()
}

/// Thirty objects of the lowest class and ten of the highest, five officers of whom one's certificate ends too early.
fn with_registers(county: &County) {
    let plan = [
        ("organ", "德化县人民政府"),
        ("year", "2025"),
        ("plan", "餐饮抽查"),
        ("kind", "draw"),
        ("objects", "餐饮40家"),
        ("inspections", "8"),
        ("approved_by", "德化县人民政府"),
    ];
    enter(county, "inspection_plans", "2025-01-01", None, &plan);
    let item = [
        ("item", "food_site"),
        ("name", "食品经营场所检查"),
        ("organ", "德化县人民政府"),
        ("objects", "食品经营者"),
        ("basis", "《食品安全法》第一百一十条"),
        ("method", "site"),
        ("cap", "2"),
        ("reviewed", "县司法局汇总公布"),
    ];
    enter(county, "inspection_items", "2025-01-01", None, &item);
    let object = |number: usize, class: &str, from: &str, until: Option<&str>| NewEntry {
        from: day(from),
        until: until.map(day),
        form: form(&[
            ("code", &code(number)),
            ("name", &format!("演示餐饮店{number}")),
            ("trade", "餐饮"),
            ("class", class),
        ]),
        line: 0,
    };
    let mut rows: Vec<NewEntry> = (0..30).map(|number| object(number, "a", "2025-01-01", None)).collect();
    rows.extend((30..40).map(|number| object(number, "d", "2025-01-01", None)));
    // One that was struck off the day before, one that comes the day after.
    rows.push(object(98, "d", "2025-01-01", Some("2025-03-02")));
    rows.push(object(99, "d", "2025-03-04", None));
    county.platform.enter(&county.head, "inspection_objects", "county", rows, "试验").unwrap();
    ratio(county, "a", "10", "1", "2025-01-01", None);
    ratio(county, "d", "50", "4", "2025-01-01", None);
    for number in 1..=5 {
        let (id, name) = (format!("人{number}"), format!("演示检查员{number}"));
        enter(
            county,
            "officers",
            "2025-01-01",
            None,
            &[("number", &id), ("name", &name), ("kind", "officer")],
        );
        let paper = format!("证{number}");
        // The fifth one's certificate ends a day before the inspections do.
        let until = if number == 5 { "2025-03-30" } else { "2025-03-31" };
        let fields = [("number", paper.as_str()), ("officer", &id), ("holder", &name), ("field", "市场监管")];
        enter(county, "certificates", "2025-01-01", Some(until), &fields);
    }
    enter(
        county,
        "officers",
        "2025-01-01",
        None,
        &[("number", "辅"), ("name", "演示辅助"), ("kind", "auxiliary")],
    );
    let recusal = [("officer", "人1"), ("code", &code(30)), ("reason", "interest")];
    enter(county, "inspector_recusals", "2025-01-01", None, &recusal);
}

fn ratio(county: &County, class: &str, ratio: &str, most: &str, from: &str, until: Option<&str>) {
    let fields =
        [("trade", "全部"), ("class", class), ("ratio", ratio), ("most", most), ("basis", "示例〔2025〕1号")];
    enter(county, "draw_ratios", from, until, &fields);
}

struct Drawing<'a> {
    county: &'a County,
    case: String,
    name: String,
    count: std::cell::Cell<u32>,
}

impl<'a> Drawing<'a> {
    fn new(county: &'a County, name: &str) -> Self {
        let open = Open {
            key: format!("draw-{name}"),
            procedure: "random_draw".to_owned(),
            organ: "county".to_owned(),
            act: "plan".to_owned(),
            on: county.platform.today(),
            form: form(&[("plan", "德化县人民政府 · 2025 · 餐饮抽查"), ("item", "food_site")]),
            files: Vec::new(),
        };
        let case = county.platform.open(&county.head, open).unwrap().case;
        Self { county, case, name: name.to_owned(), count: std::cell::Cell::new(0) }
    }

    fn deal(&self, act: &str, fields: &[(&str, &str)]) -> Deal {
        self.count.set(self.count.get() + 1);
        Deal {
            key: format!("draw-{}-{}", self.name, self.count.get()),
            case: self.case.clone(),
            version: None,
            act: act.to_owned(),
            on: self.county.platform.today(),
            form: form(fields),
            files: Vec::new(),
        }
    }

    fn by(&self, actor: &Actor, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
        self.county.platform.act(actor, self.deal(act, fields))
    }

    fn act(&self, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
        self.by(&self.county.officer, act, fields)
    }

    fn lock(&self, more: &[(&str, &str)]) -> app::Result<Done> {
        self.act("lock_list", &[LIST.as_slice(), more].concat())
    }

    fn last(&self) -> app::DrawRound {
        self.platform().draw_page(&self.case).unwrap().rounds.remove(0)
    }

    fn platform(&self) -> &Platform {
        &self.county.platform
    }

    fn text(&self) -> String {
        self.platform().draw_file(&self.case, self.last().number).unwrap().text
    }

    fn commit(&self, party: &str, nonce: &str) -> app::Result<Done> {
        let list = Hash::parse(&self.last().list_hash).unwrap();
        let made = draw::commitment(list, party, Hash::parse(nonce).unwrap()).hex();
        self.act("commit", &[("party", party), ("commitment", &made)])
    }

    /// From a locked list to the result.
    fn to_the_end(&self) {
        self.commit("抽查机关", &"1".repeat(64)).unwrap();
        self.commit("企业代表", &"2".repeat(64)).unwrap();
        self.county.clock.set(day(LOCKED), 11);
        self.act("announce", &[]).unwrap();
        self.county.clock.set(day(KNOWN), 12);
        self.act("name_value", &VALUE).unwrap();
        self.act("reveal", &[("party", "企业代表"), ("nonce", &"2".repeat(64))]).unwrap();
        self.act("reveal", &[("party", "抽查机关"), ("nonce", &"1".repeat(64))]).unwrap();
        self.act("draw", &[]).unwrap();
    }
}

const LIST: [(&str, &str); 9] = [
    ("title", "2025年餐饮抽查"),
    ("fields", "市场监管"),
    ("inspect_from", "2025-03-10"),
    ("inspect_to", "2025-03-31"),
    ("limit", "20"),
    ("source", "某期开奖号码，照公告的次序写"),
    ("not_before_day", KNOWN),
    ("not_before_time", "10:00"),
    ("not_after_day", KNOWN),
];
const UNTIL: [(&str, &str); 1] = [("not_after_time", "20:00")];
const VALUE: [(&str, &str); 3] = [("value", "04 12 19 23 30"), ("known_day", KNOWN), ("known_time", "10:30")];

fn whys(outcome: app::Result<Done>) -> String {
    let told = outcome.unwrap_err().diagnostics();
    told.iter().map(|one| format!("{}｜{}", one.message, one.help.clone().unwrap_or_default())).collect()
}

#[test]
fn a_draw_goes_from_the_registers_to_a_result_that_anybody_computes() {
    on_both("draws", LOCKED, |county, _folder, _database| {
        with_registers(&county);
        let drawing = Drawing::new(&county, "one");
        let deal = drawing.deal("lock_list", &[LIST.as_slice(), &UNTIL].concat());
        let first = county.platform.act(&county.officer, deal.clone()).unwrap();
        county.clock.set(day(LOCKED), 10);
        let again = county.platform.act(&county.officer, deal).unwrap();
        assert_eq!(first, again, "a retry is told what was done, an hour later too");
        let round = drawing.last();
        let listed: Vec<(&str, usize, &str)> =
            round.strata.iter().map(|one| (one.name.as_str(), one.listed, one.ratio.as_str())).collect();
        assert_eq!(listed, [("餐饮A类", 30, "10%"), ("餐饮D类", 10, "50%")], "as of the day");
        assert_eq!((round.inspectors, round.recusals), (5, 1), "no auxiliary");
        assert_eq!(
            county.platform.draws().unwrap()[0].state,
            "名单已锁定，收集承诺",
            "seen before it is announced"
        );
        drawing.to_the_end();
        let round = drawing.last();
        assert_eq!(round.drawn.len(), 3 + 5);
        assert!(round.inverted.is_empty() && round.short.is_empty());
        let text = drawing.text();
        let bundle = draw::Bundle::parse(&text).unwrap();
        assert!(draw::check(&bundle).faults.is_empty());
        for one in &bundle.outcome.as_ref().unwrap().drawn {
            let people = &one.assigned[0].inspectors;
            assert_eq!(people.len(), 2);
            assert!(!people.iter().any(|who| who == "证5"), "the certificate ends a day too early");
            assert!(one.object != code(30) || !people.iter().any(|who| who == "证1"), "recused");
        }
        let checked = county.platform.check_draw(&text).unwrap();
        assert!(checked.faults.is_empty());
        assert_eq!(checked.known.map(|(case, _)| case), Some(drawing.case.clone()));
        // Another result is found out, and so is a list that was changed.
        let other = text.replacen("演示餐饮店1\"", "演示餐饮店壹\"", 1);
        assert!(!county.platform.check_draw(&other).unwrap().faults.is_empty());
        assert_eq!(county.platform.check_draw(&other).unwrap().known, None);
        let mut findings =
            vec![("inspected", "8"), ("no_problem", "6"), ("corrected", "2"), ("to_penalty", "0")];
        assert!(drawing.act("publish_findings", &findings).is_err(), "numbers alone are no findings");
        findings.push(("results", "演示餐饮店1｜｜没有发现问题｜"));
        drawing.act("publish_findings", &findings).unwrap();
        drawing.act("close_case", &[]).unwrap();
        let verified = county.platform.verify(true).unwrap();
        assert!(verified.faults.is_empty(), "{:?}", verified.faults);
        assert!(county.platform.verify(true).unwrap().faults.is_empty());
    });
}

#[test]
fn whoever_was_drawn_as_often_as_the_class_may_be_is_left_out() {
    let county = County::new(LOCKED);
    with_registers(&county);
    let first = Drawing::new(&county, "one");
    first.lock(&UNTIL).unwrap();
    first.to_the_end();
    let drawn: BTreeSet<String> = first.last().drawn.iter().map(|one| one.id.clone()).collect();
    county.clock.set(day(KNOWN), 13);
    let later = [
        ("not_before_day", "2025-03-05"),
        ("not_after_day", "2025-03-05"),
        ("not_before_time", "10:00"),
        ("not_after_time", "20:00"),
    ];
    let second = Drawing::new(&county, "two");
    let fields: Vec<(&str, &str)> =
        LIST.iter().filter(|(name, _)| !name.starts_with("not_")).copied().chain(later).collect();
    second.act("lock_list", &fields).unwrap();
    let round = second.last();
    let text = second.text();
    let left: BTreeSet<String> = {
        let bundle = draw::Bundle::parse(&text).unwrap();
        bundle.list.exclusions.iter().map(|one| one.id.to_string()).collect()
    };
    let low: BTreeSet<String> = drawn.iter().filter(|id| **id < code(30)).cloned().collect();
    assert_eq!(low.len(), 3);
    assert_eq!(left, low, "once a year for the lowest class; the riskiest may come again");
    assert!(round.exclusions[0].2.contains("一年最多1次"), "{:?}", round.exclusions);
}

#[test]
fn what_would_let_somebody_choose_is_refused() {
    let county = County::new(LOCKED);
    with_registers(&county);
    let drawing = Drawing::new(&county, "one");
    assert!(
        whys(drawing.act("commit", &[("party", "甲"), ("commitment", "1")])).contains("锁定名单"),
        "54.1"
    );
    // The value may be known already.
    county.clock.set(day(KNOWN), 10);
    assert!(whys(drawing.lock(&UNTIL)).contains("公共数值最早"));
    county.clock.set(day(LOCKED), 9);
    let told = whys(drawing.lock(&[UNTIL[0], ("trades", "餐饮、住宿"), ("partners", "德化县公按局")]));
    assert!(told.contains("没有行业“住宿”") && told.contains("是不是“德化县公安局”"), "{told}");
    let told = whys(drawing.lock(&[UNTIL[0], ("list_hash", "0")]));
    assert!(told.contains("由平台计算"), "{told}");
    drawing.lock(&UNTIL).unwrap();
    assert!(matches!(drawing.lock(&UNTIL), Err(AppError::Refused(_))), "locked once");
    drawing.commit("抽查机关", &"1".repeat(64)).unwrap();
    assert!(whys(drawing.commit("抽查机关", &"1".repeat(64))).contains("两次承诺"));
    assert!(whys(drawing.act("announce", &[])).contains("至少要2方"));
    drawing.commit("企业代表", &"2".repeat(64)).unwrap();
    let reveal = [("party", "企业代表"), ("nonce", &"2".repeat(64) as &str)];
    assert!(matches!(drawing.act("reveal", &reveal), Err(AppError::Refused(_))), "before the value");
    drawing.act("announce", &[]).unwrap();
    assert!(matches!(drawing.commit("后来的", &"3".repeat(64)), Err(AppError::Refused(_))));
    county.clock.set(day(KNOWN), 12);
    let early = [VALUE[0], VALUE[1], ("known_time", "09:59")];
    assert!(whys(drawing.act("name_value", &early)).contains("早于公布的最早时间"));
    let ahead = [VALUE[0], VALUE[1], ("known_time", "12:01")];
    assert!(whys(drawing.act("name_value", &ahead)).contains("还没有到"));
    drawing.act("name_value", &VALUE).unwrap();
    let other = [("party", "企业代表"), ("nonce", &"3".repeat(64) as &str)];
    assert!(whys(drawing.act("reveal", &other)).contains("与承诺不符"));
    drawing.act("reveal", &reveal).unwrap();
    assert!(whys(drawing.act("draw", &[])).contains("“抽查机关”没有揭示秘密数"));
    drawing.act("reveal", &[("party", "抽查机关"), ("nonce", &"1".repeat(64))]).unwrap();
    let told = whys(drawing.act("draw", &[("outcome_hash", &"0".repeat(64))]));
    assert!(told.contains("由平台计算"), "another result than the file gives: {told}");
    let events = county.platform.case_view(&county.officer, &drawing.case).unwrap().events.len();
    let correct = Correct {
        key: "correct-1".to_owned(),
        case: drawing.case.clone(),
        version: None,
        number: 2,
        reason: "换名单".to_owned(),
        instead: None,
    };
    assert!(
        county.platform.correct(&county.officer, correct).unwrap_err().diagnostics()[0]
            .message
            .contains("不能更正")
    );
    drawing.act("draw", &[]).unwrap();
    assert!(matches!(drawing.act("draw", &[]), Err(AppError::Refused(_))));
    let after = county.platform.case_view(&county.officer, &drawing.case).unwrap().events.len();
    assert_eq!(after, events + 1, "what was refused left nothing");
}

#[test]
fn a_round_that_is_void_stays_in_the_next_one() {
    let county = County::new(LOCKED);
    with_registers(&county);
    let drawing = Drawing::new(&county, "one");
    drawing.lock(&UNTIL).unwrap();
    drawing.commit("抽查机关", &"1".repeat(64)).unwrap();
    drawing.commit("企业代表", &"2".repeat(64)).unwrap();
    county.clock.set(day(KNOWN), 10);
    assert!(whys(drawing.act("announce", &[])).contains("已经迟了"), "the value may be known");
    assert!(drawing.act("annul", &[("reason", "公布迟了")]).is_err(), "the head's to say");
    let before = drawing.last().list_hash;
    drawing.by(&county.head, "annul", &[("reason", "公布迟了")]).unwrap();
    let later = [
        ("not_before_day", "2025-03-05"),
        ("not_after_day", "2025-03-05"),
        ("not_before_time", "10:00"),
        ("not_after_time", "20:00"),
    ];
    let fields: Vec<(&str, &str)> =
        LIST.iter().filter(|(name, _)| !name.starts_with("not_")).copied().chain(later).collect();
    drawing.act("lock_list", &fields).unwrap();
    let page = county.platform.draw_page(&drawing.case).unwrap();
    assert_eq!((page.rounds.len(), page.line.rounds), (2, 2));
    assert_eq!(page.rounds[0].earlier, ["公布迟了"]);
    assert_eq!(page.rounds[1].annulled.as_deref(), Some("公布迟了"));
    let text = drawing.text();
    let bundle = draw::Bundle::parse(&text).unwrap();
    assert_eq!(bundle.list.history[0].list, before);
    assert!(whys(drawing.act("announce", &[])).contains("不得"), "the commitments of before do not count");
}

#[test]
fn a_riskier_class_is_not_drawn_less_without_a_reason() {
    let county = County::new(LOCKED);
    with_registers(&county);
    ratio(&county, "d", "5", "4", "2025-01-01", None);
    let drawing = Drawing::new(&county, "one");
    let told = whys(drawing.lock(&UNTIL));
    assert!(told.contains("“餐饮”D类的比例低于A类"), "{told}");
    drawing.lock(&[UNTIL[0], ("inverted_reason", "D类本年已经全部检查过一遍")]).unwrap();
    let round = drawing.last();
    assert_eq!(round.inverted, ["餐饮D类的抽查比例低于A类"]);
    assert_eq!(round.inverted_reason, "D类本年已经全部检查过一遍");
}

#[test]
fn a_class_without_a_ratio_and_too_few_inspectors_are_told() {
    let county = County::new(LOCKED);
    with_registers(&county);
    let object = [("code", code(50)), ("name", "演示旅馆".to_owned()), ("trade", "住宿".to_owned())];
    let object: Vec<(&str, &str)> =
        object.iter().map(|(name, text)| (*name, text.as_str())).chain([("class", "c")]).collect();
    enter(&county, "inspection_objects", "2025-01-01", None, &object);
    let drawing = Drawing::new(&county, "one");
    let told = whys(drawing.lock(&UNTIL));
    assert!(told.contains("“住宿”C类没有登记抽查比例"), "{told}");
    let other = [UNTIL[0], ("trades", "餐饮"), ("fields", "消防")];
    let fields: Vec<(&str, &str)> =
        LIST.iter().filter(|(name, _)| *name != "fields").copied().chain(other).collect();
    assert!(whys(drawing.act("lock_list", &fields)).contains("消防"), "nobody holds the field");
}

/// The inspection of an object is opened from its draw, and only of one that was drawn; the public page tells its result.
#[test]
fn whoever_was_drawn_is_inspected_in_a_case_of_its_own() {
    let county = County::new(LOCKED);
    with_registers(&county);
    let drawing = Drawing::new(&county, "one");
    drawing.lock(&UNTIL).unwrap();
    drawing.to_the_end();
    let drawn = drawing.last().drawn;
    let absent = (0..40).map(code).find(|id| drawn.iter().all(|own| own.id != *id)).unwrap();
    let begin = |id: &str| {
        let own = [("enterprise", "演示餐饮店"), ("enterprise.code", id), ("item", "食品经营场所检查")];
        let more = [
            ("visit_on", KNOWN),
            ("kind", "special"),
            ("off_site", "no"),
            ("merged", "yes"),
            ("purpose", "试验"),
        ];
        drawing.act("open_inspection", &[own.as_slice(), &more].concat())
    };
    assert!(whys(begin(&absent)).contains("没有抽中"), "{absent}");
    let done = begin(&drawn[0].id).unwrap();
    assert_eq!(done.started.len(), 1);
    assert!(whys(begin(&drawn[0].id)).contains("已经开始"));
    let round = drawing.last();
    let own = round.drawn[0].inspection.as_ref().unwrap();
    assert!(own.number.contains("检案") && own.on.is_none() && own.published.is_empty(), "{own:?}");
    assert!(round.drawn[1].inspection.is_none());
}

/// What was inspected without having been drawn counts towards the yearly cap too.
#[test]
fn an_inspection_made_otherwise_counts_towards_the_cap() {
    let county = County::new("2025-02-03");
    with_registers(&county);
    let power = [("power", "行政检查"), ("name", "检查"), ("kind", "inspection"), ("basis", "试验")];
    enter(&county, "powers", "2025-01-01", None, &power);
    for (number, account, name) in [("甲", "officer", "演示承办人"), ("乙", "head", "演示负责人")]
    {
        let own = [("number", number), ("name", name), ("account", account), ("kind", "officer")];
        enter(&county, "officers", "2025-01-01", None, &own);
        let paper = [("number", number), ("officer", number), ("holder", name), ("field", "行政执法")];
        enter(&county, "certificates", "2025-01-01", None, &paper);
    }
    for (at, trigger) in [(0, "plan"), (1, "complaint")] {
        inspect(&county, at, trigger);
    }
    county.clock.set(day(LOCKED), 9);
    let drawing = Drawing::new(&county, "one");
    drawing.lock(&UNTIL).unwrap();
    let text = drawing.text();
    let bundle = draw::Bundle::parse(&text).unwrap();
    let left: Vec<(&str, &str)> = bundle.list.exclusions.iter().map(|own| (&*own.id, &*own.reason)).collect();
    let first = code(0);
    assert_eq!(left.len(), 1, "a complaint is outside caps: {left:?}");
    assert_eq!(left[0].0, first);
    assert!(left[0].1.contains("另行检查1次"), "{left:?}");
}

/// An inspection of an object from the proposal until somebody was there.
fn inspect(county: &County, at: usize, trigger: &str) {
    let on = county.platform.today();
    let (id, today) = (code(at), on.to_string());
    let own = [("enterprise", "演示餐饮店"), ("enterprise.code", &id as &str), ("item", "食品经营场所检查")];
    let more = [
        ("visit_on", today.as_str()),
        ("kind", "daily"),
        ("trigger", trigger),
        ("off_site", "no"),
        ("merged", "yes"),
        ("purpose", "试验"),
    ];
    let open = Open {
        key: format!("inspect-{at}"),
        procedure: "inspection".to_owned(),
        organ: "county".to_owned(),
        act: "plan".to_owned(),
        on,
        form: form(&[own.as_slice(), &more].concat()),
        files: Vec::new(),
    };
    let case = county.platform.open(&county.officer, open).unwrap().case;
    let people = [("first", "演示承办人"), ("second", "演示负责人")];
    let seen = [("certificate_shown", "yes"), ("minutes", "试验"), ("problems", "0"), ("violation", "no")];
    let steps: [(&str, Vec<(&str, &str)>); 5] = [
        ("approve", vec![]),
        ("file_before", vec![]),
        ("notify_enterprise", vec![("rights", "yes"), ("on_spot", "no")]),
        ("scan_entry", [people.as_slice(), &[("at", "09:30")]].concat()),
        ("inspect", [people.as_slice(), &seen].concat()),
    ];
    for (act, fields) in steps {
        let deal = Deal {
            key: format!("inspect-{at}-{act}"),
            case: case.clone(),
            version: None,
            act: act.to_owned(),
            on,
            form: form(&fields),
            files: Vec::new(),
        };
        let actor = if act == "approve" { &county.head } else { &county.officer };
        county.platform.act(actor, deal).unwrap();
    }
}
