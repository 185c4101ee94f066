//! Reports whose numbers link to figures: the link says which figure a number states, and must fit the words.
#![allow(clippy::unwrap_used, reason = "a test stops where its input is broken")]

use crate::common;
use audit::platform::{KnownFigure, KnownValue, Platform};
use audit::{Beside, Decimal, Link, Options, Report, Text, Verdict, audit};

const ASKED: &str = "from=2024-01-01&to=2024-12-31&as_of=2025-02-20&division=350526";

fn figure(id: &str, name: &str, phrases: &[&str], unit: &str, value: Option<i128>) -> KnownFigure {
    let mut all = vec![name.to_owned()];
    all.extend(phrases.iter().map(|phrase| (*phrase).to_owned()));
    KnownFigure {
        id: id.to_owned(),
        name: name.to_owned(),
        definition: format!("“{name}”的次数"),
        phrases: all,
        units: vec![unit.to_owned()],
        value: value.map(|value| KnownValue {
            numerator: Decimal::integer(value),
            denominator: Decimal::integer(1),
            shown: format!("{value}{unit}"),
            quotient: None,
        }),
        link: format!("/figures/{id}?{ASKED}"),
        command: format!("yifa figures {id} --records"),
    }
}

fn platform() -> Platform {
    Platform {
        figures: vec![
            figure("accepted", "行政复议受理件数", &["行政复议…受理"], "件", Some(66)),
            figure("refused", "行政复议不予受理件数", &["行政复议…不予受理"], "件", Some(4)),
            figure("opened", "政府信息公开申请受理件数", &["政府信息公开…受理"], "件", Some(66)),
            figure("over", "办结：超过30日的，县公安局、乡镇件数", &[], "件", Some(5)),
            figure("visits", "回访", &[], "户次", Some(7)),
            figure("rate", "履行率", &[], "%", None),
        ],
        scopes: ["某县人民政府", "某县", "全县"].map(str::to_owned).to_vec(),
        asked: "2024年全年".to_owned(),
    }
}

/// Audits a text in which `[words](id)` links to the figure of the report's own year, `[words](/address)` elsewhere.
fn report(body: &str) -> (Text, Report) {
    let head = "某县2024年法治政府建设年度报告\n一、主要情况\n";
    let (mut source, mut links) = (head.to_owned(), Vec::new());
    let mut length = source.chars().count();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('[') {
        let (words, after) = after.split_once("](").unwrap();
        let (target, after) = after.split_once(')').unwrap();
        source.push_str(before);
        let start = length + before.chars().count();
        length = start + words.chars().count();
        source.push_str(words);
        let target =
            if target.contains('/') { target.to_owned() } else { format!("/figures/{target}?{ASKED}") };
        links.push((start, length, target));
        rest = after;
    }
    source.push_str(rest);
    source.push_str("\n某县人民政府\n2025年2月20日\n");
    let text = Text::new(source);
    let at = |index| text.chars.of_source_index(index);
    let links: Vec<Link> = links
        .into_iter()
        .map(|(start, end, target)| Link { start: at(start), end: at(end), target })
        .collect();
    let known = platform();
    let beside = Beside { platform: Some(&known), links: &links, ..Beside::default() };
    let report = audit(&text, &common::rules(), &Options::default(), &beside);
    (text, report)
}

/// What was compared: the number as printed, the figure, the verdict, and whether by its link.
fn compared(body: &str) -> Vec<(String, String, Verdict, bool)> {
    let (text, report) = report(body);
    let one = |c: &audit::platform::Compared| {
        (text.original(c.start, c.end).to_owned(), c.figure.clone(), c.verdict, c.by_link)
    };
    report.compared.iter().map(one).collect()
}

/// The findings on a rule: what they are on and what they say.
fn found(body: &str, rule: &str) -> Vec<(String, String)> {
    let (text, report) = report(body);
    let own = report.findings.iter().filter(|one| one.rule == rule);
    own.map(|one| {
        let said = format!("{}；{}", one.message, one.computation.as_deref().unwrap_or(""));
        (text.original(one.start, one.end).to_owned(), said)
    })
    .collect()
}

fn agrees(body: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String, Verdict, bool)> =
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned(), Verdict::Agrees, true)).collect();
    assert_eq!(compared(body), expected, "{body}");
    for rule in ["figure_link", "figure_differs"] {
        assert_eq!(found(body, rule), [], "{body}");
    }
}

#[test]
fn a_link_says_which_figure_a_number_states() {
    agrees(
        "行政复议。受理[66件](accepted)，不予受理[4件](refused)。",
        &[("66件", "accepted"), ("4件", "refused")],
    );
    // Names that no reader of words could tell from the sentence around them.
    agrees(
        "办结：超过30日的，县公安局、乡镇件数[5件](over)，回访[7户次](visits)。",
        &[("5件", "over"), ("7户次", "visits")],
    );
    // Words of people that name no figure but speak of the same.
    agrees("全县行政复议案件当中得到受理的，有[66](accepted)件。", &[("66件", "accepted")]);
    agrees("履行率[无可比记录](rate)。", &[("无可比记录", "rate")]);
    let table =
        "| 指标 | 数值 |\n| --- | --- |\n| 行政复议受理件数 | [66件](accepted) |\n| 回访 | [7户次](visits) |";
    agrees(table, &[("66件", "accepted"), ("7户次", "visits")]);
    // Without a link the words say it.
    let mixed = "行政复议受理件数66件，行政复议不予受理件数[4件](refused)。";
    let expected = [("66件", "accepted", false), ("4件", "refused", true)];
    let expected = expected.map(|(a, b, link)| (a.to_owned(), b.to_owned(), Verdict::Agrees, link));
    assert_eq!(compared(mixed), expected);
}

#[test]
fn a_changed_number_is_found() {
    for (body, printed) in [
        ("行政复议受理件数[68件](accepted)。", "68件"),
        ("行政复议受理件数1[66件](accepted)。", "166件"),
        ("行政复议受理件数[66](accepted)6件。", "666件"),
        ("办结：超过30日的，县公安局、乡镇件数[6件](over)。", "6件"),
        ("履行率[90%](rate)。", "90%"),
        ("履行率[7无可比记录](rate)。", "7"),
        ("行政复议受理件数[无可比记录](accepted)。", "无可比记录"),
    ] {
        let differs = found(body, "figure_differs");
        assert_eq!(differs.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>(), [printed], "{body}");
        let verdicts: Vec<Verdict> = compared(body).iter().map(|one| one.2).collect();
        assert_eq!(verdicts, [Verdict::Differs], "{body}");
    }
}

#[test]
fn a_link_to_another_figure_is_found_by_the_words() {
    for (body, words) in [
        // The other figure has the same value.
        ("行政复议受理件数[66件](opened)。", "说的是指标“行政复议受理件数”（accepted）"),
        ("行政复议。全年受理[66件](opened)。", "说的是指标“行政复议受理件数”（accepted）"),
        ("行政复议不予受理件数[66件](accepted)。", "说的是指标“行政复议不予受理件数”（refused）"),
        ("行政复议。未受理[66件](accepted)。", "意思与指标相反"),
        ("植树造林[66件](accepted)。", "没有相同的词"),
        ("回访[7人](visits)。", "指标以“户次”计，所写的是“人”"),
        (
            "| 指标 | 数值 |\n| --- | --- |\n| 回访 | [66件](accepted) |\n| 其他 | 5 |",
            "说的是指标“回访”（visits）",
        ),
    ] {
        let links = found(body, "figure_link");
        assert!(links.len() == 1 && links[0].1.contains(words), "{body}: {links:?}");
    }
    let (_, report) = report("行政复议不予受理件数[4件](accepted)。");
    let mut rules: Vec<&str> = report.findings.iter().map(|one| one.rule).collect();
    rules.retain(|rule| rule.starts_with("figure_"));
    rules.sort_unstable();
    assert_eq!(rules, ["figure_differs", "figure_link"]);
}

#[test]
fn a_link_over_another_year_or_body_is_found_unless_the_words_say_so() {
    let other = "行政复议受理件数[66件](/figures/accepted?from=2023-01-01&to=2023-12-31&as_of=2025-02-20&division=350526)。";
    let links = found(other, "figure_link");
    assert!(links.len() == 1 && links[0].1.contains("链接2023-01-01，报告2024-01-01"), "{links:?}");
    // The number is still compared, by its words.
    assert_eq!(compared(other), [("66件".to_owned(), "accepted".to_owned(), Verdict::Agrees, false)]);
    let said = other.replacen("行政", "2023年行政", 1);
    assert_eq!((found(&said, "figure_link"), compared(&said)), (Vec::new(), Vec::new()));
    let organ = other.replace("division=350526", "organ=police").replace("2023", "2024");
    assert!(found(&organ, "figure_link")[0].1.contains("机关：链接police，报告没有写"));
    let nobody = found("行政复议受理件数[66件](nobody)。", "figure_link");
    assert!(nobody[0].1.contains("“nobody”，平台这一年没有"), "{nobody:?}");
    // Other links, and words that link to a figure, say nothing.
    for free in ["详见[附件](/files/1)。", "[行政复议受理件数](accepted)见附表。"] {
        assert_eq!((found(free, "figure_link"), compared(free)), (Vec::new(), Vec::new()), "{free}");
    }
}

#[test]
fn the_day_of_knowledge_stands_in_the_links() {
    let link = |day: &str| Link { start: 0, end: 1, target: format!("/figures/a?as_of={day}") };
    let other = Link { start: 0, end: 1, target: "/cases/1".to_owned() };
    let (one, two) = (link("2025-02-20"), link("2025-03-01"));
    let of = |links: &[Link]| audit::platform::linked_as_of(links).map(str::to_owned);
    assert_eq!(of(&[other.clone(), one.clone(), one.clone()]), Some("2025-02-20".to_owned()));
    assert_eq!((of(&[one, two]), of(&[other])), (None, None));
}

#[test]
fn the_work_stays_linear() {
    for body in ["行政复议，受理[66件](accepted)，".repeat(4_000), "受理".repeat(40_000) + "[66件](accepted)"]
    {
        let began = std::time::Instant::now();
        let (_, report) = report(&body);
        assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
        assert!(report.compared.len() <= 4_000);
    }
}
