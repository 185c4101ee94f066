//! Registers as they are read on the portal, and what of the rules nobody has verified.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::browse::{Site, day};
use app::NewEntry;
use axum::http::StatusCode;
use store::account::Rank;

/// Guiding cases: number, cause, list, article.
const GUIDES: [(&str, &str, &str, &str); 3] = [
    ("指导1号", "滥伐林木", "初次违法且危害后果轻微并及时改正", "《森林法》第七十六条第二款"),
    ("指导2号", "占道经营", "从轻处罚清单第3项", "《城市市容和环境卫生管理条例》第三十六条"),
    ("指导3号", "无证运输林木", "从重档", "《森林法》第七十八条"),
];

#[tokio::test]
async fn guiding_cases_are_found_by_cause_list_and_article() {
    let site = Site::new("2025-03-03");
    let admin = site.admin(Rank::SystemAdmin);
    site.with(|platform| {
        let row = |(number, cause, list, article): &(&str, &str, &str, &str)| {
            let fields = [
                ("number", *number),
                ("title", *number),
                ("cause", *cause),
                ("article", *article),
                ("list", *list),
                ("gist", "要旨"),
                ("text", "案情"),
                ("use", "guiding"),
                ("issued_on", "2025-01-02"),
            ];
            let form = fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()]));
            NewEntry { from: day("2025-01-02"), until: None, form: form.collect(), line: 0 }
        };
        let rows = GUIDES.iter().map(row).collect();
        platform.enter(&platform.actor_of(admin).unwrap(), "case_guides", "county", rows, "登记").unwrap();
    });
    let mut nobody = site.browser();
    for (words, found) in [
        ("", "指导1号 指导2号 指导3号"),
        ("滥伐", "指导1号"),
        ("从轻处罚清单", "指导2号"),
        ("《森林法》", "指导1号 指导3号"),
        ("《森林法》 运输", "指导3号"),
        ("第七十六条", "指导1号"),
        ("没有这样的词", ""),
    ] {
        let asked: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let page = nobody.get(&format!("/registers/case_guides?organ=county&q={asked}")).await;
        page.is(StatusCode::OK);
        for (number, ..) in GUIDES {
            let shown = page.text.contains(number);
            assert_eq!(shown, found.contains(number), "“{words}” and {number}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn what_nobody_verified_is_told_procedure_by_procedure() {
    let site = Site::new("2025-03-03");
    let mut nobody = site.browser();
    let page = nobody.get("/about").await;
    page.is(StatusCode::OK).says("/about?procedure=reconsideration\"");
    assert!(page.text.len() < 60_000, "{} bytes", page.text.len());
    let page = nobody.get("/about?procedure=reconsideration").await;
    page.is(StatusCode::OK).says("id=\"items\"");
    page.says("本地参数");
}
