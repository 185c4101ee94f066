//! Papers of cases: sealed for whose they are, erased with them, found whole by whoever checks, and moved with the store.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common::{Folder, fresh_keys, grow, hash, keys};
use store::attachment::{self, Attachment, Paper};
use store::person::{self, Whose};
use store::{Keyring, Problem, Store, StoreError, Tx, copy, restore};

on_both! {
    a_sealed_paper_opens_for_its_person_alone,
    erasing_a_person_takes_their_papers,
    a_paper_that_was_changed_is_named,
    what_was_open_is_sealed_later,
    a_paper_that_is_handed_on_is_kept_once,
    a_copy_opens_with_the_same_keys,
}

const OWN: &[u8] = "申请书：本人张三，住某街道。".as_bytes();

fn number(text: &str) -> Whose {
    Whose::Number(text.to_owned())
}

/// A case with a sealed paper of a person and an open one.
fn filled(folder: &Folder) -> Store {
    let store = folder.open();
    let sealed = store.files().put_sealed("张三的申请书.txt", OWN).unwrap();
    let open = store.files().put("公开的决定.txt", "决定".as_bytes()).unwrap();
    let work = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        for id in ["a", "b"] {
            grow(tx, id, 2)?;
        }
        let key = sealed.key.as_ref().unwrap();
        let one = Attachment::new(&sealed, "a", 1, 0, "u-1");
        attachment::add_sealed(tx, &keys(), one, key, ("申请书", &number("one")))?;
        attachment::add(tx, &Attachment::new(&open, "a", 2, 0, "u-1"))
    };
    store.write(work).unwrap().unwrap();
    store
}

fn papers(store: &Store, case: &str) -> Vec<Attachment> {
    store.read(|reader| attachment::of_case(reader, case)).unwrap()
}

fn report(store: &Store, keys: Option<&Keyring>) -> (u64, Vec<Problem>) {
    let report = store.verify_with(keys).unwrap();
    (report.files, report.faults)
}

fn a_sealed_paper_opens_for_its_person_alone(folder: &Folder) {
    let store = filled(folder);
    let all = papers(&store, "a");
    let (sealed, open) = (&all[0], &all[1]);
    let own = fresh_keys();
    assert_eq!(sealed.own_name(Some(&own)), "张三的申请书.txt");
    assert!(sealed.shown_name().starts_with("申请书-") && sealed.shown_name().ends_with(".txt"));
    assert_eq!(open.own_name(None), "公开的决定.txt");
    assert_eq!(store.files().content(Some(&own), sealed).unwrap().unwrap(), OWN);
    assert_eq!(store.files().content(None, open).unwrap().unwrap(), "决定".as_bytes());
    assert_eq!(
        sealed.hash,
        hash(std::str::from_utf8(OWN).unwrap()),
        "the journal's hash is of the plain content"
    );
    // Neither the content nor the name stands anywhere in the open.
    let stored = std::fs::read(store.files().path(&sealed.stored.unwrap())).unwrap();
    assert!(!stored.windows(6).any(|window| window == "张三".as_bytes()));
    assert!(!store.files().path(&sealed.hash).exists());
    let stranger = Keyring::new(&[[2; 16]], &[7; 32]).unwrap();
    for keys in [None, Some(&stranger)] {
        assert_eq!(sealed.paper(keys), Paper::Unopened);
        assert!(matches!(store.files().content(keys, sealed), Err(StoreError::PersonalKey { .. })));
        assert_eq!(report(&store, keys), (2, vec![]), "the sealed bytes are there");
    }
    assert_eq!(report(&store, Some(&own)), (2, vec![]));
    // The same content again is other bytes.
    let again = store.files().put_sealed("b.txt", OWN).unwrap();
    assert_ne!(Some(again.stored), sealed.stored);
    assert_eq!(again.hash, sealed.hash);
}

fn erasing_a_person_takes_their_papers(folder: &Folder) {
    let store = filled(folder);
    let before = papers(&store, "a")[0].clone();
    let work = |tx: &mut Tx<'_>| -> Result<_, StoreError> {
        let id = person::find(tx, &keys(), &number("one"))?.unwrap();
        person::erase(tx, &keys(), &id, 7)
    };
    let erased = store.write(work).unwrap().unwrap().unwrap();
    assert_eq!(erased.loose, [before.stored.unwrap()]);
    let of_a = erased.cases.iter().find(|one| one.case == "a").unwrap();
    assert_eq!(of_a.files, 1);
    store.files().discard(&erased.loose[0]).unwrap();
    store.files().discard(&erased.loose[0]).unwrap();
    assert!(!store.files().path(&erased.loose[0]).exists());
    let after = papers(&store, "a")[0].clone();
    assert!(after.is_erased() && after.shown_name().ends_with("（已删除）"));
    assert_eq!(after.hash, before.hash, "what the journal says of it can still be checked");
    assert_eq!(store.files().content(Some(&fresh_keys()), &after).unwrap(), None);
    assert_eq!(report(&store, Some(&fresh_keys())), (1, vec![]));
}

fn a_paper_that_was_changed_is_named(folder: &Folder) {
    let store = filled(folder);
    let own = fresh_keys();
    let sealed = papers(&store, "a")[0].clone();
    let path = store.files().path(&sealed.stored.unwrap());
    let whole = std::fs::read(&path).unwrap();
    let mut changed = whole.clone();
    changed[40] ^= 1;
    std::fs::write(&path, &changed).unwrap();
    for keys in [None, Some(&own)] {
        let (_, faults) = report(&store, keys);
        assert!(matches!(&faults[..], [Problem::File { case, number: 1, .. }] if case == "a"), "{faults:?}");
    }
    assert!(matches!(store.files().content(Some(&own), &sealed), Err(StoreError::Unreadable { .. })));
    std::fs::write(&path, whole).unwrap();
    // Other bytes put in their place, with the row changed to name them: only who has the keys sees it.
    let other = store.files().put_sealed("c.txt", b"other").unwrap();
    folder.tamper(&format!(
        "UPDATE attachment SET stored = {} WHERE number = 1",
        folder.bytes(other.stored.as_bytes())
    ));
    assert_eq!(report(&store, None).1, []);
    assert!(matches!(&report(&store, Some(&own)).1[..], [Problem::File { number: 1, .. }]));
}

fn what_was_open_is_sealed_later(folder: &Folder) {
    let store = filled(folder);
    let old = papers(&store, "a")[1].clone();
    assert!(
        store.read(|reader| attachment::unsealed_after(reader)).unwrap().is_none(),
        "a new store has nothing to seal"
    );
    let file = store.files().put_sealed(&old.name, "决定".as_bytes()).unwrap();
    let (given, sealed) = (old.clone(), file.clone());
    let work = move |tx: &mut Tx<'_>| {
        attachment::seal_before(tx, &keys(), &given, &sealed, ("决定书", &number("two")))
    };
    assert_eq!(store.write(work).unwrap().unwrap(), Some(old.hash), "nothing needs the open bytes any more");
    let given = old.clone();
    let again = move |tx: &mut Tx<'_>| {
        attachment::seal_before(tx, &keys(), &given, &file, ("决定书", &number("two")))
    };
    assert_eq!(store.write(again).unwrap().unwrap(), None, "done once");
    store.files().discard(&old.hash).unwrap();
    let new = papers(&store, "a").into_iter().find(|one| one.number == 2).unwrap();
    assert_eq!(new.own_name(Some(&fresh_keys())), "公开的决定.txt");
    assert!(new.shown_name().starts_with("决定书-"));
    assert_eq!(store.files().content(Some(&fresh_keys()), &new).unwrap().unwrap(), "决定".as_bytes());
    assert_eq!(report(&store, Some(&fresh_keys())), (2, vec![]));
}

fn a_paper_that_is_handed_on_is_kept_once(folder: &Folder) {
    let store = filled(folder);
    let own = papers(&store, "a")[0].clone();
    let one = own.handed_to("b", 1, 5, "u-2");
    let given = own.clone();
    let work =
        move |tx: &mut Tx<'_>| attachment::hand_on(tx, Some(&keys()), one.clone(), &given, &number("two"));
    store.write(work).unwrap().unwrap();
    let there = papers(&store, "b")[0].clone();
    assert_eq!(there.stored, own.stored);
    assert_ne!(there.person, own.person);
    assert_eq!(store.files().content(Some(&fresh_keys()), &there).unwrap().unwrap(), OWN);
    // Of one erased, the other's stays readable, and its bytes are not loose.
    let work = |tx: &mut Tx<'_>| -> Result<_, StoreError> {
        let id = person::find(tx, &keys(), &number("one"))?.unwrap();
        person::erase(tx, &keys(), &id, 7)
    };
    assert_eq!(store.write(work).unwrap().unwrap().unwrap().loose, []);
    assert_eq!(store.files().content(Some(&fresh_keys()), &there).unwrap().unwrap(), OWN);
    assert_eq!(report(&store, Some(&fresh_keys())), (2, vec![]));
}

fn a_copy_opens_with_the_same_keys(folder: &Folder) {
    let store = filled(folder);
    let into = folder.join("backup");
    store.backup(&into).unwrap();
    let back = folder.join("back");
    restore(&into, &back).unwrap();
    let other = Folder::new("copied");
    let from = Store::open(&back, &store::Options::default()).unwrap();
    let sealed = papers(&from, "a")[0].clone();
    assert_eq!(from.files().content(Some(&fresh_keys()), &sealed).unwrap().unwrap(), OWN);
    assert_eq!(report(&from, Some(&fresh_keys())), (2, vec![]));
    let to = other.open();
    copy(&from, &to).unwrap();
    assert_eq!(to.files().content(Some(&fresh_keys()), &sealed).unwrap().unwrap(), OWN);
    assert_eq!(report(&to, Some(&fresh_keys())), (2, vec![]));
}
