//! Where a case stands: what is open, done and owed. Computed from its events, never edited.

use calendar::{Day, Limit, Pause};

use crate::decision::Standing;
use crate::{ActId, ActSet, Form, Procedure, Truths};

/// The state of a case. 案件状态
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    pub open: ActSet,
    pub done: ActSet,
    pub owed: Vec<Owed>,
    /// What is known of the guards after the last act.
    pub truths: Truths,
    /// The legal day on which the case was opened.
    pub opened_on: Option<Day>,
    pub closed_on: Option<Day>,
    /// Place in `Procedure::phases`.
    pub phase: Option<usize>,
    /// For every act: the legal day it was last done, and the step (from 1) that did it.
    pub(crate) last: Vec<Option<(Day, u32)>>,
    /// For every act: the closing norm that closed it last.
    pub(crate) closed_by: Vec<Option<u16>>,
    /// For every norm that is a condition with a lead: from when the lead has run.
    pub(crate) ready: Vec<Option<Day>>,
    pub(crate) steps: u32,
    /// What does not hang on the day; worked out anew whenever something moves.
    pub(crate) standing: Option<Standing>,
}

/// A duty that is owed. 待履行的义务
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Place in `Procedure::norms`.
    pub norm: u16,
    pub must: ActSet,
    /// The act that made it arise, and its legal day.
    pub by: ActId,
    pub since: Day,
    /// The day that the limit runs from.
    pub from: Day,
    pub limit: Option<Limit>,
    pub pauses: Vec<Pause>,
    /// For every pause: which of the duty's pause rules began it.
    pub(crate) paused_by: Vec<usize>,
    pub extensions: Vec<Limit>,
    /// For every extension: which of the duty's rules gave it.
    pub(crate) extended_by: Vec<usize>,
    /// None without a limit, and while time does not count.
    pub last_day: Option<Day>,
    /// Before it moved past rest days.
    pub unrolled: Option<Day>,
    /// From when the desk shows amber.
    pub warn_on: Option<Day>,
    /// A year without a holiday notice had a part in the last day.
    pub provisional: bool,
}

impl Owed {
    /// Whether time does not count at present.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.limit.is_some() && self.last_day.is_none()
    }

    #[must_use]
    pub fn is_overdue(&self, day: Day) -> bool {
        self.last_day.is_some_and(|last| last < day)
    }
}

impl Procedure {
    /// The state before the first act.
    #[must_use]
    pub fn start(&self) -> Marking {
        let count = self.acts.len();
        Marking {
            open: self.acts_where(|act| !act.closed_at_start),
            done: ActSet::NONE,
            owed: Vec::new(),
            truths: Truths::default(),
            opened_on: None,
            closed_on: None,
            phase: None,
            last: vec![None; count],
            closed_by: vec![None; count],
            ready: vec![None; self.norms.len()],
            steps: 0,
            standing: None,
        }
    }
}

impl Marking {
    #[must_use]
    pub fn done_on(&self, act: ActId) -> Option<Day> {
        self.last.get(act.index()).copied().flatten().map(|(day, _)| day)
    }

    /// The day and the step at which one of these acts was last done.
    pub(crate) fn last_step(&self, acts: ActSet) -> Option<(Day, u32)> {
        let steps = acts.iter().filter_map(|act| self.last.get(act.index()).copied().flatten());
        steps.max_by_key(|(_, step)| *step)
    }

    /// The acts that discharge what is owed and are open.
    #[must_use]
    pub fn owed_acts(&self) -> ActSet {
        self.owed.iter().fold(ActSet::NONE, |set, owed| set | owed.must) & self.open
    }

    /// Whether the case has ended and nothing open is owed.
    pub(crate) fn is_finished(&self, procedure: &Procedure) -> bool {
        let ends = procedure.acts_where(|act| act.ends_case);
        self.done.meets(ends) && self.owed.iter().all(|owed| !owed.must.meets(self.open))
    }

    /// The article of what the duty rests on, and its limit: the norm of an owed duty.
    #[must_use]
    pub fn duty_of<'p>(procedure: &'p Procedure, owed: &Owed) -> Option<&'p crate::Duty> {
        match &procedure.norms.get(usize::from(owed.norm))?.form {
            Form::Duty(duty) => Some(duty),
            _ => None,
        }
    }
}
