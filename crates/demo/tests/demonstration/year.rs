//! The demonstration as it is made: the year's figures, what they open to, what an officer and a citizen find.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{golden, made, shared, today};
use app::{Actor, FigureAsked};
use calendar::Day;
use codes::Kind;
use demo::{Bound, Demonstration};

/// The year, over the whole county.
fn year() -> FigureAsked {
    FigureAsked {
        organ: String::new(),
        division: "350526".to_owned(),
        from: Day::from_ymd(2024, 1, 1).unwrap(),
        to: Day::from_ymd(2024, 12, 31).unwrap(),
        as_of: today(),
    }
}

/// The actor of an account.
fn actor(login: &str) -> Actor {
    shared().platform.actor_of(login).unwrap()
}

#[test]
fn the_year_comes_to_the_figures_that_it_was_modelled_on() {
    let facts = &shared().summary.facts;
    for fact in facts {
        assert!(fact.holds(), "{}：应为{}，实为{}", fact.name, fact.wanted, fact.counted);
    }
    let of = |figure: &str| {
        let fact = facts.iter().find(|fact| fact.figure == figure).unwrap();
        (fact.counted.as_str(), fact.bound)
    };
    assert_eq!(of("disclosure_requests_received"), ("32", Bound::Exact));
    assert_eq!(of("disclosure_in_time_rate"), ("100", Bound::Exact));
    assert_eq!(of("reconsideration_received"), ("73", Bound::Exact));
    assert_eq!(of("normative_documents_filed"), ("6", Bound::Exact));
    assert_eq!(of("normative_documents_filed_with_congress"), ("6", Bound::Exact));
    assert_eq!(of("document_vettings"), ("23", Bound::AtLeast));
    assert_eq!(of("consultations_people"), ("2116", Bound::Exact));
}

#[test]
fn every_figure_opens_to_as_many_records() {
    let platform = &shared().platform;
    for fact in shared().summary.facts.iter().filter(|fact| fact.unit == "件") {
        let (mut count, mut after) = (0, None);
        loop {
            let (records, next) = platform
                .figure_records(app::Viewer::Keeper, &fact.figure, &year(), after.as_deref())
                .unwrap();
            count += records.len();
            assert!(records.iter().all(|record| record.seen.is_some() && record.on.year() == 2024));
            if next.is_none() {
                break;
            }
            after = next;
        }
        assert_eq!(count.to_string(), fact.counted, "{}", fact.name);
    }
}

#[test]
fn the_journal_is_whole_and_every_figure_is_what_it_says() {
    let verified = shared().platform.verify(true).unwrap();
    assert!(verified.journal.faults.is_empty() && verified.faults.is_empty(), "{:?}", verified.faults);
    let summary = &shared().summary;
    let (cases, events) = (u64::try_from(summary.cases).unwrap(), summary.acts + summary.lapses);
    assert_eq!(verified.recomputed, cases);
    assert!(verified.journal.events >= u64::try_from(events).unwrap());
    assert!(summary.cases >= 73 + 32 + 23 && summary.lapses >= 60);
}

#[test]
fn everything_is_marked_as_a_demonstration() {
    let platform = &shared().platform;
    assert!(platform.is_demonstration());
    let kept = platform.store().read(|reader| store::meta::get(reader, demo::COMPLETE)).unwrap();
    assert_eq!(kept.as_deref(), Some("yifa"));
}

#[test]
fn the_enforcement_year_is_played_and_counted() {
    let platform = &shared().platform;
    let count = |figure: &str| {
        let line = platform.figures(Some(figure), &year()).unwrap();
        line.first().and_then(|line| line.value).map_or(0, |value| value.text().parse::<u64>().unwrap())
    };
    for figure in [
        "summary_penalties",
        "penalties_fine",
        "seizures",
        "freezings",
        "measures_not_taken",
        "licences_granted",
        "licences_denied",
        "mediation_agreed",
        "mediation_confirmed",
    ] {
        assert!(count(figure) > 0, "{figure}");
    }
    assert_eq!((count("licence_decisions"), count("licences_granted") + count("licences_denied")), (32, 32));
    assert_eq!(count("licence_decisions_in_time"), 31);
    assert!(shared().summary.entries > 80);
    let officers = platform.entries("officers").unwrap();
    let certificates = platform.entries("certificates").unwrap();
    assert!(certificates.len() < officers.len());
}

#[test]
fn the_full_volume_plays_all_disputes_and_the_reduced_one_says_so() {
    let reduced = shared().summary.reduced.as_deref().unwrap();
    assert!(reduced.contains("10分之一") && reduced.contains("矛盾纠纷"), "{reduced}");
    let disputes = shared().platform.figures(Some("disputes"), &year()).unwrap();
    let counted = disputes.first().and_then(|line| line.value).unwrap().text().parse::<u32>().unwrap();
    assert!((180..=190).contains(&counted), "{counted}");
}

#[test]
fn the_desk_shows_green_amber_and_red() {
    for login in ["fuyi1", "gongkai1"] {
        let desk = shared().platform.desk(&actor(login), false, None).unwrap();
        let green = desk.all - desk.overdue - desk.warned;
        assert!(desk.overdue > 0 && desk.warned > 0 && green > 0, "{desk:?}");
    }
    let citizen = actor("shenqing");
    let (cases, _) = shared().platform.case_list(&citizen, &app::CaseFilter::default(), None).unwrap();
    assert!(cases.iter().any(|case| case.opened_on == today()));
}

#[test]
fn what_a_case_opens_elsewhere_goes_on_there() {
    for (opener, opened, login) in [
        ("dispute", "mediation", "xunzhong1"),
        ("dispute", "administrative_mediation", "shijian1"),
        ("major_decision", "decision_execution", "mishu"),
        ("labour_arbitration", "labour_arbitration", "shirenshe1"),
    ] {
        let officer = actor(login);
        let view = |case: &str| shared().platform.case_view(&officer, case).unwrap();
        let filter = app::CaseFilter { procedure: Some(opened.to_owned()), ..app::CaseFilter::default() };
        let (cases, _) = shared().platform.case_list(&officer, &filter, None).unwrap();
        let (mut taken_up, mut ended) = (0, 0);
        for own in cases.iter().map(|line| view(&line.case)) {
            let Some(link) = own.links.iter().find(|link| link.is_from) else { continue };
            let from = view(link.case.as_deref().unwrap());
            assert_eq!(from.procedure_id, opener);
            assert!(from.links.iter().any(|link| link.case_number == own.number), "{}", own.number);
            taken_up += 1;
            ended += usize::from(own.closed_on.is_some() && own.events.len() > 3);
        }
        assert!(taken_up > 0 && ended == taken_up, "{opener}、{opened}：{ended}/{taken_up}");
    }
}

#[test]
fn decisions_and_documents_are_public() {
    for (procedure, least) in [("reconsideration", 30), ("normative_document", 30)] {
        let mut count = 0;
        let mut after = None;
        loop {
            let (page, next) = shared().platform.published(procedure, after.as_deref()).unwrap();
            count += page.len();
            if next.is_none() {
                break;
            }
            after = next;
        }
        assert!(count >= least, "{procedure}：{count}");
    }
}

#[test]
fn organs_have_codes_that_are_right_in_form_and_accounts_passwords_that_sign_in() {
    let platform = &shared().platform;
    let organs = platform.organs().unwrap();
    assert_eq!(organs.iter().filter(|organ| organ.kind == "township").count(), 18);
    for organ in &organs {
        let code = organ.credit_code.as_deref().unwrap();
        assert!(code.contains("DEMA") && codes::check(Kind::Uscc, code).faults.is_empty(), "{code}");
        assert!(codes::check(Kind::Division, &organ.division).is_valid());
        assert_eq!(organ.division.len(), 12);
    }
    let account = shared().summary.accounts.first().unwrap();
    platform.sign_in(&account.login, &account.password, &app::Origin::default()).unwrap();
    let mut passwords: Vec<_> = shared().summary.accounts.iter().map(|one| &one.password).collect();
    passwords.sort();
    passwords.dedup();
    assert_eq!(passwords.len(), shared().summary.accounts.len());
}

/// What happened in all cases: number of the case, and its events with day, act, actor and record.
fn happened(demo: &Demonstration) -> BTreeMap<String, Vec<String>> {
    let logins: Vec<_> = demo.summary.accounts.iter().map(|one| one.login.as_str()).collect();
    let mut made = BTreeMap::new();
    for login in logins.iter().filter(|login| **login != "shenqing") {
        let actor = demo.platform.actor_of(login).unwrap();
        let mut after: Option<String> = None;
        loop {
            let filter = app::CaseFilter::default();
            let (page, next) = demo.platform.case_list(&actor, &filter, after.as_deref()).unwrap();
            for line in page {
                let view = demo.platform.case_view(&actor, &line.case).unwrap();
                let event = |one: &app::EventView| {
                    format!("{} {} {} {} {:?}", one.on, one.recorded_at, one.act_id, one.actor, one.fields)
                };
                let mut events: Vec<String> = view.events.iter().map(event).collect();
                events.extend(view.documents.iter().map(|one| one.doc_number.clone()));
                made.insert(format!("{} {}", view.procedure_id, view.number), events);
            }
            if next.is_none() {
                break;
            }
            after = next;
        }
    }
    made
}

#[test]
fn the_same_seed_makes_the_same_year_and_another_one_another() {
    let (first, second) = (happened(shared()), happened(&made("yifa", today())));
    assert_eq!(first.len(), shared().summary.cases);
    assert_eq!(first, second);
    assert_ne!(first, happened(&made("别的种子", today())));
}

/// Three reports of the year went the whole way of a draft: versions, what is stated, a remark, an edition that was vetted, and a bundle
/// that holds by itself.
#[test]
fn yearly_reports_are_drafted_vetted_and_sealed() {
    let platform = &shared().platform;
    for (kind, organ, login, section) in [
        ("annual_report", "county", "mishu", "other"),
        ("disclosure_report", "county", "gongkai1", "problems"),
        ("enforcement_report", "market", "shijian1", "shortcomings"),
    ] {
        let page = platform.public_report(kind, organ, 2024).unwrap();
        assert!(page.figures.iter().any(|figure| figure.records > 0), "{kind}");
        let bundle = platform.public_report_file((kind, organ, 2024), "bundle.zip").unwrap();
        let read = app::unseal(&bundle.bytes, None);
        assert_eq!(read.faults, Vec::<String>::new(), "{kind}");
        assert!(read.events > 0, "{kind}");
        let drafter = actor(login);
        let drafts = platform.report_drafts(&drafter).unwrap();
        let begun: Vec<_> = drafts.iter().filter(|line| line.is_begun).collect();
        let view = |line: &&&app::DraftLine| platform.report_draft(&drafter, &line.case).unwrap();
        let view = begun.iter().map(|line| view(&line)).find(|view| view.title == page.line.title).unwrap();
        assert!(view.is_settled && !view.begun.unwrap().editions.is_empty(), "{kind}");
        let versions = platform.section_versions(&drafter, &view.case, section, (None, None)).unwrap();
        assert!(versions.versions.len() >= 2, "{kind}");
        let comments = platform.report_section(&drafter, &view.case, section, None).unwrap().comments;
        let is_answered = comments.iter().any(|one| one.closed.is_some() && one.answers.len() == 1);
        assert!(comments.len() == 1 && is_answered == (kind == "annual_report"), "{kind}");
    }
    let text = platform.public_report_file(("annual_report", "county", 2024), "report.md").unwrap();
    let text = String::from_utf8(text.bytes).unwrap();
    for words in ["培训签到表（演示）", "会议纪要（演示）", "收到行政复议申请[73件]"]
    {
        assert!(text.contains(words), "{words}");
    }
}

/// The examination of spring 2026 and what followed from it, in a demonstration that is made in 2027.
fn examined(demo: &Demonstration) {
    let exam = demo.platform.exams().unwrap().remove(0);
    assert!(!exam.is_open && exam.secret.is_some() && exam.questions == 18);
    let results = demo.platform.entries("exam_results").unwrap();
    assert_eq!(results.len(), 2);
    let sittings = |login: &str| {
        let own = demo.platform.own_sittings(&demo.platform.actor_of(login).unwrap()).unwrap();
        let mut passed: Vec<_> = own.iter().map(|one| one.passed).collect();
        passed.sort();
        passed
    };
    assert_eq!(sittings("sifa1"), [Some(true)]);
    assert_eq!(sittings("nongye1"), [Some(false), Some(true)]);
    let papers = demo.platform.entries("certificates").unwrap();
    let of = |key: &str| papers.iter().filter(|one| one.organ == key).count();
    assert_eq!(of("justice"), 1, "one was issued, one refused");
    let struck = papers.iter().find(|one| one.organ == "health" && one.key.contains("02")).unwrap();
    assert!(struck.until.is_some_and(|until| until.year() >= 2026));
}

#[test]
fn every_procedure_is_played() {
    let files = packs::Files::built_in();
    let rules = packs::load(&files).unwrap();
    let scripts: Vec<toml::Table> =
        files.under("demo/scripts").map(|(_, text)| text.parse().unwrap()).collect();
    let (mut played, mut acts) = (BTreeSet::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for script in &scripts {
        let procedure = script["procedure"].as_str().unwrap().to_owned();
        named(&toml::Value::Table(script.clone()), acts.entry(procedure.clone()).or_default());
        played.insert(procedure);
    }
    let mut lines = BTreeSet::new();
    for pack in &rules.packs {
        let procedure = &pack.file.procedure;
        assert!(played.contains(&procedure.id), "没有剧本办“{}”", procedure.name);
        let own = &acts[&procedure.id];
        let of = |act: &norms::Act| format!("{} {} {}\n", procedure.id, act.id, act.name);
        lines.extend(procedure.acts.iter().filter(|act| !own.contains(&act.id)).map(of));
    }
    golden("unplayed.txt", &lines.into_iter().collect::<String>());
}

/// The acts that steps name.
fn named(value: &toml::Value, acts: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            let own = ["act", "lapse"].into_iter().filter_map(|key| table.get(key)?.as_str());
            acts.extend(own.map(str::to_owned));
            table.values().for_each(|value| named(value, acts));
        }
        toml::Value::Array(values) => values.iter().for_each(|value| named(value, acts)),
        _ => {}
    }
}

#[test]
fn whatever_the_seed_and_the_day_the_figures_of_the_year_hold() {
    let days = [("甲", 2025, 1, 2), ("乙", 2025, 10, 4), ("丙", 2026, 2, 20), ("丁", 2027, 3, 1)];
    for (seed, year, month, day) in days {
        let demo = made(seed, Day::from_ymd(year, month, day).unwrap());
        let wrong: Vec<_> = demo.summary.facts.iter().filter(|fact| !fact.holds()).collect();
        assert!(wrong.is_empty(), "{seed}：{wrong:?}");
        if year == 2027 {
            examined(&demo);
        }
    }
}
