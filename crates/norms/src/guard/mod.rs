//! Guards: expressions over the record of a case, in a subset of CEL's syntax, with three truth values.
//!
//! A guard is typed against the fields when the file is read (`typing`), so that running it cannot fail:
//! what is not recorded is unknown, and unknown spreads unless the other side decides.

mod eval;
mod lexer;
mod parser;
mod rows;
mod typing;

use calendar::{Day, Limit};

use crate::{ActId, ActSet};

pub use eval::Scene;
pub use lexer::{money, parts};
pub use typing::compile;

/// A typed guard. 条件
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// As the file writes it.
    pub text: String,
    pub expr: Expr,
}

impl Guard {
    /// The acts whose record, day or doing the guard speaks of.
    #[must_use]
    pub fn mentions(&self) -> ActSet {
        self.expr.mentions()
    }
}

/// A mistake in a guard, at a byte offset of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardFault {
    pub offset: usize,
    pub message: String,
    pub help: Option<String>,
}

/// The types of guards. 类型
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Flag,
    Text,
    Day,
    Number,
    Money,
    Length,
    List,
}

impl Type {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Flag => "是否",
            Self::Text => "文字",
            Self::Day => "日期",
            Self::Number => "数",
            Self::Money => "金额",
            Self::Length => "期限",
            Self::List => "列表",
        }
    }
}

/// A typed expression. 表达式
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Text(String),
    Day(Day),
    Number(i64),
    Money(i64),
    Flag(bool),
    Length(Limit),
    List(Vec<String>),
    Field(ActId, u16),
    /// What a column of a table comes to.
    Total(Column),
    /// How many rows a table has, or how many whose cell says one option.
    Lines(Table, Option<Cell>),
    Has(ActId, u16),
    Done(ActId),
    On(ActId),
    Parameter(usize),
    Within(Box<Expr>, Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
    Add(Box<Expr>, Box<Expr>),
    Sub(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
}

/// A field of type `rows`. 表格
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    pub act: ActId,
    pub field: u16,
    /// Without a value it may have been erased: then nobody knows its rows.
    pub personal: bool,
}

/// A column of numbers or amounts. 数、金额的栏
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub table: Table,
    /// Place of the column.
    pub at: u16,
    /// Amounts, not numbers.
    pub money: bool,
}

/// What a cell of a column must say for its row to be counted: forms send the label of an option, programs its id. 选项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Place of the column.
    pub at: u16,
    pub id: String,
    pub label: String,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Expr {
    /// The parts of an expression, in order.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Not(one) => vec![one],
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Compare(_, a, b)
            | Self::In(a, b)
            | Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b) => vec![a, b],
            Self::Within(a, b, c) => vec![a, b, c],
            _ => Vec::new(),
        }
    }

    #[must_use]
    pub fn mentions(&self) -> ActSet {
        let own = match self {
            Self::Field(act, _) | Self::Has(act, _) | Self::Done(act) | Self::On(act) => ActSet::one(*act),
            Self::Total(Column { table, .. }) | Self::Lines(table, _) => ActSet::one(table.act),
            _ => ActSet::NONE,
        };
        self.parts().into_iter().fold(own, |set, part| set | part.mentions())
    }
}
