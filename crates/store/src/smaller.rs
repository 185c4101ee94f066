//! What the change to version 23 cannot say in SQL: events and packs of before, rewritten in the smaller way. It runs in the
//! change's own transaction, so a store has either all of it or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Event, EventKind, Hash};

use crate::events::NewRow;
use crate::form::{self, Form, FormKey};
use crate::value::{Connection, Statement, Value};
use crate::{Result, Row, StoreError, pack, sql};

static EVENTS_BEFORE: Statement = Statement::new(
    "EVENTS_BEFORE",
    "SELECT b.seq, b.case_id, b.number, b.division, b.legal_day, b.recorded_at, b.actor, b.kind, b.act, b.corrects, \
     b.record, b.personal_digest, b.prev, b.hash, c.procedure FROM event_before b LEFT JOIN cases c ON c.id = b.case_id \
     WHERE b.seq > $1 ORDER BY b.seq LIMIT 1000",
);
static PACKS_BEFORE: Statement =
    Statement::new("PACKS_BEFORE", "SELECT hash, procedure, source, added_at FROM pack_before ORDER BY hash");
static EVENT_BEFORE_DROP: Statement = Statement::new("EVENT_BEFORE_DROP", "DROP TABLE event_before");
static PACK_BEFORE_DROP: Statement = Statement::new("PACK_BEFORE_DROP", "DROP TABLE pack_before");

struct Before {
    seq: i64,
    division: String,
    event: Event,
    prev: Hash,
    hash: Hash,
    procedure: String,
}

impl Before {
    fn read(row: &mut Row<'_>) -> Result<Self> {
        let seq = row.int()?;
        let (case, number, division) = (row.text()?, row.number()?, row.text()?);
        let event = Event {
            case,
            number,
            legal_day: row.day()?,
            recorded_at: row.int()?,
            actor: row.text()?,
            kind: EventKind::parse(row.text_here()?).ok_or_else(|| form::unreadable(seq))?,
            act: row.text()?,
            corrects: row.opt_number()?,
            record: row.text()?,
            personal_digest: row.opt_hash()?,
        };
        let (prev, hash) = (row.hash()?, row.hash()?);
        Ok(Self { seq, division, event, prev, hash, procedure: row.opt_text()?.unwrap_or_default() })
    }
}

/// Rewrites everything.
///
/// # Errors
/// What was written before cannot be read, or the rest not be written: then nothing is changed.
pub(crate) fn rewrite(db: &dyn Connection) -> Result<()> {
    rewrite_packs(db)?;
    let mut made = Made::default();
    let mut after = i64::MIN;
    loop {
        let mut page = Vec::new();
        db.query(&EVENTS_BEFORE, &[after.into()], &mut |row| {
            page.push(Before::read(row)?);
            Ok(true)
        })?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        page.iter().try_for_each(|one| made.write(db, one))?;
    }
    db.execute(&EVENT_BEFORE_DROP, &[]).map(drop)
}

fn rewrite_packs(db: &dyn Connection) -> Result<()> {
    let mut packs: Vec<(Hash, String, Vec<u8>, i64)> = Vec::new();
    db.query(&PACKS_BEFORE, &[], &mut |row| {
        packs.push((row.hash()?, row.text()?, pack::compressed(row.text_here()?)?, row.int()?));
        Ok(true)
    })?;
    for (hash, procedure, source, added_at) in &packs {
        let values = [hash.into(), procedure.into(), source.into(), (*added_at).into()];
        db.execute(&sql::PACK_ADD, &values)?;
    }
    db.execute(&PACK_BEFORE_DROP, &[]).map(drop)
}

/// Actors and forms that were made so far.
#[derive(Default)]
struct Made {
    actors: BTreeMap<String, i64>,
    forms: BTreeMap<FormKey, Arc<Form>>,
    last_actor: i64,
    last_form: i64,
}

impl Made {
    fn write(&mut self, db: &dyn Connection, before: &Before) -> Result<()> {
        let Before { seq, division, event, prev, hash, procedure } = before;
        let actor = self.actor(db, &event.actor)?;
        let key: FormKey = (procedure.clone(), event.kind.id(), event.act.clone());
        let number = || Ok::<_, StoreError>(self.last_form + 1);
        let (form, record, is_new) =
            form::pack_or_form(self.forms.get(&key), event.record.as_bytes(), number)?;
        if is_new {
            self.last_form = form.number;
            db.execute(&sql::ACT_FORM_ADD, &form::row_of(&key, &form))?;
            self.forms.insert(key, Arc::clone(&form));
        }
        let form = form.number;
        let row = NewRow { seq: *seq, division, event, prev, hash, actor, form, record: &record };
        let mut values = row.values();
        // Texts were kept as they are then.
        values.iter_mut().for_each(|value| {
            if let Value::Case(text) | Value::Name(text) = *value {
                *value = Value::Text(text);
            }
        });
        db.execute(&sql::EVENT_ADD, &values).map(drop)
    }

    fn actor(&mut self, db: &dyn Connection, id: &str) -> Result<i64> {
        if let Some(number) = self.actors.get(id) {
            return Ok(*number);
        }
        self.last_actor += 1;
        db.execute(&sql::ACTOR_ADD, &[self.last_actor.into(), id.into()])?;
        self.actors.insert(id.to_owned(), self.last_actor);
        Ok(self.last_actor)
    }
}
