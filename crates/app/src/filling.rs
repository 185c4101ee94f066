//! Forms on their way to records: their day, their files, what is wrong with any of it at once.

use std::sync::Arc;

use calendar::Day;
use ledger::Hash;
use norms::{Act, FieldType, Record};

use crate::commands::Upload;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::prepared::Kept;
use crate::record::{self, Form};

impl Platform {
    pub(crate) fn read_record(&self, spec: &Act, on: Day, form: &Form, holder: &str) -> Result<Record> {
        let asks = spec.fields.iter().any(|field| field.kind == FieldType::Organ);
        let organs = if asks { self.organ_names()? } else { Arc::default() };
        let record = record::read(spec, form, &organs).map_err(AppError::Invalid)?;
        let mut strange = self.strange_entries(&spec.fields, &record, on, holder)?;
        strange.extend(record::unborn(&spec.fields, &record, on));
        if strange.is_empty() { Ok(record) } else { Err(AppError::Invalid(strange)) }
    }

    /// Reads a form with its day and its files; everything that is wrong with any of them at once. Files of a guarded procedure
    /// ([`crate::papers::is_guarded`]) are sealed, unless their field is public.
    pub(crate) fn filled(
        &self,
        spec: &Act,
        on: Day,
        form: Form,
        files: &[Upload],
        (holder, guarded): (&str, bool),
    ) -> Result<Filled> {
        let mut faults = Vec::new();
        gather(check_day(on, self.today()), &mut faults)?;
        let stored = gather(self.store_files(spec, files, guarded), &mut faults)?.unwrap_or_default();
        let form = with_files(form, &stored);
        let form = with_rows(form, files, &stored);
        let record = gather(self.read_record(spec, on, &form, holder), &mut faults)?;
        match record {
            Some(record) if faults.is_empty() => Ok((stored, form, record)),
            _ => Err(AppError::Invalid(faults)),
        }
    }

    /// Keeps the files before the transaction that names them.
    fn store_files(&self, spec: &Act, files: &[Upload], guarded: bool) -> Result<Vec<Kept>> {
        let mut stored: Vec<Kept> = Vec::new();
        let mut faults = Vec::new();
        for file in files {
            let Some(field) = spec.fields.iter().find(|field| field.id == file.field && takes_files(field))
            else {
                return Err(AppError::field(&file.field, &file.field, "这里不收附件"));
            };
            let seals = guarded && !field.public;
            // One file under two fields is sealed once.
            let same = |(_, kept): &&Kept| {
                kept.key.is_some() == seals && kept.hash == crate::ids::sm3(&file.content)
            };
            if let Some((_, kept)) = stored.iter().find(same) {
                let name = store::safe_name(&file.name, kept.media_type);
                let kept = store::StoredFile { name, ..kept.clone() };
                stored.push((field.clone(), kept));
                continue;
            }
            let files = self.store().files();
            let put = if seals {
                files.put_sealed(&file.name, &file.content)
            } else {
                files.put(&file.name, &file.content)
            };
            match put {
                Ok(kept) => stored.push((field.clone(), kept)),
                Err(store::StoreError::FileRefused { why }) => faults.push(crate::FieldFault {
                    field: field.id.clone(),
                    name: field.name.clone(),
                    message: format!("“{}”没有收下：{why}", file.name),
                }),
                Err(fault) => return Err(fault.into()),
            }
        }
        if faults.is_empty() { Ok(stored) } else { Err(AppError::Invalid(faults)) }
    }
}

/// The files that were kept, the form with their names, what the form records.
pub(crate) type Filled = (Vec<Kept>, Form, Record);

/// A field of files, or a table with a column of files: they belong to the event, and the row names them.
pub(crate) fn takes_files(field: &norms::Field) -> bool {
    field.kind == FieldType::File || field.columns.iter().any(|column| column.kind == FieldType::File)
}

/// Sets the faults of fields aside, one for each field; any other trouble ends the reading.
pub(crate) fn gather<T>(outcome: Result<T>, faults: &mut Vec<crate::FieldFault>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(AppError::Invalid(found)) => {
            let fresh: Vec<_> =
                found.into_iter().filter(|one| faults.iter().all(|old| old.field != one.field)).collect();
            faults.extend(fresh);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

pub(crate) fn check_day(on: Day, today: Day) -> Result<()> {
    if on > today {
        let message = format!("{}还没有到（今天是{}），不能填将来的日期", on.chinese(), today.chinese());
        return Err(AppError::field("on", "办理日期", message));
    }
    Ok(())
}

/// Files join the form as `hash|name`; what a client wrote in a file field does not count. Of a sealed one the record, which
/// lasts for ever, has no name but what kind of paper it is.
pub(crate) fn with_files(mut form: Form, stored: &[Kept]) -> Form {
    let own = || stored.iter().filter(|(field, _)| field.kind == FieldType::File);
    for (field, _) in own() {
        form.remove(&field.id);
    }
    for (field, file) in own() {
        let name = match file.key {
            None => file.name.clone(),
            Some(_) => format!("{}.{}", crate::papers::kind(field), file.media_type.extension()),
        };
        form.entry(field.id.clone()).or_default().push(format!("{}|{name}", file.hash));
    }
    form
}

/// A row of a table names its file by what it was called; of a sealed one, by what it is and the beginning of its hash.
fn with_rows(mut form: Form, files: &[Upload], stored: &[Kept]) -> Form {
    for (file, (field, kept)) in files.iter().zip(stored) {
        let is_row = kept.key.is_some() && field.kind != FieldType::File;
        let Some(rows) = form.get_mut(&field.id).filter(|_| is_row) else { continue };
        let told = format!(
            "{}（{}）.{}",
            crate::papers::kind(field),
            kept.hash.short(),
            kept.media_type.extension()
        );
        for row in rows {
            let cells = row.split(record::COLUMN).zip(&field.columns);
            let cells = cells.map(|(cell, column)| {
                let names = column.kind == FieldType::File && cell == file.name;
                if names { told.as_str() } else { cell }
            });
            let made = cells.collect::<Vec<_>>().join(&record::COLUMN.to_string());
            *row = made;
        }
    }
    form
}

pub(crate) fn digest(parts: &[&str]) -> Hash {
    crate::ids::sm3(parts.join("\u{1f}").as_bytes())
}
