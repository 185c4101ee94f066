//! Conditions as people write them, one notation for files and sheets: `材积不足0.5立方米；初次违法`.
//!
//! Clauses are separated by “；”, “，” or “且” and must all hold; “或者”, or the items of a list under “下列情形之一”, are
//! alternatives. A clause about a number names its field first; one about a kind is `场所：学校、医院`; any other is a
//! yes-or-no field of its own.

use base::{Diagnostic, closest};

use crate::bounds::{Bounds, Edge, bounds, ends_like_range, last_range, plain};
use crate::model::{All, Condition, Field, FieldKind};
use crate::span::{MOST, Set};
use crate::unit::{Misfit, Unit};

/// The fields of a table while its conditions are read.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    pub all: Vec<Field>,
    /// Fields that are not declared come from the clauses themselves.
    pub inferred: bool,
}

impl Fields {
    fn units(&self) -> Vec<&str> {
        self.all.iter().filter_map(name_of_unit).collect()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|field| plain(&field.name) == name)
    }
}

fn name_of_unit(field: &Field) -> Option<&str> {
    match &field.kind {
        FieldKind::Amount { unit, .. } => Some(&unit.name),
        _ => None,
    }
}

/// Reads the alternatives of a text, each with all its conditions; all that is wrong at once.
#[must_use]
pub fn alternatives(text: &str, fields: &mut Fields) -> (Vec<All>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut made = Vec::new();
    for one in split_any(text) {
        let (all, wrong) = conditions(&one, fields);
        found.extend(wrong);
        made.push(all);
    }
    if made.is_empty() {
        found.push(
            Diagnostic::error("no_condition", "没有写适用条件").help("请写明条件；其余情形写“其他情形”。"),
        );
    }
    (made, found)
}

/// Whether a text means: whatever no other step takes.
#[must_use]
pub fn is_otherwise(text: &str) -> bool {
    let text = plain(text);
    let text = text.trim_end_matches(['。', '的']);
    ["其他情形", "其他情况", "其余情形", "除上述情形以外", "不属于其他阶次", "其他"].contains(&text)
}

/// The alternatives of a text: under “下列情形之一” its items, else what “或者” separates.
fn split_any(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_any = lines.first().is_some_and(|first| first.contains("之一"));
    let mut parts: Vec<String> = if is_any {
        let own = if lines.len() > 1 {
            lines.into_iter().skip(1).map(str::to_owned).collect()
        } else {
            numbered(text)
        };
        own.iter().map(|line: &String| without_number(line).to_owned()).collect()
    } else {
        let lines = lines.into_iter().map(announced).map(without_number).filter(|line| !line.is_empty());
        vec![lines.collect::<Vec<_>>().join("；")]
    };
    parts = parts
        .iter()
        .flat_map(|part| part.split("或者"))
        .map(|part| part.trim_matches(edges).to_owned())
        .collect();
    parts.retain(|part| !part.is_empty());
    parts
}

fn edges(c: char) -> bool {
    c.is_whitespace() || "；;，,。、：:".contains(c)
}

/// A line without what only announces the conditions: “同时具备下列条件：”, “同时符合：”.
fn announced(line: &str) -> &str {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let is_heading = |text: &str| {
        has(text, &["下列", "以下"]) && has(text, &["条件", "情形", "情节"]) && text.chars().count() <= 16
    };
    match line.split_once(['：', ':']) {
        Some((heading, rest)) if is_heading(heading) => rest,
        Some(("同时具备" | "同时符合" | "同时满足", rest)) => rest,
        None if is_heading(line) => "",
        _ => line,
    }
}

/// The items of “有下列情形之一：（1）…（2）…” in one line.
fn numbered(text: &str) -> Vec<String> {
    let after = text.split_once(['：', ':']).map_or("", |(_, after)| after);
    after.split(['；', ';']).map(str::to_owned).collect()
}

/// A line without its number: “1.”, “（1）”, “①”, “一、”.
fn without_number(line: &str) -> &str {
    let line = line.trim();
    let rest = line.trim_start_matches(['（', '(']);
    let body = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    if body.len() < rest.len() {
        let rest = if rest.len() < line.len() {
            body.strip_prefix(['）', ')'])
        } else {
            body.strip_prefix(['.', '．', '、'])
        };
        // “0.5立方米以上” is no item with the number 0.
        if let Some(rest) = rest.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit())) {
            return rest.trim_start();
        }
    }
    line.trim_start_matches(|c: char| ('①'..='⑳').contains(&c)).trim_start()
}

/// All conditions of one alternative.
fn conditions(text: &str, fields: &mut Fields) -> (All, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut made: All = Vec::new();
    let mut last = None;
    for clause in clauses(text, fields) {
        match condition(&clause, fields, last) {
            Ok(condition) => {
                last = Some(condition.field);
                made.push(condition);
            }
            Err(wrong) => found.push(wrong),
        }
    }
    for (at, field) in fields.all.iter().enumerate() {
        let own: Vec<&Condition> = made.iter().filter(|condition| condition.field == at).collect();
        let whole = Set::span(field.domain.low, field.domain.high);
        let set = own.iter().fold(whole, |set, condition| set.and(&condition.set));
        if set.is_empty() && !own.is_empty() {
            let texts: Vec<&str> = own.iter().map(|condition| condition.text.as_str()).collect();
            let message = format!("“{}”不可能成立：没有哪个“{}”同时符合", texts.join("；"), field.name);
            found.push(
                Diagnostic::error("never_true", message).help("请核对上下限有没有写反，要素的范围对不对。"),
            );
        }
    }
    (made, found)
}

/// The clauses of an alternative. “且” separates only where what stands before it is understood by itself.
fn clauses(text: &str, fields: &Fields) -> Vec<String> {
    let mut made = Vec::new();
    for part in text.split(['；', ';', '。', '，', '\n']) {
        let part = without_number(part.trim_matches(edges));
        let part = part.strip_prefix("并且").or_else(|| part.strip_prefix('且')).unwrap_or(part).trim();
        if part.is_empty() {
            continue;
        }
        match part.split_once("并且").or_else(|| part.split_once('且')) {
            Some((left, right))
                if condition(left, &mut fields.clone(), None).is_ok() && !right.is_empty() =>
            {
                made.extend([left.trim().to_owned(), right.trim().to_owned()]);
            }
            _ => made.push(part.to_owned()),
        }
    }
    made
}

/// One clause.
fn condition(clause: &str, fields: &mut Fields, last: Option<usize>) -> Result<Condition, Diagnostic> {
    let text = plain(clause);
    let named = |at: usize, set: Set| Condition { field: at, set, text: clause.trim().to_owned() };
    if let Some((at, set)) = declared(&text, fields)? {
        return Ok(named(at, set));
    }
    if let Some((prefix, made)) = amount(&text, fields) {
        let at = field_of_amount(prefix, &made, fields, last, clause)?;
        let set = fields.all.get(at).map_or_else(|| Ok(Set::default()), |field| set_of(field, &made))?;
        return Ok(named(at, set));
    }
    if !fields.inferred {
        return Err(unknown(clause, fields));
    }
    if ends_like_range(&text) {
        let message = format!("读不懂“{clause}”里的数");
        let help = "数写作“5万元”“0.5立方米”，后面写以上、以下等；单位不通用的，先在“要素”工作表里写明。";
        return Err(Diagnostic::error("bad_range", message).help(help));
    }
    if let Some((name, options)) = text.split_once(':').filter(|(name, _)| !name.is_empty()) {
        let at = fields.place(name).unwrap_or(fields.all.len());
        if at == fields.all.len() {
            fields.all.push(Field::kinds(name, Vec::new()));
        }
        let Some(field) = fields.all.get_mut(at) else { return Err(unknown(clause, fields)) };
        let set = options.split('、').filter_map(|option| option_of(field, option.trim_end_matches('的')));
        let set = Set::of(set);
        return Ok(named(at, set));
    }
    let name = text.trim_end_matches('的').to_owned();
    if let Some(at) = opposite(&name, fields) {
        if let Some(Field { kind: FieldKind::YesNo { no, .. }, .. }) = fields.all.get_mut(at) {
            *no = name;
        }
        return Ok(named(at, Set::of([0])));
    }
    fields.all.push(Field::yes_no(&name, &name, &format!("不是“{name}”")));
    Ok(named(fields.all.len() - 1, Set::of([1])))
}

/// The yes-or-no field that a clause is the plain contrary of: “未及时改正” of “及时改正”, or the other way round.
fn opposite(name: &str, fields: &Fields) -> Option<usize> {
    const NOT: [&str; 6] = ["没有", "非", "未", "不是", "不", "无"];
    let bare = |text: &str| NOT.iter().find_map(|not| text.strip_prefix(not)).map(str::to_owned);
    fields.all.iter().position(|field| {
        let FieldKind::YesNo { yes, no } = &field.kind else { return false };
        let is_open = *no == format!("不是“{yes}”");
        is_open && (bare(name).as_deref() == Some(yes.as_str()) || bare(yes).as_deref() == Some(name))
    })
}

/// The place of an option of an inferred kind; a new one is added.
fn option_of(field: &mut Field, option: &str) -> Option<i64> {
    let FieldKind::Kind(options) = &mut field.kind else { return None };
    let place = options.iter().position(|own| own == option).unwrap_or(options.len());
    if place == options.len() {
        options.push(option.to_owned());
        field.domain.high = i64::try_from(place).ok()?;
    }
    i64::try_from(place).ok()
}

/// A clause that names a declared field.
fn declared(text: &str, fields: &Fields) -> Result<Option<(usize, Set)>, Diagnostic> {
    let text = text.trim_end_matches('的');
    for (at, field) in fields.all.iter().enumerate() {
        if let FieldKind::YesNo { yes, no } = &field.kind {
            let known = [(yes, 1), (no, 0), (&field.name, 1)];
            if let Some((_, value)) = known.iter().find(|(label, _)| plain(label) == text) {
                return Ok(Some((at, Set::of([*value]))));
            }
        }
    }
    let mut named: Vec<(usize, &Field, String)> =
        fields.all.iter().enumerate().map(|(at, f)| (at, f, plain(&f.name))).collect();
    named.retain(|(_, _, name)| text.starts_with(name.as_str()));
    named.sort_by_key(|(_, _, name)| std::cmp::Reverse(name.len()));
    for (at, field, name) in named {
        let rest = text.strip_prefix(name.as_str()).unwrap_or(text);
        let not = rest.strip_prefix("不是").or_else(|| rest.strip_prefix("不为"));
        let is = not.or_else(|| rest.strip_prefix([':', '为', '是', '在']));
        let set = match (&field.kind, is) {
            (FieldKind::Amount { .. }, _) => match bounds(is.unwrap_or(rest), &fields.units()) {
                Some(made) => set_of(field, &made)?,
                None => continue,
            },
            // “造成火情” is no value of the field “造成”.
            (_, None) => continue,
            (FieldKind::Kind(_), Some(_)) if not.is_some() && fields.inferred => {
                let message = format!("“{text}”要先知道“{}”有哪些", field.name);
                let help = "请在“要素”工作表里列出全部选项，或者逐个写出。";
                return Err(Diagnostic::error("not_declared", message).help(help));
            }
            (_, Some(options)) => match listed(field, options) {
                Ok(set) => set,
                Err(_) if fields.inferred => continue,
                Err(wrong) => return Err(wrong),
            },
        };
        let set = if not.is_some() { set.not_in(field.domain) } else { set };
        return Ok(Some((at, set)));
    }
    Ok(None)
}

/// The options that a text lists.
fn listed(field: &Field, text: &str) -> Result<Set, Diagnostic> {
    let values: Result<Vec<i64>, Diagnostic> =
        text.split('、').map(|option| field.take(&crate::facts::Fact::parse(option))).collect();
    Ok(Set::of(values?))
}

/// A clause that ends in a range: what stands before it, and the range. The longest range counts.
fn amount<'t>(text: &'t str, fields: &Fields) -> Option<(&'t str, Bounds)> {
    let units = fields.units();
    last_range(text, &units)
}

fn edge(made: &Bounds) -> Option<&Edge> {
    made.low.as_ref().or(made.high.as_ref())
}

/// The field of a range: the one that is named; without a name the one before, or the only one with that unit.
fn field_of_amount(
    prefix: &str,
    made: &Bounds,
    fields: &mut Fields,
    last: Option<usize>,
    clause: &str,
) -> Result<usize, Diagnostic> {
    let prefix = prefix.trim_end_matches([':', '为', '在', '是', '达', '约', '共']);
    let Some(own) = edge(made) else { return Err(unknown(clause, fields)) };
    let fits = |at: &usize| match fields.all.get(*at).map(|field| &field.kind) {
        Some(FieldKind::Amount { unit, .. }) => own.amount.unit.fits(unit),
        _ => false,
    };
    if prefix.is_empty() {
        let mut alike = (0..fields.all.len()).filter(fits);
        match (last.filter(fits), alike.next(), alike.next()) {
            (Some(at), _, _) | (None, Some(at), None) => return Ok(at),
            (None, Some(_), Some(_)) => {
                let message = format!("“{clause}”没有写是哪个要素，有不止一个以“{}”计", own.amount.unit.name);
                return Err(Diagnostic::error("no_field", message).help("请在数的前面写上要素的名称。"));
            }
            _ => {}
        }
    } else if let Some(at) = fields.place(prefix) {
        return Ok(at);
    }
    if !fields.inferred {
        return Err(unknown(clause, fields));
    }
    let unit = Unit::of(&own.amount.unit.name);
    let name = if prefix.is_empty() { format!("{}数", unit.name) } else { prefix.to_owned() };
    let decimals = unit.usual_decimals();
    // Sums of money are kept in yuan, whatever the first clause writes them in.
    let (unit, decimals) = if unit.is_money() { (Unit::yuan(), 2) } else { (unit, decimals) };
    fields.all.push(Field::amount(&name, unit, decimals));
    Ok(fields.all.len() - 1)
}

/// The values of a field that a range has.
fn set_of(field: &Field, made: &Bounds) -> Result<Set, Diagnostic> {
    let FieldKind::Amount { unit, decimals } = &field.kind else {
        let message = format!("“{}”不是数，不能写上下限", field.name);
        return Err(Diagnostic::error("not_a_number", message).help("请改写条件，或者在要素里把它改成数量。"));
    };
    let value = |edge: &Edge| {
        edge.amount
            .within(unit, *decimals)
            .map_err(|misfit: Misfit| field.misfit(misfit, &edge.amount, unit, *decimals))
    };
    let low = match &made.low {
        Some(edge) => value(edge)?.saturating_add(i64::from(edge.open)),
        None => field.domain.low,
    };
    let high = match &made.high {
        Some(edge) => value(edge)?.saturating_sub(i64::from(edge.open)),
        None => field.domain.high.min(MOST),
    };
    Ok(Set::span(low, high).and(&Set::span(field.domain.low, field.domain.high)))
}

fn unknown(clause: &str, fields: &Fields) -> Diagnostic {
    let mut known: Vec<String> = Vec::new();
    for field in &fields.all {
        match &field.kind {
            FieldKind::YesNo { yes, no } => known.extend([yes.clone(), no.clone()]),
            _ => known.push(field.name.clone()),
        }
    }
    let near = closest(clause, known.iter().map(String::as_str)).map(str::to_owned);
    let help =
        near.map_or_else(|| format!("可用的要素：{}", known.join("、")), |near| format!("是不是“{near}”？"));
    Diagnostic::error("unknown_condition", format!("读不懂条件“{clause}”")).help(help)
}
