//! Visits to enterprises: cap and quiet days are computed from registers and cases, refused with their basis, and gathered by
//! enterprise for whoever may see the cases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::county::{County, day, form, on_both};
use app::{Actor, Correct, Deal, Done, EntryState, NewAccount, NewEntry, Open, VisitState};

const CODE: &str = "91350526MA00DEM013";
const TODAY: &str = "2025-06-03";

fn enter(county: &County, register: &str, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day("2025-01-01"), until: None, form: form(fields), line: 0 };
    county.platform.enter(&county.head, register, "county", vec![row], "试验").unwrap();
}

fn with_registers(county: &County) {
    for (number, name, account) in
        [("1", "演示承办人", "officer"), ("2", "演示承办人乙", ""), ("3", "演示负责人", "head")]
    {
        enter(
            county,
            "officers",
            &[("number", number), ("name", name), ("account", account), ("kind", "officer")],
        );
        let paper = format!("证{number}");
        enter(
            county,
            "certificates",
            &[("number", &paper), ("officer", number), ("holder", name), ("field", "行政执法")],
        );
    }
    let power = [("power", "行政检查"), ("name", "检查"), ("kind", "inspection"), ("basis", "试验依据")];
    enter(county, "powers", &power);
    let item = [
        ("item", "site"),
        ("name", "经营场所检查"),
        ("organ", "德化县人民政府"),
        ("objects", "经营者"),
        ("basis", "某条"),
        ("method", "site"),
        ("cap", "1"),
        ("reviewed", "文号"),
    ];
    enter(county, "inspection_items", &item);
    let quiet = [
        ("days", "每月20日至25日"),
        ("first", "20"),
        ("last", "25"),
        ("scope", "all"),
        ("area", "全县"),
        ("exceptions", "投诉举报"),
        ("document", "县府办〔2025〕1号"),
    ];
    enter(county, "quiet_days", &quiet);
}

struct Going<'a> {
    county: &'a County,
    key: &'a str,
    case: String,
}

impl<'a> Going<'a> {
    fn plan(county: &'a County, key: &'a str, more: &[(&str, &str)]) -> app::Result<Self> {
        let usual = [
            ("enterprise", "演示餐饮有限公司"),
            ("enterprise.code", CODE),
            ("item", "经营场所检查"),
            ("visit_on", TODAY),
            ("kind", "daily"),
            ("trigger", "plan"),
            ("off_site", "no"),
            ("merged", "yes"),
            ("purpose", "按检查表核对"),
        ];
        let mut all = form(&usual);
        all.extend(form(more));
        let open = Open {
            key: format!("plan-{key}"),
            procedure: "inspection".to_owned(),
            organ: "county".to_owned(),
            act: "plan".to_owned(),
            on: county.platform.today(),
            form: all,
            files: Vec::new(),
        };
        let done = county.platform.open(&county.officer, open.clone())?;
        assert_eq!(county.platform.open(&county.officer, open)?, done, "a retry is told what was done");
        Ok(Self { county, key, case: done.case })
    }

    fn by(&self, actor: &Actor, act: &str, fields: &[(&str, &str)]) -> app::Result<Done> {
        let deal = Deal {
            key: format!("{}-{act}-{}", self.key, self.county.platform.today()),
            case: self.case.clone(),
            version: None,
            act: act.to_owned(),
            on: self.county.platform.today(),
            form: form(fields),
            files: Vec::new(),
        };
        self.county.platform.act(actor, deal)
    }

    fn approve(&self) -> app::Result<Done> {
        self.by(&self.county.head, "approve", &[])
    }

    fn announce(&self) {
        self.by(&self.county.officer, "file_before", &[]).unwrap();
        self.by(&self.county.officer, "notify_enterprise", &[("rights", "yes"), ("on_spot", "no")]).unwrap();
    }

    fn arrive(&self) -> app::Result<Done> {
        let two = [("first", "演示承办人"), ("second", "演示承办人乙")];
        let at = format!("{}T09:30", self.county.platform.today());
        self.by(&self.county.officer, "scan_entry", &[two.as_slice(), &[("at", &at)]].concat())
    }

    fn inspect(&self) -> app::Result<Done> {
        let two = [("first", "演示承办人"), ("second", "演示承办人乙")];
        let found =
            [("certificate_shown", "yes"), ("minutes", "没有问题"), ("problems", "0"), ("violation", "no")];
        self.by(&self.county.officer, "inspect", &[two.as_slice(), &found].concat())
    }

    /// What the plan's record says of a field now.
    fn planned(&self, label: &str) -> String {
        let view = self.county.platform.case_view(&self.county.officer, &self.case).unwrap();
        let mut fields =
            view.events.iter().filter(|event| event.act_id == "plan").flat_map(|event| event.fields.clone());
        fields.rfind(|(name, _)| name == label).unwrap().1
    }
}

fn whys(outcome: app::Result<Done>) -> String {
    let told = outcome.unwrap_err().diagnostics();
    let one = |one: &base::Diagnostic| {
        format!(
            "{}｜{}｜{}",
            one.message,
            one.article.clone().unwrap_or_default(),
            one.help.clone().unwrap_or_default()
        )
    };
    told.iter().map(one).collect()
}

const DONE: &str = "本机关本年度按这一事项对该企业已经检查的次数";
const CAP: &str = "公布的年度频次上限";
const QUIET: &str = "拟入企检查之日是企业安静日";
const LISTED: &str = "事项已经公布";

#[test]
fn the_cap_is_counted_from_the_cases_and_refused_with_its_basis() {
    on_both("visits", TODAY, |county, _folder, _database| {
        with_registers(&county);
        // What is sent for a computed field does not count.
        let first = Going::plan(&county, "first", &[("done", "7"), ("cap", "9"), ("listed", "no")]).unwrap();
        assert_eq!([LISTED, DONE, CAP, QUIET].map(|label| first.planned(label)), ["是", "0", "1", "否"]);
        let early = Going::plan(&county, "early", &[("item", "site")]).unwrap();
        first.approve().unwrap();
        early.approve().unwrap();
        for going in [&first, &early] {
            going.announce();
        }
        first.arrive().unwrap();
        first.inspect().unwrap();
        // It was planned and approved while nobody had gone; now somebody has.
        let why = whys(early.arrive());
        for part in ["已经检查这家企业1次", "上限是1次", "国办发〔2024〕54号", "未核实", "取消本次检查"]
        {
            assert!(why.contains(part), "{part}: {why}");
        }
        let second = Going::plan(&county, "second", &[]).unwrap();
        assert_eq!(second.planned(DONE), "1");
        let why = whys(second.approve());
        assert!(why.contains("国办发〔2024〕54号：年度频次上限及其例外"), "the law's own norm: {why}");
        let asked = Going::plan(&county, "asked", &[("trigger", "complaint")]).unwrap();
        asked.approve().unwrap();
        asked.announce();
        asked.arrive().unwrap();
        asked.inspect().unwrap();
        // Another enterprise, an item that is not published, a year later.
        let other = Going::plan(&county, "other", &[("enterprise.code", "91350526MA00DEM026")]).unwrap();
        assert_eq!(other.planned(DONE), "0");
        let unknown = Going::plan(&county, "unknown", &[("item", "没有公布的事项")]).unwrap();
        assert_eq!([LISTED, CAP].map(|label| unknown.planned(label)), ["否", "0"]);
        assert!(whys(unknown.approve()).contains("检查事项未经公布不得实施"));
        county.clock.set(day("2026-01-05"), 9);
        let next = Going::plan(&county, "next", &[("visit_on", "2026-01-06")]).unwrap();
        assert_eq!(next.planned(DONE), "0", "a new year");
        next.approve().unwrap();
    });
}

#[test]
fn a_quiet_day_is_read_from_the_register_when_it_is_planned_and_when_somebody_goes() {
    on_both("quiet", TODAY, |county, _folder, _database| {
        with_registers(&county);
        let quiet = Going::plan(&county, "quiet", &[("visit_on", "2025-06-20")]).unwrap();
        assert_eq!(quiet.planned(QUIET), "是");
        assert!(whys(quiet.approve()).contains("企业安静日"));
        // The plan is corrected: what is computed is computed anew.
        let event = 1;
        let mut instead = form(&[
            ("enterprise", "演示餐饮有限公司"),
            ("enterprise.code", CODE),
            ("item", "site"),
            ("visit_on", "2025-06-19"),
            ("kind", "daily"),
            ("trigger", "plan"),
            ("off_site", "no"),
            ("merged", "yes"),
            ("purpose", "按检查表核对"),
        ]);
        instead.extend(form(&[("quiet_day", "yes")]));
        let correct = Correct {
            key: "correct-plan".to_owned(),
            case: quiet.case.clone(),
            number: event,
            version: None,
            reason: "日期写错".to_owned(),
            instead: Some((day(TODAY), instead)),
        };
        county.platform.correct(&county.officer, correct).unwrap();
        quiet.approve().unwrap();
        quiet.announce();
        county.clock.set(day("2025-06-25"), 9);
        let why = whys(quiet.arrive());
        for part in
            ["2025年6月25日是企业安静日", "每月20日至25日", "县府办〔2025〕1号", "请改在安静日以外检查"]
        {
            assert!(why.contains(part), "{part}: {why}");
        }
        county.clock.set(day("2025-06-26"), 9);
        quiet.arrive().unwrap();
    });
}

#[test]
fn an_enterprise_without_a_credit_code_cannot_be_counted() {
    let county = County::new(TODAY);
    with_registers(&county);
    let person = Going::plan(&county, "person", &[("enterprise.code", "11010519491231002X")]);
    let why = person.err().unwrap().diagnostics();
    assert!(why[0].message.contains("要写统一社会信用代码"), "{why:?}");
    // Everything that is missing is told at once, not what the platform fills in.
    let nothing = Going::plan(&county, "nothing", &[("purpose", ""), ("item", "")]);
    let why: Vec<String> = nothing.err().unwrap().diagnostics().into_iter().map(|one| one.message).collect();
    assert_eq!(why.len(), 2, "{why:?}");
}

#[test]
fn everything_about_an_enterprise_stands_on_one_page_for_whoever_may_see_the_cases() {
    on_both("enterprise", TODAY, |county, _folder, _database| {
        with_registers(&county);
        let object = [("code", CODE), ("name", "演示餐饮有限公司"), ("trade", "餐饮"), ("class", "c")];
        enter(&county, "inspection_objects", &object);
        let list = [
            ("list", "abnormal"),
            ("code", CODE),
            ("name", "演示餐饮有限公司"),
            ("reason", "没有年报"),
            ("decision", "德市监〔2025〕1号"),
        ];
        // Before the procedure of credit lists was in force, its keeper entered what held.
        let listed = NewEntry { from: day("2023-03-01"), until: None, form: form(&list), line: 0 };
        county.platform.enter(&county.head, "credit_list", "county", vec![listed], "试验").unwrap();
        let first = Going::plan(&county, "first", &[]).unwrap();
        first.approve().unwrap();
        first.announce();
        first.arrive().unwrap();
        first.inspect().unwrap();
        let second = Going::plan(&county, "second", &[("trigger", "complaint")]).unwrap();
        let page = county.platform.enterprise(&county.officer, &CODE.to_lowercase(), None).unwrap();
        assert_eq!((page.name.as_str(), page.hidden), ("演示餐饮有限公司", 0));
        assert_eq!(page.classes[0].what, "C类（信用风险较高）");
        assert_eq!((page.lists[0].what.as_str(), page.lists[0].removed.as_str()), ("经营异常名录", ""));
        let states: Vec<(&str, VisitState)> =
            page.visits.iter().map(|line| (line.case.as_str(), line.state)).collect();
        assert_eq!(
            states,
            [(second.case.as_str(), VisitState::Asked), (first.case.as_str(), VisitState::Done)]
        );
        assert_eq!(page.visits[0].trigger, "投诉举报");
        let count = &page.counts[0];
        assert_eq!((count.done, count.cap.as_deref(), count.is_reached), (1, Some("1"), true));
        // Officers elsewhere see how often somebody was there, and not the cases.
        let login = "police".to_owned();
        let account = NewAccount {
            login,
            name: "演示民警".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: store::account::Rank::Staff,
        };
        county.platform.add_account(account).unwrap();
        let stranger = county.platform.actor_of("police").unwrap();
        let page = county.platform.enterprise(&stranger, CODE, None).unwrap();
        assert_eq!((page.visits.len(), page.hidden, page.counts[0].done), (0, 2, 1));
        county.platform.enterprise(&county.officer, "91350526MA00DEM026", None).unwrap_err();
        county.platform.enterprise(&county.officer, "12345", None).unwrap_err();
        let mut citizen = county.officer.clone();
        (citizen.rank, citizen.organ) = (store::account::Rank::Citizen, None);
        county.platform.enterprise(&citizen, CODE, None).unwrap_err();
    });
}

#[test]
fn the_code_at_the_door_says_who_comes_and_whether_they_may() {
    on_both("entry", TODAY, |county, _folder, _database| {
        with_registers(&county);
        let who = [
            ("going", "演示承办人"),
            ("going_with", "演示承办人乙"),
            ("visit_on", "2025-06-05"),
            ("visit_until", "2025-06-06"),
        ];
        let going = Going::plan(&county, "going", &who).unwrap();
        let code = |going: &Going<'_>| county.platform.entry_code(&county.officer, &going.case);
        let early = code(&going).unwrap_err().diagnostics();
        assert!(early[0].message.contains("还没有批准"), "{early:?}");
        going.approve().unwrap();
        let own = code(&going).unwrap();
        assert_eq!(
            (own.arrives.as_str(), &own.shown.state),
            ("scan_entry", &EntryState::Early(day("2025-06-05")))
        );
        going.announce();
        county.clock.set(day("2025-06-06"), 9);
        let shown = county.platform.entry(&own.code).unwrap();
        assert_eq!(shown.state, EntryState::Good, "whoever holds the code needs no account");
        let officers: Vec<(&str, &str)> =
            shown.officers.iter().map(|one| (one.name.as_str(), one.certificates[0].as_str())).collect();
        assert_eq!(officers, [("演示承办人", "证1"), ("演示承办人乙", "证2")]);
        assert_eq!((shown.organ.as_str(), shown.item.as_str()), ("德化县人民政府", "经营场所检查"));
        assert!(shown.paper.contains("检批"), "{shown:?}");
        // The arrival is an event by the officer; after the inspection the code is used up.
        going.arrive().unwrap();
        assert_eq!(county.platform.entry(&own.code).unwrap().state, EntryState::Good);
        going.inspect().unwrap();
        assert_eq!(county.platform.entry(&own.code).unwrap().state, EntryState::Done(day("2025-06-06")));
        let late =
            Going::plan(&county, "late", &[("trigger", "complaint"), ("visit_on", "2025-06-07")]).unwrap();
        late.approve().unwrap();
        let own = code(&late).unwrap();
        assert!(own.shown.officers.is_empty(), "nobody was named");
        county.clock.set(day("2025-06-08"), 9);
        let shown = county.platform.entry(&own.code).unwrap();
        assert_eq!(shown.state, EntryState::Late(day("2025-06-07")));
        late.by(&county.officer, "call_off", &[("reason", "改期")]).unwrap();
        assert_eq!(county.platform.entry(&own.code).unwrap().state, EntryState::Withdrawn);
    });
}

#[test]
fn forged_and_foreign_codes_are_refused_in_plain_words() {
    let (county, other) = (County::new(TODAY), County::new(TODAY));
    let mut codes = Vec::new();
    for one in [&county, &other] {
        with_registers(one);
        let going = Going::plan(one, "going", &[]).unwrap();
        going.approve().unwrap();
        codes.push(one.platform.entry_code(&one.officer, &going.case).unwrap().code);
    }
    county.platform.entry(&codes[0]).unwrap();
    let second = Going::plan(&county, "second", &[]).unwrap();
    second.approve().unwrap();
    let why = |code: &str| {
        let told = county.platform.entry(code).unwrap_err().diagnostics().remove(0);
        format!("{}｜{}", told.message, told.help.unwrap_or_default())
    };
    let (case, rest) = codes[0].split_once('.').unwrap();
    let (mark, signed) = rest.split_once('.').unwrap();
    let turned =
        if signed.starts_with('A') { signed.replacen('A', "B", 1) } else { format!("A{}", &signed[1..]) };
    for (code, told) in [
        (format!("{}.{mark}.{signed}", second.case), "签名不对"),
        (format!("{case}.{mark}.{turned}"), "签名不对"),
        (format!("01NOBODY.{mark}.{signed}"), "签名不对"),
        (codes[1].clone(), "签发密钥不同"),
        (case.to_owned(), "不是完整的入企检查码"),
        (format!("{}.more", codes[0]), "不是完整的入企检查码"),
        (format!("{case}.{mark}.@@"), "不是完整的入企检查码"),
    ] {
        let why = why(&code);
        assert!(why.contains(told) && why.contains("请不要凭这个码放人入企"), "{code}: {why}");
    }
    // A case that is no visit has no code, and a stranger none of any.
    let application = county.apply("no-visit", TODAY).unwrap().case;
    county.platform.entry_code(&county.officer, &application).unwrap_err();
}

/// What a rule of a kind found, in one text each.
fn found(county: &County, actor: &Actor, kind: &str) -> Vec<String> {
    let rules = county.platform.warnings(actor).unwrap();
    let own = rules.into_iter().filter(|rule| rule.kind.starts_with(kind));
    own.flat_map(|rule| rule.found).map(|one| format!("{}｜{}", one.organs.join("、"), one.what)).collect()
}

#[test]
fn rules_of_supervision_find_what_the_registers_and_cases_say() {
    on_both("warned", TODAY, |county, _folder, _database| {
        with_registers(&county);
        assert!(county.platform.warnings(&county.officer).unwrap().is_empty(), "no rule, no warning");
        for (kind, limit) in [("often", "2"), ("many", "2"), ("near", "5"), ("idle", "6"), ("hours", "10")] {
            enter(&county, "warning_rules", &[("kind", kind), ("limit", limit), ("basis", "县执法监督办法")]);
        }
        let floor = [("kind", "all"), ("content", "law"), ("hours", "40"), ("basis", "方案")];
        enter(&county, "training_floors", &floor);
        let trained = [
            ("officer", "1"),
            ("held_on", "2025-03-01"),
            ("subject", "课程"),
            ("hours", "30.5"),
            ("content", "law"),
        ];
        enter(&county, "trainings", &trained);
        let power = [("power", "行政处罚"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")];
        enter(&county, "powers", &power);
        assert!(found(&county, &county.officer, "重复检查").is_empty());
        let hours = found(&county, &county.officer, "欠学时");
        assert_eq!(
            hours,
            ["德化县人民政府｜2名持证人员离学时下限差的学时达到界限"],
            "one of three lacks 9.5 alone"
        );
        for (key, trigger) in [("first", "plan"), ("second", "complaint")] {
            let going = Going::plan(&county, key, &[("trigger", trigger)]).unwrap();
            going.approve().unwrap();
            going.announce();
            going.arrive().unwrap();
            going.inspect().unwrap();
        }
        let often = found(&county, &county.officer, "重复检查");
        assert_eq!(often.len(), 1, "{often:?}");
        assert!(
            often[0].contains("共被检查2次（其中不是因投诉举报、转办、企业申请、应急的1次）"),
            "{often:?}"
        );
        assert!(found(&county, &county.officer, "多头检查").is_empty(), "one organ alone went");
        let near = found(&county, &county.officer, "临近期限");
        assert!(near.iter().any(|one| one.contains("检查后报告") && one.contains("还有3天")), "{near:?}");
        let idle = found(&county, &county.officer, "有权无案");
        assert_eq!(idle, ["德化县人民政府｜有“行政处罚”职权，还没有办过案件"]);
        // Half a year later nobody was inspected either; a new year has no visits yet.
        county.clock.set(day("2026-01-05"), 9);
        let idle = found(&county, &county.officer, "有权无案");
        assert!(
            idle.iter().any(|one| one.contains("“行政检查”职权，2025年6月3日以后没有新的案件")),
            "{idle:?}"
        );
        assert!(found(&county, &county.officer, "重复检查").is_empty());
        // The government's rule looks at the police too, and they see what is about them alone.
        let account = NewAccount {
            login: "police".to_owned(),
            name: "演示民警".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: store::account::Rank::Staff,
        };
        county.platform.add_account(account).unwrap();
        let police = county.platform.actor_of("police").unwrap();
        assert_eq!(county.platform.warnings(&police).unwrap().len(), 5);
        assert!(found(&county, &police, "有权无案").is_empty());
        let mut citizen = police;
        (citizen.rank, citizen.organ) = (store::account::Rank::Citizen, None);
        county.platform.warnings(&citizen).unwrap_err();
    });
}

#[test]
fn the_number_of_a_person_never_stands_open_as_an_enterprise() {
    let county = County::new(TODAY);
    // A resident number that would pass as a credit code.
    let number = "350526191111113178";
    assert!(codes::check(codes::Kind::Uscc, number).is_valid());
    let mut open = county.application("person", TODAY);
    open.form.insert("applicant.code".to_owned(), vec![number.to_owned()]);
    let case = county.platform.open(&county.officer, open).unwrap().case;
    let kept = county.platform.store().read(|reader| store::enterprise::of_case(reader, &case)).unwrap();
    assert_eq!(kept, Vec::<String>::new());
}
