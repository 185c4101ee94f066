//! Drafts of yearly reports: several people write at once and nothing is lost; the auditor looks at each save; what went to
//! vetting is what is settled, sent and published; and anybody can check the sealed bundle. On both databases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use crate::county::{County, day, form, on_both};
use app::{
    Actor, AppError, Change, Form, NewAccount, Open, Organ, Origin, PublicPiece, Saved, TakeReport, unseal,
};
use audit::Rules;
use store::account::Rank;

fn rules() -> Rules {
    audit_report::load(&audit_report::BUILT_IN).unwrap()
}

fn origin() -> Origin {
    Origin::default()
}

/// A county in which the year 2024 has two applications, with the case of its report and the draft begun in it.
fn begun(county: &County) -> String {
    county.apply("first", "2024-09-25").unwrap();
    county.apply("second", "2024-10-08").unwrap();
    // Figures count until a day that is over.
    county.clock.set(day("2025-01-06"), 9);
    let open = Open {
        key: "annual report 2024".to_owned(),
        procedure: "annual_report".to_owned(),
        organ: "county".to_owned(),
        act: "begin".to_owned(),
        on: day("2025-01-06"),
        form: form(&[
            ("kind", "county_government"),
            ("year", "2024"),
            ("year_end", "2024-12-31"),
            ("demonstration", "no"),
        ]),
        files: Vec::new(),
    };
    let case = county.platform.open(&county.officer, open).unwrap().case;
    assert!(county.platform.report_draft(&county.officer, &case).unwrap().begun.is_none());
    county.platform.begin_report(&county.officer, &case, &origin()).unwrap();
    // Beginning twice changes nothing.
    county.platform.begin_report(&county.officer, &case, &origin()).unwrap();
    case
}

fn colleague(county: &County) -> Actor {
    let new = NewAccount {
        login: "second".to_owned(),
        name: "演示协办人".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: Some("county".to_owned()),
        rank: Rank::Staff,
    };
    county.platform.add_account(new).unwrap();
    county.platform.actor_of("second").unwrap()
}

fn save(county: &County, actor: &Actor, case: &str, section: &str, base: i64, text: &str) -> Saved {
    county.platform.save_section(actor, case, section, base, text, &[]).unwrap()
}

fn kept(saved: &Saved) -> i64 {
    match saved {
        Saved::Kept(number) => *number,
        other => panic!("{other:?}"),
    }
}

/// The system in whose section the first text speaks of reconsideration.
fn counted(county: &County, case: &str) -> (String, String, i64) {
    let view = county.platform.report_draft(&county.officer, case).unwrap();
    let sections = view.begun.unwrap().sections;
    let found = sections.iter().find_map(|one| {
        let text = one.text.as_ref()?;
        let words = text.text.clone()?;
        words.contains("{{figure:reconsideration_received}}").then(|| (one.id.clone(), words, text.number))
    });
    found.unwrap()
}

fn said(error: &AppError) -> String {
    error.diagnostics().iter().map(ToString::to_string).collect()
}

#[test]
fn a_draft_begins_with_what_the_records_say() {
    on_both("draft_begins", "2025-01-03", |county, _folder, _database| {
        let case = begun(&county);
        let (_, text, number) = counted(&county, &case);
        assert_eq!(number, 1);
        assert!(
            text.starts_with("行政复议。全年收到行政复议申请{{figure:reconsideration_received}}"),
            "{text}"
        );
        let view = county.platform.report_draft(&county.officer, &case).unwrap();
        assert!(view.may_write && !view.is_settled);
        assert_eq!(view.title, "德化县人民政府2024年法治政府建设年度报告");
        let begun = view.begun.unwrap();
        assert_eq!((begun.as_of, begun.is_chosen), (day("2025-01-05"), false));
        let required: Vec<&str> =
            begun.sections.iter().filter(|one| one.is_required).map(|one| one.id.as_str()).collect();
        assert_eq!(required, ["measures", "shortcomings", "first_responsible_person", "next_year"]);
        // The draft is nobody's outside the organ.
        let stranger = Actor {
            account: "x".to_owned(),
            name: "演示民警".to_owned(),
            organ: Some(("police".to_owned(), "德化县公安局".to_owned())),
            rank: Rank::Head,
        };
        assert!(county.platform.report_draft(&stranger, &case).is_err());
        assert!(county.platform.save_section(&stranger, &case, "other", 0, "x", &[]).is_err());
    });
}

#[test]
fn nothing_is_lost_when_two_write_at_once() {
    on_both("draft_conflict", "2025-01-03", |county, _folder, _database| {
        let (case, second) = (begun(&county), colleague(&county));
        assert_eq!(kept(&save(&county, &county.officer, &case, "other", 0, "甲。\r\n乙。\r\n")), 1);
        county.clock.tick();
        assert_eq!(save(&county, &second, &case, "other", 1, "甲。\n乙。"), Saved::Same(1));
        assert_eq!(kept(&save(&county, &second, &case, "other", 1, "甲。\n乙和丙。")), 2);
        county.clock.tick();
        // The officer still has the first version before them.
        let saved = save(&county, &county.officer, &case, "other", 1, "甲。\n丁。");
        let Saved::Conflict(conflict) = saved else { panic!("{saved:?}") };
        assert_eq!((conflict.standing.number, conflict.own), (2, 3));
        assert_eq!(conflict.standing.by, "演示协办人");
        assert_eq!(conflict.standing.text.as_deref(), Some("甲。\n乙和丙。"));
        assert!(conflict.changes.contains(&Change::New("丁".to_owned())), "{:?}", conflict.changes);
        // Until somebody deals with it, it stands beside the section.
        let page = county.platform.report_section(&second, &case, "other", None).unwrap();
        assert_eq!(page.section.aside.len(), 1);
        assert_eq!(page.section.aside[0].text.as_deref(), Some("甲。\n丁。"));
        assert_eq!(page.section.text.as_ref().unwrap().number, 2);
        let merged =
            county.platform.save_section(&county.officer, &case, "other", 2, "甲。\n乙、丙和丁。", &[3]);
        assert_eq!(kept(&merged.unwrap()), 4);
        let page = county.platform.report_section(&second, &case, "other", None).unwrap();
        assert!(page.section.aside.is_empty());
        let versions = county.platform.section_versions(&second, &case, "other", (Some(2), Some(4))).unwrap();
        assert_eq!(versions.versions.iter().map(|one| one.number).collect::<Vec<_>>(), [4, 3, 2, 1]);
        assert!(versions.versions[1].is_aside);
        assert!(versions.changes.iter().any(|one| matches!(one, Change::New(text) if text.contains('丁'))));
        // What is not taken in is dropped by somebody, not by itself.
        let again = save(&county, &second, &case, "other", 2, "戊。");
        assert!(matches!(again, Saved::Conflict(_)));
        county.platform.drop_aside(&second, &case, "other", 5, &origin()).unwrap();
        assert!(county.platform.drop_aside(&second, &case, "other", 5, &origin()).is_err());
        let page = county.platform.report_section(&second, &case, "other", None).unwrap();
        assert!(page.section.aside.is_empty());
        assert!(county.platform.save_section(&second, &case, "measures", 0, "标题下", &[]).is_err());
        let long = "字".repeat(20_001);
        assert!(county.platform.save_section(&second, &case, "other", 4, &long, &[]).is_err());
    });
}

#[test]
fn comments_are_answered_and_closed() {
    on_both("draft_comments", "2025-01-03", |county, _folder, _database| {
        let (case, second) = (begun(&county), colleague(&county));
        let platform = &county.platform;
        platform.comment_on_report(&second, &case, "other", "请补上培训的情况", None).unwrap();
        let lines = platform.report_section(&county.head, &case, "other", None).unwrap().comments;
        let id = lines[0].id.clone();
        county.clock.tick();
        platform.comment_on_report(&county.officer, &case, "other", "已补", Some(&id)).unwrap();
        let view = platform.report_draft(&county.officer, &case).unwrap().begun.unwrap();
        let other = view.sections.iter().find(|one| one.id == "other").unwrap();
        assert_eq!(other.open_comments, 1);
        assert_eq!(platform.close_report_comment(&second, &case, &id).unwrap(), "other");
        assert!(platform.close_report_comment(&second, &case, &id).is_err());
        let lines = platform.report_section(&county.head, &case, "other", None).unwrap().comments;
        assert_eq!((lines.len(), lines[0].answers[0].text.as_str()), (1, "已补"));
        assert_eq!(lines[0].closed.as_ref().unwrap().0, "演示协办人");
        let late = platform.comment_on_report(&county.officer, &case, "other", "再说", Some(&id));
        assert!(said(&late.unwrap_err()).contains("已经办结"));
        assert!(platform.comment_on_report(&county.officer, &case, "other", "　", None).is_err());
    });
}

#[test]
fn every_number_is_a_figure_or_stated_or_flagged() {
    on_both("draft_numbers", "2025-01-03", |county, _folder, _database| {
        let (case, rules) = (begun(&county), rules());
        let platform = &county.platform;
        let text = "2024年，全县行政复议收到申请{{figure:reconsideration_received}}，培训{{stated:120人次|司法局政工科|培训签到表}}，\
            走访企业35家；{{figure:no_such_figure}}；行政复议收到申请9件。";
        save(&county, &county.officer, &case, "other", 0, text);
        let checked = platform.check_report(&county.officer, &case, &rules, None).unwrap();
        let own: Vec<_> = checked.findings.iter().filter(|one| one.section == "other").collect();
        let of = |rule: &str| -> Vec<&str> {
            own.iter().filter(|one| one.rule == rule).map(|one| one.quote.as_str()).collect()
        };
        assert_eq!(of("unsourced_number"), ["35家", "9件"], "{own:#?}");
        assert_eq!(of("broken_reference"), ["{{figure:no_such_figure}}"]);
        assert!(checked.by_reference > 1 && checked.stated == 1);
        // What is not saved yet is looked at all the same.
        let other =
            platform.check_report(&county.officer, &case, &rules, Some(("other", "走访36家。"))).unwrap();
        assert!(other.findings.iter().any(|one| one.quote == "36家"));
        // Accepted with a reason, it is kept, and counts anew when the words change.
        let mark = own.iter().find(|one| one.quote == "35家").unwrap().mark.clone();
        let accept = |reason: &str| {
            platform.accept_report_finding(&county.officer, &case, &rules, (&mark, reason), &origin())
        };
        assert!(accept(" ").is_err());
        assert_eq!(accept("走访台账，已核").unwrap(), "other");
        let checked = platform.check_report(&county.officer, &case, &rules, None).unwrap();
        let one = checked.findings.iter().find(|one| one.mark == mark).unwrap();
        assert_eq!(one.accepted.as_ref().unwrap().0, "走访台账，已核");
        assert!(!one.hinders());
        save(&county, &county.officer, &case, "other", 1, &text.replace("35家", "37家"));
        let checked = platform.check_report(&county.officer, &case, &rules, None).unwrap();
        assert!(checked.findings.iter().any(|one| one.quote == "37家" && one.hinders()));
    });
}

/// Does an act that takes over the draft.
fn take(
    county: &County,
    actor: &Actor,
    case: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> app::Result<app::Done> {
    let take = TakeReport {
        key: format!("{act} {} {}", actor.account, county.platform.now()),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: county.platform.today(),
        form: form(fields),
        site: Some("https://fz.example.gov.cn".to_owned()),
    };
    county.clock.tick();
    county.platform.take_report(actor, take, &rules())
}

fn deal(county: &County, actor: &Actor, case: &str, act: &str, form: Form) -> app::Result<app::Done> {
    county.platform.act(
        actor,
        app::Deal {
            key: format!("{act} {}", county.platform.now()),
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: county.platform.today(),
            form,
            files: Vec::new(),
        },
    )
}

const VETTED: [(&str, &str); 5] =
    [("complete", "yes"), ("figures", "yes"), ("secrets", "yes"), ("passed", "yes"), ("opinion", "同意")];
const SENT: [(&str, &str); 6] = [
    ("party", "yes"),
    ("congress", "yes"),
    ("government", "no"),
    ("upper", "yes"),
    ("upper_department", "no"),
    ("inspector", "yes"),
];

/// Writes what the records do not say.
fn written(county: &County, case: &str) {
    let texts = [
        ("shortcomings", "基层执法力量不足，培训还不够经常。"),
        ("first_responsible_person", "主要负责人主持召开专题会议{{stated:4次|县政府办公室|会议纪要}}。"),
        ("next_year", "继续完善行政复议的各项制度。"),
    ];
    for (section, text) in texts {
        let page = county.platform.report_section(&county.officer, case, section, None).unwrap();
        let base = page.section.text.map_or(0, |text| text.number);
        kept(&save(county, &county.officer, case, section, base, text));
    }
}

#[test]
fn what_went_to_vetting_is_settled_sent_and_published_and_can_be_checked() {
    on_both("draft_published", "2025-01-03", |county, _folder, _database| {
        let case = begun(&county);
        let platform = &county.platform;
        let changes = [("changes", "初稿")];
        // What is missing is told all at once, and nothing is written.
        let missing = said(&take(&county, &county.officer, &case, "draft", &changes).unwrap_err());
        assert!(missing.contains("第一责任人") && missing.contains("主要安排"), "{missing}");
        written(&county, &case);
        // What takes over the draft is not done without it.
        let aside =
            deal(&county, &county.officer, &case, "draft", form(&[("version", "x"), ("changes", "y")]));
        assert!(said(&aside.unwrap_err()).contains("起草页"));
        let early = take(&county, &county.head, &case, "settle", &[]).unwrap_err();
        assert!(said(&early).contains("还没有送审"), "{}", said(&early));
        take(&county, &county.officer, &case, "draft", &changes).unwrap();
        let view = platform.report_draft(&county.officer, &case).unwrap();
        let editions = view.begun.unwrap().editions;
        assert_eq!((editions.len(), editions[0].number, editions[0].as_of), (1, 1, day("2025-01-05")));
        // Not vetted by whoever sent it there.
        assert!(deal(&county, &county.officer, &case, "vet", form(&VETTED)).is_err());
        deal(&county, &county.head, &case, "vet", form(&VETTED)).unwrap();
        // What is written afterwards goes into no edition by itself.
        kept(&save(&county, &county.officer, &case, "other", 0, "后来写的话。"));
        take(&county, &county.head, &case, "settle", &[]).unwrap();
        let late = platform.save_section(&county.officer, &case, "other", 1, "再改。", &[]);
        assert!(said(&late.unwrap_err()).contains("已经审定"));
        take(&county, &county.officer, &case, "submit", &SENT).unwrap();
        assert!(platform.public_report("annual_report", "county", 2024).is_err());
        county.clock.set(day("2025-02-10"), 9);
        let published = [("where", "website")];
        take(&county, &county.officer, &case, "publish", &published).unwrap();
        let page = platform.public_report("annual_report", "county", 2024).unwrap();
        assert_eq!(page.dated.as_deref(), Some("2025年1月6日"));
        assert!(page.doc_number.as_ref().unwrap().contains("2025"));
        let pieces: Vec<&PublicPiece> =
            page.sections.iter().flat_map(|one| one.paragraphs.iter().flatten()).collect();
        let received = PublicPiece::Figure("reconsideration_received".to_owned(), "2件".to_owned());
        assert!(pieces.contains(&&received), "{pieces:?}");
        assert!(pieces.iter().any(|one| matches!(one, PublicPiece::Stated(number, ..) if number == "4次")));
        let all = format!("{pieces:?}");
        assert!(!all.contains("后来写的话"), "{all}");
        let figure = page.figures.iter().find(|one| one.id == "reconsideration_received").unwrap();
        assert!(figure.link.contains("as_of=2025-01-05") && figure.records == 2);
        // The bundle holds by itself, and holds what the page offers.
        let bundle = platform.public_report_file(("annual_report", "county", 2024), "bundle.zip").unwrap();
        let read = unseal(&bundle.bytes, None);
        assert_eq!(read.faults, Vec::<String>::new());
        assert!(read.figures > 0 && read.events >= 2, "{read:?}");
        for name in ["report.md", "report.html", "report.docx"] {
            let file = platform.public_report_file(("annual_report", "county", 2024), name).unwrap();
            assert!(read.files.iter().any(|own| own == name) && !file.bytes.is_empty());
        }
        let text = platform.public_report_file(("annual_report", "county", 2024), "report.md").unwrap();
        let text = String::from_utf8(text.bytes).unwrap();
        assert!(text.contains("[2件](/figures/reconsideration_received") && text.contains("## 附：自报数字"));
        assert!(platform.public_report_file(("annual_report", "county", 2024), "../x.zip").is_err());
        let (lines, next) = platform.public_reports(None).unwrap();
        assert_eq!((lines.len(), lines[0].year, next), (1, 2024, None));
        // The journal keeps the files beside the acts, and everything still replays.
        let view = platform.case_view(&county.officer, &case).unwrap();
        let files = |act: &str| view.events.iter().find(|one| one.act_id == act).unwrap().files.clone();
        assert_eq!(files("submit"), files("publish"));
        assert!(files("publish").iter().any(|(_, name)| name == "bundle.zip"));
        assert!(platform.verify(true).unwrap().faults.is_empty());
        withdrawn(&county, &case);
    });
}

/// The publication is taken back: the public version goes with it.
fn withdrawn(county: &County, case: &str) {
    let view = county.platform.case_view(&county.officer, case).unwrap();
    let event = view.events.iter().find(|one| one.act_id == "publish").unwrap();
    let correct = app::Correct {
        key: "take back".to_owned(),
        case: case.to_owned(),
        version: None,
        number: event.number,
        reason: "登记有误".to_owned(),
        instead: None,
    };
    county.platform.correct(&county.officer, correct).unwrap();
    assert!(county.platform.public_report("annual_report", "county", 2024).is_err());
    assert!(county.platform.public_report_file(("annual_report", "county", 2024), "bundle.zip").is_err());
    assert!(county.platform.public_reports(None).unwrap().0.is_empty());
}

#[test]
fn a_day_is_chosen_that_is_over() {
    on_both("draft_day", "2025-01-03", |county, _folder, _database| {
        let case = begun(&county);
        let platform = &county.platform;
        let until = |text: &str| platform.count_report_until(&county.officer, &case, Some(day(text)));
        assert!(until("2025-01-06").is_err());
        assert!(until("2023-12-31").is_err());
        until("2025-01-03").unwrap();
        county.clock.set(day("2025-01-20"), 9);
        let view = platform.report_draft(&county.officer, &case).unwrap().begun.unwrap();
        assert_eq!((view.as_of, view.is_chosen), (day("2025-01-03"), true));
        platform.count_report_until(&county.officer, &case, None).unwrap();
        let view = platform.report_draft(&county.officer, &case).unwrap().begun.unwrap();
        assert_eq!((view.as_of, view.is_chosen), (day("2025-01-19"), false));
        let lines = platform.report_drafts(&county.head).unwrap();
        assert_eq!((lines.len(), lines[0].is_begun), (1, true));
        assert_eq!(lines[0].case, case);
    });
}

#[test]
fn last_year_is_compared_with_where_it_has_records() {
    on_both("draft_last_year", "2024-11-04", |county, _folder, _database| {
        county.apply("2024 first", "2024-09-25").unwrap();
        county.apply("2024 second", "2024-10-08").unwrap();
        county.clock.set(day("2025-11-04"), 9);
        county.apply("2025 first", "2025-09-25").unwrap();
        county.apply("2025 second", "2025-09-26").unwrap();
        county.apply("2025 third", "2025-09-27").unwrap();
        county.clock.set(day("2026-01-05"), 9);
        let open = Open {
            key: "annual report 2025".to_owned(),
            procedure: "annual_report".to_owned(),
            organ: "county".to_owned(),
            act: "begin".to_owned(),
            on: day("2026-01-05"),
            form: form(&[
                ("kind", "county_government"),
                ("year", "2025"),
                ("year_end", "2025-12-31"),
                ("demonstration", "no"),
            ]),
            files: Vec::new(),
        };
        let case = county.platform.open(&county.officer, open).unwrap().case;
        county.platform.begin_report(&county.officer, &case, &origin()).unwrap();
        let text = "收到行政复议申请{{figure:reconsideration_received 比上年}}；上年{{figure:reconsideration_received 上年}}，\
            统计期间为{{figure:reconsideration_received 期间}}。";
        kept(&save(&county, &county.officer, &case, "other", 0, text));
        let (_, sections) = county.platform.report_reading(&county.officer, &case).unwrap();
        let other = sections.iter().find(|one| one.heading.contains("其他")).unwrap();
        let words: String = other.paragraphs[0]
            .iter()
            .map(|one| match one {
                PublicPiece::Words(words) => words.clone(),
                PublicPiece::Figure(_, shown) | PublicPiece::Linked(shown, _) => shown.clone(),
                PublicPiece::Stated(shown, ..) => shown.clone(),
            })
            .collect();
        assert_eq!(
            words,
            "收到行政复议申请3件（上年2件，增加1件，增长50%）；上年2件，统计期间为2025年1月1日至12月31日。"
        );
        let checked = county.platform.check_report(&county.officer, &case, &rules(), None).unwrap();
        let own: Vec<_> = checked.findings.iter().filter(|one| one.section == "other").collect();
        assert!(own.is_empty(), "{own:#?}");
    });
}

/// An organ's own officers write; a case in which no report is drafted has no draft.
#[test]
fn only_a_case_of_a_report_has_a_draft() {
    let county = County::new("2025-01-03");
    let other = county.apply("first", "2024-09-25").unwrap().case;
    assert!(matches!(county.platform.report_draft(&county.officer, &other), Err(AppError::NotFound { .. })));
    assert!(!county.platform.has_report(&county.officer, &other).unwrap());
    let organ = Organ {
        id: "city".to_owned(),
        name: "泉州市人民政府".to_owned(),
        short: "泉政".to_owned(),
        kind: "government".to_owned(),
        division: "350500".to_owned(),
        credit_code: None,
        parent: None,
    };
    county.platform.enter_organs(vec![organ], day("2020-01-01")).unwrap();
    assert!(county.platform.report_drafts(&county.officer).unwrap().is_empty());
}
