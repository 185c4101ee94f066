//! References of a text put in their place: figures with their values as they stand, stated numbers, and what cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use figures::Measure;
use packs::procedures::ReportForm;

use super::text::{Part, Say, parts};
use crate::error::Result;
use crate::figures_view::{FigureAsked, FigureLine};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::report::tables::{CellFigures, StatedCells, stated_cells};
use crate::report::{
    AnnualReport, CellSource, FormTable, Kind, Paragraph, Piece, Section, asked, link, words,
};

/// A reference that says nothing. 读不出的引用
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub section: String,
    pub written: String,
    pub why: String,
}

/// A report with what was written by hand in its sections. 成稿
#[derive(Clone, Debug)]
pub(super) struct Composed {
    pub report: AnnualReport,
    pub broken: Vec<Broken>,
}

/// What references are put in their place from. 取数来源
pub(super) struct Sources<'p> {
    platform: &'p Platform,
    /// With every figure of procedures that have a record in the year.
    pub report: AnnualReport,
    form: &'p ReportForm,
    cells: CellFigures,
    year: i32,
    /// The same question about the year before; none where it cannot be asked.
    last: Option<FigureAsked>,
}

impl<'p> Sources<'p> {
    /// All figures of an organ's year as of a day.
    pub fn new(
        platform: &'p Platform,
        kind: Kind<'p>,
        organ: Organ,
        (year, as_of): (i32, Day),
    ) -> Result<Self> {
        let last = asked(&organ, year.saturating_sub(1), as_of).ok().map(|(asked, _)| asked);
        let plan = platform.rules().plan.as_ref();
        let (report, cells) = platform.report_upon(kind, plan, organ, year, as_of)?;
        Ok(Self { platform, report, form: kind.form, cells, year, last })
    }

    /// The id of the figure that a text names by its id or its name.
    fn named(&self, name: &str) -> std::result::Result<&str, String> {
        let figures = &self.report.figures;
        if let Some(one) = figures.iter().find(|one| one.id == name) {
            return Ok(&one.id);
        }
        let mut same = figures.iter().filter(|one| one.name == name);
        match (same.next(), same.next()) {
            (Some(one), None) => return Ok(&one.id),
            (Some(one), Some(other)) => {
                return Err(format!("有几项指标都叫“{name}”，请写标识：{}、{}", one.id, other.id));
            }
            _ => {}
        }
        let known = self.platform.rules().packs.iter().flat_map(|pack| &pack.file.figures);
        if known.clone().any(|one| one.id == name || one.name == name) {
            return Err(format!("平台上没有{}年这方面的办理记录，不能引用；确有其事的，按自报写", self.year));
        }
        let near = base::closest(name, known.map(|one| one.id.as_str()));
        let help = near.map_or_else(String::new, |near| format!("，是不是“{near}”"));
        Err(format!("没有这项指标{help}"))
    }

    /// What is written, as paragraphs.
    pub fn paragraphs(&self, section: &str, text: &str, broken: &mut Vec<Broken>) -> Vec<Paragraph> {
        let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
        for part in parts(text) {
            match part {
                Part::Words(words) => {
                    for (at, line) in words.split('\n').enumerate() {
                        if at > 0 {
                            lines.push(Vec::new());
                        }
                        let own = lines.last_mut().filter(|_| !line.trim_end_matches('\r').is_empty());
                        if let Some(own) = own {
                            own.push(Piece::Words(line.trim_end_matches('\r').to_owned()));
                        }
                    }
                }
                part => {
                    let pieces = self.pieces(section, part, broken);
                    lines.last_mut().into_iter().for_each(|line| line.extend(pieces.clone()));
                }
            }
        }
        lines
            .retain(|line| line.iter().any(|piece| !matches!(piece, Piece::Words(w) if w.trim().is_empty())));
        lines.into_iter().map(Paragraph::Written).collect()
    }

    fn pieces(&self, section: &str, part: Part, broken: &mut Vec<Broken>) -> Vec<Piece> {
        let mut fails = |written: String, why: String| {
            broken.push(Broken { section: section.to_owned(), written: written.clone(), why });
            vec![Piece::Words(written)]
        };
        match part {
            Part::Words(words) => vec![Piece::Words(words)],
            Part::Stated(stated) => vec![Piece::Stated(stated)],
            Part::Broken { written, why } => fails(written, why),
            Part::Figure { name, say } => match self.named(&name).and_then(|id| self.said(id, say)) {
                Ok(pieces) => pieces,
                Err(why) => fails(format!("{{{{figure:{name}{}}}}}", say.written()), why),
            },
        }
    }

    fn said(&self, id: &str, say: Say) -> std::result::Result<Vec<Piece>, String> {
        let own = Piece::Figure(id.to_owned());
        let words = |text: &str| Piece::Words(text.to_owned());
        let year = self.year;
        Ok(match say {
            Say::Value => vec![own],
            Say::Period => vec![words(&format!("{year}年1月1日至12月31日"))],
            Say::LastYear | Say::Compared => {
                let last = self.last_year(id)?;
                let shown = Piece::Linked(last.0.shown(), last.1);
                if say == Say::LastYear {
                    return Ok(vec![shown]);
                }
                // As both are printed: what is compared is what the reader sees.
                let now = self.report.figure(id).and_then(|figure| figure.value.as_deref());
                let then = last.0.value.map(|value| value.text());
                let change = now.zip(then).and_then(|(now, then)| change(now, &then, &last.0.unit));
                let change = change.map_or_else(String::new, |change| format!("，{change}"));
                vec![own, words("（上年"), shown, Piece::Derived(change), words("）")]
            }
        })
    }

    /// A figure's line of the year before, and the page that opens to its records.
    fn last_year(&self, id: &str) -> std::result::Result<(FigureLine, String), String> {
        let missing = || "没有上年的数据可比".to_owned();
        let asked = self.last.as_ref().ok_or_else(missing)?;
        let lines = self.platform.figures(Some(id), asked).map_err(|_| missing())?;
        let line = lines.into_iter().next().ok_or_else(missing)?;
        if line.records == 0 && !self.was_used(&line, asked) {
            return Err(format!("平台上没有{}年这方面的办理记录，不能与上年比较", self.year - 1));
        }
        let link = link(id, asked);
        Ok((line, link))
    }

    /// Whether anything of a figure's procedure was recorded in that time: if not, nought says nothing.
    fn was_used(&self, line: &FigureLine, asked: &FigureAsked) -> bool {
        let packs = self.platform.rules().packs.iter();
        let own = packs.filter(|pack| pack.file.procedure.id == line.procedure_id);
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        own.for_each(|pack| ids.extend(pack.file.figures.iter().map(|figure| figure.id.as_str())));
        ids.into_iter().any(|id| {
            let lines = self.platform.figures(Some(id), asked).unwrap_or_default();
            lines.iter().any(|line| line.records > 0)
        })
    }

    /// Puts what is stated in its tables into the report that nothing is written in yet.
    pub fn fill(&mut self, texts: &BTreeMap<String, String>) {
        self.cells.fill(self.form, &mut self.report.sections, &stated_of(texts));
    }

    /// The report with what is written in its sections, and only the figures that it names or that make these.
    pub fn compose(&self, texts: &BTreeMap<String, String>) -> Composed {
        let mut broken = Vec::new();
        let mut report = self.report.clone();
        for section in &mut report.sections {
            self.write(section, texts, &mut broken);
            without_empty_parts(section);
        }
        self.cells.fill(self.form, &mut report.sections, &stated_of(texts));
        let is_optional = |id: &str| self.form.section(id).is_some_and(|own| own.is_optional);
        report
            .sections
            .retain(|own| !is_optional(&own.id) || !own.paragraphs.is_empty() || !own.tables.is_empty());
        let mut wanted = BTreeSet::new();
        report.sections.iter().for_each(|section| named_in(section, &mut wanted));
        for id in wanted.clone() {
            if let Some(Measure::Share { part, whole }) = self.platform.figure(&id).map(|one| &one.measure) {
                wanted.extend([part.clone(), whole.clone()]);
            }
        }
        report.figures.retain(|figure| wanted.contains(&figure.id));
        Composed { report, broken }
    }

    fn write(&self, section: &mut Section, texts: &BTreeMap<String, String>, broken: &mut Vec<Broken>) {
        let text = texts.get(&section.id).map(String::as_str).unwrap_or_default();
        section.paragraphs = self.paragraphs(&section.id, text, broken);
        section.parts.iter_mut().for_each(|part| self.write(part, texts, broken));
    }
}

/// Leaves out the parts in which nothing is written, and numbers the others anew.
fn without_empty_parts(section: &mut Section) {
    section.parts.retain(|part| !part.paragraphs.is_empty() || !part.parts.is_empty());
    for (part, number) in section.parts.iter_mut().zip(words::NUMBERS) {
        if let Some((_, name)) = part.heading.split_once('）') {
            part.heading = format!("（{number}）{name}");
        }
    }
}

fn named_in(section: &Section, wanted: &mut BTreeSet<String>) {
    for paragraph in &section.paragraphs {
        if let Paragraph::Written(pieces) | Paragraph::Counted(pieces) = paragraph {
            wanted.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Figure(id) => Some(id.clone()),
                _ => None,
            }));
        }
    }
    for cell in section.tables.iter().flat_map(FormTable::cells) {
        if let CellSource::Counted(figures) = &cell.of {
            wanted.extend(figures.iter().filter(|one| one.is_of_year).map(|one| one.id.clone()));
        }
    }
    section.parts.iter().for_each(|part| named_in(part, wanted));
}

/// Texts of tables stand among those of sections, under this and the table's id.
pub(super) const TABLE: &str = "table.";

/// What is stated in the cells of tables, by table.
fn stated_of(texts: &BTreeMap<String, String>) -> BTreeMap<String, StatedCells> {
    let own = texts.iter().filter_map(|(id, text)| Some((id.strip_prefix(TABLE)?, text)));
    own.map(|(id, text)| (id.to_owned(), stated_cells(text))).collect()
}

/// How a value stands to last year's, in words: 增加12件，增长26.7%. Both as they are printed.
fn change(now: &str, then: &str, unit: &str) -> Option<String> {
    let digits = after_point(now).max(after_point(then));
    let (now, then) = (units(now, digits)?, units(then, digits)?);
    let apart = now.checked_sub(then)?.checked_abs()?;
    if apart == 0 {
        return Some("与上年持平".to_owned());
    }
    let more = now > then;
    let shown = decimal(apart, digits);
    if unit == "%" {
        return Some(format!("{}{shown}个百分点", if more { "提高" } else { "降低" }));
    }
    let first = format!("{}{shown}{unit}", if more { "增加" } else { "减少" });
    if then <= 0 {
        return Some(first);
    }
    let tenths = (apart.checked_mul(2000)?.checked_add(then)?).checked_div(then.checked_mul(2)?)?;
    Some(format!("{first}，{}{}%", if more { "增长" } else { "下降" }, decimal(tenths, 1)))
}

fn after_point(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, part)| part.len())
}

/// A printed value in units of its last place.
fn units(text: &str, digits: usize) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let missing = digits.checked_sub(part.len()).filter(|missing| *missing < 20)?;
    format!("{whole}{part}{}", "0".repeat(missing)).parse().ok()
}

fn decimal(units: i128, digits: usize) -> String {
    let text = format!("{units:0>width$}", width = digits + 1);
    let (whole, rest) = text.split_at(text.len() - digits);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::change;

    #[test]
    fn a_change_is_told_from_what_is_printed() {
        let told = |now: &str, then: &str, unit: &str| change(now, then, unit).unwrap();
        assert_eq!(told("57", "45", "件"), "增加12件，增长26.7%");
        assert_eq!(told("45", "57", "件"), "减少12件，下降21.1%");
        assert_eq!(told("3", "0", "件"), "增加3件");
        assert_eq!(told("3", "3", "件"), "与上年持平");
        assert_eq!(told("96.5", "95.2", "%"), "提高1.3个百分点");
        assert_eq!(told("96.25", "95", "%"), "提高1.25个百分点");
        assert_eq!(told("2", "1", "件"), "增加1件，增长100%");
        assert_eq!(told("0.5", "0.4", "天"), "增加0.1天，增长25%");
    }
}
