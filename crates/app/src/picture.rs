//! The plan as one picture: of each measure what carries it out and what is on record, computed from the journal and the
//! registers and from nothing else. 驾驶舱

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use calendar::Day;
use plan::coverage::CarriedBy;
use plan::{CarrierKind, MeasureRef, Part, Plan};
use store::entry;

use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, FigureLine};
use crate::platform::Platform;

/// How old the picture at hand may be: it adds up all figures of a year.
const FRESH: Duration = Duration::from_secs(60);

/// How a measure stands in a year, by what is on record. 措施状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeasureState {
    /// Nothing of the platform carries it out.
    Uncarried,
    /// Something carries it out, and nothing is on record in the year.
    Silent,
    /// Only registers have entries: kept, but nothing done in a procedure.
    Kept,
    /// Acts are on record in the year.
    Done,
}

impl MeasureState {
    pub const ALL: [Self; 4] = [Self::Done, Self::Kept, Self::Silent, Self::Uncarried];

    /// As people say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uncarried => "平台还没有承载",
            Self::Silent => "本年没有记录",
            Self::Kept => "只有名册登记",
            Self::Done => "本年有办理记录",
        }
    }

    /// The word of machine-readable forms and of the style sheet.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Uncarried => "uncarried",
            Self::Silent => "silent",
            Self::Kept => "kept",
            Self::Done => "done",
        }
    }
}

/// A measure in the picture. 措施格
#[derive(Clone, Debug)]
pub struct MeasureCell {
    pub reference: MeasureRef,
    pub title: String,
    pub state: MeasureState,
    /// How many records stand behind its figures in the year; a record may stand behind several.
    pub records: i64,
}

/// A system of the plan, or its safeguards. 体系
#[derive(Clone, Debug)]
pub struct PlanPart {
    pub name: String,
    /// Title of each head, and its measures.
    pub heads: Vec<(String, Vec<MeasureCell>)>,
}

/// The whole picture. 方案全貌
#[derive(Clone, Debug)]
pub struct Picture {
    /// Id of the plan.
    pub plan: String,
    pub name: String,
    pub document: String,
    pub first_year: i32,
    pub last_year: i32,
    pub year: i32,
    pub as_of: Day,
    pub parts: Vec<PlanPart>,
    /// How many things are owed and past their last day, over all organs today.
    pub overdue: i64,
    pub warned: i64,
    figures: Vec<FigureLine>,
    kept: BTreeMap<String, i64>,
}

/// What carries a measure, on its page. 承载
#[derive(Clone, Debug)]
pub struct CarrierLine {
    pub kind: CarrierKind,
    pub id: String,
    pub name: String,
    /// Of an engine, what it does and where it is used.
    pub told: String,
    /// What is on record: of a procedure the largest number of records behind one of its figures, of a register its
    /// entries.
    pub on_record: i64,
}

/// A measure on its page. 措施页
#[derive(Clone, Debug)]
pub struct MeasureView {
    /// Id and name of the plan, and its years.
    pub plan: String,
    pub plan_name: String,
    pub years: (i32, i32),
    /// What the plan itself sets for the measure.
    pub targets: Vec<plan::Target>,
    pub reference: MeasureRef,
    pub title: String,
    pub duty: String,
    pub part: String,
    pub head: String,
    pub state: MeasureState,
    pub carriers: Vec<CarrierLine>,
    pub figures: Vec<FigureLine>,
}

impl Picture {
    /// The figures of the year, of all procedures.
    #[must_use]
    pub fn figures(&self) -> &[FigureLine] {
        &self.figures
    }

    /// How many measures stand in a state.
    #[must_use]
    pub fn count(&self, state: MeasureState) -> usize {
        let heads = self.parts.iter().flat_map(|part| &part.heads);
        heads.flat_map(|(_, cells)| cells).filter(|cell| cell.state == state).count()
    }

    fn on_record(&self, by: &CarriedBy) -> i64 {
        match by.kind {
            CarrierKind::Register => self.kept.get(&by.id).copied().unwrap_or(0),
            CarrierKind::Figure => {
                self.figures.iter().find(|one| one.id == by.id).map_or(0, |one| one.records)
            }
            CarrierKind::Procedure => {
                let own = self.figures.iter().filter(|one| one.procedure_id == by.id);
                own.map(|one| one.records).max().unwrap_or(0)
            }
            CarrierKind::Engine => 0,
        }
    }

    fn state(&self, carried_by: &[CarriedBy]) -> (MeasureState, i64) {
        let sum = |is_register: bool| -> i64 {
            let own = carried_by.iter().filter(|by| (by.kind == CarrierKind::Register) == is_register);
            // A figure's records are among its procedure's.
            own.filter(|by| by.kind != CarrierKind::Figure).map(|by| self.on_record(by)).sum()
        };
        let (done, kept) = (sum(false), sum(true));
        let state = match (carried_by.is_empty(), done > 0, kept > 0) {
            (true, ..) => MeasureState::Uncarried,
            (_, true, _) => MeasureState::Done,
            (_, _, true) => MeasureState::Kept,
            _ => MeasureState::Silent,
        };
        (state, done)
    }
}

/// The picture at hand, and since when.
pub(crate) type AtHand = Option<(Instant, Arc<Picture>)>;

impl Platform {
    /// The picture of a plan for a year, as of today; at most a minute old. Without an id it is the built-in plan.
    ///
    /// # Errors
    /// There is no such plan; the store cannot be read.
    pub fn plan_picture(&self, plan: &str, year: i32) -> Result<Arc<Picture>> {
        let today = self.today();
        if let Ok(kept) = self.inner().picture.lock()
            && let Some((since, picture)) = kept.as_ref()
            && picture.year == year
            && (picture.plan == plan || plan.is_empty() && self.is_built_in(&picture.plan))
            && picture.as_of == today
            && since.elapsed() < FRESH
        {
            return Ok(Arc::clone(picture));
        }
        let since = Instant::now();
        let picture = Arc::new(self.drawn(plan, year, today)?);
        if let Ok(mut kept) = self.inner().picture.lock() {
            *kept = Some((since, Arc::clone(&picture)));
        }
        Ok(picture)
    }

    fn drawn(&self, plan: &str, year: i32, today: Day) -> Result<Picture> {
        let plan = self.plan_of(plan)?;
        let edge = |month, day| Day::from_ymd(year, month, day).unwrap_or(today);
        let asked = FigureAsked {
            organ: String::new(),
            division: String::new(),
            from: edge(1, 1),
            to: edge(12, 31),
            as_of: today,
        };
        let owed = self.store().read(|reader| store::due::counts(reader, today.number(), "", ""))?;
        let mut picture = Picture {
            plan: plan.id.clone(),
            name: plan.name.clone(),
            document: plan.document.clone(),
            first_year: plan.first_year,
            last_year: plan.last_year,
            year,
            as_of: today,
            parts: Vec::new(),
            overdue: owed.iter().map(|count| count.overdue).sum(),
            warned: owed.iter().map(|count| count.warned).sum(),
            figures: self.figures(None, &asked)?,
            kept: self.kept_on(edge(12, 31).min(today))?,
        };
        picture.parts = self.parts_of(&plan, &picture)?;
        Ok(picture)
    }

    fn is_built_in(&self, plan: &str) -> bool {
        self.rules().plan.as_ref().is_some_and(|own| own.id == plan)
    }

    /// How many entries each register has on a day, over all organs.
    fn kept_on(&self, day: Day) -> Result<BTreeMap<String, i64>> {
        let counted = self.store().read(|reader| entry::counts(reader, day.number()))?;
        let of = |id: &str| counted.get(id).copied().unwrap_or(0);
        Ok(self.rules().registers.iter().map(|one| (one.id.clone(), of(&one.id))).collect())
    }

    fn parts_of(&self, plan: &Plan, picture: &Picture) -> Result<Vec<PlanPart>> {
        let systems = plan.systems.iter().map(|system| (Part::System(system.number), system.name.clone()));
        let all = systems.chain([(Part::Organisation, "组织保障".to_owned())]);
        let mut made = Vec::new();
        for (part, name) in all {
            let mut own = PlanPart { name, heads: Vec::new() };
            for head in plan.heads.iter().chain(&plan.organisation_heads).filter(|one| one.part == part) {
                let measures = plan.all_measures().filter(|one| one.part == part && one.head == head.number);
                let cells = measures.map(|one| {
                    let (state, records) = picture.state(self.carried_in(&plan.id, one.reference)?);
                    Ok(MeasureCell { reference: one.reference, title: one.title.clone(), state, records })
                });
                own.heads.push((head.title.clone(), cells.collect::<Result<Vec<_>>>()?));
            }
            made.push(own);
        }
        made.retain(|part| part.heads.iter().any(|(_, cells)| !cells.is_empty()));
        Ok(made)
    }

    /// What carries a measure of a plan: of the built-in plan, or that which it repeats.
    fn carried_in(&self, plan: &str, reference: MeasureRef) -> Result<&[CarriedBy]> {
        let same = self.built_in_measure(plan, reference)?;
        Ok(same.map_or(&[], |same| self.carried_by(same)))
    }

    fn carried_by(&self, reference: MeasureRef) -> &[CarriedBy] {
        let found = self.rules().measures.iter().find(|one| one.id == reference);
        found.map_or(&[], |one| one.carried_by.as_slice())
    }

    /// A measure with what carries it and its figures of a year.
    ///
    /// # Errors
    /// There is no such measure; the store cannot be read.
    pub fn measure_view(&self, plan: &str, reference: &str, year: i32) -> Result<MeasureView> {
        let picture = self.plan_picture(plan, year)?;
        let plan = self.plan_of(plan)?;
        let missing = || AppError::not_found(format!("措施“{reference}”"));
        let wanted = MeasureRef::parse(reference).ok_or_else(missing)?;
        let measure = plan.measure(wanted).ok_or_else(missing)?;
        let carried_by = self.carried_in(&plan.id, wanted)?;
        let part = match measure.part {
            Part::System(number) => plan.system(number).map_or("", |system| system.name.as_str()),
            Part::Organisation => "组织保障",
        };
        let carriers = carried_by.iter().filter(|by| by.kind != CarrierKind::Figure).map(|by| CarrierLine {
            kind: by.kind,
            id: by.id.clone(),
            name: self.carrier_name(by),
            told: self.engine_told(by),
            on_record: picture.on_record(by),
        });
        let is_named = |line: &&FigureLine| {
            carried_by.iter().any(|by| match by.kind {
                CarrierKind::Figure => by.id == line.id,
                CarrierKind::Procedure => by.id == line.procedure_id,
                _ => false,
            })
        };
        // Versions of a procedure define the same figures.
        let mut figures: Vec<FigureLine> = Vec::new();
        for line in picture.figures.iter().filter(is_named) {
            if figures.iter().all(|known| known.id != line.id) {
                figures.push(line.clone());
            }
        }
        Ok(MeasureView {
            plan: plan.id.clone(),
            plan_name: plan.name.clone(),
            years: (plan.first_year, plan.last_year),
            targets: measure.targets.clone(),
            reference: wanted,
            title: measure.title.clone(),
            duty: measure.duty.clone(),
            part: part.to_owned(),
            head: plan.head_of(measure).map_or(String::new(), |head| head.title.clone()),
            state: picture.state(carried_by).0,
            carriers: carriers.collect(),
            figures,
        })
    }

    fn carrier_name(&self, by: &CarriedBy) -> String {
        match by.kind {
            CarrierKind::Register => {
                self.rules().register(&by.id).map_or_else(|| by.id.clone(), |one| one.name.clone())
            }
            CarrierKind::Engine => {
                self.rules().engine(&by.id).map_or_else(|| by.id.clone(), |one| one.name.clone())
            }
            _ => self.procedure_name(&by.id),
        }
    }

    fn engine_told(&self, by: &CarriedBy) -> String {
        let engine = self.rules().engine(&by.id).filter(|_| by.kind == CarrierKind::Engine);
        engine.map_or(String::new(), |one| format!("{}用在：{}。", one.does, one.used_at.join("、")))
    }
}
