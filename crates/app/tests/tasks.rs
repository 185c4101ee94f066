//! Tasks of a plan: how far each is by the records, apart from what is said; plans taken over from their text; figures compared.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use crate::county::{County, day, form, on_both};
use app::{AppError, CompareAsked, Deal, DraftPlan, Open, Subject, TaskLine, Viewer};
use plan::{MeasureRef, Progress};

const PLAN: &str = "quanzhou-2021-2025";

/// A plan of another form than the built-in one: no numbers in brackets, safeguards of its own, a measure that repeats one.
const TEXT: &str = include_str!("../../plan/tests/plans/second_county.txt");

fn usual() -> [(&'static str, &'static str); 7] {
    [
        ("plan", PLAN),
        ("measure", "61"),
        ("year", "2025"),
        ("title", "提高复议办案质效"),
        ("lead", "德化县人民政府"),
        ("due", "2025-06-30"),
        ("deliverable", "情况通报"),
    ]
}

fn assign(county: &County, key: &str, fields: &[(&str, &str)]) -> String {
    try_assign(county, key, fields).unwrap()
}

fn try_assign(county: &County, key: &str, fields: &[(&str, &str)]) -> app::Result<String> {
    let mut all = form(&usual());
    all.extend(form(fields));
    let open = Open {
        key: key.to_owned(),
        procedure: "measure_task".to_owned(),
        organ: "county".to_owned(),
        act: "assign".to_owned(),
        on: day("2025-01-06"),
        form: all,
        files: Vec::new(),
    };
    Ok(county.platform.open(&county.officer, open)?.case)
}

fn deal(county: &County, case: &str, act: &str, on: &str, fields: &[(&str, &str)]) {
    let deal = Deal {
        key: format!("{case}-{act}-{on}"),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: day(on),
        form: form(fields),
        files: Vec::new(),
    };
    let actor = if ["postpone", "cancel"].contains(&act) { &county.head } else { &county.officer };
    county.platform.act(actor, deal).unwrap();
}

fn line(county: &County, case: &str) -> TaskLine {
    let board = county.platform.tasks(Viewer::Account(&county.officer), PLAN, Some(2025)).unwrap();
    board.lines.into_iter().find(|line| line.case == case).unwrap()
}

#[test]
fn a_task_is_done_by_what_is_on_record_and_never_by_what_is_said() {
    on_both("tasks", "2025-03-03", |county, _folder, _database| {
        let paper = [("proof", "document"), ("document", "德政任单〔2025〕9号")];
        let said = assign(&county, "task-said-1", &paper);
        assert_eq!(line(&county, &said).progress, Progress::NotBegun);
        deal(&county, &said, "report_progress", "2025-01-20", &[("progress", "正在起草"), ("percent", "70")]);
        let one = line(&county, &said);
        assert_eq!(one.progress, Progress::OnTheWay);
        let (on, words) = one.said.unwrap();
        assert_eq!(on, day("2025-01-20"));
        assert!(words.contains("正在起草") && words.contains("70"), "{words}");
        deal(&county, &said, "report_done", "2025-02-10", &[("result", "已印发"), ("evidence", "文件")]);
        assert_eq!(line(&county, &said).progress, Progress::Unproved, "nobody has seen the paper");
        deal(&county, &said, "return_task", "2025-02-11", &[("reason", "没有附文件")]);
        assert_eq!(line(&county, &said).progress, Progress::OnTheWay);
        deal(&county, &said, "report_done", "2025-02-12", &[("result", "已印发"), ("evidence", "文件")]);
        deal(&county, &said, "confirm", "2025-02-13", &[("seen", "印发的原件"), ("reason", "属实")]);
        let one = line(&county, &said);
        assert_eq!(one.progress, Progress::Done);
        assert!(one.found.words.contains("核验"), "{}", one.found.words);

        // Confirmed without the record that was asked for: still not done.
        let entry = [("proof", "entry"), ("register", "research_projects"), ("entry_key", "课题1")];
        let bare = assign(&county, "task-bare-1", &entry);
        deal(&county, &bare, "report_done", "2025-02-10", &[("result", "已结项"), ("evidence", "报告")]);
        deal(&county, &bare, "confirm", "2025-02-13", &[("seen", "报告"), ("reason", "属实")]);
        assert_eq!(line(&county, &bare).progress, Progress::Unproved);

        // Cancelled: in no list.
        let gone = assign(&county, "task-gone-1", &paper);
        deal(&county, &gone, "cancel", "2025-02-10", &[("reason", "重复")]);
        let board = county.platform.tasks(Viewer::Public, PLAN, Some(2025)).unwrap();
        assert_eq!((board.lines.len(), board.dropped), (2, 1));
        assert!(board.lines.iter().all(|line| !line.is_seen), "nobody else may read the cases");
        assert_eq!(board.sums("61").worst(), Some(Progress::Unproved));
        let other = county.platform.tasks(Viewer::Public, PLAN, Some(2024)).unwrap();
        assert!(other.lines.is_empty());
    });
}

#[test]
fn a_figure_proves_a_task_when_it_reaches_its_target() {
    on_both("tasks_figure", "2025-03-03", |county, _folder, _database| {
        let goal = [
            ("proof", "figure"),
            ("figure", "reconsideration_received"),
            ("bound", "at_least"),
            ("target", "2"),
            ("scope", "lead"),
        ];
        let case = assign(&county, "task-figure-1", &goal);
        let one = line(&county, &case);
        assert_eq!(one.progress, Progress::NotBegun);
        assert!(one.found.words.contains("不少于2件"), "{}", one.found.words);
        county.apply("apply-0001", "2025-03-03").unwrap();
        // What proves tasks is at most a minute old: an hour later on the same day it would be new; another day is.
        county.clock.set(day("2025-03-04"), 9);
        let one = line(&county, &case);
        assert_eq!(one.progress, Progress::OnTheWay);
        assert!(one.found.words.contains("现为1件"), "{}", one.found.words);
        county.apply("apply-0002", "2025-03-04").unwrap();
        county.clock.set(day("2025-03-05"), 9);
        assert_eq!(line(&county, &case).progress, Progress::Done, "nobody has to say so");

        // Three are not reached: overdue on the day after, not on the day; put off, it is not.
        let more =
            assign(&county, "task-figure-2", &[&goal[..3], &[("target", "3"), ("scope", "all")]].concat());
        county.clock.set(day("2025-06-30"), 9);
        assert_eq!(line(&county, &more).progress, Progress::OnTheWay);
        let late =
            assign(&county, "task-figure-3", &[&goal[..3], &[("target", "3"), ("scope", "all")]].concat());
        deal(&county, &late, "postpone", "2025-06-30", &[("days", "10"), ("reason", "材料未齐")]);
        county.clock.set(day("2025-07-01"), 9);
        assert_eq!(line(&county, &more).progress, Progress::Overdue);
        assert_eq!(line(&county, &late).progress, Progress::OnTheWay);
        assert_eq!(line(&county, &late).due, day("2025-07-10"));

        // What may not be exceeded is told only when the time is over.
        let most = [
            ("proof", "figure"),
            ("figure", "reconsideration_received"),
            ("bound", "at_most"),
            ("target", "5"),
        ];
        let most = assign(&county, "task-figure-4", &[&most[..], &[("due", "2025-07-31")]].concat());
        assert_eq!(line(&county, &most).progress, Progress::NotBegun);
        county.clock.set(day("2025-08-01"), 9);
        assert_eq!(line(&county, &most).progress, Progress::Done);
    });
}

#[test]
fn what_there_is_not_is_refused_at_entry_and_all_at_once() {
    on_both("tasks_wrong", "2025-03-03", |county, _folder, _database| {
        let right =
            assign(&county, "task-right-1", &[("proof", "document"), ("document", "德政〔2025〕1号")]);
        let wrong = [
            ("measure", "99"),
            ("proof", "figure"),
            ("figure", "reconsideration_receive"),
            ("bound", "at_least"),
            ("scope", "lead"),
            ("register", "no_such"),
        ];
        let Err(AppError::Invalid(faults)) = try_assign(&county, "task-figure-5", &wrong) else {
            panic!("assigned")
        };
        let told = |field: &str| {
            let found = faults.iter().find(|fault| fault.field == field);
            found.map(|fault| fault.message.clone()).unwrap_or_default()
        };
        assert!(told("measure").contains("没有措施“99”"), "{faults:?}");
        assert!(told("figure").contains("是不是“reconsideration_received”"), "{faults:?}");
        assert!(told("target").contains("目标") && told("register").contains("no_such"), "{faults:?}");
        let Err(AppError::Invalid(faults)) =
            try_assign(&county, "task-plan-1", &[("plan", "no"), ("proof", "case")])
        else {
            panic!("assigned")
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["plan", "case_number"]);
        // Nor is it put in the place of another by a correction.
        let mut instead = form(&[("measure", "99"), ("proof", "document"), ("document", "德政〔2025〕1号")]);
        let usual = usual();
        for (name, text) in form(&usual) {
            instead.entry(name).or_insert(text);
        }
        let correct = app::Correct {
            key: "task-correct-1".to_owned(),
            case: right,
            version: None,
            number: 1,
            reason: "措施写错".to_owned(),
            instead: Some((day("2025-01-06"), instead)),
        };
        let Err(AppError::Invalid(faults)) = county.platform.correct(&county.head, correct) else {
            panic!("corrected")
        };
        assert_eq!(faults.first().map(|fault| fault.field.as_str()), Some("measure"));
    });
}

#[test]
fn tasks_come_by_a_sheet_whole_or_not_at_all() {
    on_both("tasks_sheet", "2025-03-03", |county, _folder, _database| {
        let blank = county.platform.task_form_sheet(&county.officer).unwrap();
        let read = sheets::open(&blank.bytes).unwrap();
        let head = read.lines.first().unwrap().cells.clone();
        assert!(head.contains(&"方案*".to_owned()) && head.contains(&"以什么证明*".to_owned()), "{head:?}");
        let book = |rows: &[&[(&str, &str)]]| {
            let cell = |row: &[(&str, &str)], name: &str| {
                let plain = name.trim_end_matches('*');
                row.iter().find(|(own, _)| *own == plain).map_or("", |(_, text)| text).to_owned()
            };
            let rows =
                rows.iter().map(|row| head.iter().map(|name| sheets::Cell::from(cell(row, name))).collect());
            let page = sheets::Page {
                name: "任务".to_owned(),
                headings: head.clone(),
                rows: rows.collect(),
                ..sheets::Page::default()
            };
            sheets::write_book(&[page]).unwrap()
        };
        let good: [(&str, &str); 9] = [
            ("方案", PLAN),
            ("措施编号", "61"),
            ("年度", "2025"),
            ("任务", "第一项"),
            ("牵头单位", "德化县人民政府"),
            ("完成时限", "2025/6/30"),
            ("交付什么", "通报"),
            ("以什么证明", "有文件"),
            ("文号", "德政〔2025〕1号"),
        ];
        let second = [&good[..3], &[("任务", "第二项")], &good[4..]].concat();
        let bad = [&good[..1], &[("措施编号", "99"), ("年度", "二"), ("任务", "坏的")], &good[4..8]].concat();
        let worse =
            [&good[..1], &[("措施编号", "98"), ("任务", "更坏"), ("年度", "2025")], &good[4..8]].concat();
        let Err(AppError::Unfit(found)) =
            county.platform.enter_tasks(&county.officer, &book(&[&good, &bad, &worse, &good]))
        else {
            panic!("assigned")
        };
        let told: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
        assert!(told.iter().any(|one| one.starts_with("C3：年度")), "{told:?}");
        assert!(told.iter().any(|one| one.starts_with("B4：措施编号") && one.contains("98")), "{told:?}");
        assert!(
            told.iter().any(|one| one.contains("文号")) && told.contains(&"第5行与第2行完全相同"),
            "{told:?}"
        );
        let board = |county: &County| {
            county.platform.tasks(Viewer::Account(&county.officer), PLAN, Some(2025)).unwrap().lines
        };
        assert!(board(&county).is_empty(), "one mistake, and nothing is assigned");
        assert_eq!(county.platform.enter_tasks(&county.officer, &book(&[&good, &second])).unwrap(), 2);
        assert_eq!(county.platform.enter_tasks(&county.officer, &book(&[&good, &second])).unwrap(), 2);
        let lines = board(&county);
        assert_eq!(lines.len(), 2, "the same lines on the same day are assigned once");
        assert!(lines.iter().all(|line| line.due == day("2025-06-30")), "{lines:?}");
        let empty = county.platform.enter_tasks(&county.officer, &book(&[]));
        assert!(matches!(empty, Err(AppError::Unfit(_))), "{empty:?}");
    });
}

#[test]
fn a_plan_is_taken_over_from_its_text_and_has_tasks_of_its_own() {
    on_both("plans", "2025-03-03", |county, _folder, _database| {
        let platform = &county.platform;
        let mut draft = platform.draft_plan(&plan::import(TEXT));
        assert_eq!(draft.measures.len(), 5, "{draft:?}");
        assert_eq!((draft.first_year.as_str(), draft.last_year.as_str()), ("2024", "2026"));
        // Everything that is wrong at once.
        let Err(AppError::Invalid(faults)) = platform.adopt_plan(&county.head, &draft) else {
            panic!("taken over")
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert!(fields.contains(&"code") && fields.contains(&"issued_on"), "{fields:?}");
        draft.code = "yixian-2024".to_owned();
        draft.issued_by = "乙县人民政府办公室".to_owned();
        draft.issued_on = "2024-03-01".to_owned();
        draft.measures[1].title = "规范性文件合法性审核全覆盖".to_owned();
        draft.measures[1].same_as = "61".to_owned();
        draft.measures[2].same_as = String::new();
        let twice =
            DraftPlan { measures: [&draft.measures[..], &draft.measures[..1]].concat(), ..draft.clone() };
        assert!(platform.adopt_plan(&county.head, &twice).is_err(), "a number twice");
        assert!(platform.adopt_plan(&county.officer, &draft).is_err(), "only the head keeps registers");
        assert_eq!(platform.adopt_plan(&county.head, &draft).unwrap(), 5);
        assert!(platform.adopt_plan(&county.head, &draft).is_err(), "it is there already");

        let made = platform.plan_of("yixian-2024").unwrap();
        assert_eq!((made.measures.len(), made.organisation.len()), (3, 2));
        let second = made.measure(MeasureRef::Measure(2)).unwrap();
        assert_eq!(second.title, "规范性文件合法性审核全覆盖");
        let choices = platform.plan_choices().unwrap();
        assert_eq!(choices.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [PLAN, "yixian-2024"]);
        // A measure that repeats one of the built-in plan is carried by what carries that one.
        let view = platform.measure_view("yixian-2024", "2", 2025).unwrap();
        assert!(view.carriers.iter().any(|carrier| carrier.id == "reconsideration"), "{:?}", view.carriers);
        let own = platform.measure_view("yixian-2024", "3", 2025).unwrap();
        assert!(own.carriers.is_empty());
        let task = [
            ("plan", "yixian-2024"),
            ("measure", "3"),
            ("proof", "case"),
            ("case_number", "没有〔2025〕1号"),
        ];
        assign(&county, "task-of-own-1", &task);
        let board = platform.tasks(Viewer::Public, "yixian-2024", None).unwrap();
        assert_eq!(board.lines.len(), 1);
        assert!(platform.tasks(Viewer::Public, PLAN, None).unwrap().lines.is_empty());
        let sheet = platform.task_sheet(&county.officer, "yixian-2024", 2025, "").unwrap();
        assert_eq!(sheet.entries, 1);
        assert!(sheet.bytes.starts_with(b"PK"));
    });
}

#[test]
fn the_published_plan_of_quanzhou_is_taken_over_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds/plan_quanzhou_2021-2025.txt");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("跳过：没有 {path}");
        return;
    };
    let county = County::new("2025-03-03");
    let mut draft = county.platform.draft_plan(&plan::import(&text));
    assert_eq!(draft.measures.len(), 84);
    draft.code = "quanzhou-text".to_owned();
    draft.issued_by = "中共泉州市委全面依法治市委员会".to_owned();
    draft.issued_on = "2022-07-15".to_owned();
    assert_eq!(county.platform.adopt_plan(&county.head, &draft).unwrap(), 84);
    let picture = county.platform.plan_picture("quanzhou-text", 2025).unwrap();
    let cells = picture.parts.iter().flat_map(|part| &part.heads).map(|(_, cells)| cells.len());
    assert_eq!(cells.sum::<usize>(), 84);
    assert_eq!(picture.parts.len(), 9, "eight systems and organisation");
}

#[test]
fn a_finding_that_names_a_measure_stands_on_its_page() {
    let county = County::new("2025-03-03");
    let open = Open {
        key: "finding-0001".to_owned(),
        procedure: "rectification".to_owned(),
        organ: "county".to_owned(),
        act: "list_problem".to_owned(),
        on: day("2025-03-03"),
        form: form(&[
            ("source", "own"),
            ("problem", "复议文书上网不及时"),
            ("charged", "德化县公安局"),
            ("term", "days30"),
            ("standard", "全部上网"),
            ("measure", "（61）、68、second-1#7"),
        ]),
        files: Vec::new(),
    };
    county.platform.open(&county.officer, open).unwrap();
    let of = |viewer: Viewer<'_>, number: u32| {
        let plan = &county.platform.rules().plan.as_ref().unwrap().id;
        county.platform.about_measure(viewer, plan, MeasureRef::Measure(number)).unwrap()
    };
    let (lines, others) = of(Viewer::Account(&county.officer), 61);
    assert_eq!((lines.len(), others), (1, 0));
    assert_eq!(lines[0].words, "复议文书上网不及时");
    assert_eq!(of(Viewer::Account(&county.officer), 6).0.len(), 0, "6 is not 61");
    assert_eq!(of(Viewer::Account(&county.officer), 7).0.len(), 0, "7 is another plan's");
    let other = |plan: &str, number: u32| {
        let reference = MeasureRef::Measure(number);
        county.platform.about_measure(Viewer::Account(&county.officer), plan, reference).unwrap().0.len()
    };
    assert_eq!((other("second-1", 7), other("second-1", 61), other("second-2", 7)), (1, 0, 0));
    let (hidden, others) = of(Viewer::Public, 68);
    assert_eq!((hidden.len(), others), (0, 1), "that there is one is told, and nothing else");
}

#[test]
fn figures_are_compared_with_what_they_are_over_and_refused_with_a_reason() {
    let county = County::new("2025-03-03");
    county.apply("apply-0001", "2025-03-03").unwrap();
    let asked = CompareAsked {
        figures: vec!["reconsideration_received".to_owned()],
        subjects: vec![Subject::Organ("county".to_owned())],
        years: vec![2024, 2025],
        as_of: day("2025-03-03"),
        base: None,
        stated_base: None,
        reports: Vec::new(),
    };
    let made = county.platform.compare_figures(&asked).unwrap();
    // 2024 is whole, 2025 is not: the second is refused beside the first.
    let (lines, refused) = (made[0].lines(), made[0].refused());
    assert_eq!(lines.len(), 1);
    assert_eq!((refused.len(), refused[0].1), (1, 2025));
    assert!(refused[0].2.contains("期间"), "{refused:?}");
    // Two organs' counts without a base are not compared.
    let beside = CompareAsked {
        subjects: vec![Subject::Organ("county".to_owned()), Subject::Organ("police".to_owned())],
        years: vec![2025],
        ..asked.clone()
    };
    let made = county.platform.compare_figures(&beside).unwrap();
    assert!(made[0].refused().iter().all(|(_, _, why)| why.contains("基数")), "{:?}", made[0].refused());
    assert!(made[0].lines().is_empty());
    let ratio = |number| assessment::Ratio::whole(number);
    let people = vec![("county".to_owned(), ratio(4)), ("police".to_owned(), ratio(2))];
    let based = CompareAsked { stated_base: Some(("常住人口（万人）".to_owned(), people)), ..beside };
    let made = county.platform.compare_figures(&based).unwrap();
    let lines = made[0].lines();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].value.as_str(), lines[0].over.as_str()), ("0.25", "常住人口（万人） 4"));
    // Nothing is asked: everything that is missing is told.
    let none = CompareAsked {
        figures: vec!["no_such".to_owned()],
        subjects: Vec::new(),
        years: vec![2099],
        ..asked
    };
    let Err(AppError::Invalid(faults)) = county.platform.compare_figures(&none) else { panic!("compared") };
    assert_eq!(faults.len(), 3, "{faults:?}");
}

/// A report of another county: one number stated plainly, one stated in two ways, a share with the number it is over.
const OTHER: &str = "安溪县2024年法治政府建设年度报告\n\n一、举措与成效\n\n全年收到行政复议申请120件，受理110件。全年审结100件。\n\n安溪县人民政府\n2025年2月20日\n";

#[test]
fn reports_of_others_stand_beside_the_records() {
    let county = County::new("2025-03-03");
    county.apply("apply-0001", "2025-03-03").unwrap();
    county.clock.set(day("2026-01-05"), 9);
    let rules = audit_report::load(&audit_report::BUILT_IN).unwrap();
    let text = audit::Text::new(OTHER);
    let other = county.platform.read_report(&rules, "安溪", &text, None);
    assert_eq!((other.who.as_str(), other.year), ("安溪县", Some(2024)));
    let number = other.stated.get("reconsideration_received").map(|(value, _)| value.text(0));
    assert_eq!(number.as_deref(), Some("120"), "{other:?}");
    let asked = CompareAsked {
        figures: vec!["reconsideration_received".to_owned()],
        subjects: vec![Subject::Organ("county".to_owned())],
        years: vec![2025],
        as_of: day("2026-01-05"),
        base: None,
        stated_base: None,
        reports: vec![other.clone()],
    };
    let made = county.platform.compare_figures(&asked).unwrap();
    assert!(made[0].refused().iter().all(|(_, _, why)| why.contains("基数")), "{:?}", made[0].refused());
    let people = vec![
        ("county".to_owned(), assessment::Ratio::whole(33)),
        ("安溪县".to_owned(), assessment::Ratio::whole(100)),
    ];
    let based =
        CompareAsked { stated_base: Some(("常住人口（万人）".to_owned(), people)), ..asked.clone() };
    let made = county.platform.compare_figures(&based).unwrap();
    let lines = made[0].lines();
    assert_eq!(lines.len(), 2, "{:?}", made[0].refused());
    assert!(lines[1].is_reported && lines[1].value == "1.2" && lines[1].year == 2024, "{lines:?}");
    assert!(!lines[0].is_reported);
    // A share is compared only where the report states what it is over.
    let share = CompareAsked { figures: vec!["reconsideration_within_limit_rate".to_owned()], ..asked };
    let made = county.platform.compare_figures(&share).unwrap();
    assert!(made[0].refused().iter().any(|(who, _, _)| who.starts_with("安溪县")), "{:?}", made[0].refused());
    // What it says in two ways is not taken.
    let twice = OTHER.replace("全年审结", "全年收到行政复议申请121件。全年审结");
    let other = county.platform.read_report(&rules, "安溪", &audit::Text::new(&*twice), None);
    assert!(!other.stated.contains_key("reconsideration_received"), "{other:?}");
    assert_eq!(other.unclear, ["reconsideration_received"]);
}
