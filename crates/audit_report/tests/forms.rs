//! The forms of output on a small report, and the reference page of the rules.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where its input is broken")]

use audit::{Beside, Options, Report, Text, audit};
use audit_report::{
    Accepted, BUILT_IN, Look, Shown, Spot, accepted, html, json, load, rule_pages, sarif, sarif_results, text,
};

const SOURCE: &str = "一、情况\n受理<纠纷>2310件，调解成功2254件，调解成功率96.7%。配备39个公职律师。\n受理案件100件，办结98件，办结率98%。";
const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/audit-rules.md");

fn with<T>(accepted: &[Accepted], use_it: impl FnOnce(&Shown, &Report) -> T) -> T {
    let source = Text::new(SOURCE);
    let report = audit(&source, &load(&BUILT_IN).unwrap(), &Options::default(), &Beside::default());
    let place = |index: usize| {
        let (line, column) = source.line_column(index);
        Spot { page: None, line, column }
    };
    let shown =
        Shown { file: "甲.txt", text: &source, report: &report, accepted, notes: &[], place: &place };
    use_it(&shown, &report)
}

#[test]
fn the_terminal_underlines_the_place() {
    let out = with(&[], |shown, _| text(shown, Look::default()));
    let expected = "\
错误[rate_mismatch]：“调解成功率”写作96.7%，与句中的分子、分母不符（2254件、2310件）
  --> 甲.txt:2:28
 2 | …>2310件，调解成功2254件，调解成功率96.7%。配备39个公职律师。
   |                                      ^^^^^
   = 核算：2254÷2310＝97.5758%
";
    assert!(out.starts_with(expected), "{out}");
    assert!(out.contains("提示[measure_word]"), "{out}");
    assert!(
        out.ends_with("甲.txt：错误1处、警告0处、提示1处。读到数字7个，核算4处：相符3、不符1、无法核对0。\n"),
        "{out}"
    );
}

#[test]
fn json_and_sarif_say_where() {
    let value = with(&[], |shown, _| json(shown));
    let first = &value["findings"][0];
    assert_eq!(first["rule"], "rate_mismatch");
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(2), Some(28)));
    assert_eq!((first["end_line"].as_u64(), first["end_column"].as_u64()), (Some(2), Some(33)));
    assert_eq!(first["quote"], "96.7%");
    assert_eq!(first["computation"], "2254÷2310＝97.5758%");
    assert_eq!(value["figures"].as_array().unwrap().len(), 7);
    let log = with(&[], |shown, _| sarif(sarif_results(shown), &load(&BUILT_IN).unwrap()));
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "rate_mismatch");
    assert_eq!(log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 28);
}

#[test]
fn what_is_accepted_no_longer_counts() {
    let sidecar = "[[accept]]\nrule = \"rate_mismatch\"\nquote = \"96.7%\"\nreason = \"分母是应调数\"\n";
    let list = accepted("甲.txt.accept.toml", sidecar).unwrap();
    let (counts, value) = with(&list, |shown, _| (shown.counts(), json(shown)));
    assert_eq!(counts, (0, 0, 1));
    assert_eq!(value["accepted"][0]["reason"], "分母是应调数");
    let faults = accepted("甲", "[[accept]]\nrule = \"x\"\nreason = \" \"\n").unwrap_err();
    assert!(faults[0].message.contains("没有写理由"));
    assert!(accepted("甲", "[[accept]\n").unwrap_err()[0].message.contains("写法不对"));
}

#[test]
fn the_page_marks_and_escapes() {
    let page = with(&[], |shown, _| html(shown, &load(&BUILT_IN).unwrap()));
    assert!(page.contains("受理&lt;纠纷&gt;"), "the text is escaped");
    assert!(
        page.contains("<mark id=\"place-1\" class=\"error\"><u class=\"differs\""),
        "the place is marked"
    );
    assert!(page.contains("<u class=\"agrees\""), "the checked number is marked");
    for text in ["2254÷2310＝97.5758%", "规则说明", "不要写", "核算：相符", "把握", "核算不符（✗）"]
    {
        assert!(page.contains(text), "{text}");
    }
    is_whole(&page);
}

/// Every element is closed, and every link of the page leads to a place on it.
fn is_whole(page: &str) {
    for tag in ["mark", "u", "p", "li", "ul", "a", "dl", "details", "section", "div", "table", "tr", "td"] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "<{tag}> is closed");
    }
    for link in page.split("href=\"#").skip(1) {
        let to = link.split('"').next().unwrap();
        assert_eq!(page.matches(&format!("id=\"{to}\"")).count(), 1, "#{to}");
    }
}

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../audit/tests/reports");

/// The page of a text, as the audit sees it.
fn page_of(source: &str) -> String {
    let text = Text::new(source);
    let rules = load(&BUILT_IN).unwrap();
    let report = audit(&text, &rules, &Options::default(), &Beside::default());
    let place = |index: usize| {
        let (line, column) = text.line_column(index);
        Spot { page: None, line, column }
    };
    html(
        &Shown { file: "甲.txt", text: &text, report: &report, accepted: &[], notes: &[], place: &place },
        &rules,
    )
}

#[test]
fn the_findings_stand_with_their_paragraph() {
    let page = page_of("一、情况\n配备39个公职律师。\n无关的一段。\n受理案件100件，办结98件，办结率97%。\n");
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
    let (first, note, between, second) =
        (place(">39个公职律师"), place("id=\"finding-1\""), place("无关的一段"), place(">97%</u>"));
    assert!(first < note && note < between && between < second);
    is_whole(&page);
}

#[test]
fn a_table_stays_a_table_and_every_finding_has_its_place() {
    let page = page_of(
        "| 项目 | 甲 | 乙 | 合计 |\n|---|---|---|---|\n| 受理 | 10 | 20 | 31 |\n| 办结 | 9 | 18 | 27 |\n",
    );
    assert!(page.contains("<td>受理</td><td>10</td>"), "{page}");
    assert!(!page.contains("---"), "the line under the head is left out");
    assert!(page.contains("class=\"differs\""), "{page}");
    is_whole(&page);
}

#[test]
fn nothing_that_is_written_becomes_markup() {
    let page = page_of(
        "</p><script>alert(1)</script>\"'&<u class=\"agrees\">39个公职律师</u>\n办结率<b>120%</b>，率102.4%。",
    );
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    is_whole(&page);
}

#[test]
fn the_pages_of_the_fixtures_are_whole() {
    for file in ["apart.txt", "tuned.txt"] {
        let source = std::fs::read_to_string(format!("{FIXTURES}/{file}")).unwrap();
        let page = page_of(&source);
        assert!(page.matches("<mark").count() > 50, "{file}");
        is_whole(&page);
    }
}

#[test]
fn a_clean_report_is_told_so() {
    assert!(page_of("受理案件100件，办结98件，办结率98%。").contains("核算2处"));
    let none = page_of("");
    assert!(none.contains("</html>"));
}

#[test]
fn the_reference_page_is_fresh() {
    let pages = rule_pages(&load(&BUILT_IN).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(PAGES, &pages).expect("docs/audit-rules.md is written");
    }
    let old = std::fs::read_to_string(PAGES).expect("docs/audit-rules.md");
    assert_eq!(old, pages, "docs/audit-rules.md is stale: run the test with UPDATE=1");
}
