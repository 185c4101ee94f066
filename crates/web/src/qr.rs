//! Pictures that phones read.

use fast_qr::{ECL, QRBuilder};
use maud::{Markup, html};

/// The picture of a text that phones read: one path of squares, with the margin that the standard asks for. Nothing where the
/// text is too long for one.
pub(crate) fn picture(text: &str, label: &str) -> Option<Markup> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        let mut run = 0;
        // Dark squares that lie beside each other are one rectangle: a code in a long address has thousands.
        for column in 0..=code.size {
            if code[row].get(column).is_some_and(|module| module.value()) {
                run += 1;
            } else if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", column - run + 4, row + 4));
                run = 0;
            }
        }
    }
    let side = code.size + 8;
    Some(html! {
        svg.qr role="img" aria-label=(label) viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}
