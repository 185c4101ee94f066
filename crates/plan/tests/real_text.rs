//! The text of Quanzhou's plan as it was published, with the furniture of the site.

use std::path::PathBuf;

/// The published text; none where the folder of real documents is absent.
fn published() -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("../../../shared/seeds/plan_quanzhou_2021-2025.txt");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("跳过：没有 {}", path.display());
    }
    text
}

#[test]
fn the_published_plan_is_read_whole() {
    let Some(text) = published() else { return };
    let made = plan::import(&text);
    assert_eq!(made.title.as_deref(), Some("泉州市法治政府建设实施方案(2021-2025年)"));
    assert_eq!(made.document.as_deref(), Some("泉委法〔2022〕1号"));
    let counts = (made.systems.len(), made.heads.len(), made.measures.len(), made.organisation.len());
    assert_eq!(counts, (8, 27, 76, 8));
    assert!(made.measures.iter().map(|m| m.number).eq(1..=76));
    assert!(made.measures.iter().all(|m| m.written == Some(m.number)));
    assert!(made.heads.iter().map(|h| h.number).eq(1..=27));
    assert!(made.organisation.iter().map(|m| m.number).eq(1..=8));
    assert!(
        made.systems.iter().all(|s| s.goal.starts_with("坚持") || s.goal.chars().count() > 30),
        "{:?}",
        made.systems
    );
    let of_system = |n| made.measures.iter().filter(|m| m.system == Some(n)).count();
    let each: Vec<usize> = (1..=8).map(of_system).collect();
    assert_eq!(each, [19, 10, 10, 8, 7, 9, 9, 4]);
    assert_eq!(made.organisation_heads.len(), 4);
    let faults: Vec<&str> = made
        .notes
        .iter()
        .filter(|n| n.severity != base::Severity::Note)
        .map(|n| n.message.as_str())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn nothing_of_the_site_ends_up_in_a_measure() {
    let Some(text) = published() else { return };
    let made = plan::import(&text);
    for measure in made.measures.iter().chain(&made.organisation) {
        assert!(
            !measure.text.contains("扫一扫") && !measure.text.contains("各地区各部门要全面准确"),
            "{}",
            measure.text
        );
        assert!(!measure.title.is_empty() && measure.title.chars().count() <= 40, "{}", measure.title);
        assert!(
            text.lines()
                .nth(measure.line - 1)
                .is_some_and(|line| line.contains(measure.text.lines().next().unwrap_or("无")))
        );
    }
}

/// The same text broken into lines of a length, as out of a PDF, with page numbers.
fn wrapped(text: &str, width: usize) -> String {
    let mut made = String::new();
    let mut count = 0;
    for line in text.lines() {
        let letters: Vec<char> = line.chars().collect();
        for part in letters.chunks(width) {
            made.extend(part);
            made.push('\n');
            count += 1;
            if count % 22 == 0 {
                made.push_str(&format!("— {} —\n", count / 22));
            }
        }
    }
    made
}

#[test]
fn lines_broken_by_a_page_make_no_difference() {
    let Some(text) = published() else { return };
    let whole = plan::import(&text);
    for width in [28, 35, 42] {
        let made = plan::import(&wrapped(&text, width));
        let counts = (made.systems.len(), made.heads.len(), made.measures.len(), made.organisation.len());
        assert_eq!(counts, (8, 27, 76, 8), "{width}");
        let titles = |made: &plan::Imported| {
            let systems = made.systems.iter().map(|s| s.title.clone());
            systems.chain(made.heads.iter().map(|h| h.title.clone())).collect::<Vec<_>>()
        };
        assert_eq!(titles(&made), titles(&whole), "{width}");
        let texts = |made: &plan::Imported| {
            made.measures
                .iter()
                .chain(&made.organisation)
                .map(|m| m.text.replace('\n', ""))
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(&made), texts(&whole), "{width}");
    }
}

#[test]
fn brackets_of_another_width_make_no_difference() {
    let Some(text) = published() else { return };
    let other = text.replace('(', "（").replace(')', "）").replace(',', "，").replace("1.", "１．");
    let made = plan::import(&other);
    let counts = (made.systems.len(), made.heads.len(), made.measures.len(), made.organisation.len());
    assert_eq!(counts, (8, 27, 76, 8));
}
