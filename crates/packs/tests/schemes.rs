//! The scheme that is built in, and every mistake that the file of a scheme or a sheet may hold.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

use assessment::{Kind, KnownFigure, Rule};
use packs::source::Source;
use packs::{Files, schemes};

fn figures() -> Vec<KnownFigure> {
    ["rate", "judged", "lost"].map(|id| KnownFigure { id: id.to_owned(), name: id.to_owned() }).to_vec()
}

const HEAD: &str = "scheme = \"t\"\nedition = \"1\"\nname = \"试\"\nofficial = false\nsource = \"自编\"\n\
    years = { from = 2024 }\nfull = 10\nbonus_cap = 1\n\n[[input]]\nid = \"stated\"\nname = \"自报\"\nunit = \"%\"\n\n";

const AREA: &str = "[[area]]\nid = \"1\"\nname = \"一\"\nmaximum = 10\n[[area.group]]\nid = \"1.1\"\nname = \"二\"\nmaximum = 10\n";

fn criterion(id: &str, rest: &str) -> String {
    format!("[[area.group.criterion]]\nid = \"{id}\"\nname = \"三\"\n{rest}\n")
}

/// Code, line and column of each finding, and the message of the first.
fn told(text: &str) -> (Vec<(String, usize, usize)>, String) {
    let (made, found) = schemes::read(&Source::new("s.toml", text), &figures());
    assert_eq!(made.is_none(), !found.is_empty());
    let one = |d: &base::Diagnostic| {
        let place = d.place.clone().unwrap_or_default();
        assert!(
            d.help.is_some()
                || ["missing_key", "wrong_type", "bad_number", "no_bound", "no_formula"].contains(&d.code),
            "{d}"
        );
        (d.code.to_owned(), place.line, place.column)
    };
    let first = found.first().map(|d| d.message.clone()).unwrap_or_default();
    (found.iter().map(one).collect(), first)
}

fn codes(text: &str) -> Vec<String> {
    told(text).0.into_iter().map(|(code, ..)| code).collect()
}

fn whole(criteria: &[String]) -> String {
    format!("{HEAD}{AREA}{}", criteria.concat())
}

const GOOD: &str = "kind = \"positive\"\nmaximum = 10\nevidence = \"台账\"";

#[test]
fn the_built_in_scheme_is_sound_ours_and_complete() {
    let files = Files::built_in();
    let rules = packs::load(&files).expect("the rules are whole");
    assert_eq!(schemes::check(&files, &rules), []);
    let sources: Vec<Source> = files.under("schemes").map(|(path, text)| Source::new(path, text)).collect();
    let (all, _) = schemes::read_all(&sources, &schemes::known_figures(&rules));
    let own = all.iter().find(|one| one.key() == "own@2024").expect("own@2024");
    assert!(!own.is_official && own.source.contains("不是主管机关发布的方案"));
    let criteria: Vec<_> = own.criteria().map(|(_, _, one)| one).collect();
    let of = |fits: &dyn Fn(&Kind) -> bool| criteria.iter().filter(|one| fits(&one.kind)).count();
    let many = [
        of(&|kind| *kind == Kind::Positive),
        of(&|kind| *kind == Kind::Negative),
        of(&|kind| *kind == Kind::Bonus),
        of(&|kind| kind.is_veto()),
    ];
    assert_eq!(many, [60, 5, 2, 1]);
    for one in criteria {
        assert!(
            one.basis.is_some() || one.is_unverified || one.rule == Rule::Evidence,
            "{}: no basis",
            one.id
        );
    }
}

#[test]
fn the_appraisal_of_enforcement_counts_no_fine() {
    let files = Files::built_in();
    let rules = packs::load(&files).expect("the rules are whole");
    let sources: Vec<Source> = files.under("schemes").map(|(path, text)| Source::new(path, text)).collect();
    let (all, _) = schemes::read_all(&sources, &schemes::known_figures(&rules));
    let own = all.iter().find(|one| one.key() == "enforcement@2024").expect("enforcement@2024");
    assert!(!own.is_official && own.source.contains("不是主管机关发布的方案"));
    let vetoes: Vec<_> = own.criteria().filter(|(_, _, one)| one.kind.is_veto()).collect();
    assert_eq!(
        vetoes.len(),
        1,
        "what was fined or confiscated is tied to no appraisal (Penalty Law art. 74.3)"
    );
    let text = sources.iter().find(|one| one.name.contains("enforcement-2024")).expect("its file");
    let formulas = text.text.lines().filter(|line| line.starts_with("formula"));
    for figure in formulas.flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_'))) {
        let unit = rules.figures().find(|one| one.id == figure).map(|one| one.unit.as_str());
        assert_ne!(unit, Some("元"), "{figure} is money");
    }
}

#[test]
fn a_small_scheme_is_read() {
    assert_eq!(codes(&whole(&[criterion("1.1.1", GOOD)])), [""; 0]);
}

#[test]
fn all_mistakes_come_at_once_with_their_places() {
    let bad = [
        criterion(
            "1.1.1",
            "kind = \"positive\"\nmaximum = 4\nformula = \"lost / juged\"\nbetween = { zero = \"0\", full = \"1\" }",
        ),
        criterion("1.1.1", "kind = \"positive\"\nmaximum = 5\nevidence = \"台账\""),
        criterion("1.1.3", "kind = \"veto\"\nscope = \"whole\"\nmaximum = 3\nevidence = \"台账\""),
    ];
    let (found, _) = told(&whole(&bad));
    let expected = [
        ("maximum_differs", 19, 1),
        ("unknown_figure", 23, 1),
        ("twice", 30, 1),
        ("veto_with_points", 36, 1),
    ];
    assert_eq!(found, expected.map(|(code, line, column)| (code.to_owned(), line, column)));
    let text = whole(&[criterion("1.1.1", &format!("{GOOD}\nformula = \"lost × rate\"\npoints = true"))]);
    assert_eq!(told(&text).0, [("bad_formula".to_owned(), 29, 17)], "the sign itself");
}

#[test]
fn maxima_and_weights_must_add_up() {
    let two = |a: &str, b: &str| {
        let one =
            |id, more: &str| criterion(id, &format!("kind = \"positive\"\nevidence = \"台账\"\n{more}"));
        told(&whole(&[one("1.1.1", a), one("1.1.2", b)]))
    };
    assert_eq!(two("maximum = 6", "maximum = 4").1, "");
    assert_eq!(two("maximum = 6", "maximum = 3").1, "二级指标 1.1的满分是10，下面的三级指标合计9");
    assert_eq!(two("maximum = 100\nweight = \"60%\"", "maximum = 5\nweight = 0.4").1, "");
    let short = two("maximum = 100\nweight = \"60%\"", "maximum = 5\nweight = \"30%\"").1;
    assert_eq!(short, "二级指标 1.1下的三级指标权重合计为90%，应当是100%");
    let some = two("maximum = 10\nweight = \"60%\"", "maximum = 5").1;
    assert_eq!(some, "二级指标 1.1下的三级指标有的写了权重，1.1.2 没有写");
}

#[test]
fn every_mistake_of_a_criterion_has_its_code() {
    let with = |more: &str| codes(&whole(&[criterion("1.1.1", GOOD), criterion("1.1.2", more)]));
    let evidence = "evidence = \"台账\"";
    assert_eq!(with(&format!("kind = \"bonus\"\nmaximum = 1\n{evidence}")), [""; 0]);
    assert_eq!(
        with(&format!("kind = \"bonus\"\nmaximum = 1\nweight = 1\n{evidence}")),
        ["weight_of_no_share"]
    );
    assert_eq!(with(&format!("kind = \"negative\"\nmaximum = -1\n{evidence}")), ["bad_maximum"]);
    assert_eq!(with(&format!("kind = \"negative\"\nmaximum = 11\n{evidence}")), ["bad_maximum"]);
    assert_eq!(with(&format!("kind = \"negative\"\nmaximum = 0.125\n{evidence}")), ["too_fine"]);
    assert_eq!(with(&format!("kind = \"negative\"\n{evidence}")), ["missing_key"]);
    assert_eq!(with("kind = \"negative\"\nmaximum = 1"), ["no_evidence"]);
    assert_eq!(with(&format!("kind = \"veto\"\n{evidence}")), ["missing_key"]);
    assert_eq!(with(&format!("kind = \"veto\"\nscope = \"all\"\n{evidence}")), ["unknown_word"]);
    assert_eq!(with(&format!("kind = \"bonus\"\nscope = \"area\"\nmaximum = 1\n{evidence}")), ["no_veto"]);
    assert_eq!(with("kind = \"veto\"\nscope = \"area\"\nformula = \"lost\"\neach = 1"), ["veto_with_points"]);
    let of = |more: &str| with(&format!("kind = \"negative\"\nmaximum = 2\n{more}"));
    assert_eq!(of("formula = \"lost\"\neach = 1"), [""; 0]);
    assert_eq!(of("formula = \"lost\"\neach = 0"), ["bad_step"]);
    assert_eq!(of("formula = \"lost\""), ["no_scoring"]);
    assert_eq!(of("formula = \"lost\"\neach = 1\npoints = true"), ["no_scoring"]);
    assert_eq!(of("each = 1"), ["no_formula"]);
    assert_eq!(of("formula = \"lost\"\nbetween = { zero = 1, full = \"100%\" }"), ["empty_scale"]);
    assert_eq!(of("formula = \"lost\"\npass = { at_least = 1, at_most = 2 }"), ["no_bound"]);
    assert_eq!(of("formula = \"lost\"\npass = { }"), ["no_bound"]);
    assert_eq!(
        of("formula = \"lost\"\nsteps = [{ at_least = 5, points = 1 }, { at_least = 9, points = 2 }]"),
        ["bad_step"]
    );
    assert_eq!(of("formula = \"lost\"\nsteps = [{ at_least = 5, points = 3 }]"), ["bad_step"]);
    assert_eq!(of("formula = \"lost\"\nsteps = []"), ["bad_step"]);
    assert_eq!(of("formula = \"lost\"\neach = \"一\""), ["bad_number"]);
    assert_eq!(of("formula = \"previous.stated\"\neach = 1"), ["previous_input"]);
    assert_eq!(of("formula = \"previous.lost\"\neach = 1"), [""; 0]);
    assert_eq!(of("formula = \"lost\"\nneeds = [\"jugded\"]\neach = 1"), ["unknown_figure"]);
    assert_eq!(of("formula = \"lost\"\neach = 1\nscore = 3"), ["unknown_key"]);
}

#[test]
fn every_mistake_of_the_whole_has_its_code() {
    let good = whole(&[criterion("1.1.1", GOOD)]);
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        codes(&good.replacen(from, to, 1))
    };
    assert_eq!(with("from = 2024", "from = 2024, to = 2023"), ["years_reversed"]);
    assert_eq!(with("from = 2024", "to = 2024"), ["missing_key"]);
    assert_eq!(with("from = 2024", "from = 24"), ["bad_number"]);
    assert_eq!(with("full = 10", "full = 20"), ["maximum_differs"]);
    assert_eq!(with("official = false\n", ""), ["missing_key"]);
    assert_eq!(with("bonus_cap = 1", "bonus_cap = -1"), ["bad_maximum"]);
    assert_eq!(with("id = \"stated\"", "id = \"rate\""), ["input_is_figure"]);
    let twice = "[[input]]\nid = \"stated\"\nname = \"再\"\nunit = \"%\"\n[[input]]";
    assert_eq!(with("[[input]]", twice), ["twice"]);
    assert_eq!(with("id = \"1.1\"", "id = \"1\""), ["twice"]);
    let bonus = criterion("1.1.2", "kind = \"bonus\"\nmaximum = 1\nevidence = \"台账\"");
    assert_eq!(
        codes(&whole(&[criterion("1.1.1", GOOD), bonus]).replace("bonus_cap = 1\n", "")),
        ["bonus_without_cap"]
    );
    assert_eq!(codes(&format!("{HEAD}{}", AREA.replace("10", "0"))), ["maximum_differs", "empty"]);
    let empty: String = HEAD.replace("full = 10", "full = 0");
    assert_eq!(codes(&empty), ["bad_maximum", "empty"]);
}

#[test]
fn editions_of_one_scheme_share_no_year() {
    let good = whole(&[criterion("1.1.1", GOOD)]);
    let later = good.replace("edition = \"1\"", "edition = \"2\"").replace("from = 2024", "from = 2026");
    let read = |first: &str| {
        let sources = [Source::new("a.toml", first), Source::new("b.toml", later.clone())];
        schemes::read_all(&sources, &figures()).1.iter().map(|one| one.code).collect::<Vec<_>>()
    };
    assert_eq!(read(&good), ["overlap"]);
    assert_eq!(read(&good.replace("from = 2024", "from = 2024, to = 2025")), [""; 0]);
}

#[test]
fn a_sheet_is_read_and_its_mistakes_are_told() {
    let head = "scheme = \"t@1\"\nsubject = \"county\"\nyear = 2024\n";
    let read = |more: &str| schemes::read_sheet(&Source::new("z.toml", format!("{head}{more}")));
    let (sheet, found) = read(
        "[[entry]]\ncriterion = \"1.1.1\"\nself = 3.5\nproof = [\"台账\"]\nchecked = \"3\"\nreason = \"少一份\"\n\
         [[stated]]\ninput = \"stated\"\nvalue = \"95%\"\nby = \"经办人\"\nproof = \"统计表\"\n",
    );
    assert_eq!(found, []);
    let sheet = sheet.unwrap();
    let entry = sheet.entry("1.1.1").unwrap();
    assert_eq!(entry.self_score.unwrap().text(2), "3.5");
    assert_eq!((entry.checked.unwrap().text(2).as_str(), entry.place.line), ("3", 4));
    assert_eq!(sheet.stated.first().unwrap().value.percent(0), "95%");
    let codes = |more: &str| read(more).1.iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(codes("[[entry]]\nself = 1\n"), ["missing_key"]);
    assert_eq!(codes("[[entry]]\ncriterion = \"1\"\nproof = [\" \"]\n"), ["empty_proof"]);
    assert_eq!(codes("[[stated]]\ninput = \"x\"\nvalue = \"多\"\nby = \"我\"\n"), ["bad_number"]);
    assert_eq!(codes("[[entry]]\ncriterion = \"1\"\nslef = 1\n"), ["unknown_key"]);
}
