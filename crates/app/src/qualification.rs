//! What a certificate asks of an officer, from the registers: an examination that was passed in the field, and the year's hours.

use calendar::Day;
use norms::Act;

use crate::acting::Moment;
use crate::case::CaseFile;
use crate::computed::{Sent, only_today};
use crate::error::Result;
use crate::file_reviews::recorded;
use crate::platform::Platform;
use crate::record::Form;
use crate::training_hours::HoursAsked;
use crate::visible::Viewer;

impl Platform {
    /// Fills in what the registers say of the officer whose certificate the case is about.
    ///
    /// # Errors
    /// What was sent is not what they say; the store cannot be read.
    pub(crate) fn take_qualification(
        &self,
        seen: &CaseFile,
        spec: &Act,
        moment: &Moment,
        on: Day,
        form: &mut Form,
    ) -> Result<()> {
        if !spec.qualifies {
            return Ok(());
        }
        only_today(on, moment.today, "按办理当日的名册核查，当日办理，不能补记")?;
        let sent = Sent::apart(spec, form);
        let text = |id: &str| recorded(seen, id).unwrap_or_default();
        let (officer, field) = (text("officer"), text("field"));
        let (exam, is_passed) = self.passed_exam(&seen.row.organ, officer, field, on)?;
        let (hours, is_met) = self.hours_of(&seen.row.organ, officer, on)?;
        let word = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        let made =
            [("exam", exam), ("exam_passed", word(is_passed)), ("hours", hours), ("hours_met", word(is_met))];
        sent.replace(form, made)
    }

    /// The newest result of an officer in a field, and whether there is one.
    fn passed_exam(&self, organ: &str, officer: &str, field: &str, on: Day) -> Result<(String, bool)> {
        let table = self.table("exam_results")?;
        let own = table.on(on).filter(|one| one.organ == organ && table.text(one, "officer") == officer);
        let own = own.filter(|one| table.text(one, "field") == field);
        Ok(match own.max_by_key(|one| one.from) {
            Some(one) => {
                let (exam, points) = (table.text(one, "exam"), table.label(one, "points"));
                (format!("{exam} {points}分，{}登记", one.from.chinese()), true)
            }
            None => (format!("没有“{field}”的合格成绩"), false),
        })
    }

    /// What the hours of the year before come to, and whether no floor that was entered is missed; of the running year they are not over.
    fn hours_of(&self, organ: &str, officer: &str, on: Day) -> Result<(String, bool)> {
        let year = on.year() - 1;
        let asked = HoursAsked { year, organ: organ.to_owned() };
        let page = self.training_hours(Viewer::Keeper, &asked)?;
        let Some(own) = page.officers.iter().find(|one| one.number == officer) else {
            return Ok((format!("{year}年不在持证人员之列，不计学时"), true));
        };
        let mut is_met = true;
        let line = |one: &crate::training_hours::FloorLine| match (&one.floor, one.missing()) {
            (Some((floor, basis)), Some(missing)) => {
                is_met &= missing.0 == 0;
                let end = if missing.0 == 0 { "达到".to_owned() } else { format!("欠{missing}学时") };
                format!("{}{}／{floor}学时，{end}（{basis}）", one.name, one.hours)
            }
            _ => format!("{}{}学时，没有登记下限", one.name, one.hours),
        };
        let lines: Vec<String> = own.floors.iter().map(line).collect();
        Ok((format!("{year}年：{}", lines.join("；")), is_met))
    }
}
