//! What the checker proves of a procedure.
//!
//! `explore` walks the states of a procedure with its guards both ways and finds dead acts, states from which no run
//! reaches a closed case, and duties that nothing can discharge. `tight` compares leads with limits; `lawful` compares
//! the file with the laws that it cites.

mod bdd;
mod equal;
mod explore;
mod lawful;
mod order;
mod paths;
mod relevance;
mod saturate;
mod symbolic;
mod system;
mod tight;
mod variables;

use base::Diagnostic;

use crate::{Engine, Procedure};

pub use explore::{Explored, explore};
pub use lawful::{lawful, resolve};

/// All that can be proved of a procedure by itself: dead acts, stuck states, duties owed for ever, leads too long.
#[must_use]
pub fn prove(procedure: &Procedure) -> (Explored, Vec<Diagnostic>) {
    let (explored, mut found) = explore(procedure);
    found.extend(tight::too_tight(procedure));
    (explored, found)
}

/// What the cases of a procedure leave untested.
#[must_use]
pub fn untested(engine: &Engine<'_>, outcomes: &[crate::cases::Outcome]) -> Vec<Diagnostic> {
    let procedure = engine.procedure;
    let made = crate::cases::untested(engine, outcomes).into_iter().filter_map(|(at, what)| {
        let norm = procedure.norms.get(usize::from(at))?;
        let message = format!("{}的这条规范{what}", procedure.name);
        let found = Diagnostic::warning("untested", message).at(norm.place.clone());
        Some(found.on(norm.basis.cited.clone()).help("请在旁边的案例文件里补上。"))
    });
    made.collect()
}
