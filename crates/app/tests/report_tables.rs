//! Reports whose forms are fixed: tables filled by figures, cells that somebody states, what does not come out, and several kinds
//! of report of one organ and year. On both databases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use crate::county::{County, day, form, on_both};
use app::{
    Actor, AppError, CellPosted, CellSource, FormTable, NewAccount, Open, Origin, PublicPiece, TablePosted,
    TakeReport, unseal,
};
use audit::Rules;
use store::account::Rank;

fn rules() -> Rules {
    audit_report::load(&audit_report::BUILT_IN).unwrap()
}

fn said(error: &AppError) -> String {
    error.diagnostics().iter().map(ToString::to_string).collect()
}

/// A request for information that came to the county in 2024.
fn asked(county: &County, key: &str, kind: &str, on: &str) {
    let fields = [
        ("applicant", "演示申请人"),
        ("applicant.code", "11010519491231002X"),
        ("applicant_kind", kind),
        ("contact", "演示地址"),
        ("channel", "in_person"),
        ("information", "本县2023年度部门决算汇总信息"),
    ];
    open(county, key, ("disclosure_request", "apply"), on, &fields);
}

fn open(
    county: &County,
    key: &str,
    (procedure, act): (&str, &str),
    on: &str,
    fields: &[(&str, &str)],
) -> String {
    let open = Open {
        key: key.to_owned(),
        procedure: procedure.to_owned(),
        organ: "county".to_owned(),
        act: act.to_owned(),
        on: day(on),
        form: form(fields),
        files: Vec::new(),
    };
    county.platform.open(&county.officer, open).unwrap().case
}

/// The county's report on disclosure in 2024, its draft begun.
fn begun(county: &County) -> String {
    asked(county, "first", "natural_person", "2024-12-24");
    asked(county, "second", "enterprise", "2024-12-25");
    county.clock.set(day("2025-01-06"), 9);
    let fields = [("kind", "government"), ("year", "2024"), ("year_end", "2024-12-31")];
    let case = open(county, "report", ("disclosure_report", "begin"), "2025-01-06", &fields);
    county.platform.begin_report(&county.officer, &case, &Origin::default()).unwrap();
    case
}

fn colleague(county: &County) -> Actor {
    let new = NewAccount {
        login: "second".to_owned(),
        name: "演示协办人".to_owned(),
        password: "Correct-horse-battery".to_owned(),
        organ: Some("county".to_owned()),
        rank: Rank::Staff,
    };
    county.platform.add_account(new).unwrap();
    county.platform.actor_of("second").unwrap()
}

fn table(county: &County, case: &str, id: &str) -> FormTable {
    county.platform.report_table(&county.officer, case, id).unwrap().table
}

fn value(table: &FormTable, row: &str, column: &str) -> Option<String> {
    let at = table.columns.iter().position(|one| one.id == column).unwrap();
    table.rows.iter().find(|one| one.id == row).unwrap().cells[at].value.clone()
}

fn cell(row: &str, column: &str, number: &str) -> CellPosted {
    CellPosted { row: row.to_owned(), column: column.to_owned(), number: number.to_owned() }
}

fn posted(base: i64, cells: Vec<CellPosted>) -> TablePosted {
    TablePosted {
        base, cells, who: "县政府办公室 李演示".to_owned(), why: "手工台账".to_owned()
    }
}

/// States nought in every cell that has no number.
fn rest(county: &County, case: &str, id: &str) {
    let sheet = county.platform.report_table(&county.officer, case, id).unwrap();
    let mut cells = Vec::new();
    for row in &sheet.table.rows {
        for (column, one) in sheet.table.columns.iter().zip(&row.cells) {
            if one.of == CellSource::Missing {
                cells.push(cell(&row.id, &column.id, "0"));
            }
        }
    }
    let base = sheet.last.map_or(0, |last| last.number);
    county.platform.save_report_table(&county.officer, case, id, &posted(base, cells)).unwrap();
}

fn take(
    county: &County,
    actor: &Actor,
    case: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> app::Result<app::Done> {
    let take = TakeReport {
        key: format!("{act} {} {}", actor.account, county.platform.now()),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: county.platform.today(),
        form: form(fields),
        site: None,
    };
    county.clock.tick();
    county.platform.take_report(actor, take, &rules())
}

fn vetted_by(county: &County, actor: &Actor, case: &str) -> app::Result<app::Done> {
    let fields =
        [("complete", "yes"), ("figures", "yes"), ("secrets", "yes"), ("passed", "yes"), ("opinion", "同意")];
    let deal = app::Deal {
        key: format!("vet {} {}", actor.account, county.platform.now()),
        case: case.to_owned(),
        version: None,
        act: "vet".to_owned(),
        on: county.platform.today(),
        form: form(&fields),
        files: Vec::new(),
    };
    county.platform.act(actor, deal)
}

#[test]
fn cells_are_figures_or_stated_or_not_there() {
    on_both("tables_cells", "2025-01-03", |county, _folder, _database| {
        let case = begun(&county);
        let requests = table(&county, &case, "requests");
        // By kind of applicant, each a figure; what is not recorded before the year is no nought.
        assert_eq!(value(&requests, "received", "natural_person").as_deref(), Some("1"));
        assert_eq!(value(&requests, "received", "total").as_deref(), Some("2"));
        assert_eq!(value(&requests, "disclosed", "enterprise").as_deref(), Some("0"));
        assert_eq!(value(&requests, "carried", "natural_person"), None);
        assert_eq!(value(&requests, "carried_out", "total"), None);
        assert_eq!(requests.missing(), 6);
        let first = &requests.rows[0].cells[0];
        assert!(
            matches!(&first.of, CellSource::Counted(figures) if figures[0].link.starts_with("/figures/"))
        );
        // Nobody has a penalty here: to be stated, as the fees are.
        assert_eq!(table(&county, &case, "enforcement").missing(), 2);
        assert_eq!(table(&county, &case, "fees").missing(), 1);
        let platform = &county.platform;
        let nobody = TablePosted { cells: vec![cell("fees", "amount", "1.5")], ..TablePosted::default() };
        let told = said(&platform.save_report_table(&county.officer, &case, "fees", &nobody).unwrap_err());
        assert!(told.contains("谁提供的") && told.contains("来源和理由"), "{told}");
        let wrong = posted(0, vec![cell("fees", "amount", "一万"), cell("fees", "none", "1")]);
        let told = said(&platform.save_report_table(&county.officer, &case, "fees", &wrong).unwrap_err());
        assert!(told.contains("不是数字") && told.contains("没有“fees/none”"), "{told}");
        let right = posted(0, vec![cell("fees", "amount", "1.50")]);
        assert_eq!(platform.save_report_table(&county.officer, &case, "fees", &right).unwrap(), 1);
        let fees = table(&county, &case, "fees");
        assert_eq!(value(&fees, "fees", "amount").as_deref(), Some("1.5"));
        assert_eq!(fees.missing(), 0);
        // The same again is no version; a cell that adds others up is nobody's to state.
        assert_eq!(
            platform.save_report_table(&county.officer, &case, "fees", &posted(1, right.cells)).unwrap(),
            1
        );
        let sum = posted(0, vec![cell("received", "total", "9")]);
        assert!(platform.save_report_table(&county.officer, &case, "requests", &sum).is_err());
        let versions = platform.section_versions(&county.officer, &case, "table.fees", (None, None)).unwrap();
        assert!(versions.versions[0].text.as_ref().unwrap().contains("李演示"));
    });
}

#[test]
fn two_who_fill_in_other_cells_lose_none() {
    on_both("tables_two", "2025-01-03", |county, _folder, _database| {
        let (case, second) = (begun(&county), colleague(&county));
        let platform = &county.platform;
        let save = |actor: &Actor, base: i64, one: CellPosted| {
            county.clock.tick();
            platform.save_report_table(actor, &case, "requests", &posted(base, vec![one]))
        };
        save(&county.officer, 0, cell("carried", "natural_person", "3")).unwrap();
        // Upon the page that showed nothing: the other cell goes beside it.
        save(&second, 0, cell("carried", "enterprise", "1")).unwrap();
        let now = table(&county, &case, "requests");
        assert_eq!(value(&now, "carried", "natural_person").as_deref(), Some("3"));
        assert_eq!(value(&now, "carried", "enterprise").as_deref(), Some("1"));
        // The same cell otherwise: told who has it.
        let told = said(&save(&second, 0, cell("carried", "natural_person", "4")).unwrap_err());
        assert!(told.contains("别人已经填为3"), "{told}");
        save(&second, 2, cell("carried", "natural_person", "")).unwrap();
        assert_eq!(value(&table(&county, &case, "requests"), "carried", "natural_person"), None);
    });
}

#[test]
fn what_does_not_come_out_is_told_and_stands_in_the_way() {
    on_both("tables_faults", "2025-01-03", |county, _folder, _database| {
        let case = begun(&county);
        let platform = &county.platform;
        let of = |rule: &str| {
            let checked = platform.check_report(&county.officer, &case, &rules(), None).unwrap();
            checked.findings.into_iter().filter(|one| one.rule == rule).collect::<Vec<_>>()
        };
        let missing = of("missing_cell");
        assert!(
            missing.iter().any(|one| one.section == "active" && one.message.contains("行政处罚")),
            "{missing:#?}"
        );
        assert!(missing.iter().all(app::DraftFinding::hinders));
        // Fewer than were concluded: the row that is left over goes below nought.
        let carried = vec![cell("carried", "natural_person", "0"), cell("disclosed", "natural_person", "5")];
        platform.save_report_table(&county.officer, &case, "requests", &posted(0, carried)).unwrap();
        let faults = of("table_fault");
        assert!(faults.iter().any(|one| one.message.contains("小于零")), "{faults:#?}");
        // The platform has another number: told, and left to whoever states it.
        let otherwise = of("stated_otherwise");
        assert_eq!(otherwise.len(), 1, "{otherwise:#?}");
        assert!(otherwise[0].message.contains("自报5") && !otherwise[0].hinders());
    });
}

#[test]
fn reports_of_two_kinds_are_public_side_by_side() {
    on_both("tables_public", "2025-01-03", |county, _folder, _database| {
        let (case, second) = (begun(&county), colleague(&county));
        let platform = &county.platform;
        for (section, text) in
            [("problems", "公开目录更新不够及时，已经明确专人负责。"), ("other", "没有收取信息处理费。")]
        {
            platform.save_section(&second, &case, section, 0, text, &[]).unwrap();
        }
        for id in ["rules", "licences", "enforcement", "fees", "requests", "remedies"] {
            if table(&county, &case, id).missing() > 0 {
                rest(&county, &case, id);
            }
        }
        take(&county, &county.officer, &case, "draft", &[("changes", "初稿")]).unwrap();
        // Neither who sent it there nor who wrote in it vets it.
        assert!(vetted_by(&county, &county.officer, &case).is_err());
        let told = said(&vetted_by(&county, &second, &case).unwrap_err());
        assert!(told.contains("不得") || told.contains("不能"), "{told}");
        vetted_by(&county, &county.head, &case).unwrap();
        take(&county, &county.head, &case, "settle", &[]).unwrap();
        take(&county, &county.officer, &case, "publish", &[("where", "website")]).unwrap();
        let page = platform.public_report("disclosure_report", "county", 2024).unwrap();
        assert_eq!(page.line.title, "德化县人民政府2024年政府信息公开工作年度报告");
        let tables: Vec<_> = page.sections.iter().flat_map(|one| &one.tables).collect();
        assert_eq!(tables.len(), 6);
        let requests = tables.iter().find(|one| one.columns.len() == 7).unwrap();
        let received = "disclosure_requests_received_natural_person".to_owned();
        assert_eq!(requests.rows[0].1[0], PublicPiece::Figure(received.clone(), "1".to_owned()));
        assert!(page.figures.iter().any(|one| one.id == received && one.records == 1));
        assert!(platform.public_report("annual_report", "county", 2024).is_err());
        let lines = platform.public_reports_of("county", 2024).unwrap();
        assert_eq!(lines.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["disclosure_report"]);
        let which = ("disclosure_report", "county", 2024);
        let bundle = platform.public_report_file(which, "bundle.zip").unwrap();
        let read = unseal(&bundle.bytes, None);
        assert_eq!(read.faults, Vec::<String>::new());
        assert!(read.figures > 100, "{read:?}");
        let text = String::from_utf8(platform.public_report_file(which, "report.md").unwrap().bytes).unwrap();
        assert!(text.contains("| 一、本年新收政府信息公开申请数量 | [1]("), "{text}");
        assert!(text.contains("| 行政处罚 | 0 |") && text.contains("## 附：自报数字"), "{text}");
        assert!(platform.verify(true).unwrap().faults.is_empty());
    });
}

#[test]
fn what_last_years_public_report_left_over_is_carried_and_held_against_the_figures() {
    on_both("tables_carried", "2025-01-03", |county, _folder, _database| {
        let (case, second) = (begun(&county), colleague(&county));
        let platform = &county.platform;
        for (section, text) in [("problems", "公开目录更新不够及时。"), ("other", "没有收取信息处理费。")]
        {
            platform.save_section(&second, &case, section, 0, text, &[]).unwrap();
        }
        // One request came in 2024, two that nobody recorded came from the year before, and none was answered.
        let carried = vec![cell("carried", "natural_person", "2")];
        platform.save_report_table(&county.officer, &case, "requests", &posted(0, carried)).unwrap();
        for id in ["rules", "licences", "enforcement", "fees", "requests", "remedies"] {
            if table(&county, &case, id).missing() > 0 {
                rest(&county, &case, id);
            }
        }
        let left = value(&table(&county, &case, "requests"), "carried_out", "natural_person");
        take(&county, &county.officer, &case, "draft", &[("changes", "初稿")]).unwrap();
        vetted_by(&county, &county.head, &case).unwrap();
        take(&county, &county.head, &case, "settle", &[]).unwrap();

        // A report that is not public yet tells nothing.
        county.clock.set(day("2026-01-05"), 9);
        let fields = [("kind", "government"), ("year", "2025"), ("year_end", "2025-12-31")];
        let next = open(&county, "next", ("disclosure_report", "begin"), "2026-01-05", &fields);
        platform.begin_report(&county.officer, &next, &Origin::default()).unwrap();
        let before = table(&county, &next, "requests");
        assert!(!before.cells().any(|one| matches!(one.of, CellSource::Carried { .. })));

        take(&county, &county.officer, &case, "publish", &[("where", "website")]).unwrap();
        county.clock.set(day("2026-01-09"), 9);
        let now = table(&county, &next, "requests");
        assert_eq!((left.as_deref(), value(&now, "carried", "natural_person")), (Some("3"), left.clone()));
        let row = now.rows.iter().find(|one| one.id == "carried").unwrap();
        let CellSource::Carried { title, link, counted } = &row.cells[0].of else {
            panic!("{:?}", row.cells[0]);
        };
        assert!(title.contains("2024年") && link == "/reports/county/2024/disclosure_report");
        // The figures know of no more than what was recorded: the difference is told and stands in the way.
        assert_eq!(counted.as_deref(), Some("1"));
        let told = now.faults.iter().find(|one| one.contains("结转的是3")).unwrap();
        assert!(told.contains("平台的指标算出的是1"), "{told}");
        let carried = vec![cell("carried", "natural_person", "4")];
        platform.save_report_table(&county.officer, &next, "requests", &posted(0, carried)).unwrap();
        let stated = table(&county, &next, "requests");
        assert!(stated.faults.iter().any(|one| one.contains("这里自报的是4")), "{:?}", stated.faults);
    });
}
