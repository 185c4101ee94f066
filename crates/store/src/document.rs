//! The documents that acts issued, and their numbers.

use crate::value::{Value, all};
use crate::{Query, Result, Row, Tx, cases, sql};

/// A document that was issued. 文书
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub case: String,
    /// The number of the event that issued it.
    pub number: u32,
    pub kind: String,
    /// The number that people cite; no two documents of a kind share one.
    pub doc_number: String,
    pub issued_on: i32,
}

fn read(row: &mut Row<'_>) -> Result<Document> {
    Ok(Document {
        case: row.case()?,
        number: row.number()?,
        kind: row.name()?,
        doc_number: row.text()?,
        issued_on: row.day()?,
    })
}

/// Enters a document; a number that its kind has already is a conflict.
pub fn add(tx: &mut Tx<'_>, document: &Document) -> Result<()> {
    let Document { case, number, kind, doc_number, issued_on } = document;
    let division = cases::division_of(tx, case)?;
    let values = [
        Value::Case(case),
        (*number).into(),
        Value::Name(kind),
        doc_number.into(),
        (*issued_on).into(),
        Value::Name(&division),
    ];
    tx.put(&sql::DOCUMENT_ADD, &values)
}

/// The documents of a case.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<Document>> {
    let mut documents = all(db, &sql::DOCUMENTS_OF_CASE, &[Value::Case(case)], read)?;
    documents.sort_by(|a, b| (a.number, &a.kind).cmp(&(b.number, &b.kind)));
    Ok(documents)
}

/// The documents with a number.
pub fn by_number(db: &dyn Query, doc_number: &str) -> Result<Vec<Document>> {
    let mut documents = all(db, &sql::DOCUMENT_BY_NUMBER, &[doc_number.into()], read)?;
    documents.sort_by(|a, b| a.kind.cmp(&b.kind));
    Ok(documents)
}
