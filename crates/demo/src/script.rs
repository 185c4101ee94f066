//! Scripts: how a kind of case goes, and how many cases go so.

use std::collections::BTreeMap;

use calendar::{Calendar, Day};
use serde::Deserialize;

use crate::county::{credit_code, resident_id};
use crate::dice::Dice;
use crate::draft::{DraftEntry, Drafts};
use crate::fault::{Fault, Result, fault};

/// Values by name, as a data file writes them.
pub(crate) type Values = BTreeMap<String, toml::Value>;

/// The scripts of one procedure. 演示剧本
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptFile {
    procedure: String,
    /// What the blanks of all scripts stand for where nothing nearer says so.
    #[serde(default)]
    with: Values,
    /// What cases are about, by id.
    matters: BTreeMap<String, Values>,
    /// Steps that scripts share.
    #[serde(default)]
    parts: BTreeMap<String, Vec<StepEntry>>,
    /// What is written into drafts of reports.
    #[serde(default)]
    drafts: Drafts,
    /// One case in so many is played, unless the full volume is asked for.
    #[serde(default = "one")]
    one_in: u32,
    script: Vec<ScriptEntry>,
}

fn one() -> u32 {
    1
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptEntry {
    id: String,
    cases: u32,
    matters: Vec<String>,
    opens: Opens,
    #[serde(default)]
    with: Values,
    steps: Vec<StepEntry>,
}

/// When the cases of a script are opened.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Opens {
    /// Spread over these days.
    Between { from: toml::value::Datetime, until: toml::value::Datetime },
    /// So many working days before the day on which the demonstration is made.
    Before { before_today: u32 },
    /// So many days before that, or on the first working day after.
    DaysBefore { days_before_today: u32 },
    /// When an act in a case of this script opens them: the steps are what comes after. `cases` is how many there may be.
    By { opened_by: String },
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    act: Option<String>,
    part: Option<String>,
    /// Waits until time has run out and the law deems this act done.
    lapse: Option<String>,
    by: Option<String>,
    /// Working days after the step before; a pair leaves it to chance.
    after: Option<After>,
    /// Calendar days after the step before; then the first working day.
    days: Option<u32>,
    /// On the last day of the duty that the act discharges.
    #[serde(default)]
    last_day: bool,
    /// Not before this day, whatever else says when.
    not_before: Option<toml::value::Datetime>,
    /// What is written into the draft of the report: before the act, or after the one that opens the case.
    writes: Option<String>,
    #[serde(default)]
    record: Values,
    /// What blanks stand for within a part.
    #[serde(default)]
    with: Values,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum After {
    Days(u32),
    Between([u32; 2]),
}

/// When a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    WorkingDays(u32),
    Days(u32),
    LastDay,
    /// When time has run out.
    Lapsed,
}

/// One step of a case. 步骤
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub act: String,
    pub when: When,
    pub not_before: Option<Day>,
    pub by: String,
    pub record: BTreeMap<String, Vec<String>>,
    pub vars: BTreeMap<String, String>,
    /// What is written into the draft of a report at this step.
    pub writes: Option<DraftEntry>,
}

/// A case to be played. 演示案件
#[derive(Clone, Debug)]
pub(crate) struct CasePlan {
    pub script: String,
    pub procedure: String,
    /// Of a case that another one opens: the script of that one. It waits until then.
    pub opened_by: Option<String>,
    pub opens_on: Day,
    pub vars: BTreeMap<String, String>,
    pub steps: Vec<Step>,
}

/// For whom and when scripts are written out.
pub(crate) struct Setting<'a> {
    pub calendar: &'a Calendar,
    pub seed: &'a str,
    pub today: Day,
    /// The end of the year that is shown: what lies around today is left out where it would fall into it.
    pub year_end: Day,
    /// How many times as many cases as the scripts say.
    pub times: u32,
    /// Whether all cases are played of procedures that have very many.
    pub volume: Volume,
}

/// How much is played of procedures that have very many cases. 规模
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volume {
    /// One case in so many as the script says.
    #[default]
    Reduced,
    Full,
}

impl ScriptFile {
    pub fn read(path: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Fault::unreadable(path, &error))
    }

    /// All cases of all scripts. `persons` numbers the parties of the whole demonstration.
    pub fn cases(&self, setting: &Setting<'_>, persons: &mut usize) -> Result<Vec<CasePlan>> {
        let mut made = Vec::new();
        for script in &self.script {
            let cases = self.part_of(script.cases, setting.volume) * setting.times;
            let script = &ScriptEntry { cases, ..script.clone() };
            let own = self.script_cases(script, setting, persons);
            made.extend(own.map_err(|fault| fault.within(&format!("剧本“{}”", script.id)))?);
        }
        Ok(made)
    }

    /// How many of a script's cases are played: rounded, and at least one.
    fn part_of(&self, cases: u32, volume: Volume) -> u32 {
        let one_in = if volume == Volume::Full { 1 } else { self.one_in.max(1) };
        cases.saturating_add(one_in / 2).checked_div(one_in).unwrap_or(cases).max(cases.min(1))
    }

    /// The procedure of which one case in so many is played.
    pub fn reduced(&self, volume: Volume) -> Option<(&str, u32)> {
        (volume == Volume::Reduced && self.one_in > 1).then_some((self.procedure.as_str(), self.one_in))
    }

    fn script_cases(
        &self,
        script: &ScriptEntry,
        setting: &Setting<'_>,
        persons: &mut usize,
    ) -> Result<Vec<CasePlan>> {
        let mut made = Vec::new();
        for (number, opens_on) in (0..script.cases).zip(script.opens.days(script, setting)?) {
            let at = usize::try_from(number).unwrap_or(0).checked_rem(script.matters.len()).unwrap_or(0);
            let id = script.matters.get(at).ok_or_else(|| fault("没有写办的是什么事"))?;
            let matter = self.matters.get(id).ok_or_else(|| fault(format!("没有事由“{id}”")))?;
            *persons += 1;
            let mut vars = people(*persons)?;
            for values in [&self.with, matter, &script.with] {
                vars.extend(texts(values)?);
            }
            let mut dice = Dice::new(setting.seed, &format!("{}/{number}", script.id));
            let mut steps = Vec::new();
            self.write_out(&script.steps, &BTreeMap::new(), &mut dice, &mut steps)?;
            made.push(CasePlan {
                script: script.id.clone(),
                procedure: self.procedure.clone(),
                opened_by: script.opens.by().map(str::to_owned),
                opens_on,
                vars,
                steps,
            });
        }
        Ok(made)
    }

    /// Writes steps out, with parts in their places.
    fn write_out(
        &self,
        entries: &[StepEntry],
        vars: &BTreeMap<String, String>,
        dice: &mut Dice,
        made: &mut Vec<Step>,
    ) -> Result<()> {
        for entry in entries {
            let mut own = vars.clone();
            own.extend(texts(&entry.with)?);
            if let Some(part) = &entry.part {
                let steps = self.parts.get(part).ok_or_else(|| fault(format!("没有片段“{part}”")))?;
                self.write_out(steps, &own, dice, made)?;
            } else {
                let mut step = entry.step(own, dice)?;
                step.writes = entry.writes.as_ref().map(|name| self.draft(name)).transpose()?;
                made.push(step);
            }
        }
        Ok(())
    }

    fn draft(&self, name: &str) -> Result<DraftEntry> {
        self.drafts.get(name).cloned().ok_or_else(|| fault(format!("没有文稿“{name}”")))
    }
}

impl StepEntry {
    fn step(&self, vars: BTreeMap<String, String>, dice: &mut Dice) -> Result<Step> {
        let when = match (self.after, self.days) {
            _ if self.lapse.is_some() => When::Lapsed,
            _ if self.last_day => When::LastDay,
            (_, Some(days)) => When::Days(days),
            (None, None) => When::WorkingDays(0),
            (Some(After::Days(days)), None) => When::WorkingDays(days),
            (Some(After::Between([least, most])), None) => When::WorkingDays(dice.between(least, most)),
        };
        let act = self.act.as_ref().or(self.lapse.as_ref()).ok_or_else(|| fault("有一步没有写事项"))?;
        let record = self.record.iter().map(|(name, value)| Ok((name.clone(), several(value)?)));
        Ok(Step {
            act: act.clone(),
            when,
            not_before: self.not_before.as_ref().map(day).transpose()?,
            by: self.by.clone().unwrap_or_else(|| "staff".to_owned()),
            record: record.collect::<Result<_>>()?,
            vars,
            writes: None,
        })
    }
}

impl Setting<'_> {
    fn around(&self, day: Day, count: u32) -> Vec<Day> {
        (0..count).map(|_| day).filter(|day| *day > self.year_end).collect()
    }
}

impl Opens {
    /// The script whose cases open these.
    fn by(&self) -> Option<&str> {
        match self {
            Self::By { opened_by } => Some(opened_by),
            _ => None,
        }
    }

    /// A working day for each case, in order; none for what would fall into the year by accident.
    fn days(&self, script: &ScriptEntry, setting: &Setting<'_>) -> Result<Vec<Day>> {
        let calendar = setting.calendar;
        let count = script.cases;
        match self {
            Self::Before { before_today } => {
                let mut day = setting.today;
                let mut left = *before_today;
                while left > 0 || !calendar.is_working_day(day) {
                    left -= u32::from(left > 0 && calendar.is_working_day(day));
                    day = day.previous();
                }
                Ok(setting.around(day, count))
            }
            Self::DaysBefore { days_before_today } => {
                let back = i32::try_from(*days_before_today).unwrap_or(0);
                let day = calendar.working_day_from(setting.today.plus_days(-back));
                Ok(setting.around(day, count))
            }
            // The day is not known before; which version of the procedure it is, the opened case says.
            Self::By { .. } => Ok((0..count).map(|_| setting.year_end).collect()),
            Self::Between { from, until } => {
                let (from, until) = (day(from)?, day(until)?);
                let span = calendar.working_days(from.previous(), until);
                let mut dice = Dice::new(setting.seed, &script.id);
                let one = |number: u32| {
                    let (begin, end) = (span * number / count, span * (number + 1) / count);
                    let place = dice.between(begin + 1, end.max(begin + 1)).min(span);
                    calendar.nth_working_day_after(from.previous(), place)
                };
                Ok((0..count).map(one).collect())
            }
        }
    }
}

fn day(written: &toml::value::Datetime) -> Result<Day> {
    Day::parse(&written.to_string()).map_err(|_| fault(format!("“{written}”不是日期")))
}

/// The parties that a case may have, with codes.
fn people(number: usize) -> Result<BTreeMap<String, String>> {
    let missing = || fault("演示用的号码推算不出来");
    let person = resident_id(number).ok_or_else(missing)?;
    let other = resident_id(500 + number).ok_or_else(missing)?;
    let company = credit_code("91", "350526", "DEMB", number).ok_or_else(missing)?;
    let neighbour = credit_code("91", "350526", "DEMC", number).ok_or_else(missing)?;
    let party = |name: String, code: String| format!("{name}\u{1f}{code}");
    Ok(BTreeMap::from([
        ("person".to_owned(), party(format!("演示申请人{number:03}"), person)),
        ("other_person".to_owned(), party(format!("演示代理人{number:03}"), other)),
        ("company_name".to_owned(), format!("演示企业{number:03}有限公司")),
        ("company_code".to_owned(), company.clone()),
        ("company".to_owned(), party(format!("演示企业{number:03}有限公司"), company)),
        ("third_party".to_owned(), party(format!("演示第三方{number:03}有限公司"), neighbour)),
        ("number".to_owned(), format!("{number:03}")),
    ]))
}

fn texts(values: &Values) -> Result<BTreeMap<String, String>> {
    values.iter().map(|(name, value)| Ok((name.clone(), text(value)?))).collect()
}

fn text(value: &toml::Value) -> Result<String> {
    Ok(match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(true) => "yes".to_owned(),
        toml::Value::Boolean(false) => "no".to_owned(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        _ => return Err(fault("这里只能写文字、数、日期或者是否")),
    })
}

pub(crate) fn several(value: &toml::Value) -> Result<Vec<String>> {
    match value {
        toml::Value::Array(items) => items.iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}
