//! The statements of papers: which belong to which events, and under whose keys.

use crate::value::Statement;

macro_rules! attachment_columns {
    () => {
        "SELECT a.hash, a.case_id, a.number, a.name, a.media_type, a.size, a.added_at, a.added_by, a.stored, a.person, \
         a.sealed, p.wrapped, p.operator FROM attachment a LEFT JOIN person p ON p.id = a.person "
    };
}

statements! {
    ATTACHMENTS:
    ATTACHMENT_ADD = "INSERT INTO attachment (hash, case_id, number, name, media_type, size, added_at, added_by, division, ",
        "stored, person, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    ATTACHMENTS_OF_CASE = attachment_columns!(), "WHERE division = (SELECT division FROM cases WHERE cases.id = $1) AND case_id = $1 ",
        "ORDER BY number, name, hash";
    ATTACHMENT_BY_HASH = attachment_columns!(), "WHERE hash = $1 ORDER BY case_id, number, name";
    ATTACHMENT_BY_STORED = attachment_columns!(), "WHERE stored = $1 ORDER BY case_id, number, name";
    ATTACHMENT_OF_PERSON = attachment_columns!(), "WHERE person = $1 AND sealed IS NOT NULL ORDER BY case_id, number, name";
    ATTACHMENT_STORED = "SELECT DISTINCT stored FROM attachment WHERE stored > $1 ORDER BY stored LIMIT $2";
    ATTACHMENT_CASES = "SELECT DISTINCT case_id FROM attachment WHERE case_id > $1 ORDER BY case_id LIMIT $2";
    ATTACHMENT_SEAL = "UPDATE attachment SET name = $5, stored = $6, person = $7, sealed = $8 ",
        "WHERE case_id = $1 AND number = $2 AND hash = $3 AND name = $4";
    ATTACHMENT_OVERWRITE = "UPDATE attachment SET sealed = $5 ",
        "WHERE case_id = $1 AND number = $2 AND hash = $3 AND name = $4";
    ATTACHMENT_ERASE = "UPDATE attachment SET sealed = NULL, stored = NULL ",
        "WHERE case_id = $1 AND number = $2 AND hash = $3 AND name = $4";
}
