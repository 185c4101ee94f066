//! The statements of what officers keep for themselves and say to each other.

use crate::value::Statement;

macro_rules! note_columns {
    () => {
        "SELECT division, case_id, id, account, to_account, key_mark, sealed, made_at, done_at FROM case_note "
    };
}

statements! {
    DESK:
    SAVED_VIEW_PUT = "INSERT INTO saved_view (account, name, link, saved_at) VALUES ($1, $2, $3, $4) ",
        "ON CONFLICT (account, name) DO UPDATE SET link = excluded.link, saved_at = excluded.saved_at";
    SAVED_VIEWS_OF = "SELECT name, link, saved_at FROM saved_view WHERE account = $1 ORDER BY name";
    SAVED_VIEW_DROP = "DELETE FROM saved_view WHERE account = $1 AND name = $2";

    DRAFT_PUT = "INSERT INTO draft (account, place, title, key_mark, sealed, saved_at) VALUES ($1, $2, $3, $4, $5, $6) ",
        "ON CONFLICT (account, place) DO UPDATE SET title = excluded.title, key_mark = excluded.key_mark, ",
        "sealed = excluded.sealed, saved_at = excluded.saved_at";
    DRAFT_GET = "SELECT title, key_mark, sealed, saved_at FROM draft WHERE account = $1 AND place = $2";
    DRAFTS_OF = "SELECT place, title, saved_at FROM draft WHERE account = $1 ORDER BY place LIMIT $2";
    DRAFT_DROP = "DELETE FROM draft WHERE account = $1 AND place = $2";
    DRAFTS_CLEAN = "DELETE FROM draft WHERE saved_at < $1";

    NOTE_ADD = "INSERT INTO case_note (division, case_id, id, account, to_account, key_mark, sealed, made_at, done_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    NOTES_OF_CASE = note_columns!(), "WHERE division = (SELECT division FROM cases WHERE cases.id = $1) ",
        "AND case_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    NOTES_WAITING = note_columns!(), "WHERE to_account = $1 AND done_at IS NULL AND id > $2 ORDER BY id LIMIT $3";
    NOTE_DONE = "UPDATE case_note SET done_at = $4 WHERE case_id = $1 AND id = $2 AND to_account = $3 AND done_at IS NULL";

    FEED_PUT = "INSERT INTO feed (account, token_hash, made_at) VALUES ($1, $2, $3) ",
        "ON CONFLICT (account) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at";
    FEED_BY_TOKEN = "SELECT account FROM feed WHERE token_hash = $1";
    FEED_OF = "SELECT made_at FROM feed WHERE account = $1";
    FEED_DROP = "DELETE FROM feed WHERE account = $1";
}
