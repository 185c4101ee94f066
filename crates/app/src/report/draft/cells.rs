//! The fixed tables of a draft: numbers that somebody states for cells in which nothing is recorded, and what does not come out.

use std::collections::BTreeMap;

use base::{Diagnostic, Severity};
use store::report_draft::{self as kept, Aside, SectionText};

use super::checking::DraftFinding;
use super::editing::new_text;
use super::resolve::TABLE;
use super::{Loaded, TextVersion, flat};
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::report::tables::{StatedCells, decimal, stated_cells, stated_text};
use crate::report::{AnnualReport, CellSource, FormTable, FormTableRow, Stated};

/// The longest words about who states a number, and why, in characters.
const LONGEST_WHO: usize = 60;
const LONGEST_WHY: usize = 300;
/// How many cells a finding names.
const NAMED: usize = 6;

/// A fixed table with all that its page shows. 填表页
#[derive(Clone, Debug)]
pub struct TableSheet {
    pub case: String,
    pub number: String,
    /// Id and heading of the section that it stands in.
    pub section: (String, String),
    pub table: FormTable,
    /// The version that stands; none where nothing was stated yet.
    pub last: Option<TextVersion>,
    pub may_write: bool,
}

/// What somebody fills in. 填报内容
#[derive(Clone, Debug, Default)]
pub struct TablePosted {
    /// The version that was on the page; 0 for none.
    pub base: i64,
    pub cells: Vec<CellPosted>,
    pub who: String,
    pub why: String,
}

/// A cell that somebody fills in; without a number it is stated no more. 填报的格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellPosted {
    pub row: String,
    pub column: String,
    pub number: String,
}

impl Platform {
    /// A fixed table of a draft as it stands.
    ///
    /// # Errors
    /// The case is not the actor's to read; the draft is not begun; there is no such table.
    pub fn report_table(&self, actor: &Actor, case: &str, table: &str) -> Result<TableSheet> {
        let (loaded, row) = self.loaded_begun(actor, case)?;
        let begun = self.begun(&loaded, &row)?;
        let found = begun.sections.into_iter().find_map(|section| {
            let own = section.tables.into_iter().find(|own| own.id == table)?;
            Some(((section.id, section.heading), own))
        });
        let (section, table) = found.ok_or_else(|| AppError::not_found("报告的这张表"))?;
        let last = standing(&loaded, &table.id).map(|row| self.version(case, row)).transpose()?;
        let is_settled = super::done(&loaded.file, loaded.acts.settled.act).is_some();
        Ok(TableSheet {
            case: case.to_owned(),
            number: loaded.file.row.number.clone().unwrap_or_default(),
            section,
            table,
            last,
            may_write: self.may_write(actor, &loaded)? && !is_settled,
        })
    }

    /// Keeps what somebody states in cells of a table: who answers for each number that is new, and why. What others filled in
    /// meanwhile stays. The version that it makes.
    ///
    /// # Errors
    /// It is not the actor's to write; all that is wrong with what is filled in; somebody else filled in the same cell
    /// otherwise meanwhile.
    pub fn save_report_table(
        &self,
        actor: &Actor,
        case: &str,
        table: &str,
        posted: &TablePosted,
    ) -> Result<i64> {
        let sheet = self.report_table(actor, case, table)?;
        let (loaded, _) = self.loaded_begun(actor, case)?;
        self.must_write(actor, &loaded)?;
        let id = format!("{TABLE}{}", sheet.table.id);
        let standing = standing(&loaded, &sheet.table.id).map_or(0, |row| row.number);
        let then = self.stated_at(case, &id, posted.base)?;
        let now = self.stated_at(case, &id, standing)?;
        let cells = merged(&sheet.table, posted, &then, now.clone())?;
        if cells == now {
            return Ok(standing);
        }
        let (keys, at) = (self.inner().held().needed()?, self.now());
        let (case, account) = (case.to_owned(), actor.account.clone());
        self.store().write(move |tx| -> Result<i64> {
            let last = kept::last_text(tx, &case, &id)?.map_or(0, |last| last.number);
            if last != standing {
                let help = "请再保存一次：别人填的格不会丢。";
                return Err(AppError::wrong("table_moved", "保存的时候别人刚改了这张表", help));
            }
            let number = kept::highest(tx, &case, &id)? + 1;
            let order = (number, standing, Aside::No);
            let row = new_text(&keys, &case, &id, order, &account, at, &stated_text(&cells))?;
            kept::add_text(tx, &case, &row)?;
            Ok(number)
        })?
    }

    fn stated_at(&self, case: &str, id: &str, number: i64) -> Result<StatedCells> {
        if number == 0 {
            return Ok(StatedCells::new());
        }
        let row = self.store().read(|reader| kept::text(reader, case, id, number))?;
        let row = row.ok_or_else(|| AppError::not_found(format!("这张表的第{number}稿")))?;
        let texts = self.texts(case, &[row])?;
        Ok(texts.get(id).map(|text| stated_cells(text)).unwrap_or_default())
    }
}

fn standing<'a>(loaded: &'a Loaded, table: &str) -> Option<&'a SectionText> {
    loaded.texts.iter().find(|row| row.section.strip_prefix(TABLE) == Some(table))
}

/// What is stated after somebody filled in a page that showed `then`, where `now` is stated.
fn merged(
    table: &FormTable,
    posted: &TablePosted,
    then: &StatedCells,
    mut now: StatedCells,
) -> Result<StatedCells> {
    let (who, why) = (plain(&posted.who), plain(&posted.why));
    let (mut wrong, mut asks_who) = (Vec::new(), false);
    for cell in &posted.cells {
        let key = (cell.row.clone(), cell.column.clone());
        let number = cell.number.trim();
        let before = then.get(&key).map_or("", |one| one.number.as_str());
        if number == before {
            continue;
        }
        let Some(name) = cell_name(table, cell) else {
            wrong.push(Diagnostic::error("no_cell", format!("表里没有“{}/{}”这一格", cell.row, cell.column)));
            continue;
        };
        let standing = now.get(&key);
        if standing.map_or("", |one| one.number.as_str()) != before {
            let told = standing
                .map_or_else(|| "清空".to_owned(), |one| format!("填为{}（{}）", one.number, one.who));
            let message = format!("{name}：您填的时候，别人已经{told}");
            wrong.push(Diagnostic::error("cell_moved", message).help("核对以后按现在的数再填一次。"));
        } else if number.is_empty() {
            now.remove(&key);
        } else if decimal(number).is_none_or(|value| value.mantissa() < 0) {
            let message = format!("{name}：“{number}”不是数字");
            wrong.push(
                Diagnostic::error("cell_number", message).help("只填阿拉伯数字，可以有小数点；没有的填0。"),
            );
        } else {
            asks_who = true;
            now.insert(key, Stated { number: number.to_owned(), who: who.clone(), why: why.clone() });
        }
    }
    for (what, text, longest) in [("谁提供的", &who, LONGEST_WHO), ("来源和理由", &why, LONGEST_WHY)]
    {
        if asks_who && (text.is_empty() || text.chars().count() > longest) {
            let message = format!("“{what}”应当填写，不超过{longest}个字");
            wrong.push(Diagnostic::error("stated_by", message).help("平台上没有的数字，要有人负责。"));
        }
    }
    if wrong.is_empty() { Ok(now) } else { Err(AppError::Unfit(wrong)) }
}

/// One line without the mark that sets the parts of a stated number apart.
fn plain(text: &str) -> String {
    let one = |c: char| if c == '|' || c.is_control() { ' ' } else { c };
    text.trim().chars().map(one).collect()
}

/// What people call a cell that can be filled in.
fn cell_name(table: &FormTable, cell: &CellPosted) -> Option<String> {
    let row = table.rows.iter().find(|row| row.id == cell.row)?;
    let at = table.columns.iter().position(|column| column.id == cell.column)?;
    let is_sum = row.cells.get(at)?.of == CellSource::Sum;
    (!is_sum).then(|| named(table, row, at))
}

fn named(table: &FormTable, row: &FormTableRow, at: usize) -> String {
    format!("“{}”的“{}”", row.name, table.column_name(at))
}

/// What there is to say of the tables of a report: cells without a number, what does not come out, and numbers that somebody
/// states where the platform has others.
pub(super) fn of_tables(report: &AnnualReport) -> Vec<DraftFinding> {
    let mut made = Vec::new();
    for (section, _) in flat(&report.sections) {
        for table in &section.tables {
            let about = About { section: &section.id, table };
            made.extend(about.missing());
            made.extend(table.faults.iter().map(|fault| {
                about.finding(
                    "table_fault",
                    Severity::Error,
                    fault.clone(),
                    "核对各格；记录有误的，更正记录。",
                )
            }));
            made.extend(about.otherwise());
        }
    }
    made
}

struct About<'a> {
    section: &'a str,
    table: &'a FormTable,
}

impl About<'_> {
    fn finding(&self, rule: &str, severity: Severity, message: String, help: &str) -> DraftFinding {
        DraftFinding {
            section: self.section.to_owned(),
            rule: rule.to_owned(),
            severity,
            quote: format!("表：{}", self.table.name),
            message,
            computation: None,
            help: Some(help.to_owned()),
            basis: None,
            link: None,
            mark: String::new(),
            may_be_accepted: true,
            accepted: None,
        }
    }

    fn missing(&self) -> Option<DraftFinding> {
        let mut names = Vec::new();
        for row in &self.table.rows {
            let cells = row.cells.iter().enumerate().filter(|(_, cell)| cell.of == CellSource::Missing);
            names.extend(cells.map(|(at, _)| named(self.table, row, at)));
        }
        let more = if names.len() > NAMED { "等" } else { "" };
        let listed = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、");
        let message = format!("有{}格没有数字：{listed}{more}", names.len());
        let help = "平台上没有记录，不等于零：在填表页写明数字、谁提供的和理由。";
        (!names.is_empty()).then(|| self.finding("missing_cell", Severity::Error, message, help))
    }

    fn otherwise(&self) -> Vec<DraftFinding> {
        let mut made = Vec::new();
        for row in &self.table.rows {
            for (at, cell) in row.cells.iter().enumerate() {
                let CellSource::Stated(stated, Some(counted)) = &cell.of else { continue };
                if decimal(&stated.number).zip(decimal(counted)).is_some_and(|(own, known)| own.equals(known))
                {
                    continue;
                }
                let name = named(self.table, row, at);
                let message = format!("{name}自报{}，平台的指标是{counted}", stated.number);
                let help = "两者不同的，报告用自报的数；理由要说明为什么不同。";
                made.push(self.finding("stated_otherwise", Severity::Warning, message, help));
            }
        }
        made
    }
}

/// The heading under which the versions of a table's text stand.
pub(super) fn heading(report: &AnnualReport, id: &str) -> Option<String> {
    let table = id.strip_prefix(TABLE)?;
    let all: BTreeMap<&str, &FormTable> = flat(&report.sections)
        .into_iter()
        .flat_map(|(section, _)| &section.tables)
        .map(|own| (own.id.as_str(), own))
        .collect();
    all.get(table).map(|own| format!("自报的格：{}", own.name))
}
