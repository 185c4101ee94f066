//! The sentences of “The state of a case” and “Details that the code settles” in `docs/norms.md`, one by one.
#![expect(clippy::unwrap_used, clippy::panic, reason = "steps of tests fail loudly")]

mod common;

use common::{Bench, act, add_guard, day, duty, field, id_of, limit, needs, norm, procedure, set};
use norms::{
    Act, Bar, Deed, Extend, FieldType, Form, History, HistoryFault, Lapse, LapseDay, Owed, PauseRule,
    Procedure, Record, Value,
};

/// `apply` opens, `decide` and `refuse` end, the others come between; all repeat but the ends.
fn usual() -> Procedure {
    let make = |id: &str| -> Act {
        let mut one = act(id);
        one.opens_case = id == "apply";
        one.ends_case = matches!(id, "decide" | "refuse");
        one.repeats = !one.ends_case && !one.opens_case;
        one
    };
    procedure(["apply", "accept", "hear", "stop", "go", "extend", "decide", "refuse"].map(make).to_vec())
}

struct Case<'a> {
    bench: &'a Bench,
    history: History,
}

impl<'a> Case<'a> {
    fn new(bench: &'a Bench) -> Self {
        Self { bench, history: History::new(&bench.engine()) }
    }

    fn try_with(&mut self, on: &str, act: &str, record: Record) -> Result<(), HistoryFault> {
        let number = u32::try_from(self.history.deeds.len()).unwrap() + 1;
        let act = id_of(&self.bench.procedure, act);
        let deed = Deed { number, act, on: day(on), record, lapse: None };
        self.history.add(&self.bench.engine(), deed)
    }

    fn tries(&mut self, on: &str, act: &str) -> Result<(), HistoryFault> {
        self.try_with(on, act, Record::default())
    }

    fn does(&mut self, on: &str, act: &str) {
        self.tries(on, act).unwrap_or_else(|fault| panic!("{act} on {on}: {fault:?}"));
    }

    fn bar(&mut self, on: &str, act: &str) -> Bar {
        match self.tries(on, act) {
            Err(HistoryFault::Refused(refusal)) => refusal.reasons.first().unwrap().bar,
            other => panic!("{act} on {on}: {other:?}"),
        }
    }

    /// What the clock does before a day begins.
    fn clock(&mut self, before: &str) {
        while let Some(due) = self.bench.engine().lapse_due(&self.history.marking, day(before)) {
            let number = u32::try_from(self.history.deeds.len()).unwrap() + 1;
            let deed =
                Deed { number, act: due.act, on: due.on, record: Record::default(), lapse: Some(due.norm) };
            self.history.add(&self.bench.engine(), deed).unwrap();
        }
    }

    fn owed(&self, act: &str) -> Option<&Owed> {
        let act = id_of(&self.bench.procedure, act);
        self.history.marking.owed.iter().find(|owed| owed.must.has(act))
    }

    fn last_day(&self, act: &str) -> String {
        self.owed(act).unwrap().last_day.map_or("none".to_owned(), |day| day.to_string())
    }

    fn is_closed(&self) -> bool {
        self.history.marking.closed_on.is_some()
    }
}

fn decide_in(within: &str) -> Procedure {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "apply", "decide", Some(within)));
    norm(&mut made, None, form);
    made
}

fn with_duty(mut made: Procedure, change: impl FnOnce(&mut norms::Duty)) -> Bench {
    if let Some(Form::Duty(duty)) = made.norms.first_mut().map(|norm| &mut norm.form) {
        change(duty);
    }
    Bench::new(made)
}

#[test]
fn an_act_that_does_not_repeat_is_spent() {
    let bench = Bench::new(decide_in("20 days"));
    let mut case = Case::new(&bench);
    assert_eq!(case.bar("2024-03-01", "decide"), Bar::NotOpened);
    case.does("2024-03-01", "apply");
    assert_eq!(case.bar("2024-03-02", "apply"), Bar::Spent);
    case.does("2024-03-04", "hear");
    case.does("2024-03-05", "hear");
}

#[test]
fn one_of_the_alternatives_discharges_a_duty() {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "apply", "accept hear", Some("5 days")));
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    assert!(case.owed("accept").is_some());
    case.does("2024-03-04", "hear");
    assert!(case.owed("accept").is_none());
}

#[test]
fn a_repeated_trigger_leaves_the_earlier_last_day() {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "hear", "decide", Some("10 days")));
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-04", "hear");
    let first = case.last_day("decide");
    case.does("2024-03-08", "hear");
    assert_eq!((first.as_str(), case.last_day("decide").as_str()), ("2024-03-14", "2024-03-14"));
}

#[test]
fn extensions_are_barred_after_the_last_day_and_when_used_up() {
    let made = decide_in("10 days");
    let by = set(&made, "extend");
    let bench = with_duty(made, |duty| {
        duty.extends = vec![Extend { by, add: limit("5 days"), times: 1, days: Vec::new() }];
    });
    let mut case = Case::new(&bench);
    case.does("2024-03-04", "apply");
    assert_eq!(case.last_day("decide"), "2024-03-14");
    assert_eq!(case.bar("2024-03-15", "extend"), Bar::NothingToExtend);
    case.does("2024-03-14", "extend");
    assert_eq!(case.last_day("decide"), "2024-03-19");
    assert_eq!(case.bar("2024-03-15", "extend"), Bar::NothingToExtend);
}

#[test]
fn an_extension_gives_the_days_of_its_record_and_no_more_than_it_may() {
    let mut made = decide_in("10 days");
    let extend = id_of(&made, "extend");
    made.acts.get_mut(extend.index()).unwrap().fields = vec![field("days", FieldType::Number, false)];
    let by = set(&made, "extend");
    let bench = with_duty(made, |duty| {
        duty.extends = vec![Extend { by, add: limit("5 days"), times: 2, days: vec![(extend, 0)] }];
    });
    let mut case = Case::new(&bench);
    case.does("2024-03-04", "apply");
    let days = |count: i64| Record::new(vec![Some(Value::Number(count * norms::PARTS))]);
    case.try_with("2024-03-05", "extend", days(4)).unwrap();
    assert_eq!(case.last_day("decide"), "2024-03-18");
    case.try_with("2024-03-05", "extend", days(400)).unwrap();
    assert_eq!(case.last_day("decide"), "2024-03-25");
}

fn paused() -> Bench {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "accept", "decide", Some("10 days")));
    norm(&mut made, None, form);
    let rule = PauseRule { from: set(&made, "stop"), until: set(&made, "go") };
    with_duty(made, |duty| duty.pauses = vec![rule])
}

#[test]
fn while_a_pause_is_open_there_is_no_last_day() {
    let bench = paused();
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-04", "accept");
    case.does("2024-03-06", "stop");
    assert_eq!(case.last_day("decide"), "none");
    case.does("2024-03-11", "go");
    assert_eq!(case.last_day("decide"), "2024-03-19");
}

#[test]
fn a_pause_that_began_before_the_duty_counts_from_the_day_it_arose() {
    let bench = paused();
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-01", "stop");
    case.does("2024-03-04", "accept");
    assert_eq!(case.last_day("decide"), "none");
    case.does("2024-03-06", "go");
    assert_eq!(case.last_day("decide"), "2024-03-18", "14 March and two days, over a weekend");
}

#[test]
fn a_lapse_is_dated_as_the_law_says_and_discharges_its_duty() {
    let days =
        [(LapseDay::Last, "2024-03-14"), (LapseDay::First, "2024-03-04"), (LapseDay::Next, "2024-03-15")];
    for (on, expected) in days {
        let made = decide_in("10 days");
        let hear = id_of(&made, "hear");
        let bench = with_duty(made, |duty| duty.lapse = Some(Lapse { act: hear, on }));
        let mut case = Case::new(&bench);
        case.does("2024-03-04", "apply");
        case.clock("2024-03-14");
        assert!(case.owed("decide").is_some(), "the last day itself is not over");
        case.clock("2024-03-15");
        assert_eq!(case.history.marking.done_on(hear), Some(day(expected)));
        assert!(case.owed("decide").is_none(), "also when the deemed act is not one of its acts");
    }
}

#[test]
fn without_a_lapse_the_duty_is_overdue_and_stays_owed() {
    let bench = Bench::new(decide_in("10 days"));
    let mut case = Case::new(&bench);
    case.does("2024-03-04", "apply");
    case.clock("2024-06-01");
    assert!(case.owed("decide").unwrap().is_overdue(day("2024-03-15")));
    assert!(!case.owed("decide").unwrap().is_overdue(day("2024-03-14")));
    case.does("2024-06-01", "decide");
}

#[test]
fn a_needed_act_that_is_closed_does_not_hold_up() {
    let mut made = usual();
    let form = Form::Condition(needs(&made, "decide", "hear"));
    norm(&mut made, None, form);
    let form = Form::Closing { when: set(&made, "stop"), close: set(&made, "hear") };
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    assert_eq!(case.bar("2024-03-02", "decide"), Bar::Needs(0));
    case.does("2024-03-03", "stop");
    assert_eq!(case.bar("2024-03-03", "hear"), Bar::ClosedBy(1));
    case.does("2024-03-04", "decide");
}

#[test]
fn unknown_takes_the_careful_side() {
    let mut made = usual();
    made.acts.get_mut(1).unwrap().fields = vec![field("fit", FieldType::YesNo, false)];
    let met = add_guard(&mut made, "record.accept.fit");
    let mut condition = needs(&made, "decide", "accept");
    condition.with = Some(met);
    norm(&mut made, None, Form::Condition(condition));
    let form = Form::Condition(needs(&made, "refuse", "hear"));
    norm(&mut made, Some("record.accept.fit"), form);
    let form = Form::Closing { when: set(&made, "accept"), close: set(&made, "go") };
    norm(&mut made, Some("record.accept.fit"), form);
    let form = Form::Duty(duty(&made, "accept", "stop", None));
    norm(&mut made, Some("record.accept.fit"), form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-02", "accept");
    assert_eq!(case.bar("2024-03-03", "decide"), Bar::Falls(0), "a `with` that is unknown is not met");
    assert_eq!(case.bar("2024-03-03", "refuse"), Bar::Needs(1), "an `if` that is unknown applies");
    assert!(case.owed("stop").is_none(), "unknown adds no duty");
    case.does("2024-03-03", "go");
    case.try_with("2024-03-04", "accept", Record::new(vec![Some(Value::Flag(false))])).unwrap();
    case.does("2024-03-05", "refuse");
}

#[test]
fn a_duty_falls_away_only_when_all_its_acts_are_closed() {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "apply", "accept hear", None));
    norm(&mut made, None, form);
    let form = Form::Closing { when: set(&made, "stop"), close: set(&made, "accept") };
    norm(&mut made, None, form);
    let form = Form::Closing { when: set(&made, "go"), close: set(&made, "hear") };
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-02", "stop");
    assert!(case.owed("hear").is_some());
    case.does("2024-03-03", "go");
    assert!(case.history.marking.owed.is_empty());
}

#[test]
fn a_case_closes_when_it_has_ended_and_nothing_open_is_owed() {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "decide", "hear", Some("5 days")));
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-04", "decide");
    assert!(!case.is_closed());
    case.does("2024-03-05", "hear");
    assert!(case.is_closed());
    assert_eq!(case.bar("2024-03-06", "go"), Bar::Closed);
}

#[test]
fn what_may_be_done_after_the_end_opens_the_case_again_while_it_owes_something() {
    let mut made = usual();
    made.acts.iter_mut().filter(|one| one.id == "stop").for_each(|one| one.after_end = true);
    let form = Form::Duty(duty(&made, "stop", "hear", Some("5 days")));
    norm(&mut made, Some("done.accept"), form);
    made.acts.iter_mut().filter(|one| one.id == "accept").for_each(|one| one.after_end = true);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-04", "decide");
    assert!(case.is_closed());
    let decided = bench.engine().decide(&case.history.marking, day("2024-03-05"));
    assert_eq!(decided.may, set(&bench.procedure, "accept stop"));
    assert_eq!(case.bar("2024-03-05", "go"), Bar::Closed);
    // Nothing is owed after it: the case was closed on its old day and still is.
    case.does("2024-03-05", "stop");
    assert_eq!(case.history.marking.closed_on, Some(day("2024-03-04")));
    case.does("2024-03-06", "accept");
    case.does("2024-03-07", "stop");
    assert!(!case.is_closed());
    assert!(case.owed("hear").is_some());
    case.does("2024-03-08", "hear");
    assert_eq!(case.history.marking.closed_on, Some(day("2024-03-08")));
    assert_eq!(case.bar("2024-03-09", "hear"), Bar::Closed);
}

#[test]
fn closings_come_before_openings() {
    let mut made = usual();
    let form = Form::Opening { when: set(&made, "accept"), open: set(&made, "hear") };
    norm(&mut made, None, form);
    let form = Form::Closing { when: set(&made, "accept"), close: set(&made, "hear") };
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-02", "accept");
    case.does("2024-03-03", "hear");
}

#[test]
fn a_lead_has_run_when_its_last_day_is_over() {
    let mut made = usual();
    let mut condition = needs(&made, "decide", "hear");
    condition.lead = Some(limit("7 days"));
    norm(&mut made, None, Form::Condition(condition));
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    case.does("2024-03-03", "hear");
    assert_eq!(case.bar("2024-03-10", "decide"), Bar::Early(0, day("2024-03-11")), "a lead does not roll");
    case.does("2024-03-11", "decide");
}

#[test]
fn while_something_is_owed_what_it_bars_waits() {
    let mut made = usual();
    let form = Form::Duty(duty(&made, "apply", "hear", None));
    norm(&mut made, None, form);
    let form = Form::While { owed: set(&made, "hear"), not: set(&made, "decide") };
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    assert_eq!(case.bar("2024-03-02", "decide"), Bar::While(1));
    case.does("2024-03-02", "hear");
    case.does("2024-03-02", "decide");
}

#[test]
fn refusals_name_the_first_norm_of_the_file_and_then_the_others() {
    let mut made = usual();
    for need in ["hear", "go"] {
        let form = Form::Condition(needs(&made, "decide", need));
        norm(&mut made, None, form);
    }
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-01", "apply");
    let Err(HistoryFault::Refused(refusal)) = case.tries("2024-03-02", "decide") else {
        panic!("not refused")
    };
    let articles: Vec<&str> = refusal.reasons.iter().map(|reason| reason.article.as_str()).collect();
    assert_eq!(articles, ["1", "2"]);
    assert!(refusal.reasons.iter().all(|reason| !reason.what.is_empty() && !reason.help.is_empty()));
}

#[test]
fn an_act_may_not_be_dated_before_the_case_nor_break_what_followed() {
    let mut made = usual();
    let form = Form::Closing { when: set(&made, "stop"), close: set(&made, "hear") };
    norm(&mut made, None, form);
    let bench = Bench::new(made);
    let mut case = Case::new(&bench);
    case.does("2024-03-04", "apply");
    assert!(matches!(case.tries("2024-03-01", "hear"), Err(HistoryFault::BeforeCase { .. })));
    case.does("2024-03-08", "hear");
    let before = case.history.clone();
    let hear = id_of(&bench.procedure, "hear");
    match case.tries("2024-03-05", "stop") {
        Err(HistoryFault::Breaks { number: 2, act, .. }) => assert_eq!(act, hear),
        other => panic!("{other:?}"),
    }
    assert_eq!(case.history, before);
}
