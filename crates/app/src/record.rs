//! Records on their way: from what a form or a command line holds to typed values, from values to the journal's
//! JSON and back, and to the words that people read.

use std::collections::BTreeMap;

use calendar::Day;
pub use norms::COLUMN;
use norms::{Act, Field, FieldType, PARTS, Record, Value};
use serde_json::{Map, Value as Json, json};

use crate::error::FieldFault;

/// What was filled in: for every field its texts (several for a choice of many, or for rows). 填写内容
pub type Form = BTreeMap<String, Vec<String>>;

/// Between the name and the code of a party in its one text.
const CODE: char = '\u{1f}';

/// What the key of a party's code ends with.
const CODE_KEY: &str = ".code";

/// Reads a form against an act's fields: the record, or everything that is wrong with it.
///
/// # Errors
/// All fields that are missing or wrong.
pub fn read(act: &Act, form: &Form, organs: &[String]) -> Result<Record, Vec<FieldFault>> {
    read_fields(&act.fields, form, organs)
}

/// The same for the fields of a register.
///
/// # Errors
/// All fields that are missing or wrong.
pub fn read_fields(fields: &[Field], form: &Form, organs: &[String]) -> Result<Record, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let known = |name: &str| {
        let mut endings = [CODE_KEY].into_iter().chain(DOCUMENT_KEYS);
        let plain = endings.find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        fields.iter().any(|field| field.id == name || field.id == plain)
    };
    for name in form.keys().filter(|name| !known(name)) {
        let message = "没有这个字段".to_owned();
        faults.push(FieldFault { field: name.clone(), name: name.clone(), message });
    }
    let mut values = Vec::with_capacity(fields.len());
    for field in fields {
        let written = written(field, form);
        let value = match value(field, &written, organs) {
            Ok(value) => value,
            Err(message) => {
                faults.push(FieldFault { field: field.id.clone(), name: field.name.clone(), message });
                None
            }
        };
        if value.is_none() && field.required && !faults.iter().any(|fault| fault.field == field.id) {
            let message = "必须填写".to_owned();
            faults.push(FieldFault { field: field.id.clone(), name: field.name.clone(), message });
        }
        values.push(value);
    }
    if faults.is_empty() { Ok(Record::new(values)) } else { Err(faults) }
}

/// A form as one text, for the digest of a request.
pub(crate) fn flat(form: &Form) -> String {
    let mut text = String::new();
    for (name, texts) in form {
        for one in texts {
            text.push_str(name);
            text.push('\u{1e}');
            text.push_str(one);
            text.push('\u{1f}');
        }
    }
    text
}

/// The key under which a form carries the code of a party.
#[must_use]
pub fn code_key(field: &Field) -> String {
    format!("{}{CODE_KEY}", field.id)
}

/// The texts of a field without the empty ones; the code of a party joins its name.
fn written(field: &Field, form: &Form) -> Vec<String> {
    let texts = form.get(&field.id).into_iter().flatten();
    let mut texts: Vec<String> =
        texts.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    if field.kind == FieldType::Party
        && let (Some(first), Some(code)) = (texts.first_mut(), given_code(field, form))
        && !first.contains(CODE)
    {
        *first = format!("{first}{CODE}{code}");
    }
    texts
}

fn value(field: &Field, texts: &[String], organs: &[String]) -> Result<Option<Value>, String> {
    let Some(first) = texts.first() else { return Ok(None) };
    let most = field.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(20_000);
    let is_text = matches!(field.kind, FieldType::Text | FieldType::Words | FieldType::Place);
    if is_text && first.chars().count() > most {
        return Err(format!("最多{most}个字，现有{}个字", first.chars().count()));
    }
    Ok(Some(match field.kind {
        FieldType::Date => {
            Value::Day(Day::parse(first).map_err(|_| format!("“{first}”不是日期；写作 2024-09-27"))?)
        }
        FieldType::Number => Value::Number(number(first, field.max)?),
        FieldType::Share => Value::Number(number(first.trim_end_matches(['%', '％']), Some(100))?),
        FieldType::Money => Value::Money(number(first, field.max)? / (PARTS / 100)),
        FieldType::YesNo => Value::Flag(match first.as_str() {
            "yes" | "true" | "是" | "on" => true,
            "no" | "false" | "否" => false,
            other => return Err(format!("“{other}”既不是“是”也不是“否”")),
        }),
        FieldType::Choice => Value::Text(option(field, first)?),
        FieldType::Choices => {
            Value::List(texts.iter().map(|text| option(field, text)).collect::<Result<_, _>>()?)
        }
        FieldType::Party => Value::Text(party(first)?),
        FieldType::Organ => Value::Text(organ(first, organs)?),
        FieldType::Rows | FieldType::File => Value::List(texts.to_vec()),
        _ if texts.len() > 1 => Value::Text(texts.join("、")),
        _ => Value::Text(first.clone()),
    }))
}

fn option(field: &Field, text: &str) -> Result<String, String> {
    let found = field.options.iter().find(|(id, label)| id == text || label == text);
    found.map(|(id, _)| id.clone()).ok_or_else(|| {
        let labels: Vec<&str> = field.options.iter().map(|(_, label)| label.as_str()).collect();
        format!("没有“{text}”这个选项；可选：{}", labels.join("、"))
    })
}

fn organ(text: &str, organs: &[String]) -> Result<String, String> {
    if organs.is_empty() || organs.iter().any(|organ| organ == text) {
        return Ok(text.to_owned());
    }
    let near = base::closest(text, organs.iter().map(String::as_str));
    let help = near.map_or(String::new(), |near| format!("；是不是“{near}”？"));
    Err(format!("机关名录里没有“{text}”{help}"))
}

/// The keys and texts of a form that would give the code of a party again.
pub(crate) fn code_form(field: &Field, code: &str) -> Vec<(String, Vec<String>)> {
    let key = |ending: &str| format!("{}{ending}", field.id);
    let parts: Vec<&str> = code.split('/').collect();
    match (codes::identity::check(code), parts.as_slice()) {
        (Ok(_), [kind, nation, number, born]) => {
            let own = [(DOCUMENT_KEYS[0], kind), (DOCUMENT_KEYS[1], nation), (DOCUMENT_KEYS[2], born)];
            let own = own.into_iter().chain([(CODE_KEY, number)]);
            own.map(|(ending, text)| (key(ending), vec![(*text).to_owned()])).collect()
        }
        _ => vec![(key(CODE_KEY), vec![code.to_owned()])],
    }
}

/// What stands beside the code of a party, where it is that of a document which is no resident number: the kind, the country,
/// the day of birth.
pub const DOCUMENT_KEYS: [&str; 3] = [".document", ".nation", ".born"];

/// The code of a party as a form gives it: of a document its parts, with strokes between them.
fn given_code(field: &Field, form: &Form) -> Option<String> {
    let text = |key: &str| form.get(&format!("{}{key}", field.id)).and_then(|texts| texts.first());
    let code = text(CODE_KEY)?.trim();
    let [kind, nation, born] = DOCUMENT_KEYS.map(|key| text(key).map_or("", |text| text.trim()));
    if kind.is_empty() || code.is_empty() || codes::identity::is_meant(code) {
        return Some(code.to_owned());
    }
    let nation = if nation.is_empty() { "-" } else { nation };
    Some(format!("{kind}/{nation}/{code}/{born}"))
}

/// A party is a name with a valid code: a unified social credit code, a resident identity number, or a document of a person
/// who has none ([`codes::identity`]).
fn party(text: &str) -> Result<String, String> {
    let (name, code) = text.split_once(CODE).unwrap_or((text, ""));
    let (name, code) = (name.trim(), code.trim());
    if name.is_empty() {
        return Err("没有写姓名或名称".to_owned());
    }
    if code.is_empty() {
        return Err(
            "没有写居民身份证号或统一社会信用代码；两样都没有的，选证件种类，写护照等证件的号码".to_owned()
        );
    }
    if codes::identity::is_meant(code) {
        let found = codes::check(codes::Kind::IdentityDocument, code);
        let canonical = found.canonical.clone().ok_or_else(|| found.reason())?;
        return Ok(format!("{name}{CODE}{canonical}"));
    }
    let person = codes::check(codes::Kind::ResidentId, code);
    let body = codes::check(codes::Kind::Uscc, code);
    let found = if person.is_valid() { &person } else { &body };
    if found.is_valid() {
        return Ok(format!("{name}{CODE}{}", found.canonical.clone().unwrap_or_else(|| code.to_owned())));
    }
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let likely = if digits >= 17 { person.reason() } else { body.reason() };
    Err(format!("“{code}”不是有效的居民身份证号或统一社会信用代码：{likely}"))
}

/// A day as the codes compare it with a day of birth.
#[must_use]
pub fn code_day(day: Day) -> codes::resident::Day {
    let (year, month, day) = (day.year(), day.month(), day.day());
    codes::resident::Day { year: u16::try_from(year).unwrap_or(u16::MAX), month, day }
}

/// The parties whose resident number has a day of birth after the legal day of the act.
#[must_use]
pub(crate) fn unborn(fields: &[Field], record: &Record, on: Day) -> Vec<FieldFault> {
    let on = code_day(on);
    let one = |(field, value): (&Field, Option<&Value>)| {
        let Some(Value::Text(text)) = value.filter(|_| field.kind == FieldType::Party) else {
            return None;
        };
        let code = party_code(text)?;
        let kinds = [codes::Kind::ResidentId, codes::Kind::IdentityDocument];
        let kind = kinds.into_iter().find(|kind| codes::check(*kind, code).is_valid())?;
        let checked = codes::check_on(kind, code, on);
        let what = if kind == codes::Kind::ResidentId { "居民身份证号" } else { "身份证件" };
        let message = format!("“{code}”不是有效的{what}：{}", checked.reason());
        (!checked.is_valid()).then(|| FieldFault {
            field: field.id.clone(),
            name: field.name.clone(),
            message,
        })
    };
    fields.iter().zip(record.values()).filter_map(one).collect()
}

/// A decimal number in ten-thousandths, with thousands separators allowed.
fn number(text: &str, max: Option<i64>) -> Result<i64, String> {
    let plain = text.trim().replace([',', '，', '_'], "");
    let negative = plain.starts_with('-');
    let parts = norms::guard::parts(plain.trim_start_matches('-'))
        .ok_or_else(|| format!("“{text}”不是数（最多四位小数）"))?;
    if negative {
        return Err("不能是负数".to_owned());
    }
    if max.is_some_and(|max| max.checked_mul(PARTS).is_some_and(|most| parts > most)) {
        return Err(format!("最大{}", max.unwrap_or(0)));
    }
    Ok(parts)
}

/// The plain fields of a record as the journal keeps them, as canonical JSON; the personal ones stand apart.
#[must_use]
pub fn to_json(act: &Act, record: &Record) -> String {
    fields_json(&act.fields, record)
}

/// The same for the fields of a register.
#[must_use]
pub fn fields_json(fields: &[Field], record: &Record) -> String {
    let mut plain = Map::new();
    for (field, value) in fields.iter().zip(record.values()) {
        let Some(value) = value.filter(|_| !field.personal) else { continue };
        plain.insert(field.id.clone(), value_json(value));
    }
    Json::Object(plain).to_string()
}

pub(crate) fn value_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Day(day) => json!(day.to_string()),
        Value::Number(number) | Value::Money(number) => json!(number),
        Value::Flag(flag) => json!(flag),
        Value::List(items) => json!(items),
    }
}

/// A record from the journal; fields that are absent, erased or of an older form are unknown.
#[must_use]
pub fn from_json(act: &Act, plain: &str, personal: Option<&str>) -> Record {
    fields_from_json(&act.fields, plain, personal)
}

/// The same for the fields of a register.
#[must_use]
pub fn fields_from_json(fields: &[Field], plain: &str, personal: Option<&str>) -> Record {
    let parse = |text: &str| serde_json::from_str::<Map<String, Json>>(text).unwrap_or_default();
    let (plain, personal) = (parse(plain), personal.map(parse).unwrap_or_default());
    let read = |field: &Field| {
        let value = plain.get(&field.id).or_else(|| personal.get(&field.id))?;
        Some(match (field.kind, value) {
            (FieldType::Date, Json::String(text)) => Value::Day(Day::parse(text).ok()?),
            (FieldType::Number | FieldType::Share, value) => Value::Number(value.as_i64()?),
            (FieldType::Money, value) => Value::Money(value.as_i64()?),
            (_, Json::Bool(flag)) => Value::Flag(*flag),
            (_, Json::String(text)) => Value::Text(text.clone()),
            (_, Json::Array(items)) => {
                Value::List(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
            }
            _ => return None,
        })
    };
    Record::new(fields.iter().map(read).collect())
}

/// A value as people read it; `masked` hides what identifies a person.
#[must_use]
pub fn shown(field: &Field, value: &Value, masked: bool) -> String {
    let hide = masked && field.personal;
    match value {
        Value::Day(day) => day.chinese(),
        Value::Number(parts) => decimal(*parts, PARTS),
        Value::Money(fen) => format!("{}元", decimal(*fen, 100)),
        Value::Flag(flag) => if *flag { "是" } else { "否" }.to_owned(),
        Value::List(items) if field.kind == FieldType::File => format!("{}个附件", items.len()),
        Value::List(items) if hide && field.kind == FieldType::Rows => format!("{}行", items.len()),
        Value::List(items) => items.iter().map(|item| label(field, item)).collect::<Vec<_>>().join("；"),
        Value::Text(text) if field.kind == FieldType::Party => shown_party(text, hide),
        Value::Text(text) if hide => mask(text),
        Value::Text(text) => label(field, text),
    }
}

/// The name of a party without its code.
#[must_use]
pub fn party_name(text: &str) -> &str {
    text.split_once(CODE).map_or(text, |(name, _)| name)
}

/// The code of a party, where it has one.
#[must_use]
pub fn party_code(text: &str) -> Option<&str> {
    text.split_once(CODE).map(|(_, code)| code.trim()).filter(|code| !code.is_empty())
}

/// What a form shows again of a recorded value: the texts that would give it.
#[must_use]
pub fn as_form(field: &Field, value: &Value) -> Vec<String> {
    match value {
        Value::Day(day) => vec![day.to_string()],
        Value::Number(parts) => vec![decimal(*parts, PARTS)],
        Value::Money(fen) => vec![decimal(*fen, 100)],
        Value::Flag(flag) => vec![if *flag { "yes" } else { "no" }.to_owned()],
        Value::List(items) => items.clone(),
        Value::Text(text) if field.kind == FieldType::Party => text.split(CODE).map(str::to_owned).collect(),
        Value::Text(text) => vec![text.clone()],
    }
}

/// The name of a party as everybody may see it: a natural person's is masked.
#[must_use]
pub fn masked_party(text: &str) -> String {
    shown_party(text, true)
}

fn shown_party(text: &str, hide: bool) -> String {
    let (name, code) = text.split_once(CODE).unwrap_or((text, ""));
    if let Ok(document) = codes::identity::check(code) {
        return if hide { codes::mask::name(name) } else { format!("{name}（{}）", document.masked()) };
    }
    let is_person = codes::check(codes::Kind::ResidentId, code).is_valid();
    match (hide, is_person) {
        (true, true) => codes::mask::name(name),
        (false, true) => format!("{name}（{}）", codes::mask::resident_id(code)),
        (true, false) | (false, false) if code.is_empty() || hide => name.to_owned(),
        _ => format!("{name}（{code}）"),
    }
}

fn label(field: &Field, text: &str) -> String {
    field
        .options
        .iter()
        .find(|(id, _)| id == text)
        .map_or_else(|| text.to_owned(), |(_, label)| label.clone())
}

fn mask(text: &str) -> String {
    let first: String = text.chars().take(1).collect();
    format!("{first}{}", "＊".repeat(text.chars().count().saturating_sub(1).min(6)))
}

/// A number of parts as a decimal without needless zeros.
pub(crate) fn decimal(parts: i64, one: i64) -> String {
    let (whole, rest) = (parts / one, (parts % one).abs());
    if rest == 0 {
        return whole.to_string();
    }
    let width = one.ilog10();
    let width = usize::try_from(width).unwrap_or(0);
    format!("{whole}.{rest:0width$}").trim_end_matches('0').to_owned()
}
