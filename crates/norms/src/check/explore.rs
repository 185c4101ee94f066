//! Walks all states of a procedure, as sets, and proves what can be proved of all of them.

use base::Diagnostic;

use super::bdd::{NONE, Set};
use super::symbolic::{Model, Step};
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
    let steps = model.steps();
    let start = model.start();
    let reached = spread(&mut model, &steps, start);
    let mut found = dead_acts(&mut model, &steps, reached);
    let closed = model.closed();
    let closes = gather(&mut model, &steps, reached, closed);
    let stuck = model.space.minus(reached, closes);
    if stuck != NONE {
        found.extend(judge(&mut model, &steps, reached, stuck));
    }
    let explored = Explored { states: model.space.count(reached, model.bits), whole: !model.space.is_full() };
    if explored.whole {
        return (explored, found);
    }
    let message = format!("程序“{}”的状态太多，没有推演完", procedure.name);
    let fault = Diagnostic::warning("not_explored", message).at(procedure.place.clone());
    let help = "死事项、死局和永远欠着的义务没有得到证明；请拆分程序，或者减少互不相干的可选事项。";
    (Explored { states: 0, whole: false }, vec![fault.help(help)])
}

/// All states that can be reached from a set.
fn spread(model: &mut Model<'_>, steps: &[Step], start: Set) -> Set {
    let mut reached = start;
    loop {
        let before = reached;
        for step in steps {
            let next = model.after(reached, &step.ops);
            reached = model.space.or(reached, next);
        }
        if reached == before || model.space.is_full() {
            return reached;
        }
    }
}

/// All states of `within` from which some run leads into a set.
fn gather(model: &mut Model<'_>, steps: &[Step], within: Set, goal: Set) -> Set {
    let mut good = model.space.and(goal, within);
    loop {
        let before = good;
        for step in steps.iter().rev() {
            let from = model.before(good, &step.ops);
            let from = model.space.and(from, within);
            good = model.space.or(good, from);
        }
        if good == before || model.space.is_full() {
            return good;
        }
    }
}

fn dead_acts(model: &mut Model<'_>, steps: &[Step], reached: Set) -> Vec<Diagnostic> {
    let mut alive = ActSet::NONE;
    for step in steps {
        if !alive.has(step.act) && model.after(reached, &step.ops) != NONE {
            alive = alive.with(step.act);
        }
    }
    let procedure = model.procedure;
    let one = |act: ActId| {
        let spec = procedure.act_of(act)?;
        let message = format!("事项“{}”（{}）在任何情况下都办不了", spec.name, spec.id);
        let found = Diagnostic::error("dead_act", message).at(spec.place.clone());
        Some(found.help("看它的条件能否同时满足、有没有规范打开它，或者删去。"))
    };
    model.index.all.without(alive).iter().filter_map(one).collect()
}

/// What is wrong in the states from which no run reaches a closed case.
fn judge(model: &mut Model<'_>, steps: &[Step], reached: Set, stuck: Set) -> Vec<Diagnostic> {
    let procedure = model.procedure;
    let mut found = Vec::new();
    for duty in 0..model.duties.len() {
        let owed = model.is_owed(duty);
        let suspects = model.space.and(stuck, owed);
        if suspects == NONE {
            continue;
        }
        let free = model.space.minus(reached, owed);
        let good = gather(model, steps, reached, free);
        let lasting = model.space.minus(suspects, good);
        if lasting != NONE {
            let bits = model.space.one_of(lasting);
            let (done, _) = model.reading(&bits);
            found.extend(owed_for_ever(model, duty, done));
        }
    }
    let bits = model.space.one_of(stuck);
    let (done, owed) = model.reading(&bits);
    let done_names = procedure.names_of(done);
    let message = format!("死局：办过{done_names}之后，再也无法结案");
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

fn owed_for_ever(model: &Model<'_>, duty: usize, done: ActSet) -> Option<Diagnostic> {
    let (norm, _) = model.duties.get(duty)?;
    let procedure = model.procedure;
    let norm = procedure.norms.get(*norm)?;
    let Form::Duty(duty) = &norm.form else { return None };
    let (must, done) = (procedure.names_of(duty.must), procedure.names_of(done));
    let message = format!("永远欠着：办过{done}之后，应当办的{must}再也办不了");
    let found = Diagnostic::error("owed_for_ever", message).at(norm.place.clone());
    Some(
        found
            .on(norm.basis.cited.clone())
            .help("给它一条出路：别的事项、关闭（close）或者期限届满（lapse）。"),
    )
}
