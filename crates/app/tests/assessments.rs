//! Assessments on record: each score an event, what is not proved stays unproved, the total is what comes out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use crate::county::{County, day, form, on_both};
use app::{Actor, AppError, Deal, FieldFault, NewAccount, Open, Subject, Viewer};
use assessment::{Ratio, Status};
use store::account::Rank;

const SCHEME: &str = "own@2024";

/// The police are assessed; a third officer and a head of theirs beside the county's own two.
fn people(county: &County) -> (Actor, Actor) {
    let account = |login: &str, name: &str, organ: &str| NewAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: Some(organ.to_owned()),
        rank: Rank::Staff,
    };
    county.platform.add_account(account("police1", "演示民警", "police")).unwrap();
    county.platform.add_account(account("second", "演示核查人", "county")).unwrap();
    (county.platform.actor_of("police1").unwrap(), county.platform.actor_of("second").unwrap())
}

fn open(county: &County, key: &str, fields: &[(&str, &str)]) -> app::Result<String> {
    let usual =
        [("scheme", SCHEME), ("year", "2024"), ("assessed", "德化县公安局"), ("self_by", "2025-03-31")];
    let mut all = form(&usual);
    all.extend(form(fields));
    let open = Open {
        key: key.to_owned(),
        procedure: "law_assessment".to_owned(),
        organ: "county".to_owned(),
        act: "open_assessment".to_owned(),
        on: day("2025-03-03"),
        form: all,
        files: Vec::new(),
    };
    Ok(county.platform.open(&county.officer, open)?.case)
}

fn deal(
    county: &County,
    actor: &Actor,
    case: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> app::Result<app::Done> {
    let told: String = fields.iter().map(|(name, text)| format!("{name}{text}")).collect();
    let deal = Deal {
        key: format!("{case}-{act}-{told}").chars().take(90).collect(),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: day("2025-03-03"),
        form: form(fields),
        files: Vec::new(),
    };
    county.platform.act(actor, deal)
}

fn faults<T>(result: app::Result<T>) -> Vec<FieldFault> {
    match result {
        Err(AppError::Invalid(faults)) => faults,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("entered"),
    }
}

fn says(faults: &[FieldFault], field: &str, words: &str) {
    assert!(faults.iter().any(|one| one.field == field && one.message.contains(words)), "{faults:?}");
}

#[test]
fn what_is_claimed_must_be_there() {
    on_both("assess_claims", "2025-03-03", |county, _folder, _database| {
        let (police, second) = people(&county);
        says(&faults(open(&county, "open-wrong-0", &[("assessed", "某某局")])), "assessed", "机关名录");
        let wrong = [("scheme", "own@1999"), ("year", "2027")];
        let found = faults(open(&county, "open-wrong-1", &wrong));
        says(&found, "scheme", "own@2024");
        says(&found, "year", "还没有开始");
        says(&faults(open(&county, "open-wrong-2", &[("year", "2020")])), "year", "适用于2024年");
        let case = open(&county, "open-0001", &[]).unwrap();
        assert_eq!(open(&county, "open-0001", &[]).unwrap(), case, "a retry gets the first answer");
        says(&faults(open(&county, "open-0002", &[])), "assessed", "已经在评");

        let score = |fields: &[(&str, &str)]| deal(&county, &police, &case, "self_score", fields);
        says(&faults(score(&[("criterion", "99.9"), ("score", "1")])), "criterion", "没有指标“99.9”");
        says(&faults(score(&[("criterion", "4.1.2"), ("score", "900")])), "criterion", "不在0至");
        let proofs = [
            ("criterion", "4.1.2"),
            ("score", "1"),
            ("figure", "no_such"),
            ("register", "research_projects"),
            ("entry_key", "没有的"),
            ("case_number", "没有〔2025〕1号"),
            ("document", "没有〔2025〕2号"),
        ];
        let found = faults(score(&proofs));
        for field in ["figure", "entry_key", "case_number", "document"] {
            says(&found, field, "没有");
        }
        // Who is assessed does not check; who entered a score for them does not check either.
        let veto = [("criterion", "11.2.1"), ("fired", "not_fired"), ("proof", "核查"), ("reason", "看过")];
        let own = deal(&county, &police, &case, "check_score", &veto);
        assert!(matches!(own, Err(AppError::Unauthorised(_))), "{own:?}");
        let paper = [("criterion", "4.1.2"), ("score", "1"), ("reason", "按来函登记")];
        says(&faults(deal(&county, &second, &case, "self_score", &paper)), "reason", "没有这个字段");
        deal(&county, &second, &case, "self_score", &paper[..2]).unwrap();
        let own = deal(&county, &second, &case, "check_score", &veto);
        assert!(matches!(own, Err(AppError::Unauthorised(_))), "{own:?}");
        let veto = [("criterion", "11.2.1"), ("score", "1"), ("reason", "看过")];
        says(&faults(deal(&county, &county.officer, &case, "check_score", &veto)), "criterion", "否决项");
        let bare = [("criterion", "4.1.2"), ("score", "1"), ("reason", "看过")];
        says(&faults(deal(&county, &county.officer, &case, "check_score", &bare)), "criterion", "没有证明");
        let sums = [("low", "1"), ("high", "100"), ("unproved", "0"), ("opinion", "同意")];
        let found = faults(deal(&county, &county.head, &case, "conclude", &sums));
        says(&found, "low", "算得");
        says(&found, "unproved", "项");
    });
}

#[test]
fn an_assessment_goes_from_self_score_to_the_public_result() {
    on_both("assess_round", "2025-03-03", |county, _folder, _database| {
        let (police, second) = people(&county);
        let case = open(&county, "open-0001", &[]).unwrap();
        let own = open(&county, "open-0003", &[("assessed", "德化县人民政府")]).unwrap();
        let page = |viewer: Viewer<'_>, best: &[String]| county.platform.assessment_page(viewer, &case, best);
        let mark = |id: &str| page(Viewer::Account(&police), &[]).unwrap().mark(id).unwrap().clone();
        assert_eq!(mark("4.1.2").status, Status::Unproved);
        assert!(page(Viewer::Public, &[]).is_err(), "nothing is public yet");
        assert!(county.platform.assessments(Viewer::Public).unwrap().is_empty());

        // A score without proof is unproved, never nought; with proof it counts as what it is.
        deal(&county, &police, &case, "self_score", &[("criterion", "4.1.2"), ("score", "1")]).unwrap();
        let one = mark("4.1.2");
        assert_eq!(
            (one.status, one.points.low, one.points.high > Ratio::ZERO),
            (Status::Unproved, Ratio::ZERO, true)
        );
        let proof = [("criterion", "4.1.2"), ("score", "1"), ("proof", "抽查台账1至4号")];
        deal(&county, &police, &case, "self_score", &proof).unwrap();
        assert_eq!(mark("4.1.2").status, Status::SelfScored);
        let number = county.platform.assessments(Viewer::Account(&police)).unwrap()[0].number.clone();
        let by_case = [("criterion", "4.1.2"), ("score", "1"), ("case_number", number.as_str())];
        deal(&county, &police, &case, "self_score", &by_case).unwrap();
        let seen = page(Viewer::Account(&police), &[]).unwrap();
        assert_eq!(seen.proofs["4.1.2"][0].link.as_deref(), Some(format!("/cases/{case}").as_str()));
        assert_eq!(seen.words["4.1.2"].len(), 3, "every score is an event");
        assert_eq!(seen.acts.get("scores").map(String::as_str), Some("self_score"));
        assert!(!seen.acts.contains_key("checks"));

        deal(&county, &police, &case, "send_self", &[("told", "报送")]).unwrap();
        let late = [("criterion", "4.1.2"), ("score", "2"), ("proof", "报送以后补的")];
        let late = deal(&county, &police, &case, "self_score", &late);
        assert!(matches!(late, Err(AppError::Refused(_))), "{late:?}");
        let check =
            [("criterion", "4.1.2"), ("score", "0.5"), ("proof", "抽查40卷"), ("reason", "1卷缺录像")];
        deal(&county, &second, &case, "check_score", &check).unwrap();
        let not = [("criterion", "6.2.2"), ("reason", "没有这项职责")];
        deal(&county, &second, &case, "leave_out", &not).unwrap();
        let fired =
            [("criterion", "11.2.1"), ("fired", "not_fired"), ("proof", "数据核查"), ("reason", "没有发现")];
        deal(&county, &second, &case, "check_score", &fired).unwrap();
        let seen = page(Viewer::Account(&second), &[]).unwrap();
        let one = seen.mark("4.1.2").unwrap();
        assert_eq!((one.status, one.points.low.text(2).as_str()), (Status::Checked, "0.5"));
        assert_eq!(seen.mark("6.2.2").unwrap().status, Status::NotApplicable);
        assert_eq!(seen.mark("11.2.1").unwrap().fired, Some(false));
        let settle = [("criterion", "4.1.2"), ("score", "1"), ("reason", "补正属实")];
        deal(&county, &county.head, &case, "settle_score", &settle).unwrap();
        assert_eq!(mark("4.1.2").status, Status::Final);

        // What if: the supposed total is the proved one and all that the criteria give, and nothing is kept.
        let seen = page(Viewer::Account(&second), &[]).unwrap();
        let total = seen.assessed.assessment.total.points.low;
        let first = seen.lifts[0].clone();
        let then = page(Viewer::Account(&second), std::slice::from_ref(&first.criterion)).unwrap();
        let supposed = then.supposed.unwrap().assessment.total.points.low;
        assert_eq!(supposed.minus(total), Some(first.gain), "{first:?}");
        assert_eq!(then.assessed.assessment.total.points.low, total);

        ranked_and_made_public(&county, (&police, &second), (&case, &own));
    });
}

/// Both stand in a ranking; the command line reads the same; the result becomes public.
fn ranked_and_made_public(county: &County, (police, second): (&Actor, &Actor), (case, own): (&str, &str)) {
    let seen = county.platform.assessment_page(Viewer::Account(second), case, &[]).unwrap();
    // The ranking of both, and what makes the difference.
    let round = county.platform.assessment_round(Viewer::Account(second), "county", SCHEME, 2024).unwrap();
    assert_eq!(round.all.len(), 2);
    let ranking = round.ranking.unwrap();
    let sum = ranking.differences[0]
        .rows
        .iter()
        .try_fold(ranking.differences[0].adjusted, |sum, row| sum.plus(row.points));
    assert_eq!(sum, Some(ranking.differences[0].points));
    let named = county.platform.assessment_round(Viewer::Account(police), "county", SCHEME, 2024).unwrap();
    assert_eq!(named.all.len(), 1, "who is assessed sees its own");
    assert_ne!(named.all[0].0.case, *own);

    // The command line reads the same.
    let scheme = county.platform.rules().scheme(SCHEME).unwrap().clone();
    let subject = Subject::Organ("police".to_owned());
    let sheet = county.platform.recorded_sheet(&scheme, &subject, 2024).unwrap().unwrap();
    assert_eq!(sheet.entry("4.1.2").unwrap().final_score, Some(Ratio::whole(1)));
    assert!(assessment::check_sheet(&scheme, &sheet).is_empty());
    assert!(county.platform.recorded_sheet(&scheme, &subject, 2023).unwrap().is_none());

    let shown = |ratio: Ratio| ratio.rounded(2).unwrap().text(2);
    let sums = seen.assessed.assessment.total;
    let (low, high, open) = (shown(sums.points.low), shown(sums.points.high), sums.unproved.to_string());
    let sums = [("low", low.as_str()), ("high", &high), ("unproved", &open), ("opinion", "同意")];
    deal(county, &county.head, case, "conclude", &sums).unwrap();
    let words = [("title", "公安局考核结果"), ("result", "总分见附表")];
    deal(county, &county.officer, case, "make_public", &words).unwrap();
    let public = county.platform.assessment_page(Viewer::Public, case, &[]).unwrap();
    assert_eq!(public.head.concluded.unwrap().2.to_string(), open);
    assert!(
        public.acts.is_empty() && public.proofs.is_empty() && public.words.is_empty(),
        "scores alone are public"
    );
    let heads = county.platform.assessments(Viewer::Public).unwrap();
    assert_eq!(heads.len(), 1);
    assert!(county.platform.verify(true).unwrap().faults.is_empty());
}
