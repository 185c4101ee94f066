//! Answers about discretion as JSON.

use ::discretion::decide::Judged;
use ::discretion::{
    Comparison, Decision, Degree, Deviation, Edition, Item, ItemDecision, Outcome, Step, Table,
    TableDecision, shown,
};
use serde_json::{Value, json};

fn edition(edition: &Edition) -> Value {
    json!({ "organ": edition.organ, "document": edition.document, "version": edition.version,
        "from": edition.from.to_string(), "until": edition.until.map(|day| day.to_string()),
        "example": edition.example, "unverified": edition.unverified })
}

fn step(step: &Step) -> Value {
    let when: Vec<Vec<&str>> =
        step.when.iter().map(|all| all.iter().map(|one| one.text.as_str()).collect()).collect();
    json!({ "name": step.name, "level": step.level.id(), "when": when, "otherwise": step.otherwise,
        "penalties": step.penalties.iter().map(shown::penalty).collect::<Vec<_>>() })
}

pub fn table(table: &Table) -> Value {
    json!({ "id": table.id, "act": table.act, "edition": edition(&table.edition), "violates": table.violates,
        "basis": table.basis, "frame": table.frame.as_ref().map(::discretion::write::range),
        "steps": table.steps.iter().map(step).collect::<Vec<_>>() })
}

pub fn item(item: &Item) -> Value {
    let lists: Vec<&str> = item.lists.iter().map(|list| list.id()).collect();
    json!({ "id": item.id, "title": item.title, "act": item.act, "lists": lists, "must": item.must,
        "basis": item.basis, "measure": item.measure, "edition": edition(&item.edition) })
}

fn judged(judged: &Judged<'_>) -> Vec<Value> {
    let alternatives = judged.alternatives.iter();
    let one = |all: &(::discretion::Truth, Vec<::discretion::decide::Seen<'_>>)| {
        let conditions = all.1.iter().map(|seen| {
            json!({ "text": seen.condition.text, "field": seen.field.name, "truth": seen.truth.id(),
                "value": seen.value.map(|value| seen.field.value(value)) })
        });
        json!({ "truth": all.0.id(), "conditions": conditions.collect::<Vec<_>>() })
    };
    alternatives.map(one).collect()
}

fn of_table(one: &TableDecision<'_>) -> Value {
    let name = |at: &usize| one.table.steps.get(*at).map(|step| step.name.clone());
    let names = |all: &[usize]| all.iter().filter_map(name).collect::<Vec<_>>();
    let (outcome, possible) = match &one.outcome {
        Outcome::Step(at) => ("step", names(&[*at])),
        Outcome::Open(all) => ("open", names(all)),
        Outcome::Several(all) => ("several", names(all)),
        Outcome::Nowhere => ("nowhere", Vec::new()),
    };
    let steps = one.table.steps.iter().zip(&one.steps).map(|(step, own)| {
        json!({ "name": step.name, "level": step.level.id(), "truth": own.truth.id(),
            "alternatives": judged(own) })
    });
    json!({ "table": one.table.id, "act": one.table.act, "edition": edition(&one.table.edition),
        "outcome": outcome, "steps_possible": possible, "missing": one.missing(),
        "penalties": one.step().map(|step| step.penalties.iter().map(shown::penalty).collect::<Vec<_>>()),
        "steps": steps.collect::<Vec<_>>() })
}

fn of_item(one: &ItemDecision<'_>) -> Value {
    let mut value = item(one.item);
    if let Value::Object(object) = &mut value {
        object.insert("truth".to_owned(), json!(one.truth.id()));
        object.insert("missing".to_owned(), json!(one.missing()));
        object.insert("when".to_owned(), json!(judged(&one.when)));
        object.insert("unless".to_owned(), json!(judged(&one.unless)));
    }
    value
}

pub fn decision(decision: &Decision<'_>) -> Value {
    json!({ "decision": decision.table.as_ref().map(of_table),
        "items": decision.items.iter().map(of_item).collect::<Vec<_>>(), "unused": decision.unused })
}

pub fn deviation(one: &Deviation) -> Value {
    let degree = match one.degree {
        Degree::Untold => "untold",
        Degree::OutsideStep => "outside_step",
        Degree::OutsideLaw => "outside_law",
    };
    json!({ "degree": degree, "message": one.message, "article": one.article, "help": one.help })
}

pub fn comparison(one: &Comparison) -> Value {
    json!({ "cases": one.cases, "below": one.below, "equal": one.equal, "above": one.above,
        "least_fen": one.least_fen, "lower_quartile_fen": one.lower_quartile_fen,
        "median_fen": one.median_fen, "upper_quartile_fen": one.upper_quartile_fen,
        "most_fen": one.most_fen, "unusual": one.unusual })
}
