//! Why an act must not be done: what is missing, on which article, what to do now. In Chinese, for users.

use calendar::Day;

use crate::step::Engine;
use crate::{ActId, Bar, Form, Marking};

/// An act that was refused. 不予办理
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub act: ActId,
    pub on: Day,
    /// The first is the one that counts; it follows the order of the file.
    pub reasons: Vec<Reason>,
}

/// One reason. 理由
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub bar: Bar,
    /// Article as the file writes it (`49`); empty where the reason lies in the procedure itself.
    pub article: String,
    /// 《行政复议法》第四十九条
    pub cited: String,
    pub unverified: bool,
    pub what: String,
    /// What to do now.
    pub help: String,
}

impl Refusal {
    /// All reasons for which an act is barred.
    pub(crate) fn of(engine: &Engine<'_>, marking: &Marking, act: ActId, on: Day) -> Self {
        let mut reasons = Vec::new();
        let first = engine.bar(marking, act, on);
        reasons.extend(first.map(|bar| engine.reason(marking, act, bar)));
        for restriction in &engine.index.restrictions {
            let bar = restriction.bars(marking, act, on);
            if bar.is_some() && bar != first {
                reasons.extend(bar.map(|bar| engine.reason(marking, act, bar)));
            }
        }
        Self { act, on, reasons }
    }

    /// The article of the reason that counts.
    #[must_use]
    pub fn article(&self) -> &str {
        self.reasons.first().map_or("", |reason| &reason.article)
    }
}

impl Engine<'_> {
    /// The words of a bar.
    #[must_use]
    pub fn reason(&self, marking: &Marking, act: ActId, bar: Bar) -> Reason {
        let norm = match bar {
            Bar::ClosedBy(at) | Bar::Needs(at) | Bar::Falls(at) | Bar::Early(at, _) | Bar::While(at) => {
                self.procedure.norms.get(usize::from(at))
            }
            _ => None,
        };
        let basis = norm.map(|norm| norm.basis.clone()).unwrap_or_default();
        let (what, help) = self.words(marking, act, bar, norm.map(|norm| &norm.form));
        Reason { bar, article: basis.article, cited: basis.cited, unverified: basis.unverified, what, help }
    }

    fn words(&self, marking: &Marking, act: ActId, bar: Bar, form: Option<&Form>) -> (String, String) {
        let procedure = self.procedure;
        let name = procedure.name_of(act);
        match (bar, form) {
            (Bar::Closed, _) => (
                format!("本案已经办结，不得再办“{name}”"),
                "确有错误的，请用“更正”；需要重新办理的，请另立新案。".to_owned(),
            ),
            (Bar::NotOpened, _) => {
                let opens = procedure.names_of(self.index.opens);
                (format!("本案尚未开始，不得办“{name}”"), format!("请先办{opens}。"))
            }
            (Bar::Opened, _) => {
                (format!("本案已经开始，不得再办“{name}”"), "同一当事人另有申请的，请另立新案。".to_owned())
            }
            (Bar::Spent, _) => {
                let on = marking.done_on(act).map_or(String::new(), Day::chinese);
                (format!("“{name}”已于{on}办过，不得重复办理"), "原来办错的，请用“更正”。".to_owned())
            }
            (Bar::Waiting, _) => (format!("“{name}”的前提尚未出现，现在不得办理"), self.openers(act)),
            (Bar::ClosedBy(_), Some(Form::Closing { when, .. })) => {
                let done = procedure.names_of(*when & marking.done);
                (
                    format!("已经办了{done}，不得再办“{name}”"),
                    "认为前一事项办错的，请先更正该事项。".to_owned(),
                )
            }
            (Bar::Needs(_), Some(Form::Condition(condition))) => {
                let missing = (condition.need & marking.open).without(marking.done);
                let all = if condition.any && missing.len() > 1 { "之一" } else { "" };
                let names = procedure.names_of(missing);
                (format!("未经{names}{all}，不得办“{name}”"), format!("请先办{names}{all}。"))
            }
            (Bar::Falls(_), Some(Form::Condition(condition))) => {
                let names = procedure.names_of(condition.need & marking.done);
                (
                    format!("{names}的结果不符合要求，不得办“{name}”"),
                    format!("请按法定要求重新办理{names}，或者更正其记录。"),
                )
            }
            (Bar::Early(_, ready), Some(Form::Condition(condition))) => {
                let names = procedure.names_of(condition.need & marking.done);
                (
                    format!("{names}之后应当留足的时间还没有满，不得办“{name}”"),
                    format!("最早可在{}办理。", ready.chinese()),
                )
            }
            (Bar::While(_), Some(Form::While { owed, .. })) => {
                let names = procedure.names_of(marking.owed_acts() & *owed);
                (format!("尚待办理{names}，期间不得办“{name}”"), format!("请先办{names}。"))
            }
            (Bar::NothingToExtend, _) => (
                format!("现在没有可以延长的期限，不得办“{name}”"),
                "期限已满、延长次数已用完或者义务尚未产生的，不能延长。".to_owned(),
            ),
            _ => (format!("现在不得办“{name}”"), String::new()),
        }
    }

    fn openers(&self, act: ActId) -> String {
        let opening = self.procedure.norms.iter().find_map(|norm| match &norm.form {
            Form::Opening { when, open } if open.has(act) => Some(*when),
            _ => None,
        });
        opening.map_or(String::new(), |when| format!("办理{}之后方可办理。", self.procedure.names_of(when)))
    }
}
