//! How a joint plan is told: its words, and its sheets.

use std::collections::BTreeMap;

use joint::{Placed, Plan, State, Visit};
use sheets::{Cell, Page};

/// How binding a visit is.
#[must_use]
pub fn state(state: State) -> &'static str {
    match state {
        State::Planned => "拟定",
        State::Told => "已告知",
        State::Done => "已检查",
    }
}

/// Department and name of each item.
#[must_use]
pub fn names(plan: &Plan) -> BTreeMap<&str, (&str, &str)> {
    plan.problem
        .items
        .iter()
        .map(|item| (item.id.as_str(), (item.organ.as_str(), item.name.as_str())))
        .collect()
}

/// The checks of a visit, each with its department.
#[must_use]
pub fn checks(names: &BTreeMap<&str, (&str, &str)>, checks: &[Placed]) -> String {
    let one = |check: &Placed| {
        let (organ, name) = names.get(check.item.as_str()).copied().unwrap_or_default();
        let nth = if check.nth > 1 { format!("（第{}次）", check.nth) } else { String::new() };
        format!("{organ}：{name}{nth}")
    };
    checks.iter().map(one).collect::<Vec<_>>().join("；")
}

/// The departments that go on a visit.
#[must_use]
pub fn organs(names: &BTreeMap<&str, (&str, &str)>, visit: &Visit) -> String {
    let mut made: Vec<&str> =
        visit.checks.iter().filter_map(|check| names.get(check.item.as_str()).map(|own| own.0)).collect();
    made.sort_unstable();
    made.dedup();
    made.join("、")
}

/// The sheets of a plan for people.
#[must_use]
pub fn pages(plan: &Plan) -> Vec<Page> {
    let names = names(plan);
    let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let enterprises: BTreeMap<&str, &str> =
        plan.problem.enterprises.iter().map(|own| (own.id.as_str(), own.name.as_str())).collect();
    let name = |id: &str| Cell::from(enterprises.get(id).copied().unwrap_or_default());
    let visits = plan.visits.iter().map(|own| {
        let (id, day) = (Cell::from(own.id.clone()), Cell::from(own.day.to_string()));
        let (scene, organs) = (Cell::from(own.scene.clone()), Cell::from(organs(&names, own)));
        let (items, people) =
            (Cell::from(checks(&names, &own.checks)), Cell::from(own.inspectors.join("、")));
        vec![
            id,
            day,
            own.enterprise.clone().into(),
            name(&own.enterprise),
            scene,
            organs,
            items,
            people,
            state(own.state).into(),
        ]
    });
    let shares = plan.shares().into_iter().map(|own| {
        let named = name(&own.enterprise);
        vec![
            own.enterprise.into(),
            named,
            own.checks.into(),
            own.separate.into(),
            own.visits.into(),
            own.unplaced.into(),
            own.bound.into(),
        ]
    });
    let out = plan.unplaced.iter().map(|own| {
        let (organ, item) = names.get(own.item.as_str()).copied().unwrap_or_default();
        vec![
            own.enterprise.clone().into(),
            name(&own.enterprise),
            organ.into(),
            item.into(),
            own.nth.into(),
            own.reason.told().into(),
        ]
    });
    let page = |title: &str, headings: &[&str], rows: Vec<Vec<Cell>>| Page {
        name: title.to_owned(),
        headings: texts(headings),
        rows,
        ..Page::default()
    };
    vec![
        page(
            "检查安排",
            &["检查编号", "日期", "企业", "企业名称", "场景", "部门", "检查事项", "人员", "状态"],
            visits.collect(),
        ),
        page(
            "合并前后",
            &["企业", "企业名称", "检查项次", "合并前至少", "合并后", "没有排上", "下界"],
            shares.collect(),
        ),
        page("没有排上的", &["企业", "企业名称", "部门", "检查事项", "第几次", "理由"], out.collect()),
    ]
}
