//! What is told of a measure beside its tasks: its figures over the years, what inspections and evaluations found, and what
//! reports that were audited and kept said of it.

use std::collections::BTreeSet;

use calendar::Day;
use norms::Value;
use plan::{CarrierKind, MeasureRef};
use store::kept_audit;

use crate::actor::Actor;
use crate::error::Result;
use crate::figures_view::{FigureAsked, FigureLine};
use crate::platform::Platform;
use crate::visible::Viewer;

/// How many figures are followed over the years at most.
const MOST_TRENDS: usize = 12;
/// How many findings and sentences are shown at most.
const MOST_LINES: usize = 50;
/// How many kept reports are looked through.
const REPORTS: u32 = 5;

/// A figure over the years. 历年指标
#[derive(Clone, Debug)]
pub struct Trend {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub years: Vec<TrendYear>,
}

/// A figure in one year. 年度值
#[derive(Clone, Debug)]
pub struct TrendYear {
    pub year: i32,
    /// As people read it; a dash where there is none.
    pub shown: String,
    /// In hundredths of the unit, for drawing; none where there is nothing.
    pub hundredths: Option<i64>,
    pub records: i64,
}

/// A record of another case that speaks of a measure. 涉及的记录
#[derive(Clone, Debug)]
pub struct AboutLine {
    pub case: String,
    pub number: String,
    pub procedure: String,
    pub act: String,
    pub on: Day,
    pub words: String,
}

/// A sentence of a kept report. 报告中的说法
#[derive(Clone, Debug)]
pub struct Mention {
    /// The kept audit.
    pub id: String,
    pub report: String,
    pub sentence: String,
}

impl Platform {
    /// The figures of a measure over the years of its plan, as far as they have begun; those with the most records of a year
    /// come first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn measure_trends(&self, figures: &[FigureLine], first: i32) -> Result<Vec<Trend>> {
        let today = self.today();
        let mut wanted: Vec<&FigureLine> = figures.iter().collect();
        wanted.sort_by_key(|line| std::cmp::Reverse(line.records));
        wanted.truncate(MOST_TRENDS);
        // A plan's years may be long over: what came after is told too.
        let years = first..=today.year();
        let mut made = Vec::new();
        for line in wanted {
            let mut trend = Trend {
                id: line.id.clone(),
                name: line.name.clone(),
                unit: line.unit.clone(),
                years: Vec::new(),
            };
            for year in years.clone() {
                let edge = |month, day| Day::from_ymd(year, month, day).unwrap_or(today);
                let asked = FigureAsked {
                    organ: String::new(),
                    division: String::new(),
                    from: edge(1, 1),
                    to: edge(12, 31),
                    as_of: today,
                };
                let own = self.figures(Some(&line.id), &asked)?;
                trend.years.extend(own.first().map(|one| year_of(year, one)));
            }
            if trend.years.iter().any(|year| year.records > 0) {
                made.push(trend);
            }
        }
        Ok(made)
    }

    /// Records of inspections and evaluations that name a measure, the newest first, among those that may be seen; and how
    /// many others there are. A record names a measure by its number in the built-in plan, or as `plan#number`.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn about_measure(
        &self,
        viewer: Viewer<'_>,
        plan: &str,
        measure: MeasureRef,
    ) -> Result<(Vec<AboutLine>, usize)> {
        let visible = self.visible(viewer)?;
        let wanted = Wanted {
            plan,
            number: measure.to_string(),
            built_in: self.built_in_measure(plan, measure)?.map(|own| own.to_string()),
        };
        let (mut made, mut others) = (Vec::new(), 0);
        self.store().read(|reader| -> Result<()> {
            let about = self.rules().packs.iter().flat_map(|pack| &pack.file.about);
            // Versions of a procedure share the figure: its cases are those of all of them.
            let figures: BTreeSet<&str> = about.map(|about| about.figure.as_str()).collect();
            for figure in figures {
                for case in self.counted_cases(reader, figure)? {
                    let file = self.inner().load(reader, &case)?;
                    // An older form of the procedure may not ask for the measure.
                    for own in file.pack.file.about.iter().filter(|one| one.figure == figure) {
                        let procedure = &file.pack.file.procedure;
                        for deed in file.history.deeds.iter().filter(|deed| deed.act == own.act) {
                            let Some(Value::Text(named)) = deed.record.get(own.measure) else { continue };
                            if !wanted.is_named(named) {
                                continue;
                            }
                            if !visible.sees(&file.row) {
                                others += 1;
                                continue;
                            }
                            let words = match deed.record.get(own.shows) {
                                Some(Value::Text(text)) => text.clone(),
                                _ => String::new(),
                            };
                            made.push(AboutLine {
                                case: file.row.id.clone(),
                                number: file.row.number.clone().unwrap_or_default(),
                                procedure: procedure.name.clone(),
                                act: procedure.name_of(deed.act).to_owned(),
                                on: deed.on,
                                words,
                            });
                        }
                    }
                }
            }
            Ok(())
        })?;
        made.sort_by(|one: &AboutLine, other| (other.on, &other.case).cmp(&(one.on, &one.case)));
        made.truncate(MOST_LINES);
        Ok((made, others))
    }

    /// What the reports that the officer's organ audited and kept last say in the words of a measure's figures.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn report_mentions(
        &self,
        actor: &Actor,
        plan: &str,
        measure: MeasureRef,
        text_of: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<Mention>> {
        let Some((organ, _)) = actor.organ.as_ref().filter(|_| actor.is_officer()) else {
            return Ok(Vec::new());
        };
        let phrases = self.phrases(plan, measure)?;
        let mut made = Vec::new();
        if phrases.is_empty() {
            return Ok(made);
        }
        let kept = self.store().read(|reader| -> Result<Vec<_>> {
            let rows = kept_audit::page(reader, organ, None, REPORTS)?;
            let bodies = rows.into_iter().map(|row| {
                let body = kept_audit::get(reader, organ, &row.id)?;
                Ok(body.map(|(row, body)| (row, body.content)))
            });
            Ok(bodies.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
        })?;
        for (row, content) in kept {
            let Some(text) = text_of(&content) else { continue };
            for sentence in text.split_inclusive(['。', '\n', '；']).map(str::trim) {
                if made.len() < MOST_LINES && phrases.iter().any(|phrase| says(sentence, phrase)) {
                    let (id, report) = (row.id.clone(), row.name.clone());
                    made.push(Mention { id, report, sentence: sentence.to_owned() });
                }
            }
        }
        Ok(made)
    }

    /// The words under which reports state the figures that carry a measure, each split into the parts that must all stand in a
    /// sentence.
    fn phrases(&self, plan: &str, measure: MeasureRef) -> Result<Vec<Vec<String>>> {
        let Some(own) = self.built_in_measure(plan, measure)? else { return Ok(Vec::new()) };
        let carried = self.rules().measures.iter().find(|one| one.id == own);
        let carriers = carried.map_or(&[][..], |one| one.carried_by.as_slice());
        let figures = self.rules().packs.iter().flat_map(|pack| &pack.file.figures);
        let is_own = |figure: &&figures::Figure| {
            carriers.iter().any(|by| match by.kind {
                CarrierKind::Figure => by.id == figure.id,
                CarrierKind::Procedure => by.id == figure.procedure,
                _ => false,
            })
        };
        let parts = |phrase: &String| phrase.split('…').map(str::to_owned).collect();
        Ok(figures.filter(is_own).flat_map(|one| &one.stated_as).map(parts).collect())
    }
}

/// Whether a sentence has all parts of a phrase and a number.
fn says(sentence: &str, phrase: &[String]) -> bool {
    sentence.chars().any(|c| c.is_ascii_digit()) && phrase.iter().all(|part| sentence.contains(part.as_str()))
}

/// A measure that records are looked through for.
struct Wanted<'a> {
    plan: &'a str,
    number: String,
    /// Its number in the built-in plan, where it is one of that plan or repeats one.
    built_in: Option<String>,
}

impl Wanted<'_> {
    /// Whether it is among those that a field names: “12、15”, “O4”, “（12）” of the built-in plan, “second-1#12” of another.
    fn is_named(&self, field: &str) -> bool {
        let ends = |c: char| !c.is_ascii_alphanumeric() && !['#', '-', '_'].contains(&c);
        field.split(ends).any(|part| match part.split_once('#') {
            Some((plan, number)) => plan == self.plan && number.eq_ignore_ascii_case(&self.number),
            None => part
                .split(['-', '_'])
                .any(|part| self.built_in.as_deref().is_some_and(|own| part.eq_ignore_ascii_case(own))),
        })
    }
}

fn year_of(year: i32, line: &FigureLine) -> TrendYear {
    let hundredths = line.value.filter(|_| line.records > 0).and_then(|value| {
        let top = i128::from(value.numerator) * i128::from(value.scale) * 100;
        i64::try_from(top.checked_div(i128::from(value.denominator))?).ok()
    });
    let shown = if line.records > 0 { line.shown() } else { "—".to_owned() };
    TrendYear { year, shown, hundredths, records: line.records }
}
