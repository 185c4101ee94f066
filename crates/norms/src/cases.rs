//! The runner of the cases that stand beside a procedure.

use base::Place;
use calendar::Day;

use crate::{ActId, Deed, Engine, Form, History, HistoryFault, Record};

/// One case. 案例
#[derive(Clone, Debug)]
pub struct Case {
    pub title: String,
    pub place: Place,
    /// The concrete systems of the plan that it shows being carried.
    pub systems: Vec<String>,
    pub does: Vec<Do>,
    pub asof: Day,
    pub expect: Expect,
    pub refused: Vec<Refused>,
}

/// One act of a case; `by_clock` for what the lapse of time did.
#[derive(Clone, Debug)]
pub struct Do {
    pub on: Day,
    pub act: ActId,
    pub record: Record,
    pub place: Place,
}

/// What must hold on `asof`; what is not listed is not asked.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    pub done: Vec<DoneThen>,
    pub owed: Vec<OwedThen>,
    pub not_owed: Vec<ActId>,
    pub may: Vec<ActId>,
    pub must_not: Vec<ActId>,
    pub phase: Option<String>,
    pub closed: Option<bool>,
    /// The procedures of which its acts opened a case, in the order of the acts; all of them.
    pub starts: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct DoneThen {
    pub act: ActId,
    pub on: Day,
    pub by_clock: bool,
    /// Where the day stands in the file, for `--update`.
    pub place: Place,
}

#[derive(Clone, Debug)]
pub struct OwedThen {
    pub act: ActId,
    pub by: Option<Day>,
    pub place: Place,
}

/// An act that must be refused.
#[derive(Clone, Debug)]
pub struct Refused {
    pub act: ActId,
    pub on: Day,
    pub article: Option<String>,
    pub record: Record,
    pub place: Place,
}

/// What a case showed: its failures, what it covered, what `--update` would write.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub failures: Vec<String>,
    /// Norms whose duty was owed on its last day, and on the day after.
    pub on_last_day: Vec<u16>,
    pub day_after: Vec<u16>,
    /// Norms that refused an act.
    pub refused: Vec<u16>,
    /// Days that came out otherwise: where, and what it should say.
    pub updates: Vec<(Place, String)>,
}

/// Runs one case.
#[must_use]
pub fn run(engine: &Engine<'_>, case: &Case) -> Outcome {
    let mut run = Run { engine, history: History::new(engine), number: 0, outcome: Outcome::default() };
    for one in &case.does {
        run.lapse_before(one.on);
        run.cover(one.on);
        let deed = run.deed(one.act, one.on, one.record.clone());
        if let Err(fault) = run.history.add(engine, deed) {
            let why = run.why(&fault);
            run.fail(format!("{}的“{}”办不成：{why}", one.on.chinese(), engine.procedure.name_of(one.act)));
        }
    }
    for refused in &case.refused {
        run.lapse_before(refused.on);
        run.refuse(refused);
    }
    run.lapse_before(case.asof);
    run.cover(case.asof);
    run.check(&case.expect, case.asof);
    run.outcome
}

struct Run<'a> {
    engine: &'a Engine<'a>,
    history: History,
    number: u32,
    outcome: Outcome,
}

impl Run<'_> {
    fn fail(&mut self, what: String) {
        self.outcome.failures.push(what);
    }

    fn deed(&mut self, act: ActId, on: Day, record: Record) -> Deed {
        self.number += 1;
        Deed { number: self.number, act, on, record, lapse: None }
    }

    /// The clock does what is deemed done before a day begins.
    fn lapse_before(&mut self, day: Day) {
        while let Some(due) = self.engine.lapse_due(&self.history.marking, day) {
            self.cover(due.since);
            let deed = self.deed(due.act, due.on, Record::default());
            let deed = Deed { lapse: Some(due.norm), ..deed };
            if self.history.add(self.engine, deed).is_err() {
                return;
            }
        }
    }

    fn cover(&mut self, day: Day) {
        for owed in &self.history.marking.owed {
            let Some(last) = owed.last_day else { continue };
            if last == day {
                self.outcome.on_last_day.push(owed.norm);
            }
            if last.next() == day {
                self.outcome.day_after.push(owed.norm);
            }
        }
    }

    fn why(&self, fault: &HistoryFault) -> String {
        let name = |act: ActId| self.engine.procedure.name_of(act).to_owned();
        match fault {
            HistoryFault::Refused(refusal) => refusal
                .reasons
                .iter()
                .map(|reason| format!("{}（{}）", reason.what, reason.article))
                .collect::<Vec<_>>()
                .join("；"),
            HistoryFault::Breaks { act, .. } => format!("其后的“{}”将不能成立", name(*act)),
            HistoryFault::LapseNotDue { act, .. } => format!("期限届满的“{}”将不能成立", name(*act)),
            HistoryFault::BeforeCase { opened_on } => format!("早于立案之日{}", opened_on.chinese()),
        }
    }

    fn refuse(&mut self, refused: &Refused) {
        let name = self.engine.procedure.name_of(refused.act).to_owned();
        let mut history = self.history.clone();
        let deed = self.deed(refused.act, refused.on, refused.record.clone());
        self.cover(refused.on);
        match history.add(self.engine, deed) {
            Ok(()) => self.fail(format!("“{name}”应当被拒，却办成了")),
            Err(HistoryFault::Refused(refusal)) => {
                for reason in &refusal.reasons {
                    self.outcome.refused.extend(norm_of(reason.bar));
                }
                let wanted = refused.article.as_deref();
                let found = refusal.article().to_owned();
                if wanted.is_some_and(|wanted| !refusal.reasons.iter().any(|reason| reason.article == wanted))
                {
                    self.outcome.updates.push((refused.place.clone(), format!("\"{found}\"")));
                    let reasons = self.why(&HistoryFault::Refused(refusal));
                    self.fail(format!(
                        "“{name}”应当依第{}条被拒，实为：{reasons}",
                        wanted.unwrap_or_default()
                    ));
                }
            }
            Err(_) if refused.article.is_none() => {}
            Err(fault) => {
                let why = self.why(&fault);
                self.fail(format!("“{name}”被拒的原因不同：{why}"));
            }
        }
    }

    fn check(&mut self, expect: &Expect, asof: Day) {
        self.check_done(expect);
        self.check_owed(expect);
        self.check_starts(expect);
        let decision = self.engine.decide(&self.history.marking, asof);
        let may = decision.may | decision.may_depending;
        for act in &expect.may {
            if !may.has(*act) {
                let reason = self
                    .engine
                    .bar(&self.history.marking, *act, asof)
                    .map(|bar| self.engine.reason(&self.history.marking, *act, bar));
                let what = reason.map_or(String::new(), |reason| reason.what);
                self.fail(format!("应当可以办“{}”：{what}", self.engine.procedure.name_of(*act)));
            }
        }
        for act in &expect.must_not {
            if may.has(*act) {
                self.fail(format!("应当不得办“{}”，却可以办", self.engine.procedure.name_of(*act)));
            }
        }
        let phase = self.history.marking.phase.and_then(|at| self.engine.procedure.phases.get(at));
        if expect.phase.is_some() && expect.phase.as_ref() != phase {
            let found = phase.map_or("（无）", String::as_str);
            self.fail(format!("阶段应为“{}”，实为“{found}”", expect.phase.clone().unwrap_or_default()));
        }
        let closed = self.history.marking.closed_on.is_some();
        if expect.closed.is_some_and(|wanted| wanted != closed) {
            let owed = self.engine.procedure.names_of(self.history.marking.owed_acts());
            self.fail(format!("结案状态不符，实为{}；待办：{owed}", if closed { "已结" } else { "未结" }));
        }
    }

    fn check_done(&mut self, expect: &Expect) {
        for wanted in &expect.done {
            let name = self.engine.procedure.name_of(wanted.act).to_owned();
            let mut deeds = self.history.deeds.iter().filter(|deed| deed.act == wanted.act);
            let fits =
                deeds.clone().any(|deed| deed.on == wanted.on && deed.lapse.is_some() == wanted.by_clock);
            if fits {
                continue;
            }
            match deeds.next_back() {
                Some(deed) => {
                    let (on, clock) = (deed.on, deed.lapse.is_some());
                    self.outcome.updates.push((wanted.place.clone(), on.to_string()));
                    let by = if clock { "（期限届满）" } else { "" };
                    self.fail(format!("“{name}”应于{}办，实于{}{by}", wanted.on.chinese(), on.chinese()));
                }
                None => self.fail(format!("“{name}”应当已办，却没有办")),
            }
        }
    }

    fn check_starts(&mut self, expect: &Expect) {
        let Some(wanted) = &expect.starts else { return };
        let history = &self.history;
        let opened = history.deeds.iter().flat_map(|deed| history.starts_of(self.engine, deed.number));
        let opened: Vec<String> = opened.map(|start| start.procedure.clone()).collect();
        if opened != *wanted {
            let (wanted, opened) = (wanted.join("、"), opened.join("、"));
            self.fail(format!("应当立的案是“{wanted}”，实为“{opened}”"));
        }
    }

    fn check_owed(&mut self, expect: &Expect) {
        for wanted in &expect.owed {
            let name = self.engine.procedure.name_of(wanted.act).to_owned();
            let owed = || self.history.marking.owed.iter().filter(|owed| owed.must.has(wanted.act));
            if owed().any(|owed| owed.last_day == wanted.by) {
                continue;
            }
            match owed().next().map(|owed| owed.last_day) {
                Some(found) => {
                    let text = found.map_or("无最后一日".to_owned(), Day::chinese);
                    if let Some(day) = found {
                        self.outcome.updates.push((wanted.place.clone(), day.to_string()));
                    }
                    let by = wanted.by.map_or("无最后一日".to_owned(), Day::chinese);
                    self.fail(format!("“{name}”的最后一日应为{by}，实为{text}"));
                }
                None => self.fail(format!("应当待办“{name}”，却没有这项义务")),
            }
        }
        for act in &expect.not_owed {
            if self.history.marking.owed.iter().any(|owed| owed.must.has(*act)) {
                self.fail(format!("不应待办“{}”", self.engine.procedure.name_of(*act)));
            }
        }
    }
}

fn norm_of(bar: crate::Bar) -> Option<u16> {
    use crate::Bar::{ClosedBy, Early, Falls, Needs, While};
    match bar {
        ClosedBy(at) | Needs(at) | Falls(at) | Early(at, _) | While(at) => Some(at),
        _ => None,
    }
}

/// The norms that the cases of a procedure leave untested: duties with a limit without a case on the last day or the
/// day after, and restrictions and closings that refused nothing.
#[must_use]
pub fn untested(engine: &Engine<'_>, outcomes: &[Outcome]) -> Vec<(u16, &'static str)> {
    let seen = |pick: fn(&Outcome) -> &Vec<u16>, at: u16| outcomes.iter().any(|one| pick(one).contains(&at));
    let mut made = Vec::new();
    for (at, norm) in (0u16..).zip(&engine.procedure.norms) {
        match &norm.form {
            Form::Duty(duty) if duty.within.is_some() => {
                if !seen(|one| &one.on_last_day, at) {
                    made.push((at, "没有在最后一日的案例"));
                }
                if !seen(|one| &one.day_after, at) {
                    made.push((at, "没有在最后一日次日的案例"));
                }
            }
            Form::Condition(_) | Form::While { .. } | Form::Closing { .. }
                if !seen(|one| &one.refused, at) =>
            {
                made.push((at, "没有依它拒绝办理的案例"));
            }
            _ => {}
        }
    }
    made
}
