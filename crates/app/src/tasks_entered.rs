//! Tasks of a plan by a sheet: the empty one that people fill in, and one taken over whole, or not at all with everything that is
//! wrong with any cell.

use base::Diagnostic;
use norms::{Act, FieldType};
use packs::Pack;
use sheets::{Cell, Line, Page, address, open, parse_day, write_book};

use crate::actor::Actor;
use crate::commands::Open;
use crate::desk::officer_organ;
use crate::error::{AppError, FieldFault, Result};
use crate::ids::sm3;
use crate::platform::Platform;
use crate::record::{Form, flat};
use crate::register_sheet::RegisterSheet;

/// How many tasks one sheet may hold.
const MOST: usize = 500;

/// A line of a sheet as the form of a task.
struct Row {
    number: usize,
    form: Form,
    /// The column of each field.
    columns: Vec<(String, usize)>,
}

impl Platform {
    /// The empty sheet of tasks, with what to fill in.
    ///
    /// # Errors
    /// The account is no officer's; no procedure of tasks is in force; the file cannot be made.
    pub fn task_form_sheet(&self, actor: &Actor) -> Result<RegisterSheet> {
        officer_organ(actor)?;
        let (_, act) = self.task_act()?;
        let marked = |field: &&norms::Field| {
            if field.required { format!("{}*", field.name) } else { field.name.clone() }
        };
        let fields = || act.fields.iter().filter(|field| field.kind != FieldType::File);
        let told = fields().map(|field| {
            let options: Vec<&str> = field.options.iter().map(|(_, label)| label.as_str()).collect();
            let options = if options.is_empty() {
                String::new()
            } else {
                format!("填其中一个：{}。", options.join("、"))
            };
            [field.name.clone(), format!("{options}{}", field.help.clone().unwrap_or_default())]
        });
        let told = told.map(|row| row.into_iter().map(Cell::from).collect()).collect();
        let pages = [
            Page {
                name: "任务".to_owned(),
                headings: fields().collect::<Vec<_>>().iter().map(marked).collect(),
                ..Page::default()
            },
            Page {
                name: "填写说明".to_owned(),
                headings: ["栏目", "怎样填"].map(str::to_owned).to_vec(),
                rows: told,
                below: vec!["打*的必填；以什么证明，只填选定的那一种。".to_owned()],
                ..Page::default()
            },
        ];
        let bytes = write_book(&pages).map_err(|fault| AppError::Unfit(vec![fault]))?;
        Ok(RegisterSheet { name: "任务空表.xlsx".to_owned(), bytes, entries: 0 })
    }

    /// Assigns the tasks of a sheet, each as a case of its own; how many. The same line of the same day is assigned once.
    ///
    /// # Errors
    /// Not the actor's to do; the file is none; everything that is wrong with any cell, of all lines at once: nothing was
    /// assigned then.
    pub fn enter_tasks(&self, actor: &Actor, bytes: &[u8]) -> Result<usize> {
        let organ = officer_organ(actor)?.to_owned();
        let (pack, act) = self.task_act()?;
        let sheet = open(bytes).map_err(|fault| AppError::Unfit(vec![fault]))?;
        let (rows, mut found) = rows(&act, &sheet.lines);
        if rows.is_empty() && found.is_empty() {
            found.push(Diagnostic::error("no_rows", "表里没有任务").help("表头下面一行写一项任务。"));
        }
        if rows.len() > MOST {
            let message = format!("表里有{}项任务，一次最多{MOST}项", rows.len());
            found.push(Diagnostic::error("too_many", message).help("请分成几张表。"));
            return Err(AppError::Unfit(found));
        }
        for (at, row) in rows.iter().enumerate() {
            if let Some(same) = rows.iter().take(at).find(|other| other.form == row.form) {
                let message = format!("第{}行与第{}行完全相同", row.number, same.number);
                found.push(Diagnostic::error("twice", message).help("删去一行。"));
            }
            found.extend(self.wrong_in_row(&pack, &act, &organ, row)?);
        }
        if !found.is_empty() {
            return Err(AppError::Unfit(found));
        }
        let on = self.today();
        for row in &rows {
            let parts = [organ.as_str(), &pack.file.procedure.id, &on.to_string(), &flat(&row.form)];
            let key = format!("task-{}", sm3(parts.join("\u{1f}").as_bytes()).hex());
            let (procedure, organ, act) = (pack.file.procedure.id.clone(), organ.clone(), act.id.clone());
            let asked = Open { key, procedure, organ, act, on, form: row.form.clone(), files: Vec::new() };
            self.open(actor, asked)?;
        }
        Ok(rows.len())
    }

    /// The procedure of tasks that is in force today, and its act that assigns one.
    fn task_act(&self) -> Result<(std::sync::Arc<Pack>, Act)> {
        let found = self.rules().in_force(self.today()).find(|pack| pack.file.tasks.is_some()).cloned();
        let act = found.and_then(|pack| {
            let assigns = pack.file.tasks.as_ref()?.assigns;
            let act = pack.file.procedure.act_of(assigns)?.clone();
            Some((pack, act))
        });
        act.ok_or_else(|| AppError::not_found("现在施行的任务程序"))
    }

    /// All that is wrong in a line: what cannot be read, else what it claims that is not so.
    fn wrong_in_row(&self, pack: &Pack, act: &Act, organ: &str, row: &Row) -> Result<Vec<Diagnostic>> {
        let on = self.today();
        let faults = match self.read_record(act, on, &row.form, organ) {
            Ok(record) => match &pack.file.tasks {
                Some(tasks) => self.false_claims(pack, (None, organ), (tasks.assigns, on), &record)?,
                None => Vec::new(),
            },
            Err(AppError::Invalid(faults)) => faults,
            Err(other) => return Err(other),
        };
        Ok(faults.iter().map(|fault| told(row, fault)).collect())
    }
}

fn told(row: &Row, fault: &FieldFault) -> Diagnostic {
    let column = row.columns.iter().find(|(id, _)| *id == fault.field).map(|(_, at)| *at);
    let place = column.map_or_else(|| format!("第{}行", row.number), |at| address(row.number, at));
    Diagnostic::error("wrong_cell", format!("{place}：{}：{}", fault.name, fault.message))
        .help("改好以后整张表再交。")
}

/// The lines under the heading as forms, and what is wrong with the heading.
fn rows(act: &Act, lines: &[Line]) -> (Vec<Row>, Vec<Diagnostic>) {
    let plain = |cell: &str| cell.trim().trim_end_matches('*').trim().to_owned();
    let field = |cell: &str| {
        let name = plain(cell);
        act.fields
            .iter()
            .find(|field| field.kind != FieldType::File && (field.name == name || field.id == name))
    };
    let is_heading = |line: &&Line| line.cells.iter().filter(|cell| field(cell).is_some()).count() >= 3;
    let Some(heading) = lines.iter().find(is_heading) else {
        let fault = Diagnostic::error("no_heading", "没有找到表头");
        return (Vec::new(), vec![fault.help("请用页面上的空表填写。")]);
    };
    let mut found = Vec::new();
    for (at, cell) in heading.cells.iter().enumerate().filter(|(_, cell)| !plain(cell).is_empty()) {
        let name = plain(cell);
        let before = heading.cells.iter().take(at).any(|other| plain(other) == name);
        let place = address(heading.number, at);
        if before {
            found.push(
                Diagnostic::error("heading_twice", format!("{place}：“{name}”有两列")).help("请删去一列。"),
            );
        } else if field(cell).is_none() {
            let near = base::closest(&name, act.fields.iter().map(|field| field.name.as_str()));
            let help = near
                .map_or("请用页面上的空表填写。".to_owned(), |near| format!("是不是“{near}”？"));
            found.push(
                Diagnostic::error("unknown_heading", format!("{place}：任务没有“{name}”这一栏")).help(help),
            );
        }
    }
    for missing in act.fields.iter().filter(|one| one.required) {
        if !heading.cells.iter().any(|cell| field(cell).is_some_and(|own| own.id == missing.id)) {
            let message = format!("表头缺“{}”一栏，这一栏必须填写", missing.name);
            found.push(Diagnostic::error("missing_heading", message).help("请用页面上的空表填写。"));
        }
    }
    let mut made = Vec::new();
    for line in lines.iter().filter(|line| line.number > heading.number) {
        let mut row = Row { number: line.number, form: Form::new(), columns: Vec::new() };
        for (at, (cell, head)) in line.cells.iter().zip(&heading.cells).enumerate() {
            let Some(field) = field(head) else { continue };
            row.columns.push((field.id.clone(), at));
            let text = match field.kind {
                FieldType::Date => parse_day(cell).map_or_else(|| cell.clone(), |day| day.to_string()),
                _ => cell.trim().to_owned(),
            };
            if !text.is_empty() {
                row.form.insert(field.id.clone(), vec![text]);
            }
        }
        if !row.form.is_empty() {
            made.push(row);
        }
    }
    (made, found)
}
