//! The statements of drafts of yearly reports and of what of them is public.

use crate::value::Statement;

macro_rules! text_columns {
    () => {
        "SELECT section, number, base, aside, account, key_mark, sealed, saved_at FROM report_text "
    };
}
macro_rules! public_columns {
    () => {
        "SELECT organ, year, kind, case_id, edition, title, doc_number, number, published_on, content FROM report_public "
    };
}

statements! {
    REPORTS:
    REPORT_DRAFT_ADD = "INSERT INTO report_draft (case_id, organ, year, as_of, account, begun_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id) DO NOTHING";
    REPORT_DRAFT_GET = "SELECT case_id, organ, year, as_of, account, begun_at FROM report_draft WHERE case_id = $1";
    REPORT_DRAFT_DAY = "UPDATE report_draft SET as_of = $2 WHERE case_id = $1";

    REPORT_TEXT_ADD = "INSERT INTO report_text (case_id, section, number, base, aside, account, key_mark, sealed, ",
        "saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    REPORT_TEXT_LAST = text_columns!(), "WHERE case_id = $1 AND section = $2 AND aside = 0 ",
        "ORDER BY number DESC LIMIT 1";
    REPORT_TEXT_HIGHEST = "SELECT number FROM report_text WHERE case_id = $1 AND section = $2 ",
        "ORDER BY number DESC LIMIT 1";
    REPORT_TEXT_GET = text_columns!(), "WHERE case_id = $1 AND section = $2 AND number = $3";
    REPORT_TEXTS_OF = text_columns!(), "WHERE case_id = $1 AND section = $2 AND number < $3 ",
        "ORDER BY number DESC LIMIT $4";
    REPORT_TEXTS_NOW = text_columns!(), "WHERE case_id = $1 AND aside = 0 AND number = (SELECT max(other.number) ",
        "FROM report_text other WHERE other.case_id = report_text.case_id AND other.section = report_text.section ",
        "AND other.aside = 0) ORDER BY section";
    REPORT_TEXTS_ASIDE = text_columns!(), "WHERE case_id = $1 AND aside = 1 ORDER BY section, number LIMIT $2";
    REPORT_WRITERS = "SELECT DISTINCT account FROM report_text WHERE case_id = $1 AND aside = 0 ORDER BY account";
    REPORT_TEXT_DEALT = "UPDATE report_text SET aside = 2 WHERE case_id = $1 AND section = $2 AND number = $3 AND aside = 1";

    REPORT_COMMENT_ADD = "INSERT INTO report_comment (case_id, id, section, version, answers, account, key_mark, sealed, ",
        "made_at, closed_at, closed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL)";
    REPORT_COMMENTS_OF = "SELECT id, section, version, answers, account, key_mark, sealed, made_at, closed_at, closed_by ",
        "FROM report_comment WHERE case_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    REPORT_COMMENT_CLOSE = "UPDATE report_comment SET closed_at = $3, closed_by = $4 ",
        "WHERE case_id = $1 AND id = $2 AND answers IS NULL AND closed_at IS NULL";

    REPORT_ACCEPTED_ADD = "INSERT INTO report_accepted (case_id, mark, section, account, key_mark, sealed, accepted_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (case_id, mark) DO NOTHING";
    REPORT_ACCEPTED_OF = "SELECT mark, section, account, key_mark, sealed, accepted_at FROM report_accepted ",
        "WHERE case_id = $1 ORDER BY mark";

    REPORT_EDITION_ADD = "INSERT INTO report_edition (case_id, number, as_of, account, made_at, hash, key_mark, sealed) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REPORT_EDITIONS_OF = "SELECT number, as_of, account, made_at, hash, key_mark, sealed FROM report_edition ",
        "WHERE case_id = $1 ORDER BY number DESC LIMIT $2";

    REPORT_FILE_ADD = "INSERT INTO report_file (case_id, edition, name, hash, size, made_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id, edition, name) DO NOTHING";
    REPORT_FILES_OF = "SELECT name, hash, size, made_at FROM report_file WHERE case_id = $1 AND edition = $2 ORDER BY name";

    REPORT_PUBLIC_ADD = "INSERT INTO report_public (organ, year, kind, case_id, edition, title, doc_number, number, ",
        "published_on, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (organ, year, case_id) DO NOTHING";
    REPORT_PUBLIC_OF = public_columns!(), "WHERE organ = $1 AND year = $2 AND kind = $3 ORDER BY case_id DESC LIMIT 1";
    REPORT_PUBLIC_OF_YEAR = public_columns!(), "WHERE organ = $1 AND year = $2 ORDER BY case_id DESC LIMIT $3";
    REPORT_PUBLIC_PAGE = public_columns!(), "WHERE (year, organ, case_id) < ($1, $2, $3) ",
        "ORDER BY year DESC, organ DESC, case_id DESC LIMIT $4";
}
