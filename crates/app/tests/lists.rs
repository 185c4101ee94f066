//! One filter: what somebody may open is what their lists, counts, searches, exports and the records of figures show.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::county;
use std::collections::BTreeSet;

use crate::county::{County, day};
use app::{
    Actor, CaseFilter, Correct, Counted, FigureAsked, NewAccount, NewEntry, Organ, Origin, Platform, Table,
    Viewer, Whose,
};
use store::account::Rank;

const RESPONDENTS: [&str; 3] = ["德化县公安局", "德化县教育局", "德化县司法局"];

/// A sequence of numbers that looks like chance and is always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Two governments that hold cases, three departments that are named in them, two citizens.
fn people(platform: &Platform) -> Vec<Actor> {
    let organ = |id: &str, name: &str, kind: &str| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: format!("{id}号"),
        kind: kind.to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: None,
    };
    let organs = vec![
        organ("second", "安溪县人民政府", "government"),
        organ("education", "德化县教育局", "department"),
        organ("justice", "德化县司法局", "department"),
    ];
    platform.enter_organs(organs, day("2020-01-01")).unwrap();
    let mut made = Vec::new();
    for (login, organ, rank) in [
        ("second1", Some("second"), Rank::Staff),
        ("police1", Some("police"), Rank::Staff),
        ("education1", Some("education"), Rank::Head),
        ("justice1", Some("justice"), Rank::Staff),
        ("citizen1", None, Rank::Citizen),
        ("citizen2", None, Rank::Citizen),
        ("admin1", Some("county"), Rank::SystemAdmin),
    ] {
        let account = NewAccount {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: organ.map(str::to_owned),
            rank,
        };
        platform.add_account(account).unwrap();
        made.push(platform.actor_of(login).unwrap());
    }
    made
}

/// Appoints some officers to a post of the other organ's cases: some today, some until yesterday or from tomorrow, some for
/// another procedure. Those who have one today, by name.
fn appointed(county: &County, actors: &[Actor], dice: &mut Dice) -> BTreeSet<String> {
    let mut made = BTreeSet::new();
    let admin = actors.last().unwrap();
    for actor in &actors[..4] {
        let organ = if dice.below(2) == 0 { "second" } else { "county" };
        let procedure = ["reconsideration", "reconsideration", "disclosure_request"][dice.below(3)];
        let (from, until) = [
            ("2024-01-01", None),
            ("2024-01-01", Some("2024-09-26")),
            ("2024-09-28", None),
            ("2024-09-27", Some("2024-09-27")),
        ][dice.below(4)];
        let fields = [("procedure", procedure), ("role", "second_handler"), ("account", actor.name.as_str())];
        let entry = NewEntry { from: day(from), until: until.map(day), form: county::form(&fields), line: 0 };
        county.platform.enter(admin, "posts", organ, vec![entry], "指定").unwrap();
        let is_today = day(from) <= day("2024-09-27") && until != Some("2024-09-26");
        if is_today && procedure == "reconsideration" {
            made.insert(actor.name.clone());
        }
    }
    made
}

/// Cases of both governments, of citizens and at the counter, some with another respondent since; their ids.
fn filled(county: &County, actors: &[Actor], dice: &mut Dice, cases: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for at in 0..cases {
        let organ = if dice.below(4) == 0 { "second" } else { "county" };
        let on = format!("2024-09-{:02}", 20 + dice.below(7));
        county.clock.set(day(&on), 9);
        let mut open = county.application(&format!("open-{at}"), &on);
        open.organ = organ.to_owned();
        open.form.insert("respondent".to_owned(), vec![RESPONDENTS[dice.below(3)].to_owned()]);
        open.form.insert("applicant".to_owned(), vec![format!("申请人{}", dice.below(5))]);
        let opener = match (dice.below(3), organ) {
            (0, _) => &actors[4 + dice.below(2)],
            (_, "second") => &actors[0],
            _ => &county.officer,
        };
        let first = open.form.clone();
        let done = county.platform.open(opener, open).unwrap();
        if dice.below(5) == 0 {
            let mut form = first;
            form.insert("respondent".to_owned(), vec![RESPONDENTS[dice.below(3)].to_owned()]);
            let correct = Correct {
                key: format!("correct-{at}"),
                case: done.case.clone(),
                version: None,
                number: 1,
                reason: "被申请人写错".to_owned(),
                instead: Some((day(&on), form)),
            };
            let officer = if organ == "second" { &actors[0] } else { &county.officer };
            county.platform.correct(officer, correct).unwrap();
        }
        ids.push(done.case);
    }
    ids
}

/// All pages of a list, none twice.
fn listed(platform: &Platform, actor: &Actor, filter: &CaseFilter) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut after = None;
    let mut order = Vec::new();
    loop {
        let (lines, next) = platform.case_list(actor, filter, after.as_deref()).unwrap();
        for line in lines {
            order.push((line.opened_on, line.case.clone()));
            assert!(found.insert(line.case), "a case stands in one page");
        }
        after = next;
        if after.is_none() {
            assert!(order.is_sorted_by(|a, b| a > b), "the newest first");
            return found;
        }
    }
}

fn count(platform: &Platform, actor: &Actor, filter: &CaseFilter) -> usize {
    match platform.case_count(actor, filter).unwrap() {
        Counted::Exactly(count) => usize::try_from(count).unwrap(),
        Counted::AtLeast(count) => panic!("{count} are counted exactly"),
    }
}

fn searched(platform: &Platform, actor: &Actor, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut after = None;
    loop {
        let page = platform.search_cases(actor, text, after.as_deref(), &Origin::default()).unwrap();
        for line in page.lines {
            // Of a natural person a title has the first character alone.
            let masked: String = text.chars().take(1).chain(['某']).collect();
            let begins = line.title.starts_with(text) || line.title.starts_with(&masked);
            assert!(line.number.starts_with(text) || begins, "{line:?}");
            assert!(found.insert(line.case), "a case is found once");
        }
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

#[test]
fn what_may_be_opened_is_what_lists_counts_searches_and_exports_show() {
    let mut posts = 0;
    for (seed, cases) in [(7, 130), (2026, 50), (51, 50), (4, 50)] {
        posts += shows_what_may_be_opened(&mut Dice(seed), cases);
    }
    assert!(posts > 2, "some have a post: {posts}");
}

/// By phase and by procedure, lists and counts show what may be opened and nothing else.
fn narrowed_lists_are_part_of(platform: &Platform, actor: &Actor, opened: &BTreeSet<String>) {
    let mut by_phase = 0;
    for phase in ["审查", "受理", "审理", "办结", "归档", "申请"] {
        let (procedure, phase) = (Some("reconsideration".to_owned()), Some(phase.to_owned()));
        let narrowed = CaseFilter { procedure, phase, ..CaseFilter::default() };
        let found = listed(platform, actor, &narrowed);
        assert_eq!(count(platform, actor, &narrowed), found.len());
        by_phase += found.len();
    }
    let procedure = CaseFilter { procedure: Some("reconsideration".to_owned()), ..CaseFilter::default() };
    assert_eq!(listed(platform, actor, &procedure), *opened);
    assert!(by_phase <= opened.len());
}

/// Whether all show the same in one county by chance; how many officers had a post there.
fn shows_what_may_be_opened(dice: &mut Dice, cases: usize) -> usize {
    let county = County::new("2024-09-27");
    let actors = people(&county.platform);
    let ids = filled(&county, &actors, dice, cases);
    county.clock.set(day("2024-09-27"), 12);
    let posts = appointed(&county, &actors, dice);
    let platform = &county.platform;
    let asked = FigureAsked {
        organ: String::new(),
        division: String::new(),
        from: day("2024-01-01"),
        to: day("2024-12-31"),
        as_of: day("2024-12-31"),
    };
    let mut sizes = BTreeSet::new();
    for actor in actors.iter().chain([&county.officer, &county.head]) {
        let opened: BTreeSet<String> =
            ids.iter().filter(|id| platform.case_view(actor, id).is_ok()).cloned().collect();
        sizes.insert(opened.len());
        let all = CaseFilter::default();
        assert_eq!(listed(platform, actor, &all), opened, "{}", actor.name);
        assert_eq!(count(platform, actor, &all), opened.len(), "{}", actor.name);
        let whose = |whose: Whose| CaseFilter { whose, ..CaseFilter::default() };
        let (held, named) = (whose(Whose::Held), whose(Whose::Named));
        let mut both = listed(platform, actor, &held);
        assert_eq!(count(platform, actor, &held), both.len());
        let others = listed(platform, actor, &named);
        assert_eq!(count(platform, actor, &named), others.len());
        assert!(both.is_disjoint(&others));
        both.extend(others);
        if posts.contains(&actor.name) {
            assert!(both.is_subset(&opened));
        } else {
            assert_eq!(both, opened);
        }
        narrowed_lists_are_part_of(platform, actor, &opened);
        let table = platform.case_table(actor, &all, Table::Tsv).unwrap();
        assert_eq!(table.lines().count(), opened.len() + 1);
        assert_eq!(searched(platform, actor, "申请人"), opened, "every title begins with the party");
        let numbered: BTreeSet<String> =
            ["德政复", "second号复"].iter().flat_map(|text| searched(platform, actor, text)).collect();
        assert_eq!(numbered, opened);
        let viewer = Viewer::Account(actor);
        let (records, next) =
            platform.figure_records(viewer, "reconsideration_received", &asked, None).unwrap();
        assert!(next.is_none());
        assert_eq!(records.len(), ids.len(), "what counts is public");
        let seen: BTreeSet<String> =
            records.into_iter().filter_map(|record| record.seen).map(|seen| seen.case).collect();
        assert_eq!(seen, opened, "{}", actor.name);
        let desk =
            platform.desk(actor, false, None).map(|desk| desk.open.iter().map(|(.., n)| n).sum::<i64>());
        if let Ok(open) = desk
            && !posts.contains(&actor.name)
        {
            assert_eq!(open, i64::try_from(count(platform, actor, &held)).unwrap(), "none is closed yet");
        }
    }
    assert!(sizes.len() > 4 && sizes.contains(&0), "they see different cases: {sizes:?}");
    let (records, _) =
        platform.figure_records(Viewer::Public, "reconsideration_received", &asked, None).unwrap();
    assert!(records.iter().all(|record| record.seen.is_none()));
    let verified = platform.verify(true).unwrap();
    assert!(verified.journal.is_whole() && verified.faults.is_empty(), "{:?}", verified.faults);
    platform.tidy().unwrap();
    assert_eq!(platform.verify(true).unwrap().faults.len(), 0);
    posts.len()
}

/// Who looks for cases by a person's name leaves a line that does not say the name, and says the same sign each time.
#[test]
fn searches_by_a_name_are_noted_without_the_name() {
    let county = County::new("2024-09-27");
    county.apply("k1", "2024-09-27").unwrap();
    let platform = &county.platform;
    let noted = || {
        let lines = platform.store().read(|reader| store::audit_log::after_line(reader, 0, 9_999)).unwrap();
        let searches = lines.into_iter().filter(|line| line.what == "cases_searched");
        searches.map(|line| line.detail).collect::<Vec<_>>()
    };
    let found = |actor: &Actor, text: &str| {
        platform.search_cases(actor, text, None, &Origin::default()).unwrap().lines.len()
    };
    assert_eq!(found(&county.officer, "德政复"), 1);
    assert!(noted().is_empty(), "a number names nobody");
    assert_eq!(found(&county.officer, "演示申请人"), 1);
    let lines = noted();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("打开1件核对姓名，本页找到1件") && !lines[0].contains("演示"), "{lines:?}");
    found(&county.officer, "演示申请人");
    assert_eq!(noted()[1], lines[0], "the same name, the same sign");
    assert_eq!(found(&county.officer, "演示别人"), 0);
    assert!(noted()[2].contains("找到0件"), "nobody of the name, but one was opened: {:?}", noted());
    assert_ne!(noted()[2].split("代号").nth(1), lines[0].split("代号").nth(1), "another name, another sign");
}

/// A change of what lists and counts go by is found.
#[test]
fn counts_and_readers_that_were_changed_are_found() {
    if std::env::var(store::testing::ON).is_ok_and(|on| on == "postgres") {
        return;
    }
    let dir = std::env::temp_dir().join(format!("yifa-counts-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&dir));
    let store = store::Store::open(&dir, &store::Options::default()).unwrap();
    let county = County::in_store(store, "2024-09-27");
    county.apply("k1", "2024-09-27").unwrap();
    let platform = &county.platform;
    assert!(platform.verify(true).unwrap().faults.is_empty());
    type Change = fn(&mut store::Tx<'_>) -> store::Result<()>;
    let changes: [(Change, &str); 3] = [
        // A record of a figure that no event makes.
        (
            |tx| {
                let mut one = store::tally::every(tx, None, 1)?.remove(0);
                one.number = 9;
                store::tally::contribute(tx, &one)
            },
            "figure_differs",
        ),
        // Somebody may read who is not named.
        (
            |tx| {
                let mut case = store::cases::page(tx, store::cases::Scope::All, "", None, 1)?.remove(0);
                case.named = vec!["安溪县人民政府".to_owned()];
                store::cases::update(tx, &case)
            },
            "readers_differ",
        ),
        // A case that stands elsewhere than its journal says, with its counts.
        (
            |tx| {
                let mut case = store::cases::page(tx, store::cases::Scope::All, "", None, 1)?.remove(0);
                case.phase = "归档".to_owned();
                store::cases::update(tx, &case)
            },
            "state_differs",
        ),
    ];
    for (change, code) in changes {
        platform.store().write(change).unwrap().unwrap();
        let faults = platform.verify(true).unwrap().faults;
        assert!(faults.iter().any(|fault| fault.code == code), "{code}: {faults:?}");
    }
    drop(county);
    drop(std::fs::remove_dir_all(&dir));
}
