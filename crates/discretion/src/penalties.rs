//! Penalties as benchmarks word them: `警告，并处200元以上500元以下罚款`, `违法所得1倍以上3倍以下罚款`.

use base::Diagnostic;

use crate::bounds::{Bounds, Edge, bounds, last_range, plain};
use crate::model::{Penalty, PenaltyKind, Range};
use crate::span::{MOST, Span};
use crate::unit::{Misfit, Unit};

/// What the words of a kind of penalty are; the first that a text has counts.
const WORDS: [(&str, PenaltyKind); 26] = [
    ("罚款", PenaltyKind::Fine),
    ("没收违法所得", PenaltyKind::ConfiscateIncome),
    ("没收非法所得", PenaltyKind::ConfiscateIncome),
    ("没收非法财物", PenaltyKind::ConfiscateGoods),
    ("没收", PenaltyKind::ConfiscateGoods),
    ("通报批评", PenaltyKind::Criticism),
    ("警告", PenaltyKind::Warning),
    ("暂扣", PenaltyKind::SuspendLicence),
    ("吊销", PenaltyKind::RevokeLicence),
    ("降低资质", PenaltyKind::LowerGrade),
    ("限制开展生产经营", PenaltyKind::RestrictBusiness),
    ("停产停业", PenaltyKind::SuspendBusiness),
    ("停业整顿", PenaltyKind::SuspendBusiness),
    ("责令停业", PenaltyKind::SuspendBusiness),
    ("责令停产", PenaltyKind::SuspendBusiness),
    ("责令关闭", PenaltyKind::CloseDown),
    ("限制从业", PenaltyKind::BarFromTrade),
    ("禁止从业", PenaltyKind::BarFromTrade),
    ("拘留", PenaltyKind::Detention),
    ("责令限期改正", PenaltyKind::Correction),
    ("责令改正", PenaltyKind::Correction),
    ("限期改正", PenaltyKind::Correction),
    ("责令停止", PenaltyKind::Correction),
    ("责令恢复", PenaltyKind::Correction),
    ("其他：", PenaltyKind::Other),
    ("其他:", PenaltyKind::Other),
];

/// Whether a text says that there is no penalty.
#[must_use]
pub fn is_none(text: &str) -> bool {
    let text = plain(text);
    let text = text.trim_end_matches(['。', '的']);
    ["不予处罚", "不予行政处罚", "免予处罚", "免予行政处罚", "免于处罚", "不罚", "无"].contains(&text)
}

/// Reads the penalties of a step; all that is wrong at once.
#[must_use]
pub fn penalties(text: &str) -> (Vec<Penalty>, Vec<Diagnostic>) {
    let (mut made, mut found) = (Vec::new(), Vec::new());
    if is_none(text) {
        return (made, found);
    }
    for piece in pieces(text) {
        match penalty(&piece) {
            Ok(one) => made.push(one),
            Err(wrong) => found.push(wrong),
        }
    }
    let mut kinds: Vec<PenaltyKind> =
        made.iter().map(|one| one.kind).filter(|kind| *kind != PenaltyKind::Other).collect();
    kinds.sort_unstable();
    for pair in kinds.windows(2) {
        if let [one, other] = pair
            && one == other
            && *one != PenaltyKind::Correction
        {
            let message = format!("“{}”写了两次{}", text.trim(), one.label());
            found.push(
                Diagnostic::error("penalty_twice", message)
                    .help("一个阶次里每种处罚写一次；分情形的，分成几个阶次。"),
            );
        }
    }
    if made.is_empty() && found.is_empty() {
        found.push(
            Diagnostic::error("no_penalty", "没有写处罚").help("请写明处罚和幅度；不罚的写“不予处罚”。"),
        );
    }
    (made, found)
}

/// The parts of a text that are a penalty each.
fn pieces(text: &str) -> Vec<String> {
    let mut made = Vec::new();
    for part in text.split(['；', ';', '，', '。', '\n', '、']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        // “警告并处罚款500元” has two.
        match part
            .split_once("可以并处")
            .map(|two| (two, "可以并处"))
            .or_else(|| part.split_once("并处").map(|two| (two, "并处")))
        {
            Some(((left, right), word)) if !left.trim().is_empty() => {
                made.extend([left.trim().to_owned(), format!("{word}{}", right.trim())]);
            }
            _ => made.push(part.to_owned()),
        }
    }
    made
}

fn penalty(piece: &str) -> Result<Penalty, Diagnostic> {
    let text = plain(piece);
    let may = ["可以", "可处", "可并处"].iter().any(|word| text.starts_with(word));
    let Some((word, kind)) = WORDS.iter().find(|(word, _)| text.contains(word)) else {
        let known: Vec<&str> = PenaltyKind::ALL.iter().map(|own| own.1).collect();
        let message = format!("读不懂处罚“{piece}”");
        let help = format!("可用的种类：{}。别的处罚写作“其他：……”。", known.join("、"));
        return Err(Diagnostic::error("unknown_penalty", message).help(help));
    };
    let range = match kind {
        PenaltyKind::Fine => Some(fine(&text, piece)?),
        PenaltyKind::Other | PenaltyKind::Correction => None,
        _ => time(&text, word),
    };
    Ok(Penalty { kind: *kind, range, may, text: piece.to_owned() })
}

/// “处违法所得1倍以上3倍以下的罚款”, “罚款500元”.
fn fine(text: &str, piece: &str) -> Result<Range, Diagnostic> {
    let text = text.trim_start_matches("可以").trim_start_matches('可').trim_start_matches('并');
    let text = text.trim_start_matches('处').trim_start_matches('以');
    let text = match text.strip_prefix("罚款") {
        Some(rest) => rest.trim_start_matches(['金', '额', ':']),
        None => text.trim_end_matches("罚款").trim_end_matches('的'),
    };
    money(text).unwrap_or_else(|| {
        let message = format!("读不懂罚款的幅度“{piece}”");
        let help = "写作“200元以上500元以下罚款”“违法所得1倍以上3倍以下罚款”或者“合同金额2%以上4%以下罚款”。";
        Err(Diagnostic::error("bad_fine", message).help(help))
    })
}

/// A range of fines: of money, or of multiples or hundredths of a sum. None where it is neither.
#[must_use]
pub fn money(text: &str) -> Option<Result<Range, Diagnostic>> {
    let (of, made) = last_range(text, &[])?;
    let unit = &made.low.as_ref().or(made.high.as_ref())?.amount.unit;
    if unit.is_money() {
        return of.is_empty().then(|| in_money(&made));
    }
    let parts = if unit.name == "倍" { 10_000 } else { 100 };
    let is_multiple = unit.name == "倍" || unit.name == "%";
    let of = of.trim_end_matches(['的', '处', '以']);
    (is_multiple && !of.is_empty()).then(|| multiple(of, &made, parts))
}

fn in_money(made: &Bounds) -> Result<Range, Diagnostic> {
    let fen = |edge: &Edge| edge.amount.within(&Unit::yuan(), 2).map_err(|misfit| inexact(edge, misfit));
    let low = made.low.as_ref().map_or(Ok(0), |edge| fen(edge).map(|value| value + i64::from(edge.open)))?;
    let high =
        made.high.as_ref().map_or(Ok(MOST), |edge| fen(edge).map(|value| value - i64::from(edge.open)))?;
    if low > high {
        return Err(turned());
    }
    Ok(Range::Money(Span { low, high }))
}

fn multiple(of: &str, made: &Bounds, parts: i64) -> Result<Range, Diagnostic> {
    let times = |edge: &Edge| {
        let scale = 10_i64.checked_pow(edge.amount.scale).ok_or_else(|| inexact(edge, Misfit::Large))?;
        let whole = edge.amount.digits.checked_mul(parts).ok_or_else(|| inexact(edge, Misfit::Large))?;
        if whole % scale == 0 { Ok(whole / scale) } else { Err(inexact(edge, Misfit::Digits)) }
    };
    let low = made.low.as_ref().map_or(Ok(0), times)?;
    let high = made.high.as_ref().map_or(Ok(MOST), times)?;
    if low > high {
        return Err(turned());
    }
    let open = |edge: &Option<Edge>| edge.as_ref().is_some_and(|edge| edge.open);
    let (low_open, high_open) = (open(&made.low), open(&made.high));
    Ok(Range::Multiple { of: of.to_owned(), low, low_open, high, high_open })
}

fn inexact(edge: &Edge, misfit: Misfit) -> Diagnostic {
    let own =
        format!("{}{}", crate::unit::decimal(edge.amount.digits, edge.amount.scale), edge.amount.unit.name);
    let (message, help) = match misfit {
        Misfit::Large => (format!("“{own}”大得无法计算"), "请核对数和单位。"),
        _ => (format!("“{own}”太细，金额精确到分，倍数精确到万分之一"), "请改写后再试。"),
    };
    Diagnostic::error("bad_fine", message).help(help)
}

fn turned() -> Diagnostic {
    Diagnostic::error("turned_range", "处罚幅度的下限大于上限").help("请核对上下限有没有写反。")
}

/// How long a penalty lasts, where its text ends in a time.
fn time(text: &str, word: &str) -> Option<Range> {
    let rest = text.split_once(word)?.1;
    let starts = rest.char_indices().map(|(at, _)| at);
    let made = starts.filter_map(|at| rest.get(at..)).find_map(|rest| bounds(rest, &[]))?;
    let own = &made.low.as_ref().or(made.high.as_ref())?.amount.unit;
    let unit = ["个月", "日", "个工作日", "小时"].map(Unit::of).into_iter().find(|unit| unit.fits(own))?;
    let value = |edge: &Edge| edge.amount.within(&unit, 0).ok();
    let low = made.low.as_ref().map_or(Some(0), |edge| Some(value(edge)? + i64::from(edge.open)))?;
    let high = made.high.as_ref().map_or(Some(MOST), |edge| Some(value(edge)? - i64::from(edge.open)))?;
    (low <= high).then_some(Range::Time { unit, span: Span { low, high } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_benchmarks_are_understood() {
        let (made, found) = penalties("警告，可以并处200元以上500元以下罚款；没收违法所得、没收非法财物");
        assert_eq!(found, []);
        let kinds: Vec<_> = made.iter().map(|one| (one.kind, one.may)).collect();
        assert_eq!(
            kinds,
            [
                (PenaltyKind::Warning, false),
                (PenaltyKind::Fine, true),
                (PenaltyKind::ConfiscateIncome, false),
                (PenaltyKind::ConfiscateGoods, false)
            ]
        );
        assert_eq!(made[1].range, Some(Range::Money(Span { low: 20_000, high: 50_000 })));
    }

    #[test]
    fn multiples_and_times_have_their_base_and_unit() {
        let (made, found) =
            penalties("处违法所得1倍以上不满3倍的罚款，暂扣许可证件3个月以上1年以下，拘留五日");
        assert_eq!(found, []);
        let multiple = Range::Multiple {
            of: "违法所得".to_owned(),
            low: 10_000,
            low_open: false,
            high: 30_000,
            high_open: true,
        };
        assert_eq!(made[0].range, Some(multiple));
        let time = Range::Time { unit: Unit::of("个月"), span: Span { low: 3, high: 12 } };
        assert_eq!(made[1].range, Some(time));
        let Some(Range::Time { unit, span }) = &made[2].range else { panic!("{made:?}") };
        assert_eq!((unit.name.as_str(), *span), ("日", Span { low: 5, high: 5 }));
        let (made, _) = penalties("合同金额2%以上4%以下罚款");
        assert!(matches!(&made[0].range, Some(Range::Multiple { low: 200, high: 400, .. })));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let code = |text: &str| penalties(text).1.first().map(|one| one.code);
        assert_eq!(code("从重处理"), Some("unknown_penalty"));
        assert_eq!(code("罚款若干"), Some("bad_fine"));
        assert_eq!(code("5万元以上2万元以下罚款"), Some("turned_range"));
        assert_eq!(code("警告；警告"), Some("penalty_twice"));
        assert_eq!(code(""), Some("no_penalty"));
        assert_eq!(code("0.005元罚款"), Some("bad_fine"));
        assert_eq!(code("10万零1元以上罚款"), Some("bad_fine"));
        assert_eq!(code("货值金额1点5倍罚款"), Some("bad_fine"));
        assert_eq!(code("不予处罚"), None);
    }
}
