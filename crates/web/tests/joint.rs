//! Joint inspection on pages: an officer makes a plan, looks at it from each side, hands an enterprise its own.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::browse::{Page, Site, day};
use app::NewEntry;
use axum::http::StatusCode;

fn enter(site: &Site, register: &str, fields: &[(&str, &str)]) {
    let form = fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()])).collect();
    let row = NewEntry { from: day("2025-01-01"), until: None, form, line: 0 };
    site.with(|platform| {
        let head = platform.actor_of("head").unwrap();
        platform.enter(&head, register, "county", vec![row], "试验").map(drop)
    })
    .unwrap();
}

const ORGAN: (&str, &str) = ("organ", "德化县人民政府");
const CODE: &str = "91350526MA00000001";

fn with_registers(site: &Site) {
    for (item, name) in [("fire", "消防安全检查"), ("stairs", "疏散通道检查")] {
        let listed = [("item", item), ("name", name), ORGAN, ("objects", "企业"), ("basis", "某条")];
        let more = [("method", "site"), ("cap", "2"), ("reviewed", "文号")];
        enter(site, "inspection_items", &[listed.as_slice(), &more].concat());
        let plan = [ORGAN, ("year", "2025"), ("plan", name), ("kind", "joint"), ("objects", "企业")];
        let more = [("inspections", "1"), ("approved_by", "县政府"), ("item", item), ("field", "消防")];
        enter(site, "inspection_plans", &[plan.as_slice(), &more].concat());
    }
    let object =
        [("code", CODE), ("name", "演示餐饮店"), ("trade", "餐饮"), ("class", "a"), ("district", "浔中镇")];
    enter(site, "inspection_objects", &object);
    for number in ["1", "2"] {
        let account = if number == "1" { "officer" } else { "" };
        let name = if number == "1" { "演示承办人" } else { "演示承办人乙" };
        let own = [("number", number), ("name", name), ("account", account), ("kind", "officer")];
        enter(site, "officers", &own);
        let paper = format!("证{number}");
        let own = [("number", paper.as_str()), ("officer", number), ("holder", name), ("field", "消防")];
        enter(site, "certificates", &own);
    }
}

fn says(page: &Page, words: &[&str]) {
    page.is(StatusCode::OK);
    words.iter().for_each(|word| page.says(word));
}

#[tokio::test]
async fn a_plan_is_seen_by_day_by_enterprise_by_officer_and_by_its_changes() {
    let site = Site::new("2025-03-03");
    with_registers(&site);
    let mut officer = site.signed_in("officer").await;
    says(&officer.get("/joint").await, &["还没有排定过计划"]);
    let ask = officer.get("/cases/new/joint_plan?act=propose").await;
    let opened =
        officer.send(&ask, "/cases/new/joint_plan", &[("f.year", "2025"), ("on", "2025-03-03")], &[]).await;
    opened.is(StatusCode::OK).says("已经提交");
    let link = opened.text.split("href=\"/cases/").filter_map(|rest| rest.split('"').next());
    let case = link.filter(|id| id.len() == 20).last().unwrap().to_owned();
    let path = format!("/cases/{case}/acts/schedule");
    let form = officer.get(&path).await;
    form.is(StatusCode::OK).says("一人一天最多查几户");
    assert!(!form.text.contains("f.bound"), "what the platform fills in is not asked for");
    let fields = [
        ("f.title", "2025年计划"),
        ("f.from", "2025-03-10"),
        ("f.to", "2025-12-31"),
        ("f.daily", "2"),
        ("on", "2025-03-03"),
    ];
    let made = officer.send(&form, &path, &fields, &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    says(&officer.get(&format!("/cases/{case}")).await, &[&format!("/joint/{case}")]);
    says(&officer.get("/joint").await, &["2025年计划"]);
    let page = officer.get(&format!("/joint/{case}")).await;
    says(&page, &["演示餐饮店", "消防安全检查；", "平台另用核验程序看过", "下界", "演示承办人（证1）"]);
    says(&officer.get(&format!("/joint/{case}?view=enterprises")).await, &[CODE, "浔中镇"]);
    says(&officer.get(&format!("/joint/{case}?view=people")).await, &["出去的天数", "消防"]);
    says(&officer.get(&format!("/joint/{case}?view=left")).await, &["全部排上了"]);
    let own = officer.get(&format!("/joint/{case}/enterprises/{CODE}")).await;
    says(&own, &["合并后去", "“拟定”的还可能改动"]);
    officer.get(&format!("/joint/{case}/enterprises/none")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(officer.get(&format!("/joint/{case}/sheet")).await.status, StatusCode::OK);
    // Without a reason it is not made anew; with one both stand side by side.
    let form = officer.get(&path).await;
    let refused = officer.send(&form, &path, &fields, &[]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("重排要写明为什么");
    let again = [fields.as_slice(), &[("f.reason", "试验重排")]].concat();
    let made = officer.send(&form, &path, &again, &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    says(
        &officer.get(&format!("/joint/{case}?view=rounds")).await,
        &["试验重排", "第2次排定", "其余没有变动"],
    );
    // Whoever may not see the case sees no plan.
    let mut citizen = site.signed_in("citizen").await;
    citizen.get(&format!("/joint/{case}")).await.is(StatusCode::NOT_FOUND);
    assert!(site.browser().get(&format!("/joint/{case}")).await.location().starts_with("/sign-in"));
}
