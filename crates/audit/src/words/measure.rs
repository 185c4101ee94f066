//! Measure words that do not fit, and numbers that run into one another. (量词与顿号)

use crate::chars::is_han;
use crate::context::{Context, Words};
use crate::quantities::Quantity;

/// Words that join two numbers, so that no 、 is missing.
const JOINING: &str =
    "聘配设派驻的和与及中占为达有每至到均共由从等约近增减内后前以是分第比较超在并或、,各其共下上开";

/// Checks neighbouring numbers.
pub fn check(context: &mut Context) {
    let numbers = context.quantities;
    for quantity in numbers {
        person(context, quantity);
    }
    for pair in numbers.windows(2) {
        if let [a, b] = pair {
            glued(context, a, b);
        }
    }
}

/// "39个公职律师".
fn person(context: &mut Context, quantity: &Quantity) {
    if quantity.unit != "个" || !quantity.is_count() {
        return;
    }
    let known = context.rules.persons.iter().find(|p| context.chars.starts(quantity.end, p));
    let Some(noun) = known.cloned().or_else(|| someone(context, quantity)) else { return };
    let end = quantity.end + noun.chars().count();
    let next = context.chars.at(end);
    if is_han(next) && "工团队伍组会协岗室中所库站制服职类级履事界网代".contains(next)
        || context.chars.starts(end, "办公")
    {
        return;
    }
    let printed = context.figure(quantity);
    let message = format!("“{noun}”是人，量词用“名”，不用“个”");
    context.report(
        "measure_word",
        quantity.start,
        end,
        Words::new(message).help(format!("改为“{printed}名{noun}”")),
    );
}

/// "特邀监督员": a word for a person with an attribute before it.
fn someone(context: &Context, quantity: &Quantity) -> Option<String> {
    const PERSONS: &[&str] = &[
        "监督员",
        "调解员",
        "联络员",
        "网格员",
        "宣讲员",
        "辅导员",
        "指导员",
        "评议员",
        "观察员",
        "协管员",
        "陪审员",
        "联系员",
        "律师",
        "法律顾问",
        "志愿者",
        "明白人",
        "带头人",
        "工作者",
        "督学",
        "社工",
        "教师",
        "医生",
        "护士",
        "审核员",
        "评查员",
        "安全员",
        "检查员",
        "协理员",
        "信息员",
        "引导员",
        "代办员",
        "帮办员",
    ];
    let reach = quantity.after.min(quantity.end + 9);
    let run = (quantity.end..reach).take_while(|at| is_han(context.chars.at(*at))).count();
    let ends = |length: &usize| PERSONS.iter().any(|p| context.chars.ends(quantity.end + length, p));
    let length = (3..=run).find(ends)?;
    let words = context.chars.text(quantity.end, quantity.end + length);
    let other = [
        "机关", "部门", "单位", "企业", "公司", "学校", "社区", "机构", "街道", "局", "所", "委", "组", "室",
        "队", "镇", "村", "的", "由", "有", "和", "与", "了", "配", "聘", "设", "建",
    ];
    (!other.iter().any(|w| words.contains(w))).then_some(words)
}

/// "18个乡镇222个村": in a list of 、 two numbers run together.
fn glued(context: &mut Context, a: &Quantity, b: &Quantity) {
    if a.clause != b.clause || !a.is_count() || !b.is_count() || b.before != a.end {
        return;
    }
    let between = context.chars.text(a.end, b.start);
    // 112个乡镇（街道）矛调中心
    let between: Vec<char> = match between.split_once('(').zip(between.split_once(')')) {
        Some(((head, _), (_, tail))) => format!("{head}{tail}").replace("中心", "站").chars().collect(),
        None => between.replace("中心", "站").chars().collect(),
    };
    let place = matches!(between.as_slice(), [c] if "镇乡村县市区".contains(*c));
    let nouns = place
        || (2..=8).contains(&between.len()) && between.iter().all(|c| is_han(*c) && !JOINING.contains(*c));
    let before =
        a.clause.checked_sub(1).is_some_and(|c| context.separator(c) == '、' && has_count(context, a, c));
    if !nouns || !before {
        return;
    }
    let printed = context.printed(b);
    let words = Words::new(format!("“{}”前面缺顿号", printed)).help("并列的各项之间用顿号隔开");
    context.report("missing_separator", a.start, (b.end + 4).min(b.after), words);
}

fn has_count(context: &Context, quantity: &Quantity, clause: usize) -> bool {
    context.of_sentence(quantity.sentence).iter().any(|q| q.clause == clause && q.is_count())
}
