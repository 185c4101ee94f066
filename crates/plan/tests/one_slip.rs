//! One slip anywhere in the published plan: it is noted, and everything else is read as before.

use std::path::PathBuf;

use plan::{Imported, import};

fn published() -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("../../../shared/seeds/plan_quanzhou_2021-2025.txt");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("跳过：没有 {}", path.display());
    }
    text
}

fn counts(made: &Imported) -> (usize, usize, usize, usize) {
    (made.systems.len(), made.heads.len(), made.measures.len(), made.organisation.len())
}

fn is_noted(made: &Imported) -> bool {
    made.notes.iter().any(|note| note.severity != base::Severity::Note)
}

/// The text with the numbering of one line changed; the line is that which starts with `from`.
fn changed(text: &str, from: &str, to: &str) -> String {
    let lines = text.lines().map(|line| match line.strip_prefix(from) {
        Some(rest) => format!("{to}{rest}"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_wrong_number_of_a_measure() {
    let Some(text) = published() else { return };
    for number in 1..=76 {
        for wrong in [number + 1, number + 10, number * 7 % 76 + 1, 99] {
            if wrong == number {
                continue;
            }
            let made = import(&changed(&text, &format!("({number})"), &format!("({wrong})")));
            assert_eq!(counts(&made), (8, 27, 76, 8), "({number}) as ({wrong})");
            assert!(is_noted(&made), "({number}) as ({wrong})");
            let differ = made.measures.iter().zip(1..).filter(|(m, n)| m.number != *n).count();
            assert!(differ <= 1, "({number}) as ({wrong}): {differ}");
        }
    }
}

#[test]
fn brackets_lost_from_a_measure() {
    let Some(text) = published() else { return };
    for number in 2..=76 {
        let made = import(&changed(&text, &format!("({number})"), &format!("{number}.")));
        if is_noted(&made) && counts(&made) == (8, 27, 76, 8) {
            assert!(made.measures.iter().map(|m| m.number).eq(1..=76), "({number})");
            continue;
        }
        // Where the number without brackets is just that of the next heading, nothing can tell.
        let heads = import(&text).heads;
        let next = heads.iter().find(|head| head.number == number);
        assert!(next.is_some(), "({number}): {:?}", counts(&made));
    }
}

#[test]
fn a_measure_left_out() {
    let Some(text) = published() else { return };
    for number in 1..76 {
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(&format!("({number})"))).collect();
        let made = import(&kept.join("\n"));
        let only_one = [3, 11, 20, 44, 59, 68, 69, 75].contains(&number) && counts(&made).2 == 76;
        assert!(counts(&made).2 == 75 || only_one, "({number}): {:?}", counts(&made));
        assert!(is_noted(&made), "({number})");
    }
}

#[test]
fn a_wrong_number_of_a_heading() {
    let Some(text) = published() else { return };
    let heads = import(&text).heads;
    for head in &heads {
        for wrong in [head.number + 1, head.number + 20] {
            let from = format!("{}.{}", head.number, head.title);
            let made = import(&changed(&text, &from, &format!("{wrong}.{}", head.title)));
            assert_eq!(counts(&made), (8, 27, 76, 8), "{from} as {wrong}");
            assert!(is_noted(&made), "{from} as {wrong}");
        }
    }
}

#[test]
fn a_wrong_number_of_a_system() {
    let Some(text) = published() else { return };
    for (index, system) in import(&text).systems.iter().enumerate() {
        let word = |n: usize| "一二三四五六七八九十".chars().nth(n).map(String::from).unwrap_or_default();
        for wrong in [index + 1, index + 2] {
            let from = format!("({}){}", word(index), system.title);
            let made = import(&changed(&text, &from, &format!("({}){}", word(wrong), system.title)));
            assert_eq!(counts(&made), (8, 27, 76, 8), "{from} as {wrong}");
        }
        let from = format!("({}){}", word(index), system.title);
        let made = import(&changed(&text, &from, &format!("{}、{}", word(index), system.title)));
        assert_eq!(counts(&made), (8, 27, 76, 8), "{from} without brackets");
    }
}
