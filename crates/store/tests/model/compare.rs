//! The store and its model laid side by side: every list, every sum, in pages of any length.

use super::*;

/// Everything that a page function gives, page by page.
fn turn<T: Clone>(limit: u32, page: impl Fn(Option<&T>) -> Result<Vec<T>, StoreError>) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    loop {
        let next = page(found.last()).unwrap();
        assert!(next.len() <= usize::try_from(limit).unwrap());
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

fn compare_cases(r: &Reader<'_>, model: &Model, limit: u32) {
    let check = |scope: Scope<'_>, division: &str, belongs: &dyn Fn(&Case) -> bool| {
        let found = turn(limit, |after: Option<&Case>| {
            cases::page(r, scope, division, after.map(Case::key).as_ref(), limit)
        });
        let mut expected: Vec<_> = model.cases.values().filter(|it| belongs(it)).collect();
        if scope == Scope::All {
            expected.sort_by(|a, b| b.id.cmp(&a.id));
        } else {
            expected.sort_by(|a, b| (b.opened_on, &b.id).cmp(&(a.opened_on, &a.id)));
        }
        let found: Vec<_> =
            found.iter().map(|it| Case { head: ledger::genesis(&it.id), ..it.clone() }).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{scope:?}");
    };
    check(Scope::All, "", &|_| true);
    check(Scope::All, "350501", &|it| it.division == "350501");
    let (organ, procedure, phase) = ("o1", "reconsideration", "p1");
    check(Scope::Phase { organ, procedure, phase }, "", &|it| it.phase == "p1" && it.organ == "o1");
    check(Scope::Organ { organ: "o2" }, "", &|it| it.organ == "o2");
    for name in ["机关0", "机关1", "南安市公安局"] {
        check(Scope::Named { name }, "", &|it| it.named.iter().any(|own| own == name));
    }
    let titled = turn(limit, |after: Option<&Case>| {
        let after = after.map(|it| (it.title.as_str(), it.id.as_str()));
        cases::by_title_prefix(r, "o1", "", after, limit)
    });
    assert_eq!(titled.len(), model.cases.values().filter(|it| it.organ == "o1").count());
    let counted: i64 = cases::counts(r, "o1", "").unwrap().iter().map(|it| it.open).sum();
    let open = model.cases.values().filter(|it| it.organ == "o1" && it.closed_on.is_none()).count();
    assert_eq!(counted, i64::try_from(open).unwrap());
    assert_eq!(cases::miscounted(r).unwrap(), []);
    assert_eq!(cases::named_astray(r).unwrap(), []);
    for case in model.cases.values() {
        assert!(cases::named_in_lists(r, case).unwrap());
    }
}

fn compare_dues(r: &Reader<'_>, model: &Model, limit: u32) {
    let key = |due: &Due| (due.last_day.unwrap_or(i32::MAX), due.case.clone(), due.norm.clone());
    let check = |desk: Desk<'_>, until: Option<i32>, belongs: &dyn Fn(&Due) -> bool| {
        let mut found = turn(limit, |after: Option<&Due>| due::desk(r, desk, until, after, limit));
        // Those of one case on one day come in an order of the database's own.
        assert!(found.is_sorted_by_key(|due| (key(due).0, key(due).1)));
        found.sort_by_key(key);
        let mut expected: Vec<_> = model.dues.values().flatten().filter(|it| belongs(it)).cloned().collect();
        expected.sort_by_key(key);
        assert_eq!(found, expected);
    };
    check(Desk::Organ("o1"), None, &|it| it.organ == "o1");
    check(Desk::Organ("o1"), Some(20_002), &|it| {
        it.organ == "o1" && it.last_day.is_some_and(|day| day <= 20_002)
    });
    check(Desk::Handler("h0"), None, &|it| it.handler.as_deref() == Some("h0"));
    let owed = |organ: &str| model.dues.values().flatten().filter(|it| it.organ == organ).count();
    let counts = due::counts(r, 20_003, "", "").unwrap();
    assert_eq!(counts, ["o0", "o1", "o2"].map(|organ| due::counts(r, 20_003, organ, "").unwrap()).concat());
    for count in counts {
        assert_eq!(count.all, i64::try_from(owed(&count.organ)).unwrap());
    }
    assert_eq!(due::miscounted(r).unwrap(), Vec::<String>::new());
    let lapsed = due::lapsed(r, 20_003, 100).unwrap();
    let expected =
        model.dues.values().flatten().filter(|it| it.lapses && it.last_day.is_some_and(|day| day < 20_003));
    assert_eq!(lapsed.len(), expected.count());
}

fn compare_figures(r: &Reader<'_>, model: &Model, limit: u32) {
    for (organ, division, as_of) in [("", "", 20_010), ("o1", "", 20_003), ("", "350500", 20_002)] {
        let range = Range { figure: "f1", from: 20_001, until: 20_004, as_of, division, organ };
        let counts = |it: &&Contribution| {
            it.figure == "f1"
                && (20_001..=20_004).contains(&it.legal_day)
                && it.recorded_day <= as_of
                && it.division.starts_with(division)
                && (organ.is_empty() || it.organ == organ)
        };
        let expected = model
            .tallies
            .iter()
            .filter(counts)
            .fold(Sum::default(), |sum, it| Sum { n: sum.n + it.n, total: sum.total + it.total });
        assert_eq!(tally::sum(r, &range).unwrap(), expected);
        let by_day = tally::by_day(r, &range).unwrap();
        assert_eq!(by_day.iter().map(|(_, sum)| sum.n).sum::<i64>(), expected.n);
        let behind =
            turn(limit, |after: Option<&Contribution>| tally::contributions(r, &range, after, limit));
        let mut kept: Vec<_> = model.contributions.values().filter(counts).cloned().collect();
        let order = |it: &Contribution| {
            let day = (it.legal_day, it.case.clone(), it.number, it.recorded_day);
            (it.organ.clone(), it.division.clone(), day)
        };
        kept.sort_by_key(order);
        assert_eq!(behind, kept);
    }
}

fn compare_rest(r: &Reader<'_>, model: &Model, limit: u32) {
    for procedure in ["", "reconsideration"] {
        let scope = publication::Scope { procedure, ..publication::Scope::all(20_030) };
        let found = turn(limit, |after: Option<&Publication>| publication::page(r, scope, after, limit));
        let public = model.publications.values().filter(|it| it.withdrawn_on.is_none());
        let mut expected: Vec<_> =
            public.filter(|it| procedure.is_empty() || it.procedure == procedure).cloned().collect();
        expected
            .sort_by(|a, b| (b.published_on, &b.case, b.number).cmp(&(a.published_on, &a.case, a.number)));
        assert_eq!(found, expected);
    }
    for ((id, number), parts) in &model.personal {
        let found = personal::get(r, Some(&keys()), id, *number).unwrap().unwrap();
        let names: Vec<String> = parts.iter().map(|who| format!("\"p{who}\":\"{id}\"")).collect();
        assert_eq!(found.data, format!("{{{}}}", names.join(",")));
        assert_eq!((found.erased.len(), found.unopened.len()), (2 - parts.len(), 0));
    }
    for ((organ, year), last) in &model.counters {
        assert_eq!(counter::last_number(r, organ, "decision", *year).unwrap(), *last);
    }
    let waiting: Vec<i64> = outbox::after(r, model.position, 100).unwrap().iter().map(|it| it.id).collect();
    assert_eq!(waiting, (model.position + 1..=model.outbox).collect::<Vec<_>>());
    for token in 0..4 {
        let found = session::get(r, &hash(&token.to_string()), 0).unwrap();
        assert_eq!(found.as_ref(), model.sessions.get(&token), "session {token}");
    }
    assert_eq!(events::last_seq(r).unwrap(), model.events);
}

pub fn compare(store: &Store, model: &Model, limit: u32) {
    assert_whole(store);
    store
        .read(|r| {
            compare_cases(r, model, limit);
            compare_dues(r, model, limit);
            compare_figures(r, model, limit);
            compare_rest(r, model, limit);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
