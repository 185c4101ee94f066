//! What was known at the end of a day: a case from the events that had been entered by then, the register of organs.

use calendar::Day;
use figures::contributions;
use store::Query;

use crate::actor::Actor;
use crate::case::{CaseFile, run};
use crate::clock::day_of;
use crate::derive;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::{Inner, Platform};
use crate::view::CaseView;

impl Platform {
    /// A case as it was known at the end of a day, for somebody who may read it now: what had not been entered by then
    /// (corrections too) is not there, and clocks stand as on that day. Nothing can be done from it.
    ///
    /// # Errors
    /// There is none, or it is not theirs to read; nothing of it had been entered by then; the day is to come.
    pub fn case_view_as_of(&self, actor: &Actor, case: &str, day: Day) -> Result<CaseView> {
        self.check_past(day)?;
        self.readable(actor, case, |reader, file| {
            let past = self.inner().file_as_of(reader, file, day)?;
            let mut view = self.view(reader, &past, Some(actor), day)?;
            view.as_of = Some(day);
            view.may.iter_mut().for_each(|act| act.is_mine = false);
            Ok(view)
        })
    }

    /// The organs as the register has them on a day, by id.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn organs_on(&self, day: Day) -> Result<Vec<Organ>> {
        let rows = self.store().read(|reader| store::organ::list(reader, day.number()))?;
        Ok(rows.into_iter().map(Organ::from_row).collect())
    }

    pub(crate) fn check_past(&self, day: Day) -> Result<()> {
        let today = self.today();
        if day <= today {
            return Ok(());
        }
        let why = format!("{}还没有到（今天是{}）", day.chinese(), today.chinese());
        Err(AppError::wrong("to_come", why, "请填今天或者以前的日期。"))
    }
}

impl Inner {
    /// A case from the events that had been entered by the end of a day.
    fn file_as_of(&self, db: &dyn Query, file: &CaseFile, day: Day) -> Result<CaseFile> {
        let id = file.row.id.as_str();
        let mut entries = store::events::of_case(db, id, 0)?;
        let known = entries.iter().take_while(|entry| day_of(entry.event().recorded_at) <= day).count();
        entries.truncate(known);
        let Some(last) = entries.last() else {
            let why = format!("到{}为止，本案还没有登记过任何事项", day.chinese());
            return Err(AppError::wrong("not_yet", why, "请填晚一些的日期。"));
        };
        let (version, head) = (last.event().number, last.chained.hash);
        let personal = store::personal::of_case(db, self.held().ready(), id)?;
        let personal = personal.into_iter().map(|one| (one.number, one.data)).collect();
        let pack = std::sync::Arc::clone(&file.pack);
        let engine = pack.engine(&self.rules.calendar);
        let history = run(&engine, &entries, &personal)?;
        let counted = contributions(&engine, &pack.file.figures, &history);
        let row = store::cases::Case { version, head, ..file.row.clone() };
        let mut past = CaseFile {
            row,
            pack: std::sync::Arc::clone(&pack),
            history: std::sync::Arc::new(history),
            counted,
        };
        past.row.title = derive::title(&pack.file.procedure, &past.history);
        derive::stand(&mut past.row, &pack.file.procedure, &past.history.marking);
        Ok(past)
    }
}
