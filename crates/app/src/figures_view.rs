//! Figures asked of the store: their values, and the records behind them.

use std::collections::BTreeMap;

use calendar::Day;
use figures::{Figure, Measure, Tally, ValueOf, value_of};
use store::cases;
use store::tally::{self, Range, Sum};

use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::register_figures::Told;
use crate::visible::Viewer;

/// What a figure is asked for. 指标查询
#[derive(Clone, Debug)]
pub struct FigureAsked {
    /// Id of the organ; empty for all.
    pub organ: String,
    /// The beginning of the divisions' codes; empty for all.
    pub division: String,
    pub from: Day,
    pub to: Day,
    /// Only what was known by that day.
    pub as_of: Day,
}

/// A figure with its value. 指标值
#[derive(Clone, Debug)]
pub struct FigureLine {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// Name and id of the procedure, or of the register.
    pub procedure: String,
    pub procedure_id: String,
    pub is_of_register: bool,
    /// None where there is nothing to divide by.
    pub value: Option<ValueOf>,
    /// How many records stand behind it (behind the whole, for a share).
    pub records: i64,
    /// The figures of a share: part and whole.
    pub parts: Option<(String, String)>,
    pub systems: Vec<String>,
    pub measures: Vec<String>,
    pub basis: Option<String>,
    pub weakness: Option<String>,
}

impl FigureLine {
    /// The value as people read it: digits and unit, or that there is none.
    #[must_use]
    pub fn shown(&self) -> String {
        self.value.map_or_else(|| "—".to_owned(), |value| format!("{}{}", value.text(), self.unit))
    }
}

/// A record behind a figure. 指标明细
#[derive(Clone, Debug)]
pub struct FigureRecord {
    /// The case, for those who may see it.
    pub seen: Option<SeenCase>,
    /// The entry of a register, for those who may read it.
    pub entry: Option<SeenEntry>,
    /// Name of the organ that it counts for.
    pub organ: String,
    /// Number of the event in the case; 0 for an entry of a register.
    pub number: u32,
    pub on: Day,
    pub recorded_on: Day,
    pub n: i64,
    pub total: i64,
}

/// What those who may see a case are shown of it beside a figure. 明细中的案件
#[derive(Clone, Debug)]
pub struct SeenCase {
    pub case: String,
    pub case_number: String,
    pub title: String,
}

/// What those who may read a register are shown of an entry beside a figure. 明细中的条目
#[derive(Clone, Debug)]
pub struct SeenEntry {
    /// Ids of the register and of the organ that keeps it.
    pub register: String,
    pub organ: String,
    pub key: String,
    pub from: Day,
    pub until: Option<Day>,
}

const PAGE: u32 = 200;

impl Platform {
    /// The definition of a figure.
    #[must_use]
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.rules().figures().find(|figure| figure.id == id)
    }

    /// All figures, or one, with their values.
    ///
    /// # Errors
    /// There is no such figure; the store cannot be read.
    pub fn figures(&self, id: Option<&str>, asked: &FigureAsked) -> Result<Vec<FigureLine>> {
        let wanted = |figure: &&Figure| id.is_none_or(|id| figure.id == id);
        let of_packs = self.defined_on(asked.to, id);
        let counted = counted(&of_packs);
        let sums = self.store().read(|reader| match counted.as_slice() {
            [] => Ok(BTreeMap::new()),
            [one] => Ok(BTreeMap::from([((*one).to_owned(), tally::sum(reader, &range(one, asked))?)])),
            several => tally::sums(reader, &range("", asked), several),
        })?;
        let mut made: Vec<FigureLine> = of_packs.iter().map(|figure| self.line(&sums, figure)).collect();
        for register in &self.rules().registers {
            if register.figures.iter().any(|figure| wanted(&figure)) {
                let told = self.counted(register, asked)?;
                let own = register.figures.iter().filter(wanted);
                made.extend(own.map(|figure| register_line(&told, figure)));
            }
        }
        if let (true, Some(id)) = (made.is_empty(), id) {
            let near = base::closest(id, self.rules().figures().map(|figure| figure.id.as_str()));
            let help = near.map_or(String::new(), |near| format!("（是不是“{near}”？）"));
            return Err(AppError::not_found(format!("指标“{id}”{help}")));
        }
        Ok(made)
    }

    /// Each figure of the procedures once: versions of a procedure define the same ones, and the version in force on the day
    /// says what it means, or else the last before it. Only the one of an id, where one is asked for.
    pub(crate) fn defined_on(&self, on: Day, id: Option<&str>) -> Vec<&Figure> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut made: Vec<((bool, bool, Day), &Figure)> = Vec::new();
        for pack in &self.rules().packs {
            let force = pack.file.procedure.in_force;
            let rank = (force.covers(on), force.from <= on, force.from);
            for figure in pack.file.figures.iter().filter(|one| id.is_none_or(|id| one.id == id)) {
                let next = made.len();
                let at = *places.entry(&figure.id).or_insert(next);
                match made.get_mut(at) {
                    None => made.push((rank, figure)),
                    Some(known) if known.0 < rank => *known = (rank, figure),
                    Some(_) => {}
                }
            }
        }
        made.into_iter().map(|(_, figure)| figure).collect()
    }

    fn line(&self, sums: &BTreeMap<String, Sum>, figure: &Figure) -> FigureLine {
        let of = |id: &str| {
            let sum = sums.get(id).copied().unwrap_or_default();
            Tally { n: sum.n, total: sum.total }
        };
        let (own, mut part_of, mut whole_of, mut parts) =
            (of(&figure.id), Tally::default(), Tally::default(), None);
        if let Measure::Share { part, whole } = &figure.measure {
            (part_of, whole_of) = (of(part), of(whole));
            parts = Some((part.clone(), whole.clone()));
        }
        let records = if parts.is_some() { whole_of.n } else { own.n };
        let name = self.procedure_name(&figure.procedure);
        shown_as(figure, (name, false), value_of(figure, own, part_of, whole_of), records, parts)
    }

    /// A page of the records behind a figure, organ by organ and by legal day; the second value begins the next page. What
    /// counts is public; which case it is, only for those who may see the case.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn figure_records(
        &self,
        viewer: Viewer<'_>,
        id: &str,
        asked: &FigureAsked,
        after: Option<&str>,
    ) -> Result<(Vec<FigureRecord>, Option<String>)> {
        if let (Some(figure), Some(register)) = (self.figure(id), self.register_of_figure(id)) {
            return self.entry_records(viewer, figure, register, asked, after);
        }
        let after = after.and_then(key_of);
        let visible = self.visible(viewer)?;
        let organs = self.organs_of_today()?;
        self.store().read(|reader| {
            let rows = tally::contributions(reader, &range(id, asked), after.as_ref(), PAGE)?;
            let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == PAGE;
            let next = rows.last().filter(|_| full).map(key_text);
            let mut made = Vec::with_capacity(rows.len());
            // They come organ by organ.
            let mut organ: Option<&Organ> = None;
            for row in rows {
                let case = cases::get(reader, &row.case)?.filter(|case| visible.sees(case));
                if organ.is_none_or(|last| last.id != row.organ) {
                    organ = organs.organs.iter().find(|organ| organ.id == row.organ);
                }
                made.push(FigureRecord {
                    seen: case.map(|case| SeenCase {
                        case: case.id,
                        case_number: case.number.unwrap_or_default(),
                        title: case.title,
                    }),
                    entry: None,
                    organ: organ.map_or(row.organ, |organ| organ.name.clone()),
                    number: row.number,
                    on: Day::from_number(row.legal_day).unwrap_or(asked.from),
                    recorded_on: Day::from_number(row.recorded_day).unwrap_or(asked.from),
                    n: row.n,
                    total: row.total,
                });
            }
            Ok((made, next))
        })
    }

    /// A figure day by day, for charts: legal day and number.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn figure_by_day(&self, id: &str, asked: &FigureAsked) -> Result<Vec<(Day, i64)>> {
        if let (Some(figure), Some(register)) = (self.figure(id), self.register_of_figure(id)) {
            return self.entries_by_day(figure, register, asked);
        }
        let days = self.store().read(|reader| tally::by_day(reader, &range(id, asked)))?;
        Ok(days.into_iter().filter_map(|(day, sum)| Some((Day::from_number(day)?, sum.n))).collect())
    }
}

/// A figure of a register with its value.
fn register_line(told: &Told, figure: &Figure) -> FigureLine {
    let (own, mut records) = told.of(&figure.id);
    let (mut part_of, mut whole_of, mut parts) = (Tally::default(), Tally::default(), None);
    if let Measure::Share { part, whole } = &figure.measure {
        part_of = told.of(part).0;
        (whole_of, records) = told.of(whole);
        parts = Some((part.clone(), whole.clone()));
    }
    let name = told.register.name.clone();
    shown_as(figure, (name, true), value_of(figure, own, part_of, whole_of), records, parts)
}

/// A figure with what it came to; `home` is the name of its procedure or register, and whether it is a register.
fn shown_as(
    figure: &Figure,
    home: (String, bool),
    value: Option<ValueOf>,
    records: i64,
    parts: Option<(String, String)>,
) -> FigureLine {
    FigureLine {
        id: figure.id.clone(),
        name: figure.name.clone(),
        unit: figure.unit.clone(),
        procedure: home.0,
        procedure_id: figure.procedure.clone(),
        is_of_register: home.1,
        value,
        records,
        parts,
        systems: figure.systems.clone(),
        measures: figure.measures.clone(),
        basis: figure.basis.clone(),
        weakness: figure.weakness.clone(),
    }
}

pub(crate) fn range<'a>(figure: &'a str, asked: &'a FigureAsked) -> Range<'a> {
    Range {
        figure,
        from: asked.from.number(),
        until: asked.to.number(),
        as_of: asked.as_of.number(),
        division: &asked.division,
        organ: &asked.organ,
    }
}

/// The figures whose sums some figures are made of, each once.
fn counted<'a>(figures: &[&'a Figure]) -> Vec<&'a str> {
    let mut ids: Vec<&str> = Vec::with_capacity(figures.len());
    for figure in figures {
        ids.push(&figure.id);
        if let Measure::Share { part, whole } = &figure.measure {
            ids.extend([part.as_str(), whole.as_str()]);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn key_text(row: &tally::Contribution) -> String {
    let place = format!("{}|{}", row.organ, row.division);
    format!("{}|{}|{}|{place}|{}", row.legal_day, row.case, row.number, row.recorded_day)
}

fn key_of(text: &str) -> Option<tally::Contribution> {
    let parts: Vec<&str> = text.split('|').collect();
    let [day, case, number, organ, division, recorded] = parts.as_slice() else { return None };
    Some(tally::Contribution {
        figure: String::new(),
        legal_day: day.parse().ok()?,
        case: (*case).to_owned(),
        number: number.parse().ok()?,
        organ: (*organ).to_owned(),
        division: (*division).to_owned(),
        recorded_day: recorded.parse().ok()?,
        n: 0,
        total: 0,
    })
}
