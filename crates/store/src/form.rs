//! What many events say alike is kept once: who acted, as a number, and for each act a form, which is the record of one of
//! its events, or of up to four that are not alike. Records are kept packed (LZ4) against the form of their act. Neither ever changes, so what was packed against
//! it can be read as long as there is a journal. Personal fields stand in no record, so none stand in a form.
//!
//! Hashes, proofs and whoever reads know nothing of it: what goes in comes out, byte for byte.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::EventKind;

use crate::value::{Value, all, first};
use crate::{Query, Result, Statement, StoreError, Tx, sql};

/// The first byte of a packed record: what follows is the record itself.
const PLAIN: u8 = 0;
/// The first byte of a packed record: its length (as [`put_length`] writes it) and an LZ4 block follow.
const LZ4: u8 = 1;

/// How many forms an act may get.
const MOST: u32 = 4;
/// How much of a record becomes a form.
const LONGEST: usize = 16 * 1024;
/// How long a form of several records may be.
const SEVERAL: usize = 4 * 1024;
/// No act's record is longer: what claims to be is not unpacked.
const LONGEST_RECORD: usize = 64 * 1024 * 1024;

/// An act of a procedure, by its kind: what has forms of its own.
pub(crate) type FormKey = (String, &'static str, String);

/// A form. 记录底样
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub number: i64,
    /// 1 for the first one of its act.
    pub serial: u32,
    pub record: Vec<u8>,
}

/// What of it a writer knows: what was committed over its connection, and within a group what the group wrote.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub actors: BTreeMap<String, i64>,
    pub forms: BTreeMap<FormKey, Arc<Form>>,
}

impl Known {
    /// What a group begins with; a writer does not remember more than so much.
    pub fn begin(&mut self) -> Self {
        const MOST: usize = 20_000;
        let known = std::mem::take(self);
        if known.actors.len() + known.forms.len() > MOST { Self::default() } else { known }
    }
}

/// The number of whoever acted; a new one for who never did.
pub(crate) fn actor(tx: &mut Tx<'_>, id: &str) -> Result<i64> {
    if let Some(number) = tx.known_actor(id) {
        return Ok(number);
    }
    let number = match first(tx, &sql::ACTOR_NUMBER, &[id.into()], |row| row.int())? {
        Some(number) => number,
        None => {
            let number = next(tx, &sql::ACTOR_LAST)?;
            tx.put(&sql::ACTOR_ADD, &[number.into(), id.into()])?;
            number
        }
    };
    tx.note_actor(id, number);
    Ok(number)
}

/// The record of an act, packed, and the number of the form that it is packed against.
pub(crate) fn packed(
    tx: &mut Tx<'_>,
    procedure: &str,
    kind: EventKind,
    act: &str,
    record: &[u8],
) -> Result<(i64, Vec<u8>)> {
    let key: FormKey = (procedure.to_owned(), kind.id(), act.to_owned());
    if let Some(form) = tx.known_form(&key) {
        let packed = pack(record, &form.record);
        if !wants_another(&form, packed.len(), record.len()) {
            return Ok((form.number, packed));
        }
    }
    // Another process may have made one meanwhile.
    let values = [procedure.into(), kind.id().into(), act.into()];
    let last = first(tx, &sql::ACT_FORM_LAST, &values, |row| {
        Ok(Arc::new(Form { number: row.int()?, serial: row.number()?, record: row.bytes()? }))
    })?;
    let number = || next(tx, &sql::ACT_FORM_LAST_NUMBER);
    let (form, packed, is_new) = pack_or_form(last.as_ref(), record, number)?;
    if is_new {
        tx.put(&sql::ACT_FORM_ADD, &row_of(&key, &form))?;
    }
    let number = form.number;
    tx.note_form(key, form);
    Ok((number, packed))
}

fn next(db: &dyn Query, last: &'static Statement) -> Result<i64> {
    Ok(first(db, last, &[], |row| row.int())?.unwrap_or(0) + 1)
}

/// The values of [`sql::ACT_FORM_ADD`].
pub(crate) fn row_of<'a>(key: &'a FormKey, form: &'a Form) -> [Value<'a>; 6] {
    let (procedure, kind, act) = key;
    let record = Value::Bytes(&form.record);
    [form.number.into(), procedure.into(), (*kind).into(), act.into(), form.serial.into(), record]
}

/// The record packed against the form that is known, or against a new one made of it where there is none or where it is too
/// unlike the record; whether it is new. `number` gives a new form its number.
pub(crate) fn pack_or_form(
    known: Option<&Arc<Form>>,
    record: &[u8],
    number: impl FnOnce() -> Result<i64>,
) -> Result<(Arc<Form>, Vec<u8>, bool)> {
    if let Some(form) = known {
        let packed = pack(record, &form.record);
        if !wants_another(form, packed.len(), record.len()) {
            return Ok((Arc::clone(form), packed, false));
        }
    }
    let kept = match known {
        // What two events of an act do not say alike, a third may say as one of them.
        Some(form) if form.record.len() + record.len() <= SEVERAL => {
            [form.record.as_slice(), record].concat()
        }
        _ => record.get(..LONGEST).unwrap_or(record).to_vec(),
    };
    let serial = known.map_or(0, |form| form.serial) + 1;
    let form = Arc::new(Form { number: number()?, serial, record: kept });
    let packed = pack(record, &form.record);
    Ok((form, packed, true))
}

/// Whether so little was gained that another form may do better, and the act may have one more.
fn wants_another(form: &Form, packed: usize, record: usize) -> bool {
    form.serial < MOST && packed > 64 && packed * 3 > record
}

/// Packs a record against a form.
pub(crate) fn pack(record: &[u8], form: &[u8]) -> Vec<u8> {
    let mut out = vec![LZ4];
    put_length(&mut out, record.len());
    out.extend_from_slice(&lz4_flex::block::compress_with_dict(record, form));
    if out.len() > record.len() {
        out.clear();
        out.push(PLAIN);
        out.extend_from_slice(record);
    }
    out
}

/// Unpacks a record, into a buffer or out of where it stands; nothing where it is none, or packed against another form.
pub(crate) fn unpack<'a>(packed: &'a [u8], form: &[u8], buffer: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let (kind, rest) = packed.split_first()?;
    match *kind {
        PLAIN => Some(rest),
        LZ4 => {
            let (length, block) = take_length(rest)?;
            buffer.resize(length.max(buffer.len()), 0);
            let into = buffer.get_mut(..length)?;
            let made = lz4_flex::block::decompress_into_with_dict(block, into, form).ok()?;
            (made == length).then_some(())?;
            buffer.get(..length)
        }
        _ => None,
    }
}

/// A length in groups of seven bits, the lowest first; the eighth bit says that more follow.
fn put_length(out: &mut Vec<u8>, length: usize) {
    let mut left = length;
    while left > 0x7f {
        out.push(u8::try_from(left & 0x7f).unwrap_or(0) | 0x80);
        left >>= 7;
    }
    out.push(u8::try_from(left).unwrap_or(0));
}

fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return (length <= LONGEST_RECORD).then_some((length, bytes.get(at + 1..)?));
        }
    }
    None
}

/// All actors and forms, for reading many events.
pub(crate) struct Names {
    actors: Vec<Option<String>>,
    forms: Vec<Option<(EventKind, String, Vec<u8>)>>,
}

impl Names {
    pub fn read(db: &dyn Query) -> Result<Self> {
        let (mut actors, mut forms) = (Vec::new(), Vec::new());
        for (number, id) in all(db, &sql::ACTORS, &[], |row| Ok((row.int()?, row.text()?)))? {
            put_at(&mut actors, number, id);
        }
        let found =
            all(db, &sql::ACT_FORMS, &[], |row| Ok((row.int()?, row.text()?, row.text()?, row.bytes()?)))?;
        for (number, kind, act, record) in found {
            if let Some(kind) = EventKind::parse(&kind) {
                put_at(&mut forms, number, (kind, act, record));
            }
        }
        Ok(Self { actors, forms })
    }

    pub fn actor(&self, number: i64) -> Option<&str> {
        self.actors.get(usize::try_from(number).ok()?)?.as_deref()
    }

    pub fn form(&self, number: i64) -> Option<(EventKind, &str, &[u8])> {
        let (kind, act, record) = self.forms.get(usize::try_from(number).ok()?)?.as_ref()?;
        Some((*kind, act, record))
    }
}

/// Numbers are given one after the other; one that somebody made up far beyond is left out.
fn put_at<T>(list: &mut Vec<Option<T>>, number: i64, value: T) {
    const MOST: usize = 1 << 24;
    let Some(at) = usize::try_from(number).ok().filter(|at| *at < MOST) else { return };
    if list.len() <= at {
        list.resize_with(at + 1, || None);
    }
    if let Some(place) = list.get_mut(at) {
        *place = Some(value);
    }
}

/// What cannot be read as an event.
pub(crate) fn unreadable(seq: i64) -> StoreError {
    StoreError::Unreadable { detail: format!("第 {seq} 条事项的记录无法还原") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(record: &[u8], form: &[u8]) -> usize {
        let packed = pack(record, form);
        assert!(packed.len() <= record.len() + 1);
        let mut buffer = vec![7; 3];
        assert_eq!(unpack(&packed, form, &mut buffer), Some(record));
        packed.len()
    }

    #[test]
    fn a_record_like_its_form_takes_little() {
        let record = |name: &str| {
            format!("{{\"respondent\":\"{name}公安局\",\"channel\":\"in_person\",\"told_rights\":true}}")
        };
        let (one, other) = (record("德化县"), record("永春县"));
        assert!(there_and_back(other.as_bytes(), one.as_bytes()) < 30);
        assert_eq!(there_and_back(b"{}", b"{}"), 3);
        assert_eq!(there_and_back(b"", b""), 1);
        let long = one.repeat(3000);
        assert!(there_and_back(long.as_bytes(), one.as_bytes()) < long.len() / 100);
    }

    #[test]
    fn what_is_no_packed_record_is_not_unpacked() {
        let form = b"{\"request\":\"abcdefgh\"}";
        let packed = pack(b"{\"request\":\"abcdefgh\",\"more\":\"abcdefgh\"}", form);
        let mut buffer = Vec::new();
        assert_eq!(unpack(&[], form, &mut buffer), None);
        assert_eq!(unpack(&[9, 1], form, &mut buffer), None);
        assert_eq!(unpack(&[LZ4, 0xff, 0xff, 0xff, 0xff, 0xff, 1], form, &mut buffer), None);
        assert_eq!(unpack(&[LZ4, 0xff, 0xff, 0xff, 0x7f, 1], form, &mut buffer), None);
        for end in 1..packed.len() {
            assert_eq!(unpack(packed.get(..end).unwrap(), form, &mut buffer), None, "{end}");
        }
        assert_eq!(unpack(&packed, b"", &mut buffer), None);
    }

    #[test]
    fn an_act_gets_another_form_where_the_first_does_not_help_and_not_for_ever() {
        let text = |seed: u64| -> Vec<u8> {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33).to_le_bytes().first().copied().unwrap_or(0)
            };
            (0..300).map(|_| next()).collect()
        };
        let (mut known, mut made) = (None, 0);
        for seed in 0..20 {
            let (form, packed, new) = pack_or_form(known.as_ref(), &text(seed), || Ok(made + 1)).unwrap();
            made += i64::from(new);
            let mut buffer = Vec::new();
            assert_eq!(unpack(&packed, &form.record, &mut buffer), Some(text(seed).as_slice()));
            known = Some(form);
        }
        assert_eq!(made, i64::from(MOST));
    }

    proptest! {
        #[test]
        fn whatever_goes_in_comes_out(record in proptest::collection::vec(any::<u8>(), 0..600), form in proptest::collection::vec(any::<u8>(), 0..600), repeat in 0_usize..4) {
            let record = record.repeat(repeat);
            there_and_back(&record, &form);
            let own = [form.as_slice(), record.as_slice()].concat();
            there_and_back(&record, &own);
            there_and_back(&own, &record);
        }
    }
}
