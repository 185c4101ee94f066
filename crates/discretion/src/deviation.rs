//! A decision that somebody wants to make beside what the benchmark says: does it stay inside?

use base::Diagnostic;

use crate::book::Decision;
use crate::decide::{Outcome, TableDecision};
use crate::facts::{Fact, Facts};
use crate::model::{Level, List, PenaltyKind, Range, Step};
use crate::span::{MOST, Span};
use crate::unit::{Amount, Unit, yuan};

/// A penalty that is meant to be given. 拟作处罚
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub kind: PenaltyKind,
    /// The fine in fen.
    pub fine_fen: Option<i64>,
    /// How long, for those that last.
    pub time: Option<Amount>,
}

impl Given {
    /// Reads what is meant to be given: “警告，并处300元罚款”, with one amount each.
    ///
    /// # Errors
    /// All that is not understood, and ranges where there must be one amount.
    pub fn parse(text: &str) -> Result<Vec<Self>, Vec<Diagnostic>> {
        let (read, mut wrong) = crate::penalties::penalties(text);
        let mut made = Vec::new();
        for one in read {
            let (mut fine_fen, mut time) = (None, None);
            match &one.range {
                Some(Range::Money(span)) if span.low == span.high => fine_fen = Some(span.low),
                Some(Range::Time { unit, span }) if span.low == span.high => {
                    time = Some(Amount { digits: span.low, scale: 0, unit: unit.clone() });
                }
                None => {}
                Some(_) => {
                    let message = format!("拟作处罚“{}”要写明一个数额，不是幅度", one.text);
                    wrong.push(
                        Diagnostic::error("not_one_amount", message)
                            .help("写作“300元罚款”“暂扣许可证件3个月”。"),
                    );
                }
            }
            made.push(Self { kind: one.kind, fine_fen, time });
        }
        if wrong.is_empty() { Ok(made) } else { Err(wrong) }
    }
}

/// How far a decision goes out. 偏离程度
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Degree {
    /// Cannot be told: something is missing.
    Untold,
    /// Outside the step: a reason and a review are required.
    OutsideStep,
    /// Outside what the statute allows: no reason heals it.
    OutsideLaw,
}

/// One way in which a decision leaves its step. 偏离
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    pub degree: Degree,
    pub message: String,
    pub article: Option<String>,
    pub help: &'static str,
}

/// What is asked for beside the penalties.
#[derive(Clone, Copy, Debug, Default)]
pub struct Excuse {
    pub has_reason: bool,
    pub is_reviewed: bool,
}

const WITHIN: &str =
    "请改在幅度以内；确有理由超出的，写明理由，并经法制审核和负责人批准或者集体讨论，材料归入案卷。";
/// What asks for a reason and a review outside a step; its text was not seen.
const RESTS_ON: &str = "国办发〔2022〕27号（未核实）";
const UNLAWFUL: &str = "说明理由也不能这样决定，请改正。";

/// Whether what was found lets the decision be made: nothing outside the law, and what is outside the step has its
/// reason and its review.
#[must_use]
pub fn may_be_made(found: &[Deviation], excuse: Excuse) -> bool {
    found.iter().all(|one| match one.degree {
        Degree::OutsideLaw | Degree::Untold => false,
        Degree::OutsideStep => excuse.has_reason && excuse.is_reviewed,
    })
}

/// All ways in which penalties leave what the facts lead to.
#[must_use]
pub fn deviations(decision: &Decision<'_>, given: &[Given], facts: &Facts) -> Vec<Deviation> {
    let mut found = Vec::new();
    let punishes = given.iter().any(|one| one.kind != PenaltyKind::Correction);
    // What need not be punished is not told again of what must not.
    let must = decision.applying(List::None).any(|one| one.item.must);
    for one in decision.applying(List::None).filter(|one| punishes && one.item.must == must) {
        if one.item.must {
            let message = format!("符合“{}”，应当不予处罚，却拟给予处罚", one.item.title);
            found.push(Deviation {
                degree: Degree::OutsideLaw,
                message,
                article: Some(one.item.basis.join("；")),
                help: "请作出不予处罚决定，并对当事人进行教育。",
            });
        } else {
            let message = format!("符合“{}”，可以不予处罚，却拟给予处罚", one.item.title);
            found.push(outside(message, "请说明不适用这一条目的理由，并经法制审核；或者作出不予处罚决定。"));
        }
    }
    let Some(table) = &decision.table else {
        let message = "这一违法行为没有裁量权基准，无法核对幅度".to_owned();
        found.push(untold(message, "请先导入基准；法律另有幅度的，按法律的幅度。"));
        return found;
    };
    match (&table.outcome, table.step()) {
        (Outcome::Step(_), Some(step)) => found.extend(of_step(decision, table, step, given, facts)),
        (Outcome::Open(_), _) => {
            let message = format!("阶次未定，无法核对幅度：还不知道{}", table.missing().join("、"));
            found.push(untold(message, "请查清这些事实再核对。"));
        }
        (Outcome::Several(_), _) => {
            found.push(untold(
                "事实落在不止一个阶次，无法核对幅度".to_owned(),
                "基准有重叠，请由制定机关改正；改正前从轻适用。",
            ));
        }
        _ => found.push(untold(
            "事实不落在任何阶次，无法核对幅度".to_owned(),
            "基准有空档，请由制定机关补上；补上前在法定幅度内集体讨论决定。",
        )),
    }
    found
}

fn outside(message: String, help: &'static str) -> Deviation {
    let article = Some(RESTS_ON.to_owned());
    Deviation { degree: Degree::OutsideStep, message, article, help }
}

fn untold(message: String, help: &'static str) -> Deviation {
    Deviation { degree: Degree::Untold, message, article: None, help }
}

fn of_step(
    decision: &Decision<'_>,
    table: &TableDecision<'_>,
    step: &Step,
    given: &[Given],
    facts: &Facts,
) -> Vec<Deviation> {
    let mut found = Vec::new();
    let is_less = step.level == Level::Less || decision.applying(List::Less).next().is_some();
    for one in given {
        let own = step.penalties.iter().find(|penalty| penalty.kind == one.kind);
        match own {
            None if one.kind == PenaltyKind::Correction => {}
            None => {
                let message = format!("“{}”阶次没有{}这一种处罚", step.name, one.kind.label());
                found.push(outside(message, WITHIN));
            }
            Some(penalty) => found.extend(how_much(step, penalty.range.as_ref(), one, facts, is_less)),
        }
        if one.kind == PenaltyKind::Fine {
            found.extend(against_frame(table, one, facts, is_less));
        }
    }
    let lenient = is_less || decision.applying(List::None).next().is_some();
    for penalty in step.penalties.iter().filter(|penalty| !penalty.may && !lenient) {
        let is_given = given.iter().any(|one| one.kind == penalty.kind);
        if !is_given && penalty.kind != PenaltyKind::Correction {
            let message = format!("“{}”阶次要给予{}，拟作决定里没有", step.name, penalty.kind.label());
            found.push(outside(message, WITHIN));
        }
    }
    found
}

fn how_much(
    step: &Step,
    range: Option<&Range>,
    one: &Given,
    facts: &Facts,
    is_less: bool,
) -> Option<Deviation> {
    let name = one.kind.label();
    match range? {
        Range::Time { unit, span } => {
            let Some(time) = &one.time else {
                return Some(untold(format!("没有写明{name}多久，无法核对"), "请写明期限。"));
            };
            let Ok(value) = time.within(unit, 0) else {
                return Some(untold(format!("{name}的期限单位应当是“{}”", unit.name), "请换算后再核对。"));
            };
            let inside = value >= span.low && value <= span.high;
            let own = format!("{}至{}{}", span.low, span.high, unit.name);
            (!inside).then(|| {
                outside(format!("{name}{value}{}，不在“{}”阶次的{own}以内", unit.name, step.name), WITHIN)
            })
        }
        money => {
            let Some(fine) = one.fine_fen else {
                return Some(untold(format!("没有写明{name}的数额，无法核对"), "请写明数额。"));
            };
            let span = match in_fen(money, facts) {
                Ok(span) => span,
                Err(why) => return Some(why),
            };
            if fine >= span.low && fine <= span.high || is_less && fine < span.low {
                return None;
            }
            let message = format!("{name}{}，不在“{}”阶次的{}以内", yuan(fine), step.name, shown_span(span));
            Some(outside(message, WITHIN))
        }
    }
}

fn against_frame(table: &TableDecision<'_>, one: &Given, facts: &Facts, is_less: bool) -> Option<Deviation> {
    let (frame, fine) = (table.table.frame.as_ref()?, one.fine_fen?);
    // A base that is missing was told with the step already.
    let span = in_fen(frame, facts).ok()?;
    let of_law = |message: String, help| Deviation {
        degree: Degree::OutsideLaw,
        message,
        article: Some("《行政处罚法》第四条".to_owned()),
        help,
    };
    if fine > span.high {
        let message = format!("罚款{}，超过法定幅度{}的上限", yuan(fine), shown_span(span));
        return Some(of_law(message, UNLAWFUL));
    }
    if fine < span.low && !is_less {
        let message =
            format!("罚款{}，低于法定幅度{}的下限，又没有减轻处罚的情形", yuan(fine), shown_span(span));
        let help = "请改在法定幅度以内；有减轻情形的，补上有关事实。";
        return Some(of_law(message, help));
    }
    None
}

/// A range of fines in fen; what is a multiple needs its base among the facts.
///
/// # Errors
/// The base is missing or is no sum of money; or it is a time.
pub fn in_fen(range: &Range, facts: &Facts) -> Result<Span, Deviation> {
    match range {
        Range::Money(span) => Ok(*span),
        Range::Time { .. } => Err(untold("这不是金额的幅度".to_owned(), "请核对基准。")),
        Range::Multiple { of, low, low_open, high, high_open } => {
            let missing = || untold(format!("幅度按{of}的倍数计，案件事实里没有“{of}”"), "请补上这一数额。");
            let Some(Fact::Amount(amount)) = facts.get(of) else { return Err(missing()) };
            let wrong = || untold(format!("“{of}”应当是精确到分的金额"), "请改写后再核对。");
            let base = amount.within(&Unit::yuan(), 2).map_err(|_| wrong())?;
            let times = |by: i64| i128::from(base) * i128::from(by);
            let whole = |value: i128| i64::try_from(value).unwrap_or(MOST).min(MOST);
            let from = (times(*low) + 9_999).div_euclid(10_000);
            let from = if *low_open && from * 10_000 == times(*low) { from + 1 } else { from };
            let upto = times(*high).div_euclid(10_000);
            let upto = if *high_open && upto * 10_000 == times(*high) { upto - 1 } else { upto };
            Ok(Span { low: whole(from), high: if *high >= MOST { MOST } else { whole(upto) } })
        }
    }
}

/// A span of fen as people say it.
#[must_use]
pub fn shown_span(span: Span) -> String {
    match (span.low > 0, span.high < MOST) {
        _ if span.low == span.high => yuan(span.low),
        (true, true) => format!("{}至{}", yuan(span.low), yuan(span.high)),
        (true, false) => format!("{}以上", yuan(span.low)),
        (false, true) => format!("{}以下", yuan(span.high)),
        (false, false) => "不限".to_owned(),
    }
}
