//! References from acts to registers: what a field of type `entry` names must be in its register on the legal day of
//! the act, in the register of whatever organ, also where the field is a column of a table; a power must be one of the organ
//! that holds the case. Entries of other days are told apart from those that never were.

use calendar::Day;
use norms::{Field, FieldType, Record, Value};
use registers::Entry;

use crate::error::{FieldFault, Result};
use crate::platform::Platform;
use crate::record::COLUMN;

impl Platform {
    /// The keys that are in a register on a day, each once, in order: what a form offers.
    ///
    /// # Errors
    /// There is no such register; the store cannot be read.
    pub fn entry_keys(&self, register: &str, on: Day) -> Result<Vec<String>> {
        let entries = self.entries(register)?;
        let mut keys: Vec<String> =
            entries.iter().filter(|entry| entry.is_in_force(on)).map(|entry| entry.key.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// Everything that a record names and that is in no register on that day.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) fn strange_entries(
        &self,
        fields: &[Field],
        record: &Record,
        on: Day,
        holder: &str,
    ) -> Result<Vec<FieldFault>> {
        let mut faults = Vec::new();
        for (field, value) in fields.iter().zip(record.values()) {
            match value {
                Some(Value::Text(key)) => {
                    let strange = self.strange_entry(field, key, on, holder)?;
                    faults.extend(strange.map(|message| fault(field, field.name.clone(), message)));
                }
                Some(Value::List(rows)) if field.kind == FieldType::Rows => {
                    for (line, row) in (1usize..).zip(rows) {
                        for (column, key) in field.columns.iter().zip(row.split(COLUMN)) {
                            let key = key.trim();
                            let strange = if key.is_empty() {
                                None
                            } else {
                                self.strange_entry(column, key, on, holder)?
                            };
                            let name = format!("{}第{line}行“{}”", field.name, column.name);
                            faults.extend(strange.map(|message| fault(field, name, message)));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(faults)
    }

    /// Whether a power is of an organ's own list, or was conferred on it where it is.
    fn has_power(&self, organ: &str, power: &str, on: Day) -> Result<bool> {
        let organ = self.organ(organ)?;
        Ok(self.roll()?.powers((&organ.id, &organ.name), &organ.division, on).contains(&power))
    }

    /// Why a register has no entry of a key on a day; nothing where it has one, or the field names none.
    fn strange_entry(&self, field: &Field, key: &str, on: Day, holder: &str) -> Result<Option<String>> {
        let Some(register) = field.register.as_deref().filter(|_| field.kind == FieldType::Entry) else {
            return Ok(None);
        };
        let entries = self.entries(register)?;
        let known: Vec<&Entry> = entries.iter().filter(|entry| entry.key == *key).collect();
        let of_holder = |entry: &&Entry| register != POWERS || entry.organ == holder;
        if known.iter().filter(|entry| of_holder(entry)).any(|entry| entry.is_in_force(on))
            || (register == POWERS && self.has_power(holder, key, on)?)
        {
            return Ok(None);
        }
        let name = &self.register(register)?.name;
        let known: Vec<&Entry> = known.into_iter().filter(of_holder).collect();
        Ok(Some(why(key, name, on, &known, &entries)))
    }
}

fn fault(field: &Field, name: String, message: String) -> FieldFault {
    FieldFault { field: field.id.clone(), name, message }
}

/// The register of what an organ may do.
const POWERS: &str = "powers";

fn why(key: &str, register: &str, on: Day, known: &[&Entry], all: &[Entry]) -> String {
    let on_day = on.chinese();
    if let Some(last) = known.iter().filter_map(|entry| entry.until).filter(|until| *until < on).max() {
        return format!("“{key}”到{}为止在“{register}”，{on_day}已不在册", last.chinese());
    }
    if let Some(first) = known.iter().map(|entry| entry.from).min() {
        return format!("“{key}”自{}起才在“{register}”，{on_day}尚不在册", first.chinese());
    }
    let in_force = all.iter().filter(|entry| entry.is_in_force(on)).map(|entry| entry.key.as_str());
    let near = base::closest(key, in_force);
    let near =
        near.map_or("请先登记，或者从名册中选取".to_owned(), |near| format!("是不是“{near}”？"));
    format!("“{register}”里{on_day}没有“{key}”；{near}")
}
