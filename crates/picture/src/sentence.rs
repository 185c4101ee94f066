//! Norms and guards in sentences that a lawyer reads: who must do what by when, and on which article.

use std::collections::BTreeSet;

use norms::guard::{Compare, Expr, Table};
use norms::{
    Act, ActId, ActSet, Amount, Basis, Condition, Duty, FieldType, Form, Given, LapseDay, Norm, PARTS,
    Procedure, Setting, Start,
};

/// A norm as a sentence, without its basis.
#[must_use]
pub fn norm(procedure: &Procedure, norm: &Norm) -> String {
    let condition = norm.guard.and_then(|at| procedure.guards.get(usize::from(at)));
    let told = match &norm.form {
        Form::Duty(one) => duty(procedure, one),
        Form::Condition(one) => need(procedure, one),
        Form::While { owed, not } => {
            format!("尚待办理{}期间，不得办{}", procedure.names_of(*owed), procedure.names_of(*not))
        }
        Form::Closing { when, close } => {
            format!("办了{}之后，不得再办{}", one_of(procedure, *when), procedure.names_of(*close))
        }
        Form::Opening { when, open } => {
            format!("办了{}之后，方可办{}", one_of(procedure, *when), procedure.names_of(*open))
        }
    };
    match condition {
        Some(guard) => format!("{told}（适用于：{}）", stated(procedure, &guard.expr)),
        None => told,
    }
}

/// A guard of a procedure in words; empty for one that it does not have.
#[must_use]
pub fn guard(procedure: &Procedure, at: u8) -> String {
    procedure.guards.get(usize::from(at)).map_or(String::new(), |guard| stated(procedure, &guard.expr))
}

/// What an act opens elsewhere: by which organ, a case of which procedure (by its name), and what is handed over.
#[must_use]
pub fn start(procedure: &Procedure, act: &Act, start: &Start, name: &str) -> String {
    let own = |at: u16| act.fields.get(usize::from(at)).map_or("", |field| field.name.as_str());
    let organ = match start.organ {
        Some(at) => format!("由“{}”所填的机关", own(at)),
        None => "由本机关".to_owned(),
    };
    let condition = start.guard.map_or(String::new(), |at| format!("{}的，", guard(procedure, at)));
    let optional =
        start.organ.and_then(|at| act.fields.get(usize::from(at))).is_some_and(|field| !field.required);
    let when = if optional { "填了的" } else { "同时" };
    let mut handed: Vec<String> = Vec::new();
    for (_, given) in &start.given {
        let told = match given {
            Given::Field(act, at) => field_name(procedure, *act, *at),
            Given::Number => "本案案号".to_owned(),
            Given::Day => "办理日期".to_owned(),
            Given::Organ => "本机关名称".to_owned(),
            Given::Text(_) | Given::Flag(_) => continue,
        };
        if !handed.contains(&told) {
            handed.push(told);
        }
    }
    let handed = if handed.is_empty() { "没有栏目".to_owned() } else { handed.join("、") };
    let told = if start.told { "，并告知当事人" } else { "" };
    format!("办“{}”{when}，{condition}{organ}立“{name}”案，移交{handed}；两案互相写明{told}", act.name)
}

/// The article as people cite it, or the document with the remark that its text was not seen.
#[must_use]
pub fn basis(basis: &Basis) -> String {
    if basis.unverified { format!("{}（未核实）", basis.cited) } else { basis.cited.clone() }
}

/// The word of the machine-readable formats for the form of a norm.
#[must_use]
pub fn form(form: &Form) -> &'static str {
    match form {
        Form::Duty(_) => "duty",
        Form::Condition(_) => "condition",
        Form::While { .. } => "while",
        Form::Closing { .. } => "closing",
        Form::Opening { .. } => "opening",
    }
}

/// All norms as sentences with their bases, to see what is in one text and not in another.
#[must_use]
pub fn norms(procedure: &Procedure) -> BTreeSet<String> {
    let one = |own| format!("{}（{}）", norm(procedure, own), basis(&own.basis));
    procedure.norms.iter().map(one).collect()
}

/// The acts that a norm starts from, and those that it bears on.
#[must_use]
pub fn ends(form: &Form) -> (ActSet, ActSet) {
    match form {
        Form::Duty(duty) => (duty.when, duty.must),
        Form::Condition(condition) => (condition.need, condition.before),
        Form::While { owed, not } => (*owed, *not),
        Form::Closing { when, close } => (*when, *close),
        Form::Opening { when, open } => (*when, *open),
    }
}

fn one_of(procedure: &Procedure, acts: ActSet) -> String {
    let names = procedure.names_of(acts);
    if acts.len() > 1 { format!("{names}之一") } else { names }
}

fn duty(procedure: &Procedure, duty: &Duty) -> String {
    let within = match duty.within {
        Some(limit) => format!("在{}内", amount(procedure, limit)),
        None => String::new(),
    };
    let mut told =
        format!("办了{}，应当{within}办{}", one_of(procedure, duty.when), one_of(procedure, duty.must));
    for (act, field) in &duty.from {
        told += &format!("，期限自{}起算", field_name(procedure, *act, *field));
    }
    for pause in &duty.pauses {
        let (from, until) = (procedure.names_of(pause.from), procedure.names_of(pause.until));
        told += &format!("，自{from}至{until}的时间不计入");
    }
    for extend in &duty.extends {
        let (by, add) = (procedure.names_of(extend.by), amount(procedure, extend.add));
        told += &format!("，经{by}可以延长{add}（{}次）", extend.times);
    }
    if let Some(lapse) = duty.lapse {
        let on = match lapse.on {
            LapseDay::Last => "期限最后一日",
            LapseDay::First => "起算之日",
            LapseDay::Next => "期满次日",
        };
        told += &format!("，期满未办的，视为{on}办了“{}”", procedure.name_of(lapse.act));
    }
    told
}

fn need(procedure: &Procedure, condition: &Condition) -> String {
    let needed = procedure.names_of(condition.need);
    let needed = if condition.any && condition.need.len() > 1 { format!("{needed}之一") } else { needed };
    let before = procedure.names_of(condition.before);
    let guard = condition.with.and_then(|at| procedure.guards.get(usize::from(at)));
    if guard.is_some_and(|guard| matches!(guard.expr, Expr::Flag(false))) {
        return format!("不得办{before}");
    }
    let mut told = format!("未经{needed}，不得办{before}");
    if let Some(lead) = condition.lead {
        told += &format!("，两者至少间隔{}", amount(procedure, lead));
    }
    if let Some(guard) = guard {
        told += &format!("，且须{}", stated(procedure, &guard.expr));
    }
    told
}

/// A length of time; a parameter with the values that it has had.
#[must_use]
pub fn amount(procedure: &Procedure, amount: Amount) -> String {
    match amount {
        Amount::Fixed(limit) => limit.to_string(),
        Amount::Parameter(at) => {
            let Some(parameter) = procedure.parameters.get(at) else { return String::new() };
            let newest = parameter.values.last();
            let length = newest.map_or(String::new(), |value| setting(value.amount));
            let remark = if newest.is_some_and(|value| value.unverified) { "，未核实" } else { "" };
            format!("{length}（本地参数{}{remark}）", parameter.name)
        }
    }
}

/// A length of time alone; of a parameter the newest.
#[must_use]
pub fn length(procedure: &Procedure, amount: Amount) -> String {
    match amount {
        Amount::Fixed(limit) => limit.to_string(),
        Amount::Parameter(at) => {
            let newest = procedure.parameters.get(at).and_then(|parameter| parameter.values.last());
            newest.map_or(String::new(), |value| setting(value.amount))
        }
    }
}

/// The value of a parameter.
#[must_use]
pub fn setting(setting: Setting) -> String {
    match setting {
        Setting::Limit(limit) => limit.to_string(),
        Setting::Number(number) => decimal(number, PARTS),
        Setting::Money(fen) => format!("{}元", decimal(fen, 100)),
        Setting::Flag(flag) => yes_no(flag).to_owned(),
    }
}

fn yes_no(flag: bool) -> &'static str {
    if flag { "是" } else { "否" }
}

/// A number kept in parts of one, without zeros at its end.
fn decimal(number: i64, parts: i64) -> String {
    let (whole, rest) = (number / parts, (number % parts).abs());
    let width = parts.to_string().len().saturating_sub(1);
    let digits = format!("{rest:0width$}");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { whole.to_string() } else { format!("{whole}.{digits}") }
}

/// A field of an act as sentences name it.
#[must_use]
pub fn field_name(procedure: &Procedure, act: ActId, field: u16) -> String {
    let of = procedure.act_of(act).and_then(|act| act.fields.get(usize::from(field)));
    format!("“{}”的“{}”", procedure.name_of(act), of.map_or("", |field| field.name.as_str()))
}

/// A column of a table by its name.
fn column_of(procedure: &Procedure, table: Table, at: u16) -> &str {
    let field = procedure.act_of(table.act).and_then(|act| act.fields.get(usize::from(table.field)));
    field.and_then(|field| field.columns.get(usize::from(at))).map_or("", |column| &column.name)
}

/// An expression in words.
fn words(procedure: &Procedure, expr: &Expr) -> String {
    let of = |one: &Expr| words(procedure, one);
    match expr {
        Expr::Text(text) => format!("“{text}”"),
        Expr::Day(day) => day.chinese(),
        Expr::Number(number) => decimal(*number, PARTS),
        Expr::Money(fen) => format!("{}元", decimal(*fen, 100)),
        Expr::Flag(flag) => yes_no(*flag).to_owned(),
        Expr::Length(limit) => limit.to_string(),
        Expr::List(items) => items.iter().map(|item| format!("“{item}”")).collect::<Vec<_>>().join("、"),
        Expr::Field(act, field) => field_name(procedure, *act, *field),
        Expr::Total(column) => {
            let name = column_of(procedure, column.table, column.at);
            format!("{}各行“{name}”之和", field_name(procedure, column.table.act, column.table.field))
        }
        Expr::Lines(table, cell) => {
            let name = field_name(procedure, table.act, table.field);
            match cell {
                None => format!("{name}的行数"),
                Some(cell) => {
                    format!("{name}中“{}”为“{}”的行数", column_of(procedure, *table, cell.at), cell.label)
                }
            }
        }
        Expr::Has(act, field) => format!("已填{}", field_name(procedure, *act, *field)),
        Expr::Done(act) => format!("已办“{}”", procedure.name_of(*act)),
        Expr::On(act) => format!("办“{}”之日", procedure.name_of(*act)),
        Expr::Parameter(at) => {
            procedure.parameters.get(*at).map_or(String::new(), |one| format!("本地参数{}", one.name))
        }
        Expr::Within(from, limit, day) => format!("{}在自{}起{}内", of(day), of(from), of(limit)),
        Expr::Not(one) => match &**one {
            Expr::Has(act, field) => format!("未填{}", field_name(procedure, *act, *field)),
            Expr::Done(act) => format!("未办“{}”", procedure.name_of(*act)),
            Expr::Field(act, field) => format!("{}为否", field_name(procedure, *act, *field)),
            other => format!("并非（{}）", of(other)),
        },
        Expr::And(a, b) => format!("{}，且{}", side(procedure, a), side(procedure, b)),
        Expr::Or(a, b) => format!("{}，或{}", alternative(procedure, a), alternative(procedure, b)),
        Expr::Compare(compare, a, b) => {
            let word = match compare {
                Compare::Equal => "为",
                Compare::Unequal => "不为",
                Compare::Less => "小于",
                Compare::AtMost => "不超过",
                Compare::More => "超过",
                Compare::AtLeast => "不少于",
            };
            format!("{}{word}{}", of(a), labelled(procedure, a, b))
        }
        Expr::In(a, b) => format!("{}为{}之一", of(a), labelled(procedure, a, b)),
        Expr::Add(a, b) => format!("{}加{}", of(a), of(b)),
        Expr::Sub(a, b) => format!("{}减{}", of(a), of(b)),
        Expr::Mul(a, b) => format!("{}乘以{}", factor(procedure, a), factor(procedure, b)),
    }
}

/// A side of a product.
fn factor(procedure: &Procedure, expr: &Expr) -> String {
    match expr {
        Expr::Add(..) | Expr::Sub(..) => format!("（{}）", words(procedure, expr)),
        _ => words(procedure, expr),
    }
}

/// A side of “and”; a field of yes and no says what it must be.
fn side(procedure: &Procedure, expr: &Expr) -> String {
    match expr {
        Expr::Or(..) => format!("（{}）", words(procedure, expr)),
        _ => stated(procedure, expr),
    }
}

fn alternative(procedure: &Procedure, expr: &Expr) -> String {
    match expr {
        Expr::And(..) => format!("（{}）", words(procedure, expr)),
        _ => stated(procedure, expr),
    }
}

fn stated(procedure: &Procedure, expr: &Expr) -> String {
    let told = words(procedure, expr);
    if matches!(expr, Expr::Field(..)) { format!("{told}为是") } else { told }
}

/// The ids of a choice by their labels.
fn labelled(procedure: &Procedure, field: &Expr, value: &Expr) -> String {
    let Expr::Field(act, place) = field else { return words(procedure, value) };
    let of = procedure.act_of(*act).and_then(|act| act.fields.get(usize::from(*place)));
    let Some(of) = of.filter(|of| matches!(of.kind, FieldType::Choice | FieldType::Choices)) else {
        return words(procedure, value);
    };
    let label = |id: &str| {
        let known = of.options.iter().find(|(own, _)| own == id);
        format!("“{}”", known.map_or(id, |(_, label)| label))
    };
    match value {
        Expr::Text(id) => label(id),
        Expr::List(ids) => ids.iter().map(|id| label(id)).collect::<Vec<_>>().join("、"),
        other => words(procedure, other),
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn numbers_are_written_without_zeros_at_their_end() {
        assert_eq!(decimal(1_000_000, 100), "10000");
        assert_eq!(decimal(1_050, 100), "10.5");
        assert_eq!(decimal(12_345, 10_000), "1.2345");
    }
}
