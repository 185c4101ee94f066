//! Small charts: months and their numbers as bars, years as a line; always beside a table.

use app::TrendYear;
use maud::{Markup, html};

const HEIGHT: i64 = 160;
const TOP: i64 = 24;
const STEP: i64 = 52;
const WIDTH: i64 = 32;

/// Bars with the number above each and the label below.
pub(crate) fn bars(title: &str, bars: &[(String, i64)]) -> Markup {
    let most = bars.iter().map(|(_, number)| *number).max().unwrap_or(0).max(1);
    let count = i64::try_from(bars.len()).unwrap_or(0);
    let (wide, high) = (count * STEP + 8, HEIGHT + TOP + 28);
    html! {
        div.scroll role="region" aria-label=(format!("图：{title}")) tabindex="0" {
            svg.chart role="img" aria-label=(title) width=(wide) height=(high)
                viewBox=(format!("0 0 {wide} {high}")) {
                line x1="0" x2=(wide) y1=(HEIGHT + TOP) y2=(HEIGHT + TOP) {}
                @for ((label, number), at) in bars.iter().zip(0i64..) {
                    @let tall = (*number).max(0) * HEIGHT / most;
                    @let left = at * STEP + 14;
                    rect x=(left) y=(HEIGHT + TOP - tall) width=(WIDTH) height=(tall) {}
                    text x=(left + WIDTH / 2) y=(HEIGHT + TOP - tall - 6) text-anchor="middle" { (number) }
                    text x=(left + WIDTH / 2) y=(HEIGHT + TOP + 20) text-anchor="middle" { (label) }
                }
            }
        }
    }
}

/// A line through the years that have a value, broken where one has none, with the value at each point.
pub(crate) fn trend(title: &str, years: &[TrendYear]) -> Markup {
    const WIDE: i64 = 96;
    let most = years.iter().filter_map(|year| year.hundredths).max().unwrap_or(0).max(1);
    let count = i64::try_from(years.len()).unwrap_or(0);
    let (wide, high) = (count * WIDE + 8, HEIGHT + TOP + 28);
    let place = |at: i64, value: i64| {
        let tall = i128::from(value.max(0)) * i128::from(HEIGHT) / i128::from(most);
        (at * WIDE + WIDE / 2, HEIGHT + TOP - i64::try_from(tall).unwrap_or(0))
    };
    let points: Vec<(Option<(i64, i64)>, &TrendYear)> = years
        .iter()
        .zip(0i64..)
        .map(|(year, at)| (year.hundredths.map(|value| place(at, value)), year))
        .collect();
    let steps = points.iter().zip(points.iter().skip(1));
    let lines: Vec<((i64, i64), (i64, i64))> =
        steps.filter_map(|(from, to)| Some((from.0?, to.0?))).collect();
    html! {
        figure {
            figcaption { (title) }
            div.scroll role="region" aria-label=(format!("图：{title}")) tabindex="0" {
                svg.chart role="img" aria-label=(title) width=(wide) height=(high)
                    viewBox=(format!("0 0 {wide} {high}")) {
                    line x1="0" x2=(wide) y1=(HEIGHT + TOP) y2=(HEIGHT + TOP) {}
                    @for ((x1, y1), (x2, y2)) in &lines { line.run x1=(x1) y1=(y1) x2=(x2) y2=(y2) {} }
                    @for ((point, year), at) in points.iter().zip(0i64..) {
                        @if let Some((x, y)) = point {
                            rect x=(x - 4) y=(y - 4) width="8" height="8" {}
                            text x=(x) y=(y - 8) text-anchor="middle" { (year.shown) }
                        }
                        text x=(at * WIDE + WIDE / 2) y=(HEIGHT + TOP + 20) text-anchor="middle" { (year.year) "年" }
                    }
                }
            }
        }
    }
}
