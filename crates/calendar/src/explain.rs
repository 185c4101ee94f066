//! Why a last day is what it is: the days counted, the days skipped and their reasons. The explanation is data.

use std::fmt;

use crate::count::Stretch;
use crate::{Calendar, Count, Counted, Day, DayKind, Limit, Pause, Unit};

/// What one step of an explanation tells. 计算步骤的种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// The first day, which does not count.
    Start,
    /// An extension.
    Extended,
    /// Days that count.
    Counted,
    /// Weekend days worked in exchange, which count.
    Makeup,
    /// Weekend days, which do not count or on which no limit ends.
    Weekend,
    /// Days of a holiday, which do not count or on which no limit ends.
    Holiday,
    /// Days taken out by a pause.
    Paused,
    /// Months or years counted through.
    Through,
    /// Days by which pauses lengthen a limit in months or years.
    Lengthened,
    /// The move past rest days.
    Rolled,
    /// A pause is open: there is no last day.
    Open,
    /// Years without a notice had a part in it.
    Provisional,
    /// The last day.
    LastDay,
    /// The earliest day after a lead.
    Earliest,
}

impl StepKind {
    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Extended => "extended",
            Self::Counted => "counted",
            Self::Makeup => "makeup",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
            Self::Paused => "paused",
            Self::Through => "through",
            Self::Lengthened => "lengthened",
            Self::Rolled => "rolled",
            Self::Open => "open",
            Self::Provisional => "provisional",
            Self::LastDay => "last_day",
            Self::Earliest => "earliest",
        }
    }
}

/// One step of an explanation. 计算步骤
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    /// First day that the step speaks of.
    pub from: Day,
    /// Last day that the step speaks of.
    pub to: Day,
    /// Days counted, skipped or added.
    pub days: u32,
    /// Why, in Chinese.
    pub reason: String,
    /// The notice that made a day a rest day or a workday.
    pub notice: Option<String>,
}

/// How a limit was counted, step by step. 计算说明
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub counted: Counted,
    pub steps: Vec<Step>,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}（{}）", self.from.chinese(), self.from.weekday().label())?;
        } else {
            write!(f, "{}至{}", self.from.chinese(), self.to.chinese())?;
        }
        write!(f, "：{}", self.reason)?;
        match self.kind {
            StepKind::Counted | StepKind::Makeup => write!(f, "，计入{}天", self.days)?,
            StepKind::Weekend | StepKind::Holiday | StepKind::Paused => write!(f, "，扣除{}天", self.days)?,
            _ => {}
        }
        self.notice.iter().try_for_each(|notice| write!(f, "（{notice}）"))
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.steps.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}. {step}", number + 1)?;
        }
        Ok(())
    }
}

impl Calendar {
    /// Explains the last day that `last_day` finds.
    #[must_use]
    pub fn explain(&self, count: &Count<'_>) -> Explanation {
        let counted = self.last_day(count);
        let mut steps = self.walk(count);
        if let (Some(unrolled), Some(last)) = (counted.unrolled, counted.last_day) {
            if unrolled != last {
                steps
                    .extend(self.runs(unrolled.previous(), last.previous(), |day| Some(self.rest_mark(day))));
                let reason = "期限最后一日是休息日，顺延至其后的第一个工作日";
                steps.push(step(StepKind::Rolled, unrolled, last, 0, reason));
            }
            self.add_provisional(&counted, count.from, &mut steps);
            steps.push(step(StepKind::LastDay, last, last, 0, "期限届满日"));
        }
        Explanation { counted, steps }
    }

    /// Explains the earliest day that `earliest` finds; its `counted` is that of the lead.
    #[must_use]
    pub fn explain_lead(&self, from: Day, lead: Limit) -> Explanation {
        let count = Count { rolls: false, ..Count::plain(from, lead) };
        let counted = self.last_day(&count);
        let mut steps = self.walk(&count);
        self.add_provisional(&counted, from, &mut steps);
        let (earliest, _) = self.earliest(from, lead);
        let reason = format!("间隔{lead}已满的次日，最早可以办理");
        steps.push(step(StepKind::Earliest, earliest, earliest, 0, reason));
        Explanation { counted, steps }
    }

    /// The first day, the extensions and all that was counted, up to the unrolled last day.
    fn walk(&self, count: &Count<'_>) -> Vec<Step> {
        let mut steps = vec![step(StepKind::Start, count.from, count.from, 0, "期间开始之日不计入")];
        for (place, stretch) in self.stretches(count).enumerate() {
            let end = stretch.end.unwrap_or(stretch.from);
            if place > 0 {
                let reason = format!("从前段期限的最后一日起，延长{}", stretch.limit);
                steps.push(step(StepKind::Extended, stretch.from, end, stretch.limit.length, reason));
            } else {
                for extension in count.extensions.iter().filter(|added| added.unit == count.limit.unit) {
                    let reason = format!("延长{extension}，合计{}", stretch.limit);
                    steps.push(step(StepKind::Extended, stretch.from, end, extension.length, reason));
                }
            }
            self.walk_stretch(&stretch, count.pauses, &mut steps);
        }
        steps
    }

    fn walk_stretch(&self, stretch: &Stretch, pauses: &[Pause], steps: &mut Vec<Step>) {
        let stop = stretch.end.unwrap_or_else(|| opens_on(stretch.from, pauses));
        match stretch.limit.unit {
            Unit::WorkingDays => {
                let mark = |day| Some(if paused(day, pauses) { PAUSED } else { self.work_mark(day) });
                steps.extend(self.runs(stretch.from, stop, mark));
            }
            Unit::Days | Unit::Hours => {
                let mark = |day| Some(if paused(day, pauses) { PAUSED } else { COUNTED });
                steps.extend(self.runs(stretch.from, stop, mark));
            }
            Unit::Months | Unit::Years => self.walk_months(stretch, stop, pauses, steps),
        }
        if stretch.end.is_none() {
            let reason = "中止尚未结束，期限届满日待恢复后确定";
            steps.push(step(StepKind::Open, stop, stop, 0, reason));
        }
    }

    fn walk_months(&self, stretch: &Stretch, stop: Day, pauses: &[Pause], steps: &mut Vec<Step>) {
        let months = if stretch.limit.unit == Unit::Years { 12 } else { 1 };
        let through = stretch.from.plus_months(stretch.limit.length.saturating_mul(months));
        let days = u32::try_from(through.days_since(stretch.from)).unwrap_or(0);
        let same = through.day() == stretch.from.day();
        let rule = if same {
            "到期月的对应日为最后一日"
        } else {
            "到期月没有对应日，以月末日为最后一日"
        };
        let reason = format!("按历法计满{}，{rule}", stretch.limit);
        steps.push(step(StepKind::Through, stretch.from, through, days, reason));
        steps.extend(self.runs(stretch.from, stop, |day| paused(day, pauses).then_some(PAUSED)));
        if let Some(end) = stretch.end.filter(|end| *end > through) {
            let days = u32::try_from(end.days_since(through)).unwrap_or(0);
            let reason = format!("中止的{days}天不计入，期限相应顺延");
            steps.push(step(StepKind::Lengthened, through.next(), end, days, reason));
        }
    }

    fn add_provisional(&self, counted: &Counted, from: Day, steps: &mut Vec<Step>) {
        let last = counted.last_day.unwrap_or(from);
        if counted.provisional {
            let unknown = (from.year()..=last.year()).filter(|year| !self.is_known(*year));
            let years: Vec<_> = unknown.map(|year| format!("{year}年")).collect();
            let reason = format!("{}的放假安排尚未载入，只按周末推算，结果待定", years.join("、"));
            steps.push(step(StepKind::Provisional, from, last, 0, reason));
        }
    }

    /// Consecutive days of one mark, after `after` and up to `through`; days without a mark are left out.
    fn runs<'a>(
        &self,
        after: Day,
        through: Day,
        mark: impl Fn(Day) -> Option<(StepKind, &'a str)>,
    ) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for offset in 1..=through.days_since(after) {
            let day = after.plus_days(offset);
            let Some((kind, reason)) = mark(day) else { continue };
            match steps.last_mut() {
                Some(last) if last.kind == kind && last.reason == reason && last.to.next() == day => {
                    last.to = day;
                    last.days += 1;
                }
                _ => {
                    let named = matches!(kind, StepKind::Holiday | StepKind::Makeup);
                    let notice = if named { self.notice(day) } else { None };
                    let notice = notice.map(|notice| notice.title.clone());
                    steps.push(Step { notice, ..step(kind, day, day, 1, reason) });
                }
            }
        }
        steps
    }

    fn work_mark(&self, day: Day) -> (StepKind, &str) {
        match self.kind(day) {
            DayKind::Workday => (StepKind::Counted, "工作日"),
            DayKind::MakeupWorkday(_) => (StepKind::Makeup, "调休上班日"),
            DayKind::Weekend => (StepKind::Weekend, "周末"),
            DayKind::Holiday(name) => (StepKind::Holiday, name),
        }
    }

    fn rest_mark(&self, day: Day) -> (StepKind, &str) {
        match self.kind(day) {
            DayKind::Holiday(name) => (StepKind::Holiday, name),
            _ => (StepKind::Weekend, "周末"),
        }
    }
}

const PAUSED: (StepKind, &str) = (StepKind::Paused, "中止期间");
const COUNTED: (StepKind, &str) = (StepKind::Counted, "逐日计算");

/// Whether a pause takes the day out.
fn paused(day: Day, pauses: &[Pause]) -> bool {
    pauses.iter().any(|pause| pause.from < day && pause.until.is_none_or(|until| day <= until))
}

/// The day from which an open pause keeps a stretch that began on `from` from ending.
fn opens_on(from: Day, pauses: &[Pause]) -> Day {
    let open = pauses.iter().filter(|pause| pause.until.is_none());
    open.map(|pause| pause.from).min().unwrap_or(from).max(from)
}

fn step(kind: StepKind, from: Day, to: Day, days: u32, reason: impl Into<String>) -> Step {
    Step { kind, from, to, days, reason: reason.into(), notice: None }
}
