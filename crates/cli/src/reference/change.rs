//! From when to when a procedure's text is in force, which versions of the laws it follows, and what is different in
//! the text before.

use std::collections::{BTreeMap, BTreeSet};

use norms::Procedure;
use packs::Pack;

use super::{Page, Sources, link, place};
use crate::procedure::force;
use picture::sentence;

pub(super) fn tell(page: &mut Page, sources: &Sources<'_>, pack: &Pack) {
    let procedure = &pack.file.procedure;
    page.head("效力和版本");
    page.line(&format!("本文本{}：开案之日在这个期间的案件，一直按本文本办到结案。", force(procedure)));
    other_texts(page, sources, pack);
    laws(page, sources, procedure);
    parameters(page, procedure);
}

fn other_texts(page: &mut Page, sources: &Sources<'_>, pack: &Pack) {
    let own = &pack.file.procedure;
    let others =
        sources.rules.packs.iter().filter(|one| one.file.procedure.id == own.id && one.path != pack.path);
    let mut others: Vec<_> = others.collect();
    others.sort_by_key(|one| one.file.procedure.in_force.from);
    for other in &others {
        let procedure = &other.file.procedure;
        page.line(&format!("\n另一文本：{}，{}。", link(&procedure.name, &place(other)), force(procedure)));
    }
    let before = others.iter().rev().find(|one| one.file.procedure.in_force.from < own.in_force.from);
    let Some(before) = before.map(|one| &one.file.procedure) else { return };
    let (mine, theirs) = (sentence::norms(own), sentence::norms(before));
    for (title, these, those) in [("新增或者改动", &mine, &theirs), ("不再有", &theirs, &mine)] {
        let differing: Vec<&String> = these.iter().filter(|one| !those.contains(*one)).collect();
        if differing.is_empty() {
            continue;
        }
        page.line(&format!("\n与前一文本（{}）相比，{title}的规范：\n", force(before)));
        for norm in differing {
            page.line(&format!("* {norm}"));
        }
    }
}

/// Every law that a norm rests on, with its versions by day.
fn laws(page: &mut Page, sources: &Sources<'_>, procedure: &Procedure) {
    let mut rests: BTreeMap<&str, usize> = BTreeMap::new();
    for norm in procedure.norms.iter().filter(|norm| !norm.basis.article.is_empty()) {
        *rests.entry(norm.basis.law.as_str()).or_default() += 1;
    }
    let known = rests.iter().filter_map(|(key, many)| Some((sources.rules.laws.version(key)?, many)));
    let known: Vec<_> = known.collect();
    let unseen: BTreeSet<&str> = procedure
        .norms
        .iter()
        .filter(|norm| norm.basis.unverified)
        .map(|norm| norm.basis.cited.as_str())
        .collect();
    if known.is_empty() && unseen.is_empty() {
        return;
    }
    page.line("\n依据的法律文件：\n");
    page.table(&["法律文件", "所依据的文本施行期间", "条数", "收录的其他文本", "说明"]);
    for ((law, version), many) in known {
        let others =
            law.versions.iter().filter(|one| one.id != version.id).map(|one| days(one.from, one.until));
        let others = others.collect::<Vec<_>>().join("；");
        let mark = if version.unverified { "（未核实）" } else { "" };
        let note = format!("{}{mark}", version.note.as_deref().unwrap_or_default());
        let (name, many) = (format!("《{}》", law.name()), many.to_string());
        page.row(&[&name, &days(version.from, version.until), &many, &others, &note]);
    }
    for cited in unseen {
        let many = procedure.norms.iter().filter(|norm| norm.basis.cited == cited).count().to_string();
        page.row(&[cited, "", &many, "", "原文没有见到，未核实；使用前请核对原文"]);
    }
}

fn days(from: calendar::Day, until: Option<calendar::Day>) -> String {
    match until {
        Some(until) => format!("{}至{}", from.chinese(), until.chinese()),
        None => format!("{}起", from.chinese()),
    }
}

fn parameters(page: &mut Page, procedure: &Procedure) {
    if procedure.parameters.is_empty() {
        return;
    }
    page.head("本地参数");
    page.line("由本地规定的数，按办理当日有效的取值：\n");
    page.table(&["参数", "取值", "自何日起", "依据"]);
    for parameter in &procedure.parameters {
        for value in &parameter.values {
            let basis = format!("{}{}", value.basis, if value.unverified { "（未核实）" } else { "" });
            let (told, from) = (sentence::setting(value.amount), value.from.chinese());
            page.row(&[&format!("`{}`", parameter.name), &told, &from, &basis]);
        }
    }
}
