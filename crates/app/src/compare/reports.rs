//! Numbers of reports that others made: read by the words of figures (`stated_as`), each with what the audit says of it.

use std::collections::BTreeMap;

use assessment::{Base, Observation, Period, Ratio, Source, Span};
use audit::platform::KnownFigure as Phrases;
use audit::{Beside, Bound, Options, Quantity, Report, Rules, Text};
use base::Severity;
use figures::{Figure, Measure};

use crate::platform::Platform;

/// A report of others with the numbers that it states. 他处报告
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherReport {
    /// What the file is called.
    pub name: String,
    /// Whose it is, by its title; what the file is called where the title does not say.
    pub who: String,
    /// The year that it is on; none where it does not say.
    pub year: Option<i32>,
    /// By figure: the number, and where it is from. A figure of which it says two things is not in it.
    pub stated: BTreeMap<String, (Ratio, Source)>,
    /// Figures of which it says two different things, or only about how many.
    pub unclear: Vec<String>,
}

impl Platform {
    /// Audits a report of others and takes the numbers that state figures from it. A number that an error or a warning is
    /// about is taken as stated, not as audited.
    #[must_use]
    pub fn read_report(&self, rules: &Rules, name: &str, text: &Text, year: Option<u32>) -> OtherReport {
        let options = Options { year, ..Options::default() };
        let (profile, _) = audit::profile(text, &options);
        let title = profile.title.and_then(|at| text.paragraphs.get(at));
        let title = title.map(|one| text.chars.text(one.start, one.end)).unwrap_or_default();
        let place = place_of(&title);
        let known = audit::platform::Platform {
            figures: self.phrased(),
            scopes: scopes(&place),
            asked: String::new(),
        };
        let beside =
            Beside { library: Some(&self.rules().laws), platform: Some(&known), ..Beside::default() };
        let report = audit::audit(text, rules, &options, &beside);
        let who = if place.is_empty() { name.to_owned() } else { place };
        let year = report.profile.year.and_then(|year| i32::try_from(year).ok());
        let mut made =
            OtherReport { name: name.to_owned(), who, year, stated: BTreeMap::new(), unclear: Vec::new() };
        for one in &report.compared {
            let quantity = report.figures.iter().find(|q| (q.start, q.end) == (one.start, one.end));
            let (Some(quantity), Some(figure)) = (quantity, self.figure(&one.figure)) else { continue };
            take(&mut made, figure, quantity, &report);
        }
        made.stated.retain(|id, _| !made.unclear.contains(id));
        made
    }

    /// All figures with the words and units under which reports state them, without a value.
    fn phrased(&self) -> Vec<Phrases> {
        let mut made: BTreeMap<&str, Phrases> = BTreeMap::new();
        for figure in self.rules().packs.iter().flat_map(|pack| &pack.file.figures) {
            let phrases = std::iter::once(&figure.name).chain(&figure.stated_as).cloned();
            let units = std::iter::once(&figure.unit).chain(&figure.stated_units).cloned();
            made.entry(&figure.id).or_insert_with(|| Phrases {
                id: figure.id.clone(),
                name: figure.name.clone(),
                definition: String::new(),
                phrases: phrases.collect(),
                units: units.collect(),
                value: None,
                link: String::new(),
                command: String::new(),
            });
        }
        made.into_values().collect()
    }

    /// What a report says of a figure, to be compared: a share needs its denominator, which the report states itself or not.
    pub(super) fn reported(&self, figure: &Figure, like: &Observation, report: &OtherReport) -> Observation {
        let found = report.stated.get(&figure.id);
        let number = |id: &str| report.stated.get(id).map(|(value, _)| *value);
        let denominator = match &figure.measure {
            Measure::Share { whole, .. } => number(whole),
            _ => None,
        };
        Observation {
            who: format!("{}（{}）", report.who, report.name),
            year: report.year.unwrap_or(like.year),
            // A yearly report is on the whole of its year.
            period: Period::Whole,
            value: found.map(|(value, _)| Span::of(*value)),
            denominator,
            source: found.map_or(Source::Stated, |(_, source)| *source),
            base: None,
            ..like.clone()
        }
    }

    /// What a count of a report is put in relation to: what was given for it, else the number of the base figure that it states.
    pub(super) fn base_stated(
        &self,
        base: Option<&str>,
        given: Option<&(String, Vec<(String, Ratio)>)>,
        report: &OtherReport,
    ) -> Option<Base> {
        if let Some((name, values)) = given {
            let own = values.iter().find(|(who, _)| *who == report.who || *who == report.name);
            return own.map(|(_, value)| Base { name: name.clone(), value: *value });
        }
        let figure = self.figure(base?)?;
        let (value, _) = report.stated.get(&figure.id)?;
        Some(Base { name: figure.name.clone(), value: *value })
    }
}

/// Takes one number over; one that contradicts what was taken makes the figure unclear.
fn take(made: &mut OtherReport, figure: &Figure, quantity: &Quantity, report: &Report) {
    let shift = match figure.measure {
        Measure::Share { .. } => 100,
        _ => 1,
    };
    let places = 10_i128.checked_pow(quantity.value.scale());
    let bottom = places.and_then(|places| places.checked_mul(shift));
    let value = bottom.and_then(|bottom| Ratio::new(quantity.value.mantissa(), bottom));
    let before = made.stated.get(&figure.id).map(|(value, _)| *value);
    let Some(value) = value.filter(|_| quantity.bound == Bound::Exact) else {
        return unclear(made, figure);
    };
    if before.is_some_and(|before| before != value) {
        return unclear(made, figure);
    }
    let is_doubted = report.findings.iter().any(|finding| {
        finding.severity != Severity::Note && finding.start < quantity.end && quantity.start < finding.end
    });
    let source = if is_doubted { Source::Stated } else { Source::AuditedReport };
    let worse = made.stated.get(&figure.id).is_some_and(|(_, source)| *source == Source::Stated);
    let source = if worse { Source::Stated } else { source };
    made.stated.insert(figure.id.clone(), (value, source));
}

fn unclear(made: &mut OtherReport, figure: &Figure) {
    if !made.unclear.contains(&figure.id) {
        made.unclear.push(figure.id.clone());
    }
}

/// Whose report a title names: what stands before the year; 关于 and the like fall away.
fn place_of(title: &str) -> String {
    let words = title.trim_start_matches(['#', ' ', '　']);
    let before = words.split(|c: char| c.is_ascii_digit() || c == '二').next().unwrap_or_default();
    let before = before.trim().trim_start_matches("关于").trim_end_matches("关于");
    let is_name = (2..=30).contains(&before.chars().count());
    let is_plain = before.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if is_name && is_plain { before.trim_end_matches("人民政府").to_owned() } else { String::new() }
}

/// Words by which a report speaks of its own area.
fn scopes(place: &str) -> Vec<String> {
    let Some(last) = place.chars().last() else {
        return ["全县", "我县", "全市", "我市", "全区", "我区"].map(str::to_owned).to_vec();
    };
    let mut made = vec![place.to_owned(), format!("{place}政府"), format!("{last}政府")];
    made.extend(["全", "我", "本"].iter().map(|word| format!("{word}{last}")));
    made
}

/// Where a number is from, in words.
pub(super) fn source_told(source: Source) -> &'static str {
    match source {
        Source::Platform => "平台记录",
        Source::AuditedReport => "他处报告，审核未见疑点",
        Source::Stated => "他处报告，审核有疑点",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_whose_report_it_is() {
        assert_eq!(place_of("德化县2024年法治政府建设年度报告"), "德化县");
        assert_eq!(place_of("# 安溪县人民政府2023年法治政府建设情况"), "安溪县");
        assert_eq!(place_of("2024年法治政府建设年度报告"), "");
        assert_eq!(scopes("德化县"), ["德化县", "德化县政府", "县政府", "全县", "我县", "本县"]);
    }
}
