//! A list against the number after it: 甲、乙、丙3个方面; 甲、乙等5个部门. (列举与数目)

use crate::context::{Context, Words};
use crate::finding::{Relation, RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::spans::SpanKind;
use crate::text::Sentence;
use crate::units;

/// Longest list that is counted.
const LONGEST: usize = 40;
const SORTING_NOUNS: &[&str] = &[
    "方面",
    "环节",
    "领域",
    "维度",
    "层面",
    "阶段",
    "步骤",
    "层级",
    "大类",
    "类别",
    "要素",
    "板块",
    "渠道",
    "行业",
    "机制",
    "制度",
    "举措",
    "措施",
    "行动",
    "工程",
    "任务",
    "程序",
    "清单",
    "大事",
    "实事",
    "难题",
    "专项组",
    "小组",
    "工作组",
    "专班",
    "专业组",
    "问题",
    "单位",
    "部门",
];
const OPENERS: &[&str] = &[
    "从", "围绕", "聚焦", "针对", "按照", "突出", "把握", "紧扣", "坚持", "包括", "健全", "完善", "抓好",
    "涵盖", "分", "明确", "在", "对", "就", "把", "上线", "推出", "实行", "落实", "推行", "会同", "联合",
    "由", "下设", "设立", "分设", "涉及",
];

/// Checks every number that a list of 、 leads up to.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for quantity in numbers {
        levels(context, quantity);
        if quantity.kind == Kind::Count && quantity.is_exact() && !quantity.is_coarse() {
            one(context, quantity);
        }
    }
}

struct List {
    /// Items that 、 parts.
    items: usize,
    /// With those that 和, 与, 及 may part.
    most: usize,
    start: usize,
    /// 等 stands between the list and the number.
    open: bool,
    /// The list begins after 分为 or 包括.
    divided: bool,
    other_commas: usize,
}

fn one(context: &mut Context, quantity: &Quantity) {
    let Some(list) = list_before(context, quantity) else { return };
    let Some(stated) = quantity.value.whole().and_then(|v| usize::try_from(v).ok()) else { return };
    let sorting = sorts(context, quantity);
    let counted = sorting
        || matches!(
            quantity.unit,
            "个" | "家" | "项" | "名" | "位" | "部" | "种" | "类" | "件" | "支" | "所" | "处" | "组" | "条"
        );
    let known = stated >= list.items && stated <= list.most;
    if !counted || (!list.open && !sorting && !known) {
        return;
    }
    let computation = format!("列举{}项，写作{}", list.items, context.printed(quantity));
    if stated >= list.items && stated <= list.most {
        context.relate(RelationKind::List, Verdict::Agrees, quantity, &[], computation);
        return;
    }
    let too_many = list.items > stated;
    let too_few = !list.open && stated > list.most + list.other_commas && has_opener(context, &list);
    if !too_many && !too_few {
        context.relate(RelationKind::List, Verdict::NotCheckable, quantity, &[], computation);
        return;
    }
    let levels = quantity.unit == "级" && !list.open && !list.divided;
    let two_lists = list.most > list.items && stated == list.most - list.items + 1;
    if levels || two_lists || !list.open && !list.divided && !has_opener(context, &list) {
        return;
    }
    context.relate(RelationKind::List, Verdict::Differs, quantity, &[], computation.clone());
    let printed = context.printed(quantity);
    context.report(
        "list_count",
        list.start,
        quantity.end,
        Words::new(format!("前面列举了{}项，文中写作{printed}", list.items))
            .computed(computation)
            .help("数一数列举的各项，改正数目，或者补上、删去列举的项"),
    );
}

/// The list of 、 that ends right at a number.
fn list_before(context: &Context, quantity: &Quantity) -> Option<List> {
    let clause = context.text.clauses.get(quantity.clause)?;
    let mut end = quantity.start;
    while end > clause.start && matches!(context.chars.before(end), '“' | ' ' | '这') {
        end -= 1;
    }
    let open = context.chars.before(end) == '等';
    if open {
        end -= 1;
    }
    if quantity.before != clause.start || end <= clause.start {
        return None;
    }
    let mut first = quantity.clause;
    let mut items = 1;
    let mut joined = joins(context, clause.start, end);
    let mut divided = divides(context, clause.start, end);
    while items < LONGEST {
        let Some(previous) = first.checked_sub(1).and_then(|i| context.text.clauses.get(i)) else { break };
        if previous.separator != '、'
            || previous.sentence != clause.sentence
            || has_digit(context, previous.start, previous.end)
        {
            break;
        }
        if divided {
            break;
        }
        joined += joins(context, previous.start, previous.end);
        first -= 1;
        items += 1;
        divided = divides(context, previous.start, previous.end);
    }
    let start = context.text.clauses.get(first)?.start;
    let sentence = context.sentence(quantity.sentence)?;
    let opened = OPENERS.iter().any(|w| context.chars.find(start, start + 4, w).is_some());
    let other_commas = if opened { 0 } else { first - sentence.clauses.0 };
    (items >= 2).then_some(List { items, most: items + joined, start, open, divided, other_commas })
}

/// 分为, 包括: what stands before is not of the list.
fn divides(context: &Context, start: usize, end: usize) -> bool {
    context.chars.has_any(start, end, ["分为", "分成", "划分", "包括", "实行", "即", "是指"])
}

fn has_digit(context: &Context, start: usize, end: usize) -> bool {
    context.chars.slice(start, end).iter().any(char::is_ascii_digit)
}

fn joins(context: &Context, start: usize, end: usize) -> usize {
    context.chars.slice(start, end).iter().filter(|c| matches!(**c, '和' | '与' | '及' | '暨' | '并')).count()
}

fn sorts(context: &Context, quantity: &Quantity) -> bool {
    let small = quantity.hanzi && !quantity.value.exceeds(crate::Decimal::integer(20));
    let quoted = context.chars.at(quantity.end) == '“' && !quantity.hanzi;
    units::sorts(quantity.unit)
        || small && matches!(quantity.unit, "个" | "项" | "类" | "家" | "种" | "件" | "支")
        || quoted && matches!(quantity.unit, "个" | "项" | "类")
        || (matches!(quantity.unit, "个" | "大" | "项" | "种" | "件" | "家")
            && SORTING_NOUNS
                .iter()
                .any(|w| context.chars.starts(quantity.end, w) || context.chars.starts(quantity.end + 1, w)))
}

fn has_opener(context: &Context, list: &List) -> bool {
    // 为企业提供金融、人才……4类服务: the verb stands within the first item.
    let first = context.text.clauses.partition_point(|c| c.start <= list.start).checked_sub(1);
    let end = first.and_then(|i| context.text.clauses.get(i)).map_or(list.start, |c| c.end);
    let verbs = ["提供", "包括", "涵盖", "推出", "设立", "组建", "聚焦", "围绕", "分为", "开展"];
    if context.chars.has_any(list.start, end.saturating_sub(1), verbs) {
        return true;
    }
    OPENERS.iter().any(|w| context.chars.find(list.start, list.start + 4, w).is_some())
}

/// "内容、时间、人员、效果“四落实”", "“甲、乙、丙”三级": a list and a small number in Chinese numerals.
pub fn slogans(context: &mut Context, sentence: &Sentence) {
    let text = context.text;
    let from = text.spans.partition_point(|s| s.start < sentence.start);
    for span in text
        .spans
        .iter()
        .skip(from)
        .take_while(|s| s.start < sentence.end)
        .filter(|s| s.kind == SpanKind::Quote)
    {
        let inner = small(context.chars.at(span.start + 1));
        let after = small(context.chars.at(span.end + 1));
        let sorted = matches!(context.chars.at(span.end + 2), '级' | '类');
        if let (Some(stated), true) = (inner, span.end - span.start <= 8) {
            quoted(context, span.start, span.end, stated);
        } else if let (Some(stated), true) = (after, sorted) {
            let listed = context.chars.slice(span.start, span.end).iter().filter(|c| **c == '、').count() + 1;
            if listed == stated {
                agrees(context, (span.end + 1, span.end + 3), listed);
            }
        }
    }
}

fn small(c: char) -> Option<usize> {
    "二三四五六七八九".chars().position(|d| d == c).map(|p| p + 2)
}

fn agrees(context: &mut Context, place: (usize, usize), listed: usize) {
    let shown = context.chars.text(place.0, place.1);
    context.relations.push(Relation {
        kind: RelationKind::List,
        verdict: Verdict::Agrees,
        start: place.0,
        end: place.1,
        with: Vec::new(),
        computation: format!("列举{listed}项，写作{shown}"),
    });
}

/// A quotation such as “四落实” right after a list.
fn quoted(context: &mut Context, start: usize, end: usize, stated: usize) {
    let text = context.text;
    let Some(last) = text.clauses.partition_point(|c| c.start <= start).checked_sub(1) else { return };
    let mut items = 1;
    let mut at = last;
    while let Some(previous) = at.checked_sub(1).and_then(|i| text.clauses.get(i)) {
        let same = text.clauses.get(last).is_some_and(|c| c.sentence == previous.sentence);
        if previous.separator != '、' || !same || items > LONGEST {
            break;
        }
        items += 1;
        at -= 1;
    }
    let begins = text.clauses.get(last).map_or(start, |c| c.start);
    if items >= 2 && items == stated && start > begins + 1 {
        agrees(context, (start + 1, end), items);
    }
}

/// "县镇村三级": levels of government named by one character each.
fn levels(context: &mut Context, quantity: &Quantity) {
    if quantity.unit != "级" || !quantity.hanzi {
        return;
    }
    let mut named = 0;
    while "国省市州县区乡镇村街组户"
        .contains(context.chars.before(quantity.start - named.min(quantity.start)))
        && named < 8
    {
        named += 1;
    }
    let Some(stated) = quantity.value.whole().and_then(|v| usize::try_from(v).ok()) else { return };
    if named >= 2 && named == stated {
        agrees(context, (quantity.start, quantity.end), named);
    }
}
