//! Many cases quickly, for measuring: cases that a use case made are written again under other names, row by row through
//! the same functions, with chains, digests and counts of their own. And what a store weighs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ledger::{HashFunction as _, Sm3};

use crate::attachment::Attachment;
use crate::cases::{Case, Key, Scope};
use crate::document::Document;
use crate::due::Due;
use crate::events::NewEvent;
use crate::keyring::Keyring;
use crate::person::Whose;
use crate::personal::{NewPart, NewPersonal};
use crate::publication::Publication;
use crate::tally::Contribution;
use crate::value::all;
use crate::{
    Query, Result, Statement, Store, Tx, attachment, cases, counter, document, due, enterprise, events,
    personal, publication, tally,
};

/// A case with all that belongs to it. 样本案件
#[derive(Clone, Debug)]
pub struct Sample {
    pub case: Case,
    /// Each with its personal fields.
    events: Vec<(NewEvent, Option<String>)>,
    dues: Vec<Due>,
    contributions: Vec<Contribution>,
    documents: Vec<Document>,
    publications: Vec<Publication>,
    enterprises: Vec<String>,
    /// Each with its own name; what is sealed is written open.
    attachments: Vec<Attachment>,
}

impl Sample {
    /// How many events it has.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events.len()
    }
}

/// Under what names a sample is written again. 新名称
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub id: String,
    pub organ: String,
    /// What stands before every number.
    pub prefix: String,
    /// What is put in the place of what, in texts of all kinds.
    pub texts: Vec<(String, String)>,
    /// Accounts that stand for others.
    pub accounts: BTreeMap<String, String>,
}

/// Reads all cases of a store that is small.
///
/// # Errors
/// The store cannot be read.
pub fn samples(db: &dyn Query, keys: Option<&Keyring>) -> Result<Vec<Sample>> {
    let mut behind: BTreeMap<String, Vec<Contribution>> = BTreeMap::new();
    for one in tally::every(db, None, u32::MAX)? {
        behind.entry(one.case.clone()).or_default().push(one);
    }
    let mut made = Vec::new();
    let mut after: Option<Key> = None;
    loop {
        let page = cases::page(db, Scope::All, "", after.as_ref(), 100)?;
        let Some(last) = page.last() else { break };
        after = Some(last.key());
        for case in page {
            let contributions = behind.remove(&case.id).unwrap_or_default();
            made.push(sample(db, keys, case, contributions)?);
        }
    }
    made.reverse();
    Ok(made)
}

fn sample(
    db: &dyn Query,
    keys: Option<&Keyring>,
    case: Case,
    contributions: Vec<Contribution>,
) -> Result<Sample> {
    let id = case.id.as_str();
    let mut apart: BTreeMap<u32, String> =
        personal::of_case(db, keys, id)?.into_iter().map(|one| (one.number, one.data)).collect();
    let entries = events::of_case(db, id, 0)?.into_iter();
    let events = entries.map(|entry| {
        let event = entry.chained.event;
        let apart = apart.remove(&event.number);
        let new = NewEvent {
            personal: None,
            case: event.case,
            legal_day: event.legal_day,
            recorded_at: event.recorded_at,
            actor: event.actor,
            kind: event.kind,
            act: event.act,
            corrects: event.corrects,
            record: event.record,
        };
        (new, apart)
    });
    Ok(Sample {
        events: events.collect(),
        dues: due::of_case(db, id)?,
        contributions,
        documents: document::of_case(db, id)?,
        publications: publication::of_case(db, id)?,
        enterprises: enterprise::of_case(db, id)?,
        attachments: attachment::of_case(db, id)?,
        case,
    })
}

/// Keeps the contents of the samples' attachments in another store too.
///
/// # Errors
/// A content cannot be read or written.
pub fn copy_files(samples: &[Sample], keys: Option<&Keyring>, from: &Store, to: &Store) -> Result<()> {
    let all = samples.iter().flat_map(|sample| &sample.attachments);
    let contents: BTreeMap<_, _> = all.map(|one| (one.hash, one)).collect();
    for one in contents.values() {
        if let Some(content) = from.files().content(keys, one)? {
            to.files().put(&one.name, &content)?;
        }
    }
    Ok(())
}

impl Names {
    fn text(&self, text: &str) -> String {
        self.texts.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    fn account(&self, id: &str) -> String {
        self.accounts.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The next number of a series in the place of a number.
    fn number(&self, tx: &mut Tx<'_>, kind: &str, old: &str) -> Result<String> {
        let (head, tail) = old.split_once('〕').unwrap_or((old, "1号"));
        let year = head.split_once('〔').and_then(|(_, year)| year.parse().ok()).unwrap_or(0);
        let serial = counter::next_number(tx, &self.organ, kind, year)?;
        let end = tail.trim_start_matches(|c: char| c.is_ascii_digit());
        Ok(format!("{}{head}〕{serial}{end}", self.prefix))
    }
}

/// Writes a sample again; the number of its events. Its personal fields are sealed under the key of one person for each
/// case.
///
/// # Errors
/// A name is there already; the store cannot be written.
pub fn write(tx: &mut Tx<'_>, sample: &Sample, names: &Names, keys: &Arc<Keyring>) -> Result<usize> {
    let old = &sample.case;
    let number = names.number(tx, &format!("case:{}", old.procedure), old.number.as_deref().unwrap_or(""))?;
    let named: BTreeSet<String> = old.named.iter().map(|name| names.text(name)).collect();
    let case = Case {
        id: names.id.clone(),
        organ: names.organ.clone(),
        number: Some(number),
        title: names.text(&old.title),
        handler: old.handler.as_deref().map(|id| names.account(id)),
        party: old.party.as_deref().map(|id| names.account(id)),
        receipt_hash: old.receipt_hash.map(|_| Sm3::digest(&[names.id.as_bytes()])),
        named: named.into_iter().collect(),
        ..old.clone()
    };
    cases::add(tx, &case)?;
    for (event, personal) in &sample.events {
        let whose = Whose::Unknown { case: case.id.clone(), group: "party".to_owned() };
        let part = |data: &String| NewPart { name: "party".to_owned(), whose, data: names.text(data) };
        let new = NewEvent {
            case: case.id.clone(),
            actor: names.account(&event.actor),
            record: names.text(&event.record),
            personal: personal
                .as_ref()
                .map(|data| NewPersonal { keys: Arc::clone(keys), parts: vec![part(data)] }),
            ..event.clone()
        };
        events::append(tx, new)?;
    }
    let due = |due: &Due| Due {
        case: case.id.clone(),
        organ: case.organ.clone(),
        handler: case.handler.clone(),
        ..due.clone()
    };
    due::replace(tx, &case.id, &sample.dues.iter().map(due).collect::<Vec<_>>())?;
    for one in &sample.contributions {
        let (id, organ) = (case.id.clone(), case.organ.clone());
        tally::contribute(tx, &Contribution { case: id, organ, ..one.clone() })?;
    }
    for one in &sample.documents {
        let doc_number = names.number(tx, &format!("document:{}", one.kind), &one.doc_number)?;
        document::add(tx, &Document { case: case.id.clone(), doc_number, ..one.clone() })?;
    }
    for one in &sample.publications {
        let (id, organ, title) = (case.id.clone(), case.organ.clone(), names.text(&one.title));
        publication::add(tx, &Publication { case: id, organ, title, ..one.clone() })?;
    }
    let codes: Vec<String> = sample.enterprises.iter().map(|code| names.text(code)).collect();
    enterprise::set(tx, &case.id, &codes)?;
    for one in &sample.attachments {
        let added_by = names.account(&one.added_by);
        let mut opened = one.opened();
        (opened.case, opened.added_by) = (case.id.clone(), added_by);
        attachment::add(tx, &opened)?;
    }
    Ok(sample.events.len())
}

static SIZES: Statement =
    Statement::new("SIZES", "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = 1 GROUP BY name");
/// What each table and index of a SQLite store takes, in bytes, the largest first.
///
/// # Errors
/// The store is no SQLite file or cannot be read.
pub fn sizes(db: &dyn Query) -> Result<Vec<(String, i64)>> {
    let mut found = all(db, &SIZES, &[], |row| Ok((row.text()?, row.int()?)))?;
    found.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(found)
}

/// How many events a store has, and the canonical bytes of all of them.
///
/// # Errors
/// The store cannot be read.
pub fn canonical_bytes(db: &dyn Query) -> Result<(i64, i64)> {
    let names = crate::form::Names::read(db)?;
    let (mut count, mut bytes) = (0, 0);
    let mut canonical = Vec::new();
    events::each_between(db, &names, (i64::MIN, i64::MAX), &mut |entry| {
        canonical.clear();
        entry.event.write_canonical(&mut canonical);
        count += 1;
        bytes += i64::try_from(canonical.len()).unwrap_or(0);
        Ok(())
    })?;
    Ok((count, bytes))
}

#[cfg(test)]
mod tests {
    use ledger::EventKind;

    use super::*;
    use crate::Options;

    fn sample_case() -> Case {
        Case {
            id: "a".to_owned(),
            division: "350526".to_owned(),
            organ: "county".to_owned(),
            procedure: "p".to_owned(),
            pack: Sm3::digest(&[b"p"]),
            number: Some("德政复〔2026〕1号".to_owned()),
            title: "张三　罚款".to_owned(),
            opened_on: 20_000,
            phase: String::new(),
            version: 0,
            closed_on: None,
            handler: Some("u".to_owned()),
            party: None,
            receipt_hash: None,
            head: ledger::genesis("a"),
            named: vec!["德化县公安局".to_owned()],
        }
    }

    /// What is written again is whole, and the weight of its journal is that of its canonical bytes.
    #[test]
    fn a_case_is_written_again_whole() {
        let dir = std::env::temp_dir().join(format!("yifa-fill-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&dir));
        let store = Store::open(&dir, &Options::default()).unwrap();
        let case = sample_case();
        let keys = Arc::new(Keyring::new(&[[1; 16]], &[7; 32]).unwrap());
        let again = Arc::clone(&keys);
        let work = move |tx: &mut Tx<'_>| -> Result<usize> {
            cases::add(tx, &case)?;
            for act in ["apply", "accept"] {
                let event = NewEvent {
                    case: "a".to_owned(),
                    legal_day: 20_000,
                    recorded_at: 5,
                    actor: "u".to_owned(),
                    kind: EventKind::Act,
                    act: act.to_owned(),
                    corrects: None,
                    record: "{\"respondent\":\"德化县公安局\"}".to_owned(),
                    personal: Some(NewPersonal {
                        keys: Arc::clone(&keys),
                        parts: vec![NewPart {
                            name: "applicant".to_owned(),
                            whose: Whose::Unknown { case: "a".to_owned(), group: "applicant".to_owned() },
                            data: "{\"applicant\":\"张三\"}".to_owned(),
                        }],
                    }),
                };
                events::append(tx, event)?;
            }
            let names = Names {
                id: "b".to_owned(),
                organ: "county-1".to_owned(),
                prefix: "1".to_owned(),
                texts: vec![("德化".to_owned(), "德化1".to_owned())],
                accounts: BTreeMap::from([("u".to_owned(), "u-1".to_owned())]),
            };
            let sample = samples(tx, Some(&keys))?.remove(0);
            write(tx, &sample, &names, &keys)
        };
        assert_eq!(store.write(work).unwrap(), Ok(2));
        let verified = store.verify_with(Some(&again)).unwrap();
        assert!(verified.is_whole() && verified.personal == 4, "{verified:?}");
        let (written, events) = store
            .read(|db| Ok::<_, crate::StoreError>((cases::get(db, "b")?, events::after(db, 0, 9)?)))
            .unwrap();
        let written = written.unwrap();
        assert_eq!((written.number.as_deref(), written.version), (Some("1德政复〔2026〕1号"), 2));
        assert_eq!(
            (written.named, written.handler.as_deref()),
            (vec!["德化1县公安局".to_owned()], Some("u-1"))
        );
        let bytes: usize = events.iter().map(|entry| entry.event().canonical().len()).sum();
        let weighed = store.read(|db| canonical_bytes(db)).unwrap();
        assert_eq!(weighed, (4, i64::try_from(bytes).unwrap()));
        assert!(
            store.read(|db| sizes(db)).unwrap().iter().any(|(name, bytes)| name == "event" && *bytes > 0)
        );
        drop(store);
        drop(std::fs::remove_dir_all(&dir));
    }
}
