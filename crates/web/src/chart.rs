//! A small bar chart: months and their numbers, as a picture and, beside it, a table.

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
