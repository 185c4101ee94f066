//! Persons' keys: what is sealed opens only where it belongs, and what is erased is gone while the rest stays.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common::{BEFORE_LISTS, Folder, apart, assert_whole, case, event, fresh_keys, grow, keys};
use store::person::{self, Whose};
use store::personal::{self, NewPart, NewPersonal, Personal};
use store::{
    Keyring, Place, Problem, Store, StoreError, Tx, VerifyReport, cases, events, restore, tree_head,
};

fn number(text: &str) -> Whose {
    Whose::Number(text.to_owned())
}

fn two(case: &str) -> NewPersonal {
    let part = |name: &str, code: &str| NewPart {
        name: name.to_owned(),
        whose: number(code),
        data: format!("{{\"{name}\":\"{case}{code}\"}}"),
    };
    NewPersonal { keys: keys(), parts: vec![part("applicant", "one"), part("agent", "two")] }
}

/// Two cases, each with an event of two persons, one of somebody unknown and one of nobody.
fn filled(folder: &Folder) -> Store {
    let store = folder.open();
    for id in ["a", "b"] {
        let work = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            cases::add(tx, &case(id))?;
            for personal in [Some(two(id)), apart(id, None, "{\"applicant\":\"无名\"}"), None] {
                let mut new = event(id, "accept");
                new.personal = personal;
                events::append(tx, new)?;
            }
            Ok(())
        };
        store.write(work).unwrap().unwrap();
    }
    store
}

fn read(store: &Store, keys: Option<&Keyring>, case: &str) -> Vec<Personal> {
    store.read(|reader| personal::of_case(reader, keys, case)).unwrap()
}

fn report(store: &Store) -> VerifyReport {
    store.verify_with(Some(&fresh_keys())).unwrap()
}

fn erase(store: &Store, code: &'static str) -> Option<Vec<(String, u64)>> {
    let work = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
        let Some(id) = person::find(tx, &keys(), &number(code))? else { return Ok(None) };
        let erased = person::erase(tx, &keys(), &id, 7)?;
        Ok(erased.map(|it| it.cases.into_iter().map(|one| (one.case, one.parts)).collect()))
    };
    store.write(work).unwrap().unwrap()
}

fn the_same_person_is_one_in_all_cases(folder: &Folder) {
    let store = filled(folder);
    let found = store.read(|reader| {
        let id = person::find(reader, &fresh_keys(), &number("one"))?.unwrap();
        let nobody = person::find(reader, &fresh_keys(), &number("three"))?;
        let elsewhere = person::find(reader, &Keyring::new(&[[1; 16]], &[8; 32]).unwrap(), &number("one"))?;
        Ok::<_, StoreError>((person::cases_of(reader, &id)?, nobody, elsewhere))
    });
    assert_eq!(found, Ok((vec!["a".to_owned(), "b".to_owned()], None, None)));
    // Whoever is unknown is another one in each case.
    assert_eq!(store.read(|reader| person::of_case(reader, "a")).unwrap().len(), 3);
    let opened = read(&store, Some(&fresh_keys()), "a");
    assert_eq!(opened[0].data, "{\"agent\":\"atwo\",\"applicant\":\"aone\"}");
    assert_eq!(opened[1].data, "{\"applicant\":\"无名\"}");
    let report = report(&store);
    assert_eq!((report.personal, report.erased, report.unopened, report.faults), (4, 0, 0, vec![]));
}

fn erasing_a_person_leaves_the_others(folder: &Folder) {
    let store = filled(folder);
    let heads = |store: &Store| store.read(|reader| events::hashes_after(reader, 0, 100)).unwrap();
    let before = heads(&store);
    assert_eq!(erase(&store, "one"), Some(vec![("a".to_owned(), 1), ("b".to_owned(), 1)]));
    assert_eq!(erase(&store, "one"), None, "erased before");
    let left = read(&store, Some(&fresh_keys()), "b");
    assert_eq!(left[0].data, "{\"agent\":\"btwo\"}");
    assert_eq!((left[0].erased.as_slice(), left[0].unopened.len()), (["applicant".to_owned()].as_slice(), 0));
    let now = report(&store);
    assert_eq!((now.personal, now.erased, now.unopened, now.faults), (4, 2, 0, vec![]));
    assert_eq!(heads(&store), before);
    // Who comes again is new, and what was erased stays so.
    store.write(|tx| grow(tx, "c", 1)).unwrap().unwrap();
    let again = |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let mut new = event("c", "accept");
        new.personal = Some(two("c"));
        events::append(tx, new).map(drop)
    };
    store.write(again).unwrap().unwrap();
    assert_eq!(read(&store, Some(&fresh_keys()), "c")[1].data, "{\"agent\":\"ctwo\",\"applicant\":\"cone\"}");
    assert_eq!(read(&store, Some(&fresh_keys()), "a")[0].data, "{\"agent\":\"atwo\"}");
    assert_eq!(erase(&store, "two").unwrap().len(), 3);
    assert_whole(&store);
    drop(store);
    assert_whole(&folder.open());
}

fn what_is_changed_or_put_elsewhere_is_named(folder: &Folder) {
    let broken = |case: &str, number| Problem::Personal { case: case.to_owned(), number };
    let gone = |case: &str, number| Problem::PersonalGone { case: case.to_owned(), number };
    let others = "WHERE case_id = 'a' AND number = 1 AND part";
    let copied = |column: &str, from: &str| {
        format!(
            "UPDATE personal SET {column} = (SELECT {column} FROM personal p WHERE {from}) {others} = 'agent'"
        )
    };
    let elsewhere = "p.case_id = 'b' AND p.number = 1 AND p.part = 'agent'";
    let other_person = "p.case_id = 'a' AND p.number = 1 AND p.part = 'applicant'";
    let tampered: Vec<(String, Vec<Problem>)> = vec![
        // The ciphertext of the same person from another case; the digest too; another's part; another person.
        (copied("data", elsewhere), vec![broken("a", 1)]),
        (copied("digest", elsewhere), vec![broken("a", 1)]),
        (copied("data", other_person), vec![broken("a", 1)]),
        (copied("person", other_person), vec![broken("a", 1)]),
        (format!("UPDATE personal SET part = 'agency' {others} = 'agent'"), vec![broken("a", 1)]),
        (format!("DELETE FROM personal {others} = 'agent'"), vec![broken("a", 1)]),
        ("DELETE FROM personal WHERE case_id = 'a' AND number = 1".to_owned(), vec![gone("a", 1)]),
        (format!("UPDATE personal SET number = 3 {others} IN ('agent', 'applicant')"), vec![broken("a", 3), gone("a", 1)]),
        (format!("UPDATE personal SET person = NULL {others} = 'agent'"), vec![broken("a", 1)]),
        // The keys of persons: gone with their rows, exchanged, taken away without what they sealed.
        ("DELETE FROM person".to_owned(), vec![broken("a", 1), broken("a", 2), broken("b", 1), broken("b", 2)]),
        (
            "UPDATE person SET wrapped = (SELECT wrapped FROM person p ORDER BY id LIMIT 1) WHERE id <> (SELECT min(id) FROM person)".to_owned(),
            vec![],
        ),
        ("UPDATE person SET wrapped = NULL".to_owned(), vec![broken("a", 1), broken("a", 2), broken("b", 1), broken("b", 2)]),
    ];
    for (change, expected) in tampered {
        let folder = if folder.database.is_some() {
            Folder::on_postgres("tampered").unwrap()
        } else {
            Folder::new("tampered")
        };
        drop(filled(&folder));
        folder.tamper(&change);
        let store = folder.open();
        let found = report(&store).faults;
        if expected.is_empty() {
            // Of four keys all but one are wrong now, and which one is not is chance.
            assert!(found.len() >= 2, "{change}: {found:?}");
        } else {
            assert_eq!(found, expected, "{change}");
        }
        // Whoever reads is told, and nothing breaks off.
        for case in ["a", "b"] {
            read(&store, Some(&fresh_keys()), case);
        }
    }
}

fn without_the_right_key_nothing_opens_and_nothing_is_called_wrong(folder: &Folder) {
    let store = filled(folder);
    erase(&store, "one");
    let stranger = Keyring::new(&[[2; 16]], &[7; 32]).unwrap();
    for keys in [None, Some(&stranger)] {
        let report = store.verify_with(keys).unwrap();
        assert_eq!((report.personal, report.erased, report.unopened, report.faults), (0, 2, 4, vec![]));
        let closed = read(&store, keys, "a");
        assert_eq!(closed[0].data, "{}");
        assert_eq!(
            (closed[0].erased.len(), closed[0].unopened.as_slice()),
            (1, ["agent".to_owned()].as_slice())
        );
    }
    // Under the same secret the person is found, but nobody writes under a key that is not there.
    let write = |tx: &mut Tx<'_>| {
        let mut new = event("a", "accept");
        let keys = std::sync::Arc::new(Keyring::new(&[[2; 16]], &[7; 32]).unwrap());
        new.personal = Some(NewPersonal { keys, ..two("a") });
        events::append(tx, new).map(drop)
    };
    assert!(matches!(store.write(write).unwrap(), Err(StoreError::PersonalKey { .. })));
    assert_whole(&store);
}

fn keys_are_wrapped_anew_and_the_old_operator_opens_nothing(folder: &Folder) {
    let store = filled(folder);
    let both = || Keyring::new(&[[2; 16], [1; 16]], &[7; 32]).unwrap();
    let count = |keys: &Keyring| store.read(|reader| person::under_others(reader, keys)).unwrap();
    assert_eq!(count(&both()), 4);
    // One person at a time, and broken off in the middle.
    let step =
        |after: String| store.write(move |tx| person::rewrap(tx, &both(), &after, 1)).unwrap().unwrap();
    let first = step(String::new()).unwrap();
    assert_eq!(count(&both()), 3);
    assert_eq!(store.verify_with(Some(&both())).unwrap().personal, 4);
    let mut after = first;
    while let Some(last) = step(after.clone()) {
        after = last;
    }
    assert_eq!(count(&both()), 0);
    let (old, new) = (fresh_keys(), Keyring::new(&[[2; 16]], &[7; 32]).unwrap());
    assert_eq!(store.verify_with(Some(&old)).unwrap().unopened, 4);
    let report = store.verify_with(Some(&new)).unwrap();
    assert_eq!((report.personal, report.unopened, report.faults), (4, 0, vec![]));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Three cases as the program before had them: fields in the open, fields erased with their row, and none.
fn older(folder: &Folder) {
    let store = folder.open();
    for id in ["a", "b", "c"] {
        store
            .write(move |tx| cases::add(tx, &case(id)).and_then(|()| events::append(tx, event(id, "accept"))))
            .unwrap()
            .unwrap();
    }
    let bytes = |bytes: &[u8]| match &folder.database {
        None => format!("x'{}'", hex(bytes)),
        Some(_) => format!("decode('{}', 'hex')", hex(bytes)),
    };
    let salt = [5; 32];
    let own =
        if folder.database.is_some() { "BYTEA NOT NULL DEFAULT ''" } else { "BLOB NOT NULL DEFAULT x''" };
    let mut text = BEFORE_LISTS.replace("BLOB NOT NULL DEFAULT x''", own);
    text +=
        "DROP TABLE person; DROP TABLE personal; DELETE FROM migration WHERE version > 6; DELETE FROM meta;";
    let (blob, big, key) = match &folder.database {
        None => ("BLOB", "INTEGER", "case_id, number"),
        Some(_) => ("BYTEA", "BIGINT", "division, case_id, number"),
    };
    text += &format!(
        "CREATE TABLE personal (case_id TEXT NOT NULL, number {big} NOT NULL, salt {blob} NOT NULL, data {blob} NOT NULL, \
         division TEXT NOT NULL, PRIMARY KEY ({key}));"
    );
    for id in ["a", "b"] {
        let data = "{\"applicant\":\"张三\"}".as_bytes();
        let mut entry = store.read(|reader| events::get(reader, id, 1)).unwrap().unwrap().chained;
        let digest = ledger::personal_digest(&salt, data);
        entry.event.personal_digest = Some(digest);
        let hash = ledger::link(&entry.prev, &entry.event);
        let (digest, hash) = (bytes(digest.as_bytes()), bytes(hash.as_bytes()));
        text +=
            &format!("UPDATE event SET personal_digest = {digest}, hash = {hash} WHERE case_id = '{id}';");
        text += &format!("UPDATE cases SET head = {hash} WHERE id = '{id}';");
        if id == "a" {
            text += &format!(
                "INSERT INTO personal (case_id, number, salt, data, division) VALUES ('a', 1, {}, {}, '350583');",
                bytes(&salt),
                bytes(data)
            );
        }
    }
    folder.before_forms(store);
    folder.tamper(&text);
}

fn an_older_store_is_read_verified_and_sealed(folder: &Folder) {
    older(folder);
    let store = folder.open();
    assert_eq!(read(&store, None, "a")[0].data, "{\"applicant\":\"张三\"}", "in the open as it was");
    assert_eq!(read(&store, None, "b")[0].erased, [""]);
    assert_eq!(store.read(|reader| personal::is_unsealed(reader)), Ok(true));
    let seal = |after: &'static str| {
        store
            .write(move |tx| {
                personal::seal_before(tx, &keys(), after, 7, |fields| {
                    fields.contains("张三").then(|| number("one"))
                })
            })
            .unwrap()
            .unwrap()
    };
    let before = report(&store);
    assert_eq!((before.personal, before.erased, before.unopened, before.faults), (1, 1, 0, vec![]));
    assert_eq!(seal(""), Some("a".to_owned()));
    assert_eq!(seal("a"), None);
    assert_eq!(store.read(|reader| personal::is_unsealed(reader)), Ok(false));
    assert_eq!(read(&store, None, "a")[0].unopened, [""]);
    assert_eq!(read(&store, Some(&fresh_keys()), "a")[0].data, "{\"applicant\":\"张三\"}");
    let after = report(&store);
    assert_eq!((after.personal, after.erased, after.unopened, after.faults), (1, 1, 0, vec![]));
    assert_eq!(erase(&store, "one"), Some(vec![("a".to_owned(), 1)]));
    let erased = report(&store);
    assert_eq!((erased.personal, erased.erased, erased.unopened, erased.faults), (0, 2, 0, vec![]));
    drop(store);
    assert_whole(&folder.open());
}

/// Whoever is unknown is in one case, and is erased there.
fn a_person_without_a_number_can_be_erased(folder: &Folder) {
    let store = filled(folder);
    let nobody = store.read(|reader| person::of_case(reader, "a")).unwrap();
    let nobody = nobody.into_iter().find(|id| id.starts_with('.')).unwrap();
    let work = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
        Ok((person::cases_of(tx, &nobody)?, person::erase(tx, &keys(), &nobody, 7)?))
    };
    let (cases, erased) = store.write(work).unwrap().unwrap();
    let erased: Vec<(String, u64)> =
        erased.unwrap().cases.into_iter().map(|one| (one.case, one.parts)).collect();
    assert_eq!((cases, erased), (vec!["a".to_owned()], vec![("a".to_owned(), 1)]));
    let report = report(&store);
    assert_eq!((report.erased, report.faults), (1, vec![]));
}

on_both!(
    a_person_without_a_number_can_be_erased,
    an_older_store_is_read_verified_and_sealed,
    the_same_person_is_one_in_all_cases,
    erasing_a_person_leaves_the_others,
    what_is_changed_or_put_elsewhere_is_named,
    without_the_right_key_nothing_opens_and_nothing_is_called_wrong,
    keys_are_wrapped_anew_and_the_old_operator_opens_nothing,
);

/// The bytes of a wrapped key and of what it sealed are not even in the file's free places once it was written anew.
#[test]
fn nothing_of_the_key_and_the_ciphertext_is_left_in_the_file() {
    let folder = Folder::new("bytes");
    drop(filled(&folder));
    let path = folder.join("data/yifa.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    let bytes = |text: &str| -> Vec<Vec<u8>> {
        let mut prepared = db.prepare(text).unwrap();
        let rows = prepared.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let mut secrets = bytes("SELECT wrapped FROM person");
    secrets.extend(bytes("SELECT data FROM personal"));
    drop(db);
    assert_eq!(secrets.len(), 4 + 6);
    let occurs = |secret: &Vec<u8>| {
        let file = std::fs::read(&path).unwrap();
        file.windows(secret.len()).any(|window| window == secret)
    };
    assert!(secrets.iter().all(occurs));
    let store = folder.open();
    let all = |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        for id in [person::of_case(tx, "a")?, person::of_case(tx, "b")?].concat() {
            person::erase(tx, &keys(), &id, 7)?;
        }
        Ok(())
    };
    store.write(all).unwrap().unwrap();
    drop(store);
    // Pages that were split before may hold copies of rows in their unused part: only rewriting the file takes these away.
    store::rewrite(&Place::Folder(folder.join("data"))).unwrap();
    assert!(!secrets.iter().any(occurs));
    assert_eq!(report(&folder.open()).erased, 4);
}

#[test]
fn a_restored_backup_is_as_open_as_its_keys() {
    let folder = Folder::new("backup");
    let store = filled(&folder);
    store
        .write(|tx| {
            let root = store::tree::root(tx, 6)?;
            let head = tree_head::TreeHead { size: 6, root, made_at: 1, signature: None, keys: None };
            tree_head::add(tx, &head)
        })
        .unwrap()
        .unwrap();
    let backup = folder.join("backup");
    store.backup(&backup).unwrap();
    erase(&store, "one");
    erase(&store, "two");
    let after = folder.join("after");
    store.backup(&after).unwrap();
    drop(store);
    // The erasing is undone by a backup from before it: so backups must expire, or the operator's key be changed.
    for (from, erased, personal) in [(&backup, 0, 4), (&after, 2, 2)] {
        let target = folder.join("restored");
        let _ = std::fs::remove_dir_all(&target);
        restore(from, &target).unwrap();
        let store = Store::open(&target, &store::Options::default()).unwrap();
        let report = report(&store);
        assert_eq!(
            (report.erased, report.personal, report.roots, report.faults),
            (erased, personal, 1, vec![])
        );
        let changed = Keyring::new(&[[2; 16]], &[7; 32]).unwrap();
        assert_eq!(store.verify_with(Some(&changed)).unwrap().unopened, personal);
    }
}
