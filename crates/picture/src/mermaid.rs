//! A procedure for pages of Markdown, in the language of Mermaid.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use norms::{Form, Procedure};

use crate::dot::{by_phase, lines};
use crate::sentence;

/// A norm with more lines than this is not drawn: nobody could follow them.
const MOST_LINES: usize = 8;

/// The procedure as a flow chart that pages of Markdown show: its duties with their limits, and what must be done before
/// what.
#[must_use]
pub fn mermaid(procedure: &Procedure) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (at, (phase, acts)) in by_phase(procedure).into_iter().enumerate() {
        let name = phase.and_then(|at| procedure.phases.get(at)).map_or("不分阶段", String::as_str);
        let _ = writeln!(out, "  subgraph p{at}[\"{}\"]", mermaid_text(name));
        for id in acts {
            let (own, name) = (id.index(), mermaid_text(procedure.name_of(id)));
            let (opens, ends) =
                procedure.act_of(id).map_or((false, false), |act| (act.opens_case, act.ends_case));
            let _ = match (opens, ends) {
                (true, _) => writeln!(out, "    a{own}([\"{name}\"])"),
                (_, true) => writeln!(out, "    a{own}[[\"{name}\"]]"),
                _ => writeln!(out, "    a{own}[\"{name}\"]"),
            };
        }
        out.push_str("  end\n");
    }
    let mut drawn = BTreeSet::new();
    for norm in &procedure.norms {
        let label = match &norm.form {
            Form::Duty(duty) => {
                let within = duty.within.map(|limit| sentence::length(procedure, limit));
                within
                    .map_or_else(|| " --> ".to_owned(), |told| format!(" -->|\"{}\"| ", mermaid_text(&told)))
            }
            Form::Condition(_) => " -.-> ".to_owned(),
            Form::While { .. } | Form::Closing { .. } | Form::Opening { .. } => continue,
        };
        let lines = Some(lines(norm)).filter(|lines| lines.len() <= MOST_LINES).unwrap_or_default();
        for (from, to) in lines {
            if drawn.insert((from, to, matches!(norm.form, Form::Duty(_)))) {
                let _ = writeln!(out, "  a{}{label}a{}", from.index(), to.index());
            }
        }
    }
    out
}

fn mermaid_text(text: &str) -> String {
    text.replace('"', "#quot;").replace('<', "&lt;").replace('>', "&gt;")
}
