//! What a procedure's file says of assessments by a scheme: which of its acts opens one, scores, checks and settles.

use ::figures::Figure;
use norms::{ActId, FieldType};

use super::Draft;
use super::tasks::{counted, field};
use crate::source::{At, Table};

/// The acts of a procedure whose cases are assessments, by what they say of a score. 考核程序
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentActs {
    /// The figure that counts the opening act: its records are the assessments.
    pub figure: String,
    pub opens: ActId,
    /// The assessed scores itself on one criterion, with proof.
    pub scores: ActId,
    /// The assessed states a quantity that no figure gives.
    pub states: ActId,
    /// An assessor checks one criterion, finds that one does not apply, and the head settles one.
    pub checks: ActId,
    pub excludes: ActId,
    pub settles: ActId,
    /// The total is settled, and made public.
    pub concludes: ActId,
    pub publishes: ActId,
}

/// The fields of these acts, and as what; `docs/assessment.md` says what each means.
const FIELDS: [(&str, &[(&str, FieldType)]); 7] = [
    ("opens", &[("scheme", FieldType::Words), ("year", FieldType::Number), ("assessed", FieldType::Organ)]),
    (
        "scores",
        &[
            ("criterion", FieldType::Words),
            ("score", FieldType::Number),
            ("proof", FieldType::Text),
            ("figure", FieldType::Words),
            ("register", FieldType::Words),
            ("entry_key", FieldType::Words),
            ("document", FieldType::Words),
            ("case_number", FieldType::Words),
            ("files", FieldType::File),
        ],
    ),
    (
        "states",
        &[
            ("quantity", FieldType::Words),
            ("value", FieldType::Number),
            ("by", FieldType::Words),
            ("proof", FieldType::Text),
            ("files", FieldType::File),
        ],
    ),
    (
        "checks",
        &[
            ("criterion", FieldType::Words),
            ("score", FieldType::Number),
            ("fired", FieldType::Choice),
            ("proof", FieldType::Text),
            ("reason", FieldType::Text),
            ("files", FieldType::File),
        ],
    ),
    ("excludes", &[("criterion", FieldType::Words), ("reason", FieldType::Text)]),
    (
        "settles",
        &[("criterion", FieldType::Words), ("score", FieldType::Number), ("reason", FieldType::Text)],
    ),
    (
        "concludes",
        &[("low", FieldType::Number), ("high", FieldType::Number), ("unproved", FieldType::Number)],
    ),
];

pub(super) fn read(root: &Table<'_>, draft: &Draft, figures: &[Figure]) -> Option<AssessmentActs> {
    let table = root.table("assessment", "考核")?;
    let opened = counted(draft, &table, figures);
    let act = |key: &str| {
        let named = table.need_text(key);
        named.and_then(|at| draft.act(&table, &at))
    };
    let [scores, states, checks, excludes] = ["scores", "states", "checks", "excludes"].map(act);
    let [settles, concludes, publishes] = ["settles", "concludes", "publishes"].map(act);
    table.finish();
    let (opens, figure) = opened?;
    let made = AssessmentActs {
        figure,
        opens,
        scores: scores?,
        states: states?,
        checks: checks?,
        excludes: excludes?,
        settles: settles?,
        concludes: concludes?,
        publishes: publishes?,
    };
    for (which, wanted) in FIELDS {
        let act = match which {
            "opens" => made.opens,
            "scores" => made.scores,
            "states" => made.states,
            "checks" => made.checks,
            "excludes" => made.excludes,
            "settles" => made.settles,
            _ => made.concludes,
        };
        for (id, kind) in wanted {
            let at = At { value: (*id).to_owned(), place: table.place() };
            field(draft, &table, act, &at, *kind);
        }
    }
    Some(made)
}
