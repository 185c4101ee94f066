//! Against figures that the platform computes: what is compared, what is not, and what differs.
#![allow(clippy::unwrap_used, reason = "a test stops where its input is broken")]

use crate::common;
use audit::platform::{KnownFigure, KnownValue, Platform};
use audit::{Beside, Decimal, Options, Report, Text, Verdict, audit};

fn figure(id: &str, phrases: &[&str], units: &[&str], value: Option<(i128, i128)>) -> KnownFigure {
    let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    KnownFigure {
        id: id.to_owned(),
        name: format!("指标{id}"),
        definition: "数的是什么".to_owned(),
        phrases: owned(phrases),
        units: owned(units),
        value: value.map(|(numerator, denominator)| KnownValue {
            numerator: Decimal::integer(numerator),
            denominator: Decimal::integer(denominator),
            shown: format!("{numerator}/{denominator}"),
            quotient: None,
        }),
        link: format!("/figures/{id}"),
        command: format!("yifa figures {id} --records"),
    }
}

fn platform() -> Platform {
    Platform {
        figures: vec![
            figure("requests", &["受理政府信息公开申请"], &["件"], Some((32, 1))),
            figure("replies_rate", &["政府信息公开申请…按期答复率"], &["%"], Some((3000, 31))),
            figure("received", &["收到行政复议申请"], &["件"], Some((73, 1))),
            figure("accepted", &["行政复议…受理"], &["件"], Some((66, 1))),
            figure("refused", &["行政复议…不予受理"], &["件"], Some((4, 1))),
            figure("concluded", &["行政复议…审结"], &["件"], Some((65, 1))),
            figure("days", &["行政复议…平均审理"], &["天"], Some((1846, 65))),
            figure("maintained", &["行政复议…复议决定中…维持"], &["件"], Some((29, 1))),
            figure("drafts", &["审核规范性文件草案"], &["件"], Some((23, 1))),
            figure("licences", &["发放电子证照"], &["份"], Some((36_487, 1))),
            figure("filing_rate", &["规范性文件报备率"], &["%"], None),
        ],
        scopes: ["某县人民政府", "某县", "全县", "我县", "县政府"].map(str::to_owned).to_vec(),
        asked: "2024年全年".to_owned(),
    }
}

fn report(body: &str) -> (Text, Report) {
    let text = Text::new(format!(
        "某县2024年法治政府建设年度报告\n一、主要情况\n{body}\n某县人民政府\n2025年2月20日\n"
    ));
    let known = platform();
    let beside = Beside { platform: Some(&known), ..Beside::default() };
    let report = audit(&text, &common::rules(), &Options::default(), &beside);
    (text, report)
}

/// What was compared: the number as printed, the figure, the verdict.
fn compared(body: &str) -> Vec<(String, String, Verdict)> {
    let (text, report) = report(body);
    let one = |c: &audit::platform::Compared| {
        (text.original(c.start, c.end).to_owned(), c.figure.clone(), c.verdict)
    };
    report.compared.iter().map(one).collect()
}

fn agrees(body: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String, Verdict)> =
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned(), Verdict::Agrees)).collect();
    assert_eq!(compared(body), expected, "{body}");
}

#[test]
fn a_number_in_the_words_of_a_figure_is_compared() {
    agrees("2024年，全县受理政府信息公开申请32件，均按期办结。", &[("32件", "requests")]);
    agrees("全年共受理政府信息公开申请32件。", &[("32件", "requests")]);
    agrees("2024年累计受理政府信息公开申请32件。", &[("32件", "requests")]);
    agrees("今年以来，全县受理政府信息公开申请32件（详见附件）。", &[("32件", "requests")]);
    agrees("与2023年相比，受理政府信息公开申请32件。", &[("32件", "requests")]);
    agrees("县政府受理32件政府信息公开申请。", &[("32件", "requests")]);
    agrees("受理政府信息公开申请三十二件。", &[("三十二件", "requests")]);
    agrees("2024年审核规范性文件草案20余件。", &[("20余件", "drafts")]);
    agrees("发放电子证照3.6万份。", &[("3.6万份", "licences")]);
    agrees("受理政府信息公开申请32件，按期答复率96.8%。", &[("32件", "requests"), ("96.8%", "replies_rate")]);
}

#[test]
fn short_words_need_their_topic() {
    agrees(
        "行政复议。全年收到行政复议申请73件，受理66件，不予受理4件。审结65件，平均审理28.4天。复议决定中，维持29件。",
        &[
            ("73件", "received"),
            ("66件", "accepted"),
            ("4件", "refused"),
            ("65件", "concluded"),
            ("28.4天", "days"),
            ("29件", "maintained"),
        ],
    );
    agrees("收到行政复议申请73件，比去年增长5%，审结65件。", &[("73件", "received"), ("65件", "concluded")]);
    agrees(
        "新收申请较2023年的60件增加13件。共收到行政复议申请73件，较2023年的60件增加13件；受理66件，同比增长10%。",
        &[("73件", "received"), ("66件", "accepted")],
    );
    for other in [
        "全县行政诉讼案件25件，审结20件。",
        "加强行政复议与行政诉讼衔接，审结20件。",
        "行政复议和行政应诉案件100件，审结90件。",
        "加强行政复议工作，全县法院收案300件，审结200件。",
        "审结20件。",
        "信访事项受理300件，维持2件。",
    ] {
        assert_eq!(compared(other), [], "{other}");
    }
}

#[test]
fn another_time_another_body_another_unit_is_not_compared() {
    for other in [
        "2023年受理政府信息公开申请60件。",
        "2023年，全年受理政府信息公开申请60件。",
        "去年受理政府信息公开申请60件。",
        "近三年受理政府信息公开申请160件。",
        "累计受理政府信息公开申请160件。",
        "2021-2024年受理政府信息公开申请160件。",
        "2021年以来受理政府信息公开申请160件。",
        "2024年上半年受理政府信息公开申请16件。",
        "1月至6月，受理政府信息公开申请16件。",
        "截至2024年底，受理政府信息公开申请160件。",
        "全市受理政府信息公开申请600件。",
        "县司法局受理政府信息公开申请2件。",
        "县市场监管局加强公开，受理政府信息公开申请2件。",
        "各乡镇受理政府信息公开申请12件。",
        "依法受理政府信息公开申请12件次。",
        "受理政府信息公开申请和咨询120件。",
        "受理政府信息公开申请、信访事项120件。",
        "受理政府信息公开申请件数32件。",
        "受理政府信息公开申请34件（含上年结转2件）。",
        "受理政府信息公开申请34件（含上年结转）。",
        "网上受理政府信息公开申请12件。",
        "受理政府信息公开申请10件的答复被撤销。",
    ] {
        assert_eq!(compared(other), [], "{other}");
    }
    let plans = "受理政府信息公开申请32件。\n二、2025年工作安排\n受理政府信息公开申请40件。";
    agrees(plans, &[("32件", "requests")]);
}

#[test]
fn the_work_stays_linear() {
    let floods = [
        "受理政府信息公开申请32件，".repeat(4_000),
        "32件".repeat(20_000),
        "共".repeat(200_000) + "32件",
        "行政复议、".repeat(40_000) + "受理66件",
        "2024年".repeat(40_000) + "受理政府信息公开申请32件",
    ];
    for flood in floods {
        let began = std::time::Instant::now();
        let (_, report) = report(&flood);
        assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
        assert!(report.compared.len() <= 4_000);
    }
}

#[test]
fn rows_of_a_table_are_compared() {
    agrees(
        "| 指标 | 2024年 | 上年 |\n| --- | --- | --- |\n| 受理政府信息公开申请 | 32件 | 28件 |\n| 其他 | 5件 | 6件 |",
        &[("32件", "requests")],
    );
    let other = "| 指标 | 2023年 |\n| --- | --- |\n| 受理政府信息公开申请 | 28件 |\n| 其他 | 5件 |";
    assert_eq!(compared(other), []);
}

#[test]
fn a_difference_is_found_with_its_records() {
    let (text, report) = report("全年受理政府信息公开申请35件。规范性文件报备率100%。");
    let found: Vec<_> = report.findings.iter().filter(|f| f.rule == "figure_differs").collect();
    let [finding] = found.as_slice() else { unreachable!("{found:?}") };
    assert_eq!(text.original(finding.start, finding.end), "35件");
    assert_eq!(finding.link.as_deref(), Some("/figures/requests"));
    assert!(finding.help.as_deref().unwrap().contains("yifa figures requests --records"));
    let computation = finding.computation.as_deref().unwrap();
    for word in ["指标requests", "（requests，数的是什么）", "32/1", "35件", "2024年全年"] {
        assert!(computation.contains(word), "{computation}");
    }
    let verdicts: Vec<Verdict> = report.compared.iter().map(|c| c.verdict).collect();
    assert_eq!(verdicts, [Verdict::Differs, Verdict::NotCheckable]);
}
