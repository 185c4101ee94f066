//! Plans: the one that the platform is built with, and those that organs took over from their text.

use std::borrow::Cow;

use calendar::Day;
use norms::{PARTS, Record, Value};
use plan::{Head, Imported, Measure, MeasureRef, Part, Plan, System};
use registers::{Entry, Register, as_of};

use crate::actor::Actor;
use crate::error::{AppError, FieldFault, Result};
use crate::platform::Platform;
use crate::record::Form;
use crate::registers::NewEntry;

const DOCUMENTS: &str = "plan_documents";
const MEASURES: &str = "plan_measures";
/// How many measures a plan may have.
const MOST: usize = 500;
/// From how like a title a measure is proposed as the same, in hundredths of the shared pairs of characters.
const LIKE: usize = 55;

/// A plan to choose from. 可选方案
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChoice {
    pub id: String,
    pub name: String,
    /// Whose it is; none for the one that the platform is built with.
    pub organ: Option<String>,
}

/// A measure as an officer takes it over. 待接收的措施
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftMeasure {
    pub number: String,
    pub system: String,
    pub head: String,
    pub title: String,
    pub duty: String,
    pub same_as: String,
}

/// A plan as an officer takes it over. 待接收的方案
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftPlan {
    pub code: String,
    pub name: String,
    pub document: String,
    pub issued_by: String,
    pub issued_on: String,
    pub first_year: String,
    pub last_year: String,
    pub measures: Vec<DraftMeasure>,
}

impl Platform {
    /// The plans that there are, the built-in one first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn plan_choices(&self) -> Result<Vec<PlanChoice>> {
        let own = self.rules().plan.iter();
        let own = own.map(|plan| PlanChoice { id: plan.id.clone(), name: plan.name.clone(), organ: None });
        let mut made: Vec<PlanChoice> = own.collect();
        let register = self.register(DOCUMENTS)?;
        for entry in as_of(&self.entries(DOCUMENTS)?, self.today()) {
            let text = |id: &str| text_of(register, &entry.record, id);
            made.push(PlanChoice { id: text("code"), name: text("name"), organ: Some(entry.organ.clone()) });
        }
        Ok(made)
    }

    /// The plan of an id; the built-in one where it is empty.
    ///
    /// # Errors
    /// There is no such plan; the store cannot be read.
    pub fn plan_of(&self, id: &str) -> Result<Cow<'_, Plan>> {
        let built_in = self.rules().plan.as_ref();
        if let Some(plan) = built_in.filter(|plan| id.is_empty() || plan.id == id) {
            return Ok(Cow::Borrowed(plan));
        }
        let missing = || AppError::not_found(format!("实施方案“{id}”"));
        let register = self.register(DOCUMENTS)?;
        let today = self.today();
        let entries = self.entries(DOCUMENTS)?;
        let found = as_of(&entries, today).find(|entry| entry.key == id).ok_or_else(missing)?;
        let measures = self.entries(MEASURES)?;
        let known = self.register(MEASURES)?;
        let own = as_of(&measures, today).filter(|entry| entry.organ == found.organ);
        let rows = own.filter(|entry| text_of(known, &entry.record, "plan") == id);
        let mut rows: Vec<(MeasureRef, &Entry)> = rows
            .filter_map(|entry| Some((MeasureRef::parse(&text_of(known, &entry.record, "number"))?, entry)))
            .collect();
        rows.sort_by_key(|(number, _)| *number);
        Ok(Cow::Owned(built(register, found, known, &rows).ok_or_else(missing)?))
    }

    /// Which measure of the built-in plan a measure repeats: itself in the built-in plan, what was entered in another.
    pub(crate) fn built_in_measure(&self, plan: &str, measure: MeasureRef) -> Result<Option<MeasureRef>> {
        if self.rules().plan.as_ref().is_some_and(|own| own.id == plan) {
            return Ok(Some(measure));
        }
        let known = self.register(MEASURES)?;
        let entries = self.entries(MEASURES)?;
        let key = format!("{plan} · {measure}");
        let found = as_of(&entries, self.today()).find(|entry| entry.key == key);
        Ok(found.and_then(|entry| MeasureRef::parse(&text_of(known, &entry.record, "same_as"))))
    }

    /// What was read from a plan's text, as a draft to be corrected; with the measure of the built-in plan that each is most
    /// like by its title, where one is like enough.
    #[must_use]
    pub fn draft_plan(&self, read: &Imported) -> DraftPlan {
        let system = |number: Option<u32>| {
            let found = read.systems.iter().find(|one| Some(one.number) == number);
            found.map_or(String::new(), |one| one.title.clone())
        };
        let title = |heads: &[plan::import::ReadHead], number: Option<u32>| {
            let found = heads.iter().find(|one| Some(one.number) == number);
            found.map_or(String::new(), |one| one.title.clone())
        };
        let measures = read.measures.iter().map(|one| DraftMeasure {
            number: one.number.to_string(),
            system: cut(&system(one.system), 80),
            head: cut(&title(&read.heads, one.head), 120),
            title: cut(&one.title, 160),
            duty: one.text.clone(),
            same_as: self.most_like(&one.title, &one.text),
        });
        let organisation = read.organisation.iter().map(|one| DraftMeasure {
            number: format!("O{}", one.number),
            system: String::new(),
            head: cut(&title(&read.organisation_heads, one.head), 120),
            title: cut(&one.title, 160),
            duty: one.text.clone(),
            same_as: self.most_like(&one.title, &one.text),
        });
        let name = read.title.clone().unwrap_or_default();
        let years: Vec<String> = years_in(&name);
        DraftPlan {
            first_year: years.first().cloned().unwrap_or_default(),
            last_year: years.last().cloned().unwrap_or_default(),
            document: read.document.clone().unwrap_or_default(),
            name,
            measures: measures.chain(organisation).collect(),
            ..DraftPlan::default()
        }
    }

    fn most_like(&self, title: &str, text: &str) -> String {
        let Some(plan) = self.rules().plan.as_ref() else { return String::new() };
        let likeness = |measure: &Measure| {
            let own = shared(title, &measure.title);
            own.max(shared(text, &measure.duty))
        };
        let best = plan.all_measures().map(|one| (likeness(one), one)).max_by_key(|(like, _)| *like);
        best.filter(|(like, _)| *like >= LIKE).map_or(String::new(), |(_, one)| one.reference.to_string())
    }

    /// Takes a plan over for the officer's organ: its measures first, then the plan itself, as register entries from the day of
    /// its issue.
    ///
    /// # Errors
    /// The organ's registers are not the actor's to keep; everything that is wrong with any line, at once; a plan of that mark
    /// is there already.
    pub fn adopt_plan(&self, actor: &Actor, draft: &DraftPlan) -> Result<usize> {
        let organ = actor.organ.as_ref().filter(|_| actor.is_officer()).map(|(id, _)| id.clone());
        let organ = organ.ok_or_else(|| AppError::Forbidden {
            why: "接收方案供机关工作人员使用".to_owned(),
            help: "请由牵头抓总的机关接收。".to_owned(),
        })?;
        let from = self.checked_plan(draft)?;
        let rows = draft.measures.iter().zip(1..).map(|(one, line)| NewEntry {
            from,
            until: None,
            form: form(&[
                ("plan", &draft.code),
                ("number", &one.number),
                ("system", &one.system),
                ("head", &one.head),
                ("title", &one.title),
                ("duty", &one.duty),
                ("same_as", &one.same_as),
            ]),
            line,
        });
        let document = NewEntry {
            from,
            until: None,
            form: form(&[
                ("code", &draft.code),
                ("name", &draft.name),
                ("document", &draft.document),
                ("issued_by", &draft.issued_by),
                ("issued_on", &draft.issued_on),
                ("first_year", &draft.first_year),
                ("last_year", &draft.last_year),
            ]),
            line: 0,
        };
        let document = vec![document];
        self.check_entries(actor, DOCUMENTS, &organ, &document)?;
        let reason = format!("接收{}", draft.name);
        // Measures without their plan are shown nowhere: what is cut off in between does no harm and can be done again.
        let count = self.enter(actor, MEASURES, &organ, rows.collect(), &reason)?;
        self.enter(actor, DOCUMENTS, &organ, document, &reason)?;
        Ok(count)
    }

    /// What can be told to be wrong before the registers are asked; the day of issue.
    fn checked_plan(&self, draft: &DraftPlan) -> Result<Day> {
        let mut faults = Vec::new();
        let mut told = |field: &str, name: &str, message: String| {
            faults.push(FieldFault { field: field.to_owned(), name: name.to_owned(), message });
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if draft.code.is_empty() || !draft.code.chars().all(plain) {
            told("code", "标识", "用小写字母、数字和连字符，如 county-2021-2025".to_owned());
        }
        if self.plan_choices()?.iter().any(|known| known.id == draft.code) {
            told("code", "标识", format!("已经有标识为“{}”的方案；要改的，到名册里改", draft.code));
        }
        let from = Day::parse(&draft.issued_on).ok();
        if from.is_none() {
            told("issued_on", "印发日期", "没有填写，或者不是日期；写作 2024-09-27".to_owned());
        }
        let years = (draft.first_year.parse::<i32>(), draft.last_year.parse::<i32>());
        match years {
            (Ok(first), Ok(last)) if first <= last => {}
            _ => told("first_year", "起止年份", "写起始和终止的年份，起始不晚于终止".to_owned()),
        }
        if draft.measures.is_empty() || draft.measures.len() > MOST {
            told("measures", "措施", format!("至少一条，至多{MOST}条"));
        }
        for (at, one) in draft.measures.iter().enumerate() {
            if MeasureRef::parse(&one.number).is_none() {
                let message = format!("“{}”不是编号：写 1、2……，组织保障写 O1、O2……", one.number);
                told(&format!("number-{at}"), &format!("第{}行“编号”", at + 1), message);
            }
            if draft.measures.iter().take(at).any(|other| other.number == one.number) {
                let message = format!("编号“{}”重复", one.number);
                told(&format!("number-{at}"), &format!("第{}行“编号”", at + 1), message);
            }
            let built_in = |number| self.rules().plan.as_ref().and_then(|plan| plan.measure(number));
            let is_there = MeasureRef::parse(&one.same_as).and_then(built_in).is_some();
            if !one.same_as.is_empty() && !is_there {
                let message = format!("内置方案里没有措施“{}”", one.same_as);
                told(&format!("same_as-{at}"), &format!("第{}行“对应措施”", at + 1), message);
            }
        }
        from.filter(|_| faults.is_empty()).ok_or(AppError::Invalid(faults))
    }
}

fn form(pairs: &[(&str, &str)]) -> Form {
    let given = pairs.iter().filter(|(_, value)| !value.trim().is_empty());
    given.map(|(id, value)| ((*id).to_owned(), vec![(*value).to_owned()])).collect()
}

fn text_of(register: &Register, record: &Record, id: &str) -> String {
    let at = register.fields.iter().position(|field| field.id == id);
    match at.and_then(|at| record.get(u16::try_from(at).ok()?)) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Number(parts)) => (parts / PARTS).to_string(),
        Some(Value::Day(day)) => day.to_string(),
        _ => String::new(),
    }
}

/// A plan from its entries: systems and heads in the order in which the measures first name them.
fn built(
    register: &Register,
    document: &Entry,
    known: &Register,
    rows: &[(MeasureRef, &Entry)],
) -> Option<Plan> {
    let of = |id: &str| text_of(register, &document.record, id);
    let mut made = Plan {
        id: of("code"),
        name: of("name"),
        document: of("document"),
        issued_by: of("issued_by"),
        issued_on: Day::parse(&of("issued_on")).ok()?,
        first_year: of("first_year").parse().ok()?,
        last_year: of("last_year").parse().ok()?,
        systems: Vec::new(),
        heads: Vec::new(),
        measures: Vec::new(),
        organisation_heads: Vec::new(),
        organisation: Vec::new(),
        goals: Vec::new(),
    };
    for (reference, entry) in rows {
        let text = |id: &str| text_of(known, &entry.record, id);
        let is_system = matches!(reference, MeasureRef::Measure(_));
        let part = if is_system { system_of(&mut made, &text("system")) } else { Part::Organisation };
        let heads = if is_system { &mut made.heads } else { &mut made.organisation_heads };
        let head = head_of(heads, part, &text("head"));
        let (title, duty) = (text("title"), text("duty"));
        let measure = Measure { reference: *reference, part, head, title, duty, targets: Vec::new() };
        if is_system { made.measures.push(measure) } else { made.organisation.push(measure) }
    }
    Some(made)
}

fn system_of(plan: &mut Plan, name: &str) -> Part {
    let name = if name.is_empty() { "主要任务" } else { name };
    if let Some(known) = plan.systems.iter().find(|system| system.name == name) {
        return Part::System(known.number);
    }
    let number = u32::try_from(plan.systems.len() + 1).unwrap_or(u32::MAX);
    plan.systems.push(System { number, name: name.to_owned(), folder: String::new() });
    Part::System(number)
}

fn head_of(heads: &mut Vec<Head>, part: Part, title: &str) -> u32 {
    let title = if title.is_empty() { "措施" } else { title };
    if let Some(known) = heads.iter().find(|head| head.part == part && head.title == title) {
        return known.number;
    }
    let number = u32::try_from(heads.len() + 1).unwrap_or(u32::MAX);
    heads.push(Head { number, part, title: title.to_owned() });
    number
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The years that stand in a title, as “2021-2025”.
fn years_in(name: &str) -> Vec<String> {
    let digits: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).collect();
    digits.into_iter().filter(|part| part.len() == 4).map(str::to_owned).collect()
}

/// How many hundredths of the pairs of neighbouring characters two texts share, of those that both have.
fn shared(one: &str, other: &str) -> usize {
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let pairs = chars.iter().zip(chars.iter().skip(1)).map(|(a, b)| (*a, *b));
        pairs.collect::<std::collections::BTreeSet<_>>()
    };
    let (one, other) = (pairs(one), pairs(other));
    let all = one.len() + other.len();
    (one.intersection(&other).count() * 200).checked_div(all).unwrap_or(0)
}
