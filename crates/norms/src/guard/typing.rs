//! From a tree to a typed guard: names resolved, types met, choices that exist.

use base::closest;
use calendar::{Day, Limit, Unit};

use super::parser::{Node, Tree, parse};
use super::{Cell, Column, Compare, Expr, Guard, GuardFault, Table, Type};
use crate::{Act, ActId, Field, FieldType, Parameter, Setting};

/// Reads a guard against the acts and parameters of its file.
///
/// # Errors
/// The first mistake, with its offset in the text.
pub fn compile(text: &str, acts: &[Act], parameters: &[Parameter]) -> Result<Guard, GuardFault> {
    let tree = parse(text)?;
    let scope = Scope { acts, parameters };
    let expr = scope.flag(&tree)?;
    Ok(Guard { text: text.to_owned(), expr })
}

struct Scope<'a> {
    acts: &'a [Act],
    parameters: &'a [Parameter],
}

type Typed = (Expr, Type);

fn fault(tree: &Tree, message: impl Into<String>) -> GuardFault {
    GuardFault { offset: tree.offset, message: message.into(), help: None }
}

fn unknown<'a>(tree: &Tree, what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> GuardFault {
    let help = closest(name, known).map(|near| format!("是不是想写“{near}”？"));
    GuardFault { offset: tree.offset, message: format!("没有名为“{name}”的{what}"), help }
}

impl Scope<'_> {
    fn flag(&self, tree: &Tree) -> Result<Expr, GuardFault> {
        self.of_type(tree, Type::Flag)
    }

    fn of_type(&self, tree: &Tree, wanted: Type) -> Result<Expr, GuardFault> {
        let (expr, found) = self.typed(tree)?;
        if found == wanted {
            Ok(expr)
        } else {
            Err(fault(tree, format!("这里要{}，写的却是{}", wanted.label(), found.label())))
        }
    }

    fn typed(&self, tree: &Tree) -> Result<Typed, GuardFault> {
        let pair = |a: &Tree, b: &Tree| -> Result<(Box<Expr>, Box<Expr>), GuardFault> {
            Ok((Box::new(self.flag(a)?), Box::new(self.flag(b)?)))
        };
        Ok(match &tree.node {
            Node::Text(text) => (Expr::Text(text.clone()), Type::Text),
            Node::Number(number) => (Expr::Number(*number), Type::Number),
            Node::Amount(number, unit) => amount(tree, *number, unit)?,
            Node::Flag(flag) => (Expr::Flag(*flag), Type::Flag),
            Node::List(items) => (Expr::List(texts(items)?), Type::List),
            Node::Path(parts) => self.path(tree, parts)?,
            Node::Parameter(name) => self.parameter(tree, name)?,
            Node::Call(name, arguments) => self.call(tree, name, arguments)?,
            Node::Not(inner) => (Expr::Not(Box::new(self.flag(inner)?)), Type::Flag),
            Node::And(a, b) => {
                let (a, b) = pair(a, b)?;
                (Expr::And(a, b), Type::Flag)
            }
            Node::Or(a, b) => {
                let (a, b) = pair(a, b)?;
                (Expr::Or(a, b), Type::Flag)
            }
            Node::Compare(how, a, b) => (self.compare(tree, *how, a, b)?, Type::Flag),
            Node::In(a, b) => (self.member(a, b)?, Type::Flag),
            Node::Add(a, b) => self.sum(tree, a, b, true)?,
            Node::Sub(a, b) => self.sum(tree, a, b, false)?,
            Node::Mul(a, b) => self.product(tree, a, b)?,
        })
    }

    fn compare(&self, tree: &Tree, how: Compare, a: &Tree, b: &Tree) -> Result<Expr, GuardFault> {
        let (left, left_type) = self.typed(a)?;
        let (right, right_type) = self.typed(b)?;
        if left_type != right_type {
            let text = format!("{}不能同{}比较", left_type.label(), right_type.label());
            return Err(fault(tree, text));
        }
        let ordered = matches!(left_type, Type::Day | Type::Number | Type::Money);
        if !ordered && !matches!(how, Compare::Equal | Compare::Unequal) {
            return Err(fault(tree, format!("{}没有大小先后", left_type.label())));
        }
        self.check_option(&left, &right, b)?;
        self.check_option(&right, &left, a)?;
        Ok(Expr::Compare(how, Box::new(left), Box::new(right)))
    }

    fn member(&self, a: &Tree, b: &Tree) -> Result<Expr, GuardFault> {
        let left = self.of_type(a, Type::Text)?;
        let right = self.of_type(b, Type::List)?;
        if let Expr::List(items) = &right {
            for item in items {
                self.check_option(&left, &Expr::Text(item.clone()), b)?;
            }
        }
        self.check_option(&right, &left, a)?;
        Ok(Expr::In(Box::new(left), Box::new(right)))
    }

    /// A choice may only be compared with one of its options.
    fn check_option(&self, field: &Expr, text: &Expr, tree: &Tree) -> Result<(), GuardFault> {
        let (Expr::Field(act, at), Expr::Text(text)) = (field, text) else { return Ok(()) };
        let Some(field) = self.field_at(*act, *at) else { return Ok(()) };
        let is_choice = matches!(field.kind, FieldType::Choice | FieldType::Choices);
        if !is_choice || field.options.iter().any(|(id, _)| id == text) {
            return Ok(());
        }
        let what = format!("“{}”的选项", field.name);
        Err(unknown(tree, &what, text, field.options.iter().map(|(id, _)| id.as_str())))
    }

    fn field_at(&self, act: ActId, field: u16) -> Option<&Field> {
        self.acts.get(act.index())?.fields.get(usize::from(field))
    }

    fn sum(&self, tree: &Tree, a: &Tree, b: &Tree, add: bool) -> Result<Typed, GuardFault> {
        let (left, left_type) = self.typed(a)?;
        let (right, right_type) = self.typed(b)?;
        let kind = match (left_type, right_type) {
            (Type::Number, Type::Number) => Type::Number,
            (Type::Money, Type::Money) => Type::Money,
            (Type::Day, Type::Length) if calendar_length(&right) => Type::Day,
            (Type::Day, Type::Length) => {
                return Err(fault(b, "日期只能加减日、月、年；要按工作日数，请用 within(…)"));
            }
            (Type::Day, Type::Day) if !add => Type::Number,
            _ => return Err(fault(tree, format!("{}和{}不能相加减", left_type.label(), right_type.label()))),
        };
        let (left, right) = (Box::new(left), Box::new(right));
        Ok((if add { Expr::Add(left, right) } else { Expr::Sub(left, right) }, kind))
    }

    fn product(&self, tree: &Tree, a: &Tree, b: &Tree) -> Result<Typed, GuardFault> {
        let (left, left_type) = self.typed(a)?;
        let (right, right_type) = self.typed(b)?;
        let kind = match (left_type, right_type) {
            (Type::Number, Type::Number) => Type::Number,
            (Type::Money, Type::Number) | (Type::Number, Type::Money) => Type::Money,
            _ => return Err(fault(tree, format!("{}和{}不能相乘", left_type.label(), right_type.label()))),
        };
        Ok((Expr::Mul(Box::new(left), Box::new(right)), kind))
    }

    fn act(&self, tree: &Tree, name: &str) -> Result<ActId, GuardFault> {
        let at = self.acts.iter().position(|act| act.id == name).and_then(ActId::new);
        at.ok_or_else(|| unknown(tree, "事项", name, self.acts.iter().map(|act| act.id.as_str())))
    }

    fn field(&self, tree: &Tree, act: &str, name: &str) -> Result<(ActId, u16), GuardFault> {
        let act = self.act(tree, act)?;
        let fields: &[Field] = self.acts.get(act.index()).map_or(&[], |act| &act.fields);
        let at = fields.iter().position(|field| field.id == name).and_then(|at| u16::try_from(at).ok());
        at.map(|at| (act, at))
            .ok_or_else(|| unknown(tree, "字段", name, fields.iter().map(|field| field.id.as_str())))
    }

    fn path(&self, tree: &Tree, parts: &[String]) -> Result<Typed, GuardFault> {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["record", act, field] => {
                let (act, at) = self.field(tree, act, field)?;
                let kind = self.field_at(act, at).map_or(FieldType::Text, |field| field.kind);
                let typed = type_of(kind).ok_or_else(|| GuardFault {
                    offset: tree.offset,
                    message: "表格不能整个写进条件".to_owned(),
                    help: Some(
                        "可以用 has(…) 问有没有填，用 lines(…) 数行数，用 total(…) 把一栏加起来".to_owned(),
                    ),
                })?;
                Ok((Expr::Field(act, at), typed))
            }
            ["record", act, table, column] => {
                let (_, field) = self.table(tree, act, table)?;
                let what = format!("“{}”的一栏不能直接写进条件", field.name);
                let help = format!("写 total(record.{act}.{table}.{column}) 把这一栏加起来");
                Err(GuardFault { offset: tree.offset, message: what, help: Some(help) })
            }
            ["done", act] => Ok((Expr::Done(self.act(tree, act)?), Type::Flag)),
            ["on", act] => Ok((Expr::On(self.act(tree, act)?), Type::Day)),
            _ => Err(GuardFault {
                offset: tree.offset,
                message: format!("不认识“{}”", parts.join(".")),
                help: Some("可以写 record.事项.字段、done.事项、on.事项".to_owned()),
            }),
        }
    }

    fn parameter(&self, tree: &Tree, name: &str) -> Result<Typed, GuardFault> {
        let at = self.parameters.iter().position(|parameter| parameter.name == name);
        let known = self.parameters.iter().map(|parameter| parameter.name.as_str());
        let at = at.ok_or_else(|| unknown(tree, "参数", name, known))?;
        let first = self.parameters.get(at).and_then(|parameter| parameter.values.first());
        let kind = match first.map(|value| value.amount) {
            Some(Setting::Limit(_)) => Type::Length,
            Some(Setting::Flag(_)) => Type::Flag,
            Some(Setting::Money(_)) => Type::Money,
            Some(Setting::Number(_)) | None => Type::Number,
        };
        Ok((Expr::Parameter(at), kind))
    }

    fn call(&self, tree: &Tree, name: &str, arguments: &[Tree]) -> Result<Typed, GuardFault> {
        match (name, arguments) {
            ("has", [Tree { node: Node::Path(parts), .. }]) => {
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                let ["record", act, field] = parts.as_slice() else {
                    return Err(fault(tree, "has(…) 里写 record.事项.字段"));
                };
                let (act, at) = self.field(tree, act, field)?;
                Ok((Expr::Has(act, at), Type::Flag))
            }
            ("date", [Tree { node: Node::Text(text), .. }]) => {
                let day = Day::parse(text).map_err(|_| fault(tree, "日期写作 date(\"2024-01-01\")"))?;
                Ok((Expr::Day(day), Type::Day))
            }
            ("within", [from, limit, day]) => {
                let from = Box::new(self.of_type(from, Type::Day)?);
                let limit = Box::new(self.of_type(limit, Type::Length)?);
                let day = Box::new(self.of_type(day, Type::Day)?);
                Ok((Expr::Within(from, limit, day), Type::Flag))
            }
            ("total" | "lines", _) => self.rows(tree, name, arguments),
            _ => Err(GuardFault {
                offset: tree.offset,
                message: format!("没有“{name}”这样的写法"),
                help: Some(
                    "可用：has(record.事项.字段)、date(\"2024-01-01\")、within(日, 期限, 日)、total(record.事项.表格.栏)、lines(record.事项.表格)"
                        .to_owned(),
                ),
            }),
        }
    }
}

/// Tables: what a column comes to, how many rows there are.
impl Scope<'_> {
    fn rows(&self, tree: &Tree, name: &str, arguments: &[Tree]) -> Result<Typed, GuardFault> {
        let path = |at: &Tree| match &at.node {
            Node::Path(parts) => parts.clone(),
            _ => Vec::new(),
        };
        let first: Vec<String> = arguments.first().map(path).unwrap_or_default();
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        match (name, first.as_slice(), arguments) {
            ("total", ["record", act, table, column], [at]) => {
                let (table, field) = self.table(at, act, table)?;
                let (place, column) = column_of(at, field, column)?;
                let money = match column.kind {
                    FieldType::Number => false,
                    FieldType::Money => true,
                    other => {
                        let text =
                            format!("“{}”的“{}”是{}，不能相加", field.name, column.name, other.label());
                        let summed =
                            field.columns.iter().filter(|one| is_summed(one)).map(|one| one.id.as_str());
                        let summed: Vec<&str> = summed.collect();
                        let help = match summed.as_slice() {
                            [] => "这张表没有数、金额的栏；可以用 lines(…) 数行数".to_owned(),
                            known => format!("能相加的栏：{}", known.join("、")),
                        };
                        return Err(GuardFault { offset: at.offset, message: text, help: Some(help) });
                    }
                };
                let kind = if money { Type::Money } else { Type::Number };
                Ok((Expr::Total(Column { table, at: place, money }), kind))
            }
            ("lines", ["record", act, table], [at]) => {
                let (table, _) = self.table(at, act, table)?;
                Ok((Expr::Lines(table, None), Type::Number))
            }
            ("lines", ["record", act, table], [at, column, option]) => {
                let (table, field) = self.table(at, act, table)?;
                let cell = cell_of(field, column, option)?;
                Ok((Expr::Lines(table, Some(cell)), Type::Number))
            }
            ("total", _, _) => Err(fault(tree, "total(…) 里写 record.事项.表格.栏")),
            _ => Err(fault(tree, "lines(…) 里写 record.事项.表格，或者 record.事项.表格, \"栏\", \"选项\"")),
        }
    }

    /// A field that must be a table.
    fn table(&self, tree: &Tree, act: &str, name: &str) -> Result<(Table, &Field), GuardFault> {
        let (act, at) = self.field(tree, act, name)?;
        match self.field_at(act, at) {
            Some(field) if field.kind == FieldType::Rows => {
                Ok((Table { act, field: at, personal: field.personal }, field))
            }
            other => {
                let kind = other.map_or("", |field| field.kind.label());
                Err(fault(tree, format!("“{name}”是{kind}，不是表格，没有行和栏")))
            }
        }
    }
}

fn is_summed(column: &Field) -> bool {
    matches!(column.kind, FieldType::Number | FieldType::Money)
}

fn column_of<'a>(tree: &Tree, field: &'a Field, name: &str) -> Result<(u16, &'a Field), GuardFault> {
    let at = field.columns.iter().position(|column| column.id == name);
    let found = at.and_then(|at| Some((u16::try_from(at).ok()?, field.columns.get(at)?)));
    let known = field.columns.iter().map(|column| column.id.as_str());
    found.ok_or_else(|| unknown(tree, &format!("栏（“{}”）", field.name), name, known))
}

/// What rows are counted by: a column of one choice, and one of its options.
fn cell_of(field: &Field, column: &Tree, option: &Tree) -> Result<Cell, GuardFault> {
    let (Node::Text(name), Node::Text(id)) = (&column.node, &option.node) else {
        return Err(fault(column, "栏和选项写作文字：lines(record.事项.表格, \"栏\", \"选项\")"));
    };
    let (at, of) = column_of(column, field, name)?;
    if of.kind != FieldType::Choice {
        let text = format!("“{}”的“{}”是{}，只能按单选的栏数行数", field.name, of.name, of.kind.label());
        return Err(fault(column, text));
    }
    let known = of.options.iter().find(|(own, _)| own == id);
    let (id, label) = known.cloned().ok_or_else(|| {
        unknown(option, &format!("“{}”的选项", of.name), id, of.options.iter().map(|(own, _)| own.as_str()))
    })?;
    Ok(Cell { at, id, label })
}

fn type_of(kind: FieldType) -> Option<Type> {
    Some(match kind {
        FieldType::Date => Type::Day,
        FieldType::Number | FieldType::Share => Type::Number,
        FieldType::Money => Type::Money,
        FieldType::YesNo => Type::Flag,
        FieldType::Choices => Type::List,
        FieldType::Rows => return None,
        _ => Type::Text,
    })
}

fn calendar_length(expr: &Expr) -> bool {
    matches!(expr, Expr::Length(limit) if matches!(limit.unit, Unit::Days | Unit::Months | Unit::Years))
}

fn texts(items: &[Tree]) -> Result<Vec<String>, GuardFault> {
    let one = |item: &Tree| match &item.node {
        Node::Text(text) => Ok(text.clone()),
        _ => Err(fault(item, "列表里只能是文字")),
    };
    items.iter().map(one).collect()
}

fn amount(tree: &Tree, number: i64, unit: &str) -> Result<Typed, GuardFault> {
    if unit == "yuan" {
        return Ok((Expr::Money(number / (crate::value::PARTS / 100)), Type::Money));
    }
    let whole = number / crate::value::PARTS;
    let limit = Limit::parse(&format!("{whole} {unit}")).map_err(|_| GuardFault {
        offset: tree.offset,
        message: format!("不认识单位“{unit}”"),
        help: Some("单位有 yuan、days、working days、months、years".to_owned()),
    })?;
    Ok((Expr::Length(limit), Type::Length))
}
