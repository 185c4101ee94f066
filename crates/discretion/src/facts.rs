//! The facts of a case, and what they are in a field.

use std::collections::BTreeMap;

use base::{Diagnostic, closest};

use crate::bounds::{bounds, plain};
use crate::model::{Field, FieldKind};
use crate::unit::{Amount, Misfit, Unit};

/// A fact as an officer states it. 案件事实
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Amount(Amount),
    Flag(bool),
    Word(String),
}

/// The facts of a case by the names of their fields; what is not there is unknown.
pub type Facts = BTreeMap<String, Fact>;

impl Fact {
    /// Reads “0.5立方米”, “是”, “学校”.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "是" => return Self::Flag(true),
            "否" => return Self::Flag(false),
            _ => {}
        }
        let one = bounds(&plain(text), &[]).and_then(|made| match (made.low, made.high) {
            (Some(low), Some(high)) if low == high => Some(low.amount),
            _ => None,
        });
        one.map_or_else(|| Self::Word(text.trim().to_owned()), Self::Amount)
    }
}

/// Whether two texts are the same but for width and white space.
fn alike(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

impl Field {
    /// The number that a fact is in this field.
    ///
    /// # Errors
    /// It is of another type, has another unit, more digits than the field, or cannot occur.
    pub fn take(&self, fact: &Fact) -> Result<i64, Diagnostic> {
        let value = match (&self.kind, fact) {
            (FieldKind::Amount { unit, decimals }, Fact::Amount(amount)) => amount
                .within(unit, *decimals)
                .map_err(|misfit| self.misfit(misfit, amount, unit, *decimals))?,
            (FieldKind::Amount { unit, .. }, Fact::Word(text)) => self.worded(text, unit)?,
            (FieldKind::YesNo { .. }, Fact::Flag(flag)) => i64::from(*flag),
            (FieldKind::YesNo { yes, no }, Fact::Word(text)) => {
                let known = [(yes, 1), (no, 0)].into_iter().find(|(label, _)| alike(label, text));
                known.map(|(_, value)| value).ok_or_else(|| self.refused(text))?
            }
            (FieldKind::Kind(options), Fact::Word(text)) => {
                let place = options.iter().position(|option| option == text);
                let place = place.or_else(|| options.iter().position(|option| alike(option, text)));
                place.and_then(|at| i64::try_from(at).ok()).ok_or_else(|| self.refused(text))?
            }
            (FieldKind::Kind(options), Fact::Flag(flag)) => {
                let text = if *flag { "是" } else { "否" };
                let place = options.iter().position(|option| option == text);
                place.and_then(|at| i64::try_from(at).ok()).ok_or_else(|| self.refused(text))?
            }
            (_, Fact::Flag(flag)) => return Err(self.refused(if *flag { "是" } else { "否" })),
            (_, Fact::Amount(amount)) => {
                let text = crate::unit::decimal(amount.digits, amount.scale);
                return Err(self.refused(&format!("{text}{}", amount.unit.name)));
            }
        };
        if value < self.domain.low || value > self.domain.high {
            let (least, most) = (self.value(self.domain.low), self.value(self.domain.high));
            let told = if self.domain.high == crate::span::MOST {
                format!("不少于{least}")
            } else {
                format!("{least}至{most}")
            };
            let message = format!("“{}”不会是{}：这一要素{told}", self.name, self.value(value));
            return Err(
                Diagnostic::error("impossible_fact", message).help("请核对案件事实；写错的改正后再试。")
            );
        }
        Ok(value)
    }

    /// A text that was not read as an amount: perhaps its unit is one that only this field has.
    fn worded(&self, text: &str, unit: &Unit) -> Result<i64, Diagnostic> {
        let FieldKind::Amount { decimals, .. } = &self.kind else { return Err(self.refused(text)) };
        let made = bounds(&plain(text), &[&unit.name]);
        let one = made.and_then(|made| made.low.filter(|low| made.high.as_ref() == Some(low)));
        let amount = one.ok_or_else(|| self.refused(text))?.amount;
        amount.within(unit, *decimals).map_err(|misfit| self.misfit(misfit, &amount, unit, *decimals))
    }

    /// Why an amount does not fit, and what to write instead.
    #[must_use]
    pub fn misfit(&self, misfit: Misfit, amount: &Amount, unit: &Unit, decimals: u32) -> Diagnostic {
        let own = format!("{}{}", crate::unit::decimal(amount.digits, amount.scale), amount.unit.name);
        match misfit {
            Misfit::Unit => {
                let message = format!("“{}”的单位是“{}”，写的是“{own}”", self.name, unit.name);
                let help = format!("请换算成“{}”再写；换算不了的，写的可能是另一个要素。", unit.name);
                Diagnostic::error("wrong_unit", message).help(help)
            }
            Misfit::Digits => {
                let message =
                    format!("“{}”以{}计，小数点后最多{decimals}位，“{own}”多了", self.name, unit.name);
                Diagnostic::error("too_many_digits", message)
                    .help("请按测量的精度写，不要四舍五入到另一阶次；确需更多位的，在要素里改小数位。")
            }
            Misfit::Large => {
                let message = format!("“{}”写的“{own}”大得无法计算", self.name);
                Diagnostic::error("too_large_number", message).help("请核对数和单位。")
            }
        }
    }

    fn refused(&self, text: &str) -> Diagnostic {
        let (wanted, near) = match &self.kind {
            FieldKind::Amount { unit, .. } => (format!("一个数和单位，如“3{}”", unit.name), None),
            FieldKind::YesNo { yes, no } => (format!("“{yes}”或者“{no}”（也可以写是、否）"), None),
            FieldKind::Kind(options) => {
                let near = closest(text, options.iter().map(String::as_str)).map(str::to_owned);
                (format!("其中之一：{}", options.join("、")), near)
            }
        };
        let message = format!("“{}”写的是“{text}”，应当是{wanted}", self.name);
        let help = near.map_or_else(|| "请改写后再试。".to_owned(), |near| format!("是不是“{near}”？"));
        Diagnostic::error("wrong_fact", message).help(help)
    }
}
