//! What the platform knows of the year that a report is on, as plain values for the audit of that report.

use audit::Decimal;
use audit::platform::{KnownFigure, KnownValue};
use calendar::Day;
use figures::ValueOf;

use super::{asked, link, used, words};
use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, FigureLine};
use crate::organs::Organ;
use crate::platform::Platform;

/// Ends of the names of governments, which a title leaves out: 德化县2024年法治政府建设年度报告.
const GOVERNMENT: &str = "人民政府";

/// The figures of an organ's year. 年度数据
#[derive(Clone, Debug)]
pub struct KnownYear {
    /// Id and name.
    pub organ: (String, String),
    pub platform: audit::platform::Platform,
    /// Names of procedures without any record of that organ and year: their figures are not in it.
    pub unused: Vec<String>,
}

impl Platform {
    /// The organ that some lines name (a title, then a signature): the first line that names any decides.
    ///
    /// # Errors
    /// A line names several; the store cannot be read.
    pub fn organ_named_in(&self, lines: &[String]) -> Result<Option<Organ>> {
        let organs = self.organs()?;
        for line in lines {
            let mut found = named(&organs, line, |organ| Some(organ.name.as_str()));
            if found.is_empty() {
                found = named(&organs, line, |organ| organ.name.strip_suffix(GOVERNMENT));
            }
            match found.as_slice() {
                [] => {}
                [one] => return Ok(Some(one.clone())),
                several => return Err(ambiguous(several)),
            }
        }
        Ok(None)
    }

    /// The figures of an organ over a year with what was known by `as_of`, as its annual report has them; `why` says in a
    /// few words what day that is.
    ///
    /// # Errors
    /// There is no such organ; the year has not begun by `as_of`; the store cannot be read.
    pub fn known_year(&self, organ: &str, year: i32, as_of: Day, why: &str) -> Result<KnownYear> {
        let organ = self.organ(organ)?;
        let (asked, scope) = asked(&organ, year, as_of)?;
        let (lines, unused) = used(self.figures(None, &asked)?);
        let mut made = Vec::new();
        for line in &lines {
            if !made.iter().any(|one: &KnownFigure| one.id == line.id) {
                made.extend(self.known_figure(line, &asked));
            }
        }
        let known = audit::platform::Platform {
            figures: made,
            scopes: scopes(&organ),
            asked: format!(
                "范围：{scope}；期间：{year}年1月1日至12月31日，只含截至{}（{why}）登记的记录",
                as_of.chinese()
            ),
        };
        Ok(KnownYear { organ: (organ.id, organ.name), platform: known, unused })
    }

    fn known_figure(&self, line: &FigureLine, asked: &FigureAsked) -> Option<KnownFigure> {
        let (home, figure) = words::Home::of(self.rules(), &line.id)?;
        let mut phrases = vec![figure.name.clone()];
        phrases.extend(figure.stated_as.iter().cloned());
        let mut units = vec![figure.unit.clone()];
        units.extend(figure.stated_units.iter().cloned());
        Some(KnownFigure {
            id: line.id.clone(),
            name: line.name.clone(),
            definition: words::definition(home, figure),
            phrases,
            units,
            value: line.value.map(|value| known_value(line, value)),
            link: link(&line.id, asked),
            command: command(&line.id, asked),
        })
    }
}

fn ambiguous(organs: &[Organ]) -> AppError {
    let names: Vec<String> = organs.iter().map(|organ| format!("{}（{}）", organ.name, organ.id)).collect();
    let why = format!("看不出报告是哪个机关的，写到的有：{}", names.join("、"));
    AppError::wrong("organ_ambiguous", why, "用 --organ 写明机关的标识。")
}

/// Whether a line names an organ: the name is not the beginning of a longer one, as of an office of the government.
fn names(line: &str, name: &str) -> bool {
    const NEXT: [&str; 8] = ["关于", "法治", "二", "依法", "推进", "全面", "年度", "和"];
    !name.is_empty()
        && line.match_indices(name).any(|(at, _)| {
            let rest = line.get(at + name.len()..).unwrap_or_default();
            let is_word = rest.chars().next().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            !is_word || NEXT.iter().any(|word| rest.starts_with(word))
        })
}

/// The organs whose names stand in a line; a name within a longer one that stands there too is not meant.
fn named(organs: &[Organ], line: &str, name: impl Fn(&Organ) -> Option<&str>) -> Vec<Organ> {
    let named = |organ: &&Organ| name(organ).is_some_and(|name| names(line, name));
    let all: Vec<&Organ> = organs.iter().filter(named).collect();
    let outer = |organ: &&&Organ| {
        let own = name(organ).unwrap_or_default();
        !all.iter()
            .filter_map(|other| name(other))
            .any(|other| other.len() > own.len() && other.contains(own))
    };
    all.iter().filter(outer).map(|organ| (**organ).clone()).collect()
}

/// Words by which an organ's own report speaks of what is its own.
fn scopes(organ: &Organ) -> Vec<String> {
    let mut made = vec![organ.name.clone()];
    let place = organ.name.strip_suffix(GOVERNMENT);
    if let Some(place) = place {
        made.push(place.to_owned());
        made.push(format!("{place}政府"));
    }
    if let Some(last) = place.unwrap_or(&organ.name).chars().last() {
        made.extend(["全", "我", "本"].iter().map(|word| format!("{word}{last}")));
        if place.is_some() {
            made.push(format!("{last}政府"));
            made.push(format!("{last}人民政府"));
        }
    }
    made
}

fn known_value(line: &FigureLine, value: ValueOf) -> KnownValue {
    let whole = |n: i64| Decimal::integer(i128::from(n));
    let numerator = Decimal::integer(i128::from(value.numerator) * i128::from(value.scale));
    let divides = line.parts.is_some() || value.digits == 1;
    let quotient = format!("{}÷{}", value.numerator, value.denominator);
    KnownValue {
        numerator,
        denominator: whole(value.denominator.max(1)),
        shown: line.shown(),
        quotient: divides.then_some(quotient),
    }
}

/// The command that lists the records behind a figure.
fn command(id: &str, asked: &FigureAsked) -> String {
    let (option, value) =
        if asked.division.is_empty() { ("organ", &asked.organ) } else { ("division", &asked.division) };
    format!(
        "yifa figures {id} --{option} {value} --from {} --to {} --as-of {} --records",
        asked.from, asked.to, asked.as_of
    )
}

impl KnownYear {
    /// Whether there is anything to compare with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.platform.figures.is_empty()
    }

    /// Commands name the folder of the data, as the user wrote it.
    #[must_use]
    pub fn at(mut self, data: &str) -> Self {
        for figure in &mut self.platform.figures {
            let quoted = if data.contains(' ') { format!("'{data}'") } else { data.to_owned() };
            figure.command = format!("{} --data {quoted}", figure.command);
        }
        self
    }
}
