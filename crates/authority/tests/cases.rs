//! The cases of `policies/cases.toml`, and what the rules must not be.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::Arc;

use authority::{Acting, Kept, Matter, Person, Policies, Rank};

type Table = toml::Table;

fn text<'a>(table: Option<&'a toml::Value>, key: &str) -> Option<&'a str> {
    table.and_then(|table| table.get(key)).and_then(toml::Value::as_str)
}

fn texts<'a>(table: Option<&'a toml::Value>, key: &str) -> Vec<&'a str> {
    let list = table.and_then(|table| table.get(key)).and_then(toml::Value::as_array);
    list.into_iter().flatten().map(|one| one.as_str().unwrap()).collect()
}

fn number(table: Option<&toml::Value>, key: &str) -> i64 {
    table.and_then(|table| table.get(key)).and_then(toml::Value::as_integer).unwrap_or(0)
}

fn flag(table: Option<&toml::Value>, key: &str) -> bool {
    table.and_then(|table| table.get(key)).and_then(toml::Value::as_bool).unwrap_or(false)
}

fn person(case: &Table) -> Person<'_> {
    let person = case.get("person");
    let rank = match text(person, "rank").unwrap() {
        "citizen" => Rank::Citizen,
        "staff" => Rank::Staff,
        "head" => Rank::Head,
        "admin" => Rank::Admin,
        other => panic!("{other}"),
    };
    Person {
        account: text(person, "account").unwrap(),
        organ: text(person, "organ"),
        rank,
        posts: texts(person, "posts"),
        certificates: texts(person, "certificates"),
    }
}

fn matter(case: &Table) -> Matter<'_> {
    let it = case.get("case");
    Matter {
        holder: text(it, "holder").unwrap(),
        party: text(it, "party"),
        handler: text(it, "handler"),
        named: texts(it, "named"),
        agents: texts(it, "agents"),
        powers: texts(it, "powers"),
        manned: texts(it, "manned"),
        recused: texts(it, "recused"),
        reviewers: texts(it, "reviewers"),
    }
}

fn acting(case: &Table) -> Acting<'_> {
    let it = case.get("act");
    Acting {
        party: flag(it, "party"),
        organ: flag(it, "organ"),
        outside: flag(it, "outside"),
        officer_roles: texts(it, "officer_roles"),
        head_roles: texts(it, "head_roles"),
        certificate: text(it, "certificate"),
        power: text(it, "power"),
        officers_needed: number(it, "officers_needed"),
        officers: number(it, "officers"),
        uncertified: texts(it, "uncertified"),
        unknown: texts(it, "unknown"),
        recused_others: texts(it, "recused_others"),
        apart_others: texts(it, "apart_others"),
        apart_from: texts(it, "apart_from"),
    }
}

#[test]
fn the_rules_come_to_what_their_cases_say() {
    let policies = Policies::built_in().unwrap();
    let file: Table = include_str!("../../../policies/cases.toml").parse().unwrap();
    let cases = file["case"].as_array().unwrap();
    let mut decided = std::collections::BTreeSet::new();
    for case in cases {
        let case = case.as_table().unwrap();
        let name = case["name"].as_str().unwrap();
        let register = case.get("register");
        let (action, verdict) = if register.is_some() {
            let (public, secret) = (flag(register, "public"), flag(register, "secret"));
            let kept = Kept {
                keeper: text(register, "keeper").unwrap(),
                kept: flag(register, "kept"),
                public,
                secret,
            };
            if case.get("consult").is_some() {
                ("consult", Arc::new(policies.may_consult(&person(case), kept)))
            } else {
                ("keep", Arc::new(policies.may_keep(&person(case), kept)))
            }
        } else if case.get("read").is_some() {
            ("read", policies.may_read(&person(case), &matter(case)))
        } else if case.get("reveal").is_some() {
            ("reveal", policies.may_reveal(&person(case), &matter(case)))
        } else if case.get("correct").is_some() {
            ("correct", policies.may_correct(&person(case), &matter(case)))
        } else if case.get("hand_over").is_some() {
            ("hand_over", policies.may_hand_over(&person(case), &matter(case)))
        } else {
            ("act", policies.may_act(&person(case), &matter(case), &acting(case)))
        };
        assert_eq!(verdict.broken, None, "{name}");
        // Asked again, it is answered from memory.
        match action {
            "read" => assert_eq!(policies.may_read(&person(case), &matter(case)), verdict, "{name}"),
            "reveal" => assert_eq!(policies.may_reveal(&person(case), &matter(case)), verdict, "{name}"),
            "act" => {
                assert_eq!(policies.may_act(&person(case), &matter(case), &acting(case)), verdict, "{name}");
            }
            _ => {}
        }
        let rules = |grounds: &[authority::Ground]| -> Vec<String> {
            grounds.iter().map(|ground| ground.rule.clone()).collect()
        };
        let wanted = |key: &str| -> Vec<String> {
            let list = case.get(key).and_then(toml::Value::as_array);
            list.into_iter().flatten().map(|one| one.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(rules(&verdict.permits), wanted("permits"), "{name}");
        assert_eq!(rules(&verdict.forbids), wanted("forbids"), "{name}");
        let allowed = !wanted("permits").is_empty() && wanted("forbids").is_empty();
        assert_eq!(verdict.is_allowed(), allowed, "{name}");
        decided.extend(verdict.permits.iter().chain(&verdict.forbids).map(|it| (action, it.rule.clone())));
    }
    // Every rule decides in some case, so that a rule without a case fails here.
    assert_eq!(policies.count(), decided.len(), "{decided:?}");
}

#[test]
fn a_rule_that_names_what_the_schema_does_not_know_is_refused() {
    let schema = include_str!("../../../policies/schema.cedarschema");
    let wrong = r#"@id("x") @what("y") permit (principal, action == Action::"act", resource) when { context.nothing };"#;
    assert!(Policies::read(schema, &[("wrong.cedar", wrong)]).is_err());
    let nameless = r#"permit (principal, action == Action::"act", resource) when { context.party };"#;
    let flaws = Policies::read(schema, &[("nameless.cedar", nameless)]).unwrap_err();
    assert!(flaws[0].to_string().contains("@id"), "{flaws:?}");
    let any = r#"@id("x") @what("y") permit (principal, action, resource);"#;
    let flaws = Policies::read(schema, &[("any.cedar", any)]).unwrap_err();
    assert!(flaws[0].to_string().contains("action"), "{flaws:?}");
}
