//! The same quantity stated twice with different values. (前后不一致)

use std::collections::BTreeMap;

use crate::context::{Context, Words};
use crate::finding::{RelationKind, Verdict};
use crate::quantities::Quantity;

const SCOPES: &[&str] = &[
    "全市",
    "全县",
    "全区",
    "全镇",
    "全省",
    "全乡",
    "全州",
    "全旗",
    "我市",
    "我县",
    "我区",
    "全局",
    "全街道",
    "全系统",
    "全院",
    "下辖",
    "辖区",
];
/// Things of which a place has one number: the longer name first.
const COUNTED: &[&str] = &[
    "县(市、区)",
    "乡镇(街道)",
    "镇(街道)",
    "区县",
    "县区",
    "县市区",
    "区(县)",
    "县(区)",
    "县(市)",
    "旗县",
    "旗县区",
    "镇街",
    "乡镇",
    "街道",
    "村(社区)",
    "行政村",
    "社区",
    "党政机关",
    "行政机关",
    "政府部门",
    "县直部门",
    "市直部门",
    "区直部门",
    "执法单位",
    "行政执法单位",
    "司法所",
    "建制村",
    "镇",
    "村",
    "行政许可事项",
    "行政处罚事项",
    "行政权力事项",
    "政务服务事项",
];

/// Compares all numbers that say the same of the same thing.
pub fn check(context: &mut Context, year: Option<u32>) {
    let mut seen: BTreeMap<String, Vec<&Quantity>> = BTreeMap::new();
    for quantity in context.quantities.iter().filter(|q| q.is_count() && q.is_exact()) {
        let key = total_key(context, quantity)
            .or_else(|| label_key(context, quantity))
            .or_else(|| matter_key(context, quantity));
        if let Some(key) = key {
            seen.entry(key).or_default().push(quantity);
        }
    }
    for (key, quantities) in &seen {
        if let Some(sure) = key.strip_prefix('~') {
            let known = seen.get(sure).map_or(&[][..], Vec::as_slice);
            of_all(context, quantities, known);
        } else {
            compare(context, key, quantities, year);
        }
    }
    same_again(context);
}

/// "对全区10个街道开展督察": where it is all of them, the number is the one stated elsewhere.
fn of_all(context: &mut Context, some: &[&Quantity], all: &[&Quantity]) {
    for quantity in some {
        let same = |q: &&&Quantity| q.value.equals(quantity.value) && q.sentence != quantity.sentence;
        let Some(known) = all.iter().find(same) else { continue };
        let (first, later) = if known.start < quantity.start { (known, quantity) } else { (quantity, known) };
        let line = context.text.line_column(first.start).0;
        let words = format!("{}与第{line}行的{}一致", context.printed(later), context.printed(first));
        context.relate(RelationKind::Repeat, Verdict::Agrees, later, &[first], words);
    }
}

/// "72项清单……赋权下放的72个事项": the same figure of the same matter within a paragraph.
fn same_again(context: &mut Context) {
    let fits = |q: &&Quantity| {
        q.is_count() && q.is_exact() && !q.hanzi && q.value.exceeds(crate::Decimal::integer(20))
    };
    let counts: Vec<&Quantity> = context.quantities.iter().filter(fits).collect();
    for (index, later) in counts.iter().enumerate() {
        let window = counts.get(index.saturating_sub(12)..index).unwrap_or(&[]);
        let kinds = |q: &Quantity| matches!(q.family(), "个" | "项" | "件");
        let same = window.iter().rev().find(|q| {
            q.paragraph == later.paragraph
                && q.value.equals(later.value)
                && (q.unit == later.unit || kinds(q) && kinds(later))
        });
        if let Some(earlier) = same.filter(|q| share_word(context, q, later)) {
            let computation = format!("同一段中{}与{}一致", context.printed(later), context.printed(earlier));
            context.relate(RelationKind::Repeat, Verdict::Agrees, later, &[earlier], computation);
        }
    }
}

/// Whether two numbers have a word of two characters near them in common.
pub fn share_word(context: &Context, a: &Quantity, b: &Quantity) -> bool {
    let around = |q: &Quantity| -> Vec<char> {
        let mut words = context.chars.slice(q.start.saturating_sub(10).max(q.before), q.start).to_vec();
        words.push(' ');
        words.extend_from_slice(context.chars.slice(q.end, (q.end + 6).min(q.after)));
        words
    };
    let (left, right) = (around(a), around(b));
    let han = |pair: &[char]| pair.iter().all(|c| crate::chars::is_han(*c));
    left.windows(2).any(|pair| han(pair) && right.windows(2).any(|other| pair == other))
}

/// "全县16个乡镇": the place and the thing.
fn total_key(context: &Context, quantity: &Quantity) -> Option<String> {
    let scope = SCOPES.iter().find(|s| context.chars.ends(quantity.start, s))?;
    let known = COUNTED.iter().filter(|n| context.chars.starts(quantity.end, n)).max_by_key(|n| n.len());
    let noun = known.map(|n| (*n).to_owned()).or_else(|| institution(context, quantity))?;
    let before = quantity.start.saturating_sub(scope.chars().count());
    let chosen = ["选取", "选择", "确定", "遴选", "选定", "抽取", "抽查"]
        .iter()
        .any(|w| context.chars.ends(before, w));
    let after = quantity.end + noun.chars().count();
    let tried = ["开展", "试点", "先行", "率先", "作为", "被", "获评", "入选", "列为", "创建"];
    let all = ["设立", "建立", "建成", "实现", "推行", "全面", "全部", "均"];
    let some = context.chars.ends(before, "在") && !all.iter().any(|w| context.chars.starts(after, w));
    if chosen || some || tried.iter().any(|w| context.chars.starts(after, w)) {
        // A choice from all: only ever found to agree.
        let scope = scope.replace('我', "全");
        return Some(format!("~{scope}|{}|{noun}", quantity.family()));
    }
    let scope = scope.replace('我', "全");
    Some(format!("{scope}|{}|{noun}", quantity.family()))
}

/// "国有林场": a word of four characters for places or bodies.
fn institution(context: &Context, quantity: &Quantity) -> Option<String> {
    let noun = context.chars.text(quantity.end, quantity.end + 4);
    let kind = noun.chars().last().is_some_and(|c| "场所院校站厂馆局库园".contains(c));
    (kind && noun.chars().all(crate::chars::is_han)).then_some(noun)
}

/// The whole clause before the number, when it says enough to be the same thing elsewhere.
fn label_key(context: &Context, quantity: &Quantity) -> Option<String> {
    let clause = context.text.clauses.get(quantity.clause)?;
    let line = context.text.paragraphs.get(quantity.paragraph)?;
    let dated =
        context.chars.before(quantity.before) == '年' || context.chars.before(quantity.before) == '月';
    if quantity.before != clause.start && !dated || quantity.start - clause.start > 40 || quantity.hanzi {
        return None;
    }
    if context.chars.at(line.start) == '<' || context.chars.slice(clause.start, quantity.start).contains(&'<')
    {
        return None;
    }
    if matches!(quantity.family(), "元" | "公里" | "米" | "平方米" | "倍")
        || quantity.start - quantity.before < 9
    {
        return None;
    }
    if context.chars.has_any(quantity.before, quantity.start, VAGUE.iter().copied()) {
        return None;
    }
    let label = context.chars.without(quantity.before, quantity.start, IDLE);
    (label.chars().count() >= 9).then(|| format!("={label}|{}", quantity.family()))
}

/// Words that say nothing of what is counted.
const IDLE: &[&str] = &[
    "全年",
    "累计",
    "全县",
    "全市",
    "全区",
    "一年来",
    "本年度",
    "我县",
    "我市",
    "我区",
    "今年",
    " ",
    "共",
    "已",
    "的",
    "“",
    "”",
];
/// Words with which a clause may be said of several things.
const VAGUE: &[&str] = &[
    "其中",
    "同比",
    "比上年",
    "增",
    "减",
    "平均",
    "以上",
    "分别",
    "至少",
    "召开会议",
    "组织开展培训",
    "占",
    "不满",
    "不低于",
    "限额",
    "每",
    "不得",
    "超过",
    "处",
    "不足",
];

/// What is done with a matter, so that "共办理法律援助案件5件" and "法律援助案件办理5件" say the same.
const DOES: &[&str] = &[
    "办理", "受理", "收到", "接收", "审结", "办结", "排查", "化解", "调解", "调处", "查处", "立案", "开展",
    "举办", "召开", "评查", "审查", "审核", "制定", "备案", "报备", "清理", "废止", "解答", "接待", "建成",
    "配备", "聘任", "培育", "改造", "新建", "破获", "查获", "救助", "走访", "拆除", "创建", "抽检", "发放",
];
const OF_TIME: &[&str] =
    &["上半年", "下半年", "季度", "截至", "以来", "累计", "月底", "上年", "去年", "历年", "五年", "三年"];
const FILLING: &[&str] = &[
    "全县",
    "全市",
    "全区",
    "全镇",
    "全州",
    "我县",
    "我市",
    "我区",
    "全年",
    "一年来",
    "本年度",
    "今年",
    "先后",
    "总共",
    "共计",
    "共",
    "各类",
    "已",
    "了",
    "有",
    "为",
    "达",
    "的",
];

/// The verb and the matter of a number, with who and what time the sentence speaks of.
fn matter_key(context: &Context, quantity: &Quantity) -> Option<String> {
    let clause = context.text.clauses.get(quantity.clause)?;
    let sentence = context.sentence(quantity.sentence)?;
    let dated = matches!(context.chars.before(quantity.before), '年' | '度');
    if quantity.before != clause.start && !dated || quantity.start - quantity.before > 24 || quantity.hanzi {
        return None;
    }
    let verb = (quantity.before..quantity.start).find_map(|at| {
        DOES.iter().find(|v| context.chars.starts(at, v) && at + v.chars().count() <= quantity.start)
    })?;
    let from = sentence.start.max(quantity.start.saturating_sub(100));
    let elsewhere = OF_TIME.iter().chain(AMONG).copied();
    if quantity.start - quantity.before < 6 || context.chars.has_any(from, quantity.start, elsewhere) {
        return None;
    }
    let idle: Vec<&str> = std::iter::once(*verb).chain(FILLING.iter().copied()).collect();
    let matter = context.chars.without(quantity.before, quantity.start, &idle);
    let said = matter.chars().all(crate::chars::is_han) && matter.chars().count() >= 4;
    if !said || DOES.iter().any(|v| matter.contains(v)) {
        return None;
    }
    let told = context.chars.text(from, quantity.start);
    Some(format!("={verb}{matter}|{}|{}", quantity.family(), actors(&told)))
}

/// Words with which a number is a part, or one of several.
const AMONG: &[&str] = &["其中", "同比", "包括", "含", "平均", "每", "另", "新增", "通过", "占", "分别"];

/// The organs that a sentence names: numbers of different organs are not compared.
fn actors(told: &str) -> String {
    let chars: Vec<char> = told.chars().collect();
    let is_organ = |c: char| "局委办镇乡院所队厅部校".contains(c);
    chars.windows(2).filter(|w| w.iter().any(|c| is_organ(*c))).flatten().collect()
}

/// A number with the words around it that say what it counts.
fn told(context: &Context, quantity: &Quantity) -> String {
    let start = quantity.before.max(quantity.start.saturating_sub(10));
    let end = quantity.after.min(quantity.end + 6);
    context.text.original(start, end).trim().to_owned()
}

fn compare(context: &mut Context, key: &str, quantities: &[&Quantity], year: Option<u32>) {
    let Some(first) = quantities.first() else { return };
    for other in quantities.iter().skip(1) {
        if other.year.or(year) != first.year.or(year) && key.starts_with('=')
            || other.sentence == first.sentence
        {
            continue;
        }
        let (a, b) = (context.printed(first), context.printed(other));
        let line = context.text.line_column(first.start).0;
        if first.value.equals(other.value) {
            context.relate(
                RelationKind::Repeat,
                Verdict::Agrees,
                other,
                &[first],
                format!("{b}与第{line}行的{a}一致"),
            );
            continue;
        }
        let computation = format!("第{line}行写作{a}，此处写作{b}");
        context.relate(RelationKind::Repeat, Verdict::Differs, other, &[first], computation.clone());
        context.report(
            "repeated_value",
            other.start,
            other.end,
            Words::new(format!(
                "同一个数前后不一致：第{line}行写作“{}”，这里写作“{}”",
                told(context, first),
                told(context, other)
            ))
            .computed(computation)
            .help("核对是不是同一口径；是，统一为正确的数；不是，写明区别"),
        );
    }
}
