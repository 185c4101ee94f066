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
    pub phase: String,
    /// Who deals with the case.
    pub handler: Option<String>,
    /// The acts any one of which is owed, by name, and their ids.
    pub must: Vec<String>,
    pub acts: Vec<String>,
    /// Whose turn it is, where none of it is for officers of the organ to do.
    pub waits_for: Option<String>,
    pub last_day: Option<Day>,
    pub days_left: Option<i32>,
    pub is_overdue: bool,
    pub is_amber: bool,
    /// Time does not count, or the law sets no last day.
    pub cited: String,
}

/// What a desk is narrowed to. 工作台筛选
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskFilter {
    /// Only cases that the account itself deals with.
    pub mine: bool,
    /// The organ whose cases are meant, where it is not the own one.
    pub organ: Option<String>,
    pub procedure: Option<String>,
    pub phase: Option<String>,
    /// Only what is due by then; what has no last day is left out.
    pub until: Option<Day>,
    /// Only what waits for others, or only what does not.
    pub waits: Option<bool>,
}

impl DeskFilter {
    fn takes(&self, case: &cases::Case) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
        is(&self.procedure, &case.procedure) && is(&self.phase, &case.phase)
    }

    fn fits(&self, line: &DeskLine) -> bool {
        self.waits.is_none_or(|waits| waits == line.waits_for.is_some())
    }
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
/// How many times a page reads on when few lines fit.
const ROUNDS: usize = 10;
/// How many duties a calendar shows at most.
const MOST_DAYS: u32 = 500;
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
    /// The desk of an officer: all of the organ's, or what is the officer's own.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn desk(&self, actor: &Actor, mine: bool, after: Option<&str>) -> Result<Desk> {
        self.desk_of(actor, &DeskFilter { mine, ..DeskFilter::default() }, after)
    }

    /// A desk that is narrowed. What is read for one page is bounded: it may be short and yet not the last.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn desk_of(&self, actor: &Actor, filter: &DeskFilter, after: Option<&str>) -> Result<Desk> {
        let own = officer_organ(actor)?;
        let organ = filter.organ.as_deref().unwrap_or(own);
        let today = self.today();
        let visible = self.visible(Viewer::Account(actor))?;
        self.store().read(|reader| {
            let after = after.map(|text| due_key(text, organ));
            let (lines, next) = self.desk_page(reader, actor, &visible, (filter, organ), after, PAGE)?;
            let owed = due::counts(reader, today.number(), own, "")?;
            let sum = |pick: fn(&due::Count) -> i64| owed.iter().map(pick).sum();
            let open = cases::counts(reader, own, "")?.into_iter().filter(|count| count.open > 0);
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
                next: next.as_ref().map(due_text),
            })
        })
    }

    /// The lines that fit the filter, and after which duty the next page begins.
    fn desk_page(
        &self,
        db: &dyn store::Query,
        actor: &Actor,
        visible: &Visible,
        (filter, organ): (&DeskFilter, &str),
        mut after: Option<due::Due>,
        limit: u32,
    ) -> Result<(Vec<DeskLine>, Option<due::Due>)> {
        let whose = if filter.mine { due::Desk::Handler(&actor.account) } else { due::Desk::Organ(organ) };
        let until = filter.until.map(Day::number);
        let size = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut lines: Vec<DeskLine> = Vec::new();
        for _ in 0..ROUNDS {
            let rows = due::desk(db, whose, until, after.as_ref(), limit)?;
            let is_last = rows.len() < size;
            for row in rows {
                let line = self.desk_line(db, visible, &row, filter)?;
                after = Some(row);
                lines.extend(line);
                if lines.len() == size {
                    return Ok((lines, after));
                }
            }
            if is_last {
                return Ok((lines, None));
            }
        }
        Ok((lines, after))
    }

    /// The duties of a desk whose last day lies between two days, both included; and whether there are more than are told.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn desk_between(
        &self,
        actor: &Actor,
        mine: bool,
        from: Day,
        until: Day,
    ) -> Result<(Vec<DeskLine>, bool)> {
        let organ = officer_organ(actor)?;
        let visible = self.visible(Viewer::Account(actor))?;
        let filter = DeskFilter { mine, until: Some(until), ..DeskFilter::default() };
        let start = due::Due { last_day: Some(from.number()), ..due_key("", organ) };
        let (lines, next) = self.store().read(|reader| {
            self.desk_page(reader, actor, &visible, (&filter, organ), Some(start), MOST_DAYS)
        })?;
        Ok((lines, next.is_some()))
    }

    /// The other organs whose cases an officer may see by appointment or entrustment: id and name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn other_organs(&self, actor: &Actor) -> Result<Vec<(String, String)>> {
        let mut ids = self.visible(Viewer::Account(actor))?.other_organs();
        ids.dedup();
        ids.into_iter().map(|id| Ok((id.clone(), self.organ(&id)?.name))).collect()
    }

    /// A line of the desk; none for what does not fit, or for a case that is not the officer's to see any more.
    fn desk_line(
        &self,
        db: &dyn store::Query,
        visible: &Visible,
        row: &due::Due,
        filter: &DeskFilter,
    ) -> Result<Option<DeskLine>> {
        let today = self.today();
        let case =
            cases::get(db, &row.case)?.ok_or_else(|| AppError::not_found(format!("案件{}", row.case)))?;
        if !visible.sees(&case) || !filter.takes(&case) {
            return Ok(None);
        }
        let pack = self.inner().pack(db, &case.pack)?;
        let procedure = &pack.file.procedure;
        let must: Vec<&norms::Act> =
            row.acts.split(',').filter_map(|id| procedure.act_of(procedure.act_named(id)?)).collect();
        let norm = row.norm.parse::<usize>().ok().and_then(|at| procedure.norms.get(at));
        let last_day = row.last_day.and_then(Day::from_number);
        let warn_on = row.warn_on.and_then(Day::from_number);
        let handler = case.handler.as_deref().map(|id| store::account::get(db, id)).transpose()?.flatten();
        let line = DeskLine {
            case: case.id,
            number: case.number.unwrap_or_default(),
            title: case.title,
            procedure: procedure.name.clone(),
            phase: case.phase,
            handler: handler.map(|account| account.name),
            waits_for: waits_for(procedure, &must),
            must: must.iter().map(|act| act.name.clone()).collect(),
            acts: must.iter().map(|act| act.id.clone()).collect(),
            last_day,
            days_left: last_day.map(|last| last.days_since(today)),
            is_overdue: last_day.is_some_and(|last| last < today),
            is_amber: warn_on.is_some_and(|warn| warn <= today),
            cited: norm.map_or(String::new(), |norm| norm.basis.cited.clone()),
        };
        Ok(Some(line).filter(|line| filter.fits(line)))
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

/// The roles whose turn it is, where the acts are all for others than officers.
fn waits_for(procedure: &norms::Procedure, must: &[&norms::Act]) -> Option<String> {
    let roles: Vec<&norms::Role> =
        must.iter().flat_map(|act| &act.by).filter_map(|at| procedure.roles.get(*at)).collect();
    let is_ours = |role: &&norms::Role| role.kind == norms::RoleKind::Officer;
    if roles.is_empty() || roles.iter().any(is_ours) {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for role in roles.iter().filter(|role| role.kind != norms::RoleKind::Clock) {
        if !names.contains(&role.name.as_str()) {
            names.push(&role.name);
        }
    }
    (!names.is_empty()).then(|| names.join("、"))
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
