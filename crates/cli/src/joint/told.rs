//! How a joint plan is told: totals, an enterprise before and after, what changed, and the sheets.

use std::collections::BTreeMap;

use ::joint::{Change, Difference, Plan, Reason, Share, Visit};
use app::joint_words::{checks, names, state};
use serde_json::{Value, json};

use crate::output::{self, Format};

fn percent(ten_thousandths: u32) -> String {
    format!("{}.{:02}%", ten_thousandths / 100, ten_thousandths % 100)
}

fn reasons(plan: &Plan) -> BTreeMap<Reason, usize> {
    let mut made = BTreeMap::new();
    plan.unplaced.iter().for_each(|one| *made.entry(one.reason).or_default() += 1);
    made
}

/// Of what is left out for want of people: which department and field, how many.
fn short(plan: &Plan) -> Vec<(String, usize)> {
    let items: BTreeMap<&str, String> = plan
        .problem
        .items
        .iter()
        .map(|item| (item.id.as_str(), format!("{}（{}）", item.organ, item.field)))
        .collect();
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for one in plan.unplaced.iter().filter(|one| matches!(one.reason, Reason::Time | Reason::NoInspector)) {
        *made.entry(items.get(one.item.as_str()).map_or("", String::as_str)).or_default() += 1;
    }
    let mut made: Vec<(String, usize)> =
        made.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    made.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
    made
}

pub fn totals_json(plan: &Plan) -> Value {
    let totals = plan.totals();
    let why: BTreeMap<&str, usize> =
        reasons(plan).into_iter().map(|(reason, count)| (reason.told(), count)).collect();
    json!({
        "title": plan.problem.title, "enterprises": totals.enterprises, "checks": totals.checks,
        "separate": totals.separate, "visits": totals.visits, "shared": totals.shared, "left_out": totals.unplaced,
        "bound": totals.bound, "above_bound_ten_thousandths": totals.above(), "reasons": why,
        "fixed": plan.problem.fixed.len(),
    })
}

pub fn totals(plan: &Plan) {
    let own = plan.totals();
    output::say(&plan.problem.title);
    output::say(&format!(
        "{}个企业，{}项次检查。合并前各部门分别去，至少{}次；合并后{}次，其中几个部门一起去的{}次。",
        own.enterprises, own.checks, own.separate, own.visits, own.shared
    ));
    output::say(&format!(
        "下界：任何计划的检查次数加没有排上的项次都不少于{}；这份计划是{}，高出{}。",
        own.bound,
        own.visits + own.unplaced,
        percent(own.above())
    ));
    if !plan.problem.fixed.is_empty() {
        output::say(&format!("已经告知或者完成、没有改动的{}次。", plan.problem.fixed.len()));
    }
    if own.unplaced > 0 {
        output::say(&format!("没有排上的{}项次：", own.unplaced));
        for (reason, count) in reasons(plan) {
            output::say(&format!("  {}：{count}项次", reason.told()));
        }
        for (who, count) in short(plan).iter().take(10) {
            output::say(&format!("    缺人的：{who}，{count}项次"));
        }
    }
}

pub fn enterprise(format: Format, plan: &Plan, share: &Share) {
    let names = names(plan);
    let visits: Vec<&Visit> =
        plan.visits.iter().filter(|visit| visit.enterprise == share.enterprise).collect();
    let out: Vec<_> = plan.unplaced.iter().filter(|one| one.enterprise == share.enterprise).collect();
    if format == Format::Json {
        let visit = |own: &&Visit| {
            json!({ "id": own.id, "day": own.day.to_string(), "scene": own.scene, "state": state(own.state),
                "checks": checks(&names, &own.checks), "inspectors": own.inspectors })
        };
        let left = |own: &&::joint::Unplaced| json!({ "item": own.item, "nth": own.nth, "reason": own.reason.told() });
        return output::json(json!({
            "enterprise": share.enterprise, "checks": share.checks, "separate": share.separate,
            "visits": visits.iter().map(visit).collect::<Vec<_>>(), "bound": share.bound,
            "left_out": out.iter().map(left).collect::<Vec<_>>(),
        }));
    }
    let name =
        plan.problem.enterprises.iter().find(|own| own.id == share.enterprise).map_or("", |own| &own.name);
    output::say(&format!(
        "{name}（{}）：{}项次检查，合并前至少{}次，合并后{}次，下界{}",
        share.enterprise, share.checks, share.separate, share.visits, share.bound
    ));
    for visit in visits {
        let scene = plan.problem.scenes.iter().find(|own| own.id == visit.scene).map_or("", |own| &own.name);
        let scene = if scene.is_empty() { String::new() } else { format!("，场景“{scene}”") };
        output::say(&format!("  {} {}（{}{scene}）", visit.id, visit.day, state(visit.state)));
        output::say(&format!("    {}", checks(&names, &visit.checks)));
        output::say(&format!("    人员：{}", visit.inspectors.join("、")));
    }
    for one in out {
        let (organ, name) = names.get(one.item.as_str()).copied().unwrap_or_default();
        output::say(&format!("  没有排上：{organ}：{name}，{}", one.reason.told()));
    }
}

pub fn shares(format: Format, plan: &Plan, shares: &[Share]) {
    if format == Format::Json {
        let one = |own: &Share| {
            json!({ "enterprise": own.enterprise, "checks": own.checks, "separate": own.separate,
                "visits": own.visits, "left_out": own.unplaced, "bound": own.bound })
        };
        return output::json(json!({ "enterprises": shares.iter().map(one).collect::<Vec<_>>() }));
    }
    totals(plan);
    for own in shares {
        output::say(&format!(
            "{}：{}项次，合并前至少{}次，合并后{}次，没有排上{}项次",
            own.enterprise, own.checks, own.separate, own.visits, own.unplaced
        ));
    }
}

pub fn difference(made: &Difference) -> String {
    let mut lines =
        vec![format!("与以前的计划相比：{}次没有变，{}次有变动。", made.same, made.changes.len())];
    let two = |old: &Visit, new: &Visit| {
        let moved =
            if old.day == new.day { format!("{}", old.day) } else { format!("{}改到{}", old.day, new.day) };
        let count = |visit: &Visit| visit.checks.len();
        if count(old) == count(new) {
            moved
        } else {
            format!("{moved}，{}项改为{}项", count(old), count(new))
        }
    };
    for change in &made.changes {
        lines.push(match change {
            Change::Added(visit) => {
                format!("  新增 {}：{}，{}，{}项", visit.id, visit.enterprise, visit.day, visit.checks.len())
            }
            Change::Dropped(visit) => format!("  取消 {}：{}，{}", visit.id, visit.enterprise, visit.day),
            Change::Changed(old, new) => format!("  改动 {}：{}，{}", old.id, old.enterprise, two(old, new)),
            Change::Staffed(old, new) => {
                format!("  换人 {}：{}，{}", old.id, old.enterprise, new.inspectors.join("、"))
            }
            Change::Fixed(_, new) => {
                format!("  {} {}：{}，{}", state(new.state), new.id, new.enterprise, new.day)
            }
        });
    }
    for one in &made.newly_out {
        lines.push(format!(
            "  不再排得上：{}，{}第{}次，{}",
            one.enterprise,
            one.item,
            one.nth,
            one.reason.told()
        ));
    }
    for one in &made.newly_in {
        lines.push(format!("  现在排上或者取消了：{}，{}第{}次", one.enterprise, one.item, one.nth));
    }
    for one in &made.broken {
        lines.push(format!("  不应当：{}（{}，{}）已经定了，却被改动", one.id, one.enterprise, one.day));
    }
    lines.join("\n")
}
