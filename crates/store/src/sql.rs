//! Every statement of the store, by name, in PostgreSQL's writing. What both databases read alike:
//! `cast(… as …)`, row values for keyset pages, `ON CONFLICT … DO UPDATE`, `RETURNING`. Whatever
//! is `''` or `-1` among the conditions of a list asks for nothing.

use crate::value::Statement;

macro_rules! statements {
    ($all:ident: $($name:ident = $($text:expr),+ ;)*) => {
        $(pub(crate) static $name: Statement = Statement::new(stringify!($name), concat!($($text),+));)*

        pub(super) static $all: &[&Statement] = &[$(&$name),*];
    };
}

mod accounts;
mod attachments;
mod desk;
mod forms;
mod messages;
mod named;
mod report;
mod years;

pub(crate) use accounts::*;
pub(crate) use attachments::*;
pub(crate) use desk::*;
pub(crate) use forms::*;
pub(crate) use messages::*;
pub(crate) use named::*;
pub(crate) use report::*;
pub(crate) use years::*;

/// All statements, which tests prepare one by one.
pub fn all() -> impl Iterator<Item = &'static Statement> {
    MAIN.iter()
        .chain(accounts::ACCOUNTS)
        .chain(attachments::ATTACHMENTS)
        .chain(desk::DESK)
        .chain(named::NAMED)
        .chain(forms::FORMS)
        .chain(messages::MESSAGES)
        .chain(report::REPORTS)
        .chain(years::YEARS)
        .copied()
}

macro_rules! case_columns {
    () => {
        "SELECT id, division, organ, procedure, pack, number, title, opened_on, phase, version, closed_on, \
         handler, party, receipt_hash, head, named FROM cases "
    };
}
/// `$1 $2` the key after which the page begins, `$3` its length, `$4` the division's beginning.
macro_rules! case_page {
    () => {
        "AND (opened_on, id) < ($1, $2) AND ($4 = '' OR substr(division, 1, length($4)) = $4) \
         ORDER BY opened_on DESC, id DESC LIMIT $3"
    };
}
/// `$1 $2` the key after which the page begins, `$3` its length.
macro_rules! case_keys {
    () => {
        "AND (opened_on, id) < ($1, $2) ORDER BY opened_on DESC, id DESC LIMIT $3"
    };
}
/// The same columns of a case that another table leads to.
macro_rules! named_columns {
    () => {
        "SELECT c.id, c.division, c.organ, c.procedure, c.pack, c.number, c.title, c.opened_on, c.phase, c.version, \
         c.closed_on, c.handler, c.party, c.receipt_hash, c.head, c.named \
         FROM case_named n JOIN cases c ON c.division = n.division AND c.id = n.case_id "
    };
}
macro_rules! counted_cases {
    () => {
        "organ, procedure, phase, division, CAST(count(*) AS BIGINT), \
         CAST(sum(CASE WHEN closed_on IS NULL THEN 1 ELSE 0 END) AS BIGINT) FROM cases \
         GROUP BY organ, procedure, phase, division"
    };
}
macro_rules! counted_dues {
    () => {
        "organ, division, coalesce(last_day, 2147483647), coalesce(warn_on, 2147483647), CAST(count(*) AS BIGINT) \
         FROM due GROUP BY organ, division, coalesce(last_day, 2147483647), coalesce(warn_on, 2147483647)"
    };
}
/// `$1` is today.
macro_rules! due_sums {
    () => {
        "CAST(sum(n) AS BIGINT), CAST(sum(CASE WHEN last_day < $1 THEN n ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN last_day >= $1 AND warn_on <= $1 AND last_day < 2147483647 THEN n ELSE 0 END) AS BIGINT) \
         FROM due_count "
    };
}
macro_rules! contribution_columns {
    () => {
        "SELECT figure, organ, division, legal_day, case_id, number, recorded_day, n, total FROM contribution "
    };
}
macro_rules! audit_columns {
    () => {
        "SELECT id, at, account, what, detail, address, ok, prev, hash FROM audit_log "
    };
}
macro_rules! organ_columns {
    () => {
        "SELECT id, name, short, kind, division, credit_code, parent, valid_from, valid_until FROM organ "
    };
}
macro_rules! entry_columns {
    () => {
        "SELECT register, organ, division, key, valid_from, valid_until, record, withdrawn, entered_at, entered_by, \
         reason, number, case_id, event FROM entry "
    };
}
/// Of each key and beginning the last one entered, unless it was taken back.
macro_rules! entry_counts {
    () => {
        "AND withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM entry later WHERE later.register = entry.register AND \
         later.organ = entry.organ AND later.key = entry.key AND later.valid_from = entry.valid_from AND \
         later.number > entry.number) "
    };
}
/// An event with who acted and the form of its act.
macro_rules! event_columns {
    () => {
        concat!(event_values!(), "FROM event e ", event_names!())
    };
}
macro_rules! event_values {
    () => {
        "SELECT e.seq, e.division, e.case_id, e.number, e.legal_day, e.recorded_at, a.id, f.kind, f.act, f.record, \
         e.corrects, e.record, e.personal_digest, e.prev, e.hash "
    };
}
macro_rules! event_names {
    () => {
        "LEFT JOIN actor a ON a.number = e.actor LEFT JOIN act_form f ON f.number = e.form "
    };
}
macro_rules! due_columns {
    () => {
        "SELECT case_id, norm, acts, last_day, warn_on, organ, division, handler, lapses FROM due "
    };
}
/// `$2` to `$5` the key after which the page begins, `$6` its length, `$7` the last day at most.
macro_rules! due_dated {
    () => {
        "AND last_day IS NOT NULL AND (last_day, case_id, norm, acts) > ($2, $3, $4, $5) AND last_day <= $7 \
         ORDER BY last_day, case_id, norm, acts LIMIT $6"
    };
}
/// `$2` to `$4` the key after which the page begins, `$5` its length.
macro_rules! due_undated {
    () => {
        "AND last_day IS NULL AND (case_id, norm, acts) > ($2, $3, $4) ORDER BY case_id, norm, acts LIMIT $5"
    };
}
/// `$1` the figure, `$2 $3` the legal days, `$4` as of, `$5` the division's beginning, `$6` the organ.
macro_rules! tally_range {
    () => {
        tally_range!("legal_day")
    };
    ($day:literal) => {
        concat!(
            "FROM tally WHERE figure = $1 AND ",
            $day,
            " BETWEEN $2 AND $3 AND recorded_day <= $4 AND ($5 = '' OR substr(division, 1, length($5)) = $5) "
        )
    };
}
macro_rules! tally_sums {
    () => {
        "CAST(coalesce(sum(n), 0) AS BIGINT), CAST(coalesce(sum(total), 0) AS BIGINT) "
    };
}
macro_rules! publication_columns {
    () => {
        "SELECT case_id, number, act, procedure, organ, division, published_on, title, withdrawn_on, shown_until \
         FROM publication "
    };
}
/// `$1` to `$4` the key after which the page begins, `$5` its length, `$6` the division's beginning, `$7` the day on which one
/// looks.
macro_rules! publication_page {
    () => {
        "AND withdrawn_on IS NULL AND (shown_until IS NULL OR shown_until >= $7) AND (published_on, case_id, number, act) < ($1, $2, $3, $4) \
         AND ($6 = '' OR substr(division, 1, length($6)) = $6) \
         ORDER BY published_on DESC, case_id DESC, number DESC, act DESC LIMIT $5"
    };
}
/// The rows of the case `$1`, by the key that begins with the division.
macro_rules! of_case {
    () => {
        "WHERE division = (SELECT division FROM cases WHERE cases.id = $1) AND case_id = $1 "
    };
}
macro_rules! held_columns {
    () => {
        "SELECT receiver, id, division, case_id, attempts, next_at, fault, held_at, set_aside_at FROM held_message "
    };
}
macro_rules! personal_columns {
    () => {
        "SELECT e.case_id, e.number, e.part, e.person, e.digest, e.salt, e.data, e.division, p.wrapped, p.operator "
    };
}
/// The parts of the case `$1`, each with its person.
macro_rules! personal_of_case {
    () => {
        concat!(
            personal_columns!(),
            "FROM personal e LEFT JOIN person p ON p.id = e.person ",
            "WHERE e.division = (SELECT division FROM cases WHERE cases.id = $1) AND e.case_id = $1 "
        )
    };
}
statements! {
    MAIN:
    META_GET = "SELECT value FROM meta WHERE name = $1";
    META_SET = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    META_DROP = "DELETE FROM meta WHERE name = $1";

    PACK_ADD = "INSERT INTO pack (hash, procedure, source, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING";
    PACK_GET = "SELECT hash, procedure, source, added_at FROM pack WHERE hash = $1";
    PACK_OF = "SELECT hash, procedure, source, added_at FROM pack WHERE procedure = $1 ORDER BY added_at DESC, hash";
    PACK_ALL = "SELECT hash, procedure, source, added_at FROM pack ORDER BY procedure, added_at DESC, hash";

    ORGAN_PUT = "INSERT INTO organ (id, name, short, kind, division, credit_code, parent, valid_from, valid_until) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id, valid_from) DO UPDATE SET name = excluded.name, ",
        "short = excluded.short, kind = excluded.kind, division = excluded.division, ",
        "credit_code = excluded.credit_code, parent = excluded.parent, valid_until = excluded.valid_until";
    ORGAN_ON = organ_columns!(), "WHERE id = $1 AND valid_from <= $2 AND (valid_until IS NULL OR valid_until >= $2)";
    ORGAN_LAST = organ_columns!(), "WHERE id = $1 ORDER BY valid_from DESC LIMIT 1";
    ORGAN_OVERLAP = "SELECT valid_from FROM organ WHERE id = $1 AND valid_from <> $2 AND valid_from <= $3 ",
        "AND coalesce(valid_until, 2147483647) >= $2";
    ORGANS_ON = organ_columns!(), "WHERE valid_from <= $1 AND (valid_until IS NULL OR valid_until >= $1) ORDER BY id";
    ORGANS_ALL = organ_columns!(), "ORDER BY id, valid_from";

    CASE_ADD = "INSERT INTO cases (id, division, organ, procedure, pack, number, title, opened_on, phase, version, ",
        "closed_on, handler, party, receipt_hash, head, named) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13, $14, $15)";
    CASE_UPDATE = "UPDATE cases SET organ = $3, procedure = $4, pack = $5, number = $6, title = $7, ",
        "opened_on = $8, phase = $9, closed_on = $10, handler = $11, party = $12, receipt_hash = $13, named = $14 ",
        "WHERE division = $2 AND id = $1";
    CASE_SET_PHASE = "UPDATE cases SET phase = $2 WHERE division = $3 AND id = $1";
    CASE_ADVANCE = "UPDATE cases SET version = $2, head = $3 WHERE division = $4 AND id = $1 AND version = $2 - 1";
    CASE_GET = case_columns!(), "WHERE id = $1";
    CASE_BY_NUMBER = case_columns!(), "WHERE number = $1";
    CASE_BY_RECEIPT = case_columns!(), "WHERE receipt_hash = $1 AND substr(receipt_hash, 1, 8) = substr($1, 1, 8)";
    CASES_BY_ID = case_columns!(), "WHERE id > $1 ORDER BY id LIMIT $2";
    CASES_ALL = case_columns!(), "WHERE id < $1 AND ($3 = '' OR substr(division, 1, length($3)) = $3) ",
        "ORDER BY id DESC LIMIT $2";
    CASES_OF_ORGAN = case_columns!(), "WHERE organ = $5 ", case_page!();
    CASES_OF_PARTY = case_columns!(), "WHERE party = $5 ", case_page!();
    CASE_TIPS = "SELECT id, division, version, head FROM cases";
    CASES_OF_PHASE = case_columns!(), "WHERE organ = $5 AND procedure = $6 AND phase = $7 ", case_page!();
    CASES_NAMED = named_columns!(), "WHERE n.name = $4 AND (n.opened_on, n.case_id) < ($1, $2) ",
        "ORDER BY n.opened_on DESC, n.case_id DESC LIMIT $3";
    CASES_KEYS_OF_ORGAN = "SELECT opened_on, id FROM cases WHERE organ = $4 ", case_keys!();
    CASES_KEYS_OF_PARTY = "SELECT opened_on, id FROM cases WHERE party = $4 ", case_keys!();
    CASES_KEYS_OF_PHASE = "SELECT opened_on, id FROM cases WHERE organ = $4 AND procedure = $5 AND phase = $6 ", case_keys!();
    CASES_KEYS_NAMED = "SELECT opened_on, case_id FROM case_named WHERE name = $4 AND (opened_on, case_id) < ($1, $2) ",
        "ORDER BY opened_on DESC, case_id DESC LIMIT $3";
    CASES_BY_NUMBER = case_columns!(), "WHERE number > $1 AND number < $2 ORDER BY number LIMIT $3";
    CASES_BY_TITLE = case_columns!(), "WHERE organ = $1 AND (title, id) > ($2, $3) AND title < $4 ",
        "ORDER BY title, id LIMIT $5";
    CASE_COUNT_ADD = "INSERT INTO case_count (organ, procedure, phase, division, n, open) VALUES ($1, $2, $3, $4, $5, $6) ",
        "ON CONFLICT (organ, procedure, phase, division) ",
        "DO UPDATE SET n = case_count.n + excluded.n, open = case_count.open + excluded.open";
    CASE_COUNTS = "SELECT procedure, phase, CAST(sum(n) AS BIGINT), CAST(sum(open) AS BIGINT) FROM case_count ",
        "WHERE ($1 = '' OR substr(division, 1, length($1)) = $1) GROUP BY procedure, phase HAVING sum(n) <> 0";
    CASE_COUNTS_OF_ORGAN = "SELECT procedure, phase, CAST(sum(n) AS BIGINT), CAST(sum(open) AS BIGINT) FROM case_count ",
        "WHERE organ = $1 AND ($2 = '' OR substr(division, 1, length($2)) = $2) ",
        "GROUP BY procedure, phase HAVING sum(n) <> 0";
    CASE_COUNTS_NOT_BACKED = "SELECT organ, procedure, phase FROM (SELECT organ, procedure, phase, division, n, open ",
        "FROM case_count WHERE n <> 0 OR open <> 0 EXCEPT SELECT ", counted_cases!(), ") AS found LIMIT 10";
    CASE_COUNTS_LACKING = "SELECT organ, procedure, phase FROM (SELECT ", counted_cases!(),
        " EXCEPT SELECT organ, procedure, phase, division, n, open FROM case_count) AS found LIMIT 10";
    CASE_IDS = "SELECT id, version, head FROM cases WHERE id > $1 ORDER BY id LIMIT $2";
    CASE_PAGE_END = "SELECT id FROM cases WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";

    EVENT_LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM event";
    EVENT_COUNT = "SELECT CAST(count(*) AS BIGINT), coalesce(max(seq), 0) FROM event";
    EVENT_ADD = "INSERT INTO event (seq, case_id, number, division, legal_day, recorded_at, actor, form, corrects, ",
        "record, personal_digest, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    EVENTS_OF_CASE = event_columns!(), of_case!(), "AND e.number > $2 ORDER BY e.number";
    EVENTS_OF_CASES = event_values!(), "FROM cases c CROSS JOIN event e ", event_names!(),
        "WHERE e.division = c.division AND e.case_id = c.id AND c.id > $1 AND c.id <= $2 ORDER BY c.id, e.number";
    EVENT_GET = event_columns!(), of_case!(), "AND e.number = $2";
    EVENTS_AFTER = event_columns!(), "WHERE seq > $1 ORDER BY seq LIMIT $2";
    EVENTS_BETWEEN = "SELECT seq, division, case_id, number, legal_day, recorded_at, actor, form, corrects, record, ",
        "personal_digest, prev, hash FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq";
    EVENT_HASHES_AFTER = "SELECT seq, hash FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    EVENT_SEQ_GAP = "SELECT e.seq FROM event e WHERE NOT EXISTS (SELECT 1 FROM event p WHERE p.seq = e.seq - 1) ",
        "AND e.seq > 1 ORDER BY e.seq LIMIT 10";
    EVENTS_WITHOUT_CASE = "SELECT DISTINCT e.case_id FROM event e WHERE NOT EXISTS ",
        "(SELECT 1 FROM cases c WHERE c.id = e.case_id) ORDER BY e.case_id LIMIT 10";
    EVENTS_ASTRAY = "SELECT e.case_id, e.number FROM event e JOIN cases c ON c.id = e.case_id ",
        "WHERE c.division <> e.division ORDER BY e.case_id, e.number LIMIT 10";

    PERSONAL_ADD = "INSERT INTO personal (case_id, number, part, division, person, digest, salt, data) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    PERSONAL_GET = personal_of_case!(), "AND e.number = $2 ORDER BY e.part";
    PERSONAL_OF_CASE = personal_of_case!(), "ORDER BY e.number, e.part";
    PERSONAL_OF_CASES = personal_columns!(), "FROM cases c CROSS JOIN personal e LEFT JOIN person p ON p.id = e.person ",
        "WHERE e.division = c.division AND e.case_id = c.id AND c.id > $1 AND c.id <= $2 ORDER BY c.id, e.number, e.part";
    PERSONAL_BETWEEN = personal_columns!(), "FROM personal e LEFT JOIN person p ON p.id = e.person ",
        "WHERE e.case_id > $1 AND e.case_id <= $2 ORDER BY e.case_id, e.number, e.part";
    PERSONAL_OVERWRITE = "UPDATE personal SET salt = $4, data = $5 ", of_case!(), "AND number = $2 AND part = $3";
    PERSONAL_ERASE = "UPDATE personal SET salt = NULL, data = NULL ", of_case!(), "AND number = $2 AND part = $3";
    PERSONAL_UNSEALED = "SELECT DISTINCT case_id FROM personal WHERE case_id > $1 AND person IS NULL AND data IS NOT NULL ",
        "ORDER BY case_id LIMIT 200";
    PERSONAL_SEAL = "UPDATE personal SET person = $4, salt = NULL, data = $5 ", of_case!(), "AND number = $2 AND part = $3";

    PERSON_ADD = "INSERT INTO person (id, lookup, wrapped, operator, created_at) VALUES ($1, $2, $3, $4, $5)";
    PERSON_BY_LOOKUP = "SELECT id, wrapped, operator FROM person WHERE lookup = $1 ",
        "AND substr(lookup, 1, 8) = substr($1, 1, 8) ORDER BY id LIMIT 1";
    PERSON_GET = "SELECT id, wrapped, operator FROM person WHERE id = $1";
    PERSON_ANY = "SELECT id FROM person WHERE wrapped IS NOT NULL LIMIT 1";
    PERSON_CASES = "SELECT DISTINCT case_id FROM personal WHERE person = $1 AND substr(person, 1, 1) <> '.' ORDER BY case_id";
    PERSON_CASES_UNKNOWN = "SELECT DISTINCT case_id FROM personal WHERE person = $1 ORDER BY case_id";
    PERSONS_OF_CASE = "SELECT DISTINCT person FROM personal ", of_case!(), "AND person IS NOT NULL ORDER BY person";
    PERSON_OVERWRITE = "UPDATE person SET wrapped = $2 WHERE id = $1";
    PERSON_ERASE = "UPDATE person SET lookup = NULL, wrapped = NULL, erased_at = $2 WHERE id = $1";
    PERSON_REWRAP = "UPDATE person SET wrapped = $2, operator = $3 WHERE id = $1";
    PERSONS_UNDER_OTHERS = "SELECT id, wrapped, operator FROM person ",
        "WHERE id > $1 AND operator <> $2 AND wrapped IS NOT NULL ORDER BY id LIMIT $3";
    PERSON_COUNT_OTHERS = "SELECT CAST(count(*) AS BIGINT) FROM person WHERE operator <> $1 AND wrapped IS NOT NULL";

    TREE_HEAD_ADD = "INSERT INTO tree_head (size, root, made_at, signature, keys) VALUES ($1, $2, $3, $4, $5)";
    TREE_HEAD_LAST = "SELECT size, root, made_at, signature, keys FROM tree_head ORDER BY size DESC LIMIT 1";
    TREE_HEAD_COVERING = "SELECT size, root, made_at, signature, keys FROM tree_head WHERE size >= $1 ORDER BY size LIMIT 1";
    TREE_HEADS = "SELECT size, root, made_at, signature, keys FROM tree_head ORDER BY size";
    TREE_HEADS_PAGE = "SELECT size, root, made_at, signature, keys FROM tree_head WHERE size < $1 ORDER BY size DESC LIMIT $2";
    LOST_ROOTS = "SELECT root, size, log, made_at, signature, keys, lost_at, note FROM lost_root ORDER BY lost_at DESC, size DESC, root";
    LOST_ROOT_ADD = "INSERT INTO lost_root (root, size, log, made_at, signature, keys, lost_at, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (root) DO NOTHING";
    WITNESS_ADD = "INSERT INTO witness (size, keys, name, signed_at, signature) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size, keys) DO NOTHING";
    WITNESSES = "SELECT size, keys, name, signed_at, signature FROM witness WHERE size BETWEEN $1 AND $2 ORDER BY size, signed_at, keys";
    WITNESS_LAST = "SELECT size FROM witness ORDER BY size DESC LIMIT 1";
    TREE_NODE_ADD = "INSERT INTO tree_node (level, place, hash) VALUES ($1, $2, $3) ON CONFLICT (level, place) DO NOTHING";
    TREE_NODE_GET = "SELECT hash FROM tree_node WHERE level = $1 AND place = $2";
    TREE_NODE_LAST = "SELECT place FROM tree_node WHERE level = $1 ORDER BY place DESC LIMIT 1";

    DUE_OF_CASE = due_columns!(), of_case!();
    DUE_ADD = "INSERT INTO due (case_id, norm, acts, last_day, warn_on, organ, division, handler, lapses) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DUE_DROP = "DELETE FROM due WHERE division = $4 AND case_id = $1 AND norm = $2 AND acts = $3";
    DUE_OF_ORGAN = due_columns!(), "WHERE organ = $1 ", due_dated!();
    DUE_OF_ORGAN_UNDATED = due_columns!(), "WHERE organ = $1 ", due_undated!();
    DUE_OF_HANDLER = due_columns!(), "WHERE handler = $1 ", due_dated!();
    DUE_OF_HANDLER_UNDATED = due_columns!(), "WHERE handler = $1 ", due_undated!();
    DUE_LAPSED = due_columns!(), "WHERE lapses = 1 AND last_day < $1 ORDER BY last_day, case_id LIMIT $2";
    DUE_TURNING = due_columns!(), "WHERE (case_id, norm, acts) > ($1, $2, $3) AND ((warn_on > $4 AND warn_on <= $5) ",
        "OR (last_day >= $4 AND last_day <= $5)) ORDER BY case_id, norm, acts LIMIT $6";
    DUE_COUNT_ADD = "INSERT INTO due_count (organ, division, last_day, warn_on, n) VALUES ($1, $2, $3, $4, $5) ",
        "ON CONFLICT (organ, division, last_day, warn_on) DO UPDATE SET n = due_count.n + excluded.n";
    DUE_COUNT_CLEAN = "DELETE FROM due_count WHERE n = 0";
    DUE_COUNTS = "SELECT organ, ", due_sums!(), "WHERE ($2 = '' OR substr(division, 1, length($2)) = $2) ",
        "GROUP BY organ HAVING sum(n) <> 0";
    DUE_COUNTS_OF_ORGAN = "SELECT organ, ", due_sums!(), "WHERE organ = $3 ",
        "AND ($2 = '' OR substr(division, 1, length($2)) = $2) GROUP BY organ HAVING sum(n) <> 0";
    DUE_COUNTS_NOT_BACKED = "SELECT organ, last_day FROM (SELECT organ, division, last_day, warn_on, n FROM due_count ",
        "WHERE n <> 0 EXCEPT SELECT ", counted_dues!(), ") AS found LIMIT 10";
    DUE_COUNTS_LACKING = "SELECT organ FROM (SELECT ", counted_dues!(),
        " EXCEPT SELECT organ, division, last_day, warn_on, n FROM due_count) AS found LIMIT 10";

    TALLY_ADD = "INSERT INTO tally (figure, organ, division, legal_day, recorded_day, n, total) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (figure, organ, division, legal_day, recorded_day) ",
        "DO UPDATE SET n = tally.n + excluded.n, total = tally.total + excluded.total";
    TALLY_SUM = "SELECT ", tally_sums!(), tally_range!();
    // The sum keeps SQLite from going by the day through all organs: an organ's own days lie together.
    TALLY_SUM_OF_ORGAN = "SELECT ", tally_sums!(), tally_range!("legal_day + 0"), "AND organ = $6";
    TALLY_BY_ORGAN = "SELECT organ, ", tally_sums!(), tally_range!(), "GROUP BY organ";
    TALLY_BY_DAY = "SELECT legal_day, ", tally_sums!(), tally_range!(), "GROUP BY legal_day ORDER BY legal_day";
    TALLY_BY_DAY_OF_ORGAN = "SELECT legal_day, ", tally_sums!(), tally_range!(), "AND organ = $6 ",
        "GROUP BY legal_day ORDER BY legal_day";
    TALLY_ALL = "SELECT figure, legal_day, organ, division, recorded_day, n, total FROM tally";
    TALLY_CLEAR = "DELETE FROM tally WHERE figure = $1";

    CONTRIBUTION_ADD = "INSERT INTO contribution (figure, legal_day, case_id, number, organ, division, recorded_day, n, total) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ",
        "ON CONFLICT (figure, legal_day, case_id, number, organ, division, recorded_day) ",
        "DO UPDATE SET n = contribution.n + excluded.n, total = contribution.total + excluded.total";
    CONTRIBUTIONS_COUNTED = "SELECT figure, legal_day, organ, division, recorded_day, n, total FROM contribution";
    CONTRIBUTIONS = contribution_columns!(), "WHERE figure = $1 AND organ = $2 AND division = $3 AND legal_day <= $4 ",
        "AND recorded_day <= $5 AND (legal_day, case_id, number, recorded_day) > ($6, $7, $8, $9) ",
        "ORDER BY legal_day, case_id, number, recorded_day LIMIT $10";
    CONTRIBUTION_PLACES = "SELECT organ, division FROM contribution WHERE figure = $1 AND organ > $2 ",
        "ORDER BY organ, division LIMIT 1";
    CONTRIBUTION_DIVISION = "SELECT organ, division FROM contribution WHERE figure = $1 AND organ = $2 ",
        "ORDER BY division LIMIT 1";
    CONTRIBUTION_DIVISIONS = "SELECT organ, division FROM contribution WHERE figure = $1 AND organ = $2 AND division > $3 ",
        "ORDER BY division LIMIT 1";
    CONTRIBUTION_SUM = "SELECT ", tally_sums!(), "FROM contribution WHERE figure = $1 AND organ = $2 AND division = $3 ",
        "AND legal_day = $4 AND case_id = $5 AND number = $6";
    CONTRIBUTION_GROUPS = "SELECT CAST(count(*) AS BIGINT) FROM (SELECT figure FROM contribution GROUP BY figure, organ, division, ",
        "legal_day, case_id, number HAVING sum(n) <> 0 OR sum(total) <> 0) AS found";
    CONTRIBUTIONS_ALL = contribution_columns!(), "WHERE (figure, organ, division, legal_day, case_id, number, recorded_day) ",
        "> ($1, $2, $3, $4, $5, $6, $7) ORDER BY figure, organ, division, legal_day, case_id, number, recorded_day LIMIT $8";
    CONTRIBUTION_CLEAR = "DELETE FROM contribution WHERE figure = $1";

    PUBLICATION_ADD = "INSERT INTO publication (case_id, number, act, procedure, organ, division, published_on, title, ",
        "withdrawn_on, shown_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    PUBLICATION_SHOWN = "UPDATE publication SET shown_until = $4 ", of_case!(), "AND number = $2 AND act = $3";
    PUBLICATION_WITHDRAW = "UPDATE publication SET withdrawn_on = $4 ",
        of_case!(), "AND number = $2 AND act = $3 AND withdrawn_on IS NULL";
    PUBLICATION_GET = publication_columns!(), of_case!(), "AND number = $2 AND act = $3";
    PUBLICATIONS_OF_CASE = publication_columns!(), of_case!(), "ORDER BY number, act";
    PUBLICATIONS = publication_columns!(), "WHERE 1 = 1 ", publication_page!();
    PUBLICATIONS_OF_PROCEDURE = publication_columns!(), "WHERE procedure = $8 ", publication_page!();

    DOCUMENT_ADD = "INSERT INTO document (case_id, number, kind, doc_number, issued_on, division) ",
        "VALUES ($1, $2, $3, $4, $5, $6)";
    DOCUMENTS_OF_CASE = "SELECT case_id, number, kind, doc_number, issued_on FROM document ", of_case!();
    DOCUMENT_BY_NUMBER = "SELECT case_id, number, kind, doc_number, issued_on FROM document WHERE doc_number = $1";

    OUTBOX_LAST = "SELECT coalesce(max(id), 0) FROM outbox";
    OUTBOX_ADD = "INSERT INTO outbox (id, topic, case_id, payload, created_at, division) VALUES ($1, $2, $3, $4, $5, $6)";
    OUTBOX_AFTER = "SELECT id, topic, case_id, payload, created_at, division FROM outbox WHERE id > $1 ORDER BY id LIMIT $2";
    OUTBOX_GET = "SELECT id, topic, case_id, payload, created_at, division FROM outbox WHERE id = $1";
    OUTBOX_COUNT = "SELECT CAST(count(*) AS BIGINT) FROM outbox WHERE id > $1";
    OUTBOX_CLEAN = "DELETE FROM outbox WHERE id <= $1 AND created_at < $2 AND id < (SELECT max(id) FROM outbox) ",
        "AND id < (SELECT min(id) FROM outbox) + 1000 ",
        "AND NOT EXISTS (SELECT 1 FROM held_message h WHERE h.division = outbox.division AND h.id = outbox.id)";

    RECEIVER_GET = "SELECT name, position, fault, fault_since FROM receiver WHERE name = $1";
    RECEIVERS_ALL = "SELECT name, position, fault, fault_since FROM receiver ORDER BY name";
    RECEIVER_PUT = "INSERT INTO receiver (name, position, fault, fault_since) VALUES ($1, $2, $3, $4) ON CONFLICT (name) ",
        "DO UPDATE SET position = excluded.position, fault = excluded.fault, fault_since = excluded.fault_since";

    HELD_ADD = "INSERT INTO held_message (receiver, id, division, case_id, attempts, next_at, fault, held_at, set_aside_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    HELD_OF = held_columns!(), "WHERE receiver = $1 AND id > $2 ORDER BY id LIMIT $3";
    HELD_DUE = held_columns!(), "WHERE receiver = $1 AND next_at <= $2 ORDER BY next_at, id LIMIT $3";
    HELD_FIRST = held_columns!(), "WHERE receiver = $1 AND case_id = $2 ORDER BY id LIMIT 1";
    HELD_COUNTS = "SELECT CAST(coalesce(sum(CASE WHEN next_at < 9223372036854775807 THEN 1 ELSE 0 END), 0) AS BIGINT), ",
        "CAST(count(set_aside_at) AS BIGINT), CAST(coalesce(sum(CASE WHEN next_at = 9223372036854775807 ",
        "AND set_aside_at IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) FROM held_message WHERE receiver = $1";
    HELD_CHANGE = "UPDATE held_message SET attempts = $4, next_at = $5, fault = $6, set_aside_at = $7 ",
        "WHERE receiver = $1 AND id = $2 AND division = $3 AND attempts = $8";
    HELD_RETRY = "UPDATE held_message SET attempts = 0, next_at = $3, set_aside_at = NULL ",
        "WHERE receiver = $1 AND id = $2 AND attempts > 0";
    HELD_DROP = "DELETE FROM held_message WHERE receiver = $1 AND id = $2 AND division = $3";

    COMMAND_GET = "SELECT digest, result, done_at FROM command WHERE key = $1";
    COMMAND_ADD = "INSERT INTO command (key, digest, result, done_at) VALUES ($1, $2, $3, $4)";
    COMMAND_CLEAN = "DELETE FROM command WHERE done_at < $1";

    COUNTER_SET = "INSERT INTO counter (organ, kind, year, last) VALUES ($1, $2, $3, $4) ",
        "ON CONFLICT (organ, kind, year) DO UPDATE SET last = excluded.last";
    COUNTER_LAST = "SELECT last FROM counter WHERE organ = $1 AND kind = $2 AND year = $3";

    ENTRY_ADD = "INSERT INTO entry (register, organ, division, key, valid_from, valid_until, record, withdrawn, ",
        "entered_at, entered_by, reason, number, case_id, event) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    ENTRY_LAST = "SELECT number FROM entry WHERE register = $1 AND organ = $2 AND key = $3 AND valid_from = $4 ",
        "ORDER BY number DESC LIMIT 1";
    ENTRIES_OF = entry_columns!(), "WHERE register = $1 ", entry_counts!(), "ORDER BY organ, key, valid_from";
    ENTRIES_OF_ORGAN = entry_columns!(), "WHERE register = $1 AND organ = $2 ", entry_counts!(),
        "ORDER BY key, valid_from";
    ENTRIES_OF_KEY = entry_columns!(), "WHERE register = $1 AND organ = $2 AND key = $3 ", entry_counts!(),
        "ORDER BY valid_from";
    ENTRIES_PAGE = entry_columns!(), "WHERE register = $1 AND organ = $2 AND key > $4 AND valid_from <= $3 AND ",
        "(valid_until IS NULL OR valid_until >= $3) ", entry_counts!(), "ORDER BY key LIMIT $5";
    ENTRIES_CHANGED = entry_columns!(), "WHERE register = $1 AND organ = $2 AND ",
        "(valid_from <= $3 AND (valid_until IS NULL OR valid_until >= $3)) <> ",
        "(valid_from <= $4 AND (valid_until IS NULL OR valid_until >= $4)) ", entry_counts!(), "ORDER BY key, valid_from";
    ENTRIES_COUNTED = "SELECT register, COUNT(*) FROM entry WHERE valid_from <= $1 AND ",
        "(valid_until IS NULL OR valid_until >= $1) ", entry_counts!(), "GROUP BY register";
    ENTRY_OF_CASE = "SELECT 1 FROM entry WHERE register = $1 AND organ = $2 AND case_id IS NOT NULL ", entry_counts!(),
        "LIMIT 1";
    ENTRIES_EVER = entry_columns!(), "WHERE register = $1 ORDER BY organ, key, valid_from, number";
    ENTRIES_EVER_OF_ORGAN = entry_columns!(), "WHERE register = $1 AND organ = $2 ORDER BY key, valid_from, number";
    ENTRIES_FIRST = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM entry WHERE register = $1 LIMIT $2) first";
    ENTRY_HISTORY = entry_columns!(), "WHERE register = $1 AND organ = $2 AND key = $3 ORDER BY valid_from, number";

    LEASE_GET = "SELECT holder, epoch FROM lease WHERE name = $1";
    LEASE_PUT = "INSERT INTO lease (name, holder, epoch) VALUES ($1, $2, $3) ",
        "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch";

    AUDIT_LOG_LAST = audit_columns!(), "ORDER BY id DESC LIMIT 1";
    AUDIT_LOG_ADD = "INSERT INTO audit_log (id, at, account, what, detail, address, ok, prev, hash) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    AUDIT_LOG_CHAIN = "UPDATE audit_log SET prev = $2, hash = $3 WHERE id = $1";
    AUDIT_LOG_AFTER = audit_columns!(), "WHERE id > $1 ORDER BY id LIMIT $2";
    AUDIT_LOG_PAGE = audit_columns!(), "WHERE id < $1 AND ($3 = '' OR what = $3) ORDER BY id DESC LIMIT $2";
    AUDIT_LOG_OF = audit_columns!(), "WHERE account = $4 AND id < $1 AND ($3 = '' OR what = $3) ",
        "ORDER BY id DESC LIMIT $2";
    AUDIT_LOG_SINCE = "SELECT id FROM audit_log WHERE at >= $1 ORDER BY at, id LIMIT 1";
    AUDIT_LOG_CUT = "SELECT CAST(count(*) AS BIGINT) FROM audit_log WHERE what = 'audit_log_cleaned' AND detail = $1";
    AUDIT_LOG_DROP = "DELETE FROM audit_log WHERE id <= $1";

    KEPT_AUDIT_ADD = "INSERT INTO kept_audit (id, organ, account, name, content, result, errors, warnings, notes, kept_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    KEPT_AUDIT_GET = "SELECT id, organ, account, name, errors, warnings, notes, kept_at, content, result FROM kept_audit ",
        "WHERE organ = $1 AND id = $2";
    KEPT_AUDITS_OF = "SELECT id, organ, account, name, errors, warnings, notes, kept_at FROM kept_audit ",
        "WHERE organ = $1 AND (kept_at, id) < ($2, $3) ORDER BY kept_at DESC, id DESC LIMIT $4";
    KEPT_AUDIT_DELETE = "DELETE FROM kept_audit WHERE organ = $1 AND id = $2";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sqlite::in_memory;

    #[test]
    fn every_statement_can_be_prepared() {
        let db = in_memory();
        let mut names = BTreeSet::new();
        for statement in all() {
            let prepared = db.0.prepare(statement.question_marks());
            let prepared = prepared.unwrap_or_else(|e| panic!("{}: {e}", statement.name));
            assert!(names.insert(statement.name), "{} occurs twice", statement.name);
            let highest = (1..20).filter(|n| has_parameter(statement.text, *n)).max().unwrap_or(0);
            assert_eq!(prepared.parameter_count(), highest, "{}: parameters", statement.name);
        }
        assert!(names.len() > 80);
    }

    #[test]
    fn every_statement_can_be_prepared_on_postgres() {
        let Some(test) = crate::testing::Database::new("prepared").unwrap() else { return };
        let db = crate::Address::parse(&test.address).unwrap().connect().unwrap();
        crate::postgres::schema::migrate(&db, "here").unwrap();
        for statement in all() {
            let parameters = db.check(statement).unwrap_or_else(|e| panic!("{}: {e}", statement.name));
            let highest = (1..20).filter(|n| has_parameter(statement.text, *n)).max().unwrap_or(0);
            assert_eq!(parameters, highest, "{}: parameters", statement.name);
        }
    }

    fn has_parameter(text: &str, number: usize) -> bool {
        text.split('$').skip(1).any(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits == number.to_string()
        })
    }

    /// Lists that grow with the years must find their page by an index, without sorting.
    #[test]
    fn pages_use_an_index_and_do_not_sort() {
        let db = in_memory();
        let pages = [
            "CASES_",
            "EVENTS_",
            "DUE_OF",
            "DUE_LAPSED",
            "PUBLICATIONS",
            "CONTRIBUTIONS",
            "OUTBOX_AFTER",
            "HELD_OF",
            "HELD_DUE",
            "HELD_FIRST",
            "KEPT_AUDITS",
            "MESSAGES_OF",
            "SENDING_DUE",
            "SENDING_PAGE",
            "SAVED_VIEWS",
            "DRAFTS_OF",
            "NOTES_",
            "PERSON_CASES",
            "CASE_BY_RECEIPT",
        ];
        let mut seen = 0;
        for statement in all().filter(|it| pages.iter().any(|page| it.name.starts_with(page))) {
            // A check of everything reads everything.
            let reads_all =
                ["EVENTS_WITHOUT_CASE", "EVENTS_ASTRAY", "CONTRIBUTIONS_COUNTED", "PERSON_CASES_UNKNOWN"];
            if reads_all.contains(&statement.name) {
                continue;
            }
            seen += 1;
            let explain = format!("EXPLAIN QUERY PLAN {}", statement.question_marks());
            let mut prepared = db.0.prepare(&explain).unwrap();
            for number in 1..=prepared.parameter_count() {
                prepared.raw_bind_parameter(number, 1).unwrap();
            }
            let mut rows = prepared.raw_query();
            let mut plan = String::new();
            while let Some(row) = rows.next().unwrap() {
                plan.push_str(&row.get::<_, String>(3).unwrap());
                plan.push('\n');
            }
            assert!(!plan.contains("TEMP B-TREE"), "{}:\n{plan}", statement.name);
            assert!(!plan.contains("SCAN"), "{}:\n{plan}", statement.name);
        }
        assert!(seen > 15);
    }
}
