//! A TOML file as its author wrote it: values with their places, and all mistakes at once.
//!
//! `Doc` gathers the findings; `Table` reads keys by name and remembers which were asked for,
//! so that `finish` can report the keys that nobody knows, with the nearest known one.

use std::cell::RefCell;
use std::ops::Range;

use base::{Diagnostic, Place, closest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text of one file and where its lines begin.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: String,
    lines: Vec<usize>,
}

impl Source {
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Self { name: name.into(), lines: lines.collect(), text }
    }

    /// Line and column (characters, from 1) of a byte offset.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Place { file: self.name.clone(), line, column }
    }
}

/// A file being read, with what was found wrong so far.
pub struct Doc<'s> {
    pub source: &'s Source,
    found: RefCell<Vec<Diagnostic>>,
}

/// A value with the place at which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    pub value: T,
    pub place: Place,
}

impl<'s> Doc<'s> {
    /// Reads the file and hands its root table to `read`; returns what `read` made of it with all
    /// findings. A text that is not TOML gives findings alone.
    pub fn read<T>(
        source: &'s Source,
        read: impl FnOnce(&Table<'_>) -> Option<T>,
    ) -> (Option<T>, Vec<Diagnostic>) {
        let doc = Self { source, found: RefCell::new(Vec::new()) };
        let (root, faults) = DeTable::parse_recoverable(&source.text);
        for fault in &faults {
            let offset = fault.span().map_or(0, |span| span.start);
            doc.say(
                Diagnostic::error("syntax", format!("不是合法的 TOML：{}", syntax(fault.message())))
                    .at(source.place(offset)),
            );
        }
        let made = if faults.is_empty() {
            let table = Table::over(&doc, root.get_ref(), root.span(), "文件".to_owned());
            let made = read(&table);
            table.finish();
            made
        } else {
            None
        };
        let mut found = doc.found.into_inner();
        found.sort_by(|a, b| a.place.cmp(&b.place));
        (made, found)
    }

    pub fn say(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }
}

/// The parser's English reasons in Chinese; unknown ones are passed through.
fn syntax(message: &str) -> String {
    let first = message.lines().next().unwrap_or(message);
    let table = [
        ("duplicate key", "同一个键写了两次"),
        ("invalid string", "文字的引号没有写对"),
        ("invalid date", "日期不存在，或者写得不对"),
        ("invalid time", "时间写得不对"),
        ("invalid key", "键名写得不对"),
        ("key with no value", "有键没有值（缺“=”和值）"),
        ("missing value", "“=”后面没有值"),
        ("unquoted", "文字要加双引号"),
        ("must be quoted", "文字要加双引号"),
        ("unclosed", "括号或引号没有关上"),
        ("missing", "缺少符号"),
    ];
    let known = table.iter().find(|(english, _)| first.contains(english));
    known.map_or_else(|| first.to_owned(), |(_, chinese)| format!("{chinese}（{first}）"))
}

/// A table of the file; `what` names it in messages (“事项 accept”).
pub struct Table<'d> {
    doc: &'d Doc<'d>,
    table: &'d DeTable<'d>,
    span: Range<usize>,
    asked: RefCell<Vec<String>>,
    pub what: String,
}

impl<'d> Table<'d> {
    fn over(doc: &'d Doc<'_>, table: &'d DeTable<'_>, span: Range<usize>, what: String) -> Self {
        Self { doc, table, span, asked: RefCell::new(Vec::new()), what }
    }

    #[must_use]
    pub fn place(&self) -> Place {
        self.doc.source.place(self.span.start)
    }

    pub fn say(&self, diagnostic: Diagnostic) {
        self.doc.say(diagnostic);
    }

    fn get(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table.get(key)
    }

    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether a key holds a table.
    #[must_use]
    pub fn is_table(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Table(_)))
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let place = self.doc.source.place(value.span().start);
        self.say(Diagnostic::error("wrong_type", format!("{}的“{key}”应当是{wanted}", self.what)).at(place));
    }

    fn take<T>(
        &self,
        key: &str,
        wanted: &str,
        read: impl FnOnce(&DeValue<'d>) -> Option<T>,
    ) -> Option<At<T>> {
        let value = self.get(key)?;
        let Some(made) = read(value.get_ref()) else {
            self.wrong_type(key, value, wanted);
            return None;
        };
        Some(At { value: made, place: self.doc.source.place(value.span().start) })
    }

    /// Place of the value of a key; of the table where the key is absent.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Place {
        let offset = self.table.get(key).map_or(self.span.start, |value| value.span().start);
        self.doc.source.place(offset)
    }

    pub fn text_at(&self, key: &str) -> Option<At<String>> {
        self.take(key, "文字（双引号）", |value| value.as_str().map(str::to_owned))
    }

    pub fn text(&self, key: &str) -> Option<String> {
        self.text_at(key).map(|at| at.value)
    }

    /// A text that must be there; its absence is a finding.
    pub fn need_text(&self, key: &str) -> Option<At<String>> {
        if self.get(key).is_none() {
            self.missing(key);
        }
        self.text_at(key)
    }

    /// Reports a key that must be there.
    pub fn missing(&self, key: &str) {
        self.say(Diagnostic::error("missing_key", format!("{}缺少“{key}”", self.what)).at(self.place()));
    }

    pub fn flag(&self, key: &str) -> bool {
        self.take(key, "true 或 false", DeValue::as_bool).is_some_and(|at| at.value)
    }

    pub fn flag_at(&self, key: &str) -> Option<At<bool>> {
        self.take(key, "true 或 false", DeValue::as_bool)
    }

    pub fn integer(&self, key: &str) -> Option<At<i64>> {
        self.take(key, "整数", integer)
    }

    /// A date written as such (`2024-01-01`, no quotes): year, month, day.
    pub fn date(&self, key: &str) -> Option<At<(i16, u8, u8)>> {
        self.take(key, "日期（如 2024-01-01，不加引号）", date)
    }

    /// One text or a list of texts.
    pub fn texts(&self, key: &str) -> Vec<At<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let place = |span: Range<usize>| self.doc.source.place(span.start);
        match value.get_ref() {
            DeValue::String(one) => vec![At { value: one.to_string(), place: place(value.span()) }],
            DeValue::Array(many) => {
                let one = |item: &Spanned<DeValue<'_>>| {
                    let made = item.get_ref().as_str().map(str::to_owned);
                    if made.is_none() {
                        self.wrong_type(key, item, "文字（双引号）");
                    }
                    made.map(|value| At { value, place: place(item.span()) })
                };
                many.iter().filter_map(one).collect()
            }
            _ => {
                self.wrong_type(key, value, "文字或文字的列表");
                Vec::new()
            }
        }
    }

    /// A list of integers (or one).
    pub fn integers(&self, key: &str) -> Vec<At<i64>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(many) => many.iter().collect(),
            _ => vec![value],
        };
        let one = |item: &&Spanned<DeValue<'_>>| {
            let made = integer(item.get_ref());
            if made.is_none() {
                self.wrong_type(key, item, "整数");
            }
            made.map(|value| At { value, place: self.doc.source.place(item.span().start) })
        };
        items.iter().filter_map(one).collect()
    }

    /// A sub-table.
    pub fn table(&self, key: &str, what: impl Into<String>) -> Option<Table<'d>> {
        let value = self.get(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, value, "表");
            return None;
        };
        Some(Table::over(self.doc, table, value.span(), what.into()))
    }

    /// An array of tables, or one table standing for a list of one; `what` names each by its number from 1.
    pub fn tables(&self, key: &str, what: impl Fn(usize) -> String) -> Vec<Table<'d>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items: Vec<&'d Spanned<DeValue<'d>>> = match value.get_ref() {
            DeValue::Array(many) => many.iter().collect(),
            _ => vec![value],
        };
        let mut made = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    made.push(Table::over(self.doc, table, item.span(), what(index + 1)));
                }
                _ => self.wrong_type(key, item, "表"),
            }
        }
        made
    }

    /// The entries of a table of tables (`[acts.accept]`) in the order of the file.
    pub fn entries(&self, what: impl Fn(&str) -> String) -> Vec<(At<String>, Table<'d>)> {
        let mut made = Vec::new();
        for (key, value) in self.table {
            let name: &str = key.get_ref();
            self.asked.borrow_mut().push(name.to_owned());
            let at = At { value: name.to_owned(), place: self.doc.source.place(key.span().start) };
            match value.get_ref() {
                DeValue::Table(table) => {
                    made.push((key.span().start, at, Table::over(self.doc, table, value.span(), what(name))));
                }
                _ => self.wrong_type(name, value, "表"),
            }
        }
        made.sort_by_key(|(offset, ..)| *offset);
        made.into_iter().map(|(_, at, table)| (at, table)).collect()
    }

    /// The entries of a table of values, in the order of the file.
    pub fn values(&self) -> Vec<(At<String>, Literal)> {
        let mut made = Vec::new();
        for (key, value) in self.table {
            let name: &str = key.get_ref();
            self.asked.borrow_mut().push(name.to_owned());
            let at = At { value: name.to_owned(), place: self.doc.source.place(key.span().start) };
            made.push((key.span().start, at, literal(value.get_ref())));
        }
        made.sort_by_key(|(offset, ..)| *offset);
        made.into_iter().map(|(_, at, value)| (at, value)).collect()
    }

    /// The value of a key, whatever it is.
    pub fn value(&self, key: &str) -> Option<At<Literal>> {
        self.take(key, "值", |value| Some(literal(value)))
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if asked.iter().any(|known| known == name) {
                continue;
            }
            let found = Diagnostic::error("unknown_key", format!("{}里没有“{name}”这个键", self.what))
                .at(self.doc.source.place(key.span().start));
            let near = closest(name, asked.iter().map(String::as_str));
            let help = near.map_or_else(
                || format!("可用的键：{}", sorted(&asked).join("、")),
                |near| format!("是不是想写“{near}”？"),
            );
            self.say(found.help(help));
        }
    }
}

/// A plain value as it stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    Integer(i64),
    /// A number with a decimal point, as written.
    Decimal(String),
    Flag(bool),
    /// Year, month, day.
    Date(i16, u8, u8),
    List(Vec<Literal>),
    Table(Vec<(String, Literal)>),
}

fn literal(value: &DeValue<'_>) -> Literal {
    if let Some((year, month, day)) = date(value) {
        return Literal::Date(year, month, day);
    }
    match value {
        DeValue::String(text) => Literal::Text(text.to_string()),
        DeValue::Integer(_) => integer(value).map_or_else(|| Literal::Text(String::new()), Literal::Integer),
        DeValue::Float(number) => Literal::Decimal(number.to_string()),
        DeValue::Boolean(flag) => Literal::Flag(*flag),
        DeValue::Datetime(moment) => Literal::Text(moment.to_string()),
        DeValue::Array(items) => Literal::List(items.iter().map(|item| literal(item.get_ref())).collect()),
        DeValue::Table(table) => Literal::Table(
            table.iter().map(|(key, value)| (key.get_ref().to_string(), literal(value.get_ref()))).collect(),
        ),
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

fn date(value: &DeValue<'_>) -> Option<(i16, u8, u8)> {
    let moment = value.as_datetime()?;
    let date = moment.date?;
    moment.time.is_none().then_some(())?;
    Some((i16::try_from(date.year).ok()?, date.month, date.day))
}

fn sorted(keys: &[String]) -> Vec<&str> {
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_of_a_file_at_once_with_their_places() {
        let source =
            Source::new("t.toml", "name = 3\nnmae = \"x\"\n[acts.b]\nby = \"q\"\n[acts.a]\nby = [1]\n");
        let (_, found) = Doc::read(&source, |root| {
            root.need_text("name");
            root.need_text("law");
            let acts = root.table("acts", "事项表")?;
            let entries = acts.entries(|id| format!("事项 {id}"));
            let ids: Vec<&str> = entries.iter().map(|(at, _)| at.value.as_str()).collect();
            assert_eq!(ids, ["b", "a"]);
            for (_, act) in &entries {
                act.texts("by");
                act.finish();
            }
            Some(())
        });
        let lines: Vec<(usize, &str)> =
            found.iter().map(|d| (d.place.as_ref().map_or(0, |p| p.line), d.code)).collect();
        assert_eq!(lines, [(1, "missing_key"), (1, "wrong_type"), (2, "unknown_key"), (6, "wrong_type")]);
        let help = found.iter().find(|d| d.code == "unknown_key").and_then(|d| d.help.clone());
        assert_eq!(help.as_deref(), Some("是不是想写“name”？"));
    }

    #[test]
    fn a_text_that_is_no_toml_gives_findings_alone() {
        let source = Source::new("t.toml", "name = \n[x\n");
        let (made, found) = Doc::read(&source, |_| Some(1));
        assert!(made.is_none());
        assert!(!found.is_empty());
    }

    #[test]
    fn columns_count_characters() {
        let source = Source::new("t.toml", "名 = 1\n第二行x");
        assert_eq!(source.place(source.text.find('x').unwrap()).column, 4);
    }
}
