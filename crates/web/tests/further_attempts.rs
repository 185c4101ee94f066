//! More of what somebody who means ill would try: files that swell, names that are asked for by time, authority that went
//! away while a form was open.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::browse;
use std::io::Write as _;

use crate::browse::{Site, apply, own_case};
use axum::http::StatusCode;
use store::account::Rank;

/// A packed file whose parts each say that they are one, and become so large when they are unpacked.
fn bomb(names: &[&str], unpacked: usize) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    let mut crc = flate2::Crc::new();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..unpacked >> 20 {
        packer.write_all(&piece).unwrap();
        crc.update(&piece);
    }
    let packed = packer.finish().unwrap();
    let sizes = |out: &mut Vec<u8>| {
        out.extend(crc.sum().to_le_bytes());
        out.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        out.extend(u32::try_from(unpacked).unwrap().to_le_bytes());
    };
    let (mut file, mut index) = (Vec::new(), Vec::new());
    for name in names {
        let (at, length) = (u32::try_from(file.len()).unwrap(), u16::try_from(name.len()).unwrap());
        file.extend(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0");
        sizes(&mut file);
        file.extend([length.to_le_bytes(), [0, 0]].concat());
        file.extend(name.bytes().chain(packed.iter().copied()));
        index.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0");
        sizes(&mut index);
        index.extend(length.to_le_bytes());
        index.extend([0; 12]);
        index.extend(at.to_le_bytes());
        index.extend(name.bytes());
    }
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    let (size, at) = (u32::try_from(index.len()).unwrap(), u32::try_from(file.len()).unwrap());
    file.extend(index);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    file.extend([0, 0]);
    file
}

#[tokio::test]
async fn files_that_swell_when_they_are_unpacked_are_refused_at_every_door() {
    let site = Site::new("2025-03-03");
    let mut system = site.signed_in(site.admin(Rank::SystemAdmin)).await;
    let mut head = site.signed_in("head").await;
    let parts = [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "xl/worksheets/sheet1.xml",
        "word/document.xml",
    ];
    let swelling = bomb(&parts, 300 << 20);
    assert!(swelling.len() < 4 << 20, "it is small itself: {}", swelling.len());
    let doors = [
        ("/registers/officers", "/registers/officers?organ=county", "sheet", "a.xlsx"),
        ("/plan/tasks", "/plan/tasks", "sheet", "a.xlsx"),
        ("/plan/import", "/plan/import", "file", "a.docx"),
        ("/audit", "/audit", "report", "a.docx"),
        ("/admin/organs/sheet", "/admin/organs", "sheet", "a.xlsx"),
    ];
    for (path, page, field, name) in doors {
        let browser = if path.starts_with("/admin") { &mut system } else { &mut head };
        let form = browser.get(page).await;
        let since = std::time::Instant::now();
        let answer = browser
            .send(&form, path, &[("organ", "county"), ("reason", "x")], &[(field, name, &swelling)])
            .await;
        answer.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(since.elapsed() < std::time::Duration::from_secs(20), "{path} took {:?}", since.elapsed());
    }
    assert_eq!(site.events(), 0);
}

/// How long this thread has had a processor.
fn nanos_at_work() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split_whitespace().next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_known_one() {
    let site = Site::new("2025-03-03");
    // The work of this thread alone: by the clock, whatever else runs on the machine would be compared.
    let once = |login: &str| {
        site.with(|platform| {
            let before = nanos_at_work();
            platform.sign_in(login, "Wrong-guess-11", &app::Origin::default()).unwrap_err();
            nanos_at_work() - before
        })
    };
    // Each known name is asked for once, so that none is locked; the quickest of each kind is the least disturbed.
    let names = ["officer", "second", "head", "police", "citizen", "stranger"];
    let pairs = names.map(|known| (once(known), once(&format!("nobody-{known}"))));
    let known = pairs.iter().map(|pair| pair.0).min().unwrap();
    let unknown = pairs.iter().map(|pair| pair.1).min().unwrap();
    assert!(known > 1_000_000, "{known} ns: the password was not looked at here");
    assert!(known < 2 * unknown && unknown < 2 * known, "{known} and {unknown} ns");
}

#[tokio::test]
async fn authority_that_went_away_after_the_form_was_shown_is_not_there_when_it_is_sent() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    site.admin(Rank::SystemAdmin);
    site.admin(Rank::SecurityAdmin);
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    let path = format!("/cases/{case}/acts/examine");
    let form = officer.get(&path).await;
    form.is(StatusCode::OK);
    // What the use case was given before, and the form that the page showed, are both from before.
    let actor = site.with(|platform| platform.actor_of("officer")).unwrap();
    let fields = [("on", "2025-03-03"), ("f.conclusion", "meets")];
    let mut second = site.signed_in("second").await;
    let shown = second.get(&path).await;
    site.with(|platform| {
        let system = platform.actor_of("system_admin").unwrap();
        platform.close_account(&system, "officer", "调离", &app::Origin::default()).unwrap();
    });
    let answer = officer.send(&form, &path, &fields, &[]).await;
    assert!(
        answer.location().starts_with("/sign-in") || answer.status == StatusCode::FORBIDDEN,
        "{answer:?}"
    );
    let deal = app::Deal {
        key: "from-before-0001".to_owned(),
        case: case.clone(),
        version: None,
        act: "examine".to_owned(),
        on: browse::day("2025-03-03"),
        form: [("conclusion".to_owned(), vec!["meets".to_owned()])].into_iter().collect(),
        files: Vec::new(),
    };
    let refused = site.with(|platform| platform.act(&actor, deal)).unwrap_err();
    assert!(
        matches!(refused, app::AppError::Unauthorised(_) | app::AppError::Forbidden { .. }),
        "{refused:?}"
    );
    // Another rank than the page was made for.
    site.with(|platform| {
        let security = platform.actor_of("security_admin").unwrap();
        platform.grant_account(&security, "second", Rank::Citizen, &app::Origin::default())
    })
    .unwrap_err();
    assert_eq!(site.events(), 1, "nothing was done with what was gone");
    second.send(&shown, &path, &fields, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(site.events(), 2);
}
