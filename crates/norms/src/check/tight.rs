//! Leads on the way to a duty's acts that are longer than its limit.

use base::Diagnostic;
use calendar::{Limit, Unit};

use crate::{ActId, Amount, Duty, Form, Procedure};

/// Duties none of whose acts can be done in time, because a lead on the way to each is longer than the limit.
pub(super) fn too_tight(procedure: &Procedure) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for norm in &procedure.norms {
        let Form::Duty(duty) = &norm.form else { continue };
        let Some(within) = duty.within.and_then(|within| days(procedure, within)) else { continue };
        let quickest = duty.must.iter().map(|act| wait(procedure, duty, act, &mut Vec::new())).min();
        let Some(quickest) = quickest.filter(|quickest| *quickest > within) else { continue };
        let message = format!(
            "期限太紧：{}的期限约{within}日，而法定的等待就要{quickest}日以上",
            procedure.names_of(duty.must)
        );
        let place = norm.place.clone();
        found.push(
            Diagnostic::error("too_tight", message)
                .at(place)
                .on(norm.basis.cited.clone())
                .help("核对期限和提前量；等待的时间依法不计入的，写 pause。"),
        );
    }
    found
}

/// The fewest days between the trigger of a duty and an act, by the leads of conditions that always apply.
fn wait(procedure: &Procedure, duty: &Duty, act: ActId, way: &mut Vec<ActId>) -> u32 {
    if duty.when.has(act) || way.contains(&act) {
        return 0;
    }
    way.push(act);
    let mut longest = 0;
    for norm in &procedure.norms {
        let Form::Condition(condition) = &norm.form else { continue };
        if norm.guard.is_some() || !condition.before.has(act) {
            continue;
        }
        let lead = condition.lead.and_then(|lead| days(procedure, lead)).unwrap_or(0);
        let waits = condition.need.iter().map(|need| {
            let after = is_after(procedure, duty, need, &mut Vec::new());
            if after { wait(procedure, duty, need, way) + lead } else { 0 }
        });
        let wait = if condition.any { waits.min() } else { waits.max() };
        longest = longest.max(wait.unwrap_or(0));
    }
    way.pop();
    longest
}

/// Whether an act can only come after the trigger of a duty, or is the trigger.
fn is_after(procedure: &Procedure, duty: &Duty, act: ActId, way: &mut Vec<ActId>) -> bool {
    if duty.when.has(act) {
        return true;
    }
    if way.contains(&act) {
        return false;
    }
    way.push(act);
    let after = procedure.norms.iter().any(|norm| match &norm.form {
        Form::Condition(condition) if norm.guard.is_none() && condition.before.has(act) => {
            let mut needs = condition.need.iter().map(|need| is_after(procedure, duty, need, way));
            if condition.any { needs.all(|after| after) } else { needs.any(|after| after) }
        }
        _ => false,
    });
    way.pop();
    after
}

/// Calendar days that a length takes at least.
fn days(procedure: &Procedure, amount: Amount) -> Option<u32> {
    let limit: Limit = match amount {
        Amount::Fixed(limit) => limit,
        Amount::Parameter(at) => {
            let values = &procedure.parameters.get(at)?.values;
            values.iter().rev().find_map(|value| match value.amount {
                crate::Setting::Limit(limit) => Some(limit),
                _ => None,
            })?
        }
    };
    let length = limit.length;
    Some(match limit.unit {
        Unit::Hours => length / 24,
        Unit::Days => length,
        Unit::WorkingDays => length.saturating_add(length / 5 * 2),
        Unit::Months => length.saturating_mul(30),
        Unit::Years => length.saturating_mul(365),
    })
}
