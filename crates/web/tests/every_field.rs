//! Markup, quotes and SQL in every field that takes words, of every act that opens a case: all of it comes out as the text
//! that went in, and the journal is whole.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use crate::browse::{Browser, PASSWORD, Site, day};
use app::{Actor, AppError, Form, NewAccount, Open, Organ, Platform, Upload};
use axum::http::StatusCode;
use norms::{Act, Field, FieldType, RoleKind};
use store::account::Rank;

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>'); DROP TABLE event;--";
const KINDS: [&str; 6] =
    ["government", "department", "dispatched", "public_institution", "street", "township"];

/// An organ of every kind with a head.
fn settle(platform: &Platform) {
    let organ = |kind: &&str| Organ {
        id: (*kind).to_owned(),
        name: format!("试验{kind}"),
        short: format!("试{kind}"),
        kind: (*kind).to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: None,
    };
    platform.enter_organs(KINDS.iter().map(organ).collect(), day("2020-01-01")).unwrap();
    for kind in KINDS {
        let account = NewAccount {
            login: format!("head_{kind}"),
            name: format!("负责人{kind}"),
            password: PASSWORD.to_owned(),
            organ: Some(kind.to_owned()),
            rank: Rank::Head,
        };
        platform.add_account(account).unwrap();
    }
}

/// What a field gets: words where it takes words, else something of its kind; nothing where a register would have to hold it.
fn filling(field: &Field, form: &mut Form) -> Option<()> {
    let words = |most: i64| HOSTILE.chars().take(usize::try_from(most).unwrap_or(0)).collect::<String>();
    let text = match field.kind {
        FieldType::Text
        | FieldType::Words
        | FieldType::Place
        | FieldType::Article
        | FieldType::Officer
        | FieldType::Case => words(field.max.unwrap_or(500)),
        FieldType::Date => "2025-03-03".to_owned(),
        FieldType::Time => "2025-03-03 09:00".to_owned(),
        FieldType::Number | FieldType::Money | FieldType::Share => "1".to_owned(),
        FieldType::YesNo => "no".to_owned(),
        FieldType::Choice | FieldType::Choices => field.options.first()?.0.clone(),
        FieldType::Party => {
            form.insert(format!("{}.code", field.id), vec!["350526198001010019".to_owned()]);
            HOSTILE.to_owned()
        }
        FieldType::Organ => "德化县公安局".to_owned(),
        FieldType::Entry if field.required => return None,
        FieldType::Rows if field.required => return None,
        FieldType::Entry | FieldType::Rows | FieldType::File => return Some(()),
    };
    form.insert(field.id.clone(), vec![text]);
    Some(())
}

fn files(act: &Act) -> Vec<Upload> {
    let own = act.fields.iter().filter(|field| field.kind == FieldType::File);
    let file = |field: &Field| Upload {
        field: field.id.clone(),
        name: "<img src=x onerror=alert(2)>.pdf".to_owned(),
        content: b"%PDF-1.4 some".to_vec(),
    };
    own.map(file).collect()
}

/// Opens a case of every procedure that can be opened so: its id, and who opened it.
fn open_all(platform: &Platform) -> (Vec<(String, String)>, usize) {
    let (mut opened, mut refused) = (Vec::new(), 0);
    for pack in &platform.rules().packs {
        let procedure = &pack.file.procedure;
        if !procedure.in_force.covers(platform.today()) {
            continue;
        }
        for act in procedure.acts.iter().filter(|act| act.opens_case) {
            let mut form = Form::new();
            if act.fields.iter().try_for_each(|field| filling(field, &mut form)).is_none() {
                continue;
            }
            let kind = procedure.held_by.first().unwrap();
            let roles: Vec<_> = act.by.iter().filter_map(|at| procedure.roles.get(*at)).collect();
            let is_party = roles.iter().all(|role| role.kind == RoleKind::Party);
            let login = if is_party { "citizen".to_owned() } else { format!("head_{kind}") };
            let actor: Actor = platform.actor_of(&login).unwrap();
            let open = Open {
                key: format!("{}-{}", procedure.id, act.id),
                procedure: procedure.id.clone(),
                organ: kind.clone(),
                act: act.id.clone(),
                on: platform.today(),
                form,
                files: files(act),
            };
            match platform.open(&actor, open) {
                Ok(done) => opened.push((done.case, login)),
                Err(AppError::Invalid(_) | AppError::Unauthorised(_) | AppError::Refused(_)) => refused += 1,
                Err(other) => panic!("{} {}: {other:?}", procedure.id, act.id),
            }
        }
    }
    (opened, refused)
}

#[tokio::test]
async fn words_in_every_field_come_out_as_the_text_that_went_in() {
    let site = Site::new("2025-03-03");
    site.with(settle);
    let (opened, refused) = site.with(open_all);
    assert!(opened.len() > 45, "{} opened, {refused} refused", opened.len());
    assert_eq!(
        site.events(),
        u64::try_from(opened.len()).unwrap(),
        "the journal is whole and holds each once"
    );
    let mut browsers: BTreeMap<String, Browser> = BTreeMap::new();
    let mut shown = 0;
    for (case, login) in &opened {
        if !browsers.contains_key(login) {
            browsers.insert(login.clone(), site.signed_in(login).await);
        }
        let browser = browsers.get_mut(login).unwrap();
        let page = browser.get(&format!("/cases/{case}")).await;
        page.is(StatusCode::OK);
        assert!(is_text(&page.text), "{login} {case}: {}", page.text);
        shown += usize::from(page.text.contains("&lt;script&gt;alert(1)"));
    }
    assert!(shown * 2 > opened.len(), "{shown} of {} pages show it as text", opened.len());
    for (login, browser) in &mut browsers {
        for path in ["/desk", "/cases", "/calendar", "/"] {
            let page = browser.get(path).await;
            assert!(is_text(&page.text), "{login} {path}: {}", page.text);
        }
    }
}

fn is_text(page: &str) -> bool {
    !page.contains("<script>alert") && !page.contains("<img src=x")
}
