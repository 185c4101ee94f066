//! Walks all states of a procedure, as sets, and proves what can be proved of all of them.

use base::Diagnostic;

use super::bdd::{NONE, Set};
use super::symbolic::Model;
use super::system::System;
use crate::{ActId, ActSet, Form, Procedure};

/// What the exploration covered. 状态探索
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explored {
    /// Different states that some run reaches (at most `u64::MAX`).
    pub states: u64,
    /// Whether all states were walked.
    pub whole: bool,
}

/// Explores a procedure: dead acts, stuck states, duties owed for ever.
#[must_use]
pub fn explore(procedure: &Procedure) -> (Explored, Vec<Diagnostic>) {
    let mut model = Model::of(procedure);
    let mut walk = Walk { system: System::of(&mut model), reached: NONE, going: NONE };
    walk.spread();
    let mut found = walk.dead_acts(&model);
    let closed = walk.system.closed;
    let closes = walk.gather(closed);
    let stuck = walk.system.space.minus(walk.reached, closes);
    if stuck != NONE {
        found.extend(walk.judge(&model, stuck));
    }
    let space = &walk.system.space;
    let explored = Explored { states: space.count(walk.reached, walk.system.bits), whole: !space.is_full() };
    if explored.whole {
        return (explored, found);
    }
    let message = format!("程序“{}”的状态太多，没有推演完", procedure.name);
    let fault = Diagnostic::warning("not_explored", message).at(procedure.place.clone());
    let help = "死事项、死局和永远欠着的义务没有得到证明；请拆分程序，或者减少互不相干的可选事项。";
    (Explored { states: 0, whole: false }, vec![fault.help(help)])
}

/// A procedure's transitions and what was reached by them.
struct Walk {
    system: System,
    reached: Set,
    /// What was reached and is not closed: nothing can be done in a closed case.
    going: Set,
}

impl Walk {
    /// All states that can be reached.
    fn spread(&mut self) {
        self.going = self.system.start;
        let mut ended = NONE;
        loop {
            let mut before = (self.going, ended);
            for at in 0..self.system.steps.len() {
                let next = self.system.after(self.going, at);
                let closed = self.system.space.and(next, self.system.closed);
                let open = if closed == NONE { next } else { self.system.space.minus(next, closed) };
                ended = self.system.space.or(ended, closed);
                self.going = self.system.space.or(self.going, open);
                self.system.tidy([&mut self.going, &mut ended, &mut before.0, &mut before.1]);
            }
            if before == (self.going, ended) || self.system.space.is_full() {
                self.reached = self.system.space.or(self.going, ended);
                return;
            }
        }
    }

    /// All states reached from which some run leads into a set.
    fn gather(&mut self, goal: Set) -> Set {
        self.gather_keeping(goal, &mut { NONE })
    }

    /// The same, with a set that must outlive the walk.
    fn gather_keeping(&mut self, goal: Set, kept: &mut Set) -> Set {
        let mut good = self.system.space.and(goal, self.reached);
        loop {
            let mut before = good;
            for at in (0..self.system.steps.len()).rev() {
                let from = self.system.before(good, at);
                let from = self.system.space.and(from, self.going);
                good = self.system.space.or(good, from);
                self.system.tidy([&mut self.reached, &mut self.going, &mut before, &mut good, &mut *kept]);
            }
            if good == before || self.system.space.is_full() {
                return good;
            }
        }
    }

    fn dead_acts(&mut self, model: &Model<'_>) -> Vec<Diagnostic> {
        let mut alive = ActSet::NONE;
        for step in &self.system.steps {
            if !alive.has(step.act) && self.system.space.and(self.going, step.guard) != NONE {
                alive = alive.with(step.act);
            }
        }
        let one = |act: ActId| {
            let spec = model.procedure.act_of(act)?;
            let message = format!("事项“{}”（{}）在任何情况下都办不了", spec.name, spec.id);
            let found = Diagnostic::error("dead_act", message).at(spec.place.clone());
            Some(found.help("看它的条件能否同时满足、有没有规范打开它，或者删去。"))
        };
        model.index.all.without(alive).iter().filter_map(one).collect()
    }

    /// What is wrong in the states from which no run reaches a closed case.
    fn judge(&mut self, model: &Model<'_>, stuck: Set) -> Vec<Diagnostic> {
        let (procedure, mut stuck) = (model.procedure, stuck);
        let mut found = Vec::new();
        for duty in 0..model.duties.len() {
            let owed = |walk: &Self| walk.system.owed.get(duty).map_or(NONE, |duty| duty.owed);
            let here = owed(self);
            if self.system.space.and(stuck, here) == NONE {
                continue;
            }
            let free = self.system.space.minus(self.reached, here);
            let good = self.gather_keeping(free, &mut stuck);
            let here = owed(self);
            let lasting = self.system.space.and(stuck, here);
            let lasting = self.system.space.minus(lasting, good);
            if lasting != NONE {
                let (done, _) = self.system.reading(&self.system.space.one_of(lasting));
                found.extend(owed_for_ever(model, duty, done));
            }
        }
        let (done, owed) = self.system.reading(&self.system.space.one_of(stuck));
        let message = format!("死局：{}，再也无法结案", so_far(procedure, done));
        let owed = owed.iter().filter_map(|at| model.duties.get(*at));
        let owed = owed.fold(ActSet::NONE, |set, (_, duty)| set | duty.must);
        let help = if owed.is_empty() {
            "此后没有一条路通到结案的事项。".to_owned()
        } else {
            format!("此时待办：{}。", procedure.names_of(owed))
        };
        found.push(Diagnostic::error("stuck", message).at(procedure.place.clone()).help(help));
        found
    }
}

/// What was done on the way to a state.
fn so_far(procedure: &Procedure, done: ActSet) -> String {
    if done.is_empty() {
        "从立案起".to_owned()
    } else {
        format!("办过{}之后", procedure.names_of(done))
    }
}

fn owed_for_ever(model: &Model<'_>, duty: usize, done: ActSet) -> Option<Diagnostic> {
    let (norm, _) = model.duties.get(duty)?;
    let procedure = model.procedure;
    let norm = procedure.norms.get(*norm)?;
    let Form::Duty(duty) = &norm.form else { return None };
    let (must, done) = (procedure.names_of(duty.must), so_far(procedure, done));
    let message = format!("永远欠着：{done}，应当办的{must}再也办不了");
    let found = Diagnostic::error("owed_for_ever", message).at(norm.place.clone());
    Some(
        found
            .on(norm.basis.cited.clone())
            .help("给它一条出路：别的事项、关闭（close）或者期限届满（lapse）。"),
    )
}
