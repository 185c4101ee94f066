//! A procedure as cards and lines: its acts, what they make owed and by when, what must go before; in a case, what was
//! done and when, what may, must and must not be done now.

use std::collections::BTreeMap;

use calendar::Day;
use norms::{
    ActId, ActSet, Amount, Decision, Duty, Form, LapseDay, Marking, Norm, Procedure, RoleKind, Setting,
};

use crate::draw::{Card, Line, Look, Scene, Tone};
use crate::layout::Net;

/// How a case stands on a day. 案件走向
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    pub marking: &'a Marking,
    pub decision: Decision,
    pub today: Day,
}

impl Way<'_> {
    /// Whether the act's turn can still come.
    fn may(&self, act: ActId) -> bool {
        (self.decision.may | self.decision.may_depending).has(act)
    }

    fn owed(&self, act: ActId) -> Option<&norms::Owed> {
        let open = self.marking.open.has(act);
        let own = self.marking.owed.iter().filter(|owed| open && owed.must.has(act));
        own.min_by_key(|owed| (owed.last_day.is_none(), owed.last_day))
    }

    fn standing(&self, act: ActId) -> Standing {
        let done = self.marking.done_on(act);
        if let Some(owed) = self.owed(act) {
            let last = owed.last_day.map_or_else(
                || if owed.is_paused() { "，暂停计时".to_owned() } else { String::new() },
                |day| format!("，最后一日{}", day.chinese()),
            );
            let late = if owed.is_overdue(self.today) { "已逾期，" } else { "" };
            let look = if late.is_empty() { Look::Must } else { Look::Late };
            return Standing { look, told: format!("{late}应当办{last}") };
        }
        match done {
            Some(day) if self.may(act) => {
                Standing { look: Look::Done, told: format!("已办，{}；还可以再办", day.chinese()) }
            }
            Some(day) => Standing { look: Look::Done, told: format!("已办，{}", day.chinese()) },
            None if self.may(act) => Standing { look: Look::May, told: "可以办".to_owned() },
            None => Standing { look: Look::Barred, told: "现在不得办".to_owned() },
        }
    }
}

struct Standing {
    look: Look,
    told: String,
}

/// An act in words, for who reads no picture. 步骤
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub number: usize,
    pub name: String,
    /// The roles that do it.
    pub by: String,
    /// How it stands in the case, and the word for its colour: `done`, `must`, `late`, `may`, `barred`.
    pub standing: Option<(&'static str, String)>,
    pub needs: Vec<String>,
    pub duties: Vec<String>,
}

/// A procedure that is to be drawn, as of a day. 待画的程序
pub(crate) struct Plan<'a> {
    pub procedure: &'a Procedure,
    pub way: Option<Way<'a>>,
    /// Parameters are told with their value of this day, or the newest.
    pub on: Option<Day>,
    /// The acts of each phase, in the order of the file; those without a phase come last.
    pub phases: Vec<(String, Vec<ActId>)>,
    numbers: BTreeMap<ActId, usize>,
}

impl<'a> Plan<'a> {
    pub fn of(procedure: &'a Procedure, way: Option<Way<'a>>, on: Option<Day>) -> Self {
        let mut phases: Vec<(String, Vec<ActId>)> = Vec::new();
        let named = procedure.phases.iter().enumerate().map(|(at, name)| (Some(at), name.as_str()));
        for (at, name) in named.chain([(None, "随时可能有的事项")]) {
            let own = procedure.acts.iter().enumerate().filter(|(_, act)| act.phase == at);
            let acts: Vec<ActId> = own.filter_map(|(at, _)| ActId::new(at)).collect();
            if !acts.is_empty() {
                phases.push((name.to_owned(), acts));
            }
        }
        let order = phases.iter().flat_map(|(_, acts)| acts).copied();
        let numbers = order.zip(1..).collect();
        Self { procedure, way, on, phases, numbers }
    }

    pub fn number(&self, act: ActId) -> usize {
        self.numbers.get(&act).copied().unwrap_or(0)
    }

    /// Several acts by their numbers.
    fn numbers(&self, acts: ActSet) -> String {
        const MOST: usize = 6;
        let mut own: Vec<usize> = acts.iter().map(|act| self.number(act)).collect();
        own.sort_unstable();
        let told: Vec<String> = own.iter().take(MOST).map(ToString::to_string).collect();
        let told = told.join("、");
        if own.len() > MOST { format!(" {told} 等{}项", own.len()) } else { format!(" {told} ") }
    }

    fn any(&self, acts: ActSet) -> String {
        let any = if acts.len() > 1 { "之一" } else { "" };
        format!("{}{any}", self.numbers(acts)).trim_end().to_owned()
    }

    /// The duties of the procedure by the place of their norms.
    fn duties(&self) -> impl Iterator<Item = (usize, &'a Norm, &'a Duty)> + use<'a> {
        self.procedure.norms.iter().enumerate().filter_map(|(at, norm)| match &norm.form {
            Form::Duty(duty) => Some((at, norm, duty)),
            _ => None,
        })
    }

    /// The phases in pieces that can be drawn apart.
    pub fn pieces(&self) -> Vec<(String, Vec<ActId>)> {
        const MOST: usize = 20;
        let mut made = Vec::new();
        for (name, acts) in &self.phases {
            if acts.len() <= MOST {
                made.push((name.clone(), acts.clone()));
                continue;
            }
            let size = acts.len().div_ceil(acts.len().div_ceil(MOST));
            for piece in acts.chunks(size) {
                let (first, last) = (piece.first(), piece.last());
                let (first, last) =
                    (first.map_or(0, |act| self.number(*act)), last.map_or(0, |act| self.number(*act)));
                made.push((format!("{name}（{first}至{last}）"), piece.to_vec()));
            }
        }
        made
    }

    /// A drawing of these groups of acts, with the lines between their acts.
    pub fn scene(&self, title: String, own: &[(String, Vec<ActId>)]) -> Scene {
        let acts: Vec<ActId> = own.iter().flat_map(|(_, acts)| acts.iter().copied()).collect();
        let place = |act: ActId| acts.iter().position(|own| *own == act);
        let mut nets: Vec<(Net, Tone)> = Vec::new();
        let mut by_norm: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, _, duty) in self.duties() {
            let net = Net {
                from: duty.when.iter().filter_map(place).collect(),
                to: duty.must.iter().filter_map(place).collect(),
            };
            if !net.from.is_empty() && !net.to.is_empty() {
                // What leads from the same acts to the same acts is one line.
                let tone = self.tone(at, duty);
                let same = nets.iter().position(|(own, own_tone)| *own == net && *own_tone == tone);
                by_norm.insert(at, same.unwrap_or(nets.len()));
                if same.is_none() {
                    nets.push((net, tone));
                }
            }
        }
        let band = |act: ActId| own.iter().position(|(_, acts)| acts.contains(&act)).unwrap_or(0);
        let cards = acts.iter().map(|act| self.card(*act, band(*act), &by_norm)).collect();
        Scene { title, bands: own.iter().map(|(name, _)| name.clone()).collect(), cards, nets }
    }

    fn tone(&self, norm: usize, duty: &Duty) -> Tone {
        let Some(way) = &self.way else { return Tone::Plain };
        let open = way.marking.open;
        if way.marking.owed.iter().any(|owed| usize::from(owed.norm) == norm && owed.must.meets(open)) {
            return Tone::Owed;
        }
        let last = |acts: ActSet| acts.iter().filter_map(|act| way.marking.done_on(act)).max();
        match (last(duty.when), last(duty.must)) {
            (Some(when), Some(must)) if must >= when => Tone::Gone,
            _ => Tone::Faint,
        }
    }

    fn card(&self, act: ActId, band: usize, nets: &BTreeMap<usize, usize>) -> Card {
        let spec = self.procedure.act_of(act);
        let standing = self.way.as_ref().map(|way| way.standing(act));
        let look = standing.as_ref().map(|one| one.look).unwrap_or_else(|| match spec {
            Some(spec) if spec.opens_case => Look::Begins,
            Some(spec) if spec.ends_case => Look::Ends,
            _ => Look::Plain,
        });
        let mut lines = Vec::new();
        lines.extend(standing.map(|one| Line::Tag(one.told)));
        let mut small = self.by(act);
        for (is, mark) in [
            (spec.is_some_and(|spec| spec.opens_case), "程序由此开始"),
            (spec.is_some_and(|spec| spec.ends_case), "程序到此结束"),
            (spec.is_some_and(|spec| spec.after_end), "办结后仍可办"),
            (spec.is_some_and(|spec| spec.repeats), "可以多次"),
        ] {
            if is {
                small = format!("{small}｜{mark}");
            }
        }
        lines.push(Line::Small(small));
        lines.extend(self.needs(act, &|acts| self.numbers(acts)).into_iter().map(Line::Need));
        for (at, norm, duty) in self.duties().filter(|(.., duty)| duty.when.has(act)) {
            let owed = self.tone(at, duty) == Tone::Owed;
            let told = self.duty(norm, duty, &|acts| self.any(acts));
            lines.push(Line::Duty(nets.get(&at).copied(), told, owed));
        }
        Card {
            band,
            number: self.number(act).to_string(),
            name: self.procedure.name_of(act).to_owned(),
            look,
            lines,
        }
    }

    fn by(&self, act: ActId) -> String {
        let by = self.procedure.act_of(act).map_or(&[][..], |spec| &spec.by);
        let roles = by.iter().filter_map(|at| self.procedure.roles.get(*at));
        let names: Vec<&str> = roles
            .map(|role| if role.kind == RoleKind::Clock { "期限届满" } else { role.name.as_str() })
            .collect();
        names.join("、")
    }

    /// What must go before an act, a line for each kind; `told` writes acts.
    fn needs(&self, act: ActId, told: &dyn Fn(ActSet) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut always, mut sometimes, mut whiles, mut opened) =
            (ActSet::NONE, ActSet::NONE, ActSet::NONE, ActSet::NONE);
        for norm in &self.procedure.norms {
            match &norm.form {
                Form::Condition(one) if one.before.has(act) => {
                    let any = one.any && one.need.len() > 1;
                    if any || one.lead.is_some() {
                        let lead =
                            one.lead.map_or(String::new(), |lead| format!("，至少隔{}", self.amount(lead)));
                        let may = if norm.guard.is_some() { "有的情形" } else { "" };
                        let any = if any { "之一" } else { "" };
                        lines.push(format!("{may}须先办{}{any}{lead}", told(one.need).trim_end()));
                    } else if norm.guard.is_some() {
                        sometimes |= one.need;
                    } else {
                        always |= one.need;
                    }
                }
                Form::While { owed, not } if not.has(act) => whiles |= *owed,
                Form::Opening { when, open } if open.has(act) => opened |= *when,
                _ => {}
            }
        }
        let is_closed = self.procedure.act_of(act).is_some_and(|spec| spec.closed_at_start);
        for (set, before, after) in [
            (if is_closed { opened } else { ActSet::NONE }, "办了", "之后方可办"),
            (always, "须先办", ""),
            (sometimes.without(always), "有的情形须先办", ""),
            (whiles, "", "待办期间不得办"),
        ] {
            if !set.is_empty() {
                let any = if before == "办了" && set.len() > 1 { "之一" } else { "" };
                lines.push(format!("{before}{}{any}{after}", told(set)).trim().to_owned());
            }
        }
        lines
    }

    fn amount(&self, amount: Amount) -> String {
        let Amount::Parameter(at) = amount else {
            return self
                .on
                .or(Day::from_number(0))
                .and_then(|on| self.procedure.limit(amount, on))
                .map_or(String::new(), |limit| limit.to_string());
        };
        let parameter = self.procedure.parameters.get(at);
        let newest = parameter.and_then(|one| one.values.last());
        let value = self.on.and_then(|on| parameter.and_then(|one| one.on(on))).or(newest);
        let text = value.map_or(String::new(), |value| match value.amount {
            Setting::Limit(limit) => limit.to_string(),
            other => crate::sentence::setting(other),
        });
        if value.is_some_and(|value| value.unverified) { format!("{text}（未核实）") } else { text }
    }

    /// What a duty says from the act on that makes it.
    fn duty(&self, norm: &Norm, duty: &Duty, told: &dyn Fn(ActSet) -> String) -> String {
        let sometimes = if norm.guard.is_some() { "符合条件的，" } else { "" };
        let within =
            duty.within.map_or("应当办".to_owned(), |limit| format!("{}内应当办", self.amount(limit)));
        let mut more: Vec<String> = Vec::new();
        for extend in &duty.extends {
            more.push(format!("经{}可延{}", told(extend.by), self.amount(extend.add)));
        }
        if !duty.pauses.is_empty() {
            let from = duty.pauses.iter().fold(ActSet::NONE, |set, pause| set | pause.from);
            more.push(format!("{}以后暂停计时", told(from)));
        }
        if let Some(lapse) = duty.lapse {
            let on = if lapse.on == LapseDay::First { "自起算之日" } else { "" };
            more.push(format!("期满未办的{on}视为{}", told(ActSet::one(lapse.act))));
        }
        let more = if more.is_empty() { String::new() } else { format!("（{}）", more.join("；")) };
        let whole = format!("{sometimes}{within}{}{more}", told(duty.must));
        whole.replace("（ ", "（").replace("； ", "；").replace(" ，", "，")
    }

    /// The acts of each phase in words.
    pub fn outline(&self) -> Vec<(String, Vec<Step>)> {
        let named = |acts: ActSet| self.procedure.names_of(acts);
        let one_of = |acts: ActSet| format!("{}{}", named(acts), if acts.len() > 1 { "之一" } else { "" });
        let step = |act: &ActId| {
            let standing = self.way.as_ref().map(|way| way.standing(*act)).map(|one| {
                let word = match one.look {
                    Look::Done => "done",
                    Look::Must => "must",
                    Look::Late => "late",
                    Look::May => "may",
                    _ => "barred",
                };
                (word, one.told)
            });
            Step {
                number: self.number(*act),
                name: self.procedure.name_of(*act).to_owned(),
                by: self.by(*act),
                standing,
                needs: self.needs(*act, &named),
                duties: self
                    .duties()
                    .filter(|(.., duty)| duty.when.has(*act))
                    .map(|(_, norm, duty)| self.duty(norm, duty, &one_of))
                    .collect(),
            }
        };
        self.phases.iter().map(|(name, acts)| (name.clone(), acts.iter().map(step).collect())).collect()
    }

    /// The phases and the ways between them.
    pub fn overview(&self) -> Scene {
        let phase_of = |act: ActId| self.phases.iter().position(|(_, acts)| acts.contains(&act));
        let mut ways: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (_, _, duty) in self.duties() {
            for from in duty.when.iter().filter_map(phase_of) {
                let to = ways.entry(from).or_default();
                to.extend(duty.must.iter().filter_map(phase_of).filter(|to| *to != from));
                to.sort_unstable();
                to.dedup();
            }
        }
        let card = |(at, (name, acts)): (usize, &(String, Vec<ActId>))| {
            let done =
                self.way.as_ref().map(|way| acts.iter().filter(|act| way.marking.done.has(**act)).count());
            let owed = self.way.as_ref().is_some_and(|way| acts.iter().any(|act| way.owed(*act).is_some()));
            let timed = self
                .duties()
                .filter(|(.., duty)| duty.within.is_some() && duty.must.iter().any(|act| acts.contains(&act)))
                .count();
            let mut lines = Vec::new();
            if let Some(done) = done {
                let owed = if owed { "，有应当办的" } else { "" };
                lines.push(Line::Tag(format!("已办{done}项{owed}")));
            }
            let (first, last) = (acts.first(), acts.last());
            if let (Some(first), Some(last)) = (first, last) {
                let (first, last) = (self.number(*first), self.number(*last));
                let span =
                    if first == last { format!("事项{first}") } else { format!("事项{first}至{last}") };
                lines.push(Line::Small(format!("{span}，有期限的义务{timed}项")));
            }
            let look = match (owed, done) {
                (true, _) => Look::Must,
                (false, Some(done)) if done > 0 => Look::Done,
                _ => Look::Plain,
            };
            Card { band: 0, number: (at + 1).to_string(), name: name.clone(), look, lines }
        };
        let cards = self.phases.iter().enumerate().map(card).collect();
        let tone = if self.way.is_some() { Tone::Faint } else { Tone::Plain };
        let nets = ways.into_iter().filter(|(_, to)| !to.is_empty());
        let nets = nets.map(|(from, to)| (Net { from: vec![from], to }, tone)).collect();
        Scene { title: "各阶段".to_owned(), bands: vec!["各阶段".to_owned()], cards, nets }
    }
}
