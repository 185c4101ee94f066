//! Walks the states of a procedure and proves what can be proved of all of them.

use base::Diagnostic;

use super::abstraction::{Abstraction, State};
use super::space::Space;
use super::trail;
use super::variables::MOST_VARIABLES;
use crate::{ActId, ActSet, Form, Procedure};

/// How many states are walked at most; beyond, nothing is claimed.
const MOST_STATES: usize = 400_000;

/// What the exploration covered. 状态探索
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explored {
    pub states: usize,
    /// Whether all states were walked.
    pub whole: bool,
}

/// Explores a procedure: dead acts, stuck states, duties owed for ever.
#[must_use]
pub fn explore(procedure: &Procedure) -> (Explored, Vec<Diagnostic>) {
    let abstraction = Abstraction::of(procedure);
    if abstraction.variables.all.len() > MOST_VARIABLES || abstraction.duties.len() > 128 {
        let message = format!("程序“{}”的条件或义务太多，无法逐一推演", procedure.name);
        let found = Diagnostic::error("too_many", message).at(procedure.place.clone());
        return (Explored::default(), vec![found.help("请把程序拆成几个文件。")]);
    }
    let mut walk = Walk { abstraction, space: Space::default(), enabled: ActSet::NONE };
    let whole = walk.forward();
    let explored = Explored { states: walk.space.states.len(), whole };
    if !whole {
        let message = format!("程序“{}”的状态超过{MOST_STATES}种，没有推演完", procedure.name);
        let found = Diagnostic::warning("not_explored", message).at(procedure.place.clone());
        return (explored, vec![found.help("死事项、死局和永远欠着的义务没有得到证明；请拆分程序或减少互不相干的可选事项。")]);
    }
    let mut found = walk.dead_acts();
    found.extend(walk.backward());
    (explored, found)
}

struct Walk<'a> {
    abstraction: Abstraction<'a>,
    space: Space,
    /// Every act that was enabled in some state.
    enabled: ActSet,
}

impl Walk<'_> {
    /// Reaches every state; false when there are too many.
    fn forward(&mut self) -> bool {
        let start = self.abstraction.start();
        self.space.number(start, None);
        let mut at = 0;
        while let Some(state) = self.space.states.get(at).copied() {
            if self.space.states.len() > MOST_STATES {
                return false;
            }
            self.space.starts.push(self.space.leads.len());
            self.leave(u32::try_from(at).unwrap_or(u32::MAX), &state);
            at += 1;
        }
        true
    }

    /// All steps out of a state.
    fn leave(&mut self, number: u32, state: &State) {
        let truths = self.abstraction.truths(state);
        let barred = self.abstraction.barred(state, &truths);
        let candidates = self.abstraction.candidates(state);
        let lapses = self.lapses(state);
        let eager = candidates.without(barred) & self.abstraction.eager;
        if let Some(act) = eager.iter().find(|act| !state.done.has(*act)) {
            self.enabled |= eager;
            let next = self.abstraction.after(state, act, state.values, None);
            self.reach(number, state, act, next);
            return;
        }
        for act in candidates.iter() {
            let own = self.abstraction.variables.all.iter().any(|variable| variable.acts.has(act));
            if !own && barred.has(act) {
                continue;
            }
            if !own && !self.abstraction.relevant.has(act) {
                self.enabled = self.enabled.with(act);
                continue;
            }
            for values in self.abstraction.choices(state, act) {
                if own {
                    let meant = State { done: state.done.with(act), values, ..*state };
                    let truths = self.abstraction.truths(&meant);
                    if self.abstraction.barred(state, &truths).has(act) {
                        continue;
                    }
                }
                self.enabled = self.enabled.with(act);
                let next = self.abstraction.after(state, act, values, None);
                self.reach(number, state, act, next);
            }
        }
        for (duty, act) in lapses {
            self.enabled = self.enabled.with(act);
            let next = self.abstraction.after(state, act, state.values, Some(duty));
            self.reach(number, state, act, next);
        }
    }

    fn reach(&mut self, number: u32, state: &State, act: ActId, next: State) {
        if next == *state {
            return;
        }
        let to = self.space.number(next, Some((number, act)));
        self.space.leads.push(to);
    }

    /// What time may do in a state: the place of the duty, and the deemed act.
    fn lapses(&self, state: &State) -> Vec<(usize, ActId)> {
        if self.abstraction.is_closed(state) {
            return Vec::new();
        }
        let owed = self.abstraction.owed_duties(state);
        owed.filter_map(|(at, duty)| duty.lapse.map(|lapse| (at, lapse.act))).collect()
    }

    fn dead_acts(&self) -> Vec<Diagnostic> {
        let procedure = self.abstraction.procedure;
        let dead = self.abstraction.index.all.without(self.enabled);
        let one = |act: ActId| {
            let spec = procedure.act_of(act)?;
            let message = format!("事项“{}”（{}）在任何情况下都办不了", spec.name, spec.id);
            let found = Diagnostic::error("dead_act", message).at(spec.place.clone());
            Some(found.help("看它的条件能否同时满足、有没有规范打开它，或者删去。"))
        };
        dead.iter().filter_map(one).collect()
    }

    /// From the ends backwards: which states can still close, and which duties can still be discharged.
    fn backward(&self) -> Vec<Diagnostic> {
        let count = self.space.states.len();
        let closes = 1u128 << 127;
        let mut good: Vec<u128> = Vec::with_capacity(count);
        let mut comes: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (at, state) in self.space.states.iter().enumerate() {
            let closed = if self.abstraction.is_closed(state) { closes } else { 0 };
            good.push((!state.owed & !closes) | closed);
            for to in self.space.leads_of(at) {
                let from = u32::try_from(at).unwrap_or(u32::MAX);
                if let Some(list) = usize::try_from(*to).ok().and_then(|to| comes.get_mut(to)) {
                    list.push(from);
                }
            }
        }
        let mut queue: Vec<usize> = (0..count).collect();
        while let Some(at) = queue.pop() {
            let own = good.get(at).copied().unwrap_or(0);
            for from in comes.get(at).into_iter().flatten() {
                let Ok(from) = usize::try_from(*from) else { continue };
                if let Some(theirs) = good.get_mut(from)
                    && *theirs | own != *theirs
                {
                    *theirs |= own;
                    queue.push(from);
                }
            }
        }
        self.judge(&good, closes)
    }

    fn judge(&self, good: &[u128], closes: u128) -> Vec<Diagnostic> {
        let procedure = self.abstraction.procedure;
        let mut found = Vec::new();
        let mut told = 0u128;
        for (at, (state, good)) in self.space.states.iter().zip(good).enumerate() {
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let path = || trail(procedure, &self.space.trail(number));
            let lasting = state.owed & !good & !told;
            for (duty, norm) in self.abstraction.duties.iter().enumerate() {
                if lasting >> duty & 1 == 0 {
                    continue;
                }
                told |= 1 << duty;
                found.extend(self.owed_for_ever(*norm, &path()));
            }
            if good & closes == 0 && told & closes == 0 {
                told |= closes;
                let message = format!("死局：按“{}”办下来，再也无法结案", path());
                let place = procedure.place.clone();
                let owed = self.abstraction.owed_duties(state);
                let owed = owed.fold(ActSet::NONE, |set, (_, duty)| set | duty.must);
                let help = if owed.is_empty() {
                    "此后没有一条路通到结案的事项。".to_owned()
                } else {
                    format!("此时待办：{}。", procedure.names_of(owed))
                };
                found.push(Diagnostic::error("stuck", message).at(place).help(help));
            }
        }
        found
    }

    fn owed_for_ever(&self, norm: usize, path: &str) -> Option<Diagnostic> {
        let norm = self.abstraction.procedure.norms.get(norm)?;
        let Form::Duty(duty) = &norm.form else { return None };
        let names = self.abstraction.procedure.names_of(duty.must);
        let message = format!("永远欠着：按“{path}”办下来，应当办的{names}再也办不了");
        let found = Diagnostic::error("owed_for_ever", message).at(norm.place.clone());
        Some(found.on(norm.basis.cited.clone()).help("给它一条出路：别的事项、关闭（close）或者期限届满（lapse）。"))
    }
}
