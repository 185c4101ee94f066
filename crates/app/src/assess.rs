//! Assessments over the store: the figures that a scheme names, of an organ or a division, in a year.

use std::collections::BTreeMap;

use assessment::{Assessment, Facts, Measured, Observation, Period, Ratio, Scheme, Sheet, Source, Span};
use calendar::Day;
use figures::Measure;

use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, FigureLine};
use crate::platform::Platform;

/// Whom an assessment is of. 被评估对象
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Id of an organ: the cases that it holds.
    Organ(String),
    /// The beginning of divisions' codes: the cases of every organ there.
    Division(String),
}

impl Subject {
    /// As sheets name it.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Organ(id) | Self::Division(id) => id,
        }
    }
}

/// An assessment with the figures that it rests on. 评估及其依据
#[derive(Clone, Debug)]
pub struct Assessed {
    pub subject: Subject,
    pub name: String,
    pub year: i32,
    pub as_of: Day,
    pub assessment: Assessment,
    /// Those of the platform that the scheme names.
    pub figures: Vec<FigureLine>,
}

impl Platform {
    /// Assesses an organ or a division in a year by a scheme, from what was recorded by a day.
    ///
    /// # Errors
    /// There is no such organ or division; the scheme is not for that year, or the year has not begun; nothing of the scheme
    /// applies; the store cannot be read.
    pub fn assess(
        &self,
        scheme: &Scheme,
        subject: &Subject,
        year: i32,
        as_of: Day,
        sheet: &Sheet,
    ) -> Result<Assessed> {
        let wrong = |code, why: String, help: &str| AppError::Wrong { code, why, help: help.to_owned() };
        if !scheme.covers(year) {
            let last = scheme.last_year.map_or("以后".to_owned(), |last| format!("至{last}年"));
            let why = format!("方案“{}”适用于{}年{last}，不能评{year}年", scheme.key(), scheme.first_year);
            return Err(wrong("year_not_covered", why, "换一个年度，或者用那一年的方案。"));
        }
        if year > as_of.year() {
            let why = format!("到{as_of}，{year}年还没有开始");
            return Err(wrong("year_not_begun", why, "换一个年度。"));
        }
        let name = self.subject_name(subject)?;
        let names = scheme.names();
        let day = |year, month, day| Day::from_ymd(year, month, day).unwrap_or(as_of);
        let now = self.figures_of(subject, (day(year, 1, 1), day(year, 12, 31)), as_of)?;
        let wants_previous = names.iter().any(|(_, is_previous)| *is_previous);
        let previous = if wants_previous {
            // Of a year that is not over, the same part of the year before; 29 February becomes the 28th.
            let is_over = as_of.year() > year;
            let (month, number) = if is_over { (12, 31) } else { (as_of.month(), as_of.day()) };
            let until = Day::from_ymd(year - 1, month, number).unwrap_or(day(year - 1, 2, 28));
            self.figures_of(subject, (day(year - 1, 1, 1), until), as_of)?
        } else {
            Vec::new()
        };
        let facts = Facts {
            now: values(&now),
            previous: values(&previous),
            names: now.iter().map(|line| (line.id.clone(), line.name.clone())).collect(),
        };
        let assessment = assessment::assess(scheme, &name, year, &facts, sheet)
            .map_err(|fault| wrong("no_total", fault.told().to_owned(), "核对方案和自评表。"))?;
        let figures = now.into_iter().filter(|line| names.iter().any(|(id, _)| *id == line.id)).collect();
        Ok(Assessed { subject: subject.clone(), name, year, as_of, assessment, figures })
    }

    pub(crate) fn subject_name(&self, subject: &Subject) -> Result<String> {
        match subject {
            Subject::Organ(id) => Ok(self.organ(id)?.name),
            Subject::Division(code) => {
                let is_there = self.organs()?.iter().any(|organ| organ.division.starts_with(code));
                if code.is_empty() || !is_there {
                    return Err(AppError::not_found(format!("区划“{code}”的机关")));
                }
                Ok(format!("区划{code}"))
            }
        }
    }

    fn figures_of(&self, subject: &Subject, (from, to): (Day, Day), as_of: Day) -> Result<Vec<FigureLine>> {
        let (organ, division) = match subject {
            Subject::Organ(id) => (id.clone(), String::new()),
            Subject::Division(code) => (String::new(), code.clone()),
        };
        self.figures(None, &FigureAsked { organ, division, from, to, as_of })
    }

    /// What can be compared of assessments: the totals, and each figure that the scheme names, with its denominator.
    #[must_use]
    pub fn observations(&self, scheme: &Scheme, all: &[Assessed]) -> Vec<Vec<Observation>> {
        let total = |one: &Assessed| Observation {
            name: "总分".to_owned(),
            definition: scheme.key(),
            unit: "分".to_owned(),
            kind: Measured::Points,
            value: Some(one.assessment.total.points),
            denominator: None,
            ..blank(&one.name, one.year, one.as_of)
        };
        let mut made = vec![all.iter().map(total).collect::<Vec<_>>()];
        let ids = all.first().map_or(&[][..], |one| one.figures.as_slice());
        for id in ids.iter().map(|line| &line.id) {
            let lines =
                all.iter().filter_map(|one| Some((one, one.figures.iter().find(|line| line.id == *id)?)));
            made.push(
                lines
                    .map(|(one, line)| self.observation(line, blank(&one.name, one.year, one.as_of)))
                    .collect(),
            );
        }
        made
    }

    /// A figure as it can be compared; `blank` says whose it is and of when.
    pub(crate) fn observation(&self, line: &FigureLine, blank: Observation) -> Observation {
        let known = self.figure(&line.id).map(|figure| self.measured_as(figure));
        let (kind, definition) = known.unwrap_or((Measured::Count, line.procedure.clone()));
        let value = line.value.and_then(|value| Ratio::new(value.numerator.into(), value.denominator.into()));
        let over =
            line.value.filter(|_| kind != Measured::Count).map(|value| Ratio::whole(value.denominator));
        Observation {
            name: line.name.clone(),
            definition,
            unit: line.unit.clone(),
            kind,
            value: value.map(Span::of),
            denominator: over,
            ..blank
        }
    }
}

impl Platform {
    /// What kind of number a figure is, and what it is over, in words: two are of one kind where both agree.
    pub(crate) fn measured_as(&self, figure: &figures::Figure) -> (Measured, String) {
        let home = || {
            let register = self.rules().register(&figure.procedure).map(|one| one.name.clone());
            register.unwrap_or_else(|| self.procedure_name(&figure.procedure))
        };
        match &figure.measure {
            Measure::Share { part, whole } => {
                let name = |id: &str| self.figure(id).map_or_else(|| id.to_owned(), |own| own.name.clone());
                (Measured::Share, format!("{} ÷ {}", name(part), name(whole)))
            }
            Measure::Duration { .. } => (Measured::Mean, format!("{}，按件平均", home())),
            _ => (Measured::Count, home()),
        }
    }
}

/// Who, when, and from where.
pub(crate) fn blank(who: &str, year: i32, as_of: Day) -> Observation {
    let is_over = as_of.year() > year;
    let period = if is_over { Period::Whole } else { Period::Until(as_of.month(), as_of.day()) };
    Observation {
        who: who.to_owned(),
        year,
        period,
        name: String::new(),
        definition: String::new(),
        unit: String::new(),
        kind: Measured::Points,
        value: None,
        denominator: None,
        base: None,
        source: Source::Platform,
    }
}

fn values(lines: &[FigureLine]) -> BTreeMap<String, Ratio> {
    let value = |line: &FigureLine| {
        let value = line.value?;
        Some((line.id.clone(), Ratio::new(value.numerator.into(), value.denominator.into())?))
    };
    lines.iter().filter_map(value).collect()
}
