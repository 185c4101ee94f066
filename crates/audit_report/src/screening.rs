//! The rules of screening in, and the questions out as text and JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use audit::Text;
use audit::drafting::Check;
use audit::screening::{Basis, Group, Kind, Question, Rule, Screen, word};
use base::{Diagnostic, Place};
use law::{Article, Library, Rank};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::rules::parse;
use crate::shown::Spot;

/// The rules that the program carries.
pub const RULES: &str = include_str!("../../../rules/screening.toml");

/// The rules of how a draft must look.
pub const DRAFTING: &str = include_str!("../../../rules/drafting.toml");

const FILE: &str = "rules/screening.toml";
const DRAFTING_FILE: &str = "rules/drafting.toml";

/// How far apart two groups of a pattern may stand when the rule does not say.
const WITHIN: usize = 12;

/// What every answer says of itself.
pub const NOTICE: &str = "这是给审查人员的提示，不是结论：标出的不一定违法，没有标出的不一定没有问题。";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    denials: Vec<String>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    kinds: BTreeMap<String, String>,
    rule: Vec<Row>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    kind: String,
    title: String,
    #[serde(default)]
    ranks: Vec<String>,
    #[serde(default)]
    basis: Vec<String>,
    source: Option<String>,
    question: String,
    #[serde(default)]
    patterns: Vec<String>,
    within: Option<usize>,
    #[serde(default)]
    unless: Vec<String>,
    denied_across: Option<bool>,
    #[serde(default)]
    always: bool,
    check: Option<String>,
    same_as: Option<String>,
}

fn fault(file: &str, message: String) -> Diagnostic {
    let place = Place { file: file.to_owned(), line: 1, column: 1 };
    Diagnostic::error("rule_file", message).at(place)
}

/// Reads the rules, with all mistakes at once.
///
/// # Errors
///
/// The mistakes of the file.
pub fn load_screen(source: &str) -> Result<Screen, Vec<Diagnostic>> {
    load(FILE, source)
}

/// Reads the rules of how a draft must look, with all mistakes at once.
///
/// # Errors
///
/// The mistakes of the file.
pub fn load_drafting(source: &str) -> Result<Screen, Vec<Diagnostic>> {
    load(DRAFTING_FILE, source)
}

fn load(name: &str, source: &str) -> Result<Screen, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let Some(file) = parse::<File>(name, source, &mut faults) else { return Err(faults) };
    let mut rules = Vec::new();
    for row in &file.rule {
        let from = match &row.same_as {
            None => Some(row),
            Some(id) => file.rule.iter().find(|other| &other.id == id && other.same_as.is_none()),
        };
        match from.map(|from| rule(&file, row, from)) {
            Some(Ok(made)) => rules.push(made),
            Some(Err(found)) => faults.extend(found.into_iter().map(|message| fault(name, message))),
            None => faults.push(fault(name, format!("规则“{}”的same_as不是一条写有patterns的规则", row.id))),
        }
    }
    let denials = file.denials.iter().map(|denial| word(denial)).collect();
    let kinds = file.kinds.into_iter().map(|(id, title)| Kind { id, title }).collect();
    if faults.is_empty() { Ok(Screen { kinds, rules, denials }) } else { Err(faults) }
}

/// A rule of a row, or every mistake in it.
fn rule(file: &File, row: &Row, from: &Row) -> Result<Rule, Vec<String>> {
    let mut faults = Vec::new();
    let mut note = |message: String| faults.push(format!("规则“{}”：{message}", row.id));
    if !file.kinds.contains_key(&row.kind) {
        note(format!("kinds中没有“{}”", row.kind));
    }
    if row.basis.is_empty() && row.source.is_none() || from.patterns.is_empty() == row.check.is_none() {
        note("要写basis（没有见到条文的写source），和patterns、check之一".to_owned());
    }
    let check = row.check.as_deref().map(Check::from_id);
    if check == Some(None) {
        note(format!("check可以写：{}", Check::ids().collect::<Vec<_>>().join("、")));
    }
    let ranks: Vec<Option<Rank>> = row.ranks.iter().map(|id| Rank::from_id(id)).collect();
    if ranks.contains(&None) {
        note("ranks中有不认识的位阶".to_owned());
    }
    let basis: Vec<Option<Basis>> = row.basis.iter().map(|text| basis(text)).collect();
    if basis.contains(&None) {
        note("basis写作“法律@版本 条.款.项”".to_owned());
    }
    let patterns: Vec<Option<Vec<Group>>> = from.patterns.iter().map(|text| pattern(file, text)).collect();
    let unless: Vec<Option<Group>> = from.unless.iter().map(|text| group(file, text)).collect();
    if patterns.contains(&None) || unless.contains(&None) {
        note("有空的词，或者words中没有的“@”词表".to_owned());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Rule {
        id: row.id.clone(),
        kind: row.kind.clone(),
        title: row.title.clone(),
        ranks: ranks.into_iter().flatten().collect(),
        basis: basis.into_iter().flatten().collect(),
        source: row.source.clone(),
        question: row.question.clone(),
        check: check.flatten(),
        always: from.always,
        patterns: patterns.into_iter().flatten().collect(),
        within: from.within.unwrap_or(WITHIN),
        unless: unless.into_iter().flatten().flatten().collect(),
        denied_across: from.denied_across.unwrap_or(true),
    })
}

fn basis(text: &str) -> Option<Basis> {
    let (version, article) = text.split_once(' ')?;
    Some(Basis { version: version.to_owned(), article: Article::parse(article).ok()? })
}

fn pattern(file: &File, text: &str) -> Option<Vec<Group>> {
    text.split('…').map(|part| group(file, part)).collect()
}

/// The words of a group, those of a list in place of its name.
fn group(file: &File, text: &str) -> Option<Group> {
    let mut words = Group::new();
    for part in text.split('|').map(str::trim) {
        match part.strip_prefix('@') {
            Some(list) => words.extend(file.words.get(list)?.iter().map(|listed| word(listed))),
            None => words.push(word(part)),
        }
    }
    words.iter().all(|word| !word.is_empty()).then_some(words)
}

/// The articles of a rule that the laws at hand do not have, in words for people.
#[must_use]
pub fn unknown_basis(screen: &Screen, library: &Library) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for rule in &screen.rules {
        for basis in &rule.basis {
            let known = library.version(&basis.version).and_then(|(_, version)| version.has(basis.article));
            if known != Some(true) {
                let place = format!("{} {}", basis.version, basis.article.id());
                faults.push(fault(FILE, format!("规则“{}”的依据“{place}”不在法律数据中", rule.id)));
            }
        }
    }
    faults
}

/// A screened draft with what every form of output needs.
pub struct Screened<'a> {
    pub file: &'a str,
    pub text: &'a Text,
    pub rank: Rank,
    pub screen: &'a Screen,
    pub questions: &'a [Question<'a>],
    pub library: &'a Library,
    /// What people have to know of the reading of the file.
    pub notes: &'a [String],
    /// From a character of the text to its place in the original.
    pub place: &'a dyn Fn(usize) -> Spot,
}

impl Screened<'_> {
    fn kind(&self, rule: &Rule) -> &str {
        self.screen.kind(&rule.kind).map_or("", |kind| kind.title.as_str())
    }

    fn basis(&self, rule: &Rule) -> Vec<String> {
        cited(rule, self.library)
    }

    fn article(&self, question: &Question) -> Option<&str> {
        question.article.map(|(start, end)| self.text.original(start, end))
    }
}

/// The places that a rule rests on, as people cite them.
fn cited(rule: &Rule, library: &Library) -> Vec<String> {
    let cite = |basis: &Basis| library.version(&basis.version).map(|(law, _)| law.cite(basis.article));
    let unseen = rule.source.iter().map(|source| format!("{source}（未核实）"));
    rule.basis.iter().filter_map(cite).chain(unseen).collect()
}

fn ranks(rule: &Rule) -> String {
    let labels: Vec<&str> = rule.ranks.iter().map(|rank| rank.label()).collect();
    if labels.is_empty() { "全部".to_owned() } else { labels.join("、") }
}

/// All rules for people.
#[must_use]
pub fn screening_rules(screen: &Screen, library: &Library) -> String {
    let mut out = String::new();
    for rule in &screen.rules {
        let kind = screen.kind(&rule.kind).map_or("", |kind| kind.title.as_str());
        let _ = writeln!(out, "{}：{kind}——{}", rule.id, rule.title);
        let _ = writeln!(out, "  适用：{}", ranks(rule));
        let _ = writeln!(out, "  依据：{}", cited(rule, library).join("；"));
        let _ = writeln!(out, "  要问：{}\n", rule.question);
    }
    let _ = writeln!(out, "{NOTICE}");
    out
}

/// All rules for programs.
#[must_use]
pub fn screening_rules_json(screen: &Screen, library: &Library) -> Value {
    let rules: Vec<Value> = screen
        .rules
        .iter()
        .map(|rule| {
            json!({
                "rule": rule.id,
                "kind": rule.kind,
                "title": rule.title,
                "ranks": rule.ranks.iter().map(|rank| rank.id()).collect::<Vec<_>>(),
                "basis": cited(rule, library),
                "question": rule.question,
            })
        })
        .collect();
    json!({ "notice": NOTICE, "rules": rules })
}

/// The questions for people, then a summary and what they are not.
#[must_use]
pub fn screening_text(shown: &Screened) -> String {
    let mut out = String::new();
    for question in shown.questions {
        let spot = (shown.place)(question.start);
        let place = match spot.page {
            Some(page) => format!("{} 第{page}页第{}行", shown.file, spot.line),
            None => format!("{}:{}:{}", shown.file, spot.line, spot.column),
        };
        let article = shown.article(question).map_or(String::new(), |article| format!("（{article}）"));
        let (start, end) = question.sentence;
        let _ = writeln!(
            out,
            "提示[{}]：{}——{}",
            question.rule.id,
            shown.kind(question.rule),
            question.rule.title
        );
        let _ = writeln!(out, "  --> {place}{article}");
        let _ =
            writeln!(out, "   | {}", shown.text.original(start, end).trim().replace(['\n', '\t', '\r'], " "));
        let _ = writeln!(out, "   = 所在：{}", shown.text.original(question.start, question.end));
        let _ = writeln!(out, "   = 依据：{}", shown.basis(question.rule).join("；"));
        let _ = writeln!(out, "   = 要问：{}\n", question.rule.question);
    }
    let sentences = shown.text.sentences.len();
    let found = match shown.questions.len() {
        0 => "没有标出要问的条款".to_owned(),
        count => format!("标出{count}处"),
    };
    let _ = writeln!(out, "{}：按{}审查，读了{sentences}句，{found}。", shown.file, shown.rank.label());
    let _ = writeln!(out, "{NOTICE}");
    for note in shown.notes {
        let _ = writeln!(out, "{note}");
    }
    out
}

/// One file of the answer for programs.
#[must_use]
pub fn screening_json(shown: &Screened) -> Value {
    let questions: Vec<Value> = shown
        .questions
        .iter()
        .map(|question| {
            let from = (shown.place)(question.start);
            let to = (shown.place)(question.end.saturating_sub(1).max(question.start));
            json!({
                "rule": question.rule.id,
                "kind": question.rule.kind,
                "kind_title": shown.kind(question.rule),
                "title": question.rule.title,
                "page": from.page,
                "line": from.line,
                "column": from.column,
                "end_line": to.line,
                "end_column": to.column + 1,
                "article": shown.article(question),
                "quote": shown.text.original(question.start, question.end),
                "sentence": shown.text.original(question.sentence.0, question.sentence.1).trim(),
                "basis": shown.basis(question.rule),
                "question": question.rule.question,
            })
        })
        .collect();
    json!({
        "file": shown.file,
        "rank": shown.rank.id(),
        "sentences": shown.text.sentences.len(),
        "notice": NOTICE,
        "notes": shown.notes,
        "findings": questions,
    })
}
