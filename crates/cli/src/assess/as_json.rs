//! An assessment for programs. Points are exact decimals as texts; where a fraction has none, rounded to six digits.

use assessment::{Criterion, Mark, Ratio, Rule, Scheme, Span, Total};
use serde_json::{Value, json};

use super::{Answer, Assessed};

const DIGITS: u32 = 6;

fn number(ratio: Ratio) -> Value {
    json!(ratio.text(DIGITS))
}

fn optional(ratio: Option<Ratio>) -> Value {
    ratio.map_or(Value::Null, number)
}

fn span(span: Span) -> Value {
    json!({ "low": number(span.low), "high": number(span.high) })
}

pub fn scheme(scheme: &Scheme) -> Value {
    let criteria = scheme.criteria().map(|(area, group, one)| {
        let formula = match &one.rule {
            Rule::Formula { formula, .. } => Some(&formula.text),
            Rule::Evidence => None,
        };
        json!({
            "id": one.id, "name": one.name, "area": area.id, "group": group.id, "kind": one.kind.id(),
            "maximum": number(one.maximum), "weight": optional(one.weight), "formula": formula,
            "evidence": one.evidence, "basis": one.basis, "unverified": one.is_unverified,
        })
    });
    json!({
        "scheme": scheme.key(), "name": scheme.name, "official": scheme.is_official, "source": scheme.source,
        "first_year": scheme.first_year, "last_year": scheme.last_year, "full": number(scheme.full),
        "areas": scheme.areas.iter().map(|area| json!({
            "id": area.id, "name": area.name, "maximum": number(area.maximum), "weight": optional(area.weight),
        })).collect::<Vec<_>>(),
        "criteria": criteria.collect::<Vec<_>>(),
        "inputs": scheme.inputs.iter().map(|input| json!({
            "id": input.id, "name": input.name, "unit": input.unit,
        })).collect::<Vec<_>>(),
    })
}

pub fn answer(answer: &Answer<'_>) -> Value {
    let assessments = answer.all.iter().enumerate().map(|(at, one)| {
        let mut made = assessed(answer.scheme, one);
        let lifts = answer.lifts.get(at).map(|lifts| {
            let one = |lift: &assessment::Lift| {
                json!({ "criterion": lift.criterion, "gain": number(lift.gain), "way": lift.way.id() })
            };
            lifts.iter().map(one).collect::<Vec<_>>()
        });
        if let (Some(lifts), Some(object)) = (lifts, made.as_object_mut()) {
            object.insert("lifts".to_owned(), json!(lifts));
        }
        made
    });
    json!({
        "scheme": answer.scheme.key(), "official": answer.scheme.is_official,
        "assessments": assessments.collect::<Vec<_>>(),
        "rankings": rankings(answer),
        "comparisons": comparisons(answer),
    })
}

fn assessed(scheme: &Scheme, one: &Assessed) -> Value {
    let named = |id: &str| id.to_owned();
    let mark = |(criterion, mark): (&Criterion, &Mark)| {
        json!({
            "id": criterion.id, "name": criterion.name, "kind": mark.kind.id(), "status": mark.status.id(),
            "why": mark.why.as_ref().map(|why| why.told(&named)), "points": span(mark.points),
            "maximum": number(mark.maximum), "fired": mark.fired, "value": optional(mark.value),
            "computed": optional(mark.computed), "self": optional(mark.self_score), "proof": mark.proof,
            "reason": mark.reason,
        })
    };
    let criteria = scheme.criteria().map(|(_, _, criterion)| criterion);
    json!({
        "subject": one.subject.id(), "name": one.name, "year": one.year, "as_of": one.as_of.to_string(),
        "total": total(&one.assessment.total),
        "criteria": criteria.zip(&one.assessment.marks).map(mark).collect::<Vec<_>>(),
    })
}

fn total(total: &Total) -> Value {
    json!({
        "points": span(total.points), "full": number(total.full), "applicable": number(total.applicable),
        "earned": span(total.earned), "deducted": span(total.deducted), "bonus": span(total.bonus),
        "vetoes": total.fired, "open_vetoes": total.open, "floor": number(total.floor),
        "unproved": total.unproved, "unchecked": number(total.unchecked),
        "areas": total.areas.iter().map(|area| json!({
            "id": area.id, "name": area.name, "points": span(area.points), "maximum": number(area.maximum),
            "applicable": number(area.applicable), "vetoed": area.is_vetoed,
        })).collect::<Vec<_>>(),
    })
}

fn rankings(answer: &Answer<'_>) -> Vec<Value> {
    let one = |(year, ranking): &(i32, assessment::Ranking)| {
        let rows = ranking
            .rows
            .iter()
            .map(|row| json!({ "name": row.subject, "best": row.best, "worst": row.worst }));
        let differences = ranking.differences.iter().map(|one| {
            let rows = one.rows.iter().map(|row| {
                json!({ "criterion": row.criterion, "points": number(row.points), "open": row.is_open })
            });
            json!({
                "upper": one.upper, "lower": one.lower, "points": number(one.points),
                "adjusted": number(one.adjusted), "rows": rows.collect::<Vec<_>>(),
            })
        });
        json!({ "year": year, "rows": rows.collect::<Vec<_>>(), "differences": differences.collect::<Vec<_>>() })
    };
    answer.rankings.iter().map(one).collect()
}

fn comparisons(answer: &Answer<'_>) -> Vec<Value> {
    let all = answer.compared.iter().filter_map(|(observed, compared)| {
        let first = observed.first()?;
        let lines = compared.lines.iter().map(|line| {
            json!({
                "name": line.who, "year": line.year, "value": span(line.value),
                "denominator": optional(line.denominator), "small": line.is_small,
            })
        });
        let steps = compared.steps.iter().map(|step| {
            json!({
                "name": step.who, "from": step.from, "to": step.to, "change": span(step.change),
                "certain": step.is_certain,
            })
        });
        let refused = compared.refused.iter().filter_map(|(at, refusal)| {
            let one = observed.get(*at)?;
            Some(json!({ "name": one.who, "year": one.year, "why": refusal.told() }))
        });
        Some(json!({
            "figure": first.name, "definition": first.definition, "unit": first.unit,
            "lines": lines.collect::<Vec<_>>(), "steps": steps.collect::<Vec<_>>(),
            "refused": refused.collect::<Vec<_>>(),
        }))
    });
    all.collect()
}
