//! Organs: who may hold cases, and the names that records may name.

use calendar::Day;
use store::organ;

use crate::error::{AppError, Result};
use crate::platform::Platform;

/// An organ as it is today. 机关
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organ {
    pub id: String,
    pub name: String,
    /// The short form in document numbers.
    pub short: String,
    pub kind: String,
    pub division: String,
    pub credit_code: Option<String>,
    pub parent: Option<String>,
}

impl Platform {
    /// The organ of an id.
    ///
    /// # Errors
    /// There is none today.
    pub fn organ(&self, id: &str) -> Result<Organ> {
        let today = self.today().number();
        let found = self.store().read(|reader| organ::get(reader, id, today))?;
        found.map(from_row).ok_or_else(|| AppError::not_found(format!("机关“{id}”")))
    }

    /// All organs of today.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn organs(&self) -> Result<Vec<Organ>> {
        let today = self.today().number();
        let rows = self.store().read(|reader| organ::list(reader, today))?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    pub(crate) fn organ_names(&self) -> Result<Vec<String>> {
        Ok(self.organs()?.into_iter().map(|organ| organ.name).collect())
    }

    /// Enters organs as of a day, each with a valid credit code; all of them or none.
    ///
    /// # Errors
    /// Every code that is wrong; an organ whose entries overlap.
    pub fn enter_organs(&self, organs: Vec<Organ>, from: Day) -> Result<()> {
        let mut faults = Vec::new();
        for one in &organs {
            let Some(code) = &one.credit_code else { continue };
            let checked = codes::check(codes::Kind::Uscc, code);
            if !checked.is_valid() {
                faults.push(crate::FieldFault {
                    field: one.id.clone(),
                    name: one.name.clone(),
                    message: format!("统一社会信用代码“{code}”不对：{}", checked.reason()),
                });
            }
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let rows: Vec<organ::Organ> = organs.into_iter().map(|one| to_row(one, from)).collect();
        self.store().write(move |tx| -> store::Result<()> {
            rows.iter().try_for_each(|row| organ::put(tx, row))
        })??;
        Ok(())
    }
}

fn from_row(row: organ::Organ) -> Organ {
    Organ {
        id: row.id,
        name: row.name,
        short: row.short,
        kind: row.kind,
        division: row.division,
        credit_code: row.credit_code,
        parent: row.parent,
    }
}

fn to_row(one: Organ, from: Day) -> organ::Organ {
    organ::Organ {
        id: one.id,
        name: one.name,
        short: one.short,
        kind: one.kind,
        division: one.division,
        credit_code: one.credit_code,
        parent: one.parent,
        valid_from: from.number(),
        valid_until: None,
    }
}
