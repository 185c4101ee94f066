//! The repository's laws and calendars, and what broken ones are told.

use std::path::Path;

use calendar::Day;
use law::{Article, Convention, Library, Standing};
use packs::source::Source;
use packs::{calendars, laws};

#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
fn files(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
    files.iter().map(|path| Source::new(name(path), std::fs::read_to_string(path).unwrap())).collect()
}

#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
fn library() -> Library {
    let (library, found) = laws::read(&files("laws"));
    assert!(found.is_empty(), "{found:#?}");
    library.unwrap()
}

#[test]
fn the_calendars_load_without_a_finding() {
    let (calendar, found) = calendars::read(&files("calendars"));
    assert!(found.is_empty(), "{found:#?}");
    let calendar = calendar.unwrap();
    let years: Vec<_> = calendar.schedules().iter().map(|schedule| schedule.year).collect();
    assert_eq!(years, [2022, 2023, 2024, 2025, 2026]);
    let (first, last) = (Day::parse("2021-12-31").unwrap(), Day::parse("2026-12-31").unwrap());
    assert_eq!(calendar.working_days(first, last), 249 + 249 + 251 + 248 + 248);
}

#[test]
fn the_laws_load_without_a_finding() {
    let library = library();
    assert!(library.laws().len() >= 60);
    let (law, version) = library.version("reconsideration_law@2023").unwrap();
    assert_eq!(law.cite(Article::parse("30.1").unwrap()), "《行政复议法》第三十条第一款");
    assert_eq!(version.headings.len(), 90);
    assert_eq!(version.counting.of_days(10), Convention::WorkingDays);
    assert_eq!(version.counting.of_days(60), Convention::Days);
    let (_, disclosure) = library.version("disclosure_regulation@2019").unwrap();
    assert_eq!(disclosure.headings.len(), 56);
    assert_eq!(disclosure.counting.of_days(20), Convention::AsWritten);
    assert!(disclosure.public.iter().any(|public| public.document == "normative_document"));
    for (law, version) in library.laws().iter().flat_map(|law| law.versions.iter().map(move |v| (law, v))) {
        assert!(version.articles.is_some() || version.unverified, "{}@{}", law.id, version.id);
    }
}

#[test]
fn the_day_decides_which_law_is_in_force() {
    let library = library();
    let on = |title: &str, text: &str| match library.in_force_on(title, Day::parse(text).unwrap()) {
        Standing::InForce(law, version) => format!("{}@{}", law.id, version.id),
        Standing::Ended(law, last) => format!("{} until {last}", law.id),
        other => format!("{other:?}"),
    };
    assert_eq!(on("行政复议法", "2023-12-31"), "reconsideration_law@2017");
    assert_eq!(on("行政复议法", "2024-01-01"), "reconsideration_law@2023");
    assert_eq!(on("行政复议法实施条例", "2026-06-30"), "reconsideration_regulation@2007");
    assert_eq!(on("行政复议法实施条例", "2026-07-01"), "reconsideration_regulation@2026");
    assert_eq!(on("信访条例", "2023-01-01"), "old_petition_regulation until 2022-04-30");
    assert_eq!(on("法规规章备案条例", "2024-11-01"), "filing_regulation until 2024-10-31");
    assert_eq!(on("治安管理处罚法", "2026-01-01"), "public_security_penalty_law@2025");
}

/// The number of articles of each law agrees with the texts that lie beside the repository.
#[test]
fn the_numbers_of_articles_agree_with_the_texts() {
    let index = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/laws/INDEX.tsv");
    let Ok(index) = std::fs::read_to_string(&index) else {
        println!("skipped: the law texts are not there");
        return;
    };
    let library = library();
    let mut compared = 0;
    for line in index.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        let (title, _) = columns[0].split_once('@').unwrap();
        if title == "民法典总则编" {
            continue;
        }
        let law = library.by_title(title).unwrap_or_else(|| panic!("{title} is not in the library"));
        let articles: u16 = columns[2].parse().unwrap();
        let versions: Vec<_> = law.versions.iter().filter_map(|version| version.articles).collect();
        assert!(versions.contains(&articles), "{title}: {articles} {versions:?}");
        compared += 1;
    }
    assert!(compared > 45, "{compared}");
}

fn codes(found: &[base::Diagnostic]) -> Vec<(usize, &'static str)> {
    found.iter().map(|found| (found.place.as_ref().map_or(0, |place| place.line), found.code)).collect()
}

#[test]
fn a_broken_calendar_is_told_all_its_mistakes() {
    let text = "year = 2023\n[notice]\ntitle = \"t\"\nissued_on = 2023-01-01\n\
        [[rest]]\nname = \"a\"\nfrom = 2024-05-01\nto = 2024-05-05\n\
        [[rest]]\nname = \"b\"\nfrom = \"2023-02-20\"\nto = 2023-02-21\n[[makeup]]\nname = \"c\"\nonn = 2024-05-06\n";
    let (calendar, found) = calendars::read(&[Source::new("calendars/2024.toml", text)]);
    assert!(calendar.is_none());
    let expected = [
        (1, "calendar_file_name"),
        (2, "missing_key"),
        (7, "calendar_far_day"),
        (11, "wrong_type"),
        (13, "missing_key"),
        (15, "unknown_key"),
    ];
    assert_eq!(codes(&found), expected);
    let text = "year = 2024\n[notice]\ntitle = \"t\"\nsource = \"s\"\nissued_on = 2023-01-01\n\
        [[rest]]\nname = \"a\"\nfrom = 2024-05-01\nto = 2024-05-05\n\
        [[makeup]]\nname = \"c\"\non = 2024-05-06\n[[makeup]]\nname = \"c\"\non = 2024-05-04\n";
    let (calendar, found) = calendars::read(&[Source::new("calendars/2024.toml", text)]);
    assert!(calendar.is_none());
    assert_eq!(codes(&found), [(12, "calendar_makeup_weekday"), (15, "calendar_overlap")]);
}

#[test]
fn a_broken_law_is_told_all_its_mistakes() {
    let text = "law = \"x\"\ntitle = \"某法\"\nrank = \"party_regulaton\"\n[[version]]\nid = \"1\"\n";
    let (library, found) = laws::read(&[Source::new("laws/y.toml", text)]);
    assert!(library.is_none());
    assert_eq!(codes(&found), [(1, "law_file_name"), (3, "law_rank"), (4, "missing_key")]);
    assert_eq!(found[1].help.as_deref(), Some("是否为“party_regulation”"));
    let text = "law = \"x\"\ntitle = \"某法\"\nrank = \"law\"\n\
        [[version]]\nid = \"1\"\nin_force = { from = 2020-01-01, until = 2021-12-31 }\narticles = 10\n\
        counting = { working_days = \"most\", article = \"第八条\" }\n\
        [[version]]\nid = \"2\"\nin_force = { from = 2022-01-02 }\narticles = 9\n\
        public = [{ document = \"d\", article = \"10\" }]\n  [version.headings]\n  x = \"y\"\n";
    let (library, found) = laws::read(&[Source::new("laws/x.toml", text)]);
    assert!(library.is_none());
    let expected = [
        (8, "law_working_days"),
        (8, "article_format"),
        (9, "law_article_absent"),
        (9, "law_gap"),
        (15, "law_heading"),
    ];
    assert_eq!(codes(&found), expected);
}
