//! What makes a library of laws wrong.

use std::collections::{BTreeMap, BTreeSet};

use base::Diagnostic;

use crate::{Article, Law, Version};

/// A mistake of a law, and which version it speaks of. 法律文件的错误
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawMistake {
    /// Id of the law.
    pub law: String,
    /// Id of the version; none where the whole law is meant.
    pub version: Option<String>,
    pub diagnostic: Diagnostic,
}

/// Every mistake of the laws, which are sorted by id, law by law.
pub(crate) fn mistakes(laws: &[Law]) -> Vec<LawMistake> {
    let ids: BTreeSet<&str> = laws.iter().map(|law| law.id.as_str()).collect();
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    let mut before = None;
    for law in laws {
        let mut check = Check { law, found: &mut found };
        if before == Some(law.id.as_str()) {
            let message = format!("法律标识“{}”出现了两次", law.id);
            check.say(None, "law_twice", message, "每部法律只保留一个文件");
        }
        before = Some(law.id.as_str());
        for title in law.short_titles.iter().map(String::as_str).chain([law.title.as_str()]) {
            if let Some(other) = titles.insert(title, &law.id) {
                let message = format!("名称《{title}》同时属于“{other}”和“{}”", law.id);
                check.say(None, "law_title_twice", message, "请删去其中一处的简称");
            }
        }
        check.law(&ids);
    }
    found
}

struct Check<'c> {
    law: &'c Law,
    found: &'c mut Vec<LawMistake>,
}

impl Check<'_> {
    fn say(&mut self, version: Option<&Version>, code: &'static str, message: String, help: &str) {
        let version = version.map(|version| version.id.clone());
        let diagnostic = Diagnostic::error(code, message).help(help);
        self.found.push(LawMistake { law: self.law.id.clone(), version, diagnostic });
    }

    fn law(&mut self, ids: &BTreeSet<&str>) {
        let law = self.law;
        let name = law.name();
        if law.title.trim().is_empty() {
            self.say(None, "law_without_title", format!("法律“{}”没有名称", law.id), "请写明 title");
        }
        if law.versions.is_empty() {
            let help = "请至少写明一个版本及其施行日期";
            self.say(None, "law_without_version", format!("《{name}》没有任何版本"), help);
        }
        if let Some(by) = &law.repealed_by {
            if !ids.contains(by.as_str()) {
                let message = format!("《{name}》所称废止它的“{by}”不在法律库中");
                self.say(None, "law_repealer_unknown", message, "请写法律库中的标识");
            }
            let last = law.versions.last().filter(|version| version.until.is_none());
            if last.is_some() {
                let message = format!("《{name}》已被“{by}”废止，但最后一个版本没有失效日期");
                self.say(last, "law_repealed_in_force", message, "请写明 in_force 的 until");
            }
        }
        let (since, first) = (law.since, law.versions.first());
        if let Some((since, first)) = since.zip(first).filter(|(since, first)| first.from < *since) {
            let message = format!("《{name}》的首次施行日{since}晚于{}版的施行日{}", first.id, first.from);
            self.say(None, "law_since_late", message, "请核对 since 和各版本的施行日期");
        }
        for version in &law.versions {
            self.version(version);
        }
        for pair in law.versions.windows(2) {
            if let [before, after] = pair {
                self.between(before, after);
            }
        }
    }

    fn version(&mut self, version: &Version) {
        let what = format!("《{}》{}版", self.law.name(), version.id);
        let this = Some(version);
        if self.law.versions.iter().filter(|other| other.id == version.id).count() > 1 {
            self.say(this, "law_version_twice", format!("{what}出现了两次"), "每个版本的标识应当不同");
        }
        if version.until.is_some_and(|until| until < version.from) {
            let message = format!("{what}的失效日期早于施行日期");
            self.say(this, "law_version_reversed", message, "请核对 in_force 的 from 和 until");
        }
        if version.adopted_on.is_some_and(|adopted| version.from < adopted) {
            let message = format!("{what}的施行日期早于通过日期");
            self.say(this, "law_version_early", message, "请核对 adopted_on 和 in_force");
        }
        if version.unverified && version.note.is_none() {
            let message = format!("{what}标为未核实，但没有说明哪一点未核实");
            self.say(this, "law_unverified_silent", message, "请用 note 写明");
        }
        let headings = version.headings.keys().map(|article| (Article::whole(*article), "条旨"));
        let public = version.public.iter().map(|public| (public.article, "公开规定"));
        let counting = version.counting.basis.map(|basis| (basis, "期限计算规则"));
        for (article, of) in headings.chain(public).chain(counting) {
            if version.has(article) != Some(true) {
                let last = version.articles.map_or("条数未知".to_owned(), |last| format!("共{last}条"));
                let message = format!("{what}的{of}引用{article}，但该版本{last}");
                self.say(this, "law_article_absent", message, "请核对条号");
            }
        }
    }

    fn between(&mut self, before: &Version, after: &Version) {
        let what = format!("《{}》的{}版和{}版", self.law.name(), before.id, after.id);
        match before.until {
            Some(until) if until.next() < after.from => {
                if !after.after_gap {
                    let (first, last) = (until.next(), after.from.previous());
                    let help = "请核对施行日期；确无有效版本的，请写明 after_gap = true";
                    self.say(Some(after), "law_gap", format!("{what}之间有空档：{first}至{last}"), help);
                }
            }
            Some(until) if until.next() == after.from => {}
            _ => {
                let help = "前一版本的 until 应当是后一版本施行日的前一日";
                self.say(Some(after), "law_overlap", format!("{what}的有效期间重叠"), help);
            }
        }
    }
}
