//! Pictures of numbers, made on the server as SVG: they need no script and are printed as they are. Beside each stands a table
//! with the same numbers.

use app::TrendYear;
use figures::ValueOf;
use maud::{Markup, html};

const HEIGHT: i64 = 160;
const TOP: i64 = 24;
const STEP: i64 = 52;
const WIDTH: i64 = 32;

/// A bar: what it stands for, how high it is, and its number as people read it. 柱
pub(crate) struct Bar {
    pub label: String,
    pub size: i64,
    pub shown: String,
}

impl Bar {
    /// The bar of a count.
    pub fn count(label: String, number: i64) -> Self {
        Self { label, size: number, shown: number.to_string() }
    }

    /// The bar of a figure's value; nothing where there is none.
    pub fn value(label: String, value: Option<ValueOf>) -> Self {
        Self {
            label,
            size: value.map_or(0, size),
            shown: value.map_or_else(|| "—".to_owned(), |it| it.text()),
        }
    }
}

/// A value as a whole number of thousandths, to compare lengths by.
pub(crate) fn size(value: ValueOf) -> i64 {
    let top = i128::from(value.numerator) * i128::from(value.scale) * 1_000;
    i64::try_from(top / i128::from(value.denominator.max(1))).unwrap_or(i64::MAX / 1_000)
}

/// Part of a length: `number` of `most`, at most the whole.
fn part(number: i64, most: i64, length: i64) -> i64 {
    let part = i128::from(number.max(0)) * i128::from(length) / i128::from(most.max(1));
    i64::try_from(part).unwrap_or(length).min(length)
}

/// About how wide a text is in a picture: letters and digits take half of what other characters take.
fn width(text: &str) -> i64 {
    text.chars().map(|one| if one.is_ascii() { 8 } else { 14 }).sum()
}

/// Bars with the number above each and the label below. 柱形图
pub(crate) fn bars(title: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.size).max().unwrap_or(0).max(1);
    let count = i64::try_from(bars.len()).unwrap_or(0);
    // Long numbers and labels need room beside each other.
    let longest = bars.iter().map(|bar| width(&bar.shown).max(width(&bar.label))).max().unwrap_or(0);
    let step = STEP.max(longest + 12);
    let (wide, high) = (count * step + 8, HEIGHT + TOP + 28);
    html! {
        div.scroll role="region" aria-label=(format!("图：{title}")) tabindex="0" {
            svg.chart role="img" aria-label=(title) width=(wide) height=(high)
                viewBox=(format!("0 0 {wide} {high}")) {
                line x1="0" x2=(wide) y1=(HEIGHT + TOP) y2=(HEIGHT + TOP) {}
                @for (bar, at) in bars.iter().zip(0i64..) {
                    @let tall = part(bar.size, most, HEIGHT);
                    @let middle = at * step + step / 2 + 4;
                    rect x=(middle - WIDTH / 2) y=(HEIGHT + TOP - tall) width=(WIDTH) height=(tall) {}
                    text x=(middle) y=(HEIGHT + TOP - tall - 6) text-anchor="middle" { (bar.shown) }
                    text x=(middle) y=(HEIGHT + TOP + 20) text-anchor="middle" { (bar.label) }
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

/// A bar that lies in a row of a table, beside the number it shows: for the eye alone. 条形
pub(crate) fn lying(number: i64, most: i64) -> Markup {
    html! {
        svg.lying aria-hidden="true" focusable="false" viewBox="0 0 200 14" preserveAspectRatio="none" {
            rect width=(part(number, most, 200)) height="14" {}
        }
    }
}

/// How something went, in a line as high as a word. 趋势线
pub(crate) fn spark(title: &str, numbers: &[i64]) -> Markup {
    let most = numbers.iter().copied().max().unwrap_or(0).max(1);
    let last = i64::try_from(numbers.len()).unwrap_or(1).max(2) - 1;
    let place =
        |(number, at): (&i64, i64)| format!("{},{}", at * 120 / last + 2, 34 - part(*number, most, 30));
    let points: Vec<String> = numbers.iter().zip(0i64..).map(place).collect();
    html! {
        svg.spark role="img" aria-label=(title) viewBox="0 0 124 38" {
            polyline points=(points.join(" ")) {}
            @if let Some((x, y)) = points.last().and_then(|last| last.split_once(',')) { circle cx=(x) cy=(y) r="3" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_compared_by_their_value() {
        let value = |numerator, denominator, scale| ValueOf { numerator, denominator, digits: 2, scale };
        assert_eq!(size(value(1, 4, 100)), 25_000);
        assert_eq!(size(value(3, 1, 1)), 3_000);
        assert!(size(value(i64::MAX, 1, 100)) > 0);
    }

    #[test]
    fn the_longest_bar_fills_its_row_and_none_goes_beyond() {
        assert!(lying(9, 9).into_string().contains("width=\"200\""));
        assert!(lying(3, 9).into_string().contains("width=\"66\""));
        assert!(lying(10, 9).into_string().contains("width=\"200\""));
        assert!(lying(-1, 0).into_string().contains("width=\"0\""));
    }

    #[test]
    fn a_line_goes_from_edge_to_edge() {
        let made = spark("各季", &[0, 5, 10]).into_string();
        assert!(made.contains("points=\"2,34 62,19 122,4\""), "{made}");
    }
}
