//! What the form asks for: a file, or a text, or what was read before; last year's report; the year; the day.

use app::{FieldFault, Upload};
use calendar::Day;
use reading::Unreadable;

use super::LARGEST_FILE;
use super::form::Form;
use crate::auditing::Task;
use crate::held::{Held, LONGEST};
use crate::posted::Posted;

/// The first year of which there can be a report.
const FIRST_YEAR: i32 = 1949;
const PASTED: &str = "粘贴的文字";

/// A form as it was sent. 提交的审核要求
pub(super) struct Asked {
    report: Option<Upload>,
    text: String,
    held: String,
    previous: Option<Upload>,
    held_previous: String,
    year: String,
    published: String,
    faults: Vec<FieldFault>,
    today: Day,
}

fn fault(field: &str, message: impl Into<String>) -> FieldFault {
    let name = match field {
        "report" => "要审核的报告",
        "text" => "粘贴的文字",
        "previous" => "上年的报告",
        "year" => "年度",
        _ => "公开日期",
    };
    FieldFault { field: field.to_owned(), name: name.to_owned(), message: message.into() }
}

/// Why a file was not read, with the file's name.
fn unread(field: &str, name: &str, why: Unreadable) -> FieldFault {
    let message = match why {
        Unreadable::TooLong => {
            format!("“{name}”的文字超过{}万字，或者展开以后太大，没有审核；请拆成几份", LONGEST / 10_000)
        }
        why => format!("“{name}”读不了：{why}"),
    };
    fault(field, message)
}

impl Asked {
    pub fn of(posted: &mut Posted, today: Day) -> Self {
        let mut faults = Vec::new();
        for field in ["report", "previous"] {
            let most = LARGEST_FILE >> 20;
            let told =
                |name: &str| fault(field, format!("“{name}”超过{most}兆，没有审核；请去掉图片或者拆成几份"));
            faults.extend(posted.oversize(field).map(told));
        }
        Self {
            report: posted.take_files("report").into_iter().next(),
            text: posted.get("text").replace("\r\n", "\n"),
            held: posted.get("held").to_owned(),
            previous: posted.take_files("previous").into_iter().next(),
            held_previous: posted.get("held_previous").to_owned(),
            year: posted.get("year").trim().to_owned(),
            published: posted.get("published").trim().to_owned(),
            faults,
            today,
        }
    }

    /// What was typed, without what only a reading of the files tells.
    pub fn typed(&self) -> Form {
        Form {
            text: self.text.clone(),
            year: self.year.clone(),
            published: self.published.clone(),
            ..Form::default()
        }
    }

    /// What is to be audited. Files are read here: call it where that may take its time.
    ///
    /// # Errors
    /// The form again, with all that is wrong.
    pub fn task(mut self) -> Result<Task, Box<Form>> {
        let report = self.report();
        let previous = self.previous();
        let year = self.year();
        let published_on = self.published_on(year);
        if let (Some(one), Some(other)) = (&report, &previous)
            && one.reading.text.source() == other.reading.text.source()
        {
            self.faults.push(fault("previous", "与要审核的报告是同一份文字，无从比较"));
        }
        match report {
            Some(report) if self.faults.is_empty() => {
                let year = year.and_then(|year| u32::try_from(year).ok());
                Ok(Task { report, previous, year, published_on })
            }
            report => {
                let mut form = self.typed();
                // What was pasted is in its own field.
                form.held = report.filter(|held| held.name != PASTED);
                form.held_previous = previous;
                form.faults = self.faults;
                Err(Box::new(form))
            }
        }
    }

    /// What is chosen now goes before what was read earlier.
    fn report(&mut self) -> Option<Held> {
        let is_pasted = !self.text.trim().is_empty();
        if let Some(file) = &self.report {
            if is_pasted {
                self.faults.push(fault("text", "既选了文件，又粘贴了文字；请只用一样，另一样清空"));
            }
            let read = Held::read(&file.name, &file.content);
            return read.map_err(|why| self.faults.push(unread("report", &file.name, why))).ok();
        }
        if is_pasted {
            let read = Held::read(PASTED, self.text.as_bytes());
            return read.map_err(|why| self.faults.push(unread("text", PASTED, why))).ok();
        }
        let held = Held::from_written(&self.held);
        let is_told = self.faults.iter().any(|one| one.field == "report");
        if held.is_none() && !is_told {
            self.faults.push(fault("report", "还没有选文件，也没有粘贴文字"));
        }
        held
    }

    fn previous(&mut self) -> Option<Held> {
        let Some(file) = &self.previous else { return Held::from_written(&self.held_previous) };
        let read = Held::read(&file.name, &file.content);
        read.map_err(|why| self.faults.push(unread("previous", &file.name, why))).ok()
    }

    fn year(&mut self) -> Option<i32> {
        let last = self.today.year() + 1;
        let digits = self.year.trim_end_matches(['年', '度']);
        let year = digits.parse::<i32>().ok().filter(|year| (FIRST_YEAR..=last).contains(year));
        if year.is_none() && !self.year.is_empty() {
            let message = format!("“{}”不是年度；请写四位数字，如2024，或者不写", self.year);
            self.faults.push(fault("year", message));
        }
        year
    }

    fn published_on(&mut self, year: Option<i32>) -> Option<Day> {
        if self.published.is_empty() {
            return None;
        }
        let last = self.today.year() + 1;
        let day = Day::parse(&self.published).ok().filter(|day| (FIRST_YEAR..=last).contains(&day.year()));
        let message = match (day, year) {
            (None, _) => format!("“{}”不是日期；请写成{last}-03-20的样子，或者不写", self.published),
            (Some(day), Some(year)) if day.year() < year => {
                format!("{}在{year}年度开始以前，与年度不合", day.chinese())
            }
            _ => return day,
        };
        self.faults.push(fault("published", message));
        None
    }
}
