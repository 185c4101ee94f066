//! A small library: what it finds, and what it refuses.

use std::collections::BTreeMap;

use calendar::{Day, Limit};
use law::{Article, Counting, Law, Library, PublicDocument, Rank, Standing, Version, WorkingDays};

#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn version(id: &str, from: &str, until: Option<&str>, articles: Option<u16>) -> Version {
    Version {
        id: id.into(),
        adopted_on: None,
        from: day(from),
        until: until.map(day),
        after_gap: false,
        number: None,
        articles,
        counting: Counting::default(),
        headings: BTreeMap::new(),
        public: Vec::new(),
        unverified: false,
        note: None,
    }
}

fn law(id: &str, title: &str, versions: Vec<Version>) -> Law {
    Law {
        id: id.into(),
        title: title.into(),
        short_titles: Vec::new(),
        rank: Rank::Law,
        since: None,
        versions,
        repealed_by: None,
    }
}

fn reconsideration() -> Law {
    let old = version("2017", "2017-09-01", Some("2023-12-31"), Some(43));
    let new = version("2023", "2024-01-01", None, Some(90));
    let law = law("reconsideration_law", "中华人民共和国行政复议法", vec![old, new]);
    Law { since: Some(day("1999-10-01")), short_titles: vec!["复议法".into()], ..law }
}

fn petition() -> Law {
    let regulation =
        law("old_petition", "信访条例", vec![version("2005", "2005-05-01", Some("2022-04-30"), Some(51))]);
    Law { repealed_by: Some("petition".into()), rank: Rank::AdministrativeRegulation, ..regulation }
}

fn laws() -> Vec<Law> {
    vec![
        reconsideration(),
        petition(),
        law("petition", "信访工作条例", vec![version("2022", "2022-05-01", None, Some(50))]),
    ]
}

#[test]
fn laws_are_found_by_id_key_and_title() {
    let library = Library::new(laws()).unwrap();
    assert_eq!(library.laws().len(), 3);
    assert_eq!(library.version("reconsideration_law@2023").unwrap().1.articles, Some(90));
    assert!(library.version("reconsideration_law").is_none());
    assert!(library.version("reconsideration_law@2024").is_none());
    assert_eq!(library.nearest_key("reconsideration_law@2024").as_deref(), Some("reconsideration_law@2023"));
    assert_eq!(library.nearest_key("reconsideratoin_law@2023").as_deref(), Some("reconsideration_law@2023"));
    for title in ["行政复议法", "《中华人民共和国行政复议法》", "复议法", " 《行政 复议法》"]
    {
        assert_eq!(
            library.by_title(title).map(|law| law.id.as_str()),
            Some("reconsideration_law"),
            "{title}"
        );
    }
    assert_eq!(library.by_title("行政法"), None);
    // 中华人民共和国 before a title that has none is the same law.
    assert_eq!(library.by_title("中华人民共和国信访条例").map(|law| law.id.as_str()), Some("old_petition"));
}

#[test]
fn a_day_decides_the_version() {
    let library = Library::new(laws()).unwrap();
    let on = |title: &str, text: &str| match library.in_force_on(title, day(text)) {
        Standing::InForce(_, version) => version.id.clone(),
        Standing::OtherVersion(_) => "other".into(),
        Standing::NotYet(_, from) => format!("from {from}"),
        Standing::Ended(law, last) => format!("until {last} {}", law.repealed_by.as_deref().unwrap_or("-")),
        Standing::Unknown => "unknown".into(),
    };
    assert_eq!(on("行政复议法", "2023-12-31"), "2017");
    assert_eq!(on("行政复议法", "2024-01-01"), "2023");
    assert_eq!(on("行政复议法", "2010-01-01"), "other");
    assert_eq!(on("行政复议法", "1999-01-01"), "from 1999-10-01");
    assert_eq!(on("信访条例", "2022-05-01"), "until 2022-04-30 petition");
    assert_eq!(on("信访工作条例", "2022-04-30"), "from 2022-05-01");
    assert_eq!(on("无名法", "2022-04-30"), "unknown");
}

#[test]
fn articles_are_cited_and_checked() {
    let law = reconsideration();
    let article = Article::parse("30.1").unwrap();
    assert_eq!(law.cite(article), "《行政复议法》第三十条第一款");
    assert_eq!(law.versions[0].has(Article::whole(44)), Some(false));
    assert_eq!(law.versions[1].has(Article::whole(90)), Some(true));
    assert_eq!(version("x", "2024-01-01", None, None).has(Article::whole(1)), None);
}

#[test]
fn counting_conventions_compare_with_limits() {
    let counted = |working_days: WorkingDays, text: &str| {
        let counting = Counting { working_days, ..Counting::default() };
        counting.agrees(Limit::parse(text).unwrap())
    };
    let reconsideration = || WorkingDays::Only(vec![3, 5, 7, 10]);
    assert!(counted(reconsideration(), "5 working days") && !counted(reconsideration(), "5 days"));
    assert!(counted(reconsideration(), "60 days") && !counted(reconsideration(), "60 working days"));
    assert!(counted(reconsideration(), "3 months"));
    assert!(counted(WorkingDays::All, "45 working days") && !counted(WorkingDays::All, "45 days"));
    assert!(
        counted(WorkingDays::AtMost(10), "10 working days") && !counted(WorkingDays::AtMost(10), "9 days")
    );
    assert!(
        counted(WorkingDays::AtMost(10), "11 days") && !counted(WorkingDays::AtMost(10), "11 working days")
    );
    assert!(counted(WorkingDays::Written, "20 days") && counted(WorkingDays::Written, "20 working days"));
    assert!(counted(WorkingDays::None, "15 days") && !counted(WorkingDays::None, "15 working days"));
    let only = Counting { working_days: reconsideration(), ..Counting::default() };
    assert_eq!(only.sentence(), "3日、5日、7日、10日为工作日，其余为自然日");
}

fn codes(change: impl FnOnce(&mut Vec<Law>)) -> Vec<&'static str> {
    let mut all = laws();
    change(&mut all);
    let found = Library::new(all).err().unwrap_or_default();
    found.iter().map(|found| found.code).collect()
}

#[test]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
fn a_wrong_library_is_refused_with_all_its_mistakes() {
    assert!(codes(|_| {}).is_empty());
    assert_eq!(codes(|all| all[2].id = "reconsideration_law".into())[0], "law_repealer_unknown");
    assert_eq!(
        codes(|all| all.push(law("petition", "另一法", vec![version("1", "2022-05-01", None, None)]))),
        ["law_twice"]
    );
    assert_eq!(codes(|all| all[1].short_titles.push("复议法".into())), ["law_title_twice"]);
    assert_eq!(codes(|all| all[0].title = " ".into()), ["law_without_title"]);
    assert_eq!(codes(|all| all[2].versions.clear()), ["law_without_version"]);
    assert_eq!(codes(|all| all[1].repealed_by = Some("nobody".into())), ["law_repealer_unknown"]);
    assert_eq!(codes(|all| all[1].versions[0].until = None), ["law_repealed_in_force"]);
    assert_eq!(codes(|all| all[0].since = Some(day("2020-01-01"))), ["law_since_late"]);
    assert_eq!(
        codes(|all| all[0].versions[1].id = "2017".into()),
        ["law_version_twice", "law_version_twice"]
    );
    assert_eq!(codes(|all| all[1].versions[0].until = Some(day("2004-01-01"))), ["law_version_reversed"]);
    assert_eq!(codes(|all| all[0].versions[1].adopted_on = Some(day("2024-01-02"))), ["law_version_early"]);
    assert_eq!(codes(|all| all[0].versions[1].unverified = true), ["law_unverified_silent"]);
    assert_eq!(codes(|all| all[0].versions[1].from = day("2024-01-03")), ["law_gap"]);
    assert!(
        codes(|all| (all[0].versions[1].from, all[0].versions[1].after_gap) = (day("2024-01-03"), true))
            .is_empty()
    );
    assert_eq!(codes(|all| all[0].versions[1].from = day("2023-12-31")), ["law_overlap"]);
    assert_eq!(codes(|all| all[0].versions[0].until = None), ["law_overlap"]);
    let absent = codes(|all| {
        let version = &mut all[0].versions[1];
        version.headings.insert(91, "没有这一条".into());
        version.public.push(PublicDocument { document: "x".into(), article: Article::whole(92) });
        version.counting.basis = Some(Article::whole(93));
    });
    assert_eq!(absent, ["law_article_absent"; 3]);
    let two = codes(|all| {
        all[0].versions[1].articles = None;
        all[0].versions[1].headings.insert(1, "条数未知".into());
        all[1].versions[0].until = None;
    });
    assert_eq!(two, ["law_repealed_in_force", "law_article_absent"]);
}
