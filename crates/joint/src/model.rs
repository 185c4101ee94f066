//! What a plan is made from and what it is. The fields stand in the order of their names, which is that of the file.

use base::{Diagnostic, Place};
use calendar::Day;
use serde::{Deserialize, Serialize};

/// The version of the file's form.
pub const FORMAT_VERSION: u32 = 1;

/// What the file says that it is.
pub const KIND: &str = "yifa_joint";

mod day_text {
    use calendar::Day;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(day: &Day, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(day)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
        let text = String::deserialize(from)?;
        Day::parse(&text).map_err(|found| D::Error::custom(found.message))
    }
}

mod day_texts {
    use calendar::Day;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(days: &[Day], out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(days.iter().map(Day::to_string))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Day>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let parse = |text: &String| Day::parse(text).map_err(|found| D::Error::custom(found.message));
        texts.iter().map(parse).collect()
    }
}

mod day_or_none {
    use calendar::Day;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde's form")]
    pub fn serialize<S: Serializer>(day: &Option<Day>, out: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => out.collect_str(day),
            None => out.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Day>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| Day::parse(&text).map_err(|found| D::Error::custom(found.message))).transpose()
    }
}

/// Everything that a plan is made from. 联合检查的年度计划依据
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    pub checks: Vec<Check>,
    /// The days on which people may go, in order: working days of the period.
    #[serde(with = "day_texts")]
    pub days: Vec<Day>,
    pub enterprises: Vec<Enterprise>,
    /// Visits that stay as they are: told to the enterprise, or done.
    #[serde(default)]
    pub fixed: Vec<Visit>,
    pub inspectors: Vec<Inspector>,
    pub items: Vec<Item>,
    pub scenes: Vec<Scene>,
    pub title: String,
}

/// Days from the one to the other, both counted. 起止日期
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    #[serde(with = "day_text")]
    pub from: Day,
    #[serde(with = "day_text")]
    pub to: Day,
}

impl Range {
    #[must_use]
    pub fn has(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// An item of a department's yearly plan. 检查事项
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The field of the certificate that inspectors of this item hold.
    pub field: String,
    #[serde(with = "day_text")]
    pub from: Day,
    /// At least so many days lie between two checks of this item at one enterprise: the second is on that day or later.
    pub gap: u32,
    pub id: String,
    /// How many inspectors with the certificate take part.
    pub inspectors: u32,
    pub name: String,
    pub organ: String,
    /// How often each enterprise is checked in the period.
    pub times: u32,
    #[serde(with = "day_text")]
    pub to: Day,
}

/// Items, of several departments mostly, that may be checked in one visit. 场景
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    pub id: String,
    pub items: Vec<String>,
    pub name: String,
}

/// Whom the visits are paid to. 企业
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enterprise {
    /// The most visits in the year; none: no cap is known.
    pub cap: Option<u32>,
    pub district: String,
    /// Visits of the year that count towards the cap and are not among the fixed.
    pub done: u32,
    pub id: String,
    pub name: String,
    /// Days on which nobody goes there.
    pub quiet: Vec<Range>,
}

/// That an item is to be checked at an enterprise. 计划检查
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub enterprise: String,
    pub item: String,
    /// When it was last checked, before this plan: the gap runs from there.
    #[serde(with = "day_or_none")]
    pub last_on: Option<Day>,
}

/// Who may inspect. 执法人员
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspector {
    pub away: Vec<Range>,
    /// In how many visits one may take part on one day.
    pub daily: u32,
    /// Where this inspector works; empty: everywhere.
    pub districts: Vec<String>,
    pub fields: Vec<String>,
    pub id: String,
    pub name: String,
    pub organ: String,
}

/// How binding a visit has become. 安排的状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Planned,
    Told,
    Done,
}

/// A check in a visit: the item, and the how-manieth of the year it is. 已安排的检查
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    pub item: String,
    pub nth: u32,
}

/// A visit to an enterprise. 入企检查
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    pub checks: Vec<Placed>,
    #[serde(with = "day_text")]
    pub day: Day,
    pub enterprise: String,
    pub id: String,
    pub inspectors: Vec<String>,
    /// Empty where one department goes by itself.
    pub scene: String,
    pub state: State,
}

/// Why a check cannot be placed. 未安排的理由
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No working day of its window is free of quiet days and past the gap since it was last checked.
    NoDay,
    /// On none of those days are there as many inspectors with the certificate for this district.
    NoInspector,
    /// The enterprise's cap is reached.
    Cap,
    /// No day is far enough from the other checks of the item.
    Gap,
    /// The inspectors' time is used up on all days that are left.
    Time,
}

impl Reason {
    /// As people read it.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::NoDay => "计划期限内没有可用的工作日（安静日或者最短间隔）",
            Self::NoInspector => "没有足够的持证人员",
            Self::Cap => "已经达到企业的年度上限",
            Self::Gap => "与同一事项的其他检查间隔不足",
            Self::Time => "可用的日期里持证人员都已排满",
        }
    }
}

/// A check that the plan leaves out. 未安排的检查
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unplaced {
    pub enterprise: String,
    pub item: String,
    pub nth: u32,
    pub reason: Reason,
}

/// A plan with what it was made from. 联合检查计划
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// No plan of this problem has fewer visits and checks left out, counted together.
    pub bound: u32,
    pub format_version: u32,
    pub kind: String,
    pub problem: Problem,
    /// Visits if every department went by itself and put its own checks together as well as can be: at least so many.
    pub separate: u32,
    pub unplaced: Vec<Unplaced>,
    pub visits: Vec<Visit>,
}

impl Plan {
    /// Reads a file.
    ///
    /// # Errors
    /// It is no such file.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let plan: Self = serde_json::from_str(text).map_err(|error| {
            let place = Place { file: String::new(), line: error.line(), column: error.column() };
            Diagnostic::error("joint_file", format!("读不懂：{error}"))
                .at(place)
                .help("用 yifa joint plan --save 所写的文件。")
        })?;
        if plan.kind != KIND || plan.format_version != FORMAT_VERSION {
            let message = format!("这不是联合检查计划，或者是另一个版本（{}）", plan.format_version);
            return Err(
                Diagnostic::error("joint_kind", message).help("用同一版本的 yifa joint plan 所写的文件。")
            );
        }
        Ok(plan)
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}
