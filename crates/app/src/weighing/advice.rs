//! What the form of an act shows: the facts that are asked for, the step that they lead to and why, like cases.

use discretion::model::FieldKind;
use norms::{Act, Discretion};

use super::Matter;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// A fact that the benchmark or a list asks for. 裁量要素
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFact {
    pub name: String,
    /// What one may answer; nothing where it is an amount.
    pub options: Vec<String>,
    /// The unit of an amount.
    pub unit: Option<String>,
    pub answer: String,
    /// The benchmark of the organ asks for it, not only a list that the statutes lay down.
    pub is_own: bool,
}

/// What the benchmarks say so far. 裁量建议
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    pub matter: String,
    /// Ids of the fields of the unlawful act and of the facts, and of the two columns of the latter.
    pub matter_field: String,
    pub facts_field: String,
    pub columns: (String, String),
    /// The unlawful acts for which the organ has a benchmark that day.
    pub known: Vec<String>,
    pub facts: Vec<AskedFact>,
    /// In words, line by line; what is wrong instead where it cannot be told.
    pub found: Vec<String>,
    pub is_wrong: bool,
}

impl Platform {
    pub(super) fn advise(
        &self,
        organ: (&str, &str),
        spec: &Act,
        asked: &Discretion,
        matter: Matter,
        case: &str,
    ) -> Result<Advice> {
        let field = |at: u16| spec.fields.get(usize::from(at));
        let id = |at: u16| field(at).map_or(String::new(), |field| field.id.clone());
        let column = |place: usize| {
            let columns = field(asked.facts).map_or(&[][..], |field| &field.columns);
            columns.get(place).map_or(String::new(), |column| column.id.clone())
        };
        let own = self.benchmarks(organ, &matter.name, matter.on)?;
        let mut advice = Advice {
            matter: matter.name.clone(),
            matter_field: id(asked.matter),
            facts_field: id(asked.facts),
            columns: (column(0), column(1)),
            known: own.known.clone(),
            ..Advice::default()
        };
        if matter.name.is_empty() {
            return Ok(advice);
        }
        advice.facts = asked_facts(&own.book, &matter);
        match self.weigh(organ, &matter, case, self.today()) {
            Ok(weighed) => advice.found = weighed.found.lines().map(str::to_owned).collect(),
            Err(AppError::Unfit(found)) => {
                advice.is_wrong = true;
                let told = |one: &base::Diagnostic| match &one.help {
                    Some(help) => format!("{}。{help}", one.message),
                    None => one.message.clone(),
                };
                advice.found = found.iter().map(told).collect();
            }
            Err(other) => return Err(other),
        }
        Ok(advice)
    }
}

/// The facts in the order in which they are asked: of the organ's table and lists, of the statutes' lists.
fn asked_facts(book: &discretion::Book, matter: &Matter) -> Vec<AskedFact> {
    let own = book.tables().iter().flat_map(|table| &table.fields);
    let items = |is_own: bool| {
        let items = book.items().iter().filter(move |item| item.act.is_some() == is_own);
        items.flat_map(|item| &item.fields)
    };
    let bases = book.tables().iter().flat_map(discretion::book::bases);
    let mut made: Vec<AskedFact> = Vec::new();
    let answer = |name: &str| {
        let row = matter.rows.iter().find_map(|row| {
            let (own, answer) = row.split_once(norms::COLUMN)?;
            (own.trim() == name).then(|| answer.trim().to_owned())
        });
        row.unwrap_or_default()
    };
    let all = own.map(|field| (field, true)).chain(items(true).map(|field| (field, true)));
    for (field, is_own) in all.chain(items(false).map(|field| (field, false))) {
        if made.iter().any(|one| one.name == field.name) {
            continue;
        }
        let (options, unit) = match &field.kind {
            FieldKind::Amount { unit, .. } => (Vec::new(), Some(unit.name.clone())),
            FieldKind::YesNo { .. } => (vec!["是".to_owned(), "否".to_owned()], None),
            FieldKind::Kind(options) => (options.clone(), None),
        };
        let answer = answer(&field.name);
        made.push(AskedFact { name: field.name.clone(), options, unit, answer, is_own });
    }
    for name in bases {
        if made.iter().all(|one| one.name != name) {
            let (answer, unit) = (answer(name), Some("元".to_owned()));
            made.push(AskedFact { name: name.to_owned(), options: Vec::new(), unit, answer, is_own: true });
        }
    }
    made
}
