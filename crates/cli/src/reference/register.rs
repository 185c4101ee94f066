//! The page of a register.

use ::registers::Register;
use norms::{Field, organ_kind};

use super::{Page, Sources, carried, fields, figures, link, place, proofs, register_place};
use picture::sentence;

pub(super) fn page(sources: &Sources<'_>, register: &Register) -> String {
    let mut page = Page::titled(&register.name);
    page.line("名册、清单。由规则文件生成，不要手改。");
    if let Some(help) = &register.help {
        page.line(&format!("\n{help}"));
    }
    page.head("谁维护，怎样变动");
    keeping(&mut page, sources, register);
    page.head("栏目");
    fields(&mut page, sources, &register.fields);
    figures::of_register(&mut page, register);
    page.head("公开");
    published(&mut page, register);
    page.head("哪些程序用到");
    used(&mut page, sources, register);
    page.head("承载方案的哪些内容");
    carried(&mut page, sources, &register.id, &register.systems, &register.measures);
    proofs(&mut page, &packs::beside(sources.files, sources.rules, &register.place.file));
    page.0
}

fn keeping(page: &mut Page, sources: &Sources<'_>, register: &Register) {
    let kinds: Vec<&str> = register.kept_by.iter().map(|kind| organ_kind(kind)).collect();
    let key = register.key.iter().filter_map(|at| register.fields.get(*at)).map(|field| field.name.as_str());
    page.line(&format!("* 标识：`{}`；规则文件：[{1}](../../../{1})", register.id, register.place.file));
    page.line(&format!("* 谁维护：{}，各维护各的一份", kinds.join("、")));
    page.line(&format!(
        "* 主键：{}；同一主键的条目在同一天只能有一条有效",
        key.collect::<Vec<_>>().join("、")
    ));
    page.line("* 有效期：每一条写明自哪天起；可以写到哪天为止，没写的一直有效。任何一天都能查当天有效的条目");
    if let Some(by) = &register.changed_by {
        let name = sources.rules.name_of(&by.procedure).unwrap_or(&by.procedure);
        let pack = sources.rules.packs.iter().find(|pack| pack.file.procedure.id == by.procedure);
        let own = pack.map(|pack| &pack.file.procedure);
        let act = own.and_then(|own| own.act_named(&by.act).map(|act| own.name_of(act))).unwrap_or(&by.act);
        let link = pack.map_or_else(|| name.to_owned(), |pack| link(name, &place(pack)));
        page.line(&format!("* 变动：只依{link}程序，办“{act}”时同时写入条目，以那个案件为依据；不能直接登记、修改、撤回。程序施行以前就有的条目，第一次依程序变动以前可以整批登记"));
    } else {
        page.line("* 变动：给旧条目填终止日期，再登记新条目，旧条目保留；误登的写明理由后撤回。逐条登记，或者用表格整批登记（有一行不对就一行也不登记）");
    }
    match &register.basis {
        Some(basis) => page.line(&format!("* 依据：{}", sentence::basis(basis))),
        None => page.line("* 依据：规则文件没有写"),
    }
    if let Some(note) = register.basis.as_ref().and_then(|basis| basis.note.as_ref()) {
        page.line(&format!("* 说明：{note}"));
    }
}

fn published(page: &mut Page, register: &Register) {
    let names = |is: &dyn Fn(&&Field) -> bool| -> Vec<&str> {
        register.fields.iter().filter(is).map(|field| field.name.as_str()).collect()
    };
    let open = names(&|field| field.public);
    if !register.public || open.is_empty() {
        page.line("不公开，只有维护机关和依职权可以查看的人员能看。");
        return;
    }
    page.line(&format!("任何人可以查看：{}。", open.join("、")));
    let kept = names(&|field| !field.public);
    if !kept.is_empty() {
        page.line(&format!("\n不公开：{}。", kept.join("、")));
    }
}

/// The procedures and registers that have a field for an entry of this one.
fn used(page: &mut Page, sources: &Sources<'_>, register: &Register) {
    let mut found = false;
    for pack in &sources.rules.packs {
        let procedure = &pack.file.procedure;
        let acts = procedure.acts.iter().filter(|act| act.fields.iter().any(|field| refers(field, register)));
        let acts: Vec<String> = acts.map(|act| format!("“{}”", act.name)).collect();
        if !acts.is_empty() {
            found = true;
            page.line(&format!("* {}：{}", link(&procedure.name, &place(pack)), acts.join("、")));
        }
    }
    for other in
        sources.rules.registers.iter().filter(|other| other.fields.iter().any(|one| refers(one, register)))
    {
        found = true;
        page.line(&format!("* 名册{}", link(&other.name, &register_place(other))));
    }
    if !found {
        page.line("没有程序的栏目要求填它的条目。");
    }
}

fn refers(field: &Field, register: &Register) -> bool {
    field.register.as_ref() == Some(&register.id)
        || field.columns.iter().any(|column| refers(column, register))
}
