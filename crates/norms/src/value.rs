//! What is recorded when an act is done: typed fields and their values.

use calendar::Day;

use crate::ActId;

/// The type of a field of a record. 字段类型
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldType {
    Text,
    Words,
    Date,
    Time,
    Number,
    Money,
    Share,
    YesNo,
    Choice,
    Choices,
    Party,
    Organ,
    Officer,
    Place,
    Article,
    Entry,
    Case,
    File,
    Rows,
}

impl FieldType {
    pub const ALL: [(&'static str, Self, &'static str); 19] = [
        ("text", Self::Text, "文字"),
        ("words", Self::Words, "一行文字"),
        ("date", Self::Date, "日期"),
        ("time", Self::Time, "时间"),
        ("number", Self::Number, "数"),
        ("money", Self::Money, "金额"),
        ("share", Self::Share, "比例"),
        ("yes_no", Self::YesNo, "是否"),
        ("choice", Self::Choice, "单选"),
        ("choices", Self::Choices, "多选"),
        ("party", Self::Party, "当事人"),
        ("organ", Self::Organ, "机关"),
        ("officer", Self::Officer, "人员"),
        ("place", Self::Place, "地点"),
        ("article", Self::Article, "条文"),
        ("entry", Self::Entry, "清单条目"),
        ("case", Self::Case, "案件"),
        ("file", Self::File, "附件"),
        ("rows", Self::Rows, "表格"),
    ];

    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, ..)| *known == id).map(|(_, kind, _)| *kind)
    }

    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind, _)| *kind == self).map_or("", |(id, ..)| id)
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind, _)| *kind == self).map_or("", |(.., label)| label)
    }
}

/// A recorded value. Texts stand for every type that is known by a name or an id. 值
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Text(String),
    Day(Day),
    /// Ten-thousandths: 12.5 is 125 000.
    Number(i64),
    /// Fen.
    Money(i64),
    Flag(bool),
    List(Vec<String>),
}

/// What stands between the cells of a row of a table.
pub const COLUMN: char = '｜';

/// Numbers are kept in this many parts of one.
pub const PARTS: i64 = 10_000;

/// The values of one act, by the place of the field in the act's record. 记录
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record(Vec<Option<Value>>);

impl Record {
    #[must_use]
    pub fn new(values: Vec<Option<Value>>) -> Self {
        Self(values)
    }

    #[must_use]
    pub fn get(&self, field: u16) -> Option<&Value> {
        self.0.get(usize::from(field)).and_then(Option::as_ref)
    }

    pub fn values(&self) -> impl Iterator<Item = Option<&Value>> {
        self.0.iter().map(Option::as_ref)
    }
}

/// The latest record of every act of a case, with the legal day on which it was last done. 案卷记录
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records(Vec<Option<(Day, Record)>>);

impl Records {
    #[must_use]
    pub fn of(&self, act: ActId) -> Option<&(Day, Record)> {
        self.0.get(act.index()).and_then(Option::as_ref)
    }

    #[must_use]
    pub fn value(&self, act: ActId, field: u16) -> Option<&Value> {
        self.of(act).and_then(|(_, record)| record.get(field))
    }

    #[must_use]
    pub fn on(&self, act: ActId) -> Option<Day> {
        self.of(act).map(|(day, _)| *day)
    }

    /// Puts a record in the place of the act's last one, which it returns. Putting that one back leaves no trace.
    pub fn put(&mut self, act: ActId, entry: Option<(Day, Record)>) -> Option<(Day, Record)> {
        if self.0.len() <= act.index() {
            self.0.resize(act.index() + 1, None);
        }
        let before = self.0.get_mut(act.index()).and_then(|place| std::mem::replace(place, entry));
        while self.0.last().is_some_and(Option::is_none) {
            self.0.pop();
        }
        before
    }
}
