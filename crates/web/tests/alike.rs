//! Before a dispute is entered twice, the page shows the first one; who has looked goes on.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::browse;
use crate::browse::Site;
use axum::http::StatusCode;

const PATH: &str = "/cases/new/dispute";

fn fields<'a>(first: &'a str, facts: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("f.first_name", first),
        ("f.second", "演示李小红"),
        ("f.people", "2"),
        ("f.source", "applied"),
        ("f.window", "mediation"),
        ("f.level", "county"),
        ("f.place", "浔中镇富东社区3号楼"),
        ("f.kind", "neighbours"),
        ("f.risk", "low"),
        ("f.facts", facts),
        ("on", "2025-03-03"),
    ]
}

#[tokio::test]
async fn a_dispute_that_was_entered_before_is_shown_before_it_is_entered_again() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    let facts = "楼上住户装修敲掉承重墙，楼下客厅天花板开裂漏水，双方为修复费用争执不下";
    let form = officer.get(PATH).await;
    form.is(StatusCode::OK);
    let sent = officer.send(&form, PATH, &fields("演示王小明", facts), &[]).await;
    sent.is(StatusCode::OK).says("申请回执");
    let events = site.events();

    let form = officer.get(PATH).await;
    let asked = officer.send(&form, PATH, &fields("演示王小明", facts), &[]).await;
    asked.is(StatusCode::OK).says("登记之前请先核对");
    asked.says("以前登记的有1件与本件相近");
    asked.says("疑似重复登记");
    asked.says("申请人姓名或者名称相同");
    asked.says("事由文字相同");
    asked.says("楼上住户装修");
    assert_eq!(site.events(), events, "nothing is entered before somebody has looked");

    // Another stamp than the one shown does not do.
    let mut wrong = fields("演示王小明", facts);
    wrong.push(("alike", "0000000000000000"));
    officer.send(&asked, PATH, &wrong, &[]).await.is(StatusCode::OK).says("登记之前请先核对");
    assert_eq!(site.events(), events);

    let stamp =
        asked.text.split_once("name=\"alike\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let mut confirmed = fields("演示王小明", facts);
    confirmed.push(("alike", &stamp));
    officer.send(&asked, PATH, &confirmed, &[]).await.is(StatusCode::OK).says("申请回执");
    assert!(site.events() > events);

    // What is like nothing goes through at once.
    let form = officer.get(PATH).await;
    let mut other = fields("演示赵大伟", "拖欠三个月工资，工地停工后老板联系不上");
    other.retain(|(name, _)| *name != "f.second" && *name != "f.place");
    other.extend([("f.second", "演示钱小方"), ("f.place", "龙门滩镇")]);
    let sent = officer.send(&form, PATH, &other, &[]).await;
    assert!(
        !sent.text.contains("登记之前请先核对") || sent.text.contains("同一当事人的另一件"),
        "{}",
        sent.text
    );
}

#[tokio::test]
async fn an_applicant_is_shown_his_own_and_the_officer_sees_it_on_the_page_of_the_case() {
    let site = Site::new("2025-03-03");
    let path = "/apply/petition";
    let fields: Vec<(&str, &str)> = vec![
        ("organ", "county"),
        ("f.signed", "演示王小明"),
        ("f.reachable", "yes"),
        ("f.source", "direct"),
        ("f.channel", "online"),
        ("f.people", "1"),
        ("f.first", "yes"),
        ("f.urgent", "no"),
        ("f.field", "housing"),
        ("f.matter", "反映楼上住户装修敲掉承重墙，楼下客厅天花板开裂漏水，至今无人处理"),
    ];
    let mut citizen = site.signed_in("citizen").await;
    let form = citizen.get(path).await;
    citizen.send(&form, path, &fields, &[]).await.is(StatusCode::OK).says("申请回执");
    let form = citizen.get(path).await;
    let asked = citizen.send(&form, path, &fields, &[]).await;
    asked.is(StatusCode::OK).says("您可能已经提交过");
    assert!(!asked.text.contains("其他机关另有"), "a citizen is not told of others' cases");
    let stamp =
        asked.text.split_once("name=\"alike\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let mut confirmed = fields.clone();
    confirmed.push(("alike", &stamp));
    citizen.send(&asked, path, &confirmed, &[]).await.is(StatusCode::OK).says("申请回执");
    let case = browse::own_case(&mut citizen).await;
    let mut officer = site.signed_in("officer").await;
    let page = officer.get(&format!("/cases/{case}")).await;
    page.is(StatusCode::OK).says("相近的案件");
    page.says("疑似重复登记");
    citizen.get(&format!("/cases/{case}")).await.is(StatusCode::OK);
    officer.get(&format!("/cases/{case}/responsibility")).await.is(StatusCode::OK).says("责任清单");
}
