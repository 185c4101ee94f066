//! Drafts of yearly reports: each stage has a case and a draft of its own.

use app::{CellSource, Origin, Saved};

use super::Whole;
use super::cases::{form, opened};
use crate::scene::{Scene, login_of};

pub fn whole(scene: &Scene, path: &str, _who: &'static str) -> Option<Whole> {
    if path == "/reports/drafts/{case}/tables/{table}" {
        return Some(table(scene));
    }
    let case = opened(scene, "officer", "annual_report", "begin", form(&BEGUN)).0;
    let place = format!("/reports/drafts/{case}");
    if path == "/reports/drafts/{case}" {
        return Some(Whole::shown("officer", &place));
    }
    scene.as_one("officer", |platform, officer| platform.begin_report(officer, &case, &origin())).unwrap();
    let section = format!("{place}/sections/other");
    Some(match path {
        "/reports/drafts/{case}/until" => Whole::shown("officer", &place)
            .sent_to(&format!("{place}/until"))
            .with(&[("as_of", "2025-02-20")]),
        "/reports/drafts/{case}/sections/{section}" => {
            Whole::shown("officer", &section).with(&[("base", "0"), ("text", "一段文字。")])
        }
        "/reports/drafts/{case}/sections/{section}/comments" => {
            Whole::to(&format!("{section}/comments")).with(&[("text", "请补上培训的情况")])
        }
        "/reports/drafts/{case}/comments/{comment}/close" => {
            let id = scene.as_one("officer", |platform, officer| {
                platform.comment_on_report(officer, &case, "other", "请补上", None).unwrap();
                platform.report_section(officer, &case, "other", None).unwrap().comments.remove(0).id
            });
            Whole::to(&format!("{place}/comments/{id}/close"))
        }
        "/reports/drafts/{case}/sections/{section}/drop" => {
            save(scene, &case, "officer", "other", "甲。");
            scene.site.clock.tick();
            let Saved::Conflict(conflict) = save(scene, &case, "second", "other", "乙。") else {
                panic!("kept")
            };
            Whole::to(&format!("{section}/drop")).with(&[("number", &conflict.own.to_string())])
        }
        "/reports/drafts/{case}/accept" => {
            save(scene, &case, "officer", "next_year", "修订制度35项。");
            let page = format!("{place}/sections/next_year");
            Whole::shown("officer", &page)
                .sent_to(&format!("{place}/accept"))
                .with(&[("reason", "是下一年的计划数")])
        }
        "/reports/drafts/{case}/acts/{act}" => {
            scene.as_one("officer", |platform, officer| {
                // Whatever of the plan's systems takes a text: one of them must say something.
                let sections = platform.report_draft(officer, &case).unwrap().begun.unwrap().sections;
                for one in sections.iter().filter(|one| one.text.is_none()) {
                    drop(platform.save_section(officer, &case, &one.id, 0, "各项工作正常开展。", &[]));
                }
            });
            for (section, text) in WRITTEN {
                save(scene, &case, "officer", section, text);
            }
            Whole::shown("officer", &format!("{place}/acts/draft")).with(&[("f.changes", "初稿")])
        }
        _ => return None,
    })
}

const BEGUN: [(&str, &str); 4] =
    [("kind", "county_government"), ("year", "2024"), ("year_end", "2024-12-31"), ("demonstration", "no")];

/// What begins a report whose procedure has tables.
const BEGUN_TABLES: [(&str, &str); 2] = [("year", "2024"), ("year_end", "2024-12-31")];

/// What a report must have before it can be sent to vetting.
const WRITTEN: [(&str, &str); 3] = [
    ("first_responsible_person", "主持召开专题会议{{stated:4次|县政府办公室|会议纪要}}。"),
    ("shortcomings", "培训还不够经常。"),
    ("next_year", "修订有关制度。"),
];

fn origin() -> Origin {
    Origin::default()
}

fn save(scene: &Scene, case: &str, who: &'static str, section: &str, text: &str) -> Saved {
    scene.as_one(login_of(who), |platform, actor| {
        let standing = platform.report_section(actor, case, section, None).unwrap().section.text;
        let base = standing.map_or(0, |text| if who == "second" { 0 } else { text.number });
        platform.save_section(actor, case, section, base, text, &[]).unwrap()
    })
}

/// A table of a report on enforcement, with a number that somebody states.
fn table(scene: &Scene) -> Whole {
    let case = opened(scene, "officer", "enforcement_report", "begin", form(&BEGUN_TABLES)).0;
    let (table, cell) = scene.as_one("officer", |platform, officer| {
        platform.begin_report(officer, &case, &origin()).unwrap();
        let sections = platform.report_draft(officer, &case).unwrap().begun.unwrap().sections;
        let table = sections.iter().find_map(|one| one.tables.first()).unwrap().id.clone();
        let sheet = platform.report_table(officer, &case, &table).unwrap();
        let row = &sheet.table.rows[0];
        let mut cells = sheet.table.columns.iter().zip(&row.cells);
        let column = cells.find(|(_, cell)| cell.of != CellSource::Sum).unwrap().0;
        (table, format!("cell.{}.{}", row.id, column.id))
    });
    let page = format!("/reports/drafts/{case}/tables/{table}");
    Whole::shown("officer", &page).with(&[(&cell, "1"), ("who", "县司法局"), ("why", "台账")])
}
