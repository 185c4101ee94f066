//! How a last day is counted, day by day: a small calendar beside the steps in words.

use calendar::{Day, Step, StepKind};
use maud::{Markup, html};

/// More days than this are told in words alone.
const MOST: i32 = 130;

/// What a day is in a count.
struct Cell {
    day: Day,
    class: &'static str,
    told: String,
}

/// The days from the first to the last; nothing where they are too many or there is no last day.
pub(crate) fn counted(steps: &[Step], last: Option<Day>) -> Markup {
    let cells = cells(steps, last);
    html! {
        @if let Some(first) = cells.first() {
            p.sub { "逐日看：数字是计入的第几天。" }
            ol.days aria-label="逐日计算" {
                @for _ in 1..column(first.day) { li.empty aria-hidden="true" {} }
                @for cell in &cells {
                    li class=(cell.class) {
                        time.date datetime=(cell.day.to_string()) { @if cell.day.day() == 1 || cell.day == first.day { (cell.day.month()) "/" } (cell.day.day()) }
                        span.told { (cell.told) }
                    }
                }
            }
        }
    }
}

/// Monday is the first column.
fn column(day: Day) -> i32 {
    // 1970-01-05 was a Monday.
    (day.number() - 4).rem_euclid(7) + 1
}

fn cells(steps: &[Step], last: Option<Day>) -> Vec<Cell> {
    let first = steps.iter().find(|step| step.kind == StepKind::Start).map(|step| step.from);
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let length = last.days_since(first);
    if !(0..=MOST).contains(&length) {
        return Vec::new();
    }
    let of_kind = |day: Day, kinds: &[StepKind]| {
        steps.iter().any(|step| kinds.contains(&step.kind) && step.from <= day && day <= step.to)
    };
    let through = of_through(steps);
    let mut made = Vec::new();
    let mut number = 0;
    for at in 0..=length {
        let day = first.plus_days(at);
        let (class, told) = if at == 0 {
            ("start", "起算".to_owned())
        } else if of_kind(day, &[StepKind::Paused]) {
            ("paused", "暂停".to_owned())
        } else if of_kind(day, &[StepKind::Holiday]) {
            ("rest", "放假".to_owned())
        } else if of_kind(day, &[StepKind::Weekend]) {
            ("rest", "周末".to_owned())
        } else if of_kind(day, &[StepKind::Makeup]) {
            number += 1;
            ("counts", format!("补班 {number}"))
        } else if of_kind(day, &[StepKind::Rolled]) && day < last {
            ("rest", "顺延".to_owned())
        } else if of_kind(day, &[StepKind::Counted]) || through {
            number += 1;
            ("counts", number.to_string())
        } else {
            ("plain", String::new())
        };
        if day == last {
            let told = if told.is_empty() { "届满".to_owned() } else { format!("{told} 届满") };
            made.push(Cell { day, class: "last", told });
        } else {
            made.push(Cell { day, class, told });
        }
    }
    made
}

/// Whether months or years are counted through, where each day counts.
fn of_through(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.kind == StepKind::Through)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn step(kind: StepKind, from: &str, to: &str) -> Step {
        Step { kind, from: day(from), to: day(to), days: 0, reason: String::new(), notice: None }
    }

    #[test]
    fn working_days_are_numbered_and_rest_days_are_not() {
        let steps = [
            step(StepKind::Start, "2025-03-06", "2025-03-06"),
            step(StepKind::Counted, "2025-03-07", "2025-03-07"),
            step(StepKind::Weekend, "2025-03-08", "2025-03-09"),
            step(StepKind::Paused, "2025-03-10", "2025-03-10"),
            step(StepKind::Counted, "2025-03-11", "2025-03-11"),
            step(StepKind::LastDay, "2025-03-11", "2025-03-11"),
        ];
        let told: Vec<String> =
            cells(&steps, Some(day("2025-03-11"))).into_iter().map(|cell| cell.told).collect();
        assert_eq!(told, ["起算", "1", "周末", "周末", "暂停", "2 届满"]);
        assert!(cells(&steps, Some(day("2026-03-11"))).is_empty());
        assert!(cells(&steps, None).is_empty());
        assert_eq!((column(day("2025-03-10")), column(day("2025-03-09"))), (1, 7));
    }
}
