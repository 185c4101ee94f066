//! What a form holds besides its texts: files, and the faults of all its parts at once.

use ledger::Hash;
use norms::FieldType;

use crate::error::{AppError, Result};
use crate::prepared::Kept;
use crate::record::Form;

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

/// Files join the form as `hash|name`; what a client wrote in a file field does not count.
pub(crate) fn with_files(mut form: Form, stored: &[Kept]) -> Form {
    let own = || stored.iter().filter(|(field, _)| field.kind == FieldType::File);
    for (field, _) in own() {
        form.remove(&field.id);
    }
    for (field, file) in own() {
        form.entry(field.id.clone()).or_default().push(format!("{}|{}", file.hash, file.name));
    }
    form
}

pub(crate) fn digest(parts: &[&str]) -> Hash {
    crate::ids::sm3(parts.join("\u{1f}").as_bytes())
}
