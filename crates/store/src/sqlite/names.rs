//! The names that a file keeps by number, as a connection knows them. A number once given stays that of its name, so what was
//! read can be kept; what a transaction gave and took back is forgotten.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::fault;
use crate::Result;

/// No name is the number of the empty text, which stands before all others.
const EMPTY: i64 = 0;
/// The number of what is nowhere.
const NONE: i64 = -1;
/// How many names a connection remembers.
const MOST: usize = 100_000;

/// What a connection remembers of names.
#[derive(Default)]
pub(crate) struct Names {
    numbers: RefCell<HashMap<Arc<str>, i64>>,
    /// By number.
    texts: RefCell<Vec<Option<Arc<str>>>>,
    /// Whether a number was given that is not committed yet.
    gave: Cell<bool>,
}

impl Names {
    /// The number of a name; of one that is new, where it is to be written, the next.
    pub fn number(&self, db: &Connection, text: &str, write: bool) -> Result<i64> {
        if text.is_empty() {
            return Ok(EMPTY);
        }
        if let Some(number) = self.numbers.borrow().get(text) {
            return Ok(*number);
        }
        let mut find = db.prepare_cached("SELECT number FROM word WHERE text = ?1").map_err(fault)?;
        let found = find.query_row([text], |row| row.get(0)).optional().map_err(fault)?;
        let number = match found {
            Some(number) => number,
            None if !write => return Ok(NONE),
            None => {
                let mut add = db.prepare_cached("INSERT INTO word (text) VALUES (?1)").map_err(fault)?;
                self.gave.set(true);
                add.insert([text]).map_err(fault)?
            }
        };
        self.keep(number, text.into());
        Ok(number)
    }

    /// The name with a number. One that nobody gave has a text that nothing else has: whoever verifies finds that it is not
    /// what it should be.
    pub fn text(&self, db: &Connection, number: i64) -> Result<Arc<str>> {
        if number == EMPTY {
            return Ok("".into());
        }
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(Some(text)) = self.texts.borrow().get(place) {
            return Ok(Arc::clone(text));
        }
        let mut find = db.prepare_cached("SELECT text FROM word WHERE number = ?1").map_err(fault)?;
        let found: Option<String> = find.query_row([number], |row| row.get(0)).optional().map_err(fault)?;
        let Some(found) = found else { return Ok(format!("?{number}").into()) };
        let text: Arc<str> = found.into();
        self.keep(number, Arc::clone(&text));
        Ok(text)
    }

    fn keep(&self, number: i64, text: Arc<str>) {
        if self.numbers.borrow().len() > MOST {
            self.clear();
        }
        self.numbers.borrow_mut().insert(Arc::clone(&text), number);
        // Numbers are given one after the other; one far beyond is looked up each time.
        let Some(place) = usize::try_from(number).ok().filter(|place| *place < 10 * MOST) else { return };
        let mut texts = self.texts.borrow_mut();
        if texts.len() <= place {
            texts.resize(place + 1, None);
        }
        if let Some(known) = texts.get_mut(place) {
            *known = Some(text);
        }
    }

    fn clear(&self) {
        self.numbers.borrow_mut().clear();
        self.texts.borrow_mut().clear();
    }

    /// What was given is committed.
    pub fn committed(&self) {
        self.gave.set(false);
    }

    /// Something that was given may be taken back.
    pub fn taken_back(&self) {
        if self.gave.get() {
            self.clear();
        }
    }

    /// Everything that was given and not committed is taken back.
    pub fn all_taken_back(&self) {
        self.taken_back();
        self.gave.set(false);
    }
}
