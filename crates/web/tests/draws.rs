//! Draws and discretion on pages: the public list, computing again, and the form that shows the step and why without scripts.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::browse::{Site, day};
use crate::drawn::{enter, form, people, planned, says};
use app::{Deal, Open};
use axum::http::StatusCode;

#[tokio::test]
async fn a_list_that_is_locked_is_seen_by_everybody_and_computed_again() {
    let site = Site::new("2025-03-03");
    let mut nobody = site.browser();
    nobody.get("/draws").await.is(StatusCode::OK).says("还没有锁定过名单");
    let case = planned(&site);
    let mut officer = site.signed_in("officer").await;
    let path = format!("/cases/{case}/acts/lock_list");
    let page = officer.get(&path).await;
    page.is(StatusCode::OK).says("执法领域");
    assert!(!page.text.contains("名单杂凑值"), "what the platform fills in is not asked for");
    let fields = [
        ("f.title", "餐饮抽查"),
        ("f.fields", "市场监管"),
        ("f.inspect_from", "2025-03-10"),
        ("f.inspect_to", "2025-03-31"),
        ("f.limit", "5"),
        ("f.source", "某期开奖号码"),
        ("f.not_before_day", "2025-03-04"),
        ("f.not_before_time", "10:00"),
        ("f.not_after_day", "2025-03-04"),
        ("f.not_after_time", "20:00"),
        ("on", "2025-03-03"),
    ];
    let locked = officer.send(&page, &path, &fields, &[]).await;
    assert_eq!(locked.status, StatusCode::SEE_OTHER, "{}", locked.text);
    says(nobody.get("/draws").await.is(StatusCode::OK), &["餐饮抽查", "名单已锁定，收集承诺"]);
    let page = nobody.get(&format!("/draws/{case}")).await;
    says(page.is(StatusCode::OK), &["餐饮D类", "还没有收到承诺", "yifa draw --check"]);
    says(
        nobody.get(&format!("/draws/{case}?check=2")).await.is(StatusCode::OK),
        &["核验通过", "本站公布过这份名单"],
    );
    let file = nobody.get(&format!("/draws/{case}/2/file")).await;
    file.is(StatusCode::OK).says("\"kind\":\"yifa_draw\"");
    // Anybody may have any file computed again.
    let ask = nobody.get("/draws/check").await;
    let sent = |text: String| [("file", "抽取.json", text.into_bytes())];
    let good = sent(file.text.clone());
    let good: Vec<(&str, &str, &[u8])> = good.iter().map(|(a, b, c)| (*a, *b, c.as_slice())).collect();
    nobody.send(&ask, "/draws/check", &[], &good).await.is(StatusCode::OK).says("核验通过");
    let bad = sent(file.text.replace("演示餐饮店", "演示餐饮厅"));
    let bad: Vec<(&str, &str, &[u8])> = bad.iter().map(|(a, b, c)| (*a, *b, c.as_slice())).collect();
    let told = nobody.send(&ask, "/draws/check", &[], &bad).await;
    says(told.is(StatusCode::OK), &["核验不通过", "名单的杂凑值对不上", "本站没有公布过"]);
    nobody
        .send(&ask, "/draws/check", &[], &[])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("没有选择文件");
}

/// A penalty on the spot that was told and heard, with the benchmarks that it is held against; its case.
fn heard(site: &Site) -> String {
    people(site, "行政执法");
    enter(
        site,
        "powers",
        &[("power", "行政处罚"), ("name", "罚款"), ("kind", "penalty"), ("basis", "试验依据")],
    );
    for (step, when, low, high) in
        [("light", "材积不足2立方米", "1000", "2000"), ("heavy", "其他情形", "3000", "5000")]
    {
        let fields = [("item", "timber"), ("step", step), ("act", "示例：滥伐林木"), ("basis", "示例条款")];
        let more =
            [("circumstances", when), ("lowest", low), ("highest", high), ("document", "示例〔2025〕1号")];
        enter(site, "discretion_benchmarks", &[fields.as_slice(), &more].concat());
    }
    let found = [("first", "演示承办人"), ("second", "演示承办人乙"), ("party", "演示王小明")];
    let more = [
        ("party.code", "11010519491231002X"),
        ("party_kind", "citizen"),
        ("facts", "查明"),
        ("proven", "yes"),
    ];
    let last = [("certificate_shown", "yes"), ("already_fined", "no"), ("place", "某地")];
    let open = Open {
        key: "open-fine-1".to_owned(),
        procedure: "penalty_summary".to_owned(),
        organ: "county".to_owned(),
        act: "find".to_owned(),
        on: day("2025-03-03"),
        form: form(&[found.as_slice(), &more, &last].concat()),
        files: Vec::new(),
    };
    let case =
        site.with(|platform| platform.open(&platform.actor_of("officer").unwrap(), open)).unwrap().case;
    let own = case.clone();
    let deal = move |key: &str, act: &str, fields: &[(&str, &str)]| Deal {
        key: key.to_owned(),
        case: own.clone(),
        version: None,
        act: act.to_owned(),
        on: day("2025-03-03"),
        form: form(fields),
        files: Vec::new(),
    };
    site.with(|platform| {
        let officer = platform.actor_of("officer").unwrap();
        let told = [("intended", "罚款"), ("fine", "200"), ("basis", "示例条款")];
        platform.act(&officer, deal("tell-fine-1", "tell", &told)).unwrap();
        let heard = [("said", "没有意见"), ("waived", "yes"), ("accepted", "no"), ("reasons", "无")];
        platform.act(&officer, deal("hear-fine-1", "hear", &heard)).map(drop)
    })
    .unwrap();
    case
}

#[tokio::test]
async fn the_form_of_a_fine_shows_the_step_and_why_and_refuses_what_leaves_it() {
    let site = Site::new("2025-03-03");
    let case = heard(&site);
    let mut officer = site.signed_in("officer").await;
    let path = format!("/cases/{case}/acts/decide_on_spot");
    let page = officer.get(&path).await;
    says(page.is(StatusCode::OK), &["查看裁量建议", "示例：滥伐林木"]);
    let events = site.events();
    let base = [
        ("f.first", "演示承办人"),
        ("f.second", "演示承办人乙"),
        ("f.kind", "fine"),
        ("f.fine", "200"),
        ("f.basis", "示例条款"),
        ("f.remedies", "六十日内"),
        ("f.heavier", "no"),
        ("f.handed", "yes"),
        ("f.violation", "示例：滥伐林木"),
        ("on", "2025-03-03"),
    ];
    let asks = [base.as_slice(), &[("weigh", "1")]].concat();
    let asked = officer.send(&page, &path, &asks, &[]).await;
    says(asked.is(StatusCode::OK), &["材积", "阶次未定", "初次违法"]);
    assert_eq!(site.events(), events, "asking does nothing");
    let facts = [("f.facts_asked.0.fact", "材积"), ("f.facts_asked.0.value", "1.5立方米")];
    let asks = [base.as_slice(), &facts, &[("weigh", "1")]].concat();
    let told = officer.send(&asked, &path, &asks, &[]).await;
    says(told.is(StatusCode::OK), &["阶次：从轻", "1.5立方米", "不在“从轻”阶次的1000元至2000元以内"]);
    let refused = officer.send(&told, &path, &[base.as_slice(), &facts].concat(), &[]).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    says(&refused, &["不能超出阶次", "国办发〔2022〕27号（未核实）"]);
    assert_eq!(site.events(), events, "nothing is decided outside the step");
}
