//! The yearly tables of enforcement: rows of organs, columns of figures, balances, money, what was known on a day.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use crate::county::{County, day};
use app::{FilledTable, Organ, table_value};
use packs::source::Source;
use packs::tables::{YearTable, read_all};
use store::tally::Contribution;

fn forms() -> Vec<YearTable> {
    let files = packs::Files::built_in();
    let rules = packs::load(&files).unwrap();
    let sources: Vec<Source> = files.under("tables").map(|(path, text)| Source::new(path, text)).collect();
    let (forms, found) = read_all(&sources, &rules);
    assert!(found.is_empty(), "{found:?}");
    forms
}

fn form(id: &str) -> YearTable {
    forms().into_iter().find(|form| form.id == id).unwrap()
}

fn organ(id: &str, name: &str, division: &str) -> Organ {
    let text = str::to_owned;
    Organ {
        id: text(id),
        name: text(name),
        short: text(name),
        kind: text("department"),
        division: text(division),
        credit_code: None,
        parent: None,
    }
}

/// So many acts of a figure, or so much money, of an organ on a day.
fn counted(
    county: &County,
    figure: &str,
    (organ, division): (&str, &str),
    (on, known): (&str, &str),
    n: i64,
    total: i64,
) {
    let one = Contribution {
        figure: figure.to_owned(),
        legal_day: day(on).number(),
        case: format!("{figure}-{organ}-{on}-{known}"),
        number: 1,
        organ: organ.to_owned(),
        division: division.to_owned(),
        recorded_day: day(known).number(),
        n,
        total,
    };
    county.platform.store().write(move |tx| store::tally::contribute(tx, &one)).unwrap().unwrap();
}

fn value(filled: &FilledTable, organ: &str, column: &str) -> String {
    let place = filled.form.place_of(column).unwrap();
    let row =
        filled.rows.iter().find(|row| row.organ.0 == organ).unwrap_or_else(|| panic!("no row of {organ}"));
    table_value(&filled.form.columns[place], row.values[place])
}

fn county() -> County {
    let county = County::new("2025-01-20");
    let market = organ("market", "德化县市场监督管理局", "350526");
    let other = organ("other", "安溪县市场监督管理局", "350524");
    county.platform.enter_organs(vec![market, other], day("2020-01-01")).unwrap();
    let (market, police, other) = (("market", "350526"), ("police", "350526"), ("other", "350524"));
    let on = ("2024-05-06", "2024-05-06");
    for (figure, who, n, total) in [
        ("penalties_fine", market, 4, 0),
        ("penalties_revoked", market, 1, 0),
        ("penalties_decided", market, 5, 0),
        ("penalty_fines", market, 4, 12_345_678),
        ("penalty_confiscated", market, 5, 1),
        ("summary_warnings", police, 7, 0),
        ("summary_fined", police, 2, 0),
        ("summary_penalties", police, 9, 0),
        ("summary_fines", police, 2, 40_000),
        ("penalties_fine", other, 100, 0),
        ("penalties_decided", other, 100, 0),
    ] {
        counted(&county, figure, who, on, n, total);
    }
    // The day before the year, its last day, and what was entered late.
    counted(&county, "penalties_fine", market, ("2023-12-31", "2023-12-31"), 50, 0);
    counted(&county, "penalties_warning", market, ("2024-12-31", "2025-01-10"), 1, 0);
    counted(&county, "penalties_decided", market, ("2024-12-31", "2025-01-10"), 1, 0);
    county
}

#[test]
fn a_government_reports_its_whole_area_and_a_department_itself() {
    let county = county();
    let penalties = form("penalties");
    let filled = county.platform.year_table(&penalties, "county", 2024, day("2025-01-20")).unwrap();
    let organs: Vec<&str> = filled.rows.iter().map(|row| row.organ.0.as_str()).collect();
    assert_eq!(organs, ["police", "market"], "of this county, with anything to tell");
    let expected = [
        ("market", "warning", "1"),
        ("market", "fine", "4"),
        ("market", "revoked", "1"),
        ("market", "total", "6"),
        ("market", "ordinary", "6"),
        ("market", "amount", "12.345679"),
        ("police", "warning", "7"),
        ("police", "fine", "2"),
        ("police", "total", "9"),
        ("police", "summary", "9"),
        ("police", "amount", "0.040000"),
    ];
    for (organ, column, text) in expected {
        assert_eq!(value(&filled, organ, column), text, "{organ} {column}");
    }
    assert_eq!(filled.total[filled.form.place_of("total").unwrap()], 15);
    assert!(filled.unbalanced.is_empty(), "{:?}", filled.unbalanced);
    let alone = county.platform.year_table(&penalties, "market", 2024, day("2025-01-20")).unwrap();
    assert_eq!(alone.rows, [filled.rows[1].clone()]);
    assert_eq!(alone.total, alone.rows[0].values);
}

#[test]
fn a_table_is_that_of_its_day_and_says_where_it_does_not_balance() {
    let county = county();
    let penalties = form("penalties");
    let before = county.platform.year_table(&penalties, "county", 2024, day("2025-01-09")).unwrap();
    assert_eq!(
        (value(&before, "market", "warning"), value(&before, "market", "total")),
        ("0".into(), "5".into())
    );
    // A decision whose heaviest penalty is missing.
    counted(&county, "penalties_decided", ("market", "350526"), ("2024-06-03", "2024-06-03"), 1, 0);
    let wrong = county.platform.year_table(&penalties, "county", 2024, day("2025-01-20")).unwrap();
    assert_eq!(wrong.unbalanced, ["德化县市场监督管理局：合计是6，简易程序＋普通程序是7"]);
    let early = county.platform.year_table(&penalties, "county", 2021, day("2025-01-20")).unwrap_err();
    assert!(matches!(early, app::AppError::Wrong { code: "table_year", .. }), "{early:?}");
    assert!(county.platform.year_table(&penalties, "nobody", 2024, day("2025-01-20")).is_err());
}

#[test]
fn every_form_is_filled_in_and_mistakes_of_forms_are_found() {
    let county = county();
    assert_eq!(
        forms().iter().map(|form| form.id.as_str()).collect::<Vec<_>>(),
        ["permits", "penalties", "compulsion", "others"]
    );
    for form in forms() {
        let filled = county.platform.year_table(&form, "county", 2024, day("2025-01-20")).unwrap();
        assert_eq!(filled.total.len(), form.columns.len());
    }
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    let text = "table = \"x\"\nname = \"甲\"\nnumber = 9\nyears = { from = 2022 }\nbasis = \"乙\"\n\
        [[column]]\nid = \"a\"\nname = \"甲\"\nunit = \"件\"\nfigures = [\"penalties_fin\"]\n\
        [[column]]\nid = \"a\"\nname = \"甲\"\nunit = \"件\"\nsum = [\"b\"]\n\
        [[column]]\nid = \"c\"\nname = \"丙\"\nunit = \"件\"\n[[equal]]\nleft = [\"a\"]\nright = [\"z\"]\n";
    let twice = [Source::new("tables/x.toml", text), Source::new("tables/y.toml", text)];
    let (_, found) = read_all(&twice, &rules);
    let mut codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let expected = ["column_of", "column_twice", "overlap", "unknown_column", "unknown_figure"];
    assert_eq!(codes, expected);
    assert!(found.iter().any(|one| one.help.iter().any(|help| help.contains("penalties_fine"))), "{found:?}");
}
