//! A case as one sealed file: read back without a store it holds, and every change in it is found. Who decided what stands
//! on one page.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::county::{County, day, form, on_both};
use app::{AppError, Deal, NewEntry, unseal};

const TEXT: &str = "德化县罚没财物管理规定\n第一条 根据《中华人民共和国行政处罚法》，制定本规定。\n";

fn decided(county: &County) -> String {
    let officer = NewEntry {
        from: day("2020-01-01"),
        until: None,
        form: form(&[
            ("number", "P1"),
            ("name", "演示负责人"),
            ("account", "head"),
            ("title", "县长"),
            ("kind", "officer"),
        ]),
        line: 0,
    };
    county.platform.enter(&county.head, "officers", "county", vec![officer], "建册").unwrap();
    let case = county.enter_rule("rule-0001", TEXT);
    for (actor, act, fields) in [
        (
            &county.officer,
            "evaluate",
            [("result", "repeal"), ("report", "不再适应，建议废止；财政局有不同意见")],
        ),
        (&county.head, "decide_on_evaluation", [("decision", "repeal"), ("reasons", "采纳评估建议")]),
    ] {
        let deal = Deal {
            key: format!("deal-{act}"),
            case: case.clone(),
            version: None,
            act: act.to_owned(),
            on: day("2025-02-10"),
            form: form(&fields),
            files: Vec::new(),
        };
        county.platform.act(actor, deal).unwrap();
    }
    case
}

#[test]
fn who_decided_on_which_papers_stands_on_one_page() {
    let county = County::new("2025-02-10");
    let case = decided(&county);
    let told = county.platform.responsibility(&county.officer, &case).unwrap();
    assert_eq!(told.people.len(), 2);
    let head = &told.people[0];
    assert_eq!((head.name.as_str(), head.decided), ("演示负责人", true), "who decided comes first");
    assert_eq!(head.posts, ["县长"]);
    assert_eq!(head.acts, [(3, "研究决定评估建议".to_owned())]);
    let decision = told.steps.iter().find(|step| step.is_decision).unwrap();
    let papers: Vec<&str> = decision.papers.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(papers[0], "规定.txt");
    assert!(papers[1].starts_with("立法后评估报告"), "{papers:?}");
    assert!(decision.basis.contains("第三十八条"), "{}", decision.basis);
    let review = &told.steps[1];
    assert!(review.event.fields.iter().any(|(_, text)| text.contains("不同意见")), "dissent stays");
}

#[test]
fn a_sealed_case_holds_and_no_change_in_it_goes_unseen() {
    on_both("case_bundle", "2025-02-10", |county, _folder, _database| {
        let case = decided(&county);
        let early = county.platform.case_bundle(&county.officer, &case);
        assert!(
            matches!(early, Err(AppError::Wrong { code: "no_root", .. })),
            "no root covers it yet: {early:?}"
        );
        county.platform.carry_out(&app::RootRequest::Make).unwrap();
        let (name, bytes) = county.platform.case_bundle(&county.officer, &case).unwrap();
        assert!(name.ends_with(".zip"));
        let read = unseal(&bytes, None);
        assert!(read.faults.is_empty(), "{:?}", read.faults);
        assert_eq!((read.events, read.papers), (3, Some(1)));
        let find = |what: &str| bytes.windows(what.len()).position(|part| part == what.as_bytes()).unwrap();
        for at in [
            find("罚没财物管理规定\n第一条"),
            find("采纳评估建议"),
            find("yifa_receipt"),
            find("yifa_case_seal"),
        ] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(!unseal(&changed, None).faults.is_empty(), "byte {at}");
        }
        let other = unseal(&bytes, Some(&["00".to_owned()]));
        assert!(!other.faults.is_empty(), "another key was asked for");
        let police = app::NewAccount {
            login: "police".to_owned(),
            name: "演示民警".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: store::account::Rank::Staff,
        };
        county.platform.add_account(police).unwrap();
        let police = county.platform.actor_of("police").unwrap();
        assert!(county.platform.case_bundle(&police, &case).is_err());
    });
}
