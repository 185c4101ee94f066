//! Drafts of yearly reports in the store: versions of sections, comments, accepted findings, editions, files, what is public.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common::Folder;
use ledger::{Hash, HashFunction as _, Sm3};
use store::desk::Sealed;
use store::report_draft::{
    self as kept, AcceptedFinding, Aside, Comment, Edition, PublicReport, ReportDraft, ReportFile,
    SectionText,
};
use store::{Reader, Store, Tx};

on_both!(
    versions_follow_each_other_and_one_may_stand_aside,
    comments_are_closed_once,
    editions_files_and_what_is_public_stay,
);

fn read<T>(store: &Store, work: impl FnOnce(&mut Reader<'_>) -> store::Result<T>) -> T {
    store.read(work).unwrap()
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> store::Result<T> + Send + 'static,
) -> T {
    store.write(work).unwrap().unwrap()
}

fn sealed(bytes: &[u8]) -> Sealed {
    Sealed { key_mark: "k".to_owned(), bytes: bytes.to_vec() }
}

fn hash(text: &str) -> Hash {
    Sm3::digest(&[text.as_bytes()])
}

fn draft(case: &str, year: i64) -> ReportDraft {
    ReportDraft {
        case: case.to_owned(),
        organ: "county".to_owned(),
        year,
        as_of: None,
        account: "1".to_owned(),
        begun_at: 7,
    }
}

fn text(section: &str, number: i64, base: i64, aside: Aside) -> SectionText {
    SectionText {
        section: section.to_owned(),
        number,
        base,
        aside,
        account: "1".to_owned(),
        text: sealed(&[0, 255, u8::try_from(number).unwrap()]),
        saved_at: number,
    }
}

fn versions_follow_each_other_and_one_may_stand_aside(folder: &Folder) {
    let store = folder.open();
    assert!(write(&store, |tx| kept::begin(tx, &draft("a", 2024))));
    assert!(!write(&store, |tx| kept::begin(tx, &draft("a", 2025))));
    write(&store, |tx| kept::count_until(tx, "a", Some(20_000)));
    assert_eq!(read(&store, |r| kept::get(r, "a")).unwrap().as_of, Some(20_000));
    let all = [
        text("x", 1, 0, Aside::No),
        text("x", 2, 1, Aside::No),
        text("x", 3, 1, Aside::Waiting),
        text("y", 1, 0, Aside::No),
    ];
    let rows = all.clone();
    write(&store, move |tx| rows.iter().try_for_each(|row| kept::add_text(tx, "a", row)));
    assert_eq!(read(&store, |r| kept::last_text(r, "a", "x")), Some(all[1].clone()));
    assert_eq!(read(&store, |r| kept::highest(r, "a", "x")), 3);
    assert_eq!(read(&store, |r| kept::highest(r, "a", "z")), 0);
    assert_eq!(read(&store, |r| kept::texts_now(r, "a")), [all[1].clone(), all[3].clone()]);
    assert_eq!(read(&store, |r| kept::texts_aside(r, "a", 9)), [all[2].clone()]);
    assert_eq!(read(&store, |r| kept::text(r, "a", "x", 3)), Some(all[2].clone()));
    let numbers = |rows: Vec<SectionText>| rows.into_iter().map(|row| row.number).collect::<Vec<_>>();
    assert_eq!(numbers(read(&store, |r| kept::texts(r, "a", "x", None, 2))), [3, 2]);
    assert_eq!(numbers(read(&store, |r| kept::texts(r, "a", "x", Some(2), 2))), [1]);
    assert!(write(&store, |tx| kept::dealt_with(tx, "a", "x", 3)));
    assert!(!write(&store, |tx| kept::dealt_with(tx, "a", "x", 3)));
    assert_eq!(read(&store, |r| kept::texts_aside(r, "a", 9)), []);
    // A number is given once.
    let again = text("x", 2, 1, Aside::No);
    assert!(store.write(move |tx| kept::add_text(tx, "a", &again)).unwrap().is_err());
}

fn comments_are_closed_once(folder: &Folder) {
    let store = folder.open();
    let comment = |id: &str, answers: Option<&str>| Comment {
        id: id.to_owned(),
        section: "x".to_owned(),
        version: 2,
        answers: answers.map(str::to_owned),
        account: "1".to_owned(),
        text: sealed(&[1]),
        made_at: 5,
        closed_at: None,
        closed_by: None,
    };
    write(&store, move |tx| {
        kept::add_comment(tx, "a", &comment("1", None))?;
        kept::add_comment(tx, "a", &comment("2", Some("1")))
    });
    assert!(write(&store, |tx| kept::close_comment(tx, "a", "1", "2", 9)));
    assert!(!write(&store, |tx| kept::close_comment(tx, "a", "1", "2", 9)));
    assert!(!write(&store, |tx| kept::close_comment(tx, "a", "2", "2", 9)), "an answer is not closed");
    let rows = read(&store, |r| kept::comments(r, "a", "", 9));
    let closed = Comment { closed_at: Some(9), closed_by: Some("2".to_owned()), ..comment("1", None) };
    assert_eq!(rows, [closed, comment("2", Some("1"))]);
    assert_eq!(read(&store, |r| kept::comments(r, "a", "1", 9)).len(), 1);
    let finding = |at: i64| AcceptedFinding {
        mark: "m".to_owned(),
        section: "x".to_owned(),
        account: "1".to_owned(),
        content: sealed(&[2]),
        accepted_at: at,
    };
    assert!(write(&store, move |tx| kept::accept(tx, "a", &finding(1))));
    assert!(!write(&store, move |tx| kept::accept(tx, "a", &finding(2))));
    assert_eq!(read(&store, |r| kept::accepted(r, "a")), [finding(1)]);
}

fn editions_files_and_what_is_public_stay(folder: &Folder) {
    let store = folder.open();
    let edition = |number: i64| Edition {
        number,
        as_of: 20_100,
        account: "1".to_owned(),
        made_at: 3,
        hash: hash("content"),
        content: sealed(&[3]),
    };
    write(&store, move |tx| {
        kept::add_edition(tx, "a", &edition(1))?;
        kept::add_edition(tx, "a", &edition(2))
    });
    assert_eq!(read(&store, |r| kept::editions(r, "a", 1)), [edition(2)]);
    assert_eq!(read(&store, |r| kept::editions(r, "a", 9)), [edition(2), edition(1)]);
    let file =
        |size: i64| ReportFile { name: "bundle.zip".to_owned(), hash: hash("bundle"), size, made_at: 4 };
    write(&store, move |tx| {
        kept::add_file(tx, "a", 2, &file(10))?;
        kept::add_file(tx, "a", 2, &file(11))
    });
    assert_eq!(read(&store, |r| kept::files(r, "a", 2)), [file(10)]);
    let public = |organ: &str, year: i64, case: &str| PublicReport {
        organ: organ.to_owned(),
        year,
        case: case.to_owned(),
        edition: 2,
        title: "年度报告".to_owned(),
        doc_number: None,
        number: 6,
        published_on: 20_150,
        content: "{}".to_owned(),
        kind: "annual_report".to_owned(),
    };
    write(&store, move |tx| {
        kept::publish(tx, &public("county", 2024, "a"))?;
        kept::publish(tx, &public("county", 2024, "c"))?;
        kept::publish(tx, &public("police", 2024, "b"))?;
        kept::publish(tx, &public("county", 2023, "d"))
    });
    assert_eq!(
        read(&store, |r| kept::public(r, "county", 2024, "annual_report")),
        Some(public("county", 2024, "c"))
    );
    assert_eq!(read(&store, |r| kept::public(r, "county", 2022, "annual_report")), None);
    let cases = |rows: Vec<PublicReport>| rows.into_iter().map(|row| row.case).collect::<Vec<_>>();
    assert_eq!(cases(read(&store, |r| kept::public_page(r, None, 2))), ["b", "c"]);
    assert_eq!(cases(read(&store, |r| kept::public_page(r, Some((2024, "county", "c")), 9))), ["a", "d"]);
}
