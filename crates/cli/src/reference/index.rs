//! The pages that lead to the others: by the plan's parts, and by its concrete systems.

use std::collections::BTreeMap;

use ::plan::{Carrier, CarrierKind};

use super::{Page, Sources, place, register_place};
use crate::procedure::force;

pub(super) fn contents(sources: &Sources<'_>) -> String {
    let rules = sources.rules;
    let mut page = Page::titled("程序和清单");
    page.line("每个程序、每份名册清单一页，由 `yifa procedure reference docs/reference` 从规则文件生成，不要手改；规则改了就重新生成。");
    page.line("程序的一页写：办什么、谁来办、每件事填什么、应当和不得做什么、期限怎样数、出什么文书、公开什么、数怎样算。");
    page.line("按方案清单里的系统查，见[按系统查](systems.md)；由程序计算承载的，见[引擎](engines.md)。标“未核实”的，原文没有见到，使用前请核对。\n");
    page.line(&format!("共有程序{}个，名册清单{}份。", rules.packs.len(), rules.registers.len()));
    let packs = rules.by_system(rules.packs.iter().collect(), |one| one.file.procedure.system.as_str());
    let registers = rules.by_system(rules.registers.iter().collect(), |one| one.system.as_str());
    let names = rules.systems.iter().map(|(_, name)| name.as_str()).chain(["其他"]);
    for name in names {
        let packs: Vec<_> = packs.iter().filter(|(own, _)| own == name).flat_map(|(_, all)| all).collect();
        let registers: Vec<_> =
            registers.iter().filter(|(own, _)| own == name).flat_map(|(_, all)| all).collect();
        if packs.is_empty() && registers.is_empty() {
            continue;
        }
        page.head(name);
        for pack in packs {
            let procedure = &pack.file.procedure;
            let told = format!("* [{}]({})：程序，{}", procedure.name, place(pack), force(procedure));
            page.line(&told);
        }
        for register in registers {
            page.line(&format!("* [{}]({})：名册、清单", register.name, register_place(register)));
        }
    }
    page.0
}

/// Every concrete system of the plan that something carries, with what carries it.
pub(super) fn systems(sources: &Sources<'_>) -> String {
    let mut page = Page::titled("按系统查");
    page.line("方案清单里的每个系统由哪些程序、名册、指标和引擎承载，有多少个案例为证。还没有承载的不列，`yifa plan coverage` 列全部。");
    let carriers = packs::plans::carriers(sources.rules);
    let mut by: BTreeMap<&str, Vec<&Carrier>> = BTreeMap::new();
    for carrier in &carriers {
        for system in &carrier.systems {
            by.entry(system.as_str()).or_default().push(carrier);
        }
    }
    let Some(catalogue) = sources.catalogue else { return page.0 };
    page.line("");
    page.table(&["编号", "系统", "由什么承载", "案例"]);
    for one in &catalogue.mechanisms {
        let Some(carried) = by.remove(one.id.as_str()) else { continue };
        let carried = listed(sources, &carried);
        let many = sources.shown.iter().filter(|shown| shown.system == one.id).count();
        page.row(&[&one.id, &one.name, &carried.join("；"), &many.to_string()]);
    }
    page.0
}

/// The carriers with links to their pages; of the figures of one file the first, and how many there are.
fn listed(sources: &Sources<'_>, carriers: &[&Carrier]) -> Vec<String> {
    let is_figure = |one: &Carrier| one.kind == CarrierKind::Figure;
    let mut made = Vec::new();
    for (at, carrier) in carriers.iter().enumerate() {
        let same = |one: &&&Carrier| is_figure(one) && is_figure(carrier) && one.file == carrier.file;
        if carriers.iter().take(at).any(|one| same(&one)) {
            continue;
        }
        let told = told(sources, carrier);
        made.push(match carriers.iter().filter(same).count() {
            0 | 1 => told,
            many => format!("{told}等{many}个"),
        });
    }
    made
}

fn told(sources: &Sources<'_>, carrier: &Carrier) -> String {
    let rules = sources.rules;
    let id = carrier.id.as_str();
    let pack = rules.packs.iter().filter(|pack| pack.file.procedure.id == carrier.file);
    let pack = pack.max_by_key(|pack| pack.file.procedure.in_force.from);
    match (carrier.kind, pack, rules.register(id)) {
        (CarrierKind::Procedure, Some(pack), _) => {
            format!("程序[{}]({})", pack.file.procedure.name, place(pack))
        }
        (CarrierKind::Figure, Some(pack), _) => {
            let name = pack.file.figures.iter().find(|one| one.id == id).map_or(id, |one| one.name.as_str());
            format!("指标[{name}]({})", place(pack))
        }
        (CarrierKind::Register, _, Some(register)) => {
            format!("名册[{}]({})", register.name, register_place(register))
        }
        _ => {
            let name = rules.engine(id).map_or(id, |engine| engine.name.as_str());
            format!("引擎[{name}](engines.md#{id})")
        }
    }
}

/// What carries systems of the plan by computing.
pub(super) fn engines(sources: &Sources<'_>) -> String {
    let mut page = Page::titled("引擎");
    page.line("不是程序、名册或者指标，而是由程序计算来承载方案内容的部分，写在 `plans/engines.toml` 里。");
    for engine in &sources.rules.engines {
        page.line(&format!("\n<a id=\"{}\"></a>", engine.id));
        page.head(&engine.name);
        page.line(&format!("{}\n", engine.does));
        let used: Vec<String> = engine.used_at.iter().map(|at| format!("`{at}`")).collect();
        page.line(&format!("* 用在：{}", used.join("、")));
        page.line(&format!("* 说明：[{0}](../../{0})", engine.docs));
        for system in &engine.systems {
            let name = sources.catalogue.and_then(|all| all.mechanism(system)).map_or("", |one| &one.name);
            page.line(&format!("* 承载：{system} {name}"));
        }
        for test in &engine.tests {
            page.line(&format!("* 为证（{}）：[{1}](../../{1}) 的 `{2}`", test.system, test.file, test.name));
        }
    }
    page.0
}
