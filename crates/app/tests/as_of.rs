//! What was known on a day: figures, their records and cases as of a day are those of a platform that stopped on it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::county::{County, day, form};
use app::{AppError, CaseView, Correct, Deal, FigureAsked, Form, Open, Organ};
use calendar::Day;
use proptest::prelude::*;
use tempfile::TempDir;

/// What happens on a day, one after the other. Days back are counted from the day on which it is entered.
#[derive(Clone, Debug)]
enum Op {
    Open {
        back: i32,
    },
    Act {
        case: usize,
        act: usize,
        back: i32,
    },
    Correct {
        case: usize,
        number: u32,
        back: i32,
        withdrawn: bool,
    },
    /// Days pass, and the law deems done what is due.
    Pass {
        days: i32,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let case = || 0..4_usize;
    prop_oneof![
        3 => (0..4_i32).prop_map(|back| Op::Open { back }),
        6 => (case(), 0..6_usize, 0..4_i32).prop_map(|(case, act, back)| Op::Act { case, act, back }),
        4 => (case(), 1..6_u32, 0..6_i32, any::<bool>())
            .prop_map(|(case, number, back, withdrawn)| Op::Correct { case, number, back, withdrawn }),
        4 => (1..12_i32).prop_map(|days| Op::Pass { days }),
    ]
}

const BEGINNING: &str = "2024-03-04";

struct Run {
    county: County,
    cases: Vec<String>,
    today: Day,
    serial: u32,
    _folder: TempDir,
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::testing::open(&folder.path().join("data"), &store::Options::default()).unwrap();
        store.set_durable(false);
        Self {
            county: County::in_store(store, BEGINNING),
            _folder: folder,
            cases: Vec::new(),
            today: day(BEGINNING),
            serial: 0,
        }
    }

    fn back(&self, days: i32) -> Day {
        Day::from_number(self.today.number() - days).unwrap()
    }

    fn act(&self, act: usize) -> (&'static str, Form) {
        let yes_no = [
            "forbidden",
            "touches_third_party",
            "co_made",
            "separable",
            "needs_processing",
            "needs_approval",
            "excessive",
        ];
        match act {
            0 => ("admit", form(&[("handled_by", "政务公开科")])),
            1 => ("search", form(&[("places", "档案"), ("found", "yes")])),
            2 => ("search", form(&[("places", "档案"), ("found", "no")])),
            3 => ("examine", yes_no.iter().map(|name| ((*name).to_owned(), vec!["no".to_owned()])).collect()),
            4 => (
                "ask_correction",
                form(&[("matters", "写明文号"), ("guidance", "已释明"), ("correct_by", "2024-05-20")]),
            ),
            _ => ("correct", form(&[("corrected", "文号已写明")])),
        }
    }

    /// Does one thing. What is refused is refused in every run alike.
    fn step(&mut self, op: &Op) {
        self.serial += 1;
        self.county.clock.tick();
        let (platform, officer) = (&self.county.platform, &self.county.officer);
        let key = format!("k{}", self.serial);
        match op {
            Op::Open { back } => {
                let on = self.back(*back);
                let open = Open {
                    procedure: "disclosure_request".to_owned(),
                    act: "apply".to_owned(),
                    form: form(&[
                        ("applicant", "演示申请人"),
                        ("applicant.code", "11010519491231002X"),
                        ("applicant_kind", "natural_person"),
                        ("contact", "13800001234"),
                        ("channel", "in_person"),
                        ("information", "某路施工许可"),
                    ]),
                    ..self.county.application(&key, &on.to_string())
                };
                if self.cases.len() < 4 {
                    self.cases.push(platform.open(officer, open).unwrap().case);
                }
            }
            Op::Act { case, act, back } => {
                let Some(case) = self.cases.get(*case).cloned() else { return };
                let (act, form) = self.act(*act);
                let on = self.back(*back);
                let deal =
                    Deal { key, case, version: None, act: act.to_owned(), on, form, files: Vec::new() };
                expected(platform.act(officer, deal));
            }
            Op::Correct { case, number, back, withdrawn } => {
                let Some(case) = self.cases.get(*case).cloned() else { return };
                let view = platform.case_view(officer, &case).unwrap();
                let Some(event) = view.events.iter().find(|event| event.number == *number) else { return };
                let instead = (0..6).map(|act| self.act(act)).find(|(act, _)| *act == event.act_id);
                let instead = instead.filter(|_| !withdrawn).map(|(_, form)| (self.back(*back), form));
                let reason = "记错".to_owned();
                let correct = Correct { key, case, version: None, number: *number, reason, instead };
                expected(platform.correct(officer, correct));
            }
            Op::Pass { days } => {
                self.today = Day::from_number(self.today.number() + days).unwrap();
                self.county.clock.set(self.today, 9);
                platform.run_lapses().unwrap();
            }
        }
    }
}

fn expected(outcome: app::Result<app::Done>) {
    match outcome {
        Ok(_)
        | Err(
            AppError::Refused(_)
            | AppError::Invalid(_)
            | AppError::NotFound { .. }
            | AppError::Forbidden { .. }
            | AppError::Wrong { .. },
        ) => (),
        Err(other) => panic!("{other:?}"),
    }
}

fn asked(as_of: Day) -> FigureAsked {
    FigureAsked {
        organ: String::new(),
        division: String::new(),
        from: day("2020-01-01"),
        to: day("2030-01-01"),
        as_of,
    }
}

/// All figures with their values, and for each that has records the sums of those.
fn figures(county: &County, as_of: Day) -> Vec<String> {
    let lines = county.platform.figures(None, &asked(as_of)).unwrap();
    let one = |line: &app::FigureLine| {
        let (mut n, mut total, mut after) = (0, 0, None);
        let mut rows = Vec::new();
        loop {
            let (page, next) = county
                .platform
                .figure_records(app::Viewer::Keeper, &line.id, &asked(as_of), after.as_deref())
                .unwrap();
            n += page.iter().map(|row| row.n).sum::<i64>();
            total += page.iter().map(|row| row.total).sum::<i64>();
            rows.extend(page.into_iter().map(|row| {
                format!(
                    "{} {} {} {}",
                    row.seen.as_ref().map(|seen| seen.case.clone()).unwrap_or_default(),
                    row.number,
                    row.on,
                    row.n
                )
            }));
            after = next;
            if after.is_none() {
                break;
            }
        }
        if line.parts.is_none() {
            assert_eq!(n, line.records, "{}: the records are those that are counted", line.id);
        }
        format!("{} {} {n} {total} {rows:?}", line.id, line.shown())
    };
    lines.iter().map(one).collect()
}

/// A view as one of the past would be.
fn as_past(mut view: CaseView, as_of: Day) -> String {
    view.as_of = Some(as_of);
    view.may.iter_mut().for_each(|act| act.is_mine = false);
    // Salts are drawn anew in each run, and hashes hang on them.
    for event in &mut view.events {
        event.hash.clear();
        event.previous.clear();
    }
    // Which acts are the reader's own decides the order of a list of the present.
    view.may.sort_by(|a, b| a.id.cmp(&b.id));
    format!("{view:#?}")
}

/// Tells the first lines that differ.
fn same(one: &str, other: &str) {
    let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    assert_eq!(differs, None);
    assert_eq!(one.lines().count(), other.lines().count());
}

/// Runs everything, runs it once more up to a day, and compares what is said of that day.
fn compare(ops: &[Op], days: i32) {
    let stop = Day::from_number(day(BEGINNING).number() + days).unwrap();
    let (mut whole, mut stopped) = (Run::new(), Run::new());
    let mut is_past = true;
    for op in ops {
        if let Op::Pass { days } = op {
            is_past &= whole.today.number() + days <= stop.number();
        }
        whole.step(op);
        if is_past {
            stopped.step(op);
        }
    }
    if whole.today < stop {
        whole.county.clock.set(stop, 9);
    }
    stopped.county.clock.set(stop, 23);
    same(&figures(&whole.county, stop).join("\n"), &figures(&stopped.county, stop).join("\n"));
    for case in &whole.cases {
        let past = whole.county.platform.case_view_as_of(&whole.county.officer, case, stop);
        if !stopped.cases.contains(case) {
            let fault = past.unwrap_err().diagnostics()[0].message.clone();
            assert!(fault.contains("还没有登记过任何事项"), "{fault}");
            continue;
        }
        let then = stopped.county.platform.case_view(&stopped.county.officer, case).unwrap();
        same(&as_past(past.unwrap(), stop), &as_past(then, stop));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_day_is_as_a_platform_that_stopped_on_it(
        ops in prop::collection::vec(op(), 10..40),
        at in any::<prop::sample::Index>(),
        early in any::<bool>(),
    ) {
        let mut days = vec![0];
        for op in &ops {
            if let Op::Pass { days: passed } = op {
                days.push(days.last().unwrap() + passed);
            }
        }
        // A day on which something happened, or the one before it.
        compare(&ops, at.get(&days) - i32::from(early && at.get(&days) > &0));
    }
}

#[test]
fn a_later_correction_is_not_known_before_and_nothing_can_be_done_from_the_past() {
    let mut run = Run::new();
    for op in [
        Op::Open { back: 0 },
        Op::Act { case: 0, act: 2, back: 0 },
        Op::Pass { days: 1 },
        Op::Correct { case: 0, number: 2, back: 1, withdrawn: true },
    ] {
        run.step(&op);
    }
    let (platform, officer, case) = (&run.county.platform, &run.county.officer, &run.cases[0]);
    let now = platform.case_view(officer, case).unwrap();
    assert!(now.events.len() == 3 && now.events[1].is_superseded);
    assert!(now.as_of.is_none() && now.may.iter().any(|act| act.is_mine));
    let past = platform.case_view_as_of(officer, case, day(BEGINNING)).unwrap();
    assert_eq!(past.as_of, Some(day(BEGINNING)));
    assert!(past.events.len() == 2 && !past.events[1].is_superseded);
    assert!(!past.may.is_empty() && past.may.iter().all(|act| !act.is_mine));
    assert_eq!(past.version, 2);
    let told = |fault: AppError| fault.diagnostics()[0].message.clone();
    let early = platform.case_view_as_of(officer, case, day("2024-03-03")).unwrap_err();
    assert!(told(early).contains("还没有登记过任何事项"));
    let late = platform.case_view_as_of(officer, case, day("2024-03-06")).unwrap_err();
    assert!(told(late).contains("还没有到"));
    let citizen = app::Actor { rank: store::account::Rank::Citizen, organ: None, ..officer.clone() };
    let strange = platform.case_view_as_of(&citizen, case, day(BEGINNING)).unwrap_err();
    assert!(matches!(strange, AppError::NotFound { .. }), "who may not read it now may not read its past");
}

#[test]
fn the_register_of_organs_is_dated() {
    let county = County::new(BEGINNING);
    let new = Organ {
        id: "water".to_owned(),
        name: "德化县水利局".to_owned(),
        short: "德水".to_owned(),
        kind: "department".to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: Some("county".to_owned()),
    };
    county.platform.enter_organs(vec![new], day("2024-02-01")).unwrap();
    let names = |on: &str| -> Vec<String> {
        county.platform.organs_on(day(on)).unwrap().into_iter().map(|organ| organ.id).collect()
    };
    assert_eq!(names("2019-12-31"), Vec::<String>::new());
    assert_eq!(names("2024-01-31"), ["county", "police"]);
    assert_eq!(names("2024-02-01"), ["county", "police", "water"]);
}

/// A figure with more records than a page: none is told twice or left out.
#[test]
fn the_pages_of_records_meet() {
    let mut run = Run::new();
    for _ in 0..250 {
        run.step(&Op::Open { back: 0 });
        run.cases.clear();
    }
    let lines = run.county.platform.figures(None, &asked(run.today)).unwrap();
    assert!(lines.iter().any(|line| line.records == 250));
    figures(&run.county, run.today);
}
