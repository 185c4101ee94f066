//! Canonical bytes, the chain, and what a broken chain says.

use ledger::{
    Chained, Event, EventKind, Fault, FaultKind, Hash, HashFunction as _, Malformed, Sm3, genesis, link,
    personal_digest, verify_chain,
};
use proptest::prelude::*;

const CASE: &str = "c-1";

fn event(number: u32) -> Event {
    Event {
        case: CASE.to_owned(),
        number,
        legal_day: 20_000,
        recorded_at: 1_728_000_000_000_000 + i64::from(number),
        actor: "u-7".to_owned(),
        kind: EventKind::Act,
        act: "accept".to_owned(),
        corrects: None,
        record: format!("{{\"fine\":{number}}}"),
        personal_digest: None,
    }
}

fn chain_of(events: Vec<Event>) -> Vec<Chained> {
    let mut head = genesis(CASE);
    events
        .into_iter()
        .map(|event| {
            let prev = head;
            head = link(&prev, &event);
            Chained { event, prev, hash: head }
        })
        .collect()
}

fn chain(length: u32) -> Vec<Chained> {
    chain_of((1..=length).map(event).collect())
}

#[track_caller]
fn assert_fault(events: &[Chained], number: u32, kind: FaultKind) {
    let fault = Fault { case: CASE.to_owned(), number, kind };
    assert_eq!(verify_chain(CASE, events), Err(fault));
}

#[test]
fn a_whole_chain_gives_its_head() {
    assert_eq!(verify_chain(CASE, &[]), Ok(genesis(CASE)));
    let events = chain(5);
    assert_eq!(verify_chain(CASE, &events), Ok(events[4].hash));
    assert_ne!(genesis("a"), genesis("b"));
}

#[test]
fn a_changed_event_is_named() {
    for number in 1..=5_u32 {
        let mut events = chain(5);
        let at = usize::try_from(number).unwrap() - 1;
        events[at].event.record = "{\"fine\":0}".to_owned();
        assert_fault(&events, number, FaultKind::Changed);
        let mut events = chain(5);
        events[at].event.legal_day -= 1;
        assert_fault(&events, number, FaultKind::Changed);
    }
}

#[test]
fn an_event_that_was_changed_with_its_hash_is_named() {
    let mut events = chain(5);
    events[2].event.record = "{\"fine\":0}".to_owned();
    events[2].hash = link(&events[2].prev, &events[2].event);
    assert_fault(&events, 3, FaultKind::Replaced);
    // The last one has nothing after it: only the head that is kept elsewhere tells.
    let mut events = chain(5);
    let head = events[4].hash;
    events[4].event.record = "{\"fine\":0}".to_owned();
    events[4].hash = link(&events[4].prev, &events[4].event);
    assert_ne!(verify_chain(CASE, &events).unwrap(), head);
    // The first one after nothing of this case.
    let mut events = chain(2);
    events[0].prev = genesis("other");
    events[0].hash = link(&events[0].prev, &events[0].event);
    assert_fault(&events, 1, FaultKind::Replaced);
}

#[test]
fn a_missing_event_is_named() {
    for number in 1..=4_u32 {
        let mut events = chain(5);
        events.remove(usize::try_from(number).unwrap() - 1);
        assert_fault(&events, number, FaultKind::Missing);
    }
}

#[test]
fn an_inserted_event_is_named() {
    let mut events = chain(3);
    events.insert(1, events[0].clone());
    assert_fault(&events, 1, FaultKind::Inserted);
    let mut events = chain(3);
    let mut other = events[2].clone();
    other.event.number = 4;
    other.event.case = "c-2".to_owned();
    events.push(other);
    assert_fault(&events, 4, FaultKind::Inserted);
    assert_fault(&chain_of(vec![event(0)]), 0, FaultKind::Inserted);
}

#[test]
fn a_reordered_event_is_named() {
    let mut events = chain(4);
    events.swap(1, 2);
    assert_fault(&events, 3, FaultKind::Reordered);
}

#[test]
fn faults_speak_chinese() {
    let kinds = [
        (FaultKind::Changed, "内容被改动"),
        (FaultKind::Replaced, "被替换"),
        (FaultKind::Missing, "缺失"),
        (FaultKind::Inserted, "后来插入"),
        (FaultKind::Reordered, "次序被调换"),
    ];
    for (kind, word) in kinds {
        let text = Fault { case: CASE.to_owned(), number: 2, kind }.to_string();
        assert!(text.starts_with("案件 c-1 的第 2 号事项") && text.contains(word), "{text}");
        assert!(text.contains("请停止使用"), "{text}");
    }
}

/// The canonical form, byte by byte: what is written once must be read for ever.
#[test]
fn the_canonical_bytes_stay() {
    let event = Event {
        case: "案1".to_owned(),
        number: 2,
        legal_day: -1,
        recorded_at: 256,
        actor: "u".to_owned(),
        kind: EventKind::Correction,
        act: "fix".to_owned(),
        corrects: Some(1),
        record: "{}".to_owned(),
        personal_digest: Some(Hash([7; 32])),
    };
    let mut expected = vec![1];
    expected.extend([0, 0, 0, 4, 0xe6, 0xa1, 0x88, b'1']);
    expected.extend([0, 0, 0, 2]);
    expected.extend([0xff; 4]);
    expected.extend([0, 0, 0, 0, 0, 0, 1, 0]);
    expected.extend([0, 0, 0, 1, b'u']);
    expected.push(3);
    expected.extend([0, 0, 0, 3, b'f', b'i', b'x']);
    expected.extend([0, 0, 0, 1]);
    expected.extend([0, 0, 0, 2, b'{', b'}']);
    expected.push(1);
    expected.extend([7; 32]);
    assert_eq!(event.canonical(), expected);
    let prev = genesis("案1");
    assert_eq!(prev, Sm3::digest(&[&[3], "案1".as_bytes()]));
    assert_eq!(link(&prev, &event), Sm3::digest(&[&[2], prev.as_bytes(), &expected]));
}

#[test]
fn personal_data_can_be_erased_and_not_guessed() {
    let digest = personal_digest(b"salt", "张三".as_bytes());
    assert_ne!(digest, personal_digest(b"tlas", "张三".as_bytes()));
    assert_ne!(digest, personal_digest(b"salt", "李四".as_bytes()));
    // The border between salt and data counts.
    assert_ne!(personal_digest(b"ab", b"c"), personal_digest(b"a", b"bc"));
}

#[test]
fn broken_bytes_are_refused() {
    let bytes = event(1).canonical();
    for length in 0..bytes.len() {
        assert_eq!(Event::from_canonical(&bytes[..length]), Err(Malformed));
    }
    assert_eq!(Event::from_canonical(&[bytes.as_slice(), &[0]].concat()), Err(Malformed));
    let mut newer = bytes;
    newer[0] = 2;
    assert_eq!(Event::from_canonical(&newer), Err(Malformed));
    assert!(Malformed.to_string().contains("规范格式"));
}

#[test]
fn kinds_have_words() {
    for kind in EventKind::ALL {
        assert_eq!(EventKind::parse(kind.id()), Some(kind));
        assert!(!kind.label().is_ascii());
    }
    assert_eq!(EventKind::parse("Act"), None);
}

prop_compose! {
    fn any_event()(
        case in ".{0,6}", number in 1..9_u32, legal_day: i32, recorded_at: i64, actor in ".{0,6}",
        kind in prop::sample::select(EventKind::ALL.to_vec()), act in ".{0,6}",
        corrects in prop::option::of(1..9_u32), record in ".{0,20}", digest in prop::option::of(any::<[u8; 32]>()),
    ) -> Event {
        let personal_digest = digest.map(Hash);
        Event { case, number, legal_day, recorded_at, actor, kind, act, corrects, record, personal_digest }
    }
}

proptest! {
    /// What can be read back cannot be shared by two events.
    #[test]
    fn canonical_bytes_are_read_back(event in any_event()) {
        prop_assert_eq!(Event::from_canonical(&event.canonical()), Ok(event));
    }

    /// Every way to swap, drop, double or change events of a chain is found.
    #[test]
    fn no_tampering_goes_unseen(length in 2..12_u32, first in any::<prop::sample::Index>(),
                                second in any::<prop::sample::Index>(), how in 0..5_u8) {
        let whole = chain(length);
        let mut events = whole.clone();
        let (first, second) = (first.index(events.len()), second.index(events.len()));
        match how {
            0 => events.swap(first, second),
            1 => { events.remove(first); }
            2 => events.insert(first, whole[second].clone()),
            3 => events[first].event.actor.push('x'),
            _ => events[first].hash.0[0] ^= 1,
        }
        let head = verify_chain(CASE, &events);
        prop_assert_eq!(head == Ok(whole[whole.len() - 1].hash), events == whole);
    }
}
