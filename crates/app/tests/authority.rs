//! Who may do what, asked through the use cases: each refusal says why, on which article, and what to do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::Arc;

use crate::county::{day, form};
use app::{
    AccountRules, Actor, AppError, Deal, Form, Ids, NewAccount, NewEntry, Open, Organ, Platform, SetClock,
};
use store::Options;
use store::account::Rank;

struct Town {
    platform: Platform,
    clock: Arc<SetClock>,
    keys: std::cell::Cell<u32>,
    _dir: tempfile::TempDir,
}

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut files = packs::Files::built_in();
        files.put("packs/enforcement/trial_penalty.toml", include_str!("authority/trial_penalty.toml"));
        let rules = packs::load(&files).unwrap_or_else(|found| panic!("{found:#?}"));
        let store = store::testing::open(&dir.path().join("data"), &Options::default()).unwrap();
        let clock = Arc::new(SetClock::at(day("2024-09-27"), 9));
        let platform = Platform::new(store, rules, Arc::clone(&clock) as _, Ids::seeded("town")).unwrap();
        let organ = |id: &str, name: &str, kind: &str| Organ {
            id: id.to_owned(),
            name: name.to_owned(),
            short: id.to_owned(),
            kind: kind.to_owned(),
            division: "350526".to_owned(),
            credit_code: None,
            parent: None,
        };
        let organs = vec![
            organ("market", "德化县市场监督管理局", "department"),
            organ("team", "市场监管综合执法大队", "public_institution"),
            organ("town", "浔中镇人民政府", "township"),
            organ("justice", "德化县司法局", "department"),
        ];
        platform.set_account_rules(&AccountRules::demonstration()).unwrap();
        platform.enter_organs(organs, day("2020-01-01")).unwrap();
        let town = Self { platform, clock, keys: std::cell::Cell::new(0), _dir: dir };
        for (login, name, organ, rank) in [
            ("zhang", "张甲", Some("market"), Rank::Staff),
            ("li", "李乙", Some("market"), Rank::Staff),
            ("wang", "王丙", Some("market"), Rank::Head),
            ("zhao", "赵丁", Some("market"), Rank::Staff),
            ("sun", "孙戊", Some("team"), Rank::Staff),
            ("qian", "钱己", Some("justice"), Rank::Staff),
            ("zhen", "郑庚", Some("town"), Rank::Staff),
            ("admin", "管理员", None, Rank::SystemAdmin),
        ] {
            let account = NewAccount {
                login: login.to_owned(),
                name: name.to_owned(),
                password: "Correct-horse-battery".to_owned(),
                organ: organ.map(str::to_owned),
                rank,
            };
            town.platform.add_account(account).unwrap();
        }
        town
    }

    fn actor(&self, login: &str) -> Actor {
        self.platform.actor_of(login).unwrap()
    }

    fn enter(&self, register: &str, organ: &str, from: &str, until: Option<&str>, fields: &[(&str, &str)]) {
        let row = NewEntry { from: day(from), until: until.map(day), form: form(fields), line: 0 };
        self.platform.enter(&self.actor("admin"), register, organ, vec![row], "登记").unwrap();
    }

    /// Two officers with certificates, a power, nothing else.
    fn with_people(self) -> Self {
        for (number, name, login) in [("01", "张甲", "zhang"), ("02", "李乙", "li"), ("03", "赵丁", "zhao")]
        {
            let fields = [("number", number), ("name", name), ("account", login), ("kind", "officer")];
            self.enter("officers", "market", "2023-01-01", None, &fields);
        }
        for (number, officer, holder) in [("证1", "01", "张甲"), ("证2", "02", "李乙")] {
            let fields =
                [("number", number), ("officer", officer), ("holder", holder), ("field", "市场监管")];
            self.enter("certificates", "market", "2023-01-01", Some("2025-12-31"), &fields);
        }
        let power = [("power", "fine"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")];
        self.enter("powers", "market", "2023-01-01", None, &power);
        self
    }

    fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("key-{}", self.keys.get())
    }

    fn open(&self, login: &str, organ: &str) -> app::Result<String> {
        let open = Open {
            key: self.key(),
            procedure: "trial_penalty".to_owned(),
            organ: organ.to_owned(),
            act: "file".to_owned(),
            on: self.platform.today(),
            form: Form::new(),
            files: Vec::new(),
        };
        self.platform.open(&self.actor(login), open).map(|done| done.case)
    }

    fn act(&self, login: &str, case: &str, act: &str, fields: &[(&str, &str)]) -> app::Result<app::Done> {
        let deal = Deal {
            key: self.key(),
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: self.platform.today(),
            form: form(fields),
            files: Vec::new(),
        };
        self.platform.act(&self.actor(login), deal)
    }

    /// Whether somebody may open a case, and whether their lists, their search and their table of cases show it: all the
    /// same, as the rules of reading say.
    fn sees(&self, login: &str, case: &str) -> bool {
        let (platform, actor) = (&self.platform, self.actor(login));
        let opened = platform.case_view(&actor, case);
        let number = platform.case_view(&self.actor("wang"), case).unwrap().number;
        let all = app::CaseFilter::default();
        let (lines, _) = platform.case_list(&actor, &all, None).unwrap();
        let listed = lines.iter().any(|line| line.case == case);
        let found = platform.search_cases(&actor, &number, None, &app::Origin::default()).unwrap();
        let found = found.lines.iter().any(|line| line.case == case);
        let table = platform.case_table(&actor, &all, app::Table::Tsv).unwrap().contains(&number);
        assert_eq!([listed, found, table], [opened.is_ok(); 3], "{login}: {opened:?}");
        opened.is_ok()
    }

    /// What a refusal says, one line for each reason: the message, the basis, the help.
    fn refused(&self, login: &str, case: &str, act: &str, fields: &[(&str, &str)]) -> Vec<String> {
        match self.act(login, case, act, fields) {
            Err(AppError::Unauthorised(reasons)) => reasons.iter().map(ToString::to_string).collect(),
            other => panic!("{login} {act}: {other:?}"),
        }
    }
}

const BOTH: [(&str, &str); 2] = [("first", "张甲"), ("second", "李乙")];

#[test]
fn two_certified_officers_of_an_organ_with_the_power_may_investigate() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    town.act("zhang", &case, "investigate", &BOTH).unwrap();
    let told = town.refused("zhang", &case, "investigate", &[("first", "张甲"), ("second", "张甲")]);
    assert!(
        told[0].contains("不得少于2人，现在写明的是1人") && told[0].contains("第四十二条第一款"),
        "{told:?}"
    );
    let told = town.refused("zhang", &case, "investigate", &[("first", "张甲"), ("second", "赵丁")]);
    assert!(told[0].contains("一同办理的赵丁") && told[0].contains("第四十二条第一款"), "{told:?}");
    let told = town.refused("zhao", &case, "investigate", &BOTH);
    assert!(told[0].contains("持有市场监管的行政执法证件"), "{told:?}");
    assert!(told[0].contains("人员名册"), "{told:?}");
}

#[test]
fn what_an_act_names_must_be_in_its_register_on_the_legal_day() {
    let town = Town::new().with_people();
    let power = |from: &str, until: Option<&str>, id: &str| {
        let fields = [("power", id), ("name", "旧罚款"), ("kind", "penalty"), ("basis", "试验依据")];
        town.enter("powers", "market", from, until, &fields);
    };
    power("2023-01-01", Some("2024-09-26"), "old_fine");
    power("2024-09-28", None, "new_fine");
    let case = town.open("zhang", "market").unwrap();
    let with = |item: &str| {
        let fields = [BOTH.as_slice(), &[("item", item)]].concat();
        town.act("zhang", &case, "investigate", &fields)
    };
    let told = |item: &str| match with(item) {
        Err(AppError::Invalid(faults)) => {
            faults.iter().map(|one| format!("{}：{}", one.name, one.message)).collect::<String>()
        }
        other => panic!("{other:?}"),
    };
    with("fine").unwrap();
    let (ended, early, unknown) = (told("old_fine"), told("new_fine"), told("fines"));
    assert_eq!(ended, "职权事项：“old_fine”到2024年9月26日为止在“权责清单”，2024年9月27日已不在册");
    assert_eq!(early, "职权事项：“new_fine”自2024年9月28日起才在“权责清单”，2024年9月27日尚不在册");
    assert_eq!(unknown, "职权事项：“权责清单”里2024年9月27日没有“fines”；是不是“fine”？");
    let today = town.platform.today();
    assert_eq!(town.platform.entry_keys("powers", today).unwrap(), ["fine"]);
}

#[test]
fn a_certificate_counts_only_while_it_is_in_force() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    town.clock.set(day("2026-01-05"), 9);
    let told = town.refused("zhang", &case, "investigate", &BOTH);
    assert_eq!(told.len(), 2, "both have lapsed: {told:?}");
}

#[test]
fn an_organ_without_the_power_cannot_and_a_conferred_one_counts_from_its_publication() {
    let town = Town::new().with_people();
    let case = town.open("zhen", "town").unwrap();
    let person = [("number", "11"), ("name", "郑庚"), ("account", "zhen"), ("kind", "officer")];
    town.enter("officers", "town", "2023-01-01", None, &person);
    let other = [("number", "12"), ("name", "吴辛"), ("kind", "officer")];
    town.enter("officers", "town", "2023-01-01", None, &other);
    for (number, officer, holder) in [("镇1", "11", "郑庚"), ("镇2", "12", "吴辛")] {
        let fields = [("number", number), ("officer", officer), ("holder", holder), ("field", "市场监管")];
        town.enter("certificates", "town", "2023-01-01", None, &fields);
    }
    let both = [("first", "郑庚"), ("second", "吴辛")];
    let told = town.refused("zhen", &case, "investigate", &both);
    assert!(told[0].contains("浔中镇人民政府当日的权责清单里没有“fine”"), "{told:?}");
    let conferred =
        [("kind", "confer"), ("to", "浔中镇人民政府"), ("power", "fine"), ("document", "试验文号")];
    town.enter("entrustments", "market", "2024-01-01", None, &conferred);
    let told = town.refused("zhen", &case, "investigate", &both);
    assert!(told[0].contains("没有“fine”"), "not published: {told:?}");
    let published = [conferred.as_slice(), &[("published", "2024-06-01")]].concat();
    town.enter("entrustments", "market", "2024-01-01", None, &published);
    town.act("zhen", &case, "investigate", &both).unwrap();
}

#[test]
fn an_entrusted_organisation_acts_in_the_name_of_the_organ_that_entrusted_it() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    assert!(!town.sees("sun", &case));
    let told = town.refused("sun", &case, "investigate", &BOTH);
    assert!(told.iter().any(|one| one.contains("不能办")), "{told:?}");
    let person = [("number", "21"), ("name", "孙戊"), ("account", "sun"), ("kind", "officer")];
    town.enter("officers", "team", "2023-01-01", None, &person);
    let paper = [("number", "队1"), ("officer", "21"), ("holder", "孙戊"), ("field", "市场监管")];
    town.enter("certificates", "team", "2023-01-01", None, &paper);
    let entrusted = [
        ("kind", "entrust"),
        ("to", "市场监管综合执法大队"),
        ("power", "fine"),
        ("document", "试验委托书"),
        ("published", "2024-02-01"),
    ];
    town.enter("entrustments", "market", "2024-01-01", None, &entrusted);
    town.act("sun", &case, "investigate", &[("first", "张甲"), ("second", "李乙")]).unwrap();
    assert!(town.sees("sun", &case));
    let told = town.refused("sun", &case, "decide", &[]);
    assert!(told[0].contains("由行政机关负责人办理"), "{told:?}");
}

#[test]
fn who_investigated_does_not_review_and_who_withdrew_does_nothing() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    town.act("zhang", &case, "investigate", &BOTH).unwrap();
    let told = town.refused("zhang", &case, "review", &[]);
    assert!(told[0].contains("不同的人办理") && told[0].contains("第五十八条第一款"), "{told:?}");
    assert!(told[0].contains("您办理过本案的“"), "{told:?}");
    town.act("wang", &case, "decide_recusal", &[("officer", "李乙"), ("agreed", "no")]).unwrap();
    town.act("li", &case, "investigate", &BOTH).unwrap();
    town.act("wang", &case, "decide_recusal", &[("officer", "李乙"), ("agreed", "yes")]).unwrap();
    let told = town.refused("li", &case, "investigate", &BOTH);
    assert!(told[0].contains("已经回避"), "{told:?}");
    town.act("zhao", &case, "review", &[]).unwrap();
    town.act("wang", &case, "decide", &[]).unwrap();
}

/// What the law asks of whoever does an act it asks of everybody whom the record names: otherwise the one who recorded it
/// would be kept apart, and the colleague who did it too would not.
#[test]
fn what_is_asked_of_who_records_is_asked_of_who_acts_along() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    town.act("zhang", &case, "investigate", &BOTH).unwrap();
    let told = town.refused("li", &case, "review", &[]);
    assert!(told[0].contains("不同的人办理") && told[0].contains("第五十八条第一款"), "{told:?}");
    let told = town.refused("zhao", &case, "review", &[("with", "李乙")]);
    assert!(told[0].contains("一同办理的李乙办理过本案的") && told[0].contains("第五十八条"), "{told:?}");
    let told = town.refused("zhao", &case, "review", &[("with", "张甲")]);
    assert!(told[0].contains("一同办理的张甲办理过"), "who recorded it is known by name too: {told:?}");
    town.act("wang", &case, "decide_recusal", &[("officer", "李乙"), ("agreed", "yes")]).unwrap();
    let told = town.refused("zhang", &case, "investigate", &BOTH);
    assert!(told[0].contains("一同办理的李乙在本案已经回避") && told[0].contains("第七十六条"), "{told:?}");
    let told = town.refused("zhang", &case, "investigate", &[("first", "张甲"), ("second", "无此人")]);
    assert!(told.iter().any(|one| one.contains("无此人") && one.contains("人员名册")), "{told:?}");
}

/// A recused officer sees that there are files, and does not get them.
#[test]
fn every_refusal_says_why_on_which_article_and_what_to_do() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    town.act("wang", &case, "decide_recusal", &[("officer", "李乙"), ("agreed", "yes")]).unwrap();
    let mut told = town.refused("li", &case, "investigate", &BOTH);
    told.extend(town.refused("zhao", &case, "investigate", &BOTH));
    told.extend(town.refused("zhang", &case, "decide", &[]));
    told.extend(town.refused("qian", &case, "review", &[]));
    let town_case = town.open("zhen", "town").unwrap();
    told.extend(town.refused("zhen", &town_case, "investigate", &BOTH));
    assert!(told.len() > 5, "{told:?}");
    for one in &told {
        assert!(one.contains('《') && one.contains('条'), "an article: {one}");
        assert!(one.contains('请'), "what to do: {one}");
    }
}

#[test]
fn an_account_that_was_closed_while_its_form_was_on_its_way_does_nothing() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    let before = town.actor("zhang");
    town.platform.close_account(&town.actor("admin"), "zhang", "调离", &app::Origin::default()).unwrap();
    let deal = Deal {
        key: town.key(),
        case: case.clone(),
        version: None,
        act: "investigate".to_owned(),
        on: town.platform.today(),
        form: form(&BOTH),
        files: Vec::new(),
    };
    let told = town.platform.act(&before, deal).unwrap_err();
    assert!(matches!(&told, AppError::Forbidden { why, .. } if why.contains("停用")), "{told:?}");
    assert_eq!(town.platform.case_view(&town.actor("wang"), &case).unwrap().events.len(), 1);
}

/// What was done again after a publication stays out of it until it is published itself.
#[test]
fn a_published_page_shows_what_was_published_and_nothing_later() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    town.act("zhao", &case, "review", &[("opinion", "第一次的意见")]).unwrap();
    let first = town.act("zhang", &case, "publish_review", &[]).unwrap();
    town.act("zhao", &case, "review", &[("opinion", "后来的意见")]).unwrap();
    let shown = |number| {
        let page = town.platform.published_page(&case, number, "review").unwrap();
        page.fields.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
    };
    assert_eq!(shown(first.number), ["第一次的意见"]);
    let second = town.act("zhang", &case, "publish_review", &[]).unwrap();
    assert_eq!(shown(second.number), ["后来的意见"]);
    assert_eq!(shown(first.number), ["第一次的意见"]);
}

#[test]
fn once_somebody_is_appointed_only_they_act_and_others_are_told_whom_to_ask() {
    let town = Town::new().with_people();
    let case = town.open("zhang", "market").unwrap();
    let post = [("procedure", "trial_penalty"), ("role", "reviewer"), ("account", "qian")];
    town.enter("posts", "market", "2024-01-01", None, &post);
    let told = town.refused("zhao", &case, "review", &[]);
    assert!(told[0].contains("钱己"), "whom to ask: {told:?}");
    town.act("qian", &case, "review", &[]).unwrap();
    assert!(town.sees("qian", &case));
    assert!(!town.sees("zhen", &case) && !town.sees("admin", &case));
    assert!(town.sees("zhang", &case) && town.sees("wang", &case));
    let told = town.refused("qian", &case, "investigate", &BOTH);
    assert!(told[0].contains("由执法人员办理"), "{told:?}");
    // Somebody of another organ is told no names.
    let told = town.refused("zhen", &case, "review", &[]);
    assert!(!told[0].contains("钱己"), "{told:?}");
    let told = town.refused("zhao", &case, "decide", &[]);
    assert!(told[0].contains("王丙（负责人）"), "{told:?}");
}

#[test]
fn a_sheet_is_entered_whole_or_not_at_all_with_every_fault_of_every_row() {
    let town = Town::new();
    let row = |from: &str, until: Option<&str>, fields: &[(&str, &str)]| NewEntry {
        from: day(from),
        until: until.map(day),
        form: form(fields),
        line: 0,
    };
    let rows = vec![
        row("2024-01-01", None, &[("number", "01"), ("name", "张甲"), ("kind", "officer")]),
        row("2024-01-01", Some("2023-01-01"), &[("number", "02"), ("kind", "boss"), ("nmae", "李乙")]),
    ];
    let Err(AppError::Invalid(faults)) =
        town.platform.enter(&town.actor("admin"), "officers", "market", rows, "")
    else {
        panic!("accepted");
    };
    let fields: Vec<&str> = faults.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["2.until", "2.nmae", "2.name", "2.kind"], "{faults:?}");
    assert_eq!(town.platform.entries("officers").unwrap().len(), 0);
    let rows = vec![
        row("2024-01-01", None, &[("number", "01"), ("name", "张甲"), ("kind", "officer")]),
        row("2024-05-01", None, &[("number", "01"), ("name", "张甲"), ("kind", "officer")]),
    ];
    let Err(AppError::Invalid(faults)) =
        town.platform.enter(&town.actor("admin"), "officers", "market", rows, "")
    else {
        panic!("accepted");
    };
    assert!(faults[0].message.contains("期间重叠"), "{faults:?}");
    let staff = town.platform.enter(&town.actor("zhang"), "officers", "market", Vec::new(), "");
    assert!(matches!(staff, Err(AppError::Unauthorised(_))), "{staff:?}");
}

#[test]
fn an_entry_is_ended_by_another_of_the_same_beginning_and_can_be_taken_back() {
    let town = Town::new().with_people();
    let power = [("power", "fine"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")];
    town.enter("powers", "market", "2023-01-01", Some("2024-06-30"), &power);
    let case = town.open("zhang", "market").unwrap();
    let told = town.refused("zhang", &case, "investigate", &BOTH);
    assert!(told[0].contains("没有“fine”"), "{told:?}");
    let entries = town.platform.entries("powers").unwrap();
    assert_eq!(entries.iter().map(|one| one.until).collect::<Vec<_>>(), [Some(day("2024-06-30"))]);
    town.platform
        .withdraw_entry(&town.actor("admin"), "powers", "market", "fine", day("2023-01-01"), "登记错误")
        .unwrap();
    assert_eq!(town.platform.entries("powers").unwrap().len(), 0);
}

#[test]
fn a_sheet_goes_out_is_filled_in_and_comes_back() {
    let town = Town::new().with_people();
    let (admin, platform) = (town.actor("admin"), &town.platform);
    let sheet = platform.register_sheet(Some(&admin), "officers", "market", platform.today()).unwrap();
    assert_eq!(sheet.entries, 3);
    assert!(sheet.name.starts_with("行政机关人员名册-德化县市场监督管理局-2024-09-27"), "{}", sheet.name);
    // Into another organ's register as it is; the same again changes nothing but is entered anew.
    for _ in 0..2 {
        let entered = platform.enter_sheet(&admin, "officers", "team", &sheet.bytes, "划转");
        assert_eq!(entered.unwrap(), 3);
    }
    let own =
        |organ: &str| platform.entries("officers").unwrap().iter().filter(|one| one.organ == organ).count();
    assert_eq!((own("market"), own("team")), (3, 3));
    let other = platform.enter_sheet(&admin, "certificates", "market", &sheet.bytes, "");
    let Err(AppError::Unfit(faults)) = other else { panic!("{other:?}") };
    assert!(faults.iter().any(|one| one.message.contains("没有“姓名”这一栏")), "{faults:?}");
    assert!(faults.iter().any(|one| one.message.contains("必须填写")), "and what its rows lack: {faults:?}");
    let staff = platform.enter_sheet(&town.actor("zhang"), "officers", "market", &sheet.bytes, "");
    assert!(matches!(staff, Err(AppError::Unauthorised(_))), "{staff:?}");
    assert!(matches!(platform.enter_sheet(&admin, "officers", "market", b"PK", ""), Err(AppError::Unfit(_))));
    let public = platform.register_sheet(None, "officers", "market", platform.today());
    assert!(matches!(public, Err(AppError::Forbidden { .. })), "{public:?}");
}

/// Adds so many entries of strangers to each register that the rules look at: officers, certificates, posts, powers and
/// entrustments of the same organ and of others.
fn crowd(town: &Town, many: u32) {
    let work = move |tx: &mut store::Tx<'_>| -> store::Result<()> {
        for at in 0..many {
            let organ = if at % 2 == 0 { "market" } else { "town" };
            let rows = [
                (
                    "officers",
                    format!("人{at}"),
                    format!(r#"{{"number":"人{at}","name":"路人{at}","account":"p{at}","kind":"officer"}}"#),
                ),
                (
                    "certificates",
                    format!("号{at}"),
                    format!(
                        r#"{{"number":"号{at}","officer":"人{at}","holder":"路人{at}","field":"市场监管"}}"#
                    ),
                ),
                (
                    "posts",
                    format!("岗{at}"),
                    format!(r#"{{"procedure":"other_{at}","role":"handler","account":"p{at}"}}"#),
                ),
                (
                    "powers",
                    format!("power_{at}"),
                    format!(r#"{{"power":"power_{at}","name":"职权","kind":"penalty","basis":"依据"}}"#),
                ),
                (
                    "entrustments",
                    format!("托{at}"),
                    format!(
                        r#"{{"kind":"entrust","to":"市场监管综合执法大队","power":"power_{at}","document":"1号","published":"2023-01-01"}}"#
                    ),
                ),
            ];
            for (register, key, record) in rows {
                let entry = store::entry::Entry {
                    register: register.to_owned(),
                    organ: organ.to_owned(),
                    division: "350526".to_owned(),
                    key,
                    valid_from: day("2023-01-01").number(),
                    valid_until: None,
                    record,
                    withdrawn: false,
                    entered_at: 0,
                    entered_by: "admin".to_owned(),
                    reason: "登记".to_owned(),
                    number: 0,
                    case: None,
                    event: None,
                };
                store::entry::put(tx, &entry)?;
            }
        }
        Ok(())
    };
    town.platform.store().write(work).unwrap().unwrap();
}

/// What one authorisation costs with ten thousand entries in each register beside what it costs with none of them.
#[test]
fn an_authorisation_costs_no_more_with_long_registers() {
    const MANY: u32 = 10_000;
    const ROUNDS: u32 = 2_000;
    let least = |town: &Town, case: &str| {
        let once = || {
            let (may, took) = town
                .platform
                .authorised_times(&town.actor("zhang"), (case, "investigate"), &form(&BOTH), ROUNDS)
                .unwrap();
            assert!(may);
            took / ROUNDS
        };
        once();
        (0..5).map(|_| once()).min().unwrap()
    };
    let small = Town::new().with_people();
    let case = small.open("zhang", "market").unwrap();
    let alone = least(&small, &case);
    let large = Town::new();
    crowd(&large, MANY);
    let large = large.with_people();
    let case = large.open("zhang", "market").unwrap();
    let crowded = least(&large, &case);
    println!(
        "one authorisation: {alone:?} with a handful of entries, {crowded:?} with {MANY} in each of five registers"
    );
    assert!(crowded < alone * 2 + std::time::Duration::from_micros(20), "{alone:?} {crowded:?}");
    if cfg!(not(debug_assertions)) {
        assert!(crowded < std::time::Duration::from_micros(50), "{crowded:?}");
    }
}
