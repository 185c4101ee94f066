//! What a percentage claims of itself, and rates that cannot pass a hundred. (比率的名称)

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::quantities::{Kind, Quantity};
use crate::rule::RateRule;

/// What a percentage says of itself.
#[derive(Clone, Debug)]
pub enum Claim {
    /// "…率为": the name from the start of its words to 率.
    Rate { start: usize, end: usize },
    /// "占…的".
    Share { start: usize },
}

/// Words that a level may stand behind: 率达, 率保持在, 占比提升至.
const LEVEL_TAIL: &str = "为达到至是约均高在保持稳定持续仍均已就仅:了 也全部的分别别超不";
/// Qualities of a rate that narrow its numerator or its base.
pub const NARROW: &[&str] = &[
    "期限内",
    "限期内",
    "按时",
    "按期",
    "及时",
    "限时",
    "限期",
    "法定",
    "提前",
    "网上",
    "一次",
    "首次",
    "当场",
    "现场",
    "实质",
    "综合",
    "平均",
    "有效",
    "诉前",
    "庭前",
    "初次",
    "即时",
    "当年",
    "规范",
    "主动",
    "自动",
];

/// Reads what a percentage claims from the words before it.
pub fn claim(context: &Context, quantity: &Quantity) -> Option<Claim> {
    let (start, end) = context.lead(quantity, 40);
    let chars = context.chars;
    let tail = |from: usize| chars.slice(from, end).iter().all(|c| LEVEL_TAIL.contains(*c) || is_raise(*c));
    let changed = |from: usize| {
        let raised = chars.slice(from, end).iter().any(|c| is_raise(*c));
        raised && !chars.has_any(from, end, ["到", "至", "为", "达"])
    };
    for word in ["占比", "率", "满意度", "比例", "比重"] {
        let Some(at) = chars.rfind(start, end, word) else { continue };
        let after = at + word.chars().count();
        if end - after <= 8 && tail(after) && !changed(after) {
            let name_start = name_start(context, start, at);
            return Some(Claim::Rate { start: name_start, end: after });
        }
    }
    let share = chars.rfind(start, end, "占")?;
    let share_tail = chars.slice(share, end);
    let closes = share_tail.len() <= 14 && !share_tail.iter().any(|c| is_raise(*c));
    closes.then_some(Claim::Share { start: share })
}

/// "分别占64%和30%": a percentage that goes on with the shares before it.
pub fn continued(context: &Context, window: &[Quantity], quantity: &Quantity) -> Option<Claim> {
    let mut last = quantity;
    for before in window.iter().rev().take(8) {
        let between = context.chars.text(before.end, last.start);
        if before.kind != Kind::Percent || !matches!(between.trim(), "和" | "、" | "与" | "及" | ",") {
            return None;
        }
        last = before;
        let shares = match claim(context, before) {
            Some(Claim::Rate { start, end }) if context.chars.text(start, end).ends_with("占比") => {
                Some(start)
            }
            Some(Claim::Share { start }) => Some(start),
            _ => None,
        };
        if let Some(start) = shares {
            let respectively = context.chars.has_any(start.saturating_sub(2), before.start, ["分别"]);
            return respectively.then_some(Claim::Share { start });
        }
    }
    None
}

fn is_raise(c: char) -> bool {
    "提升高上下降增长减少加".contains(c)
}

/// A rate's name goes back at most ten ideographs from 率.
fn name_start(context: &Context, start: usize, at: usize) -> usize {
    let mut from = at;
    while from > start && at - from < 10 && crate::chars::is_han(context.chars.before(from)) {
        from -= 1;
    }
    from
}

/// A rate over 100 % that cannot be. (超过百分之百)
pub fn over_hundred(context: &mut Context, quantity: &Quantity) {
    const MAY_PASS: &[&str] = &[
        "增长",
        "完成",
        "计划",
        "目标",
        "任务",
        "超额",
        "较",
        "比上",
        "同比",
        "执行率",
        "投资",
        "增幅",
        "负债",
        "杠杆",
        "倍",
        "收益",
        "回报",
        "周转",
        "入库",
        "到账",
        "进度",
        "增速",
        "增加",
        "提高",
        "达产",
        "预算",
        "拨备",
        "替代",
    ];
    if !quantity.value.exceeds(Decimal::integer(100)) {
        return;
    }
    let Some(claimed) = claim(context, quantity) else { return };
    let (start, end) = context.lead(quantity, 40);
    let clause = context.text.clauses.get(quantity.clause).map_or(start, |c| c.start);
    let name = match claimed {
        Claim::Rate { start, end } => context.chars.text(start, end),
        Claim::Share { .. } => "占比".to_owned(),
    };
    let of_found = ["处置完成率", "整改完成率"].iter().any(|w| name.ends_with(w));
    if !of_found && context.chars.has_any(clause.min(start), end, MAY_PASS.iter().copied()) {
        return;
    }
    if name.ends_with("比例") || can_pass(context, &name) {
        return;
    }
    let printed = context.printed(quantity);
    context.report(
        "percent_over",
        quantity.start,
        quantity.end,
        Words::new(format!("“{name}”写作{printed}，超过了100%，部分不可能大于全部"))
            .help("核对分子和分母；如果比的是计划数，写明“完成计划的……”"),
    );
}

/// Whether a rate may pass a hundred: of a plan it may, of what was found and has to be dealt with it may not.
fn can_pass(context: &Context, name: &str) -> bool {
    let of_found = ["处置", "整改", "核查", "销号", "回访", "答复"].iter().any(|w| name.contains(w));
    !of_found && rule_for(context, name).is_some_and(|r| r.can_pass)
}

/// The rule for a rate's name: the longest known name that ends it.
pub fn rule_for<'a>(context: &Context<'a>, name: &str) -> Option<&'a RateRule> {
    let length =
        |rule: &RateRule| rule.names.iter().filter(|n| name.ends_with(n.as_str())).map(String::len).max();
    context
        .rules
        .rates
        .iter()
        .filter_map(|r| length(r).map(|l| (l, r)))
        .max_by_key(|(l, _)| *l)
        .map(|(_, r)| r)
}
