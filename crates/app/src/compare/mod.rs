//! Figures side by side: the same county over years, counties, townships or departments beside each other, also with the
//! audited reports of others; with what each is over. What cannot be compared is told with the reason.
//!
//! Every comparison of the platform goes through here: `series` reads one figure over periods and organs, `reports` takes
//! numbers from reports, and `assessment::compare` alone decides what is comparable.

mod reports;
mod series;

use assessment::{Base, Compared, Measured, Observation, Ratio, Source, Span, compare};
use calendar::Day;

use crate::assess::{Subject, blank};
use crate::error::{AppError, FieldFault, Result};
use crate::figures_view::{FigureAsked, FigureLine};
use crate::platform::Platform;

pub use reports::OtherReport;
pub use series::{OrganValue, OrgansBeside, PeriodValue};

/// How many numbers one comparison asks for at most.
const MOST: usize = 600;

/// What is to be compared. 比较要求
#[derive(Clone, Debug)]
pub struct CompareAsked {
    /// Ids of figures.
    pub figures: Vec<String>,
    pub subjects: Vec<Subject>,
    pub years: Vec<i32>,
    pub as_of: Day,
    /// What counts are put in relation to when several stand side by side: another figure of the same subject and year.
    pub base: Option<String>,
    /// The same from outside the platform: what it is, and how much each subject has of it.
    pub stated_base: Option<(String, Vec<(String, Ratio)>)>,
    /// Reports of others, each beside the subjects.
    pub reports: Vec<OtherReport>,
}

/// A figure that was compared. 比较的指标
#[derive(Clone, Debug)]
pub struct ComparedFigure {
    pub line: FigureLine,
    /// What it is over, in words.
    pub definition: String,
    pub observed: Vec<Observation>,
    pub compared: Compared,
}

/// A number of a comparison as people read it. 比较的一行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedLine {
    pub who: String,
    pub year: i32,
    pub value: String,
    /// What it is over: the denominator of a share or mean, the base of a count.
    pub over: String,
    /// So few stand behind it that it moves by chance.
    pub is_small: bool,
    /// Where it is from, in words.
    pub source: &'static str,
    /// It is from a report, not from the platform's records.
    pub is_reported: bool,
}

impl ComparedFigure {
    /// The numbers that were compared.
    #[must_use]
    pub fn lines(&self) -> Vec<ComparedLine> {
        let base = self.compared.base.as_ref().map_or(String::new(), |base| format!("{base} "));
        let lines = self.compared.lines.iter().map(|line| ComparedLine {
            who: line.who.clone(),
            year: line.year,
            value: self.shown(line.value),
            over: line.denominator.map_or(String::new(), |many| format!("{base}{}", many.text(2))),
            is_small: line.is_small,
            source: reports::source_told(line.source),
            is_reported: line.source != Source::Platform,
        });
        lines.collect()
    }

    /// From each year to the next, in words.
    #[must_use]
    pub fn steps(&self) -> Vec<String> {
        let (unit, hundred) = match self.kind() {
            Some(Measured::Share) => ("个百分点", Ratio::whole(100)),
            _ if self.compared.base.is_some() => ("", Ratio::ONE),
            _ => (self.line.unit.as_str(), Ratio::ONE),
        };
        let scaled = |part: Ratio| part.times(hundred).unwrap_or(part);
        let told = self.compared.steps.iter().map(|step| {
            let change = Span { low: scaled(step.change.low), high: scaled(step.change.high) };
            format!("{}，{}年比{}年：{}{unit}", step.who, step.to, step.from, change.text())
        });
        told.collect()
    }

    /// Whose number of which year is not compared, and why.
    #[must_use]
    pub fn refused(&self) -> Vec<(String, i32, String)> {
        let of = |(at, refusal): &(usize, assessment::Refusal)| {
            let one = self.observed.get(*at)?;
            Some((one.who.clone(), one.year, refusal.told()))
        };
        self.compared.refused.iter().filter_map(of).collect()
    }

    fn kind(&self) -> Option<Measured> {
        self.observed.first().map(|one| one.kind)
    }

    fn shown(&self, value: Span) -> String {
        match self.kind() {
            Some(Measured::Share) if value.is_exact() => value.low.percent(2),
            _ if self.compared.base.is_some() => value.low.text(4),
            _ => format!("{}{}", value.text(), self.line.unit),
        }
    }
}

impl Platform {
    /// Compares figures between subjects and years.
    ///
    /// # Errors
    /// Nothing was asked, or too much; there is no such figure, organ or division, or a year has not begun; all that is wrong
    /// at once; the store cannot be read.
    pub fn compare_figures(&self, asked: &CompareAsked) -> Result<Vec<ComparedFigure>> {
        let names = self.checked_comparison(asked)?;
        let mut made = Vec::new();
        for figure in &asked.figures {
            let mut observed = Vec::new();
            let mut first: Option<FigureLine> = None;
            for (subject, name) in asked.subjects.iter().zip(&names) {
                for year in &asked.years {
                    let line = self.figure_of(figure, subject, *year, asked.as_of)?;
                    let mut one = self.observation(&line, blank(name, *year, asked.as_of));
                    one.base = self.base_of(asked, subject, *year)?;
                    observed.push(one);
                    first.get_or_insert(line);
                }
            }
            for report in &asked.reports {
                let (Some(own), Some(line)) = (self.figure(figure), &first) else { continue };
                let like = self.observation(line, blank("", asked.as_of.year(), asked.as_of));
                let mut one = self.reported(own, &like, report);
                one.base = self.base_stated(asked.base.as_deref(), asked.stated_base.as_ref(), report);
                observed.push(one);
            }
            let Some(line) = first else { continue };
            let definition = observed.first().map_or(String::new(), |one| one.definition.clone());
            let compared = compare(&observed);
            made.push(ComparedFigure { line, definition, observed, compared });
        }
        Ok(made)
    }

    fn checked_comparison(&self, asked: &CompareAsked) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        let mut told = |field: &str, name: &str, message: String| {
            faults.push(FieldFault { field: field.to_owned(), name: name.to_owned(), message });
        };
        if asked.figures.is_empty() {
            told("figure", "指标", "没有选".to_owned());
        }
        for id in asked.figures.iter().chain(&asked.base).filter(|id| self.figure(id).is_none()) {
            let known = self.rules().packs.iter().flat_map(|pack| &pack.file.figures);
            let near = base::closest(id, known.map(|figure| figure.id.as_str()));
            let near = near.map_or(String::new(), |near| format!("；是不是“{near}”？"));
            told("figure", "指标", format!("没有指标“{id}”{near}"));
        }
        if asked.subjects.is_empty() {
            told("organ", "比谁", "没有选机关，也没有写区划".to_owned());
        }
        let mut names = Vec::new();
        for subject in &asked.subjects {
            match self.subject_name(subject) {
                Ok(name) => names.push(name),
                Err(AppError::NotFound { what }) => told("organ", "比谁", format!("没有{what}")),
                Err(other) => return Err(other),
            }
        }
        if asked.years.is_empty() {
            told("year", "年度", "没有选".to_owned());
        }
        for year in asked.years.iter().filter(|year| **year > asked.as_of.year()) {
            told("year", "年度", format!("到{}，{year}年还没有开始", asked.as_of));
        }
        for report in asked.reports.iter().filter(|report| report.year.is_none()) {
            told("report", "他处报告", format!("“{}”看不出是哪一年的；审核时写明年度", report.name));
        }
        let many = asked.figures.len() * (asked.subjects.len() * asked.years.len() + asked.reports.len());
        if many > MOST {
            told("figure", "指标", format!("一次最多比{MOST}个数，现有{many}个；分几次比"));
        }
        if faults.is_empty() { Ok(names) } else { Err(AppError::Invalid(faults)) }
    }

    fn figure_of(&self, id: &str, subject: &Subject, year: i32, as_of: Day) -> Result<FigureLine> {
        let edge = |month, day| Day::from_ymd(year, month, day).unwrap_or(as_of);
        let (organ, division) = match subject {
            Subject::Organ(id) => (id.clone(), String::new()),
            Subject::Division(code) => (String::new(), code.clone()),
        };
        let asked = FigureAsked { organ, division, from: edge(1, 1), to: edge(12, 31), as_of };
        let mut lines = self.figures(Some(id), &asked)?;
        lines.pop().ok_or_else(|| AppError::not_found(format!("指标“{id}”")))
    }

    fn base_of(&self, asked: &CompareAsked, subject: &Subject, year: i32) -> Result<Option<Base>> {
        if let Some((name, values)) = &asked.stated_base {
            let own = values.iter().find(|(id, _)| id == subject.id());
            return Ok(own.map(|(_, value)| Base { name: name.clone(), value: *value }));
        }
        let Some(id) = &asked.base else { return Ok(None) };
        let line = self.figure_of(id, subject, year, asked.as_of)?;
        let value = line.value.and_then(|value| Ratio::new(value.numerator.into(), value.denominator.into()));
        Ok(value.map(|value| Base { name: line.name, value }))
    }
}
