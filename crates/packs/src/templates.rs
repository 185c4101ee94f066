//! `templates/`: the words of the messages that people are told, with placeholders that are checked when they are read.

use std::collections::BTreeMap;

use base::{Diagnostic, closest};

use crate::source::{At, Doc, Source, Table};

/// What may fill a template.
const OF_CASE: &[&str] = &["procedure", "number"];
const OF_ACT: &[&str] = &["procedure", "number", "act", "on"];
const OF_DOCUMENT: &[&str] = &["procedure", "number", "act", "on", "document"];
const OF_DUTY: &[&str] = &["procedure", "number", "must", "last_day"];
const OF_ACT_AND_DUTY: &[&str] = &["procedure", "number", "act", "on", "must", "last_day"];
const OF_RESET: &[&str] = &["act", "on"];
const OF_CODE: &[&str] = &["code", "minutes"];

/// Every kind of message: its id, its placeholders, and those that its text cannot do without.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    ("told", OF_ACT, OF_CASE),
    ("told_document", OF_DOCUMENT, OF_CASE),
    ("told_due", OF_ACT_AND_DUTY, &["number", "last_day"]),
    ("told_ended", OF_ACT, OF_CASE),
    ("told_corrected", OF_ACT, OF_CASE),
    ("own_amber", OF_DUTY, &["number", "last_day"]),
    ("own_red", OF_DUTY, &["number", "last_day"]),
    ("case_arrived", OF_ACT_AND_DUTY, OF_CASE),
    ("officer_told", OF_ACT, OF_CASE),
    ("officer_corrected", OF_ACT, OF_CASE),
    ("duty_given", OF_ACT_AND_DUTY, &["number", "must", "last_day"]),
    ("duty_amber", OF_DUTY, &["number", "must", "last_day"]),
    ("duty_red", OF_DUTY, &["number", "must", "last_day"]),
    ("duty_overdue", OF_DUTY, &["number", "must", "last_day"]),
    ("account_reset", OF_RESET, &["act"]),
    ("address_code", OF_CODE, &["code"]),
    ("test", &[], &[]),
];

/// How many characters a title and a text have at most: what a text message of a telephone holds, in two parts.
const LONGEST_TITLE: usize = 30;
const LONGEST_TEXT: usize = 130;

/// The words of a kind of message. 消息模板
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pub title: String,
    pub text: String,
}

/// The words of every kind of message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates(BTreeMap<String, Template>);

impl Templates {
    /// The template of a kind.
    #[must_use]
    pub fn get(&self, kind: &str) -> Option<&Template> {
        self.0.get(kind)
    }

    /// Title and text with these words in the places of their names. A word that is not there leaves nothing behind.
    pub fn filled<'w>(&self, kind: &str, word: impl Fn(&str) -> Option<&'w str>) -> Option<(String, String)> {
        let one = self.get(kind)?;
        Some((filled(&one.title, &word), filled(&one.text, &word)))
    }
}

fn filled<'w>(text: &str, word: &impl Fn(&str) -> Option<&'w str>) -> String {
    let mut made = String::with_capacity(text.len());
    for piece in text.split_inclusive(['{', '}']) {
        match (piece.strip_suffix('{'), piece.strip_suffix('}')) {
            (Some(plain), _) => made.push_str(plain),
            (_, Some(name)) => made.push_str(word(name).unwrap_or("")),
            _ => made.push_str(piece),
        }
    }
    made
}

/// The names in braces, or what is wrong with the braces.
fn names(text: &str) -> Result<Vec<&str>, &'static str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let inside = rest.get(at..).and_then(|tail| tail.strip_prefix('{')).ok_or("多了一个“}”")?;
        let (name, after) = inside.split_once('}').ok_or("“{”没有配对的“}”")?;
        if name.contains('{') {
            return Err("花括号里又有花括号");
        }
        found.push(name);
        rest = after;
    }
    Ok(found)
}

/// Reads the templates, with everything that is wrong with them.
#[must_use]
pub fn read(sources: &[Source]) -> (Templates, Vec<Diagnostic>) {
    let mut made = Templates::default();
    let mut found = Vec::new();
    for source in sources {
        let (_, faults) = Doc::read(source, |root| {
            for table in &root.tables("template", |at| format!("第{at}个消息模板")) {
                template(table, &mut made);
                table.finish();
            }
            Some(())
        });
        found.extend(faults);
    }
    if let Some(source) = sources.first() {
        for (kind, ..) in KINDS.iter().filter(|(kind, ..)| !made.0.contains_key(*kind)) {
            let fault = Diagnostic::error("template_missing", format!("缺少“{kind}”这种消息的模板"));
            found.push(fault.at(source.place(0)).help("从内置的 templates/messages.toml 复制这一段。"));
        }
    }
    (made, found)
}

fn template(table: &Table<'_>, made: &mut Templates) {
    let kind = table.need_text("kind");
    let (title, text) = (table.need_text("title"), table.need_text("text"));
    let Some(kind) = kind else { return };
    let Some((id, may, needs)) = KINDS.iter().find(|(id, ..)| *id == kind.value) else {
        let near = closest(&kind.value, KINDS.iter().map(|(id, ..)| *id));
        let help = near.map_or_else(
            || format!("可用的：{}", KINDS.iter().map(|(id, ..)| *id).collect::<Vec<_>>().join("、")),
            |near| format!("是不是想写“{near}”？"),
        );
        let why = format!("没有“{}”这种消息", kind.value);
        table.say(Diagnostic::error("template_kind", why).at(kind.place).help(help));
        return;
    };
    let (Some(title), Some(text)) = (title, text) else { return };
    let mut used = words(table, &title, may, LONGEST_TITLE);
    used.extend(words(table, &text, may, LONGEST_TEXT));
    for need in needs.iter().filter(|need| !used.iter().any(|one| one == *need)) {
        let why = format!("“{id}”的文字里没有{{{need}}}，收到的人不知道说的是哪一件");
        table.say(Diagnostic::error("template_lacks", why).at(text.place.clone()).help("把它写进 text。"));
    }
    if made.0.insert(kind.value.clone(), Template { title: title.value, text: text.value }).is_some() {
        let why = format!("“{id}”写了两次");
        table.say(Diagnostic::error("template_twice", why).at(kind.place).help("每一种只写一个。"));
    }
}

/// The placeholders of a text; whatever is wrong with it is told.
fn words(table: &Table<'_>, at: &At<String>, may: &[&str], longest: usize) -> Vec<String> {
    let say = |code: &'static str, why: String, help: String| {
        table.say(Diagnostic::error(code, why).at(at.place.clone()).help(help));
    };
    let length = at.value.chars().count();
    if length == 0 || length > longest {
        say(
            "template_length",
            format!("文字有{length}个字，应当在1到{longest}个字之间"),
            "写短一些。".to_owned(),
        );
    }
    if at.value.contains(['\r', '\n']) {
        say("template_line", "文字里有换行".to_owned(), "写成一段。".to_owned());
    }
    let found = match names(&at.value) {
        Ok(found) => found,
        Err(why) => {
            say("template_braces", why.to_owned(), "占位写成 {number} 这样。".to_owned());
            return Vec::new();
        }
    };
    for name in found.iter().filter(|name| !may.contains(name)) {
        let near = closest(name, may.iter().copied());
        let help = match near {
            Some(near) => format!("是不是想写{{{near}}}？"),
            None if may.is_empty() => "这种消息没有可以填写的。".to_owned(),
            None => format!("可用的：{{{}}}", may.join("}、{")),
        };
        say("template_word", format!("这种消息里没有{{{name}}}可以填写"), help);
    }
    found.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> String {
        crate::Files::built_in().get("templates/messages.toml").unwrap().to_owned()
    }

    #[test]
    fn those_built_in_are_right_and_filled() {
        let (made, found) = read(&[Source::new("templates/messages.toml", built_in())]);
        assert_eq!(found, []);
        let word = |name: &str| match name {
            "number" => Some("德政复〔2026〕3号"),
            "procedure" => Some("行政复议"),
            "must" => Some("补正"),
            "last_day" => Some("2026年12月1日"),
            _ => None,
        };
        let (title, text) = made.filled("own_amber", word).unwrap();
        assert_eq!(title, "您要办的事项快到最后一天了");
        assert_eq!(
            text,
            "您的行政复议（德政复〔2026〕3号）：请您办理补正，最后一天是2026年12月1日。已经办理的，不用理会。"
        );
        assert_eq!(made.filled("nothing", word), None);
    }

    #[test]
    fn every_mistake_of_a_template_is_told_with_its_place() {
        let wrong = "[[template]]\nkind = \"tol\"\ntitle = \"x\"\ntext = \"x\"\n\
                     [[template]]\nkind = \"told\"\ntitle = \"x\"\ntext = \"{numbre} {procedure}\"\n\
                     [[template]]\nkind = \"told_ended\"\ntitle = \"\"\ntext = \"{number} {procedure\"\n\
                     [[template]]\nkind = \"test\"\ntitle = \"x\"\ntext = \"x\"\n\
                     [[template]]\nkind = \"test\"\ntitle = \"x\"\ntext = \"\"\"x\ny\"\"\"\n";
        let (_, found) = read(&[Source::new("t", wrong)]);
        let told: Vec<(usize, &str)> = found
            .iter()
            .filter(|one| one.code != "template_missing")
            .map(|one| (one.place.as_ref().unwrap().line, one.code))
            .collect();
        assert_eq!(
            told,
            [
                (2, "template_kind"),
                (8, "template_word"),
                (8, "template_lacks"),
                (11, "template_length"),
                (12, "template_braces"),
                (12, "template_lacks"),
                (12, "template_lacks"),
                (18, "template_twice"),
                (20, "template_line"),
            ]
        );
        let word = found.iter().find(|one| one.code == "template_word").unwrap();
        assert_eq!(word.help.as_deref(), Some("是不是想写{number}？"));
        let missing = found.iter().filter(|one| one.code == "template_missing").count();
        assert_eq!(missing, KINDS.len() - 3);
    }

    #[test]
    fn a_text_that_names_a_person_has_no_place_for_it() {
        let wrong = built_in()
            .replace("您的{procedure}（{number}）：以前", "{applicant}的{procedure}（{number}）：以前");
        let (_, found) = read(&[Source::new("t", wrong)]);
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["template_word"]);
    }
}
