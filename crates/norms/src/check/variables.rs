//! What guards hang on, as variables with few values: the choices and yes/no fields they ask for, and everything
//! else (amounts, days) as a plain true or false.

use calendar::{Calendar, Day};

use crate::guard::{Compare, Expr, Guard, Scene};
use crate::{ActId, ActSet, Field, FieldType, Form, GuardSet, Procedure, Record, Records};

/// One thing that guards ask. Value 0 is “not recorded”.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variable {
    pub asks: Asks,
    /// The acts whose record decides it.
    pub acts: ActSet,
    /// Values run from 1 to this.
    pub values: u8,
    /// It may stay unknown although its acts are done.
    pub optional: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asks {
    /// A choice: value n is the nth option that a guard names, the last value any other.
    Choice(ActId, u16, Vec<String>),
    /// Value 1 is true, 2 is false; whether a field was filled in has value 1 alone.
    Truth(Expr),
}

impl Asks {
    /// Whether it asks of tables: the rows of an act whose record is empty, as the clock's is, are known to be none.
    pub fn counts_rows(&self) -> bool {
        let is_of_rows = |expr: &Expr| matches!(expr, Expr::Total(_) | Expr::Lines(..));
        matches!(self, Self::Truth(expr) if any(expr, &is_of_rows))
    }

    /// The value where the act left an empty record, if nothing else has a say in it; without it, it may be any.
    pub fn without_rows(&self, act: ActId) -> Option<u8> {
        let Self::Truth(expr) = self else { return None };
        let hangs_on_more = |expr: &Expr| matches!(expr, Expr::Parameter(_) | Expr::Within(..) | Expr::On(_));
        if expr.mentions() != ActSet::one(act) || any(expr, &hangs_on_more) {
            return None;
        }
        let (calendar, day) = (Calendar::new(Vec::new()).ok()?, Day::from_ymd(2000, 1, 1)?);
        let mut records = Records::default();
        records.put(act, Some((day, Record::default())));
        let guard = Guard { text: String::new(), expr: expr.clone() };
        let truth = guard.truth(&Scene { calendar: &calendar, records: &records, parameters: &[], day });
        Some(truth.map_or(0, |truth| if truth { 1 } else { 2 }))
    }
}

/// Whether an expression or some part of it is of a kind.
fn any(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    test(expr) || expr.parts().into_iter().any(|part| any(part, test))
}

/// A guard over variables.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Known(bool),
    Done(ActId),
    /// The variable has one of these values (bit n for value n).
    Is(usize, u32),
    /// The variable has a value: never unknown.
    Recorded(usize),
    Not(Box<Formula>),
    And(Box<Formula>, Box<Formula>),
    Or(Box<Formula>, Box<Formula>),
}

/// Variables and formulas of all guards that norms use.
#[derive(Debug, Default)]
pub(super) struct Variables {
    pub all: Vec<Variable>,
    pub formulas: Vec<Formula>,
}

impl Variables {
    pub fn of(procedure: &Procedure, used: &GuardSet) -> Self {
        let mut made = Self::default();
        for (at, guard) in (0u8..=u8::MAX).zip(&procedure.guards) {
            if used.has(at) {
                made.choices(procedure, &guard.expr);
            }
        }
        for (at, guard) in (0u8..=u8::MAX).zip(&procedure.guards) {
            let is_used = used.has(at);
            let formula = if is_used { made.formula(procedure, &guard.expr) } else { Formula::Known(false) };
            made.formulas.push(formula);
        }
        made
    }

    /// Gathers the options that guards name, so that the others become one value.
    fn choices(&mut self, procedure: &Procedure, expr: &Expr) {
        if let Some((act, at, options)) = named_options(procedure, expr) {
            let known = self.all.iter_mut().find_map(|variable| match &mut variable.asks {
                Asks::Choice(of, field, named) if (*of, *field) == (act, at) => Some(named),
                _ => None,
            });
            match known {
                Some(named) => {
                    named.extend(options);
                    named.sort();
                    named.dedup();
                }
                None => self.all.push(Variable {
                    asks: Asks::Choice(act, at, options),
                    acts: ActSet::one(act),
                    values: 0,
                    optional: !field(procedure, act, at).is_some_and(|field| field.required),
                }),
            }
        }
        if let Expr::Field(act, at) = expr
            && field(procedure, *act, *at).is_some_and(|field| field.kind == FieldType::YesNo)
        {
            self.truth(procedure, expr);
        }
        for part in expr.parts() {
            self.choices(procedure, part);
        }
        for variable in &mut self.all {
            if let Asks::Choice(act, at, named) = &variable.asks {
                let all = field(procedure, *act, *at).map_or(0, |field| field.options.len());
                let others = usize::from(all > named.len());
                variable.values = u8::try_from(named.len() + others).unwrap_or(u8::MAX);
            }
        }
    }

    fn formula(&mut self, procedure: &Procedure, expr: &Expr) -> Formula {
        match expr {
            Expr::Flag(flag) => Formula::Known(*flag),
            Expr::Done(act) => Formula::Done(*act),
            Expr::Not(inner) => Formula::Not(Box::new(self.formula(procedure, inner))),
            Expr::And(a, b) => {
                Formula::And(Box::new(self.formula(procedure, a)), Box::new(self.formula(procedure, b)))
            }
            Expr::Or(a, b) => {
                Formula::Or(Box::new(self.formula(procedure, a)), Box::new(self.formula(procedure, b)))
            }
            Expr::Has(act, at)
                if field(procedure, *act, *at).is_some_and(|field| field.required)
                    && !is_deemed(procedure, *act) =>
            {
                Formula::Done(*act)
            }
            Expr::Has(act, at) => self.recorded(procedure, *act, *at),
            Expr::Compare(Compare::Equal, a, b) => match (&**a, &**b) {
                (asked, Expr::Flag(flag)) | (Expr::Flag(flag), asked) => {
                    let formula = self.formula(procedure, asked);
                    if *flag { formula } else { Formula::Not(Box::new(formula)) }
                }
                _ => self.leaf(procedure, expr),
            },
            Expr::Compare(Compare::Unequal, a, b) => {
                let same = Expr::Compare(Compare::Equal, a.clone(), b.clone());
                Formula::Not(Box::new(self.formula(procedure, &same)))
            }
            Expr::Compare(Compare::AtLeast, a, b) => {
                let less = Expr::Compare(Compare::Less, a.clone(), b.clone());
                Formula::Not(Box::new(self.formula(procedure, &less)))
            }
            Expr::Compare(Compare::AtMost, a, b) => {
                let more = Expr::Compare(Compare::More, a.clone(), b.clone());
                Formula::Not(Box::new(self.formula(procedure, &more)))
            }
            _ => self.leaf(procedure, expr),
        }
    }

    fn leaf(&mut self, procedure: &Procedure, expr: &Expr) -> Formula {
        if let Some((act, at, options)) = named_options(procedure, expr) {
            let found = self.all.iter().enumerate().find_map(|(place, variable)| match &variable.asks {
                Asks::Choice(of, field, named) if (*of, *field) == (act, at) => Some((place, named)),
                _ => None,
            });
            let Some((place, named)) = found else { return Formula::Known(false) };
            let mask = named.iter().enumerate().filter(|(_, option)| options.contains(option));
            let mask = mask.fold(0u32, |mask, (value, _)| mask | 1 << (value + 1).min(31));
            return Formula::Is(place, mask);
        }
        Formula::Is(self.truth(procedure, expr), 1 << 1)
    }

    /// Whether a field that may stay empty was filled in: its other questions know it too.
    fn recorded(&mut self, procedure: &Procedure, act: ActId, at: u16) -> Formula {
        let own = Expr::Field(act, at);
        let place = self.all.iter().position(|variable| match &variable.asks {
            Asks::Choice(of, field, _) => (*of, *field) == (act, at),
            Asks::Truth(expr) => *expr == own,
        });
        Formula::Recorded(place.unwrap_or_else(|| self.truth(procedure, &Expr::Has(act, at))))
    }

    /// The place of a question that is answered with true or false.
    fn truth(&mut self, procedure: &Procedure, expr: &Expr) -> usize {
        let same = |variable: &Variable| variable.asks == Asks::Truth(expr.clone());
        self.all.iter().position(same).unwrap_or_else(|| {
            let acts = expr.mentions();
            let is_has = matches!(expr, Expr::Has(..));
            let optional = has_optional(procedure, expr);
            let values = if is_has { 1 } else { 2 };
            self.all.push(Variable { asks: Asks::Truth(expr.clone()), acts, values, optional });
            self.all.len() - 1
        })
    }
}

fn field(procedure: &Procedure, act: ActId, at: u16) -> Option<&Field> {
    procedure.act_of(act)?.fields.get(usize::from(at))
}

/// Whether the law may deem an act done: its record is empty then, whatever is required.
fn is_deemed(procedure: &Procedure, act: ActId) -> bool {
    procedure.norms.iter().any(|norm| match &norm.form {
        Form::Duty(duty) => duty.lapse.is_some_and(|lapse| lapse.act == act),
        _ => false,
    })
}

/// `record.x.kind == "a"` and `record.x.kind in ["a", "b"]`: the field and the options named.
fn named_options(procedure: &Procedure, expr: &Expr) -> Option<(ActId, u16, Vec<String>)> {
    let (act, at, options) = match expr {
        Expr::Compare(Compare::Equal | Compare::Unequal, a, b) => match (&**a, &**b) {
            (Expr::Field(act, at), Expr::Text(text)) | (Expr::Text(text), Expr::Field(act, at)) => {
                (*act, *at, vec![text.clone()])
            }
            _ => return None,
        },
        Expr::In(a, b) => match (&**a, &**b) {
            (Expr::Field(act, at), Expr::List(items)) => {
                let mut items = items.clone();
                items.sort();
                (*act, *at, items)
            }
            _ => return None,
        },
        _ => return None,
    };
    (field(procedure, act, at)?.kind == FieldType::Choice).then_some((act, at, options))
}

fn has_optional(procedure: &Procedure, expr: &Expr) -> bool {
    let own = match expr {
        Expr::Field(act, at) | Expr::Has(act, at) => {
            !field(procedure, *act, *at).is_some_and(|field| field.required)
        }
        // A cell may be unreadable, a personal table erased; a plain one that is empty has no rows, which is known.
        Expr::Total(_) => true,
        Expr::Lines(table, _) => table.personal,
        _ => false,
    };
    own || expr.parts().into_iter().any(|part| has_optional(procedure, part))
}
