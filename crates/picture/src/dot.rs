//! A procedure for Graphviz: its acts by phase and all norms between them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use norms::{ActId, Form, Norm, Procedure};

use crate::sentence;

/// The lines of a norm: from each act that it starts from to each that it bears on.
pub(crate) fn lines(norm: &Norm) -> Vec<(ActId, ActId)> {
    let (from, to) = sentence::ends(&norm.form);
    from.iter().flat_map(|from| to.iter().filter(move |to| *to != from).map(move |to| (from, to))).collect()
}

/// Colour and dash of a norm's lines.
fn stroke(form: &Form) -> (&'static str, bool) {
    match form {
        Form::Duty(_) => ("#1d4f91", false),
        Form::Condition(_) => ("#b45f06", false),
        Form::While { .. } => ("#b45f06", true),
        Form::Closing { .. } => ("#a61c1c", true),
        Form::Opening { .. } => ("#2e7d32", true),
    }
}

/// The procedure in the language of Graphviz.
#[must_use]
pub fn dot(procedure: &Procedure) -> String {
    let mut out = String::new();
    let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let _ = writeln!(out, "digraph \"{}\" {{", quote(&procedure.id));
    let _ = writeln!(out, "  label=\"{}\"; rankdir=LR; node [shape=box];", quote(&procedure.name));
    for (phase, acts) in by_phase(procedure) {
        let name = phase.and_then(|at| procedure.phases.get(at)).map_or("", String::as_str);
        let id = phase.map_or_else(|| "none".to_owned(), |at| at.to_string());
        let _ = writeln!(out, "  subgraph cluster_{id} {{ label=\"{}\";", quote(name));
        for act in acts {
            let (own, name) = (procedure.act_of(act).map_or("", |act| &act.id), procedure.name_of(act));
            let _ = writeln!(out, "    \"{}\" [label=\"{}\"];", quote(own), quote(name));
        }
        let _ = writeln!(out, "  }}");
    }
    let id = |act| quote(procedure.act_of(act).map_or("", |act| act.id.as_str()));
    for norm in &procedure.norms {
        let (colour, dashed) = stroke(&norm.form);
        let style = if dashed { "dashed" } else { "solid" };
        let basis = quote(&sentence::basis(&norm.basis));
        for (from, to) in lines(norm) {
            let (from, to) = (id(from), id(to));
            let _ = writeln!(
                out,
                "  \"{from}\" -> \"{to}\" [color=\"{colour}\" style={style} tooltip=\"{basis}\"];"
            );
        }
    }
    out.push_str("}\n");
    out
}

/// The acts of each phase in the order of the file; those without a phase come last.
pub(crate) fn by_phase(procedure: &Procedure) -> Vec<(Option<usize>, Vec<ActId>)> {
    let mut made: BTreeMap<(bool, usize), Vec<ActId>> = BTreeMap::new();
    for (at, act) in procedure.acts.iter().enumerate() {
        let key = act.phase.map_or((true, 0), |phase| (false, phase));
        made.entry(key).or_default().extend(ActId::new(at));
    }
    made.into_iter().map(|((none, phase), acts)| ((!none).then_some(phase), acts)).collect()
}
