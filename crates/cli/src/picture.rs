//! Pictures of a procedure: its acts in columns by phase and the norms between them, as DOT or SVG.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use norms::{ActId, Form, Norm, Procedure};

use crate::sentence;

/// The lines of a norm: from each act that it starts from to each that it bears on.
fn lines(norm: &Norm) -> Vec<(ActId, ActId)> {
    let (from, to) = sentence::ends(&norm.form);
    from.iter().flat_map(|from| to.iter().filter(move |to| *to != from).map(move |to| (from, to))).collect()
}

/// A norm with more lines than this is not drawn: nobody could follow them.
const MOST_LINES: usize = 8;

/// Colour and dash of a norm's lines.
fn stroke(form: &Form) -> (&'static str, bool) {
    match form {
        Form::Duty(_) => ("#1d4f91", false),
        Form::Condition(_) => ("#b45f06", false),
        Form::While { .. } => ("#b45f06", true),
        Form::Closing { .. } => ("#a61c1c", true),
        Form::Opening { .. } => ("#2e7d32", true),
    }
}

/// What the colours mean.
const LEGEND: [(&str, bool, &str); 5] = [
    ("#1d4f91", false, "应当"),
    ("#b45f06", false, "未经……不得"),
    ("#b45f06", true, "期间不得"),
    ("#a61c1c", true, "不得再"),
    ("#2e7d32", true, "方可"),
];

/// The procedure in the language of Graphviz.
pub fn dot(procedure: &Procedure) -> String {
    let mut out = String::new();
    let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let _ = writeln!(out, "digraph \"{}\" {{", quote(&procedure.id));
    let _ = writeln!(out, "  label=\"{}\"; rankdir=LR; node [shape=box];", quote(&procedure.name));
    for (phase, acts) in by_phase(procedure) {
        let name = phase.and_then(|at| procedure.phases.get(at)).map_or("", String::as_str);
        let id = phase.map_or_else(|| "none".to_owned(), |at| at.to_string());
        let _ = writeln!(out, "  subgraph cluster_{id} {{ label=\"{}\";", quote(name));
        for act in acts {
            let (own, name) = (procedure.act_of(act).map_or("", |act| &act.id), procedure.name_of(act));
            let _ = writeln!(out, "    \"{}\" [label=\"{}\"];", quote(own), quote(name));
        }
        let _ = writeln!(out, "  }}");
    }
    let id = |act| quote(procedure.act_of(act).map_or("", |act| act.id.as_str()));
    for norm in &procedure.norms {
        let (colour, dashed) = stroke(&norm.form);
        let style = if dashed { "dashed" } else { "solid" };
        let basis = quote(&sentence::basis(&norm.basis));
        for (from, to) in lines(norm) {
            let (from, to) = (id(from), id(to));
            let _ = writeln!(
                out,
                "  \"{from}\" -> \"{to}\" [color=\"{colour}\" style={style} tooltip=\"{basis}\"];"
            );
        }
    }
    out.push_str("}\n");
    out
}

/// The procedure as a flow chart that pages of Markdown show: its duties with their limits, and what must be done before
/// what.
pub fn mermaid(procedure: &Procedure) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (at, (phase, acts)) in by_phase(procedure).into_iter().enumerate() {
        let name = phase.and_then(|at| procedure.phases.get(at)).map_or("不分阶段", String::as_str);
        let _ = writeln!(out, "  subgraph p{at}[\"{}\"]", mermaid_text(name));
        for id in acts {
            let (own, name) = (id.index(), mermaid_text(procedure.name_of(id)));
            let (opens, ends) =
                procedure.act_of(id).map_or((false, false), |act| (act.opens_case, act.ends_case));
            let _ = match (opens, ends) {
                (true, _) => writeln!(out, "    a{own}([\"{name}\"])"),
                (_, true) => writeln!(out, "    a{own}[[\"{name}\"]]"),
                _ => writeln!(out, "    a{own}[\"{name}\"]"),
            };
        }
        out.push_str("  end\n");
    }
    let mut drawn = BTreeSet::new();
    for norm in &procedure.norms {
        let label = match &norm.form {
            Form::Duty(duty) => {
                let within = duty.within.map(|limit| sentence::length(procedure, limit));
                within
                    .map_or_else(|| " --> ".to_owned(), |told| format!(" -->|\"{}\"| ", mermaid_text(&told)))
            }
            Form::Condition(_) => " -.-> ".to_owned(),
            Form::While { .. } | Form::Closing { .. } | Form::Opening { .. } => continue,
        };
        let lines = Some(lines(norm)).filter(|lines| lines.len() <= MOST_LINES).unwrap_or_default();
        for (from, to) in lines {
            if drawn.insert((from, to, matches!(norm.form, Form::Duty(_)))) {
                let _ = writeln!(out, "  a{}{label}a{}", from.index(), to.index());
            }
        }
    }
    out
}

fn mermaid_text(text: &str) -> String {
    text.replace('"', "#quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn told(procedure: &Procedure, norm: &Norm) -> String {
    format!("{} {}", sentence::basis(&norm.basis), sentence::norm(procedure, norm))
}

/// The acts of each phase in the order of the file; those without a phase come last.
fn by_phase(procedure: &Procedure) -> Vec<(Option<usize>, Vec<ActId>)> {
    let mut made: BTreeMap<(bool, usize), Vec<ActId>> = BTreeMap::new();
    for (at, act) in procedure.acts.iter().enumerate() {
        let key = act.phase.map_or((true, 0), |phase| (false, phase));
        made.entry(key).or_default().extend(ActId::new(at));
    }
    made.into_iter().map(|((none, phase), acts)| ((!none).then_some(phase), acts)).collect()
}

const BOX_WIDTH: i64 = 180;
const BOX_HEIGHT: i64 = 34;
const COLUMN: i64 = 290;
const ROW: i64 = 54;
const TOP: i64 = 110;
const LEFT: i64 = 30;

/// The procedure as a picture that stands alone: a column for each phase, a box for each act.
pub fn svg(procedure: &Procedure) -> String {
    let columns = by_phase(procedure);
    let mut places: BTreeMap<ActId, (i64, i64)> = BTreeMap::new();
    let mut x = LEFT;
    let mut bottom = TOP;
    let mut body = String::new();
    for (phase, acts) in &columns {
        let name = phase.and_then(|at| procedure.phases.get(at)).map_or("", String::as_str);
        let _ = writeln!(body, "<text class=\"phase\" x=\"{x}\" y=\"{}\">{}</text>", TOP - 20, escape(name));
        let mut y = TOP;
        for act in acts {
            places.insert(*act, (x, y));
            y += ROW;
        }
        bottom = bottom.max(y);
        x += COLUMN;
    }
    let left_out = draw_norms(procedure, &places, &mut body);
    draw_acts(procedure, &places, &mut body);
    let least = LEFT + i64::try_from(LEGEND.len()).unwrap_or(5) * 140 + 420;
    frame(procedure, (x.max(least), bottom + 20), left_out, &body)
}

/// Draws the lines of each norm; how many norms were left out because they have too many.
fn draw_norms(procedure: &Procedure, places: &BTreeMap<ActId, (i64, i64)>, body: &mut String) -> usize {
    let mut left_out = 0;
    for norm in &procedure.norms {
        let lines = lines(norm);
        if lines.len() > MOST_LINES {
            left_out += 1;
            continue;
        }
        let (colour, dashed) = stroke(&norm.form);
        let dash = if dashed { " stroke-dasharray=\"5 3\"" } else { "" };
        let title = escape(&told(procedure, norm));
        let marker = LEGEND.iter().position(|(known, ..)| *known == colour).unwrap_or(0);
        let _ = writeln!(body, "<g stroke=\"{colour}\"{dash}><title>{title}</title>");
        for (from, to) in lines {
            let (Some(from), Some(to)) = (places.get(&from), places.get(&to)) else { continue };
            let _ = writeln!(body, "<path d=\"{}\" marker-end=\"url(#end{marker})\"/>", curve(*from, *to));
        }
        body.push_str("</g>\n");
    }
    left_out
}

fn draw_acts(procedure: &Procedure, places: &BTreeMap<ActId, (i64, i64)>, body: &mut String) {
    for (act, (x, y)) in places {
        let class = procedure.act_of(*act).map_or("", |act| match (act.opens_case, act.ends_case) {
            (true, _) => " opens",
            (_, true) => " ends",
            _ => "",
        });
        let (name, middle) = (escape(&clipped(procedure.name_of(*act))), y + BOX_HEIGHT / 2 + 5);
        let full = escape(procedure.name_of(*act));
        let _ = writeln!(
            body,
            "<g><title>{full}</title><rect class=\"act{class}\" x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"4\"/><text x=\"{}\" y=\"{middle}\" text-anchor=\"middle\">{name}</text></g>",
            x + BOX_WIDTH / 2
        );
    }
}

fn frame(procedure: &Procedure, (width, height): (i64, i64), left_out: usize, body: &str) -> String {
    let name = escape(&procedure.name);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{name}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n<style>text{{font:14px \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif;fill:#222}}.phase{{font-weight:bold}}.act{{fill:#fff;stroke:#555}}.opens{{fill:#e8f1e4}}.ends{{fill:#ece8f1;stroke-width:2}}path{{fill:none;stroke-width:1.4}}marker path{{stroke:none}}</style>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n<defs>"
    );
    for (at, (colour, ..)) in LEGEND.iter().enumerate() {
        let _ = write!(
            out,
            "<marker id=\"end{at}\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:{colour}\"/></marker>"
        );
    }
    out.push_str("</defs>\n");
    let _ = writeln!(out, "<text class=\"phase\" x=\"{LEFT}\" y=\"30\">{name}</text>");
    let mut x = LEFT;
    for (colour, dashed, meaning) in LEGEND {
        let dash = if dashed { " stroke-dasharray=\"5 3\"" } else { "" };
        let _ = writeln!(
            out,
            "<path d=\"M{x} 55H{}\" stroke=\"{colour}\"{dash}/><text x=\"{}\" y=\"60\">{meaning}</text>",
            x + 30,
            x + 36
        );
        x += 140;
    }
    if left_out > 0 {
        let told = format!("另有{left_out}条规范牵涉的事项多，没有画线，见逐条说明");
        let _ = writeln!(out, "<text x=\"{x}\" y=\"60\">{told}</text>");
    }
    out.push_str(body);
    out.push_str("</svg>\n");
    out
}

/// A line from box to box: from right to left side where it goes on, along the right side within a column, and
/// below the boxes' middle where it goes back.
fn curve((x, y): (i64, i64), (to_x, to_y): (i64, i64)) -> String {
    let (from_middle, to_middle) = (y + BOX_HEIGHT / 2, to_y + BOX_HEIGHT / 2);
    let start = x + BOX_WIDTH;
    if to_x > x {
        let middle = i64::midpoint(start, to_x);
        return format!(
            "M{start} {from_middle}C{middle} {from_middle} {middle} {to_middle} {to_x} {to_middle}"
        );
    }
    if to_x == x {
        let out = start + 25 + ((to_y - y).abs() / 12).min(60);
        return format!("M{start} {from_middle}C{out} {from_middle} {out} {to_middle} {start} {to_middle}");
    }
    let end = to_x + BOX_WIDTH;
    let middle = i64::midpoint(x, end);
    format!(
        "M{x} {}C{middle} {} {middle} {} {end} {}",
        from_middle + 8,
        from_middle + 8,
        to_middle + 8,
        to_middle + 8
    )
}

/// A name that fits into a box.
fn clipped(name: &str) -> String {
    const MOST: usize = 12;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    name.chars().take(MOST - 1).chain(['…']).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
