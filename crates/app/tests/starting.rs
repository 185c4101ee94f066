//! Cases that acts open elsewhere, and registers that acts of cases write: in one transaction, linked both ways, on both
//! databases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::county;
use crate::county::{County, day, form};
use app::{AppError, Correct, Deal, Done, Form, NewAccount, NewEntry, Open, Upload};
use store::account::Rank;

const NAME: &str = "演示当事人甲";
const NUMBER: &str = "11010519491231002X";

fn act(county: &County, key: &str, case: &str, act: &str, on: &str, form: Form) -> app::Result<Done> {
    let deal = Deal {
        key: key.to_owned(),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: day(on),
        form,
        files: Vec::new(),
    };
    // Only heads assign.
    let actor = if act == "assign" { &county.head } else { &county.officer };
    county.platform.act(actor, deal)
}

/// Every hash and every state comes out the same when it is computed again.
fn assert_whole(county: &County) {
    let verified = county.platform.verify(true).unwrap();
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    assert!(verified.recomputed > 0);
}

/// A dispute in the county's ledger, checked and assigned.
fn dispute(county: &County) -> String {
    let register = Open {
        key: "d0".to_owned(),
        procedure: "dispute".to_owned(),
        organ: "county".to_owned(),
        act: "register".to_owned(),
        on: day("2024-03-04"),
        form: form(&[
            ("first", NAME),
            ("first.code", NUMBER),
            ("first_name", NAME),
            ("second", "演示当事人乙"),
            ("people", "2"),
            ("source", "applied"),
            ("window", "mediation"),
            ("level", "county"),
            ("place", "浔中镇"),
            ("kind", "consumer"),
            ("risk", "low"),
            ("facts", "买卖纠纷的经过（演示）"),
        ]),
        files: Vec::new(),
    };
    let case = county.platform.open(&county.officer, register).unwrap().case;
    act(county, "d1", &case, "check_duplicate", "2024-03-04", form(&[("found", "no")])).unwrap();
    let unit = form(&[("unit", "县矛调中心（演示）"), ("person", "演示责任人")]);
    act(county, "d2", &case, "assign", "2024-03-05", unit).unwrap();
    case
}

fn diversion(hand_to: &str, field: Option<&str>) -> Form {
    let mut all = vec![
        ("way", "administrative_mediation"),
        ("to", "德化县公安局"),
        ("agreed", "yes"),
        ("first", "no"),
        ("hand_to", hand_to),
        ("applicant", NAME),
        ("applicant.code", NUMBER),
        ("respondent", "演示当事人乙"),
        ("respondent.code", "110105199001010010"),
    ];
    all.extend(field.map(|field| ("mediation_field", field)));
    form(&all)
}

#[test]
fn an_act_opens_a_case_elsewhere_and_both_name_each_other() {
    county::on_both("starting", "2024-03-20", |county, _folder, _database| {
        let platform = &county.platform;
        let officer = NewAccount {
            login: "police".to_owned(),
            name: "演示民警".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: Some("police".to_owned()),
            rank: Rank::Staff,
        };
        platform.add_account(officer).unwrap();
        let police = platform.actor_of("police").unwrap();
        let case = dispute(&county);
        assert!(platform.case_view(&police, &case).is_err(), "not theirs before it was handed to them");
        let done =
            act(&county, "d3", &case, "divert", "2024-03-06", diversion("德化县公安局", Some("consumer")))
                .unwrap();
        assert_eq!(done.started.len(), 1);
        let started = &done.started[0];
        assert_eq!((started.procedure.as_str(), started.organ.as_str()), ("行政调解", "德化县公安局"));
        // Asked again, the same is told and nothing more is opened.
        let again =
            act(&county, "d3", &case, "divert", "2024-03-06", diversion("德化县公安局", Some("consumer")));
        assert_eq!(again.unwrap(), done);

        let there = platform.case_view(&police, &started.case).unwrap();
        assert_eq!(there.organ_id, "police");
        assert_eq!(there.events.len(), 1);
        assert_eq!(there.handler, None, "whoever handed it over has no part in it");
        let link = &there.links[0];
        assert!(link.is_from && link.case.as_deref() == Some(case.as_str()), "{link:?}");
        assert!(there.events[0].fields.iter().any(|(_, text)| text.contains("演")), "{:?}", there.events[0]);
        let here = platform.case_view(&police, &case).unwrap();
        let link = &here.links[0];
        assert_eq!(
            (link.is_from, link.number, link.case_number.as_str()),
            (false, 4, started.number.as_str())
        );
        let desk = platform.desk(&police, false, None).unwrap();
        assert!(desk.lines.iter().any(|line| line.case == started.case), "{desk:?}");
        assert_whole(&county);
    });
}

#[test]
fn what_is_lacking_there_is_asked_for_here_and_nothing_is_done() {
    let county = County::new("2024-03-20");
    let case = dispute(&county);
    let lacking = act(&county, "d3", &case, "divert", "2024-03-06", diversion("德化县公安局", None));
    let Err(AppError::Invalid(faults)) = lacking else { panic!("{lacking:?}") };
    assert_eq!(faults[0].field, "mediation_field", "{faults:?}");
    let view = county.platform.case_view(&county.officer, &case).unwrap();
    assert_eq!(view.events.len(), 3);
    // A government holds no case of people's mediation.
    let mut wrong = diversion("德化县人民政府", None);
    wrong.insert("way".to_owned(), vec!["people_mediation".to_owned()]);
    wrong.insert("mediation_kind".to_owned(), vec!["consumer".to_owned()]);
    let refused = act(&county, "d4", &case, "divert", "2024-03-06", wrong);
    let Err(AppError::Invalid(faults)) = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].field, "hand_to", "{faults:?}");
    // Without an organ it is sent on and nothing is opened.
    let alone = act(&county, "d5", &case, "divert", "2024-03-06", diversion("", None)).unwrap();
    assert!(alone.started.is_empty());
}

#[test]
fn handing_over_is_taken_back_with_the_case_until_that_went_on() {
    let county = County::new("2024-03-20");
    let platform = &county.platform;
    let case = dispute(&county);
    let divert = |key: &str| {
        let form = diversion("德化县人民政府", Some("consumer"));
        act(&county, key, &case, "divert", "2024-03-06", form).unwrap()
    };
    let correct = |key: &str, number: u32, instead| Correct {
        key: key.to_owned(),
        case: case.clone(),
        version: None,
        number,
        reason: "接收单位写错".to_owned(),
        instead,
    };
    let first = divert("d3");
    let rewritten = Some((day("2024-03-06"), diversion("德化县公安局", Some("consumer"))));
    let refused = platform.correct(&county.officer, correct("c1", first.number, rewritten));
    assert!(matches!(refused, Err(AppError::Wrong { code: "started_goes_on", .. })), "{refused:?}");
    platform.correct(&county.officer, correct("c2", first.number, None)).unwrap();
    let gone = platform.case_view(&county.officer, &first.started[0].case).unwrap();
    assert!(gone.events[0].is_superseded && gone.must.is_empty(), "{gone:?}");
    assert!(platform.case_view(&county.officer, &case).unwrap().links[0].is_taken_back);

    let second = divert("d5");
    act(&county, "a1", &second.started[0].case, "accept", "2024-03-07", Form::new()).unwrap();
    let late = platform.correct(&county.officer, correct("c3", second.number, None));
    assert!(matches!(late, Err(AppError::Wrong { code: "started_goes_on", .. })), "{late:?}");
    assert_whole(&county);
}

/// The proposal of a matter that may be adjudicated.
fn proposal(removed: &str, basis: &str) -> Form {
    form(&[
        ("removed", removed),
        ("item", "土地权属争议"),
        ("basis", basis),
        ("domain", "resources"),
        ("scope", "单位之间、个人之间的争议"),
        ("remedy", "nullify"),
        ("reason", "依法列入"),
    ])
}

/// A change of the list, through to its publication.
fn change(county: &County, key: &str, removed: &str, basis: &str, on: &str) -> app::Result<Done> {
    let open = Open {
        key: format!("{key}0"),
        procedure: "adjudication_matter_change".to_owned(),
        organ: "county".to_owned(),
        act: "propose".to_owned(),
        on: day(on),
        form: proposal(removed, basis),
        files: Vec::<Upload>::new(),
    };
    let case = county.platform.open(&county.officer, open)?.case;
    let vetted = form(&[("outcome", "passed"), ("opinion", "有依据")]);
    let deal = |act: &str, form: Form| Deal {
        key: format!("{key}{act}"),
        case: case.clone(),
        version: None,
        act: act.to_owned(),
        on: day(on),
        form,
        files: Vec::new(),
    };
    // Whoever proposed does not vet.
    county.platform.act(&county.head, deal("vet", vetted))?;
    county.platform.act(&county.head, deal("approve", Form::new()))?;
    county.platform.act(&county.officer, deal("publish", form(&[("where", "政府网站")])))
}

fn listed(county: &County, on: &str) -> Vec<(String, Option<String>)> {
    let page = county.platform.register_page(
        Some(&county.officer),
        "adjudication_matters",
        "county",
        app::EntriesAsked::on(day(on), true),
    );
    page.unwrap()
        .rows
        .into_iter()
        .map(|row| (row.texts[1].clone(), row.basis.map(|(_, told)| told)))
        .collect()
}

#[test]
fn a_register_is_written_by_the_act_of_its_procedure_and_by_no_keeper() {
    county::on_both("changing", "2024-06-03", |county, _folder, _database| {
        let platform = &county.platform;
        let row = |from: &str| NewEntry {
            from: day(from),
            until: None,
            form: form(&[
                ("item", "旧事项"),
                ("basis", "旧依据"),
                ("domain", "other"),
                ("scope", "演示"),
                ("remedy", "stated"),
            ]),
            line: 0,
        };
        let enter = |from: &str| {
            platform.enter(&county.head, "adjudication_matters", "county", vec![row(from)], "登记")
        };
        // What held before the procedure was in force may be entered, what came after it may not.
        let refused = enter("2024-02-01");
        let Err(AppError::Wrong { code: "changed_by_procedure", why, help }) = refused else {
            panic!("{refused:?}")
        };
        assert!(why.contains("行政裁决事项清单变动") && help.contains("提出清单变动"), "{why} {help}");
        enter("2023-12-01").unwrap();

        let first = change(&county, "a", "no", "《土地管理法》第十四条", "2024-03-01").unwrap();
        let told = format!("{}第4号事项", first.case_number.unwrap());
        assert_eq!(
            listed(&county, "2024-03-01"),
            [("《土地管理法》第十四条".to_owned(), Some(told)), ("旧依据".to_owned(), None)]
        );
        assert_eq!(listed(&county, "2024-02-29").len(), 1);
        assert!(enter("2023-11-01").is_err(), "once the procedure wrote, no keeper enters");
        let back = platform.withdraw_entry(
            &county.head,
            "adjudication_matters",
            "county",
            "旧事项",
            day("2023-12-01"),
            "登记错误",
        );
        assert!(back.is_err());

        // Another version from its own day; then it is taken off.
        change(&county, "b", "no", "《土地管理法》第十四条第一款", "2024-04-01").unwrap();
        assert_eq!(listed(&county, "2024-03-31")[0].0, "《土地管理法》第十四条");
        assert_eq!(listed(&county, "2024-04-01")[0].0, "《土地管理法》第十四条第一款");
        change(&county, "c", "yes", "《土地管理法》第十四条", "2024-05-06").unwrap();
        assert_eq!(listed(&county, "2024-05-05").len(), 2);
        assert_eq!(listed(&county, "2024-05-06").len(), 1);
        let gone = change(&county, "d", "yes", "《土地管理法》第十四条", "2024-05-07");
        assert!(matches!(gone, Err(AppError::Wrong { code: "not_listed", .. })), "{gone:?}");
        assert_whole(&county);
    });
}

#[test]
fn what_went_into_a_register_is_not_corrected_in_its_case() {
    let county = County::new("2024-06-03");
    let done = change(&county, "a", "no", "《土地管理法》第十四条", "2024-03-01").unwrap();
    for number in [1, 4] {
        let correct = Correct {
            key: format!("c{number}"),
            case: done.case.clone(),
            version: None,
            number,
            reason: "写错".to_owned(),
            instead: None,
        };
        let refused = county.platform.correct(&county.officer, correct);
        assert!(matches!(refused, Err(AppError::Wrong { code: "written", .. })), "{refused:?}");
    }
}
