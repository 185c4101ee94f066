//! The library of documents: what is in it, who sees it, what must be looked at and why, cleaning up from there; on both
//! databases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::county::{County, day, form, on_both};
use app::{
    Deal, DocumentStanding, LibraryAsked, LibraryPage, ListInto, NewEntry, Open, ReviewNeed, Supposed,
    Upload, Viewer,
};
use citations::{Consequence, How};

const RULE: &str = "德化县罚没财物管理规定\n\n第一条 根据《中华人民共和国行政处罚法》第七十四条，制定本规定。\n\
                    第二条 罚没财物由财政部门统一管理。\n";

fn file(field: &str, name: &str, text: &str) -> Upload {
    Upload { field: field.to_owned(), name: name.to_owned(), content: text.as_bytes().to_vec() }
}

/// Two documents from before: one made on the rule that lapses this quarter, one that is over and that the first cites.
fn enter_old(county: &County) {
    let entry = |from: &str, until: Option<&str>, fields: &[(&str, &str)]| NewEntry {
        from: day(from),
        until: until.map(day),
        form: form(fields),
        line: 0,
    };
    let rows = vec![
        entry(
            "2022-04-01",
            Some("2025-03-31"),
            &[
                ("number", "德政规〔2022〕1号"),
                ("title", "德化县罚没财物处置办法"),
                ("kind", "document"),
                ("basis", "根据《德化县罚没财物管理规定》，制定本办法。"),
                ("text", "第九条 变卖的，按照《德化县公物拍卖办法》（德政规〔2017〕4号）办理。"),
                ("ended", "lapsed"),
            ],
        ),
        entry(
            "2017-06-01",
            Some("2022-05-31"),
            &[
                ("number", "德政规〔2017〕4号"),
                ("title", "德化县公物拍卖办法"),
                ("kind", "document"),
                ("basis", "根据有关法律法规，制定本办法。"),
                ("ended", "repealed"),
            ],
        ),
    ];
    county.platform.enter(&county.head, "documents_in_force", "county", rows, "建库").unwrap();
}

fn ask(county: &County, viewer: Viewer<'_>, asked: &LibraryAsked) -> LibraryPage {
    county.platform.library(viewer, asked, None).unwrap().unwrap()
}

fn titles(page: &LibraryPage) -> Vec<&str> {
    page.lines.iter().map(|line| line.title.as_str()).collect()
}

#[test]
fn documents_say_why_they_must_be_looked_at() {
    on_both("library", "2025-02-10", |county, _folder, _database| {
        let nothing = ask(&county, Viewer::Public, &LibraryAsked::default());
        assert_eq!(nothing.count, 0);
        county.enter_rule("rule-0001", RULE);
        enter_old(&county);
        let page = ask(&county, Viewer::Public, &LibraryAsked::default());
        assert_eq!(titles(&page), ["德化县罚没财物处置办法", "德化县罚没财物管理规定"], "{page:?}");
        assert_eq!(page.lines[0].lapses_on, Some(day("2025-03-31")));
        assert_eq!(
            page.lines[0].cites_ended,
            ["《德化县公物拍卖办法》（德政规〔2017〕4号）自2022年6月1日起废止"]
        );
        assert!(page.lines[0].basis_changed.is_empty());
        assert_eq!(page.lines[1].number.as_deref(), Some("县政府令第3号"));
        assert_eq!(page.lines[1].basis_changed, ["《行政处罚法》自2021年7月15日起修改"]);
        let need = |need| {
            titles(&ask(
                &county,
                Viewer::Public,
                &LibraryAsked { need: Some(need), ..LibraryAsked::default() },
            ))
            .len()
        };
        let counts = [ReviewNeed::Any, ReviewNeed::Lapses, ReviewNeed::BasisChanged, ReviewNeed::CitesEnded];
        assert_eq!(counts.map(need), [2, 1, 1, 1]);
        assert_eq!(page.needs.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 1, 1, 1]);
        let ended = LibraryAsked { standing: DocumentStanding::Ended, ..LibraryAsked::default() };
        assert_eq!(titles(&ask(&county, Viewer::Public, &ended)), ["德化县公物拍卖办法"]);
        // A day before: the old document still stood, and nobody cited what was over.
        let before = LibraryAsked { on: Some(day("2022-05-31")), ..LibraryAsked::default() };
        assert_eq!(ask(&county, Viewer::Public, &before).count, 3);
        let found = LibraryAsked { find: "令第3号".to_owned(), ..LibraryAsked::default() };
        assert_eq!(titles(&ask(&county, Viewer::Public, &found)), ["德化县罚没财物管理规定"]);
    });
}

#[test]
fn a_document_knows_both_ways_and_what_falls() {
    on_both("library_one", "2025-02-10", |county, _folder, _database| {
        let rule = county.enter_rule("rule-0001", RULE);
        enter_old(&county);
        let one =
            county.platform.library_document(Viewer::Public, &rule, &Supposed::default()).unwrap().unwrap();
        assert_eq!(one.cites.len(), 1);
        assert_eq!((one.cites[0].line, one.cites[0].to.as_str()), (3, "《行政处罚法》第七十四条"));
        assert_eq!(one.cited_by.len(), 1);
        assert!(one.case.is_none(), "the public does not get the case");
        let falls = &one.fallout.affected;
        assert_eq!(falls.len(), 1);
        assert_eq!(
            (falls[0].name.as_str(), falls[0].consequence),
            ("《德化县罚没财物处置办法》（德政规〔2022〕1号）", Consequence::LosesBasis)
        );
        let officer = Viewer::Account(&county.officer);
        let seen = county.platform.library_document(officer, &rule, &Supposed::default()).unwrap().unwrap();
        assert_eq!(seen.case.as_ref(), Some(&rule));
        let ways = county.platform.review_ways(&county.officer, &seen).unwrap();
        let names: Vec<&str> = ways.iter().map(|way| way.name.as_str()).collect();
        assert!(
            names.contains(&"立法后评估") && names.contains(&"行政规范性文件实施情况评估：启动评估"),
            "{names:?}"
        );
        let supposed =
            Supposed { on: Some(day("2025-06-01")), how: Some(How::Changed), ..Supposed::default() };
        let law = county.platform.library_law(Viewer::Public, "penalty_law", &supposed).unwrap().unwrap();
        let told: Vec<(Consequence, usize)> =
            law.fallout.affected.iter().map(|one| (one.consequence, one.why.len())).collect();
        assert_eq!(told, [(Consequence::BasisChanges, 1)], "the document on the rule has lapsed by then");
        let (first, changes) =
            county.platform.library_changes(Viewer::Public, Some(day("2021-08-01"))).unwrap().unwrap();
        assert_eq!(first, day("2021-07-01"));
        assert!(
            changes.iter().any(|one| one.of == "《行政处罚法》" && one.affected.len() == 1),
            "{changes:?}"
        );
        let none = county.platform.library_document(Viewer::Public, "no-such", &Supposed::default());
        assert!(none.is_err());
    });
}

#[test]
fn the_library_follows_what_is_entered_amended_and_repealed() {
    let county = County::new("2025-02-10");
    let rule = county.enter_rule("rule-0001", RULE);
    assert_eq!(ask(&county, Viewer::Public, &LibraryAsked::default()).count, 1);
    let deal = |act: &str, fields: &[(&str, &str)], files: Vec<Upload>| Deal {
        key: format!("deal-{act}"),
        case: rule.clone(),
        version: None,
        act: act.to_owned(),
        on: day("2025-02-10"),
        form: form(fields),
        files,
    };
    let text = RULE.replace("行政处罚法》第七十四条", "行政强制法》第四十九条");
    let fields = [("order", "县政府令第9号"), ("what", "改依据")];
    county
        .platform
        .act(&county.officer, deal("amend", &fields, vec![file("text", "规定.txt", &text)]))
        .unwrap();
    let one = county.platform.library_document(Viewer::Public, &rule, &Supposed::default()).unwrap().unwrap();
    assert_eq!(one.cites[0].to, "《行政强制法》第四十九条", "the newest text is read");
    assert!(one.line.basis_changed.is_empty());
    let fields = [("title", "德化县罚没财物管理规定"), ("ground", "outdated"), ("from_on", "2025-02-10")];
    county.platform.act(&county.head, deal("repeal", &fields, Vec::new())).unwrap();
    assert_eq!(ask(&county, Viewer::Public, &LibraryAsked::default()).count, 0);
    let ended = LibraryAsked { standing: DocumentStanding::Ended, ..LibraryAsked::default() };
    let page = ask(&county, Viewer::Public, &ended);
    assert_eq!((page.lines[0].standing, page.lines[0].until), ("废止", Some(day("2025-02-09"))));
}

#[test]
fn a_filter_is_listed_into_a_campaign() {
    let county = County::new("2025-02-10");
    county.enter_rule("rule-0001", RULE);
    enter_old(&county);
    assert!(county.platform.campaigns(&county.officer).unwrap().is_empty());
    let start = Open {
        key: "campaign-1".to_owned(),
        procedure: "clean_up".to_owned(),
        organ: "county".to_owned(),
        act: "start".to_owned(),
        on: day("2025-02-10"),
        form: form(&[
            ("title", "行政处罚法修改后的清理"),
            ("what", "documents"),
            ("trigger", "upper_law"),
            ("until", "2025-02-10"),
        ]),
        files: Vec::new(),
    };
    let campaign = county.platform.open(&county.officer, start).unwrap().case;
    let open = county.platform.campaigns(&county.officer).unwrap();
    assert_eq!(open.len(), 1);
    let asked = LibraryAsked { need: Some(ReviewNeed::Any), ..LibraryAsked::default() };
    let into =
        |key: &str, asked: LibraryAsked| ListInto { key: key.to_owned(), case: campaign.clone(), asked };
    county.platform.list_into(&county.officer, into("listing-1", asked.clone())).unwrap();
    let view = county.platform.case_view(&county.officer, &campaign).unwrap();
    let event = view.events.iter().find(|event| event.act_id == "list_documents").unwrap();
    assert!(event.fields.iter().any(|(label, text)| label == "列入清理的件数" && text == "2"), "{event:?}");
    let content = county
        .platform
        .attachment(&county.officer, &campaign, &event.files[0].0, None, &app::Origin::default())
        .unwrap();
    let sheet = sheets::open(&content.bytes).unwrap();
    let text = format!("{sheet:?}");
    assert!(text.contains("德化县罚没财物处置办法") && text.contains("《行政处罚法》自2021年7月15日起修改"));
    let nothing = LibraryAsked { find: "没有这个".to_owned(), ..asked };
    assert!(county.platform.list_into(&county.officer, into("listing-2", nothing)).is_err());
}
