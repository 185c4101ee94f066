//! Walks all states of a procedure, as sets, and proves what can be proved of all of them.

use std::collections::BTreeMap;

use base::Diagnostic;

use super::bdd::{ALL, NONE, Set};
use super::equal::Classes;
use super::order::{Levels, Order};
use super::saturate::{Relation, Saturation, Way};
use super::symbolic::Model;
use super::system::{Step, System};
use crate::{ActId, ActSet, Form, Procedure};

/// What the exploration covered. 状态探索
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explored {
    /// Different states that some run reaches (at most `u64::MAX`).
    pub states: u64,
    /// Whether all states were walked.
    pub whole: bool,
}

/// How a procedure is explored: first near and with few nodes. Where that is not enough, each order is tried with as
/// many nodes as are had.
const ATTEMPTS: [(Order, usize); 4] =
    [(Order::Near, 400_000), (Order::File, 400_000), (Order::Near, 4_000_000), (Order::File, 4_000_000)];

/// Explores a procedure: dead acts, stuck states, duties owed for ever.
#[must_use]
pub fn explore(procedure: &Procedure) -> (Explored, Vec<Diagnostic>) {
    let mut model = Model::of(procedure);
    let paths = model.paths();
    let classes = Classes::of(&model, &paths);
    for (order, most) in ATTEMPTS {
        let levels = Levels::by(order, &mut model, &paths, &classes);
        let system = System::of(&mut model, &paths, &classes, &levels, most);
        match Walk::of(system, &model).told(&model) {
            Some(told) if !model.space.is_full() => return told,
            _ => {}
        }
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
    /// What was reached and is not closed: in a closed case nothing is done but what may be done after the end.
    going: Set,
}

impl Walk {
    /// Walks to all states that can be reached.
    fn of(mut system: System, model: &Model<'_>) -> Self {
        let start = system.start;
        let first = leads(&mut system, start, ALL);
        let System { space, steps, closed, opened, .. } = &mut system;
        // After the first act it is no question any more whether the case was opened.
        let unopened = space.minus(first, *opened);
        let care = if unopened == NONE { *opened } else { ALL };
        let mut known = BTreeMap::new();
        let mut relation = |step: &Step| {
            let relates = space.simplified(step.relation.relates, care, &mut known);
            Relation { relates, ..step.relation }
        };
        let relations: Vec<Relation> = steps.iter().map(&mut relation).collect();
        let (open, closed) = (space.not(*closed), *closed);
        let mut on = Saturation::of(space, relations, Way::On);
        let mut going = start;
        let mut begun = space.and(first, open);
        // What is done in a closed case opens it again; until nothing new comes of that.
        loop {
            let gone = on.close(&mut system.space, begun, open);
            going = system.space.or(going, gone);
            let (mut ended, mut again) = (leads(&mut system, going, closed), NONE);
            loop {
                let next = leads_after_end(&mut system, model, ended);
                again = system.space.or(again, next);
                let more = system.space.and(next, closed);
                let more = system.space.minus(more, ended);
                ended = system.space.or(ended, more);
                if more == NONE || system.space.is_full() {
                    break;
                }
            }
            begun = system.space.and(again, open);
            begun = system.space.minus(begun, going);
            if begun == NONE || system.space.is_full() {
                let reached = system.space.or(going, ended);
                return Self { system, reached, going };
            }
        }
    }

    /// What was found, unless the space was too small.
    fn told(mut self, model: &Model<'_>) -> Option<(Explored, Vec<Diagnostic>)> {
        let mut found = self.dead_acts(model);
        let closes = self.gather(self.system.closed);
        let stuck = self.system.space.minus(self.reached, closes);
        if stuck != NONE {
            found.extend(self.judge(model, stuck));
        }
        let space = &self.system.space;
        let states = space.count(self.reached, self.system.levels.len());
        (!space.is_full()).then_some((Explored { states, whole: true }, found))
    }

    /// All states reached from which some run leads into a set.
    fn gather(&mut self, goal: Set) -> Set {
        let space = &mut self.system.space;
        let mut back = Saturation::of(space, [], Way::Back);
        let mut good = space.and(goal, self.reached);
        let mut left = space.minus(self.going, good);
        loop {
            let before = left;
            for step in self.system.steps.iter().rev() {
                let from = back.image(space, good, step.relation, left);
                good = space.or(good, from);
                left = space.minus(left, from);
            }
            if left == before || left == NONE || space.is_full() {
                return good;
            }
        }
    }

    fn dead_acts(&mut self, model: &Model<'_>) -> Vec<Diagnostic> {
        let mut alive = ActSet::NONE;
        for step in &self.system.steps {
            let from = if model.index.after_end.has(step.act) { self.reached } else { self.going };
            if !alive.has(step.act) && self.system.space.and(from, step.guard) != NONE {
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
        let procedure = model.procedure;
        let mut found = Vec::new();
        for duty in 0..model.duties.len() {
            let owed = |walk: &Self| walk.system.owed.get(duty).copied().unwrap_or(NONE);
            let here = owed(self);
            if self.system.space.and(stuck, here) == NONE {
                continue;
            }
            let free = self.system.space.minus(self.reached, here);
            let good = self.gather(free);
            let here = owed(self);
            let lasting = self.system.space.and(stuck, here);
            let lasting = self.system.space.minus(lasting, good);
            if lasting != NONE {
                let (done, _) = self.system.reading(lasting);
                found.extend(owed_for_ever(model, duty, done));
            }
        }
        let (done, owed) = self.system.reading(stuck);
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

/// Where one transition leads from a set within another.
fn leads(system: &mut System, from: Set, within: Set) -> Set {
    leads_by(system, from, within, |_| true)
}

/// Where what may be done in closed cases leads from some.
fn leads_after_end(system: &mut System, model: &Model<'_>, from: Set) -> Set {
    leads_by(system, from, ALL, |act| model.index.after_end.has(act))
}

fn leads_by(system: &mut System, from: Set, within: Set, test: impl Fn(ActId) -> bool) -> Set {
    let space = &mut system.space;
    let mut on = Saturation::of(space, [], Way::On);
    system.steps.iter().filter(|step| test(step.act)).fold(NONE, |set, step| {
        let next = on.image(space, from, step.relation, within);
        space.or(set, next)
    })
}
