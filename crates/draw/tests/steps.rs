//! The way of a draw, and every refusal on it with its message.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod common;

use std::collections::BTreeSet;

use base::Diagnostic;
use common::*;
use draw::{Bundle, Checked, List, check, commit, draw, follows, lock};

/// The only fault of a list.
fn refused(change: impl FnOnce(&mut List<'static>)) -> Diagnostic {
    let mut list = sample();
    change(&mut list);
    only(lock(&list).err().expect("the list is refused"))
}

fn only(found: Vec<Diagnostic>) -> Diagnostic {
    assert_eq!(found.len(), 1, "{found:#?}");
    let one = found.into_iter().next().unwrap();
    assert!(one.help.as_ref().is_some_and(|help| !help.is_empty()), "{one}");
    one
}

fn says(found: &Diagnostic, code: &str, parts: &[&str]) {
    assert_eq!(found.code, code, "{found}");
    for part in parts {
        assert!(found.message.contains(part), "{found}\nlacks {part}");
    }
}

#[test]
fn the_whole_way_and_its_check() {
    let list = sample();
    let bundle = bundle(&list, "03 08 17 21 26 30 11");
    let text = bundle.canonical();
    let read = Bundle::parse(&text).unwrap();
    assert_eq!(read, bundle);
    assert_eq!(read.canonical(), text);
    let checked = check(&read);
    assert!(checked.faults.is_empty(), "{:#?}", checked.faults);
    let outcome = checked.drawn.unwrap().outcome;
    let counts: Vec<_> = outcome.strata.iter().map(|own| (own.listed, own.excluded, own.drawn)).collect();
    // 149 × 2 % rounded up, 80 × 5 %, 40 × 15 %, all of 6.
    assert_eq!(counts, [(150, 1, 3), (80, 0, 4), (40, 0, 6), (6, 0, 6)]);
    assert_eq!(outcome.drawn.len(), 19);
    for one in &outcome.drawn {
        assert_eq!(one.assigned.len(), if "CD".contains(&*one.stratum) { 2 } else { 1 });
        for own in &one.assigned {
            let people: BTreeSet<_> = own.inspectors.iter().collect();
            assert_eq!(people.len(), 2, "{one:?}");
            assert!(own.inspectors.iter().all(|who| *who != "S03"));
            assert!(
                *one.object != *"D00001" || own.inspectors.iter().all(|who| who != "S01" && who != "X02")
            );
        }
    }
}

#[test]
fn the_hashes_are_those_of_the_specification() {
    // Pinned: a change of any of them makes every draw that was held unverifiable.
    let list = sample();
    let bundle = bundle(&list, "03 08 17 21 26 30 11");
    let told = [
        bundle.list_hash.as_str(),
        bundle.announcement_hash.as_deref().unwrap(),
        bundle.seed.as_deref().unwrap(),
        bundle.outcome_hash.as_deref().unwrap(),
    ];
    assert_eq!(told.map(|hash| &hash[..16]), PINNED);
}

/// Confirmed by `check.py`.
const PINNED: [&str; 4] = ["611e2565da6b519b", "e59dd949d103dc4b", "d2cc954743e9b311", "8fd17532d2af743b"];

#[test]
fn any_layout_of_the_file_is_read() {
    let list = sample();
    let text = bundle(&list, "1").canonical();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    assert!(check(&Bundle::parse(&pretty).unwrap()).faults.is_empty());
    // Names in their order, no white space: what other languages write with their own libraries.
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    assert_eq!(serde_json::to_string(&sorted).unwrap() + "\n", text);
}

#[test]
fn the_order_of_the_list_changes_its_hash_and_not_what_a_seed_draws() {
    let list = sample();
    let mut other = list.clone();
    other.strata.iter_mut().for_each(|stratum| stratum.objects.reverse());
    let drawn = |list: &List<'_>| {
        let made = draw::draw_with_seed(&announced(list), seed(1));
        let objects: Vec<String> = made.outcome.drawn.iter().map(|one| one.object.to_string()).collect();
        (lock(list).unwrap().hash, objects)
    };
    let (a, b) = (drawn(&list), drawn(&other));
    assert_ne!(a.0, b.0);
    assert_eq!(a.1, b.1);
}

#[test]
fn a_list_that_is_not_in_order_is_refused() {
    let found = refused(|list| list.strata[0].ratio = 10_001);
    says(&found, "draw_ratio", &["分组“A”", "10001"]);
    let found = refused(|list| list.strata[1].objects[3].id = "A00002".into());
    says(&found, "draw_twice", &["对象“A00002”"]);
    let found = refused(|list| list.inspectors[3].id = "S01".into());
    says(&found, "draw_twice", &["人员“S01”登记了不止一次"]);
    let found = refused(|list| list.inspectors[1].id = "S20".into());
    says(&found, "draw_unknown_inspector", &["“S02”不在名单里"]);
    let found = refused(|list| list.strata[1].id = "A".to_owned());
    says(&found, "draw_twice", &["分组“A”"]);
    let found = refused(|list| list.recusals[0].object = "D00009".into());
    says(&found, "draw_unknown_object", &["回避名单", "“D00009”"]);
    assert!(found.help.unwrap().contains("是不是想写“A00009”"));
    let found = refused(|list| list.exclusions[0].id = "完全不是".into());
    says(&found, "draw_unknown_object", &["排除名单", "“完全不是”"]);
    let found = refused(|list| list.exclusions[0].reason = " ".into());
    says(&found, "draw_text", &["排除“A00007”的理由"]);
    let found = refused(|list| list.exclusions[0].kind = "firm".into());
    says(&found, "draw_exclusion", &["“firm”"]);
    let found = refused(|list| list.exclusions.push(exclusion("object", "A00007")));
    says(&found, "draw_exclusion", &["“A00007”排除了两次"]);
    let found = refused(|list| list.recusals.push(recusal("S01", "D00001")));
    says(&found, "draw_recusal", &["“S01”回避对象“D00001”"]);
    let found = refused(|list| list.strata[2].fields.push("消防".to_owned()));
    says(&found, "draw_field", &["分组“C”", "“消防”写了两次"]);
    let found = refused(|list| list.strata[0].fields.clear());
    says(&found, "draw_field", &["分组“A”没有写执法领域"]);
    let found = refused(|list| list.inspectors[0].certificates[0].to = "2023-01-01".into());
    says(&found, "draw_certificate", &["“S01”"]);
    let found = refused(|list| list.inspectors[0].certificates[0].to = "长期".into());
    says(&found, "draw_day", &["“S01”证件的止日“长期”"]);
    let found = refused(|list| list.inspectors[0].limit = 1_000_001);
    says(&found, "draw_limit", &["“S01”"]);
    let found = refused(|list| list.strata[0].objects[0].name = "甲\t乙".into());
    says(&found, "draw_text", &["对象“A00001”的名称"]);
    let found = refused(|list| {
        list.strata.clear();
        list.recusals.clear();
        list.exclusions.clear();
    });
    says(&found, "draw_no_object", &["没有检查对象"]);
    let found = refused(|list| {
        list.strata.retain(|stratum| stratum.id == "D");
        list.recusals.clear();
        list.exclusions = (1..=6).map(|at| exclusion("object", &format!("D{at:05}"))).collect();
    });
    says(&found, "draw_no_object", &["全部检查对象都被排除"]);
}

#[test]
fn all_mistakes_are_told_at_once_and_the_rest_counted() {
    let mut list = sample();
    list.strata[0].ratio = 20_000;
    list.strata[1].objects.iter_mut().for_each(|object| object.name = "".into());
    let found = lock(&list).err().unwrap();
    assert_eq!(found.len(), 51);
    assert_eq!((found[0].code, found[1].code, found[50].code), ("draw_ratio", "draw_text", "draw_more"));
    assert!(found[50].message.contains("另有31处"), "{}", found[50]);
}

#[test]
fn a_public_value_that_may_be_known_is_refused_when_the_list_is_locked() {
    let found = refused(|list| list.locked_at = list.source.not_before.clone());
    says(&found, "draw_source_known", &["可能已经为人所知"]);
    let found = refused(|list| list.source.not_after = "2026-12-01T21:14:59+08:00".to_owned());
    says(&found, "draw_source_window", &["早于"]);
    let found = refused(|list| list.inspect_to = "2026-12-06".to_owned());
    says(&found, "draw_period", &["2026-12-06"]);
    let found = refused(|list| list.inspect_from = "2026-11-30".to_owned());
    says(&found, "draw_period", &["2026-11-30", "抽取还没有进行"]);
    let found = refused(|list| list.locked_at = "2026年11月28日".to_owned());
    says(&found, "draw_instant", &["锁定时间"]);
}

#[test]
fn too_few_inspectors_are_told_by_object_and_reason() {
    // Six for fire safety and one for both: five lapse, one is excluded.
    let found = refused(|list| {
        for one in list.inspectors.iter_mut().filter(|one| one.id.starts_with('X')).take(5) {
            one.certificates[0].to = "2026-12-30".into();
        }
        list.exclusions.push(exclusion("inspector", "X06"));
        list.strata.retain(|stratum| stratum.id != "C");
        list.recusals.clear();
    });
    says(
        &found,
        "draw_too_few_inspectors",
        &[
            "分组“D”",
            "“D00001”",
            "领域“消防”",
            "只有1名",
            "登记了该领域证件的7名",
            "不覆盖检查期间的5名",
            "被排除的1名",
        ],
    );
    let found = refused(|list| {
        list.recusals = ["X01", "X02", "X03", "X04", "X05", "Z01"].map(|who| recusal(who, "D00002")).to_vec();
    });
    says(
        &found,
        "draw_too_few_inspectors",
        &["对象“D00002”", "领域“消防”", "能派的7名中有6名应当回避，只剩1名"],
    );
    // Nobody needs to be there for a stratum of which nothing is drawn.
    let mut list = sample();
    list.strata[0].fields = vec!["气象".to_owned()];
    list.strata[0].ratio = 0;
    assert!(lock(&list).is_ok());
}

#[test]
fn an_object_that_cannot_be_served_stays_drawn_and_is_told() {
    let people =
        vec![inspector("1", &["消防"], 2), inspector("2", &["消防"], 2), inspector("3", &["消防"], 1)];
    let list = list(vec![stratum("D", 10_000, &["消防"], 4)], people);
    let announced = announced(&list);
    let drawn = draw(&announced, &reveals(), &value("7")).unwrap();
    assert_eq!(drawn.outcome.drawn.len(), 4);
    let places: usize = drawn.outcome.drawn.iter().map(|one| one.assigned[0].inspectors.len()).sum();
    assert_eq!(places, 5);
    let lacking: usize = drawn.shortages.iter().map(|one| one.lacking).sum();
    assert_eq!(lacking, 3);
    let first = &drawn.shortages[0];
    assert_eq!((first.field, first.held, first.recused, first.excluded), ("消防", 3, 0, 0));
    assert_eq!(first.full + (2 - first.lacking), 3);
    assert_eq!(first.object, &*drawn.outcome.drawn[2].object);
}

#[test]
fn commitments_are_of_two_parties_between_the_lock_and_the_value() {
    let list = sample();
    let refused = |change: fn(&mut Vec<draw::Commitment>)| {
        let locked = lock(&list).unwrap();
        let mut own = commitments(locked.hash);
        change(&mut own);
        only(commit(locked, own).err().expect("the commitments are refused"))
    };
    says(&refused(|own| drop(own.pop())), "draw_parties", &["只有1方"]);
    says(&refused(|own| own[1].party = own[0].party.clone()), "draw_parties", &["作了两次承诺"]);
    says(&refused(|own| own[1].commitment = "A".repeat(64)), "draw_commitment", &["某县人大常委会办公室"]);
    let late = refused(|own| own[1].committed_at = "2026-12-01T21:15:00+08:00".to_owned());
    says(&late, "draw_commitment_late", &["某县人大常委会办公室", "可能已经为人所知"]);
    let early = refused(|own| own[0].committed_at = "2026-11-28T08:59:59+08:00".to_owned());
    says(&early, "draw_commitment_early", &["某县市场监督管理局", "才锁定"]);
    says(&refused(|own| own[0].committed_at = "昨天".to_owned()), "draw_instant", &["昨天"]);
    says(&refused(|own| own[0].party = "".to_owned()), "draw_text", &["承诺方的名称"]);
}

#[test]
fn reveals_and_the_value_must_be_those_that_were_announced() {
    let list = sample();
    let announced = announced(&list);
    let refused = |reveals: Vec<draw::Reveal>, value: draw::PublicValue| {
        only(draw(&announced, &reveals, &value).err().expect("the draw is refused"))
    };
    let mut own = reveals();
    own[1].nonce = nonce("another").hex();
    says(&refused(own, value("7")), "draw_reveal_wrong", &["某县人大常委会办公室", "与他的承诺不符"]);
    says(&refused(reveals()[..1].to_vec(), value("7")), "draw_reveal_missing", &["没有揭示秘密数"]);
    let mut own = reveals();
    own.push(own[0].clone());
    says(&refused(own, value("7")), "draw_reveal_missing", &["揭示了两次"]);
    let mut own = reveals();
    own.push(draw::Reveal { nonce: nonce("路人").hex(), party: "路人".to_owned() });
    says(&refused(own, value("7")), "draw_reveal_stranger", &["“路人”没有作过承诺"]);
    let own = reveals().into_iter().rev().collect();
    says(&refused(own, value("7")), "draw_reveal_order", &["次序"]);
    let at = |known_at: &str| draw::PublicValue { known_at: known_at.to_owned(), ..value("7") };
    says(&refused(reveals(), at("2026-12-01T21:14:59+08:00")), "draw_value_early", &["已经为人所知"]);
    says(&refused(reveals(), at("2026-12-03T00:00:00+08:00")), "draw_value_late", &["晚于公布的最晚时间"]);
    says(&refused(reveals(), at("12月1日")), "draw_instant", &["12月1日"]);
    says(&refused(reveals(), value("7\n")), "draw_text", &["公共数值"]);
    // The first and the last instant are within.
    for known_at in ["2026-12-01T21:15:00+08:00", "2026-12-02T23:59:59+08:00"] {
        assert!(draw(&announced, &reveals(), &at(known_at)).is_ok());
    }
}

#[test]
fn a_commitment_holds_for_its_party_and_its_list_only() {
    let list = sample();
    let mut other = sample();
    other.strata[0].objects[0].name = "改名".into();
    let (a, b) = (lock(&list).unwrap().hash, lock(&other).unwrap().hash);
    let made = draw::commitment(a, "甲", nonce("甲"));
    assert_ne!(made, draw::commitment(b, "甲", nonce("甲")));
    assert_ne!(made, draw::commitment(a, "乙", nonce("甲")));
}

fn faults_after(change: impl FnOnce(&mut Bundle<'static>)) -> Vec<Diagnostic> {
    let list: &'static List<'static> = Box::leak(Box::new(sample()));
    let mut own = bundle(list, "7");
    change(&mut own);
    let own: &'static Bundle<'static> = Box::leak(Box::new(own));
    let Checked { faults, .. } = check(own);
    faults
}

#[test]
fn a_check_tells_what_was_changed() {
    let found = only(faults_after(|own| own.list.strata[0].ratio = 300));
    says(&found, "draw_list_changed", &["名单的杂凑值对不上"]);
    let found = only(faults_after(|own| {
        own.commitments.as_mut().unwrap()[0].committed_at = "2026-11-28T10:00:01+08:00".to_owned();
    }));
    says(&found, "draw_announcement_changed", &["公布内容的杂凑值对不上"]);
    let found = faults_after(|own| own.public_value.as_mut().unwrap().text = "8".to_owned());
    let codes: Vec<_> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["draw_seed_wrong", "draw_outcome_wrong", "draw_outcome_hash_wrong"]);
    let found = only(faults_after(|own| own.outcome.as_mut().unwrap().drawn.swap(0, 1)));
    says(&found, "draw_outcome_wrong", &["第1个抽中的对象"]);
    let found = only(faults_after(|own| {
        own.outcome.as_mut().unwrap().drawn[4].assigned[0].inspectors[1] = "S05".into();
    }));
    says(&found, "draw_outcome_wrong", &["第5个抽中的对象", "检查人员"]);
    let found = only(faults_after(|own| drop(own.outcome.as_mut().unwrap().drawn.pop())));
    says(&found, "draw_outcome_wrong", &["文件里抽中18个", "重算抽中19个"]);
    let found = only(faults_after(|own| own.outcome.as_mut().unwrap().strata[3].drawn = 5));
    says(&found, "draw_outcome_wrong", &["分组的数目"]);
    let found = only(faults_after(|own| own.outcome_hash = Some("0".repeat(64))));
    says(&found, "draw_outcome_hash_wrong", &["结果的杂凑值"]);
    let found = only(faults_after(|own| own.seed = None));
    says(&found, "draw_incomplete", &["文件不完整"]);
    let found = only(faults_after(|own| own.format_version = 2));
    says(&found, "draw_kind", &["版本2"]);
}

#[test]
fn a_file_is_checked_as_far_as_it_goes() {
    let list = sample();
    let announced = announced(&list);
    let locked = Bundle::of_locked(&announced.locked, list.clone());
    let checked = check(&locked);
    assert!(checked.faults.is_empty() && checked.list_hash.is_some() && checked.announcement_hash.is_none());
    let more = locked.clone().with_announced(&announced);
    let checked = check(&more);
    assert!(checked.faults.is_empty() && checked.announcement_hash.is_some() && checked.drawn.is_none());
}

#[test]
fn drawing_again_leaves_a_trace() {
    let first_list = sample();
    let first = bundle(&first_list, "7");
    let mut second_list = sample();
    second_list.history = first.earlier("有两名人员的证件已经注销，名单更正");
    second_list.locked_at = "2026-11-28T11:00:00+08:00".to_owned();
    let announced_only = {
        let mut commitments = commitments(lock(&second_list).unwrap().hash);
        commitments.iter_mut().for_each(|own| own.committed_at = "2026-11-28T12:00:00+08:00".to_owned());
        let announced = commit(lock(&second_list).unwrap(), commitments).unwrap();
        Bundle::of_locked(&announced.locked, second_list.clone()).with_announced(&announced)
    };
    assert!(check(&announced_only).faults.is_empty());
    assert!(follows(&first, &announced_only).is_ok());
    // A third one, after a second that never came to an outcome.
    let mut third_list = second_list.clone();
    third_list.history = announced_only.earlier("某县人大常委会办公室没有揭示秘密数");
    assert_eq!(third_list.history.len(), 2);
    assert_eq!(third_list.history[0].outcome, first.outcome_hash.clone().unwrap());
    assert_eq!(third_list.history[1].outcome, "");
    let third = Bundle::of_locked(&lock(&third_list).unwrap(), third_list.clone());
    assert!(follows(&announced_only, &third).is_ok());
    let found = follows(&first, &third).unwrap_err();
    says(&found, "draw_history_wrong", &["2条", "对不上"]);
    let found = follows(&announced_only, &first).unwrap_err();
    says(&found, "draw_history_wrong", &["没有说它替换了"]);
    // What the trace says is in the hash.
    let mut hidden = third_list.clone();
    hidden.history[1].reason = "无".to_owned();
    assert_ne!(lock(&hidden).unwrap().hash, lock(&third_list).unwrap().hash);
    let found = refused(|list| {
        list.history = third_list.history.clone();
        list.history[0].announcement.clear();
    });
    says(&found, "draw_history", &["第1条"]);
}

#[test]
fn what_cannot_be_read_is_told_by_its_place() {
    let list = sample();
    let text = bundle(&list, "7").canonical();
    let told = |text: &str| Bundle::parse(text).unwrap_err();
    says(
        &told(&text[..text.len() / 2 / 3 * 3 - 40].chars().take(900).collect::<String>()),
        "draw_unreadable",
        &["断了"],
    );
    says(&told(&text.replacen("\"ratio\"", "\"rate\"", 1)), "draw_unreadable", &["不认识“rate”"]);
    says(&told(&text.replacen("\"kind\":\"yifa_draw\",", "", 1)), "draw_unreadable", &["缺少“kind”"]);
    says(
        &told(&text.replacen("{\"announcement_hash\"", "{\"kind\":\"\",\"announcement_hash\"", 1)),
        "draw_unreadable",
        &["“kind”这一项写了两次"],
    );
    says(&told(&text.replacen("\"ratio\":200", "\"ratio\":-2", 1)), "draw_unreadable", &["不是该写的种类"]);
    says(&told("甲"), "draw_unreadable", &["不是JSON"]);
    let place = told("{\n  \"kind\": 甲}").place.unwrap();
    assert_eq!((place.line, place.column), (2, 11));
}
