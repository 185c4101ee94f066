//! Yearly reports: their sections and fixed tables as the procedure's file lays them down, their sentences and cells made from
//! figures, each number with the way to its records.

pub(crate) mod bundle;
mod carried;
pub(crate) mod container;
mod draft;
mod known;
mod official;
mod render;
mod tables;
mod unsealed;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use figures::{Figure, Measure};
use packs::Pack;
use packs::plans::Plans;
use packs::procedures::ReportForm;
use packs::procedures::report_form::Shows;
use plan::Plan;

use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, FigureLine};
use crate::organs::Organ;
use crate::platform::Platform;
use tables::CellFigures;
use words::Home;

pub use bundle::Forms;
pub(crate) use draft::is_taking;
pub use draft::{
    AsideText, CellPosted, Change, Checked, CommentLine, Conflict, DraftFinding, DraftLine, DraftSection,
    DraftView, EditionLine, FigureChoice, PublicFigure, PublicFile, PublicLine, PublicPage, PublicPiece,
    PublicSection, PublicTable, ReportStep, Saved, SectionPage, Stated, TablePosted, TableSheet, TakeReport,
    TextVersion, VersionsPage,
};
pub use known::KnownYear;
pub use official::Face;
pub use tables::{CellFigure, CellSource, FormCell, FormTable, FormTableColumn, FormTableRow};
pub use unsealed::{Unsealed, unseal};

/// The report of an organ on a year, as the records stood on a day. 年度报告
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnualReport {
    /// Id of the procedure by which it is drafted: of several reports on a year it tells which.
    pub kind: String,
    pub title: String,
    /// Id and name.
    pub organ: (String, String),
    pub year: i32,
    /// What was recorded after this day is not in it.
    pub as_of: Day,
    pub plan: String,
    /// Over whom is counted, in words.
    pub scope: String,
    /// On what its parts rest, in words.
    pub basis: String,
    /// Whether its parts follow the plan's systems.
    pub follows_plan: bool,
    pub is_demonstration: bool,
    /// Of which procedures a demonstration has fewer cases than its year, in words.
    pub reduced: Option<String>,
    pub sections: Vec<Section>,
    pub figures: Vec<ReportFigure>,
    /// Names of procedures without a record in that year: nothing is said of them, not even nought.
    pub unused: Vec<String>,
}

/// A part of the report. 章节
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub id: String,
    pub heading: String,
    pub paragraphs: Vec<Paragraph>,
    pub parts: Vec<Section>,
    /// Its fixed tables.
    pub tables: Vec<FormTable>,
}

/// A paragraph: what records say, or that the office has to write here. 段落
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paragraph {
    /// Words and figures of the record.
    Counted(Vec<Piece>),
    /// Nothing is recorded: to be written by the office and stated by somebody (自报).
    ToBeStated(String),
    /// Written by hand, with figures by reference and stated numbers.
    Written(Vec<Piece>),
}

/// A piece of a sentence. 句子成分
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Words(String),
    /// Id of the figure whose value stands here.
    Figure(String),
    /// Id of a figure, and its value as it stands in a cell.
    Value(String, String),
    /// A figure over another time: what is shown, and the page that opens to its records.
    Linked(String, String),
    /// Words with numbers that are computed from figures: how one stands to last year's.
    Derived(String),
    /// A number that somebody answers for.
    Stated(Stated),
}

/// A figure of the report. 报告指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFigure {
    pub id: String,
    pub name: String,
    /// Digits; none where there is nothing to divide by.
    pub value: Option<String>,
    pub unit: String,
    /// What is counted, in words.
    pub definition: String,
    pub basis: Option<String>,
    /// What the number cannot tell.
    pub weakness: Option<String>,
    /// How many records stand behind it.
    pub records: i64,
    /// The page that opens to them.
    pub link: String,
    /// Id of the procedure that it counts.
    pub procedure: String,
    /// The plan's system that it belongs to.
    pub system: Option<u32>,
    /// Counts what came too late.
    pub counts_late: bool,
}

impl ReportFigure {
    /// The value as people read it: digits and unit, or that there is none.
    #[must_use]
    pub fn shown(&self) -> String {
        self.value
            .as_ref()
            .map_or_else(|| audit::platform::NOTHING.to_owned(), |value| format!("{value}{}", self.unit))
    }

    fn is_zero(&self) -> bool {
        self.value.as_deref() == Some("0")
    }
}

impl AnnualReport {
    #[must_use]
    pub fn figure(&self, id: &str) -> Option<&ReportFigure> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    /// On what its parts rest, in a sentence.
    #[must_use]
    pub fn rests_on(&self) -> String {
        let plan =
            if self.follows_plan { format!("；体系划分依据：{}", self.plan) } else { String::new() };
        format!("各部分依据：{}{plan}。", self.basis)
    }

    /// The stated numbers in their order, each with the heading of its section.
    #[must_use]
    pub fn stated(&self) -> Vec<(&str, &Stated)> {
        fn of<'a>(section: &'a Section, made: &mut Vec<(&'a str, &'a Stated)>) {
            for paragraph in &section.paragraphs {
                let Paragraph::Written(pieces) = paragraph else { continue };
                made.extend(pieces.iter().filter_map(|piece| match piece {
                    Piece::Stated(stated) => Some((section.heading.as_str(), stated)),
                    _ => None,
                }));
            }
            for cell in section.tables.iter().flat_map(FormTable::cells) {
                if let CellSource::Stated(stated, _) = &cell.of {
                    made.push((section.heading.as_str(), stated));
                }
            }
            section.parts.iter().for_each(|part| of(part, made));
        }
        let mut made = Vec::new();
        self.sections.iter().for_each(|section| of(section, &mut made));
        made
    }

    /// A piece of a sentence as people read it.
    fn piece_shown(&self, piece: &Piece) -> String {
        match piece {
            Piece::Words(words) | Piece::Linked(words, _) | Piece::Derived(words) => words.clone(),
            Piece::Figure(id) => self.figure(id).map_or_else(String::new, ReportFigure::shown),
            Piece::Stated(stated) => stated.number.clone(),
            Piece::Value(_, shown) => shown.clone(),
        }
    }
}

/// The form of a report with the procedure whose it is. 报告种类
#[derive(Clone, Copy)]
struct Kind<'a> {
    procedure: &'a str,
    form: &'a ReportForm,
}

impl<'a> Kind<'a> {
    fn of(pack: &'a Pack) -> Option<Self> {
        let form = &pack.file.report.as_ref()?.form;
        Some(Self { procedure: &pack.file.procedure.id, form })
    }

    fn follows_plan(&self) -> bool {
        self.form.sections.iter().any(|section| section.shows == Shows::Systems)
    }
}

impl Platform {
    /// The report of an organ on a year, with what was known by `as_of`; `kind` is the procedure by which it is drafted, none:
    /// the one that follows the plan's systems. A government answers for its whole area, any other organ for itself.
    ///
    /// # Errors
    /// There is no such organ, no plan, no such kind or year; the store cannot be read.
    pub fn report(
        &self,
        plans: &Plans,
        kind: Option<&str>,
        organ: &str,
        year: i32,
        as_of: Day,
    ) -> Result<AnnualReport> {
        let organ = self.organ(organ)?;
        let packs = || self.rules().in_force(as_of).filter_map(|pack| Kind::of(pack));
        let found = packs().find(|one| kind.map_or_else(|| one.follows_plan(), |kind| one.procedure == kind));
        let found = found.ok_or_else(|| {
            let known: Vec<String> = packs()
                .map(|one| format!("{}（{}）", one.procedure, self.procedure_name(one.procedure)))
                .collect();
            let why = format!("没有“{}”这种报告", kind.unwrap_or_default());
            AppError::wrong("report_kind", why, format!("可用：{}", known.join("、")))
        })?;
        Ok(self.report_upon(found, plans.plan(), organ, year, as_of)?.0)
    }

    /// The same upon a plan that is at hand, with what its tables are filled from.
    fn report_upon(
        &self,
        kind: Kind<'_>,
        plan: Option<&Plan>,
        organ: Organ,
        year: i32,
        as_of: Day,
    ) -> Result<(AnnualReport, CellFigures)> {
        let plan = plan.ok_or_else(|| AppError::not_found("实施方案"))?;
        let (asked, scope) = asked(&organ, year, as_of)?;
        let (figures, unused) = self.report_figures(plan, &asked)?;
        let form = kind.form;
        let cells = CellFigures::read(self, form, (kind.procedure, &organ.id, year), &asked)?;
        let mut sections = words::sections(form, plan, &figures, year);
        cells.fill(form, &mut sections, &BTreeMap::new());
        let unverified = if form.unverified { "（未核实）" } else { "" };
        let report = AnnualReport {
            kind: kind.procedure.to_owned(),
            title: title(form, &organ.name, year),
            organ: (organ.id, organ.name),
            year,
            as_of,
            plan: plan.name.clone(),
            scope,
            basis: format!("{}{unverified}", form.basis),
            follows_plan: kind.follows_plan(),
            is_demonstration: self.is_demonstration(),
            reduced: self.demonstration_reduced().map(str::to_owned),
            sections,
            figures,
            unused,
        };
        Ok((report, cells))
    }

    fn report_figures(&self, plan: &Plan, asked: &FigureAsked) -> Result<(Vec<ReportFigure>, Vec<String>)> {
        let mut made: Vec<ReportFigure> = Vec::new();
        let (lines, unused) = used(self.figures(None, asked)?);
        for line in lines {
            let known = made.iter().any(|one| one.id == line.id);
            let found = Home::of(self.rules(), &line.id);
            if let (Some((home, figure)), false) = (found, known) {
                made.push(report_figure(plan, home, figure, line, asked));
            }
        }
        made.sort_by_key(|figure| (figure.system.is_none(), figure.system));
        Ok((made, unused))
    }
}

/// The title of a report.
fn title(form: &ReportForm, organ: &str, year: i32) -> String {
    form.title.replace("{organ}", organ).replace("{year}", &year.to_string())
}

/// The lines of procedures with a record in the time that was asked for, and the names of the others.
fn used(lines: Vec<FigureLine>) -> (Vec<FigureLine>, Vec<String>) {
    let ids = lines.iter().filter(|line| line.records > 0).map(|line| line.procedure_id.clone());
    let ids: BTreeSet<String> = ids.collect();
    let (used, others): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| ids.contains(&line.procedure_id));
    let mut unused: Vec<String> = Vec::new();
    // A register that has no entry is no procedure that was not used.
    for line in others.into_iter().filter(|line| !line.is_of_register) {
        if !unused.contains(&line.procedure) {
            unused.push(line.procedure);
        }
    }
    (used, unused)
}

/// What a figure counts, in words.
pub(crate) fn definition(rules: &packs::Rules, figure: &str) -> Option<String> {
    Home::of(rules, figure).map(|(home, figure)| words::definition(home, figure))
}

/// What a report of an organ on a year asks of its figures, and over whom in words.
pub(crate) fn asked(organ: &Organ, year: i32, as_of: Day) -> Result<(FigureAsked, String)> {
    let day = |month, day| Day::from_ymd(year, month, day);
    let (from, to) = day(1, 1).zip(day(12, 31)).ok_or_else(|| AppError::not_found(format!("{year}年")))?;
    if as_of < from {
        let why = format!("截至{}，{year}年还没有开始", as_of.chinese());
        return Err(AppError::wrong("too_early", why, "请选已经开始的年度，或者更晚的截止之日。"));
    }
    let (division, scope) = area(organ);
    let own = if division.is_empty() { organ.id.clone() } else { String::new() };
    Ok((FigureAsked { organ: own, division, from, to, as_of }, scope))
}

/// The beginning of the divisions' codes that an organ answers for, and in words; empty for itself alone.
fn area(organ: &Organ) -> (String, String) {
    let prefix = match codes::division::check(&organ.division) {
        Ok(division) if organ.kind == "government" || organ.kind == "township" => {
            let length = match division.level() {
                codes::division::Level::Province => 2,
                codes::division::Level::City => 4,
                codes::division::Level::County => 6,
                codes::division::Level::Township => 9,
                codes::division::Level::Village => 12,
            };
            division.as_str().get(..length).unwrap_or("").to_owned()
        }
        _ => String::new(),
    };
    let scope = if prefix.is_empty() {
        format!("{}本机关办理的事项", organ.name)
    } else {
        format!("{}及其行政区域内各机关办理的事项（区划代码以{prefix}开头）", organ.name)
    };
    (prefix, scope)
}

fn report_figure(
    plan: &Plan,
    home: Home<'_>,
    figure: &Figure,
    line: FigureLine,
    asked: &FigureAsked,
) -> ReportFigure {
    let folder = home.folder();
    let system = plan.systems.iter().find(|system| system.folder == folder).map(|system| system.number);
    ReportFigure {
        definition: words::definition(home, figure),
        link: link(&line.id, asked),
        value: line.value.map(|value| value.text()),
        id: line.id,
        name: line.name,
        unit: line.unit,
        basis: line.basis,
        weakness: line.weakness,
        records: line.records,
        procedure: line.procedure_id,
        system,
        counts_late: matches!(figure.measure, Measure::Punctual { late: true, .. }),
    }
}

/// The page of a figure over the report's scope.
fn link(id: &str, asked: &FigureAsked) -> String {
    let mut made = format!("/figures/{id}?from={}&to={}&as_of={}", asked.from, asked.to, asked.as_of);
    for (name, value) in [("organ", &asked.organ), ("division", &asked.division)] {
        if !value.is_empty() {
            made = format!("{made}&{name}={value}");
        }
    }
    made
}
