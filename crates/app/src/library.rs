//! The library of documents: every case whose procedure says what makes it a document (`[library]` of its file), and every
//! entry of the registers that say so, with the text of each and the web of their citations.
//!
//! It is this process's own: read once and following the journal from there. A text is read again only where its file is
//! another one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use calendar::Day;
use citations::{Document, State, Web};
use ledger::{EventKind, Hash};
use norms::{OnRecord, Procedure, Shelf, Value};
use registers::{Entry, Register};
use store::cases::Case;
use store::{Query, cases, document, events, publication};

use crate::case::CaseFile;
use crate::error::Result;
use crate::followed::Followed;
use crate::platform::Platform;

/// How many cases are read at a time.
const BATCH: u32 = 500;
/// So many characters of a text are read; a longer one is no document of this kind.
const LONGEST: usize = 2_000_000;

/// Where a document of the library comes from. 文件来源
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Case(Box<Case>),
    Entry { register: String, organ: String },
}

/// What is known of a document beside its text. 文件库中的文件
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub origin: Origin,
    pub is_public: bool,
    /// The file that its text was read from.
    file: Option<Hash>,
    /// Why its text could not be read, or that there is none.
    pub fault: Option<String>,
}

impl Held {
    /// Id of the organ whose document it is.
    pub fn organ(&self) -> &str {
        match &self.origin {
            Origin::Case(row) => &row.organ,
            Origin::Entry { organ, .. } => organ,
        }
    }
}

/// All documents with their web. 文件库
#[derive(Debug)]
pub(crate) struct Shelves {
    pub web: Web<'static>,
    /// For each document of the web.
    pub held: Vec<Held>,
}

/// The library at hand, by when in the journal it was last true.
#[derive(Debug)]
pub(crate) struct AtHand {
    shelves: Arc<Shelves>,
    seq: i64,
    entries: Vec<(Arc<Register>, Arc<Vec<Entry>>)>,
}

pub(crate) type Kept = Followed<AtHand>;

/// A document that was read, with what is known of it.
type Read = (Document, Held);

/// A register whose entries are documents, with its entries.
type Shelved = (Arc<Register>, Arc<Vec<Entry>>);

impl Platform {
    /// Reads the library so that nobody waits for it: meanwhile pages say that it is being read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn prepare_library(&self) -> Result<()> {
        self.inner().library.prepare(|| self.read_library())
    }

    /// The library as it now is; nothing while it is read in the background.
    pub(crate) fn shelves(&self) -> Result<Option<Arc<Shelves>>> {
        let last = self.store().read(|reader| events::last_seq(reader))?;
        let entries = self.shelved_entries()?;
        let same = |kept: &AtHand| {
            kept.entries.iter().zip(&entries).all(|((_, old), (_, new))| Arc::ptr_eq(old, new))
        };
        self.inner().library.asked(
            |kept| kept.seq >= last && same(kept),
            || self.read_library(),
            |kept| self.follow_library(kept, entries.clone()),
            |kept| Arc::clone(&kept.shelves),
        )
    }

    /// The entries of every register that is part of the library.
    fn shelved_entries(&self) -> Result<Vec<Shelved>> {
        let registers = self.rules().registers.iter().filter(|one| one.shelf.is_some());
        registers.map(|one| Ok((Arc::clone(one), self.entries(&one.id)?))).collect()
    }

    fn read_library(&self) -> Result<AtHand> {
        let seq = self.store().read(|reader| events::last_seq(reader))?;
        let mut read: Vec<Read> = Vec::new();
        let mut after = String::new();
        loop {
            let (made, last) = self.store().read(|reader| -> Result<_> {
                let rows = cases::after(reader, &after, BATCH)?;
                let last = rows.last().map(|row| row.id.clone());
                let made: Result<Vec<_>> =
                    rows.into_iter().map(|row| self.shelved(reader, row, None)).collect();
                Ok((made?, last))
            })?;
            let Some(last) = last else { break };
            after = last;
            read.extend(made.into_iter().flatten());
        }
        let entries = self.shelved_entries()?;
        read.extend(self.of_entries(&entries));
        read.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
        let (documents, held) = read.into_iter().unzip();
        let web = Web::owning((*self.rules().laws).clone(), documents);
        Ok(AtHand { shelves: Arc::new(Shelves { web, held }), seq, entries })
    }

    /// Brings the library to the end of the journal.
    fn follow_library(
        &self,
        kept: &mut AtHand,
        entries: Vec<(Arc<Register>, Arc<Vec<Entry>>)>,
    ) -> Result<()> {
        let told = self.telling_acts();
        let mut changed: BTreeSet<String> = BTreeSet::new();
        let (seq, fresh) = self.store().read(|reader| -> Result<_> {
            let (mut seq, last) = (kept.seq, events::last_seq(reader)?);
            while seq < last {
                let batch = events::after(reader, seq, BATCH)?;
                let Some(end) = batch.last() else { break };
                seq = end.seq;
                for entry in &batch {
                    let event = entry.event();
                    let tells = matches!(event.kind, EventKind::Correction | EventKind::Note)
                        || told.contains(event.act.as_str());
                    if tells {
                        changed.insert(event.case.clone());
                    }
                }
            }
            let mut fresh: BTreeMap<String, Option<Read>> = BTreeMap::new();
            for case in changed {
                let Some(row) = cases::get(reader, &case)? else { continue };
                if self.shelf_of(&row.procedure).is_some() {
                    let known = kept.shelves.known(&case);
                    fresh.insert(case, self.shelved(reader, row, known)?);
                }
            }
            Ok((seq, fresh))
        })?;
        kept.seq = seq;
        let same = kept.entries.iter().zip(&entries).all(|((_, old), (_, new))| old == new);
        if !same || !fresh.is_empty() {
            kept.shelves = Arc::new(kept.shelves.renewed(fresh, || self.of_entries(&entries)));
        }
        kept.entries = entries;
        Ok(())
    }

    /// The ids of the acts that say something of a document.
    fn telling_acts(&self) -> BTreeSet<&str> {
        let mut made = BTreeSet::new();
        for procedure in self.rules().packs.iter().map(|pack| &pack.file.procedure) {
            let Some(shelf) = &procedure.shelf else { continue };
            let lists = [
                &shelf.title,
                &shelf.number,
                &shelf.text,
                &shelf.from,
                &shelf.until,
                &shelf.repealed,
                &shelf.lapsed,
            ];
            let acts = lists.into_iter().flatten().map(|one| one.act).chain(shelf.published);
            made.extend(acts.filter_map(|act| procedure.act_of(act)).map(|act| act.id.as_str()));
            // Whatever publishes it.
            let publishing = procedure.acts.iter().filter(|act| act.publish.is_some());
            made.extend(publishing.map(|act| act.id.as_str()));
        }
        made
    }

    /// The newest procedure of an id that says what makes a case a document.
    pub(crate) fn shelf_of(&self, procedure: &str) -> Option<(&Procedure, &Shelf)> {
        let own = self.rules().packs.iter().rev().map(|pack| &pack.file.procedure);
        own.filter(|own| own.id == procedure).find_map(|own| own.shelf.as_ref().map(|shelf| (own, shelf)))
    }

    /// A case as a document; nothing where it is none, or not yet, or cannot be read. A text that is known is not read again.
    fn shelved(&self, db: &dyn Query, row: Case, known: Option<(&Document, &Held)>) -> Result<Option<Read>> {
        let Some((procedure, shelf)) = self.shelf_of(&row.procedure) else { return Ok(None) };
        let Ok(file) = self.inner().replayed(db, row) else { return Ok(None) };
        let recorded = Recorded { file: &file, procedure };
        let Some(title) = recorded.text(&shelf.title) else { return Ok(None) };
        let case = file.row.id.clone();
        let number = match recorded.last(&shelf.number) {
            Some((_, Some(Value::Text(text)))) => Some(text),
            Some((deed, None)) => {
                let issued = document::of_case(db, &case)?;
                issued.into_iter().find(|one| one.number == deed).map(|one| one.doc_number)
            }
            _ => None,
        };
        let until = recorded.day(&shelf.until);
        let ended = [(&shelf.repealed, State::Repealed), (&shelf.lapsed, State::Lapsed)];
        let ended =
            ended.into_iter().filter_map(|(places, state)| Some((recorded.first_day(places)?, state)));
        let ended = ended.min_by_key(|(day, _)| *day);
        let last = ended.map(|(day, _)| day.previous());
        let until = match (until, last) {
            (Some(until), Some(last)) => Some(until.min(last)),
            (until, last) => until.or(last),
        };
        let published = shelf.published.and_then(|act| procedure.act_of(act)).map(|act| act.id.as_str());
        let is_public = shelf.always_public
            || publication::of_case(db, &case)?
                .iter()
                .any(|one| Some(one.act.as_str()) == published && one.withdrawn_on.is_none());
        let (hash, name) = match recorded.text(&shelf.text) {
            Some(text) => match text.split_once('|') {
                Some((hash, name)) => (Hash::parse(hash), name.to_owned()),
                None => (None, String::new()),
            },
            None => (None, String::new()),
        };
        let organ = self.organ(&file.row.organ).map_or_else(|_| file.row.organ.clone(), |organ| organ.name);
        let (text, fault) = match known {
            Some((document, held)) if held.file == hash => (document.text.clone(), held.fault.clone()),
            _ => self.text_of(db, hash.as_ref(), &name),
        };
        let state = ended.map_or(State::InForce, |(_, state)| state);
        let from = recorded.day(&shelf.from);
        let document = Document { id: case, number, title, organ, from, until, state, text };
        let origin = Origin::Case(Box::new(file.row.clone()));
        Ok(Some((document, Held { origin, is_public, file: hash, fault })))
    }

    /// The text of a file that was handed in, and why there is none.
    fn text_of(&self, db: &dyn Query, hash: Option<&Hash>, name: &str) -> (String, Option<String>) {
        let Some(hash) = hash else { return (String::new(), Some("没有登记正文".to_owned())) };
        let Ok(bytes) = self.content_of(db, hash) else {
            return (String::new(), Some("正文的附件读不出来".to_owned()));
        };
        match reading::read_within(name, &bytes, LONGEST) {
            Ok(reading) => (reading.text.source().to_owned(), None),
            Err(fault) => (String::new(), Some(format!("“{name}”{fault}"))),
        }
    }

    fn of_entries(&self, entries: &[(Arc<Register>, Arc<Vec<Entry>>)]) -> Vec<Read> {
        let one = |register: &Register, entry: &Entry| -> Option<Read> {
            let shelf = register.shelf.as_ref()?;
            let text = |at: u16| match entry.record.get(at) {
                Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            };
            let repealed = shelf.repealed.as_ref();
            let is_repealed = repealed.is_some_and(|(at, option)| text(*at).as_ref() == Some(option));
            let state = match (entry.until, is_repealed) {
                (None, _) => State::InForce,
                (Some(_), true) => State::Repealed,
                (Some(_), false) => State::Lapsed,
            };
            let id = format!("{}\n{}\n{}\n{}", register.id, entry.organ, entry.key, entry.from);
            let texts: Vec<String> = shelf.text.iter().filter_map(|at| text(*at)).collect();
            let fault = texts.is_empty().then(|| "没有登记正文".to_owned());
            let document = Document {
                id: crate::ids::short_hash(id.as_bytes()),
                number: shelf.number.and_then(text),
                title: text(shelf.title)?,
                organ: self.organ(&entry.organ).map_or_else(|_| entry.organ.clone(), |organ| organ.name),
                from: Some(entry.from),
                until: entry.until,
                state,
                text: texts.join("\n"),
            };
            let origin = Origin::Entry { register: register.id.clone(), organ: entry.organ.clone() };
            Some((document, Held { origin, is_public: register.public, file: None, fault }))
        };
        entries
            .iter()
            .flat_map(|(register, all)| all.iter().filter_map(|entry| one(register, entry)))
            .collect()
    }
}

impl Shelves {
    fn known(&self, id: &str) -> Option<(&Document, &Held)> {
        let at = self.place(id)?;
        Some((self.web.documents().get(at)?, self.held.get(at)?))
    }

    /// The place of a document.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.web.documents().binary_search_by(|one| one.id.as_str().cmp(id)).ok()
    }

    /// The library with other documents from cases and all those from registers.
    fn renewed(
        &self,
        mut fresh: BTreeMap<String, Option<Read>>,
        entries: impl FnOnce() -> Vec<Read>,
    ) -> Self {
        let mut read: Vec<Read> = entries();
        for (document, held) in self.web.documents().iter().zip(&self.held) {
            if matches!(held.origin, Origin::Entry { .. }) {
                continue;
            }
            match fresh.remove(&document.id) {
                Some(other) => read.extend(other),
                None => read.push((document.clone(), held.clone())),
            }
        }
        read.extend(fresh.into_values().flatten());
        read.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
        let (documents, held) = read.into_iter().unzip();
        Self { web: self.web.renewed(documents), held }
    }
}

/// What stands on record in a case, by the names that the newest form of its procedure has.
struct Recorded<'a> {
    file: &'a CaseFile,
    procedure: &'a Procedure,
}

impl Recorded<'_> {
    /// What each of these places says, in the order in which it was recorded: the number of the event, its day, the value
    /// of the field, where it names one.
    fn all(&self, places: &[OnRecord]) -> Vec<(u32, Day, Option<Value>)> {
        let own = &self.file.pack.file.procedure;
        let mut made = Vec::new();
        for deed in &self.file.history.deeds {
            let Some(act) = own.act_of(deed.act) else { continue };
            for place in places {
                let Some(spec) = self.procedure.act_of(place.act).filter(|spec| spec.id == act.id) else {
                    continue;
                };
                let Some(field) = place.field else {
                    made.push((deed.number, deed.on, None));
                    continue;
                };
                let id = spec.fields.get(usize::from(field)).map(|field| field.id.as_str());
                let at = act.fields.iter().position(|one| Some(one.id.as_str()) == id);
                let value = at.and_then(|at| deed.record.get(u16::try_from(at).ok()?));
                made.extend(value.map(|value| (deed.number, deed.on, Some(value.clone()))));
            }
        }
        made
    }

    fn last(&self, places: &[OnRecord]) -> Option<(u32, Option<Value>)> {
        self.all(places).pop().map(|(number, _, value)| (number, value))
    }

    fn text(&self, places: &[OnRecord]) -> Option<String> {
        match self.last(places)? {
            (_, Some(Value::Text(text))) => Some(text),
            (_, Some(Value::List(all))) => all.into_iter().next(),
            _ => None,
        }
    }

    fn day(&self, places: &[OnRecord]) -> Option<Day> {
        match self.last(places)? {
            (_, Some(Value::Day(day))) => Some(day),
            _ => None,
        }
    }

    /// The first day that one of these says: its field's, else that of the act.
    fn first_day(&self, places: &[OnRecord]) -> Option<Day> {
        let days = self.all(places).into_iter().filter_map(|(_, on, value)| match value {
            None => Some(on),
            Some(Value::Day(day)) => Some(day),
            Some(_) => None,
        });
        days.min()
    }
}
