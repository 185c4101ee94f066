//! The statements of which cases name an organ or an enterprise.

use crate::value::Statement;

statements! {
    NAMED:
    CASE_NAMED_ADD = "INSERT INTO case_named (name, opened_on, case_id, division) VALUES ($1, $2, $3, $4)";
    CASE_NAMED_DROP = "DELETE FROM case_named WHERE name = $1 AND opened_on = $2 AND case_id = $3 AND division = $4";
    CASE_NAMED_ASTRAY = "SELECT n.name, n.case_id FROM case_named n LEFT JOIN cases c ",
        "ON c.division = n.division AND c.id = n.case_id AND c.opened_on = n.opened_on WHERE c.id IS NULL ",
        "OR replace('\n' || c.named || '\n', '\n' || n.name || '\n', '') = '\n' || c.named || '\n' LIMIT 10";
    CASE_NAMED_GET = "SELECT name FROM case_named WHERE name = $1 AND opened_on = $2 AND case_id = $3 AND division = $4";
    CASE_ENTERPRISES = "SELECT code FROM case_enterprise WHERE case_id = $1 ORDER BY code";
    CASE_ENTERPRISE_ADD = "INSERT INTO case_enterprise (case_id, code) VALUES ($1, $2)";
    CASE_ENTERPRISE_DROP = "DELETE FROM case_enterprise WHERE case_id = $1 AND code = $2";
    ENTERPRISE_CASES = "SELECT case_id FROM case_enterprise WHERE code = $1 AND ($2 = '' OR case_id < $2) ",
        "ORDER BY case_id DESC LIMIT $3";
    ENTERPRISES_CROWDED = "SELECT code, count(*) FROM case_enterprise GROUP BY code HAVING count(*) >= $1 ",
        "ORDER BY count(*) DESC, code LIMIT $2";
}
