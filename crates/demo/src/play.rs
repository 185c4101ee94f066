//! Plays cases through the platform, in the order of the days, each act by an account that may do it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;

use app::{Actor, CaseView, Deal, Open, Platform, SetClock, Started, TakeReport, Upload};
use calendar::Day;
use norms::FieldType;
use store::account::Rank;

use crate::answers::Answers;
use crate::draft::{Drafting, audit_rules};
use crate::fault::{Fault, Result, fault};
use crate::fill::Blanks;
use crate::script::{CasePlan, Step, When};

/// The hour at which the offices open.
const OPENS_AT: u8 = 9;

/// Those who act: accounts by login, and the organs by name.
pub(crate) struct Cast {
    pub actors: BTreeMap<String, Actor>,
    /// Logins in the order of the data.
    pub order: Vec<String>,
    /// Id of each organ by name.
    pub organs: BTreeMap<String, String>,
}

/// What was played. 演示经过
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Played {
    pub cases: usize,
    pub acts: usize,
    pub lapses: usize,
}

pub(crate) struct Play<'a> {
    pub platform: &'a Platform,
    pub clock: Arc<SetClock>,
    pub cast: Cast,
    /// Nothing is played after this day.
    pub until: Day,
}

/// A case that is being played.
struct Running {
    plan: CasePlan,
    id: Option<String>,
    next: usize,
    done: BTreeMap<String, Day>,
    /// Its report is drafted on the platform.
    is_drafted: bool,
}

/// Cases that wait for another one to open them: by its script and by their procedure.
#[derive(Default)]
struct Waiting(BTreeMap<(String, String), VecDeque<usize>>);

impl Waiting {
    fn add(&mut self, opener: &str, procedure: &str, at: usize) {
        self.0.entry((opener.to_owned(), procedure.to_owned())).or_default().push_back(at);
    }

    fn next(&mut self, opener: &str, procedure: &str) -> Option<usize> {
        self.0.get_mut(&(opener.to_owned(), procedure.to_owned()))?.pop_front()
    }
}

impl Play<'_> {
    /// Plays all cases.
    pub fn run(&self, plans: Vec<CasePlan>) -> Result<Played> {
        let mut running: Vec<Running> = Vec::with_capacity(plans.len());
        let mut queue = BinaryHeap::new();
        let mut waiting = Waiting::default();
        let mut serial = 0u64;
        for plan in plans {
            match &plan.opened_by {
                Some(opener) => waiting.add(opener, &self.procedure_name(&plan), running.len()),
                None => queue.push(Reverse((plan.opens_on, serial, running.len()))),
            }
            running.push(Running { plan, id: None, next: 0, done: BTreeMap::new(), is_drafted: false });
            serial += 1;
        }
        let mut played = Played::default();
        let mut faults = Vec::new();
        let mut day = None;
        while let Some(Reverse((on, _, at))) = queue.pop() {
            if on > self.until {
                break;
            }
            if day != Some(on) {
                self.clock.set(on, OPENS_AT);
                played.lapses += self.platform.run_lapses()?;
                day = Some(on);
            }
            let Some(case) = running.get_mut(at) else { continue };
            let place = format!("剧本“{}”第{}步", case.plan.script, case.next + 1);
            let mut opened = Vec::new();
            match self.advance(case, on, &mut played, &mut opened) {
                Ok(Some(next)) => {
                    queue.push(Reverse((next, serial, at)));
                    serial += 1;
                }
                Ok(None) => {}
                Err(fault) => faults.extend(fault.within(&place).0),
            }
            let (next, wrong) = self.hand_on(&mut running, &mut waiting, at, opened, on);
            faults.extend(wrong.into_iter().flat_map(|fault| fault.within(&place).0));
            for (day, follower) in next {
                queue.push(Reverse((day, serial, follower)));
                serial += 1;
            }
        }
        if !faults.is_empty() {
            return Err(Fault(faults));
        }
        self.clock.set(self.until, OPENS_AT);
        played.lapses += self.platform.run_lapses()?;
        played.cases = running.iter().filter(|case| case.id.is_some()).count();
        Ok(played)
    }

    /// Gives each case that one case opened to the script that waits for it: the days of their first steps, and what is wrong.
    fn hand_on(
        &self,
        running: &mut [Running],
        waiting: &mut Waiting,
        at: usize,
        opened: Vec<Started>,
        on: Day,
    ) -> (Vec<(Day, usize)>, Vec<Fault>) {
        let (mut next, mut faults) = (Vec::new(), Vec::new());
        for started in opened {
            let Some(case) = running.get_mut(at) else { continue };
            // What the opening case says of it later, it says by its number.
            case.plan.vars.insert("opened".to_owned(), started.number.clone());
            let follower = waiting.next(&case.plan.script, &started.procedure);
            let Some((follower, case)) = follower.and_then(|at| Some((at, running.get_mut(at)?))) else {
                faults.push(fault(format!("立了“{}”的案，没有剧本接着办", started.procedure)));
                continue;
            };
            match self.take_up(case, started, on) {
                Ok(day) => next.push((day, follower)),
                Err(fault) => faults.push(fault),
            }
        }
        (next, faults)
    }

    /// Goes on with a case that another one opened; when its first step is.
    fn take_up(&self, case: &mut Running, started: Started, on: Day) -> Result<Day> {
        let organ = self.cast.organs.get(&started.organ).cloned();
        let organ = organ.ok_or_else(|| fault(format!("演示数据里没有机关“{}”", started.organ)))?;
        case.id = Some(started.case);
        case.plan.opens_on = on;
        case.plan.vars.insert("holder".to_owned(), organ);
        let step = case.plan.steps.first().cloned();
        let step = step.ok_or_else(|| fault(format!("剧本“{}”没有一步", case.plan.script)))?;
        Ok(self.day_of(case, &step, on)?.max(on))
    }

    /// A procedure may begin to be in force after the day that a waiting case has until it is opened.
    fn procedure_name(&self, plan: &CasePlan) -> String {
        let rules = self.platform.rules();
        let own = rules.pack_on(&plan.procedure, plan.opens_on);
        let name =
            own.map(|pack| pack.file.procedure.name.as_str()).or_else(|| rules.name_of(&plan.procedure));
        name.unwrap_or(&plan.procedure).to_owned()
    }

    /// Takes the next step of a case; the day of the one after it. What it opened elsewhere is added to `opened`.
    fn advance(
        &self,
        case: &mut Running,
        on: Day,
        played: &mut Played,
        opened: &mut Vec<Started>,
    ) -> Result<Option<Day>> {
        let Some(step) = case.plan.steps.get(case.next).cloned() else { return Ok(None) };
        self.clock.tick();
        if step.when == When::Lapsed {
            let view = self.view(case)?;
            let event = view.events.iter().rev().find(|event| event.act_id == step.act);
            let event = event.ok_or_else(|| fault(format!("“{}”没有依法视为办理", step.act)))?;
            case.done.insert(step.act.clone(), event.on);
        } else {
            opened.extend(self.take(case, &step, on)?);
            case.done.insert(step.act.clone(), on);
            played.acts += 1;
        }
        case.next += 1;
        let Some(next) = case.plan.steps.get(case.next).cloned() else { return Ok(None) };
        let own = self.day_of(case, &next, on)?.max(on);
        let earliest = next.not_before.map_or(own, |day| own.max(day));
        Ok(Some(if earliest == own {
            own
        } else {
            self.platform.rules().calendar.working_day_from(earliest)
        }))
    }

    /// The day on which a step is to be taken, after one on `before`.
    fn day_of(&self, case: &Running, step: &Step, before: Day) -> Result<Day> {
        let calendar = &self.platform.rules().calendar;
        Ok(match step.when {
            When::WorkingDays(days) => calendar.nth_working_day_after(before, days),
            When::Days(days) => calendar.working_day_from(before.plus_days(i32::try_from(days).unwrap_or(0))),
            When::LastDay => {
                let view = self.view(case)?;
                let owed = view.must.iter().filter(|owed| owed.must.iter().any(|(id, _)| *id == step.act));
                let mut last = owed
                    .filter_map(|owed| owed.last_day)
                    .min()
                    .ok_or_else(|| fault(format!("“{}”没有期限", step.act)))?;
                while !calendar.is_working_day(last) {
                    last = last.previous();
                }
                last
            }
            When::Lapsed => {
                let view = self.view(case)?;
                let name = self.act_name(case, &step.act)?;
                let owed = view.must.iter().filter(|owed| owed.lapse.as_deref() == Some(name.as_str()));
                let last = owed.filter_map(|owed| owed.last_day).min();
                let last = last.ok_or_else(|| fault(format!("没有期限届满即视为“{name}”的事项")))?;
                calendar.working_day_from(last.plus_days(2))
            }
        })
    }

    fn view(&self, case: &Running) -> Result<CaseView> {
        let id = case.id.as_deref().ok_or_else(|| fault("案件还没有立"))?;
        Ok(self.platform.case_view(&self.actor(case, "staff", &BTreeMap::new())?, id)?)
    }

    fn act_name(&self, case: &Running, act: &str) -> Result<String> {
        self.spec(case, act).map(|spec| spec.name.clone())
    }

    fn spec(&self, case: &Running, act: &str) -> Result<&norms::Act> {
        let pack = self.platform.rules().pack_on(&case.plan.procedure, case.plan.opens_on);
        let procedure = pack.map(|pack| &pack.file.procedure);
        let found = procedure.and_then(|own| own.act_of(own.act_named(act)?));
        found.ok_or_else(|| fault(format!("程序“{}”里没有事项“{act}”", case.plan.procedure)))
    }

    /// Does what a step says; the cases that it opened elsewhere.
    fn take(&self, case: &mut Running, step: &Step, on: Day) -> Result<Vec<Started>> {
        let spec = self.spec(case, &step.act)?;
        let mut vars = case.plan.vars.clone();
        vars.extend(step.vars.clone());
        let name = format!("{}/{}", case.plan.script, vars.get("number").map_or("", |number| number));
        let blanks = Blanks { vars: &vars, day: on, done: &case.done, answers: None };
        let actor = self.actor(case, &blanks.fill(&step.by)?, &step.vars)?;
        let answers =
            Answers { platform: self.platform, case: case.id.as_deref(), actor: &actor, name: &name };
        let blanks = Blanks { answers: Some(answers), ..blanks };
        let mut form = BTreeMap::new();
        for (name, texts) in &step.record {
            let filled = texts.iter().map(|text| blanks.fill(text)).collect::<Result<Vec<_>>>();
            let mut filled = filled.map_err(|fault| fault.within(name))?;
            let is_rows = |field: &norms::Field| field.id == *name && field.kind == FieldType::Rows;
            if spec.fields.iter().any(is_rows) {
                // One blank may stand for all rows of a table.
                filled = filled.iter().flat_map(|text| text.lines().map(str::to_owned)).collect();
            }
            form.insert(name.clone(), filled);
        }
        let files = papers(spec);
        let key = format!("demo/{name}/{}", case.next);
        if case.is_drafted {
            self.write(case, step)?;
        }
        let done = match &case.id {
            Some(id) if case.is_drafted && self.platform.report_takes(&actor, id, &step.act)? => {
                let (case, act) = (id.clone(), step.act.clone());
                let take = TakeReport { key, case, version: None, act, on, form, site: None };
                self.platform.take_report(&actor, take, audit_rules()?)
            }
            Some(id) => {
                let (case, act) = (id.clone(), step.act.clone());
                self.platform.act(&actor, Deal { key, case, version: None, act, on, form, files })
            }
            None => {
                let organ = case.plan.vars.get("holder").cloned();
                let organ = organ.ok_or_else(|| fault("没有写由哪个机关承办"))?;
                let (procedure, act) = (case.plan.procedure.clone(), step.act.clone());
                self.platform.open(&actor, Open { key, procedure, organ, act, on, form, files })
            }
        };
        let done =
            done.map_err(|error| Fault::from(error).within(&format!("{}“{}”", on.chinese(), spec.name)))?;
        case.id = Some(done.case);
        if !case.is_drafted && step.writes.is_some() {
            case.is_drafted = true;
            self.write(case, step)?;
        }
        Ok(done.started)
    }

    /// Writes into the draft of a report what a step says; the first time it is begun.
    fn write(&self, case: &Running, step: &Step) -> Result<()> {
        let Some(draft) = &step.writes else { return Ok(()) };
        let own = |by: &str| self.actor(case, by, &step.vars);
        let (drafter, reader) = (own("staff")?, own("head")?);
        let id = case.id.as_deref().ok_or_else(|| fault("案件还没有立"))?;
        let drafting = Drafting { platform: self.platform, case: id, drafter: &drafter, reader: &reader };
        if case.done.is_empty() {
            drafting.begin()?;
        }
        drafting.write(draft)
    }

    /// Who takes a step: a login, or `staff`, `head`, `respondent`, `citizen` of this case.
    fn actor(&self, case: &Running, by: &str, own: &BTreeMap<String, String>) -> Result<Actor> {
        let var = |name: &str| own.get(name).or_else(|| case.plan.vars.get(name)).cloned();
        let holder = || var("holder").unwrap_or_default();
        let found = match by {
            "staff" => match var("staff") {
                Some(login) => self.cast.actors.get(&login),
                None => self.cast.first(&holder(), Rank::Staff),
            },
            "head" => match var("head") {
                Some(login) => self.cast.actors.get(&login),
                None => self.cast.first(&holder(), Rank::Head),
            },
            "respondent" => {
                let organ = var("respondent").and_then(|name| self.cast.organs.get(&name));
                organ.and_then(|organ| self.cast.first(organ, Rank::Staff))
            }
            "citizen" => self.cast.actors.values().find(|actor| actor.rank == Rank::Citizen),
            login => self.cast.actors.get(login),
        };
        found.cloned().ok_or_else(|| fault(format!("没有可以办理的账号“{by}”")))
    }
}

impl Cast {
    /// The first account of an organ with a rank, in the order of the data.
    pub fn first(&self, organ: &str, rank: Rank) -> Option<&Actor> {
        self.first_login(organ, rank).map(|(_, actor)| actor)
    }

    /// The same with its login.
    pub fn first_login(&self, organ: &str, rank: Rank) -> Option<(&str, &Actor)> {
        let mut actors =
            self.order.iter().filter_map(|login| Some((login.as_str(), self.actors.get(login)?)));
        actors
            .find(|(_, actor)| actor.rank == rank && actor.organ.as_ref().is_some_and(|(id, _)| id == organ))
    }
}

/// A paper for every file that an act must have; it says itself that it is none.
fn papers(spec: &norms::Act) -> Vec<Upload> {
    let needed = spec.fields.iter().filter(|field| field.kind == FieldType::File && field.required);
    let one = |field: &norms::Field| Upload {
        field: field.id.clone(),
        name: format!("{}（演示）.txt", field.name),
        content: format!(
            "{}\n事项：{}\n\n本文件为演示而编，不是真实材料，不涉及任何真实的人和事。\n",
            field.name, spec.name
        )
        .into_bytes(),
    };
    needed.map(one).collect()
}
