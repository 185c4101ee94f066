//! The first annual report, over the demonstration's year: its parts, its numbers, and that it always reads the same.

use crate::common::{golden, shared};
use app::{AnnualReport, Paragraph, Piece, Platform};
use calendar::Day;
use packs::Files;
use packs::plans::Plans;
use packs::source::Source;

fn platform() -> &'static Platform {
    &shared().platform
}

fn plans() -> Plans {
    let files = Files::built_in();
    let sources: Vec<Source> = files.under("plans").map(|(path, text)| Source::new(path, text)).collect();
    packs::plans::read(&sources).0.unwrap()
}

/// The report as the county would send it up.
fn report(organ: &str) -> AnnualReport {
    report_as_of(organ, (2025, 2, 20))
}

fn report_as_of(organ: &str, (year, month, day): (i32, u8, u8)) -> AnnualReport {
    let as_of = Day::from_ymd(year, month, day).unwrap();
    platform().report(&plans(), None, organ, 2024, as_of).unwrap()
}

#[test]
fn the_county_report_reads_as_it_is_kept() {
    golden("report.md", &report("county").to_markdown());
    // One section or figure a line.
    let json = report("county").to_json();
    let each = |name: &str| json.get(name).and_then(serde_json::Value::as_array).unwrap().clone();
    let mut lines: Vec<String> =
        [each("sections"), each("figures")].concat().iter().map(ToString::to_string).collect();
    let mut head = json.clone();
    let head = head.as_object_mut().unwrap();
    head.retain(|name, _| name != "sections" && name != "figures");
    lines.insert(0, serde_json::Value::Object(head.clone()).to_string());
    golden("report.jsonl", &(lines.join("\n") + "\n"));
}

#[test]
fn the_parts_stand_in_the_order_of_the_provisions() {
    let report = report("county");
    let ids: Vec<&str> = report.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids, ["measures", "shortcomings", "first_responsible_person", "next_year", "other"]);
    let measures = &report.sections[0];
    assert_eq!(measures.parts.len(), 8);
    let first = &report.sections[2].paragraphs[0];
    assert!(matches!(first, Paragraph::ToBeStated(words) if words.contains("自报")));
    let counted = measures.parts.iter().filter(|part| matches!(part.paragraphs[0], Paragraph::Counted(_)));
    // Rulemaking, decisions, enforcement, disputes, supervision.
    assert_eq!(counted.count(), 5);
}

#[test]
fn the_figures_are_those_of_the_year_with_the_way_to_their_records() {
    let report = report("county");
    let shown = |id: &str| report.figure(id).unwrap().shown();
    assert_eq!(shown("disclosure_requests_received"), "32件");
    assert_eq!(shown("disclosure_in_time_rate"), "100%");
    assert_eq!(shown("reconsideration_received"), "73件");
    assert_eq!(shown("document_vettings"), "23件");
    assert_eq!(shown("normative_documents_filed_with_congress"), "6件");
    let figure = report.figure("reconsideration_received").unwrap();
    assert_eq!(figure.records, 73);
    assert_eq!(
        figure.link,
        "/figures/reconsideration_received?from=2024-01-01&to=2024-12-31&as_of=2025-02-20&division=350526"
    );
    assert!(report.to_markdown().contains(&format!("收到行政复议申请[73件]({})", figure.link)));
}

/// The figures that sentences name.
fn said(report: &AnnualReport) -> Vec<String> {
    let parts = report.sections.iter().flat_map(|section| std::iter::once(section).chain(&section.parts));
    let paragraphs = parts.flat_map(|part| &part.paragraphs);
    let pieces = paragraphs.filter_map(|one| match one {
        Paragraph::Counted(pieces) => Some(pieces),
        Paragraph::ToBeStated(_) | Paragraph::Written(_) => None,
    });
    let ids = pieces.flatten().filter_map(|piece| match piece {
        Piece::Figure(id) => Some(id.clone()),
        _ => None,
    });
    ids.collect()
}

#[test]
fn numbers_come_from_figures_alone() {
    let report = report("county");
    assert!(said(&report).len() > 30);
    for id in said(&report) {
        assert!(report.figure(&id).unwrap().value.is_some(), "{id}");
    }
    let parts = report.sections.iter().flat_map(|section| &section.parts);
    for paragraph in parts.flat_map(|part| &part.paragraphs) {
        let Paragraph::Counted(pieces) = paragraph else { continue };
        for piece in pieces {
            let Piece::Words(words) = piece else { continue };
            // The name of a figure may have a number of days in it.
            let name = words.trim_start_matches('，');
            if report.figures.iter().any(|figure| figure.name == name) {
                continue;
            }
            assert!(!words.chars().any(|c| c.is_ascii_digit()), "{words}");
        }
    }
}

#[test]
fn what_cannot_be_divided_is_not_nought() {
    // Applications came by then, and none was decided.
    let report = report_as_of("county", (2024, 2, 5));
    let rate = report.figure("reconsideration_within_limit_rate").unwrap();
    assert_eq!((rate.value.as_deref(), rate.shown().as_str()), (None, "无可比记录"));
    assert!(!said(&report).contains(&rate.id));
    let json = report.to_json();
    let figures = json.get("figures").and_then(serde_json::Value::as_array).unwrap();
    let found =
        figures.iter().find(|one| one.get("id").unwrap() == "reconsideration_within_limit_rate").unwrap();
    assert!(found.get("value").unwrap().is_null());
}

#[test]
fn of_a_procedure_without_records_nothing_is_said() {
    let report = report("justice");
    assert!(report.unused.contains(&"行政复议".to_owned()), "{:?}", report.unused);
    assert!(report.figures.iter().all(|figure| figure.procedure != "reconsideration"));
    let text = report.to_markdown();
    let told = text.lines().find(|line| line.contains("不列指标，也不等于没有发生")).unwrap();
    assert!(told.contains("行政复议"), "{told}");
    let county = self::report("county");
    assert!(county.figures.iter().all(|figure| !county.unused.contains(&figure.procedure)));
}

#[test]
fn a_department_answers_for_itself_and_a_township_for_its_area() {
    let count = |organ: &str| report(organ).figure("disclosure_requests_received").unwrap().records;
    let (housing, township, county) = (count("housing"), count("township_102"), count("county"));
    assert!(housing > 0 && township > 0 && housing + township < county, "{housing} {township} {county}");
}

#[test]
fn as_of_an_earlier_day_less_was_known() {
    let early = Day::from_ymd(2024, 6, 30).unwrap();
    let half = platform().report(&plans(), None, "county", 2024, early).unwrap();
    assert!(half.figure("reconsideration_received").unwrap().records < 73);
    let before = Day::from_ymd(2023, 12, 31).unwrap();
    assert!(platform().report(&plans(), None, "county", 2024, before).is_err());
    assert!(platform().report(&plans(), None, "nobody", 2024, early).is_err());
}
