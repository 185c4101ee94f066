//! Procedures as pictures: acts as cards in the bands of their phases, what they make owed as lines, with limits and
//! conditions in words on the cards; and the same in words alone. Norms come in, text goes out.

mod dot;
mod draw;
mod layout;
mod mermaid;
mod procedure;
pub mod sentence;
mod text;

use calendar::Day;
use norms::Procedure;

pub use dot::dot;
pub use mermaid::mermaid;
pub use procedure::{Step, Way};

use procedure::Plan;

/// A procedure of more acts than this is drawn phase by phase.
const MOST_ACTS: usize = 28;

/// One picture of a procedure, or of a part of it. 程序图
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    pub title: String,
    /// The whole SVG.
    pub svg: String,
    /// How many duties found no room for a line; the cards tell them in words.
    pub left_out: usize,
}

/// The pictures of a procedure: one, or with many acts one of the phases and one for each phase. Parameters are told with
/// their value of the day, or the newest; with the way of a case, what was done in it and what comes now.
#[must_use]
pub fn drawings(procedure: &Procedure, way: Option<Way<'_>>, on: Option<Day>) -> Vec<Drawing> {
    let plan = Plan::of(procedure, way, on);
    scenes(&plan)
        .into_iter()
        .map(|scene| {
            let sketch = scene.sketch();
            let title = if scene.title.is_empty() {
                format!("“{}”的图", procedure.name)
            } else {
                format!("“{}”的图：{}", procedure.name, scene.title)
            };
            let about = "图中的内容在同一页以文字逐项列出";
            let svg = draw::framed(&title, about, sketch.wide, sketch.high, &sketch.body);
            Drawing { title: scene.title, svg, left_out: sketch.left_out }
        })
        .collect()
}

fn scenes(plan: &Plan<'_>) -> Vec<draw::Scene> {
    if plan.procedure.acts.len() <= MOST_ACTS {
        return vec![plan.scene(String::new(), &plan.phases)];
    }
    let mut made = vec![plan.overview()];
    made.extend(plan.pieces().into_iter().map(|piece| plan.scene(piece.0.clone(), &[piece])));
    made
}

/// The same in words: the acts of each phase in their order.
#[must_use]
pub fn outline(procedure: &Procedure, way: Option<Way<'_>>, on: Option<Day>) -> Vec<(String, Vec<Step>)> {
    Plan::of(procedure, way, on).outline()
}

/// What the picture needs to be read.
pub const LEGEND: &str = "每张卡片是一个事项，卡片左上角是它的编号。线从一个事项引到它办了以后应当办的事项，卡片上同色的一条写明期限；\
                          几条线从同一处分出的，办其中之一即可。须先办什么，写在卡片上。";

/// All pictures of a procedure in one file, one below the other.
#[must_use]
pub fn svg(procedure: &Procedure, on: Option<Day>) -> String {
    let plan = Plan::of(procedure, None, on);
    let (mut wide, mut high) = (0, 44);
    let mut body = format!(
        "<text x=\"16\" y=\"28\" font-size=\"18\" font-weight=\"bold\" fill=\"#1b1f24\">{}</text>\n",
        text::escaped(&procedure.name)
    );
    for scene in scenes(&plan) {
        let sketch = scene.sketch();
        body += &format!("<g transform=\"translate(0 {high})\">\n{}</g>\n", sketch.body);
        high += sketch.high + 16;
        wide = wide.max(sketch.wide);
    }
    draw::framed(&format!("“{}”的图", procedure.name), LEGEND, wide, high, &body)
}
