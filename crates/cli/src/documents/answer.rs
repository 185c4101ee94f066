//! Answers of the web, for people and for programs.

use citations::{Affected, Change, Cited, Consequence, Doubt, Mention, Resolved, Target, Web};
use serde_json::{Value, json};

use super::Question;
use crate::output::{self, Format};

/// So many of the laws and documents that are cited most are named.
const MOST_CITED: usize = 10;
/// So many citations that lead nowhere are listed for people; programs get all.
const MOST_UNKNOWN: usize = 30;

/// Prints the answer; how many citations or documents it has.
pub fn print(format: Format, web: &Web<'_>, question: &Question, by_title: bool) -> usize {
    let shown = Shown { web, by_title };
    let (count, lines, value) = match question {
        Question::Overview => shown.overview(),
        Question::Cites(at) => shown.list(web.cites(*at).iter(), &format!("{}引用的：", shown.called(*at))),
        Question::CitedBy(target) => {
            shown.list(web.cited_by(*target), &format!("引用{}的：", web.called(*target)))
        }
        Question::CitedInVain(name) => {
            shown.list(web.cited_in_vain(name), &format!("引用{name}的（法律库和文件夹里都没有它）："))
        }
        Question::Changed(change) => shown.changes(&[*change]),
        Question::Between(from, to) => shown.changes(&web.changes(*from, *to)),
        Question::Stale(on) => {
            let head = format!("{}现行文件引用的、当日已经不再有效的：", on.chinese());
            shown.list(web.stale(*on), &head)
        }
    };
    match format {
        Format::Json => output::json(value),
        Format::Text => output::say(lines.join("\n").trim_end()),
    }
    count
}

struct Shown<'w, 'l> {
    web: &'w Web<'l>,
    /// Documents have no names of files that people know: their titles are told.
    by_title: bool,
}

type Answer = (usize, Vec<String>, Value);

impl Shown<'_, '_> {
    fn called(&self, document: usize) -> String {
        self.web.called(Target::Document(document))
    }

    fn id(&self, document: usize) -> &str {
        self.web.documents().get(document).map_or("", |one| one.id.as_str())
    }

    /// What a citation leads to, in words.
    fn to(&self, cited: &Cited) -> String {
        let part = cited.mention.part.words();
        match &cited.to {
            Resolved::To(target) => format!("{}{part}", self.web.called(*target)),
            Resolved::Several(several) => {
                let all: Vec<String> = several.iter().map(|at| self.called(*at)).collect();
                format!("{}{part}，可能是{}", written(&cited.mention), all.join("、"))
            }
            Resolved::Unknown => format!("{}{part}，法律库和文件夹里都没有", written(&cited.mention)),
            Resolved::NoNorm => format!("{}{part}，看来不是文件", written(&cited.mention)),
        }
    }

    fn line(&self, cited: &Cited) -> usize {
        let text = self.web.documents().get(cited.from).map_or("", |one| one.text.as_str());
        text.chars().take(cited.mention.chars.start).filter(|letter| *letter == '\n').count() + 1
    }

    /// 甲办法.txt第3行：引用……
    fn told(&self, cited: &Cited) -> String {
        let file = if self.by_title { self.called(cited.from) } else { self.id(cited.from).to_owned() };
        let line = self.line(cited);
        let doubt = cited.doubt.map_or(String::new(), |doubt| format!("（{}）", doubtful(doubt)));
        format!("{file}第{line}行：{}{}{doubt}", cited.mention.role.label(), self.to(cited))
    }

    fn target(&self, target: Target) -> Value {
        match target {
            Target::Law(at) => {
                let law = self.web.library().laws().get(at);
                json!({ "law": law.map(|law| &law.id), "title": law.map(|law| &law.title) })
            }
            Target::Document(at) => {
                let one = self.web.documents().get(at);
                json!({ "document": self.id(at), "title": one.map(|one| &one.title),
                    "number": one.and_then(|one| one.number.as_ref()) })
            }
        }
    }

    fn value(&self, cited: &Cited) -> Value {
        let (kind, to) = match &cited.to {
            Resolved::To(target) => ("found", vec![self.target(*target)]),
            Resolved::Several(all) => {
                ("several", all.iter().map(|at| self.target(Target::Document(*at))).collect())
            }
            Resolved::Unknown => ("unknown", Vec::new()),
            Resolved::NoNorm => ("no_norm", Vec::new()),
        };
        json!({
            "document": self.id(cited.from),
            "line": self.line(cited),
            "written": written(&cited.mention),
            "part": Some(cited.mention.part.words()).filter(|words| !words.is_empty()),
            "role": cited.mention.role.id(),
            "kind": kind,
            "to": to,
            "doubt": cited.doubt.map(|doubt| match doubt {
                Doubt::NoArticle => "no_article",
                Doubt::NumberAndTitle => "number_and_title",
            }),
        })
    }

    fn list<'c>(&self, all: impl Iterator<Item = &'c Cited>, head: &str) -> Answer {
        let all: Vec<&Cited> = all.collect();
        let mut lines = vec![head.to_owned()];
        lines.extend(all.iter().map(|cited| format!("　{}", self.told(cited))));
        if all.is_empty() {
            lines.push("　没有".to_owned());
        }
        let values: Vec<Value> = all.iter().map(|cited| self.value(cited)).collect();
        (all.len(), lines, json!({ "citations": values }))
    }

    fn overview(&self) -> Answer {
        let all = self.web.citations();
        let count = |test: &dyn Fn(&Cited) -> bool| all.iter().filter(|cited| test(cited)).count();
        let laws = count(&|cited| matches!(cited.target(), Some(Target::Law(_))));
        let documents = count(&|cited| matches!(cited.target(), Some(Target::Document(_))));
        let unknown: Vec<&Cited> =
            all.iter().filter(|cited| matches!(cited.to, Resolved::Unknown | Resolved::Several(_))).collect();
        let others = count(&|cited| cited.to == Resolved::NoNorm);
        let doubts: Vec<&Cited> = all.iter().filter(|cited| cited.doubt.is_some()).collect();
        let mut lines = vec![format!(
            "文件{}个，引用{}处：法律{laws}处，文件夹里的文件{documents}处，找不到的{}处，表格、证件等{others}处。",
            self.web.documents().len(),
            all.len(),
            unknown.len(),
        )];
        let most = self.most_cited();
        lines.extend((!most.is_empty()).then(|| "引用最多的：".to_owned()));
        lines.extend(most.iter().map(|(count, target)| format!("　{count}处　{}", self.web.called(*target))));
        for (head, some) in [("要核对的：", &doubts), ("找不到的：", &unknown)] {
            if some.is_empty() {
                continue;
            }
            lines.push(head.to_owned());
            lines.extend(some.iter().take(MOST_UNKNOWN).map(|cited| format!("　{}", self.told(cited))));
            if some.len() > MOST_UNKNOWN {
                lines.push(format!("　还有{}处，用--format json看全部", some.len() - MOST_UNKNOWN));
            }
        }
        let values = |some: &[&Cited]| some.iter().map(|cited| self.value(cited)).collect::<Vec<_>>();
        let most: Vec<Value> = most
            .iter()
            .map(|(count, target)| json!({ "citations": count, "of": self.target(*target) }))
            .collect();
        let value = json!({ "documents": self.web.documents().len(), "citations": all.len(), "to_laws": laws,
            "to_documents": documents, "no_norm": others, "most_cited": most, "doubts": values(&doubts),
            "unresolved": values(&unknown) });
        (all.len(), lines, value)
    }

    fn most_cited(&self) -> Vec<(usize, Target)> {
        let laws = (0..self.web.library().laws().len()).map(Target::Law);
        let documents = (0..self.web.documents().len()).map(Target::Document);
        let counted = laws.chain(documents).map(|target| (self.web.citing(target).len(), target));
        let mut counted: Vec<(usize, Target)> = counted.filter(|(count, _)| *count > 0).collect();
        counted.sort_by_key(|(count, target)| (std::cmp::Reverse(*count), *target));
        counted.truncate(MOST_CITED);
        counted
    }

    fn changes(&self, changes: &[Change]) -> Answer {
        let (mut count, mut lines, mut values) = (0, Vec::new(), Vec::new());
        for change in changes {
            let affected = self.web.affected(change);
            count += affected.len();
            let article = change.article.map_or(String::new(), |article| article.to_string());
            let (called, how) = (self.web.called(change.target), change.how.label());
            let head = format!("{}起{called}{article}{how}", change.on.chinese());
            if affected.is_empty() {
                lines.push(format!("{head}：没有要看的文件"));
            } else {
                lines.push(format!("{head}，要看{}个文件", affected.len()));
            }
            for consequence in Consequence::ALL {
                let some: Vec<&Affected> =
                    affected.iter().filter(|one| one.consequence == consequence).collect();
                if some.is_empty() {
                    continue;
                }
                lines.push(format!("　{}：{}个", consequence.label(), some.len()));
                lines.extend(some.iter().flat_map(|one| self.why(one)));
            }
            let affected: Vec<Value> = affected.iter().map(|one| self.affected(one)).collect();
            values.push(
                json!({ "of": self.target(change.target), "article": change.article.map(law::Article::id),
                "how": change.how.id(), "on": change.on.to_string(), "affected": affected }),
            );
        }
        if changes.is_empty() {
            lines.push("这一季度法律库和文件夹里都没有变动".to_owned());
        }
        (count, lines, json!({ "changes": values }))
    }

    /// A document that must be looked at, and the chain that says why.
    fn why(&self, one: &Affected) -> Vec<String> {
        let chain = one.chain.iter().filter_map(|at| self.web.citations().get(*at));
        let mut lines = vec![format!("　　{}", self.called(one.document))];
        lines.extend(chain.map(|cited| format!("　　　{}", self.told(cited))));
        lines
    }

    fn affected(&self, one: &Affected) -> Value {
        let chain = one.chain.iter().filter_map(|at| self.web.citations().get(*at));
        let mut value = self.target(Target::Document(one.document));
        if let Value::Object(object) = &mut value {
            object.insert("consequence".to_owned(), json!(one.consequence.id()));
            object.insert("chain".to_owned(), chain.map(|cited| self.value(cited)).collect());
        }
        value
    }
}

/// What stands in the text.
fn written(mention: &Mention) -> String {
    match (&mention.title, mention.written_number()) {
        (Some(title), Some(number)) => format!("《{title}》（{number}）"),
        (Some(title), None) => format!("《{title}》"),
        (None, number) => number.unwrap_or_default(),
    }
}

fn doubtful(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NoArticle => "没有这一条",
        Doubt::NumberAndTitle => "文号和标题不是同一个文件",
    }
}
