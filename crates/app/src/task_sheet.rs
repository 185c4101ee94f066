//! The tasks of a year as a sheet: the list that is handed out with a plan's yearly points.

use plan::MeasureRef;
use sheets::{Cell, Page, write_book};

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::register_sheet::RegisterSheet;
use crate::visible::Viewer;

const HEADINGS: [&str; 12] = [
    "措施编号",
    "措施",
    "任务",
    "牵头单位",
    "配合单位",
    "完成时限",
    "交付什么",
    "进展（按记录计算）",
    "以什么证明、查到什么",
    "单位自己怎么说",
    "自报日期",
    "任务编号",
];

impl Platform {
    /// The tasks of a plan's year, of one lead or of all, as an XLSX file.
    ///
    /// # Errors
    /// The account is no officer's; there is no such plan; the file cannot be made.
    pub fn task_sheet(&self, actor: &Actor, plan: &str, year: i32, lead: &str) -> Result<RegisterSheet> {
        if !actor.is_officer() {
            return Err(AppError::Forbidden {
                why: "任务清单供机关工作人员使用".to_owned(),
                help: "各项任务的数目在页面上公开。".to_owned(),
            });
        }
        let plan = self.plan_of(plan)?;
        let board = self.tasks(Viewer::Account(actor), &plan.id, Some(year))?;
        let title = |number: &str| {
            let measure = MeasureRef::parse(number).and_then(|number| plan.measure(number));
            measure.map_or_else(|| "方案里没有这个编号".to_owned(), |measure| measure.title.clone())
        };
        let lines = board.lines.iter().filter(|line| lead.is_empty() || line.lead == lead);
        let rows: Vec<Vec<Cell>> = lines
            .map(|line| {
                let (on, said) =
                    line.said.clone().map_or_else(Default::default, |(on, said)| (on.to_string(), said));
                let texts = [
                    line.measure.clone(),
                    title(&line.measure),
                    line.title.clone(),
                    line.lead.clone(),
                    line.helping.clone(),
                    line.due.to_string(),
                    line.deliverable.clone(),
                    line.progress.name().to_owned(),
                    line.found.words.clone(),
                    said,
                    on,
                    line.number.clone(),
                ];
                texts.into_iter().map(Cell::from).collect()
            })
            .collect();
        let name = format!("{year}年工作要点");
        let page = Page {
            name: name.clone(),
            above: vec![plan.name.clone(), format!("{name}，截至{}", self.today().chinese())],
            headings: HEADINGS.iter().map(|name| (*name).to_owned()).collect(),
            below: vec!["进展由平台按记录计算；报告完成而没有证明的，写作“报完成、未证明”。".to_owned()],
            rows,
        };
        let entries = page.rows.len();
        let bytes = write_book(&[page]).map_err(|fault| AppError::Unfit(vec![fault]))?;
        Ok(RegisterSheet { name: format!("{name}.xlsx"), bytes, entries })
    }
}
