//! The desk: what is due, the most urgent first; and the lists of cases.

use std::time::{Duration, Instant};

use calendar::Day;
use store::cases::{self, Key, Scope};
use store::due;

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// A desk. 工作台
#[derive(Clone, Debug)]
pub struct Desk {
    pub lines: Vec<DeskLine>,
    pub all: i64,
    pub overdue: i64,
    pub warned: i64,
    /// How many cases of the organ are open, by procedure and phase: id, name, phase, open.
    pub open: Vec<(String, String, String, i64)>,
    /// The beginning of the next page, where there is one.
    pub next: Option<String>,
}

/// One thing that is due. 待办事项
#[derive(Clone, Debug)]
pub struct DeskLine {
    pub case: String,
    pub number: String,
    pub title: String,
    pub procedure: String,
    /// The acts any one of which is owed, by name.
    pub must: Vec<String>,
    pub last_day: Option<Day>,
    pub days_left: Option<i32>,
    pub is_overdue: bool,
    pub is_amber: bool,
    /// Time does not count, or the law sets no last day.
    pub cited: String,
}

/// A case in a list. 案件列表行
#[derive(Clone, Debug)]
pub struct CaseLine {
    pub case: String,
    pub number: String,
    pub title: String,
    pub procedure: String,
    pub phase: String,
    pub opened_on: Day,
    pub closed_on: Option<Day>,
}

const PAGE: u32 = 50;
/// Counts that take no longer than this are counted for every page.
const QUICK: Duration = Duration::from_millis(2);
/// How old counts may be that take longer.
const FRESH: Duration = Duration::from_secs(30);

/// The numbers beside a desk. 工作台计数
#[derive(Clone, Debug, Default)]
pub(crate) struct DeskCounts {
    all: i64,
    overdue: i64,
    warned: i64,
    open: Vec<(String, String, String, i64)>,
}

/// Counts with when they were made and how long that took.
#[derive(Clone, Debug)]
pub(crate) struct KeptCounts {
    at: Instant,
    took: Duration,
    counts: DeskCounts,
}

impl Platform {
    /// The desk of an officer.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn desk(&self, actor: &Actor, mine: bool, after: Option<&str>) -> Result<Desk> {
        let organ = officer_organ(actor)?;
        let today = self.today();
        let whose = if mine { due::Desk::Handler(&actor.account) } else { due::Desk::Organ(organ) };
        self.store().read(|reader| {
            let after = after.map(|text| due_key(text, organ));
            let mut rows = due::desk(reader, whose, None, after.as_ref(), PAGE + 1)?;
            let more = rows.len() > usize::try_from(PAGE).unwrap_or(50);
            rows.truncate(usize::try_from(PAGE).unwrap_or(50));
            let next = rows.last().filter(|_| more).map(due_text);
            let mut lines = Vec::with_capacity(rows.len());
            for row in &rows {
                lines.push(self.desk_line(reader, row, today)?);
            }
            let counts = self.desk_counts(reader, organ)?;
            Ok(Desk {
                lines,
                all: counts.all,
                overdue: counts.overdue,
                warned: counts.warned,
                open: counts.open,
                next,
            })
        })
    }

    /// The counts of an organ's desk. Counting hundreds of thousands takes longer than a page may: where it did, the
    /// last counts are shown for half a minute, and then counted again beside the page.
    fn desk_counts(&self, db: &dyn store::Query, organ: &str) -> Result<DeskCounts> {
        let kept = self.inner().desks.lock().ok().and_then(|kept| kept.get(organ).cloned());
        match kept {
            Some(kept) if kept.took > QUICK => {
                if kept.at.elapsed() > FRESH {
                    self.count_beside(organ);
                }
                Ok(kept.counts)
            }
            _ => self.count_desk(db, organ),
        }
    }

    /// Counts an organ's desk now, and keeps the counts.
    fn count_desk(&self, db: &dyn store::Query, organ: &str) -> Result<DeskCounts> {
        let began = Instant::now();
        let counts = due::counts(db, self.today().number(), organ, "")?;
        let sum = |pick: fn(&due::Count) -> i64| counts.iter().map(pick).sum();
        let open = cases::counts(db, organ, "")?.into_iter().filter(|count| count.open > 0);
        let open = open.map(|count| {
            let name = self.procedure_name(&count.procedure);
            (count.procedure, name, count.phase, count.open)
        });
        let counts = DeskCounts {
            all: sum(|count| count.all),
            overdue: sum(|count| count.overdue),
            warned: sum(|count| count.warned),
            open: open.collect(),
        };
        if let Ok(mut kept) = self.inner().desks.lock() {
            let one = KeptCounts { at: Instant::now(), took: began.elapsed(), counts: counts.clone() };
            kept.insert(organ.to_owned(), one);
        }
        Ok(counts)
    }

    /// Counts again on a thread of its own; nobody else begins it meanwhile.
    fn count_beside(&self, organ: &str) {
        if let Ok(mut kept) = self.inner().desks.lock()
            && let Some(one) = kept.get_mut(organ)
        {
            one.at = Instant::now();
        }
        let (platform, organ) = (self.clone(), organ.to_owned());
        let counting = std::thread::Builder::new().name("desk-counts".to_owned());
        // Where no thread can be had, the last counts stay for another while.
        drop(counting.spawn(move || {
            drop(platform.store().read(|reader| platform.count_desk(reader, &organ)));
        }));
    }

    fn desk_line(&self, db: &dyn store::Query, row: &due::Due, today: Day) -> Result<DeskLine> {
        let case =
            cases::get(db, &row.case)?.ok_or_else(|| AppError::not_found(format!("案件{}", row.case)))?;
        let pack = self.inner().pack(db, &case.pack)?;
        let procedure = &pack.file.procedure;
        let must = row.acts.split(',').filter_map(|id| procedure.act_named(id));
        let norm = row.norm.parse::<usize>().ok().and_then(|at| procedure.norms.get(at));
        let last_day = row.last_day.and_then(Day::from_number);
        let warn_on = row.warn_on.and_then(Day::from_number);
        Ok(DeskLine {
            case: case.id,
            number: case.number.unwrap_or_default(),
            title: case.title,
            procedure: procedure.name.clone(),
            must: must.map(|act| procedure.name_of(act).to_owned()).collect(),
            last_day,
            days_left: last_day.map(|last| last.days_since(today)),
            is_overdue: last_day.is_some_and(|last| last < today),
            is_amber: warn_on.is_some_and(|warn| warn <= today),
            cited: norm.map_or(String::new(), |norm| norm.basis.cited.clone()),
        })
    }

    pub(crate) fn procedure_name(&self, id: &str) -> String {
        let found = self.rules().packs.iter().find(|pack| pack.file.procedure.id == id);
        found.map_or_else(|| id.to_owned(), |pack| pack.file.procedure.name.clone())
    }

    /// A page of the cases of an officer's organ (or, for a citizen, of their own), the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn case_list(
        &self,
        actor: &Actor,
        procedure: Option<&str>,
        phase: Option<&str>,
        after: Option<&str>,
    ) -> Result<(Vec<CaseLine>, Option<String>)> {
        let key = after
            .and_then(|text| text.split_once('.'))
            .and_then(|(day, id)| Some(Key { opened_on: day.parse().ok()?, id: id.to_owned() }));
        let organ = actor.organ.as_ref().filter(|_| actor.is_officer()).map(|(id, _)| id.as_str());
        let scope = match (organ, procedure) {
            (Some(organ), Some(procedure)) => Scope::Procedure { procedure, phase, organ: Some(organ) },
            (Some(organ), None) => Scope::Organ { organ, open_only: false },
            (None, _) => Scope::Party { party: &actor.account },
        };
        let rows = self.store().read(|reader| cases::page(reader, scope, "", key.as_ref(), PAGE + 1))?;
        let size = usize::try_from(PAGE).unwrap_or(50);
        let next = rows.get(size).and(rows.get(size - 1)).map(|row| format!("{}.{}", row.opened_on, row.id));
        let lines = rows.into_iter().take(size).map(|row| CaseLine {
            procedure: self.procedure_name(&row.procedure),
            case: row.id,
            number: row.number.unwrap_or_default(),
            title: row.title,
            phase: row.phase,
            opened_on: Day::from_number(row.opened_on).unwrap_or_else(|| self.today()),
            closed_on: row.closed_on.and_then(Day::from_number),
        });
        Ok((lines.collect(), next))
    }
}

pub(crate) fn officer_organ(actor: &Actor) -> Result<&str> {
    let organ = actor.organ.as_ref().filter(|_| actor.is_officer()).map(|(id, _)| id.as_str());
    organ.ok_or_else(|| AppError::Forbidden {
        why: "工作台供机关工作人员使用".to_owned(),
        help: "申请人请在“我的办件”里查看自己的办件。".to_owned(),
    })
}

/// The place of a line in the desk, as a page's link carries it.
fn due_text(due: &due::Due) -> String {
    let last = due.last_day.map_or("-".to_owned(), |day| day.to_string());
    format!("{last}|{}|{}|{}", due.case, due.norm, due.acts)
}

fn due_key(text: &str, organ: &str) -> due::Due {
    let mut parts = text.splitn(4, '|').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let last = next();
    due::Due {
        last_day: last.parse().ok(),
        case: next(),
        norm: next(),
        acts: next(),
        warn_on: None,
        organ: organ.to_owned(),
        division: String::new(),
        handler: None,
        lapses: false,
    }
}
