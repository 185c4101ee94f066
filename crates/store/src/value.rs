//! The thin layer between the tables' functions and a database: one SQL text with `$1 … $n`, values
//! in, rows out. Each database implements [`Connection`].

use std::sync::{Arc, OnceLock};

use ledger::Hash;

use crate::compact::{self, CaseText};
use crate::notes::Notes;
use crate::shape::Shape;
use crate::{Result, StoreError};

/// A value on its way into a statement or out of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// The id of a case, which a file keeps in fewer bytes.
    Case(&'a str),
    /// A text that many rows have alike, which a file keeps once and names by a number.
    Name(&'a str),
    /// A hash that many rows have alike, kept in the same way.
    NamedHash(&'a Hash),
    /// Several names, a line each.
    Names(&'a str),
}

impl<'a> Value<'a> {
    pub(crate) fn has_null_character(&self) -> bool {
        matches!(self, Self::Text(text) | Self::Case(text) | Self::Name(text) | Self::Names(text) if text.as_bytes().contains(&0))
    }

    /// A name or nothing.
    pub(crate) fn opt_name(name: Option<&'a str>) -> Self {
        name.map_or(Self::Null, Self::Name)
    }
}

macro_rules! value_from {
    ($($from:ty, $it:ident => $into:expr;)*) => { $(
        impl<'a> From<$from> for Value<'a> {
            fn from($it: $from) -> Self { $into }
        }
    )* };
}

value_from! {
    i64, it => Value::Int(it);
    i32, it => Value::Int(it.into());
    u32, it => Value::Int(it.into());
    bool, it => Value::Int(it.into());
    &'a str, it => Value::Text(it);
    &'a String, it => Value::Text(it);
    &'a [u8], it => Value::Bytes(it);
    &'a Vec<u8>, it => Value::Bytes(it);
    &'a Hash, it => Value::Bytes(it.as_bytes());
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(it: Option<T>) -> Self {
        it.map_or(Self::Null, Self::from)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(it: &'a Option<String>) -> Self {
        it.as_deref().into()
    }
}

/// A value of its own, for what is kept until later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Kept {
    /// The value to be bound.
    #[must_use]
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(it) => Value::Int(*it),
            Self::Text(it) => Value::Text(it),
            Self::Bytes(it) => Value::Bytes(it),
        }
    }
}

impl From<&Value<'_>> for Kept {
    fn from(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(it) => Self::Int(*it),
            Value::Text(it) | Value::Case(it) | Value::Name(it) | Value::Names(it) => {
                Self::Text((*it).to_owned())
            }
            Value::Bytes(it) => Self::Bytes(it.to_vec()),
            Value::NamedHash(it) => Self::Bytes(it.as_bytes().to_vec()),
        }
    }
}

/// A statement: its name and its text, written as PostgreSQL has it.
#[derive(Debug)]
pub struct Statement {
    /// The name under which tests and messages know it.
    pub name: &'static str,
    /// The text with `$1 … $n`.
    pub text: &'static str,
    question_marks: OnceLock<String>,
    shape: OnceLock<Shape>,
}

impl Statement {
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, question_marks: OnceLock::new(), shape: OnceLock::new() }
    }

    /// What it reads and writes, as its text says.
    pub(crate) fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| Shape::of(self.text))
    }

    /// The text as SQLite has it, with `?1 … ?n`, and with names by their numbers.
    pub(crate) fn question_marks(&self) -> &str {
        self.question_marks.get_or_init(|| question_marks(&compact::in_one_file(self.text)))
    }
}

fn question_marks(text: &str) -> String {
    text.replace('$', "?")
}

/// The columns of a row, which a database's own row type gives.
pub trait Columns {
    /// The value of a column, from 0.
    fn column(&self, index: usize) -> Result<Value<'_>>;

    /// The name in a column, or nothing.
    fn name(&self, index: usize) -> Result<Option<Arc<str>>>;

    /// Has `last` be the name in a column, which stays where it is that already.
    fn name_again(&self, index: usize, last: &mut LastName) -> Result<()> {
        match self.column(index)? {
            Value::Text(text) if *last.text == *text => {}
            Value::Text(text) => *last = LastName { number: None, text: text.into() },
            _ => return Err(StoreError::Internal { detail: format!("第 {} 列不是名称", index + 1) }),
        }
        Ok(())
    }

    /// The names in a column, a line each.
    fn names(&self, index: usize) -> Result<String>;
}

/// The name that a column had in the row before, for who reads many rows: most have it too.
#[derive(Debug, Default)]
pub struct LastName {
    /// By which a file keeps it.
    pub(crate) number: Option<i64>,
    pub(crate) text: Arc<str>,
}

impl std::ops::Deref for LastName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// A row, read column after column in the order of the statement.
pub struct Row<'a> {
    columns: &'a dyn Columns,
    next: usize,
}

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a dyn Columns) -> Self {
        Self { columns, next: 0 }
    }

    fn value(&mut self) -> Result<Value<'a>> {
        let value = self.columns.column(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// The next column, whatever it is.
    pub(crate) fn kept(&mut self) -> Result<Kept> {
        self.value().map(|value| Kept::from(&value))
    }

    /// The next column, a name that many rows have, or nothing.
    pub(crate) fn opt_name_here(&mut self) -> Result<Option<Arc<str>>> {
        let name = self.columns.name(self.next)?;
        self.next += 1;
        Ok(name)
    }

    /// The next column, a name that many rows have.
    pub(crate) fn name_here(&mut self) -> Result<Arc<str>> {
        self.opt_name_here()?.ok_or_else(|| self.unfit("文字"))
    }

    /// The next column, a name that the row before had too, most likely.
    pub(crate) fn name_again(&mut self, last: &mut LastName) -> Result<()> {
        self.columns.name_again(self.next, last)?;
        self.next += 1;
        Ok(())
    }

    /// The next column, a name that many rows have, or nothing.
    pub(crate) fn opt_name(&mut self) -> Result<Option<String>> {
        Ok(self.opt_name_here()?.map(|name| name.as_ref().to_owned()))
    }

    /// The next column, a name that many rows have.
    pub(crate) fn name(&mut self) -> Result<String> {
        Ok(self.name_here()?.as_ref().to_owned())
    }

    /// The next column, several names, a line each.
    pub(crate) fn names(&mut self) -> Result<String> {
        let names = self.columns.names(self.next)?;
        self.next += 1;
        Ok(names)
    }

    /// The next column, a hash that many rows have, in bytes; or whatever it is.
    pub(crate) fn kept_hash(&mut self) -> Result<Kept> {
        if !matches!(self.columns.column(self.next)?, Value::Int(_)) {
            return self.kept();
        }
        let hash = Hash::parse(&self.name_here()?).ok_or_else(|| self.unfit("杂凑值"))?;
        Ok(Kept::Bytes(hash.as_bytes().to_vec()))
    }

    /// The next column, a hash that many rows have.
    pub(crate) fn named_hash(&mut self) -> Result<Hash> {
        if matches!(self.columns.column(self.next)?, Value::Int(_)) {
            return Hash::parse(&self.name_here()?).ok_or_else(|| self.unfit("杂凑值"));
        }
        self.hash()
    }

    /// The next column, the id of a case that stays in the row, or nothing.
    pub(crate) fn opt_case_here(&mut self) -> Result<Option<CaseText<'a>>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Text(it) => Ok(Some(CaseText::Here(it))),
            Value::Bytes(it) => CaseText::unpack(it).map(Some).ok_or_else(|| self.unfit("案件编号")),
            _ => Err(self.unfit("案件编号")),
        }
    }

    /// The next column, the id of a case that stays in the row.
    pub(crate) fn case_here(&mut self) -> Result<CaseText<'a>> {
        self.opt_case_here()?.ok_or_else(|| self.unfit("案件编号"))
    }

    /// The next column, the id of a case.
    pub(crate) fn case(&mut self) -> Result<String> {
        Ok(self.case_here()?.as_str().to_owned())
    }

    fn unfit(&self, wanted: &str) -> StoreError {
        StoreError::Internal { detail: format!("第 {} 列不是{wanted}", self.next) }
    }

    /// The next column, a number or nothing.
    pub fn opt_int(&mut self) -> Result<Option<i64>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Int(it) => Ok(Some(it)),
            _ => Err(self.unfit("整数")),
        }
    }

    /// The next column, a number.
    pub fn int(&mut self) -> Result<i64> {
        self.opt_int()?.ok_or_else(|| self.unfit("整数"))
    }

    /// The next column, a day or nothing.
    pub fn opt_day(&mut self) -> Result<Option<i32>> {
        match self.opt_int()? {
            None => Ok(None),
            Some(it) => i32::try_from(it).map(Some).map_err(|_| self.unfit("日期")),
        }
    }

    /// The next column, a day.
    pub fn day(&mut self) -> Result<i32> {
        self.opt_day()?.ok_or_else(|| self.unfit("日期"))
    }

    /// The next column, a number of an event or nothing.
    pub fn opt_number(&mut self) -> Result<Option<u32>> {
        match self.opt_int()? {
            None => Ok(None),
            Some(it) => u32::try_from(it).map(Some).map_err(|_| self.unfit("序号")),
        }
    }

    /// The next column, a number of an event.
    pub fn number(&mut self) -> Result<u32> {
        self.opt_number()?.ok_or_else(|| self.unfit("序号"))
    }

    /// The next column, a yes or no.
    pub fn flag(&mut self) -> Result<bool> {
        Ok(self.int()? != 0)
    }

    /// The next column, a text or nothing.
    pub fn opt_text(&mut self) -> Result<Option<String>> {
        Ok(self.opt_text_here()?.map(str::to_owned))
    }

    /// The next column, a text that stays in the row, or nothing.
    pub(crate) fn opt_text_here(&mut self) -> Result<Option<&'a str>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Text(it) => Ok(Some(it)),
            _ => Err(self.unfit("文字")),
        }
    }

    /// The next column, a text that stays in the row.
    pub(crate) fn text_here(&mut self) -> Result<&'a str> {
        self.opt_text_here()?.ok_or_else(|| self.unfit("文字"))
    }

    /// The next column, a text.
    pub fn text(&mut self) -> Result<String> {
        self.opt_text()?.ok_or_else(|| self.unfit("文字"))
    }

    /// The next column, bytes that stay in the row.
    pub(crate) fn bytes_here(&mut self) -> Result<&'a [u8]> {
        match self.value()? {
            Value::Bytes(it) => Ok(it),
            _ => Err(self.unfit("数据")),
        }
    }

    /// The next column, bytes that stay in the row, or nothing.
    pub(crate) fn opt_bytes_here(&mut self) -> Result<Option<&'a [u8]>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Bytes(it) => Ok(Some(it)),
            _ => Err(self.unfit("数据")),
        }
    }

    /// The next column, bytes or nothing.
    pub fn opt_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.opt_bytes_here()?.map(<[u8]>::to_vec))
    }

    /// The next column, bytes.
    pub fn bytes(&mut self) -> Result<Vec<u8>> {
        self.opt_bytes()?.ok_or_else(|| self.unfit("数据"))
    }

    /// The next column, a hash or nothing.
    pub fn opt_hash(&mut self) -> Result<Option<Hash>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Bytes(it) => Hash::from_bytes(it).map(Some).ok_or_else(|| self.unfit("杂凑值")),
            _ => Err(self.unfit("杂凑值")),
        }
    }

    /// The next column, a hash.
    pub fn hash(&mut self) -> Result<Hash> {
        self.opt_hash()?.ok_or_else(|| self.unfit("杂凑值"))
    }
}

/// What [`Connection::query`] does with each row; `false` ends the reading.
pub type EachRow<'a> = &'a mut dyn FnMut(&mut Row<'_>) -> Result<bool>;

/// A connection to a database.
pub trait Connection {
    /// Runs a statement that gives no rows; how many rows it changed.
    fn execute(&self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64>;

    /// Runs a statement now or later, but before anything that depends on it; with `one`, it must change one row.
    fn put(&self, statement: &'static Statement, values: &[Value<'_>], one: bool) -> Result<()> {
        let changed = self.execute(statement, values)?;
        if one && changed != 1 { Err(not_one(statement, changed)) } else { Ok(()) }
    }

    /// Runs a statement and hands over its rows one by one.
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()>;

    /// Whether everything is in one file, which keeps names by numbers.
    fn is_one_file(&self) -> bool {
        false
    }
}

/// Where rows can be read: a [`crate::Reader`] or a [`crate::Tx`].
pub trait Query {
    /// Runs a statement and hands over its rows one by one.
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()>;

    /// What the command in hand knows already; a reader keeps nothing.
    #[doc(hidden)]
    fn notes(&self) -> Option<&Notes> {
        None
    }
}

/// A statement that was to change one row changed none or several.
pub(crate) fn not_one(statement: &Statement, changed: u64) -> StoreError {
    StoreError::Internal { detail: format!("{} 改动了 {changed} 行，应为 1 行", statement.name) }
}

/// The first row, if there is one.
pub(crate) fn first<T>(
    db: &dyn Query,
    statement: &'static Statement,
    values: &[Value<'_>],
    read: impl Fn(&mut Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut found = None;
    db.query(statement, values, &mut |row| {
        found = Some(read(row)?);
        Ok(false)
    })?;
    Ok(found)
}

/// All rows.
pub(crate) fn all<T>(
    db: &dyn Query,
    statement: &'static Statement,
    values: &[Value<'_>],
    read: impl Fn(&mut Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    db.query(statement, values, &mut |row| {
        found.push(read(row)?);
        Ok(true)
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_question_marks() {
        assert_eq!(question_marks("a = $1 AND b = $12"), "a = ?1 AND b = ?12");
    }
}
