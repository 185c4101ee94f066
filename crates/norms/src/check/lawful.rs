//! Compares a procedure with the laws that it cites: articles that exist, versions in force, the unit in which the
//! statute counts, and what it makes public.

use std::collections::BTreeSet;

use base::{Diagnostic, Place};
use law::{Article, Law, Library, Version};

use crate::{ActId, Amount, Basis, Form, Norm, Procedure};

/// Puts into every norm how people cite its article, and whether its law's limits roll past rest days.
pub fn resolve(procedure: &mut Procedure, library: &Library) {
    let cite = |basis: &mut Basis| {
        let article = Article::parse(&basis.article).ok();
        if let (Some((law, _)), Some(article)) = (library.version(&basis.law), article) {
            basis.cited = law.cite(article);
        }
    };
    for norm in &mut procedure.norms {
        cite(&mut norm.basis);
        let version = library.version(&norm.basis.law);
        if let (Form::Duty(duty), Some((_, version))) = (&mut norm.form, version) {
            duty.rolls &= version.counting.rolls;
        }
    }
    for act in &mut procedure.acts {
        if let Some(publish) = &mut act.publish {
            cite(&mut publish.basis);
        }
        act.requires.iter_mut().for_each(|asked| cite(&mut asked.basis));
    }
    procedure.withholds.iter_mut().for_each(|one| cite(&mut one.basis));
}

/// What in a procedure does not agree with the laws.
#[must_use]
pub fn lawful(procedure: &Procedure, library: &Library) -> Vec<Diagnostic> {
    let mut check = Check { procedure, library, found: Vec::new() };
    for norm in &procedure.norms {
        check.basis(&norm.basis, &norm.place, "规范");
        check.counting(norm);
    }
    for act in &procedure.acts {
        if let Some(publish) = &act.publish {
            check.basis(&publish.basis, &act.place, &format!("事项“{}”的公开", act.name));
        }
        for asked in &act.requires {
            check.basis(&asked.basis, &asked.place, &format!("事项“{}”的办理人员要求", act.name));
        }
    }
    for one in &procedure.withholds {
        check.basis(&one.basis, &one.place, "不公开的情形");
    }
    check.publication();
    check.found
}

struct Check<'a> {
    procedure: &'a Procedure,
    library: &'a Library,
    found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    fn say(&mut self, found: Diagnostic, place: &Place) {
        self.found.push(found.at(place.clone()));
    }

    fn basis(&mut self, basis: &Basis, place: &Place, what: &str) {
        if basis.article.is_empty() {
            if basis.cited.is_empty() || !basis.unverified {
                let found = Diagnostic::error("no_article", format!("这条{what}没有写依据的条文"));
                let help = "写 article = \"…\"；条文没有见到的，写 basis = \"文件名\" 和 unverified = true，不要编造条号。";
                self.say(found.help(help), place);
            }
            return;
        }
        let Some((law, version)) = self.library.version(&basis.law) else {
            let mut found = Diagnostic::error("unknown_law", format!("没有名为“{}”的法律版本", basis.law));
            found.help = self.library.nearest_key(&basis.law).map(|near| format!("是不是想写“{near}”？"));
            self.say(found, place);
            return;
        };
        match Article::parse(&basis.article) {
            Err(fault) => {
                let found = Diagnostic::error("no_article", format!("条文“{}”写得不对", basis.article));
                self.say(found.help(fault.help.unwrap_or(fault.message)), place);
            }
            Ok(article) => self.article(law, version, article, basis, place),
        }
    }

    fn article(&mut self, law: &Law, version: &Version, article: Article, basis: &Basis, place: &Place) {
        match version.has(article) {
            Some(false) => {
                let count = version.articles.unwrap_or(0);
                let message = format!("{}没有{article}（共{count}条）", law.name());
                self.say(Diagnostic::error("no_article", message).help("核对条号和法律的版本。"), place);
            }
            None if !basis.unverified => {
                let message = format!("{}的这一版本没有见到正文，不能核对{article}", law.name());
                let help = "写 unverified = true，页面会标明“未核实”。";
                self.say(Diagnostic::error("no_article", message).help(help), place);
            }
            _ => {}
        }
        let force = self.procedure.in_force;
        let late = force.from < version.from;
        let early = version.until.is_some_and(|until| force.until.is_none_or(|end| until < end));
        if late || early {
            let until = version.until.map_or("今".to_owned(), |day| day.to_string());
            let message =
                format!("{}的这一版本施行于{}至{until}，不能覆盖程序的施行期间", law.name(), version.from);
            let found = Diagnostic::error("out_of_force", message).on(law.cite(article));
            self.say(found.help("改用当时施行的版本，或者另立一份从新法施行之日起的程序文件。"), place);
        }
    }

    fn counting(&mut self, norm: &Norm) {
        let Some((law, version)) = self.library.version(&norm.basis.law) else { return };
        if norm.basis.note.is_some() || norm.basis.article.is_empty() {
            return;
        }
        let amounts: Vec<Amount> = match &norm.form {
            Form::Duty(duty) => {
                duty.within.into_iter().chain(duty.extends.iter().map(|rule| rule.add)).collect()
            }
            Form::Condition(condition) => condition.lead.into_iter().collect(),
            _ => Vec::new(),
        };
        for amount in amounts {
            let Amount::Fixed(limit) = amount else { continue };
            if version.counting.agrees(limit) {
                continue;
            }
            let message = format!("{limit}的算法与{}不同：{}", law.name(), version.counting.sentence());
            let mut found = Diagnostic::error("counted_otherwise", message);
            found.article = version.counting.basis.map(|article| law.cite(article));
            self.say(found.help("改用法律规定的单位；确有理由的，用 note 写明。"), &norm.place);
        }
    }

    /// What the cited laws make public must be published by some act.
    fn publication(&mut self) {
        let keys = self.procedure.norms.iter().map(|norm| norm.basis.law.as_str());
        let keys: BTreeSet<&str> = keys.chain([self.procedure.law.as_str()]).collect();
        for key in keys {
            let Some((law, version)) = self.library.version(key) else { continue };
            for public in &version.public {
                for (at, act) in self.procedure.acts.iter().enumerate() {
                    if act.document.as_deref() != Some(&public.document) || self.publishes(at) {
                        continue;
                    }
                    let message = format!("事项“{}”的文书依法应当公开，却没有公开的事项", act.name);
                    let found = Diagnostic::error("unpublished", message).on(law.cite(public.article));
                    let help =
                        format!("在公开的事项上写 publish = {{ of = \"{}\", article = \"…\" }}。", act.id);
                    self.say(found.help(help), &act.place);
                }
            }
        }
    }

    fn publishes(&self, at: usize) -> bool {
        let act = ActId::new(at);
        self.procedure
            .acts
            .iter()
            .any(|other| other.publish.as_ref().is_some_and(|publish| Some(publish.of) == act))
    }
}
