//! Who acted, and the forms of acts.

use crate::value::Statement;

statements! {
    FORMS:
    ACTOR_NUMBER = "SELECT number FROM actor WHERE id = $1";
    ACTOR_LAST = "SELECT coalesce(max(number), 0) FROM actor";
    ACTOR_ADD = "INSERT INTO actor (number, id) VALUES ($1, $2)";
    ACTORS = "SELECT number, id FROM actor ORDER BY number";
    ACT_FORM_LAST = "SELECT number, serial, record FROM act_form WHERE procedure = $1 AND kind = $2 AND act = $3 ",
        "ORDER BY serial DESC LIMIT 1";
    ACT_FORM_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM act_form";
    ACT_FORM_ADD = "INSERT INTO act_form (number, procedure, kind, act, serial, record) VALUES ($1, $2, $3, $4, $5, $6)";
    ACT_FORMS = "SELECT number, kind, act, record FROM act_form ORDER BY number";
}
