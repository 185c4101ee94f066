//! What carries out each concrete system and each measure of a plan.

use std::collections::BTreeMap;

use base::{Diagnostic, closest};

use crate::{Catalogue, MeasureRef, Plan};

/// What kind of part of the platform carries something out (承载种类).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CarrierKind {
    Procedure,
    Register,
    Figure,
    Engine,
}

impl CarrierKind {
    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Register => "register",
            Self::Figure => "figure",
            Self::Engine => "engine",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Procedure => "程序",
            Self::Register => "台账",
            Self::Figure => "指标",
            Self::Engine => "引擎",
        }
    }
}

/// A part of the platform with what it says that it carries out (承载).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    pub kind: CarrierKind,
    pub id: String,
    /// The procedure or register in whose file it stands: of a figure, its procedure.
    pub file: String,
    /// Ids of the catalogue, such as S269.
    pub systems: Vec<String>,
    pub measures: Vec<MeasureRef>,
}

/// A carrier of something, and the concrete system through which it carries it where it does so indirectly (承载关系).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CarriedBy {
    pub kind: CarrierKind,
    pub id: String,
    /// Only for measures: the concrete systems through which they are carried; empty where the carrier names the
    /// measure itself.
    pub through: Vec<String>,
}

/// A case that shows a concrete system being carried (例证).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Id of the catalogue, such as S269.
    pub system: String,
    /// The procedure or register beside which the case stands.
    pub by: String,
    pub title: String,
    pub place: base::Place,
}

/// A concrete system or a measure with its carriers (承载情况).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered<Id> {
    pub id: Id,
    /// Sorted by kind and id, each carrier once.
    pub carried_by: Vec<CarriedBy>,
    /// Cases that show it, in the order of their files; for concrete systems alone.
    pub shown_by: Vec<Shown>,
}

impl<Id> Covered<Id> {
    #[must_use]
    pub fn is_carried(&self) -> bool {
        !self.carried_by.is_empty()
    }
}

/// What carries a plan (承载全貌).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// In the order of the catalogue.
    pub systems: Vec<Covered<String>>,
    /// In the order of the plan, those of organisation last.
    pub measures: Vec<Covered<MeasureRef>>,
    /// Carriers and cases that name what there is not, or what they do not carry.
    pub findings: Vec<Diagnostic>,
}

impl Coverage {
    /// How many concrete systems are carried by something.
    #[must_use]
    pub fn systems_carried(&self) -> usize {
        self.systems.iter().filter(|covered| covered.is_carried()).count()
    }

    /// How many concrete systems a case shows being carried.
    #[must_use]
    pub fn systems_shown(&self) -> usize {
        self.systems.iter().filter(|covered| !covered.shown_by.is_empty()).count()
    }

    /// How many measures are carried by something.
    #[must_use]
    pub fn measures_carried(&self) -> usize {
        self.measures.iter().filter(|covered| covered.is_carried()).count()
    }
}

/// Finds what carries each concrete system of the catalogue and each measure of the plan. A carrier of a concrete
/// system carries the measures of that system too. A case shows only what its own procedure or register carries, or
/// a figure of it.
#[must_use]
pub fn coverage(plan: &Plan, catalogue: &Catalogue, carriers: &[Carrier], shown: &[Shown]) -> Coverage {
    let mut of_system: BTreeMap<&str, Vec<CarriedBy>> = BTreeMap::new();
    let mut of_measure: BTreeMap<MeasureRef, Vec<CarriedBy>> = BTreeMap::new();
    let mut findings = Vec::new();
    for carrier in carriers {
        let carried =
            |through: Vec<String>| CarriedBy { kind: carrier.kind, id: carrier.id.clone(), through };
        for id in &carrier.systems {
            let Some(mechanism) = catalogue.mechanism(id) else {
                findings.push(unknown_system(carrier, id, catalogue));
                continue;
            };
            add(of_system.entry(&mechanism.id).or_default(), carried(Vec::new()));
            for measure in &mechanism.measures {
                add(of_measure.entry(*measure).or_default(), carried(vec![mechanism.id.clone()]));
            }
        }
        for measure in &carrier.measures {
            if plan.measure(*measure).is_none() {
                findings.push(unknown_measure(carrier, *measure, plan));
                continue;
            }
            add(of_measure.entry(*measure).or_default(), carried(Vec::new()));
        }
    }
    let mut take = |id: &str| sorted(of_system.remove(id));
    let systems = catalogue.mechanisms.iter();
    let of = |id: &str| shown.iter().filter(|one| one.system == id).cloned().collect();
    let systems =
        systems.map(|m| Covered { id: m.id.clone(), carried_by: take(&m.id), shown_by: of(&m.id) }).collect();
    findings.extend(shown.iter().filter_map(|one| not_carried(one, carriers)));
    let mut take = |reference: MeasureRef| sorted(of_measure.remove(&reference));
    let measures = plan.all_measures();
    let measures = measures
        .map(|m| Covered { id: m.reference, carried_by: take(m.reference), shown_by: Vec::new() })
        .collect();
    Coverage { systems, measures, findings }
}

/// Adds a carrier, or the way of a carrier that is there already. To name a measure outweighs every detour.
fn add(carried: &mut Vec<CarriedBy>, new: CarriedBy) {
    let Some(old) = carried.iter_mut().find(|old| old.kind == new.kind && old.id == new.id) else {
        carried.push(new);
        return;
    };
    if new.through.is_empty() {
        old.through.clear();
    } else if !old.through.is_empty() {
        old.through.extend(new.through);
        old.through.sort_unstable();
        old.through.dedup();
    }
}

fn sorted(carried: Option<Vec<CarriedBy>>) -> Vec<CarriedBy> {
    let mut carried = carried.unwrap_or_default();
    carried.sort_unstable();
    carried
}

/// A case may show only what its own file carries.
fn not_carried(shown: &Shown, carriers: &[Carrier]) -> Option<Diagnostic> {
    let own = |carrier: &&Carrier| carrier.file == shown.by;
    if carriers.iter().filter(own).any(|carrier| carrier.systems.contains(&shown.system)) {
        return None;
    }
    let message = format!("案例“{}”所示的系统“{}”，“{}”并未承载", shown.title, shown.system, shown.by);
    let fault = Diagnostic::error("not_carried", message).at(shown.place.clone());
    Some(fault.help("在程序、台账或指标的 systems 里写上它，或者改正案例。"))
}

fn unknown_system(carrier: &Carrier, id: &str, catalogue: &Catalogue) -> Diagnostic {
    let message = format!("{}“{}”所列的系统“{id}”不在系统清单里", carrier.kind.label(), carrier.id);
    let near = closest(id, catalogue.mechanisms.iter().map(|mechanism| mechanism.id.as_str()));
    let help = match near {
        Some(near) => format!("核对编号，相近的有“{near}”"),
        None => "核对编号，系统清单在 plans/systems.toml".to_owned(),
    };
    Diagnostic::error("unknown_system", message).help(help)
}

fn unknown_measure(carrier: &Carrier, measure: MeasureRef, plan: &Plan) -> Diagnostic {
    let message =
        format!("{}“{}”所列的{}不在《{}》里", carrier.kind.label(), carrier.id, measure.label(), plan.name);
    let help = format!("措施编号为1至{}，组织保障为O1至O{}", plan.measures.len(), plan.organisation.len());
    Diagnostic::error("unknown_measure", message).help(help)
}
