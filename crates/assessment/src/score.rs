//! The mark of each criterion: points with their proof, or unproved.

use std::collections::BTreeMap;

use crate::formula::Unknown;
use crate::total::Span;
use crate::{Bound, Criterion, Entry, Formula, Kind, Ratio, Rule, Scheme, Scoring, Sheet};

/// What is known of a subject's year and the year before: figures of the platform, by id. 数据
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub now: BTreeMap<String, Ratio>,
    pub previous: BTreeMap<String, Ratio>,
    /// What each figure is called.
    pub names: BTreeMap<String, String>,
}

/// How the points of a criterion came about. 认定状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// From figures.
    Computed,
    /// Stated with proof that nobody has checked yet.
    SelfScored,
    Checked,
    Final,
    /// Neither proved nor disproved: never nought.
    Unproved,
    /// A bonus that nobody claims.
    NotClaimed,
    NotApplicable,
}

/// Why a criterion is unproved. 未证明的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    NothingEntered,
    /// There is a self-score and no proof of it.
    NoProof,
    NoValue(Unknown),
}

/// The mark of one criterion. 指标得分
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub criterion: String,
    pub kind: Kind,
    pub maximum: Ratio,
    pub status: Status,
    pub why: Option<Why>,
    /// Points from and to: the same unless it is unproved. Of a negative criterion: points taken.
    pub points: Span,
    /// Of a veto: whether it falls; none where nobody knows.
    pub fired: Option<bool>,
    /// The value of the formula.
    pub value: Option<Ratio>,
    /// The points that follow from it.
    pub computed: Option<Ratio>,
    pub self_score: Option<Ratio>,
    pub proof: Vec<String>,
    pub reason: Option<String>,
}

impl Status {
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Computed => "computed",
            Self::SelfScored => "self_scored",
            Self::Checked => "checked",
            Self::Final => "final",
            Self::Unproved => "unproved",
            Self::NotClaimed => "not_claimed",
            Self::NotApplicable => "not_applicable",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Computed => "由数据算得",
            Self::SelfScored => "自评，未核查",
            Self::Checked => "已核查",
            Self::Final => "已审定",
            Self::Unproved => "未证明",
            Self::NotClaimed => "未申报",
            Self::NotApplicable => "不适用",
        }
    }
}

impl Why {
    /// In words; `named` tells what a figure is called.
    #[must_use]
    pub fn told(&self, named: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::NothingEntered => "没有填报，也没有证明".to_owned(),
            Self::NoProof => "有自评分，没有证明".to_owned(),
            Self::NoValue(unknown) => unknown.told(named),
        }
    }
}

/// The value of a formula for a subject: figures of the platform, and what is stated with proof.
fn value(
    (formula, needs): (&Formula, &[String]),
    scheme: &Scheme,
    facts: &Facts,
    sheet: &Sheet,
) -> Result<Ratio, Unknown> {
    let known = |id: &str, is_previous: bool| {
        let figures = if is_previous { &facts.previous } else { &facts.now };
        let is_input = scheme.inputs.iter().any(|input| input.id == id);
        if !is_input {
            return figures.get(id).copied();
        }
        let stated = sheet.stated.iter().find(|one| one.input == id && !one.proof.is_empty());
        stated.filter(|_| !is_previous).map(|one| one.value)
    };
    for id in needs {
        match known(id, false) {
            None => return Err(Unknown::NoValue { id: id.clone(), is_previous: false }),
            Some(number) if number.is_zero() => return Err(Unknown::NothingRecorded(id.clone())),
            Some(_) => {}
        }
    }
    formula.value(&known)
}

/// The mark of a criterion.
#[must_use]
pub fn mark(scheme: &Scheme, criterion: &Criterion, facts: &Facts, sheet: &Sheet) -> Mark {
    let nothing = Entry::default();
    let entry = sheet.entry(&criterion.id).unwrap_or(&nothing);
    let (value, unknown) = match &criterion.rule {
        Rule::Evidence => (None, None),
        Rule::Formula { formula, needs, .. } => match value((formula, needs), scheme, facts, sheet) {
            Ok(value) => (Some(value), None),
            Err(unknown) => (None, Some(unknown)),
        },
    };
    let mut made = Mark {
        criterion: criterion.id.clone(),
        kind: criterion.kind,
        maximum: criterion.maximum,
        status: Status::Unproved,
        why: None,
        points: Span { low: Ratio::ZERO, high: criterion.maximum },
        fired: None,
        value,
        computed: None,
        self_score: entry.self_score,
        proof: entry.proof.clone(),
        reason: entry.not_applicable.clone().or_else(|| entry.reason.clone()),
    };
    if criterion.kind.is_veto() {
        veto(&mut made, criterion, entry, unknown);
        return made;
    }
    if let (Some(value), Rule::Formula { scoring, .. }) = (value, &criterion.rule) {
        made.computed = scoring.points(value, criterion.maximum);
    }
    let is_proved = !entry.proof.is_empty();
    let known = [
        (Status::NotApplicable, entry.not_applicable.as_ref().map(|_| Ratio::ZERO)),
        (Status::Final, entry.final_score.filter(|_| is_proved || made.computed.is_some())),
        (Status::Checked, entry.checked.filter(|_| is_proved || made.computed.is_some())),
        (Status::Computed, made.computed),
        (Status::SelfScored, entry.self_score.filter(|_| is_proved)),
    ];
    let found = known.into_iter().find_map(|(status, points)| Some((status, points?)));
    match found {
        Some((status, points)) => {
            made.status = status;
            made.points = Span::of(points.within(Ratio::ZERO, criterion.maximum));
        }
        None if criterion.kind == Kind::Bonus && entry.self_score.is_none() && unknown.is_none() => {
            made.status = Status::NotClaimed;
            made.points = Span::of(Ratio::ZERO);
        }
        None => made.why = Some(why(entry, unknown)),
    }
    made
}

fn why(entry: &Entry, unknown: Option<Unknown>) -> Why {
    match unknown {
        Some(unknown) => Why::NoValue(unknown),
        None if entry.self_score.is_some() => Why::NoProof,
        None => Why::NothingEntered,
    }
}

/// A veto falls, does not, or nobody knows. It has no points.
fn veto(made: &mut Mark, criterion: &Criterion, entry: &Entry, unknown: Option<Unknown>) {
    made.points = Span::of(Ratio::ZERO);
    let computed = match (&criterion.rule, made.value) {
        (Rule::Formula { scoring: Scoring::Pass(bound), .. }, Some(value)) => {
            Some(Bound::holds(*bound, value))
        }
        _ => None,
    };
    let entered = entry.fired.filter(|_| !entry.proof.is_empty() || computed.is_some());
    (made.fired, made.status) = match (entered, computed) {
        (Some(fired), _) => (Some(fired), Status::Checked),
        (None, Some(fired)) => (Some(fired), Status::Computed),
        (None, None) => (None, Status::Unproved),
    };
    if made.fired.is_none() {
        made.why = Some(why(entry, unknown));
    }
}
