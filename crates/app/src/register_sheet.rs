//! A register's sheet: out for people to fill in, in whole or not at all, with everything that is wrong with any cell.

use calendar::Day;
use sheets::SheetRow;

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::register_page::EntriesAsked;
use crate::registers::NewEntry;

/// A sheet that was made. 表格文件
#[derive(Clone, Debug)]
pub struct RegisterSheet {
    /// What the file is called.
    pub name: String,
    pub bytes: Vec<u8>,
    /// How many entries are in it.
    pub entries: usize,
}

impl Platform {
    /// An organ's register on a day as an XLSX file, with the columns that the reader may see. Without entries it is the
    /// empty sheet that people fill in.
    ///
    /// # Errors
    /// There is no such register or organ, it is not the reader's to read, the file cannot be made.
    pub fn register_sheet(
        &self,
        reader: Option<&Actor>,
        register: &str,
        organ: &str,
        on: Day,
    ) -> Result<RegisterSheet> {
        let page = self.register_page(reader, register, organ, EntriesAsked::on(on, true))?;
        let mut shown = (*page.register).clone();
        shown.fields.retain(|field| page.columns.iter().any(|(id, _)| *id == field.id));
        let rows =
            page.rows.into_iter().map(|row| SheetRow { from: row.from, until: row.until, texts: row.texts });
        let rows: Vec<SheetRow> = rows.collect();
        let bytes = sheets::write(&shown, &rows).map_err(|fault| AppError::Unfit(vec![fault]))?;
        let name = format!("{}-{}-{}.xlsx", page.register.name, page.organ.name, page.on);
        Ok(RegisterSheet { name, bytes, entries: rows.len() })
    }

    /// What is different in an organ's register between two days, as an XLSX file with what it is called.
    ///
    /// # Errors
    /// There is no such register or organ, it is not the reader's to read, the file cannot be made.
    pub fn register_changes_sheet(
        &self,
        reader: Option<&Actor>,
        register: &str,
        organ: &str,
        before: Day,
        after: Day,
    ) -> Result<(String, Vec<u8>)> {
        let page = self.register_page(reader, register, organ, EntriesAsked::on(after, false))?;
        let changes = self.register_changes(reader, register, organ, before, after)?;
        let mut headings = vec!["条目".to_owned(), "变动".to_owned(), "前后".to_owned()];
        headings.extend(page.columns.iter().map(|(_, name)| name.clone()));
        let mut rows: Vec<Vec<sheets::Cell>> = Vec::new();
        for change in &changes {
            for (when, row) in [("以前", &change.before), ("以后", &change.after)] {
                let Some(row) = row else { continue };
                let head = [change.key.as_str(), change.how(), when].map(sheets::Cell::from);
                rows.push(
                    head.into_iter().chain(row.texts.iter().cloned().map(sheets::Cell::Text)).collect(),
                );
            }
        }
        let above = vec![format!(
            "{}，{}，{}至{}",
            page.register.name,
            page.organ.name,
            before.chinese(),
            after.chinese()
        )];
        let sheet =
            sheets::Page { name: "变动".to_owned(), above, headings, rows, ..sheets::Page::default() };
        let bytes = sheets::write_book(&[sheet]).map_err(|fault| AppError::Unfit(vec![fault]))?;
        Ok((format!("{}-{}-{before}至{after}变动.xlsx", page.register.name, page.organ.name), bytes))
    }

    /// Enters what an XLSX file holds in an organ's register; how many entries that were.
    ///
    /// # Errors
    /// Not the actor's to keep; the file is none; everything that is wrong with any cell, of all rows at once.
    pub fn enter_sheet(
        &self,
        actor: &Actor,
        register: &str,
        organ: &str,
        bytes: &[u8],
        reason: &str,
    ) -> Result<usize> {
        let known = self.register(register)?;
        let sheet = sheets::open(bytes).map_err(|fault| AppError::Unfit(vec![fault]))?;
        let (rows, mut faults) = sheets::read(known, &sheet);
        let rows = rows.into_iter().map(|row| NewEntry {
            from: row.from,
            until: row.until,
            form: row.form,
            line: row.line,
        });
        let rows: Vec<NewEntry> = rows.collect();
        if faults.is_empty() {
            return self.enter(actor, register, organ, rows, reason);
        }
        match self.check_entries(actor, register, organ, &rows) {
            Ok(()) => {}
            Err(fault @ AppError::Invalid(_)) => faults.extend(fault.diagnostics()),
            Err(other) => return Err(other),
        }
        Err(AppError::Unfit(faults))
    }
}
