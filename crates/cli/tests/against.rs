//! A report against the store: the one that the platform writes agrees with its own records, and a changed figure is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use crate::demonstration;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

fn yifa(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yifa")).args(args).output().unwrap()
}

/// The demonstration's data and the report that the platform writes of it.
fn made() -> &'static (PathBuf, String) {
    static MADE: OnceLock<(PathBuf, String)> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = demonstration::made("against", |folder| {
            let data = folder.join("data");
            demonstration::copy(&data);
            let build = ["report", "build", "--organ", "county", "--year", "2024", "--as-of", "2025-02-20"];
            let report = yifa(&[&build[..], &["--data", data.to_str().unwrap()]].concat());
            assert!(report.status.success(), "{}", String::from_utf8_lossy(&report.stderr));
            fs::write(folder.join("built"), report.stdout).unwrap();
        });
        let report = fs::read_to_string(folder.join("built")).unwrap();
        (folder, report)
    })
}

/// Writes a report and audits it against the demonstration's data.
fn audit(name: &str, report: &str, options: &[&str]) -> Output {
    let (folder, _) = made();
    let path = folder.join(name);
    fs::write(&path, report).unwrap();
    let data = folder.join("data");
    let call = ["audit", path.to_str().unwrap(), "--data", data.to_str().unwrap()];
    yifa(&[&call[..], options].concat())
}

fn answer(output: &Output) -> Value {
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer.pointer("/files/0").unwrap().clone()
}

fn compared(file: &Value, verdict: &str) -> Vec<(String, String)> {
    let all = file["relations"].as_array().unwrap().iter();
    let own = all.filter(|one| one["kind"] == "platform" && one["verdict"] == verdict);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    own.map(|one| (text(&one["figure"]), text(&one["link"]))).collect()
}

#[test]
fn the_platforms_own_report_agrees_with_its_records() {
    let (_, report) = made();
    let file = answer(&audit("own.md", report, &["--format", "json"]));
    let agree = compared(&file, "agrees");
    let linked = report.matches("](/figures/").count();
    assert!(linked > 600, "{linked}");
    assert_eq!(agree.len(), linked);
    assert_eq!((compared(&file, "differs").len(), compared(&file, "not_checkable").len()), (0, 0));
    for (figure, link) in &agree {
        assert!(link.starts_with(&format!("/figures/{figure}?")) && report.contains(link), "{link}");
    }
    // A draft is not signed yet; nothing else is found.
    let findings = file["findings"].as_array().unwrap();
    assert!(findings.iter().all(|one| one["rule"] == "no_signature"), "{findings:?}");
    let note = file["notes"][0].as_str().unwrap();
    assert!(note.contains("不符0处") && note.contains(&format!("（其中按链接{linked}处）")), "{note}");
}

#[test]
fn a_changed_figure_is_found_in_every_form() {
    let (_, report) = made();
    let link =
        "/figures/reconsideration_accepted?from=2024-01-01&to=2024-12-31&as_of=2025-02-20&division=350526";
    let sentence = format!("受理[66件]({link})");
    assert!(report.contains(&sentence));
    let changed = report.replace(&sentence, "受理68件");
    let file = answer(&audit("changed.md", &changed, &["--format", "json"]));
    assert_eq!(compared(&file, "differs"), [("reconsideration_accepted".to_owned(), link.to_owned())]);
    let findings = file["findings"].as_array().unwrap();
    let finding = findings.iter().find(|one| one["rule"] == "figure_differs").unwrap();
    assert_eq!((&finding["quote"], &finding["link"]), (&Value::from("68件"), &Value::from(link)));
    let computation = finding["computation"].as_str().unwrap();
    for word in ["“行政复议受理件数”", "按记录为66件", "2024年1月1日至12月31日", "德化县人民政府"]
    {
        assert!(computation.contains(word), "{computation}");
    }
    // The command of the help lists as many records.
    let help = finding["help"].as_str().unwrap();
    let command = help.split(['“', '”']).nth(1).unwrap();
    let mut args: Vec<&str> = command.split(' ').skip(1).collect();
    args.extend(["--format", "json"]);
    let listed: Value = serde_json::from_slice(&yifa(&args).stdout).unwrap();
    assert_eq!(listed["figures"][0]["records"].as_array().unwrap().len(), 66);
    let text = audit("changed.md", &changed, &[]);
    assert_eq!(text.status.code(), Some(1));
    for (form, expected) in [
        (vec![], format!("= 记录：{link}")),
        (vec!["--form", "sarif"], format!("\"link\": \"{link}\"")),
        (vec!["--form", "html"], format!("<a href=\"{}\">", link.replace('&', "&amp;"))),
    ] {
        let printed = String::from_utf8(audit("changed.md", &changed, &form).stdout).unwrap();
        assert!(printed.contains(&expected), "{form:?}: {printed}");
    }
}

#[test]
fn every_number_that_is_changed_is_found() {
    let (_, report) = made();
    let mut changed = String::new();
    let mut pieces = report.split("](/figures/").peekable();
    while let Some(piece) = pieces.next() {
        match piece.rsplit_once('[').filter(|_| pieces.peek().is_some()) {
            Some((before, number)) => changed.push_str(&format!("{before}[7{number}](/figures/")),
            None => changed.push_str(piece),
        }
    }
    let file = answer(&audit("all.md", &changed, &["--format", "json"]));
    let linked = report.matches("](/figures/").count();
    assert_eq!((compared(&file, "differs").len(), compared(&file, "agrees").len()), (linked, 0));
}

/// The targets of all links to figures, in the order of the report.
fn targets(report: &str) -> Vec<&str> {
    report
        .split("](")
        .skip(1)
        .filter(|rest| rest.starts_with("/figures/"))
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

#[test]
fn every_link_that_leads_to_another_figure_is_found() {
    let (_, report) = made();
    let links = targets(report);
    // Each link leads to the figure of the link halfway through the report after it.
    let mut changed = String::new();
    let mut rest = report.as_str();
    for (at, link) in links.iter().enumerate() {
        let (before, after) = rest.split_once(*link).unwrap();
        changed.push_str(before);
        changed.push_str(links[(at + links.len() / 3) % links.len()]);
        rest = after;
    }
    changed.push_str(rest);
    let file = answer(&audit("links.md", &changed, &["--format", "json"]));
    let findings = file["findings"].as_array().unwrap().iter();
    let found = findings.filter(|one| one["rule"] == "figure_link").count();
    let same =
        links.iter().enumerate().filter(|(at, link)| **link == links[(at + links.len() / 3) % links.len()]);
    assert_eq!(found + same.count(), links.len());
}

#[test]
fn the_report_as_a_page_is_read_by_its_links_too() {
    let (_, report) = made();
    let sentence = report.lines().find(|line| line.starts_with("行政复议。")).unwrap();
    let mut page = String::from(
        "<h1>德化县人民政府2024年法治政府建设年度报告</h1><p>只含截至2025年2月20日登记的办理记录。</p><p>",
    );
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('[') {
        let (words, after) = after.split_once("](").unwrap();
        let (target, after) = after.split_once(')').unwrap();
        page.push_str(&format!("{before}<a href=\"{}\">{words}</a>", target.replace('&', "&amp;")));
        rest = after;
    }
    page.push_str(&format!("{rest}</p>"));
    let linked = page.matches("<a href").count();
    let whole = format!("<html><body>{page}</body></html>");
    let file = answer(&audit("own.html", &whole, &["--format", "json"]));
    assert!(linked > 20);
    assert_eq!(compared(&file, "agrees").len(), linked, "{}", file["notes"]);
    let changed = whole.replacen(">66件<", ">68件<", 1);
    assert_ne!(changed, whole);
    let file = answer(&audit("changed.html", &changed, &["--format", "json"]));
    assert_eq!(compared(&file, "differs").len(), 1);
}

#[test]
fn whose_report_it_is_is_read_told_or_asked_for() {
    let body = "一、主要情况\n全县受理政府信息公开申请32件。\n二、不足\n无。\n";
    let of = |title: &str, signature: &str| format!("{title}\n{body}{signature}\n2025年2月20日\n");
    let json = ["--format", "json"];
    let signed = of("2024年法治政府建设情况报告", "德化县人民政府");
    let file = answer(&audit("signed.txt", &signed, &json));
    assert_eq!(compared(&file, "agrees").len(), 1, "{file}");
    let title = of("德化县2024年法治政府建设年度报告", "某机关");
    assert_eq!(compared(&answer(&audit("title.txt", &title, &json)), "agrees").len(), 1);
    let two = of("德化县公安局、德化县司法局2024年法治政府建设年度报告", "某机关");
    let output = audit("two.txt", &two, &[]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("德化县司法局（justice）") && told.contains("德化县公安局（police）"), "{told}");
    assert_eq!(audit("two.txt", &two, &["--organ", "police"]).status.code(), Some(0));
    let nobody = of("永春县2024年法治政府建设年度报告", "永春县人民政府");
    let file = answer(&audit("nobody.txt", &nobody, &json));
    assert!(file["notes"][0].as_str().unwrap().contains("没有平台上的机关"), "{}", file["notes"]);
    assert_eq!(
        compared(
            &answer(&audit("nobody.txt", &nobody, &["--organ", "county", "--format", "json"])),
            "agrees"
        )
        .len(),
        1
    );
    let office = of("德化县人民政府办公室2024年法治政府建设年度报告", "德化县审计局");
    let file = answer(&audit("office.txt", &office, &json));
    assert!(file["notes"][0].as_str().unwrap().contains("没有平台上的机关"), "{}", file["notes"]);
    let housing = answer(&audit("two.txt", &two, &["--organ", "housing", "--format", "json"]));
    let notes = housing["notes"].as_array().unwrap();
    assert!(notes.len() == 2 && notes[1].as_str().unwrap().contains("行政复议"), "{notes:?}");
    let early = of("德化县2011年法治政府建设年度报告", "德化县人民政府");
    let output = audit("early.txt", &early, &["--year", "2011", "--off", "late_report"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("平台上没有德化县人民政府2011年的办理记录"), "{told}");
}

#[test]
fn without_data_nothing_is_opened() {
    let (folder, report) = made();
    let path = folder.join("plain.md");
    fs::write(&path, report).unwrap();
    let output = yifa(&["audit", path.to_str().unwrap(), "--format", "json"]);
    let file = answer(&output);
    assert_eq!(compared(&file, "agrees"), []);
    assert_eq!(file["notes"], Value::Array(Vec::new()));
    let asked = yifa(&["audit", path.to_str().unwrap(), "--organ", "county"]);
    assert_eq!(asked.status.code(), Some(2));
    let absent = folder.join("absent");
    let output = yifa(&["audit", path.to_str().unwrap(), "--data", absent.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!absent.exists());
}
