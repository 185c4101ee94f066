//! Running a guard: true, false, or unknown (`None`).

use std::cmp::Ordering;

use calendar::{Calendar, Count, Day, Limit, Unit};

use super::{Compare, Expr, Guard};
use crate::{Parameter, Records, Setting, Value};

/// What a guard may see: the records of the case, the parameters in force, the calendar.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub calendar: &'a Calendar,
    pub records: &'a Records,
    pub parameters: &'a [Parameter],
    /// The day for which parameters are read.
    pub day: Day,
}

impl Guard {
    /// The truth of the guard; `None` where it hangs on what is not recorded.
    #[must_use]
    pub fn truth(&self, scene: &Scene<'_>) -> Option<bool> {
        scene.flag(&self.expr)
    }
}

impl Scene<'_> {
    fn flag(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::Flag(flag) => Some(*flag),
            Expr::Has(act, field) => Some(self.records.value(*act, *field).is_some()),
            Expr::Done(act) => Some(self.records.of(*act).is_some()),
            Expr::Not(inner) => self.flag(inner).map(|truth| !truth),
            Expr::And(a, b) => match (self.flag(a), self.flag(b)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Expr::Or(a, b) => match (self.flag(a), self.flag(b)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Expr::Compare(how, a, b) => self.compare(*how, a, b),
            Expr::In(item, list) => {
                let item = self.text(item)?;
                Some(self.list(list)?.iter().any(|one| one == item))
            }
            Expr::Within(from, limit, day) => {
                let (from, day, limit) = (self.day(from)?, self.day(day)?, self.limit(limit)?);
                let count = Count { from, limit, pauses: &[], extensions: &[], rolls: true };
                self.calendar.last_day(&count).last_day.map(|last| day <= last)
            }
            _ => match self.value(expr)? {
                Value::Flag(flag) => Some(flag),
                _ => None,
            },
        }
    }

    fn compare(&self, how: Compare, a: &Expr, b: &Expr) -> Option<bool> {
        // Texts are the most frequent, and comparing them needs no copies.
        if let (Some(a), Some(b)) = (self.text(a), self.text(b)) {
            return Some(holds(how, a.cmp(b)));
        }
        let order = match (self.value(a)?, self.value(b)?) {
            (Value::Day(a), Value::Day(b)) => a.cmp(&b),
            (Value::Number(a), Value::Number(b)) | (Value::Money(a), Value::Money(b)) => a.cmp(&b),
            (Value::Flag(a), Value::Flag(b)) => a.cmp(&b),
            (Value::List(a), Value::List(b)) => a.cmp(&b),
            _ => return None,
        };
        Some(holds(how, order))
    }

    /// The text that a text or a field of one stands for.
    fn text<'e>(&'e self, expr: &'e Expr) -> Option<&'e str> {
        match expr {
            Expr::Text(text) => Some(text),
            Expr::Field(act, field) => match self.records.value(*act, *field)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The list that a list or a field of choices stands for.
    fn list<'e>(&'e self, expr: &'e Expr) -> Option<&'e [String]> {
        match expr {
            Expr::List(items) => Some(items),
            Expr::Field(act, field) => match self.records.value(*act, *field)? {
                Value::List(items) => Some(items),
                _ => None,
            },
            _ => None,
        }
    }

    fn value(&self, expr: &Expr) -> Option<Value> {
        Some(match expr {
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Day(day) => Value::Day(*day),
            Expr::Number(number) => Value::Number(*number),
            Expr::Money(fen) => Value::Money(*fen),
            Expr::List(items) => Value::List(items.clone()),
            Expr::Field(act, field) => self.records.value(*act, *field)?.clone(),
            Expr::Total(column) => self.total(*column)?,
            Expr::Lines(table, of) => self.lines(*table, of.as_ref())?,
            Expr::On(act) => Value::Day(self.records.on(*act)?),
            Expr::Parameter(at) => match self.parameters.get(*at)?.on(self.day)?.amount {
                Setting::Number(number) => Value::Number(number),
                Setting::Money(fen) => Value::Money(fen),
                Setting::Flag(flag) => Value::Flag(flag),
                Setting::Limit(_) => return None,
            },
            Expr::Add(a, b) => self.sum(a, b, 1)?,
            Expr::Sub(a, b) => self.sum(a, b, -1)?,
            Expr::Mul(a, b) => self.product(a, b)?,
            Expr::Length(_) => return None,
            _ => Value::Flag(self.flag(expr)?),
        })
    }

    fn sum(&self, a: &Expr, b: &Expr, sign: i32) -> Option<Value> {
        if let Expr::Length(limit) = b {
            return moved(self.day(a)?, *limit, sign).map(Value::Day);
        }
        let factor = i64::from(sign);
        Some(match (self.value(a)?, self.value(b)?) {
            (Value::Number(a), Value::Number(b)) => Value::Number(a.checked_add(b.checked_mul(factor)?)?),
            (Value::Money(a), Value::Money(b)) => Value::Money(a.checked_add(b.checked_mul(factor)?)?),
            (Value::Day(a), Value::Day(b)) => Value::Number(
                (i64::from(a.number()) - i64::from(b.number())).checked_mul(crate::value::PARTS)?,
            ),
            _ => return None,
        })
    }

    /// Exact; unknown where it does not fit. Parts of a fen or of a ten-thousandth fall away.
    fn product(&self, a: &Expr, b: &Expr) -> Option<Value> {
        let of = |a: i64, b: i64| {
            i64::try_from(i128::from(a) * i128::from(b) / i128::from(crate::value::PARTS)).ok()
        };
        Some(match (self.value(a)?, self.value(b)?) {
            (Value::Number(a), Value::Number(b)) => Value::Number(of(a, b)?),
            (Value::Money(a), Value::Number(b)) | (Value::Number(b), Value::Money(a)) => {
                Value::Money(of(a, b)?)
            }
            _ => return None,
        })
    }

    fn day(&self, expr: &Expr) -> Option<Day> {
        match self.value(expr)? {
            Value::Day(day) => Some(day),
            _ => None,
        }
    }

    fn limit(&self, expr: &Expr) -> Option<Limit> {
        match expr {
            Expr::Length(limit) => Some(*limit),
            Expr::Parameter(at) => match self.parameters.get(*at)?.on(self.day)?.amount {
                Setting::Limit(limit) => Some(limit),
                Setting::Number(_) | Setting::Money(_) | Setting::Flag(_) => None,
            },
            _ => None,
        }
    }
}

/// Whether a comparison holds for how its sides stand.
fn holds(how: Compare, order: Ordering) -> bool {
    match how {
        Compare::Equal => order.is_eq(),
        Compare::Unequal => order.is_ne(),
        Compare::Less => order.is_lt(),
        Compare::AtMost => order.is_le(),
        Compare::More => order.is_gt(),
        Compare::AtLeast => order.is_ge(),
    }
}

/// A day moved by days, months or years, on the calendar alone: the same number of the month, or its last day.
fn moved(day: Day, limit: Limit, sign: i32) -> Option<Day> {
    let length = i32::try_from(limit.length).ok()?.checked_mul(sign)?;
    match limit.unit {
        Unit::Days => Some(day.plus_days(length)),
        Unit::Months => months_on(day, length),
        Unit::Years => months_on(day, length.checked_mul(12)?),
        Unit::WorkingDays | Unit::Hours => None,
    }
}

fn months_on(day: Day, months: i32) -> Option<Day> {
    let (year, month, number) = day.ymd();
    let all = year.checked_mul(12)?.checked_add(i32::from(month) - 1)?.checked_add(months)?;
    let (year, month) = (all.div_euclid(12), u8::try_from(all.rem_euclid(12) + 1).ok()?);
    (28..=number).rev().chain([number]).find_map(|number| Day::from_ymd(year, month, number))
}
