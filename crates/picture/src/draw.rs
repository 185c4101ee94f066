//! Cards and lines as SVG. Everything is said by attributes, so that the picture looks alike in a page, in a file and in print.

use std::fmt::Write as _;

use crate::layout::{self, CARD_WIDE, Drawn, LEFT, Net, Node, Point};
use crate::text::{escaped, width, wrapped};

/// Dark enough on white, and told apart by those who see few colours, because neighbours differ in lightness.
const LINES: [&str; 6] = ["#0b4a86", "#a0522d", "#5b3a8c", "#00695c", "#8a2f4f", "#4a5560"];
const NAME: i64 = 15;
const SMALL: i64 = 12;
const STEP: i64 = 17;
const PAD: i64 = 10;
const INNER: i64 = CARD_WIDE - 2 * PAD;

/// How a card looks. 卡片样式
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    #[default]
    Plain,
    Begins,
    Ends,
    Done,
    Must,
    Late,
    May,
    Barred,
}

impl Look {
    /// Ground, edge, width of the edge, dash, colour of the name.
    fn paint(self) -> (&'static str, &'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Plain => ("#ffffff", "#7a8794", "1", "", "#1b1f24"),
            Self::Begins => ("#eef4fb", "#0b4a86", "2", "", "#1b1f24"),
            Self::Ends => ("#f1f1f1", "#1b1f24", "2", "", "#1b1f24"),
            Self::Done => ("#e9f4ec", "#2e7d4f", "1.5", "", "#1b1f24"),
            Self::Must => ("#fff6e3", "#9a6200", "2", "", "#1b1f24"),
            Self::Late => ("#fdeceb", "#b3261e", "2.5", "", "#1b1f24"),
            Self::May => ("#ffffff", "#0b4a86", "2", "", "#1b1f24"),
            Self::Barred => ("#f7f7f7", "#9aa3ab", "1", "5 3", "#5a6169"),
        }
    }
}

/// A line of a card. 卡片文字
#[derive(Clone, Debug)]
pub(crate) enum Line {
    /// How the act stands.
    Tag(String),
    Small(String),
    /// What must go before.
    Need(String),
    /// What it makes owed: the net that shows it, its text, whether it is owed now.
    Duty(Option<usize>, String, bool),
}

impl Line {
    fn text(&self) -> &str {
        match self {
            Self::Tag(text) | Self::Small(text) | Self::Need(text) | Self::Duty(_, text, _) => text,
        }
    }

    fn indent(&self) -> i64 {
        if matches!(self, Self::Duty(..)) { 10 } else { 0 }
    }

    fn rows(&self) -> Vec<String> {
        wrapped(self.text(), SMALL, INNER - self.indent())
    }
}

/// A card. 卡片
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub band: usize,
    pub number: String,
    pub name: String,
    pub look: Look,
    pub lines: Vec<Line>,
}

impl Card {
    fn name_rows(&self) -> Vec<String> {
        wrapped(&self.name, NAME, INNER - self.badge() - 8)
    }

    fn badge(&self) -> i64 {
        width(&self.number, SMALL) + 10
    }

    fn high(&self) -> i64 {
        let names = i64::try_from(self.name_rows().len()).unwrap_or(1) * 20;
        let lines: usize = self.lines.iter().map(|line| line.rows().len()).sum();
        let duties = self.lines.iter().filter(|line| matches!(line, Line::Duty(..))).count();
        2 * PAD + names + i64::try_from(lines).unwrap_or(0) * STEP + i64::try_from(duties).unwrap_or(0) * 5
    }
}

/// How a line is told from others. 连线状态
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    /// What it stands for was done.
    Gone,
    Owed,
    /// It has not come to that.
    Faint,
}

/// What is to be drawn.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    pub title: String,
    pub bands: Vec<String>,
    pub cards: Vec<Card>,
    pub nets: Vec<(Net, Tone)>,
}

/// A picture without its frame: width, height, what is in it. 图
pub(crate) struct Sketch {
    pub wide: i64,
    pub high: i64,
    pub body: String,
    pub left_out: usize,
}

impl Scene {
    pub fn sketch(&self) -> Sketch {
        let nodes: Vec<Node> =
            self.cards.iter().map(|card| Node { band: card.band, high: card.high() }).collect();
        let nets: Vec<Net> = self.nets.iter().map(|(net, _)| net.clone()).collect();
        let placed = layout::layout(&nodes, &nets);
        let mut body = String::new();
        let ground = |band: usize| if band.is_multiple_of(2) { "#f4f7fa" } else { "#faf8f4" };
        for (band, top, bottom) in &placed.bands {
            let (wide, high, ground) = (placed.wide, bottom - top, ground(*band));
            let _ = writeln!(
                body,
                "<rect x=\"0\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" fill=\"{ground}\"/>"
            );
        }
        let mut colours = vec![""; self.nets.len()];
        let mut next = 0;
        for (at, drawn) in placed.nets.iter().enumerate() {
            let Some(drawn) = drawn else { continue };
            let tone = self.nets.get(at).map_or(Tone::Plain, |(_, tone)| *tone);
            let colour = colour(tone, next);
            next += 1;
            if let Some(own) = colours.get_mut(at) {
                *own = colour;
            }
            lines(&mut body, drawn, colour, tone);
        }
        for (band, top, _) in &placed.bands {
            let (name, ground) = (escaped(self.bands.get(*band).map_or("", String::as_str)), ground(*band));
            let _ = writeln!(
                body,
                "<text x=\"{LEFT}\" y=\"{}\" font-size=\"15\" font-weight=\"bold\" fill=\"#44505c\" stroke=\"{ground}\" stroke-width=\"5\" paint-order=\"stroke\">{name}</text>",
                top + 21
            );
        }
        for (card, place) in self.cards.iter().zip(&placed.places) {
            draw_card(&mut body, card, (place.x, place.y), place.high, &colours);
        }
        Sketch { wide: placed.wide, high: placed.high, body, left_out: placed.left_out }
    }
}

fn colour(tone: Tone, number: usize) -> &'static str {
    match tone {
        Tone::Plain => LINES.get(number % LINES.len()).copied().unwrap_or("#0b4a86"),
        Tone::Gone => "#2e7d4f",
        Tone::Owed => "#b3261e",
        Tone::Faint => "#a9b2ba",
    }
}

/// The lines of a net over a white ground, so that it is seen which goes above which.
fn lines(body: &mut String, drawn: &Drawn, colour: &str, tone: Tone) {
    let wide = if tone == Tone::Owed { "2.6" } else { "1.6" };
    for (stroke, wide) in [("#ffffff", "5"), (colour, wide)] {
        let _ = write!(body, "<path fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{wide}\" d=\"");
        for line in &drawn.lines {
            body.push_str(&rounded(line));
        }
        body.push_str("\"/>\n");
    }
    for (x, y) in &drawn.starts {
        let _ = writeln!(body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3.5\" fill=\"{colour}\"/>");
    }
    for (x, y) in &drawn.ends {
        let _ = writeln!(body, "<path fill=\"{colour}\" d=\"M{} {}H{}L{x} {y}Z\"/>", x - 5, y - 8, x + 5);
    }
}

/// A line whose corners are rounded.
fn rounded(points: &[Point]) -> String {
    const RADIUS: i64 = 5;
    let mut corners: Vec<Point> = points.to_vec();
    corners.dedup();
    let Some((first, rest)) = corners.split_first() else { return String::new() };
    let mut made = format!("M{} {}", first.0, first.1);
    let mut before = *first;
    for (at, point) in rest.iter().enumerate() {
        let Some(after) = rest.get(at + 1) else {
            let _ = write!(made, "L{} {}", point.0, point.1);
            break;
        };
        let short = |to: Point| {
            let (dx, dy) = (to.0 - point.0, to.1 - point.1);
            let by = RADIUS.min((dx.abs() + dy.abs()) / 2);
            (point.0 + dx.signum() * by, point.1 + dy.signum() * by)
        };
        let (into, out) = (short(before), short(*after));
        let _ = write!(made, "L{} {}Q{} {} {} {}", into.0, into.1, point.0, point.1, out.0, out.1);
        before = *point;
    }
    made
}

fn draw_card(body: &mut String, card: &Card, (x, y): Point, high: i64, colours: &[&str]) {
    let (ground, edge, wide, dash, ink) = card.look.paint();
    let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
    let _ = writeln!(
        body,
        "<g><title>{}</title>\n<rect x=\"{x}\" y=\"{y}\" width=\"{CARD_WIDE}\" height=\"{high}\" rx=\"7\" fill=\"{ground}\" stroke=\"{edge}\" stroke-width=\"{wide}\"{dash}/>",
        escaped(&card.name)
    );
    let badge = card.badge();
    let _ = writeln!(
        body,
        "<rect x=\"{}\" y=\"{}\" width=\"{badge}\" height=\"18\" rx=\"9\" fill=\"{edge}\"/><text x=\"{}\" y=\"{}\" font-size=\"{SMALL}\" text-anchor=\"middle\" fill=\"#ffffff\">{}</text>",
        x + PAD,
        y + PAD,
        x + PAD + badge / 2,
        y + PAD + 13,
        escaped(&card.number)
    );
    let mut at = y + PAD + 14;
    for row in card.name_rows() {
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{at}\" font-size=\"{NAME}\" font-weight=\"bold\" fill=\"{ink}\">{}</text>",
            x + PAD + badge + 8,
            escaped(&row)
        );
        at += 20;
    }
    at -= 2;
    for line in &card.lines {
        at = draw_line(body, line, (x, at), edge, colours);
    }
    body.push_str("</g>\n");
}

fn draw_line(body: &mut String, line: &Line, (x, y): Point, edge: &str, colours: &[&str]) -> i64 {
    let rows = line.rows();
    let mut at = y;
    let (colour, weight) = match line {
        Line::Tag(_) => (edge, "bold"),
        Line::Small(_) => ("#5a6169", "normal"),
        Line::Need(_) => ("#8a5200", "normal"),
        Line::Duty(_, _, owed) => ("#1b1f24", if *owed { "bold" } else { "normal" }),
    };
    if let Line::Duty(net, ..) = line {
        at += 5;
        let own = net.and_then(|net| colours.get(net)).copied().filter(|own| !own.is_empty());
        let high = i64::try_from(rows.len()).unwrap_or(1) * STEP - 3;
        let _ = writeln!(
            body,
            "<rect x=\"{}\" y=\"{}\" width=\"4\" height=\"{high}\" fill=\"{}\"/>",
            x + PAD,
            at - 12 + STEP - 13,
            own.unwrap_or("#c3cad1")
        );
    }
    for row in rows {
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{SMALL}\" font-weight=\"{weight}\" fill=\"{colour}\">{}</text>",
            x + PAD + line.indent(),
            at + 1,
            escaped(&row)
        );
        at += STEP;
    }
    at
}

/// A picture that stands alone, with a text that says what it shows.
pub(crate) fn framed(title: &str, about: &str, wide: i64, high: i64, body: &str) -> String {
    let (title, about) = (escaped(title), escaped(about));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{title}。{about}\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" font-family=\"&quot;Noto Sans CJK SC&quot;, &quot;Source Han Sans SC&quot;, &quot;Microsoft YaHei&quot;, sans-serif\">\n<rect width=\"{wide}\" height=\"{high}\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    )
}
