//! The words of the report: its parts, the sentences that figures make, what a figure counts.

use std::sync::Arc;

use figures::{Counted, Figure, Measure, Which};
use norms::ActSet;
use packs::procedures::ReportForm;
use packs::procedures::report_form::{ReportSection, Shows};
use packs::{Pack, Rules};
use plan::Plan;
use registers::Register;

use super::{Paragraph, Piece, ReportFigure, Section};

/// The numbers of headings.
pub(super) const NUMBERS: [&str; 12] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/// The report's sections in the order of its form; tables are filled in beside them.
pub(super) fn sections(form: &ReportForm, plan: &Plan, figures: &[ReportFigure], year: i32) -> Vec<Section> {
    let all: Vec<&ReportFigure> = figures.iter().collect();
    let one = |own: &ReportSection| {
        let mut paragraphs = Vec::new();
        if own.shows == Shows::Late {
            paragraphs.extend(late(figures));
        }
        let mut pieces = Vec::new();
        own.says.iter().for_each(|sentence| pieces.extend(said(&sentence.value, &all)));
        if !pieces.is_empty() {
            paragraphs.push(Paragraph::Counted(pieces));
        }
        paragraphs.extend(own.asks.as_deref().map(to_be_stated));
        let next = year.saturating_add(1).to_string();
        Section {
            id: own.id.clone(),
            heading: own.heading.replace("{year}", &year.to_string()).replace("{next_year}", &next),
            paragraphs,
            parts: if own.shows == Shows::Systems { systems(form, plan, figures) } else { Vec::new() },
            tables: Vec::new(),
        }
    };
    form.sections.iter().map(one).collect()
}

fn to_be_stated(what: &str) -> Paragraph {
    Paragraph::ToBeStated(format!(
        "{what}：还没有办理记录。由本机关办公机构撰写，按自报处理，写明提供情况的机构和人员。"
    ))
}

/// A part for each system of the plan.
fn systems(form: &ReportForm, plan: &Plan, figures: &[ReportFigure]) -> Vec<Section> {
    let one = |(number, system): (&str, &plan::System)| {
        let own: Vec<&ReportFigure> =
            figures.iter().filter(|figure| figure.system == Some(system.number)).collect();
        let mut paragraphs = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for figure in &own {
            if !known.contains(&figure.procedure.as_str()) {
                known.push(&figure.procedure);
                paragraphs.extend(procedure(form, &figure.procedure, &own));
            }
        }
        if paragraphs.is_empty() {
            paragraphs.push(to_be_stated(&system.name));
        }
        Section {
            id: format!("system_{}", system.number),
            heading: format!("（{number}）{}", system.name),
            paragraphs,
            parts: Vec::new(),
            tables: Vec::new(),
        }
    };
    NUMBERS.into_iter().zip(&plan.systems).map(one).collect()
}

/// What the figures of a procedure say.
fn procedure(form: &ReportForm, id: &str, figures: &[&ReportFigure]) -> Option<Paragraph> {
    let known = form.said.iter().find(|own| own.procedure.value == id);
    let pieces = match known {
        Some(own) => {
            let mut pieces = vec![Piece::Words(format!("{}。", own.name))];
            own.says.iter().for_each(|sentence| pieces.extend(said(&sentence.value, figures)));
            pieces
        }
        None => plain(id, figures),
    };
    let says = pieces.iter().any(|piece| matches!(piece, Piece::Figure(_)));
    says.then_some(Paragraph::Counted(pieces))
}

/// A sentence with those of its clauses that have something to say.
fn said(sentence: &str, figures: &[&ReportFigure]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for clause in sentence.split('|') {
        let (always, clause) = clause.strip_prefix('!').map_or((false, clause), |rest| (true, rest));
        let (Some((before, rest)), Some(end)) = (clause.split_once('{'), clause.find('}')) else { continue };
        let id = rest.split('}').next().unwrap_or_default();
        let figure = figures.iter().find(|figure| figure.id == id);
        let Some(figure) = figure.filter(|figure| figure.value.is_some()) else { continue };
        if figure.is_zero() && !always {
            continue;
        }
        if !pieces.is_empty() {
            pieces.push(Piece::Words("，".to_owned()));
        }
        pieces.push(Piece::Words(before.to_owned()));
        pieces.push(Piece::Figure(figure.id.clone()));
        let after = clause.get(end + 1..).unwrap_or_default();
        if !after.is_empty() {
            pieces.push(Piece::Words(after.to_owned()));
        }
    }
    if !pieces.is_empty() {
        pieces.push(Piece::Words("。".to_owned()));
    }
    pieces
}

/// Without sentences of its own a procedure names its figures.
fn plain(id: &str, figures: &[&ReportFigure]) -> Vec<Piece> {
    let own = figures.iter().filter(|figure| figure.procedure == id && figure.value.is_some());
    let mut pieces = Vec::new();
    for figure in own.filter(|figure| !figure.is_zero()) {
        let comma = if pieces.is_empty() { "" } else { "，" };
        pieces.push(Piece::Words(format!("{comma}{}", figure.name)));
        pieces.push(Piece::Figure(figure.id.clone()));
    }
    if !pieces.is_empty() {
        pieces.push(Piece::Words("。".to_owned()));
    }
    pieces
}

/// What the records show of shortcomings: what came too late. The rest the office has to write.
fn late(figures: &[ReportFigure]) -> Option<Paragraph> {
    let late: Vec<&ReportFigure> =
        figures.iter().filter(|figure| figure.counts_late && !figure.is_zero()).collect();
    let mut pieces = vec![Piece::Words(if late.is_empty() {
        "从办理记录看，本年度没有计入逾期的事项：".to_owned()
    } else {
        "从办理记录看，下列事项逾期：".to_owned()
    })];
    let all: Vec<&ReportFigure> = figures.iter().filter(|figure| figure.counts_late).collect();
    let shown = if late.is_empty() { all } else { late };
    for (at, figure) in shown.iter().enumerate() {
        let comma = if at == 0 { "" } else { "，" };
        pieces.push(Piece::Words(format!("{comma}{}", figure.name)));
        pieces.push(Piece::Figure(figure.id.clone()));
    }
    pieces.push(Piece::Words("。".to_owned()));
    let is_known = !shown.is_empty() && figures.iter().any(|figure| figure.records > 0);
    is_known.then_some(Paragraph::Counted(pieces))
}

/// What a figure is of.
#[derive(Clone, Copy)]
pub(super) enum Home<'a> {
    Procedure(&'a Pack),
    Register(&'a Register),
}

impl<'a> Home<'a> {
    /// A figure with what it is of.
    pub fn of(rules: &'a Rules, id: &str) -> Option<(Self, &'a Figure)> {
        let own = |figures: &'a [Figure]| figures.iter().find(|figure| figure.id == id);
        let of_pack = |pack: &'a Arc<Pack>| Some((Self::Procedure(pack), own(&pack.file.figures)?));
        let of_list = |list: &'a Arc<Register>| Some((Self::Register(list), own(&list.figures)?));
        rules.packs.iter().find_map(of_pack).or_else(|| rules.registers.iter().find_map(of_list))
    }

    /// The folder of `packs/` that it stands in.
    pub fn folder(&self) -> &'a str {
        match self {
            Self::Procedure(pack) => pack.path.split('/').nth(1).unwrap_or_default(),
            Self::Register(register) => &register.system,
        }
    }
}

/// What a figure counts, in words.
pub(super) fn definition(home: Home<'_>, figure: &Figure) -> String {
    match home {
        Home::Procedure(pack) => of_procedure(pack, figure),
        Home::Register(register) => of_register(register, figure),
    }
}

fn of_register(register: &Register, figure: &Figure) -> String {
    let field = |at: u16| register.fields.get(usize::from(at)).map_or("", |field| field.name.as_str());
    let words = match &figure.measure {
        Measure::Share { part, whole } => {
            return format!("{}除以{}", named(&register.figures, part), named(&register.figures, whole));
        }
        Measure::Entries { which, counted } => {
            let which = match which {
                Which::InForce => format!("期末“{}”在册的条目", register.name),
                Which::Entered => format!("期间列入“{}”的条目", register.name),
                Which::Ended => format!("期间移出“{}”的条目", register.name),
                Which::Dated(at) => format!("“{}”中“{}”在期间内的条目", register.name, field(*at)),
            };
            match counted {
                Counted::Entries => format!("{which}数"),
                Counted::Different(at) => format!("{which}的不同“{}”数", field(*at)),
                Counted::Sum(at) => format!("{which}的“{}”之和", field(*at)),
            }
        }
        _ => String::new(),
    };
    let guard = figure.guard.and_then(|at| register.guards.get(usize::from(at)));
    guard.map_or(words.clone(), |guard| format!("{words}（条件：{}）", guard.text))
}

/// The name of a figure among those of a file.
fn named(figures: &[Figure], id: &str) -> String {
    let found = figures.iter().find(|figure| figure.id == id);
    found.map_or_else(|| id.to_owned(), |figure| format!("“{}”", figure.name))
}

fn of_procedure(pack: &Pack, figure: &Figure) -> String {
    let procedure = &pack.file.procedure;
    let names = |acts: &ActSet| {
        let names: Vec<String> = acts.iter().map(|act| format!("“{}”", procedure.name_of(act))).collect();
        names.join("、")
    };
    let other = |id: &str| named(&pack.file.figures, id);
    let words = match &figure.measure {
        Measure::Count { acts } => format!("{}的次数", names(acts)),
        Measure::Sum { act, field } => {
            let spec = procedure.act_of(*act).and_then(|act| act.fields.get(usize::from(*field)));
            let field = spec.map_or("", |field| field.name.as_str());
            format!("“{}”所记“{field}”之和", procedure.name_of(*act))
        }
        Measure::Share { part, whole } => format!("{}除以{}", other(part), other(whole)),
        Measure::Duration { from, to, working } => {
            let days = if *working { "工作日" } else { "日历日" };
            format!("自{}至{}所经{days}的平均数", names(from), names(to))
        }
        Measure::Punctual { duty, late: false } => format!("在期限届满之日以前办理{}的次数", names(duty)),
        Measure::Entries { .. } => String::new(),
        Measure::Punctual { duty, late: true } => format!("在期限届满之日以后办理{}的次数", names(duty)),
    };
    let guard = figure.guard.and_then(|at| procedure.guards.get(usize::from(at)));
    guard.map_or(words.clone(), |guard| format!("{words}（条件：{}）", guard.text))
}
