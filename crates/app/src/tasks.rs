//! Tasks of a plan: who leads, by when, what proves them, and how far each is by what is on record.
//!
//! A task is a case of a procedure whose file says so (`[tasks]`). What its lead says stands beside what was found, and
//! nothing that is only said makes a task done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use calendar::Day;
use norms::{Deed, PARTS, Value};
use plan::{MeasureRef, Progress, Shown, Stated, Tasks, progress};
use registers::as_of;
use store::{Query, cases, document, tally};

use crate::case::CaseFile;
use crate::error::Result;
use crate::figures_view::{FigureAsked, FigureLine};
use crate::platform::Platform;
use crate::visible::Viewer;

/// How old the figures at hand may be that prove tasks.
const FRESH: Duration = Duration::from_secs(60);
/// How many records of a figure are read at a time.
const BATCH: u32 = 1_000;
/// Before every legal day of the journal.
const BEGINNING: i32 = 1949;

/// What is to prove a task. 证明方式
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskProof {
    Figure {
        id: String,
        at_most: bool,
        target: i64,
        of_lead: bool,
    },
    Entry {
        register: String,
        key: String,
    },
    Document(String),
    Case(String),
    /// The task does not say what it takes.
    Unsaid,
}

/// What was found of it. 证明情况
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFound {
    pub shown: Shown,
    /// In words, with what was asked for.
    pub words: String,
    /// Where it can be looked at.
    pub link: Option<String>,
}

/// A task with how far it is. 任务
#[derive(Clone, Debug)]
pub struct TaskLine {
    pub case: String,
    pub number: String,
    /// Whoever asks may read the case.
    pub is_seen: bool,
    pub measure: String,
    pub year: i32,
    pub title: String,
    pub content: String,
    pub lead: String,
    pub helping: String,
    /// With the time that was given since.
    pub due: Day,
    pub deliverable: String,
    pub proof: TaskProof,
    pub found: TaskFound,
    pub stated: Stated,
    /// The last that was said of it, and when.
    pub said: Option<(Day, String)>,
    /// Somebody looked at it and took it for done.
    pub is_confirmed: bool,
    pub progress: Progress,
}

/// The tasks of a plan. 任务清单
#[derive(Clone, Debug, Default)]
pub struct TaskBoard {
    /// By measure, then by day.
    pub lines: Vec<TaskLine>,
    /// How many were taken back.
    pub dropped: usize,
}

/// Figures at hand that prove tasks: of an organ, over days.
pub(crate) type ProofsAtHand = Option<(Instant, Day, BTreeMap<(String, String, i32, i32), FigureLine>)>;

impl TaskBoard {
    /// The tasks of one measure.
    pub fn of<'a>(&'a self, measure: &str) -> impl Iterator<Item = &'a TaskLine> {
        let measure = measure.to_owned();
        self.lines.iter().filter(move |line| line.measure == measure)
    }

    /// How many of a measure's tasks stand where.
    #[must_use]
    pub fn sums(&self, measure: &str) -> Tasks {
        Tasks::of(self.of(measure).map(|line| line.progress))
    }

    /// The same over all measures.
    #[must_use]
    pub fn all(&self) -> Tasks {
        Tasks::of(self.lines.iter().map(|line| line.progress))
    }
}

impl Platform {
    /// The tasks of a plan, of one year or of all, with how far each is today.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn tasks(&self, viewer: Viewer<'_>, plan: &str, year: Option<i32>) -> Result<TaskBoard> {
        let visible = self.visible(viewer)?;
        let today = self.today();
        let mut board = TaskBoard::default();
        let read = self.store().read(|reader| -> Result<Vec<TaskLine>> {
            let mut made = Vec::new();
            // Versions of a procedure share the figure: its cases are those of all of them.
            let acts = self.rules().packs.iter().filter_map(|pack| pack.file.tasks.as_ref());
            let figures: BTreeSet<&str> = acts.map(|acts| acts.figure.as_str()).collect();
            for figure in figures {
                for case in self.counted_cases(reader, figure)? {
                    let file = self.inner().load(reader, &case)?;
                    match task(&file) {
                        Some(Read::Task(line))
                            if line.1 == plan && year.is_none_or(|own| own == line.0.year) =>
                        {
                            let mut line = line.0;
                            line.is_seen = visible.sees(&file.row);
                            made.push(line);
                        }
                        Some(Read::Dropped(of)) if of == plan => board.dropped += 1,
                        _ => {}
                    }
                }
            }
            Ok(made)
        })?;
        for mut line in read {
            line.found = self.task_found(&line, today)?;
            line.progress = progress(line.due, today, line.stated, line.found.shown);
            board.lines.push(line);
        }
        board.lines.sort_by(|one, other| {
            let key = |line: &TaskLine| (MeasureRef::parse(&line.measure), line.due, line.case.clone());
            key(one).cmp(&key(other))
        });
        Ok(board)
    }

    /// The cases behind a figure, over all time, as they are known today.
    pub(crate) fn counted_cases(&self, db: &dyn Query, figure: &str) -> Result<BTreeSet<String>> {
        let today = self.today();
        let asked = FigureAsked {
            organ: String::new(),
            division: String::new(),
            from: Day::from_ymd(BEGINNING, 1, 1).unwrap_or(today),
            to: today,
            as_of: today,
        };
        let mut net: BTreeMap<String, i64> = BTreeMap::new();
        let mut after = None;
        loop {
            let range = crate::figures_view::range(figure, &asked);
            let rows = tally::contributions(db, &range, after.as_ref(), BATCH)?;
            let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == BATCH;
            for row in &rows {
                *net.entry(row.case.clone()).or_default() += row.n;
            }
            after = rows.into_iter().next_back();
            if !full {
                break;
            }
        }
        Ok(net.into_iter().filter(|(_, n)| *n > 0).map(|(case, _)| case).collect())
    }

    /// What is on record of that which is to prove a task.
    fn task_found(&self, line: &TaskLine, today: Day) -> Result<TaskFound> {
        match &line.proof {
            TaskProof::Figure { id, at_most, target, of_lead } => {
                self.figure_found(line, today, (id, *at_most, *target, *of_lead))
            }
            TaskProof::Entry { register, key } => self.entry_found(register, key, today),
            TaskProof::Document(number) => self.document_found(line, number),
            TaskProof::Case(number) => self.case_found(number),
            TaskProof::Unsaid => Ok(nothing("任务单没有写明以什么证明".to_owned())),
        }
    }

    fn figure_found(
        &self,
        line: &TaskLine,
        today: Day,
        (id, at_most, target, of_lead): (&str, bool, i64, bool),
    ) -> Result<TaskFound> {
        let Some(figure) = self.figure(id) else {
            return Ok(nothing(format!("平台没有指标“{id}”")));
        };
        let organ = if of_lead {
            let organs = self.organs_of_today()?;
            match organs.organs.iter().find(|organ| organ.name == line.lead) {
                Some(organ) => organ.id.clone(),
                None => return Ok(nothing(format!("机关名录里没有“{}”", line.lead))),
            }
        } else {
            String::new()
        };
        let first = Day::from_ymd(line.year, 1, 1).unwrap_or(line.due);
        let last = Day::from_ymd(line.due.year(), 12, 31).unwrap_or(line.due);
        // What is reached late is reached, in its year; what may not be exceeded is looked at on its day.
        let until = if at_most { line.due } else { line.due.max(today.min(last)) };
        let value = self.proof_figure(id, &organ, (first.min(until), until), today)?;
        let bound = if at_most { "不多于" } else { "不少于" };
        let goal = format!("{}{bound}{}{}", figure.name, number(target), figure.unit);
        let words = format!("{goal}，现为{}，记录{}条", value.shown(), value.records);
        let reached = value.value.filter(|_| value.records > 0).map(|value| {
            let left = i128::from(value.numerator) * i128::from(value.scale) * i128::from(PARTS);
            let right = i128::from(target) * i128::from(value.denominator);
            if at_most { left <= right } else { left >= right }
        });
        let shown = match reached {
            None => Shown::Nothing,
            Some(true) if at_most && today <= line.due => Shown::Later,
            Some(true) => Shown::Whole,
            Some(false) => Shown::Partly,
        };
        let year = line.year.to_string();
        let link = format!("/figures/{id}?year={year}&organ={organ}");
        Ok(TaskFound { shown, words, link: Some(link) })
    }

    /// A figure's value, from those at hand where they are fresh.
    fn proof_figure(&self, id: &str, organ: &str, days: (Day, Day), today: Day) -> Result<FigureLine> {
        let key = (id.to_owned(), organ.to_owned(), days.0.number(), days.1.number());
        if let Ok(kept) = self.inner().proofs.lock()
            && let Some((since, day, lines)) = kept.as_ref()
            && *day == today
            && since.elapsed() < FRESH
            && let Some(line) = lines.get(&key)
        {
            return Ok(line.clone());
        }
        let asked = FigureAsked {
            organ: organ.to_owned(),
            division: String::new(),
            from: days.0,
            to: days.1,
            as_of: today,
        };
        let mut lines = self.figures(Some(id), &asked)?;
        let line = lines.swap_remove(0);
        if let Ok(mut kept) = self.inner().proofs.lock() {
            let is_old =
                kept.as_ref().is_none_or(|(since, day, _)| *day != today || since.elapsed() >= FRESH);
            if is_old {
                *kept = Some((Instant::now(), today, BTreeMap::new()));
            }
            if let Some((_, _, lines)) = kept.as_mut() {
                lines.insert(key, line.clone());
            }
        }
        Ok(line)
    }

    fn entry_found(&self, register: &str, key: &str, today: Day) -> Result<TaskFound> {
        let Some(known) = self.rules().register(register) else {
            return Ok(nothing(format!("平台没有名册“{register}”")));
        };
        let goal = format!("“{}”里的“{key}”", known.name);
        let entries = self.entries(register)?;
        let is_there = as_of(&entries, today).any(|entry| entry.key == key);
        if !is_there {
            return Ok(nothing(format!("{goal}，还没有登记")));
        }
        let link = known.public.then(|| format!("/registers/{register}"));
        Ok(TaskFound { shown: Shown::Whole, words: format!("{goal}，已登记"), link })
    }

    fn document_found(&self, line: &TaskLine, number: &str) -> Result<TaskFound> {
        let found = self.store().read(|reader| document::by_number(reader, number))?;
        if let Some(one) = found.first() {
            let day = Day::from_number(one.issued_on).map_or(String::new(), Day::chinese);
            let words = format!("文件“{number}”，平台上{day}制发");
            let link = line.is_seen.then(|| format!("/cases/{}", one.case));
            return Ok(TaskFound { shown: Shown::Whole, words, link });
        }
        // A paper of elsewhere is proved by whoever saw it, under their name.
        if line.is_confirmed {
            let words = format!("文件“{number}”，平台上没有，凭核验人看过原件的记录认定");
            return Ok(TaskFound { shown: Shown::Whole, words, link: None });
        }
        Ok(nothing(format!("文件“{number}”，平台上没有，也还没有核验")))
    }

    fn case_found(&self, number: &str) -> Result<TaskFound> {
        let found = self.store().read(|reader| cases::by_number(reader, number))?;
        let Some(case) = found else { return Ok(nothing(format!("案件“{number}”，平台上没有"))) };
        let link = Some(format!("/cases/{}", case.id));
        let (shown, state) = match case.closed_on.is_some() {
            true => (Shown::Whole, "已办结"),
            false => (Shown::Partly, "还在办理"),
        };
        Ok(TaskFound { shown, words: format!("案件“{number}”，{state}"), link })
    }
}

fn nothing(words: String) -> TaskFound {
    TaskFound { shown: Shown::Nothing, words, link: None }
}

/// A number of ten-thousandths as people write it.
pub(crate) fn number(parts: i64) -> String {
    let (whole, rest) = (parts / PARTS, (parts % PARTS).unsigned_abs());
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:04}").trim_end_matches('0').to_owned()
}

/// A case read as a task: the task with its plan, or the plan of one that was taken back.
enum Read {
    Task(Box<(TaskLine, String)>),
    Dropped(String),
}

/// Reads a case as a task; nothing where its pack or its records are of no task.
fn task(file: &CaseFile) -> Option<Read> {
    let acts = file.pack.file.tasks.as_ref()?;
    let procedure = &file.pack.file.procedure;
    let first = file.history.deeds.iter().rev().find(|deed| deed.act == acts.assigns)?;
    let value = |id: &str| first.record.get(procedure.field_named(acts.assigns, id)?);
    let text = |id: &str| match value(id) {
        Some(Value::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    let amount = |id: &str| match value(id) {
        Some(Value::Number(parts)) => Some(*parts),
        _ => None,
    };
    let plan = text("plan");
    if file.history.deeds.iter().any(|deed| acts.drops.has(deed.act)) {
        return Some(Read::Dropped(plan));
    }
    let Some(Value::Day(due)) = value("due") else { return None };
    let proof = match text("proof").as_str() {
        "figure" if amount("target").is_some() && !text("figure").is_empty() => TaskProof::Figure {
            id: text("figure"),
            at_most: text("bound") == "at_most",
            target: amount("target").unwrap_or(0),
            of_lead: text("scope") == "lead",
        },
        "entry" if !text("register").is_empty() && !text("entry_key").is_empty() => {
            TaskProof::Entry { register: text("register"), key: text("entry_key") }
        }
        "document" if !text("document").is_empty() => TaskProof::Document(text("document")),
        "case" if !text("case_number").is_empty() => TaskProof::Case(text("case_number")),
        _ => TaskProof::Unsaid,
    };
    let year = amount("year").and_then(|parts| i32::try_from(parts / PARTS).ok());
    let mut line = TaskLine {
        case: file.row.id.clone(),
        number: file.row.number.clone().unwrap_or_default(),
        is_seen: false,
        measure: text("measure").to_uppercase(),
        year: year.unwrap_or_else(|| due.year()),
        title: text("title"),
        content: text("content"),
        lead: text("lead"),
        helping: text("helping"),
        due: *due,
        deliverable: text("deliverable"),
        proof,
        found: nothing(String::new()),
        stated: Stated::default(),
        said: None,
        is_confirmed: false,
        progress: Progress::NotBegun,
    };
    file.history.deeds.iter().for_each(|deed| take(&mut line, file, deed));
    Some(Read::Task(Box::new((line, plan))))
}

/// Takes over what one act says of a task.
fn take(line: &mut TaskLine, file: &CaseFile, deed: &Deed) {
    let Some(acts) = &file.pack.file.tasks else { return };
    let procedure = &file.pack.file.procedure;
    let says = acts.begins.has(deed.act)
        || acts.done.has(deed.act)
        || acts.returns.has(deed.act)
        || acts.confirms.has(deed.act);
    if acts.begins.has(deed.act) {
        line.stated.is_begun = true;
    }
    if acts.done.has(deed.act) {
        line.stated = Stated { is_begun: true, is_done: true };
    }
    if acts.returns.has(deed.act) {
        line.stated.is_done = false;
    }
    if acts.confirms.has(deed.act) {
        line.stated = Stated { is_begun: true, is_done: true };
        line.is_confirmed = true;
    }
    if let Some((act, field)) = acts.postpones
        && act == deed.act
        && let Some(Value::Number(days)) = deed.record.get(field)
    {
        let later = i32::try_from(days / PARTS).ok().and_then(|days| line.due.number().checked_add(days));
        line.due = later.and_then(Day::from_number).unwrap_or(line.due);
    }
    if says {
        let fields = procedure.act_of(deed.act).map_or(&[][..], |act| act.fields.as_slice());
        let told = fields.iter().zip(deed.record.values()).filter_map(|(field, value)| match value? {
            Value::Text(text) => Some(text.clone()),
            Value::Number(parts) => Some(format!("{}：{}", field.name, number(*parts))),
            _ => None,
        });
        let words = told.collect::<Vec<_>>().join("；");
        line.said = Some((deed.on, format!("{}：{words}", procedure.name_of(deed.act))));
    }
}
