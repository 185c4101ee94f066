//! The words of the report: its parts, the sentences that figures make, what a figure counts.

use std::sync::Arc;

use figures::{Counted, Figure, Measure, Which};
use norms::ActSet;
use packs::{Pack, Rules};
use plan::Plan;
use registers::Register;

use super::{Paragraph, Piece, ReportFigure, Section};

/// Sentences of a procedure. Clauses are set apart by `|`; `{id}` is a figure's value with its unit. A clause is left out
/// where a figure in it is nought or has nothing to divide by; with `!` before it, only where it has nothing to divide by.
const SENTENCES: [(&str, &str, &[&str]); 3] = [
    (
        "reconsideration",
        "行政复议",
        &[
            "!全年收到行政复议申请{reconsideration_received}|受理{reconsideration_accepted}|不予受理{reconsideration_not_accepted}|视为放弃申请{reconsideration_abandoned}|受理前结束{reconsideration_ended_early}",
            "!审结{reconsideration_concluded}|其中作出复议决定{reconsideration_decided}|调解结案{reconsideration_mediated}|准予撤回{reconsideration_withdrawn}|驳回申请{reconsideration_dismissed}|按期审结率{reconsideration_within_limit_rate}|平均审理{reconsideration_days}",
            "复议决定中，维持{reconsideration_maintained}|变更{reconsideration_changed}|撤销{reconsideration_annulled}|部分撤销{reconsideration_partly_annulled}|确认违法{reconsideration_confirmed_illegal}|责令限期履行{reconsideration_performance_ordered}|驳回复议请求{reconsideration_request_dismissed}",
            "直接纠错率{reconsideration_correction_rate}|调撤率{reconsideration_settled_rate}|适用简易程序{reconsideration_simplified}|举行听证{reconsideration_hearings}|提请复议委员会咨询{reconsideration_committee_opinions}",
            "公开复议决定书{reconsideration_published}|制发行政复议意见书{reconsideration_opinions}|收到纠正反馈{reconsideration_opinions_answered}|附带审查规范性文件{reconsideration_documents_reviewed}",
        ],
    ),
    (
        "normative_document",
        "行政规范性文件",
        &[
            "!全年提出制定建议{normative_documents_proposed}|公开征求意见{document_drafts_posted}|收到意见{document_comments}|公平竞争审查{document_competition_reviews}",
            "!合法性审核{document_vettings}|提出审核意见{document_vetting_opinions}|已采纳{document_vetting_opinions_adopted}|审核认为不合法{document_vettings_unlawful}|审核按期率{document_vetting_in_time_rate}|平均用时{document_vetting_days}",
            "!统一登记、编号、印发{normative_documents_numbered}|公布{normative_documents_published}|发布政策解读{document_interpretations}",
            "!向上一级政府报送备案{normative_documents_filed}|向本级人大常委会报送备案{normative_documents_filed_with_congress}|报备率{document_filing_rate}|报备及时率{document_filing_in_time_rate}",
            "清理文件{normative_documents_cleaned_up}|废止、失效和被替代{normative_documents_repealed}",
        ],
    ),
    (
        "disclosure_request",
        "政府信息依申请公开",
        &[
            "!全年新收政府信息公开申请{disclosure_requests_received}|办结{disclosure_requests_concluded}",
            "!作出答复{disclosure_replies}|按期答复率{disclosure_in_time_rate}|平均用时{disclosure_reply_days}|延长答复期限{disclosure_requests_extended}",
            "办理结果中，予以公开{disclosure_requests_disclosed}|部分公开{disclosure_requests_partly_disclosed}|不予公开{disclosure_requests_refused}|本机关不掌握{disclosure_requests_not_held}|转为主动公开{disclosure_made_public}",
        ],
    ),
];

/// The part that a report may be without.
pub(super) const OPTIONAL: &str = "other";

/// The numbers of headings.
pub(super) const NUMBERS: [&str; 12] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/// The report's parts in the order of the provisions.
pub(super) fn sections(plan: &Plan, figures: &[ReportFigure], year: i32) -> Vec<Section> {
    let measures = Section {
        id: "measures".to_owned(),
        heading: "一、法治政府建设的举措与成效".to_owned(),
        paragraphs: Vec::new(),
        parts: systems(plan, figures),
    };
    let plain = |id: &str, heading: String, paragraphs: Vec<Paragraph>| Section {
        id: id.to_owned(),
        heading,
        paragraphs,
        parts: Vec::new(),
    };
    let next = year.saturating_add(1);
    vec![
        measures,
        plain("shortcomings", "二、存在的不足和原因".to_owned(), shortcomings(figures)),
        plain(
            "first_responsible_person",
            "三、主要负责人作为法治建设第一责任人的履职情况".to_owned(),
            vec![to_be_stated("第一责任人履职")],
        ),
        plain("next_year", format!("四、{next}年的主要安排"), vec![to_be_stated("下一年度安排")]),
        plain(OPTIONAL, "五、其他需要报告的情况".to_owned(), vec![to_be_stated("其他情况")]),
    ]
}

fn to_be_stated(what: &str) -> Paragraph {
    Paragraph::ToBeStated(format!(
        "{what}：还没有办理记录。由本机关办公机构撰写，按自报处理，写明提供情况的机构和人员。"
    ))
}

/// A part for each system of the plan.
fn systems(plan: &Plan, figures: &[ReportFigure]) -> Vec<Section> {
    let one = |(number, system): (&str, &plan::System)| {
        let own: Vec<&ReportFigure> =
            figures.iter().filter(|figure| figure.system == Some(system.number)).collect();
        let mut paragraphs = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for figure in &own {
            if !known.contains(&figure.procedure.as_str()) {
                known.push(&figure.procedure);
                paragraphs.extend(procedure(&figure.procedure, &own));
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
        }
    };
    NUMBERS.into_iter().zip(&plan.systems).map(one).collect()
}

/// What the figures of a procedure say.
fn procedure(id: &str, figures: &[&ReportFigure]) -> Option<Paragraph> {
    let known = SENTENCES.iter().find(|(procedure, _, _)| *procedure == id);
    let pieces = match known {
        Some((_, name, sentences)) => {
            let mut pieces = vec![Piece::Words(format!("{name}。"))];
            for sentence in *sentences {
                pieces.extend(said(sentence, figures));
            }
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
fn shortcomings(figures: &[ReportFigure]) -> Vec<Paragraph> {
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
    let mut made = Vec::new();
    if !shown.is_empty() && figures.iter().any(|figure| figure.records > 0) {
        made.push(Paragraph::Counted(pieces));
    }
    made.push(to_be_stated("其他不足及其原因"));
    made
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
