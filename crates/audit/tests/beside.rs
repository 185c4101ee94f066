//! Against the laws and against last year's report.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where its input is broken")]

use crate::common;
use audit::{Beside, Options, Report, Text, audit};
use calendar::Day;
use law::{Counting, Law, Library, Rank, Version};

fn version(id: &str, from: &str, until: Option<&str>, articles: u16, number: Option<&str>) -> Version {
    Version {
        id: id.into(),
        adopted_on: None,
        from: Day::parse(from).unwrap(),
        until: until.map(|u| Day::parse(u).unwrap()),
        after_gap: false,
        number: number.map(str::to_owned),
        articles: Some(articles),
        counting: Counting::default(),
        headings: Default::default(),
        public: vec![],
        unverified: false,
        note: None,
    }
}

fn law(id: &str, title: &str, versions: Vec<Version>, repealed_by: Option<&str>) -> Law {
    let since = versions.first().map(|v| v.from);
    Law {
        id: id.into(),
        title: title.into(),
        short_titles: vec![],
        rank: Rank::Law,
        since,
        versions,
        repealed_by: repealed_by.map(str::to_owned),
    }
}

fn library() -> Library {
    Library::new([
        law(
            "old_regulation",
            "信访条例",
            vec![version("2005", "2005-05-01", Some("2022-04-30"), 51, None)],
            Some("petition_rules"),
        ),
        law("petition_rules", "信访工作条例", vec![version("2022", "2022-05-01", None, 50, None)], None),
        law(
            "penalty_law",
            "中华人民共和国行政处罚法",
            vec![version("2021", "2021-07-15", None, 86, None)],
            None,
        ),
        law(
            "disclosure",
            "中华人民共和国政府信息公开条例",
            vec![version("2019", "2019-05-15", None, 56, Some("国务院令第711号"))],
            None,
        ),
        law(
            "publicity_law",
            "中华人民共和国法治宣传教育法",
            vec![version("2025", "2025-11-01", None, 65, None)],
            None,
        ),
    ])
    .expect("a whole library")
}

fn found(source: &str) -> Vec<(&'static str, String)> {
    let text = Text::new(source);
    let library = library();
    let beside = Beside { library: Some(&library), ..Beside::default() };
    let report = audit(&text, &common::rules(), &Options { year: Some(2023), ..Options::default() }, &beside);
    rules_of(&report, &text)
}

fn rules_of(report: &Report, text: &Text) -> Vec<(&'static str, String)> {
    report.findings.iter().map(|f| (f.rule, text.original(f.start, f.end).to_owned())).collect()
}

#[test]
fn citations_against_the_library() {
    assert_eq!(found("严格依照《信访条例》办理信访事项。"), [("law_repealed", "《信访条例》".to_owned())]);
    assert_eq!(found("《信访条例》同时废止。"), []);
    assert_eq!(found("依据《行政处罚法》第五十八条开展法制审核。"), []);
    assert_eq!(found("依据《行政处罚法》第九十条作出决定。")[0].0, "law_article");
    assert_eq!(found("依据《政府信息公开条例》（国务院令第711号）公开。"), []);
    assert_eq!(found("依据《政府信息公开条例》（国务院令第492号）公开。")[0].0, "law_number");
    assert_eq!(found("依照《法治宣传教育法》落实普法责任。")[0].0, "law_not_in_force");
    assert_eq!(found("开展《法治宣传教育法》施行前的准备。"), []);
}

#[test]
fn against_last_year() {
    let previous = Text::new("2023年全县办理行政复议案件600件。受理法律援助案件1200件。");
    let audited = |source: &str| {
        let text = Text::new(source);
        let beside = Beside { previous: Some(&previous), ..Beside::default() };
        let report = audit(&text, &common::rules(), &Options::default(), &beside);
        (rules_of(&report, &text), report.relations.iter().filter(|r| r.verdict.id() == "agrees").count())
    };
    assert_eq!(audited("2024年全县办理行政复议案件480件，同比下降20%。"), (vec![], 1));
    let (wrong, _) = audited("2024年全县办理行政复议案件480件，同比下降25%。");
    assert_eq!(wrong, [("previous_mismatch", "25%".to_owned())]);
    let (wrong, _) = audited("2024年全县办理行政复议案件480件，比上年的610件减少。");
    assert_eq!(wrong, [("previous_mismatch", "610件".to_owned())]);
    let (wrong, _) = audited("2024年全县办理行政复议案件480件，比上年减少130件。");
    assert_eq!(wrong, [("previous_mismatch", "130件".to_owned())]);
    assert_eq!(audited("2024年全县办理行政复议案件480件，比上年减少120件。"), (vec![], 1));
    let (leap, _) = audited("2024年受理法律援助案件12件。");
    assert_eq!(leap, [("changed_value", "12件".to_owned())]);
}

const TABLE: &str = "事项\t自然人\t法人\t总计\n一、本年新收政府信息公开申请数量\t20\t5\t25\n\
    二、上年结转政府信息公开申请数量\t2\t1\t3\n三、（七）总计\t21\t5\t26\n四、结转下年度继续办理\t1\t1\t2\n";

#[test]
fn what_the_last_table_carried_on_is_carried_in() {
    let audited = |previous: &str, now: &str| {
        let (previous, text) = (Text::new(previous), Text::new(now));
        let beside = Beside { previous: Some(&previous), ..Beside::default() };
        rules_of(&audit(&text, &common::rules(), &Options::default(), &beside), &text)
    };
    let before =
        TABLE.replace("继续办理\t1\t1\t2", "继续办理\t2\t1\t3").replace("总计\t21\t5\t26", "总计\t20\t5\t25");
    assert_eq!(audited(&before, TABLE), []);
    assert_eq!(audited(TABLE, TABLE), [("previous_mismatch", "3".to_owned())]);
}
