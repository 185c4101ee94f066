//! What makes a library of laws wrong.

use std::collections::BTreeMap;

use base::Diagnostic;

use crate::{Article, Law, Version};

/// Every mistake of the laws, law by law.
pub(crate) fn mistakes(laws: &[Law]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    for (place, law) in laws.iter().enumerate() {
        if place.checked_sub(1).and_then(|before| laws.get(before)).is_some_and(|before| before.id == law.id)
        {
            let message = format!("法律标识“{}”出现了两次", law.id);
            found.push(Diagnostic::error("law_twice", message).help("每部法律只保留一个文件"));
        }
        let all = law.short_titles.iter().map(String::as_str).chain([law.title.as_str()]);
        for title in all {
            if let Some(before) = titles.insert(title, &law.id) {
                let message = format!("名称《{title}》同时属于“{before}”和“{}”", law.id);
                found.push(Diagnostic::error("law_title_twice", message).help("请删去其中一处的简称"));
            }
        }
        of_law(law, laws, &mut found);
    }
    found
}

fn of_law(law: &Law, laws: &[Law], found: &mut Vec<Diagnostic>) {
    if law.title.trim().is_empty() {
        let message = format!("法律“{}”没有名称", law.id);
        found.push(Diagnostic::error("law_without_title", message).help("请写明 title"));
    }
    if law.versions.is_empty() {
        let message = format!("{}没有任何版本", name(law));
        found.push(Diagnostic::error("law_without_version", message).help("请至少写明一个版本及其施行日期"));
    }
    if let Some(by) = &law.repealed_by {
        if !laws.iter().any(|other| other.id == *by) {
            let message = format!("{}所称废止它的“{by}”不在法律库中", name(law));
            found.push(Diagnostic::error("law_repealer_unknown", message).help("请写法律库中的标识"));
        }
        if law.versions.last().is_some_and(|version| version.until.is_none()) {
            let message = format!("{}已被“{by}”废止，但最后一个版本没有失效日期", name(law));
            found.push(Diagnostic::error("law_repealed_in_force", message).help("请写明 in_force 的 until"));
        }
    }
    let (since, first) = (law.since, law.versions.first());
    if let Some((since, first)) = since.zip(first).filter(|(since, first)| first.from < *since) {
        let message = format!("{}的首次施行日{since}晚于{}版的施行日{}", name(law), first.id, first.from);
        found.push(Diagnostic::error("law_since_late", message).help("请核对 since 和各版本的施行日期"));
    }
    for version in &law.versions {
        of_version(law, version, found);
    }
    for pair in law.versions.windows(2) {
        if let [before, after] = pair {
            between(law, before, after, found);
        }
    }
}

fn of_version(law: &Law, version: &Version, found: &mut Vec<Diagnostic>) {
    let what = format!("{}{}版", name(law), version.id);
    if law.versions.iter().filter(|other| other.id == version.id).count() > 1 {
        let message = format!("{what}出现了两次");
        found.push(Diagnostic::error("law_version_twice", message).help("每个版本的标识应当不同"));
    }
    if version.until.is_some_and(|until| until < version.from) {
        let message = format!("{what}的失效日期早于施行日期");
        found.push(
            Diagnostic::error("law_version_reversed", message).help("请核对 in_force 的 from 和 until"),
        );
    }
    if version.adopted_on.is_some_and(|adopted| version.from < adopted) {
        let message = format!("{what}的施行日期早于通过日期");
        found.push(Diagnostic::error("law_version_early", message).help("请核对 adopted_on 和 in_force"));
    }
    if version.unverified && version.note.is_none() {
        let message = format!("{what}标为未核实，但没有说明哪一点未核实");
        found.push(Diagnostic::error("law_unverified_silent", message).help("请用 note 写明"));
    }
    let mut absent = |article: Article, of: &str| {
        if version.has(article) != Some(true) {
            let last = version.articles.map_or("条数未知".to_owned(), |last| format!("共{last}条"));
            let message = format!("{what}的{of}引用{article}，但该版本{last}");
            found.push(Diagnostic::error("law_article_absent", message).help("请核对条号"));
        }
    };
    for article in version.headings.keys() {
        absent(Article::whole(*article), "条旨");
    }
    for public in &version.public {
        absent(public.article, "公开规定");
    }
    if let Some(basis) = version.counting.basis {
        absent(basis, "期限计算规则");
    }
}

fn between(law: &Law, before: &Version, after: &Version, found: &mut Vec<Diagnostic>) {
    let what = format!("{}的{}版和{}版", name(law), before.id, after.id);
    match before.until {
        Some(until) if until.next() < after.from => {
            if !after.after_gap {
                let message = format!("{what}之间有空档：{}至{}", until.next(), after.from.previous());
                let help = "请核对施行日期；确无有效版本的，请写明 after_gap = true";
                found.push(Diagnostic::error("law_gap", message).help(help));
            }
        }
        Some(until) if until.next() == after.from => {}
        _ => {
            let message = format!("{what}的有效期间重叠");
            let help = "前一版本的 until 应当是后一版本施行日的前一日";
            found.push(Diagnostic::error("law_overlap", message).help(help));
        }
    }
}

fn name(law: &Law) -> String {
    format!("《{}》", law.name())
}
