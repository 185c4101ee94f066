//! The desk: what is due, the most urgent first; and the lists of cases.

use calendar::Day;
use store::cases::{self, Key};
use store::due;

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::visible::{CaseFilter, Viewer, Visible, Whose};

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

/// How many lines a page has.
pub(crate) const PAGE: u32 = 100;
/// Up to how many cases of others are counted one by one.
const MOST_COUNTED: u32 = 500;

/// How many cases a list has. 案件数
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Exactly(i64),
    /// Those of others are so many that they are not counted for each page: at least those of the own organ.
    AtLeast(i64),
}

impl Platform {
    /// The desk of an officer.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn desk(&self, actor: &Actor, mine: bool, after: Option<&str>) -> Result<Desk> {
        let organ = officer_organ(actor)?;
        let today = self.today();
        let visible = self.visible(Viewer::Account(actor))?;
        let whose = if mine { due::Desk::Handler(&actor.account) } else { due::Desk::Organ(organ) };
        self.store().read(|reader| {
            let after = after.map(|text| due_key(text, organ));
            let mut rows = due::desk(reader, whose, None, after.as_ref(), PAGE + 1)?;
            let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
            let more = rows.len() > size;
            rows.truncate(size);
            let next = rows.last().filter(|_| more).map(due_text);
            let mut lines = Vec::with_capacity(rows.len());
            for row in &rows {
                lines.extend(self.desk_line(reader, &visible, row, today)?);
            }
            let owed = due::counts(reader, today.number(), organ, "")?;
            let sum = |pick: fn(&due::Count) -> i64| owed.iter().map(pick).sum();
            let open = cases::counts(reader, organ, "")?.into_iter().filter(|count| count.open > 0);
            let open = open.map(|count| {
                let name = self.procedure_name(&count.procedure);
                (count.procedure, name, count.phase, count.open)
            });
            Ok(Desk {
                lines,
                all: sum(|count| count.all),
                overdue: sum(|count| count.overdue),
                warned: sum(|count| count.warned),
                open: open.collect(),
                next,
            })
        })
    }

    /// A line of the desk; none for a case that is not the officer's to see any more, of another organ say.
    fn desk_line(
        &self,
        db: &dyn store::Query,
        visible: &Visible,
        row: &due::Due,
        today: Day,
    ) -> Result<Option<DeskLine>> {
        let case =
            cases::get(db, &row.case)?.ok_or_else(|| AppError::not_found(format!("案件{}", row.case)))?;
        if !visible.sees(&case) {
            return Ok(None);
        }
        let pack = self.inner().pack(db, &case.pack)?;
        let procedure = &pack.file.procedure;
        let must = row.acts.split(',').filter_map(|id| procedure.act_named(id));
        let norm = row.norm.parse::<usize>().ok().and_then(|at| procedure.norms.get(at));
        let last_day = row.last_day.and_then(Day::from_number);
        let warn_on = row.warn_on.and_then(Day::from_number);
        Ok(Some(DeskLine {
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
        }))
    }

    pub(crate) fn procedure_name(&self, id: &str) -> String {
        let found = self.rules().packs.iter().find(|pack| pack.file.procedure.id == id);
        found.map_or_else(|| id.to_owned(), |pack| pack.file.procedure.name.clone())
    }

    /// A page of the cases that somebody may see, the newest first, and where the next page begins. A page may be short
    /// and yet not the last.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn case_list(
        &self,
        actor: &Actor,
        filter: &CaseFilter,
        after: Option<&str>,
    ) -> Result<(Vec<CaseLine>, Option<String>)> {
        let key = after
            .and_then(|text| text.split_once('.'))
            .and_then(|(day, id)| Some(Key { opened_on: day.parse().ok()?, id: id.to_owned() }));
        let visible = self.visible(Viewer::Account(actor))?;
        let (rows, next) = self.store().read(|reader| visible.page(reader, filter, key.as_ref(), PAGE))?;
        let next = next.map(|key| format!("{}.{}", key.opened_on, key.id));
        Ok((rows.into_iter().map(|row| self.case_line(row)).collect(), next))
    }

    /// How many cases a list has, all pages together.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn case_count(&self, actor: &Actor, filter: &CaseFilter) -> Result<Counted> {
        let visible = self.visible(Viewer::Account(actor))?;
        self.store().read(|reader| {
            if let Some(count) = visible.count(reader, filter, MOST_COUNTED)? {
                return Ok(Counted::Exactly(count));
            }
            let held = CaseFilter { whose: Whose::Held, ..filter.clone() };
            let held = if filter.whose == Whose::All { visible.count(reader, &held, 0)? } else { None };
            Ok(Counted::AtLeast(held.unwrap_or(0)))
        })
    }

    pub(crate) fn case_line(&self, row: cases::Case) -> CaseLine {
        CaseLine {
            procedure: self.procedure_name(&row.procedure),
            case: row.id,
            number: row.number.unwrap_or_default(),
            title: row.title,
            phase: row.phase,
            opened_on: Day::from_number(row.opened_on).unwrap_or_else(|| self.today()),
            closed_on: row.closed_on.and_then(Day::from_number),
        }
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
