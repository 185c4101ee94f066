//! How a draft must look: each rule asks where it should, and a draft as it should be is left alone.
#![allow(clippy::expect_used, reason = "a test stops where its input is broken")]

use std::collections::BTreeSet;

use audit::Text;
use audit::screening::{Screen, screen};
use law::Rank;

fn rules() -> Screen {
    audit_report::load_drafting(audit_report::DRAFTING).expect("the built-in rules are whole")
}

/// The rules that ask, each with the words that it asks about.
fn asked(rank: Rank, draft: &str) -> Vec<(String, String)> {
    let rules = rules();
    let text = Text::new(draft.to_owned());
    let found = screen(&text, &rules, rank);
    found.iter().map(|one| (one.rule.id.clone(), text.original(one.start, one.end).to_owned())).collect()
}

fn ids(rank: Rank, draft: &str) -> BTreeSet<String> {
    asked(rank, draft).into_iter().map(|(id, _)| id).collect()
}

const SOUND: &str = "某市渡口管理办法

第一条 为了规范渡口管理，根据《中华人民共和国安全生产法》（以下简称安全生产法），制定本办法。

第二条 渡口经营者应当具备下列条件：
（一）有渡船；
（二）有船员；
（三）有救生设备。

第三条 渡口经营者不得超载；但是，救护伤员的除外。

第四条 违反本办法第三条规定的，由主管部门依照安全生产法第九十七条处理。

第五条 本办法自2027年1月1日起施行。2010年5月6日公布的《某市渡口管理规定》同时废止。
";

#[test]
fn a_draft_as_it_should_be_is_left_alone() {
    for rank in [Rank::LocalRule, Rank::NormativeDocument, Rank::LocalRegulation] {
        assert_eq!(asked(rank, SOUND), [], "{rank:?}");
    }
}

/// The sound draft with one passage changed asks exactly this, about exactly these words.
fn changed(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(SOUND.contains(from), "{from}");
    asked(Rank::LocalRule, &SOUND.replace(from, to))
}

#[test]
fn each_fault_is_asked_about_where_it_stands() {
    let wanted: [(&str, &str, &str, &str); 19] = [
        ("第四条 违反", "第三条 违反", "article_row", "第三条"),
        ("第四条 违反", "第六条 违反", "article_row", "第六条"),
        ("（三）有救生设备", "（四）有救生设备", "item_row", "（四）"),
        ("第二条 渡口", "第2条 渡口", "arabic_number", "第2条"),
        ("某市渡口管理办法\n", "某市渡口管理条例（送审稿）\n", "rule_title", "某市渡口管理条例"),
        ("违反本办法第三条", "违反本办法第十三条", "reference_lost", "第十三条"),
        (
            "依照安全生产法第九十七条",
            "依照内河交通安全管理条例第十条",
            "untitled",
            "内河交通安全管理条例第十条",
        ),
        ("《中华人民共和国安全生产法》", "《安全生产法》", "short_title", "《安全生产法》"),
        ("依照安全生产法第九十七条", "依法", "abbreviation", "安全生产法"),
        ("渡口经营者不得超载", "渡口经营者必须不超载", "must_word", "必须"),
        ("渡口经营者不得超载", "渡口经营者严禁超载", "forbid_word", "严禁"),
        ("渡口经营者不得超载", "渡口经营者原则上不得超载", "vague_word", "原则上"),
        ("；但是，救护", "，但救护", "but", "但"),
        ("由主管部门依照", "由其它部门依照", "mixed_word", "其它"),
        (
            "由主管部门依照安全生产法第九十七条处理",
            "由主管部门依照安全生产法第九十七条做出处理",
            "mixed_word",
            "做出处理",
        ),
        ("本办法自2027年1月1日起施行。", "", "effect_missing", "某市渡口管理办法"),
        ("自2027年1月1日起施行", "自公布之日起施行", "effect_at_once", "自公布之日起施行"),
        (
            "2010年5月6日公布的《某市渡口管理规定》同时废止",
            "原渡口规定同时废止",
            "repeal_untitled",
            "同时废止",
        ),
        (
            "本办法自2027年",
            "以前的规定与本办法不一致的，以本办法为准。本办法由市交通运输局负责解释，自2027年",
            "repeal_vague",
            "以前的规定与本办法不一致",
        ),
    ];
    for (from, to, id, words) in wanted {
        let found = changed(from, to);
        assert!(found.contains(&(id.to_owned(), words.to_owned())), "{id} of “{to}”: {found:?}");
    }
    let explained = changed("本办法自2027年", "本办法由市交通运输局负责解释，自2027年");
    assert_eq!(explained.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["explained_by_department"]);
}

#[test]
fn chapters_count_in_their_row_and_rules_have_few() {
    let draft = "某市办法\n第一章 总则\n第一条 甲。\n第三章 附则\n第二条 本办法自2027年1月1日起施行。";
    assert_eq!(ids(Rank::LocalRegulation, draft), BTreeSet::from(["chapter_row".to_owned()]));
    let rule = ids(Rank::LocalRule, draft);
    assert_eq!(rule, BTreeSet::from(["chapter_row".to_owned(), "chapters_in_rule".to_owned()]));
}

#[test]
fn what_only_looks_like_a_fault_is_left_alone() {
    let quiet = [
        // A sentence that begins with the number of an article heads none.
        ("第三条 渡口经营者不得超载", "第三条 前款规定适用于：\n第二条规定的经营者不得超载"),
        // A new list begins at one again.
        ("（三）有救生设备。", "（三）有救生设备。\n申请人提交：\n（一）申请书；\n（二）身份证明。"),
        // Another day than that of publication, counted from it.
        ("自2027年1月1日起施行", "自公布之日起30日后施行"),
        ("；但是，救护", "；但是救护"),
        ("不得超载", "不得超载，但凡超载的都要卸下"),
    ];
    for (from, to) in quiet {
        assert_eq!(changed(from, to), [], "{to}");
    }
    // Words before 本办法 make no title of it.
    assert!(ids(Rank::LocalRule, &SOUND.replace("违反本办法第三条", "有本办法第三条")).is_empty());
    // A law in a title within a title, and one that has no prefix of its own.
    assert!(ids(Rank::NormativeDocument, &SOUND.replace("有渡船", "遵守《反分裂国家法》和宪法")).is_empty());
}

#[test]
fn a_form_that_is_no_form_is_told() {
    let broken = audit_report::DRAFTING.replace("check = \"but\"", "check = \"butt\"");
    let faults = audit_report::load_drafting(&broken).expect_err("no such check");
    assert!(
        faults.iter().any(|one| one.message.contains("“but”") && one.message.contains("article_row")),
        "{faults:?}"
    );
}

#[test]
fn a_very_long_draft_ends_in_time() {
    let draft = "第一条 依照有关规定第三条但以下简称《甲法》（".repeat(2_000);
    let found = screen(&Text::new(draft), &rules(), Rank::LocalRule).len();
    assert!(found > 0);
}
